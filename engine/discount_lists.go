package engine

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// DiscountLists is what a Client does with discount lists.
type DiscountLists struct {
	Managed[catalog.DiscountList, record.DiscountListID, DiscountListQuery]
}

// DiscountLists returns the service for discount lists.
func (c *Client) DiscountLists() (s DiscountLists) { s.c = c; return s }

// DiscountListQuery asks for discount lists.
type DiscountListQuery struct {
	List
	Status catalog.DiscountListStatus
}

func (q DiscountListQuery) conds() []storage.Cond { return asked{}.status(q.Status.String()) }

func (s *session) discountListFacts() catalog.DiscountListFacts {
	return catalog.DiscountListFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

func plainDiscountList[C any](_ context.Context, s *session, _ *catalog.DiscountList, _ *C) (catalog.DiscountListFacts, error) {
	return s.discountListFacts(), nil
}

// Create creates a discount list. See NewDiscountList.
func (s DiscountLists) Create(ctx context.Context, cmd catalog.CreateDiscountList) (catalog.DiscountList, error) {
	return recordOf(create(ctx, s.c, actions.DiscountListCreate, &cmd.ID.UUID, &cmd,
		func(_ context.Context, s *session, _ *catalog.CreateDiscountList) (catalog.DiscountListFacts, error) {
			return s.discountListFacts(), nil
		}, catalog.NewDiscountList))
}

// Edit changes fields of a discount list. See DiscountList.Edit.
func (s DiscountLists) Edit(ctx context.Context, id record.DiscountListID, cmd catalog.EditDiscountList, opts ...CallOption) (catalog.DiscountList, error) {
	return recordOf(apply(ctx, s.c, actions.DiscountListEdit, id, cmd, plainDiscountList, catalog.DiscountList.Edit, opts))
}

// Deactivate puts a discount list out of use. See DiscountList.Deactivate.
func (s DiscountLists) Deactivate(ctx context.Context, id record.DiscountListID, cmd party.Deactivate, opts ...CallOption) (catalog.DiscountList, error) {
	return recordOf(apply(ctx, s.c, actions.DiscountListDeactivate, id, cmd, plainDiscountList, catalog.DiscountList.Deactivate, opts))
}

// Activate brings a discount list back into use. See DiscountList.Activate.
func (s DiscountLists) Activate(ctx context.Context, id record.DiscountListID, cmd party.Activate, opts ...CallOption) (catalog.DiscountList, error) {
	return recordOf(apply(ctx, s.c, actions.DiscountListActivate, id, cmd, plainDiscountList, catalog.DiscountList.Activate, opts))
}

func discountListUse(ctx context.Context, s *session, r *catalog.DiscountList) (f catalog.DiscountListFacts, err error) {
	f = s.discountListFacts()
	f.InUse, err = s.inUse(ctx, r.Ref())
	return f, err
}
