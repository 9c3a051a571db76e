package journeytest

import (
	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// standardMetrics are those that journeys have goals of.
var standardMetrics = []string{
	insight.MetricRevenueWon, insight.MetricOrdersBooked, insight.MetricInvoiced, insight.MetricCash, insight.MetricActivities, insight.MetricLeadsQualified,
}

func (j *journey) createGoalMetric() insight.CreateGoalMetric {
	fields, _ := insight.StandardMetric(pick(j, "metric", standardMetrics...))
	fields.IsStretchTracked = j.chance(30, "stretch tracked")
	return insight.CreateGoalMetric{ID: newID[record.GoalMetricID](j), Fields: fields}
}

func (j *journey) goalFields() insight.GoalFields {
	f := insight.GoalFields{
		Title: j.text("title"), GoalOwner: pick(j, "goal owner", ann.ID, bob.ID), MetricID: one[record.GoalMetricID](j, "metric"),
		ParentGoalID: maybeOne[record.GoalID](j, "parent"), StartDate: 2026_01_01, EndDate: pick(j, "end", value.Date(2026_12_31), 2027_12_31, 2025_12_31),
		Target: value.Some(pick(j, "target", numbers("0", "10", "1000")...)), RollupOnlyFromChildGoals: j.chance(30, "only from children"),
		ConsiderOnlyGoalOwnersRecords: value.Some(j.chance(70, "only own")),
	}
	if j.chance(20, "a fiscal period") {
		f.IsFiscalPeriodGoal, f.FiscalYear, f.FiscalPeriod = true, value.Some[int32](2026), pick(j, "fiscal period", insight.FiscalAnnual, insight.FiscalQuarter1, insight.FiscalMay, insight.FiscalFourWeeks1)
	}
	if j.chance(10, "overridden") {
		f.IsOverride, f.OverrideActual = j.chance(90, "and said so"), value.Some(number("7"))
	}
	if j.chance(20, "a stretch target") {
		f.StretchTarget = value.Some(number("2000"))
	}
	return f
}

func (j *journey) createGoal() insight.CreateGoal {
	return insight.CreateGoal{ID: newID[record.GoalID](j), Fields: j.goalFields()}
}

func (j *journey) editGoal(g *insight.Goal) insight.EditGoal {
	f := j.goalFields()
	if j.chance(70, "of the same metric") {
		f.MetricID = g.MetricID
	}
	return insight.EditGoal{Fields: f}
}

func (j *journey) adjustForecast() insight.CreateForecastAdjustment {
	owners := []uuid.UUID{ann.ID, ann.ID, bob.ID}
	for _, s := range all[party.Seller](j.book) {
		owners = append(owners, s.ID.UUID)
	}
	f := insight.ForecastAdjustmentFields{
		RowOwner: pick(j, "row", owners...), Own: j.chance(50, "own"), PeriodFrom: 2026_01_01, PeriodBefore: 2027_01_01, Note: j.text("note"),
		Column: pick(j, "column", leadtocash.ForecastCategoryPipeline, leadtocash.ForecastCategoryBestCase, leadtocash.ForecastCategoryCommitted, leadtocash.ForecastCategoryWon),
	}
	c := j.currency()
	if j.chance(80, "a value") {
		f.Value = value.Some(j.amount(c, 0, 100_000, "value"))
	}
	return insight.CreateForecastAdjustment{ID: newID[record.ForecastAdjustmentID](j), Origin: record.Origin{Currency: c}, Fields: f}
}
