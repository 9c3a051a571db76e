package pricing_test

import (
	"fmt"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

func ExampleDefaultPriceLists_Of() {
	list := func(name string, currency money.Currency) *catalog.PriceList {
		l := catalog.PriceList{ID: engine.NewID[record.PriceListID](), Status: catalog.PriceListStatusActive}
		l.Name, l.Currency = name, currency
		return &l
	}
	own, north, south := list("own", money.USD), list("north", money.EUR), list("south", money.EUR)
	lists := pricing.DefaultPriceLists{Customer: own, Territory: []catalog.PriceList{*north}}

	fmt.Println(lists.Of(money.USD, 2026_03_02) == own.ID)
	fmt.Println(lists.Of(money.EUR, 2026_03_02) == north.ID) // the customer's is in dollars
	lists.Territory = append(lists.Territory, *south)
	fmt.Println(lists.Of(money.EUR, 2026_03_02).IsZero()) // two are none
	// Output:
	// true
	// true
	// true
}
