package record_test

import (
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
