package bpf

import (
	"math/bits"
	"slices"
)

// outcomes lists the stages that may follow the i-th one, branches first, the
// default last; "" stands for the end. Unknown keys are kept.
func (d *Definition) outcomes(i int) (keys []string) {
	for _, b := range d.Stages[i].Branches {
		keys = append(keys, target(b.Next))
	}
	return append(keys, d.otherwise(i))
}

// otherwise is the stage that follows when no case of a branch holds.
func (d *Definition) otherwise(i int) string {
	s := d.Stages[i]
	switch {
	case s.Else != "":
		return target(s.Else)
	case s.Next != "":
		return target(s.Next)
	case i+1 < len(d.Stages):
		return d.Stages[i+1].Key
	}
	return ""
}

func target(key string) string {
	if key == End {
		return ""
	}
	return key
}

// graph is the shape of a definition: sets of stages are bits, the end is the
// bit behind the last stage.
type graph struct {
	d     *Definition
	next  [][]int // distinct successors; len(d.Stages) is the end
	order []int   // topological, reachable stages only
	cycle []int   // stages of a cycle, the first one repeated at its end
	seen  uint64  // reachable stages
}

// maxGraph is the number of stages that fit the sets; no process has more.
const maxGraph = 62

func newGraph(d *Definition) *graph {
	n := len(d.Stages)
	g := &graph{d: d, next: make([][]int, n)}
	for i := range d.Stages {
		for _, key := range d.outcomes(i) {
			to := slices.IndexFunc(d.Stages, func(s Stage) bool { return s.Key == key && key != "" })
			if to < 0 { // the end, or a key that is reported elsewhere
				to = n
			}
			if !slices.Contains(g.next[i], to) {
				g.next[i] = append(g.next[i], to)
			}
		}
	}
	if n > 0 {
		var trail []int
		g.visit(0, &trail, 0)
		slices.Reverse(g.order)
	}
	return g
}

// visit walks in depth and finds the first cycle.
func (g *graph) visit(i int, trail *[]int, open uint64) {
	g.seen |= 1 << i
	open |= 1 << i
	*trail = append(*trail, i)
	for _, to := range g.next[i] {
		switch {
		case to == len(g.next) || g.cycle != nil:
		case open&(1<<to) != 0:
			g.cycle = append(slices.Clone((*trail)[slices.Index(*trail, to):]), to)
		case g.seen&(1<<to) == 0:
			g.visit(to, trail, open)
		}
	}
	*trail = (*trail)[:len(*trail)-1]
	g.order = append(g.order, i)
}

// before returns, for each stage, the stages that some path and that every path
// has visited before it.
func (g *graph) before() (some, every []uint64) {
	some, every = make([]uint64, len(g.next)), make([]uint64, len(g.next))
	known := uint64(1)
	for _, i := range g.order {
		for _, to := range g.next[i] {
			if to == len(g.next) {
				continue
			}
			some[to] |= some[i] | 1<<i
			if known&(1<<to) == 0 {
				every[to], known = every[i]|1<<i, known|1<<to
			} else {
				every[to] &= every[i] | 1<<i
			}
		}
	}
	return some, every
}

// postDominators returns, for each stage, the stages that every path from it to
// the end visits, itself and the end included.
func (g *graph) postDominators() []uint64 {
	sets := make([]uint64, len(g.next)+1)
	sets[len(g.next)] = 1 << len(g.next)
	for _, i := range slices.Backward(g.order) {
		set := ^uint64(0)
		for _, to := range g.next[i] {
			set &= sets[to]
		}
		sets[i] = set | 1<<i
	}
	return sets
}

// merge returns where all paths from the i-th stage come together again.
func (g *graph) merge(i int, dominators []uint64) int {
	best := len(g.next)
	for rest := dominators[i] &^ (1 << i); rest != 0; rest &= rest - 1 {
		m := bits.TrailingZeros64(rest)
		if bits.OnesCount64(dominators[m]) > bits.OnesCount64(dominators[best]) {
			best = m
		}
	}
	return best
}

// reach returns the stages that can be visited from one without passing stop.
func (g *graph) reach(from, stop int) uint64 {
	var set uint64
	var walk func(int)
	walk = func(i int) {
		if i == stop || i == len(g.next) || set&(1<<i) != 0 {
			return
		}
		set |= 1 << i
		for _, to := range g.next[i] {
			walk(to)
		}
	}
	walk(from)
	return set
}

// depth returns how many branching stages a path to the i-th stage can pass
// that the stage does not bring together again.
func (g *graph) depth(i int, dominators []uint64) int {
	most := make([]int, len(g.next))
	for j := range most {
		most[j] = -1
	}
	most[0] = 0
	for _, j := range g.order {
		if j == i || most[j] < 0 {
			continue
		}
		weight := 0
		if len(g.d.Stages[j].Branches) > 0 && dominators[j]&(1<<i) == 0 {
			weight = 1
		}
		for _, to := range g.next[j] {
			if to < len(g.next) {
				most[to] = max(most[to], most[j]+weight)
			}
		}
	}
	return max(most[i], 0)
}

// shortest returns the shortest path from the first stage to one.
func (d *Definition) shortest(to string) []string {
	paths := [][]string{{d.Stages[0].Key}}
	seen := map[string]bool{d.Stages[0].Key: true}
	for len(paths) > 0 {
		path := paths[0]
		paths = paths[1:]
		last := path[len(path)-1]
		if last == to {
			return path
		}
		i := slices.IndexFunc(d.Stages, func(s Stage) bool { return s.Key == last })
		for _, key := range d.outcomes(i) {
			if key != "" && !seen[key] && d.Stage(key) != nil {
				seen[key] = true
				paths = append(paths, append(slices.Clip(path), key))
			}
		}
	}
	return nil
}
