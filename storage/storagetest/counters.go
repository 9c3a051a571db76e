package storagetest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
)

var counterPromises = []promise{
	{category: "counters", sentence: "each counter counts 1, 2, 3", check: counts},
	{category: "counters", sentence: "a counter that moves on by many ends where it would one by one", check: advances},
	{category: "counters", sentence: "a transaction that lists counters lists how far they have come", check: listsCounters},
	{category: "counters", sentence: "many who count leave no gaps, also when some roll back", check: gapless},
}

func counts(t *testing.T, s subject) {
	db := s.open(t)
	draw := func(ctx context.Context, tx storage.Tx, counter string, want int64) {
		t.Helper()
		if n, err := tx.Next(ctx, counter); n != want || err != nil {
			t.Errorf("counter %q gives %d, %v; want %d", counter, n, err, want)
		}
	}
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		draw(ctx, tx, "invoice", 1)
		draw(ctx, tx, "invoice", 2)
		draw(ctx, tx, "Invoice", 1)
		return nil
	})
	_ = db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		draw(ctx, tx, "invoice", 3)
		draw(ctx, tx, "quote", 1)
		return errRefused
	})
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		draw(ctx, tx, "invoice", 3)
		draw(ctx, tx, "quote", 1)
		return nil
	})
}

func advances(t *testing.T, s subject) {
	db := s.open(t)
	move := func(ctx context.Context, tx storage.Tx, by, want int64) {
		t.Helper()
		if n, err := storage.Advance(ctx, tx, "invoice", by); n != want || err != nil {
			t.Errorf("moved on by %d the counter is %d, %v; want %d", by, n, err, want)
		}
	}
	_ = db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		move(ctx, tx, 300, 300)
		move(ctx, tx, 1, 301)
		return errRefused
	})
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		move(ctx, tx, 20, 20)
		if n, err := tx.Next(ctx, "invoice"); n != 21 || err != nil {
			t.Errorf("the next number is %d, %v; want 21", n, err)
		}
		move(ctx, tx, 9, 30)
		for _, by := range []int64{0, -1} {
			if _, err := storage.Advance(ctx, tx, "invoice", by); !errors.Is(err, storage.ErrInvalid) {
				t.Errorf("moved on by %d: %v, want ErrInvalid", by, err)
			}
		}
		return storage.Joined(tx).Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
			move(ctx, tx, 5, 35)
			return nil
		})
	})
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		_, err := storage.Advance(ctx, tx, "", 2)
		if !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("a counter without name: %v, want ErrInvalid", err)
		}
		return nil
	})
	if !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("a transaction whose write failed: %v, want ErrInvalid", err)
	}
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		move(ctx, tx, 1, 36)
		return nil
	})
}

func listsCounters(t *testing.T, s subject) {
	db := s.open(t)
	list := func(ctx context.Context, tx storage.Tx, want map[string]int64) {
		t.Helper()
		lister, ok := tx.(storage.CounterLister)
		if !ok {
			t.Skip("its transactions list no counters")
		}
		if got, err := lister.Counters(ctx); err != nil || !maps.Equal(got, want) {
			t.Errorf("the counters are %v, %v; want %v", got, err, want)
		}
	}
	count := func(ctx context.Context, tx storage.Tx) error {
		list(ctx, tx, nil)
		if _, err := storage.Advance(ctx, tx, "invoice", 7); err != nil {
			return err
		}
		_, err := tx.Next(ctx, "quote")
		list(ctx, tx, map[string]int64{"invoice": 7, "quote": 1})
		return err
	}
	if err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(count(ctx, tx), errRefused)
	}); !errors.Is(err, errRefused) {
		t.Errorf("an update that refuses: %v", err)
	}
	update(t, db, count)
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		list(ctx, tx, map[string]int64{"invoice": 7, "quote": 1})
		return nil
	})
	store(t, db, record("of which the feed counts"))
	for _, err := range db.Feed(t.Context(), tenant, 0) {
		if err != nil {
			t.Error(err)
		}
	}
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		list(ctx, tx, map[string]int64{"invoice": 7, "quote": 1})
		return nil
	})
	if err := db.Update(t.Context(), "another", func(ctx context.Context, tx storage.Tx) error {
		list(ctx, tx, nil)
		return nil
	}); err != nil {
		t.Error(err)
	}
	contestants := [2]string{"invoice", "credit note"} // that is, and that is not yet
	for i, counter := range contestants {
		m := newMeet()
		total := record("sum of the counters")
		total.Kind, total.Format = "other", 0
		store(t, db, total)
		won := atBest(t, 2, func(caller int) error {
			return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
				if caller == 1 {
					have, err := tx.Get(ctx, total.Ref)
					if err != nil {
						return err
					}
					m.wait(caller)
					if have.Version > 1 {
						return errRefused
					}
					_, err = tx.Next(ctx, counter)
					return err
				}
				counters, err := tx.(storage.CounterLister).Counters(ctx)
				if err != nil {
					return err
				}
				m.wait(caller)
				if counters[counter] != []int64{7, 0}[i] {
					return errRefused
				}
				return put(ctx, tx, next(total, nil))
			})
		})
		if won != 1 {
			t.Errorf("of who lists counters and who draws from %s %d were not refused, want 1", counter, won)
		}
	}
}

func gapless(t *testing.T, s subject) {
	db := s.open(t)
	const workers, each = 8, 20
	var mu sync.Mutex
	var drawn []int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				var n int64
				err := insist(t.Context(), func() error {
					return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) (err error) {
						if n, err = tx.Next(ctx, "invoice"); err != nil {
							return err
						}
						if (w+i)%3 == 0 {
							return errRefused
						}
						return nil
					})
				})
				switch {
				case err == nil:
					mu.Lock()
					drawn = append(drawn, n)
					mu.Unlock()
				case !errors.Is(err, errRefused):
					t.Errorf("update: %v", err)
				}
			}
		})
	}
	wg.Wait()
	slices.Sort(drawn)
	for i, n := range drawn {
		if n != int64(i+1) {
			t.Fatalf("number %d is %d: a gap or a repetition", i+1, n)
		}
	}
}

// insist repeats a call whose store has spent its own repetitions.
func insist(ctx context.Context, call func() error) error {
	for {
		err := call()
		if !errors.Is(err, storage.ErrRetry) || ctx.Err() != nil {
			return err
		}
	}
}
