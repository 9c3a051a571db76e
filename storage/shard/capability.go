package shard

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

// each runs do for the directory and all shards, and names those it fails for.
func (s *Store) each(do func(storage.Store) error) error {
	var failures []error
	if err := do(s.directory.store); err != nil {
		failures = append(failures, fmt.Errorf("directory: %w", err))
	}
	for _, name := range s.names() {
		if err := do(s.shards[name]); err != nil {
			failures = append(failures, fmt.Errorf("shard %s: %w", name, err))
		}
	}
	return errors.Join(failures...)
}

// Migrate brings the directory and all shards to the newest version.
func (s *Store) Migrate(ctx context.Context) error {
	return s.each(func(store storage.Store) error { return storage.Migrate(ctx, store) })
}

// Ping reports nil if the directory and all shards are ready for work.
func (s *Store) Ping(ctx context.Context) error {
	return s.each(func(store storage.Store) error { return storage.Ping(ctx, store) })
}

// Close closes the directory and all shards.
func (s *Store) Close() error { return s.each(storage.Close) }

// Count returns how many records Match q.
func (s *Store) Count(ctx context.Context, tenant storage.Tenant, q storage.Query) (int64, error) {
	shard, err := s.current(ctx, tenant)
	if err != nil {
		return 0, err
	}
	return storage.Count(ctx, shard, tenant, q)
}

// pollEvery is how often the feed of a shard that is no Notifier is to be read, and the
// directory is looked at during a move.
const pollEvery = 200 * time.Millisecond

// Notify tells when to read the feed again, also after the tenant was moved. Of a shard
// that is no Notifier it tells from time to time.
func (s *Store) Notify(ctx context.Context, tenant storage.Tenant) (<-chan struct{}, error) {
	sub, err := s.subscribe(ctx, tenant)
	if err != nil {
		return nil, err
	}
	out := make(chan struct{}, 1)
	go func() {
		defer close(out)
		for {
			moved := s.follow(ctx, tenant, sub, out)
			sub.end()
			if !moved {
				return
			}
			if sub, err = s.subscribe(ctx, tenant); err != nil {
				return
			}
			wake(out) // for what was written before
		}
	}()
	return out, nil
}

// subscription is what a shard tells of a tenant.
type subscription struct {
	shard string
	wakes <-chan struct{}
	end   context.CancelFunc
}

func (s *Store) subscribe(ctx context.Context, tenant storage.Tenant) (sub subscription, err error) {
	if _, err := s.current(ctx, tenant); err != nil { // which follows a move
		return sub, err
	}
	if sub.shard, err = s.shardOf(ctx, tenant); err != nil {
		return sub, err
	}
	ctx, sub.end = context.WithCancel(ctx)
	if n, ok := storage.As[storage.Notifier](s.shards[sub.shard]); ok {
		sub.wakes, err = n.Notify(ctx, tenant)
	} else {
		sub.wakes = ticks(ctx)
	}
	if err != nil {
		sub.end()
	}
	return sub, err
}

// follow hands on what a shard tells until the tenant has left it, false if nothing
// more comes.
func (s *Store) follow(ctx context.Context, tenant storage.Tenant, sub subscription, out chan<- struct{}) (moved bool) {
	for range sub.wakes {
		wake(out)
		// The fence is the last that the shard tells of.
		for errors.Is(s.shards[sub.shard].View(ctx, tenant, unfenced), errFenced) {
			if now, err := s.lookUp(ctx, tenant); err == nil && now != sub.shard {
				return true
			}
			if sleep(ctx, pollEvery) != nil {
				return false
			}
		}
	}
	return false
}

// wake tells whoever receives from out, unless he has not yet received the last time.
func wake(out chan<- struct{}) {
	select {
	case out <- struct{}{}:
	default:
	}
}

// ticks tells from time to time until ctx ends.
func ticks(ctx context.Context) <-chan struct{} {
	out := make(chan struct{}, 1)
	go func() {
		defer close(out)
		for sleep(ctx, pollEvery) == nil {
			wake(out)
		}
	}()
	return out
}

// FeedEnd returns the position of the last event of the tenant.
func (s *Store) FeedEnd(ctx context.Context, tenant storage.Tenant) (int64, error) {
	shard, err := s.current(ctx, tenant)
	if err != nil {
		return 0, err
	}
	return storage.FeedEnd(ctx, shard, tenant)
}
