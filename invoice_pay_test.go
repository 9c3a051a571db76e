package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func TestIssueInvoice(t *testing.T) {
	t.Parallel()
	for _, status := range []leadtocash.InvoiceStatus{
		leadtocash.InvoiceStatusNew, leadtocash.InvoiceStatusPartiallyShipped, leadtocash.InvoiceStatusBooked, leadtocash.InvoiceStatusInstalled,
	} {
		i := testkit.Does(t, testkit.InvoiceIn(t, status), leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, NextNumber: "2026/7"},
			"invoice.issued", status.String(), "billed")
		if i.InvoiceNumber != "2026/7" || i.IssueDate != 2026_03_02 || i.DueDate != 2026_03_02 || i.OpenBalance().String() != "30.00" {
			t.Errorf("issued as %q on %s, due %s, open %s", i.InvoiceNumber, i.IssueDate, i.DueDate, i.OpenBalance())
		}
		testkit.Refuses(t, i, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon}, codes.ErrAlreadyIssued)
	}
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	for status, code := range map[leadtocash.InvoiceStatus]codes.Code{
		leadtocash.InvoiceStatusPaid: codes.ErrAlreadyIssued, leadtocash.InvoiceStatusPartiallyPaid: codes.ErrAlreadyIssued,
		leadtocash.InvoiceStatusCanceled: codes.ErrInvalidTransition, leadtocash.InvoiceStatusClosedPaid: codes.ErrInvalidTransition,
	} {
		testkit.Refuses(t, testkit.InvoiceIn(t, status), leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, f, code)
	}
	if i := testkit.Does(t, testkit.NewInvoice(t, testkit.WriteIn("1", "1")), leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, f, "invoice.issued", "new", "billed"); i.InvoiceNumber == "" {
		t.Error("without a number of its own an invoice gets none")
	}
}

// What stands in the way of issuing stands in the way of everything that issues
// by the way.
func TestIssueInvoiceRefused(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	unpriced := testkit.WriteIn("1", "1.00")
	unpriced.ManualDiscount = testkit.Euro("2.00")
	prepaid := testkit.NewInvoice(t, testkit.WriteIn("1", "1.00"))
	prepaid = testkit.Does(t, prepaid, leadtocash.Invoice.Edit, leadtocash.EditInvoice{Fields: func() leadtocash.InvoiceFields {
		f := prepaid.InvoiceFields
		f.PrepaidAmount = testkit.Euro("1.01")
		return f
	}()}, f, "invoice.edited", "new", "new")
	overdue := testkit.NewInvoice(t, testkit.WriteIn("1", "1.00"))
	overdue.DueDate = 2026_03_01
	for _, c := range []struct {
		invoice leadtocash.Invoice
		code    codes.Code
	}{
		{testkit.NewInvoice(t, unpriced), codes.ErrPricing},
		{testkit.NewInvoice(t), codes.ErrNoLines},
		{testkit.NewInvoice(t, testkit.WriteIn("-1", "1.00")), codes.ErrNegativeTotal},
		{prepaid, codes.ErrNegativeTotal},
		{overdue, codes.ErrInvalid},
	} {
		testkit.Refuses(t, c.invoice, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, f, c.code)
		testkit.Refuses(t, c.invoice, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusBilled}, f, c.code)
		testkit.Refuses(t, c.invoice, testkit.Alone(leadtocash.Invoice.MarkPaid), leadtocash.PayInvoice{}, f, c.code)
		testkit.Does(t, c.invoice, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusBooked}, f,
			"invoice.status_changed", "new", "booked")
	}
	testkit.Does(t, overdue, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{DueDate: 2026_03_02}, f, "invoice.issued", "new", "billed")
	testkit.Refuses(t, testkit.NewInvoice(t, testkit.WriteIn("1", "1")), leadtocash.Invoice.Issue, leadtocash.IssueInvoice{IssueDate: 2026_03_05, DueDate: 2026_03_04}, f, codes.ErrInvalid)
}

func TestInvoiceDueDate(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, Settings: leadtocash.Settings{DueDays: 14}}
	for terms, want := range map[party.PaymentTerms]value.Date{
		0:                                 2026_03_16,
		party.PaymentTermsNet30:           2026_04_01,
		party.PaymentTerms2Percent10Net30: 2026_04_01,
		party.PaymentTermsNet45:           2026_04_16,
		party.PaymentTermsNet60:           2026_05_01,
	} {
		i := testkit.NewInvoice(t, testkit.WriteIn("1", "1"))
		i.PaymentTerms = terms
		if i = testkit.Does(t, i, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, f, "invoice.issued", "new", "billed"); i.DueDate != want {
			t.Errorf("with terms %q due on %s, want %s", terms, i.DueDate, want)
		}
	}
	i := testkit.NewInvoice(t, testkit.WriteIn("1", "1"))
	i.PaymentTerms, i.DueDate = party.PaymentTermsNet30, 2026_03_20
	if i = testkit.Does(t, i, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, f, "invoice.issued", "new", "billed"); i.DueDate != 2026_03_20 {
		t.Errorf("due on %s, want the day it says itself", i.DueDate)
	}
}

// Nothing is due of a total of zero: it is paid when it is issued.
func TestIssueInvoiceOverZero(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	i := testkit.NewInvoice(t, testkit.WriteIn("1", "1.00"), testkit.WriteIn("-1", "1.00"))
	for _, issue := range []func() (record.Change[leadtocash.Invoice], error){
		func() (record.Change[leadtocash.Invoice], error) { return i.Issue(leadtocash.IssueInvoice{}, f) },
		func() (record.Change[leadtocash.Invoice], error) {
			return i.SetStatus(leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusBilled}, f)
		},
	} {
		out, err := issue()
		if err != nil {
			t.Fatal(err)
		}
		if out.Record.Status != leadtocash.InvoiceStatusPaid || out.Record.Version != i.Version+1 {
			t.Errorf("the invoice is %s, version %d", out.Record.Status, out.Record.Version)
		}
		if e := out.Events; len(e) != 2 || e[0].Type != "invoice.issued" || e[1].Type != "invoice.paid" || e[1].To != "paid" || e[1].Version != e[0].Version {
			t.Errorf("events %+v", out.Events)
		}
		testkit.Does(t, out.Record, testkit.Alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, "invoice.canceled", "paid", "canceled")
	}
	paid, err := i.MarkPaid(leadtocash.PayInvoice{}, f)
	if err != nil || paid.Payment != nil || paid.Allocation != nil || paid.Record.Status != leadtocash.InvoiceStatusPaid {
		t.Errorf("paid without anything due: %+v (%v)", paid, err)
	}
}

func TestInvoiceSetStatus(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, NextNumber: "INV-9"}
	i := testkit.NewInvoice(t, testkit.WriteIn("1", "1.00"))
	testkit.Idles(t, i, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: value.DefaultStatus}, f)
	testkit.Refuses(t, i, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusPaid}, f, codes.ErrStatusNotInState)
	b := testkit.Does(t, i, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusBilled}, f, "invoice.issued", "new", "billed")
	if b.InvoiceNumber != "INV-9" || b.IssueDate != 2026_03_02 {
		t.Errorf("setting it billed issues it as %q on %s", b.InvoiceNumber, b.IssueDate)
	}
	testkit.Refuses(t, b, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusNew}, f, codes.ErrReadOnly)

	f.Settings.D365Compat, f.NextNumber = true, "INV-10"
	back := testkit.Does(t, b, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusNew}, f, "invoice.status_changed", "billed", "new")
	testkit.Refuses(t, back, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, f, codes.ErrAlreadyIssued)
	testkit.Refuses(t, back, testkit.Alone(leadtocash.Invoice.Delete), record.DeleteRecord{}, f, codes.ErrDeleteReadOnly)
	again := testkit.Does(t, back, leadtocash.Invoice.SetStatus, leadtocash.SetInvoiceStatus{Status: leadtocash.InvoiceStatusBilled}, f, "invoice.status_changed", "new", "billed")
	if again.InvoiceNumber != "INV-9" {
		t.Errorf("I-79: the number became %q", again.InvoiceNumber)
	}
}

func TestMarkInvoicePaid(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, NextNumber: "INV-3"}
	cmd := leadtocash.PayInvoice{
		Method: leadtocash.PaymentMethodTransfer, BankReference: "2026-03-02/17", Remittance: "desks", PaymentNumber: "PAY-1", ReceivedOn: 2026_03_01,
	}
	for _, status := range []leadtocash.InvoiceStatus{
		leadtocash.InvoiceStatusNew, leadtocash.InvoiceStatusPartiallyShipped, leadtocash.InvoiceStatusBilled,
		leadtocash.InvoiceStatusBooked, leadtocash.InvoiceStatusInstalled, leadtocash.InvoiceStatusPartiallyPaid,
	} {
		i := testkit.InvoiceIn(t, status)
		due := i.AmountDue.Sub(i.SettledAmount)
		out, err := i.MarkPaid(cmd, f)
		if err != nil {
			t.Fatal(err)
		}
		is, p, a := out.Record, out.Payment, out.Allocation
		if is.Status != leadtocash.InvoiceStatusPaid || !is.OpenBalance().IsZero() || is.Version != i.Version+1 || is.InvoiceNumber == "" {
			t.Errorf("%s: the invoice is %s with %s open, version %d", status, is.Status, is.OpenBalance(), is.Version)
		}
		if p == nil || p.Status != leadtocash.PaymentStatusPosted || !p.Amount.Equal(due) || !p.Unallocated().IsZero() || p.CustomerID != testkit.Buyer ||
			p.Currency != i.Currency || p.Method != cmd.Method || p.BankReference != cmd.BankReference || p.Remittance != "desks" ||
			p.PaymentNumber != "PAY-1" || p.ReceivedOn != 2026_03_01 || p.Version != 1 {
			t.Errorf("%s: the payment is %+v, want one of %s", status, p, due)
		}
		if a == nil || a.PaymentID != p.ID || a.InvoiceID != i.ID || !a.Amount.Equal(due) || a.Kind != leadtocash.AllocationPayment || !a.IsActive() {
			t.Errorf("%s: the allocation is %+v", status, a)
		}
		want := []string{"invoice.issued", "invoice.paid", "payment.created", "payment.posted", "allocation.created"}
		if i.InvoiceNumber != "" {
			want = want[1:]
		}
		for n, e := range out.Events {
			if len(out.Events) != len(want) || e.Type != want[n] {
				t.Fatalf("%s: events %+v, want %v", status, out.Events, want)
			}
		}
		testkit.Refuses(t, is, testkit.Alone(leadtocash.Invoice.MarkPaid), leadtocash.PayInvoice{}, f, codes.ErrInvoiceSettled)
		testkit.Refuses(t, is, testkit.Alone(leadtocash.Invoice.MarkPaid), leadtocash.PayInvoice{Partial: true, Amount: testkit.Euro("1")}, f, codes.ErrInvoiceSettled)
	}
	testkit.Refuses(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusCanceled), testkit.Alone(leadtocash.Invoice.MarkPaid), cmd, f, codes.ErrInvalidTransition)
	cmd.Amount = testkit.Euro("30.00")
	testkit.Refuses(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusNew), testkit.Alone(leadtocash.Invoice.MarkPaid), cmd, f, codes.ErrInvalid)
}

func TestMarkInvoicePaidPartly(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, NextNumber: "INV-3"}
	part := func(text string) leadtocash.PayInvoice {
		return leadtocash.PayInvoice{Partial: true, Amount: testkit.Euro(text)}
	}
	for _, status := range []leadtocash.InvoiceStatus{leadtocash.InvoiceStatusNew, leadtocash.InvoiceStatusBilled} {
		i := testkit.InvoiceIn(t, status)
		testkit.Refuses(t, i, testkit.Alone(leadtocash.Invoice.MarkPaid), leadtocash.PayInvoice{Partial: true}, f, codes.ErrMissingField)
		for _, wrong := range []string{"0.00", "-1.00", "30.00", "31.00"} {
			testkit.Refuses(t, i, testkit.Alone(leadtocash.Invoice.MarkPaid), part(wrong), f, codes.ErrOverAllocated)
		}
		out, err := i.MarkPaid(part("10.00"), f)
		if err != nil {
			t.Fatal(err)
		}
		next := out.Record
		if next.Status != leadtocash.InvoiceStatusPartiallyPaid || next.OpenBalance().String() != "20.00" || next.IssueDate.IsZero() {
			t.Errorf("the invoice is %s with %s open", next.Status, next.OpenBalance())
		}
		testkit.Refuses(t, next, testkit.Alone(leadtocash.Invoice.MarkPaid), part("20.00"), f, codes.ErrOverAllocated)
		next = testkit.Does(t, next, testkit.Alone(leadtocash.Invoice.MarkPaid), part("5.00"), f, "invoice.part_paid", "partially_paid", "partially_paid")
		if last, err := next.MarkPaid(leadtocash.PayInvoice{}, f); err != nil || last.Payment.Amount.String() != "15.00" {
			t.Errorf("the rest is paid with %+v (%v)", last.Payment, err)
		}
	}

	f.Settings.D365Compat = true
	out, err := testkit.InvoiceIn(t, leadtocash.InvoiceStatusNew).MarkPaid(leadtocash.PayInvoice{Partial: true}, f)
	if err != nil || out.Payment != nil || out.Record.Status != leadtocash.InvoiceStatusPartiallyPaid || out.Record.OpenBalance().String() != "30.00" {
		t.Fatalf("as in Dynamics 365: %+v (%v)", out, err)
	}
	testkit.Idles(t, out.Record, testkit.Alone(leadtocash.Invoice.MarkPaid), leadtocash.PayInvoice{Partial: true}, f)
	testkit.Does(t, out.Record, testkit.Alone(leadtocash.Invoice.Cancel), leadtocash.CancelInvoice{}, f, "invoice.canceled", "partially_paid", "canceled")
	if paid, err := out.Record.MarkPaid(leadtocash.PayInvoice{}, f); err != nil || paid.Payment.Amount.String() != "30.00" {
		t.Errorf("then paid with %+v (%v)", paid.Payment, err)
	}
}

// As in Dynamics 365 an issued invoice can be edited until less than nothing is
// due: no money moves when it is marked paid then.
func TestMarkInvoicePaidBelowZero(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, Settings: leadtocash.Settings{D365Compat: true}}
	i := testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	i.IsPriceLocked = false
	i = testkit.Does(t, i, testkit.Alone(leadtocash.Invoice.EditLines), pricing.EditLines{Add: []pricing.LineFields{testkit.WriteIn("-1", "100.00")}}, f,
		"invoice.lines_edited", "billed", "billed")
	out, err := i.MarkPaid(leadtocash.PayInvoice{}, f)
	if err != nil || out.Record.Status != leadtocash.InvoiceStatusPaid {
		t.Fatalf("the invoice is %s (%v)", out.Record.Status, err)
	}
	if out.Payment != nil || out.Allocation != nil || !out.Record.SettledAmount.IsZero() {
		t.Errorf("%s of %s is settled by %+v", out.Record.SettledAmount, i.AmountDue, out.Payment)
	}
	if out.Record.SettledOn != i.IssueDate || i.IssueDate.IsZero() {
		t.Errorf("nothing is open since %s, want the day of issue, %s", out.Record.SettledOn, i.IssueDate)
	}
}

// What was prepaid and cash rounding decide what is due.
func TestInvoiceAmountDue(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	i := testkit.NewInvoice(t, testkit.WriteIn("1", "10.02"))
	i = testkit.Does(t, i, leadtocash.Invoice.Edit, leadtocash.EditInvoice{Fields: func() leadtocash.InvoiceFields {
		f := i.InvoiceFields
		f.PrepaidAmount, f.PayableRounding = testkit.Euro("4.00"), &pricing.PayableRounding{Increment: testkit.Amount(t, "0.05")}
		return f
	}()}, f, "invoice.edited", "new", "new")
	out, err := i.MarkPaid(leadtocash.PayInvoice{}, f)
	if err != nil || out.Payment.Amount.String() != "6.00" || out.Record.Status != leadtocash.InvoiceStatusPaid {
		t.Errorf("paid with %+v (%v), want 6.00", out.Payment, err)
	}
}
