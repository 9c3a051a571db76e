package memory

import "slices"

// fanout is the greatest number of items in a leaf and of children in an inner
// node. There is room for one more, until the node is split.
const fanout = 63

// node is a node of a B+tree that holds its items in the order of a comparison.
// A tree is its root; nil is the empty one. A node that a snapshot may see is
// never changed but copied, together with the path to it, see edit.
type node[T any] struct {
	epoch uint64
	items []T        // in an inner node: the least item below each child
	kids  []*node[T] // nil in a leaf
}

// edit changes trees: nodes of epochs up to barrier are copied first, new ones
// are of the edit's own epoch.
type edit[T any] struct {
	barrier, epoch uint64
	compare        func(a, b T) int
}

// insert returns the tree with x in it, in place of an equal item if there is one.
func (e edit[T]) insert(root *node[T], x T) *node[T] {
	if root == nil {
		return &node[T]{epoch: e.epoch, items: []T{x}}
	}
	left, right := e.insertInto(root, x)
	if right == nil {
		return left
	}
	return &node[T]{
		epoch: e.epoch,
		items: []T{left.items[0], right.items[0]},
		kids:  []*node[T]{left, right},
	}
}

func (e edit[T]) insertInto(n *node[T], x T) (left, right *node[T]) {
	n = e.own(n)
	if n.kids == nil {
		i, found := slices.BinarySearchFunc(n.items, x, e.compare)
		if found {
			n.items[i] = x
			return n, nil
		}
		n.items = slices.Insert(n.items, i, x)
		return n, e.split(n, i)
	}
	i := e.child(n, x)
	kid, more := e.insertInto(n.kids[i], x)
	n.kids[i], n.items[i] = kid, kid.items[0]
	if more == nil {
		return n, nil
	}
	n.kids = slices.Insert(n.kids, i+1, more)
	n.items = slices.Insert(n.items, i+1, more.items[0])
	return n, e.split(n, i+1)
}

// split halves a node that is too full after an insertion at i. What grows at one
// end, as everything ordered by time does, leaves full nodes behind.
func (e edit[T]) split(n *node[T], i int) *node[T] {
	if len(n.items) <= fanout {
		return nil
	}
	at := len(n.items) / 2
	switch i {
	case len(n.items) - 1:
		at = i
	case 0, min(1, len(n.kids)):
		at = 1
	}
	right := &node[T]{epoch: e.epoch, items: roomy(n.items[at:])}
	clear(n.items[at:])
	n.items = n.items[:at]
	if n.kids != nil {
		right.kids = roomy(n.kids[at:])
		clear(n.kids[at:])
		n.kids = n.kids[:at]
	}
	return right
}

// remove returns the tree without the item that equals x.
func (e edit[T]) remove(root *node[T], x T) *node[T] {
	if root == nil {
		return nil
	}
	root = e.removeFrom(root, x)
	for len(root.kids) == 1 {
		root = root.kids[0]
	}
	if len(root.items) == 0 {
		return nil
	}
	return root
}

func (e edit[T]) removeFrom(n *node[T], x T) *node[T] {
	n = e.own(n)
	if n.kids == nil {
		if i, found := slices.BinarySearchFunc(n.items, x, e.compare); found {
			n.items = slices.Delete(n.items, i, i+1)
		}
		return n
	}
	i := e.child(n, x)
	kid := e.removeFrom(n.kids[i], x)
	n.kids[i] = kid
	if len(kid.items) > 0 {
		n.items[i] = kid.items[0]
	}
	if len(kid.items) < fanout/4 {
		e.mend(n, i)
	}
	return n
}

// mend empties the small child i of n into a neighbour with room for it.
func (e edit[T]) mend(n *node[T], i int) {
	if i > 0 && (i == len(n.kids)-1 || len(n.kids[i-1].items) <= len(n.kids[i+1].items)) {
		i--
	}
	if i+1 == len(n.kids) || len(n.kids[i].items)+len(n.kids[i+1].items) > fanout {
		return
	}
	left, right := e.own(n.kids[i]), n.kids[i+1]
	left.items = append(left.items, right.items...)
	left.kids = append(left.kids, right.kids...)
	n.kids[i] = left
	if len(left.items) > 0 {
		n.items[i] = left.items[0]
	}
	n.kids = slices.Delete(n.kids, i+1, i+2)
	n.items = slices.Delete(n.items, i+1, i+2)
}

// own returns n, or a copy of it, that may be changed.
func (e edit[T]) own(n *node[T]) *node[T] {
	if n.epoch > e.barrier {
		return n
	}
	own := &node[T]{epoch: e.epoch, items: roomy(n.items)}
	if n.kids != nil {
		own.kids = roomy(n.kids)
	}
	return own
}

func roomy[S any](s []S) []S { return append(make([]S, 0, fanout+1), s...) }

// child returns the index of the child below which x is, or belongs.
func (e edit[T]) child(n *node[T], x T) int {
	i, found := slices.BinarySearchFunc(n.items, x, e.compare)
	if !found && i > 0 {
		i--
	}
	return i
}

// load returns the tree of items that are in order and all different. Any edit
// copies its nodes first.
func load[T any](items []T) *node[T] {
	const fill = fanout * 3 / 4
	var level []*node[T]
	for part := range slices.Chunk(items, fill) {
		level = append(level, &node[T]{items: roomy(part)})
	}
	for len(level) > 1 {
		var upper []*node[T]
		for part := range slices.Chunk(level, fill) {
			n := &node[T]{kids: roomy(part)}
			for _, kid := range part {
				n.items = append(n.items, kid.items[0])
			}
			upper = append(upper, n)
		}
		level = upper
	}
	if len(level) == 0 {
		return nil
	}
	return level[0]
}

// walk is a place in a tree, moving forward. The tree must not change meanwhile.
type walk[T any] struct {
	path []step[T]
}

type step[T any] struct {
	n *node[T]
	i int
}

// seek returns the place of the first item that is not before, which holds for a
// beginning of the tree's items.
func seek[T any](root *node[T], before func(T) bool) walk[T] {
	w := walk[T]{path: make([]step[T], 0, 8)}
	for n := root; n != nil; {
		i, _ := slices.BinarySearchFunc(n.items, struct{}{}, func(x T, _ struct{}) int {
			if before(x) {
				return -1
			}
			return 1
		})
		if n.kids == nil {
			w.path = append(w.path, step[T]{n, i})
			break
		}
		// The first item that is not before may be below the child that begins
		// with one that is.
		i = max(i-1, 0)
		w.path = append(w.path, step[T]{n, i})
		n = n.kids[i]
	}
	w.settle()
	return w
}

// item returns the item at w; ok is false at the end.
func (w *walk[T]) item() (x T, ok bool) {
	if len(w.path) == 0 {
		return x, false
	}
	last := &w.path[len(w.path)-1]
	return last.n.items[last.i], true
}

// next moves to the next item.
func (w *walk[T]) next() {
	w.path[len(w.path)-1].i++
	w.settle()
}

// settle moves a place behind the end of a leaf to the beginning of the next.
func (w *walk[T]) settle() {
	for len(w.path) > 0 {
		last := &w.path[len(w.path)-1]
		switch {
		case last.i == len(last.n.items):
			w.path = w.path[:len(w.path)-1]
			if len(w.path) > 0 {
				w.path[len(w.path)-1].i++
			}
		case last.n.kids != nil:
			w.path = append(w.path, step[T]{n: last.n.kids[last.i]})
		default:
			return
		}
	}
}
