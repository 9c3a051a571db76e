package catalog

import (
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/record"
)

// ChangedProducts is a product in another status, with what it took along: a
// family takes what is below it.
type ChangedProducts struct {
	Record Product        `json:"product"`
	Below  []Product      `json:"below,omitzero"`
	Events []record.Event `json:"events,omitzero"`
}

// PublishProduct puts a draft, or the changes of a revision, into force.
type PublishProduct struct{}

// ReviseProduct opens an active product for changes.
type ReviseProduct struct{}

// RevertProduct drops the changes of a revision.
type RevertProduct struct{}

// RetireProduct takes a product out of sale.
type RetireProduct struct{}

// ActivateProduct brings a retired product back.
type ActivateProduct struct{}

var (
	publishProduct = flow.Decide(
		productFlow, actions.ProductPublish,
		flow.Faultless(codes.ErrMissingField, "everything below a family is complete",
			func(p *Product, _ *PublishProduct, f *ProductFacts) []record.Reason { return p.incompleteBelow(f) }),
	)
	reviseProduct   = flow.Decide[*ReviseProduct](productFlow, actions.ProductRevise)
	revertProduct   = flow.Decide[*RevertProduct](productFlow, actions.ProductRevert)
	retireProduct   = flow.Decide[*RetireProduct](productFlow, actions.ProductRetire)
	activateProduct = flow.Decide[*ActivateProduct](productFlow, actions.ProductActivate)
)

// familiesBelow are the families of a product below p, the nearest first; byID are the
// products below.
func (p *Product) familiesBelow(of *Product, byID map[record.ProductID]*Product, f *ProductFacts) (families []Product) {
	for id := of.ParentID; id != p.ID; {
		family := byID[id]
		if family == nil || len(families) > len(byID) {
			return families
		}
		families, id = append(families, *family), family.ParentID
	}
	return append(append(families, *p), f.Ancestors...)
}

// incompleteBelow lists what keeps products of a family from being published.
func (p *Product) incompleteBelow(f *ProductFacts) (reasons []record.Reason) {
	byID := make(map[record.ProductID]*Product, len(f.Below))
	for i := range f.Below {
		byID[f.Below[i].ID] = &f.Below[i]
	}
	for i := range f.Below {
		if below := &f.Below[i]; slices.Contains(productEditable, below.Status) {
			for _, r := range below.incomplete(&ProductFacts{Ancestors: p.familiesBelow(below, byID, f)}) {
				r.Message, r.Params = below.ProductNumber+": "+r.Message, map[string]any{"product_id": below.ID}
				reasons = append(reasons, r)
			}
		}
	}
	return reasons
}

// Publish makes a draft active, or puts the changes of a revision into force;
// documents that were priced before keep their prices until they are
// calculated again. With a family everything below it is published. Codes:
// ErrInvalidTransition, ErrFamilyNotActive, ErrMissingField (unit group,
// default unit), ErrOutOfRange for too many properties, ErrInactiveProduct for
// a member of a bundle that is a draft or retired.
func (p Product) Publish(cmd PublishProduct, f ProductFacts) (ChangedProducts, error) {
	if err := publishProduct.Why(&p, &cmd, &f, p.Currency); err != nil {
		return ChangedProducts{}, err
	}
	return p.all(actions.ProductPublish, &f, productEditable, func(p *Product) {
		p.Status, p.Published, p.PublishedParentID = ProductStatusActive, nil, record.ProductID{}
		p.Revision++
	}), nil
}

// Revise opens an active product for changes; until it is published again, what
// was published last stays in force. A family takes what is below it along.
// Code: ErrInvalidTransition.
func (p Product) Revise(cmd ReviseProduct, f ProductFacts) (ChangedProducts, error) {
	if err := reviseProduct.Why(&p, &cmd, &f, p.Currency); err != nil {
		return ChangedProducts{}, err
	}
	return p.all(actions.ProductRevise, &f, flow.In(ProductStatusActive), func(p *Product) {
		published := p.ProductFields.clone()
		p.Status, p.Published, p.PublishedParentID = ProductStatusUnderRevision, &published, p.ParentID
	}), nil
}

// Revert drops the changes since the last publication, another family too. A family takes what is
// below it along. Code: ErrInvalidTransition.
func (p Product) Revert(cmd RevertProduct, f ProductFacts) (ChangedProducts, error) {
	if err := revertProduct.Why(&p, &cmd, &f, p.Currency); err != nil {
		return ChangedProducts{}, err
	}
	return p.all(actions.ProductRevert, &f, flow.In(ProductStatusUnderRevision), func(p *Product) {
		p.ProductFields, p.ParentID = p.InForce().clone(), p.ParentInForce()
		p.Status, p.Published, p.PublishedParentID = ProductStatusActive, nil, record.ProductID{}
	}), nil
}

// Retire takes an active product out of sale: no new line sells it. A family
// takes what is active below it along. Codes: ErrInvalidTransition,
// ErrInActiveBundle.
func (p Product) Retire(cmd RetireProduct, f ProductFacts) (ChangedProducts, error) {
	if err := retireProduct.Why(&p, &cmd, &f, p.Currency); err != nil {
		return ChangedProducts{}, err
	}
	return p.all(actions.ProductRetire, &f, flow.In(ProductStatusActive), func(p *Product) { record.Enter(&p.Head, &p.Status, ProductStatusRetired) }), nil
}

// Activate brings back a retired product that has no family, or a kit. Code:
// ErrInvalidTransition.
func (p Product) Activate(cmd ActivateProduct, f ProductFacts) (ChangedProducts, error) {
	if err := activateProduct.Why(&p, &cmd, &f, p.Currency); err != nil {
		return ChangedProducts{}, err
	}
	f.Below = nil
	return p.all(actions.ProductActivate, &f, flow.In(ProductStatusRetired), func(p *Product) { record.Enter(&p.Head, &p.Status, ProductStatusActive) }), nil
}

// all changes the product and what is below it in one of the statuses.
func (p Product) all(do actions.Action, f *ProductFacts, from []ProductStatus, change func(*Product)) ChangedProducts {
	var out ChangedProducts
	next := func(p Product) Product {
		was := p.Status
		change(&p)
		p.Touch(f.Stamp)
		out.Events = append(out.Events, record.StepEvent(&p, do, was.String(), f.Stamp, nil))
		return p
	}
	out.Record = next(p)
	for _, below := range f.Below {
		if slices.Contains(from, below.Status) {
			out.Below = append(out.Below, next(below))
		}
	}
	return out
}
