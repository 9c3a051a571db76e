package leadtocash

import (
	"slices"

	"github.com/shopspring/decimal"
)

// DiscountList is the volume discounts of a price list item: what is taken off
// the price of one unit, by the quantity of the line.
type DiscountList struct {
	ID   DiscountListID `json:"id" d365:"discounttypeid"`
	Head                // a list of amounts has the currency of the price list
	DiscountListFields
	Type   DiscountType       `json:"type" d365:"isamounttype"` // never changes
	Status DiscountListStatus `json:"status" d365:"statuscode"`
}

// DiscountListFields are the fields of a discount list that people edit.
type DiscountListFields struct {
	Name        string         `json:"name" d365:"name" max:"100" need:"true"`
	Description string         `json:"description,omitzero" d365:"description" text:"2000"`
	Tiers       []DiscountTier `json:"tiers"` // no two of them share a quantity; gaps are allowed
}

// DiscountTier is the discount for quantities from Low to High, both included.
// It applies to the whole quantity, not to the part above Low.
type DiscountTier struct {
	Low        Opt[decimal.Decimal] `json:"low,omitzero" d365:"lowquantity" range:"0..1e11" decimals:"5"`
	High       Opt[decimal.Decimal] `json:"high,omitzero" d365:"highquantity" range:"0..1e11" decimals:"5"`
	Percentage Opt[decimal.Decimal] `json:"percentage,omitzero" d365:"percentage" range:"0..100" decimals:"5"`
	Amount     Opt[decimal.Decimal] `json:"amount,omitzero" d365:"amount" range:"0..1e12" decimals:"4"` // per unit
}

// DiscountType says what the tiers of a discount list take off.
type DiscountType = Choice[discountTypeSet]

// The values of [DiscountType].
const (
	DiscountPercentage DiscountType = iota + 1
	DiscountAmount
)

type discountTypeSet struct{}

func (discountTypeSet) Table() (string, []Option) { return "discount_type", discountTypeTable }

var discountTypeTable = options(
	Option{Key: "percentage", Label: "Percentage", Code: 0},
	Option{Key: "amount", Label: "Amount", Code: 1},
)

// DiscountListStatus is the status of a discount list; its State is active or
// inactive. An inactive list still gives its discount; it is only not chosen
// any more.
type DiscountListStatus = Choice[discountListStatusSet]

// The statuses of a discount list.
const (
	DiscountListStatusActive DiscountListStatus = iota + 1
	DiscountListStatusInactive
)

type discountListStatusSet struct{}

func (discountListStatusSet) Table() (string, []Option) {
	return "discount_list_status", discountListStatusTable
}

var discountListStatusTable = statuses(
	State{"active", 0}.in(Option{Key: "active", Label: "Active", Code: 100001}),
	State{"inactive", 1}.in(Option{Key: "inactive", Label: "Inactive", Code: 100002}),
)

// Tier returns the place of the tier for a quantity, whose size alone counts;
// -1 if there is none.
func (d *DiscountList) Tier(quantity decimal.Decimal) int {
	size := numOf(quantity).abs()
	return slices.IndexFunc(d.Tiers, func(t DiscountTier) bool {
		return size.cmp(numOf(t.low())) >= 0 && size.cmp(numOf(t.high())) <= 0
	})
}

// fault says why the list cannot be used with a currency.
func (d *DiscountList) fault(currency Currency) PricingError {
	switch {
	case d.Type == 0 || !d.Type.Valid(), d.Type == DiscountAmount && !sameCurrency(d.Currency, currency):
		return PricingErrorInvalidDiscountType
	case !d.Status.Valid():
		return PricingErrorDiscountTypeInvalidState
	case len(d.tierFaults()) > 0:
		return PricingErrorInvalidDiscount
	}
	return 0
}

// volumeDiscount returns what the list takes off a unit price, at most the
// price.
func (d *DiscountList) volumeDiscount(unit Amount, quantity decimal.Decimal, mode RoundingMode) Amount {
	i := d.Tier(quantity)
	if i < 0 || unit.Sign() <= 0 {
		return zeroAt(unit.Digits())
	}
	t := &d.Tiers[i]
	if d.Type == DiscountPercentage {
		return clamp(mulDiv(unit.num(), numOf(t.Percentage.Or(decimal.Decimal{})), hundred, unit.Digits(), mode), unit)
	}
	return clamp(mulDiv(numOf(t.Amount.Or(decimal.Decimal{})), one, one, unit.Digits(), mode), unit)
}

// sameCurrency reports whether both are the same, or one is not set: records of
// the catalogue without currency are in whatever currency is asked for.
func sameCurrency(a, b Currency) bool { return a.IsZero() || b.IsZero() || a == b }

func (*DiscountList) kind() Kind { return KindDiscountList }

func (d *DiscountList) ref() Ref { return d.ID.Ref() }

func (d *DiscountList) statusKey() string { return d.Status.String() }

// Clone returns a deep copy.
func (d DiscountList) Clone() DiscountList {
	d.Head.clone()
	d.Tiers = slices.Clone(d.Tiers)
	return d
}

// MarshalJSON writes the published JSON form.
func (d DiscountList) MarshalJSON() ([]byte, error) {
	type plain DiscountList
	return encode((*plain)(&d))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (d *DiscountList) UnmarshalJSON(body []byte) error {
	type plain DiscountList
	return decode(body, (*plain)(d))
}
