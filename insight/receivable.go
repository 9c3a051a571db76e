package insight

import (
	"fmt"
	"iter"
	"math/big"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Receivable is what measures know of an invoice that was issued.
type Receivable struct {
	ID       string
	Customer string
	Valued
	IssueDate   value.Date
	DueDate     value.Date
	CanceledOn  value.Date // not set: it stands
	Total       money.Amount
	AmountDue   money.Amount
	Settlements []Settlement
	Disputed    bool
	Promise     value.Opt[Promise] // that is open
}

// Settlement is what an invoice was settled with.
type Settlement struct {
	On         value.Date
	ReversedOn value.Date // the first day on which it does not count any more
	Amount     money.Amount
	Payment    bool // not a credit, a discount or a write-off
}

// Promise is what a customer promised to pay on a day.
type Promise struct {
	PayOn  value.Date
	Amount money.Amount
}

// OpenOn is the balance on a day, never below 0: the amount due less what had settled
// it by then. It is 0 before the issue, and from the day of cancellation on.
func (r *Receivable) OpenOn(on value.Date) money.Amount {
	open := r.AmountDue.Sub(r.AmountDue)
	if r.IssueDate.IsZero() || r.IssueDate.After(on) || !r.standsOn(on) {
		return open
	}
	return money.Clamp(r.AmountDue.Sub(r.SettledBy(on)), money.Beyond(1, r.AmountDue.Digits()))
}

func (r *Receivable) standsOn(on value.Date) bool {
	return r.CanceledOn.IsZero() || r.CanceledOn.After(on)
}

// SettledBy is what had settled it by the end of a day.
func (r *Receivable) SettledBy(on value.Date) money.Amount {
	settled := r.AmountDue.Sub(r.AmountDue)
	for n := range r.Settlements {
		if s := &r.Settlements[n]; s.standsOn(on) {
			settled = settled.Add(s.Amount)
		}
	}
	return settled
}

func (s *Settlement) standsOn(on value.Date) bool {
	return !s.On.After(on) && (s.ReversedOn.IsZero() || s.ReversedOn.After(on))
}

// FirstSettledOn is the first day on which nothing was open; not set if there was none.
func (r *Receivable) FirstSettledOn() (first value.Date) {
	for n := range r.Settlements {
		on := r.Settlements[n].On
		if (first.IsZero() || on.Before(first)) && r.AmountDue.Cmp(r.SettledBy(on)) <= 0 {
			first = on
		}
	}
	return first
}

// PaidOn is what payments had settled by a day.
func (r *Receivable) PaidOn(on value.Date) money.Amount {
	paid := r.AmountDue.Sub(r.AmountDue)
	for n := range r.Settlements {
		if s := &r.Settlements[n]; s.Payment && s.standsOn(on) {
			paid = paid.Add(s.Amount)
		}
	}
	return paid
}

// AgeingParams are those of [Ageing].
type AgeingParams struct {
	Params
	On value.Date // default: the day of the report
}

func (p *AgeingParams) on() value.Date {
	if p.On.IsZero() {
		return p.today()
	}
	return p.On
}

// AgeingFigure is what is owed in one currency on a day.
type AgeingFigure struct {
	Currency money.Currency `json:"currency"`
	Rows     []AgeingRow    `json:"rows"` // by customer
	Total    AgeingRow      `json:"total"`
}

// AgeingRow sorts what is owed by how many days it is overdue.
type AgeingRow struct {
	Customer   string `json:"customer"` // empty in the total
	Receivable Number `json:"receivable"`
	Invoices   int64  `json:"invoices"`
	Current    Number `json:"current"`
	Days1To30  Number `json:"days_1_to_30"`
	Days31To60 Number `json:"days_31_to_60"`
	Days61To90 Number `json:"days_61_to_90"`
	Over90     Number `json:"over_90"`
}

type ageingCells struct {
	invoices int64
	buckets  [5]sum
}

// Ageing sorts what is open on a day into the buckets of [leadtocash.AgeingBucket].
func Ageing(invoices iter.Seq[Receivable], p AgeingParams) (*Report[AgeingFigure], error) {
	if err := record.RefusedFor(p.reasons(nil)); err != nil {
		return nil, err
	}
	r := newRun(&p.Params)
	t := newTables[ageingCells](r)
	for i := range invoices {
		open := i.OpenOn(p.on())
		if open.Sign() <= 0 {
			continue
		}
		add, currency, key := r.amount(i.Valued, open), r.figure(i.ID, i.Valued), []string{i.Customer}
		bucket := leadtocash.AgeingBucket(i.DueDate, p.on())
		t.of(currency).each(key, func(c *ageingCells) {
			c.invoices++
			c.buckets[bucket].add(add)
		})
		r.tell(currency, key, fmt.Sprint(bucket), kinds.Invoice, i.ID, add, i.DueDate)
	}
	list, err := figures(t, func(t *table[ageingCells]) AgeingFigure {
		row := func(customer string, c *ageingCells) AgeingRow {
			var all sum
			var shown [len(c.buckets)]Number
			for n := range c.buckets {
				shown[n] = r.show(&c.buckets[n], t.currency)
				for _, part := range c.buckets[n].parts {
					all.add(part)
				}
			}
			return AgeingRow{
				Customer: customer, Receivable: r.show(&all, t.currency), Invoices: c.invoices,
				Current: shown[0], Days1To30: shown[1], Days31To60: shown[2], Days61To90: shown[3], Over90: shown[4],
			}
		}
		return AgeingFigure{
			Currency: t.currency, Total: row("", &t.total),
			Rows: rowsOf(t, func(key []string, c *ageingCells) AgeingRow { return row(key[0], c) }),
		}
	})
	if err != nil {
		return nil, err
	}
	return report(ageingDefinition, r.Params, list), nil
}

// CreditNote is what measures know of a credit note that was issued and is not void.
type CreditNote struct {
	ID string
	Valued
	IssueDate value.Date
	Total     money.Amount
}

// DSOFigure says how long customers of one currency take to pay. The period ends
// with the day before Before.
type DSOFigure struct {
	Currency          money.Currency    `json:"currency"`
	OpeningReceivable Number            `json:"opening_receivable"`
	ClosingReceivable Number            `json:"closing_receivable"`
	CurrentReceivable Number            `json:"current_receivable"` // of the closing one, not overdue
	CreditSales       Number            `json:"credit_sales"`       // invoiced less credited
	Days              int               `json:"days"`
	DSO               value.Opt[Number] `json:"dso"`            // closing ÷ sales × days
	DSOCountBack      value.Opt[Number] `json:"dso_count_back"` // how many days of sales, from the end back, are still owed
	BestPossibleDSO   value.Opt[Number] `json:"best_possible_dso"`
	DaysDelinquent    value.Opt[Number] `json:"days_delinquent"`
	CEI               value.Opt[Number] `json:"cei"` // collection effectiveness, a percentage
}

// countBackMonths is how many months of sales a count back takes at most.
const countBackMonths = 24

type dsoCells struct {
	opening, closing, current, sales sum
	months                           [countBackMonths]sum // sales, from the end back
}

// DSO measures the receivables of a period, which needs both ends.
func DSO(invoices iter.Seq[Receivable], notes iter.Seq[CreditNote], p Params) (*Report[DSOFigure], error) {
	reasons := p.reasons(nil)
	const bothEnds = "the period needs both ends"
	if p.From.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "from", Message: bothEnds})
	}
	if p.Before.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "before", Message: bothEnds})
	}
	if err := record.RefusedFor(reasons); err != nil {
		return nil, err
	}
	r := newRun(&p)
	t := newTables[dsoCells](r)
	end := p.Before.AddDays(-1)
	sell := func(c *dsoCells, on value.Date, a addend) {
		if p.has(on) {
			c.sales.add(a)
		}
		if n := monthsUntil(on, end); !on.After(end) && n < countBackMonths {
			c.months[n].add(a)
		}
	}
	for i := range invoices {
		if i.IssueDate.IsZero() || i.IssueDate.After(end) {
			continue
		}
		currency := r.figure(i.ID, i.Valued)
		c := &t.of(currency).total
		c.opening.add(r.amount(i.Valued, i.OpenOn(p.From.AddDays(-1))))
		open := r.amount(i.Valued, i.OpenOn(end))
		c.closing.add(open)
		if leadtocash.AgeingBucket(i.DueDate, end) == 0 {
			c.current.add(open)
		}
		r.tell(currency, nil, "closing_receivable", kinds.Invoice, i.ID, open, i.IssueDate)
		if i.standsOn(end) {
			total := r.amount(i.Valued, i.Total)
			sell(c, i.IssueDate, total)
			if p.has(i.IssueDate) {
				r.tell(currency, nil, "credit_sales", kinds.Invoice, i.ID, total, i.IssueDate)
			}
		}
	}
	for n := range notes {
		if n.IssueDate.IsZero() || n.IssueDate.After(end) {
			continue
		}
		currency, total := r.figure(n.ID, n.Valued), r.amount(n.Valued, n.Total).neg()
		sell(&t.of(currency).total, n.IssueDate, total)
		if p.has(n.IssueDate) {
			r.tell(currency, nil, "credit_sales", kinds.CreditNote, n.ID, total, n.IssueDate)
		}
	}
	list, err := figures(t, func(t *table[dsoCells]) DSOFigure { return t.total.show(r, t.currency) })
	if err != nil {
		return nil, err
	}
	return report(dsoDefinition, r.Params, list), nil
}

// monthsUntil is how many calendar months lie between two days.
func monthsUntil(from, to value.Date) int {
	return (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
}

func (c *dsoCells) show(r *run, in money.Currency) DSOFigure {
	opening, closing, current, sales := r.exact(&c.opening), r.exact(&c.closing), r.exact(&c.current), r.exact(&c.sales)
	f := DSOFigure{
		Currency: in, OpeningReceivable: inCurrency(opening, in), ClosingReceivable: inCurrency(closing, in),
		CurrentReceivable: inCurrency(current, in), CreditSales: inCurrency(sales, in), Days: r.From.DaysUntil(r.Before),
		DSOCountBack: c.countBack(r, closing),
	}
	if sales.Sign() > 0 {
		days := func(owed *big.Rat) value.Opt[Number] {
			return quotient(new(big.Rat).Mul(owed, new(big.Rat).SetInt64(int64(f.Days))), sales, dayPlaces)
		}
		f.DSO, f.BestPossibleDSO, f.DaysDelinquent = days(closing), days(current), days(new(big.Rat).Sub(closing, current))
	}
	owed := new(big.Rat).Add(opening, sales)
	collected := new(big.Rat).Sub(owed, closing)
	f.CEI = quotient(collected.Mul(collected, big.NewRat(100, 1)), new(big.Rat).Sub(owed, current), percentPlaces)
	return f
}

// countBack takes the sales of one calendar month after the other off what is owed.
func (c *dsoCells) countBack(r *run, owed *big.Rat) value.Opt[Number] {
	left, days := new(big.Rat).Set(owed), new(big.Rat)
	last := r.Before.AddDays(-1)
	for n := range c.months {
		if left.Sign() <= 0 {
			break
		}
		first := last.AddDays(1 - last.Day())
		length := new(big.Rat).SetInt64(int64(first.DaysUntil(last) + 1))
		last = first.AddDays(-1)
		switch sold := r.exact(&c.months[n]); {
		case sold.Sign() <= 0:
			days.Add(days, length)
		case sold.Cmp(left) <= 0:
			days.Add(days, length)
			left.Sub(left, sold)
		default:
			days.Add(days, length.Mul(length, left).Quo(length, sold))
			left.SetInt64(0)
		}
	}
	if left.Sign() > 0 {
		return value.None[Number]()
	}
	return value.Some(rounded(days, dayPlaces))
}
