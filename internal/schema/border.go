package schema

import (
	"reflect"
	"sync"

	"github.com/shopspring/decimal"
)

// Own makes the command that cmd points to share nothing with the caller: what its fields point to
// is copied, so that the caller may go on using it.
func Own(cmd any) {
	v := reflect.ValueOf(cmd).Elem()
	if copies := copierOf(v.Type()); copies != nil {
		copies(v)
	}
}

// copier replaces what an addressable value points to by copies.
type copier func(reflect.Value)

var copiers sync.Map // reflect.Type → copier

// copierOf returns the copier of a type, nil if its values point to nothing
// that could change.
func copierOf(t reflect.Type) copier {
	if c, ok := copiers.Load(t); ok {
		return c.(copier)
	}
	c := newCopier(t)
	copiers.Store(t, c)
	return c
}

func newCopier(t reflect.Type) copier {
	if t == reflect.TypeFor[decimal.Decimal]() { // immutable
		return nil
	}
	switch t.Kind() {
	case reflect.Struct:
		return structCopier(t)
	case reflect.Pointer:
		inner := copierOf(t.Elem())
		return func(v reflect.Value) {
			if v.IsNil() {
				return
			}
			p := reflect.New(t.Elem())
			p.Elem().Set(v.Elem())
			if inner != nil {
				inner(p.Elem())
			}
			v.Set(p)
		}
	case reflect.Slice:
		inner := copierOf(t.Elem())
		return func(v reflect.Value) {
			if v.IsNil() {
				return
			}
			s := reflect.MakeSlice(t, v.Len(), v.Len())
			reflect.Copy(s, v)
			for i := 0; inner != nil && i < s.Len(); i++ {
				inner(s.Index(i))
			}
			v.Set(s)
		}
	case reflect.Map:
		inner := copierOf(t.Elem())
		return func(v reflect.Value) {
			if v.IsNil() {
				return
			}
			m := reflect.MakeMapWithSize(t, v.Len())
			for key, value := range v.Seq2() {
				el := reflect.New(t.Elem()).Elem()
				el.Set(value)
				if inner != nil {
					inner(el)
				}
				m.SetMapIndex(key, el)
			}
			v.Set(m)
		}
	}
	return nil
}

func structCopier(t reflect.Type) copier {
	type fieldCopier struct {
		index int
		copy  copier
	}
	var fields []fieldCopier
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			continue
		}
		if c := copierOf(t.Field(i).Type); c != nil {
			fields = append(fields, fieldCopier{i, c})
		}
	}
	if fields == nil {
		return nil
	}
	return func(v reflect.Value) {
		for _, f := range fields {
			f.copy(v.Field(f.index))
		}
	}
}
