package main

import (
	"context"
	"maps"
	"slices"

	"github.com/leadtocash/leadtocash"
)

// stock puts the products of the files into the catalogue: everything is sold
// by the piece, and has a price on the list of each currency in which the files
// price it.
func (b *book) stock(ctx context.Context, c *leadtocash.Client) error {
	pieces, err := c.UnitGroups().Create(ctx, leadtocash.CreateUnitGroup{
		Fields: leadtocash.UnitGroupFields{Name: "pieces", Units: []leadtocash.Unit{{ID: b.piece, Name: "piece"}}},
	})
	if err != nil {
		return err
	}
	lists := map[leadtocash.Currency]leadtocash.PriceListID{}
	for _, name := range slices.Sorted(maps.Keys(b.products)) {
		it := b.products[name]
		_, err := c.Products().Create(ctx, leadtocash.CreateProduct{
			ID:     it.id,
			Fields: leadtocash.ProductFields{Name: name, UnitGroupID: pieces.ID, DefaultUnitID: b.piece},
		})
		if err != nil {
			return err
		}
		if _, err := c.Products().Publish(ctx, it.id, leadtocash.PublishProduct{}); err != nil {
			return err
		}
		for _, currency := range slices.Sorted(maps.Keys(it.prices)) {
			if err := b.list(ctx, c, lists, it, currency); err != nil {
				return err
			}
		}
	}
	return nil
}

// list puts a product on the price list of a currency, which is opened when
// its first product comes.
func (b *book) list(ctx context.Context, c *leadtocash.Client, lists map[leadtocash.Currency]leadtocash.PriceListID, it item, currency leadtocash.Currency) error {
	if lists[currency].IsZero() {
		made, err := c.PriceLists().Create(ctx, leadtocash.CreatePriceList{
			Birth:  leadtocash.Birth{Currency: currency, ExchangeRate: b.rate(currency)},
			Fields: leadtocash.PriceListFields{Name: "list prices in " + currency.Code()},
		})
		if err != nil {
			return err
		}
		lists[currency] = made.ID
	}
	_, err := c.PriceListItems().Create(ctx, leadtocash.CreatePriceListItem{
		PriceListID: lists[currency], ProductID: it.id,
		Fields: leadtocash.PriceListItemFields{Amount: leadtocash.Some(it.prices[currency])},
	})
	return err
}
