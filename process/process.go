package process

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// Process is one running business process on one record, stored like any other
// record: with versions, events and history. What it is and how it moves is
// the business of the package bpf.
type Process struct {
	ID record.ProcessID `json:"id" d365:"businessprocessflowinstanceid"`
	record.Head
	Instance bpf.Instance         `json:"instance"`
	ChosenBy map[string]time.Time `json:"chosen_by,omitempty"` // who chose to see this process of the record, and when
}

// RecordKind tells the kind of record.
func (*Process) RecordKind() kinds.Kind { return kinds.Process }

// Ref names the record with its kind.
func (p *Process) Ref() record.Ref { return p.ID.Ref() }

// StatusKey is the key of the status.
func (p *Process) StatusKey() string { return p.Instance.Status.String() }

// Clone returns a deep copy.
func (p Process) Clone() Process {
	p.Head.Detach()
	p.Instance = p.Instance.Clone()
	if p.ChosenBy != nil {
		chosen := make(map[string]time.Time, len(p.ChosenBy))
		for who, at := range p.ChosenBy {
			chosen[who] = at
		}
		p.ChosenBy = chosen
	}
	return p
}

// MarshalJSON writes the published JSON form.
func (p Process) MarshalJSON() ([]byte, error) {
	type plain Process
	return record.Encode((*plain)(&p))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (p *Process) UnmarshalJSON(body []byte) error {
	type plain Process
	return record.Decode(body, (*plain)(p))
}

// RecordKey is a record as processes are looked up by it.
func RecordKey(r bpf.Ref) string { return schema.Lookup(r.Entity + "/" + r.ID) }

// Entity names a record as processes do: by the name of its entity, an order is a
// salesorder. It takes an id as well as a Ref.
func Entity(of interface{ Ref() record.Ref }) bpf.Ref {
	ref := of.Ref()
	return bpf.Ref{Entity: EntityOf(ref.Kind), ID: ref.ID.String()}
}

// EntityOf is what processes call records of a kind.
func EntityOf(kind kinds.Kind) string {
	if name := kind.EntityName(); name != "" {
		return name
	}
	return string(kind)
}

// KindsByEntity are the kinds of records by the names of their entities.
var KindsByEntity = func() map[string]kinds.Kind {
	m := map[string]kinds.Kind{}
	for _, kind := range kinds.Kinds() {
		m[EntityOf(kind)] = kind
	}
	return m
}()

// RecordOf is the record that a process names; ok is false for entities of the
// host.
func RecordOf(r bpf.Ref) (ref record.Ref, ok bool) {
	kind, known := KindsByEntity[r.Entity]
	id, err := uuid.Parse(r.ID)
	return record.Ref{Kind: kind, ID: id}, known && err == nil
}

// ProcessActions are the actions that stand for what happens to an instance.
var ProcessActions = map[bpf.Operation]actions.Action{
	bpf.OpStart:      actions.ProcessStart,
	bpf.OpNext:       actions.ProcessNext,
	bpf.OpPrevious:   actions.ProcessPrevious,
	bpf.OpSetActive:  actions.ProcessSetActive,
	bpf.OpForce:      actions.ProcessSetActive,
	bpf.OpFinish:     actions.ProcessFinish,
	bpf.OpAbort:      actions.ProcessAbort,
	bpf.OpReactivate: actions.ProcessReactivate,
	bpf.OpRunStep:    actions.ProcessRunStep,
	bpf.OpRebind:     actions.ProcessRebind,
	bpf.OpOffer:      actions.ProcessOffer,
	bpf.OpCut:        actions.ProcessCut,
	bpf.OpMigrate:    actions.ProcessMigrate,
}

// Moved is the outcome of a move: one version of the process, with an event for
// each entry of its log.
func (p Process) Moved(m bpf.Move, s record.Stamp) record.Change[Process] {
	if !m.Changed() {
		return record.Change[Process]{Record: p}
	}
	from := ""
	if p.Version > 0 {
		from = p.StatusKey()
		p.Touch(s)
	} else {
		p.Born(s)
	}
	p.Instance = m.Instance
	out := record.Change[Process]{Record: p}
	for n, t := range m.Log {
		e := record.StepEvent(&p, ProcessActions[t.Kind], from, s, record.DataOf(
			"definition", p.Instance.Process, "from", t.From, "to", t.To, "entity", t.Entity,
			"from_record", t.FromRecord.ID, "to_record", t.ToRecord.ID, "reason", t.Reason, "event", t.Event,
		))
		if t.Override {
			e.Data = append(e.Data, record.Detail{Name: "override", Value: "true"})
		}
		if n == len(m.Log)-1 {
			e.Data = append(e.Data, firings(m.Triggers)...)
		}
		e.From, e.To = statusText(t.StatusFrom), statusText(t.StatusTo)
		out.Events = append(out.Events, e)
	}
	return out
}

func statusText(s bpf.Status) string {
	if s == 0 {
		return ""
	}
	return s.String()
}

// firings are the triggers that a move makes due, as the event tells them.
func firings(list []bpf.Firing) (d record.Data) {
	for n, f := range list {
		d = append(d, record.Detail{Name: "trigger" + strconv.Itoa(n+1), Value: f.On + " " + f.Run + " " + f.Record.Entity + " " + f.Record.ID + " " + f.Stage})
	}
	return d
}

// Choose records that an actor wants to see this process of its record.
func (p Process) Choose(who string, s record.Stamp) record.Change[Process] {
	p = p.Clone()
	p.Touch(s)
	if p.ChosenBy == nil {
		p.ChosenBy = map[string]time.Time{}
	}
	p.ChosenBy[who] = p.UpdatedAt
	return record.Change[Process]{Record: p, Events: []record.Event{record.StepEvent(&p, actions.ProcessSwitch, p.StatusKey(), s, nil)}}
}

// Chosen returns the id of the process that an actor chose last, empty if none.
func Chosen(list []Process, who string) (pin string) {
	var last time.Time
	for _, p := range list {
		if at, ok := p.ChosenBy[who]; ok && at.After(last) {
			pin, last = p.Instance.ID, at
		}
	}
	return pin
}

// InstancesOf are the instances of processes.
func InstancesOf(list []Process) []bpf.Instance {
	out := make([]bpf.Instance, len(list))
	for n, p := range list {
		out[n] = p.Instance
	}
	return out
}

// Faults lists what is wrong with an imported process in itself.
func (p *Process) Faults() (reasons []record.Reason) {
	i := &p.Instance
	wrong := func(is bool, field, message string) {
		if is {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "instance." + field, Message: message})
		}
	}
	n := len(i.TraversedPath)
	active, open := i.Status == bpf.Active, 0
	for _, v := range i.Visits {
		if v.LeftOn.IsZero() {
			open++
		}
	}
	wrong(i.ID != p.ID.String(), "id", "is not that of the record")
	wrong(i.Process == "", "process", "is empty")
	wrong(i.Status < bpf.Active || i.Status > bpf.Aborted, "status", "an instance is active, finished or aborted")
	wrong(i.Primary().ID == "", "slots", "there is no primary record")
	wrong(n == 0 || i.TraversedPath[max(n-1, 0)] != i.ActiveStage, "traversed_path", "does not end with the active stage")
	wrong(active != i.CompletedOn.IsZero(), "completed_on", "is set exactly while the instance is not active")
	wrong(active != (open == 1), "visits", "one visit is open exactly while the instance is active")
	for entity, r := range i.Slots {
		wrong(entity != r.Entity, "slots."+entity, "holds a record of another entity")
	}
	return reasons
}
