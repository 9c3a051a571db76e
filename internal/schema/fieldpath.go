package schema

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/leadtocash/leadtocash/record"
)

// Path leads from a record to one of its fields by wire name: "email1",
// "address1.city", "custom.region".
type Path struct {
	index  [][]int // one step for each struct on the way
	custom string  // of a custom field
}

// PathIn compiles the path of a field of the type, which may stand in embedded
// parts and in groups of fields, though not in lists.
func PathIn(t reflect.Type, name string) (Path, bool) {
	if custom, ok := strings.CutPrefix(name, "custom."); ok {
		return Path{custom: custom}, custom != ""
	}
	var p Path
	for {
		first, rest, more := strings.Cut(name, ".")
		index, inner := Of(t).IndexOf(t, first)
		if index == nil {
			return Path{}, false
		}
		p.index = append(p.index, index)
		if !more {
			return p, true
		}
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if structIn(inner) == nil {
			return Path{}, false
		}
		t, name = inner, rest
	}
}

// IndexOf finds a field by wire name, in embedded parts as well.
func (s *Schema) IndexOf(t reflect.Type, name string) ([]int, reflect.Type) {
	for i := range s.Fields {
		f := &s.Fields[i]
		switch {
		case f.Name == name:
			return []int{f.Index}, t.Field(f.Index).Type
		case f.Name == "" && f.Nested != nil:
			inner := t.Field(f.Index).Type
			if index, found := f.Nested.IndexOf(inner, name); index != nil {
				return append([]int{f.Index}, index...), found
			}
		}
	}
	return nil, nil
}

// value returns the field; invalid if a group of fields on the way is absent.
func (p Path) value(record reflect.Value) reflect.Value {
	v := record
	for i, index := range p.index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}
			}
			v = v.Elem()
		}
		v = v.FieldByIndex(index)
	}
	return v
}

// Text returns the field of a record as text, empty if it is not set.
func (p Path) Text(d record.Record) string {
	if p.custom != "" {
		if raw, ok := d.Header().Custom[p.custom]; ok {
			return KeyText(raw)
		}
		return ""
	}
	return textIn(p.value(reflect.ValueOf(d).Elem()))
}

// textIn is the text form of a value, empty for one that is not set.
func textIn(v reflect.Value) string {
	if !v.IsValid() || v.IsZero() {
		return ""
	}
	return textOfSet(v)
}

// textOfSet is the text form of a value that may be zero.
func textOfSet(v reflect.Value) string {
	if v.Type() == reflect.TypeFor[string]() {
		return v.String()
	}
	switch x := v.Interface().(type) {
	case record.CustomerID:
		return x.String()
	case record.Ref:
		return x.String()
	case encoding.TextMarshaler:
		text, err := x.MarshalText()
		if err != nil {
			return ""
		}
		return string(text)
	case fmt.Stringer: // an Opt
		return x.String()
	case bool:
		return strconv.FormatBool(x)
	}
	if v.CanInt() {
		return strconv.FormatInt(v.Int(), 10)
	}
	return ""
}
