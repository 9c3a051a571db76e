package sqlite_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
)

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := openFile(t, filepath.Join(dir, "test.db"))
	play(t, store, "one")
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 2 {
		t.Fatalf("%d files, %v; want the database and its log", len(entries), err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o, want 600: customers are nobody else's business", e.Name(), mode)
		}
	}
}

// play makes a sale.
func play(t testing.TB, store storage.Store, name string) *engine.Client {
	t.Helper()
	c, err := engine.New(store)
	if err != nil {
		t.Fatal(err)
	}
	if err := journeytest.Play(t.Context(), c, name, nil); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestALostFileIsNoticed(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(file string) error{
		"deleted": os.Remove,
		"replaced": func(file string) error {
			body, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			return errors.Join(os.Remove(file), os.WriteFile(file, body, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "test.db")
			store := openFile(t, file)
			c := play(t, store, "before")
			if err := lose(file); err != nil {
				t.Fatal(err)
			}
			for n := range 2 {
				err := journeytest.Play(t.Context(), c, fmt.Sprint("after", n), nil)
				if !errors.Is(err, storage.ErrReadOnly) {
					t.Errorf("a write to a file that is %s: got %v, want %v: it is acknowledged and lost", name, err, storage.ErrReadOnly)
				}
			}
		})
	}
}
