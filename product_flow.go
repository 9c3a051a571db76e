package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
)

// ProductFacts are what decisions about a product depend on besides product and
// command. Nothing in the zero value stands in the way.
type ProductFacts struct {
	Stamp
	BaseCurrency  money.Currency // the organisation's
	CreateActive  bool           // a new product without family is active at once
	Parent        *Product       // the family
	Ancestors     []Product      // the family, its family and so on
	Below         []Product      // of a family: everything in it, however deep, parents first
	Members       []Product      // that the command puts into a bundle, or that are in it
	UnitGroup     *UnitGroup     // that the command chooses
	ActiveBundles []Ref          // active bundles that hold the product
	HasItem       bool           // the price list that the command chooses has an item of the product
	InUse         []Ref          // records that refer to the product, apart from those that go with it
}

type (
	productRule  = rule[*Product, *ProductFacts, ProductStatus]
	productGuard = guard[*Product, *ProductFacts]
)

var productEditable = in(ProductStatusDraft, ProductStatusUnderRevision)

var productFlow = newFlow(
	kinds.Product,
	func(p *Product) Ref { return p.ref() },
	func(p *Product) ProductStatus { return p.Status },
	[]productRule{
		{do: actions.ProductEdit, from: in(ProductStatusDraft), to: in(ProductStatusDraft)},
		{do: actions.ProductEdit, from: in(ProductStatusUnderRevision), to: in(ProductStatusUnderRevision)},
		{do: actions.ProductPublish, from: productEditable, to: in(ProductStatusActive), needs: needs(productFamilyActive, productComplete, productMembersActive)},
		{do: actions.ProductRevise, from: in(ProductStatusActive), to: in(ProductStatusUnderRevision)},
		{do: actions.ProductRevert, from: in(ProductStatusUnderRevision), to: in(ProductStatusActive)},
		{do: actions.ProductRetire, from: in(ProductStatusActive), to: in(ProductStatusRetired), needs: needs(productNotBundled)},
		{do: actions.ProductActivate, from: in(ProductStatusRetired), to: in(ProductStatusActive), needs: needs(productComesBack)},
		{do: actions.ProductSetDefaultPriceList, from: in(ProductStatusActive), to: in(ProductStatusActive)},
		{do: actions.ProductSetDefaultPriceList, from: in(ProductStatusDraft), to: in(ProductStatusDraft)},
		{do: actions.ProductSetDefaultPriceList, from: in(ProductStatusUnderRevision), to: in(ProductStatusUnderRevision)},
		{do: actions.ProductDelete, from: in(ProductStatusDraft), deletes: true, needs: needs(productNotInUse)},
	},
	[]refuse[ProductStatus]{
		{do(actions.ProductEdit), in(ProductStatusActive, ProductStatusRetired), codes.ErrReadOnly},
		{do(actions.ProductSetDefaultPriceList), in(ProductStatusRetired), codes.ErrReadOnly},
		{do(actions.ProductDelete), in(ProductStatusActive, ProductStatusRetired, ProductStatusUnderRevision), codes.ErrDeleteReadOnly},
	},
)

// ProductFlow is the table behind Product.
func ProductFlow() *Flow[*Product, *ProductFacts, ProductStatus] { return productFlow }

var (
	productFamilyActive = productGuard{
		code: codes.ErrFamilyNotActive, text: "the family, if there is one, is active",
		holds: func(_ *Product, f *ProductFacts) bool {
			return f.Parent == nil || f.Parent.Status == ProductStatusActive
		},
	}
	productComplete = productGuard{
		code: codes.ErrMissingField, text: "what is sold has a unit group and a default unit, and no more properties than fit",
		holds:  func(p *Product, f *ProductFacts) bool { return len(p.incomplete(f)) == 0 },
		detail: func(p *Product, f *ProductFacts) []Reason { return p.incomplete(f) },
	}
	productMembersActive = productGuard{
		code: codes.ErrInactiveProduct, text: "every member of the bundle is sold: neither a draft nor retired",
		holds:  func(p *Product, f *ProductFacts) bool { return len(p.unsoldMembers(f)) == 0 },
		detail: func(p *Product, f *ProductFacts) []Reason { return p.unsoldMembers(f) },
	}
	productNotBundled = productGuard{
		code: codes.ErrInActiveBundle, text: "no active bundle holds the product",
		holds: func(_ *Product, f *ProductFacts) bool { return len(f.ActiveBundles) == 0 },
	}
	productComesBack = productGuard{
		code: codes.ErrInvalidTransition, text: "it is a product without family, or a kit",
		holds: func(p *Product, _ *ProductFacts) bool {
			return p.IsKit || p.Structure == StructureProduct && p.ParentID.IsZero()
		},
	}
	productNotInUse = productGuard{
		code: codes.ErrInUse, text: "no record refers to the product",
		holds:  func(_ *Product, f *ProductFacts) bool { return len(f.InUse) == 0 },
		detail: func(_ *Product, f *ProductFacts) []Reason { return inUse(f.InUse) },
	}
)

// incomplete lists what keeps a product from being published.
func (p *Product) incomplete(f *ProductFacts) (reasons []Reason) {
	add := func(code codes.Code, field, message string) {
		reasons = append(reasons, Reason{Code: code, Field: field, Message: message})
	}
	if p.Structure != StructureFamily {
		if p.UnitGroupID.IsZero() {
			add(codes.ErrMissingField, "unit_group_id", codes.ErrMissingField.Info().Text)
		}
		if p.DefaultUnitID.IsZero() {
			add(codes.ErrMissingField, "default_unit_id", codes.ErrMissingField.Info().Text)
		}
	}
	if n := len(p.properties(f.Ancestors, (*Product).edited)); n > maxProperties {
		add(codes.ErrOutOfRange, "properties", "more than 50, inherited ones included")
	}
	return reasons
}
