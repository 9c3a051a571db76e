package bpf

// RecordReplaced puts one record in place of another of its entity, because the
// two were merged: in the slot that it fills, the primary one too, and among
// what is offered. Path, stage and status stay, and so does what the visits
// tell. It needs no privilege and no definition, and is never refused; an
// instance that does not name the record stays as it is.
func RecordReplaced(i Instance, from, to Ref, f Facts) Move {
	w := edit(&Definition{Version: i.Version}, &i, &f)
	filled, offered := i.Slots[from.Entity] == from, i.Pending[from.Entity] == from
	if from.Entity != to.Entity || from == to || from.IsZero() || !filled && !offered {
		return w.move()
	}
	if filled {
		w.Slots[from.Entity] = to
	}
	if offered {
		w.Pending[from.Entity] = to
	}
	if w.Pending[from.Entity] == w.Slots[from.Entity] { // nobody is offered what is there
		delete(w.Pending, from.Entity)
	}
	w.record(Transition{Kind: OpRebind, Entity: from.Entity, FromRecord: from, ToRecord: to, Reason: "merge"})
	return w.move()
}
