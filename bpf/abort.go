package bpf

// Abort ends an active instance on whatever stage it stands, with a reason if
// there is one. It is not gated, and possible even if the definition is
// inactive or has lost the stage. Refusals: ErrNotFound, ErrAccessDenied,
// ErrInvalidStatusChange, ErrVetoed.
func Abort(d Definition, i Instance, reason string, f Facts) (Move, error) {
	w, err := d.abort(&i, reason, &f, "")
	if err != nil {
		return Move{}, err
	}
	return w.move(), nil
}

func (d *Definition) abort(i *Instance, reason string, f *Facts, event string) (*draft, error) {
	if err := d.admit(OpAbort, i, 0, f); err != nil {
		return nil, err
	}
	if f.Veto != nil {
		return nil, vetoed(OpAbort, f.Veto)
	}
	w := edit(d, i, f)
	w.event = event
	w.end(Aborted, OutcomeAborted, Transition{Kind: OpAbort, Reason: reason})
	w.fireProcess("aborted", OpAbort)
	return w, nil
}
