package leadtocash_test

import (
	"iter"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
)

func invoiceFields() leadtocash.InvoiceFields {
	return leadtocash.InvoiceFields{Name: "Ten desks", CustomerID: buyer}
}

func newInvoice(t *testing.T, lines ...leadtocash.LineFields) leadtocash.Invoice {
	t.Helper()
	return born(t, leadtocash.NewInvoice, leadtocash.CreateInvoice{
		ID: idOf[leadtocash.InvoiceID](1), Birth: leadtocash.Birth{Currency: leadtocash.EUR}, Fields: invoiceFields(), Lines: lines,
	}, leadtocash.InvoiceFacts{Stamp: morning}, "invoice.created", "new")
}

// invoiceIn makes an invoice of 30.00 in the status.
func invoiceIn(t *testing.T, status leadtocash.InvoiceStatus) leadtocash.Invoice {
	t.Helper()
	i, f := newInvoice(t, writeIn("3", "10.00")), leadtocash.InvoiceFacts{Stamp: morning, NextNumber: "INV-1"}
	switch status {
	case leadtocash.InvoiceStatusBilled:
		i = does(t, i, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, f, "invoice.issued", "new", "billed")
	case leadtocash.InvoiceStatusPaid, leadtocash.InvoiceStatusPartiallyPaid:
		cmd := leadtocash.PayInvoice{}
		if status == leadtocash.InvoiceStatusPartiallyPaid {
			cmd = leadtocash.PayInvoice{Partial: true, Amount: euro("10.00")}
		}
		out, err := i.MarkPaid(cmd, f)
		if err != nil {
			t.Fatal(err)
		}
		i = out.Invoice
	case leadtocash.InvoiceStatusCanceled:
		i = does(t, i, alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, "invoice.canceled", "new", "canceled")
	case leadtocash.InvoiceStatusClosedCanceled, leadtocash.InvoiceStatusClosedPaid:
		i.Status = status // by import
	default:
		if status != i.Status {
			i = does(t, i, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: status}, f, "invoice.status_changed", "new", status.String())
		}
	}
	if i.Status != status {
		t.Fatalf("an invoice is %s, want %s", i.Status, status)
	}
	return i
}

func TestInvoiceFlow(t *testing.T) {
	t.Parallel()
	compareWithSpec(t, leadtocash.KindInvoice, issuedOnce(leadtocash.InvoiceFlow().Matrix()))
}

// issuedOnce leaves out that setting the status of a billed invoice could issue
// it: the checks of an action hold for every status, and these find nothing.
func issuedOnce(matrix iter.Seq[leadtocash.Cell]) iter.Seq[leadtocash.Cell] {
	return func(yield func(leadtocash.Cell) bool) {
		for c := range matrix {
			if c.Action == leadtocash.ActionInvoiceSetStatus && c.Status == "billed" {
				c.Checks = slices.DeleteFunc(slices.Clone(c.Checks), func(r leadtocash.Requirement) bool {
					return r.Code == leadtocash.ErrPricingError || r.Code == leadtocash.ErrNoLines || r.Code == leadtocash.ErrNegativeTotal
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
	survives[leadtocash.Invoice](t)
}

func TestInvoiceLimits(t *testing.T) {
	t.Parallel()
	checkLimits(t, leadtocash.NewInvoice,
		`{"id":"0f000000-0000-0000-0000-000000000001","currency":"EUR","fields":{"name":"n","customer_id":{"kind":"account","id":"0f000000-0000-0000-0000-000000000001"}}}`,
		map[string]int{"name": 300, "description": 2000}, map[string][2]int64{"freight_amount": {0, 1e12}})
}

func TestNewInvoice(t *testing.T) {
	t.Parallel()
	i := newInvoice(t, writeIn("3", "33.33"))
	if i.InvoiceNumber != "" || i.IsPriceLocked || i.TotalAmount.String() != "99.99" || i.SettledAmount.String() != "0.00" || !i.OpenBalance().IsZero() {
		t.Errorf("a new invoice is %+v", i)
	}
	good := leadtocash.CreateInvoice{ID: i.ID, Birth: leadtocash.Birth{Currency: leadtocash.EUR}, Fields: invoiceFields()}
	for name, c := range map[string]struct {
		change func(*leadtocash.CreateInvoice, *leadtocash.InvoiceFacts)
		code   leadtocash.Code
	}{
		"id":   {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) { c.ID = leadtocash.InvoiceID{} }, leadtocash.ErrMissingField},
		"name": {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) { c.Fields.Name = "" }, leadtocash.ErrMissingField},
		"customer": {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) {
			c.Fields.CustomerID = leadtocash.CustomerID{}
		}, leadtocash.ErrMissingField},
		"currency": {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) { c.Currency = 0 }, leadtocash.ErrMissingField},
		"billed": {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) {
			c.Status = leadtocash.InvoiceStatusBilled
		}, leadtocash.ErrUseDedicatedAction},
		"paid": {func(c *leadtocash.CreateInvoice, _ *leadtocash.InvoiceFacts) { c.Status = leadtocash.InvoiceStatusPaid }, leadtocash.ErrStatusNotInState},
		"inactive": {func(_ *leadtocash.CreateInvoice, f *leadtocash.InvoiceFacts) {
			f.Inactive = []leadtocash.Ref{buyer.Ref}
		}, leadtocash.ErrCustomerInactive},
		"compat": {func(_ *leadtocash.CreateInvoice, f *leadtocash.InvoiceFacts) { f.Settings.D365Compat = true }, leadtocash.ErrMissingPriceList},
		"opportunity": {func(_ *leadtocash.CreateInvoice, f *leadtocash.InvoiceFacts) {
			f.Opportunity = &leadtocash.Opportunity{Head: leadtocash.Head{Currency: leadtocash.USD}}
		}, leadtocash.ErrCurrencyMismatch},
	} {
		cmd, f := good, leadtocash.InvoiceFacts{Stamp: morning}
		c.change(&cmd, &f)
		t.Run(name, func(t *testing.T) { refusesBirth(t, leadtocash.NewInvoice, cmd, f, c.code) })
	}
}

func TestInvoiceEdit(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: noon}
	i := newInvoice(t, writeIn("3", "10.00"))
	edit := leadtocash.EditInvoice{Fields: i.InvoiceFields}
	idles(t, i, leadtocash.Invoice.Edit, edit, f)
	edit.Fields.DiscountPercentage = some("10")
	if next := does(t, i, leadtocash.Invoice.Edit, edit, f, "invoice.edited", "new", "new"); next.TotalAmount.String() != "27.00" {
		t.Errorf("with 10 percent off the total is %s, want 27.00", next.TotalAmount)
	}
	f.Inactive = []leadtocash.Ref{other.Ref}
	edit.Fields.CustomerID = other
	refuses(t, i, leadtocash.Invoice.Edit, edit, f, leadtocash.ErrCustomerInactive)

	b := invoiceIn(t, leadtocash.InvoiceStatusBilled)
	edit = leadtocash.EditInvoice{Fields: b.InvoiceFields}
	edit.Fields.Description, edit.Fields.DueDate = "second copy", 2026_04_01
	next := does(t, b, leadtocash.Invoice.Edit, edit, f, "invoice.edited", "billed", "billed")
	if next.DueDate != 2026_04_01 || next.Totals != b.Totals {
		t.Errorf("due %s, totals %+v", next.DueDate, next.Totals)
	}
	edit.Fields.DueDate, edit.Fields.PaymentTerms = 0, leadtocash.PaymentTermsNet45
	if next = does(t, b, leadtocash.Invoice.Edit, edit, f, "invoice.edited", "billed", "billed"); next.DueDate != 2026_04_16 {
		t.Errorf("without a due date it is due on %s, want 45 days after the issue", next.DueDate)
	}
	edit.Fields.DueDate = 2026_03_01
	refuses(t, b, leadtocash.Invoice.Edit, edit, f, leadtocash.ErrInvalid)
	edit.Fields.DueDate, edit.Fields.FreightAmount = 2026_04_01, euro("1.00")
	refuses(t, b, leadtocash.Invoice.Edit, edit, f, leadtocash.ErrReadOnly)
	f.Settings.D365Compat = true
	if next = does(t, b, leadtocash.Invoice.Edit, edit, f, "invoice.edited", "billed", "billed"); next.AmountDue.String() != "31.00" {
		t.Errorf("as in Dynamics 365, %s is due, want 31.00", next.AmountDue)
	}
}

// Another discount of a whole invoice prices its lines on their own.
func TestInvoiceEditDiscount(t *testing.T) {
	t.Parallel()
	o := discounted(t)
	f := leadtocash.OrderFacts{Stamp: noon}
	o, first := billed(t, o, f, take("1")...)
	f.Invoices = []leadtocash.Invoice{first}
	o, second := billed(t, o, f, take("1")...)
	edit := leadtocash.EditInvoice{Fields: second.InvoiceFields}
	edit.Fields.DiscountAmount = euro("5.00")
	next := does(t, second, leadtocash.Invoice.Edit, edit, leadtocash.InvoiceFacts{Stamp: noon, Order: &o, Siblings: f.Invoices}, "invoice.edited", "new", "new")
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
	f := leadtocash.InvoiceFacts{Stamp: noon}
	i := newInvoice(t, writeIn("3", "10.00"))
	idles(t, i, alone(leadtocash.Invoice.EditLines), leadtocash.EditLines{}, f)
	cmd := leadtocash.EditLines{Add: []leadtocash.LineFields{writeIn("1", "7.00")}}
	if next := does(t, i, alone(leadtocash.Invoice.EditLines), cmd, f, "invoice.lines_edited", "new", "new"); next.TotalAmount.String() != "37.00" {
		t.Errorf("total %s, want 37.00", next.TotalAmount)
	}
	refuses(t, i, alone(leadtocash.Invoice.EditLines), leadtocash.EditLines{Remove: []int32{9}}, f, leadtocash.ErrNotFound)
	refuses(t, i, alone(leadtocash.Invoice.EditLines), leadtocash.EditLines{Add: []leadtocash.LineFields{{ProductID: leadtocash.ProductID{UUID: seller}, UnitID: leadtocash.UnitID{UUID: seller}, Quantity: some("1")}}}, f,
		leadtocash.ErrMissingPriceList)
	locked := does(t, i, leadtocash.Invoice.LockPricing, leadtocash.LockPricing{}, f, "invoice.pricing_locked", "new", "new")
	refuses(t, locked, alone(leadtocash.Invoice.EditLines), cmd, f, leadtocash.ErrPricesLocked)

	b := invoiceIn(t, leadtocash.InvoiceStatusBilled)
	refuses(t, b, alone(leadtocash.Invoice.EditLines), cmd, f, leadtocash.ErrParentReadOnly)
	refuses(t, b, alone(leadtocash.Invoice.EditLines), leadtocash.EditLines{Remove: []int32{1}}, f, leadtocash.ErrParentReadOnly)
	worth := writeIn("4", "10.00")
	refuses(t, b, alone(leadtocash.Invoice.EditLines), leadtocash.EditLines{Change: []leadtocash.ChangeLine{{LineNumber: 1, Fields: worth}}}, f, leadtocash.ErrParentReadOnly)
	sent := writeIn("3", "10.00")
	sent.Shipping = &leadtocash.LineShipping{TrackingNumber: "1Z"}
	next := does(t, b, alone(leadtocash.Invoice.EditLines), leadtocash.EditLines{Change: []leadtocash.ChangeLine{{LineNumber: 1, Fields: sent}}}, f,
		"invoice.lines_edited", "billed", "billed")
	if next.Lines[0].Shipping.TrackingNumber != "1Z" || next.Totals != b.Totals {
		t.Errorf("the line is %+v, the totals %+v", next.Lines[0], next.Totals)
	}
	f.Settings.D365Compat = true
	does(t, b, alone(leadtocash.Invoice.EditLines), cmd, f, "invoice.lines_edited", "billed", "billed")
}

// A line of an order takes another piece with another quantity, and the order
// counts it.
func TestInvoiceEditLinesOfOrder(t *testing.T) {
	t.Parallel()
	o := discounted(t)
	o = does(t, o, leadtocash.Order.Edit, leadtocash.EditOrder{Fields: func() leadtocash.OrderFields {
		f := o.OrderFields
		f.DiscountPercentage = some("10")
		return f
	}()}, leadtocash.OrderFacts{Stamp: morning}, "order.edited", "new", "new")
	o = does(t, o, alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, leadtocash.OrderFacts{Stamp: noon}, "order.fulfilled", "new", "complete")
	o, i := billed(t, o, leadtocash.OrderFacts{Stamp: noon})
	if o.Status != leadtocash.OrderStatusInvoiced || i.TotalAmount.String() != "81.00" {
		t.Fatalf("the order is %s, the invoice %s", o.Status, i.TotalAmount)
	}
	f := leadtocash.InvoiceFacts{Stamp: noon, Order: &o}
	l := i.Lines[0]
	change := func(quantity string) leadtocash.EditLines {
		return leadtocash.EditLines{Change: []leadtocash.ChangeLine{{LineNumber: 1, Fields: leadtocash.LineFields{
			WriteInText: l.WriteInText, Quantity: some(quantity), PricePerUnit: l.PricePerUnit, ManualDiscount: l.ManualDiscount,
		}}}}
	}
	refuses(t, i, alone(leadtocash.Invoice.EditLines), change("4"), f, leadtocash.ErrOverInvoiced)
	refuses(t, i, alone(leadtocash.Invoice.EditLines), change("-1"), f, leadtocash.ErrOverInvoiced)
	out, err := i.EditLines(change("1"), f)
	if err != nil {
		t.Fatal(err)
	}
	piece := out.Invoice.Lines[0]
	if !piece.Piece || piece.BaseAmount.String() != "33.33" || piece.NetAmount.String() != "30.00" || piece.AllocatedDiscount.String() != "3.00" ||
		!out.Invoice.DiscountAmount.Equal(euro("3.00")) || !out.Invoice.DiscountPercentage.IsZero() || out.Invoice.TotalAmount.String() != "27.00" {
		t.Errorf("one of three is %+v with %+v", piece, out.Invoice.Charges)
	}
	if out.Order == nil || out.Order.Status != leadtocash.OrderStatusComplete || !out.Order.Lines[0].QuantityInvoiced.Equal(some("1")) {
		t.Fatalf("the order became %+v", out.Order)
	}
	if len(out.Events) != 2 || out.Events[1].Type != "order.rederived" || out.Events[1].From != "invoiced" || out.Events[1].To != "complete" {
		t.Errorf("events %+v", out.Events)
	}
	_, rest := billed(t, *out.Order, leadtocash.OrderFacts{Stamp: noon, Invoices: []leadtocash.Invoice{out.Invoice}})
	if rest.TotalAmount.String() != "54.00" || rest.Lines[0].BaseAmount.String() != "66.67" {
		t.Errorf("the rest is %s of %s, want 54.00 of 66.67", rest.TotalAmount, rest.Lines[0].BaseAmount)
	}

	// An earlier invoice takes what a later one leaves.
	order := does(t, *out.Order, alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{Lines: take("1")},
		leadtocash.OrderFacts{Stamp: noon, Invoices: []leadtocash.Invoice{out.Invoice}}, "order.invoiced", "complete", "complete")
	_, second := billed(t, *out.Order, leadtocash.OrderFacts{Stamp: noon, Invoices: []leadtocash.Invoice{out.Invoice}}, take("1")...)
	two := change("2")
	two.Change[0].Fields.ManualDiscount = piece.ManualDiscount
	more, err := out.Invoice.EditLines(two, leadtocash.InvoiceFacts{Stamp: noon, Order: &order, Siblings: []leadtocash.Invoice{second}})
	if err != nil {
		t.Fatal(err)
	}
	if l := more.Invoice.Lines[0]; second.Lines[0].BaseAmount.String() != "33.34" || l.BaseAmount.String() != "66.66" || more.Order.Status != leadtocash.OrderStatusInvoiced {
		t.Errorf("beside %s the rest is %s, the order %s", second.Lines[0].BaseAmount, l.BaseAmount, more.Order.Status)
	}

	gone, err := i.EditLines(leadtocash.EditLines{Remove: []int32{1}}, f)
	if err != nil {
		t.Fatal(err)
	}
	if gone.Order == nil || gone.Order.Invoicing != leadtocash.InvoicingNone || !gone.Invoice.TotalAmount.IsZero() || gone.Invoice.PricingError != 0 {
		t.Errorf("without its line the invoice is %+v, the order %+v", gone.Invoice.Totals, gone.Order)
	}
}

func TestInvoiceGetProducts(t *testing.T) {
	t.Parallel()
	cmd := leadtocash.GetProducts{OpportunityID: idOf[leadtocash.OpportunityID](1)}
	f := leadtocash.InvoiceFacts{Stamp: noon, Products: &leadtocash.Opportunity{Head: leadtocash.Head{Currency: leadtocash.EUR}}}
	i := newInvoice(t)
	idles(t, i, leadtocash.Invoice.GetProducts, cmd, f)
	f.Products.Lines = newOrder(t, writeIn("2", "2.50")).Lines
	if next := does(t, i, leadtocash.Invoice.GetProducts, cmd, f, "invoice.products_added", "new", "new"); next.TotalAmount.String() != "5.00" || next.Lines[0].SourceLine != 0 {
		t.Errorf("total %s of %+v", next.TotalAmount, next.Lines)
	}
	refuses(t, invoiceIn(t, leadtocash.InvoiceStatusBilled), leadtocash.Invoice.GetProducts, cmd, f, leadtocash.ErrParentReadOnly)
	i.IsPriceLocked = true
	refuses(t, i, leadtocash.Invoice.GetProducts, cmd, f, leadtocash.ErrPricesLocked)
	f.Products.Currency = leadtocash.USD
	refuses(t, i, leadtocash.Invoice.GetProducts, cmd, f, leadtocash.ErrCurrencyMismatch, leadtocash.ErrPricesLocked)
}

func TestInvoiceRecalculateCurrencyAndLock(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: noon}
	i, b := newInvoice(t, writeIn("2", "2.50")), invoiceIn(t, leadtocash.InvoiceStatusBilled)
	idles(t, i, leadtocash.Invoice.Recalculate, leadtocash.Recalculate{}, f)
	stale := i
	stale.TotalAmount = amount(t, "1.00")
	if next := does(t, stale, leadtocash.Invoice.Recalculate, leadtocash.Recalculate{}, f, "invoice.recalculated", "new", "new"); next.TotalAmount.String() != "5.00" {
		t.Errorf("total %s, want 5.00", next.TotalAmount)
	}
	refuses(t, b, leadtocash.Invoice.Recalculate, leadtocash.Recalculate{}, f, leadtocash.ErrReadOnly)

	yen := leadtocash.ChangeCurrency{Currency: leadtocash.JPY}
	refuses(t, i, leadtocash.Invoice.ChangeCurrency, yen, f, leadtocash.ErrCurrencyInUse)
	refuses(t, b, leadtocash.Invoice.ChangeCurrency, yen, f, leadtocash.ErrReadOnly, leadtocash.ErrCurrencyInUse)
	empty := newInvoice(t)
	idles(t, empty, leadtocash.Invoice.ChangeCurrency, leadtocash.ChangeCurrency{Currency: leadtocash.EUR}, f)
	if next := does(t, empty, leadtocash.Invoice.ChangeCurrency, yen, f, "invoice.currency_changed", "new", "new"); next.SettledAmount.String() != "0" {
		t.Errorf("in yen %s is settled", next.SettledAmount)
	}
	empty.SalesOrderID = idOf[leadtocash.OrderID](1)
	refuses(t, empty, leadtocash.Invoice.ChangeCurrency, yen, f, leadtocash.ErrCurrencyMismatch)
	empty.SalesOrderID, empty.FreightAmount = leadtocash.OrderID{}, euro("0.50")
	refuses(t, empty, leadtocash.Invoice.ChangeCurrency, yen, f, leadtocash.ErrOutOfRange)

	refuses(t, i, leadtocash.Invoice.UnlockPricing, leadtocash.UnlockPricing{}, f, leadtocash.ErrAlreadyUnlocked)
	locked := does(t, i, leadtocash.Invoice.LockPricing, leadtocash.LockPricing{}, f, "invoice.pricing_locked", "new", "new")
	refuses(t, locked, leadtocash.Invoice.LockPricing, leadtocash.LockPricing{}, f, leadtocash.ErrAlreadyLocked)
	if back := does(t, locked, leadtocash.Invoice.UnlockPricing, leadtocash.UnlockPricing{}, f, "invoice.pricing_unlocked", "new", "new"); back.Totals != i.Totals {
		t.Errorf("I-45: locking and unlocking changed %+v to %+v", i.Totals, back.Totals)
	}
	refuses(t, b, leadtocash.Invoice.LockPricing, leadtocash.LockPricing{}, f, leadtocash.ErrReadOnly)
	refuses(t, b, leadtocash.Invoice.UnlockPricing, leadtocash.UnlockPricing{}, f, leadtocash.ErrReadOnly, leadtocash.ErrAlreadyUnlocked)
}

func TestInvoiceReadOnly(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: noon, Settings: leadtocash.Settings{D365Compat: true}}
	for _, status := range []leadtocash.InvoiceStatus{
		leadtocash.InvoiceStatusClosedCanceled, leadtocash.InvoiceStatusClosedPaid, leadtocash.InvoiceStatusPaid,
		leadtocash.InvoiceStatusPartiallyPaid, leadtocash.InvoiceStatusCanceled,
	} {
		i := invoiceIn(t, status)
		refuses(t, i, leadtocash.Invoice.Edit, leadtocash.EditInvoice{Fields: invoiceFields()}, f, leadtocash.ErrReadOnly)
		refuses(t, i, alone(leadtocash.Invoice.EditLines), leadtocash.EditLines{Remove: []int32{1}}, f, leadtocash.ErrParentReadOnly)
		refuses(t, i, leadtocash.Invoice.GetProducts, leadtocash.GetProducts{OpportunityID: idOf[leadtocash.OpportunityID](1)}, f, leadtocash.ErrParentReadOnly)
		refuses(t, i, leadtocash.Invoice.Recalculate, leadtocash.Recalculate{}, f, leadtocash.ErrReadOnly)
		refuses(t, i, leadtocash.Invoice.ChangeCurrency, leadtocash.ChangeCurrency{Currency: leadtocash.USD}, f, leadtocash.ErrReadOnly)
		refuses(t, i, leadtocash.Invoice.LockPricing, leadtocash.LockPricing{}, f, leadtocash.ErrReadOnly)
		refuses(t, i, leadtocash.Invoice.UnlockPricing, leadtocash.UnlockPricing{}, f, leadtocash.ErrReadOnly)
		refuses(t, i, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusNew}, f, leadtocash.ErrStatusNotInState)
		refuses(t, i, alone(leadtocash.Invoice.Delete), leadtocash.DeleteRecord{}, f, leadtocash.ErrDeleteReadOnly)
	}
}

// Canceling or deleting an invoice lets its order be billed again.
func TestInvoiceCancelDelete(t *testing.T) {
	t.Parallel()
	o, i := billed(t, orderIn(t, leadtocash.OrderStatusComplete), leadtocash.OrderFacts{Stamp: noon})
	f := leadtocash.InvoiceFacts{Stamp: noon, Order: &o}
	canceled, err := i.Cancel(leadtocash.CancelInvoice{Note: "wrong address"}, f)
	if err != nil {
		t.Fatal(err)
	}
	deleted, err := i.Delete(leadtocash.DeleteRecord{}, f)
	if err != nil {
		t.Fatal(err)
	}
	if canceled.Invoice.Status != leadtocash.InvoiceStatusCanceled || canceled.Events[0].Data.Get("note") != "wrong address" {
		t.Errorf("the invoice is %s, event %+v", canceled.Invoice.Status, canceled.Events[0])
	}
	if e := deleted.Events[0]; !e.Deleted || e.Type != "invoice.deleted" || e.Version != i.Version+1 {
		t.Errorf("event %+v", e)
	}
	for _, out := range []leadtocash.SavedInvoice{canceled, deleted} {
		if out.Order == nil || out.Order.Status != leadtocash.OrderStatusComplete || out.Order.Invoicing != leadtocash.InvoicingNone ||
			!out.Order.Lines[0].QuantityInvoiced.IsZero() || len(out.Events) != 2 || out.Events[1].Type != "order.rederived" {
			t.Errorf("the order is %+v, events %+v", out.Order, out.Events)
		}
	}
	refuses(t, canceled.Invoice, alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, leadtocash.ErrInvalidTransition)
	again, err := canceled.Order.Invoice(leadtocash.InvoiceOrder{}, leadtocash.OrderFacts{Stamp: noon, Invoices: []leadtocash.Invoice{canceled.Invoice}})
	if err != nil || again.Invoice.TotalAmount != i.TotalAmount || again.Order.Status != leadtocash.OrderStatusInvoiced {
		t.Errorf("billed again as %s (%v)", again.Invoice.TotalAmount, err)
	}

	imported := o // canceled although it is billed
	imported.Status = leadtocash.OrderStatusNoMoney
	if out, err := i.Cancel(leadtocash.CancelInvoice{}, leadtocash.InvoiceFacts{Stamp: noon, Order: &imported}); err != nil || out.Order != nil {
		t.Errorf("I-42: a canceled order became %+v (%v)", out.Order, err)
	}

	f = leadtocash.InvoiceFacts{Stamp: noon}
	refuses(t, invoiceIn(t, leadtocash.InvoiceStatusBilled), alone(leadtocash.Invoice.Delete), leadtocash.DeleteRecord{}, f, leadtocash.ErrDeleteReadOnly)
	does(t, invoiceIn(t, leadtocash.InvoiceStatusBilled), alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, "invoice.canceled", "billed", "canceled")
	refuses(t, invoiceIn(t, leadtocash.InvoiceStatusPartiallyPaid), alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, leadtocash.ErrHasPayments)
	refuses(t, invoiceIn(t, leadtocash.InvoiceStatusPaid), alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, leadtocash.ErrHasPayments)
	refuses(t, invoiceIn(t, leadtocash.InvoiceStatusClosedPaid), alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, leadtocash.ErrInvalidTransition)
	f.InUse = []leadtocash.Ref{refTo(leadtocash.KindConnection, 1)}
	refuses(t, newInvoice(t), alone(leadtocash.Invoice.Delete), leadtocash.DeleteRecord{}, f, leadtocash.ErrInUse)
}

func TestInvoiceReactivateAssign(t *testing.T) {
	t.Parallel()
	strict := leadtocash.InvoiceFacts{Stamp: noon}
	compat := leadtocash.InvoiceFacts{Stamp: noon, Settings: leadtocash.Settings{D365Compat: true}}
	noMoney := does(t, invoiceIn(t, leadtocash.InvoiceStatusBilled), alone(leadtocash.Invoice.MarkPaid), leadtocash.PayInvoice{Partial: true}, compat,
		"invoice.part_paid", "billed", "partially_paid")
	refuses(t, noMoney, leadtocash.Invoice.Reactivate, leadtocash.ReactivateInvoice{}, strict, leadtocash.ErrInvalidTransition)
	back := does(t, noMoney, leadtocash.Invoice.Reactivate, leadtocash.ReactivateInvoice{}, compat, "invoice.reactivated", "partially_paid", "billed")
	if back.InvoiceNumber != noMoney.InvoiceNumber || back.IssueDate.IsZero() {
		t.Errorf("reactivated as number %q of %s", back.InvoiceNumber, back.IssueDate)
	}
	refuses(t, invoiceIn(t, leadtocash.InvoiceStatusPaid), leadtocash.Invoice.Reactivate, leadtocash.ReactivateInvoice{}, compat, leadtocash.ErrInvalidTransition)
	refuses(t, invoiceIn(t, leadtocash.InvoiceStatusCanceled), leadtocash.Invoice.Reactivate, leadtocash.ReactivateInvoice{}, compat, leadtocash.ErrInvalidTransition)

	i := invoiceIn(t, leadtocash.InvoiceStatusPaid)
	idles(t, i, leadtocash.Invoice.Assign, leadtocash.Assign{Owner: i.Owner}, strict)
	does(t, i, leadtocash.Invoice.Assign, leadtocash.Assign{Owner: bob}, strict, "invoice.assigned", "paid", "paid")
	strict.Inactive = []leadtocash.Ref{refTo(leadtocash.KindSeller, 7)}
	refuses(t, i, leadtocash.Invoice.Assign, leadtocash.Assign{Owner: seller}, strict, leadtocash.ErrInactive)
}

// Lines that take their shares of the discount with them do so as well after the
// invoice had no price for a while.
func TestInvoiceEditLinesAfterAnError(t *testing.T) {
	t.Parallel()
	o := newOrder(t, writeIn("1", "100.00"), writeIn("1", "50.00"), writeIn("1", "30.00"))
	edit := leadtocash.EditOrder{Fields: o.OrderFields}
	edit.Fields.DiscountPercentage = some("10")
	o = does(t, o, leadtocash.Order.Edit, edit, leadtocash.OrderFacts{Stamp: noon}, "order.edited", "new", "new")
	for name, lines := range map[string][]leadtocash.LineQuantity{"with a percentage": nil, "with an amount": take("1", "1", "0")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			order, i := billed(t, o, leadtocash.OrderFacts{Stamp: noon}, lines...)
			i.IsPriceLocked = false
			f := leadtocash.InvoiceFacts{Stamp: noon, Order: &order}
			broken, err := i.EditLines(leadtocash.EditLines{Add: []leadtocash.LineFields{writeIn("-1", "1000.00")}}, f)
			if err != nil || (broken.Invoice.PricingError == 0) != (lines == nil) {
				t.Fatalf("with less than nothing to discount the invoice has the error %q (%v)", broken.Invoice.PricingError, err)
			}
			added := broken.Invoice.Lines[len(broken.Invoice.Lines)-1].LineNumber
			out, err := broken.Invoice.EditLines(leadtocash.EditLines{Remove: []int32{1, added}}, f)
			if err != nil {
				t.Fatal(err)
			}
			want := i.TotalAmount.Sub(leadtocash.EUR.MustAmount("90.00")) // whatever the line that came and went had of a percentage
			if is := out.Invoice; is.PricingError != 0 || is.Lines[0].AllocatedDiscount.String() != "5.00" || !is.TotalAmount.Equal(want) {
				t.Errorf("the rest has a share of %s and comes to %s, want 5.00 and %s (%s)", is.Lines[0].AllocatedDiscount, is.TotalAmount, want, is.PricingError)
			}
		})
	}
}
