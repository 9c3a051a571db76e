package main

import (
	"strings"
	"testing"
)

func TestEveryStepIsPrinted(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	play(t.Context(), &out)
	const want = `lead         new, from Trade Show
opportunity  in_progress, for Cantiere Nord and Furlan
quote        active, 4817.00 EUR
order        new, with quote and opportunity won
order        complete, delivery complete
invoice      billed, INV-00001, 4817.00 EUR to pay
invoice      paid, by payment of 4817.00 EUR
`
	if got := out.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
