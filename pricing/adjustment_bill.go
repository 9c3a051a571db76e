package pricing

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// Part is what documents take of another's lines and list: pieces of the lines, and
// entries that name the entry of the source which they are of.
type Part struct {
	Lines       []Line
	Adjustments []Adjustment
}

// NegatedAdjustments are entries that take back what those of the list take.
func NegatedAdjustments(list []Adjustment) []Adjustment {
	list = slices.Clone(list)
	for i := range list {
		a := &list[i]
		a.Amount = value.Some(a.Amount.Or(money.Amount{}).Neg())
		if tax, ok := a.Tax.Get(); ok {
			a.Tax = value.Some(tax.Neg())
		}
	}
	return list
}

// taken is what the part has of the entry of the source with the number, and of its
// tax.
func (p *Part) taken(source int) (amount, tax money.Amount) {
	for i := range p.Adjustments {
		if a := &p.Adjustments[i]; int(a.Source) == source {
			amount, tax = amount.Add(a.Amount.Or(money.Amount{})), tax.Add(a.Tax.Or(money.Amount{}))
		}
	}
	return amount, tax
}

// Shares are what pieces of a document take of what it charges beside its lines.
type Shares struct {
	Discount    money.Amount // of the whole document, as an amount
	Adjustments []Adjustment
}

// SharesOf divides what a document charges beside its lines among documents that take
// parts of them: what the pieces take, after what earlier live documents took. Allowances and
// the discount follow the shares that the pieces have of them, tax group by tax group;
// charges that are a percentage of the lines follow their value; other charges go with
// carries, like freight. When all is taken, the parts of every entry add up to it, to
// the last minor unit. Entries of 0 are left out, percentages and their bases are
// not taken over, unless the pieces are all there is.
func SharesOf(p PriceInput, source []Line, earlier Part, pieces []Line, carries bool) Shares {
	p = p.Rounded()
	b := bill{p: &p, source: source, earlier: earlier, pieces: pieces, carries: carries, list: make([]Adjustment, len(p.Adjustments))}
	whole := len(earlier.Lines)+len(earlier.Adjustments) == 0 && allOf(source, pieces)
	for n := range p.Adjustments {
		a := &p.Adjustments[n]
		b.list[n] = Adjustment{Kind: a.Kind, TaxCode: a.TaxCode.clone(), Reason: a.Reason, ReasonCode: a.ReasonCode, Source: int32(n + 1)}
		if whole {
			b.list[n].Percentage, b.list[n].Base = a.Percentage, a.Base
		}
		if a.isCharge() {
			b.charge(n)
		}
	}
	var keys []TaxKey
	for _, lines := range [][]Line{source, pieces} {
		for i := range lines {
			if key := p.bears(lines[i].TaxCode); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	discount := p.Currency.Zero()
	for _, key := range keys {
		discount = discount.Add(b.allowances(key))
	}
	list := slices.DeleteFunc(b.list, func(a Adjustment) bool {
		return a.Amount.Or(money.Amount{}).IsZero() && a.Tax.Or(money.Amount{}).IsZero()
	})
	if len(list) == 0 {
		list = nil
	}
	return Shares{discount, list}
}

// allOf reports whether the pieces are all of the source's lines.
func allOf(source, pieces []Line) bool {
	byLine := map[int32]*Line{}
	for i := range pieces {
		byLine[pieces[i].SourceLine] = &pieces[i]
	}
	return !slices.ContainsFunc(source, func(l Line) bool {
		piece := byLine[l.LineNumber]
		return piece == nil || !piece.Quantity.Or(decimal.Decimal{}).Equal(l.Quantity.Or(decimal.Decimal{}))
	})
}

// bill is a division of what a document charges.
type bill struct {
	p       *PriceInput // of the source
	source  []Line
	earlier Part
	pieces  []Line
	carries bool
	list    []Adjustment // what the pieces take, by entry of the source
}

// charge divides a charge.
func (b *bill) charge(n int) {
	a := &b.p.Adjustments[n]
	had, hadTax := b.earlier.taken(n + 1)
	whole, tax := a.Amount.Or(money.Amount{}), a.Tax.Or(money.Amount{})
	left, leftTax := money.Clamp(whole.Sub(had), whole), money.Clamp(tax.Sub(hadTax), tax)
	amount, part := b.p.Currency.Zero(), b.p.Currency.Zero()
	total := netOf(b.source)
	switch {
	case a.followsValue() && !total.IsZero():
		billed := netOf(b.pieces).Add(netOf(b.earlier.Lines))
		amount = money.Clamp(b.partOf(whole, billed, total).Sub(had), left)
		part = money.Clamp(b.partOf(tax, billed, total).Sub(hadTax), leftTax)
	case b.carries:
		amount, part = left, leftTax
	}
	b.list[n].Amount = value.Some(b.p.Currency.Zero().Add(amount))
	if b.p.Pricing.TaxMode != TaxComputed && !a.Tax.IsZero() {
		b.list[n].Tax = value.Some(b.p.Currency.Zero().Add(part))
	}
}

// partOf is the part of an amount that so much of a whole earns, rounded once.
func (b *bill) partOf(amount, part, whole money.Amount) money.Amount {
	if part.Equal(whole) {
		return amount
	}
	return money.MulDiv(amount.Num(), part.Num(), whole.Num(), b.p.Currency.Digits(), b.p.Pricing.RoundingMode)
}

func netOf(lines []Line) (net money.Amount) {
	for i := range lines {
		net = net.Add(lines[i].NetAmount)
	}
	return net
}

// sharesIn is what lines of a tax group have of the discounts of their document.
func (b *bill) sharesIn(key TaxKey, lines []Line) (sum money.Amount) {
	for i := range lines {
		if l := &lines[i]; b.p.bears(l.TaxCode) == key {
			sum = sum.Add(l.AllocatedDiscount)
		}
	}
	return sum
}

// allowances divides what the pieces of a tax group have of the discounts: among the
// allowances of the group in their order, and last the discount of the whole
// document, whose part it returns.
func (b *bill) allowances(key TaxKey) money.Amount {
	left, total := b.sharesIn(key, b.pieces), b.sharesIn(key, b.source)
	had := b.sharesIn(key, b.earlier.Lines)
	so := left.Add(had)
	type entry struct {
		at               int // -1: the discount of the whole document
		whole, had, part money.Amount
	}
	var entries []entry
	general, generalHad := total, had
	for n := range b.p.Adjustments {
		if a := &b.p.Adjustments[n]; !a.isCharge() && b.p.bears(a.TaxCode) == key {
			e := entry{at: n, whole: a.Amount.Or(money.Amount{})}
			e.had, _ = b.earlier.taken(n + 1)
			general, generalHad = general.Sub(e.whole), generalHad.Sub(e.had)
			entries = append(entries, e)
		}
	}
	entries = append(entries, entry{at: -1, whole: general, had: generalHad})
	take := func(e *entry, wanted money.Amount) {
		room := money.Clamp(e.whole.Sub(e.had).Sub(e.part), e.whole)
		part := money.Clamp(money.Clamp(wanted, room), left)
		e.part, left = e.part.Add(part), left.Sub(part)
	}
	for i := range entries {
		e := &entries[i]
		if !total.IsZero() {
			take(e, b.partOf(e.whole, so, total).Sub(e.had))
		}
	}
	for i := range entries {
		take(&entries[i], left)
	}
	for _, e := range entries {
		if e.at < 0 {
			return b.p.Currency.Zero().Add(e.part).Add(left) // what no entry has room for: lines that were edited
		}
		b.list[e.at].Amount = value.Some(b.p.Currency.Zero().Add(e.part))
	}
	return b.p.Currency.Zero()
}

// Rescaled divides the discounts of a document anew after some of its lines went or
// became others: kept are those that keep shares of them. Every allowance falls with
// what the lines of its tax group keep of their shares; the discount of the whole
// document is the rest. The discount comes as an amount.
func (c Charges) Rescaled(p PriceInput, was, kept []Line) Charges {
	p = p.Rounded()
	b := bill{p: &p}
	sum := p.Currency.Zero()
	for i := range kept {
		sum = sum.Add(kept[i].AllocatedDiscount)
	}
	list := cloneAdjustments(p.Adjustments)
	for n := range list {
		a := &list[n]
		if a.isCharge() {
			continue
		}
		key := p.bears(a.TaxCode)
		had, has := b.sharesIn(key, was), b.sharesIn(key, kept)
		amount := p.Currency.Zero()
		if !had.IsZero() {
			amount = money.Clamp(b.partOf(a.Amount.Or(money.Amount{}), has, had), sum)
		}
		if !has.Equal(had) {
			a.Percentage, a.Base = value.None[decimal.Decimal](), value.None[money.Amount]()
		}
		a.Amount, sum = value.Some(amount), sum.Sub(amount)
	}
	c = c.Discounted(sum)
	c.Adjustments = slices.DeleteFunc(list, func(a Adjustment) bool { return !a.isCharge() && a.Amount.Or(money.Amount{}).IsZero() })
	if len(c.Adjustments) == 0 {
		c.Adjustments = nil
	}
	return c
}

// takeList gives a piece of a line with a list its parts of the entries, and of its
// manual discount: what each has earned so far, less what earlier pieces took. What
// that misses of the net amount goes to the largest of them.
func (l *Line) takeList(source *Line, earlier []Line, part func(whole, had money.Amount) money.Amount, whole bool) {
	sizes := []money.Amount{source.ManualDiscountTotal()}
	var had money.Amount
	for i := range earlier {
		had = had.Add(earlier[i].ManualDiscountTotal())
	}
	discount := part(sizes[0], had)
	l.Adjustments = cloneAdjustments(source.Adjustments)
	missing := l.BaseAmount.Sub(discount).Sub(l.NetAmount)
	for n := range l.Adjustments {
		a := &l.Adjustments[n]
		size := a.Amount.Or(money.Amount{})
		had = money.Amount{}
		for i := range earlier {
			if e := &earlier[i]; n < len(e.Adjustments) {
				had = had.Add(e.Adjustments[n].Amount.Or(money.Amount{}))
			}
		}
		amount := part(size, had)
		a.Amount = value.Some(amount)
		if !whole {
			a.Percentage, a.Base = value.None[decimal.Decimal](), value.None[money.Amount]()
		}
		if sizes = append(sizes, size); a.isCharge() {
			missing = missing.Add(amount)
		} else {
			missing = missing.Sub(amount)
		}
	}
	largest := 0
	for i := range sizes {
		if exact.NumOf(sizes[i].Abs().Decimal()).Cmp(exact.NumOf(sizes[largest].Abs().Decimal())) > 0 {
			largest = i
		}
	}
	if largest > 0 && !missing.IsZero() {
		a := &l.Adjustments[largest-1]
		if a.isCharge() {
			missing = missing.Neg()
		}
		a.Amount = value.Some(a.Amount.Or(money.Amount{}).Add(missing))
	}
	l.AdjustmentTotal = orNothing(signedTotal(l.Adjustments))
}

// Carriage is what the document charges like freight, billed as a whole with one of
// several documents: freight, charges that do not follow the value of the lines, and
// their typed taxes. of says which charges count by the entries of another document
// that they are parts of; nil: by themselves.
func (c *Charges) Carriage(mode TaxMode, of []Adjustment) money.Amount {
	sum := c.FreightAmount.Or(money.Amount{}).Add(c.FreightTax.Or(money.Amount{}))
	for i := range c.Adjustments {
		a := &c.Adjustments[i]
		from := a
		if of != nil {
			if a.Source == 0 || int(a.Source) > len(of) {
				continue
			}
			from = &of[a.Source-1]
		}
		if a.isCharge() && !from.followsValue() {
			sum = sum.Add(a.Amount.Or(money.Amount{}))
			if mode != TaxComputed {
				sum = sum.Add(a.Tax.Or(money.Amount{}))
			}
		}
	}
	return sum
}

// CarriedOf are the entries that are billed as a whole, like freight, by the entries of
// the source that they are parts of.
func CarriedOf(list, source []Adjustment) (carried []Adjustment) {
	for i := range list {
		a := &list[i]
		if a.Source == 0 || int(a.Source) <= len(source) && a.isCharge() && !source[a.Source-1].followsValue() {
			carried = append(carried, *a)
		}
	}
	return carried
}

// Overtaken lists the entries of a source of which parts, the last of them included, take
// more than there is, or what would take them below nothing.
func Overtaken(source []Adjustment, parts []Adjustment) (entries []int) {
	all := Part{Adjustments: parts}
	for n := range source {
		amount, tax := all.taken(n + 1)
		if !money.Within(amount, source[n].Amount.Or(money.Amount{})) || !money.Within(tax, source[n].Tax.Or(money.Amount{})) {
			entries = append(entries, n)
		}
	}
	return entries
}
