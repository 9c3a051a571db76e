package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTablesComeInAndGoOut(t *testing.T) {
	t.Parallel()
	place := t.TempDir()
	var out strings.Builder
	if err := run(t.Context(), &out, "", "", place); err != nil {
		t.Fatal(err)
	}
	const want = `planned   accounts.csv: 4 rows, 3 to import, 1 to refuse
          Branch "Alchemy" is no option
planned   deals.csv: 4 rows, 3 to import, 1 to refuse
refused   accounts.csv:5: name: a required field is empty (missing_field)
refused   deals.csv:5: customer_id: there is no such account (not_found)
refused   deals.csv:5: parent_account_id: there is no such account (not_found)
total     opportunity: 3, 6017.00 EUR given and 6017.00 stored
again     0 imported, 6 known
moved     3 accounts and 3 opportunities, 6 records in all
safe      true
written   account.csv, opportunity.csv
`
	if got := out.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	body, err := os.ReadFile(filepath.Join(place, "rejects", "deals.csv"))
	if err != nil || !strings.Contains(string(body), "D-4") {
		t.Errorf("the rejects are %s, %v", body, err)
	}
}
