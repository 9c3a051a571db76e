package bpf

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Op is how a rule compares.
type Op string

// The operators. Text is compared without regard to case. Whatever the
// operator, a comparison with an empty operand is false; only null and notNull
// see emptiness.
const (
	OpEq          Op = "eq"
	OpNe          Op = "ne"
	OpGt          Op = "gt"
	OpGe          Op = "ge"
	OpLt          Op = "lt"
	OpLe          Op = "le"
	OpIn          Op = "in"
	OpNotIn       Op = "notIn"
	OpContains    Op = "contains"
	OpNotContains Op = "notContains"
	OpBeginsWith  Op = "beginsWith"
	OpEndsWith    Op = "endsWith"
	OpNull        Op = "null"
	OpNotNull     Op = "notNull"
)

// operand is what an operator takes.
type operand string

const (
	oneOperand  operand = "value or otherField"
	manyOperand operand = "values"
	noOperand   operand = "no operand"
)

// operators is the table of operators: what they take, the types they apply to
// (none means all) and what they answer for two values that are not empty.
var operators = map[Op]struct {
	takes    operand
	families []family
	holds    func(value, other any) bool
}{
	OpEq: {oneOperand, []family{textFamily, numberFamily, booleanFamily, choiceFamily, lookupFamily, dateFamily}, equalTo},
	OpNe: {oneOperand, []family{textFamily, numberFamily, booleanFamily, choiceFamily, lookupFamily, dateFamily}, func(a, b any) bool { return !equalTo(a, b) }},
	OpGt: {oneOperand, []family{numberFamily, dateFamily}, ordered(func(c int) bool { return c > 0 })},
	OpGe: {oneOperand, []family{numberFamily, dateFamily}, ordered(func(c int) bool { return c >= 0 })},
	OpLt: {oneOperand, []family{numberFamily, dateFamily}, ordered(func(c int) bool { return c < 0 })},
	OpLe: {oneOperand, []family{numberFamily, dateFamily}, ordered(func(c int) bool { return c <= 0 })},

	OpContains:    {oneOperand, []family{textFamily}, folded(strings.Contains)},
	OpNotContains: {oneOperand, []family{textFamily}, folded(func(s, part string) bool { return !strings.Contains(s, part) })},
	OpBeginsWith:  {oneOperand, []family{textFamily}, folded(strings.HasPrefix)},
	OpEndsWith:    {oneOperand, []family{textFamily}, folded(strings.HasSuffix)},

	OpIn:      {manyOperand, []family{choiceFamily, lookupFamily}, equalTo},
	OpNotIn:   {manyOperand, []family{choiceFamily, lookupFamily}, equalTo},
	OpNull:    {noOperand, nil, nil},
	OpNotNull: {noOperand, nil, nil},
}

// holds evaluates a rule on the fields of one record.
func (r Rule) holds(field func(string) any) bool {
	value := field(r.Field)
	switch r.Op {
	case OpNull:
		return value == nil
	case OpNotNull:
		return value != nil
	}
	op, ok := operators[r.Op]
	if !ok || value == nil {
		return false
	}
	switch {
	case op.takes == manyOperand:
		other := slices.ContainsFunc(r.Values, func(v any) bool { return op.holds(value, v) })
		return other == (r.Op == OpIn)
	case r.OtherField != "":
		other := field(r.OtherField)
		return other != nil && op.holds(value, other)
	}
	return r.Value != nil && op.holds(value, r.Value)
}

// holds reports whether the comparisons of a case hold.
func (b Branch) holds(field func(string) any) bool {
	if len(b.All) > 0 {
		return !slices.ContainsFunc(b.All, func(r Rule) bool { return !r.holds(field) })
	}
	return slices.ContainsFunc(b.Any, func(r Rule) bool { return r.holds(field) })
}

// normal brings a value as hosts give it to nil, string, bool, decimal.Decimal,
// time.Time or a list.
func normal(v any) any {
	switch x := v.(type) {
	case nil, bool, time.Time:
		return x
	case string:
		return x
	case decimal.Decimal:
		if !bounded(x) {
			return nil
		}
		return x
	case json.Number:
		if d, ok := number(string(x)); ok {
			return d
		}
		return nil
	}
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return decimal.NewFromInt(rv.Int())
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return decimal.NewFromInt(int64(rv.Uint()))
	case reflect.String:
		return rv.String()
	case reflect.Slice:
		if rv.Len() == 0 {
			return nil
		}
	}
	return v
}

// number reads a decimal of sane size: comparing 1 with 1e999999999 would cost
// all memory.
func number(text string) (decimal.Decimal, bool) {
	if len(text) > 64 {
		return decimal.Decimal{}, false
	}
	d, err := decimal.NewFromString(text)
	if err != nil || !bounded(d) {
		return decimal.Decimal{}, false
	}
	return d, true
}

func bounded(d decimal.Decimal) bool { return d.Exponent() >= -64 && d.Exponent() <= 64 }

// compared orders two values; ok is false if they cannot be compared.
func compared(a, b any) (order int, ok bool) {
	a, b = normal(a), normal(b)
	switch x := a.(type) {
	case decimal.Decimal:
		if y, ok := asNumber(b); ok {
			return x.Cmp(y), true
		}
	case time.Time:
		if y, ok := asTime(b); ok {
			return x.Compare(y), true
		}
	case string:
		switch y := b.(type) {
		case string:
			if p, ok := asTime(x); ok {
				if q, ok := asTime(y); ok {
					return p.Compare(q), true
				}
			}
			return cmp.Compare(strings.ToLower(x), strings.ToLower(y)), true
		case decimal.Decimal, time.Time:
			order, ok := compared(b, a)
			return -order, ok
		}
	}
	return 0, false
}

func asNumber(v any) (decimal.Decimal, bool) {
	switch x := v.(type) {
	case decimal.Decimal:
		return x, true
	case string:
		return number(x)
	}
	return decimal.Decimal{}, false
}

func asTime(v any) (time.Time, bool) {
	switch x := v.(type) {
	case time.Time:
		return x, true
	case string:
		for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
			if t, err := time.Parse(layout, x); err == nil {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

func equalTo(a, b any) bool {
	if order, ok := compared(a, b); ok {
		return order == 0
	}
	p, ok1 := a.(bool)
	q, ok2 := b.(bool)
	return ok1 && ok2 && p == q
}

func ordered(is func(int) bool) func(a, b any) bool {
	return func(a, b any) bool {
		order, ok := compared(a, b)
		return ok && is(order)
	}
}

func folded(is func(s, part string) bool) func(a, b any) bool {
	return func(a, b any) bool {
		s, ok1 := normal(a).(string)
		part, ok2 := normal(b).(string)
		return ok1 && ok2 && is(strings.ToLower(s), strings.ToLower(part))
	}
}

// complete reports whether the value of a field completes its step: text that
// is not blank, true for a two-option field, anything else that is there. Zero
// is there.
func complete(v any) bool {
	switch x := normal(v).(type) {
	case nil:
		return false
	case string:
		return strings.TrimSpace(x) != ""
	case bool:
		return x
	}
	return true
}
