package memory_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// What a transaction that rolled back has taken its place by is used again, for a
// record of another kind: a look-up in the first kind does not find that.
func TestByKeyAfterRollback(t *testing.T) {
	t.Parallel()
	s := memory.New()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	key := storage.Key{Name: "invoice_id", Value: "1"}
	put := func(ctx context.Context, tx storage.Tx, kind string, id byte) error {
		ref := storage.Ref{Kind: kind, ID: uuid.UUID{id}}
		return tx.Put(ctx, &storage.Record{
			Header: storage.Header{Ref: ref, Version: 1, CreatedAt: at, UpdatedAt: at}, Keys: []storage.Key{key}, Image: storage.NewImage(kind),
		}, storage.Event{Ref: ref, Version: 1, Type: kind + ".created", At: at})
	}
	refused := errors.New("refused")
	for n, step := range []struct {
		kind string
		end  error
	}{{"a", nil}, {"a", nil}, {"a", nil}, {"a", refused}, {"b", nil}, {"b", nil}} {
		err := s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			return errors.Join(put(ctx, tx, step.kind, byte(n+1)), step.end)
		})
		if !errors.Is(err, step.end) {
			t.Fatal(err)
		}
	}
	err := s.View(t.Context(), storage.Default, func(ctx context.Context, r storage.Reader) error {
		recs, ok, err := r.(storage.KeyReader).ByKey(ctx, nil, "a", key)
		if !ok || err != nil || len(recs) != 3 {
			t.Errorf("%d records are found, %v", len(recs), err)
		}
		for _, rec := range recs {
			if rec.Kind != "a" {
				t.Errorf("among those of a is %s", rec.Ref)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
