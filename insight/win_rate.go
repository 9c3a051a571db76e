package insight

import (
	"iter"
	"math/big"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// WinBasis is which deals a win rate is of.
type WinBasis = value.Setting[winBasisKeys]

// The values of [WinBasis].
const (
	WinBasisClose  WinBasis = iota // those whose actual close date lies in the period
	WinBasisCohort                 // those born in it; the rate moves until all are closed
)

type winBasisKeys struct{}

func (winBasisKeys) Keys() []string { return []string{"close", "cohort"} }

// WinRateParams are those of [WinRate].
type WinRateParams struct {
	Params
	Basis WinBasis
}

// WinRateFigure is the win rate in one currency.
type WinRateFigure struct {
	Currency money.Currency `json:"currency"`
	Rows     []WinRateRow   `json:"rows"`
	Total    WinRateRow     `json:"total"`
}

// WinRateRow is won ÷ (won + lost), by count and by value: actual values of what is
// won, estimated ones of what is lost. Deals that are open are never in it.
type WinRateRow struct {
	Key       []string          `json:"key"`
	Won       int64             `json:"won"`
	Lost      int64             `json:"lost"`
	WonValue  Number            `json:"won_value"`
	LostValue Number            `json:"lost_value"`
	Rate      value.Opt[Number] `json:"rate"`
	ValueRate value.Opt[Number] `json:"value_rate"`
	*WinRateCohort
}

// WinRateCohort stands beside a rate of a cohort.
type WinRateCohort struct {
	Open  int64             `json:"open"`
	Yield value.Opt[Number] `json:"yield"` // won ÷ all
}

type winRateCells struct {
	won, lost, open     int64
	wonValue, lostValue sum
}

func (c *winRateCells) count(d *Deal, a addend) {
	switch {
	case d.won():
		c.won++
		c.wonValue.add(a)
	case d.lost():
		c.lost++
		c.lostValue.add(a)
	default:
		c.open++
	}
}

// WinRate says how many of the deals that were decided are won.
func WinRate(deals iter.Seq[Deal], p WinRateParams) (*Report[WinRateFigure], error) {
	reasons := p.reasons(dealDimensions)
	if !p.Basis.Valid() {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "basis", Message: "close or cohort"})
	}
	if err := record.RefusedFor(reasons); err != nil {
		return nil, err
	}
	r := newRun(&p.Params)
	t := newTables[winRateCells](r)
	for d := range deals {
		on := d.Born
		if p.Basis == WinBasisClose {
			if on = d.ActualCloseDate; d.open() {
				continue
			}
		}
		if !p.has(on) {
			continue
		}
		amount, _ := d.value().Get()
		add := r.amount(d.Valued, amount)
		key, currency := d.key(r.Params, on), r.figure(d.ID, d.Valued)
		t.of(currency).each(key, func(c *winRateCells) { c.count(&d, add) })
		r.tell(currency, key, d.Status.State().Key, kinds.Opportunity, d.ID, add, on)
	}
	list, err := figures(t, func(t *table[winRateCells]) WinRateFigure {
		row := func(key []string, c *winRateCells) WinRateRow {
			won, lost := r.exact(&c.wonValue), r.exact(&c.lostValue)
			row := WinRateRow{
				Key: key, Won: c.won, Lost: c.lost,
				WonValue: inCurrency(won, t.currency), LostValue: inCurrency(lost, t.currency),
				Rate:      countQuotient(c.won, c.won+c.lost, ratePlaces),
				ValueRate: quotient(won, new(big.Rat).Add(won, lost), ratePlaces),
			}
			if p.Basis == WinBasisCohort {
				row.WinRateCohort = &WinRateCohort{Open: c.open, Yield: countQuotient(c.won, c.won+c.lost+c.open, ratePlaces)}
			}
			return row
		}
		return WinRateFigure{Currency: t.currency, Rows: rowsOf(t, row), Total: row([]string{}, &t.total)}
	})
	if err != nil {
		return nil, err
	}
	return report(winRateDefinition, r.Params, list), nil
}
