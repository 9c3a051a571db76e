package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/sqlite"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

func TestContract(t *testing.T) {
	storagetest.Run(t, storagetest.Harness{
		Open:      func(t testing.TB) storage.Store { return open(t) },
		Retryable: func() error { return busy },
	})
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
