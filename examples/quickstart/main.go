// Command quickstart takes one lead to cash and prints each step.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("quickstart: ")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "quickstart takes one lead to cash and prints each step. It has no flags.")
	}
	if flag.Parse(); flag.NArg() > 0 {
		log.Printf("unexpected argument %q", flag.Arg(0))
		os.Exit(2)
	}
	play(context.Background(), os.Stdout)
}

func play(ctx context.Context, out io.Writer) {
	client := must(engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})))

	lead := must(client.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{
		Topic: "Coffee for three floors", LastName: "Furlan", CompanyName: "Cantiere Nord", LeadSource: leadtocash.LeadSourceTradeShow,
	}}))
	must(fmt.Fprintf(out, "lead         %s, from %s\n", lead.Status, lead.LeadSource.Label()))

	qualified := must(client.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{}))
	deal := qualified.Opportunity()
	must(fmt.Fprintf(out, "opportunity  %s, for %s and %s\n", deal.Status, qualified.Account.Name, qualified.Contact.LastName))

	quote := must(client.Opportunities().GenerateQuote(ctx, deal.ID, leadtocash.GenerateQuote{}))
	quote = must(client.Quotes().EditLines(ctx, quote.ID, pricing.EditLines{Add: []pricing.LineFields{
		pricing.WriteIn("Espresso machine", decimal.NewFromInt(3), decimal.RequireFromString("1499.00")),
		pricing.WriteIn("Installation", decimal.NewFromInt(1), decimal.RequireFromString("320.00")),
	}}))
	quote = must(client.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{}))
	must(fmt.Fprintf(out, "quote        %s, %s %s\n", quote.Status, quote.TotalAmount, quote.Currency))

	won := must(client.Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{}))
	must(fmt.Fprintf(out, "order        %s, with quote and opportunity %s\n", won.Order.Status, won.Opportunity.Status))

	delivered := must(client.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{}))
	must(fmt.Fprintf(out, "order        %s, delivery %s\n", delivered.Record.Status, delivered.Record.Fulfilment))

	billed := must(client.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{}))
	invoice := must(client.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{}))
	must(fmt.Fprintf(out, "invoice      %s, %s, %s %s to pay\n", invoice.Status, invoice.InvoiceNumber, invoice.OpenBalance(), invoice.Currency))

	paid := must(client.Invoices().MarkPaid(ctx, invoice.ID, leadtocash.PayInvoice{}))
	must(fmt.Fprintf(out, "invoice      %s, by payment of %s %s\n", paid.Record.Status, paid.Payment.Amount, paid.Payment.Currency))
}

// must ends the program, with the reasons if the library refuses.
func must[T any](outcome T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return outcome
}
