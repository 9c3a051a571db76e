package storage

import (
	"context"
	"iter"
)

// Imaged is a store whose feed comes with images.
type Imaged interface {
	// FeedImages is Feed with Image filled in as History does.
	FeedImages(ctx context.Context, tenant Tenant, after int64) iter.Seq2[Event, error]
}

// FeedImages is Feed with the image of each event's version, as History has it now: an
// image that has been erased since is none. Of a store that is no [Imaged] the history of
// each record is read, once for every so many events.
func FeedImages(ctx context.Context, store Store, tenant Tenant, after int64) iter.Seq2[Event, error] {
	if i, ok := As[Imaged](store); ok {
		return i.FeedImages(ctx, tenant, after)
	}
	return func(yield func(Event, error) bool) {
		var page []Event
		flush := func() bool {
			err := fillImages(ctx, store, tenant, page)
			if err != nil {
				yield(Event{}, err)
				return false
			}
			for _, e := range page {
				if !yield(e, nil) {
					return false
				}
			}
			page = page[:0]
			return true
		}
		for e, err := range store.Feed(ctx, tenant, after) {
			if err != nil {
				if flush() {
					yield(Event{}, err)
				}
				return
			}
			if page = append(page, e); len(page) == imagePage && !flush() {
				return
			}
		}
		flush()
	}
}

// imagePage is for how many events histories are remembered.
const imagePage = 128

// fillImages gives events the images of their versions.
func fillImages(ctx context.Context, store Store, tenant Tenant, page []Event) error {
	if len(page) == 0 {
		return nil
	}
	type version struct {
		Ref
		number int64
	}
	wanted := make(map[version]Image, len(page))
	refs := make(map[Ref]bool)
	for i := range page {
		if !page[i].Deleted {
			wanted[version{page[i].Ref, page[i].Version}] = Image{}
			refs[page[i].Ref] = true
		}
	}
	err := store.View(ctx, tenant, func(ctx context.Context, r Reader) error {
		for ref := range refs {
			for e, err := range r.History(ctx, ref) {
				if err != nil {
					return err
				}
				if _, asked := wanted[version{ref, e.Version}]; asked && !e.Deleted {
					wanted[version{ref, e.Version}] = e.Image
				}
			}
		}
		return nil
	})
	for i := range page {
		page[i].Image = wanted[version{page[i].Ref, page[i].Version}]
	}
	return err
}
