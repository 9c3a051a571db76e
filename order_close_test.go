package leadtocash_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/record"
)

func TestCancelOrder(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	cmd := leadtocash.CancelOrder{Description: "found it cheaper", CloseDate: 2026_02_28}
	for _, status := range []leadtocash.OrderStatus{
		leadtocash.OrderStatusNew, leadtocash.OrderStatusPending, leadtocash.OrderStatusPartial, leadtocash.OrderStatusComplete,
	} {
		o := testkit.OrderIn(t, status)
		cmd.AbandonDelivered = true
		out, err := o.Cancel(cmd, f)
		if err != nil {
			t.Fatal(err)
		}
		l := out.Record.Lines[0]
		if out.Record.Status != leadtocash.OrderStatusNoMoney || !l.Remaining().IsZero() || !l.QuantityShipped.Equal(o.Lines[0].QuantityShipped) {
			t.Errorf("a %s order is canceled as %s with line %+v", status, out.Record.Status, l)
		}
		if c := out.Close; c == nil || c.Description != cmd.Description || c.ClosedOn != cmd.CloseDate || c.OrderID != o.ID {
			t.Errorf("the close activity is %+v", out.Close)
		}
		if len(out.Events) != 2 || out.Events[0].Type != "order.canceled" || out.Events[0].From != status.String() {
			t.Errorf("events %+v", out.Events)
		}
		testkit.Refuses(t, out.Record, testkit.Alone(leadtocash.Order.Cancel), cmd, f, codes.ErrInvalidTransition)
		testkit.Refuses(t, out.Record, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, f, codes.ErrInvalidTransition)
		testkit.Refuses(t, out.Record, testkit.Alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{}, f, codes.ErrInvalidTransition)
		testkit.Refuses(t, out.Record, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{}, f, codes.ErrInvalidTransition)
	}
	testkit.Refuses(t, testkit.OrderIn(t, leadtocash.OrderStatusInvoiced), testkit.Alone(leadtocash.Order.Cancel), cmd, f, codes.ErrHasLiveInvoices)
	cmd.Status = leadtocash.OrderStatusComplete
	testkit.Refuses(t, testkit.NewOrder(t), testkit.Alone(leadtocash.Order.Cancel), cmd, f, codes.ErrStatusNotInState)
}

func TestCancelRefusesDeliveredUnbilled(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	o := testkit.NewOrder(t, testkit.WriteIn("11", "10.00"), testkit.WriteIn("2", "5.00"))
	o = testkit.Does(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: testkit.Take("3", "0")}, f, "order.partly_fulfilled", "new", "partial")
	_, err := o.Cancel(leadtocash.CancelOrder{}, f)
	var refused *record.Error
	if !errors.As(err, &refused) || refused.Code != codes.ErrDeliveredUnbilled || len(refused.Reasons) != 1 ||
		refused.Reasons[0].Field != "lines[0]" || refused.Reasons[0].Params["unbilled"] != "3" {
		t.Errorf("got %v", err)
	}
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.Cancel), leadtocash.CancelOrder{AbandonDelivered: true, Description: " "}, f, codes.ErrMissingField)
	compat := f
	compat.Settings.D365Compat = true
	for _, x := range []struct {
		cmd leadtocash.CancelOrder
		f   leadtocash.OrderFacts
	}{
		{leadtocash.CancelOrder{AbandonDelivered: true, Description: "lost at sea"}, f},
		{leadtocash.CancelOrder{}, compat},
	} {
		out, err := o.Cancel(x.cmd, x.f)
		if err != nil || len(out.Notices) != 1 || out.Notices[0].Code != codes.ErrDeliveredUnbilled {
			t.Errorf("%+v: %v, with the notices %v", x.cmd, err, out.Notices)
		}
	}
	rest := testkit.Does(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{}, f, "order.remaining_canceled", "partial", "complete")
	if rest.Lines[0].Invoiceable(false).String() != "3" {
		t.Errorf("billable are %s, want 3", rest.Lines[0].Invoiceable(false))
	}
}

func TestCancelRemaining(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: testkit.Noon}
	o := testkit.NewOrder(t, testkit.WriteIn("3", "10.00"), testkit.WriteIn("2", "5.00"))
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{}, f, codes.ErrUseDedicatedAction)
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: testkit.Take("3", "2")}, f, codes.ErrUseDedicatedAction)
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: testkit.Take("4")}, f, codes.ErrOverShipped)
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: testkit.Take("-1")}, f, codes.ErrOverShipped)
	testkit.Refuses(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: testkit.Take("1", "1", "1")}, f, codes.ErrNotFound)
	testkit.Idles(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: testkit.Take("0")}, f)
	less := testkit.Does(t, o, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: testkit.Take("1")}, f, "order.remaining_canceled", "new", "new")
	if l := less.Lines[0]; l.Committed().String() != "2" || less.TotalAmount != o.TotalAmount {
		t.Errorf("committed %s with total %s, want 2 with %s", l.Committed(), less.TotalAmount, o.TotalAmount)
	}

	some, _ := billed(t, o, f, testkit.Take("2")...)
	testkit.Refuses(t, some, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: testkit.Take("2")}, f, codes.ErrOverInvoiced)
	part := testkit.Does(t, some, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: testkit.Take("2")}, f, "order.partly_fulfilled", "new", "partial")
	part = testkit.Does(t, part, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: testkit.Take("1")}, f, "order.remaining_canceled", "partial", "partial")
	out, err := part.CancelRemaining(leadtocash.CancelRemaining{}, f) // and with it all that was not billed
	if err != nil {
		t.Fatal(err)
	}
	if out.Record.Status != leadtocash.OrderStatusInvoiced || out.Close == nil || out.Record.Fulfilment != leadtocash.FulfilmentComplete {
		t.Errorf("with nothing left the order is %s, close %+v", out.Record.Status, out.Close)
	}
	testkit.Refuses(t, out.Record, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{}, f, codes.ErrInvalidTransition)

	rest := testkit.Does(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: testkit.Take("2")}, f, "order.partly_fulfilled", "new", "partial")
	testkit.Does(t, rest, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{}, f, "order.remaining_canceled", "partial", "complete")
	said := testkit.Does(t, o, testkit.Alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Partial: true}, f, "order.partly_fulfilled", "new", "partial")
	testkit.Refuses(t, said, testkit.Alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{}, f, codes.ErrUseDedicatedAction)
}
