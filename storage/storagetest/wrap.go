package storagetest

import (
	"context"
	"iter"

	"github.com/leadtocash/leadtocash/storage"
)

// wrappedTx is a transaction whose wrapper may fail writes, and which can be joined
// whatever it wraps.
type wrappedTx struct {
	storage.Tx
	tenant storage.Tenant
	doom   error // of a transaction that cannot be doomed itself
	failed error // of a write that the wrapper has failed: nothing else is answered
}

// Tenant returns whose transaction it is.
func (tx *wrappedTx) Tenant() storage.Tenant { return tx.tenant }

// Doom makes Update refuse to commit.
func (tx *wrappedTx) Doom(err error) {
	if inner, ok := tx.Tx.(storage.Joinable); ok {
		inner.Doom(err)
	} else if tx.doom == nil {
		tx.doom = err
	}
}

// fate returns what the function of an update that returned err comes to.
func (tx *wrappedTx) fate(err error) error {
	if err == nil {
		err = tx.doom
	}
	return err
}

// Redact implements storage.Redactor where the transaction below does.
func (tx *wrappedTx) Redact(ctx context.Context, e storage.Event) error {
	return tx.write(ctx, func() (err error) {
		e.Data, err = encode(e.Data)
		return err
	}, func() error { return storage.Redact(ctx, tx.Tx, e) })
}

// Reindex implements storage.Reindexer where the transaction below does.
func (tx *wrappedTx) Reindex(ctx context.Context, rec *storage.Record) error {
	return tx.write(ctx, nothing, func() error { return storage.Reindex(ctx, tx.Tx, rec) })
}

// check reports why nothing is answered any more.
func (tx *wrappedTx) check(ctx context.Context) error {
	if tx.failed != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return tx.failed
}

// write runs a write unless the wrapper has failed one, or prepare fails this one.
func (tx *wrappedTx) write(ctx context.Context, prepare, call func() error) error {
	if err := tx.check(ctx); err != nil {
		return err
	}
	if err := prepare(); err != nil {
		tx.failed = err
		tx.Doom(err)
		return err
	}
	return call()
}

// Get implements storage.Reader.
func (tx *wrappedTx) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	if err := tx.check(ctx); err != nil {
		return nil, err
	}
	return tx.Tx.Get(ctx, ref)
}

// Find implements storage.Reader.
func (tx *wrappedTx) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return unlessFailed(ctx, tx, tx.Tx.Find(ctx, q))
}

// History implements storage.Reader.
func (tx *wrappedTx) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	return unlessFailed(ctx, tx, tx.Tx.History(ctx, ref))
}

func unlessFailed[T any](ctx context.Context, tx *wrappedTx, seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if err := tx.check(ctx); err != nil {
			var none T
			yield(none, err)
			return
		}
		seq(yield)
	}
}
