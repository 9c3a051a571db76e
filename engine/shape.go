package engine

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// FieldType says what a field can hold, in words for people who make forms.
type FieldType string

// The types of fields.
const (
	TypeText      FieldType = "text"      // of one line
	TypeLines     FieldType = "lines"     // text of several lines
	TypeInteger   FieldType = "integer"   // a number in JSON
	TypeDecimal   FieldType = "decimal"   // an exact number, a string in JSON
	TypeMoney     FieldType = "money"     // an amount in the currency of the record, a string in JSON
	TypeCurrency  FieldType = "currency"  // EUR
	TypeDate      FieldType = "date"      // 2026-01-31
	TypeInstant   FieldType = "instant"   // RFC 3339
	TypeBool      FieldType = "bool"      //
	TypeChoice    FieldType = "choice"    // the key of an option
	TypeID        FieldType = "id"        // of a record of one kind, or of something of the host's
	TypeReference FieldType = "reference" // {"kind": …, "id": …}
	TypeBytes     FieldType = "bytes"     // base64
	TypeGroup     FieldType = "group"     // of fields
	TypeList      FieldType = "list"
	TypeJSON      FieldType = "json" // anything, or what the package bpf defines
)

// shape is how a type of Go looks in JSON.
type shape struct {
	typ      FieldType
	elem     reflect.Type // of a group, a list, or a map
	set      string       // of a choice
	options  []value.Option
	statuses bool         // the options are statuses
	targets  []kinds.Kind // of an id or a reference; nil means any
}

var opaque = []reflect.Type{
	reflect.TypeFor[record.Custom](), reflect.TypeFor[record.Data](), reflect.TypeFor[json.RawMessage](), reflect.TypeFor[bpf.Definition](),
}

// shapeOf reads a type; pointers and optional values look like what they hold.
func shapeOf(t reflect.Type) shape {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	for _, o := range opaque {
		if t == o {
			return shape{typ: TypeJSON}
		}
	}
	switch t {
	case reflect.TypeFor[[]byte]():
		return shape{typ: TypeBytes}
	case reflect.TypeFor[money.Amount]():
		return shape{typ: TypeMoney}
	case reflect.TypeFor[decimal.Decimal]():
		return shape{typ: TypeDecimal}
	case reflect.TypeFor[money.Currency]():
		return shape{typ: TypeCurrency}
	case reflect.TypeFor[value.Date]():
		return shape{typ: TypeDate}
	case reflect.TypeFor[time.Time]():
		return shape{typ: TypeInstant}
	case reflect.TypeFor[uuid.UUID]():
		return shape{typ: TypeID}
	case reflect.TypeFor[record.CustomerID]():
		return shape{typ: TypeReference, targets: []kinds.Kind{kinds.Account, kinds.Contact}}
	case reflect.TypeFor[record.Ref]():
		return shape{typ: TypeReference}
	}
	if kind := schema.KindOfID(t); kind != "" {
		return shape{typ: TypeID, targets: []kinds.Kind{kind}}
	}
	if inner := optionalOf(t); inner != nil {
		return shapeOf(inner)
	}
	return plainShape(t)
}

func plainShape(t reflect.Type) shape {
	zero := reflect.Zero(t).Interface()
	if c, is := zero.(interface{ Set() value.OptionSet }); is {
		set := c.Set()
		return shape{typ: TypeChoice, set: set.Name, options: set.Options, statuses: len(set.Options) > 0 && !set.Options[0].State.IsZero()}
	}
	if keys := schema.SettingKeys(t); keys != nil {
		s := shape{typ: TypeChoice}
		for _, key := range keys {
			s.options = append(s.options, value.Option{Key: key, Label: label(key)})
		}
		return s
	}
	if _, is := zero.(encoding.TextMarshaler); is {
		return shape{typ: TypeText}
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return shape{typ: TypeList, elem: t.Elem()}
	case reflect.Struct:
		return shape{typ: TypeGroup, elem: t}
	case reflect.String:
		return shape{typ: TypeText}
	case reflect.Bool:
		return shape{typ: TypeBool}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return shape{typ: TypeInteger}
	case reflect.Map:
		return shape{typ: TypeJSON, elem: t.Elem()}
	}
	return shape{typ: TypeJSON}
}

// optionalOf is what an optional value holds, nil for other types.
func optionalOf(t reflect.Type) reflect.Type {
	get, ok := t.MethodByName("Get")
	if !ok || t.Kind() != reflect.Struct || get.Type.NumIn() != 1 || get.Type.NumOut() != 2 {
		return nil
	}
	return get.Type.Out(0)
}

// membersOf are the fields of a struct that have a place in its JSON form, those of
// embedded structs in theirs.
func membersOf(t reflect.Type) (list []reflect.StructField) {
	for i := range t.NumField() {
		f := t.Field(i)
		switch name := memberName(f); {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			list = append(list, membersOf(f.Type)...)
		case f.IsExported() && name != "" && name != "-":
			list = append(list, f)
		}
	}
	return list
}

// memberName is the name in the tag for JSON; of a field without one, that of Go.
func memberName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" && !f.Anonymous {
		return f.Name
	}
	return name
}

// memberOf finds a member by its name.
func memberOf(t reflect.Type, name string) (reflect.StructField, bool) {
	for _, f := range membersOf(t) {
		if memberName(f) == name {
			return f, true
		}
	}
	return reflect.StructField{}, false
}
