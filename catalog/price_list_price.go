package catalog

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// ItemPrice is how a price list item prices a product: exactly, on the grid of
// the rounding policy, and rounded to the pricing precision.
type ItemPrice struct {
	Exact     *big.Rat
	ByPolicy  *big.Rat
	UnitPrice decimal.Decimal
}

// Price prices a product by the item, at a pricing precision of 0 to 4
// decimals. Nothing is rounded before the policy is applied, and nothing but the
// unit price after it. The policy does not apply to amounts. The error is that
// of the first check that fails: pricing precision, method, amount, percentage,
// list price or cost, rounding, range.
func (i *PriceListItem) Price(p *ProductFields, decimals int, mode money.RoundingMode) (ItemPrice, PricingError) {
	if decimals < 0 || decimals > money.MaxDigits {
		return ItemPrice{}, PricingErrorInvalidPricingPrecision
	}
	digits := decimals
	exact, code := i.Exact(p, digits, mode)
	if code != 0 {
		return ItemPrice{}, code
	}
	unit, byPolicy := i.OnGrid(exact, digits, mode)
	if unit.Poisoned() {
		return ItemPrice{}, PricingErrorPriceAttributeOutOfRange
	}
	price := ItemPrice{Exact: exact.rat(), ByPolicy: byPolicy, UnitPrice: unit.Decimal()}
	if byPolicy == nil {
		price.ByPolicy = price.Exact
	}
	return price, 0
}

// How says where the exact price of an item comes from.
func (i *PriceListItem) How(p *ProductFields, c *Catalog) string {
	how := i.PricingMethod.Label()
	if rule, ok := pricingRules[i.PricingMethod]; ok {
		how = fmt.Sprintf("%s: %s %% of %s", how, Shown(i.Percentage), Shown(rule.base(p)))
	}
	if list := c.PriceList(i.PriceListID); list != nil {
		how = list.Name + ": " + how
	}
	return how
}

// Shown writes a number with all its decimals.
func Shown(o value.Opt[decimal.Decimal]) string {
	text, err := exact.FormatDecimal(o.Or(decimal.Decimal{}))
	if err != nil {
		return o.Or(decimal.Decimal{}).String()
	}
	return text
}

// quotient is the exact number x × y ÷ z.
type quotient struct{ x, y, z exact.Num }

func (q quotient) rat() *big.Rat {
	r := q.x.Rat()
	r.Mul(r, q.y.Rat())
	return r.Quo(r, q.z.Rat())
}

func (q quotient) round(digits int, mode money.RoundingMode) money.Amount {
	return money.MulDiv(q.x, q.y, q.z, digits, mode)
}

// pricingRule is how a pricing method makes a price of a base and a percentage.
type pricingRule struct {
	base         func(*ProductFields) value.Opt[decimal.Decimal]
	missing, bad PricingError
	margin       bool // the percentage is below 100
	price        func(base, percentage exact.Num) quotient
}

func listPrice(p *ProductFields) value.Opt[decimal.Decimal] { return p.ListPrice }

func currentCost(p *ProductFields) value.Opt[decimal.Decimal] { return p.CurrentCost }

func standardCost(p *ProductFields) value.Opt[decimal.Decimal] { return p.StandardCost }

func ofList(base, p exact.Num) quotient { return quotient{base, p, exact.Hundred} }

func markup(base, p exact.Num) quotient { return quotient{base, exact.Hundred.Plus(p), exact.Hundred} }

func margin(base, p exact.Num) quotient {
	return quotient{base, exact.Hundred, exact.Hundred.Plus(p.Neg())}
}

// pricingRules are the methods that take a percentage.
var pricingRules = map[PricingMethod]pricingRule{
	PricingPercentOfList:      {listPrice, PricingErrorMissingPrice, PricingErrorInvalidPrice, false, ofList},
	PricingMarkupCurrentCost:  {currentCost, PricingErrorMissingCurrentCost, PricingErrorInvalidCurrentCost, false, markup},
	PricingMarginCurrentCost:  {currentCost, PricingErrorMissingCurrentCost, PricingErrorInvalidCurrentCost, true, margin},
	PricingMarkupStandardCost: {standardCost, PricingErrorMissingStandardCost, PricingErrorInvalidStandardCost, false, markup},
	PricingMarginStandardCost: {standardCost, PricingErrorMissingStandardCost, PricingErrorInvalidStandardCost, true, margin},
}

// Exact returns the price before any rounding.
func (i *PriceListItem) Exact(p *ProductFields, digits int, mode money.RoundingMode) (quotient, PricingError) {
	switch {
	case i.PricingMethod == 0:
		return quotient{}, PricingErrorMissingPricingCode
	case !i.PricingMethod.Valid():
		return quotient{}, PricingErrorInvalidPricingCode
	case i.PricingMethod == PricingAmount:
		amount, code := input(i.Amount, 1e14, PricingErrorMissingPriceLevelAmount, PricingErrorInvalidPriceLevelAmount)
		return quotient{amount, exact.One, exact.One}, code
	}
	rule := pricingRules[i.PricingMethod]
	percentage, code := input(i.Percentage, 1e9, PricingErrorMissingPriceLevelPercentage, PricingErrorInvalidPriceLevelPercentage)
	switch {
	case code != 0:
		return quotient{}, code
	case rule.margin && percentage.Cmp(exact.Hundred) >= 0:
		return quotient{}, PricingErrorInvalidPriceLevelPercentage
	}
	base, code := input(rule.base(p), 1e12, rule.missing, rule.bad)
	if code != 0 {
		return quotient{}, code
	}
	return rule.price(base, percentage), i.roundingFault(digits)
}

// input returns a number that must be there and lie between 0 and a limit.
func input(given value.Opt[decimal.Decimal], limit int64, missing, bad PricingError) (exact.Num, PricingError) {
	d, ok := given.Get()
	if !ok {
		return exact.Num{}, missing
	}
	n := exact.NumOf(d)
	if n.Sign() < 0 || n.Cmp(exact.Num{M: limit}) > 0 {
		return exact.Num{}, bad
	}
	return n, 0
}

// roundingFault says what is wrong with the rounding of a percentage.
func (i *PriceListItem) roundingFault(digits int) PricingError {
	if i.RoundingPolicy == 0 || i.RoundingPolicy == RoundingNone {
		return 0
	}
	amount, ok := i.RoundingAmount.Get()
	switch {
	case !i.RoundingPolicy.Valid():
		return PricingErrorInvalidRoundingPolicy
	case i.RoundingOption == 0 || !i.RoundingOption.Valid():
		return PricingErrorInvalidRoundingOption
	case !ok, amount.Sign() < 0, amount.IsZero() && i.RoundingOption == RoundingMultipleOf, !exact.CheckDecimal(amount, exact.MaxPlaces, int(digits)):
		return PricingErrorInvalidRoundingAmount
	}
	return 0
}

// OnGrid applies the rounding policy, then rounds to the pricing precision. The
// exact result of the policy is nil where none applies.
func (i *PriceListItem) OnGrid(exact quotient, digits int, mode money.RoundingMode) (money.Amount, *big.Rat) {
	if i.PricingMethod == PricingAmount || i.RoundingPolicy <= RoundingNone {
		return exact.round(digits, mode), nil
	}
	amount, _ := i.RoundingAmount.Get()
	x, g := exact.rat(), grid{step: amount.Rat(), first: new(big.Rat)}
	if i.RoundingOption == RoundingEndsIn {
		g = endingIn(amount)
	}
	lower, upper := g.around(x)
	y := x
	switch toLower := lower != nil && new(big.Rat).Add(lower, upper).Cmp(new(big.Rat).Add(x, x)) > 0; {
	case i.RoundingPolicy == RoundingUp, i.RoundingPolicy == RoundingToNearest && !toLower:
		y = upper
	case lower != nil:
		y = lower
	}
	return roundRat(y, digits, mode), y
}

// grid is the prices first, first + step, first + 2 × step …
type grid struct{ first, step *big.Rat }

// endingIn is the grid of the prices that end in an amount: its step is the
// smallest power of ten, at least 1, that is larger.
func endingIn(amount decimal.Decimal) grid {
	first, step := amount.Rat(), big.NewRat(1, 1)
	for step.Cmp(first) <= 0 {
		step.Mul(step, big.NewRat(10, 1))
	}
	return grid{first, step}
}

// around returns the neighbours of x, which are x itself if it is on the grid;
// below the first price there is no lower one.
func (g grid) around(x *big.Rat) (lower, upper *big.Rat) {
	if x.Cmp(g.first) < 0 {
		return nil, g.first
	}
	n := new(big.Rat).Sub(x, g.first)
	n.Quo(n, g.step)
	steps := new(big.Rat).SetInt(new(big.Int).Quo(n.Num(), n.Denom()))
	lower = steps.Mul(steps, g.step).Add(steps, g.first)
	if lower.Cmp(x) == 0 {
		return lower, lower
	}
	return lower, new(big.Rat).Add(lower, g.step)
}
