package pricing

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// allocateDiscount shares a discount out in proportion to the net amounts. The
// shares add up to the discount, and each lies between 0 and its net amount,
// provided that the discount lies between 0 and their sum. All amounts have
// the same decimals.
func allocateDiscount(discount money.Amount, nets []money.Amount) []money.Amount {
	weights, detail := make([]int64, len(nets)), money.Sum{}
	for i, net := range nets {
		weights[i] = net.Units()
		detail.Add(net)
	}
	shares := make([]money.Amount, len(nets))
	units, ok := allocate(discount.Units(), weights, discount.Units(), detail.Amount(discount.Digits()).Units())
	for i := range shares {
		shares[i] = money.Beyond(discount.Sign(), discount.Digits())
		if ok {
			shares[i] = money.Of(units[i], discount.Digits())
		}
	}
	return shares
}

// allocate divides a total into whole numbers near the exact shares
// weight × factor ÷ divisor, which add up to it, or nearly so if the total is
// itself a rounded sum. Every share is rounded down; what is left over goes one
// by one to the largest remainders, among equal ones to the largest weights,
// then to the first. A negative total mirrors the positive one. It reports
// false when 64 bits do not hold a share.
func allocate(total int64, weights []int64, factor, divisor int64) ([]int64, bool) {
	if divisor < 0 {
		factor, divisor = -factor, -divisor
	}
	mirror := total < 0 || total == 0 && firstSign(weights)*cmp.Compare(factor, 0) < 0
	if mirror {
		total, factor = -total, -factor
	}
	parts, shares, left := make([]int64, len(weights)), make([]share, len(weights)), total
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(max(w, -w)), uint64(max(factor, -factor)))
		if hi >= uint64(divisor) {
			return nil, false
		}
		part, rest := bits.Div64(hi, lo, uint64(divisor))
		if part >= math.MaxInt64 {
			return nil, false
		}
		parts[i] = int64(part)
		if (w < 0) != (factor < 0) {
			parts[i] = -parts[i]
			if rest > 0 {
				parts[i]--
				rest = uint64(divisor) - rest
			}
		}
		shares[i] = share{rest: rest, size: max(w, -w), index: i}
		left -= parts[i]
	}
	if left > 0 {
		slices.SortFunc(shares, func(a, b share) int {
			return cmp.Or(cmp.Compare(b.rest, a.rest), cmp.Compare(b.size, a.size), cmp.Compare(a.index, b.index))
		})
		for _, s := range shares[:min(left, int64(len(shares)))] {
			parts[s.index]++
		}
	}
	if mirror {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts, true
}

// share is what decides about the units left over.
type share struct {
	rest  uint64
	size  int64
	index int
}

func firstSign(weights []int64) int {
	for _, w := range weights {
		if w != 0 {
			return cmp.Compare(w, 0)
		}
	}
	return 0
}

// piece is the part of a source line's amount that falls to one of several
// documents: what the quantity billed so far, this document included, earns,
// less what earlier documents took. It lies between 0 and bound, whatever was
// cancelled in between; when all is billed, the pieces add up to the source.
func piece(source money.Amount, ordered, billed decimal.Decimal, earlier, bound money.Amount, mode money.RoundingMode) money.Amount {
	earned := source
	if !billed.Equal(ordered) {
		earned = money.MulDiv(source.Num(), exact.NumOf(billed), exact.NumOf(ordered), source.Digits(), mode)
	}
	return money.Clamp(earned.Sub(earlier), bound)
}

// TakePart returns the line of another document that takes a quantity of this
// one, after the earlier live lines that took theirs. What all of them take
// adds up to this line, to the last minor unit.
func (l Line) TakePart(quantity decimal.Decimal, earlier []Line, p Pricing) Line {
	return PieceOf(l, quantity, earlier, p)
}

// Holds reports whether the line, of which the quantity invoiced is counted, has what
// pieces took of it: no more of any amount or of the quantity than there is, and when
// all of it is invoiced, all.
func (l *Line) Holds(pieces []Line) bool {
	quantity, invoiced := l.Quantity.Or(decimal.Decimal{}), l.QuantityInvoiced.Or(decimal.Decimal{})
	if !Between(invoiced, l.Committed()) {
		return false
	}
	fits := func(whole money.Amount, part func(*Line) money.Amount) bool {
		var sum money.Amount
		for i := range pieces {
			sum = sum.Add(part(&pieces[i]))
		}
		return money.Within(sum, whole) && (!invoiced.Equal(quantity) || sum.Equal(whole))
	}
	return fits(l.BaseAmount, func(l *Line) money.Amount { return l.BaseAmount }) &&
		fits(l.NetAmount, func(l *Line) money.Amount { return l.NetAmount }) &&
		fits(l.AfterDiscount(), (*Line).AfterDiscount)
}

// Negated returns the line that takes back what the line takes of its source.
func (l Line) Negated() Line {
	l.Quantity = value.Some(l.Quantity.Or(decimal.Decimal{}).Neg())
	l.BaseAmount, l.NetAmount, l.AllocatedDiscount = l.BaseAmount.Neg(), l.NetAmount.Neg(), l.AllocatedDiscount.Neg()
	l.AdjustmentTotal, l.Adjustments = l.AdjustmentTotal.Neg(), cloneAdjustments(l.Adjustments)
	for i := range l.Adjustments {
		l.Adjustments[i].Amount = value.Some(l.Adjustments[i].Amount.Or(money.Amount{}).Neg())
	}
	if t, ok := l.Tax.Get(); ok {
		l.Tax = value.Some(t.Neg())
	}
	return l
}

// PieceOf returns the line that takes a quantity of a source line, after the
// earlier live lines that took theirs; no quantity takes no amount.
func PieceOf(source Line, quantity decimal.Decimal, earlier []Line, p Pricing) Line {
	var base, net, after, tax money.Amount
	billed := quantity
	for i := range earlier {
		e := &earlier[i]
		billed = billed.Add(e.Quantity.Or(decimal.Decimal{}))
		base, net, after = base.Add(e.BaseAmount), net.Add(e.NetAmount), after.Add(e.AfterDiscount())
		tax = tax.Add(e.Tax.Or(money.Amount{}))
	}
	ordered := source.Quantity.Or(decimal.Decimal{})
	nothing := quantity.IsZero() && !ordered.IsZero() // or a cent would go when it goes
	take := func(source, earlier, bound money.Amount) money.Amount {
		if nothing {
			return source.Sub(source)
		}
		return piece(source, ordered, billed, earlier, bound, p.RoundingMode)
	}
	l := source
	l.SourceLine, l.Piece = source.LineNumber, true
	l.Quantity = value.Some(quantity)
	l.QuantityShipped, l.QuantityCancelled = value.Opt[decimal.Decimal]{}, value.Opt[decimal.Decimal]{}
	l.BaseAmount = take(source.BaseAmount, base, source.BaseAmount)
	if len(source.Adjustments) == 0 {
		l.NetAmount = take(source.NetAmount, net, l.BaseAmount)
	} else {
		l.NetAmount = take(source.NetAmount, net, money.Clamp(source.NetAmount.Sub(net), source.NetAmount))
		l.takeList(&source, earlier, func(whole, had money.Amount) money.Amount {
			return take(whole, had, money.Clamp(whole.Sub(had), whole))
		}, billed.Equal(ordered) && quantity.Equal(ordered))
	}
	l.AllocatedDiscount = l.NetAmount.Sub(take(source.AfterDiscount(), after, l.NetAmount))
	l.ExtendedAmount = l.NetAmount
	if !source.ManualDiscount.IsZero() && p.DiscountMethod == DiscountLineItem {
		l.ManualDiscount = value.Some(l.ManualDiscountTotal())
	}
	if t, ok := source.Tax.Get(); ok {
		t = take(t, tax, t)
		l.Tax = value.Some(t)
		if !p.includesTax() {
			l.ExtendedAmount = l.NetAmount.Add(t)
		}
	}
	return l
}
