package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/storage"
)

func placeholder(n int) string { return "?" + strconv.Itoa(n) }

// bound returns what stands in a column for a value to compare it with.
func bound(_ storage.Field, value any) any {
	switch v := value.(type) {
	case uuid.UUID:
		return v.String()
	case decimal.Decimal:
		return storage.NumberKey(v)
	case storage.Day:
		return int64(v)
	case time.Time:
		return timeText(v)
	default:
		return v
	}
}

// layout is an instant in fixed width, so that texts sort as instants do.
const layout = "2006-01-02T15:04:05.000000Z"

func timeText(t time.Time) string { return t.UTC().Format(layout) }

// asInstant reads what timeText wrote.
func asInstant(v driver.Value) (time.Time, error) { return time.Parse(layout, asText(v)) }

// asText reads a text, empty if there is none.
func asText(v driver.Value) string {
	s, _ := v.(string)
	return s
}

// asNumber reads a number, 0 if there is none.
func asNumber(v driver.Value) int64 {
	n, _ := v.(int64)
	return n
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// values returns the columns of a record in the order of the table.
func values(tenant storage.Tenant, r *storage.Record) ([]any, error) {
	keys := make([]string, 0, 2*len(r.Keys))
	for _, k := range r.Keys {
		keys = append(keys, k.Name, k.Value)
	}
	keyList, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	claims := []byte("[]")
	if len(r.Claims) > 0 {
		if claims, err = json.Marshal(r.Claims); err != nil {
			return nil, err
		}
	}
	var owner, amount, key, due any
	if r.Owner != uuid.Nil {
		owner = r.Owner.String()
	}
	if r.Amount.Valid {
		amount, key = r.Amount.Decimal.String(), storage.NumberKey(r.Amount.Decimal)
	}
	if r.DueOn != 0 {
		due = int64(r.DueOn)
	}
	return append([]any{
		string(tenant), r.Kind, r.ID.String(), r.Version, text(r.Number), text(r.State), text(r.Status), owner, text(r.Currency),
		amount, key, due, timeText(r.CreatedAt), timeText(r.UpdatedAt), int64(r.Format), string(keyList), string(claims), text(r.Name),
	}, slots(&r.Slots)...), nil
}

// slots returns the columns of slots in the order of storage.SlotFields.
func slots(s *storage.Slots) []any {
	list := make([]any, 0, 16)
	for _, t := range s.Text {
		list = append(list, text(t))
	}
	for _, d := range s.Day {
		if d == 0 {
			list = append(list, nil)
		} else {
			list = append(list, int64(d))
		}
	}
	for _, n := range s.Num {
		if n.Valid {
			list = append(list, storage.NumberKey(n.Decimal))
		} else {
			list = append(list, nil)
		}
	}
	for _, id := range s.Ref {
		if id == uuid.Nil {
			list = append(list, nil)
		} else {
			list = append(list, id.String())
		}
	}
	return list
}

// scanSlots reads what slots wrote.
func scanSlots(row []driver.Value, s *storage.Slots) (err error) {
	for i := range s.Text {
		s.Text[i] = asText(row[i])
	}
	row = row[len(s.Text):]
	for i := range s.Day {
		s.Day[i] = storage.Day(asNumber(row[i]))
	}
	row = row[len(s.Day):]
	for i := range s.Num {
		if key := asText(row[i]); key != "" {
			if s.Num[i].Decimal, err = storage.ParseNumberKey(key); err != nil {
				return err
			}
			s.Num[i].Valid = true
		}
	}
	row = row[len(s.Num):]
	for i := range s.Ref {
		if id := asText(row[i]); id != "" {
			if s.Ref[i], err = uuid.Parse(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// scanRecord reads what a search selects.
func scanRecord(row []driver.Value, kind string) (r *storage.Record, err error) {
	r = &storage.Record{Image: image(row[14])}
	r.Kind, r.Version, r.Number, r.State, r.Status = kind, asNumber(row[1]), asText(row[2]), asText(row[3]), asText(row[4])
	r.Currency, r.DueOn, r.Format = asText(row[6]), storage.Day(asNumber(row[8])), int32(asNumber(row[11]))
	if r.ID, err = uuid.Parse(asText(row[0])); err != nil {
		return nil, err
	}
	if owner := asText(row[5]); owner != "" {
		if r.Owner, err = uuid.Parse(owner); err != nil {
			return nil, err
		}
	}
	if amount := asText(row[7]); amount != "" {
		if r.Amount.Decimal, err = decimal.NewFromString(amount); err != nil {
			return nil, err
		}
		r.Amount.Valid = true
	}
	if r.CreatedAt, err = asInstant(row[9]); err != nil {
		return nil, err
	}
	if r.UpdatedAt, err = asInstant(row[10]); err != nil {
		return nil, err
	}
	r.Name = asText(row[15])
	if err := scanSlots(row[16:], &r.Slots); err != nil {
		return nil, err
	}
	r.Keys, r.Claims, err = lookups(asText(row[12]), asText(row[13]))
	return r, err
}

// lookups reads keys and claims.
func lookups(keyList, claimList string) (keys []storage.Key, claims []string, err error) {
	var list []string
	if keyList != "[]" {
		if err := json.Unmarshal([]byte(keyList), &list); err != nil {
			return nil, nil, err
		}
	}
	for pair := range slices.Chunk(list, 2) {
		keys = append(keys, storage.Key{Name: pair[0], Value: pair[1]})
	}
	if claimList != "[]" {
		err = json.Unmarshal([]byte(claimList), &claims)
	}
	return keys, claims, err
}

func image(body driver.Value) storage.Image {
	text, ok := body.(string)
	if !ok {
		return storage.Image{}
	}
	return storage.RawImage(json.RawMessage(text))
}

// document returns the text of an image, nil if there is none.
func document(i storage.Image) (any, error) {
	if i.Erased() {
		return nil, nil
	}
	body, err := i.Body()
	if err != nil {
		return nil, err
	}
	return string(body), nil
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
