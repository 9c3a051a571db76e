package postgres

import (
	"sync"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

// known are documents that this store has committed, as the values they were put
// with. A transaction that reads such a record asks whether it is still that
// version, and the server looks up and sends the document only if it is not. A
// version never changes; the time tells one apart that was lost in a failover and
// written anew.
type known struct {
	size       int // of each half
	mu         sync.Mutex
	young, old map[knownRecord]knownVersion
}

type knownRecord struct {
	tenant storage.Tenant
	ref    storage.Ref
}

type knownVersion struct {
	version int64
	at      time.Time
	image   storage.Image
}

// find returns the version known of a record.
func (k *known) find(r knownRecord) (v knownVersion, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if v, ok = k.young[r]; ok {
		return v, true
	}
	if v, ok = k.old[r]; ok {
		k.keep(r, v)
	}
	return v, ok
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
			k.keep(r, knownVersion{h.version, h.put.UpdatedAt, storage.NewImage(h.put.Value)})
		}
	}
}

// keep adds to the younger half. When that is full the older one is forgotten.
func (k *known) keep(r knownRecord, v knownVersion) {
	if k.size == 0 {
		return
	}
	if k.young == nil || len(k.young) >= k.size {
		k.old, k.young = k.young, make(map[knownRecord]knownVersion)
	}
	k.young[r] = v
}
