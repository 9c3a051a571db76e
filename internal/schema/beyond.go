package schema

import (
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/leadtocash/leadtocash/money"
)

// Beyond finds an amount beyond the range of amounts within a value, and its path.
func Beyond(v any) (path string, found bool) {
	path, found = beyondIn(reflect.ValueOf(v))
	return strings.TrimPrefix(path, "."), found
}

func beyondIn(v reflect.Value) (path string, found bool) {
	if !v.IsValid() || !holdsAmounts(v.Type()) {
		return "", false
	}
	if a, is := v.Interface().(money.Amount); is {
		return "", a.Poisoned()
	}
	switch v.Kind() {
	case reflect.Pointer:
		return beyondIn(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if path, found = beyondIn(v.Index(i)); found {
				return "[" + strconv.Itoa(i) + "]" + path, true
			}
		}
	case reflect.Struct:
		if o, is := v.Interface().(interface{ Get() (money.Amount, bool) }); is {
			a, _ := o.Get()
			return "", a.Poisoned()
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			if path, found = beyondIn(v.Field(i)); found {
				if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
					path = "." + name + path
				}
				return path, true
			}
		}
	}
	return "", false
}

var amountHolders sync.Map // reflect.Type → bool

// holdsAmounts reports whether values of a type may have amounts in them.
func holdsAmounts(t reflect.Type) bool {
	if known, is := amountHolders.Load(t); is {
		return known.(bool)
	}
	amountHolders.Store(t, true) // while it is looked at: it may contain itself
	holds := t == reflect.TypeFor[money.Amount]() || t.Implements(reflect.TypeFor[interface{ Get() (money.Amount, bool) }]())
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		holds = holds || holdsAmounts(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			holds = holds || t.Field(i).IsExported() && holdsAmounts(t.Field(i).Type)
		}
	}
	amountHolders.Store(t, holds)
	return holds
}
