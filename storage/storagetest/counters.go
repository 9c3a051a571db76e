package storagetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
)

var counterPromises = []promise{
	{category: "counters", sentence: "each counter counts 1, 2, 3", check: counts},
	{category: "counters", sentence: "a counter that moves on by many ends where it would one by one", check: advances},
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
