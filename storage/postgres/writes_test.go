package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
)

// Rows travel together; a refusal names the record of the one that was refused, and
// claims change hands within a transaction.
func TestRowsThatTravelTogether(t *testing.T) {
	t.Parallel()
	store := open(t)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var refs []storage.Ref
	for range 40 { // more than one statement takes
		refs = append(refs, storage.Ref{Kind: "thing", ID: uuid.Must(uuid.NewV7())})
	}
	put := func(ctx context.Context, tx storage.Tx, n int, version int64, claim string) error {
		rec := &storage.Record{
			Header: storage.Header{Ref: refs[n], Version: version, CreatedAt: at, UpdatedAt: at},
			Keys:   []storage.Key{{Name: "of", Value: fmt.Sprint(version)}, {Name: "n", Value: fmt.Sprint(n)}},
			Claims: []string{claim}, Image: storage.RawImage([]byte(`{}`)),
		}
		return tx.Put(ctx, rec, storage.Event{Ref: refs[n], Version: version, Type: "thing.changed", At: at})
	}
	all := func(ctx context.Context, tx storage.Tx) error {
		for n := range refs {
			if err := put(ctx, tx, n, 1, fmt.Sprint("claim", n)); err != nil {
				return err
			}
		}
		return nil
	}
	first := func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, 0, 1, "claim7") }
	if err := store.Update(t.Context(), storage.Default, first); err != nil {
		t.Fatal(err)
	}
	if err := refusedFor(store.Update(t.Context(), storage.Default, all)); err != (storage.WriteError{Ref: refs[0], Err: storage.ErrConflict}) {
		t.Errorf("a record that is there: got %v", err)
	}

	taken := func(ctx context.Context, tx storage.Tx) error {
		for n := 1; n < 20; n++ {
			if err := put(ctx, tx, n, 1, fmt.Sprint("claim", n)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := refusedFor(store.Update(t.Context(), storage.Default, taken)); err != (storage.WriteError{Ref: refs[7], Err: storage.ErrTaken}) {
		t.Errorf("a claim that is taken: got %v", err)
	}

	// The first record lets its claim go to the next, twice over, and that one ends.
	err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Get(ctx, refs[0]); err != nil {
			return err
		}
		return errors.Join(
			put(ctx, tx, 0, 2, "free"), put(ctx, tx, 1, 1, "claim7"), put(ctx, tx, 1, 2, "other"), put(ctx, tx, 0, 3, "claim7"),
			tx.Delete(ctx, refs[1], 2, storage.Event{Ref: refs[1], Version: 3, Type: "thing.deleted", At: at}),
			put(ctx, tx, 2, 1, "other"),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	if violations, err := storage.Verify(t.Context(), store, storage.Default); err != nil || len(violations) > 0 {
		t.Errorf("%v, %v", violations, err)
	}
}

// refusedFor returns which record an error is about and what kind of error it is.
func refusedFor(err error) storage.WriteError {
	var refused *storage.WriteError
	switch {
	case !errors.As(err, &refused):
		return storage.WriteError{Err: err}
	case errors.Is(err, storage.ErrTaken):
		return storage.WriteError{Ref: refused.Ref, Err: storage.ErrTaken}
	default:
		return storage.WriteError{Ref: refused.Ref, Err: storage.ErrConflict}
	}
}
