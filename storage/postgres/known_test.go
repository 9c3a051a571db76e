package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

// What a store remembers of a document is used only while the database has it so.
func TestRememberedDocuments(t *testing.T) {
	t.Parallel()
	pool, schema := postgrestest.Pool(t), postgrestest.Schema(t)
	mine := openAt(t, postgrestest.Conn(t), postgres.Schema(schema))
	others := openAt(t, postgrestest.Conn(t), postgres.Schema(schema), postgres.Remember(0))
	ref := storage.Ref{Kind: "thing", ID: uuid.New()}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

	put := func(store storage.Store, version int64) {
		t.Helper()
		err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			rec := &storage.Record{Header: storage.Header{Ref: ref, Version: version, CreatedAt: at, UpdatedAt: at}, Image: storage.NewImage(map[string]int64{"n": version})}
			return tx.Put(ctx, rec, storage.Event{Ref: ref, Version: version, Type: "thing.changed", At: at})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(store storage.Store, n int64) {
		t.Helper()
		err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			rec, err := tx.Get(ctx, ref)
			if err != nil {
				return err
			}
			body, err := rec.Body()
			if err != nil {
				return err
			}
			var got map[string]int64
			if err := json.Unmarshal(body, &got); err != nil || got["n"] != n {
				return fmt.Errorf("got %s, %w; want n = %d", body, err, n)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	behind := func(text string, args ...any) {
		t.Helper()
		table := names(schema).Table
		if _, err := pool.Exec(t.Context(), fmt.Sprintf(text, table("record"), table("version")), args...); err != nil {
			t.Fatal(err)
		}
	}

	put(mine, 1)
	put(others, 2)
	want(mine, 2) // not the 1 that it remembers
	put(mine, 3)
	want(others, 3)

	behind(`UPDATE %[2]s SET body = '{"n": 33}' WHERE version = 3 AND EXISTS (SELECT FROM %[1]s)`)
	want(mine, 3) // which shows that it remembers
	want(others, 33)
	behind(`UPDATE %[1]s SET updated_at = $1`, at.Add(time.Hour))
	want(mine, 33) // a version 3 that is another one

	put(mine, 4)
	err := mine.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		return tx.Delete(ctx, ref, 4, storage.Event{Ref: ref, Version: 5, Type: "thing.deleted", At: at})
	})
	if err != nil {
		t.Fatal(err)
	}
	err = mine.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		_, err := tx.Get(ctx, ref)
		return err
	})
	if !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("deleted: got %v, want ErrNotFound", err)
	}
}

// A document that was put and not committed is not remembered.
func TestDocumentsRolledBackAreForgotten(t *testing.T) {
	t.Parallel()
	store := open(t)
	ref := storage.Ref{Kind: "thing", ID: uuid.New()}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	undone := errors.New("undone")
	for _, end := range []error{undone, nil} {
		err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			rec := &storage.Record{Header: storage.Header{Ref: ref, Version: 1, CreatedAt: at, UpdatedAt: at}, Image: storage.NewImage(end != nil)}
			if err := tx.Put(ctx, rec, storage.Event{Ref: ref, Version: 1, Type: "thing.changed", At: at}); err != nil {
				return err
			}
			return end
		})
		if !errors.Is(err, end) {
			t.Fatalf("got %v, want %v", err, end)
		}
	}
	err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		rec, err := tx.Get(ctx, ref)
		if err != nil {
			return err
		}
		if body, err := rec.Body(); err != nil || string(body) != "false" {
			return fmt.Errorf("got %s, %w; want what was committed", body, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
