package storagetest_test

import (
	"context"
	"errors"
	"iter"
	"maps"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
	"github.com/shopspring/decimal"
)

// patch is a store some of whose calls are replaced.
type patch struct {
	storage.Store
	view   func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error
	update func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error
	feed   func(iter.Seq2[storage.Event, error]) iter.Seq2[storage.Event, error]
	find   func(storage.Query) storage.Query
	tx     func(storage.Joinable) storage.Tx
}

func (p patch) Unwrap() storage.Store { return p.Store }

func (p patch) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	if p.view != nil {
		return p.view(ctx, tenant, fn)
	}
	return p.Store.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error {
		return fn(ctx, patchedReader{r, p})
	})
}

func (p patch) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	if p.update != nil {
		return p.update(ctx, tenant, fn)
	}
	return p.Store.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
		if p.tx != nil {
			tx = p.tx(tx.(storage.Joinable))
		}
		return fn(ctx, tx)
	})
}

func (p patch) Feed(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	seq := p.Store.Feed(ctx, tenant, after)
	if p.feed != nil {
		seq = p.feed(seq)
	}
	return seq
}

type patchedReader struct {
	storage.Reader
	patch patch
}

func (r patchedReader) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	if r.patch.find != nil {
		q = r.patch.find(q)
	}
	return r.Reader.Find(ctx, q)
}

// putting changes what is put.
type putting struct {
	storage.Joinable
	change func(context.Context, storage.Joinable, *storage.Record)
}

func (tx putting) Put(ctx context.Context, rec *storage.Record, events ...storage.Event) error {
	r := *rec
	tx.change(ctx, tx.Joinable, &r)
	changed := make([]storage.Event, len(events))
	for i, e := range events {
		if e.Version == rec.Version {
			e.Version = r.Version
		}
		changed[i] = e
	}
	return tx.Joinable.Put(ctx, &r, changed...)
}

func change(fn func(context.Context, storage.Joinable, *storage.Record)) func(storage.Joinable) storage.Tx {
	return func(tx storage.Joinable) storage.Tx { return putting{tx, fn} }
}

type redactingNothing struct{ storage.Joinable }

func (redactingNothing) Redact(context.Context, storage.Event) error { return nil }

type erasingNothing struct{ storage.Joinable }

func (erasingNothing) Erase(context.Context, storage.Ref) error { return nil }

type neverDoomed struct{ storage.Joinable }

func (neverDoomed) Doom(error) {}

// counting keeps counters beside the transaction.
type counting struct {
	storage.Joinable
	mu       *sync.Mutex
	counters map[string]int64
}

func (tx counting) Next(_ context.Context, counter string) (int64, error) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.counters[counter]++
	return tx.counters[counter], nil
}

// forgetting has no history.
type forgetting struct{ storage.Joinable }

func (tx forgetting) Delete(ctx context.Context, ref storage.Ref, version int64, _ ...storage.Event) error {
	return tx.Joinable.Delete(ctx, ref, version, storage.Event{Ref: ref, Version: version + 1, Type: "gone", At: time.Unix(0, 0).UTC()})
}

// settlingLate lets its puts and deletions wait, and carries out those that let claims
// go before those that take some.
type settlingLate struct {
	storage.Joinable
	first, last []func(context.Context) error
}

func (tx *settlingLate) Put(_ context.Context, rec *storage.Record, events ...storage.Event) error {
	write := func(ctx context.Context) error { return tx.Joinable.Put(ctx, rec, events...) }
	if len(rec.Claims) == 0 && rec.Version > 1 {
		tx.first = append(tx.first, write)
	} else {
		tx.last = append(tx.last, write)
	}
	return nil
}

func (tx *settlingLate) Delete(_ context.Context, ref storage.Ref, version int64, events ...storage.Event) error {
	tx.first = append(tx.first, func(ctx context.Context) error { return tx.Joinable.Delete(ctx, ref, version, events...) })
	return nil
}

func (tx *settlingLate) settle(ctx context.Context) error {
	for _, write := range append(tx.first, tx.last...) {
		if err := write(ctx); err != nil {
			return err
		}
	}
	return nil
}

// makingLight reads on whatever has failed.
type makingLight struct{ storage.Joinable }

func (tx makingLight) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	rec, err := tx.Joinable.Get(ctx, ref)
	if errors.Is(err, storage.ErrConflict) {
		return nil, storage.ErrNotFound
	}
	return rec, err
}

// optimistic decides on a snapshot and applies its writes afterwards: versions are
// checked, what was only read is not.
type optimistic struct {
	storage.Reader
	storage.Joinable
	writes *[]func(context.Context, storage.Tx) error
}

func (tx optimistic) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	return tx.Reader.Get(ctx, ref)
}

func (tx optimistic) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return tx.Reader.Find(ctx, q)
}

func (tx optimistic) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	return tx.Reader.History(ctx, ref)
}

func (tx optimistic) Put(_ context.Context, rec *storage.Record, events ...storage.Event) error {
	*tx.writes = append(*tx.writes, func(ctx context.Context, tx storage.Tx) error { return tx.Put(ctx, rec, events...) })
	return nil
}

// optimistically decides by a reader that locks nothing and writes afterwards.
func optimistically(ctx context.Context, s storage.Store, tenant storage.Tenant, r storage.Reader, fn func(context.Context, storage.Tx) error) error {
	var writes []func(context.Context, storage.Tx) error
	if err := fn(ctx, optimistic{Reader: r, writes: &writes}); err != nil {
		return err
	}
	return s.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error { return apply(ctx, tx, writes) })
}

func apply(ctx context.Context, tx storage.Tx, writes []func(context.Context, storage.Tx) error) error {
	for _, write := range writes {
		if err := write(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func skewed(s storage.Store) storage.Store {
	return patch{Store: s, update: func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
		return s.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error { return optimistically(ctx, s, tenant, r, fn) })
	}}
}

// beforeWrites notes the look-ups that come before the first write, with what they
// found.
type beforeWrites struct {
	optimistic
	noted *[]func(context.Context, storage.Reader) (same bool, err error)
}

func (tx beforeWrites) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return func(yield func(*storage.Record, error) bool) {
		have, err := versions(ctx, tx.Reader, q)
		if err != nil {
			yield(nil, err)
			return
		}
		if len(*tx.writes) == 0 {
			*tx.noted = append(*tx.noted, func(ctx context.Context, r storage.Reader) (bool, error) {
				now, err := versions(ctx, r, q)
				return maps.Equal(have, now), err
			})
		}
		tx.Reader.Find(ctx, q)(yield)
	}
}

func versions(ctx context.Context, r storage.Reader, q storage.Query) (map[storage.Ref]int64, error) {
	found := make(map[storage.Ref]int64)
	for rec, err := range r.Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		found[rec.Ref] = rec.Version
	}
	return found, nil
}

// certified looks at the commit whether look-ups still find the same, but forgets
// those that came after a write.
func certified(ctx context.Context, s storage.Store, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	return s.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error {
		var writes []func(context.Context, storage.Tx) error
		var noted []func(context.Context, storage.Reader) (bool, error)
		if err := fn(ctx, beforeWrites{optimistic{Reader: r, writes: &writes}, &noted}); err != nil {
			return err
		}
		return s.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
			for _, look := range noted {
				if same, err := look(ctx, tx); err != nil || !same {
					return errors.Join(err, storage.ErrRetry)
				}
			}
			return apply(ctx, tx, writes)
		})
	})
}

var errAgain = errors.New("once more")

// stack lets in one after the other, who came last first.
type stack struct {
	mu      sync.Mutex
	taken   bool
	waiting []chan struct{}
}

func (s *stack) enter() {
	s.mu.Lock()
	if !s.taken {
		s.taken = true
		s.mu.Unlock()
		return
	}
	turn := make(chan struct{})
	s.waiting = append(s.waiting, turn)
	s.mu.Unlock()
	<-turn
}

func (s *stack) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.waiting) - 1
	if last < 0 {
		s.taken = false
		return
	}
	close(s.waiting[last])
	s.waiting = s.waiting[:last]
}

// unsnapped reads each record from a snapshot of its own.
type unsnapped struct {
	storage.Reader
	store  storage.Store
	tenant storage.Tenant
}

func (r unsnapped) Get(ctx context.Context, ref storage.Ref) (rec *storage.Record, err error) {
	err = r.store.View(ctx, r.tenant, func(ctx context.Context, reader storage.Reader) error {
		rec, err = reader.Get(ctx, ref)
		return err
	})
	return rec, err
}

// faults are stores that break a promise, with the checks that must notice.
var faults = map[string]struct {
	noticed string
	wrap    func(storage.Store) storage.Store
}{
	"milliseconds": {"numbers", func(s storage.Store) storage.Store {
		return patch{Store: s, tx: change(func(_ context.Context, _ storage.Joinable, r *storage.Record) {
			r.CreatedAt = r.CreatedAt.Truncate(time.Millisecond)
		})}
	}},
	"floats": {"numbers", func(s storage.Store) storage.Store {
		return patch{Store: s, tx: change(func(_ context.Context, _ storage.Joinable, r *storage.Record) {
			r.Amount.Decimal = decimal.NewFromFloat(r.Amount.Decimal.InexactFloat64())
		})}
	}},
	"case": {"texts", func(s storage.Store) storage.Store {
		return patch{Store: s, tx: change(func(_ context.Context, _ storage.Joinable, r *storage.Record) {
			r.Number = strings.ToLower(r.Number)
		})}
	}},
	"last write wins": {"concurrency", func(s storage.Store) storage.Store {
		return patch{Store: s, tx: change(func(ctx context.Context, tx storage.Joinable, r *storage.Record) {
			if old, err := tx.Get(ctx, r.Ref); err == nil {
				r.Version = old.Version + 1
			}
		})}
	}},
	"no claims": {"claims", func(s storage.Store) storage.Store {
		return patch{Store: s, tx: change(func(_ context.Context, _ storage.Joinable, r *storage.Record) { r.Claims = nil })}
	}},
	"claims are settled at the commit": {"claims/nobody_takes", func(s storage.Store) storage.Store {
		return patch{Store: s, update: func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
			return s.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
				waiting := &settlingLate{Joinable: tx.(storage.Joinable)}
				if err := fn(ctx, waiting); err != nil {
					return err
				}
				return waiting.settle(ctx)
			})
		}}
	}},
	"reads after a failure": {"transactions/nothing_is_answered", func(s storage.Store) storage.Store {
		return patch{Store: s, tx: func(tx storage.Joinable) storage.Tx { return makingLight{tx} }}
	}},
	"no keys after version 1": {"claims", func(s storage.Store) storage.Store {
		return patch{Store: s, tx: change(func(_ context.Context, _ storage.Joinable, r *storage.Record) {
			if r.Version > 1 {
				r.Keys = nil
			}
		})}
	}},
	"no erasure": {"erasure", func(s storage.Store) storage.Store {
		return patch{Store: s, tx: func(tx storage.Joinable) storage.Tx { return erasingNothing{tx} }}
	}},
	"no redaction": {"redaction", func(s storage.Store) storage.Store {
		return patch{Store: s, tx: func(tx storage.Joinable) storage.Tx { return redactingNothing{tx} }}
	}},
	"no deletion": {"history", func(s storage.Store) storage.Store {
		return patch{Store: s, tx: func(tx storage.Joinable) storage.Tx { return forgetting{tx} }}
	}},
	"no poison": {"joining", func(s storage.Store) storage.Store {
		return patch{Store: s, tx: func(tx storage.Joinable) storage.Tx { return neverDoomed{tx} }}
	}},
	"gaps": {"counters", func(s storage.Store) storage.Store {
		mu, counters := new(sync.Mutex), make(map[string]int64)
		return patch{Store: s, tx: func(tx storage.Joinable) storage.Tx { return counting{tx, mu, counters} }}
	}},
	"order": {"queries", func(s storage.Store) storage.Store {
		return patch{Store: s, find: func(q storage.Query) storage.Query { q.Desc = false; return q }}
	}},
	"a lost condition": {"queries", func(s storage.Store) storage.Store {
		return patch{Store: s, find: func(q storage.Query) storage.Query { q.Where = q.Where[:min(len(q.Where), 2)]; return q }}
	}},
	"pages from the beginning": {"paging", func(s storage.Store) storage.Store {
		return patch{Store: s, find: func(q storage.Query) storage.Query { q.After = ""; return q }}
	}},
	"a lost event": {"feed", func(s storage.Store) storage.Store {
		return patch{Store: s, feed: func(seq iter.Seq2[storage.Event, error]) iter.Seq2[storage.Event, error] {
			return func(yield func(storage.Event, error) bool) {
				for e, err := range seq {
					if e.Position != 5000 && !yield(e, err) {
						return
					}
				}
			}
		}}
	}},
	"no snapshot": {"transactions", func(s storage.Store) storage.Store {
		return patch{Store: s, view: func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
			return s.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error { return fn(ctx, unsnapped{r, s, tenant}) })
		}}
	}},
	"write skew":                     {"concurrency", skewed},
	"write skew on keys":             {"contention/of_two_who_decide_on_absent_keys_one", skewed},
	"write skew on ids":              {"contention/of_two_who_decide_on_absent_ids_one", skewed},
	"write skew on a state left":     {"contention/of_two_who_decide_on_a_state_that_is_left_one", skewed},
	"write skew on a state entered":  {"contention/of_two_who_decide_on_a_state_that_is_entered_one", skewed},
	"write skew on searches":         {"contention/of_two_who_decide_on_a_search_without_a_key_one", skewed},
	"write skew on what a key finds": {"contention/who_counts", skewed},
	"write skew on a kind":           {"contention/who_reads_a_whole_kind", skewed},
	"reads after a write do not count": {"contention/of_two_who_decide_on_absent_keys_after_a_write", func(s storage.Store) storage.Store {
		return patch{Store: s, update: func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
			return certified(ctx, s, tenant, fn)
		}}
	}},
	"updates without a snapshot": {"contention/records_changed_together", func(s storage.Store) storage.Store {
		return patch{Store: s, update: func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
			return optimistically(ctx, s, tenant, unsnapped{nil, s, tenant}, fn)
		}}
	}},
	"views without a snapshot": {"contention/a_view_that_shows", func(s storage.Store) storage.Store {
		return patch{Store: s, view: func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
			return s.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error { return fn(ctx, unsnapped{r, s, tenant}) })
		}}
	}},
	"everything runs twice": {"contention/thirty-two_who_change_one_record", func(s storage.Store) storage.Store {
		return patch{Store: s, update: func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
			err := s.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error { return errors.Join(fn(ctx, tx), errAgain) })
			if !errors.Is(err, errAgain) {
				return err
			}
			return s.Update(ctx, tenant, fn)
		}}
	}},
	"the last is served first": {"contention/those_who_count_are_served", func(s storage.Store) storage.Store {
		line := &stack{}
		return patch{Store: s, update: func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
			line.enter()
			defer line.leave()
			return s.Update(ctx, tenant, fn)
		}}
	}},
	"no tenants": {"tenants", func(s storage.Store) storage.Store {
		return patch{Store: s, update: func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
			if err := tenant.Validate(); err != nil {
				return err
			}
			return s.Update(ctx, storage.Default, fn)
		}}
	}},
	"deaf to cancellation": {"cancellation/no_commit", func(s storage.Store) storage.Store {
		return patch{Store: s, update: func(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
			return s.Update(context.WithoutCancel(ctx), tenant, fn)
		}}
	}},
}

const faultVariable = "STORAGETEST_FAULT"

// TestFaultyStore runs the suite against the faulty store that the environment
// names.
func TestFaultyStore(t *testing.T) {
	name := os.Getenv(faultVariable)
	if name == "" {
		t.Skip("run by TestSuiteFindsFaults")
	}
	fault, ok := faults[name]
	if !ok {
		t.Fatalf("no fault %q", name)
	}
	storagetest.Run(t, storagetest.Harness{
		Open: func(testing.TB) storage.Store { return fault.wrap(memory.New()) },
		Runs: 1,
	})
}

// TestSuiteFindsFaults shows that the suite fails where a promise is broken.
func TestSuiteFindsFaults(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Skipf("cannot run the tests again: %v", err)
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestFaultyStore$/^values$/^"+fault.noticed, "-test.timeout=60s")
			cmd.Env = append(os.Environ(), faultVariable+"="+name)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "--- FAIL: TestFaultyStore/values/"+fault.noticed) {
				t.Errorf("the suite does not notice: %v\n%.2000s", err, out)
			}
		})
	}
}

// TestWrappedStorePasses shows that it is not the wrapping that they fail for.
func TestWrappedStorePasses(t *testing.T) {
	storagetest.Run(t, storagetest.Harness{
		Open:   func(testing.TB) storage.Store { return patch{Store: memory.New()} },
		Except: []string{"concurrency", "queries"},
	})
}
