package sqlite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// TestAnErasedPersonIsInNoFile spreads a person over leads, contacts, mails, notes,
// events, remembered outcomes and other people's records, erases it, and searches the
// bytes of the database.
func TestAnErasedPersonIsInNoFile(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	dir := t.TempDir()
	store := openFile(t, filepath.Join(dir, "test.db"))
	hobby := engine.TextField("hobby", engine.Personal, engine.Searchable)
	c, err := engine.New(store, engine.WithFields(kinds.Contact, hobby), engine.WithFields(kinds.Lead, engine.TextField("hobby", engine.Personal)))
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	lead, err := c.Once("form quetzalcoatl@example.org").Leads().Capture(ctx, leadtocash.CreateLead{
		SourceKey: "web/Quetzalcoatl@example.org",
		Fields: leadtocash.LeadFields{
			Topic: "Desks for Xochitl Quetzalli", FirstName: "Xochitl", LastName: "Quetzalli", CompanyName: "Plumes", Email1: "quetzalcoatl@example.org",
			MobilePhone: "+52 55 7777 0001", Description: "likes chinampas",
		},
	})
	must(err)
	won, err := c.Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{Currency: money.EUR})
	must(err)
	contacts, err := c.Contacts().Page(ctx, engine.ContactQuery{})
	must(err)
	if len(contacts.Items) != 1 {
		t.Fatalf("%d contacts came of the lead", len(contacts.Items))
	}
	contact := contacts.Items[0]
	fields := contact.ContactFields
	fields.JobTitle, fields.Address1 = "tlatoani", &party.Address{Line1: "Calle Tenochtitlan 1", City: "Xochimilco"}
	edit := party.EditContact{Fields: fields}
	hobby.Set(&edit.Custom, "axolotls")
	_, err = c.Once("second").Contacts().Edit(ctx, contact.ID, edit)
	must(err)
	mail, err := c.Emails().Create(ctx, activity.CreateEmail{Fields: activity.ActivityFields{
		Subject: "Your chinampas", RegardingID: contact.ID.Ref(), Parties: []activity.Party{{Role: activity.PartyRoleTo, Address: "quetzalcoatl@example.org"}},
	}})
	must(err)
	must(c.Emails().Delete(ctx, mail.ID, record.DeleteRecord{}))
	_, err = c.Notes().Create(ctx, activity.CreateNote{RegardingID: contact.ID.Ref(), Fields: activity.NoteFields{Subject: "axolotls", NoteText: "feeds axolotls"}})
	must(err)
	other, err := c.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Lamps", LastName: "Meyer", Description: "sent by XOCHITL quetzalli, not by Xochitl"}})
	must(err)
	if _, err := c.Seal(ctx); err != nil {
		t.Fatal(err)
	}

	before := len(told(t, c))
	preview, err := c.Preview().ErasePerson(ctx, contact.ID.Ref())
	must(err)
	if len(told(t, c)) != before {
		t.Fatal("a preview has changed something")
	}
	report, err := c.ErasePerson(ctx, contact.ID.Ref())
	must(err)
	if !slices.Equal(preview.Traces, report.Traces) || len(report.Traces) < 6 {
		t.Errorf("the preview tells\n%v, the report\n%v: what is erased is not what was shown", preview.Traces, report.Traces)
	}
	again, err := c.ErasePerson(ctx, contact.ID.Ref())
	must(err)
	if len(again.Traces) > 0 {
		t.Errorf("a second look finds %v", again.Traces)
	}
	for found, err := range c.Verify(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("verify finds %s (%s) after erasing", found, found.Code)
	}
	if d, err := c.Leads().Get(ctx, other.ID); err != nil || d.Description != "sent by erased, not by Xochitl" || d.LastName != "Meyer" {
		t.Errorf("another lead is %q, %q, %v; want but the full name erased", d.Description, d.LastName, err)
	}
	if deal, err := c.Opportunities().Get(ctx, won.Opportunity().ID); err != nil || deal.Version < 1 {
		t.Errorf("the deal is gone: %v", err)
	}
	must(store.Vacuum(ctx))
	entries, err := os.ReadDir(dir)
	must(err)
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		must(err)
		lower := bytes.ToLower(raw)
		for _, text := range []string{"quetzalcoatl", "quetzalli", "7777 0001", "77770001", "chinampas", "tlatoani", "tenochtitlan", "axolotls"} {
			if at := bytes.Index(lower, []byte(text)); at >= 0 {
				t.Errorf("%q is in %s: …%q…", text, e.Name(), raw[max(0, at-200):min(len(raw), at+80)])
			}
		}
	}
}

// told names what the feed tells.
func told(t *testing.T, c *engine.Client) (types []string) {
	t.Helper()
	for e, err := range c.Feed(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, e.Type)
	}
	return types
}
