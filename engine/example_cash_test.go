package engine_test

import (
	"context"
	"fmt"
	"log"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// billDesks creates a customer and an invoice of 4500.00 that is due on the
// first of April.
func billDesks(ctx context.Context, client *engine.Client) (record.CustomerID, leadtocash.Invoice) {
	account, err := client.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Ink & Co"}})
	if err != nil {
		log.Fatal(err)
	}
	customer := record.AccountCustomer(account.ID)
	invoice, err := client.Invoices().Create(ctx, leadtocash.CreateInvoice{
		Fields: leadtocash.InvoiceFields{Name: "Ten desks", CustomerID: customer, PaymentTerms: party.PaymentTermsNet30},
		Lines:  []pricing.LineFields{testkit.TenDesks()},
	})
	if err != nil {
		log.Fatal(err)
	}
	if invoice, err = client.Invoices().Issue(ctx, invoice.ID, leadtocash.IssueInvoice{}); err != nil {
		log.Fatal(err)
	}
	return customer, invoice
}

func ExampleReceivables_Ageing() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	billDesks(ctx, client)

	for _, asOf := range []value.Date{2026_04_01, 2026_04_02, 2026_06_01} {
		rows, err := client.Receivables().Ageing(ctx, engine.AgeingQuery{AsOf: asOf})
		if err != nil {
			log.Fatal(err)
		}
		for _, a := range rows {
			fmt.Println(asOf, "current", a.Current, "1-30", a.Days1To30, "61-90", a.Days61To90, "of", a.Receivable(), a.Currency)
		}
	}
	// Output:
	// 2026-04-01 current 4500.00 1-30 0.00 61-90 0.00 of 4500.00 EUR
	// 2026-04-02 current 0.00 1-30 4500.00 61-90 0.00 of 4500.00 EUR
	// 2026-06-01 current 0.00 1-30 0.00 61-90 4500.00 of 4500.00 EUR
}

func ExampleReceivables_Statement() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	customer, invoice := billDesks(ctx, client)
	_, err := client.Invoices().MarkPaid(ctx, invoice.ID, leadtocash.PayInvoice{
		Partial: true, Amount: value.Some(money.EUR.MustAmount("4000.00")), ReceivedOn: 2026_03_20,
	})
	if err != nil {
		log.Fatal(err)
	}
	st, err := client.Receivables().Statement(ctx, customer, engine.StatementQuery{To: 2026_03_31})
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range st.Entries {
		fmt.Println(e.On, e.Kind.Label(), e.Number, e.Amount, e.Balance)
	}
	fmt.Println("to pay:", st.Closing, st.Currency)
	// Output:
	// 2026-03-02 Invoice INV-00001 4500.00 4500.00
	// 2026-03-20 Payment PAY-00001 -4000.00 500.00
	// to pay: 500.00 EUR
}

func ExampleReceivables_RunDunning() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	billDesks(ctx, client)

	for _, on := range []value.Date{2026_04_07, 2026_04_08, 2026_04_08, 2026_04_22} {
		letters := 0
		for dunned, err := range client.Receivables().RunDunning(ctx, engine.RunDunning{On: on}) {
			if err != nil {
				log.Fatal(err)
			}
			letters++
			fmt.Println(on, dunned.Record.InvoiceNumber, dunned.Entry.Level.Label())
		}
		fmt.Println(on, "letters:", letters)
	}
	// Output:
	// 2026-04-07 letters: 0
	// 2026-04-08 INV-00001 Reminder
	// 2026-04-08 letters: 1
	// 2026-04-08 letters: 0
	// 2026-04-22 INV-00001 Second Notice
	// 2026-04-22 letters: 1
}

// An invoice that is credited as a whole is billed anew; CreditInvoice.Rebill says
// otherwise where the reason does not.
func ExampleCreditNotes_Issue() {
	ctx := context.Background()
	client := testkit.NewDesksClient()
	account, err := client.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Ink & Co"}})
	if err != nil {
		log.Fatal(err)
	}
	order, err := client.Orders().Create(ctx, leadtocash.CreateOrder{
		Fields: leadtocash.OrderFields{Name: "Ten desks", CustomerID: record.AccountCustomer(account.ID)},
		Lines:  []pricing.LineFields{testkit.TenDesks()},
	})
	if err != nil {
		log.Fatal(err)
	}
	billed, err := client.Orders().Invoice(ctx, order.ID, leadtocash.InvoiceOrder{})
	if err != nil {
		log.Fatal(err)
	}
	invoice, err := client.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{})
	if err != nil {
		log.Fatal(err)
	}
	drafted, err := client.Invoices().Credit(ctx, invoice.ID, leadtocash.CreditInvoice{Reason: leadtocash.CreditReasonPriceCorrection})
	if err != nil {
		log.Fatal(err)
	}
	out, err := client.CreditNotes().Issue(ctx, drafted.CreditNote.ID, leadtocash.IssueCreditNote{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Invoice.Status, out.Order.Invoicing, out.Order.Lines[0].Invoiceable(false))
	// Output: paid none 10
}
