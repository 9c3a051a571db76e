package engine_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// overdue is an invoice of 30.00 that was due on the first of March.
func overdue(t *testing.T) leadtocash.Invoice {
	t.Helper()
	i := testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	i.IssueDate, i.DueDate = 2026_02_01, 2026_03_01
	return i
}

func dun(t *testing.T, i leadtocash.Invoice, on value.Date, f leadtocash.InvoiceFacts) leadtocash.DunnedInvoice {
	t.Helper()
	f.Stamp = testkit.Noon
	out, err := i.Dun(leadtocash.DunInvoice{On: on}, f)
	if err != nil {
		t.Fatal(err)
	}
	if (out.Entry == nil) != (len(out.Events) == 0) {
		t.Errorf("on %s: entry %+v with events %+v", on, out.Entry, out.Events)
	}
	return out
}

// I-74, I-75: one level at a time, a week apart, and only when it is due.
func TestI74DunningLevels(t *testing.T) {
	t.Parallel()
	i, f := overdue(t), leadtocash.InvoiceFacts{}
	for _, c := range []struct {
		on    value.Date
		level leadtocash.DunningLevel // 0: no letter
	}{
		{2026_02_28, 0},
		{2026_03_07, 0}, // six days
		{2026_04_20, leadtocash.DunningReminder},
		{2026_04_20, 0}, // again on the same day
		{2026_04_26, 0}, // due for the next one, but not a week later
		{2026_04_27, leadtocash.DunningSecondNotice},
		{2026_05_04, leadtocash.DunningFinalNotice},
		{2026_05_03, 0},
		{2026_05_11, leadtocash.DunningCollections},
		{2026_08_01, 0},
	} {
		out := dun(t, i, c.on, f)
		switch {
		case c.level == 0 && out.Entry != nil:
			t.Errorf("on %s: a letter of level %s", c.on, out.Entry.Level)
		case c.level != 0 && (out.Entry == nil || out.Entry.Level != c.level || out.Entry.SentOn != c.on || out.Record.DunningLevel != c.level || out.Entry.OpenAmount.String() != "30.00"):
			t.Errorf("on %s: %+v, want level %s", c.on, out.Entry, c.level)
		}
		i = out.Record
	}
}

// An organisation has steps of its own, with fees that are noted.
func TestDunningSteps(t *testing.T) {
	t.Parallel()
	f := leadtocash.InvoiceFacts{Settings: leadtocash.Settings{Dunning: []leadtocash.DunningStep{
		{Level: leadtocash.DunningReminder, DaysOverdue: 3, Fees: []leadtocash.DunningFee{{Currency: money.EUR, Amount: decimal.RequireFromString("2.5")}}},
	}}}
	out := dun(t, overdue(t), 2026_03_04, f)
	if out.Entry == nil || out.Entry.FeeAmount.String() != "2.50" || out.Record.OpenBalance().String() != "30.00" {
		t.Errorf("the letter is %+v, %s is open", out.Entry, out.Record.OpenBalance())
	}
	if next := dun(t, out.Record, 2026_06_01, f); next.Entry != nil {
		t.Errorf("beyond the last step: %+v", next.Entry)
	}
	for _, steps := range [][]leadtocash.DunningStep{
		{{Level: leadtocash.DunningSecondNotice, DaysOverdue: 3}},
		{{Level: leadtocash.DunningReminder, DaysOverdue: 0}},
		{{Level: leadtocash.DunningReminder, DaysOverdue: 3}, {Level: leadtocash.DunningSecondNotice, DaysOverdue: 3}},
	} {
		if _, err := engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{Dunning: steps})); err == nil {
			t.Errorf("steps %+v are accepted", steps)
		}
	}
}

// Disputes and promises pause dunning.
func TestDunningPauses(t *testing.T) {
	t.Parallel()
	i, f := overdue(t), leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	testkit.Refuses(t, i, leadtocash.Invoice.ResolveDispute, leadtocash.ResolveDispute{}, f, codes.ErrInvalidTransition)
	testkit.Refuses(t, i, leadtocash.Invoice.Dispute, leadtocash.DisputeInvoice{}, f, codes.ErrMissingField)
	testkit.Refuses(t, i, leadtocash.Invoice.Dispute, leadtocash.DisputeInvoice{Reason: "broken", Amount: testkit.Euro("30.01")}, f, codes.ErrOutOfRange)
	disputed := testkit.Does(t, i, leadtocash.Invoice.Dispute, leadtocash.DisputeInvoice{Reason: "broken", Amount: testkit.Euro("10.00")}, f, "invoice.disputed", "billed", "billed")
	if out := dun(t, disputed, 2026_06_01, f); out.Entry != nil {
		t.Errorf("a disputed invoice gets %+v", out.Entry)
	}
	resolved := testkit.Does(t, disputed, leadtocash.Invoice.ResolveDispute, leadtocash.ResolveDispute{Note: "replaced"}, f, "invoice.dispute_resolved", "billed", "billed")
	if out := dun(t, resolved, 2026_06_01, f); out.Entry == nil {
		t.Error("a resolved invoice gets no letter")
	}

	testkit.Refuses(t, i, leadtocash.Invoice.WithdrawPromise, leadtocash.WithdrawPromise{}, f, codes.ErrInvalidTransition)
	testkit.Refuses(t, i, leadtocash.Invoice.PromisePayment, leadtocash.PromisePayment{}, f, codes.ErrMissingField)
	testkit.Refuses(t, i, leadtocash.Invoice.PromisePayment, leadtocash.PromisePayment{PayOn: 2026_03_01}, f, codes.ErrInvalid)
	testkit.Refuses(t, i, leadtocash.Invoice.PromisePayment, leadtocash.PromisePayment{PayOn: 2026_03_20, Amount: testkit.Euro("31.00")}, f, codes.ErrOutOfRange)
	promised := testkit.Does(t, i, leadtocash.Invoice.PromisePayment, leadtocash.PromisePayment{PayOn: 2026_03_20, Amount: testkit.Euro("10.00")}, f, "invoice.payment_promised", "billed", "billed")
	if a, b := dun(t, promised, 2026_03_20, f), dun(t, promised, 2026_03_21, f); a.Entry != nil || b.Entry == nil {
		t.Errorf("promised until the 20th: letters %+v and %+v", a.Entry, b.Entry)
	}
	withdrawn := testkit.Does(t, promised, leadtocash.Invoice.WithdrawPromise, leadtocash.WithdrawPromise{}, f, "invoice.promise_withdrawn", "billed", "billed")
	if out := dun(t, withdrawn, 2026_03_20, f); out.Entry == nil {
		t.Error("a withdrawn promise still pauses")
	}
	kept := promised
	kept.SettledAmount = testkit.Amount(t, "10.00")
	for want, got := range map[leadtocash.PromiseState]leadtocash.PromiseState{
		leadtocash.PromiseNone: i.PromiseState(2026_03_20), leadtocash.PromiseOpen: promised.PromiseState(2026_03_20),
		leadtocash.PromiseBroken: promised.PromiseState(2026_03_21), leadtocash.PromiseKept: kept.PromiseState(2026_03_21),
	} {
		if got != want {
			t.Errorf("the promise is %s, want %s", got, want)
		}
	}
}

// The final notice holds the credit; money for the last case lifts that, giving up
// the claim does not.
func TestCreditHold(t *testing.T) {
	t.Parallel()
	account := party.Account{ID: testkit.IDOf[record.AccountID](1), Status: party.AccountStatusInactive}
	i := overdue(t)
	i.DunningLevel, i.DunnedOn = leadtocash.DunningSecondNotice, 2026_03_25
	f := leadtocash.InvoiceFacts{Stamp: testkit.Noon, Debtor: &leadtocash.Debtor{Account: &account}}
	held := dun(t, i, 2026_05_01, f)
	if a := held.Account; a == nil || !a.CreditOnHold || !a.HeldByDunning || held.Events[2].Type != "account.credit_held" {
		t.Fatalf("the final notice leaves %+v", held.HeldCustomer)
	}
	byHand := account
	byHand.CreditOnHold = true
	if out := dun(t, i, 2026_05_01, leadtocash.InvoiceFacts{Debtor: &leadtocash.Debtor{Account: &byHand}}); out.Account == nil || !out.Account.HeldByHand || !out.Account.HeldByDunning {
		t.Errorf("a hold set by hand becomes %+v", out.Account)
	}

	i, f.Debtor = held.Record, &leadtocash.Debtor{Account: held.Account}
	writeOff := func(f leadtocash.InvoiceFacts) leadtocash.WrittenOffInvoice {
		out, err := i.WriteOff(leadtocash.WriteOffInvoice{Reason: "bankrupt"}, f)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	settled := writeOff(f)
	if settled.Account != nil || settled.Record.WrittenOffAmount.IsZero() {
		t.Errorf("written off: %+v", settled.HeldCustomer)
	}
	more := f
	more.Debtor = &leadtocash.Debtor{Account: held.Account, Others: []record.InvoiceID{testkit.IDOf[record.InvoiceID](9)}}
	if out := writeOff(more); out.Account != nil {
		t.Errorf("with another case the hold becomes %+v", out.Account)
	}
	more.Debtor = &leadtocash.Debtor{Account: &byHand}
	if out := writeOff(more); out.Account != nil {
		t.Errorf("a hold set by hand becomes %+v", out.Account)
	}
	back, err := settled.Record.ReverseWriteOff(leadtocash.ReverseWriteOff{}, leadtocash.InvoiceFacts{
		Stamp: testkit.Noon, Allocations: []leadtocash.Allocation{settled.Allocation}, Debtor: &leadtocash.Debtor{Account: held.Account},
	})
	if err != nil || back.Account != nil || !back.Record.WrittenOffAmount.IsZero() || back.Record.DunningLevel != leadtocash.DunningFinalNotice {
		t.Errorf("opened again: %+v (%v)", back.HeldCustomer, err)
	}
	paid, err := back.Record.MarkPaid(leadtocash.PayInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon, Debtor: &leadtocash.Debtor{Account: held.Account}})
	if err != nil || paid.Account == nil || paid.Account.CreditOnHold || paid.Account.HeldByDunning {
		t.Errorf("paid: %+v (%v)", paid.HeldCustomer, err)
	}
	contact := party.Contact{ID: testkit.IDOf[record.ContactID](1), Status: party.ContactStatusActive}
	i = overdue(t)
	i.DunningLevel, i.DunnedOn = leadtocash.DunningSecondNotice, 2026_03_25
	if out := dun(t, i, 2026_05_01, leadtocash.InvoiceFacts{Debtor: &leadtocash.Debtor{Contact: &contact}}); out.Contact == nil || !out.Contact.HeldByDunning {
		t.Errorf("a contact becomes %+v", out.Contact)
	}
}

// A hold that a person lifts is not dunning's any more.
func TestHoldByHand(t *testing.T) {
	t.Parallel()
	a := party.Account{
		ID: testkit.IDOf[record.AccountID](1), Status: party.AccountStatusActive, HeldByDunning: true,
		AccountFields: party.AccountFields{Name: "Huber", CreditOnHold: true},
	}
	edit := party.EditAccount{Fields: a.AccountFields}
	edit.Fields.CreditOnHold = false
	out, err := a.Edit(edit, party.AccountFacts{Stamp: testkit.Noon})
	if err != nil || out.Record.HeldByDunning {
		t.Errorf("the hold is lifted by hand: %+v (%v)", out.Record.HeldByDunning, err)
	}
}

// Write-offs settle what is open and can be taken back.
func TestWriteOff(t *testing.T) {
	t.Parallel()
	i, f := testkit.InvoiceIn(t, leadtocash.InvoiceStatusPartiallyPaid), leadtocash.InvoiceFacts{Stamp: testkit.Noon}
	testkit.Refuses(t, i, testkit.Alone(leadtocash.Invoice.WriteOff), leadtocash.WriteOffInvoice{}, f, codes.ErrMissingField)
	out, err := i.WriteOff(leadtocash.WriteOffInvoice{Reason: "bankrupt"}, f)
	if err != nil || out.Record.Status != leadtocash.InvoiceStatusPaid || out.Allocation.Amount.String() != "20.00" || out.Allocation.Reason != "bankrupt" {
		t.Fatalf("written off: %+v (%v)", out, err)
	}
	f.Allocations = []leadtocash.Allocation{out.Allocation}
	testkit.Refuses(t, out.Record, testkit.Alone(leadtocash.Invoice.ReverseWriteOff), leadtocash.ReverseWriteOff{AllocationID: testkit.IDOf[record.AllocationID](99)}, f, codes.ErrNotFound)
	back, err := out.Record.ReverseWriteOff(leadtocash.ReverseWriteOff{}, f)
	if err != nil || back.Record.Status != i.Status || back.Record.OpenBalance() != i.OpenBalance() || back.Allocation.IsActive() {
		t.Errorf("taken back: %+v (%v)", back, err)
	}

	// As in Dynamics 365 an issued invoice can be edited, until nothing is owed.
	f.Settings.D365Compat = true
	gift := testkit.InvoiceFields()
	gift.DiscountPercentage = value.Some(decimal.NewFromInt(100))
	free := testkit.Does(t, testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled), leadtocash.Invoice.Edit, leadtocash.EditInvoice{Fields: gift}, f, "invoice.edited", "billed", "billed")
	testkit.Refuses(t, free, testkit.Alone(leadtocash.Invoice.WriteOff), leadtocash.WriteOffInvoice{Reason: "bankrupt"}, f, codes.ErrInvoiceSettled)
}
