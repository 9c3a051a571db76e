package leadtocash_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleNewLead() {
	out, err := leadtocash.NewLead(leadtocash.CreateLead{
		ID: engine.NewID[record.LeadID](),
		Fields: leadtocash.LeadFields{
			Topic: "Ten desks", LastName: "Meyer", CompanyName: "Meyer & Sons", LeadSource: leadtocash.LeadSourceTradeShow,
		},
	}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Status.State(), out.Record.Rating)
	fmt.Println(out.Events[0].Type)

	_, err = leadtocash.NewLead(leadtocash.CreateLead{ID: engine.NewID[record.LeadID]()}, leadtocash.LeadFacts{})
	var refused *record.Error
	if errors.As(err, &refused) {
		for _, r := range refused.Reasons {
			fmt.Printf("%s %s: %s\n", r.Code, r.Field, r.Message)
		}
	}
	// Output:
	// new open warm
	// lead.created
	// missing_field fields.topic: a required field is empty
	// missing_field fields.last_name: a lead needs a last name or a company name
}

func ExampleLead_Edit() {
	lead := testkit.NewDesksLead()

	fields := lead.LeadFields
	fields.BudgetAmount = value.Some(money.EUR.MustAmount("5000.00"))
	out, err := lead.Edit(leadtocash.EditLead{Fields: fields}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}
	budget, known := out.Record.BudgetAmount.Get()
	fmt.Println(budget, known)
	_, known = lead.BudgetAmount.Get()
	fmt.Println("the lead before the edit has a budget:", known)
	// Output:
	// 5000.00 true
	// the lead before the edit has a budget: false
}

func ExampleLead_SetStatus() {
	out, err := testkit.NewDesksLead().SetStatus(leadtocash.SetLeadStatus{Status: leadtocash.LeadStatusContacted}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status)
	// Output: contacted
}

func ExampleLead_SetScore() {
	out, err := testkit.NewDesksLead().SetScore(leadtocash.SetScore{Score: 82, Trend: leadtocash.ScoreTrendImproving}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Grade, out.Record.ScoreTrend)
	// Output: a improving
}

func ExampleLead_ChangeCurrency() {
	out, err := testkit.NewDesksLead().ChangeCurrency(record.ChangeCurrency{Currency: money.JPY}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Currency, out.Record.HasBase())
	// Output: JPY false
}

func ExampleLead_Assign() {
	lead := testkit.NewDesksLead()
	colleague := engine.NewID[record.SellerID]().UUID

	out, err := lead.Assign(record.Assign{Owner: colleague}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(lead.Owner == testkit.DeskSeller, out.Record.Owner == colleague)
	// Output: true true
}

func ExampleLead_Qualify() {
	out, err := testkit.NewDesksLead().Qualify(leadtocash.QualifyLead{}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status)
	fmt.Println(out.Account.Name)
	fmt.Println(out.Contact.FullName())
	fmt.Println(out.Opportunity().Name)
	for _, e := range out.Events {
		fmt.Println(e.Type)
	}
	// Output:
	// qualified
	// Meyer & Sons
	// Ida Meyer
	// Ten desks
	// account.created
	// contact.created
	// opportunity.created
	// connection.created
	// lead.qualified
}

// An existing account is used as it is, no contact is made, and the interest
// becomes two opportunities.
func ExampleLead_Qualify_plans() {
	account := engine.NewID[record.AccountID]()

	out, err := testkit.NewDesksLead().Qualify(leadtocash.QualifyLead{
		Account:       leadtocash.PlanUse(account),
		Contact:       leadtocash.PlanSkip[record.ContactID](),
		Opportunities: []leadtocash.OpportunityPlan{{Name: "Ten desks"}, {Name: "A bench for the hall"}},
	}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range out.Opportunities {
		fmt.Println(o.Name, o.ParentAccountID == account)
	}
	// Output:
	// Ten desks true
	// A bench for the hall true
}

func ExampleLead_Disqualify() {
	lead := testkit.NewDesksLead()

	out, err := lead.Disqualify(leadtocash.DisqualifyLead{
		Status: leadtocash.LeadStatusCannotContact, Note: "the number is not in use",
	}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Status.State())

	// A lead that led to an opportunity cannot be disqualified.
	_, err = lead.Disqualify(leadtocash.DisqualifyLead{}, leadtocash.LeadFacts{HasOpportunity: true})
	fmt.Println(errors.Is(err, codes.ErrLeadHasOpportunity))
	// Output:
	// cannot_contact disqualified
	// true
}

func ExampleLead_Reactivate() {
	lost, err := testkit.NewDesksLead().Disqualify(leadtocash.DisqualifyLead{Note: "no money this year"}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}

	out, err := lost.Record.Reactivate(leadtocash.ReactivateLead{}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status)
	fmt.Println(out.Events[0].Data.Get("disqualify_note"))
	// Output:
	// new
	// no money this year
}

func ExampleLead_Delete() {
	lead := testkit.NewDesksLead()

	_, err := lead.Delete(record.DeleteRecord{}, leadtocash.LeadFacts{InUse: []record.Ref{
		{Kind: kinds.Quote, ID: testkit.DraftDesksQuote().ID.UUID},
	}})
	fmt.Println(errors.Is(err, codes.ErrInUse))

	out, err := lead.Delete(record.DeleteRecord{}, leadtocash.LeadFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Events[0].Type, out.Events[0].Deleted)
	// Output:
	// true
	// lead.deleted true
}

func ExampleLeadFlow() {
	lead := testkit.NewDesksLead()

	// The same table that Disqualify obeys tells beforehand what it will say.
	err := leadtocash.LeadFlow().Why(&lead, actions.LeadDisqualify, &leadtocash.LeadFacts{HasOpportunity: true})
	var refused *record.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Code, "while", refused.Status)
	}
	fmt.Println(leadtocash.LeadFlow().ByStatus(leadtocash.LeadStatusQualified))
	// Output:
	// lead_has_opportunity while new
	// [lead.reactivate lead.assign lead.delete]
}

func ExampleLead_PlanQualify() {
	lead := testkit.NewDesksLead()
	lead.DecisionMaker = true

	known := match.Candidate{
		Ref: record.Ref{Kind: kinds.Account, ID: uuid.UUID{15: 1}}, Version: 1, Name: "Meyer & Sons",
		Likeness: match.Likeness{Score: 100, By: []string{"name"}},
	}
	plan, err := lead.PlanQualify(leadtocash.QualifyLead{}, leadtocash.LeadFacts{AccountMatches: []match.Candidate{known}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("use account", plan.Command.Account.Use, "found by", plan.Accounts[0].Likeness.By)
	fmt.Println("new contact", plan.Contact.LastName)
	fmt.Println("new opportunity", plan.Opportunities[0].Name)
	for _, a := range plan.Assessment {
		fmt.Println(a.Criterion, a.Finding)
	}
	// Output:
	// use account 00000000-0000-0000-0000-000000000001 found by [name]
	// new contact Meyer
	// new opportunity Ten desks
	// authority met
	// fit unknown
	// need unknown
	// timeline unknown
	// budget unknown
}

func ExampleLead_Merge() {
	master, double := testkit.NewDesksLead(), testkit.NewDesksLead()
	double.BusinessPhone = "+49 89 201"

	out, err := master.Merge(leadtocash.MergeLead{Subordinate: double.ID, FillEmpty: true},
		leadtocash.LeadFacts{Merging: match.MergeFacts[leadtocash.Lead]{Subordinate: &double}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Master.Status, out.Master.BusinessPhone)
	fmt.Println(out.Subordinate.Status, out.Subordinate.MasterID == master.ID)
	// Output:
	// new +49 89 201
	// canceled true
}

func ExampleLead_Unmerge() {
	master, double := testkit.NewDesksLead(), testkit.NewDesksLead()
	joined, err := master.Merge(leadtocash.MergeLead{Subordinate: double.ID},
		leadtocash.LeadFacts{Merging: match.MergeFacts[leadtocash.Lead]{Subordinate: &double}})
	if err != nil {
		log.Fatal(err)
	}
	out, err := joined.Subordinate.Unmerge(match.Unmerge{}, leadtocash.LeadFacts{Merging: match.MergeFacts[leadtocash.Lead]{
		Changed: []record.MergeChange{
			{Before: &master, After: &joined.Master, Now: &joined.Master},
			{Before: &double, After: &joined.Subordinate, Now: &joined.Subordinate},
		},
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Subordinate.Status, out.Subordinate.Merged)
	// Output: new false
}

func ExampleLead_Route() {
	rules, err := leadtocash.NewRouteRules[leadtocash.Lead](
		leadtocash.RouteRule{Name: "large", When: []match.Condition{{Field: "number_of_employees", Is: match.IsAtLeast, Values: []string{"500"}}}},
		leadtocash.RouteRule{Name: "the rest", Capacity: true},
	)
	if err != nil {
		log.Fatal(err)
	}
	busy := party.Seller{
		ID:           record.SellerID{UUID: uuid.UUID{15: 1}},
		SellerFields: party.SellerFields{Name: "Ann", Capacity: value.Some[int32](10)}, Status: party.SellerStatusActive,
	}
	free := party.Seller{ID: record.SellerID{UUID: uuid.UUID{15: 2}}, SellerFields: party.SellerFields{Name: "Bob"}, Status: party.SellerStatusActive}

	lead := testkit.NewDesksLead()
	routing := rules.Route(lead, []leadtocash.RouteCandidate{{Seller: busy, Load: 10}, {Seller: free, Load: 40}}, 0, lead.CreatedAt)
	out, err := lead.Route(leadtocash.Route{}, leadtocash.LeadFacts{Routing: &routing})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Routing.Rule, out.Routing.Why, out.Record.Owner == free.ID.UUID)
	fmt.Println(out.Routing.Considered[0].Skipped)
	// Output:
	// the rest in turn 1 of 1 true
	// at capacity
}
