package bpf

import (
	"slices"
	"strings"
)

// Event is something that happened to a record.
type Event struct {
	Name    string         // "lead.qualified"
	Record  Ref            // the lead
	Payload map[string]Ref // the records it is about, by the record words of the actions
	Process string         // id of the instance to move; empty: every one it concerns
}

// BindingResult tells what a binding did to an instance.
type BindingResult struct {
	Instance string `json:"instance"`
	Process  string `json:"process"`
	Do       Do     `json:"do"`
	Moved    bool   `json:"moved"`   // anything changed
	Reached  string `json:"reached"` // the active stage afterwards
	Blocked  error  `json:"-"`       // why it did not get further; nil if it did
}

// Concerns reports whether the definition binds the event for the instance: it
// is active, or may be brought back by a reactivate, and either uses the record
// or could: its slot is empty and the record is related.
func Concerns(d Definition, i Instance, e Event, f Facts) bool {
	if e.Process != "" && e.Process != i.ID {
		return false
	}
	slot := i.Slots[e.Record.Entity]
	if slot != e.Record && (!slot.IsZero() || !f.Target.Related) {
		return false
	}
	return slices.ContainsFunc(d.Bindings, func(b Binding) bool {
		return b.Event == e.Name && (i.Status == Active || b.Do == DoReactivate)
	})
}

// OnEvent moves an instance as the definition's bindings say. f.Target is about
// the record of the payload. A refusal of a lenient binding stands in its
// result; that of a strict one is the error, and nothing has changed.
func OnEvent(d Definition, i Instance, e Event, f Facts) (Move, []BindingResult, error) {
	m := Move{Instance: i.Clone()}
	var results []BindingResult
	if !Concerns(d, i, e, f) {
		return m, nil, nil
	}
	for _, b := range d.Bindings {
		if b.Event != e.Name || m.Instance.Status != Active && b.Do != DoReactivate {
			continue
		}
		step, blocked := d.bound(m.Instance, b, e, f)
		if blocked != nil && b.Strict() {
			return Move{Instance: i.Clone()}, nil, blocked
		}
		m.Log, m.Triggers = append(m.Log, step.Log...), append(m.Triggers, step.Triggers...)
		m.Instance = step.Instance
		results = append(results, BindingResult{
			Instance: i.ID, Process: d.Name, Do: b.Do, Moved: step.Changed(), Reached: m.Instance.ActiveStage, Blocked: blocked,
		})
	}
	return m, results, nil
}

// bound carries out one binding as far as it goes.
func (d *Definition) bound(i Instance, b Binding, e Event, f Facts) (Move, error) {
	target := e.Payload[b.Bind]
	var w *draft
	var err error
	switch b.Do {
	case DoAdvance:
		return d.advanceTo(i, b, e, target, f)
	case DoOffer:
		return d.offer(i, target, e.Name, f)
	case DoRebind:
		w, err = d.rebind(&i, target, &f, e.Name)
	case DoFinish:
		w, err = d.finish(&i, NextOptions{}, &f, e.Name)
	case DoAbort:
		w, err = d.abort(&i, e.Name, &f, e.Name)
	case DoReactivate:
		if !abortedBy(&i, e.Name) {
			return Move{Instance: i}, nil
		}
		w, err = d.reactivate(&i, &f, e.Name)
	}
	if err != nil || w == nil {
		return Move{Instance: i}, err
	}
	return w.move(), nil
}

// abortedBy reports whether the last thing that happened to the instance is an
// abort by an event of the same kind of record.
func abortedBy(i *Instance, event string) bool {
	if len(i.History) == 0 {
		return false
	}
	last := i.History[len(i.History)-1]
	word := func(name string) string { w, _, _ := strings.Cut(name, "."); return w }
	return last.Kind == OpAbort && last.Event != "" && word(last.Event) == word(event)
}

// offer keeps the record as the target of a later Next, unless the slot is
// filled; a later offer replaces an earlier one.
func (d *Definition) offer(i Instance, target Ref, event string, f Facts) (Move, error) {
	if target.IsZero() || !i.Slots[target.Entity].IsZero() || i.Pending[target.Entity] == target {
		return Move{Instance: i}, nil
	}
	if err := f.needs(WritePrivilege, d.Name); err != nil {
		return Move{Instance: i}, err
	}
	w := edit(d, &i, &f)
	w.event = event
	if w.Pending == nil {
		w.Pending = map[string]Ref{}
	}
	w.Pending[target.Entity] = target
	w.record(Transition{Kind: OpOffer, Entity: target.Entity, ToRecord: target})
	return w.move(), nil
}

// advanceTo moves towards a stage while it lies ahead on the active path. A
// strict binding whose payload is of another entity leaves the record's stage,
// so the instance must stand there; without payload it stays.
func (d *Definition) advanceTo(i Instance, b Binding, e Event, target Ref, f Facts) (Move, error) {
	m := Move{Instance: i}
	if active := d.Stage(i.ActiveStage); b.Strict() && active != nil && b.Bind != "" {
		leaves := target.IsZero() || target.Entity != e.Record.Entity
		if leaves && active.Entity != e.Record.Entity {
			return m, refuse(ErrActiveStageNotOnEntity, i.ActiveStage, e.Record.Entity)
		}
		if target.IsZero() {
			return m, d.gate(&i, d.Options.GateScope, &f)
		}
	}
	if b.Bind != "" && target.IsZero() {
		return m, nil
	}
	if !target.IsZero() {
		offered, err := d.offer(i, target, e.Name, f)
		if err != nil {
			return m, err
		}
		m = offered
	}
	for {
		path := d.activePath(&m.Instance, &f)
		if slices.Index(path, b.To) < len(m.Instance.TraversedPath) {
			return m, nil
		}
		step, err := d.advance(&m.Instance, NextOptions{}, &f, OpNext, e.Name)
		if err != nil {
			return m, err
		}
		m.Instance = step.Instance
		m.Log, m.Triggers = append(m.Log, step.Log...), append(m.Triggers, step.Triggers...)
	}
}
