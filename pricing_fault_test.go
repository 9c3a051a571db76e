package leadtocash_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// A patient is a line that has a price, and all that the price depends on.
type patient struct {
	header    leadtocash.Priced
	line      leadtocash.Line
	product   leadtocash.Product
	group     leadtocash.UnitGroup
	list      leadtocash.PriceList
	item      leadtocash.PriceListItem
	discounts leadtocash.DiscountList
	noItem    bool
}

func newPatient(method leadtocash.PricingMethod) *patient {
	p := &patient{}
	unit := testkit.Numbered[record.UnitID](1)
	p.group = leadtocash.UnitGroup{ID: testkit.Numbered[record.UnitGroupID](1), UnitGroupFields: leadtocash.UnitGroupFields{Units: []leadtocash.Unit{{ID: unit}}}}
	p.product = leadtocash.Product{
		ID: testkit.Numbered[record.ProductID](1), Structure: leadtocash.StructureProduct, Status: leadtocash.ProductStatusActive,
		ProductFields: leadtocash.ProductFields{
			UnitGroupID: p.group.ID, DefaultUnitID: unit, ListPrice: testkit.Some("50000"), CurrentCost: testkit.Some("50000"), StandardCost: testkit.Some("50000"),
		},
	}
	p.list = leadtocash.PriceList{ID: testkit.Numbered[record.PriceListID](1), Status: leadtocash.PriceListStatusActive}
	p.list.Currency = money.EUR
	p.item = leadtocash.PriceListItem{PriceListID: p.list.ID, ProductID: p.product.ID, UnitID: unit}
	p.item.PricingMethod, p.item.Amount, p.item.Percentage = method, testkit.Some("50000"), testkit.Some("50")
	p.item.DiscountListID = testkit.Numbered[record.DiscountListID](1)
	p.discounts = leadtocash.DiscountList{ID: p.item.DiscountListID, Type: leadtocash.DiscountPercentage, Status: leadtocash.DiscountListStatusActive}
	p.header = leadtocash.Priced{Currency: money.EUR, Charges: leadtocash.Charges{PriceListID: p.list.ID, PricingDate: 2026_03_02}}
	p.line = leadtocash.Line{ProductID: p.product.ID, UnitID: unit, Quantity: testkit.Some("2")}
	return p
}

// code is the error that the calculation reports.
func (p *patient) code() leadtocash.PricingError {
	records := []any{p.product, p.group, p.list, p.discounts}
	if !p.noItem {
		records = append(records, p.item)
	}
	p.header.Catalog = leadtocash.NewCatalog(records...)
	lines, _ := leadtocash.Price(p.header, []leadtocash.Line{p.line})
	return lines[0].PricingError
}

// An ailment spoils a patient, so that the check of the code fails.
type ailment struct {
	code  leadtocash.PricingError
	spoil func(p *patient)
}

// ailments are in the order of the checks. Those of a method are for that one.
func ailments(method leadtocash.PricingMethod) []ailment {
	all := []ailment{
		{leadtocash.PricingErrorInvalidPricingPrecision, func(p *patient) { p.header.Pricing.PricingPrecision = value.Some[int8](5) }},
		{leadtocash.PricingErrorMissingQuantity, func(p *patient) { p.line.Quantity = testkit.Number{} }},
		{leadtocash.PricingErrorInvalidQuantity, func(p *patient) { p.line.Quantity = testkit.Some("100000000000.00001") }},
		{leadtocash.PricingErrorMissingProduct, func(p *patient) { p.line.ProductID = record.ProductID{} }},
		{leadtocash.PricingErrorInvalidProduct, func(p *patient) { p.product.Status = leadtocash.ProductStatusDraft }},
		{leadtocash.PricingErrorInvalidProduct, func(p *patient) { p.product.Structure = leadtocash.StructureFamily }},
		{leadtocash.PricingErrorInvalidProduct, func(p *patient) { p.product.Status = leadtocash.ProductStatusRetired }},
		{leadtocash.PricingErrorMissingProductUOMSchedule, func(p *patient) { p.product.UnitGroupID = record.UnitGroupID{} }},
		{leadtocash.PricingErrorMissingProductDefaultUOM, func(p *patient) {
			p.line.UnitID, p.product.DefaultUnitID = record.UnitID{}, record.UnitID{}
		}},
		{leadtocash.PricingErrorMissingUOM, func(p *patient) { p.group.Units = nil }},
		{leadtocash.PricingErrorMissingUnitPrice, func(p *patient) { p.line.IsPriceOverridden = true }},
		{leadtocash.PricingErrorMissingPriceLevel, func(p *patient) { p.header.PriceListID = record.PriceListID{} }},
		{leadtocash.PricingErrorInactivePriceLevel, func(p *patient) { p.list.Status = leadtocash.PriceListStatusInactive }},
		{leadtocash.PricingErrorInactivePriceLevel, func(p *patient) { p.list.EndDate = 2026_03_01 }},
		{leadtocash.PricingErrorInactivePriceLevel, func(p *patient) { p.list.BeginDate = 2026_03_03 }},
		{leadtocash.PricingErrorInvalidPriceLevelCurrency, func(p *patient) { p.list.Currency = money.USD }},
		{leadtocash.PricingErrorProductNotInPriceLevel, func(p *patient) { p.noItem = true }},
	}
	if method > leadtocash.PricingAmount {
		all = append(all, ailment{leadtocash.PricingErrorInvalidPriceLevelCurrency, func(p *patient) {
			p.product.Currency, p.item.PricingMethod = money.USD, method
		}})
	}
	all = append(
		all,
		ailment{leadtocash.PricingErrorMissingPricingCode, func(p *patient) { p.item.PricingMethod = 0 }},
		ailment{leadtocash.PricingErrorInvalidPricingCode, func(p *patient) { p.item.PricingMethod = without }},
	)
	return append(
		append(all, methodAilments(method)...),
		ailment{leadtocash.PricingErrorInvalidQuantity, func(p *patient) {
			p.line.Quantity = value.Some(p.line.Quantity.Or(decimal.Decimal{}).Add(decimal.New(1, -6)))
		}},
		ailment{leadtocash.PricingErrorInvalidDiscountType, func(p *patient) { p.discounts.Type = 0 }},
		ailment{leadtocash.PricingErrorDiscountTypeInvalidState, func(p *patient) { p.discounts.Status = without }},
		ailment{leadtocash.PricingErrorInvalidDiscount, func(p *patient) {
			p.discounts.Tiers = []leadtocash.DiscountTier{{Low: testkit.Some("2"), High: testkit.Some("1"), Percentage: testkit.Some("5")}}
		}},
		ailment{leadtocash.PricingErrorInvalidDiscount, func(p *patient) { p.line.ManualDiscount = testkit.Euro("-0.01") }},
		ailment{leadtocash.PricingErrorPriceAttributeOutOfRange, func(p *patient) { p.line.Quantity = testkit.Some("90000000000") }},
	)
}

func methodAilments(method leadtocash.PricingMethod) []ailment {
	if method == leadtocash.PricingAmount {
		return []ailment{
			{leadtocash.PricingErrorMissingPriceLevelAmount, func(p *patient) { p.item.Amount = testkit.Number{} }},
			{leadtocash.PricingErrorInvalidPriceLevelAmount, func(p *patient) { p.item.Amount = testkit.Some("100000000000000.01") }},
		}
	}
	type codes struct{ missing, bad leadtocash.PricingError }
	base := map[leadtocash.PricingMethod]codes{
		leadtocash.PricingPercentOfList:      {leadtocash.PricingErrorMissingPrice, leadtocash.PricingErrorInvalidPrice},
		leadtocash.PricingMarkupCurrentCost:  {leadtocash.PricingErrorMissingCurrentCost, leadtocash.PricingErrorInvalidCurrentCost},
		leadtocash.PricingMarginCurrentCost:  {leadtocash.PricingErrorMissingCurrentCost, leadtocash.PricingErrorInvalidCurrentCost},
		leadtocash.PricingMarkupStandardCost: {leadtocash.PricingErrorMissingStandardCost, leadtocash.PricingErrorInvalidStandardCost},
		leadtocash.PricingMarginStandardCost: {leadtocash.PricingErrorMissingStandardCost, leadtocash.PricingErrorInvalidStandardCost},
	}[method]
	worth := func(p *patient, n testkit.Number) {
		p.product.ListPrice, p.product.CurrentCost, p.product.StandardCost = n, n, n
	}
	all := []ailment{
		{leadtocash.PricingErrorMissingPriceLevelPercentage, func(p *patient) { p.item.Percentage = testkit.Number{} }},
		{leadtocash.PricingErrorInvalidPriceLevelPercentage, func(p *patient) { p.item.Percentage = testkit.Some("-0.00001") }},
		{leadtocash.PricingErrorInvalidPriceLevelPercentage, func(p *patient) { p.item.Percentage = testkit.Some("1000000000.1") }},
		{base.missing, func(p *patient) { worth(p, testkit.Number{}) }},
		{base.bad, func(p *patient) { worth(p, testkit.Some("1000000000000.01")) }},
		{base.bad, func(p *patient) { worth(p, testkit.Some("-0.01")) }},
		{leadtocash.PricingErrorInvalidRoundingPolicy, func(p *patient) { p.item.RoundingPolicy = without }},
		{leadtocash.PricingErrorInvalidRoundingOption, func(p *patient) { p.item.RoundingPolicy, p.item.RoundingOption = leadtocash.RoundingUp, without }},
		{leadtocash.PricingErrorInvalidRoundingAmount, func(p *patient) {
			p.item.RoundingPolicy, p.item.RoundingOption, p.item.RoundingAmount = leadtocash.RoundingUp, leadtocash.RoundingEndsIn, testkit.Some("0.001")
		}},
	}
	if method == leadtocash.PricingMarginCurrentCost || method == leadtocash.PricingMarginStandardCost {
		all[2].spoil = func(p *patient) { p.item.Percentage = testkit.Some("100") }
		return all
	}
	return append(all, ailment{leadtocash.PricingErrorPriceAttributeOutOfRange, func(p *patient) {
		worth(p, testkit.Some("1000000000000"))
		p.item.Percentage = testkit.Some("1000000000")
	}})
}

// TestPricingInvariant39FirstErrorWins gives a line any set of faults: it
// reports that of the first check.
func TestPricingInvariant39FirstErrorWins(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		method := leadtocash.PricingMethod(rapid.IntRange(1, 6).Draw(t, "method"))
		p, all, want := newPatient(method), ailments(method), leadtocash.PricingError(0)
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
	for method := leadtocash.PricingAmount; method.Valid(); method++ {
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
