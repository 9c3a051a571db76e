package pricing_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// A patient is a line that has a price, and all that the price depends on.
type patient struct {
	header    pricing.PriceInput
	line      pricing.Line
	product   catalog.Product
	group     catalog.UnitGroup
	list      catalog.PriceList
	item      catalog.PriceListItem
	discounts catalog.DiscountList
	noItem    bool
}

func newPatient(method catalog.PricingMethod) *patient {
	p := &patient{}
	unit := testkit.Numbered[record.UnitID](1)
	p.group = catalog.UnitGroup{ID: testkit.Numbered[record.UnitGroupID](1), UnitGroupFields: catalog.UnitGroupFields{Units: []catalog.Unit{{ID: unit}}}}
	p.product = catalog.Product{
		ID: testkit.Numbered[record.ProductID](1), Structure: catalog.StructureProduct, Status: catalog.ProductStatusActive,
		ProductFields: catalog.ProductFields{
			UnitGroupID: p.group.ID, DefaultUnitID: unit, ListPrice: testkit.Some("50000"), CurrentCost: testkit.Some("50000"), StandardCost: testkit.Some("50000"),
		},
	}
	p.list = catalog.PriceList{ID: testkit.Numbered[record.PriceListID](1), Status: catalog.PriceListStatusActive}
	p.list.Currency = money.EUR
	p.item = catalog.PriceListItem{PriceListID: p.list.ID, ProductID: p.product.ID, UnitID: unit}
	p.item.PricingMethod, p.item.Amount, p.item.Percentage = method, testkit.Some("50000"), testkit.Some("50")
	p.item.DiscountListID = testkit.Numbered[record.DiscountListID](1)
	p.discounts = catalog.DiscountList{ID: p.item.DiscountListID, Type: catalog.DiscountPercentage, Status: catalog.DiscountListStatusActive}
	p.header = pricing.PriceInput{Currency: money.EUR, Charges: pricing.Charges{PriceListID: p.list.ID, PricingDate: 2026_03_02}}
	p.line = pricing.Line{ProductID: p.product.ID, UnitID: unit, Quantity: testkit.Some("2")}
	return p
}

// code is the error that the calculation reports.
func (p *patient) code() catalog.PricingError {
	records := []any{p.product, p.group, p.list, p.discounts}
	if !p.noItem {
		records = append(records, p.item)
	}
	p.header.Catalog = catalog.NewCatalog(records...)
	lines, _ := pricing.Price(p.header, []pricing.Line{p.line})
	return lines[0].PricingError
}

// An ailment spoils a patient, so that the check of the code fails.
type ailment struct {
	code  catalog.PricingError
	spoil func(p *patient)
}

// ailments are in the order of the checks. Those of a method are for that one.
func ailments(method catalog.PricingMethod) []ailment {
	all := []ailment{
		{catalog.PricingErrorInvalidPricingPrecision, func(p *patient) { p.header.Pricing.PricingPrecision = value.Some[int8](5) }},
		{catalog.PricingErrorMissingQuantity, func(p *patient) { p.line.Quantity = testkit.Number{} }},
		{catalog.PricingErrorInvalidQuantity, func(p *patient) { p.line.Quantity = testkit.Some("100000000000.00001") }},
		{catalog.PricingErrorMissingProduct, func(p *patient) { p.line.ProductID = record.ProductID{} }},
		{catalog.PricingErrorInvalidProduct, func(p *patient) { p.product.Status = catalog.ProductStatusDraft }},
		{catalog.PricingErrorInvalidProduct, func(p *patient) { p.product.Structure = catalog.StructureFamily }},
		{catalog.PricingErrorInvalidProduct, func(p *patient) { p.product.Status = catalog.ProductStatusRetired }},
		{catalog.PricingErrorMissingProductUOMSchedule, func(p *patient) { p.product.UnitGroupID = record.UnitGroupID{} }},
		{catalog.PricingErrorMissingProductDefaultUOM, func(p *patient) {
			p.line.UnitID, p.product.DefaultUnitID = record.UnitID{}, record.UnitID{}
		}},
		{catalog.PricingErrorMissingUOM, func(p *patient) { p.group.Units = nil }},
		{catalog.PricingErrorMissingUnitPrice, func(p *patient) { p.line.IsPriceOverridden = true }},
		{catalog.PricingErrorMissingPriceLevel, func(p *patient) { p.header.PriceListID = record.PriceListID{} }},
		{catalog.PricingErrorInactivePriceLevel, func(p *patient) { p.list.Status = catalog.PriceListStatusInactive }},
		{catalog.PricingErrorInactivePriceLevel, func(p *patient) { p.list.EndDate = 2026_03_01 }},
		{catalog.PricingErrorInactivePriceLevel, func(p *patient) { p.list.BeginDate = 2026_03_03 }},
		{catalog.PricingErrorInvalidPriceLevelCurrency, func(p *patient) { p.list.Currency = money.USD }},
		{catalog.PricingErrorProductNotInPriceLevel, func(p *patient) { p.noItem = true }},
	}
	if method > catalog.PricingAmount {
		all = append(all, ailment{catalog.PricingErrorInvalidPriceLevelCurrency, func(p *patient) {
			p.product.Currency, p.item.PricingMethod = money.USD, method
		}})
	}
	all = append(
		all,
		ailment{catalog.PricingErrorMissingPricingCode, func(p *patient) { p.item.PricingMethod = 0 }},
		ailment{catalog.PricingErrorInvalidPricingCode, func(p *patient) { p.item.PricingMethod = without }},
	)
	return append(
		append(all, methodAilments(method)...),
		ailment{catalog.PricingErrorInvalidQuantity, func(p *patient) {
			p.line.Quantity = value.Some(p.line.Quantity.Or(decimal.Decimal{}).Add(decimal.New(1, -6)))
		}},
		ailment{catalog.PricingErrorInvalidDiscountType, func(p *patient) { p.discounts.Type = 0 }},
		ailment{catalog.PricingErrorDiscountTypeInvalidState, func(p *patient) { p.discounts.Status = without }},
		ailment{catalog.PricingErrorInvalidDiscount, func(p *patient) {
			p.discounts.Tiers = []catalog.DiscountTier{{Low: testkit.Some("2"), High: testkit.Some("1"), Percentage: testkit.Some("5")}}
		}},
		ailment{catalog.PricingErrorInvalidDiscount, func(p *patient) { p.line.ManualDiscount = testkit.Euro("-0.01") }},
		ailment{catalog.PricingErrorPriceAttributeOutOfRange, func(p *patient) { p.line.Quantity = testkit.Some("90000000000") }},
	)
}

func methodAilments(method catalog.PricingMethod) []ailment {
	if method == catalog.PricingAmount {
		return []ailment{
			{catalog.PricingErrorMissingPriceLevelAmount, func(p *patient) { p.item.Amount = testkit.Number{} }},
			{catalog.PricingErrorInvalidPriceLevelAmount, func(p *patient) { p.item.Amount = testkit.Some("100000000000000.01") }},
		}
	}
	type codes struct{ missing, bad catalog.PricingError }
	base := map[catalog.PricingMethod]codes{
		catalog.PricingPercentOfList:      {catalog.PricingErrorMissingPrice, catalog.PricingErrorInvalidPrice},
		catalog.PricingMarkupCurrentCost:  {catalog.PricingErrorMissingCurrentCost, catalog.PricingErrorInvalidCurrentCost},
		catalog.PricingMarginCurrentCost:  {catalog.PricingErrorMissingCurrentCost, catalog.PricingErrorInvalidCurrentCost},
		catalog.PricingMarkupStandardCost: {catalog.PricingErrorMissingStandardCost, catalog.PricingErrorInvalidStandardCost},
		catalog.PricingMarginStandardCost: {catalog.PricingErrorMissingStandardCost, catalog.PricingErrorInvalidStandardCost},
	}[method]
	worth := func(p *patient, n testkit.Number) {
		p.product.ListPrice, p.product.CurrentCost, p.product.StandardCost = n, n, n
	}
	all := []ailment{
		{catalog.PricingErrorMissingPriceLevelPercentage, func(p *patient) { p.item.Percentage = testkit.Number{} }},
		{catalog.PricingErrorInvalidPriceLevelPercentage, func(p *patient) { p.item.Percentage = testkit.Some("-0.00001") }},
		{catalog.PricingErrorInvalidPriceLevelPercentage, func(p *patient) { p.item.Percentage = testkit.Some("1000000000.1") }},
		{base.missing, func(p *patient) { worth(p, testkit.Number{}) }},
		{base.bad, func(p *patient) { worth(p, testkit.Some("1000000000000.01")) }},
		{base.bad, func(p *patient) { worth(p, testkit.Some("-0.01")) }},
		{catalog.PricingErrorInvalidRoundingPolicy, func(p *patient) { p.item.RoundingPolicy = without }},
		{catalog.PricingErrorInvalidRoundingOption, func(p *patient) { p.item.RoundingPolicy, p.item.RoundingOption = catalog.RoundingUp, without }},
		{catalog.PricingErrorInvalidRoundingAmount, func(p *patient) {
			p.item.RoundingPolicy, p.item.RoundingOption, p.item.RoundingAmount = catalog.RoundingUp, catalog.RoundingEndsIn, testkit.Some("0.001")
		}},
	}
	if method == catalog.PricingMarginCurrentCost || method == catalog.PricingMarginStandardCost {
		all[2].spoil = func(p *patient) { p.item.Percentage = testkit.Some("100") }
		return all
	}
	return append(all, ailment{catalog.PricingErrorPriceAttributeOutOfRange, func(p *patient) {
		worth(p, testkit.Some("1000000000000"))
		p.item.Percentage = testkit.Some("1000000000")
	}})
}

// TestPricingInvariant39FirstErrorWins gives a line any set of faults: it
// reports that of the first check.
func TestPricingInvariant39FirstErrorWins(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		method := catalog.PricingMethod(rapid.IntRange(1, 6).Draw(t, "method"))
		p, all, want := newPatient(method), ailments(method), catalog.PricingError(0)
		places := rapid.SliceOfNDistinct(rapid.IntRange(0, len(all)-1), 0, 5, rapid.ID[int]).Draw(t, "faults")
		ill := make([]bool, len(all))
		for _, at := range places {
			ill[at] = true
		}
		for at := len(all) - 1; at >= 0; at-- { // an earlier fault lies over a later one
			if ill[at] {
				all[at].spoil(p)
				want = all[at].code
			}
		}
		if got := p.code(); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

// TestPricingFaults has each fault alone.
func TestPricingFaults(t *testing.T) {
	t.Parallel()
	for method := catalog.PricingAmount; method.Valid(); method++ {
		if code := newPatient(method).code(); code != 0 {
			t.Errorf("%s: without a fault there is %q", method, code)
		}
		for n, a := range ailments(method) {
			p := newPatient(method)
			if a.spoil(p); p.code() != a.code {
				t.Errorf("%s, fault %d: got %q, want %q", method, n, p.code(), a.code)
			}
		}
	}
}
