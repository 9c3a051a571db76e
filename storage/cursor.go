package storage

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Position is the place of one record in the order of a query: what a store that
// pages by key needs to know of the record behind which it continues.
type Position struct {
	Value any // of the order field, typed like the values of Cond; nil if missing
	ID    uuid.UUID
}

// CursorOf returns the cursor that continues q behind r, which need not be stored
// any more.
func CursorOf(q Query, r *Record) Cursor {
	f := q.order()
	b := make([]byte, 0, 64)
	flags := byte(cursorFormat)
	if q.Desc {
		flags |= cursorDesc
	}
	if r.missing(f) {
		flags |= cursorMissing
	}
	b = append(b, flags, byte(len(q.Kind)))
	b = append(b, q.Kind...)
	b = append(b, byte(len(f)))
	b = append(b, f...)
	b = append(b, r.ID[:]...)
	if flags&cursorMissing == 0 {
		switch f.class() {
		case classID:
			id := r.uuid(f)
			b = append(b, id[:]...)
		case classAmount:
			b = append(b, r.number(f).Decimal.String()...)
		case classDay:
			b = binary.BigEndian.AppendUint32(b, uint32(r.day(f)))
		case classInstant:
			b = binary.BigEndian.AppendUint64(b, uint64(r.instant(f).UnixMicro()))
		default:
			b = append(b, r.text(f)...)
		}
	}
	return Cursor(cursorEncoding.EncodeToString(b))
}

// Position decodes the query's cursor; ok is false if it has none. A text that no
// CursorOf made for this kind, order and direction is ErrInvalid.
func (q Query) Position() (p Position, ok bool, err error) {
	if q.After == "" {
		return Position{}, false, nil
	}
	p, ok = q.decode(q.After)
	if !ok {
		return Position{}, false, fmt.Errorf("%w: cursor of another query, or no cursor", ErrInvalid)
	}
	return p, true, nil
}

// Record returns a record that stands, for [Compare], exactly at p in the order of
// q. A value of another type than the order's counts as missing.
func (p Position) Record(q Query) *Record {
	f := q.order()
	r := &Record{Header: Header{Ref: Ref{q.Kind, p.ID}}}
	switch v := p.Value.(type) {
	case string:
		switch f {
		case FieldNumber:
			r.Number = v
		case FieldState:
			r.State = v
		case FieldStatus:
			r.Status = v
		case FieldCurrency:
			r.Currency = v
		case FieldName:
			r.Name = v
		default:
			if f.class() == classText {
				r.Slots.Text[f.slot()] = v
			}
		}
	case uuid.UUID:
		switch {
		case f == FieldOwner:
			r.Owner = v
		case f != FieldID && f.class() == classID:
			r.Slots.Ref[f.slot()] = v
		}
	case decimal.Decimal:
		switch {
		case f == FieldAmount:
			r.Amount = decimal.NewNullDecimal(v)
		case f.class() == classAmount:
			r.Slots.Num[f.slot()] = decimal.NewNullDecimal(v)
		}
	case Day:
		switch {
		case f == FieldDueOn:
			r.DueOn = v
		case f.class() == classDay:
			r.Slots.Day[f.slot()] = v
		}
	case time.Time:
		if f == FieldUpdatedAt {
			r.UpdatedAt = v
		} else {
			r.CreatedAt = v
		}
	}
	return r
}

// A cursor is base64url of: flags; length and text of the kind; length and text of
// the order field; id; the value in the rest.
const (
	cursorFormat  = 1
	cursorDesc    = 1 << 6
	cursorMissing = 1 << 7
)

var cursorEncoding = base64.RawURLEncoding.Strict()

func (q Query) decode(c Cursor) (p Position, ok bool) {
	if len(c) > 2*MaxText {
		return p, false
	}
	b, err := cursorEncoding.DecodeString(string(c))
	// The decoder skips line ends, which no cursor has.
	if err != nil || cursorEncoding.EncodedLen(len(b)) != len(c) || len(b) == 0 {
		return p, false
	}
	flags, b := b[0], b[1:]
	if flags&^(cursorDesc|cursorMissing) != cursorFormat || (flags&cursorDesc != 0) != q.Desc {
		return p, false
	}
	f := q.order()
	for _, want := range []string{q.Kind, string(f)} {
		if len(b) < 1+len(want) || int(b[0]) != len(want) || string(b[1:1+len(want)]) != want {
			return p, false
		}
		b = b[1+len(want):]
	}
	if len(b) < len(p.ID) {
		return p, false
	}
	b = b[copy(p.ID[:], b):]
	if flags&cursorMissing != 0 {
		return p, len(b) == 0
	}
	p.Value, ok = f.decode(b)
	return p, ok
}

func (f Field) decode(b []byte) (value any, ok bool) {
	switch c := f.class(); {
	case c == classID && len(b) == len(uuid.UUID{}):
		value = uuid.UUID(b)
		ok = value != uuid.Nil
	case c == classAmount && len(b) <= 3*MaxDigits:
		d, err := decimal.NewFromString(string(b))
		value, ok = d, err == nil && validAmount(d)
	case c == classDay && len(b) == 4:
		value = Day(binary.BigEndian.Uint32(b))
		ok = c.holds(value)
	case c == classInstant && len(b) == 8:
		t := time.UnixMicro(int64(binary.BigEndian.Uint64(b))).UTC()
		value, ok = t, !t.IsZero() && validInstant(t)
	case c == classText && len(b) > 0:
		value = string(b)
		ok = c.holds(value)
	}
	return value, ok
}
