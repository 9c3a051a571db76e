package memory

import (
	"context"

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

// limit forgets all but the last so many chunks.
func (f *feed) limit(chunks int) {
	for ; f.first < len(f.chunks)-chunks; f.first++ {
		f.chunks[f.first] = nil
	}
}

// page appends the events behind a position, up to end or until page is full, and
// returns the position reached.
func (f *feed) page(page []storage.Event, after, end int64) ([]storage.Event, int64) {
	after = max(after, int64(f.first)*chunkSize)
	for after < end && len(page) < cap(page) {
		v := f.chunks[after/chunkSize][after%chunkSize]
		after++
		e := v.eventAt(int(after - v.position))
		e.Position = after
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
