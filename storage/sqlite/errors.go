package sqlite

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/leadtocash/leadtocash/storage"
)

// primaryOf returns the primary result code of the database's error, 0 for others.
func primaryOf(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}

// isBusy reports whether the database asks to run a transaction again.
func isBusy(err error) bool {
	primary := primaryOf(err)
	return primary == sqlite3.SQLITE_BUSY || primary == sqlite3.SQLITE_LOCKED
}

// isTaken reports whether a row with the same key exists.
func isTaken(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE)
}

// endsTransaction reports whether the database may have rolled everything back by
// itself, so that a further statement would be committed alone.
func endsTransaction(err error) bool {
	switch primaryOf(err) {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CORRUPT:
		return true
	}
	return false
}

// unwritable gives a full disk and a file that is read-only their sentinels.
func unwritable(err error) error {
	switch primaryOf(err) {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w: %w", storage.ErrFull, err)
	case sqlite3.SQLITE_READONLY:
		return fmt.Errorf("%w: %w", storage.ErrReadOnly, err)
	}
	return err
}

// retryable gives what the database asks to be run again to the host, who can.
func retryable(err error) error {
	if isBusy(err) {
		return fmt.Errorf("%w: %w", storage.ErrRetry, err)
	}
	return unwritable(err)
}
