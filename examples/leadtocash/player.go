package main

import (
	"context"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// A trail is what a deal has come to: the people in it and its latest records.
// What is not there yet has no id.
type trail struct {
	agentName   string
	agent       record.SellerID
	company     string
	account     record.AccountID
	email       string
	contact     record.ContactID
	currency    money.Currency
	lead        record.LeadID
	opportunity record.OpportunityID
	quote       record.QuoteID
	order       record.OrderID
	invoice     record.InvoiceID
	payment     record.PaymentID
}

// A player does what a row tells within one transaction.
type player struct {
	client *engine.Client
	book   *book // of what was there before
	trail
}

// on is the client of the deal's agent on a day; an unset day is today.
func (p *player) on(day value.Date) *engine.Client {
	return p.client.As(record.User(p.agent.UUID)).At(day.Time(time.UTC))
}

// warehouse is the client of the system that ships and bills.
func (p *player) warehouse(day value.Date) *engine.Client {
	return p.on(day).As(record.Actor{Kind: record.ActorIntegration, OnBehalfOf: p.agent.UUID})
}

func (p *player) play(ctx context.Context, r row) error {
	if r.lead != nil {
		if err := p.begin(ctx, r.deal, r.lead); err != nil {
			return err
		}
	}
	for _, s := range r.steps {
		if record := p.missing(s.do); record != "" {
			return &fault{"action", codeWrongOrder, "the deal has no " + record + " yet"}
		}
		if err := p.step(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// begin records the lead.
func (p *player) begin(ctx context.Context, deal string, l *lead) error {
	if err := p.meet(ctx, l); err != nil {
		return err
	}
	cmd := leadtocash.CreateLead{
		SourceKey: deal,
		Origin:    record.Origin{Currency: l.currency, ExchangeRate: p.book.rate(l.currency), OverriddenCreatedOn: l.received},
		Fields: leadtocash.LeadFields{
			Topic: l.topic, CompanyName: p.company, FirstName: l.firstName, LastName: l.lastName, JobTitle: l.jobTitle,
			Email1: l.email, ParentAccountID: p.account, ParentContactID: p.contact,
		},
	}
	source, err := value.ParseOption[leadtocash.LeadSource](l.source)
	if err != nil {
		return wrongCell("source", err)
	}
	cmd.Fields.LeadSource = source
	if l.budget.Valid {
		budget, err := l.currency.Amount(l.budget.Decimal.String())
		if err != nil {
			return wrongCell("budget", err)
		}
		cmd.Fields.BudgetAmount = value.Some(budget)
	}
	made, err := p.on(l.received).Leads().Create(ctx, cmd)
	p.lead = made.ID
	return err
}

// meet finds the people of a deal. An agent nobody has heard of becomes a
// seller, an account that no file lists a record of its own.
func (p *player) meet(ctx context.Context, l *lead) (err error) {
	p.agentName, p.company, p.email, p.currency = l.agent, l.company, l.email, l.currency
	known := false
	if p.agent, known = p.book.agents[l.agent]; !known {
		made, err := p.client.Sellers().Create(ctx, party.CreateSeller{Fields: party.SellerFields{Name: l.agent}})
		if err != nil {
			return err
		}
		p.agent = made.ID
	}
	if l.account != "" {
		p.company = l.account
	}
	if p.account, known = p.book.accounts[p.company]; !known && l.account != "" {
		p.account, err = p.book.open(ctx, p.on(l.received), l.account, l.currency)
	}
	p.contact = p.book.contacts[l.email]
	return err
}

// missing names the record that a verb speaks of and the deal does not have yet.
func (p *player) missing(do verb) string {
	switch do {
	case quote, lose:
		if p.opportunity.IsZero() {
			return "opportunity"
		}
	case send, revise, accept:
		if p.quote.IsZero() {
			return "quote"
		}
	case submit, ship, cancel, invoice:
		if p.order.IsZero() {
			return "order"
		}
	case retract, pay:
		if p.invoice.IsZero() {
			return "invoice"
		}
	case bounce, refund:
		if p.payment.IsZero() {
			return "payment"
		}
	default: // the lead is there from the beginning
	}
	return ""
}

// step is one call, or the few that make up one action of people.
func (p *player) step(ctx context.Context, s step) error {
	c := p.on(s.on)
	switch s.do {
	case contact:
		_, err := c.Leads().SetStatus(ctx, p.lead, leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusContacted})
		return err
	case qualify:
		return p.qualify(ctx, c)
	case disqualify:
		reason, err := value.ParseOption[leadtocash.LeadStatus](s.note)
		if err != nil {
			return wrongCell("note", err)
		}
		_, err = c.Leads().Disqualify(ctx, p.lead, leadtocash.DisqualifyLead{Status: reason})
		return err
	case reactivate:
		_, err := c.Leads().Reactivate(ctx, p.lead, leadtocash.ReactivateLead{})
		return err
	case quote:
		return p.quoteLine(ctx, c, s)
	case send:
		_, err := c.Quotes().Activate(ctx, p.quote, leadtocash.ActivateQuote{})
		return err
	case revise:
		revised, err := c.Quotes().ReviseQuote(ctx, p.quote, leadtocash.ReviseQuote{})
		if err == nil {
			p.quote = revised.Revision.ID
		}
		return err
	case accept:
		won, err := c.Quotes().WinToOrder(ctx, p.quote, leadtocash.WinQuoteToOrder{WinQuote: leadtocash.WinQuote{CloseDate: s.on}})
		if err == nil {
			p.order = won.Order.ID
		}
		return err
	case lose:
		return p.lose(ctx, c, s)
	case submit:
		_, err := c.Orders().Submit(ctx, p.order, leadtocash.SubmitOrder{})
		return err
	case ship:
		lines, err := p.orderLines(ctx, s)
		if err != nil {
			return err
		}
		_, err = p.warehouse(s.on).Orders().Fulfill(ctx, p.order, leadtocash.FulfillOrder{Lines: lines, CloseDate: s.on})
		return err
	case cancel:
		return p.cancel(ctx, c, s)
	case invoice:
		return p.bill(ctx, p.warehouse(s.on), s)
	case retract:
		_, err := c.Invoices().Cancel(ctx, p.invoice, leadtocash.CancelInvoice{})
		return err
	case pay:
		return p.pay(ctx, c, s)
	case bounce:
		_, err := c.Payments().Bounce(ctx, p.payment, leadtocash.BouncePayment{Note: s.note})
		return err
	default: // refund
		return p.giveBack(ctx, c, s)
	}
}

// qualify makes account and contact unless they are known by now.
func (p *player) qualify(ctx context.Context, c *engine.Client) error {
	out, err := c.Leads().Qualify(ctx, p.lead, leadtocash.QualifyLead{
		Account: leadtocash.PlanUse(p.book.accounts[p.company]),
		Contact: leadtocash.PlanUse(p.book.contacts[p.email]),
	})
	if err != nil {
		return err
	}
	p.opportunity = out.Opportunity().ID
	p.account, p.contact = out.Record.ParentAccountID, out.Record.ParentContactID
	return nil
}

// lose closes what is still open of the quote, then the opportunity.
func (p *player) lose(ctx context.Context, c *engine.Client, s step) error {
	reason, err := value.ParseOption[leadtocash.OpportunityStatus](s.note)
	if err != nil {
		return wrongCell("note", err)
	}
	if !p.quote.IsZero() {
		q, err := c.Quotes().Get(ctx, p.quote)
		if err != nil {
			return err
		}
		switch q.Status.State() {
		case leadtocash.QuoteDraft:
			err = c.Quotes().Delete(ctx, q.ID, record.DeleteRecord{})
			p.quote = record.QuoteID{}
		case leadtocash.QuoteActive:
			_, err = c.Quotes().Close(ctx, q.ID, leadtocash.CloseQuote{Status: leadtocash.QuoteStatusLost, CloseDate: s.on})
		}
		if err != nil {
			return err
		}
	}
	_, err = c.Opportunities().Lose(ctx, p.opportunity, leadtocash.LoseOpportunity{Status: reason, CloseDate: s.on})
	return err
}

// cancel ends the order, or what remains of one that is shipped in part.
func (p *player) cancel(ctx context.Context, c *engine.Client, s step) error {
	o, err := c.Orders().Get(ctx, p.order)
	if err != nil {
		return err
	}
	if o.Fulfilment == leadtocash.FulfilmentNone {
		_, err = c.Orders().Cancel(ctx, o.ID, leadtocash.CancelOrder{CloseDate: s.on, Description: s.note})
	} else {
		_, err = c.Orders().CancelRemaining(ctx, o.ID, leadtocash.CancelRemaining{CloseDate: s.on, Description: s.note})
	}
	return err
}

// bill makes the invoice and hands it to the customer.
func (p *player) bill(ctx context.Context, c *engine.Client, s step) error {
	lines, err := p.orderLines(ctx, s)
	if err != nil {
		return err
	}
	billed, err := c.Orders().Invoice(ctx, p.order, leadtocash.InvoiceOrder{Lines: lines})
	if err != nil {
		return err
	}
	p.invoice = billed.Invoice.ID
	_, err = c.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{})
	return err
}

// wrongCell is the fault of a cell that the library cannot read.
func wrongCell(column string, err error) error { return refusal(err, columns{"": column}) }
