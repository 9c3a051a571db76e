package bpf

import (
	"encoding/json"
	"fmt"
	"slices"
)

// OverlaySchema is the version of the overlay format.
const OverlaySchema = "bpf-overlay/v1"

// Overlay changes a process without copying it.
type Overlay struct {
	Schema      string  `json:"schema"`
	Base        string  `json:"base"` // name of the process
	BaseVersion int     `json:"baseVersion"`
	Version     int     `json:"version"` // of the result
	Ops         []Patch `json:"ops,omitempty"`
}

// Patch is one change. Op is addStep, removeStep, moveStep, setRequired,
// setLabel, addStage, removeStage, addBranch, setExit, addBinding,
// removeBinding or setSecurity; the other fields are what it needs. Without
// After, steps and branches are added at the end, moved steps go to the front.
type Patch struct {
	Op       string      `json:"op"`
	Stage    PatchStage  `json:"stage,omitzero"` // key; addStage: the stage itself
	Step     PatchStep   `json:"step,omitzero"`  // key; addStep: the step itself
	After    string      `json:"after,omitzero"`
	Value    *bool       `json:"value,omitempty"` // setRequired
	Label    string      `json:"label,omitzero"`  // setLabel, of the process without a stage
	Branch   *Branch     `json:"branch,omitempty"`
	Exit     []Criterion `json:"exit,omitempty"`
	Binding  *Binding    `json:"binding,omitempty"`
	Event    string      `json:"event,omitzero"` // removeBinding
	Security *Security   `json:"security,omitempty"`
}

// PatchStage is a key or a whole stage.
type PatchStage struct {
	Key string
	New *Stage
}

// PatchStep is a key or a whole step.
type PatchStep struct {
	Key string
	New *Step
}

// MarshalJSON writes the key or the stage.
func (p PatchStage) MarshalJSON() ([]byte, error) {
	if p.New != nil {
		return json.Marshal(p.New)
	}
	return json.Marshal(p.Key)
}

// MarshalJSON writes the key or the step.
func (p PatchStep) MarshalJSON() ([]byte, error) {
	if p.New != nil {
		return json.Marshal(p.New)
	}
	return json.Marshal(p.Key)
}

// ParseOverlay reads an overlay from its JSON form. A refusal is Faults.
func ParseOverlay(data []byte) (*Overlay, error) {
	o := &Overlay{}
	faults := decode(data, o)
	if len(faults) == 0 && o.Schema != OverlaySchema {
		faults = []Fault{newFault("/schema", FaultOption, o.Schema, OverlaySchema)}
	}
	if len(faults) > 0 {
		return o, Faults{Name: o.Base, Version: o.Version, List: faults}
	}
	return o, nil
}

// Apply returns the process with the changes made in their order. A refusal is
// Faults: another base, or ops whose target is missing. The result is not
// validated.
func (o Overlay) Apply(base Definition) (Definition, error) {
	body, err := json.Marshal(base)
	if err != nil {
		return Definition{}, err
	}
	var d Definition
	if faults := decode(body, &d); len(faults) > 0 {
		return Definition{}, Faults{Name: base.Name, Version: base.Version, List: faults}
	}
	var faults []Fault
	if o.Base != base.Name || o.BaseVersion != base.Version {
		faults = append(faults, newFault("/baseVersion", FaultOverlayBase, o.Base, o.BaseVersion, base.Version))
	} else {
		for i, p := range o.Ops {
			if f, ok := p.apply(&d, i); !ok {
				faults = append(faults, f)
			}
		}
	}
	if len(faults) > 0 {
		return Definition{}, Faults{Name: o.Base, Version: o.Version, List: faults}
	}
	d.Version = o.Version
	return d, nil
}

// apply makes the change, or says what is missing.
func (p Patch) apply(d *Definition, n int) (Fault, bool) {
	at := fmt.Sprintf("/ops/%d", n)
	missing := func(what, key string) (Fault, bool) {
		return newFault(at, FaultOverlayTarget, n, what, key, d.Name, d.Version), false
	}
	malformed := newFault(at, FaultOverlayOp, n, p.Op)
	switch p.Op {
	case "addStage":
		return p.addStage(d, malformed, missing)
	case "setSecurity", "addBinding", "removeBinding":
		return p.applyToProcess(d, malformed, missing)
	case "setLabel":
		if p.Stage.Key == "" && p.Label != "" {
			d.Label = p.Label
			return Fault{}, true
		}
	}
	i := slices.IndexFunc(d.Stages, func(s Stage) bool { return s.Key == p.Stage.Key })
	if i < 0 {
		if p.Stage.Key == "" {
			return malformed, false
		}
		return missing("stage", p.Stage.Key)
	}
	s := &d.Stages[i]
	switch {
	case p.Op == "removeStage":
		d.Stages = slices.Delete(d.Stages, i, i+1)
	case p.Op == "addBranch" && p.Branch != nil:
		s.Branches = append(s.Branches, *p.Branch)
	case p.Op == "setExit":
		s.Exit = p.Exit
	case p.Op == "setLabel" && p.Step.Key == "" && p.Label != "":
		s.Label = p.Label
	default:
		return p.applyToStep(s, malformed, missing)
	}
	return Fault{}, true
}

type missingFunc func(what, key string) (Fault, bool)

func (p Patch) addStage(d *Definition, malformed Fault, missing missingFunc) (Fault, bool) {
	if p.Stage.New == nil {
		return malformed, false
	}
	at := len(d.Stages)
	if p.After != "" {
		at = slices.IndexFunc(d.Stages, func(s Stage) bool { return s.Key == p.After }) + 1
		if at == 0 {
			return missing("stage", p.After)
		}
	}
	d.Stages = slices.Insert(d.Stages, at, *p.Stage.New)
	return Fault{}, true
}

func (p Patch) applyToProcess(d *Definition, malformed Fault, missing missingFunc) (Fault, bool) {
	switch {
	case p.Op == "setSecurity" && p.Security != nil:
		d.Security = *p.Security
	case p.Op == "addBinding" && p.Binding != nil:
		d.Bindings = append(d.Bindings, *p.Binding)
	case p.Op == "removeBinding" && p.Event != "":
		n := len(d.Bindings)
		d.Bindings = slices.DeleteFunc(d.Bindings, func(b Binding) bool { return b.Event == p.Event })
		if len(d.Bindings) == n {
			return missing("binding", p.Event)
		}
	default:
		return malformed, false
	}
	return Fault{}, true
}

func (p Patch) applyToStep(s *Stage, malformed Fault, missing missingFunc) (Fault, bool) {
	after := 0
	if p.After != "" {
		after = slices.IndexFunc(s.Steps, func(t Step) bool { return t.Key == p.After }) + 1
		if after == 0 {
			return missing("step", p.After)
		}
	}
	if p.Op == "addStep" && p.Step.New != nil {
		if p.After == "" {
			after = len(s.Steps)
		}
		s.Steps = slices.Insert(s.Steps, after, *p.Step.New)
		return Fault{}, true
	}
	i := slices.IndexFunc(s.Steps, func(t Step) bool { return t.Key == p.Step.Key })
	if i < 0 {
		if p.Step.Key == "" {
			return malformed, false
		}
		return missing("step", p.Step.Key)
	}
	step := s.Steps[i]
	switch {
	case p.Op == "removeStep":
		s.Steps = slices.Delete(s.Steps, i, i+1)
	case p.Op == "moveStep" && p.After != step.Key:
		s.Steps = slices.Delete(s.Steps, i, i+1)
		if i < after {
			after--
		}
		s.Steps = slices.Insert(s.Steps, after, step)
	case p.Op == "setRequired" && p.Value != nil:
		s.Steps[i].Required = *p.Value
	case p.Op == "setLabel" && p.Label != "":
		s.Steps[i].Label = p.Label
	default:
		return malformed, false
	}
	return Fault{}, true
}
