package leadtocash

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// fieldPath leads from a record to one of its fields by wire name: "email1",
// "address1.city", "custom.region".
type fieldPath struct {
	index  [][]int // one step for each struct on the way
	custom string  // of a custom field
}

// pathIn compiles the path of a field of the type, which may stand in embedded
// parts and in groups of fields, though not in lists.
func pathIn(t reflect.Type, name string) (fieldPath, bool) {
	if custom, ok := strings.CutPrefix(name, "custom."); ok {
		return fieldPath{custom: custom}, custom != ""
	}
	var p fieldPath
	for {
		first, rest, more := strings.Cut(name, ".")
		index, inner := Of(t).indexOf(t, first)
		if index == nil {
			return fieldPath{}, false
		}
		p.index = append(p.index, index)
		if !more {
			return p, true
		}
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if structIn(inner) == nil {
			return fieldPath{}, false
		}
		t, name = inner, rest
	}
}

// indexOf finds a field by wire name, in embedded parts as well.
func (s *Schema) indexOf(t reflect.Type, name string) ([]int, reflect.Type) {
	for i := range s.fields {
		f := &s.fields[i]
		switch {
		case f.name == name:
			return []int{f.index}, t.Field(f.index).Type
		case f.name == "" && f.nested != nil:
			inner := t.Field(f.index).Type
			if index, found := f.nested.indexOf(inner, name); index != nil {
				return append([]int{f.index}, index...), found
			}
		}
	}
	return nil, nil
}

// value returns the field; invalid if a group of fields on the way is absent.
func (p fieldPath) value(record reflect.Value) reflect.Value {
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

// text returns the field of a record as text, empty if it is not set.
func (p fieldPath) text(d Record) string {
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
	case CustomerID:
		return x.String()
	case Ref:
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
