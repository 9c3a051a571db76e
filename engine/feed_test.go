package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// TestFeedWithImages: each event comes with the record as it was after and before it,
// filtered events keep their positions.
func TestFeedWithImages(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	account := p.account("Meyer")
	contact := testkit.Must(p.Contacts().Create(p.ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Gruber"}}))
	fields := account.AccountFields
	fields.Name = "Huber"
	testkit.Must(p.Accounts().Edit(p.ctx, account.ID, party.EditAccount{Fields: fields}))
	if err := p.Accounts().Delete(p.ctx, account.ID, record.DeleteRecord{}); err != nil {
		t.Fatal(err)
	}
	name := func(body []byte) string {
		for _, name := range []string{"Meyer", "Huber", "Gruber"} {
			if strings.Contains(string(body), `"`+name+`"`) {
				return name
			}
		}
		return "-"
	}
	feed := func(o engine.FeedOptions, after int64) (list []string) {
		for e, err := range p.FeedWith(p.ctx, after, o) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, fmt.Sprintf("%s %s %s %v", e.Type, name(e.Before), name(e.Image), e.Erased))
		}
		return list
	}
	all := []string{"account.created - Meyer false", "contact.created - Gruber false", "account.edited Meyer Huber false", "account.deleted Huber - false"}
	if got := feed(engine.FeedOptions{Images: true, Before: true}, 0); !slices.Equal(got, all) {
		t.Errorf("got %q, want %q", got, all)
	}
	if got := feed(engine.FeedOptions{Images: true, Before: true, Kinds: []kinds.Kind{kinds.Account}}, 0); !slices.Equal(got, []string{all[0], all[2], all[3]}) {
		t.Errorf("of accounts: %q", got)
	}
	if got := feed(engine.FeedOptions{Types: []string{"account.edited"}}, 0); !slices.Equal(got, []string{"account.edited - - false"}) {
		t.Errorf("of edits: %q", got)
	}
	var positions, told []int64
	for e := range p.Feed(p.ctx, 0) {
		positions = append(positions, e.Position)
	}
	for e := range p.FeedWith(p.ctx, 0, engine.FeedOptions{Kinds: []kinds.Kind{kinds.Contact}}) {
		told = append(told, e.Position)
	}
	if !slices.Equal(told, positions[1:2]) {
		t.Errorf("the contact is at %v, want %v", told, positions[1:2])
	}
	if err := p.Contacts().Delete(p.ctx, contact.ID, record.DeleteRecord{}); err != nil {
		t.Fatal(err)
	}
	if err := p.Erase(p.ctx, record.Ref{Kind: kinds.Contact, ID: contact.ID.UUID}); err != nil {
		t.Fatal(err)
	}
	if got := feed(engine.FeedOptions{Images: true, Kinds: []kinds.Kind{kinds.Contact}, Types: []string{"contact.created"}}, 0); !slices.Equal(got, []string{"contact.created - - true"}) {
		t.Errorf("erased: %q", got)
	}
}
