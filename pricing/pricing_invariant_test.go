package pricing_test

import (
	"math/big"
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// rate is what a tax code takes of a value, with or without tax in it.
func (s *sheet) rate(code *pricing.TaxCode) *big.Rat {
	if code == nil {
		return new(big.Rat)
	}
	rate, hundred := code.Rate.Or(decimal.Decimal{}).Rat(), big.NewRat(100, 1)
	if s.Pricing.PricesIncludeTax {
		hundred.Add(hundred, rate)
	}
	return rate.Quo(rate, hundred)
}

// halfUlps are n halves of the smallest amount.
func (s *sheet) halfUlps(n int) *big.Rat {
	ulp := s.Currency.Units(1).Decimal().Rat()
	return ulp.Mul(ulp, big.NewRat(int64(n), 2))
}

// members counts what is taxed: lines, and freight if there is any.
func (s *sheet) members() int {
	n := len(s.lines)
	if !s.freight().IsZero() {
		n++
	}
	return n
}

// A sheet is a document on the test's desk: what was given, what came out.
type sheet struct {
	pricing.PriceInput
	shelf  *shelf // nil: without catalogue
	given  []pricing.Line
	lines  []pricing.Line
	totals pricing.Totals
}

func (s *sheet) price() *sheet {
	s.lines, s.totals = pricing.Price(s.PriceInput, s.given)
	return s
}

func (s *sheet) zero() money.Amount { return s.Currency.Zero() }

func (s *sheet) freight() money.Amount { return s.FreightAmount.Or(s.zero()) }

func (s *sheet) freightTax() money.Amount { return s.FreightTaxOf(s.lines, s.totals) }

func (s *sheet) included() money.Amount { return s.TaxIncludedIn(s.totals) }

func (s *sheet) isComputed() bool { return s.Pricing.TaxMode == pricing.TaxComputed }

func (s *sheet) groups() []pricing.TaxGroup {
	return pricing.TaxGroups(s.PriceInput, s.lines, s.totals)
}

// again prices the document with another header, from what was given.
func (s *sheet) again(change func(other *sheet)) *sheet {
	other := &sheet{PriceInput: s.PriceInput, shelf: s.shelf, given: slices.Clone(s.given)}
	change(other)
	return other.price()
}

// add adds up what the lines without error say.
func (s *sheet) add(of func(l *pricing.Line) money.Amount) money.Amount {
	total := s.zero()
	for i := range s.lines {
		if s.lines[i].PricingError == 0 {
			total = total.Add(of(&s.lines[i]))
		}
	}
	return total
}

func (s *sheet) tax(l *pricing.Line) money.Amount { return l.Tax.Or(s.zero()) }

func net(l *pricing.Line) money.Amount { return l.NetAmount }

func base(l *pricing.Line) money.Amount { return l.BaseAmount }

func share(l *pricing.Line) money.Amount { return l.AllocatedDiscount }

func discount(l *pricing.Line) money.Amount { return l.ManualDiscountTotal() }

func mustEqual(t *rapid.T, what string, got, want money.Amount) {
	t.Helper()
	if !got.Equal(want) {
		t.Fatalf("%s: %s, want %s", what, got, want)
	}
}

// sheets draws documents without errors, half of them with a catalogue: every
// kind of line, discounts that fit, typed and computed taxes, freight,
// prepayments, cash rounding.
var sheets = rapid.Custom(func(t *rapid.T) *sheet {
	s := &sheet{}
	s.Currency = testkit.Currencies.Draw(t, "currency")
	s.Pricing = testkit.Pricings.Draw(t, "pricing")
	if rapid.Bool().Draw(t, "computed tax") {
		s.Pricing.TaxMode, s.Pricing.PricesIncludeTax = pricing.TaxComputed, rapid.Bool().Draw(t, "included")
		s.Pricing.TaxRounding = someOf(t, "tax rounding", pricing.TaxRoundingGlobal, pricing.TaxRoundingPerLine)
	}
	if rapid.Bool().Draw(t, "catalogue") {
		s.shelf = drawShelf(t, s.Currency, s.Pricing)
		s.Catalog, s.PriceListID = s.shelf.Catalog, s.shelf.list
	}
	for range rapid.IntRange(0, 6).Draw(t, "lines") {
		s.given = append(s.given, drawLine(t, s))
	}
	s.price()
	for i := range s.given {
		if rapid.Bool().Draw(t, "discounted") {
			s.given[i].ManualDiscount = value.Some(drawDiscount(t, s, i))
		}
	}
	s.price()
	if rapid.Bool().Draw(t, "percentage") {
		s.DiscountPercentage = value.Some(decimal.New(rapid.Int64Range(0, 100_00000).Draw(t, "percent"), -5))
		s.price()
	}
	if rapid.Bool().Draw(t, "amount") {
		s.DiscountAmount = value.Some(testkit.Between(t, s.Currency, s.totals.TotalAmountLessFreight, "discount"))
	}
	money := func(label string, low int64) testkit.Money {
		if !rapid.Bool().Draw(t, label) {
			return value.None[money.Amount]()
		}
		return value.Some(s.Currency.Units(rapid.Int64Range(low, 1e7).Draw(t, label)))
	}
	s.FreightTaxCode = drawTaxCode(t)
	s.FreightAmount, s.FreightTax, s.PrepaidAmount = money("freight", 0), money("freight tax", -1e7), money("prepaid", -1e7)
	if rapid.Bool().Draw(t, "rounding") {
		s.PayableRounding = &pricing.PayableRounding{Increment: s.Currency.Units(rapid.Int64Range(0, 1000).Draw(t, "increment"))}
	}
	s.price()
	if s.totals.PricingError != 0 {
		t.Fatalf("drew a document with the error %s", s.totals.PricingError)
	}
	return s
})

func drawLine(t *rapid.T, s *sheet) pricing.Line {
	l := pricing.Line{
		WriteInText:    "item",
		Quantity:       value.Some(testkit.Decimals(1e6, 5).Draw(t, "quantity")),
		PricePerUnit:   value.Some(testkit.Decimals(1e7, 6).Draw(t, "price")),
		VolumeDiscount: value.Some(testkit.Decimals(1e7, 6).Draw(t, "volume discount")),
	}
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		l.Quantity = testkit.Some("0")
	case 1:
		l.ProductType = pricing.ProductTypeRequiredBundleProduct
	case 2, 3, 4, 5:
		l.ProductID, l.WriteInText = record.ProductID{UUID: uuid.UUID{1}}, ""
		if s.shelf != nil {
			o := rapid.SampledFrom(s.shelf.offers).Draw(t, "offer")
			l.ProductID, l.UnitID, l.IsPriceOverridden = o.product, o.unit, rapid.Bool().Draw(t, "overridden")
			l.Quantity = value.Some(l.Quantity.Or(decimal.Decimal{}).Truncate(o.decimals))
		}
	}
	l.TaxCode = drawTaxCode(t)
	if rapid.Bool().Draw(t, "taxed") {
		l.Tax = value.Some(s.Currency.Units(rapid.Int64Range(-1e7, 1e7).Draw(t, "tax")))
	}
	return l
}

// drawDiscount draws a manual discount that the line can carry.
func drawDiscount(t *rapid.T, s *sheet, i int) money.Amount {
	l := &s.lines[i]
	if s.Pricing.DiscountMethod == pricing.DiscountLineItem {
		return testkit.Between(t, s.Currency, l.BaseAmount, "manual discount")
	}
	if l.BaseAmount.IsZero() {
		return s.zero()
	}
	unit := l.PricePerUnit.Or(decimal.Decimal{}).Sub(l.VolumeDiscount.Or(decimal.Decimal{}))
	return testkit.Between(t, s.Currency, s.Currency.Round(unit.Truncate(int32(s.Currency.Digits()))), "discount per unit")
}

// holds checks an invariant on drawn documents.
func holds(t *testing.T, invariant func(t *rapid.T, s *sheet)) {
	t.Helper()
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { invariant(t, sheets.Draw(t, "document")) })
}

func TestPricingInvariant01DetailIsSumOfNet(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		mustEqual(t, "detail", s.totals.TotalLineItemAmount, s.add(net))
	})
}

func TestPricingInvariant02LessFreight(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		mustEqual(t, "less freight", s.totals.TotalAmountLessFreight, s.totals.TotalLineItemAmount.Sub(s.totals.DocumentDiscount))
		percent := s.totals.DocumentDiscount.Sub(s.DiscountAmount.Or(s.zero()))
		exact := s.totals.TotalLineItemAmount.Decimal().Mul(s.DiscountPercentage.Or(decimal.Decimal{})).Shift(-2)
		mustEqual(t, "percentage", percent, s.Currency.RoundMode(exact, s.Pricing.RoundingMode))
	})
}

func TestPricingInvariant03Total(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		mustEqual(t, "total", s.totals.TotalAmount, s.totals.TotalAmountLessFreight.Add(s.freight()).Add(s.totals.TotalTax).Sub(s.included()))
	})
}

func TestPricingInvariant04Discounts(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		mustEqual(t, "line discounts", s.totals.TotalLineItemDiscountAmount, s.add(discount))
		mustEqual(t, "all discounts", s.totals.TotalDiscountAmount, s.totals.DocumentDiscount.Add(s.add(discount)))
	})
}

func TestPricingInvariant05Tax(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		mustEqual(t, "tax", s.totals.TotalTax, s.add(s.tax).Add(s.freightTax()))
		for i := range s.lines {
			want := s.lines[i].NetAmount
			if !s.Pricing.PricesIncludeTax {
				want = want.Add(s.tax(&s.lines[i]))
			}
			mustEqual(t, "extended amount", s.lines[i].ExtendedAmount, want)
		}
		if s.isComputed() {
			groups := s.zero()
			for _, g := range s.groups() {
				groups = groups.Add(g.Tax)
			}
			mustEqual(t, "tax of groups", s.totals.TotalTax, groups)
		}
	})
}

func TestPricingInvariant06TotalNet(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		net := s.totals.TotalAmount.Sub(s.totals.TotalTax)
		if !s.isComputed() {
			mustEqual(t, "net total", net, s.add((*pricing.Line).AfterDiscount).Add(s.freight()))
			return
		}
		bases := s.zero()
		for _, g := range s.groups() {
			bases = bases.Add(g.Base)
		}
		mustEqual(t, "bases of groups", net, bases)
	})
}

func TestPricingInvariant07LineTotals(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		total := s.add(func(l *pricing.Line) money.Amount { return s.TaxableAmount(l).Add(s.tax(l)) }).Add(s.freight())
		if !s.Pricing.PricesIncludeTax {
			total = total.Add(s.freightTax())
		}
		mustEqual(t, "total", s.totals.TotalAmount, total)
	})
}

func TestPricingInvariant08SharesAddUp(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		mustEqual(t, "shares", s.add(share), s.totals.DocumentDiscount)
	})
}

func TestPricingInvariant09AmountDue(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		rounding := s.totals.PayableRoundingAmount
		mustEqual(t, "due", s.totals.AmountDue, s.totals.TotalAmount.Sub(s.PrepaidAmount.Or(s.zero())).Add(rounding))
		if r := s.PayableRounding; r != nil && !r.Increment.IsZero() {
			step := r.Increment
			if !s.totals.AmountDue.Decimal().Mod(step.Decimal()).IsZero() {
				t.Fatalf("%s is not a multiple of %s", s.totals.AmountDue, step)
			}
			if rounding.Add(rounding).Abs().Cmp(step) > 0 {
				t.Fatalf("rounded by %s in steps of %s", rounding, step)
			}
		}
	})
}

func TestPricingInvariant11SharesAreNearlyExact(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		if s.totals.DocumentDiscount.IsZero() {
			return
		}
		detail, ulp := s.totals.TotalLineItemAmount.Decimal().Rat(), s.Currency.Units(1).Decimal().Rat()
		for i := range s.lines {
			l := &s.lines[i]
			if !testkit.Inside(l.AllocatedDiscount, l.NetAmount) {
				t.Fatalf("line %d takes %s of %s", i, l.AllocatedDiscount, l.NetAmount)
			}
			exact := new(big.Rat).Mul(s.totals.DocumentDiscount.Decimal().Rat(), l.NetAmount.Decimal().Rat())
			exact.Quo(exact, detail)
			if off := exact.Sub(exact, l.AllocatedDiscount.Decimal().Rat()); off.Abs(off).Cmp(ulp) >= 0 {
				t.Fatalf("line %d is off by %s", i, off.FloatString(9))
			}
		}
	})
}

func TestPricingInvariant12DiscountsFlipNothing(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		for i := range s.lines {
			l := &s.lines[i]
			if sign := l.AfterDiscount().Sign(); sign != 0 && sign != l.NetAmount.Sign() {
				t.Fatalf("line %d: net %s, after discount %s", i, l.NetAmount, l.AfterDiscount())
			}
		}
	})
}

func TestPricingInvariant17VolumeDiscount(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		mirrored := s.mirror()
		for i := range s.lines {
			l := &s.lines[i]
			volume, price := l.VolumeDiscount.Or(decimal.Decimal{}), l.PricePerUnit.Or(decimal.Decimal{})
			if volume.Sign() < 0 || volume.GreaterThan(decimal.Max(price, decimal.Decimal{})) {
				t.Fatalf("line %d: %s off a price of %s", i, volume, price)
			}
			if l.IsWriteIn() && !l.VolumeDiscount.IsZero() {
				t.Fatalf("line %d: a volume discount of %s on a write-in", i, volume)
			}
			if l.Quantity.Or(decimal.Decimal{}).IsZero() && !volume.IsZero() {
				t.Fatalf("line %d: a discount of %s on nothing", i, volume)
			}
			if other := mirrored.lines[i].VolumeDiscount; !other.Equal(l.VolumeDiscount) {
				t.Fatalf("line %d: %v for the quantity, %v for its negative", i, l.VolumeDiscount, other)
			}
		}
	})
}

func TestPricingInvariant18ManualDiscount(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		for i := range s.lines {
			if l := &s.lines[i]; !testkit.Inside(discount(l), l.BaseAmount) {
				t.Fatalf("line %d: a discount of %s on %s", i, discount(l), l.BaseAmount)
			}
		}
	})
}

func TestPricingInvariant19Decimals(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		digits := func(what string, a money.Amount) {
			if a.Digits() != s.Currency.Digits() {
				t.Fatalf("%s is %s in a currency of %d decimals", what, a, s.Currency.Digits())
			}
		}
		tt := &s.totals
		for _, a := range []money.Amount{
			tt.TotalLineItemAmount, tt.TotalLineItemDiscountAmount, tt.DocumentDiscount, tt.TotalDiscountAmount,
			tt.TotalAmountLessFreight, tt.TotalTax, tt.TotalAmount, tt.PayableRoundingAmount, tt.AmountDue,
		} {
			digits("a total", a)
		}
		for i := range s.lines {
			l := &s.lines[i]
			for _, a := range []money.Amount{l.BaseAmount, l.NetAmount, l.AllocatedDiscount, l.ExtendedAmount, s.tax(l), l.ManualDiscount.Or(s.zero())} {
				digits("a line's amount", a)
			}
			for _, o := range []testkit.Number{l.PricePerUnit, l.VolumeDiscount} {
				if d, ok := o.Get(); ok && d.Exponent() != -int32(s.Pricing.Precision(s.Currency)) {
					t.Fatalf("line %d has the price or discount %s at a precision of %d", i, d, s.Pricing.Precision(s.Currency))
				}
			}
		}
	})
}

func TestPricingInvariant20NothingChangesNoTotal(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		free := drawLine(t, s)
		free.Tax = value.None[money.Amount]()
		if rapid.Bool().Draw(t, "included") {
			free.ProductType = pricing.ProductTypeRequiredBundleProduct
		} else {
			free.Quantity = testkit.Some("0")
		}
		with := s.again(func(other *sheet) { other.given = append(other.given, free) })
		mustEqualTotals(t, with.totals, s.totals)
	})
}

func TestPricingInvariant24OrderOfLines(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		shuffled := &sheet{PriceInput: s.PriceInput, given: rapid.Permutation(s.given).Draw(t, "order")}
		mustEqualTotals(t, shuffled.price().totals, s.totals)
	})
}

// mirror is the document that cancels s.
func (s *sheet) mirror() *sheet {
	negate := func(o testkit.Money) testkit.Money {
		if a, ok := o.Get(); ok {
			return value.Some(a.Neg())
		}
		return o
	}
	m := &sheet{PriceInput: s.PriceInput, given: slices.Clone(s.given)}
	m.DiscountAmount, m.PrepaidAmount, m.FreightTax = negate(s.DiscountAmount), negate(s.PrepaidAmount), negate(s.FreightTax)
	for i := range m.given {
		l := &m.given[i]
		l.Quantity = value.Some(l.Quantity.Or(decimal.Decimal{}).Neg())
		l.Tax = negate(l.Tax)
		if s.Pricing.DiscountMethod == pricing.DiscountLineItem {
			l.ManualDiscount = negate(l.ManualDiscount)
		}
	}
	return m.price()
}

func TestPricingInvariant25Mirror(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		s.FreightAmount = testkit.Money{}
		s.price()
		m := s.mirror()
		opposite := func(what string, a, b money.Amount) {
			t.Helper()
			mustEqual(t, what, a, b.Neg())
		}
		opposite("detail", m.totals.TotalLineItemAmount, s.totals.TotalLineItemAmount)
		opposite("line discounts", m.totals.TotalLineItemDiscountAmount, s.totals.TotalLineItemDiscountAmount)
		opposite("document discount", m.totals.DocumentDiscount, s.totals.DocumentDiscount)
		opposite("tax", m.totals.TotalTax, s.totals.TotalTax)
		opposite("total", m.totals.TotalAmount, s.totals.TotalAmount)
		opposite("rounding", m.totals.PayableRoundingAmount, s.totals.PayableRoundingAmount)
		opposite("due", m.totals.AmountDue, s.totals.AmountDue)
		opposite("freight tax", m.freightTax(), s.freightTax())
		for i := range s.lines {
			a, b := &m.lines[i], &s.lines[i]
			opposite("base", a.BaseAmount, b.BaseAmount)
			opposite("net", a.NetAmount, b.NetAmount)
			opposite("share", a.AllocatedDiscount, b.AllocatedDiscount)
			opposite("tax of a line", s.tax(a), s.tax(b))
			opposite("extended", a.ExtendedAmount, b.ExtendedAmount)
			if !a.PricePerUnit.Equal(b.PricePerUnit) {
				t.Fatalf("line %d: the price %v became %v", i, b.PricePerUnit, a.PricePerUnit)
			}
		}
	})
}

func TestPricingInvariant27Idempotent(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		again := &sheet{PriceInput: s.PriceInput, given: s.lines}
		again.price()
		mustEqualTotals(t, again.totals, s.totals)
		mustEqualLines(t, again.lines, s.lines)
	})
}

// TestPricingInvariant27Locked calculates with locked prices by a catalogue
// that says something else.
func TestPricingInvariant27Locked(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		locked := &sheet{PriceInput: s.PriceInput, given: s.lines}
		locked.PricesLocked, locked.Catalog = true, drawShelf(t, s.Currency, s.Pricing).Catalog
		locked.price()
		mustEqualTotals(t, locked.totals, s.totals)
		mustEqualLines(t, locked.lines, s.lines)
	})
}

func TestPricingInvariant27PiecesStay(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		part := decimal.New(rapid.Int64Range(0, 100).Draw(t, "part"), -2)
		invoice := &sheet{PriceInput: pricing.PriceInput{Currency: s.Currency, Pricing: s.Pricing}}
		invoice.Pricing.TaxMode = pricing.TaxManual // computed tax is no piece
		for i := range s.lines {
			if source := s.lines[i]; source.ProductType == 0 {
				quantity := source.Quantity.Or(decimal.Decimal{}).Mul(part).Truncate(5)
				if quantity.IsZero() {
					continue // nothing to bill
				}
				invoice.lines = append(invoice.lines, source.TakePart(quantity, nil, invoice.Pricing))
			}
		}
		shares := invoice.add(share)
		if !testkit.Inside(shares, invoice.add(net)) {
			return // lines of both signs, whose shares cannot be a discount of the document
		}
		invoice.given, invoice.DiscountAmount = invoice.lines, value.Some(shares)
		invoice.price()
		mustEqualLines(t, invoice.lines, invoice.given)
		mustEqual(t, "document discount", invoice.totals.DocumentDiscount, shares)
	})
}

// TestPricingInvariant28Pieces bills a document in parts, cancelling some of
// them on the way.
func TestPricingInvariant28Pieces(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		for i := range s.lines {
			source := &s.lines[i]
			if source.ProductType != 0 {
				continue
			}
			var live []pricing.Line
			left := source.Quantity.Or(decimal.Decimal{})
			bill := func(quantity decimal.Decimal) {
				l := source.TakePart(quantity, live, s.Pricing)
				if !testkit.Inside(l.BaseAmount, source.BaseAmount) || !testkit.Inside(l.NetAmount, l.BaseAmount) || !testkit.Inside(l.AfterDiscount(), l.NetAmount) ||
					!testkit.Inside(s.tax(&l), s.tax(source)) {
					t.Fatalf("a piece of %+v is %+v", *source, l)
				}
				live, left = append(live, l), left.Sub(quantity)
			}
			for range rapid.IntRange(0, 4).Draw(t, "parts") {
				bill(left.Mul(decimal.New(rapid.Int64Range(0, 100).Draw(t, "part"), -2)).Truncate(5))
				if rapid.IntRange(0, 2).Draw(t, "cancel") == 0 {
					n := rapid.IntRange(0, len(live)-1).Draw(t, "which")
					left = left.Add(live[n].Quantity.Or(decimal.Decimal{}))
					live = slices.Delete(live, n, n+1)
				}
			}
			bill(left)
			all := &sheet{PriceInput: s.PriceInput, lines: live}
			mustEqual(t, "base of the pieces", all.add(base), source.BaseAmount)
			mustEqual(t, "net of the pieces", all.add(net), source.NetAmount)
			mustEqual(t, "shares of the pieces", all.add(share), source.AllocatedDiscount)
			mustEqual(t, "tax of the pieces", all.add(s.tax), s.tax(source))
		}
	})
}

func TestPricingInvariant29DiscountIsExact(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		ulp := s.Currency.Units(1)
		if s.totals.TotalAmountLessFreight.Sign() <= 0 {
			return
		}
		more := &sheet{PriceInput: s.PriceInput, given: s.given}
		more.DiscountAmount = value.Some(s.DiscountAmount.Or(s.zero()).Add(ulp))
		mustEqual(t, "less freight", more.price().totals.TotalAmountLessFreight, s.totals.TotalAmountLessFreight.Sub(ulp))
	})
}

func TestPricingInvariant34RoundingModes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, d := testkit.Currencies.Draw(t, "currency"), testkit.Decimals(1e12, 7).Draw(t, "number")
		away, even := c.RoundMode(d, money.HalfAway), c.RoundMode(d, money.HalfEven)
		isTie := d.Sub(away.Decimal()).Abs().Shift(int32(c.Digits())).Equal(decimal.New(5, -1))
		if apart := away.Sub(even).Abs(); !apart.IsZero() && (!isTie || !apart.Equal(c.Units(1))) {
			t.Fatalf("%s is %s or %s", d, away, even)
		}
	})
}

// rates draws exchange rates of the whole range.
var rates = rapid.Custom(func(t *rapid.T) decimal.Decimal {
	return decimal.New(rapid.Int64Range(1, 1e12).Draw(t, "rate"), rapid.Int32Range(-10, -1).Draw(t, "places"))
})

var amounts = rapid.Int64Range(-1e13, 1e13)

func TestPricingInvariant36Conversion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, b, rate := testkit.Currencies.Draw(t, "currency"), testkit.Currencies.Draw(t, "base"), rates.Draw(t, "rate")
		mode := testkit.Pricings.Draw(t, "pricing").RoundingMode
		x, y := c.Units(amounts.Draw(t, "x")), c.Units(amounts.Draw(t, "y"))
		toBase := func(a money.Amount) money.Amount { return money.ToBase(a, rate, b, mode) }
		if x.Cmp(y)*toBase(x).Cmp(toBase(y)) < 0 {
			t.Fatalf("%s and %s change order as %s and %s", x, y, toBase(x), toBase(y))
		}
		mustEqual(t, "negative", toBase(x.Neg()), toBase(x).Neg())
		mustEqual(t, "zero", toBase(c.Zero()), b.Zero())
		if toBase(x).Valid() != nil {
			return
		}
		back := money.FromBase(toBase(x), rate, c, mode)
		if back.Valid() != nil {
			return
		}
		half := decimal.New(5, -1)
		tolerance := rate.Mul(b.Units(1).Decimal()).Mul(half).Add(c.Units(1).Decimal().Mul(half))
		if off := back.Sub(x).Decimal().Abs(); off.GreaterThan(tolerance) {
			t.Fatalf("%s came back as %s, off by %s, tolerance %s", x, back, off, tolerance)
		}
	})
}

func TestPricingInvariant37ConvertedSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, b, rate := testkit.Currencies.Draw(t, "currency"), testkit.Currencies.Draw(t, "base"), rates.Draw(t, "rate")
		n := rapid.IntRange(1, 20).Draw(t, "lines")
		total, converted := c.Zero(), b.Zero()
		for range n {
			a := c.Units(rapid.Int64Range(-1e6, 1e6).Draw(t, "amount"))
			total, converted = total.Add(a), converted.Add(money.ToBase(a, rate, b, money.HalfAway))
		}
		off := converted.Sub(money.ToBase(total, rate, b, money.HalfAway))
		if off.Valid() != nil {
			return
		}
		if limit := b.Units(int64(n+1) / 2); off.Abs().Cmp(limit) > 0 {
			t.Fatalf("%d lines differ from their sum by %s", n, off)
		}
	})
}

func TestPricingInvariant38Errors(t *testing.T) {
	holds(t, func(t *rapid.T, s *sheet) {
		broken := drawLine(t, s)
		broken.ProductType, broken.Quantity = 0, testkit.Number{}
		at := rapid.IntRange(0, len(s.given)).Draw(t, "at")
		with := &sheet{PriceInput: s.PriceInput, given: slices.Insert(slices.Clone(s.given), at, broken)}
		with.price()
		if l := &with.lines[at]; l.PricingError == 0 || !l.BaseAmount.IsZero() || !l.ExtendedAmount.IsZero() || !l.AllocatedDiscount.IsZero() {
			t.Fatalf("a line without quantity is %+v", *l)
		}
		if with.totals.PricingError != catalog.PricingErrorDetail {
			t.Fatalf("the document has the error %q", with.totals.PricingError)
		}
		with.totals.PricingError = 0
		mustEqualTotals(t, with.totals, s.totals)
		mustEqualLines(t, slices.Delete(with.lines, at, at+1), s.lines)
	})
}

func mustEqualTotals(t *rapid.T, got, want pricing.Totals) {
	t.Helper()
	if got != want {
		t.Fatalf("totals are\n%+v, want\n%+v", got, want)
	}
}

func mustEqualLines(t *rapid.T, got, want []pricing.Line) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d", len(got), len(want))
	}
	for i := range got {
		a, b := got[i], want[i]
		if !a.Quantity.Equal(b.Quantity) || !a.PricePerUnit.Equal(b.PricePerUnit) || !a.VolumeDiscount.Equal(b.VolumeDiscount) {
			t.Fatalf("line %d is\n%+v, want\n%+v", i, a, b)
		}
		b.Quantity, b.PricePerUnit, b.VolumeDiscount = a.Quantity, a.PricePerUnit, a.VolumeDiscount
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("line %d is\n%+v, want\n%+v", i, a, b)
		}
	}
}
