package leadtocash_test

import (
	"fmt"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

func ExampleDefaultPriceLists_Of() {
	list := func(name string, currency money.Currency) *leadtocash.PriceList {
		l := leadtocash.PriceList{ID: engine.NewID[record.PriceListID](), Status: leadtocash.PriceListStatusActive}
		l.Name, l.Currency = name, currency
		return &l
	}
	own, north, south := list("own", money.USD), list("north", money.EUR), list("south", money.EUR)
	lists := leadtocash.DefaultPriceLists{Customer: own, Territory: []leadtocash.PriceList{*north}}

	fmt.Println(lists.Of(money.USD, 2026_03_02) == own.ID)
	fmt.Println(lists.Of(money.EUR, 2026_03_02) == north.ID) // the customer's is in dollars
	lists.Territory = append(lists.Territory, *south)
	fmt.Println(lists.Of(money.EUR, 2026_03_02).IsZero()) // two are none
	// Output:
	// true
	// true
	// true
}
