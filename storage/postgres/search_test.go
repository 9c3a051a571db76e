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
// the tables, and so does the look whether it would still find them.
func TestSearchByKeyReadsWhatItFinds(t *testing.T) {
	t.Parallel()
	schema := postgrestest.Schema(t)
	pool := postgrestest.PoolOf(t, postgrestest.With(postgrestest.Conn(t), "pool_max_conns", "1")) // whose plans are those of the store
	store, err := postgres.New(pool, postgres.Schema(schema))
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	add := func(ctx context.Context, tx storage.Tx, kind, name, value string) error {
		ref := storage.Ref{Kind: kind, ID: uuid.New()}
		rec := &storage.Record{
			Header: storage.Header{Ref: ref, Version: 1, CreatedAt: at, UpdatedAt: at},
			Keys:   []storage.Key{{Name: name, Value: value}}, Image: storage.RawImage([]byte(`{}`)),
		}
		return tx.Put(ctx, rec, storage.Event{Ref: ref, Version: 1, Type: "thing.created", At: at})
	}
	search := func() {
		t.Helper()
		q := storage.Query{Kind: "thing", Where: []storage.Cond{{Field: storage.FieldKey, Key: "only", Op: storage.OpEq, Values: []any{"one"}}}}
		err := store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
			for _, err := range tx.Find(ctx, q) {
				if err != nil {
					return err
				}
			}
			return add(ctx, tx, "note", "n", "one of many")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 10 { // while the tables are empty, until the server keeps the plan
		search()
	}
	journeytest.Fill(t, store, 1000)
	err = store.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		return add(ctx, tx, "thing", "only", "one")
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := func() (n int) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), "SELECT pg_stat_force_next_flush()"); err != nil {
			t.Fatal(err)
		}
		row := pool.QueryRow(t.Context(), "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relid = $1::text::regclass", names(schema).Table("record"))
		if err := row.Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := rows()
	search()
	if n := rows() - before; n < 1 || n > 4 {
		t.Errorf("finding one record among 1000, and looking again, has read %d rows of the table, want some", n)
	}
}
