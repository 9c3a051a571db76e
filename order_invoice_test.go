package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// discounted makes an order of three units for 100.00 with a discount of 10.00.
func discounted(t *testing.T) leadtocash.Order {
	t.Helper()
	line := testkit.WriteIn("3", "33.3333")
	line.ManualDiscount = testkit.Euro("10.00")
	o, err := leadtocash.NewOrder(leadtocash.CreateOrder{
		ID: testkit.IDOf[record.OrderID](1), Origin: record.Origin{Currency: money.EUR}, Fields: testkit.OrderFields(), Lines: []pricing.LineFields{line},
	}, leadtocash.OrderFacts{Stamp: testkit.Morning, Settings: leadtocash.Settings{Pricing: pricing.Pricing{PricingPrecision: value.Some[int8](4)}}})
	if err != nil {
		t.Fatal(err)
	}
	return o.Record
}

// Three units of 100.00 with a discount of 10.00, billed one by one.
func TestInvoiceOrderPieces(t *testing.T) {
	t.Parallel()
	o := discounted(t)
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	for n, want := range [][3]string{{"33.33", "3.33", "30.00"}, {"33.34", "3.34", "30.00"}, {"33.33", "3.33", "30.00"}} {
		next, inv := billed(t, o, f, testkit.Take("1")...)
		l := inv.Lines[0]
		if got := [3]string{l.BaseAmount.String(), l.ManualDiscountTotal().String(), l.NetAmount.String()}; got != want {
			t.Errorf("invoice %d has base, discount and net %v, want %v", n+1, got, want)
		}
		if !l.ManualDiscount.Equal(value.Some(l.ManualDiscountTotal())) || inv.TotalAmount.String() != "30.00" {
			t.Errorf("invoice %d has a discount of %v and a total of %s", n+1, l.ManualDiscount, inv.TotalAmount)
		}
		o, f.Invoices = next, append(f.Invoices, inv)
	}
	if o.Invoicing != pricing.InvoicingFull {
		t.Errorf("invoicing %s, want full", o.Invoicing)
	}
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{}, f, codes.ErrNothingToInvoice)
}

func TestInvoiceOrder(t *testing.T) {
	t.Parallel()
	o := testkit.NewOrder(t, testkit.WriteIn("3", "10.00"), testkit.WriteIn("2", "5.00"), testkit.WriteIn("0", "9.00"))
	o = testkit.Does(t, o, leadtocash.Order.Edit, leadtocash.EditOrder{Fields: func() leadtocash.OrderFields {
		f := o.OrderFields
		f.PaymentTerms, f.BillTo, f.Description = party.PaymentTermsNet45, &party.BillTo{City: "Bern"}, "as ordered"
		f.DiscountPercentage, f.FreightAmount, f.FreightTax, f.PrepaidAmount = testkit.Some("10"), testkit.Euro("8.00"), testkit.Euro("1.60"), testkit.Euro("5.00")
		return f
	}()}, leadtocash.OrderFacts{Stamp: testkit.Morning}, "order.edited", "new", "new")
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}

	for name, c := range map[string]struct {
		lines []pricing.LineQuantity
		code  codes.Code
	}{
		"too much":   {testkit.Take("4"), codes.ErrOverInvoiced},
		"wrong sign": {testkit.Take("-1"), codes.ErrOverInvoiced},
		"nothing":    {testkit.Take("0", "0"), codes.ErrNothingToInvoice},
		"unknown":    {testkit.Take("1", "1", "0", "1"), codes.ErrNotFound},
		"twice":      {append(testkit.Take("1"), testkit.Take("1")...), codes.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{Lines: c.lines}, f, c.code)
		})
	}

	out, err := o.Invoice(leadtocash.InvoiceOrder{}, f)
	if err != nil {
		t.Fatal(err)
	}
	i := out.Invoice
	if i.Status != leadtocash.InvoiceStatusNew || !i.IsPriceLocked || i.SalesOrderID != o.ID || i.InvoiceNumber != "" || !i.CarriesFreight {
		t.Errorf("the invoice is %+v", i)
	}
	if i.Name != o.Name || i.PaymentTerms != o.PaymentTerms || i.BillTo.City != "Bern" || i.Description != "as ordered" || i.CustomerID != testkit.Buyer {
		t.Errorf("the header is %+v", i.InvoiceFields)
	}
	if !i.TotalAmount.Equal(o.TotalAmount) || !i.AmountDue.Equal(o.TotalAmount) || !i.PrepaidAmount.IsZero() ||
		!i.DiscountPercentage.Equal(testkit.Some("10")) || !i.DiscountAmount.IsZero() || len(i.Lines) != 3 {
		t.Errorf("the whole order of %s is billed with %+v, %+v", o.TotalAmount, i.Charges, i.Totals)
	}
	if len(out.Events) != 2 || out.Events[0].Type != "order.invoiced" || out.Events[1].Type != "invoice.created" || out.Events[1].To != "new" {
		t.Errorf("events %+v", out.Events)
	}
	if out.Record.Version != o.Version+1 || !out.Record.Lines[0].QuantityInvoiced.Equal(testkit.Some("3")) {
		t.Errorf("the order has version %d and counts %v", out.Record.Version, out.Record.Lines[0].QuantityInvoiced)
	}

	// In two parts: the freight goes with the first, the discount as an amount.
	next, first := billed(t, o, f, testkit.Take("2")...)
	if first.FreightAmount != o.FreightAmount || first.TotalAmount.String() != "27.60" || !first.DiscountAmount.Equal(testkit.Euro("2.00")) ||
		!first.DiscountPercentage.IsZero() || len(first.Lines) != 1 {
		t.Errorf("the first part is %+v, %+v", first.Charges, first.Totals)
	}
	f.Invoices = []leadtocash.Invoice{first}
	_, second := billed(t, next, f)
	if !second.FreightAmount.Equal(testkit.Euro("0.00")) || !second.FreightTax.Equal(testkit.Euro("0.00")) || second.TotalAmount.String() != "18.00" || second.CarriesFreight {
		t.Errorf("the second part is %+v, %+v", second.Charges, second.Totals)
	}
	// Once the first is canceled, the next one carries the freight.
	canceled, err := first.Cancel(leadtocash.CancelInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: &next})
	if err != nil {
		t.Fatal(err)
	}
	f.Invoices = []leadtocash.Invoice{canceled.Record}
	if _, second = billed(t, *canceled.Order, f); !second.CarriesFreight || second.TotalAmount.String() != "45.60" {
		t.Errorf("after the first one was canceled, the second is %+v", second.Totals)
	}
}

// The invoice that carries the freight is edited down to nothing and taken back
// after others have billed its lines: the freight is left, and billed alone.
func TestInvoiceOrderFreightLeft(t *testing.T) {
	t.Parallel()
	o := testkit.NewOrder(t, testkit.WriteIn("3", "10.00"), testkit.WriteIn("2", "5.00"))
	o = testkit.Does(t, o, leadtocash.Order.Edit, leadtocash.EditOrder{Fields: func() leadtocash.OrderFields {
		f := o.OrderFields
		f.DiscountPercentage, f.FreightAmount, f.FreightTax = testkit.Some("10"), testkit.Euro("8.00"), testkit.Euro("1.60")
		return f
	}()}, leadtocash.OrderFacts{Stamp: testkit.Morning}, "order.edited", "new", "new")
	o = testkit.Does(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, leadtocash.OrderFacts{Stamp: testkit.Noon}, "order.fulfilled", "new", "complete")
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}

	o, carrier := billed(t, o, f, testkit.Take("3")...)
	f.Invoices = []leadtocash.Invoice{carrier}
	o, goods := billed(t, o, f)
	if !o.FreightInvoiced || o.Invoicing != pricing.InvoicingFull || o.Status != leadtocash.OrderStatusInvoiced {
		t.Fatalf("the order is %s, invoicing %s, freight invoiced: %t", o.Status, o.Invoicing, o.FreightInvoiced)
	}
	emptied, err := carrier.EditLines(pricing.EditLines{Remove: []int32{1}}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: &o})
	if err != nil {
		t.Fatal(err)
	}
	carrier, o = emptied.Record, *emptied.Order
	f.Invoices = []leadtocash.Invoice{carrier, goods}
	o, again := billed(t, o, f)
	if again.CarriesFreight || o.Status != leadtocash.OrderStatusInvoiced {
		t.Fatalf("the lines are billed again on an invoice that carries the freight: %t, the order is %s", again.CarriesFreight, o.Status)
	}
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{}, f, codes.ErrNothingToInvoice)

	canceled, err := carrier.Cancel(leadtocash.CancelInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: &o})
	if err != nil || canceled.Order == nil {
		t.Fatalf("canceled: %+v (%v), want the order changed", canceled, err)
	}
	o = *canceled.Order
	if o.FreightInvoiced || o.Invoicing != pricing.InvoicingPartial || o.Status != leadtocash.OrderStatusComplete {
		t.Errorf("without its freight the order is %s, invoicing %s, freight invoiced: %t", o.Status, o.Invoicing, o.FreightInvoiced)
	}
	deleted, err := carrier.Delete(record.DeleteRecord{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: canceled.Order})
	if err != nil || deleted.Order != nil {
		t.Errorf("deleted after that: %+v (%v), want the order as it is", deleted.Order, err)
	}

	f.Invoices = []leadtocash.Invoice{canceled.Record, goods, again}
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{Lines: testkit.Take("0", "0")}, f, codes.ErrNothingToInvoice)
	o, freight := billed(t, o, f)
	if o.Status != leadtocash.OrderStatusInvoiced || !freight.CarriesFreight || freight.TotalAmount.String() != "9.60" || len(freight.Lines) != 2 {
		t.Errorf("then the order is %s with %s of freight on %d lines", o.Status, freight.TotalAmount, len(freight.Lines))
	}
	if sum := goods.TotalAmount.Add(again.TotalAmount).Add(freight.TotalAmount); !sum.Equal(o.TotalAmount) {
		t.Errorf("the invoices add up to %s, the order to %s", sum, o.TotalAmount)
	}
	testkit.Does(t, freight, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon}, "invoice.issued", "new", "billed")
}

func TestInvoiceOnlyShipped(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: testkit.Noon, Settings: leadtocash.Settings{InvoiceOnlyShipped: true}}
	o := testkit.NewOrder(t, testkit.WriteIn("3", "10.00"))
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{}, f, codes.ErrNothingToInvoice)
	o = testkit.Does(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: testkit.Take("1")}, f, "order.partly_fulfilled", "new", "partial")
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{Lines: testkit.Take("2")}, f, codes.ErrOverInvoiced)
	ahead, _ := billed(t, o, leadtocash.OrderFacts{Stamp: testkit.Noon}, testkit.Take("2")...) // before the setting was made
	testkit.Refuses(t, ahead, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{}, f, codes.ErrNothingToInvoice)
	next, inv := billed(t, o, f)
	if !inv.Lines[0].Quantity.Equal(testkit.Some("1")) || next.Status != leadtocash.OrderStatusPartial {
		t.Errorf("billed %v, the order is %s", inv.Lines[0].Quantity, next.Status)
	}
}

// What was edited on one invoice is between it and the customer: the next one
// bills what it would have billed anyway.
func TestInvoiceOrderAfterEdit(t *testing.T) {
	t.Parallel()
	o := discounted(t)
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	o, first := billed(t, o, f, testkit.Take("1")...)
	_, plain := billed(t, o, leadtocash.OrderFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{first}}, testkit.Take("1")...)
	fields := pricing.LineFields{WriteInText: "item", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some("20")}
	out, err := first.EditLines(pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: fields}}},
		leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: &o})
	if err != nil {
		t.Fatal(err)
	}
	if out.Record.TotalAmount.String() != "20.00" || out.Record.Lines[0].Piece || out.Order != nil {
		t.Errorf("another price makes %s of a piece: %t; order %v", out.Record.TotalAmount, out.Record.Lines[0].Piece, out.Order)
	}
	_, second := billed(t, o, leadtocash.OrderFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{out.Record}}, testkit.Take("1")...)
	if is, was := second.Lines[0], plain.Lines[0]; is.BaseAmount != was.BaseAmount || is.NetAmount != was.NetAmount {
		t.Errorf("the next invoice bills %s, %s without the edit", is.NetAmount, was.NetAmount)
	}
}

// A line that somebody adds to an invoice bills nothing of the order.
func TestInvoiceOrderAfterAddedLine(t *testing.T) {
	t.Parallel()
	o, first := billed(t, testkit.NewOrder(t, testkit.WriteIn("3", "10.00")), leadtocash.OrderFacts{Stamp: testkit.Noon}, testkit.Take("1")...)
	first.IsPriceLocked = false
	out, err := first.EditLines(pricing.EditLines{Add: []pricing.LineFields{testkit.WriteIn("5", "1.00")}}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Order: &o})
	if err != nil || out.Order != nil || out.Record.TotalAmount.String() != "15.00" {
		t.Fatalf("with a line of its own the invoice is %s, the order %+v (%v)", out.Record.TotalAmount, out.Order, err)
	}
	next, second := billed(t, o, leadtocash.OrderFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{out.Record}})
	if second.TotalAmount.String() != "20.00" || next.Invoicing != pricing.InvoicingFull {
		t.Errorf("the rest is %s, invoicing %s", second.TotalAmount, next.Invoicing)
	}
}
