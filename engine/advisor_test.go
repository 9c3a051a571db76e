package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

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

// assistant says what it was told to say.
type assistant func(context.Context, leadtocash.AdviceRequest) (leadtocash.Advice, error)

func (a assistant) Advise(ctx context.Context, r leadtocash.AdviceRequest) (leadtocash.Advice, error) {
	return a(ctx, r)
}

func advises(a leadtocash.Advice) assistant {
	return func(context.Context, leadtocash.AdviceRequest) (leadtocash.Advice, error) { return a, nil }
}

var (
	robotID = uuid.UUID{15: 7}
	boss    = record.User(uuid.UUID{15: 8})
	sure    = leadtocash.Advice{Recommendation: leadtocash.RecommendQualify, Confidence: 90, Reason: "asks for an offer", Summary: "Wants ten desks by May."}
	junk    = leadtocash.Advice{Recommendation: leadtocash.RecommendDisqualify, Confidence: 90, Reason: "no such company", Disqualify: leadtocash.DisqualifyLead{Status: leadtocash.LeadStatusJunk}}
)

func advisedBy(t *testing.T, a engine.Advisor, mode leadtocash.AdvisorMode) *people {
	t.Helper()
	p := newPeople(t, memory.New(), engine.WithAdvisor(a, engine.AdvisorOptions{Mode: mode, Actor: robotID, Threshold: 80, Timeout: 200 * time.Millisecond}))
	p.Client = p.As(boss)
	return p
}

// Confident advice is carried out, by an assistant on behalf of a person.
func advisorAutomates(t *testing.T) {
	t.Parallel()
	p := advisedBy(t, advises(sure), leadtocash.AdvisorAutomate)
	l := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
	out := testkit.Must(p.Leads().Advise(p.ctx, l.ID))
	if out.Qualified == nil || out.Proposal != nil || out.Qualified.Record.Status != leadtocash.LeadStatusQualified {
		t.Fatalf("got %+v, want a qualified lead", out)
	}
	for e := range p.Leads().History(p.ctx, l.ID) {
		if want := (record.Actor{Kind: record.ActorAI, ID: robotID, OnBehalfOf: boss.ID}); e.Type == "lead.qualified" && e.Actor != want {
			t.Errorf("the event is by %+v, want %+v", e.Actor, want)
		}
	}
	for _, about := range []record.Ref{ref(kinds.Lead, l.ID), ref(kinds.Opportunity, out.Qualified.Opportunity().ID)} {
		if n := testkit.Must(p.Notes().Count(p.ctx, engine.NoteQuery{Regarding: about})); n != 1 {
			t.Errorf("%d notes about %s, want the summary", n, about)
		}
	}

	p = advisedBy(t, advises(junk), leadtocash.AdvisorAutomate)
	l = testkit.Must(p.Leads().Create(p.ctx, desks(1)))
	if out := testkit.Must(p.Leads().Advise(p.ctx, l.ID)); out.Disqualified == nil || out.Disqualified.Status != leadtocash.LeadStatusJunk {
		t.Errorf("got %+v, want a lead that is junk", out)
	}
	_, err := p.Leads().Advise(p.ctx, l.ID)
	p.refused(err, codes.ErrLeadAlreadyClosed)
}

// Advice that is not sure enough, or that the library refuses, waits for a
// person.
func adviceWaitsForAPerson(t *testing.T) {
	t.Parallel()
	unsure := sure
	unsure.Confidence = 79
	p := advisedBy(t, advises(unsure), leadtocash.AdvisorAutomate)
	l := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
	out := testkit.Must(p.Leads().Advise(p.ctx, l.ID))
	if out.Proposal == nil || out.Proposal.Owner != boss.ID || out.Refused != nil || testkit.Must(p.Leads().Get(p.ctx, l.ID)).Version != 1 {
		t.Fatalf("got %+v, want a proposal and an untouched lead", out)
	}
	if list := testkit.Must(p.Leads().Proposals(p.ctx, l.ID)); len(list) != 1 || list[0].ID != out.Proposal.ID {
		t.Errorf("the open proposals are %+v", list)
	}
	done := testkit.Must(p.Leads().Approve(p.ctx, out.Proposal.ID))
	if done.Qualified == nil || done.Proposal.Status != activity.TaskStatusCompleted || len(testkit.Must(p.Leads().Proposals(p.ctx, l.ID))) != 0 {
		t.Errorf("approved: %+v", done)
	}
	_, err := p.Leads().Approve(p.ctx, out.Proposal.ID)
	p.refused(err, codes.ErrInvalidTransition)

	p = advisedBy(t, advises(junk), leadtocash.AdvisorAutomate)
	l = testkit.Must(p.Leads().Create(p.ctx, desks(1)))
	testkit.Must(p.Opportunities().Create(p.ctx, leadtocash.CreateOpportunity{
		OriginatingLeadID: l.ID,
		Fields:            leadtocash.OpportunityFields{Name: "Desks", CustomerID: record.AccountCustomer(testkit.Must(p.Accounts().Create(p.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer"}})).ID)},
	}))
	out = testkit.Must(p.Leads().Advise(p.ctx, l.ID))
	if !errors.Is(out.Refused, codes.ErrLeadHasOpportunity) || out.Proposal == nil {
		t.Errorf("got %+v, want the refusal that a person would get, and a proposal", out)
	}
	if rejected := testkit.Must(p.Leads().Reject(p.ctx, out.Proposal.ID)); rejected.Status != activity.TaskStatusCanceled {
		t.Errorf("rejected: %s", rejected.Status)
	}
	task := testkit.Must(p.Tasks().Create(p.ctx, activity.CreateTask{Fields: activity.TaskFields{ActivityFields: activity.ActivityFields{Subject: "Call"}}}))
	_, err = p.Leads().Reject(p.ctx, task.ID)
	p.refused(err, codes.ErrInvalid)
}

// A proposal about a lead that has changed since is not carried out.
func approveAfterTheGroundMoved(t *testing.T) {
	t.Parallel()
	p := advisedBy(t, advises(sure), leadtocash.AdvisorAssist)
	l := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
	out := testkit.Must(p.Leads().Advise(p.ctx, l.ID))
	testkit.Must(p.Leads().SetStatus(p.ctx, l.ID, leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusContacted}))
	_, err := p.Leads().Approve(p.ctx, out.Proposal.ID)
	p.refused(err, codes.ErrConflict)
	if now := testkit.Must(p.Tasks().Get(p.ctx, out.Proposal.ID)); now.Status != activity.TaskStatusNotStarted || p.accounts() != 0 {
		t.Error("a refused approval left something behind")
	}
}

// An assistant that is late, fails, panics or talks nonsense changes nothing.
func TestAdvisorThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	wrong := func(change func(*leadtocash.Advice)) assistant {
		a := sure
		change(&a)
		return advises(a)
	}
	late := make(chan struct{})
	t.Cleanup(func() { close(late) })
	for name, c := range map[string]struct {
		advisor engine.Advisor
		want    codes.Code
	}{
		"late": {assistant(func(context.Context, leadtocash.AdviceRequest) (leadtocash.Advice, error) {
			<-late
			return sure, nil
		}), codes.ErrAdvisorFailed},
		"fails": {assistant(func(context.Context, leadtocash.AdviceRequest) (leadtocash.Advice, error) {
			return sure, errors.New("down")
		}), codes.ErrAdvisorFailed},
		"panics":            {assistant(func(context.Context, leadtocash.AdviceRequest) (leadtocash.Advice, error) { panic("oops") }), codes.ErrAdvisorFailed},
		"says nothing":      {advises(leadtocash.Advice{}), codes.ErrMissingField},
		"is too sure":       {wrong(func(a *leadtocash.Advice) { a.Confidence = 101 }), codes.ErrOutOfRange},
		"invents an action": {wrong(func(a *leadtocash.Advice) { a.Recommendation = 9 }), codes.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := advisedBy(t, c.advisor, leadtocash.AdvisorAutomate)
			l := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
			out, err := p.Leads().Advise(p.ctx, l.ID)
			p.refused(err, c.want)
			if testkit.Must(p.Leads().Get(p.ctx, l.ID)).Version != 1 || out.Proposal != nil || testkit.Must(p.Tasks().Count(p.ctx, engine.TaskQuery{})) != 0 {
				t.Error("something changed")
			}
		})
	}
}

func advisorIsOffByDefault(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	l := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
	if out := testkit.Must(p.Leads().Advise(p.ctx, l.ID)); out.Proposal != nil || out.Qualified != nil {
		t.Errorf("got %+v of nobody", out)
	}
	if _, err := engine.New(memory.New(), engine.WithAdvisor(nil, engine.AdvisorOptions{})); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("no advisor: %v", err)
	}
}

func TestRuleAdvisor(t *testing.T) {
	t.Parallel()
	lead := func(change func(*leadtocash.LeadFields)) leadtocash.LeadFields {
		f := desks(1).Fields
		f.DecisionMaker, f.EvaluateFit, f.ConfirmInterest = true, true, true
		f.Need, f.BudgetStatus = leadtocash.NeedMustHave, leadtocash.BudgetStatusWillBuy
		change(&f)
		return f
	}
	for name, c := range map[string]struct {
		fields leadtocash.LeadFields
		want   leadtocash.Recommendation
	}{
		"four of five": {lead(func(*leadtocash.LeadFields) {}), leadtocash.RecommendQualify},
		"no need":      {lead(func(f *leadtocash.LeadFields) { f.Need = leadtocash.NeedNoNeed }), leadtocash.RecommendDisqualify},
		"three":        {lead(func(f *leadtocash.LeadFields) { f.EvaluateFit = false }), leadtocash.RecommendNurture},
	} {
		p := advisedBy(t, engine.RuleAdvisor{}, leadtocash.AdvisorAssist)
		l := testkit.Must(p.Leads().Create(p.ctx, leadtocash.CreateLead{Fields: c.fields}))
		out := testkit.Must(p.Leads().Advise(p.ctx, l.ID))
		if out.Advice.Recommendation != c.want {
			t.Errorf("%s: advised to %s because %s, want %s", name, out.Advice.Recommendation, out.Advice.Reason, c.want)
		}
		done := testkit.Must(p.Leads().Approve(p.ctx, out.Proposal.ID))
		if (done.Qualified != nil) != (c.want == leadtocash.RecommendQualify) || (done.Disqualified != nil) != (c.want == leadtocash.RecommendDisqualify) {
			t.Errorf("%s: approved with %+v", name, done)
		}
	}
}
