package leadtocash_test

import (
	"fmt"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/internal/testkit"
)

func ExampleQuoteFlow_explain() {
	quote := testkit.DraftDesksQuote()
	facts := leadtocash.QuoteFacts{CustomerInactive: true, Settings: leadtocash.Settings{RequirePriceList: true}}

	for _, v := range leadtocash.QuoteFlow().Explain(&quote, &facts) {
		if v.Action == actions.QuoteActivate {
			for _, r := range v.Reasons() { // every one of them
				fmt.Println(r.Code)
			}
		}
	}
	// Output:
	// missing_price_list
	// customer_inactive
}

func ExampleQuoteFlow_allowed() {
	quote := testkit.ActiveDesksQuote()
	fmt.Println(leadtocash.QuoteFlow().Allowed(&quote, &leadtocash.QuoteFacts{}))
	// Output: [quote.set_status quote.request_approval quote.revise_quote quote.close quote.win quote.win_to_order quote.assign]
}
