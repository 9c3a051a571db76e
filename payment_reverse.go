package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// VoidPayment takes a payment back that was entered by mistake.
type VoidPayment struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

// BouncePayment says that the bank took the money back.
type BouncePayment struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

// ReversedPayment is what voiding or bouncing a payment yields.
type ReversedPayment struct {
	Record      Payment      `json:"payment"`
	Invoices    []Invoice    `json:"invoices,omitzero"`    // open again
	Allocations []Allocation `json:"allocations,omitzero"` // reversed
	HeldCustomer
	Events []record.Event `json:"events,omitzero"`
}

var (
	voidPayment   = flow.Decide[*VoidPayment](paymentFlow, actions.PaymentVoid)
	bouncePayment = flow.Decide[*BouncePayment](paymentFlow, actions.PaymentBounce)
)

// Void takes back a payment that was entered by mistake; its allocations are
// reversed, early discounts included, so that invoices are open again. Codes: ErrInvalidTransition,
// ErrHasRefunds.
func (p Payment) Void(cmd VoidPayment, f PaymentFacts) (ReversedPayment, error) {
	if err := voidPayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return ReversedPayment{}, err
	}
	return p.reverse(actions.PaymentVoid, PaymentStatusVoided, cmd.Note, &f), nil
}

// Bounce notes that a posted payment was taken back by the bank; its
// allocations are reversed, early discounts included, so that invoices are open
// again. Codes: ErrInvalidTransition, ErrHasRefunds.
func (p Payment) Bounce(cmd BouncePayment, f PaymentFacts) (ReversedPayment, error) {
	if err := bouncePayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return ReversedPayment{}, err
	}
	return p.reverse(actions.PaymentBounce, PaymentStatusBounced, cmd.Note, &f), nil
}

// reverse ends the payment and takes all its allocations back. An invoice that
// it was allocated to several times changes once.
func (p Payment) reverse(do actions.Action, to PaymentStatus, note string, f *PaymentFacts) ReversedPayment {
	from := p.Status
	p.AllocatedAmount, p.ReversedOn = p.Currency.Zero(), f.Day()
	record.Enter(&p.Head, &p.Status, to)
	p.Touch(f.Stamp)
	out := ReversedPayment{Record: p, Events: []record.Event{record.StepEvent(&p, do, from.String(), f.Stamp, record.DataOf("note", note))}}
	back := map[record.InvoiceID]money.Amount{}
	for _, a := range f.Allocations {
		if a.IsActive() {
			reversed, event := a.reverse(f.Stamp)
			out.Allocations, out.Events = append(out.Allocations, reversed), append(out.Events, event)
			back[a.InvoiceID] = back[a.InvoiceID].Sub(a.Amount)
		}
	}
	var settlements []settlement
	for _, i := range f.Invoices {
		if by, ok := back[i.ID]; ok {
			open, event := i.settle(by, f.Stamp)
			out.Invoices, out.Events = append(out.Invoices, open), append(out.Events, event)
			settlements = append(settlements, settlement{&i, &open})
		}
	}
	held, events := f.Debtor.follow(f.Stamp, settlements...)
	out.HeldCustomer, out.Events = held, append(out.Events, events...)
	return out
}
