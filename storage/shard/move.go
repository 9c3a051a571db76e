package shard

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
)

// step is one of the steps of a move, for tests to interrupt.
type step int

const (
	stepBegun step = iota
	stepCopied
	stepFenced
	stepFinished
	stepMended
	stepCounted
	stepSwitched
)

// fenceKind is the kind of the record by which a shard knows that a tenant leaves it.
const fenceKind = "shard_fence"

var fenceRef = storage.Ref{Kind: fenceKind, ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte(fenceKind))}

// errFenced says that the tenant leaves the shard, or has left it.
var errFenced = errors.New("shard: the tenant has left")

// unfenced reports errFenced if there is a fence.
func unfenced(ctx context.Context, r storage.Reader) error {
	switch _, err := r.Get(ctx, fenceRef); {
	case err == nil:
		return errFenced
	case errors.Is(err, storage.ErrNotFound):
		return nil
	default:
		return err
	}
}

// Move brings a tenant to another shard while it is in use, and returns when it is
// there. Readers never wait; writers do while the last events are copied. A move that
// was interrupted goes on where it ended when Move is called again, in whatever process;
// two at once do the same work, and one of them may fail, with no harm. To move a tenant
// to where it is does nothing.
//
// ErrUnknownTenant; ErrInvalid for a shard that there is not; ErrConflict if the tenant
// is on its way to another shard, or the shard holds what it left there earlier;
// ErrUnsupported if the transactions of either shard are no
// storage.CounterLister.
func (s *Store) Move(ctx context.Context, tenant storage.Tenant, to string) error {
	if err := tenant.Validate(); err != nil {
		return err
	}
	if s.shards[to] == nil {
		return fmt.Errorf("%w: there is no shard %q", storage.ErrInvalid, to)
	}
	name, err := s.lookUp(ctx, tenant)
	if err != nil || name == to {
		return err
	}
	m := &move{tenant: tenant, from: s.shards[name], to: s.shards[to], batch: s.batch}
	if err := m.check(ctx); err != nil {
		return err
	}
	e, err := s.directory.change(ctx, tenant, func(e *entry) (*entry, error) {
		switch {
		case e == nil:
			return nil, fmt.Errorf("%w: %s", storage.ErrUnknownTenant, tenant)
		case e.To != "" && e.To != to:
			return nil, fmt.Errorf("%w: tenant %s is on its way to shard %q", storage.ErrConflict, tenant, e.To)
		case e.Shard != name:
			return nil, errMovedMeanwhile(tenant)
		}
		return &entry{tenant, e.Shard, to}, nil
	})
	if err != nil {
		return err
	}
	for _, part := range []struct {
		step step
		do   func(context.Context) error
	}{
		{stepBegun, func(context.Context) error { return nil }},
		{stepCopied, m.catchUp},
		{stepFenced, m.fence},
		{stepFinished, m.copy},
		{stepMended, m.mend},
		{stepCounted, m.count},
		{stepSwitched, func(ctx context.Context) error {
			_, err := s.directory.change(ctx, tenant, func(now *entry) (*entry, error) {
				if now == nil || *now != *e {
					return nil, errMovedMeanwhile(tenant)
				}
				return &entry{Tenant: tenant, Shard: to}, nil
			})
			return err
		}},
	} {
		if err := part.do(ctx); err != nil {
			return err
		}
		if err := s.interrupt(part.step); err != nil {
			return err
		}
	}
	_, err = s.lookUp(ctx, tenant)
	return err
}

func errMovedMeanwhile(tenant storage.Tenant) error {
	return fmt.Errorf("%w: another call has moved tenant %s", storage.ErrConflict, tenant)
}

// move is the way of a tenant from one shard to another.
type move struct {
	tenant   storage.Tenant
	from, to storage.Store
	batch    int
	position int64 // that is copied
}

// check makes sure that the tenant can be moved, and finds out how far it is copied.
func (m *move) check(ctx context.Context) error {
	if err := m.to.View(ctx, m.tenant, unfenced); err != nil {
		if errors.Is(err, errFenced) {
			err = fmt.Errorf("%w: the shard holds what tenant %s left there earlier", storage.ErrConflict, m.tenant)
		}
		return err
	}
	for e, err := range m.to.Feed(ctx, m.tenant, 0) {
		if err != nil {
			return err
		}
		m.position = e.Position
	}
	for _, shard := range []storage.Store{m.from, m.to} {
		err := shard.Update(ctx, m.tenant, func(ctx context.Context, tx storage.Tx) error {
			_, err := countersOf(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func countersOf(ctx context.Context, tx storage.Tx) (map[string]int64, error) {
	lister, ok := tx.(storage.CounterLister)
	if !ok {
		return nil, fmt.Errorf("%w: transactions of type %T do not list counters", storage.ErrUnsupported, tx)
	}
	return lister.Counters(ctx)
}

// fence ends the writing in the old shard: what commits later has seen the fence.
func (m *move) fence(ctx context.Context) error {
	return m.from.Update(ctx, m.tenant, func(ctx context.Context, tx storage.Tx) error {
		if err := unfenced(ctx, tx); !errors.Is(err, errFenced) {
			if err != nil {
				return err
			}
			return put(ctx, tx, fenceRef, nil, "shard_fence.raised", struct{}{})
		}
		return nil
	})
}

// catchUp copies until little was written meanwhile, so that the fence is up for a
// moment only.
func (m *move) catchUp(ctx context.Context) error {
	for range 10 {
		before := m.position
		if err := m.copy(ctx); err != nil || m.position-before < int64(m.batch) {
			return err
		}
	}
	return nil
}

// copy brings over what the feed tells behind position, up to the fence or the end.
func (m *move) copy(ctx context.Context) error {
	var batch []storage.Event
	for e, err := range m.from.Feed(ctx, m.tenant, m.position) {
		if err != nil {
			return err
		}
		if e.Kind == fenceKind {
			break
		}
		if len(batch) >= m.batch && e.Ordinal == 0 {
			if err := m.bring(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
		batch = append(batch, e)
	}
	return m.bring(ctx, batch)
}

// bring writes versions in the order of their events in one transaction, and makes sure
// that the new shard tells of them at the same positions.
func (m *move) bring(ctx context.Context, events []storage.Event) error {
	if len(events) == 0 {
		return nil
	}
	versions, err := m.versions(ctx, events)
	if err != nil {
		return err
	}
	err = m.to.Update(ctx, m.tenant, func(ctx context.Context, tx storage.Tx) error {
		for _, v := range versions {
			if err := v.write(ctx, tx); err != nil {
				return fmt.Errorf("copy of %s, version %d: %w", v.record.Ref, v.record.Version, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	n := 0
	for e, err := range m.to.Feed(ctx, m.tenant, m.position) {
		if err != nil {
			return err
		}
		if n == len(events) || e.Position != events[n].Position || e.Ref != events[n].Ref || e.Version != events[n].Version || e.Ordinal != events[n].Ordinal {
			return fmt.Errorf("%w: the shard tells of %s, version %d, at position %d, where it was not before: somebody else writes there, or it orders a transaction otherwise",
				storage.ErrConflict, e.Ref, e.Version, e.Position)
		}
		n++
	}
	m.position = events[len(events)-1].Position
	return nil
}

// count brings the counters to where they were.
func (m *move) count(ctx context.Context) error {
	var counters map[string]int64
	err := m.from.Update(ctx, m.tenant, func(ctx context.Context, tx storage.Tx) (err error) {
		counters, err = countersOf(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return m.to.Update(ctx, m.tenant, func(ctx context.Context, tx storage.Tx) error {
		have, err := countersOf(ctx, tx)
		for name, want := range counters {
			if err == nil && want > have[name] {
				_, err = storage.Advance(ctx, tx, name, want-have[name])
			}
		}
		return err
	})
}
