package leadtocash

import (
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/record"
)

// WriteOffInvoice gives up what is open of an invoice.
type WriteOffInvoice struct {
	Reason       string              `json:"reason" need:"true" text:"2000"`
	AllocationID record.AllocationID `json:"allocation_id,omitzero"` // derived unless given
}

// WrittenOffInvoice is what writing an invoice off, or taking that back,
// yields.
type WrittenOffInvoice struct {
	Record     Invoice    `json:"invoice"`
	Allocation Allocation `json:"allocation"`
	HeldCustomer
	Events []record.Event `json:"events,omitzero"`
}

var writeOffInvoice = flow.Decide[*WriteOffInvoice](invoiceFlow, actions.InvoiceWriteOff)

// WriteOff settles what is open of an issued invoice without money; the reason
// is kept by the allocation. Codes: ErrNotIssued, ErrInvoiceSettled,
// ErrInvalidTransition, ErrMissingField without a reason.
func (i Invoice) WriteOff(cmd WriteOffInvoice, f InvoiceFacts) (WrittenOffInvoice, error) {
	if err := writeOffInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return WrittenOffInvoice{}, err
	}
	id, from := record.IDOr(cmd.AllocationID, f.Stamp, i.ID.UUID, i.Version, "write_off"), i.Status
	amount := i.OpenBalance()
	a, born := Allocation{
		ID: id, Head: i.Child(f.Stamp), InvoiceID: i.ID, Amount: amount, Kind: AllocationWriteOff, Reason: cmd.Reason,
	}.born(f.Stamp)
	next, reached := i.settle(amount, f.Stamp)
	held, events := f.Debtor.follow(f.Stamp, settlement{&i, &next})
	return WrittenOffInvoice{Record: next, Allocation: a, HeldCustomer: held, Events: append([]record.Event{
		record.StepEvent(&next, actions.InvoiceWriteOff, from.String(), f.Stamp, record.DataOf("amount", amount.String())), reached, born,
	}, events...)}, nil
}

// ReverseWriteOff takes a write-off back.
type ReverseWriteOff struct {
	AllocationID record.AllocationID `json:"allocation_id,omitzero"`    // default: the latest write-off
	Note         string              `json:"note,omitzero" text:"2000"` // kept by the event
}

// writeOff returns the write-off that the command takes back, nil if there is
// none.
func (f *InvoiceFacts) writeOff(cmd *ReverseWriteOff) *Allocation {
	for at := range slices.Backward(f.Allocations) {
		a := &f.Allocations[at]
		if a.Kind == AllocationWriteOff && a.IsActive() && (cmd.AllocationID.IsZero() || cmd.AllocationID == a.ID) {
			return a
		}
	}
	return nil
}

var reverseWriteOff = flow.Decide(invoiceFlow, actions.InvoiceReverseWriteOff, flow.Check[*Invoice, *ReverseWriteOff, *InvoiceFacts]{
	Code: codes.ErrNotFound, Text: "the invoice has this write-off, and it is not reversed",
	Holds:  func(_ *Invoice, c *ReverseWriteOff, f *InvoiceFacts) bool { return f.writeOff(c) != nil },
	Detail: func(*Invoice, *ReverseWriteOff, *InvoiceFacts) []record.Reason { return notFound("allocation_id") },
})

// ReverseWriteOff takes a write-off back, at any time: what it settled is open
// again. Codes: ErrInvalidTransition, ErrNotFound.
func (i Invoice) ReverseWriteOff(cmd ReverseWriteOff, f InvoiceFacts) (WrittenOffInvoice, error) {
	if err := reverseWriteOff.Why(&i, &cmd, &f, i.Currency); err != nil {
		return WrittenOffInvoice{}, err
	}
	a, from := f.writeOff(&cmd), i.Status
	next, reached := i.settle(a.Amount.Neg(), f.Stamp)
	reversed, reversal := a.reverse(f.Stamp)
	held, events := f.Debtor.follow(f.Stamp, settlement{&i, &next})
	return WrittenOffInvoice{Record: next, Allocation: reversed, HeldCustomer: held, Events: append([]record.Event{
		record.StepEvent(&next, actions.InvoiceReverseWriteOff, from.String(), f.Stamp, record.DataOf("amount", a.Amount.String(), "note", cmd.Note)), reached, reversal,
	}, events...)}, nil
}
