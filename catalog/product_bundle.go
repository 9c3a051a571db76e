package catalog

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// maxBundleMembers is how many products a bundle holds.
const maxBundleMembers = 15

// BundleMember is a product in a bundle. A required one comes with the bundle
// and is paid for by it; an optional one is chosen and paid for by itself.
type BundleMember struct {
	ProductID record.ProductID           `json:"product_id" need:"true"`                         // neither a family nor a kit nor a bundle
	UnitID    record.UnitID              `json:"unit_id,omitzero"`                               // default: the product's default unit
	Quantity  value.Opt[decimal.Decimal] `json:"quantity,omitzero" range:"0..1e11" decimals:"5"` // in one bundle, more than 0
	Required  bool                       `json:"required,omitzero"`
}
