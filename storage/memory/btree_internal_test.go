package memory

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func contents(root *node[int]) (out []int) {
	for w := seek(root, func(int) bool { return false }); ; w.next() {
		x, ok := w.item()
		if !ok {
			return out
		}
		out = append(out, x)
	}
}

// wellFormed fails unless all leaves are equally deep, no node is too full, and
// inner nodes know the least item below each child.
func wellFormed(t *rapid.T, n *node[int]) (depth int) {
	if len(n.items) > fanout {
		t.Fatalf("node of %d items", len(n.items))
	}
	if n.kids == nil {
		return 1
	}
	if len(n.items) != len(n.kids) {
		t.Fatalf("%d items for %d children", len(n.items), len(n.kids))
	}
	for i, kid := range n.kids {
		d := wellFormed(t, kid)
		if depth == 0 {
			depth = d
		}
		if d != depth {
			t.Fatalf("leaves at depth %d and %d", d, depth)
		}
		if len(kid.items) > 0 && kid.items[0] != n.items[i] {
			t.Fatalf("least item of child %d is %d, not %d", i, kid.items[0], n.items[i])
		}
	}
	return depth + 1
}

// TestTree changes trees of thousands of items like a sorted slice. Some states
// are frozen and must still be the same in the end.
func TestTree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type snapshot struct {
			root *node[int]
			want []int
		}
		var frozen []snapshot
		e := edit[int]{epoch: 1, compare: cmp.Compare[int]}
		span := rapid.SampledFrom([]int{10, 1000, 10_000}).Draw(t, "span")
		var want []int
		for range rapid.IntRange(0, span/4).Draw(t, "loaded") {
			want = append(want, rapid.IntRange(0, span).Draw(t, "item"))
		}
		slices.Sort(want)
		want = slices.Compact(want)
		root := load(want)
		for range rapid.IntRange(1, 6).Draw(t, "phases") {
			if rapid.Bool().Draw(t, "freeze") {
				frozen = append(frozen, snapshot{root, slices.Clone(want)})
				e.barrier, e.epoch = e.epoch, e.epoch+1
			}
			first := rapid.IntRange(0, span).Draw(t, "first")
			step := rapid.SampledFrom([]int{1, -1, 7919}).Draw(t, "step")
			insert := rapid.Bool().Draw(t, "insert")
			for i := range rapid.IntRange(1, 600).Draw(t, "changes") {
				x := ((first+i*step)%span + span) % span
				at, found := slices.BinarySearch(want, x)
				switch {
				case insert:
					root = e.insert(root, x)
					if !found {
						want = slices.Insert(want, at, x)
					}
				default:
					root = e.remove(root, x)
					if found {
						want = slices.Delete(want, at, at+1)
					}
				}
			}
			if root != nil {
				wellFormed(t, root)
			}
			if got := contents(root); !slices.Equal(got, want) {
				t.Fatalf("got %v\nwant %v", got, want)
			}
			x := rapid.IntRange(-1, span+1).Draw(t, "sought")
			at, _ := slices.BinarySearch(want, x)
			w := seek(root, func(y int) bool { return y < x })
			if got, ok := w.item(); ok != (at < len(want)) || ok && got != want[at] {
				t.Fatalf("sought %d, found %d, %t", x, got, ok)
			}
		}
		for i, f := range frozen {
			if got := contents(f.root); !slices.Equal(got, f.want) {
				t.Fatalf("snapshot %d has changed: got %v\nwant %v", i, got, f.want)
			}
		}
	})
}

func nodes(n *node[int]) int {
	if n == nil {
		return 0
	}
	total := 1
	for _, kid := range n.kids {
		total += nodes(kid)
	}
	return total
}

// TestTreeStaysSmall grows trees in several orders and then shrinks them.
func TestTreeStaysSmall(t *testing.T) {
	t.Parallel()
	const size = 50_000
	for name, nth := range map[string]func(i int) int{
		"ascending":  func(i int) int { return i },
		"descending": func(i int) int { return size - i - 1 },
		"scattered":  func(i int) int { return i * 7919 % size },
	} {
		e := edit[int]{epoch: 1, compare: cmp.Compare[int]}
		var root *node[int]
		for i := range size {
			root = e.insert(root, nth(i))
		}
		most := size / (fanout / 2)
		if name != "scattered" {
			most = size / (fanout * 9 / 10)
		}
		if n := nodes(root); n > most {
			t.Errorf("%s: %d nodes for %d items, want at most %d", name, n, size, most)
		}
		for i := range size - size/50 {
			root = e.remove(root, nth(i))
		}
		if n, most := nodes(root), size/50/(fanout/8); n > most {
			t.Errorf("%s: %d nodes are left for %d items, want at most %d", name, n, size/50, most)
		}
	}
}
