package leadtocash

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// taxMember is a line, or freight, within a tax group.
type taxMember struct {
	line  int // index; -1: freight
	value money.Amount
}

// taxGroups are the members of a document by tax group, sorted by category and
// rate, each with a code of its group.
type taxGroups struct {
	order   []taxGroup
	members map[taxGroup][]taxMember
	codes   map[taxGroup]*TaxCode
}

// groupTaxes sorts the priced lines of a document, and freight if there is any,
// into tax groups. Freight comes last in its group.
func groupTaxes(p *Priced, lines []Line) taxGroups {
	g := taxGroups{members: map[taxGroup][]taxMember{}, codes: map[taxGroup]*TaxCode{}}
	add := func(code *TaxCode, m taxMember) {
		key := code.group()
		if g.members[key] == nil {
			g.order = append(g.order, key)
		}
		g.members[key] = append(g.members[key], m)
		if old := g.codes[key]; old == nil || len(old.Components) == 0 {
			g.codes[key] = code
		}
	}
	for i := range lines {
		if l := &lines[i]; l.PricingError == 0 && l.ProductType != ProductTypeRequiredBundleProduct {
			add(l.TaxCode, taxMember{i, l.AfterDiscount()})
		}
	}
	if freight := p.FreightAmount.Or(money.Amount{}); !freight.IsZero() {
		add(p.FreightTaxCode, taxMember{-1, freight})
	}
	slices.SortFunc(g.order, taxGroup.compare)
	return g
}

// computeTax taxes lines and freight by their tax codes.
func (c *calculation) computeTax() PricingError {
	var total money.Sum
	taxed := groupTaxes(&c.Priced, c.lines)
	for _, key := range taxed.order {
		members := taxed.members[key]
		taxes, ok := c.taxes(key.rate, members)
		if !ok {
			return PricingErrorPriceAttributeOutOfRange
		}
		for i, m := range members {
			total.Add(taxes[i])
			if m.line >= 0 {
				c.lines[m.line].Tax = value.Some(taxes[i])
			}
		}
	}
	c.totals.TotalTax = total.Amount(c.zero.Digits())
	if c.Pricing.PricesIncludeTax {
		c.included = c.totals.TotalTax
		return 0
	}
	for i := range c.lines {
		if l := &c.lines[i]; l.PricingError == 0 {
			l.ExtendedAmount = l.NetAmount.Add(l.Tax.Or(c.zero))
		}
	}
	return 0
}

// taxes returns the tax of each member of a group: all of it rounded once and
// shared out, or each rounded by itself.
func (c *calculation) taxes(rate int64, members []taxMember) ([]money.Amount, bool) {
	factor := exact.Num{M: rate, Exp: -rateDecimals}
	divisor := exact.Hundred
	if c.Pricing.PricesIncludeTax {
		divisor = exact.Hundred.Plus(factor)
	}
	taxes := make([]money.Amount, len(members))
	if c.Pricing.TaxRounding == TaxRoundingPerLine {
		for i, m := range members {
			taxes[i] = money.MulDiv(m.value.Num(), factor, divisor, c.zero.Digits(), c.Pricing.RoundingMode)
		}
		return taxes, !slices.ContainsFunc(taxes, func(a money.Amount) bool { return a.Poisoned() })
	}
	var all money.Sum
	weights := make([]int64, len(members))
	for i, m := range members {
		all.Add(m.value)
		weights[i] = m.value.Units()
	}
	total := money.MulDiv(all.Amount(c.zero.Digits()).Num(), factor, divisor, c.zero.Digits(), c.Pricing.RoundingMode)
	whole, _ := divisor.At(-rateDecimals)
	units, ok := allocate(total.Units(), weights, rate, whole)
	for i := range units {
		taxes[i] = money.Of(units[i], c.zero.Digits())
	}
	return taxes, ok && !total.Poisoned()
}

// TaxGroups adds up what a priced document owes by category and rate, sorted by
// them, and splits it by the components of the tax codes. There are none where
// taxes are typed.
func TaxGroups(p Priced, lines []Line, t Totals) []TaxGroup {
	if p.Pricing.TaxMode != TaxComputed || t.PricingError > PricingErrorDetail {
		return nil
	}
	p = p.rounded()
	taxed, freight := groupTaxes(&p, lines), p.FreightTaxOf(lines, t)
	list := make([]TaxGroup, 0, len(taxed.order))
	for _, key := range taxed.order {
		g := TaxGroup{Category: key.category, Rate: decimal.New(key.rate, -rateDecimals), Base: p.Currency.Zero(), Tax: p.Currency.Zero()}
		for _, m := range taxed.members[key] {
			tax := freight
			if m.line >= 0 {
				tax = lines[m.line].Tax.Or(money.Amount{})
			}
			g.Base, g.Tax = g.Base.Add(m.value), g.Tax.Add(tax)
		}
		if p.Pricing.PricesIncludeTax {
			g.Base = g.Base.Sub(g.Tax)
		}
		g.split(taxed.codes[key])
		list = append(list, g)
	}
	return list
}

// split divides the tax of a group by the components of its code.
func (g *TaxGroup) split(code *TaxCode) {
	if code == nil || len(code.Components) == 0 {
		return
	}
	weights := make([]int64, len(code.Components))
	for i, c := range code.Components {
		weights[i] = tenThousandths(c.Rate)
	}
	units, _ := allocate(g.Tax.Units(), weights, g.Tax.Units(), max(tenThousandths(code.Rate), 1))
	for i, u := range units {
		g.Components = append(g.Components, ComponentTax{code.Components[i].Name, money.Of(u, g.Tax.Digits())})
	}
}

// FreightTaxOf returns the tax of the freight of a priced document: the typed
// one, or what its tax code comes to.
func (p Priced) FreightTaxOf(lines []Line, t Totals) money.Amount {
	if p.Pricing.TaxMode != TaxComputed {
		return p.rounded().FreightTax.Or(p.Currency.Zero())
	}
	tax := t.TotalTax
	for i := range lines {
		if l := &lines[i]; l.PricingError == 0 {
			tax = tax.Sub(l.Tax.Or(money.Amount{}))
		}
	}
	return tax
}

// TaxIncludedIn returns how much of the total tax the prices of a priced
// document include already: all of it or nothing.
func (p Priced) TaxIncludedIn(t Totals) money.Amount {
	if p.Pricing.includesTax() {
		return t.TotalTax
	}
	return p.Currency.Zero()
}

// TaxableAmount returns what the tax of a priced line is on: what is left of
// the line after discounts, without tax.
func (p Priced) TaxableAmount(l *Line) money.Amount {
	if p.Pricing.includesTax() {
		return l.AfterDiscount().Sub(l.Tax.Or(money.Amount{}))
	}
	return l.AfterDiscount()
}

// includesTax reports whether prices, discounts and freight include tax.
func (p Pricing) includesTax() bool { return p.TaxMode == TaxComputed && p.PricesIncludeTax }

// withoutTax takes the tax of a rate out of an amount where prices include it.
func (p *Priced) withoutTax(a money.Amount, rate int64) money.Amount {
	if !p.Pricing.PricesIncludeTax {
		return a
	}
	return money.MulDiv(a.Num(), exact.Hundred, exact.Hundred.Plus(exact.Num{M: rate, Exp: -rateDecimals}), p.Currency.Digits(), money.HalfAway)
}
