package insight

import (
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Goal is what somebody is to reach in a period, by a [GoalMetric]. How far it is, is
// never stored: see [Goals].
type Goal struct {
	ID          record.GoalID `json:"id" d365:"goalid"`
	record.Head               // Owner is who sets the goal
	GoalFields
	Status GoalStatus `json:"status" d365:"statuscode"`
}

// GoalFields are the fields of a goal that people edit. Of a fiscal period, and where it
// has a parent and no days are given, StartDate and EndDate are filled in. All goals of
// a tree count in the period of its root.
type GoalFields struct {
	Title              string              `json:"title" d365:"title" max:"100" need:"true"`
	GoalOwner          uuid.UUID           `json:"goal_owner" d365:"goalownerid" need:"true"` // whose goal it is: a Seller, or a user or team of the host's
	ParentGoalID       record.GoalID       `json:"parent_goal_id,omitzero" d365:"parentgoalid"`
	MetricID           record.GoalMetricID `json:"metric_id" d365:"metricid" need:"true"`
	IsFiscalPeriodGoal bool                `json:"is_fiscal_period_goal,omitzero" d365:"isfiscalperiodgoal"`
	FiscalYear         value.Opt[int32]    `json:"fiscal_year,omitzero" d365:"fiscalyear" range:"1900..9998"` // the year that it begins in
	FiscalPeriod       FiscalPeriod        `json:"fiscal_period,omitzero" d365:"fiscalperiod"`
	StartDate          value.Date          `json:"start_date,omitzero" d365:"goalstartdate"`
	EndDate            value.Date          `json:"end_date,omitzero" d365:"goalenddate"` // inclusive

	Target        value.Opt[decimal.Decimal] `json:"target,omitzero" d365:"targetmoney" range:"0..1e12" decimals:"4"`                // money in the base currency; unset counts 0
	StretchTarget value.Opt[decimal.Decimal] `json:"stretch_target,omitzero" d365:"stretchtargetmoney" range:"0..1e12" decimals:"4"` // of metrics that track one

	RollupOnlyFromChildGoals      bool            `json:"rollup_only_from_child_goals,omitzero" d365:"rolluponlyfromchildgoals"`           // has no records of its own
	ConsiderOnlyGoalOwnersRecords value.Opt[bool] `json:"consider_only_goal_owners_records,omitzero" d365:"consideronlygoalownersrecords"` // yes unless given

	IsOverride         bool                       `json:"is_override,omitzero" d365:"isoverride"`
	OverrideActual     value.Opt[decimal.Decimal] `json:"override_actual,omitzero" d365:"actualmoney" range:"0..1e12" decimals:"4"`          // instead of what the records come to
	OverrideInProgress value.Opt[decimal.Decimal] `json:"override_in_progress,omitzero" d365:"inprogressmoney" range:"0..1e12" decimals:"4"` // likewise
}

// GoalStatus is the status of a goal; its State is active or inactive.
type GoalStatus = value.Choice[goalStatusSet]

// The statuses of a goal.
const (
	GoalStatusOpen GoalStatus = iota + 1
	GoalStatusClosed
	GoalStatusDiscarded
)

type goalStatusSet struct{}

func (goalStatusSet) Table() (string, []value.Option) { return "goal_status", goalStatusTable }

var goalStatusTable = value.Statuses(
	party.StateActive.In(value.Option{Key: "open", Label: "Open", Code: 0}),
	party.StateInactive.In(
		value.Option{Key: "closed", Label: "Closed", Code: 1, Default: true},
		value.Option{Key: "discarded", Label: "Discarded", Code: 2},
	),
)

// GoalFacts are what decisions about a goal depend on besides goal and command.
// Nothing in the zero value stands in the way.
type GoalFacts struct {
	record.Stamp
	BaseCurrency money.Currency  // the organisation's
	FiscalYear   FiscalYear      // likewise
	Metric       *GoalMetric     // that the command chooses
	Parent       *Goal           // likewise
	Ancestors    []record.GoalID // of that parent
	HasChildren  bool
	Inactive     []record.Ref // chosen owners that are inactive
}

type goalRule = flow.Rule[*Goal, *GoalFacts, GoalStatus]

var (
	goalOpen   = flow.In(GoalStatusOpen)
	goalClosed = flow.In(GoalStatusClosed, GoalStatusDiscarded)
)

var goalFlow = flow.New(
	kinds.Goal,
	func(g *Goal) record.Ref { return g.Ref() },
	func(g *Goal) GoalStatus { return g.Status },
	[]goalRule{
		{Do: actions.GoalEdit, From: goalOpen, To: goalOpen},
		{Do: actions.GoalAssign, From: goalOpen, To: goalOpen},
		{Do: actions.GoalClose, From: goalOpen, To: flow.In(GoalStatusClosed)},
		{Do: actions.GoalDiscard, From: goalOpen, To: flow.In(GoalStatusDiscarded)},
		{Do: actions.GoalReopen, From: goalClosed, To: goalOpen},
		{Do: actions.GoalDelete, From: value.Values[GoalStatus](), Deletes: true},
	},
	[]flow.Refuse[GoalStatus]{
		{Do: flow.Do(actions.GoalEdit, actions.GoalAssign), From: goalClosed, Code: codes.ErrReadOnly},
	},
)

// GoalFlow is the table behind Goal.
func GoalFlow() *flow.Flow[*Goal, *GoalFacts, GoalStatus] { return goalFlow }

// RecordKind tells the kind of record.
func (*Goal) RecordKind() kinds.Kind { return kinds.Goal }

// Ref names the record with its kind.
func (g *Goal) Ref() record.Ref { return g.ID.Ref() }

// StatusKey is the key of the status.
func (g *Goal) StatusKey() string { return g.Status.String() }

// Clone returns a deep copy.
func (g Goal) Clone() Goal {
	g.Head.Detach()
	return g
}

// MarshalJSON writes the published JSON form.
func (g Goal) MarshalJSON() ([]byte, error) {
	type plain Goal
	return record.Encode((*plain)(&g))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (g *Goal) UnmarshalJSON(body []byte) error {
	type plain Goal
	return record.Decode(body, (*plain)(g))
}

// CreateGoal is the command behind NewGoal.
type CreateGoal struct {
	ID record.GoalID `json:"id,omitzero"`
	record.Origin
	Fields GoalFields `json:"fields"`
}

// NewGoal creates an open goal. Codes: ErrMissingField (title, goal owner, metric, and a
// period where there is no parent), ErrTooLong, ErrOutOfRange (also more decimals than
// the metric has, and beyond [party.MaxParents]), ErrInvalid (a period turned round, a
// metric that is not the parent's, a stretch target that the metric does not track),
// ErrInactive for a metric out of use, ErrParentCycle.
func NewGoal(cmd CreateGoal, f GoalFacts) (record.Change[Goal], error) {
	g := Goal{ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), GoalFields: cmd.Fields.Completed(&f), Status: GoalStatusOpen}
	if err := flow.RefuseBirth(actions.GoalCreate, cmd.ID, &cmd, f.BaseCurrency, cmd.Fields.Faults("fields.", &Goal{ID: cmd.ID}, &f)...); err != nil {
		return record.Change[Goal]{}, err
	}
	return record.Change[Goal]{Record: g, Events: []record.Event{record.BornEvent(&g, actions.GoalCreate, f.Stamp, nil)}}, nil
}

// Completed fills in what follows from fiscal period, parent and defaults.
func (g GoalFields) Completed(f *GoalFacts) GoalFields {
	if g.ConsiderOnlyGoalOwnersRecords.IsZero() {
		g.ConsiderOnlyGoalOwnersRecords = value.Some(true)
	}
	from, to, ok := f.FiscalYear.Period(int(g.FiscalYear.Or(0)), g.FiscalPeriod)
	switch {
	case g.IsFiscalPeriodGoal && ok:
		g.StartDate, g.EndDate = from, to
	case f.Parent != nil && g.StartDate.IsZero() && g.EndDate.IsZero():
		g.StartDate, g.EndDate = f.Parent.StartDate, f.Parent.EndDate
	}
	return g
}

// Faults are what no single field shows, of fields that a goal, which may be new, is to
// have; the path of each begins with prefix.
func (g *GoalFields) Faults(prefix string, was *Goal, f *GoalFacts) (reasons []record.Reason) {
	if f.closesCycle(was.ID, g.ParentGoalID) {
		reasons = append(reasons, record.ReasonFor(codes.ErrParentCycle, prefix+"parent_goal_id"))
	}
	if f.choosesInactive(was, g) {
		reasons = append(reasons, record.Reason{Code: codes.ErrInactive, Field: prefix + "metric_id", Message: "the metric is out of use"})
	}
	return append(reasons, g.fitFaults(prefix, was, f)...)
}

// choosesInactive reports whether a newly chosen metric is out of use.
func (f *GoalFacts) choosesInactive(was *Goal, to *GoalFields) bool {
	return f.Metric != nil && to.MetricID != was.MetricID && f.Metric.Status == GoalMetricStatusInactive
}

// fitFaults are where period, parent, metric and targets do not fit together.
func (g *GoalFields) fitFaults(prefix string, was *Goal, f *GoalFacts) (reasons []record.Reason) {
	refuse := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: prefix + field, Message: message})
	}
	if g.ParentGoalID != was.ParentGoalID && len(f.Ancestors) >= party.MaxParents {
		refuse(codes.ErrOutOfRange, "parent_goal_id", "too many goals are above the parent")
	}
	if f.Parent != nil && !g.MetricID.IsZero() && f.Parent.MetricID != g.MetricID {
		refuse(codes.ErrInvalid, "metric_id", "a goal has the metric of its parent")
	}
	if f.HasChildren && g.MetricID != was.MetricID {
		refuse(codes.ErrInvalid, "metric_id", "a goal with children keeps its metric")
	}
	if !g.IsOverride && (!g.OverrideActual.IsZero() || !g.OverrideInProgress.IsZero()) {
		refuse(codes.ErrInvalid, "is_override", "values that override need it")
	}
	reasons = append(reasons, g.periodFaults(prefix, f)...)
	return append(reasons, g.metricFaults(prefix, f)...)
}

// closesCycle reports whether the parent would make the goal one above its own.
func (f *GoalFacts) closesCycle(id, parent record.GoalID) bool {
	return !parent.IsZero() && (parent == id || slices.Contains(f.Ancestors, id))
}

func (g *GoalFields) periodFaults(prefix string, f *GoalFacts) (reasons []record.Reason) {
	refuse := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: prefix + field, Message: message})
	}
	switch {
	case !g.IsFiscalPeriodGoal:
		if !g.FiscalYear.IsZero() {
			refuse(codes.ErrInvalid, "fiscal_year", "only a goal of a fiscal period has one")
		}
		if g.FiscalPeriod != 0 {
			refuse(codes.ErrInvalid, "fiscal_period", "only a goal of a fiscal period has one")
		}
	case isImported(g.FiscalPeriod) && !g.StartDate.IsZero() && !g.EndDate.IsZero():
	default:
		if g.FiscalYear.IsZero() {
			refuse(codes.ErrMissingField, "fiscal_year", "a goal of a fiscal period needs it")
		}
		if g.FiscalPeriod == 0 {
			refuse(codes.ErrMissingField, "fiscal_period", "a goal of a fiscal period needs it")
		}
	}
	done := g.Completed(f)
	switch {
	case g.IsFiscalPeriodGoal && !isImported(g.FiscalPeriod):
	case done.StartDate.IsZero():
		refuse(codes.ErrMissingField, "start_date", "a goal has a period")
	case done.EndDate.IsZero():
		refuse(codes.ErrMissingField, "end_date", "a goal has a period")
	case done.EndDate.Before(done.StartDate):
		refuse(codes.ErrInvalid, "end_date", "the period ends before it begins")
	}
	return reasons
}

// metricFaults: targets are as the metric counts.
func (g *GoalFields) metricFaults(prefix string, f *GoalFacts) (reasons []record.Reason) {
	m := f.Metric
	if m == nil {
		return nil
	}
	if !m.IsStretchTracked && !g.StretchTarget.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: prefix + "stretch_target", Message: "the metric tracks none"})
	}
	places := m.decimals(f.BaseCurrency)
	for _, n := range []struct {
		field string
		value value.Opt[decimal.Decimal]
	}{
		{"target", g.Target},
		{"stretch_target", g.StretchTarget},
		{"override_actual", g.OverrideActual},
		{"override_in_progress", g.OverrideInProgress},
	} {
		if v := n.value.Or(decimal.Decimal{}); !v.Equal(v.Truncate(int32(places))) {
			reason := record.Reason{Code: codes.ErrOutOfRange, Field: prefix + n.field, Message: "more decimals than the metric has"}
			reasons = append(reasons, reason.With("decimals", places))
		}
	}
	return reasons
}

// EditGoal replaces the editable fields; custom values given are set, a JSON null
// removes one.
type EditGoal struct {
	Fields GoalFields    `json:"fields"`
	Custom record.Custom `json:"custom,omitzero"`
}

type editGoalCheck = flow.Check[*Goal, *EditGoal, *GoalFacts]

var editGoal = flow.Decide(
	goalFlow, actions.GoalEdit,
	editGoalCheck{
		Code: codes.ErrParentCycle, Text: "the goal is not above its parent", Field: "fields.parent_goal_id",
		Holds: func(g *Goal, c *EditGoal, f *GoalFacts) bool { return !f.closesCycle(g.ID, c.Fields.ParentGoalID) },
	},
	editGoalCheck{
		Code: codes.ErrInactive, Text: "a newly chosen metric is in use", Field: "fields.metric_id",
		Holds: func(g *Goal, c *EditGoal, f *GoalFacts) bool { return !f.choosesInactive(g, &c.Fields) },
	},
	flow.Faultless(codes.ErrInvalid, "period, parent, metric and targets fit together", func(g *Goal, c *EditGoal, f *GoalFacts) []record.Reason {
		return c.Fields.fitFaults("fields.", g, f)
	}),
)

// Edit changes fields of an open goal; equal values change nothing. Its metric changes
// only where it has neither parent nor children. Codes: ErrReadOnly and those of NewGoal.
func (g Goal) Edit(cmd EditGoal, f GoalFacts) (record.Change[Goal], error) {
	if err := editGoal.Why(&g, &cmd, &f, f.BaseCurrency); err != nil {
		return record.Change[Goal]{}, err
	}
	fields := cmd.Fields.Completed(&f)
	if !party.Edits(g.GoalFields, fields, g.Custom, cmd.Custom) {
		return record.Change[Goal]{Record: g}, nil
	}
	g.GoalFields = fields
	g.Custom = g.Custom.Edited(cmd.Custom)
	return record.Changed(&g, actions.GoalEdit, f.Stamp, nil), nil
}

var assignGoal = flow.Decide(goalFlow, actions.GoalAssign,
	flow.AssignChecks[*Goal](func(f *GoalFacts) []record.Ref { return f.Inactive }, false)...)

// Assign gives an open goal to another manager; whose goal it is stays. Codes:
// ErrReadOnly, ErrInactive, ErrMissingField, ErrInvalid for a cascade.
func (g Goal) Assign(cmd record.Assign, f GoalFacts) (record.Change[Goal], error) {
	if err := assignGoal.Why(&g, &cmd, &f, f.BaseCurrency); err != nil {
		return record.Change[Goal]{}, err
	}
	if cmd.Owner == g.Owner {
		return record.Change[Goal]{Record: g}, nil
	}
	from := g.Owner
	g.Owner = cmd.Owner
	return record.Changed(&g, actions.GoalAssign, f.Stamp, record.DataOf("from", from.String(), "to", cmd.Owner.String())), nil
}

// CloseGoal ends a goal whose period is over, or that is reached.
type CloseGoal struct{}

var closeGoal = flow.Decide[*CloseGoal](goalFlow, actions.GoalClose)

// Close closes an open goal. Nothing is frozen: it keeps answering by its period. Code:
// ErrInvalidTransition.
func (g Goal) Close(cmd CloseGoal, f GoalFacts) (record.Change[Goal], error) {
	if err := closeGoal.Why(&g, &cmd, &f, f.BaseCurrency); err != nil {
		return record.Change[Goal]{}, err
	}
	return record.Moved(&g, &g.Status, GoalStatusClosed, actions.GoalClose, f.Stamp, nil), nil
}

// DiscardGoal gives a goal up.
type DiscardGoal struct{}

var discardGoal = flow.Decide[*DiscardGoal](goalFlow, actions.GoalDiscard)

// Discard gives an open goal up. It counts for its parent as before. Code:
// ErrInvalidTransition.
func (g Goal) Discard(cmd DiscardGoal, f GoalFacts) (record.Change[Goal], error) {
	if err := discardGoal.Why(&g, &cmd, &f, f.BaseCurrency); err != nil {
		return record.Change[Goal]{}, err
	}
	return record.Moved(&g, &g.Status, GoalStatusDiscarded, actions.GoalDiscard, f.Stamp, nil), nil
}

// ReopenGoal takes a goal up again.
type ReopenGoal struct{}

var reopenGoal = flow.Decide[*ReopenGoal](goalFlow, actions.GoalReopen)

// Reopen opens a closed or discarded goal again. Code: ErrInvalidTransition.
func (g Goal) Reopen(cmd ReopenGoal, f GoalFacts) (record.Change[Goal], error) {
	if err := reopenGoal.Why(&g, &cmd, &f, f.BaseCurrency); err != nil {
		return record.Change[Goal]{}, err
	}
	return record.Moved(&g, &g.Status, GoalStatusOpen, actions.GoalReopen, f.Stamp, nil), nil
}

var deleteGoal = flow.Decide[*record.DeleteRecord](goalFlow, actions.GoalDelete)

// Delete removes the goal with its notes, activities and connections. Its children
// become roots and keep their days.
func (g Goal) Delete(cmd record.DeleteRecord, f GoalFacts) (record.Change[Goal], error) {
	if err := deleteGoal.Why(&g, &cmd, &f, f.BaseCurrency); err != nil {
		return record.Change[Goal]{}, err
	}
	return record.Change[Goal]{Record: g, Events: []record.Event{record.DeletedEvent(&g, actions.GoalDelete, f.Stamp, nil)}}, nil
}

// ForgetParent clears the reference to a deleted parent.
func (g Goal) ForgetParent(s record.Stamp) record.Change[Goal] {
	was := g.ParentGoalID
	g.ParentGoalID = record.GoalID{}
	return record.Changed(&g, actions.GoalEdit, s, record.DataOf("parent_goal_id", was.String()))
}
