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
