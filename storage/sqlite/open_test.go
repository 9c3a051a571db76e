package sqlite_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlite"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"", ":memory:", "file:sales.db"} {
		if _, err := sqlite.Open(file); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%q is opened: %v", file, err)
		}
	}
	file := filepath.Join(t.TempDir(), "nowhere", "sales.db")
	store, err := sqlite.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "sales.db") {
		t.Errorf("a file in a directory that is not there: %v, which names no file", err)
	}
}
