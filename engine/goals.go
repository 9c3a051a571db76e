package engine

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Goals is what a Client does with goals. How far they are, see Insight.Goals.
type Goals struct {
	Managed[insight.Goal, record.GoalID, GoalQuery]
}

// Goals returns the service for goals.
func (c *Client) Goals() (s Goals) { s.c = c; return s }

// GoalQuery asks for goals. Their due day is the last one of the period.
type GoalQuery struct {
	List
	Status    insight.GoalStatus
	GoalOwner uuid.UUID
	Parent    record.GoalID
	Metric    record.GoalMetricID
}

func (q GoalQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).ref("goal_owner", q.GoalOwner).ref("parent_goal_id", q.Parent.UUID).ref("metric_id", q.Metric.UUID)
}

// goalFacts are those of fields that a goal is to have.
func (s *session) goalFacts(ctx context.Context, g *insight.Goal, to *insight.GoalFields) (f insight.GoalFacts, err error) {
	f = s.plainGoalFacts()
	if f.Metric, err = known(maybe[insight.GoalMetric](ctx, s, to.MetricID)); err != nil {
		return f, err
	}
	if f.Parent, err = known(maybe[insight.Goal](ctx, s, to.ParentGoalID)); err != nil {
		return f, err
	}
	if f.Ancestors, err = ancestors(ctx, s, to.ParentGoalID, func(g *insight.Goal) record.GoalID { return g.ParentGoalID }); err != nil {
		return f, err
	}
	f.HasChildren, err = s.exists(ctx, kinds.Goal, "parent_goal_id", g.ID.UUID)
	return f, err
}

func (s *session) plainGoalFacts() insight.GoalFacts {
	return insight.GoalFacts{
		Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency, FiscalYear: s.c.fiscalYear(),
	}
}

func plainGoal[C any](_ context.Context, s *session, _ *insight.Goal, _ *C) (insight.GoalFacts, error) {
	return s.plainGoalFacts(), nil
}

func goalExplained(ctx context.Context, s *session, g *insight.Goal) (insight.GoalFacts, error) {
	return s.goalFacts(ctx, g, &g.GoalFields)
}

// Create creates an open goal. See [insight.NewGoal].
func (s Goals) Create(ctx context.Context, cmd insight.CreateGoal) (insight.Goal, error) {
	return recordOf(create(ctx, s.c, actions.GoalCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *insight.CreateGoal) (insight.GoalFacts, error) {
			return s.goalFacts(ctx, &insight.Goal{ID: cmd.ID}, &cmd.Fields)
		}, insight.NewGoal))
}

// Edit changes fields of an open goal. See Goal.Edit.
func (s Goals) Edit(ctx context.Context, id record.GoalID, cmd insight.EditGoal, opts ...CallOption) (insight.Goal, error) {
	return recordOf(apply(ctx, s.c, actions.GoalEdit, id, cmd,
		func(ctx context.Context, s *session, g *insight.Goal, cmd *insight.EditGoal) (insight.GoalFacts, error) {
			return s.goalFacts(ctx, g, &cmd.Fields)
		}, insight.Goal.Edit, opts))
}

// Assign gives a goal to another manager. See Goal.Assign.
func (s Goals) Assign(ctx context.Context, id record.GoalID, cmd record.Assign, opts ...CallOption) (insight.Goal, error) {
	return recordOf(apply(ctx, s.c, actions.GoalAssign, id, cmd,
		func(ctx context.Context, s *session, _ *insight.Goal, cmd *record.Assign) (f insight.GoalFacts, err error) {
			f = s.plainGoalFacts()
			f.Inactive, err = s.inactiveOf(ctx, owners(cmd.Owner))
			return f, err
		}, insight.Goal.Assign, opts))
}

// Close closes a goal. See Goal.Close.
func (s Goals) Close(ctx context.Context, id record.GoalID, cmd insight.CloseGoal, opts ...CallOption) (insight.Goal, error) {
	return recordOf(apply(ctx, s.c, actions.GoalClose, id, cmd, plainGoal, insight.Goal.Close, opts))
}

// Discard gives a goal up. See Goal.Discard.
func (s Goals) Discard(ctx context.Context, id record.GoalID, cmd insight.DiscardGoal, opts ...CallOption) (insight.Goal, error) {
	return recordOf(apply(ctx, s.c, actions.GoalDiscard, id, cmd, plainGoal, insight.Goal.Discard, opts))
}

// Reopen opens a closed or discarded goal again. See Goal.Reopen.
func (s Goals) Reopen(ctx context.Context, id record.GoalID, cmd insight.ReopenGoal, opts ...CallOption) (insight.Goal, error) {
	return recordOf(apply(ctx, s.c, actions.GoalReopen, id, cmd, plainGoal, insight.Goal.Reopen, opts))
}

// fiscalYear is when fiscal years begin.
func (c *Client) fiscalYear() insight.FiscalYear {
	return insight.FiscalYear{Month: time.Month(c.settings.FiscalYearStartMonth), Day: c.settings.FiscalYearStartDay}
}
