package engine

import (
	"context"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// PriceListItems is what a Client does with price list items. Delete
// takes a product off a price list.
type PriceListItems struct {
	Removable[catalog.PriceListItem, record.PriceListItemID, PriceListItemQuery]
}

// PriceListItems returns the service for price list items.
func (c *Client) PriceListItems() (s PriceListItems) { s.c = c; return s }

// PriceListItemQuery asks for price list items.
type PriceListItemQuery struct {
	List
	PriceList record.PriceListID
	Product   record.ProductID
}

func (q PriceListItemQuery) conds() []storage.Cond {
	return asked{}.ref("price_list_id", q.PriceList.UUID).ref("product_id", q.Product.UUID)
}

func (s *session) priceListItemFacts() catalog.PriceListItemFacts {
	return catalog.PriceListItemFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency, PricingPrecision: s.c.settings.Pricing.PricingPrecision}
}

// Create puts a product on a price list. See NewPriceListItem.
func (s PriceListItems) Create(ctx context.Context, cmd catalog.CreatePriceListItem) (catalog.SavedPriceListItem, error) {
	return create(ctx, s.c, actions.PriceListItemCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *catalog.CreatePriceListItem) (f catalog.PriceListItemFacts, err error) {
			f = s.priceListItemFacts()
			if f.PriceList, err = known(maybe[catalog.PriceList](ctx, s, cmd.PriceListID)); err != nil {
				return f, err
			}
			if f.DiscountList, err = known(maybe[catalog.DiscountList](ctx, s, cmd.Fields.DiscountListID)); err != nil {
				return f, err
			}
			if f.Product, err = known(maybe[catalog.Product](ctx, s, cmd.ProductID)); f.Product == nil || err != nil {
				return f, err
			}
			if f.UnitGroup, err = known(maybe[catalog.UnitGroup](ctx, s, f.Product.InForce().UnitGroupID)); err != nil {
				return f, err
			}
			unit := catalog.FirstID(cmd.UnitID, f.Product.InForce().DefaultUnitID)
			items, err := related[catalog.PriceListItem](ctx, s, "product_id", cmd.ProductID.UUID)
			f.Exists = slices.ContainsFunc(items, func(i catalog.PriceListItem) bool {
				return i.Key() == catalog.ItemKey{List: cmd.PriceListID, Product: cmd.ProductID, Unit: unit}
			})
			return f, err
		}, catalog.NewPriceListItem)
}

// Edit changes how an item prices its product. See PriceListItem.Edit.
func (s PriceListItems) Edit(ctx context.Context, id record.PriceListItemID, cmd catalog.EditPriceListItem, opts ...CallOption) (catalog.PriceListItem, error) {
	return recordOf(apply(ctx, s.c, actions.PriceListItemEdit, id, cmd,
		func(ctx context.Context, s *session, _ *catalog.PriceListItem, cmd *catalog.EditPriceListItem) (f catalog.PriceListItemFacts, err error) {
			f = s.priceListItemFacts()
			f.DiscountList, err = known(maybe[catalog.DiscountList](ctx, s, cmd.Fields.DiscountListID))
			return f, err
		}, catalog.PriceListItem.Edit, opts))
}

func priceListItemUse(ctx context.Context, s *session, i *catalog.PriceListItem) (f catalog.PriceListItemFacts, err error) {
	f = s.priceListItemFacts()
	f.InUse, err = s.inUse(ctx, i.Ref())
	return f, err
}
