// Command qualify shows how leads become business: duplicates, plans, criteria,
// routing, scoring, an assistant, a merge and its undoing.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("qualify: ")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "qualify turns leads into business and prints each step. It has no flags.")
	}
	if flag.Parse(); flag.NArg() > 0 {
		log.Printf("unexpected argument %q", flag.Arg(0))
		os.Exit(2)
	}
	play(context.Background(), os.Stdout)
}

// The people of the story.
var (
	nina  = record.SellerID{UUID: uuid.UUID{15: 1}} // large customers
	omar  = record.SellerID{UUID: uuid.UUID{15: 2}} // everybody else
	robot = uuid.UUID{15: 9}
)

func play(ctx context.Context, out io.Writer) {
	rules := must(leadtocash.NewRouteRules[leadtocash.Lead](
		leadtocash.RouteRule{
			Name: "large", Sellers: []record.SellerID{nina},
			When: []match.Condition{{Field: "number_of_employees", Is: match.IsAtLeast, Values: []string{"250"}}},
		},
		leadtocash.RouteRule{Name: "the rest", Sellers: []record.SellerID{omar}},
	))
	client := must(engine.New(
		memory.New(),
		engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}),
		engine.WithRouting(rules),
		engine.WithAdvisor(engine.RuleAdvisor{}, engine.AdvisorOptions{Mode: leadtocash.AdvisorAssist, Actor: robot}),
	))
	for id, name := range map[record.SellerID]string{nina: "Nina", omar: "Omar"} {
		must(client.Sellers().Create(ctx, party.CreateSeller{ID: id, Fields: party.SellerFields{Name: name}}))
	}

	must(fmt.Fprintln(out, "1. A lead is captured, routed and scored"))
	lead := must(client.Leads().Capture(ctx, leadtocash.CreateLead{SourceKey: "web-17", Fields: leadtocash.LeadFields{
		Topic: "Coffee for three floors", FirstName: "Aurelio", LastName: "Furlan", CompanyName: "Cantiere Nord", Email1: "furlan@cantiere.example",
		LeadSource: leadtocash.LeadSourceWebOptIn, NumberOfEmployees: value.Some[int32](400),
	}}))
	lead = must(client.Leads().Rescore(ctx, lead.ID))
	routing := must(client.Leads().ExplainRouting(ctx, lead.ID))
	must(fmt.Fprintf(out, "   to %s by rule %q; score %d, grade %s\n", owner(ctx, client, lead), routing.Rule, lead.Score.Or(0), lead.Grade))

	must(fmt.Fprintln(out, "2. What is open is asked, and the assistant advises"))
	fields := lead.LeadFields
	fields.DecisionMaker, fields.EvaluateFit, fields.ConfirmInterest = true, true, true
	fields.Need, fields.BudgetStatus = leadtocash.NeedMustHave, leadtocash.BudgetStatusWillBuy
	lead = must(client.Leads().Edit(ctx, lead.ID, leadtocash.EditLead{Fields: fields}))
	advised := must(client.Leads().Advise(ctx, lead.ID))
	must(fmt.Fprintf(out, "   %s, %d %% sure; %s\n", advised.Advice.Recommendation, advised.Advice.Confidence, advised.Advice.Reason))

	must(fmt.Fprintln(out, "3. A person approves: account, contact and opportunity"))
	first := *must(client.Leads().Approve(ctx, advised.Proposal.ID)).Qualified
	must(fmt.Fprintf(out, "   %s, %s, %q\n", first.Account.Name, first.Contact.FullName(), first.Opportunity().Name))
	deal := must(client.Opportunities().Rescore(ctx, first.Opportunity().ID))
	must(fmt.Fprintf(out, "   score %d, grade %s\n", deal.Score.Or(0), deal.Grade))

	must(fmt.Fprintln(out, "4. A colleague writes as well: the plan finds the company"))
	second := must(client.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Grinders", LastName: "Costa", CompanyName: "CANTIERE NORD"}}))
	plan := must(client.Leads().PlanQualify(ctx, second.ID, leadtocash.QualifyLead{
		Opportunities: []leadtocash.OpportunityPlan{{Plan: leadtocash.PlanUse(first.Opportunity().ID)}},
	}))
	must(fmt.Fprintf(out, "   use %s by its %s, new contact %s\n", plan.Accounts[0].Name, plan.Accounts[0].Likeness.By[0], plan.Contact.LastName))
	joined := must(client.Leads().Qualify(ctx, second.ID, plan.Command))
	must(fmt.Fprintf(out, "   created %d record, joined %q\n", len(joined.Created), joined.Opportunity().Name))

	must(fmt.Fprintln(out, "5. Nobody can be reached: disqualified, and brought back"))
	third := must(client.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Filters", LastName: "Roe"}}))
	third = must(client.Leads().Disqualify(ctx, third.ID, leadtocash.DisqualifyLead{Status: leadtocash.LeadStatusCannotContact, Note: "number unknown"}))
	must(fmt.Fprintf(out, "   %s", third.Status))
	third = must(client.Leads().Reactivate(ctx, third.ID, leadtocash.ReactivateLead{}))
	must(fmt.Fprintf(out, ", then %s\n", third.Status))

	must(fmt.Fprintln(out, "6. The customer was entered twice: merged, and taken apart"))
	double := must(client.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Cantiere Nord S.p.A.", Website: "cantiere.example"}}))
	merged := must(client.Accounts().Merge(ctx, double.ID, party.MergeAccount{Subordinate: first.Account.ID, FillEmpty: true}))
	must(fmt.Fprintf(out, "   %d records moved to %s\n", len(merged.Repointed), must(client.Accounts().Current(ctx, first.Account.ID)).Name))
	apart := must(client.Accounts().Unmerge(ctx, first.Account.ID, match.Unmerge{}))
	must(fmt.Fprintf(out, "   %d records back with %s\n", len(apart.Repointed), apart.Subordinate.Name))

	must(fmt.Fprintln(out, "7. Where the opportunity comes from"))
	chain := must(client.Chain(ctx, record.Ref{Kind: kinds.Opportunity, ID: first.Opportunity().ID.UUID}))
	for _, link := range chain.Links {
		must(fmt.Fprintf(out, "   from a %s\n", link.From.Kind))
	}
}

// owner is the name of the seller who has the lead.
func owner(ctx context.Context, client *engine.Client, l leadtocash.Lead) string {
	return must(client.Sellers().Get(ctx, record.SellerID{UUID: l.Owner})).Name
}

// must ends the program, with the reasons if the library refuses.
func must[T any](outcome T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return outcome
}
