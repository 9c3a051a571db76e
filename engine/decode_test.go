package engine_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
)

// Decode finds every fault of a body, each with its path and with what would mend it.
func TestDecodeNamesEveryFault(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"custom":`, 65) + "{}" + strings.Repeat("}", 65)
	for body, want := range map[string][]string{
		"": nil, "{}": nil, "null": nil, ` {"fields":null} `: nil,
		`{"fields":{"tpoic":"Desks","rating":"mild","estimated_amount":"12,5"},"custum":{}}`: {
			`invalid fields.estimated_amount `, `invalid fields.tpoic topic`, `invalid fields.rating [hot warm cold]`, `invalid custum custom`,
		},
		`[]`:                 {"invalid $ "},
		`7`:                  {"invalid $ "},
		"{\n \"fields\": }":  {"invalid $ 2:12"},
		`{"fields":{}`:       {"invalid $ 1:12"},
		`{} {}`:              {"invalid $ 1:4"},
		`{"id":"x","id":""}`: {`invalid id `, `invalid id `},
		deep:                 {"too_large $ "},
		`"` + strings.Repeat("x", engine.InputBytes) + `"`: {"too_large $ "},
	} {
		_, err := engine.Decode[leadtocash.CreateLead](json.RawMessage(body))
		var got []string
		for _, r := range record.ReasonsOf(err) {
			hint := ""
			switch p := r.Params; {
			case p["nearest"] != nil:
				hint = fmt.Sprint(p["nearest"])
			case p["allowed"] != nil:
				hint = fmt.Sprint(p["allowed"])
			case p["line"] != nil:
				hint = fmt.Sprintf("%v:%v", p["line"], p["column"])
			}
			got = append(got, fmt.Sprintf("%s %s %s", r.Code, r.Field, hint))
		}
		slices.Sort(got)
		slices.Sort(want)
		if len(body) > 100 {
			body = body[:100]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
		if err != nil && record.ClassOf(err) != codes.ClassInvalid && record.ClassOf(err) != codes.ClassLimit {
			t.Errorf("%s: the class is %s", body, record.ClassOf(err))
		}
	}
	cmd, err := engine.Decode[leadtocash.CreateLead](json.RawMessage(`{"fields":{"topic":"Desks"}}`))
	if err != nil || cmd.Fields.Topic != "Desks" {
		t.Errorf("got %+v, %v", cmd, err)
	}
}
