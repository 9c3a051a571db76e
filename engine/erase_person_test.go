package engine_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

func TestErasePersonKeepsWhatIsRetained(t *testing.T) {
	t.Parallel()
	if _, err := engine.New(memory.New(), engine.WithRetention(map[kinds.Kind]string{"no kind": "why"})); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("retention of no kind: got %v, want %v", err, codes.ErrInvalid)
	}
	for _, retained := range []bool{false, true} {
		reasons := map[kinds.Kind]string{}
		if retained {
			reasons[kinds.Lead] = "a quarrel"
		}
		c, err := engine.New(memory.New(), engine.WithRetention(reasons))
		if err != nil {
			t.Fatal(err)
		}
		contact, err := c.Contacts().Create(t.Context(), party.CreateContact{Fields: party.ContactFields{FirstName: "Jane", LastName: "Doe", Email1: "jane@example.org"}})
		if err != nil {
			t.Fatal(err)
		}
		lead, err := c.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer", Description: "ask JANE@example.org"}})
		if err != nil {
			t.Fatal(err)
		}
		report, err := c.ErasePerson(t.Context(), contact.Ref())
		if err != nil || len(report.Traces) != 2 || report.Traces[1].Ref != lead.Ref() || report.Traces[1].Kept != reasons[kinds.Lead] {
			t.Fatalf("retained %t: the report is %+v, %v; want the contact and the lead", retained, report, err)
		}
		is, err := c.Leads().Get(t.Context(), lead.ID)
		want := "ask erased"
		if retained {
			want = "ask JANE@example.org"
		}
		if err != nil || is.Description != want {
			t.Errorf("retained %t: the lead says %q, %v; want %q", retained, is.Description, err, want)
		}
		erased, err := c.Contacts().Get(t.Context(), contact.ID)
		if err != nil || erased.LastName != "erased" || erased.FirstName != "" || erased.Email1 != "" || erased.Version != 2 {
			t.Errorf("the contact is %+v, %v", erased, err)
		}
		if _, err := c.Contacts().AsOfVersion(t.Context(), contact.ID, 1); !errors.Is(err, codes.ErrErased) {
			t.Errorf("the version before: got %v, want %v", err, codes.ErrErased)
		}
		if found := findings(t, c); found != nil {
			t.Errorf("verify finds %v", found)
		}
	}
}

func TestErasePersonIsRefused(t *testing.T) {
	t.Parallel()
	_, c := played(t, 0)
	if _, err := c.ErasePerson(t.Context(), record.Ref{Kind: kinds.Account}); !errors.Is(err, codes.ErrUnsupported) {
		t.Errorf("an account: got %v, want %v", err, codes.ErrUnsupported)
	}
	if _, err := c.ErasePerson(t.Context(), engine.NewID[record.ContactID]().Ref()); !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("a contact that never was: got %v, want %v", err, codes.ErrNotFound)
	}
	_, c = played(t, 0, engine.WithRequiredActor())
	if _, err := c.ErasePerson(t.Context(), engine.NewID[record.ContactID]().Ref()); !errors.Is(err, codes.ErrDenied) {
		t.Errorf("nobody: got %v, want %v", err, codes.ErrDenied)
	}
}
