package memory

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

// reader reads the data as of a commit: the last one, or for a transaction its
// own.
type reader struct {
	tenant *tenant
	seq    int64
	tx     *tx // nil in a view
	ended  atomic.Bool
}

// check reports why nothing more can be read.
func (r *reader) check(ctx context.Context) error {
	switch {
	case r.ended.Load():
		return storage.ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	case r.tx != nil:
		return r.tx.failed
	default:
		return nil
	}
}

func (r *reader) entry(ref storage.Ref) *entry {
	r.tenant.mu.RLock()
	defer r.tenant.mu.RUnlock()
	if tb := r.tenant.tables[ref.Kind]; tb != nil {
		return tb.entries[ref.ID]
	}
	return nil
}

// Get implements storage.Reader.
func (r *reader) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	if err := r.check(ctx); err != nil {
		return nil, err
	}
	if e := r.entry(ref); e != nil {
		if v := e.at(r.seq); v != nil && !v.deleted {
			return v.record, nil
		}
	}
	return nil, storage.ErrNotFound
}

// History implements storage.Reader.
func (r *reader) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		if err := r.history(ctx, ref, func(e storage.Event) bool { return yield(e, nil) }); err != nil {
			yield(storage.Event{}, err)
		}
	}
}

func (r *reader) history(ctx context.Context, ref storage.Ref, yield func(storage.Event) bool) error {
	if err := r.check(ctx); err != nil {
		return err
	}
	e := r.entry(ref)
	if e == nil {
		return nil
	}
	var chain []*version
	for v := e.at(r.seq); v != nil; v = v.older.Load() {
		if n := len(chain); n == 0 || chain[n-1].number > v.number { // else v has been reindexed
			chain = append(chain, v)
		}
	}
	erased := e.erasedThrough(r.seq)
	for i := len(chain) - 1; i >= 0; i-- {
		v := chain[i]
		var image storage.Image
		if v.number > erased {
			image = v.image
		}
		for n := range v.events() {
			if err := r.check(ctx); err != nil {
				return err
			}
			event := v.eventAt(n)
			event.Image = image
			if !yield(event) {
				return nil
			}
		}
	}
	return r.check(ctx)
}

// Deleted implements storage.Deletions.
func (v *view) Deleted(ctx context.Context, kind string, since time.Time) iter.Seq2[storage.Ref, error] {
	return func(yield func(storage.Ref, error) bool) {
		for _, e := range v.entries(kind) {
			if err := v.check(ctx); err != nil {
				yield(storage.Ref{}, err)
				return
			}
			last := e.at(v.seq)
			if last != nil && last.deleted && last.eventAt(last.events()-1).At.After(since) && !yield(e.ref(), nil) {
				return
			}
		}
	}
}

// entries are all that is known of a kind.
func (r *reader) entries(kind string) []*entry {
	r.tenant.mu.RLock()
	defer r.tenant.mu.RUnlock()
	tb := r.tenant.tables[kind]
	if tb == nil {
		return nil
	}
	return slices.Collect(maps.Values(tb.entries))
}
