package leadtocash

import (
	"time"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// What counts on a day is what is dated on or before it. The zero day is the
// present: everything that is recorded, also what is dated later.

// span is a time in which something counts.
type span struct {
	from  value.Date
	until value.Date // the first day on which it does not count any more; not set: for good
}

// never counts on no day.
var never = span{from: 1, until: 1}

func (s span) covers(day value.Date) bool {
	if day.IsZero() {
		return s.until.IsZero()
	}
	return !s.from.After(day) && (s.until.IsZero() || day.Before(s.until))
}

// dayOf tells the day of an instant in the organisation's location.
type dayOf = func(time.Time) value.Date

// since returns the day, or that of the instant where it is not set.
func since(day value.Date, at time.Time, of dayOf) value.Date {
	if day.IsZero() {
		return of(at)
	}
	return day
}

// span is when the invoice asks for money.
func (i *Invoice) span(of dayOf) span {
	switch {
	case i.owed():
		return span{from: i.IssueDate}
	case i.Status == InvoiceStatusCanceled && i.isIssued():
		return span{from: i.IssueDate, until: later(since(i.CanceledOn, i.UpdatedAt, of), i.IssueDate)}
	}
	return never
}

// span is when the allocation counts.
func (a *Allocation) span(of dayOf) span {
	s := span{from: a.countsFrom(of)}
	if !a.IsActive() {
		s.until = later(since(a.ReversedOn, a.ReversedAt, of), s.from)
	}
	return s
}

// span is when the money of the payment was there.
func (p *Payment) span() span {
	switch p.Status {
	case PaymentStatusPosted:
		return span{from: p.ReceivedOn}
	case PaymentStatusBounced:
		return span{from: p.ReceivedOn, until: later(p.ReversedOn, p.ReceivedOn)}
	}
	return never
}

// span is when the credit note counts.
func (n *CreditNote) span() span {
	if n.Status == CreditNoteStatusIssued {
		return span{from: n.IssueDate}
	}
	return never
}

// spans are when the amount of the refund is taken from its source.
func (r *Refund) spans(of dayOf) (list []span) {
	from := since(r.RequestedOn, r.CreatedAt, of)
	for _, gap := range r.Released {
		list = append(list, span{from, later(gap.From, from)})
		if from = gap.Until; from.IsZero() {
			return list
		}
	}
	if r.Status == RefundStatusFailed || r.Status == RefundStatusCanceled {
		return list
	}
	return append(list, span{from: from})
}

// OpenOn is what was still to be paid of the invoice on a day, by what is dated on
// or before it: the amount due less what was settled. Allocations are those of the
// invoice, active or reversed; day tells the day of an instant in the organisation's
// location.
func (i *Invoice) OpenOn(on value.Date, allocations []Allocation, day func(time.Time) value.Date) money.Amount {
	if !i.span(day).covers(on) {
		return i.Currency.Zero()
	}
	open := i.AmountDue.Sub(i.settledElsewhere(allocations))
	for n := range allocations {
		if a := &allocations[n]; a.InvoiceID == i.ID && a.span(day).covers(on) {
			open = open.Sub(a.Amount)
		}
	}
	return open
}

// settledElsewhere is what an imported invoice was settled with before it came
// here: no allocation tells of it.
func (i *Invoice) settledElsewhere(allocations []Allocation) money.Amount {
	rest := i.SettledAmount
	for n := range allocations {
		if a := &allocations[n]; a.InvoiceID == i.ID && a.IsActive() {
			rest = rest.Sub(a.Amount)
		}
	}
	return rest
}

// UnallocatedOn is what was left of the payment on a day, by what is dated on or
// before it, of the payment's allocations and refunds.
func (p *Payment) UnallocatedOn(on value.Date, allocations []Allocation, refunds []Refund, day func(time.Time) value.Date) money.Amount {
	left := p.Currency.Zero()
	if p.span() == never { // it was entered by mistake, with all that hung on it
		return left
	}
	if p.span().covers(on) {
		left = p.Amount
	}
	for n := range allocations {
		a := &allocations[n]
		switch {
		case a.PaymentID != p.ID || !a.span(day).covers(on):
		case a.Kind == AllocationPayment:
			left = left.Sub(a.Amount)
		case a.isReclaim():
			left = left.Add(a.Amount)
		}
	}
	return left.Sub(refundedOn(on, refunds, func(r *Refund) bool { return r.PaymentID == p.ID }, day))
}

// UnappliedOn is what was left of the credit note on a day, by what is dated on or
// before it, of the credit note's allocations and refunds.
func (n *CreditNote) UnappliedOn(on value.Date, allocations []Allocation, refunds []Refund, day func(time.Time) value.Date) money.Amount {
	left := n.Currency.Zero()
	if n.span() == never {
		return left
	}
	if n.span().covers(on) {
		left = n.Value
	}
	for at := range allocations {
		if a := &allocations[at]; a.CreditNoteID == n.ID && a.span(day).covers(on) {
			left = left.Sub(a.Amount)
		}
	}
	return left.Sub(refundedOn(on, refunds, func(r *Refund) bool { return r.CreditNoteID == n.ID }, day))
}

func refundedOn(on value.Date, refunds []Refund, of func(*Refund) bool, day dayOf) (sum money.Amount) {
	for n := range refunds {
		r := &refunds[n]
		if !of(r) {
			continue
		}
		for _, s := range r.spans(day) {
			if s.covers(on) {
				sum = sum.Add(r.Amount)
			}
		}
	}
	return sum
}
