package record_test

import (
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
)

// UnmarshalStrict refuses members that nothing has a field for, wherever they stand;
// Unmarshal passes them over.
func TestUnmarshalStrict(t *testing.T) {
	t.Parallel()
	type part struct {
		City string `json:"city"`
	}
	type command struct {
		Part  *part         `json:"part"`
		Parts []part        `json:"parts"`
		Own   record.Custom `json:"own"`
	}
	for body, want := range map[string]string{
		`{"town":1}`:                            "town",
		`{"part":{"city":"Graz","town":null}}`:  "part.town",
		`{"parts":[{},{"town":{"city":"x"}}]}`:  "parts[1].town",
		`{"part":{"city":"x"},"own":{"any":1}}`: "",
	} {
		var c command
		if err := record.Unmarshal([]byte(body), &c); err != nil {
			t.Errorf("Unmarshal(%s): got %v", body, err)
		}
		reasons := record.ReasonsOf(record.UnmarshalStrict([]byte(body), &c))
		if want == "" && len(reasons) > 0 || want != "" && (len(reasons) != 1 || reasons[0].Field != want || reasons[0].Code != codes.ErrInvalid) {
			t.Errorf("UnmarshalStrict(%s): got %v, want one about %s", body, reasons, want)
		}
	}
}

// What does not decode and what nothing has a field for are told at once, and the name
// that was meant with them.
func TestUnmarshalStrictFindsAllFaults(t *testing.T) {
	t.Parallel()
	type command struct {
		City   string `json:"city"`
		Number int    `json:"house_number"`
	}
	for body, want := range map[string][]string{
		`{"city":7,"hose_number":1}`:  {"city ", "hose_number house_number"},
		`{"cty":"Graz"}`:              {"cty city"},
		`{"postal_code":"8010"}`:      {"postal_code "},
		`{"c":1}`:                     {"c "},
		`{"number_house":1,"town":1}`: {"number_house ", "town "},
	} {
		var got []string
		for _, r := range record.ReasonsOf(record.UnmarshalStrict([]byte(body), &command{})) {
			nearest, _ := r.Params["nearest"].(string)
			got = append(got, r.Field+" "+nearest)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}
