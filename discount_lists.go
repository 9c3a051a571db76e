package leadtocash

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/storage"
)

// DiscountLists is what a Client does with discount lists.
type DiscountLists struct {
	Records[DiscountList, DiscountListID, DiscountListQuery]
}

// DiscountLists returns the service for discount lists.
func (c *Client) DiscountLists() DiscountLists {
	return DiscountLists{Records[DiscountList, DiscountListID, DiscountListQuery]{c}}
}

// DiscountListQuery asks for discount lists.
type DiscountListQuery struct {
	List
	Status DiscountListStatus
}

func (q DiscountListQuery) conds() []storage.Cond { return asked{}.status(q.Status.String()) }

func (s *session) discountListFacts() DiscountListFacts {
	return DiscountListFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

func plainDiscountList[C any](_ context.Context, s *session, _ *DiscountList, _ *C) (DiscountListFacts, error) {
	return s.discountListFacts(), nil
}

// Create creates a discount list. See NewDiscountList.
func (s DiscountLists) Create(ctx context.Context, cmd CreateDiscountList) (DiscountList, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	out, err := create(ctx, s.c, actions.DiscountListCreate, cmd.ID.UUID, given, cmd,
		func(_ context.Context, s *session, _ *CreateDiscountList) (DiscountListFacts, error) {
			return s.discountListFacts(), nil
		}, NewDiscountList)
	return out.Record, err
}

// Edit changes fields of a discount list. See DiscountList.Edit.
func (s DiscountLists) Edit(ctx context.Context, id DiscountListID, cmd EditDiscountList, opts ...CallOption) (DiscountList, error) {
	out, err := apply(ctx, s.c, actions.DiscountListEdit, id, cmd, plainDiscountList, DiscountList.Edit, opts)
	return out.Record, err
}

// Deactivate puts a discount list out of use. See DiscountList.Deactivate.
func (s DiscountLists) Deactivate(ctx context.Context, id DiscountListID, cmd Deactivate, opts ...CallOption) (DiscountList, error) {
	out, err := apply(ctx, s.c, actions.DiscountListDeactivate, id, cmd, plainDiscountList, DiscountList.Deactivate, opts)
	return out.Record, err
}

// Activate brings a discount list back into use. See DiscountList.Activate.
func (s DiscountLists) Activate(ctx context.Context, id DiscountListID, cmd Activate, opts ...CallOption) (DiscountList, error) {
	out, err := apply(ctx, s.c, actions.DiscountListActivate, id, cmd, plainDiscountList, DiscountList.Activate, opts)
	return out.Record, err
}

func discountListUse(ctx context.Context, s *session, r *DiscountList) (f DiscountListFacts, err error) {
	f = s.discountListFacts()
	f.InUse, err = s.inUse(ctx, r.ref())
	return f, err
}

// Delete removes a discount list with its notes, activities and connections. See
// DiscountList.Delete.
func (s DiscountLists) Delete(ctx context.Context, id DiscountListID, cmd DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.DiscountListDelete, id, cmd, using[DeleteRecord](discountListUse), DiscountList.Delete, opts)
	return err
}

// Explain answers for every action whether it is possible now, with every
// reason against it. Checks of a verdict depend on the command as well.
func (s DiscountLists) Explain(ctx context.Context, id DiscountListID) ([]Verdict, error) {
	return explain(ctx, s.c, id, DiscountListFlow(), discountListUse)
}
