package insight_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

var someMetric = testkit.IDOf[record.GoalMetricID](1)

// goalFields are those of a goal for a year.
func goalFields() insight.GoalFields {
	return insight.GoalFields{
		Title: "Desks", GoalOwner: testkit.Ann, MetricID: someMetric, StartDate: 20260101, EndDate: 20261231,
		Target: value.Some(decimal.NewFromInt(1000)),
	}
}

func goalFacts() insight.GoalFacts {
	metric, _ := insight.StandardMetric(insight.MetricRevenueWon)
	return insight.GoalFacts{
		Stamp: testkit.Noon, BaseCurrency: money.EUR,
		Metric: &insight.GoalMetric{ID: someMetric, GoalMetricFields: metric, Status: insight.GoalMetricStatusActive},
	}
}

func newGoal(t *testing.T) insight.Goal {
	t.Helper()
	f := goalFacts()
	f.Stamp = testkit.Morning
	return testkit.Born(t, insight.NewGoal, insight.CreateGoal{ID: testkit.IDOf[record.GoalID](1), Fields: goalFields()}, f, "goal.created", "open")
}

func TestGoalFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Goal, insight.GoalFlow().Matrix())
	testkit.CompareWithSpec(t, kinds.GoalMetric, insight.GoalMetricFlow().Matrix())
}

func TestGoalTransitions(t *testing.T) {
	t.Parallel()
	g, f := newGoal(t), goalFacts()
	if !g.ConsiderOnlyGoalOwnersRecords.Or(false) {
		t.Error("a goal counts the records of its owner unless it says so")
	}
	edit := insight.EditGoal{Fields: goalFields()}
	testkit.Idles(t, g, insight.Goal.Edit, edit, f)
	edit.Fields.Title = "More desks"
	g = testkit.Does(t, g, insight.Goal.Edit, edit, f, "goal.edited", "open", "open")
	g = testkit.Does(t, g, insight.Goal.Assign, record.Assign{Owner: testkit.Bob}, f, "goal.assigned", "open", "open")
	testkit.Idles(t, g, insight.Goal.Assign, record.Assign{Owner: testkit.Bob}, f)
	testkit.Refuses(t, g, insight.Goal.Reopen, insight.ReopenGoal{}, f, codes.ErrInvalidTransition)
	inactive := f
	inactive.Inactive = []record.Ref{{Kind: kinds.Seller, ID: testkit.Ann}}
	testkit.Refuses(t, g, insight.Goal.Assign, record.Assign{Owner: testkit.Ann}, inactive, codes.ErrInactive)

	for _, end := range []insight.GoalStatus{insight.GoalStatusClosed, insight.GoalStatusDiscarded} {
		var ended insight.Goal
		if end == insight.GoalStatusClosed {
			ended = testkit.Does(t, g, insight.Goal.Close, insight.CloseGoal{}, f, "goal.closed", "open", "closed")
		} else {
			ended = testkit.Does(t, g, insight.Goal.Discard, insight.DiscardGoal{}, f, "goal.discarded", "open", "discarded")
		}
		testkit.Refuses(t, ended, insight.Goal.Edit, edit, f, codes.ErrReadOnly)
		testkit.Refuses(t, ended, insight.Goal.Assign, record.Assign{Owner: testkit.Ann}, f, codes.ErrReadOnly)
		testkit.Refuses(t, ended, insight.Goal.Close, insight.CloseGoal{}, f, codes.ErrInvalidTransition)
		testkit.Refuses(t, ended, insight.Goal.Discard, insight.DiscardGoal{}, f, codes.ErrInvalidTransition)
		testkit.Deletes(t, ended, insight.Goal.Delete, f, "goal.deleted", end.String())
		testkit.Does(t, ended, insight.Goal.Reopen, insight.ReopenGoal{}, f, "goal.reopened", end.String(), "open")
	}
	child := g
	child.ParentGoalID = testkit.IDOf[record.GoalID](7)
	if orphan := child.ForgetParent(testkit.Noon).Record; !orphan.ParentGoalID.IsZero() || orphan.StartDate != g.StartDate {
		t.Errorf("without parent it is %+v", orphan.GoalFields)
	}
}

// Each fault of a goal, alone, with its path.
func TestGoalFaults(t *testing.T) {
	t.Parallel()
	parent := insight.Goal{ID: testkit.IDOf[record.GoalID](2), GoalFields: goalFields()}
	for name, x := range map[string]struct {
		change func(*insight.GoalFields, *insight.GoalFacts)
		want   string
	}{
		"no title":              {func(g *insight.GoalFields, _ *insight.GoalFacts) { g.Title = "" }, "missing_field fields.title"},
		"nobody's":              {func(g *insight.GoalFields, _ *insight.GoalFacts) { g.GoalOwner = uuid.Nil }, "missing_field fields.goal_owner"},
		"no first day":          {func(g *insight.GoalFields, _ *insight.GoalFacts) { g.StartDate = 0 }, "missing_field fields.start_date"},
		"no last day":           {func(g *insight.GoalFields, _ *insight.GoalFacts) { g.EndDate = 0 }, "missing_field fields.end_date"},
		"a period turned round": {func(g *insight.GoalFields, _ *insight.GoalFacts) { g.EndDate = 20251231 }, "invalid fields.end_date"},
		"a fiscal year alone":   {func(g *insight.GoalFields, _ *insight.GoalFacts) { g.FiscalYear = value.Some[int32](2026) }, "invalid fields.fiscal_year"},
		"a fiscal period alone": {func(g *insight.GoalFields, _ *insight.GoalFacts) { g.FiscalPeriod = insight.FiscalAnnual }, "invalid fields.fiscal_period"},
		"a target below 0":      {func(g *insight.GoalFields, _ *insight.GoalFacts) { g.Target = value.Some(decimal.NewFromInt(-1)) }, "out_of_range fields.target"},
		"half a cent":           {func(g *insight.GoalFields, _ *insight.GoalFacts) { g.Target = value.Some(decimal.New(5, -3)) }, "out_of_range fields.target"},
		"a stretch not tracked": {func(g *insight.GoalFields, _ *insight.GoalFacts) { g.StretchTarget = value.Some(decimal.NewFromInt(1)) }, "invalid fields.stretch_target"},
		"an override unsaid": {func(g *insight.GoalFields, _ *insight.GoalFacts) {
			g.OverrideActual = value.Some(decimal.NewFromInt(1))
		}, "invalid fields.is_override"},
		"another metric": {func(g *insight.GoalFields, f *insight.GoalFacts) {
			f.Parent = &parent
			g.MetricID = testkit.IDOf[record.GoalMetricID](9)
		}, "invalid fields.metric_id"},
		"a metric out of use": {func(_ *insight.GoalFields, f *insight.GoalFacts) { f.Metric.Status = insight.GoalMetricStatusInactive }, "inactive fields.metric_id"},
		"its own parent":      {func(g *insight.GoalFields, _ *insight.GoalFacts) { g.ParentGoalID = testkit.IDOf[record.GoalID](1) }, "parent_cycle fields.parent_goal_id"},
		"below itself": {func(g *insight.GoalFields, f *insight.GoalFacts) {
			g.ParentGoalID, f.Ancestors = parent.ID, []record.GoalID{testkit.IDOf[record.GoalID](1)}
		}, "parent_cycle fields.parent_goal_id"},
		"too deep": {func(g *insight.GoalFields, f *insight.GoalFacts) {
			g.ParentGoalID, f.Ancestors = parent.ID, make([]record.GoalID, party.MaxParents)
		}, "out_of_range fields.parent_goal_id"},
		"four weeks by hand": {func(g *insight.GoalFields, _ *insight.GoalFacts) {
			g.IsFiscalPeriodGoal, g.FiscalYear, g.FiscalPeriod, g.StartDate = true, value.Some[int32](2026), insight.FiscalFourWeeks1, 0
		}, "missing_field fields.start_date"},
		"a fiscal period unsaid": {func(g *insight.GoalFields, _ *insight.GoalFacts) {
			g.IsFiscalPeriodGoal, g.FiscalPeriod = true, insight.FiscalAnnual
		}, "missing_field fields.fiscal_year"},
	} {
		fields, f := goalFields(), goalFacts()
		x.change(&fields, &f)
		_, err := insight.NewGoal(insight.CreateGoal{ID: testkit.IDOf[record.GoalID](1), Fields: fields}, f)
		if got := refusals(err); len(got) != 1 || got[0] != x.want {
			t.Errorf("%s: %v, want %s", name, got, x.want)
		}
	}
	g, f := newGoal(t), goalFacts()
	f.HasChildren = true
	other := insight.EditGoal{Fields: goalFields()}
	other.Fields.MetricID = testkit.IDOf[record.GoalMetricID](9)
	testkit.Refuses(t, g, insight.Goal.Edit, other, f, codes.ErrInvalid)
}

// A child without days has those of its parent, and a fiscal goal those of its period.
func TestGoalPeriods(t *testing.T) {
	t.Parallel()
	f, fields := goalFacts(), goalFields()
	f.Parent = &insight.Goal{GoalFields: goalFields()}
	fields.ParentGoalID, fields.StartDate, fields.EndDate = testkit.IDOf[record.GoalID](2), 0, 0
	out, err := insight.NewGoal(insight.CreateGoal{ID: testkit.IDOf[record.GoalID](1), Fields: fields}, f)
	if err != nil || out.Record.StartDate != 20260101 || out.Record.EndDate != 20261231 {
		t.Errorf("a child: %v %+v", err, out.Record.GoalFields)
	}
	year := insight.FiscalYear{Month: 4, Day: 6}
	for period, want := range map[insight.FiscalPeriod][2]value.Date{
		insight.FiscalAnnual:    {20260406, 20270405},
		insight.FiscalQuarter1:  {20260406, 20260705},
		insight.FiscalQuarter4:  {20270106, 20270405},
		insight.FiscalSemester2: {20261006, 20270405},
		insight.FiscalApril:     {20260406, 20260505},
		insight.FiscalMarch:     {20270306, 20270405},
		insight.FiscalDecember:  {20261206, 20270105},
	} {
		from, to, ok := year.Period(2026, period)
		if !ok || from != want[0] || to != want[1] {
			t.Errorf("%s: %s to %s, want %v", period, from, to, want)
		}
	}
	if from, to, ok := (insight.FiscalYear{}).Period(2026, insight.FiscalFebruary); !ok || from != 20260201 || to != 20260228 {
		t.Errorf("February of a year that begins in January: %s to %s", from, to)
	}
	if from, _, _ := (insight.FiscalYear{Month: 2, Day: 31}).Period(2026, insight.FiscalAnnual); from != 20260228 {
		t.Errorf("a year that begins at the end of February begins on %s", from)
	}
	if _, _, ok := year.Period(2026, insight.FiscalFourWeeks3); ok {
		t.Error("periods of four weeks are the host's")
	}
}

func TestGoalMetricTransitions(t *testing.T) {
	t.Parallel()
	fields, _ := insight.StandardMetric(insight.MetricCash)
	f := insight.GoalMetricFacts{Stamp: testkit.Morning, BaseCurrency: money.EUR}
	m := testkit.Born(t, insight.NewGoalMetric, insight.CreateGoalMetric{ID: someMetric, Fields: fields}, f, "goal_metric.created", "active")
	f.Stamp = testkit.Noon
	edit := insight.EditGoalMetric{Fields: fields}
	testkit.Idles(t, m, insight.GoalMetric.Edit, edit, f)
	edit.Fields.Name = "Money"
	m = testkit.Does(t, m, insight.GoalMetric.Edit, edit, f, "goal_metric.edited", "active", "active")
	used := f
	used.InUse = []record.Ref{testkit.RefTo(kinds.Goal, 1)}
	counting, _ := insight.StandardMetric(insight.MetricActivities)
	testkit.Refuses(t, m, insight.GoalMetric.Edit, insight.EditGoalMetric{Fields: counting}, used, codes.ErrInUse)
	testkit.Refuses(t, m, insight.GoalMetric.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
	m = testkit.Does(t, m, insight.GoalMetric.Deactivate, party.Deactivate{}, f, "goal_metric.deactivated", "active", "inactive")
	testkit.Refuses(t, m, insight.GoalMetric.Edit, edit, f, codes.ErrInactive)
	testkit.Refuses(t, m, insight.GoalMetric.Deactivate, party.Deactivate{}, f, codes.ErrInvalidTransition)
	m = testkit.Does(t, m, insight.GoalMetric.Activate, party.Activate{}, f, "goal_metric.activated", "inactive", "active")
	testkit.Deletes(t, m, insight.GoalMetric.Delete, f, "goal_metric.deleted", "active")

	bad := insight.GoalMetricFields{Name: "Bad", IsAmount: true, RollupFields: []insight.RollupField{
		{GoalAttribute: insight.GoalAttributeActual, SourceKind: kinds.Quote, DateField: "closed_on"},
		{GoalAttribute: insight.GoalAttributeActual, SourceKind: kinds.Quote, DateField: "closed_on", SourceField: "total_amount"},
	}}
	_, err := insight.NewGoalMetric(insight.CreateGoalMetric{ID: someMetric, Fields: bad}, f)
	if got := refusals(err); len(got) != 2 || got[0] != "missing_field fields.rollup_fields[0].source_field" || got[1] != "invalid fields.rollup_fields[1].goal_attribute" {
		t.Errorf("got %v", got)
	}
	if _, ok := insight.StandardMetric("magic"); ok {
		t.Error("there is a standard metric of any name")
	}
}

func TestForecastAdjustment(t *testing.T) {
	t.Parallel()
	f := insight.ForecastAdjustmentFacts{Stamp: testkit.Morning, BaseCurrency: money.EUR, Managers: []uuid.UUID{testkit.Bob}}
	f.By = record.User(testkit.Ann)
	fields := insight.ForecastAdjustmentFields{
		RowOwner: testkit.Ann, Column: leadtocash.ForecastCategoryCommitted, PeriodFrom: 20260101, PeriodBefore: 20260401,
		Value: value.Some(money.EUR.MustAmount("900")), Note: "as good as signed",
	}
	cmd := insight.CreateForecastAdjustment{ID: testkit.IDOf[record.ForecastAdjustmentID](1), Fields: fields}
	testkit.Born(t, insight.NewForecastAdjustment, cmd, f, "forecast_adjustment.created", "")
	for name, x := range map[string]struct {
		change func(*insight.ForecastAdjustmentFields, *insight.ForecastAdjustmentFacts)
		want   string
	}{
		"a manager": {func(_ *insight.ForecastAdjustmentFields, f *insight.ForecastAdjustmentFacts) {
			f.By = record.User(testkit.Bob)
		}, ""},
		"a reset": {func(a *insight.ForecastAdjustmentFields, _ *insight.ForecastAdjustmentFacts) {
			a.Value = value.None[money.Amount]()
		}, ""},
		"somebody else": {func(_ *insight.ForecastAdjustmentFields, f *insight.ForecastAdjustmentFacts) {
			f.By = record.User(uuid.UUID{15: 99})
		}, "denied fields.row_owner"},
		"nobody": {func(_ *insight.ForecastAdjustmentFields, f *insight.ForecastAdjustmentFacts) { f.By = record.Actor{} }, "denied fields.row_owner"},
		"above oneself": {func(a *insight.ForecastAdjustmentFields, f *insight.ForecastAdjustmentFacts) {
			a.RowOwner, f.Managers = testkit.Bob, nil
		}, "denied fields.row_owner"},
		"a fact": {func(a *insight.ForecastAdjustmentFields, _ *insight.ForecastAdjustmentFacts) {
			a.Column = leadtocash.ForecastCategoryWon
		}, "invalid fields.column"},
		"no note": {func(a *insight.ForecastAdjustmentFields, _ *insight.ForecastAdjustmentFacts) { a.Note = "" }, "missing_field fields.note"},
		"a period turned round": {func(a *insight.ForecastAdjustmentFields, _ *insight.ForecastAdjustmentFacts) {
			a.PeriodBefore = 20251231
		}, "invalid fields.period_before"},
	} {
		fields, f := fields, f
		x.change(&fields, &f)
		_, err := insight.NewForecastAdjustment(insight.CreateForecastAdjustment{ID: cmd.ID, Fields: fields}, f)
		got := refusals(err)
		if x.want == "" && err != nil || x.want != "" && (len(got) != 1 || got[0] != x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
}

func TestRecordsOfInsightJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[insight.Goal](t)
	testkit.Survives[insight.GoalMetric](t)
	testkit.Survives[insight.ForecastAdjustment](t)
}
