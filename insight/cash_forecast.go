package insight

import (
	"cmp"
	"iter"
	"time"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Bucket is how days are put together.
type Bucket = value.Setting[bucketKeys]

// The values of [Bucket].
const (
	BucketMonth Bucket = iota
	BucketWeek         // named by its Monday
)

type bucketKeys struct{}

func (bucketKeys) Keys() []string { return []string{"month", "week"} }

// CashForecastParams are those of [CashForecast].
type CashForecastParams struct {
	Params
	On              value.Date // of the balances; default: the day of the report
	Bucket          Bucket
	AverageDaysLate map[string]int // by customer, see DaysLate
}

// CashForecastFigure says when what is owed is to come in. Rows, overdue and disputed
// add up to the total before they are rounded.
type CashForecastFigure struct {
	Currency money.Currency    `json:"currency"`
	Rows     []CashForecastRow `json:"rows"`
	Overdue  Number            `json:"overdue"`  // its day is over
	Disputed Number            `json:"disputed"` // on no day
	Total    Number            `json:"total"`
}

// CashForecastRow is what is expected in a month or a week.
type CashForecastRow struct {
	Key      string `json:"key"`
	Expected Number `json:"expected"`
}

type cashCells struct{ expected, overdue, disputed sum }

// CashForecast puts what is open on a day on the days on which it is to come in: an
// open promise on its day, the rest on the due date, later by what the customer is
// late as a rule.
func CashForecast(invoices iter.Seq[Receivable], p CashForecastParams) (*Report[CashForecastFigure], error) {
	reasons := p.reasons(nil)
	if !p.Bucket.Valid() {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "bucket", Message: "month or week"})
	}
	if err := record.RefusedFor(reasons); err != nil {
		return nil, err
	}
	r := newRun(&p.Params)
	t := newTables[cashCells](r)
	on := cmp.Or(p.On, p.today())
	for i := range invoices {
		open := i.OpenOn(on)
		if open.Sign() <= 0 {
			continue
		}
		currency := r.figure(i.ID, i.Valued)
		table := t.of(currency)
		table.total.expected.add(r.amount(i.Valued, open))
		expect := func(day value.Date, amount money.Amount) {
			add := r.amount(i.Valued, amount)
			key, part := "", "expected"
			switch {
			case i.Disputed:
				part = "disputed"
				table.total.disputed.add(add)
			case day.Before(on):
				part = "overdue"
				table.total.overdue.add(add)
			default:
				key = p.bucketOf(day)
				table.row([]string{key}).expected.add(add)
			}
			r.tell(currency, []string{key}, part, kinds.Invoice, i.ID, add, day)
		}
		rest := open
		if promise, ok := i.Promise.Get(); ok && !i.Disputed {
			promised := money.Clamp(promise.Amount, open)
			rest = open.Sub(promised)
			expect(promise.PayOn, promised)
		}
		if !rest.IsZero() {
			expect(i.DueDate.AddDays(max(0, p.AverageDaysLate[i.Customer])), rest)
		}
	}
	list, err := figures(t, func(t *table[cashCells]) CashForecastFigure {
		return CashForecastFigure{
			Currency: t.currency, Overdue: r.show(&t.total.overdue, t.currency), Disputed: r.show(&t.total.disputed, t.currency),
			Total: r.show(&t.total.expected, t.currency),
			Rows: rowsOf(t, func(key []string, c *cashCells) CashForecastRow {
				return CashForecastRow{Key: key[0], Expected: r.show(&c.expected, t.currency)}
			}),
		}
	})
	if err != nil {
		return nil, err
	}
	return report(cashForecastDefinition, r.Params, list), nil
}

func (p *CashForecastParams) bucketOf(day value.Date) string {
	if p.Bucket == BucketMonth {
		return monthOf(day)
	}
	return day.AddDays(-(int(day.Time(time.UTC).Weekday()) + 6) % 7).String()
}

// PaidInvoice is an invoice of which nothing is open.
type PaidInvoice struct {
	Customer  string
	DueDate   value.Date
	SettledOn value.Date
}

// lateDays is how far back the habits of a customer are looked at.
const lateDays = 365

// DaysLate is by how many days each customer paid late, in the mean of the invoices
// settled in the year before a day: rounded, half up, and never below 0.
func DaysLate(paid iter.Seq[PaidInvoice], on value.Date) map[string]int {
	all := map[string][]int{}
	for i := range paid {
		if i.SettledOn.After(on) || i.SettledOn.DaysUntil(on) >= lateDays || i.SettledOn.IsZero() || i.DueDate.IsZero() {
			continue
		}
		all[i.Customer] = append(all[i.Customer], i.DueDate.DaysUntil(i.SettledOn))
	}
	late := make(map[string]int, len(all))
	for customer, days := range all {
		mean := rounded(mean(days), 0)
		late[customer] = max(0, int(mean.units.Int64()))
	}
	return late
}
