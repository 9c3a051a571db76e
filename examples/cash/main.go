// Command cash replays a month of business from the invoice on: money that
// comes in time, late, too much, too little and not at all, and prints what
// customers owe at the end of it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"text/tabwriter"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("cash: ")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "cash replays a month of business from the invoice on and prints what customers owe. It has no flags.")
	}
	if flag.Parse(); flag.NArg() > 0 {
		log.Printf("unexpected argument %q", flag.Arg(0))
		os.Exit(2)
	}
	play(context.Background(), os.Stdout)
}

// A desk is where the month is played: a client, what the calendar says and
// who the customers are.
type desk struct {
	*engine.Client
	now   time.Time
	names map[record.CustomerID]string
}

// on turns the calendar.
func (d *desk) on(day value.Date) { d.now = day.Time(time.UTC).Add(9 * time.Hour) }

func play(ctx context.Context, out io.Writer) {
	d := &desk{names: map[record.CustomerID]string{}}
	d.Client = must(engine.New(memory.New(),
		engine.WithClock(func() time.Time { return d.now }),
		engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})))

	d.on(2026_03_02)
	nord, bruno := d.customer(ctx, "Cantiere Nord"), d.customer(ctx, "Bar Bruno")
	machines := d.bill(ctx, nord, "Espresso machines", "3", "1500.00", party.PaymentTerms2Percent10Net30)
	service := d.bill(ctx, nord, "Service", "1", "320.00", party.PaymentTermsNet30)
	beans := d.bill(ctx, bruno, "Coffee beans", "40", "18.50", party.PaymentTermsNet30)

	// In time: two percent off, and the invoice is settled.
	d.on(2026_03_10)
	early := d.receive(ctx, nord, "4410.00", "BANK-1", machines.InvoiceNumber)
	settled := must(d.Payments().AutoAllocate(ctx, early.ID, leadtocash.AutoAllocatePayment{}))
	must(fmt.Fprintf(out, "early      %s %s by %s and a discount of %s\n", machines.InvoiceNumber, settled.Invoices[0].Status,
		settled.Allocations[0].Amount, settled.Allocations[1].Amount))

	// The bank tells of the same receipt again: it counts once.
	again := d.receive(ctx, nord, "4410.00", "BANK-1", machines.InvoiceNumber)
	must(fmt.Fprintf(out, "twice      the same payment: %t\n", again.ID == early.ID))

	// Goods come back: two kilos are credited, line by line.
	d.on(2026_03_16)
	draft := must(d.Invoices().Credit(ctx, beans.ID, leadtocash.CreditInvoice{
		Reason: leadtocash.CreditReasonReturn,
		Lines:  []pricing.LineQuantity{{LineNumber: 1, Quantity: value.Some(decimal.NewFromInt(2))}},
	}))
	note := must(d.CreditNotes().Issue(ctx, draft.CreditNote.ID, leadtocash.IssueCreditNote{}))
	must(fmt.Fprintf(out, "credited   %s of %s, %s stays open\n", note.Record.CreditNoteNumber, note.Record.TotalAmount, note.Invoice.OpenBalance()))

	// Too much, and not for good: the payment bounces, the invoice is open again.
	d.on(2026_03_30)
	too := d.receive(ctx, bruno, "800.00", "BANK-2", "beans, thank you")
	paid := must(d.Payments().AutoAllocate(ctx, too.ID, leadtocash.AutoAllocatePayment{}))
	must(fmt.Fprintf(out, "too much   %s %s, %s left\n", beans.InvoiceNumber, paid.Invoices[0].Status, paid.Record.Unallocated()))
	d.on(2026_04_02)
	back := must(d.Payments().Bounce(ctx, too.ID, leadtocash.BouncePayment{Note: "account closed"}))
	must(fmt.Fprintf(out, "bounced    %s %s, %s open\n", beans.InvoiceNumber, back.Invoices[0].Status, back.Invoices[0].OpenBalance()))

	// Late: letters, until one customer disputes and the other is put on hold.
	for _, day := range []value.Date{2026_04_08, 2026_04_22, 2026_05_06} {
		d.on(day)
		if day == 2026_04_22 {
			disputed := must(d.Invoices().Dispute(ctx, service.ID, leadtocash.DisputeInvoice{Reason: "nobody came"}))
			must(fmt.Fprintf(out, "%s %s Disputed: %s\n", day, disputed.InvoiceNumber, disputed.OpenDispute.Reason))
		}
		for dunned, err := range d.Receivables().RunDunning(ctx, engine.RunDunning{}) {
			letter := must(dunned, err)
			must(fmt.Fprintf(out, "%s %s %s\n", day, letter.Record.InvoiceNumber, letter.Entry.Level.Label()))
		}
	}
	credit := must(d.Receivables().Credit(ctx, bruno, money.EUR))
	must(fmt.Fprintf(out, "on hold    %s: %t, owes %s\n\n", d.names[bruno], credit.OnHold, credit.Exposure))

	d.ageing(ctx, out)
	d.statement(ctx, out, bruno)
}

func (d *desk) customer(ctx context.Context, name string) record.CustomerID {
	account := must(d.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: name}}))
	id := record.AccountCustomer(account.ID)
	d.names[id] = name
	return id
}

// bill issues an invoice of one line.
func (d *desk) bill(ctx context.Context, customer record.CustomerID, what, quantity, price string, terms party.PaymentTerms) leadtocash.Invoice {
	i := must(d.Invoices().Create(ctx, leadtocash.CreateInvoice{
		Fields: leadtocash.InvoiceFields{Name: what, CustomerID: customer, PaymentTerms: terms},
		Lines:  []pricing.LineFields{pricing.WriteIn(what, decimal.RequireFromString(quantity), decimal.RequireFromString(price))},
	}))
	return must(d.Invoices().Issue(ctx, i.ID, leadtocash.IssueInvoice{}))
}

// receive posts a payment as the bank tells of it.
func (d *desk) receive(ctx context.Context, customer record.CustomerID, amount, reference, remittance string) leadtocash.Payment {
	p := must(d.Payments().Create(ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{
		CustomerID: customer, Amount: money.EUR.MustAmount(amount), Method: leadtocash.PaymentMethodTransfer,
		BankReference: reference, Remittance: remittance,
	}}))
	return must(d.Payments().Post(ctx, p.ID, leadtocash.PostPayment{}))
}

func (d *desk) ageing(ctx context.Context, out io.Writer) {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "Ageing\tcurrent\t1-30\t31-60\t61-90\t90+\tcredits\t")
	for _, a := range must(d.Receivables().Ageing(ctx, engine.AgeingQuery{})) {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", d.names[a.CustomerID], a.Current, a.Days1To30, a.Days31To60, a.Days61To90, a.Over90, a.Credits)
	}
	if err := t.Flush(); err != nil {
		log.Fatal(err)
	}
}

func (d *desk) statement(ctx context.Context, out io.Writer, customer record.CustomerID) {
	st := must(d.Receivables().Statement(ctx, customer, engine.StatementQuery{From: 2026_03_01, To: 2026_04_30}))
	must(fmt.Fprintf(out, "\nStatement of account of %s, %s to %s, opening %s\n", d.names[customer], st.From, st.To, st.Opening))
	for _, e := range st.Entries {
		must(fmt.Fprintf(out, "%s  %-16s %-10s %9s %9s\n", e.On, e.Kind.Label(), e.Number, e.Amount, e.Balance))
	}
	must(fmt.Fprintf(out, "closing %s %s\n", st.Closing, st.Currency))
}

// must ends the program, with the reasons if the library refuses.
func must[T any](outcome T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return outcome
}
