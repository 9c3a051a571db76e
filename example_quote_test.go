package leadtocash_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleNewQuote() {
	out, err := leadtocash.NewQuote(leadtocash.CreateQuote{
		ID:          engine.NewID[record.QuoteID](),
		Origin:      record.Origin{Currency: money.EUR},
		QuoteNumber: "QUO-00007",
		Fields: leadtocash.QuoteFields{
			Name: "Ten desks", CustomerID: testkit.DeskBuyer,
			Charges: pricing.Charges{
				DiscountPercentage: value.Some(testkit.TenPercent),
				FreightAmount:      value.Some(money.EUR.MustAmount("120.00")),
			},
		},
		Lines: []pricing.LineFields{testkit.TenDesks(), testkit.OneLamp()},
	}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	quote := out.Record
	for _, l := range quote.Lines {
		fmt.Println(l.WriteInText, l.NetAmount, "less", l.AllocatedDiscount)
	}
	fmt.Println(quote.FullNumber(), quote.TotalLineItemAmount, quote.DocumentDiscount, quote.TotalAmount)
	// Output:
	// Desk 4500.00 less 450.00
	// Lamp 79.90 less 7.99
	// QUO-00007/0 4579.90 457.99 4241.91
}

func ExampleQuote_Edit() {
	quote := testkit.ActiveDesksQuote()

	_, err := quote.Edit(leadtocash.EditQuote{Fields: quote.QuoteFields}, leadtocash.QuoteFacts{})
	fmt.Println(errors.Is(err, codes.ErrReadOnly)) // only drafts are edited

	draft := testkit.DraftDesksQuote()
	fields := draft.QuoteFields
	fields.EffectiveTo = value.DateOf(testkit.DeskDay.At, time.UTC).AddDays(14)
	out, err := draft.Edit(leadtocash.EditQuote{Fields: fields}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.EffectiveTo)
	// Output:
	// true
	// 2026-03-16
}

func ExampleQuote_EditLines() {
	out, err := testkit.DraftDesksQuote().EditLines(pricing.EditLines{
		Add:    []pricing.LineFields{testkit.OneLamp()},
		Change: []pricing.ChangeLine{{LineNumber: 1, Fields: pricing.WriteIn("Desk", decimal.NewFromInt(12), decimal.NewFromInt(430))}},
	}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.TotalAmount)

	_, err = testkit.DraftDesksQuote().EditLines(pricing.EditLines{Add: []pricing.LineFields{{WriteInText: "Chair"}}}, leadtocash.QuoteFacts{})
	var refused *record.Error
	if errors.As(err, &refused) {
		for _, r := range refused.Reasons {
			fmt.Println(r.Field, r.Code)
		}
	}
	// Output:
	// 5239.90
	// add[0].quantity missing_quantity
	// add[0].price_per_unit missing_field
}

func ExampleQuote_GetProducts() {
	deal := testkit.NewDesksOpportunity()
	draft := testkit.DraftDesksQuote()

	out, err := draft.GetProducts(pricing.GetProducts{OpportunityID: deal.ID}, leadtocash.QuoteFacts{Products: &deal})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(draft.Lines), "line becomes", len(out.Record.Lines), "for", out.Record.TotalAmount)
	// Output: 1 line becomes 2 for 9000.00
}

func ExampleQuote_Recalculate() {
	out, err := testkit.DraftDesksQuote().Recalculate(pricing.Recalculate{}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Version, len(out.Events)) // nothing changed: no version, no event
	// Output: 1 0
}

func ExampleQuote_ChangeCurrency() {
	empty, err := testkit.DraftDesksQuote().EditLines(pricing.EditLines{Remove: []int32{1}}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	out, err := empty.Record.ChangeCurrency(pricing.ChangeCurrency{Currency: money.JPY}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Currency, out.Record.TotalAmount)
	// Output: JPY 0
}

func ExampleQuote_Activate() {
	out, err := testkit.DraftDesksQuote().Activate(leadtocash.ActivateQuote{}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Events[0].Type)

	_, err = testkit.DraftDesksQuote().Activate(leadtocash.ActivateQuote{}, leadtocash.QuoteFacts{CustomerInactive: true})
	fmt.Println(errors.Is(err, codes.ErrCustomerInactive))
	// Output:
	// active quote.activated
	// true
}

func ExampleQuote_SetStatus() {
	out, err := testkit.ActiveDesksQuote().SetStatus(leadtocash.SetQuoteStatus{Status: leadtocash.QuoteStatusOpen}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Status.State())
	// Output: open active
}

func ExampleQuote_ReviseQuote() {
	quote := testkit.ActiveDesksQuote()

	out, err := quote.ReviseQuote(leadtocash.ReviseQuote{}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.FullNumber(), out.Record.Status)
	fmt.Println(out.Revision.FullNumber(), out.Revision.Status, out.Revision.TotalAmount)
	// Output:
	// QUO-00007/0 revised
	// QUO-00007/1 draft 4500.00
}

func ExampleQuote_Close() {
	out, err := testkit.ActiveDesksQuote().Close(leadtocash.CloseQuote{
		Status: leadtocash.QuoteStatusLost, Description: "bought used ones",
	}, leadtocash.QuoteFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Status.State(), out.Close.ClosedOn)
	// Output: lost closed 2026-03-02
}

func ExampleQuote_Win() {
	out, err := testkit.ActiveDesksQuote().Win(leadtocash.WinQuote{}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Order == nil)
	// Output: won true
}

func ExampleQuote_WinToOrder() {
	deal := testkit.NewDesksOpportunity()

	out, err := testkit.ActiveDesksQuote().WinToOrder(leadtocash.WinQuoteToOrder{OrderNumber: "ORD-00007"}, leadtocash.QuoteFacts{Opportunity: &deal})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("quote", out.Record.Status)
	fmt.Println("order", out.Order.OrderNumber, out.Order.TotalAmount, "locked", out.Order.IsPriceLocked)
	fmt.Println("opportunity", out.Opportunity.Status)

	// Other quotes of the opportunity stand in the way, unless they are dropped.
	facts := leadtocash.QuoteFacts{Opportunity: &deal, OpenQuotes: []leadtocash.Quote{testkit.ActiveDesksQuote()}}
	_, err = testkit.ActiveDesksQuote().WinToOrder(leadtocash.WinQuoteToOrder{}, facts)
	fmt.Println(errors.Is(err, codes.ErrOpportunityHasOpenQuotes))
	out, err = testkit.ActiveDesksQuote().WinToOrder(leadtocash.WinQuoteToOrder{Opportunity: leadtocash.CloseAsWonDropOthers}, facts)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("dropped", out.Dropped[0].Status)
	// Output:
	// quote won
	// order ORD-00007 4500.00 locked true
	// opportunity won
	// true
	// dropped canceled
}

func ExampleQuote_Assign() {
	colleague := engine.NewID[record.SellerID]()
	_, err := testkit.DraftDesksQuote().Assign(record.Assign{Owner: colleague.UUID}, leadtocash.QuoteFacts{
		Inactive: []record.Ref{{Kind: kinds.Seller, ID: colleague.UUID}},
	})
	fmt.Println(errors.Is(err, codes.ErrInactive))
	// Output: true
}

func ExampleQuote_Delete() {
	out, err := testkit.DraftDesksQuote().Delete(record.DeleteRecord{}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Events[0].Type)

	_, err = testkit.ActiveDesksQuote().Delete(record.DeleteRecord{}, leadtocash.QuoteFacts{})
	fmt.Println(errors.Is(err, codes.ErrDeleteReadOnly))
	// Output:
	// quote.deleted
	// true
}

func ExampleQuote_RequestApproval() {
	quote := testkit.DraftDesksQuote()
	facts := leadtocash.QuoteFacts{Settings: leadtocash.Settings{Approvals: []agreement.Rule{{
		Name: "large", When: []agreement.Condition{{Field: agreement.FieldTotal, Operator: agreement.AtLeast, Value: "4000"}},
		By: agreement.Approvers{ManagerOfOwner: true},
	}}}}
	out, err := quote.RequestApproval(agreement.RequestApproval{Note: "they pay at once"}, facts)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Approvals[0].Rule, out.Approvals[0].Status)

	facts.Approving = &agreement.Basis{Approvals: out.Approvals}
	_, err = quote.Activate(leadtocash.ActivateQuote{}, facts)
	fmt.Println(record.ReasonsOf(err)[0].Code, record.ReasonsOf(err)[0].Params["state"])
	// Output:
	// large requested
	// approval_required requested
}
