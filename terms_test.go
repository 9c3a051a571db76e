package leadtocash_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/value"
)

func percent(n int64) value.Opt[decimal.Decimal] { return value.Some(decimal.New(n, 0)) }

func TestTermsDueOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		terms  leadtocash.Terms
		issued value.Date
		due    value.Date
	}{
		{leadtocash.Terms{}, 2026_01_31, 2026_01_31},
		{leadtocash.TermsOf(0), 2026_01_31, 2026_01_31},
		{leadtocash.TermsOf(party.PaymentTermsNet30), 2026_01_31, 2026_03_02},
		{leadtocash.Terms{EndOfMonth: true}, 2026_02_01, 2026_02_28},
		{leadtocash.Terms{EndOfMonth: true}, 2028_02_29, 2028_02_29},
		{leadtocash.Terms{EndOfMonth: true, NetDays: 14}, 2026_12_31, 2027_01_14},
		{leadtocash.Terms{EndOfMonth: true, NetDays: 30}, 2026_01_05, 2026_03_02},
	} {
		if got := c.terms.DueOn(c.issued); got != c.due {
			t.Errorf("%+v, issued on %s: due on %s, want %s", c.terms, c.issued, got, c.due)
		}
	}
}

// received is a posted payment that came on the day.
func received(t *testing.T, text string, on value.Date) leadtocash.Payment {
	t.Helper()
	p := testkit.Posted(t, text)
	p.ReceivedOn = on
	return p
}

// I-73: the discount is taken only in time, and only where it settles the
// invoice.
func TestI73EarlyDiscount(t *testing.T) {
	t.Parallel()
	i := testkit.Discountable(t)
	if amount, until := i.EarlyDiscount(); amount.String() != "20.00" || until != 2026_03_12 {
		t.Fatalf("the discount is %s until %s", amount, until)
	}
	f := leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{i}}
	for _, c := range []struct {
		name, paid, given string
		on                value.Date
		declined          bool
		allocated         string
		discount, open    string
	}{
		{"in time", "980.00", "", 2026_03_12, false, "980.00", "20.00", "0.00"},
		{"in full", "1000.00", "", 2026_03_12, false, "1000.00", "", "0.00"},
		{"a little more", "985.00", "", 2026_03_12, false, "980.00", "20.00", "0.00"},
		{"declined", "1000.00", "", 2026_03_12, true, "1000.00", "", "0.00"},
		{"late", "980.00", "", 2026_03_13, false, "980.00", "", "20.00"},
		{"too little", "979.99", "", 2026_03_02, false, "979.99", "", "20.01"},
		{"given", "1000.00", "980.00", 2026_03_02, false, "980.00", "20.00", "0.00"},
		{"given in full", "1000.00", "1000.00", 2026_03_02, false, "1000.00", "", "0.00"},
		{"given in part", "1000.00", "500.00", 2026_03_02, false, "500.00", "", "500.00"},
	} {
		cmd := leadtocash.AllocatePayment{InvoiceID: i.ID, NoDiscount: c.declined}
		if c.given != "" {
			cmd.Amount = testkit.Euro(c.given)
		}
		out, err := received(t, c.paid, c.on).Allocate(cmd, f)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		discount := ""
		if out.Discount != nil {
			discount = out.Discount.Amount.String()
		}
		if out.Allocation.Amount.String() != c.allocated || discount != c.discount || out.Invoice.OpenBalance().String() != c.open {
			t.Errorf("%s: %s and a discount of %q leave %s open; want %+v", c.name, out.Allocation.Amount, discount, out.Invoice.OpenBalance(), c)
		}
		if !out.Record.AllocatedAmount.Equal(out.Allocation.Amount) {
			t.Errorf("%s: %s of the payment is allocated, want %s", c.name, out.Record.AllocatedAmount, out.Allocation.Amount)
		}
	}
}

// With the allocation goes the discount that it earned.
func TestEarlyDiscountIsTakenBack(t *testing.T) {
	t.Parallel()
	i := testkit.Discountable(t)
	out, err := received(t, "980.00", 2026_03_05).Allocate(leadtocash.AllocatePayment{InvoiceID: i.ID}, leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{i}})
	if err != nil {
		t.Fatal(err)
	}
	f := leadtocash.PaymentFacts{
		Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{out.Invoice}, Allocations: []leadtocash.Allocation{out.Allocation, *out.Discount},
	}
	back, err := out.Record.Deallocate(leadtocash.DeallocatePayment{AllocationID: out.Allocation.ID}, f)
	if err != nil || back.Discount == nil || back.Discount.IsActive() || back.Invoice.OpenBalance().String() != "1000.00" || back.Record.Unallocated().String() != "980.00" {
		t.Errorf("taken back: %+v (%v)", back, err)
	}
	alone, err := out.Record.Deallocate(leadtocash.DeallocatePayment{AllocationID: out.Discount.ID}, f)
	if err != nil || alone.Discount != nil || alone.Invoice.OpenBalance().String() != "20.00" || !alone.Record.Unallocated().IsZero() {
		t.Errorf("the discount alone: %+v (%v)", alone, err)
	}
	bounced, err := out.Record.Bounce(leadtocash.BouncePayment{}, f)
	if err != nil || len(bounced.Allocations) != 2 || bounced.Invoices[0].OpenBalance().String() != "1000.00" || bounced.Record.ReversedOn != 2026_03_05 {
		t.Errorf("bounced: %+v (%v)", bounced, err)
	}
}

// An invoice has terms of its own, or those of a code.
func TestOwnTerms(t *testing.T) {
	t.Parallel()
	i := testkit.NewInvoice(t, testkit.WriteIn("3", "11.11"))
	edit := leadtocash.EditInvoice{Fields: i.InvoiceFields}
	edit.Fields.OwnTerms = &leadtocash.Terms{Name: "3 % within a week", NetDays: 60, DiscountPercentage: percent(3), DiscountDays: 7}
	own := testkit.Does(t, i, leadtocash.Invoice.Edit, edit, leadtocash.InvoiceFacts{Stamp: testkit.Morning}, "invoice.edited", "new", "new")
	own = testkit.Does(t, own, leadtocash.Invoice.Issue, leadtocash.IssueInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Morning}, "invoice.issued", "new", "billed")
	if discount, until := own.EarlyDiscount(); own.DueDate != 2026_05_01 || discount.String() != "1.00" || until != 2026_03_09 {
		t.Errorf("due on %s, %s off until %s", own.DueDate, discount, until)
	}
	edit.Fields.PaymentTerms = party.PaymentTermsNet30
	testkit.Refuses(t, i, leadtocash.Invoice.Edit, edit, leadtocash.InvoiceFacts{Stamp: testkit.Morning}, codes.ErrInvalid)
	edit.Fields.PaymentTerms, edit.Fields.OwnTerms = 0, &leadtocash.Terms{NetDays: -1}
	testkit.Refuses(t, i, leadtocash.Invoice.Edit, edit, leadtocash.InvoiceFacts{Stamp: testkit.Morning}, codes.ErrOutOfRange)
}
