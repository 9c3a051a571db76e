package engine

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
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
// "currency", "number", "amount", "due_on", "created_at", "updated_at", "id"), a
// "status_reason" of the host's, or a searchable custom field ("custom.region"). Describe
// lists them all, with what each can be asked.
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

// FilterInfo describes what records of a kind are filtered by: a field by its wire name,
// or a value that is worked out.
type FilterInfo struct {
	Name     string     `json:"name"`
	Type     FieldType  `json:"type"` // how values are written: an instant of a record may be asked for by its day
	Ops      []FilterOp `json:"ops"`
	Options  []string   `json:"options,omitzero"`  // keys, that values are one of
	Sortable bool       `json:"sortable,omitzero"` // lists are ordered by it
	Summable bool       `json:"summable,omitzero"` // sums add it up
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

// filterable is how records of a kind are filtered by something.
type filterable struct {
	at      storage.Field
	key     string                   // the name of the look-up, where at is that
	typ     FieldType                // how values are written
	parse   func(string) (any, bool) // reads a value
	text    bool                     // values have beginnings
	ordered bool                     // values come before and after each other
	options []string                 // that values are one of; nil: any
	sorts   bool                     // lists are ordered by it
}

// filterableBy tells how records of a kind are filtered by a name: a filter asks it, and so
// does who describes filters. Without an engine there is nothing of a host's.
func (e *engine) filterableBy(kind kinds.Kind, name string) (f filterable, ok bool) {
	info := recordKinds[kind]
	byKey := filterable{at: storage.FieldKey, key: name, typ: TypeText, parse: lookupText}
	switch custom, isCustom := strings.CutPrefix(name, "custom."); {
	case info == nil:
		return filterable{}, false
	case slices.ContainsFunc(info.schema.RefFields(nil), func(r schema.Referring) bool { return r.Name == name }):
		byKey.typ, byKey.parse = TypeID, idKey
		_, byKey.sorts = slotAt(kind, name)
		return byKey, true
	case name == flow.StatusReasonField:
		byKey.typ = TypeChoice
		if e != nil {
			for _, r := range e.statusReasons {
				if r.Kind == kind {
					byKey.options = append(byKey.options, r.Key)
				}
			}
		}
		return byKey, true
	case isCustom:
		if e == nil {
			return filterable{}, false
		}
		d, has := e.declared(FieldName{kind, custom})
		byKey.typ, byKey.parse = d.fieldType(), d.lookup
		byKey.text, byKey.ordered = d.typ == bpf.TypeText, d.typ != bpf.TypeBoolean
		return byKey, has && d.searchable
	}
	at, ok := orderOf(kind, storage.Field(name))
	if !ok || name == "" {
		return filterable{}, false
	}
	f = filterable{at: at, sorts: true, options: optionsOf(info, name)}
	f.typ, f.parse, f.text = valuesOf(at)
	if f.options != nil {
		f.typ = TypeChoice
	}
	switch at {
	case storage.FieldID, storage.FieldOwner, storage.FieldRef1, storage.FieldRef2, storage.FieldRef3:
	default:
		f.ordered = !f.text || at == storage.FieldName
	}
	return f, true
}

// after reports whether a value that was read comes after another one.
func (f *filterable) after(a, b any) bool {
	switch a := a.(type) {
	case decimal.Decimal:
		return a.GreaterThan(b.(decimal.Decimal))
	case storage.Day:
		return a > b.(storage.Day)
	case time.Time:
		return a.After(b.(time.Time))
	case string:
		return a > b.(string)
	default:
		return false
	}
}

// ops are the comparisons of a filter.
func (f *filterable) ops() []FilterOp {
	ops := []FilterOp{FilterEq, FilterIn}
	if f.ordered {
		ops = append(ops, FilterLt, FilterLe, FilterGt, FilterGe, FilterBetween)
	}
	if f.text {
		ops = append(ops, FilterPrefix)
	}
	return append(ops, FilterMissing)
}

// summable reports whether sums add it up.
func (f *filterable) summable() bool {
	return f.at == storage.FieldAmount || strings.HasPrefix(string(f.at), "num") && f.at != storage.FieldNumber
}

// optionsOf are the keys of which a field of a kind has one, nil for other fields.
func optionsOf(info *kindInfo, name string) (list []string) {
	if info.table != nil && (name == string(storage.FieldState) || name == string(storage.FieldStatus)) {
		for _, o := range info.table.Statuses() {
			if key := o.Key; name == string(storage.FieldStatus) {
				list = append(list, key)
			} else if key = o.State.Key; !slices.Contains(list, key) {
				list = append(list, key)
			}
		}
		return list
	}
	t := info.record
	for part, rest, more := name, name, true; more; {
		part, rest, more = strings.Cut(rest, ".")
		f, has := memberOf(t, part)
		if !has {
			return nil
		}
		switch s := shapeOf(f.Type); {
		case more && s.typ == TypeGroup:
			t = s.elem
		case !more && s.set != "":
			for _, o := range s.options {
				list = append(list, o.Key)
			}
		default:
			return nil
		}
	}
	return list
}

// filters describes what records of a kind are filtered by.
func (e *engine) filters(kind kinds.Kind) (list []FilterInfo) {
	add := func(name string) {
		if slices.ContainsFunc(list, func(f FilterInfo) bool { return f.Name == name }) {
			return
		}
		if f, ok := e.filterableBy(kind, name); ok {
			list = append(list, FilterInfo{name, f.typ, f.ops(), f.options, f.sorts, f.summable()})
		}
	}
	for _, f := range headerFields {
		add(string(f))
	}
	add(flow.StatusReasonField)
	for _, s := range SlotsOf(kind) {
		add(s.Name)
	}
	for _, r := range referencing[kind] {
		add(r.Name)
	}
	if e != nil {
		for _, f := range e.fields[kind] {
			add("custom." + f.Name)
		}
	}
	return list
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
	by, ok := f.c.filterableBy(f.kind, x.Field)
	if !ok {
		f.refuse(codes.ErrInvalid, path+".field", "no field that records of the kind are filtered by")
		return cond
	}
	cond.Field, cond.Key = by.at, by.key
	least, most := 1, 1
	switch x.Op {
	case FilterIn:
		least, most = 0, maxValues
	case FilterBetween:
		least, most = 2, 2
	case FilterMissing:
		least, most = 0, 0
	}
	if ok = slices.Contains(by.ops(), x.Op); !ok {
		f.refuse(codes.ErrInvalid, path+".op", "no comparison of this field")
	}
	switch n := len(x.Values); {
	case n > maxValues:
		f.refuse(codes.ErrOutOfRange, path+".values", fmt.Sprintf("at most %d", maxValues))
		return cond
	case ok && (n < least || n > most):
		f.refuse(codes.ErrInvalid, path+".values", "another number of values than the comparison takes")
	}
	before := len(f.reasons)
	for i, text := range x.Values {
		v, ok := by.parse(text)
		at := fmt.Sprintf("%s.values[%d]", path, i)
		if !ok {
			f.refuse(codes.ErrInvalid, at, "no value of the field; without one it is missing")
		} else if by.options != nil && x.Op != FilterPrefix && !slices.Contains(by.options, text) {
			f.reasons = append(f.reasons, record.Reason{
				Code: codes.ErrInvalid, Field: at, Message: "none of the options of the field", Params: map[string]any{"allowed": by.options},
			})
		}
		cond.Values = append(cond.Values, v)
	}
	if len(cond.Values) == 2 && x.Op == FilterBetween && len(f.reasons) == before && by.after(cond.Values[0], cond.Values[1]) {
		f.refuse(codes.ErrInvalid, path+".values[1]", "comes before the first value")
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

// valuesOf tells how values of a field of the header are read.
func valuesOf(at storage.Field) (typ FieldType, parse func(string) (any, bool), text bool) {
	switch at {
	case storage.FieldID, storage.FieldOwner, storage.FieldRef1, storage.FieldRef2, storage.FieldRef3:
		return TypeID, func(text string) (any, bool) {
			id, err := uuid.Parse(text)
			return id, err == nil && id != uuid.Nil
		}, false
	case storage.FieldAmount, storage.FieldNum1, storage.FieldNum2, storage.FieldNum3, storage.FieldNum4:
		return TypeDecimal, func(text string) (any, bool) {
			d, err := exact.ParseDecimal(text)
			return d, err == nil && exact.CheckDecimal(d, maxBound, maxBound)
		}, false
	case storage.FieldDueOn, storage.FieldDay1, storage.FieldDay2, storage.FieldDay3:
		return TypeDate, func(text string) (any, bool) {
			var d value.Date
			err := d.UnmarshalText([]byte(text))
			return storage.Day(d), err == nil && !d.IsZero()
		}, false
	case storage.FieldCreatedAt, storage.FieldUpdatedAt:
		return TypeInstant, func(text string) (any, bool) {
			t, err := time.Parse(time.RFC3339Nano, text)
			return t.UTC().Truncate(time.Microsecond), err == nil && t.Year() > 0 && t.Year() < 10000
		}, false
	case storage.FieldName:
		return TypeText, func(text string) (any, bool) {
			name := words.Key(text)
			return name, name != ""
		}, true
	default:
		return TypeText, lookupText, true
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
