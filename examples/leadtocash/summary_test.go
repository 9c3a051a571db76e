package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got:\n%s\nwant:\n%s", name, got, want)
	}
}

func sampleSummary() *summary {
	s := newSummary("EUR")
	s.RowsRead, s.Accepted, s.Rejected = 12, 10, 2
	s.Leads = leadCount{New: 1, Contacted: 2, Qualified: 6, Disqualified: 1}
	s.Orders = orderCount{Fulfilled: 1, Invoiced: 2}
	s.Payments, s.Refunds = paymentCount{Posted: 3, Bounced: 1}, refundCount{Paid: 2}
	s.ReceivablesAsOf = "2024-12-31"
	s.Receivables["EUR"] = receivable{"1200.50", "1000.50", "200.00", "0.00", "1000.50", "0.00", "0.00", "35.00", 2}
	s.Receivables["JPY"] = receivable{"7500", "7500", "0", "500", "0", "6000", "1000", "0", 3}
	s.PaidTotal["EUR"], s.PaidTotal["JPY"], s.PaidTotal["BHD"] = "1204.50", "98000", "4.125"
	s.PaidByQuarter["2024Q1"], s.PaidByQuarter["2024Q4"] = "1204.50", "610.03"
	s.PaidByAgent["Zoë"], s.PaidByAgent["Anna Maria"] = "1804.53", "10.00"
	s.RejectedByCode[codeInvalidDate], s.RejectedByCode[codeTooLong] = 1, 1
	s.UnknownProducts["GTXPro"] = 3
	s.OtherFiles = []fileCount{{"accounts.csv", 5, 1}}
	s.Commands, s.Seconds = 80, 0.0125
	return s
}

func TestSummaryText(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := sampleSummary().writeText(&out); err != nil {
		t.Fatal(err)
	}
	golden(t, "summary.txt", out.Bytes())
}

func TestSummaryJSON(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := sampleSummary().writeJSON(&out); err != nil {
		t.Fatal(err)
	}
	golden(t, "summary.json", out.Bytes())
}

func TestEmptySummaryHasEveryKey(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := newSummary("EUR").writeJSON(&out); err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(out.Bytes(), &keys); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"rows_read", "rejected", "commands", "seconds"} {
		if keys[key] != 0.0 {
			t.Errorf("%s = %v, want 0", key, keys[key])
		}
	}
	for key, states := range map[string][]string{
		"leads":         {"new", "contacted", "qualified", "disqualified"},
		"opportunities": {"open", "won", "lost"},
		"quotes":        {"draft", "active", "won", "closed"},
		"orders":        {"active", "submitted", "canceled", "fulfilled", "invoiced"},
		"invoices":      {"active", "paid", "canceled"},
		"payments":      {"posted", "bounced"},
		"refunds":       {"paid"},
	} {
		counts, _ := keys[key].(map[string]any)
		if len(counts) != len(states) {
			t.Errorf("%s = %v, want the states %v", key, counts, states)
		}
		for _, state := range states {
			if counts[state] != 0.0 {
				t.Errorf("%s.%s = %v, want 0", key, state, counts[state])
			}
		}
	}
	for _, key := range []string{"paid_total", "paid_by_quarter", "receivables", "unknown_products", "created_accounts"} {
		if object, ok := keys[key].(map[string]any); !ok || len(object) != 0 {
			t.Errorf("%s = %v, want {}", key, keys[key])
		}
	}
}
