package leadtocash_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash"
)

func newAccount(t *testing.T) leadtocash.Account {
	t.Helper()
	return born(t, leadtocash.NewAccount, leadtocash.CreateAccount{
		ID:     idOf[leadtocash.AccountID](1),
		Fields: leadtocash.AccountFields{Name: "Adventure Works"},
	}, leadtocash.AccountFacts{Stamp: morning}, "account.created", "active")
}

func inactiveAccount(t *testing.T) leadtocash.Account {
	t.Helper()
	return does(t, newAccount(t), leadtocash.Account.Deactivate, leadtocash.Deactivate{}, leadtocash.AccountFacts{Stamp: noon},
		"account.deactivated", "active", "inactive")
}

func TestAccountFlow(t *testing.T) {
	t.Parallel()
	compareWithSpec(t, leadtocash.KindAccount, leadtocash.AccountFlow().Matrix())
}

func TestNewAccount(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	if a.Owner != ann || a.CreatedBy != ann || a.CreatedAt != morning.At {
		t.Errorf("created by %v at %v for %v", a.CreatedBy, a.CreatedAt, a.Owner)
	}
	if a.ContactMethod != leadtocash.ContactMethodAny {
		t.Errorf("preferred contact method %q, want any", a.ContactMethod)
	}
	parent := idOf[leadtocash.AccountID](2)
	create := func(id leadtocash.AccountID, parent leadtocash.AccountID, f leadtocash.AccountFacts, codes ...leadtocash.Code) {
		t.Helper()
		refusesBirth(t, leadtocash.NewAccount, leadtocash.CreateAccount{
			ID: id, Fields: leadtocash.AccountFields{Name: "Fabrikam", ParentAccountID: parent},
		}, f, codes...)
	}
	create(leadtocash.AccountID{}, parent, leadtocash.AccountFacts{}, leadtocash.ErrMissingField)
	create(parent, parent, leadtocash.AccountFacts{}, leadtocash.ErrParentCycle)
	create(a.ID, parent, leadtocash.AccountFacts{Ancestors: []leadtocash.AccountID{idOf[leadtocash.AccountID](3), a.ID}}, leadtocash.ErrParentCycle)
	create(a.ID, parent, leadtocash.AccountFacts{Inactive: []leadtocash.Ref{refTo(leadtocash.KindAccount, 2)}}, leadtocash.ErrCustomerInactive)
	refusesBirth(t, leadtocash.NewAccount, leadtocash.CreateAccount{ID: a.ID}, leadtocash.AccountFacts{}, leadtocash.ErrMissingField)
	refusesBirth(t, leadtocash.NewAccount, leadtocash.CreateAccount{
		ID: a.ID, Fields: leadtocash.AccountFields{Name: "Fabrikam", Industry: 200},
	}, leadtocash.AccountFacts{}, leadtocash.ErrInvalid)
}

func TestAccountLimits(t *testing.T) {
	t.Parallel()
	checkLimits(t, leadtocash.NewAccount, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{"name":"Fabrikam"}}`,
		map[string]int{
			"name": 160, "account_number": 20, "main_phone": 50, "other_phone": 50, "telephone3": 50, "fax": 50,
			"website": 200, "ftp_site": 200, "email1": 100, "email2": 100, "email3": 100,
			"sic": 20, "ticker_symbol": 10, "stock_exchange": 20, "description": 2000,
		},
		map[string][2]int64{
			"annual_revenue": {0, 1e14}, "market_cap": {0, 1e14}, "credit_limit": {0, 1e14},
			"number_of_employees": {0, 1e9}, "shares_outstanding": {0, 1e9},
		})
}

func TestAccountEdit(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	f := leadtocash.AccountFacts{Stamp: noon}
	same := leadtocash.EditAccount{Fields: a.AccountFields}
	idles(t, a, leadtocash.Account.Edit, same, f)

	edit := same
	edit.Fields.ParentAccountID = idOf[leadtocash.AccountID](2)
	edit.Fields.Website = "adventure-works.example"
	edit.Custom = leadtocash.Custom{"tier": []byte(`"gold"`), "gone": []byte(`null`)}
	b := does(t, a, leadtocash.Account.Edit, edit, f, "account.edited", "active", "active")
	if b.AccountFields != edit.Fields || string(b.Custom["tier"]) != `"gold"` || len(b.Custom) != 1 {
		t.Errorf("edited to %+v, %s", b.AccountFields, b.Custom)
	}
	if b.UpdatedBy != bob || b.Owner != ann {
		t.Errorf("changed by %v for %v", b.UpdatedBy, b.Owner)
	}
	idles(t, b, leadtocash.Account.Edit, edit, f)

	// A parent that became inactive may stay; another inactive one is refused.
	inactive := leadtocash.AccountFacts{Stamp: noon, Inactive: []leadtocash.Ref{refTo(leadtocash.KindAccount, 2), refTo(leadtocash.KindAccount, 3)}}
	edit.Fields.Website = ""
	does(t, b, leadtocash.Account.Edit, edit, inactive, "account.edited", "active", "active")
	edit.Fields.ParentAccountID = idOf[leadtocash.AccountID](3)
	refuses(t, b, leadtocash.Account.Edit, edit, inactive, leadtocash.ErrCustomerInactive)

	edit.Fields.ParentAccountID = b.ID
	refuses(t, b, leadtocash.Account.Edit, edit, f, leadtocash.ErrParentCycle)
	edit.Fields.ParentAccountID = idOf[leadtocash.AccountID](4)
	refuses(t, b, leadtocash.Account.Edit, edit, leadtocash.AccountFacts{Ancestors: []leadtocash.AccountID{b.ID}}, leadtocash.ErrParentCycle)
	edit.Fields.Name = ""
	refuses(t, b, leadtocash.Account.Edit, edit, f, leadtocash.ErrMissingField)

	refuses(t, inactiveAccount(t), leadtocash.Account.Edit, same, f, leadtocash.ErrInactive)
}

func TestAccountDeactivateAndActivate(t *testing.T) {
	t.Parallel()
	f := leadtocash.AccountFacts{Stamp: noon}
	active, inactive := newAccount(t), inactiveAccount(t)
	refuses(t, active, leadtocash.Account.Activate, leadtocash.Activate{}, f, leadtocash.ErrInvalidTransition)
	refuses(t, inactive, leadtocash.Account.Deactivate, leadtocash.Deactivate{}, f, leadtocash.ErrInvalidTransition)
	again := does(t, inactive, leadtocash.Account.Activate, leadtocash.Activate{}, f, "account.activated", "inactive", "active")
	if again.AccountFields != active.AccountFields {
		t.Errorf("came back as %+v, was %+v", again.AccountFields, active.AccountFields)
	}
	if err := leadtocash.AccountFlow().Why(&inactive, leadtocash.ActionAccountUnmerge, &f); !errors.Is(err, leadtocash.ErrNotMerged) {
		t.Errorf("undoing no merge: %v", err)
	}
	inactive.Merged = true
	if err := leadtocash.AccountFlow().Why(&inactive, leadtocash.ActionAccountUnmerge, &f); err != nil {
		t.Errorf("undoing a merge: %v", err)
	}
	refuses(t, inactive, leadtocash.Account.Activate, leadtocash.Activate{}, f, leadtocash.ErrMerged)
}

func TestAccountAssign(t *testing.T) {
	t.Parallel()
	f := leadtocash.AccountFacts{Stamp: noon}
	for _, a := range []leadtocash.Account{newAccount(t), inactiveAccount(t)} {
		status := a.Status.String()
		b := does(t, a, leadtocash.Account.Assign, leadtocash.Assign{Owner: bob}, f, "account.assigned", status, status)
		if b.Owner != bob {
			t.Errorf("owned by %v", b.Owner)
		}
		idles(t, b, leadtocash.Account.Assign, leadtocash.Assign{Owner: bob}, f)
		refuses(t, b, leadtocash.Account.Assign, leadtocash.Assign{}, f, leadtocash.ErrMissingField)
		f := leadtocash.AccountFacts{Stamp: noon, Inactive: []leadtocash.Ref{{Kind: leadtocash.KindSeller, ID: ann}}}
		refuses(t, b, leadtocash.Account.Assign, leadtocash.Assign{Owner: ann}, f, leadtocash.ErrInactive)
	}
}

func TestAccountDelete(t *testing.T) {
	t.Parallel()
	f := leadtocash.AccountFacts{Stamp: noon}
	for _, a := range []leadtocash.Account{newAccount(t), inactiveAccount(t)} {
		used := f
		used.InUse = []leadtocash.Ref{refTo(leadtocash.KindQuote, 1), refTo(leadtocash.KindContact, 1), refTo(leadtocash.KindQuote, 2)}
		refuses(t, a, leadtocash.Account.Delete, leadtocash.DeleteRecord{}, used, leadtocash.ErrInUse)
		_, err := a.Delete(leadtocash.DeleteRecord{}, used)
		var e *leadtocash.Error
		if !errors.As(err, &e) || len(e.Reasons) != 2 || e.Reasons[1].Params["kind"] != leadtocash.KindQuote || e.Reasons[1].Params["count"] != 2 {
			t.Errorf("in use by a contact and two quotes: %v", err)
		}
		used.HasOpportunities = true
		refuses(t, a, leadtocash.Account.Delete, leadtocash.DeleteRecord{}, used, leadtocash.ErrHasChildOpportunities, leadtocash.ErrInUse)
		deletes(t, a, leadtocash.Account.Delete, f, "account.deleted", a.Status.String())
	}
}

func TestAccountJSON(t *testing.T) {
	t.Parallel()
	survives[leadtocash.Account](t)
}
