package engine_test

import (
	"context"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

// Numbers that were brought in are passed over without asking for each of them, and
// one that is missing among them is given.
func TestNumbersPassOverWhatWasBroughtIn(t *testing.T) {
	t.Parallel()
	const brought, missing = 1500, 1200
	store := storagetest.Faulty(memory.New())
	p := newPeople(t, store)
	customer := record.AccountCustomer(p.account("Meyer").ID)
	var items []engine.BatchItem
	for n := int64(1); n <= brought; n++ {
		if n == missing {
			continue
		}
		items = append(items, engine.BatchItem{Do: func(ctx context.Context, c *engine.Client) error {
			_, err := engine.Import(ctx, c, leadtocash.Invoice{
				Status: leadtocash.InvoiceStatusClosedPaid, InvoiceNumber: engine.DefaultNumbering(kinds.Invoice, n),
				InvoiceFields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: customer}, PricedLines: soldDesks(),
			})
			if err == nil {
				_, err = c.Products().Create(ctx, catalog.CreateProduct{
					ProductNumber: engine.DefaultNumbering(kinds.Product, n), Fields: catalog.ProductFields{Name: "Desk"},
				})
			}
			return err
		}})
	}
	for out, err := range p.Batch(p.ctx, 500, slices.Values(items)) {
		if err != nil || out.Err != nil {
			t.Fatal(out, err)
		}
	}
	for _, n := range []int64{missing, brought + 1, brought + 2} {
		invoice := testkit.Must(p.Invoices().Create(p.ctx, leadtocash.CreateInvoice{
			Fields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: customer}, Lines: []pricing.LineFields{testkit.WriteIn("1", "2.50")},
		}))
		before := store.CallsOf(storagetest.OpFind)
		issued := testkit.Must(p.Invoices().Issue(p.ctx, invoice.ID, leadtocash.IssueInvoice{}))
		if want := engine.DefaultNumbering(kinds.Invoice, n); issued.InvoiceNumber != want {
			t.Errorf("the invoice has the number %s, want %s", issued.InvoiceNumber, want)
		}
		if asked := store.CallsOf(storagetest.OpFind) - before; asked > 8 {
			t.Errorf("for %s the store was searched %d times, want no more than 8", issued.InvoiceNumber, asked)
		}
	}
	before := store.CallsOf(storagetest.OpFind)
	err := p.Atomic(p.ctx, func(ctx context.Context, c *engine.Client) error {
		for _, n := range []int64{missing, brought + 1, brought + 2} {
			product, err := c.Products().Create(ctx, catalog.CreateProduct{Fields: catalog.ProductFields{Name: "Desk"}})
			if want := engine.DefaultNumbering(kinds.Product, n); err == nil && product.ProductNumber != want {
				t.Errorf("the product has the number %s, want %s", product.ProductNumber, want)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if asked := store.CallsOf(storagetest.OpFind) - before; err != nil || asked > 60 {
		t.Errorf("for 3 products the store was searched %d times, want no more than 60 (%v)", asked, err)
	}
}
