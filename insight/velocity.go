package insight

import (
	"iter"
	"math/big"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// VelocityFigure says what the open deals bring a day, if they go as those of the
// period went: open × win rate × mean won value ÷ mean cycle days.
type VelocityFigure struct {
	Currency      money.Currency    `json:"currency"`
	Open          int64             `json:"open"`
	WinRate       value.Opt[Number] `json:"win_rate"` // by count
	MeanWonValue  value.Opt[Number] `json:"mean_won_value"`
	MeanCycleDays value.Opt[Number] `json:"mean_cycle_days"`
	PerDay        value.Opt[Number] `json:"per_day"`
	Per30Days     value.Opt[Number] `json:"per_30_days"`
}

type velocityCells struct {
	open, won, lost, days int64
	wonValue              sum
}

// Velocity takes the deals that are open, and those closed in the period of the
// actual close date. Factors are not rounded.
func Velocity(deals iter.Seq[Deal], p Params) (*Report[VelocityFigure], error) {
	if err := record.RefusedFor(p.reasons(nil)); err != nil {
		return nil, err
	}
	r := newRun(&p)
	t := newTables[velocityCells](r)
	for d := range deals {
		if !d.open() && !p.has(d.ActualCloseDate) {
			continue
		}
		currency := r.figure(d.ID, d.Valued)
		c := &t.of(currency).total
		add, on := addend{currency: currency}, d.ActualCloseDate
		switch {
		case d.won():
			c.won++
			c.days += int64(d.cycle())
			amount, _ := d.ActualValue.Get()
			add = r.amount(d.Valued, amount)
			c.wonValue.add(add)
		case d.lost():
			c.lost++
		default:
			c.open++
			on = d.EstimatedCloseDate
		}
		r.tell(currency, nil, d.Status.State().Key, kinds.Opportunity, d.ID, add, on)
	}
	list, err := figures(t, func(t *table[velocityCells]) VelocityFigure { return t.total.show(r, t.currency) })
	if err != nil {
		return nil, err
	}
	return report(velocityDefinition, r.Params, list), nil
}

func (c *velocityCells) show(r *run, in money.Currency) VelocityFigure {
	f := VelocityFigure{Currency: in, Open: c.open, WinRate: countQuotient(c.won, c.won+c.lost, ratePlaces)}
	if c.won == 0 {
		return f
	}
	won, days := new(big.Rat).SetInt64(c.won), new(big.Rat).SetInt64(c.days)
	meanWon := new(big.Rat).Quo(r.exact(&c.wonValue), won)
	cycle := new(big.Rat).Quo(days, won)
	f.MeanWonValue = value.Some(inCurrency(meanWon, in))
	f.MeanCycleDays = value.Some(rounded(cycle, dayPlaces))
	if cycle.Sign() == 0 {
		return f
	}
	perDay := new(big.Rat).Mul(new(big.Rat).SetInt64(c.open), big.NewRat(c.won, c.won+c.lost))
	perDay.Mul(perDay, meanWon).Quo(perDay, cycle)
	f.PerDay = value.Some(inCurrency(perDay, in))
	f.Per30Days = value.Some(inCurrency(new(big.Rat).Mul(perDay, big.NewRat(30, 1)), in))
	return f
}
