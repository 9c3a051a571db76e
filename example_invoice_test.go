package leadtocash_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleNewInvoice() {
	out, err := leadtocash.NewInvoice(leadtocash.CreateInvoice{
		ID:     engine.NewID[record.InvoiceID](),
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.InvoiceFields{Name: "Ten desks", CustomerID: testkit.DeskBuyer},
		Lines:  []pricing.LineFields{testkit.TenDesks()},
	}, leadtocash.InvoiceFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s %q %s\n", out.Record.Status, out.Record.InvoiceNumber, out.Record.TotalAmount)
	// Output: new "" 4500.00
}

func ExampleInvoice_Edit() {
	invoice := testkit.BilledDesksInvoice()

	fields := invoice.InvoiceFields
	fields.DueDate = fields.DueDate.AddDays(14) // may be put off
	out, err := invoice.Edit(leadtocash.EditInvoice{Fields: fields}, leadtocash.InvoiceFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(invoice.DueDate, "becomes", out.Record.DueDate)

	fields.DiscountPercentage = value.Some(testkit.TenPercent) // is too late
	_, err = invoice.Edit(leadtocash.EditInvoice{Fields: fields}, leadtocash.InvoiceFacts{})
	fmt.Println(errors.Is(err, codes.ErrReadOnly))
	// Output:
	// 2026-04-01 becomes 2026-04-15
	// true
}

func ExampleInvoice_EditLines() {
	out, err := testkit.NewDesksInvoice().EditLines(pricing.EditLines{Add: []pricing.LineFields{testkit.OneLamp()}}, leadtocash.InvoiceFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.TotalAmount)

	_, err = testkit.BilledDesksInvoice().EditLines(pricing.EditLines{Remove: []int32{1}}, leadtocash.InvoiceFacts{})
	fmt.Println(errors.Is(err, codes.ErrParentReadOnly))
	// Output:
	// 4579.90
	// true
}

func ExampleInvoice_GetProducts() {
	deal := testkit.NewDesksOpportunity()
	out, err := testkit.NewDesksInvoice().GetProducts(pricing.GetProducts{OpportunityID: deal.ID}, leadtocash.InvoiceFacts{Products: &deal})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(out.Record.Lines), out.Record.TotalAmount)
	// Output: 2 9000.00
}

func ExampleInvoice_Recalculate() {
	_, err := testkit.BilledDesksInvoice().Recalculate(pricing.Recalculate{}, leadtocash.InvoiceFacts{})
	fmt.Println(errors.Is(err, codes.ErrReadOnly)) // what was issued stays
	// Output: true
}

func ExampleInvoice_ChangeCurrency() {
	empty, err := testkit.NewDesksInvoice().EditLines(pricing.EditLines{Remove: []int32{1}}, leadtocash.InvoiceFacts{})
	if err != nil {
		log.Fatal(err)
	}
	out, err := empty.Record.ChangeCurrency(pricing.ChangeCurrency{Currency: money.USD}, leadtocash.InvoiceFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Currency)
	// Output: USD
}

func ExampleInvoice_LockPricing() {
	out, err := testkit.NewDesksInvoice().LockPricing(leadtocash.LockPricing{}, leadtocash.InvoiceFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.IsPriceLocked)
	// Output: true
}

func ExampleInvoice_UnlockPricing() {
	_, err := testkit.NewDesksInvoice().UnlockPricing(leadtocash.UnlockPricing{}, leadtocash.InvoiceFacts{})
	fmt.Println(errors.Is(err, codes.ErrAlreadyUnlocked))
	// Output: true
}

func ExampleInvoice_SetStatus() {
	out, err := testkit.NewDesksInvoice().SetStatus(leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusBooked}, leadtocash.InvoiceFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Status.State())
	// Output: booked active
}

func ExampleInvoice_Issue() {
	out, err := testkit.NewDesksInvoice().Issue(leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay, NextNumber: "INV-00007"})
	if err != nil {
		log.Fatal(err)
	}
	invoice := out.Record
	fmt.Println(invoice.InvoiceNumber, invoice.Status)
	fmt.Println("issued", invoice.IssueDate, "due", invoice.DueDate, "open", invoice.OpenBalance())
	// Output:
	// INV-00007 billed
	// issued 2026-03-02 due 2026-04-01 open 4500.00
}

func ExampleInvoice_MarkPaid() {
	out, err := testkit.BilledDesksInvoice().MarkPaid(leadtocash.PayInvoice{Method: leadtocash.PaymentMethodTransfer}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.OpenBalance())
	fmt.Println(out.Payment.Status, out.Payment.Method, out.Allocation.Amount)
	// Output:
	// paid 0.00
	// posted transfer 4500.00
}

func ExampleInvoice_MarkPaid_partial() {
	out, err := testkit.BilledDesksInvoice().MarkPaid(leadtocash.PayInvoice{
		Partial: true, Amount: value.Some(money.EUR.MustAmount("1500.00")),
	}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.OpenBalance())
	// Output: partially_paid 3000.00
}

func ExampleInvoice_Cancel() {
	out, err := testkit.BilledDesksInvoice().Cancel(leadtocash.CancelInvoice{Note: "wrong address"}, leadtocash.InvoiceFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.InvoiceNumber, out.Record.Status)

	paid, err := testkit.BilledDesksInvoice().MarkPaid(leadtocash.PayInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	_, err = paid.Record.Cancel(leadtocash.CancelInvoice{}, leadtocash.InvoiceFacts{})
	fmt.Println(errors.Is(err, codes.ErrHasPayments))
	// Output:
	// INV-00007 canceled
	// true
}

// Only as in Dynamics 365, where an invoice can be paid without money.
func ExampleInvoice_Reactivate() {
	loose := leadtocash.InvoiceFacts{Stamp: testkit.DeskDay, Settings: leadtocash.Settings{D365Compat: true}}
	paid, err := testkit.BilledDesksInvoice().MarkPaid(leadtocash.PayInvoice{Partial: true}, loose)
	if err != nil {
		log.Fatal(err)
	}

	out, err := paid.Record.Reactivate(leadtocash.ReactivateInvoice{}, loose)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(paid.Record.Status, "becomes", out.Record.Status)
	// Output: partially_paid becomes billed
}

func ExampleInvoice_Assign() {
	colleague := engine.NewID[record.SellerID]().UUID
	out, err := testkit.BilledDesksInvoice().Assign(record.Assign{Owner: colleague}, leadtocash.InvoiceFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Owner == colleague)
	// Output: true
}

func ExampleInvoice_Delete() {
	out, err := testkit.NewDesksInvoice().Delete(record.DeleteRecord{}, leadtocash.InvoiceFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Events[0].Type)

	_, err = testkit.BilledDesksInvoice().Delete(record.DeleteRecord{}, leadtocash.InvoiceFacts{})
	fmt.Println(errors.Is(err, codes.ErrDeleteReadOnly)) // cancel it instead
	// Output:
	// invoice.deleted
	// true
}

func ExampleInvoice_RequestApproval() {
	invoice := testkit.NewDesksInvoice()
	rules := leadtocash.Settings{Approvals: []agreement.Rule{{
		Name: "large", Count: 2, When: []agreement.Condition{{Field: agreement.FieldTotal, Value: "4000"}}, By: agreement.Approvers{ManagerOfOwner: true},
	}}}
	out, err := invoice.RequestApproval(agreement.RequestApproval{}, leadtocash.InvoiceFacts{Settings: rules})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(out.Approvals), "signatures of", out.Approvals[0].DocumentID.Kind)
	// Output: 2 signatures of invoice
}
