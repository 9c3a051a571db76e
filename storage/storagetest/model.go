package storagetest

import (
	"cmp"
	"maps"
	"slices"

	"github.com/leadtocash/leadtocash/storage"
)

// model is what a tenant of a store should contain, kept in maps: the meaning of every
// call, written once more as simply as can be. A clone of it is a transaction.
type model struct {
	things   map[storage.Ref][]past
	counters map[string]int64
	feed     []storage.Event
	failed   error // of a write, after which the transaction answers nothing else
	doomed   error // why the transaction will not commit
}

// past is one version of a thing.
type past struct {
	record *storage.Record // nil of a deletion
	events []storage.Event // as the history has them, but for the image
	erased bool
}

func newModel() *model {
	return &model{things: make(map[storage.Ref][]past), counters: make(map[string]int64)}
}

func (m *model) clone() *model {
	c := &model{things: make(map[storage.Ref][]past), counters: maps.Clone(m.counters), feed: slices.Clip(m.feed)}
	for ref, versions := range m.things {
		c.things[ref] = slices.Clone(versions)
	}
	return c
}

func (m *model) doom(err error) { m.doomed = cmp.Or(m.doomed, err) }

// write carries a write out unless one has failed before.
func (m *model) write(fn func() error) error {
	if m.failed == nil {
		m.failed = fn()
		m.doom(m.failed)
	}
	return m.failed
}

// living returns the stored record, nil if there is none.
func (m *model) living(ref storage.Ref) *storage.Record {
	if v := m.things[ref]; len(v) > 0 {
		return v[len(v)-1].record
	}
	return nil
}

// of returns the stored records of a kind, in any order.
func (m *model) of(kind string) (records []*storage.Record) {
	for ref := range m.things {
		if r := m.living(ref); r != nil && ref.Kind == kind {
			records = append(records, r)
		}
	}
	return records
}

func (m *model) put(r *storage.Record, events []storage.Event) error {
	if err := cmp.Or(r.Validate(), storage.ValidateEvents(r.Ref, r.Version, events)); err != nil {
		return err
	}
	if int64(len(m.things[r.Ref])) != r.Version-1 || r.Version > 1 && m.living(r.Ref) == nil {
		return storage.ErrConflict
	}
	for _, other := range m.of(r.Kind) {
		for _, c := range r.Claims {
			if other.ID != r.ID && slices.Contains(other.Claims, c) {
				return storage.ErrTaken
			}
		}
	}
	m.happen(r.Ref, r, events)
	return nil
}

func (m *model) delete(ref storage.Ref, version int64, events []storage.Event) error {
	if err := cmp.Or(ref.Validate(), storage.ValidateEvents(ref, version+1, events)); err != nil {
		return err
	}
	r := m.living(ref)
	switch {
	case r == nil:
		return storage.ErrNotFound
	case r.Version != version:
		return storage.ErrConflict
	}
	m.happen(ref, nil, events)
	return nil
}

// happen adds a version with its events; no record is a deletion.
func (m *model) happen(ref storage.Ref, r *storage.Record, events []storage.Event) {
	p := past{record: r}
	for i, e := range events {
		e.Ordinal, e.Deleted = int32(i), r == nil
		p.events = append(p.events, e)
		e.Position = int64(len(m.feed)) + 1
		m.feed = append(m.feed, e)
	}
	m.things[ref] = append(m.things[ref], p)
}

func (m *model) erase(ref storage.Ref) error {
	if err := ref.Validate(); err != nil {
		return err
	}
	versions := m.things[ref]
	if len(versions) == 0 {
		return storage.ErrNotFound
	}
	for i := range versions {
		versions[i].erased = versions[i].erased || i < len(versions)-1
	}
	return nil
}

func (m *model) next(counter string) (int64, error) {
	if err := storage.ValidateCounter(counter); err != nil {
		return 0, err
	}
	m.counters[counter]++
	return m.counters[counter], nil
}

func (m *model) get(ref storage.Ref) (*storage.Record, error) {
	if r := m.living(ref); r != nil {
		return r, nil
	}
	return nil, storage.ErrNotFound
}

// find returns what q finds.
func (m *model) find(q storage.Query) ([]*storage.Record, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	hits := matching(q, m.of(q.Kind))
	if p, ok, _ := q.Position(); ok {
		place := p.Record(q)
		hits = slices.DeleteFunc(hits, func(r *storage.Record) bool { return storage.Compare(q, r, place) <= 0 })
	}
	if q.Limit > 0 && len(hits) > q.Limit {
		hits = hits[:q.Limit]
	}
	return hits, nil
}

func (m *model) history(ref storage.Ref) (events []storage.Event) {
	for _, p := range m.things[ref] {
		for _, e := range p.events {
			if p.record != nil && !p.erased {
				e.Image = p.record.Image
			}
			events = append(events, e)
		}
	}
	return events
}

// after returns the events of the feed behind a position.
func (m *model) after(position int64) []storage.Event {
	return m.feed[min(max(position, 0), int64(len(m.feed))):]
}
