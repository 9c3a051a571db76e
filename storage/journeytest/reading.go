package journeytest

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/storage"
)

// Reading measures, in one run, lists of a large store against those of a small one of
// 10,000 records, and sums, counts, feeds and reindexing against reading what they are of.
// Each benchmark reports what it costs as a multiple of that. The large store has as many
// records as EnvMany says, or 50,000.
func Reading(b *testing.B, open func(testing.TB) storage.Store) {
	b.Helper()
	small, large, n := open(b), open(b), Many(50_000)
	fillDeals(b, small, 10_000)
	fillDeals(b, large, n)
	prefix := func(word string) storage.Cond {
		return storage.Cond{Field: storage.FieldKey, Key: "word", Op: storage.OpPrefix, Values: []any{word}}
	}
	owners := storage.Cond{Field: storage.FieldOwner, Op: storage.OpIn}
	for i := range 16 {
		owners.Values = append(owners.Values, ownerOf(i))
	}
	list := func(order storage.Field, where ...storage.Cond) storage.Query {
		return storage.Query{Kind: "thing", Order: order, Where: where, Limit: 50}
	}
	parent := list("", storage.Cond{Field: storage.FieldKey, Key: "parent_id", Op: storage.OpEq, Values: []any{"7"}})
	of := func(q storage.Query, limit int) storage.Query { q.Limit = limit; return q }
	for _, x := range []struct {
		name string
		is   func(testing.TB)
		to   func(testing.TB)
	}{
		{"by name, large to small", reads(large, list(storage.FieldName)), reads(small, list(storage.FieldName))},
		{"by day1, large to small", reads(large, list(storage.FieldDay1)), reads(small, list(storage.FieldDay1))},
		{"of 16 owners, large to small", reads(large, list("", owners)), reads(small, list("", owners))},
		{"two words, one that 100 have, to a key that 100 have", reads(large, list("", prefix("rare7x"), prefix("deal"))), reads(large, parent)},
		{"a word that half have, to the page without it", reads(large, list("", prefix("even"))), reads(large, list(""))},
		{"counted up to 1,000, to a page of 1,000", reads(large, of(list(""), 1001)), reads(large, of(list(""), 1000))},
		{"summed by stage and month, to folding all", sums(large, n), folds(large, n)},
		{"a feed with images, to one without", feeds(large, n, true), feeds(large, n, false)},
		{"reindexed, to reading all", reindexes(large, n), reads(large, of(list(""), n))},
	} {
		b.Run(x.name, func(b *testing.B) {
			x.is(b) // both have been asked for once
			x.to(b)
			var is, to time.Duration
			for b.Loop() {
				begin := time.Now()
				x.is(b)
				is += time.Since(begin)
				begin = time.Now()
				x.to(b)
				to += time.Since(begin)
			}
			b.ReportMetric(float64(is)/float64(to), "x")
		})
	}
}

func ownerOf(i int) uuid.UUID { return uuid.UUID{0: 0xc, 15: byte(i % 64)} }

// fillDeals is Fill with names, slots and words: a hundred records have one rare word,
// half have another.
func fillDeals(t testing.TB, store storage.Store, n int) {
	t.Helper()
	for begin := 0; begin < n; begin += 1000 {
		err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			for i := begin; i < min(begin+1000, n); i++ {
				r := thing(i)
				var mixed [8]byte
				binary.BigEndian.PutUint64(mixed[:], uint64(i)*0x9e3779b97f4a7c15)
				r.Owner, r.Name = ownerOf(i), fmt.Sprintf("%x", mixed)
				r.Slots.Text[0] = []string{"qualify", "develop", "propose", "close"}[i%4]
				r.Slots.Day[0] = storage.Day(20260101 + 100*(i%12) + i%28)
				r.Slots.Num[0] = decimal.NewNullDecimal(decimal.New(int64(i%100), 0))
				r.Keys = append(r.Keys, storage.Key{Name: "word", Value: "deal"}, storage.Key{Name: "word", Value: fmt.Sprintf("rare%dx", i/100)})
				if i%2 == 0 {
					r.Keys = append(r.Keys, storage.Key{Name: "word", Value: "even"})
				}
				if err := tx.Put(ctx, r, storage.Event{Ref: r.Ref, Version: 1, Type: "thing.created", At: r.CreatedAt}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func reads(store storage.Store, q storage.Query) func(testing.TB) {
	return func(t testing.TB) { page(t, store, q) }
}

var byStageAndMonth = storage.Summary{
	Kind: "thing", Of: []storage.Field{storage.FieldAmount},
	By: []storage.Dim{{Field: storage.FieldText1}, {Field: storage.FieldDay1, Unit: storage.UnitMonth}},
}

func sums(store storage.Store, n int) func(testing.TB) {
	return func(t testing.TB) {
		err := store.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
			groups, err := storage.Summarize(ctx, r, byStageAndMonth)
			return summed(groups, n, err)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func folds(store storage.Store, n int) func(testing.TB) {
	return func(t testing.TB) {
		err := store.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
			groups, err := storage.Fold(byStageAndMonth, r.Find(ctx, storage.Query{Kind: "thing"}))
			return summed(groups, n, err)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func summed(groups []storage.Group, n int, err error) error {
	for _, g := range groups {
		n -= int(g.Count)
	}
	if err == nil && n != 0 {
		err = fmt.Errorf("the groups miss %d records", n)
	}
	return err
}

func feeds(store storage.Store, n int, images bool) func(testing.TB) {
	return func(t testing.TB) {
		events := store.Feed(t.Context(), storage.Default, 0)
		if images {
			events = storage.FeedImages(t.Context(), store, storage.Default, 0)
		}
		told := 0
		for _, err := range events {
			if err != nil {
				t.Fatal(err)
			}
			told++
		}
		if told != n {
			t.Fatalf("%d events of %d", told, n)
		}
	}
}

// reindexes gives every record another word, page by page, as Client.Reindex does.
func reindexes(store storage.Store, n int) func(testing.TB) {
	const size = 200
	return func(t testing.TB) {
		q := storage.Query{Kind: "thing", Order: storage.FieldID, Limit: size}
		for done := 0; done < n; {
			var found []*storage.Record
			err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
				found = nil
				for r, err := range tx.Find(ctx, q) {
					if err != nil {
						return err
					}
					found = append(found, r)
				}
				for _, r := range found {
					again := *r
					again.Keys = append([]storage.Key{{Name: "anew", Value: fmt.Sprint(time.Now().UnixNano())}}, r.Keys...)
					if r.Keys[0].Name == "anew" {
						again.Keys = append(again.Keys[:1:1], r.Keys[1:]...)
					}
					if err := storage.Reindex(ctx, tx, &again); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			done += len(found)
			q.After = storage.CursorOf(q, found[len(found)-1])
		}
	}
}
