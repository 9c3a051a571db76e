package engine_test

import (
	"errors"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// A qualified lead and its opportunity name each other, an account and its contact
// likewise: one by one none of them can come first.
func TestImportAll(t *testing.T) {
	t.Parallel()
	from := newPeople(t, memory.New())
	to := newPeople(t, memory.New(), engine.WithClock(func() time.Time { return testkit.Morning.At.AddDate(0, 0, 3) }))
	to.Client = to.At(testkit.Morning.At.AddDate(0, 0, 1))
	lead := testkit.Must(from.Leads().Create(from.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer", CompanyName: "Meyer"}}))
	out := testkit.Must(from.Leads().Qualify(from.ctx, lead.ID, leadtocash.QualifyLead{}))
	records := leadtocash.RecordsIn(&out)
	if len(records) < 4 {
		t.Fatalf("the qualification made %d records", len(records))
	}
	if _, err := engine.Import(to.ctx, to.Client, out.Record); !saysAt(err, codes.ErrNotFound, "qualifying_opportunity_id") {
		t.Fatalf("alone: %v", err)
	}
	if err := engine.ImportAll(to.ctx, to.Client, records...); err != nil {
		t.Fatal(err)
	}
	if moved := testkit.Must(to.Leads().Get(to.ctx, lead.ID)); moved.QualifyingOpportunityID != out.Record.QualifyingOpportunityID {
		t.Errorf("the lead is %+v", moved)
	}
}

// Nothing is stored unless all of it can be, and every refusal is told.
func TestImportAllRefused(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	account := func(n byte, name string) *party.Account {
		return &party.Account{ID: testkit.IDOf[record.AccountID](n), AccountFields: party.AccountFields{Name: name}, Status: party.AccountStatusActive}
	}
	lost := account(4, "Lost")
	lost.ParentAccountID = testkit.IDOf[record.AccountID](9)
	err := engine.ImportAll(p.ctx, p.Client, account(1, "Huber"), account(2, ""), lost, &party.Account{})
	all, ok := err.(interface{ Unwrap() []error })
	if !ok || len(all.Unwrap()) != 3 || !saysAt(all.Unwrap()[0], codes.ErrMissingField, "name") || !saysAt(all.Unwrap()[1], codes.ErrNotFound, "parent_account_id") {
		t.Errorf("refused with %v", err)
	}
	if _, err := p.Accounts().Get(p.ctx, testkit.IDOf[record.AccountID](1)); !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("the sound one: %v", err)
	}
	if err := engine.ImportAll(p.ctx, p.Client, account(1, "Huber"), account(1, "Huber")); !saysAt(err, codes.ErrInvalid, "records[1]") {
		t.Errorf("twice: %v", err)
	}
	if err := engine.ImportAll(p.ctx, p.Client, nil); !saysAt(err, codes.ErrInvalid, "records[0]") {
		t.Errorf("nothing: %v", err)
	}
	if err := engine.ImportAll(p.ctx, p.Client); err != nil {
		t.Errorf("of none: %v", err)
	}
}

// A deal that was closed on a day before it was made, which an action may do, moves
// with all that a tenant holds; by itself an import of it contradicts itself.
func TestImportAllKeepsClosingDays(t *testing.T) {
	t.Parallel()
	from, to := newPeople(t, memory.New()), newPeople(t, memory.New(), engine.WithClock(func() time.Time { return testkit.Morning.At.AddDate(0, 0, 3) }))
	account := from.account("Meyer")
	deal := from.deal(record.AccountCustomer(account.ID))
	lost := testkit.Must(from.Opportunities().Lose(from.ctx, deal.ID, leadtocash.LoseOpportunity{CloseDate: testkit.Morning.Day().AddDays(-1)}))
	testkit.Must(engine.Import(to.ctx, to.Client, account))
	if _, err := engine.Import(to.ctx, to.Preview(), lost.Record); !saysAt(err, codes.ErrTimeOrder, "actual_close_date") {
		t.Errorf("alone: %v", err)
	}
	if err := engine.ImportAll(to.ctx, to.Client, &lost.Record); err != nil {
		t.Fatal(err)
	}
	if moved := testkit.Must(to.Opportunities().Get(to.ctx, deal.ID)); moved.ActualCloseDate != lost.Record.ActualCloseDate {
		t.Errorf("closed on %s, was %s", moved.ActualCloseDate, lost.Record.ActualCloseDate)
	}
}
