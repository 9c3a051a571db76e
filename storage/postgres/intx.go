package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"

	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// InTx returns a store whose transactions happen within a transaction of the
// host's: an Update is a savepoint in it, undone if it fails, and neither commits
// nor runs again; a View reads what the transaction has written. What the database
// asks to be run again is ErrRetry: the host runs its whole transaction again.
// Options are those that name tables, and [Secured], which is ErrUnsupported for a role
// that row-level security does not bind.
//
// The transaction must be READ COMMITTED, or the answer is ErrNotSerializable: in
// any other the server shows what was there before the locks were taken. What a call
// reads and writes stays locked until the host ends its transaction, also what a call
// has read that was refused, unless it had written before; so the host's commit
// is as if it had been alone with the records of the library. Keep such transactions
// short: calls outside that need what they hold wait for them, and are ErrRetry after
// some seconds. Of tables of the host's own nothing is promised: lock the rows on which
// it decides. Where Updates are serializable, see [Distribute], the transaction has
// to be, too. Feed is ErrUnsupported.
//
// The store ends with tx and, like it, must not be used by several goroutines at
// once. With a savepoint of its own that the host goes back to go the locks taken since:
// go on with a new store.
func InTx(tx pgx.Tx, opts ...Option) storage.Store {
	set := settings{names: sqlkit.Names{Prefix: DefaultPrefix}}
	for _, opt := range opts {
		opt(&set)
	}
	return &joined{tables: tablesOf(set.names), tx: tx, secure: set.secure, invalid: set.names.Validate(), guards: make(map[storage.Tenant]*guard)}
}

// joined is a store within a transaction of the host's.
type joined struct {
	*tables
	tx        pgx.Tx
	secure    bool
	invalid   error // of the options
	isolated  bool  // the transaction is known to be as it must
	certified bool
	timeout   string // the host's, for locks
	guards    map[storage.Tenant]*guard
}

// View implements storage.Store.
func (j *joined) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	wire, err := j.enter(ctx, tenant)
	if err != nil {
		return err
	}
	if wire.guard == nil {
		r := &reader{tables: j.tables, tenant: tenant, wire: wire}
		defer r.ended.Store(true)
		return spent(fn(ctx, r))
	}
	tx := begin(j.tables, tenant, wire, true)
	defer tx.ended.Store(true)
	err = fn(ctx, struct{ storage.Reader }{tx})
	if wire.refused != nil {
		err = wire.refused
	}
	if tx.broken == nil {
		err = cmp.Or(err, interrupted(ctx, j.leave(context.WithoutCancel(ctx), wire)))
	}
	return spent(err)
}

const savepoint = "leadtocash_update"

// Update implements storage.Store.
func (j *joined) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) (err error) {
	if ctx.Value(withinHost{j.tx}) != nil {
		return storage.ErrNested
	}
	wire, err := j.enter(ctx, tenant)
	if err != nil {
		return err
	}
	wire.add("SAVEPOINT " + savepoint)
	var held locks
	if wire.guard != nil {
		held = maps.Clone(wire.guard.held)
	}
	tx := begin(j.tables, tenant, wire, true)
	done := false
	defer func() {
		if !done && !j.tx.Conn().IsClosed() {
			err = j.undo(context.WithoutCancel(ctx), tx, held, err)
		}
	}()
	defer tx.ended.Store(true)
	if err := fn(context.WithValue(ctx, withinHost{j.tx}, true), tx); err != nil {
		if wire.refused != nil && !errors.As(wire.refused, new(raced)) {
			err = wire.refused
		}
		return spent(err)
	}
	if err := tx.verdict(ctx); err != nil {
		return spent(err)
	}
	wire.settle()
	wire.add("RELEASE " + savepoint)
	err = j.leave(ctx, wire)
	done = err == nil
	return spent(interrupted(ctx, err))
}

// withinHost is the key under which a context names the host's transaction.
type withinHost struct{ pgx.Tx }

// leave sends what waits and lets the host wait for locks as before.
func (j *joined) leave(ctx context.Context, wire *session) error {
	if g := wire.guard; g != nil && g.impatient {
		g.impatient = false
		wait(wire, j.timeout)
	}
	_, err := wire.flush(ctx)
	return err
}

// undo goes back to where an Update began that has failed. With that go the locks it
// has taken: they are taken again, for the host may go by the refusal.
func (j *joined) undo(ctx context.Context, tx *tx, held locks, cause error) error {
	wire, g := tx.wire, tx.wire.guard
	wire.waiting = nil
	kept := wire.sent && !tx.wrote && tx.broken == nil // there is nothing to undo, and the locks stay
	if g != nil && !kept {
		g.held, g.impatient = held, false
	}
	if !wire.sent {
		return cause
	}
	back := "RELEASE " + savepoint
	if !kept {
		back = "ROLLBACK TO " + savepoint + "; " + back
	}
	if err := script(ctx, j.tx, back); err != nil || g == nil {
		return cause // if it fails the server refuses the host's commit as well
	}
	if !kept && !errors.Is(cause, storage.ErrRetry) {
		g.secure(wire)
		g.check(wire, g.noted)
	}
	if err := j.leave(ctx, wire); err != nil {
		return spent(err)
	}
	return cause
}

// Feed implements storage.Store.
func (j *joined) Feed(context.Context, storage.Tenant, int64) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		yield(storage.Event{}, fmt.Errorf("%w: feed within a transaction", storage.ErrUnsupported))
	}
}

func (j *joined) enter(ctx context.Context, tenant storage.Tenant) (*session, error) {
	if j.invalid != nil {
		return nil, j.invalid
	}
	if err := tenant.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	wire := &session{wire: j.tx}
	if err := j.isolate(ctx, wire); err != nil {
		return nil, err
	}
	if j.certified {
		wire.guard = j.guard(tenant)
	}
	if j.secure {
		wire.add(nameTenant(tenant))
	}
	return wire, nil
}

// isolate looks, once, whether the host's transaction is what it must be.
func (j *joined) isolate(ctx context.Context, wire *session) error {
	if j.isolated {
		return nil
	}
	var level string
	wire.ask(func(rows pgx.Rows) error { return rows.Scan(&j.certified) }, j.isCertified)
	scan := func(rows pgx.Rows) error { return rows.Scan(&level, &j.timeout) }
	if err := wire.query(ctx, scan, "SELECT current_setting('transaction_isolation'), current_setting('lock_timeout')"); err != nil {
		return spent(interrupted(ctx, err))
	}
	want, option := "serializable", "Serializable"
	if j.certified {
		want, option = "read committed", "ReadCommitted"
	}
	if level != want {
		return fmt.Errorf("%w: it is %s: begin it with pgx.TxOptions{IsoLevel: pgx.%s}", storage.ErrNotSerializable, level, option)
	}
	if j.secure {
		if err := cannotBypass(ctx, j.tx); err != nil {
			return spent(interrupted(ctx, err))
		}
	}
	j.isolated, wire.sent = true, false
	return nil
}

// guard returns the guard of a tenant, with the locks that calls before have taken.
func (j *joined) guard(tenant storage.Tenant) *guard {
	g := j.guards[tenant]
	if g == nil {
		g = &guard{tables: j.tables, wants: newWants(tenant), patience: drawn(ofHost), held: make(locks)}
		j.guards[tenant] = g
	}
	g.noting, g.noted = true, newNotes()
	return g
}
