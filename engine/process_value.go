package engine

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// fieldValue answers a field of a record as processes read it: by logical name
// first, then by wire name, custom fields by their wire names; states, statuses
// and option sets as numeric codes, days as text, nil for what is not set. ok
// is false if there is no such field.
func fieldValue(d record.Record, name string, custom []FieldDefinition) (val any, ok bool) {
	v := reflect.ValueOf(d).Elem()
	s := recordKinds[d.Ref().Kind].schema
	if name == "statecode" {
		if f, has := s.Field(v, "status", false); has {
			if status, is := f.Interface().(interface{ State() value.State }); is {
				return status.State().Code, true
			}
		}
	}
	for _, logical := range []bool{true, false} {
		if f, has := s.Field(v, name, logical); has {
			return plainValue(f), true
		}
	}
	for _, def := range custom {
		if def.Name == name {
			return customValue(d.Header().Custom[name], def.typ), true
		}
	}
	return nil, false
}

// plainValue is a field without the types of this package.
func plainValue(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case money.Amount:
		return x.Decimal()
	case value.Opt[money.Amount]:
		if a, ok := x.Get(); ok {
			return a.Decimal()
		}
		return nil
	case decimal.Decimal:
		return x
	case value.Opt[decimal.Decimal]:
		if d, ok := x.Get(); ok {
			return d
		}
		return nil
	case value.Opt[int32]:
		if n, ok := x.Get(); ok {
			return n
		}
		return nil
	case bool, int, int32, int64:
		return x
	}
	if v.IsZero() {
		return nil
	}
	switch x := v.Interface().(type) {
	case value.Date:
		return x.String()
	case time.Time:
		return x
	case uuid.UUID:
		return x.String()
	case record.Ref:
		return x.ID.String()
	case record.CustomerID:
		return x.ID.String()
	case money.Currency:
		return x.Code()
	case string:
		return x
	case interface{ Code() int }:
		return x.Code()
	}
	if schema.KindOfID(v.Type()) != "" {
		return v.Field(0).Interface().(uuid.UUID).String()
	}
	return nil
}

// customValue reads the value of a custom field.
func customValue(raw json.RawMessage, typ bpf.FieldType) any {
	if len(raw) == 0 {
		return nil
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	if text, ok := v.(string); ok && typ == bpf.TypeDecimal {
		return json.Number(text)
	}
	return v
}

// setText sets a field of text; ok is false if there is none.
func setText(d record.Record, name, text string) (ok bool) {
	v := reflect.ValueOf(d).Elem()
	for _, logical := range []bool{true, false} {
		if f, has := recordKinds[d.Ref().Kind].schema.Field(v, name, logical); has && f.Kind() == reflect.String {
			f.SetString(text)
			return true
		}
	}
	return false
}
