package pricing_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// listed is a document with lists of allowances and charges.
type listed struct {
	head    record.Head
	charges pricing.Charges
	sale    pricing.PricedLines
}

func (d listed) priced() listed {
	d.sale.Lines = slices.Clone(d.sale.Lines)
	d.sale.Calculate(&d.head, &d.charges, pricing.PriceInput{})
	return d
}

var listedCodes = []*pricing.TaxCode{
	nil,
	{Category: pricing.TaxStandard, Rate: value.Some(decimal.NewFromInt(19))},
	{Category: pricing.TaxStandard, Rate: value.Some(decimal.NewFromInt(7))},
	{Category: pricing.TaxExempt},
}

// drawListed draws a document of positive lines that can be priced.
func drawListed(t *rapid.T) listed {
	d := listed{head: record.Head{Currency: money.EUR}}
	d.sale.Pricing.TaxMode = rapid.SampledFrom([]pricing.TaxMode{pricing.TaxComputed, pricing.TaxManual}).Draw(t, "tax mode")
	d.sale.Pricing.PricesIncludeTax = rapid.Bool().Draw(t, "included")
	d.sale.Pricing.TaxRounding = rapid.SampledFrom([]pricing.TaxRounding{pricing.TaxRoundingGlobal, pricing.TaxRoundingPerLine}).Draw(t, "tax rounding")
	amount := func(most int64, label string) value.Opt[money.Amount] {
		return value.Some(money.EUR.Units(rapid.Int64Range(0, most).Draw(t, label)))
	}
	code := func(label string) *pricing.TaxCode {
		if d.sale.Pricing.TaxMode == pricing.TaxManual {
			return nil
		}
		return rapid.SampledFrom(listedCodes).Draw(t, label)
	}
	for n := range rapid.IntRange(1, 6).Draw(t, "lines") {
		l := pricing.Line{
			LineNumber: int32(n + 1), WriteInText: "x", IsPriceOverridden: true,
			Quantity:     value.Some(decimal.New(rapid.Int64Range(1, 2000).Draw(t, "quantity"), -2)),
			PricePerUnit: value.Some(decimal.New(rapid.Int64Range(2000, 90000).Draw(t, "price"), -2)), TaxCode: code("code"),
		}
		if rapid.IntRange(0, 3).Draw(t, "list") == 0 {
			l.Adjustments = []pricing.Adjustment{
				{Percentage: value.Some(decimal.New(rapid.Int64Range(0, 5000).Draw(t, "percentage"), -2)), Reason: "a"},
				{Kind: pricing.AdjustmentCharge, Amount: amount(900, "charge"), Reason: "b"},
			}
		}
		if rapid.IntRange(0, 5).Draw(t, "base") == 0 {
			l.PriceBase = value.Some(decimal.NewFromInt(rapid.SampledFrom([]int64{1, 2, 3}).Draw(t, "units")))
		}
		d.sale.Lines = append(d.sale.Lines, l)
	}
	if rapid.Bool().Draw(t, "discount") {
		d.charges.DiscountPercentage = value.Some(decimal.New(rapid.Int64Range(0, 3000).Draw(t, "discount"), -2))
	}
	d.charges.FreightAmount, d.charges.FreightTaxCode = amount(2000, "freight"), code("freight code")
	for range rapid.IntRange(0, 3).Draw(t, "entries") {
		a := pricing.Adjustment{Reason: "c", Kind: rapid.SampledFrom([]pricing.AdjustmentKind{pricing.AdjustmentAllowance, pricing.AdjustmentCharge}).Draw(t, "kind")}
		if a.TaxCode = code("entry code"); rapid.Bool().Draw(t, "of percentage") {
			a.Percentage = value.Some(decimal.New(rapid.Int64Range(0, 1000).Draw(t, "entry percentage"), -2))
		} else {
			a.Amount = amount(300, "entry amount")
		}
		d.charges.Adjustments = append(d.charges.Adjustments, a)
	}
	return d
}

// Documents 42 to 45: shares, bounds and the order of lines and entries.
func TestListInvariants(t *testing.T) {
	t.Parallel()
	priced := 0
	rapid.Check(t, func(t *rapid.T) {
		d := drawListed(t).priced()
		if d.sale.PricingError != 0 {
			t.Skip("entries beyond their lines")
		}
		priced++
		zero := money.EUR.Zero()
		shared, allowances, charges := zero, zero, zero
		for _, l := range d.sale.Lines {
			shared = shared.Add(l.AllocatedDiscount)
			if !money.Within(l.AllocatedDiscount, l.NetAmount) {
				t.Errorf("44: %s of a net amount of %s is taken off", l.AllocatedDiscount, l.NetAmount)
			}
		}
		for _, a := range d.charges.Adjustments {
			if a.Kind == pricing.AdjustmentCharge {
				charges = charges.Add(a.Amount.Or(zero))
			} else {
				allowances = allowances.Add(a.Amount.Or(zero))
			}
		}
		if !shared.Equal(d.sale.DocumentDiscount) || d.sale.DocumentDiscount.Cmp(allowances) < 0 || !charges.Equal(d.sale.ChargeTotal) {
			t.Errorf("43: lines bear %s of %s, of which %s is of the list; charges of %s are %s", shared, d.sale.DocumentDiscount, allowances, charges, d.sale.ChargeTotal)
		}
		p := d.sale.Priced(&d.head, &d.charges, pricing.PriceInput{})
		total := d.sale.TotalAmountLessFreight.Add(p.FreightAmount.Or(zero)).Add(charges).Add(d.sale.TotalTax).Sub(p.TaxIncludedIn(d.sale.Totals))
		if !total.Equal(d.sale.TotalAmount) {
			t.Errorf("42: the total is %s, its parts %s", d.sale.TotalAmount, total)
		}
		if again := d.priced(); !again.sale.Equal(d.sale) {
			t.Error("42: calculated twice is another document")
		}
		tax := zero
		for _, g := range pricing.TaxGroups(p, d.sale.Lines, d.sale.Totals) {
			tax = tax.Add(g.Tax)
		}
		if d.sale.Pricing.TaxMode == pricing.TaxComputed && !tax.Equal(d.sale.TotalTax) {
			t.Errorf("42: groups come to %s of %s", tax, d.sale.TotalTax)
		}
		turned := d
		turned.sale.Lines, turned.charges.Adjustments = slices.Clone(d.sale.Lines), slices.Clone(d.charges.Adjustments)
		slices.Reverse(turned.sale.Lines)
		slices.Reverse(turned.charges.Adjustments)
		if turned = turned.priced(); turned.sale.Totals != d.sale.Totals {
			t.Errorf("45: in another order it comes to %+v, not %+v", turned.sale.Totals, d.sale.Totals)
		}
	})
	if priced == 0 {
		t.Error("no document could be priced")
	}
}

// Documents 47: whatever parts are billed, in whatever order, when all is billed
// each entry and each amount adds up to what it was.
func TestPartsAddUpToTheirEntries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := drawListed(t).priced()
		if d.sale.PricingError != 0 {
			t.Skip("entries beyond their lines")
		}
		p := d.sale.Priced(&d.head, &d.charges, pricing.PriceInput{})
		left := make([]decimal.Decimal, len(d.sale.Lines))
		for n := range left {
			left[n] = d.sale.Lines[n].Quantity.Or(decimal.Decimal{})
		}
		var earlier pricing.Part
		taken := map[int32][]pricing.Line{}
		discount, last := money.EUR.Zero(), rapid.IntRange(0, 3).Draw(t, "parts")
		for part := range last + 1 {
			var pieces []pricing.Line
			for n := range d.sale.Lines {
				quantity := left[n]
				if part < last {
					quantity = left[n].Mul(decimal.New(rapid.Int64Range(0, 10).Draw(t, "tenths"), -1)).Truncate(5)
				}
				if left[n] = left[n].Sub(quantity); quantity.IsZero() {
					continue
				}
				source := d.sale.Lines[n]
				piece := source.TakePart(quantity, taken[source.LineNumber], d.sale.Pricing)
				if piece.ManualDiscountTotal().Sign() < 0 || !money.Within(piece.NetAmount, source.NetAmount) {
					t.Errorf("a piece of %s is worth %s", source.NetAmount, piece.NetAmount)
				}
				taken[source.LineNumber] = append(taken[source.LineNumber], piece)
				pieces = append(pieces, piece)
			}
			shares := pricing.SharesOf(p, d.sale.Lines, earlier, pieces, part == 0)
			sum := shares.Discount
			for _, a := range shares.Adjustments {
				if a.Kind == pricing.AdjustmentAllowance {
					sum = sum.Add(a.Amount.Or(money.Amount{}))
				}
			}
			borne := money.EUR.Zero()
			for _, l := range pieces {
				borne = borne.Add(l.AllocatedDiscount)
			}
			if !sum.Equal(borne) {
				t.Errorf("a part takes %s of discounts, its lines bear %s", sum, borne)
			}
			earlier.Lines, earlier.Adjustments = append(earlier.Lines, pieces...), append(earlier.Adjustments, shares.Adjustments...)
			discount = discount.Add(shares.Discount)
		}
		general := d.sale.DocumentDiscount
		for n, a := range d.charges.Adjustments {
			sum := money.EUR.Zero()
			for _, part := range earlier.Adjustments {
				if int(part.Source) == n+1 {
					sum = sum.Add(part.Amount.Or(money.Amount{}))
				}
			}
			if !sum.Equal(a.Amount.Or(money.Amount{})) {
				t.Errorf("47: the parts of entry %d come to %s of %s", n, sum, a.Amount)
			}
			if a.Kind == pricing.AdjustmentAllowance {
				general = general.Sub(sum)
			}
		}
		if !discount.Equal(general) {
			t.Errorf("47: the parts of the discount come to %s of %s", discount, general)
		}
		for n := range d.sale.Lines {
			if l := &d.sale.Lines[n]; len(l.Adjustments) > 0 {
				for at := range l.Adjustments {
					sum := money.EUR.Zero()
					for _, piece := range taken[l.LineNumber] {
						sum = sum.Add(piece.Adjustments[at].Amount.Or(money.Amount{}))
					}
					if !sum.Equal(l.Adjustments[at].Amount.Or(money.Amount{})) {
						t.Errorf("47: the parts of an entry of a line come to %s of %s", sum, l.Adjustments[at].Amount)
					}
				}
			}
		}
	})
}
