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

// eventsBy are events by what they are about.
type eventsBy struct {
	all []record.Event
	ref map[record.Ref][]record.Event // nil where they are few
}

func byRef(events []record.Event) (by eventsBy) {
	by.all = events
	if len(events) > fewRefs {
		by.ref = make(map[record.Ref][]record.Event, len(events))
		for _, e := range events {
			by.ref[e.Ref] = append(by.ref[e.Ref], e)
		}
	}
	return by
}

// of tells which events are about a record: of few, all are shown.
func (by *eventsBy) of(ref record.Ref) []record.Event {
	if by.ref == nil {
		return by.all
	}
	return by.ref[ref]
}
