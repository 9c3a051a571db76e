package engine

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// Field is a custom field with a typed value, declared once and given to
// WithFields:
//
//	var Region = engine.TextField("region", engine.Searchable)
//
//	Region.Set(&cmd.Custom, "EMEA")
//	region, ok := Region.Get(lead.Custom)
type Field[T any] struct {
	FieldDefinition
}

// FieldDefinition is a custom field without its type.
type FieldDefinition struct {
	Name       string // wire name: [a-z][a-z0-9_]*, at most 64 characters
	searchable bool
	required   bool
	personal   bool
	typ        bpf.FieldType
	check      func(json.RawMessage) bool
}

// FieldOption changes what a custom field can do.
type FieldOption func(*FieldDefinition)

// Searchable makes values of the field a look-up: lists can ask for them, and for ranges of
// texts, numbers and days, see [Filter]. After declaring it for existing records, Reindex
// them.
func Searchable(f *FieldDefinition) { f.searchable = true }

// TextField is a custom field of one line of text, at most 4,000 characters.
func TextField(name string, opts ...FieldOption) Field[string] {
	return newField(name, bpf.TypeText, func(v string) bool { return schema.TextFault(v, 4000, false) == nil }, opts)
}

// NumberField is a custom field of an exact number, written as a string.
func NumberField(name string, opts ...FieldOption) Field[value.Opt[decimal.Decimal]] {
	return newField(name, bpf.TypeDecimal, func(v value.Opt[decimal.Decimal]) bool {
		d, ok := v.Get()
		return ok && exact.CheckDecimal(d, 16, 10)
	}, opts)
}

// DateField is a custom field of a day.
func DateField(name string, opts ...FieldOption) Field[value.Date] {
	return newField(name, bpf.TypeDate, func(v value.Date) bool { return !v.IsZero() }, opts)
}

// BoolField is a custom field of yes or no.
func BoolField(name string, opts ...FieldOption) Field[bool] {
	return newField(name, bpf.TypeBoolean, func(bool) bool { return true }, opts)
}

func newField[T any](name string, typ bpf.FieldType, valid func(T) bool, opts []FieldOption) Field[T] {
	f := Field[T]{FieldDefinition{Name: name, typ: typ}}
	f.check = func(raw json.RawMessage) bool {
		var v T
		return json.Unmarshal(raw, &v) == nil && valid(v)
	}
	for _, opt := range opts {
		opt(&f.FieldDefinition)
	}
	return f
}

// fieldType is the type in words for people who make forms.
func (f FieldDefinition) fieldType() FieldType {
	if f.typ == bpf.TypeBoolean {
		return TypeBool
	}
	return FieldType(f.typ)
}

// Get returns the value, and whether there is one of the field's type.
func (f Field[T]) Get(c record.Custom) (v T, ok bool) {
	raw, ok := c[f.Name]
	return v, ok && json.Unmarshal(raw, &v) == nil
}

// Set puts a value into the custom values of a command; the map given before
// is not changed.
func (f Field[T]) Set(c *record.Custom, v T) {
	raw, err := json.Marshal(v)
	if err != nil { // a value that cannot be written is refused when saved
		raw = json.RawMessage(`"`)
	}
	*c = c.Edited(record.Custom{f.Name: raw})
}

// Clear makes an edit remove the value.
func (f Field[T]) Clear(c *record.Custom) {
	next := record.Custom{f.Name: json.RawMessage("null")}
	for name, raw := range *c {
		if name != f.Name {
			next[name] = raw
		}
	}
	*c = next
}

// Definition returns the field without its type, for WithFields.
func (f Field[T]) Definition() FieldDefinition { return f.FieldDefinition }

// WithFields declares the custom fields of a kind. Values of declared fields
// are checked when they are saved, and a record that is made of another one takes
// over those of fields that both have, or that WithMapping maps. On a kind without
// declared fields custom values are kept as they are; on one that has some, a
// command that gives another one is ErrInvalid, unless WithLooseFields allows it.
func WithFields(kind kinds.Kind, fields ...interface{ Definition() FieldDefinition }) ClientOption {
	return func(e *engine) error {
		for _, f := range fields {
			if f == nil {
				return given(false, "fields")
			}
			def := f.Definition()
			bad := def.check == nil || !schema.IsWireName(def.Name) || slices.ContainsFunc(e.fields[kind], func(g FieldDefinition) bool { return g.Name == def.Name })
			if bad || recordKinds[kind] == nil || recordKinds[kind].has(def.Name) {
				return record.Refusal(codes.ErrInvalid, "fields."+def.Name, "a custom field has a kind and a name that no other field of it has, in lower case letters, digits and _, at most 64, and limits of its type")
			}
			e.fields[kind] = append(e.fields[kind], def)
		}
		return nil
	}
}

// has reports whether records of the kind have a field of their own with the name,
// in JSON or in Dataverse.
func (k *kindInfo) has(name string) bool {
	v := reflect.New(k.record).Elem()
	for _, logical := range []bool{true, false} {
		if _, is := k.schema.Field(v, name, logical); is {
			return true
		}
	}
	return false
}

// customKeys are the look-ups of searchable custom fields.
func (e *engine) customKeys(d record.Record) (keys []storage.Key) {
	for _, f := range e.fields[d.Ref().Kind] {
		raw, ok := d.Header().Custom[f.Name]
		if !f.searchable || !ok {
			continue
		}
		value := schema.KeyText(raw)
		if key, ok := f.lookup(value); ok {
			value = key.(string)
		}
		keys = append(keys, storage.Key{Name: "custom." + f.Name, Value: value})
	}
	return keys
}

// lookup is what a value of the field is looked up by, given as JSON writes it without
// quotes: texts as they are, days and numbers so that they sort as they do.
func (f FieldDefinition) lookup(text string) (any, bool) {
	switch f.typ {
	case bpf.TypeDecimal:
		d, err := exact.ParseDecimal(text)
		if err != nil || !exact.CheckDecimal(d, maxBound, maxBound) {
			return nil, false
		}
		return storage.NumberKey(d), true
	case bpf.TypeDate:
		var d value.Date
		return text, d.UnmarshalText([]byte(text)) == nil && !d.IsZero()
	case bpf.TypeBoolean:
		return text, text == "true" || text == "false"
	default:
		return lookupText(text)
	}
}
