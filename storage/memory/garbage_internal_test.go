package memory

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
)

// TestNothingIsLeftBehind changes, deletes and rolls back records with keys, some
// under the eyes of a view, and looks at what the tables still hold.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	s := New()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	write := func(version int64, n byte, key string, fate error) {
		err := s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			r := &storage.Record{
				Header: storage.Header{Ref: storage.Ref{Kind: "thing", ID: uuid.UUID{n}}, Version: version, CreatedAt: at, UpdatedAt: at},
				Keys:   []storage.Key{{Name: "shared", Value: "yes"}, {Name: "own", Value: key}},
				Claims: []string{key},
				Image:  storage.NewImage(n),
			}
			e := storage.Event{Ref: r.Ref, Version: version, Type: "written", At: at}
			if key == "" {
				return tx.Delete(ctx, r.Ref, version-1, e)
			}
			return errors.Join(tx.Put(ctx, r, e), fate)
		})
		if !errors.Is(err, fate) {
			t.Fatal(err)
		}
	}
	refused := errors.New("refused")
	const records = 40
	work := func() {
		for n := range byte(records) {
			write(1, n+1, "first"+string('a'+rune(n)), nil)
			write(2, n+1, "second"+string('a'+rune(n)), refused)
			write(2, n+1, "second"+string('a'+rune(n)), nil)
			write(1, n+100, "never"+string('a'+rune(n)), refused)
			write(3, n+1, "", nil)
		}
	}
	err := s.View(t.Context(), storage.Default, func(context.Context, storage.Reader) error {
		work()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	write(1, 200, "last", nil) // clears away what the view had needed
	write(2, 200, "", nil)

	tenant := s.tenants[storage.Default]
	tb := tenant.tables["thing"]
	if len(tb.claims) != 0 {
		t.Errorf("%d claims are left of deleted records", len(tb.claims))
	}
	for _, p := range tb.keys {
		if p.len() > 0 {
			t.Errorf("a key still has %d entries of deleted records", p.len())
		}
	}
	if len(tb.keys) != 0 {
		t.Errorf("%d keys are left of deleted records", len(tb.keys))
	}
	if tb.count != records+1 || len(tb.entries) != records+1 {
		t.Errorf("%d entries, %d of them found by id; want those of %d records", tb.count, len(tb.entries), records+1)
	}
	if n := len(tenant.garbage.items); n != 0 {
		t.Errorf("%d chores are left undone", n)
	}
	for e := tb.newest; e != nil; e = e.older {
		for v := e.head.Load(); v != nil; v = v.older.Load() {
			if v.record != nil {
				t.Errorf("version %d of a deleted record is still whole", v.number)
			}
		}
	}
}
