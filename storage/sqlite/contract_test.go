package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/sqlite"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

func TestContract(t *testing.T) {
	storagetest.Run(t, storagetest.Harness{
		Open: func(t testing.TB) storage.Store {
			file := filepath.Join(t.TempDir(), "test.db")
			return housed{openFile(t, file), file}
		},
		Retryable: func() error { return busy },
		Host:      inTx,
		Runs:      1,
	})
}

// housed is a store that knows where it lives.
type housed struct {
	*sqlite.Store
	file string
}

// inTx runs functions in transactions of a host's that shares the file.
func inTx(t testing.TB, s storage.Store) func(context.Context, func(storage.Store) error) error {
	db, err := sql.Open("sqlite", "file:"+s.(housed).file+"?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=synchronous(off)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return func(ctx context.Context, fn func(storage.Store) error) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if err := fn(sqlite.InTx(tx)); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		return tx.Commit()
	}
}

func TestJourneys(t *testing.T) {
	journeytest.Run(t, func(t testing.TB) storage.Store { return open(t) })
}

// open opens an empty store of a file of its own. It does not wait for the disk:
// nothing here pulls the plug.
func open(t testing.TB, opts ...sqlite.Option) *sqlite.Store {
	t.Helper()
	return openFile(t, filepath.Join(t.TempDir(), "test.db"), opts...)
}

func openFile(t testing.TB, file string, opts ...sqlite.Option) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(file, append([]sqlite.Option{sqlite.Relaxed()}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}
