package engine_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// TestQualificationRules holds every rule about leads on their way to a
// customer: each has one test, whose name is the rule.
func TestQualificationRules(t *testing.T) {
	t.Parallel()
	for _, c := range criteriaCases {
		t.Run(c.rule, c.holds)
	}
	for _, c := range duplicateCases {
		t.Run(c.rule, c.holds)
	}
	rules, cases := readCustomerRules(t)
	for _, rule := range rules {
		t.Run(rule, func(t *testing.T) { customerIs(t, cases[rule]) })
	}
	for _, r := range qualificationRules {
		t.Run(r.rule, r.holds)
	}
}

var qualificationRules = []struct {
	rule  string
	holds func(*testing.T)
}{
	// What a qualification is told, and what comes of it.
	{"account and contact are made of the lead and know each other", customersAreMadeOfTheLead},
	{"up to five opportunities are made, joined or skipped", upToFiveOpportunities},
	{"currency, customer and campaign of an opportunity may be chosen", opportunityMayBeTold},
	{"the customer of an opportunity is the account, else the contact, who is a stakeholder", opportunityHasACustomer},
	{"the status is a qualified one", statusOfAQualification},
	{"without customer no lead is qualified, unless settings allow it", qualifiedLeadHasACustomer},
	{"without opportunity the lead is qualified all the same", qualifiedWithoutOpportunity},
	{"qualifying twice is refused, not passed over", qualifiedOnce},
	{"a linked customer is left as it is and not listed as created", qualifyLinksTheSingleMatch},
	{"a joined opportunity is left as it is", severalLeadsJoinOneOpportunity},
	{"duplicates are a question until the command answers it", qualifyAsksAboutDuplicates},
	{"inactive customers match nothing and are not chosen", qualifyPassesOverInactiveCustomers},
	{"leads of a list are qualified without looking for duplicates", qualifiesAll},

	// Criteria.
	{"a policy refuses leads that meet fewer criteria, and the event keeps the answers", qualifiesUnderACriteriaPolicy},

	// Disqualification.
	{"a lead is disqualified for any disqualified status, lost by default", disqualifiedForAReason},
	{"a lead that led to an opportunity, or joined one, is not disqualified", disqualifiedWithoutOpportunity},
	{"a disqualified lead comes back with all it had, its note in the history", disqualifiedLeadComesBack},

	// Assistants.
	{"with the assistant off nobody is asked", advisorIsOffByDefault},
	{"confident advice is carried out by an actor of kind ai, and its summary noted", advisorAutomates},
	{"advice that is unsure or refused waits for a person", adviceWaitsForAPerson},
	{"advice that a person approves is void once the lead has changed", approveAfterTheGroundMoved},

	// Scores.
	{"a score of an open lead is stored with trend and reasons", scoreTellsItsReasons},
	{"an opportunity is scored alike, until it is closed", opportunityIsScored},
	{"a score lies between 0 and 100", scorerThatFailsChangesNothing},
	{"grades are four ranges that meet and cover every score", gradesCoverEveryScore},

	// Routes.
	{"leads go to active persons in turn", routesRoundRobin},
	{"leads go to whom has least to do, as far as capacity allows", routesByLoadAndCapacity},
	{"who is available sooner gets a lead, nobody after 120 hours", routesByAvailability},
	{"route rules are tried in order, and a team gets what its rule says", routesInOrder},
	{"new opportunities are routed, those of a qualification as well", opportunitiesAreRouted},
	{"a route rule names sellers or asks for their attributes", routesToWhomTheRuleMeans},

	// Duplicates.
	{"a search finds open and active records, closed ones when asked", findsDuplicates},

	// Merging.
	{"a merge moves everything to the master", mergeMovesEverything},
	{"a merge is refused for itself, inactive ones, active quotes and cycles", mergeRefusals},
	{"a merge needs leave for both", mergeIsAuthorizedForBoth},
	{"a merged lead is canceled, and its opportunities come from the master", mergeOfLeads},
	{"unmerge restores everything", unmergeRestoresEverything},
	{"unmerge is refused once what it would restore has changed", unmergeIsRefusedAfterChanges},
}

var atNoon = leadtocash.LeadFacts{Stamp: testkit.Noon}

func customersAreMadeOfTheLead(t *testing.T) {
	t.Parallel()
	lead := testkit.NewDesksLead()
	lead.BusinessPhone, lead.Website, lead.Email1, lead.JobTitle = "+49 89 201", "meyer.example", "ida@meyer.example", "Buyer"
	lead.Industry, lead.Address1 = party.IndustryConsulting, &party.Address{City: "Oslo"}
	out := testkit.Must(lead.Qualify(leadtocash.QualifyLead{}, atNoon))
	switch a := out.Account; {
	case a.Name != "Meyer & Sons" || a.MainPhone != "+49 89 201" || a.Website != "meyer.example" || a.Industry != party.IndustryConsulting || a.Address1.City != "Oslo":
		t.Errorf("the account has %+v, want the company's data", a.AccountFields)
	case a.OriginatingLeadID != lead.ID || a.PrimaryContactID != out.Contact.ID || out.Record.ParentAccountID != a.ID:
		t.Errorf("the account %s comes from lead %s, its contact is %s; the lead names %s", a.ID, a.OriginatingLeadID, a.PrimaryContactID, out.Record.ParentAccountID)
	}
	switch c := out.Contact; {
	case c.FirstName != "Ida" || c.LastName != "Meyer" || c.JobTitle != "Buyer" || c.Email1 != "ida@meyer.example" || c.Address1.City != "Oslo":
		t.Errorf("the contact has %+v, want the person's data", c.ContactFields)
	case c.OriginatingLeadID != lead.ID || c.ParentCustomerID != record.AccountCustomer(out.Account.ID) || out.Record.ParentContactID != c.ID:
		t.Errorf("the contact %s comes from lead %s, its account is %s; the lead names %s", c.ID, c.OriginatingLeadID, c.ParentCustomerID, out.Record.ParentContactID)
	}
	want := []record.Ref{ref(kinds.Account, out.Account.ID), ref(kinds.Contact, out.Contact.ID), ref(kinds.Opportunity, out.Opportunity().ID)}
	if !slices.Equal(out.Created, want) {
		t.Errorf("created %v, want %v", out.Created, want)
	}
	if account := testkit.Must(lead.Qualify(leadtocash.QualifyLead{Contact: leadtocash.PlanUse(testkit.IDOf[record.ContactID](1))}, atNoon)).Account; !account.PrimaryContactID.IsZero() {
		t.Errorf("the primary contact is %s, which was there already", account.PrimaryContactID)
	}
}

func upToFiveOpportunities(t *testing.T) {
	t.Parallel()
	joined := testkit.IDOf[record.OpportunityID](7)
	cmd := leadtocash.QualifyLead{Opportunities: []leadtocash.OpportunityPlan{
		{Plan: leadtocash.PlanSkip[record.OpportunityID]()}, {Plan: leadtocash.PlanUse(joined)}, {Name: "Chairs", EstimatedValue: testkit.Euro("5.00")}, {}, {},
	}}
	out := testkit.Must(testkit.NewDesksLead().Qualify(cmd, atNoon))
	var names []string
	for _, o := range out.Opportunities {
		names = append(names, o.Name)
	}
	if !slices.Equal(names, []string{"Chairs", "Ten desks", "Ten desks"}) || out.Opportunities[0].EstimatedValue != testkit.Euro("5.00") || out.Record.QualifyingOpportunityID != joined {
		t.Errorf("made %v, the lead led to %s", names, out.Record.QualifyingOpportunityID)
	}
	_, err := testkit.NewDesksLead().Qualify(leadtocash.QualifyLead{Opportunities: make([]leadtocash.OpportunityPlan, 6)}, atNoon)
	refusedOnlyWith(t, err, codes.ErrTooManyOpportunities)
}

func opportunityMayBeTold(t *testing.T) {
	t.Parallel()
	lead := testkit.NewDesksLead()
	lead.CampaignID, lead.BudgetAmount = uuid.UUID{15: 1}, testkit.Euro("900.00")
	if o := testkit.Must(lead.Qualify(leadtocash.QualifyLead{}, atNoon)).Opportunity(); o.Currency != money.EUR || o.CampaignID != lead.CampaignID || o.BudgetAmount != testkit.Euro("900.00") {
		t.Errorf("the opportunity is in %s of campaign %s, want what the lead says", o.Currency, o.CampaignID)
	}
	customer := record.ContactCustomer(testkit.IDOf[record.ContactID](1))
	o := testkit.Must(lead.Qualify(leadtocash.QualifyLead{Currency: money.JPY, Customer: customer, CampaignID: uuid.UUID{15: 2}}, atNoon)).Opportunity()
	if o.Currency != money.JPY || o.CustomerID != customer || o.CampaignID != (uuid.UUID{15: 2}) || !o.BudgetAmount.IsZero() {
		t.Errorf("the opportunity is in %s for %s of campaign %s with budget %v, want what was told and no amount in another currency", o.Currency, o.CustomerID, o.CampaignID, o.BudgetAmount)
	}
}

func opportunityHasACustomer(t *testing.T) {
	t.Parallel()
	out := testkit.Must(testkit.NewDesksLead().Qualify(leadtocash.QualifyLead{}, atNoon))
	o := out.Opportunity()
	if o.CustomerID != record.AccountCustomer(out.Account.ID) || o.ParentAccountID != out.Account.ID || o.ParentContactID != out.Contact.ID || o.OriginatingLeadID != out.Record.ID {
		t.Errorf("the opportunity is for %s, account %s, contact %s, of lead %s", o.CustomerID, o.ParentAccountID, o.ParentContactID, o.OriginatingLeadID)
	}
	c := out.Connections[0]
	if c.Record1 != ref(kinds.Opportunity, o.ID) || c.Record2 != ref(kinds.Contact, out.Contact.ID) || party.CategoryOf(c.Role2) != party.RoleCategoryStakeholder {
		t.Errorf("connected are %s and %s as %s, want the contact as a stakeholder", c.Record1, c.Record2, c.Role2)
	}
	out = testkit.Must(testkit.NewDesksLead().Qualify(leadtocash.QualifyLead{Account: leadtocash.PlanSkip[record.AccountID]()}, atNoon))
	if o := out.Opportunity(); o.CustomerID != record.ContactCustomer(out.Contact.ID) {
		t.Errorf("the opportunity is for %s, want the contact", o.CustomerID)
	}
}

func statusOfAQualification(t *testing.T) {
	t.Parallel()
	for _, status := range []leadtocash.LeadStatus{0, value.DefaultStatus, leadtocash.LeadStatusQualified} {
		if out := testkit.Must(testkit.NewDesksLead().Qualify(leadtocash.QualifyLead{Status: status}, atNoon)); out.Record.Status != leadtocash.LeadStatusQualified {
			t.Errorf("%d leads to %s", status, out.Record.Status)
		}
	}
	for _, status := range value.Values[leadtocash.LeadStatus]() {
		if status != leadtocash.LeadStatusQualified {
			_, err := testkit.NewDesksLead().Qualify(leadtocash.QualifyLead{Status: status}, atNoon)
			refusedOnlyWith(t, err, codes.ErrStatusNotInState)
		}
	}
}

func qualifiedLeadHasACustomer(t *testing.T) {
	t.Parallel()
	none := leadtocash.QualifyLead{Account: leadtocash.PlanSkip[record.AccountID](), Contact: leadtocash.PlanSkip[record.ContactID]()}
	_, err := testkit.NewDesksLead().Qualify(none, atNoon)
	refusedOnlyWith(t, err, codes.ErrNoCustomer)
	allowed := atNoon
	allowed.Settings.AllowQualifyWithoutCustomer = true
	_, err = testkit.NewDesksLead().Qualify(none, allowed)
	refusedOnlyWith(t, err, codes.ErrOpportunityParentMissing)
	none.Opportunities = []leadtocash.OpportunityPlan{{Plan: leadtocash.PlanSkip[record.OpportunityID]()}}
	if out := testkit.Must(testkit.NewDesksLead().Qualify(none, allowed)); out.Account != nil || out.Contact != nil || len(out.Created) != 0 {
		t.Errorf("created %v", out.Created)
	}
}

func qualifiedWithoutOpportunity(t *testing.T) {
	t.Parallel()
	out := testkit.Must(testkit.NewDesksLead().Qualify(leadtocash.QualifyLead{Opportunities: []leadtocash.OpportunityPlan{{Plan: leadtocash.PlanSkip[record.OpportunityID]()}}}, atNoon))
	if out.Record.Status != leadtocash.LeadStatusQualified || !out.Record.QualifyingOpportunityID.IsZero() || out.Opportunity() != nil || out.Account == nil {
		t.Errorf("got %+v", out)
	}
}

func qualifiedOnce(t *testing.T) {
	t.Parallel()
	lead := testkit.Must(testkit.NewDesksLead().Qualify(leadtocash.QualifyLead{}, atNoon)).Record
	_, err := lead.Qualify(leadtocash.QualifyLead{}, atNoon)
	refusedOnlyWith(t, err, codes.ErrLeadAlreadyClosed)
}

func disqualifiedForAReason(t *testing.T) {
	t.Parallel()
	for _, status := range append(value.Values[leadtocash.LeadStatus](), 0, value.DefaultStatus) {
		want := status
		if status == 0 || status == value.DefaultStatus {
			want = leadtocash.LeadStatusLost
		}
		out, err := testkit.NewDesksLead().Disqualify(leadtocash.DisqualifyLead{Status: status}, atNoon)
		switch {
		case want.State() != leadtocash.LeadDisqualified:
			refusedOnlyWith(t, err, codes.ErrStatusNotInState)
		case err != nil || out.Record.Status != want:
			t.Errorf("%s leads to %s (%v)", status, out.Record.Status, err)
		}
	}
}

func disqualifiedWithoutOpportunity(t *testing.T) {
	t.Parallel()
	originates := atNoon
	originates.HasOpportunity = true
	_, err := testkit.NewDesksLead().Disqualify(leadtocash.DisqualifyLead{}, originates)
	refusedOnlyWith(t, err, codes.ErrLeadHasOpportunity)
	joined := testkit.NewDesksLead()
	joined.QualifyingOpportunityID = testkit.IDOf[record.OpportunityID](1)
	_, err = joined.Disqualify(leadtocash.DisqualifyLead{}, atNoon)
	refusedOnlyWith(t, err, codes.ErrLeadHasOpportunity)
}

func disqualifiedLeadComesBack(t *testing.T) {
	onStores(t, func(p *people) {
		lead := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
		note := testkit.Must(p.Notes().CreateWithFile(p.ctx, activity.CreateNote{
			RegardingID: ref(kinds.Lead, lead.ID), Fields: activity.NoteFields{Subject: "Floor plan"},
		}, engine.AttachFile{FileName: "plan.txt", Content: []byte("ten desks")}))
		testkit.Must(p.Leads().Disqualify(p.ctx, lead.ID, leadtocash.DisqualifyLead{Note: "no money"}))
		back := testkit.Must(p.Leads().Reactivate(p.ctx, lead.ID, leadtocash.ReactivateLead{}))
		if back.LeadFields != lead.LeadFields || back.Status != leadtocash.LeadStatusNew || back.DisqualifyNote != "" {
			p.Errorf("came back as %+v, was %+v", back, lead)
		}
		if n := testkit.Must(p.Notes().Count(p.ctx, engine.NoteQuery{Regarding: ref(kinds.Lead, lead.ID)})); n != 1 {
			p.Errorf("%d notes came back, want 1", n)
		}
		if file := testkit.Must(p.Notes().Content(p.ctx, note.ID)); string(file.Content) != "ten desks" {
			p.Errorf("the attachment came back as %q", file.Content)
		}
		var told []string
		for e, err := range p.Leads().History(p.ctx, lead.ID) {
			if err != nil {
				p.Fatal(err)
			}
			told = append(told, e.Data.Get("note")+e.Data.Get("disqualify_note"))
		}
		if !slices.Equal(told, []string{"", "no money", "no money"}) {
			p.Errorf("the events tell %q", told)
		}
	})
}

func gradesCoverEveryScore(t *testing.T) {
	t.Parallel()
	for score, want := range map[int32]leadtocash.Grade{
		100: leadtocash.GradeA, 75: leadtocash.GradeA, 74: leadtocash.GradeB, 50: leadtocash.GradeB,
		49: leadtocash.GradeC, 25: leadtocash.GradeC, 24: leadtocash.GradeD, 0: leadtocash.GradeD,
	} {
		if got := leadtocash.GradeOf(score); got != want {
			t.Errorf("%d is graded %s, want %s", score, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		var g leadtocash.GradeBounds
		g.C = rapid.Int32Range(1, 98).Draw(t, "c")
		g.B = rapid.Int32Range(g.C+1, 99).Draw(t, "b")
		g.A = rapid.Int32Range(g.B+1, 100).Draw(t, "a")
		var counts [leadtocash.GradeD + 1]int32
		before := leadtocash.GradeD
		for score := range int32(101) {
			grade := g.Grade(score)
			if counts[grade]++; grade > before {
				t.Fatalf("%d is graded %s, the score below %s", score, grade, before)
			}
			before = grade
		}
		if want := [...]int32{0, 101 - g.A, g.A - g.B, g.B - g.C, g.C}; counts != want {
			t.Fatalf("the grades of %+v hold %v scores, want %v", g, counts, want)
		}
	})
}

// refusedOnlyWith expects one reason.
func refusedOnlyWith(t *testing.T, err error, code codes.Code) {
	t.Helper()
	var e *record.Error
	if !errors.As(err, &e) || e.Code != code || len(e.Reasons) != 1 {
		t.Errorf("got %v, want %s alone", err, code)
	}
}
