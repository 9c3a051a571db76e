package bpf

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// shape checks the graph: targets, cycles, reachability, branches that merge,
// nesting, and how stages on other entities are entered.
func (v *validator) shape() {
	d := v.d
	if len(d.Stages) == 0 {
		return
	}
	for i, s := range d.Stages {
		at := fmt.Sprintf("/stages/%d", i)
		v.target(at+"/next", FaultStageNext, s.Next)
		v.target(at+"/else", FaultBranchTarget, s.Else)
		for j, b := range s.Branches {
			if v.target(fmt.Sprintf("%s/branches/%d/next", at, j), FaultBranchTarget, b.Next); b.Next == "" {
				v.add(fmt.Sprintf("%s/branches/%d/next", at, j), FaultBranchTarget, "")
			}
		}
	}
	if len(d.Stages) > maxGraph {
		return
	}
	g := newGraph(d)
	if g.cycle != nil {
		v.cycle(g)
		return
	}
	for i, s := range d.Stages {
		if g.seen&(1<<i) == 0 {
			v.add(fmt.Sprintf("/stages/%d", i), FaultStageUnreachable, s.Key)
		}
	}
	dominators := g.postDominators()
	some, every := g.before()
	for _, i := range slices.Sorted(slices.Values(g.order)) {
		v.merges(g, i, dominators)
		v.nesting(i, g.depth(i, dominators))
		v.enter(g, i, some[i], every[i])
		v.lastStage(g, i)
		v.probability(g, i)
	}
}

func (v *validator) target(at string, code FaultCode, key string) {
	if key != "" && key != End && v.d.Stage(key) == nil {
		v.add(at, code, key)
	}
}

func (v *validator) cycle(g *graph) {
	names := make([]string, len(g.cycle))
	for i, stage := range g.cycle {
		names[i] = v.d.Stages[stage].Key
	}
	v.add(fmt.Sprintf("/stages/%d/next", g.cycle[len(g.cycle)-2]), FaultCycle, strings.Join(names, " → "))
}

// merges checks that what a branch takes apart comes together in one stage, or
// not at all.
func (v *validator) merges(g *graph, i int, dominators []uint64) {
	s := v.d.Stages[i]
	if len(s.Branches) == 0 {
		return
	}
	at := fmt.Sprintf("/stages/%d/branches", i)
	if len(g.next[i]) == 1 && g.next[i][0] < len(g.next) {
		v.add(at+"/0", WarnSameTarget, 0, v.d.Stages[g.next[i][0]].Key)
	}
	m := g.merge(i, dominators)
	for j, a := range g.next[i] {
		for _, b := range g.next[i][:j] {
			if common := g.reach(a, m) & g.reach(b, m); common != 0 {
				name := func(stage int) string { return v.d.Stages[stage].Key }
				v.add(at, FaultPartialMerge, s.Key, name(b), name(a), name(bits.TrailingZeros64(common)))
				return
			}
		}
	}
}

func (v *validator) nesting(i, depth int) {
	at, key := fmt.Sprintf("/stages/%d", i), v.d.Stages[i].Key
	switch {
	case depth > v.limits.Nesting:
		v.add(at, FaultTooDeep, key, depth, v.limits.Nesting)
	case depth > 5:
		v.add(at, WarnNesting, key, depth)
	}
}

// enter checks how a stage gets its record; some and every are the stages that
// some path and every path visited before.
func (v *validator) enter(g *graph, i int, some, every uint64) {
	s := &v.d.Stages[i]
	at := fmt.Sprintf("/stages/%d/enter", i)
	if i == 0 {
		if s.Enter != nil {
			v.add(at, FaultEnterFirst)
		}
		return
	}
	visited := v.visits(some, s.Entity)
	continues := true // every stage before it is on the same entity
	for j, next := range g.next {
		if slices.Contains(next, i) && g.seen&(1<<j) != 0 {
			continues = continues && v.d.Stages[j].Entity == s.Entity
		}
	}
	e := s.Enter
	if e == nil {
		e = &Enter{}
	}
	switch {
	case e.Loop && !visited:
		v.add(at+"/loop", FaultLoop, s.Key, s.Entity)
	case !e.Loop && !continues && v.visits(every, s.Entity):
		v.add(at+"/loop", WarnLoopUnmarked, s.Key, s.Entity)
	}
	if !visited && e.Relationship == "" {
		v.add(at, WarnNoRelationship, s.Key, s.Entity)
	}
	for j, m := range e.Modes {
		if m != ModeSelect && m != ModeCreate && m != ModeOperation {
			v.add(fmt.Sprintf("%s/modes/%d", at, j), FaultModeUnknown, m)
		}
	}
	switch {
	case e.allows(ModeOperation) && e.Operation == "":
		v.add(at, FaultOperationMissing)
	case e.Operation != "" && v.catalog != nil && !v.catalog.Operations[e.Operation]:
		v.add(at+"/operation", FaultOperationUnknown, e.Operation)
	}
	if e.Relationship != "" {
		v.relationship(at+"/relationship", s, e.Relationship, some, continues)
	}
}

func (v *validator) relationship(at string, s *Stage, name string, some uint64, continues bool) {
	if continues {
		v.add(at, FaultEnterSameEntity, s.Key)
		return
	}
	if v.catalog == nil {
		return
	}
	switch r, known := v.catalog.Relationships[name]; {
	case !known:
		v.add(at, FaultRelationshipUnknown, name)
	case r.To != s.Entity:
		v.add(at, FaultRelationshipDirection, name, r.From, s.Entity)
	case !v.visits(some, r.From):
		v.add(at, FaultRelationshipSource, name, r.From, s.Key)
	}
}

// visits reports whether any of the stages is on the entity.
func (v *validator) visits(stages uint64, entity string) bool {
	for ; stages != 0; stages &= stages - 1 {
		if v.d.Stages[bits.TrailingZeros64(stages)].Entity == entity {
			return true
		}
	}
	return false
}

func (v *validator) lastStage(g *graph, i int) {
	if !slices.Equal(g.next[i], []int{len(g.next)}) {
		return
	}
	for j, t := range v.d.Stages[i].Triggers {
		if t.On == "exit" {
			v.add(fmt.Sprintf("/stages/%d/triggers/%d", i, j), WarnExitTriggerLast, v.d.Stages[i].Key)
		}
	}
}

func (v *validator) probability(g *graph, i int) {
	from := v.d.Stages[i].Probability
	for _, to := range g.next[i] {
		if to == len(g.next) || from == nil {
			continue
		}
		if p := v.d.Stages[to].Probability; p != nil && *p < *from {
			v.add(fmt.Sprintf("/stages/%d/probability", to), WarnProbabilityDrops, *from, *p)
		}
	}
}
