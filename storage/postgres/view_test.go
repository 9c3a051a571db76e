package postgres_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

var update = flag.Bool("update", false, "write golden files anew")

// The columns of views are published: a change shows here.
func TestViewColumns(t *testing.T) {
	t.Parallel()
	pool, schema := postgrestest.Pool(t), postgrestest.Schema(t)
	store := openAt(t, postgrestest.Conn(t), postgres.Schema(schema))
	rows, err := pool.Query(t.Context(), `SELECT c.table_name || '.' || c.column_name || ' ' || c.data_type
		FROM information_schema.columns c JOIN information_schema.views v USING (table_schema, table_name)
		WHERE c.table_schema = $1 ORDER BY c.table_name, c.ordinal_position`, schema)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/views.txt"
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the columns of views differ from %s, run go test -update and review the difference; got\n%s", file, got)
	}

	if err := journeytest.Play(t.Context(), client(t, store), "", nil); err != nil {
		t.Fatal(err)
	}
	var quotes, lineCount int
	var total, sum string
	view := names(schema).Table
	err = pool.QueryRow(t.Context(), "SELECT count(*), max(total_amount)::text FROM "+view("quote")+" WHERE state = 'won'").Scan(&quotes, &total)
	if err != nil {
		t.Fatal(err)
	}
	err = pool.QueryRow(t.Context(), "SELECT count(*), sum(extended_amount)::text FROM "+view("quote_line")).Scan(&lineCount, &sum)
	if err != nil {
		t.Fatal(err)
	}
	if quotes != 1 || lineCount != 3 || total != "916.47" || sum != total {
		t.Errorf("the views show %d won quotes of %s and %d lines of %s; want 1 of 916.47 and 3 of as much", quotes, total, lineCount, sum)
	}
}
