package pricing_test

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/value"
)

// holdsTaxed checks an invariant on drawn documents whose tax is computed.
func holdsTaxed(t *testing.T, invariant func(t *rapid.T, s *sheet)) {
	t.Helper()
	t.Parallel()
	taxed := sheets.Filter((*sheet).isComputed)
	rapid.Check(t, func(t *rapid.T) { invariant(t, taxed.Draw(t, "document")) })
}

func TestPricingInvariant10Components(t *testing.T) {
	holdsTaxed(t, func(t *rapid.T, s *sheet) {
		for _, g := range s.groups() {
			sum, part := s.zero(), s.zero()
			for _, c := range g.Components {
				sum = sum.Add(c.Tax)
			}
			for i := range s.lines {
				if l := &s.lines[i]; l.PricingError == 0 && l.TaxCode != nil && l.TaxCode.Category == g.Category &&
					l.TaxCode.Rate.Or(decimal.Decimal{}).Equal(g.Rate) && len(l.TaxCode.Components) > 0 {
					part = part.Add(s.tax(l))
				}
			}
			if c := s.FreightTaxCode; c != nil && c.Category == g.Category && c.Rate.Or(decimal.Decimal{}).Equal(g.Rate) && len(c.Components) > 0 {
				part = part.Add(s.FreightTaxOf(s.lines, s.totals))
			}
			mustEqual(t, "components", sum, part)
		}
	})
}

// Components of codes that share a rate stay with what is taxed by them, and the
// order of lines changes none.
func TestComponentsStayApart(t *testing.T) {
	t.Parallel()
	code := func(parts ...string) *pricing.TaxCode {
		c := &pricing.TaxCode{Category: pricing.TaxStandard}
		sum := decimal.Decimal{}
		for n := 0; n < len(parts); n += 2 {
			rate := decimal.RequireFromString(parts[n+1])
			sum = sum.Add(rate)
			c.Components = append(c.Components, pricing.TaxComponent{Name: parts[n], Rate: value.Some(rate)})
		}
		c.Rate = value.Some(sum)
		return c
	}
	line := func(price string, code *pricing.TaxCode) pricing.Line {
		return pricing.Line{WriteInText: "x", Quantity: testkit.Some("1"), PricePerUnit: testkit.Some(price), IsPriceOverridden: true, TaxCode: code}
	}
	show := func(lines ...pricing.Line) string {
		p := pricing.PriceInput{Currency: money.EUR, Pricing: pricing.Pricing{TaxMode: pricing.TaxComputed}}
		lines, totals := pricing.Price(p, lines)
		var text []string
		for _, g := range pricing.TaxGroups(p, lines, totals) {
			text = append(text, g.Tax.String())
			for _, c := range g.Components {
				text = append(text, c.Name+" "+c.Rate.String()+" "+c.Tax.String())
			}
		}
		return strings.Join(text, ", ")
	}
	mixed := []pricing.Line{line("100", code("state", "6", "city A", "4")), line("100", code("state", "7", "city B", "3"))}
	for _, c := range []struct {
		lines []pricing.Line
		want  string
	}{
		{mixed, "20.00, city A 4 4.00, city B 3 3.00, state 6 6.00, state 7 7.00"},
		{[]pricing.Line{line("100", code("state", "6", "city A", "4")), line("50", code("state", "6", "city B", "4"))}, "15.00, city A 4 4.00, city B 4 2.00, state 6 9.00"},
		{[]pricing.Line{line("100", code("state", "6", "city A", "4")), line("50", &pricing.TaxCode{Category: pricing.TaxStandard, Rate: testkit.Some("10")})}, "15.00, city A 4 4.00, state 6 6.00"},
		{[]pricing.Line{line("0.05", code("state", "6", "city A", "4")), line("0.05", code("state", "7", "city B", "3"))}, "0.01, city A 4 0.00, city B 3 0.00, state 6 0.01, state 7 0.00"},
	} {
		turned := slices.Clone(c.lines)
		slices.Reverse(turned)
		if got := show(c.lines...); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
		if got := show(turned...); got != c.want {
			t.Errorf("in the other order: got %s, want %s", got, c.want)
		}
	}
}

func TestPricingInvariant13SignOfTax(t *testing.T) {
	holdsTaxed(t, func(t *rapid.T, s *sheet) {
		for i := range s.lines {
			l := &s.lines[i]
			if sign := s.tax(l).Sign(); sign != 0 && sign != l.AfterDiscount().Sign() {
				t.Fatalf("line %d: %s is taxed with %s", i, l.AfterDiscount(), s.tax(l))
			}
		}
	})
}

func TestPricingInvariant14TaxIsNearlyExact(t *testing.T) {
	holdsTaxed(t, func(t *rapid.T, s *sheet) {
		near := func(what string, tax, value money.Amount, code *pricing.TaxCode) {
			t.Helper()
			off := new(big.Rat).Mul(value.Decimal().Rat(), s.rate(code))
			off.Sub(off, tax.Decimal().Rat()).Abs(off)
			if s.Pricing.TaxRounding == pricing.TaxRoundingPerLine && off.Cmp(s.halfUlps(1)) > 0 || off.Cmp(s.halfUlps(2)) >= 0 {
				t.Fatalf("%s: %s is taxed with %s, off by %s", what, value, tax, off.FloatString(9))
			}
		}
		for i := range s.lines {
			if l := &s.lines[i]; l.ProductType != pricing.ProductTypeRequiredBundleProduct {
				near("line", s.tax(l), l.AfterDiscount(), l.TaxCode)
			}
		}
		near("freight", s.freightTax(), s.freight(), s.FreightTaxCode)
	})
}

func TestPricingInvariant15TaxOfGroups(t *testing.T) {
	holdsTaxed(t, func(t *rapid.T, s *sheet) {
		if s.Pricing.TaxRounding == pricing.TaxRoundingPerLine {
			s = s.again(func(other *sheet) { other.Pricing.TaxRounding = pricing.TaxRoundingGlobal })
		}
		for _, g := range s.groups() {
			val := g.Base
			if s.Pricing.PricesIncludeTax {
				val = val.Add(g.Tax)
			}
			exact := new(big.Rat).Mul(val.Decimal().Rat(), s.rate(&pricing.TaxCode{Rate: value.Some(g.Rate)}))
			if want := roundedBy(s, exact); !g.Tax.Equal(want) {
				t.Fatalf("%s %s%%: %s is taxed with %s, want %s", g.Category, g.Rate, val, g.Tax, want)
			}
		}
	})
}

// roundedBy rounds an exact number as the document does, by whole numbers
// alone.
func roundedBy(s *sheet, exact *big.Rat) money.Amount {
	scaled := new(big.Rat).Quo(exact, s.Currency.Units(1).Decimal().Rat())
	whole, rest := new(big.Int).QuoRem(scaled.Num(), scaled.Denom(), new(big.Int))
	rest.Abs(rest).Lsh(rest, 1)
	up := rest.Cmp(scaled.Denom()) > 0
	if rest.Cmp(scaled.Denom()) == 0 {
		up = s.Pricing.RoundingMode == money.HalfAway || whole.Bit(0) == 1
	}
	if up {
		whole.Add(whole, big.NewInt(int64(scaled.Sign())))
	}
	return s.Currency.Units(whole.Int64())
}

// TestPricingInvariant15TaxOfParts bills a document in parts: each rounds its
// taxes by itself.
func TestPricingInvariant15TaxOfParts(t *testing.T) {
	holdsTaxed(t, func(t *rapid.T, s *sheet) {
		whole := s.again(func(other *sheet) {
			other.Pricing.TaxRounding, other.FreightAmount = pricing.TaxRoundingGlobal, testkit.Money{}
			for i := range other.given {
				other.given[i].TaxCode = standardTax("19")
			}
		})
		parts, billed, tax := rapid.IntRange(1, 4).Draw(t, "parts"), make([][]pricing.Line, len(whole.lines)), s.zero()
		for part := range parts {
			invoice := &sheet{PriceInput: pricing.PriceInput{Currency: s.Currency, Pricing: whole.Pricing}}
			for i := range whole.lines {
				source := &whole.lines[i]
				if source.ProductType == pricing.ProductTypeRequiredBundleProduct {
					continue
				}
				quantity := source.Quantity.Or(decimal.Decimal{})
				for _, l := range billed[i] {
					quantity = quantity.Sub(l.Quantity.Or(decimal.Decimal{}))
				}
				if part < parts-1 {
					quantity = quantity.Mul(decimal.New(rapid.Int64Range(0, 100).Draw(t, "percent"), -2)).Truncate(5)
				}
				l := source.TakePart(quantity, billed[i], whole.Pricing)
				billed[i], invoice.given = append(billed[i], l), append(invoice.given, l)
			}
			invoice.lines = invoice.given
			invoice.DiscountAmount = value.Some(invoice.add(share))
			if invoice.price(); invoice.totals.PricingError != 0 {
				return // lines of both signs, whose shares cannot be a discount of the document
			}
			tax = tax.Add(invoice.totals.TotalTax)
		}
		if off := tax.Sub(whole.totals.TotalTax).Decimal().Abs(); off.Rat().Cmp(s.halfUlps(parts+1)) > 0 {
			t.Fatalf("%d invoices are taxed with %s, their order with %s", parts, tax, whole.totals.TotalTax)
		}
	})
}

func TestPricingInvariant16TaxRoundings(t *testing.T) {
	holdsTaxed(t, func(t *rapid.T, s *sheet) {
		other := s.again(func(other *sheet) {
			other.Pricing.TaxRounding = pricing.TaxRoundingGlobal + pricing.TaxRoundingPerLine - s.Pricing.TaxRounding
		})
		off := other.totals.TotalTax.Sub(s.totals.TotalTax).Decimal().Abs().Rat()
		if limit := s.halfUlps(s.members() + len(s.groups())); off.Cmp(limit) > 0 {
			t.Fatalf("%s or %s, by where tax is rounded", s.totals.TotalTax, other.totals.TotalTax)
		}
	})
}

func TestPricingInvariant21FullDiscount(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		full := s.again(func(other *sheet) {
			other.DiscountPercentage, other.DiscountAmount = testkit.Some("100"), testkit.Money{}
		})
		mustEqual(t, "less freight", full.totals.TotalAmountLessFreight, s.zero())
		for i := range full.lines {
			if l := &full.lines[i]; !full.totals.TotalLineItemAmount.IsZero() {
				mustEqual(t, "after discount", l.AfterDiscount(), s.zero())
				if s.isComputed() {
					mustEqual(t, "taxable amount", full.TaxableAmount(l), s.zero())
					mustEqual(t, "tax", full.tax(l), s.zero())
				}
			}
		}
	})
}

func TestPricingInvariant22NoDiscount(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		plain := s.again(func(other *sheet) { other.DiscountPercentage, other.DiscountAmount = testkit.Number{}, testkit.Money{} })
		for i := range plain.lines {
			l := &plain.lines[i]
			taxable := plain.TaxableAmount(l)
			if plain.isComputed() && plain.Pricing.PricesIncludeTax { // taxes of both signs may add up to none
				taxable = taxable.Add(plain.tax(l))
			}
			mustEqual(t, "taxable amount", taxable, l.NetAmount)
		}
	})
}

func TestPricingInvariant23NoTax(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		for _, mode := range []pricing.TaxMode{pricing.TaxManual, pricing.TaxComputed} {
			for _, included := range []bool{false, true} {
				free := s.again(func(other *sheet) {
					other.Pricing.TaxMode, other.Pricing.PricesIncludeTax = mode, included && mode == pricing.TaxComputed
					other.FreightTax, other.FreightTaxCode = testkit.Money{}, standardTax("0")
					for i := range other.given {
						other.given[i].Tax, other.given[i].TaxCode = testkit.Money{}, someOf(t, "code", nil, standardTax("0"))
					}
				})
				mustEqual(t, "tax", free.totals.TotalTax, s.zero())
				mustEqual(t, "total", free.totals.TotalAmount, s.totals.TotalAmountLessFreight.Add(s.freight()))
			}
		}
	})
}

func TestPricingInvariant26IncludedTax(t *testing.T) {
	holdsTaxed(t, func(t *rapid.T, s *sheet) {
		included := s.again(func(other *sheet) { other.Pricing.PricesIncludeTax = true })
		other := included.again(func(other *sheet) {
			other.Pricing.TaxRounding = someOf(t, "rounding", pricing.TaxRoundingGlobal, pricing.TaxRoundingPerLine)
			other.FreightTaxCode = drawTaxCode(t)
			for i := range other.given {
				other.given[i].TaxCode = drawTaxCode(t)
			}
		})
		mustEqual(t, "total at other rates", other.totals.TotalAmount, included.totals.TotalAmount)
	})
}

func TestPricingInvariant30EN16931(t *testing.T) {
	holdsTaxed(t, func(t *rapid.T, s *sheet) {
		if s.Currency.Digits() > 2 {
			return // no invoice of the standard
		}
		s = s.again(func(other *sheet) {
			coded := func(code *pricing.TaxCode) *pricing.TaxCode {
				if code == nil {
					return standardTax("16")
				}
				return code
			}
			other.FreightTaxCode = coded(other.FreightTaxCode)
			for i := range other.given {
				other.given[i].TaxCode = coded(other.given[i].TaxCode)
			}
		})
		e, err := print.NewEN16931(s.PriceInput, s.lines, s.totals)
		if err != nil {
			t.Fatal(err)
		}
		taxable := s.zero()
		for _, g := range e.Breakdown {
			taxable = taxable.Add(g.TaxableAmount)
		}
		mustEqual(t, "taxable amounts", e.TaxExclusiveAmount, taxable)
		mustEqual(t, "with tax", e.TaxInclusiveAmount, e.TaxExclusiveAmount.Add(e.TaxAmount))
		mustEqual(t, "due", e.PayableAmount, s.totals.AmountDue)
		mustEqual(t, "payable", e.PayableAmount, e.TaxInclusiveAmount.Sub(s.PrepaidAmount.Or(s.zero())).Add(e.PayableRoundingAmount))
		if !s.Pricing.PricesIncludeTax && s.Pricing.TaxRounding == pricing.TaxRoundingGlobal && s.Pricing.RoundingMode == money.HalfAway {
			mustEqual(t, "rounding", e.PayableRoundingAmount, s.totals.PayableRoundingAmount)
			mustEqual(t, "allowances", e.AllowanceTotal, s.totals.DocumentDiscount)
		}
	})
}
