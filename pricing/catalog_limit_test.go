package pricing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// TestCatalogLimits has every text and number of the catalogue's records at its
// limits and beyond.
func TestCatalogLimits(t *testing.T) {
	t.Parallel()
	const id = `{"id":"0f000000-0000-0000-0000-000000000001",`
	testkit.CheckLimits(t, catalog.NewProduct, id+`"fields":{"name":"chair"}}`, map[string]int{
		"name": 100, "description": 2000, "size": 200, "url": 255, "vendor_name": 100, "vendor_part_number": 100, "supplier_name": 100,
	}, map[string][2]int64{"list_price": {0, 1e12}, "current_cost": {0, 1e12}, "standard_cost": {0, 1e12}})
	testkit.CheckLimits(t, catalog.NewPriceList, id+`"currency":"EUR","fields":{"name":"retail"}}`, map[string]int{"name": 100, "description": 2000}, nil)
	testkit.CheckLimits(t, catalog.NewDiscountList, id+`"type":"percentage","fields":{"name":"volume"}}`, map[string]int{"name": 100, "description": 2000}, nil)
	testkit.CheckLimits(t, catalog.NewUnitGroup, id+`"fields":{"name":"pieces","units":[{"id":"0f000000-0000-0000-0000-000000000002","name":"piece"}]}}`,
		map[string]int{"name": 200, "description": 2000}, nil)
	testkit.CheckLimits(t, catalog.NewTransactionCurrency, id+`"code":"CHF","fields":{"name":"Franc","rate":"0.95"}}`, map[string]int{"name": 100, "symbol": 13}, nil)
}

// TestCatalogCells has what stands in lists of a record, or depends on another
// field, at its limits and beyond.
func TestCatalogCells(t *testing.T) {
	t.Parallel()
	rate := func(text string) error {
		_, err := catalog.NewTransactionCurrency(catalog.CreateTransactionCurrency{
			ID: testkit.IDOf[record.TransactionCurrencyID](1), Code: money.CHF, Fields: catalog.TransactionCurrencyFields{Name: "Franc", Rate: testkit.Some(text)},
		}, catalog.TransactionCurrencyFacts{Stamp: testkit.Morning})
		return err
	}
	unit := func(name, quantity string) error {
		primary := catalog.Unit{ID: testkit.Numbered[record.UnitID](1), Name: "piece"}
		_, err := catalog.NewUnitGroup(catalog.CreateUnitGroup{ID: testkit.IDOf[record.UnitGroupID](1), Fields: catalog.UnitGroupFields{
			Name: "pieces", Units: []catalog.Unit{primary, {ID: testkit.Numbered[record.UnitID](2), Name: name, BaseUnitID: primary.ID, Quantity: testkit.Some(quantity)}},
		}}, catalog.UnitGroupFacts{Stamp: testkit.Morning})
		return err
	}
	tier := func(kind catalog.DiscountType, d catalog.DiscountTier) error {
		_, err := catalog.NewDiscountList(catalog.CreateDiscountList{
			ID: testkit.IDOf[record.DiscountListID](1), Origin: record.Origin{Currency: money.EUR}, Type: kind,
			Fields: catalog.DiscountListFields{Name: "volume", Tiers: []catalog.DiscountTier{d}},
		}, catalog.DiscountListFacts{Stamp: testkit.Morning})
		return err
	}
	percent := func(low, high, percentage string) error {
		return tier(catalog.DiscountPercentage, catalog.DiscountTier{Low: testkit.Some(low), High: testkit.Some(high), Percentage: testkit.Some(percentage)})
	}
	amount := func(text string) error {
		return tier(catalog.DiscountAmount, catalog.DiscountTier{Low: testkit.Some("1"), High: testkit.Some("9"), Amount: testkit.Some(text)})
	}
	item := func(f catalog.PriceListItemFields) error {
		_, err := catalog.NewPriceListItem(catalog.CreatePriceListItem{
			ID: testkit.IDOf[record.PriceListItemID](1), PriceListID: testkit.Numbered[record.PriceListID](1), ProductID: testkit.Numbered[record.ProductID](1), UnitID: testkit.Numbered[record.UnitID](1),
			Fields: f,
		}, catalog.PriceListItemFacts{Stamp: testkit.Morning, PriceList: &catalog.PriceList{Head: record.Head{Currency: money.EUR}}})
		return err
	}
	percentage := func(text string) error {
		return item(catalog.PriceListItemFields{PricingMethod: catalog.PricingPercentOfList, Percentage: testkit.Some(text)})
	}
	rounded := func(option catalog.RoundingOption, text string) error {
		return item(catalog.PriceListItemFields{
			PricingMethod: catalog.PricingPercentOfList, Percentage: testkit.Some("95"), RoundingPolicy: catalog.RoundingUp, RoundingOption: option, RoundingAmount: testkit.Some(text),
		})
	}
	product := func(cmd catalog.CreateProduct) error {
		cmd.ID = testkit.IDOf[record.ProductID](1)
		if cmd.Fields.Name == "" {
			cmd.Fields.Name = "chair"
		}
		_, err := catalog.NewProduct(cmd, catalog.ProductFacts{Stamp: testkit.Morning, Members: []catalog.Product{{ID: testkit.Numbered[record.ProductID](2), Structure: catalog.StructureProduct}}})
		return err
	}
	member := func(quantity string) error {
		return product(catalog.CreateProduct{Structure: catalog.StructureBundle, Fields: catalog.ProductFields{
			Members: []catalog.BundleMember{{ProductID: testkit.Numbered[record.ProductID](2), Quantity: testkit.Some(quantity)}},
		}})
	}
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"the smallest rate":             {rate("0.000000000001"), nil},
		"the largest rate":              {rate("100000000000"), nil},
		"a rate with 13 decimals":       {rate("0.0000000000011"), []string{"out_of_range fields.rate"}},
		"a rate above the limit":        {rate("100000000000.1"), []string{"out_of_range fields.rate"}},
		"a rate below 0":                {rate("-1"), []string{"out_of_range fields.rate"}},
		"a rate that is not known":      {rate("0"), nil},
		"the largest unit":              {unit("lot", "10000000000"), nil},
		"a unit with six decimals":      {unit("crumb", "0.000001"), []string{"out_of_range fields.units[1].quantity"}},
		"a unit without name":           {unit("", "2"), []string{"missing_field fields.units[1].name"}},
		"a unit with a long name":       {unit(strings.Repeat("x", 101), "2"), []string{"too_long fields.units[1].name"}},
		"a tier of everything":          {percent("0.00001", "100000000000", "100"), nil},
		"a tier with six decimals":      {percent("0.000001", "9", "5"), []string{"out_of_range fields.tiers[0].low"}},
		"a tier above the limit":        {percent("1", "100000000001", "5"), []string{"out_of_range fields.tiers[0].high"}},
		"a sixth decimal of percent":    {percent("1", "9", "5.000001"), []string{"out_of_range fields.tiers[0].percentage"}},
		"the largest amount off":        {amount("1000000000000"), nil},
		"an amount off above the limit": {amount("1000000000000.01"), []string{"out_of_range fields.tiers[0].amount"}},
		"an amount off to add":          {amount("-1"), []string{"out_of_range fields.tiers[0].amount"}},
		"an amount off, too fine":       {amount("0.00001"), []string{"out_of_range fields.tiers[0].amount"}},
		"an amount too fine":            {item(catalog.PriceListItemFields{Amount: testkit.Some("0.00001")}), []string{"out_of_range fields.amount"}},
		"no amount":                     {item(catalog.PriceListItemFields{}), []string{"missing_field fields.amount"}},
		"the largest percentage":        {percentage("1000000000"), nil},
		"a percentage too fine":         {percentage("0.000001"), []string{"out_of_range fields.percentage"}},
		"ends in 0.00":                  {rounded(catalog.RoundingEndsIn, "0"), nil},
		"a multiple of nothing":         {rounded(catalog.RoundingMultipleOf, "0"), []string{"out_of_range fields.rounding_amount"}},
		"a negative ending":             {rounded(catalog.RoundingEndsIn, "-0.01"), []string{"out_of_range fields.rounding_amount"}},
		"an ending finer than prices":   {rounded(catalog.RoundingEndsIn, "0.999"), []string{"out_of_range fields.rounding_amount"}},
		"rounding without option":       {rounded(0, "0.99"), []string{"missing_field fields.rounding_option"}},
		"a long product number":         {product(catalog.CreateProduct{ProductNumber: strings.Repeat("x", 101)}), []string{"too_long product_number"}},
		"five decimals of quantity":     {product(catalog.CreateProduct{Fields: catalog.ProductFields{QuantityDecimals: 5}}), nil},
		"less than no decimals":         {product(catalog.CreateProduct{Fields: catalog.ProductFields{QuantityDecimals: -1}}), []string{"out_of_range fields.quantity_decimals"}},
		"a structure there isn't":       {product(catalog.CreateProduct{Structure: without}), []string{"invalid structure"}},
		"a kind there isn't":            {product(catalog.CreateProduct{Fields: catalog.ProductFields{Kind: without}}), []string{"invalid fields.kind"}},
		"a little of a member":          {member("0.00001"), nil},
		"a member with six decimals":    {member("0.000001"), []string{"out_of_range fields.members[0].quantity"}},
		"too much of a member":          {member("100000000001"), []string{"out_of_range fields.members[0].quantity"}},
		"nothing of a member":           {member("0"), []string{"out_of_range fields.members[0].quantity"}},
		"members of what is no bundle": {product(catalog.CreateProduct{Fields: catalog.ProductFields{
			Members: []catalog.BundleMember{{ProductID: testkit.Numbered[record.ProductID](2), Quantity: testkit.Some("1")}},
		}}), []string{"invalid fields.members"}},
	} {
		if got := testkit.FaultsOf(c.err); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q (%v), want %q", name, got, c.err, c.want)
		}
	}
}

// TestLineLimits has every field of a line at its limits and beyond.
func TestLineLimits(t *testing.T) {
	t.Parallel()
	fine := money.BHD.MustAmount("1.001") // finer than euros
	for name, c := range map[string]struct {
		spoil func(f *pricing.LineFields)
		want  []string
	}{
		"the largest quantity":        {func(f *pricing.LineFields) { f.Quantity = testkit.Some("100000000000") }, nil},
		"the smallest quantity":       {func(f *pricing.LineFields) { f.Quantity = testkit.Some("-100000000000") }, nil},
		"no quantity":                 {func(f *pricing.LineFields) { f.Quantity = testkit.Number{} }, []string{"missing_quantity lines[0].quantity"}},
		"a quantity above the limit":  {func(f *pricing.LineFields) { f.Quantity = testkit.Some("100000000000.1") }, []string{"out_of_range lines[0].quantity"}},
		"a quantity below the limit":  {func(f *pricing.LineFields) { f.Quantity = testkit.Some("-100000000000.1") }, []string{"out_of_range lines[0].quantity"}},
		"a quantity of six decimals":  {func(f *pricing.LineFields) { f.Quantity = testkit.Some("0.000001") }, []string{"out_of_range lines[0].quantity"}},
		"the largest price":           {func(f *pricing.LineFields) { f.PricePerUnit = testkit.Some("1000000000000") }, nil},
		"the smallest price":          {func(f *pricing.LineFields) { f.PricePerUnit = testkit.Some("-1000000000000") }, nil},
		"a price above the limit":     {func(f *pricing.LineFields) { f.PricePerUnit = testkit.Some("1000000000000.01") }, []string{"out_of_range lines[0].price_per_unit"}},
		"a price with five decimals":  {func(f *pricing.LineFields) { f.PricePerUnit = testkit.Some("0.00001") }, []string{"out_of_range lines[0].price_per_unit"}},
		"no price":                    {func(f *pricing.LineFields) { f.PricePerUnit = testkit.Number{} }, []string{"missing_field lines[0].price_per_unit"}},
		"a discount finer than cents": {func(f *pricing.LineFields) { f.ManualDiscount = value.Some(fine) }, []string{"out_of_range lines[0].manual_discount"}},
		"a discount above the limit":  {func(f *pricing.LineFields) { f.ManualDiscount = testkit.Euro("100000000000000.01") }, []string{"out_of_range lines[0].manual_discount"}},
		"a tax finer than cents":      {func(f *pricing.LineFields) { f.Tax = value.Some(fine) }, []string{"out_of_range lines[0].tax"}},
		"a tax below the limit":       {func(f *pricing.LineFields) { f.Tax = testkit.Euro("-100000000000000.01") }, []string{"out_of_range lines[0].tax"}},
		"the longest text":            {func(f *pricing.LineFields) { f.WriteInText = strings.Repeat("é", 500) }, nil},
		"a text too long":             {func(f *pricing.LineFields) { f.WriteInText = strings.Repeat("é", 501) }, []string{"too_long lines[0].write_in_text"}},
		"neither text nor product":    {func(f *pricing.LineFields) { f.WriteInText = "" }, []string{"missing_product lines[0].product_id"}},
		"a name too long":             {func(f *pricing.LineFields) { f.ProductName = strings.Repeat("é", 501) }, []string{"too_long lines[0].product_name"}},
		"a unit of a write-in":        {func(f *pricing.LineFields) { f.UnitID = testkit.Numbered[record.UnitID](1) }, []string{"unit_on_write_in lines[0].unit_id"}},
		"a negative place":            {func(f *pricing.LineFields) { f.SequenceNumber = -1 }, []string{"out_of_range lines[0].sequence_number"}},
		"a place above the limit":     {func(f *pricing.LineFields) { f.SequenceNumber = 1e9 + 1 }, []string{"out_of_range lines[0].sequence_number"}},
		"a long tracking number": {func(f *pricing.LineFields) {
			f.Shipping = &pricing.LineShipping{TrackingNumber: strings.Repeat("x", 101)}
		}, []string{"too_long lines[0].shipping.tracking_number"}},
		"a tax rate with five decimals": {func(f *pricing.LineFields) { f.TaxCode = standardTax("19.00001") }, []string{"out_of_range lines[0].tax_code.rate"}},
		"both product and text": {func(f *pricing.LineFields) {
			f.ProductID, f.UnitID = testkit.Numbered[record.ProductID](1), testkit.Numbered[record.UnitID](1)
		}, []string{"missing_price_list lines[0].product_id", "product_and_write_in lines[0].write_in_text"}},
		"a product without unit": {func(f *pricing.LineFields) {
			f.ProductID, f.WriteInText = testkit.Numbered[record.ProductID](1), ""
		}, []string{
			"missing_price_list lines[0].product_id", "missing_unit lines[0].unit_id",
		}},
		"a long property": {func(f *pricing.LineFields) {
			f.ProductID, f.UnitID, f.WriteInText = testkit.Numbered[record.ProductID](1), testkit.Numbered[record.UnitID](1), ""
			f.Properties = []pricing.PropertyValue{{Name: strings.Repeat("x", 101), Value: strings.Repeat("x", 4001)}}
		}, []string{"missing_price_list lines[0].product_id", "too_long lines[0].properties[0].name", "too_long lines[0].properties[0].value"}},
	} {
		line := pricing.WriteIn("desk", decimal.NewFromInt(1), decimal.NewFromInt(100))
		c.spoil(&line)
		_, err := leadtocash.NewQuote(leadtocash.CreateQuote{
			ID: testkit.IDOf[record.QuoteID](1), Origin: record.Origin{Currency: money.EUR}, Lines: []pricing.LineFields{line},
			Fields: leadtocash.QuoteFields{Name: "desks", CustomerID: record.AccountCustomer(testkit.IDOf[record.AccountID](1))},
		}, leadtocash.QuoteFacts{Stamp: testkit.Morning})
		if got := testkit.FaultsOf(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q (%v), want %q", name, got, err, c.want)
		}
	}
}
