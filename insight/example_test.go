package insight_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// threeDeals are what a host read from wherever its deals are.
func threeDeals() []insight.Deal {
	euros := func(text string) value.Opt[money.Amount] { return value.Some(money.EUR.MustAmount(text)) }
	return []insight.Deal{
		{
			ID: "desks", Owner: "ann", Stage: "propose", Status: leadtocash.OpportunityStatusInProgress,
			EstimatedCloseDate: 20260715, EstimatedValue: euros("1200"), CloseProbability: value.Some[int32](75),
		},
		{
			ID: "lamps", Owner: "bob", Stage: "develop", Status: leadtocash.OpportunityStatusInProgress,
			EstimatedCloseDate: 20260801, EstimatedValue: euros("333.33"),
		},
		{
			ID: "chairs", Owner: "ann", Stage: "close", Status: leadtocash.OpportunityStatusWon,
			Born: 20260401, ActualCloseDate: 20260520, ActualValue: euros("900"),
		},
	}
}

func ExamplePipeline() {
	report, err := insight.Pipeline(slices.Values(threeDeals()), insight.PipelineParams{
		Params: insight.Params{
			AsOf: time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC), Base: money.EUR,
			By: []insight.Dimension{insight.ByStage, insight.ByMonth},
		},
		StageProbability: map[string]int32{"develop": 30},
	})
	if err != nil {
		panic(err)
	}
	for _, f := range report.Figures {
		for _, row := range f.Rows {
			fmt.Println(row.Key, row.Count, row.Value, row.Weighted)
		}
		fmt.Println(report.Definition, f.Currency, f.Total.Value, f.Total.Weighted)
	}
	// Output:
	// [develop 2026-08] 1 333.33 100.00
	// [propose 2026-07] 1 1200.00 900.00
	// pipeline/1 EUR 1533.33 1000.00
}

// The records behind a figure are told while it is made.
func ExampleWinRate() {
	var behind []string
	report, err := insight.WinRate(slices.Values(threeDeals()), insight.WinRateParams{Params: insight.Params{
		AsOf: time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC), Base: money.EUR, From: 20260401, Before: 20260701,
		Behind: func(c insight.Contribution) { behind = append(behind, c.ID) },
	}})
	if err != nil {
		panic(err)
	}
	total := report.Figures[0].Total
	fmt.Println(total.Won, total.Lost, total.Rate, total.WonValue, behind)
	// Output:
	// 1 0 1.0000 900.00 [chairs]
}

func ExampleForecast() {
	report, err := insight.Forecast(slices.Values(threeDeals()), insight.ForecastParams{
		Params: insight.Params{
			AsOf: time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC), Base: money.EUR,
			Managers: map[string]string{"ann": "eve", "bob": "eve"},
		},
		Quotas: map[string]money.Amount{"eve": money.EUR.MustAmount("3000")},
		Adjustments: []insight.Adjustment{{
			Owner: "bob", Column: leadtocash.ForecastCategoryPipeline, Value: value.Some(money.EUR.MustAmount("300")), By: "eve",
		}},
	})
	if err != nil {
		panic(err)
	}
	for _, row := range report.Figures[0].Rows {
		fmt.Println(row.Owner, row.Effective.Pipeline, row.Effective.Won, row.CommitForecast)
		if rate, ok := row.Attainment.Get(); ok {
			fmt.Println("attainment", rate)
		}
	}
	// Output:
	// ann 1200.00 900.00 900.00
	// bob 300.00 0.00 0.00
	// eve 1500.00 900.00 900.00
	// attainment 0.3000
}
