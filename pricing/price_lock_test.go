package pricing_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// TestPriceLocks follows an order whose prices are locked until somebody wants
// the current ones, and locked again.
func TestPriceLocks(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), testkit.OpenShop(t, leadtocash.Settings{})
	chairs := func(n int64) pricing.LineFields { return pricing.FromCatalog(s.Chair, decimal.NewFromInt(n)) }
	override := func(n int64, price string) pricing.LineFields {
		f := chairs(n)
		f.PricePerUnit = testkit.Some(price)
		return f
	}
	q := s.Quote(ctx, t, chairs(12), override(10, "70.00"))
	if _, err := s.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}); err != nil {
		t.Fatal(err)
	}
	won, err := s.Quotes().WinToOrder(ctx, q.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		t.Fatal(err)
	}
	o := *won.Order
	is := func(what string, err error, want ...string) {
		t.Helper()
		if err != nil || len(o.Lines) != len(want)/3 {
			t.Fatalf("%s: %d lines (%v)", what, len(o.Lines), err)
		}
		for i, l := range o.Lines {
			if !l.PricePerUnit.Equal(testkit.Some(want[3*i])) || !l.VolumeDiscount.Equal(testkit.Some(want[3*i+1])) || l.NetAmount.String() != want[3*i+2] {
				t.Errorf("%s: line %d is at %v less %v and costs %s, want %v", what, i, l.PricePerUnit, l.VolumeDiscount, l.NetAmount, want[3*i:3*i+3])
			}
		}
	}
	is("as ordered", nil, "75.00", "5.63", "832.44", "70.00", "5.25", "647.50")

	s.SetPrice(t, "80.00")
	item, err := s.PriceListItems().Get(ctx, s.Item)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.DiscountLists().Edit(ctx, item.DiscountListID, catalog.EditDiscountList{Fields: catalog.DiscountListFields{
		Name: "volume", Tiers: []catalog.DiscountTier{{Low: testkit.Some("10"), High: testkit.Some("100"), Percentage: testkit.Some("10")}},
	}}); err != nil {
		t.Fatal(err)
	}
	o, err = s.Orders().Recalculate(ctx, o.ID, pricing.Recalculate{})
	is("locked", err, "75.00", "5.63", "832.44", "70.00", "5.25", "647.50")
	edit := func(e pricing.EditLines) error {
		next, err := s.Orders().EditLines(ctx, o.ID, e)
		if err == nil {
			o = next
		}
		return err
	}
	err = edit(pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: chairs(15)}}})
	is("another quantity, at the locked price", err, "75.00", "7.50", "1012.50", "70.00", "5.25", "647.50")
	err = edit(pricing.EditLines{Add: []pricing.LineFields{chairs(1)}})
	is("a new line, at the price of today", err, "75.00", "7.50", "1012.50", "70.00", "5.25", "647.50", "80.00", "0.00", "80.00")
	for name, f := range map[string]pricing.LineFields{
		"a write-in": pricing.WriteIn("assembly", decimal.NewFromInt(1), decimal.NewFromInt(5)), "an override": override(1, "1.00"),
	} {
		if err := edit(pricing.EditLines{Add: []pricing.LineFields{f}}); !testkit.HasCode(err, codes.ErrPricesLocked) {
			t.Errorf("%s was added to an order with locked prices: %v", name, err)
		}
	}
	s.SetPrice(t, "90.00")
	o, err = s.Orders().Recalculate(ctx, o.ID, pricing.Recalculate{})
	is("the new line is locked as well", err, "75.00", "7.50", "1012.50", "70.00", "5.25", "647.50", "80.00", "0.00", "80.00")
	o, err = s.Orders().UnlockPricing(ctx, o.ID, leadtocash.UnlockPricing{})
	is("the current prices", err, "90.00", "9.00", "1215.00", "70.00", "7.00", "630.00", "90.00", "0.00", "90.00")
	o, err = s.Orders().LockPricing(ctx, o.ID, leadtocash.LockPricing{})
	is("locked again", err, "90.00", "9.00", "1215.00", "70.00", "7.00", "630.00", "90.00", "0.00", "90.00")
	billed, err := s.Orders().Invoice(ctx, o.ID, leadtocash.InvoiceOrder{})
	if err != nil {
		t.Fatal(err)
	}
	s.SetPrice(t, "100.00")
	i, err := s.Invoices().UnlockPricing(ctx, billed.Invoice.ID, leadtocash.UnlockPricing{})
	if err != nil || i.TotalAmount.String() != "1935.00" {
		t.Errorf("an invoice of an order with the current prices comes to %s (%v), want what was ordered", i.TotalAmount, err)
	}
}

// TestTakePartWithIncludedTax bills lines whose prices include the tax in up to
// three parts: no part exceeds its line, and together they are the document.
func TestTakePartWithIncludedTax(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		header := pricing.PriceInput{
			Currency: money.EUR, Charges: pricing.Charges{DiscountPercentage: units(t, "discount", 100_00, 2)},
			Pricing: pricing.Pricing{
				TaxMode: pricing.TaxComputed, PricesIncludeTax: true,
				TaxRounding: someOf(t, "rounding", pricing.TaxRoundingGlobal, pricing.TaxRoundingPerLine),
			},
		}
		var order []pricing.Line
		for n := range rapid.IntRange(1, 4).Draw(t, "lines") {
			order = append(order, pricing.Line{
				LineNumber: int32(n + 1), WriteInText: "desk", TaxCode: drawTaxCode(t), PricePerUnit: units(t, "price", 1e5, 2),
				Quantity: value.Some(decimal.NewFromInt(rapid.Int64Range(1, 9).Draw(t, "quantity"))),
			})
		}
		order, whole := pricing.Price(header, order)
		taken := make([][]pricing.Line, len(order))
		left := make([]decimal.Decimal, len(order))
		for i := range order {
			left[i] = order[i].Quantity.Or(decimal.Decimal{})
		}
		total, discount := money.EUR.Zero(), money.EUR.Zero()
		for part := range 3 {
			bill := header
			bill.DiscountPercentage = testkit.Number{}
			var pieces []pricing.Line
			share := money.EUR.Zero()
			for i := range order {
				q := left[i]
				if part < 2 {
					q = decimal.NewFromInt(rapid.Int64Range(0, q.IntPart()).Draw(t, "part"))
				}
				if q.IsZero() {
					continue
				}
				l := order[i].TakePart(q, taken[i], header.Pricing)
				if !testkit.Inside(l.AfterDiscount(), l.NetAmount) || !testkit.Inside(l.NetAmount, l.BaseAmount) || !testkit.Inside(l.BaseAmount, order[i].BaseAmount) {
					t.Fatalf("a part of\n%+v is\n%+v", order[i], l)
				}
				taken[i], left[i] = append(taken[i], l), left[i].Sub(q)
				pieces, share = append(pieces, l), share.Add(l.AllocatedDiscount)
			}
			bill.DiscountAmount = value.Some(share)
			billed, sums := pricing.Price(bill, pieces)
			for i := range billed {
				if !billed[i].NetAmount.Equal(pieces[i].NetAmount) || !billed[i].AllocatedDiscount.Equal(pieces[i].AllocatedDiscount) {
					t.Fatalf("the piece\n%+v was priced anew:\n%+v", pieces[i], billed[i])
				}
			}
			total, discount = total.Add(sums.TotalAmount), discount.Add(sums.DocumentDiscount)
		}
		if !total.Equal(whole.TotalAmount) || !discount.Equal(whole.DocumentDiscount) {
			t.Fatalf("the parts come to %s with %s off, the whole to %s with %s off", total, discount, whole.TotalAmount, whole.DocumentDiscount)
		}
	})
}

// TestCustomPricingErrors lets a host price a document: a line that it cannot
// price holds the document up, and so does a result that is none.
func TestCustomPricingErrors(t *testing.T) {
	t.Parallel()
	priced := func(p pricing.PriceInput, lines []pricing.Line) ([]pricing.Line, pricing.Totals) {
		return pricing.Price(p, lines)
	}
	for name, c := range map[string]struct {
		price  func(pricing.PriceInput, []pricing.Line) ([]pricing.Line, pricing.Totals)
		want   catalog.PricingError // of the document
		line   catalog.PricingError
		reason string // why it cannot be activated
	}{
		"priced": {priced, 0, 0, ""},
		"a line without price": {func(p pricing.PriceInput, lines []pricing.Line) ([]pricing.Line, pricing.Totals) {
			lines, totals := priced(p, lines)
			lines[0].PricingError = catalog.PricingErrorCalculation
			return lines, totals
		}, catalog.PricingErrorDetail, catalog.PricingErrorCalculation, "pricing_error lines[0]"},
		"a line too few": {func(p pricing.PriceInput, lines []pricing.Line) ([]pricing.Line, pricing.Totals) {
			return priced(p, lines[1:])
		}, catalog.PricingErrorCalculation, 0, "pricing_error "},
	} {
		facts := leadtocash.QuoteFacts{Stamp: testkit.Morning, CustomPricing: c.price}
		made, err := leadtocash.NewQuote(leadtocash.CreateQuote{
			ID: testkit.IDOf[record.QuoteID](1), Origin: record.Origin{Currency: money.EUR},
			Fields: leadtocash.QuoteFields{Name: "desks", CustomerID: record.AccountCustomer(testkit.IDOf[record.AccountID](1))},
			Lines:  []pricing.LineFields{pricing.WriteIn("desk", decimal.NewFromInt(1), decimal.NewFromInt(100))},
		}, facts)
		if err != nil {
			t.Fatal(err)
		}
		q := made.Record
		if q.PricingError != c.want || len(q.Lines) != 1 || q.Lines[0].PricingError != c.line {
			t.Errorf("%s: the quote has %q and the line %q, want %q and %q", name, q.PricingError, q.Lines[0].PricingError, c.want, c.line)
		}
		_, err = q.Activate(leadtocash.ActivateQuote{}, facts)
		if got := testkit.FaultsOf(err); len(got) > 1 || c.reason != "" && (len(got) == 0 || got[0] != c.reason) || c.reason == "" && err != nil {
			t.Errorf("%s: activated with %q, want %q", name, got, c.reason)
		}
	}
}
