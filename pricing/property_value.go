package pricing

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
)

// PropertyValue is what a line says about one property of its product: blue,
// of the color. It never influences the price.
type PropertyValue struct {
	Name  string `json:"name" max:"100" need:"true"` // of the property
	Value string `json:"value" max:"4000"`           // one of the options, a text, or a number in plain notation; empty: none
}

// Property returns the value that the line has for a property of its product,
// by the property's name; empty if it has none.
func (l *Line) Property(name string) string {
	if i := slices.IndexFunc(l.Properties, func(v PropertyValue) bool { return v.Name == name }); i >= 0 {
		return l.Properties[i].Value
	}
	return ""
}

// valueFaults lists what is wrong with the values of a line: each is of a
// property of the product, once, and one that the property takes. A value that
// the line had before stands.
func (f *LineFields) valueFaults(c *catalog.Catalog, was *Line) (reasons []record.Reason) {
	add := func(i int, code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: "properties[" + strconv.Itoa(i) + "]." + field, Message: message})
	}
	if len(f.Properties) > 0 && f.ProductID.IsZero() {
		return []record.Reason{{Code: codes.ErrInvalid, Field: "properties", Message: "a write-in has no properties"}}
	}
	if c.Product(f.ProductID) == nil {
		return nil // prices come with the line, and so does this
	}
	var known []catalog.Property
	if len(f.Properties) > 0 {
		known = c.Properties(f.ProductID)
	}
	for i, v := range f.Properties {
		if slices.ContainsFunc(f.Properties[:i], func(w PropertyValue) bool { return w.Name == v.Name }) {
			add(i, codes.ErrInvalid, "name", "the property has a value already")
			continue
		}
		if was != nil && was.ProductID == f.ProductID && slices.Contains(was.Properties, v) || v.Name == "" {
			continue
		}
		p := catalog.PropertyNamed(known, v.Name)
		switch {
		case p == nil:
			add(i, codes.ErrNotFound, "name", "the product has no such property")
		case p.ReadOnly && v.Value != p.Default:
			add(i, codes.ErrReadOnly, "value", fmt.Sprintf("the property is read-only: %q", p.Default))
		case v.Value != "":
			if bad := p.Fault(v.Value); bad != nil {
				add(i, bad.Code, "value", bad.Message)
			}
		}
	}
	return reasons
}

// withDefaults gives the line the defaults of properties without value.
func (l *Line) withDefaults(c *catalog.Catalog) {
	if l.IsWriteIn() {
		return
	}
	for _, p := range c.PropertiesOf(l.ProductID) {
		if p.Default != "" && !slices.ContainsFunc(l.Properties, func(v PropertyValue) bool { return v.Name == p.Name }) {
			l.Properties = append(slices.Clip(l.Properties), PropertyValue{p.Name, p.Default})
		}
	}
}

// configured says how far the properties of each line are configured, as far
// as the products are known.
func (s *PricedLines) configured(c *catalog.Catalog) {
	owned := false
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.IsWriteIn() || c.Product(l.ProductID) == nil {
			continue
		}
		status := l.configuration(c.PropertiesOf(l.ProductID))
		if status == l.PropertyStatus {
			continue
		}
		if !owned {
			s.Lines, owned = slices.Clone(s.Lines), true
		}
		s.Lines[i].PropertyStatus = status
	}
}

// configuration compares the values of the line with the properties of its
// product. It is not set where the product has none.
func (l *Line) configuration(properties []catalog.Property) PropertyStatus {
	if len(properties) == 0 {
		return 0
	}
	status := PropertyStatusNotConfigured
	for i := range properties {
		p := &properties[i]
		switch value := l.Property(p.Name); {
		case value == "" && p.Required, value != "" && p.Fault(value) != nil:
			return PropertyStatusRectify
		case value != "":
			status = PropertyStatusEdit
		}
	}
	return status
}
