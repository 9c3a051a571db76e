package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/leadtocash/leadtocash/storage"
)

// How transactions begin.
const (
	beginView   = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	beginUpdate = "BEGIN ISOLATION LEVEL SERIALIZABLE"
	beginFeed   = "BEGIN ISOLATION LEVEL READ COMMITTED"
)

// View runs fn on a snapshot, which is taken with its first read.
func (s *Store) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	if err := s.enter(ctx, tenant); err != nil {
		return err
	}
	defer s.leave()
	err := s.transact(ctx, tenant, beginView, func(wire *session) error {
		r := &reader{tables: s.tables, tenant: tenant, wire: wire, view: true}
		defer r.ended.Store(true)
		return fn(ctx, r)
	})
	return spent(err)
}

// spent is the error of a call that is not made again.
func spent(err error) error {
	if isRetryable(err) && !errors.Is(err, storage.ErrRetry) {
		return fmt.Errorf("%w: %w", storage.ErrRetry, err)
	}
	return unwritable(err)
}

// Update runs fn, again where the database asks for it.
func (s *Store) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	if ctx.Value(within{s}) != nil {
		return storage.ErrNested
	}
	if err := s.enter(ctx, tenant); err != nil {
		return err
	}
	defer s.leave()
	inner := context.WithValue(ctx, within{s}, true)
	wrote, racing := false, false
	again := func(err error) bool {
		var r raced
		if !racing && errors.As(err, &r) {
			racing = true // another look, once, which says what was refused
			return true
		}
		return isRetryable(err)
	}
	err := s.retry.Do(ctx, again, func() error {
		return s.transact(ctx, tenant, beginUpdate, func(wire *session) error {
			tx := begin(s.tables, tenant, wire, racing)
			tx.known = &s.known
			defer tx.ended.Store(true)
			if err := fn(inner, tx); err != nil {
				if wire.raced != nil && !racing {
					return wire.raced // which the function may have taken for another refusal
				}
				return err
			}
			if err := tx.verdict(ctx); err != nil {
				return err
			}
			wrote = tx.writes.tx != uuid.Nil
			err := s.commit(ctx, tx)
			if err == nil {
				s.known.learn(tenant, tx.heads)
			}
			return err
		})
	})
	if err == nil && wrote {
		s.wake(tenant)
	}
	return unwritable(err)
}

// within is the key under which a context names its transaction's store.
type within struct{ *Store }

// transact runs fn with a connection whose transaction begins with the first thing
// sent, and rolls back what fn leaves open.
func (s *Store) transact(ctx context.Context, tenant storage.Tenant, begin string, fn func(*session) error) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return interrupted(ctx, failure{err, false})
	}
	defer release(conn)
	wire := &session{wire: conn}
	wire.add(begin)
	if begin == beginUpdate {
		// A scan of a table that is still small would conflict with all its writers.
		wire.add("SET LOCAL enable_seqscan = off")
	}
	if s.secure {
		wire.add(nameTenant(tenant))
	}
	return fn(wire)
}

// nameTenant is literal text, which is all that a distributed database passes on.
func nameTenant(tenant storage.Tenant) string {
	return "SET LOCAL leadtocash.tenant = '" + string(tenant) + "'" // letters, digits, _ and -
}

// farewell is how long a connection has for its rollback before it is given up.
const farewell = 5 * time.Second

// release gives a connection back without a transaction. The pool closes one that
// is broken.
func release(conn *pgxpool.Conn) {
	if c := conn.Conn(); !c.IsClosed() && c.PgConn().TxStatus() != 'I' {
		ctx, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		_ = c.PgConn().Exec(ctx, "ROLLBACK").Close() // if it fails the pool closes the connection
	}
	conn.Release()
}

// commit sends the writes that wait, and COMMIT with them.
func (s *Store) commit(ctx context.Context, tx *tx) error {
	if !tx.wire.sent && tx.writes.tx == uuid.Nil {
		return nil // the server has never heard of it
	}
	tx.wire.settle()
	tx.wire.add("COMMIT")
	tag, err := tx.wire.flush(ctx)
	if err == nil {
		if tag != "COMMIT" {
			return fmt.Errorf("postgres: the server answered COMMIT with %s", tag)
		}
		return nil
	}
	var f failure
	if !errors.As(err, &f) {
		return err // the store knows what it means: nothing is committed
	}
	state := stateOf(f.error)
	answered := state != "" && !isLost(f.error)
	switch {
	case tx.writes.tx == uuid.Nil, answered && state != internalError && state != completionUnknown:
		return interrupted(ctx, err)
	case !f.last && state != "":
		return interrupted(ctx, err) // the server stopped before it came to COMMIT
	}
	return s.afterCommit(ctx, tx, err, answered && state == internalError)
}

// afterCommit looks whether a commit of unknown outcome has happened. That nothing
// is found settles it only if the server has answered.
func (s *Store) afterCommit(ctx context.Context, tx *tx, cause error, answered bool) error {
	looking, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	stored := false
	err := s.retry.Do(looking, isRetryable, func() error {
		return s.transact(looking, tx.tenant, beginView, func(wire *session) error {
			found := func(rows pgx.Rows) error { return rows.Scan(&stored) }
			return interrupted(looking, wire.query(looking, found, s.hasEvents, string(tx.tenant), [16]byte(tx.writes.tx)))
		})
	})
	switch {
	case err == nil && stored:
		return nil
	case err == nil && answered:
		return fmt.Errorf("%w: nothing was committed: %w", errLost, cause)
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w: %w", storage.ErrCommitUnknown, ctx.Err(), cause)
	default:
		return fmt.Errorf("%w: %w", storage.ErrCommitUnknown, cause)
	}
}
