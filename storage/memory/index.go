package memory

import (
	"context"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/storage"
)

// order says how an index sorts the records of a kind: by the value of a group
// field and of a key, if any, then as a query does.
type order struct {
	group storage.Field // state, status or empty
	key   string        // the key's name or empty: then one item per value of it
	by    storage.Field
	desc  bool
}

// item is a record in an index, with one of its keys if the index has them.
type item struct {
	record *storage.Record
	key    string // the key's value
}

// index keeps a tree per commit that a snapshot may ask for, oldest first.
type index struct {
	order
	trees []tree
}

type tree struct {
	seq  int64
	root *node[item]
}

// at returns the tree as of a commit; ok is false if the index is younger.
func (ix *index) at(seq int64) (root *node[item], ok bool) {
	for i := len(ix.trees) - 1; i >= 0; i-- {
		if ix.trees[i].seq <= seq {
			return ix.trees[i].root, true
		}
	}
	return nil, false
}

// set makes root the tree as of a commit, which is the latest.
func (ix *index) set(seq int64, root *node[item]) {
	last := &ix.trees[len(ix.trees)-1]
	if last.seq == seq {
		last.root = root
		return
	}
	ix.trees = append(ix.trees, tree{seq, root})
}

// latest returns the tree of the running transaction or else the last commit.
func (ix *index) latest() *node[item] { return ix.trees[len(ix.trees)-1].root }

// prune forgets trees that nobody asks for who asks as of oldest or later.
func (ix *index) prune(oldest int64) {
	n := 0
	for n+1 < len(ix.trees) && ix.trees[n+1].seq <= oldest {
		n++
	}
	ix.trees = slices.Delete(ix.trees, 0, n)
}

// unindex forgets the trees of a commit that did not come about, and indexes that
// have no others.
func (tb *table) unindex(seq int64) {
	tb.indexes = slices.DeleteFunc(tb.indexes, func(ix *index) bool {
		if n := len(ix.trees) - 1; ix.trees[n].seq == seq {
			ix.trees = slices.Delete(ix.trees, n, n+1)
		}
		return len(ix.trees) == 0
	})
}

func (o order) query() storage.Query { return storage.Query{Order: o.by, Desc: o.desc} }

func (o order) groupOf(r *storage.Record) string {
	switch o.group {
	case storage.FieldState:
		return r.State
	case storage.FieldStatus:
		return r.Status
	default:
		return ""
	}
}

func (o order) compare(a, b item) int {
	if o.group != "" {
		if c := strings.Compare(o.groupOf(a.record), o.groupOf(b.record)); c != 0 {
			return c
		}
	}
	if c := strings.Compare(a.key, b.key); c != 0 {
		return c
	}
	return storage.Compare(o.query(), a.record, b.record)
}

// items calls yield for each item of a record.
func (o order) items(r *storage.Record, yield func(item)) {
	if r == nil {
		return
	}
	if o.key == "" {
		yield(item{record: r})
		return
	}
	for _, k := range r.Keys {
		if k.Name == o.key {
			yield(item{r, k.Value})
		}
	}
}

// apply brings an index from one version of a record to the next.
func (o order) apply(e edit[item], root *node[item], from, to *storage.Record) *node[item] {
	e.compare = o.compare
	o.items(from, func(x item) {
		stays := false
		o.items(to, func(y item) { stays = stays || o.compare(x, y) == 0 })
		if !stays {
			root = e.remove(root, x)
		}
	})
	o.items(to, func(x item) { root = e.insert(root, x) })
	return root
}

// build makes an index of the records as of a commit.
func (o order) build(ctx context.Context, newest *entry, seq int64) (*index, error) {
	var items []item
	for e := newest; e != nil; e = e.older {
		if v := e.at(seq); v != nil {
			o.items(v.record, func(x item) { items = append(items, x) })
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(items, o.compare)
	return &index{order: o, trees: []tree{{seq, load(items)}}}, nil
}

// want is an index that a query would have liked.
type want struct {
	table *table
	order order
}

// index returns an index of a table, nil if it has not been built.
func (t *tenant) index(w want) *index {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return w.table.index(w.order)
}

func (tb *table) index(o order) *index {
	for _, ix := range tb.indexes {
		if ix.order == o {
			return ix
		}
	}
	return nil
}

// build adds an index, with what is known as of seq. Only the writer does.
func (t *tenant) build(ctx context.Context, w want, seq int64) {
	if t.index(w) != nil || len(w.table.indexes) == maxIndexes {
		return
	}
	ix, err := w.order.build(ctx, w.table.newest, seq)
	if err != nil {
		return // the next query tries again
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	w.table.indexes = append(w.table.indexes, ix)
}

// buildOrWish builds an index unless somebody is writing, who then will.
func (t *tenant) buildOrWish(ctx context.Context, w want) {
	select {
	case t.writer <- struct{}{}:
		t.build(ctx, w, t.seq)
		<-t.writer
	default:
		t.mu.Lock()
		defer t.mu.Unlock()
		if len(t.wanted) < maxIndexes && !slices.Contains(t.wanted, w) {
			t.wanted = append(t.wanted, w)
		}
	}
}

// buildWanted builds what was wished for. Only the writer does.
func (t *tenant) buildWanted() {
	t.mu.Lock()
	wanted := t.wanted
	t.wanted = nil
	t.mu.Unlock()
	for _, w := range wanted {
		t.build(context.Background(), w, t.seq)
	}
}
