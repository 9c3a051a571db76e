package leadtocash

import "github.com/leadtocash/leadtocash/pricing"

// PriceInput says how the document was calculated, for those who look at the result.
func (o *Opportunity) PriceInput(p pricing.PriceInput) pricing.PriceInput {
	return o.Priced(&o.Head, &o.Charges, p)
}

// PriceInput says how the document was calculated; base gives what the document does
// not know itself.
func (q *Quote) PriceInput(p pricing.PriceInput) pricing.PriceInput {
	return q.Priced(&q.Head, &q.Charges, p)
}

// PriceInput says how the document was calculated; base gives what the document does
// not know itself.
func (o *Order) PriceInput(p pricing.PriceInput) pricing.PriceInput {
	return o.Priced(&o.Head, &o.Charges, p)
}

// PriceInput says how the document was calculated; base gives what the document does
// not know itself.
func (i *Invoice) PriceInput(p pricing.PriceInput) pricing.PriceInput {
	return i.Priced(&i.Head, &i.Charges, p)
}

// PriceInput says how the document was calculated; base gives what the document does
// not know itself.
func (n *CreditNote) PriceInput(p pricing.PriceInput) pricing.PriceInput {
	return n.Priced(&n.Head, &n.Charges, p)
}

// TaxGroups adds up the tax of the opportunity by category and rate; none where
// taxes are typed.
func (o *Opportunity) TaxGroups() []pricing.TaxGroup {
	return pricing.TaxGroups(o.PriceInput(pricing.PriceInput{}), o.Lines, o.Totals)
}

// TaxGroups adds up the tax of the quote by category and rate; none where taxes
// are typed.
func (q *Quote) TaxGroups() []pricing.TaxGroup {
	return pricing.TaxGroups(q.PriceInput(pricing.PriceInput{}), q.Lines, q.Totals)
}

// TaxGroups adds up the tax of the order by category and rate; none where taxes
// are typed.
func (o *Order) TaxGroups() []pricing.TaxGroup {
	return pricing.TaxGroups(o.PriceInput(pricing.PriceInput{}), o.Lines, o.Totals)
}

// TaxGroups adds up the tax of the invoice by category and rate; none where
// taxes are typed.
func (i *Invoice) TaxGroups() []pricing.TaxGroup {
	return pricing.TaxGroups(i.PriceInput(pricing.PriceInput{}), i.Lines, i.Totals)
}

// TaxGroups adds up the tax of the credit note by category and rate; none where
// taxes are typed.
func (n *CreditNote) TaxGroups() []pricing.TaxGroup {
	return pricing.TaxGroups(n.PriceInput(pricing.PriceInput{}), n.Lines, n.Totals)
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the credit note's exchange rate; the zero Totals
// where HasBase is false.
func (n *CreditNote) BaseTotals(s Settings) pricing.Totals {
	return n.InBase(n.PriceInput(pricing.PriceInput{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the invoice's exchange rate; the zero Totals
// where HasBase is false.
func (i *Invoice) BaseTotals(s Settings) pricing.Totals {
	return i.InBase(i.PriceInput(pricing.PriceInput{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the order's exchange rate; the zero Totals
// where HasBase is false.
func (o *Order) BaseTotals(s Settings) pricing.Totals {
	return o.InBase(o.PriceInput(pricing.PriceInput{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the quote's exchange rate; the zero Totals
// where HasBase is false.
func (q *Quote) BaseTotals(s Settings) pricing.Totals {
	return q.InBase(q.PriceInput(pricing.PriceInput{BaseCurrency: s.BaseCurrency}))
}

// BaseTotals returns the totals in the organisation's base currency, each
// converted by itself at the opportunity's exchange rate; the zero Totals
// where HasBase is false.
func (o *Opportunity) BaseTotals(s Settings) pricing.Totals {
	return o.InBase(o.PriceInput(pricing.PriceInput{BaseCurrency: s.BaseCurrency}))
}
