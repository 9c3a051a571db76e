package storage_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

var errRefused = errors.New("refused")

func put(ctx context.Context, tx storage.Tx, r *storage.Record) error {
	return tx.Put(ctx, r, storage.Event{Ref: r.Ref, Version: r.Version, Type: "quote.created", At: noon})
}

func stored(t testing.TB, s storage.Store) int64 {
	t.Helper()
	n, err := storage.Count(t.Context(), s, storage.Default, storage.Query{Kind: "quote"})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestJoined(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		inner   func(context.Context, storage.Tx) error
		outer   error // what the outer update comes to although its function returns nil
		records int64
	}{
		"success": {
			inner:   func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, quote(2)) },
			records: 2,
		},
		"failure after a write": {
			inner: func(ctx context.Context, tx storage.Tx) error {
				return errors.Join(put(ctx, tx, quote(2)), errRefused)
			},
			outer: errRefused,
		},
		"failure before any write": {
			inner:   func(context.Context, storage.Tx) error { return errRefused },
			records: 1,
		},
		"a write that fails": {
			inner: func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, quote(1)) },
			outer: storage.ErrConflict,
		},
		"success around a failure": {
			inner: func(ctx context.Context, tx storage.Tx) error {
				err := storage.Joined(tx).Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
					return errors.Join(put(ctx, tx, quote(2)), errRefused)
				})
				if !errors.Is(err, errRefused) {
					return fmt.Errorf("innermost update: %w", err)
				}
				return nil
			},
			outer: errRefused,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := memory.New()
			err := s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
				if err := put(ctx, tx, quote(1)); err != nil {
					return err
				}
				_ = storage.Joined(tx).Update(ctx, storage.Default, tt.inner)
				return nil
			})
			if !errors.Is(err, tt.outer) || (err == nil) != (tt.outer == nil) {
				t.Errorf("outer update: got %v, want %v", err, tt.outer)
			}
			if n := stored(t, s); n != tt.records {
				t.Errorf("%d records are stored, want %d", n, tt.records)
			}
		})
	}
}

// plain is a transaction that cannot be joined.
type plain struct{ storage.Tx }

func TestJoinedIsForJoinable(t *testing.T) {
	t.Parallel()
	s := memory.New()
	err := s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		return storage.Joined(plain{tx}).Update(ctx, storage.Default, func(context.Context, storage.Tx) error {
			t.Error("the function runs")
			return nil
		})
	})
	if !errors.Is(err, storage.ErrUnsupported) {
		t.Errorf("got %v, want %v", err, storage.ErrUnsupported)
	}
}

func TestJoinedObeysItsContext(t *testing.T) {
	t.Parallel()
	s := memory.New()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		return storage.Joined(tx).View(ended, storage.Default, func(context.Context, storage.Reader) error {
			t.Error("the function runs")
			return nil
		})
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
