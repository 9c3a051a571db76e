package engine_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// asDraft is the definition as its next version, without saying which.
func asDraft(d bpf.Definition) bpf.Definition {
	d.Version = 0
	return d
}

func newProcessDefinition(t *testing.T) engine.ProcessDefinition {
	t.Helper()
	return testkit.Born(t, engine.NewProcessDefinition, engine.CreateProcessDefinition{
		ID: testkit.IDOf[record.ProcessDefinitionID](1), Definition: asDraft(testkit.SmallProcess("small")),
	}, engine.ProcessDefinitionFacts{Stamp: testkit.Morning}, "process_definition.created", "draft")
}

func TestProcessDefinitionFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.ProcessDefinition, engine.ProcessDefinitionFlow().Matrix())
}

func TestNewProcessDefinition(t *testing.T) {
	t.Parallel()
	d := newProcessDefinition(t)
	if d.Name != "small" || d.Draft.Version != 1 || d.Faults != nil || d.InForce() != nil {
		t.Errorf("got %+v", d)
	}
	create, f := engine.CreateProcessDefinition{ID: d.ID, Definition: testkit.SmallProcess("small")}, engine.ProcessDefinitionFacts{Stamp: testkit.Morning}
	f.InCode = true
	testkit.RefusesBirth(t, engine.NewProcessDefinition, create, f, codes.ErrTaken)
	f.InCode = false
	create.Definition.Name = "Small"
	testkit.RefusesBirth(t, engine.NewProcessDefinition, create, f, codes.ErrInvalid)
	create.Definition = testkit.SmallProcess("small")
	create.Definition.Stages[0].Branches = []bpf.Branch{{All: []bpf.Rule{{Field: "subject", Op: bpf.OpEq, Value: []int{1}}}}}
	testkit.RefusesBirth(t, engine.NewProcessDefinition, create, f, codes.ErrInvalid)
	create.Definition.Stages[0].Branches[0].All[0].Value = func() {}
	testkit.RefusesBirth(t, engine.NewProcessDefinition, create, f, codes.ErrInvalid)

	// An incomplete draft is kept with what is wrong with it.
	create.Definition = testkit.SmallProcess("small")
	create.Definition.Label, create.Definition.Stages[0].Steps[0].Field = "", "color"
	catalog := engine.ProcessCatalog()
	f.Catalog = &catalog
	kept := testkit.Must(engine.NewProcessDefinition(create, f)).Record
	var codes []bpf.FaultCode
	for _, fault := range kept.Faults {
		codes = append(codes, fault.Code)
	}
	if !slices.Equal(codes, []bpf.FaultCode{bpf.FaultLabelEmpty, bpf.FaultStepFieldUnknown}) {
		t.Errorf("got %v", codes)
	}
	_, err := kept.Activate(engine.ActivateProcessDefinition{}, f)
	var e *record.Error
	if !errors.As(err, &e) || len(e.Reasons) != 2 || e.Reasons[1].Field != "definition/stages/0/steps/0/field" || !errors.Is(err, bpf.FaultLabelEmpty) {
		t.Errorf("got %v", err)
	}
}

func TestProcessDefinitionTransitions(t *testing.T) {
	t.Parallel()
	d, f := newProcessDefinition(t), engine.ProcessDefinitionFacts{Stamp: testkit.Noon}
	save := engine.SaveProcessDefinition{Definition: asDraft(testkit.SmallProcess("small"))}
	testkit.Idles(t, d, engine.ProcessDefinition.Save, save, f)
	save.Definition = testkit.SmallProcess("large")
	testkit.Refuses(t, d, engine.ProcessDefinition.Save, save, f, codes.ErrInvalid)
	testkit.Refuses(t, d, engine.ProcessDefinition.Deactivate, engine.DeactivateProcessDefinition{}, f, codes.ErrDefinitionState)

	activate := engine.ActivateProcessDefinition{}
	d = testkit.Does(t, d, engine.ProcessDefinition.Activate, activate, f, "process_definition.activated", "draft", "active")
	if d.Draft != nil || len(d.Versions) != 1 || !d.InForce().Equal(testkit.SmallProcess("small")) {
		t.Errorf("activated: %+v", d)
	}
	testkit.Refuses(t, d, engine.ProcessDefinition.Activate, activate, f, codes.ErrDefinitionState)
	if _, err := d.Activate(activate, f); !errors.Is(err, bpf.ErrDefinitionState) {
		t.Errorf("got %v", err)
	}
	testkit.Refuses(t, d, engine.ProcessDefinition.Delete, engine.DeleteProcessDefinition{Cascade: true}, f, codes.ErrDefinitionActive)
	if _, err := d.Delete(engine.DeleteProcessDefinition{}, f); !errors.Is(err, bpf.ErrDefinitionActive) {
		t.Errorf("got %v", err)
	}

	// The next draft leaves what is in force alone.
	save.Definition = asDraft(testkit.SmallProcess("small", "question", "decide"))
	d = testkit.Does(t, d, engine.ProcessDefinition.Save, save, f, "process_definition.saved", "active", "active")
	if d.Draft.Version != 2 || d.InForce().Version != 1 {
		t.Errorf("saved: draft v%d, in force v%d", d.Draft.Version, d.InForce().Version)
	}
	f.Standing = map[string]int{"ask": 3}
	testkit.Refuses(t, d, engine.ProcessDefinition.Activate, activate, f, codes.ErrInvalid)
	if _, err := d.Activate(activate, f); !errors.Is(err, bpf.FaultStranded) {
		t.Errorf("got %v, want what would be stranded", err)
	}
	activate.AllowDrift = true
	d = testkit.Does(t, d, engine.ProcessDefinition.Activate, activate, f, "process_definition.activated", "active", "active")
	if len(d.Versions) != 1 || d.InForce().Version != 2 {
		t.Errorf("activated: %+v", d.Versions)
	}
	save.Definition.Version = 2
	d = testkit.Does(t, d, engine.ProcessDefinition.Save, save, f, "process_definition.saved", "active", "active")
	if _, err := d.Activate(activate, f); !errors.Is(err, bpf.FaultVersionNotNewer) {
		t.Errorf("a released version was replaced: %v", err)
	}
	save.Definition.Version = 0
	d = testkit.Does(t, d, engine.ProcessDefinition.Save, save, f, "process_definition.saved", "active", "active")

	d = testkit.Does(t, d, engine.ProcessDefinition.Deactivate, engine.DeactivateProcessDefinition{}, f, "process_definition.deactivated", "active", "draft")
	f.InUse = []record.Ref{testkit.RefTo(kinds.Process, 1)}
	testkit.Refuses(t, d, engine.ProcessDefinition.Delete, engine.DeleteProcessDefinition{}, f, codes.ErrInUse)
	if out := testkit.Must(d.Delete(engine.DeleteProcessDefinition{Cascade: true}, f)); len(out.Events) != 1 || !out.Events[0].Deleted {
		t.Errorf("deleted: %+v", out.Events)
	}
	f.InCode = true
	testkit.Refuses(t, d, engine.ProcessDefinition.Activate, activate, f, codes.ErrTaken)
}

// Versions that instances are pinned to are kept, others are not.
func TestProcessDefinitionKeepsPinnedVersions(t *testing.T) {
	t.Parallel()
	d, f := newProcessDefinition(t), engine.ProcessDefinitionFacts{Stamp: testkit.Noon, Pinned: []int{1}}
	for v := 1; v <= 3; v++ {
		draft := asDraft(testkit.SmallProcess("small"))
		draft.Options.Upgrade = "pin"
		d = testkit.Must(d.Save(engine.SaveProcessDefinition{Definition: draft}, f)).Record
		d = testkit.Must(d.Activate(engine.ActivateProcessDefinition{}, f)).Record
	}
	var versions []int
	for _, v := range d.Versions {
		versions = append(versions, v.Version)
	}
	if !slices.Equal(versions, []int{1, 3}) {
		t.Errorf("kept are %v", versions)
	}
	d = testkit.Must(d.Deactivate(engine.DeactivateProcessDefinition{}, f)).Record
	d = testkit.Must(d.Activate(engine.ActivateProcessDefinition{}, f)).Record
	if d.InForce().Version != 3 || len(d.Versions) != 2 {
		t.Errorf("back in force is %+v", d.Versions)
	}
}
