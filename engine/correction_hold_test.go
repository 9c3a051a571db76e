package engine_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// finallyNoticed issues an invoice and reminds of it until the final notice.
func (l *till) finallyNoticed(id string, on value.Date, total string) leadtocash.Invoice {
	l.Helper()
	i := l.bill(id, on, total, nil, leadtocash.IssueInvoice{DueDate: on})
	for range 12 {
		if i.DunningLevel == leadtocash.DunningFinalNotice {
			return i
		}
		l.at(l.now.AddDays(20))
		i = testkit.Must(l.Invoices().Dun(l.ctx, i.ID, leadtocash.DunInvoice{})).Record
	}
	l.Fatalf("%s is at %s", id, i.DunningLevel)
	return i
}

func (l *till) held() (account party.Account) {
	l.Helper()
	return testkit.Must(l.Accounts().Get(l.ctx, l.customer.Account()))
}

// A hold of dunning's ends when every case at the final notice is settled by money,
// credit or discount: giving a claim up is no trust.
func TestAHoldEndsWhenTheDebtIsPaid(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	first := l.finallyNoticed("first", 2031_01_10, "210.40")
	second := l.finallyNoticed("second", 2031_01_10, "88.15")
	want := func(held bool, after string) {
		t.Helper()
		if a := l.held(); a.HeldByDunning != held || a.CreditOnHold != held || a.HeldByHand {
			t.Errorf("%s: held by dunning %t, by hand %t, on hold %t; want %t", after, a.HeldByDunning, a.HeldByHand, a.CreditOnHold, held)
		}
	}
	want(true, "two final notices")
	testkit.Must(l.Invoices().WriteOff(l.ctx, first.ID, leadtocash.WriteOffInvoice{Reason: "small"}))
	testkit.Must(l.Invoices().MarkPaid(l.ctx, second.ID, leadtocash.PayInvoice{}))
	want(true, "one written off, one paid")
	testkit.Must(l.Invoices().ReverseWriteOff(l.ctx, first.ID, leadtocash.ReverseWriteOff{}))
	want(true, "the write-off taken back")
	paid := testkit.Must(l.Invoices().MarkPaid(l.ctx, first.ID, leadtocash.PayInvoice{}))
	want(false, "both paid")
	testkit.Must(l.Payments().Bounce(l.ctx, paid.Payment.ID, leadtocash.BouncePayment{}))
	want(true, "the money bounced")
	if err := l.credit(l.Client, "n", first.ID, "210.40", 0); err != nil {
		t.Fatal(err)
	}
	want(false, "the case credited")
}

// A merge loses neither flag: dunning's goes on with the cases of both, and taking
// the merge back gives each what it had.
func TestAMergeKeepsTheHold(t *testing.T) {
	t.Parallel()
	l := newTill(t, money.EUR, leadtocash.Settings{})
	debtor := l.customer
	i := l.finallyNoticed("i", 2031_01_10, "210.40")
	master := testkit.Must(l.Accounts().Create(l.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Larch & Sons"}})).ID
	merged := testkit.Must(l.Accounts().Merge(l.ctx, master, match.Merge[record.AccountID]{Subordinate: debtor.Account()}))
	l.customer = record.AccountCustomer(master)
	if !merged.Master.HeldByDunning || !merged.Master.CreditOnHold || merged.Master.HeldByHand {
		t.Errorf("the master is %+v", merged.Master)
	}
	undone := testkit.Must(l.Accounts().Unmerge(l.ctx, debtor.Account(), match.Unmerge{}))
	if a := l.held(); a.CreditOnHold || a.HeldByDunning {
		t.Errorf("taken back, the master is still on hold: %+v (%+v)", a, undone)
	}
	if a := testkit.Must(l.Accounts().Get(l.ctx, debtor.Account())); !a.CreditOnHold || !a.HeldByDunning {
		t.Errorf("taken back, the debtor is not on hold: %+v", a)
	}
	testkit.Must(l.Accounts().Merge(l.ctx, master, match.Merge[record.AccountID]{Subordinate: debtor.Account()}))
	testkit.Must(l.Invoices().MarkPaid(l.ctx, i.ID, leadtocash.PayInvoice{}))
	if a := l.held(); a.CreditOnHold || a.HeldByDunning {
		t.Errorf("the last case is paid and the hold stays: %+v", a)
	}
}

// The limit is not over at its very amount; what a customer has left does not lower
// the exposure, and a credited invoice is unbilled again.
func TestExposureAtItsEdges(t *testing.T) {
	t.Parallel()
	b := newBureau(t, money.EUR, nil, leadtocash.Settings{EnforceCreditHold: true})
	b.customer = record.AccountCustomer(testkit.Must(b.Accounts().Create(b.ctx, party.CreateAccount{
		Fields: party.AccountFields{Name: "Larch", CreditLimit: value.Some(money.EUR.MustAmount("100.00"))},
	})).ID)
	exposure := func(want string, over bool, after string) {
		t.Helper()
		if c := testkit.Must(b.Receivables().Credit(b.ctx, b.customer, money.EUR)); c.Exposure.String() != want || c.IsOver() != over {
			t.Errorf("%s: the exposure is %s, over %t; want %s, %t", after, c.Exposure, c.IsOver(), want, over)
		}
	}
	pay := testkit.Must(b.Payments().Create(b.ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{CustomerID: b.customer, Amount: money.EUR.MustAmount("30.00")}}))
	testkit.Must(b.Payments().Post(b.ctx, pay.ID, leadtocash.PostPayment{}))
	o := b.ordered(money.EUR, "100.00", "", false)
	exposure("100.00", false, "an order of the limit and money in advance")
	testkit.Must(b.Orders().Fulfill(b.ctx, o, leadtocash.FulfillOrder{}))
	billed := testkit.Must(b.Orders().Invoice(b.ctx, o, leadtocash.InvoiceOrder{})).Invoice
	exposure("0.00", false, "billed, not issued")
	testkit.Must(b.Invoices().Issue(b.ctx, billed.ID, leadtocash.IssueInvoice{}))
	exposure("100.00", false, "billed")

	credited := func(reason leadtocash.CreditReason) {
		note := testkit.Must(b.Invoices().Credit(b.ctx, billed.ID, leadtocash.CreditInvoice{Reason: reason})).CreditNote
		testkit.Must(b.CreditNotes().Issue(b.ctx, note.ID, leadtocash.IssueCreditNote{}))
	}
	credited(leadtocash.CreditReasonCancellation)
	exposure("100.00", false, "credited to be billed again")
	billed = testkit.Must(b.Orders().Invoice(b.ctx, o, leadtocash.InvoiceOrder{})).Invoice
	testkit.Must(b.Invoices().Issue(b.ctx, billed.ID, leadtocash.IssueInvoice{}))
	credited(leadtocash.CreditReasonReturn)
	exposure("0.00", false, "returned")

	b.ordered(money.EUR, "100.00", "", false)
	next := b.ordered(money.EUR, "0.01", "", false)
	exposure("100.01", true, "a cent more")
	if _, err := b.Orders().Fulfill(b.ctx, next, leadtocash.FulfillOrder{}); !errors.Is(err, codes.ErrCreditLimit) {
		t.Errorf("a cent over the limit: %v", err)
	}
}

// A draft shows what its tax would be today; the issue takes it anew. Of lines of
// both signs the positive one alone goes beyond the invoice, both together do not.
func TestCreditNotesOfAnInvoiceAddUpToIt(t *testing.T) {
	t.Parallel()
	computed := leadtocash.Settings{Pricing: pricing.Pricing{TaxMode: pricing.TaxComputed}}
	l := newTill(t, money.EUR, computed)
	bill := func(lines ...pricing.LineFields) leadtocash.Invoice {
		for n := range lines {
			lines[n].TaxCode = taxCode(0, "6")
		}
		i := testkit.Must(l.Invoices().Create(l.ctx, leadtocash.CreateInvoice{Fields: leadtocash.InvoiceFields{Name: "x", CustomerID: l.customer}, Lines: lines}))
		return testkit.Must(l.Invoices().Issue(l.ctx, i.ID, leadtocash.IssueInvoice{}))
	}
	draft := func(i leadtocash.Invoice, lines ...pricing.LineQuantity) leadtocash.CreditNote {
		return testkit.Must(l.Invoices().Credit(l.ctx, i.ID, leadtocash.CreditInvoice{Lines: lines})).CreditNote
	}
	issue := func(n leadtocash.CreditNote) (leadtocash.CreditNote, error) {
		out, err := l.CreditNotes().Issue(l.ctx, n.ID, leadtocash.IssueCreditNote{})
		return out.Record, err
	}

	small := bill(testkit.WriteIn("6", "0.04"))
	var drafts []leadtocash.CreditNote
	for range 3 {
		drafts = append(drafts, draft(small, asked(1, "1")))
	}
	for n, want := range []string{"0.00", "0.00", "0.01"} {
		if d := drafts[n]; d.TotalTax.String() != "0.00" {
			t.Errorf("the draft of note %d has a tax of %s, want 0.00 as of the day it was made", n+1, d.TotalTax)
		}
		if got := testkit.Must(issue(drafts[n])); got.TotalTax.String() != want {
			t.Errorf("note %d has a tax of %s, want %s", n+1, got.TotalTax, want)
		}
	}

	mixed := bill(testkit.WriteIn("1", "50.00"), testkit.WriteIn("-1", "20.00"))
	if _, err := issue(draft(mixed, asked(1, "1"))); !errors.Is(err, codes.ErrOverCredited) {
		t.Errorf("the positive line alone: %v", err)
	}
	both, err := issue(draft(mixed, asked(1, "1"), asked(2, "-1")))
	if err != nil || !both.TotalAmount.Equal(mixed.TotalAmount) {
		t.Errorf("both together credit %s of %s (%v)", both.TotalAmount, mixed.TotalAmount, err)
	}

	free := testkit.Must(l.CreditNotes().Create(l.ctx, leadtocash.CreateCreditNote{
		Fields: leadtocash.CreditNoteFields{Name: "goodwill", CustomerID: l.customer},
		Lines:  []pricing.LineFields{{WriteInText: "goodwill", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some("0.09"), TaxCode: taxCode(0, "6")}},
	}))
	if got := testkit.Must(issue(free)); got.TotalTax.String() != "0.01" {
		t.Errorf("a note of no invoice has a tax of %s, want its own 0.01", got.TotalTax)
	}
}
