package party_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

func newAccount(t *testing.T) party.Account {
	t.Helper()
	return testkit.Born(t, party.NewAccount, party.CreateAccount{
		ID:     testkit.IDOf[record.AccountID](1),
		Fields: party.AccountFields{Name: "Adventure Works"},
	}, party.AccountFacts{Stamp: testkit.Morning}, "account.created", "active")
}

func inactiveAccount(t *testing.T) party.Account {
	t.Helper()
	return testkit.Does(t, newAccount(t), party.Account.Deactivate, party.Deactivate{}, party.AccountFacts{Stamp: testkit.Noon},
		"account.deactivated", "active", "inactive")
}

func TestAccountFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Account, party.AccountFlow().Matrix())
}

func TestNewAccount(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	if a.Owner != testkit.Ann || a.CreatedBy != testkit.Ann || a.CreatedAt != testkit.Morning.At {
		t.Errorf("created by %v at %v for %v", a.CreatedBy, a.CreatedAt, a.Owner)
	}
	if a.ContactMethod != party.ContactMethodAny {
		t.Errorf("preferred contact method %q, want any", a.ContactMethod)
	}
	parent := testkit.IDOf[record.AccountID](2)
	create := func(id record.AccountID, parent record.AccountID, f party.AccountFacts, codes ...codes.Code) {
		t.Helper()
		testkit.RefusesBirth(t, party.NewAccount, party.CreateAccount{
			ID: id, Fields: party.AccountFields{Name: "Fabrikam", ParentAccountID: parent},
		}, f, codes...)
	}
	create(record.AccountID{}, parent, party.AccountFacts{}, codes.ErrMissingField)
	create(parent, parent, party.AccountFacts{}, codes.ErrParentCycle)
	create(a.ID, parent, party.AccountFacts{Ancestors: []record.AccountID{testkit.IDOf[record.AccountID](3), a.ID}}, codes.ErrParentCycle)
	create(a.ID, parent, party.AccountFacts{Inactive: []record.Ref{testkit.RefTo(kinds.Account, 2)}}, codes.ErrCustomerInactive)
	testkit.RefusesBirth(t, party.NewAccount, party.CreateAccount{ID: a.ID}, party.AccountFacts{}, codes.ErrMissingField)
	testkit.RefusesBirth(t, party.NewAccount, party.CreateAccount{
		ID: a.ID, Fields: party.AccountFields{Name: "Fabrikam", Industry: 200},
	}, party.AccountFacts{}, codes.ErrInvalid)
}

func TestAccountLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, party.NewAccount, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{"name":"Fabrikam"}}`,
		map[string]int{
			"name": 160, "account_number": 20, "main_phone": 50, "other_phone": 50, "telephone3": 50, "fax": 50,
			"website": 200, "ftp_site": 200, "email1": 100, "email2": 100, "email3": 100,
			"tax_id": 50, "trading_name": 200, "buyer_reference": 200, "invoice_format": 30, "sic": 20, "ticker_symbol": 10, "stock_exchange": 20, "description": 2000,
		},
		map[string][2]int64{
			"annual_revenue": {0, 1e14}, "market_cap": {0, 1e14}, "credit_limit": {0, 1e14},
			"number_of_employees": {0, 1e9}, "shares_outstanding": {0, 1e9},
		})
}

func TestAccountEdit(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	f := party.AccountFacts{Stamp: testkit.Noon}
	same := party.EditAccount{Fields: a.AccountFields}
	testkit.Idles(t, a, party.Account.Edit, same, f)

	edit := same
	edit.Fields.ParentAccountID = testkit.IDOf[record.AccountID](2)
	edit.Fields.Website = "adventure-works.example"
	edit.Custom = record.Custom{"tier": []byte(`"gold"`), "gone": []byte(`null`)}
	b := testkit.Does(t, a, party.Account.Edit, edit, f, "account.edited", "active", "active")
	if b.AccountFields != edit.Fields || string(b.Custom["tier"]) != `"gold"` || len(b.Custom) != 1 {
		t.Errorf("edited to %+v, %s", b.AccountFields, b.Custom)
	}
	if b.UpdatedBy != testkit.Bob || b.Owner != testkit.Ann {
		t.Errorf("changed by %v for %v", b.UpdatedBy, b.Owner)
	}
	testkit.Idles(t, b, party.Account.Edit, edit, f)

	// A parent that became inactive may stay; another inactive one is refused.
	inactive := party.AccountFacts{Stamp: testkit.Noon, Inactive: []record.Ref{testkit.RefTo(kinds.Account, 2), testkit.RefTo(kinds.Account, 3)}}
	edit.Fields.Website = ""
	testkit.Does(t, b, party.Account.Edit, edit, inactive, "account.edited", "active", "active")
	edit.Fields.ParentAccountID = testkit.IDOf[record.AccountID](3)
	testkit.Refuses(t, b, party.Account.Edit, edit, inactive, codes.ErrCustomerInactive)

	edit.Fields.ParentAccountID = b.ID
	testkit.Refuses(t, b, party.Account.Edit, edit, f, codes.ErrParentCycle)
	edit.Fields.ParentAccountID = testkit.IDOf[record.AccountID](4)
	testkit.Refuses(t, b, party.Account.Edit, edit, party.AccountFacts{Ancestors: []record.AccountID{b.ID}}, codes.ErrParentCycle)
	edit.Fields.Name = ""
	testkit.Refuses(t, b, party.Account.Edit, edit, f, codes.ErrMissingField)

	testkit.Refuses(t, inactiveAccount(t), party.Account.Edit, same, f, codes.ErrInactive)
}

func TestAccountDeactivateAndActivate(t *testing.T) {
	t.Parallel()
	f := party.AccountFacts{Stamp: testkit.Noon}
	active, inactive := newAccount(t), inactiveAccount(t)
	testkit.Refuses(t, active, party.Account.Activate, party.Activate{}, f, codes.ErrInvalidTransition)
	testkit.Refuses(t, inactive, party.Account.Deactivate, party.Deactivate{}, f, codes.ErrInvalidTransition)
	again := testkit.Does(t, inactive, party.Account.Activate, party.Activate{}, f, "account.activated", "inactive", "active")
	if again.AccountFields != active.AccountFields {
		t.Errorf("came back as %+v, was %+v", again.AccountFields, active.AccountFields)
	}
	if err := party.AccountFlow().Why(&inactive, actions.AccountUnmerge, &f); !errors.Is(err, codes.ErrNotMerged) {
		t.Errorf("undoing no merge: %v", err)
	}
	inactive.Merged = true
	if err := party.AccountFlow().Why(&inactive, actions.AccountUnmerge, &f); err != nil {
		t.Errorf("undoing a merge: %v", err)
	}
	testkit.Refuses(t, inactive, party.Account.Activate, party.Activate{}, f, codes.ErrMerged)
}

func TestAccountAssign(t *testing.T) {
	t.Parallel()
	f := party.AccountFacts{Stamp: testkit.Noon}
	for _, a := range []party.Account{newAccount(t), inactiveAccount(t)} {
		status := a.Status.String()
		b := testkit.Does(t, a, party.Account.Assign, record.Assign{Owner: testkit.Bob}, f, "account.assigned", status, status)
		if b.Owner != testkit.Bob {
			t.Errorf("owned by %v", b.Owner)
		}
		testkit.Idles(t, b, party.Account.Assign, record.Assign{Owner: testkit.Bob}, f)
		testkit.Refuses(t, b, party.Account.Assign, record.Assign{}, f, codes.ErrMissingField)
		f := party.AccountFacts{Stamp: testkit.Noon, Inactive: []record.Ref{{Kind: kinds.Seller, ID: testkit.Ann}}}
		testkit.Refuses(t, b, party.Account.Assign, record.Assign{Owner: testkit.Ann}, f, codes.ErrInactive)
	}
}

func TestAccountDelete(t *testing.T) {
	t.Parallel()
	f := party.AccountFacts{Stamp: testkit.Noon}
	for _, a := range []party.Account{newAccount(t), inactiveAccount(t)} {
		used := f
		used.InUse = []record.Ref{testkit.RefTo(kinds.Quote, 1), testkit.RefTo(kinds.Contact, 1), testkit.RefTo(kinds.Quote, 2)}
		testkit.Refuses(t, a, party.Account.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
		_, err := a.Delete(record.DeleteRecord{}, used)
		var e *record.Error
		if !errors.As(err, &e) || len(e.Reasons) != 2 || e.Reasons[1].Params["kind"] != kinds.Quote || e.Reasons[1].Params["count"] != 2 {
			t.Errorf("in use by a contact and two quotes: %v", err)
		}
		used.HasOpportunities = true
		testkit.Refuses(t, a, party.Account.Delete, record.DeleteRecord{}, used, codes.ErrHasChildOpportunities, codes.ErrInUse)
		testkit.Deletes(t, a, party.Account.Delete, f, "account.deleted", a.Status.String())
	}
}

func TestAccountJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[party.Account](t)
}
