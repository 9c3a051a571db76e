package memory_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// id returns an id that sorts by n, as version 7 does by time.
func id(n int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:], uint64(n)+1)
	id[15] = 1
	return id
}

// quote returns a version of a record, a second younger than the one before.
func quote(n int, version int64, keys ...storage.Key) *storage.Record {
	at := epoch.Add(time.Duration(n) * time.Second)
	return &storage.Record{
		Header: storage.Header{
			Ref:       storage.Ref{Kind: "quote", ID: id(n)},
			Version:   version,
			State:     [...]string{"draft", "active", "won", "closed"}[n%4],
			CreatedAt: at,
			UpdatedAt: at.Add(time.Duration(version) * time.Second),
		},
		Keys:  keys,
		Image: storage.NewImage(n),
	}
}

func happened(r *storage.Record, name string) storage.Event {
	return storage.Event{Ref: r.Ref, Version: r.Version, Type: name, At: r.UpdatedAt, Actor: "bench"}
}

func update(tb testing.TB, s storage.Store, fn func(context.Context, storage.Tx) error) {
	if err := s.Update(tb.Context(), storage.Default, fn); err != nil {
		tb.Fatal(err)
	}
}

// fill stores n records, a tenth of them under one key.
func fill(tb testing.TB, s storage.Store, n int) {
	tb.Helper()
	for from := 0; from < n; from += 1000 {
		update(tb, s, func(ctx context.Context, tx storage.Tx) error {
			for i := from; i < min(n, from+1000); i++ {
				r := quote(i, 1, storage.Key{Name: "region", Value: fmt.Sprint(i % 10)})
				if err := tx.Put(ctx, r, happened(r, "created")); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// BenchmarkPut stores a new record with two keys and a claim in a transaction of
// its own.
func BenchmarkPut(b *testing.B) {
	for _, size := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("n=%d", size), func(b *testing.B) {
			s := memory.New()
			fill(b, s, size)
			b.ReportAllocs()
			n := size
			for b.Loop() {
				r := quote(n, 1, storage.Key{Name: "a", Value: "x"}, storage.Key{Name: "b", Value: fmt.Sprint(n)})
				r.Claims = []string{r.Keys[1].Value}
				update(b, s, func(ctx context.Context, tx storage.Tx) error { return tx.Put(ctx, r, happened(r, "created")) })
				n++
			}
		})
	}
}

// BenchmarkUpdate reads a record and stores its next version.
func BenchmarkUpdate(b *testing.B) {
	for _, size := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("n=%d", size), func(b *testing.B) {
			s := memory.New()
			fill(b, s, size)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				ref := storage.Ref{Kind: "quote", ID: id(n * 7919 % size)}
				update(b, s, func(ctx context.Context, tx storage.Tx) error {
					old, err := tx.Get(ctx, ref)
					if err != nil {
						return err
					}
					next := *old
					next.Version++
					return tx.Put(ctx, &next, happened(&next, "edited"))
				})
				n++
			}
		})
	}
}

// BenchmarkJourney is the share of the store in a lead's way to cash: ten
// transactions that store 22 versions of 13 records and look up 22 by id and
// 10 by key. Making the records is measured apart. It reports the bytes kept
// for each version, of which the record without keys and document is 240.
func BenchmarkJourney(b *testing.B) {
	b.Run("records", func(b *testing.B) {
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			batches(n)
			n += 13
		}
	})
	for _, size := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("n=%d", size), func(b *testing.B) {
			s := memory.New()
			fill(b, s, size)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			b.ReportAllocs()
			n := size
			for b.Loop() {
				journey(b, s, batches(n))
				n += 13
			}
			b.StopTimer()
			runtime.GC()
			runtime.ReadMemStats(&after)
			versions := float64(n-size) / 13 * 22
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/versions, "B/version")
			runtime.KeepAlive(s)
		})
	}
}

// batches returns what the transactions of a journey store: 13 records, of which
// 9 reach their second version. Each has a parent, and every parent two children.
func batches(n int) (batches [10][]*storage.Record) {
	for i := range 22 {
		r := quote(n+i%13, int64(1+i/13))
		parent := id(n + i%13/2).String()
		r.Keys = []storage.Key{{Name: "parent_id", Value: parent}, {Name: "customer_id", Value: parent}}
		r.UpdatedAt = epoch
		batches[i*10/22] = append(batches[i*10/22], r)
	}
	return batches
}

func journey(b *testing.B, s storage.Store, batches [10][]*storage.Record) {
	for _, batch := range batches {
		update(b, s, func(ctx context.Context, tx storage.Tx) error {
			siblings := storage.Query{Kind: "quote", Where: []storage.Cond{
				{Field: storage.FieldKey, Key: "parent_id", Op: storage.OpEq, Values: []any{batch[0].Keys[0].Value}},
			}}
			for _, err := range tx.Find(ctx, siblings) {
				if err != nil {
					return err
				}
			}
			for _, r := range batch {
				if _, err := tx.Get(ctx, r.Ref); err != nil && r.Version > 1 {
					return err
				}
				if err := tx.Put(ctx, r, happened(r, "edited")); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// BenchmarkListPage reads the newest 50 records of a state under a key.
func BenchmarkListPage(b *testing.B) {
	for _, size := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("n=%d", size), func(b *testing.B) {
			s := memory.New()
			fill(b, s, size)
			q := storage.Query{
				Kind: "quote",
				Where: []storage.Cond{
					{Field: storage.FieldState, Op: storage.OpEq, Values: []any{"active"}},
					{Field: storage.FieldKey, Key: "region", Op: storage.OpEq, Values: []any{"3"}},
				},
				Order: storage.FieldCreatedAt, Desc: true, Limit: 50,
			}
			page := func() (n int) {
				err := s.View(b.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
					for _, err := range r.Find(ctx, q) {
						if err != nil {
							return err
						}
						n++
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
				return n
			}
			if n := page(); n != 50 {
				b.Fatalf("page of %d records", n)
			}
			b.ReportAllocs()
			for b.Loop() {
				page()
			}
		})
	}
}

// BenchmarkReading compares lists of many records with those of few, and what reads all
// with reading.
func BenchmarkReading(b *testing.B) {
	journeytest.Reading(b, func(t testing.TB) storage.Store { return memory.New() })
}

// BenchmarkAgeing sorts open invoices by age and writes their letters.
func BenchmarkAgeing(b *testing.B) { journeytest.Receivables(b, memory.New(memory.KeepHistory(1))) }
