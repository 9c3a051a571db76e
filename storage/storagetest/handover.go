package storagetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
)

// handover is a transaction in which claims change hands: writes of stored records a,
// which holds "left", and b, which holds "right", and of new ones.
type handover struct {
	name    string
	writes  []func(context.Context, storage.Tx) error
	refused bool
}

// handovers are all that differ in the order of their writes.
func handovers(a, b *storage.Record) []handover {
	stored := func(r *storage.Record) func(context.Context, storage.Tx) error {
		return func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, r) }
	}
	with := func(r *storage.Record, claims ...string) *storage.Record {
		return next(r, func(r *storage.Record) { r.Claims = claims })
	}
	deleted := func(r *storage.Record) func(context.Context, storage.Tx) error {
		return func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, r) }
	}
	type writes = []func(context.Context, storage.Tx) error
	bare, taker, rival := with(a), claiming("taker", "left"), claiming("rival", "fresh")
	born := claiming("born", "fresh")
	return []handover{
		{"one lets go, another takes", writes{stored(bare), stored(with(b, "left"))}, false},
		{"another takes, one lets go", writes{stored(with(b, "left")), stored(bare)}, true},
		{"one lets go, a new one takes", writes{stored(bare), stored(taker)}, false},
		{"a new one takes, one lets go", writes{stored(taker), stored(bare)}, true},
		{"one ends, a new one takes", writes{deleted(a), stored(taker)}, false},
		{"a new one takes, one ends", writes{stored(taker), deleted(a)}, true},
		{"two exchange in two writes", writes{stored(with(a, "right")), stored(with(b, "left"))}, true},
		{"two exchange in three writes", writes{stored(bare), stored(with(b, "left")), stored(with(bare, "right"))}, false},
		{"another takes and gives up", writes{stored(with(b, "left")), stored(with(with(b, "left")))}, true},
		{"a new one takes and ends", writes{stored(taker), deleted(taker)}, true},
		{"one lets go and takes again", writes{stored(bare), stored(with(bare, "left"))}, false},
		{"it comes back", writes{stored(bare), stored(taker), stored(with(taker)), stored(with(bare, "left"))}, false},
		{"it comes back too early", writes{stored(bare), stored(taker), stored(with(bare, "left")), stored(with(taker))}, true},
		{"one is born with it and lets go, another takes", writes{stored(born), stored(with(born)), stored(rival)}, false},
		{"one is born with it, another takes, it lets go", writes{stored(born), stored(rival), stored(with(born))}, true},
		{"two are born with it, both let go", writes{stored(born), stored(rival), stored(with(born)), stored(with(rival))}, true},
	}
}

func claimsLetGoFirst(t *testing.T, s subject) {
	db := s.open(t)
	// What a store has read it need not ask for later, and a refusal it may leave to
	// the next read or the commit.
	for mode, fn := range map[string]func(context.Context, storage.Tx, storage.Ref, error) error{
		"asked":   nil,
		"known":   func(_ context.Context, _ storage.Tx, _ storage.Ref, err error) error { return err },
		"settled": settled,
	} {
		for i := range handovers(record(""), record("")) {
			checkHandover(t, db, storage.Tenant(fmt.Sprint(mode, i)), i, fn)
		}
	}
}

// checkHandover runs the i-th handover in a tenant of its own. Unless after is nil the
// transaction begins with reading, and after follows each write.
func checkHandover(t *testing.T, db storage.Store, of storage.Tenant, i int, after func(context.Context, storage.Tx, storage.Ref, error) error) {
	a, b := claiming("a", "left"), claiming("b", "right")
	h := handovers(a, b)[i]
	what := fmt.Sprintf("%s: %s", of, h.name)
	err := db.Update(t.Context(), of, func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(put(ctx, tx, a), put(ctx, tx, b))
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), of, func(ctx context.Context, tx storage.Tx) error {
		for _, r := range []*storage.Record{a, b} {
			if after != nil {
				if _, err := tx.Get(ctx, r.Ref); err != nil {
					return err
				}
			}
		}
		for _, write := range h.writes {
			err := write(ctx, tx)
			if after != nil {
				err = after(ctx, tx, a.Ref, err)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if h.refused {
		wantErr(t, err, storage.ErrTaken, what)
	} else if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	if n := len(feed(t, db, of, 0)); h.refused && n != 2 {
		t.Errorf("%s: %d events are stored, want those of before", what, n)
	}
	if violations, err := storage.Verify(t.Context(), db, of); err != nil || len(violations) > 0 {
		t.Errorf("%s: %v, %v", what, violations, err)
	}
}
