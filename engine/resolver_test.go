package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage/memory"
)

type campaigns struct{ known, asked []uuid.UUID }

func (c *campaigns) Resolve(_ context.Context, r engine.Reference) error {
	c.asked = append(c.asked, r.ID)
	if r.Field != "campaign_id" || r.D365Name != "campaignid" || slices.Contains(c.known, r.ID) {
		return nil
	}
	return errors.New("there is no such campaign")
}

func TestResolver(t *testing.T) {
	t.Parallel()
	known, unknown := uuid.New(), uuid.New()
	host := &campaigns{known: []uuid.UUID{known}}
	client, err := engine.New(memory.New(), engine.WithResolver(host))
	if err != nil {
		t.Fatal(err)
	}
	fields := leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer", CampaignID: unknown}
	_, err = client.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: fields})
	if !errors.Is(err, codes.ErrNotFound) {
		t.Fatalf("got %v, want ErrNotFound: the host does not know the campaign", err)
	}
	fields.CampaignID = known
	lead, err := client.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: fields})
	if err != nil {
		t.Fatal(err)
	}
	asked := len(host.asked)
	host.known = nil // a campaign that was closed since stays where it is
	fields.Topic = "Twelve desks"
	if _, err := client.Leads().Edit(t.Context(), lead.ID, leadtocash.EditLead{Fields: fields}); err != nil {
		t.Fatalf("an edit that sets no reference was refused: %v", err)
	}
	if len(host.asked) != asked {
		t.Errorf("the host was asked about a reference that was not set: %v", host.asked[asked:])
	}
}
