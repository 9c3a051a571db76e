package leadtocash_test

import (
	"errors"
	"fmt"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
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
	// Output: [quote.set_status quote.revise_quote quote.close quote.win quote.win_to_order quote.assign]
}

func ExampleError() {
	_, err := testkit.ActiveDesksQuote().Edit(leadtocash.EditQuote{}, leadtocash.QuoteFacts{})

	fmt.Println(errors.Is(err, codes.ErrReadOnly)) // for programs
	var refused *leadtocash.Error
	if errors.As(err, &refused) { // for people
		fmt.Println(refused.Action, "while", refused.Status+":", refused.Reasons[0].Message)
	}
	// Output:
	// true
	// quote.edit while active: the record is read-only in this status
}
