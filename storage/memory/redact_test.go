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

func TestRedact(t *testing.T) {
	t.Parallel()
	s := memory.New()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ref := storage.Ref{Kind: "quote", ID: uuid.UUID{1}}
	rec := &storage.Record{Header: storage.Header{Ref: ref, Version: 1, CreatedAt: at, UpdatedAt: at}, Image: storage.NewImage("document")}
	made := storage.Event{Ref: ref, Version: 1, Type: "quote.created", At: at, Actor: "ann", Request: "key", Data: storage.NewImage("text")}
	update := func(fn func(context.Context, storage.Tx) error) error {
		return s.Update(t.Context(), storage.Default, fn)
	}
	if err := update(func(ctx context.Context, tx storage.Tx) error { return tx.Put(ctx, rec, made, made) }); err != nil {
		t.Fatal(err)
	}
	redact := func(ordinal int32) func(context.Context, storage.Tx) error {
		return func(ctx context.Context, tx storage.Tx) error {
			return tx.(storage.Redactor).Redact(ctx, storage.Event{Ref: ref, Version: 1, Ordinal: ordinal, Data: storage.NewImage("erased")})
		}
	}
	refused := errors.New("refused")
	if err := update(func(ctx context.Context, tx storage.Tx) error { return errors.Join(redact(0)(ctx, tx), refused) }); !errors.Is(err, refused) {
		t.Fatal(err)
	}
	data := func() (list []any) {
		for e, err := range s.Feed(t.Context(), storage.Default, 0) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, e.Data.Value, e.Request)
			if e.Type != made.Type || e.Actor != made.Actor || !e.At.Equal(made.At) {
				t.Errorf("event %+v has changed in more than its texts", e)
			}
		}
		return list
	}
	if got := data(); got[2] != "text" {
		t.Errorf("events are %v after a transaction that rolled back", got)
	}
	if err := update(redact(1)); err != nil {
		t.Fatal(err)
	}
	if got := data(); got[0] != "text" || got[1] != "key" || got[2] != "erased" || got[3] != "" {
		t.Errorf("events are %v; want the second alone without its texts", got)
	}
	if err := update(redact(2)); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("an event that is not there: got %v, want %v", err, storage.ErrNotFound)
	}
}
