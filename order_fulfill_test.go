package leadtocash_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

func TestFulfillOrder(t *testing.T) {
	t.Parallel()
	o := testkit.NewOrder(t, testkit.WriteIn("3", "10.00"), testkit.WriteIn("-1.5", "2.00"))
	f := leadtocash.OrderFacts{Stamp: testkit.Noon, CustomerOnHold: true}
	out, err := o.Fulfill(leadtocash.FulfillOrder{Subject: "Done", Description: "by lorry"}, f)
	if err != nil {
		t.Fatal(err)
	}
	is := out.Record
	if is.Status != leadtocash.OrderStatusComplete || is.Fulfilment != leadtocash.FulfilmentComplete || is.DateFulfilled != 2026_03_02 {
		t.Errorf("the order is %s, fulfilment %s on %s", is.Status, is.Fulfilment, is.DateFulfilled)
	}
	for _, l := range is.Lines {
		if !l.QuantityShipped.Equal(l.Quantity) || !l.Remaining().IsZero() {
			t.Errorf("shipped %v of %v", l.QuantityShipped, l.Quantity)
		}
	}
	if c := out.Close; c == nil || c.OrderID != o.ID || c.OrderNumber != o.OrderNumber || c.ClosedOn != 2026_03_02 || c.Subject != "Done" ||
		c.Description != "by lorry" || c.Status != leadtocash.CloseStatusCompleted || c.ID.IsZero() {
		t.Errorf("the close activity is %+v", out.Close)
	}
	if len(out.Events) != 2 || out.Events[0].Type != "order.fulfilled" || out.Events[1].Type != "order_close.created" {
		t.Errorf("events %+v", out.Events)
	}
	if len(out.Notices) != 1 || out.Notices[0].Code != codes.ErrCreditHold {
		t.Errorf("notices %v, want credit hold", out.Notices)
	}
	again, err := o.Fulfill(leadtocash.FulfillOrder{Subject: "Done", Description: "by lorry"}, f)
	if err != nil || again.Close.ID != out.Close.ID {
		t.Errorf("the same call makes another close activity: %s, %s (%v)", again.Close.ID, out.Close.ID, err)
	}
	testkit.Does(t, testkit.NewOrder(t), testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{CloseDate: 2026_02_01}, f, "order.fulfilled", "new", "complete") // without lines
}

func TestFulfillOrderPartly(t *testing.T) {
	t.Parallel()
	o := testkit.NewOrder(t, testkit.WriteIn("3", "10.00"), testkit.WriteIn("-1.5", "2.00"))
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	for name, c := range map[string]struct {
		lines []pricing.LineQuantity
		codes []codes.Code
	}{
		"too much":            {testkit.Take("4"), testkit.Codes(codes.ErrOverShipped)},
		"wrong sign":          {testkit.Take("-1"), testkit.Codes(codes.ErrOverShipped)},
		"wrong sign, returns": {testkit.Take("1", "1"), testkit.Codes(codes.ErrOverShipped)},
		"nothing":             {testkit.Take("0", "0"), testkit.Codes(codes.ErrInvalid)},
		"an empty list":       {[]pricing.LineQuantity{}, testkit.Codes(codes.ErrInvalid)},
		"unknown line":        {testkit.Take("1", "-1", "1"), testkit.Codes(codes.ErrNotFound)},
		"one line twice":      {append(testkit.Take("1"), testkit.Take("1")...), testkit.Codes(codes.ErrInvalid)},
		"six decimals":        {testkit.Take("0.000001"), testkit.Codes(codes.ErrOutOfRange)},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: c.lines}, f, c.codes...)
		})
	}
	part := testkit.Does(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: testkit.Take("2", "-0.5")}, f, "order.partly_fulfilled", "new", "partial")
	if l := part.Lines; part.Fulfilment != leadtocash.FulfilmentPartial || !l[0].QuantityShipped.Equal(testkit.Some("2")) || l[1].Remaining().String() != "-1" {
		t.Errorf("fulfilment %s of %+v", part.Fulfilment, l)
	}
	part = testkit.Does(t, part, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: []pricing.LineQuantity{{LineNumber: 1}}}, f,
		"order.partly_fulfilled", "partial", "partial") // all that remains of the line
	if l := part.Lines; !l[0].QuantityShipped.Equal(testkit.Some("3")) {
		t.Errorf("shipped %v, want 3", l[0].QuantityShipped)
	}
	last := leadtocash.FulfillOrder{Lines: []pricing.LineQuantity{{LineNumber: 2}}}
	for _, last.Partial = range []bool{false, true} {
		testkit.Does(t, part, testkit.Alone(leadtocash.Order.Fulfill), last, f, "order.fulfilled", "partial", "complete")
	}
	whole := testkit.Does(t, part, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, f, "order.fulfilled", "partial", "complete")
	testkit.Refuses(t, whole, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, f, codes.ErrInvalidTransition)

	said := testkit.Does(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Partial: true}, f, "order.partly_fulfilled", "new", "partial")
	if said.Lines[0].Remaining().String() != "3" {
		t.Errorf("a partial fulfilment without quantities leaves %s, want 3", said.Lines[0].Remaining())
	}
}

func TestTheLastShipmentIsTheCompleteFulfilment(t *testing.T) {
	t.Parallel()
	o := testkit.NewOrder(t, testkit.WriteIn("8", "10.00"))
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	all, err := o.Fulfill(leadtocash.FulfillOrder{}, f)
	if err != nil {
		t.Fatal(err)
	}
	named, err := o.Fulfill(leadtocash.FulfillOrder{Lines: testkit.Take("8"), Partial: true}, f)
	if err != nil || !reflect.DeepEqual(named, all) {
		t.Errorf("naming everything yields %+v (%v), naming nothing %+v", named, err, all)
	}
	part := testkit.Does(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: testkit.Take("5")}, f, "order.partly_fulfilled", "new", "partial")
	testkit.Does(t, part, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: testkit.Take("3")}, f, "order.fulfilled", "partial", "complete")
	testkit.Refuses(t, part, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: testkit.Take("3.5")}, f, codes.ErrOverShipped)
}

func TestAnEmptyListNamesNothing(t *testing.T) {
	t.Parallel()
	o, f := testkit.NewOrder(t, testkit.WriteIn("8", "10.00")), leadtocash.OrderFacts{Stamp: testkit.Noon}
	none := []pricing.LineQuantity{}
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: none, Partial: true}, f, codes.ErrInvalid)
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{Lines: none}, f, codes.ErrInvalid)
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: none}, f, codes.ErrInvalid)
	testkit.Refuses(t, o, leadtocash.Order.EditLines, pricing.EditLines{Add: []pricing.LineFields{}, Remove: []int32{1}}, f, codes.ErrInvalid)
	testkit.Refuses(t, o, leadtocash.Order.EditLines, pricing.EditLines{}, f, codes.ErrInvalid)
	for body, empty := range map[string]bool{`{"lines":[]}`: true, `{"lines":null}`: false, `{}`: false} {
		var cmd leadtocash.InvoiceOrder
		if err := record.Unmarshal([]byte(body), &cmd); err != nil {
			t.Fatal(err)
		}
		_, err := o.Invoice(cmd, f)
		var refused *record.Error
		if (err != nil) != empty || errors.As(err, &refused) && refused.Reasons[0].Field != "lines" {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestFulfillOrderUnpriced(t *testing.T) {
	t.Parallel()
	line := testkit.WriteIn("1", "1.00")
	line.ManualDiscount = testkit.Euro("2.00")
	o, f := testkit.NewOrder(t, line), leadtocash.OrderFacts{Stamp: testkit.Noon}
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, f, codes.ErrPricing)
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Partial: true}, f, codes.ErrPricing)
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{}, f, codes.ErrPricing)
}

// Fulfilling what is billed in full ends the order as invoiced; so does billing
// what is fulfilled.
func TestOrderBecomesInvoiced(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	first, _ := billed(t, testkit.NewOrder(t, testkit.WriteIn("3", "10.00")), f)
	if first.Status != leadtocash.OrderStatusNew || first.Invoicing != pricing.InvoicingFull {
		t.Errorf("billed before delivery, the order is %s, invoicing %s", first.Status, first.Invoicing)
	}
	testkit.Does(t, first, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, f, "order.fulfilled", "new", "invoiced")

	part := testkit.Does(t, first, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: testkit.Take("1")}, f, "order.partly_fulfilled", "new", "partial")
	testkit.Does(t, part, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, f, "order.fulfilled", "partial", "invoiced")

	shipped := testkit.OrderIn(t, leadtocash.OrderStatusComplete)
	half := testkit.Does(t, shipped, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{Lines: testkit.Take("1")}, f, "order.invoiced", "complete", "complete")
	testkit.Does(t, half, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{}, f, "order.invoiced", "complete", "invoiced")
}
