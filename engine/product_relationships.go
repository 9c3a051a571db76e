package engine

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// ProductRelationships is what a Client does with product relationships.
type ProductRelationships struct {
	Removable[catalog.ProductRelationship, record.ProductRelationshipID, ProductRelationshipQuery]
}

// ProductRelationships returns the service for product relationships.
func (c *Client) ProductRelationships() (s ProductRelationships) { s.c = c; return s }

// ProductRelationshipQuery asks for product relationships.
type ProductRelationshipQuery struct {
	List
	Product record.ProductID // that has the relationship
	Related record.ProductID // that is suggested
}

func (q ProductRelationshipQuery) conds() []storage.Cond {
	return asked{}.ref("product_id", q.Product.UUID).ref("related_id", q.Related.UUID)
}

func (s *session) productRelationshipFacts() catalog.ProductRelationshipFacts {
	return catalog.ProductRelationshipFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

func plainProductRelationship[C any](_ context.Context, s *session, _ *catalog.ProductRelationship, _ *C) (catalog.ProductRelationshipFacts, error) {
	return s.productRelationshipFacts(), nil
}

// Create creates a product relationship. See NewProductRelationship.
func (s ProductRelationships) Create(ctx context.Context, cmd catalog.CreateProductRelationship) (catalog.ProductRelationship, error) {
	return recordOf(create(ctx, s.c, actions.ProductRelationshipCreate, &cmd.ID.UUID, &cmd,
		func(_ context.Context, s *session, _ *catalog.CreateProductRelationship) (catalog.ProductRelationshipFacts, error) {
			return s.productRelationshipFacts(), nil
		}, catalog.NewProductRelationship))
}

// Edit changes fields of a product relationship. See ProductRelationship.Edit.
func (s ProductRelationships) Edit(ctx context.Context, id record.ProductRelationshipID, cmd catalog.EditProductRelationship, opts ...CallOption) (catalog.ProductRelationship, error) {
	return recordOf(apply(ctx, s.c, actions.ProductRelationshipEdit, id, cmd, plainProductRelationship, catalog.ProductRelationship.Edit, opts))
}

func productRelationshipUse(ctx context.Context, s *session, r *catalog.ProductRelationship) (f catalog.ProductRelationshipFacts, err error) {
	f = s.productRelationshipFacts()
	f.InUse, err = s.inUse(ctx, r.Ref())
	return f, err
}
