package leadtocash

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// FulfillOrder says that an order is delivered: the zero command all of it,
// otherwise a part, or the last shipment.
type FulfillOrder struct {
	Lines       []pricing.LineQuantity `json:"lines,omitzero"`                 // what is shipped now; default: all that remains
	Partial     bool                   `json:"partial,omitzero"`               // a part, even without quantities
	CloseDate   value.Date             `json:"close_date,omitzero" day:"done"` // when it was delivered; default: today
	Subject     string                 `json:"subject,omitzero" max:"200"`
	Description string                 `json:"description,omitzero" text:"2000"`
	CloseID     record.OrderCloseID    `json:"close_id,omitzero"`                      // derived unless given
	CloseCustom record.Custom          `json:"close_custom,omitzero" of:"order_close"` // own values of the close activity
}

// IsPartial reports whether the command speaks of a part of the order; that part
// may be all that remains.
func (cmd FulfillOrder) IsPartial() bool { return cmd.Partial || cmd.Lines != nil }

// IsLast reports whether the command leaves nothing to ship of an order: it is the
// complete fulfilment then, whether it names what remains or not.
func (cmd FulfillOrder) IsLast(o *Order) bool {
	if !cmd.IsPartial() {
		return true
	}
	lines, faults := o.shipped(&cmd)
	return cmd.Lines != nil && len(faults) == 0 && !pricing.AnyRemaining(lines)
}

var (
	fulfillOrder        = flow.Decide[*FulfillOrder](orderFlow, actions.OrderFulfill)
	fulfillOrderPartial = flow.Decide(
		orderFlow, actions.OrderFulfillPartial,
		flow.Faultless(codes.ErrOverShipped, "each quantity lies between 0 and what remains of its line",
			func(o *Order, c *FulfillOrder, _ *OrderFacts) []record.Reason {
				_, faults := o.shipped(c)
				return faults
			}),
	)
)

// shipped returns the lines after a partial fulfilment, and what is wrong with
// its quantities.
func (o *Order) shipped(cmd *FulfillOrder) ([]pricing.Line, []record.Reason) {
	if cmd.Lines == nil {
		return o.Lines, nil
	}
	asked, faults := o.Asked(cmd.Lines, pricing.Progress{
		Limit: (*pricing.Line).Remaining,
		Done:  func(l *pricing.Line) decimal.Decimal { return l.QuantityShipped.Or(decimal.Decimal{}) },
		Whole: (*pricing.Line).Committed,
		Rest:  true, Alone: true,
	}, codes.ErrOverShipped)
	lines := pricing.AddTo(o.Lines, asked, func(l *pricing.Line) *value.Opt[decimal.Decimal] { return &l.QuantityShipped })
	if len(faults) == 0 && pricing.Nothing(asked) {
		faults = []record.Reason{{Code: codes.ErrInvalid, Field: "lines", Message: "nothing is shipped"}}
	}
	return lines, faults
}

// Fulfill delivers the order. Required members of a bundle go with it, as far as
// they did not go ahead. The zero command ships all that remains and
// completes the fulfilment; an order that is billed in full is invoiced by
// that. So does a command whose quantities are all that remains, marked as partial
// or not; with fewer the order is partly fulfilled. Codes: ErrInvalidTransition,
// ErrBackOfficeManaged, codes.ErrPricing, ErrCreditHold, ErrCreditLimit,
// ErrNoExchangeRate, ErrApprovalRequired; with
// quantities ErrNotFound for an unknown line number, ErrOverShipped, and ErrInvalid
// for an empty list or nothing but zeros.
func (o Order) Fulfill(cmd FulfillOrder, f OrderFacts) (ClosedOrder, error) {
	from, do := o.Status, actions.OrderFulfill
	if !cmd.IsLast(&o) {
		do = actions.OrderFulfillPartial
		if err := fulfillOrderPartial.Why(&o, &cmd, &f, o.Currency); err != nil {
			return ClosedOrder{}, err
		}
		o.Lines, _ = o.shipped(&cmd)
		o.Fulfilment = FulfilmentPartial
	} else {
		if err := fulfillOrder.Why(&o, &cmd, &f, o.Currency); err != nil {
			return ClosedOrder{}, err
		}
		o.Lines = pricing.ChangeLines(o.Lines, func(l *pricing.Line) { l.QuantityShipped = pricing.Counted(l.Committed()) })
		o.Fulfilment = FulfilmentComplete
	}
	if o.DateFulfilled = cmd.CloseDate; o.DateFulfilled.IsZero() {
		o.DateFulfilled = f.Day()
	}
	o.Derive()
	out := o.close(from, do, OrderClose{
		ID: cmd.CloseID, Subject: cmd.Subject, Description: cmd.Description, ClosedOn: o.DateFulfilled,
	}, cmd.CloseCustom, f.Stamp)
	out.Notices = f.creditNotices()
	return out, nil
}
