package main

import (
	"strings"
	"testing"
)

func TestEveryStepIsPrinted(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	play(t.Context(), &out)
	const want = `1. A lead is captured, routed and scored
   to Nina by rule "large"; score 5, grade d
2. What is open is asked, and the assistant advises
   qualify, 80 % sure; met: authority fit need budget
3. A person approves: account, contact and opportunity
   Cantiere Nord, Aurelio Furlan, "Coffee for three floors"
   score 70, grade b
4. A colleague writes as well: the plan finds the company
   use Cantiere Nord by its name, new contact Costa
   created 1 record, joined "Coffee for three floors"
5. Nobody can be reached: disqualified, and brought back
   cannot_contact, then new
6. The customer was entered twice: merged, and taken apart
   5 records moved to Cantiere Nord S.p.A.
   5 records back with Cantiere Nord
7. Where the opportunity comes from
   from a lead
   from a lead
`
	if got := out.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
