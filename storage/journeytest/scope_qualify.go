package journeytest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
)

var qualifyPromises = []promise{
	{"leads of a list are qualified one by one", qualifiesAll},
	{"a plan is carried out until its ground moves", plansQualify},
	{"several matches are a question", asksAboutMatches},
	{"a match that the actor may not see decides, and is not shown", hiddenMatches},
	{"leads go to sellers in turn", routes},
	{"new opportunities go to sellers in turn, those of a qualification as well", routesDeals},
	{"advice waits for a person, who approves or rejects it", advises},
	{"processes and the cash side go with a merged account, and come back", mergesAll},
}

func qualifiesAll(s *stage) {
	s.play(newLead(1), newLead(2), call(actions.LeadDisqualify, (*client).Leads, engine.Leads.Disqualify, 2, leadtocash.DisqualifyLead{}), newLead(3))
	ids := []record.LeadID{id[record.LeadID](1), id[record.LeadID](2), id[record.LeadID](3)}
	out := s.client.Leads().QualifyAll(s.ctx, ids, leadtocash.QualifyLead{})
	s.ok(errors.Join(out[0].Err, out[2].Err))
	s.refused(out[1].Err, codes.ErrLeadAlreadyClosed)
	if n := len(list(s, s.client.Accounts().All(s.ctx, engine.AccountQuery{}))); n != 2 {
		s.Errorf("there are %d accounts, want one for each lead", n)
	}
}

func hiddenMatches(s *stage) {
	s.play(newLead(1), newLead(2), newLead(3), birth(actions.AccountCreate, (*client).Accounts, engine.Accounts.Create, party.CreateAccount{
		ID: id[record.AccountID](9), Origin: record.Origin{Owner: bob.ID, Currency: money.EUR}, Fields: party.AccountFields{Name: "Fabrikam"},
	}))
	with := func(h leadtocash.HiddenDuplicates) *client {
		return s.open(s, engine.WithAuthorizer(mine{}), engine.WithSettings(leadtocash.Settings{HiddenDuplicates: h})).As(ann)
	}
	shows := func(what any) bool {
		body, err := json.Marshal(what)
		s.ok(err)
		return strings.Contains(string(body), id[record.AccountID](9).String())
	}
	s.unchanged(func() {
		_, err := with(leadtocash.HiddenRefuse).Leads().Qualify(s.ctx, id[record.LeadID](1), leadtocash.QualifyLead{})
		s.refused(err, codes.ErrDuplicatesFound)
		var e *record.Error
		if errors.As(err, &e) && (e.Reasons[0].Params["hidden"] != true || shows(e)) {
			s.Errorf("the refusal says %v", e.Reasons)
		}
		plan, err := with(leadtocash.HiddenLink).Leads().PlanQualify(s.ctx, id[record.LeadID](1), leadtocash.QualifyLead{})
		s.ok(err)
		if shows(plan) {
			s.Error("the plan shows what it would link")
		}
		var notices []record.Reason
		found, err := with(0).Accounts().FindDuplicatesOf(engine.WithNotices(s.ctx, &notices), party.AccountFields{Name: "Fabrikam"}, engine.FindDuplicates{})
		s.ok(err)
		if len(found) != 0 || len(notices) != 1 || notices[0].Params["hidden"] != true {
			s.Errorf("found %v with the notices %v", found, notices)
		}
	})
	out, err := with(leadtocash.HiddenLink).Leads().Qualify(s.ctx, id[record.LeadID](1), leadtocash.QualifyLead{})
	s.ok(err)
	if out.Account != nil || out.Record.ParentAccountID != id[record.AccountID](9) || out.Opportunity().CustomerID.Account() != id[record.AccountID](9) {
		s.Errorf("linked %v with the outcome %v", out.Record.ParentAccountID, out.Account)
	}
	made, err := with(leadtocash.HiddenIgnore).Leads().Qualify(s.ctx, id[record.LeadID](2), leadtocash.QualifyLead{})
	s.ok(err)
	if made.Account == nil || shows(made) || !slices.ContainsFunc(made.Notices, func(r record.Reason) bool {
		return r.Code == codes.ErrDuplicatesFound && r.Params["hidden"] == true
	}) {
		s.Errorf("made %v with the notices %v", made.Account, made.Notices)
	}
	if _, err := with(0).Leads().Qualify(s.ctx, id[record.LeadID](3), leadtocash.QualifyLead{Duplicates: leadtocash.DuplicatesIgnore}); err != nil {
		s.Errorf("who may overlook duplicates was refused: %v", err)
	}
}

func plansQualify(s *stage) {
	s.play(newLead(1))
	lead := id[record.LeadID](1)
	plan, err := s.client.Leads().PlanQualify(s.ctx, lead, leadtocash.QualifyLead{})
	s.ok(err)
	s.play(call(actions.LeadScore, (*client).Leads, engine.Leads.Score, 1, leadtocash.SetScore{Score: 80}))
	s.unchanged(func() {
		_, err := s.client.Leads().Qualify(s.ctx, lead, plan.Command)
		s.refused(err, codes.ErrConflict)
		plan, err = s.client.Leads().PlanQualify(s.ctx, lead, leadtocash.QualifyLead{})
		s.ok(err)
	})
	out, err := s.client.Leads().Qualify(s.ctx, lead, plan.Command)
	s.ok(err)
	if out.Account.Name != plan.Account.Name || out.Opportunity().Name != plan.Opportunities[0].Name {
		s.Errorf("got %s and %s, which was not the plan", out.Account.Name, out.Opportunity().Name)
	}
}

func asksAboutMatches(s *stage) {
	s.play(newLead(1))
	for n := 1; n <= 2; n++ {
		_, err := s.client.Accounts().Create(s.ctx, party.CreateAccount{ID: id[record.AccountID](n), Origin: inEUR, Fields: party.AccountFields{Name: "FABRIKAM"}})
		s.ok(err)
	}
	s.unchanged(func() {
		_, err := s.client.Leads().Qualify(s.ctx, id[record.LeadID](1), leadtocash.QualifyLead{})
		s.refused(err, codes.ErrDuplicatesFound)
	})
	out, err := s.client.Leads().Qualify(s.ctx, id[record.LeadID](1), leadtocash.QualifyLead{Account: leadtocash.PlanUse(id[record.AccountID](2))})
	s.ok(err)
	if out.Account.ID != id[record.AccountID](2) {
		s.Errorf("got the account %s, want the chosen one", out.Account.ID)
	}
}

func routes(s *stage) {
	rules, err := leadtocash.NewRouteRules[leadtocash.Lead](leadtocash.RouteRule{Name: "all"})
	s.ok(err)
	s.play(newLead(1), newLead(2), newLead(3), newSeller(1), newSeller(2))
	c := s.open(s, engine.WithRouting(rules))
	var to []record.SellerID
	for n := 1; n <= 3; n++ {
		out, err := c.Leads().Route(s.ctx, id[record.LeadID](n), leadtocash.Route{})
		s.ok(err)
		if out.Record.Owner != out.Routing.Seller.UUID {
			s.Errorf("lead %d belongs to %s, routed was it to %s", n, out.Record.Owner, out.Routing.Seller)
		}
		to = append(to, out.Routing.Seller)
	}
	if to[0] == to[1] || to[0] != to[2] {
		s.Errorf("the leads went to %v, want two sellers in turn", to)
	}
}

func routesDeals(s *stage) {
	rules, err := leadtocash.NewRouteRules[leadtocash.Opportunity](leadtocash.RouteRule{Name: "all"})
	s.ok(err)
	s.client = s.open(s, engine.WithRouting(rules))
	s.play(newSeller(1), newSeller(2), newAccount(1), newOpportunity(1), newLead(1))
	out, err := s.client.Leads().Qualify(s.ctx, id[record.LeadID](1), leadtocash.QualifyLead{Opportunities: make([]leadtocash.OpportunityPlan, 2)})
	s.ok(err)
	got := []uuid.UUID{get[leadtocash.Opportunity, record.OpportunityID](s, 1).Owner, out.Opportunities[0].Owner, out.Opportunities[1].Owner}
	one, two := id[record.SellerID](1).UUID, id[record.SellerID](2).UUID
	if want := []uuid.UUID{one, two, one}; !slices.Equal(got, want) {
		s.Errorf("the opportunities belong to %v, want %v", got, want)
	}
	routed, err := s.client.Opportunities().Route(s.ctx, id[record.OpportunityID](1), leadtocash.Route{})
	s.ok(err)
	if routed.Record.Owner != two {
		s.Errorf("routed again, it belongs to %s, want %s", routed.Record.Owner, two)
	}
}

// qualifier advises to qualify every lead.
type qualifier struct{}

// Advise recommends to qualify the lead, whatever it says.
func (qualifier) Advise(context.Context, leadtocash.AdviceRequest) (leadtocash.Advice, error) {
	return leadtocash.Advice{Recommendation: leadtocash.RecommendQualify, Confidence: 90, Reason: "asks for an offer"}, nil
}

func advises(s *stage) {
	s.play(newLead(1), newLead(2))
	c := s.open(s, engine.WithAdvisor(qualifier{}, engine.AdvisorOptions{Mode: leadtocash.AdvisorAssist, Actor: robot.ID, Threshold: 80}))
	var proposals []record.TaskID
	for n := 1; n <= 2; n++ {
		out, err := c.Leads().Advise(s.ctx, id[record.LeadID](n))
		s.ok(err)
		proposals = append(proposals, out.Proposal.ID)
	}
	done, err := c.Leads().Approve(s.ctx, proposals[0])
	s.ok(err)
	if done.Qualified == nil || get[leadtocash.Lead, record.LeadID](s, 1).Status != leadtocash.LeadStatusQualified {
		s.Errorf("approved: %+v", done)
	}
	rejected, err := c.Leads().Reject(s.ctx, proposals[1])
	s.ok(err)
	if open, err := c.Leads().Proposals(s.ctx, id[record.LeadID](2)); err != nil || len(open) != 0 || rejected.Status != activity.TaskStatusCanceled {
		s.Errorf("rejected: %s, still open %v (%v)", rejected.Status, open, err)
	}
	if status := get[leadtocash.Lead, record.LeadID](s, 2).Status; status != leadtocash.LeadStatusNew {
		s.Errorf("the other lead is %s", status)
	}
}

func mergesAll(s *stage) {
	s.client = s.open(s, withCourting()...)
	s.play(newAccount(1), newInvoice(1, desks), issueInvoice(1), dun(1, 2027_01_04), newPayment(1, "10.00"),
		call(actions.PaymentPost, (*client).Payments, engine.Payments.Post, 1, leadtocash.PostPayment{}),
		call(actions.PaymentRefund, (*client).Payments, engine.Payments.Refund, 1, leadtocash.RequestRefund{}),
		birth(actions.CreditNoteCreate, (*client).CreditNotes, engine.CreditNotes.Create, leadtocash.CreateCreditNote{
			ID: id[record.CreditNoteID](1), Origin: inEUR, Fields: leadtocash.CreditNoteFields{Name: "scratches", CustomerID: customer}, Lines: []pricing.LineFields{chairs},
		}))
	s.client = s.client.Starting(engine.NoProcess)
	s.play(newAccount(2))
	one, two := id[record.AccountID](1), id[record.AccountID](2)

	// belongs checks whose everything is.
	belongs := func(to record.AccountID, merged match.Merged[party.Account]) {
		s.Helper()
		owner := record.AccountCustomer(to)
		if n := len(merged.Repointed); n != 6 {
			s.Errorf("%d records changed sides, want six: %v", n, merged.Repointed)
		}
		for _, e := range list(s, s.client.DunningEntries().All(s.ctx, engine.DunningEntryQuery{})) {
			if e.CustomerID != owner {
				s.Errorf("the letter went to %s", e.CustomerID)
			}
		}
		for _, r := range list(s, s.client.Refunds().All(s.ctx, engine.RefundQuery{})) {
			if r.CustomerID != owner {
				s.Errorf("the refund is for %s", r.CustomerID)
			}
		}
		if n := get[leadtocash.CreditNote, record.CreditNoteID](s, 1); n.CustomerID != owner {
			s.Errorf("the credit note is for %s", n.CustomerID)
		}
		if found, err := s.client.Processes().Instances(s.ctx, process.Entity(to)); err != nil || len(found) != 1 || found[0].Instance.Status != bpf.Active {
			s.Errorf("the account has the processes %v (%v), want one", found, err)
		}
	}
	merged, err := s.client.Accounts().Merge(s.ctx, two, party.MergeAccount{Subordinate: one})
	s.ok(err)
	belongs(two, merged)
	parted, err := s.client.Accounts().Unmerge(s.ctx, one, match.Unmerge{})
	s.ok(err)
	belongs(one, parted)
}
