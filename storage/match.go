package storage

import (
	"bytes"
	"cmp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Match reports whether r is of the query's kind and satisfies all of its
// conditions. Order, After and Limit play no part. The query must be valid, see
// [Query.Validate].
func Match(q Query, r *Record) bool {
	if r.Kind != q.Kind {
		return false
	}
	for i := range q.Where {
		if !q.Where[i].match(r) {
			return false
		}
	}
	return true
}

// Compare orders records by the query's field: negative if a comes before b,
// positive if after, zero only for the same record. Text compares bytewise and
// amounts by value. Desc turns the order of values round, but in either direction
// records without a value come last and equal values are ordered by ascending id.
func Compare(q Query, a, b *Record) int {
	return compare(q.order(), q.Desc, &a.Header, &b.Header)
}

func (q Query) order() Field { return cmp.Or(q.Order, FieldCreatedAt) }

func compare(f Field, desc bool, a, b *Header) int {
	am, bm := a.missing(f), b.missing(f)
	c := 0
	switch {
	case am && bm:
	case am:
		return 1
	case bm:
		return -1
	default:
		if c = a.compare(f, b); desc {
			c = -c
		}
	}
	if c == 0 {
		c = bytes.Compare(a.ID[:], b.ID[:])
	}
	return c
}

// compare compares one field, which neither header misses.
func (h *Header) compare(f Field, o *Header) int {
	switch f.class() {
	case classID:
		a, b := h.uuid(f), o.uuid(f)
		return bytes.Compare(a[:], b[:])
	case classAmount:
		return h.number(f).Decimal.Cmp(o.number(f).Decimal)
	case classDay:
		return cmp.Compare(h.day(f), o.day(f))
	case classInstant:
		return h.instant(f).Compare(o.instant(f))
	default:
		return strings.Compare(h.text(f), o.text(f))
	}
}

func (h *Header) missing(f Field) bool {
	switch f.class() {
	case classID:
		return h.uuid(f) == uuid.Nil
	case classAmount:
		return !h.number(f).Valid
	case classDay:
		return h.day(f) == 0
	case classInstant:
		return h.instant(f).IsZero()
	default:
		return h.text(f) == ""
	}
}

func (h *Header) text(f Field) string {
	switch f {
	case FieldNumber:
		return h.Number
	case FieldState:
		return h.State
	case FieldStatus:
		return h.Status
	case FieldCurrency:
		return h.Currency
	case FieldName:
		return h.Name
	case FieldText1, FieldText2, FieldText3, FieldText4, FieldText5, FieldText6:
		return h.Slots.Text[f.slot()]
	default:
		return ""
	}
}

func (h *Header) uuid(f Field) uuid.UUID {
	switch f {
	case FieldOwner:
		return h.Owner
	case FieldRef1, FieldRef2, FieldRef3:
		return h.Slots.Ref[f.slot()]
	default:
		return h.ID
	}
}

// number is an amount or the number of a slot.
func (h *Header) number(f Field) decimal.NullDecimal {
	switch f {
	case FieldAmount:
		return h.Amount
	case FieldNum1, FieldNum2, FieldNum3, FieldNum4:
		return h.Slots.Num[f.slot()]
	default:
		return decimal.NullDecimal{}
	}
}

// day is the due day or the day of a slot.
func (h *Header) day(f Field) Day {
	switch f {
	case FieldDueOn:
		return h.DueOn
	case FieldDay1, FieldDay2, FieldDay3:
		return h.Slots.Day[f.slot()]
	default:
		return 0
	}
}

func (h *Header) instant(f Field) time.Time {
	if f == FieldUpdatedAt {
		return h.UpdatedAt
	}
	return h.CreatedAt
}

func (c *Cond) match(r *Record) bool { return c.holds(r) != c.Not }

// holds reports whether the condition holds, Not aside.
func (c *Cond) holds(r *Record) bool {
	switch {
	case len(c.Any) > 0:
		for i := range c.Any {
			if c.Any[i].match(r) {
				return true
			}
		}
		return false
	case c.Field == FieldKey:
		return c.holdsKey(r)
	case c.Op == OpMissing || r.missing(c.Field):
		return c.Op == OpMissing && r.missing(c.Field)
	}
	return c.satisfied(func(value any) (int, bool) { return r.compareValue(c.Field, value) }, r.text(c.Field))
}

func (c *Cond) holdsKey(r *Record) bool {
	named := false
	for i := range r.Keys {
		k := &r.Keys[i]
		if k.Name != c.Key {
			continue
		}
		named = true
		if c.Op != OpMissing && c.satisfied(func(value any) (int, bool) { return compareText(k.Value, value) }, k.Value) {
			return true
		}
	}
	return c.Op == OpMissing && !named
}

// satisfied reports whether what is compared with the values of the condition
// satisfies it; text is what a prefix is of.
func (c *Cond) satisfied(compare func(any) (int, bool), text string) bool {
	switch c.Op {
	case OpPrefix:
		prefix, ok := c.Values[0].(string)
		return ok && strings.HasPrefix(text, prefix)
	case OpBetween:
		low, ok := compare(c.Values[0])
		high, ok2 := compare(c.Values[1])
		return ok && ok2 && low >= 0 && high <= 0
	}
	for _, v := range c.Values {
		if d, ok := compare(v); ok && c.Op.holds(d) {
			return true
		}
	}
	return false
}

// holds reports whether a comparison with one value holds, by its sign.
func (o Op) holds(d int) bool {
	switch o {
	case OpEq, OpIn:
		return d == 0
	case OpLt:
		return d < 0
	case OpLe:
		return d <= 0
	case OpGt:
		return d > 0
	case OpGe:
		return d >= 0
	default:
		return false
	}
}

func compareText(text string, value any) (int, bool) {
	v, ok := value.(string)
	return strings.Compare(text, v), ok
}

// compareValue compares a field, which is not missing, with a value; ok is false if it
// is of another type.
func (h *Header) compareValue(f Field, value any) (d int, ok bool) {
	switch v := value.(type) {
	case string:
		return compareText(h.text(f), v)
	case uuid.UUID:
		id := h.uuid(f)
		return bytes.Compare(id[:], v[:]), true
	case decimal.Decimal:
		return h.number(f).Decimal.Cmp(v), true
	case Day:
		return cmp.Compare(h.day(f), v), true
	case time.Time:
		return h.instant(f).Compare(v), true
	default:
		return 0, false
	}
}

// Among reports whether the condition is that field is one of some values: what an
// index of the field can be asked.
func (c *Cond) Among(field Field) bool {
	return c.Field == field && !c.Not && (c.Op == OpEq || c.Op == OpIn)
}
