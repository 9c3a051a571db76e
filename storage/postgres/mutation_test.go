package postgres_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

// TestMutations mutates the JSON of every command and import: what the server keeps is
// what memory keeps, and all views can be read.
func TestMutations(t *testing.T) {
	t.Parallel()
	journeytest.CheckMutations(t, openNamed, readViews)
}

func FuzzMutations(f *testing.F) { journeytest.FuzzMutations(f, openNamed, readViews) }

// named is a store that knows its schema.
type named struct {
	*postgres.Store
	schema string
}

func openNamed(t testing.TB) storage.Store {
	schema := postgrestest.Schema(t)
	return named{openAt(t, postgrestest.Conn(t), postgres.Schema(schema)), schema}
}

// readViews reads every column of every row of every view.
func readViews(t testing.TB, s storage.Store) error {
	pool, schema := postgrestest.Pool(t), s.(named).schema
	rows, err := pool.Query(t.Context(), "SELECT table_name FROM information_schema.views WHERE table_schema = $1 ORDER BY 1", schema)
	if err != nil {
		return err
	}
	views, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(views) < 40 {
		return fmt.Errorf("there are but %d views, %w", len(views), err)
	}
	for _, view := range views {
		var length int
		if err := pool.QueryRow(t.Context(), "SELECT coalesce(sum(length(v::text)), 0) FROM "+pgx.Identifier{schema, view}.Sanitize()+" v").Scan(&length); err != nil {
			return fmt.Errorf("%s: %w", view, err)
		}
	}
	return nil
}
