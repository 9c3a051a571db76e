package insight_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

var noon = time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)

func euros() insight.Params { return insight.Params{AsOf: noon, Base: money.EUR} }

func drawDay(t *rapid.T, label string) value.Date {
	if rapid.IntRange(0, 9).Draw(t, label+" is set") == 0 {
		return 0
	}
	d, _ := value.NewDate(2026, time.January, 1)
	return d.AddDays(rapid.IntRange(0, 364).Draw(t, label))
}

func drawDeal(t *rapid.T, n int) insight.Deal {
	amount := func(label string) value.Opt[money.Amount] {
		if rapid.IntRange(0, 5).Draw(t, label+" is set") == 0 {
			return value.None[money.Amount]()
		}
		return value.Some(money.EUR.Units(rapid.Int64Range(0, 1_000_000).Draw(t, label)))
	}
	d := insight.Deal{
		ID: fmt.Sprintf("o%03d", n), Owner: rapid.SampledFrom([]string{"ann", "bob", "cem"}).Draw(t, "owner"),
		Stage: rapid.SampledFrom([]string{"", "develop", "propose"}).Draw(t, "stage"),
		Status: rapid.SampledFrom([]leadtocash.OpportunityStatus{
			leadtocash.OpportunityStatusInProgress, leadtocash.OpportunityStatusOnHold, leadtocash.OpportunityStatusWon, leadtocash.OpportunityStatusOutSold,
		}).Draw(t, "status"),
		Born: drawDay(t, "born"), EstimatedCloseDate: drawDay(t, "estimated close"), ActualCloseDate: drawDay(t, "actual close"),
		EstimatedValue: amount("estimated"), ActualValue: amount("actual"),
	}
	d.Currency = rapid.SampledFrom([]money.Currency{money.EUR, money.USD}).Draw(t, "currency")
	d.Rate = decimal.RequireFromString("1.0837")
	return d
}

func drawParams(t *rapid.T) insight.Params {
	p := euros()
	p.Convert = rapid.SampledFrom([]insight.Convert{insight.ConvertNone, insight.ConvertOwn, insight.ConvertTable}).Draw(t, "convert")
	p.Rates = map[money.Currency]decimal.Decimal{money.USD: decimal.RequireFromString("1.07")}
	p.By = rapid.SampledFrom([][]insight.Dimension{nil, {insight.ByOwner}, {insight.ByStage, insight.ByMonth}}).Draw(t, "by")
	p.From, p.Before = drawDay(t, "from"), drawDay(t, "before")
	if !p.From.IsZero() && !p.From.Before(p.Before) {
		p.Before = 0
	}
	return p
}

// Opening, parts and rounding come to the closing, for the figure and for each row;
// what moved between rows cancels; rounding is there only with rates of the report.
func TestWaterfallBalances(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawParams(t)
		var opening, closing []insight.Deal
		for n := range rapid.IntRange(0, 12).Draw(t, "deals") {
			was, is := drawDeal(t, n), drawDeal(t, n)
			there := rapid.IntRange(0, 3).Draw(t, "there")
			if there != 0 {
				opening = append(opening, was)
			}
			if there != 1 {
				closing = append(closing, is)
			}
		}
		r, err := insight.Waterfall(slices.Values(opening), slices.Values(closing), insight.WaterfallParams{Params: p})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Figures {
			if p.Convert != insight.ConvertTable && !f.Rounding.Decimal().IsZero() {
				t.Fatalf("%s: rounding %s without rates", f.Currency, f.Rounding)
			}
			balance(t, f.Opening, f.Closing, f.Rounding, f.Parts)
			moved := decimal.Zero
			for _, row := range f.Rows {
				balance(t, row.Opening, row.Closing, row.Rounding, row.Parts, row.MovedIn, row.MovedOut)
				moved = moved.Add(row.MovedIn.Decimal()).Add(row.MovedOut.Decimal())
			}
			if p.Convert != insight.ConvertTable && !moved.IsZero() {
				t.Fatalf("%s: %s moved from nowhere", f.Currency, moved)
			}
		}
	})
}

func balance(t *rapid.T, opening, closing, rounding insight.Number, p insight.WaterfallParts, moved ...insight.Number) {
	sum := opening.Decimal().Add(rounding.Decimal())
	for _, part := range []insight.WaterfallPart{
		p.Created, p.Reopened, p.PulledIn, p.Increased, p.Decreased, p.PushedOut, p.Won, p.Lost, p.Removed,
	} {
		sum = sum.Add(part.Value.Decimal())
	}
	for _, n := range moved {
		sum = sum.Add(n.Decimal())
	}
	if !sum.Equal(closing.Decimal()) {
		t.Fatalf("opening %s and parts come to %s, not to closing %s", opening, sum, closing)
	}
}

// What is behind a figure adds up to it, and rows never change the total.
func TestBehindAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawParams(t)
		if p.Convert == insight.ConvertTable {
			p.Convert = insight.ConvertOwn // amounts behind are in the record's currency then
		}
		var deals []insight.Deal
		for n := range rapid.IntRange(0, 12).Draw(t, "deals") {
			deals = append(deals, drawDeal(t, n))
		}
		sums := map[money.Currency]decimal.Decimal{}
		p.Behind = func(c insight.Contribution) {
			if c.In != c.Currency {
				t.Fatalf("%s behind a figure of %s", c.In, c.Currency)
			}
			sums[c.Currency] = sums[c.Currency].Add(c.Amount)
		}
		r, err := insight.Pipeline(slices.Values(deals), insight.PipelineParams{Params: p})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Figures {
			if !f.Total.Value.Decimal().Equal(sums[f.Currency]) {
				t.Fatalf("%s: total %s, behind it %s", f.Currency, f.Total.Value, sums[f.Currency])
			}
			rows, count := decimal.Zero, int64(0)
			for _, row := range f.Rows {
				rows, count = rows.Add(row.Value.Decimal()), count+row.Count
			}
			if !rows.Equal(f.Total.Value.Decimal()) || count != f.Total.Count {
				t.Fatalf("%s: rows have %d and %s, total %d and %s", f.Currency, count, rows, f.Total.Count, f.Total.Value)
			}
		}
	})
}

// Own rows come to the top without adjustments; one changes its row and those above.
func TestForecastAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := insight.ForecastParams{Params: euros()}
		p.Managers = map[string]string{"ann": "eve", "bob": "eve", "cem": "dora", "eve": "dora"}
		var deals []insight.Deal
		for n := range rapid.IntRange(0, 12).Draw(t, "deals") {
			d := drawDeal(t, n)
			d.Currency = money.EUR
			deals = append(deals, d)
		}
		plain, err := insight.Forecast(slices.Values(deals), p)
		if err != nil {
			t.Fatal(err)
		}
		own := decimal.Zero
		for _, row := range plain.Figures[0].Rows {
			own = own.Add(row.Own.Pipeline.Decimal())
		}
		if !own.Equal(plain.Figures[0].Top.Pipeline.Decimal()) {
			t.Fatalf("own rows come to %s, top is %s", own, plain.Figures[0].Top.Pipeline)
		}
		p.Adjustments = []insight.Adjustment{{
			Owner: "eve", Column: leadtocash.ForecastCategoryPipeline, Value: value.Some(money.EUR.MustAmount("5")), By: "dora", At: noon,
		}}
		adjusted, err := insight.Forecast(slices.Values(deals), p)
		if err != nil {
			t.Fatal(err)
		}
		for n, row := range adjusted.Figures[0].Rows {
			was := plain.Figures[0].Rows[n]
			if touched := row.Owner == "eve" || row.Owner == "dora"; !touched && !row.Effective.Pipeline.Equal(was.Effective.Pipeline) {
				t.Fatalf("the row of %s changed", row.Owner)
			}
			if !row.Computed.Pipeline.Equal(was.Computed.Pipeline) || !row.Own.Pipeline.Equal(was.Own.Pipeline) {
				t.Fatalf("what was computed for %s changed", row.Owner)
			}
		}
		p.Adjustments = append(p.Adjustments, insight.Adjustment{
			ID: "later", Owner: "eve", Column: leadtocash.ForecastCategoryPipeline, By: "eve", At: noon,
		})
		reset, err := insight.Forecast(slices.Values(deals), p)
		if err != nil {
			t.Fatal(err)
		}
		if !reset.Figures[0].Top.Pipeline.Equal(plain.Figures[0].Top.Pipeline) {
			t.Fatal("a reset does not restore")
		}
	})
}

// Every fault of the parameters is named, by code and path.
func TestParamsAreRefused(t *testing.T) {
	t.Parallel()
	p := insight.Params{
		From: 20260201, Before: 20260201, By: []insight.Dimension{"colour", insight.ByOwner, insight.ByOwner, "custom."},
		Convert: 9, Rates: map[money.Currency]decimal.Decimal{money.USD: {}},
	}
	_, err := insight.Pipeline(slices.Values([]insight.Deal(nil)), insight.PipelineParams{Params: p, StageProbability: map[string]int32{"develop": 101}})
	want := []string{
		"missing_field base_currency", "invalid before", "out_of_range by", "invalid by[0]", "invalid by[2]", "invalid by[3]", "invalid convert",
		"out_of_range rates.USD", "out_of_range stage_probability.develop",
	}
	if got := refusals(err); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	p = euros()
	p.By = []insight.Dimension{insight.ByOwner}
	if _, err := insight.Velocity(slices.Values([]insight.Deal(nil)), p); !slices.Equal(refusals(err), []string{"invalid by[0]"}) {
		t.Errorf("a measure without dimensions: %v", err)
	}
	if _, err := insight.DSO(nil, nil, euros()); !slices.Equal(refusals(err), []string{"missing_field from", "missing_field before"}) {
		t.Errorf("DSO of no period: %v", err)
	}
}

func refusals(err error) (list []string) {
	for _, r := range record.ReasonsOf(err) {
		list = append(list, string(r.Code)+" "+r.Field)
	}
	return list
}

// Circles, strangers and facts are refused.
func TestForecastIsRefused(t *testing.T) {
	t.Parallel()
	none := slices.Values([]insight.Deal(nil))
	p := insight.ForecastParams{Params: euros()}
	p.Managers = map[string]string{"ann": "bob", "bob": "ann", "cem": "dora"}
	if _, err := insight.Forecast(none, p); !errors.Is(err, codes.ErrParentCycle) {
		t.Errorf("managers in a circle: %v", err)
	}
	p.Managers = map[string]string{"ann": "eve"}
	p.Adjustments = []insight.Adjustment{{Owner: "ann", Column: leadtocash.ForecastCategoryWon, By: "bob", At: noon}}
	if _, err := insight.Forecast(none, p); !slices.Equal(refusals(err), []string{"invalid adjustments[0].column", "denied adjustments[0].by"}) {
		t.Errorf("won adjusted by a stranger: %v", err)
	}
}

// Goals that cannot be rolled up are refused, and what is odd is noticed.
func TestGoalsAreRefusedOrNoticed(t *testing.T) {
	t.Parallel()
	none := func(insight.Metric) iter.Seq[insight.Achievement] { return slices.Values([]insight.Achievement(nil)) }
	_, err := insight.Goals([]insight.Objective{
		{ID: "a", Parent: "b"},
		{ID: "b", Parent: "a"},
		{ID: "c", Parent: "nobody"},
		{ID: "d", Target: decimal.NewFromInt(-1)},
		{ID: "e", From: 20260201, To: 20260101},
	}, none, euros())
	if got, want := refusals(err), []string{"out_of_range goals[3].target", "missing_field goals[3].from", "invalid goals[4].to", "not_found goals[2].parent"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	_, err = insight.Goals([]insight.Objective{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}}, none, euros())
	if !errors.Is(err, codes.ErrParentCycle) {
		t.Errorf("goals in a circle: %v", err)
	}
	r, err := insight.Goals([]insight.Objective{
		{ID: "a", From: 20260101, To: 20261231, AllRecords: true}, {ID: "b", Parent: "a", From: 20260101, To: 20260331},
	}, none, euros())
	if err != nil {
		t.Fatal(err)
	}
	rows := r.Figures[0].Rows
	if !slices.Equal(rows[0].Notices, []string{insight.NoticeDoubleCount}) || !slices.Equal(rows[1].Notices, []string{insight.NoticePeriodIgnored}) {
		t.Errorf("notices %v and %v", rows[0].Notices, rows[1].Notices)
	}
	if !rows[0].Percentage.IsZero() {
		t.Errorf("percentage of a target of 0: %v", rows[0].Percentage)
	}
}

// At most 20 ids are named, and how many there are.
func TestManyRecordsWithoutRate(t *testing.T) {
	t.Parallel()
	var deals []insight.Deal
	for n := range 25 {
		deals = append(deals, insight.Deal{
			ID: fmt.Sprintf("o%02d", n), Status: leadtocash.OpportunityStatusInProgress, Valued: insight.Valued{Currency: money.USD},
		})
	}
	p := euros()
	p.Convert = insight.ConvertOwn
	_, err := insight.Pipeline(slices.Values(deals), insight.PipelineParams{Params: p})
	if !errors.Is(err, codes.ErrCurrencyMismatch) {
		t.Fatal(err)
	}
	params := record.ReasonsOf(err)[0].Params
	if ids := params["ids"].([]string); len(ids) != 20 || ids[0] != "o00" || params["count"] != 25 {
		t.Errorf("params %v", params)
	}
}

// A sum beyond what an amount can hold is still exact.
func TestSumsBeyondAmounts(t *testing.T) {
	t.Parallel()
	var deals []insight.Deal
	for n := range 2000 {
		deals = append(deals, insight.Deal{
			ID: fmt.Sprint(n), Status: leadtocash.OpportunityStatusInProgress, EstimatedValue: value.Some(money.EUR.MustAmount("999999999999.99")),
		})
	}
	r, err := insight.Pipeline(slices.Values(deals), insight.PipelineParams{Params: euros()})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Figures[0].Total.Value.String(); got != "1999999999999980.00" {
		t.Errorf("total %s", got)
	}
}

func TestNumberText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0.00", "-0.05", "12", "-1234567890123456789012345.1200"} {
		var n insight.Number
		if err := n.UnmarshalText([]byte(text)); err != nil || n.String() != text {
			t.Errorf("%s comes back as %s: %v", text, n, err)
		}
	}
	for _, text := range []string{"", "1e5", "x", "1e-9999999"} {
		var n insight.Number
		if err := n.UnmarshalText([]byte(text)); !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Customers are late by the mean of a year, never early.
func TestDaysLate(t *testing.T) {
	t.Parallel()
	late := insight.DaysLate(slices.Values([]insight.PaidInvoice{
		{"slow", 20260101, 20260111},
		{"slow", 20260101, 20260112},
		{"slow", 20240101, 20240301},
		{"slow", 20260601, 20260801},
		{"early", 20260131, 20260101},
	}), 20260630)
	if late["slow"] != 11 || late["early"] != 0 || len(late) != 2 {
		t.Errorf("late: %v, want slow by 10.5, rounded to 11, and early by 0", late)
	}
}

// Kept and broken promises of the period, by count and amount.
func TestPromises(t *testing.T) {
	t.Parallel()
	p := euros()
	p.From, p.Before = 20260401, 20260701
	r, err := insight.Promises(slices.Values([]insight.PromiseOutcome{
		{ID: "a", PayOn: 20260401, Amount: money.EUR.MustAmount("30"), Kept: true},
		{ID: "b", PayOn: 20260630, Amount: money.EUR.MustAmount("10")},
		{ID: "c", PayOn: 20260701, Amount: money.EUR.MustAmount("99")},
	}), p)
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Figures[0]; f.Kept != 1 || f.Broken != 1 || f.Rate.String() != "0.5000" || f.AmountRate.String() != "0.7500" || f.BrokenAmount.String() != "10.00" {
		t.Errorf("promises: %+v", f)
	}
}

// Counts never rise along the steps of a funnel, and a step that is skipped counts.
func TestFunnelNeverRises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var leads []insight.FunnelLead
		var deals []insight.Deal
		var documents [3][]insight.FunnelDocument
		for n := range rapid.IntRange(0, 6).Draw(t, "leads") {
			leads = append(leads, insight.FunnelLead{ID: fmt.Sprint("l", n), Born: drawDay(t, "born")})
			d := drawDeal(t, n)
			d.Lead = fmt.Sprint("l", rapid.IntRange(0, 6).Draw(t, "lead"))
			d.Currency = money.EUR
			deals = append(deals, d)
			for k := range documents {
				documents[k] = append(documents[k], insight.FunnelDocument{ID: fmt.Sprint(k, n), Deal: d.ID, On: drawDay(t, "on"), SettledOn: drawDay(t, "settled")})
			}
		}
		p := insight.FunnelParams{Params: euros()}
		if rapid.Bool().Draw(t, "limited") {
			p.WithinDays = value.Some(rapid.IntRange(0, 100).Draw(t, "within"))
		}
		r, err := insight.Funnel(insight.FunnelRecords{
			Leads: slices.Values(leads), Deals: slices.Values(deals),
			Quotes: slices.Values(documents[0]), Orders: slices.Values(documents[1]), Invoices: slices.Values(documents[2]),
		}, p)
		if err != nil {
			t.Fatal(err)
		}
		rows := r.Figures[0].Rows
		for n := 1; n < len(rows); n++ {
			if rows[n].Count > rows[n-1].Count {
				t.Fatalf("%d reach %s, but %d reach %s", rows[n-1].Count, rows[n-1].Stage, rows[n].Count, rows[n].Stage)
			}
		}
	})
}
