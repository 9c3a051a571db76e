package memory

import (
	"hash/maphash"
	"slices"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
)

// table holds the records of one kind. Only the writer changes it; all but claims
// is guarded by the tenant's mutex, so that snapshots can look things up.
type table struct {
	kind    string
	entries map[uuid.UUID]*entry
	newest  *entry // of the list of all entries
	count   int    // of that list
	keys    map[uint64]posting
	claims  map[string]*entry
	indexes []*index
}

func newTable(kind string) *table {
	return &table{
		kind:    kind,
		entries: make(map[uuid.UUID]*entry),
		keys:    make(map[uint64]posting),
		claims:  make(map[string]*entry),
	}
}

func (tb *table) add(e *entry) {
	tb.entries[e.id] = e
	e.older, tb.newest = tb.newest, e
	tb.count++
}

// remove takes back the last add.
func (tb *table) remove(e *entry) {
	delete(tb.entries, e.id)
	tb.newest = e.older
	tb.count--
}

// claim gives e the claims of to in place of those of from; either may be nil.
func (tb *table) claim(e *entry, from, to *storage.Record) {
	if from != nil {
		for _, c := range from.Claims {
			if to == nil || !slices.Contains(to.Claims, c) {
				delete(tb.claims, c)
			}
		}
	}
	if to != nil {
		for _, c := range to.Claims {
			if from == nil || !slices.Contains(from.Claims, c) {
				tb.claims[c] = e
			}
		}
	}
}

// posting lists entries that have a key, or another key of the same hash, or had
// it: who uses it looks at the record. Most keys have one.
type posting struct {
	one  *entry
	many *list
}

type list struct {
	entries []*entry // grows or is replaced, since readers keep what they have
	gone    int      // how many of them no longer have the key
	first   [2]*entry
}

// len returns how many entries there are to look at.
func (p posting) len() int {
	if p.many != nil {
		return len(p.many.entries)
	}
	if p.one != nil {
		return 1
	}
	return 0
}

func (p posting) appendTo(to []*entry) []*entry {
	if p.many != nil {
		return append(to, p.many.entries...)
	}
	if p.one != nil {
		return append(to, p.one)
	}
	return to
}

var seed = maphash.MakeSeed()

func hash(key storage.Key) uint64 { return maphash.Comparable(seed, key) }

// post lists e under a key.
func (tb *table) post(key storage.Key, e *entry) {
	h := hash(key)
	p := tb.keys[h]
	switch {
	case p.many != nil:
		p.many.entries = append(p.many.entries, e)
		return
	case p.one == e:
		return
	case p.one == nil:
		p.one = e
	default:
		many := &list{first: [2]*entry{p.one, e}}
		many.entries = many.first[:]
		p = posting{many: many}
	}
	tb.keys[h] = p
}

// unpost takes e from under a key, unless a snapshot may still find it there.
func (tb *table) unpost(key storage.Key, e *entry) {
	h := hash(key)
	p, listed := tb.keys[h]
	if !listed || e.has(h) {
		return
	}
	if p.many == nil {
		if p.one == e {
			delete(tb.keys, h)
		}
		return
	}
	if p.many.gone++; 2*p.many.gone < len(p.many.entries) {
		return
	}
	var left []*entry
	for _, e := range p.many.entries {
		if e.has(h) {
			left = append(left, e)
		}
	}
	if len(left) == 0 {
		delete(tb.keys, h)
		return
	}
	*p.many = list{entries: left}
}
