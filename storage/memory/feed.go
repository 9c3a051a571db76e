package memory

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/leadtocash/leadtocash/storage"
)

const (
	chunkSize = 512
	// feedWindow is how many chunks of the feed are kept when history is limited.
	feedWindow = 17
)

// feed lists the committed events of a tenant. The event at position p, counted
// from 1, is in slot p-1.
type feed struct {
	chunks []*chunk // nil where forgotten
	end    int64    // the last position
	first  int      // the first chunk that is not forgotten
}

// chunk holds a version once for each of its events.
type chunk [chunkSize]*version

// add deals positions to the events of v.
func (f *feed) add(v *version) {
	v.position = f.end + 1
	for range v.events() {
		if f.end%chunkSize == 0 {
			f.chunks = append(f.chunks, new(chunk))
		}
		f.chunks[len(f.chunks)-1][f.end%chunkSize] = v
		f.end++
	}
}

// replace has the feed tell of v where it told of the version that v takes the place of.
func (f *feed) replace(v *version) {
	v.position = v.older.Load().position
	for i := range v.events() {
		at := v.position - 1 + int64(i)
		if c := f.chunks[at/chunkSize]; c != nil {
			c[at%chunkSize] = v
		}
	}
}

// limit forgets all but the last so many chunks.
func (f *feed) limit(chunks int) {
	for ; f.first < len(f.chunks)-chunks; f.first++ {
		f.chunks[f.first] = nil
	}
}

// page appends the events behind a position, up to end or until page is full, and
// returns the position reached. Events come with images as of a commit, with none for 0.
func (f *feed) page(page []storage.Event, after, end, seq int64) ([]storage.Event, int64) {
	after = max(after, int64(f.first)*chunkSize)
	for after < end && len(page) < cap(page) {
		v := f.chunks[after/chunkSize][after%chunkSize]
		after++
		e := v.eventAt(int(after - v.position))
		e.Position = after
		if seq > 0 && v.number > v.entry.erasedThrough(seq) {
			e.Image = v.image
		}
		page = append(page, e)
	}
	return page, after
}

// FeedEnd implements storage.FeedEnder.
func (s *Store) FeedEnd(ctx context.Context, name storage.Tenant) (int64, error) {
	t, err := s.tenant(ctx, name, false)
	if err != nil || t == nil {
		return 0, err
	}
	return t.end(), nil
}

// Tenants implements storage.TenantLister.
func (s *Store) Tenants(ctx context.Context, after storage.Tenant) iter.Seq2[storage.Tenant, error] {
	return func(yield func(storage.Tenant, error) bool) {
		if err := s.eachTenant(ctx, after, func(name storage.Tenant) bool { return yield(name, nil) }); err != nil {
			yield("", err)
		}
	}
}

func (s *Store) eachTenant(ctx context.Context, after storage.Tenant, yield func(storage.Tenant) bool) error {
	s.mu.RLock()
	open, known := s.tenants != nil, maps.Clone(s.tenants)
	s.mu.RUnlock()
	if !open {
		return storage.ErrClosed
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if name > after && known[name].end() > 0 && !yield(name) {
			return nil
		}
	}
	return ctx.Err()
}
