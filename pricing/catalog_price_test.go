package pricing_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// TestDocumentsFollowTheCatalog follows one quote through its order: drafts
// follow the price list, orders are locked until somebody unlocks them.
func TestDocumentsFollowTheCatalog(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), testkit.OpenShop(t, leadtocash.Settings{})
	q := s.Quote(ctx, t, pricing.FromCatalog(s.Chair, decimal.NewFromInt(12)))
	total := func(what string, got money.Amount, want string) {
		t.Helper()
		if got.String() != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	total("the quote", q.TotalAmount, "832.44")
	if l := q.Lines[0]; l.ProductName != "chair" || l.UnitID.IsZero() {
		t.Errorf("the line is %+v", l)
	}
	s.SetPrice(t, "80.00")
	q, err := s.Quotes().Recalculate(ctx, q.ID, pricing.Recalculate{})
	if err != nil {
		t.Fatal(err)
	}
	total("the draft follows", q.TotalAmount, "888.00")
	if q, err = s.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}); err != nil {
		t.Fatal(err)
	}
	won, err := s.Quotes().WinToOrder(ctx, q.ID, leadtocash.WinQuoteToOrder{})
	if err != nil {
		t.Fatal(err)
	}
	s.SetPrice(t, "100.00")
	o, err := s.Orders().Recalculate(ctx, won.Order.ID, pricing.Recalculate{})
	if err != nil {
		t.Fatal(err)
	}
	total("the locked order", o.TotalAmount, "888.00")
	change := pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: pricing.FromCatalog(s.Chair, decimal.NewFromInt(9))}}}
	if o, err = s.Orders().EditLines(ctx, o.ID, change); err != nil {
		t.Fatal(err)
	}
	total("nine at the locked price, without tier", o.TotalAmount, "720.00")
	if o, err = s.Orders().UnlockPricing(ctx, o.ID, leadtocash.UnlockPricing{}); err != nil {
		t.Fatal(err)
	}
	total("the unlocked order", o.TotalAmount, "900.00")
}

// TestBundleLines adds a bundle with its members, and takes it off again.
func TestBundleLines(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), testkit.OpenShop(t, leadtocash.Settings{})
	q := s.Quote(ctx, t, pricing.FromCatalog(s.Set, decimal.NewFromInt(2)), pricing.WriteIn("delivery", decimal.NewFromInt(1), decimal.NewFromInt(40)))
	if len(q.Lines) != 3 || q.TotalAmount.String() != "540.00" {
		t.Fatalf("%d lines come to %s", len(q.Lines), q.TotalAmount)
	}
	member := q.Lines[1]
	if member.ProductType != pricing.ProductTypeRequiredBundleProduct || member.ParentBundle != q.Lines[0].LineNumber || !member.Quantity.Equal(testkit.Some("8")) {
		t.Errorf("the member is %+v", member)
	}
	if _, err := s.Quotes().EditLines(ctx, q.ID, pricing.EditLines{Remove: []int32{member.LineNumber}}); !testkit.HasCode(err, codes.ErrInvalid) {
		t.Errorf("a member was removed: %v", err)
	}
	q, err := s.Quotes().EditLines(ctx, q.ID, pricing.EditLines{Remove: []int32{q.Lines[0].LineNumber}})
	if err != nil || len(q.Lines) != 1 {
		t.Errorf("%d lines are left: %v", len(q.Lines), err)
	}
}

// TestUnsellableProducts refuses new lines, and blocks documents whose price is
// gone.
func TestUnsellableProducts(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), testkit.OpenShop(t, leadtocash.Settings{})
	q := s.Quote(ctx, t, pricing.FromCatalog(s.Chair, decimal.NewFromInt(1)))
	if err := s.PriceListItems().Delete(ctx, s.Item, record.DeleteRecord{}); err != nil {
		t.Fatal(err)
	}
	q, err := s.Quotes().Recalculate(ctx, q.ID, pricing.Recalculate{})
	if err != nil || q.Lines[0].PricingError != catalog.PricingErrorProductNotInPriceLevel || !q.TotalAmount.IsZero() {
		t.Errorf("without item the line has %q, the quote %s: %v", q.Lines[0].PricingError, q.TotalAmount, err)
	}
	if _, err := s.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}); !testkit.HasCode(err, codes.ErrPricing) {
		t.Errorf("activated: %v", err)
	}
	if _, err := s.Products().Retire(ctx, s.Chair, catalog.RetireProduct{}); !testkit.HasCode(err, codes.ErrInActiveBundle) {
		t.Errorf("retired out of an active bundle: %v", err)
	}
	if _, err := s.Products().Retire(ctx, s.Set, catalog.RetireProduct{}); err != nil {
		t.Fatal(err)
	}
	add := pricing.EditLines{Add: []pricing.LineFields{pricing.FromCatalog(s.Set, decimal.NewFromInt(1))}}
	if _, err := s.Quotes().EditLines(ctx, q.ID, add); !testkit.HasCode(err, codes.ErrInactiveProduct) {
		t.Errorf("a retired product was added: %v", err)
	}
}

func TestExplainPrices(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), testkit.OpenShop(t, leadtocash.Settings{})
	q := s.Quote(ctx, t, pricing.FromCatalog(s.Chair, decimal.NewFromInt(12)))
	list, err := s.Quotes().ExplainPrices(ctx, q.ID)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []pricing.PriceStepKind
	for _, step := range list[0].Steps {
		kinds = append(kinds, step.Kind)
	}
	want := []pricing.PriceStepKind{
		pricing.PriceStepCatalogPrice, pricing.PriceStepUnitPrice, pricing.PriceStepVolumeDiscount, pricing.PriceStepBaseAmount,
		pricing.PriceStepNetAmount, pricing.PriceStepTaxableAmount, pricing.PriceStepExtendedAmount,
	}
	if fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("the steps are %v, want %v", kinds, want)
	}
}
