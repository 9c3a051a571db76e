package leadtocash

import (
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Criterion is a question that a lead answers before it is worth an
// opportunity.
type Criterion = value.Choice[criterionSet]

// The criteria: may this person decide, is this the kind of company that buys
// from us, do they need what we offer, when, and is there money for it?
const (
	CriterionAuthority Criterion = iota + 1
	CriterionFit
	CriterionNeed
	CriterionTimeline
	CriterionBudget
)

type criterionSet struct{}

func (criterionSet) Table() (string, []value.Option) { return "criterion", criterionTable }

var criterionTable = value.Options(
	value.Option{Key: "authority", Label: "Authority", Code: 200000001},
	value.Option{Key: "fit", Label: "Fit", Code: 200000002},
	value.Option{Key: "need", Label: "Need", Code: 200000003},
	value.Option{Key: "timeline", Label: "Timeline", Code: 200000004},
	value.Option{Key: "budget", Label: "Budget", Code: 200000005},
)

// Finding is how a lead answers a criterion.
type Finding = value.Choice[findingSet]

// The findings. Unknown means that what is known says neither yes nor no.
const (
	FindingMet Finding = iota + 1
	FindingNotMet
	FindingUnknown
)

type findingSet struct{}

func (findingSet) Table() (string, []value.Option) { return "finding", findingTable }

var findingTable = value.Options(
	value.Option{Key: "met", Label: "Met", Code: 200000001},
	value.Option{Key: "not_met", Label: "Not Met", Code: 200000002},
	value.Option{Key: "unknown", Label: "Unknown", Code: 200000003},
)

// Assessed is the answer to one criterion.
type Assessed struct {
	Criterion Criterion `json:"criterion"`
	Finding   Finding   `json:"finding"`
}

var evidence = map[Criterion][]string{
	CriterionAuthority: {"decision_maker", "stakeholders"},
	CriterionFit:       {"evaluate_fit", "industry", "address1.country", "annual_revenue", "number_of_employees"},
	CriterionNeed:      {"need", "confirm_interest"},
	CriterionTimeline:  {"purchase_timeframe"},
	CriterionBudget:    {"budget_status", "budget_amount"},
}

// EvidenceOf lists the fields of a lead that answer a criterion, by wire name;
// "stakeholders" are those connected with the lead.
func EvidenceOf(c Criterion) []string { return slices.Clone(evidence[c]) }

// Assessment answers every criterion, in the order of their constants.
type Assessment []Assessed

// Of returns the finding about a criterion; FindingUnknown if it is not in the
// assessment.
func (a Assessment) Of(c Criterion) Finding {
	for _, answer := range a {
		if answer.Criterion == c {
			return answer.Finding
		}
	}
	return FindingUnknown
}

// Met counts the criteria that are met.
func (a Assessment) Met() (n int) {
	for _, answer := range a {
		if answer.Finding == FindingMet {
			n++
		}
	}
	return n
}

// AssessmentIn returns what a lead.qualified event tells of the assessment that
// was made then.
func AssessmentIn(e record.Event) Assessment {
	a := make(Assessment, 0, len(evidence))
	for _, c := range value.Values[Criterion]() {
		answer := Assessed{Criterion: c, Finding: FindingUnknown}
		for _, f := range []Finding{FindingMet, FindingNotMet} {
			if slices.Contains(strings.Fields(e.Data.Get(f.String())), c.String()) {
				answer.Finding = f
			}
		}
		a = append(a, answer)
	}
	return a
}

// told lists the criteria with a finding, for the event.
func (a Assessment) told(f Finding) string {
	var names []string
	for _, answer := range a {
		if answer.Finding == f {
			names = append(names, answer.Criterion.String())
		}
	}
	return strings.Join(names, " ")
}

// CriteriaPolicy says what a qualification requires of the assessment.
type CriteriaPolicy struct {
	Require RequiredCriteria `json:"require,omitzero"`
	AtLeast int32            `json:"at_least,omitzero" range:"0..5"` // with RequireAtLeast
	// Profile is the usual customer; a lead that answers it fits.
	Profile *CustomerProfile `json:"profile,omitzero"`
}

// required is how many criteria have to be met.
func (p CriteriaPolicy) required() int {
	switch p.Require {
	case RequireAll:
		return len(evidence)
	case RequireAtLeast:
		return int(p.AtLeast)
	}
	return 0
}

// RequiredCriteria is how many criteria a lead has to meet to be qualified.
type RequiredCriteria = value.Setting[requiredCriteriaKeys]

// How many criteria: none, for the assessment is advice; every one; or a number
// of them.
const (
	RequireNone RequiredCriteria = iota
	RequireAll
	RequireAtLeast
)

type requiredCriteriaKeys struct{}

func (requiredCriteriaKeys) Keys() []string { return []string{"none", "all", "at_least"} }

// CustomerProfile describes the usual customer. Conditions that are empty ask
// nothing.
type CustomerProfile struct {
	Industries       []party.Industry        `json:"industries,omitzero"` // one of them
	Countries        []string                `json:"countries,omitzero"`  // of address1, in any case
	MinAnnualRevenue value.Opt[money.Amount] `json:"min_annual_revenue,omitzero" range:"0..1e14"`
	MinEmployees     value.Opt[int32]        `json:"min_employees,omitzero" range:"0..1e6"`
	MaxEmployees     value.Opt[int32]        `json:"max_employees,omitzero" range:"0..1e6"`
}

// Assess answers the criteria from what is known of the lead:
//
//	authority  decision_maker is set, or a stakeholder is decision maker or
//	           economic buyer
//	fit        evaluate_fit is set, or the profile of the settings is answered
//	need       need is more than "no need", and confirm_interest is set
//	timeline   purchase_timeframe is known
//	budget     budget_status is at least "may buy", or there is a budget_amount
//
// What is said against a criterion makes it not met: a profile that is not
// answered, no need, no committed budget.
func (l Lead) Assess(f LeadFacts) Assessment {
	return Assessment{l.authority(&f), l.fit(&f), l.need(), l.timeline(), l.budget()}
}

// answer says yes, or no where something is said against it.
func answer(c Criterion, met, against bool) Assessed {
	switch {
	case met:
		return Assessed{c, FindingMet}
	case against:
		return Assessed{c, FindingNotMet}
	}
	return Assessed{c, FindingUnknown}
}

func (l *Lead) authority(f *LeadFacts) Assessed {
	decides := func(r party.ConnectionRole) bool {
		return r == party.ConnectionRoleDecisionMaker || r == party.ConnectionRoleEconomicBuyer
	}
	return answer(CriterionAuthority, l.DecisionMaker || slices.ContainsFunc(f.Stakeholders, decides), false)
}

func (l *Lead) fit(f *LeadFacts) Assessed {
	if p := f.Settings.Criteria.Profile; p != nil && !l.EvaluateFit {
		return Assessed{CriterionFit, p.answeredBy(l)}
	}
	return answer(CriterionFit, l.EvaluateFit, false)
}

// answeredBy compares a lead with the profile: one condition that fails speaks
// against it, one of which nothing is known leaves it open.
func (p *CustomerProfile) answeredBy(l *Lead) Finding {
	finding := FindingMet
	ask := func(asked, known, holds bool) {
		switch {
		case !asked || finding == FindingNotMet:
		case !known:
			finding = FindingUnknown
		case !holds:
			finding = FindingNotMet
		}
	}
	ask(len(p.Industries) > 0, l.Industry != 0, slices.Contains(p.Industries, l.Industry))
	country := ""
	if l.Address1 != nil {
		country = match.Normalize(l.Address1.Country, match.AsText)
	}
	ask(len(p.Countries) > 0, country != "", slices.ContainsFunc(p.Countries, func(c string) bool { return match.Normalize(c, match.AsText) == country }))
	revenue, known := l.AnnualRevenue.Get()
	least, asked := p.MinAnnualRevenue.Get()
	ask(asked, known, revenue.Cmp(least) >= 0)
	people, known := l.NumberOfEmployees.Get()
	ask(!p.MinEmployees.IsZero() || !p.MaxEmployees.IsZero(), known,
		people >= p.MinEmployees.Or(0) && people <= p.MaxEmployees.Or(people))
	return finding
}

func (l *Lead) need() Assessed {
	return answer(CriterionNeed, l.Need != 0 && l.Need != NeedNoNeed && l.ConfirmInterest, l.Need == NeedNoNeed)
}

func (l *Lead) timeline() Assessed {
	return answer(CriterionTimeline, l.PurchaseTimeframe != 0 && l.PurchaseTimeframe != PurchaseTimeframeUnknown, false)
}

func (l *Lead) budget() Assessed {
	amount, _ := l.BudgetAmount.Get()
	return answer(CriterionBudget, l.BudgetStatus > BudgetStatusNoCommittedBudget || amount.Sign() > 0, l.BudgetStatus == BudgetStatusNoCommittedBudget)
}

// unmet lists the criteria that stand in the way of a qualification; empty if
// the policy is satisfied.
func (p CriteriaPolicy) unmet(a Assessment) (reasons []record.Reason) {
	if a.Met() >= p.required() {
		return nil
	}
	for _, answer := range a {
		if answer.Finding == FindingMet {
			continue
		}
		reasons = append(reasons, record.Reason{
			Code: codes.ErrCriteriaNotMet, Field: evidence[answer.Criterion][0], Message: strings.ToLower(answer.Criterion.Label()) + " is " + strings.ToLower(answer.Finding.Label()),
			Params: map[string]any{"criterion": answer.Criterion.String(), "finding": answer.Finding.String(), "required": p.required(), "met": a.Met()},
		})
	}
	return reasons
}
