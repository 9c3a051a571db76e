package postgres

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"github.com/leadtocash/leadtocash/storage"
)

// locks are advisory locks of a transaction by their number, and which of them are
// exclusive. Numbers are hashes: two places that share one wait for each other
// without need. Those of counters are not negative, so that they come last in order:
// many stand in line there, and should hold up nobody else.
type locks map[int64]bool

func (l locks) add(lock int64, exclusive bool) { l[lock] = l[lock] || exclusive }

// join adds all of others.
func (l locks) join(others locks) {
	for lock, exclusive := range others {
		l.add(lock, exclusive)
	}
}

// beyond returns what is not held, or only shared, of l.
func (l locks) beyond(held locks) locks {
	missing := make(locks)
	for lock, exclusive := range l {
		if have, ok := held[lock]; !ok || exclusive && !have {
			missing[lock] = exclusive
		}
	}
	return missing
}

// lines divides the locks of counters, where many stand in line, from all others.
func (l locks) lines() (lines, others locks) {
	lines, others = make(locks), make(locks, len(l))
	for lock, exclusive := range l {
		if lock >= 0 {
			lines[lock] = exclusive
		} else {
			others[lock] = exclusive
		}
	}
	return lines, others
}

// inOrder lists locks in the order in which everybody takes them.
func (l locks) inOrder() (numbers []int64, exclusive []bool) {
	numbers = make([]int64, 0, len(l))
	for lock := range l {
		numbers = append(numbers, lock)
	}
	slices.Sort(numbers)
	exclusive = make([]bool, len(numbers))
	for i, lock := range numbers {
		exclusive[i] = l[lock]
	}
	return numbers, exclusive
}

// What a lock is of.
const (
	ofRecord  = 'r'
	ofKey     = 'k'
	ofClaim   = 'c'
	ofReaders = 'R' // of a kind
	ofWriters = 'W' // of a kind
	ofCounter = 'n'
)

// lanes is how many may search a kind without a key and commit at once: a writer
// takes each lane of the kind shared, who searches takes one of them for himself.
const lanes = 2

// severally is how many places of a kind a transaction locks one by one; beyond, it
// takes the kind. The server has room for some thousand locks, which all share.
const severally = 200

// wants collects the locks that a transaction asks for.
type wants struct {
	tenant        storage.Tenant
	lane          byte
	locks         locks
	reads, writes map[string]int // of a kind, locked one by one
}

func newWants(tenant storage.Tenant) *wants {
	return &wants{
		tenant: tenant, lane: byte(rand.IntN(lanes)), locks: make(locks),
		reads: make(map[string]int), writes: make(map[string]int),
	}
}

// number is the number of a lock.
func (w *wants) number(of byte, parts ...string) int64 {
	h := fnv.New64a()
	h.Write([]byte{of})
	for _, part := range append(parts, string(w.tenant)) {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	n := int64(h.Sum64() >> 1)
	if of == ofCounter {
		return n
	}
	return ^n
}

// read asks that something of a kind stays as it is.
func (w *wants) read(of byte, kind string, parts ...string) {
	w.locks.add(w.number(ofReaders, kind), false)
	lock := w.number(of, append(parts, kind)...)
	if _, asked := w.locks[lock]; !asked && w.several(w.reads, kind) {
		w.search(kind)
		return
	}
	w.locks.add(lock, false)
}

// several counts another place of a kind and reports whether they are too many.
func (w *wants) several(places map[string]int, kind string) bool {
	places[kind]++
	return places[kind] > severally
}

// write asks to be alone with something of a kind.
func (w *wants) write(of byte, kind string, parts ...string) {
	for lane := range byte(lanes) {
		w.locks.add(w.number(ofWriters+lane, kind), false)
	}
	lock := w.number(of, append(parts, kind)...)
	if alone := w.locks[lock]; !alone && w.several(w.writes, kind) {
		w.search(kind)
		w.locks.add(w.number(ofReaders, kind), true)
		return
	}
	w.locks.add(lock, true)
}

// search asks that nothing of a kind is written.
func (w *wants) search(kind string) { w.locks.add(w.number(ofWriters+w.lane, kind), true) }

// draw asks to be alone with a counter.
func (w *wants) draw(counter string) {
	w.locks.add(w.number(ofCounter), false)
	w.locks.add(w.number(ofCounter, counter), true)
}

// drawAny asks to be alone with all counters.
func (w *wants) drawAny() { w.locks.add(w.number(ofCounter), true) }

// hold asks for what writes that wait will need.
func (w *wants) hold(ws *writes) {
	record := func(ref storage.Ref) { w.write(ofRecord, ref.Kind, string(ref.ID[:])) }
	for _, r := range ws.records {
		record(r.ref)
	}
	for _, r := range ws.gone.records {
		record(r.Ref)
	}
	for _, e := range ws.events {
		record(e.ref)
	}
	for _, rows := range [][]keyRow{ws.keys, ws.gone.keys} {
		for _, k := range rows {
			w.write(ofKey, k.Kind, k.Name, k.Value)
		}
	}
	for _, rows := range [][]claimRow{ws.claims, ws.gone.claims} {
		for _, c := range rows {
			w.write(ofClaim, c.Kind, c.claim)
		}
	}
}
