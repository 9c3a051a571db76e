package main

import "testing"

func TestDealStopsAtItsFirstRefusedRow(t *testing.T) {
	t.Parallel()
	day, _ := iso.parse("2024-01-08")
	begin := func(deal string) row { return row{deal: deal, lead: &lead{received: day}} }
	after := func(deal string, days int) row {
		return row{deal: deal, steps: []step{{do: contact, on: day.AddDays(days)}}}
	}
	bad := func(r row) row { r.fault = &fault{code: "bad"}; return r }

	g := newRegister()
	for i, tt := range []struct {
		row  row
		want string
	}{
		{begin("A"), ""},
		{begin("A"), codeDuplicate},
		{after("A", 0), ""},
		{after("A", 5), ""},
		{after("A", 4), codeWrongOrder},
		{after("A", 6), codeEarlierRejected},
		{begin("B"), ""},
		{after("B", -1), codeWrongOrder},
		{after("C", 1), codeUnknownDeal},
		{after("C", 2), codeEarlierRejected},
		{bad(begin("D")), "bad"},
		{after("D", 1), codeEarlierRejected},
		{begin("D"), ""},
		{after("D", 1), ""},
		{bad(after("D", 1)), "bad"},
		{after("D", 2), codeEarlierRejected},
		{bad(begin("E")), "bad"},
		{bad(row{}), "bad"},
		{bad(row{steps: []step{{}}}), "bad"},
		{begin("E"), ""},
		{bad(begin("E")), "bad"},
		{after("E", 1), ""},
	} {
		f := g.admit(tt.row)
		got := ""
		if f != nil {
			got = f.code
			g.refuse(tt.row)
		} else {
			g.accept(tt.row)
		}
		if got != tt.want {
			t.Fatalf("row %d of deal %q: code %q, want %q", i, tt.row.deal, got, tt.want)
		}
	}
}
