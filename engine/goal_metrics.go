package engine

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// GoalMetrics is what a Client does with goal metrics.
type GoalMetrics struct {
	Managed[insight.GoalMetric, record.GoalMetricID, GoalMetricQuery]
}

// GoalMetrics returns the service for goal metrics.
func (c *Client) GoalMetrics() (s GoalMetrics) { s.c = c; return s }

// GoalMetricQuery asks for goal metrics.
type GoalMetricQuery struct {
	List
	Status insight.GoalMetricStatus
}

func (q GoalMetricQuery) conds() []storage.Cond { return asked{}.status(q.Status.String()) }

func (s *session) goalMetricFacts() insight.GoalMetricFacts {
	return insight.GoalMetricFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

func plainGoalMetric[C any](_ context.Context, s *session, _ *insight.GoalMetric, _ *C) (insight.GoalMetricFacts, error) {
	return s.goalMetricFacts(), nil
}

// Create creates a metric. See [insight.NewGoalMetric].
func (s GoalMetrics) Create(ctx context.Context, cmd insight.CreateGoalMetric) (insight.GoalMetric, error) {
	return recordOf(create(ctx, s.c, actions.GoalMetricCreate, &cmd.ID.UUID, &cmd,
		func(_ context.Context, s *session, cmd *insight.CreateGoalMetric) (insight.GoalMetricFacts, error) {
			f := s.goalMetricFacts()
			f.Faults = s.c.rollupFaults("fields.", &cmd.Fields)
			return f, nil
		}, insight.NewGoalMetric))
}

// Edit changes fields of an active metric. See GoalMetric.Edit.
func (s GoalMetrics) Edit(ctx context.Context, id record.GoalMetricID, cmd insight.EditGoalMetric, opts ...CallOption) (insight.GoalMetric, error) {
	return recordOf(apply(ctx, s.c, actions.GoalMetricEdit, id, cmd,
		func(ctx context.Context, s *session, m *insight.GoalMetric, cmd *insight.EditGoalMetric) (insight.GoalMetricFacts, error) {
			f, err := goalMetricUse(ctx, s, m)
			f.Faults = s.c.rollupFaults("fields.", &cmd.Fields)
			return f, err
		}, insight.GoalMetric.Edit, opts))
}

// Deactivate puts a metric out of use. See GoalMetric.Deactivate.
func (s GoalMetrics) Deactivate(ctx context.Context, id record.GoalMetricID, cmd party.Deactivate, opts ...CallOption) (insight.GoalMetric, error) {
	return recordOf(apply(ctx, s.c, actions.GoalMetricDeactivate, id, cmd, plainGoalMetric, insight.GoalMetric.Deactivate, opts))
}

// Activate brings a metric back into use. See GoalMetric.Activate.
func (s GoalMetrics) Activate(ctx context.Context, id record.GoalMetricID, cmd party.Activate, opts ...CallOption) (insight.GoalMetric, error) {
	return recordOf(apply(ctx, s.c, actions.GoalMetricActivate, id, cmd, plainGoalMetric, insight.GoalMetric.Activate, opts))
}

func goalMetricUse(ctx context.Context, s *session, m *insight.GoalMetric) (f insight.GoalMetricFacts, err error) {
	f = s.goalMetricFacts()
	f.InUse, err = s.inUse(ctx, m.Ref())
	return f, err
}
