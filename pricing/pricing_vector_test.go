package pricing_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// vector is a worked calculation of testdata/pricing/vectors.json. Expected
// values are texts, with all their decimals.
type vector struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Input struct {
		vectorLine                // line
		Document   vectorDocument `json:"document"` // document, reprice
		EN16931    bool           `json:"en16931"`
		Locked     bool           `json:"locked"`
		Catalog    vectorCatalog  `json:"catalog"`
		Settings   vectorSettings
		Item       vectorItem         `json:"item"`          // price
		Product    json.RawMessage    `json:"product"`       // price; a line has a name there
		Discounts  vectorDiscounts    `json:"discount_list"` // volume
		Units      []vectorUnit       `json:"units"`         // unit
		From       string             `json:"from"`
		To         string             `json:"to"`
		Price      testkit.Number     `json:"price"`
		Op         string             `json:"op"` // currency
		Amount     money.Amount       `json:"amount"`
		Rate       testkit.Number     `json:"rate"`
		RateFrom   testkit.Number     `json:"rate_from"`
		RateTo     testkit.Number     `json:"rate_to"`
		Mode       money.RoundingMode `json:"rounding_mode"`
		Precision  int                `json:"precision"`
		Total      money.Amount       `json:"total"` // allocate
		Weights    []testkit.Number   `json:"weights"`
	} `json:"input"`
	Expect json.RawMessage `json:"expect"`
	want   map[string]any
}

type vectorDocument struct {
	PriceList                 string                   `json:"price_list"`
	PricingDate               value.Date               `json:"pricing_date"`
	IsRevenueSystemCalculated bool                     `json:"is_revenue_system_calculated"`
	EstimatedValue            testkit.Money            `json:"estimated_value"`
	DiscountPercentage        testkit.Number           `json:"discount_percentage"`
	DiscountAmount            testkit.Money            `json:"discount_amount"`
	FreightAmount             testkit.Money            `json:"freight_amount"`
	FreightTax                vectorFreightTax         `json:"freight_tax"`
	FreightTaxCode            *pricing.TaxCode         `json:"freight_tax_code"`
	PrepaidAmount             testkit.Money            `json:"prepaid_amount"`
	PayableRounding           *pricing.PayableRounding `json:"payable_rounding"`
	Lines                     []vectorLine             `json:"lines"`
}

// vectorFreightTax is an amount, or a tax code where tax is computed.
type vectorFreightTax struct {
	typed testkit.Money
	code  *pricing.TaxCode
}

func (f *vectorFreightTax) UnmarshalJSON(data []byte) error {
	if data[0] == '{' {
		return json.Unmarshal(data, &f.code)
	}
	return json.Unmarshal(data, &f.typed)
}

type vectorLine struct {
	Kind            string           `json:"kind"`
	Description     string           `json:"description"`
	Product         json.RawMessage  `json:"product"`
	Unit            string           `json:"unit"`
	Quantity        testkit.Number   `json:"quantity"`
	PriceOverridden bool             `json:"price_overridden"`
	PricePerUnit    testkit.Number   `json:"price_per_unit"`
	UnitPrice       testkit.Number   `json:"unit_price"`
	VolumeDiscount  testkit.Number   `json:"volume_discount"`
	ManualDiscount  testkit.Money    `json:"manual_discount_amount"`
	Tax             testkit.Money    `json:"tax"`
	TaxCode         *pricing.TaxCode `json:"tax_code"`
	BundleRole      string           `json:"bundle_role"`
	State           *struct {
		UnitPrice      testkit.Number `json:"unit_price"`
		VolumeDiscount testkit.Number `json:"volume_discount"`
		Quantity       testkit.Number `json:"quantity"`
	} `json:"state"`
}

type vectorSettings struct {
	pricing.Pricing
	PriceListOptional bool `json:"price_list_optional"`
	Currency          struct {
		Code      string `json:"code"`
		Precision int    `json:"precision"`
	} `json:"currency"`
	ExchangeRate  testkit.Number `json:"exchange_rate"`
	BasePrecision value.Opt[int] `json:"base_precision"`
}

// vectorFiles are the vectors of the project, and those that
// LEADTOCASH_VECTORS names, separated by colons.
func vectorFiles() []string {
	files := []string{testkit.Path("testdata", "pricing", "vectors.json")}
	if more := os.Getenv("LEADTOCASH_VECTORS"); more != "" {
		files = append(files, strings.Split(more, ":")...)
	}
	return files
}

func readVectors(t testing.TB, name string) []vector {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []vector `json:"vectors"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for i := range file.Vectors {
		v := &file.Vectors[i]
		if err := json.Unmarshal(v.Expect, &v.want); err != nil {
			t.Fatalf("%s: %v", v.ID, err)
		}
	}
	return file.Vectors
}

func TestPricingVectors(t *testing.T) {
	t.Parallel()
	for n, name := range vectorFiles() {
		vectors := readVectors(t, name)
		if want := 160; n == 0 && len(vectors) < want {
			t.Errorf("%d vectors, want at least %d", len(vectors), want)
		}
		for _, v := range vectors {
			t.Run(v.ID, func(t *testing.T) {
				t.Parallel()
				v.check(t)
			})
		}
	}
}

func (v *vector) check(t *testing.T) {
	t.Helper()
	run := map[string]func(*testing.T) any{
		"price": v.price, "volume": v.volume, "line": v.line, "document": v.document, "reprice": v.reprice,
		"unit": v.unit, "currency": v.convert, "allocate": v.allocate,
	}[v.Kind]
	if run == nil {
		t.Fatalf("unknown kind %q", v.Kind)
	}
	groups, _ := v.want["tax_groups"].([]any)
	for _, g := range groups {
		if group := g.(map[string]any); group["components"] != nil {
			parts := map[string]any{}
			for _, c := range group["components"].([]any) {
				parts[c.(map[string]any)["name"].(string)] = c.(map[string]any)["tax"]
			}
			group["components"] = parts
		}
	}
	if got, want := testkit.Canonical(t, run(t)), testkit.Canonical(t, v.want); got != want {
		t.Errorf("%s\n got %s\nwant %s", v.Title, got, want)
	}
}

// named makes an id of a name.
func named[I record.AnyID](name string) (none I) {
	if name == "" {
		return none
	}
	return I{UUID: uuid.NewSHA1(uuid.Nil, []byte(name))}
}

func (s vectorSettings) priced(t *testing.T) pricing.PriceInput {
	t.Helper()
	p := pricing.PriceInput{Currency: money.EUR, Pricing: s.Pricing, PriceListOptional: s.PriceListOptional}
	if s.Currency.Code != "" {
		c, err := money.NewCurrency(s.Currency.Code, s.Currency.Precision)
		if err != nil {
			t.Fatal(err)
		}
		p.Currency = c
	}
	p.ExchangeRate = s.ExchangeRate.Or(decimal.Decimal{})
	if !s.ExchangeRate.IsZero() || !s.BasePrecision.IsZero() {
		c, err := money.NewCurrency("XTS", s.BasePrecision.Or(2))
		if err != nil {
			t.Fatal(err)
		}
		p.BaseCurrency = c
	}
	return p
}

func (l vectorLine) line(t *testing.T) pricing.Line {
	t.Helper()
	line := pricing.Line{
		WriteInText: l.Description, Quantity: l.Quantity, PricePerUnit: l.PricePerUnit, IsPriceOverridden: l.PriceOverridden,
		VolumeDiscount: l.VolumeDiscount, ManualDiscount: l.ManualDiscount, Tax: l.Tax, TaxCode: l.TaxCode,
		UnitID: named[record.UnitID](l.Unit),
	}
	if len(l.Product) > 0 {
		var product string
		if err := json.Unmarshal(l.Product, &product); err != nil {
			t.Fatal(err)
		}
		line.ProductID = named[record.ProductID](product)
	}
	line.ProductType = map[string]pricing.ProductType{
		"bundle": pricing.ProductTypeBundle, "required": pricing.ProductTypeRequiredBundleProduct, "optional": pricing.ProductTypeOptionalBundleProduct,
	}[l.BundleRole]
	if s := l.State; s != nil {
		line.PricePerUnit = s.UnitPrice
		if s.Quantity.Equal(l.Quantity) {
			line.VolumeDiscount = s.VolumeDiscount
		}
	}
	return line
}

func (v *vector) price(t *testing.T) any {
	p := v.Input.Settings.priced(t)
	var product vectorProduct
	if err := json.Unmarshal(v.Input.Product, &product); err != nil {
		t.Fatal(err)
	}
	item := v.Input.Item.item()
	fields := product.fields()
	price, code := item.Price(&fields, p.Pricing.Precision(p.Currency), p.Pricing.RoundingMode)
	if code != 0 {
		return map[string]any{"error": code.Code()}
	}
	return map[string]any{
		"error": 0, "calculated": exact(price.Exact), "by_policy": exact(price.ByPolicy),
		"unit_price": price.UnitPrice.StringFixed(int32(p.Pricing.Precision(p.Currency))),
	}
}

// exact is a decimal number, or a fraction if it is periodic.
func exact(r *big.Rat) string {
	if n, finite := r.FloatPrec(); finite {
		return r.FloatString(n)
	}
	return r.RatString()
}

func (v *vector) volume(t *testing.T) any {
	in := &v.Input
	p := in.Settings.priced(t)
	const name = "x"
	list := in.Discounts.list(name)
	item := vectorItem{Method: 1, Amount: in.UnitPrice, DiscountList: name, vectorKey: vectorKey{Product: name, Unit: name}}.item()
	item.PriceListID = named[record.PriceListID](name)
	p.PriceListID = item.PriceListID
	p.Catalog = catalog.NewCatalog(list, item,
		vectorList{Currency: p.Currency}.list(name, p.Currency), vectorProduct{Structure: 1, UnitGroup: name, DefaultUnit: name}.product(name), vectorGroup{[]string{name}}.group(name))
	lines, _ := pricing.Price(p, []pricing.Line{{
		ProductID: item.ProductID, IsPriceOverridden: true, PricePerUnit: in.UnitPrice, Quantity: in.Quantity,
	}})
	if code := lines[0].PricingError; code != 0 {
		return map[string]any{"error": code.Code()}
	}
	got := map[string]any{"error": 0, "tier": nil, "volume_discount": lines[0].VolumeDiscount}
	if i := list.Tier(in.Quantity.Or(decimal.Decimal{})); i >= 0 {
		got["tier"] = i
	}
	return got
}

func (v *vector) line(t *testing.T) any {
	p := v.Input.Settings.priced(t)
	given := v.Input.vectorLine.line(t)
	given.ProductID, given.PricePerUnit = named[record.ProductID]("x"), v.Input.UnitPrice
	lines, _ := pricing.Price(p, []pricing.Line{given})
	l := &lines[0]
	if l.PricingError != 0 {
		return map[string]any{"error": l.PricingError.Code()}
	}
	return map[string]any{
		"error": 0, "base_amount": l.BaseAmount, "manual_discount_total": l.ManualDiscountTotal(),
		"net_amount": l.NetAmount, "tax": l.Tax.Or(p.Currency.Zero()), "extended_amount": l.ExtendedAmount,
	}
}

// priced is the document of a vector, before it is calculated.
func (v *vector) priced(t *testing.T) (pricing.PriceInput, []pricing.Line) {
	d, p := v.Input.Document, v.Input.Settings.priced(t)
	p.DiscountPercentage, p.DiscountAmount = d.DiscountPercentage, d.DiscountAmount
	p.FreightAmount, p.FreightTax, p.FreightTaxCode = d.FreightAmount, d.FreightTax.typed, d.FreightTax.code
	if d.FreightTaxCode != nil {
		p.FreightTaxCode = d.FreightTaxCode
	}
	p.PrepaidAmount, p.PayableRounding = d.PrepaidAmount, d.PayableRounding
	p.PriceListID, p.PricingDate, p.PricesLocked = named[record.PriceListID](d.PriceList), d.PricingDate, v.Input.Locked
	p.Catalog = v.Input.Catalog.catalog(t, p.Currency)
	var given []pricing.Line
	for _, l := range d.Lines {
		given = append(given, l.line(t))
	}
	return p, given
}

func (v *vector) document(t *testing.T) any {
	d := v.Input.Document
	p, given := v.priced(t)
	lines, totals := pricing.Price(p, given)
	if code := totals.PricingError; code != 0 && code != catalog.PricingErrorDetail {
		return map[string]any{"error": code.Code()}
	}
	zero := p.Currency.Zero()
	rounded := func(o testkit.Money) money.Amount {
		return p.Currency.RoundMode(o.Or(zero).Decimal(), p.Pricing.RoundingMode)
	}
	got := map[string]any{"error": totals.PricingError.Code(), "totals": map[string]any{
		"total_line_item_amount":          totals.TotalLineItemAmount,
		"total_line_item_discount_amount": totals.TotalLineItemDiscountAmount,
		"percent_discount":                totals.DocumentDiscount.Sub(rounded(d.DiscountAmount)),
		"document_discount":               totals.DocumentDiscount,
		"total_discount_amount":           totals.TotalDiscountAmount,
		"total_amount_less_freight":       totals.TotalAmountLessFreight,
		"freight_amount":                  rounded(d.FreightAmount),
		"freight_tax":                     p.FreightTaxOf(lines, totals),
		"total_tax":                       totals.TotalTax,
		"tax_included":                    p.TaxIncludedIn(totals),
		"total_net_amount":                totals.TotalAmount.Sub(totals.TotalTax),
		"total_amount":                    totals.TotalAmount,
		"prepaid_amount":                  rounded(d.PrepaidAmount),
		"payable_rounding_amount":         totals.PayableRoundingAmount,
		"amount_due":                      totals.AmountDue,
	}}
	list := []any{}
	for i := range lines {
		list = append(list, vectorLineOf(&p, &lines[i]))
	}
	got["lines"] = list
	if groups := pricing.TaxGroups(p, lines, totals); groups != nil {
		got["tax_groups"] = groupsOf(groups)
	}
	if v.want["base"] != nil {
		got["base"] = v.base(p, lines, totals)
	}
	switch {
	case v.want["estimated_value"] == nil:
	case d.IsRevenueSystemCalculated:
		got["estimated_value"] = totals.TotalAmount
	default: // typed: the calculation has no say in it
		got["estimated_value"] = p.Currency.Zero().Add(d.EstimatedValue.Or(zero))
	}
	if v.Input.EN16931 {
		got["en16931"] = en16931Of(t, p, lines, totals)
	}
	return got
}

func vectorLineOf(p *pricing.PriceInput, l *pricing.Line) map[string]any {
	if l.PricingError != 0 {
		return map[string]any{"error": l.PricingError.Code()}
	}
	places := int32(p.Pricing.Precision(p.Currency))
	tax := l.Tax.Or(p.Currency.Zero())
	return map[string]any{
		"error": 0, "unit_price": l.PricePerUnit, "volume_discount": l.VolumeDiscount.Or(decimal.New(0, -places)).StringFixed(places),
		"base_amount": l.BaseAmount, "manual_discount_total": l.ManualDiscountTotal(), "net_amount": l.NetAmount,
		"allocated_discount": l.AllocatedDiscount, "taxable_amount": p.TaxableAmount(l), "tax": tax,
		"extended_amount": l.ExtendedAmount, "line_total": p.TaxableAmount(l).Add(tax),
	}
}

func groupsOf(groups []pricing.TaxGroup) []any {
	list := []any{}
	for _, g := range groups {
		group := map[string]any{"category": g.Category, "rate": exact(g.Rate.Rat()), "base": g.Base, "tax": g.Tax}
		if g.Components != nil { // the vectors name them in the order of the code, without rate
			parts := map[string]any{}
			for _, c := range g.Components {
				parts[c.Name] = c.Tax
			}
			group["components"] = parts
		}
		list = append(list, group)
	}
	return list
}

func (v *vector) base(p pricing.PriceInput, lines []pricing.Line, totals pricing.Totals) any {
	of := func(a money.Amount) money.Amount {
		return money.ToBase(a, p.ExchangeRate, p.BaseCurrency, p.Pricing.RoundingMode)
	}
	list := []any{}
	for i := range lines {
		list = append(list, map[string]any{"extended_amount_base": lines[i].InBase(p).ExtendedAmount})
	}
	t := totals.InBase(p)
	return map[string]any{
		"total_line_item_amount_base":    t.TotalLineItemAmount,
		"total_discount_amount_base":     t.TotalDiscountAmount,
		"total_amount_less_freight_base": t.TotalAmountLessFreight,
		"freight_amount_base":            of(p.FreightAmount.Or(p.Currency.Zero())),
		"total_tax_base":                 t.TotalTax,
		"total_amount_base":              t.TotalAmount,
		"lines":                          list,
	}
}

func en16931Of(t *testing.T, p pricing.PriceInput, lines []pricing.Line, totals pricing.Totals) any {
	e, err := print.NewEN16931(p, lines, totals)
	if err != nil {
		t.Fatal(err)
	}
	nets := make([]any, len(lines))
	for i, next := 0, 0; i < len(lines); i++ {
		nets[i] = p.Currency.Zero()
		if l := &lines[i]; l.PricingError == 0 && l.ProductType != pricing.ProductTypeRequiredBundleProduct {
			nets[i] = e.Lines[next].NetAmount
			next++
		}
	}
	breakdown := []any{}
	for _, g := range e.Breakdown {
		breakdown = append(breakdown, map[string]any{
			"category": g.Category, "rate": exact(g.Rate.Rat()), "BT116": g.TaxableAmount, "BT117": g.Tax, "allowance": g.Allowance, "charge": g.Charge,
		})
	}
	return map[string]any{
		"BT131": nets, "BT106": e.LineTotal, "BT107": e.AllowanceTotal, "BT108": e.ChargeTotal, "BT109": e.TaxExclusiveAmount,
		"BT110": e.TaxAmount, "BT112": e.TaxInclusiveAmount, "BT113": e.PrepaidAmount, "BT114": e.PayableRoundingAmount,
		"BT115": e.PayableAmount, "vat_breakdown": breakdown,
	}
}

func (v *vector) reprice(t *testing.T) any {
	p, given := v.priced(t)
	lines, totals := pricing.Price(p, given)
	list := []any{}
	for i := range lines {
		line := vectorLineOf(&p, &lines[i])
		for _, name := range []string{"allocated_discount", "taxable_amount", "tax", "extended_amount", "line_total"} {
			delete(line, name)
		}
		list = append(list, line)
	}
	return map[string]any{"lines": list, "total_line_item_amount": totals.TotalLineItemAmount}
}

func (v *vector) unit(t *testing.T) any {
	in := &v.Input
	var group catalog.UnitGroup
	for _, u := range in.Units {
		group.Units = append(group.Units, catalog.Unit{ID: named[record.UnitID](u.Name), BaseUnitID: named[record.UnitID](u.Base), Quantity: u.Quantity})
	}
	from, to := named[record.UnitID](in.From), named[record.UnitID](in.To)
	must := func(r *big.Rat, err error) *big.Rat {
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	got := map[string]any{"factor_from": exact(must(group.Factor(from))), "factor_to": exact(must(group.Factor(to)))}
	if quantity, ok := in.Quantity.Get(); ok {
		converted := must(group.Convert(quantity, from, to))
		got["converted"], got["converted_5dp"] = converted.String(), converted.FloatString(5)
	}
	if price, ok := in.Price.Get(); ok {
		p := in.Settings.priced(t)
		places := p.Pricing.Precision(p.Currency)
		converted, err := group.ConvertPrice(price, from, to, places, p.Pricing.RoundingMode)
		if err != nil {
			t.Fatal(err)
		}
		got["price_converted"] = converted.StringFixed(int32(places))
	}
	return got
}

func (v *vector) convert(t *testing.T) any {
	in := &v.Input
	c, err := money.NewCurrency("XTS", in.Precision)
	if err != nil {
		t.Fatal(err)
	}
	var result money.Amount
	switch in.Op {
	case "to_base":
		result = money.ToBase(in.Amount, in.Rate.Or(decimal.Decimal{}), c, in.Mode)
	case "from_base":
		result = money.FromBase(in.Amount, in.Rate.Or(decimal.Decimal{}), c, in.Mode)
	case "cross":
		result = money.Cross(in.Amount, in.RateFrom.Or(decimal.Decimal{}), in.RateTo.Or(decimal.Decimal{}), c, in.Mode)
	default:
		t.Fatal(errors.ErrUnsupported)
	}
	if result.Valid() != nil {
		return map[string]any{"error": map[int]int{1: 36, -1: 37}[result.Sign()]}
	}
	return map[string]any{"error": 0, "result": result}
}

func (v *vector) allocate(t *testing.T) any {
	in := &v.Input
	c, err := money.NewCurrency("XTS", in.Precision)
	if err != nil {
		t.Fatal(err)
	}
	weights := make([]decimal.Decimal, len(in.Weights))
	for i, w := range in.Weights {
		weights[i], _ = w.Get()
	}
	return map[string]any{"shares": c.Split(in.Total, weights...)}
}

func standardTax(rate string) *pricing.TaxCode {
	return &pricing.TaxCode{Category: pricing.TaxStandard, Rate: testkit.Some(rate)}
}
