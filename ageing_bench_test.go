package leadtocash_test

import (
	"fmt"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// BenchmarkAgeing sorts open invoices by age and reports how many in a second.
func BenchmarkAgeing(b *testing.B) {
	for _, open := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(open), func(b *testing.B) {
			ctx := b.Context()
			client, err := leadtocash.New(memory.New(memory.KeepHistory(1)), leadtocash.WithSettings(leadtocash.Settings{BaseCurrency: leadtocash.EUR}))
			if err != nil {
				b.Fatal(err)
			}
			account, err := client.Accounts().Create(ctx, leadtocash.CreateAccount{Fields: leadtocash.AccountFields{Name: "Huber"}})
			if err != nil {
				b.Fatal(err)
			}
			for n := range open {
				i, err := client.Invoices().Create(ctx, leadtocash.CreateInvoice{
					Fields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: leadtocash.AccountCustomer(account.ID)},
					Lines:  []leadtocash.LineFields{writeIn("1", "10.00")},
				})
				if err != nil {
					b.Fatal(err)
				}
				issued := leadtocash.Date(2026_01_01).AddDays(n % 120)
				if _, err := client.Invoices().Issue(ctx, i.ID, leadtocash.IssueInvoice{IssueDate: issued}); err != nil {
					b.Fatal(err)
				}
			}
			b.ResetTimer()
			for b.Loop() {
				rows, err := client.Receivables().Ageing(ctx, leadtocash.AgeingQuery{AsOf: 2026_06_01})
				if err != nil || len(rows) != 1 || rows[0].Invoices != open {
					b.Fatalf("%d rows (%v)", len(rows), err)
				}
			}
			b.ReportMetric(float64(open)*float64(b.N)/b.Elapsed().Seconds(), "invoices/s")
		})
	}
}
