package engine

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// Required makes a value of the field necessary: a record that is made without
// one, and an edit that removes it, are ErrMissingField.
func Required(f *FieldDefinition) { f.required = true }

// MaxLength bounds a text field: at most so many characters. WithFields refuses
// it on another field.
func MaxLength(characters int) FieldOption {
	return limited(bpf.TypeText, func(v string) bool { return utf8.RuneCountInString(v) <= characters })
}

// OneOf bounds a text field to the values. WithFields refuses it on another field.
func OneOf(values ...string) FieldOption {
	values = slices.Clone(values)
	return limited(bpf.TypeText, func(v string) bool { return slices.Contains(values, v) })
}

// Between bounds a number field: from least to most. WithFields refuses it on
// another field.
func Between(least, most decimal.Decimal) FieldOption {
	return limited(bpf.TypeDecimal, func(v value.Opt[decimal.Decimal]) bool {
		d, ok := v.Get()
		return ok && d.Cmp(least) >= 0 && d.Cmp(most) <= 0
	})
}

// limited adds a condition to fields of one type.
func limited[T any](typ bpf.FieldType, holds func(T) bool) FieldOption {
	return func(f *FieldDefinition) {
		if f.typ != typ {
			f.check = nil
			return
		}
		before := f.check
		f.check = func(raw json.RawMessage) bool {
			var v T
			return before(raw) && json.Unmarshal(raw, &v) == nil && holds(v)
		}
	}
}

// FieldName names a custom field of a kind.
type FieldName struct {
	Kind kinds.Kind
	Name string
}

// String is "lead.region".
func (n FieldName) String() string { return string(n.Kind) + "." + n.Name }

// On names the field as one of a kind, for WithMapping.
func (f FieldDefinition) On(kind kinds.Kind) FieldName { return FieldName{kind, f.Name} }

// mapping is a declared way of own values.
type mapping struct{ from, to FieldName }

// WithMapping makes a custom field of a record that is made of another one get
// the value of that one's field: of the lead's region the account's area. Fields
// of one name and type need none, see [leadtocash.Conversions]. New refuses, with
// ErrInvalid, a mapping on another way, of fields that WithFields does not declare
// or that have unlike types, and a second one onto the same field.
func WithMapping(from, to FieldName) ClientOption {
	return func(e *engine) error {
		e.mappings = append(e.mappings, mapping{from, to})
		return nil
	}
}

// WithLooseFields allows custom values that are not declared on kinds that have
// declared fields; without kinds, on all of them. Nobody checks such values, and
// nothing takes them over.
func WithLooseFields(of ...kinds.Kind) ClientOption {
	return func(e *engine) error {
		if len(of) == 0 {
			of = kinds.Kinds()
		}
		e.loose = append(e.loose, of...)
		return nil
	}
}

// declared returns a custom field of a kind.
func (e *engine) declared(n FieldName) (FieldDefinition, bool) {
	i := slices.IndexFunc(e.fields[n.Kind], func(f FieldDefinition) bool { return f.Name == n.Name })
	if i < 0 {
		return FieldDefinition{}, false
	}
	return e.fields[n.Kind][i], true
}

// prepareFields works out which own values conversions copy.
func (e *engine) prepareFields() error {
	ways := leadtocash.Conversions()
	var reasons []record.Reason
	refuse := func(m mapping, why string) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "mapping." + m.from.String() + "." + m.to.String(), Message: why})
	}
	mapped := map[record.Conversion][]record.CopiedField{}
	for _, m := range e.mappings {
		way := record.Conversion{From: m.from.Kind, To: m.to.Kind}
		from, has := e.declared(m.from)
		to, gets := e.declared(m.to)
		switch {
		case !slices.Contains(ways, way):
			refuse(m, fmt.Sprintf("no %s is made of a %s", m.to.Kind, m.from.Kind))
		case !has || !gets:
			refuse(m, "both fields are declared by WithFields")
		case from.typ != to.typ:
			refuse(m, "the fields have unlike types")
		case slices.ContainsFunc(mapped[way], func(f record.CopiedField) bool { return f.To == m.to.Name }):
			refuse(m, "another field is mapped onto this one")
		default:
			mapped[way] = append(mapped[way], record.CopiedField{From: from.Name, To: to.Name})
		}
	}
	if len(reasons) > 0 {
		return record.RefusedFor(reasons)
	}
	var own record.OwnFields
	for _, way := range ways {
		fields := mapped[way]
		for _, to := range e.fields[way.To] {
			if slices.ContainsFunc(fields, func(f record.CopiedField) bool { return f.To == to.Name }) {
				continue
			}
			if from, has := e.declared(FieldName{way.From, to.Name}); has && from.typ == to.typ {
				fields = append(fields, record.CopiedField{From: from.Name, To: to.Name})
			}
		}
		if len(fields) > 0 {
			own.CopyFields(way, fields...)
			e.ownFields = &own
		}
	}
	return nil
}

// ownValues are the custom values that a command gives to a record that it makes
// or changes.
type ownValues struct {
	path   string // of the values in the command, with a dot
	kind   kinds.Kind
	values record.Custom
}

var customType = reflect.TypeFor[record.Custom]()

// valuesIn lists the custom values in a command about a record of the kind.
func valuesIn(cmd any, about kinds.Kind) (found []ownValues) {
	if cmd == nil {
		return nil
	}
	walkValues(reflect.ValueOf(cmd).Elem(), "", about, func(o ownValues) { found = append(found, o) })
	return found
}

func walkValues(v reflect.Value, path string, about kinds.Kind, found func(ownValues)) {
	if v.Kind() != reflect.Struct {
		return
	}
	for i := range v.NumField() {
		sf, field := v.Type().Field(i), v.Field(i)
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		of := about
		if kind := sf.Tag.Get("of"); kind != "" {
			of = kinds.Kind(kind)
		}
		switch {
		case sf.Anonymous && sf.IsExported():
			walkValues(field, path, about, found)
		case !sf.IsExported():
		case sf.Type == customType:
			found(ownValues{path + name + ".", of, field.Interface().(record.Custom)})
		case sf.Type.Kind() == reflect.Slice && sf.Tag.Get("of") != "":
			for n := range field.Len() {
				walkValues(field.Index(n), fmt.Sprintf("%s%s[%d].", path, name, n), of, found)
			}
		}
	}
}

// customFaults lists what is wrong with the custom values of a record: those of
// declared fields that are not of their type or necessary and missing, those that
// the command gives and nobody declared, and what cannot be kept (see [record.Kept]).
func (s *session) customFaults(d record.Record, old *storage.Record) (reasons []record.Reason, err error) {
	kind, custom := d.Ref().Kind, d.Header().Custom
	fields := s.c.fields[kind]
	if len(fields) == 0 && len(custom) == 0 {
		return nil, nil
	}
	var was record.Custom
	if old != nil && len(fields) > 0 {
		before, err := recordKinds[kind].decode(old.Image)
		if err != nil {
			return nil, err
		}
		was = before.Header().Custom
	}
	var given []ownValues
	for _, o := range valuesIn(s.cmd, s.about.Kind) {
		if o.kind == kind && (kind != s.about.Kind || d.Ref() == s.about) {
			given = append(given, o)
		}
	}
	add := func(code codes.Code, name, message string) {
		path := "custom."
		for n := len(given) - 1; n >= 0; n-- {
			if _, has := given[n].values[name]; has || n == 0 && code == codes.ErrMissingField {
				path = given[n].path
			}
		}
		reasons = append(reasons, record.Reason{Code: code, Field: strings.TrimSuffix(path+name, "."), Message: message})
	}
	for _, f := range fields {
		raw, has := custom[f.Name]
		_, had := was[f.Name]
		switch {
		case has && !f.check(raw):
			add(codes.ErrInvalid, f.Name, "not a value of the field")
		case !has && f.required && (old == nil || had):
			add(codes.ErrMissingField, f.Name, codes.ErrMissingField.Info().Text)
		}
	}
	if len(custom) > record.KeptMembers {
		add(codes.ErrOutOfRange, "", fmt.Sprintf("at most %d values are kept", record.KeptMembers))
	}
	for name, raw := range custom {
		_, known := s.c.declared(FieldName{kind, name})
		loose := known || len(fields) == 0 || slices.Contains(s.c.loose, kind) || name == adviceField
		switch fault := record.Kept(raw); {
		case !utf8.ValidString(name) || strings.ContainsRune(name, 0):
			add(codes.ErrInvalid, name, "a name is UTF-8 without NUL")
		case fault != nil:
			add(fault.Code, name, fault.Message)
		case !loose && slices.ContainsFunc(given, func(o ownValues) bool { _, gives := o.values[name]; return gives }):
			add(codes.ErrInvalid, name, "no such field is declared")
		}
	}
	slices.SortStableFunc(reasons, func(a, b record.Reason) int { return strings.Compare(a.Field, b.Field) })
	return reasons, nil
}
