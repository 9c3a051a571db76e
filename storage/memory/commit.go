package memory

import "slices"

// bulk is how much is done at once while readers wait.
const bulk = 64

// commit publishes what the transaction has written.
func (tx *tx) commit() {
	if len(tx.writes) == 0 && len(tx.erased) == 0 && len(tx.redacted) == 0 {
		return
	}
	if len(tx.writes) > bulk {
		tx.reindex()
	}
	for more := tx.publish(); more; {
		more = tx.sweep()
	}
}

// publish makes the commit the last one. It reports whether garbage is left.
func (tx *tx) publish() (more bool) {
	t := tx.tenant
	t.mu.Lock()
	defer t.mu.Unlock()
	grown := tx.grow(t.edit())
	t.seq = tx.seq
	tx.plant(grown)
	for _, v := range tx.writes {
		switch old := v.older.Load(); {
		case old == nil:
			t.feed.add(v)
		case old.number == v.number:
			t.feed.replace(v)
			t.later(chore{t.seq, old, (*tenant).unlink})
		default:
			t.feed.add(v)
			t.later(chore{t.seq, old, (*tenant).compact})
		}
	}
	if t.keep >= 0 {
		t.feed.limit(feedWindow)
	}
	for _, e := range tx.erased {
		through := e.erased.Load().through
		for v := e.head.Load(); v != nil; v = v.older.Load() {
			if v.number <= through {
				t.later(chore{t.seq, v, (*tenant).blank})
			}
		}
	}
	for _, r := range tx.redacted {
		r.redact(r.event)
	}
	t.wake()
	return t.sweep(bulk)
}

func (tx *tx) sweep() (more bool) {
	tx.tenant.mu.Lock()
	defer tx.tenant.mu.Unlock()
	return tx.tenant.sweep(bulk)
}

// reindex lets the indexes know what has been written so far, without disturbing
// readers of their trees.
func (tx *tx) reindex() {
	if tx.indexed == len(tx.writes) {
		return
	}
	grown := tx.grow(tx.tenant.freeze())
	tx.tenant.mu.Lock()
	defer tx.tenant.mu.Unlock()
	tx.plant(grown)
}

// growth is a new tree of an index.
type growth struct {
	index *index
	root  *node[item]
}

// grow makes trees out of the latest and what has been written since.
func (tx *tx) grow(e edit[item]) (grown []growth) {
	for _, v := range tx.writes[tx.indexed:] {
		for _, ix := range v.entry.table.indexes {
			i := slices.IndexFunc(grown, func(g growth) bool { return g.index == ix })
			if i < 0 {
				i = len(grown)
				grown = append(grown, growth{ix, ix.latest()})
			}
			grown[i].root = ix.apply(e, grown[i].root, recordOf(v.older.Load()), v.record)
		}
	}
	tx.indexed = len(tx.writes)
	return grown
}

// plant gives the indexes their new trees. Called under the mutex.
func (tx *tx) plant(grown []growth) {
	for _, g := range grown {
		g.index.set(tx.seq, g.root)
		g.index.prune(tx.tenant.horizon())
	}
}
