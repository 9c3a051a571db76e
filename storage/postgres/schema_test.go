package postgres_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

func names(schema string) sqlkit.Names {
	return sqlkit.Names{Schema: schema, Prefix: postgres.DefaultPrefix}
}

func migrate(t *testing.T, pool *pgxpool.Pool, schema string, target int) []sqlkit.Step {
	t.Helper()
	steps, err := postgres.Migrate(t.Context(), pool, sqlkit.MigrateOptions{Names: names(schema), Target: target})
	if err != nil {
		t.Fatalf("migrate to %d: %v", target, err)
	}
	return steps
}

// From every version with tables down to, and up from it, the data stay.
func TestMigrationsKeepData(t *testing.T) {
	t.Parallel()
	pool, schema := postgrestest.Pool(t), postgrestest.Schema(t)
	newest := len(migrate(t, pool, schema, sqlkit.Newest))
	store, err := postgres.New(pool, postgres.Schema(schema))
	if err != nil {
		t.Fatal(err)
	}
	if err := journeytest.Play(t.Context(), client(t, store), "", nil); err != nil {
		t.Fatal(err)
	}
	for down := newest; down >= 1; down-- {
		for up := down; up <= newest; up++ {
			migrate(t, pool, schema, down)
			migrate(t, pool, schema, up)
		}
		migrate(t, pool, schema, sqlkit.Newest)
		violations, err := storage.Verify(t.Context(), store, storage.Default)
		if err != nil || len(violations) > 0 {
			t.Errorf("down to %d and up again: %v, %v", down, violations, err)
		}
	}
	migrate(t, pool, schema, sqlkit.Nothing)
	if left := columns(t, pool, schema); strings.Contains(left, "l2c_record") {
		t.Errorf("migrated to nothing, there is still\n%s", left)
	}
}

func TestSchemaIsChecked(t *testing.T) {
	t.Parallel()
	pool, schema := postgrestest.Pool(t), postgrestest.Schema(t)
	use := func() error {
		store, err := postgres.New(pool, postgres.Schema(schema))
		if err != nil {
			t.Fatal(err)
		}
		return store.Ping(t.Context())
	}
	want := func(what, text string) {
		t.Helper()
		err := use()
		if !errors.Is(err, sqlkit.ErrSchema) || !errors.Is(err, storage.ErrUnsupported) || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: got %v, want sqlkit.ErrSchema saying %q", what, err, text)
		}
	}
	want("no schema", "migrate first")
	migrate(t, pool, schema, 1)
	want("an old schema", "migrate first")
	migrate(t, pool, schema, sqlkit.Newest)
	if err := use(); err != nil {
		t.Errorf("the newest schema: %v", err)
	}
	table := names(schema).Table("migration")
	exec := func(text string, args ...any) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), text, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("INSERT INTO " + table + " SELECT max(version) + 1, 'later', 'x', max(applied_at) FROM " + table)
	want("a newer schema", "newer release")
	exec("DELETE FROM " + table + " WHERE name = 'later'")
	exec("UPDATE " + table + " SET checksum = 'x' WHERE version = 2")
	want("a schema of another text", "another text")
}

func TestDryRunAndList(t *testing.T) {
	t.Parallel()
	pool, schema := postgrestest.Pool(t), postgrestest.Schema(t)
	planned, err := postgres.Migrate(t.Context(), pool, sqlkit.MigrateOptions{Names: names(schema), DryRun: true})
	if err != nil || len(planned) == 0 {
		t.Fatalf("dry run returned %d steps, %v", len(planned), err)
	}
	if before := columns(t, pool, schema); before != "" {
		t.Errorf("a dry run made\n%s", before)
	}
	migrate(t, pool, schema, 1)
	list, err := postgres.List(t.Context(), pool, names(schema))
	if err != nil || len(list) != len(planned) {
		t.Fatalf("listed %d of %d migrations, %v", len(list), len(planned), err)
	}
	for i, s := range list {
		if s.At.IsZero() != (i > 0) {
			t.Errorf("migration %d %s is listed as applied at %v", s.Version, s.Name, s.At)
		}
	}
	if _, err := postgres.Migrate(t.Context(), pool, sqlkit.MigrateOptions{Names: names(schema), Target: 99}); !errors.Is(err, sqlkit.ErrSchema) {
		t.Errorf("a target that does not exist: got %v", err)
	}
}

// Opening and using a store changes nothing in the schema.
func TestNoDrift(t *testing.T) {
	t.Parallel()
	pool, schema := postgrestest.Pool(t), postgrestest.Schema(t)
	migrate(t, pool, schema, sqlkit.Newest)
	before := columns(t, pool, schema)
	store := openAt(t, postgrestest.Conn(t), postgres.Schema(schema))
	if err := journeytest.Play(t.Context(), client(t, store), "", nil); err != nil {
		t.Fatal(err)
	}
	if after := columns(t, pool, schema); after != before {
		t.Errorf("the schema was\n%s\nand is\n%s", before, after)
	}
}

func TestMigrationsForOtherTools(t *testing.T) {
	t.Parallel()
	text, err := fs.ReadFile(postgres.Migrations(sqlkit.Names{Schema: "sales", Prefix: "x_"}), "0001_records.up.sql")
	if err != nil || !strings.Contains(string(text), `CREATE TABLE "sales".x_record (`) {
		t.Errorf("got %.200s, %v", text, err)
	}
}

// columns lists the columns of tables and views, and the indexes.
func columns(t testing.TB, pool *pgxpool.Pool, schema string) string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `
		SELECT c.table_name || ' ' || c.column_name || ' ' || c.data_type FROM information_schema.columns c
		WHERE c.table_schema = $1 AND c.table_name <> 'l2c_migration'
		UNION ALL SELECT replace(indexdef, $1 || '.', '') FROM pg_indexes WHERE schemaname = $1 AND tablename <> 'l2c_migration' ORDER BY 1`, schema)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// wantTablesAgree fails unless look-ups and claims are those of the records, and
// every version of a record is there.
func wantTablesAgree(t testing.TB, schema string) {
	t.Helper()
	pool := postgrestest.Pool(t)
	table := names(schema).Table
	for what, query := range map[string]string{
		"keys without record":   `SELECT count(*) FROM {key} k WHERE NOT EXISTS (SELECT 1 FROM {record} r WHERE r.tenant_id = k.tenant_id AND r.kind = k.kind AND r.id = k.id)`,
		"keys too many or few":  `SELECT (SELECT count(*) FROM {key}) - (SELECT coalesce(sum(cardinality(keys)) / 2, 0) FROM {record})`,
		"claims without record": `SELECT count(*) FROM {claim} c WHERE NOT EXISTS (SELECT 1 FROM {record} r WHERE r.tenant_id = c.tenant_id AND r.kind = c.kind AND r.id = c.id)`,
		"claims too many":       `SELECT (SELECT count(*) FROM {claim}) - (SELECT coalesce(sum(cardinality(claims)), 0) FROM {record})`,
		"versions missing":      `SELECT count(*) FROM {record} r WHERE r.version <> (SELECT count(*) FROM {version} v WHERE v.tenant_id = r.tenant_id AND v.kind = r.kind AND v.id = r.id)`,
	} {
		query = strings.NewReplacer("{key}", table("key"), "{record}", table("record"), "{claim}", table("claim"), "{version}", table("version")).Replace(query)
		var n int
		if err := pool.QueryRow(t.Context(), fmt.Sprintf("SELECT (%s)::int", query)).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
}
