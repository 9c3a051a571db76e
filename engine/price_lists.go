package engine

import (
	"cmp"
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// PriceLists is what a Client does with price lists.
type PriceLists struct {
	Managed[catalog.PriceList, record.PriceListID, PriceListQuery]
}

// PriceLists returns the service for price lists.
func (c *Client) PriceLists() (s PriceLists) { s.c = c; return s }

// PriceListQuery asks for price lists.
type PriceListQuery struct {
	List
	Status catalog.PriceListStatus
}

func (q PriceListQuery) conds() []storage.Cond { return asked{}.status(q.Status.String()) }

func (s *session) priceListFacts() catalog.PriceListFacts {
	return catalog.PriceListFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

func plainPriceList[C any](_ context.Context, s *session, _ *catalog.PriceList, _ *C) (catalog.PriceListFacts, error) {
	return s.priceListFacts(), nil
}

// Create creates a price list. See NewPriceList.
func (s PriceLists) Create(ctx context.Context, cmd catalog.CreatePriceList) (catalog.PriceList, error) {
	return recordOf(create(ctx, s.c, actions.PriceListCreate, &cmd.ID.UUID, &cmd,
		func(_ context.Context, s *session, _ *catalog.CreatePriceList) (catalog.PriceListFacts, error) {
			return s.priceListFacts(), nil
		}, catalog.NewPriceList))
}

// Edit changes fields of a price list. See PriceList.Edit.
func (s PriceLists) Edit(ctx context.Context, id record.PriceListID, cmd catalog.EditPriceList, opts ...CallOption) (catalog.PriceList, error) {
	return recordOf(apply(ctx, s.c, actions.PriceListEdit, id, cmd, plainPriceList, catalog.PriceList.Edit, opts))
}

// Deactivate puts a price list out of use. See PriceList.Deactivate.
func (s PriceLists) Deactivate(ctx context.Context, id record.PriceListID, cmd party.Deactivate, opts ...CallOption) (catalog.PriceList, error) {
	return recordOf(apply(ctx, s.c, actions.PriceListDeactivate, id, cmd, plainPriceList, catalog.PriceList.Deactivate, opts))
}

// Activate brings a price list back into use. See PriceList.Activate.
func (s PriceLists) Activate(ctx context.Context, id record.PriceListID, cmd party.Activate, opts ...CallOption) (catalog.PriceList, error) {
	return recordOf(apply(ctx, s.c, actions.PriceListActivate, id, cmd, plainPriceList, catalog.PriceList.Activate, opts))
}

func priceListUse(ctx context.Context, s *session, r *catalog.PriceList) (f catalog.PriceListFacts, err error) {
	f = s.priceListFacts()
	f.InUse, err = s.inUse(ctx, r.Ref())
	return f, err
}

// defaultPriceLists reads the price lists that a new document for a customer
// may take where none is chosen; o is the opportunity that it is for, if any.
func (s *session) defaultPriceLists(ctx context.Context, customer record.Ref, o *leadtocash.Opportunity) (d pricing.DefaultPriceLists, err error) {
	if o != nil {
		if d.Opportunity, err = known(maybe[catalog.PriceList](ctx, s, o.PriceListID)); err != nil {
			return d, err
		}
	}
	own, err := s.ownPriceList(ctx, customer)
	if err != nil {
		return d, err
	}
	if d.Customer, err = s.shownPriceList(ctx, own); err != nil || !s.c.settings.DefaultPriceListByTerritory {
		return d, err
	}
	d.Territory, err = s.territoryPriceLists(ctx)
	return d, err
}

// shownPriceList reads a price list, nil if there is none or the actor may not see it: its
// name and prices would be copied.
func (s *session) shownPriceList(ctx context.Context, id record.PriceListID) (*catalog.PriceList, error) {
	list, err := known(maybe[catalog.PriceList](ctx, s, id))
	if err != nil || list == nil || s.c.seesAll() {
		return list, err
	}
	ok, err := s.visible(ctx, s.before(list.Ref()))
	if err != nil || !ok {
		return nil, err
	}
	return list, nil
}

// ownPriceList is the price list of a customer, which its look-ups tell; that of one whom
// the actor may not see is not for him to know.
func (s *session) ownPriceList(ctx context.Context, customer record.Ref) (id record.PriceListID, err error) {
	if customer.Kind != kinds.Account && customer.Kind != kinds.Contact {
		return id, nil
	}
	rec := s.before(customer)
	if rec == nil {
		if rec, err = s.Get(ctx, storeRef(customer)); err != nil {
			if errors.Is(err, storage.ErrNotFound) { // found dangling when saved
				err = nil
			}
			return id, err
		}
		s.loaded = append(s.loaded, rec)
	}
	if ok, err := s.visible(ctx, rec); !ok || err != nil {
		return id, err
	}
	for _, k := range rec.Keys {
		if k.Name == "default_price_list_id" {
			id.UUID, err = uuid.Parse(k.Value)
		}
	}
	return id, err
}

// territoryPriceLists reads the price lists that are connected as default with
// the territory of the acting seller.
func (s *session) territoryPriceLists(ctx context.Context) (lists []catalog.PriceList, err error) {
	by := cmp.Or(s.stamp.By.OnBehalfOf, s.stamp.By.ID)
	seller, err := known(maybe[party.Seller](ctx, s, record.SellerID{UUID: by}))
	if seller == nil || seller.Territory == uuid.Nil || err != nil {
		return nil, err
	}
	connections, err := related[party.Connection](ctx, s, connectionEnd, seller.Territory)
	if err != nil {
		return nil, err
	}
	for _, c := range connections {
		list, err := s.shownPriceList(ctx, c.DefaultPriceListOf(seller.Territory, s.stamp.Today))
		if err != nil {
			return nil, err
		}
		if list != nil {
			lists = append(lists, *list)
		}
	}
	return lists, nil
}
