package leadtocash

import (
	"fmt"
	"slices"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
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
// which contact to use. Every case has one row. Matches are those that the
// actor may see: where there are others, HiddenDuplicates comes first.
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
	given       bool   // the command names a customer of the kind, who takes the place

	hidden   []I // matches that the actor may not see, unless he may overlook them
	hiding   HiddenDuplicates
	overlook bool
}

// HiddenDuplicates says what a qualification does where it would make an
// account or contact that is there already, but which the actor may not see.
type HiddenDuplicates = value.Choice[hiddenDuplicatesSet]

// The ways.
const (
	// HiddenRefuse, the default, refuses with ErrDuplicatesFound; the reason shows
	// what the actor may see, and tells that there are others.
	HiddenRefuse HiddenDuplicates = iota + 1
	// HiddenLink uses the match, if it is the only one, without showing it, and
	// refuses otherwise.
	HiddenLink
	// HiddenIgnore makes the new record, with a notice.
	HiddenIgnore
)

type hiddenDuplicatesSet struct{}

func (hiddenDuplicatesSet) Table() (string, []value.Option) {
	return "hidden_duplicates", hiddenDuplicatesTable
}

var hiddenDuplicatesTable = value.Options(
	value.Option{Key: "refuse", Label: "Refuse", Code: 200000001},
	value.Option{Key: "link", Label: "Link Single Match", Code: 200000002},
	value.Option{Key: "ignore", Label: "Ignore and Create", Code: 200000003},
)

// hides adds to a reason about duplicates that there are some that the actor
// may not see.
func hides(r record.Reason) record.Reason { return r.With("hidden", true) }

// HiddenDuplicatesFound is the reason that tells of duplicates which the actor
// may not see, and nothing more about them.
func HiddenDuplicatesFound() record.Reason {
	return hides(record.ReasonFor(codes.ErrDuplicatesFound, ""))
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
	says := plan.says()
	if planned := says == commandNothing || says == commandCreate; planned && offer == leadDescribes && len(c.hidden) > 0 && !c.overlook {
		switch {
		case c.hiding == HiddenIgnore:
			p.notices = append(p.notices, hides(record.ReasonFor(codes.ErrDuplicatesFound, c.field)))
		case c.hiding == HiddenLink && len(c.matches) == 0 && len(c.hidden) == 1:
			*plan = PlanUse(c.hidden[0])
			p.unseen = append(p.unseen, c.hidden[0].Ref())
			return
		default:
			p.ambiguous = append(p.ambiguous, hides(c.question()))
			return
		}
	}
	switch customerCells[says][offer][min(len(c.matches), 2)][c.policy] {
	case customerParent:
		*plan = PlanUse(c.parent)
	case customerMatch:
		*plan = PlanUse(I{c.matches[0].Ref.ID})
	case customerNone:
		if *plan = PlanSkip[I](); says != commandSkip && !c.given {
			p.notices = append(p.notices, record.Reason{Code: codes.ErrMissingField, Field: c.from, Message: c.none})
		}
	case customerQuestion:
		p.ambiguous = append(p.ambiguous, c.question())
	}
}

// question is the refusal that asks a person to choose among the matches.
func (c *customerChoice[I]) question() record.Reason {
	ids := make([]string, len(c.matches))
	for i, m := range c.matches {
		ids[i] = m.Ref.ID.String()
	}
	return record.ReasonFor(codes.ErrDuplicatesFound, c.field).With("candidates", ids)
}
