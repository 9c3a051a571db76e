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

func newContact(t *testing.T) party.Contact {
	t.Helper()
	return testkit.Born(t, party.NewContact, party.CreateContact{
		ID:     testkit.IDOf[record.ContactID](1),
		Fields: party.ContactFields{LastName: "Nakamura"},
	}, party.ContactFacts{Stamp: testkit.Morning}, "contact.created", "active")
}

func inactiveContact(t *testing.T) party.Contact {
	t.Helper()
	return testkit.Does(t, newContact(t), party.Contact.Deactivate, party.Deactivate{}, party.ContactFacts{Stamp: testkit.Noon},
		"contact.deactivated", "active", "inactive")
}

func TestContactFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Contact, party.ContactFlow().Matrix())
}

func TestNewContact(t *testing.T) {
	t.Parallel()
	c := newContact(t)
	if c.Owner != testkit.Ann || c.CreatedBy != testkit.Ann || c.CreatedAt != testkit.Morning.At {
		t.Errorf("created by %v at %v for %v", c.CreatedBy, c.CreatedAt, c.Owner)
	}
	if c.ContactMethod != party.ContactMethodAny {
		t.Errorf("preferred contact method %q, want any", c.ContactMethod)
	}
	create := func(id record.ContactID, parent record.CustomerID, f party.ContactFacts, codes ...codes.Code) {
		t.Helper()
		testkit.RefusesBirth(t, party.NewContact, party.CreateContact{
			ID: id, Fields: party.ContactFields{LastName: "Sousa", ParentCustomerID: parent},
		}, f, codes...)
	}
	parent := record.ContactCustomer(testkit.IDOf[record.ContactID](2))
	create(record.ContactID{}, parent, party.ContactFacts{}, codes.ErrMissingField)
	create(c.ID, record.ContactCustomer(c.ID), party.ContactFacts{}, codes.ErrParentCycle)
	create(c.ID, parent, party.ContactFacts{Ancestors: []record.ContactID{testkit.IDOf[record.ContactID](3), c.ID}}, codes.ErrParentCycle)
	create(c.ID, parent, party.ContactFacts{Inactive: []record.Ref{parent.Ref}}, codes.ErrCustomerInactive)
	create(c.ID, record.CustomerID{Ref: testkit.RefTo(kinds.Lead, 1)}, party.ContactFacts{}, codes.ErrInvalid)
	create(c.ID, record.CustomerID{Ref: record.Ref{Kind: kinds.Contact}}, party.ContactFacts{}, codes.ErrInvalid)
	testkit.RefusesBirth(t, party.NewContact, party.CreateContact{ID: c.ID}, party.ContactFacts{}, codes.ErrMissingField)
	testkit.RefusesBirth(t, party.NewContact, party.CreateContact{
		ID: c.ID, Fields: party.ContactFields{LastName: "Sousa", Gender: 200},
	}, party.ContactFacts{}, codes.ErrInvalid)
}

func TestContactFullName(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]party.ContactFields{
		"Ana Rita Sousa": {FirstName: "Ana", MiddleName: "Rita", LastName: "Sousa"},
		"Ana Sousa":      {FirstName: "Ana", LastName: "Sousa"},
		"Sousa":          {LastName: "Sousa"},
	} {
		if got := (party.Contact{ContactFields: c}).FullName(); got != want {
			t.Errorf("%+v is called %q, want %q", c, got, want)
		}
	}
}

func TestContactLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, party.NewContact, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{"last_name":"Sousa"}}`,
		map[string]int{
			"first_name": 50, "middle_name": 50, "last_name": 50, "salutation": 100, "suffix": 10, "nickname": 100,
			"job_title": 100, "department": 100, "employee_id": 50, "government_id": 50,
			"email1": 100, "email2": 100, "email3": 100,
			"business_phone": 50, "home_phone": 50, "telephone3": 50, "mobile_phone": 50, "pager": 50, "fax": 50,
			"assistant_phone": 50, "manager_phone": 50, "website": 200, "ftp_site": 200, "description": 2000,
		},
		map[string][2]int64{"credit_limit": {0, 1e14}})
}

func TestContactEdit(t *testing.T) {
	t.Parallel()
	c := newContact(t)
	f := party.ContactFacts{Stamp: testkit.Noon}
	same := party.EditContact{Fields: c.ContactFields}
	testkit.Idles(t, c, party.Contact.Edit, same, f)

	edit := same
	edit.Fields.ParentCustomerID = record.AccountCustomer(testkit.IDOf[record.AccountID](2))
	edit.Fields.Website = "nakamura.example"
	edit.Custom = record.Custom{"tier": []byte(`"gold"`), "gone": []byte(`null`)}
	b := testkit.Does(t, c, party.Contact.Edit, edit, f, "contact.edited", "active", "active")
	if b.ContactFields != edit.Fields || string(b.Custom["tier"]) != `"gold"` || len(b.Custom) != 1 {
		t.Errorf("edited to %+v, %s", b.ContactFields, b.Custom)
	}
	if b.UpdatedBy != testkit.Bob || b.Owner != testkit.Ann {
		t.Errorf("changed by %v for %v", b.UpdatedBy, b.Owner)
	}
	testkit.Idles(t, b, party.Contact.Edit, edit, f)

	// A parent that became inactive may stay; another inactive one is refused.
	inactive := party.ContactFacts{Stamp: testkit.Noon, Inactive: []record.Ref{testkit.RefTo(kinds.Account, 2), testkit.RefTo(kinds.Account, 3)}}
	edit.Fields.Website = ""
	testkit.Does(t, b, party.Contact.Edit, edit, inactive, "contact.edited", "active", "active")
	edit.Fields.ParentCustomerID = record.AccountCustomer(testkit.IDOf[record.AccountID](3))
	testkit.Refuses(t, b, party.Contact.Edit, edit, inactive, codes.ErrCustomerInactive)

	edit.Fields.ParentCustomerID = record.CustomerID{Ref: testkit.RefTo(kinds.Quote, 3)}
	testkit.Refuses(t, b, party.Contact.Edit, edit, f, codes.ErrInvalid)
	edit.Fields.ParentCustomerID = record.ContactCustomer(b.ID)
	testkit.Refuses(t, b, party.Contact.Edit, edit, f, codes.ErrParentCycle)
	edit.Fields.ParentCustomerID = record.ContactCustomer(testkit.IDOf[record.ContactID](4))
	testkit.Refuses(t, b, party.Contact.Edit, edit, party.ContactFacts{Ancestors: []record.ContactID{b.ID}}, codes.ErrParentCycle)
	edit.Fields.LastName = ""
	testkit.Refuses(t, b, party.Contact.Edit, edit, f, codes.ErrMissingField)

	testkit.Refuses(t, inactiveContact(t), party.Contact.Edit, same, f, codes.ErrInactive)
}

func TestContactDeactivateAndActivate(t *testing.T) {
	t.Parallel()
	f := party.ContactFacts{Stamp: testkit.Noon}
	active, inactive := newContact(t), inactiveContact(t)
	testkit.Refuses(t, active, party.Contact.Activate, party.Activate{}, f, codes.ErrInvalidTransition)
	testkit.Refuses(t, inactive, party.Contact.Deactivate, party.Deactivate{}, f, codes.ErrInvalidTransition)
	again := testkit.Does(t, inactive, party.Contact.Activate, party.Activate{}, f, "contact.activated", "inactive", "active")
	if again.ContactFields != active.ContactFields {
		t.Errorf("came back as %+v, was %+v", again.ContactFields, active.ContactFields)
	}
	if err := party.ContactFlow().Why(&inactive, actions.ContactUnmerge, &f); !errors.Is(err, codes.ErrNotMerged) {
		t.Errorf("undoing no merge: %v", err)
	}
	inactive.Merged = true
	if err := party.ContactFlow().Why(&inactive, actions.ContactUnmerge, &f); err != nil {
		t.Errorf("undoing a merge: %v", err)
	}
	testkit.Refuses(t, inactive, party.Contact.Activate, party.Activate{}, f, codes.ErrMerged)
}

func TestContactAssign(t *testing.T) {
	t.Parallel()
	f := party.ContactFacts{Stamp: testkit.Noon}
	for _, c := range []party.Contact{newContact(t), inactiveContact(t)} {
		status := c.Status.String()
		b := testkit.Does(t, c, party.Contact.Assign, record.Assign{Owner: testkit.Bob}, f, "contact.assigned", status, status)
		if b.Owner != testkit.Bob {
			t.Errorf("owned by %v", b.Owner)
		}
		testkit.Idles(t, b, party.Contact.Assign, record.Assign{Owner: testkit.Bob}, f)
		testkit.Refuses(t, b, party.Contact.Assign, record.Assign{}, f, codes.ErrMissingField)
		f := party.ContactFacts{Stamp: testkit.Noon, Inactive: []record.Ref{{Kind: kinds.Seller, ID: testkit.Ann}}}
		testkit.Refuses(t, b, party.Contact.Assign, record.Assign{Owner: testkit.Ann}, f, codes.ErrInactive)
	}
}

func TestContactDelete(t *testing.T) {
	t.Parallel()
	f := party.ContactFacts{Stamp: testkit.Noon}
	for _, c := range []party.Contact{newContact(t), inactiveContact(t)} {
		used := f
		used.InUse = []record.Ref{testkit.RefTo(kinds.Quote, 1), testkit.RefTo(kinds.Account, 1), testkit.RefTo(kinds.Quote, 2)}
		testkit.Refuses(t, c, party.Contact.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
		_, err := c.Delete(record.DeleteRecord{}, used)
		var e *record.Error
		if !errors.As(err, &e) || len(e.Reasons) != 2 || e.Reasons[1].Params["kind"] != kinds.Quote || e.Reasons[1].Params["count"] != 2 {
			t.Errorf("in use by an account and two quotes: %v", err)
		}
		used.HasOpportunities = true
		testkit.Refuses(t, c, party.Contact.Delete, record.DeleteRecord{}, used, codes.ErrHasChildOpportunities, codes.ErrInUse)
		testkit.Deletes(t, c, party.Contact.Delete, f, "contact.deleted", c.Status.String())
	}
}

func TestContactJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[party.Contact](t)
}
