package pricing

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Pricing is how a document calculates. It is set when the document is
// created, passed on by conversions and never changed, so that a later change
// of [leadtocash.Settings] touches no existing document. The zero Pricing has the
// defaults. Compare with ==.
type Pricing struct {
	RoundingMode     money.RoundingMode `json:"rounding_mode,omitzero"`
	DiscountMethod   DiscountMethod     `json:"discount_method,omitzero"`
	PricingPrecision value.Opt[int8]    `json:"pricing_precision,omitzero" range:"0..4"` // decimals of unit prices, 0 to 4; unset: those of the currency, but at least 2
	TaxMode          TaxMode            `json:"tax_mode,omitzero"`
	TaxRounding      TaxRounding        `json:"tax_rounding,omitzero"`
	PricesIncludeTax bool               `json:"prices_include_tax,omitzero"` // only with TaxComputed
}

// Precision returns the decimals of unit prices in a currency: those that are
// set, else those of the currency, but at least 2.
func (p Pricing) Precision(c money.Currency) int {
	return int(p.PricingPrecision.Or(int8(c.PriceDigits())))
}

// DiscountMethod says what the manual discount of a line is.
type DiscountMethod = value.Setting[discountMethods]

// The discount methods.
const (
	DiscountLineItem DiscountMethod = iota // an amount for the whole line; the default
	DiscountPerUnit                        // an amount per unit, times the quantity
)

type discountMethods struct{}

func (discountMethods) Keys() []string { return discountMethodKeys }

var discountMethodKeys = []string{"line_item", "per_unit"}

// TaxMode says where the tax of a line comes from.
type TaxMode = value.Setting[taxModes]

// The tax modes.
const (
	TaxManual   TaxMode = iota // typed on each line and for freight; the default
	TaxComputed                // from tax codes
)

type taxModes struct{}

func (taxModes) Keys() []string { return taxModeKeys }

var taxModeKeys = []string{"manual", "computed"}

// TaxRounding says where computed tax is rounded.
type TaxRounding = value.Setting[taxRoundings]

// The ways to round tax.
const (
	TaxRoundingGlobal  TaxRounding = iota // once per tax rate of the document; the default
	TaxRoundingPerLine                    // on each line
)

type taxRoundings struct{}

func (taxRoundings) Keys() []string { return taxRoundingKeys }

var taxRoundingKeys = []string{"global", "per_line"}

// PriceInput is what the calculation of a document needs of its header, and what it
// depends on besides.
type PriceInput struct {
	Charges           // without a PricingDate, the dates of price lists are not asked
	Currency          money.Currency
	Pricing           Pricing
	Catalog           *catalog.Catalog // nil: prices and volume discounts come with the lines
	CopyProductText   bool             // catalogue lines without a text take the description of their product
	PriceListOptional bool             // a catalogue line without price list item costs nothing instead of being an error
	PricesLocked      bool             // prices and volume discounts that lines have stay
	BaseCurrency      money.Currency   // unset: amounts in base currency are not checked
	ExchangeRate      decimal.Decimal  // units of Currency per unit of BaseCurrency; 0: not known, there are no amounts in base currency
	TaxTaken          *TaxTaken        // by documents that compute their tax together with this one; nil: there are none
	TaxStays          bool             // computed taxes of lines, and TotalTax, are what they were when the document was issued
	TotalTax          money.Amount     // with TaxStays
	ErrorsStay        bool             // of products that cannot be priced: the catalogue that said so is not at hand
	Custom            CustomPricing    // calculates instead; nil: Price does
}

// CustomPricing calculates documents instead of [Price]: it gets a document and
// its lines, and returns the lines, in their order, with prices and amounts, and
// the totals. It must be pure. A line whose PricingError it sets holds up the
// document, and so does a result with other lines than it got:
// PricingErrorCalculation. Adjustments of the PriceInput are its own: it fills in the
// amounts of the header's list, as it does those of the lines.
type CustomPricing func(PriceInput, []Line) ([]Line, Totals)

// PayableRounding brings what is due to an amount that can be paid in cash:
// the nearest multiple of an increment, such as 0.05, a tie going away from
// zero, or by an explicit amount, which wins. It touches no total and no tax.
type PayableRounding struct {
	Increment money.Amount            `json:"increment,omitzero"`
	Amount    value.Opt[money.Amount] `json:"amount,omitzero"`
}

// Totals is what a document adds up to, in its own currency. All of it is
// calculated. With a PricingError other than PricingErrorDetail the amounts
// are 0.
type Totals struct {
	TotalLineItemAmount         money.Amount         `json:"total_line_item_amount" d365:"totallineitemamount"`                  // the lines' net amounts
	TotalLineItemDiscountAmount money.Amount         `json:"total_line_item_discount_amount" d365:"totallineitemdiscountamount"` // the lines' manual discounts
	DocumentDiscount            money.Amount         `json:"document_discount"`                                                  // percentage, amount and allowances of the header
	TotalDiscountAmount         money.Amount         `json:"total_discount_amount" d365:"totaldiscountamount"`                   // document discount, manual discounts and allowances of lines
	TotalAmountLessFreight      money.Amount         `json:"total_amount_less_freight" d365:"totalamountlessfreight"`            // TotalLineItemAmount - DocumentDiscount
	ChargeTotal                 money.Amount         `json:"charge_total,omitzero"`                                              // charges of the header's list
	TotalTax                    money.Amount         `json:"total_tax" d365:"totaltax"`                                          // lines, freight and charges
	TotalAmount                 money.Amount         `json:"total_amount" d365:"totalamount"`                                    // TotalAmountLessFreight + freight + ChargeTotal + TotalTax, unless prices include the tax
	PayableRoundingAmount       money.Amount         `json:"payable_rounding_amount"`
	AmountDue                   money.Amount         `json:"amount_due"` // TotalAmount - prepaid + PayableRoundingAmount; payments and credits do not lower it: see Invoice.OpenBalance
	PricingError                catalog.PricingError `json:"pricing_error,omitzero" d365:"pricingerrorcode"`
}

// Rounded brings the header's amounts to the currency's decimals, as imports
// need it.
func (p PriceInput) Rounded() PriceInput {
	p.DiscountAmount = p.rounded(p.DiscountAmount)
	p.FreightAmount = p.rounded(p.FreightAmount)
	p.FreightTax = p.rounded(p.FreightTax)
	p.PrepaidAmount = p.rounded(p.PrepaidAmount)
	p.Adjustments = p.roundedAdjustments(p.Adjustments)
	if r := p.PayableRounding; r != nil {
		p.PayableRounding = &PayableRounding{p.Currency.RoundAmount(r.Increment, p.Pricing.RoundingMode), p.rounded(r.Amount)}
	}
	return p
}

// Price calculates a document: prices, discounts, taxes, amounts and errors of
// its lines, and the totals. Everything is exact but for the rounding of unit
// prices and volume discounts to the pricing precision, and of amounts and
// taxes to the currency's. A line with an error counts as 0. The lines given
// are not changed. Calculating the result again yields the same. The amounts of the
// header's list are told by [PricedLines.Calculate].
func Price(p PriceInput, lines []Line) ([]Line, Totals) {
	priced, _, totals := price(p, lines)
	return priced, totals
}

// price is Price with the header's list.
func price(p PriceInput, lines []Line) ([]Line, []Adjustment, Totals) {
	if p.Custom != nil {
		return p.customized(lines)
	}
	c := calculation{PriceInput: p.Rounded(), lines: slices.Clone(lines), zero: p.Currency.Zero()}
	if p.TaxStays {
		for i := range lines {
			c.issued = append(c.issued, lines[i].Tax)
		}
	}
	for _, step := range documentSteps {
		if code := step(&c); code != 0 {
			return c.lines, c.Adjustments, c.none(code)
		}
	}
	return c.lines, c.Adjustments, c.totals
}

// customized is Price where the host calculates.
func (p PriceInput) customized(lines []Line) ([]Line, []Adjustment, Totals) {
	calculate, given := p.Custom, p.Adjustments
	p.Custom, p.Adjustments = nil, cloneAdjustments(given)
	priced, totals := calculate(p, cloneLines(lines))
	if len(priced) != len(lines) {
		return lines, given, Totals{PricingError: catalog.PricingErrorCalculation}
	}
	if totals.PricingError == 0 && slices.ContainsFunc(priced, func(l Line) bool { return l.PricingError != 0 }) {
		totals.PricingError = catalog.PricingErrorDetail
	}
	return priced, p.Adjustments, totals
}

// calculation is a document on its way through the steps.
type calculation struct {
	PriceInput
	lines  []Line
	totals Totals
	zero   money.Amount

	included money.Amount              // tax that the prices include
	listed   money.Amount              // allowances of the lines' lists
	issued   []value.Opt[money.Amount] // taxes of the lines that stay

	discountFaults map[record.DiscountListID]catalog.PricingError // of the discount lists met so far

	// of the line in hand
	product  *catalog.Product       // nil: the catalogue is not asked
	item     *catalog.PriceListItem // nil: none was found
	unit     money.Amount           // price, then less volume discount
	quantity exact.Num
	base     exact.Num // for how many units the price is
}

// documentSteps are taken in this order; the first to return an error ends the
// calculation without totals.
var documentSteps = [...]func(*calculation) catalog.PricingError{
	(*calculation).priceLines,
	(*calculation).addLines,
	(*calculation).discountDocument,
	(*calculation).shareDiscount,
	(*calculation).addCharges,
	(*calculation).addTax,
	(*calculation).addTotal,
	(*calculation).payable,
	(*calculation).inBaseCurrency,
}

// lineSteps are taken in this order; the first to return an error takes the
// line out of the calculation.
var lineSteps = [...]func(*calculation, *Line) catalog.PricingError{
	(*calculation).checkPrecision,
	(*calculation).checkQuantity,
	(*calculation).checkWriteIn,
	(*calculation).findProduct,
	(*calculation).checkOverride,
	(*calculation).findItem,
	(*calculation).takePrice,
	(*calculation).takePriceBase,
	(*calculation).roundPrice,
	(*calculation).checkDecimals,
	(*calculation).findDiscount,
	(*calculation).takeVolumeDiscount,
	(*calculation).takeBase,
	(*calculation).takeDiscount,
	(*calculation).takeExtended,
}
