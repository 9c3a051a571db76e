package main

import (
	"strings"
	"testing"
)

func TestWhatIsTold(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"lead.create ok\n  update\n",
		"lead.qualify refused lead_already_closed",
		"invoice.mark_paid ok\n",
		"leadtocash.call.duration\n",
		"leadtocash.action=lead.qualify,leadtocash.outcome=ok 1\n",
		"leadtocash.call.refusals\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, out.String())
		}
	}
}
