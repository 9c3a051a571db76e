package memory_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// put stores a version of a quote with a document.
func put(t testing.TB, s storage.Store, n int, version int64, document any) *storage.Record {
	t.Helper()
	r := quote(n, version)
	r.Image = storage.NewImage(document)
	update(t, s, func(ctx context.Context, tx storage.Tx) error { return tx.Put(ctx, r, happened(r, "edited")) })
	return r
}

func remove(t testing.TB, s storage.Store, r *storage.Record) {
	t.Helper()
	e := happened(r, "deleted")
	e.Version++
	update(t, s, func(ctx context.Context, tx storage.Tx) error { return tx.Delete(ctx, r.Ref, r.Version, e) })
}

func versions(t testing.TB, s storage.Store, ref storage.Ref) (versions []int64) {
	t.Helper()
	err := s.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
		for e, err := range r.History(ctx, ref) {
			if err != nil {
				return err
			}
			versions = append(versions, e.Version)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return versions
}

func positions(t testing.TB, s storage.Store) (positions []int64) {
	t.Helper()
	for e, err := range s.Feed(t.Context(), storage.Default, 0) {
		if err != nil {
			t.Fatal(err)
		}
		positions = append(positions, e.Position)
	}
	return positions
}

func TestKeepHistoryForgetsOldVersions(t *testing.T) {
	t.Parallel()
	for _, keep := range []int{0, 1, 3, 20} {
		s := open(t, memory.KeepHistory(keep))
		const last = 100
		var r *storage.Record
		for v := range int64(last) {
			r = put(t, s, 1, v+1, v)
			kept := versions(t, s, r.Ref)
			least, most := min(int(v)+1, keep+1), keep+1+keep/4
			if len(kept) < least || len(kept) > most {
				t.Fatalf("keep %d: %d of %d versions are kept, want %d to %d", keep, len(kept), v+1, least, most)
			}
			if kept[len(kept)-1] != v+1 {
				t.Fatalf("keep %d: the last version kept is %d, want %d", keep, kept[len(kept)-1], v+1)
			}
		}
		if n := len(positions(t, s)); n != last {
			t.Errorf("keep %d: the feed has %d events, want all %d recent ones", keep, n, last)
		}
		remove(t, s, r)
		if kept := versions(t, s, r.Ref); kept[len(kept)-1] != last+1 {
			t.Errorf("keep %d: the deletion is not in the history %v", keep, kept)
		}
		err := s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			again := quote(1, 1)
			return tx.Put(ctx, again, happened(again, "created"))
		})
		if !errors.Is(err, storage.ErrConflict) {
			t.Errorf("keep %d: put of a deleted id returned %v, want %v", keep, err, storage.ErrConflict)
		}
	}
}

func TestKeepHistoryKeepsRecentEvents(t *testing.T) {
	t.Parallel()
	s := open(t, memory.KeepHistory(0))
	const total = 20_000
	r := quote(1, 1)
	for version := int64(1); version <= total; {
		update(t, s, func(ctx context.Context, tx storage.Tx) error {
			for range 100 {
				r = quote(1, version)
				if err := tx.Put(ctx, r, happened(r, "edited")); err != nil {
					return err
				}
				version++
			}
			return nil
		})
	}
	kept := positions(t, s)
	if len(kept) < 8192 || len(kept) > total/2 {
		t.Errorf("the feed has %d of %d events, want some more than 8192", len(kept), total)
	}
	for i, p := range kept {
		if want := total - int64(len(kept)-i-1); p != want {
			t.Fatalf("position %d of %d is %d, want %d", i, len(kept), p, want)
		}
	}
}

// secret is content that must go out of memory when it is forgotten.
type secret struct{ _ [1 << 10]byte }

func collected(p weak.Pointer[secret]) bool {
	for range 10 {
		runtime.GC()
		if p.Value() == nil {
			return true
		}
	}
	return false
}

func TestForgottenContentLeavesMemory(t *testing.T) {
	t.Parallel()
	erase := func(s *memory.Store, ref storage.Ref) {
		update(t, s, func(ctx context.Context, tx storage.Tx) error { return tx.Erase(ctx, ref) })
	}
	for name, forget := range map[string]func(*memory.Store) weak.Pointer[secret]{
		"erased after deletion": func(s *memory.Store) weak.Pointer[secret] {
			doc := new(secret)
			r := put(t, s, 1, 1, doc)
			remove(t, s, r)
			erase(s, r.Ref)
			return weak.Make(doc)
		},
		"erased old version": func(s *memory.Store) weak.Pointer[secret] {
			doc := new(secret)
			r := put(t, s, 1, 1, doc)
			put(t, s, 1, 2, "harmless")
			erase(s, r.Ref)
			return weak.Make(doc)
		},
		"rolled back": func(s *memory.Store) weak.Pointer[secret] {
			doc := new(secret)
			refused := errors.New("refused")
			err := s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
				r := quote(1, 1)
				r.Image = storage.NewImage(doc)
				return errors.Join(tx.Put(ctx, r, happened(r, "created")), refused)
			})
			if !errors.Is(err, refused) {
				t.Error(err)
			}
			return weak.Make(doc)
		},
		"erased while a view was open": func(s *memory.Store) weak.Pointer[secret] {
			doc := new(secret)
			r := put(t, s, 1, 1, doc)
			err := s.View(t.Context(), storage.Default, func(ctx context.Context, reader storage.Reader) error {
				remove(t, s, r)
				erase(s, r.Ref)
				got, err := reader.Get(ctx, r.Ref)
				if err == nil && got.Value != doc {
					t.Error("the view has lost its record")
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
			put(t, s, 2, 1, "clears away what nobody reads any more")
			return weak.Make(doc)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			if !collected(forget(s)) {
				t.Error("the content is still in memory")
			}
			runtime.KeepAlive(s)
		})
	}
	t.Run("history limited", func(t *testing.T) {
		s := open(t, memory.KeepHistory(0))
		doc := new(secret)
		p := weak.Make(doc)
		put(t, s, 1, 1, doc)
		put(t, s, 1, 2, "harmless")
		if !collected(p) {
			t.Error("the content is still in memory")
		}
		runtime.KeepAlive(s)
	})
}

// unencodable is a document that cannot be encoded.
type unencodable struct{}

func (unencodable) MarshalJSON() ([]byte, error) { return nil, errors.New("encoded") }

func TestValuesAreNeverEncoded(t *testing.T) {
	t.Parallel()
	s := open(t)
	doc := &unencodable{}
	want := put(t, s, 1, 1, doc)
	put(t, s, 1, 2, &unencodable{})
	err := s.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
		for e, err := range r.History(ctx, want.Ref) {
			if err != nil {
				return err
			}
			if e.Version == 1 && e.Image.Value != any(doc) {
				t.Errorf("got value %v, want the one that was put", e.Image.Value)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestViewsWaitForNoTransaction(t *testing.T) {
	t.Parallel()
	s := open(t)
	first := put(t, s, 1, 1, "first")
	update(t, s, func(ctx context.Context, tx storage.Tx) error {
		second := quote(1, 2)
		if err := tx.Put(ctx, second, happened(second, "edited")); err != nil {
			return err
		}
		seen := make(chan error)
		go func() {
			seen <- s.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
				got, err := r.Get(ctx, first.Ref)
				if err == nil && got.Version != 1 {
					err = fmt.Errorf("the view sees version %d before its commit", got.Version)
				}
				return err
			})
		}()
		return <-seen
	})
}

func TestCloseEndsWaiting(t *testing.T) {
	t.Parallel()
	s := open(t)
	begun, waited := make(chan struct{}), make(chan struct{})
	var holder sync.WaitGroup
	holder.Go(func() {
		update(t, s, func(context.Context, storage.Tx) error {
			close(begun)
			<-waited
			return nil
		})
	})
	<-begun
	waiting := make(chan error)
	go func() {
		waiting <- s.Update(t.Context(), storage.Default, func(context.Context, storage.Tx) error { return nil })
	}()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-waiting; !errors.Is(err, storage.ErrClosed) {
		t.Errorf("the waiting update returned %v, want %v", err, storage.ErrClosed)
	}
	close(waited)
	holder.Wait()
}

func TestExitOfTheGoroutineEndsItsTransaction(t *testing.T) {
	t.Parallel()
	s := open(t)
	var exiting sync.WaitGroup
	exiting.Go(func() {
		update(t, s, func(ctx context.Context, tx storage.Tx) error {
			r := quote(1, 1)
			if err := tx.Put(ctx, r, happened(r, "created")); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
	})
	exiting.Wait()
	put(t, s, 1, 1, "for the first time")
}

// TestListsWhileWriting has readers page through a kind while writers replace its
// records, each transaction one by another.
func TestListsWhileWriting(t *testing.T) {
	t.Parallel()
	s := open(t)
	const size, writers, each = 2000, 2, 300
	fill(t, s, size)
	var writing, reading sync.WaitGroup
	var done atomic.Bool
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				old, fresh := quote(w*each+i, 1), quote(size+w*each+i, 1)
				update(t, s, func(ctx context.Context, tx storage.Tx) error {
					e := happened(old, "deleted")
					e.Version = 2
					return errors.Join(tx.Delete(ctx, old.Ref, 1, e), tx.Put(ctx, fresh, happened(fresh, "created")))
				})
			}
		})
	}
	for i := range 3 {
		reading.Go(func() {
			q := storage.Query{Kind: "quote", Order: storage.FieldUpdatedAt, Desc: i%2 == 0, Limit: 100}
			for last := false; !last; {
				last = done.Load()
				err := s.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
					n, err := walkPages(ctx, r, q)
					if err == nil && n != size {
						err = fmt.Errorf("%d records, want %d at any time", n, size)
					}
					return err
				})
				if err != nil {
					t.Errorf("reader %d: %v", i, err)
					return
				}
			}
		})
	}
	writing.Wait()
	done.Store(true)
	reading.Wait()
}

// walkPages counts the records of all pages, which must be in order.
func walkPages(ctx context.Context, r storage.Reader, q storage.Query) (total int, err error) {
	var last *storage.Record
	for {
		n := 0
		for rec, err := range r.Find(ctx, q) {
			if err != nil {
				return 0, err
			}
			if last != nil && storage.Compare(q, last, rec) >= 0 {
				return 0, fmt.Errorf("%s comes after %s", rec.Ref, last.Ref)
			}
			last = rec
			n++
		}
		if total += n; n < q.Limit {
			return total, nil
		}
		q.After = storage.CursorOf(q, last)
	}
}

// TestManyRecordsUnderOneKey gives and takes a key that many records have.
func TestManyRecordsUnderOneKey(t *testing.T) {
	t.Parallel()
	s := open(t)
	const size = 1500
	rng := rand.New(rand.NewPCG(3, 4))
	records := make([]*storage.Record, size)
	has := make(map[uuid.UUID]bool)
	for round := range 6 {
		update(t, s, func(ctx context.Context, tx storage.Tx) error {
			for i := range records {
				r := quote(i, int64(round+1))
				if has[r.ID] = rng.IntN(round+1) == 0; has[r.ID] {
					r.Keys = []storage.Key{{Name: "hot", Value: "yes"}}
				}
				if err := tx.Put(ctx, r, happened(r, "edited")); err != nil {
					return err
				}
			}
			return nil
		})
		want := 0
		for _, yes := range has {
			if yes {
				want++
			}
		}
		for _, limit := range []int{0, size} {
			q := storage.Query{Kind: "quote", Limit: limit, Where: []storage.Cond{
				{Field: storage.FieldKey, Key: "hot", Op: storage.OpEq, Values: []any{"yes"}},
			}}
			err := s.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
				got := 0
				for rec, err := range r.Find(ctx, q) {
					if err != nil {
						return err
					}
					if !has[rec.ID] {
						t.Errorf("round %d: found %s, which has lost the key", round, rec.Ref)
					}
					got++
				}
				if got != want {
					t.Errorf("round %d: found %d records, want %d", round, got, want)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func ExampleNew() {
	ctx := context.Background()
	store := memory.New()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	quote := &storage.Record{
		Header: storage.Header{
			Ref:       storage.Ref{Kind: "quote", ID: uuid.MustParse("01970000-0000-7000-8000-000000000001")},
			Version:   1,
			Number:    "QUO-7",
			State:     "draft",
			CreatedAt: at,
			UpdatedAt: at,
		},
		Claims: []string{"number:QUO-7"},
		Image:  storage.NewImage(map[string]any{"name": "1,200 seats"}),
	}
	err := store.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
		return tx.Put(ctx, quote, storage.Event{Ref: quote.Ref, Version: 1, Type: "quote.created", At: at, Actor: "amy"})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range store.Feed(ctx, storage.Default, 0) {
		fmt.Println(e.Position, e.Type, "by", e.Actor)
	}
	// Output: 1 quote.created by amy
}
