package pricing

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Charges are the price-relevant fields of a document's header.
type Charges struct {
	PriceListID        record.PriceListID         `json:"price_list_id,omitzero" d365:"pricelevelid"`
	PricingDate        value.Date                 `json:"pricing_date,omitzero"` // price lists are valid on it; default: the day of the calculation
	DiscountPercentage value.Opt[decimal.Decimal] `json:"discount_percentage,omitzero" d365:"discountpercentage" range:"0..100" decimals:"5"`
	DiscountAmount     value.Opt[money.Amount]    `json:"discount_amount,omitzero" d365:"discountamount" range:"-1e12..1e12"` // has the sign of the lines' total
	FreightAmount      value.Opt[money.Amount]    `json:"freight_amount,omitzero" d365:"freightamount" range:"0..1e12"`
	FreightTax         value.Opt[money.Amount]    `json:"freight_tax,omitzero" range:"-1e12..1e12"` // typed
	FreightTaxCode     *TaxCode                   `json:"freight_tax_code,omitzero"`                // where tax is computed
	PrepaidAmount      value.Opt[money.Amount]    `json:"prepaid_amount,omitzero" range:"-1e12..1e12"`
	PayableRounding    *PayableRounding           `json:"payable_rounding,omitzero"`
	Adjustments        []Adjustment               `json:"adjustments,omitzero" most:"50"` // allowances and charges besides discounts and freight
	DiscountReason     string                     `json:"discount_reason,omitzero" max:"200"`
	DiscountReasonCode string                     `json:"discount_reason_code,omitzero" max:"3" form:"allowance"` // of UNTDID 5189
	FreightReason      string                     `json:"freight_reason,omitzero" max:"200"`
	FreightReasonCode  string                     `json:"freight_reason_code,omitzero" max:"3" form:"charge"` // of UNTDID 7161
}

// Clone returns a deep copy.
func (c *Charges) Clone() {
	c.PayableRounding, c.FreightTaxCode = record.ClonePtr(c.PayableRounding), c.FreightTaxCode.clone()
	c.Adjustments = cloneAdjustments(c.Adjustments)
}

// Faults lists what no single field shows of the charges of a document that computes
// its taxes, or not; those that were there before may have their computed tax.
func (c *Charges) Faults(catalog *catalog.Catalog, currency money.Currency, mode TaxMode, was []Adjustment) (reasons []record.Reason) {
	if !catalog.Fits(c.PriceListID, currency) {
		reasons = append(reasons, record.Reason{Code: codes.ErrCurrencyMismatch, Field: "fields.price_list_id", Message: "the price list is in another currency"})
	}
	for _, r := range c.FreightTaxCode.faults() {
		r.Field = "fields.freight_tax_code." + r.Field
		reasons = append(reasons, r)
	}
	return append(reasons, schema.Below("fields", c.listFaults(mode, was))...)
}

// listFaults lists what no single field of the list shows.
func (c *Charges) listFaults(mode TaxMode, was []Adjustment) []record.Reason {
	return adjustmentFaults("adjustments", c.Adjustments, was, true, mode)
}

// HasFreight reports whether freight, a tax of it, or a charge that is billed like it
// is part of the total.
func (c *Charges) HasFreight() bool {
	return !c.FreightAmount.Or(money.Amount{}).IsZero() || !c.FreightTax.Or(money.Amount{}).IsZero() ||
		slices.ContainsFunc(c.Adjustments, func(a Adjustment) bool {
			return a.isCharge() && !a.followsValue() && !(a.Amount.Or(money.Amount{}).IsZero() && a.Tax.Or(money.Amount{}).IsZero())
		})
}

// Discounts reports whether the whole document is discounted.
func (c *Charges) Discounts() bool {
	return !c.DiscountPercentage.Or(decimal.Decimal{}).IsZero() || !c.DiscountAmount.Or(money.Amount{}).IsZero() ||
		slices.ContainsFunc(c.Adjustments, func(a Adjustment) bool { return !a.isCharge() })
}

// SharesAlike reports whether both share the same discounts and allowances over their
// lines.
func (c *Charges) SharesAlike(d *Charges) bool {
	return c.DiscountPercentage.Equal(d.DiscountPercentage) && c.DiscountAmount.Equal(d.DiscountAmount) && sameAdjustments(c.Adjustments, d.Adjustments)
}

// Equal reports whether both say the same.
func (c Charges) Equal(d Charges) bool {
	return c.PriceListID == d.PriceListID && c.PricingDate == d.PricingDate && c.FreightTaxCode.Equal(d.FreightTaxCode) && c.DiscountPercentage.Equal(d.DiscountPercentage) &&
		c.DiscountAmount.Equal(d.DiscountAmount) && c.FreightAmount.Equal(d.FreightAmount) && c.FreightTax.Equal(d.FreightTax) &&
		c.PrepaidAmount.Equal(d.PrepaidAmount) && c.PayableRounding.equal(d.PayableRounding) && sameAdjustments(c.Adjustments, d.Adjustments) &&
		c.DiscountReason == d.DiscountReason && c.DiscountReasonCode == d.DiscountReasonCode &&
		c.FreightReason == d.FreightReason && c.FreightReasonCode == d.FreightReasonCode
}

func (r *PayableRounding) equal(s *PayableRounding) bool {
	if r == nil || s == nil {
		return r == s
	}
	return r.Increment.Equal(s.Increment) && r.Amount.Equal(s.Amount)
}

// Discounted are the charges with a document discount that is the sum of what
// lines have of it.
func (c Charges) Discounted(sum money.Amount) Charges {
	c.DiscountPercentage, c.DiscountAmount = value.None[decimal.Decimal](), value.None[money.Amount]()
	if !sum.IsZero() {
		c.DiscountAmount = value.Some(sum)
	}
	return c
}

// Inherited are the charges that conversions pass on. What was prepaid and how
// the amount due is rounded is said anew on each document.
func (c Charges) Inherited() Charges {
	c.PrepaidAmount, c.PayableRounding = value.None[money.Amount](), nil
	c.Adjustments = cloneAdjustments(c.Adjustments)
	return c
}

// PricedLines is what the five documents share: how they are priced, their lines, and
// what these add up to.
type PricedLines struct {
	Pricing  Pricing `json:"pricing,omitzero"` // of the settings when the document was made; never changed
	Lines    []Line  `json:"lines,omitzero"`
	LastLine int32   `json:"last_line,omitzero" range:"0..1e9"` // the highest line number handed out so far; none is reused
	Totals
}

// Clone returns a deep copy.
func (s *PricedLines) Clone() { s.Lines = cloneLines(s.Lines) }

// Line returns the line with the number, nil if there is none.
func (s *PricedLines) Line(number int32) *Line {
	if i := slices.IndexFunc(s.Lines, func(l Line) bool { return l.LineNumber == number }); i >= 0 {
		return &s.Lines[i]
	}
	return nil
}

// Priced is what the calculation takes: p, which is what it depends on besides
// the document, with the document's header. The date in p is that of documents
// without one.
func (s *PricedLines) Priced(h *record.Head, ch *Charges, p PriceInput) PriceInput {
	today := p.PricingDate
	p.Charges, p.Pricing, p.Currency, p.ExchangeRate = *ch, s.Pricing, h.Currency, h.ExchangeRate.Or(decimal.Decimal{})
	p.PricingDate = cmp.Or(ch.PricingDate, today)
	return p
}

// Calculate prices the lines and adds them up; the charges get the amounts of their
// list.
func (s *PricedLines) Calculate(h *record.Head, ch *Charges, p PriceInput) {
	s.Lines, ch.Adjustments, s.Totals = price(s.Priced(h, ch, p), s.Lines)
	s.configured(p.Catalog)
}

// CalculateNoticed calculates and tells of lines whose price or amount is not 0 and
// rounded to 0, or to a hundredth less than it is: NoticeRoundedAway, with the exact
// figure, the stored one and its decimals.
func (s *PricedLines) CalculateNoticed(h *record.Head, ch *Charges, p PriceInput) (notices []record.Reason) {
	given := Finder{Lines: s.Lines}
	s.Calculate(h, ch, p)
	for i := range s.Lines {
		l := &s.Lines[i]
		price := l.PricePerUnit.Or(decimal.Decimal{})
		unit, _ := exact.Coefficient(price)
		if l.PricingError != 0 || l.Piece || l.ProductType == ProductTypeRequiredBundleProduct || !fewUnits(unit) && !fewUnits(l.BaseAmount.Units()) {
			continue
		}
		whole := price
		if was := given.Line(l.LineNumber); was != nil {
			whole = was.PricePerUnit.Or(price)
		}
		tell := func(field string, is, kept decimal.Decimal, text string, digits int) bool {
			lost := is.Abs().Sub(kept.Abs())
			if is.IsZero() || lost.Mul(decimal.New(100, 0)).LessThan(is.Abs()) {
				return false
			}
			notices = append(notices, record.ReasonFor(codes.NoticeRoundedAway, fmt.Sprintf("lines[%d].%s", i, field)).
				With("line_number", l.LineNumber, "exact", is.String(), "stored", text, "precision", digits))
			return true
		}
		amount := l.perBase(whole.Sub(l.VolumeDiscount.Or(decimal.Decimal{})).Mul(l.Quantity.Or(decimal.Decimal{})))
		if !tell("base_amount", amount, l.BaseAmount.Decimal(), l.BaseAmount.String(), h.Currency.Digits()) {
			tell("price_per_unit", whole, price, price.String(), s.Pricing.Precision(h.Currency))
		}
	}
	return notices
}

// fewUnits reports whether rounding can take a hundredth of a figure of so many of
// the least units.
func fewUnits(units int64) bool { return units >= -100 && units <= 100 }

// Equal reports whether lines and totals are the same.
func (s PricedLines) Equal(other PricedLines) bool { return reflect.DeepEqual(s, other) }

// LineFields are the fields of a line that people edit. A line has either a
// product and a unit or a write-in text. Without a unit a product is sold in
// its default unit; without a price it has that of the catalogue.
type LineFields struct {
	ProductID      record.ProductID           `json:"product_id,omitzero"`
	UnitID         record.UnitID              `json:"unit_id,omitzero"`
	ProductName    string                     `json:"product_name,omitzero" max:"500"`
	WriteInText    string                     `json:"write_in_text,omitzero" max:"500"`
	Quantity       value.Opt[decimal.Decimal] `json:"quantity,omitzero" range:"-1e11..1e11" decimals:"5"`
	PricePerUnit   value.Opt[decimal.Decimal] `json:"price_per_unit,omitzero" range:"-1e12..1e12" decimals:"4"` // given: overrides the catalogue
	ManualDiscount value.Opt[money.Amount]    `json:"manual_discount,omitzero" range:"-1e14..1e14"`
	Tax            value.Opt[money.Amount]    `json:"tax,omitzero" range:"-1e14..1e14"`      // where tax is typed
	TaxCode        *TaxCode                   `json:"tax_code,omitzero"`                     // where tax is computed
	ParentBundle   int32                      `json:"parent_bundle,omitzero" range:"0..1e9"` // line number of the bundle that an optional product belongs to; new lines are numbered on, each bundle followed by its required products
	SequenceNumber int32                      `json:"sequence_number,omitzero" range:"0..1e9"`
	Shipping       *LineShipping              `json:"shipping,omitzero"`
	Properties     []PropertyValue            `json:"properties,omitzero" most:"100"`                            // of the product; those without value have their default
	PriceBase      value.Opt[decimal.Decimal] `json:"price_base_quantity,omitzero" range:"0..1e11" decimals:"5"` // for how many units the given price is, more than 0; default 1
	Adjustments    []Adjustment               `json:"adjustments,omitzero" most:"20"`
	Details        *LineDetails               `json:"details,omitzero"`
}

// WriteIn is a line for something that is in no catalogue.
func WriteIn(text string, quantity, price decimal.Decimal) LineFields {
	return LineFields{WriteInText: text, Quantity: value.Some(quantity), PricePerUnit: value.Some(price)}
}

// FromCatalog is a line for a product, in its default unit at its price.
func FromCatalog(product record.ProductID, quantity decimal.Decimal) LineFields {
	return LineFields{ProductID: product, Quantity: value.Some(quantity)}
}

// apply puts the fields on a line. What the catalogue said of the line stays
// until it is asked again, as far as the line is about the same.
func (f *LineFields) apply(l *Line) {
	f = record.ClonePtr(f)
	f.UnitID = catalog.FirstID(f.UnitID, l.unitOf(f.ProductID))
	same := l.ProductID == f.ProductID && l.UnitID == f.UnitID
	if !l.VolumeDiscount.IsZero() && (!same || !f.Quantity.Or(decimal.Decimal{}).Equal(l.Quantity.Or(decimal.Decimal{}))) {
		l.VolumeDiscount = value.None[decimal.Decimal]()
	}
	overridden := l.IsPriceOverridden
	l.IsPriceOverridden = f.ProductID.IsZero() || !f.PricePerUnit.IsZero()
	if same && !overridden && !l.IsPriceOverridden {
		f.PricePerUnit, f.PriceBase = l.PricePerUnit, l.PriceBase
	}
	if f.ProductName == "" && same {
		f.ProductName = l.ProductName
	}
	l.ProductID, l.UnitID, l.ProductName, l.WriteInText = f.ProductID, f.UnitID, f.ProductName, f.WriteInText
	l.Quantity, l.PricePerUnit, l.ManualDiscount, l.Tax = f.Quantity, f.PricePerUnit, f.ManualDiscount, f.Tax
	l.SequenceNumber, l.Shipping, l.TaxCode, l.Properties = f.SequenceNumber, f.Shipping, f.TaxCode, f.Properties
	l.PriceBase, l.Adjustments, l.Details = f.PriceBase, f.Adjustments, f.Details
	switch {
	case f.ParentBundle != 0:
		l.ProductType, l.ParentBundle = ProductTypeOptionalBundleProduct, f.ParentBundle
	case l.ProductType == 0 || l.ProductType == ProductTypeOptionalBundleProduct:
		l.ProductType, l.ParentBundle = ProductTypeProduct, 0
	}
}

// unitOf is the unit of the line while it sells the product.
func (l *Line) unitOf(product record.ProductID) record.UnitID {
	if l.ProductID != product {
		return record.UnitID{}
	}
	return l.UnitID
}

// Fields returns the editable fields of the line, to be changed and given back
// in a [ChangeLine]. A price of the catalogue is none of them.
func (l Line) Fields() LineFields { return FieldsOf(l.Clone()) }

// FieldsOf is Fields, with what the line points to.
func FieldsOf(l Line) LineFields {
	f := LineFields{
		ProductID: l.ProductID, UnitID: l.UnitID, ProductName: l.ProductName, WriteInText: l.WriteInText,
		Quantity: l.Quantity, PricePerUnit: l.PricePerUnit, ManualDiscount: l.ManualDiscount, Tax: l.Tax,
		SequenceNumber: l.SequenceNumber, Shipping: l.Shipping, TaxCode: l.TaxCode, Properties: l.Properties,
		PriceBase: l.PriceBase, Adjustments: l.Adjustments, Details: l.Details,
	}
	if !l.IsPriceOverridden && !l.IsWriteIn() {
		f.PricePerUnit, f.PriceBase = value.None[decimal.Decimal](), value.None[decimal.Decimal]()
	}
	if l.ProductType == ProductTypeOptionalBundleProduct {
		f.ParentBundle = l.ParentBundle
	}
	return f
}

// faults are those that no single field shows; was is the line before, if there
// is one.
func (f *LineFields) faults(p *PriceInput, priceList record.PriceListID, was *Line) (reasons []record.Reason) {
	add := func(code codes.Code, field string) {
		reasons = append(reasons, record.Reason{Code: code, Field: field, Message: code.Info().Text})
	}
	switch writeIn := f.ProductID.IsZero(); {
	case writeIn && f.WriteInText == "":
		add(codes.ErrMissingProduct, "product_id")
	case !writeIn && f.WriteInText != "":
		add(codes.ErrProductAndWriteIn, "write_in_text")
	case writeIn && !f.UnitID.IsZero():
		add(codes.ErrUnitOnWriteIn, "unit_id")
	case !writeIn && f.UnitID.IsZero() && p.lacksUnit(f.ProductID):
		add(codes.ErrMissingUnit, "unit_id")
	}
	if code, field := p.productFault(f, was); code != "" {
		add(code, field)
	}
	for _, r := range f.TaxCode.faults() {
		r.Field = "tax_code." + r.Field
		reasons = append(reasons, r)
	}
	if f.Quantity.IsZero() {
		add(codes.ErrMissingQuantity, "quantity")
	}
	reasons = append(reasons, f.valueFaults(p.Catalog, was)...)
	if f.ProductID.IsZero() && f.PricePerUnit.IsZero() {
		add(codes.ErrMissingField, "price_per_unit")
	}
	switch base, given := f.PriceBase.Get(); {
	case given && base.Sign() <= 0:
		add(codes.ErrOutOfRange, "price_base_quantity")
	case given && f.PricePerUnit.IsZero() && (was == nil || !was.PriceBase.Equal(f.PriceBase)):
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "price_base_quantity", Message: "belongs to a price that is given"})
	}
	reasons = append(reasons, adjustmentFaults("adjustments", f.Adjustments, nil, false, TaxManual)...)
	if !f.ProductID.IsZero() && priceList.IsZero() && !p.PriceListOptional {
		add(codes.ErrMissingPriceList, "product_id")
	}
	return reasons
}

// lacksUnit reports whether a product has no default unit that is known. One
// that there is not lacks more than that.
func (p *PriceInput) lacksUnit(id record.ProductID) bool {
	product := p.Catalog.Product(id)
	if product == nil {
		return p.Catalog == nil || p.Custom != nil
	}
	return product.InForce().DefaultUnitID.IsZero()
}

// productFault says what is wrong with the choice of a product and its unit. A
// choice that was made before stands.
func (p *PriceInput) productFault(f *LineFields, was *Line) (codes.Code, string) {
	if p.Catalog == nil || p.Custom != nil || f.ProductID.IsZero() || was != nil && was.ProductID == f.ProductID && was.UnitID == catalog.FirstID(f.UnitID, was.UnitID) {
		return "", ""
	}
	switch product := p.Catalog.Product(f.ProductID); {
	case product == nil:
		return codes.ErrNotFound, "product_id"
	case !product.IsSellable():
		return codes.ErrInactiveProduct, "product_id"
	case p.Catalog.UnitFault(product, f.UnitID) == catalog.PricingErrorMissingUOM:
		return codes.ErrNotFound, "unit_id"
	}
	return "", ""
}

// NewLines makes the lines of a new document and lists their faults.
func NewLines(fields []LineFields, p PriceInput, priceList record.PriceListID) (lines []Line, faults []record.Reason) {
	if len(fields) == 0 {
		return nil, nil
	}
	if full := (&PricedLines{}).Room("lines", withMembersOf(fields, p.Catalog)); full != nil {
		return nil, full
	}
	lines = make([]Line, len(fields))
	for i := range fields {
		fields[i].apply(&lines[i])
		lines[i].withDefaults(p.Catalog)
	}
	lines = withMembers(lines, p.Catalog)
	for i, f := range fields {
		var bundle *Line
		if n := int(f.ParentBundle); 0 < n && n <= len(lines) {
			bundle = &lines[n-1]
		}
		if bad := append(f.faults(&p, priceList, nil), f.bundleFaults(bundle, nil, p.Catalog)...); bad != nil {
			faults = append(faults, schema.Below(fmt.Sprintf("lines[%d]", i), bad)...)
		}
	}
	return lines, faults
}

// Add appends lines, which it takes over, and numbers them. The lines there are
// stay untouched; those added that belong to a bundle among them follow its new
// number.
func (s *PricedLines) Add(lines []Line) {
	if len(s.Lines) == 0 {
		s.Lines = lines
	} else {
		s.Lines = slices.Concat(s.Lines, lines)
	}
	first := len(s.Lines) - len(lines)
	numbers, bundle := map[int32]int32{}, int32(0)
	for i := first; i < len(s.Lines); i++ {
		l := &s.Lines[i]
		s.LastLine++
		numbers[l.LineNumber] = s.LastLine
		l.LineNumber = s.LastLine
		if l.ParentBundle == ownBundle {
			l.ParentBundle = bundle
		} else if to, moved := numbers[l.ParentBundle]; moved && l.ParentBundle != 0 {
			l.ParentBundle = to
		}
		if l.ProductType == ProductTypeBundle {
			bundle = l.LineNumber
		}
	}
}

// KeepsWorth reports whether an edit leaves what a line is worth untouched. A
// computed tax is not edited.
func (s *PricedLines) KeepsWorth(l *Line, f LineFields) bool {
	was := FieldsOf(*l)
	if s.Pricing.TaxMode == TaxComputed {
		was.Tax = f.Tax
	}
	return SameWorth(was, f)
}

// SameWorth reports whether an edit leaves what a line is worth untouched.
func SameWorth(a, b LineFields) bool {
	same := func(x, y value.Opt[decimal.Decimal]) bool {
		p, okX := x.Get()
		q, okY := y.Get()
		return okX == okY && p.Equal(q)
	}
	return same(a.Quantity, b.Quantity) && same(a.PricePerUnit, b.PricePerUnit) &&
		a.ManualDiscount.Equal(b.ManualDiscount) && a.Tax.Equal(b.Tax) && same(a.PriceBase, b.PriceBase) && sameAdjustments(a.Adjustments, b.Adjustments)
}

// ChangeCurrency gives a document another currency.
type ChangeCurrency = record.ChangeCurrency

// Recalculate computes a document again.
type Recalculate struct{}

// PricingErrors names the lines that cannot be priced, and the header if that
// is to blame.
func (s *PricedLines) PricingErrors() (reasons []record.Reason) {
	for i := range s.Lines {
		if code := s.Lines[i].PricingError; code != 0 {
			reasons = append(reasons, record.Reason{
				Code: codes.ErrPricing, Field: fmt.Sprintf("lines[%d]", i), Message: "line " + fmt.Sprint(s.Lines[i].LineNumber) + ": " + code.Label(),
				Params: map[string]any{"line_number": s.Lines[i].LineNumber, "pricing_error": code.Code()},
			})
		}
	}
	if s.PricingError != 0 && s.PricingError != catalog.PricingErrorDetail {
		reasons = append(reasons, record.Reason{
			Code: codes.ErrPricing, Message: s.PricingError.Label(), Params: map[string]any{"pricing_error": s.PricingError.Code()},
		})
	}
	return reasons
}

// CopyOf returns the sale for a document made from this one: everything is
// carried over and nothing is calculated, and lines are marked as copied. They
// point to their source where the kind of document keeps that.
func (s PricedLines) CopyOf(toSource bool) PricedLines {
	s.Lines = cloneLines(s.Lines)
	for i := range s.Lines {
		l := &s.Lines[i]
		l.IsCopied, l.SourceLine = true, 0
		if toSource {
			l.SourceLine = l.LineNumber
		}
	}
	return s
}

// GetProducts copies the lines of an opportunity into a document.
type GetProducts struct {
	OpportunityID record.OpportunityID `json:"opportunity_id" need:"true"`
}

// ImportFaults numbers and prices the lines of an imported document, and lists
// what is wrong with them.
func (s *PricedLines) ImportFaults(h *record.Head, c *Charges) []record.Reason {
	return s.importFaults(h, c, PriceInput{ErrorsStay: true})
}

// ImportTaxedFaults is ImportFaults for a document whose computed taxes depended on
// others when it was issued: they stay.
func (s *PricedLines) ImportTaxedFaults(h *record.Head, c *Charges) []record.Reason {
	return s.importFaults(h, c, PriceInput{ErrorsStay: true, TaxStays: true, TotalTax: s.TotalTax})
}

func (s *PricedLines) importFaults(h *record.Head, c *Charges, p PriceInput) (reasons []record.Reason) {
	taken := map[int32]bool{}
	unnumbered := 0
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.LineNumber == 0 {
			unnumbered++
		}
		// A price that was agreed elsewhere needs no price list here.
		fields := FieldsOf(*l)
		bad := fields.faults(&PriceInput{PriceListOptional: true}, c.PriceListID, nil)
		if l.LineNumber < 0 || taken[l.LineNumber] {
			bad = append(bad, record.Reason{Code: codes.ErrInvalid, Field: "line_number", Message: "is negative or that of another line"})
		}
		if bad != nil {
			reasons = append(reasons, schema.Below(fmt.Sprintf("lines[%d]", i), bad)...)
		}
		taken[l.LineNumber] = l.LineNumber != 0
		s.LastLine = max(s.LastLine, l.LineNumber)
	}
	if int64(s.LastLine)+int64(unnumbered) > maxLineNumber {
		return append(reasons, record.Reason{
			Code: codes.ErrOutOfRange, Field: "last_line", Message: fmt.Sprintf("a document has at most %d line numbers", maxLineNumber), Params: map[string]any{"max": maxLineNumber},
		})
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.LineNumber == 0 {
			s.LastLine++
			l.LineNumber = s.LastLine
		}
		if l.ProductType == 0 {
			l.ProductType = ProductTypeProduct
		}
		l.IsPriceOverridden = l.IsPriceOverridden || l.IsWriteIn()
	}
	given, list := *s, c.Adjustments
	reasons = append(reasons, c.listFaults(s.Pricing.TaxMode, list)...)
	s.Calculate(h, c, p)
	reasons = append(reasons, amountFaults(&given.Totals, &s.Totals)...)
	reasons = append(reasons, listedFaults(list, c.Adjustments, true)...)
	for i := range s.Lines {
		below := append(amountFaults(&given.Lines[i], &s.Lines[i]), listedFaults(given.Lines[i].Adjustments, s.Lines[i].Adjustments, true)...)
		reasons = append(reasons, schema.Below(fmt.Sprintf("lines[%d]", i), below)...)
	}
	return reasons
}
