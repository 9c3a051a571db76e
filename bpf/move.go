package bpf

import (
	"maps"
	"slices"
)

// Move is what an operation decided; the host stores and fires it in one unit
// of work.
type Move struct {
	Instance Instance
	Log      []Transition // the new entries of the instance's history
	Triggers []Firing     // in this order
	Create   bool         // nothing moved yet: create the record of the next stage and call Next with it as target
}

// Changed reports whether there is anything to store.
func (m Move) Changed() bool { return len(m.Log) > 0 }

// Firing is a trigger that is due.
type Firing struct {
	Trigger
	Stage     string    // empty for triggers of the process
	Record    Ref       // of the stage, or the primary record
	Direction Operation // what moved the instance
}

// NextOptions are the choices of Next, SetActive and Finish.
type NextOptions struct {
	Target     Ref    `json:"target,omitzero"`      // record for an empty slot
	Create     bool   `json:"create,omitzero"`      // let the host create it; with a target: the host has created it
	AutoSelect bool   `json:"auto_select,omitzero"` // take the only candidate
	Rebind     bool   `json:"rebind,omitzero"`      // replace the slot of an entity that no walked stage uses
	Override   string `json:"override,omitzero"`    // reason for passing an unmet gate; needs the privilege
	Force      bool   `json:"force,omitzero"`       // SetActive only: repair; needs the privilege override
	Revision   int64  `json:"revision,omitzero"`    // of the instance; 0: not checked
}

// draft is an instance that is about to change: a copy with its new log.
type draft struct {
	Instance
	d     *Definition
	f     *Facts
	event string
	log   []Transition
	fired []Firing
}

func edit(d *Definition, i *Instance, f *Facts) *draft {
	return &draft{Instance: i.Clone(), d: d, f: f}
}

func (w *draft) move() Move { return Move{Instance: w.Instance, Log: w.log, Triggers: w.fired} }

// record appends to the history and stamps the instance.
func (w *draft) record(t Transition) {
	t.Seq, t.At, t.Actor, t.Event, t.Version = len(w.History)+1, w.f.At, w.f.Actor, w.event, w.d.Version
	t.Path = slices.Clone(w.TraversedPath)
	if t.StatusTo == 0 {
		t.StatusFrom, t.StatusTo = w.Status, w.Status
	}
	w.History, w.log = append(w.History, t), append(w.log, t)
	w.ModifiedOn, w.ModifiedBy, w.Version = w.f.At, w.f.Actor, w.d.Version
	w.Revision++
}

func (w *draft) open(by Operation) {
	entity := ""
	if s := w.d.Stage(w.ActiveStage); s != nil {
		entity = s.Entity
	}
	w.Visits = append(w.Visits, Visit{
		Stage: w.ActiveStage, Entity: entity, Record: w.Slots[entity], EnteredOn: w.f.At, EnteredBy: by, Outcome: OutcomeOpen,
	})
}

func (w *draft) close(o Outcome) {
	last := &w.Visits[len(w.Visits)-1]
	last.LeftOn, last.Outcome = w.f.At, o
}

// travel makes path the traversed path and its last stage the active one.
func (w *draft) travel(path []string, by Operation, o Outcome, t Transition) {
	t.Kind, t.From, t.To = by, w.ActiveStage, path[len(path)-1]
	w.close(o)
	w.fireStage("exit", by)
	w.TraversedPath, w.ActiveStage, w.ActiveStageStartedOn = path, t.To, w.f.At
	w.open(by)
	w.record(t)
	w.fireStage("enter", by)
}

func (w *draft) fireStage(on string, by Operation) {
	s := w.d.Stage(w.ActiveStage)
	if s == nil {
		return
	}
	for _, t := range s.Triggers {
		if t.On == on {
			w.fired = append(w.fired, Firing{t, s.Key, w.Slots[s.Entity], by})
		}
	}
}

func (w *draft) fireProcess(on string, by Operation) {
	for _, t := range w.d.Triggers {
		if t.On == on {
			w.fired = append(w.fired, Firing{t, "", w.Primary(), by})
		}
	}
}

// put fills a slot and withdraws what was offered for it.
func (w *draft) put(r Ref) (was Ref) {
	was = w.Slots[r.Entity]
	w.Slots = maps.Clone(w.Slots)
	w.Slots[r.Entity] = r
	delete(w.Pending, r.Entity)
	return was
}
