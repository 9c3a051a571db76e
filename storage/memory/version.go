package memory

import (
	"iter"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
)

// entry is everything known of one id: the chain of its versions, newest first.
// It outlives the record, for ids are never reused.
type entry struct {
	table  *table
	id     uuid.UUID
	older  *entry // the entry of the table made before this one
	head   atomic.Pointer[version]
	erased atomic.Pointer[erasure]
	// redacted are the events that texts were taken out of; replaced, never changed.
	redacted atomic.Pointer[map[place]storage.Event]
}

// place is that of an event in the history of a record.
type place struct {
	version int64
	ordinal int32
}

// version is one version of a record with its events. A transaction puts it into
// the chain at once; readers pass over versions of commits they do not know.
type version struct {
	entry    *entry
	older    atomic.Pointer[version]
	record   *storage.Record // while a snapshot may ask for it; nil of a deletion
	image    storage.Image
	number   int64
	position int64 // of the first event in the feed
	event    event
	more     *[]event // all but the first
	deleted  bool
}

// event is what events of one stamp do not share.
type event struct {
	stamp *stamp
	name  string
	data  storage.Image
}

// stamp is what events of one transaction share.
type stamp struct {
	seq     int64 // of the commit
	at      time.Time
	actor   string
	request string
}

// erasure notes that images up to a version have been erased.
type erasure struct {
	seq     int64 // of the commit
	through int64
	older   *erasure
}

func (e *entry) ref() storage.Ref { return storage.Ref{Kind: e.table.kind, ID: e.id} }

// at returns the version that holds as of a commit, nil if there is none yet.
func (e *entry) at(seq int64) *version {
	v := e.head.Load()
	for v != nil && v.seq() > seq {
		v = v.older.Load()
	}
	return v
}

// erasedThrough returns up to which version images are erased as of a commit.
func (e *entry) erasedThrough(seq int64) int64 {
	m := e.erased.Load()
	for m != nil && m.seq > seq {
		m = m.older
	}
	if m == nil {
		return 0
	}
	return m.through
}

// has reports whether a version that a snapshot may ask for has a key of this hash.
func (e *entry) has(h uint64) bool {
	for v := e.head.Load(); v != nil && (v.record != nil || v.deleted); v = v.older.Load() {
		if v.record == nil {
			continue
		}
		for _, k := range v.record.Keys {
			if hash(k) == h {
				return true
			}
		}
	}
	return false
}

// seq returns the commit that made v.
func (v *version) seq() int64 { return v.event.stamp.seq }

// events returns the number of events of v.
func (v *version) events() int {
	if v.more == nil {
		return 1
	}
	return 1 + len(*v.more)
}

// eventAt returns an event as History yields it, but for the image.
func (v *version) eventAt(ordinal int) storage.Event {
	e := &v.event
	if ordinal > 0 {
		e = &(*v.more)[ordinal-1]
	}
	told := storage.Event{
		Ref:     v.entry.ref(),
		Version: v.number,
		Ordinal: int32(ordinal),
		Type:    e.name,
		At:      e.stamp.at,
		Actor:   e.stamp.actor,
		Request: e.stamp.request,
		Data:    e.data,
		Deleted: v.deleted,
	}
	if redacted := v.entry.redacted.Load(); redacted != nil {
		if r, ok := (*redacted)[place{v.number, told.Ordinal}]; ok {
			told.Data, told.Request = r.Data, r.Request
		}
	}
	return told
}

// redact replaces what of an event may hold texts.
func (e *entry) redact(event storage.Event) {
	redacted := map[place]storage.Event{}
	if had := e.redacted.Load(); had != nil {
		redacted = maps.Clone(*had)
	}
	redacted[place{event.Version, event.Ordinal}] = event
	e.redacted.Store(&redacted)
}

// recordOf returns the record of a version, nil if there is neither.
func recordOf(v *version) *storage.Record {
	if v == nil {
		return nil
	}
	return v.record
}

// keysLost yields the keys that from has and to has not; either may be nil.
func keysLost(from, to *storage.Record) iter.Seq[storage.Key] {
	return func(yield func(storage.Key) bool) {
		if from == nil || to != nil && slices.Equal(from.Keys, to.Keys) {
			return
		}
		for _, k := range from.Keys {
			if (to == nil || !slices.Contains(to.Keys, k)) && !yield(k) {
				return
			}
		}
	}
}
