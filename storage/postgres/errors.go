package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/leadtocash/leadtocash/storage"
)

// SQLSTATEs that matter. Names of constraints do not: they differ where tables are
// distributed.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	completionUnknown    = "40003"
	lockNotAvailable     = "55P03"
	uniqueViolation      = "23505"
	notNullViolation     = "23502"
	undefinedColumn      = "42703"
	divisionByZero       = "22012"
	invalidText          = "22P02" // not JSON
	untranslatable       = "22P05" // JSON with NUL in it
	undefinedTable       = "42P01"
	diskFull             = "53100"
	readOnlyTransaction  = "25006" // a standby, or a server told to be
	internalError        = "XX000" // at COMMIT: what Citus makes of a serialization failure
)

// errUnstorable is what a document is that PostgreSQL cannot keep.
var errUnstorable = fmt.Errorf("%w: document that the database cannot keep", storage.ErrInvalid)

// stateOf returns the SQLSTATE of an error that the server has sent.
func stateOf(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// errLost is a connection that broke while nothing could have been committed.
var errLost = errors.New("postgres: connection lost")

// isLost reports whether the server can have said nothing more: the error is none
// of its own, or its farewell.
func isLost(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	state := stateOf(err)
	switch {
	case state == "":
		return true
	case len(state) == 5 && state[:3] == "57P", state[:2] == "08": // shutting down, starting up; a node is gone
		return true
	default:
		return false
	}
}

// isRetryable reports whether a transaction should run again.
func isRetryable(err error) bool {
	if errors.Is(err, storage.ErrCommitUnknown) {
		return false
	}
	switch stateOf(err) {
	case serializationFailure, deadlockDetected, lockNotAvailable:
		return true
	}
	return errors.Is(err, errLost) || errors.Is(err, errStale)
}

// isOfOtherWay reports whether a write was refused as it would be if the database had
// changed from serializable to certified Updates, or back.
func isOfOtherWay(err error) bool {
	state := stateOf(err)
	return state == notNullViolation || state == undefinedColumn
}

// interrupted gives an error of the wire its meaning for the caller: the end of the
// context comes first, a broken connection is worth another attempt.
func interrupted(ctx context.Context, err error) error {
	var onWire failure
	switch {
	case err == nil || !errors.As(err, &onWire):
		return err
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	case isLost(onWire.error):
		return fmt.Errorf("%w: %w", errLost, err)
	default:
		return err
	}
}

// unwritable gives a full disk and a server that takes no writes their sentinels.
func unwritable(err error) error {
	switch stateOf(err) {
	case diskFull:
		return fmt.Errorf("%w: %w", storage.ErrFull, err)
	case readOnlyTransaction:
		return fmt.Errorf("%w: %w", storage.ErrReadOnly, err)
	}
	return err
}
