package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Dispute is what a customer has against an invoice. While it is open, the
// invoice is not dunned.
type Dispute struct {
	Reason     string                  `json:"reason"`
	Amount     value.Opt[money.Amount] `json:"amount,omitzero"` // of the invoice; unset: all of it
	DisputedOn value.Date              `json:"disputed_on"`
}

// DisputeInvoice says that the customer disputes an invoice.
type DisputeInvoice struct {
	Reason     string                  `json:"reason" need:"true" text:"2000"`
	Amount     value.Opt[money.Amount] `json:"amount,omitzero"`                 // default: all of it
	DisputedOn value.Date              `json:"disputed_on,omitzero" day:"done"` // default: today
}

var disputeInvoice = flow.Decide(invoiceFlow, actions.InvoiceDispute, flow.Check[*Invoice, *DisputeInvoice, *InvoiceFacts]{
	Code: codes.ErrOutOfRange, Text: "the amount is more than 0 and at most what is open", Field: "amount",
	Holds: func(i *Invoice, c *DisputeInvoice, _ *InvoiceFacts) bool { return i.opens(c.Amount) },
})

// opens reports whether an amount, if given, is a part of what is open.
func (i *Invoice) opens(amount value.Opt[money.Amount]) bool {
	a, given := amount.Get()
	return !given || a.Sign() > 0 && a.Cmp(i.OpenBalance()) <= 0
}

// Dispute notes what the customer has against an open invoice; a dispute that
// is open already is replaced. Codes: ErrNotIssued, ErrInvoiceSettled,
// ErrInvalidTransition, ErrMissingField without a reason, ErrOutOfRange for an
// amount beyond what is open.
func (i Invoice) Dispute(cmd DisputeInvoice, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := disputeInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	i.OpenDispute = &Dispute{Reason: cmd.Reason, Amount: cmd.Amount, DisputedOn: cmd.DisputedOn}
	if cmd.DisputedOn.IsZero() {
		i.OpenDispute.DisputedOn = f.Day()
	}
	return record.Changed(&i, actions.InvoiceDispute, f.Stamp, record.DataOf("reason", cmd.Reason)), nil
}

// ResolveDispute ends a dispute, whichever way it went.
type ResolveDispute struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

var resolveDispute = flow.Decide[*ResolveDispute](invoiceFlow, actions.InvoiceResolveDispute)

// ResolveDispute ends the dispute of an issued invoice: dunning goes on. What
// the customer is right about is credited or written off. Code:
// ErrInvalidTransition, also if nothing is disputed.
func (i Invoice) ResolveDispute(cmd ResolveDispute, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := resolveDispute.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	i.OpenDispute = nil
	return record.Changed(&i, actions.InvoiceResolveDispute, f.Stamp, record.DataOf("note", cmd.Note)), nil
}

// Promise is what a customer promised to pay of an invoice, and when. Until
// that day the invoice is not dunned.
type Promise struct {
	PayOn         value.Date   `json:"pay_on"`         // the last day
	Amount        money.Amount `json:"amount"`         // that is promised
	SettledAmount money.Amount `json:"settled_amount"` // what was settled when it was given
	PromisedOn    value.Date   `json:"promised_on"`
	Note          string       `json:"note,omitzero"`
}

// PromiseState is how a promise stands on a day. It is derived when asked and
// never stored.
type PromiseState = value.Setting[promiseStates]

// The values of [PromiseState].
const (
	PromiseNone   PromiseState = iota // nothing is promised
	PromiseOpen                       // the day has not passed
	PromiseKept                       // what was promised is settled
	PromiseBroken                     // the day has passed
)

type promiseStates struct{}

func (promiseStates) Keys() []string { return promiseStateKeys }

var promiseStateKeys = []string{"none", "open", "kept", "broken"}

// PromiseState tells how the promise for the invoice stands on a day.
func (i *Invoice) PromiseState(on value.Date) PromiseState {
	p := i.Promise
	switch {
	case p == nil:
		return PromiseNone
	case i.SettledAmount.Sub(p.SettledAmount).Cmp(p.Amount) >= 0:
		return PromiseKept
	case on.After(p.PayOn):
		return PromiseBroken
	}
	return PromiseOpen
}

// PromisePayment says that the customer promised to pay an invoice.
type PromisePayment struct {
	PayOn  value.Date              `json:"pay_on" need:"true"` // the last day
	Amount value.Opt[money.Amount] `json:"amount,omitzero"`    // default: all that is open
	Note   string                  `json:"note,omitzero" text:"2000"`
}

type promisePaymentCheck = flow.Check[*Invoice, *PromisePayment, *InvoiceFacts]

var promisePayment = flow.Decide(
	invoiceFlow, actions.InvoicePromisePayment,
	promisePaymentCheck{
		Code: codes.ErrInvalid, Text: "the day has not passed", Field: "pay_on",
		Holds: func(_ *Invoice, c *PromisePayment, f *InvoiceFacts) bool { return !c.PayOn.Before(f.Day()) },
	},
	promisePaymentCheck{
		Code: codes.ErrOutOfRange, Text: "the amount is more than 0 and at most what is open", Field: "amount",
		Holds: func(i *Invoice, c *PromisePayment, _ *InvoiceFacts) bool { return i.opens(c.Amount) },
	},
)

// PromisePayment notes that the customer promised to pay an open invoice; an
// earlier promise is replaced. Codes: ErrNotIssued, ErrInvoiceSettled,
// ErrInvalidTransition, ErrInvalid for a day that has passed, ErrOutOfRange for
// an amount beyond what is open.
func (i Invoice) PromisePayment(cmd PromisePayment, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := promisePayment.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	i.Promise = &Promise{
		PayOn: cmd.PayOn, Amount: cmd.Amount.Or(i.OpenBalance()), SettledAmount: i.SettledAmount, PromisedOn: f.Day(), Note: cmd.Note,
	}
	return record.Changed(&i, actions.InvoicePromisePayment, f.Stamp,
		record.DataOf("pay_on", cmd.PayOn.String(), "amount", i.Promise.Amount.String())), nil
}

// WithdrawPromise takes a promise back.
type WithdrawPromise struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

var withdrawPromise = flow.Decide[*WithdrawPromise](invoiceFlow, actions.InvoiceWithdrawPromise)

// WithdrawPromise takes the promise for an issued invoice back: dunning goes
// on. Code: ErrInvalidTransition, also if nothing is promised.
func (i Invoice) WithdrawPromise(cmd WithdrawPromise, f InvoiceFacts) (record.Change[Invoice], error) {
	if err := withdrawPromise.Why(&i, &cmd, &f, i.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	i.Promise = nil
	return record.Changed(&i, actions.InvoiceWithdrawPromise, f.Stamp, record.DataOf("note", cmd.Note)), nil
}
