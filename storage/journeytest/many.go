package journeytest

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
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
// instants differ, a tenth of them is open, and a hundred share a key.
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
		Keys:  []storage.Key{{Name: "parent_id", Value: fmt.Sprint(i / 100)}},
		Image: storage.RawImage([]byte(`{"text":"one of many"}`)),
	}
	return r
}

// Page reads a result and fails if it is not as long as the query allows.
func Page(t testing.TB, store storage.Store, q storage.Query) {
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
