package pricing

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// TaxedPart is a line, freight, or a charge of the header's list, within a tax group.
type TaxedPart struct {
	Line   int // index; -1: none
	Charge int // index in the header's list; -1: none. What is neither line nor charge is freight
	Value  money.Amount
	code   *TaxCode
}

// taxOf is the tax that the part of a priced document has; freight is that of freight.
func (m *TaxedPart) taxOf(p *PriceInput, lines []Line, freight money.Amount) money.Amount {
	switch {
	case m.Line >= 0:
		return lines[m.Line].Tax.Or(money.Amount{})
	case m.Charge >= 0:
		return p.Adjustments[m.Charge].Tax.Or(money.Amount{})
	}
	return freight
}

// Taxed are the members of a document by tax group, sorted by category and
// rate.
type Taxed struct {
	Order   []TaxKey
	Members map[TaxKey][]TaxedPart
}

// GroupTaxes sorts the priced lines of a document, freight if there is any, and the
// charges of its list into tax groups. Within a group those of the same components
// stand together, freight after lines and charges last among them.
func GroupTaxes(p *PriceInput, lines []Line) Taxed {
	g := Taxed{Members: map[TaxKey][]TaxedPart{}}
	add := func(m TaxedPart) {
		key := m.code.Key()
		if g.Members[key] == nil {
			g.Order = append(g.Order, key)
		}
		g.Members[key] = append(g.Members[key], m)
	}
	for i := range lines {
		if l := &lines[i]; l.Counts() {
			add(TaxedPart{i, -1, l.AfterDiscount(), l.TaxCode})
		}
	}
	if freight := p.FreightAmount.Or(money.Amount{}); !freight.IsZero() {
		add(TaxedPart{-1, -1, freight, p.FreightTaxCode})
	}
	for i := range p.Adjustments {
		if a := &p.Adjustments[i]; a.isCharge() && !a.Amount.Or(money.Amount{}).IsZero() {
			add(TaxedPart{-1, i, a.Amount.Or(money.Amount{}), a.TaxCode})
		}
	}
	slices.SortFunc(g.Order, TaxKey.compare)
	for _, members := range g.Members {
		slices.SortStableFunc(members, func(a, b TaxedPart) int { return compareComponents(a.code, b.code) })
	}
	return g
}

// computeTax taxes lines, freight and charges by their tax codes.
func (c *calculation) computeTax() catalog.PricingError {
	var total money.Sum
	if c.TaxStays {
		for i := range c.lines {
			if l := &c.lines[i]; l.PricingError == 0 && l.ProductType != ProductTypeRequiredBundleProduct {
				l.Tax = value.Some(c.zero.Add(c.issued[i].Or(c.zero)))
			}
		}
		total.Add(c.TotalTax)
		return c.taxed(total.Amount(c.zero.Digits()))
	}
	for i := range c.Adjustments {
		if c.Adjustments[i].Tax = value.None[money.Amount](); c.Adjustments[i].isCharge() {
			c.Adjustments[i].Tax = value.Some(c.zero)
		}
	}
	taxed := GroupTaxes(&c.PriceInput, c.lines)
	for _, key := range taxed.Order {
		members := taxed.Members[key]
		taxes, ok := c.taxes(key.Rate, members)
		if g := c.TaxTaken.of(key); g != nil {
			taxes, ok = c.furtherTaxes(g, key.Rate, members)
		}
		if !ok {
			return catalog.PricingErrorPriceAttributeOutOfRange
		}
		for i, m := range members {
			total.Add(taxes[i])
			if m.Line >= 0 {
				c.lines[m.Line].Tax = value.Some(taxes[i])
			} else if m.Charge >= 0 {
				c.Adjustments[m.Charge].Tax = value.Some(taxes[i])
			}
		}
	}
	return c.taxed(total.Amount(c.zero.Digits()))
}

// taxed notes what all lines and freight are taxed with.
func (c *calculation) taxed(total money.Amount) catalog.PricingError {
	c.totals.TotalTax = total
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

// share is what part of an amount its tax at a rate is: a factor and a divisor.
func (p *PriceInput) share(rate int64) (factor, divisor exact.Num) {
	factor = exact.Num{M: rate, Exp: -RateDecimals}
	if p.Pricing.PricesIncludeTax {
		return factor, exact.Hundred.Plus(factor)
	}
	return factor, exact.Hundred
}

// taxOf is the tax of an amount at a rate, rounded once.
func (p *PriceInput) taxOf(a money.Amount, rate int64) money.Amount {
	factor, divisor := p.share(rate)
	return money.MulDiv(a.Num(), factor, divisor, p.Currency.Digits(), p.Pricing.RoundingMode)
}

// taxes returns the tax of each member of a group: all of it rounded once and
// shared out, or each rounded by itself.
func (c *calculation) taxes(rate int64, members []TaxedPart) ([]money.Amount, bool) {
	_, divisor := c.share(rate)
	taxes := make([]money.Amount, len(members))
	if c.Pricing.TaxRounding == TaxRoundingPerLine {
		for i, m := range members {
			taxes[i] = c.taxOf(m.Value, rate)
		}
		return taxes, !slices.ContainsFunc(taxes, func(a money.Amount) bool { return a.Poisoned() })
	}
	var all money.Sum
	weights := make([]int64, len(members))
	for i, m := range members {
		all.Add(m.Value)
		weights[i] = m.Value.Units()
	}
	total := c.taxOf(all.Amount(c.zero.Digits()), rate)
	whole, _ := divisor.At(-RateDecimals)
	units, ok := allocate(total.Units(), weights, rate, whole)
	for i := range units {
		taxes[i] = money.Of(units[i], c.zero.Digits())
	}
	return taxes, ok && !total.Poisoned()
}

// TaxGroups adds up what a priced document owes by category and rate, sorted by
// them, and splits it by the components of the tax codes: what is taxed by one
// list of components by these alone. Only components of one name and rate are
// added up. There are none where taxes are typed.
func TaxGroups(p PriceInput, lines []Line, t Totals) []TaxGroup {
	if p.Pricing.TaxMode != TaxComputed || t.PricingError > catalog.PricingErrorDetail {
		return nil
	}
	p = p.Rounded()
	taxed, freight := GroupTaxes(&p, lines), p.FreightTaxOf(lines, t)
	list := make([]TaxGroup, 0, len(taxed.Order))
	for _, key := range taxed.Order {
		g := TaxGroup{Category: key.Category, Rate: decimal.New(key.Rate, -RateDecimals), Base: p.Currency.Zero(), Tax: p.Currency.Zero()}
		members := taxed.Members[key]
		g.exempt(members)
		for len(members) > 0 {
			alike, tax := 0, p.Currency.Zero()
			for ; alike < len(members) && compareComponents(members[alike].code, members[0].code) == 0; alike++ {
				m := &members[alike]
				g.Base, tax = g.Base.Add(m.Value), tax.Add(m.taxOf(&p, lines, freight))
			}
			g.Tax = g.Tax.Add(tax)
			g.split(members[0].code, tax)
			members = members[alike:]
		}
		if p.Pricing.PricesIncludeTax {
			g.Base = g.Base.Sub(g.Tax)
		}
		list = append(list, g)
	}
	return list
}

// split divides a tax of the group by the components of its code.
func (g *TaxGroup) split(code *TaxCode, tax money.Amount) {
	components := code.sortedComponents()
	if len(components) == 0 {
		return
	}
	weights := make([]int64, len(components))
	for i, c := range components {
		weights[i] = tenThousandths(c.Rate)
	}
	units, _ := allocate(tax.Units(), weights, tax.Units(), max(tenThousandths(code.Rate), 1))
	for i, u := range units {
		c := ComponentTax{components[i].Name, decimal.New(weights[i], -RateDecimals), money.Of(u, tax.Digits())}
		at, known := slices.BinarySearchFunc(g.Components, c, ComponentTax.compare)
		if known {
			g.Components[at].Tax = g.Components[at].Tax.Add(c.Tax)
		} else {
			g.Components = slices.Insert(g.Components, at, c)
		}
	}
}

// FreightTaxOf returns the tax of the freight of a priced document, without that of
// charges: the typed one, or what its tax code comes to.
func (p PriceInput) FreightTaxOf(lines []Line, t Totals) money.Amount {
	if p.Pricing.TaxMode != TaxComputed {
		return p.Rounded().FreightTax.Or(p.Currency.Zero())
	}
	tax := t.TotalTax
	for i := range lines {
		if l := &lines[i]; l.PricingError == 0 {
			tax = tax.Sub(l.Tax.Or(money.Amount{}))
		}
	}
	for i := range p.Adjustments {
		if a := &p.Adjustments[i]; a.isCharge() {
			tax = tax.Sub(a.Tax.Or(money.Amount{}))
		}
	}
	return tax
}

// exempt takes the reasons why the members are not taxed, in the order of the
// document, and their code if there is one only.
func (g *TaxGroup) exempt(members []TaxedPart) {
	if !slices.ContainsFunc(members, func(m TaxedPart) bool { return m.code.isExempt() }) {
		return
	}
	var reasons, vatex []string
	for _, m := range slices.SortedStableFunc(slices.Values(members), func(a, b TaxedPart) int { return cmp.Compare(a.order(), b.order()) }) {
		if m.code != nil && m.code.ExemptionReason != "" && !slices.Contains(reasons, m.code.ExemptionReason) {
			reasons = append(reasons, m.code.ExemptionReason)
		}
		if m.code != nil && m.code.ExemptionCode != "" && !slices.Contains(vatex, m.code.ExemptionCode) {
			vatex = append(vatex, m.code.ExemptionCode)
		}
	}
	g.ExemptionReason = strings.Join(reasons, "; ")
	if len(vatex) == 1 {
		g.ExemptionCode = vatex[0]
	}
}

// order is where the part stands in the document: lines, freight, charges.
func (m *TaxedPart) order() int {
	if m.Line >= 0 {
		return m.Line - MaxLines
	}
	return m.Charge
}

// TaxIncludedIn returns how much of the total tax the prices of a priced
// document include already: all of it or nothing.
func (p PriceInput) TaxIncludedIn(t Totals) money.Amount {
	if p.Pricing.includesTax() {
		return t.TotalTax
	}
	return p.Currency.Zero()
}

// TaxableAmount returns what the tax of a priced line is on: what is left of
// the line after discounts, without tax.
func (p PriceInput) TaxableAmount(l *Line) money.Amount {
	if p.Pricing.includesTax() {
		return l.AfterDiscount().Sub(l.Tax.Or(money.Amount{}))
	}
	return l.AfterDiscount()
}

// includesTax reports whether prices, discounts and freight include tax.
func (p Pricing) includesTax() bool { return p.TaxMode == TaxComputed && p.PricesIncludeTax }

// WithoutTax takes the tax of a rate out of an amount where prices include it.
func (p *PriceInput) WithoutTax(a money.Amount, rate int64) money.Amount {
	if !p.Pricing.PricesIncludeTax {
		return a
	}
	return money.MulDiv(a.Num(), exact.Hundred, exact.Hundred.Plus(exact.Num{M: rate, Exp: -RateDecimals}), p.Currency.Digits(), money.HalfAway)
}
