package engine_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// usual answers the profile below.
var usual = leadtocash.LeadFields{
	Industry: party.IndustryConsulting, Address1: &party.Address{Country: " NORWAY"},
	NumberOfEmployees: value.Some[int32](10), AnnualRevenue: value.Some(money.EUR.MustAmount("1000.00")),
}

var withProfile = leadtocash.LeadFacts{Settings: leadtocash.Settings{Criteria: leadtocash.CriteriaPolicy{Profile: &leadtocash.CustomerProfile{
	Industries: []party.Industry{party.IndustryConsulting}, Countries: []string{"Norway"},
	MinEmployees: value.Some[int32](10), MaxEmployees: value.Some[int32](500),
	MinAnnualRevenue: value.Some(money.EUR.MustAmount("1000.00")),
}}}}

// unlike changes what is usual.
func unlike(change func(*leadtocash.LeadFields)) leadtocash.LeadFields {
	f := usual
	change(&f)
	return f
}

func connectedWith(role party.ConnectionRole) leadtocash.LeadFacts {
	return leadtocash.LeadFacts{Stakeholders: []party.ConnectionRole{role}}
}

// criteriaCase is a lead that answers a criterion.
type criteriaCase struct {
	rule      string
	fields    leadtocash.LeadFields
	facts     leadtocash.LeadFacts
	criterion leadtocash.Criterion
	want      leadtocash.Finding
}

var criteriaCases = func() (cases []criteriaCase) {
	type (
		fields = leadtocash.LeadFields
		facts  = leadtocash.LeadFacts
	)
	var criterion leadtocash.Criterion
	add := func(want leadtocash.Finding, why string, l fields, f facts) {
		cases = append(cases, criteriaCase{criterion.String() + " " + want.String() + " " + why, l, f, criterion, want})
	}
	met, not, unknown := leadtocash.FindingMet, leadtocash.FindingNotMet, leadtocash.FindingUnknown

	criterion = leadtocash.CriterionAuthority
	add(met, "by decision maker", fields{DecisionMaker: true}, facts{})
	add(met, "by stakeholder who decides", fields{}, connectedWith(party.ConnectionRoleDecisionMaker))
	add(met, "by stakeholder who pays", fields{}, connectedWith(party.ConnectionRoleEconomicBuyer))
	add(unknown, "with stakeholder of another role", fields{}, connectedWith(party.ConnectionRoleChampion))
	add(unknown, "while nothing is said", fields{}, facts{})

	criterion = leadtocash.CriterionFit
	add(met, "by judgement of the seller", fields{EvaluateFit: true}, withProfile)
	add(met, "by profile", usual, withProfile)
	add(not, "in another industry", unlike(func(f *fields) { f.Industry = party.IndustryAccounting }), withProfile)
	add(not, "in another country", unlike(func(f *fields) { f.Address1 = &party.Address{Country: "Peru"} }), withProfile)
	add(not, "with fewer employees", unlike(func(f *fields) { f.NumberOfEmployees = value.Some[int32](9) }), withProfile)
	add(not, "with more employees", unlike(func(f *fields) { f.NumberOfEmployees = value.Some[int32](501) }), withProfile)
	add(not, "with less revenue", unlike(func(f *fields) { f.AnnualRevenue = testkit.Euro("999.99") }), withProfile)
	add(unknown, "while the profile asks what nobody knows", unlike(func(f *fields) { f.Industry = 0 }), withProfile)
	add(unknown, "without profile", usual, facts{})

	criterion = leadtocash.CriterionNeed
	for _, need := range []leadtocash.Need{leadtocash.NeedMustHave, leadtocash.NeedShouldHave, leadtocash.NeedGoodToHave} {
		add(met, "by "+need.String()+" and confirmed interest", fields{Need: need, ConfirmInterest: true}, facts{})
	}
	add(not, "without need", fields{Need: leadtocash.NeedNoNeed, ConfirmInterest: true}, facts{})
	add(unknown, "while interest is not confirmed", fields{Need: leadtocash.NeedMustHave}, facts{})
	add(unknown, "while only interest is confirmed", fields{ConfirmInterest: true}, facts{})

	criterion = leadtocash.CriterionTimeline
	for _, when := range value.Values[leadtocash.PurchaseTimeframe]() {
		if when != leadtocash.PurchaseTimeframeUnknown {
			add(met, "by purchase timeframe "+when.String(), fields{PurchaseTimeframe: when}, facts{})
		}
	}
	add(unknown, "by purchase timeframe unknown", fields{PurchaseTimeframe: leadtocash.PurchaseTimeframeUnknown}, facts{})
	add(unknown, "while nothing is said", fields{}, facts{})

	criterion = leadtocash.CriterionBudget
	for _, status := range []leadtocash.BudgetStatus{leadtocash.BudgetStatusMayBuy, leadtocash.BudgetStatusCanBuy, leadtocash.BudgetStatusWillBuy} {
		add(met, "by status "+status.String(), fields{BudgetStatus: status}, facts{})
	}
	add(met, "by amount", fields{BudgetStatus: leadtocash.BudgetStatusNoCommittedBudget, BudgetAmount: testkit.Euro("0.01")}, facts{})
	add(not, "by no committed budget", fields{BudgetStatus: leadtocash.BudgetStatusNoCommittedBudget}, facts{})
	add(unknown, "with an amount of nothing", fields{BudgetAmount: testkit.Euro("0.00")}, facts{})
	return cases
}()

func (c criteriaCase) holds(t *testing.T) {
	t.Parallel()
	if got := (leadtocash.Lead{LeadFields: c.fields}).Assess(c.facts).Of(c.criterion); got != c.want {
		t.Errorf("%s is %s, want %s", c.criterion, got, c.want)
	}
}

// Under a policy that requires criteria, a lead is qualified exactly if it meets
// as many, and the event remembers which.
func qualifiesUnderACriteriaPolicy(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lead := testkit.NewDesksLead()
		lead.DecisionMaker, lead.EvaluateFit = rapid.Bool().Draw(t, "decides"), rapid.Bool().Draw(t, "fits")
		lead.BudgetStatus = rapid.SampledFrom(value.Values[leadtocash.BudgetStatus]()).Draw(t, "budget")
		f := leadtocash.LeadFacts{}
		f.Settings.Criteria.Require = rapid.SampledFrom([]leadtocash.RequiredCriteria{leadtocash.RequireNone, leadtocash.RequireAll, leadtocash.RequireAtLeast}).Draw(t, "policy")
		f.Settings.Criteria.AtLeast = rapid.Int32Range(0, 5).Draw(t, "at least")
		want := map[leadtocash.RequiredCriteria]int{leadtocash.RequireAll: 5, leadtocash.RequireAtLeast: int(f.Settings.Criteria.AtLeast)}[f.Settings.Criteria.Require]

		assessed := lead.Assess(f)
		out, err := lead.Qualify(leadtocash.QualifyLead{}, f)
		if (err == nil) != (assessed.Met() >= want) {
			t.Fatalf("%d of %d criteria are met: %v", assessed.Met(), want, err)
		}
		if err != nil {
			var e *record.Error
			if !errors.As(err, &e) || e.Code != codes.ErrCriteriaNotMet || len(e.Reasons) != 5-assessed.Met() {
				t.Fatalf("got %v, want every criterion that is not met", err)
			}
			return
		}
		told := leadtocash.AssessmentIn(out.Events[len(out.Events)-1])
		for _, a := range assessed {
			if told.Of(a.Criterion) != a.Finding {
				t.Fatalf("the event tells that %s is %s, was %s", a.Criterion, told.Of(a.Criterion), a.Finding)
			}
		}
	})
}

func TestEveryCriterionHasEvidence(t *testing.T) {
	t.Parallel()
	for _, c := range value.Values[leadtocash.Criterion]() {
		if len(leadtocash.EvidenceOf(c)) == 0 {
			t.Errorf("nothing answers %s", c)
		}
	}
	if list := leadtocash.EvidenceOf(0); list != nil {
		t.Errorf("no criterion has the evidence %v", list)
	}
}
