package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// A command that makes no sense, or asks for what the actor may not see, is
// refused with a reason and leaves nothing behind.
func TestQualifyRefusesNonsense(t *testing.T) {
	onStores(t, func(p *people) {
		other := p.As(record.User(testkit.Ann))
		p.Client = p.As(record.User(testkit.Bob))
		hidden := testkit.Must(other.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Roe"}}))
		hiddenContact := testkit.Must(other.Contacts().Create(p.ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Roe"}}))
		hiddenDeal := testkit.Must(other.Opportunities().Create(p.ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "Lamps", CustomerID: record.AccountCustomer(hidden.ID)}}))
		inactive, master, merged, taken := p.account("Old"), p.account("Master"), p.account("Merged"), p.account("Taken")
		testkit.Must(p.Accounts().Deactivate(p.ctx, inactive.ID, party.Deactivate{}))
		testkit.Must(p.Accounts().Merge(p.ctx, master.ID, party.MergeAccount{Subordinate: merged.ID}))
		deal := p.deal(record.AccountCustomer(master.ID))
		lead := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
		elsewhere := testkit.Must(p.Leads().PlanQualify(p.ctx, testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Chairs", LastName: "Doe"}})).ID, leadtocash.QualifyLead{}))
		altered := testkit.Must(p.Leads().PlanQualify(p.ctx, lead.ID, leadtocash.QualifyLead{})).Command
		altered.Account = leadtocash.PlanUse(master.ID)
		joins := func(plans ...leadtocash.Plan[record.OpportunityID]) (list []leadtocash.OpportunityPlan) {
			for _, plan := range plans {
				list = append(list, leadtocash.OpportunityPlan{Plan: plan})
			}
			return list
		}
		own := engine.NewID[record.OpportunityID]()

		before := p.books()
		for name, c := range map[string]struct {
			cmd  leadtocash.QualifyLead
			want codes.Code
		}{
			"an inactive account":               {leadtocash.QualifyLead{Account: leadtocash.PlanUse(inactive.ID)}, codes.ErrCustomerInactive},
			"a merged account":                  {leadtocash.QualifyLead{Account: leadtocash.PlanUse(merged.ID)}, codes.ErrCustomerInactive},
			"an inactive customer":              {leadtocash.QualifyLead{Customer: record.AccountCustomer(merged.ID)}, codes.ErrCustomerInactive},
			"a customer that is a lead":         {leadtocash.QualifyLead{Customer: record.CustomerID{Ref: ref(kinds.Lead, lead.ID)}}, codes.ErrOpportunityParentInvalid},
			"no such account":                   {leadtocash.QualifyLead{Account: leadtocash.PlanUse(engine.NewID[record.AccountID]())}, codes.ErrNotFound},
			"no such contact":                   {leadtocash.QualifyLead{Contact: leadtocash.PlanUse(engine.NewID[record.ContactID]())}, codes.ErrNotFound},
			"no such customer":                  {leadtocash.QualifyLead{Customer: record.AccountCustomer(engine.NewID[record.AccountID]())}, codes.ErrNotFound},
			"no such opportunity":               {leadtocash.QualifyLead{Opportunities: joins(leadtocash.PlanUse(own))}, codes.ErrNotFound},
			"an account that is not seen":       {leadtocash.QualifyLead{Account: leadtocash.PlanUse(hidden.ID)}, codes.ErrNotFound},
			"a contact that is not seen":        {leadtocash.QualifyLead{Contact: leadtocash.PlanUse(hiddenContact.ID)}, codes.ErrNotFound},
			"an opportunity that is not seen":   {leadtocash.QualifyLead{Opportunities: joins(leadtocash.PlanUse(hiddenDeal.ID))}, codes.ErrNotFound},
			"an id that is taken":               {leadtocash.QualifyLead{Account: leadtocash.Plan[record.AccountID]{ID: taken.ID}}, codes.ErrConflict},
			"a new opportunity twice":           {leadtocash.QualifyLead{Opportunities: joins(leadtocash.Plan[record.OpportunityID]{ID: own}, leadtocash.Plan[record.OpportunityID]{ID: own})}, codes.ErrInvalid},
			"an opportunity twice":              {leadtocash.QualifyLead{Opportunities: joins(leadtocash.PlanUse(deal.ID), leadtocash.PlanUse(deal.ID))}, codes.ErrInvalid},
			"use and skip":                      {leadtocash.QualifyLead{Account: leadtocash.Plan[record.AccountID]{Use: master.ID, Skip: true}}, codes.ErrInvalid},
			"skip and create":                   {leadtocash.QualifyLead{Contact: leadtocash.Plan[record.ContactID]{Skip: true, Create: true}}, codes.ErrInvalid},
			"create and use":                    {leadtocash.QualifyLead{Opportunities: joins(leadtocash.Plan[record.OpportunityID]{Use: deal.ID, Create: true})}, codes.ErrInvalid},
			"no such policy":                    {leadtocash.QualifyLead{Duplicates: 200}, codes.ErrInvalid},
			"no such status":                    {leadtocash.QualifyLead{Status: 200}, codes.ErrInvalid},
			"the plan of another lead":          {elsewhere.Command, codes.ErrInvalid},
			"a plan with another account in it": {altered, codes.ErrConflict},
		} {
			if _, err := p.Leads().Qualify(p.ctx, lead.ID, c.cmd); !errors.Is(err, c.want) {
				p.Errorf("%s: got %v, want %s", name, err, c.want)
			}
			if after := p.books(); after != before {
				p.Fatalf("%s: %d events instead of %d", name, after, before)
			}
		}
		if out := p.Leads().QualifyAll(p.ctx, []record.LeadID{lead.ID, lead.ID}, leadtocash.QualifyLead{}); out[0].Err != nil || !errors.Is(out[1].Err, codes.ErrLeadAlreadyClosed) {
			p.Errorf("a lead that is listed twice: %v, then %v", out[0].Err, out[1].Err)
		}
	}, engine.WithAuthorizer(ownOnly{}))
}

// What an assistant proposes is refused like what a person says, and a task that
// somebody made up is no proposal.
func TestAdviceThatMakesNoSense(t *testing.T) {
	t.Parallel()
	wrong := map[string]func(*leadtocash.Advice){
		"a plan of another lead": func(a *leadtocash.Advice) {
			a.Qualify.Ground = leadtocash.Ground{LeadID: testkit.IDOf[record.LeadID](9), Fingerprint: "x"}
		},
		"an account that there is not": func(a *leadtocash.Advice) { a.Qualify.Account = leadtocash.PlanUse(testkit.IDOf[record.AccountID](9)) },
		"skip and use": func(a *leadtocash.Advice) {
			a.Qualify.Contact = leadtocash.Plan[record.ContactID]{Skip: true, Use: testkit.IDOf[record.ContactID](9)}
		},
		"a status that is none of its own": func(a *leadtocash.Advice) {
			a.Recommendation, a.Disqualify.Status = leadtocash.RecommendDisqualify, leadtocash.LeadStatusQualified
		},
	}
	for name, spoil := range wrong {
		advice := sure
		spoil(&advice)
		p := advisedBy(t, advises(advice), leadtocash.AdvisorAutomate)
		l := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
		out := testkit.Must(p.Leads().Advise(p.ctx, l.ID))
		if out.Refused == nil || out.Proposal == nil || out.Qualified != nil || testkit.Must(p.Leads().Get(p.ctx, l.ID)).Version != 1 || p.accounts() != 0 {
			t.Errorf("%s: got %+v, want a refusal and a proposal", name, out)
		}
		before := p.books()
		if _, err := p.Leads().Approve(p.ctx, out.Proposal.ID); err == nil || p.books() != before {
			t.Errorf("%s: approved (%v)", name, err)
		}
	}
	p := newPeople(t, memory.New())
	l := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
	for _, body := range []string{`{}`, `[]`, `{"advice":{"recommendation":"nurture","confidence":1000,"reason":"x"}}`, `{"advice":{"recommendation":"sell"}}`} {
		task := testkit.Must(p.Tasks().Create(p.ctx, activity.CreateTask{
			Origin: record.Origin{Custom: record.Custom{"advice": []byte(body)}},
			Fields: activity.TaskFields{ActivityFields: activity.ActivityFields{Subject: "Trust me", RegardingID: ref(kinds.Lead, l.ID)}},
		}))
		_, err := p.Leads().Approve(p.ctx, task.ID)
		if p.refused(err, codes.ErrInvalid); testkit.Must(p.Tasks().Get(p.ctx, task.ID)).Version != 1 {
			t.Errorf("%s was decided", body)
		}
	}
}

// An assistant that ends its goroutine instead of answering says nothing.
func TestAdvisorThatGoesAway(t *testing.T) {
	t.Parallel()
	p := advisedBy(t, assistant(func(ctx context.Context, r leadtocash.AdviceRequest) (leadtocash.Advice, error) {
		r.Plan.Command.Opportunities[0].Name = "mine" // its own copy
		r.Lead.Owner = uuid.UUID{1}
		<-ctx.Done()
		return sure, nil
	}), leadtocash.AdvisorAutomate)
	l := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
	_, err := p.Leads().Advise(p.ctx, l.ID)
	if p.refused(err, codes.ErrAdvisorFailed); testkit.Must(p.Leads().Get(p.ctx, l.ID)).Version != 1 {
		t.Error("something changed")
	}
}
