package pricing

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// TaxCode is how a line, or freight, is taxed where tax is computed: one
// category of EN 16931 and its rate. None counts as not subject to tax at 0 %.
type TaxCode struct {
	Category   TaxCategory                `json:"category"`
	Rate       value.Opt[decimal.Decimal] `json:"rate,omitzero" range:"0..1e9" decimals:"4"` // percent; unset counts as 0
	Components []TaxComponent             `json:"components,omitzero" most:"100"`            // their rates add up to Rate; only displayed

	ExemptionReason string `json:"exemption_reason,omitzero" max:"500"`               // why it is not taxed, BT-120; not of the categories S, Z, L and M
	ExemptionCode   string `json:"exemption_code,omitzero" max:"30" form:"exemption"` // of the VATEX list, BT-121; only the pattern is checked
}

// TaxComponent is a part of a tax, that of the state or of the city for
// example.
type TaxComponent struct {
	Name string                     `json:"name" max:"100" need:"true"`
	Rate value.Opt[decimal.Decimal] `json:"rate,omitzero" range:"0..1e9" decimals:"4"` // percent
}

// TaxCategory is a tax category of UNCL 5305 as EN 16931 uses them.
type TaxCategory = value.Choice[taxCategorySet]

// The values of [TaxCategory], in the order of their keys.
const (
	TaxReverseCharge  TaxCategory = iota + 1 // AE
	TaxExempt                                // E
	TaxExport                                // G
	TaxIntraCommunity                        // K
	TaxCanaryIslands                         // L
	TaxCeutaMelilla                          // M
	TaxNotSubject                            // O
	TaxStandard                              // S
	TaxZeroRated                             // Z
)

type taxCategorySet struct{}

func (taxCategorySet) Table() (string, []value.Option) { return "tax_category", taxCategoryTable }

var taxCategoryTable = value.Options(
	value.Option{Key: "AE", Label: "VAT Reverse Charge", Code: 1},
	value.Option{Key: "E", Label: "Exempt from Tax", Code: 2},
	value.Option{Key: "G", Label: "Free export item, tax not charged", Code: 3},
	value.Option{Key: "K", Label: "VAT exempt for EEA intra-community supply of goods and services", Code: 4},
	value.Option{Key: "L", Label: "Canary Islands general indirect tax", Code: 5},
	value.Option{Key: "M", Label: "Tax for production, services and importation in Ceuta and Melilla", Code: 6},
	value.Option{Key: "O", Label: "Services outside scope of tax", Code: 7},
	value.Option{Key: "S", Label: "Standard rate", Code: 8},
	value.Option{Key: "Z", Label: "Zero rated goods", Code: 9},
)

// rated are the categories whose rate may be more than 0.
var rated = []TaxCategory{TaxStandard, TaxCanaryIslands, TaxCeutaMelilla}

// faults lists what no single field shows.
func (t *TaxCode) faults() (reasons []record.Reason) {
	if t == nil {
		return nil
	}
	if t.Category == 0 {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "category", Message: codes.ErrMissingField.Info().Text})
	}
	if !t.Rate.Or(decimal.Decimal{}).IsZero() && t.Category != 0 && !slices.Contains(rated, t.Category) {
		reasons = append(reasons, record.Reason{Code: codes.ErrOutOfRange, Field: "rate", Message: "is 0 in this category"})
	}
	sum := exact.Num{}
	for _, c := range t.Components {
		sum = sum.Plus(exact.NumOf(c.Rate.Or(decimal.Decimal{})))
	}
	if len(t.Components) > 0 && sum.Cmp(exact.NumOf(t.Rate.Or(decimal.Decimal{}))) != 0 {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "components", Message: "the rates do not add up to that of the tax"})
	}
	if t.isExempt() && t.Category != 0 && (t.Category == TaxZeroRated || slices.Contains(rated, t.Category)) {
		field := "exemption_reason"
		if t.ExemptionReason == "" {
			field = "exemption_code"
		}
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: field, Message: "nothing is exempt in this category"})
	}
	return reasons
}

// isExempt reports whether the code says why it does not tax.
func (t *TaxCode) isExempt() bool {
	return t != nil && (t.ExemptionReason != "" || t.ExemptionCode != "")
}

// isSound reports whether tax can be computed by the code.
func (t *TaxCode) isSound() bool {
	return t == nil || len(t.faults())+len(schema.Validate(t, 0)) == 0
}

// Key returns what tells tax groups apart: category and rate in ten-thousandths of
// a percent. No code is not subject to tax.
func (t *TaxCode) Key() TaxKey {
	if t == nil {
		return TaxKey{Category: TaxNotSubject}
	}
	return TaxKey{t.Category, tenThousandths(t.Rate)}
}

// tenThousandths is a rate as the whole number that calculations use.
func tenThousandths(rate value.Opt[decimal.Decimal]) int64 {
	n, _ := exact.NumOf(rate.Or(decimal.Decimal{})).At(-RateDecimals)
	return n
}

// RateDecimals is how many decimals a tax rate has.
const RateDecimals = 4

// TaxKey is the category and the rate that taxes are added up by.
type TaxKey struct {
	Category TaxCategory
	Rate     int64
}

func (g TaxKey) compare(h TaxKey) int {
	return cmp.Or(cmp.Compare(g.Category, h.Category), cmp.Compare(g.Rate, h.Rate))
}

// sortedComponents are the components by name and rate.
func (t *TaxCode) sortedComponents() []TaxComponent {
	if t == nil || len(t.Components) < 2 {
		return t.listed()
	}
	return slices.SortedStableFunc(slices.Values(t.Components), TaxComponent.compare)
}

func (t *TaxCode) listed() []TaxComponent {
	if t == nil {
		return nil
	}
	return t.Components
}

func (c TaxComponent) compare(d TaxComponent) int {
	return cmp.Or(cmp.Compare(c.Name, d.Name), cmp.Compare(tenThousandths(c.Rate), tenThousandths(d.Rate)))
}

// compareComponents orders codes by what they are split into.
func compareComponents(a, b *TaxCode) int {
	if len(a.listed())+len(b.listed()) == 0 {
		return 0
	}
	return slices.CompareFunc(a.sortedComponents(), b.sortedComponents(), TaxComponent.compare)
}

func (t *TaxCode) clone() *TaxCode {
	t = record.ClonePtr(t)
	if t != nil {
		t.Components = slices.Clone(t.Components)
	}
	return t
}

// Equal reports whether both say the same.
func (t *TaxCode) Equal(u *TaxCode) bool {
	if t == nil || u == nil {
		return t == u
	}
	return t.Key() == u.Key() && t.ExemptionReason == u.ExemptionReason && t.ExemptionCode == u.ExemptionCode && slices.EqualFunc(t.Components, u.Components, func(a, b TaxComponent) bool {
		return a.Name == b.Name && a.Rate.Equal(b.Rate)
	})
}

// TaxGroup is what a document owes at one category and rate.
type TaxGroup struct {
	Category   TaxCategory     `json:"category"`
	Rate       decimal.Decimal `json:"rate"` // percent
	Base       money.Amount    `json:"base"` // without tax
	Tax        money.Amount    `json:"tax"`
	Components []ComponentTax  `json:"components,omitzero"` // sorted by name and rate; of what has components, so not always all of Tax

	ExemptionReason string `json:"exemption_reason,omitzero"` // the distinct ones of the members, in their order
	ExemptionCode   string `json:"exemption_code,omitzero"`   // if there is one only
}

// ComponentTax is the tax of all components of one name and rate.
type ComponentTax struct {
	Name string          `json:"name"`
	Rate decimal.Decimal `json:"rate"` // percent
	Tax  money.Amount    `json:"tax"`
}

func (c ComponentTax) compare(d ComponentTax) int {
	return cmp.Or(cmp.Compare(c.Name, d.Name), c.Rate.Cmp(d.Rate))
}
