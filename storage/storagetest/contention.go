package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

var contentionPromises = slices.Concat(contestPromises(), []promise{
	{category: "contention", sentence: "who counts what a key finds and who adds to it come one after the other", check: countsWhatKeyFinds},
	{category: "contention", sentence: "who reads a whole kind and who adds to it come one after the other", check: countsKind},
	{category: "contention", sentence: "two who read a record and then write it both get their turn", check: upgrades},
	{category: "contention", sentence: "many who change records in any order all get their turn", check: overlapping},
	{category: "contention", sentence: "thirty-two who change one record all get their turn", check: hotRecord},
	{category: "contention", sentence: "those who count are served in order", check: servedInOrder},
	{category: "contention", sentence: "of two who take claims in opposite order one gets them", check: claimsCrosswise},
	{category: "contention", sentence: "records changed together are never read apart", check: neverApart},
	{category: "contention", sentence: "a view that shows a commit shows what it depended on", check: viewInOrder},
})

// contest is a matter that two decide at once, each upon what the other writes: who
// comes second must be refused.
type contest struct {
	name string
	// begin returns what is stored beforehand and what each of both wants to write.
	begin func(round string) (stored []*storage.Record, want [2]*storage.Record)
	// free reports whether i may still write.
	free func(ctx context.Context, r storage.Reader, round string, want [2]*storage.Record, i int) (bool, error)
}

var contests = []contest{
	{"absent keys", func(round string) ([]*storage.Record, [2]*storage.Record) {
		return nil, [2]*storage.Record{keyed("seat", round+"-0"), keyed("seat", round+"-1")}
	}, func(ctx context.Context, r storage.Reader, round string, _ [2]*storage.Record, i int) (bool, error) {
		return finds(ctx, r, 0, byKey("seat", fmt.Sprintf("%s-%d", round, 1-i)))
	}},
	{"absent ids", func(string) ([]*storage.Record, [2]*storage.Record) {
		return nil, [2]*storage.Record{record("one"), record("other")}
	}, func(ctx context.Context, r storage.Reader, _ string, want [2]*storage.Record, i int) (bool, error) {
		_, err := r.Get(ctx, want[1-i].Ref)
		if errors.Is(err, storage.ErrNotFound) {
			return true, nil
		}
		return false, err
	}},
	{"a state that is left", team, func(ctx context.Context, r storage.Reader, round string, _ [2]*storage.Record, _ int) (bool, error) {
		return finds(ctx, r, 2, byKey("team", round), where(storage.FieldState, storage.OpEq, "open"))
	}},
	{"a state that is entered", team, func(ctx context.Context, r storage.Reader, round string, _ [2]*storage.Record, _ int) (bool, error) {
		return finds(ctx, r, 0, byKey("team", round), where(storage.FieldState, storage.OpEq, "off"))
	}},
	{"a search without a key", func(round string) ([]*storage.Record, [2]*storage.Record) {
		want := [2]*storage.Record{record("one"), record("other")}
		want[0].Number, want[1].Number = round, round
		return nil, want
	}, func(ctx context.Context, r storage.Reader, round string, _ [2]*storage.Record, _ int) (bool, error) {
		return finds(ctx, r, 0, where(storage.FieldNumber, storage.OpEq, round))
	}},
}

func keyed(name, value string) *storage.Record {
	r := record("keyed")
	r.Keys = []storage.Key{{Name: name, Value: value}}
	return r
}

// team are two records that share a key, of which each of both wants to go off: the
// states change, no key does.
func team(round string) ([]*storage.Record, [2]*storage.Record) {
	stored := []*storage.Record{keyed("team", round), keyed("team", round)}
	off := func(r *storage.Record) { r.State = "off" }
	return stored, [2]*storage.Record{next(stored[0], off), next(stored[1], off)}
}

// finds reports whether so many records are found.
func finds(ctx context.Context, r storage.Reader, n int, where ...storage.Cond) (bool, error) {
	ids, err := find(ctx, r, storage.Query{Kind: kind, Where: where})
	return len(ids) == n, err
}

// What the two of a contest do before they read.
var contestOpenings = []struct {
	name string
	open func(ctx context.Context, tx storage.Tx, round string, i int) error
}{
	{"", func(context.Context, storage.Tx, string, int) error { return nil }},
	{" after a write", func(ctx context.Context, tx storage.Tx, _ string, _ int) error {
		r := record("by the way")
		r.Kind = "other"
		return put(ctx, tx, r)
	}},
	{" after a number", func(ctx context.Context, tx storage.Tx, _ string, i int) error {
		_, err := tx.Next(ctx, fmt.Sprint("contestant ", i))
		return err
	}},
}

func contestPromises() (all []promise) {
	for _, c := range contests {
		for _, o := range contestOpenings {
			for hosts, name := range []string{"", ", one in a transaction of the host's", ", both in transactions of the host's"} {
				all = append(all, promise{
					category: "contention", sentence: "of two who decide on " + c.name + o.name + " one is refused" + name,
					check: func(t *testing.T, s subject) {
						c.hold(t, s, hosts, func(ctx context.Context, db storage.Store, round string, want [2]*storage.Record, i int, m *meet) error {
							return db.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
								if err := o.open(ctx, tx, round, i); err != nil {
									return err
								}
								free, err := c.free(ctx, tx, round, want, i)
								if err != nil {
									return err
								}
								m.wait(i)
								if !free {
									return errRefused
								}
								return put(ctx, tx, want[i])
							})
						})
					},
				})
			}
		}
		all = append(all, promise{
			category: "contention", sentence: "what a refused call has read of " + c.name + " holds for the host's transaction",
			check: func(t *testing.T, s subject) { c.hold(t, s, 2, c.afterRefusal) },
		})
	}
	return all
}

// afterRefusal reads in a call that is refused and writes in another one.
func (c contest) afterRefusal(ctx context.Context, db storage.Store, round string, want [2]*storage.Record, i int, m *meet) error {
	free := false
	err := db.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) (err error) {
		if free, err = c.free(ctx, tx, round, want, i); err != nil {
			return err
		}
		return errRefused
	})
	if !errors.Is(err, errRefused) {
		return err
	}
	m.wait(i)
	if !free {
		return errRefused
	}
	return db.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, want[i]) })
}

// hold holds a contest several times, so many of the two in transactions of the host's.
func (c contest) hold(t *testing.T, s subject, hosts int, decide func(ctx context.Context, db storage.Store, round string, want [2]*storage.Record, i int, m *meet) error) {
	if hosts > 0 && s.Host == nil {
		t.Skip("the store lives in no transactions of the host's")
	}
	raw := s.Open(t)
	db := s.wrap(raw)
	var host func(context.Context, func(storage.Store) error) error
	if hosts > 0 {
		host = s.Host(t, raw)
	}
	inRounds(t, func(n int) {
		round := fmt.Sprint("round ", n)
		stored, want := c.begin(round)
		if stored != nil {
			store(t, db, stored...)
		}
		m := newMeet()
		won := atBest(t, 2, func(i int) error {
			if i < hosts {
				return host(t.Context(), func(db storage.Store) error { return decide(t.Context(), s.wrap(db), round, want, i, m) })
			}
			return decide(t.Context(), db, round, want, i, m)
		})
		if won != 1 {
			t.Fatalf("%s: %d of 2 have written, want 1", round, won)
		}
	})
}

// inRounds runs fn a dozen times, or as often as LEADTOCASH_TEST_ROUNDS says. A
// deadlock that a database finds costs a second or more, a machine that is busy
// hardly so in several rounds.
func inRounds(t *testing.T, fn func(round int)) {
	t.Helper()
	rounds, slow := 12, 0
	if n, err := strconv.Atoi(os.Getenv("LEADTOCASH_TEST_ROUNDS")); err == nil {
		rounds = n
	}
	for n := range rounds {
		began := time.Now()
		if fn(n); time.Since(began) > time.Second {
			slow++
		}
	}
	if slow > 1+rounds/10 {
		t.Errorf("%d of %d rounds took more than a second", slow, rounds)
	}
}

// atBest runs fn so many times at once, each until it is not to be repeated, and
// returns how many were not refused.
func atBest(t *testing.T, callers int, fn func(i int) error) int {
	t.Helper()
	var won atomic.Int64
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			err := insist(t.Context(), func() error { return fn(i) })
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, errRefused) && !errors.Is(err, storage.ErrTaken):
				t.Errorf("caller %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	return int(won.Load())
}

// oneAfterTheOther fails if who counted missed a change by somebody who in turn
// missed the count.
func oneAfterTheOther(t *testing.T, db storage.Store, m *meet, q storage.Query, before, after int, change func(context.Context, storage.Tx) error) {
	t.Helper()
	total := record("how many")
	total.Kind = "other"
	store(t, db, total)
	var counted int
	var seen int64
	won := atBest(t, 2, func(i int) error {
		return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
			if i == 0 {
				ids, err := find(ctx, tx, q)
				if err != nil {
					return err
				}
				m.wait(i)
				counted = len(ids)
				return put(ctx, tx, next(total, nil))
			}
			have, err := tx.Get(ctx, total.Ref)
			if err != nil {
				return err
			}
			m.wait(i)
			seen = have.Version
			return change(ctx, tx)
		})
	})
	first, second := counted == before && seen == 2, counted == after && seen == 1
	if won != 2 || !first && !second {
		t.Fatalf("%d of 2 have written, one counted %d and the other saw version %d of the count: neither came first", won, counted, seen)
	}
}

func countsWhatKeyFinds(t *testing.T, s subject) {
	db := s.open(t)
	inRounds(t, func(n int) {
		round := fmt.Sprint("round ", n)
		q := storage.Query{Kind: kind, Where: []storage.Cond{byKey("team", round)}}
		there, without := keyed("team", round), record("no key yet")
		store(t, db, there, without)
		oneAfterTheOther(t, db, newMeet(), q, 1, 2, func(ctx context.Context, tx storage.Tx) error {
			return put(ctx, tx, keyed("team", round))
		})
		oneAfterTheOther(t, db, newMeet(), q, 2, 3, func(ctx context.Context, tx storage.Tx) error {
			return put(ctx, tx, next(without, func(r *storage.Record) { r.Keys = there.Keys }))
		})
		lost := next(there, func(r *storage.Record) { r.Keys = nil })
		oneAfterTheOther(t, db, newMeet(), q, 3, 2, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, lost) })
	})
}

func countsKind(t *testing.T, s subject) {
	db := s.open(t)
	many := 10_000
	if testing.Short() {
		many = 1_000
	}
	for range many / 500 {
		var some []*storage.Record
		for range 500 {
			some = append(some, record("one of many"))
		}
		store(t, db, some...)
	}
	m := newMeet()
	m.patience = 200 * time.Millisecond // reading takes its time
	oneAfterTheOther(t, db, m, storage.Query{Kind: kind}, many, many+1, func(ctx context.Context, tx storage.Tx) error {
		return put(ctx, tx, record("one more"))
	})
}

func upgrades(t *testing.T, s subject) {
	db := s.open(t)
	inRounds(t, func(int) {
		r := tally()
		store(t, db, r)
		m := newMeet()
		won := atBest(t, 2, func(i int) error {
			return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
				have, err := tx.Get(ctx, r.Ref)
				if err != nil {
					return err
				}
				m.wait(i)
				return put(ctx, tx, next(have, func(r *storage.Record) { r.Format++ }))
			})
		})
		if got := get(t, db, r.Ref).Format; won != 2 || got != 2 {
			t.Fatalf("%d of 2 have written and the record counts %d, want both and 2", won, got)
		}
	})
}

// tally is a record that counts in its format.
func tally() *storage.Record {
	r := record("register")
	r.Format = 0
	return r
}

// crowd is how many want something at once where many do.
const crowd = 32

// wantRuns fails if conflicts cost more runs than the store may need.
func (s subject) wantRuns(t *testing.T, runs, updates int64) {
	t.Helper()
	if mean := float64(runs) / float64(updates); s.Runs > 0 && mean > s.Runs {
		t.Errorf("functions ran %.2f times on average, want at most %.2f", mean, s.Runs)
	}
}

func overlapping(t *testing.T, s subject) {
	db := s.open(t)
	records := make([]*storage.Record, 10)
	for i := range records {
		records[i] = tally()
	}
	store(t, db, records...)
	const each = 5
	callers := 3 * crowd
	if s.Runs == 0 {
		callers = 2 // more deadlock one another again and again, for a second each time
	}
	var runs atomic.Int64
	won := atBest(t, callers, func(caller int) error {
		rng := rand.New(rand.NewPCG(uint64(caller), 11))
		chosen := rng.Perm(len(records))[:each]
		return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
			runs.Add(1)
			for _, i := range chosen {
				have, err := tx.Get(ctx, records[i].Ref)
				if err != nil {
					return err
				}
				if err := put(ctx, tx, next(have, func(r *storage.Record) { r.Format++ })); err != nil {
					return err
				}
			}
			return nil
		})
	})
	sum := int32(0)
	for _, r := range records {
		sum += get(t, db, r.Ref).Format
	}
	if won != callers || int(sum) != callers*each {
		t.Errorf("%d of %d have written and the records count %d, want all and %d", won, callers, sum, callers*each)
	}
	s.wantRuns(t, runs.Load(), int64(callers))
}

func hotRecord(t *testing.T, s subject) {
	db := s.open(t)
	r := tally()
	store(t, db, r)
	const calls = 4
	var runs atomic.Int64
	won := atBest(t, crowd, func(int) error {
		for range calls {
			err := insist(t.Context(), func() error {
				return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
					runs.Add(1)
					have, err := tx.Get(ctx, r.Ref)
					if err != nil {
						return err
					}
					return put(ctx, tx, next(have, func(r *storage.Record) { r.Format++ }))
				})
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if got := get(t, db, r.Ref).Format; won != crowd || got != crowd*calls {
		t.Errorf("%d of %d have written and the record counts %d, want all and %d", won, crowd, got, crowd*calls)
	}
	s.wantRuns(t, runs.Load(), crowd*calls)
}

func servedInOrder(t *testing.T, s subject) {
	db := s.open(t)
	const calls = 10
	var last, runs, overtaken atomic.Int64
	var mu sync.Mutex
	var drawn []int64
	atBest(t, crowd, func(int) error { // whose connection is still being made is not overtaken
		return insist(t.Context(), func() error {
			return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
				_, err := tx.Next(ctx, "acquaintance")
				return err
			})
		})
	})
	atBest(t, crowd, func(int) error {
		for range calls {
			began := last.Load()
			var n int64
			err := insist(t.Context(), func() error {
				return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) (err error) {
					runs.Add(1)
					n, err = tx.Next(ctx, "invoice")
					time.Sleep(200 * time.Microsecond) // so that the others stand in line
					return err
				})
			})
			if err != nil {
				return err
			}
			raise(&last, n)
			raise(&overtaken, n-began)
			mu.Lock()
			drawn = append(drawn, n)
			mu.Unlock()
		}
		return nil
	})
	slices.Sort(drawn)
	if len(drawn) != crowd*calls || drawn[0] != 1 || drawn[len(drawn)-1] != crowd*calls || len(slices.Compact(drawn)) != crowd*calls {
		t.Errorf("numbers are not 1 to %d", crowd*calls)
	}
	s.wantRuns(t, runs.Load(), crowd*calls)
	if s.Runs > 0 && overtaken.Load() > 4*crowd {
		t.Errorf("somebody waited for %d numbers of others, of whom there are %d", overtaken.Load(), crowd-1)
	}
}

// raise sets v to n if that is more.
func raise(v *atomic.Int64, n int64) {
	for old := v.Load(); n > old && !v.CompareAndSwap(old, n); old = v.Load() {
	}
}

func claimsCrosswise(t *testing.T, s subject) {
	db := s.open(t)
	check := func(n int) {
		a, b := fmt.Sprint("a", n), fmt.Sprint("b", n)
		claims := [2][2]string{{a, b}, {b, a}}
		m := newMeet()
		won := atBest(t, 2, func(i int) error {
			return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
				first, second := claiming("first", claims[i][0]), claiming("second", claims[i][1])
				if err := put(ctx, tx, first); err != nil {
					return err
				}
				if _, err := tx.Get(ctx, first.Ref); err != nil { // whatever waits is sent
					return err
				}
				m.wait(i)
				return put(ctx, tx, second)
			})
		})
		if won != 1 {
			t.Fatalf("round %d: %d of 2 have taken both claims, want 1", n, won)
		}
	}
	if s.Runs == 0 {
		check(0) // which may be a deadlock that the database finds after a while
		return
	}
	inRounds(t, check)
}

var errTorn = errors.New("two records that change together were read apart")

// neverApart reads two records while somebody changes both, in a view, in an update
// and in one that refuses.
func neverApart(t *testing.T, s subject) {
	db := s.open(t)
	pair := [2]*storage.Record{tally(), tally()}
	store(t, db, pair[:]...)
	const changes = 40
	var done atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		defer done.Store(true)
		now := pair
		for range changes {
			for i := range now {
				now[i] = next(now[i], nil)
			}
			err := insist(t.Context(), func() error {
				return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
					return errors.Join(put(ctx, tx, now[0]), put(ctx, tx, now[1]))
				})
			})
			if err != nil {
				t.Errorf("change: %v", err)
				return
			}
			time.Sleep(time.Millisecond)
		}
	})
	both := func(ctx context.Context, r storage.Reader) error {
		a, err := r.Get(ctx, pair[0].Ref)
		if err != nil {
			return err
		}
		time.Sleep(time.Millisecond)
		b, err := r.Get(ctx, pair[1].Ref)
		if err == nil && a.Version != b.Version {
			err = fmt.Errorf("%w: versions %d and %d", errTorn, a.Version, b.Version)
		}
		return err
	}
	for name, read := range map[string]func() error{
		"view": func() error { return db.View(t.Context(), tenant, both) },
		"update": func() error {
			return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error { return both(ctx, tx) })
		},
		"refusal": func() error {
			err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
				return errors.Join(both(ctx, tx), errRefused)
			})
			if errors.Is(err, errTorn) || !errors.Is(err, errRefused) {
				return err
			}
			return nil
		},
	} {
		wg.Go(func() {
			for !done.Load() {
				if err := insist(t.Context(), read); err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// viewInOrder has somebody change a record, and then another one as often as they
// see it changed.
func viewInOrder(t *testing.T, s subject) {
	db := s.open(t)
	cause, effect := tally(), tally()
	store(t, db, cause, effect)
	const changes = 40
	var done atomic.Bool
	var wg sync.WaitGroup
	write := func(ref storage.Ref, with storage.Ref) error {
		return insist(t.Context(), func() error {
			return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
				have, err := tx.Get(ctx, ref)
				if err != nil {
					return err
				}
				count := have.Format + 1
				if with != ref {
					other, err := tx.Get(ctx, with)
					if err != nil {
						return err
					}
					count = other.Format
				}
				return put(ctx, tx, next(have, func(r *storage.Record) { r.Format = count }))
			})
		})
	}
	wg.Go(func() {
		defer done.Store(true)
		for range changes {
			if err := write(cause.Ref, cause.Ref); err != nil {
				t.Errorf("cause: %v", err)
				return
			}
			time.Sleep(time.Millisecond)
		}
	})
	wg.Go(func() {
		for !done.Load() {
			if err := write(effect.Ref, cause.Ref); err != nil {
				t.Errorf("effect: %v", err)
				return
			}
		}
	})
	wg.Go(func() {
		for !done.Load() {
			err := db.View(t.Context(), tenant, func(ctx context.Context, r storage.Reader) error {
				b, err := r.Get(ctx, cause.Ref)
				if err != nil {
					return err
				}
				time.Sleep(time.Millisecond)
				a, err := r.Get(ctx, effect.Ref)
				if err == nil && a.Format > b.Format {
					t.Errorf("a view shows what came of change %d, but only %d changes", a.Format, b.Format)
				}
				return err
			})
			if err != nil {
				t.Errorf("view: %v", err)
				return
			}
		}
	})
	wg.Wait()
}
