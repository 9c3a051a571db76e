package leadtocash

import (
	"slices"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// What an imported record says must be true. The methods here fill in what follows
// from the rest of it, and list what contradicts it.

var (
	importSettling = []InvoiceStatus{InvoiceStatusBilled, InvoiceStatusPartiallyPaid, InvoiceStatusPaid}
	importIssued   = append([]InvoiceStatus{InvoiceStatusClosedPaid}, importSettling...)
)

// faulty lists what is wrong with an imported record.
type faulty []record.Reason

func (f *faulty) add(wrong bool, code codes.Code, field, message string) {
	if wrong {
		*f = append(*f, record.Reason{Code: code, Field: field, Message: message})
	}
}

// part: a part lies between 0 and the whole, which may be negative.
func (f *faulty) part(field string, part, whole money.Amount) {
	f.add(!part.IsZero() && !money.Within(part, whole), codes.ErrOutOfRange, field, "is more than the whole, or has another sign")
}

// ImportFaults are those of an imported invoice. The issue date is the day of its
// creation unless given, and a paid one is settled in full unless it says otherwise.
func (i *Invoice) ImportFaults(s *Settings) []record.Reason {
	var f faulty
	issued, live := slices.Contains(importIssued, i.Status), i.Live()
	// As in Dynamics 365, an issued invoice can be edited: its status may be that of another
	// amount, and nothing may be left of it, or less.
	edited := s.D365Compat
	if issued && i.IssueDate.IsZero() {
		i.IssueDate = s.Today(i.CreatedAt)
	}
	if i.Status == InvoiceStatusPaid && i.SettledAmount.IsZero() {
		i.SettledAmount = i.AmountDue
	}
	if i.SettledOn.IsZero() {
		i.SettledOn = i.settledOn(nil)
	}
	f.add(!i.SettledOn.IsZero() && i.settledOn(nil).IsZero(), codes.ErrInvalid, "settled_on", "something of it is open")
	f.add(issued && i.InvoiceNumber == "", codes.ErrMissingField, "invoice_number", "an issued invoice has a number")
	never := live && !issued && !s.D365Compat
	f.add(never && i.InvoiceNumber != "", codes.ErrInvalid, "invoice_number", "an invoice that was never issued has none")
	f.add(never && !i.IssueDate.IsZero(), codes.ErrInvalid, "issue_date", "an invoice that was never issued has none")
	f.add((never || !live) && !i.SettledAmount.IsZero(), codes.ErrInvalid, "settled_amount", "only an issued invoice is settled")
	f.add((issued || live && i.isIssued()) && !edited && (i.TotalAmount.Sign() < 0 || i.AmountDue.Sign() < 0), codes.ErrNegativeTotal, "amount_due", codes.ErrNegativeTotal.Info().Text)
	f.add(!i.DueDate.IsZero() && i.DueDate.Before(i.IssueDate), codes.ErrTimeOrder, "due_date", "lies before the issue date")
	if slices.Contains(importSettling, i.Status) && i.Status != i.settledStatus() && !edited {
		f.add(true, codes.ErrStatusNotInState, "status", "what is settled makes it "+i.settledStatus().String())
		f.add(true, codes.ErrInvalid, "settled_amount", "does not go with the status")
	}
	if !edited || i.AmountDue.Sign() > 0 {
		f.part("settled_amount", i.SettledAmount, i.AmountDue)
	}
	return f
}

// ImportFaults are those of an imported credit note. An issued one is worth its
// total unless it says otherwise.
func (n *CreditNote) ImportFaults(s *Settings, invoice *Invoice, others []CreditNote) []record.Reason {
	var f faulty
	issued := n.Status != CreditNoteStatusDraft
	if issued && n.IssueDate.IsZero() {
		n.IssueDate = s.Today(n.CreatedAt)
	}
	if issued && n.Value.IsZero() {
		n.Value = n.TotalAmount
	}
	f.add(issued && n.CreditNoteNumber == "", codes.ErrMissingField, "credit_note_number", "an issued credit note has a number")
	f.add(!issued && n.CreditNoteNumber != "", codes.ErrInvalid, "credit_note_number", "a draft has none")
	f.add(!issued && !n.IssueDate.IsZero(), codes.ErrInvalid, "issue_date", "a draft has none")
	f.add(issued && n.TotalAmount.Sign() < 0, codes.ErrNegativeTotal, "total_amount", codes.ErrNegativeTotal.Info().Text)
	spent := n.Status == CreditNoteStatusIssued
	f.add(!spent && !n.AllocatedAmount.IsZero(), codes.ErrInvalid, "allocated_amount", "only an issued credit note settles")
	f.add(!spent && !n.RefundedAmount.IsZero(), codes.ErrInvalid, "refunded_amount", "only an issued credit note is refunded")
	f.part("allocated_amount", n.AllocatedAmount, n.Value)
	f.part("refunded_amount", n.RefundedAmount, n.Value.Sub(n.AllocatedAmount))
	if spent && invoice != nil {
		credited := n.TotalAmount
		for at := range others {
			if o := &others[at]; o.ID != n.ID && o.Status == CreditNoteStatusIssued {
				credited = credited.Add(o.TotalAmount)
			}
		}
		f.add(credited.Cmp(invoice.TotalAmount) > 0, codes.ErrOverCredited, "total_amount", "together with its other credit notes more than the invoice")
	}
	return f
}

// ImportFaults are those of an imported payment, besides its customer and amount.
func (p *Payment) ImportFaults() []record.Reason {
	var f faulty
	ended := p.Status == PaymentStatusVoided || p.Status == PaymentStatusBounced
	f.add(p.ReceivedOn.IsZero(), codes.ErrMissingField, "received_on", "a payment was received on some day")
	f.add(ended && p.ReversedOn.IsZero(), codes.ErrMissingField, "reversed_on", "it was voided, or bounced, on some day")
	f.add(!ended && !p.ReversedOn.IsZero(), codes.ErrInvalid, "reversed_on", "only a payment that was voided, or bounced, has one")
	f.add(!p.ReversedOn.IsZero() && p.ReversedOn.Before(p.ReceivedOn), codes.ErrTimeOrder, "reversed_on", "lies before the day it was received on")
	f.add(p.Status != PaymentStatusPosted && !p.AllocatedAmount.IsZero(), codes.ErrInvalid, "allocated_amount", "only a posted payment settles")
	f.add(!p.Received() && !p.RefundedAmount.IsZero(), codes.ErrInvalid, "refunded_amount", "only a payment that was posted is refunded")
	f.part("allocated_amount", p.AllocatedAmount, p.Amount)
	f.part("refunded_amount", p.RefundedAmount, p.Amount.Sub(p.AllocatedAmount))
	return f
}

// ImportFaults are those of an imported refund, besides its customer and amount:
// of all that its source is worth others may have had a part.
func (r *Refund) ImportFaults(source money.Amount, known bool, others []Refund) []record.Reason {
	var f faulty
	paid := r.Status == RefundStatusPaid
	f.add(paid && r.PaidOn.IsZero(), codes.ErrMissingField, "paid_on", "it was paid on some day")
	f.add(!paid && !r.PaidOn.IsZero(), codes.ErrInvalid, "paid_on", "only a paid refund has one")
	sum := r.Amount
	for n := range others {
		if o := &others[n]; o.ID != r.ID && (o.Status == RefundStatusRequested || o.Status == RefundStatusPaid) {
			sum = sum.Add(o.Amount)
		}
	}
	f.add(known && (paid || r.Status == RefundStatusRequested) && sum.Cmp(source) > 0, codes.ErrOverRefunded, "amount", "together with other refunds more than there was")
	return f
}

// ImportFaults are those of an imported allocation, besides its amount: of all that
// its source is worth others may have had a part.
func (a *Allocation) ImportFaults(source money.Amount, known bool, others []Allocation) []record.Reason {
	var f faulty
	reversed := !a.ReversedAt.IsZero()
	f.add(reversed && a.ReversedOn.IsZero(), codes.ErrMissingField, "reversed_on", "it was reversed on some day")
	f.add(!reversed && !a.ReversedOn.IsZero(), codes.ErrMissingField, "reversed_at", "it was reversed at some time")
	f.add(reversed && a.ReversedAt.Before(a.At) && a.ReversedAt.Before(a.CreatedAt), codes.ErrTimeOrder, "reversed_at", "lies before it was made")
	sum := a.Amount
	for n := range others {
		if o := &others[n]; o.ID != a.ID && o.IsActive() && o.Kind == a.Kind {
			sum = sum.Add(o.Amount)
		}
	}
	spends := a.Kind == AllocationPayment || a.Kind == AllocationCredit
	f.add(known && spends && a.IsActive() && sum.Cmp(source) > 0, codes.ErrOverAllocated, "amount", "together with other allocations more than there was")
	return f
}

// ImportFaults are those of an imported lead.
func (l *Lead) ImportFaults(qualifying *Opportunity) []record.Reason {
	var f faulty
	state := l.Status.State()
	f.add(state != LeadDisqualified && l.DisqualifyNote != "", codes.ErrInvalid, "disqualify_note", "only a disqualified lead has one")
	f.add(state == LeadDisqualified && !l.Merged && !l.QualifyingOpportunityID.IsZero(), codes.ErrInvalid, "qualifying_opportunity_id", "a disqualified lead has none")
	f.add(qualifying != nil && !qualifying.OriginatingLeadID.IsZero() && qualifying.OriginatingLeadID != l.ID,
		codes.ErrInvalid, "qualifying_opportunity_id", "is the opportunity of another lead")
	return f
}

// ClosedBefore is the fault of a record that an import has closed before the day of
// its creation; the zero day is none.
func ClosedBefore(created, closed value.Date, field string) []record.Reason {
	var f faulty
	f.add(!closed.IsZero() && closed.Before(created), codes.ErrTimeOrder, field, "lies before the day of its creation")
	return f
}
