// Command pricing builds a small catalogue, prices one quote from it in every
// way there is, and prints how each amount came about.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("pricing: ")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "pricing prices a quote in every way there is and prints how each amount came about. It has no flags.")
	}
	if flag.Parse(); flag.NArg() > 0 {
		log.Printf("unexpected argument %q", flag.Arg(0))
		os.Exit(2)
	}
	play(context.Background(), os.Stdout)
}

func play(ctx context.Context, out io.Writer) {
	settings := leadtocash.Settings{BaseCurrency: money.EUR, Pricing: pricing.Pricing{TaxMode: pricing.TaxComputed}}
	c := openCatalogue(ctx, must(engine.New(memory.New(), engine.WithSettings(settings))))

	// The same price list prices by amount, by percentage of the list price, by
	// markup and by margin on a cost, and rounds to prices that look well.
	chair := c.product(ctx, "chair", catalog.ProductFields{ListPrice: number("80.00"), CurrentCost: number("50.00"), StandardCost: number("48.00")})
	c.price(ctx, chair, catalog.PriceListItemFields{Amount: number("75.00"), DiscountListID: c.volume})
	desk := c.product(ctx, "desk", catalog.ProductFields{ListPrice: number("420.00")})
	c.price(ctx, desk, catalog.PriceListItemFields{PricingMethod: catalog.PricingPercentOfList, Percentage: number("95")})
	lamp := c.product(ctx, "lamp", catalog.ProductFields{CurrentCost: number("31.37")})
	c.price(ctx, lamp, catalog.PriceListItemFields{
		PricingMethod: catalog.PricingMarkupCurrentCost, Percentage: number("35"),
		RoundingPolicy: catalog.RoundingUp, RoundingOption: catalog.RoundingEndsIn, RoundingAmount: number("0.99"),
	})
	shelf := c.product(ctx, "shelf", catalog.ProductFields{StandardCost: number("100.00")})
	c.price(ctx, shelf, catalog.PriceListItemFields{
		PricingMethod: catalog.PricingMarginStandardCost, Percentage: number("30"),
		RoundingPolicy: catalog.RoundingToNearest, RoundingOption: catalog.RoundingMultipleOf, RoundingAmount: number("0.05"),
	})
	set := c.bundle(ctx, "conference set", catalog.BundleMember{ProductID: chair, Quantity: number("8"), Required: true})
	c.price(ctx, set, catalog.PriceListItemFields{Amount: number("990.00")})

	standard, reduced := tax("19"), tax("7")
	line := func(product record.ProductID, quantity int64, code *pricing.TaxCode) pricing.LineFields {
		l := pricing.FromCatalog(product, decimal.NewFromInt(quantity))
		l.TaxCode = code
		return l
	}
	bargain := line(desk, 1, standard)
	bargain.PricePerUnit = number("350.00") // instead of the catalogue's
	handbook := pricing.WriteIn("handbook", decimal.NewFromInt(2), decimal.RequireFromString("24.90"))
	handbook.TaxCode = reduced
	handbook.ManualDiscount = value.Some(money.EUR.MustAmount("4.80"))

	buyer := must(c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Cantiere Nord"}}))
	quote := must(c.Quotes().Create(ctx, leadtocash.CreateQuote{
		Fields: leadtocash.QuoteFields{
			Name: "Meeting room", CustomerID: record.AccountCustomer(buyer.ID),
			Charges: pricing.Charges{
				PriceListID: c.list, DiscountPercentage: number("5"),
				FreightAmount: value.Some(money.EUR.MustAmount("60.00")), FreightTaxCode: standard,
			},
		},
		Lines: []pricing.LineFields{
			line(chair, 12, standard), line(desk, 2, standard), line(lamp, 3, standard), line(shelf, 1, standard),
			line(set, 1, standard), bargain, handbook,
		},
	}))

	for _, e := range must(c.Quotes().ExplainPrices(ctx, quote.ID)) {
		must(fmt.Fprintln(out, e))
	}
	must(fmt.Fprintf(out, "lines     %9s\n", quote.TotalLineItemAmount))
	must(fmt.Fprintf(out, "discount  %9s\n", quote.DocumentDiscount))
	must(fmt.Fprintf(out, "freight   %9s\n", quote.FreightAmount.Or(money.Amount{})))
	for _, g := range quote.TaxGroups() {
		must(fmt.Fprintf(out, "tax %2s %% %9s  on %s\n", g.Rate, g.Tax, g.Base))
	}
	must(fmt.Fprintf(out, "total     %9s %s\n", quote.TotalAmount, quote.Currency))
}

// catalogue is a client with what all products have in common.
type catalogue struct {
	*engine.Client
	units  catalog.UnitGroup
	list   record.PriceListID
	volume record.DiscountListID
}

func openCatalogue(ctx context.Context, client *engine.Client) *catalogue {
	c := &catalogue{Client: client}
	c.units = must(c.UnitGroups().Create(ctx, catalog.CreateUnitGroup{
		Fields: catalog.UnitGroupFields{Name: "pieces", Units: []catalog.Unit{{Name: "piece"}}},
	}))
	c.list = must(c.PriceLists().Create(ctx, catalog.CreatePriceList{Fields: catalog.PriceListFields{Name: "retail"}})).ID
	c.volume = must(c.DiscountLists().Create(ctx, catalog.CreateDiscountList{
		Type: catalog.DiscountPercentage,
		Fields: catalog.DiscountListFields{Name: "by the dozen", Tiers: []catalog.DiscountTier{
			{Low: number("12"), High: number("59"), Percentage: number("7.5")},
			{Low: number("60"), High: number("100000"), Percentage: number("10")},
		}},
	})).ID
	return c
}

func (c *catalogue) product(ctx context.Context, name string, fields catalog.ProductFields) record.ProductID {
	return c.publish(ctx, catalog.StructureProduct, name, fields)
}

func (c *catalogue) bundle(ctx context.Context, name string, members ...catalog.BundleMember) record.ProductID {
	return c.publish(ctx, catalog.StructureBundle, name, catalog.ProductFields{Members: members})
}

func (c *catalogue) publish(ctx context.Context, structure catalog.ProductStructure, name string, fields catalog.ProductFields) record.ProductID {
	fields.Name, fields.UnitGroupID, fields.DefaultUnitID = name, c.units.ID, c.units.Units[0].ID
	p := must(c.Products().Create(ctx, catalog.CreateProduct{Structure: structure, Fields: fields}))
	return must(c.Products().Publish(ctx, p.ID, catalog.PublishProduct{})).Record.ID
}

func (c *catalogue) price(ctx context.Context, product record.ProductID, fields catalog.PriceListItemFields) {
	must(c.PriceListItems().Create(ctx, catalog.CreatePriceListItem{PriceListID: c.list, ProductID: product, Fields: fields}))
}

func tax(rate string) *pricing.TaxCode {
	return &pricing.TaxCode{Category: pricing.TaxStandard, Rate: number(rate)}
}

func number(text string) value.Opt[decimal.Decimal] {
	return value.Some(decimal.RequireFromString(text))
}

// must ends the program, with the reasons if the library refuses.
func must[T any](outcome T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return outcome
}
