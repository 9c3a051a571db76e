package bpf

// Finish ends an active instance on the last stage of its path. It is gated as
// Next is, but is no change of stage: exit triggers do not fire. Refusals:
// those that come before all others, see Next, then ErrInvalidStatusChange,
// ErrNotLastStage, ErrStageGate, ErrVetoed.
func Finish(d Definition, i Instance, o NextOptions, f Facts) (Move, error) {
	w, err := d.finish(&i, o, &f, "")
	if err != nil {
		return Move{}, err
	}
	return w.move(), nil
}

func (d *Definition) finish(i *Instance, o NextOptions, f *Facts, event string) (*draft, error) {
	if err := d.admit(OpFinish, i, o.Revision, f); err != nil {
		return nil, err
	}
	if next := d.follows(i, i.ActiveStage, f); next != "" {
		return nil, refuse(ErrNotLastStage, i.ActiveStage, next)
	}
	scope := d.Options.FinishGate
	if scope == "" {
		scope = d.Options.GateScope
	}
	overridden, err := d.pass(i, scope, o.Override, f)
	if err != nil {
		return nil, err
	}
	if f.Veto != nil {
		return nil, vetoed(OpFinish, f.Veto)
	}
	w := edit(d, i, f)
	w.event = event
	t := Transition{Kind: OpFinish, Override: overridden}
	if overridden {
		t.Reason = o.Override
	}
	w.end(Finished, OutcomeFinished, t)
	w.fireProcess("finished", OpFinish)
	return w, nil
}

// end closes the instance.
func (w *draft) end(s Status, o Outcome, t Transition) {
	w.close(o)
	t.StatusFrom, t.StatusTo = w.Status, s
	w.Status, w.CompletedOn = s, w.f.At
	w.record(t)
}
