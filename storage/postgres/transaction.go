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

	// byIndexes is for Updates: a scan of a table that is still small would conflict with
	// all its writers, and the plan of it outlives the small table.
	byIndexes = "SET LOCAL enable_seqscan = off"
)

// View runs fn on a snapshot, which is taken with its first read. Inside an Update it
// needs another connection: ErrUnsupported if the pool has only one.
func (s *Store) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	if ctx.Value(within{s}) != nil && s.pool.Config().MaxConns == 1 {
		return fmt.Errorf("%w: a view inside an update needs a second connection: raise pool_max_conns", storage.ErrUnsupported)
	}
	if err := s.enter(ctx, tenant); err != nil {
		return err
	}
	defer s.leave()
	err := s.transact(ctx, tenant, []string{beginView}, func(wire *session) error {
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
	certified := s.certified.Load()
	again := func(err error) bool {
		switch {
		case !racing && errors.As(err, new(raced)):
			racing = true // another look, once, which says what was refused
			return true
		case isOfOtherWay(err):
			before := certified
			certified, err = s.way(ctx)
			return err == nil && certified != before
		default:
			return isRetryable(err)
		}
	}
	var run locks // that the run before has asked for
	err := s.retry.Do(ctx, again, func() error {
		opening := []string{beginUpdate, byIndexes}
		if certified {
			opening[0] = beginView
		}
		return s.transact(ctx, tenant, opening, func(wire *session) error {
			tx := begin(s.tables, tenant, wire, racing)
			if certified {
				wire.guard = newGuard(s.tables, tenant, s.naming(tenant)...)
				if len(run) > 0 {
					wire.guard.before(wire, run)
				}
				defer func() {
					switch {
					case errors.Is(wire.refused, errOutdated):
						run = nil
					case errors.Is(wire.refused, errStale):
						s.known.forget(tenant, wire.guard.noted.versions)
						s.known.heat(tenant, tx.heads)
						fallthrough
					default:
						run = wire.guard.locks
					}
				}()
			}
			tx.known = &s.known
			defer tx.ended.Store(true)
			if err := fn(inner, tx); err != nil {
				if wire.supposes(storage.Ref{}) && ctx.Err() == nil { // the refusal may rest on it
					if _, outdated := wire.flush(ctx); outdated != nil {
						return interrupted(ctx, outdated)
					}
				}
				if r := wire.refused; r != nil && !(racing && errors.As(r, new(raced))) {
					return r // which the function may have taken for another refusal
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
func (s *Store) transact(ctx context.Context, tenant storage.Tenant, begin []string, fn func(*session) error) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return interrupted(ctx, failure{err, false})
	}
	defer release(conn)
	wire := &session{wire: conn}
	for _, text := range append(begin, s.naming(tenant)...) {
		wire.add(text)
	}
	return fn(wire)
}

// naming is what a transaction begins with besides.
func (s *Store) naming(tenant storage.Tenant) []string {
	if s.secure {
		return []string{nameTenant(tenant)}
	}
	return nil
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
	if !tx.wire.sent && tx.writes.tx == uuid.Nil && tx.writes.none() && !tx.wire.supposes(storage.Ref{}) {
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
		return s.transact(looking, tx.tenant, []string{beginView}, func(wire *session) error {
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
