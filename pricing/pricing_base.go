package pricing

import (
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// InBase returns the totals in base currency: each amount converted by itself
// and rounded once. Twins of amounts that add up need not add up themselves. They
// are the zero Totals where the exchange rate is not known.
func (t Totals) InBase(p PriceInput) Totals {
	if !p.hasBase() {
		return Totals{}
	}
	for _, a := range t.amounts() {
		*a = p.inBase(*a)
	}
	return t
}

// amounts lists the amounts of the totals.
func (t *Totals) amounts() []*money.Amount {
	return []*money.Amount{
		&t.TotalLineItemAmount, &t.TotalLineItemDiscountAmount, &t.DocumentDiscount, &t.TotalDiscountAmount,
		&t.TotalAmountLessFreight, &t.ChargeTotal, &t.TotalTax, &t.TotalAmount, &t.PayableRoundingAmount, &t.AmountDue,
	}
}

// InBase returns the line with its amounts in base currency, each converted by
// itself and rounded once. Prices and volume discounts stay. The amounts are zero
// and unset where the exchange rate is not known.
func (l Line) InBase(p PriceInput) Line {
	if !p.hasBase() {
		for _, a := range l.amounts() {
			*a = money.Amount{}
		}
		l.ManualDiscount, l.Tax = value.None[money.Amount](), value.None[money.Amount]()
		return l
	}
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
	return []*money.Amount{&l.BaseAmount, &l.AdjustmentTotal, &l.NetAmount, &l.AllocatedDiscount, &l.ExtendedAmount}
}

// hasBase reports whether amounts of the document can be told in base currency.
func (p *PriceInput) hasBase() bool {
	return !p.BaseCurrency.IsZero() && (p.Currency == p.BaseCurrency || !p.ExchangeRate.IsZero())
}

// inBase converts an amount of the document; those in base currency only take its
// decimals.
func (p *PriceInput) inBase(a money.Amount) money.Amount {
	if p.Currency == p.BaseCurrency {
		return p.BaseCurrency.RoundAmount(a, p.Pricing.RoundingMode)
	}
	return money.ToBase(a, p.ExchangeRate, p.BaseCurrency, p.Pricing.RoundingMode)
}
