package schema

import (
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// label is a wire name for people: "budget_amount" becomes "Budget amount".
func label(name string) string {
	text := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// fieldType is what a process may do with a field.
func fieldType(sf reflect.StructField) (bpf.FieldType, []int) {
	t := sf.Type
	switch t {
	case reflect.TypeFor[money.Amount](), reflect.TypeFor[value.Opt[money.Amount]]():
		return bpf.TypeMoney, nil
	case reflect.TypeFor[decimal.Decimal](), reflect.TypeFor[value.Opt[decimal.Decimal]]():
		return bpf.TypeDecimal, nil
	case reflect.TypeFor[value.Opt[int32]]():
		return bpf.TypeInteger, nil
	case reflect.TypeFor[value.Date]():
		return bpf.TypeDate, nil
	case reflect.TypeFor[time.Time]():
		return bpf.TypeDateTime, nil
	case reflect.TypeFor[uuid.UUID](), reflect.TypeFor[record.CustomerID](), reflect.TypeFor[record.Ref](), reflect.TypeFor[money.Currency]():
		return bpf.TypeLookup, nil
	}
	if KindOfID(t) != "" {
		return bpf.TypeLookup, nil
	}
	switch t.Kind() {
	case reflect.String:
		if sf.Tag.Get("text") != "" {
			return bpf.TypeMemo, nil
		}
		return bpf.TypeText, nil
	case reflect.Bool:
		return bpf.TypeBoolean, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return bpf.TypeInteger, nil
	case reflect.Uint8:
		if set, ok := reflect.Zero(t).Interface().(interface{ Options() []value.Option }); ok {
			var codes []int
			for _, o := range set.Options() {
				codes = append(codes, o.Code)
			}
			if sf.Name == "Status" {
				return bpf.TypeStatus, codes
			}
			return bpf.TypeChoice, codes
		}
	}
	return bpf.TypeGroup, nil
}
