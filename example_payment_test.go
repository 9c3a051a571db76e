package leadtocash_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleNewPayment() {
	out, err := leadtocash.NewPayment(leadtocash.CreatePayment{
		ID:     engine.NewID[record.PaymentID](),
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.PaymentFields{
			CustomerID: testkit.DeskBuyer, Amount: money.EUR.MustAmount("4500.00"), Method: leadtocash.PaymentMethodTransfer,
		},
	}, leadtocash.PaymentFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Unallocated())
	// Output: pending 0.00
}

func ExamplePayment_Post() {
	out, err := testkit.DesksPayment().Post(leadtocash.PostPayment{}, leadtocash.PaymentFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Unallocated())

	// The bank tells of the same receipt again: the first payment stands.
	again, err := testkit.DesksPayment().Post(leadtocash.PostPayment{}, leadtocash.PaymentFacts{Twins: []leadtocash.Payment{out.Record}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.Record.ID == out.Record.ID, len(again.Events))
	// Output:
	// posted 4500.00
	// true 0
}

func ExamplePayment_Allocate() {
	payment, invoice := testkit.PostedDesksPayment(), testkit.BilledDesksInvoice()

	out, err := payment.Allocate(leadtocash.AllocatePayment{
		InvoiceID: invoice.ID, Amount: value.Some(money.EUR.MustAmount("1500.00")),
	}, leadtocash.PaymentFacts{Invoices: []leadtocash.Invoice{invoice}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Invoice.Status, out.Invoice.OpenBalance())
	fmt.Println("left of the payment:", out.Record.Unallocated())

	_, err = out.Record.Allocate(leadtocash.AllocatePayment{
		InvoiceID: invoice.ID, Amount: value.Some(money.EUR.MustAmount("3000.01")),
	}, leadtocash.PaymentFacts{Invoices: []leadtocash.Invoice{out.Invoice}})
	fmt.Println(errors.Is(err, codes.ErrOverAllocated))
	// Output:
	// partially_paid 3000.00
	// left of the payment: 3000.00
	// true
}

func ExamplePayment_Deallocate() {
	invoice := testkit.BilledDesksInvoice()
	paid, err := testkit.PostedDesksPayment().Allocate(leadtocash.AllocatePayment{InvoiceID: invoice.ID}, leadtocash.PaymentFacts{Invoices: []leadtocash.Invoice{invoice}})
	if err != nil {
		log.Fatal(err)
	}

	out, err := paid.Record.Deallocate(leadtocash.DeallocatePayment{AllocationID: paid.Allocation.ID}, leadtocash.PaymentFacts{
		Allocations: []leadtocash.Allocation{paid.Allocation},
		Invoices:    []leadtocash.Invoice{paid.Invoice},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(paid.Invoice.Status, "becomes", out.Invoice.Status)
	fmt.Println(out.Allocation.IsActive(), out.Record.Unallocated())
	// Output:
	// paid becomes billed
	// false 4500.00
}

func ExamplePayment_Void() {
	out, err := testkit.DesksPayment().Void(leadtocash.VoidPayment{Note: "typed twice"}, leadtocash.PaymentFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status)
	// Output: voided
}

func ExamplePayment_Bounce() {
	invoice := testkit.BilledDesksInvoice()
	paid, err := testkit.PostedDesksPayment().Allocate(leadtocash.AllocatePayment{InvoiceID: invoice.ID}, leadtocash.PaymentFacts{Invoices: []leadtocash.Invoice{invoice}})
	if err != nil {
		log.Fatal(err)
	}

	out, err := paid.Record.Bounce(leadtocash.BouncePayment{Note: "account closed"}, leadtocash.PaymentFacts{
		Allocations: []leadtocash.Allocation{paid.Allocation},
		Invoices:    []leadtocash.Invoice{paid.Invoice},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Invoices[0].Status, out.Invoices[0].OpenBalance())
	// Output: bounced billed 4500.00
}

func ExamplePayment_WriteOffReclaim() {
	// A payment was refunded, and then the bank took it back.
	refunded, err := testkit.DesksPayment().Post(leadtocash.PostPayment{}, leadtocash.PaymentFacts{})
	if err != nil {
		log.Fatal(err)
	}
	payment := refunded.Record
	payment.RefundedAmount = money.EUR.MustAmount("500.00")
	bounced, err := payment.Bounce(leadtocash.BouncePayment{}, leadtocash.PaymentFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bounced.Record.Unallocated(), "is owed")
	out, err := bounced.Record.WriteOffReclaim(leadtocash.WriteOffReclaim{Reason: "insolvent"}, leadtocash.PaymentFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Unallocated(), out.Allocation.Kind)
	// Output:
	// -500.00 is owed
	// 0.00 write_off
}

func ExamplePayment_ChangeCurrency() {
	out, err := testkit.DesksPayment().ChangeCurrency(record.ChangeCurrency{Currency: money.CHF}, leadtocash.PaymentFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Amount, out.Record.Currency)

	_, err = testkit.PostedDesksPayment().ChangeCurrency(record.ChangeCurrency{Currency: money.CHF}, leadtocash.PaymentFacts{})
	fmt.Println(errors.Is(err, codes.ErrReadOnly))
	// Output:
	// 4500.00 CHF
	// true
}
