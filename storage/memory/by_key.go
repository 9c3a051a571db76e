package memory

import (
	"context"
	"slices"

	"github.com/leadtocash/leadtocash/storage"
)

// ByKey looks a key up.
func (r *reader) ByKey(ctx context.Context, to []*storage.Record, kind string, key storage.Key) ([]*storage.Record, bool, error) {
	if err := r.check(ctx); err != nil {
		return to, false, err
	}
	var room [16]*entry
	entries, few := r.posted(room[:0], kind, key)
	if !few {
		return to, false, nil
	}
	known := len(to)
	for _, e := range entries {
		if v := e.at(r.seq); v != nil && !v.deleted && v.record.Kind == kind && slices.Contains(v.record.Keys, key) {
			to = append(to, v.record)
		}
	}
	found := sorted(&storage.Query{}, to[known:])
	return to[:known+len(found)], true, nil
}

// posted appends the entries among which are those that have a key; few is false
// if they are too many to be looked at one by one.
func (r *reader) posted(to []*entry, kind string, key storage.Key) (_ []*entry, few bool) {
	r.tenant.mu.RLock()
	defer r.tenant.mu.RUnlock()
	tb := r.tenant.tables[kind]
	if tb == nil {
		return to, true
	}
	p := tb.keys[hash(key)]
	if p.len() > r.tenant.few {
		return to, false
	}
	return p.appendTo(to), true
}

var (
	_ storage.KeyReader = (*reader)(nil)
	_ storage.Advancer  = (*tx)(nil)

	_ storage.CounterLister = (*tx)(nil)
)
