package catalog

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// ProductFacts are what decisions about a product depend on besides product and
// command. Nothing in the zero value stands in the way.
type ProductFacts struct {
	record.Stamp
	BaseCurrency  money.Currency // the organisation's
	CreateActive  bool           // a new product without family is active at once
	Parent        *Product       // the family
	Ancestors     []Product      // the family, its family and so on
	Below         []Product      // of a family: everything in it, however deep, parents first
	Members       []Product      // that the command puts into a bundle, or that are in it
	UnitGroup     *UnitGroup     // that the command chooses
	ActiveBundles []record.Ref   // active bundles that hold the product
	HasItem       bool           // the price list that the command chooses has an item of the product
	InUse         []record.Ref   // records that refer to the product, apart from those that go with it
}

type (
	productRule  = flow.Rule[*Product, *ProductFacts, ProductStatus]
	productGuard = flow.Guard[*Product, *ProductFacts]
)

var productEditable = flow.In(ProductStatusDraft, ProductStatusUnderRevision)

var productFlow = flow.New(
	kinds.Product,
	func(p *Product) record.Ref { return p.Ref() },
	func(p *Product) ProductStatus { return p.Status },
	[]productRule{
		{Do: actions.ProductEdit, From: flow.In(ProductStatusDraft), To: flow.In(ProductStatusDraft)},
		{Do: actions.ProductEdit, From: flow.In(ProductStatusUnderRevision), To: flow.In(ProductStatusUnderRevision)},
		{Do: actions.ProductPublish, From: productEditable, To: flow.In(ProductStatusActive), Needs: flow.Needs(productFamilyActive, productComplete, productMembersActive)},
		{Do: actions.ProductRevise, From: flow.In(ProductStatusActive), To: flow.In(ProductStatusUnderRevision)},
		{Do: actions.ProductRevert, From: flow.In(ProductStatusUnderRevision), To: flow.In(ProductStatusActive)},
		{Do: actions.ProductRetire, From: flow.In(ProductStatusActive), To: flow.In(ProductStatusRetired), Needs: flow.Needs(productNotBundled)},
		{Do: actions.ProductActivate, From: flow.In(ProductStatusRetired), To: flow.In(ProductStatusActive), Needs: flow.Needs(productComesBack)},
		{Do: actions.ProductSetDefaultPriceList, From: flow.In(ProductStatusActive), To: flow.In(ProductStatusActive)},
		{Do: actions.ProductSetDefaultPriceList, From: flow.In(ProductStatusDraft), To: flow.In(ProductStatusDraft)},
		{Do: actions.ProductSetDefaultPriceList, From: flow.In(ProductStatusUnderRevision), To: flow.In(ProductStatusUnderRevision)},
		{Do: actions.ProductDelete, From: flow.In(ProductStatusDraft), Deletes: true, Needs: flow.Needs(productNotInUse)},
	},
	[]flow.Refuse[ProductStatus]{
		{Do: flow.Do(actions.ProductEdit), From: flow.In(ProductStatusActive, ProductStatusRetired), Code: codes.ErrReadOnly},
		{Do: flow.Do(actions.ProductSetDefaultPriceList), From: flow.In(ProductStatusRetired), Code: codes.ErrReadOnly},
		{Do: flow.Do(actions.ProductDelete), From: flow.In(ProductStatusActive, ProductStatusRetired, ProductStatusUnderRevision), Code: codes.ErrDeleteReadOnly},
	},
)

// ProductFlow is the table behind Product.
func ProductFlow() *flow.Flow[*Product, *ProductFacts, ProductStatus] { return productFlow }

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
		Detail: func(p *Product, f *ProductFacts) []record.Reason { return p.incomplete(f) },
	}
	productMembersActive = productGuard{
		Code: codes.ErrInactiveProduct, Text: "every member of the bundle is sold: neither a draft nor retired",
		Holds:  func(p *Product, f *ProductFacts) bool { return len(p.unsoldMembers(f)) == 0 },
		Detail: func(p *Product, f *ProductFacts) []record.Reason { return p.unsoldMembers(f) },
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
		Detail: func(_ *Product, f *ProductFacts) []record.Reason { return flow.InUse(f.InUse) },
	}
)

// incomplete lists what keeps a product from being published.
func (p *Product) incomplete(f *ProductFacts) (reasons []record.Reason) {
	add := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: field, Message: message})
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
