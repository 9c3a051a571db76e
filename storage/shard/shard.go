// Package shard makes one store of several: each tenant is kept by one of them, its
// shard, and a directory says by which.
//
//	store, err := shard.New(directory, map[string]storage.Store{"east": east, "west": west})
//	err = store.Assign(ctx, "acme", "east")
//	client, err := engine.New(store)
//	err = store.Move(ctx, "acme", "west") // while it is in use
//
// # What it owns
//
// The directory, in a store of its own: of each tenant its shard, and a move on its way.
// The promises of a store are those of the shards; what spans tenants has none.
//
// # Moving a tenant
//
// [Store.Move] copies what a tenant has, versions and events in the order of its feed,
// while the tenant goes on working; then it fences the tenant, which takes no more
// writes for the moment it takes to copy the rest; then the directory names the new
// shard. Feed positions stay. Each step can be repeated: a move that was interrupted is
// brought to its end by another call of Move with the same shard, in any process.
//
// The fence is a record of the tenant in the shard it leaves, which every transaction
// looks for: so that none of another process, which does not know of the move yet, is
// committed behind it. Those wait for the new shard.
//
// What the shard held stays there, behind the fence, until its operator deletes it; a
// tenant does not come back to it before.
package shard

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

// Store sends each tenant to its shard. It is safe for concurrent use, as are several of
// them, in several processes, over the same directory and shards.
type Store struct {
	directory directory
	shards    map[string]storage.Store
	place     func(storage.Tenant) string
	patience  time.Duration
	batch     int
	interrupt func(step) error // of tests

	mu    sync.Mutex
	known map[storage.Tenant]string // the shard as last read
}

// Option changes how New makes a store.
type Option func(*Store)

// Place assigns tenants that the directory does not know to the shard that choose
// returns, when they are first used. Without it they are ErrUnknownTenant. It is called by
// several goroutines at once.
func Place(choose func(storage.Tenant) string) Option { return func(s *Store) { s.place = choose } }

// Patience is how long a transaction waits for a tenant that is being moved before it is
// ErrRetry; 10 seconds without the option.
func Patience(d time.Duration) Option { return func(s *Store) { s.patience = d } }

// New returns a store over shards, which have names, with its directory in a store that
// is none of them. No shard, or one without name or store, is ErrInvalid.
func New(directory storage.Store, shards map[string]storage.Store, opts ...Option) (*Store, error) {
	if directory == nil || len(shards) == 0 {
		return nil, fmt.Errorf("%w: a directory and at least one shard", storage.ErrInvalid)
	}
	for name, shard := range shards {
		if name == "" || shard == nil {
			return nil, fmt.Errorf("%w: shard %q without name or store", storage.ErrInvalid, name)
		}
	}
	s := &Store{
		shards: maps.Clone(shards), patience: 10 * time.Second, batch: 256,
		interrupt: func(step) error { return nil }, known: make(map[storage.Tenant]string),
	}
	s.directory.store = directory
	for _, opt := range opts {
		opt(s)
	}
	return s, nil
}

// View reads a tenant in its shard.
func (s *Store) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	return s.read(ctx, tenant, func(shard storage.Store, current bool) error {
		return shard.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error {
			if !current {
				if err := unfenced(ctx, r); err != nil {
					return err
				}
			}
			return fn(ctx, r)
		})
	})
}

// Update writes a tenant in its shard. While the tenant is being moved it waits, and is
// ErrRetry if that takes longer than [Patience].
func (s *Store) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	if ctx.Value(within{s}) != nil {
		return storage.ErrNested
	}
	if err := tenant.Validate(); err != nil {
		return err
	}
	inner := context.WithValue(ctx, within{s}, true)
	end := time.Now().Add(s.patience)
	for pause := time.Millisecond; ; pause = min(2*pause, time.Second/4) {
		name, err := s.shardOf(ctx, tenant)
		if err != nil {
			return err
		}
		err = s.shards[name].Update(inner, tenant, func(ctx context.Context, tx storage.Tx) error {
			if err := unfenced(ctx, tx); err != nil {
				return err
			}
			return fn(ctx, tx)
		})
		if !errors.Is(err, errFenced) {
			return err
		}
		switch now, err := s.lookUp(ctx, tenant); {
		case err != nil:
			return err
		case now != name:
			continue
		case time.Now().After(end):
			return fmt.Errorf("%w: tenant %s is being moved", storage.ErrRetry, tenant)
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// within is the key under which a context names its transaction's store.
type within struct{ *Store }

// Feed yields the events of a tenant; their positions stay when it is moved.
func (s *Store) Feed(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return s.told(ctx, tenant, func(shard storage.Store) iter.Seq2[storage.Event, error] { return shard.Feed(ctx, tenant, after) })
}

// FeedImages yields the events of a tenant with the images of their versions.
func (s *Store) FeedImages(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return s.told(ctx, tenant, func(shard storage.Store) iter.Seq2[storage.Event, error] {
		return storage.FeedImages(ctx, shard, tenant, after)
	})
}

func (s *Store) told(ctx context.Context, tenant storage.Tenant, feed func(storage.Store) iter.Seq2[storage.Event, error]) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		shard, err := s.current(ctx, tenant)
		if err != nil {
			yield(storage.Event{}, err)
			return
		}
		for e, err := range feed(shard) {
			if err == nil && e.Kind == fenceKind {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// read runs fn over the shard of a tenant; current says that the directory was just
// asked, so that a fence there is one of a move that is not at its end.
func (s *Store) read(ctx context.Context, tenant storage.Tenant, fn func(shard storage.Store, current bool) error) error {
	if err := tenant.Validate(); err != nil {
		return err
	}
	name, err := s.shardOf(ctx, tenant)
	if err != nil {
		return err
	}
	if err := fn(s.shards[name], false); !errors.Is(err, errFenced) {
		return err
	}
	if name, err = s.lookUp(ctx, tenant); err != nil {
		return err
	}
	return fn(s.shards[name], true)
}

// current returns the shard that a tenant can be read in.
func (s *Store) current(ctx context.Context, tenant storage.Tenant) (current storage.Store, err error) {
	err = s.read(ctx, tenant, func(shard storage.Store, asked bool) error {
		current = shard
		if asked {
			return nil
		}
		return shard.View(ctx, tenant, unfenced)
	})
	return current, err
}

// shardOf returns the name of a tenant's shard, as it was last known.
func (s *Store) shardOf(ctx context.Context, tenant storage.Tenant) (string, error) {
	s.mu.Lock()
	name, known := s.known[tenant]
	s.mu.Unlock()
	if known {
		return name, nil
	}
	return s.lookUp(ctx, tenant)
}

// lookUp asks the directory for the name of a tenant's shard.
func (s *Store) lookUp(ctx context.Context, tenant storage.Tenant) (string, error) {
	e, err := s.directory.get(ctx, tenant)
	if err == nil && e == nil {
		if s.place == nil {
			return "", fmt.Errorf("%w: %s", storage.ErrUnknownTenant, tenant)
		}
		e, err = s.assign(ctx, tenant, s.place(tenant))
	}
	if err != nil {
		return "", err
	}
	if s.shards[e.Shard] == nil {
		return "", fmt.Errorf("%w: the directory names shard %q, which the store does not have", storage.ErrInvalid, e.Shard)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[tenant] = e.Shard
	return e.Shard, nil
}

// Assign gives a new tenant its shard. One that has it already keeps it: ErrConflict,
// unless it is the same. ErrInvalid for a shard that there is not.
func (s *Store) Assign(ctx context.Context, tenant storage.Tenant, shard string) error {
	if err := tenant.Validate(); err != nil {
		return err
	}
	e, err := s.assign(ctx, tenant, shard)
	if err == nil && e.Shard != shard {
		err = fmt.Errorf("%w: tenant %s is in shard %q: move it", storage.ErrConflict, tenant, e.Shard)
	}
	return err
}

func (s *Store) assign(ctx context.Context, tenant storage.Tenant, shard string) (*entry, error) {
	if s.shards[shard] == nil {
		return nil, fmt.Errorf("%w: there is no shard %q", storage.ErrInvalid, shard)
	}
	return s.directory.change(ctx, tenant, func(e *entry) (*entry, error) {
		if e != nil {
			return e, nil
		}
		return &entry{Tenant: tenant, Shard: shard}, nil
	})
}

// ShardOf returns the name of a tenant's shard, ErrUnknownTenant if it has none.
func (s *Store) ShardOf(ctx context.Context, tenant storage.Tenant) (string, error) {
	if err := tenant.Validate(); err != nil {
		return "", err
	}
	return s.lookUp(ctx, tenant)
}

// names are those of the shards, in order.
func (s *Store) names() []string { return slices.Sorted(maps.Keys(s.shards)) }

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

var (
	_ storage.Store    = (*Store)(nil)
	_ storage.Migrator = (*Store)(nil)
	_ storage.Pinger   = (*Store)(nil)
	_ storage.Notifier = (*Store)(nil)
	_ storage.Counter  = (*Store)(nil)
	_ storage.Closer   = (*Store)(nil)

	_ storage.TenantLister = (*Store)(nil)
	_ storage.Imaged       = (*Store)(nil)
)
