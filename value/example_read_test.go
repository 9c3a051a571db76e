package value_test

import (
	"fmt"
	"log"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleChoice() {
	source := leadtocash.LeadSourceTradeShow
	fmt.Println(source, source.Label(), source.Code(), source.Set().Name)

	status, err := value.ParseCode[leadtocash.LeadStatus](5) // as Dynamics 365 has it
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(status, status.State())
	// Output:
	// trade_show Trade Show 7 lead_source
	// cannot_contact disqualified
}
