package leadtocash_test

import (
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// TestQualifyForGivenCustomer qualifies leads of which neither account nor
// contact results, for a customer that the command names.
func TestQualifyForGivenCustomer(t *testing.T) {
	t.Parallel()
	lead := testkit.NewDesksLead()
	lead.CompanyName = ""
	account, contact := testkit.IDOf[record.AccountID](1), testkit.IDOf[record.ContactID](2)
	cmd := leadtocash.QualifyLead{Contact: leadtocash.PlanSkip[record.ContactID](), Customer: record.AccountCustomer(account)}

	out, err := lead.Qualify(cmd, leadtocash.LeadFacts{Stamp: testkit.Noon})
	if err != nil {
		t.Fatal(err)
	}
	o := out.Opportunity()
	if len(out.Created) != 1 || o.CustomerID != cmd.Customer || o.ParentAccountID != account || out.Record.ParentAccountID != account {
		t.Errorf("created %v, an opportunity of %v under %v; the lead is of %v", out.Created, o.CustomerID, o.ParentAccountID, out.Record.ParentAccountID)
	}

	cmd.Customer = record.ContactCustomer(contact)
	if out, err = lead.Qualify(cmd, leadtocash.LeadFacts{Stamp: testkit.Noon}); err != nil {
		t.Fatal(err)
	}
	if o := out.Opportunity(); o.CustomerID != cmd.Customer || o.ParentContactID != contact || out.Record.ParentContactID != contact {
		t.Errorf("got an opportunity of %v under %v", o.CustomerID, o.ParentContactID)
	}

	named := lead
	named.ParentAccountID = testkit.IDOf[record.AccountID](3)
	cmd.Customer, cmd.Account = record.AccountCustomer(account), leadtocash.PlanSkip[record.AccountID]()
	if out, err = named.Qualify(cmd, leadtocash.LeadFacts{Stamp: testkit.Noon}); err != nil {
		t.Fatal(err)
	}
	if out.Record.ParentAccountID != named.ParentAccountID || out.Opportunity().ParentAccountID != account {
		t.Errorf("the lead went to %v, its opportunity to %v", out.Record.ParentAccountID, out.Opportunity().ParentAccountID)
	}

	inactive := leadtocash.LeadFacts{Stamp: testkit.Noon, Inactive: []record.Ref{account.Ref()}}
	if _, err := lead.Qualify(cmd, inactive); !testkit.HasCode(err, codes.ErrCustomerInactive) {
		t.Errorf("an inactive customer: %v", err)
	}

	cmd.Customer = record.AccountCustomer(record.AccountID{}) // a kind without an id is no customer
	if _, err := lead.Qualify(cmd, leadtocash.LeadFacts{Stamp: testkit.Noon}); !testkit.HasCode(err, codes.ErrOpportunityParentInvalid) {
		t.Errorf("a customer without an id: %v", err)
	}
}

func TestQualifyWithoutCustomerAsInDynamics(t *testing.T) {
	t.Parallel()
	lead := testkit.NewDesksLead()
	cmd := leadtocash.QualifyLead{
		Account: leadtocash.PlanSkip[record.AccountID](), Contact: leadtocash.PlanSkip[record.ContactID](),
		Opportunities: []leadtocash.OpportunityPlan{{Plan: leadtocash.PlanSkip[record.OpportunityID]()}},
	}
	if _, err := lead.Qualify(cmd, leadtocash.LeadFacts{Stamp: testkit.Noon}); !testkit.HasCode(err, codes.ErrNoCustomer) {
		t.Errorf("strictly: %v", err)
	}
	out, err := lead.Qualify(cmd, leadtocash.LeadFacts{Stamp: testkit.Noon, Settings: leadtocash.Settings{D365Compat: true}})
	if err != nil || len(out.Created) != 0 || out.Record.Status != leadtocash.LeadStatusQualified {
		t.Errorf("as in Dynamics 365: %v, created %v", err, out.Created)
	}
}

// TestHiddenDuplicatesDecide gives a qualification matches that the actor may
// not see.
func TestHiddenDuplicatesDecide(t *testing.T) {
	t.Parallel()
	lead := testkit.NewDesksLead()
	one, two := testkit.IDOf[record.AccountID](1), testkit.IDOf[record.AccountID](2)
	seen := []match.Candidate{{Ref: testkit.RefTo(kinds.Account, 9), Name: "Meyer"}}
	ignore := leadtocash.QualifyLead{Duplicates: leadtocash.DuplicatesIgnore}
	create := leadtocash.QualifyLead{Account: leadtocash.PlanCreate[record.AccountID]()}
	for name, c := range map[string]struct {
		cmd     leadtocash.QualifyLead
		hiding  leadtocash.HiddenDuplicates
		visible []match.Candidate
		hidden  []record.AccountID
		may     bool
		want    string // refused, linked, made or noticed
	}{
		"none is hidden":                        {visible: nil, want: "made"},
		"refused":                               {hidden: []record.AccountID{one}, want: "refused"},
		"refused beside a visible one":          {visible: seen, hidden: []record.AccountID{one}, want: "refused"},
		"linked":                                {hiding: leadtocash.HiddenLink, hidden: []record.AccountID{one}, want: "linked"},
		"two are not linked":                    {hiding: leadtocash.HiddenLink, hidden: []record.AccountID{one, two}, want: "refused"},
		"one beside a visible one is no link":   {hiding: leadtocash.HiddenLink, visible: seen, hidden: []record.AccountID{one}, want: "refused"},
		"ignored with a notice":                 {hiding: leadtocash.HiddenIgnore, hidden: []record.AccountID{one}, want: "noticed"},
		"ignoring takes a right":                {cmd: ignore, hidden: []record.AccountID{one}, want: "refused"},
		"who has the right ignores":             {cmd: ignore, hidden: []record.AccountID{one}, may: true, want: "made"},
		"creating in spite of all takes it too": {cmd: create, hidden: []record.AccountID{one}, want: "refused"},
		"who has it creates":                    {cmd: create, hidden: []record.AccountID{one}, may: true, want: "made"},
	} {
		out, err := lead.Qualify(c.cmd, leadtocash.LeadFacts{
			Stamp: testkit.Noon, Settings: leadtocash.Settings{HiddenDuplicates: c.hiding},
			AccountMatches: c.visible, HiddenAccounts: c.hidden, MayIgnoreDuplicates: c.may,
		})
		hides := func(r record.Reason) bool {
			return r.Code == codes.ErrDuplicatesFound && r.Params["hidden"] == true
		}
		switch c.want {
		case "refused":
			reasons := record.ReasonsOf(err)
			if !testkit.HasCode(err, codes.ErrDuplicatesFound) || !slices.ContainsFunc(reasons, hides) {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if ids := reasons[0].Params["candidates"].([]string); len(ids) != len(c.visible) {
				t.Errorf("%s: it shows %v", name, ids)
			}
			continue
		case "linked":
			if err != nil || out.Account != nil || out.Record.ParentAccountID != one || out.Opportunity().ParentAccountID != one {
				t.Errorf("%s: %v, %v", name, err, out.Record.ParentAccountID)
			}
		default:
			if err != nil || out.Account == nil || slices.ContainsFunc(out.Notices, hides) != (c.want == "noticed") {
				t.Errorf("%s: %v, made %v with the notices %v", name, err, out.Account, out.Notices)
			}
		}
	}
}

// TestPlanHidesWhatTheActorMayNotSee plans a qualification that would link an
// account, and carries the plan out.
func TestPlanHidesWhatTheActorMayNotSee(t *testing.T) {
	t.Parallel()
	lead, hidden := testkit.NewDesksLead(), testkit.IDOf[record.AccountID](1)
	facts := leadtocash.LeadFacts{
		Stamp: testkit.Noon, Settings: leadtocash.Settings{HiddenDuplicates: leadtocash.HiddenLink}, HiddenAccounts: []record.AccountID{hidden},
	}
	plan, err := lead.PlanQualify(leadtocash.QualifyLead{}, facts)
	if err != nil {
		t.Fatal(err)
	}
	fields := plan.Opportunities[0]
	if !plan.Command.Account.Use.IsZero() || fields.CustomerID != (record.CustomerID{}) || !fields.ParentAccountID.IsZero() || plan.Contact.ParentCustomerID != (record.CustomerID{}) {
		t.Errorf("the plan shows %v, %v, %v", plan.Command.Account, fields.CustomerID, plan.Contact.ParentCustomerID)
	}
	out, err := lead.Qualify(plan.Command, facts)
	if err != nil || out.Record.ParentAccountID != hidden {
		t.Errorf("carried out: %v, %v", err, out.Record.ParentAccountID)
	}
	facts.HiddenAccounts = append(facts.HiddenAccounts, testkit.IDOf[record.AccountID](2))
	if _, err := lead.Qualify(plan.Command, facts); !testkit.HasCode(err, codes.ErrConflict) {
		t.Errorf("another one has come: %v", err)
	}
}

// TestAssignAccountTakesRecordsAlong assigns an account with every cascade.
func TestAssignAccountTakesRecordsAlong(t *testing.T) {
	t.Parallel()
	account := party.Account{ID: testkit.IDOf[record.AccountID](1), Head: record.Head{Version: 1, Owner: testkit.Ann}, Status: party.AccountStatusActive}
	his, other := record.Head{Version: 1, Owner: testkit.Ann}, record.Head{Version: 1, Owner: testkit.IDOf[record.SellerID](8).UUID}
	facts := leadtocash.CascadeFacts{
		AccountFacts: party.AccountFacts{Stamp: testkit.Noon},
		Contacts: []party.Contact{
			{ID: testkit.IDOf[record.ContactID](1), Head: his, Status: party.ContactStatusActive},
			{ID: testkit.IDOf[record.ContactID](2), Head: other, Status: party.ContactStatusActive},
		},
		Accounts:      []party.Account{{ID: testkit.IDOf[record.AccountID](2), Head: other, Status: party.AccountStatusInactive}},
		Opportunities: []leadtocash.Opportunity{{ID: testkit.IDOf[record.OpportunityID](1), Head: his, Status: leadtocash.OpportunityStatusWon}},
		Quotes:        []leadtocash.Quote{{ID: testkit.IDOf[record.QuoteID](1), Head: other, Status: leadtocash.QuoteStatusDraft}},
		Orders:        []leadtocash.Order{{ID: testkit.IDOf[record.OrderID](1), Head: his, Status: leadtocash.OrderStatusNew}},
		Invoices:      []leadtocash.Invoice{{ID: testkit.IDOf[record.InvoiceID](1), Head: his, Status: leadtocash.InvoiceStatusNew}},
	}
	for cascade, want := range map[record.Cascade][6]int{
		0:                       {},
		record.CascadeNone:      {},
		record.CascadeAll:       {2, 1, 1, 1, 1, 1},
		record.CascadeOpen:      {2, 0, 0, 1, 0, 0},
		record.CascadeSameOwner: {1, 0, 1, 0, 0, 0},
	} {
		out, err := leadtocash.AssignAccount(account, record.Assign{Owner: testkit.Bob, Cascade: cascade}, facts)
		if err != nil {
			t.Fatal(err)
		}
		got := [6]int{len(out.Contacts), len(out.Accounts), len(out.Opportunities), len(out.Quotes), len(out.Orders), len(out.Invoices)}
		if got != want || out.Record.Owner != testkit.Bob || len(out.Events) != 1+got[0]+got[1]+got[2]+got[3]+got[4]+got[5] {
			t.Errorf("%s: %v go along, want %v, with %d events", cascade, got, want, len(out.Events))
		}
	}
	lead := testkit.NewDesksLead()
	if _, err := lead.Assign(record.Assign{Owner: testkit.Bob, Cascade: record.CascadeAll}, leadtocash.LeadFacts{Stamp: testkit.Noon}); !testkit.HasCode(err, codes.ErrInvalid) {
		t.Errorf("a lead takes others along: %v", err)
	}
}
