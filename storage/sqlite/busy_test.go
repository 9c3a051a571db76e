package sqlite_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
)

// busy is the error of a database that somebody else is writing.
var busy error

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "busy")
	if err == nil {
		busy, err = makeBusy(filepath.Join(dir, "busy.db"))
	}
	if err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

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
	defer func() { err = tx.Rollback() }()
	_, busy = db.BeginTx(context.Background(), nil)
	return busy, nil
}
