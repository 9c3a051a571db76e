package sqlite_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage"
)

// busy is the error of a database that somebody else is writing.
var busy error

func makeBusy(file string) (busy, err error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_txlock=immediate")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	_, busy = db.BeginTx(context.Background(), nil)
	return busy, tx.Rollback()
}

func client(t testing.TB, store storage.Store) *engine.Client {
	t.Helper()
	c, err := engine.New(store)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// openDB opens a file beside the store.
func openDB(t testing.TB, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_txlock=immediate&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// wantTablesAgree fails unless look-ups and claims are those of the records, and
// every version of a record is there.
func wantTablesAgree(t testing.TB, file string) {
	t.Helper()
	db := openDB(t, file)
	for what, query := range map[string]string{
		"keys without record":   `SELECT count(*) FROM l2c_key k WHERE NOT EXISTS (SELECT 1 FROM l2c_record r WHERE r.tenant_id = k.tenant_id AND r.kind = k.kind AND r.id = k.id)`,
		"keys too many or few":  `SELECT (SELECT count(*) FROM l2c_key) - (SELECT coalesce(sum(json_array_length(keys)) / 2, 0) FROM l2c_record)`,
		"claims without record": `SELECT count(*) FROM l2c_claim c WHERE NOT EXISTS (SELECT 1 FROM l2c_record r WHERE r.tenant_id = c.tenant_id AND r.kind = c.kind AND r.id = c.id)`,
		"claims too many":       `SELECT (SELECT count(*) FROM l2c_claim) - (SELECT coalesce(sum(json_array_length(claims)), 0) FROM l2c_record)`,
		"versions missing":      `SELECT count(*) FROM l2c_record r WHERE r.version <> (SELECT count(*) FROM l2c_version v WHERE v.tenant_id = r.tenant_id AND v.kind = r.kind AND v.id = r.id)`,
	} {
		var n int
		if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
}
