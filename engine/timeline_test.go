package engine_test

import (
	"context"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// An opportunity shows what was noted about its lead, and both their events.
func TestTimeline(t *testing.T) {
	onStores(t, func(p *people) {
		lead := testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer", CompanyName: "Meyer"}}))
		n := p.note(ref(kinds.Lead, lead.ID))
		call := testkit.Must(p.PhoneCalls().Create(p.ctx, activity.CreatePhoneCall{Fields: activity.ActivityFields{Subject: "Call", RegardingID: ref(kinds.Lead, lead.ID)}}))
		qualified := testkit.Must(p.Leads().Qualify(p.ctx, lead.ID, leadtocash.QualifyLead{}))
		deal := qualified.Opportunity()
		opportunity := ref(kinds.Opportunity, deal.ID)
		p.task(opportunity)
		testkit.Must(p.PhoneCalls().Complete(p.ctx, call.ID, activity.CompletePhoneCall{}))
		p.note(ref(kinds.Account, qualified.Account.ID))
		testkit.Must(p.Opportunities().Lose(p.ctx, deal.ID, leadtocash.LoseOpportunity{}))

		want := []string{
			"of lead: lead.created", "of lead: note", "of lead: phone_call", "of lead: lead.qualified",
			"opportunity.created", "task", "opportunity.lost", "opportunity_close",
		}
		if got := p.timeline(opportunity); !slices.Equal(got, want) {
			p.Errorf("timeline is\n%v, want\n%v", got, want)
		}
		if got, want := p.timeline(ref(kinds.Lead, lead.ID)), []string{"lead.created", "note", "phone_call", "lead.qualified"}; !slices.Equal(got, want) {
			p.Errorf("timeline of the lead is\n%v, want\n%v", got, want)
		}
		for item, err := range p.Timeline(p.ctx, opportunity) {
			if err != nil {
				p.Fatal(err)
			}
			if kept, ok := item.Record.(*activity.Note); ok {
				if kept.ID != n.ID {
					p.Errorf("the note is %+v", kept)
				}
				kept.Subject = "scribbled"
			}
			if done, ok := item.Record.(*activity.PhoneCall); ok && done.Status != activity.PhoneCallStatusMade {
				p.Errorf("the call is %+v", done)
			}
		}
		if got := testkit.Must(p.Notes().Get(p.ctx, n.ID)); got.Subject != "Called" {
			p.Errorf("the stored note became %+v", got)
		}
	})
}

// own shows people what they own, except for kinds that everybody sees.
type own []kinds.Kind

func (own) Authorize(context.Context, engine.Request) error { return nil }

func (o own) Scope(_ context.Context, a record.Actor, k kinds.Kind) ([]storage.Cond, error) {
	if slices.Contains(o, k) {
		return nil, nil
	}
	return []storage.Cond{{Field: storage.FieldOwner, Op: storage.OpEq, Values: []any{a.ID}}}, nil
}

// What the authorizer's scope hides is nowhere to be seen.
func TestPeople_scope(t *testing.T) {
	t.Parallel()
	root := newPeople(t, memory.New(), engine.WithAuthorizer(own{}))
	as := func(actor record.Actor) *people { return &people{t, root.As(actor), root.ctx, root.store} }
	a, b := as(record.User(testkit.Ann)), as(record.User(testkit.Bob))

	mine, hers := a.account("Meyer"), b.account("Huber")
	about := ref(kinds.Account, mine.ID)
	n := testkit.Must(a.Notes().CreateWithFile(a.ctx, planned(about), plan("secret")))
	b.note(about)
	theirs := b.deal(record.AccountCustomer(mine.ID))
	a.connect(ref(kinds.Opportunity, theirs.ID), ref(kinds.Contact, a.contact("Meyer").ID), 0)

	if n := testkit.Must(b.Accounts().Count(b.ctx, engine.AccountQuery{})); n != 1 {
		t.Errorf("bob counts %d accounts", n)
	}
	for x, err := range b.Accounts().All(b.ctx, engine.AccountQuery{}) {
		if err != nil || x.ID != hers.ID {
			t.Errorf("bob sees %+v, %v", x, err)
		}
	}
	_, err := b.Accounts().Get(b.ctx, mine.ID)
	b.refused(err, codes.ErrNotFound)
	_, err = b.Accounts().Rollup(b.ctx, mine.ID)
	b.refused(err, codes.ErrNotFound)
	_, err = b.Accounts().Explain(b.ctx, mine.ID)
	b.refused(err, codes.ErrNotFound)
	_, err = b.Notes().Content(b.ctx, n.ID)
	b.refused(err, codes.ErrNotFound)
	_, err = b.Notes().AsOfVersion(b.ctx, n.ID, 1)
	b.refused(err, codes.ErrNotFound)
	b.refused(b.Erase(b.ctx, about), codes.ErrNotFound)
	for _, err := range b.Notes().Of(b.ctx, about) {
		b.refused(err, codes.ErrNotFound)
	}
	for _, err := range b.Timeline(b.ctx, about) {
		b.refused(err, codes.ErrNotFound)
	}

	// Of what may be seen, only one's own parts are.
	if got, want := a.timeline(about), []string{"account.created", "note"}; !slices.Equal(got, want) {
		t.Errorf("ann's timeline is %v, want %v", got, want)
	}
	if sum := testkit.Must(a.Accounts().Rollup(a.ctx, mine.ID)); len(sum.Open) != 0 {
		t.Errorf("ann's roll-up is %+v", sum)
	}
	if list := testkit.Must(b.Connections().Stakeholders(b.ctx, ref(kinds.Opportunity, theirs.ID))); len(list) != 0 {
		t.Errorf("bob's stakeholders are %+v", list)
	}
}

// A lead that the actor may not see leaves no trace on the timeline.
func TestTimeline_hiddenLead(t *testing.T) {
	t.Parallel()
	root := newPeople(t, memory.New(), engine.WithAuthorizer(own{kinds.Opportunity, kinds.Note}))
	a := &people{t, root.As(record.User(testkit.Ann)), root.ctx, root.store}
	lead := testkit.Must(a.Leads().Create(a.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer", CompanyName: "Meyer"}}))
	a.note(ref(kinds.Lead, lead.ID))
	deal := testkit.Must(a.Leads().Qualify(a.ctx, lead.ID, leadtocash.QualifyLead{})).Opportunity()
	b := &people{t, root.As(record.User(testkit.Bob)), root.ctx, root.store}
	if got, want := b.timeline(ref(kinds.Opportunity, deal.ID)), []string{"opportunity.created"}; !slices.Equal(got, want) {
		t.Errorf("bob's timeline is %v, want %v", got, want)
	}
}

// Actors and tenants are kept apart.
func TestPeople_tenants(t *testing.T) {
	onStores(t, func(p *people) {
		a := testkit.Must(p.As(record.User(testkit.Ann)).Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer"}}))
		if a.CreatedBy != testkit.Ann || a.Owner != testkit.Ann {
			p.Errorf("the account is %+v", a.Head)
		}
		a = testkit.Must(p.As(record.User(testkit.Bob)).Accounts().Deactivate(p.ctx, a.ID, party.Deactivate{}))
		if a.CreatedBy != testkit.Ann || a.UpdatedBy != testkit.Bob || a.Owner != testkit.Ann {
			p.Errorf("the account is %+v", a.Head)
		}
		other := &people{p.T, p.In("other"), p.ctx, p.store}
		_, err := other.Accounts().Get(p.ctx, a.ID)
		p.refused(err, codes.ErrNotFound)
		_, err = other.Notes().Create(p.ctx, planned(ref(kinds.Account, a.ID)))
		p.refused(err, codes.ErrNotFound)
		for _, err := range other.Timeline(p.ctx, ref(kinds.Account, a.ID)) {
			p.refused(err, codes.ErrNotFound)
		}
		// The same id means another record there.
		twin := testkit.Must(other.Accounts().Create(p.ctx, party.CreateAccount{ID: a.ID, Fields: party.AccountFields{Name: "Huber"}}))
		testkit.Must(0, other.Accounts().Delete(p.ctx, twin.ID, remove))
		testkit.Must(p.Accounts().Get(p.ctx, a.ID))
	})
}
