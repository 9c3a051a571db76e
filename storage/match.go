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
	switch f {
	case FieldID, FieldOwner:
		a, b := h.uuid(f), o.uuid(f)
		return bytes.Compare(a[:], b[:])
	case FieldAmount:
		return h.Amount.Decimal.Cmp(o.Amount.Decimal)
	case FieldDueOn:
		return cmp.Compare(h.DueOn, o.DueOn)
	case FieldCreatedAt, FieldUpdatedAt:
		return h.instant(f).Compare(o.instant(f))
	default:
		return strings.Compare(h.text(f), o.text(f))
	}
}

func (h *Header) missing(f Field) bool {
	switch f {
	case FieldID, FieldOwner:
		return h.uuid(f) == uuid.Nil
	case FieldAmount:
		return !h.Amount.Valid
	case FieldDueOn:
		return h.DueOn == 0
	case FieldCreatedAt, FieldUpdatedAt:
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
	default:
		return ""
	}
}

func (h *Header) uuid(f Field) uuid.UUID {
	if f == FieldOwner {
		return h.Owner
	}
	return h.ID
}

func (h *Header) instant(f Field) time.Time {
	if f == FieldUpdatedAt {
		return h.UpdatedAt
	}
	return h.CreatedAt
}

func (c *Cond) match(r *Record) bool {
	if c.Field == FieldKey {
		return c.matchKey(r)
	}
	if r.missing(c.Field) || c.Op == OpMissing {
		return r.missing(c.Field) && c.Op == OpMissing
	}
	for _, v := range c.Values {
		if c.matchValue(&r.Header, v) {
			return true
		}
	}
	return false
}

func (c *Cond) matchKey(r *Record) bool {
	for _, v := range c.Values {
		value, ok := v.(string)
		for i := range r.Keys {
			if ok && r.Keys[i].Value == value && r.Keys[i].Name == c.Key {
				return true
			}
		}
	}
	return false
}

func (c *Cond) matchValue(h *Header, value any) bool {
	var d int
	switch v := value.(type) {
	case string:
		text := h.text(c.Field)
		if c.Op == OpPrefix {
			return strings.HasPrefix(text, v)
		}
		d = strings.Compare(text, v)
	case uuid.UUID:
		id := h.uuid(c.Field)
		d = bytes.Compare(id[:], v[:])
	case decimal.Decimal:
		d = h.Amount.Decimal.Cmp(v)
	case Day:
		d = cmp.Compare(h.DueOn, v)
	case time.Time:
		d = h.instant(c.Field).Compare(v)
	default:
		return false
	}
	switch c.Op {
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
