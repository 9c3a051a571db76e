package bpf

import "slices"

// Previous moves an active instance back by one stage. It is never gated, asks
// for no target and keeps the slots. Refusals: those that come before all
// others, see Next, and ErrBeginningOfPath. A revision of 0 is not checked.
func Previous(d Definition, i Instance, revision int64, f Facts) (Move, error) {
	if err := d.admit(OpPrevious, &i, revision, &f); err != nil {
		return Move{}, err
	}
	n := len(i.TraversedPath)
	if n < 2 {
		return Move{}, refuse(ErrBeginningOfPath, i.ActiveStage)
	}
	return d.back(&i, n-1, OpPrevious, &f)
}

// back cuts the traversed path to its first n stages.
func (d *Definition) back(i *Instance, n int, op Operation, f *Facts) (Move, error) {
	if to := i.TraversedPath[n-1]; d.Stage(to) == nil { // retired by a newer version
		return Move{}, refuse(ErrStageUnknown, d.Name, to)
	}
	if f.Veto != nil {
		return Move{}, vetoed(op, f.Veto)
	}
	w := edit(d, i, f)
	w.travel(slices.Clone(i.TraversedPath[:n]), op, OutcomeReturned, Transition{})
	return w.move(), nil
}
