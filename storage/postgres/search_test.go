package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

// A search by key reads the records that have it, whatever the planner believes of
// the tables: nobody who writes another record conflicts with it.
func TestSearchByKeyLocksWhatItFinds(t *testing.T) {
	t.Parallel()
	pool, schema := postgrestest.Pool(t), postgrestest.Schema(t)
	store := openAt(t, postgrestest.Conn(t), postgres.Schema(schema))
	one := storage.Ref{Kind: "thing", ID: uuid.New()}
	search := func(then func() error) {
		t.Helper()
		q := storage.Query{Kind: "thing", Where: []storage.Cond{{Field: storage.FieldKey, Key: "only", Op: storage.OpEq, Values: []any{"one"}}}}
		err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			for _, err := range tx.Find(ctx, q) {
				if err != nil {
					return err
				}
			}
			return then()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 10 { // while the tables are empty, until the server keeps the plan
		search(func() error { return nil })
	}
	journeytest.Fill(t, store, 1000)
	err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		rec := &storage.Record{
			Header: storage.Header{Ref: one, Version: 1, CreatedAt: at, UpdatedAt: at},
			Keys:   []storage.Key{{Name: "only", Value: "one"}}, Image: storage.RawImage([]byte(`{}`)),
		}
		return tx.Put(ctx, rec, storage.Event{Ref: one, Version: 1, Type: "thing.created", At: at})
	})
	if err != nil {
		t.Fatal(err)
	}
	search(func() error {
		var locks int
		row := pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_locks WHERE mode = 'SIReadLock' AND relation = $1::text::regclass", names(schema).Table("record"))
		if err := row.Scan(&locks); err != nil {
			return err
		}
		if locks != 1 {
			t.Errorf("finding one record among 1000 has locked %d places of the table, want 1", locks)
		}
		return nil
	})
}
