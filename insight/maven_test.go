package insight_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// salesExport has a public CRM export, if it lies beside the project at all, or where
// LEADTOCASH_MAVEN_DATA says.
func salesExport(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("LEADTOCASH_MAVEN_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data", "maven-crm")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the CRM export maven-crm is not beside the project")
	}
	return dir
}

func readRows(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func exportDay(t *testing.T, text string) value.Date {
	t.Helper()
	if text == "" {
		return 0
	}
	at, err := time.Parse("02-01-2006", text)
	if err != nil {
		t.Fatal(err)
	}
	return value.DateOf(at, time.UTC)
}

// exportedDeals reads the export: what is open has no value, and is taken at the list
// price of its product.
func exportedDeals(t *testing.T, dir string) (deals []insight.Deal) {
	t.Helper()
	listPrice := map[string]string{}
	for _, row := range readRows(t, filepath.Join(dir, "products.csv")) {
		listPrice[row[0]] = row[2]
	}
	for _, row := range readRows(t, filepath.Join(dir, "sales_pipeline.csv")) {
		product := row[2]
		if product == "GTXPro" { // as the export spells it among the deals
			product = "GTX Pro"
		}
		d := insight.Deal{
			ID: row[0], Owner: row[1], Product: product, Customer: row[3], Stage: row[4],
			Born: exportDay(t, row[5]), ActualCloseDate: exportDay(t, row[6]),
		}
		switch row[4] {
		case "Won":
			d.Status, d.ActualValue = leadtocash.OpportunityStatusWon, value.Some(money.USD.MustAmount(row[7]))
		case "Lost":
			d.Status = leadtocash.OpportunityStatusOutSold
		default:
			d.Status, d.EstimatedValue = leadtocash.OpportunityStatusInProgress, value.Some(money.USD.MustAmount(listPrice[product]))
		}
		deals = append(deals, d)
	}
	return deals
}

type exportTotals struct {
	Won           int64  `json:"won"`
	Lost          int64  `json:"lost"`
	Rate          string `json:"rate"`
	WonValue      string `json:"won_value"`
	MeanWonValue  string `json:"mean_won_value"`
	MeanCycleDays string `json:"mean_cycle_days"`
}

type exportOpen struct {
	Count int64  `json:"count"`
	Value string `json:"value_at_list_price"`
}

// The totals of a public sales export, computed without the library, come out of it.
func TestTotalsOfASalesExport(t *testing.T) {
	t.Parallel()
	deals := exportedDeals(t, salesExport(t))
	var want struct {
		Maven struct {
			All      exportTotals `json:"all"`
			WonCycle struct {
				Median int `json:"median_days"`
				P90    int `json:"p90_days"`
			} `json:"won_cycle"`
			ByQuarter map[string]exportTotals `json:"by_close_quarter"`
			ByAgent   map[string]exportTotals `json:"by_agent"`
			ByProduct map[string]exportTotals `json:"by_product"`
			OpenBy    map[string]exportOpen   `json:"open_by_stage"`
			OpenAgent map[string]exportOpen   `json:"open_by_agent"`
			OpenSold  map[string]exportOpen   `json:"open_by_product"`
		} `json:"maven"`
	}
	text, err := os.ReadFile(filepath.Join("testdata", "insight-vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	p := insight.Params{AsOf: time.Date(2017, 12, 31, 12, 0, 0, 0, time.UTC), Base: money.USD}
	if got := totals(t, deals, p); got != want.Maven.All {
		t.Errorf("all: %+v, want %+v", got, want.Maven.All)
	}
	cycle, err := insight.SalesCycle(slices.Values(deals), p)
	if err != nil {
		t.Fatal(err)
	}
	if f := cycle.Figures[0]; f.MedianDays.Or(-1) != want.Maven.WonCycle.Median || f.P90Days.Or(-1) != want.Maven.WonCycle.P90 {
		t.Errorf("cycle: %v and %v days, want %+v", f.MedianDays, f.P90Days, want.Maven.WonCycle)
	}
	groups := []struct {
		by   insight.Dimension
		of   func(insight.Deal) string
		want map[string]exportTotals
	}{
		{insight.ByQuarter, func(d insight.Deal) string { return strings.Replace(d.ActualCloseDate.Quarter(), "Q", "-Q", 1) }, want.Maven.ByQuarter},
		{insight.ByOwner, func(d insight.Deal) string { return d.Owner }, want.Maven.ByAgent},
		{insight.ByProduct, func(d insight.Deal) string { return d.Product }, want.Maven.ByProduct},
	}
	for _, g := range groups {
		p.By = []insight.Dimension{g.by}
		rate, err := insight.WinRate(slices.Values(deals), insight.WinRateParams{Params: p})
		if err != nil {
			t.Fatal(err)
		}
		if len(rate.Figures[0].Rows) != len(g.want) {
			t.Errorf("by %s: %d rows, want %d", g.by, len(rate.Figures[0].Rows), len(g.want))
		}
		p.By = nil
		for name, totalsWanted := range g.want {
			some := slices.DeleteFunc(slices.Clone(deals), func(d insight.Deal) bool { return g.of(d) != name })
			if got := totals(t, some, p); got != totalsWanted {
				t.Errorf("%s %s: %+v, want %+v", g.by, name, got, totalsWanted)
			}
		}
	}
	for by, wanted := range map[insight.Dimension]map[string]exportOpen{
		insight.ByStage: want.Maven.OpenBy, insight.ByOwner: want.Maven.OpenAgent, insight.ByProduct: want.Maven.OpenSold,
	} {
		p.By = []insight.Dimension{by}
		pipeline, err := insight.Pipeline(slices.Values(deals), insight.PipelineParams{Params: p})
		if err != nil {
			t.Fatal(err)
		}
		if len(pipeline.Figures[0].Rows) != len(wanted) {
			t.Errorf("open by %s: %d rows, want %d", by, len(pipeline.Figures[0].Rows), len(wanted))
		}
		for _, row := range pipeline.Figures[0].Rows {
			if got := (exportOpen{row.Count, row.Value.String()}); got != wanted[row.Key[0]] {
				t.Errorf("open by %s, %s: %+v, want %+v", by, row.Key[0], got, wanted[row.Key[0]])
			}
		}
	}
}

func totals(t *testing.T, deals []insight.Deal, p insight.Params) exportTotals {
	t.Helper()
	rate, err := insight.WinRate(slices.Values(deals), insight.WinRateParams{Params: p})
	if err != nil {
		t.Fatal(err)
	}
	velocity, err := insight.Velocity(slices.Values(deals), p)
	if err != nil {
		t.Fatal(err)
	}
	row, v := rate.Figures[0].Total, velocity.Figures[0]
	return exportTotals{row.Won, row.Lost, row.Rate.String(), row.WonValue.String(), v.MeanWonValue.String(), v.MeanCycleDays.String()}
}
