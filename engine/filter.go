package engine

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/internal/words"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// Filter is a condition on a field by its wire name: what docs/fields.md calls a filter
// of the kind ("sales_stage", "born_on"), a reference ("customer_id",
// "lines.product_id"), what every kind is listed by ("state", "status", "owner",
// "currency", "number", "amount", "due_on", "created_at", "updated_at", "id"), or a
// searchable custom field ("custom.region").
type Filter struct {
	Field string   `json:"field,omitzero"`
	Op    FilterOp `json:"op,omitzero"`
	// Values are in the text form that JSON has of them: an option by its key, a day
	// 2026-01-31, an instant in RFC 3339, a reference by its id.
	Values []string `json:"values,omitzero"`
	// Not turns the answer round: a record without value meets Not FilterEq, and Not
	// FilterMissing is that it has one.
	Not bool `json:"not,omitzero"`
	// Any is given instead of the others, but for Not: one of at most 16, which have
	// none themselves.
	Any []Filter `json:"any,omitzero"`
}

// FilterOp is a comparison of a Filter.
type FilterOp = storage.Op

// The comparisons. A record without value meets FilterMissing only.
const (
	FilterEq      FilterOp = storage.OpEq
	FilterIn      FilterOp = storage.OpIn // one of at most 1,000 values
	FilterLt      FilterOp = storage.OpLt
	FilterLe      FilterOp = storage.OpLe
	FilterGt      FilterOp = storage.OpGt
	FilterGe      FilterOp = storage.OpGe
	FilterBetween FilterOp = storage.OpBetween // the first value to the second, both inclusive
	FilterPrefix  FilterOp = storage.OpPrefix  // of texts
	FilterMissing FilterOp = storage.OpMissing
)

// FieldSlot is a field by which records of a kind are filtered, sorted and added up
// besides the header.
type FieldSlot struct {
	Name string        // wire name of the field, or of a value that is worked out
	At   storage.Field // what it is in a storage.Query or storage.Summary
}

// SlotsOf lists the slots of a kind, in their order.
func SlotsOf(kind kinds.Kind) []FieldSlot {
	list := make([]FieldSlot, 0, len(slotsOf[kind]))
	for _, s := range slotsOf[kind] {
		list = append(list, FieldSlot{s.name, s.at})
	}
	order := append([]storage.Field{storage.FieldName}, storage.SlotFields()...)
	slices.SortFunc(list, func(a, b FieldSlot) int { return slices.Index(order, a.At) - slices.Index(order, b.At) })
	return list
}

// headerFields are those that every kind is listed by.
var headerFields = []storage.Field{
	storage.FieldID, storage.FieldNumber, storage.FieldState, storage.FieldStatus, storage.FieldOwner, storage.FieldCurrency,
	storage.FieldAmount, storage.FieldDueOn, storage.FieldCreatedAt, storage.FieldUpdatedAt,
}

// slotAt finds the slot of a kind by its name.
func slotAt(kind kinds.Kind, name string) (storage.Field, bool) {
	for _, s := range slotsOf[kind] {
		if s.name == name {
			return s.at, true
		}
	}
	return "", false
}

// orderOf is what a list of a kind is sorted by in the store.
func orderOf(kind kinds.Kind, order ListOrder) (storage.Field, bool) {
	if order == "" || slices.Contains(headerFields, order) {
		return order, true
	}
	return slotAt(kind, string(order))
}

// filtered translates the filters of a list.
func (c *Client) filtered(kind kinds.Kind, filters []Filter) ([]storage.Cond, error) {
	f := filtering{c: c, kind: kind}
	conds, n := make([]storage.Cond, len(filters)), 0
	for i := range filters {
		path := fmt.Sprintf("where[%d]", i)
		n += 1 + len(filters[i].Any)
		conds[i] = f.cond(path, &filters[i], true)
	}
	if n > maxFilters {
		f.refuse(codes.ErrOutOfRange, "where", fmt.Sprintf("at most %d conditions", maxFilters))
	}
	return conds, record.RefusedFor(f.reasons)
}

// What filters may ask. The rest of the store's conditions is for what a list asks
// besides, and for what the actor may see.
const (
	maxFilters = 150
	maxValues  = 1000
)

type filtering struct {
	c       *Client
	kind    kinds.Kind
	reasons []record.Reason
}

func (f *filtering) refuse(code codes.Code, field, message string) {
	f.reasons = append(f.reasons, record.Reason{Code: code, Field: field, Message: message})
}

func (f *filtering) cond(path string, x *Filter, nests bool) storage.Cond {
	if x.Any != nil {
		return f.anyOf(path, x, nests)
	}
	cond := storage.Cond{Op: x.Op, Not: x.Not}
	parse, text, ok := f.field(&cond, x.Field)
	if !ok {
		f.refuse(codes.ErrInvalid, path+".field", "no field that records of the kind are filtered by")
		return cond
	}
	least, most := 1, 1
	switch x.Op {
	case FilterEq:
	case FilterIn:
		least, most = 0, maxValues
	case FilterLt, FilterLe, FilterGt, FilterGe:
		ok = f.isOrdered(&cond, text)
	case FilterBetween:
		least, most = 2, 2
		ok = f.isOrdered(&cond, text)
	case FilterPrefix:
		ok = text
	case FilterMissing:
		least, most = 0, 0
	default:
		ok = false
	}
	if !ok {
		f.refuse(codes.ErrInvalid, path+".op", "no comparison of this field")
	}
	switch n := len(x.Values); {
	case n > maxValues:
		f.refuse(codes.ErrOutOfRange, path+".values", fmt.Sprintf("at most %d", maxValues))
		return cond
	case ok && (n < least || n > most):
		f.refuse(codes.ErrInvalid, path+".values", "another number of values than the comparison takes")
	}
	for i, text := range x.Values {
		v, ok := parse(text)
		if !ok {
			f.refuse(codes.ErrInvalid, fmt.Sprintf("%s.values[%d]", path, i), "no value of the field; without one it is missing")
		}
		cond.Values = append(cond.Values, v)
	}
	return cond
}

func (f *filtering) anyOf(path string, x *Filter, nests bool) storage.Cond {
	cond := storage.Cond{Not: x.Not}
	if !nests || x.Field != "" || x.Op != "" || x.Values != nil || len(x.Any) == 0 {
		f.refuse(codes.ErrInvalid, path+".any", "stands instead of a field, and not within itself")
		return cond
	}
	if len(x.Any) > storage.MaxAny {
		f.refuse(codes.ErrOutOfRange, path+".any", fmt.Sprintf("at most %d", storage.MaxAny))
		return cond
	}
	for i := range x.Any {
		cond.Any = append(cond.Any, f.cond(fmt.Sprintf("%s.any[%d]", path, i), &x.Any[i], false))
	}
	return cond
}

// field names what a condition is about, and tells how its values are read and whether
// they are texts.
func (f *filtering) field(cond *storage.Cond, name string) (parse func(string) (any, bool), text, ok bool) {
	key := func(parse func(string) (any, bool), text bool) (func(string) (any, bool), bool, bool) {
		cond.Field, cond.Key = storage.FieldKey, name
		return parse, text, true
	}
	info := recordKinds[f.kind]
	if slices.ContainsFunc(info.schema.RefFields(nil), func(r schema.Referring) bool { return r.Name == name }) {
		return key(idKey, false)
	}
	if custom, is := strings.CutPrefix(name, "custom."); is {
		for _, d := range f.c.fields[f.kind] {
			if d.Name == custom && d.searchable {
				return key(lookupText, d.typ == bpf.TypeText)
			}
		}
		return nil, false, false
	}
	at, ok := slotAt(f.kind, name)
	if !ok {
		if at = storage.Field(name); !slices.Contains(headerFields, at) {
			return nil, false, false
		}
	}
	cond.Field = at
	parse, text = valuesOf(at)
	return parse, text, true
}

// isOrdered reports whether values of a field come before and after each other: numbers,
// days, instants and names do, references and options do not, and custom fields as far
// as their look-ups sort as they do.
func (f *filtering) isOrdered(cond *storage.Cond, text bool) bool {
	switch cond.Field {
	case storage.FieldName:
		return true
	case storage.FieldID, storage.FieldOwner, storage.FieldRef1, storage.FieldRef2, storage.FieldRef3:
		return false
	case storage.FieldKey:
		custom, is := strings.CutPrefix(cond.Key, "custom.")
		return is && slices.ContainsFunc(f.c.fields[f.kind], func(d FieldDefinition) bool {
			return d.Name == custom && (d.typ == bpf.TypeText || d.typ == bpf.TypeDate)
		})
	default:
		return !text
	}
}

// valuesOf tells how values of a field of the header are read.
func valuesOf(at storage.Field) (parse func(string) (any, bool), text bool) {
	switch at {
	case storage.FieldID, storage.FieldOwner, storage.FieldRef1, storage.FieldRef2, storage.FieldRef3:
		return func(text string) (any, bool) {
			id, err := uuid.Parse(text)
			return id, err == nil && id != uuid.Nil
		}, false
	case storage.FieldAmount, storage.FieldNum1, storage.FieldNum2, storage.FieldNum3, storage.FieldNum4:
		return func(text string) (any, bool) {
			d, err := exact.ParseDecimal(text)
			return d, err == nil && exact.CheckDecimal(d, maxBound, maxBound)
		}, false
	case storage.FieldDueOn, storage.FieldDay1, storage.FieldDay2, storage.FieldDay3:
		return func(text string) (any, bool) {
			var d value.Date
			err := d.UnmarshalText([]byte(text))
			return storage.Day(d), err == nil && !d.IsZero()
		}, false
	case storage.FieldCreatedAt, storage.FieldUpdatedAt:
		return func(text string) (any, bool) {
			t, err := time.Parse(time.RFC3339Nano, text)
			return t.UTC().Truncate(time.Microsecond), err == nil && t.Year() > 0 && t.Year() < 10000
		}, false
	case storage.FieldName:
		return func(text string) (any, bool) {
			name := words.Key(text)
			return name, name != ""
		}, true
	default:
		return lookupText, true
	}
}

// idKey reads the id of a reference.
func idKey(text string) (any, bool) {
	id, err := uuid.Parse(text)
	return id.String(), err == nil && id != uuid.Nil
}

// lookupText reads a text that can be looked up; an empty one is missing.
func lookupText(text string) (any, bool) {
	lookup := schema.Lookup(text)
	return lookup, text != "" && schema.TextFault(lookup, storage.MaxText, true) == nil
}

// A cursor of a list begins with a fingerprint of what the list asks, so that a page
// never silently belongs to another one.

const fingerprintSize = 16

// fingerprint is that of kind, order, direction and all conditions of a query.
func fingerprint(q *storage.Query) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %s %t", q.Kind, q.Order, q.Desc)
	for i := range q.Where {
		c := &q.Where[i]
		fmt.Fprintf(h, "\n%q %q %q %t %q", c.Field, c.Key, c.Op, c.Not, c.Values)
		for j := range c.Any {
			x := &c.Any[j]
			fmt.Fprintf(h, "\n\t%q %q %q %t %q", x.Field, x.Key, x.Op, x.Not, x.Values)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// cursorIn is the place in the store that a cursor of a list means.
func cursorIn(q *storage.Query, c Cursor) (storage.Cursor, bool) {
	rest, ok := strings.CutPrefix(string(c), fingerprint(q))
	if c == "" {
		return "", true
	}
	return storage.Cursor(rest), ok && rest != "" && len(c) > fingerprintSize
}

// cursorTo is the cursor of a list that means a place in the store.
func cursorTo(q *storage.Query, c storage.Cursor) Cursor {
	if c == "" {
		return ""
	}
	return Cursor(fingerprint(q)) + c
}
