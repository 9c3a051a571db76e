package leadtocash

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Terms are payment terms: when an invoice is due, and what paying early takes
// off it. Those of the four codes are in [TermsOf]; an invoice may have terms of
// its own instead.
type Terms struct {
	Name               string                     `json:"name,omitzero" max:"100"`
	NetDays            int32                      `json:"net_days,omitzero" range:"0..3650"` // calendar days from the issue to the due date
	EndOfMonth         bool                       `json:"end_of_month,omitzero"`             // NetDays count from the last day of the month of the issue
	DiscountPercentage value.Opt[decimal.Decimal] `json:"discount_percentage,omitzero" range:"0..100" decimals:"5"`
	DiscountDays       int32                      `json:"discount_days,omitzero" range:"0..3650"` // calendar days from the issue in which the discount is earned
}

// codedTerms are the terms of the codes.
var codedTerms = map[party.PaymentTerms]Terms{
	party.PaymentTermsNet30:           {Name: "Net 30", NetDays: 30},
	party.PaymentTerms2Percent10Net30: {Name: "2% 10, Net 30", NetDays: 30, DiscountPercentage: value.Some(decimal.New(2, 0)), DiscountDays: 10},
	party.PaymentTermsNet45:           {Name: "Net 45", NetDays: 45},
	party.PaymentTermsNet60:           {Name: "Net 60", NetDays: 60},
}

// TermsOf returns what a code of payment terms means; of no code, the zero
// Terms: due on issue, without discount.
func TermsOf(code party.PaymentTerms) Terms { return codedTerms[code] }

// DueOn is when an invoice that is issued on the day is due. There is no shift
// to business days.
func (t Terms) DueOn(issued value.Date) value.Date {
	if t.EndOfMonth {
		issued = endOfMonth(issued)
	}
	return issued.AddDays(int(t.NetDays))
}

// DiscountUntil is the last day on which paying an invoice that is issued on
// the day earns the discount; not set if the terms grant none.
func (t Terms) DiscountUntil(issued value.Date) value.Date {
	if p, _ := t.DiscountPercentage.Get(); p.IsZero() || issued.IsZero() {
		return 0
	}
	return issued.AddDays(int(t.DiscountDays))
}

// endOfMonth is the last day of the month that the day is in.
func endOfMonth(d value.Date) value.Date {
	next := d.AddDays(32 - d.Day()) // some day of the next month
	return next.AddDays(-next.Day())
}

// Terms are the payment terms that the fields say: their own, those of the
// code, or the organisation's.
func (f *InvoiceFields) Terms(s Settings) Terms {
	switch {
	case f.OwnTerms != nil:
		return *f.OwnTerms
	case f.PaymentTerms != 0:
		return TermsOf(f.PaymentTerms)
	}
	return Terms{NetDays: int32(s.DueDays)}
}

// termsFaults: terms are given in one way.
func (f *InvoiceFields) termsFaults(path string) []record.Reason {
	if f.OwnTerms == nil || f.PaymentTerms == 0 {
		return nil
	}
	return []record.Reason{{Code: codes.ErrInvalid, Field: path + "own_terms", Message: "an invoice has terms of its own or those of a code, not both"}}
}

// EarlyDiscount is what paying the invoice early takes off it, and the last day
// on which money that is received earns that; 0 and no day while the invoice is
// not issued or where its terms grant none. The amount is a percentage of what is
// to be paid at all: the amount due less what its credit notes are worth, rounded
// as the document is.
func (i *Invoice) EarlyDiscount() (money.Amount, value.Date) {
	t := i.Terms(Settings{})
	until := t.DiscountUntil(i.IssueDate)
	if until.IsZero() {
		return i.Currency.Zero(), until
	}
	percentage := t.DiscountPercentage.Or(decimal.Decimal{})
	return i.Currency.RoundMode(i.Basis().Decimal().Mul(percentage).Shift(-2), i.Pricing.RoundingMode), until
}

// Basis is what an issued invoice is to be paid with at all: the amount due less
// what its credit notes are worth, at least 0.
func (i *Invoice) Basis() money.Amount {
	if basis := i.AmountDue.Sub(i.CreditedValue); basis.Sign() > 0 {
		return basis
	}
	return i.Currency.Zero()
}

// worth is the value of credit notes with a total, all taken together: with the
// one that credits the rest the payable rounding comes in.
func (i *Invoice) worth(credited money.Amount) money.Amount {
	rounded := i.AmountDue.Add(i.PrepaidAmount.Or(money.Amount{}))
	if credited.Equal(i.TotalAmount) || credited.Cmp(rounded) > 0 {
		return rounded
	}
	return credited
}

// credit counts a credit note that is issued and returns what it is worth.
func (i *Invoice) credit(total money.Amount) money.Amount {
	i.CreditedAmount = i.CreditedAmount.Add(total)
	worth := i.worth(i.CreditedAmount).Sub(i.CreditedValue)
	if worth.Sign() < 0 {
		worth = i.Currency.Zero()
	}
	i.CreditedValue = i.CreditedValue.Add(worth)
	return worth
}
