package schema

import "reflect"

// Personal is a field that holds data of a person, as its tag says.
type Personal struct {
	Value      reflect.Value
	Identifies bool // it points to one person wherever it stands: personal:"identifies", or "text" of some length
	Required   bool
}

// distinctive is the length, in bytes, from which a free text is found again by itself.
const distinctive = 12

// EachPersonal calls fn for every field of a record that is tagged as personal and set,
// those of groups of fields and lists too.
func EachPersonal(v reflect.Value, fn func(Personal)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			EachPersonal(v.Elem(), fn)
		}
	case reflect.Slice:
		if structIn(v.Type()) == nil {
			return
		}
		for i := range v.Len() {
			EachPersonal(v.Index(i), fn)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			sf := v.Type().Field(i)
			tag := sf.Tag.Get("personal")
			switch {
			case !sf.IsExported():
			case tag == "":
				if sf.Anonymous || structIn(sf.Type) != nil {
					EachPersonal(v.Field(i), fn)
				}
			case !v.Field(i).IsZero():
				fn(Personal{v.Field(i), tag == "identifies" || tag == "text" && v.Field(i).Len() >= distinctive, sf.Tag.Get("need") == "true"})
			}
		}
	}
}
