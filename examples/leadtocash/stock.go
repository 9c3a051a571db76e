package main

import (
	"context"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// A stocker fills the catalogue: everything is sold by the piece, and stands on
// the price list of each currency in which the files price it, with its
// discount by quantity.
type stocker struct {
	*book
	client    *engine.Client
	pieces    catalog.UnitGroup
	discounts map[string]record.DiscountListID
}

// stock puts the products of the files into the catalogue.
func (b *book) stock(ctx context.Context, c *engine.Client, data *dataset) (err error) {
	s := stocker{book: b, client: c, discounts: map[string]record.DiscountListID{}}
	s.pieces, err = c.UnitGroups().Create(ctx, catalog.CreateUnitGroup{
		Fields: catalog.UnitGroupFields{Name: "pieces", Units: []catalog.Unit{{Name: "piece"}}},
	})
	if err != nil {
		return err
	}
	if err := s.discount(ctx, data.tiers); err != nil {
		return err
	}
	for _, p := range data.products {
		if err := s.offer(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// discount makes a discount list of the tiers that share a name.
func (s *stocker) discount(ctx context.Context, tiers []tier) error {
	lists := map[string][]catalog.DiscountTier{}
	for _, t := range tiers {
		lists[t.discount] = append(lists[t.discount], catalog.DiscountTier{
			Low: value.Some(t.low), High: value.Some(t.high), Percentage: value.Some(t.percentage),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		made, err := s.client.DiscountLists().Create(ctx, catalog.CreateDiscountList{
			Type:   catalog.DiscountPercentage,
			Fields: catalog.DiscountListFields{Name: name, Tiers: lists[name]},
		})
		if err != nil {
			return err
		}
		s.discounts[name] = made.ID
	}
	return nil
}

// offer publishes a product and prices it in each of its currencies.
func (s *stocker) offer(ctx context.Context, p product) error {
	made, err := s.client.Products().Create(ctx, catalog.CreateProduct{
		Fields: catalog.ProductFields{Name: p.name, UnitGroupID: s.pieces.ID, DefaultUnitID: s.pieces.Units[0].ID},
	})
	if err != nil {
		return err
	}
	if _, err := s.client.Products().Publish(ctx, made.ID, catalog.PublishProduct{}); err != nil {
		return err
	}
	it := item{made.ID, map[money.Currency]bool{}}
	for _, currency := range slices.Sorted(maps.Keys(p.prices)) {
		if err := s.price(ctx, made.ID, currency, p.prices[currency], s.discounts[p.discount]); err != nil {
			return err
		}
		it.listed[currency] = true
	}
	s.products[p.name] = it
	return nil
}

// price puts a product on the price list of a currency, which is opened when
// its first product comes.
func (s *stocker) price(ctx context.Context, id record.ProductID, currency money.Currency, amount decimal.Decimal, discount record.DiscountListID) error {
	if s.lists[currency].IsZero() {
		made, err := s.client.PriceLists().Create(ctx, catalog.CreatePriceList{
			Origin: record.Origin{Currency: currency, ExchangeRate: s.rate(currency)},
			Fields: catalog.PriceListFields{Name: "list prices in " + currency.Code()},
		})
		if err != nil {
			return err
		}
		s.lists[currency] = made.ID
	}
	_, err := s.client.PriceListItems().Create(ctx, catalog.CreatePriceListItem{
		PriceListID: s.lists[currency], ProductID: id,
		Fields: catalog.PriceListItemFields{Amount: value.Some(amount), DiscountListID: discount},
	})
	return err
}
