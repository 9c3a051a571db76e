package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// desks is a lead of a person at a company, both known by more than a name.
func desks(n int) leadtocash.CreateLead {
	return leadtocash.CreateLead{Fields: leadtocash.LeadFields{
		Topic: fmt.Sprintf("Desks, floor %d", n), FirstName: "Jo", LastName: "Meyer", CompanyName: "Meyer & Sons",
		Email1: "jo@meyer.example", Website: "https://www.meyer.example/contact",
	}}
}

// A customer that is there already is picked by itself, and left as it is.
func qualifyLinksTheSingleMatch(t *testing.T) {
	onStores(t, func(p *people) {
		first := testkit.Must(p.Leads().Qualify(p.ctx, testkit.Must(p.Leads().Create(p.ctx, desks(1))).ID, leadtocash.QualifyLead{}))
		again := desks(2)
		again.Fields.CompanyName = "  MEYER and sons." // the website tells
		again.Fields.Email1 = "Jo@Meyer.example "
		second := testkit.Must(p.Leads().Qualify(p.ctx, testkit.Must(p.Leads().Create(p.ctx, again)).ID, leadtocash.QualifyLead{}))
		if second.Account.ID != first.Account.ID || second.Contact.ID != first.Contact.ID || p.accounts() != 1 || p.contacts() != 1 {
			p.Errorf("made %d accounts and %d contacts, want the first ones used again", p.accounts(), p.contacts())
		}
		if second.Account.Version != 1 || len(second.Created) != 1 {
			p.Errorf("the account is in version %d, created were %v; want it untouched and one opportunity", second.Account.Version, second.Created)
		}
	})
}

func qualifyAsksAboutDuplicates(t *testing.T) {
	onStores(t, func(p *people) {
		a := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer & Sons"}}))
		b := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer's", Website: "meyer.example"}}))
		lead := testkit.Must(p.Leads().Create(p.ctx, desks(1)))

		_, err := p.Leads().Qualify(p.ctx, lead.ID, leadtocash.QualifyLead{})
		p.refused(err, codes.ErrDuplicatesFound)
		var e *record.Error
		if !errors.As(err, &e) || e.Reasons[0].Field != "account" || !slices.Equal(e.Reasons[0].Params["candidates"].([]string), []string{a.ID.String(), b.ID.String()}) {
			p.Errorf("got %+v, want both accounts, the oldest first", e)
		}
		if p.accounts() != 2 || p.contacts() != 0 {
			p.Error("a refused qualification left something behind")
		}

		_, err = p.Leads().Qualify(p.ctx, lead.ID, leadtocash.QualifyLead{Account: leadtocash.PlanUse(b.ID), Duplicates: leadtocash.DuplicatesAsk})
		if err != nil {
			p.Fatalf("a chosen account is no question: %v", err)
		}
		other := testkit.Must(p.Leads().Create(p.ctx, desks(2)))
		_, err = p.Leads().Qualify(p.ctx, other.ID, leadtocash.QualifyLead{Account: leadtocash.PlanUse(b.ID), Duplicates: leadtocash.DuplicatesAsk})
		p.refused(err, codes.ErrDuplicatesFound) // one contact matches, and is asked about
		out := testkit.Must(p.Leads().Qualify(p.ctx, other.ID, leadtocash.QualifyLead{Account: leadtocash.PlanCreate[record.AccountID](), Duplicates: leadtocash.DuplicatesLinkSingle}))
		if !slices.Contains(out.Created, ref(kinds.Account, out.Account.ID)) || p.accounts() != 3 {
			p.Errorf("created %v, want a third account as planned", out.Created)
		}
		if len(out.Notices) != 1 || out.Notices[0].Code != codes.ErrCustomerMismatch {
			p.Errorf("got notices %v, want one about the contact of another account", out.Notices)
		}
		third := testkit.Must(p.Leads().Create(p.ctx, desks(3)))
		if _, err := p.Leads().Qualify(p.ctx, third.ID, leadtocash.QualifyLead{Duplicates: leadtocash.DuplicatesIgnore}); err != nil || p.accounts() != 4 {
			p.Errorf("ignoring duplicates: %v, %d accounts", err, p.accounts())
		}
	})
}

// Inactive and merged customers match nothing.
func qualifyPassesOverInactiveCustomers(t *testing.T) {
	onStores(t, func(p *people) {
		a := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer & Sons"}}))
		testkit.Must(p.Accounts().Deactivate(p.ctx, a.ID, party.Deactivate{}))
		out := testkit.Must(p.Leads().Qualify(p.ctx, testkit.Must(p.Leads().Create(p.ctx, desks(1))).ID, leadtocash.QualifyLead{}))
		if out.Account.ID == a.ID {
			p.Error("an inactive account was picked")
		}
		cmd := desks(2)
		cmd.Fields.ParentAccountID = a.ID
		_, err := p.Leads().Create(p.ctx, cmd)
		p.refused(err, codes.ErrCustomerInactive)
	})
}

func TestQualifyPlan(t *testing.T) {
	onStores(t, func(p *people) {
		a := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer & Sons"}}))
		lead := testkit.Must(p.Leads().Create(p.ctx, desks(1)))

		plan := testkit.Must(p.Leads().PlanQualify(p.ctx, lead.ID, leadtocash.QualifyLead{}))
		switch {
		case plan.Command.Account.Use != a.ID || len(plan.Accounts) != 1 || plan.Accounts[0].Ref.ID != a.ID.UUID || plan.Account != nil:
			p.Errorf("planned %+v with %v, want the account that matches", plan.Command.Account, plan.Accounts)
		case plan.Contact == nil || plan.Contact.LastName != "Meyer" || len(plan.Opportunities) != 1 || plan.Opportunities[0].Name != "Desks, floor 1":
			p.Errorf("new would be %+v and %+v", plan.Contact, plan.Opportunities)
		case len(plan.Assessment) != 5 || len(plan.Reasons) != 0 || p.contacts() != 0:
			p.Errorf("assessed as %v, refused with %v, %d contacts", plan.Assessment, plan.Reasons, p.contacts())
		}
		out := testkit.Must(p.Leads().Qualify(p.ctx, lead.ID, plan.Command))
		if out.Account.ID != a.ID || out.Contact.LastName != plan.Contact.LastName || out.Opportunity().Name != plan.Opportunities[0].Name {
			p.Errorf("got %v, %v and %v, which was not the plan", out.Account, out.Contact, out.Opportunity())
		}
		_, err := p.Leads().PlanQualify(p.ctx, lead.ID, leadtocash.QualifyLead{})
		p.refused(err, codes.ErrLeadAlreadyClosed)
	})
}

// A plan is carried out as long as nothing that it rests on has changed.
func TestQualifyPlanWhoseGroundMoved(t *testing.T) {
	onStores(t, func(p *people) {
		a := testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer & Sons"}}))
		lead := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
		other := testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Chairs", LastName: "Roe"}}))
		moves := map[string]func(){
			"the lead is edited": func() {
				f := testkit.Must(p.Leads().Get(p.ctx, lead.ID)).LeadFields
				f.Description = "urgent"
				testkit.Must(p.Leads().Edit(p.ctx, lead.ID, leadtocash.EditLead{Fields: f}))
			},
			"the account is edited": func() {
				f := testkit.Must(p.Accounts().Get(p.ctx, a.ID)).AccountFields
				f.Description += "x"
				testkit.Must(p.Accounts().Edit(p.ctx, a.ID, party.EditAccount{Fields: f}))
			},
			"a contact turns up": func() {
				testkit.Must(p.Contacts().Create(p.ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Meyer", Email1: "jo@meyer.example"}}))
			},
		}
		for _, name := range []string{"the lead is edited", "the account is edited", "a contact turns up"} {
			plan := testkit.Must(p.Leads().PlanQualify(p.ctx, lead.ID, leadtocash.QualifyLead{}))
			moves[name]()
			before := p.contacts()
			_, err := p.Leads().Qualify(p.ctx, lead.ID, plan.Command)
			if !errors.Is(err, codes.ErrConflict) || p.contacts() != before {
				p.Errorf("%s: got %v, want a conflict and nothing done", name, err)
			}
		}
		plan := testkit.Must(p.Leads().PlanQualify(p.ctx, lead.ID, leadtocash.QualifyLead{}))
		_, err := p.Leads().Qualify(p.ctx, other.ID, plan.Command)
		p.refused(err, codes.ErrInvalid)
		plan.Command.Opportunities[0].Name = "Desks for all floors"
		if out := testkit.Must(p.Leads().Qualify(p.ctx, lead.ID, plan.Command)); out.Opportunity().Name != "Desks for all floors" {
			p.Errorf("the opportunity is called %q, want the name that was given", out.Opportunity().Name)
		}
	})
}

// What stands in the way of a plan is told all at once.
func TestQualifyPlanTellsEveryReason(t *testing.T) {
	onStores(t, func(p *people) {
		for range 2 {
			testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer & Sons"}}))
		}
		lead := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
		plan := testkit.Must(p.Leads().PlanQualify(p.ctx, lead.ID, leadtocash.QualifyLead{Opportunities: make([]leadtocash.OpportunityPlan, 6)}))
		var list []codes.Code
		for _, r := range plan.Reasons {
			list = append(list, r.Code)
		}
		if want := []codes.Code{codes.ErrTooManyOpportunities, codes.ErrDuplicatesFound}; !slices.Equal(list, want) {
			p.Errorf("got %v, want %v", list, want)
		}
		if plan.Account == nil || len(plan.Accounts) != 2 {
			p.Errorf("planned %+v, candidates %v: want both, and what a new one would be", plan.Account, plan.Accounts)
		}
	})
}

func severalLeadsJoinOneOpportunity(t *testing.T) {
	onStores(t, func(p *people) {
		first := testkit.Must(p.Leads().Qualify(p.ctx, testkit.Must(p.Leads().Create(p.ctx, desks(1))).ID, leadtocash.QualifyLead{}))
		join := leadtocash.QualifyLead{Opportunities: []leadtocash.OpportunityPlan{{Plan: leadtocash.PlanUse(first.Opportunity().ID)}}}
		for n := 2; n < 4; n++ {
			out := testkit.Must(p.Leads().Qualify(p.ctx, testkit.Must(p.Leads().Create(p.ctx, desks(n))).ID, join))
			if out.Record.QualifyingOpportunityID != first.Opportunity().ID || len(out.Created) != 0 || out.Opportunity().Version != 1 {
				p.Errorf("lead %d led to %s and created %v, want it to join the first opportunity", n, out.Record.QualifyingOpportunityID, out.Created)
			}
		}
		if n := testkit.Must(p.Opportunities().Count(p.ctx, engine.OpportunityQuery{})); n != 1 {
			p.Errorf("%d opportunities, want 1", n)
		}
	})
}

func qualifiesAll(t *testing.T) {
	onStores(t, func(p *people) {
		var ids []record.LeadID
		for n := range 3 {
			ids = append(ids, testkit.Must(p.Leads().Create(p.ctx, desks(n))).ID)
		}
		testkit.Must(p.Leads().Disqualify(p.ctx, ids[1], leadtocash.DisqualifyLead{}))
		ids = append(ids, engine.NewID[record.LeadID]())

		c := p.Once("list-1")
		for range 2 { // a repeat changes nothing
			out := c.Leads().QualifyAll(p.ctx, ids, leadtocash.QualifyLead{})
			p.refused(out[1].Err, codes.ErrLeadAlreadyClosed)
			p.refused(out[3].Err, codes.ErrNotFound)
			if out[0].Err != nil || out[2].Err != nil || out[2].LeadID != ids[2] || out[2].Qualified.Record.ID != ids[2] {
				p.Errorf("got %+v and %+v, want the others qualified", out[0].Err, out[2].Err)
			}
		}
		if p.accounts() != 2 || p.contacts() != 2 {
			p.Errorf("%d accounts, %d contacts; want one for each lead, for nobody looks for duplicates", p.accounts(), p.contacts())
		}
		out := p.Leads().QualifyAll(p.ctx, ids[:1], leadtocash.QualifyLead{Account: leadtocash.Plan[record.AccountID]{ID: engine.NewID[record.AccountID]()}})
		p.refused(out[0].Err, codes.ErrInvalid)
	})
}

// Of many at once one qualifies the lead; of many leads of one company all find
// the same account.
func TestQualifyAtOnce(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New(), engine.WithClock(func() time.Time { return testkit.Noon.At }))
	const many = 20
	lead := testkit.Must(p.Leads().Create(p.ctx, desks(0))).ID
	ids := make([]record.LeadID, many)
	for n := range ids {
		ids[n] = testkit.Must(p.Leads().Create(p.ctx, desks(n+1))).ID
	}
	run := func(id func(int) record.LeadID) (won int) {
		errs := make([]error, many)
		var wg sync.WaitGroup
		for n := range many {
			wg.Go(func() { _, errs[n] = p.Leads().Qualify(p.ctx, id(n), leadtocash.QualifyLead{}) })
		}
		wg.Wait()
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, codes.ErrLeadAlreadyClosed) {
				t.Error(err)
			}
		}
		return won
	}
	if won := run(func(int) record.LeadID { return lead }); won != 1 || p.accounts() != 1 || p.contacts() != 1 {
		t.Errorf("%d qualified one lead, with %d accounts and %d contacts", won, p.accounts(), p.contacts())
	}
	if won := run(func(n int) record.LeadID { return ids[n] }); won != many || p.accounts() != 1 || p.contacts() != 1 {
		t.Errorf("%d of %d leads qualified, with %d accounts and %d contacts", won, many, p.accounts(), p.contacts())
	}
}
