package leadtocash

// ProductType is what a line sells (`producttypecode`).
type ProductType = Choice[productTypeSet]

// The values of [ProductType].
const (
	ProductTypeProduct ProductType = iota + 1
	ProductTypeBundle
	ProductTypeRequiredBundleProduct
	ProductTypeOptionalBundleProduct
	ProductTypeProjectBasedService
)

type productTypeSet struct{}

func (productTypeSet) Table() (string, []Option) { return "product_type", productTypeTable }

var productTypeTable = options(
	Option{Key: "product", Label: "Product", Code: 1},
	Option{Key: "bundle", Label: "Bundle", Code: 2},
	Option{Key: "required_bundle_product", Label: "Required Bundle Product", Code: 3},
	Option{Key: "optional_bundle_product", Label: "Optional Bundle Product", Code: 4},
	Option{Key: "project_based_service", Label: "Project-based Service", Code: 5},
)

// PropertyStatus is how far the properties of a line are configured (`propertyconfigurationstatus`).
type PropertyStatus = Choice[propertyStatusSet]

// The values of [PropertyStatus].
const (
	PropertyStatusEdit PropertyStatus = iota + 1
	PropertyStatusRectify
	PropertyStatusNotConfigured
)

type propertyStatusSet struct{}

func (propertyStatusSet) Table() (string, []Option) { return "property_status", propertyStatusTable }

var propertyStatusTable = options(
	Option{Key: "edit", Label: "Edit", Code: 0},
	Option{Key: "rectify", Label: "Rectify", Code: 1},
	Option{Key: "not_configured", Label: "Not Configured", Code: 2},
)
