package insight

import (
	"iter"
	"math/big"
	"slices"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// QuoteRevision is what measures know of a quote.
type QuoteRevision struct {
	ID       string
	Number   string // all revisions of an offer have one
	Revision int32
	Status   leadtocash.QuoteStatus
	Valued
	ActivatedOn   value.Date
	ClosedOn      value.Date
	EffectiveTo   value.Date
	LineItems     money.Amount // after line discounts
	LineDiscounts money.Amount
	TotalDiscount money.Amount // that of lines and document
	Total         money.Amount
}

// QuotesFigure says how offers of one currency went.
type QuotesFigure struct {
	Currency        money.Currency    `json:"currency"`
	Won             int64             `json:"won"`  // revisions won in the period
	Lost            int64             `json:"lost"` // numbers whose last revision was lost or canceled in it
	WinRate         value.Opt[Number] `json:"win_rate"`
	RevisionsPerWon value.Opt[Number] `json:"revisions_per_won"` // mean revision number
	DiscountDepth   value.Opt[Number] `json:"discount_depth"`    // of what is won: discount ÷ price before it
	MedianDaysToWon value.Opt[int]    `json:"median_days_to_won"`
	Activated       int64             `json:"activated"` // in the period
	Expired         int64             `json:"expired"`   // of these, still active or open past their last day
	ExpiryShare     value.Opt[Number] `json:"expiry_share"`
	WonValue        Number            `json:"won_value"`
}

type quotesCells struct {
	won, lost, revisions, activated, expired int64
	days                                     []int
	discount, before, wonValue               sum
}

type lastRevision struct {
	revision int32
	lost     bool // in the period
	currency money.Currency
	id       string
	on       value.Date
}

// Quotes measures revisions that were closed or activated in the period. It keeps the
// last revision of each number in memory.
func Quotes(quotes iter.Seq[QuoteRevision], p Params) (*Report[QuotesFigure], error) {
	if err := record.RefusedFor(p.reasons(nil)); err != nil {
		return nil, err
	}
	r := newRun(&p)
	t := newTables[quotesCells](r)
	last := map[string]lastRevision{}
	for q := range quotes {
		closed := !q.ClosedOn.IsZero() && p.has(q.ClosedOn)
		lost := closed && (q.Status == leadtocash.QuoteStatusLost || q.Status == leadtocash.QuoteStatusCanceled)
		if was, ok := last[q.Number]; !ok || q.Revision > was.revision {
			last[q.Number] = lastRevision{q.Revision, lost, q.in(&p), q.ID, q.ClosedOn}
		}
		activated := !q.ActivatedOn.IsZero() && p.has(q.ActivatedOn)
		won := closed && q.Status.State() == leadtocash.QuoteWon
		if !activated && !won && !lost {
			continue
		}
		currency := r.figure(q.ID, q.Valued)
		c := &t.of(currency).total
		if won {
			add := r.amount(q.Valued, q.Total)
			c.win(r, &q, add)
			r.tell(currency, nil, "won", kinds.Quote, q.ID, add, q.ClosedOn)
		}
		if activated {
			c.activate(&p, &q)
			r.tell(currency, nil, "activated", kinds.Quote, q.ID, r.amount(q.Valued, q.Total), q.ActivatedOn)
		}
	}
	for _, number := range sortedKeys(last) {
		if l := last[number]; l.lost {
			currency := l.currency
			if p.Convert != ConvertNone {
				currency = p.Base
			}
			t.of(currency).total.lost++
			r.tell(currency, nil, "lost", kinds.Quote, l.id, addend{currency: currency}, l.on)
		}
	}
	list, err := figures(t, func(t *table[quotesCells]) QuotesFigure { return t.total.show(r, t.currency) })
	if err != nil {
		return nil, err
	}
	return report(quotesDefinition, r.Params, list), nil
}

func (c *quotesCells) win(r *run, q *QuoteRevision, total addend) {
	c.won++
	c.revisions += int64(q.Revision)
	if !q.ActivatedOn.IsZero() {
		c.days = append(c.days, age(q.ActivatedOn, q.ClosedOn))
	}
	c.discount.add(r.amount(q.Valued, q.TotalDiscount))
	c.before.add(r.amount(q.Valued, q.LineItems.Add(q.LineDiscounts)))
	c.wonValue.add(total)
}

func (c *quotesCells) activate(p *Params, q *QuoteRevision) {
	c.activated++
	if q.Status.State() == leadtocash.QuoteActive && !q.EffectiveTo.IsZero() && q.EffectiveTo.Before(p.today()) {
		c.expired++
	}
}

func (c *quotesCells) show(r *run, in money.Currency) QuotesFigure {
	slices.Sort(c.days)
	return QuotesFigure{
		Currency: in, Won: c.won, Lost: c.lost, WinRate: countQuotient(c.won, c.won+c.lost, ratePlaces),
		RevisionsPerWon: quotient(new(big.Rat).SetInt64(c.revisions), new(big.Rat).SetInt64(c.won), dayPlaces),
		DiscountDepth:   quotient(r.exact(&c.discount), r.exact(&c.before), ratePlaces),
		MedianDaysToWon: percentile(c.days, 50), Activated: c.activated, Expired: c.expired,
		ExpiryShare: countQuotient(c.expired, c.activated, ratePlaces), WonValue: r.show(&c.wonValue, in),
	}
}
