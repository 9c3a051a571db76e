package leadtocash_test

import (
	"reflect"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// owing is an invoice of 30.00 that is due on the day.
func owing(t *testing.T, n byte, number string, due value.Date) leadtocash.Invoice {
	t.Helper()
	i := testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	i.ID, i.InvoiceNumber, i.DueDate = testkit.IDOf[record.InvoiceID](n), number, due
	return i
}

// Named invoices come first, then by due date, issue date and number; each is
// filled before the next.
func TestAutoAllocate(t *testing.T) {
	t.Parallel()
	late, same, named, foreign := owing(t, 1, "INV-9", 2026_05_01), owing(t, 2, "INV-10", 2026_05_01), owing(t, 3, "INV-100", 2026_06_01), owing(t, 4, "INV-2", 2026_01_01)
	first := owing(t, 5, "INV-3", 2026_05_01)
	first.IssueDate = 2026_02_01
	foreign.CustomerID = testkit.Other
	dollars := owing(t, 6, "INV-4", 2026_01_01)
	dollars.Currency = money.USD
	p := testkit.Posted(t, "105.00")
	p.Remittance = "for inv-100, thanks (not INV-1000)"
	f := leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{late, same, named, foreign, first, dollars}}
	out, err := p.AutoAllocate(leadtocash.AutoAllocatePayment{}, f)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for n, i := range out.Invoices {
		got = append(got, i.InvoiceNumber+" "+out.Allocations[n].Amount.String())
	}
	if want := []string{"INV-100 30.00", "INV-3 30.00", "INV-10 30.00", "INV-9 15.00"}; !reflect.DeepEqual(got, want) {
		t.Errorf("settled %v, want %v", got, want)
	}
	if !out.Record.Unallocated().IsZero() || out.Record.Version != p.Version+1 || out.Events[0].Type != "payment.auto_allocated" {
		t.Errorf("the payment has %s left in version %d after %s", out.Record.Unallocated(), out.Record.Version, out.Events[0].Type)
	}
	again, err := p.AutoAllocate(leadtocash.AutoAllocatePayment{}, f)
	if err != nil || !reflect.DeepEqual(again, out) {
		t.Errorf("equal facts lead to %+v (%v)", again, err)
	}
}

// I-76: a second run finds nothing to do.
func TestI76AutoAllocateTwice(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"20.00", "30.00", "50.00"} {
		i := owing(t, 1, "INV-1", 2026_05_01)
		out, err := testkit.Posted(t, text).AutoAllocate(leadtocash.AutoAllocatePayment{}, leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{i}})
		if err != nil {
			t.Fatal(err)
		}
		again, err := out.Record.AutoAllocate(leadtocash.AutoAllocatePayment{}, leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: out.Invoices})
		if err != nil || len(again.Events) != 0 || !reflect.DeepEqual(again.Record, out.Record) {
			t.Errorf("%s: a second run yields %+v (%v)", text, again, err)
		}
	}
}

// A number within a longer one is not named.
func TestRemittanceNamesWholeNumbers(t *testing.T) {
	t.Parallel()
	for text, named := range map[string]bool{
		"INV-7": true, "inv-7": true, "pays INV-7.": true, "INV-70, INV-7": true, "ÄINV-7": false, "XINV-7": false, "INV-70": false, "": false,
	} {
		early, wanted := owing(t, 1, "INV-1", 2026_01_01), owing(t, 2, "INV-7", 2026_05_01)
		p := testkit.Posted(t, "30.00")
		p.Remittance = text
		out, err := p.AutoAllocate(leadtocash.AutoAllocatePayment{}, leadtocash.PaymentFacts{Stamp: testkit.Noon, Invoices: []leadtocash.Invoice{early, wanted}})
		if err != nil || (out.Invoices[0].ID == wanted.ID) != named {
			t.Errorf("%q: %s is settled (%v)", text, out.Invoices[0].InvoiceNumber, err)
		}
	}
}
