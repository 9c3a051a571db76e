package engine

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// Insight asks for the measures of package insight. Each is made of the records that
// the actor may see, in one snapshot, which are read for it; the report says Scoped if
// that may not be all. Base currency, time zone and, unless they are given, managers and
// territories of owners come from the client.
//
// The instant is AsOf, by default that of the client's clock. A past one, which is
// inclusive, gives what a report of that time would have said: it costs a history for
// each record that was changed since. Records whose history was erased are not in it, and
// are counted. Codes besides those of the measure: ErrTimeOrder for an instant in the
// future; ErrUnsupported for a past one within a transaction.
type Insight struct {
	c      *Client
	behind *behind // who is told of what is behind a figure
}

// Insight returns the service for measures.
func (c *Client) Insight() Insight { return Insight{c: c} }

// A gathering reads what a measure is of. The first error ends it, and is kept.
type gathering struct {
	ctx    context.Context
	s      *session
	reader storage.Reader
	pasts  []*past // readers of what there was
	scoped bool
	err    error
}

// measured asks one measure in one snapshot.
func measured[F any](ctx context.Context, i Insight, p *insight.Params, ask func(*gathering) (*insight.Report[F], error)) (report *insight.Report[F], err error) {
	given := *p
	err = i.c.look(ctx, func(ctx context.Context, s *session) error {
		*p = given
		g := &gathering{ctx: ctx, s: s}
		if at := p.AsOf.UTC().Truncate(time.Microsecond); !p.AsOf.IsZero() {
			if at.After(s.stamp.At) {
				return record.Refusal(codes.ErrTimeOrder, "as_of", "a report is not of the future")
			}
			g.pasts = append(g.pasts, s.pastOf(at))
			s.Reader, s.stamp = g.pasts[0], i.c.settings.StampOf(at, i.c.actor)
		}
		g.reader = s.Reader
		p.AsOf, p.Location, p.Base = s.stamp.At, i.c.settings.Location, i.c.settings.BaseCurrency
		if i.behind != nil {
			if err := i.behind.begin(p, given.AsOf); err != nil {
				return err
			}
		}
		g.ofSellers(p)
		report, err = ask(g)
		if err = cmp.Or(g.err, err); err == nil {
			report.Scoped, report.Erased = g.scoped, g.erased()
		}
		return err
	})
	if err == nil && given.AsOf.IsZero() && !i.c.joined && !report.Scoped {
		report.Position, err = storage.FeedEnd(ctx, i.c.store, i.c.tenant)
		if errors.Is(err, storage.ErrUnsupported) || errors.Is(err, storage.ErrReadOnly) { // a store that only reads
			err = nil
		}
	}
	if err != nil {
		return nil, fromStore(err)
	}
	return report, nil
}

// erased counts the records of which nothing is known but that they were there.
func (g *gathering) erased() int {
	all := map[storage.Ref]bool{}
	for _, p := range g.pasts {
		maps.Copy(all, p.erased)
	}
	return len(all)
}

// ofSellers fills in managers and territories where rows are by them.
func (g *gathering) ofSellers(p *insight.Params) {
	managers := p.Managers == nil && slices.Contains(p.By, insight.ByManager)
	territories := p.Territories == nil && slices.Contains(p.By, insight.ByTerritory)
	if managers {
		p.Managers = g.managers()
	}
	if territories {
		p.Territories = g.territories()
	}
}

// managers are those of the sellers, by owner.
func (g *gathering) managers() map[string]string {
	return g.sellers(func(s *party.Seller) uuid.UUID { return s.ManagerID.UUID })
}

// territories are those of the sellers, by owner.
func (g *gathering) territories() map[string]string {
	return g.sellers(func(s *party.Seller) uuid.UUID { return s.Territory })
}

func (g *gathering) sellers(of func(*party.Seller) uuid.UUID) map[string]string {
	m := map[string]string{}
	for seller := range found[party.Seller](g, kinds.Seller, SellerQuery{}) {
		if id := of(seller); id != uuid.Nil {
			m[seller.ID.String()] = id.String()
		}
	}
	return m
}

// records yields the records that a query finds, to be read only.
func (g *gathering) records(kind kinds.Kind, q query) iter.Seq[record.Record] {
	return func(yield func(record.Record) bool) {
		if g.err != nil {
			return
		}
		stored, err := g.s.c.checkedQuery(kind, q)
		if err == nil {
			var scope []storage.Cond
			scope, err = g.s.scope(g.ctx, kind)
			g.scoped = g.scoped || len(scope) > 0
		}
		if err != nil {
			g.err = err
			return
		}
		stored.Limit, stored.After = 0, ""
		for rec, err := range g.reader.Find(g.ctx, stored) {
			if err != nil {
				g.err = fromStore(err)
				return
			}
			d, err := recordKinds[kind].decode(rec.Image)
			if err != nil {
				g.err = err
				return
			}
			if !yield(d) {
				return
			}
		}
	}
}

// found is records of a type.
func found[R any, P record.Pointer[R]](g *gathering, kind kinds.Kind, q query) iter.Seq[P] {
	return func(yield func(P) bool) {
		for d := range g.records(kind, q) {
			if !yield(d.(P)) {
				return
			}
		}
	}
}

// each turns records into what a measure takes; those that it leaves out are not yielded.
func each[X, Y any](records iter.Seq[X], of func(X) (Y, bool)) iter.Seq[Y] {
	return func(yield func(Y) bool) {
		for x := range records {
			if y, ok := of(x); ok && !yield(y) {
				return
			}
		}
	}
}

// textOf is the text of an id; empty if it is not set.
func textOf(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

func valuedBy(h *record.Head, mode money.RoundingMode) insight.Valued {
	return insight.Valued{Currency: h.Currency, Rate: h.ExchangeRate.Or(decimal.Decimal{}), Rounding: mode}
}

// born is the day of birth of a record.
func (g *gathering) born(h *record.Head) value.Date {
	return cmp.Or(h.OverriddenCreatedOn, g.s.c.settings.Today(h.CreatedAt))
}

func customerText(id record.CustomerID) string {
	if id.IsZero() {
		return ""
	}
	return string(id.Kind) + "/" + id.ID.String()
}

// deals are the opportunities that a query finds. The product of a deal is that of its
// first line.
func (g *gathering) deals(q OpportunityQuery) iter.Seq[insight.Deal] {
	return each(found[leadtocash.Opportunity](g, kinds.Opportunity, q), func(o *leadtocash.Opportunity) (insight.Deal, bool) {
		return g.deal(o), true
	})
}

func (g *gathering) deal(o *leadtocash.Opportunity) insight.Deal {
	d := insight.Deal{
		ID: o.ID.String(), Owner: textOf(o.Owner), Customer: customerText(o.CustomerID), Stage: o.SalesStage.String(),
		Lead: textOf(o.OriginatingLeadID.UUID), Status: o.Status, Category: o.ForecastCategory,
		Valued: valuedBy(&o.Head, o.Pricing.RoundingMode), Born: g.born(&o.Head),
		EstimatedCloseDate: o.EstimatedCloseDate, ActualCloseDate: o.ActualCloseDate,
		EstimatedValue: o.EstimatedValue, ActualValue: o.ActualValue, CloseProbability: o.CloseProbability,
	}
	for name, raw := range o.Custom {
		if d.Custom == nil {
			d.Custom = make(map[string]string, len(o.Custom))
		}
		d.Custom[name] = schema.KeyText(raw)
	}
	if len(o.Lines) > 0 {
		d.Product = textOf(o.Lines[0].ProductID.UUID)
	}
	return d
}

// Pipeline sums up the open deals of a query.
func (i Insight) Pipeline(ctx context.Context, q OpportunityQuery, p insight.PipelineParams) (*insight.Report[insight.PipelineFigure], error) {
	q.State = leadtocash.OpportunityOpen
	return measured(ctx, i, &p.Params, func(g *gathering) (*insight.Report[insight.PipelineFigure], error) {
		return insight.Pipeline(g.deals(q), p)
	})
}

// WinRate says how many of the decided deals of a query are won.
func (i Insight) WinRate(ctx context.Context, q OpportunityQuery, p insight.WinRateParams) (*insight.Report[insight.WinRateFigure], error) {
	return measured(ctx, i, &p.Params, func(g *gathering) (*insight.Report[insight.WinRateFigure], error) {
		return insight.WinRate(g.deals(q), p)
	})
}

// Forecast adds up the deals of a query by category, over a hierarchy: unless they are
// given, managers are those of the sellers; adjustments those that were made of exactly
// this period; quotas the targets of goals that are not discarded, have exactly this
// period and add up the actual value of won deals, of each owner those highest in their
// trees. Quotas of goals stand at the figure in base currency. By territories there are
// neither adjustments nor quotas but those given.
func (i Insight) Forecast(ctx context.Context, q OpportunityQuery, p insight.ForecastParams) (*insight.Report[insight.ForecastFigure], error) {
	given := p
	return measured(ctx, i, &p.Params, func(g *gathering) (*insight.Report[insight.ForecastFigure], error) {
		p.Adjustments, p.Quotas, p.QuotasIn = given.Adjustments, given.Quotas, given.QuotasIn
		g.ofForecast(&p)
		return insight.Forecast(g.deals(q), p)
	})
}

// SalesCycle says how long the deals of a query take.
func (i Insight) SalesCycle(ctx context.Context, q OpportunityQuery, p insight.Params) (*insight.Report[insight.SalesCycleFigure], error) {
	return measured(ctx, i, &p, func(g *gathering) (*insight.Report[insight.SalesCycleFigure], error) {
		return insight.SalesCycle(g.deals(q), p)
	})
}

// Velocity says what the open deals of a query bring a day.
func (i Insight) Velocity(ctx context.Context, q OpportunityQuery, p insight.Params) (*insight.Report[insight.VelocityFigure], error) {
	return measured(ctx, i, &p, func(g *gathering) (*insight.Report[insight.VelocityFigure], error) {
		return insight.Velocity(g.deals(q), p)
	})
}

// Quotes measures the quotes of a query. The day of activation of
// one that does not have it comes out of its history.
func (i Insight) Quotes(ctx context.Context, q QuoteQuery, p insight.Params) (*insight.Report[insight.QuotesFigure], error) {
	return measured(ctx, i, &p, func(g *gathering) (*insight.Report[insight.QuotesFigure], error) {
		return insight.Quotes(each(found[leadtocash.Quote](g, kinds.Quote, q), func(q *leadtocash.Quote) (insight.QuoteRevision, bool) {
			return insight.QuoteRevision{
				ID: q.ID.String(), Number: q.QuoteNumber, Revision: q.RevisionNumber, Status: q.Status,
				Valued: valuedBy(&q.Head, q.Pricing.RoundingMode), ActivatedOn: g.activatedOn(q), ClosedOn: q.ClosedOn, EffectiveTo: q.EffectiveTo,
				LineItems: q.TotalLineItemAmount, LineDiscounts: q.TotalLineItemDiscountAmount,
				TotalDiscount: q.TotalDiscountAmount, Total: q.TotalAmount,
			}, true
		}), p)
	})
}

// activatedOn is the day on which a quote was activated; not set if it never was.
func (g *gathering) activatedOn(q *leadtocash.Quote) value.Date {
	if q.Status == leadtocash.QuoteStatusDraft || !q.ActivatedOn.IsZero() || g.err != nil {
		return q.ActivatedOn
	}
	for e, err := range g.reader.History(g.ctx, storeRef(q.Ref())) {
		if err != nil {
			g.err = fromStore(err)
			return 0
		}
		if e.Type == actions.QuoteActivate.Event() {
			return g.s.c.settings.Today(e.At)
		}
	}
	return 0
}

// Funnel follows the leads of a query to the money. It reads the leads born in the
// period, and the deals, quotes, orders and invoices of all.
func (i Insight) Funnel(ctx context.Context, q LeadQuery, p insight.FunnelParams) (*insight.Report[insight.FunnelFigure], error) {
	return measured(ctx, i, &p.Params, func(g *gathering) (*insight.Report[insight.FunnelFigure], error) {
		return insight.Funnel(g.funnel(q), p)
	})
}

func (g *gathering) funnel(q LeadQuery) insight.FunnelRecords {
	document := func(h *record.Head, id, deal uuid.UUID, on value.Date, p *pricing.PricedLines) insight.FunnelDocument {
		return insight.FunnelDocument{ID: id.String(), Deal: textOf(deal), On: on, Valued: valuedBy(h, p.Pricing.RoundingMode), Amount: p.TotalAmount}
	}
	return insight.FunnelRecords{
		Leads: each(found[leadtocash.Lead](g, kinds.Lead, q), func(l *leadtocash.Lead) (insight.FunnelLead, bool) {
			return insight.FunnelLead{
				ID: l.ID.String(), Born: g.born(&l.Head), Valued: valuedBy(&l.Head, money.HalfAway), Amount: l.EstimatedAmount,
				Deal: textOf(l.QualifyingOpportunityID.UUID),
			}, true
		}),
		Deals: g.deals(OpportunityQuery{}),
		Quotes: each(found[leadtocash.Quote](g, kinds.Quote, QuoteQuery{}), func(q *leadtocash.Quote) (insight.FunnelDocument, bool) {
			return document(&q.Head, q.ID.UUID, q.OpportunityID.UUID, g.activatedOn(q), &q.PricedLines), !q.OpportunityID.IsZero()
		}),
		Orders: each(found[leadtocash.Order](g, kinds.Order, OrderQuery{}), func(o *leadtocash.Order) (insight.FunnelDocument, bool) {
			return document(&o.Head, o.ID.UUID, o.OpportunityID.UUID, g.born(&o.Head), &o.PricedLines), stands(o)
		}),
		Invoices: each(g.receivables(InvoiceQuery{}), func(r receivable) (insight.FunnelDocument, bool) {
			i := r.invoice
			d := document(&i.Head, i.ID.UUID, i.OpportunityID.UUID, i.IssueDate, &i.PricedLines)
			d.SettledOn, d.Paid = r.FirstSettledOn(), value.Some(r.PaidOn(g.s.stamp.Day()))
			return d, !i.OpportunityID.IsZero() && billed(i)
		}),
	}
}

// stands reports whether an order is not canceled.
func stands(o *leadtocash.Order) bool { return o.Status.State() != leadtocash.OrderCanceled }

// billed reports whether an invoice was issued and is not canceled.
func billed(i *leadtocash.Invoice) bool {
	return !i.IssueDate.IsZero() && i.Status.State() != leadtocash.InvoiceCanceled
}

// BilledQuery narrows figures that are made of invoices and credit notes: it is asked of
// both.
type BilledQuery struct {
	List
	Customer record.CustomerID
}

func (q BilledQuery) invoices() InvoiceQuery { return InvoiceQuery{List: q.List, Customer: q.Customer} }

func (g *gathering) issuedNotes(q BilledQuery) iter.Seq[*leadtocash.CreditNote] {
	return found[leadtocash.CreditNote](g, kinds.CreditNote, CreditNoteQuery{List: q.List, Customer: q.Customer, Status: leadtocash.CreditNoteStatusIssued})
}

// Sales adds up the lines of invoices that were issued, less those of credit notes.
func (i Insight) Sales(ctx context.Context, q BilledQuery, p insight.Params) (*insight.Report[insight.SalesFigure], error) {
	return measured(ctx, i, &p, func(g *gathering) (*insight.Report[insight.SalesFigure], error) {
		invoices := each(found[leadtocash.Invoice](g, kinds.Invoice, q.invoices()), func(i *leadtocash.Invoice) (insight.SoldDocument, bool) {
			return sold(kinds.Invoice, &i.Head, i.ID.UUID, i.CustomerID, i.IssueDate, &i.PricedLines), billed(i)
		})
		notes := each(g.issuedNotes(q), func(n *leadtocash.CreditNote) (insight.SoldDocument, bool) {
			d := sold(kinds.CreditNote, &n.Head, n.ID.UUID, n.CustomerID, n.IssueDate, &n.PricedLines)
			d.Credit = true
			return d, true
		})
		return insight.Sales(both(invoices, notes), p)
	})
}

// OrderedSales adds up the lines of orders that are not canceled.
func (i Insight) OrderedSales(ctx context.Context, q OrderQuery, p insight.Params) (*insight.Report[insight.SalesFigure], error) {
	return measured(ctx, i, &p, func(g *gathering) (*insight.Report[insight.SalesFigure], error) {
		return insight.Sales(each(found[leadtocash.Order](g, kinds.Order, q), func(o *leadtocash.Order) (insight.SoldDocument, bool) {
			return sold(kinds.Order, &o.Head, o.ID.UUID, o.CustomerID, g.born(&o.Head), &o.PricedLines), stands(o)
		}), p)
	})
}

func both[X any](one, other iter.Seq[X]) iter.Seq[X] {
	return func(yield func(X) bool) {
		for _, seq := range []iter.Seq[X]{one, other} {
			for x := range seq {
				if !yield(x) {
					return
				}
			}
		}
	}
}

func sold(kind kinds.Kind, h *record.Head, id uuid.UUID, customer record.CustomerID, on value.Date, p *pricing.PricedLines) insight.SoldDocument {
	d := insight.SoldDocument{
		Kind: kind, ID: id.String(), Owner: textOf(h.Owner), Customer: customerText(customer), On: on, Valued: valuedBy(h, p.Pricing.RoundingMode),
	}
	for n := range p.Lines {
		l := &p.Lines[n]
		line := insight.SoldLine{Product: textOf(l.ProductID.UUID), Quantity: l.Quantity.Or(decimal.Decimal{}), Net: l.AfterDiscount()}
		if l.Shipping != nil {
			line.Seller = textOf(l.Shipping.SalesRepID.UUID)
		}
		d.Lines = append(d.Lines, line)
	}
	return d
}

// A receivable is an invoice with what settled it.
type receivable struct {
	insight.Receivable
	invoice *leadtocash.Invoice
}

// receivables are the invoices of a query that were issued, read page by page with
// what settled them.
func (g *gathering) receivables(q InvoiceQuery) iter.Seq[receivable] {
	return func(yield func(receivable) bool) {
		var page []*leadtocash.Invoice
		more := true
		show := func() {
			for _, r := range g.settled(page) {
				if more = more && yield(r); !more {
					return
				}
			}
			page = page[:0]
		}
		for i := range found[leadtocash.Invoice](g, kinds.Invoice, q) {
			if i.IssueDate.IsZero() {
				continue
			}
			if page = append(page, i); len(page) == owedPage {
				if show(); !more {
					return
				}
			}
		}
		show()
	}
}

// settled adds what settled some invoices. What settled an imported one before it came
// here is of the day of its issue.
func (g *gathering) settled(invoices []*leadtocash.Invoice) []receivable {
	ids := make([]uuid.UUID, len(invoices))
	for n, i := range invoices {
		ids[n] = i.ID.UUID
	}
	allocations, err := among[leadtocash.Allocation](g.ctx, g.s, "invoice_id", ids)
	if err != nil {
		g.err = cmp.Or(g.err, fromStore(err))
		return nil
	}
	of := map[record.InvoiceID][]leadtocash.Allocation{}
	for _, a := range allocations {
		of[a.InvoiceID] = append(of[a.InvoiceID], a)
	}
	today := g.s.stamp.Day()
	list := make([]receivable, len(invoices))
	for n, i := range invoices {
		r := insight.Receivable{
			ID: i.ID.String(), Customer: customerText(i.CustomerID), Valued: valuedBy(&i.Head, i.Pricing.RoundingMode),
			IssueDate: i.IssueDate, DueDate: i.DueDate, CanceledOn: i.CanceledOn, Total: i.TotalAmount, AmountDue: i.AmountDue,
			Disputed: i.OpenDispute != nil,
		}
		if i.PromiseState(today) == leadtocash.PromiseOpen {
			r.Promise = value.Some(insight.Promise{PayOn: i.Promise.PayOn, Amount: i.Promise.Amount})
		}
		before := i.SettledAmount
		for _, a := range of[i.ID] {
			if a.IsActive() {
				before = before.Sub(a.Amount)
			}
			r.Settlements = append(r.Settlements, insight.Settlement{
				On: a.On, ReversedOn: a.ReversedOn, Amount: a.Amount, Payment: a.Kind == leadtocash.AllocationPayment,
			})
		}
		if !before.IsZero() {
			r.Settlements = append(r.Settlements, insight.Settlement{On: i.IssueDate, Amount: before})
		}
		list[n] = receivable{r, i}
	}
	return list
}

func (g *gathering) owed(q InvoiceQuery) iter.Seq[insight.Receivable] {
	return each(g.receivables(q), func(r receivable) (insight.Receivable, bool) { return r.Receivable, true })
}

// Ageing sorts what the invoices of a query have open on a day by how long it is
// overdue.
func (i Insight) Ageing(ctx context.Context, q InvoiceQuery, p insight.AgeingParams) (*insight.Report[insight.AgeingFigure], error) {
	return measured(ctx, i, &p.Params, func(g *gathering) (*insight.Report[insight.AgeingFigure], error) {
		return insight.Ageing(g.owed(q), p)
	})
}

// DSO says how long the customers of a query take to pay.
func (i Insight) DSO(ctx context.Context, q BilledQuery, p insight.Params) (*insight.Report[insight.DSOFigure], error) {
	return measured(ctx, i, &p, func(g *gathering) (*insight.Report[insight.DSOFigure], error) {
		return insight.DSO(g.owed(q.invoices()), each(g.issuedNotes(q), func(n *leadtocash.CreditNote) (insight.CreditNote, bool) {
			return insight.CreditNote{ID: n.ID.String(), Valued: valuedBy(&n.Head, n.Pricing.RoundingMode), IssueDate: n.IssueDate, Total: n.TotalAmount}, true
		}), p)
	})
}

// CashForecast says when what the invoices of a query have open is to come in. Unless
// they are given, customers are late as they were over the last year.
func (i Insight) CashForecast(ctx context.Context, q InvoiceQuery, p insight.CashForecastParams) (*insight.Report[insight.CashForecastFigure], error) {
	measure := p.AverageDaysLate == nil
	return measured(ctx, i, &p.Params, func(g *gathering) (*insight.Report[insight.CashForecastFigure], error) {
		if measure {
			paid := each(g.receivables(q), func(r receivable) (insight.PaidInvoice, bool) {
				settled := r.FirstSettledOn()
				return insight.PaidInvoice{Customer: r.Customer, DueDate: r.DueDate, SettledOn: settled}, !settled.IsZero() && r.invoice.OpenBalance().IsZero()
			})
			p.AverageDaysLate = insight.DaysLate(paid, cmp.Or(p.On, g.s.stamp.Day()))
		}
		return insight.CashForecast(g.owed(q), p)
	})
}

// Promises says how many of the promises to pay that invoices of a query have, or had,
// were kept: what was promised was settled by the day. One that another took the place of,
// and one that was withdrawn, is none.
func (i Insight) Promises(ctx context.Context, q InvoiceQuery, p insight.Params) (*insight.Report[insight.PromisesFigure], error) {
	return measured(ctx, i, &p, func(g *gathering) (*insight.Report[insight.PromisesFigure], error) {
		return insight.Promises(each(g.receivables(q), func(r receivable) (insight.PromiseOutcome, bool) {
			promise := r.invoice.Promise
			if promise == nil || !billed(r.invoice) {
				return insight.PromiseOutcome{}, false
			}
			kept := r.SettledBy(promise.PayOn).Sub(promise.SettledAmount).Cmp(promise.Amount) >= 0
			return insight.PromiseOutcome{ID: r.ID, Valued: r.Valued, PayOn: promise.PayOn, Amount: promise.Amount, Kept: kept}, kept || g.s.stamp.Day().After(promise.PayOn)
		}), p)
	})
}

// WaterfallParams are those of Insight.Waterfall.
type WaterfallParams struct {
	insight.WaterfallParams
	Since time.Time // of the opening, inclusive: required, not behind AsOf
}

// Waterfall says how the pipeline of a query became what it is: what it was at Since,
// what it is at AsOf, and what lies between. A deal that the query finds at one of both
// alone was created, or removed. Codes: ErrMissingField without Since, ErrInvalid for one
// behind AsOf.
func (i Insight) Waterfall(ctx context.Context, q OpportunityQuery, p WaterfallParams) (*insight.Report[insight.WaterfallFigure], error) {
	since := p.Since.UTC().Truncate(time.Microsecond)
	return measured(ctx, i, &p.Params, func(g *gathering) (*insight.Report[insight.WaterfallFigure], error) {
		if p.Since.IsZero() {
			return nil, record.Refusal(codes.ErrMissingField, "since", "a waterfall begins somewhere")
		}
		if since.After(p.AsOf) {
			return nil, record.Refusal(codes.ErrInvalid, "since", "the opening lies behind the closing")
		}
		opening := *g
		before := g.s.pastOf(since)
		if now, is := before.Reader.(*past); is {
			before.Reader = now.Reader
		}
		opening.reader, g.pasts = before, append(g.pasts, before)
		report, err := insight.Waterfall(opening.deals(q), g.deals(q), p.WaterfallParams)
		g.err, g.scoped = cmp.Or(g.err, opening.err), g.scoped || opening.scoped
		return report, err
	})
}

// TimeInStage says how long running and finished processes of a definition stay in
// each stage; of all definitions if it is empty, stages by "definition/stage" then.
func (i Insight) TimeInStage(ctx context.Context, definition string, p insight.Params) (*insight.Report[insight.TimeInStageFigure], error) {
	return measured(ctx, i, &p, func(g *gathering) (*insight.Report[insight.TimeInStageFigure], error) {
		return insight.TimeInStage(g.visits(definition), p)
	})
}

func (g *gathering) visits(definition string) iter.Seq[insight.Visit] {
	return func(yield func(insight.Visit) bool) {
		for p := range found[process.Process](g, kinds.Process, ProcessQuery{Definition: definition}) {
			for _, v := range p.Instance.Visits {
				stage := v.Stage
				if definition == "" {
					stage = p.Instance.Process + "/" + stage
				}
				if !yield(insight.Visit{Kind: kinds.Process, Instance: p.Instance.ID, Stage: stage, Entered: v.EnteredOn, Left: v.LeftOn}) {
					return
				}
			}
		}
	}
}

// TimeInSalesStage says how long the deals of a query stay in each sales stage while
// they are open, as their history tells it.
func (i Insight) TimeInSalesStage(ctx context.Context, q OpportunityQuery, p insight.Params) (*insight.Report[insight.TimeInStageFigure], error) {
	return measured(ctx, i, &p, func(g *gathering) (*insight.Report[insight.TimeInStageFigure], error) {
		return insight.TimeInStage(g.stageVisits(q), p)
	})
}

func (g *gathering) stageVisits(q OpportunityQuery) iter.Seq[insight.Visit] {
	return func(yield func(insight.Visit) bool) {
		for o := range found[leadtocash.Opportunity](g, kinds.Opportunity, q) {
			for _, v := range g.stagesOf(o) {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// stagesOf are the visits of a deal, in order. What is erased tells nothing.
func (g *gathering) stagesOf(o *leadtocash.Opportunity) (visits []insight.Visit) {
	stage, version := "", int64(0)
	for e, err := range g.reader.History(g.ctx, storeRef(o.Ref())) {
		if err != nil {
			g.err = cmp.Or(g.err, fromStore(err))
			return nil
		}
		if e.Version == version || e.Deleted || e.Image.Erased() {
			continue
		}
		was, err := shared[leadtocash.Opportunity](e.Image)
		if err != nil {
			g.err = cmp.Or(g.err, err)
			return nil
		}
		now := ""
		if version = e.Version; was.Status.State() == leadtocash.OpportunityOpen {
			now = was.SalesStage.String()
		}
		if now == stage {
			continue
		}
		if stage != "" {
			visits[len(visits)-1].Left = e.At
		}
		if stage = now; now != "" {
			visits = append(visits, insight.Visit{Kind: kinds.Opportunity, Instance: o.ID.String(), Stage: now, Entered: e.At})
		}
	}
	return visits
}
