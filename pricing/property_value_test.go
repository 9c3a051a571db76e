package pricing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// seating is a family with a property of each type.
var seating = []catalog.Property{
	{Name: "color", DataType: catalog.PropertyOptionSet, Options: []string{"red", "blue"}, Required: true},
	{Name: "weight", DataType: catalog.PropertyDecimal, Minimum: testkit.Some("0.5"), Maximum: testkit.Some("20"), Decimals: value.Some[int32](2)},
	{Name: "tilt", DataType: catalog.PropertyFloat, Minimum: testkit.Some("-30")},
	{Name: "label", DataType: catalog.PropertyText, MaxLength: value.Some[int32](5), Default: "std"},
	{Name: "legs", DataType: catalog.PropertyWholeNumber, ReadOnly: true, Default: "4"},
	{Name: "screws", DataType: catalog.PropertyWholeNumber, Maximum: testkit.Some("99"), Hidden: true},
}

// propertyShop sells stools, a product of the family seating, at 20.00.
type propertyShop struct {
	testkit.Shop
	family, stool record.ProductID
}

func openPropertyShop(t *testing.T) propertyShop {
	t.Helper()
	ctx, s := t.Context(), testkit.OpenShop(t, leadtocash.Settings{})
	done := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	chair, err := s.Products().Get(ctx, s.Chair)
	done(err)
	family, err := s.Products().Create(ctx, catalog.CreateProduct{
		Structure: catalog.StructureFamily, Fields: catalog.ProductFields{Name: "seating", Properties: seating},
	})
	done(err)
	stool, err := s.Products().Create(ctx, catalog.CreateProduct{
		Origin: record.Origin{Currency: money.EUR}, ParentID: family.ID,
		Fields: catalog.ProductFields{Name: "stool", UnitGroupID: chair.UnitGroupID, DefaultUnitID: chair.DefaultUnitID},
	})
	done(err)
	_, err = s.Products().Publish(ctx, family.ID, catalog.PublishProduct{})
	done(err)
	_, err = s.PriceListItems().Create(ctx, catalog.CreatePriceListItem{
		PriceListID: s.List, ProductID: stool.ID, Fields: catalog.PriceListItemFields{Amount: testkit.Some("20.00")},
	})
	done(err)
	return propertyShop{s, family.ID, stool.ID}
}

// stools is a line over two stools with property values, names and values by
// turns.
func (s propertyShop) stools(values ...string) pricing.LineFields {
	f := pricing.FromCatalog(s.stool, decimal.NewFromInt(2))
	for i := 0; i < len(values); i += 2 {
		f.Properties = append(f.Properties, pricing.PropertyValue{Name: values[i], Value: values[i+1]})
	}
	return f
}

// propertiesOf writes the values of a line one behind the other.
func propertiesOf(l pricing.Line) string {
	var texts []string
	for _, v := range l.Properties {
		texts = append(texts, v.Name+"="+v.Value)
	}
	return strings.Join(texts, " ")
}

// TestPropertyValues puts values on lines: each is checked against the
// property, defaults fill in what is left out, and the price stays the same.
func TestPropertyValues(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), openPropertyShop(t)
	q := s.Quote(ctx, t)
	for name, c := range map[string]struct {
		values []string
		want   string // on the line
		status pricing.PropertyStatus
		faults []string // or these
	}{
		"nothing":             {nil, "label=std legs=4", pricing.PropertyStatusRectify, nil},
		"what is required":    {[]string{"color", "red"}, "color=red label=std legs=4", pricing.PropertyStatusEdit, nil},
		"everything":          {[]string{"color", "blue", "weight", "0.50", "tilt", "-30", "label", "cosy", "legs", "4", "screws", "99"}, "color=blue weight=0.50 tilt=-30 label=cosy legs=4 screws=99", pricing.PropertyStatusEdit, nil},
		"no value":            {[]string{"color", "red", "label", ""}, "color=red label= legs=4", pricing.PropertyStatusEdit, nil},
		"no required value":   {[]string{"color", ""}, "color= label=std legs=4", pricing.PropertyStatusRectify, nil},
		"an unknown property": {[]string{"colour", "red"}, "", 0, []string{"not_found add[0].properties[0].name"}},
		"no property":         {[]string{"", "red"}, "", 0, []string{"missing_field add[0].properties[0].name"}},
		"a property twice":    {[]string{"color", "red", "color", "blue"}, "", 0, []string{"invalid add[0].properties[1].name"}},
		"an unknown option":   {[]string{"color", "green"}, "", 0, []string{"invalid add[0].properties[0].value"}},
		"too light":           {[]string{"weight", "0.49"}, "", 0, []string{"out_of_range add[0].properties[0].value"}},
		"too heavy":           {[]string{"weight", "20.01"}, "", 0, []string{"out_of_range add[0].properties[0].value"}},
		"too precise":         {[]string{"weight", "1.005"}, "", 0, []string{"out_of_range add[0].properties[0].value"}},
		"too precise a float": {[]string{"tilt", "1.000001"}, "", 0, []string{"out_of_range add[0].properties[0].value"}},
		"too steep":           {[]string{"tilt", "-30.1"}, "", 0, []string{"out_of_range add[0].properties[0].value"}},
		"no number":           {[]string{"weight", "1e1"}, "", 0, []string{"invalid add[0].properties[0].value"}},
		"half a screw":        {[]string{"screws", "1.5"}, "", 0, []string{"out_of_range add[0].properties[0].value"}},
		"too many screws":     {[]string{"screws", "100"}, "", 0, []string{"out_of_range add[0].properties[0].value"}},
		"too long a label":    {[]string{"label", "spinal"}, "", 0, []string{"too_long add[0].properties[0].value"}},
		"a label of lines":    {[]string{"label", "a\nb"}, "", 0, []string{"invalid add[0].properties[0].value"}},
		"what is read-only":   {[]string{"legs", "3"}, "", 0, []string{"read_only add[0].properties[0].value"}},
		"all that is wrong":   {[]string{"legs", "3", "hat", "on"}, "", 0, []string{"not_found add[0].properties[1].name", "read_only add[0].properties[0].value"}},
	} {
		got, err := s.Preview().Quotes().EditLines(ctx, q.ID, pricing.EditLines{Add: []pricing.LineFields{s.stools(c.values...)}})
		switch {
		case c.faults != nil:
			if faults := testkit.FaultsOf(err); !slices.Equal(faults, c.faults) {
				t.Errorf("%s: refused with %q (%v), want %q", name, faults, err, c.faults)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		default:
			if l := got.Lines[0]; propertiesOf(l) != c.want || l.PropertyStatus != c.status || got.TotalAmount.String() != "40.00" {
				t.Errorf("%s: %q is %s and costs %s, want %q and %s at 40.00", name, propertiesOf(l), l.PropertyStatus, got.TotalAmount, c.want, c.status)
			}
		}
	}
	writeIn := pricing.WriteIn("assembly", decimal.NewFromInt(1), decimal.NewFromInt(5))
	writeIn.Properties = []pricing.PropertyValue{{Name: "color", Value: "red"}}
	_, err := s.Quotes().EditLines(ctx, q.ID, pricing.EditLines{Add: []pricing.LineFields{writeIn, pricing.FromCatalog(s.Chair, decimal.NewFromInt(1))}})
	if faults := testkit.FaultsOf(err); !slices.Equal(faults, []string{"invalid add[0].properties"}) {
		t.Errorf("a write-in has properties: %q", faults)
	}
}

// TestPropertyStatus follows a line through the definitions: what was published
// last counts, and a value that was given stands.
func TestPropertyStatus(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), openPropertyShop(t)
	q := s.Quote(ctx, t, s.stools("color", "red"), pricing.FromCatalog(s.Chair, decimal.NewFromInt(1)))
	if q.Lines[1].PropertyStatus != 0 {
		t.Errorf("a chair has no properties, and the status %s", q.Lines[1].PropertyStatus)
	}
	status := func(what string, want pricing.PropertyStatus) {
		t.Helper()
		var err error
		if q, err = s.Quotes().Recalculate(ctx, q.ID, pricing.Recalculate{}); err != nil || q.Lines[0].PropertyStatus != want {
			t.Errorf("%s: the line is %s (%v), want %s", what, q.Lines[0].PropertyStatus, err, want)
		}
	}
	status("as sold", pricing.PropertyStatusEdit)
	if _, err := s.Products().Revise(ctx, s.family, catalog.ReviseProduct{}); err != nil {
		t.Fatal(err)
	}
	family, err := s.Products().Get(ctx, s.family)
	if err != nil {
		t.Fatal(err)
	}
	family.Properties[0].Options = []string{"blue", "green"}
	if _, err := s.Products().Edit(ctx, s.family, catalog.EditProduct{Fields: family.ProductFields}); err != nil {
		t.Fatal(err)
	}
	status("under revision", pricing.PropertyStatusEdit)
	if _, err := s.Products().Publish(ctx, s.family, catalog.PublishProduct{}); err != nil {
		t.Fatal(err)
	}
	status("published without red", pricing.PropertyStatusRectify)
	change := func(color string) (leadtocash.Quote, error) {
		fields := q.Lines[0].Fields()
		fields.Quantity = testkit.Some("3")
		fields.Properties[0].Value = color
		return s.Quotes().EditLines(ctx, q.ID, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: fields}}})
	}
	if edited, err := change("red"); err != nil || edited.Lines[0].Property("color") != "red" {
		t.Errorf("a value given before does not stand: %v", err)
	}
	if edited, err := change("green"); err != nil || edited.Lines[0].PropertyStatus != pricing.PropertyStatusEdit {
		t.Errorf("with a new color the line is %s (%v)", edited.Lines[0].PropertyStatus, err)
	}
}

// TestPropertyValuesAreCopied takes values from opportunity to credit note:
// every document made from another one has them, and the status.
func TestPropertyValuesAreCopied(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), openPropertyShop(t)
	account := s.Quote(ctx, t).CustomerID
	has := func(what string, lines []pricing.Line, err error) {
		t.Helper()
		if err != nil || len(lines) != 1 || propertiesOf(lines[0]) != "color=blue label=std legs=4" || lines[0].PropertyStatus != pricing.PropertyStatusEdit {
			t.Fatalf("%s has the lines %+v (%v)", what, lines, err)
		}
	}
	o, err := s.Opportunities().Create(ctx, leadtocash.CreateOpportunity{
		Origin: record.Origin{Currency: money.EUR}, Lines: []pricing.LineFields{s.stools("color", "blue")},
		Fields: leadtocash.OpportunityFields{Name: "stools", CustomerID: account, Charges: pricing.Charges{PriceListID: s.List}},
	})
	has("the opportunity", o.Lines, err)
	q, err := s.Opportunities().GenerateQuote(ctx, o.ID, leadtocash.GenerateQuote{})
	has("the quote", q.Lines, err)
	other, err := s.Quotes().GetProducts(ctx, s.Quote(ctx, t).ID, pricing.GetProducts{OpportunityID: o.ID})
	has("a quote that gets the products", other.Lines, err)
	_, err = s.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{})
	has("the active quote", q.Lines, err)
	revised, err := s.Quotes().ReviseQuote(ctx, q.ID, leadtocash.ReviseQuote{})
	has("the revision", revised.Revision.Lines, err)
	_, err = s.Quotes().Activate(ctx, revised.Revision.ID, leadtocash.ActivateQuote{})
	has("the active revision", revised.Revision.Lines, err)
	won, err := s.Quotes().WinToOrder(ctx, revised.Revision.ID, leadtocash.WinQuoteToOrder{})
	has("the order", won.Order.Lines, err)
	billed, err := s.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{Lines: []pricing.LineQuantity{{LineNumber: 1, Quantity: testkit.Some("1")}}})
	has("an invoice of a part", billed.Invoice.Lines, err)
	_, err = s.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{})
	has("the issued invoice", billed.Invoice.Lines, err)
	credited, err := s.Invoices().Credit(ctx, billed.Invoice.ID, leadtocash.CreditInvoice{})
	has("the credit note", credited.CreditNote.Lines, err)
}

// TestPropertyValuesOfMembers sells a bundle whose required member has
// properties: they are configured there, and nothing else of it is.
func TestPropertyValuesOfMembers(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), openPropertyShop(t)
	chair, err := s.Products().Get(ctx, s.Chair)
	if err != nil {
		t.Fatal(err)
	}
	set, err := s.Products().Create(ctx, catalog.CreateProduct{
		Origin: record.Origin{Currency: money.EUR}, Structure: catalog.StructureBundle,
		Fields: catalog.ProductFields{
			Name: "bar", UnitGroupID: chair.UnitGroupID, DefaultUnitID: chair.DefaultUnitID,
			Members: []catalog.BundleMember{{ProductID: s.stool, Quantity: testkit.Some("3"), Required: true}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.Products().Publish(ctx, set.ID, catalog.PublishProduct{}); err != nil {
		t.Fatal(err)
	}
	if _, err = s.PriceListItems().Create(ctx, catalog.CreatePriceListItem{
		PriceListID: s.List, ProductID: set.ID, Fields: catalog.PriceListItemFields{Amount: testkit.Some("50.00")},
	}); err != nil {
		t.Fatal(err)
	}
	q := s.Quote(ctx, t, pricing.FromCatalog(set.ID, decimal.NewFromInt(1)))
	member := q.Lines[1]
	if propertiesOf(member) != "label=std legs=4" || member.PropertyStatus != pricing.PropertyStatusRectify {
		t.Fatalf("the member has %q and is %s", propertiesOf(member), member.PropertyStatus)
	}
	change := func(f pricing.LineFields) (leadtocash.Quote, error) {
		return s.Quotes().EditLines(ctx, q.ID, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: member.LineNumber, Fields: f}}})
	}
	for what, spoil := range map[string]func(*pricing.LineFields){
		"quantity": func(f *pricing.LineFields) { f.Quantity = testkit.Some("4") },
		"price":    func(f *pricing.LineFields) { f.PricePerUnit = testkit.Some("1") },
		"discount": func(f *pricing.LineFields) { f.ManualDiscount = testkit.Euro("1.00") },
		"product":  func(f *pricing.LineFields) { f.ProductID = s.Chair },
	} {
		fields := member.Fields()
		spoil(&fields)
		if _, err := change(fields); !slices.Contains(testkit.FaultsOf(err), "invalid change[0].line_number") {
			t.Errorf("the %s of a required member was changed: %v", what, err)
		}
	}
	fields := member.Fields()
	fields.Properties = append(fields.Properties, pricing.PropertyValue{Name: "color", Value: "red"})
	if q, err = change(fields); err != nil {
		t.Fatal(err)
	}
	if l := q.Lines[1]; l.Property("color") != "red" || l.PropertyStatus != pricing.PropertyStatusEdit || l.ProductType != pricing.ProductTypeRequiredBundleProduct || q.TotalAmount.String() != "50.00" {
		t.Errorf("the member is %+v, the quote comes to %s", l, q.TotalAmount)
	}
}

// TestPropertyValuesNeverPrice draws values: amounts, totals and errors of a
// document are those of the same document without.
func TestPropertyValuesNeverPrice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := newPatient(catalog.PricingMethod(rapid.IntRange(1, 6).Draw(t, "method")))
		p.product.Properties = seating
		p.header.Catalog = catalog.NewCatalog(p.product, p.group, p.list, p.discounts, p.item)
		p.line.Quantity = units(t, "quantity", 1e6, 2)
		bare, totals := pricing.Price(p.header, []pricing.Line{p.line})
		p.line.Properties = rapid.SliceOf(rapid.Custom(func(t *rapid.T) pricing.PropertyValue {
			return pricing.PropertyValue{Name: someOf(t, "name", "color", "weight", "hat"), Value: rapid.String().Draw(t, "value")}
		})).Draw(t, "values")
		lines, same := pricing.Price(p.header, []pricing.Line{p.line})
		lines[0].Properties = nil
		if same != totals || !slices.EqualFunc(lines, bare, func(a, b pricing.Line) bool {
			return a.PricingError == b.PricingError && a.NetAmount == b.NetAmount && a.PricePerUnit.Equal(b.PricePerUnit)
		}) {
			t.Fatalf("with values the lines are %+v, without %+v", lines, bare)
		}
	})
}

// TestPropertyDefinitions refuses properties that no line could have values of.
func TestPropertyDefinitions(t *testing.T) {
	t.Parallel()
	size := catalog.Property{Name: "size", DataType: catalog.PropertyOptionSet, Options: []string{"s", "l"}}
	depth := catalog.Property{Name: "depth", DataType: catalog.PropertyDecimal, Minimum: testkit.Some("1"), Maximum: testkit.Some("9")}
	grandparent := catalog.Product{Structure: catalog.StructureFamily, ProductFields: catalog.ProductFields{Properties: []catalog.Property{size, depth}}}
	parent := catalog.Product{Structure: catalog.StructureFamily, ProductFields: catalog.ProductFields{
		Properties: []catalog.Property{{Name: "format", Overrides: "size", DataType: catalog.PropertyOptionSet, Options: []string{"xs", "s"}}},
	}}
	define := func(structure catalog.ProductStructure, list ...catalog.Property) error {
		_, err := catalog.NewProduct(catalog.CreateProduct{
			ID: testkit.Numbered[record.ProductID](1), Structure: structure, Fields: catalog.ProductFields{Name: "chairs", Properties: list},
		}, catalog.ProductFacts{Stamp: testkit.Morning, Parent: &parent, Ancestors: []catalog.Product{parent, grandparent}})
		return err
	}
	family := func(p catalog.Property) error {
		p.Name = "own"
		return define(catalog.StructureFamily, p)
	}
	override := func(p catalog.Property) error {
		if p.Name == "" {
			p.Name = p.Overrides
		}
		return define(catalog.StructureProduct, p)
	}
	set, text, number := catalog.PropertyOptionSet, catalog.PropertyText, catalog.PropertyWholeNumber
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"a sound set":                    {family(catalog.Property{DataType: set, Options: []string{"a"}, Default: "a", Required: true, ReadOnly: true}), nil},
		"no type":                        {family(catalog.Property{}), []string{"invalid fields.properties[0].data_type"}},
		"a set of nothing":               {family(catalog.Property{DataType: set}), []string{"invalid fields.properties[0].options"}},
		"an option twice":                {family(catalog.Property{DataType: set, Options: []string{"a", "a"}}), []string{"invalid fields.properties[0].options[1]"}},
		"an empty option":                {family(catalog.Property{DataType: set, Options: []string{""}}), []string{"invalid fields.properties[0].options[0]"}},
		"too long an option":             {family(catalog.Property{DataType: set, Options: []string{strings.Repeat("x", 101)}}), []string{"too_long fields.properties[0].options[0]"}},
		"a text of options":              {family(catalog.Property{DataType: text, Options: []string{"a"}}), []string{"invalid fields.properties[0].options"}},
		"a text with bounds":             {family(catalog.Property{DataType: text, Minimum: testkit.Some("1"), Maximum: testkit.Some("2")}), []string{"invalid fields.properties[0].maximum", "invalid fields.properties[0].minimum"}},
		"bounds upside down":             {family(catalog.Property{DataType: number, Minimum: testkit.Some("2"), Maximum: testkit.Some("1")}), []string{"invalid fields.properties[0].maximum"}},
		"whole numbers with decimals":    {family(catalog.Property{DataType: number, Decimals: value.Some[int32](2)}), []string{"invalid fields.properties[0].decimals"}},
		"a number with length":           {family(catalog.Property{DataType: number, MaxLength: value.Some[int32](2)}), []string{"invalid fields.properties[0].max_length"}},
		"eleven decimals":                {family(catalog.Property{DataType: catalog.PropertyDecimal, Decimals: value.Some[int32](11)}), []string{"out_of_range fields.properties[0].decimals"}},
		"a text of 4001 characters":      {family(catalog.Property{DataType: text, MaxLength: value.Some[int32](4001)}), []string{"out_of_range fields.properties[0].max_length"}},
		"a default that is none":         {family(catalog.Property{DataType: set, Options: []string{"a"}, Default: "b"}), []string{"invalid fields.properties[0].default"}},
		"a default out of bounds":        {family(catalog.Property{DataType: number, Maximum: testkit.Some("9"), Default: "10"}), []string{"out_of_range fields.properties[0].default"}},
		"what nobody can fill in":        {family(catalog.Property{DataType: text, Required: true, ReadOnly: true}), []string{"invalid fields.properties[0].default"}},
		"an inherited name":              {define(catalog.StructureFamily, catalog.Property{Name: "depth", DataType: text}), []string{"invalid fields.properties[0].name"}},
		"a name twice":                   {define(catalog.StructureFamily, catalog.Property{Name: "own", DataType: text}, catalog.Property{Name: "own", DataType: text}), []string{"invalid fields.properties[1].name"}},
		"the name before the override":   {define(catalog.StructureFamily, catalog.Property{Name: "size", DataType: text}), nil},
		"a product's own":                {define(catalog.StructureProduct, catalog.Property{Name: "own", DataType: text}), []string{"invalid fields.properties[0].overrides"}},
		"a sound override":               {override(catalog.Property{Overrides: "format", DataType: set, Default: "xs", Hidden: true}), nil},
		"an override of the name before": {override(catalog.Property{Overrides: "size", DataType: set, Options: []string{"a"}}), []string{"invalid fields.properties[0].overrides"}},
		"an override of another type":    {override(catalog.Property{Overrides: "format", DataType: text}), []string{"invalid fields.properties[0].data_type", "invalid fields.properties[0].options"}},
		"an override by a taken name":    {override(catalog.Property{Name: "depth", Overrides: "format", DataType: set}), []string{"invalid fields.properties[0].name"}},
		"a default out of the inherited": {override(catalog.Property{Overrides: "depth", DataType: catalog.PropertyDecimal, Default: "10"}), []string{"out_of_range fields.properties[0].default"}},
	} {
		if got := testkit.FaultsOf(c.err); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q (%v), want %q", name, got, c.err, c.want)
		}
	}
}

// TestInheritedProperties has a product below two families: each level adds and
// overrides, and under revision a product overrides nothing new.
func TestInheritedProperties(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), openPropertyShop(t)
	chair, err := s.Products().Get(ctx, s.Chair)
	if err != nil {
		t.Fatal(err)
	}
	text := func(name, overrides string) catalog.Property {
		return catalog.Property{Name: name, Overrides: overrides, DataType: catalog.PropertyText}
	}
	bar, err := s.Products().Create(ctx, catalog.CreateProduct{
		Structure: catalog.StructureFamily, ParentID: s.family, Fields: catalog.ProductFields{
			Name: "bar", Properties: []catalog.Property{text("plate", "label"), text("brand", "")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	stool, err := s.Products().Create(ctx, catalog.CreateProduct{ParentID: bar.ID, Fields: catalog.ProductFields{
		Name: "bar stool", UnitGroupID: chair.UnitGroupID, DefaultUnitID: chair.DefaultUnitID,
		Properties: []catalog.Property{{Name: "brand", Overrides: "brand", DataType: catalog.PropertyText, Required: true}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Products().Properties(ctx, stool.ID)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range list {
		names = append(names, p.Name)
	}
	if got, want := strings.Join(names, " "), "color weight tilt plate legs screws brand"; got != want {
		t.Errorf("the properties are %s, want %s", got, want)
	}
	if plate := list[3]; plate.Default != "std" || !plate.MaxLength.Equal(value.Some[int32](5)) || !list[6].Required {
		t.Errorf("what overrides inherits the rest: %+v, %+v", plate, list[6])
	}
	if _, err := s.Products().Publish(ctx, bar.ID, catalog.PublishProduct{}); err != nil {
		t.Fatal(err)
	}
	revised, err := s.Products().Revise(ctx, stool.ID, catalog.ReviseProduct{})
	if err != nil {
		t.Fatal(err)
	}
	fields := revised.Record.ProductFields
	fields.Properties[0].Required = false
	if _, err := s.Products().Edit(ctx, stool.ID, catalog.EditProduct{Fields: fields}); err != nil {
		t.Errorf("what is overridden already stays as it is: %v", err)
	}
	fields.Properties = append(fields.Properties, text("plate", "plate"))
	_, err = s.Products().Edit(ctx, stool.ID, catalog.EditProduct{Fields: fields})
	if got := testkit.FaultsOf(err); !slices.Equal(got, []string{"invalid fields.properties[1].overrides"}) {
		t.Errorf("under revision something new is overridden: %q", got)
	}
}

// TestTooManyProperties counts what is inherited: 50 fit, whoever publishes.
func TestTooManyProperties(t *testing.T) {
	t.Parallel()
	many := func(prefix string, n int) (list []catalog.Property) {
		for i := range n {
			list = append(list, catalog.Property{Name: prefix + decimal.NewFromInt(int64(i)).String(), DataType: catalog.PropertyText})
		}
		return list
	}
	family := func(n int, parent record.ProductID, list []catalog.Property) catalog.Product {
		return catalog.Product{
			ID: testkit.Numbered[record.ProductID](n), Structure: catalog.StructureFamily, Status: catalog.ProductStatusDraft, ParentID: parent,
			ProductFields: catalog.ProductFields{Properties: list},
		}
	}
	for added, want := range map[int][]string{10: nil, 11: {"out_of_range properties"}} {
		root := family(1, record.ProductID{}, many("a", 25))
		below := []catalog.Product{family(2, root.ID, many("b", 15)), family(3, testkit.Numbered[record.ProductID](2), many("c", added))}
		_, err := root.Publish(catalog.PublishProduct{}, catalog.ProductFacts{Stamp: testkit.Morning, Below: below})
		if got := testkit.FaultsOf(err); !slices.Equal(got, want) {
			t.Errorf("25, 15 and %d properties: got %q (%v), want %q", added, got, err, want)
		}
	}
}
