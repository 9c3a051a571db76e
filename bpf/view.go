package bpf

import (
	"errors"
	"slices"
	"time"
)

// View is what a ribbon needs, in one piece.
type View struct {
	Instance   Instance    `json:"instance"`
	Process    string      `json:"process"` // label of the definition
	Stages     []StageView `json:"stages"`  // of the active path
	Next       string      `json:"next,omitzero"`
	Operations []Operation `json:"operations"`        // that are possible now
	Blocked    error       `json:"-"`                 // why Next, or Finish on the last stage, is not possible; nil if it is
	Missing    []Missing   `json:"missing,omitempty"` // of the active stage
	Drifted    bool        `json:"drifted,omitzero"`  // the definition has lost the active stage
	StaleSince time.Time   `json:"stale_since,omitzero"`
}

// StageState tells where a stage stands in the ribbon.
type StageState string

// The states of stages. Retired: walked, but no longer in the definition.
const (
	StageDone    StageState = "done"
	StageActive  StageState = "active"
	StageAhead   StageState = "ahead"
	StageRetired StageState = "retired"
)

// StageView is one stage of a ribbon.
type StageView struct {
	Key         string        `json:"key"`
	Label       string        `json:"label"`
	Category    string        `json:"category,omitzero"`
	Entity      string        `json:"entity,omitzero"`
	Record      Ref           `json:"record,omitzero"`
	State       StageState    `json:"state"`
	Locked      bool          `json:"locked,omitzero"` // has no record yet
	Loop        bool          `json:"loop,omitzero"`   // returns to an entity of an earlier stage
	Probability *int          `json:"probability,omitempty"`
	Guidance    string        `json:"guidance,omitzero"`
	Time        time.Duration `json:"time"` // spent in the stage so far, in nanoseconds
	Steps       []StepView    `json:"steps,omitempty"`
	Criteria    []Missing     `json:"criteria,omitempty"` // exit criteria that do not hold; of readable records
}

// Completion tells whether a step is done.
type Completion string

// The completions. Unknown: the actor may not read the record.
const (
	CompletionComplete   Completion = "complete"
	CompletionIncomplete Completion = "incomplete"
	CompletionUnknown    Completion = "unknown"
)

// StepView is one step of a stage in a ribbon.
type StepView struct {
	Key        string     `json:"key"`
	Label      string     `json:"label"`
	Kind       StepKind   `json:"kind"`
	Field      string     `json:"field,omitzero"`
	Required   bool       `json:"required,omitzero"`
	Value      any        `json:"value,omitempty"` // as the record has it
	Completion Completion `json:"completion"`
	Progress   Progress   `json:"progress,omitzero"` // of action and flow steps
	Hidden     bool       `json:"hidden,omitzero"`
	ReadOnly   bool       `json:"read_only,omitzero"`
}

// See returns the ribbon of an instance. Labels show on all stages; values and
// completion only of records that the actor may read. Without the privilege
// write no operation is possible. Refusals: ErrNotFound, ErrAccessDenied.
func See(d Definition, i Instance, f Facts) (View, error) {
	if err := d.admit(OpView, &i, 0, &f); err != nil {
		return View{}, err
	}
	v := View{Instance: i.Clone(), Process: textIn(d.Label, d.Labels, f.Language), Drifted: d.Stage(i.ActiveStage) == nil}
	var entities []string
	for _, key := range d.activePath(&i, &f) {
		s := d.view(&i, key, &f)
		s.Loop = s.Entity != "" && len(entities) > 0 && entities[len(entities)-1] != s.Entity && slices.Contains(entities, s.Entity)
		entities = append(entities, s.Entity)
		v.Stages = append(v.Stages, s)
	}
	if i.Status == Active {
		v.Next = d.follows(&i, i.ActiveStage, &f)
		v.StaleSince, _ = StaleSince(d, i, f.At, time.Time{})
	}
	if s := d.Stage(i.ActiveStage); s != nil && f.readable(s.Entity) {
		v.Missing = s.incomplete(&i, &f)
	}
	v.Operations, v.Blocked = d.possible(i, f)
	return v, nil
}

func (d *Definition) view(i *Instance, key string, f *Facts) StageView {
	s := d.Stage(key)
	if s == nil {
		return StageView{Key: key, Label: key, State: StageRetired, Time: TimeIn(*i, key, f.At)}
	}
	v := StageView{
		Key: key, Label: textIn(s.Label, s.Labels, f.Language), Category: s.Category, Entity: s.Entity,
		Record: i.Slots[s.Entity], State: StageAhead, Locked: i.Slots[s.Entity].IsZero(),
		Probability: s.Probability, Guidance: s.Guidance, Time: TimeIn(*i, key, f.At),
	}
	switch {
	case key == i.ActiveStage:
		v.State = StageActive
	case slices.Contains(i.TraversedPath, key):
		v.State = StageDone
	}
	for _, step := range s.Steps {
		v.Steps = append(v.Steps, s.view(step, i, f))
	}
	if f.readable(s.Entity) {
		for _, m := range s.incomplete(i, f) {
			if m.Step == "" {
				v.Criteria = append(v.Criteria, m)
			}
		}
	}
	return v
}

func (s *Stage) view(step Step, i *Instance, f *Facts) StepView {
	v := StepView{
		Key: step.Key, Label: step.label(f.Language), Kind: step.kind(), Field: step.Field,
		Required: step.Required, Completion: CompletionUnknown, Progress: i.Progress[s.Key+"/"+step.Key],
	}
	if v.Kind == DataStep {
		visible, editable := f.state(s.Entity, step.Field)
		v.Hidden, v.ReadOnly = !visible, !editable
	}
	if !f.readable(s.Entity) {
		v.Progress = ""
		return v
	}
	v.Completion = CompletionIncomplete
	done := v.Progress == Completed
	if v.Kind == DataStep {
		v.Value = f.of(i, s.Entity)(step.Field)
		done = complete(v.Value)
	}
	if done {
		v.Completion = CompletionComplete
	}
	return v
}

// possible tries the operations of a ribbon.
func (d *Definition) possible(i Instance, f Facts) (list []Operation, blocked error) {
	_, next := Next(*d, i, NextOptions{}, f)
	_, previous := Previous(*d, i, 0, f)
	_, finish := Finish(*d, i, NextOptions{}, f)
	_, abort := Abort(*d, i, "", f)
	_, reactivate := Reactivate(*d, i, f)
	for _, tried := range []struct {
		op  Operation
		err error
	}{
		{OpNext, next},
		{OpPrevious, previous},
		{OpFinish, finish},
		{OpAbort, abort},
		{OpReactivate, reactivate},
		{OpDelete, Delete(*d, i, f)},
	} {
		if tried.err == nil {
			list = append(list, tried.op)
		}
	}
	if errors.Is(next, ErrEndOfPath) {
		return list, finish
	}
	return list, next
}
