package leadtocash

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// OrderClose tells how an order was fulfilled or canceled. It is made completed
// and never changes: orders are not reopened.
type OrderClose struct {
	ID record.OrderCloseID `json:"id" d365:"activityid"`
	record.Head
	Subject     string         `json:"subject,omitzero" d365:"subject" max:"200"`
	OrderID     record.OrderID `json:"order_id" d365:"salesorderid" need:"true"`
	OrderNumber string         `json:"order_number" d365:"ordernumber" max:"100"`
	Revision    int32          `json:"revision,omitzero" d365:"revision" range:"0..1e9"` // by import only: orders have none
	ClosedOn    value.Date     `json:"closed_on,omitzero" d365:"actualend"`
	Description string         `json:"description,omitzero" d365:"description" text:"2000"`
	Status      CloseStatus    `json:"status" d365:"statuscode"`
}

var orderCloseFlow = flow.New(
	kinds.OrderClose,
	func(c *OrderClose) record.Ref { return c.Ref() },
	func(c *OrderClose) CloseStatus { return c.Status },
	[]flow.Rule[*OrderClose, *CloseFacts, CloseStatus]{},
	closeRefusals(actions.OrderCloseEdit, actions.OrderCloseDelete),
)

// OrderCloseFlow is the table behind OrderClose.
func OrderCloseFlow() *flow.Flow[*OrderClose, *CloseFacts, CloseStatus] { return orderCloseFlow }

// RecordKind tells the kind of record.
func (*OrderClose) RecordKind() kinds.Kind { return kinds.OrderClose }

// Ref names the record with its kind.
func (c *OrderClose) Ref() record.Ref { return c.ID.Ref() }

// StatusKey is the key of the status.
func (c *OrderClose) StatusKey() string { return c.Status.String() }

// Clone returns a deep copy.
func (c OrderClose) Clone() OrderClose {
	c.Head.Detach()
	return c
}

// MarshalJSON writes the published JSON form.
func (c OrderClose) MarshalJSON() ([]byte, error) {
	type plain OrderClose
	return record.Encode((*plain)(&c))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (c *OrderClose) UnmarshalJSON(body []byte) error {
	type plain OrderClose
	return record.Decode(body, (*plain)(c))
}

// ClosedOrder is what fulfilling an order or canceling all or the rest of it
// yields.
type ClosedOrder struct {
	Record  Order           `json:"order"`
	Close   *OrderClose     `json:"close,omitzero"`   // nil where canceling the rest leaves something to ship
	Notices []record.Reason `json:"notices,omitzero"` // ErrCreditHold, ErrCreditLimit, ErrNoExchangeRate where settings do not enforce them; ErrDeliveredUnbilled
	Events  []record.Event  `json:"events,omitzero"`
}

// CancelOrder cancels what is not shipped and ends the order.
type CancelOrder struct {
	Status      OrderStatus `json:"status,omitzero"`                // a canceled one; default NoMoney
	CloseDate   value.Date  `json:"close_date,omitzero" day:"done"` // default: today
	Subject     string      `json:"subject,omitzero" max:"200"`
	Description string      `json:"description,omitzero" text:"2000"` // the reason in own words
	// AbandonDelivered gives up goods that are delivered and not billed. It takes a
	// description.
	AbandonDelivered bool                `json:"abandon_delivered,omitzero"`
	CloseID          record.OrderCloseID `json:"close_id,omitzero"`                      // derived unless given
	CloseCustom      record.Custom       `json:"close_custom,omitzero" of:"order_close"` // own values of the close activity
}

// CancelRemaining cancels quantities that are not shipped, and lets the order
// live.
type CancelRemaining struct {
	Lines       []pricing.LineQuantity `json:"lines,omitzero"`                 // default: all that remains
	CloseDate   value.Date             `json:"close_date,omitzero" day:"done"` // default: today
	Subject     string                 `json:"subject,omitzero" max:"200"`
	Description string                 `json:"description,omitzero" text:"2000"`
	CloseID     record.OrderCloseID    `json:"close_id,omitzero"`                      // derived unless given
	CloseCustom record.Custom          `json:"close_custom,omitzero" of:"order_close"` // own values of the close activity, where there is one
}

type cancelOrderCheck = flow.Check[*Order, *CancelOrder, *OrderFacts]

var cancelOrder = flow.Decide(
	orderFlow, actions.OrderCancel,
	cancelOrderCheck{
		Code: codes.ErrStatusNotInState, Text: "the status is a canceled one", Field: "status",
		Holds: func(_ *Order, c *CancelOrder, _ *OrderFacts) bool {
			_, err := value.StatusIn(c.Status, OrderCanceled)
			return err == nil
		},
	},
	flow.Faultless(codes.ErrDeliveredUnbilled, "what is delivered is billed, or abandoned, unless settings follow Dynamics 365",
		func(o *Order, c *CancelOrder, f *OrderFacts) []record.Reason {
			if c.AbandonDelivered || f.Settings.D365Compat {
				return nil
			}
			return o.deliveredUnbilled()
		}),
	cancelOrderCheck{
		Code: codes.ErrMissingField, Text: "delivered goods are abandoned for a reason", Field: "description",
		Holds: func(o *Order, c *CancelOrder, _ *OrderFacts) bool {
			return !c.AbandonDelivered || strings.TrimSpace(c.Description) != "" || len(o.deliveredUnbilled()) == 0
		},
	},
)

// deliveredUnbilled lists the lines of which more is delivered than billed.
func (o *Order) deliveredUnbilled() (reasons []record.Reason) {
	for i := range o.Lines {
		l := &o.Lines[i]
		shipped, billed := l.QuantityShipped.Or(decimal.Decimal{}), l.QuantityInvoiced.Or(decimal.Decimal{})
		if shipped.Abs().LessThanOrEqual(billed.Abs()) {
			continue
		}
		open := pricing.Less(shipped, billed)
		r := record.ReasonFor(codes.ErrDeliveredUnbilled, fmt.Sprintf("lines[%d]", i))
		r.Message = fmt.Sprintf("%s of line %d are delivered and not billed: cancel what remains instead, or abandon them", open, l.LineNumber)
		reasons = append(reasons, r.With(
			"line_number", l.LineNumber, "delivered", shipped.String(), "billed", billed.String(), "unbilled", open.String(),
			"instead", actions.OrderCancelRemaining.String(),
		))
	}
	return reasons
}

// Cancel ends an order without live invoices: what is not shipped is canceled.
// Its quote stays won. It cannot be undone. Goods that are delivered and not billed
// are not forgotten: CancelRemaining keeps them billable, AbandonDelivered gives
// them up, which is a notice. Codes: ErrInvalidTransition, ErrBackOfficeManaged,
// ErrHasLiveInvoices, ErrStatusNotInState, ErrDeliveredUnbilled, ErrMissingField
// for an abandonment without description.
func (o Order) Cancel(cmd CancelOrder, f OrderFacts) (ClosedOrder, error) {
	if err := cancelOrder.Why(&o, &cmd, &f, o.Currency); err != nil {
		return ClosedOrder{}, err
	}
	from, abandoned := o.Status, o.deliveredUnbilled()
	o.Status, _ = value.StatusIn(cmd.Status, OrderCanceled)
	o.Lines = pricing.ChangeLines(o.Lines, func(l *pricing.Line) {
		l.QuantityCancelled = pricing.Counted(pricing.Less(l.Quantity.Or(decimal.Decimal{}), l.QuantityShipped.Or(decimal.Decimal{})))
	})
	out := o.close(from, actions.OrderCancel, OrderClose{
		ID: cmd.CloseID, Subject: cmd.Subject, Description: cmd.Description, ClosedOn: cmd.CloseDate,
	}, cmd.CloseCustom, f.Stamp)
	out.Notices = abandoned
	return out, nil
}

type cancelRemainingCheck = flow.Check[*Order, *CancelRemaining, *OrderFacts]

var cancelRemaining = flow.Decide(
	orderFlow, actions.OrderCancelRemaining,
	flow.Faultless(codes.ErrOverShipped, "each quantity lies between 0 and what remains of its line",
		func(o *Order, c *CancelRemaining, _ *OrderFacts) []record.Reason {
			_, faults := o.withoutRest(c.Lines)
			return faults
		}),
	cancelRemainingCheck{
		Code: codes.ErrOverInvoiced, Text: "no line falls below what is billed of it", Field: "lines",
		Holds: func(o *Order, c *CancelRemaining, _ *OrderFacts) bool {
			lines, faults := o.withoutRest(c.Lines)
			return len(faults) > 0 || !slices.ContainsFunc(lines, func(l pricing.Line) bool {
				return !pricing.Between(l.QuantityInvoiced.Or(decimal.Decimal{}), l.Committed())
			})
		},
	},
	cancelRemainingCheck{
		Code: codes.ErrUseDedicatedAction, Text: "something is shipped or left to ship; otherwise the order is canceled", Field: "lines",
		Holds: func(o *Order, c *CancelRemaining, _ *OrderFacts) bool {
			lines, faults := o.withoutRest(c.Lines)
			return len(faults) > 0 || pricing.AnyShipped(lines) || pricing.AnyRemaining(lines)
		},
	},
)

// rest returns the quantities that the list cancels, line by line, and what is
// wrong with it.
func (o *Order) rest(list []pricing.LineQuantity) ([]decimal.Decimal, []record.Reason) {
	return o.Asked(list, pricing.Progress{
		Limit: (*pricing.Line).Remaining,
		Done:  func(l *pricing.Line) decimal.Decimal { return l.QuantityCancelled.Or(decimal.Decimal{}) },
		Whole: func(l *pricing.Line) decimal.Decimal {
			return pricing.Less(l.Quantity.Or(decimal.Decimal{}), l.QuantityShipped.Or(decimal.Decimal{}))
		},
		Rest: true,
	}, codes.ErrOverShipped)
}

// withoutRest returns the lines less what the list cancels, and what is wrong
// with the list.
func (o *Order) withoutRest(list []pricing.LineQuantity) ([]pricing.Line, []record.Reason) {
	asked, faults := o.rest(list)
	return pricing.AddTo(o.Lines, asked, func(l *pricing.Line) *value.Opt[decimal.Decimal] { return &l.QuantityCancelled }), faults
}

// CancelRemaining cancels quantities that are not shipped. Once nothing remains
// of a partly shipped order, that completes its fulfilment. Canceling nothing
// changes nothing. Codes: ErrInvalidTransition, ErrBackOfficeManaged,
// ErrNotFound for an unknown line number, ErrInvalid for an empty list or a required
// member without its bundle, ErrOverShipped, ErrOverInvoiced, ErrUseDedicatedAction
// where nothing would be left.
func (o Order) CancelRemaining(cmd CancelRemaining, f OrderFacts) (ClosedOrder, error) {
	if err := cancelRemaining.Why(&o, &cmd, &f, o.Currency); err != nil {
		return ClosedOrder{}, err
	}
	if asked, _ := o.rest(cmd.Lines); pricing.Nothing(asked) {
		return ClosedOrder{Record: o}, nil
	}
	from := o.Status
	o.Lines, _ = o.withoutRest(cmd.Lines)
	if pricing.AnyShipped(o.Lines) && !pricing.AnyRemaining(o.Lines) {
		o.Fulfilment = FulfilmentComplete
		o.Derive()
		return o.close(from, actions.OrderCancelRemaining, OrderClose{
			ID: cmd.CloseID, Subject: cmd.Subject, Description: cmd.Description, ClosedOn: cmd.CloseDate,
		}, cmd.CloseCustom, f.Stamp), nil
	}
	o.Derive()
	o.Touch(f.Stamp)
	return ClosedOrder{Record: o, Events: []record.Event{record.StepEvent(&o, actions.OrderCancelRemaining, from.String(), f.Stamp, nil)}}, nil
}

// close makes the next version of an order and the activity that notes it.
func (o Order) close(from OrderStatus, do actions.Action, c OrderClose, own record.Custom, s record.Stamp) ClosedOrder {
	if c.ClosedOn.IsZero() {
		c.ClosedOn = s.Day()
	}
	c.ID = record.IDOr(c.ID, s, o.ID.UUID, o.Version, "close")
	c.Head = o.Child(s)
	s.Convert(&o, &c, own)
	c.OrderID, c.OrderNumber, c.Status = o.ID, o.OrderNumber, CloseStatusCompleted
	o.Touch(s)
	return ClosedOrder{Record: o, Close: &c, Events: []record.Event{
		record.StepEvent(&o, do, from.String(), s, nil),
		record.BornEvent(&c, actions.OrderCloseCreate, s, nil),
	}}
}
