package leadtocash_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// shop is a client with a small catalogue: chairs at 75.00, from ten on 7.5 %
// off, and a set of four chairs at 250.00.
type shop struct {
	*leadtocash.Client
	list       leadtocash.PriceListID
	chair, set leadtocash.ProductID
	item       leadtocash.PriceListItemID
}

func openShop(t testing.TB, s leadtocash.Settings) shop {
	t.Helper()
	ctx := t.Context()
	client, err := leadtocash.New(memory.New(), leadtocash.WithSettings(s))
	if err != nil {
		t.Fatal(err)
	}
	euros := leadtocash.Birth{Currency: leadtocash.EUR}
	done := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	group, err := client.UnitGroups().Create(ctx, leadtocash.CreateUnitGroup{Fields: leadtocash.UnitGroupFields{
		Name: "pieces", Units: []leadtocash.Unit{{Name: "piece"}},
	}})
	done(err)
	tiers, err := client.DiscountLists().Create(ctx, leadtocash.CreateDiscountList{
		Type: leadtocash.DiscountPercentage, Fields: leadtocash.DiscountListFields{Name: "volume", Tiers: []leadtocash.DiscountTier{
			{Low: some("10"), High: some("19"), Percentage: some("7.5")},
		}},
	})
	done(err)
	list, err := client.PriceLists().Create(ctx, leadtocash.CreatePriceList{Birth: euros, Fields: leadtocash.PriceListFields{Name: "retail"}})
	done(err)
	product := func(structure leadtocash.ProductStructure, name, price string, members ...leadtocash.BundleMember) (leadtocash.ProductID, leadtocash.PriceListItemID) {
		p, err := client.Products().Create(ctx, leadtocash.CreateProduct{Birth: euros, Structure: structure, Fields: leadtocash.ProductFields{
			Name: name, UnitGroupID: group.ID, DefaultUnitID: group.Units[0].ID, Members: members,
		}})
		done(err)
		_, err = client.Products().Publish(ctx, p.ID, leadtocash.PublishProduct{})
		done(err)
		item, err := client.PriceListItems().Create(ctx, leadtocash.CreatePriceListItem{
			PriceListID: list.ID, ProductID: p.ID, Fields: leadtocash.PriceListItemFields{Amount: some(price), DiscountListID: tiers.ID},
		})
		done(err)
		return p.ID, item.Item.ID
	}
	chair, item := product(leadtocash.StructureProduct, "chair", "75.00")
	set, _ := product(leadtocash.StructureBundle, "set", "250.00", leadtocash.BundleMember{ProductID: chair, Quantity: some("4"), Required: true})
	return shop{client, list.ID, chair, set, item}
}

func (s shop) quote(ctx context.Context, t testing.TB, lines ...leadtocash.LineFields) leadtocash.Quote {
	t.Helper()
	account, err := s.Accounts().Create(ctx, leadtocash.CreateAccount{Fields: leadtocash.AccountFields{Name: "Adventure Works"}})
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.Quotes().Create(ctx, leadtocash.CreateQuote{
		Birth: leadtocash.Birth{Currency: leadtocash.EUR}, Lines: lines,
		Fields: leadtocash.QuoteFields{Name: "chairs", CustomerID: leadtocash.AccountCustomer(account.ID), Charges: leadtocash.Charges{PriceListID: s.list}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func (s shop) setPrice(t testing.TB, price string) {
	t.Helper()
	item, err := s.PriceListItems().Get(t.Context(), s.item)
	if err != nil {
		t.Fatal(err)
	}
	item.Amount = some(price)
	if _, err := s.PriceListItems().Edit(t.Context(), s.item, leadtocash.EditPriceListItem{Fields: item.PriceListItemFields}); err != nil {
		t.Fatal(err)
	}
}

// TestDocumentsFollowTheCatalog follows one quote through its order: drafts
// follow the price list, orders are locked until somebody unlocks them.
func TestDocumentsFollowTheCatalog(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), openShop(t, leadtocash.Settings{})
	q := s.quote(ctx, t, leadtocash.FromCatalog(s.chair, decimal.NewFromInt(12)))
	total := func(what string, got leadtocash.Amount, want string) {
		t.Helper()
		if got.String() != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	total("the quote", q.TotalAmount, "832.44")
	if l := q.Lines[0]; l.ProductName != "chair" || l.UnitID.IsZero() {
		t.Errorf("the line is %+v", l)
	}
	s.setPrice(t, "80.00")
	q, err := s.Quotes().Recalculate(ctx, q.ID, leadtocash.Recalculate{})
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
	s.setPrice(t, "100.00")
	o, err := s.Orders().Recalculate(ctx, won.Order.ID, leadtocash.Recalculate{})
	if err != nil {
		t.Fatal(err)
	}
	total("the locked order", o.TotalAmount, "888.00")
	change := leadtocash.EditLines{Change: []leadtocash.ChangeLine{{LineNumber: 1, Fields: leadtocash.FromCatalog(s.chair, decimal.NewFromInt(9))}}}
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
	ctx, s := t.Context(), openShop(t, leadtocash.Settings{})
	q := s.quote(ctx, t, leadtocash.FromCatalog(s.set, decimal.NewFromInt(2)), leadtocash.WriteIn("delivery", decimal.NewFromInt(1), decimal.NewFromInt(40)))
	if len(q.Lines) != 3 || q.TotalAmount.String() != "540.00" {
		t.Fatalf("%d lines come to %s", len(q.Lines), q.TotalAmount)
	}
	member := q.Lines[1]
	if member.ProductType != leadtocash.ProductTypeRequiredBundleProduct || member.ParentBundle != q.Lines[0].LineNumber || !member.Quantity.Equal(some("8")) {
		t.Errorf("the member is %+v", member)
	}
	if _, err := s.Quotes().EditLines(ctx, q.ID, leadtocash.EditLines{Remove: []int32{member.LineNumber}}); !hasCode(err, leadtocash.ErrInvalid) {
		t.Errorf("a member was removed: %v", err)
	}
	q, err := s.Quotes().EditLines(ctx, q.ID, leadtocash.EditLines{Remove: []int32{q.Lines[0].LineNumber}})
	if err != nil || len(q.Lines) != 1 {
		t.Errorf("%d lines are left: %v", len(q.Lines), err)
	}
}

// TestUnsellableProducts refuses new lines, and blocks documents whose price is
// gone.
func TestUnsellableProducts(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), openShop(t, leadtocash.Settings{})
	q := s.quote(ctx, t, leadtocash.FromCatalog(s.chair, decimal.NewFromInt(1)))
	if err := s.PriceListItems().Delete(ctx, s.item, leadtocash.DeleteRecord{}); err != nil {
		t.Fatal(err)
	}
	q, err := s.Quotes().Recalculate(ctx, q.ID, leadtocash.Recalculate{})
	if err != nil || q.Lines[0].PricingError != leadtocash.PricingErrorProductNotInPriceLevel || !q.TotalAmount.IsZero() {
		t.Errorf("without item the line has %q, the quote %s: %v", q.Lines[0].PricingError, q.TotalAmount, err)
	}
	if _, err := s.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}); !hasCode(err, leadtocash.ErrPricingError) {
		t.Errorf("activated: %v", err)
	}
	if _, err := s.Products().Retire(ctx, s.chair, leadtocash.RetireProduct{}); !hasCode(err, leadtocash.ErrInActiveBundle) {
		t.Errorf("retired out of an active bundle: %v", err)
	}
	if _, err := s.Products().Retire(ctx, s.set, leadtocash.RetireProduct{}); err != nil {
		t.Fatal(err)
	}
	add := leadtocash.EditLines{Add: []leadtocash.LineFields{leadtocash.FromCatalog(s.set, decimal.NewFromInt(1))}}
	if _, err := s.Quotes().EditLines(ctx, q.ID, add); !hasCode(err, leadtocash.ErrInactiveProduct) {
		t.Errorf("a retired product was added: %v", err)
	}
}

func hasCode(err error, code leadtocash.Code) bool {
	for _, c := range verdictOf(err) {
		if c == code {
			return true
		}
	}
	return false
}

func TestExplainPrices(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), openShop(t, leadtocash.Settings{})
	q := s.quote(ctx, t, leadtocash.FromCatalog(s.chair, decimal.NewFromInt(12)))
	list, err := s.Quotes().ExplainPrices(ctx, q.ID)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []leadtocash.PriceStepKind
	for _, step := range list[0].Steps {
		kinds = append(kinds, step.Kind)
	}
	want := []leadtocash.PriceStepKind{
		leadtocash.PriceStepCatalogPrice, leadtocash.PriceStepUnitPrice, leadtocash.PriceStepVolumeDiscount, leadtocash.PriceStepBaseAmount,
		leadtocash.PriceStepNetAmount, leadtocash.PriceStepTaxableAmount, leadtocash.PriceStepExtendedAmount,
	}
	if fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("the steps are %v, want %v", kinds, want)
	}
}
