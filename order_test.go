package leadtocash_test

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

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
	"github.com/leadtocash/leadtocash/value"
)

var seller = uuid.UUID{0: 0xf, 15: 7}

// billed bills an order and returns it with the invoice.
func billed(t *testing.T, o leadtocash.Order, f leadtocash.OrderFacts, lines ...pricing.LineQuantity) (leadtocash.Order, leadtocash.Invoice) {
	t.Helper()
	out, err := o.Invoice(leadtocash.InvoiceOrder{Lines: lines}, f)
	if err != nil {
		t.Fatal(err)
	}
	return out.Record, out.Invoice
}

func TestOrderFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Order, recounting(leadtocash.OrderFlow().Matrix()))
	testkit.CompareWithSpec(t, kinds.OrderClose, leadtocash.OrderCloseFlow().Matrix())
}

// recounting takes as changing nothing what only changes the quantities that
// an order counts as invoiced.
func recounting(matrix iter.Seq[flow.Cell]) iter.Seq[flow.Cell] {
	return func(yield func(flow.Cell) bool) {
		for c := range matrix {
			c.NoOp = c.NoOp || c.Action == actions.OrderRederive && slices.Equal(c.To, []string{c.Status})
			if !yield(c) {
				return
			}
		}
	}
}

func TestOrderForms(t *testing.T) {
	t.Parallel()
	testkit.Survives[leadtocash.Order](t)
	testkit.Survives[leadtocash.OrderClose](t)
}

func TestOrderLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, leadtocash.NewOrder,
		`{"id":"0f000000-0000-0000-0000-000000000001","currency":"EUR","fields":{"name":"n","customer_id":{"kind":"account","id":"0f000000-0000-0000-0000-000000000001"}}}`,
		map[string]int{"name": 300, "customer_po_number": 100, "discount_reason": 200, "freight_reason": 200, "description": 2000}, map[string][2]int64{"freight_amount": {0, 1e12}})
}

func TestNewOrder(t *testing.T) {
	t.Parallel()
	o := testkit.NewOrder(t, testkit.WriteIn("3", "33.33"), testkit.WriteIn("-1", "10"))
	if o.OrderNumber == "" || o.IsPriceLocked || o.Fulfilment != leadtocash.FulfilmentNone || o.Invoicing != pricing.InvoicingNone {
		t.Errorf("a new order: number %q, locked %t, fulfilment %s, invoicing %s", o.OrderNumber, o.IsPriceLocked, o.Fulfilment, o.Invoicing)
	}
	if !o.TotalAmount.Equal(testkit.Amount(t, "89.99")) || o.Lines[1].LineNumber != 2 {
		t.Errorf("total %s, want 89.99; lines %+v", o.TotalAmount, o.Lines)
	}

	good := leadtocash.CreateOrder{ID: o.ID, Origin: record.Origin{Currency: money.EUR}, Fields: testkit.OrderFields()}
	opportunity := leadtocash.Opportunity{Head: record.Head{Currency: money.USD, ExchangeRate: testkit.Some("1.1")}}
	for name, c := range map[string]struct {
		change func(*leadtocash.CreateOrder, *leadtocash.OrderFacts)
		codes  []codes.Code
	}{
		"id":   {func(c *leadtocash.CreateOrder, _ *leadtocash.OrderFacts) { c.ID = record.OrderID{} }, testkit.Codes(codes.ErrMissingField)},
		"name": {func(c *leadtocash.CreateOrder, _ *leadtocash.OrderFacts) { c.Fields.Name = "" }, testkit.Codes(codes.ErrMissingField)},
		"customer": {func(c *leadtocash.CreateOrder, _ *leadtocash.OrderFacts) {
			c.Fields.CustomerID = record.CustomerID{}
		}, testkit.Codes(codes.ErrMissingField)},
		"currency": {func(c *leadtocash.CreateOrder, _ *leadtocash.OrderFacts) { c.Currency = 0 }, testkit.Codes(codes.ErrMissingField)},
		"status":   {func(c *leadtocash.CreateOrder, _ *leadtocash.OrderFacts) { c.Status = leadtocash.OrderStatusInvoiced }, testkit.Codes(codes.ErrStatusNotInState)},
		"a lead buys": {func(c *leadtocash.CreateOrder, _ *leadtocash.OrderFacts) {
			c.Fields.CustomerID.Kind = kinds.Lead
		}, testkit.Codes(codes.ErrInvalid)},
		"inactive": {
			func(_ *leadtocash.CreateOrder, f *leadtocash.OrderFacts) {
				f.Inactive = []record.Ref{testkit.Buyer.Ref}
			},
			testkit.Codes(codes.ErrCustomerInactive),
		},
		"price list": {func(_ *leadtocash.CreateOrder, f *leadtocash.OrderFacts) { f.Settings.RequirePriceList = true }, testkit.Codes(codes.ErrMissingPriceList)},
		"opportunity": {
			func(_ *leadtocash.CreateOrder, f *leadtocash.OrderFacts) { f.Opportunity = &opportunity },
			testkit.Codes(codes.ErrCurrencyMismatch),
		},
		"line": {
			func(c *leadtocash.CreateOrder, _ *leadtocash.OrderFacts) { c.Lines = []pricing.LineFields{{}} },
			testkit.Codes(codes.ErrMissingProduct, codes.ErrMissingQuantity, codes.ErrMissingField),
		},
		"catalogue line": {func(c *leadtocash.CreateOrder, _ *leadtocash.OrderFacts) {
			c.Lines = []pricing.LineFields{{ProductID: record.ProductID{UUID: seller}, UnitID: record.UnitID{UUID: seller}, Quantity: testkit.Some("1")}}
		}, testkit.Codes(codes.ErrMissingPriceList)},
	} {
		cmd, f := good, leadtocash.OrderFacts{Stamp: testkit.Morning}
		c.change(&cmd, &f)
		t.Run(name, func(t *testing.T) { testkit.RefusesBirth(t, leadtocash.NewOrder, cmd, f, c.codes...) })
	}

	good.Currency = 0
	out, err := leadtocash.NewOrder(good, leadtocash.OrderFacts{Stamp: testkit.Morning, Opportunity: &opportunity})
	if err != nil || out.Record.Currency != money.USD || !out.Record.ExchangeRate.Equal(testkit.Some("1.1")) {
		t.Errorf("an order takes %s at %v of its opportunity (%v), want USD at 1.1", out.Record.Currency, out.Record.ExchangeRate, err)
	}
}

func TestOrderFromQuote(t *testing.T) {
	t.Parallel()
	f := leadtocash.QuoteFacts{Stamp: testkit.Morning}
	fields := leadtocash.QuoteFields{
		Name: "Desks", CustomerID: testkit.Buyer, PaymentTerms: party.PaymentTermsNet45, Description: "as discussed",
		BillTo: &party.BillTo{City: "Bern"}, RequestDeliveryBy: 2026_05_01,
		Charges: pricing.Charges{DiscountPercentage: testkit.Some("7"), FreightAmount: testkit.Euro("15.00"), PrepaidAmount: testkit.Euro("20.00")},
	}
	line := testkit.WriteIn("3", "33.33")
	line.ManualDiscount, line.Tax = testkit.Euro("10.00"), testkit.Euro("17.10")
	q := testkit.Born(t, leadtocash.NewQuote, leadtocash.CreateQuote{
		ID: testkit.IDOf[record.QuoteID](1), Origin: record.Origin{Currency: money.EUR}, Fields: fields, Lines: []pricing.LineFields{line, testkit.WriteIn("1", "5")},
	}, f, "quote.created", "draft")
	q = testkit.Does(t, q, leadtocash.Quote.Activate, leadtocash.ActivateQuote{}, f, "quote.activated", "draft", "active")
	won, err := q.WinToOrder(leadtocash.WinQuoteToOrder{}, f)
	if err != nil {
		t.Fatal(err)
	}
	o := *won.Order
	if o.Status != leadtocash.OrderStatusNew || !o.IsPriceLocked || o.QuoteID != q.ID || o.OrderNumber == "" || o.Version != 1 {
		t.Errorf("an order of a quote is %s, locked %t, of quote %s, number %q", o.Status, o.IsPriceLocked, o.QuoteID, o.OrderNumber)
	}
	if o.Name != q.Name || o.CustomerID != testkit.Buyer || o.PaymentTerms != q.PaymentTerms || o.BillTo.City != "Bern" || o.RequestDeliveryBy != 2026_05_01 {
		t.Errorf("the header is %+v, was %+v", o.OrderFields, q.QuoteFields)
	}
	want := q.Totals
	want.AmountDue = q.TotalAmount
	if o.Totals != want || !o.PrepaidAmount.IsZero() {
		t.Errorf("I-37: totals %+v with prepaid %v, want those of the quote without it: %+v", o.Totals, o.PrepaidAmount, want)
	}
	for i, l := range o.Lines {
		from := q.Lines[i]
		if l.SourceLine != from.LineNumber || !l.ExtendedAmount.Equal(from.ExtendedAmount) || !l.AllocatedDiscount.Equal(from.AllocatedDiscount) || !l.IsCopied {
			t.Errorf("I-37: line %+v, want that of the quote: %+v", l, from)
		}
	}
	again := testkit.Does(t, o, leadtocash.Order.Edit, leadtocash.EditOrder{Fields: func() leadtocash.OrderFields {
		f := o.OrderFields
		f.CustomerPONumber = "4711"
		return f
	}()}, leadtocash.OrderFacts{Stamp: testkit.Noon}, "order.edited", "new", "new")
	if again.Totals != o.Totals {
		t.Errorf("a calculation changes the totals to %+v, were %+v", again.Totals, o.Totals)
	}
}

func TestOrderFromOpportunity(t *testing.T) {
	t.Parallel()
	account := party.Account{ID: testkit.IDOf[record.AccountID](1), AccountFields: party.AccountFields{
		Name: "Ink & Co", PaymentTerms: party.PaymentTermsNet60, Address1: &party.Address{City: "Bonn"},
	}}
	made, err := leadtocash.NewOpportunity(leadtocash.CreateOpportunity{
		ID: testkit.IDOf[record.OpportunityID](1), Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: testkit.Buyer}, Lines: []pricing.LineFields{testkit.WriteIn("2", "4.50")},
	}, leadtocash.OpportunityFacts{Stamp: testkit.Morning})
	if err != nil {
		t.Fatal(err)
	}
	f := leadtocash.OpportunityFacts{Stamp: testkit.Noon, Account: &account}
	order, err := made.Record.GenerateOrder(leadtocash.GenerateOrder{}, f)
	if err != nil {
		t.Fatal(err)
	}
	o := order.Record
	if o.IsPriceLocked || o.OpportunityID != made.Record.ID || o.PaymentTerms != party.PaymentTermsNet60 || o.ShipTo.City != "Bonn" ||
		o.TotalAmount.String() != "9.00" || o.Lines[0].SourceLine != 0 {
		t.Errorf("an order of an opportunity is %+v", o)
	}
	invoice, err := made.Record.GenerateInvoice(leadtocash.GenerateInvoice{}, f)
	if err != nil {
		t.Fatal(err)
	}
	i := invoice.Record
	if i.IsPriceLocked || i.OpportunityID != made.Record.ID || i.PaymentTerms != party.PaymentTermsNet60 || i.BillTo.Name != "Ink & Co" ||
		i.TotalAmount.String() != "9.00" || i.InvoiceNumber != "" || i.Status != leadtocash.InvoiceStatusNew {
		t.Errorf("an invoice of an opportunity is %+v", i)
	}
}

func TestOrderEdit(t *testing.T) {
	t.Parallel()
	o := testkit.NewOrder(t, testkit.WriteIn("3", "10.00"))
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	edit := leadtocash.EditOrder{Fields: o.OrderFields}
	testkit.Idles(t, o, leadtocash.Order.Edit, edit, f)
	edit.Fields.FreightAmount = testkit.Euro("5.00")
	next := testkit.Does(t, o, leadtocash.Order.Edit, edit, f, "order.edited", "new", "new")
	if next.TotalAmount.String() != "35.00" {
		t.Errorf("with freight the total is %s, want 35.00", next.TotalAmount)
	}

	live := f
	_, inv := billed(t, o, f, testkit.Take("1")...)
	live.Invoices = []leadtocash.Invoice{inv}
	testkit.Refuses(t, o, leadtocash.Order.Edit, edit, live, codes.ErrHasLiveInvoices)
	inv.Status = leadtocash.InvoiceStatusCanceled
	live.Invoices = []leadtocash.Invoice{inv}
	testkit.Does(t, o, leadtocash.Order.Edit, edit, live, "order.edited", "new", "new")

	rounded := o
	rounded.PayableRounding = &pricing.PayableRounding{Increment: testkit.Amount(t, "0.05")}
	live.Invoices[0].Status = leadtocash.InvoiceStatusNew
	same := leadtocash.EditOrder{Fields: rounded.OrderFields}
	same.Fields.PayableRounding = &pricing.PayableRounding{Increment: testkit.Amount(t, "0.0500")} // equal in value
	same.Fields.Description = "round"
	testkit.Does(t, rounded, leadtocash.Order.Edit, same, live, "order.edited", "new", "new")
	same.Fields.PayableRounding = nil
	testkit.Refuses(t, rounded, leadtocash.Order.Edit, same, live, codes.ErrHasLiveInvoices)

	edit.Fields.CustomerID = testkit.Other
	inactive := f
	inactive.Inactive = []record.Ref{testkit.Other.Ref, testkit.Buyer.Ref}
	testkit.Refuses(t, o, leadtocash.Order.Edit, edit, inactive, codes.ErrCustomerInactive)
	edit.Fields.CustomerID = testkit.Buyer
	testkit.Does(t, o, leadtocash.Order.Edit, edit, inactive, "order.edited", "new", "new") // one it has may be inactive
	edit.Fields.Name = ""
	testkit.Refuses(t, o, leadtocash.Order.Edit, edit, f, codes.ErrMissingField)
}

func TestOrderEditLines(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	o := testkit.NewOrder(t, testkit.WriteIn("3", "10.00"), testkit.WriteIn("1", "5.00"))
	testkit.Refuses(t, o, leadtocash.Order.EditLines, pricing.EditLines{}, f, codes.ErrInvalid)
	next := testkit.Does(t, o, leadtocash.Order.EditLines, pricing.EditLines{
		Add: []pricing.LineFields{testkit.WriteIn("1", "7.00")}, Remove: []int32{2},
		Change: []pricing.ChangeLine{{LineNumber: 1, Fields: testkit.WriteIn("2", "10.00")}},
	}, f, "order.lines_edited", "new", "new")
	if next.TotalAmount.String() != "27.00" || next.Lines[1].LineNumber != 3 {
		t.Errorf("total %s of lines %+v, want 27.00", next.TotalAmount, next.Lines)
	}
	testkit.Refuses(t, o, leadtocash.Order.EditLines, pricing.EditLines{Remove: []int32{9}}, f, codes.ErrNotFound)
	testkit.Refuses(t, o, leadtocash.Order.EditLines, pricing.EditLines{Add: []pricing.LineFields{{ProductID: record.ProductID{UUID: seller}, UnitID: record.UnitID{UUID: seller}, Quantity: testkit.Some("1")}}}, f,
		codes.ErrMissingPriceList)

	locked := testkit.Does(t, o, leadtocash.Order.LockPricing, leadtocash.LockPricing{}, f, "order.pricing_locked", "new", "new")
	testkit.Refuses(t, locked, leadtocash.Order.EditLines, pricing.EditLines{Add: []pricing.LineFields{testkit.WriteIn("1", "7.00")}}, f, codes.ErrPricesLocked)
	testkit.Does(t, locked, leadtocash.Order.EditLines, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: testkit.WriteIn("2", "10.00")}}}, f,
		"order.lines_edited", "new", "new")

	less := testkit.Does(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: testkit.Take("2")}, f, "order.remaining_canceled", "new", "new")
	testkit.Refuses(t, less, leadtocash.Order.EditLines, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: testkit.WriteIn("1", "10.00")}}}, f,
		codes.ErrOutOfRange)
	testkit.Does(t, less, leadtocash.Order.EditLines, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: testkit.WriteIn("2", "10.00")}}}, f,
		"order.lines_edited", "new", "new")
}

// Lines that are billed stay, and with a discount of the whole order so does
// what all others are worth.
func TestOrderEditLinesBilled(t *testing.T) {
	t.Parallel()
	for _, discounted := range []bool{false, true} {
		f := leadtocash.OrderFacts{Stamp: testkit.Noon}
		o := testkit.NewOrder(t, testkit.WriteIn("3", "10.00"), testkit.WriteIn("1", "5.00"))
		if discounted {
			edit := leadtocash.EditOrder{Fields: o.OrderFields}
			edit.Fields.DiscountPercentage = testkit.Some("10")
			o = testkit.Does(t, o, leadtocash.Order.Edit, edit, f, "order.edited", "new", "new")
		}
		o, inv := billed(t, o, f, testkit.Take("1")...)
		f.Invoices = []leadtocash.Invoice{inv}
		shipped := testkit.WriteIn("1", "5.00")
		shipped.SequenceNumber = 4
		product := leadtocash.Opportunity{Head: record.Head{Currency: money.EUR}, PricedLines: pricing.PricedLines{Lines: o.Lines}}
		get := f
		get.Products = &product
		for name, c := range map[string]struct {
			cmd   pricing.EditLines
			fails bool
		}{
			"billed line":      {pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: testkit.WriteIn("4", "10.00")}}}, true},
			"its text":         {pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: pricing.WriteIn("desk", decimal.NewFromInt(3), decimal.NewFromInt(10))}}}, true},
			"its removal":      {pricing.EditLines{Remove: []int32{1}}, true},
			"other line":       {pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 2, Fields: testkit.WriteIn("2", "5.00")}}}, discounted},
			"other's sequence": {pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 2, Fields: shipped}}}, false},
			"other's removal":  {pricing.EditLines{Remove: []int32{2}}, discounted},
			"new line":         {pricing.EditLines{Add: []pricing.LineFields{testkit.WriteIn("1", "1")}}, discounted},
		} {
			t.Run(fmt.Sprintf("discounted %t/%s", discounted, name), func(t *testing.T) {
				if c.fails {
					testkit.Refuses(t, o, leadtocash.Order.EditLines, c.cmd, f, codes.ErrHasLiveInvoices)
				} else {
					testkit.Does(t, o, leadtocash.Order.EditLines, c.cmd, f, "order.lines_edited", "new", "new")
				}
			})
		}
		if discounted {
			testkit.Refuses(t, o, leadtocash.Order.GetProducts, pricing.GetProducts{OpportunityID: testkit.IDOf[record.OpportunityID](1)}, get, codes.ErrHasLiveInvoices)
		} else {
			testkit.Does(t, o, leadtocash.Order.GetProducts, pricing.GetProducts{OpportunityID: testkit.IDOf[record.OpportunityID](1)}, get, "order.products_added", "new", "new")
		}
		testkit.Refuses(t, o, leadtocash.Order.LockPricing, leadtocash.LockPricing{}, f, codes.ErrHasLiveInvoices)
		testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Cancel), leadtocash.CancelOrder{}, f, codes.ErrHasLiveInvoices)
		testkit.Refuses(t, o, leadtocash.Order.Delete, record.DeleteRecord{}, f, codes.ErrInUse)
		o.IsPriceLocked = true
		testkit.Refuses(t, o, leadtocash.Order.UnlockPricing, leadtocash.UnlockPricing{}, f, codes.ErrHasLiveInvoices)
	}
}

// A line of nothing is billed with the whole order, and stays then too.
func TestOrderEditLinesBilledZero(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	o, inv := billed(t, testkit.NewOrder(t, testkit.WriteIn("3", "10.00"), testkit.WriteIn("0", "5.00")), f)
	f.Invoices = []leadtocash.Invoice{inv}
	testkit.Refuses(t, o, leadtocash.Order.EditLines, pricing.EditLines{Remove: []int32{2}}, f, codes.ErrHasLiveInvoices)
	testkit.Refuses(t, o, leadtocash.Order.EditLines, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 2, Fields: testkit.WriteIn("1", "5.00")}}}, f,
		codes.ErrHasLiveInvoices)
	f.Invoices[0].Status = leadtocash.InvoiceStatusCanceled
	o.Lines[0].QuantityInvoiced = testkit.Number{}
	testkit.Does(t, o, leadtocash.Order.EditLines, pricing.EditLines{Remove: []int32{2}}, f, "order.lines_edited", "new", "new")
}

// A discount that is rounded to nothing can become something with more lines.
func TestOrderEditLinesTinyDiscount(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	o := testkit.NewOrder(t, testkit.WriteIn("3", "0.10"))
	edit := leadtocash.EditOrder{Fields: o.OrderFields}
	edit.Fields.DiscountPercentage = testkit.Some("1")
	o = testkit.Does(t, o, leadtocash.Order.Edit, edit, f, "order.edited", "new", "new")
	o, inv := billed(t, o, f, testkit.Take("1")...)
	f.Invoices = []leadtocash.Invoice{inv}
	if !o.DocumentDiscount.IsZero() {
		t.Fatalf("the discount is %s, want 0.00", o.DocumentDiscount)
	}
	testkit.Refuses(t, o, leadtocash.Order.EditLines, pricing.EditLines{Add: []pricing.LineFields{testkit.WriteIn("1", "50")}}, f, codes.ErrHasLiveInvoices)
}

func TestOrderGetProducts(t *testing.T) {
	t.Parallel()
	cmd := pricing.GetProducts{OpportunityID: testkit.IDOf[record.OpportunityID](1)}
	o := testkit.NewOrder(t)
	f := leadtocash.OrderFacts{Stamp: testkit.Noon, Products: &leadtocash.Opportunity{Head: record.Head{Currency: money.EUR}}}
	testkit.Idles(t, o, leadtocash.Order.GetProducts, cmd, f)
	f.Products.Lines = testkit.NewOrder(t, testkit.WriteIn("2", "2.50")).Lines
	next := testkit.Does(t, o, leadtocash.Order.GetProducts, cmd, f, "order.products_added", "new", "new")
	if next.TotalAmount.String() != "5.00" {
		t.Errorf("total %s, want 5.00", next.TotalAmount)
	}
	again := testkit.Does(t, next, leadtocash.Order.GetProducts, cmd, f, "order.products_added", "new", "new")
	if len(again.Lines) != 2 || again.Lines[1].LineNumber != 2 {
		t.Errorf("products are added as %+v", again.Lines)
	}
	o.IsPriceLocked = true
	testkit.Refuses(t, o, leadtocash.Order.GetProducts, cmd, f, codes.ErrPricesLocked)
	f.Products.Currency = money.USD
	testkit.Refuses(t, o, leadtocash.Order.GetProducts, cmd, f, codes.ErrCurrencyMismatch, codes.ErrPricesLocked)
}

func TestOrderRecalculate(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	o := testkit.NewOrder(t, testkit.WriteIn("2", "2.50"))
	testkit.Idles(t, o, leadtocash.Order.Recalculate, pricing.Recalculate{}, f)
	stale := o
	stale.TotalAmount = testkit.Amount(t, "1.00")
	next := testkit.Does(t, stale, leadtocash.Order.Recalculate, pricing.Recalculate{}, f, "order.recalculated", "new", "new")
	if next.TotalAmount.String() != "5.00" {
		t.Errorf("total %s, want 5.00", next.TotalAmount)
	}
	stale.Status = leadtocash.OrderStatusSubmitted
	testkit.Refuses(t, stale, leadtocash.Order.Recalculate, pricing.Recalculate{}, f, codes.ErrBackOfficeManaged)
	f.Stamp = testkit.Robot
	testkit.Idles(t, stale, leadtocash.Order.Recalculate, pricing.Recalculate{}, f)
}

func TestOrderChangeCurrency(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	cmd := pricing.ChangeCurrency{Currency: money.JPY}
	o := testkit.NewOrder(t)
	testkit.Idles(t, o, leadtocash.Order.ChangeCurrency, pricing.ChangeCurrency{Currency: money.EUR}, f)
	next := testkit.Does(t, o, leadtocash.Order.ChangeCurrency, cmd, f, "order.currency_changed", "new", "new")
	if next.Currency != money.JPY || next.TotalAmount.String() != "0" {
		t.Errorf("the order is in %s with total %s", next.Currency, next.TotalAmount)
	}
	testkit.Refuses(t, testkit.NewOrder(t, testkit.WriteIn("1", "1")), leadtocash.Order.ChangeCurrency, cmd, f, codes.ErrCurrencyInUse)
	bound := o
	bound.OpportunityID = testkit.IDOf[record.OpportunityID](1)
	testkit.Refuses(t, bound, leadtocash.Order.ChangeCurrency, cmd, f, codes.ErrCurrencyMismatch)
	cents := o
	cents.FreightAmount = testkit.Euro("0.50")
	testkit.Refuses(t, cents, leadtocash.Order.ChangeCurrency, cmd, f, codes.ErrOutOfRange)
	f.Invoices = []leadtocash.Invoice{{Status: leadtocash.InvoiceStatusNew}}
	testkit.Refuses(t, o, leadtocash.Order.ChangeCurrency, cmd, f, codes.ErrHasLiveInvoices)
}

func TestOrderStatusAndLock(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	o := testkit.NewOrder(t)
	testkit.Idles(t, o, leadtocash.Order.SetStatus, leadtocash.SetOrderStatus{Status: leadtocash.OrderStatusNew}, f)
	pending := testkit.Does(t, o, leadtocash.Order.SetStatus, leadtocash.SetOrderStatus{Status: leadtocash.OrderStatusPending}, f, "order.status_changed", "new", "pending")
	testkit.Does(t, pending, leadtocash.Order.SetStatus, leadtocash.SetOrderStatus{Status: value.DefaultStatus}, f, "order.status_changed", "pending", "new")
	testkit.Refuses(t, o, leadtocash.Order.SetStatus, leadtocash.SetOrderStatus{Status: leadtocash.OrderStatusComplete}, f, codes.ErrStatusNotInState)

	testkit.Refuses(t, o, leadtocash.Order.UnlockPricing, leadtocash.UnlockPricing{}, f, codes.ErrAlreadyUnlocked)
	locked := testkit.Does(t, o, leadtocash.Order.LockPricing, leadtocash.LockPricing{}, f, "order.pricing_locked", "new", "new")
	testkit.Refuses(t, locked, leadtocash.Order.LockPricing, leadtocash.LockPricing{}, f, codes.ErrAlreadyLocked)
	back := testkit.Does(t, locked, leadtocash.Order.UnlockPricing, leadtocash.UnlockPricing{}, f, "order.pricing_unlocked", "new", "new")
	if !reflect.DeepEqual(back.PricedLines, o.PricedLines) {
		t.Errorf("I-45: locking and unlocking changed %+v to %+v", o.PricedLines, back.PricedLines)
	}
}

func TestOrderSubmit(t *testing.T) {
	t.Parallel()
	o := testkit.NewOrder(t, testkit.WriteIn("1", "1"))
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	cmd := leadtocash.SubmitOrder{SubmitStatus: value.Some[int32](3), SubmitStatusDescription: "queued"}
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Submit), cmd, f, codes.ErrInvalidTransition)
	f.Settings.BackOffice = true
	f.CustomerOnHold, f.OverCreditLimit = true, true
	out, err := o.Submit(cmd, f)
	if err != nil {
		t.Fatal(err)
	}
	if s := out.Record; s.SubmitDate != 2026_03_02 || !s.SubmitStatus.Equal(cmd.SubmitStatus) || s.SubmitStatusDescription != "queued" || !s.LastBackofficeSubmit.Equal(s.UpdatedAt) {
		t.Errorf("submitted as %+v", s)
	}
	if len(out.Notices) != 2 || out.Notices[0].Code != codes.ErrCreditHold || out.Notices[1].Code != codes.ErrCreditLimit {
		t.Errorf("notices %v, want credit hold and limit", out.Notices)
	}
	f.Settings.EnforceCreditHold = true
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Submit), cmd, f, codes.ErrCreditHold, codes.ErrCreditLimit)
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, f, codes.ErrCreditHold, codes.ErrCreditLimit)
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Partial: true}, f, codes.ErrCreditHold, codes.ErrCreditLimit)
}

// A submitted order is the integration's.
func TestOrderInBackOffice(t *testing.T) {
	t.Parallel()
	o := testkit.OrderIn(t, leadtocash.OrderStatusSubmitted)
	edit := leadtocash.EditOrder{Fields: o.OrderFields}
	edit.Fields.Description = "picked"
	lines := pricing.EditLines{Add: []pricing.LineFields{testkit.WriteIn("1", "1")}}
	for _, by := range []record.Stamp{testkit.Noon, testkit.Robot} {
		f := leadtocash.OrderFacts{Stamp: by, Settings: leadtocash.Settings{BackOffice: true}}
		if by == testkit.Noon {
			testkit.Refuses(t, o, leadtocash.Order.Edit, edit, f, codes.ErrBackOfficeManaged)
			testkit.Refuses(t, o, leadtocash.Order.EditLines, lines, f, codes.ErrBackOfficeManaged)
			testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, f, codes.ErrBackOfficeManaged)
			testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Partial: true}, f, codes.ErrBackOfficeManaged)
			testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Cancel), leadtocash.CancelOrder{}, f, codes.ErrBackOfficeManaged)
			testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: testkit.Take("1")}, f, codes.ErrBackOfficeManaged)
			testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{}, f, codes.ErrBackOfficeManaged)
			testkit.Refuses(t, testkit.NewOrder(t, testkit.WriteIn("1", "1")), testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{}, f, codes.ErrBackOfficeManaged)
			continue
		}
		testkit.Does(t, o, leadtocash.Order.Edit, edit, f, "order.edited", "submitted", "submitted")
		if next := testkit.Does(t, o, leadtocash.Order.EditLines, lines, f, "order.lines_edited", "submitted", "submitted"); next.TotalAmount.String() != "31.00" {
			t.Errorf("total %s, want 31.00", next.TotalAmount)
		}
		testkit.Does(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, f, "order.fulfilled", "submitted", "complete")
		testkit.Does(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Partial: true}, f, "order.partly_fulfilled", "submitted", "partial")
		testkit.Does(t, o, testkit.Alone(leadtocash.Order.Cancel), leadtocash.CancelOrder{}, f, "order.canceled", "submitted", "no_money")
		testkit.Does(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: testkit.Take("1")}, f, "order.remaining_canceled", "submitted", "submitted")
		testkit.Does(t, o, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{}, f, "order.invoiced", "submitted", "submitted")
	}
}

// What is over stays as it is.
func TestOrderReadOnly(t *testing.T) {
	t.Parallel()
	edit := leadtocash.EditOrder{Fields: testkit.OrderFields()}
	for _, status := range []leadtocash.OrderStatus{
		leadtocash.OrderStatusNoMoney, leadtocash.OrderStatusPartial, leadtocash.OrderStatusComplete, leadtocash.OrderStatusInvoiced,
	} {
		o, f := testkit.OrderIn(t, status), leadtocash.OrderFacts{Stamp: testkit.Noon, Settings: leadtocash.Settings{BackOffice: true}}
		testkit.Refuses(t, o, leadtocash.Order.Edit, edit, f, codes.ErrReadOnly)
		testkit.Refuses(t, o, leadtocash.Order.EditLines, pricing.EditLines{Remove: []int32{1}}, f, codes.ErrParentReadOnly)
		testkit.Refuses(t, o, leadtocash.Order.GetProducts, pricing.GetProducts{OpportunityID: testkit.IDOf[record.OpportunityID](1)}, f, codes.ErrParentReadOnly)
		testkit.Refuses(t, o, leadtocash.Order.Recalculate, pricing.Recalculate{}, f, codes.ErrReadOnly)
		testkit.Refuses(t, o, leadtocash.Order.ChangeCurrency, pricing.ChangeCurrency{Currency: money.USD}, f, codes.ErrReadOnly)
		testkit.Refuses(t, o, leadtocash.Order.LockPricing, leadtocash.LockPricing{}, f, codes.ErrReadOnly)
		testkit.Refuses(t, o, leadtocash.Order.UnlockPricing, leadtocash.UnlockPricing{}, f, codes.ErrReadOnly)
		testkit.Refuses(t, o, leadtocash.Order.SetStatus, leadtocash.SetOrderStatus{Status: leadtocash.OrderStatusNew}, f, codes.ErrInvalidTransition)
		testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Submit), leadtocash.SubmitOrder{}, f, codes.ErrInvalidTransition)
		testkit.Refuses(t, o, leadtocash.Order.Delete, record.DeleteRecord{}, f, codes.ErrDeleteReadOnly)
	}
}

func TestOrderAssignDelete(t *testing.T) {
	t.Parallel()
	o, f := testkit.NewOrder(t), leadtocash.OrderFacts{Stamp: testkit.Noon}
	testkit.Idles(t, o, leadtocash.Order.Assign, record.Assign{Owner: o.Owner}, f)
	if next := testkit.Does(t, o, leadtocash.Order.Assign, record.Assign{Owner: testkit.Bob}, f, "order.assigned", "new", "new"); next.Owner != testkit.Bob {
		t.Errorf("the owner is %s, want bob", next.Owner)
	}
	f.Inactive = []record.Ref{testkit.RefTo(kinds.Seller, 7)}
	testkit.Refuses(t, o, leadtocash.Order.Assign, record.Assign{Owner: seller}, f, codes.ErrInactive)
	testkit.Deletes(t, o, leadtocash.Order.Delete, f, "order.deleted", "new")
	f.InUse = []record.Ref{testkit.RefTo(kinds.Connection, 1)}
	testkit.Refuses(t, o, leadtocash.Order.Delete, record.DeleteRecord{}, f, codes.ErrInUse)
}
