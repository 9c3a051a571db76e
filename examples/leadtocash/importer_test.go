package main

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// imported plays a dataset.
func imported(t *testing.T, d *dataset) (*importer, *summary) {
	t.Helper()
	im, err := newImporter(d, memory.New())
	if err != nil {
		t.Fatal(err)
	}
	if err := im.people(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := im.rows(t.Context(), newProgress(io.Discard, 0)); err != nil {
		t.Fatal(err)
	}
	s, err := im.summary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return im, s
}

// journal plays lines of a journal about one lead, D1, who wants to pay in EUR.
func journal(t *testing.T, lines ...string) (*importer, *summary) {
	t.Helper()
	d, err := readBusiness(business(t, map[string]string{
		"leads.csv":   strings.Join(businessLeads, ",") + "\nD1,2024-01-08,web,Chiara Bassi,Bar Nuovo,Ada,Rossi,Owner,ada@barnuovo.example,First machine,EUR,\n",
		"journal.csv": strings.Join(businessJournal, ",") + "\n" + strings.Join(lines, "\n") + "\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	return imported(t, d)
}

var ordered = []string{
	"2024-01-09,D1,contact,,,,", "2024-01-10,D1,qualify,,,,",
	"2024-01-11,D1,quote,Bora One,2,1000,", "2024-01-11,D1,quote,Softener 8 l,1,,",
	"2024-01-12,D1,send,,,,", "2024-01-13,D1,accept,,,,",
}

func TestLibraryRefusesWhatCannotHappen(t *testing.T) {
	t.Parallel()
	billed := append(slices.Clone(ordered), "2024-01-14,D1,ship,,,,", "2024-01-15,D1,invoice,,,,")
	for name, tt := range map[string]struct {
		before       []string
		line         string
		column, code string
	}{
		"quote before qualifying":       {nil, "2024-02-01,D1,quote,Bora One,1,,", "action", codeWrongOrder},
		"send without quote":            {ordered[:2], "2024-02-01,D1,send,,,,", "action", codeWrongOrder},
		"ship without order":            {ordered[:5], "2024-02-01,D1,ship,,,,", "action", codeWrongOrder},
		"pay without invoice":           {ordered, "2024-02-01,D1,pay,,,,", "action", codeWrongOrder},
		"qualify twice":                 {ordered[:2], "2024-02-01,D1,qualify,,,,", "action", "lead_already_closed"},
		"give up without known reason":  {nil, "2024-02-01,D1,disqualify,,,,bored", "note", "invalid"},
		"reason of another state":       {nil, "2024-02-01,D1,disqualify,,,,qualified", "action", "status_not_in_state"},
		"line of a quote that is sent":  {ordered[:5], "2024-02-01,D1,quote,Bora One,3,,", "action", "parent_read_only"},
		"no such line to remove":        {ordered[:3], "2024-02-01,D1,quote,Bora Two,0,,", "product", codeUnknownProduct},
		"write-in without price":        {ordered[:2], "2024-02-01,D1,quote,Statue,1,,", "amount", codeMissingField},
		"accept a draft":                {ordered[:4], "2024-02-01,D1,accept,,,,", "action", "invalid_transition"},
		"accept twice":                  {ordered, "2024-02-01,D1,accept,,,,", "action", "quote_already_ordered"},
		"lose a deal that is won":       {ordered, "2024-02-01,D1,lose,,,,canceled", "action", "opportunity_already_closed"},
		"lose without known reason":     {ordered[:2], "2024-02-01,D1,lose,,,,bored", "note", "invalid"},
		"ship more than there is":       {ordered, "2024-02-01,D1,ship,Bora One,3,,", "quantity", "over_shipped"},
		"ship what is not ordered":      {ordered, "2024-02-01,D1,ship,Bora Two,1,,", "product", codeUnknownProduct},
		"bill more than there is":       {ordered, "2024-02-01,D1,invoice,Bora One,3,,", "quantity", "over_invoiced"},
		"bill twice":                    {billed, "2024-02-01,D1,invoice,,,,", "action", "nothing_to_invoice"},
		"cancel what is billed":         {billed, "2024-02-01,D1,cancel,,,,", "action", "invalid_transition"},
		"pay in tenths of a cent":       {billed, "2024-02-01,D1,pay,,,10.001,", "amount", "out_of_range"},
		"pay twice":                     {append(slices.Clone(billed), "2024-01-20,D1,pay,,,,"), "2024-02-01,D1,pay,,,,", "amount", codeMissingField},
		"pay nothing":                   {billed, "2024-02-01,D1,pay,,,0,", "amount", "out_of_range"},
		"bounce without payment":        {billed, "2024-02-01,D1,bounce,,,,", "action", codeWrongOrder},
		"bounce twice":                  {append(slices.Clone(billed), "2024-01-20,D1,pay,,,,", "2024-01-21,D1,bounce,,,,"), "2024-02-01,D1,bounce,,,,", "action", "invalid_transition"},
		"refund what settles":           {append(slices.Clone(billed), "2024-01-20,D1,pay,,,,"), "2024-02-01,D1,refund,,,,", "action", "over_refunded"},
		"refund more than is left":      {append(slices.Clone(billed), "2024-01-20,D1,pay,,,5000,"), "2024-02-01,D1,refund,,,4000,", "amount", "over_refunded"},
		"take a paid invoice back":      {append(slices.Clone(billed), "2024-01-20,D1,pay,,,,"), "2024-02-01,D1,retract,,,,", "action", "has_payments"},
		"quantity with too many digits": {ordered[:2], "2024-02-01,D1,quote,Bora One,999999999999,,", "quantity", "out_of_range"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			im, s := journal(t, append(slices.Clone(tt.before), tt.line, "2024-03-01,D1,contact,,,,")...)
			if len(im.rejects) != 2 || im.accepted != 1+len(tt.before) || s.RowsRead != im.accepted+2 {
				t.Fatalf("%d accepted, rejects = %+v; want all but the last two rows", im.accepted, im.rejects)
			}
			got := im.rejects[0]
			if got.column != tt.column || got.code != tt.code || got.message == "" || got.line != len(tt.before)+2 {
				t.Errorf("refused %+v, want line %d, column %q, code %s", got, len(tt.before)+2, tt.column, tt.code)
			}
			if next := im.rejects[1]; next.code != codeEarlierRejected {
				t.Errorf("the next row is refused with %s, want %s", next.code, codeEarlierRejected)
			}
		})
	}
}

func TestRefusedRowLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	d, err := readBusiness(business(t, map[string]string{
		"leads.csv":   strings.Join(businessLeads, ",") + "\nD1,2024-01-08,pigeon,Nobody Known,Bar Nuovo,Ada,Rossi,,,First machine,EUR,\n",
		"journal.csv": strings.Join(businessJournal, ",") + "\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	im, s := imported(t, d)
	if s.Rejected != 1 || s.Leads != (leadCount{}) {
		t.Errorf("%d rejected, leads %+v; want 1 and none", s.Rejected, s.Leads)
	}
	n, err := im.client.Sellers().Count(t.Context(), engine.SellerQuery{})
	if err != nil || n != int64(len(d.agents)) {
		t.Errorf("%d sellers, %v; want the %d of the file, without the agent of the refused row", n, err, len(d.agents))
	}
}

func TestHistoryHasItsOwnDays(t *testing.T) {
	t.Parallel()
	d := mustReadExport(t, "A1,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-15,4514.50\n")
	im, _ := imported(t, d)
	ctx, c := t.Context(), im.client

	trail := im.trails["A1"]
	lead, err := c.Leads().Get(ctx, trail.lead)
	if err != nil {
		t.Fatal(err)
	}
	if got := value.DateOf(lead.CreatedAt, nil).String(); got != "2017-03-01" || lead.OverriddenCreatedOn.String() != got {
		t.Errorf("lead created on %s, by its own account on %s; want 2017-03-01", got, lead.OverriddenCreatedOn)
	}
	opportunity, err := c.Opportunities().Get(ctx, trail.opportunity)
	if err != nil || opportunity.ActualCloseDate.String() != "2017-04-15" || opportunity.ActualValue.Or(money.Amount{}).String() != "4514.50" {
		t.Errorf("opportunity closed on %s with %v, %v; want 2017-04-15, 4514.50", opportunity.ActualCloseDate, opportunity.ActualValue, err)
	}
	before, err := c.Opportunities().AsOf(ctx, trail.opportunity, opportunity.UpdatedAt.AddDate(0, 0, -1))
	if err != nil || before.Status != leadtocash.OpportunityStatusInProgress {
		t.Errorf("the day before it was closed the opportunity was %s, %v; want in_progress", before.Status, err)
	}
	order, err := c.Orders().Get(ctx, trail.order)
	if err != nil || order.DateFulfilled.String() != "2017-04-15" || order.Status != leadtocash.OrderStatusInvoiced {
		t.Errorf("order %s, delivered on %s, %v; want invoiced, 2017-04-15", order.Status, order.DateFulfilled, err)
	}
	invoice, err := c.Invoices().Get(ctx, trail.invoice)
	if err != nil || invoice.IssueDate.String() != "2017-04-15" || !invoice.OpenBalance().IsZero() {
		t.Errorf("invoice issued on %s, %s open, %v; want 2017-04-15, 0.00", invoice.IssueDate, invoice.OpenBalance(), err)
	}
	for p, err := range c.Payments().All(ctx, engine.PaymentQuery{}) {
		if err != nil || p.ReceivedOn.String() != "2017-04-15" {
			t.Errorf("payment received on %s, %v; want 2017-04-15", p.ReceivedOn, err)
		}
	}
	for name, owner := range map[string]uuid.UUID{"lead": lead.Owner, "opportunity": opportunity.Owner, "order": order.Owner, "invoice": invoice.Owner} {
		if owner != trail.agent.UUID {
			t.Errorf("the %s does not belong to its agent", name)
		}
	}
}

func TestPeopleOfTheFilesAreRecords(t *testing.T) {
	t.Parallel()
	files := export("A1,Moses Frase,GTX Pro,Acme,Prospecting,,,\n")
	files["accounts.csv"].Data = []byte(strings.Join(exportAccounts, ",") + "\nAcme,retail,1996,1100.04,2822,Japan,\nAcme East,,,,,,Acme\nPalace,,,999999999999,,,\n")
	d, err := readExport(files, "")
	if err != nil {
		t.Fatal(err)
	}
	im, s := imported(t, d)
	ctx := t.Context()
	acme, err := im.client.Accounts().Get(ctx, im.book.accounts["Acme"])
	if err != nil {
		t.Fatal(err)
	}
	if got := acme.AnnualRevenue.Or(money.Amount{}).String(); got != "1100040000.00" || acme.NumberOfEmployees.Or(0) != 2822 ||
		acme.Address1.Country != "Japan" || acme.Description != "sector: retail, established 1996" {
		t.Errorf("account = %s, %d employees, %+v, %q", got, acme.NumberOfEmployees.Or(0), acme.Address1, acme.Description)
	}
	east, err := im.client.Accounts().Get(ctx, im.book.accounts["Acme East"])
	if err != nil || east.ParentAccountID != acme.ID {
		t.Errorf("parent of Acme East = %v, %v; want Acme", east.ParentAccountID, err)
	}
	if len(im.rejects) != 1 || im.rejects[0].column != "revenue" || im.rejects[0].code != codeOutOfRange {
		t.Errorf("rejects = %+v, want the revenue that is too large", im.rejects)
	}
	if i := slices.IndexFunc(s.OtherFiles, func(f fileCount) bool { return f.File == "accounts.csv" }); s.OtherFiles[i] != (fileCount{"accounts.csv", 3, 1}) {
		t.Errorf("count of accounts.csv = %+v, want 3 rows, 1 rejected", s.OtherFiles[i])
	}
	moses, err := im.client.Sellers().Get(ctx, im.book.agents["Moses Frase"])
	if err != nil {
		t.Fatal(err)
	}
	boss, _ := manager.Get(moses.Custom)
	house, _ := office.Get(moses.Custom)
	if boss != "Dustin Brinkmann" || house != "Central" {
		t.Errorf("seller %s works for %q in %q, want Dustin Brinkmann in Central", moses.Name, boss, house)
	}
}

func TestNamesThatTheFilesLack(t *testing.T) {
	t.Parallel()
	files := export(`A1,Moses Frase,GTXPro,Acme,Won,2017-03-01,2017-04-01,4821
A2,Moses Frase,GTXPro,,Prospecting,,,
A3,Moses Frase,GTX Pro,Nova,Prospecting,,,
A4,Moses Frase,gtx pro,Nova,Lost,2017-03-01,2017-04-01,0
A5,New Agent,GTX Pro,Nova,Won,2017-03-01,2017-04-01,4000
A6,New Agent,GTX Pro,acme,Engaging,2017-03-01,,
A7,New Agent,GTXPro,Void,Won,2017-03-01,2017-04-01,NaN
`)
	files["accounts.csv"].Data = append(files["accounts.csv"].Data, "Acme East,,,,,,Acme Holding\nAcme West,,,,,,Acme Holding\n"...)
	d, err := readExport(files, "")
	if err != nil {
		t.Fatal(err)
	}
	im, s := imported(t, d)
	if got, want := text(t, s.UnknownProducts), `{"GTXPro":2,"gtx pro":1}`; got != want {
		t.Errorf("unknown products = %s, want %s: the row that is refused does not count", got, want)
	}
	if got, want := text(t, s.CreatedAccounts), `{"Acme Holding":2,"Nova":3,"acme":1}`; got != want {
		t.Errorf("created accounts = %s, want %s", got, want)
	}
	if got, want := text(t, s.PaidByAgent), `{"Moses Frase":"4821.00","New Agent":"4000.00"}`; got != want {
		t.Errorf("paid by agent = %s, want %s", got, want)
	}
	for deal, writeIn := range map[string]bool{"A1": true, "A5": false} {
		q, err := im.client.Quotes().Get(t.Context(), im.trails[deal].quote)
		if err != nil || q.Lines[0].IsWriteIn() != writeIn {
			t.Errorf("line of %s = %+v, %v; want write-in %v", deal, q.Lines, err, writeIn)
		}
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestMoneyArrivesInParts(t *testing.T) {
	t.Parallel()
	lines := append(
		slices.Clone(ordered),
		"2024-01-14,D1,ship,Bora One,1,,", "2024-01-15,D1,invoice,Bora One,1,,", "2024-02-15,D1,pay,,,400,", "2024-02-20,D1,pay,,,600.00,",
		"2024-03-01,D1,cancel,,,,one will do",
	)
	im, s := journal(t, lines...)
	if len(im.rejects) != 0 {
		t.Fatalf("rejects = %+v", im.rejects)
	}
	if s.PaidTotal["EUR"] != "1000.00" || s.PaidByQuarter["2024Q1"] != "1000.00" || s.Invoices != (invoiceCount{Paid: 1}) || s.Orders != (orderCount{Invoiced: 1}) {
		t.Errorf("paid %v, by quarter %v, invoices %+v, orders %+v; want 1000.00 of one invoice and its order", s.PaidTotal, s.PaidByQuarter, s.Invoices, s.Orders)
	}
}

func TestSumsOverCurrenciesUseTheirRates(t *testing.T) {
	t.Parallel()
	line := func(deal, currency string) string {
		return deal + ",2024-01-08,web,Chiara Bassi,Bar " + deal + ",,,,,Machine," + currency + ",\n"
	}
	var steps strings.Builder
	for i, price := range []string{"100", "1636", "0.411"} {
		deal := "D" + strconv.Itoa(i)
		for _, step := range []string{"qualify,,,", "quote,Cup,1," + price, "send,,,", "accept,,,", "invoice,,,", "pay,,,"} {
			steps.WriteString("2024-05-01," + deal + "," + step + ",\n")
		}
	}
	d, err := readBusiness(business(t, map[string]string{
		"leads.csv":   strings.Join(businessLeads, ",") + "\n" + line("D0", "EUR") + line("D1", "JPY") + line("D2", "BHD"),
		"journal.csv": strings.Join(businessJournal, ",") + "\n" + steps.String(),
	}))
	if err != nil {
		t.Fatal(err)
	}
	im, s := imported(t, d)
	if len(im.rejects) != 0 {
		t.Fatalf("rejects = %+v", im.rejects)
	}
	if got, want := text(t, s.PaidTotal), `{"BHD":"0.411","EUR":"100.00","JPY":"1636"}`; got != want {
		t.Errorf("paid = %s, want %s", got, want)
	}
	if got, want := text(t, s.PaidByQuarter), `{"2024Q2":"111.00"}`; got != want {
		t.Errorf("paid by quarter = %s, want %s: 100 + 1636/163.6 + 0.411/0.411", got, want)
	}
}

func FuzzImport(f *testing.F) {
	f.Add("A5,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,4514.50\nA5,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,4514.50\n")
	f.Add("A1,M,P,,Prospecting,,,\nA2,M,P,N,Engaging,2017-13-01,,\nA3,M,P,N,Lost,2017-01-13,2017-01-13,0\nA4,M,P,N,Won,2017-01-13,2017-01-13,0\n")
	f.Add("A1,M,\u00a0,\u2028,Won,2017-03-01,2199-12-31,999999999999.99\n\"\n")
	f.Fuzz(func(t *testing.T, pipeline string) {
		d, err := readExport(export(pipeline), "")
		if err != nil {
			t.Skip("no export")
		}
		im, s := imported(t, d)
		if s.RowsRead != len(d.rows) || s.Accepted+s.Rejected != s.RowsRead || len(im.rejects) != s.Rejected {
			t.Fatalf("%d rows: %d read, %d accepted, %d rejected, %d listed", len(d.rows), s.RowsRead, s.Accepted, s.Rejected, len(im.rejects))
		}
		leads := s.Leads.New + s.Leads.Contacted + s.Leads.Qualified
		deals := s.Opportunities.Open + s.Opportunities.Won + s.Opportunities.Lost
		if leads != s.Accepted || deals != s.Leads.Qualified || s.Invoices.Paid != s.Opportunities.Won {
			t.Fatalf("%d accepted, records %+v %+v %+v", s.Accepted, s.Leads, s.Opportunities, s.Invoices)
		}
	})
}
