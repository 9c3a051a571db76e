package catalog

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// maxProperties is how many properties a product has, inherited ones included.
const maxProperties = 50

// Property describes a product, a color for example. A family defines it, and
// everything below the family inherits it; with Overrides a product below
// changes name, flags and whatever else it says, and inherits the rest. Lines
// have a [pricing.PropertyValue], which never influences the price.
type Property struct {
	Name      string                     `json:"name" d365:"name" max:"100" need:"true"`
	Overrides string                     `json:"overrides,omitzero" max:"100"`                       // name of the inherited property
	DataType  PropertyDataType           `json:"data_type" d365:"datatype"`                          // never changes
	Options   []string                   `json:"options,omitzero" most:"1000"`                       // of an option set; each at most 100 characters
	Default   string                     `json:"default,omitzero" max:"4000"`                        // of lines that give no value
	Minimum   value.Opt[decimal.Decimal] `json:"minimum,omitzero" range:"-1e11..1e11" decimals:"10"` // of a number
	Maximum   value.Opt[decimal.Decimal] `json:"maximum,omitzero" range:"-1e11..1e11" decimals:"10"` // of a number, not below Minimum
	Decimals  value.Opt[int32]           `json:"decimals,omitzero" d365:"precision" range:"0..10"`   // default: 10 of a decimal, 5 of a floating point number
	MaxLength value.Opt[int32]           `json:"max_length,omitzero" d365:"maxlengthstring" range:"1..4000"`
	Hidden    bool                       `json:"hidden,omitzero" d365:"ishidden"` // not shown to people
	Required  bool                       `json:"required,omitzero" d365:"isrequired"`
	ReadOnly  bool                       `json:"read_only,omitzero" d365:"isreadonly"` // lines have the default
}

// PropertyDataType is the type of a property's values.
type PropertyDataType = value.Choice[propertyDataTypeSet]

// The values of [PropertyDataType].
const (
	PropertyOptionSet PropertyDataType = iota + 1
	PropertyDecimal
	PropertyFloat
	PropertyText
	PropertyWholeNumber
)

type propertyDataTypeSet struct{}

func (propertyDataTypeSet) Table() (string, []value.Option) {
	return "property_data_type", propertyDataTypeTable
}

var propertyDataTypeTable = value.Options(
	value.Option{Key: "option_set", Label: "Option Set", Code: 0},
	value.Option{Key: "decimal", Label: "Decimal", Code: 1},
	value.Option{Key: "float", Label: "Floating Point Number", Code: 2},
	value.Option{Key: "text", Label: "Single Line Of Text", Code: 3},
	value.Option{Key: "whole_number", Label: "Whole Number", Code: 4},
)

// base is the name of the property that p overrides, else its own.
func (p *Property) base() string { return cmp.Or(p.Overrides, p.Name) }

// over returns the property as it overrides another one.
func (p Property) over(inherited *Property) Property {
	if len(p.Options) == 0 {
		p.Options = inherited.Options
	}
	p.Default = cmp.Or(p.Default, inherited.Default)
	if p.Minimum.IsZero() {
		p.Minimum = inherited.Minimum
	}
	if p.Maximum.IsZero() {
		p.Maximum = inherited.Maximum
	}
	if p.Decimals.IsZero() {
		p.Decimals = inherited.Decimals
	}
	if p.MaxLength.IsZero() {
		p.MaxLength = inherited.MaxLength
	}
	return p
}

// PropertyNamed returns the property of the name, nil if there is none.
func PropertyNamed(list []Property, name string) *Property {
	if i := slices.IndexFunc(list, func(p Property) bool { return p.Name == name }); i >= 0 {
		return &list[i]
	}
	return nil
}

// withProperties returns the inherited properties with those of the next level,
// which override some and add others.
func withProperties(inherited, own []Property) []Property {
	if len(own) == 0 {
		return inherited
	}
	list := slices.Clone(inherited)
	for i := range own {
		if base := PropertyNamed(list, own[i].base()); base != nil {
			*base = own[i].over(base)
		} else {
			list = append(list, own[i])
		}
	}
	return list
}

// properties are those of the product and its families, the nearest of which
// comes first; of says which fields of them count.
func (p *Product) properties(families []Product, of func(*Product) *ProductFields) (list []Property) {
	for i := range slices.Backward(families) {
		list = withProperties(list, of(&families[i]).Properties)
	}
	return withProperties(list, of(p).Properties)
}

// edited are the fields of a product as people edit them.
func (p *Product) edited() *ProductFields { return &p.ProductFields }

// propertyFaults lists what is wrong with the properties: only families define
// them, what overrides one is of its type, and no type changes.
func (p *Product) propertyFaults(path string, was *ProductFields, f *ProductFacts) (reasons []record.Reason) {
	inherited := (&Product{}).properties(f.Ancestors, (*Product).edited)
	for i := range p.Properties {
		own := &p.Properties[i]
		add := func(code codes.Code, field, message string) {
			reasons = append(reasons, record.Reason{Code: code, Field: fmt.Sprintf("%sproperties[%d].%s", path, i, field), Message: message})
		}
		base := PropertyNamed(inherited, own.Overrides)
		switch {
		case own.Overrides == "" && p.Structure != StructureFamily:
			add(codes.ErrInvalid, "overrides", "only a family defines properties")
		case own.Overrides == "":
		case base == nil:
			add(codes.ErrInvalid, "overrides", "no family defines the property")
		case p.Published != nil && !slices.ContainsFunc(p.Published.Properties, func(q Property) bool { return q.Overrides == own.Overrides }):
			add(codes.ErrInvalid, "overrides", "a product under revision only changes what it overrides already")
		}
		if other := PropertyNamed(inherited, own.Name); other != nil && other != base || PropertyNamed(p.Properties[:i], own.Name) != nil {
			add(codes.ErrInvalid, "name", "the product has a property of this name already")
		}
		switch before := PropertyNamed(was.Properties, own.Name); {
		case own.DataType == 0:
			add(codes.ErrInvalid, "data_type", "is needed")
		case base != nil && base.DataType != own.DataType:
			add(codes.ErrInvalid, "data_type", "is not that of the property")
		case before != nil && before.DataType != own.DataType:
			add(codes.ErrInvalid, "data_type", "never changes")
		}
		whole := *own
		if base != nil {
			whole = own.over(base)
		}
		whole.faults(add)
	}
	return reasons
}

// faults adds what is wrong with a property by itself.
func (p *Property) faults(add func(code codes.Code, field, message string)) {
	number := p.DataType == PropertyDecimal || p.DataType == PropertyFloat || p.DataType == PropertyWholeNumber
	if set := p.DataType == PropertyOptionSet; set != (len(p.Options) > 0) {
		add(codes.ErrInvalid, "options", "an option set has options, and nothing else has")
	}
	for i, option := range p.Options {
		if bad := schema.TextFault(option, 100, false); bad != nil {
			add(bad.Code, fmt.Sprintf("options[%d]", i), bad.Message)
		} else if option == "" || slices.Contains(p.Options[:i], option) {
			add(codes.ErrInvalid, fmt.Sprintf("options[%d]", i), "is empty or stands twice")
		}
	}
	if !number && !p.Minimum.IsZero() {
		add(codes.ErrInvalid, "minimum", "only a number has a minimum")
	}
	if !number && !p.Maximum.IsZero() {
		add(codes.ErrInvalid, "maximum", "only a number has a maximum")
	}
	if least, given := p.Minimum.Get(); given && p.Maximum.Or(least).LessThan(least) {
		add(codes.ErrInvalid, "maximum", "lies below minimum")
	}
	if p.DataType != PropertyDecimal && p.DataType != PropertyFloat && !p.Decimals.IsZero() {
		add(codes.ErrInvalid, "decimals", "only a decimal or floating point number has decimals")
	}
	if p.DataType != PropertyText && !p.MaxLength.IsZero() {
		add(codes.ErrInvalid, "max_length", "only a text has a length")
	}
	switch bad := p.Fault(p.Default); {
	case p.Default == "" && p.Required && p.ReadOnly:
		add(codes.ErrInvalid, "default", "what is required and read-only has a default")
	case p.Default != "" && bad != nil:
		add(bad.Code, "default", bad.Message)
	}
}

// Fault says why a text is no value of the property, nil if it is one.
func (p *Property) Fault(value string) *codes.Fault {
	switch p.DataType {
	case PropertyOptionSet:
		if !slices.Contains(p.Options, value) {
			return codes.ErrInvalid.Fault("not an option of the property")
		}
	case PropertyText:
		return schema.TextFault(value, int(p.MaxLength.Or(maxPropertyText)), false)
	case PropertyDecimal:
		return p.numberFault(value, maxPropertyNumber, p.Decimals.Or(maxPropertyDecimals))
	case PropertyFloat:
		return p.numberFault(value, maxPropertyNumber, p.Decimals.Or(maxFloatDecimals))
	case PropertyWholeNumber:
		return p.numberFault(value, maxWholeNumber, 0)
	}
	return nil
}

func (p *Property) numberFault(value string, most int64, places int32) *codes.Fault {
	n, err := exact.ParseDecimal(value)
	if err != nil {
		return codes.ErrInvalid.Fault("not a number in plain notation")
	}
	if bad := schema.CheckNumber(n, -most, most, int(places)); bad != nil {
		return bad
	}
	least, low := p.Minimum.Get()
	highest, high := p.Maximum.Get()
	if low && n.LessThan(least) || high && n.GreaterThan(highest) {
		return &codes.Fault{Code: codes.ErrOutOfRange, Message: "must be " + span(p.Minimum, p.Maximum)}
	}
	return nil
}
