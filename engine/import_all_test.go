package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
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
func TestImportStoredKeepsClosingDays(t *testing.T) {
	t.Parallel()
	from, to := newPeople(t, memory.New()), newPeople(t, memory.New(), engine.WithClock(func() time.Time { return testkit.Morning.At.AddDate(0, 0, 3) }))
	account := from.account("Meyer")
	deal := from.deal(record.AccountCustomer(account.ID))
	lost := testkit.Must(from.Opportunities().Lose(from.ctx, deal.ID, leadtocash.LoseOpportunity{CloseDate: testkit.Morning.Day().AddDays(-1)}))
	testkit.Must(engine.Import(to.ctx, to.Client, account))
	if _, err := engine.Import(to.ctx, to.Preview(), lost.Record); !saysAt(err, codes.ErrTimeOrder, "actual_close_date") {
		t.Errorf("alone: %v", err)
	}
	if err := engine.ImportStored(to.ctx, to.Client, &lost.Record); err != nil {
		t.Fatal(err)
	}
	if moved := testkit.Must(to.Opportunities().Get(to.ctx, deal.ID)); moved.ActualCloseDate != lost.Record.ActualCloseDate {
		t.Errorf("closed on %s, was %s", moved.ActualCloseDate, lost.Record.ActualCloseDate)
	}
}

// A part of what another tenant holds refers to what an earlier part brought: to a record
// that was merged since, and to the opportunity of another lead.
func TestImportStored(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	account := func(n byte, name string) *party.Account {
		return &party.Account{ID: testkit.IDOf[record.AccountID](n), AccountFields: party.AccountFields{Name: name}, Status: party.AccountStatusActive}
	}
	master, merged, child := account(1, "Huber"), account(2, "Hubert"), account(3, "Branch")
	merged.Status, merged.Merged, merged.MasterID, child.ParentAccountID = party.AccountStatusInactive, true, master.ID, merged.ID
	if err := engine.ImportStored(p.ctx, p.Client, master, merged); err != nil {
		t.Fatal(err)
	}
	if err := engine.ImportAll(p.ctx, p.Client, child); !saysAt(err, codes.ErrMerged, "parent_account_id") {
		t.Errorf("as of another system: %v", err)
	}
	if err := engine.ImportStored(p.ctx, p.Client, child); err != nil {
		t.Errorf("as it was stored: %v", err)
	}
	if got := testkit.Must(p.Accounts().Get(p.ctx, child.ID)); got.Owner != child.Owner || got.CreatedBy != child.CreatedBy || got.RateFixed {
		t.Errorf("it has become %+v", got.Head)
	}
	lost := account(4, "Lost")
	lost.ParentAccountID = testkit.IDOf[record.AccountID](9)
	if err := engine.ImportStored(p.ctx, p.Client, lost); !saysAt(err, codes.ErrNotFound, "parent_account_id") {
		t.Errorf("what refers to nothing: %v", err)
	}
}

// A record of any kind is read from its JSON, and tells what it refers to.
func TestDecodeRecord(t *testing.T) {
	t.Parallel()
	account, contact := testkit.IDOf[record.AccountID](1), testkit.IDOf[record.ContactID](2)
	d, err := engine.DecodeRecord(kinds.Contact, []byte(`{"id":"`+contact.String()+`","last_name":"Gruber","parent_customer_id":{"kind":"account","id":"`+account.String()+`"},"of_later":[1]}`))
	if err != nil {
		t.Fatal(err)
	}
	if c, is := d.(*party.Contact); !is || c.LastName != "Gruber" || c.ID != contact {
		t.Errorf("got %+v", d)
	}
	if body := string(testkit.Must(json.Marshal(d))); !strings.Contains(body, `"of_later":[1]`) {
		t.Errorf("a member that is not known is lost: %s", body)
	}
	n := 0
	for field, ref := range engine.ReferencesOf(d) {
		if n++; field != "parent_customer_id" || ref != account.Ref() {
			t.Errorf("%s refers to %s", field, ref)
		}
	}
	if n != 1 {
		t.Errorf("%d references", n)
	}
	for body, field := range map[string]string{`{"last_name":1}`: "last_name", `{"last_name"`: "$", `[]`: "$"} {
		if _, err := engine.DecodeRecord(kinds.Contact, []byte(body)); !saysAt(err, codes.ErrInvalid, field) {
			t.Errorf("%s: %v", body, err)
		}
	}
	if _, err := engine.DecodeRecord("planet", []byte(`{}`)); !saysAt(err, codes.ErrInvalid, "kind") {
		t.Errorf("of no kind: %v", err)
	}
}

// An actor whose authorizer limits what he sees is told so.
func TestScoped(t *testing.T) {
	t.Parallel()
	all := newPeople(t, memory.New())
	some := newPeople(t, memory.New(), engine.WithAuthorizer(accountsOfNobody{}))
	for name, c := range map[string]struct {
		client *engine.Client
		kinds  []kinds.Kind
		want   bool
	}{
		"everything":           {all.Client, nil, false},
		"some of all kinds":    {some.Client, nil, true},
		"a kind with limits":   {some.Client, []kinds.Kind{kinds.Contact, kinds.Account}, true},
		"a kind without limit": {some.Client, []kinds.Kind{kinds.Contact}, false},
	} {
		if got, err := c.client.Scoped(all.ctx, c.kinds...); err != nil || got != c.want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := some.Scoped(all.ctx, "planet"); !saysAt(err, codes.ErrInvalid, "kind") {
		t.Errorf("of no kind: %v", err)
	}
}

type accountsOfNobody struct{ engine.AllowAll }

func (accountsOfNobody) Scope(_ context.Context, _ record.Actor, kind kinds.Kind) ([]storage.Cond, error) {
	if kind != kinds.Account {
		return nil, nil
	}
	return []storage.Cond{{Field: storage.FieldOwner, Op: storage.OpMissing}}, nil
}
