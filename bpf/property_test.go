package bpf_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/bpf"
)

// walked is a world after a random walk.
func walked(t *rapid.T) *world {
	w := newWorld(t)
	for range rapid.IntRange(0, 25).Draw(t, "steps") {
		w.scribble(t)
		w.step(t) //nolint:errcheck // refusals are steps as well
	}
	return w
}

// standing is a world whose instance is active.
func standing(t *rapid.T) *world {
	w := walked(t)
	if w.i.Status != bpf.Active {
		m, err := bpf.Reactivate(w.d, w.i, w.facts())
		w.i = does(t, m, err)
	}
	return w
}

// through moves on whatever the gate says; ok is false at the end of the path.
func (w *world) through(t *rapid.T) (i bpf.Instance, ok bool) {
	f := w.facts()
	next := w.d.Stage(bpf.Follows(w.d, w.i, w.i.ActiveStage, f))
	if next == nil {
		return w.i, false
	}
	o := bpf.NextOptions{Override: "test"}
	if w.i.Slots[next.Entity].IsZero() {
		o.Target = bpf.Ref{Entity: next.Entity, ID: "7"}
	}
	m, err := bpf.Next(w.d, w.i, o, f)
	return does(t, m, err), true
}

// only returns facts of an actor with certain privileges.
func (w *world) only(p ...bpf.Privilege) bpf.Facts {
	f := w.facts()
	f.Privileges = append([]bpf.Privilege{}, p...)
	return f
}

// properties are the invariants that need more than the walk itself.
var properties = map[string]func(*rapid.T){
	"I-6": func(t *rapid.T) {
		w := walked(t)
		before := text(w.i)
		for range 10 {
			w.scribble(t)
		}
		bpf.ActivePath(w.d, w.i, w.facts())
		if text(w.i) != before {
			t.Fatal("data changed the instance")
		}
	},
	"I-7": func(t *rapid.T) {
		w := walked(t)
		path := bpf.ActivePath(w.d, w.i, w.facts())
		s := rapid.SampledFrom(w.d.Stages).Draw(t, "stage")
		step := rapid.SampledFrom(s.Steps).Draw(t, "step")
		behind := slices.Contains(w.i.TraversedPath, s.Key) && s.Key != w.i.ActiveStage
		if len(s.Branches) > 0 && step.Field == s.Branches[0].All[0].Field && !behind {
			return
		}
		w.v[s.Entity][step.Field] = rapid.SampledFrom([]any{nil, 0, 1}).Draw(t, "value")
		if got := bpf.ActivePath(w.d, w.i, w.facts()); !slices.Equal(got, path) {
			t.Fatalf("%s changed %v to %v", step.Field, path, got)
		}
	},
	"I-8": func(t *rapid.T) {
		w := standing(t)
		next, ok := w.through(t)
		if !ok {
			return
		}
		m, err := bpf.Previous(w.d, next, 0, w.facts())
		if got := does(t, m, err); place(got) != place(w.i) {
			t.Fatalf("got %s, want %s", place(got), place(w.i))
		}
	},
	"I-9": func(t *rapid.T) {
		w := standing(t)
		to := rapid.SampledFrom(w.i.TraversedPath).Draw(t, "to")
		m, err := bpf.SetActive(w.d, w.i, to, bpf.NextOptions{}, w.facts())
		direct := does(t, m, err)
		for w.i.ActiveStage != to {
			m, err := bpf.Previous(w.d, w.i, 0, w.facts())
			w.i = does(t, m, err)
		}
		if place(direct) != place(w.i) {
			t.Fatalf("got %s, want %s", place(direct), place(w.i))
		}
	},
	"I-13": func(t *rapid.T) {
		w := standing(t)
		before := bpf.Incomplete(w.d, w.i, w.i.ActiveStage, w.facts())
		on := w.d.Stage(w.i.ActiveStage).Entity
		for _, e := range entities {
			if e != on {
				w.v[e] = map[string]any{"state": 9}
			}
		}
		if after := bpf.Incomplete(w.d, w.i, w.i.ActiveStage, w.facts()); !slices.Equal(after, before) {
			t.Fatalf("another record changed the gate from %v to %v", before, after)
		}
	},
	"I-14": func(t *rapid.T) {
		w := standing(t)
		s := w.d.Stage(w.i.ActiveStage)
		before := len(bpf.Incomplete(w.d, w.i, s.Key, w.facts()))
		step := rapid.SampledFrom(s.Steps).Draw(t, "step")
		w.v[s.Entity][step.Field] = "done"
		if after := len(bpf.Incomplete(w.d, w.i, s.Key, w.facts())); after > before {
			t.Fatalf("completing %s raised what is missing from %d to %d", step.Key, before, after)
		}
	},
	"I-15": func(t *rapid.T) {
		w := standing(t)
		s := w.d.Stage(w.i.ActiveStage)
		s.Steps, s.Exit = []bpf.Step{{Key: "t", Field: "f", Required: true}}, nil
		value := rapid.SampledFrom([]any{false, nil, 0, true, "x", " ", []int{}, []int{1}}).Draw(t, "value")
		w.v[s.Entity]["f"] = value
		blocked := len(bpf.Incomplete(w.d, w.i, s.Key, w.facts())) > 0
		want := map[string]bool{"false": true, "<nil>": true, "0": false, "true": false, "x": false, " ": true, "[]": true, "[1]": false}
		if blocked != want[fmt.Sprint(value)] {
			t.Fatalf("%v blocks: %v", value, blocked)
		}
	},
	"I-21": func(t *rapid.T) {
		w := standing(t)
		next, ok := w.through(t)
		if !ok {
			return
		}
		m, err := bpf.Previous(w.d, next, 0, w.facts())
		w.i = does(t, m, err)
		again, _ := w.through(t)
		if !maps.Equal(again.Slots, next.Slots) {
			t.Fatalf("got %v, want %v", again.Slots, next.Slots)
		}
	},
	"I-25": func(t *rapid.T) {
		w := standing(t)
		ends := []func() (bpf.Move, error){
			func() (bpf.Move, error) { return bpf.Abort(w.d, w.i, "", w.facts()) },
			func() (bpf.Move, error) {
				return bpf.Finish(w.d, w.i, bpf.NextOptions{Override: "test"}, w.facts())
			},
		}
		for _, end := range ends {
			m, err := end()
			if errors.Is(err, bpf.ErrNotLastStage) {
				continue
			}
			ended := does(t, m, err)
			m, err = bpf.Reactivate(w.d, ended, w.facts())
			if got := does(t, m, err); place(got) != place(w.i) || !maps.Equal(got.Slots, w.i.Slots) || !got.ActiveStageStartedOn.Equal(w.i.ActiveStageStartedOn) {
				t.Fatalf("got %s, want %s", text(got), text(w.i))
			}
		}
	},
	"I-30": func(t *rapid.T) {
		w := standing(t)
		m, err := bpf.Abort(w.d, w.i, "", w.facts())
		first := does(t, m, err)
		if _, err := bpf.Previous(w.d, first, w.i.Revision, w.facts()); !errors.Is(err, bpf.ErrConflict) {
			t.Fatalf("got %v", err)
		}
	},
	"I-33": func(t *rapid.T) {
		w := walked(t)
		f := w.facts()
		f.Others = []bpf.Instance{w.i}
		_, err := bpf.Start(w.d, recA, bpf.StartOptions{ID: "j"}, f)
		var e *bpf.Error
		if !errors.As(err, &e) || e.Code != bpf.ErrInstanceExists || e.Instance != w.i.ID {
			t.Fatalf("got %v", err)
		}
	},
	"I-34": func(t *rapid.T) {
		w := newWorld(t)
		f := w.facts()
		n := rapid.IntRange(0, 12).Draw(t, "others")
		for k := range n {
			f.Others = append(f.Others, bpf.Instance{Process: fmt.Sprintf("q%d", k), PrimaryEntity: "a", Slots: map[string]bpf.Ref{"a": recA}})
		}
		_, err := bpf.Start(w.d, recA, bpf.StartOptions{ID: "j"}, f)
		if errors.Is(err, bpf.ErrTooManyInstances) != (n >= 10) {
			t.Fatalf("%d others: %v", n, err)
		}
	},
	"I-35": func(t *rapid.T) {
		var list []bpf.Definition
		for k := range rapid.IntRange(0, 8).Draw(t, "n") {
			d := bpf.Definition{Name: fmt.Sprintf("p%d", k), PrimaryEntity: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "entity")}
			if rapid.Bool().Draw(t, "numbered") {
				d.Order = num(rapid.IntRange(0, 3).Draw(t, "order"))
			}
			list = append(list, d)
		}
		denied := rapid.SampledFrom([]string{"p0", "p1", "none"}).Draw(t, "denied")
		may := func(p string) bool { return p != denied }
		scope := rapid.SliceOfN(rapid.SampledFrom([]string{"p0", "p1", "p2"}), 0, 2).Draw(t, "scope")
		got, ok := bpf.Default(list, "a", may, scope)
		for _, d := range list {
			fits := d.PrimaryEntity == "a" && may(d.Name) && (len(scope) == 0 || slices.Contains(scope, d.Name))
			if fits && (!ok || d.Precedes(&got)) {
				t.Fatalf("got %s instead of %s", got.Name, d.Name)
			}
		}
		if ok && (got.PrimaryEntity != "a" || !may(got.Name) || len(scope) > 0 && !slices.Contains(scope, got.Name)) {
			t.Fatalf("%s does not fit", got.Name)
		}
	},
	"I-36": func(t *rapid.T) {
		list := drawInstances(t)
		if len(list) == 0 {
			return
		}
		pin := rapid.SampledFrom(list).Draw(t, "pin").ID
		if got, _ := bpf.Shown(list, pin, nil); got.ID != pin {
			t.Fatalf("got %s instead of the chosen %s", got.ID, pin)
		}
	},
	"I-37": func(t *rapid.T) {
		list := drawInstances(t)
		readable := func(p string) bool { return p == "p0" || p == "p2" }
		got, ok := bpf.Shown(list, rapid.SampledFrom([]string{"", "i1", "i2"}).Draw(t, "pin"), readable)
		if ok != slices.ContainsFunc(list, func(i bpf.Instance) bool { return readable(i.Process) }) || ok && !readable(got.Process) {
			t.Fatalf("got %s, %v", got.Process, ok)
		}
	},
	"I-38": func(t *rapid.T) {
		w := walked(t)
		for _, op := range bpf.Operations() {
			if op == bpf.OpSwitch || op == bpf.OpView || op == bpf.OpStart {
				continue
			}
			if err := attempt(w.d, w.i, op, w.only(bpf.ReadPrivilege)); !errors.Is(err, bpf.ErrAccessDenied) {
				t.Fatalf("%s without privilege: %v", op, err)
			}
		}
		f := w.only(bpf.ReadPrivilege)
		f.Readable = map[string]bool{"a": true}
		v, err := bpf.See(w.d, w.i, f)
		if err != nil || len(v.Operations) > 0 {
			t.Fatalf("got operations %v, %v", v.Operations, err)
		}
		for _, s := range v.Stages {
			for _, step := range s.Steps {
				if s.Entity != "a" && (step.Value != nil || step.Completion != bpf.CompletionUnknown || s.Criteria != nil) {
					t.Fatalf("the ribbon shows %+v", step)
				}
			}
		}
	},
	"I-39": func(t *rapid.T) {
		w := walked(t)
		other := w.i.Clone()
		other.ID, other.Process = "j", "q"
		f := w.facts()
		f.Others = []bpf.Instance{other}
		before := text(f.Others)
		for range 5 {
			for _, op := range bpf.Operations() {
				_ = attempt(w.d, w.i, op, f)
			}
		}
		if text(f.Others) != before {
			t.Fatal("another instance changed")
		}
	},
	"I-40": func(t *rapid.T) {
		d := drawDefinition(t)
		once := roundTrip(t, d)
		if twice := roundTrip(t, once); text(once) != text(twice) || !once.Equal(d) {
			t.Fatalf("%s became %s", text(d), text(twice))
		}
	},
	"I-41": func(t *rapid.T) {
		d := drawDefinition(t)
		s := rapid.IntRange(0, len(d.Stages)-1).Draw(t, "stage")
		d.Stages[s].Steps = append(d.Stages[s].Steps, bpf.Step{Key: "more", Field: "more", Required: true})
		for _, f := range bpf.Validate(d, bpf.Context{}) {
			if !f.Warning {
				t.Fatalf("a step more: %v", f)
			}
		}
		if len(d.Entities()) > 5 || longest(d, 0) > 30 {
			t.Fatalf("%d entities, %d stages", len(d.Entities()), longest(d, 0))
		}
	},
	"I-42": func(t *rapid.T) {
		d := drawDefinition(t)
		d.Categories = map[string]int{"X": 1, "Y": 2, "Close": 3}
		d.Security.Roles = map[string][]bpf.Privilege{"r": {"fly"}, "q": {"swim"}}
		first := text(bpf.Validate(d, bpf.Context{Catalog: catalog()}))
		for range 5 {
			if again := text(bpf.Validate(d, bpf.Context{Catalog: catalog()})); again != first {
				t.Fatalf("got %s, then %s", first, again)
			}
		}
	},
	"I-43": func(t *rapid.T) {
		w := walked(t)
		s := rapid.SampledFrom(w.d.Stages).Draw(t, "stage")
		next := bpf.Follows(w.d, w.i, s.Key, w.facts())
		slices.Reverse(w.d.Stage(s.Key).Branches) // their rules exclude each other
		if got := bpf.Follows(w.d, w.i, s.Key, w.facts()); got != next {
			t.Fatalf("got %s, then %s", next, got)
		}
	},
	"I-44": func(t *rapid.T) {
		w := walked(t)
		s := rapid.SampledFrom(w.d.Stages).Draw(t, "stage")
		w.v[s.Entity] = map[string]any{}
		all := following(w.d, s.Key)
		want := all[len(all)-1]
		if want == bpf.End {
			want = ""
		}
		if got := bpf.Follows(w.d, w.i, s.Key, w.facts()); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	},
	"I-45": func(t *rapid.T) {
		w := standing(t)
		next := roundTrip(t, w.d)
		next.Version = 2
		for k := range next.Stages {
			next.Stages[k].Label = "new"
		}
		v, err := bpf.See(next, w.i, w.facts())
		if err != nil || v.Drifted {
			t.Fatalf("a change of labels drifts: %v", err)
		}
		next.Stage(w.i.ActiveStage).Key = "other"
		if v, err := bpf.See(next, w.i, w.facts()); err != nil || !v.Drifted {
			t.Fatalf("a lost stage does not drift: %v", err)
		}
		if _, err := bpf.Previous(next, w.i, 0, w.facts()); !errors.Is(err, bpf.ErrDefinitionDrift) {
			t.Fatalf("got %v", err)
		}
		if _, err := bpf.Abort(next, w.i, "", w.facts()); err != nil {
			t.Fatal(err)
		}
		m, err := bpf.Migrate(w.d, next, w.i, map[string]string{w.i.ActiveStage: "other"}, w.facts())
		if got := does(t, m, err); got.ActiveStage != "other" || len(got.TraversedPath) != len(w.i.TraversedPath) {
			t.Fatalf("got %s", text(got))
		}
	},
	"I-47": func(t *rapid.T) {
		w := walked(t)
		before := text(w.i)
		w.d.Bindings = []bpf.Binding{{
			Event: "a.happened", Do: rapid.SampledFrom([]bpf.Do{bpf.DoAdvance, bpf.DoRebind, bpf.DoFinish, bpf.DoAbort}).Draw(t, "do"),
			To: rapid.SampledFrom(w.d.Stages).Draw(t, "to").Key, Bind: "x",
		}}
		e := bpf.Event{Name: "a.happened", Record: recA, Payload: map[string]bpf.Ref{"x": {Entity: rapid.SampledFrom(entities).Draw(t, "e"), ID: "9"}}}
		if _, _, err := bpf.OnEvent(w.d, w.i, e, w.facts()); err != nil {
			t.Fatalf("a lenient binding failed: %v", err)
		}
		w.d.Bindings[0].Mode = "strict"
		m, _, err := bpf.OnEvent(w.d, w.i, e, w.facts())
		if err != nil && text(m.Instance) != before || text(w.i) != before {
			t.Fatal("a refused strict binding changed the instance")
		}
	},
	"I-48": func(t *rapid.T) {
		w := standing(t)
		to := rapid.SampledFrom(w.d.Stages).Draw(t, "to").Key
		w.d.Bindings = []bpf.Binding{{Event: "a.happened", Do: bpf.DoAdvance, To: to}}
		path := bpf.ActivePath(w.d, w.i, w.facts())
		at, here := slices.Index(path, to), len(w.i.TraversedPath)-1
		m, _, err := bpf.OnEvent(w.d, w.i, bpf.Event{Name: "a.happened", Record: recA}, w.facts())
		got := slices.Index(path, does(t, m, err).ActiveStage)
		if at <= here && got != here || got > max(at, here) {
			t.Fatalf("to %s: from %d to %d on %v", to, here, got, path)
		}
	},
	"I-50": func(t *rapid.T) {
		w := walked(t)
		s := w.d.Stage(w.i.ActiveStage)
		s.Category = rapid.SampledFrom([]string{"", "Qualify", "Approval", "Fulfill", "After"}).Draw(t, "category")
		w.d.Categories = map[string]int{"After": 100000001, "Fulfill": 100000000}
		want := map[string]string{"": s.Label, "Qualify": "1-Qualify", "Approval": "8-Approval", "Fulfill": "9-Fulfill", "After": "10-After"}[s.Category]
		if got := w.d.Phase(s.Key); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	},
}

// longest is the length of the longest path from a stage.
func longest(d bpf.Definition, from int) int {
	most := 0
	for _, key := range following(d, d.Stages[from].Key) {
		if to := slices.IndexFunc(d.Stages, func(s bpf.Stage) bool { return s.Key == key }); to >= 0 {
			most = max(most, longest(d, to))
		}
	}
	return most + 1
}

func drawInstances(t *rapid.T) (list []bpf.Instance) {
	for k := range rapid.IntRange(0, 5).Draw(t, "n") {
		list = append(list, bpf.Instance{
			ID: fmt.Sprintf("i%d", k), Process: fmt.Sprintf("p%d", k), Status: bpf.Status(rapid.IntRange(1, 3).Draw(t, "status")),
			ModifiedOn: noon.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "minutes")) * time.Minute),
		})
	}
	return list
}

// TestEveryInvariantIsChecked: the fifty of them, each once. 31 is checked with
// every step of the walk.
func TestEveryInvariantIsChecked(t *testing.T) {
	t.Parallel()
	seen := map[string]int{"I-31": 1}
	for name := range stateInvariants {
		seen[name]++
	}
	for name := range stepInvariants {
		seen[name]++
	}
	for name := range properties {
		seen[name]++
	}
	for n := 1; n <= 50; n++ {
		if name := fmt.Sprintf("I-%d", n); seen[name] != 1 {
			t.Errorf("%s is checked %d times", name, seen[name])
		}
	}
}
