package leadtocash

// PriceInput says how the document was calculated, for those who look at the result.
func (o *Opportunity) PriceInput(p Priced) Priced { return o.priced(&o.Head, &o.Charges, p) }

func (q *Quote) PriceInput(p Priced) Priced { return q.priced(&q.Head, &q.Charges, p) }

func (o *Order) PriceInput(p Priced) Priced { return o.priced(&o.Head, &o.Charges, p) }

func (i *Invoice) PriceInput(p Priced) Priced { return i.priced(&i.Head, &i.Charges, p) }

func (n *CreditNote) PriceInput(p Priced) Priced { return n.priced(&n.Head, &n.Charges, p) }

// TaxGroups adds up the tax of the opportunity by category and rate; none where
// taxes are typed.
func (o *Opportunity) TaxGroups() []TaxGroup {
	return TaxGroups(o.PriceInput(Priced{}), o.Lines, o.Totals)
}

// TaxGroups adds up the tax of the quote by category and rate; none where taxes
// are typed.
func (q *Quote) TaxGroups() []TaxGroup { return TaxGroups(q.PriceInput(Priced{}), q.Lines, q.Totals) }

// TaxGroups adds up the tax of the order by category and rate; none where taxes
// are typed.
func (o *Order) TaxGroups() []TaxGroup { return TaxGroups(o.PriceInput(Priced{}), o.Lines, o.Totals) }

// TaxGroups adds up the tax of the invoice by category and rate; none where
// taxes are typed.
func (i *Invoice) TaxGroups() []TaxGroup { return TaxGroups(i.PriceInput(Priced{}), i.Lines, i.Totals) }

// TaxGroups adds up the tax of the credit note by category and rate; none where
// taxes are typed.
func (n *CreditNote) TaxGroups() []TaxGroup {
	return TaxGroups(n.PriceInput(Priced{}), n.Lines, n.Totals)
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the credit note's exchange rate.
func (n *CreditNote) BaseTotals(s Settings) Totals {
	return n.InBase(n.PriceInput(Priced{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the invoice's exchange rate.
func (i *Invoice) BaseTotals(s Settings) Totals {
	return i.InBase(i.PriceInput(Priced{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the order's exchange rate.
func (o *Order) BaseTotals(s Settings) Totals {
	return o.InBase(o.PriceInput(Priced{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the quote's exchange rate.
func (q *Quote) BaseTotals(s Settings) Totals {
	return q.InBase(q.PriceInput(Priced{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the opportunity's exchange rate.
func (o *Opportunity) BaseTotals(s Settings) Totals {
	return o.InBase(o.PriceInput(Priced{BaseCurrency: s.BaseCurrency}))
}
