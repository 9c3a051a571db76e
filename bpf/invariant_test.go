package bpf_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/bpf"
)

// random definitions and walks over them: every invariant is checked after
// every operation, successful or not.

var entities = []string{"a", "b", "c", "d", "e"}

// drawDefinition makes a valid process: a chain of blocks, some of which are
// a branch whose cases merge in the block behind it, over up to five entities.
func drawDefinition(t *rapid.T) bpf.Definition {
	d := bpf.Definition{Schema: bpf.Schema, Name: "p", Label: "P", Version: 1, PrimaryEntity: "a"}
	add := func(next string) *bpf.Stage {
		n := len(d.Stages)
		s := bpf.Stage{Key: fmt.Sprintf("s%d", n), Label: fmt.Sprintf("S%d", n), Entity: "a", Next: next}
		if n > 0 {
			s.Entity = rapid.SampledFrom(entities).Draw(t, "entity")
		}
		for k := range rapid.IntRange(1, 3).Draw(t, "steps") {
			s.Steps = append(s.Steps, bpf.Step{Key: fmt.Sprintf("t%d", k), Field: fmt.Sprintf("f%d_%d", n, k), Required: rapid.Bool().Draw(t, "required")})
		}
		if rapid.IntRange(0, 3).Draw(t, "exit") == 0 {
			s.Exit = []bpf.Criterion{{Rule: bpf.Rule{Field: "state", Op: bpf.OpNe, Value: 9}, Message: "nine"}}
		}
		s.Triggers = []bpf.Trigger{{On: "enter", Run: "in"}, {On: "exit", Run: "out"}}
		d.Stages = append(d.Stages, s)
		return &d.Stages[n]
	}
	for range rapid.IntRange(1, 5).Draw(t, "blocks") {
		cases := rapid.IntRange(0, 2).Draw(t, "cases")
		n := len(d.Stages)
		add("")
		for c := range cases { // s(n) branches to s(n+1) …, all of which merge in the next block
			add(fmt.Sprintf("s%d", n+cases+1))
			d.Stages[n].Branches = append(d.Stages[n].Branches, bpf.Branch{
				Next: fmt.Sprintf("s%d", n+1+c), All: []bpf.Rule{{Field: fmt.Sprintf("f%d_0", n), Op: bpf.OpEq, Value: c}},
			})
		}
		if cases > 0 {
			d.Stages[n].Next = fmt.Sprintf("s%d", n+cases+1)
		}
	}
	add("end")
	d.Triggers = []bpf.Trigger{{On: "finished", Run: "done"}}
	return d
}

// world is one random walk.
type world struct {
	d      bpf.Definition
	i      bpf.Instance
	v      values
	now    time.Time
	forced bool // 4 no longer holds
	exits  int  // triggers fired
	moves  int  // changes of stage
}

func (w *world) facts() bpf.Facts {
	f := facts(w.v)
	f.At = w.now
	return f
}

func newWorld(t *rapid.T) *world {
	w := &world{d: drawDefinition(t), v: values{}, now: noon}
	if faults := bpf.Validate(w.d, bpf.Context{}); slices.ContainsFunc(faults, func(f bpf.Fault) bool { return !f.Warning }) {
		t.Fatalf("the drawn definition has faults: %v", faults)
	}
	for _, e := range entities {
		w.v[e] = map[string]any{}
	}
	m, err := bpf.Start(w.d, recA, bpf.StartOptions{ID: "i"}, w.facts())
	w.i = does(t, m, err)
	return w
}

// scribble changes a field of some record.
func (w *world) scribble(t *rapid.T) {
	s := rapid.SampledFrom(w.d.Stages).Draw(t, "stage")
	field := rapid.SampledFrom(append(s.Steps, bpf.Step{Field: "state"})).Draw(t, "step").Field
	w.v[s.Entity][field] = rapid.SampledFrom([]any{nil, 0, 1, 2, 9, true, false, "", " ", "text"}).Draw(t, "value")
}

// step does something at random and returns what it was.
func (w *world) step(t *rapid.T) (op bpf.Operation, err error) {
	w.now = w.now.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "seconds")) * time.Second)
	f, before := w.facts(), w.i
	var m bpf.Move
	op = rapid.SampledFrom([]bpf.Operation{
		bpf.OpNext, bpf.OpNext, bpf.OpNext, bpf.OpNext, bpf.OpPrevious, bpf.OpSetActive, bpf.OpForce, bpf.OpFinish, bpf.OpAbort,
		bpf.OpReactivate, bpf.OpReactivate, bpf.OpRebind, bpf.OpCut,
	}).Draw(t, "op")
	key := rapid.SampledFrom(w.d.Stages).Draw(t, "key")
	other := bpf.Ref{Entity: rapid.SampledFrom(entities).Draw(t, "e"), ID: rapid.SampledFrom([]string{"7", "8"}).Draw(t, "id")}
	o := bpf.NextOptions{Rebind: rapid.Bool().Draw(t, "rebind")}
	if rapid.IntRange(0, 3).Draw(t, "override") == 0 {
		o.Override = "because"
	}
	if next := w.d.Stage(bpf.Follows(w.d, w.i, w.i.ActiveStage, f)); next != nil && w.i.Slots[next.Entity].IsZero() {
		o.Target = bpf.Ref{Entity: next.Entity, ID: "7"}
	}
	switch op {
	case bpf.OpNext:
		m, err = bpf.Next(w.d, w.i, o, f)
	case bpf.OpPrevious:
		m, err = bpf.Previous(w.d, w.i, 0, f)
	case bpf.OpSetActive:
		m, err = bpf.SetActive(w.d, w.i, key.Key, o, f)
	case bpf.OpForce:
		o.Force = true
		m, err = bpf.SetActive(w.d, w.i, key.Key, o, f)
		w.forced = w.forced || err == nil
	case bpf.OpFinish:
		m, err = bpf.Finish(w.d, w.i, o, f)
	case bpf.OpAbort:
		m, err = bpf.Abort(w.d, w.i, "why not", f)
	case bpf.OpReactivate:
		m, err = bpf.Reactivate(w.d, w.i, f)
	case bpf.OpRebind:
		m, err = bpf.Rebind(w.d, w.i, other, f)
	case bpf.OpCut:
		m = bpf.RecordDeleted(w.d, w.i, other, f)
	}
	if err != nil {
		var e *bpf.Error
		if !errors.As(err, &e) || e.Code.Text() == "" {
			t.Fatalf("I-31: %s gave %v", op, err)
		}
		return op, err
	}
	for _, fired := range m.Triggers {
		if fired.On == "exit" {
			w.exits++
		}
	}
	if op != bpf.OpCut && m.Instance.ActiveStage != before.ActiveStage {
		w.moves++
	}
	w.i = m.Instance
	return op, nil
}

func same(a, b bpf.Instance) bool { return text(a) == text(b) }

func text(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// place is where an instance stands: path, stage and status.
func place(i bpf.Instance) string { return text([]any{i.TraversedPath, i.ActiveStage, i.Status}) }

// stateInvariants hold for every instance at any time.
var stateInvariants = map[string]func(*world) bool{
	"I-1": func(w *world) bool {
		n := len(w.i.TraversedPath)
		return n > 0 && w.i.TraversedPath[n-1] == w.i.ActiveStage
	},
	"I-2": func(w *world) bool { return w.i.TraversedPath[0] == w.d.Stages[0].Key },
	"I-3": func(w *world) bool {
		n := len(w.i.TraversedPath)
		return n <= 30 && len(slices.Compact(slices.Sorted(slices.Values(w.i.TraversedPath)))) == n && n*36+n-1 <= 1109
	},
	"I-4": func(w *world) bool {
		for k := 1; k < len(w.i.TraversedPath) && !w.forced; k++ {
			if !slices.Contains(following(w.d, w.i.TraversedPath[k-1]), w.i.TraversedPath[k]) {
				return false
			}
		}
		return true
	},
	"I-5": func(w *world) bool {
		path := bpf.ActivePath(w.d, w.i, w.facts())
		return slices.Equal(path[:len(w.i.TraversedPath)], w.i.TraversedPath) &&
			len(slices.Compact(slices.Sorted(slices.Values(path)))) == len(path) &&
			bpf.Follows(w.d, w.i, path[len(path)-1], w.facts()) == ""
	},
	"I-18": func(w *world) bool {
		for _, key := range w.i.TraversedPath {
			if w.i.Slots[w.d.Stage(key).Entity].IsZero() {
				return false
			}
		}
		return w.i.Primary() == recA
	},
	"I-19": func(w *world) bool {
		for entity, r := range w.i.Slots {
			if r.Entity != entity {
				return false
			}
		}
		return len(w.i.Slots) <= 5
	},
	"I-22": func(w *world) bool {
		open := 0
		for _, v := range w.i.Visits {
			if v.LeftOn.IsZero() {
				open++
			}
		}
		active := w.i.Status == bpf.Active
		return active == w.i.CompletedOn.IsZero() && active == (open == 1)
	},
	"I-26": func(w *world) bool {
		i := w.i
		minutes, done := i.Duration()
		return !i.ActiveStageStartedOn.Before(i.CreatedOn) && !w.now.Before(i.ActiveStageStartedOn) &&
			(!done || !i.CompletedOn.Before(i.CreatedOn) && minutes == int64(i.CompletedOn.Sub(i.CreatedOn).Minutes()))
	},
	"I-27": func(w *world) bool {
		for k := 1; k < len(w.i.Visits); k++ {
			if w.i.Visits[k].EnteredOn.Before(w.i.Visits[k-1].LeftOn) {
				return false
			}
		}
		end := w.now
		if !w.i.CompletedOn.IsZero() {
			end = w.i.CompletedOn
		}
		return bpf.ActiveTime(w.i, end) <= end.Sub(w.i.CreatedOn)
	},
	"I-28": func(w *world) bool {
		var path []string
		status, slots := bpf.Status(0), map[string]bpf.Ref{}
		for k, t := range w.i.History {
			if t.Seq != k+1 {
				return false
			}
			path, status = t.Path, t.StatusTo
			switch {
			case t.Entity == "" || t.Kind == bpf.OpOffer:
			case t.ToRecord.IsZero():
				delete(slots, t.Entity)
			default:
				slots[t.Entity] = t.ToRecord
			}
		}
		return slices.Equal(path, w.i.TraversedPath) && status == w.i.Status && maps.Equal(slots, w.i.Slots)
	},
	"I-46": func(w *world) bool { return w.exits == w.moves },
	"I-49": func(w *world) bool {
		for _, s := range bpf.Measure(w.d, []bpf.Instance{w.i}, w.now).Stages {
			if s.Reached != s.Advanced+s.Lost+s.Open || s.Left > s.Reached || bpf.TimeIn(w.i, s.Stage, w.now) < 0 {
				return false
			}
		}
		return true
	},
}

// following lists the stages that can follow one, read from the definition
// anew.
func following(d bpf.Definition, key string) (keys []string) {
	n := slices.IndexFunc(d.Stages, func(s bpf.Stage) bool { return s.Key == key })
	s := d.Stages[n]
	for _, b := range s.Branches {
		keys = append(keys, b.Next)
	}
	if s.Next != "" {
		return append(keys, s.Next)
	}
	return append(keys, d.Stages[n+1].Key)
}

// unmet lists what a gate has to find, read from the definition anew.
func unmet(w *world, stage string) (list []string) {
	s := w.d.Stage(stage)
	for _, step := range s.Steps {
		if v := w.v[s.Entity][step.Field]; step.Required && (v == nil || v == false || v == "" || v == " ") {
			list = append(list, step.Field)
		}
	}
	for range s.Exit {
		if v := w.v[s.Entity]["state"]; v == nil || v == 9 {
			list = append(list, "nine")
		}
	}
	return list
}

// stepInvariants hold for every operation: before, what was done, its error.
var stepInvariants = map[string]func(w *world, before bpf.Instance, op bpf.Operation, err error) bool{
	"I-10": func(w *world, before bpf.Instance, _ bpf.Operation, _ error) bool {
		if before.Status != bpf.Active {
			return true
		}
		m, err := bpf.SetActive(w.d, before, before.ActiveStage, bpf.NextOptions{}, w.facts())
		return err == nil && same(m.Instance, before) && !m.Changed()
	},
	"I-11": func(w *world, before bpf.Instance, op bpf.Operation, err error) bool {
		grown := len(w.i.TraversedPath) - len(before.TraversedPath)
		return err != nil || (op != bpf.OpNext || grown == 1) && (op != bpf.OpPrevious || grown == -1)
	},
	"I-12": func(w *world, before bpf.Instance, op bpf.Operation, err error) bool {
		if err != nil || op != bpf.OpNext && op != bpf.OpFinish || w.i.History[len(w.i.History)-1].Override {
			return true
		}
		return len(unmet(w, before.ActiveStage)) == 0
	},
	"I-16": func(_ *world, _ bpf.Instance, op bpf.Operation, err error) bool {
		return !errors.Is(err, bpf.ErrStageGate) || op == bpf.OpNext || op == bpf.OpSetActive || op == bpf.OpFinish
	},
	"I-17": func(w *world, before bpf.Instance, _ bpf.Operation, err error) bool {
		var e *bpf.Error
		if !errors.Is(err, bpf.ErrStageGate) || !errors.As(err, &e) {
			return true
		}
		var got []string
		for _, m := range e.Missing {
			got = append(got, m.Message)
		}
		return slices.Equal(got, unmet(w, before.ActiveStage))
	},
	"I-20": func(w *world, before bpf.Instance, op bpf.Operation, _ error) bool {
		if maps.Equal(before.Slots, w.i.Slots) {
			return true
		}
		last := w.i.History[len(w.i.History)-1]
		return len(w.i.History) > len(before.History) && last.Entity != "" && last.FromRecord == before.Slots[last.Entity] &&
			last.ToRecord == w.i.Slots[last.Entity] && (op == bpf.OpNext || op == bpf.OpSetActive || op == bpf.OpRebind || op == bpf.OpCut)
	},
	"I-23": func(_ *world, before bpf.Instance, op bpf.Operation, err error) bool {
		return before.Status == bpf.Active || err != nil || op == bpf.OpReactivate || op == bpf.OpCut
	},
	"I-24": func(w *world, before bpf.Instance, op bpf.Operation, err error) bool {
		return err != nil || op != bpf.OpFinish || bpf.Follows(w.d, before, before.ActiveStage, w.facts()) == ""
	},
	"I-29": func(w *world, before bpf.Instance, _ bpf.Operation, err error) bool {
		return err == nil || same(before, w.i)
	},
	"I-32": func(_ *world, before bpf.Instance, op bpf.Operation, err error) bool {
		code, ok := bpf.Allowed(op, before.Status)
		if op == bpf.OpForce || op == bpf.OpCut {
			return true
		}
		return ok || errors.Is(err, code)
	},
}

func TestInvariants(t *testing.T) {
	t.Parallel()
	t.Run("walks", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t)
			for range rapid.IntRange(1, 40).Draw(t, "steps") {
				for range rapid.IntRange(0, 6).Draw(t, "scribbles") {
					w.scribble(t)
				}
				before := w.i.Clone()
				op, err := w.step(t)
				for name, holds := range stepInvariants {
					if !holds(w, before, op, err) {
						t.Fatalf("%s does not hold after %s (%v)\n%s\n%s", name, op, err, text(before), text(w.i))
					}
				}
				for name, holds := range stateInvariants {
					if !holds(w) {
						t.Fatalf("%s does not hold after %s (%v)\n%s", name, op, err, text(w.i))
					}
				}
			}
		})
	})
	for name, property := range properties {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, property)
		})
	}
}
