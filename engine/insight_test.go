package engine_test

import (
	"context"
	"fmt"
	"log"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// sellDesks takes a lead to an issued invoice.
func sellDesks(client *engine.Client) leadtocash.Invoice {
	ctx := context.Background()
	quote := createDesksQuote(client)
	won, err := client.Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		log.Fatal(err)
	}
	billed, err := client.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{})
	if err != nil {
		log.Fatal(err)
	}
	invoice, err := client.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{})
	if err != nil {
		log.Fatal(err)
	}
	return invoice
}

func ExampleInsight_Pipeline() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	for _, value := range []string{"1200", "333.33"} {
		_, err := client.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{
			Name: "Desks", CustomerID: record.AccountCustomer(testkit.CreateMeyer(client).ID),
			EstimatedValue: testkit.Euro(value), SalesStage: leadtocash.SalesStagePropose,
		}})
		if err != nil {
			log.Fatal(err)
		}
	}
	report, err := client.Insight().Pipeline(ctx, engine.OpportunityQuery{}, insight.PipelineParams{
		Params:           insight.Params{By: []insight.Dimension{insight.ByStage}},
		StageProbability: map[string]int32{"propose": 60},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range report.Figures {
		for _, row := range f.Rows {
			fmt.Println(f.Currency, row.Key, row.Count, row.Value, row.Weighted)
		}
	}
	// Output: EUR [propose] 2 1533.33 920.00
}

// A sale is seen by every measure that is about it.
func TestInsight_ofASale(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := testkit.NewDesksClient()
	invoice := sellDesks(client)
	total := invoice.TotalAmount.String()
	i := client.Insight()

	rate := testkit.Must(i.WinRate(ctx, engine.OpportunityQuery{}, insight.WinRateParams{}))
	if got := rate.Figures[0].Total; got.Won != 1 || got.Rate.String() != "1.0000" || rate.Scoped {
		t.Errorf("win rate %+v, scoped %t", got, rate.Scoped)
	}
	if rate.Definition != "win_rate/1" || !rate.AsOf.Equal(testkit.DeskDay.At) {
		t.Errorf("the report is %s as of %s", rate.Definition, rate.AsOf)
	}
	sales := testkit.Must(i.Sales(ctx, engine.BilledQuery{}, insight.Params{By: []insight.Dimension{insight.ByCustomer}}))
	if got := sales.Figures[0]; len(got.Rows) != 1 || got.Rows[0].Key[0] != "account/"+invoice.CustomerID.ID.String() || got.Total.String() != invoice.TotalAmountLessFreight.String() {
		t.Errorf("sales %+v, want %s", got, invoice.TotalAmountLessFreight)
	}
	ordered := testkit.Must(i.OrderedSales(ctx, engine.OrderQuery{}, insight.Params{}))
	if got := ordered.Figures[0].Total.String(); got != sales.Figures[0].Total.String() {
		t.Errorf("ordered %s, billed %s", got, sales.Figures[0].Total)
	}
	ageing := testkit.Must(i.Ageing(ctx, engine.InvoiceQuery{}, insight.AgeingParams{}))
	if got := ageing.Figures[0].Total; got.Current.String() != total || got.Invoices != 1 {
		t.Errorf("ageing %+v, want %s", got, total)
	}
	cash := testkit.Must(i.CashForecast(ctx, engine.InvoiceQuery{}, insight.CashForecastParams{}))
	if got := cash.Figures[0]; len(got.Rows) != 1 || got.Total.String() != total {
		t.Errorf("cash forecast %+v", got)
	}
	funnel := testkit.Must(i.Funnel(ctx, engine.LeadQuery{}, insight.FunnelParams{}))
	for _, row := range funnel.Figures[0].Rows {
		want := int64(1)
		if row.Stage == insight.StepCash {
			want = 0
		}
		if row.Count != want {
			t.Errorf("%d leads reach %s, want %d", row.Count, row.Stage, want)
		}
	}
	quotes := testkit.Must(i.Quotes(ctx, engine.QuoteQuery{}, insight.Params{}))
	if got := quotes.Figures[0]; got.Won != 1 || got.Activated != 1 || got.MedianDaysToWon.String() != "0" {
		t.Errorf("quotes %+v", got)
	}
	dso := testkit.Must(i.DSO(ctx, engine.BilledQuery{}, insight.Params{From: 20260301, Before: 20260401}))
	if got := dso.Figures[0]; got.CreditSales.String() != total || got.DSO.String() != "31.00" {
		t.Errorf("dso %+v", got)
	}
	velocity := testkit.Must(i.Velocity(ctx, engine.OpportunityQuery{}, insight.Params{}))
	cycle := testkit.Must(i.SalesCycle(ctx, engine.OpportunityQuery{}, insight.Params{}))
	forecast := testkit.Must(i.Forecast(ctx, engine.OpportunityQuery{}, insight.ForecastParams{}))
	if velocity.Figures[0].MeanWonValue.IsZero() || cycle.Figures[0].Won != 1 || len(forecast.Figures[0].Rows) != 1 {
		t.Errorf("velocity %+v, cycle %+v, forecast %+v", velocity.Figures[0], cycle.Figures[0], forecast.Figures[0])
	}

	testkit.Must(client.Invoices().MarkPaid(ctx, invoice.ID, leadtocash.PayInvoice{}))
	funnel = testkit.Must(i.Funnel(ctx, engine.LeadQuery{}, insight.FunnelParams{}))
	if got := funnel.Figures[0].Rows[5]; got.Count != 1 || got.Value.String() != total {
		t.Errorf("cash %+v, want one of %s", got, total)
	}
	ageing = testkit.Must(i.Ageing(ctx, engine.InvoiceQuery{}, insight.AgeingParams{}))
	if got := ageing.Figures[0].Total; got.Invoices != 0 {
		t.Errorf("ageing of what is paid: %+v", got)
	}
}

// The ageing of a day is that of the receivables, bucket by bucket.
func TestInsight_ageingIsThatOfReceivables(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	now := testkit.DeskDay.At
	client := testkit.NewDesksClient(engine.WithClock(func() time.Time { return now }))
	for n := range 5 {
		invoice := sellDesks(client)
		now = now.AddDate(0, 0, 25)
		if n == 2 {
			testkit.Must(client.Invoices().MarkPaid(ctx, invoice.ID, leadtocash.PayInvoice{}))
		}
	}
	for _, day := range []int{0, 20, 60, 130, 400} {
		on := leadtocash.Settings{}.Today(testkit.DeskDay.At).AddDays(day)
		want := testkit.Must(client.Receivables().Totals(ctx, engine.AgeingQuery{AsOf: on}))
		got := testkit.Must(client.Insight().Ageing(ctx, engine.InvoiceQuery{}, insight.AgeingParams{On: on})).Figures[0].Total
		if len(want) != 1 {
			t.Fatalf("%s: %d totals", on, len(want))
		}
		w := want[0]
		if got.Current.String() != w.Current.String() || got.Days1To30.String() != w.Days1To30.String() || got.Days31To60.String() != w.Days31To60.String() ||
			got.Days61To90.String() != w.Days61To90.String() || got.Over90.String() != w.Over90.String() || got.Invoices != int64(w.Invoices) {
			t.Errorf("%s: %+v, want %+v", on, got, w)
		}
	}
}

// onlyOwn lets people see what is theirs.
type onlyOwn struct{ engine.AllowAll }

func (onlyOwn) Scope(_ context.Context, a record.Actor, _ kinds.Kind) ([]storage.Cond, error) {
	return []storage.Cond{{Field: storage.FieldOwner, Op: storage.OpEq, Values: []any{a.ID}}}, nil
}

// A figure is made of what the actor may see, and says that it may not be all.
func TestInsight_isScoped(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := testkit.NewDesksClient(engine.WithAuthorizer(onlyOwn{}))
	ann, bob := client.As(record.User(uuid.UUID{1})), client.As(record.User(uuid.UUID{2}))
	for _, c := range []*engine.Client{ann, ann, bob} {
		testkit.Must(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{
			Name: "Desks", CustomerID: record.AccountCustomer(testkit.CreateMeyer(c).ID), EstimatedValue: testkit.Euro("10"),
		}}))
	}
	for c, want := range map[*engine.Client]string{ann: "20.00", bob: "10.00"} {
		r := testkit.Must(c.Insight().Pipeline(ctx, engine.OpportunityQuery{}, insight.PipelineParams{}))
		if got := r.Figures[0].Total.Value.String(); got != want || !r.Scoped {
			t.Errorf("pipeline %s, scoped %t, want %s of what may be seen", got, r.Scoped, want)
		}
	}
}

func TestInsight_refuses(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := testkit.NewDesksClient()
	query := engine.OpportunityQuery{List: engine.List{Custom: map[string]string{"colour": "red"}}}
	if _, err := client.Insight().Pipeline(ctx, query, insight.PipelineParams{}); record.CodeOf(err) != codes.ErrInvalid {
		t.Errorf("a query that cannot be asked: %v", err)
	}
	bare := testkit.NewDesksClient(engine.WithSettings(leadtocash.Settings{}))
	if _, err := bare.Insight().Velocity(ctx, engine.OpportunityQuery{}, insight.Params{}); record.CodeOf(err) != codes.ErrMissingField {
		t.Errorf("without base currency: %v", err)
	}
}
