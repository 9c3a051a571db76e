package shard

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/leadtocash/leadtocash/storage"
)

// Tenants yields the tenants of all shards, each once: what a tenant has left in a shard,
// or is bringing to one, does not count. None is assigned by it. A shard that does not
// list its tenants is ErrUnsupported.
func (s *Store) Tenants(ctx context.Context, after storage.Tenant) iter.Seq2[storage.Tenant, error] {
	return func(yield func(storage.Tenant, error) bool) {
		if err := s.eachTenant(ctx, after, func(tenant storage.Tenant) bool { return yield(tenant, nil) }); err != nil {
			yield("", err)
		}
	}
}

// ahead is the next tenant that a shard lists.
type ahead struct {
	shard  string
	tenant storage.Tenant
	next   func() (storage.Tenant, error, bool)
}

func (s *Store) eachTenant(ctx context.Context, after storage.Tenant, yield func(storage.Tenant) bool) error {
	var lists []*ahead
	for _, name := range s.names() {
		next, stop := iter.Pull2(storage.Tenants(ctx, s.shards[name], after))
		defer stop()
		lists = append(lists, &ahead{shard: name, next: next})
	}
	for turn := lists; ; {
		for _, l := range turn {
			tenant, err, more := l.next()
			if err != nil {
				return err
			}
			l.tenant = tenant
			if !more {
				lists = slices.DeleteFunc(slices.Clone(lists), func(other *ahead) bool { return other == l })
			}
		}
		if len(lists) == 0 {
			return ctx.Err()
		}
		first := slices.MinFunc(lists, func(a, b *ahead) int { return cmp.Compare(a.tenant, b.tenant) }).tenant
		turn = nil
		for _, l := range lists {
			if l.tenant == first {
				turn = append(turn, l)
			}
		}
		lives, err := s.livesIn(ctx, first, turn)
		if err != nil || lives && !yield(first) {
			return err
		}
	}
}

// livesIn reports whether one of the shards that list a tenant is its own, and holds more
// than a fence.
func (s *Store) livesIn(ctx context.Context, tenant storage.Tenant, lists []*ahead) (bool, error) {
	e, err := s.directory.get(ctx, tenant)
	if err != nil {
		return false, err
	}
	var home string
	switch {
	case e != nil:
		home = e.Shard
	case s.place != nil:
		home = s.place(tenant)
	}
	if !slices.ContainsFunc(lists, func(l *ahead) bool { return l.shard == home }) {
		return false, nil
	}
	if err := s.shards[home].View(ctx, tenant, unfenced); !errors.Is(err, errFenced) {
		return err == nil, err
	}
	for e, err := range s.shards[home].Feed(ctx, tenant, 0) {
		if err != nil || e.Kind != fenceKind {
			return err == nil, err
		}
	}
	return false, nil
}
