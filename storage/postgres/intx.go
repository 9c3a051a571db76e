package postgres

import (
	"context"
	"fmt"
	"iter"

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
// The transaction must be serializable, or the answer is ErrNotSerializable: what a
// command has decided upon would not have to hold when the host commits. Feed is
// ErrUnsupported.
//
// The store ends with tx and, like it, must not be used by several goroutines at
// once.
func InTx(tx pgx.Tx, opts ...Option) storage.Store {
	set := settings{names: sqlkit.Names{Prefix: DefaultPrefix}}
	for _, opt := range opts {
		opt(&set)
	}
	return &joined{tables: tablesOf(set.names), tx: tx, secure: set.secure, invalid: set.names.Validate()}
}

// joined is a store within a transaction of the host's.
type joined struct {
	*tables
	tx           pgx.Tx
	secure       bool
	invalid      error // of the options
	serializable bool  // the transaction is known to be
}

// View implements storage.Store.
func (j *joined) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	wire, err := j.enter(ctx, tenant)
	if err != nil {
		return err
	}
	r := &reader{tables: j.tables, tenant: tenant, wire: wire}
	defer r.ended.Store(true)
	return spent(fn(ctx, r))
}

const savepoint = "leadtocash_update"

// Update implements storage.Store.
func (j *joined) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	if ctx.Value(withinHost{j.tx}) != nil {
		return storage.ErrNested
	}
	wire, err := j.enter(ctx, tenant)
	if err != nil {
		return err
	}
	wire.add("SAVEPOINT " + savepoint)
	done := false
	defer func() {
		if !done && wire.sent && !j.tx.Conn().IsClosed() {
			// If this fails the server refuses the host's commit as well.
			_ = script(context.WithoutCancel(ctx), j.tx, "ROLLBACK TO "+savepoint+"; RELEASE "+savepoint)
		}
	}()
	tx := begin(j.tables, tenant, wire, true)
	defer tx.ended.Store(true)
	if err := fn(context.WithValue(ctx, withinHost{j.tx}, true), tx); err != nil {
		return spent(err)
	}
	if err := tx.verdict(ctx); err != nil {
		return spent(err)
	}
	wire.settle()
	wire.add("RELEASE " + savepoint)
	_, err = wire.flush(ctx)
	done = err == nil
	return spent(interrupted(ctx, err))
}

// withinHost is the key under which a context names the host's transaction.
type withinHost struct{ pgx.Tx }

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
	if !j.serializable {
		var level string
		if err := wire.query(ctx, func(rows pgx.Rows) error { return rows.Scan(&level) }, "SHOW transaction_isolation"); err != nil {
			return nil, spent(interrupted(ctx, err))
		}
		if level != "serializable" {
			return nil, fmt.Errorf("%w: it is %s: begin it with pgx.TxOptions{IsoLevel: pgx.Serializable}", storage.ErrNotSerializable, level)
		}
		if j.secure {
			if err := cannotBypass(ctx, j.tx); err != nil {
				return nil, spent(interrupted(ctx, err))
			}
		}
		j.serializable, wire.sent = true, false
	}
	if j.secure {
		wire.add(nameTenant(tenant))
	}
	return wire, nil
}
