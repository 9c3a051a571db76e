package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
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

// openSmall opens a migrated file that has room for little more.
func openSmall(t *testing.T) (file string, small *sqlite.Store) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "full.db")
	openFile(t, file)
	small, err := sqlite.Open(file, sqlite.Relaxed(), sqlite.MaxPages(300))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = small.Close() }) // the file has no room left
	return file, small
}

func TestDiskFull(t *testing.T) {
	t.Parallel()
	file, small := openSmall(t)
	var acknowledged lines
	err := journeytest.PlayOn(t.Context(), small, "full", &acknowledged)
	if err == nil || len(acknowledged) == 0 {
		t.Fatalf("%d commands fitted and the next returned %v, want the error of a full disk", len(acknowledged), err)
	}
	if !errors.Is(err, storage.ErrFull) || !errors.Is(err, codes.ErrStoreFull) || errors.Is(err, storage.ErrCommitUnknown) {
		t.Errorf("a full disk is answered with %v", err)
	}
	journeytest.CheckPlayed(t, openFile(t, file), "full", acknowledged)
	wantTablesAgree(t, file)
}

// Where the database has given a transaction up by itself, nothing of it is stored:
// neither what came before nor what the caller goes on to write.
func TestDiskFullEndsTheTransaction(t *testing.T) {
	t.Parallel()
	file, small := openSmall(t)
	record := func(n byte, text string) *storage.Record {
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		return &storage.Record{
			Header: storage.Header{Ref: storage.Ref{Kind: "thing", ID: uuid.UUID{15: n}}, Version: 1, CreatedAt: at, UpdatedAt: at},
			Image:  storage.RawImage([]byte(`{"text":"` + text + `"}`)),
		}
	}
	put := func(ctx context.Context, tx storage.Tx, r *storage.Record) error {
		return tx.Put(ctx, r, storage.Event{Ref: r.Ref, Version: 1, Type: "thing.created", At: r.CreatedAt})
	}
	err := small.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		if err := put(ctx, tx, record(1, "first")); err != nil {
			return err
		}
		if err := put(ctx, tx, record(2, strings.Repeat("x", 20<<20))); err == nil {
			t.Error("20 MB fitted into 300 pages")
		}
		if err := put(ctx, tx, record(3, "last")); err == nil {
			t.Error("a transaction that is over was written to")
		}
		if _, err := tx.Get(ctx, record(1, "").Ref); err == nil || errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a transaction that is over was read: %v", err)
		}
		return nil
	})
	if !errors.Is(err, storage.ErrFull) {
		t.Errorf("got %v", err)
	}
	if n, err := storage.Count(t.Context(), openFile(t, file), storage.Default, storage.Query{Kind: "thing"}); n != 0 || err != nil {
		t.Errorf("%d records are stored, %v; want none", n, err)
	}
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
	if err := journeytest.Play(t.Context(), client(t, locked), "", nil); !errors.Is(err, storage.ErrReadOnly) || !errors.Is(err, codes.ErrStoreReadOnly) {
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
