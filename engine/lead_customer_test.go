package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/record"
)

// customerCase is one case of the table of customers, with what is expected.
type customerCase struct{ command, lead, matches, policy, result, code string }

// readCustomerRules reads the transcribed rules with the cases of each.
func readCustomerRules(t *testing.T) (rules []string, cases map[string][]customerCase) {
	t.Helper()
	columns := [][]string{{"nothing", "create", "use", "skip"}, {"names", "describes", "neither"}, {"none", "one", "several"}, {"link_single", "ask", "ignore"}}
	cases = map[string][]customerCase{}
	for row := range testkit.SpecRows(t, "customers.txt") {
		values := make([][]string, len(columns))
		for i, all := range columns {
			if values[i] = all; row[i+1] != "any" {
				values[i] = strings.Split(row[i+1], ", ")
			}
		}
		for _, command := range values[0] {
			for _, lead := range values[1] {
				for _, matches := range values[2] {
					for _, policy := range values[3] {
						cases[row[0]] = append(cases[row[0]], customerCase{command, lead, matches, policy, row[5], row[6]})
					}
				}
			}
		}
		rules = append(rules, row[0])
	}
	return rules, cases
}

// customerIs qualifies leads of a case, with nothing but an account and with
// nothing but a contact.
func customerIs(t *testing.T, cases []customerCase) {
	t.Parallel()
	for _, c := range cases {
		checkCustomer(t, c, kinds.Account, func(cmd *leadtocash.QualifyLead, p leadtocash.Plan[record.AccountID]) {
			cmd.Account, cmd.Contact = p, leadtocash.PlanSkip[record.ContactID]()
		})
		checkCustomer(t, c, kinds.Contact, func(cmd *leadtocash.QualifyLead, p leadtocash.Plan[record.ContactID]) {
			cmd.Contact, cmd.Account = p, leadtocash.PlanSkip[record.AccountID]()
		})
	}
}

func checkCustomer[I record.AnyID](t *testing.T, c customerCase, kind kinds.Kind, plan func(*leadtocash.QualifyLead, leadtocash.Plan[I])) {
	t.Helper()
	given, parent := testkit.IDOf[I](1), testkit.IDOf[I](2)
	cmd := leadtocash.QualifyLead{Duplicates: testkit.Option[leadtocash.DuplicatePolicy](c.policy), Opportunities: []leadtocash.OpportunityPlan{{Plan: leadtocash.PlanSkip[record.OpportunityID]()}}}
	plan(&cmd, map[string]leadtocash.Plan[I]{"create": leadtocash.PlanCreate[I](), "use": leadtocash.PlanUse(given), "skip": leadtocash.PlanSkip[I]()}[c.command])

	lead := testkit.NewDesksLead()
	facts := leadtocash.LeadFacts{Stamp: testkit.Noon, Settings: leadtocash.Settings{AllowQualifyWithoutCustomer: true}}
	matches := make([]match.Candidate, map[string]int{"one": 1, "several": 2}[c.matches])
	for i := range matches {
		matches[i] = match.Candidate{Ref: record.Ref{Kind: kind, ID: uuid.UUID{0: 0xf, 15: byte(3 + i)}}}
	}
	says, names := &lead.CompanyName, &lead.ParentAccountID.UUID
	used := func(l leadtocash.Lead) uuid.UUID { return l.ParentAccountID.UUID }
	facts.AccountMatches = matches
	if kind == kinds.Contact {
		says, names = &lead.LastName, &lead.ParentContactID.UUID
		used = func(l leadtocash.Lead) uuid.UUID { return l.ParentContactID.UUID }
		facts.AccountMatches, facts.ContactMatches = nil, matches
	}
	switch c.lead {
	case "names":
		*names = parent.Ref().ID
	case "neither":
		*says = ""
	}

	out, err := lead.Qualify(cmd, facts)
	if c.result == "question" {
		var e *record.Error
		if !errors.As(err, &e) || e.Code != codes.Code(c.code) || len(e.Reasons[0].Params["candidates"].([]string)) != len(matches) {
			t.Errorf("%s, %+v: got %v, want the candidates", kind, c, err)
		}
		return
	}
	if err != nil {
		t.Errorf("%s, %+v: %v", kind, c, err)
		return
	}
	want, made := *names, 0
	switch c.result {
	case "given":
		want = given.Ref().ID
	case "match":
		want = matches[0].Ref.ID
	case "new":
		if made = 1; len(out.Created) == 1 {
			want = out.Created[0].ID
		}
	}
	if got := used(out.Record); got != want || len(out.Created) != made {
		t.Errorf("%s, %+v: used %s and made %v", kind, c, got, out.Created)
	}
	if codes := noticed(out.Notices); !slices.Equal(codes, strings.Fields(c.code)) {
		t.Errorf("%s, %+v: notices %v", kind, c, out.Notices)
	}
}

func noticed(notices []record.Reason) (codes []string) {
	for _, n := range notices {
		codes = append(codes, string(n.Code))
	}
	return codes
}
