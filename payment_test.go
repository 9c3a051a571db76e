package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

func TestPaymentFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Payment, leadtocash.PaymentFlow().Matrix())
}

func TestPaymentForms(t *testing.T) {
	t.Parallel()
	testkit.Survives[leadtocash.Payment](t)
	testkit.Survives[leadtocash.Allocation](t)
	testkit.Survives[leadtocash.CreditNote](t)
	testkit.Survives[leadtocash.Refund](t)
	testkit.Survives[leadtocash.DunningEntry](t)
}

func TestNewPayment(t *testing.T) {
	t.Parallel()
	p := testkit.NewPayment(t, "50.00")
	if p.PaymentNumber == "" || p.ReceivedOn != 2026_03_02 || !p.Unallocated().IsZero() {
		t.Errorf("a new payment is %+v with %s left", p, p.Unallocated())
	}
	good := leadtocash.CreatePayment{ID: p.ID, Origin: record.Origin{Currency: money.EUR}, Fields: p.PaymentFields}
	for name, c := range map[string]struct {
		change func(*leadtocash.CreatePayment, *leadtocash.PaymentFacts)
		code   codes.Code
	}{
		"id": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) { c.ID = record.PaymentID{} }, codes.ErrMissingField},
		"customer": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) {
			c.Fields.CustomerID = record.CustomerID{}
		}, codes.ErrMissingField},
		"currency": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) { c.Currency = 0 }, codes.ErrMissingField},
		"nothing":  {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) { c.Fields.Amount = money.Amount{} }, codes.ErrOutOfRange},
		"negative": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) {
			c.Fields.Amount = testkit.Amount(t, "-1.00")
		}, codes.ErrOutOfRange},
		"decimals": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) {
			c.Fields.Amount = testkit.Amount(t, "1.001")
		}, codes.ErrOutOfRange},
		"inactive": {func(_ *leadtocash.CreatePayment, f *leadtocash.PaymentFacts) {
			f.Inactive = []record.Ref{testkit.Buyer.Ref}
		}, codes.ErrCustomerInactive},
		"reference": {func(c *leadtocash.CreatePayment, _ *leadtocash.PaymentFacts) {
			c.Fields.BankReference = string(make([]byte, 101))
		}, codes.ErrTooLong},
	} {
		cmd, f := good, leadtocash.PaymentFacts{Stamp: testkit.Morning}
		c.change(&cmd, &f)
		t.Run(name, func(t *testing.T) { testkit.RefusesBirth(t, leadtocash.NewPayment, cmd, f, c.code) })
	}
}

// A pending payment without allocations is in another currency, its amount as
// before; from Post on the currency is what the bank told.
func TestPaymentChangesCurrency(t *testing.T) {
	t.Parallel()
	f, yen := leadtocash.PaymentFacts{Stamp: testkit.Noon}, record.ChangeCurrency{Currency: money.JPY}
	p := testkit.NewPayment(t, "50.00")
	testkit.Idles(t, p, leadtocash.Payment.ChangeCurrency, record.ChangeCurrency{Currency: money.EUR}, f)
	next := testkit.Does(t, p, leadtocash.Payment.ChangeCurrency, yen, f, "payment.currency_changed", "pending", "pending")
	if next.Currency != money.JPY || next.Amount.String() != "50" || next.AllocatedAmount.String() != "0" {
		t.Errorf("%s %s, %s allocated", next.Amount, next.Currency, next.AllocatedAmount)
	}
	testkit.Refuses(t, testkit.NewPayment(t, "50.25"), leadtocash.Payment.ChangeCurrency, yen, f, codes.ErrOutOfRange)
	testkit.Refuses(t, testkit.Posted(t, "50.00"), leadtocash.Payment.ChangeCurrency, yen, f, codes.ErrReadOnly)
}

// The same receipt is posted once.
func TestPostPayment(t *testing.T) {
	t.Parallel()
	p, twin := testkit.NewPayment(t, "50.00"), testkit.Posted(t, "50.00")
	twin.ID = testkit.IDOf[record.PaymentID](2)
	f := leadtocash.PaymentFacts{Stamp: testkit.Noon, Twins: []leadtocash.Payment{twin}}
	out, err := p.Post(leadtocash.PostPayment{}, f)
	if err != nil || out.Record.ID != twin.ID || len(out.Events) != 0 {
		t.Errorf("the same receipt again: %+v (%v), want the first payment", out, err)
	}
	f.Twins[0].Currency = money.USD
	testkit.Refuses(t, p, leadtocash.Payment.Post, leadtocash.PostPayment{}, f, codes.ErrBankReferenceUsed)
	f.Twins[0].Currency, f.Twins[0].Amount = money.EUR, testkit.Amount(t, "51.00")
	testkit.Refuses(t, p, leadtocash.Payment.Post, leadtocash.PostPayment{}, f, codes.ErrBankReferenceUsed)
	testkit.Refuses(t, twin, leadtocash.Payment.Post, leadtocash.PostPayment{}, f, codes.ErrInvalidTransition)

	f.Twins[0].CustomerID = testkit.Other // a payment service pays out for several payers
	out, err = p.Post(leadtocash.PostPayment{}, f)
	if err != nil || out.Record.Status != leadtocash.PaymentStatusPosted || len(out.Notices) != 1 || out.Notices[0].Code != codes.ErrBankReferenceUsed || out.Notices[0].Params != nil {
		t.Errorf("the reference of another customer: %+v (%v), want a payment of its own and a notice that names nothing", out, err)
	}
	f.Settings.UniqueBankReference = true
	testkit.Refuses(t, p, leadtocash.Payment.Post, leadtocash.PostPayment{}, f, codes.ErrBankReferenceUsed)
}

func TestAllocatePayment(t *testing.T) {
	t.Parallel()
	p, i := testkit.Posted(t, "50.00"), testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	f := leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{i}}
	cmd := leadtocash.AllocatePayment{InvoiceID: i.ID, Amount: testkit.Euro("10.00")}
	for _, wrong := range []string{"0.00", "-1.00", "30.01", "50.01"} {
		testkit.Refuses(t, p, testkit.Alone(leadtocash.Payment.Allocate), leadtocash.AllocatePayment{InvoiceID: i.ID, Amount: testkit.Euro(wrong)}, f, codes.ErrOverAllocated)
	}
	testkit.Refuses(t, p, testkit.Alone(leadtocash.Payment.Allocate), leadtocash.AllocatePayment{InvoiceID: testkit.IDOf[record.InvoiceID](9)}, f, codes.ErrNotFound)
	testkit.Refuses(t, testkit.NewPayment(t, "50.00"), testkit.Alone(leadtocash.Payment.Allocate), cmd, f, codes.ErrInvalidTransition)
	for status, code := range map[leadtocash.InvoiceStatus]codes.Code{
		leadtocash.InvoiceStatusNew: codes.ErrNotIssued, leadtocash.InvoiceStatusPaid: codes.ErrInvoiceSettled,
		leadtocash.InvoiceStatusCanceled: codes.ErrInvalidTransition, leadtocash.InvoiceStatusClosedPaid: codes.ErrInvalidTransition,
	} {
		testkit.Refuses(t, p, testkit.Alone(leadtocash.Payment.Allocate), cmd, leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{testkit.InvoiceIn(t, status)}}, code)
	}
	foreign := p
	foreign.CustomerID = testkit.Other
	testkit.Refuses(t, foreign, testkit.Alone(leadtocash.Payment.Allocate), cmd, f, codes.ErrCustomerMismatch)
	dollars := p
	dollars.Currency = money.USD
	testkit.Refuses(t, dollars, testkit.Alone(leadtocash.Payment.Allocate), cmd, f, codes.ErrCurrencyMismatch)

	out, err := p.Allocate(cmd, f)
	if err != nil {
		t.Fatal(err)
	}
	if out.Record.Unallocated().String() != "40.00" || out.Invoice.OpenBalance().String() != "20.00" || out.Invoice.Status != leadtocash.InvoiceStatusPartiallyPaid {
		t.Errorf("%s is left, %s open, the invoice %s", out.Record.Unallocated(), out.Invoice.OpenBalance(), out.Invoice.Status)
	}
	want := []string{"payment.allocated", "invoice.part_paid", "allocation.created"}
	for n, e := range out.Events {
		if len(out.Events) != len(want) || e.Type != want[n] {
			t.Fatalf("events %+v, want %v", out.Events, want)
		}
	}
	if e := out.Events[1]; e.Action != actions.InvoiceSettle || e.From != "billed" || e.Data.Get("open") != "20.00" {
		t.Errorf("the invoice's event is %+v", e)
	}
	f.Invoices = []leadtocash.Invoice{out.Invoice}
	rest, err := out.Record.Allocate(leadtocash.AllocatePayment{InvoiceID: i.ID}, f) // as much as is open
	if err != nil || rest.Allocation.Amount.String() != "20.00" || rest.Invoice.Status != leadtocash.InvoiceStatusPaid || rest.Events[1].Type != "invoice.paid" {
		t.Errorf("the rest is %+v (%v)", rest, err)
	}
	refunded := out.Record
	refunded.RefundedAmount = testkit.Amount(t, "39.00")
	if last, err := refunded.Allocate(leadtocash.AllocatePayment{InvoiceID: i.ID}, f); err != nil || last.Allocation.Amount.String() != "1.00" {
		t.Errorf("after a refund %+v is allocated (%v), want 1.00", last.Allocation, err)
	}
}

// I-67: taking an allocation back restores what both had before.
func TestDeallocatePayment(t *testing.T) {
	t.Parallel()
	p, i := testkit.Posted(t, "50.00"), testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	f := leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{i}}
	for _, given := range []string{"10.00", "30.00"} {
		out, err := p.Allocate(leadtocash.AllocatePayment{InvoiceID: i.ID, Amount: testkit.Euro(given)}, f)
		if err != nil {
			t.Fatal(err)
		}
		after := leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{out.Invoice}, Allocations: []leadtocash.Allocation{out.Allocation}}
		cmd := leadtocash.DeallocatePayment{AllocationID: out.Allocation.ID}
		back, err := out.Record.Deallocate(cmd, after)
		if err != nil {
			t.Fatal(err)
		}
		if back.Record.Unallocated() != p.Unallocated() || back.Invoice.OpenBalance() != i.OpenBalance() || back.Invoice.Status != i.Status || back.Allocation.IsActive() {
			t.Errorf("after taking %s back %s is left, %s open, the invoice %s", given, back.Record.Unallocated(), back.Invoice.OpenBalance(), back.Invoice.Status)
		}
		if e := back.Events; len(e) != 3 || e[0].Type != "payment.deallocated" || e[1].Type != "invoice.settled" || e[2].Type != "allocation.reversed" {
			t.Errorf("events %+v", e)
		}
		after.Allocations = []leadtocash.Allocation{back.Allocation}
		testkit.Refuses(t, out.Record, testkit.Alone(leadtocash.Payment.Deallocate), cmd, after, codes.ErrNotFound)
	}
}

// Voiding and bouncing open the invoices again, each of them once.
func TestReversePayment(t *testing.T) {
	t.Parallel()
	p, i := testkit.Posted(t, "50.00"), testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	f := leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{i}}
	for n, part := range []string{"10.00", "20.00"} {
		out, err := p.Allocate(leadtocash.AllocatePayment{InvoiceID: i.ID, Amount: testkit.Euro(part), AllocationID: testkit.IDOf[record.AllocationID](byte(n + 1))}, f)
		if err != nil {
			t.Fatal(err)
		}
		p, f.Invoices, f.Allocations = out.Record, []leadtocash.Invoice{out.Invoice}, append(f.Allocations, out.Allocation)
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
		if out.Record.Status.String() != status || !out.Record.AllocatedAmount.IsZero() || !out.Record.Unallocated().IsZero() {
			t.Errorf("the payment is %+v, want it %s", out.Record, status)
		}
		if len(out.Allocations) != 2 || out.Allocations[0].IsActive() || out.Allocations[1].IsActive() {
			t.Errorf("I-68: allocations %+v", out.Allocations)
		}
		if len(out.Invoices) != 1 || out.Invoices[0].Status != leadtocash.InvoiceStatusBilled || out.Invoices[0].Version != f.Invoices[0].Version+1 ||
			out.Invoices[0].OpenBalance().String() != "30.00" {
			t.Errorf("invoices %+v", out.Invoices)
		}
		testkit.Refuses(t, out.Record, testkit.Alone(leadtocash.Payment.Void), leadtocash.VoidPayment{}, f, codes.ErrInvalidTransition)
		testkit.Refuses(t, out.Record, testkit.Alone(leadtocash.Payment.Bounce), leadtocash.BouncePayment{}, f, codes.ErrInvalidTransition)
	}
	p.RefundedAmount = testkit.Amount(t, "1.00")
	testkit.Refuses(t, p, testkit.Alone(leadtocash.Payment.Void), leadtocash.VoidPayment{}, f, codes.ErrHasRefunds)
	testkit.Refuses(t, p, testkit.Alone(leadtocash.Payment.Bounce), leadtocash.BouncePayment{ReversedOn: p.ReceivedOn.AddDays(-1)}, f, codes.ErrTimeOrder)
	testkit.Does(t, testkit.NewPayment(t, "5.00"), testkit.Alone(leadtocash.Payment.Void), leadtocash.VoidPayment{}, leadtocash.PaymentFacts{Stamp: testkit.Noon}, "payment.voided", "pending", "voided")
	testkit.Refuses(t, testkit.NewPayment(t, "5.00"), testkit.Alone(leadtocash.Payment.Bounce), leadtocash.BouncePayment{}, leadtocash.PaymentFacts{Stamp: testkit.Noon}, codes.ErrInvalidTransition)
}
