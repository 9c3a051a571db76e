package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
)

// TestBackupWhileWriting copies the file as docs/backup.md says while sales are made,
// and opens the copies.
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "test.db")
	store := openFile(t, file)
	c := play(t, store, "first")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		for n := 0; ; n++ {
			if err := journeytest.Play(ctx, c, fmt.Sprint("more", n), nil); err != nil {
				done <- err
				return
			}
		}
	}()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for n := range 3 {
		copied := filepath.Join(dir, fmt.Sprint("copy", n, ".db"))
		if _, err := db.ExecContext(t.Context(), "VACUUM INTO ?", copied); err != nil {
			t.Fatal(err)
		}
		restored := openFile(t, copied)
		violations, err := storage.Verify(t.Context(), restored, storage.Default)
		if err != nil || len(violations) > 0 {
			t.Errorf("copy %d: %v, %v", n, violations, err)
		}
		for found, err := range play(t, restored, fmt.Sprint("restored", n)).Verify(t.Context()) {
			t.Errorf("copy %d: %s, %v: half a command is in it", n, found, err)
		}
		var last engine.FeedEvent
		for e, err := range c.Feed(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			last = e
		}
		if goes, err := client(t, restored).Continues(t.Context(), last); err != nil || goes {
			t.Errorf("copy %d: the reader of position %d is not told that time went back: %v", n, last.Position, err)
		}
	}
	stop()
	<-done
}
