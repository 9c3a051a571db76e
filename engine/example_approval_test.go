package engine_test

import (
	"context"
	"fmt"
	"log"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleApprovals_Approve() {
	ctx := context.Background()
	client, err := engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{Approvals: []agreement.Rule{{
		Name: "above 12 %", When: []agreement.Condition{{Field: agreement.FieldDiscount, Operator: agreement.MoreThan, Value: "12"}},
		By: agreement.Approvers{ManagerOfOwner: true},
	}}}))
	if err != nil {
		log.Fatal(err)
	}
	seller, manager := record.SellerID{UUID: testkit.Ann}, record.SellerID{UUID: testkit.Bob}
	for _, s := range []party.CreateSeller{{ID: manager, Fields: party.SellerFields{Name: "Bob"}}, {ID: seller, Fields: party.SellerFields{Name: "Ann", ManagerID: manager}}} {
		if _, err := client.Sellers().Create(ctx, s); err != nil {
			log.Fatal(err)
		}
	}
	ann, bob := client.As(record.User(testkit.Ann)), client.As(record.User(testkit.Bob))
	account, err := ann.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Ink & Co"}})
	if err != nil {
		log.Fatal(err)
	}
	desks := pricing.WriteIn("Desk", decimal.NewFromInt(4), decimal.NewFromInt(310))
	desks.ManualDiscount = value.Some(money.EUR.MustAmount("155.00"))
	quote, err := ann.Quotes().Create(ctx, leadtocash.CreateQuote{
		Origin: record.Origin{Currency: money.EUR}, Lines: []pricing.LineFields{desks},
		Fields: leadtocash.QuoteFields{Name: "Four desks", CustomerID: record.AccountCustomer(account.ID)},
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = ann.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{})
	for _, r := range record.ReasonsOf(err) {
		fmt.Println(r.Code, r.Params["rule"], r.Params["state"], r.Params["action"])
	}
	asked, err := ann.Quotes().RequestApproval(ctx, quote.ID, agreement.RequestApproval{Note: "they buy every year"})
	if err != nil {
		log.Fatal(err)
	}
	id := asked.Approvals[0].ID
	_, err = ann.Approvals().Approve(ctx, id, agreement.ApproveApproval{})
	fmt.Println(record.CodeOf(err))
	if _, err := bob.Approvals().Approve(ctx, id, agreement.ApproveApproval{Note: "once"}); err != nil {
		log.Fatal(err)
	}
	active, err := ann.Quotes().Activate(ctx, quote.ID, leadtocash.ActivateQuote{})
	if err != nil {
		log.Fatal(err)
	}
	won, err := ann.Quotes().WinToOrder(ctx, quote.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		log.Fatal(err)
	}
	delivered, err := ann.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{}) // by the approval of the quote
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(asked.Approvals[0].ApprovalNumber, active.Status, delivered.Record.Status)
	// Output:
	// approval_required above 12 % none quote.request_approval
	// denied
	// APR-00001 active complete
}
