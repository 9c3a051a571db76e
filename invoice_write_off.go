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

// WriteOffInvoice gives up what is open of an invoice, or a part of it.
type WriteOffInvoice struct {
	Reason       string                  `json:"reason" need:"true" text:"2000"`
	Amount       value.Opt[money.Amount] `json:"amount,omitzero"`        // more than 0; default: all that is open
	On           value.Date              `json:"on,omitzero" day:"done"` // the day from which it counts, not before the issue, nor before the invoice was opened again; default: today
	AllocationID record.AllocationID     `json:"allocation_id,omitzero"` // derived unless given
}

// WrittenOffInvoice is what writing an invoice off, or taking that back,
// yields.
type WrittenOffInvoice struct {
	Record     Invoice    `json:"invoice"`
	Allocation Allocation `json:"allocation"`
	HeldCustomer
	Events []record.Event `json:"events,omitzero"`
}

type writeOffCheck = flow.Check[*Invoice, *WriteOffInvoice, *InvoiceFacts]

var writeOffInvoice = flow.Decide(
	invoiceFlow, actions.InvoiceWriteOff,
	writeOffCheck{
		Code: codes.ErrOverAllocated, Text: "the amount is more than 0 and at most what is open", Field: "amount",
		Holds: func(i *Invoice, c *WriteOffInvoice, _ *InvoiceFacts) bool {
			a, given := c.Amount.Get()
			return !given || a.Sign() > 0 && a.Cmp(i.OpenBalance()) <= 0
		},
	},
	writeOffCheck{
		Code: codes.ErrTimeOrder, Text: "it does not count before the issue, nor before the invoice was opened again last", Field: "on",
		Holds: func(i *Invoice, c *WriteOffInvoice, _ *InvoiceFacts) bool {
			return c.On.IsZero() || !c.On.Before(later(i.IssueDate, i.ReopenedOn))
		},
	},
)

// WriteOff settles what is open of an issued invoice, or a part of it, without
// money; the reason is kept by the allocation. An invoice can have several
// write-offs. Codes: ErrNotIssued, ErrInvoiceSettled, ErrInvalidTransition,
// ErrMissingField without a reason, ErrOverAllocated, ErrTimeOrder.
func (i Invoice) WriteOff(cmd WriteOffInvoice, f InvoiceFacts) (WrittenOffInvoice, error) {
	if err := writeOffInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return WrittenOffInvoice{}, err
	}
	b := f.book(&i)
	b.id = record.IDOr(cmd.AllocationID, f.Stamp, i.ID.UUID, i.Version, "write_off")
	b.amount, b.reason = cmd.Amount.Or(i.OpenBalance()), cmd.Reason
	b.from(cmp.Or(cmd.On, f.Day()), 0)
	return b.writeOff(&i, writtenOff, actions.InvoiceWriteOff, b.amount, "", f.Debtor), nil
}

// writeOff is what becomes of the invoice by a write-off, or by taking it back.
func (b *cashbook) writeOff(was *Invoice, event cashEvent, do actions.Action, amount money.Amount, note string, d *Debtor) WrittenOffInvoice {
	next, reached := b.happens(event, actions.InvoiceSettle)
	held, events := d.follow(b.stamp, settlement{was, &next})
	return WrittenOffInvoice{Record: next, Allocation: b.changed[0], HeldCustomer: held, Events: slices.Concat([]record.Event{
		record.StepEvent(&next, do, was.Status.String(), b.stamp, record.DataOf("amount", amount.String(), "note", note)), reached,
	}, b.events, events)}
}

// book begins a change of the invoice's money.
func (f *InvoiceFacts) book(i *Invoice) *cashbook {
	return bookOf(cashOf(i, f.Allocations, f.CreditNotes, &f.Settings), f.Stamp)
}

// ReverseWriteOff takes a write-off back.
type ReverseWriteOff struct {
	AllocationID record.AllocationID `json:"allocation_id,omitzero"`    // default: the latest write-off
	Note         string              `json:"note,omitzero" text:"2000"` // kept by the event
}

// writeOff returns the write-off that the command takes back, nil if there is
// none.
func (f *InvoiceFacts) writeOff(cmd *ReverseWriteOff) *Allocation {
	var latest *Allocation
	for n := range f.Allocations {
		a := &f.Allocations[n]
		if a.Kind == AllocationWriteOff && a.IsActive() && (cmd.AllocationID.IsZero() || cmd.AllocationID == a.ID) && (latest == nil || !a.At.Before(latest.At)) {
			latest = a
		}
	}
	return latest
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
	b := f.book(&i)
	b.chosen = f.writeOff(&cmd)
	return b.writeOff(&i, writeOffReversed, actions.InvoiceReverseWriteOff, b.chosen.Amount, cmd.Note, f.Debtor), nil
}
