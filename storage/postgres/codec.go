package postgres

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/storage"
)

func dateOf(d storage.Day) time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.UTC)
}

func dayOf(d pgtype.Date) storage.Day {
	if !d.Valid {
		return 0
	}
	year, month, day := d.Time.Date()
	return storage.Day(year*10000 + int(month)*100 + day)
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// flat lists keys as name, value, name, value …
func flat(keys []storage.Key) []string {
	list := make([]string, 0, 2*len(keys))
	for _, k := range keys {
		list = append(list, k.Name, k.Value)
	}
	return list
}

func pairs(list []string) (keys []storage.Key) {
	for pair := range slices.Chunk(list, 2) {
		keys = append(keys, storage.Key{Name: pair[0], Value: pair[1]})
	}
	return keys
}

// values returns the columns of a record after the tenant, as insertRecord and
// updateRecord take them.
func values(r *storage.Record) []any {
	var owner, amount, due any
	if r.Owner != uuid.Nil {
		owner = [16]byte(r.Owner)
	}
	if r.Amount.Valid {
		amount = r.Amount.Decimal.String()
	}
	if r.DueOn != 0 {
		due = dateOf(r.DueOn)
	}
	claims := r.Claims
	if claims == nil {
		claims = []string{}
	}
	return append([]any{
		r.Kind, [16]byte(r.ID), r.Version, text(r.Number), text(r.State), text(r.Status), owner, text(r.Currency),
		amount, due, r.CreatedAt, r.UpdatedAt, r.Format, flat(r.Keys), claims, text(r.Name),
	}, slots(&r.Slots)...)
}

// slots returns the columns of slots in the order of storage.SlotFields.
func slots(s *storage.Slots) []any {
	list := make([]any, 0, len(slotColumns))
	for _, t := range s.Text {
		list = append(list, text(t))
	}
	for _, d := range s.Day {
		if d == 0 {
			list = append(list, nil)
		} else {
			list = append(list, dateOf(d))
		}
	}
	for _, n := range s.Num {
		if n.Valid {
			list = append(list, n.Decimal.String())
		} else {
			list = append(list, nil)
		}
	}
	for _, id := range s.Ref {
		if id == uuid.Nil {
			list = append(list, nil)
		} else {
			list = append(list, [16]byte(id))
		}
	}
	return list
}

// slotRow is where the columns of slots are read to.
type slotRow struct {
	text [6]pgtype.Text
	day  [3]pgtype.Date
	num  [4]pgtype.Text
	ref  [3]pgtype.UUID
}

// into appends where each column goes.
func (s *slotRow) into(to []any) []any {
	for i := range s.text {
		to = append(to, &s.text[i])
	}
	for i := range s.day {
		to = append(to, &s.day[i])
	}
	for i := range s.num {
		to = append(to, &s.num[i])
	}
	for i := range s.ref {
		to = append(to, &s.ref[i])
	}
	return to
}

func (s *slotRow) slots() (out storage.Slots, err error) {
	for i := range s.text {
		out.Text[i] = s.text[i].String
	}
	for i := range s.day {
		out.Day[i] = dayOf(s.day[i])
	}
	for i := range s.num {
		if out.Num[i].Valid = s.num[i].Valid; out.Num[i].Valid {
			if out.Num[i].Decimal, err = decimal.NewFromString(s.num[i].String); err != nil {
				return out, err
			}
		}
	}
	for i := range s.ref {
		out.Ref[i] = uuid.UUID(s.ref[i].Bytes)
	}
	return out, nil
}

// scanRecord reads what a search selects.
func scanRecord(rows pgx.Rows, kind string) (*storage.Record, error) {
	r := &storage.Record{}
	r.Kind = kind
	var number, state, status, currency, amount, name pgtype.Text
	var owner pgtype.UUID
	var due pgtype.Date
	var keys, claims []string
	var body []byte
	var slots slotRow
	to := append(make([]any, 0, 32), (*[16]byte)(&r.ID), &r.Version, &number, &state, &status, &owner, &currency, &amount, &due,
		&r.CreatedAt, &r.UpdatedAt, &r.Format, &keys, &claims, &name)
	err := rows.Scan(append(slots.into(to), &body)...)
	if err != nil {
		return nil, err
	}
	if r.Slots, err = slots.slots(); err != nil {
		return nil, err
	}
	r.Name = name.String
	r.Number, r.State, r.Status, r.Currency = number.String, state.String, status.String, currency.String
	r.Owner, r.DueOn = uuid.UUID(owner.Bytes), dayOf(due)
	r.CreatedAt, r.UpdatedAt = r.CreatedAt.UTC(), r.UpdatedAt.UTC()
	if amount.Valid {
		if r.Amount.Decimal, err = decimal.NewFromString(amount.String); err != nil {
			return nil, err
		}
		r.Amount.Valid = true
	}
	r.Keys, r.Image = pairs(keys), image(body)
	if len(claims) > 0 {
		r.Claims = claims
	}
	return r, nil
}

func image(body []byte) storage.Image {
	if body == nil {
		return storage.Image{}
	}
	return storage.RawImage(json.RawMessage(body))
}

// document returns the JSON of an image, nil if there is none.
func document(i storage.Image) (any, error) {
	if i.Erased() {
		return nil, nil
	}
	body, err := i.Body()
	if err != nil {
		return nil, err
	}
	return []byte(body), nil
}

// difference returns what is in a and not in b.
func difference[T comparable](a, b []T) (only []T) {
	for _, x := range a {
		if !slices.Contains(b, x) {
			only = append(only, x)
		}
	}
	return only
}
