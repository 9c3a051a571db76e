package insight

import (
	"iter"
	"math/big"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// PromiseOutcome is a promise to pay whose day is over.
type PromiseOutcome struct {
	ID string // of the invoice
	Valued
	PayOn  value.Date
	Amount money.Amount
	Kept   bool // else it was broken
}

// PromisesFigure says how many promises of one currency were kept.
type PromisesFigure struct {
	Currency     money.Currency    `json:"currency"`
	Kept         int64             `json:"kept"`
	Broken       int64             `json:"broken"`
	KeptAmount   Number            `json:"kept_amount"`
	BrokenAmount Number            `json:"broken_amount"`
	Rate         value.Opt[Number] `json:"rate"` // kept ÷ (kept + broken)
	AmountRate   value.Opt[Number] `json:"amount_rate"`
}

type promiseCells struct {
	kept, broken             int64
	keptAmount, brokenAmount sum
}

// Promises counts those whose day lies in the period.
func Promises(promises iter.Seq[PromiseOutcome], p Params) (*Report[PromisesFigure], error) {
	if err := record.RefusedFor(p.reasons(nil)); err != nil {
		return nil, err
	}
	r := newRun(&p)
	t := newTables[promiseCells](r)
	for o := range promises {
		if !p.has(o.PayOn) {
			continue
		}
		currency, add := r.figure(o.ID, o.Valued), r.amount(o.Valued, o.Amount)
		c, part := &t.of(currency).total, "broken"
		if o.Kept {
			part = "kept"
			c.kept++
			c.keptAmount.add(add)
		} else {
			c.broken++
			c.brokenAmount.add(add)
		}
		r.tell(currency, nil, part, kinds.Invoice, o.ID, add, o.PayOn)
	}
	list, err := figures(t, func(t *table[promiseCells]) PromisesFigure {
		c := &t.total
		kept, broken := r.exact(&c.keptAmount), r.exact(&c.brokenAmount)
		return PromisesFigure{
			Currency: t.currency, Kept: c.kept, Broken: c.broken,
			KeptAmount: inCurrency(kept, t.currency), BrokenAmount: inCurrency(broken, t.currency),
			Rate:       countQuotient(c.kept, c.kept+c.broken, ratePlaces),
			AmountRate: quotient(kept, new(big.Rat).Add(kept, broken), ratePlaces),
		}
	})
	if err != nil {
		return nil, err
	}
	return report(promisesDefinition, r.Params, list), nil
}
