package leadtocash_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// I-87: three ways to pay are one rule. Paying an invoice with an amount leaves
// what creating, posting and allocating a payment of it leaves, and the automatic
// allocation to one invoice what allocating to it leaves.
func TestI87ThreeWaysToPay(t *testing.T) {
	t.Parallel()
	discountable := testkit.Discountable(t)
	rapid.Check(t, func(t *rapid.T) {
		i := discountable
		cents := func(name string, most int64) money.Amount {
			return money.EUR.Units(rapid.Int64Range(0, most).Draw(t, name))
		}
		if rapid.Bool().Draw(t, "credited") {
			i.CreditedAmount = cents("credit", 40_000)
			i.CreditedValue, i.SettledAmount = i.CreditedAmount, i.CreditedAmount
		}
		var f leadtocash.InvoiceFacts
		f.Stamp = testkit.Noon
		if rapid.Bool().Draw(t, "paid before") {
			early := leadtocash.Allocation{
				ID: testkit.IDOf[record.AllocationID](7), Head: record.Head{Currency: money.EUR}, InvoiceID: i.ID, PaymentID: testkit.IDOf[record.PaymentID](7),
				Kind: leadtocash.AllocationPayment, Amount: cents("earlier", 30_000).Add(money.EUR.Units(1)), On: i.IssueDate.AddDays(rapid.IntRange(0, 20).Draw(t, "earlier after")),
			}
			f.Allocations, i.SettledAmount = []leadtocash.Allocation{early}, i.SettledAmount.Add(early.Amount)
			i.Status = leadtocash.InvoiceStatusPartiallyPaid
		}
		open := i.OpenBalance()
		offer, _ := i.EarlyDiscount()
		amount := rapid.SampledFrom([]money.Amount{
			open, open.Sub(offer), open.Sub(offer).Add(money.EUR.Units(1)), open.Sub(offer).Sub(money.EUR.Units(1)), cents("amount", open.Units()),
		}).Draw(t, "what is paid")
		if amount.Sign() <= 0 || amount.Cmp(open) > 0 {
			t.Skip("nothing that a part can be")
		}
		on := i.IssueDate.AddDays(rapid.IntRange(0, 20).Draw(t, "after"))
		no := rapid.Bool().Draw(t, "no discount")
		cmd := leadtocash.PayInvoice{ReceivedOn: on, NoDiscount: no}
		if !amount.Equal(open) {
			cmd.Partial, cmd.Amount = true, value.Some(amount)
		}
		paid, err := i.MarkPaid(cmd, f)
		if err != nil {
			t.Fatal(err)
		}

		p := leadtocash.Payment{
			ID: testkit.IDOf[record.PaymentID](9), Head: record.Head{Version: 1, Currency: money.EUR}, Status: leadtocash.PaymentStatusPosted,
			AllocatedAmount: money.EUR.Zero(), PaymentFields: leadtocash.PaymentFields{CustomerID: i.CustomerID, Amount: amount, ReceivedOn: on},
		}
		pf := leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{i}, Settled: f.Allocations}
		allocated, err := p.Allocate(leadtocash.AllocatePayment{InvoiceID: i.ID, NoDiscount: no}, pf)
		if err != nil {
			t.Fatal(err)
		}
		auto, err := p.AutoAllocate(leadtocash.AutoAllocatePayment{NoDiscount: no}, pf)
		if err != nil || len(auto.Invoices) != 1 {
			t.Fatalf("%v: %+v", err, auto)
		}
		same := func(name string, invoice leadtocash.Invoice, discount *leadtocash.Allocation, left money.Amount) {
			var taken, want money.Amount
			if discount != nil {
				taken = discount.Amount
			}
			if allocated.Discount != nil {
				want = allocated.Discount.Amount
			}
			if !invoice.OpenBalance().Equal(allocated.Invoice.OpenBalance()) || !taken.Equal(want) || !left.Equal(allocated.Record.Unallocated()) || invoice.Status != allocated.Invoice.Status {
				t.Errorf("%s leaves %s open with a discount of %s and %s left; allocating leaves %s, %s, %s", name, invoice.OpenBalance(), taken, left,
					allocated.Invoice.OpenBalance(), want, allocated.Record.Unallocated())
			}
		}
		same("paying", paid.Record, paid.Discount, paid.Payment.Unallocated())
		var discount *leadtocash.Allocation
		for n := range auto.Allocations {
			if auto.Allocations[n].Kind == leadtocash.AllocationEarlyDiscount {
				discount = &auto.Allocations[n]
			}
		}
		same("allocating automatically", auto.Invoices[0], discount, auto.Record.Unallocated())
	})
}
