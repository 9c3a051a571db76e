package print

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

// entryOf is an entry of a list with an amount without tax.
func entryOf(a *pricing.Adjustment, amount money.Amount) EN16931Adjustment {
	return EN16931Adjustment{Amount: amount, Reason: a.Reason, ReasonCode: a.ReasonCode}
}

// of tells the base and the percentage if they come to the amount.
func (e *EN16931Adjustment) of(base money.Amount, percentage value.Opt[decimal.Decimal]) {
	p, given := percentage.Get()
	if !given {
		return
	}
	amount := new(big.Rat).Mul(base.Decimal().Rat(), p.Rat())
	if decimal.NewFromBigRat(amount.Quo(amount, big.NewRat(100, 1)), amountDecimals).Equal(e.Amount.Decimal()) {
		e.Base, e.Percentage = value.Some(base), percentage
	}
}

// chargeOf is freight, or a charge of the header's list.
func chargeOf(p *pricing.PriceInput, m *pricing.TaxedPart, t pricing.Totals, freightTax money.Amount) EN16931Adjustment {
	amount, tax := m.Value, freightTax
	if m.Charge >= 0 {
		tax = p.Adjustments[m.Charge].Tax.Or(money.Amount{})
	}
	if p.Pricing.PricesIncludeTax {
		amount = amount.Sub(tax)
	}
	if m.Charge < 0 {
		return EN16931Adjustment{Amount: amount, Freight: true, Reason: p.FreightReason, ReasonCode: p.FreightReasonCode}
	}
	a := &p.Adjustments[m.Charge]
	charge := entryOf(a, amount)
	charge.of(p.WithoutTax(a.Base.Or(t.TotalLineItemAmount), a.TaxCode.Key().Rate), a.Percentage)
	return charge
}

// allowancesOf divides what a tax group has of the discounts: the general one, then
// its allowances; without is all of it without tax.
func allowancesOf(p *pricing.PriceInput, lines []pricing.Line, key pricing.TaxKey, without money.Amount) (list []EN16931Adjustment) {
	general, net, whole := p.Currency.Zero(), p.Currency.Zero(), p.Currency.Zero()
	for i := range lines {
		if l := &lines[i]; l.Counts() && l.TaxCode.Key() == key {
			general, net = general.Add(l.AllocatedDiscount), net.Add(l.NetAmount)
			whole = whole.Add(p.WithoutTax(l.NetAmount, key.Rate))
		}
	}
	entries := []EN16931Adjustment{{Reason: p.DiscountReason, ReasonCode: p.DiscountReasonCode}}
	sizes := []decimal.Decimal{{}}
	var bases []value.Opt[money.Amount]
	for i := range p.Adjustments {
		a := &p.Adjustments[i]
		amount := a.Amount.Or(money.Amount{})
		if a.Kind != pricing.AdjustmentAllowance || a.TaxCode.Key() != key || amount.IsZero() {
			continue
		}
		general = general.Sub(amount)
		entries, sizes = append(entries, entryOf(a, amount)), append(sizes, amount.Decimal())
		entries[len(entries)-1].Percentage = a.Percentage
		bases = append(bases, a.Base)
	}
	sizes[0] = general.Decimal()
	amounts := p.Currency.Split(without, sizes...)
	for i := range entries {
		e := &entries[i]
		if e.Amount = amounts[i]; e.Amount.IsZero() {
			continue
		}
		percentage := e.Percentage
		e.Percentage = value.None[decimal.Decimal]()
		switch {
		case i > 0 && !bases[i-1].IsZero():
			e.of(p.WithoutTax(bases[i-1].Or(net), key.Rate), percentage)
		case i > 0:
			e.of(whole, percentage)
		case p.DiscountAmount.Or(money.Amount{}).IsZero():
			e.of(whole, p.DiscountPercentage)
		}
		list = append(list, *e)
	}
	return list
}

// takeEntries takes manual discount and list of the line, each without tax.
func (l *EN16931Line) takeEntries(p *pricing.PriceInput, of *pricing.Line, rate int64) {
	if discount := p.WithoutTax(of.ManualDiscountTotal(), rate); !discount.IsZero() {
		d := EN16931Adjustment{Amount: discount}
		if of.Details != nil {
			d.Reason, d.ReasonCode = of.Details.ManualDiscountReason, of.Details.ManualDiscountReasonCode
		}
		l.Allowances = append(l.Allowances, d)
	}
	for i := range of.Adjustments {
		a := &of.Adjustments[i]
		amount := p.WithoutTax(a.Amount.Or(money.Amount{}), rate)
		if amount.IsZero() {
			continue
		}
		e := entryOf(a, amount)
		e.Base, e.Percentage = value.Some(p.WithoutTax(a.Base.Or(of.BaseAmount), rate)), a.Percentage
		if a.Kind == pricing.AdjustmentCharge {
			l.Charges = append(l.Charges, e)
		} else {
			l.Allowances = append(l.Allowances, e)
		}
	}
}

// settleEntries tells which bases and percentages hold, and adds the allowances up.
func (l *EN16931Line) settleEntries(zero money.Amount) {
	l.Allowance = zero
	for _, list := range [][]EN16931Adjustment{l.Allowances, l.Charges} {
		for i := range list {
			e := &list[i]
			base, percentage := e.Base.Or(zero), e.Percentage
			e.Base, e.Percentage = value.None[money.Amount](), value.None[decimal.Decimal]()
			e.of(base, percentage)
		}
	}
	for i := range l.Allowances {
		l.Allowance = l.Allowance.Add(l.Allowances[i].Amount)
	}
}

// entries are what the lists add to the amount of the line.
func (l *EN16931Line) entries() (sum money.Amount) {
	for i := range l.Charges {
		sum = sum.Add(l.Charges[i].Amount)
	}
	for i := range l.Allowances {
		sum = sum.Sub(l.Allowances[i].Amount)
	}
	return sum
}

// giveLargest puts what price and entries miss of the net amount into the largest
// entry, unless that would change its sign or leave nothing of it.
func (l *EN16931Line) giveLargest(amount money.Amount) {
	missing := amount.Add(l.entries()).Sub(l.NetAmount)
	var largest *EN16931Adjustment
	charge := false
	for n, list := range [][]EN16931Adjustment{l.Allowances, l.Charges} {
		for i := range list {
			if largest == nil || list[i].Amount.Abs().Cmp(largest.Amount.Abs()) > 0 {
				largest, charge = &list[i], n == 1
			}
		}
	}
	if largest == nil {
		return
	}
	if charge {
		missing = missing.Neg()
	}
	if next := largest.Amount.Add(missing); next.Sign() == largest.Amount.Sign() {
		largest.Amount = next
	}
}
