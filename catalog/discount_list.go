package catalog

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// DiscountList is the volume discounts of a price list item: what is taken off
// the price of one unit, by the quantity of the line.
type DiscountList struct {
	ID          record.DiscountListID `json:"id" d365:"discounttypeid"`
	record.Head                       // a list of amounts has the currency of the price list
	DiscountListFields
	Type   DiscountType       `json:"type" d365:"isamounttype"` // never changes
	Status DiscountListStatus `json:"status" d365:"statuscode"`
}

// DiscountListFields are the fields of a discount list that people edit.
type DiscountListFields struct {
	Name        string         `json:"name" d365:"name" max:"100" need:"true"`
	Description string         `json:"description,omitzero" d365:"description" text:"2000"`
	Tiers       []DiscountTier `json:"tiers" most:"1000"` // no two of them share a quantity; gaps are allowed
}

// DiscountTier is the discount for quantities from Low to High, both included.
// It applies to the whole quantity, not to the part above Low.
type DiscountTier struct {
	Low        value.Opt[decimal.Decimal] `json:"low,omitzero" d365:"lowquantity" range:"0..1e11" decimals:"5"`
	High       value.Opt[decimal.Decimal] `json:"high,omitzero" d365:"highquantity" range:"0..1e11" decimals:"5"`
	Percentage value.Opt[decimal.Decimal] `json:"percentage,omitzero" d365:"percentage" range:"0..100" decimals:"5"`
	Amount     value.Opt[decimal.Decimal] `json:"amount,omitzero" d365:"amount" range:"0..1e12" decimals:"4"` // per unit
}

// DiscountType says what the tiers of a discount list take off.
type DiscountType = value.Choice[discountTypeSet]

// The values of [DiscountType].
const (
	DiscountPercentage DiscountType = iota + 1
	DiscountAmount
)

type discountTypeSet struct{}

func (discountTypeSet) Table() (string, []value.Option) { return "discount_type", discountTypeTable }

var discountTypeTable = value.Options(
	value.Option{Key: "percentage", Label: "Percentage", Code: 0},
	value.Option{Key: "amount", Label: "Amount", Code: 1},
)

// DiscountListStatus is the status of a discount list; its State is active or
// inactive. An inactive list still gives its discount; it is only not chosen
// any more.
type DiscountListStatus = value.Choice[discountListStatusSet]

// The statuses of a discount list.
const (
	DiscountListStatusActive DiscountListStatus = iota + 1
	DiscountListStatusInactive
)

type discountListStatusSet struct{}

func (discountListStatusSet) Table() (string, []value.Option) {
	return "discount_list_status", discountListStatusTable
}

var discountListStatusTable = value.Statuses(
	value.State{Key: "active", Code: 0}.In(value.Option{Key: "active", Label: "Active", Code: 100001}),
	value.State{Key: "inactive", Code: 1}.In(value.Option{Key: "inactive", Label: "Inactive", Code: 100002}),
)

// Tier returns the place of the tier for a quantity, whose size alone counts;
// -1 if there is none.
func (d *DiscountList) Tier(quantity decimal.Decimal) int {
	size := exact.NumOf(quantity).Abs()
	return slices.IndexFunc(d.Tiers, func(t DiscountTier) bool {
		return size.Cmp(exact.NumOf(t.LowText())) >= 0 && size.Cmp(exact.NumOf(t.HighText())) <= 0
	})
}

// Fault says why the list cannot be used with a currency.
func (d *DiscountList) Fault(currency money.Currency) PricingError {
	switch {
	case d.Type == 0 || !d.Type.Valid(), d.Type == DiscountAmount && !SameCurrency(d.Currency, currency):
		return PricingErrorInvalidDiscountType
	case !d.Status.Valid():
		return PricingErrorDiscountTypeInvalidState
	case len(d.tierFaults()) > 0:
		return PricingErrorInvalidDiscount
	}
	return 0
}

// VolumeDiscount returns what the list takes off a unit price, at most the
// price.
func (d *DiscountList) VolumeDiscount(unit money.Amount, quantity decimal.Decimal, mode money.RoundingMode) money.Amount {
	i := d.Tier(quantity)
	if i < 0 || unit.Sign() <= 0 {
		return money.ZeroAt(unit.Digits())
	}
	t := &d.Tiers[i]
	if d.Type == DiscountPercentage {
		return money.Clamp(money.MulDiv(unit.Num(), exact.NumOf(t.Percentage.Or(decimal.Decimal{})), exact.Hundred, unit.Digits(), mode), unit)
	}
	return money.Clamp(money.MulDiv(exact.NumOf(t.Amount.Or(decimal.Decimal{})), exact.One, exact.One, unit.Digits(), mode), unit)
}

// SameCurrency reports whether both are the same, or one is not set: records of
// the catalogue without currency are in whatever currency is asked for.
func SameCurrency(a, b money.Currency) bool { return a.IsZero() || b.IsZero() || a == b }

// RecordKind tells the kind of record.
func (*DiscountList) RecordKind() kinds.Kind { return kinds.DiscountList }

// Ref names the record with its kind.
func (d *DiscountList) Ref() record.Ref { return d.ID.Ref() }

// StatusKey is the key of the status.
func (d *DiscountList) StatusKey() string { return d.Status.String() }

// Clone returns a deep copy.
func (d DiscountList) Clone() DiscountList {
	d.Head.Detach()
	d.Tiers = slices.Clone(d.Tiers)
	return d
}

// MarshalJSON writes the published JSON form.
func (d DiscountList) MarshalJSON() ([]byte, error) {
	type plain DiscountList
	return record.Encode((*plain)(&d))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (d *DiscountList) UnmarshalJSON(body []byte) error {
	type plain DiscountList
	return record.Decode(body, (*plain)(d))
}
