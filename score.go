package leadtocash

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Prospect is what is scored and routed: a lead or an opportunity.
type Prospect interface{ Lead | Opportunity }

// ScoreRule gives or takes points for a record of which all conditions hold.
type ScoreRule struct {
	Name   string            `json:"name"`
	When   []match.Condition `json:"when"`
	Points int32             `json:"points"` // -100 to 100
}

// ScoreReason is what one rule contributed.
type ScoreReason struct {
	Rule   string `json:"rule"`
	Points int32  `json:"points"`
}

// Scoring is a score with what made it.
type Scoring struct {
	Score   int32         `json:"score"`            // 0 to 100
	Reasons []ScoreReason `json:"reasons,omitzero"` // in the order of the rules
}

// String tells the reasons: "decision maker +25; no budget -20".
func (s Scoring) String() string {
	parts := make([]string, len(s.Reasons))
	for i, r := range s.Reasons {
		parts[i] = fmt.Sprintf("%s %+d", r.Rule, r.Points)
	}
	return strings.Join(parts, "; ")
}

// ScoreRules scores leads or opportunities by rules that can be read. Make one
// with NewScoreRules.
type ScoreRules[R Prospect] struct{ rules []compiledScoreRule }

type compiledScoreRule struct {
	ScoreRule
	when []match.CompiledCondition
}

// NewScoreRules compiles rules. ErrInvalid for an unknown field, values that do
// not suit it, or a rule without name; ErrOutOfRange for points beyond 100.
func NewScoreRules[R Prospect](rules ...ScoreRule) (ScoreRules[R], error) {
	var s ScoreRules[R]
	for i, r := range rules {
		path := fmt.Sprintf("rules[%d]", i)
		if r.Name == "" {
			return ScoreRules[R]{}, record.Refusal(codes.ErrInvalid, path+".name", "a rule has a name")
		}
		if r.Points < -100 || r.Points > 100 {
			return ScoreRules[R]{}, record.Refusal(codes.ErrOutOfRange, path+".points", "must be between -100 and 100")
		}
		when, err := match.CompileConditions(reflect.TypeFor[R](), r.When)
		if err != nil {
			return ScoreRules[R]{}, record.AtField(path+".when", err)
		}
		s.rules = append(s.rules, compiledScoreRule{r, when})
	}
	return s, nil
}

// Score adds up the points of the rules that hold, kept between 0 and 100.
func (s ScoreRules[R]) Score(r R) (out Scoring) {
	d := any(&r).(record.Record)
	for i := range s.rules {
		rule := &s.rules[i]
		if match.AllHold(rule.when, d) {
			out.Score += rule.Points
			out.Reasons = append(out.Reasons, ScoreReason{rule.Name, rule.Points})
		}
	}
	out.Score = min(max(out.Score, 0), 100)
	return out
}

// DefaultScoreRules are the rules of the library: who decides, how urgent and
// how sure it is and what money there is; for leads, whether the person can be
// reached; for opportunities, how far the deal has come.
func DefaultScoreRules[R Prospect]() []ScoreRule {
	one := func(field string, values ...string) []match.Condition {
		return []match.Condition{{Field: field, Values: values}}
	}
	set := func(field string) []match.Condition { return []match.Condition{{Field: field, Is: match.IsSet}} }
	rules := []ScoreRule{
		{"decision maker", set("decision_maker"), 20},
		{"fits", set("evaluate_fit"), 10},
		{"interest confirmed", set("confirm_interest"), 10},
		{"must have", one("need", "must_have"), 15},
		{"should have", one("need", "should_have"), 10},
		{"no need", one("need", "no_need"), -30},
		{"buys soon", one("purchase_timeframe", "immediate", "this_quarter"), 15},
		{"buys this year", one("purchase_timeframe", "next_quarter", "this_year"), 5},
		{"budget", one("budget_status", "can_buy", "will_buy"), 15},
		{"no budget", one("budget_status", "no_committed_budget"), -15},
	}
	if record.KindOf[R]() == kinds.Lead {
		return append(rules,
			ScoreRule{"recommended", one("lead_source", "employee_referral", "external_referral", "partner", "word_of_mouth"), 10},
			ScoreRule{"e-mail known", set("email1"), 5},
			ScoreRule{"wants no e-mail", set("do_not_email"), -5})
	}
	return append(rules,
		ScoreRule{"contacts identified", set("identify_customer_contacts"), 5},
		ScoreRule{"proposal presented", set("present_proposal"), 10},
		ScoreRule{"likely", []match.Condition{{Field: "close_probability", Is: match.IsAtLeast, Values: []string{"75"}}}, 10},
		ScoreRule{"unlikely", []match.Condition{{Field: "close_probability", Is: match.IsAtMost, Values: []string{"25"}}}, -10},
		ScoreRule{"on hold", one("status", "on_hold"), -10})
}

// SetScore stores a score between 0 and 100 with its trend.
type SetScore struct {
	Score   int32      `json:"score" range:"0..100"`
	Trend   ScoreTrend `json:"trend,omitzero"`
	Reasons string     `json:"reasons,omitzero" text:"2000"` // kept by the event
}

// rate stores the score, graded by the bounds, and reports whether that changes
// anything.
func (c SetScore) rate(score *value.Opt[int32], grade *Grade, trend *ScoreTrend, bounds GradeBounds) bool {
	graded := bounds.Grade(c.Score)
	if *score == value.Some(c.Score) && *grade == graded && *trend == c.Trend {
		return false
	}
	*score, *grade, *trend = value.Some(c.Score), graded, c.Trend
	return true
}

// told is what the event tells.
func (c SetScore) told() record.Data {
	return record.DataOf("score", strconv.Itoa(int(c.Score)), "reasons", c.Reasons)
}

// GradeBounds are the lowest scores of grades A, B and C; what is below is D.
// The zero value means 75, 50 and 25.
type GradeBounds struct {
	A int32 `json:"a,omitzero" range:"0..100"`
	B int32 `json:"b,omitzero" range:"0..100"`
	C int32 `json:"c,omitzero" range:"0..100"`
}

// Faults refuses bounds that do not fall.
func (g GradeBounds) Faults() []record.Reason {
	if g == (GradeBounds{}) || g.A > g.B && g.B > g.C && g.C > 0 {
		return nil
	}
	return []record.Reason{{Code: codes.ErrInvalid, Field: "grades", Message: "the bounds fall from a to c and end above 0"}}
}

// Grade is the grade of a score.
func (g GradeBounds) Grade(score int32) Grade {
	if g == (GradeBounds{}) {
		g = GradeBounds{75, 50, 25}
	}
	switch {
	case score >= g.A:
		return GradeA
	case score >= g.B:
		return GradeB
	case score >= g.C:
		return GradeC
	}
	return GradeD
}

// steady is how far a score may move without a trend.
const steady = 5

// TrendOf compares a score with the one before: improving or declining from 5
// points on, else steady; without one before there is not enough to say.
func TrendOf(before value.Opt[int32], score int32) ScoreTrend {
	was, known := before.Get()
	switch {
	case !known:
		return ScoreTrendNotEnoughInfo
	case score >= was+steady:
		return ScoreTrendImproving
	case score <= was-steady:
		return ScoreTrendDeclining
	}
	return ScoreTrendSteady
}

// GradeOf is the grade of a score by the default bounds: A from 75, B from 50, C
// from 25, else D.
func GradeOf(score int32) Grade { return GradeBounds{}.Grade(score) }
