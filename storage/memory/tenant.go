package memory

import (
	"context"
	"sync"

	"github.com/leadtocash/leadtocash/storage"
)

// tenant is the data of one tenant.
//
// A transaction writes into the chains of versions as it goes. What it writes
// bears the number of its commit, which nobody knows before publish: until then
// snapshots pass over it, and to roll back is to take it out again.
type tenant struct {
	name storage.Tenant
	settings
	writer chan struct{} // holds a token while somebody writes

	// Only the writer uses these.
	counters map[string]int64
	versions slab[version]
	entries  slab[entry]
	garbage  garbage
	writes   []*version // scratch of the running transaction

	mu       sync.RWMutex // guards the rest; the writer needs it only to change
	seq      int64        // the last commit
	epoch    uint64       // of tree nodes, see edit
	tables   map[string]*table
	feed     feed
	oldest   *view // views by age
	newest   *view
	wanted   []want // indexes to be built
	watchers map[chan struct{}]struct{}
}

const (
	versionBatch = 64
	entryBatch   = 32
)

func newTenant(name storage.Tenant, s settings) *tenant {
	t := &tenant{
		name:     name,
		settings: s,
		writer:   make(chan struct{}, 1),
		counters: make(map[string]int64),
		epoch:    1, // edits copy nodes of epoch 0 always
		versions: slab[version]{limit: versionBatch},
		entries:  slab[entry]{limit: entryBatch},
		tables:   make(map[string]*table),
		watchers: make(map[chan struct{}]struct{}),
	}
	if s.keep >= 0 {
		t.versions.limit = 1 // so that a living version keeps no forgotten one
	}
	return t
}

// acquire makes the caller the writer.
func (t *tenant) acquire(ctx context.Context, closed <-chan struct{}) error {
	select {
	case t.writer <- struct{}{}:
		return nil
	default:
	}
	select {
	case t.writer <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-closed:
		return storage.ErrClosed
	}
}

// release ends what acquire began, after building the indexes asked for meanwhile.
func (t *tenant) release() {
	t.buildWanted()
	<-t.writer
}

// reuse keeps the list of a transaction's writes for the next one, unless it was
// an unusually long one.
func (t *tenant) reuse(writes []*version) {
	clear(writes)
	t.writes = nil
	if cap(writes) <= 64*bulk {
		t.writes = writes[:0]
	}
}

// view is a snapshot in use, in the list of the tenant.
type view struct {
	reader
	epoch        uint64
	older, newer *view
}

func (t *tenant) open() *view {
	v := &view{reader: reader{tenant: t}}
	t.mu.Lock()
	defer t.mu.Unlock()
	v.reader.seq, v.epoch = t.seq, t.epoch
	t.epoch++
	if v.older = t.newest; v.older != nil {
		v.older.newer = v
	} else {
		t.oldest = v
	}
	t.newest = v
	return v
}

func (t *tenant) close(v *view) {
	v.ended.Store(true)
	t.mu.Lock()
	defer t.mu.Unlock()
	if v.older != nil {
		v.older.newer = v.newer
	} else {
		t.oldest = v.newer
	}
	if v.newer != nil {
		v.newer.older = v.older
	} else {
		t.newest = v.older
	}
}

// table returns the table of a kind, nil if there is none.
func (t *tenant) table(kind string) *table {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.tables[kind]
}

// edit returns how to change trees while nobody else can look at them, that is,
// under the mutex.
func (t *tenant) edit() edit[item] {
	e := edit[item]{epoch: t.epoch}
	if t.newest != nil {
		e.barrier = t.newest.epoch
	}
	return e
}

// freeze returns how to change trees that others may look at meanwhile.
func (t *tenant) freeze() edit[item] {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.epoch++
	return edit[item]{barrier: t.epoch - 1, epoch: t.epoch}
}

// horizon returns the oldest commit as of which somebody reads or may begin to.
func (t *tenant) horizon() int64 {
	if t.oldest != nil {
		return t.oldest.seq
	}
	return t.seq
}

// wake tells who waits for events that there are new ones. Called under the mutex.
func (t *tenant) wake() {
	for w := range t.watchers {
		select {
		case w <- struct{}{}:
		default: // it has yet to notice the last time
		}
	}
}

func (t *tenant) watch(w chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.watchers[w] = struct{}{}
}

func (t *tenant) unwatch(w chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.watchers, w)
	close(w)
}

// end returns the last position of the feed.
func (t *tenant) end() int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.feed.end
}

// page reads a page of the feed.
func (t *tenant) page(page []storage.Event, after, end int64, images bool) ([]storage.Event, int64) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if !images {
		return t.feed.page(page, after, end, 0)
	}
	return t.feed.page(page, after, end, t.seq)
}
