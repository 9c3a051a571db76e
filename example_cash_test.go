package leadtocash_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

func ExamplePayment_AutoAllocate() {
	payment, invoice := testkit.PostedDesksPayment(), testkit.BilledDesksInvoice()

	out, err := payment.AutoAllocate(leadtocash.AutoAllocatePayment{}, leadtocash.PaymentFacts{Invoices: []leadtocash.Invoice{invoice}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Invoices[0].Status, out.Record.Unallocated())

	again, err := out.Record.AutoAllocate(leadtocash.AutoAllocatePayment{}, leadtocash.PaymentFacts{Invoices: out.Invoices})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("events of a second run:", len(again.Events))
	// Output:
	// paid 0.00
	// events of a second run: 0
}

func ExamplePayment_Refund() {
	out, err := testkit.PostedDesksPayment().Refund(leadtocash.RequestRefund{
		Amount: value.Some(money.EUR.MustAmount("500.00")), Method: leadtocash.PaymentMethodTransfer,
	}, leadtocash.PaymentFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Amount, "of", out.Payment.Amount)
	fmt.Println("left:", out.Payment.Unallocated())
	// Output:
	// requested 500.00 of 4500.00
	// left: 4000.00
}

func ExampleRefund_Confirm() {
	refund, facts := testkit.DesksRefund()
	out, err := refund.Confirm(leadtocash.ConfirmRefund{}, facts)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.PaidOn)
	// Output: paid 2026-03-02
}

func ExampleRefund_Fail() {
	refund, facts := testkit.DesksRefund()
	out, err := refund.Fail(leadtocash.FailRefund{Note: "no such account"}, facts)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, "- left of the payment:", out.Payment.Unallocated())
	// Output: failed - left of the payment: 4500.00
}

func ExampleRefund_Cancel() {
	refund, facts := testkit.DesksRefund()
	out, err := refund.Cancel(leadtocash.CancelRefund{}, facts)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, "- left of the payment:", out.Payment.Unallocated())
	// Output: canceled - left of the payment: 4500.00
}

func ExampleRefund_Retry() {
	refund, facts := testkit.DesksRefund()
	failed, err := refund.Fail(leadtocash.FailRefund{}, facts)
	if err != nil {
		log.Fatal(err)
	}
	out, err := failed.Record.Retry(leadtocash.RetryRefund{}, leadtocash.RefundFacts{Payment: failed.Payment})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, "- left of the payment:", out.Payment.Unallocated())
	// Output: requested - left of the payment: 0.00
}

// A credit note of one of ten desks.
func ExampleInvoice_Credit() {
	out, err := testkit.BilledDesksInvoice().Credit(leadtocash.CreditInvoice{
		Reason: leadtocash.CreditReasonReturn,
		Lines:  []pricing.LineQuantity{{LineNumber: 1, Quantity: value.Some(decimal.NewFromInt(1))}},
	}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.CreditNote.Status, out.CreditNote.TotalAmount)
	// Output: draft 450.00
}

func ExampleInvoice_WriteOff() {
	out, err := testkit.BilledDesksInvoice().WriteOff(leadtocash.WriteOffInvoice{Reason: "bankrupt"}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Allocation.Kind, out.Allocation.Amount)
	// Output: paid write_off 4500.00
}

func ExampleInvoice_ReverseWriteOff() {
	lost, err := testkit.BilledDesksInvoice().WriteOff(leadtocash.WriteOffInvoice{Reason: "bankrupt"}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	out, err := lost.Record.ReverseWriteOff(leadtocash.ReverseWriteOff{Note: "found a buyer"}, leadtocash.InvoiceFacts{
		Stamp: testkit.DeskDay, Allocations: []leadtocash.Allocation{lost.Allocation},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.OpenBalance())
	// Output: billed 4500.00
}

func ExampleInvoice_Dispute() {
	out, err := testkit.BilledDesksInvoice().Dispute(leadtocash.DisputeInvoice{Reason: "two desks are scratched"}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	disputed := out.Record
	fmt.Println("dunned:", !disputed.IsPaused(disputed.DueDate.AddDays(100)))
	// Output: dunned: false
}

func ExampleInvoice_ResolveDispute() {
	disputed, err := testkit.BilledDesksInvoice().Dispute(leadtocash.DisputeInvoice{Reason: "two desks are scratched"}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	out, err := disputed.Record.ResolveDispute(leadtocash.ResolveDispute{Note: "replaced"}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("disputed:", out.Record.OpenDispute != nil)
	// Output: disputed: false
}

func ExampleInvoice_PromisePayment() {
	out, err := testkit.BilledDesksInvoice().PromisePayment(leadtocash.PromisePayment{PayOn: 2026_04_15}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	promised := out.Record
	fmt.Println(promised.PromiseState(2026_04_15), "then", promised.PromiseState(2026_04_16))
	// Output: open then broken
}

func ExampleInvoice_WithdrawPromise() {
	promised, err := testkit.BilledDesksInvoice().PromisePayment(leadtocash.PromisePayment{PayOn: 2026_04_15}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	out, err := promised.Record.WithdrawPromise(leadtocash.WithdrawPromise{}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.PromiseState(2026_04_15))
	// Output: none
}

func ExampleInvoice_Dun() {
	invoice := testkit.BilledDesksInvoice() // due on the first of April
	for _, on := range []value.Date{2026_04_07, 2026_04_08, 2026_04_22} {
		out, err := invoice.Dun(leadtocash.DunInvoice{On: on}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
		if err != nil {
			log.Fatal(err)
		}
		if invoice = out.Record; out.Entry == nil {
			fmt.Println(on, "no letter")
			continue
		}
		fmt.Println(on, out.Entry.Level)
	}
	// Output:
	// 2026-04-07 no letter
	// 2026-04-08 reminder
	// 2026-04-22 second_notice
}

func ExampleNewCreditNote() {
	note := testkit.GoodwillNote()
	fmt.Println(note.Status, note.TotalAmount, note.Reason.Label())
	// Output: draft 100.00 Goodwill
}

func ExampleCreditNote_Edit() {
	note := testkit.GoodwillNote()
	fields := note.CreditNoteFields
	fields.Description = "as agreed by phone"
	out, err := note.Edit(leadtocash.EditCreditNote{Fields: fields}, leadtocash.CreditNoteFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Version, out.Record.Description)
	// Output: 2 as agreed by phone
}

func ExampleCreditNote_EditLines() {
	out, err := testkit.GoodwillNote().EditLines(pricing.EditLines{
		Add: []pricing.LineFields{pricing.WriteIn("Freight", decimal.NewFromInt(1), decimal.NewFromInt(15))},
	}, leadtocash.CreditNoteFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.TotalAmount)
	// Output: 115.00
}

func ExampleCreditNote_ChangeCurrency() {
	_, err := testkit.GoodwillNote().ChangeCurrency(pricing.ChangeCurrency{Currency: money.CHF}, leadtocash.CreditNoteFacts{})
	fmt.Println(errors.Is(err, codes.ErrCurrencyInUse)) // by its line

	empty, err := testkit.GoodwillNote().EditLines(pricing.EditLines{Remove: []int32{1}}, leadtocash.CreditNoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	out, err := empty.Record.ChangeCurrency(pricing.ChangeCurrency{Currency: money.CHF}, leadtocash.CreditNoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Currency, out.Record.TotalAmount)
	// Output:
	// true
	// CHF 0.00
}

// A credit note of an invoice settles it when it is issued.
func ExampleCreditNote_Issue() {
	invoice := testkit.BilledDesksInvoice()
	drafted, err := invoice.Credit(leadtocash.CreditInvoice{Reason: leadtocash.CreditReasonCancellation}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	out, err := drafted.CreditNote.Issue(leadtocash.IssueCreditNote{}, leadtocash.CreditNoteFacts{Stamp: testkit.DeskDay, Invoice: &invoice, NextNumber: "CRN-00001"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.CreditNoteNumber, out.Record.Status, out.Record.Unapplied())
	fmt.Println(out.Invoice.InvoiceNumber, out.Invoice.Status)
	// Output:
	// CRN-00001 issued 0.00
	// INV-00007 paid
}

func ExampleCreditNote_Apply() {
	invoice := testkit.BilledDesksInvoice()
	out, err := testkit.IssuedGoodwill().Apply(leadtocash.ApplyCreditNote{InvoiceID: invoice.ID}, leadtocash.CreditNoteFacts{
		Stamp: testkit.DeskDay, Invoices: []leadtocash.Invoice{invoice},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Invoice.Status, out.Invoice.OpenBalance())
	// Output: partially_paid 4400.00
}

func ExampleCreditNote_Unapply() {
	invoice := testkit.BilledDesksInvoice()
	applied, err := testkit.IssuedGoodwill().Apply(leadtocash.ApplyCreditNote{InvoiceID: invoice.ID}, leadtocash.CreditNoteFacts{
		Stamp: testkit.DeskDay, Invoices: []leadtocash.Invoice{invoice},
	})
	if err != nil {
		log.Fatal(err)
	}
	out, err := applied.Record.Unapply(leadtocash.UnapplyCreditNote{AllocationID: applied.Allocation.ID}, leadtocash.CreditNoteFacts{
		Stamp: testkit.DeskDay, Invoices: []leadtocash.Invoice{*applied.Invoice}, Allocations: []leadtocash.Allocation{*applied.Allocation},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Invoice.Status, out.Record.Unapplied())
	// Output: billed 100.00
}

func ExampleCreditNote_Refund() {
	out, err := testkit.IssuedGoodwill().Refund(leadtocash.RequestRefund{}, leadtocash.CreditNoteFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Amount, out.CreditNote.Unapplied())
	// Output: requested 100.00 0.00
}

func ExampleCreditNote_Void() {
	out, err := testkit.IssuedGoodwill().Void(leadtocash.VoidCreditNote{Note: "sent twice"}, leadtocash.CreditNoteFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.CreditNoteNumber, out.Record.Status)

	refunded := testkit.IssuedGoodwill()
	refunded.RefundedAmount = refunded.TotalAmount
	_, err = refunded.Void(leadtocash.VoidCreditNote{}, leadtocash.CreditNoteFacts{})
	fmt.Println(errors.Is(err, codes.ErrHasRefunds))
	// Output:
	// CRN-00007 voided
	// true
}
