package shard

import (
	"context"
	"errors"
	"slices"

	"github.com/leadtocash/leadtocash/storage"
)

// version is one version of a record to be copied, or its deletion.
type version struct {
	record  *storage.Record
	events  []storage.Event
	deleted bool
	blank   int64 // the last version whose image is erased
}

// versions reads what events tell of, in their order. A version that is not the newest
// comes without header, look-ups and claims: nobody asks for them, and the newest
// brings its own.
func (m *move) versions(ctx context.Context, events []storage.Event) (list []version, err error) {
	err = m.from.View(ctx, m.tenant, func(ctx context.Context, r storage.Reader) error {
		list = nil
		type name struct {
			ref     storage.Ref
			version int64
		}
		places := make(map[name]int)
		pasts := make(map[storage.Ref]past)
		for _, e := range events {
			place, known := places[name{e.Ref, e.Version}]
			if !known {
				p, read := pasts[e.Ref]
				if !read {
					if p, err = pastOf(ctx, r, e.Ref); err != nil {
						return err
					}
					pasts[e.Ref] = p
				}
				place = len(list)
				places[name{e.Ref, e.Version}] = place
				list = append(list, p.version(e))
			}
			list[place].events = append(list[place].events, e)
		}
		return nil
	})
	return list, err
}

// past is what a shard holds of a record.
type past struct {
	newest *storage.Record // nil if it is deleted
	images map[int64]storage.Image
	blank  int64
}

func pastOf(ctx context.Context, r storage.Reader, ref storage.Ref) (p past, err error) {
	p.images = make(map[int64]storage.Image)
	for e, err := range r.History(ctx, ref) {
		if err != nil {
			return p, err
		}
		if e.Deleted {
			continue
		}
		p.images[e.Version] = e.Image
		if e.Image.Erased() {
			p.blank = e.Version
		}
	}
	if p.newest, err = r.Get(ctx, ref); errors.Is(err, storage.ErrNotFound) {
		return p, nil
	}
	return p, err
}

// version is the version that an event tells of.
func (p past) version(e storage.Event) version {
	v := version{deleted: e.Deleted, blank: p.blank}
	if p.newest != nil && p.newest.Version == e.Version {
		v.record = p.newest
		return v
	}
	image := p.images[e.Version]
	if image.Erased() {
		image = storage.RawImage([]byte("null")) // erased as soon as the version is not the newest
	}
	v.record = &storage.Record{
		Header: storage.Header{Ref: e.Ref, Version: e.Version, CreatedAt: e.At, UpdatedAt: e.At, Format: 1}, Image: image,
	}
	return v
}

// write stores the version, and erases images where that is exactly what was erased.
func (v version) write(ctx context.Context, tx storage.Tx) (err error) {
	ref, number := v.record.Ref, v.record.Version
	if v.blank > 0 && v.blank == number-2 {
		if err := tx.Erase(ctx, ref); err != nil {
			return err
		}
	}
	if v.deleted {
		err = tx.Delete(ctx, ref, number-1, v.events...)
	} else {
		err = tx.Put(ctx, v.record, v.events...)
	}
	if err == nil && v.blank > 0 && v.blank == number-1 {
		err = tx.Erase(ctx, ref)
	}
	return err
}

// mend brings over what has no event and was done behind the copy: erasures, and other
// look-ups of the same version.
func (m *move) mend(ctx context.Context) error {
	seen := make(map[storage.Ref]bool)
	for e, err := range m.from.Feed(ctx, m.tenant, 0) {
		if err != nil {
			return err
		}
		if seen[e.Ref] || e.Kind == fenceKind {
			continue
		}
		seen[e.Ref] = true
		old, err := m.past(ctx, m.from, e.Ref)
		if err != nil {
			return err
		}
		if old.blank == 0 && old.newest == nil {
			continue
		}
		now, err := m.past(ctx, m.to, e.Ref)
		if err != nil {
			return err
		}
		erase := old.blank > 0 && now.blank != old.blank
		reindex := old.newest != nil && now.newest != nil && !sameLookups(old.newest, now.newest)
		if !erase && !reindex {
			continue
		}
		err = m.to.Update(ctx, m.tenant, func(ctx context.Context, tx storage.Tx) (err error) {
			if erase {
				err = tx.Erase(ctx, e.Ref)
			}
			if err == nil && reindex {
				err = storage.Reindex(ctx, tx, old.newest)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// past reads what a shard holds of a record.
func (m *move) past(ctx context.Context, shard storage.Store, ref storage.Ref) (p past, err error) {
	err = shard.View(ctx, m.tenant, func(ctx context.Context, r storage.Reader) error {
		p, err = pastOf(ctx, r, ref)
		return err
	})
	return p, err
}

// sameLookups reports whether records are found by the same.
func sameLookups(a, b *storage.Record) bool {
	if len(a.Keys) != len(b.Keys) || a.Name != b.Name {
		return false
	}
	for _, k := range a.Keys {
		if !slices.Contains(b.Keys, k) {
			return false
		}
	}
	return a.Slots.Equal(&b.Slots)
}
