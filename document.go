package leadtocash

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/shopspring/decimal"
)

type dec = decimal.Decimal

// Charges are the price-relevant fields of a document's header.
type Charges struct {
	PriceListID        PriceListID          `json:"price_list_id,omitzero" d365:"pricelevelid"`
	DiscountPercentage Opt[decimal.Decimal] `json:"discount_percentage,omitzero" d365:"discountpercentage" range:"0..100" decimals:"5"`
	DiscountAmount     Opt[Amount]          `json:"discount_amount,omitzero" d365:"discountamount" range:"-1e12..1e12"` // has the sign of the lines' total
	FreightAmount      Opt[Amount]          `json:"freight_amount,omitzero" d365:"freightamount" range:"0..1e12"`
	FreightTax         Opt[Amount]          `json:"freight_tax,omitzero" range:"-1e12..1e12"` // typed
	FreightTaxCode     *TaxCode             `json:"freight_tax_code,omitzero"`                // where tax is computed
	PrepaidAmount      Opt[Amount]          `json:"prepaid_amount,omitzero" range:"-1e12..1e12"`
	PayableRounding    *PayableRounding     `json:"payable_rounding,omitzero"`
}

func (c *Charges) clone() {
	c.PayableRounding, c.FreightTaxCode = clonePtr(c.PayableRounding), c.FreightTaxCode.clone()
}

// Sale is what the four documents share: how they are priced, their lines, and
// what these add up to.
type Sale struct {
	Pricing  Pricing `json:"pricing,omitzero"` // of the settings when the document was made; never changed
	Lines    []Line  `json:"lines,omitzero"`
	LastLine int32   `json:"last_line,omitzero"` // the highest line number handed out so far; none is reused
	Totals
}

func (s *Sale) clone() { s.Lines = cloneLines(s.Lines) }

// Line returns the line with the number, nil if there is none.
func (s *Sale) Line(number int32) *Line {
	if i := slices.IndexFunc(s.Lines, func(l Line) bool { return l.LineNumber == number }); i >= 0 {
		return &s.Lines[i]
	}
	return nil
}

// calculate prices the lines and adds them up.
func (s *Sale) calculate(c Currency, ch *Charges) {
	p := Priced{
		Currency: c, Pricing: s.Pricing, DiscountPercentage: ch.DiscountPercentage,
		DiscountAmount: ch.DiscountAmount, FreightAmount: ch.FreightAmount, FreightTax: ch.FreightTax, FreightTaxCode: ch.FreightTaxCode,
		PrepaidAmount: ch.PrepaidAmount,
	}
	if ch.PayableRounding != nil {
		p.PayableRounding = *ch.PayableRounding
	}
	s.Lines, s.Totals = Price(p, s.Lines)
}

func (s Sale) equal(other Sale) bool { return reflect.DeepEqual(s, other) }

// LineFields are the fields of a line that people edit. A line has either a
// product and a unit or a write-in text.
type LineFields struct {
	ProductID      ProductID            `json:"product_id,omitzero"`
	UnitID         UnitID               `json:"unit_id,omitzero"`
	ProductName    string               `json:"product_name,omitzero" max:"500"`
	WriteInText    string               `json:"write_in_text,omitzero" max:"500"`
	Quantity       Opt[decimal.Decimal] `json:"quantity,omitzero" range:"-1e11..1e11" decimals:"5"`
	PricePerUnit   Opt[decimal.Decimal] `json:"price_per_unit,omitzero" range:"-1e12..1e12" decimals:"4"` // given: overrides the catalogue
	ManualDiscount Opt[Amount]          `json:"manual_discount,omitzero" range:"-1e14..1e14"`
	Tax            Opt[Amount]          `json:"tax,omitzero" range:"-1e14..1e14"`
	SequenceNumber int32                `json:"sequence_number,omitzero" range:"0..1e9"`
	Shipping       *LineShipping        `json:"shipping,omitzero"`
}

// WriteIn is a line for something that is in no catalogue.
func WriteIn(text string, quantity, price decimal.Decimal) LineFields {
	return LineFields{WriteInText: text, Quantity: Some(quantity), PricePerUnit: Some(price)}
}

// apply puts the fields on a line.
func (f *LineFields) apply(l *Line) {
	l.ProductID, l.UnitID, l.ProductName, l.WriteInText = f.ProductID, f.UnitID, f.ProductName, f.WriteInText
	l.Quantity, l.PricePerUnit, l.ManualDiscount, l.Tax = f.Quantity, f.PricePerUnit, f.ManualDiscount, f.Tax
	l.SequenceNumber, l.Shipping = f.SequenceNumber, f.Shipping
	l.IsPriceOverridden = l.IsWriteIn() || !f.PricePerUnit.IsZero()
	if l.ProductType == 0 {
		l.ProductType = ProductTypeProduct
	}
}

// fieldsOf are the editable fields of a line.
func fieldsOf(l Line) LineFields {
	return LineFields{
		ProductID: l.ProductID, UnitID: l.UnitID, ProductName: l.ProductName, WriteInText: l.WriteInText,
		Quantity: l.Quantity, PricePerUnit: l.PricePerUnit, ManualDiscount: l.ManualDiscount, Tax: l.Tax,
		SequenceNumber: l.SequenceNumber, Shipping: l.Shipping,
	}
}

// faults are those that no single field shows.
func (f *LineFields) faults(s Settings, priceList PriceListID) (reasons []Reason) {
	add := func(code Code, field string) {
		reasons = append(reasons, Reason{Code: code, Field: field, Message: code.Info().Text})
	}
	switch writeIn := f.ProductID.IsZero(); {
	case writeIn && f.WriteInText == "":
		add(ErrMissingProduct, "product_id")
	case !writeIn && f.WriteInText != "":
		add(ErrProductAndWriteIn, "write_in_text")
	case writeIn && !f.UnitID.IsZero():
		add(ErrUnitOnWriteIn, "unit_id")
	case !writeIn && f.UnitID.IsZero():
		add(ErrMissingUnit, "unit_id")
	}
	if f.Quantity.IsZero() {
		add(ErrMissingQuantity, "quantity")
	}
	if f.ProductID.IsZero() && f.PricePerUnit.IsZero() {
		add(ErrMissingField, "price_per_unit")
	}
	if !f.ProductID.IsZero() && priceList.IsZero() && !s.PriceListOptional {
		add(ErrMissingPriceList, "product_id")
	}
	return reasons
}

// newLines makes the lines of a new document and lists their faults.
func newLines(fields []LineFields, s Settings, priceList PriceListID) (lines []Line, faults []Reason) {
	if len(fields) == 0 {
		return nil, nil
	}
	lines = make([]Line, len(fields))
	for i, f := range fields {
		if bad := f.faults(s, priceList); bad != nil {
			faults = append(faults, below(fmt.Sprintf("lines[%d]", i), bad)...)
		}
		f.apply(&lines[i])
	}
	return lines, faults
}

// add appends lines, which it takes over, and numbers them. The lines there are
// stay untouched.
func (s *Sale) add(lines []Line) {
	if len(s.Lines) == 0 {
		s.Lines = lines
	} else {
		s.Lines = slices.Concat(s.Lines, lines)
	}
	for i := len(s.Lines) - len(lines); i < len(s.Lines); i++ {
		s.LastLine++
		s.Lines[i].LineNumber = s.LastLine
	}
}

// EditLines adds, changes and removes lines of a document in one go.
type EditLines struct {
	Add    []LineFields `json:"add,omitzero"`
	Change []ChangeLine `json:"change,omitzero"`
	Remove []int32      `json:"remove,omitzero"` // line numbers
}

// ChangeLine replaces the editable fields of one line.
type ChangeLine struct {
	LineNumber int32      `json:"line_number"`
	Fields     LineFields `json:"fields"`
}

func (e EditLines) isZero() bool { return len(e.Add)+len(e.Change)+len(e.Remove) == 0 }

// lineFaults lists what is wrong with an edit of the lines. While prices are
// locked nothing may be added whose price counts as overridden.
func (s *Sale) lineFaults(e EditLines, set Settings, priceList PriceListID, locked bool) (reasons []Reason) {
	check := func(path string, f LineFields, added bool) {
		bad := f.faults(set, priceList)
		if locked && added && (f.ProductID.IsZero() || !f.PricePerUnit.IsZero()) {
			bad = append(bad, Reason{Code: ErrPricesLocked, Field: "price_per_unit", Message: ErrPricesLocked.Info().Text})
		}
		if bad != nil {
			reasons = append(reasons, below(path, bad)...)
		}
	}
	known := func(path string, n int32) bool {
		if s.Line(n) != nil {
			return true
		}
		reasons = append(reasons, Reason{Code: ErrNotFound, Field: path, Message: "the document has no line of this number"})
		return false
	}
	for i, f := range e.Add {
		check(fmt.Sprintf("add[%d]", i), f, true)
	}
	for i, c := range e.Change {
		if path := fmt.Sprintf("change[%d]", i); known(path+".line_number", c.LineNumber) {
			check(path+".fields", c.Fields, false)
		}
		if slices.ContainsFunc(e.Change[:i], func(d ChangeLine) bool { return d.LineNumber == c.LineNumber }) || slices.Contains(e.Remove, c.LineNumber) {
			reasons = append(reasons, Reason{Code: ErrInvalid, Field: fmt.Sprintf("change[%d].line_number", i), Message: "the line is changed or removed twice"})
		}
	}
	for i, n := range e.Remove {
		known(fmt.Sprintf("remove[%d]", i), n)
	}
	return reasons
}

// edited returns the sale after the edit; calculate it next.
func (s Sale) edited(e EditLines) Sale {
	s.Lines = slices.DeleteFunc(slices.Clone(s.Lines), func(l Line) bool { return slices.Contains(e.Remove, l.LineNumber) })
	for _, c := range e.Change {
		l := s.Line(c.LineNumber)
		if before := fieldsOf(*l); !sameWorth(before, c.Fields) {
			l.Piece = false
		}
		c.Fields.apply(l)
	}
	added, _ := newLines(e.Add, Settings{}, PriceListID{})
	s.add(added)
	return s
}

// sameWorth reports whether an edit leaves what a line is worth untouched.
func sameWorth(a, b LineFields) bool {
	same := func(x, y Opt[decimal.Decimal]) bool {
		p, okX := x.Get()
		q, okY := y.Get()
		return okX == okY && p.Equal(q)
	}
	return same(a.Quantity, b.Quantity) && same(a.PricePerUnit, b.PricePerUnit) &&
		a.ManualDiscount.Equal(b.ManualDiscount) && a.Tax.Equal(b.Tax)
}

// ChangeCurrency gives a document another currency.
type ChangeCurrency struct {
	Currency     Currency             `json:"currency" need:"true"`
	ExchangeRate Opt[decimal.Decimal] `json:"exchange_rate,omitzero" range:"0..1e11"`
}

// Recalculate computes a document again.
type Recalculate struct{}

// pricingErrors names the lines that cannot be priced, and the header if that
// is to blame.
func (s *Sale) pricingErrors() (reasons []Reason) {
	for i := range s.Lines {
		if code := s.Lines[i].PricingError; code != 0 {
			reasons = append(reasons, Reason{
				Code: ErrPricingError, Field: fmt.Sprintf("lines[%d]", i), Message: "line " + fmt.Sprint(s.Lines[i].LineNumber) + ": " + code.Label(),
				Params: map[string]any{"line_number": s.Lines[i].LineNumber, "pricing_error": code.Code()},
			})
		}
	}
	if s.PricingError != 0 && s.PricingError != PricingErrorDetail {
		reasons = append(reasons, Reason{
			Code: ErrPricingError, Message: s.PricingError.Label(), Params: map[string]any{"pricing_error": s.PricingError.Code()},
		})
	}
	return reasons
}

// copyOf returns the sale for a document made from this one: everything is
// carried over and nothing is calculated. Lines point to their source where
// the kind of document keeps that.
func (s Sale) copyOf(toSource bool) Sale {
	s.Lines = cloneLines(s.Lines)
	for i := range s.Lines {
		l := &s.Lines[i]
		l.IsCopied, l.SourceLine = toSource, 0
		if toSource {
			l.SourceLine = l.LineNumber
		}
	}
	return s
}

// GetProducts copies the lines of an opportunity into a document.
type GetProducts struct {
	OpportunityID OpportunityID `json:"opportunity_id" need:"true"`
}
