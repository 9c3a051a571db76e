package leadtocash_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/agreement"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleNewOrder() {
	out, err := leadtocash.NewOrder(leadtocash.CreateOrder{
		ID:          engine.NewID[record.OrderID](),
		Origin:      record.Origin{Currency: money.EUR},
		OrderNumber: "ORD-00007",
		Fields:      leadtocash.OrderFields{Name: "Ten desks", CustomerID: testkit.DeskBuyer, CustomerPONumber: "4711"},
		Lines:       []pricing.LineFields{testkit.TenDesks()},
	}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.OrderNumber, out.Record.Status, out.Record.TotalAmount)
	// Output: ORD-00007 new 4500.00
}

func ExampleOrder_Edit() {
	order := testkit.NewDesksOrder()

	fields := order.OrderFields
	fields.FreightAmount = value.Some(money.EUR.MustAmount("120.00"))
	out, err := order.Edit(leadtocash.EditOrder{Fields: fields}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.TotalAmount)
	// Output: 4620.00
}

func ExampleOrder_EditLines() {
	out, err := testkit.NewDesksOrder().EditLines(pricing.EditLines{
		Change: []pricing.ChangeLine{{LineNumber: 1, Fields: pricing.WriteIn("Desk", decimal.NewFromInt(8), decimal.NewFromInt(450))}},
	}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.TotalAmount)
	// Output: 3600.00
}

func ExampleOrder_GetProducts() {
	deal := testkit.NewDesksOpportunity()
	out, err := testkit.NewDesksOrder().GetProducts(pricing.GetProducts{OpportunityID: deal.ID}, leadtocash.OrderFacts{Products: &deal})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(out.Record.Lines), out.Record.TotalAmount)
	// Output: 2 9000.00
}

func ExampleOrder_Recalculate() {
	out, err := testkit.NewDesksOrder().Recalculate(pricing.Recalculate{}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.TotalAmount, len(out.Events))
	// Output: 4500.00 0
}

func ExampleOrder_ChangeCurrency() {
	_, err := testkit.NewDesksOrder().ChangeCurrency(pricing.ChangeCurrency{Currency: money.USD}, leadtocash.OrderFacts{})
	fmt.Println(errors.Is(err, codes.ErrCurrencyInUse)) // by its line
	// Output: true
}

func ExampleOrder_SetStatus() {
	out, err := testkit.NewDesksOrder().SetStatus(leadtocash.SetOrderStatus{Status: leadtocash.OrderStatusPending}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Status.State())
	// Output: pending active
}

func ExampleOrder_LockPricing() {
	locked, err := testkit.NewDesksOrder().LockPricing(leadtocash.LockPricing{}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	_, err = locked.Record.EditLines(pricing.EditLines{Add: []pricing.LineFields{testkit.OneLamp()}}, leadtocash.OrderFacts{})
	fmt.Println(errors.Is(err, codes.ErrPricesLocked)) // a lamp at a price of its own
	// Output: true
}

func ExampleOrder_UnlockPricing() {
	won, err := testkit.ActiveDesksQuote().WinToOrder(leadtocash.WinQuoteToOrder{}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	out, err := won.Order.UnlockPricing(leadtocash.UnlockPricing{}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(won.Order.IsPriceLocked, out.Record.IsPriceLocked)
	// Output: true false
}

func ExampleOrder_Submit() {
	facts := leadtocash.OrderFacts{Stamp: testkit.DeskDay, Settings: leadtocash.Settings{BackOffice: true}}

	out, err := testkit.NewDesksOrder().Submit(leadtocash.SubmitOrder{}, facts)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.SubmitDate)

	// From now on the order is in the hands of the integration.
	_, err = out.Record.Fulfill(leadtocash.FulfillOrder{}, facts)
	fmt.Println(errors.Is(err, codes.ErrBackOfficeManaged))
	facts.By = record.Actor{Kind: record.ActorIntegration}
	shipped, err := out.Record.Fulfill(leadtocash.FulfillOrder{}, facts)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(shipped.Record.Status)
	// Output:
	// submitted 2026-03-02
	// true
	// complete
}

func ExampleOrder_Fulfill() {
	out, err := testkit.NewDesksOrder().Fulfill(leadtocash.FulfillOrder{}, leadtocash.OrderFacts{Stamp: testkit.DeskDay})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Status.State(), out.Record.DateFulfilled)
	// Output: complete fulfilled 2026-03-02
}

// Four of ten desks are on their way; the rest follows later.
func ExampleOrder_Fulfill_partial() {
	first, err := testkit.NewDesksOrder().Fulfill(leadtocash.FulfillOrder{
		Lines: []pricing.LineQuantity{{LineNumber: 1, Quantity: value.Some(decimal.NewFromInt(4))}},
	}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(first.Record.Status, first.Record.Lines[0].Remaining(), "to go")

	rest, err := first.Record.Fulfill(leadtocash.FulfillOrder{}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rest.Record.Status, rest.Record.Lines[0].Remaining(), "to go")
	// Output:
	// partial 6 to go
	// complete 0 to go
}

func ExampleOrder_Cancel() {
	out, err := testkit.NewDesksOrder().Cancel(leadtocash.CancelOrder{Description: "ordered twice"}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Status.State(), out.Close.Description)
	// Output: no_money canceled ordered twice
}

func ExampleOrder_CancelRemaining() {
	first, err := testkit.NewDesksOrder().Fulfill(leadtocash.FulfillOrder{
		Lines: []pricing.LineQuantity{{LineNumber: 1, Quantity: value.Some(decimal.NewFromInt(4))}},
	}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}

	out, err := first.Record.CancelRemaining(leadtocash.CancelRemaining{}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.Lines[0].Committed(), "desks")
	// Output: complete 4 desks
}

func ExampleOrder_Invoice() {
	delivered, err := testkit.NewDesksOrder().Fulfill(leadtocash.FulfillOrder{}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}

	out, err := delivered.Record.Invoice(leadtocash.InvoiceOrder{}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("order", out.Record.Status)
	fmt.Println("invoice", out.Invoice.Status, out.Invoice.TotalAmount)
	// Output:
	// order invoiced
	// invoice new 4500.00
}

// Three desks with a discount of 10.00 are billed one by one: what the
// invoices take adds up to the order, to the last cent.
func ExampleOrder_Invoice_partial() {
	line := pricing.WriteIn("Desk", decimal.NewFromInt(3), decimal.RequireFromString("33.33"))
	line.ManualDiscount = value.Some(money.EUR.MustAmount("10.00"))
	born, err := leadtocash.NewOrder(leadtocash.CreateOrder{
		ID:     engine.NewID[record.OrderID](),
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.OrderFields{Name: "Three desks", CustomerID: testkit.DeskBuyer},
		Lines:  []pricing.LineFields{line},
	}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}

	order, facts, sum := born.Record, leadtocash.OrderFacts{}, money.EUR.Zero()
	for range 3 {
		out, err := order.Invoice(leadtocash.InvoiceOrder{
			Lines: []pricing.LineQuantity{{LineNumber: 1, Quantity: value.Some(decimal.NewFromInt(1))}},
		}, facts)
		if err != nil {
			log.Fatal(err)
		}
		order, facts.Invoices = out.Record, append(facts.Invoices, out.Invoice)
		sum = sum.Add(out.Invoice.TotalAmount)
		fmt.Println(out.Invoice.TotalAmount)
	}
	fmt.Println(sum, "of", order.TotalAmount)

	_, err = order.Invoice(leadtocash.InvoiceOrder{}, facts)
	fmt.Println(errors.Is(err, codes.ErrNothingToInvoice))
	// Output:
	// 30.00
	// 29.99
	// 30.00
	// 89.99 of 89.99
	// true
}

func ExampleOrder_Assign() {
	colleague := engine.NewID[record.SellerID]().UUID
	out, err := testkit.NewDesksOrder().Assign(record.Assign{Owner: colleague}, leadtocash.OrderFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Owner == colleague)
	// Output: true
}

func ExampleOrder_Delete() {
	_, err := testkit.NewDesksOrder().Delete(record.DeleteRecord{}, leadtocash.OrderFacts{Invoices: []leadtocash.Invoice{testkit.NewDesksInvoice()}})
	fmt.Println(errors.Is(err, codes.ErrInUse))
	// Output: true
}

func ExampleOrder_RequestApproval() {
	order := testkit.NewDesksOrder()
	out, err := order.RequestApproval(agreement.RequestApproval{}, leadtocash.OrderFacts{Settings: leadtocash.Settings{Approvals: []agreement.Rule{{
		Name: "slow payers", When: []agreement.Condition{{Field: agreement.FieldNetDays, Value: "30"}}, By: agreement.Approvers{ManagerOfOwner: true},
	}}, DueDays: 60}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Approvals[0].Rule, out.Approvals[0].DocumentID.Kind, out.Approvals[0].Status)
	// Output: slow payers order requested
}
