package leadtocash_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// I-77: when every payment names its invoice, the order in which they are
// allocated plays no part.
func TestI77OrderOfAllocations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		invoices := map[record.InvoiceID]leadtocash.Invoice{}
		for n := byte(1); n <= 3; n++ {
			i := testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
			i.ID = testkit.IDOf[record.InvoiceID](n)
			invoices[i.ID] = i
		}
		type naming struct {
			payment leadtocash.Payment
			invoice record.InvoiceID
		}
		var all []naming
		for n := range rapid.IntRange(1, 6).Draw(r, "payments") {
			p := testkit.Posted(t, money.EUR.Units(rapid.Int64Range(1, 4000).Draw(r, "amount")).String())
			p.ID = testkit.IDOf[record.PaymentID](byte(n + 1))
			all = append(all, naming{p, testkit.IDOf[record.InvoiceID](byte(rapid.IntRange(1, 3).Draw(r, "invoice")))})
		}
		balances := func(order []naming) (list []string) {
			open := map[record.InvoiceID]leadtocash.Invoice{}
			for id, i := range invoices {
				open[id] = i
			}
			for _, n := range order {
				i := open[n.invoice]
				if i.OpenBalance().IsZero() {
					continue
				}
				out, err := n.payment.Allocate(leadtocash.AllocatePayment{InvoiceID: i.ID}, leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{i}})
				if err != nil {
					r.Fatal(err)
				}
				open[i.ID] = out.Invoice
			}
			for n := byte(1); n <= 3; n++ {
				i := open[testkit.IDOf[record.InvoiceID](n)]
				list = append(list, i.OpenBalance().String()+" "+i.Status.String())
			}
			return list
		}
		want := balances(all)
		got := balances(rapid.Permutation(all).Draw(r, "order"))
		for n := range want {
			if got[n] != want[n] {
				r.Fatalf("in another order %v is open, want %v", got, want)
			}
		}
	})
}
