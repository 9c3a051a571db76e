package bpf_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash/bpf"
)

func event(name string, rec bpf.Ref, payload ...bpf.Ref) bpf.Event {
	e := bpf.Event{Name: name, Record: rec, Payload: map[string]bpf.Ref{}}
	for _, r := range payload {
		e.Payload[r.Entity] = r
	}
	return e
}

// hears hands an event to an instance.
func hears(t *testing.T, d bpf.Definition, i bpf.Instance, e bpf.Event, f bpf.Facts) (bpf.Instance, []bpf.BindingResult) {
	t.Helper()
	m, results, err := bpf.OnEvent(d, i, e, f)
	if err != nil {
		t.Fatal(err)
	}
	return m.Instance, results
}

func TestBindings(t *testing.T) {
	t.Parallel()
	d, f := parse(t, sample), facts(filled())
	i := start(t, d, f)

	i, results := hears(t, d, i, event("b.created", recB, recB), f)
	if i.Pending["b"] != recB || i.ActiveStage != "one" || len(results) != 1 || !results[0].Moved {
		t.Fatalf("an offer: %v, %v", i.Pending, results)
	}
	later := bpf.Ref{Entity: "b", ID: "later"}
	if i, _ = hears(t, d, i, event("b.created", later, later), f); i.Pending["b"] != later {
		t.Fatalf("a later offer: %v", i.Pending)
	}
	i, _ = hears(t, d, i, event("a.made_b", recA, recB), f)
	if i.ActiveStage != "two" || i.Slots["b"] != recB || len(i.Pending) != 0 {
		t.Fatalf("advance: %s with %v", i.ActiveStage, i.Slots)
	}
	i, _ = hears(t, d, i, event("b.revised", recB, later), f)
	if i.ActiveStage != "two" || i.Slots["b"] != later {
		t.Fatalf("rebind: %v", i.Slots)
	}
	i, _ = hears(t, d, i, event("c.created", recC, recC), f)
	if i.ActiveStage != "last" || !slices.Equal(i.TraversedPath, []string{"one", "two", "back", "last"}) {
		t.Fatalf("advance over two stages: %v", i.TraversedPath)
	}
	for _, name := range []string{"a.closed", "a.opened", "c.paid"} {
		rec := recA
		if name == "c.paid" {
			rec = recC
		}
		if i, _ = hears(t, d, i, event(name, rec), f); i.History[len(i.History)-1].Event != name {
			t.Fatalf("%s left %v", name, i.Status)
		}
	}
	if i.Status != bpf.Finished {
		t.Errorf("the instance is %v", i.Status)
	}
}

// TestLenientBindingGoesAsFarAsItCan and says what stopped it.
func TestLenientBindingGoesAsFarAsItCan(t *testing.T) {
	t.Parallel()
	d, v := parse(t, sample), filled()
	d.Bindings[5].To, d.Bindings[5].Bind = "last", "c"
	d.Stage("back").Steps[0].Required = true
	f := facts(v)
	i, _ := hears(t, d, start(t, d, f), event("a.made_b", recA, recB), f)
	i, results := hears(t, d, i, event("c.created", recC, recC), f)
	if i.ActiveStage != "back" || results[0].Reached != "back" || !errors.Is(results[0].Blocked, bpf.ErrStageGate) || !results[0].Moved {
		t.Errorf("got %s, %+v", i.ActiveStage, results)
	}
}

func TestStrictBinding(t *testing.T) {
	t.Parallel()
	d, v := parse(t, sample), filled()
	f := facts(v)
	first := start(t, d, f)
	v["a"]["ready"] = false
	_, _, err := bpf.OnEvent(d, first, event("a.made_b", recA, recB), f)
	refused(t, err, bpf.ErrStageGate)
	_, _, err = bpf.OnEvent(d, first, event("a.made_b", recA), f)
	refused(t, err, bpf.ErrStageGate)
	v["a"]["ready"] = true
	if i, _ := hears(t, d, first, event("a.made_b", recA), f); i.ActiveStage != "one" {
		t.Errorf("without payload it goes to %s", i.ActiveStage)
	}
	i, _ := hears(t, d, first, event("a.made_b", recA, recB), f)
	_, _, err = bpf.OnEvent(d, i, event("a.made_b", recA, recB), f)
	refused(t, err, bpf.ErrActiveStageNotOnEntity)
	m, err := bpf.Abort(d, i, "", f)
	aborted := does(t, m, err)
	if got, results := hears(t, d, aborted, event("a.made_b", recA, recB), f); !same(got, aborted) || results != nil {
		t.Error("an aborted instance heard of it")
	}
	if got, _ := hears(t, d, aborted, event("a.opened", recA), f); got.Status != bpf.Aborted {
		t.Error("what a person aborted came back by itself")
	}
	if bpf.Concerns(d, first, event("a.made_b", bpf.Ref{Entity: "a", ID: "other"}), f) {
		t.Error("another record concerns the instance")
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	d, f := parse(t, sample), facts(filled())
	slots := map[string]bpf.Ref{"b": recB}
	for name, c := range map[string]struct {
		rec  bpf.Ref
		o    bpf.StartOptions
		edit func(*bpf.Facts)
		want bpf.Code
		at   string
	}{
		"at the first stage":    {rec: recA, at: "one"},
		"further on":            {rec: recA, o: bpf.StartOptions{At: "two", Slots: slots}, at: "two"},
		"on a path given":       {rec: recA, o: bpf.StartOptions{Path: []string{"one", "big", "two"}, Slots: slots}, at: "two"},
		"without slot":          {rec: recA, o: bpf.StartOptions{At: "two"}, want: bpf.ErrInvalidPath},
		"slot of nobody":        {rec: recA, o: bpf.StartOptions{Slots: map[string]bpf.Ref{"z": {Entity: "z", ID: "1"}}}, want: bpf.ErrInvalidPath},
		"not on the path":       {rec: recA, o: bpf.StartOptions{At: "big"}, want: bpf.ErrStageUnreachable},
		"path without edge":     {rec: recA, o: bpf.StartOptions{Path: []string{"one", "back"}}, want: bpf.ErrInvalidPath},
		"path from the middle":  {rec: recA, o: bpf.StartOptions{Path: []string{"big"}}, want: bpf.ErrInvalidPath},
		"path to another stage": {rec: recA, o: bpf.StartOptions{At: "two", Path: []string{"one"}}, want: bpf.ErrInvalidPath},
		"path of nothing known": {rec: recA, o: bpf.StartOptions{Path: []string{"one", "zero"}}, want: bpf.ErrInvalidPath},
		"record without id":     {rec: bpf.Ref{Entity: "a"}, want: bpf.ErrRecordNotSaved},
		"another entity":        {rec: recB, want: bpf.ErrPrimaryEntityMismatch},
		"inactive definition":   {rec: recA, edit: func(f *bpf.Facts) { f.Inactive = true }, want: bpf.ErrDefinitionNotActive},
		"no privilege":          {rec: recA, edit: func(f *bpf.Facts) { f.Privileges = []bpf.Privilege{bpf.WritePrivilege} }, want: bpf.ErrAccessDenied},
		"veto":                  {rec: recA, edit: func(f *bpf.Facts) { f.Veto = errors.New("no") }, want: bpf.ErrVetoed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := f
			if c.edit != nil {
				c.edit(&f)
			}
			m, err := bpf.Start(d, c.rec, c.o, f)
			if c.want != "" {
				refused(t, err, c.want)
				return
			}
			if i := does(t, m, err); i.ActiveStage != c.at || i.Name != "Sample" || len(m.Triggers) != 1 || m.Triggers[0].Run != "started" {
				t.Errorf("got %s on %s with %v", i.Name, i.ActiveStage, m.Triggers)
			}
		})
	}
}

func TestSetActive(t *testing.T) {
	t.Parallel()
	d, f := parse(t, sample), facts(filled())
	i, _ := hears(t, d, start(t, d, f), event("a.made_b", recA, recB), f)
	set := func(stage string, o bpf.NextOptions, f bpf.Facts) error {
		_, err := bpf.SetActive(d, i, stage, o, f)
		return err
	}
	refused(t, set("nowhere", bpf.NextOptions{}, f), bpf.ErrStageUnknown)
	refused(t, set("big", bpf.NextOptions{}, f), bpf.ErrStageUnreachable)
	refused(t, set("last", bpf.NextOptions{}, f), bpf.ErrStageNotAdjacent)
	refused(t, set("last", bpf.NextOptions{Force: true}, f), bpf.ErrTargetRequired)
	m, err := bpf.SetActive(d, i, "big", bpf.NextOptions{Force: true, Override: "repair"}, f)
	if got := does(t, m, err); !slices.Equal(got.TraversedPath, []string{"one", "big"}) || !got.History[len(got.History)-1].Override {
		t.Errorf("forced to %v", got.TraversedPath)
	}
	f.Privileges = []bpf.Privilege{bpf.WritePrivilege}
	refused(t, set("big", bpf.NextOptions{Force: true}, f), bpf.ErrAccessDenied)
	f.Privileges = nil
	m, err = bpf.SetActive(d, i, "back", bpf.NextOptions{}, f)
	if got := does(t, m, err); got.ActiveStage != "back" || got.Visits[2].EnteredBy != bpf.OpNext {
		t.Errorf("got %s", got.ActiveStage)
	}
}

// TestRulesCompare values of every kind; an empty operand never matches.
func TestRulesCompare(t *testing.T) {
	t.Parallel()
	rule := func(op bpf.Op, value any, values ...any) bpf.Rule {
		return bpf.Rule{Field: "f", Op: op, Value: value, Values: values}
	}
	for _, c := range []struct {
		value any
		rule  bpf.Rule
		want  bool
	}{
		{5, rule(bpf.OpEq, "5.00"), true},
		{"5.5", rule(bpf.OpGt, 5), true},
		{nil, rule(bpf.OpNe, 5), false},
		{nil, rule(bpf.OpNotIn, nil, 5), false},
		{nil, rule(bpf.OpNull, nil), true},
		{0, rule(bpf.OpNotNull, nil), true},
		{1, rule(bpf.OpIn, nil, 1, 2), true},
		{3, rule(bpf.OpNotIn, nil, 1, 2), true},
		{"Meyer & Sons", rule(bpf.OpContains, "SONS"), true},
		{"Meyer", rule(bpf.OpNotContains, "x"), true},
		{"Meyer", rule(bpf.OpBeginsWith, "me"), true},
		{"Meyer", rule(bpf.OpEndsWith, "ME"), false},
		{"2026-03-01", rule(bpf.OpLt, "2026-03-02"), true},
		{noon, rule(bpf.OpGe, "2026-03-02"), true},
		{true, rule(bpf.OpEq, true), true},
		{true, rule(bpf.OpNe, "yes"), true},
		{5, rule("like", 5), false},
		{"1e999999999", rule(bpf.OpGt, 1), false},
	} {
		d := parse(t, sample)
		d.Stages[0].Branches = []bpf.Branch{{Next: "big", All: []bpf.Rule{c.rule}}}
		i := start(t, d, facts(values{}))
		got := bpf.Follows(d, i, "one", facts(values{"a": {"f": c.value}})) == "big"
		if got != c.want {
			t.Errorf("%v %s %v%v is %v", c.value, c.rule.Op, c.rule.Value, c.rule.Values, got)
		}
	}
}
