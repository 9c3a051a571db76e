package catalog_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// TestCatalogFaults refuses records of the catalogue that no document could be
// priced by.
func TestCatalogFaults(t *testing.T) {
	t.Parallel()
	group := func(units ...catalog.Unit) error {
		for i := range units {
			units[i].ID, units[i].Name = testkit.Numbered[record.UnitID](i), string(rune('a'+i))
		}
		_, err := catalog.NewUnitGroup(catalog.CreateUnitGroup{
			ID: testkit.Numbered[record.UnitGroupID](1), Fields: catalog.UnitGroupFields{Name: "units", Units: units},
		}, catalog.UnitGroupFacts{Stamp: testkit.Morning})
		return err
	}
	of := func(base int, quantity string) catalog.Unit {
		return catalog.Unit{BaseUnitID: testkit.Numbered[record.UnitID](base), Quantity: testkit.Some(quantity)}
	}
	tiers := func(list ...catalog.DiscountTier) error {
		_, err := catalog.NewDiscountList(catalog.CreateDiscountList{
			ID: testkit.Numbered[record.DiscountListID](1), Type: catalog.DiscountPercentage,
			Fields: catalog.DiscountListFields{Name: "volume", Tiers: list},
		}, catalog.DiscountListFacts{Stamp: testkit.Morning})
		return err
	}
	tier := func(low, high, percentage string) catalog.DiscountTier {
		return catalog.DiscountTier{Low: testkit.Some(low), High: testkit.Some(high), Percentage: testkit.Some(percentage)}
	}
	item := func(f catalog.PriceListItemFields, exists bool) error {
		_, err := catalog.NewPriceListItem(catalog.CreatePriceListItem{
			ID: testkit.Numbered[record.PriceListItemID](1), PriceListID: testkit.Numbered[record.PriceListID](1),
			ProductID: testkit.Numbered[record.ProductID](1), UnitID: testkit.Numbered[record.UnitID](1), Fields: f,
		}, catalog.PriceListItemFacts{Stamp: testkit.Morning, Exists: exists})
		return err
	}
	percent := func(method catalog.PricingMethod, percentage string) error {
		return item(catalog.PriceListItemFields{PricingMethod: method, Percentage: testkit.Some(percentage)}, false)
	}
	product := func(change func(*catalog.ProductFields), structure catalog.ProductStructure, members ...catalog.Product) error {
		f := catalog.ProductFields{Name: "set"}
		for i := range members {
			members[i].ID = testkit.Numbered[record.ProductID](i + 2)
			f.Members = append(f.Members, catalog.BundleMember{ProductID: members[i].ID, Quantity: testkit.Some("1")})
		}
		change(&f)
		_, err := catalog.NewProduct(catalog.CreateProduct{
			ID: testkit.Numbered[record.ProductID](1), Origin: record.Origin{Currency: money.EUR}, Structure: structure, Fields: f,
		}, catalog.ProductFacts{Stamp: testkit.Morning, Members: members})
		return err
	}
	field := func(change func(*catalog.ProductFields)) error {
		return product(change, catalog.StructureProduct)
	}
	bundle := func(members ...catalog.Product) error {
		return product(func(*catalog.ProductFields) {}, catalog.StructureBundle, members...)
	}
	amount := func(text string) error {
		return item(catalog.PriceListItemFields{Amount: testkit.Some(text)}, false)
	}

	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"sound units":              {group(catalog.Unit{}, of(0, "12"), of(1, "0.00001")), nil},
		"units in a circle":        {group(catalog.Unit{}, of(2, "2"), of(1, "2")), []string{"unit_cycle fields.units[1].base_unit_id", "unit_cycle fields.units[2].base_unit_id"}},
		"a unit of itself":         {group(catalog.Unit{}, of(1, "2")), []string{"unit_cycle fields.units[1].base_unit_id"}},
		"a negative factor":        {group(catalog.Unit{}, of(0, "-2")), []string{"out_of_range fields.units[1].quantity"}},
		"a factor of nothing":      {group(catalog.Unit{}, of(0, "0")), []string{"out_of_range fields.units[1].quantity"}},
		"a factor above the limit": {group(catalog.Unit{}, of(0, "10000000000.00001")), []string{"out_of_range fields.units[1].quantity"}},
		"an unknown base unit":     {group(catalog.Unit{}, of(7, "2")), []string{"not_found fields.units[1].base_unit_id"}},
		"two primary units":        {group(catalog.Unit{}, catalog.Unit{}), []string{"primary_unit fields.units"}},

		"tiers with gaps":      {tiers(tier("10", "19", "5"), tier("1", "9", "2"), tier("20.5", "30", "100")), nil},
		"tiers that touch":     {tiers(tier("1", "10", "5"), tier("10", "20", "7")), []string{"tier_overlap fields.tiers[1].low"}},
		"tiers within another": {tiers(tier("50", "60", "5"), tier("1", "100", "5"), tier("2", "3", "5")), []string{"tier_overlap fields.tiers[0].low", "tier_overlap fields.tiers[2].low"}},
		"a tier upside down":   {tiers(tier("9", "5", "2")), []string{"out_of_range fields.tiers[0].high"}},
		"a tier from nothing":  {tiers(tier("0", "5", "2")), []string{"out_of_range fields.tiers[0].low"}},
		"more than all off":    {tiers(tier("1", "5", "100.00001")), []string{"out_of_range fields.tiers[0].percentage"}},
		"less than nothing":    {tiers(tier("1", "5", "-1")), []string{"out_of_range fields.tiers[0].percentage"}},

		"the largest amount":         {amount("100000000000000"), nil},
		"an amount above the limit":  {amount("100000000000000.0001"), []string{"out_of_range fields.amount"}},
		"an amount beyond money":     {amount("922337203685478"), []string{"out_of_range fields.amount"}},
		"a negative amount":          {amount("-0.01"), []string{"out_of_range fields.amount"}},
		"a second item":              {item(catalog.PriceListItemFields{Amount: testkit.Some("1")}, true), []string{"duplicate_price_list_item unit_id"}},
		"a margin of 99.99999 %":     {percent(catalog.PricingMarginCurrentCost, "99.99999"), nil},
		"a margin of 100 %":          {percent(catalog.PricingMarginCurrentCost, "100"), []string{"out_of_range fields.percentage"}},
		"a margin above 100 %":       {percent(catalog.PricingMarginStandardCost, "250"), []string{"out_of_range fields.percentage"}},
		"a markup of 250 %":          {percent(catalog.PricingMarkupStandardCost, "250"), nil},
		"a percentage too large":     {percent(catalog.PricingPercentOfList, "1000000000.00001"), []string{"out_of_range fields.percentage"}},
		"a negative percentage":      {percent(catalog.PricingPercentOfList, "-1"), []string{"out_of_range fields.percentage"}},
		"a method without its input": {item(catalog.PriceListItemFields{PricingMethod: catalog.PricingPercentOfList, Amount: testkit.Some("1")}, false), []string{"missing_field fields.percentage"}},

		"a bundle of products": {bundle(catalog.Product{Structure: catalog.StructureProduct}), nil},
		"a bundle in a bundle": {bundle(catalog.Product{Structure: catalog.StructureBundle}), []string{"bundle_member fields.members[0].product_id"}},
		"a family in a bundle": {bundle(catalog.Product{Structure: catalog.StructureFamily}), []string{"bundle_member fields.members[0].product_id"}},
		"a kit in a bundle":    {bundle(catalog.Product{Structure: catalog.StructureProduct, IsKit: true}), []string{"bundle_member fields.members[0].product_id"}},
		"a retired member":     {bundle(catalog.Product{Structure: catalog.StructureProduct, Status: catalog.ProductStatusRetired}), []string{"inactive_product fields.members[0].product_id"}},
		"sixteen members": {
			bundle(slices.Repeat([]catalog.Product{{Structure: catalog.StructureProduct}}, 16)...), []string{"out_of_range fields.members"},
		},
		"a list price above the limit": {field(func(f *catalog.ProductFields) { f.ListPrice = testkit.Some("1000000000000.01") }), []string{"out_of_range fields.list_price"}},
		"a negative cost":              {field(func(f *catalog.ProductFields) { f.CurrentCost = testkit.Some("-1") }), []string{"out_of_range fields.current_cost"}},
		"a cost with five decimals":    {field(func(f *catalog.ProductFields) { f.StandardCost = testkit.Some("1.00001") }), []string{"out_of_range fields.standard_cost"}},
		"six decimals of quantity":     {field(func(f *catalog.ProductFields) { f.QuantityDecimals = 6 }), []string{"out_of_range fields.quantity_decimals"}},
		"a name too long":              {field(func(f *catalog.ProductFields) { f.Name = strings.Repeat("x", 101) }), []string{"too_long fields.name"}},
		"days out of order":            {field(func(f *catalog.ProductFields) { f.ValidFrom, f.ValidTo = 2026_03_02, 2026_03_01 }), []string{"invalid fields.valid_to"}},
	} {
		if got := testkit.FaultsOf(c.err); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q (%v), want %q", name, got, c.err, c.want)
		}
	}
}

// TestUnpricedLinesBlock has an order, a quote and an invoice whose second line
// cannot be priced: whatever would pass the price on is refused, and the reason
// names the line.
func TestUnpricedLinesBlock(t *testing.T) {
	t.Parallel()
	unpriced := pricing.PricedLines{Lines: []pricing.Line{
		{LineNumber: 1, WriteInText: "desk", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some("10")},
		{LineNumber: 4, WriteInText: "lamp", Quantity: testkit.Some("1"), PricingError: catalog.PricingErrorProductNotInPriceLevel},
	}}
	unpriced.PricingError = catalog.PricingErrorDetail
	draft := leadtocash.Quote{Status: leadtocash.QuoteStatusDraft, PricedLines: unpriced}
	active := leadtocash.Quote{Status: leadtocash.QuoteStatusOpen, PricedLines: unpriced}
	order := leadtocash.Order{Status: leadtocash.OrderStatusNew, PricedLines: unpriced}
	invoice := leadtocash.Invoice{Status: leadtocash.InvoiceStatusNew, PricedLines: unpriced}
	for action, try := range map[string]func() error{
		"activate": func() error {
			_, err := draft.Activate(leadtocash.ActivateQuote{}, leadtocash.QuoteFacts{})
			return err
		},
		"win": func() error { _, err := active.Win(leadtocash.WinQuote{}, leadtocash.QuoteFacts{}); return err },
		"win to order": func() error {
			_, err := active.WinToOrder(leadtocash.WinQuoteToOrder{}, leadtocash.QuoteFacts{})
			return err
		},
		"fulfil":  func() error { _, err := order.Fulfill(leadtocash.FulfillOrder{}, leadtocash.OrderFacts{}); return err },
		"invoice": func() error { _, err := order.Invoice(leadtocash.InvoiceOrder{}, leadtocash.OrderFacts{}); return err },
		"issue": func() error {
			_, err := invoice.Issue(leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{})
			return err
		},
	} {
		var e *record.Error
		if !errors.As(try(), &e) || !slices.ContainsFunc(e.Reasons, func(r record.Reason) bool {
			return r.Code == codes.ErrPricing && r.Field == "lines[1]" && r.Params["line_number"] == int32(4) &&
				r.Params["pricing_error"] == catalog.PricingErrorProductNotInPriceLevel.Code()
		}) {
			t.Errorf("%s: got %v, want a reason that names line 4", action, e)
		}
	}
}
