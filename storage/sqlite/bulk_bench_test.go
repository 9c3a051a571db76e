package sqlite_test

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/sqlite"
)

// durable opens a store that waits for the disk.
func durable(b *testing.B) *engine.Client {
	b.Helper()
	store, err := sqlite.Open(filepath.Join(b.TempDir(), "durable.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	if err := store.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	return client(b, store)
}

func createLead(ctx context.Context, c *engine.Client, n int) error {
	_, err := c.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "desks", LastName: fmt.Sprint("Roe ", n)}})
	return err
}

// leadItems are items that create leads, as long as the loop runs.
func leadItems(b *testing.B, keys bool) iter.Seq[engine.BatchItem] {
	return func(yield func(engine.BatchItem) bool) {
		for n := 0; b.Loop(); n++ {
			item := engine.BatchItem{Do: func(ctx context.Context, c *engine.Client) error { return createLead(ctx, c, n) }}
			if keys {
				item.Key = fmt.Sprint("lead-", n)
			}
			if !yield(item) {
				return
			}
		}
	}
}

// BenchmarkBulk creates leads on a store that waits for the disk: each in a transaction
// of its own, many in one by hand, and by Batch.
func BenchmarkBulk(b *testing.B) {
	b.Run("alone", func(b *testing.B) {
		c := durable(b)
		for n := 0; b.Loop(); n++ {
			if err := createLead(b.Context(), c, n); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
	})
	b.Run("atomic", func(b *testing.B) {
		c := durable(b)
		for more := true; more; {
			err := c.Atomic(b.Context(), func(ctx context.Context, c *engine.Client) error {
				for n := range engine.DefaultBatchSize {
					if more = b.Loop(); !more {
						return nil
					}
					if err := createLead(ctx, c, n); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
	})
	for name, keys := range map[string]bool{"batch": false, "batch with keys": true} {
		b.Run(name, func(b *testing.B) {
			c := durable(b)
			for out, err := range c.Batch(b.Context(), 0, leadItems(b, keys)) {
				if err != nil || out.Err != nil {
					b.Fatal(out, err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
		})
	}
}

// BenchmarkFirstIssue issues the first invoice after many were brought in.
func BenchmarkFirstIssue(b *testing.B) {
	var issuing time.Duration
	for range b.N {
		c := client(b, open(b))
		fieldsFor := func(name string) leadtocash.InvoiceFields {
			customer, err := c.Accounts().Create(b.Context(), party.CreateAccount{Fields: party.AccountFields{Name: name}})
			if err != nil {
				b.Fatal(err)
			}
			return leadtocash.InvoiceFields{Name: "desks", CustomerID: record.AccountCustomer(customer.ID)}
		}
		fields := fieldsFor("Meyer")
		brought := func(yield func(engine.BatchItem) bool) {
			for n := range journeytest.Many(20_000) {
				if !yield(engine.BatchItem{Do: func(ctx context.Context, c *engine.Client) error {
					_, err := engine.Import(ctx, c, leadtocash.Invoice{
						Head:   record.Head{Currency: money.EUR},
						Status: leadtocash.InvoiceStatusClosedPaid, InvoiceNumber: engine.DefaultNumbering(kinds.Invoice, int64(n+1)), InvoiceFields: fields,
					})
					return err
				}}) {
					return
				}
			}
		}
		for out, err := range c.Batch(b.Context(), 1000, brought) {
			if err != nil || out.Err != nil {
				b.Fatal(out, err)
			}
		}
		invoice, err := c.Invoices().Create(b.Context(), leadtocash.CreateInvoice{
			Origin: record.Origin{Currency: money.EUR}, Fields: fieldsFor("Roe"), Lines: []pricing.LineFields{pricing.WriteIn("desk", decimal.NewFromInt(1), decimal.NewFromInt(9))},
		})
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		if _, err := c.Invoices().Issue(b.Context(), invoice.ID, leadtocash.IssueInvoice{}); err != nil {
			b.Fatal(err)
		}
		issuing += time.Since(start)
	}
	b.ReportMetric(float64(issuing.Milliseconds())/float64(b.N), "ms/issue")
}
