package catalog

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Product is something that is sold: a product, a bundle of products, or a
// family that groups products and passes properties on to them. It is a draft
// first, then active; while it is under revision, what was last published
// stays in force.
type Product struct {
	ID record.ProductID `json:"id" d365:"productid"`
	record.Head
	ProductFields
	Structure          ProductStructure   `json:"structure" d365:"productstructure"`                  // never changes
	ProductNumber      string             `json:"product_number" d365:"productnumber" max:"100"`      // unique
	ParentID           record.ProductID   `json:"parent_id,omitzero" d365:"parentproductid"`          // a family
	IsKit              bool               `json:"is_kit,omitzero" d365:"iskit"`                       // sold like one product; only imported
	DefaultPriceListID record.PriceListID `json:"default_price_list_id,omitzero" d365:"pricelevelid"` // one with an item of the product
	Status             ProductStatus      `json:"status" d365:"statuscode"`                           //
	Revision           int32              `json:"revision,omitzero" range:"0..2147483647"`            // how often it was published
	Published          *ProductFields     `json:"published,omitzero"`                                 // in force while under revision
	PublishedParentID  record.ProductID   `json:"published_parent_id,omitzero"`                       // likewise
}

// ProductFields are the fields of a product that people edit.
type ProductFields struct {
	Name             string                     `json:"name" d365:"name" max:"100" need:"true"`
	Description      string                     `json:"description,omitzero" d365:"description" text:"2000"`
	Kind             ProductKind                `json:"kind,omitzero" d365:"producttypecode"` // has no effect on the price
	UnitGroupID      record.UnitGroupID         `json:"unit_group_id,omitzero" d365:"defaultuomscheduleid"`
	DefaultUnitID    record.UnitID              `json:"default_unit_id,omitzero" d365:"defaultuomid"` // of the unit group
	QuantityDecimals int32                      `json:"quantity_decimals,omitzero" d365:"quantitydecimal" range:"0..5"`
	ListPrice        value.Opt[decimal.Decimal] `json:"list_price,omitzero" d365:"price" range:"0..1e12" decimals:"4"` // list price and costs are in the record's currency
	CurrentCost      value.Opt[decimal.Decimal] `json:"current_cost,omitzero" d365:"currentcost" range:"0..1e12" decimals:"4"`
	StandardCost     value.Opt[decimal.Decimal] `json:"standard_cost,omitzero" d365:"standardcost" range:"0..1e12" decimals:"4"`
	ValidFrom        value.Date                 `json:"valid_from,omitzero" d365:"validfromdate"` // has no effect on the price
	ValidTo          value.Date                 `json:"valid_to,omitzero" d365:"validtodate"`     // not before ValidFrom
	Size             string                     `json:"size,omitzero" d365:"size" max:"200"`
	URL              string                     `json:"url,omitzero" d365:"producturl" max:"255"`
	VendorName       string                     `json:"vendor_name,omitzero" d365:"vendorname" max:"100"`
	VendorPartNumber string                     `json:"vendor_part_number,omitzero" d365:"vendorpartnumber" max:"100"`
	SupplierName     string                     `json:"supplier_name,omitzero" d365:"suppliername" max:"100"`
	GTIN             string                     `json:"gtin,omitzero" max:"14" form:"gtin"` // lines of the product take GTIN, classes and origin
	Classes          []ItemClass                `json:"classes,omitzero" most:"10"`
	Origin           string                     `json:"origin,omitzero" max:"2" form:"country"` // country of ISO 3166-1
	Members          []BundleMember             `json:"members,omitzero"`                       // of a bundle, at most 15
	Properties       []Property                 `json:"properties,omitzero"`                    // at most 50, inherited ones included
}

// ItemClass is a class of goods or services that an item is in.
type ItemClass struct {
	List    string `json:"list" max:"8" need:"true" form:"item_list"` // of UNTDID 7143: STI for UNSPSC, TSP for CPV; only the pattern is checked
	Version string `json:"version,omitzero" max:"20"`                 // of the list
	Value   string `json:"value" max:"100" need:"true"`
}

func (f ProductFields) clone() ProductFields {
	f.Classes = slices.Clone(f.Classes)
	f.Members = slices.Clone(f.Members)
	f.Properties = slices.Clone(f.Properties)
	for i := range f.Properties {
		f.Properties[i].Options = slices.Clone(f.Properties[i].Options)
	}
	return f
}

// ProductStructure tells products, families and bundles apart.
type ProductStructure = value.Choice[productStructureSet]

// The values of [ProductStructure].
const (
	StructureProduct ProductStructure = iota + 1
	StructureFamily
	StructureBundle
)

type productStructureSet struct{}

func (productStructureSet) Table() (string, []value.Option) {
	return "product_structure", productStructureTable
}

var productStructureTable = value.Options(
	value.Option{Key: "product", Label: "Product", Code: 1},
	value.Option{Key: "family", Label: "Product Family", Code: 2},
	value.Option{Key: "bundle", Label: "Product Bundle", Code: 3},
)

// ProductKind says what a product is by nature.
type ProductKind = value.Choice[productKindSet]

// The values of [ProductKind].
const (
	ProductKindSalesInventory ProductKind = iota + 1
	ProductKindMiscellaneousCharge
	ProductKindService
	ProductKindFlatFee
)

type productKindSet struct{}

func (productKindSet) Table() (string, []value.Option) { return "product_kind", productKindTable }

var productKindTable = value.Options(
	value.Option{Key: "sales_inventory", Label: "Sales Inventory", Code: 1},
	value.Option{Key: "miscellaneous_charge", Label: "Miscellaneous Charges", Code: 2},
	value.Option{Key: "service", Label: "Services", Code: 3},
	value.Option{Key: "flat_fee", Label: "Flat Fees", Code: 4},
)

// ProductStatus is the status of a product; its State is of the same name.
type ProductStatus = value.Choice[productStatusSet]

// The statuses of a product.
const (
	ProductStatusActive ProductStatus = iota + 1
	ProductStatusRetired
	ProductStatusDraft
	ProductStatusUnderRevision
)

// The states of a product.
var (
	ProductActive        = value.State{Key: "active", Code: 0}
	ProductRetired       = value.State{Key: "retired", Code: 1}
	ProductDraft         = value.State{Key: "draft", Code: 2}
	ProductUnderRevision = value.State{Key: "under_revision", Code: 3}
)

type productStatusSet struct{}

func (productStatusSet) Table() (string, []value.Option) { return "product_status", productStatusTable }

var productStatusTable = value.Statuses(
	ProductActive.In(value.Option{Key: "active", Label: "Active", Code: 1}),
	ProductRetired.In(value.Option{Key: "retired", Label: "Retired", Code: 2}),
	ProductDraft.In(value.Option{Key: "draft", Label: "Draft", Code: 0}),
	ProductUnderRevision.In(value.Option{Key: "under_revision", Label: "Under Revision", Code: 3}),
)

// InForce returns what is valid for sales: what was last published, while the
// product is under revision. It is only to be read.
func (p *Product) InForce() *ProductFields {
	if p.Published != nil {
		return p.Published
	}
	return &p.ProductFields
}

// ParentInForce is the family in force, as InForce tells of the fields.
func (p *Product) ParentInForce() record.ProductID {
	if p.Published != nil {
		return p.PublishedParentID
	}
	return p.ParentID
}

// IsSellable reports whether the product can be put on a new line: it is
// active or under revision, and no family.
func (p *Product) IsSellable() bool {
	return p.Structure != StructureFamily && (p.Status == ProductStatusActive || p.Status == ProductStatusUnderRevision)
}

// RecordKind tells the kind of record.
func (*Product) RecordKind() kinds.Kind { return kinds.Product }

// Ref names the record with its kind.
func (p *Product) Ref() record.Ref { return p.ID.Ref() }

// StatusKey is the key of the status.
func (p *Product) StatusKey() string { return p.Status.String() }

// Clone returns a deep copy.
func (p Product) Clone() Product {
	p.Head.Detach()
	p.ProductFields = p.ProductFields.clone()
	if p.Published != nil {
		published := p.Published.clone()
		p.Published = &published
	}
	return p
}

// MarshalJSON writes the published JSON form.
func (p Product) MarshalJSON() ([]byte, error) {
	type plain Product
	return record.Encode((*plain)(&p))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (p *Product) UnmarshalJSON(body []byte) error {
	type plain Product
	return record.Decode(body, (*plain)(p))
}
