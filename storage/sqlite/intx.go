package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"sync"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// InTx returns a store whose transactions happen within a transaction of the
// host's: an Update is a savepoint in it, undone if it fails, and neither commits
// nor runs again; a View reads what the transaction has written. Its tables have
// the given prefix, [DefaultPrefix] without one.
//
// The transaction must be one that writes, so that what it has read still holds when
// it commits: begun with BEGIN IMMEDIATE, which database/sql does when the data
// source name has _txlock=immediate. Where it is not and the database is in use, an
// Update is ErrNotSerializable. Feed is ErrUnsupported.
//
// The store ends with tx and, like it, must not be used by several goroutines at
// once.
func InTx(tx *sql.Tx, prefix ...string) storage.Store {
	names := sqlkit.Names{Prefix: DefaultPrefix}
	if len(prefix) > 0 {
		names.Prefix = prefix[0]
	}
	return &joined{tables: tablesOf(names), db: hostTx{tx}}
}

var (
	tablesMu sync.Mutex
	tablesBy = map[sqlkit.Names]*tables{}
)

// tablesOf returns the texts for names; a host makes stores often.
func tablesOf(names sqlkit.Names) *tables {
	tablesMu.Lock()
	defer tablesMu.Unlock()
	t := tablesBy[names]
	if t == nil {
		t = newTables(names)
		tablesBy[names] = t
	}
	return t
}

// joined is a store within a transaction of the host's.
type joined struct {
	*tables
	db     hostTx
	writes bool  // the transaction is known to be one that writes
	broken error // the transaction is over, although the host does not know it yet
}

// View implements storage.Store.
func (j *joined) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	if err := j.enter(ctx, tenant); err != nil {
		return err
	}
	r := &reader{tables: j.tables, tenant: tenant, db: j.db}
	defer func() { r.ended.Store(true); j.broken = r.broken }()
	return fn(ctx, r)
}

// Update implements storage.Store.
func (j *joined) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) (err error) {
	if ctx.Value(withinHost{j.db.Tx}) != nil {
		return storage.ErrNested
	}
	if err := j.enter(ctx, tenant); err != nil {
		return err
	}
	if err := j.lock(ctx); err != nil {
		return err
	}
	const savepoint = "leadtocash_update"
	lasting := context.WithoutCancel(ctx)
	if err := j.db.exec(lasting, "SAVEPOINT "+savepoint); err != nil {
		return retryable(err)
	}
	tx := &tx{reader: reader{tables: j.tables, tenant: tenant, db: j.db}}
	kept := false
	defer func() {
		tx.ended.Store(true)
		if j.broken = tx.broken; j.broken != nil {
			return // the savepoint is gone as well
		}
		if !kept {
			undone := j.db.exec(lasting, "ROLLBACK TO "+savepoint)
			if undone != nil && err != nil {
				err = fmt.Errorf("%w; and it cannot be undone alone: %w", err, undone)
			}
		}
		if released := j.db.exec(lasting, "RELEASE "+savepoint); released != nil && err == nil {
			err = retryable(released)
		}
	}()
	if err = fn(context.WithValue(ctx, withinHost{j.db.Tx}, true), tx); err == nil {
		err = tx.verdict(ctx)
	}
	kept = err == nil
	return retryable(err)
}

// withinHost is the key under which a context names the host's transaction.
type withinHost struct{ *sql.Tx }

// Feed implements storage.Store.
func (j *joined) Feed(context.Context, storage.Tenant, int64) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		yield(storage.Event{}, fmt.Errorf("%w: feed within a transaction", storage.ErrUnsupported))
	}
}

func (j *joined) enter(ctx context.Context, tenant storage.Tenant) error {
	if err := tenant.Validate(); err != nil {
		return err
	}
	if j.broken != nil {
		return unwritable(j.broken)
	}
	return ctx.Err()
}

// lock makes sure that the transaction may write: a statement that would write, if
// there were anything, takes the lock that BEGIN IMMEDIATE takes.
func (j *joined) lock(ctx context.Context) error {
	if j.writes {
		return nil
	}
	err := j.db.exec(context.WithoutCancel(ctx), "DELETE FROM "+j.tables.names.Table("counter")+" WHERE 1 = 0")
	if isBusy(err) {
		return fmt.Errorf("%w: begin it with BEGIN IMMEDIATE: give the data source name _txlock=immediate (%w)", storage.ErrNotSerializable, err)
	}
	if j.writes = err == nil; j.writes {
		var file string
		if err := j.db.QueryRowContext(context.WithoutCancel(ctx), mainFile).Scan(&file); err != nil {
			return unwritable(err)
		}
		noteHosted(file, j.db.Tx)
	}
	return unwritable(err)
}
