package insight_test

import (
	"cmp"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// canceled is the status of documents that count nowhere.
const canceled = "canceled"

type vectorSettings struct {
	Now          time.Time      `json:"now"`
	TimeZone     string         `json:"time_zone"`
	BaseCurrency money.Currency `json:"base_currency"`
}

type vectorParams struct {
	From             value.Date                         `json:"from"`
	Before           value.Date                         `json:"before"`
	By               []insight.Dimension                `json:"by"`
	Convert          insight.Convert                    `json:"convert"`
	Rates            map[money.Currency]decimal.Decimal `json:"rates"`
	ExcludeOnHold    bool                               `json:"exclude_on_hold"`
	StageProbability map[string]int32                   `json:"stage_probability"`
	Managers         map[string]string                  `json:"managers"`
	Quotas           map[string]money.Amount            `json:"quotas"`
	Adjustments      []struct {
		Owner  string                      `json:"owner"`
		Column leadtocash.ForecastCategory `json:"column"`
		Value  value.Opt[money.Amount]     `json:"value"`
		Own    bool                        `json:"own"`
		By     string                      `json:"by"`
		At     time.Time                   `json:"at"`
	} `json:"adjustments"`
	Basis      insight.WinBasis `json:"basis"`
	WithinDays value.Opt[int]   `json:"within_days"`
	Goals      []struct {
		ID               string                     `json:"id"`
		Owner            string                     `json:"owner"`
		Parent           string                     `json:"parent"`
		Metric           insight.Metric             `json:"metric"`
		From             value.Date                 `json:"from"`
		To               value.Date                 `json:"to"`
		Target           decimal.Decimal            `json:"target"`
		Stretch          value.Opt[decimal.Decimal] `json:"stretch"`
		OnlyFromChildren bool                       `json:"only_from_children"`
		OnlyOwn          value.Opt[bool]            `json:"only_own"`
		Override         value.Opt[decimal.Decimal] `json:"override"`
	} `json:"goals"`
	FromDocuments   string         `json:"from_documents"`
	On              value.Date     `json:"on"`
	Bucket          insight.Bucket `json:"bucket"`
	AverageDaysLate map[string]int `json:"average_days_late"`
}

type vectorHead struct {
	ID                  string          `json:"id"`
	Owner               string          `json:"owner"`
	Customer            string          `json:"customer"`
	Opportunity         string          `json:"opportunity"`
	Currency            money.Currency  `json:"currency"`
	ExchangeRate        decimal.Decimal `json:"exchange_rate"`
	CreatedAt           time.Time       `json:"created_at"`
	OverriddenCreatedOn value.Date      `json:"overridden_created_on"`
}

func (h vectorHead) valued() insight.Valued {
	return insight.Valued{Currency: h.Currency, Rate: h.ExchangeRate}
}

type vectorLine struct {
	Product  string          `json:"product"`
	Quantity decimal.Decimal `json:"quantity"`
	Net      money.Amount    `json:"net"`
	SalesRep string          `json:"sales_rep"`
}

type vectorDeal struct {
	vectorHead
	Product            string                       `json:"product"`
	Status             leadtocash.OpportunityStatus `json:"status"`
	SalesStage         string                       `json:"sales_stage"`
	Source             string                       `json:"source"`
	ForecastCategory   leadtocash.ForecastCategory  `json:"forecast_category"`
	OriginatingLead    string                       `json:"originating_lead"`
	EstimatedValue     value.Opt[money.Amount]      `json:"estimated_value"`
	EstimatedCloseDate value.Date                   `json:"estimated_close_date"`
	ActualValue        value.Opt[money.Amount]      `json:"actual_value"`
	ActualCloseDate    value.Date                   `json:"actual_close_date"`
	CloseProbability   value.Opt[int32]             `json:"close_probability"`
}

type vectorData struct {
	Opportunities []vectorDeal `json:"opportunities"`
	Opening       []vectorDeal `json:"opening"`
	Closing       []vectorDeal `json:"closing"`
	Sellers       map[string]struct {
		Territory string `json:"territory"`
		Manager   string `json:"manager"`
	} `json:"sellers"`
	Leads []struct {
		vectorHead
		EstimatedAmount value.Opt[money.Amount] `json:"estimated_amount"`
		QualifiedOn     value.Date              `json:"qualified_on"`
	} `json:"leads"`
	Quotes []struct {
		vectorHead
		QuoteNumber   string                 `json:"quote_number"`
		Revision      int32                  `json:"revision"`
		Status        leadtocash.QuoteStatus `json:"status"`
		ActivatedOn   value.Date             `json:"activated_on"`
		ClosedOn      value.Date             `json:"closed_on"`
		EffectiveTo   value.Date             `json:"effective_to"`
		Total         money.Amount           `json:"total_amount"`
		LineItems     money.Amount           `json:"total_line_item_amount"`
		LineDiscounts money.Amount           `json:"total_line_item_discount_amount"`
		Discount      money.Amount           `json:"total_discount_amount"`
	} `json:"quotes"`
	Orders []struct {
		vectorHead
		Status string       `json:"status"`
		Total  money.Amount `json:"total_amount"`
		Lines  []vectorLine `json:"lines"`
	} `json:"orders"`
	Invoices    []vectorInvoice `json:"invoices"`
	CreditNotes []struct {
		vectorHead
		Status    string       `json:"status"`
		IssueDate value.Date   `json:"issue_date"`
		Total     money.Amount `json:"total_amount"`
		Lines     []vectorLine `json:"lines"`
	} `json:"credit_notes"`
	Allocations []struct {
		ID         string       `json:"id"`
		Invoice    string       `json:"invoice"`
		Kind       string       `json:"kind"`
		On         value.Date   `json:"on"`
		ReversedOn value.Date   `json:"reversed_on"`
		Amount     money.Amount `json:"amount"`
	} `json:"allocations"`
	Visits []struct {
		Instance string    `json:"instance"`
		Stage    string    `json:"stage"`
		Entered  time.Time `json:"entered"`
		Left     time.Time `json:"left"`
	} `json:"visits"`
	Activities []struct {
		vectorHead
		Status  string    `json:"status"`
		EndedAt time.Time `json:"ended_at"`
		DueAt   time.Time `json:"due_at"`
	} `json:"activities"`
}

type vectorInvoice struct {
	vectorHead
	Status     string       `json:"status"`
	IssueDate  value.Date   `json:"issue_date"`
	DueDate    value.Date   `json:"due_date"`
	CanceledOn value.Date   `json:"canceled_on"`
	Total      money.Amount `json:"total_amount"`
	AmountDue  money.Amount `json:"amount_due"`
	Disputed   bool         `json:"disputed"`
	Promise    *struct {
		PayOn  value.Date   `json:"pay_on"`
		Amount money.Amount `json:"amount"`
	} `json:"promise"`
	Lines []vectorLine `json:"lines"`
}

func (i *vectorInvoice) canceled() bool { return i.Status == canceled }

func (v *vector) location(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(cmp.Or(v.Settings.TimeZone, "UTC"))
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func (v *vector) params(t *testing.T) insight.Params {
	p := insight.Params{
		AsOf: v.Settings.Now, Location: v.location(t), Base: v.Settings.BaseCurrency,
		From: v.Params.From, Before: v.Params.Before, By: v.Params.By, Convert: v.Params.Convert, Rates: v.Params.Rates,
		Managers: map[string]string{}, Territories: map[string]string{},
	}
	for owner, manager := range v.Params.Managers {
		p.Managers[owner] = manager
	}
	for owner, s := range v.Data.Sellers {
		p.Territories[owner] = s.Territory
		if s.Manager != "" {
			p.Managers[owner] = s.Manager
		}
	}
	return p
}

func (v *vector) day(t *testing.T, at time.Time) value.Date {
	if at.IsZero() {
		return 0
	}
	return value.DateOf(at, v.location(t))
}

func (v *vector) born(t *testing.T, h vectorHead) value.Date {
	return cmp.Or(h.OverriddenCreatedOn, v.day(t, h.CreatedAt))
}

func (v *vector) deals(t *testing.T, list []vectorDeal) iter.Seq[insight.Deal] {
	return each(list, func(d vectorDeal) insight.Deal {
		return insight.Deal{
			ID: d.ID, Owner: d.Owner, Customer: d.Customer, Product: d.Product, Source: d.Source, Stage: d.SalesStage, Lead: d.OriginatingLead,
			Status: d.Status, Category: d.ForecastCategory, Valued: d.valued(), Born: v.born(t, d.vectorHead),
			EstimatedCloseDate: d.EstimatedCloseDate, ActualCloseDate: d.ActualCloseDate,
			EstimatedValue: d.EstimatedValue, ActualValue: d.ActualValue, CloseProbability: d.CloseProbability,
		}
	})
}

func each[X, Y any](list []X, f func(X) Y) iter.Seq[Y] {
	return func(yield func(Y) bool) {
		for _, x := range list {
			if !yield(f(x)) {
				return
			}
		}
	}
}

func (v *vector) receivables() iter.Seq[insight.Receivable] {
	return each(v.Data.Invoices, func(i vectorInvoice) insight.Receivable { return v.receivable(&i) })
}

func (v *vector) receivable(i *vectorInvoice) insight.Receivable {
	r := insight.Receivable{
		ID: i.ID, Customer: i.Customer, Valued: i.valued(), IssueDate: i.IssueDate, DueDate: i.DueDate, CanceledOn: i.CanceledOn,
		Total: i.Total, AmountDue: i.AmountDue, Disputed: i.Disputed,
	}
	if i.Promise != nil {
		r.Promise = value.Some(insight.Promise{PayOn: i.Promise.PayOn, Amount: i.Promise.Amount})
	}
	for _, a := range v.Data.Allocations {
		if a.Invoice == i.ID {
			r.Settlements = append(r.Settlements, insight.Settlement{On: a.On, ReversedOn: a.ReversedOn, Amount: a.Amount, Payment: a.Kind == "payment"})
		}
	}
	return r
}

// measures ask what a vector is about.
var measures = map[string]func(*testing.T, *vector, insight.Params) (any, error){
	"pipeline": func(t *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.Pipeline(v.deals(t, v.Data.Opportunities), insight.PipelineParams{
			Params: p, ExcludeOnHold: v.Params.ExcludeOnHold, StageProbability: v.Params.StageProbability,
		})
	},
	"win_rate": func(t *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.WinRate(v.deals(t, v.Data.Opportunities), insight.WinRateParams{Params: p, Basis: v.Params.Basis})
	},
	"forecast": func(t *testing.T, v *vector, p insight.Params) (any, error) {
		params := insight.ForecastParams{Params: p, Quotas: v.Params.Quotas}
		for _, a := range v.Params.Adjustments {
			params.Adjustments = append(params.Adjustments, insight.Adjustment{
				Owner: a.Owner, Column: a.Column, Value: a.Value, Own: a.Own, By: a.By, At: a.At,
			})
		}
		return insight.Forecast(v.deals(t, v.Data.Opportunities), params)
	},
	"funnel": func(t *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.Funnel(v.funnel(t), insight.FunnelParams{Params: p, WithinDays: v.Params.WithinDays})
	},
	"time_in_stage": func(_ *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.TimeInStage(func(yield func(insight.Visit) bool) {
			for _, x := range v.Data.Visits {
				if !yield(insight.Visit{Instance: x.Instance, Stage: x.Stage, Entered: x.Entered, Left: x.Left}) {
					return
				}
			}
		}, p)
	},
	"sales_cycle": func(t *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.SalesCycle(v.deals(t, v.Data.Opportunities), p)
	},
	"velocity": func(t *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.Velocity(v.deals(t, v.Data.Opportunities), p)
	},
	"waterfall": func(t *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.Waterfall(v.deals(t, v.Data.Opening), v.deals(t, v.Data.Closing), insight.WaterfallParams{Params: p})
	},
	"goal": func(t *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.Goals(v.goals(), func(m insight.Metric) iter.Seq[insight.Achievement] { return slices.Values(v.achievements(t, m)) }, p)
	},
	"quotes": func(_ *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.Quotes(func(yield func(insight.QuoteRevision) bool) {
			for _, q := range v.Data.Quotes {
				revision := insight.QuoteRevision{
					ID: q.ID, Number: q.QuoteNumber, Revision: q.Revision, Status: q.Status, Valued: q.valued(), ActivatedOn: q.ActivatedOn,
					ClosedOn: q.ClosedOn, EffectiveTo: q.EffectiveTo, LineItems: q.LineItems, LineDiscounts: q.LineDiscounts,
					TotalDiscount: q.Discount, Total: q.Total,
				}
				if !yield(revision) {
					return
				}
			}
		}, p)
	},
	"sales": func(t *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.Sales(slices.Values(v.sold(t)), p)
	},
	"ageing": func(_ *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.Ageing(v.receivables(), insight.AgeingParams{Params: p, On: v.Params.On})
	},
	"dso": func(_ *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.DSO(v.receivables(), func(yield func(insight.CreditNote) bool) {
			for _, n := range v.Data.CreditNotes {
				if n.Status == "void" {
					continue
				}
				if !yield(insight.CreditNote{ID: n.ID, Valued: n.valued(), IssueDate: n.IssueDate, Total: n.Total}) {
					return
				}
			}
		}, p)
	},
	"cash_forecast": func(_ *testing.T, v *vector, p insight.Params) (any, error) {
		return insight.CashForecast(v.receivables(), insight.CashForecastParams{
			Params: p, On: v.Params.On, Bucket: v.Params.Bucket, AverageDaysLate: v.Params.AverageDaysLate,
		})
	},
}

func (v *vector) funnel(t *testing.T) (r insight.FunnelRecords) {
	var leads []insight.FunnelLead
	for _, l := range v.Data.Leads {
		leads = append(leads, insight.FunnelLead{ID: l.ID, Born: v.born(t, l.vectorHead), Valued: l.valued(), Amount: l.EstimatedAmount})
	}
	var quotes, orders, invoices []insight.FunnelDocument
	for _, q := range v.Data.Quotes {
		quotes = append(quotes, insight.FunnelDocument{ID: q.ID, Deal: q.Opportunity, On: q.ActivatedOn, Valued: q.valued(), Amount: q.Total})
	}
	for _, o := range v.Data.Orders {
		if o.Status != canceled {
			orders = append(orders, insight.FunnelDocument{ID: o.ID, Deal: o.Opportunity, On: v.born(t, o.vectorHead), Valued: o.valued(), Amount: o.Total})
		}
	}
	for n := range v.Data.Invoices {
		i := &v.Data.Invoices[n]
		if i.canceled() {
			continue
		}
		facts := v.receivable(i)
		invoices = append(invoices, insight.FunnelDocument{
			ID: i.ID, Deal: i.Opportunity, On: i.IssueDate, Valued: i.valued(), Amount: i.Total,
			SettledOn: facts.FirstSettledOn(), Paid: value.Some(facts.PaidOn(v.day(t, v.Settings.Now))),
		})
	}
	return insight.FunnelRecords{
		Leads: slices.Values(leads), Deals: v.deals(t, v.Data.Opportunities),
		Quotes: slices.Values(quotes), Orders: slices.Values(orders), Invoices: slices.Values(invoices),
	}
}

func (v *vector) goals() (list []insight.Objective) {
	for _, g := range v.Params.Goals {
		list = append(list, insight.Objective{
			ID: g.ID, Owner: g.Owner, Parent: g.Parent, Metric: g.Metric, From: g.From, To: g.To, Target: g.Target, Stretch: g.Stretch,
			OnlyFromChildren: g.OnlyFromChildren, AllRecords: !g.OnlyOwn.Or(true), OverrideActual: g.Override,
		})
	}
	return list
}

func (v *vector) achievements(t *testing.T, m insight.Metric) (list []insight.Achievement) {
	add := func(h vectorHead, on value.Date, amount money.Amount, inProgress bool) {
		counts := insight.GoalAttributeActual
		if inProgress {
			counts = insight.GoalAttributeInProgress
		}
		list = append(list, insight.Achievement{ID: h.ID, Owner: h.Owner, On: on, Valued: h.valued(), Amount: amount, Counts: counts})
	}
	switch m.Source {
	case "opportunity_won":
		for _, d := range v.Data.Opportunities {
			switch d.Status.State() {
			case leadtocash.OpportunityWon:
				add(d.vectorHead, d.ActualCloseDate, d.ActualValue.Or(money.Amount{}), false)
			case leadtocash.OpportunityOpen:
				add(d.vectorHead, d.EstimatedCloseDate, d.EstimatedValue.Or(money.Amount{}), true)
			}
		}
	case "order":
		for _, o := range v.Data.Orders {
			if o.Status != canceled {
				add(o.vectorHead, v.born(t, o.vectorHead), o.Total, false)
			}
		}
	case "invoice":
		for _, i := range v.Data.Invoices {
			if !i.canceled() {
				add(i.vectorHead, i.IssueDate, i.Total, false)
			}
		}
	case "lead":
		for _, l := range v.Data.Leads {
			add(l.vectorHead, l.QualifiedOn, money.Amount{}, false)
		}
	case "activity":
		for _, a := range v.Data.Activities {
			if a.Status == "completed" {
				add(a.vectorHead, v.day(t, a.EndedAt), money.Amount{}, false)
			} else if a.Status == "open" {
				add(a.vectorHead, v.day(t, a.DueAt), money.Amount{}, true)
			}
		}
	case "cash":
		for _, a := range v.Data.Allocations {
			n := slices.IndexFunc(v.Data.Invoices, func(i vectorInvoice) bool { return i.ID == a.Invoice })
			if a.Kind != "payment" || n < 0 || !a.ReversedOn.IsZero() && !a.ReversedOn.After(v.day(t, v.Settings.Now)) {
				continue
			}
			h := v.Data.Invoices[n].vectorHead
			h.ID = a.ID
			add(h, a.On, a.Amount, false)
		}
	default:
		t.Fatalf("no metric %q", m.Source)
	}
	return list
}

func (v *vector) sold(t *testing.T) (list []insight.SoldDocument) {
	add := func(h vectorHead, on value.Date, credit bool, lines []vectorLine) {
		d := insight.SoldDocument{ID: h.ID, Owner: h.Owner, Customer: h.Customer, On: on, Valued: h.valued(), Credit: credit}
		for _, l := range lines {
			d.Lines = append(d.Lines, insight.SoldLine{Product: l.Product, Seller: l.SalesRep, Quantity: l.Quantity, Net: l.Net})
		}
		list = append(list, d)
	}
	if v.Params.FromDocuments == "orders" {
		for _, o := range v.Data.Orders {
			if o.Status != canceled {
				add(o.vectorHead, v.born(t, o.vectorHead), false, o.Lines)
			}
		}
		return list
	}
	for _, i := range v.Data.Invoices {
		if !i.canceled() {
			add(i.vectorHead, i.IssueDate, false, i.Lines)
		}
	}
	for _, n := range v.Data.CreditNotes {
		if n.Status != "void" {
			add(n.vectorHead, n.IssueDate, true, n.Lines)
		}
	}
	return list
}
