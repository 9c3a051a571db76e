package postgres

import (
	"cmp"
	"sync"

	"github.com/leadtocash/leadtocash/storage"
)

// known are records that this store has committed, as they were put. An Update that
// reads one takes it for the record that is stored, and asks with whatever it sends
// next whether it is still that version: if not, it runs again. A version never
// changes; the time tells one apart that was lost in a failover and written anew.
type known struct {
	size       int // of each half
	mu         sync.Mutex
	young, old map[knownRecord]*storage.Record
	hot        map[knownRecord]int // how often still a record is locked before it is read
}

// hotFor is how often a record is locked before it is read after two have changed it at
// once. So of many who want one record only one in so many finds out by running twice.
const hotFor = 32

// heat notes that somebody else has changed what a transaction has read and written.
func (k *known) heat(tenant storage.Tenant, heads map[storage.Ref]*head) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for ref, h := range heads {
		if h == nil || h.put == nil || h.version == 1 {
			continue
		}
		if k.hot == nil || len(k.hot) >= cmp.Or(k.size, 1) {
			k.hot = make(map[knownRecord]int)
		}
		k.hot[knownRecord{tenant, ref}] = hotFor
	}
}

// isHot reports whether a record is to be locked before it is read.
func (k *known) isHot(r knownRecord) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	left := k.hot[r]
	if left == 1 {
		delete(k.hot, r)
	} else if left > 1 {
		k.hot[r]--
	}
	return left > 0
}

type knownRecord struct {
	tenant storage.Tenant
	ref    storage.Ref
}

// find returns the version known of a record, nil if there is none.
func (k *known) find(r knownRecord) *storage.Record {
	k.mu.Lock()
	defer k.mu.Unlock()
	if rec := k.young[r]; rec != nil {
		return rec
	}
	rec := k.old[r]
	if rec != nil {
		k.keep(r, rec)
	}
	return rec
}

// replace takes over what is stored of a record, nil if it is not.
func (k *known) replace(r knownRecord, now *storage.Record) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.young, r)
	delete(k.old, r)
	if now != nil {
		k.keep(r, now)
	}
}

// forget forgets records that may have changed.
func (k *known) forget(tenant storage.Tenant, refs map[storage.Ref]seen) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for ref := range refs {
		delete(k.young, knownRecord{tenant, ref})
		delete(k.old, knownRecord{tenant, ref})
	}
}

// learn takes over what a transaction has committed.
func (k *known) learn(tenant storage.Tenant, heads map[storage.Ref]*head) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for ref, h := range heads {
		r := knownRecord{tenant, ref}
		switch {
		case h == nil:
			delete(k.young, r)
			delete(k.old, r)
		case h.put != nil && h.put.Value != nil:
			rec := *h.put
			rec.Image = storage.NewImage(rec.Value) // without bytes that nobody asks for
			k.keep(r, &rec)
		}
	}
}

// keep adds to the younger half. When that is full the older one is forgotten.
func (k *known) keep(r knownRecord, rec *storage.Record) {
	if k.size == 0 {
		return
	}
	if k.young == nil || len(k.young) >= k.size {
		k.old, k.young = k.young, make(map[knownRecord]*storage.Record)
	}
	k.young[r] = rec
}
