package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	s := open(t)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ref := storage.Ref{Kind: "quote", ID: uuid.UUID{1}}
	text := func(s string) storage.Image { return storage.RawImage(json.RawMessage(`"` + s + `"`)) }
	rec := &storage.Record{Header: storage.Header{Ref: ref, Version: 1, CreatedAt: at, UpdatedAt: at}, Image: text("document")}
	made := storage.Event{Ref: ref, Version: 1, Type: "quote.created", At: at, Actor: "ann", Request: "key", Data: text("text")}
	if err := s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error { return tx.Put(ctx, rec, made, made) }); err != nil {
		t.Fatal(err)
	}
	redact := func(ordinal int32) error {
		return s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			return tx.(storage.Redactor).Redact(ctx, storage.Event{Ref: ref, Version: 1, Ordinal: ordinal, Data: text("erased")})
		})
	}
	if err := redact(1); err != nil {
		t.Fatal(err)
	}
	var got []string
	for e, err := range s.Feed(t.Context(), storage.Default, 0) {
		if err != nil {
			t.Fatal(err)
		}
		body, err := e.Data.Body()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(body), e.Request)
	}
	if len(got) != 4 || got[0] != `"text"` || got[1] != "key" || got[2] != `"erased"` || got[3] != "" {
		t.Errorf("events are %q; want the second alone without its texts", got)
	}
	if err := redact(2); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("an event that is not there: got %v, want %v", err, storage.ErrNotFound)
	}
}
