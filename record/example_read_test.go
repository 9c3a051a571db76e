package record_test

import (
	"errors"
	"fmt"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/record"
)

func ExampleError() {
	_, err := testkit.ActiveDesksQuote().Edit(leadtocash.EditQuote{}, leadtocash.QuoteFacts{})

	fmt.Println(errors.Is(err, codes.ErrReadOnly)) // for programs
	var refused *record.Error
	if errors.As(err, &refused) { // for people
		fmt.Println(refused.Action, "while", refused.Status+":", refused.Reasons[0].Message)
	}
	// Output:
	// true
	// quote.edit while active: the record is read-only in this status
}

func ExampleProblemOf() {
	_, err := testkit.ActiveDesksQuote().Edit(leadtocash.EditQuote{}, leadtocash.QuoteFacts{})

	p := record.ProblemOf(err, "https://example.com/problems/")
	fmt.Println(p.Status, p.Class, p.Type)
	fmt.Println(p.Detail)
	// Output:
	// 409 state https://example.com/problems/read_only
	// the record is read-only in this status
}
