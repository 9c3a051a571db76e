package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// ProcessDefinition is a business process that an organisation keeps in its own
// store, beside those that the host registers in code: a draft that is being
// worked on, and what was released of it. A released version never changes;
// what is changed is the next draft.
type ProcessDefinition struct {
	ID record.ProcessDefinitionID `json:"id" d365:"workflowid"`
	record.Head
	Name   string                  `json:"name" d365:"uniquename"` // of the process, unique in the tenant; it stays
	Status ProcessDefinitionStatus `json:"status" d365:"statuscode"`
	Draft  *bpf.Definition         `json:"draft,omitempty"` // of the next version
	// Faults are what was found when the draft was saved, or the warnings of the
	// version that was activated last.
	Faults []bpf.Fault `json:"faults,omitempty"`
	// Versions were released, oldest first. The last one is in force while the
	// process is active; older ones are kept while instances are pinned to them.
	Versions []bpf.Definition `json:"versions,omitempty"`
}

// ProcessDefinitionStatus is the status of a process definition.
type ProcessDefinitionStatus = value.Choice[processDefinitionStatusSet]

// The statuses of a process definition.
const (
	ProcessDefinitionStatusDraft ProcessDefinitionStatus = iota + 1
	ProcessDefinitionStatusActive
)

// The states of a process definition.
var (
	ProcessDefinitionDraft     = value.State{Key: "draft", Code: 0}
	ProcessDefinitionActivated = value.State{Key: "activated", Code: 1}
)

type processDefinitionStatusSet struct{}

func (processDefinitionStatusSet) Table() (string, []value.Option) {
	return "process_definition_status", processDefinitionStatusTable
}

var processDefinitionStatusTable = value.Statuses(
	ProcessDefinitionDraft.In(value.Option{Key: "draft", Label: "Draft", Code: 1}),
	ProcessDefinitionActivated.In(value.Option{Key: "active", Label: "Activated", Code: 2}),
)

// ProcessDefinitionFacts are what decisions about a process definition depend
// on besides definition and command. Nothing in the zero value stands in the
// way.
type ProcessDefinitionFacts struct {
	record.Stamp
	Settings   leadtocash.Settings
	Catalog    *bpf.Catalog // that processes are built of; nil: not checked
	Limits     bpf.Limits
	Registered []bpf.Registered // the other processes there are
	InCode     bool             // a process of this name is registered in code
	Standing   map[string]int   // instances that would follow the next version, by active stage
	Pinned     []int            // released versions that instances are pinned to
	InUse      []record.Ref     // instances of the process
}

type (
	processDefinitionRule  = flow.Rule[*ProcessDefinition, *ProcessDefinitionFacts, ProcessDefinitionStatus]
	processDefinitionGuard = flow.Guard[*ProcessDefinition, *ProcessDefinitionFacts]
)

var processDefinitionFlow = flow.New(
	kinds.ProcessDefinition,
	func(d *ProcessDefinition) record.Ref { return d.Ref() },
	func(d *ProcessDefinition) ProcessDefinitionStatus { return d.Status },
	[]processDefinitionRule{
		{Do: actions.ProcessDefinitionSave, From: flow.In(ProcessDefinitionStatusDraft), To: flow.In(ProcessDefinitionStatusDraft)},
		{Do: actions.ProcessDefinitionSave, From: flow.In(ProcessDefinitionStatusActive), To: flow.In(ProcessDefinitionStatusActive)},
		{Do: actions.ProcessDefinitionActivate, From: flow.In(ProcessDefinitionStatusDraft), To: flow.In(ProcessDefinitionStatusActive), Needs: flow.Needs(processNotInCode, processHasVersion)},
		{
			Do: actions.ProcessDefinitionActivate, From: flow.In(ProcessDefinitionStatusActive), To: flow.In(ProcessDefinitionStatusActive),
			Needs: flow.Needs(processNotInCode, processHasDraft),
		},
		{Do: actions.ProcessDefinitionDeactivate, From: flow.In(ProcessDefinitionStatusActive), To: flow.In(ProcessDefinitionStatusDraft)},
		{Do: actions.ProcessDefinitionDelete, From: flow.In(ProcessDefinitionStatusDraft), Deletes: true},
	},
	[]flow.Refuse[ProcessDefinitionStatus]{
		{Do: flow.Do(actions.ProcessDefinitionDeactivate), From: flow.In(ProcessDefinitionStatusDraft), Code: codes.ErrDefinitionState},
		{Do: flow.Do(actions.ProcessDefinitionDelete), From: flow.In(ProcessDefinitionStatusActive), Code: codes.ErrDefinitionActive},
	},
)

// ProcessDefinitionFlow is the table behind ProcessDefinition.
func ProcessDefinitionFlow() *flow.Flow[*ProcessDefinition, *ProcessDefinitionFacts, ProcessDefinitionStatus] {
	return processDefinitionFlow
}

var processNotInCode = processDefinitionGuard{
	Code: codes.ErrTaken, Text: "no process of this name is registered in code",
	Holds: func(_ *ProcessDefinition, f *ProcessDefinitionFacts) bool { return !f.InCode },
}

var processHasVersion = processDefinitionGuard{
	Code: codes.ErrMissingField, Text: "there is a draft or a released version",
	Holds: func(d *ProcessDefinition, _ *ProcessDefinitionFacts) bool { return d.candidate() != nil },
}

var processHasDraft = processDefinitionGuard{
	Code: codes.ErrDefinitionState, Text: "there is a draft of a newer version",
	Holds: func(d *ProcessDefinition, _ *ProcessDefinitionFacts) bool { return d.Draft != nil },
}

// RecordKind tells the kind of record.
func (*ProcessDefinition) RecordKind() kinds.Kind { return kinds.ProcessDefinition }

// Ref names the record with its kind.
func (d *ProcessDefinition) Ref() record.Ref { return d.ID.Ref() }

// StatusKey is the key of the status.
func (d *ProcessDefinition) StatusKey() string { return d.Status.String() }

// Clone returns a deep copy.
func (d ProcessDefinition) Clone() ProcessDefinition {
	d.Head.Detach()
	schema.Own(&d.Draft)
	schema.Own(&d.Versions)
	d.Faults = slices.Clone(d.Faults)
	return d
}

// MarshalJSON writes the published JSON form.
func (d ProcessDefinition) MarshalJSON() ([]byte, error) {
	type plain ProcessDefinition
	return record.Encode((*plain)(&d))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (d *ProcessDefinition) UnmarshalJSON(body []byte) error {
	type plain ProcessDefinition
	return record.Decode(body, (*plain)(d))
}

// InForce returns the version that is active, nil if there is none.
func (d *ProcessDefinition) InForce() *bpf.Definition {
	if d.Status != ProcessDefinitionStatusActive {
		return nil
	}
	return d.released()
}

// released returns the version that was released last, nil if there is none.
func (d *ProcessDefinition) released() *bpf.Definition {
	if len(d.Versions) == 0 {
		return nil
	}
	return &d.Versions[len(d.Versions)-1]
}

// candidate returns what an activation puts in force: the draft, else the last
// version.
func (d *ProcessDefinition) candidate() *bpf.Definition {
	if d.Draft != nil {
		return d.Draft
	}
	return d.released()
}

// primaryEntity is what the process starts on.
func (d *ProcessDefinition) primaryEntity() string {
	of := d.InForce()
	if of == nil {
		of = d.candidate()
	}
	if of == nil {
		return ""
	}
	return of.PrimaryEntity
}

// along returns the version that an instance moves along, or moved along while
// the process was active; nil if there is none.
func (d *ProcessDefinition) along(i *bpf.Instance) *bpf.Definition {
	last := d.released()
	if last == nil || !last.Options.Pinned() {
		return last
	}
	for n := range d.Versions {
		if d.Versions[n].Version == i.Version {
			return &d.Versions[n]
		}
	}
	return nil
}

// inspect lists what is wrong with what would be put in force.
func (d *ProcessDefinition) inspect(f *ProcessDefinitionFacts, drift bool) []bpf.Fault {
	next := d.candidate()
	if next == nil {
		return nil
	}
	known := slices.Clone(f.Registered)
	if d.Draft != nil {
		for _, v := range d.Versions {
			known = append(known, bpf.Registered{Definition: v})
		}
	}
	return bpf.Validate(*next, bpf.Context{
		Catalog: f.Catalog, Limits: f.Limits, Registered: known, Standing: f.Standing, AllowDrift: drift,
	})
}

// drafted is the definition with another draft.
func (d ProcessDefinition) drafted(draft bpf.Definition, f *ProcessDefinitionFacts) ProcessDefinition {
	if draft.Version == 0 {
		draft.Version = 1
		if last := d.released(); last != nil {
			draft.Version = last.Version + 1
		}
	}
	d.Draft = &draft
	d.Faults = d.inspect(f, true)
	return d
}

// misnamed reports whether the name of a process is none.
func misnamed(d *bpf.Definition) bool {
	return slices.ContainsFunc(bpf.Validate(*d, bpf.Context{}), func(f bpf.Fault) bool { return f.Code == bpf.FaultName })
}

// canonical is a definition as its JSON form is read, and what is wrong with
// that form.
func canonical(d bpf.Definition) (read bpf.Definition, reasons []record.Reason) {
	body, err := json.Marshal(d)
	if err == nil {
		err = json.Unmarshal(body, &read)
	}
	var faults bpf.Faults
	switch {
	case errors.As(err, &faults):
		reasons = faultReasons("definition", faults.List)
	case err != nil:
		reasons = []record.Reason{{Code: codes.ErrInvalid, Field: "definition", Message: "has no JSON form"}}
	}
	return read, reasons
}

// CreateProcessDefinition is the command behind NewProcessDefinition.
type CreateProcessDefinition struct {
	ID record.ProcessDefinitionID `json:"id,omitzero"`
	record.Origin
	Definition bpf.Definition `json:"definition"` // without a version: the first
}

// NewProcessDefinition makes the first draft of a process. A draft may be
// incomplete: what is wrong with it stands in Faults, and keeps it from being
// activated. Codes: ErrInvalid for a name that is none, or a definition without
// JSON form; ErrTaken for the name of a process that is registered in code.
func NewProcessDefinition(cmd CreateProcessDefinition, f ProcessDefinitionFacts) (record.Change[ProcessDefinition], error) {
	d := ProcessDefinition{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.Settings.BaseCurrency), Name: cmd.Definition.Name, Status: ProcessDefinitionStatusDraft,
	}
	draft, reasons := canonical(cmd.Definition)
	if misnamed(&draft) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "definition.name", Message: "not the name of a process"})
	}
	if f.InCode {
		reasons = append(reasons, record.Reason{Code: codes.ErrTaken, Field: "definition.name", Message: "the process is registered in code"})
	}
	if err := flow.RefuseBirth(actions.ProcessDefinitionCreate, cmd.ID, &cmd, d.Currency, reasons...); err != nil {
		return record.Change[ProcessDefinition]{}, err
	}
	d = d.drafted(draft, &f)
	return record.Change[ProcessDefinition]{Record: d, Events: []record.Event{record.BornEvent(&d, actions.ProcessDefinitionCreate, f.Stamp, record.DataOf("name", d.Name))}}, nil
}

// SaveProcessDefinition is the command behind ProcessDefinition.Save.
type SaveProcessDefinition struct {
	Definition bpf.Definition `json:"definition"` // without a version: the next
}

var saveProcessDefinition = flow.Decide(
	processDefinitionFlow, actions.ProcessDefinitionSave,
	flow.Faultless(codes.ErrInvalid, "the definition has a JSON form",
		func(_ *ProcessDefinition, cmd *SaveProcessDefinition, _ *ProcessDefinitionFacts) []record.Reason {
			_, reasons := canonical(cmd.Definition)
			return reasons
		}),
	flow.Check[*ProcessDefinition, *SaveProcessDefinition, *ProcessDefinitionFacts]{
		Code: codes.ErrInvalid, Text: "the name of the process stays", Field: "definition.name",
		Holds: func(d *ProcessDefinition, cmd *SaveProcessDefinition, _ *ProcessDefinitionFacts) bool {
			return cmd.Definition.Name == d.Name
		},
	},
)

// Save replaces the draft, or begins the draft of the next version; what is in
// force stays untouched, and an equal draft changes nothing. As with
// NewProcessDefinition, what is wrong with it stands in Faults. Code: ErrInvalid
// for another name, or a definition without JSON form.
func (d ProcessDefinition) Save(cmd SaveProcessDefinition, f ProcessDefinitionFacts) (record.Change[ProcessDefinition], error) {
	if err := saveProcessDefinition.Why(&d, &cmd, &f, d.Currency); err != nil {
		return record.Change[ProcessDefinition]{}, err
	}
	draft, _ := canonical(cmd.Definition)
	next := d.drafted(draft, &f)
	if d.Draft != nil && d.Draft.Equal(*next.Draft) {
		return record.Change[ProcessDefinition]{Record: d}, nil
	}
	return record.Changed(&next, actions.ProcessDefinitionSave, f.Stamp, record.DataOf("version", strconv.Itoa(next.Draft.Version))), nil
}

// ActivateProcessDefinition is the command behind ProcessDefinition.Activate.
type ActivateProcessDefinition struct {
	// AllowDrift puts a version in force that lacks stages on which instances
	// stand: these can be aborted, deleted and migrated only.
	AllowDrift bool `json:"allow_drift,omitzero"`
}

var activateProcessDefinition = flow.Decide(
	processDefinitionFlow, actions.ProcessDefinitionActivate,
	flow.Faultless(codes.ErrInvalid, "the definition has no faults",
		func(d *ProcessDefinition, cmd *ActivateProcessDefinition, f *ProcessDefinitionFacts) []record.Reason {
			return faultReasons("definition", withoutWarnings(d.inspect(f, cmd.AllowDrift)))
		}),
)

func withoutWarnings(faults []bpf.Fault) []bpf.Fault {
	return slices.DeleteFunc(faults, func(f bpf.Fault) bool { return f.Warning })
}

// Activate releases the draft and puts it in force; of an inactive process
// without a draft, the version that was in force last. Instances follow at
// once, unless the process pins them. Warnings stand in Faults. Codes:
// ErrInvalid with every fault, among them the limit of active processes on one
// entity and, without AllowDrift, stages that are missing under instances; its
// cause is bpf.Faults. ErrDefinitionState for an active process without a draft,
// ErrTaken for one whose name is registered in code.
func (d ProcessDefinition) Activate(cmd ActivateProcessDefinition, f ProcessDefinitionFacts) (record.Change[ProcessDefinition], error) {
	if err := activateProcessDefinition.Why(&d, &cmd, &f, d.Currency); err != nil {
		return record.Change[ProcessDefinition]{}, d.refusedFor(err, withoutWarnings(d.inspect(&f, cmd.AllowDrift)))
	}
	d.Faults = d.inspect(&f, true)
	if d.Draft != nil {
		next := *d.Draft
		kept := slices.DeleteFunc(slices.Clone(d.Versions), func(v bpf.Definition) bool {
			return !next.Options.Pinned() || !slices.Contains(f.Pinned, v.Version)
		})
		d.Versions, d.Draft = append(kept, next), nil
	}
	return record.Moved(&d, &d.Status, ProcessDefinitionStatusActive, actions.ProcessDefinitionActivate, f.Stamp, record.DataOf("version", strconv.Itoa(d.released().Version))), nil
}

// DeactivateProcessDefinition is the command behind
// ProcessDefinition.Deactivate.
type DeactivateProcessDefinition struct{}

var deactivateProcessDefinition = flow.Decide[*DeactivateProcessDefinition](processDefinitionFlow, actions.ProcessDefinitionDeactivate)

// Deactivate takes the process out of force: it is not started any more, and
// its instances can be read, aborted and deleted only. Code: ErrDefinitionState.
func (d ProcessDefinition) Deactivate(cmd DeactivateProcessDefinition, f ProcessDefinitionFacts) (record.Change[ProcessDefinition], error) {
	if err := deactivateProcessDefinition.Why(&d, &cmd, &f, d.Currency); err != nil {
		return record.Change[ProcessDefinition]{}, d.refusedFor(err, nil)
	}
	return record.Moved(&d, &d.Status, ProcessDefinitionStatusDraft, actions.ProcessDefinitionDeactivate, f.Stamp, nil), nil
}

// DeleteProcessDefinition is the command behind ProcessDefinition.Delete.
type DeleteProcessDefinition struct {
	Cascade bool `json:"cascade,omitzero"` // with all instances of the process
}

var deleteProcessDefinition = flow.Decide(
	processDefinitionFlow, actions.ProcessDefinitionDelete,
	flow.Faultless(codes.ErrInUse, "the process has no instances, or they go with it",
		func(_ *ProcessDefinition, cmd *DeleteProcessDefinition, f *ProcessDefinitionFacts) []record.Reason {
			if cmd.Cascade {
				return nil
			}
			return flow.InUse(f.InUse)
		}),
)

// Delete removes an inactive process, with its instances if the command says
// so. Codes: ErrDefinitionActive, ErrInUse while it has instances.
func (d ProcessDefinition) Delete(cmd DeleteProcessDefinition, f ProcessDefinitionFacts) (record.Change[ProcessDefinition], error) {
	if err := deleteProcessDefinition.Why(&d, &cmd, &f, d.Currency); err != nil {
		return record.Change[ProcessDefinition]{}, d.refusedFor(err, nil)
	}
	return record.Change[ProcessDefinition]{Record: d, Events: []record.Event{record.DeletedEvent(&d, actions.ProcessDefinitionDelete, f.Stamp, record.DataOf("name", d.Name))}}, nil
}

// refusedFor gives a refusal its cause in the words of the package bpf.
func (d *ProcessDefinition) refusedFor(err error, faults []bpf.Fault) error {
	var e *record.Error
	switch {
	case !errors.As(err, &e):
	case errors.Is(err, codes.ErrDefinitionState):
		e.Err = bpf.NewError(bpf.ErrDefinitionState, d.Name, d.Status)
	case errors.Is(err, codes.ErrDefinitionActive):
		e.Err = bpf.NewError(bpf.ErrDefinitionActive, d.Name)
	case len(faults) > 0:
		e.Err = bpf.Faults{Name: d.Name, Version: d.candidate().Version, List: faults}
	}
	return err
}

// faults lists what is wrong with an imported process definition in itself.
func (d *ProcessDefinition) faults() (reasons []record.Reason) {
	wrong := func(is bool, field, message string) {
		if is {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: field, Message: message})
		}
	}
	next := d.candidate()
	wrong(next == nil, "draft", "there is neither a draft nor a version")
	wrong(next != nil && misnamed(next), "name", "not the name of a process")
	wrong(d.Draft != nil && d.Draft.Name != d.Name, "draft.name", "is not the name of the process")
	wrong(d.Status == ProcessDefinitionStatusActive && d.released() == nil, "versions", "an active process has a version")
	for n := range d.Versions {
		v := &d.Versions[n]
		path := fmt.Sprintf("versions[%d]", n)
		wrong(v.Name != d.Name, path+".name", "is not the name of the process")
		wrong(n > 0 && v.Version <= d.Versions[n-1].Version, path+".version", "is not higher than the one before")
		reasons = append(reasons, faultReasons(path, withoutWarnings(bpf.Validate(*v, bpf.Context{})))...)
	}
	return reasons
}
