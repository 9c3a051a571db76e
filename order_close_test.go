package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
)

func TestCancelOrder(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: noon}
	cmd := leadtocash.CancelOrder{Description: "found it cheaper", CloseDate: 2026_02_28}
	for _, status := range []leadtocash.OrderStatus{
		leadtocash.OrderStatusNew, leadtocash.OrderStatusPending, leadtocash.OrderStatusPartial, leadtocash.OrderStatusComplete,
	} {
		o := orderIn(t, status)
		out, err := o.Cancel(cmd, f)
		if err != nil {
			t.Fatal(err)
		}
		l := out.Order.Lines[0]
		if out.Order.Status != leadtocash.OrderStatusNoMoney || !l.Remaining().IsZero() || !l.QuantityShipped.Equal(o.Lines[0].QuantityShipped) {
			t.Errorf("a %s order is canceled as %s with line %+v", status, out.Order.Status, l)
		}
		if c := out.Close; c == nil || c.Description != cmd.Description || c.ClosedOn != cmd.CloseDate || c.OrderID != o.ID {
			t.Errorf("the close activity is %+v", out.Close)
		}
		if len(out.Events) != 2 || out.Events[0].Type != "order.canceled" || out.Events[0].From != status.String() {
			t.Errorf("events %+v", out.Events)
		}
		refuses(t, out.Order, alone(leadtocash.Order.Cancel), cmd, f, leadtocash.ErrInvalidTransition)
		refuses(t, out.Order, alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{}, f, leadtocash.ErrInvalidTransition)
		refuses(t, out.Order, alone(leadtocash.Order.Invoice), leadtocash.InvoiceOrder{}, f, leadtocash.ErrInvalidTransition)
		refuses(t, out.Order, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{}, f, leadtocash.ErrInvalidTransition)
	}
	refuses(t, orderIn(t, leadtocash.OrderStatusInvoiced), alone(leadtocash.Order.Cancel), cmd, f, leadtocash.ErrHasLiveInvoices)
	cmd.Status = leadtocash.OrderStatusComplete
	refuses(t, newOrder(t), alone(leadtocash.Order.Cancel), cmd, f, leadtocash.ErrStatusNotInState)
}

func TestCancelRemaining(t *testing.T) {
	t.Parallel()
	f := leadtocash.OrderFacts{Stamp: noon}
	o := newOrder(t, writeIn("3", "10.00"), writeIn("2", "5.00"))
	refuses(t, o, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{}, f, leadtocash.ErrUseDedicatedAction)
	refuses(t, o, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: take("3", "2")}, f, leadtocash.ErrUseDedicatedAction)
	refuses(t, o, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: take("4")}, f, leadtocash.ErrOverShipped)
	refuses(t, o, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: take("-1")}, f, leadtocash.ErrOverShipped)
	refuses(t, o, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: take("1", "1", "1")}, f, leadtocash.ErrNotFound)
	idles(t, o, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: take("0")}, f)
	less := does(t, o, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: take("1")}, f, "order.remaining_canceled", "new", "new")
	if l := less.Lines[0]; l.Committed().String() != "2" || less.TotalAmount != o.TotalAmount {
		t.Errorf("committed %s with total %s, want 2 with %s", l.Committed(), less.TotalAmount, o.TotalAmount)
	}

	some, _ := billed(t, o, f, take("2")...)
	refuses(t, some, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: take("2")}, f, leadtocash.ErrOverInvoiced)
	part := does(t, some, alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: take("2")}, f, "order.partly_fulfilled", "new", "partial")
	part = does(t, part, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{Lines: take("1")}, f, "order.remaining_canceled", "partial", "partial")
	out, err := part.CancelRemaining(leadtocash.CancelRemaining{}, f) // and with it all that was not billed
	if err != nil {
		t.Fatal(err)
	}
	if out.Order.Status != leadtocash.OrderStatusInvoiced || out.Close == nil || out.Order.Fulfilment != leadtocash.FulfilmentComplete {
		t.Errorf("with nothing left the order is %s, close %+v", out.Order.Status, out.Close)
	}
	refuses(t, out.Order, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{}, f, leadtocash.ErrInvalidTransition)

	rest := does(t, o, alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Lines: take("2")}, f, "order.partly_fulfilled", "new", "partial")
	does(t, rest, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{}, f, "order.remaining_canceled", "partial", "complete")
	said := does(t, o, alone(leadtocash.Order.Fulfill), leadtocash.FulfillOrder{Partial: true}, f, "order.partly_fulfilled", "new", "partial")
	refuses(t, said, alone(leadtocash.Order.CancelRemaining), leadtocash.CancelRemaining{}, f, leadtocash.ErrUseDedicatedAction)
}
