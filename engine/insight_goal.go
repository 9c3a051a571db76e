package engine

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// Goals says how far the goals of a query are. It is calculated from the records of their
// metrics each time that it is asked; nothing of it is stored. Amounts are in base
// currency. Goals of others below those of the query count for them as far as the actor
// may see them.
func (i Insight) Goals(ctx context.Context, q GoalQuery, p insight.Params) (*insight.Report[insight.GoalFigure], error) {
	return measured(ctx, i, &p, func(g *gathering) (*insight.Report[insight.GoalFigure], error) {
		wanted := map[string]bool{}
		for goal := range found[insight.Goal](g, kinds.Goal, q) {
			wanted[goal.ID.String()] = true
		}
		metrics := map[string]*insight.GoalMetric{}
		objectives := g.objectives(wanted, metrics)
		if g.err != nil {
			return nil, g.err
		}
		report, err := insight.Goals(objectives, func(m insight.Metric) iter.Seq[insight.Achievement] {
			return g.achievements(metrics[m.Source])
		}, p)
		if err == nil {
			rows := report.Figures[0].Rows
			report.Figures[0].Rows = slices.DeleteFunc(rows, func(r insight.GoalRow) bool { return !wanted[r.Goal] })
		}
		return report, err
	})
}

// objectives are the goals of the trees that some are in, with their metrics. Where the
// actor does not see the parent of a goal it is a root, and a goal whose metric he does
// not see is none.
func (g *gathering) objectives(wanted map[string]bool, metrics map[string]*insight.GoalMetric) (list []insight.Objective) {
	goals := map[record.GoalID]*insight.Goal{}
	for goal := range found[insight.Goal](g, kinds.Goal, GoalQuery{}) {
		goals[goal.ID] = goal
	}
	for metric := range found[insight.GoalMetric](g, kinds.GoalMetric, GoalMetricQuery{}) {
		metrics[metric.ID.String()] = metric
	}
	rootOf := func(goal *insight.Goal) record.GoalID {
		for n := 0; n < len(goals) && goals[goal.ParentGoalID] != nil; n++ { // a circle ends, to be refused
			goal = goals[goal.ParentGoalID]
		}
		return goal.ID
	}
	trees := map[record.GoalID]bool{}
	for id, goal := range goals {
		if wanted[id.String()] {
			trees[rootOf(goal)] = true
		}
	}
	for id, goal := range goals {
		metric := metrics[goal.MetricID.String()]
		if metric == nil || !trees[rootOf(goal)] {
			continue
		}
		o := insight.Objective{
			ID: id.String(), Owner: textOf(goal.GoalOwner), From: goal.StartDate, To: goal.EndDate, Target: goal.Target.Or(decimal.Decimal{}),
			Metric:  insight.Metric{Kind: metric.Kind(), Source: metric.ID.String()},
			Stretch: goal.StretchTarget, OnlyFromChildren: goal.RollupOnlyFromChildGoals, AllRecords: !goal.ConsiderOnlyGoalOwnersRecords.Or(true),
			OverrideActual: goal.OverrideActual, OverrideInProgress: goal.OverrideInProgress,
		}
		if above := goals[goal.ParentGoalID]; above != nil {
			o.Parent = above.ID.String()
		}
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b insight.Objective) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// ofForecast fills in what a forecast takes from stored records.
func (g *gathering) ofForecast(p *insight.ForecastParams) {
	if p.ByTerritory {
		if p.Territories == nil {
			p.Territories = g.territories()
		}
		return
	}
	if p.Managers == nil {
		p.Managers = g.managers()
	}
	if p.From.IsZero() || p.Before.IsZero() {
		return
	}
	if p.Adjustments == nil {
		for a := range found[insight.ForecastAdjustment](g, kinds.ForecastAdjustment, ForecastAdjustmentQuery{List: List{DueFrom: p.From, DueBefore: p.From.AddDays(1)}}) {
			if a.PeriodBefore == p.Before {
				owner := a.RowOwner.String()
				// Who may adjust a row was asked when it was adjusted.
				p.Adjustments = append(p.Adjustments, insight.Adjustment{
					ID: a.ID.String(), Owner: owner, Own: a.Own, Column: a.Column, Currency: a.Currency, Value: a.Value, By: owner, At: a.CreatedAt,
				})
			}
		}
	}
	if p.Quotas == nil {
		p.Quotas, p.QuotasIn = g.quotas(p), g.s.c.settings.BaseCurrency
	}
}

// quotas are the targets of goals for the revenue of a period, by owner: of those of one
// owner in a tree the highest.
func (g *gathering) quotas(p *insight.ForecastParams) map[string]money.Amount {
	quotas := map[string]money.Amount{}
	base := g.s.c.settings.BaseCurrency
	if base.IsZero() {
		return quotas
	}
	last := p.Before.AddDays(-1)
	goals, revenue := map[record.GoalID]*insight.Goal{}, map[record.GoalMetricID]bool{}
	for goal := range found[insight.Goal](g, kinds.Goal, GoalQuery{List: List{DueFrom: last, DueBefore: p.Before}}) {
		if goal.StartDate == p.From && goal.Status != insight.GoalStatusDiscarded {
			goals[goal.ID] = goal
		}
	}
	for metric := range found[insight.GoalMetric](g, kinds.GoalMetric, GoalMetricQuery{}) {
		revenue[metric.ID] = metric.Kind() == insight.MetricAmount && slices.ContainsFunc(metric.RollupFields, func(f insight.RollupField) bool {
			return f.GoalAttribute == insight.GoalAttributeActual && f.SourceKind == kinds.Opportunity && f.SourceField == "actual_value"
		})
	}
	for _, goal := range goals {
		if !revenue[goal.MetricID] || hasOneAbove(goals, goal) {
			continue
		}
		owner := goal.GoalOwner.String()
		was, ok := quotas[owner]
		if !ok {
			was = base.Zero()
		}
		quotas[owner] = was.Add(base.Round(goal.Target.Or(decimal.Decimal{})))
	}
	return quotas
}

// hasOneAbove reports whether a goal stands below another one of its owner.
func hasOneAbove(goals map[record.GoalID]*insight.Goal, goal *insight.Goal) bool {
	owner := goal.GoalOwner
	goal = goals[goal.ParentGoalID]
	for n := 0; n < len(goals) && goal != nil; n, goal = n+1, goals[goal.ParentGoalID] {
		if goal.GoalOwner == owner {
			return true
		}
	}
	return false
}
