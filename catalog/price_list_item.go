package catalog

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// PriceListItem is the price of a product in a unit on a price list. Price
// list, product and unit never change, and are unique together.
type PriceListItem struct {
	ID record.PriceListItemID `json:"id" d365:"productpricelevelid"`
	record.Head
	PriceListID record.PriceListID `json:"price_list_id" d365:"pricelevelid" need:"true"`
	ProductID   record.ProductID   `json:"product_id" d365:"productid" need:"true"`
	UnitID      record.UnitID      `json:"unit_id" d365:"uomid" need:"true"`
	PriceListItemFields
}

// PriceListItemFields are the fields of a price list item that people edit.
type PriceListItemFields struct {
	PricingMethod   PricingMethod              `json:"pricing_method,omitzero" d365:"pricingmethodcode"`                  // default: an amount
	Amount          value.Opt[decimal.Decimal] `json:"amount,omitzero" d365:"amount" range:"0..1e14" decimals:"4"`        // of PricingAmount
	Percentage      value.Opt[decimal.Decimal] `json:"percentage,omitzero" d365:"percentage" range:"0..1e9" decimals:"5"` // of the other methods; a margin is below 100
	RoundingPolicy  RoundingPolicy             `json:"rounding_policy,omitzero" d365:"roundingpolicycode"`                // for percentages; default none
	RoundingOption  RoundingOption             `json:"rounding_option,omitzero" d365:"roundingoptioncode"`                // where a policy is given
	RoundingAmount  value.Opt[decimal.Decimal] `json:"rounding_amount,omitzero" d365:"roundingoptionamount" range:"0..1e12" decimals:"4"`
	QuantitySelling QuantitySelling            `json:"quantity_selling,omitzero" d365:"quantitysellingcode"`      // default: no control
	PriceBase       value.Opt[decimal.Decimal] `json:"price_base_quantity,omitzero" range:"0..1e11" decimals:"5"` // for how many units the amount is, more than 0; default 1; only of PricingAmount
	DiscountListID  record.DiscountListID      `json:"discount_list_id,omitzero" d365:"discounttypeid"`           // default: no volume discount
}

// PricingMethod says how the price of an item comes about.
type PricingMethod = value.Choice[pricingMethodSet]

// The values of [PricingMethod].
const (
	PricingAmount             PricingMethod = iota + 1 // the amount
	PricingPercentOfList                               // list price × p %
	PricingMarkupCurrentCost                           // current cost × (100 + p) %
	PricingMarginCurrentCost                           // current cost ÷ (100 - p) %
	PricingMarkupStandardCost                          // standard cost × (100 + p) %
	PricingMarginStandardCost                          // standard cost ÷ (100 - p) %
)

type pricingMethodSet struct{}

func (pricingMethodSet) Table() (string, []value.Option) { return "pricing_method", pricingMethodTable }

var pricingMethodTable = value.Options(
	value.Option{Key: "currency_amount", Label: "Currency Amount", Code: 1},
	value.Option{Key: "percent_of_list", Label: "Percent of List", Code: 2},
	value.Option{Key: "percent_markup_current_cost", Label: "Percent Markup - Current Cost", Code: 3},
	value.Option{Key: "percent_margin_current_cost", Label: "Percent Margin - Current Cost", Code: 4},
	value.Option{Key: "percent_markup_standard_cost", Label: "Percent Markup - Standard Cost", Code: 5},
	value.Option{Key: "percent_margin_standard_cost", Label: "Percent Margin - Standard Cost", Code: 6},
)

// RoundingPolicy says which way a price goes to the grid of its rounding
// option.
type RoundingPolicy = value.Choice[roundingPolicySet]

// The values of [RoundingPolicy].
const (
	RoundingNone      RoundingPolicy = iota + 1
	RoundingUp                       // the smallest price of the grid that is not below
	RoundingDown                     // the largest that is not above; unchanged if there is none
	RoundingToNearest                // the closer neighbour, the higher one of two
)

type roundingPolicySet struct{}

func (roundingPolicySet) Table() (string, []value.Option) {
	return "rounding_policy", roundingPolicyTable
}

var roundingPolicyTable = value.Options(
	value.Option{Key: "none", Label: "None", Code: 1},
	value.Option{Key: "up", Label: "Up", Code: 2},
	value.Option{Key: "down", Label: "Down", Code: 3},
	value.Option{Key: "to_nearest", Label: "To Nearest", Code: 4},
)

// RoundingOption says what prices the grid has, by the rounding amount.
type RoundingOption = value.Choice[roundingOptionSet]

// The values of [RoundingOption].
const (
	RoundingEndsIn     RoundingOption = iota + 1 // 0.99, 1.99, 2.99 …; 9.99, 19.99, 29.99 …
	RoundingMultipleOf                           // 0, 0.05, 0.10 …
)

type roundingOptionSet struct{}

func (roundingOptionSet) Table() (string, []value.Option) {
	return "rounding_option", roundingOptionTable
}

var roundingOptionTable = value.Options(
	value.Option{Key: "ends_in", Label: "Ends in", Code: 1},
	value.Option{Key: "multiple_of", Label: "Multiple of", Code: 2},
)

// QuantitySelling says in what quantities a product is sold.
type QuantitySelling = value.Choice[quantitySellingSet]

// The values of [QuantitySelling].
const (
	SellingNoControl          QuantitySelling = iota + 1 // up to five decimals
	SellingWhole                                         // whole units
	SellingWholeAndFractional                            // with the decimals that the product has
)

type quantitySellingSet struct{}

func (quantitySellingSet) Table() (string, []value.Option) {
	return "quantity_selling", quantitySellingTable
}

var quantitySellingTable = value.Options(
	value.Option{Key: "no_control", Label: "No Control", Code: 1},
	value.Option{Key: "whole", Label: "Whole", Code: 2},
	value.Option{Key: "whole_and_fractional", Label: "Whole and Fractional", Code: 3},
)

// Key is what makes the item unique in its price list.
func (i *PriceListItem) Key() ItemKey { return ItemKey{i.PriceListID, i.ProductID, i.UnitID} }

// hasBase reports whether the price is for another quantity than one unit.
func (i *PriceListItem) hasBase() bool {
	base, given := i.PriceBase.Get()
	// What has other digits than units and decimals is refused, not written out to see.
	e := base.Exponent()
	return given && (e > 0 || e < -20 || !base.Equal(decimal.NewFromInt(1)))
}

// IsBased reports whether the price base of the item can be priced with: it is more than
// 0, and 1 unless the item has an amount.
func (i *PriceListItem) IsBased() bool {
	base, given := i.PriceBase.Get()
	return !given || base.Sign() > 0 && (!i.hasBase() || i.PricingMethod <= PricingAmount)
}

// Decimals returns how many decimals a quantity of the product may have; the
// item may be nil.
func (i *PriceListItem) Decimals(p *ProductFields) int {
	switch {
	case i == nil || i.QuantitySelling == SellingWholeAndFractional:
		return int(p.QuantityDecimals)
	case i.QuantitySelling == SellingWhole:
		return 0
	}
	return MaxQuantityDecimals
}

// RecordKind tells the kind of record.
func (*PriceListItem) RecordKind() kinds.Kind { return kinds.PriceListItem }

// Ref names the record with its kind.
func (i *PriceListItem) Ref() record.Ref { return i.ID.Ref() }

// Clone returns a deep copy.
func (i PriceListItem) Clone() PriceListItem {
	i.Head.Detach()
	return i
}

// MarshalJSON writes the published JSON form.
func (i PriceListItem) MarshalJSON() ([]byte, error) {
	type plain PriceListItem
	return record.Encode((*plain)(&i))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (i *PriceListItem) UnmarshalJSON(body []byte) error {
	type plain PriceListItem
	return record.Decode(body, (*plain)(i))
}
