package engine_test

import (
	"context"
	"fmt"
	"log"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// From a lead to a paid invoice.
func Example() {
	ctx := context.Background()
	client, err := engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}))
	if err != nil {
		log.Fatal(err)
	}

	lead, err := client.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{
		Topic: "Ten desks", LastName: "Meyer", CompanyName: "Meyer & Sons",
	}})
	if err != nil {
		log.Fatal(err)
	}
	qualified, err := client.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
	if err != nil {
		log.Fatal(err)
	}
	opportunity := qualified.Opportunity()

	quote, err := client.Quotes().Create(ctx, leadtocash.CreateQuote{
		OpportunityID: opportunity.ID,
		Fields:        leadtocash.QuoteFields{Name: opportunity.Name, CustomerID: opportunity.CustomerID},
		Lines:         []pricing.LineFields{pricing.WriteIn("Desk", decimal.NewFromInt(10), decimal.NewFromInt(450))},
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{}); err != nil {
		log.Fatal(err)
	}
	won, err := client.Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(won.Record.FullNumber(), won.Record.Status, "- opportunity", won.Opportunity.Status)

	if _, err := client.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{}); err != nil {
		log.Fatal(err)
	}
	billed, err := client.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(billed.Record.OrderNumber, billed.Record.Status)

	paid, err := client.Invoices().MarkPaid(ctx, billed.Invoice.ID, leadtocash.PayInvoice{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(paid.Record.InvoiceNumber, paid.Record.Status, paid.Record.TotalAmount, paid.Record.Currency)
	// Output:
	// QUO-00001/0 won - opportunity won
	// ORD-00001 invoiced
	// INV-00001 paid 4500.00 EUR
}
