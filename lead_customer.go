package leadtocash

import (
	"fmt"
	"slices"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/record"
)

// CustomerRule is a row of the table by which a qualification decides about its
// account, and just so about its contact. A column that is empty asks nothing.
type CustomerRule struct {
	Command []string   `json:"command,omitzero"` // what the command says: nothing, create, use or skip
	Lead    []string   `json:"lead,omitzero"`    // whether the lead names one as its parent, describes one by company or last name, or neither
	Matches []string   `json:"matches,omitzero"` // how many active ones a new one would double: none, one or several
	Policy  []string   `json:"policy,omitzero"`  // the DuplicatePolicy
	Result  string     `json:"result"`           // given, parent, match or new; none; or question, which is a refusal
	Code    codes.Code `json:"code,omitzero"`    // of the refusal, or of the notice that there is none
}

// The columns of the table. What a row asks for, and what it leads to, are
// places in these lists.
var (
	customerCommands = []string{"nothing", "create", "use", "skip"}
	customerOffers   = []string{"names", "describes", "neither"}
	customerMatches  = []string{"none", "one", "several"}
	customerResults  = []string{"given", "parent", "match", "new", "none", "question"}
)

const (
	commandNothing = iota
	commandCreate
	commandUse
	commandSkip
)

const (
	leadNames = iota
	leadDescribes
	leadNeither
)

const (
	customerGiven = iota
	customerParent
	customerMatch
	customerNew
	customerNone
	customerQuestion
)

// customerRules answer every case exactly once.
var customerRules = []CustomerRule{
	{Command: []string{"use"}, Result: "given"},
	{Command: []string{"skip"}, Result: "none"},
	{Command: []string{"nothing", "create"}, Lead: []string{"names"}, Result: "parent"},
	{Command: []string{"nothing", "create"}, Lead: []string{"neither"}, Result: "none", Code: codes.ErrMissingField},
	{Command: []string{"create"}, Lead: []string{"describes"}, Result: "new"},
	{Command: []string{"nothing"}, Lead: []string{"describes"}, Matches: []string{"none"}, Result: "new"},
	{Command: []string{"nothing"}, Lead: []string{"describes"}, Matches: []string{"one", "several"}, Policy: []string{"ignore"}, Result: "new"},
	{Command: []string{"nothing"}, Lead: []string{"describes"}, Matches: []string{"one"}, Policy: []string{"link_single"}, Result: "match"},
	{Command: []string{"nothing"}, Lead: []string{"describes"}, Matches: []string{"one"}, Policy: []string{"ask"}, Result: "question", Code: codes.ErrDuplicatesFound},
	{Command: []string{"nothing"}, Lead: []string{"describes"}, Matches: []string{"several"}, Policy: []string{"link_single", "ask"}, Result: "question", Code: codes.ErrDuplicatesFound},
}

// CustomerRules is the table by which Lead.Qualify decides which account and
// which contact to use. Every case has one row.
func CustomerRules() []CustomerRule {
	rules := slices.Clone(customerRules)
	for i := range rules {
		r := &rules[i]
		r.Command, r.Lead, r.Matches, r.Policy = slices.Clone(r.Command), slices.Clone(r.Lead), slices.Clone(r.Matches), slices.Clone(r.Policy)
	}
	return rules
}

// customerCells are the results of the rules case by case: by command, offer of
// the lead, matches and policy.
var customerCells = func() (cells [4][3][3][4]uint8) {
	holds := func(column []string, value string) bool { return len(column) == 0 || slices.Contains(column, value) }
	for c, command := range customerCommands {
		for o, offer := range customerOffers {
			for m, matches := range customerMatches {
				for policy, option := range duplicatePolicyTable[1:] {
					rows := slices.DeleteFunc(slices.Clone(customerRules), func(r CustomerRule) bool {
						return !holds(r.Command, command) || !holds(r.Lead, offer) || !holds(r.Matches, matches) || !holds(r.Policy, option.Key)
					})
					if len(rows) != 1 {
						panic(fmt.Sprintf("%d rules about customers for %s, %s, %s, %s", len(rows), command, offer, matches, option.Key))
					}
					cells[c][o][m][policy+1] = uint8(slices.Index(customerResults, rows[0].Result))
				}
			}
		}
	}
	return cells
}()

// customerChoice is what is to be decided about an account or contact.
type customerChoice[I record.AnyID] struct {
	field, from string // of the command; of the lead, where it describes one
	parent      I
	described   bool
	matches     []match.Candidate
	policy      DuplicatePolicy
	none        string // what is said where the lead says nothing
}

// says is what the command says about a customer.
func (p Plan[I]) says() int {
	switch {
	case p.Skip:
		return commandSkip
	case !p.Use.IsZero():
		return commandUse
	case p.Create:
		return commandCreate
	}
	return commandNothing
}

// settle makes of a plan what the rules say.
func (c *customerChoice[I]) settle(p *Plans, plan *Plan[I]) {
	offer := leadNeither
	switch {
	case !c.parent.IsZero():
		offer = leadNames
	case c.described:
		offer = leadDescribes
	}
	switch says := plan.says(); customerCells[says][offer][min(len(c.matches), 2)][c.policy] {
	case customerParent:
		*plan = PlanUse(c.parent)
	case customerMatch:
		*plan = PlanUse(I{c.matches[0].Ref.ID})
	case customerNone:
		if *plan = PlanSkip[I](); says != commandSkip {
			p.notices = append(p.notices, record.Reason{Code: codes.ErrMissingField, Field: c.from, Message: c.none})
		}
	case customerQuestion:
		ids := make([]string, len(c.matches))
		for i, m := range c.matches {
			ids[i] = m.Ref.ID.String()
		}
		p.ambiguous = append(p.ambiguous, record.Reason{
			Code: codes.ErrDuplicatesFound, Field: c.field, Message: codes.ErrDuplicatesFound.Info().Text,
			Params: map[string]any{"candidates": ids},
		})
	}
}
