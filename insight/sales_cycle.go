package insight

import (
	"iter"
	"math/big"
	"slices"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// SalesCycleFigure says how many days deals take from their birth to being won.
type SalesCycleFigure struct {
	Currency           money.Currency    `json:"currency"`
	Won                int64             `json:"won"` // closed in the period
	MedianDays         value.Opt[int]    `json:"median_days"`
	P90Days            value.Opt[int]    `json:"p90_days"`
	MeanDays           value.Opt[Number] `json:"mean_days"`
	Censored           int64             `json:"censored"`             // still open
	SurvivalMedianDays value.Opt[int]    `json:"survival_median_days"` // by which half of all deals are closed; absent if it is not foreseeable
}

type cycleCells struct {
	won    []int // cycles of those won in the period
	closed []int // ages at which deals of any day were closed
	open   []int // ages of those that are open
}

// SalesCycle measures the deals won in the period of the actual close date. The
// survival median is of all deals: open ones count until their age, by the product
// limit. A closing day after that of the report is open.
func SalesCycle(deals iter.Seq[Deal], p Params) (*Report[SalesCycleFigure], error) {
	if err := record.RefusedFor(p.reasons(nil)); err != nil {
		return nil, err
	}
	r := newRun(&p)
	t := newTables[cycleCells](r)
	for d := range deals {
		currency := r.figure(d.ID, d.Valued)
		c := &t.of(currency).total
		if d.open() || d.ActualCloseDate.After(p.today()) {
			c.open = append(c.open, age(d.Born, p.today()))
			continue
		}
		c.closed = append(c.closed, d.cycle())
		if d.won() && p.has(d.ActualCloseDate) {
			c.won = append(c.won, d.cycle())
			r.tell(currency, nil, "", kinds.Opportunity, d.ID, addend{currency: currency}, d.ActualCloseDate)
		}
	}
	list, err := figures(t, func(t *table[cycleCells]) SalesCycleFigure {
		c := &t.total
		slices.Sort(c.won)
		f := SalesCycleFigure{
			Currency: t.currency, Won: int64(len(c.won)), MedianDays: percentile(c.won, 50), P90Days: percentile(c.won, 90),
			Censored: int64(len(c.open)), SurvivalMedianDays: survivalMedian(c.closed, c.open),
		}
		if len(c.won) > 0 {
			f.MeanDays = value.Some(rounded(mean(c.won), dayPlaces))
		}
		return f
	})
	if err != nil {
		return nil, err
	}
	return report(salesCycleDefinition, r.Params, list), nil
}

// cycle is the days from birth to the close.
func (d *Deal) cycle() int { return age(d.Born, d.ActualCloseDate) }

// age is never below 0.
func age(born, on value.Date) int { return max(0, born.DaysUntil(on)) }

// survivalMedian is the least age at which at most half are still open.
func survivalMedian(closed, open []int) value.Opt[int] {
	slices.Sort(closed)
	slices.Sort(open)
	half := big.NewRat(1, 2)
	survive := big.NewRat(1, 1)
	atRisk := len(closed) + len(open)
	younger := 0 // of the open ones
	for n := 0; n < len(closed); {
		day := closed[n]
		same := n
		for same < len(closed) && closed[same] == day {
			same++
		}
		for younger < len(open) && open[younger] < day {
			younger++
		}
		left := atRisk - n - younger
		survive.Mul(survive, big.NewRat(int64(left-(same-n)), int64(left)))
		if survive.Cmp(half) <= 0 {
			return value.Some(day)
		}
		n = same
	}
	return value.None[int]()
}
