package engine

import (
	"slices"

	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// fewRefs is how many references are looked through; more are looked up.
const fewRefs = 32

// refs is a growing set of references.
type refs struct {
	list []record.Ref
	set  map[record.Ref]bool
}

func (r *refs) add(ref record.Ref) {
	r.list = append(r.list, ref)
	if r.set != nil {
		r.set[ref] = true
	}
}

func (r *refs) has(ref record.Ref) bool {
	if len(r.list) <= fewRefs {
		return slices.Contains(r.list, ref)
	}
	if r.set == nil {
		r.set = make(map[record.Ref]bool, 2*len(r.list))
		for _, known := range r.list {
			r.set[known] = true
		}
	}
	return r.set[ref]
}

// before returns the stored record that this transaction read last.
func (s *session) before(ref record.Ref) *storage.Record {
	stored := storeRef(ref)
	if len(s.loaded) <= fewRefs {
		for _, rec := range slices.Backward(s.loaded) {
			if rec.Ref == stored {
				return rec
			}
		}
		return nil
	}
	if s.latest == nil {
		s.latest = make(map[storage.Ref]*storage.Record, 2*len(s.loaded))
	}
	for ; s.known < len(s.loaded); s.known++ {
		s.latest[s.loaded[s.known].Ref] = s.loaded[s.known]
	}
	return s.latest[stored]
}

// eventsBy tells which events are about a record: of few, all are shown.
func eventsBy(events []record.Event) func(record.Ref) []record.Event {
	if len(events) <= fewRefs {
		return func(record.Ref) []record.Event { return events }
	}
	by := make(map[record.Ref][]record.Event, len(events))
	for _, e := range events {
		by[e.Ref] = append(by[e.Ref], e)
	}
	return func(ref record.Ref) []record.Event { return by[ref] }
}
