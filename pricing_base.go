package leadtocash

// InBase returns the totals in base currency: each amount converted by itself
// and rounded once. Twins of amounts that add up need not add up themselves.
func (t Totals) InBase(p Priced) Totals {
	for _, a := range t.amounts() {
		*a = p.inBase(*a)
	}
	return t
}

// amounts lists the amounts of the totals.
func (t *Totals) amounts() []*Amount {
	return []*Amount{
		&t.TotalLineItemAmount, &t.TotalLineItemDiscountAmount, &t.DocumentDiscount, &t.TotalDiscountAmount,
		&t.TotalAmountLessFreight, &t.TotalTax, &t.TotalAmount, &t.PayableRoundingAmount, &t.AmountDue,
	}
}

// InBase returns the line with its amounts in base currency, each converted by
// itself and rounded once. Prices and volume discounts stay.
func (l Line) InBase(p Priced) Line {
	for _, a := range l.amounts() {
		*a = p.inBase(*a)
	}
	for _, o := range []*Opt[Amount]{&l.ManualDiscount, &l.Tax} {
		if a, ok := o.Get(); ok {
			*o = Some(p.inBase(a))
		}
	}
	return l
}

// amounts lists the calculated amounts of the line.
func (l *Line) amounts() []*Amount {
	return []*Amount{&l.BaseAmount, &l.NetAmount, &l.AllocatedDiscount, &l.ExtendedAmount}
}

// inBase converts an amount of the document; without an exchange rate it only
// takes the decimals of the base currency.
func (p *Priced) inBase(a Amount) Amount {
	rate := p.ExchangeRate
	if rate.IsZero() {
		return p.BaseCurrency.round(a, p.Pricing.RoundingMode)
	}
	return ToBase(a, rate, p.BaseCurrency, p.Pricing.RoundingMode)
}
