package leadtocash_test

import (
	"iter"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

func TestInvoiceFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Invoice, issuedOnce(leadtocash.InvoiceFlow().Matrix()))
}

// issuedOnce leaves out that setting the status of a billed invoice could issue
// it: the checks of an action hold for every status, and these find nothing.
func issuedOnce(matrix iter.Seq[flow.Cell]) iter.Seq[flow.Cell] {
	return func(yield func(flow.Cell) bool) {
		for c := range matrix {
			if c.Action == actions.InvoiceSetStatus && c.Status == "billed" {
				c.Checks = slices.DeleteFunc(slices.Clone(c.Checks), func(r flow.Requirement) bool {
					return r.Code == codes.ErrPricing || r.Code == codes.ErrNoLines || r.Code == codes.ErrNegativeTotal || r.Code == codes.ErrTimeOrder
				})
			}
			if !yield(c) {
				return
			}
		}
	}
}

func TestInvoiceForms(t *testing.T) {
	t.Parallel()
	testkit.Survives[leadtocash.Invoice](t)
}

func TestInvoiceLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, leadtocash.NewInvoice,
		`{"id":"0f000000-0000-0000-0000-000000000001","currency":"EUR","fields":{"name":"n","customer_id":{"kind":"account","id":"0f000000-0000-0000-0000-000000000001"}}}`,
		map[string]int{"name": 300, "discount_reason": 200, "freight_reason": 200, "description": 2000}, map[string][2]int64{"freight_amount": {0, 1e12}})
}

func TestNewInvoice(t *testing.T) {
	t.Parallel()
	i := testkit.NewInvoice(t, testkit.WriteIn("3", "33.33"))
	if i.InvoiceNumber != "" || i.IsPriceLocked || i.TotalAmount.String() != "99.99" || i.SettledAmount.String() != "0.00" || !i.OpenBalance().IsZero() {
		t.Errorf("a new invoice is %+v", i)
	}
	good := leadtocash.CreateInvoice{ID: i.ID, Origin: record.Origin{Currency: money.EUR}, Fields: testkit.InvoiceFields()}
	for name, c := range map[string]struct {
		change func(*leadtocash.CreateInvoice, *leadtocash.InvoiceFacts)
		code   codes.Code
	}{
		"id":   {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) { c.ID = record.InvoiceID{} }, codes.ErrMissingField},
		"name": {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) { c.Fields.Name = "" }, codes.ErrMissingField},
		"customer": {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) {
			c.Fields.CustomerID = record.CustomerID{}
		}, codes.ErrMissingField},
		"currency": {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) { c.Currency = 0 }, codes.ErrMissingField},
		"billed": {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) {
			c.Status = leadtocash.InvoiceStatusBilled
		}, codes.ErrUseDedicatedAction},
		"paid": {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) { c.Status = leadtocash.InvoiceStatusPaid }, codes.ErrStatusNotInState},
		"inactive": {func(_ *leadtocash.CreateInvoice, f *leadtocash.InvoiceFacts) {
			f.Inactive = []record.Ref{testkit.Buyer.Ref}
		}, codes.ErrCustomerInactive},
		"compat": {func(_ *leadtocash.CreateInvoice, f *leadtocash.InvoiceFacts) { f.Settings.D365Compat = true }, codes.ErrMissingPriceList},
		"opportunity": {func(_ *leadtocash.CreateInvoice, f *leadtocash.InvoiceFacts) {
			f.Opportunity = &leadtocash.Opportunity{Head: record.Head{Currency: money.USD}}
		}, codes.ErrCurrencyMismatch},
	} {
		cmd, f := good, leadtocash.InvoiceFacts{Stamp: testkit.Morning}
		c.change(&cmd, &f)
		t.Run(name, func(t *testing.T) { testkit.RefusesBirth(t, leadtocash.NewInvoice, cmd, f, c.code) })
	}
}

func TestInvoiceEdit(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	i := testkit.NewInvoice(t, testkit.WriteIn("3", "10.00"))
	edit := leadtocash.EditInvoice{Fields: i.InvoiceFields}
	testkit.Idles(t, i, leadtocash.Invoice.Edit, edit, f)
	edit.Fields.DiscountPercentage = testkit.Some("10")
	if next := testkit.Does(t, i, leadtocash.Invoice.Edit, edit, f, "invoice.edited", "new", "new"); next.TotalAmount.String() != "27.00" {
		t.Errorf("with 10 percent off the total is %s, want 27.00", next.TotalAmount)
	}
	f.Inactive = []record.Ref{testkit.Other.Ref}
	edit.Fields.CustomerID = testkit.Other
	testkit.Refuses(t, i, leadtocash.Invoice.Edit, edit, f, codes.ErrCustomerInactive)

	b := testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	edit = leadtocash.EditInvoice{Fields: b.InvoiceFields}
	edit.Fields.Name, edit.Fields.DueDate = "second copy", 2026_04_01
	next := testkit.Does(t, b, leadtocash.Invoice.Edit, edit, f, "invoice.edited", "billed", "billed")
	if next.DueDate != 2026_04_01 || next.Totals != b.Totals {
		t.Errorf("due %s, totals %+v", next.DueDate, next.Totals)
	}
	edit.Fields.DueDate = 0
	if next = testkit.Does(t, b, leadtocash.Invoice.Edit, edit, f, "invoice.edited", "billed", "billed"); next.DueDate != b.IssueDate {
		t.Errorf("without a due date it is due on %s, want on the day of the issue, as its terms say", next.DueDate)
	}
	edit.Fields.DueDate = 2026_03_01
	testkit.Refuses(t, b, leadtocash.Invoice.Edit, edit, f, codes.ErrInvalid)
	edit.Fields.DueDate, edit.Fields.FreightAmount = 2026_04_01, testkit.Euro("1.00")
	testkit.Refuses(t, b, leadtocash.Invoice.Edit, edit, f, codes.ErrReadOnly)
	f.Settings.D365Compat = true
	if next = testkit.Does(t, b, leadtocash.Invoice.Edit, edit, f, "invoice.edited", "billed", "billed"); next.AmountDue.String() != "31.00" {
		t.Errorf("as in Dynamics 365, %s is due, want 31.00", next.AmountDue)
	}
}

// Another discount of a whole invoice prices its lines on their own.
func TestInvoiceEditDiscount(t *testing.T) {
	t.Parallel()
	o := discounted(t)
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	o, first := billed(t, o, f, testkit.Take("1")...)
	f.Invoices = []leadtocash.Invoice{first}
	o, second := billed(t, o, f, testkit.Take("1")...)
	edit := leadtocash.EditInvoice{Fields: second.InvoiceFields}
	edit.Fields.DiscountAmount = testkit.Euro("5.00")
	next := testkit.Does(t, second, leadtocash.Invoice.Edit, edit, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: &o, Siblings: f.Invoices}, "invoice.edited", "new", "new")
	if l := next.Lines[0]; l.Piece || l.BaseAmount.String() != "33.33" || next.TotalAmount.String() != "24.99" {
		t.Errorf("the line is %+v, the total %s", l, next.TotalAmount)
	}
	f.Invoices = []leadtocash.Invoice{first, next}
	if _, third := billed(t, o, f); third.TotalAmount.String() != "30.00" {
		t.Errorf("the next invoice is %s, want 30.00 as without the discount", third.TotalAmount)
	}
}

func TestInvoiceEditLines(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	i := testkit.NewInvoice(t, testkit.WriteIn("3", "10.00"))
	testkit.Refuses(t, i, testkit.Alone(leadtocash.Invoice.EditLines), pricing.EditLines{}, f, codes.ErrInvalid)
	cmd := pricing.EditLines{Add: []pricing.LineFields{testkit.WriteIn("1", "7.00")}}
	if next := testkit.Does(t, i, testkit.Alone(leadtocash.Invoice.EditLines), cmd, f, "invoice.lines_edited", "new", "new"); next.TotalAmount.String() != "37.00" {
		t.Errorf("total %s, want 37.00", next.TotalAmount)
	}
	testkit.Refuses(t, i, testkit.Alone(leadtocash.Invoice.EditLines), pricing.EditLines{Remove: []int32{9}}, f, codes.ErrNotFound)
	testkit.Refuses(t, i, testkit.Alone(leadtocash.Invoice.EditLines), pricing.EditLines{Add: []pricing.LineFields{{ProductID: record.ProductID{UUID: seller}, UnitID: record.UnitID{UUID: seller}, Quantity: testkit.Some("1")}}}, f,
		codes.ErrMissingPriceList)
	locked := testkit.Does(t, i, leadtocash.Invoice.LockPricing, leadtocash.LockPricing{}, f, "invoice.pricing_locked", "new", "new")
	testkit.Refuses(t, locked, testkit.Alone(leadtocash.Invoice.EditLines), cmd, f, codes.ErrPricesLocked)

	b := testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	testkit.Refuses(t, b, testkit.Alone(leadtocash.Invoice.EditLines), cmd, f, codes.ErrParentReadOnly)
	testkit.Refuses(t, b, testkit.Alone(leadtocash.Invoice.EditLines), pricing.EditLines{Remove: []int32{1}}, f, codes.ErrParentReadOnly)
	worth := testkit.WriteIn("4", "10.00")
	testkit.Refuses(t, b, testkit.Alone(leadtocash.Invoice.EditLines), pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: worth}}}, f, codes.ErrParentReadOnly)
	sent := testkit.WriteIn("3", "10.00")
	sent.Shipping = &pricing.LineShipping{TrackingNumber: "1Z"}
	testkit.Refuses(t, b, testkit.Alone(leadtocash.Invoice.EditLines), pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: sent}}}, f, codes.ErrParentReadOnly)
	testkit.Does(t, b, testkit.Alone(leadtocash.Invoice.EditLines), pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: pricing.FieldsOf(b.Lines[0])}}}, f,
		"invoice.lines_edited", "billed", "billed")
	f.Settings.D365Compat = true
	testkit.Does(t, b, testkit.Alone(leadtocash.Invoice.EditLines), cmd, f, "invoice.lines_edited", "billed", "billed")
}

// A line of an order takes another piece with another quantity, and the order
// counts it.
func TestInvoiceEditLinesOfOrder(t *testing.T) {
	t.Parallel()
	o := discounted(t)
	o = testkit.Does(t, o, leadtocash.Order.Edit, leadtocash.EditOrder{Fields: func() leadtocash.OrderFields {
		f := o.OrderFields
		f.DiscountPercentage = testkit.Some("10")
		return f
	}()}, leadtocash.OrderFacts{Stamp: testkit.Morning}, "order.edited", "new", "new")
	o = testkit.Does(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, leadtocash.OrderFacts{Stamp: testkit.Noon}, "order.fulfilled", "new", "complete")
	o, i := billed(t, o, leadtocash.OrderFacts{Stamp: testkit.Noon})
	if o.Status != leadtocash.OrderStatusInvoiced || i.TotalAmount.String() != "81.00" {
		t.Fatalf("the order is %s, the invoice %s", o.Status, i.TotalAmount)
	}
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: &o}
	l := i.Lines[0]
	change := func(quantity string) pricing.EditLines {
		return pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: pricing.LineFields{
			WriteInText: l.WriteInText, Quantity: testkit.Some(quantity), PricePerUnit: l.PricePerUnit, ManualDiscount: l.ManualDiscount,
		}}}}
	}
	testkit.Refuses(t, i, testkit.Alone(leadtocash.Invoice.EditLines), change("4"), f, codes.ErrOverInvoiced)
	testkit.Refuses(t, i, testkit.Alone(leadtocash.Invoice.EditLines), change("-1"), f, codes.ErrOverInvoiced)
	out, err := i.EditLines(change("1"), f)
	if err != nil {
		t.Fatal(err)
	}
	piece := out.Record.Lines[0]
	if !piece.Piece || piece.BaseAmount.String() != "33.33" || piece.NetAmount.String() != "30.00" || piece.AllocatedDiscount.String() != "3.00" ||
		!out.Record.DiscountAmount.Equal(testkit.Euro("3.00")) || !out.Record.DiscountPercentage.IsZero() || out.Record.TotalAmount.String() != "27.00" {
		t.Errorf("one of three is %+v with %+v", piece, out.Record.Charges)
	}
	if out.Order == nil || out.Order.Status != leadtocash.OrderStatusComplete || !out.Order.Lines[0].QuantityInvoiced.Equal(testkit.Some("1")) {
		t.Fatalf("the order became %+v", out.Order)
	}
	if len(out.Events) != 2 || out.Events[1].Type != "order.rederived" || out.Events[1].From != "invoiced" || out.Events[1].To != "complete" {
		t.Errorf("events %+v", out.Events)
	}
	_, rest := billed(t, *out.Order, leadtocash.OrderFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{out.Record}})
	if rest.TotalAmount.String() != "54.00" || rest.Lines[0].BaseAmount.String() != "66.67" {
		t.Errorf("the rest is %s of %s, want 54.00 of 66.67", rest.TotalAmount, rest.Lines[0].BaseAmount)
	}

	// An earlier invoice takes what a later one leaves.
	order := testkit.Does(t, *out.Order, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{Lines: testkit.Take("1")},
		leadtocash.OrderFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{out.Record}}, "order.invoiced", "complete", "complete")
	_, second := billed(t, *out.Order, leadtocash.OrderFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{out.Record}}, testkit.Take("1")...)
	two := change("2")
	two.Change[0].Fields.ManualDiscount = piece.ManualDiscount
	more, err := out.Record.EditLines(two, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: &order, Siblings: []leadtocash.Invoice{second}})
	if err != nil {
		t.Fatal(err)
	}
	if l := more.Record.Lines[0]; second.Lines[0].BaseAmount.String() != "33.34" || l.BaseAmount.String() != "66.66" || more.Order.Status != leadtocash.OrderStatusInvoiced {
		t.Errorf("beside %s the rest is %s, the order %s", second.Lines[0].BaseAmount, l.BaseAmount, more.Order.Status)
	}

	gone, err := i.EditLines(pricing.EditLines{Remove: []int32{1}}, f)
	if err != nil {
		t.Fatal(err)
	}
	if gone.Order == nil || gone.Order.Invoicing != pricing.InvoicingNone || !gone.Record.TotalAmount.IsZero() || gone.Record.PricingError != 0 {
		t.Errorf("without its line the invoice is %+v, the order %+v", gone.Record.Totals, gone.Order)
	}
}

func TestInvoiceGetProducts(t *testing.T) {
	t.Parallel()
	cmd := pricing.GetProducts{OpportunityID: testkit.IDOf[record.OpportunityID](1)}
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, Products: &leadtocash.Opportunity{Head: record.Head{Currency: money.EUR}}}
	i := testkit.NewInvoice(t)
	testkit.Idles(t, i, leadtocash.Invoice.GetProducts, cmd, f)
	f.Products.Lines = testkit.NewOrder(t, testkit.WriteIn("2", "2.50")).Lines
	if next := testkit.Does(t, i, leadtocash.Invoice.GetProducts, cmd, f, "invoice.products_added", "new", "new"); next.TotalAmount.String() != "5.00" || next.Lines[0].SourceLine != 0 {
		t.Errorf("total %s of %+v", next.TotalAmount, next.Lines)
	}
	testkit.Refuses(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled), leadtocash.Invoice.GetProducts, cmd, f, codes.ErrParentReadOnly)
	i.IsPriceLocked = true
	testkit.Refuses(t, i, leadtocash.Invoice.GetProducts, cmd, f, codes.ErrPricesLocked)
	f.Products.Currency = money.USD
	testkit.Refuses(t, i, leadtocash.Invoice.GetProducts, cmd, f, codes.ErrCurrencyMismatch, codes.ErrPricesLocked)
}

func TestInvoiceRecalculateCurrencyAndLock(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	i, b := testkit.NewInvoice(t, testkit.WriteIn("2", "2.50")), testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	testkit.Idles(t, i, leadtocash.Invoice.Recalculate, pricing.Recalculate{}, f)
	stale := i
	stale.TotalAmount = testkit.Amount(t, "1.00")
	if next := testkit.Does(t, stale, leadtocash.Invoice.Recalculate, pricing.Recalculate{}, f, "invoice.recalculated", "new", "new"); next.TotalAmount.String() != "5.00" {
		t.Errorf("total %s, want 5.00", next.TotalAmount)
	}
	testkit.Refuses(t, b, leadtocash.Invoice.Recalculate, pricing.Recalculate{}, f, codes.ErrReadOnly)

	yen := pricing.ChangeCurrency{Currency: money.JPY}
	testkit.Refuses(t, i, leadtocash.Invoice.ChangeCurrency, yen, f, codes.ErrCurrencyInUse)
	testkit.Refuses(t, b, leadtocash.Invoice.ChangeCurrency, yen, f, codes.ErrReadOnly, codes.ErrCurrencyInUse)
	empty := testkit.NewInvoice(t)
	testkit.Idles(t, empty, leadtocash.Invoice.ChangeCurrency, pricing.ChangeCurrency{Currency: money.EUR}, f)
	if next := testkit.Does(t, empty, leadtocash.Invoice.ChangeCurrency, yen, f, "invoice.currency_changed", "new", "new"); next.SettledAmount.String() != "0" {
		t.Errorf("in yen %s is settled", next.SettledAmount)
	}
	empty.SalesOrderID = testkit.IDOf[record.OrderID](1)
	testkit.Refuses(t, empty, leadtocash.Invoice.ChangeCurrency, yen, f, codes.ErrCurrencyMismatch)
	empty.SalesOrderID, empty.FreightAmount = record.OrderID{}, testkit.Euro("0.50")
	testkit.Refuses(t, empty, leadtocash.Invoice.ChangeCurrency, yen, f, codes.ErrOutOfRange)

	testkit.Refuses(t, i, leadtocash.Invoice.UnlockPricing, leadtocash.UnlockPricing{}, f, codes.ErrAlreadyUnlocked)
	locked := testkit.Does(t, i, leadtocash.Invoice.LockPricing, leadtocash.LockPricing{}, f, "invoice.pricing_locked", "new", "new")
	testkit.Refuses(t, locked, leadtocash.Invoice.LockPricing, leadtocash.LockPricing{}, f, codes.ErrAlreadyLocked)
	if back := testkit.Does(t, locked, leadtocash.Invoice.UnlockPricing, leadtocash.UnlockPricing{}, f, "invoice.pricing_unlocked", "new", "new"); back.Totals != i.Totals {
		t.Errorf("I-45: locking and unlocking changed %+v to %+v", i.Totals, back.Totals)
	}
	testkit.Refuses(t, b, leadtocash.Invoice.LockPricing, leadtocash.LockPricing{}, f, codes.ErrReadOnly)
	testkit.Refuses(t, b, leadtocash.Invoice.UnlockPricing, leadtocash.UnlockPricing{}, f, codes.ErrReadOnly, codes.ErrAlreadyUnlocked)
}

func TestInvoiceReadOnly(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, Settings: leadtocash.Settings{D365Compat: true}}
	for _, status := range []leadtocash.InvoiceStatus{
		leadtocash.InvoiceStatusClosedCanceled, leadtocash.InvoiceStatusClosedPaid, leadtocash.InvoiceStatusPaid,
		leadtocash.InvoiceStatusPartiallyPaid, leadtocash.InvoiceStatusCanceled,
	} {
		i := testkit.InvoiceIn(t, status)
		testkit.Refuses(t, i, leadtocash.Invoice.Edit, leadtocash.EditInvoice{Fields: testkit.InvoiceFields()}, f, codes.ErrReadOnly)
		testkit.Refuses(t, i, testkit.Alone(leadtocash.Invoice.EditLines), pricing.EditLines{Remove: []int32{1}}, f, codes.ErrParentReadOnly)
		testkit.Refuses(t, i, leadtocash.Invoice.GetProducts, pricing.GetProducts{OpportunityID: testkit.IDOf[record.OpportunityID](1)}, f, codes.ErrParentReadOnly)
		testkit.Refuses(t, i, leadtocash.Invoice.Recalculate, pricing.Recalculate{}, f, codes.ErrReadOnly)
		testkit.Refuses(t, i, leadtocash.Invoice.ChangeCurrency, pricing.ChangeCurrency{Currency: money.USD}, f, codes.ErrReadOnly)
		testkit.Refuses(t, i, leadtocash.Invoice.LockPricing, leadtocash.LockPricing{}, f, codes.ErrReadOnly)
		testkit.Refuses(t, i, leadtocash.Invoice.UnlockPricing, leadtocash.UnlockPricing{}, f, codes.ErrReadOnly)
		testkit.Refuses(t, i, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusNew}, f, codes.ErrStatusNotInState)
		testkit.Refuses(t, i, testkit.Alone(leadtocash.Invoice.Delete), record.DeleteRecord{}, f, codes.ErrDeleteReadOnly)
	}
}

// Canceling or deleting an invoice lets its order be billed again.
func TestInvoiceCancelDelete(t *testing.T) {
	t.Parallel()
	o, i := billed(t, testkit.OrderIn(t, leadtocash.OrderStatusComplete), leadtocash.OrderFacts{Stamp: testkit.Noon})
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: &o}
	canceled, err := i.Cancel(leadtocash.CancelInvoice{Note: "wrong address"}, f)
	if err != nil {
		t.Fatal(err)
	}
	deleted, err := i.Delete(record.DeleteRecord{}, f)
	if err != nil {
		t.Fatal(err)
	}
	if canceled.Record.Status != leadtocash.InvoiceStatusCanceled || canceled.Events[0].Data.Get("note") != "wrong address" {
		t.Errorf("the invoice is %s, event %+v", canceled.Record.Status, canceled.Events[0])
	}
	if e := deleted.Events[0]; !e.Deleted || e.Type != "invoice.deleted" || e.Version != i.Version+1 {
		t.Errorf("event %+v", e)
	}
	for _, out := range []leadtocash.SavedInvoice{canceled, deleted} {
		if out.Order == nil || out.Order.Status != leadtocash.OrderStatusComplete || out.Order.Invoicing != pricing.InvoicingNone ||
			!out.Order.Lines[0].QuantityInvoiced.IsZero() || len(out.Events) != 2 || out.Events[1].Type != "order.rederived" {
			t.Errorf("the order is %+v, events %+v", out.Order, out.Events)
		}
	}
	testkit.Refuses(t, canceled.Record, testkit.Alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, codes.ErrInvalidTransition)
	again, err := canceled.Order.Invoice(leadtocash.InvoiceOrder{}, leadtocash.OrderFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{canceled.Record}})
	if err != nil || again.Invoice.TotalAmount != i.TotalAmount || again.Record.Status != leadtocash.OrderStatusInvoiced {
		t.Errorf("billed again as %s (%v)", again.Invoice.TotalAmount, err)
	}

	imported := o // canceled although it is billed
	imported.Status = leadtocash.OrderStatusNoMoney
	if out, err := i.Cancel(leadtocash.CancelInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: &imported}); err != nil || out.Order != nil {
		t.Errorf("I-42: a canceled order became %+v (%v)", out.Order, err)
	}

	f = leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	testkit.Refuses(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled), testkit.Alone(leadtocash.Invoice.Delete), record.DeleteRecord{}, f, codes.ErrDeleteReadOnly)
	testkit.Does(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled), testkit.Alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, "invoice.canceled", "billed", "canceled")
	testkit.Refuses(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusPartiallyPaid), testkit.Alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, codes.ErrHasPayments)
	testkit.Refuses(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusPaid), testkit.Alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, codes.ErrHasPayments)
	testkit.Refuses(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusClosedPaid), testkit.Alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, codes.ErrInvalidTransition)
	f.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
	testkit.Refuses(t, testkit.NewInvoice(t), testkit.Alone(leadtocash.Invoice.Delete), record.DeleteRecord{}, f, codes.ErrInUse)
}

func TestInvoiceReactivateAssign(t *testing.T) {
	t.Parallel()
	strict := leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	compat := leadtocash.InvoiceFacts{Stamp: testkit.Noon, Settings: leadtocash.Settings{D365Compat: true}}
	noMoney := testkit.Does(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled), testkit.Alone(leadtocash.Invoice.MarkPaid), leadtocash.PayInvoice{Partial: true}, compat,
		"invoice.part_paid", "billed", "partially_paid")
	testkit.Refuses(t, noMoney, leadtocash.Invoice.Reactivate, leadtocash.ReactivateInvoice{}, strict, codes.ErrInvalidTransition)
	back := testkit.Does(t, noMoney, leadtocash.Invoice.Reactivate, leadtocash.ReactivateInvoice{}, compat, "invoice.reactivated", "partially_paid", "billed")
	if back.InvoiceNumber != noMoney.InvoiceNumber || back.IssueDate.IsZero() {
		t.Errorf("reactivated as number %q of %s", back.InvoiceNumber, back.IssueDate)
	}
	testkit.Refuses(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusPaid), leadtocash.Invoice.Reactivate, leadtocash.ReactivateInvoice{}, compat, codes.ErrInvalidTransition)
	testkit.Refuses(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusCanceled), leadtocash.Invoice.Reactivate, leadtocash.ReactivateInvoice{}, compat, codes.ErrInvalidTransition)

	i := testkit.InvoiceIn(t, leadtocash.InvoiceStatusPaid)
	testkit.Idles(t, i, leadtocash.Invoice.Assign, record.Assign{Owner: i.Owner}, strict)
	testkit.Does(t, i, leadtocash.Invoice.Assign, record.Assign{Owner: testkit.Bob}, strict, "invoice.assigned", "paid", "paid")
	strict.Inactive = []record.Ref{testkit.RefTo(kinds.Seller, 7)}
	testkit.Refuses(t, i, leadtocash.Invoice.Assign, record.Assign{Owner: seller}, strict, codes.ErrInactive)
}

// Lines that take their shares of the discount with them do so as well after the
// invoice had no price for a while.
func TestInvoiceEditLinesAfterAnError(t *testing.T) {
	t.Parallel()
	o := testkit.NewOrder(t, testkit.WriteIn("1", "100.00"), testkit.WriteIn("1", "50.00"), testkit.WriteIn("1", "30.00"))
	edit := leadtocash.EditOrder{Fields: o.OrderFields}
	edit.Fields.DiscountPercentage = testkit.Some("10")
	o = testkit.Does(t, o, leadtocash.Order.Edit, edit, leadtocash.OrderFacts{Stamp: testkit.Noon}, "order.edited", "new", "new")
	for name, lines := range map[string][]pricing.LineQuantity{"with a percentage": nil, "with an amount": testkit.Take("1", "1", "0")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			order, i := billed(t, o, leadtocash.OrderFacts{Stamp: testkit.Noon}, lines...)
			i.IsPriceLocked = false
			f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: &order}
			broken, err := i.EditLines(pricing.EditLines{Add: []pricing.LineFields{testkit.WriteIn("-1", "1000.00")}}, f)
			if err != nil || (broken.Record.PricingError == 0) != (lines == nil) {
				t.Fatalf("with less than nothing to discount the invoice has the error %q (%v)", broken.Record.PricingError, err)
			}
			added := broken.Record.Lines[len(broken.Record.Lines)-1].LineNumber
			out, err := broken.Record.EditLines(pricing.EditLines{Remove: []int32{1, added}}, f)
			if err != nil {
				t.Fatal(err)
			}
			want := i.TotalAmount.Sub(money.EUR.MustAmount("90.00")) // whatever the line that came and went had of a percentage
			if is := out.Record; is.PricingError != 0 || is.Lines[0].AllocatedDiscount.String() != "5.00" || !is.TotalAmount.Equal(want) {
				t.Errorf("the rest has a share of %s and comes to %s, want 5.00 and %s (%s)", is.Lines[0].AllocatedDiscount, is.TotalAmount, want, is.PricingError)
			}
		})
	}
}

// From the issue on an invoice is what was sent: each field that stays is named.
func TestIssuedInvoiceIsWhatWasSent(t *testing.T) {
	t.Parallel()
	quarry := party.Account{ID: testkit.Buyer.Account(), AccountFields: party.AccountFields{Name: "Quarry Works", Address1: &party.Address{Line1: "Old Street 1", City: "Bergen"}}}
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, Buyer: &leadtocash.Buyer{Account: &quarry}}
	i := testkit.NewInvoice(t, testkit.WriteIn("3", "10.00"))
	b := testkit.Does(t, i, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, f, "invoice.issued", "new", "billed")
	if b.BillTo == nil || b.BillTo.Name != "Quarry Works" || b.BillTo.City != "Bergen" {
		t.Fatalf("the buyer is %+v", b.BillTo)
	}
	edit := leadtocash.EditInvoice{Fields: b.InvoiceFields}
	moved := *b.BillTo
	moved.City = "Oslo"
	edit.Fields.BillTo, edit.Fields.Description, edit.Fields.CustomerID = &moved, "new", testkit.Other
	_, err := b.Edit(edit, f)
	var fields []string
	for _, r := range record.ReasonsOf(err) {
		if r.Code != codes.ErrReadOnly {
			t.Errorf("refused with %+v", r)
		}
		fields = append(fields, r.Field)
	}
	if want := []string{"fields.customer_id", "fields.bill_to.city", "fields.description"}; !slices.Equal(fields, want) {
		t.Errorf("read-only are %v, want %v", fields, want)
	}
	testkit.Idles(t, b, leadtocash.Invoice.Edit, leadtocash.EditInvoice{Fields: b.Clone().InvoiceFields}, f)

	f.Settings.D365Compat = true
	edit.Fields.Description, edit.Fields.BillTo = "", b.BillTo
	testkit.Does(t, b, leadtocash.Invoice.Edit, edit, f, "invoice.edited", "billed", "billed")
	b.DunningLevel = leadtocash.DunningReminder
	testkit.Refuses(t, b, leadtocash.Invoice.Edit, edit, f, codes.ErrInUse)
	b.DunningLevel, b.SettledAmount = 0, testkit.Amount(t, "1.00")
	testkit.Refuses(t, b, leadtocash.Invoice.Edit, edit, f, codes.ErrHasPayments)

	quarry.Name = " "
	testkit.Refuses(t, i, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Buyer: f.Buyer}, codes.ErrMissingField)
}
