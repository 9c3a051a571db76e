package journeytest

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// insightInvariants are what must hold of figures, by number: they are looked at now and
// then on a journey, and at its end for all the times that they were looked at.
var insightInvariants = []struct {
	number int
	text   string
	check  func(*figures) error
}{
	{8, "a figure of somebody who sees a part is that of what a list shows him", in8},
	{10, "a waterfall balances to zero, and goes from one pipeline to the other", in10},
	{11, "without adjustments the deals of all owners are what the top comes to", in11},
	{12, "won, lost and open are all of a cohort; a funnel narrows; rates lie in 0 to 1", in12},
	{13, "ages add up to what is owed, which is the sum of open balances", in13},
	{14, "what is to come in, overdue and disputed is all that is owed", in14},
	{15, "a goal of children alone is the sum of theirs", in15},
	{16, "what is behind a figure adds up to it, whatever the pages", in16},
	{17, "a report of the past says what was said then", in17},
	{18, "figures in base currency are sums of base twins, or are refused by the records without rate", in18},
}

// insightSteps is how many deeds a journey has on which figures are looked at.
const insightSteps = 40

// testInsight goes journeys on which time never goes back, and looks at figures.
func testInsight(t *testing.T, open opener) {
	broken := map[int]error{}
	store := watch(open(t))
	rapid.Check(t, func(t *rapid.T) {
		settings := drawSettings(t, false)
		options := append(ownFields(), engine.WithSettings(settings), engine.WithStatusReasons(statusReasons...))
		w := newWorld(t, store, options...)
		j := &journey{T: t, ctx: context.Background(), world: w, options: options, settings: settings, book: emptyBook}
		quiet := func(*scene) error { return nil }
		j.begin(quiet)
		f := &figures{journey: j}
		for n := range insightSteps {
			w.pass(pick(j, "time passes", time.Minute, time.Hour, 24*time.Hour, 40*24*time.Hour))
			d, r := j.deed()
			j.step(d.draw(j, r), quiet)
			if n%13 == 12 {
				f.look()
			}
		}
		f.look()
		for _, i := range insightInvariants {
			if err := i.check(f); err != nil && broken[i.number] == nil {
				broken[i.number] = fmt.Errorf("IN-%d is broken (%s): %w", i.number, i.text, err)
			}
		}
	})
	for _, i := range insightInvariants {
		t.Run(fmt.Sprintf("IN-%d", i.number), func(t *testing.T) {
			if err := broken[i.number]; err != nil {
				t.Error(err)
			}
		})
	}
}

// figures are what was looked at on a journey.
type figures struct {
	*journey
	looks []look
}

// look is what was seen at a time: of each report its JSON, or why there was none.
type look struct {
	at      time.Time
	book    *book
	reports map[string]string
	deals   map[money.Currency]string // the pipeline
}

// look takes down all reports. It is a while after the last deed, so that no record is
// of a later time.
func (f *figures) look() {
	f.world.pass(time.Second)
	l := look{at: f.world.clock(), book: f.book, reports: map[string]string{}, deals: map[money.Currency]string{}}
	for name, ask := range reports {
		l.reports[name] = shown(ask(f, time.Time{}))
	}
	r, err := f.insight().Pipeline(f.ctx, engine.OpportunityQuery{}, insight.PipelineParams{})
	if err != nil {
		f.Fatalf("pipeline: %v", err)
	}
	for _, figure := range r.Figures {
		l.deals[figure.Currency] = figure.Total.Value.String()
	}
	f.looks = append(f.looks, l)
	f.world.pass(time.Second)
}

func (f *figures) insight() engine.Insight { return f.world.client.Insight() }

// last is what was looked at last: the book is as it was.
func (f *figures) last() look { return f.looks[len(f.looks)-1] }

// shown is the JSON of a report but for its position in the feed, or its refusal.
func shown(report any, err error) string {
	if err != nil {
		return string(record.CodeOf(err)) + fmt.Sprint(record.ReasonsOf(err))
	}
	body, err := json.Marshal(report)
	var m map[string]json.RawMessage
	if err == nil {
		err = json.Unmarshal(body, &m)
	}
	if err != nil {
		return err.Error()
	}
	delete(m, "position")
	body, err = json.Marshal(m)
	return fmt.Sprint(string(body), err)
}

var byStage = []insight.Dimension{insight.ByStage, insight.ByOwner, insight.ByMonth}

// reports are all measures, as of a time.
var reports = map[string]func(*figures, time.Time) (any, error){
	"pipeline": func(f *figures, at time.Time) (any, error) {
		return f.insight().Pipeline(f.ctx, engine.OpportunityQuery{}, insight.PipelineParams{Params: insight.Params{AsOf: at, By: byStage}})
	},
	"pipeline of ann, converted": func(f *figures, at time.Time) (any, error) {
		return f.insight().Pipeline(f.ctx, engine.OpportunityQuery{List: engine.List{Owner: ann.ID}}, insight.PipelineParams{Params: insight.Params{AsOf: at, Convert: insight.ConvertOwn}})
	},
	"win rate": func(f *figures, at time.Time) (any, error) {
		return f.insight().WinRate(f.ctx, engine.OpportunityQuery{}, insight.WinRateParams{Params: insight.Params{AsOf: at, By: []insight.Dimension{insight.ByManager, insight.ByTerritory}}})
	},
	"forecast": func(f *figures, at time.Time) (any, error) {
		return f.insight().Forecast(f.ctx, engine.OpportunityQuery{}, insight.ForecastParams{Params: insight.Params{AsOf: at, From: 2026_01_01, Before: 2027_01_01}})
	},
	"funnel": func(f *figures, at time.Time) (any, error) {
		return f.insight().Funnel(f.ctx, engine.LeadQuery{}, insight.FunnelParams{Params: insight.Params{AsOf: at}})
	},
	"sales cycle": func(f *figures, at time.Time) (any, error) {
		return f.insight().SalesCycle(f.ctx, engine.OpportunityQuery{}, insight.Params{AsOf: at})
	},
	"velocity": func(f *figures, at time.Time) (any, error) {
		return f.insight().Velocity(f.ctx, engine.OpportunityQuery{}, insight.Params{AsOf: at})
	},
	"quotes": func(f *figures, at time.Time) (any, error) {
		return f.insight().Quotes(f.ctx, engine.QuoteQuery{}, insight.Params{AsOf: at})
	},
	"sales": func(f *figures, at time.Time) (any, error) {
		return f.insight().Sales(f.ctx, engine.BilledQuery{}, insight.Params{AsOf: at, By: []insight.Dimension{insight.ByProduct, insight.BySeller}})
	},
	"sales by orders": func(f *figures, at time.Time) (any, error) {
		return f.insight().OrderedSales(f.ctx, engine.OrderQuery{}, insight.Params{AsOf: at, By: []insight.Dimension{insight.ByCustomer}})
	},
	"ageing": func(f *figures, at time.Time) (any, error) {
		return f.insight().Ageing(f.ctx, engine.InvoiceQuery{}, insight.AgeingParams{Params: insight.Params{AsOf: at}})
	},
	"dso": func(f *figures, at time.Time) (any, error) {
		return f.insight().DSO(f.ctx, engine.BilledQuery{}, insight.Params{AsOf: at, From: 2026_03_01, Before: 2026_05_01})
	},
	"promises": func(f *figures, at time.Time) (any, error) {
		return f.insight().Promises(f.ctx, engine.InvoiceQuery{}, insight.Params{AsOf: at})
	},
	"cash forecast": func(f *figures, at time.Time) (any, error) {
		return f.insight().CashForecast(f.ctx, engine.InvoiceQuery{}, insight.CashForecastParams{Params: insight.Params{AsOf: at}})
	},
	"time in sales stage": func(f *figures, at time.Time) (any, error) {
		return f.insight().TimeInSalesStage(f.ctx, engine.OpportunityQuery{}, insight.Params{AsOf: at})
	},
	"goals": func(f *figures, at time.Time) (any, error) {
		return f.insight().Goals(f.ctx, engine.GoalQuery{}, insight.Params{AsOf: at})
	},
}

func in17(f *figures) error {
	for _, l := range f.looks {
		for name, ask := range reports {
			if got := shown(ask(f, l.at)); got != l.reports[name] {
				return fmt.Errorf("%s as of %s is\n%s, was\n%s", name, l.at, got, l.reports[name])
			}
		}
	}
	return nil
}

func in10(f *figures) error {
	for n, opening := range f.looks {
		for _, closing := range f.looks[n:] {
			r, err := f.insight().Waterfall(f.ctx, engine.OpportunityQuery{}, engine.WaterfallParams{
				Since: opening.at, WaterfallParams: insight.WaterfallParams{Params: insight.Params{AsOf: closing.at, By: byStage}},
			})
			if err != nil {
				return err
			}
			for _, w := range r.Figures {
				zero := w.Currency.Zero().String()
				if err := first(
					balances("waterfall", w.Opening, w.Closing, w.Parts, w.Rounding),
					unless(orZero(opening.deals[w.Currency], zero) == w.Opening.String(), "it opens with %s %s, the pipeline was %s", w.Opening, w.Currency, opening.deals[w.Currency]),
					unless(orZero(closing.deals[w.Currency], zero) == w.Closing.String(), "it closes with %s %s, the pipeline was %s", w.Closing, w.Currency, closing.deals[w.Currency]),
				); err != nil {
					return err
				}
				var moved decimal.Decimal
				for _, row := range w.Rows {
					if err := balances(fmt.Sprint(row.Key), row.Opening, row.Closing, row.Parts, row.Rounding, row.MovedIn, row.MovedOut); err != nil {
						return err
					}
					moved = moved.Add(row.MovedIn.Decimal()).Add(row.MovedOut.Decimal())
				}
				if !moved.IsZero() {
					return fmt.Errorf("what moved among rows leaves %s", moved)
				}
			}
		}
	}
	return nil
}

func orZero(text, zero string) string {
	if text == "" {
		return zero
	}
	return text
}

func balances(what string, opening, closing insight.Number, parts insight.WaterfallParts, more ...insight.Number) error {
	sum := opening.Decimal()
	v := reflect.ValueOf(parts)
	for n := range v.NumField() {
		sum = sum.Add(v.Field(n).Interface().(insight.WaterfallPart).Value.Decimal())
	}
	for _, m := range more {
		sum = sum.Add(m.Decimal())
	}
	return unless(sum.Equal(closing.Decimal()), "%s: opening and parts come to %s, closing is %s", what, sum, closing)
}

func in8(f *figures) error {
	own := f.world.open(f.T, append(slices.Clone(f.options), engine.WithAuthorizer(ownRecords{}))...)
	var open, count int64
	for o, err := range own.Opportunities().All(f.ctx, engine.OpportunityQuery{}) {
		if err != nil {
			return err
		}
		if o.Status.State() == leadtocash.OpportunityOpen {
			open++
		}
	}
	r, err := own.Insight().Pipeline(f.ctx, engine.OpportunityQuery{}, insight.PipelineParams{})
	if err != nil {
		return err
	}
	for _, figure := range r.Figures {
		count += figure.Total.Count
	}
	return unless(count == open && r.Scoped, "%d open deals in the pipeline, %d in the list, scoped %t", count, open, r.Scoped)
}

// ownRecords lets people see what is theirs.
type ownRecords struct{ engine.AllowAll }

func (ownRecords) Scope(_ context.Context, a record.Actor, _ kinds.Kind) ([]storage.Cond, error) {
	return []storage.Cond{{Field: storage.FieldOwner, Op: storage.OpEq, Values: []any{a.ID}}}, nil
}

func in11(f *figures) error {
	r, err := f.insight().Forecast(f.ctx, engine.OpportunityQuery{}, insight.ForecastParams{Adjustments: []insight.Adjustment{}})
	if err != nil {
		return err
	}
	for _, figure := range r.Figures {
		columns := reflect.ValueOf(figure.Top)
		for n := range columns.NumField() {
			var sum decimal.Decimal
			for _, row := range figure.Rows {
				sum = sum.Add(reflect.ValueOf(row.Own).Field(n).Interface().(insight.Number).Decimal())
			}
			if top := columns.Field(n).Interface().(insight.Number); !top.Decimal().Equal(sum) {
				return fmt.Errorf("%s: owners have %s, the top %s", columns.Type().Field(n).Name, sum, top)
			}
		}
	}
	return nil
}

func in12(f *figures) error {
	r, err := f.insight().WinRate(f.ctx, engine.OpportunityQuery{}, insight.WinRateParams{Basis: insight.WinBasisCohort})
	if err != nil {
		return err
	}
	var counted int64
	for _, figure := range r.Figures {
		t := figure.Total
		counted += t.Won + t.Lost + t.Open
		for _, rate := range []value.Opt[insight.Number]{t.Rate, t.ValueRate, t.Yield} {
			if n, ok := rate.Get(); ok && (n.Decimal().IsNegative() || n.Decimal().GreaterThan(decimal.NewFromInt(1))) {
				return fmt.Errorf("a rate of %s", n)
			}
		}
	}
	if deals := len(all[leadtocash.Opportunity](f.book)); counted != int64(deals) {
		return fmt.Errorf("%d deals are counted, there are %d", counted, deals)
	}
	funnel, err := f.insight().Funnel(f.ctx, engine.LeadQuery{}, insight.FunnelParams{})
	if err != nil {
		return err
	}
	for _, figure := range funnel.Figures {
		for n, row := range figure.Rows[1:] {
			if row.Count > figure.Rows[n].Count {
				return fmt.Errorf("%d leads reach %s, %d the step before", row.Count, row.Stage, figure.Rows[n].Count)
			}
		}
	}
	return nil
}

// owed is what the book says that customers owe, by currency.
func (f *figures) owed() map[money.Currency]decimal.Decimal {
	owed := map[money.Currency]decimal.Decimal{}
	for _, i := range all[leadtocash.Invoice](f.book) {
		if open := i.OpenBalance(); !i.IssueDate.IsZero() && open.Sign() > 0 {
			owed[i.Currency] = owed[i.Currency].Add(open.Decimal())
		}
	}
	return owed
}

func in13(f *figures) error {
	// An invoice, or what settles it, may be of a day ahead.
	r, err := f.insight().Ageing(f.ctx, engine.InvoiceQuery{}, insight.AgeingParams{On: 9999_01_01})
	if err != nil {
		return err
	}
	owed := f.owed()
	for _, figure := range r.Figures {
		t := figure.Total
		sum := t.Current.Decimal().Add(t.Days1To30.Decimal()).Add(t.Days31To60.Decimal()).Add(t.Days61To90.Decimal()).Add(t.Over90.Decimal())
		if !sum.Equal(t.Receivable.Decimal()) || !sum.Equal(owed[figure.Currency]) {
			return fmt.Errorf("%s: ages come to %s, owed is %s, open balances are %s", figure.Currency, sum, t.Receivable, owed[figure.Currency])
		}
		delete(owed, figure.Currency)
	}
	return unless(len(owed) == 0, "no figure of %v", owed)
}

func in14(f *figures) error {
	r, err := f.insight().CashForecast(f.ctx, engine.InvoiceQuery{}, insight.CashForecastParams{Bucket: insight.BucketWeek})
	if err != nil {
		return err
	}
	ageing, err := f.insight().Ageing(f.ctx, engine.InvoiceQuery{}, insight.AgeingParams{})
	if err != nil {
		return err
	}
	for n, figure := range r.Figures {
		sum := figure.Overdue.Decimal().Add(figure.Disputed.Decimal())
		for _, row := range figure.Rows {
			sum = sum.Add(row.Expected.Decimal())
		}
		if a := ageing.Figures[n]; a.Currency != figure.Currency || !sum.Equal(figure.Total.Decimal()) || !sum.Equal(a.Total.Receivable.Decimal()) {
			return fmt.Errorf("%s: the parts come to %s, total %s, owed %s", figure.Currency, sum, figure.Total, a.Total.Receivable)
		}
	}
	return nil
}

func in15(f *figures) error {
	r, err := f.insight().Goals(f.ctx, engine.GoalQuery{}, insight.Params{})
	if record.CodeOf(err) == codes.ErrCurrencyMismatch {
		return nil
	}
	if err != nil {
		return err
	}
	rows := map[string]insight.GoalRow{}
	for _, row := range r.Figures[0].Rows {
		rows[row.Goal] = row
	}
	goals := all[insight.Goal](f.book)
	if len(rows) != len(goals) {
		return fmt.Errorf("%d rows of %d goals", len(rows), len(goals))
	}
	for _, g := range goals {
		if !g.RollupOnlyFromChildGoals || !g.OverrideActual.IsZero() {
			continue
		}
		var sum decimal.Decimal
		for _, child := range goals {
			if child.ParentGoalID == g.ID {
				sum = sum.Add(rows[child.ID.String()].Actual.Decimal())
			}
		}
		if got := rows[g.ID.String()].Actual; !got.Decimal().Equal(sum) {
			return about(g, fmt.Errorf("actual %s, its children %s", got, sum))
		}
	}
	return nil
}

// behind yields what is behind a figure, page by page of two.
func (f *figures) behind(q engine.BehindQuery, ask func(context.Context, engine.Insight) error) iter.Seq2[insight.Contribution, error] {
	return func(yield func(insight.Contribution, error) bool) {
		q.Limit = 2
		for {
			page, err := f.insight().Behind(f.ctx, q, ask)
			if err != nil {
				yield(insight.Contribution{}, err)
				return
			}
			for _, c := range page.Items {
				if !yield(c, nil) {
					return
				}
			}
			if q.After = page.Next; q.After == "" {
				return
			}
		}
	}
}

func in16(f *figures) error {
	at := f.last().at
	p := insight.PipelineParams{Params: insight.Params{AsOf: at, By: byStage}}
	r, err := f.insight().Pipeline(f.ctx, engine.OpportunityQuery{}, p)
	if err != nil {
		return err
	}
	for _, figure := range r.Figures {
		for _, row := range append(figure.Rows, figure.Total) {
			q := engine.BehindQuery{Currency: figure.Currency}
			if len(row.Key) > 0 {
				q.Keys = [][]string{row.Key}
			}
			var sum decimal.Decimal
			var count int64
			for c, err := range f.behind(q, func(ctx context.Context, i engine.Insight) error {
				_, err := i.Pipeline(ctx, engine.OpportunityQuery{}, p)
				return err
			}) {
				if err != nil {
					return err
				}
				sum, count = sum.Add(c.Amount), count+1
			}
			if !sum.Equal(row.Value.Decimal()) || count != row.Count {
				return fmt.Errorf("pipeline %s %v: %s of %d behind %s of %d", figure.Currency, row.Key, sum, count, row.Value, row.Count)
			}
		}
	}
	sp := insight.Params{AsOf: at, By: []insight.Dimension{insight.ByProduct}}
	sales, err := f.insight().Sales(f.ctx, engine.BilledQuery{}, sp)
	if err != nil {
		return err
	}
	for _, figure := range sales.Figures {
		var sum decimal.Decimal
		for c, err := range f.behind(engine.BehindQuery{Currency: figure.Currency}, func(ctx context.Context, i engine.Insight) error {
			_, err := i.Sales(ctx, engine.BilledQuery{}, sp)
			return err
		}) {
			if err != nil {
				return err
			}
			if c.Kind != kinds.Invoice && c.Kind != kinds.CreditNote || f.book.records[record.Ref{Kind: c.Kind, ID: uuid.MustParse(c.ID)}] == nil {
				return fmt.Errorf("sales: there is no %s %s", c.Kind, c.ID)
			}
			sum = sum.Add(c.Amount)
		}
		if !sum.Equal(figure.Total.Decimal()) {
			return fmt.Errorf("sales in %s: %s behind %s", figure.Currency, sum, figure.Total)
		}
	}
	return nil
}

func in18(f *figures) error {
	r, err := f.insight().Pipeline(f.ctx, engine.OpportunityQuery{}, insight.PipelineParams{Params: insight.Params{Convert: insight.ConvertOwn}})
	var sum decimal.Decimal
	var without []string
	for _, o := range all[leadtocash.Opportunity](f.book) {
		if o.Status.State() != leadtocash.OpportunityOpen {
			continue
		}
		rate, known := o.ExchangeRate.Get()
		switch v := o.EstimatedValue.Or(o.Currency.Zero()); {
		case o.Currency == f.settings.BaseCurrency:
			sum = sum.Add(v.Decimal())
		case !known || !rate.IsPositive():
			without = append(without, o.ID.String())
		default:
			sum = sum.Add(money.ToBase(v, rate, f.settings.BaseCurrency, o.Pricing.RoundingMode).Decimal())
		}
	}
	slices.Sort(without)
	if len(without) > 0 {
		if record.CodeOf(err) != codes.ErrCurrencyMismatch {
			return fmt.Errorf("%v lack a rate, but: %w", without, err)
		}
		params := record.ReasonsOf(err)[0].Params
		return unless(slices.Equal(params["ids"].([]string), without[:min(20, len(without))]) && params["count"] == len(without), "%v lack a rate, not %v", without, params)
	}
	if err != nil {
		return err
	}
	return unless(r.Figures[0].Total.Value.Decimal().Equal(sum), "the figure is %s, the base twins %s", r.Figures[0].Total.Value, sum)
}
