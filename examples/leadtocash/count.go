package main

import (
	"context"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// summary says what came of the rows. Records are counted as they stand in the
// store.
func (im *importer) summary(ctx context.Context) (*summary, error) {
	s := newSummary(im.data.currency.Code())
	rejects := im.rejects[im.ofRows:]
	s.Accepted, s.Rejected = im.accepted, len(rejects)
	s.RowsRead = s.Accepted + s.Rejected
	for _, r := range rejects {
		s.RejectedByCode[r.code]++
	}
	s.OtherFiles = append(s.OtherFiles, im.side...)
	s.UnknownProducts, s.Commands = im.unknown, im.commands

	for _, count := range []func(context.Context, *summary) error{im.countRecords, im.countAccounts, im.addMoney, im.addReceivables} {
		if err := count(ctx, s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// A tally counts until something fails.
type tally struct{ err error }

func (t *tally) of(n int64, err error) int {
	if t.err == nil {
		t.err = err
	}
	return int(n)
}

// countRecords counts the records by state, open leads by status.
func (im *importer) countRecords(ctx context.Context, s *summary) error {
	var t tally
	lead := func(q engine.LeadQuery) int { return t.of(im.client.Leads().Count(ctx, q)) }
	s.Leads = leadCount{
		New:          lead(engine.LeadQuery{Status: leadtocash.LeadStatusNew}),
		Contacted:    lead(engine.LeadQuery{Status: leadtocash.LeadStatusContacted}),
		Qualified:    lead(engine.LeadQuery{List: in(leadtocash.LeadQualified)}),
		Disqualified: lead(engine.LeadQuery{List: in(leadtocash.LeadDisqualified)}),
	}
	opportunity := func(state value.State) int {
		return t.of(im.client.Opportunities().Count(ctx, engine.OpportunityQuery{List: in(state)}))
	}
	s.Opportunities = opportunityCount{
		Open: opportunity(leadtocash.OpportunityOpen),
		Won:  opportunity(leadtocash.OpportunityWon),
		Lost: opportunity(leadtocash.OpportunityLost),
	}
	quote := func(state value.State) int {
		return t.of(im.client.Quotes().Count(ctx, engine.QuoteQuery{List: in(state)}))
	}
	s.Quotes = quoteCount{
		Draft:  quote(leadtocash.QuoteDraft),
		Active: quote(leadtocash.QuoteActive),
		Won:    quote(leadtocash.QuoteWon),
		Closed: quote(leadtocash.QuoteClosed),
	}
	order := func(state value.State) int {
		return t.of(im.client.Orders().Count(ctx, engine.OrderQuery{List: in(state)}))
	}
	s.Orders = orderCount{
		Active:    order(leadtocash.OrderActive),
		Submitted: order(leadtocash.OrderSubmitted),
		Canceled:  order(leadtocash.OrderCanceled),
		Fulfilled: order(leadtocash.OrderFulfilled),
		Invoiced:  order(leadtocash.OrderInvoiced),
	}
	invoice := func(state value.State) int {
		return t.of(im.client.Invoices().Count(ctx, engine.InvoiceQuery{List: in(state)}))
	}
	s.Invoices = invoiceCount{
		Active:   invoice(leadtocash.InvoiceActive),
		Paid:     invoice(leadtocash.InvoicePaid),
		Canceled: invoice(leadtocash.InvoiceCanceled),
	}
	payment := func(state value.State) int {
		return t.of(im.client.Payments().Count(ctx, engine.PaymentQuery{List: in(state)}))
	}
	s.Payments = paymentCount{
		Posted:  payment(leadtocash.PaymentPosted),
		Bounced: payment(leadtocash.PaymentBounced),
	}
	s.Refunds.Paid = t.of(im.client.Refunds().Count(ctx, engine.RefundQuery{List: in(leadtocash.RefundPaid)}))
	return t.err
}

func in(state value.State) engine.List { return engine.List{State: state} }

// countAccounts counts the rows that name an account which neither a file lists
// nor a lead was qualified into.
func (im *importer) countAccounts(ctx context.Context, s *summary) error {
	var t tally
	for a, err := range im.client.Accounts().All(ctx, engine.AccountQuery{}) {
		if err != nil {
			return err
		}
		if a.ImportSequence == 0 && a.OriginatingLeadID.IsZero() {
			s.CreatedAccounts[a.Name] += t.of(im.client.Leads().Count(ctx, engine.LeadQuery{Account: a.ID})) +
				t.of(im.client.Accounts().Count(ctx, engine.AccountQuery{Parent: a.ID}))
		}
	}
	return t.err
}

// addMoney adds up what is paid of invoices. Sums over currencies convert each
// invoice by the exchange rate that stands on it.
func (im *importer) addMoney(ctx context.Context, s *summary) error {
	agents := map[record.SellerID]string{}
	for a, err := range im.client.Sellers().All(ctx, engine.SellerQuery{}) {
		if err != nil {
			return err
		}
		agents[a.ID] = a.Name
	}
	total := sums[money.Currency]{}
	byQuarter, byAgent := sums[string]{}, sums[string]{}
	for i, err := range im.client.Invoices().All(ctx, engine.InvoiceQuery{}) {
		if err != nil {
			return err
		}
		if i.SettledAmount.IsZero() {
			continue
		}
		deal, err := im.client.Opportunities().Get(ctx, i.OpportunityID)
		if err != nil {
			return err
		}
		rate := i.ExchangeRate.Or(decimal.NewFromInt(1))
		base := money.ToBase(i.SettledAmount, rate, im.data.currency, money.HalfAway)
		total.add(i.Currency, i.SettledAmount)
		byQuarter.add(deal.ActualCloseDate.Quarter(), base)
		byAgent.add(agents[record.SellerID{UUID: i.Owner}], base)
	}
	for currency, sum := range total {
		s.PaidTotal[currency.Code()] = sum.StringFixed(int32(currency.Digits()))
	}
	digits := int32(im.data.currency.Digits())
	for quarter, sum := range byQuarter {
		s.PaidByQuarter[quarter] = sum.StringFixed(digits)
	}
	for agent, sum := range byAgent {
		s.PaidByAgent[agent] = sum.StringFixed(digits)
	}
	return nil
}

// addReceivables adds what is owed on the last day that the rows tell of.
func (im *importer) addReceivables(ctx context.Context, s *summary) error {
	totals, err := im.client.Receivables().Totals(ctx, engine.AgeingQuery{AsOf: im.last})
	if err != nil {
		return err
	}
	if !im.last.IsZero() {
		s.ReceivablesAsOf = im.last.String()
	}
	for _, a := range totals {
		s.Receivables[a.Currency.Code()] = receivable{
			Total: a.Receivable().String(), Overdue: a.Overdue().String(), Current: a.Current.String(),
			Days1To30: a.Days1To30.String(), Days31To60: a.Days31To60.String(), Days61To90: a.Days61To90.String(),
			Over90: a.Over90.String(), Credits: a.Credits.String(), Invoices: a.Invoices,
		}
	}
	return nil
}

// sums add amounts up by a key. They are decimals because no amount is large
// enough for a sum over any number of rows.
type sums[K comparable] map[K]decimal.Decimal

func (s sums[K]) add(key K, a money.Amount) { s[key] = s[key].Add(a.Decimal()) }
