package journeytest

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/storage"
)

// EnvMany is how many records benchmarks of large stores make, if it is set.
const EnvMany = "LEADTOCASH_TEST_MANY"

// Many returns how many records a benchmark makes.
func Many(otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(EnvMany)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// Fill puts n records of the kind "thing" into a store: numbers, amounts, days and
// instants differ, a tenth of them is open, a hundred have one parent, and a third
// is of one region.
func Fill(t testing.TB, store storage.Store, n int) {
	t.Helper()
	for begin := 0; begin < n; begin += 1000 {
		err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			for i := begin; i < min(begin+1000, n); i++ {
				r := thing(i)
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

func thing(i int) *storage.Record {
	at := dawn.Add(time.Duration(i) * time.Second)
	id := uuid.UUID{0: 0xd}
	binary.BigEndian.PutUint64(id[8:], uint64(i))
	state := "closed"
	if i%10 == 0 {
		state = "open"
	}
	r := &storage.Record{
		Header: storage.Header{
			Ref: storage.Ref{Kind: "thing", ID: id}, Version: 1, Number: fmt.Sprintf("THI-%08d", i*7919%100_000_000), State: state,
			Amount: decimal.NewNullDecimal(decimal.New(int64(i*104_729%1_000_000_007), -2)), DueOn: storage.Day(20260101 + i%28),
			CreatedAt: at, UpdatedAt: at.Add(time.Duration(i*31%1000) * time.Hour),
		},
		Keys:  []storage.Key{{Name: "parent_id", Value: fmt.Sprint(i / 100)}, {Name: "region", Value: []string{"north", "south", "west"}[i%3]}},
		Image: storage.RawImage([]byte(`{"text":"one of many"}`)),
	}
	return r
}

// Pages measures a page of 50 from n records of [Fill] in each order, of those in a
// state, of those with a key that few have, and of those with one that many have.
func Pages(b *testing.B, store storage.Store, n int) {
	b.Helper()
	key := func(name, value string) []storage.Cond {
		return []storage.Cond{{Field: storage.FieldKey, Key: name, Op: storage.OpEq, Values: []any{value}}}
	}
	queries := map[string]storage.Query{
		"state, highest amount": {Order: storage.FieldAmount, Desc: true, Where: []storage.Cond{{Field: storage.FieldState, Op: storage.OpEq, Values: []any{"open"}}}},
		"state, first due":      {Order: storage.FieldDueOn, Where: []storage.Cond{{Field: storage.FieldState, Op: storage.OpEq, Values: []any{"open"}}}},
		"state":                 {Desc: true, Where: []storage.Cond{{Field: storage.FieldState, Op: storage.OpEq, Values: []any{"open"}}}},
		"parent":                {Desc: true, Where: key("parent_id", "7")},
		"region":                {Desc: true, Where: key("region", "north")},
	}
	for _, order := range []storage.Field{storage.FieldCreatedAt, storage.FieldUpdatedAt, storage.FieldNumber, storage.FieldDueOn, storage.FieldAmount} {
		queries[string(order)], queries[string(order)+" falling"] = storage.Query{Order: order}, storage.Query{Order: order, Desc: true}
	}
	for _, name := range slices.Sorted(maps.Keys(queries)) {
		q := queries[name]
		q.Kind, q.Limit = "thing", 50
		b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
			for b.Loop() {
				page(b, store, q)
			}
		})
	}
}

// page reads a result and fails if it is not as long as the query allows.
func page(t testing.TB, store storage.Store, q storage.Query) {
	t.Helper()
	n := 0
	err := store.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
		for _, err := range r.Find(ctx, q) {
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil || n != q.Limit {
		t.Fatalf("a page has %d records, %v; want %d", n, err, q.Limit)
	}
}
