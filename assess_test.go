package leadtocash_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
)

func TestAssess(t *testing.T) {
	t.Parallel()
	met, not, unknown := leadtocash.FindingMet, leadtocash.FindingNotMet, leadtocash.FindingUnknown
	profile := leadtocash.LeadFacts{Settings: leadtocash.Settings{Criteria: leadtocash.CriteriaPolicy{Profile: &leadtocash.CustomerProfile{
		Industries: []leadtocash.Industry{leadtocash.IndustryConsulting}, Countries: []string{"Norway"},
		MinEmployees: leadtocash.Some[int32](10), MaxEmployees: leadtocash.Some[int32](500),
		MinAnnualRevenue: leadtocash.Some(leadtocash.EUR.MustAmount("1000.00")),
	}}}}
	usual := leadtocash.LeadFields{
		Industry: leadtocash.IndustryConsulting, Address1: &leadtocash.Address{Country: " NORWAY"},
		NumberOfEmployees: leadtocash.Some[int32](10), AnnualRevenue: leadtocash.Some(leadtocash.EUR.MustAmount("1000.00")),
	}
	small, silent := usual, usual
	small.NumberOfEmployees = leadtocash.Some[int32](9)
	silent.Industry = 0
	cases := map[string]struct {
		fields    leadtocash.LeadFields
		facts     leadtocash.LeadFacts
		criterion leadtocash.Criterion
		want      leadtocash.Finding
	}{
		"nothing said":              {leadtocash.LeadFields{}, leadtocash.LeadFacts{}, leadtocash.CriterionAuthority, unknown},
		"decides herself":           {leadtocash.LeadFields{DecisionMaker: true}, leadtocash.LeadFacts{}, leadtocash.CriterionAuthority, met},
		"knows who pays":            {leadtocash.LeadFields{}, leadtocash.LeadFacts{Stakeholders: []leadtocash.ConnectionRole{leadtocash.ConnectionRoleEconomicBuyer}}, leadtocash.CriterionAuthority, met},
		"knows a champion":          {leadtocash.LeadFields{}, leadtocash.LeadFacts{Stakeholders: []leadtocash.ConnectionRole{leadtocash.ConnectionRoleChampion}}, leadtocash.CriterionAuthority, unknown},
		"fits, says the seller":     {leadtocash.LeadFields{EvaluateFit: true}, profile, leadtocash.CriterionFit, met},
		"fits the profile":          {usual, profile, leadtocash.CriterionFit, met},
		"too small":                 {small, profile, leadtocash.CriterionFit, not},
		"industry unknown":          {silent, profile, leadtocash.CriterionFit, unknown},
		"no profile":                {usual, leadtocash.LeadFacts{}, leadtocash.CriterionFit, unknown},
		"needs it":                  {leadtocash.LeadFields{Need: leadtocash.NeedGoodToHave, ConfirmInterest: true}, leadtocash.LeadFacts{}, leadtocash.CriterionNeed, met},
		"needs it, perhaps":         {leadtocash.LeadFields{Need: leadtocash.NeedMustHave}, leadtocash.LeadFacts{}, leadtocash.CriterionNeed, unknown},
		"needs nothing":             {leadtocash.LeadFields{Need: leadtocash.NeedNoNeed, ConfirmInterest: true}, leadtocash.LeadFacts{}, leadtocash.CriterionNeed, not},
		"this year":                 {leadtocash.LeadFields{PurchaseTimeframe: leadtocash.PurchaseTimeframeThisYear}, leadtocash.LeadFacts{}, leadtocash.CriterionTimeline, met},
		"some day":                  {leadtocash.LeadFields{PurchaseTimeframe: leadtocash.PurchaseTimeframeUnknown}, leadtocash.LeadFacts{}, leadtocash.CriterionTimeline, unknown},
		"may buy":                   {leadtocash.LeadFields{BudgetStatus: leadtocash.BudgetStatusMayBuy}, leadtocash.LeadFacts{}, leadtocash.CriterionBudget, met},
		"no budget":                 {leadtocash.LeadFields{BudgetStatus: leadtocash.BudgetStatusNoCommittedBudget}, leadtocash.LeadFacts{}, leadtocash.CriterionBudget, not},
		"no budget, yet some money": {leadtocash.LeadFields{BudgetStatus: leadtocash.BudgetStatusNoCommittedBudget, BudgetAmount: leadtocash.Some(leadtocash.EUR.Units(1))}, leadtocash.LeadFacts{}, leadtocash.CriterionBudget, met},
		"a budget of nothing":       {leadtocash.LeadFields{BudgetAmount: leadtocash.Some(leadtocash.EUR.Zero())}, leadtocash.LeadFacts{}, leadtocash.CriterionBudget, unknown},
	}
	for name, c := range cases {
		if got := (leadtocash.Lead{LeadFields: c.fields}).Assess(c.facts).Of(c.criterion); got != c.want {
			t.Errorf("%s: %s is %s, want %s", name, c.criterion, got, c.want)
		}
	}
}

// Under a policy that requires criteria, a lead is qualified exactly if it meets
// as many, and the event remembers which.
func TestQualifyUnderACriteriaPolicy(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lead := newDesksLead()
		lead.DecisionMaker, lead.EvaluateFit = rapid.Bool().Draw(t, "decides"), rapid.Bool().Draw(t, "fits")
		lead.BudgetStatus = rapid.SampledFrom(leadtocash.Values[leadtocash.BudgetStatus]()).Draw(t, "budget")
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
			var e *leadtocash.Error
			if !errors.As(err, &e) || e.Code != leadtocash.ErrCriteriaNotMet || len(e.Reasons) != 5-assessed.Met() {
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
	for _, c := range leadtocash.Values[leadtocash.Criterion]() {
		if len(leadtocash.EvidenceOf(c)) == 0 {
			t.Errorf("nothing answers %s", c)
		}
	}
	if list := leadtocash.EvidenceOf(0); list != nil {
		t.Errorf("no criterion has the evidence %v", list)
	}
}
