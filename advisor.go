package leadtocash

import (
	"strings"

	"github.com/leadtocash/leadtocash/value"
)

// Recommendation is what an assistant would do with a lead.
type Recommendation = value.Choice[recommendationSet]

// The recommendations.
const (
	RecommendQualify Recommendation = iota + 1
	RecommendDisqualify
	RecommendNurture // keep in touch, decide later
)

type recommendationSet struct{}

func (recommendationSet) Table() (string, []value.Option) {
	return "recommendation", recommendationTable
}

var recommendationTable = value.Options(
	value.Option{Key: "qualify", Label: "Qualify", Code: 200000001},
	value.Option{Key: "disqualify", Label: "Disqualify", Code: 200000002},
	value.Option{Key: "nurture", Label: "Nurture", Code: 200000003},
)

// Advice is what an assistant says about a lead. It is carried out by the same
// actions, and refused for the same reasons, as if a person did it.
type Advice struct {
	Recommendation Recommendation `json:"recommendation" need:"true"`
	Confidence     int32          `json:"confidence" range:"0..100"` // percent
	Reason         string         `json:"reason" need:"true" text:"2000"`
	Assessment     Assessment     `json:"assessment,omitzero"` // what it found about each criterion
	// Summary becomes a note about the lead, and about its opportunity, when the
	// advice is carried out.
	Summary    string         `json:"summary,omitzero" text:"2000"`
	Qualify    QualifyLead    `json:"qualify,omitzero"`    // with RecommendQualify
	Disqualify DisqualifyLead `json:"disqualify,omitzero"` // with RecommendDisqualify
}

// AdviceRequest is what an assistant is asked with.
type AdviceRequest struct {
	Lead Lead
	Plan QualifyPlan // what a qualification would do now: assessment, candidates, what stands in the way
}

// AdvisorMode is what becomes of an assistant's advice.
type AdvisorMode = value.Setting[advisorModeKeys]

// The modes: nobody is asked; advice waits for a person; advice that is
// confident enough is carried out, and the rest waits for a person.
const (
	AdvisorOff AdvisorMode = iota
	AdvisorAssist
	AdvisorAutomate
)

type advisorModeKeys struct{}

func (advisorModeKeys) Keys() []string { return []string{"off", "assist", "automate"} }

// AdviseByRules is the advice of the library: qualify with four criteria met,
// disqualify for the first that speaks against the lead, else nurture.
func AdviseByRules(r AdviceRequest) Advice {
	a := Advice{Assessment: r.Plan.Assessment}
	reasons := []struct {
		criterion Criterion
		status    LeadStatus
	}{
		{CriterionFit, LeadStatusNotIdealCustomerProfile},
		{CriterionNeed, LeadStatusNoLongerInterested},
		{CriterionBudget, LeadStatusNoBudget},
		{CriterionAuthority, LeadStatusNoAuthority},
	}
	met := r.Plan.Assessment.Met()
	for _, against := range reasons {
		if r.Plan.Assessment.Of(against.criterion) == FindingNotMet {
			a.Recommendation, a.Confidence = RecommendDisqualify, 80
			a.Disqualify.Status = against.status
			a.Reason = strings.ToLower(against.criterion.Label()) + " is not met"
			return a
		}
	}
	if met >= 4 {
		a.Recommendation, a.Confidence = RecommendQualify, int32(20*met)
		a.Reason = "met: " + r.Plan.Assessment.told(FindingMet)
		a.Qualify = r.Plan.Command
		return a
	}
	a.Recommendation, a.Confidence = RecommendNurture, 50
	a.Reason = "open: " + r.Plan.Assessment.told(FindingUnknown)
	return a
}
