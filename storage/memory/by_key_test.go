package memory_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// byKey compares what a reader finds by each of some keys with a search, and
// returns how many it found.
func byKey(ctx context.Context, t *testing.T, r storage.Reader, keys []storage.Key) (total int) {
	t.Helper()
	for _, key := range keys {
		var want []*storage.Record
		q := storage.Query{Kind: "quote", Where: []storage.Cond{
			{Field: storage.FieldKey, Key: key.Name, Op: storage.OpEq, Values: []any{key.Value}},
		}}
		for rec, err := range r.Find(ctx, q) {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, rec)
		}
		before := &storage.Record{}
		got, ok, err := r.(storage.KeyReader).ByKey(ctx, []*storage.Record{before}, "quote", key)
		if err != nil || !ok {
			t.Fatalf("%v: ok %t, error %v", key, ok, err)
		}
		if got[0] != before || !slices.Equal(got[1:], want) {
			t.Fatalf("%v: %d records by key, %d by a search, or in another order", key, len(got)-1, len(want))
		}
		total += len(want)
	}
	return total
}

func TestByKeyFindsWhatASearchFinds(t *testing.T) {
	t.Parallel()
	s, random := open(t), rand.New(rand.NewPCG(1, 2))
	keys := make([]storage.Key, 8)
	for i := range keys {
		keys[i] = storage.Key{Name: "color", Value: strconv.Itoa(i)}
	}
	version, found := map[int]int64{}, 0
	view := func(ctx context.Context, r storage.Reader) error {
		found += byKey(ctx, t, r, keys)
		return nil
	}
	for range 300 {
		n := random.IntN(40)
		if version[n] < 0 { // ids are never used again
			continue
		}
		version[n]++
		some := slices.Clone(keys[random.IntN(4) : 4+random.IntN(4)])
		rec := quote(n, version[n], some...)
		update(t, s, func(ctx context.Context, tx storage.Tx) error {
			if err := tx.Put(ctx, rec, happened(rec, "edited")); err != nil {
				return err
			}
			found += byKey(ctx, t, tx, keys) // what is not committed yet included
			// Others still see the last commit.
			return s.View(context.WithoutCancel(t.Context()), storage.Default, view)
		})
		if random.IntN(10) == 0 {
			remove(t, s, rec)
			version[n] = -1
		}
		if err := s.View(t.Context(), storage.Default, view); err != nil {
			t.Fatal(err)
		}
	}
	if found == 0 {
		t.Fatal("nothing was found by any key: the test shows nothing")
	}
}

// Where many records have a key, a list reads them page by page.
func TestByKeyLeavesManyToASearch(t *testing.T) {
	t.Parallel()
	s := open(t, memory.AlwaysIndexed())
	rec := quote(1, 1, storage.Key{Name: "color", Value: "red"})
	update(t, s, func(ctx context.Context, tx storage.Tx) error { return tx.Put(ctx, rec, happened(rec, "created")) })
	err := s.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
		for value, few := range map[string]bool{"red": false, "blue": true} {
			got, ok, err := r.(storage.KeyReader).ByKey(ctx, nil, "quote", storage.Key{Name: "color", Value: value})
			if len(got) > 0 || ok != few || err != nil {
				t.Errorf("%s: %d records, ok %t, error %v; want none and ok %t", value, len(got), ok, err, few)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestByKeyEndsWithItsReader(t *testing.T) {
	t.Parallel()
	s := open(t)
	var late storage.KeyReader
	if err := s.View(t.Context(), storage.Default, func(_ context.Context, r storage.Reader) error {
		late = r.(storage.KeyReader)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := late.ByKey(t.Context(), nil, "quote", storage.Key{Name: "color", Value: "red"}); ok || err == nil {
		t.Errorf("a reader that ended answers: ok %t, error %v", ok, err)
	}
}
