package insight

import (
	"iter"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// PipelineParams are those of [Pipeline]; the period is that of the estimated close
// date.
type PipelineParams struct {
	Params
	ExcludeOnHold    bool
	StageProbability map[string]int32 // 0 to 100, of deals without a probability of their own
}

// PipelineFigure is the pipeline in one currency.
type PipelineFigure struct {
	Currency money.Currency `json:"currency"`
	Rows     []PipelineRow  `json:"rows"`
	Total    PipelineRow    `json:"total"`
}

// PipelineRow sums up open deals: their value, and their value weighted by the
// probability to close.
type PipelineRow struct {
	Key                []string `json:"key"`
	Count              int64    `json:"count"`
	Value              Number   `json:"value"`
	Weighted           Number   `json:"weighted"`
	WithoutValue       int64    `json:"without_value"`       // count as 0
	WithoutProbability int64    `json:"without_probability"` // weigh 0
}

type pipelineCells struct {
	count, withoutValue, withoutProbability int64
	value, weighted                         sum
}

var percent = decimal.New(1, -2)

// Pipeline sums up the open deals. ErrOutOfRange besides: a probability beyond 0 to 100.
func Pipeline(deals iter.Seq[Deal], p PipelineParams) (*Report[PipelineFigure], error) {
	if err := record.RefusedFor(append(p.reasons(dealDimensions), probabilityReasons(p.StageProbability)...)); err != nil {
		return nil, err
	}
	r := newRun(&p.Params)
	t := newTables[pipelineCells](r)
	for d := range deals {
		if !d.open() || !p.has(d.EstimatedCloseDate) || p.ExcludeOnHold && d.Status == leadtocash.OpportunityStatusOnHold {
			continue
		}
		amount, valued := d.EstimatedValue.Get()
		chance, known := p.chance(&d)
		add := r.amount(d.Valued, amount)
		key, currency := d.key(r.Params, d.EstimatedCloseDate), r.figure(d.ID, d.Valued)
		t.of(currency).each(key, func(c *pipelineCells) {
			c.count++
			c.withoutValue += one(!valued)
			c.withoutProbability += one(!known)
			c.value.add(add)
			c.weighted.add(add.times(decimal.NewFromInt32(chance)).times(percent))
		})
		r.tell(currency, key, "", kinds.Opportunity, d.ID, add, d.EstimatedCloseDate)
	}
	list, err := figures(t, func(t *table[pipelineCells]) PipelineFigure {
		row := func(key []string, c *pipelineCells) PipelineRow {
			return PipelineRow{
				Key: key, Count: c.count, Value: r.show(&c.value, t.currency), Weighted: r.show(&c.weighted, t.currency),
				WithoutValue: c.withoutValue, WithoutProbability: c.withoutProbability,
			}
		}
		return PipelineFigure{Currency: t.currency, Rows: rowsOf(t, row), Total: row([]string{}, &t.total)}
	})
	if err != nil {
		return nil, err
	}
	return report(pipelineDefinition, r.Params, list), nil
}

// chance is the probability of a deal, else that of its stage.
func (p *PipelineParams) chance(d *Deal) (chance int32, known bool) {
	if chance, known = d.CloseProbability.Get(); !known {
		chance, known = p.StageProbability[d.Stage]
	}
	return chance, known
}

func probabilityReasons(byStage map[string]int32) (reasons []record.Reason) {
	for _, stage := range sortedKeys(byStage) {
		if chance := byStage[stage]; chance < 0 || chance > 100 {
			reasons = append(reasons, record.Reason{
				Code: codes.ErrOutOfRange, Field: "stage_probability." + stage, Message: "0 to 100",
				Params: map[string]any{"value": strconv.Itoa(int(chance))},
			})
		}
	}
	return reasons
}

// tell names the record behind what was added.
func (r *run) tell(c money.Currency, key []string, part string, kind kinds.Kind, id string, a addend, on value.Date) {
	if r.Behind != nil {
		r.Behind(Contribution{Currency: c, Key: key, Part: part, Kind: kind, ID: id, In: a.currency, Amount: a.amount, Date: on})
	}
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
