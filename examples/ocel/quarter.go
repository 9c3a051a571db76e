package main

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// quarter plays the sales of a quarter: 24 leads, of which some are disqualified, some
// lost, some won on a second offer, and most paid.
func quarter(ctx context.Context, store storage.Store) (*engine.Client, error) {
	now := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	c, err := engine.New(store, engine.WithClock(func() time.Time { return now }))
	if err != nil {
		return nil, err
	}
	for n := range 24 {
		now = time.Date(2026, 7, 1+3*n, 9, 0, 0, 0, time.UTC)
		if err := deal(ctx, c, n, func(days int) { now = now.AddDate(0, 0, days) }); err != nil {
			return nil, fmt.Errorf("deal %d: %w", n, err)
		}
	}
	return c, nil
}

// deal leads one lead as far as its number has it.
func deal(ctx context.Context, c *engine.Client, n int, later func(days int)) error {
	lead, err := c.Leads().Create(ctx, leadtocash.CreateLead{
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.LeadFields{
			Topic: fmt.Sprintf("machines, branch %d", n), FirstName: "Ada", LastName: fmt.Sprintf("Roe %d", n),
			CompanyName: fmt.Sprintf("Roe %d Coffee", n), Email1: fmt.Sprintf("roe%d@example.com", n),
		},
	})
	if err != nil {
		return err
	}
	later(1 + n%4)
	if n%6 == 5 {
		_, err := c.Leads().Disqualify(ctx, lead.ID, leadtocash.DisqualifyLead{Status: leadtocash.LeadStatusCannotContact})
		return err
	}
	qualified, err := c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
	if err != nil {
		return err
	}
	opportunity := qualified.Opportunity().ID
	later(3 + n%5)
	lines := []pricing.LineFields{pricing.WriteIn("espresso machine", decimal.NewFromInt(int64(1+n%3)), decimal.RequireFromString("1249.90"))}
	if _, err := c.Opportunities().EditLines(ctx, opportunity, pricing.EditLines{Add: lines}); err != nil {
		return err
	}
	quote, err := c.Opportunities().GenerateQuote(ctx, opportunity, leadtocash.GenerateQuote{})
	if err != nil {
		return err
	}
	if _, err := c.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{}); err != nil {
		return err
	}
	later(4 + n%7)
	last := quote.ID
	if n%4 == 2 {
		revised, err := c.Quotes().ReviseQuote(ctx, last, leadtocash.ReviseQuote{})
		if err != nil {
			return err
		}
		last = revised.Revision.ID
		if _, err := c.Quotes().Activate(ctx, last, leadtocash.ActivateQuote{}); err != nil {
			return err
		}
		later(5)
	}
	if n%8 == 3 {
		_, err := c.Quotes().Close(ctx, last, leadtocash.CloseQuote{Status: leadtocash.QuoteStatusLost, CloseOpportunity: true})
		return err
	}
	won, err := c.Quotes().WinToOrder(ctx, last, leadtocash.WinQuoteToOrder{})
	if err != nil {
		return err
	}
	later(2)
	if _, err := c.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{}); err != nil {
		return err
	}
	billed, err := c.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{})
	if err != nil {
		return err
	}
	if _, err := c.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{}); err != nil {
		return err
	}
	later(10 + 3*(n%9))
	_, err = c.Invoices().MarkPaid(ctx, billed.Invoice.ID, leadtocash.PayInvoice{})
	return err
}
