package pricing

import (
	"maps"

	"github.com/leadtocash/leadtocash/money"
)

// TaxTaken is what documents took of the tax of one source, the credit notes of an
// invoice: the next one computes its tax together with theirs, as of one document,
// and takes what is not taken yet. So the taxes of all of them add up to that of the
// source.
type TaxTaken struct{ groups map[TaxKey]*taken }

// taken is what was taken of a tax group.
type taken struct {
	value, tax money.Amount
	lines      map[int32]money.Amount // by line of the source, below 0 for freight and charges, whose tax is rounded by itself
	free       money.Amount           // tax of lines of their own, each rounded by itself
}

const freightLine = -1

// Add counts a priced document. Typed taxes are not counted.
func (t *TaxTaken) Add(p PriceInput, lines []Line, totals Totals) {
	if p.Pricing.TaxMode != TaxComputed {
		return
	}
	p = p.Rounded()
	grouped, freight := GroupTaxes(&p, lines), p.FreightTaxOf(lines, totals)
	for _, key := range grouped.Order {
		g := t.of(key)
		if g == nil {
			if t.groups == nil {
				t.groups = map[TaxKey]*taken{}
			}
			g = &taken{lines: map[int32]money.Amount{}}
			t.groups[key] = g
		}
		for _, m := range grouped.Members[key] {
			g.tax = g.tax.Add(m.taxOf(&p, lines, freight))
		}
		g.take(&p, key.Rate, lines, grouped.Members[key])
	}
}

func (g *taken) take(p *PriceInput, rate int64, lines []Line, members []TaxedPart) {
	for _, m := range members {
		g.value = g.value.Add(m.Value)
		source := int32(freightLine)
		switch {
		case m.Line >= 0:
			source = lines[m.Line].SourceLine
		case m.Charge >= 0 && p.Adjustments[m.Charge].Source == 0:
			source = 0
		case m.Charge >= 0:
			source = freightLine - p.Adjustments[m.Charge].Source
		}
		if source == 0 {
			g.free = g.free.Add(p.taxOf(m.Value, rate))
		} else {
			g.lines[source] = g.lines[source].Add(m.Value)
		}
	}
}

// of is what was taken of a group, nil for nothing.
func (t *TaxTaken) of(key TaxKey) *taken {
	if t == nil {
		return nil
	}
	return t.groups[key]
}

// furtherTaxes returns the tax of each member of a group of which others took
// before: the tax of all of it less what they took, in the direction in which the
// members move it.
func (c *calculation) furtherTaxes(g *taken, rate int64, members []TaxedPart) ([]money.Amount, bool) {
	all, moved := g.clone(), c.zero
	weights := make([]int64, len(members))
	for i, m := range members {
		moved, weights[i] = moved.Add(m.Value), m.Value.Units()
	}
	all.take(&c.PriceInput, rate, c.lines, members)
	tax := c.taxOf(all.value, rate)
	if c.Pricing.TaxRounding == TaxRoundingPerLine {
		tax = all.free
		for _, value := range all.lines {
			tax = tax.Add(c.taxOf(value, rate))
		}
	}
	tax = tax.Sub(g.tax)
	taxes := make([]money.Amount, len(members))
	for i := range taxes {
		taxes[i] = c.zero
	}
	if tax.Sign() != moved.Sign() || tax.IsZero() {
		return taxes, true
	}
	units, ok := allocate(tax.Units(), weights, tax.Units(), moved.Units())
	for i := range units {
		taxes[i] = money.Of(units[i], c.zero.Digits())
	}
	return taxes, ok && !tax.Poisoned()
}

func (g *taken) clone() taken {
	next := *g
	next.lines = maps.Clone(g.lines)
	return next
}
