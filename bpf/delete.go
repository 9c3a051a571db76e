package bpf

import "slices"

// Delete reports whether an instance may be deleted, in whatever status.
// Refusals: ErrNotFound, ErrAccessDenied, ErrVetoed.
func Delete(d Definition, i Instance, f Facts) error {
	if err := d.admit(OpDelete, &i, 0, &f); err != nil {
		return err
	}
	if f.Veto != nil {
		return vetoed(OpDelete, f.Veto)
	}
	return nil
}

// RecordDeleted takes a deleted record out of an instance: its slot is cleared,
// and if a walked stage used it, the path is cut before the first one of its
// entity, which makes the stage before that active. The primary record is never
// taken out: with it the instance goes. It needs no privilege and is never
// refused.
func RecordDeleted(d Definition, i Instance, r Ref, f Facts) Move {
	w := edit(&d, &i, &f)
	if i.Slots[r.Entity] != r || r.Entity == i.PrimaryEntity {
		if i.Pending[r.Entity] == r {
			delete(w.Pending, r.Entity)
			w.record(Transition{Kind: OpCut, FromRecord: r, Entity: r.Entity})
		}
		return w.move()
	}
	delete(w.Slots, r.Entity)
	t := Transition{Kind: OpCut, Entity: r.Entity, FromRecord: r}
	at := slices.IndexFunc(i.TraversedPath, func(key string) bool {
		s := d.Stage(key)
		return s != nil && s.Entity == r.Entity
	})
	if at < 1 {
		w.record(t)
		return w.move()
	}
	t.From, t.To = i.ActiveStage, i.TraversedPath[at-1]
	if w.Status == Active {
		w.close(OutcomeCut)
	}
	w.TraversedPath, w.ActiveStage, w.ActiveStageStartedOn = slices.Clone(i.TraversedPath[:at]), t.To, f.At
	if w.Status == Active {
		w.open(OpCut)
	}
	w.record(t)
	return w.move()
}
