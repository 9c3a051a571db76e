package leadtocash_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// TestCatalogFaults refuses records of the catalogue that no document could be
// priced by.
func TestCatalogFaults(t *testing.T) {
	t.Parallel()
	group := func(units ...leadtocash.Unit) error {
		for i := range units {
			units[i].ID, units[i].Name = testkit.Numbered[record.UnitID](i), string(rune('a'+i))
		}
		_, err := leadtocash.NewUnitGroup(leadtocash.CreateUnitGroup{
			ID: testkit.Numbered[record.UnitGroupID](1), Fields: leadtocash.UnitGroupFields{Name: "units", Units: units},
		}, leadtocash.UnitGroupFacts{Stamp: testkit.Morning})
		return err
	}
	of := func(base int, quantity string) leadtocash.Unit {
		return leadtocash.Unit{BaseUnitID: testkit.Numbered[record.UnitID](base), Quantity: testkit.Some(quantity)}
	}
	tiers := func(list ...leadtocash.DiscountTier) error {
		_, err := leadtocash.NewDiscountList(leadtocash.CreateDiscountList{
			ID: testkit.Numbered[record.DiscountListID](1), Type: leadtocash.DiscountPercentage,
			Fields: leadtocash.DiscountListFields{Name: "volume", Tiers: list},
		}, leadtocash.DiscountListFacts{Stamp: testkit.Morning})
		return err
	}
	tier := func(low, high, percentage string) leadtocash.DiscountTier {
		return leadtocash.DiscountTier{Low: testkit.Some(low), High: testkit.Some(high), Percentage: testkit.Some(percentage)}
	}
	item := func(f leadtocash.PriceListItemFields, exists bool) error {
		_, err := leadtocash.NewPriceListItem(leadtocash.CreatePriceListItem{
			ID: testkit.Numbered[record.PriceListItemID](1), PriceListID: testkit.Numbered[record.PriceListID](1),
			ProductID: testkit.Numbered[record.ProductID](1), UnitID: testkit.Numbered[record.UnitID](1), Fields: f,
		}, leadtocash.PriceListItemFacts{Stamp: testkit.Morning, Exists: exists})
		return err
	}
	percent := func(method leadtocash.PricingMethod, percentage string) error {
		return item(leadtocash.PriceListItemFields{PricingMethod: method, Percentage: testkit.Some(percentage)}, false)
	}
	product := func(change func(*leadtocash.ProductFields), structure leadtocash.ProductStructure, members ...leadtocash.Product) error {
		f := leadtocash.ProductFields{Name: "set"}
		for i := range members {
			members[i].ID = testkit.Numbered[record.ProductID](i + 2)
			f.Members = append(f.Members, leadtocash.BundleMember{ProductID: members[i].ID, Quantity: testkit.Some("1")})
		}
		change(&f)
		_, err := leadtocash.NewProduct(leadtocash.CreateProduct{
			ID: testkit.Numbered[record.ProductID](1), Origin: record.Origin{Currency: money.EUR}, Structure: structure, Fields: f,
		}, leadtocash.ProductFacts{Stamp: testkit.Morning, Members: members})
		return err
	}
	field := func(change func(*leadtocash.ProductFields)) error {
		return product(change, leadtocash.StructureProduct)
	}
	bundle := func(members ...leadtocash.Product) error {
		return product(func(*leadtocash.ProductFields) {}, leadtocash.StructureBundle, members...)
	}
	amount := func(text string) error {
		return item(leadtocash.PriceListItemFields{Amount: testkit.Some(text)}, false)
	}

	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"sound units":              {group(leadtocash.Unit{}, of(0, "12"), of(1, "0.00001")), nil},
		"units in a circle":        {group(leadtocash.Unit{}, of(2, "2"), of(1, "2")), []string{"unit_cycle fields.units[1].base_unit_id", "unit_cycle fields.units[2].base_unit_id"}},
		"a unit of itself":         {group(leadtocash.Unit{}, of(1, "2")), []string{"unit_cycle fields.units[1].base_unit_id"}},
		"a negative factor":        {group(leadtocash.Unit{}, of(0, "-2")), []string{"out_of_range fields.units[1].quantity"}},
		"a factor of nothing":      {group(leadtocash.Unit{}, of(0, "0")), []string{"out_of_range fields.units[1].quantity"}},
		"a factor above the limit": {group(leadtocash.Unit{}, of(0, "10000000000.00001")), []string{"out_of_range fields.units[1].quantity"}},
		"an unknown base unit":     {group(leadtocash.Unit{}, of(7, "2")), []string{"not_found fields.units[1].base_unit_id"}},
		"two primary units":        {group(leadtocash.Unit{}, leadtocash.Unit{}), []string{"primary_unit fields.units"}},

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
		"a second item":              {item(leadtocash.PriceListItemFields{Amount: testkit.Some("1")}, true), []string{"duplicate_price_list_item unit_id"}},
		"a margin of 99.99999 %":     {percent(leadtocash.PricingMarginCurrentCost, "99.99999"), nil},
		"a margin of 100 %":          {percent(leadtocash.PricingMarginCurrentCost, "100"), []string{"out_of_range fields.percentage"}},
		"a margin above 100 %":       {percent(leadtocash.PricingMarginStandardCost, "250"), []string{"out_of_range fields.percentage"}},
		"a markup of 250 %":          {percent(leadtocash.PricingMarkupStandardCost, "250"), nil},
		"a percentage too large":     {percent(leadtocash.PricingPercentOfList, "1000000000.00001"), []string{"out_of_range fields.percentage"}},
		"a negative percentage":      {percent(leadtocash.PricingPercentOfList, "-1"), []string{"out_of_range fields.percentage"}},
		"a method without its input": {item(leadtocash.PriceListItemFields{PricingMethod: leadtocash.PricingPercentOfList, Amount: testkit.Some("1")}, false), []string{"missing_field fields.percentage"}},

		"a bundle of products": {bundle(leadtocash.Product{Structure: leadtocash.StructureProduct}), nil},
		"a bundle in a bundle": {bundle(leadtocash.Product{Structure: leadtocash.StructureBundle}), []string{"bundle_member fields.members[0].product_id"}},
		"a family in a bundle": {bundle(leadtocash.Product{Structure: leadtocash.StructureFamily}), []string{"bundle_member fields.members[0].product_id"}},
		"a kit in a bundle":    {bundle(leadtocash.Product{Structure: leadtocash.StructureProduct, IsKit: true}), []string{"bundle_member fields.members[0].product_id"}},
		"a retired member":     {bundle(leadtocash.Product{Structure: leadtocash.StructureProduct, Status: leadtocash.ProductStatusRetired}), []string{"inactive_product fields.members[0].product_id"}},
		"sixteen members": {
			bundle(slices.Repeat([]leadtocash.Product{{Structure: leadtocash.StructureProduct}}, 16)...), []string{"out_of_range fields.members"},
		},
		"a list price above the limit": {field(func(f *leadtocash.ProductFields) { f.ListPrice = testkit.Some("1000000000000.01") }), []string{"out_of_range fields.list_price"}},
		"a negative cost":              {field(func(f *leadtocash.ProductFields) { f.CurrentCost = testkit.Some("-1") }), []string{"out_of_range fields.current_cost"}},
		"a cost with five decimals":    {field(func(f *leadtocash.ProductFields) { f.StandardCost = testkit.Some("1.00001") }), []string{"out_of_range fields.standard_cost"}},
		"six decimals of quantity":     {field(func(f *leadtocash.ProductFields) { f.QuantityDecimals = 6 }), []string{"out_of_range fields.quantity_decimals"}},
		"a name too long":              {field(func(f *leadtocash.ProductFields) { f.Name = strings.Repeat("x", 101) }), []string{"too_long fields.name"}},
		"days out of order":            {field(func(f *leadtocash.ProductFields) { f.ValidFrom, f.ValidTo = 2026_03_02, 2026_03_01 }), []string{"invalid fields.valid_to"}},
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
	unpriced := leadtocash.Sale{Lines: []leadtocash.Line{
		{LineNumber: 1, WriteInText: "desk", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some("10")},
		{LineNumber: 4, WriteInText: "lamp", Quantity: testkit.Some("1"), PricingError: leadtocash.PricingErrorProductNotInPriceLevel},
	}}
	unpriced.PricingError = leadtocash.PricingErrorDetail
	draft := leadtocash.Quote{Status: leadtocash.QuoteStatusDraft, Sale: unpriced}
	active := leadtocash.Quote{Status: leadtocash.QuoteStatusOpen, Sale: unpriced}
	order := leadtocash.Order{Status: leadtocash.OrderStatusNew, Sale: unpriced}
	invoice := leadtocash.Invoice{Status: leadtocash.InvoiceStatusNew, Sale: unpriced}
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
				r.Params["pricing_error"] == leadtocash.PricingErrorProductNotInPriceLevel.Code()
		}) {
			t.Errorf("%s: got %v, want a reason that names line 4", action, e)
		}
	}
}
