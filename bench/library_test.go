package bench_test

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// What every journey sells: three lines, one of them discounted.
var (
	leadFields = leadtocash.LeadFields{
		Topic: "Espresso machines for three cafés", FirstName: "Ada", LastName: "Byron",
		CompanyName: "Analytical Coffee", Email1: "ada@example.com", BusinessPhone: "+44 20 7946 0001",
		EstimatedAmount: value.Some(money.EUR.MustAmount("4100.00")),
	}
	lines = []pricing.LineFields{
		pricing.WriteIn("Espresso machine", decimal.NewFromInt(3), decimal.RequireFromString("1249.90")),
		pricing.WriteIn("Grinder", decimal.NewFromInt(3), decimal.RequireFromString("189.00")),
		{
			WriteInText: "Installation, hours", Quantity: value.Some(decimal.RequireFromString("7.5")),
			PricePerUnit:   value.Some(decimal.RequireFromString("64.00")),
			ManualDiscount: value.Some(money.EUR.MustAmount("30.00")),
		},
	}
	settings = leadtocash.Settings{BaseCurrency: money.EUR}
)

// pureJourney takes values through the pure transition methods: no store, no
// clock.
func pureJourney(testing.TB) func() error {
	at := time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	return func() error {
		at = at.Add(time.Second)
		return decide(record.StampOf(at, record.Actor{}))
	}
}

func decide(s record.Stamp) error {
	lead, err := leadtocash.NewLead(leadtocash.CreateLead{ID: engine.NewID[record.LeadID](), Fields: leadFields},
		leadtocash.LeadFacts{Stamp: s, Settings: settings})
	if err != nil {
		return err
	}
	qualified, err := lead.Record.Qualify(leadtocash.QualifyLead{}, leadtocash.LeadFacts{Stamp: s, Settings: settings})
	if err != nil {
		return err
	}
	opportunity := qualified.Opportunity()
	draft, err := leadtocash.NewQuote(leadtocash.CreateQuote{
		ID: engine.NewID[record.QuoteID](), QuoteNumber: "QUO-00001", OpportunityID: opportunity.ID,
		Fields: leadtocash.QuoteFields{Name: opportunity.Name, CustomerID: opportunity.CustomerID}, Lines: lines,
	}, leadtocash.QuoteFacts{Stamp: s, Settings: settings, Opportunity: opportunity})
	if err != nil {
		return err
	}
	facts := leadtocash.QuoteFacts{Stamp: s, Settings: settings, Opportunity: opportunity}
	active, err := draft.Record.Activate(leadtocash.ActivateQuote{}, facts)
	if err != nil {
		return err
	}
	won, err := active.Record.WinToOrder(leadtocash.WinQuoteToOrder{OrderNumber: "ORD-00001"}, facts)
	if err != nil {
		return err
	}
	delivered, err := won.Order.Fulfill(leadtocash.FulfillOrder{}, leadtocash.OrderFacts{Stamp: s, Settings: settings})
	if err != nil {
		return err
	}
	billed, err := delivered.Record.Invoice(leadtocash.InvoiceOrder{}, leadtocash.OrderFacts{Stamp: s, Settings: settings})
	if err != nil {
		return err
	}
	issued, err := billed.Invoice.Issue(leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: s, Settings: settings, NextNumber: "INV-00001"})
	if err != nil {
		return err
	}
	_, err = issued.Record.MarkPaid(leadtocash.PayInvoice{PaymentNumber: "PAY-00001"}, leadtocash.InvoiceFacts{Stamp: s, Settings: settings})
	return err
}

var strangers atomic.Int64

// stranger is a lead from a person and a company that were not met before, as
// qualifying one that was makes no account and no contact.
func stranger() leadtocash.LeadFields {
	n := strconv.FormatInt(strangers.Add(1), 10)
	fields := leadFields
	fields.CompanyName = "Analytical Coffee " + n
	fields.Email1 = n + "@example.com"
	return fields
}

// memoryJourney takes records through a client on a memory store, each command
// in its own transaction, with history.
func memoryJourney(tb testing.TB) func() error {
	client, err := engine.New(memory.New(), engine.WithSettings(settings))
	if err != nil {
		tb.Fatal(err)
	}
	ctx := tb.Context()
	return func() error { return travel(ctx, client) }
}

func travel(ctx context.Context, client *engine.Client) error {
	lead, err := client.Leads().Create(ctx, leadtocash.CreateLead{Fields: stranger()})
	if err != nil {
		return err
	}
	qualified, err := client.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
	if err != nil {
		return err
	}
	opportunity := qualified.Opportunity()
	quote, err := client.Quotes().Create(ctx, leadtocash.CreateQuote{
		OpportunityID: opportunity.ID,
		Fields:        leadtocash.QuoteFields{Name: opportunity.Name, CustomerID: opportunity.CustomerID}, Lines: lines,
	})
	if err != nil {
		return err
	}
	if _, err := client.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{}); err != nil {
		return err
	}
	won, err := client.Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		return err
	}
	if _, err := client.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{}); err != nil {
		return err
	}
	billed, err := client.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{})
	if err != nil {
		return err
	}
	if _, err := client.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{}); err != nil {
		return err
	}
	_, err = client.Invoices().MarkPaid(ctx, billed.Invoice.ID, leadtocash.PayInvoice{})
	return err
}
