package leadtocash

import (
	"cmp"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// VoidPayment takes a payment back that was entered by mistake.
type VoidPayment struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

// BouncePayment says that the bank took the money back.
type BouncePayment struct {
	ReversedOn value.Date `json:"reversed_on,omitzero" day:"done"` // not before it was received; default: today
	Note       string     `json:"note,omitzero" text:"2000"`       // kept by the event
}

// ReversedPayment is what voiding or bouncing a payment yields.
type ReversedPayment struct {
	Record      Payment      `json:"payment"`
	Invoices    []Invoice    `json:"invoices,omitzero"`    // open again
	Allocations []Allocation `json:"allocations,omitzero"` // reversed
	Refunds     []Refund     `json:"refunds,omitzero"`     // canceled: they were requested, and not paid
	HeldCustomer
	Events []record.Event `json:"events,omitzero"`
}

var voidPayment = flow.Decide(paymentFlow, actions.PaymentVoid, flow.Check[*Payment, *VoidPayment, *PaymentFacts]{
	Code: codes.ErrHasRefunds, Text: "no invoice needs the money for what was refunded of its credit notes",
	Holds: func(p *Payment, _ *VoidPayment, f *PaymentFacts) bool {
		ledger := f.ledger()
		for n := range f.Invoices {
			cash := ledger.cash(&f.Invoices[n])
			given := cash.sum(func(a *Allocation) bool { return a.Kind == AllocationPayment && a.PaymentID == p.ID })
			if given.Sign() > 0 && cash.holdsRefunds(given) {
				return false
			}
		}
		return true
	},
})

// Void takes back a payment that was entered by mistake; its allocations are
// reversed, early discounts included, so that invoices are open again, and never
// counted. Codes: ErrInvalidTransition, ErrHasRefunds where something of it was
// refunded, or out of credit notes of its invoices.
func (p Payment) Void(cmd VoidPayment, f PaymentFacts) (ReversedPayment, error) {
	if err := voidPayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return ReversedPayment{}, err
	}
	return p.reverse(reversal{paymentVoided, actions.PaymentVoid, PaymentStatusVoided, later(f.Day(), p.ReceivedOn)}, cmd.Note, &f), nil
}

var bouncePayment = flow.Decide(paymentFlow, actions.PaymentBounce, flow.Check[*Payment, *BouncePayment, *PaymentFacts]{
	Code: codes.ErrTimeOrder, Text: "it does not bounce before it is received", Field: "reversed_on",
	Holds: func(p *Payment, c *BouncePayment, _ *PaymentFacts) bool {
		return c.ReversedOn.IsZero() || !c.ReversedOn.Before(p.ReceivedOn)
	},
})

// Bounce notes that a posted payment was taken back by the bank, which asks
// nobody: its allocations are reversed, early discounts included, so that invoices
// are open again. Refunds that were requested are canceled; those that were paid
// stay, and what they returned the customer owes. Codes: ErrInvalidTransition,
// ErrTimeOrder.
func (p Payment) Bounce(cmd BouncePayment, f PaymentFacts) (ReversedPayment, error) {
	if err := bouncePayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return ReversedPayment{}, err
	}
	on := cmp.Or(cmd.ReversedOn, later(f.Day(), p.ReceivedOn))
	return p.reverse(reversal{paymentBounced, actions.PaymentBounce, PaymentStatusBounced, on}, cmd.Note, &f), nil
}

// reversal is how a payment ends.
type reversal struct {
	event cashEvent
	do    actions.Action
	to    PaymentStatus
	on    value.Date
}

// reverse ends the payment and takes all its allocations back. An invoice that
// it was allocated to several times changes once.
func (p Payment) reverse(how reversal, note string, f *PaymentFacts) ReversedPayment {
	from := p.Status
	var refunds []Refund
	var canceled []record.Event
	for _, r := range f.Refunds {
		if r.Status == RefundStatusRequested {
			m := r.moved(actions.RefundCancel, RefundStatusCanceled, money.Amount{}, "", &RefundFacts{Stamp: f.Stamp})
			refunds, canceled = append(refunds, m.Record), append(canceled, m.Events...)
			p.RefundedAmount = p.RefundedAmount.Sub(r.Amount)
		}
	}
	p.ReversedOn = how.on
	record.Enter(&p.Head, &p.Status, how.to)
	p.Touch(f.Stamp)
	out := ReversedPayment{Refunds: refunds}
	var settlements []settlement
	var events []record.Event
	ledger := f.ledger()
	for n := range f.Invoices {
		i := &f.Invoices[n]
		cash := ledger.cash(i)
		if cash.sum(func(a *Allocation) bool { return a.PaymentID == p.ID }).IsZero() {
			continue
		}
		b := bookOf(cash, f.Stamp)
		b.payment, b.on = &p, how.on
		open, event := b.happens(how.event, actions.InvoiceSettle)
		out.Invoices, out.Allocations = append(out.Invoices, open), append(out.Allocations, b.changed...)
		events = append(append(events, event), b.events...)
		settlements = append(settlements, settlement{i, &open})
	}
	if how.to == PaymentStatusVoided {
		events = append(events, annulled(&out.Allocations, f.Allocations, f.Stamp)...)
	}
	p.AllocatedAmount = p.Currency.Zero()
	out.Record = p
	held, holds := f.Debtor.follow(f.Stamp, settlements...)
	out.HeldCustomer = held
	out.Events = slices.Concat([]record.Event{record.StepEvent(&p, how.do, from.String(), f.Stamp, record.DataOf("note", note))}, events, canceled, holds)
	return out
}

// annulled makes allocations out of a source that was entered by mistake ones that
// never counted: those that were just reversed, and those reversed before.
func annulled(reversed *[]Allocation, all []Allocation, s record.Stamp) (events []record.Event) {
	for n := range *reversed {
		if a := &(*reversed)[n]; !a.IsActive() {
			a.ReversedOn = a.On
		}
	}
	for n := range all {
		if a := all[n]; !a.IsActive() && a.ReversedOn != a.On {
			never, event := a.annul(s)
			*reversed, events = append(*reversed, never), append(events, event)
		}
	}
	return events
}

// WriteOffReclaim gives up what a bounced payment was refunded of, or a part of
// it.
type WriteOffReclaim struct {
	Reason       string                  `json:"reason" need:"true" text:"2000"`
	Amount       value.Opt[money.Amount] `json:"amount,omitzero"`        // more than 0; default: all that the customer owes of it
	AllocationID record.AllocationID     `json:"allocation_id,omitzero"` // derived unless given
}

// WrittenOffReclaim is what giving up a reclaim yields.
type WrittenOffReclaim struct {
	Record     Payment        `json:"payment"`
	Allocation Allocation     `json:"allocation"`
	Events     []record.Event `json:"events,omitzero"`
}

var writeOffReclaim = flow.Decide(paymentFlow, actions.PaymentWriteOffReclaim, flow.Check[*Payment, *WriteOffReclaim, *PaymentFacts]{
	Code: codes.ErrOverAllocated, Text: "the amount is more than 0 and at most what the customer owes of the payment", Field: "amount",
	Holds: func(p *Payment, c *WriteOffReclaim, _ *PaymentFacts) bool {
		a, given := c.Amount.Get()
		return !given || a.Sign() > 0 && a.Cmp(p.Unallocated().Neg()) <= 0
	},
})

// WriteOffReclaim gives up what the customer owes since a payment bounced of which
// something had been refunded; the reason is kept by the allocation. Codes:
// ErrInvalidTransition, ErrMissingField without a reason, ErrOverAllocated.
func (p Payment) WriteOffReclaim(cmd WriteOffReclaim, f PaymentFacts) (WrittenOffReclaim, error) {
	if err := writeOffReclaim.Why(&p, &cmd, &f, p.Currency); err != nil {
		return WrittenOffReclaim{}, err
	}
	amount := cmd.Amount.Or(p.Unallocated().Neg())
	a, born := Allocation{
		ID: record.IDOr(cmd.AllocationID, f.Stamp, p.ID.UUID, p.Version, "write_off"), Head: p.Child(f.Stamp), PaymentID: p.ID,
		Amount: amount, Kind: AllocationWriteOff, Reason: cmd.Reason, On: later(f.Day(), p.ReversedOn),
	}.born(f.Stamp)
	p.WrittenOffAmount = p.WrittenOffAmount.Add(amount)
	p.Touch(f.Stamp)
	return WrittenOffReclaim{Record: p, Allocation: a, Events: []record.Event{
		record.StepEvent(&p, actions.PaymentWriteOffReclaim, p.Status.String(), f.Stamp, record.DataOf("amount", amount.String())), born,
	}}, nil
}
