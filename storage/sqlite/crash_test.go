package sqlite_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/sqlite"
)

// writeFor opens the store of a process that will be killed.
func writeFor(file string) (storage.Store, error) { return sqlite.Open(file, sqlite.Relaxed()) }

func TestKilledWriters(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "killed.db")
	store := openFile(t, file)
	for round := range journeytest.Rounds(t, 5) {
		name := fmt.Sprintf("round%d", round)
		journeytest.CheckPlayed(t, store, name, journeytest.KillWriter(t, name, file))
		wantTablesAgree(t, file)
	}
}

// Two processes write one file at once; both are killed.
func TestTwoProcessesWriteOneFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "shared.db")
	store := openFile(t, file)
	acknowledged := make([][]string, 2)
	t.Run("writers", func(t *testing.T) {
		for i := range acknowledged {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				acknowledged[i] = journeytest.KillWriter(t, fmt.Sprintf("writer%d", i), file)
			})
		}
	})
	for i, keys := range acknowledged {
		journeytest.CheckPlayed(t, store, fmt.Sprintf("writer%d", i), keys)
	}
}

func TestDiskFull(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "full.db")
	openFile(t, file)
	small, err := sqlite.Open(file, sqlite.Relaxed(), sqlite.MaxPages(300))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = small.Close() }) // the file has no room left
	var acknowledged lines
	err = journeytest.PlayOn(t.Context(), small, "full", &acknowledged)
	if err == nil || len(acknowledged) == 0 {
		t.Fatalf("%d commands fitted and the next returned %v, want the error of a full disk", len(acknowledged), err)
	}
	if !errors.Is(err, storage.ErrFull) || !errors.Is(err, leadtocash.ErrStoreFull) || errors.Is(err, storage.ErrCommitUnknown) {
		t.Errorf("a full disk is answered with %v", err)
	}
	journeytest.CheckPlayed(t, openFile(t, file), "full", acknowledged)
	wantTablesAgree(t, file)
}

func TestReadOnlyFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "locked.db")
	store := openFile(t, file)
	if err := journeytest.Play(t.Context(), client(t, store), "", nil); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	locked, err := sqlite.Open(file, sqlite.ReadOnly())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = locked.Close() }) // nothing was written
	if violations, err := storage.Verify(t.Context(), locked, storage.Default); err != nil || len(violations) > 0 {
		t.Errorf("reading returned %v, %v; want everything in order", violations, err)
	}
	if err := journeytest.Play(t.Context(), client(t, locked), "", nil); !errors.Is(err, storage.ErrReadOnly) || !errors.Is(err, leadtocash.ErrStoreReadOnly) {
		t.Errorf("a file that cannot be written answers %v", err)
	}
}

// lines collects keys that are written one a line.
type lines []string

func (l *lines) Write(b []byte) (int, error) {
	*l = append(*l, string(b[:len(b)-1]))
	return len(b), nil
}

func TestMain(m *testing.M) {
	journeytest.Writer(writeFor)
	journeytest.Checks(25)
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
