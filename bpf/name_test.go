package bpf_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/bpf"
)

// A name in a definition is that of a field, or it is not: written in other letters, or
// there twice, it is refused, unless names are free there; it is never taken for the field.
func TestFoldedNamesAreRefused(t *testing.T) {
	t.Parallel()
	for _, d := range []bpf.Definition{bpf.LeadToOpportunity(), bpf.OpportunitySales()} {
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		body, refused := string(text), 0
		for _, at := range regexp.MustCompile(`"([a-z_0-9]+)":`).FindAllStringSubmatchIndex(body, -1) {
			name := body[at[2]:at[3]]
			for _, other := range []string{strings.ToUpper(name), strings.NewReplacer("s", "ſ", "k", "\u212a").Replace(name), name + `":null,"` + name} {
				if other == name {
					continue
				}
				var read bpf.Definition
				if err := json.Unmarshal([]byte(body[:at[2]]+other+body[at[3]:]), &read); err != nil {
					refused++
					continue
				}
				if again, err := json.Marshal(read); err != nil || !strings.Contains(string(again), `"`+other+`":`) {
					t.Errorf("%s at %d is taken for %s: %v", other, at[0], name, err)
				}
			}
		}
		if refused < 200 {
			t.Errorf("%s: only %d names were refused", d.Name, refused)
		}
	}
}
