package storage

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// Joinable is a transaction that [Joined] can make a store of. The transactions of
// every store should be.
type Joinable interface {
	Tx
	// Tenant returns whose transaction it is.
	Tenant() Tenant
	// Doom makes Update refuse to commit: it rolls back and returns err, even if
	// its function returns nil. The first call counts.
	Doom(err error)
}

// Joined returns a store whose transactions happen within tx: an Update neither
// commits nor rolls back nor runs twice, a View reads what tx has written.
//
// An Update that fails after it has tried to write cannot be undone alone, so it
// dooms tx with its error; one that fails before leaves tx as it was. An Update
// within an Update joins as well. Feed, a tenant other than that of tx, and
// everything if tx is not [Joinable], are ErrUnsupported.
//
// The store ends with tx and, like it, must not be used by several goroutines at
// once.
func Joined(tx Tx) Store { return joined{tx} }

type joined struct{ tx Tx }

// View implements Store.
func (j joined) View(ctx context.Context, tenant Tenant, fn func(context.Context, Reader) error) error {
	tx, err := j.open(ctx, tenant)
	if err != nil {
		return err
	}
	return fn(ctx, tx)
}

// Update implements Store.
func (j joined) Update(ctx context.Context, tenant Tenant, fn func(context.Context, Tx) error) error {
	tx, err := j.open(ctx, tenant)
	if err != nil {
		return err
	}
	inner := &joinedTx{Joinable: tx}
	returned := false
	defer func() {
		if !returned && inner.wrote {
			tx.Doom(fmt.Errorf("storage: joined update ended by a panic"))
		}
	}()
	err = fn(ctx, inner)
	returned = true
	if err != nil && inner.wrote {
		tx.Doom(err)
	}
	return err
}

// Feed implements Store.
func (j joined) Feed(context.Context, Tenant, int64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		yield(Event{}, fmt.Errorf("%w: feed within a transaction", ErrUnsupported))
	}
}

func (j joined) open(ctx context.Context, tenant Tenant) (Joinable, error) {
	tx, ok := j.tx.(Joinable)
	if !ok {
		return nil, fmt.Errorf("%w: transaction of type %T cannot be joined", ErrUnsupported, j.tx)
	}
	if err := tenant.Validate(); err != nil {
		return nil, err
	}
	if tenant != tx.Tenant() {
		return nil, fmt.Errorf("%w: another tenant within a transaction", ErrUnsupported)
	}
	return tx, ctx.Err()
}

// joinedTx notes whether anything was written.
type joinedTx struct {
	Joinable
	wrote bool
}

// Summarize implements Summarizer.
func (t *joinedTx) Summarize(ctx context.Context, s Summary) ([]Group, error) {
	return Summarize(ctx, t.Joinable, s)
}

// Put implements Tx.
func (t *joinedTx) Put(ctx context.Context, rec *Record, events ...Event) error {
	t.wrote = true
	return t.Joinable.Put(ctx, rec, events...)
}

// Delete implements Tx.
func (t *joinedTx) Delete(ctx context.Context, ref Ref, version int64, events ...Event) error {
	t.wrote = true
	return t.Joinable.Delete(ctx, ref, version, events...)
}

// Next implements Tx.
func (t *joinedTx) Next(ctx context.Context, counter string) (int64, error) {
	t.wrote = true
	return t.Joinable.Next(ctx, counter)
}

// Advance implements Advancer.
func (t *joinedTx) Advance(ctx context.Context, counter string, n int64) (int64, error) {
	t.wrote = true
	return Advance(ctx, t.Joinable, counter, n)
}

// Redact implements Redactor where the transaction does.
func (t *joinedTx) Redact(ctx context.Context, e Event) error {
	t.wrote = true
	return Redact(ctx, t.Joinable, e)
}

// Reindex implements Reindexer where the transaction does.
func (t *joinedTx) Reindex(ctx context.Context, rec *Record) error {
	err := Reindex(ctx, t.Joinable, rec)
	t.wrote = t.wrote || !errors.Is(err, ErrUnsupported)
	return err
}

// Erase implements Tx.
func (t *joinedTx) Erase(ctx context.Context, ref Ref) error {
	t.wrote = true
	return t.Joinable.Erase(ctx, ref)
}
