package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/leadtocash/leadtocash/storage"
)

// Redact implements storage.Redactor.
func (tx *tx) Redact(ctx context.Context, e storage.Event) error {
	return tx.write(ctx, func(ctx context.Context) error {
		data, err := document(e.Data)
		if err != nil {
			return err
		}
		found := false
		err = tx.query(ctx, func([]driver.Value) error { found = true; return nil }, tx.redactEvent,
			data, e.Request, string(tx.tenant), e.Kind, e.ID.String(), e.Version, int64(e.Ordinal))
		if err == nil && !found {
			return fmt.Errorf("%w: event %d of version %d of %s", storage.ErrNotFound, e.Ordinal, e.Version, e.Ref)
		}
		return err
	})
}

// Vacuum writes the file anew and empties its log: of what was erased, changed or
// deleted before, nothing is left in them. It takes about as long as copying the file,
// and as much room; others wait to write meanwhile. A log that somebody is still
// reading is emptied by the next checkpoint.
func (s *Store) Vacuum(ctx context.Context) error {
	for _, text := range []string{"VACUUM", "PRAGMA wal_checkpoint(truncate)"} {
		if _, err := s.db.ExecContext(ctx, text); err != nil {
			return s.named(unwritable(err))
		}
	}
	return nil
}
