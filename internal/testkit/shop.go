package testkit

import (
	"context"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// Sells stores a product in euros and puts it on the price list.
func (s Shop) Sells(t *testing.T, structure leadtocash.ProductStructure, name, price string, members ...leadtocash.BundleMember) record.ProductID {
	t.Helper()
	ctx := t.Context()
	chair, err := s.Products().Get(ctx, s.Chair)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Products().Create(ctx, leadtocash.CreateProduct{
		Origin: record.Origin{Currency: money.EUR}, Structure: structure,
		Fields: leadtocash.ProductFields{Name: name, UnitGroupID: chair.UnitGroupID, DefaultUnitID: chair.DefaultUnitID, Members: members},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Products().Publish(ctx, p.ID, leadtocash.PublishProduct{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PriceListItems().Create(ctx, leadtocash.CreatePriceListItem{
		PriceListID: s.List, ProductID: p.ID, Fields: leadtocash.PriceListItemFields{Amount: Some(price)},
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
	group, err := client.UnitGroups().Create(ctx, leadtocash.CreateUnitGroup{Fields: leadtocash.UnitGroupFields{
		Name: "pieces", Units: []leadtocash.Unit{{Name: "piece"}},
	}})
	done(err)
	tiers, err := client.DiscountLists().Create(ctx, leadtocash.CreateDiscountList{
		Type: leadtocash.DiscountPercentage, Fields: leadtocash.DiscountListFields{Name: "volume", Tiers: []leadtocash.DiscountTier{
			{Low: Some("10"), High: Some("19"), Percentage: Some("7.5")},
		}},
	})
	done(err)
	list, err := client.PriceLists().Create(ctx, leadtocash.CreatePriceList{Origin: euros, Fields: leadtocash.PriceListFields{Name: "retail"}})
	done(err)
	product := func(structure leadtocash.ProductStructure, name, price string, members ...leadtocash.BundleMember) (record.ProductID, record.PriceListItemID) {
		p, err := client.Products().Create(ctx, leadtocash.CreateProduct{Origin: euros, Structure: structure, Fields: leadtocash.ProductFields{
			Name: name, UnitGroupID: group.ID, DefaultUnitID: group.Units[0].ID, Members: members,
		}})
		done(err)
		_, err = client.Products().Publish(ctx, p.ID, leadtocash.PublishProduct{})
		done(err)
		item, err := client.PriceListItems().Create(ctx, leadtocash.CreatePriceListItem{
			PriceListID: list.ID, ProductID: p.ID, Fields: leadtocash.PriceListItemFields{Amount: Some(price), DiscountListID: tiers.ID},
		})
		done(err)
		return p.ID, item.Item.ID
	}
	chair, item := product(leadtocash.StructureProduct, "chair", "75.00")
	set, _ := product(leadtocash.StructureBundle, "set", "250.00", leadtocash.BundleMember{ProductID: chair, Quantity: Some("4"), Required: true})
	return Shop{client, list.ID, chair, set, item}
}

func (s Shop) Quote(ctx context.Context, t testing.TB, lines ...leadtocash.LineFields) leadtocash.Quote {
	t.Helper()
	account, err := s.Accounts().Create(ctx, leadtocash.CreateAccount{Fields: leadtocash.AccountFields{Name: "Adventure Works"}})
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.Quotes().Create(ctx, leadtocash.CreateQuote{
		Origin: record.Origin{Currency: money.EUR}, Lines: lines,
		Fields: leadtocash.QuoteFields{Name: "chairs", CustomerID: record.AccountCustomer(account.ID), Charges: leadtocash.Charges{PriceListID: s.List}},
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
	if _, err := s.PriceListItems().Edit(t.Context(), s.Item, leadtocash.EditPriceListItem{Fields: item.PriceListItemFields}); err != nil {
		t.Fatal(err)
	}
}
