package pricing_test

import (
	"context"
	"fmt"
	"log"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func ExamplePropertyValue() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	colored, err := shop.Products().Create(ctx, catalog.CreateProduct{
		Structure: catalog.StructureFamily,
		Fields: catalog.ProductFields{Name: "Colored", Properties: []catalog.Property{
			{Name: "color", DataType: catalog.PropertyOptionSet, Options: []string{"black", "white"}, Required: true},
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	lamp, err := shop.Products().Create(ctx, catalog.CreateProduct{ParentID: colored.ID, Fields: shop.Sold("Lamp")})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := shop.Products().Publish(ctx, colored.ID, catalog.PublishProduct{}); err != nil {
		log.Fatal(err)
	}
	if _, err := shop.PriceListItems().Create(ctx, catalog.CreatePriceListItem{
		PriceListID: shop.Retail.ID, ProductID: lamp.ID,
		Fields: catalog.PriceListItemFields{Amount: value.Some(decimal.NewFromInt(80))},
	}); err != nil {
		log.Fatal(err)
	}
	quote, err := shop.Quotes().Create(ctx, leadtocash.CreateQuote{
		Fields: leadtocash.QuoteFields{
			Name: "Lamps", CustomerID: record.AccountCustomer(testkit.CreateMeyer(shop.Client).ID),
			Charges: pricing.Charges{PriceListID: shop.Retail.ID},
		},
		Lines: []pricing.LineFields{pricing.FromCatalog(lamp.ID, decimal.NewFromInt(3))},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(quote.TotalAmount, quote.Lines[0].PropertyStatus)

	fields := quote.Lines[0].Fields()
	fields.Properties = []pricing.PropertyValue{{Name: "color", Value: "white"}}
	quote, err = shop.Quotes().EditLines(ctx, quote.ID, pricing.EditLines{
		Change: []pricing.ChangeLine{{LineNumber: 1, Fields: fields}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(quote.TotalAmount, quote.Lines[0].PropertyStatus, quote.Lines[0].Property("color"))
	// Output:
	// 240.00 rectify
	// 240.00 edit white
}

func ExampleLine_Fields() {
	quote := testkit.DraftDesksQuote()
	fields := quote.Lines[0].Fields() // to change one of them and keep the others
	fields.Quantity = value.Some(decimal.NewFromInt(20))
	out, err := quote.EditLines(pricing.EditLines{
		Change: []pricing.ChangeLine{{LineNumber: quote.Lines[0].LineNumber, Fields: fields}},
	}, leadtocash.QuoteFacts{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(quote.TotalAmount, out.Record.TotalAmount)
	// Output: 4500.00 9000.00
}
