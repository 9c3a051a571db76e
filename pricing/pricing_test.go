package pricing_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func TestLinesGivenAreNotChanged(t *testing.T) {
	t.Parallel()
	given := []pricing.Line{
		{LineNumber: 1, WriteInText: "a", Quantity: testkit.Some("2"), PricePerUnit: testkit.Some("1.005"), ManualDiscount: testkit.Euro("0.10"), Tax: testkit.Euro("0.20")},
		{LineNumber: 2, WriteInText: "b", Quantity: testkit.Some("1"), NetAmount: money.EUR.MustAmount("7.00"), PricingError: catalog.PricingErrorInvalidPrice},
		{LineNumber: 3, ProductType: pricing.ProductTypeRequiredBundleProduct, PricePerUnit: testkit.Some("3"), Tax: testkit.Euro("1.00")},
	}
	before := testkit.Canonical(t, given)
	priced, _ := pricing.Price(pricing.PriceInput{Currency: money.EUR, Charges: pricing.Charges{DiscountPercentage: testkit.Some("10")}}, given)
	if after := testkit.Canonical(t, given); after != before {
		t.Errorf("lines were changed\nfrom %s\n  to %s", before, after)
	}
	if testkit.Canonical(t, priced) == before {
		t.Error("nothing was priced")
	}
}

// TestFirstErrorWins checks the order of the checks: every line has its fault
// and all those of later steps.
func TestFirstErrorWins(t *testing.T) {
	t.Parallel()
	const huge = "900000000000000"
	product := record.ProductID{UUID: uuid.UUID{1}}
	for _, test := range []struct {
		name      string
		precision int8
		line      pricing.Line
		want      catalog.PricingError
	}{
		{"pricing precision", 5, pricing.Line{}, catalog.PricingErrorInvalidPricingPrecision},
		{"negative pricing precision", -1, pricing.Line{}, catalog.PricingErrorInvalidPricingPrecision},
		{"missing quantity", 2, pricing.Line{}, catalog.PricingErrorMissingQuantity},
		{"quantity too large", 2, pricing.Line{Quantity: testkit.Some("100000000000.00001")}, catalog.PricingErrorInvalidQuantity},
		{"quantity too small", 2, pricing.Line{Quantity: testkit.Some("-100000000000.00001")}, catalog.PricingErrorInvalidQuantity},
		{"astronomic quantity", 2, pricing.Line{Quantity: value.Some(decimal.New(1, 400000000))}, catalog.PricingErrorInvalidQuantity},
		{"missing text", 2, pricing.Line{Quantity: testkit.Some("0.000001")}, catalog.PricingErrorMissingProduct},
		{"missing write-in price", 2, pricing.Line{Quantity: testkit.Some("0.000001"), WriteInText: "x"}, catalog.PricingErrorMissingUnitPrice},
		{"write-in decimals", 2, pricing.Line{Quantity: testkit.Some("0.000001"), WriteInText: "x", PricePerUnit: testkit.Some("1e15")}, catalog.PricingErrorInvalidQuantity},
		{"microscopic quantity", 2, pricing.Line{Quantity: value.Some(decimal.New(1, -400000000)), WriteInText: "x", PricePerUnit: testkit.Some("1")}, catalog.PricingErrorInvalidQuantity},
		{"override without price", 2, pricing.Line{Quantity: testkit.Some("0.000001"), ProductID: product, IsPriceOverridden: true}, catalog.PricingErrorMissingUnitPrice},
		{"no price list", 2, pricing.Line{Quantity: testkit.Some("0.000001"), ProductID: product}, catalog.PricingErrorMissingPriceLevel},
		{"price beyond the range", 2, pricing.Line{Quantity: testkit.Some("0.000001"), ProductID: product, PricePerUnit: testkit.Some("922337203685477.01"), ManualDiscount: testkit.Euro("-1.00")}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"astronomic price", 2, pricing.Line{Quantity: testkit.Some("1"), ProductID: product, PricePerUnit: value.Some(decimal.New(1, 400000000))}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"catalogue decimals", 2, pricing.Line{Quantity: testkit.Some("0.000001"), ProductID: product, PricePerUnit: testkit.Some("1"), ManualDiscount: testkit.Euro("5.00")}, catalog.PricingErrorInvalidQuantity},
		{"discount flips the line", 2, pricing.Line{Quantity: testkit.Some("1"), WriteInText: "x", PricePerUnit: testkit.Some("1"), ManualDiscount: testkit.Euro("1.01"), Tax: testkit.Euro(huge)}, catalog.PricingErrorInvalidDiscount},
		{"discount of the wrong sign", 2, pricing.Line{Quantity: testkit.Some("10000"), WriteInText: "x", PricePerUnit: testkit.Some(huge), ManualDiscount: testkit.Euro("-0.01")}, catalog.PricingErrorInvalidDiscount},
		{"amount beyond the range", 2, pricing.Line{Quantity: testkit.Some("10000"), WriteInText: "x", PricePerUnit: testkit.Some(huge)}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"extended amount beyond the range", 2, pricing.Line{Quantity: testkit.Some("1"), WriteInText: "x", PricePerUnit: testkit.Some(huge), Tax: testkit.Euro(huge)}, catalog.PricingErrorPriceAttributeOutOfRange},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := pricing.PriceInput{Currency: money.EUR, Pricing: pricing.Pricing{PricingPrecision: value.Some(test.precision)}}
			lines, totals := pricing.Price(p, []pricing.Line{test.line})
			if got := lines[0].PricingError; got != test.want {
				t.Errorf("line: %q, want %q", got, test.want)
			}
			if got := totals.PricingError; got != catalog.PricingErrorDetail {
				t.Errorf("document: %q, want %q", got, catalog.PricingErrorDetail)
			}
			if !totals.TotalAmount.IsZero() || !lines[0].ExtendedAmount.IsZero() {
				t.Errorf("a line with an error counts %s, its document %s", lines[0].ExtendedAmount, totals.TotalAmount)
			}
		})
	}
}

func TestQuantitiesWithoutError(t *testing.T) {
	t.Parallel()
	for _, quantity := range []string{"0", "1.00000000", "1.0000000000000000000000", "-0.00001", "100000000000", "-100000000000.00000", "1e3"} {
		lines, _ := pricing.Price(pricing.PriceInput{Currency: money.EUR}, []pricing.Line{{WriteInText: "x", Quantity: testkit.Some(quantity), PricePerUnit: testkit.Some("2")}})
		want := decimal.RequireFromString(quantity).Mul(decimal.NewFromInt(2)).Round(2)
		if l := lines[0]; l.PricingError != 0 || !l.BaseAmount.Decimal().Equal(want) {
			t.Errorf("%s units of 2.00 cost %s with the error %q", quantity, l.BaseAmount, l.PricingError)
		}
	}
}

func TestDocumentErrors(t *testing.T) {
	t.Parallel()
	line := func(price string) pricing.Line {
		return pricing.Line{WriteInText: "x", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some(price)}
	}
	huge, free := line("900000000000000"), line("900000000000000")
	free.ManualDiscount = testkit.Euro("900000000000000")
	abroad := pricing.PriceInput{BaseCurrency: money.USD, ExchangeRate: decimal.RequireFromString("0.5")}
	with := func(p pricing.PriceInput, change func(*pricing.PriceInput)) pricing.PriceInput {
		change(&p)
		return p
	}
	for _, test := range []struct {
		name   string
		header pricing.PriceInput
		lines  []pricing.Line
		want   catalog.PricingError
	}{
		{"percentage above 100", pricing.PriceInput{Charges: pricing.Charges{DiscountPercentage: testkit.Some("100.00001")}}, nil, catalog.PricingErrorInvalidDiscount},
		{"negative percentage", pricing.PriceInput{Charges: pricing.Charges{DiscountPercentage: testkit.Some("-0.00001")}}, nil, catalog.PricingErrorInvalidDiscount},
		{"discount without lines", pricing.PriceInput{Charges: pricing.Charges{DiscountAmount: testkit.Euro("0.01")}}, nil, catalog.PricingErrorInvalidDiscount},
		{"discounts above the lines", pricing.PriceInput{Charges: pricing.Charges{DiscountPercentage: testkit.Some("50"), DiscountAmount: testkit.Euro("0.51")}}, []pricing.Line{line("1")}, catalog.PricingErrorInvalidDiscount},
		{"discount outranks range", pricing.PriceInput{Charges: pricing.Charges{DiscountAmount: testkit.Euro("-1.00"), FreightAmount: testkit.Euro("-1.00")}}, []pricing.Line{huge, huge}, catalog.PricingErrorInvalidDiscount},
		{"negative sum beyond the range", pricing.PriceInput{Charges: pricing.Charges{DiscountAmount: testkit.Euro("-1.00")}}, []pricing.Line{line("-900000000000000"), line("-900000000000000")}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"negative sum beyond 64 bits", pricing.PriceInput{Currency: money.CLF, Charges: pricing.Charges{DiscountAmount: testkit.Euro("-1.00")}}, []pricing.Line{line("-900000000000000"), line("-900000000000000")}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"manual discounts beyond the range", pricing.PriceInput{}, []pricing.Line{free, free}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"all discounts beyond the range", pricing.PriceInput{Charges: pricing.Charges{DiscountAmount: testkit.Euro("900000000000000")}}, []pricing.Line{free, huge}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"sum beyond the range", pricing.PriceInput{}, []pricing.Line{huge, huge}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"total beyond the range", pricing.PriceInput{Charges: pricing.Charges{FreightAmount: testkit.Euro("900000000000000")}}, []pricing.Line{huge}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"tax beyond the range", pricing.PriceInput{Charges: pricing.Charges{FreightTax: testkit.Euro("900000000000000")}}, []pricing.Line{huge}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"amount due beyond the range", pricing.PriceInput{Charges: pricing.Charges{PrepaidAmount: testkit.Euro("-900000000000000")}}, []pricing.Line{huge}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"negative freight", pricing.PriceInput{Charges: pricing.Charges{FreightAmount: testkit.Euro("-0.01")}}, nil, catalog.PricingErrorPriceAttributeOutOfRange},
		{"base above the range", abroad, []pricing.Line{huge}, catalog.PricingErrorBaseCurrencyAttributeOverflow},
		{"base below the range", abroad, []pricing.Line{line("-900000000000000")}, catalog.PricingErrorBaseCurrencyAttributeUnderflow},
		{"base both ways", abroad, []pricing.Line{line("-900000000000000"), huge}, catalog.PricingErrorBaseCurrencyAttributeOverflow},
		{"range outranks base", with(abroad, func(p *pricing.PriceInput) { p.FreightAmount = testkit.Euro("-1.00") }), []pricing.Line{huge}, catalog.PricingErrorPriceAttributeOutOfRange},
		{"a line outranks nothing", pricing.PriceInput{}, []pricing.Line{{}}, catalog.PricingErrorDetail},
		{"discount outranks a line", pricing.PriceInput{Charges: pricing.Charges{DiscountAmount: testkit.Euro("1.00")}}, []pricing.Line{{}}, catalog.PricingErrorInvalidDiscount},
		{"unsound freight tax", pricing.PriceInput{
			Pricing: pricing.Pricing{TaxMode: pricing.TaxComputed}, Charges: pricing.Charges{FreightTaxCode: &pricing.TaxCode{}},
		}, []pricing.Line{line("1")}, catalog.PricingErrorCalculation},
		{"tax computed beyond the range", pricing.PriceInput{Pricing: pricing.Pricing{TaxMode: pricing.TaxComputed}, Charges: pricing.Charges{FreightAmount: testkit.Euro("900000000000000"), FreightTaxCode: standardTax("200")}}, nil, catalog.PricingErrorPriceAttributeOutOfRange},
		{"nothing wrong", pricing.PriceInput{}, []pricing.Line{line("900000000000000"), line("900000000000000"), line("-900000000000000")}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.header.Currency == 0 {
				test.header.Currency = money.EUR
			}
			_, totals := pricing.Price(test.header, test.lines)
			if totals.PricingError != test.want {
				t.Errorf("got %q, want %q", totals.PricingError, test.want)
			}
			if code := totals.PricingError; code > catalog.PricingErrorDetail && !totals.TotalAmount.IsZero() {
				t.Errorf("a document without price has the total %s", totals.TotalAmount)
			}
		})
	}
}

func TestPayableRounding(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ total, increment, amount, want string }{
		{"26.02", "0.05", "", "-0.02"},
		{"26.03", "0.05", "", "0.02"},
		{"10.05", "0.10", "", "0.05"},
		{"-10.05", "0.10", "", "-0.05"},
		{"-10.04", "0.10", "", "0.04"},
		{"10.00", "0.05", "", "0.00"},
		{"0.49", "1.00", "", "-0.49"},
		{"10.02", "0.05", "-1.00", "-1.00"},
		{"10.02", "0.00", "", "0.00"},
		{"26.02", "0.045", "", "-0.02"}, // 0.05 at the currency's decimals
	} {
		p := pricing.PriceInput{Currency: money.EUR}
		p.PayableRounding = &pricing.PayableRounding{Increment: testkit.Amount(t, test.increment)}
		if test.amount != "" {
			p.PayableRounding.Amount = testkit.Euro(test.amount)
		}
		_, totals := pricing.Price(p, []pricing.Line{{WriteInText: "x", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some(test.total)}})
		if got := totals.PayableRoundingAmount.String(); got != test.want {
			t.Errorf("%s in steps of %s: rounded by %s, want %s", test.total, test.increment, got, test.want)
		}
		if want := totals.TotalAmount.Add(totals.PayableRoundingAmount); !totals.AmountDue.Equal(want) {
			t.Errorf("%s in steps of %s: due %s, want %s", test.total, test.increment, totals.AmountDue, want)
		}
	}
}

// TestPieces bills an order line of three units one by one.
func TestPieces(t *testing.T) {
	t.Parallel()
	p := pricing.PriceInput{Currency: money.EUR, Charges: pricing.Charges{DiscountAmount: testkit.Euro("1.00")}}
	p.Pricing.PricingPrecision = value.Some[int8](4)
	source, _ := pricing.Price(p, []pricing.Line{{
		LineNumber: 7, WriteInText: "x", Quantity: testkit.Some("3"), PricePerUnit: testkit.Some("33.3333"), ManualDiscount: testkit.Euro("10.00"), Tax: testkit.Euro("20.00"),
		QuantityShipped: testkit.Some("3"),
	}})
	var pieces []pricing.Line
	var got []string
	for range 3 {
		l := source[0].TakePart(decimal.NewFromInt(1), pieces, p.Pricing)
		pieces = append(pieces, l)
		got = append(got, fmt.Sprint(l.BaseAmount, l.ManualDiscount.Or(money.Amount{}), l.NetAmount, l.AllocatedDiscount, l.Tax.Or(money.Amount{}), l.ExtendedAmount))
	}
	want := []string{
		"33.33 3.33 30.00 0.33 6.67 36.67",
		"33.34 3.34 30.00 0.34 6.66 36.66",
		"33.33 3.33 30.00 0.33 6.67 36.67",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("pieces are\n%q, want\n%q", got, want)
	}
	if l := source[0].TakePart(decimal.NewFromInt(1), nil, pricing.Pricing{DiscountMethod: pricing.DiscountPerUnit}); !l.ManualDiscount.Equal(source[0].ManualDiscount) {
		t.Errorf("a discount of %v per unit became %v", source[0].ManualDiscount, l.ManualDiscount)
	}
	if l := pieces[0]; !l.Piece || l.SourceLine != 7 || !l.QuantityShipped.IsZero() {
		t.Errorf("a piece refers to line %d, is a piece: %t, shipped: %v", l.SourceLine, l.Piece, l.QuantityShipped)
	}
}

// TestPieceOfNothing bills no quantity of a line while the pieces that stay have a
// cent less than they would earn now: that cent is for the one who bills the rest.
func TestPieceOfNothing(t *testing.T) {
	t.Parallel()
	p := pricing.PriceInput{Currency: money.EUR}
	p.Pricing.PricingPrecision = value.Some[int8](4)
	source, _ := pricing.Price(p, []pricing.Line{{LineNumber: 1, WriteInText: "x", Quantity: testkit.Some("6"), PricePerUnit: testkit.Some("1.6667"), Tax: testkit.Euro("10.00")}})
	line, one := source[0], decimal.NewFromInt(1)
	first := line.TakePart(one, nil, p.Pricing)
	second := line.TakePart(one, []pricing.Line{first}, p.Pricing)
	if second.BaseAmount.String() != "1.66" {
		t.Fatalf("the second of six takes %s of %s", second.BaseAmount, line.BaseAmount)
	}
	nothing := line.TakePart(decimal.Zero, []pricing.Line{second}, p.Pricing)
	if !nothing.BaseAmount.IsZero() || !nothing.NetAmount.IsZero() || nothing.Tax.Or(money.Amount{}).Sign() != 0 {
		t.Errorf("no quantity takes %s, %s and a tax of %v", nothing.BaseAmount, nothing.NetAmount, nothing.Tax)
	}
	line.Quantity = testkit.Some("0")
	if tax := line.TakePart(decimal.Zero, nil, p.Pricing).Tax; !tax.Equal(line.Tax) {
		t.Errorf("all of a line without quantity takes a tax of %v, want %v", tax, line.Tax)
	}
}

// TestPiecesKeepTheirShares changes the discount of an invoice of pieces.
func TestPiecesKeepTheirShares(t *testing.T) {
	t.Parallel()
	eur := money.EUR.MustAmount
	pieces := []pricing.Line{
		{WriteInText: "a", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some("33.33"), Piece: true, BaseAmount: eur("33.34"), NetAmount: eur("30.00"), AllocatedDiscount: eur("0.34")},
		{WriteInText: "b", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some("33.33"), Piece: true, BaseAmount: eur("33.33"), NetAmount: eur("30.00"), AllocatedDiscount: eur("0.33")},
	}
	ordinary := pricing.Line{WriteInText: "c", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some("30")}
	for _, test := range []struct {
		name, discount string
		lines          []pricing.Line
		want           string
	}{
		{"unchanged", "0.67", pieces, "[0.34 0.33]"},
		{"another line without a share", "0.67", append(pieces[:2:2], ordinary), "[0.34 0.33 0.00]"},
		{"another line takes the rest", "1.00", append(pieces[:2:2], ordinary), "[0.34 0.33 0.33]"},
		{"a rest that no line can carry", "1.00", pieces, "[0.50 0.50]"},
		{"less than the pieces took", "0.31", append(pieces[:2:2], ordinary), "[0.11 0.10 0.10]"},
		{"nothing", "0.00", pieces, "[0.00 0.00]"},
	} {
		lines, totals := pricing.Price(pricing.PriceInput{Currency: money.EUR, Charges: pricing.Charges{DiscountAmount: testkit.Euro(test.discount)}}, test.lines)
		var got []money.Amount
		for i := range lines {
			got = append(got, lines[i].AllocatedDiscount)
		}
		if fmt.Sprint(got) != test.want || totals.DocumentDiscount.String() != test.discount {
			t.Errorf("%s: %s is shared as %s, want %s", test.name, totals.DocumentDiscount, got, test.want)
		}
		if lines[0].BaseAmount.String() != "33.34" {
			t.Errorf("%s: a piece of 33.34 became %s", test.name, lines[0].BaseAmount)
		}
	}
	flipped := pieces[0]
	flipped.NetAmount = eur("33.35")
	lines, _ := pricing.Price(pricing.PriceInput{Currency: money.EUR}, []pricing.Line{flipped})
	if lines[0].PricingError != catalog.PricingErrorInvalidDiscount {
		t.Errorf("a piece whose net is above its base has the error %q", lines[0].PricingError)
	}
}

// TestHeaderIsRounded gives every amount of the header half a cent too many.
func TestHeaderIsRounded(t *testing.T) {
	t.Parallel()
	half := value.Some(testkit.Amount(t, "1.005"))
	p := pricing.PriceInput{Currency: money.EUR, Charges: pricing.Charges{DiscountAmount: half, FreightAmount: half, FreightTax: half, PrepaidAmount: half}}
	p.PayableRounding = &pricing.PayableRounding{Amount: half}
	_, totals := pricing.Price(p, []pricing.Line{{WriteInText: "x", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some("10")}})
	got := fmt.Sprint(totals.DocumentDiscount, totals.TotalAmountLessFreight, totals.TotalTax, totals.TotalAmount, totals.PayableRoundingAmount, totals.AmountDue)
	if want := "1.01 8.99 1.01 11.01 1.01 11.01"; got != want {
		t.Errorf("totals are %s, want %s", got, want)
	}
}

func TestCloneLines(t *testing.T) {
	t.Parallel()
	q := leadtocash.Quote{}
	q.Lines = []pricing.Line{{
		Shipping: &pricing.LineShipping{ShipTo: &party.ShipTo{}},
		TaxCode:  &pricing.TaxCode{Components: []pricing.TaxComponent{{Name: "city"}}},
	}}
	clone := q.Clone()
	clone.Lines[0].Shipping.WillCall = true
	clone.Lines[0].Shipping.ShipTo.City = "Lyon"
	clone.Lines[0].TaxCode.Components[0].Name = "state"
	if l := q.Lines[0]; l.Shipping.WillCall || l.Shipping.ShipTo.City != "" || l.TaxCode.Components[0].Name != "city" {
		t.Error("a clone shares memory with the line")
	}
	if (leadtocash.Quote{}).Clone().Lines != nil {
		t.Error("no lines became some")
	}
}

func TestPricingErrorCodes(t *testing.T) {
	t.Parallel()
	errors := value.Values[catalog.PricingError]()
	if len(errors) != 38 {
		t.Errorf("%d pricing errors, want 38", len(errors))
	}
	for i, e := range errors {
		if e.Code() != i+1 || int(e) != i+1 {
			t.Errorf("%s has the code %d and the value %d, want %d", e, e.Code(), int(e), i+1)
		}
	}
	if e := catalog.PricingErrorMissingPriceLevelItemCurrency; e.Code() != 38 {
		t.Errorf("the last constant has the code %d, want 38", e.Code())
	}
}

func TestPricingJSON(t *testing.T) {
	t.Parallel()
	p := pricing.Pricing{
		RoundingMode: money.HalfEven, DiscountMethod: pricing.DiscountPerUnit, PricingPrecision: value.Some[int8](0),
		TaxMode: pricing.TaxComputed, TaxRounding: pricing.TaxRoundingPerLine, PricesIncludeTax: true,
	}
	const want = `{"rounding_mode":"half_even","discount_method":"per_unit","pricing_precision":0,"tax_mode":"computed","tax_rounding":"per_line","prices_include_tax":true}`
	text := testkit.Canonical(t, p)
	if text != want {
		t.Errorf("got %s, want %s", text, want)
	}
	var back pricing.Pricing
	if err := json.Unmarshal([]byte(text), &back); err != nil || back != p {
		t.Errorf("read back %+v, %v", back, err)
	}
	if text := testkit.Canonical(t, pricing.Pricing{}); text != "{}" {
		t.Errorf("the default pricing is %s", text)
	}
	if err := json.Unmarshal([]byte(`{"tax_mode":"guessed"}`), &back); err == nil {
		t.Error("an unknown key was accepted")
	}
	if _, err := json.Marshal(pricing.Pricing{TaxMode: 9}); err == nil {
		t.Error("a value without meaning was written")
	}
}
