package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func ExamplePriceLists_Create() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	spring, err := client.PriceLists().Create(ctx, catalog.CreatePriceList{
		Origin: record.Origin{Currency: money.CHF},
		Fields: catalog.PriceListFields{Name: "Spring", BeginDate: 2026_03_01, EndDate: 2026_05_31},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(spring.Currency, spring.IsValid(2026_05_31), spring.IsValid(2026_06_01))
	// Output: CHF true false
}

func ExamplePriceLists_Edit() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	fields := shop.Retail.PriceListFields
	fields.BeginDate, fields.EndDate = 2026_12_31, 2026_01_01
	_, err := shop.PriceLists().Edit(ctx, shop.Retail.ID, catalog.EditPriceList{Fields: fields})
	fmt.Println(errors.Is(err, codes.ErrInvalid))
	// Output: true
}

func ExamplePriceLists_Deactivate() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	list, err := shop.PriceLists().Deactivate(ctx, shop.Retail.ID, party.Deactivate{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(list.Status, list.IsValid(2026_03_02))
	// Output: inactive false
}

func ExamplePriceLists_Activate() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	if _, err := shop.PriceLists().Deactivate(ctx, shop.Retail.ID, party.Deactivate{}); err != nil {
		log.Fatal(err)
	}
	list, err := shop.PriceLists().Activate(ctx, shop.Retail.ID, party.Activate{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(list.Status)
	// Output: active
}

func ExamplePriceLists_Delete() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	err := shop.PriceLists().Delete(ctx, shop.Retail.ID, record.DeleteRecord{})
	fmt.Println(errors.Is(err, codes.ErrInUse)) // an item is on it, and the desk has it as default
	// Output: true
}

func ExamplePriceLists_Explain() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	verdicts, err := shop.PriceLists().Explain(ctx, shop.Retail.ID)
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range verdicts {
		for _, r := range v.Reasons() {
			fmt.Println(v.Action, r.Code)
		}
	}
	// Output:
	// price_list.activate invalid_transition
	// price_list.delete in_use
	// price_list.delete in_use
}

func ExamplePriceListItems_Create() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	saved, err := shop.PriceListItems().Create(ctx, catalog.CreatePriceListItem{
		PriceListID: shop.Retail.ID, ProductID: shop.Desk.ID, UnitID: shop.Units.Units[1].ID, // a box, at a price of its own
		Fields: catalog.PriceListItemFields{
			Amount: value.Some(decimal.RequireFromString("1700.00")), QuantitySelling: catalog.SellingWhole,
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	amount, _ := saved.Record.Amount.Get()
	fmt.Println(saved.Record.PricingMethod, amount, saved.Record.QuantitySelling)
	// Output: currency_amount 1700 whole
}

func ExamplePriceListItems_Edit() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	_, err := shop.PriceListItems().Edit(ctx, shop.Item.ID, catalog.EditPriceListItem{Fields: catalog.PriceListItemFields{
		PricingMethod: catalog.PricingMarginCurrentCost, Percentage: value.Some(decimal.NewFromInt(100)),
	}})
	fmt.Println(errors.Is(err, codes.ErrOutOfRange))
	// Output: true
}

func ExamplePriceListItems_Delete() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	if err := shop.PriceListItems().Delete(ctx, shop.Item.ID, record.DeleteRecord{}); err != nil {
		log.Fatal(err)
	}
	n, err := shop.PriceListItems().Count(ctx, engine.PriceListItemQuery{PriceList: shop.Retail.ID})
	fmt.Println(n, err)
	// Output: 0 <nil>
}

// createTiers stores a discount list: 5 % off from ten on.
func createTiers(client *engine.Client) catalog.DiscountList {
	list, err := client.DiscountLists().Create(context.Background(), catalog.CreateDiscountList{
		Type: catalog.DiscountPercentage,
		Fields: catalog.DiscountListFields{Name: "Volume", Tiers: []catalog.DiscountTier{{
			Low: value.Some(decimal.NewFromInt(10)), High: value.Some(decimal.NewFromInt(1000)),
			Percentage: value.Some(decimal.NewFromInt(5)),
		}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	return list
}

func ExampleDiscountLists_Create() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	tiers, err := shop.DiscountLists().Create(ctx, catalog.CreateDiscountList{
		Type: catalog.DiscountPercentage,
		Fields: catalog.DiscountListFields{Name: "Volume", Tiers: []catalog.DiscountTier{{
			Low: value.Some(decimal.NewFromInt(10)), High: value.Some(decimal.NewFromInt(1000)),
			Percentage: value.Some(decimal.NewFromInt(5)),
		}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(tiers.Tier(decimal.NewFromInt(9)), tiers.Tier(decimal.NewFromInt(10))) // -1: no discount
	// Output: -1 0
}

func ExampleDiscountLists_Edit() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	tiers := createTiers(shop.Client)
	fields := tiers.DiscountListFields
	fields.Tiers = append(fields.Tiers, catalog.DiscountTier{
		Low: value.Some(decimal.NewFromInt(1000)), High: value.Some(decimal.NewFromInt(9999)),
		Percentage: value.Some(decimal.NewFromInt(8)),
	})
	_, err := shop.DiscountLists().Edit(ctx, tiers.ID, catalog.EditDiscountList{Fields: fields})
	fmt.Println(errors.Is(err, codes.ErrTierOverlap)) // both tiers are for a thousand
	// Output: true
}

func ExampleDiscountLists_Deactivate() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	tiers := createTiers(shop.Client)
	if _, err := shop.DiscountLists().Deactivate(ctx, tiers.ID, party.Deactivate{}); err != nil {
		log.Fatal(err)
	}
	fields := shop.Item.PriceListItemFields
	fields.DiscountListID = tiers.ID
	_, err := shop.PriceListItems().Edit(ctx, shop.Item.ID, catalog.EditPriceListItem{Fields: fields})
	fmt.Println(errors.Is(err, codes.ErrInactive)) // items that have it keep it
	// Output: true
}

func ExampleDiscountLists_Activate() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	tiers := createTiers(shop.Client)
	if _, err := shop.DiscountLists().Deactivate(ctx, tiers.ID, party.Deactivate{}); err != nil {
		log.Fatal(err)
	}
	tiers, err := shop.DiscountLists().Activate(ctx, tiers.ID, party.Activate{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(tiers.Status)
	// Output: active
}

func ExampleDiscountLists_Delete() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	tiers := createTiers(shop.Client)
	fmt.Println(shop.DiscountLists().Delete(ctx, tiers.ID, record.DeleteRecord{}))
	// Output: <nil>
}

func ExampleDiscountLists_Explain() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	verdicts, err := shop.DiscountLists().Explain(ctx, createTiers(shop.Client).ID)
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range verdicts {
		if len(v.Reasons()) == 0 {
			fmt.Println(v.Action)
		}
	}
	// Output:
	// discount_list.edit
	// discount_list.deactivate
	// discount_list.delete
}

// createFrancs stores the rate of the Swiss franc.
func createFrancs(client *engine.Client) catalog.TransactionCurrency {
	francs, err := client.TransactionCurrencies().Create(context.Background(), catalog.CreateTransactionCurrency{
		Code: money.CHF, Fields: catalog.TransactionCurrencyFields{Name: "Franc", Rate: value.Some(decimal.RequireFromString("0.95"))},
	})
	if err != nil {
		log.Fatal(err)
	}
	return francs
}

func ExampleTransactionCurrencies_Create() {
	ctx, client := context.Background(), testkit.NewDesksClient() // keeps its books in euros
	_, err := client.TransactionCurrencies().Create(ctx, catalog.CreateTransactionCurrency{
		Code: money.CHF, Fields: catalog.TransactionCurrencyFields{Name: "Franc", Rate: value.Some(decimal.RequireFromString("0.95"))},
	})
	if err != nil {
		log.Fatal(err)
	}
	quote, err := client.Quotes().Create(ctx, leadtocash.CreateQuote{
		Origin: record.Origin{Currency: money.CHF},
		Fields: leadtocash.QuoteFields{Name: "Ten desks", CustomerID: record.AccountCustomer(testkit.CreateMeyer(client).ID)},
		Lines:  []pricing.LineFields{pricing.WriteIn("Desk", decimal.NewFromInt(10), decimal.NewFromInt(475))},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(quote.TotalAmount, quote.Currency, "are", quote.BaseTotals(client.Settings()).TotalAmount, "EUR")
	// Output: 4750.00 CHF are 5000.00 EUR
}

func ExampleTransactionCurrencies_Edit() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	francs := createFrancs(client)
	fields := francs.TransactionCurrencyFields
	fields.Rate = value.Some(decimal.RequireFromString("0.93"))
	francs, err := client.TransactionCurrencies().Edit(ctx, francs.ID, catalog.EditTransactionCurrency{Fields: fields})
	if err != nil {
		log.Fatal(err)
	}
	rate, _ := francs.Rate.Get()
	fmt.Println(rate, francs.Code, "per euro, for new documents")
	// Output: 0.93 CHF per euro, for new documents
}

func ExampleTransactionCurrencies_Deactivate() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	francs, err := client.TransactionCurrencies().Deactivate(ctx, createFrancs(client).ID, party.Deactivate{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(francs.Code, francs.Status) // new documents get no rate from it
	// Output: CHF inactive
}

func ExampleTransactionCurrencies_Activate() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	francs := createFrancs(client)
	if _, err := client.TransactionCurrencies().Deactivate(ctx, francs.ID, party.Deactivate{}); err != nil {
		log.Fatal(err)
	}
	francs, err := client.TransactionCurrencies().Activate(ctx, francs.ID, party.Activate{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(francs.Code, francs.Status)
	// Output: CHF active
}

func ExampleTransactionCurrencies_Delete() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	fmt.Println(client.TransactionCurrencies().Delete(ctx, createFrancs(client).ID, record.DeleteRecord{}))
	// Output: <nil>
}

func ExampleTransactionCurrencies_Explain() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	euros, err := client.TransactionCurrencies().Create(ctx, catalog.CreateTransactionCurrency{
		Code: money.EUR, Fields: catalog.TransactionCurrencyFields{Name: "Euro", Rate: value.Some(decimal.NewFromInt(1))},
	})
	if err != nil {
		log.Fatal(err)
	}
	verdicts, err := client.TransactionCurrencies().Explain(ctx, euros.ID)
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range verdicts {
		for _, r := range v.Reasons() {
			fmt.Println(v.Action, r.Code)
		}
	}
	// Output:
	// transaction_currency.deactivate currency_in_use
	// transaction_currency.activate invalid_transition
}
