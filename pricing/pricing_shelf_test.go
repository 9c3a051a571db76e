package pricing_test

import (
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// An offer is a product in a unit that a drawn catalogue sells.
type offer struct {
	product  record.ProductID
	unit     record.UnitID
	decimals int32 // of quantities
}

// A shelf is a catalogue without faults, and what it offers.
type shelf struct {
	*catalog.Catalog
	list   record.PriceListID
	offers []offer
}

// someOf draws one of the values.
func someOf[T any](t *rapid.T, label string, values ...T) T {
	return rapid.SampledFrom(values).Draw(t, label)
}

// units draws 0 to limit units of 10^-places.
func units(t *rapid.T, label string, limit int64, places int) testkit.Number {
	return value.Some(decimal.New(rapid.Int64Range(0, limit).Draw(t, label), -int32(places)))
}

// drawShelf draws up to three products with list price and costs, in up to two
// units each. Some are only on the price list that is the product's default.
// The ids are the same in every draw.
func drawShelf(t *rapid.T, c money.Currency, p pricing.Pricing) *shelf {
	const group, chosen, fallback = 1, 1, 2
	precision := p.Precision(c)
	piece, box := testkit.Numbered[record.UnitID](1), testkit.Numbered[record.UnitID](2)
	records := []any{catalog.UnitGroup{ID: testkit.Numbered[record.UnitGroupID](group), UnitGroupFields: catalog.UnitGroupFields{
		Units: []catalog.Unit{{ID: piece}, {ID: box, BaseUnitID: piece, Quantity: testkit.Some("12")}},
	}}}
	for _, n := range []int{chosen, fallback} {
		list := catalog.PriceList{ID: testkit.Numbered[record.PriceListID](n), Status: catalog.PriceListStatusActive}
		list.Currency = c
		records = append(records, list)
	}
	for n := range 2 {
		records = append(records, drawDiscountList(t, n+1, precision))
	}
	s := &shelf{list: testkit.Numbered[record.PriceListID](chosen)}
	for n := range 3 {
		product := catalog.Product{
			ID: testkit.Numbered[record.ProductID](n + 1), Structure: someOf(t, "structure", catalog.StructureProduct, catalog.StructureBundle),
			Status: catalog.ProductStatusActive, DefaultPriceListID: testkit.Numbered[record.PriceListID](fallback),
			ProductFields: catalog.ProductFields{
				UnitGroupID: testkit.Numbered[record.UnitGroupID](group), DefaultUnitID: piece, QuantityDecimals: rapid.Int32Range(0, 5).Draw(t, "decimals"),
				ListPrice: units(t, "list price", 1e6, precision), CurrentCost: units(t, "current cost", 1e6, precision),
				StandardCost: units(t, "standard cost", 1e6, precision),
			},
		}
		product.Currency = someOf(t, "currency", c, money.Currency(0))
		records = append(records, product)
		for _, unit := range []record.UnitID{piece, box} {
			item := drawItem(t, precision)
			item.PriceListID, item.ProductID, item.UnitID = testkit.Numbered[record.PriceListID](someOf(t, "list", chosen, fallback)), product.ID, unit
			records = append(records, item)
			decimals := map[catalog.QuantitySelling]int32{
				catalog.SellingNoControl: 5, catalog.SellingWhole: 0, catalog.SellingWholeAndFractional: product.QuantityDecimals,
			}[item.QuantitySelling]
			s.offers = append(s.offers, offer{product.ID, unit, decimals})
		}
	}
	s.Catalog = catalog.NewCatalog(records...)
	return s
}

// drawItem draws a price list item of any pricing method and rounding policy.
func drawItem(t *rapid.T, precision int) catalog.PriceListItem {
	return catalog.PriceListItem{PriceListItemFields: catalog.PriceListItemFields{
		PricingMethod: catalog.PricingMethod(rapid.IntRange(1, 6).Draw(t, "method")),
		Amount:        units(t, "amount", 1e6, precision), Percentage: units(t, "percentage", 99_00000, 5),
		RoundingPolicy:  catalog.RoundingPolicy(rapid.IntRange(1, 4).Draw(t, "policy")),
		RoundingOption:  catalog.RoundingOption(rapid.IntRange(1, 2).Draw(t, "option")),
		RoundingAmount:  value.Some(decimal.New(rapid.Int64Range(1, 3000).Draw(t, "rounding"), -int32(precision))),
		QuantitySelling: catalog.QuantitySelling(rapid.IntRange(1, 3).Draw(t, "selling")),
		DiscountListID:  someOf(t, "discounts", record.DiscountListID{}, testkit.Numbered[record.DiscountListID](1), testkit.Numbered[record.DiscountListID](2)),
	}}
}

// drawDiscountList draws tiers one after the other, with gaps.
func drawDiscountList(t *rapid.T, n, precision int) catalog.DiscountList {
	d := catalog.DiscountList{
		ID: testkit.Numbered[record.DiscountListID](n), Type: someOf(t, "type", catalog.DiscountPercentage, catalog.DiscountAmount),
		Status: someOf(t, "status", catalog.DiscountListStatusActive, catalog.DiscountListStatusInactive),
	}
	for low := int64(1); len(d.Tiers) < 3; {
		low += rapid.Int64Range(0, 20).Draw(t, "gap")
		high := low + rapid.Int64Range(0, 500).Draw(t, "width")
		tier := catalog.DiscountTier{Low: value.Some(decimal.New(low, 0)), High: value.Some(decimal.New(high, 0))}
		if d.Type == catalog.DiscountPercentage {
			tier.Percentage = units(t, "percent off", 100_00000, 5)
		} else {
			tier.Amount = units(t, "amount off", 1e5, precision)
		}
		d.Tiers, low = append(d.Tiers, tier), high+1
	}
	return d
}

// drawTaxCode draws a sound tax code, or none.
func drawTaxCode(t *rapid.T) *pricing.TaxCode {
	parts := func(rates ...string) (list []pricing.TaxComponent) {
		for _, r := range rates {
			list = append(list, pricing.TaxComponent{Name: "part of " + r, Rate: testkit.Some(r)})
		}
		return list
	}
	return someOf(t, "tax code", nil, standardTax("19"), standardTax("19.0"), standardTax("0"), standardTax("8.8750"),
		&pricing.TaxCode{Category: pricing.TaxStandard, Rate: testkit.Some("7"), Components: parts("4.5", "2.5")},
		&pricing.TaxCode{Category: pricing.TaxCanaryIslands, Rate: testkit.Some("9.9999"), Components: parts("3.3333", "3.3333", "3.3333")},
		&pricing.TaxCode{Category: pricing.TaxZeroRated}, &pricing.TaxCode{Category: pricing.TaxExempt, Rate: testkit.Some("0.00")})
}
