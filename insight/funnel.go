package insight

import (
	"iter"
	"slices"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// FunnelParams are those of [Funnel]; the period is that of the birth of leads.
type FunnelParams struct {
	Params
	WithinDays value.Opt[int] // of its birth a lead must reach a step; default: by the instant of the report
}

// Funnel steps, in their order.
const (
	StepLead        = "lead"        // birth
	StepOpportunity = "opportunity" // birth of a deal that originates from the lead
	StepQuote       = "quote"       // a quote of the deal is activated
	StepOrder       = "order"       // birth of an order that is not canceled
	StepInvoice     = "invoice"     // issue of an invoice that is not canceled
	StepCash        = "cash"        // first day on which such an invoice has nothing open
)

var funnelSteps = []string{StepLead, StepOpportunity, StepQuote, StepOrder, StepInvoice, StepCash}

// funnelKinds are the records that a step is made of.
var funnelKinds = []kinds.Kind{kinds.Lead, kinds.Opportunity, kinds.Quote, kinds.Order, kinds.Invoice, kinds.Invoice}

const (
	stepLead = iota
	stepOpportunity
	stepQuote
	stepOrder
	stepInvoice
	stepCash
	stepCount
)

// FunnelLead is a lead of the funnel.
type FunnelLead struct {
	ID   string
	Born value.Date
	Valued
	Amount value.Opt[money.Amount] // estimated
	Deal   string                  // of another lead, that this one joined
}

// FunnelDocument is a quote, an order or an invoice of a deal.
type FunnelDocument struct {
	ID   string
	Deal string
	On   value.Date // activated, born, issued; not set: it does not count
	Valued
	Amount    money.Amount            // its total
	SettledOn value.Date              // of an invoice: the first day on which nothing is open
	Paid      value.Opt[money.Amount] // of an invoice: its payments
}

// FunnelRecords are what a funnel is made of. Orders and invoices that are canceled
// are not among them.
type FunnelRecords struct {
	Leads    iter.Seq[FunnelLead]
	Deals    iter.Seq[Deal]
	Quotes   iter.Seq[FunnelDocument]
	Orders   iter.Seq[FunnelDocument]
	Invoices iter.Seq[FunnelDocument]
}

// FunnelFigure has a row for each step.
type FunnelFigure struct {
	Currency money.Currency `json:"currency"`
	Rows     []FunnelRow    `json:"rows"`
}

// FunnelRow is one step. A later step counts for those before it, so counts never
// rise along the steps; values are those of records that are there.
type FunnelRow struct {
	Stage      string            `json:"stage"`
	Count      int64             `json:"count"`
	Value      Number            `json:"value"`
	OfCohort   value.Opt[Number] `json:"of_cohort"`
	OfPrevious value.Opt[Number] `json:"of_previous"`
	MedianDays value.Opt[int]    `json:"median_days"` // from birth
}

// A journey is what a lead of the cohort has reached, by step.
type journey struct {
	currency money.Currency
	born     value.Date
	reached  [stepCount]value.Date
}

type funnelCells struct {
	count  [stepCount]int64
	days   [stepCount][]int
	values [stepCount]sum
}

// A funnel is one on its way.
type funnel struct {
	*run
	p     *FunnelParams
	leads map[string]*journey
	deals map[string][]*journey // by deal
	joins map[string][]*journey // by deal
	t     *tables[funnelCells]
}

// Funnel follows the leads born in a period to the money.
func Funnel(records FunnelRecords, p FunnelParams) (*Report[FunnelFigure], error) {
	reasons := p.reasons(nil)
	if within, ok := p.WithinDays.Get(); ok && within < 0 {
		reasons = append(reasons, record.Reason{Code: codes.ErrOutOfRange, Field: "within_days", Message: "0 or more"})
	}
	if err := record.RefusedFor(reasons); err != nil {
		return nil, err
	}
	f := &funnel{run: newRun(&p.Params), p: &p, leads: map[string]*journey{}, deals: map[string][]*journey{}, joins: map[string][]*journey{}}
	f.t = newTables[funnelCells](f.run)
	for l := range records.Leads {
		f.begin(&l)
	}
	for d := range records.Deals {
		f.develop(&d)
	}
	for n, documents := range []iter.Seq[FunnelDocument]{records.Quotes, records.Orders, records.Invoices} {
		for d := range documents {
			f.document(stepQuote+n, &d)
		}
	}
	for _, j := range f.leads {
		f.count(j)
	}
	list, err := figures(f.t, f.show)
	if err != nil {
		return nil, err
	}
	return report(funnelDefinition, f.Params, list), nil
}

func (f *funnel) begin(l *FunnelLead) {
	if !f.has(l.Born) {
		return
	}
	j := &journey{currency: f.figure(l.ID, l.Valued), born: l.Born}
	j.reached[stepLead] = l.Born
	f.leads[l.ID] = j
	if l.Deal != "" {
		f.joins[l.Deal] = append(f.joins[l.Deal], j)
	}
	f.value(stepLead, l.ID, l.Valued, l.Amount.Or(money.Amount{}), l.Born)
}

func (f *funnel) develop(d *Deal) {
	of := f.joins[d.ID]
	if j := f.leads[d.Lead]; j != nil && !slices.Contains(of, j) {
		of = append(slices.Clone(of), j)
	}
	if len(of) == 0 {
		return
	}
	f.deals[d.ID] = of
	if f.reach(stepOpportunity, of, d.Born) {
		f.value(stepOpportunity, d.ID, d.Valued, d.EstimatedValue.Or(money.Amount{}), d.Born)
	}
}

func (f *funnel) document(step int, d *FunnelDocument) {
	of := f.deals[d.Deal]
	if !f.reach(step, of, d.On) {
		return
	}
	f.value(step, d.ID, d.Valued, d.Amount, d.On)
	if step == stepInvoice && f.reach(stepCash, of, d.SettledOn) {
		f.value(stepCash, d.ID, d.Valued, d.Paid.Or(money.Amount{}), d.SettledOn)
	}
}

// reach notes a step on a day, and reports whether it is in time for a lead.
func (f *funnel) reach(step int, of []*journey, on value.Date) (reached bool) {
	if on.IsZero() || on.After(f.today()) {
		return false
	}
	for _, j := range of {
		if within, limited := f.p.WithinDays.Get(); limited && j.born.DaysUntil(on) > within {
			continue
		}
		reached = true
		if was := j.reached[step]; was.IsZero() || on.Before(was) {
			j.reached[step] = on
		}
	}
	return reached
}

func (f *funnel) value(step int, id string, v Valued, amount money.Amount, on value.Date) {
	add, c := f.amount(v, amount), f.figure(id, v)
	f.t.of(c).total.values[step].add(add)
	f.tell(c, []string{funnelSteps[step]}, "", funnelKinds[step], id, add, on)
}

// count counts a lead at every step that it reached or passed.
func (f *funnel) count(j *journey) {
	c := &f.t.of(j.currency).total
	var first value.Date
	for step := stepCash; step >= stepLead; step-- {
		if on := j.reached[step]; !on.IsZero() && (first.IsZero() || on.Before(first)) {
			first = on
		}
		if !first.IsZero() {
			c.count[step]++
			c.days[step] = append(c.days[step], age(j.born, first))
		}
	}
}

func (f *funnel) show(t *table[funnelCells]) FunnelFigure {
	figure := FunnelFigure{Currency: t.currency, Rows: []FunnelRow{}}
	c := &t.total
	for step, name := range funnelSteps {
		slices.Sort(c.days[step])
		row := FunnelRow{
			Stage: name, Count: c.count[step], Value: f.run.show(&c.values[step], t.currency),
			OfCohort: countQuotient(c.count[step], c.count[stepLead], ratePlaces), MedianDays: percentile(c.days[step], 50),
		}
		if step > stepLead {
			row.OfPrevious = countQuotient(c.count[step], c.count[step-1], ratePlaces)
		}
		figure.Rows = append(figure.Rows, row)
	}
	return figure
}
