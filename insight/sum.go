package insight

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// Valued is what an amount is converted by.
type Valued struct {
	Currency money.Currency     // default: the base currency
	Rate     decimal.Decimal    // units per unit of the base currency; 0: none is known
	Rounding money.RoundingMode // of the record's amounts in base currency
}

// in is the currency of the record.
func (v Valued) in(p *Params) money.Currency {
	if v.Currency.IsZero() {
		return p.Base
	}
	return v.Currency
}

// A run is one measure on its way: it converts, and remembers what it cannot.
type run struct {
	*Params
	missing map[string]bool
	beyond  bool // an amount could not be converted within the range of amounts
}

func newRun(p *Params) *run { return &run{Params: p, missing: map[string]bool{}} }

// figure is the currency of the figure that the record counts in. A record that
// cannot be converted is noted, and refuses the report in the end.
func (r *run) figure(id string, v Valued) money.Currency {
	c := v.in(r.Params)
	if r.Convert == ConvertNone || c == r.Base {
		return c
	}
	known := v.Rate.IsPositive()
	if r.Convert == ConvertTable {
		_, known = r.Rates[c]
	}
	if !known {
		r.missing[id] = true
	}
	return r.Base
}

// amount is what an amount of the record adds to a sum: exact in the record's own
// currency, or in base currency where each record is converted apart.
func (r *run) amount(v Valued, a money.Amount) addend {
	c := v.in(r.Params)
	if r.Convert == ConvertOwn && c != r.Base {
		if !v.Rate.IsPositive() {
			return addend{r.Base, decimal.Decimal{}}
		}
		a, c = money.ToBase(a, v.Rate, r.Base, v.Rounding), r.Base
	}
	r.beyond = r.beyond || a.Poisoned()
	return addend{c, a.Decimal()}
}

// refusal names the records that could not be converted. Sums are exact, whatever their
// size; single amounts are not beyond the range of amounts.
func (r *run) refusal() error {
	if r.beyond {
		return record.Refusal(codes.ErrOutOfRange, "convert", "an amount is beyond the range of amounts")
	}
	if len(r.missing) == 0 {
		return nil
	}
	ids := make([]string, 0, len(r.missing))
	for id := range r.missing {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	reason := record.Reason{Code: codes.ErrCurrencyMismatch, Field: "convert", Message: "records without an exchange rate cannot be converted"}
	return record.RefusedFor([]record.Reason{reason.With("ids", ids[:min(maxIDs, len(ids))], "count", len(ids))})
}

// exact is a sum in the currency of its figure.
func (r *run) exact(s *sum) *big.Rat {
	total := new(big.Rat)
	for _, part := range s.parts {
		x := part.amount.Rat()
		if rate, other := r.Rates[part.currency]; r.Convert == ConvertTable && other && part.currency != r.Base {
			x.Quo(x, rate.Rat())
		}
		total.Add(total, x)
	}
	return total
}

// show rounds a sum.
func (r *run) show(s *sum, c money.Currency) Number { return inCurrency(r.exact(s), c) }

// An addend is an exact amount on its way into a sum.
type addend struct {
	currency money.Currency
	amount   decimal.Decimal
}

// times multiplies exactly.
func (a addend) times(n decimal.Decimal) addend { return addend{a.currency, a.amount.Mul(n)} }

func (a addend) neg() addend { return addend{a.currency, a.amount.Neg()} }

// A sum keeps each currency apart, so that it is rounded once.
type sum struct{ parts []addend }

func (s *sum) add(a addend) {
	for n := range s.parts {
		if s.parts[n].currency == a.currency {
			s.parts[n].amount = s.parts[n].amount.Add(a.amount)
			return
		}
	}
	s.parts = append(s.parts, a)
}
