package pricing_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// A voucher takes from the lines of its tax rate; insurance is taxed by its own.
func ExampleAdjustment() {
	code := func(rate int64) *pricing.TaxCode {
		return &pricing.TaxCode{Category: pricing.TaxStandard, Rate: value.Some(decimal.NewFromInt(rate))}
	}
	line := func(quantity int64, price string, rate int64) pricing.Line {
		return pricing.Line{
			WriteInText: "desk", Quantity: value.Some(decimal.NewFromInt(quantity)), PricePerUnit: value.Some(decimal.RequireFromString(price)), TaxCode: code(rate),
		}
	}
	voucher := pricing.Allowance(money.EUR.MustAmount("3.33"), "Voucher")
	insurance := pricing.Charge(money.EUR.MustAmount("1.49"), "Insurance")
	voucher.TaxCode, insurance.TaxCode = code(7), code(19)

	head, charges := record.Head{Currency: money.EUR}, pricing.Charges{Adjustments: []pricing.Adjustment{voucher, insurance}}
	sale := pricing.PricedLines{Pricing: pricing.Pricing{TaxMode: pricing.TaxComputed}, Lines: []pricing.Line{line(3, "33.33", 19), line(2, "10.05", 7)}}
	sale.Calculate(&head, &charges, pricing.PriceInput{})
	fmt.Println(sale.DocumentDiscount, sale.Lines[1].AllocatedDiscount, sale.ChargeTotal, sale.TotalTax, sale.TotalAmount)
	// Output: 3.33 3.33 1.49 20.45 138.70
}

// Packing that is taxed like the goods is one charge for each of their tax rates.
func ExampleApportion() {
	groups := []pricing.TaxGroup{
		{Category: pricing.TaxStandard, Rate: decimal.NewFromInt(7), Base: money.EUR.MustAmount("50.00")},
		{Category: pricing.TaxStandard, Rate: decimal.NewFromInt(19), Base: money.EUR.MustAmount("100.00")},
	}
	for _, a := range pricing.Apportion(money.EUR.MustAmount("10.00"), money.EUR, groups) {
		fmt.Println(a.Kind, a.Amount, a.TaxCode.Rate)
	}
	// Output:
	// charge 3.33 7
	// charge 6.67 19
}
