package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
)

func newPayment(t *testing.T, text string) leadtocash.Payment {
	t.Helper()
	return born(t, leadtocash.NewPayment, leadtocash.CreatePayment{
		ID: idOf[leadtocash.PaymentID](1), Birth: leadtocash.Birth{Currency: leadtocash.EUR},
		Fields: leadtocash.PaymentFields{CustomerID: buyer, Amount: amount(t, text), BankReference: "17"},
	}, leadtocash.PaymentFacts{Stamp: morning}, "payment.created", "pending")
}

func posted(t *testing.T, text string) leadtocash.Payment {
	t.Helper()
	return does(t, newPayment(t, text), leadtocash.Payment.Post, leadtocash.PostPayment{}, leadtocash.PaymentFacts{Stamp: morning},
		"payment.posted", "pending", "posted")
}

func TestPaymentFlow(t *testing.T) {
	t.Parallel()
	compareWithSpec(t, leadtocash.KindPayment, leadtocash.PaymentFlow().Matrix())
}

func TestPaymentForms(t *testing.T) {
	t.Parallel()
	survives[leadtocash.Payment](t)
	survives[leadtocash.Allocation](t)
	survives[leadtocash.CreditNote](t)
	survives[leadtocash.Refund](t)
	survives[leadtocash.DunningEntry](t)
}

func TestNewPayment(t *testing.T) {
	t.Parallel()
	p := newPayment(t, "50.00")
	if p.PaymentNumber == "" || p.ReceivedOn != 2026_03_02 || !p.Unallocated().IsZero() {
		t.Errorf("a new payment is %+v with %s left", p, p.Unallocated())
	}
	good := leadtocash.CreatePayment{ID: p.ID, Birth: leadtocash.Birth{Currency: leadtocash.EUR}, Fields: p.PaymentFields}
	for name, c := range map[string]struct {
		change func(*leadtocash.CreatePayment, *leadtocash.PaymentFacts)
		code   leadtocash.Code
	}{
		"id": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) { c.ID = leadtocash.PaymentID{} }, leadtocash.ErrMissingField},
		"customer": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) {
			c.Fields.CustomerID = leadtocash.CustomerID{}
		}, leadtocash.ErrMissingField},
		"currency": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) { c.Currency = 0 }, leadtocash.ErrMissingField},
		"nothing":  {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) { c.Fields.Amount = leadtocash.Amount{} }, leadtocash.ErrOutOfRange},
		"negative": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) { c.Fields.Amount = amount(t, "-1.00") }, leadtocash.ErrOutOfRange},
		"decimals": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) { c.Fields.Amount = amount(t, "1.001") }, leadtocash.ErrOutOfRange},
		"inactive": {func(_ *leadtocash.CreatePayment, f *leadtocash.PaymentFacts) {
			f.Inactive = []leadtocash.Ref{buyer.Ref}
		}, leadtocash.ErrCustomerInactive},
		"reference": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) {
			c.Fields.BankReference = string(make([]byte, 101))
		}, leadtocash.ErrTooLong},
	} {
		cmd, f := good, leadtocash.PaymentFacts{Stamp: morning}
		c.change(&cmd, &f)
		t.Run(name, func(t *testing.T) { refusesBirth(t, leadtocash.NewPayment, cmd, f, c.code) })
	}
}

// The same receipt is posted once.
func TestPostPayment(t *testing.T) {
	t.Parallel()
	p, twin := newPayment(t, "50.00"), posted(t, "50.00")
	twin.ID = idOf[leadtocash.PaymentID](2)
	f := leadtocash.PaymentFacts{Stamp: noon, Twin: &twin}
	out, err := p.Post(leadtocash.PostPayment{}, f)
	if err != nil || out.Record.ID != twin.ID || len(out.Events) != 0 {
		t.Errorf("the same receipt again: %+v (%v), want the first payment", out, err)
	}
	twin.Currency = leadtocash.USD
	refuses(t, p, leadtocash.Payment.Post, leadtocash.PostPayment{}, f, leadtocash.ErrBankReferenceUsed)
	twin.Currency, twin.Amount = leadtocash.EUR, amount(t, "51.00")
	refuses(t, p, leadtocash.Payment.Post, leadtocash.PostPayment{}, f, leadtocash.ErrBankReferenceUsed)
	refuses(t, twin, leadtocash.Payment.Post, leadtocash.PostPayment{}, f, leadtocash.ErrInvalidTransition)
}

func TestAllocatePayment(t *testing.T) {
	t.Parallel()
	p, i := posted(t, "50.00"), invoiceIn(t, leadtocash.InvoiceStatusBilled)
	f := leadtocash.PaymentFacts{Stamp: noon, Invoices: []leadtocash.Invoice{i}}
	cmd := leadtocash.AllocatePayment{InvoiceID: i.ID, Amount: euro("10.00")}
	for _, wrong := range []string{"0.00", "-1.00", "30.01", "50.01"} {
		refuses(t, p, alone(leadtocash.Payment.Allocate), leadtocash.AllocatePayment{InvoiceID: i.ID, Amount: euro(wrong)}, f, leadtocash.ErrOverAllocated)
	}
	refuses(t, p, alone(leadtocash.Payment.Allocate), leadtocash.AllocatePayment{InvoiceID: idOf[leadtocash.InvoiceID](9)}, f, leadtocash.ErrNotFound)
	refuses(t, newPayment(t, "50.00"), alone(leadtocash.Payment.Allocate), cmd, f, leadtocash.ErrInvalidTransition)
	for status, code := range map[leadtocash.InvoiceStatus]leadtocash.Code{
		leadtocash.InvoiceStatusNew: leadtocash.ErrNotIssued, leadtocash.InvoiceStatusPaid: leadtocash.ErrInvoiceSettled,
		leadtocash.InvoiceStatusCanceled: leadtocash.ErrInvalidTransition, leadtocash.InvoiceStatusClosedPaid: leadtocash.ErrInvalidTransition,
	} {
		refuses(t, p, alone(leadtocash.Payment.Allocate), cmd, leadtocash.PaymentFacts{Stamp: noon, Invoices: []leadtocash.Invoice{invoiceIn(t, status)}}, code)
	}
	foreign := p
	foreign.CustomerID = other
	refuses(t, foreign, alone(leadtocash.Payment.Allocate), cmd, f, leadtocash.ErrCustomerMismatch)
	dollars := p
	dollars.Currency = leadtocash.USD
	refuses(t, dollars, alone(leadtocash.Payment.Allocate), cmd, f, leadtocash.ErrCurrencyMismatch)

	out, err := p.Allocate(cmd, f)
	if err != nil {
		t.Fatal(err)
	}
	if out.Payment.Unallocated().String() != "40.00" || out.Invoice.OpenBalance().String() != "20.00" || out.Invoice.Status != leadtocash.InvoiceStatusPartiallyPaid {
		t.Errorf("%s is left, %s open, the invoice %s", out.Payment.Unallocated(), out.Invoice.OpenBalance(), out.Invoice.Status)
	}
	want := []string{"payment.allocated", "invoice.part_paid", "allocation.created"}
	for n, e := range out.Events {
		if len(out.Events) != len(want) || e.Type != want[n] {
			t.Fatalf("events %+v, want %v", out.Events, want)
		}
	}
	if e := out.Events[1]; e.Action != leadtocash.ActionInvoiceSettle || e.From != "billed" || e.Data.Get("open") != "20.00" {
		t.Errorf("the invoice's event is %+v", e)
	}
	f.Invoices = []leadtocash.Invoice{out.Invoice}
	rest, err := out.Payment.Allocate(leadtocash.AllocatePayment{InvoiceID: i.ID}, f) // as much as is open
	if err != nil || rest.Allocation.Amount.String() != "20.00" || rest.Invoice.Status != leadtocash.InvoiceStatusPaid || rest.Events[1].Type != "invoice.paid" {
		t.Errorf("the rest is %+v (%v)", rest, err)
	}
	refunded := out.Payment
	refunded.RefundedAmount = amount(t, "39.00")
	if last, err := refunded.Allocate(leadtocash.AllocatePayment{InvoiceID: i.ID}, f); err != nil || last.Allocation.Amount.String() != "1.00" {
		t.Errorf("after a refund %+v is allocated (%v), want 1.00", last.Allocation, err)
	}
}

// I-67: taking an allocation back restores what both had before.
func TestDeallocatePayment(t *testing.T) {
	t.Parallel()
	p, i := posted(t, "50.00"), invoiceIn(t, leadtocash.InvoiceStatusBilled)
	f := leadtocash.PaymentFacts{Stamp: noon, Invoices: []leadtocash.Invoice{i}}
	for _, given := range []string{"10.00", "30.00"} {
		out, err := p.Allocate(leadtocash.AllocatePayment{InvoiceID: i.ID, Amount: euro(given)}, f)
		if err != nil {
			t.Fatal(err)
		}
		after := leadtocash.PaymentFacts{Stamp: noon, Invoices: []leadtocash.Invoice{out.Invoice}, Allocations: []leadtocash.Allocation{out.Allocation}}
		cmd := leadtocash.DeallocatePayment{AllocationID: out.Allocation.ID}
		back, err := out.Payment.Deallocate(cmd, after)
		if err != nil {
			t.Fatal(err)
		}
		if back.Payment.Unallocated() != p.Unallocated() || back.Invoice.OpenBalance() != i.OpenBalance() || back.Invoice.Status != i.Status || back.Allocation.IsActive() {
			t.Errorf("after taking %s back %s is left, %s open, the invoice %s", given, back.Payment.Unallocated(), back.Invoice.OpenBalance(), back.Invoice.Status)
		}
		if e := back.Events; len(e) != 3 || e[0].Type != "payment.deallocated" || e[1].Type != "invoice.settled" || e[2].Type != "allocation.reversed" {
			t.Errorf("events %+v", e)
		}
		after.Allocations = []leadtocash.Allocation{back.Allocation}
		refuses(t, out.Payment, alone(leadtocash.Payment.Deallocate), cmd, after, leadtocash.ErrNotFound)
	}
}

// Voiding and bouncing open the invoices again, each of them once.
func TestReversePayment(t *testing.T) {
	t.Parallel()
	p, i := posted(t, "50.00"), invoiceIn(t, leadtocash.InvoiceStatusBilled)
	f := leadtocash.PaymentFacts{Stamp: noon, Invoices: []leadtocash.Invoice{i}}
	for n, part := range []string{"10.00", "20.00"} {
		out, err := p.Allocate(leadtocash.AllocatePayment{InvoiceID: i.ID, Amount: euro(part), AllocationID: idOf[leadtocash.AllocationID](byte(n + 1))}, f)
		if err != nil {
			t.Fatal(err)
		}
		p, f.Invoices, f.Allocations = out.Payment, []leadtocash.Invoice{out.Invoice}, append(f.Allocations, out.Allocation)
	}
	void, err := p.Void(leadtocash.VoidPayment{Note: "typed twice"}, f)
	if err != nil {
		t.Fatal(err)
	}
	bounce, err := p.Bounce(leadtocash.BouncePayment{}, f)
	if err != nil {
		t.Fatal(err)
	}
	for status, out := range map[string]leadtocash.ReversedPayment{"voided": void, "bounced": bounce} {
		if out.Payment.Status.String() != status || !out.Payment.AllocatedAmount.IsZero() || !out.Payment.Unallocated().IsZero() {
			t.Errorf("the payment is %+v, want it %s", out.Payment, status)
		}
		if len(out.Allocations) != 2 || out.Allocations[0].IsActive() || out.Allocations[1].IsActive() {
			t.Errorf("I-68: allocations %+v", out.Allocations)
		}
		if len(out.Invoices) != 1 || out.Invoices[0].Status != leadtocash.InvoiceStatusBilled || out.Invoices[0].Version != f.Invoices[0].Version+1 ||
			out.Invoices[0].OpenBalance().String() != "30.00" {
			t.Errorf("invoices %+v", out.Invoices)
		}
		refuses(t, out.Payment, alone(leadtocash.Payment.Void), leadtocash.VoidPayment{}, f, leadtocash.ErrInvalidTransition)
		refuses(t, out.Payment, alone(leadtocash.Payment.Bounce), leadtocash.BouncePayment{}, f, leadtocash.ErrInvalidTransition)
	}
	p.RefundedAmount = amount(t, "1.00")
	refuses(t, p, alone(leadtocash.Payment.Void), leadtocash.VoidPayment{}, f, leadtocash.ErrHasRefunds)
	refuses(t, p, alone(leadtocash.Payment.Bounce), leadtocash.BouncePayment{}, f, leadtocash.ErrHasRefunds)
	does(t, newPayment(t, "5.00"), alone(leadtocash.Payment.Void), leadtocash.VoidPayment{}, leadtocash.PaymentFacts{Stamp: noon}, "payment.voided", "pending", "voided")
	refuses(t, newPayment(t, "5.00"), alone(leadtocash.Payment.Bounce), leadtocash.BouncePayment{}, leadtocash.PaymentFacts{Stamp: noon}, leadtocash.ErrInvalidTransition)
}
