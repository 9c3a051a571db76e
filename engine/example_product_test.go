package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleProducts_Create() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	office, err := shop.Products().Create(ctx, catalog.CreateProduct{
		Structure: catalog.StructureBundle,
		Fields: catalog.ProductFields{
			Name: "Office", UnitGroupID: shop.Units.ID, DefaultUnitID: shop.Units.Units[0].ID,
			Members: []catalog.BundleMember{{ProductID: shop.Desk.ID, Quantity: value.Some(decimal.NewFromInt(2)), Required: true}},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(office.Structure, office.Name, "is a", office.Status)
	// Output: bundle Office is a draft
}

func ExampleProducts_Edit() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	lamp, err := shop.Products().Create(ctx, catalog.CreateProduct{Fields: shop.Sold("Lamp")})
	if err != nil {
		log.Fatal(err)
	}
	fields := lamp.ProductFields
	fields.ListPrice = value.Some(decimal.RequireFromString("80.00"))
	if lamp, err = shop.Products().Edit(ctx, lamp.ID, catalog.EditProduct{Fields: fields}); err != nil {
		log.Fatal(err)
	}
	price, _ := lamp.ListPrice.Get()
	fmt.Println(lamp.Name, price)

	_, err = shop.Products().Edit(ctx, shop.Desk.ID, catalog.EditProduct{Fields: fields})
	fmt.Println(errors.Is(err, codes.ErrReadOnly)) // an active product is revised first
	// Output:
	// Lamp 80
	// true
}

func ExampleProducts_Publish() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	lamps, err := shop.Products().Create(ctx, catalog.CreateProduct{
		Structure: catalog.StructureFamily, Fields: catalog.ProductFields{Name: "Lamps"},
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := shop.Products().Create(ctx, catalog.CreateProduct{ParentID: lamps.ID, Fields: shop.Sold("Desk lamp")}); err != nil {
		log.Fatal(err)
	}
	out, err := shop.Products().Publish(ctx, lamps.ID, catalog.PublishProduct{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Name, out.Record.Status)
	for _, p := range out.Below {
		fmt.Println(p.Name, p.Status)
	}
	// Output:
	// Lamps active
	// Desk lamp active
}

func ExampleProducts_Revise() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	revised, err := shop.Products().Revise(ctx, shop.Desk.ID, catalog.ReviseProduct{})
	if err != nil {
		log.Fatal(err)
	}
	fields := revised.Record.ProductFields
	fields.Name = "Standing desk"
	desk, err := shop.Products().Edit(ctx, shop.Desk.ID, catalog.EditProduct{Fields: fields})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(desk.Status, "as", desk.Name, "and sold as", desk.InForce().Name)
	// Output: under_revision as Standing desk and sold as Desk
}

func ExampleProducts_Revert() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	if _, err := shop.Products().Revise(ctx, shop.Desk.ID, catalog.ReviseProduct{}); err != nil {
		log.Fatal(err)
	}
	if _, err := shop.Products().Edit(ctx, shop.Desk.ID, catalog.EditProduct{Fields: shop.Sold("Table")}); err != nil {
		log.Fatal(err)
	}
	out, err := shop.Products().Revert(ctx, shop.Desk.ID, catalog.RevertProduct{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Name, out.Record.Status)
	// Output: Desk active
}

func ExampleProducts_Retire() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	out, err := shop.Products().Retire(ctx, shop.Desk.ID, catalog.RetireProduct{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.IsSellable())
	// Output: retired false
}

func ExampleProducts_Activate() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	if _, err := shop.Products().Retire(ctx, shop.Desk.ID, catalog.RetireProduct{}); err != nil {
		log.Fatal(err)
	}
	out, err := shop.Products().Activate(ctx, shop.Desk.ID, catalog.ActivateProduct{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Record.Status, out.Record.IsSellable())
	// Output: active true
}

func ExampleProducts_SetDefaultPriceList() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	fmt.Println(shop.Desk.DefaultPriceListID == shop.Retail.ID) // the first list that sells it

	export, err := shop.PriceLists().Create(ctx, catalog.CreatePriceList{Fields: catalog.PriceListFields{Name: "Export"}})
	if err != nil {
		log.Fatal(err)
	}
	_, err = shop.Products().SetDefaultPriceList(ctx, shop.Desk.ID, catalog.SetDefaultPriceList{PriceListID: export.ID})
	fmt.Println(errors.Is(err, codes.ErrNotInPriceList))
	// Output:
	// true
	// true
}

func ExampleProducts_Delete() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	draft, err := shop.Products().Create(ctx, catalog.CreateProduct{Fields: shop.Sold("Lamp")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(shop.Products().Delete(ctx, draft.ID, record.DeleteRecord{}))
	err = shop.Products().Delete(ctx, shop.Desk.ID, record.DeleteRecord{})
	fmt.Println(errors.Is(err, codes.ErrDeleteReadOnly))
	// Output:
	// <nil>
	// true
}

func ExampleProducts_Explain() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	verdicts, err := shop.Products().Explain(ctx, shop.Desk.ID)
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range verdicts {
		if len(v.Reasons()) == 0 {
			fmt.Println(v.Action)
		}
	}
	// Output:
	// product.revise
	// product.retire
	// product.set_default_price_list
}

func ExampleProducts_Properties() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	lamps, err := shop.Products().Create(ctx, catalog.CreateProduct{
		Structure: catalog.StructureFamily,
		Fields: catalog.ProductFields{Name: "Lamps", Properties: []catalog.Property{
			{Name: "color", DataType: catalog.PropertyOptionSet, Options: []string{"black", "white"}, Required: true},
			{Name: "watts", DataType: catalog.PropertyWholeNumber, Default: "5"},
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	lamp, err := shop.Products().Create(ctx, catalog.CreateProduct{ParentID: lamps.ID, Fields: shop.Sold("Desk lamp")})
	if err != nil {
		log.Fatal(err)
	}
	list, err := shop.Products().Properties(ctx, lamp.ID)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range list {
		fmt.Printf("%s: %s %v, default %q\n", p.Name, p.DataType, p.Options, p.Default)
	}
	// Output:
	// color: option_set [black white], default ""
	// watts: whole_number [], default "5"
}

func ExampleProducts_Substitutes() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	table := shop.Active("Table")
	if _, err := shop.ProductRelationships().Create(ctx, catalog.CreateProductRelationship{
		ProductID: shop.Desk.ID, RelatedID: table.ID, Fields: catalog.ProductRelationshipFields{Type: catalog.RelationshipSubstitute},
	}); err != nil {
		log.Fatal(err)
	}
	list, err := shop.Products().Substitutes(ctx, shop.Desk.ID)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range list {
		fmt.Println(p.Name)
	}
	// Output: Table
}

func ExampleProductRelationships_Create() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	lamp := shop.Active("Lamp")
	r, err := shop.ProductRelationships().Create(ctx, catalog.CreateProductRelationship{
		ProductID: shop.Desk.ID, RelatedID: lamp.ID, Fields: catalog.ProductRelationshipFields{Type: catalog.RelationshipAccessory},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Type.Label())
	// Output: Accessory
}

func ExampleProductRelationships_Edit() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	r, err := shop.ProductRelationships().Create(ctx, catalog.CreateProductRelationship{
		ProductID: shop.Desk.ID, RelatedID: shop.Active("Table").ID, Fields: catalog.ProductRelationshipFields{Type: catalog.RelationshipUpSell},
	})
	if err != nil {
		log.Fatal(err)
	}
	r, err = shop.ProductRelationships().Edit(ctx, r.ID, catalog.EditProductRelationship{
		Fields: catalog.ProductRelationshipFields{Type: catalog.RelationshipSubstitute, TwoWay: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Type, r.TwoWay)
	// Output: substitute true
}

func ExampleProductRelationships_Delete() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	r, err := shop.ProductRelationships().Create(ctx, catalog.CreateProductRelationship{
		ProductID: shop.Desk.ID, RelatedID: shop.Active("Table").ID, Fields: catalog.ProductRelationshipFields{Type: catalog.RelationshipCrossSell},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := shop.ProductRelationships().Delete(ctx, r.ID, record.DeleteRecord{}); err != nil {
		log.Fatal(err)
	}
	n, err := shop.ProductRelationships().Count(ctx, engine.ProductRelationshipQuery{})
	fmt.Println(n, err)
	// Output: 0 <nil>
}

func ExampleUnitGroups_Create() {
	ctx, client := context.Background(), testkit.NewDesksClient()
	meter := engine.NewID[record.UnitID]()
	group, err := client.UnitGroups().Create(ctx, catalog.CreateUnitGroup{Fields: catalog.UnitGroupFields{
		Name: "Cable", Units: []catalog.Unit{
			{ID: meter, Name: "meter"}, {Name: "drum", BaseUnitID: meter, Quantity: value.Some(decimal.NewFromInt(500))},
		},
	}})
	if err != nil {
		log.Fatal(err)
	}
	meters, err := group.Convert(decimal.RequireFromString("2.5"), group.Units[1].ID, meter)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(meters.FloatString(0), "meters")
	// Output: 1250 meters
}

func ExampleUnitGroups_Edit() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	fields := shop.Units.UnitGroupFields
	fields.Units = append(fields.Units, catalog.Unit{
		Name: "pallet", BaseUnitID: fields.Units[1].ID, Quantity: value.Some(decimal.NewFromInt(6)),
	})
	group, err := shop.UnitGroups().Edit(ctx, shop.Units.ID, catalog.EditUnitGroup{Fields: fields})
	if err != nil {
		log.Fatal(err)
	}
	pieces, err := group.Factor(group.Units[2].ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Units[2].Name, "of", pieces.FloatString(0))
	// Output: pallet of 24
}

func ExampleUnitGroups_Delete() {
	ctx, shop := context.Background(), testkit.NewDeskCatalog()
	err := shop.UnitGroups().Delete(ctx, shop.Units.ID, record.DeleteRecord{})
	fmt.Println(errors.Is(err, codes.ErrInUse))
	// Output: true
}
