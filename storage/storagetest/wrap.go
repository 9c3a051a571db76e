package storagetest

import (
	"cmp"
	"context"
	"iter"

	"github.com/leadtocash/leadtocash/storage"
)

// wrappedTx is a transaction whose wrapper may fail a write and decides about the
// commit, and which can therefore be joined whatever it wraps.
type wrappedTx struct {
	storage.Tx
	tenant storage.Tenant
	doom   error
	failed error // of the write after which nothing else is answered
}

// Tenant returns whose transaction it is.
func (tx *wrappedTx) Tenant() storage.Tenant { return tx.tenant }

// Doom makes the wrapper refuse to commit.
func (tx *wrappedTx) Doom(err error) {
	if tx.doom == nil {
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

// check reports why nothing is answered any more.
func (tx *wrappedTx) check(ctx context.Context) error { return cmp.Or(ctx.Err(), tx.failed) }

// write runs a write unless one has failed before.
func (tx *wrappedTx) write(ctx context.Context, call func() error) error {
	err := tx.check(ctx)
	if err == nil {
		err = call()
	}
	if err != nil {
		tx.Doom(err)
		tx.failed = cmp.Or(tx.failed, err)
	}
	return err
}

// Next implements storage.Tx.
func (tx *wrappedTx) Next(ctx context.Context, counter string) (n int64, err error) {
	err = tx.write(ctx, func() (err error) { n, err = tx.Tx.Next(ctx, counter); return err })
	return n, err
}

// Erase implements storage.Tx.
func (tx *wrappedTx) Erase(ctx context.Context, ref storage.Ref) error {
	return tx.write(ctx, func() error { return tx.Tx.Erase(ctx, ref) })
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
