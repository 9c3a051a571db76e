package bpf

import "maps"

// Runnable returns the action or flow step that RunStep is to run. Refusals:
// those that come before all others, see Next, then ErrStageUnknown,
// ErrStepUnknown, ErrStepNotRunnable, ErrTargetRequired for a stage that has no
// record yet.
func Runnable(d Definition, i Instance, stage, step string, f Facts) (Step, Ref, error) {
	if err := d.admit(OpRunStep, &i, 0, &f); err != nil {
		return Step{}, Ref{}, err
	}
	s := d.Stage(stage)
	if s == nil {
		return Step{}, Ref{}, refuse(ErrStageUnknown, d.Name, stage)
	}
	t := s.Step(step)
	switch {
	case t == nil:
		return Step{}, Ref{}, refuse(ErrStepUnknown, stage, step)
	case t.kind() == DataStep:
		return Step{}, Ref{}, refuse(ErrStepNotRunnable, step)
	case i.Slots[s.Entity].IsZero():
		return Step{}, Ref{}, refuse(ErrTargetRequired, stage, s.Entity)
	}
	return *t, i.Slots[s.Entity], nil
}

// SetProgress records how far an action or flow step is. Refusals: those of
// Runnable.
func SetProgress(d Definition, i Instance, stage, step string, p Progress, f Facts) (Move, error) {
	if _, _, err := Runnable(d, i, stage, step, f); err != nil {
		return Move{}, err
	}
	w := edit(&d, &i, &f)
	w.Progress = maps.Clone(w.Progress)
	if w.Progress == nil {
		w.Progress = map[string]Progress{}
	}
	w.Progress[stage+"/"+step] = p
	w.record(Transition{Kind: OpRunStep, To: stage, Reason: step + ": " + string(p)})
	return w.move(), nil
}
