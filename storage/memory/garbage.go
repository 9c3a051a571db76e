package memory

import "github.com/leadtocash/leadtocash/storage"

// garbage is what may be cleared away when no snapshot needs it any more, in the
// order of the commits.
type garbage struct {
	items []chore
	done  int
}

// chore is something to do about a version once all snapshots are of the commit
// seq or later.
type chore struct {
	seq     int64
	version *version
	do      func(*tenant, *version)
}

// later remembers a chore for sweep. Called under the mutex.
func (t *tenant) later(c chore) { t.garbage.items = append(t.garbage.items, c) }

func (t *tenant) due(c chore) bool { return t.oldest == nil || t.oldest.seq >= c.seq }

// sweep does up to limit chores that are due and reports whether more are.
// Called under the mutex.
func (t *tenant) sweep(limit int) (more bool) {
	g := &t.garbage
	for g.done < len(g.items) && t.due(g.items[g.done]) {
		if limit == 0 {
			return true
		}
		c := g.items[g.done]
		g.items[g.done] = chore{}
		g.done++
		limit--
		c.do(t, c.version)
	}
	if g.done == len(g.items) {
		g.items, g.done = g.items[:0], 0
		if cap(g.items) > 64*bulk {
			g.items = nil
		}
	}
	return false
}

// compact reduces a superseded version to its image and events.
func (t *tenant) compact(v *version) {
	t.strip(v)
	if t.keep >= 0 {
		t.trim(v)
	}
}

// strip takes the record of a superseded version out of the look-ups.
func (t *tenant) strip(v *version) {
	old := v.record
	v.record = nil
	for k := range keysLost(old, recordOf(v.entry.head.Load())) {
		v.entry.table.unpost(k, v.entry)
	}
}

// unlink takes a version out of the chain that was reindexed.
func (t *tenant) unlink(v *version) {
	t.strip(v)
	for newer := v.entry.head.Load(); newer != nil; newer = newer.older.Load() {
		if newer.older.Load() == v {
			newer.older.Store(v.older.Load())
			return
		}
	}
}

// trim cuts the chain behind the versions to keep. v and all older versions are
// superseded and compact.
func (t *tenant) trim(v *version) {
	if v.number%int64(t.keep/4+1) != 0 {
		return
	}
	last := v.entry.head.Load()
	for last != nil && last.number > v.number+1-int64(t.keep) {
		last = last.older.Load()
	}
	if last == nil {
		return
	}
	for cut := last.older.Swap(nil); cut != nil; cut = cut.older.Load() {
		t.later(chore{t.seq + 1, cut, (*tenant).blank})
	}
}

// blank removes the image of a version.
func (t *tenant) blank(v *version) { v.image = storage.Image{} }

// recycle takes back a version that was never committed.
func (t *tenant) recycle(v *version) {
	if v.number == 1 && v.older.Load() == nil {
		t.entries.put(v.entry)
	}
	t.versions.put(v)
}
