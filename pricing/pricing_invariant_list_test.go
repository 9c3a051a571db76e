package pricing_test

import (
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// itemPrice is the price of a product by an item that has no fault.
func itemPrice(t *rapid.T, i *catalog.PriceListItem, p *catalog.ProductFields) catalog.ItemPrice {
	t.Helper()
	price, code := i.Price(p, 2, money.HalfAway)
	if code != 0 {
		t.Fatalf("no price: %s", code)
	}
	return price
}

// drawPolicy draws an item whose policy is not none, by a margin on the cost,
// and the product that it prices.
func drawPolicy(t *rapid.T) (catalog.PriceListItem, catalog.ProductFields) {
	item := drawItem(t, 2)
	item.PricingMethod = catalog.PricingMarginCurrentCost
	item.RoundingPolicy = catalog.RoundingPolicy(rapid.IntRange(2, 4).Draw(t, "way"))
	return item, catalog.ProductFields{CurrentCost: units(t, "cost", 1e6, 2)}
}

// gridOf is the smallest price and the step of the grid of a rounding option.
func gridOf(i *catalog.PriceListItem) (first, step *big.Rat) {
	amount := i.RoundingAmount.Or(decimal.Decimal{})
	if i.RoundingOption == catalog.RoundingMultipleOf {
		return new(big.Rat), amount.Rat()
	}
	ten := decimal.New(1, 0)
	for !ten.GreaterThan(amount) {
		ten = ten.Shift(1)
	}
	return amount.Rat(), ten.Rat()
}

func TestPricingInvariant31Policies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		item, product := drawPolicy(t)
		price := itemPrice(t, &item, &product)
		first, step := gridOf(&item)
		x, y, reached := price.Exact, price.ByPolicy, price.Exact.Cmp(first) >= 0
		way := y.Cmp(x)
		if item.RoundingPolicy == catalog.RoundingUp && way < 0 || item.RoundingPolicy == catalog.RoundingDown && way > 0 {
			t.Fatalf("%s went from %s to %s", item.RoundingPolicy, x, y)
		}
		off := new(big.Rat).Sub(y, x)
		off.Abs(off).Add(off, off)
		if item.RoundingPolicy == catalog.RoundingToNearest && reached && off.Cmp(step) > 0 {
			t.Fatalf("the nearest of %s in steps of %s is %s", x, step, y)
		}
		if steps := new(big.Rat).Sub(y, first); reached || item.RoundingPolicy != catalog.RoundingDown {
			if steps.Sign() < 0 || !steps.Quo(steps, step).IsInt() {
				t.Fatalf("%s went to %s, which is not %s and so many times %s", item.RoundingPolicy, y, first, step)
			}
		} else if way != 0 {
			t.Fatalf("%s is below every price, and went to %s", x, y)
		}
	})
}

func TestPricingInvariant32PoliciesStay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		item, product := drawPolicy(t)
		price := itemPrice(t, &item, &product)
		item.PricingMethod, item.Percentage = catalog.PricingPercentOfList, testkit.Some("100")
		product.ListPrice = value.Some(price.UnitPrice)
		if again := itemPrice(t, &item, &product); !again.UnitPrice.Equal(price.UnitPrice) {
			t.Fatalf("%s moved on to %s", price.UnitPrice, again.UnitPrice)
		}
	})
}

func TestPricingInvariant33Monotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		item := drawItem(t, 2)
		item.PricingMethod = catalog.PricingMethod(rapid.IntRange(2, 6).Draw(t, "of a base"))
		product := func(base testkit.Number) *catalog.ProductFields {
			return &catalog.ProductFields{ListPrice: base, CurrentCost: base, StandardCost: base}
		}
		base, percentage := units(t, "base", 1e6, 2), item.Percentage
		dearer := value.Some(base.Or(decimal.Decimal{}).Add(units(t, "more base", 1e4, 2).Or(decimal.Decimal{})))
		price := itemPrice(t, &item, product(base)).UnitPrice
		if more := itemPrice(t, &item, product(dearer)).UnitPrice; more.LessThan(price) {
			t.Fatalf("a base of %v is priced %s, one of %v %s", base, price, dearer, more)
		}
		item.Percentage = value.Some(percentage.Or(decimal.Decimal{}).Add(units(t, "more percent", 99999, 5).Or(decimal.Decimal{})))
		if more := itemPrice(t, &item, product(base)).UnitPrice; more.LessThan(price) {
			t.Fatalf("%v %% is priced %s, %v %% %s", percentage, price, item.Percentage, more)
		}
		for _, methods := range [][2]catalog.PricingMethod{
			{catalog.PricingMarkupCurrentCost, catalog.PricingMarginCurrentCost},
			{catalog.PricingMarkupStandardCost, catalog.PricingMarginStandardCost},
		} {
			by := func(n int, percentage testkit.Number) catalog.ItemPrice {
				item := item
				item.PricingMethod, item.Percentage = methods[n], percentage
				return itemPrice(t, &item, product(base))
			}
			if markup, margin := by(0, percentage).UnitPrice, by(1, percentage).UnitPrice; margin.LessThan(markup) {
				t.Fatalf("a margin of %v %% is priced %s, the markup %s", percentage, margin, markup)
			}
			for n := range methods {
				if exact := by(n, testkit.Some("0")).Exact; exact.Cmp(base.Or(decimal.Decimal{}).Rat()) != 0 {
					t.Fatalf("0 %% on %v is %s", base, exact)
				}
			}
		}
	})
}

// unitGroups draws groups whose units are made of earlier ones.
var unitGroups = rapid.Custom(func(t *rapid.T) catalog.UnitGroup {
	g := catalog.UnitGroup{}
	for n := range rapid.IntRange(1, 6).Draw(t, "units") {
		u := catalog.Unit{ID: testkit.Numbered[record.UnitID](n)}
		if n > 0 {
			u.BaseUnitID = rapid.SampledFrom(g.Units).Draw(t, "base").ID
			u.Quantity = value.Some(decimal.New(rapid.Int64Range(1, 1e15).Draw(t, "quantity"), -5))
		}
		g.Units = append(g.Units, u)
	}
	g.Units = rapid.Permutation(g.Units).Draw(t, "order")
	return g
})

func TestPricingInvariant35Units(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := unitGroups.Draw(t, "group")
		a, b, c := rapid.SampledFrom(g.Units).Draw(t, "a").ID, rapid.SampledFrom(g.Units).Draw(t, "b").ID, rapid.SampledFrom(g.Units).Draw(t, "c").ID
		convert := func(quantity decimal.Decimal, from, to record.UnitID) *big.Rat {
			r, err := g.Convert(quantity, from, to)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		x, one := testkit.Decimals(1e12, 5).Draw(t, "quantity"), decimal.New(1, 0)
		there := convert(x, a, b)
		if back := new(big.Rat).Mul(there, convert(one, b, a)); back.Cmp(x.Rat()) != 0 {
			t.Fatalf("%s became %s and came back as %s", x, there, back)
		}
		if onward, direct := new(big.Rat).Mul(there, convert(one, b, c)), convert(x, a, c); onward.Cmp(direct) != 0 {
			t.Fatalf("%s is %s over another unit, %s directly", x, onward, direct)
		}
	})
}
