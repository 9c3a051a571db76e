package storage

import (
	"context"
	"fmt"
)

// As finds a capability of a store, or of the store it wraps: the first on the
// chain of Unwrap() Store that is a T.
//
//	if n, ok := storage.As[storage.Notifier](store); ok { … }
func As[T any](store Store) (T, bool) {
	for store != nil {
		if t, ok := store.(T); ok {
			return t, true
		}
		w, ok := store.(interface{ Unwrap() Store })
		if !ok {
			break
		}
		store = w.Unwrap()
	}
	var none T
	return none, false
}

// Migrator is a store with a schema of its own.
type Migrator interface {
	// Migrate brings the schema to the newest version; doing it again does
	// nothing.
	Migrate(ctx context.Context) error
}

// Pinger is a store that can tell whether it is ready for work.
type Pinger interface {
	// Ping reports nil if the database answers and has the schema the store
	// expects.
	Ping(ctx context.Context) error
}

// Notifier wakes feed readers. Without it they read again from time to time.
type Notifier interface {
	// Notify returns a channel that receives soon after events of the tenant have
	// been committed: at least once after the last of them, perhaps once for
	// many, perhaps for none. It is closed when ctx ends or the store closes.
	// Reading the feed after subscribing misses nothing.
	Notify(ctx context.Context, tenant Tenant) (<-chan struct{}, error)
}

// Counter is a store that counts without handing out what it counts.
type Counter interface {
	// Count returns how many records Match q. Order, After and Limit play no part.
	Count(ctx context.Context, tenant Tenant, q Query) (int64, error)
}

// Redactor is a transaction that can take texts out of stored events. The transactions
// of every store should be.
type Redactor interface {
	// Redact gives the stored event that has Ref, Version and Ordinal of e the Data and
	// the Request of e, for good; nothing else of it changes. It takes effect with the
	// commit. ErrNotFound if there is none.
	Redact(ctx context.Context, e Event) error
}

// Redact does what a [Redactor] does. A transaction that is none is ErrUnsupported.
func Redact(ctx context.Context, tx Tx, e Event) error {
	r, able := tx.(Redactor)
	if !able {
		return fmt.Errorf("%w: texts cannot be taken out of events", ErrUnsupported)
	}
	return r.Redact(ctx, e)
}

// Closer is a store that holds something to be given back. Every call after
// Close, and what Close interrupts, is answered with ErrClosed.
type Closer interface {
	Close() error
}

// Migrate brings the schema of a store to the newest version. A store that is no
// [Migrator] has none.
func Migrate(ctx context.Context, store Store) error {
	if m, ok := As[Migrator](store); ok {
		return m.Migrate(ctx)
	}
	return nil
}

// Ping reports whether a store is ready for work. A store that is no [Pinger] is
// asked for an empty view of the default tenant.
func Ping(ctx context.Context, store Store) error {
	if p, ok := As[Pinger](store); ok {
		return p.Ping(ctx)
	}
	return store.View(ctx, Default, func(context.Context, Reader) error { return nil })
}

// Count returns how many records Match q. Order, After and Limit play no part. A
// store that is no [Counter] reads them all.
func Count(ctx context.Context, store Store, tenant Tenant, q Query) (n int64, err error) {
	if c, ok := As[Counter](store); ok {
		return c.Count(ctx, tenant, q)
	}
	q.After, q.Limit = "", 0
	err = store.View(ctx, tenant, func(ctx context.Context, r Reader) error {
		n = 0
		for _, err := range r.Find(ctx, q) {
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// Close gives back what a store holds. A store that is no [Closer] holds nothing.
func Close(store Store) error {
	if c, ok := As[Closer](store); ok {
		return c.Close()
	}
	return nil
}
