package leadtocash

// maxProperties is how many properties a product has, inherited ones included.
const maxProperties = 50

// Property describes a product, a color for example. A family defines it, and
// everything below the family inherits it; with Overrides a product below
// changes name and flags of an inherited one. Its value never influences the
// price.
type Property struct {
	Name      string           `json:"name" d365:"name" max:"100" need:"true"`
	Overrides string           `json:"overrides,omitzero" max:"100"` // name of the inherited property
	DataType  PropertyDataType `json:"data_type" d365:"datatype"`    // never changes
	Options   []string         `json:"options,omitzero"`             // of an option set
	Hidden    bool             `json:"hidden,omitzero" d365:"ishidden"`
	Required  bool             `json:"required,omitzero" d365:"isrequired"`
	ReadOnly  bool             `json:"read_only,omitzero" d365:"isreadonly"`
}

// PropertyDataType is the type of a property's values.
type PropertyDataType = Choice[propertyDataTypeSet]

// The values of [PropertyDataType].
const (
	PropertyOptionSet PropertyDataType = iota + 1
	PropertyDecimal
	PropertyFloat
	PropertyText
	PropertyWholeNumber
)

type propertyDataTypeSet struct{}

func (propertyDataTypeSet) name() string   { return "property_data_type" }
func (propertyDataTypeSet) rows() []Option { return propertyDataTypeTable }

var propertyDataTypeTable = options(
	Option{Key: "option_set", Label: "Option Set", Code: 0},
	Option{Key: "decimal", Label: "Decimal", Code: 1},
	Option{Key: "float", Label: "Floating Point Number", Code: 2},
	Option{Key: "text", Label: "Single Line Of Text", Code: 3},
	Option{Key: "whole_number", Label: "Whole Number", Code: 4},
)
