package leadtocash

import (
	"time"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Ageing sorts what is owed in one currency by how long it is overdue, for one
// customer or for all, on a day or at present. It is derived when asked and never stored. Every open
// invoice is in one bucket; what the customers have left of payments and credit
// notes stands beside them and is not set off.
type Ageing struct {
	CustomerID record.CustomerID `json:"customer_id,omitzero"` // not set in totals
	Currency   money.Currency    `json:"currency"`
	AsOf       value.Date        `json:"as_of"`
	Current    money.Amount      `json:"current"` // not overdue
	Days1To30  money.Amount      `json:"days_1_to_30"`
	Days31To60 money.Amount      `json:"days_31_to_60"`
	Days61To90 money.Amount      `json:"days_61_to_90"`
	Over90     money.Amount      `json:"over_90"`
	Credits    money.Amount      `json:"credits"`  // unallocated payments and unapplied credit notes; less than 0 where refunds of bounced payments are owed
	Invoices   int               `json:"invoices"` // that are open
	InBase     *AgeingInBase     `json:"in_base,omitzero"`
}

// AgeingInBase are the columns of an ageing in base currency: what the amounts of
// each record come to at its own exchange rate, added up.
type AgeingInBase struct {
	Currency   money.Currency `json:"currency"`
	Current    money.Amount   `json:"current"`
	Days1To30  money.Amount   `json:"days_1_to_30"`
	Days31To60 money.Amount   `json:"days_31_to_60"`
	Days61To90 money.Amount   `json:"days_61_to_90"`
	Over90     money.Amount   `json:"over_90"`
	Credits    money.Amount   `json:"credits"`
	Complete   bool           `json:"complete"` // every record has a rate; the others are left out
}

// ageingBuckets are the buckets with the days that they end with; the last one
// has no end.
var ageingBuckets = []struct {
	days   int
	bucket func(*Ageing) *money.Amount
	inBase func(*AgeingInBase) *money.Amount
}{
	{0, func(a *Ageing) *money.Amount { return &a.Current }, func(a *AgeingInBase) *money.Amount { return &a.Current }},
	{30, func(a *Ageing) *money.Amount { return &a.Days1To30 }, func(a *AgeingInBase) *money.Amount { return &a.Days1To30 }},
	{60, func(a *Ageing) *money.Amount { return &a.Days31To60 }, func(a *AgeingInBase) *money.Amount { return &a.Days31To60 }},
	{90, func(a *Ageing) *money.Amount { return &a.Days61To90 }, func(a *AgeingInBase) *money.Amount { return &a.Days61To90 }},
	{1 << 30, func(a *Ageing) *money.Amount { return &a.Over90 }, func(a *AgeingInBase) *money.Amount { return &a.Over90 }},
}

// NewAgeing is an ageing of nothing.
func NewAgeing(id record.CustomerID, c money.Currency, asOf value.Date) *Ageing {
	a := &Ageing{CustomerID: id, Currency: c, AsOf: asOf, Credits: c.Zero()}
	for _, b := range ageingBuckets {
		*b.bucket(a) = c.Zero()
	}
	return a
}

// AlsoInBase lets the ageing add up in base currency as well, from now on.
func (a *Ageing) AlsoInBase(base money.Currency) {
	if base.IsZero() {
		return
	}
	a.InBase = &AgeingInBase{Currency: base, Credits: base.Zero(), Complete: true}
	for _, b := range ageingBuckets {
		*b.inBase(a.InBase) = base.Zero()
	}
}

func (b *AgeingInBase) add(to *money.Amount, h *record.Head, amount money.Amount, mode money.RoundingMode) {
	if inBase, known := h.AmountInBase(amount, b.Currency, mode).Get(); known {
		*to = to.Add(inBase)
	} else if !amount.IsZero() {
		b.Complete = false
	}
}

// AddCredit adds what is left of a payment or a credit note, or is owed back of it.
func (a *Ageing) AddCredit(h *record.Head, left money.Amount) {
	a.Credits = a.Credits.Add(left)
	if a.InBase != nil {
		a.InBase.add(&a.InBase.Credits, h, left, money.HalfAway)
	}
}

// Add puts an invoice of which an amount is open, more than 0, into its bucket.
func (a *Ageing) Add(i *Invoice, open money.Amount) {
	if open.Sign() <= 0 {
		return
	}
	b := ageingBuckets[AgeingBucket(i.DueDate, a.AsOf)]
	bucket := b.bucket(a)
	*bucket = bucket.Add(open)
	a.Invoices++
	if a.InBase != nil {
		a.InBase.add(b.inBase(a.InBase), &i.Head, open, i.Pricing.RoundingMode)
	}
}

// AgeingBucket is where an amount that is due on a day stands on another one: 0
// if it is not overdue, then 1 to 4 for up to 30, 60, 90 and more days.
func AgeingBucket(due, on value.Date) int {
	overdue := max(0, due.DaysUntil(on))
	for n, b := range ageingBuckets {
		if overdue <= b.days {
			return n
		}
	}
	return len(ageingBuckets) - 1
}

// Receivable is what is owed: the sum of the buckets.
func (a Ageing) Receivable() money.Amount {
	sum := a.Currency.Zero()
	for _, b := range ageingBuckets {
		sum = sum.Add(*b.bucket(&a))
	}
	return sum
}

// Overdue is what is owed and overdue.
func (a Ageing) Overdue() money.Amount { return a.Receivable().Sub(a.Current) }

// NetPosition is what is owed less what the customers have left.
func (a Ageing) NetPosition() money.Amount { return a.Receivable().Sub(a.Credits) }

// Aging30 is the column of that name in Dynamics 365: 1 to 30 days overdue.
func (a Ageing) Aging30() money.Amount { return a.Days1To30 }

// Aging60 is the column of that name in Dynamics 365: 31 to 60 days overdue.
func (a Ageing) Aging60() money.Amount { return a.Days31To60 }

// Aging90 is the column of that name in Dynamics 365: 61 days overdue and more.
func (a Ageing) Aging90() money.Amount { return a.Days61To90.Add(a.Over90) }

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
