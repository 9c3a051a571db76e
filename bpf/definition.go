package bpf

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
)

// Schema is the version of the definition format.
const Schema = "bpf/v1"

// End as a next stage ends the path; no stage has this key.
const End = "end"

// Definition describes a process. Its JSON form is published as JSONSchema;
// Parse reads it, Validate checks it against what a host offers. A definition
// is immutable per version.
type Definition struct {
	Schema        string            `json:"schema"`
	Name          string            `json:"name"` // unique among processes
	ID            string            `json:"id,omitzero"`
	Label         string            `json:"label"`
	Labels        map[string]string `json:"labels,omitempty"` // by BCP 47 tag
	Description   string            `json:"description,omitzero"`
	Version       int               `json:"version"`
	PrimaryEntity string            `json:"primaryEntity"`   // of the first stage
	Order         *int              `json:"order,omitempty"` // lowest first; without one: behind all that have one
	Options       Options           `json:"options,omitzero"`
	Categories    map[string]int    `json:"categories,omitempty"` // codes of the process's own categories
	Security      Security          `json:"security,omitzero"`
	Stages        []Stage           `json:"stages,omitempty"`
	Triggers      []Trigger         `json:"triggers,omitempty"`
	Bindings      []Binding         `json:"bindings,omitempty"`
	Mirror        []Mirror          `json:"mirror,omitempty"`
	Ext           json.RawMessage   `json:"ext,omitempty"` // of the host's tools
}

// Options change how a process behaves; the zero value is what Dynamics 365
// does.
type Options struct {
	GateScope  string `json:"gateScope,omitzero"`  // "stage" (default) or "path": walked stages are checked again
	FinishGate string `json:"finishGate,omitzero"` // the same for Finish
	Upgrade    string `json:"upgrade,omitzero"`    // "follow" (default) or "pin"
}

// Pinned reports whether instances stay on the version they started with.
func (o Options) Pinned() bool { return o.Upgrade == "pin" }

// Security grants privileges on the instances of a process to roles.
type Security struct {
	Roles map[string][]Privilege `json:"roles,omitempty"`
}

// IsZero reports whether there are no grants.
func (s Security) IsZero() bool { return len(s.Roles) == 0 }

// Stage is one chevron of the ribbon. Its key is the identity that instances
// point at.
type Stage struct {
	Key         string            `json:"key"`
	ID          string            `json:"id,omitzero"` // for interchange with Dataverse only
	Label       string            `json:"label"`
	Labels      map[string]string `json:"labels,omitempty"`
	Category    string            `json:"category,omitzero"`
	Entity      string            `json:"entity"`
	Steps       []Step            `json:"steps,omitempty"`
	Enter       *Enter            `json:"enter,omitempty"`
	Branches    []Branch          `json:"branches,omitempty"`
	Else        string            `json:"else,omitzero"`
	Next        string            `json:"next,omitzero"` // default: the following stage
	Exit        []Criterion       `json:"exit,omitempty"`
	Triggers    []Trigger         `json:"triggers,omitempty"`
	Probability *int              `json:"probability,omitempty"` // percent
	StaleAfter  string            `json:"staleAfter,omitzero"`   // ISO 8601 duration
	Guidance    string            `json:"guidance,omitzero"`
	Ext         json.RawMessage   `json:"ext,omitempty"`
}

// StepKind tells what a step is.
type StepKind string

// The kinds of steps. An action or a flow is a button; it carries no field.
const (
	DataStep   StepKind = "data"
	ActionStep StepKind = "action"
	FlowStep   StepKind = "flow"
)

// Step is one item of a stage.
type Step struct {
	Key      string            `json:"key"`
	ID       string            `json:"id,omitzero"`
	Kind     StepKind          `json:"kind,omitzero"` // default: data
	Label    string            `json:"label,omitzero"`
	Labels   map[string]string `json:"labels,omitempty"`
	Field    string            `json:"field,omitzero"`
	Action   string            `json:"action,omitzero"`
	Flow     string            `json:"flow,omitzero"`
	Required bool              `json:"required,omitzero"` // before the stage is left forward
	Ext      json.RawMessage   `json:"ext,omitempty"`
}

func (s Step) kind() StepKind {
	if s.Kind == "" {
		return DataStep
	}
	return s.Kind
}

// Mode is a way to give a stage its record.
type Mode string

// The modes. An operation is an action of the host that makes the record.
const (
	ModeSelect    Mode = "select"
	ModeCreate    Mode = "create"
	ModeOperation Mode = "operation"
)

// Enter says how a stage on another entity gets its record. Without modes, the
// operation makes it if there is one; else records are selected or created.
type Enter struct {
	Relationship string `json:"relationship,omitzero"` // one to many, from an entity that was visited before
	Modes        []Mode `json:"modes,omitempty"`
	Operation    string `json:"operation,omitzero"`
	Loop         bool   `json:"loop,omitzero"` // returns to an entity that was visited before
}

// allows reports whether a stage may be entered in a mode.
func (e *Enter) allows(m Mode) bool {
	switch {
	case e == nil:
		return m != ModeOperation
	case len(e.Modes) > 0:
		return slices.Contains(e.Modes, m)
	case e.Operation != "":
		return m == ModeOperation
	}
	return m != ModeOperation
}

// Rule compares a field of a record.
type Rule struct {
	Field      string `json:"field"`
	Op         Op     `json:"op"`
	Value      any    `json:"value,omitzero"` // string, bool or json.Number
	Values     []any  `json:"values,omitempty"`
	OtherField string `json:"otherField,omitzero"`
}

// Criterion is a rule that must hold before a stage is left forward.
type Criterion struct {
	Rule
	Message string `json:"message,omitzero"`
}

func (c Criterion) text() string {
	if c.Message != "" {
		return c.Message
	}
	return c.Field + " " + string(c.Op)
}

// Branch is one case of a branching stage; the first that holds wins.
type Branch struct {
	Label string `json:"label,omitzero"`
	All   []Rule `json:"all,omitempty"`
	Any   []Rule `json:"any,omitempty"`
	Next  string `json:"next"`
}

// Trigger runs host code: on enter or exit of a stage, or when a process is
// applied, reactivated, finished or aborted.
type Trigger struct {
	On  string `json:"on"`
	Run string `json:"run"`
}

// Do is what a binding does to an instance.
type Do string

// What bindings do.
const (
	DoAdvance    Do = "advance"
	DoOffer      Do = "offer"
	DoRebind     Do = "rebind"
	DoFinish     Do = "finish"
	DoAbort      Do = "abort"
	DoReactivate Do = "reactivate"
)

// Binding moves instances when something happens to their records.
type Binding struct {
	Event string `json:"event"`
	Do    Do     `json:"do"`
	To    string `json:"to,omitzero"`
	Bind  string `json:"bind,omitzero"` // the record of the event's payload that becomes the target
	Mode  string `json:"mode,omitzero"` // "strict" or "lenient" (default)
}

// Strict reports whether a refusal of the instance refuses the event.
func (b Binding) Strict() bool { return b.Mode == "strict" }

// Mirror writes how far a process is into a text field of a record.
type Mirror struct {
	Entity string `json:"entity"`
	Field  string `json:"field"`
	Value  string `json:"value"` // "phase", "stage", "category" or "status"
}

// Stage returns the stage with the key, nil if there is none.
func (d *Definition) Stage(key string) *Stage {
	if i := slices.IndexFunc(d.Stages, func(s Stage) bool { return s.Key == key }); i >= 0 {
		return &d.Stages[i]
	}
	return nil
}

// Step returns the step with the key, nil if there is none.
func (s *Stage) Step(key string) *Step {
	if i := slices.IndexFunc(s.Steps, func(t Step) bool { return t.Key == key }); i >= 0 {
		return &s.Steps[i]
	}
	return nil
}

// Entities lists the entities of the stages, each once, in order.
func (d *Definition) Entities() (list []string) {
	for _, s := range d.Stages {
		if !slices.Contains(list, s.Entity) {
			list = append(list, s.Entity)
		}
	}
	return list
}

// Precedes reports whether d is offered before another process: by order,
// numbered ones first, then by name.
func (d *Definition) Precedes(other *Definition) bool {
	a, b := math.MaxInt, math.MaxInt
	if d.Order != nil {
		a = *d.Order
	}
	if other.Order != nil {
		b = *other.Order
	}
	if a != b {
		return a < b
	}
	return d.Name < other.Name
}

// textIn returns the label in a language, or label if there is none.
func textIn(label string, labels map[string]string, language string) string {
	if text, ok := labels[language]; ok {
		return text
	}
	return label
}

// MarshalJSON writes the canonical form: fields in fixed order, maps sorted,
// what is unset left out.
func (d Definition) MarshalJSON() ([]byte, error) {
	type plain Definition
	return json.Marshal(plain(d))
}

// UnmarshalJSON reads the JSON form strictly. A refusal is Faults: everything
// that is wrong with the form, each with its place.
func (d *Definition) UnmarshalJSON(data []byte) error {
	var read Definition
	if faults := decode(data, &read); len(faults) > 0 {
		return Faults{Name: read.Name, Version: read.Version, List: faults}
	}
	*d = read
	return nil
}

// Parse reads a definition from its JSON form and checks everything that can
// be checked without a catalog. A refusal is Faults with all of them; the
// definition is returned as far as it could be read.
func Parse(data []byte) (*Definition, error) {
	d := &Definition{}
	faults := decode(data, d)
	if len(faults) == 0 || faults[0].Code != FaultSyntax {
		faults = append(faults, errorsOf(Validate(*d, Context{}))...)
	}
	if len(faults) > 0 {
		return d, Faults{Name: d.Name, Version: d.Version, List: unique(faults)}
	}
	return d, nil
}

// unique drops the faults that say nothing new about their place.
func unique(faults []Fault) (list []Fault) {
	seen := map[Fault]bool{}
	for _, f := range faults {
		if !seen[f] {
			seen[f] = true
			list = append(list, f)
		}
	}
	return list
}

// Equal reports whether both have the same canonical form.
func (d Definition) Equal(other Definition) bool {
	a, err1 := json.Marshal(d)
	b, err2 := json.Marshal(other)
	return err1 == nil && err2 == nil && bytes.Equal(a, b)
}
