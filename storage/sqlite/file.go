package sqlite

import (
	"fmt"
	"os"

	"github.com/leadtocash/leadtocash/storage"
)

// makeFile makes the file if it is not there: nobody but its owner reads or writes it,
// nor what the database puts beside it. What fails here the database tells better.
func (s *Store) makeFile() {
	if s.locked || s.pooled {
		return
	}
	if f, err := os.OpenFile(s.file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
		_ = f.Close() // it is empty
	}
}

// sameFile reports an error unless the file under the store's name is the one that the
// store first connected to. To a connection a file that was deleted or replaced is
// still there, and what it writes is lost.
func (s *Store) sameFile() error {
	if s.pooled {
		return nil // it is the host's
	}
	is, err := os.Stat(s.file)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", storage.ErrReadOnly, err)
	case s.opened == nil:
		s.opened = is
	case !os.SameFile(s.opened, is):
		return fmt.Errorf("%w: %s is another file than was opened: open the store again", storage.ErrReadOnly, s.file)
	}
	return nil
}
