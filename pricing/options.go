package pricing

import "github.com/leadtocash/leadtocash/value"

// ProductType is what a line sells (`producttypecode`).
type ProductType = value.Choice[productTypeSet]

// The values of [ProductType].
const (
	ProductTypeProduct ProductType = iota + 1
	ProductTypeBundle
	ProductTypeRequiredBundleProduct
	ProductTypeOptionalBundleProduct
	ProductTypeProjectBasedService
)

type productTypeSet struct{}

func (productTypeSet) Table() (string, []value.Option) { return "product_type", productTypeTable }

var productTypeTable = value.Options(
	value.Option{Key: "product", Label: "Product", Code: 1},
	value.Option{Key: "bundle", Label: "Bundle", Code: 2},
	value.Option{Key: "required_bundle_product", Label: "Required Bundle Product", Code: 3},
	value.Option{Key: "optional_bundle_product", Label: "Optional Bundle Product", Code: 4},
	value.Option{Key: "project_based_service", Label: "Project-based Service", Code: 5},
)

// PropertyStatus is how far the properties of a line are configured (`propertyconfigurationstatus`).
type PropertyStatus = value.Choice[propertyStatusSet]

// The values of [PropertyStatus].
const (
	PropertyStatusEdit PropertyStatus = iota + 1
	PropertyStatusRectify
	PropertyStatusNotConfigured
)

type propertyStatusSet struct{}

func (propertyStatusSet) Table() (string, []value.Option) {
	return "property_status", propertyStatusTable
}

var propertyStatusTable = value.Options(
	value.Option{Key: "edit", Label: "Edit", Code: 0},
	value.Option{Key: "rectify", Label: "Rectify", Code: 1},
	value.Option{Key: "not_configured", Label: "Not Configured", Code: 2},
)
