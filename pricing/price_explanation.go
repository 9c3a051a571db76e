package pricing

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// PriceExplanation says how the amount of a line came about, step by step. Its
// text form is a table for people.
type PriceExplanation struct {
	LineNumber int32                `json:"line_number"`
	Name       string               `json:"name"`
	Steps      []PriceStep          `json:"steps"`
	Error      catalog.PricingError `json:"error,omitzero"` // the line has none of the amounts
}

// PriceStep is one step of a calculation: what it is, what it came to, and how.
type PriceStep struct {
	Kind   PriceStepKind   `json:"kind"`
	Result decimal.Decimal `json:"result"`
	How    string          `json:"how,omitzero"` // "70.00 × 12", "tier 10 to 19: 7.5 %"
}

// PriceStepKind says what a step of a calculation is about.
type PriceStepKind = value.Choice[priceStepKindSet]

// The values of [PriceStepKind], in the order of the calculation.
const (
	PriceStepCatalogPrice      PriceStepKind = iota + 1 // exact, before any rounding
	PriceStepRoundingPolicy                             // on the grid of the price list item
	PriceStepUnitPrice                                  // at pricing precision
	PriceStepVolumeDiscount                             // per unit
	PriceStepBaseAmount                                 // for the quantity
	PriceStepManualDiscount                             // for the whole line
	PriceStepNetAmount                                  // base amount less manual discount
	PriceStepAllocatedDiscount                          // the share of the document discount
	PriceStepTaxableAmount                              // what the tax is on
	PriceStepTax
	PriceStepExtendedAmount
	PriceStepAdjustment // an allowance or a charge of the line's list
)

type priceStepKindSet struct{}

func (priceStepKindSet) Table() (string, []value.Option) { return "price_step", priceStepKindTable }

var priceStepKindTable = value.Options(
	value.Option{Key: "catalog_price", Label: "Catalogue price", Code: 1},
	value.Option{Key: "rounding_policy", Label: "Rounding policy", Code: 2},
	value.Option{Key: "unit_price", Label: "Unit price", Code: 3},
	value.Option{Key: "volume_discount", Label: "Volume discount", Code: 4},
	value.Option{Key: "base_amount", Label: "Base amount", Code: 5},
	value.Option{Key: "manual_discount", Label: "Manual discount", Code: 6},
	value.Option{Key: "net_amount", Label: "Net amount", Code: 7},
	value.Option{Key: "allocated_discount", Label: "Document discount", Code: 8},
	value.Option{Key: "taxable_amount", Label: "Taxable amount", Code: 9},
	value.Option{Key: "tax", Label: "Tax", Code: 10},
	value.Option{Key: "extended_amount", Label: "Extended amount", Code: 11},
	value.Option{Key: "adjustment", Label: "Allowance or charge", Code: 12},
)

// ExplainPrice explains a line of a priced document. The steps that the
// catalogue decides are explained by the catalogue of the header, where the
// price still is what the catalogue says; otherwise the price counts as given.
func ExplainPrice(p PriceInput, l Line) PriceExplanation {
	e := PriceExplanation{LineNumber: l.LineNumber, Name: cmp.Or(l.WriteInText, l.ProductName), Error: l.PricingError}
	c := calculation{PriceInput: p.Rounded(), zero: p.Currency.Zero()}
	if l.ProductType == ProductTypeRequiredBundleProduct {
		e.add(PriceStepExtendedAmount, decimal.Decimal{}, "paid for by its bundle")
		return e
	}
	if l.PricingError != 0 {
		return e
	}
	unit, volume, quantity := l.PricePerUnit.Or(decimal.Decimal{}), l.VolumeDiscount.Or(decimal.Decimal{}), l.Quantity.Or(decimal.Decimal{})
	e.explainUnit(&c, l, unit)
	e.explainVolume(&c, volume)
	base := fmt.Sprintf("(%s - %s) × %s", catalog.Shown(value.Some(unit)), catalog.Shown(value.Some(volume)), quantity)
	if per, given := l.PriceBase.Get(); given {
		base += " ÷ " + per.String()
	}
	if l.Piece {
		base = fmt.Sprintf("the part of line %d that %s earns", l.SourceLine, quantity)
	}
	e.add(PriceStepBaseAmount, l.BaseAmount.Decimal(), base)
	if d := l.ManualDiscountTotal(); !d.IsZero() {
		how := "for the line"
		if p.Pricing.DiscountMethod == DiscountPerUnit {
			how = fmt.Sprintf("%s × %s", l.ManualDiscount.Or(money.Amount{}), quantity)
		}
		e.add(PriceStepManualDiscount, d.Decimal(), how)
	}
	for i := range l.Adjustments {
		e.explainAdjustment(&l, &l.Adjustments[i])
	}
	net := fmt.Sprintf("%s - %s", l.BaseAmount, l.ManualDiscountTotal())
	if !l.AdjustmentTotal.IsZero() {
		net += fmt.Sprintf(" + %s", l.AdjustmentTotal)
	}
	e.add(PriceStepNetAmount, l.NetAmount.Decimal(), net)
	if !l.AllocatedDiscount.IsZero() {
		e.add(PriceStepAllocatedDiscount, l.AllocatedDiscount.Decimal(), "the share of the document discount")
	}
	e.explainTax(&p, &l)
	return e
}

// explainAdjustment explains an entry of the list: less than 0 for an allowance.
func (e *PriceExplanation) explainAdjustment(l *Line, a *Adjustment) {
	amount, how := a.Amount.Or(money.Amount{}), a.Kind.String()
	if !a.isCharge() {
		amount = amount.Neg()
	}
	if percentage, given := a.Percentage.Get(); given {
		how += fmt.Sprintf(", %s %% of %s", percentage, a.Base.Or(l.BaseAmount))
	}
	if a.Reason != "" {
		how += ": " + a.Reason
	}
	e.add(PriceStepAdjustment, amount.Decimal(), how)
}

func (e *PriceExplanation) add(kind PriceStepKind, result decimal.Decimal, how string) {
	e.Steps = append(e.Steps, PriceStep{kind, result, how})
}

// explainUnit explains the unit price: by the price list item if that still
// says so.
func (e *PriceExplanation) explainUnit(c *calculation, l Line, unit decimal.Decimal) {
	how := "given"
	switch {
	case l.IsWriteIn():
		how = "of the write-in"
	case l.IsPriceOverridden:
		how = "instead of the catalogue's"
	}
	asked := l
	asked.PricePerUnit, asked.VolumeDiscount = value.None[decimal.Decimal](), value.None[decimal.Decimal]()
	c.quantity = exact.NumOf(l.Quantity.Or(decimal.Decimal{}))
	if c.findProduct(&asked) != 0 || c.product == nil || c.findItem(&asked) != 0 || c.item == nil {
		e.add(PriceStepUnitPrice, unit, how)
		return
	}
	price, code := c.item.Price(c.product.InForce(), c.Pricing.Precision(c.Currency), c.Pricing.RoundingMode)
	if !l.IsPriceOverridden && code == 0 && price.UnitPrice.Equal(unit) {
		e.add(PriceStepCatalogPrice, explained(price.Exact), c.item.How(c.product.InForce(), c.Catalog))
		if price.ByPolicy.Cmp(price.Exact) != 0 {
			e.add(PriceStepRoundingPolicy, explained(price.ByPolicy),
				fmt.Sprintf("%s: %s %s", c.item.RoundingPolicy.Label(), c.item.RoundingOption.Label(), catalog.Shown(c.item.RoundingAmount)))
		}
		how = fmt.Sprintf("at %d decimals", c.Pricing.Precision(c.Currency))
	}
	e.add(PriceStepUnitPrice, unit, how)
}

// explained is an exact number to look at: of a periodic one nine decimals.
func explained(r *big.Rat) decimal.Decimal {
	places, finite := r.FloatPrec()
	if !finite {
		places = 9
	}
	return decimal.NewFromBigRat(r, int32(places))
}

func (e *PriceExplanation) explainVolume(c *calculation, volume decimal.Decimal) {
	if volume.IsZero() {
		return
	}
	how := "given"
	if c.item != nil && c.Catalog.Discounts[c.item.DiscountListID] != nil {
		list := c.Catalog.Discounts[c.item.DiscountListID]
		if i := list.Tier(c.quantity.Decimal()); i >= 0 {
			t := &list.Tiers[i]
			off := catalog.Shown(t.Percentage) + " %"
			if list.Type == catalog.DiscountAmount {
				off = catalog.Shown(t.Amount)
			}
			how = fmt.Sprintf("%s: %s from %s to %s", list.Name, off, t.LowText(), t.HighText())
		}
	}
	e.add(PriceStepVolumeDiscount, volume, how)
}

func (e *PriceExplanation) explainTax(p *PriceInput, l *Line) {
	taxable, tax := p.TaxableAmount(l), l.Tax.Or(money.Amount{})
	e.add(PriceStepTaxableAmount, taxable.Decimal(), fmt.Sprintf("%s - %s", l.NetAmount, l.AllocatedDiscount))
	how := "typed"
	if p.Pricing.TaxMode == TaxComputed {
		g := l.TaxCode.Key()
		how = fmt.Sprintf("%s at %s %%", g.Category, decimal.New(g.Rate, -RateDecimals))
		if p.Pricing.PricesIncludeTax {
			how += ", included"
		}
	}
	if !l.Tax.IsZero() {
		e.add(PriceStepTax, tax.Decimal(), how)
	}
	e.add(PriceStepExtendedAmount, l.ExtendedAmount.Decimal(), "")
}

// String writes the steps one below the other.
func (e PriceExplanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %d: %s\n", e.LineNumber, e.Name)
	if e.Error != 0 {
		fmt.Fprintf(&b, "  no price: %s\n", e.Error.Label())
	}
	for _, s := range e.Steps {
		line := fmt.Sprintf("  %-18s %14s  %s", s.Kind.Label(), catalog.Shown(value.Some(s.Result)), s.How)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
