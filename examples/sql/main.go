// Command sql takes a lead to a paid invoice in an SQLite file, then in PostgreSQL
// within a transaction of the program's own, which writes a table of its own along.
// PostgreSQL is the server that LEADTOCASH_TEST_POSTGRES names, or a private one if
// its programs are installed; without either that part is left out.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
	"github.com/leadtocash/leadtocash/storage/sqlite"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("sql: ")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "sql sells in an SQLite file and in PostgreSQL, and removes what it has made. It has no flags.\nThe environment variable", postgrestest.EnvServer, "names a server; without it the program starts one of its own.")
	}
	if flag.Parse(); flag.NArg() > 0 {
		log.Printf("unexpected argument %q", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	switch err := run(ctx, os.Stdout); {
	case err != nil && ctx.Err() != nil:
		log.Print("interrupted")
		os.Exit(130)
	case err != nil:
		log.Fatal(err)
	}
}

func run(ctx context.Context, out io.Writer) error {
	if err := inFile(ctx, out); err != nil {
		return err
	}
	conn, stop, err := server(ctx)
	if errors.Is(err, postgrestest.ErrNone) {
		_, err = fmt.Fprintln(out, "postgres: left out, there is no server: install PostgreSQL or name one with", postgrestest.EnvServer)
		return err
	}
	if err != nil {
		return err
	}
	return errors.Join(inTransaction(ctx, conn, out), stop())
}

// inFile works on a file and reads it again after closing it.
func inFile(ctx context.Context, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "sql")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "sales.db")
	id, err := fill(ctx, file)
	if err != nil {
		return err
	}
	store, err := sqlite.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	client, err := engine.New(store)
	if err != nil {
		return err
	}
	invoice, err := client.Invoices().Get(ctx, id)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "sqlite: %s of %s is %s\n", invoice.InvoiceNumber, invoice.TotalAmount, invoice.Status)
	return err
}

// fill makes the file and sells in it.
func fill(ctx context.Context, file string) (id record.InvoiceID, err error) {
	store, err := sqlite.Open(file)
	if err != nil {
		return id, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Migrate(ctx); err != nil {
		return id, err
	}
	client, err := engine.New(store)
	if err != nil {
		return id, err
	}
	paid, err := sell(ctx, client)
	return paid.ID, err
}

// server returns a connection string and how to stop what was started.
func server(ctx context.Context) (conn string, stop func() error, err error) {
	if conn := os.Getenv(postgrestest.EnvServer); conn != "" {
		return conn, func() error { return nil }, nil
	}
	private, err := postgrestest.Start(ctx)
	if err != nil {
		return "", nil, err
	}
	return private.Conn(), private.Close, nil
}

// inTransaction sells within a transaction that also keeps the program's own books.
func inTransaction(ctx context.Context, conn string, out io.Writer) (err error) {
	schema := fmt.Sprintf("leadtocash_example_%d", os.Getpid())
	pool, err := pgxpool.New(ctx, conn)
	if err != nil {
		return err
	}
	defer pool.Close()
	defer func() { // after an interrupt as well
		_, dropped := pool.Exec(context.WithoutCancel(ctx), "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
		err = errors.Join(err, dropped)
	}()
	if _, err := postgres.Migrate(ctx, pool, sqlkit.MigrateOptions{Names: sqlkit.Names{Schema: schema}}); err != nil {
		return err
	}
	if _, err := pool.Exec(ctx, "CREATE TABLE "+schema+".book (invoice text PRIMARY KEY, amount numeric)"); err != nil {
		return err
	}
	store, err := postgres.New(pool, postgres.Schema(schema))
	if err != nil {
		return err
	}
	client, err := engine.New(store)
	if err != nil {
		return err
	}
	err = pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
		paid, err := sell(ctx, client.On(postgres.InTx(tx, postgres.Schema(schema))))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO "+schema+".book VALUES ($1, $2)", paid.InvoiceNumber, paid.TotalAmount.String())
		return err
	})
	if err != nil {
		return err
	}
	var number, status string
	var booked decimal.Decimal
	err = pool.QueryRow(ctx, "SELECT i.invoice_number, i.status, b.amount::text FROM "+schema+".l2c_invoice i JOIN "+schema+
		".book b ON b.invoice = i.invoice_number AND b.amount = i.total_amount").Scan(&number, &status, &booked)
	if err != nil {
		return err
	}
	digits := int32(money.EUR.Digits())
	_, err = fmt.Fprintf(out, "postgres: %s of %s is %s, in our books as well\n", number, booked.StringFixed(digits), status)
	return err
}

// sell takes a lead to a paid invoice.
func sell(ctx context.Context, c *engine.Client) (leadtocash.Invoice, error) {
	var none leadtocash.Invoice
	lead, err := c.Leads().Create(ctx, leadtocash.CreateLead{
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.LeadFields{Topic: "Espresso machines", LastName: "Byron", CompanyName: "Analytical Coffee"},
	})
	if err != nil {
		return none, err
	}
	qualified, err := c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{})
	if err != nil {
		return none, err
	}
	opportunity := qualified.Opportunity()
	quote, err := c.Quotes().Create(ctx, leadtocash.CreateQuote{
		Origin: record.Origin{Currency: money.EUR}, OpportunityID: opportunity.ID,
		Fields: leadtocash.QuoteFields{Name: opportunity.Name, CustomerID: opportunity.CustomerID},
		Lines:  []pricing.LineFields{pricing.WriteIn("Espresso machine", decimal.NewFromInt(3), decimal.RequireFromString("1249.90"))},
	})
	if err != nil {
		return none, err
	}
	if _, err := c.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{}); err != nil {
		return none, err
	}
	won, err := c.Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		return none, err
	}
	if _, err := c.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{}); err != nil {
		return none, err
	}
	billed, err := c.Orders().Invoice(ctx, won.Order.ID, leadtocash.InvoiceOrder{})
	if err != nil {
		return none, err
	}
	if _, err := c.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{}); err != nil {
		return none, err
	}
	paid, err := c.Invoices().MarkPaid(ctx, billed.Invoice.ID, leadtocash.PayInvoice{})
	return paid.Record, err
}
