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

// TestProductIsNotItsOwnFamily refuses the smallest circle.
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

// TestProductChangesFamily moves a product in Draft and Under Revision: its inherited
// properties follow the new family, in force once it is published.
func TestProductChangesFamily(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := testkit.OpenShop(t, leadtocash.Settings{})
	family := func(name, property string, parent record.ProductID) record.ProductID {
		return testkit.Must(s.Products().Create(ctx, catalog.CreateProduct{ParentID: parent, Structure: catalog.StructureFamily, Fields: catalog.ProductFields{
			Name: name, Properties: []catalog.Property{{Name: property, DataType: catalog.PropertyText}},
		}})).ID
	}
	lamps, chairs := family("lamps", "watt", record.ProductID{}), family("chairs", "legs", record.ProductID{})
	stools := family("stools", "height", chairs)
	testkit.Must(s.Products().Publish(ctx, lamps, catalog.PublishProduct{}))
	testkit.Must(s.Products().Publish(ctx, chairs, catalog.PublishProduct{}))
	chair := testkit.Must(s.Products().Get(ctx, s.Chair))
	p := testkit.Must(s.Products().Create(ctx, catalog.CreateProduct{ParentID: lamps, Fields: catalog.ProductFields{
		Name: "perch", UnitGroupID: chair.UnitGroupID, DefaultUnitID: chair.DefaultUnitID,
	}}))
	properties := func() (names []string) {
		for _, q := range testkit.Must(s.Products().Properties(ctx, p.ID)) {
			names = append(names, q.Name)
		}
		return names
	}
	edit := func(cmd catalog.EditProduct) (catalog.Product, error) {
		cmd.Fields = p.ProductFields
		return s.Products().Edit(ctx, p.ID, cmd)
	}
	if p = testkit.Must(edit(catalog.EditProduct{ParentID: stools})); p.ParentID != stools || !slices.Equal(properties(), []string{"legs", "height"}) {
		t.Errorf("the draft is in %s with %v", p.ParentID, properties())
	}
	if p = testkit.Must(edit(catalog.EditProduct{WithoutParent: true})); !p.ParentID.IsZero() || properties() != nil {
		t.Errorf("without family the draft is in %s with %v", p.ParentID, properties())
	}
	testkit.Must(edit(catalog.EditProduct{ParentID: lamps}))
	testkit.Must(s.Products().Publish(ctx, p.ID, catalog.PublishProduct{}))
	if _, err := edit(catalog.EditProduct{ParentID: chairs}); !errors.Is(err, codes.ErrReadOnly) {
		t.Errorf("an active product: %v", err)
	}

	// Under revision the old family is in force, and Revert goes back to it.
	testkit.Must(s.Products().Revise(ctx, p.ID, catalog.ReviseProduct{}))
	testkit.Must(edit(catalog.EditProduct{ParentID: chairs}))
	if !slices.Equal(properties(), []string{"watt"}) {
		t.Errorf("%v are in force under revision, want watt", properties())
	}
	if p = testkit.Must(s.Products().Revert(ctx, p.ID, catalog.RevertProduct{})).Record; p.ParentID != lamps || !p.PublishedParentID.IsZero() {
		t.Errorf("reverted into %s", p.ParentID)
	}
	testkit.Must(s.Products().Revise(ctx, p.ID, catalog.ReviseProduct{}))
	testkit.Must(edit(catalog.EditProduct{ParentID: chairs}))
	p = testkit.Must(s.Products().Publish(ctx, p.ID, catalog.PublishProduct{})).Record
	if p.ParentID != chairs || !p.PublishedParentID.IsZero() || !slices.Equal(properties(), []string{"legs"}) {
		t.Errorf("published in %s with %v", p.ParentID, properties())
	}
}

// TestFamilyIsRefused lists the families that a product cannot have.
func TestFamilyIsRefused(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := testkit.OpenShop(t, leadtocash.Settings{})
	create := func(structure catalog.ProductStructure, parent record.ProductID, properties ...catalog.Property) catalog.Product {
		return testkit.Must(s.Products().Create(ctx, catalog.CreateProduct{ParentID: parent, Structure: structure, Fields: catalog.ProductFields{Name: "x", Properties: properties}}))
	}
	color := catalog.Property{Name: "color", DataType: catalog.PropertyText}
	top := create(catalog.StructureFamily, record.ProductID{}, color)
	below := create(catalog.StructureFamily, top.ID)
	other := create(catalog.StructureFamily, record.ProductID{})
	deep := create(catalog.StructureFamily, create(catalog.StructureFamily, other.ID).ID)
	hue := color
	hue.Name, hue.Overrides = "hue", "color"
	chair := create(catalog.StructureProduct, below.ID, hue)
	for _, c := range []struct {
		product catalog.Product
		cmd     catalog.EditProduct
		want    []string
	}{
		{other, catalog.EditProduct{ParentID: other.ID}, []string{"parent_cycle parent_id"}},
		{other, catalog.EditProduct{ParentID: deep.ID}, []string{"parent_cycle parent_id"}},
		{other, catalog.EditProduct{ParentID: chair.ID}, []string{"not_family parent_id"}},
		{chair, catalog.EditProduct{ParentID: other.ID}, []string{"invalid fields.properties[0].overrides"}},
		{chair, catalog.EditProduct{WithoutParent: true}, []string{"invalid fields.properties[0].overrides"}},
		{below, catalog.EditProduct{ParentID: other.ID, WithoutParent: true}, []string{"invalid parent_id"}},
		{below, catalog.EditProduct{ParentID: engine.NewID[record.ProductID]()}, []string{"not_found parent_id"}},
	} {
		c.cmd.Fields = c.product.ProductFields
		_, err := s.Products().Edit(ctx, c.product.ID, c.cmd)
		if got := testkit.FaultsOf(err); !slices.Equal(got, c.want) {
			t.Errorf("%s into %s: got %q (%v), want %q", c.product.ProductNumber, c.cmd.ParentID, got, err, c.want)
		}
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
