package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
)

// TestMutations mutates the JSON of every command and import: what the file keeps is what
// memory keeps, and all views can be read.
func TestMutations(t *testing.T) {
	t.Parallel()
	journeytest.CheckMutations(t, openHoused, readViews)
}

func FuzzMutations(f *testing.F) { journeytest.FuzzMutations(f, openHoused, readViews) }

func openHoused(t testing.TB) storage.Store {
	file := filepath.Join(t.TempDir(), "test.db")
	return housed{openFile(t, file), file}
}

// readViews reads every column of every row of every view.
func readViews(t testing.TB, s storage.Store) error {
	db, err := sql.Open("sqlite", "file:"+s.(housed).file+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer db.Close()
	views := texts(t, db, "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name")
	if len(views) < 40 {
		return fmt.Errorf("there are but %d views", len(views))
	}
	for _, view := range views {
		columns := strings.Join(texts(t, db, "SELECT 'length(\"' || name || '\")' FROM pragma_table_info('"+view+"')"), ", ")
		if _, err := db.ExecContext(t.Context(), "SELECT "+columns+" FROM "+view); err != nil {
			return fmt.Errorf("%s: %w", view, err)
		}
	}
	return nil
}
