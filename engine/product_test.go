package engine_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// TestNoSuchProduct asks about a product that there is not: every answer says
// so, and nothing else.
func TestNoSuchProduct(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), testkit.OpenShop(t, leadtocash.Settings{})
	none := engine.NewID[record.ProductID]()
	_, err := s.Products().Substitutes(ctx, none)
	if !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("substitutes: %v", err)
	}
	if _, err = s.Products().Properties(ctx, none); !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("properties: %v", err)
	}
	q := s.Quote(ctx, t)
	_, err = s.Quotes().EditLines(ctx, q.ID, pricing.EditLines{Add: []pricing.LineFields{pricing.FromCatalog(none, decimal.NewFromInt(1))}})
	if got := testkit.FaultsOf(err); !slices.Equal(got, []string{"not_found add[0].product_id"}) {
		t.Errorf("a line: %q", got)
	}
}

// TestProductIsNotItsOwnFamily refuses the smallest circle: families are given
// once, to products that are there, so that there is no larger one.
func TestProductIsNotItsOwnFamily(t *testing.T) {
	t.Parallel()
	client, err := engine.New(memory.New())
	if err != nil {
		t.Fatal(err)
	}
	id := engine.NewID[record.ProductID]()
	_, err = client.Products().Create(t.Context(), catalog.CreateProduct{
		ID: id, ParentID: id, Structure: catalog.StructureFamily, Fields: catalog.ProductFields{Name: "chairs"},
	})
	if got := testkit.FaultsOf(err); !slices.Equal(got, []string{"parent_cycle parent_id"}) {
		t.Errorf("got %q (%v)", got, err)
	}
}

// TestBundleOfDrafts publishes a bundle once its members are sold.
func TestBundleOfDrafts(t *testing.T) {
	t.Parallel()
	bundle := catalog.Product{
		ID: testkit.Numbered[record.ProductID](1), Structure: catalog.StructureBundle, Status: catalog.ProductStatusDraft,
		ProductFields: catalog.ProductFields{
			Name: "set", UnitGroupID: testkit.Numbered[record.UnitGroupID](1), DefaultUnitID: testkit.Numbered[record.UnitID](1),
			Members: []catalog.BundleMember{{ProductID: testkit.Numbered[record.ProductID](2), Quantity: testkit.Some("1")}},
		},
	}
	for status, want := range map[catalog.ProductStatus][]string{
		catalog.ProductStatusActive: nil, catalog.ProductStatusUnderRevision: nil,
		catalog.ProductStatusDraft:   {"inactive_product members[0].product_id"},
		catalog.ProductStatusRetired: {"inactive_product members[0].product_id"},
	} {
		_, err := bundle.Publish(catalog.PublishProduct{}, catalog.ProductFacts{Stamp: testkit.Morning, Members: []catalog.Product{
			{ID: testkit.Numbered[record.ProductID](2), Structure: catalog.StructureProduct, Status: status},
		}})
		if got := testkit.FaultsOf(err); !slices.Equal(got, want) {
			t.Errorf("with a member that is %s: got %q, want %q", status, got, want)
		}
	}
}
