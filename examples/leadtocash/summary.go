package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// A summary is what one run did. Counts by state are those of the stored
// records; RowsRead, Accepted, Rejected and RejectedByCode count the rows that
// tell deals. Amounts are decimal text. PaidTotal is in each currency,
// PaidByQuarter and PaidByAgent are in BaseCurrency; a quarter is the one in
// which the deal closed. Receivables are by currency, and are overdue or not on
// the day ReceivablesAsOf, which is empty if no row has a day.
type summary struct {
	RowsRead        int                   `json:"rows_read"`
	Accepted        int                   `json:"accepted"`
	Rejected        int                   `json:"rejected"`
	RejectedByCode  map[string]int        `json:"rejected_by_code"`
	Leads           leadCount             `json:"leads"`
	Opportunities   opportunityCount      `json:"opportunities"`
	Quotes          quoteCount            `json:"quotes"`
	Orders          orderCount            `json:"orders"`
	Invoices        invoiceCount          `json:"invoices"`
	Payments        paymentCount          `json:"payments"`
	Refunds         refundCount           `json:"refunds"`
	PaidTotal       map[string]string     `json:"paid_total"`
	BaseCurrency    string                `json:"base_currency"`
	PaidByQuarter   map[string]string     `json:"paid_by_quarter"`
	PaidByAgent     map[string]string     `json:"paid_by_agent"`
	ReceivablesAsOf string                `json:"receivables_as_of"`
	Receivables     map[string]receivable `json:"receivables"`
	UnknownProducts map[string]int        `json:"unknown_products"`
	CreatedAccounts map[string]int        `json:"created_accounts"`
	OtherFiles      []fileCount           `json:"other_files"`
	Commands        int                   `json:"commands"`
	Seconds         float64               `json:"seconds"`
	Interrupted     bool                  `json:"interrupted"`
}

// newSummary is empty, but has all its keys.
func newSummary(base string) *summary {
	return &summary{
		BaseCurrency:    base,
		RejectedByCode:  map[string]int{},
		PaidTotal:       map[string]string{},
		PaidByQuarter:   map[string]string{},
		PaidByAgent:     map[string]string{},
		Receivables:     map[string]receivable{},
		UnknownProducts: map[string]int{},
		CreatedAccounts: map[string]int{},
		OtherFiles:      []fileCount{},
	}
}

type leadCount struct {
	New          int `json:"new"`
	Contacted    int `json:"contacted"`
	Qualified    int `json:"qualified"`
	Disqualified int `json:"disqualified"`
}

type opportunityCount struct {
	Open int `json:"open"`
	Won  int `json:"won"`
	Lost int `json:"lost"`
}

type quoteCount struct {
	Draft  int `json:"draft"`
	Active int `json:"active"`
	Won    int `json:"won"`
	Closed int `json:"closed"`
}

type orderCount struct {
	Active    int `json:"active"`
	Submitted int `json:"submitted"`
	Canceled  int `json:"canceled"`
	Fulfilled int `json:"fulfilled"`
	Invoiced  int `json:"invoiced"`
}

type invoiceCount struct {
	Active   int `json:"active"`
	Paid     int `json:"paid"`
	Canceled int `json:"canceled"`
}

type paymentCount struct {
	Posted  int `json:"posted"`
	Bounced int `json:"bounced"`
}

type refundCount struct {
	Paid int `json:"paid"`
}

// A receivable is what customers owe in one currency, by days overdue. Credits
// are what they have left of payments, and are not set off.
type receivable struct {
	Total      string `json:"total"`
	Overdue    string `json:"overdue"`
	Current    string `json:"current"`
	Days1To30  string `json:"days_1_to_30"`
	Days31To60 string `json:"days_31_to_60"`
	Days61To90 string `json:"days_61_to_90"`
	Over90     string `json:"over_90"`
	Credits    string `json:"credits"`
	Invoices   int    `json:"invoices"`
}

// writeJSON writes the summary as one JSON object.
func (s *summary) writeJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(s)
}

// writeText writes the summary for people.
func (s *summary) writeText(w io.Writer) error {
	if err := s.writeCounts(w); err != nil {
		return err
	}
	base := " " + s.BaseCurrency
	for _, part := range []struct {
		title, unit string
		rows        map[string]string
	}{
		{"Paid by currency", "", s.PaidTotal},
		{"Paid by quarter of closing", base, s.PaidByQuarter},
		{"Paid by agent", base, s.PaidByAgent},
		{"Products that no price list has (rows)", "", texts(s.UnknownProducts)},
		{"Accounts created on the way (rows)", "", texts(s.CreatedAccounts)},
		{"Rejected rows by code", "", texts(s.RejectedByCode)},
	} {
		if err := writeSection(w, part.title, part.unit, part.rows); err != nil {
			return err
		}
	}
	if err := s.writeReceivables(w); err != nil {
		return err
	}
	return s.writeRows(w)
}

// writeCounts writes the records by state, one line for each kind.
func (s *summary) writeCounts(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "Records\tby state")
	fmt.Fprintf(t, "leads\tnew %d\tcontacted %d\tqualified %d\tdisqualified %d\n",
		s.Leads.New, s.Leads.Contacted, s.Leads.Qualified, s.Leads.Disqualified)
	fmt.Fprintf(t, "opportunities\topen %d\twon %d\tlost %d\n",
		s.Opportunities.Open, s.Opportunities.Won, s.Opportunities.Lost)
	fmt.Fprintf(t, "quotes\tdraft %d\tactive %d\twon %d\tclosed %d\n",
		s.Quotes.Draft, s.Quotes.Active, s.Quotes.Won, s.Quotes.Closed)
	fmt.Fprintf(t, "orders\tactive %d\tsubmitted %d\tcanceled %d\tfulfilled %d\tinvoiced %d\n",
		s.Orders.Active, s.Orders.Submitted, s.Orders.Canceled, s.Orders.Fulfilled, s.Orders.Invoiced)
	fmt.Fprintf(t, "invoices\tactive %d\tpaid %d\tcanceled %d\n",
		s.Invoices.Active, s.Invoices.Paid, s.Invoices.Canceled)
	fmt.Fprintf(t, "payments\tposted %d\tbounced %d\n", s.Payments.Posted, s.Payments.Bounced)
	fmt.Fprintf(t, "refunds\tpaid %d\n", s.Refunds.Paid)
	return t.Flush()
}

// writeReceivables writes what is owed, one line for each currency.
func (s *summary) writeReceivables(w io.Writer) error {
	if len(s.Receivables) == 0 {
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\nOwed on %s, by days overdue\n", s.ReceivablesAsOf)
	fmt.Fprintln(t, "\tcurrent\t1-30\t31-60\t61-90\tover 90\ttotal\tcredits\t")
	for _, currency := range slices.Sorted(maps.Keys(s.Receivables)) {
		r := s.Receivables[currency]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n",
			currency, r.Current, r.Days1To30, r.Days31To60, r.Days61To90, r.Over90, r.Total, r.Credits)
	}
	return t.Flush()
}

// writeSection writes names with their values, aligned to the right, in the
// order of the names. A section without rows is left out.
func writeSection(w io.Writer, title, unit string, rows map[string]string) error {
	if len(rows) == 0 {
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\n%s\n", title)
	names := slices.Sorted(maps.Keys(rows))
	longest := len([]rune(slices.MaxFunc(names, func(a, b string) int { return cmp.Compare(len([]rune(a)), len([]rune(b))) })))
	for _, name := range names {
		fmt.Fprintf(t, "%-*s\t%s%s\t\n", longest, name, rows[name], unit)
	}
	return t.Flush()
}

// writeRows writes what became of the rows of each file.
func (s *summary) writeRows(w io.Writer) error {
	var others strings.Builder
	for _, f := range s.OtherFiles {
		fmt.Fprintf(&others, "%s: %d rows, %d rejected\n", f.File, f.Rows, f.Rejected)
	}
	end := ""
	if s.Interrupted {
		end = " (interrupted: the rest was not read)"
	}
	_, err := fmt.Fprintf(w, "\n%s%d accepted + %d rejected = %d rows read%s\n%d commands in %.2f s\n",
		&others, s.Accepted, s.Rejected, s.RowsRead, end, s.Commands, s.Seconds)
	return err
}

func texts(counts map[string]int) map[string]string {
	rows := map[string]string{}
	for name, n := range counts {
		rows[name] = fmt.Sprint(n)
	}
	return rows
}
