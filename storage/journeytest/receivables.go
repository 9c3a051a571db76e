package journeytest

import (
	"context"
	"fmt"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// Receivables measures what an organisation does with all that it is owed at
// once, over 10,000 open invoices in an empty store or as many as EnvMany says:
// sorting them by age, and a dunning run that writes a letter for each. It
// reports invoices per second, and by how many bytes the heap grew at most; a
// store that is itself in memory grows by the letters as well.
func Receivables(b *testing.B, store storage.Store) {
	b.Helper()
	c, err := engine.New(store, engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}))
	if err != nil {
		b.Fatal(err)
	}
	n := Many(10_000)
	owe(b, c, n)
	b.Run("ageing", func(b *testing.B) {
		grown := growth()
		for b.Loop() {
			rows, err := c.Receivables().Totals(b.Context(), engine.AgeingQuery{AsOf: 2026_06_01})
			if err != nil || len(rows) != 1 || rows[0].Invoices != n {
				b.Fatalf("%v, %v; want a row of %d invoices", rows, err, n)
			}
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "invoices/s")
		b.ReportMetric(grown(), "heap-growth-B")
	})
	b.Run("dunning", func(b *testing.B) {
		grown := growth()
		for i := 0; b.Loop(); i++ {
			if i > 0 { // every invoice is due for its first letter
				b.StopTimer()
				c = c.In(storage.Tenant(fmt.Sprint("again", i)))
				owe(b, c, n)
				b.StartTimer()
			}
			letters := 0
			for _, err := range c.Receivables().RunDunning(b.Context(), engine.RunDunning{On: 2026_06_15}) {
				if err != nil {
					b.Fatal(err)
				}
				letters++
			}
			if letters != n {
				b.Fatalf("%d letters for %d invoices", letters, n)
			}
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "invoices/s")
		b.ReportMetric(grown(), "heap-growth-B")
	})
}

// owe issues n invoices, due within four months, to customers of a hundred each.
func owe(b *testing.B, c *engine.Client, n int) {
	b.Helper()
	for begin := 0; begin < n; begin += 100 {
		err := c.Atomic(b.Context(), func(ctx context.Context, c *engine.Client) error {
			a, err := c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: fmt.Sprintf("Customer %d", begin/100)}})
			if err != nil {
				return err
			}
			for i := begin; i < min(begin+100, n); i++ {
				invoice, err := c.Invoices().Create(ctx, leadtocash.CreateInvoice{
					Fields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: record.AccountCustomer(a.ID)},
					Lines:  []pricing.LineFields{pricing.WriteIn("desk", number("1"), number("10"))},
				})
				if err != nil {
					return err
				}
				issued := value.Date(2026_01_01).AddDays(i % 120)
				if _, err := c.Invoices().Issue(ctx, invoice.ID, leadtocash.IssueInvoice{IssueDate: issued}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// growth watches the living heap until it is asked by how much it grew at most.
func growth() func() float64 {
	live := func() float64 {
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(sample)
		return float64(sample[0].Value.Uint64())
	}
	stop, most := make(chan struct{}), make(chan float64)
	go func() {
		first := live()
		top, tick := first, time.NewTicker(10*time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				top = max(top, live())
			case <-stop:
				most <- max(top, live()) - first
				return
			}
		}
	}()
	return func() float64 {
		close(stop)
		return <-most
	}
}
