package testkit

import (
	"context"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// Sells stores a product in euros and puts it on the price list.
func (s Shop) Sells(t *testing.T, structure catalog.ProductStructure, name, price string, members ...catalog.BundleMember) record.ProductID {
	t.Helper()
	ctx := t.Context()
	chair, err := s.Products().Get(ctx, s.Chair)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Products().Create(ctx, catalog.CreateProduct{
		Origin: record.Origin{Currency: money.EUR}, Structure: structure,
		Fields: catalog.ProductFields{Name: name, UnitGroupID: chair.UnitGroupID, DefaultUnitID: chair.DefaultUnitID, Members: members},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Products().Publish(ctx, p.ID, catalog.PublishProduct{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PriceListItems().Create(ctx, catalog.CreatePriceListItem{
		PriceListID: s.List, ProductID: p.ID, Fields: catalog.PriceListItemFields{Amount: Some(price)},
	}); err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// Shop is a client with a small catalogue: chairs at 75.00, from ten on 7.5 %
// off, and a set of four chairs at 250.00.
type Shop struct {
	*engine.Client
	List       record.PriceListID
	Chair, Set record.ProductID
	Item       record.PriceListItemID
}

func OpenShop(t testing.TB, s leadtocash.Settings) Shop {
	t.Helper()
	ctx := t.Context()
	client, err := engine.New(memory.New(), engine.WithSettings(s))
	if err != nil {
		t.Fatal(err)
	}
	euros := record.Origin{Currency: money.EUR}
	done := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	group, err := client.UnitGroups().Create(ctx, catalog.CreateUnitGroup{Fields: catalog.UnitGroupFields{
		Name: "pieces", Units: []catalog.Unit{{Name: "piece"}},
	}})
	done(err)
	tiers, err := client.DiscountLists().Create(ctx, catalog.CreateDiscountList{
		Type: catalog.DiscountPercentage, Fields: catalog.DiscountListFields{Name: "volume", Tiers: []catalog.DiscountTier{
			{Low: Some("10"), High: Some("19"), Percentage: Some("7.5")},
		}},
	})
	done(err)
	list, err := client.PriceLists().Create(ctx, catalog.CreatePriceList{Origin: euros, Fields: catalog.PriceListFields{Name: "retail"}})
	done(err)
	product := func(structure catalog.ProductStructure, name, price string, members ...catalog.BundleMember) (record.ProductID, record.PriceListItemID) {
		p, err := client.Products().Create(ctx, catalog.CreateProduct{Origin: euros, Structure: structure, Fields: catalog.ProductFields{
			Name: name, UnitGroupID: group.ID, DefaultUnitID: group.Units[0].ID, Members: members,
		}})
		done(err)
		_, err = client.Products().Publish(ctx, p.ID, catalog.PublishProduct{})
		done(err)
		item, err := client.PriceListItems().Create(ctx, catalog.CreatePriceListItem{
			PriceListID: list.ID, ProductID: p.ID, Fields: catalog.PriceListItemFields{Amount: Some(price), DiscountListID: tiers.ID},
		})
		done(err)
		return p.ID, item.Record.ID
	}
	chair, item := product(catalog.StructureProduct, "chair", "75.00")
	set, _ := product(catalog.StructureBundle, "set", "250.00", catalog.BundleMember{ProductID: chair, Quantity: Some("4"), Required: true})
	return Shop{client, list.ID, chair, set, item}
}

func (s Shop) Quote(ctx context.Context, t testing.TB, lines ...pricing.LineFields) leadtocash.Quote {
	t.Helper()
	account, err := s.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Adventure Works"}})
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.Quotes().Create(ctx, leadtocash.CreateQuote{
		Origin: record.Origin{Currency: money.EUR}, Lines: lines,
		Fields: leadtocash.QuoteFields{Name: "chairs", CustomerID: record.AccountCustomer(account.ID), Charges: pricing.Charges{PriceListID: s.List}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func (s Shop) SetPrice(t testing.TB, price string) {
	t.Helper()
	item, err := s.PriceListItems().Get(t.Context(), s.Item)
	if err != nil {
		t.Fatal(err)
	}
	item.Amount = Some(price)
	if _, err := s.PriceListItems().Edit(t.Context(), s.Item, catalog.EditPriceListItem{Fields: item.PriceListItemFields}); err != nil {
		t.Fatal(err)
	}
}
