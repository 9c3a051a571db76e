package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/shopspring/decimal"
)

var textPromises = []promise{
	{category: "texts", sentence: "texts are kept and compared byte by byte", check: textsExact},
	{category: "texts", sentence: "a prefix is no pattern", check: prefixLiteral},
	{category: "texts", sentence: "the longest texts are kept and found", check: textsLongest},
}

var numberPromises = []promise{
	{category: "numbers", sentence: "amounts are exact", check: amountsExact},
	{category: "numbers", sentence: "instants are kept to the microsecond", check: instantsExact},
	{category: "numbers", sentence: "versions and formats use their whole range", check: wholeRange},
}

func amount(text string) decimal.NullDecimal {
	return decimal.NewNullDecimal(decimal.RequireFromString(text))
}

// hostile are texts that collations, encodings and quotings like to confuse.
var hostile = []string{
	"a", "A", "a ", " a", "á", "a\u0301", "ß", "ss", "🙂", "👩‍👩‍👧", "ı", "i", "I", "İ", "%", "_", "*", "?", "\\", "'", "\"", "`", "--", ";",
	"a\nb", "a\tb", "\u200b", "\ufeff", "null", "0", "00", "1e3", "true", "$1", "{}", "[]", "\U0010ffff", "\u0001",
}

func textsExact(t *testing.T, s subject) {
	db := s.open(t)
	records := make(map[string]*storage.Record)
	for _, text := range hostile {
		r := record(text)
		r.Number, r.State, r.Status, r.Currency, r.Name = text, text, text, text, text
		r.Slots.Text = [6]string{text, text, text, text, text, text}
		r.Keys = []storage.Key{{Name: "text", Value: text}, {Name: text, Value: "name"}}
		r.Claims = []string{text}
		records[text] = r
		update(t, db, func(ctx context.Context, tx storage.Tx) error {
			e := event(r, 1, text)
			e.Actor, e.Request = text, text
			n, err := tx.Next(ctx, text)
			if n != 1 {
				t.Errorf("counter %q begins with %d", text, n)
			}
			return errors.Join(err, tx.Put(ctx, r, e))
		})
	}
	for text, r := range records {
		wantRecord(t, get(t, db, r.Ref), r)
		for _, field := range []storage.Field{storage.FieldNumber, storage.FieldState, storage.FieldStatus, storage.FieldCurrency, storage.FieldName, storage.FieldText1, storage.FieldText6} {
			wantFound(t, found(t, db, where(field, storage.OpEq, text)), r)
		}
		wantFound(t, found(t, db, byKey("text", text)), r)
		wantFound(t, found(t, db, byKey(text, "name")), r)
		if e := history(t, db, r.Ref)[0]; e.Type != text || e.Actor != text || e.Request != text {
			t.Errorf("got event %q by %q of %q, want %q for all", e.Type, e.Actor, e.Request, text)
		}
	}
}

func textsLongest(t *testing.T, s subject) {
	db := s.open(t)
	rng := rand.New(rand.NewPCG(8, 9))
	long := func() string { // that nothing compresses
		var b strings.Builder
		for b.Len() < storage.MaxText-3 {
			b.WriteRune(pick(rng, rune('!'+rng.IntN(90)), rune(0x4e00+rng.IntN(20_000)), rune(0x1f300+rng.IntN(700))))
		}
		return b.String() + strings.Repeat("x", storage.MaxText-b.Len())
	}
	r := record("long")
	r.Number, r.State, r.Status, r.Currency = long(), long(), long(), long()
	r.Name = strings.Repeat("é", storage.MaxName/2)
	for i := range r.Slots.Text {
		r.Slots.Text[i] = long()
	}
	r.Slots.Day = [3]storage.Day{20260101, 99991231, 10101}
	for i := range r.Slots.Num {
		r.Slots.Num[i] = amount(strings.Repeat("9", storage.MaxDigits))
		r.Slots.Num[i].Decimal = r.Slots.Num[i].Decimal.Shift(int32(-storage.MaxDigits * (i % 2)))
	}
	r.Slots.Ref = [3]uuid.UUID{uuid.New(), uuid.Max, {15: 1}}
	r.Amount, r.DueOn = amount("-"+strings.Repeat("9", storage.MaxDigits)), 20260101
	r.Keys, r.Claims = []storage.Key{{Name: long(), Value: long()}, {Name: "short", Value: long()}}, []string{long()}
	r.Kind = strings.Repeat("k", 32)
	of := storage.Tenant(strings.Repeat("t", 64))
	counter := long()
	e := event(r, 1, long())
	e.Actor, e.Request = long(), long()
	err := db.Update(t.Context(), of, func(ctx context.Context, tx storage.Tx) error {
		_, err := tx.Next(ctx, counter)
		return errors.Join(err, tx.Put(ctx, r, e))
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.View(t.Context(), of, func(ctx context.Context, reader storage.Reader) error {
		got, err := reader.Get(ctx, r.Ref)
		wantRecord(t, got, r)
		for _, c := range []storage.Cond{
			where(storage.FieldNumber, storage.OpEq, r.Number), where(storage.FieldState, storage.OpEq, r.State),
			where(storage.FieldStatus, storage.OpPrefix, r.Status), where(storage.FieldCurrency, storage.OpGe, r.Currency),
			where(storage.FieldName, storage.OpEq, r.Name), where(storage.FieldText6, storage.OpPrefix, r.Slots.Text[5]),
			where(storage.FieldNum2, storage.OpEq, r.Slots.Num[1].Decimal), where(storage.FieldRef2, storage.OpGe, r.Slots.Ref[1]),
			byKey(r.Keys[0].Name, r.Keys[0].Value), byKey("short", r.Keys[1].Value),
		} {
			for _, order := range orders {
				q := storage.Query{Kind: r.Kind, Where: []storage.Cond{c}, Order: order}
				ids, err := find(ctx, reader, q)
				if err != nil {
					return err
				}
				wantFound(t, ids, r)
				q.After = storage.CursorOf(q, r)
				if ids, err = find(ctx, reader, q); err != nil {
					return err
				}
				wantFound(t, ids)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func prefixLiteral(t *testing.T, s subject) {
	db := s.open(t)
	records := make(map[string]*storage.Record)
	for _, number := range []string{"a%b", "a_b", "axb", "A%b", "a", "ä", "🙂🙂", "\U0010ffff\U0010ffff"} {
		records[number] = record(number)
		records[number].Number = number
		store(t, db, records[number])
	}
	for prefix, numbers := range map[string][]string{
		"a%":         {"a%b"},
		"a_":         {"a_b"},
		"a":          {"a%b", "a_b", "axb", "a"},
		"A":          {"A%b"},
		"🙂":          {"🙂🙂"},
		"\U0010ffff": {"\U0010ffff\U0010ffff"},
		"axbx":       nil,
	} {
		var expected []*storage.Record
		for _, n := range numbers {
			expected = append(expected, records[n])
		}
		wantFound(t, found(t, db, where(storage.FieldNumber, storage.OpPrefix, prefix)), expected...)
	}
}

func amountsExact(t *testing.T, s subject) {
	db := s.open(t)
	ordered := []string{
		"-1234567890123456789", "-1234567890123456788", "-9007199254740993", "-9007199254740992", "-0.01", "0",
		"0.0000000001", "0.0000000002", "0.1", "0.30000000000000004", "9.9", "10", "1234567890123456788.99", "1234567890123456789",
	}
	var records []*storage.Record
	for _, text := range ordered {
		r := record(text)
		r.Amount = amount(text)
		r.Slots.Num[1], r.Slots.Num[3] = amount(text), r.Amount
		records = append(records, r)
	}
	unset := record("no amount")
	records = append(records, unset)
	store(t, db, records...)
	for i, text := range ordered {
		wantRecord(t, get(t, db, records[i].Ref), records[i])
		rescaled := amount(text).Decimal.Add(decimal.New(0, -12)) // the same value, written with more zeros
		for _, f := range []storage.Field{storage.FieldAmount, storage.FieldNum2} {
			wantFound(t, found(t, db, where(f, storage.OpEq, rescaled)), records[i])
			wantFound(t, found(t, db, where(f, storage.OpLt, amount(text).Decimal)), records[:i]...)
		}
	}
	wantFound(t, found(t, db, where(storage.FieldAmount, storage.OpMissing)), unset)
	wantFound(t, found(t, db, where(storage.FieldNum4, storage.OpMissing)), unset)
	for _, order := range []storage.Field{storage.FieldAmount, storage.FieldNum4} {
		view(t, db, func(ctx context.Context, r storage.Reader) error {
			i := 0
			for rec, err := range r.Find(ctx, storage.Query{Kind: kind, Order: order}) {
				if err != nil {
					return err
				}
				if rec.ID != records[i].ID {
					t.Errorf("%s %d in order is %v, want %v", order, i, rec.Amount, records[i].Amount)
				}
				i++
			}
			return nil
		})
	}
}

func instantsExact(t *testing.T, s subject) {
	db := s.open(t)
	for _, at := range []time.Time{
		dawn.Add(time.Microsecond),
		dawn.Add(999_999 * time.Microsecond).Truncate(time.Microsecond),
		time.Date(2026, 3, 29, 1, 59, 59, 999_999_000, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
		time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
	} {
		r := record(at.String())
		r.CreatedAt, r.UpdatedAt = at, at
		store(t, db, r)
		wantRecord(t, get(t, db, r.Ref), r)
		if e := history(t, db, r.Ref)[0]; !e.At.Equal(at) {
			t.Errorf("got event at %v, want %v", e.At, at)
		}
		wantFound(t, found(t, db, where(storage.FieldUpdatedAt, storage.OpEq, at)), r)
		after := found(t, db, where(storage.FieldUpdatedAt, storage.OpGt, at.Add(-time.Microsecond)), where(storage.FieldID, storage.OpEq, r.ID))
		wantFound(t, after, r)
	}
}

func wholeRange(t *testing.T, s subject) {
	db := s.open(t)
	for _, format := range []int32{0, -1, math.MinInt32, math.MaxInt32} {
		r := record(fmt.Sprint(format))
		r.Format = format
		r.DueOn = 99991231
		store(t, db, r)
		wantRecord(t, get(t, db, r.Ref), r)
	}
}
