package pricing_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// An officeShop sells an office for 500.00: four chairs are part of it, lamps
// for 40.00 and mats for 50.00 are optional.
type officeShop struct {
	testkit.Shop
	office, lamp, mat record.ProductID
}

func openOfficeShop(t *testing.T) officeShop {
	t.Helper()
	s := officeShop{Shop: testkit.OpenShop(t, leadtocash.Settings{})}
	s.lamp = s.Sells(t, catalog.StructureProduct, "lamp", "40.00")
	s.mat = s.Sells(t, catalog.StructureProduct, "mat", "50.00")
	s.office = s.Sells(
		t, catalog.StructureBundle, "office", "500.00",
		catalog.BundleMember{ProductID: s.Chair, Quantity: testkit.Some("4"), Required: true},
		catalog.BundleMember{ProductID: s.lamp, Quantity: testkit.Some("1")}, catalog.BundleMember{ProductID: s.mat, Quantity: testkit.Some("1")},
	)
	return s
}

// of is a line over five of an optional product of a bundle.
func (s officeShop) of(bundle int32, product record.ProductID) pricing.LineFields {
	f := pricing.FromCatalog(product, decimal.NewFromInt(5))
	f.ParentBundle = bundle
	return f
}

// parents are the bundles that lines belong to.
func parents(lines []pricing.Line) (numbers []int32) {
	for _, l := range lines {
		numbers = append(numbers, l.ParentBundle)
	}
	return numbers
}

// TestOptionalBundleProducts sells an office with lamps and mats: they are paid
// for by themselves, and belong to their bundle wherever the lines go.
func TestOptionalBundleProducts(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), openOfficeShop(t)
	one := pricing.FromCatalog(s.office, decimal.NewFromInt(1))
	has := func(what string, sale pricing.PricedLines, err error, total string, want ...int32) {
		t.Helper()
		if got := parents(sale.Lines); err != nil || !slices.Equal(got, want) || sale.TotalAmount.String() != total {
			t.Fatalf("%s comes to %s, with lines of the bundles %v (%v); want %s and %v", what, sale.TotalAmount, got, err, total, want)
		}
	}
	q := s.Quote(ctx, t, one, s.of(1, s.lamp), s.of(1, s.mat))
	has("500 + 5 × 40 + 5 × 50", q.PricedLines, nil, "950.00", 0, 1, 1, 1)
	if q.Lines[1].ProductType != pricing.ProductTypeRequiredBundleProduct || q.Lines[2].ProductType != pricing.ProductTypeOptionalBundleProduct {
		t.Errorf("the lines are %s and %s", q.Lines[1].ProductType, q.Lines[2].ProductType)
	}
	edit := func(e pricing.EditLines) (pricing.PricedLines, error) {
		q, err := s.Preview().Quotes().EditLines(ctx, q.ID, e)
		return q.PricedLines, err
	}
	sale, err := edit(pricing.EditLines{Remove: []int32{1}})
	has("without the office", sale, err, "0.00")
	sale, err = edit(pricing.EditLines{Remove: []int32{3}})
	has("without lamps", sale, err, "750.00", 0, 1, 1)
	loose := q.Lines[2].Fields()
	loose.ParentBundle = 0
	sale, err = edit(pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 3, Fields: loose}}})
	has("lamps by themselves", sale, err, "950.00", 0, 1, 0, 1)
	sale, err = edit(pricing.EditLines{Add: []pricing.LineFields{pricing.FromCatalog(s.mat, decimal.NewFromInt(1)), one, s.of(6, s.lamp)}})
	has("another office, in one go", sale, err, "1700.00", 0, 1, 1, 1, 0, 0, 6, 6)

	o, err := s.Opportunities().Create(ctx, leadtocash.CreateOpportunity{
		Origin: record.Origin{Currency: money.EUR}, Lines: []pricing.LineFields{one, s.of(1, s.lamp)},
		Fields: leadtocash.OpportunityFields{Name: "office", CustomerID: q.CustomerID, Charges: pricing.Charges{PriceListID: s.List}},
	})
	has("the opportunity", o.PricedLines, err, "700.00", 0, 1, 1)
	got, err := s.Quotes().GetProducts(ctx, q.ID, pricing.GetProducts{OpportunityID: o.ID})
	has("a quote that gets the products", got.PricedLines, err, "1650.00", 0, 1, 1, 1, 0, 5, 5)
	active, err := s.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{})
	has("the active quote", active.PricedLines, err, "1650.00", 0, 1, 1, 1, 0, 5, 5)
	won, err := s.Quotes().WinToOrder(ctx, q.ID, leadtocash.WinQuoteToOrder{})
	has("the order", won.Order.PricedLines, err, "1650.00", 0, 1, 1, 1, 0, 5, 5)
	billed, err := s.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{})
	has("the invoice", billed.Invoice.PricedLines, err, "1650.00", 0, 1, 1, 1, 0, 5, 5)
}

// TestBundleFaults refuses lines that belong to no bundle, and edits that would
// leave a bundle's lines behind.
func TestBundleFaults(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), openOfficeShop(t)
	office := pricing.FromCatalog(s.office, decimal.NewFromInt(1))
	q := s.Quote(ctx, t, office, s.of(1, s.lamp), pricing.FromCatalog(s.mat, decimal.NewFromInt(1)))
	add := func(lines ...pricing.LineFields) pricing.EditLines { return pricing.EditLines{Add: lines} }
	change := func(number int32, f pricing.LineFields, remove ...int32) pricing.EditLines {
		return pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: number, Fields: f}}, Remove: remove}
	}
	writeIn := pricing.WriteIn("assembly", decimal.NewFromInt(1), decimal.NewFromInt(5))
	writeIn.ParentBundle = 1
	removed := add(s.of(1, s.lamp))
	removed.Remove = []int32{1}
	for name, c := range map[string]struct {
		edit pricing.EditLines
		want []string
	}{
		"a number there isn't":       {add(s.of(99, s.lamp)), []string{"not_found add[0].parent_bundle"}},
		"a number below all":         {add(s.of(-1, s.lamp)), []string{"out_of_range add[0].parent_bundle"}},
		"a line that is no bundle":   {add(s.of(4, s.lamp)), []string{"not_found add[0].parent_bundle"}},
		"an added line, no bundle":   {add(pricing.FromCatalog(s.mat, decimal.NewFromInt(1)), s.of(5, s.lamp)), []string{"not_found add[1].parent_bundle"}},
		"itself":                     {add(s.of(5, s.lamp)), []string{"not_found add[0].parent_bundle"}},
		"a bundle in a bundle":       {add(s.of(1, s.Set)), []string{"bundle_member add[0].parent_bundle"}},
		"a product of another place": {add(s.of(1, s.Sells(t, catalog.StructureProduct, "safe", "1.00"))), []string{"invalid add[0].parent_bundle"}},
		"what is part of it anyway":  {add(s.of(1, s.Chair)), []string{"invalid add[0].parent_bundle"}},
		"a write-in":                 {add(writeIn), []string{"invalid add[0].parent_bundle"}},
		"a bundle that goes":         {removed, []string{"not_found add[0].parent_bundle"}},
		"a line moved there":         {change(4, s.of(1, s.Chair)), []string{"invalid change[0].fields.parent_bundle"}},
		"a change of what goes":      {change(3, q.Lines[2].Fields(), 1), []string{"invalid change[0].line_number"}},
		"a product into a bundle":    {change(4, office), []string{"invalid change[0].fields.product_id"}},
		"a bundle into a product":    {change(1, pricing.FromCatalog(s.mat, decimal.NewFromInt(1))), []string{"invalid change[0].fields.product_id"}},
		"a bundle into another":      {change(1, pricing.FromCatalog(s.Set, decimal.NewFromInt(1))), []string{"invalid change[0].fields.product_id"}},
		"a member that goes alone":   {pricing.EditLines{Remove: []int32{2}}, []string{"invalid remove[0]"}},
		"a line moved to its place":  {change(4, s.of(1, s.mat)), nil},
		"more of the bundle":         {change(1, pricing.FromCatalog(s.office, decimal.NewFromInt(3))), nil},
	} {
		_, err := s.Preview().Quotes().EditLines(ctx, q.ID, c.edit)
		if got := testkit.FaultsOf(err); !slices.Equal(got, c.want) || err != nil && c.want == nil {
			t.Errorf("%s: got %q (%v), want %q", name, got, err, c.want)
		}
	}
}
