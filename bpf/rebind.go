package bpf

import "slices"

// Rebind replaces the record of a slot, because a revised quote for example is
// a new record. Path and stage stay. Refusals: those that come before all
// others, see Next, then ErrTargetMismatch for an entity that the process does
// not use, ErrTargetBound for the primary record, ErrTargetRequired for an empty
// slot, ErrTargetNotFound, ErrTargetUnrelated, ErrVetoed. The record that is
// there already changes nothing.
func Rebind(d Definition, i Instance, to Ref, f Facts) (Move, error) {
	w, err := d.rebind(&i, to, &f, "")
	if err != nil {
		return Move{}, err
	}
	return w.move(), nil
}

func (d *Definition) rebind(i *Instance, to Ref, f *Facts, event string) (*draft, error) {
	if err := d.admit(OpRebind, i, 0, f); err != nil {
		return nil, err
	}
	if f.Target.Exists && !f.Target.Linkable {
		return nil, refuse(ErrAccessDenied, f.Actor, "read and append-to", to)
	}
	at := slices.IndexFunc(d.Stages, func(s Stage) bool { return s.Entity == to.Entity })
	switch {
	case at < 0:
		return nil, refuse(ErrTargetMismatch, i.ActiveStage, d.Stage(i.ActiveStage).Entity, to)
	case to.Entity == i.PrimaryEntity:
		return nil, refuse(ErrTargetBound, i.ID, i.Primary())
	case i.Slots[to.Entity].IsZero():
		return nil, refuse(ErrTargetRequired, d.Stages[at].Key, to.Entity)
	case !f.Target.Exists:
		return nil, refuse(ErrTargetNotFound, to)
	}
	for _, s := range d.Stages {
		if s.Entity == to.Entity && s.Enter != nil && s.Enter.Relationship != "" && !f.Target.Related {
			return nil, refuse(ErrTargetUnrelated, to, i.ID, s.Enter.Relationship)
		}
	}
	if f.Veto != nil {
		return nil, vetoed(OpRebind, f.Veto)
	}
	w := edit(d, i, f)
	w.event = event
	if i.Slots[to.Entity] != to {
		w.record(Transition{Kind: OpRebind, Entity: to.Entity, FromRecord: w.put(to), ToRecord: to})
	}
	return w, nil
}
