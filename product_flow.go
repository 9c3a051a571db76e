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
	productRule  = Rule[*Product, *ProductFacts, ProductStatus]
	productGuard = Guard[*Product, *ProductFacts]
)

var productEditable = In(ProductStatusDraft, ProductStatusUnderRevision)

var productFlow = New(
	kinds.Product,
	func(p *Product) Ref { return p.Ref() },
	func(p *Product) ProductStatus { return p.Status },
	[]productRule{
		{Do: actions.ProductEdit, From: In(ProductStatusDraft), To: In(ProductStatusDraft)},
		{Do: actions.ProductEdit, From: In(ProductStatusUnderRevision), To: In(ProductStatusUnderRevision)},
		{Do: actions.ProductPublish, From: productEditable, To: In(ProductStatusActive), Needs: Needs(productFamilyActive, productComplete, productMembersActive)},
		{Do: actions.ProductRevise, From: In(ProductStatusActive), To: In(ProductStatusUnderRevision)},
		{Do: actions.ProductRevert, From: In(ProductStatusUnderRevision), To: In(ProductStatusActive)},
		{Do: actions.ProductRetire, From: In(ProductStatusActive), To: In(ProductStatusRetired), Needs: Needs(productNotBundled)},
		{Do: actions.ProductActivate, From: In(ProductStatusRetired), To: In(ProductStatusActive), Needs: Needs(productComesBack)},
		{Do: actions.ProductSetDefaultPriceList, From: In(ProductStatusActive), To: In(ProductStatusActive)},
		{Do: actions.ProductSetDefaultPriceList, From: In(ProductStatusDraft), To: In(ProductStatusDraft)},
		{Do: actions.ProductSetDefaultPriceList, From: In(ProductStatusUnderRevision), To: In(ProductStatusUnderRevision)},
		{Do: actions.ProductDelete, From: In(ProductStatusDraft), Deletes: true, Needs: Needs(productNotInUse)},
	},
	[]Refuse[ProductStatus]{
		{Do(actions.ProductEdit), In(ProductStatusActive, ProductStatusRetired), codes.ErrReadOnly},
		{Do(actions.ProductSetDefaultPriceList), In(ProductStatusRetired), codes.ErrReadOnly},
		{Do(actions.ProductDelete), In(ProductStatusActive, ProductStatusRetired, ProductStatusUnderRevision), codes.ErrDeleteReadOnly},
	},
)

// ProductFlow is the table behind Product.
func ProductFlow() *Flow[*Product, *ProductFacts, ProductStatus] { return productFlow }

var (
	productFamilyActive = productGuard{
		Code: codes.ErrFamilyNotActive, Text: "the family, if there is one, is active",
		Holds: func(_ *Product, f *ProductFacts) bool {
			return f.Parent == nil || f.Parent.Status == ProductStatusActive
		},
	}
	productComplete = productGuard{
		Code: codes.ErrMissingField, Text: "what is sold has a unit group and a default unit, and no more properties than fit",
		Holds:  func(p *Product, f *ProductFacts) bool { return len(p.incomplete(f)) == 0 },
		detail: func(p *Product, f *ProductFacts) []Reason { return p.incomplete(f) },
	}
	productMembersActive = productGuard{
		Code: codes.ErrInactiveProduct, Text: "every member of the bundle is sold: neither a draft nor retired",
		Holds:  func(p *Product, f *ProductFacts) bool { return len(p.unsoldMembers(f)) == 0 },
		detail: func(p *Product, f *ProductFacts) []Reason { return p.unsoldMembers(f) },
	}
	productNotBundled = productGuard{
		Code: codes.ErrInActiveBundle, Text: "no active bundle holds the product",
		Holds: func(_ *Product, f *ProductFacts) bool { return len(f.ActiveBundles) == 0 },
	}
	productComesBack = productGuard{
		Code: codes.ErrInvalidTransition, Text: "it is a product without family, or a kit",
		Holds: func(p *Product, _ *ProductFacts) bool {
			return p.IsKit || p.Structure == StructureProduct && p.ParentID.IsZero()
		},
	}
	productNotInUse = productGuard{
		Code: codes.ErrInUse, Text: "no record refers to the product",
		Holds:  func(_ *Product, f *ProductFacts) bool { return len(f.InUse) == 0 },
		detail: func(_ *Product, f *ProductFacts) []Reason { return InUse(f.InUse) },
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
