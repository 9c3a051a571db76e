package storage_test

import (
	"context"
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// wrapper hides everything but what is asked for by Unwrap.
type wrapper struct{ storage.Store }

func (w wrapper) Unwrap() storage.Store { return w.Store }

// opaque hides even that.
type opaque struct{ storage.Store }

type capable struct {
	storage.Store
	migrated, pinged int
}

func (c *capable) Migrate(context.Context) error { c.migrated++; return nil }
func (c *capable) Ping(context.Context) error    { c.pinged++; return errRefused }

func TestAs(t *testing.T) {
	t.Parallel()
	s := memory.New()
	if got, ok := storage.As[*memory.Store](wrapper{wrapper{s}}); !ok || got != s {
		t.Errorf("got %v, %t; want the store within two wrappers", got, ok)
	}
	if got, ok := storage.As[wrapper](wrapper{wrapper{s}}); !ok || got.Store != (wrapper{s}) {
		t.Errorf("got %v, %t; want the outermost wrapper", got, ok)
	}
	if _, ok := storage.As[storage.Notifier](opaque{s}); ok {
		t.Error("found what is hidden")
	}
	if _, ok := storage.As[storage.Migrator](s); ok {
		t.Error("the memory store claims to have a schema")
	}
	if _, ok := storage.As[storage.Closer](nil); ok {
		t.Error("found something in nothing")
	}
}

func TestCapabilitiesAreUsed(t *testing.T) {
	t.Parallel()
	c := &capable{Store: memory.New()}
	if err := storage.Migrate(t.Context(), wrapper{c}); err != nil || c.migrated != 1 {
		t.Errorf("migrate returned %v after %d migrations", err, c.migrated)
	}
	if err := storage.Ping(t.Context(), wrapper{c}); !errors.Is(err, errRefused) || c.pinged != 1 {
		t.Errorf("ping returned %v, want that of the store", err)
	}
}

func TestCapabilitiesHaveFallbacks(t *testing.T) {
	t.Parallel()
	s := memory.New()
	hidden := opaque{s}
	ctx := t.Context()
	if err := storage.Migrate(ctx, hidden); err != nil {
		t.Errorf("migrate: %v", err)
	}
	if err := storage.Ping(ctx, hidden); err != nil {
		t.Errorf("ping: %v", err)
	}
	err := s.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(put(ctx, tx, quote(1)), put(ctx, tx, quote(2)), put(ctx, tx, bare(3)))
	})
	if err != nil {
		t.Fatal(err)
	}
	q := storage.Query{Kind: "quote", Where: []storage.Cond{key("customer", storage.OpEq, "acme")}, Limit: 1}
	q.After = storage.CursorOf(q, quote(1))
	for name, store := range map[string]storage.Store{"own": s, "fallback": hidden} {
		if n, err := storage.Count(ctx, store, storage.Default, q); n != 2 || err != nil {
			t.Errorf("%s count is %d, %v; want 2, whatever the page", name, n, err)
		}
	}
	if err := storage.Close(hidden); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := storage.Ping(ctx, hidden); err != nil {
		t.Errorf("the store is closed although nobody could know how: %v", err)
	}
	if err := storage.Close(wrapper{s}); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := storage.Ping(ctx, hidden); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("ping after close: got %v, want %v", err, storage.ErrClosed)
	}
}
