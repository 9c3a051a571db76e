package pricing

import (
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// InBase returns the totals in base currency: each amount converted by itself
// and rounded once. Twins of amounts that add up need not add up themselves.
func (t Totals) InBase(p PriceInput) Totals {
	for _, a := range t.amounts() {
		*a = p.inBase(*a)
	}
	return t
}

// amounts lists the amounts of the totals.
func (t *Totals) amounts() []*money.Amount {
	return []*money.Amount{
		&t.TotalLineItemAmount, &t.TotalLineItemDiscountAmount, &t.DocumentDiscount, &t.TotalDiscountAmount,
		&t.TotalAmountLessFreight, &t.TotalTax, &t.TotalAmount, &t.PayableRoundingAmount, &t.AmountDue,
	}
}

// InBase returns the line with its amounts in base currency, each converted by
// itself and rounded once. Prices and volume discounts stay.
func (l Line) InBase(p PriceInput) Line {
	for _, a := range l.amounts() {
		*a = p.inBase(*a)
	}
	for _, o := range []*value.Opt[money.Amount]{&l.ManualDiscount, &l.Tax} {
		if a, ok := o.Get(); ok {
			*o = value.Some(p.inBase(a))
		}
	}
	return l
}

// amounts lists the calculated amounts of the line.
func (l *Line) amounts() []*money.Amount {
	return []*money.Amount{&l.BaseAmount, &l.NetAmount, &l.AllocatedDiscount, &l.ExtendedAmount}
}

// inBase converts an amount of the document; without an exchange rate it only
// takes the decimals of the base currency.
func (p *PriceInput) inBase(a money.Amount) money.Amount {
	rate := p.ExchangeRate
	if rate.IsZero() {
		return p.BaseCurrency.RoundAmount(a, p.Pricing.RoundingMode)
	}
	return money.ToBase(a, rate, p.BaseCurrency, p.Pricing.RoundingMode)
}
