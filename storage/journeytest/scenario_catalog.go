package journeytest

import (
	"context"
	"strconv"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// The catalogue that scenarios and journeys sell from: chairs at 20.00, from
// ten on for 10 % less, and desks that journeys edit and retire.
var (
	priceList = id[record.PriceListID](1)
	piece     = record.UnitID{UUID: id[record.UnitGroupID](9).UUID}
	chair     = catalog.ProductFields{Name: "chair", UnitGroupID: id[record.UnitGroupID](1), DefaultUnitID: piece}
	pieces    = catalog.UnitGroupFields{Name: "pieces", Units: []catalog.Unit{{ID: piece, Name: "piece"}}}
	fromTen   = catalog.DiscountListFields{Name: "from ten on", Tiers: []catalog.DiscountTier{
		{Low: value.Some(number("10")), High: value.Some(number("1000")), Percentage: value.Some(number("10"))},
	}}
	twenty = catalog.PriceListItemFields{Amount: value.Some(number("20.00")), DiscountListID: id[record.DiscountListID](1)}
)

func newProduct(n int, structure catalog.ProductStructure, parent int, fields catalog.ProductFields) step {
	cmd := catalog.CreateProduct{
		ID: id[record.ProductID](n), Origin: inEUR, Structure: structure, ProductNumber: "P-" + strconv.Itoa(n), Fields: fields,
	}
	if parent != 0 {
		cmd.ParentID = id[record.ProductID](parent)
	}
	return birth(actions.ProductCreate, (*client).Products, engine.Products.Create, cmd)
}

func publish(n int) step {
	return call(actions.ProductPublish, (*client).Products, engine.Products.Publish, n, catalog.PublishProduct{})
}

// catalogue are the steps that make it.
func catalogue() []step {
	return []step{
		birth(actions.UnitGroupCreate, (*client).UnitGroups, engine.UnitGroups.Create,
			catalog.CreateUnitGroup{ID: id[record.UnitGroupID](1), Fields: pieces}),
		birth(actions.DiscountListCreate, (*client).DiscountLists, engine.DiscountLists.Create,
			catalog.CreateDiscountList{ID: id[record.DiscountListID](1), Type: catalog.DiscountPercentage, Fields: fromTen}),
		birth(actions.PriceListCreate, (*client).PriceLists, engine.PriceLists.Create,
			catalog.CreatePriceList{ID: priceList, Origin: inEUR, Fields: catalog.PriceListFields{Name: "retail"}}),
		newProduct(1, catalog.StructureProduct, 0, chair),
		publish(1),
		birth(actions.PriceListItemCreate, (*client).PriceListItems, engine.PriceListItems.Create, catalog.CreatePriceListItem{
			ID: id[record.PriceListItemID](1), PriceListID: priceList, ProductID: id[record.ProductID](1), Fields: twenty,
		}),
	}
}

// stock is what journeys sell besides chairs: varnish by weight, sets of four chairs
// and half a measure of varnish, and desks, of which sets and desks are retired and
// brought back.
func stock() (steps []step) {
	varnish, set, desk := chair, chair, chair
	varnish.Name, varnish.QuantityDecimals = "varnish", 5
	set.Name, set.QuantityDecimals, set.Members = "set", 5, []catalog.BundleMember{
		{ProductID: id[record.ProductID](1), Quantity: value.Some(number("4")), Required: true},
		{ProductID: id[record.ProductID](2), Quantity: value.Some(number("0.5")), Required: true},
	}
	desk.Name, desk.QuantityDecimals = "desk", 5
	for n, product := range []catalog.ProductFields{varnish, set, desk} {
		structure := catalog.StructureProduct
		if product.Members != nil {
			structure = catalog.StructureBundle
		}
		steps = append(
			steps, newProduct(n+2, structure, 0, product), publish(n+2),
			birth(actions.PriceListItemCreate, (*client).PriceListItems, engine.PriceListItems.Create, catalog.CreatePriceListItem{
				ID: id[record.PriceListItemID](n + 2), PriceListID: priceList, ProductID: id[record.ProductID](n + 2), Fields: twenty,
			}),
		)
	}
	return steps
}

// catalogScenarios cover the actions of the catalogue.
func catalogScenarios() []scenario {
	family, bundle := chair, chair
	family.UnitGroupID, family.DefaultUnitID, family.Name = record.UnitGroupID{}, record.UnitID{}, "furniture"
	family.Properties = []catalog.Property{{Name: "color", DataType: catalog.PropertyOptionSet, Options: []string{"red", "blue"}, Required: true}}
	bundle.Members = []catalog.BundleMember{{ProductID: id[record.ProductID](1), Quantity: value.Some(number("4")), Required: true}}
	dearer := twenty
	dearer.Amount = value.Some(number("21.00"))
	deactivate, activate := party.Deactivate{}, party.Activate{}
	sold := pricing.LineFields{ProductID: id[record.ProductID](1), Quantity: value.Some(number("12"))}
	blue := sold
	blue.ProductID, blue.Properties = id[record.ProductID](3), []pricing.PropertyValue{{Name: "color", Value: "blue"}}
	set := pricing.LineFields{ProductID: id[record.ProductID](2), Quantity: value.Some(number("2")), PricePerUnit: value.Some(number("70"))}
	return []scenario{
		{"a catalogue prices a quote", append(
			append([]step{newAccount(1)}, catalogue()...),
			newProduct(2, catalog.StructureBundle, 0, bundle), publish(2),
			birth(actions.PriceListItemCreate, (*client).PriceListItems, engine.PriceListItems.Create, catalog.CreatePriceListItem{
				ID: id[record.PriceListItemID](2), PriceListID: priceList, ProductID: id[record.ProductID](2), Fields: twenty,
			}),
			birth(actions.QuoteCreate, (*client).Quotes, engine.Quotes.Create, leadtocash.CreateQuote{
				ID: id[record.QuoteID](1), Origin: inEUR, Lines: []pricing.LineFields{sold, set},
				Fields: leadtocash.QuoteFields{Name: "ten desks", CustomerID: customer, Charges: pricing.Charges{PriceListID: priceList}},
			}),
			call(actions.PriceListItemEdit, (*client).PriceListItems, engine.PriceListItems.Edit, 1, catalog.EditPriceListItem{Fields: dearer}),
			call(actions.QuoteRecalculate, (*client).Quotes, engine.Quotes.Recalculate, 1, pricing.Recalculate{}),
			activateQuote(1),
		)},
		{"a product lives, in a family", append(
			append([]step{newAccount(1)}, catalogue()...),
			newProduct(2, catalog.StructureFamily, 0, family), newProduct(3, catalog.StructureProduct, 2, chair), publish(2),
			birth(actions.PriceListItemCreate, (*client).PriceListItems, engine.PriceListItems.Create, catalog.CreatePriceListItem{
				ID: id[record.PriceListItemID](3), PriceListID: priceList, ProductID: id[record.ProductID](3), Fields: twenty,
			}),
			birth(actions.OrderCreate, (*client).Orders, engine.Orders.Create, leadtocash.CreateOrder{
				ID: id[record.OrderID](1), Origin: inEUR, Lines: []pricing.LineFields{blue},
				Fields: leadtocash.OrderFields{Name: "blue chairs", CustomerID: customer, Charges: pricing.Charges{PriceListID: priceList}},
			}),
			invoiceOrder(1, 1).by(robot),
			call(actions.ProductRevise, (*client).Products, engine.Products.Revise, 2, catalog.ReviseProduct{}),
			call(actions.ProductEdit, (*client).Products, engine.Products.Edit, 3, catalog.EditProduct{Fields: catalog.ProductFields{
				Name: "better chair", UnitGroupID: chair.UnitGroupID, DefaultUnitID: piece,
			}}),
			call(actions.ProductRevert, (*client).Products, engine.Products.Revert, 2, catalog.RevertProduct{}),
			call(actions.ProductSetDefaultPriceList, (*client).Products, engine.Products.SetDefaultPriceList, 1, catalog.SetDefaultPriceList{PriceListID: priceList}),
			call(actions.ProductRetire, (*client).Products, engine.Products.Retire, 1, catalog.RetireProduct{}),
			call(actions.ProductActivate, (*client).Products, engine.Products.Activate, 1, catalog.ActivateProduct{}),
			newProduct(4, catalog.StructureProduct, 0, chair),
			birth(actions.ProductRelationshipCreate, (*client).ProductRelationships, engine.ProductRelationships.Create, catalog.CreateProductRelationship{
				ID: id[record.ProductRelationshipID](1), ProductID: id[record.ProductID](1), RelatedID: id[record.ProductID](4),
				Fields: catalog.ProductRelationshipFields{Type: catalog.RelationshipSubstitute},
			}),
			call(actions.ProductRelationshipEdit, (*client).ProductRelationships, engine.ProductRelationships.Edit, 1, catalog.EditProductRelationship{
				Fields: catalog.ProductRelationshipFields{Type: catalog.RelationshipUpSell},
			}),
			removal(actions.ProductRelationshipDelete, (*client).ProductRelationships, engine.ProductRelationships.Delete, 1),
			removal(actions.ProductDelete, (*client).Products, engine.Products.Delete, 4),
		)},
		{"lists, units and currencies are looked after", append(
			catalogue(),
			call(actions.UnitGroupEdit, (*client).UnitGroups, engine.UnitGroups.Edit, 1, catalog.EditUnitGroup{Fields: catalog.UnitGroupFields{
				Name: "pieces and boxes", Units: append([]catalog.Unit{{
					ID: record.UnitID{UUID: id[record.UnitGroupID](8).UUID}, Name: "box", BaseUnitID: piece, Quantity: value.Some(number("12")),
				}}, pieces.Units...),
			}}),
			call(actions.DiscountListEdit, (*client).DiscountLists, engine.DiscountLists.Edit, 1, catalog.EditDiscountList{Fields: catalog.DiscountListFields{Name: "none"}}),
			call(actions.DiscountListDeactivate, (*client).DiscountLists, engine.DiscountLists.Deactivate, 1, deactivate),
			call(actions.DiscountListActivate, (*client).DiscountLists, engine.DiscountLists.Activate, 1, activate),
			call(actions.PriceListEdit, (*client).PriceLists, engine.PriceLists.Edit, 1, catalog.EditPriceList{Fields: catalog.PriceListFields{Name: "summer"}}),
			call(actions.PriceListDeactivate, (*client).PriceLists, engine.PriceLists.Deactivate, 1, deactivate),
			call(actions.PriceListActivate, (*client).PriceLists, engine.PriceLists.Activate, 1, activate),
			removal(actions.PriceListItemDelete, (*client).PriceListItems, engine.PriceListItems.Delete, 1),
			removal(actions.DiscountListDelete, (*client).DiscountLists, engine.DiscountLists.Delete, 1),
			birth(actions.PriceListCreate, (*client).PriceLists, engine.PriceLists.Create,
				catalog.CreatePriceList{ID: id[record.PriceListID](2), Origin: inEUR, Fields: catalog.PriceListFields{Name: "winter"}}),
			removal(actions.PriceListDelete, (*client).PriceLists, engine.PriceLists.Delete, 2),
			birth(actions.UnitGroupCreate, (*client).UnitGroups, engine.UnitGroups.Create,
				catalog.CreateUnitGroup{ID: id[record.UnitGroupID](2), Fields: catalog.UnitGroupFields{Name: "hours", Units: []catalog.Unit{{Name: "hour"}}}}),
			removal(actions.UnitGroupDelete, (*client).UnitGroups, engine.UnitGroups.Delete, 2),
			birth(actions.TransactionCurrencyCreate, (*client).TransactionCurrencies, engine.TransactionCurrencies.Create, catalog.CreateTransactionCurrency{
				ID: id[record.TransactionCurrencyID](1), Code: money.USD, Fields: catalog.TransactionCurrencyFields{Name: "US dollar", Rate: value.Some(number("1.08"))},
			}),
			call(actions.TransactionCurrencyEdit, (*client).TransactionCurrencies, engine.TransactionCurrencies.Edit, 1, catalog.EditTransactionCurrency{
				Fields: catalog.TransactionCurrencyFields{Name: "US dollar", Rate: value.Some(number("1.09"))},
			}),
			call(actions.TransactionCurrencyDeactivate, (*client).TransactionCurrencies, engine.TransactionCurrencies.Deactivate, 1, deactivate),
			call(actions.TransactionCurrencyActivate, (*client).TransactionCurrencies, engine.TransactionCurrencies.Activate, 1, activate),
			removal(actions.TransactionCurrencyDelete, (*client).TransactionCurrencies, engine.TransactionCurrencies.Delete, 1),
		)},
	}
}

// attempt makes an attempt of a step.
func (s step) attempt() attempt {
	return attempt{action: s.action, do: func(ctx context.Context, c *client) (any, error) { return s.do(ctx, c) }}
}
