package leadtocash

import (
	"context"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/storage"
)

// PriceListItems is what a Client does with price list items.
type PriceListItems struct {
	Records[PriceListItem, PriceListItemID, PriceListItemQuery]
}

// PriceListItems returns the service for price list items.
func (c *Client) PriceListItems() PriceListItems {
	return PriceListItems{Records[PriceListItem, PriceListItemID, PriceListItemQuery]{c}}
}

// PriceListItemQuery asks for price list items.
type PriceListItemQuery struct {
	List
	PriceList PriceListID
	Product   ProductID
}

func (q PriceListItemQuery) conds() []storage.Cond {
	return asked{}.ref("price_list_id", q.PriceList.UUID).ref("product_id", q.Product.UUID)
}

func (s *session) priceListItemFacts() PriceListItemFacts {
	return PriceListItemFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency, PricingPrecision: s.c.settings.Pricing.PricingPrecision}
}

// Create puts a product on a price list. See NewPriceListItem.
func (s PriceListItems) Create(ctx context.Context, cmd CreatePriceListItem) (SavedPriceListItem, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	return create(ctx, s.c, actions.PriceListItemCreate, cmd.ID.UUID, given, cmd,
		func(ctx context.Context, s *session, cmd *CreatePriceListItem) (f PriceListItemFacts, err error) {
			f = s.priceListItemFacts()
			if f.PriceList, err = known(maybe[PriceList](ctx, s, cmd.PriceListID)); err != nil {
				return f, err
			}
			if f.DiscountList, err = known(maybe[DiscountList](ctx, s, cmd.Fields.DiscountListID)); err != nil {
				return f, err
			}
			if f.Product, err = known(maybe[Product](ctx, s, cmd.ProductID)); f.Product == nil || err != nil {
				return f, err
			}
			if f.UnitGroup, err = known(maybe[UnitGroup](ctx, s, f.Product.InForce().UnitGroupID)); err != nil {
				return f, err
			}
			unit := firstID(cmd.UnitID, f.Product.InForce().DefaultUnitID)
			items, err := related[PriceListItem](ctx, s, "product_id", cmd.ProductID.UUID)
			f.Exists = slices.ContainsFunc(items, func(i PriceListItem) bool {
				return i.key() == itemKey{cmd.PriceListID, cmd.ProductID, unit}
			})
			return f, err
		}, NewPriceListItem)
}

// Edit changes how an item prices its product. See PriceListItem.Edit.
func (s PriceListItems) Edit(ctx context.Context, id PriceListItemID, cmd EditPriceListItem, opts ...CallOption) (PriceListItem, error) {
	out, err := apply(ctx, s.c, actions.PriceListItemEdit, id, cmd,
		func(ctx context.Context, s *session, _ *PriceListItem, cmd *EditPriceListItem) (f PriceListItemFacts, err error) {
			f = s.priceListItemFacts()
			f.DiscountList, err = known(maybe[DiscountList](ctx, s, cmd.Fields.DiscountListID))
			return f, err
		}, PriceListItem.Edit, opts)
	return out.Record, err
}

// Delete takes a product off a price list. See PriceListItem.Delete.
func (s PriceListItems) Delete(ctx context.Context, id PriceListItemID, cmd DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.PriceListItemDelete, id, cmd,
		func(ctx context.Context, s *session, i *PriceListItem, _ *DeleteRecord) (f PriceListItemFacts, err error) {
			f = s.priceListItemFacts()
			f.InUse, err = s.inUse(ctx, i.ref())
			return f, err
		}, PriceListItem.Delete, opts)
	return err
}
