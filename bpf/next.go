package bpf

import "slices"

// Next moves an active instance to the following stage. The refusals, in the
// order in which they are checked: ErrNotFound, ErrAccessDenied, ErrConflict,
// ErrProcessImmutable, ErrDefinitionNotActive, ErrDefinitionDrift,
// ErrInstanceInactive, ErrEndOfPath, ErrStageGate with everything that is
// missing, ErrVetoed, then those of the target: ErrTargetBound,
// ErrOperationRequired, ErrTargetRequired with the candidates,
// ErrTargetMismatch, ErrTargetNotFound, ErrTargetUnrelated.
func Next(d Definition, i Instance, o NextOptions, f Facts) (Move, error) {
	w, err := d.advance(&i, o, &f, OpNext, "")
	if err != nil {
		return Move{}, err
	}
	return *w, nil
}

func (d *Definition) advance(i *Instance, o NextOptions, f *Facts, op Operation, event string) (*Move, error) {
	if err := d.admit(op, i, o.Revision, f); err != nil {
		return nil, err
	}
	if !o.Target.IsZero() && f.Target.Exists && !f.Target.Linkable {
		return nil, refuse(ErrAccessDenied, f.Actor, "read and append-to", o.Target)
	}
	next := d.follows(i, i.ActiveStage, f)
	if next == "" {
		return nil, refuse(ErrEndOfPath, i.ActiveStage)
	}
	overridden, err := d.pass(i, d.Options.GateScope, o.Override, f)
	if err != nil {
		return nil, err
	}
	if f.Veto != nil {
		return nil, vetoed(op, f.Veto)
	}
	c := &crossing{d: d, i: i, o: o, f: f, stage: d.Stage(next), target: o.Target}
	if c.stage == nil { // the version that activation let drift lost it
		return nil, refuse(ErrStageUnknown, d.Name, next)
	}
	verdict, err := c.decide()
	if err != nil {
		return nil, err
	}
	if verdict == creates {
		return &Move{Instance: i.Clone(), Create: true}, nil
	}
	w := edit(d, i, f)
	w.event = event
	t := Transition{Override: overridden}
	if overridden {
		t.Reason = o.Override
	}
	if verdict == binds {
		t.Entity, t.ToRecord = c.stage.Entity, c.target
		t.FromRecord = w.put(c.target)
	}
	w.travel(append(slices.Clip(w.TraversedPath), next), OpNext, OutcomeAdvanced, t)
	m := w.move()
	return &m, nil
}

func vetoed(op Operation, veto error) error {
	err := refuse(ErrVetoed, op, veto)
	err.Err = veto
	return err
}

// crossing is the question how the next stage gets its record.
type crossing struct {
	d      *Definition
	i      *Instance
	o      NextOptions
	f      *Facts
	stage  *Stage
	target Ref // chosen so far
}

func (c *crossing) slot() Ref        { return c.i.Slots[c.stage.Entity] }
func (c *crossing) offer() Ref       { return c.i.Pending[c.stage.Entity] }
func (c *crossing) filled() bool     { return !c.slot().IsZero() }
func (c *crossing) named() bool      { return !c.o.Target.IsZero() }
func (c *crossing) mode(m Mode) bool { return c.stage.Enter.allows(m) }
func (c *crossing) onlyByOperation() bool {
	return c.mode(ModeOperation) && !c.mode(ModeSelect) && !c.mode(ModeCreate)
}

// verdict is what a row of the table says.
type verdict int

const (
	refuses verdict = iota
	moves           // to the record in the slot
	takes           // c.target is set: go on with the checks of a target
	creates         // the host creates the record
	binds           // the target becomes the record of the slot
)

// crossingRow is one row of the table: the first whose condition holds decides.
type crossingRow struct {
	name string
	when func(*crossing) bool
	then verdict
	code Code // of refuses
	take func(*crossing) Ref
}

// crossings is the table of how a stage gets its record.
var crossings = []crossingRow{
	{name: "in place", when: func(c *crossing) bool { return c.filled() && !c.named() }, then: moves},
	{name: "same target", when: func(c *crossing) bool { return c.filled() && c.o.Target == c.slot() }, then: moves},
	{
		name: "rebind", then: takes, take: func(c *crossing) Ref { return c.o.Target },
		when: func(c *crossing) bool { return c.filled() && c.o.Rebind && !c.i.walked(c.d, c.stage.Entity) },
	},
	{name: "bound", when: (*crossing).filled, then: refuses, code: ErrTargetBound},
	{
		name: "offer", then: takes, take: (*crossing).offer,
		when: func(c *crossing) bool { return !c.named() && !c.o.Create && !c.offer().IsZero() },
	},
	{
		name: "created", then: takes, take: func(c *crossing) Ref { return c.o.Target },
		when: func(c *crossing) bool { return c.o.Create && c.named() && c.mode(ModeCreate) },
	},
	{name: "create", when: func(c *crossing) bool { return c.o.Create && c.mode(ModeCreate) }, then: creates},
	{name: "no create", when: func(c *crossing) bool { return c.o.Create }, then: refuses, code: ErrOperationRequired},
	{
		name: "only candidate", then: takes, take: func(c *crossing) Ref { return c.f.Candidates[0] },
		when: func(c *crossing) bool {
			return !c.named() && c.o.AutoSelect && c.mode(ModeSelect) && len(c.f.Candidates) == 1
		},
	},
	{
		name: "only by operation", then: refuses, code: ErrOperationRequired,
		when: func(c *crossing) bool { return !c.named() && c.onlyByOperation() },
	},
	{name: "no target", when: func(c *crossing) bool { return !c.named() }, then: refuses, code: ErrTargetRequired},
	{
		name: "not selectable", then: refuses, code: ErrOperationRequired,
		when: func(c *crossing) bool { return c.o.Target != c.offer() && !c.mode(ModeSelect) },
	},
	{name: "target", when: func(*crossing) bool { return true }, then: takes, take: func(c *crossing) Ref { return c.o.Target }},
}

// targets is the table of what is checked of a target.
var targets = []crossingRow{
	{name: "mismatch", when: func(c *crossing) bool { return c.target.Entity != c.stage.Entity }, then: refuses, code: ErrTargetMismatch},
	{name: "not found", when: func(c *crossing) bool { return !c.f.Target.Exists }, then: refuses, code: ErrTargetNotFound},
	{
		name: "unrelated", then: refuses, code: ErrTargetUnrelated,
		when: func(c *crossing) bool {
			return c.stage.Enter != nil && c.stage.Enter.Relationship != "" && !c.f.Target.Related
		},
	},
	{name: "bind", when: func(*crossing) bool { return true }, then: binds},
}

func (c *crossing) decide() (verdict, error) {
	row := first(crossings, c)
	switch row.then {
	case refuses:
		return refuses, c.refusal(row.code)
	case takes:
		c.target = row.take(c)
		if row = first(targets, c); row.then == refuses {
			return refuses, c.refusal(row.code)
		}
	}
	return row.then, nil
}

func first(table []crossingRow, c *crossing) crossingRow {
	return table[slices.IndexFunc(table, func(row crossingRow) bool { return row.when(c) })]
}

func (c *crossing) refusal(code Code) error {
	s := c.stage
	switch code {
	case ErrTargetBound:
		return refuse(code, c.i.ID, c.slot())
	case ErrOperationRequired:
		by := "selecting a record"
		if s.Enter != nil && s.Enter.Operation != "" {
			by = s.Enter.Operation
		}
		return refuse(code, s.Key, by)
	case ErrTargetRequired:
		err := refuse(code, s.Key, s.Entity)
		err.Candidates = slices.Clone(c.f.Candidates)
		return err
	case ErrTargetMismatch:
		return refuse(code, s.Key, s.Entity, c.target)
	case ErrTargetNotFound:
		return refuse(code, c.target)
	}
	return refuse(code, c.target, c.i.ID, s.Enter.Relationship)
}

// TargetOf returns the record that Next would take for the following stage: the
// target given, the offer, or the only candidate. The host gathers TargetFacts
// about it.
func TargetOf(d Definition, i Instance, o NextOptions, f Facts) Ref {
	s := d.Stage(d.follows(&i, i.ActiveStage, &f))
	if s == nil || !o.Target.IsZero() {
		return o.Target
	}
	c := &crossing{d: &d, i: &i, o: o, f: &f, stage: s}
	if row := first(crossings, c); row.then == takes {
		return row.take(c)
	}
	return Ref{}
}
