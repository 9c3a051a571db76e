package insight

import (
	"iter"
	"math/big"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Visit is the stay of one running process, or one deal, in a stage.
type Visit struct {
	Kind     kinds.Kind // what Instance is: a process, or an opportunity
	Instance string
	Stage    string
	Entered  time.Time
	Left     time.Time // zero: still there
}

// TimeInStageFigure has a row for each stage that was entered, by name.
type TimeInStageFigure struct {
	Rows []TimeInStageRow `json:"rows"`
}

// TimeInStageRow says how long the visits that are over took, in seconds.
type TimeInStageRow struct {
	Stage             string           `json:"stage"`
	Entered           int64            `json:"entered"`
	Finished          int64            `json:"finished"`
	Open              int64            `json:"open"`
	MedianSeconds     value.Opt[int64] `json:"median_seconds"`
	P90Seconds        value.Opt[int64] `json:"p90_seconds"`
	MeanSeconds       value.Opt[int64] `json:"mean_seconds"`
	OldestOpenSeconds value.Opt[int64] `json:"oldest_open_seconds"`
}

// TimeInStage measures visits that began by the instant of the report; one that was
// left later is still open.
func TimeInStage(visits iter.Seq[Visit], p Params) (*Report[TimeInStageFigure], error) {
	if err := record.RefusedFor(p.reasons(nil)); err != nil {
		return nil, err
	}
	r := newRun(&p)
	type stays struct {
		over, open []int64
	}
	stages := map[string]*stays{}
	for v := range visits {
		if v.Entered.After(p.AsOf) {
			continue
		}
		if stages[v.Stage] == nil {
			stages[v.Stage] = new(stays)
		}
		s, key := stages[v.Stage], []string{v.Stage}
		if v.Left.IsZero() || v.Left.After(p.AsOf) {
			s.open = append(s.open, seconds(v.Entered, p.AsOf))
			r.tell(money.Currency(0), key, "open", v.Kind, v.Instance, secondsOf(s.open), 0)
		} else {
			s.over = append(s.over, seconds(v.Entered, v.Left))
			r.tell(money.Currency(0), key, "finished", v.Kind, v.Instance, secondsOf(s.over), 0)
		}
	}
	f := TimeInStageFigure{Rows: []TimeInStageRow{}}
	for _, stage := range sortedKeys(stages) {
		s := stages[stage]
		slices.Sort(s.over)
		row := TimeInStageRow{
			Stage: stage, Entered: int64(len(s.over) + len(s.open)), Finished: int64(len(s.over)), Open: int64(len(s.open)),
			MedianSeconds: percentile(s.over, 50), P90Seconds: percentile(s.over, 90),
		}
		if len(s.over) > 0 {
			mean := rounded(mean(s.over), 0)
			row.MeanSeconds = value.Some(mean.units.Int64())
		}
		if len(s.open) > 0 {
			row.OldestOpenSeconds = value.Some(slices.Max(s.open))
		}
		f.Rows = append(f.Rows, row)
	}
	return report(timeInStageDefinition, &p, []TimeInStageFigure{f}), nil
}

// secondsOf is the last of some durations as what it adds.
func secondsOf(list []int64) addend {
	return addend{amount: decimal.NewFromInt(list[len(list)-1])}
}

// seconds is how long a stay took, 0 if it ended before it began.
func seconds(from, to time.Time) int64 { return max(0, int64(to.Sub(from)/time.Second)) }

// mean is exact.
func mean[T int64 | int](values []T) *big.Rat {
	total := new(big.Int)
	for _, v := range values {
		total.Add(total, big.NewInt(int64(v)))
	}
	return new(big.Rat).SetFrac(total, big.NewInt(int64(len(values))))
}
