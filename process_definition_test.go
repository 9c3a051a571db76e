package leadtocash_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/bpf"
)

// smallProcess goes along a lead, a stage for each key; without keys it has
// one.
func smallProcess(name string, stages ...string) bpf.Definition {
	d := bpf.Definition{Schema: bpf.Schema, Name: name, Label: "Small", Version: 1, PrimaryEntity: "lead"}
	if len(stages) == 0 {
		stages = []string{"ask"}
	}
	for _, key := range stages {
		d.Stages = append(d.Stages, bpf.Stage{Key: key, Label: key, Entity: "lead", Steps: []bpf.Step{{Key: "topic", Field: "subject"}}})
	}
	return d
}

// asDraft is the definition as its next version, without saying which.
func asDraft(d bpf.Definition) bpf.Definition {
	d.Version = 0
	return d
}

func newProcessDefinition(t *testing.T) leadtocash.ProcessDefinition {
	t.Helper()
	return born(t, leadtocash.NewProcessDefinition, leadtocash.CreateProcessDefinition{
		ID: idOf[leadtocash.ProcessDefinitionID](1), Definition: asDraft(smallProcess("small")),
	}, leadtocash.ProcessDefinitionFacts{Stamp: morning}, "process_definition.created", "draft")
}

func TestProcessDefinitionFlow(t *testing.T) {
	t.Parallel()
	compareWithSpec(t, leadtocash.KindProcessDefinition, leadtocash.ProcessDefinitionFlow().Matrix())
}

func TestNewProcessDefinition(t *testing.T) {
	t.Parallel()
	d := newProcessDefinition(t)
	if d.Name != "small" || d.Draft.Version != 1 || d.Faults != nil || d.InForce() != nil {
		t.Errorf("got %+v", d)
	}
	create, f := leadtocash.CreateProcessDefinition{ID: d.ID, Definition: smallProcess("small")}, leadtocash.ProcessDefinitionFacts{Stamp: morning}
	f.InCode = true
	refusesBirth(t, leadtocash.NewProcessDefinition, create, f, leadtocash.ErrTaken)
	f.InCode = false
	create.Definition.Name = "Small"
	refusesBirth(t, leadtocash.NewProcessDefinition, create, f, leadtocash.ErrInvalid)
	create.Definition = smallProcess("small")
	create.Definition.Stages[0].Branches = []bpf.Branch{{All: []bpf.Rule{{Field: "subject", Op: bpf.OpEq, Value: []int{1}}}}}
	refusesBirth(t, leadtocash.NewProcessDefinition, create, f, leadtocash.ErrInvalid)
	create.Definition.Stages[0].Branches[0].All[0].Value = func() {}
	refusesBirth(t, leadtocash.NewProcessDefinition, create, f, leadtocash.ErrInvalid)

	// An incomplete draft is kept with what is wrong with it.
	create.Definition = smallProcess("small")
	create.Definition.Label, create.Definition.Stages[0].Steps[0].Field = "", "color"
	catalog := leadtocash.ProcessCatalog()
	f.Catalog = &catalog
	kept := must(leadtocash.NewProcessDefinition(create, f)).Record
	var codes []bpf.FaultCode
	for _, fault := range kept.Faults {
		codes = append(codes, fault.Code)
	}
	if !slices.Equal(codes, []bpf.FaultCode{bpf.FaultLabelEmpty, bpf.FaultStepFieldUnknown}) {
		t.Errorf("got %v", codes)
	}
	_, err := kept.Activate(leadtocash.ActivateProcessDefinition{}, f)
	var e *leadtocash.Error
	if !errors.As(err, &e) || len(e.Reasons) != 2 || e.Reasons[1].Field != "definition/stages/0/steps/0/field" || !errors.Is(err, bpf.FaultLabelEmpty) {
		t.Errorf("got %v", err)
	}
}

func TestProcessDefinitionTransitions(t *testing.T) {
	t.Parallel()
	d, f := newProcessDefinition(t), leadtocash.ProcessDefinitionFacts{Stamp: noon}
	save := leadtocash.SaveProcessDefinition{Definition: asDraft(smallProcess("small"))}
	idles(t, d, leadtocash.ProcessDefinition.Save, save, f)
	save.Definition = smallProcess("large")
	refuses(t, d, leadtocash.ProcessDefinition.Save, save, f, leadtocash.ErrInvalid)
	refuses(t, d, leadtocash.ProcessDefinition.Deactivate, leadtocash.DeactivateProcessDefinition{}, f, leadtocash.ErrDefinitionState)

	activate := leadtocash.ActivateProcessDefinition{}
	d = does(t, d, leadtocash.ProcessDefinition.Activate, activate, f, "process_definition.activated", "draft", "active")
	if d.Draft != nil || len(d.Versions) != 1 || !d.InForce().Equal(smallProcess("small")) {
		t.Errorf("activated: %+v", d)
	}
	refuses(t, d, leadtocash.ProcessDefinition.Activate, activate, f, leadtocash.ErrDefinitionState)
	if _, err := d.Activate(activate, f); !errors.Is(err, bpf.ErrDefinitionState) {
		t.Errorf("got %v", err)
	}
	refuses(t, d, leadtocash.ProcessDefinition.Delete, leadtocash.DeleteProcessDefinition{Cascade: true}, f, leadtocash.ErrDefinitionActive)
	if _, err := d.Delete(leadtocash.DeleteProcessDefinition{}, f); !errors.Is(err, bpf.ErrDefinitionActive) {
		t.Errorf("got %v", err)
	}

	// The next draft leaves what is in force alone.
	save.Definition = asDraft(smallProcess("small", "question", "decide"))
	d = does(t, d, leadtocash.ProcessDefinition.Save, save, f, "process_definition.saved", "active", "active")
	if d.Draft.Version != 2 || d.InForce().Version != 1 {
		t.Errorf("saved: draft v%d, in force v%d", d.Draft.Version, d.InForce().Version)
	}
	f.Standing = map[string]int{"ask": 3}
	refuses(t, d, leadtocash.ProcessDefinition.Activate, activate, f, leadtocash.ErrInvalid)
	if _, err := d.Activate(activate, f); !errors.Is(err, bpf.FaultStranded) {
		t.Errorf("got %v, want what would be stranded", err)
	}
	activate.AllowDrift = true
	d = does(t, d, leadtocash.ProcessDefinition.Activate, activate, f, "process_definition.activated", "active", "active")
	if len(d.Versions) != 1 || d.InForce().Version != 2 {
		t.Errorf("activated: %+v", d.Versions)
	}
	save.Definition.Version = 2
	d = does(t, d, leadtocash.ProcessDefinition.Save, save, f, "process_definition.saved", "active", "active")
	if _, err := d.Activate(activate, f); !errors.Is(err, bpf.FaultVersionNotNewer) {
		t.Errorf("a released version was replaced: %v", err)
	}
	save.Definition.Version = 0
	d = does(t, d, leadtocash.ProcessDefinition.Save, save, f, "process_definition.saved", "active", "active")

	d = does(t, d, leadtocash.ProcessDefinition.Deactivate, leadtocash.DeactivateProcessDefinition{}, f, "process_definition.deactivated", "active", "draft")
	f.InUse = []leadtocash.Ref{refTo(leadtocash.KindProcess, 1)}
	refuses(t, d, leadtocash.ProcessDefinition.Delete, leadtocash.DeleteProcessDefinition{}, f, leadtocash.ErrInUse)
	if out := must(d.Delete(leadtocash.DeleteProcessDefinition{Cascade: true}, f)); len(out.Events) != 1 || !out.Events[0].Deleted {
		t.Errorf("deleted: %+v", out.Events)
	}
	f.InCode = true
	refuses(t, d, leadtocash.ProcessDefinition.Activate, activate, f, leadtocash.ErrTaken)
}

// Versions that instances are pinned to are kept, others are not.
func TestProcessDefinitionKeepsPinnedVersions(t *testing.T) {
	t.Parallel()
	d, f := newProcessDefinition(t), leadtocash.ProcessDefinitionFacts{Stamp: noon, Pinned: []int{1}}
	for v := 1; v <= 3; v++ {
		draft := asDraft(smallProcess("small"))
		draft.Options.Upgrade = "pin"
		d = must(d.Save(leadtocash.SaveProcessDefinition{Definition: draft}, f)).Record
		d = must(d.Activate(leadtocash.ActivateProcessDefinition{}, f)).Record
	}
	var versions []int
	for _, v := range d.Versions {
		versions = append(versions, v.Version)
	}
	if !slices.Equal(versions, []int{1, 3}) {
		t.Errorf("kept are %v", versions)
	}
	d = must(d.Deactivate(leadtocash.DeactivateProcessDefinition{}, f)).Record
	d = must(d.Activate(leadtocash.ActivateProcessDefinition{}, f)).Record
	if d.InForce().Version != 3 || len(d.Versions) != 2 {
		t.Errorf("back in force is %+v", d.Versions)
	}
}
