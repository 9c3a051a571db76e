package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
)

func TestOwnBusiness(t *testing.T) {
	t.Parallel()
	r := command(t, t.Context(), "-json")
	s := r.summary(t)
	if r.status != exitDone {
		t.Fatalf("status %d\n%s", r.status, r.stderr)
	}
	for outcome, n := range map[string]int{
		"new leads": s.Leads.New, "contacted leads": s.Leads.Contacted, "qualified leads": s.Leads.Qualified, "disqualified leads": s.Leads.Disqualified,
		"open opportunities": s.Opportunities.Open, "won opportunities": s.Opportunities.Won, "lost opportunities": s.Opportunities.Lost,
		"draft quotes": s.Quotes.Draft, "active quotes": s.Quotes.Active, "won quotes": s.Quotes.Won, "closed quotes": s.Quotes.Closed,
		"active orders": s.Orders.Active, "submitted orders": s.Orders.Submitted, "canceled orders": s.Orders.Canceled,
		"fulfilled orders": s.Orders.Fulfilled, "invoiced orders": s.Orders.Invoiced,
		"active invoices": s.Invoices.Active, "paid invoices": s.Invoices.Paid, "canceled invoices": s.Invoices.Canceled,
		"posted payments": s.Payments.Posted, "bounced payments": s.Payments.Bounced, "paid refunds": s.Refunds.Paid, "currencies owed in": len(s.Receivables),
		"currencies": len(s.PaidTotal), "quarters": len(s.PaidByQuarter), "agents": len(s.PaidByAgent),
	} {
		if n == 0 {
			t.Errorf("there are no %s", outcome)
		}
	}
	s.Seconds = 0
	var got bytes.Buffer
	if err := s.writeJSON(&got); err != nil {
		t.Fatal(err)
	}
	golden(t, "business.json", got.Bytes())

	var rejects strings.Builder
	for _, reject := range r.rejects {
		rejects.WriteString(strings.Join(reject, " | ") + "\n")
	}
	golden(t, "business_rejects.txt", []byte(rejects.String()))
}

// sample has all stages, and in each column of dates one that only one form
// reads.
const sample = `A1,Moses Frase,GTX Pro,,Prospecting,,,
A2,Moses Frase,GTX Pro,Acme,Prospecting,,,
A3,Moses Frase,MG Special,,Engaging,2017-03-25,,
A4,Anna Snelling,MG Special,Acme,Engaging,2017-04-02,,
A5,Anna Snelling,GTXPro,Nova,Engaging,2017-04-30,,
A6,Moses Frase,GTX Pro,Acme,Lost,2017-01-13,2017-06-30,0
A7,Moses Frase,GTX Pro,Acme,Won,2017-01-14,2017-06-30,4514.50
A8,Moses Frase,GTXPro,Nova,Won,2017-02-01,2017-07-01,4821
A9,Anna Snelling,MG Special,Acme,Won,2017-02-02,2017-12-31,0
A9,Anna Snelling,MG Special,Acme,Won,2017-02-02,2017-12-31,55
B1,Anna Snelling,MG Special,,Won,2017-02-02,2017-12-31,55
B2,Anna Snelling,MG Special,Acme,Won,2017-02-02,2017-12-31,
`

// inForm rewrites the dates of the sample.
func inForm(form dateForm) string {
	var out strings.Builder
	for line := range strings.Lines(sample) {
		cells := strings.Split(line, ",")
		for i := 5; i <= 6; i++ {
			if y, md, ok := strings.Cut(cells[i], "-"); ok && form != iso {
				m, d, _ := strings.Cut(md, "-")
				if form == mdy {
					m, d = d, m
				}
				cells[i] = d + "/" + m + "/" + y
			}
		}
		out.WriteString(strings.Join(cells, ","))
	}
	return out.String()
}

func TestSameExportInOtherClothes(t *testing.T) {
	t.Parallel()
	var turned strings.Builder // the columns in reverse order
	turned.WriteString("close_value,close_date,engage_date,deal_stage,account,product,sales_agent,opportunity_id\n")
	for line := range strings.Lines(sample) {
		cells := strings.Split(strings.TrimSpace(line), ",")
		for i := len(cells) - 1; i > 0; i-- {
			turned.WriteString(cells[i] + ",")
		}
		turned.WriteString(cells[0] + "\n")
	}
	want := `{"rows_read":12,"accepted":9,"rejected":3,"rejected_by_code":{"duplicate":1,"missing_field":2},` +
		`"leads":{"new":2,"contacted":1,"qualified":6,"disqualified":0},"opportunities":{"open":2,"won":3,"lost":1},` +
		`"quotes":{"draft":0,"active":0,"won":3,"closed":0},"orders":{"active":0,"submitted":0,"canceled":0,"fulfilled":0,"invoiced":3},` +
		`"invoices":{"active":0,"paid":3,"canceled":0},"payments":{"posted":2,"bounced":0},"refunds":{"paid":0},"paid_total":{"USD":"9335.50"},"base_currency":"USD",` +
		`"paid_by_quarter":{"2017Q2":"4514.50","2017Q3":"4821.00"},"paid_by_agent":{"Moses Frase":"9335.50"},` +
		`"receivables_as_of":"2017-12-31","receivables":{},"unknown_products":{"GTXPro":2},"created_accounts":{"Nova":2},` +
		`"other_files":[{"file":"sales_teams.csv","rows":1,"rejected":0},{"file":"products.csv","rows":2,"rejected":0},{"file":"accounts.csv","rows":1,"rejected":0}],` +
		`"commands":57,"seconds":0,"interrupted":false}`
	for name, tt := range map[string]struct {
		pipeline string
		args     []string
	}{
		"iso":                   {pipelineHeader + sample, nil},
		"day first":             {pipelineHeader + inForm(dmy), nil},
		"month first":           {pipelineHeader + inForm(mdy), nil},
		"month first, by flag":  {pipelineHeader + inForm(mdy), []string{"-dates", "mdy"}},
		"columns turned":        {turned.String(), nil},
		"byte order mark, CRLF": {"\ufeff" + strings.ReplaceAll(pipelineHeader+sample, "\n", "\r\n"), nil},
		"spaces around cells":   {pipelineHeader + strings.ReplaceAll(sample, ",", " , "), nil},
		"quoted cells":          {pipelineHeader + `"` + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(sample), ",", `","`), "\n", "\"\n\"") + "\"\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := exportDir(t, "")
			if err := os.WriteFile(filepath.Join(dir, "sales_pipeline.csv"), []byte(tt.pipeline), 0o600); err != nil {
				t.Fatal(err)
			}
			r := command(t, t.Context(), append([]string{"-json", "-input", dir}, tt.args...)...)
			s := r.summary(t)
			s.Seconds = 0
			if got := text(t, s); r.status != exitDone || got != want {
				t.Errorf("status %d, summary\n%s\nwant\n%s", r.status, got, want)
			}
			if len(r.rejects) != 4 {
				t.Errorf("rejects = %q, want 3", r.rejects)
			}
		})
	}
}

func TestAmbiguousDatesAreNeverGuessed(t *testing.T) {
	t.Parallel()
	dir := exportDir(t, "A1,M,GTX Pro,Acme,Won,01-02-2017,03-04-2017,10\n")
	for form, want := range map[string]string{"dmy": `{"2017Q2":"10.00"}`, "mdy": `{"2017Q1":"10.00"}`} {
		r := command(t, t.Context(), "-json", "-input", dir, "-dates", form)
		if got := text(t, r.summary(t).PaidByQuarter); r.status != exitDone || got != want {
			t.Errorf("-dates %s: status %d, paid by quarter %s; want %s", form, r.status, got, want)
		}
	}
	if r := command(t, t.Context(), "-input", dir); r.status != exitUsage || !strings.Contains(r.stderr, "-dates") {
		t.Errorf("status %d, error %q; want 2 and a hint at -dates", r.status, r.stderr)
	}
}

func TestRealExportFromLeadToCash(t *testing.T) {
	t.Parallel()
	realExport(t)
	r := command(t, t.Context(), "-json", "-input", realExportDir)
	s := r.summary(t)
	if r.status != exitDone || r.stderr != "" || r.rejects != nil {
		t.Fatalf("status %d, error %q, rejects %q", r.status, r.stderr, r.rejects)
	}
	s.Seconds, s.PaidByAgent = 0, nil
	want := newSummary("USD")
	want.RowsRead, want.Accepted = 8800, 8800
	want.Leads = leadCount{New: 500, Contacted: 1088, Qualified: 7212}
	want.Opportunities = opportunityCount{Open: 501, Won: 4238, Lost: 2473}
	want.Quotes = quoteCount{Won: 4238}
	want.Orders = orderCount{Invoiced: 4238}
	want.Invoices = invoiceCount{Paid: 4238}
	want.Payments = paymentCount{Posted: 4238}
	want.ReceivablesAsOf = "2017-12-31"
	want.PaidTotal = map[string]string{"USD": "10005534.00"}
	want.PaidByQuarter = map[string]string{"2017Q1": "1134672.00", "2017Q2": "3086111.00", "2017Q3": "2982255.00", "2017Q4": "2802496.00"}
	want.PaidByAgent = nil
	want.OtherFiles = []fileCount{{"sales_teams.csv", 35, 0}, {"products.csv", 7, 0}, {"accounts.csv", 85, 0}}
	// People of the files; a lead each; contacted, qualified, lost; from the quote to the payment.
	want.Commands = 35 + 85 + 8800 + 8300 + 7212 + 2473 + 11*4238
	if got, want := text(t, s), text(t, want); got != want {
		t.Errorf("summary\n%s\nwant\n%s", got, want)
	}
}

func TestDiagramsOfEveryKindWithStatuses(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "on the way")
	if r := command(t, t.Context(), "-diagrams", dir, "-input", exportDir(t, "")); r.status != exitDone {
		t.Fatalf("status %d, %s", r.status, r.stderr)
	}
	n := 0
	for _, kind := range kinds.Kinds() {
		got, err := os.ReadFile(filepath.Join(dir, string(kind)+".mmd"))
		table := engine.TableOf(kind)
		if (err == nil) != (table != nil) {
			t.Errorf("%s: diagram %v, although it has statuses: %v", kind, err, table != nil)
		}
		if err != nil || table == nil {
			continue
		}
		n++
		if !strings.HasPrefix(string(got), "stateDiagram-v2\n") {
			t.Errorf("the diagram of %s begins with %.30q", kind, got)
		}
	}
	lead, _ := os.ReadFile(filepath.Join(dir, "lead.mmd"))
	if n < 6 || !strings.Contains(string(lead), "contacted --> qualified: qualify\n") {
		t.Errorf("%d diagrams, that of the lead is\n%s", n, lead)
	}
}

func TestDiagramsAreNeverWrittenBesideTheInput(t *testing.T) {
	t.Parallel()
	dir := exportDir(t, "")
	before := files(t, dir)
	r := command(t, t.Context(), "-input", dir, "-diagrams", dir+"/.")
	if r.status != exitUsage || r.stdout != "" || files(t, dir) != before {
		t.Errorf("status %d, output %q, files %s; want 2 and nothing written", r.status, r.stdout, files(t, dir))
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := command(t, t.Context(), "-input", dir, "-diagrams", file); r.status != exitFailed || !strings.HasPrefix(r.stderr, "leadtocash: the diagrams cannot be written: ") {
		t.Errorf("status %d, error %q; want 1 and that the diagrams cannot be written", r.status, r.stderr)
	}
}
