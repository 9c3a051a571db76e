package leadtocash

import (
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
	overdue := 0
	if a.AsOf.After(i.DueDate) {
		overdue = i.DueDate.DaysUntil(a.AsOf)
	}
	for _, b := range ageingBuckets {
		if overdue <= b.days {
			bucket := b.bucket(a)
			*bucket = bucket.Add(open)
			a.Invoices++
			if a.InBase != nil {
				a.InBase.add(b.inBase(a.InBase), &i.Head, open, i.Pricing.RoundingMode)
			}
			return
		}
	}
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
