package main

import (
	"slices"
	"testing"
)

// The order comes to 2129.90: two machines and a softener.
var delivered = append(slices.Clone(ordered), "2024-01-14,D1,ship,,,,")

func TestMoneySettlesWhatItCan(t *testing.T) {
	t.Parallel()
	whole := append(slices.Clone(delivered), "2024-01-15,D1,invoice,,,,")
	parts := append(slices.Clone(delivered), "2024-01-15,D1,invoice,Bora One,1,,", "2024-01-20,D1,invoice,,,,")
	for name, tt := range map[string]struct {
		rows     []string
		paid     string
		owed     string // with its credits
		payments paymentCount
		refunds  int
	}{
		"whole":                       {append(slices.Clone(whole), "2024-02-01,D1,pay,,,,"), "2129.90", "", paymentCount{Posted: 1}, 0},
		"in part":                     {append(slices.Clone(whole), "2024-02-01,D1,pay,,,2000,"), "2000.00", "129.90 less 0.00", paymentCount{Posted: 1}, 0},
		"two invoices at once":        {append(slices.Clone(parts), "2024-02-01,D1,pay,,,2129.90,"), "2129.90", "", paymentCount{Posted: 1}, 0},
		"the last invoice first":      {append(slices.Clone(parts), "2024-02-01,D1,pay,,,1229.90,"), "1229.90", "900.00 less 0.00", paymentCount{Posted: 1}, 0},
		"too much":                    {append(slices.Clone(whole), "2024-02-01,D1,pay,,,2200,"), "2129.90", "0.00 less 70.10", paymentCount{Posted: 1}, 0},
		"too much, returned":          {append(slices.Clone(whole), "2024-02-01,D1,pay,,,2200,", "2024-02-02,D1,refund,,,,"), "2129.90", "", paymentCount{Posted: 1}, 1},
		"too much, returned in part":  {append(slices.Clone(whole), "2024-02-01,D1,pay,,,2200,", "2024-02-02,D1,refund,,,70,"), "2129.90", "0.00 less 0.10", paymentCount{Posted: 1}, 1},
		"bounced":                     {append(slices.Clone(whole), "2024-02-01,D1,pay,,,,", "2024-02-02,D1,bounce,,,,"), "", "2129.90 less 0.00", paymentCount{Bounced: 1}, 0},
		"bounced, paid again":         {append(slices.Clone(whole), "2024-02-01,D1,pay,,,,", "2024-02-02,D1,bounce,,,,", "2024-02-03,D1,pay,,,,"), "2129.90", "", paymentCount{Posted: 1, Bounced: 1}, 0},
		"nothing is owed, none comes": {slices.Concat(ordered[:2], []string{"2024-01-11,D1,quote,Bora One,1,0,", "2024-01-12,D1,send,,,,", "2024-01-13,D1,accept,,,,", "2024-01-14,D1,invoice,,,,", "2024-01-15,D1,pay,,,,"}), "", "", paymentCount{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			im, s := journal(t, tt.rows...)
			if len(im.rejects) != 0 {
				t.Fatalf("rejects = %+v", im.rejects)
			}
			owed := ""
			if r, some := s.Receivables["EUR"]; some {
				owed = r.Total + " less " + r.Credits
			}
			if s.PaidTotal["EUR"] != tt.paid || owed != tt.owed || s.Payments != tt.payments || s.Refunds.Paid != tt.refunds {
				t.Errorf("paid %q, owed %q, payments %+v, refunds %d; want %+v", s.PaidTotal["EUR"], owed, s.Payments, s.Refunds.Paid, tt)
			}
		})
	}
}

// An invoice of 15 January is due on 14 February; the last row says which day
// it is.
func TestWhatIsOwedGrowsOld(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]receivable{
		"2024-02-14": {Current: "2129.00", Overdue: "0.00"},
		"2024-02-15": {Days1To30: "2129.00", Overdue: "2129.00"},
		"2024-03-15": {Days1To30: "2129.00", Overdue: "2129.00"},
		"2024-03-16": {Days31To60: "2129.00", Overdue: "2129.00"},
		"2024-04-15": {Days61To90: "2129.00", Overdue: "2129.00"},
		"2024-05-15": {Over90: "2129.00", Overdue: "2129.00"},
	} {
		for _, bucket := range []*string{&want.Current, &want.Days1To30, &want.Days31To60, &want.Days61To90, &want.Over90} {
			if *bucket == "" {
				*bucket = "0.00"
			}
		}
		want.Total, want.Credits, want.Invoices = "2129.00", "0.00", 1
		t.Run(day, func(t *testing.T) {
			t.Parallel()
			_, s := journal(t, append(slices.Clone(delivered), "2024-01-15,D1,invoice,,,,", day+",D1,pay,,,0.90,")...)
			if s.ReceivablesAsOf != day || s.Receivables["EUR"] != want {
				t.Errorf("on %s %+v is owed, want %+v", s.ReceivablesAsOf, s.Receivables["EUR"], want)
			}
		})
	}
}
