package bpf

import "slices"

// SetActive makes a stage the active one: a walked stage by going back to it,
// the following one exactly as Next does. With Force, the holder of the
// privilege override puts the instance on any stage whose path has all its
// records; this is for repair. Refusals: those of Next, and ErrStageUnknown,
// ErrStageNotAdjacent, ErrStageUnreachable. The active stage itself changes
// nothing.
func SetActive(d Definition, i Instance, stage string, o NextOptions, f Facts) (Move, error) {
	if err := d.admit(OpSetActive, &i, o.Revision, &f); err != nil {
		return Move{}, err
	}
	if d.Stage(stage) == nil {
		return Move{}, refuse(ErrStageUnknown, d.Name, stage)
	}
	if stage == i.ActiveStage {
		return Move{Instance: i.Clone()}, nil
	}
	if o.Force {
		return d.force(&i, stage, o, &f)
	}
	if at := slices.Index(i.TraversedPath, stage); at >= 0 {
		return d.back(&i, at+1, OpSetActive, &f)
	}
	switch path := d.activePath(&i, &f); slices.Index(path, stage) {
	case len(i.TraversedPath):
		return Next(d, i, o, f)
	case -1:
		return Move{}, refuse(ErrStageUnreachable, stage)
	}
	return Move{}, refuse(ErrStageNotAdjacent, stage, i.ActiveStage)
}

// force computes the path to a stage anew: the one that the values yield, else
// the shortest there is.
func (d *Definition) force(i *Instance, stage string, o NextOptions, f *Facts) (Move, error) {
	if err := f.needs(OverridePrivilege, d.Name); err != nil {
		return Move{}, err
	}
	path := d.predicted(i, f)
	if at := slices.Index(path, stage); at >= 0 {
		path = path[:at+1]
	} else {
		path = d.shortest(stage)
	}
	if path == nil { // a stage that a draft cannot reach
		return Move{}, refuse(ErrStageUnreachable, stage)
	}
	for _, key := range path {
		if s := d.Stage(key); i.Slots[s.Entity].IsZero() {
			return Move{}, refuse(ErrTargetRequired, key, s.Entity)
		}
	}
	outcome := OutcomeReturned
	if slices.Contains(path, i.ActiveStage) {
		outcome = OutcomeAdvanced
	}
	w := edit(d, i, f)
	w.travel(path, OpForce, outcome, Transition{Override: true, Reason: o.Override})
	return w.move(), nil
}

// predicted is the path from the first stage that the present values yield.
func (d *Definition) predicted(i *Instance, f *Facts) []string {
	from := Instance{Slots: i.Slots, TraversedPath: []string{d.Stages[0].Key}}
	return d.activePath(&from, f)
}
