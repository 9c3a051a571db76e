package storagetest

import (
	"context"
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
)

var joinPromises = []promise{
	{category: "joining", sentence: "joined transactions commit together", check: joinedCommit},
	{category: "joining", sentence: "joined transactions see what the outer one has written", check: joinedSees},
	{category: "joining", sentence: "an inner failure after a write poisons the outer transaction", check: joinedPoisons},
	{category: "joining", sentence: "an inner panic after a write poisons the outer transaction", check: joinedPanics},
	{category: "joining", sentence: "an inner failure before any write does not", check: joinedRefusal},
	{category: "joining", sentence: "feed and other tenants are unsupported", check: joinedUnsupported},
}

func joinedCommit(t *testing.T, s subject) {
	db := s.open(t)
	a, b, c := record("a"), record("b"), record("c")
	within := func(ctx context.Context, inner storage.Store, r *storage.Record) error {
		return inner.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, r) })
	}
	both := func(ctx context.Context, tx storage.Tx) error {
		inner := storage.Joined(tx)
		return errors.Join(within(ctx, inner, a), put(ctx, tx, b), inner.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
			return within(ctx, storage.Joined(tx), c)
		}))
	}
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(both(ctx, tx), errRefused)
	})
	wantErr(t, err, errRefused, "outer update")
	wantFound(t, found(t, db))
	update(t, db, both)
	wantFound(t, found(t, db), a, b, c)
}

func joinedSees(t *testing.T, s subject) {
	db := s.open(t)
	r := record("written outside")
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		if err := put(ctx, tx, r); err != nil {
			return err
		}
		return storage.Joined(tx).View(ctx, tenant, func(ctx context.Context, reader storage.Reader) error {
			got, err := reader.Get(ctx, r.Ref)
			wantRecord(t, got, r)
			return err
		})
	})
}

// join runs an update that begins with a record of its own and returns nil whatever
// an inner update does.
func join(t *testing.T, db storage.Store, fn func(context.Context, storage.Tx) error) error {
	t.Helper()
	return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		if err := put(ctx, tx, record("outer")); err != nil {
			return err
		}
		err := storage.Joined(tx).Update(ctx, tenant, fn)
		wantErr(t, err, errRefused, "inner update")
		return nil
	})
}

func joinedPoisons(t *testing.T, s subject) {
	db := s.open(t)
	r := disturbable()
	store(t, db, r)
	second := next(r, nil)
	for name, write := range map[string]func(context.Context, storage.Tx) error{
		"put":    func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, second) },
		"delete": func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, r) },
		"next":   func(ctx context.Context, tx storage.Tx) error { _, err := tx.Next(ctx, "count"); return err },
		"erase":  func(ctx context.Context, tx storage.Tx) error { return tx.Erase(ctx, r.Ref) },
	} {
		err := join(t, db, func(ctx context.Context, tx storage.Tx) error {
			if err := write(ctx, tx); err != nil {
				return err
			}
			return errRefused
		})
		wantErr(t, err, errRefused, "outer update after inner "+name)
	}
	undisturbed(t, db, r)
}

func joinedPanics(t *testing.T, s subject) {
	db := s.open(t)
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		defer func() {
			if recover() == nil {
				t.Error("the inner panic does not come through")
			}
		}()
		return storage.Joined(tx).Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
			if err := put(ctx, tx, record("half")); err != nil {
				return err
			}
			panic("in the middle")
		})
	})
	if err == nil {
		t.Error("the outer update commits after an inner panic")
	}
	wantFound(t, found(t, db))
}

func joinedRefusal(t *testing.T, s subject) {
	db := s.open(t)
	err := join(t, db, func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Get(ctx, record("absent").Ref); !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		return errRefused
	})
	if err != nil {
		t.Errorf("outer update: %v", err)
	}
	if n := len(found(t, db)); n != 1 {
		t.Errorf("%d records are stored, want the one of the outer update", n)
	}
}

func joinedUnsupported(t *testing.T, s subject) {
	db := s.open(t)
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		inner := storage.Joined(tx)
		wantErr(t, inner.Update(ctx, "other", func(context.Context, storage.Tx) error { return nil }), storage.ErrUnsupported, "update of another tenant")
		wantErr(t, inner.View(ctx, "other", func(context.Context, storage.Reader) error { return nil }), storage.ErrUnsupported, "view of another tenant")
		for _, err := range inner.Feed(ctx, tenant, 0) {
			wantErr(t, err, storage.ErrUnsupported, "feed")
		}
		return put(ctx, tx, record("not disturbed"))
	})
}
