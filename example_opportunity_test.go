package leadtocash_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleNewOpportunity() {
	out, err := leadtocash.NewOpportunity(leadtocash.CreateOpportunity{
		ID:     engine.NewID[record.OpportunityID](),
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.OpportunityFields{Name: "Ten desks", CustomerID: testkit.DeskBuyer, IsRevenueSystemCalculated: true},
		Lines:  []pricing.LineFields{testkit.TenDesks()},
	}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	estimate, _ := out.Record.EstimatedValue.Get()
	fmt.Println(out.Record.Status, estimate)
	// Output: in_progress 4500.00
}

func ExampleOpportunity_Edit() {
	deal := testkit.NewDesksOpportunity()

	fields := deal.OpportunityFields
	fields.CustomerNeed = "standing desks by May"
	fields.DiscountPercentage = value.Some(testkit.TenPercent)
	out, err := deal.Edit(leadtocash.EditOpportunity{Fields: fields}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(deal.TotalAmount, "becomes", out.Record.TotalAmount)
	// Output: 4500.00 becomes 4050.00
}

func ExampleOpportunity_EditLines() {
	out, err := testkit.NewDesksOpportunity().EditLines(pricing.EditLines{Add: []pricing.LineFields{testkit.OneLamp()}}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range out.Record.Lines {
		fmt.Println(l.LineNumber, l.WriteInText, l.ExtendedAmount)
	}
	// Output:
	// 1 Desk 4500.00
	// 2 Lamp 79.90
}

func ExampleOpportunity_ChangeCurrency() {
	deal := testkit.NewDesksOpportunity()
	_, err := deal.ChangeCurrency(pricing.ChangeCurrency{Currency: money.CHF}, leadtocash.OpportunityFacts{})
	fmt.Println(errors.Is(err, codes.ErrCurrencyInUse))

	empty, err := deal.EditLines(pricing.EditLines{Remove: []int32{1}}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	out, err := empty.Record.ChangeCurrency(pricing.ChangeCurrency{Currency: money.CHF}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Currency)
	// Output:
	// true
	// CHF
}

func ExampleOpportunity_Recalculate() {
	out, err := testkit.NewDesksOpportunity().Recalculate(pricing.Recalculate{}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.TotalAmount, len(out.Events)) // nothing changed: no event
	// Output: 4500.00 0
}

func ExampleOpportunity_EditCompetitors() {
	rival := engine.NewID[record.CompetitorID]()
	out, err := testkit.NewDesksOpportunity().EditCompetitors(leadtocash.EditCompetitors{Add: []record.CompetitorID{rival}}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(out.Record.Competitors))
	// Output: 1
}

func ExampleOpportunity_Assign() {
	colleague := engine.NewID[record.SellerID]().UUID
	out, err := testkit.NewDesksOpportunity().Assign(record.Assign{Owner: colleague}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Owner == colleague)
	// Output: true
}

func ExampleOpportunity_Hold() {
	out, err := testkit.NewDesksOpportunity().Hold(leadtocash.HoldOpportunity{}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Status.State())
	// Output: on_hold open
}

func ExampleOpportunity_Resume() {
	held, err := testkit.NewDesksOpportunity().Hold(leadtocash.HoldOpportunity{}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	out, err := held.Record.Resume(leadtocash.ResumeOpportunity{}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status)
	// Output: in_progress
}

func ExampleOpportunity_Win() {
	deal := testkit.NewDesksOpportunity()

	_, err := deal.Win(leadtocash.WinOpportunity{}, leadtocash.OpportunityFacts{OpenQuotes: []leadtocash.QuoteRef{
		{Number: "QUO-00007", Status: leadtocash.QuoteStatusActive},
	}})
	var refused *record.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Code, "-", refused.Reasons[0].Message)
	}

	out, err := deal.Win(leadtocash.WinOpportunity{
		ActualRevenue: value.Some(money.EUR.MustAmount("4300.00")),
	}, leadtocash.OpportunityFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	value, _ := out.Record.ActualValue.Get()
	fmt.Println(out.Record.Status, value, out.Record.ActualCloseDate)
	// Output:
	// opportunity_has_open_quotes - quote QUO-00007 is active
	// won 4300.00 2026-03-02
}

func ExampleOpportunity_Lose() {
	out, err := testkit.NewDesksOpportunity().Lose(leadtocash.LoseOpportunity{
		Status: leadtocash.OpportunityStatusOutSold, Description: "Tischler & Co were cheaper",
	}, leadtocash.OpportunityFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Close.Description)
	for _, n := range out.Notices { // a hint, not a refusal
		fmt.Println(n.Field, n.Message)
	}
	// Output:
	// out_sold Tischler & Co were cheaper
	// competitor_id out-sold, but not by whom
}

func ExampleOpportunity_Reopen() {
	lost, err := testkit.NewDesksOpportunity().Lose(leadtocash.LoseOpportunity{}, leadtocash.OpportunityFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}

	out, err := lost.Record.Reopen(leadtocash.ReopenOpportunity{}, leadtocash.OpportunityFacts{Close: lost.Close})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Close.Status)
	// Output: in_progress canceled
}

func ExampleOpportunity_CalculateActualValue() {
	won, err := testkit.NewDesksOpportunity().Win(leadtocash.WinOpportunity{}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}

	value, err := won.Record.CalculateActualValue(leadtocash.CalculateActualValue{}, leadtocash.OpportunityFacts{
		WonTotal: value.Some(money.EUR.MustAmount("4300.00")), // of its won quotes
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(value)
	// Output: 4300.00
}

func ExampleOpportunity_GenerateQuote() {
	out, err := testkit.NewDesksOpportunity().GenerateQuote(leadtocash.GenerateQuote{QuoteNumber: "QUO-00007"}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	quote := out.Record
	fmt.Println(quote.QuoteNumber, quote.Status, quote.Lines[0].WriteInText, quote.TotalAmount)
	// Output: QUO-00007 draft Desk 4500.00
}

func ExampleOpportunity_GenerateOrder() {
	out, err := testkit.NewDesksOpportunity().GenerateOrder(leadtocash.GenerateOrder{OrderNumber: "ORD-00007"}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.OrderNumber, out.Record.Status, out.Record.TotalAmount)
	// Output: ORD-00007 new 4500.00
}

func ExampleOpportunity_GenerateInvoice() {
	out, err := testkit.NewDesksOpportunity().GenerateInvoice(leadtocash.GenerateInvoice{}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q %s %s\n", out.Record.InvoiceNumber, out.Record.Status, out.Record.TotalAmount) // numbered when issued
	// Output: "" new 4500.00
}

func ExampleOpportunity_Delete() {
	won, err := testkit.NewDesksOpportunity().Win(leadtocash.WinOpportunity{}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	_, err = won.Record.Delete(record.DeleteRecord{}, leadtocash.OpportunityFacts{})
	fmt.Println(errors.Is(err, codes.ErrDeleteReadOnly))
	// Output: true
}

func ExampleOpportunity_SetScore() {
	rules, err := leadtocash.NewScoreRules[leadtocash.Opportunity](
		leadtocash.ScoreRule{Name: "large", Points: 60, When: []match.Condition{{Field: "total_amount", Is: match.IsAtLeast, Values: []string{"1000"}}}},
		leadtocash.ScoreRule{Name: "decision maker", Points: 30, When: []match.Condition{{Field: "decision_maker", Is: match.IsSet}}},
	)
	if err != nil {
		log.Fatal(err)
	}
	opportunity := testkit.NewDesksOpportunity()
	scoring := rules.Score(opportunity)
	out, err := opportunity.SetScore(leadtocash.SetScore{Score: scoring.Score, Reasons: scoring.String()}, leadtocash.OpportunityFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Grade, out.Events[0].Data.Get("reasons"))
	// Output: b large +60
}

func ExampleOpportunity_Route() {
	rules, err := leadtocash.NewRouteRules[leadtocash.Opportunity](leadtocash.RouteRule{Name: "all", By: leadtocash.LoadBalancing})
	if err != nil {
		log.Fatal(err)
	}
	seller := func(n byte, name string, load int32) leadtocash.RouteCandidate {
		return leadtocash.RouteCandidate{Load: load, Seller: party.Seller{
			ID: record.SellerID{UUID: uuid.UUID{15: n}}, Status: party.SellerStatusActive, SellerFields: party.SellerFields{Name: name},
		}}
	}
	ann, bob := seller(1, "Ann", 7), seller(2, "Bob", 3)

	opportunity := testkit.NewDesksOpportunity()
	routing := rules.Route(opportunity, []leadtocash.RouteCandidate{ann, bob}, 0, opportunity.CreatedAt)
	out, err := opportunity.Route(leadtocash.Route{}, leadtocash.OpportunityFacts{Routing: &routing})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Routing.Why, out.Record.Owner == bob.Seller.ID.UUID)
	// Output: the least of 2 loads: 3 true
}
