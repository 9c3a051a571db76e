package main

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"
)

const pipelineHeader = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"

// export is a small CRM export with the given pipeline rows.
func export(pipeline string) fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"sales_teams.csv":    "sales_agent,manager,regional_office\nMoses Frase,Dustin Brinkmann,Central\n",
		"products.csv":       "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n",
		"accounts.csv":       "account,sector,year_established,revenue,employees,office_location,subsidiary_of\nAcme,retail,1996,1100.04,2822,Japan,\n",
		"sales_pipeline.csv": pipelineHeader + pipeline,
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func mustReadExport(t *testing.T, pipeline string) *dataset {
	t.Helper()
	d, err := readExport(export(pipeline), "")
	if err != nil {
		t.Fatalf("readExport: %v", err)
	}
	return d
}

func verbsOf(r row) []verb {
	var did []verb
	for _, s := range r.steps {
		did = append(did, s.do)
	}
	return did
}

func TestStageTellsTheSteps(t *testing.T) {
	t.Parallel()
	d := mustReadExport(t, `A1,Moses Frase,GTX Pro,,Prospecting,,,
A2,Moses Frase,GTX Pro,,Engaging,2017-03-01,,
A3,Moses Frase,GTX Pro,Acme,Engaging,2017-03-01,,
A4,Moses Frase,GTX Pro,Acme,Lost,2017-03-01,2017-04-01,0
A5,Moses Frase,GTX Pro,Acme,WON,2017-03-01,2017-04-01,4514.50
`)
	want := [][]verb{
		nil,
		{contact},
		{contact, qualify},
		{contact, qualify, lose},
		{contact, qualify, quote, send, accept, ship, invoice, pay},
	}
	for i, r := range d.rows {
		if r.fault != nil {
			t.Fatalf("row %s refused: %v", r.deal, r.fault)
		}
		if got := verbsOf(r); !slices.Equal(got, want[i]) {
			t.Errorf("steps of %s = %v, want %v", r.deal, got, want[i])
		}
	}
	won := d.rows[4]
	if got := won.steps[2].amount.Decimal.String(); got != "4514.5" {
		t.Errorf("price of the quote = %s, want the close value 4514.5", got)
	}
	if got := won.steps[7].on.String(); got != "2017-04-01" {
		t.Errorf("paid on %s, want the close date 2017-04-01", got)
	}
	if got := won.lead.received.String(); got != "2017-03-01" {
		t.Errorf("received on %s, want the engage date 2017-03-01", got)
	}
	if d.rows[1].lead.lastName == "" || won.lead.lastName != "" {
		t.Errorf("last names %q and %q: only a lead without company needs one", d.rows[1].lead.lastName, won.lead.lastName)
	}
}

func TestHostileRowIsRefusedAndTheNextIsRead(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ line, column, code string }{
		"control character":        {"X\x00Y,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,1", "opportunity_id", codeInvalidText},
		"escape sequence":          {"X,Moses \x1b[31mFrase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,1", "sales_agent", codeInvalidText},
		"line break in quotes":     {"X,Moses Frase,\"GTX\nPro\",Acme,Won,2017-03-01,2017-04-01,1", "product", codeInvalidText},
		"text that turns round":    {"X,Moses Frase,GTX Pro,Ac\u202eme,Won,2017-03-01,2017-04-01,1", "account", codeInvalidText},
		"not UTF-8":                {"X,Moses Frase,GTX Pro,Acm\xe9,Won,2017-03-01,2017-04-01,1", "account", codeInvalidText},
		"name of 1 MiB":            {"X,Moses Frase,GTX Pro," + strings.Repeat("x", 1<<20) + ",Won,2017-03-01,2017-04-01,1", "account", codeTooLong},
		"exponent":                 {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,1e400", "close_value", codeInvalidNumber},
		"not a number":             {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,NaN", "close_value", codeInvalidNumber},
		"infinity":                 {"X,Moses Frase,GTX Pro,Acme,Lost,2017-03-01,2017-04-01,Inf", "close_value", codeInvalidNumber},
		"hexadecimal":              {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,0x10", "close_value", codeInvalidNumber},
		"other digits":             {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,٤٢", "close_value", codeInvalidNumber},
		"thousands":                {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,\"1,054\"", "close_value", codeInvalidNumber},
		"maybe thousands":          {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,1.054", "close_value", codeOutOfRange},
		"point without decimals":   {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,1.", "close_value", codeInvalidNumber},
		"40 decimals":              {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,1." + strings.Repeat("3", 40), "close_value", codeOutOfRange},
		"40 digits":                {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01," + strings.Repeat("9", 40), "close_value", codeOutOfRange},
		"200 digits":               {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01," + strings.Repeat("9", 200), "close_value", codeTooLong},
		"below zero":               {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,-5", "close_value", codeOutOfRange},
		"won without value":        {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,", "close_value", codeMissingField},
		"won without account":      {"X,Moses Frase,GTX Pro, ,Won,2017-03-01,2017-04-01,1", "account", codeMissingField},
		"won without engage date":  {"X,Moses Frase,GTX Pro,Acme,Won,,2017-04-01,1", "engage_date", codeMissingField},
		"lost without close date":  {"X,Moses Frase,GTX Pro,Acme,Lost,2017-03-01,,0", "close_date", codeMissingField},
		"closed before engaged":    {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-02-28,1", "close_date", codeWrongOrder},
		"no such day":              {"X,Moses Frase,GTX Pro,Acme,Won,2017-02-30,2017-04-01,1", "engage_date", codeInvalidDate},
		"other form of date":       {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,25-04-2017,1", "close_date", codeInvalidDate},
		"open with a close date":   {"X,Moses Frase,GTX Pro,Acme,Engaging,2017-03-01,2017-04-01,", "close_date", codeUnexpectedValue},
		"open with a close value":  {"X,Moses Frase,GTX Pro,Acme,Prospecting,,,12", "close_value", codeUnexpectedValue},
		"engaging without date":    {"X,Moses Frase,GTX Pro,Acme,Engaging,,,", "engage_date", codeMissingField},
		"unknown stage":            {"X,Moses Frase,GTX Pro,Acme,Dreaming,2017-03-01,2017-04-01,1", "deal_stage", codeUnknownStage},
		"without id":               {",Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,1", "opportunity_id", codeMissingField},
		"only separators":          {",,,,,,,", "opportunity_id", codeMissingField},
		"too few fields":           {"X,Moses Frase,GTX Pro", "", codeFieldCount},
		"too many fields":          {"X,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,1,,", "", codeFieldCount},
		"quote that never closes":  {"X,Moses Frase,\"GTX Pro,Acme,Won,2017-03-01,2017-04-01,1", "", codeBadQuotes},
		"quote within a bare cell": {"X,Moses \"Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,1", "", codeBadQuotes},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := "OK1,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,1\n"
			d := mustReadExport(t, good+tt.line+"\n"+strings.Replace(good, "OK1", "OK2", 1))
			if len(d.rows) != 3 {
				t.Fatalf("got %d rows, want 3", len(d.rows))
			}
			for _, r := range []row{d.rows[0], d.rows[2]} {
				if r.fault != nil {
					t.Errorf("row %s refused: %v", r.deal, r.fault)
				}
			}
			bad := d.rows[1]
			if bad.fault == nil {
				t.Fatal("the row was accepted")
			}
			if bad.line != 3 || bad.fault.column != tt.column || bad.fault.code != tt.code {
				t.Errorf("refused in line %d, column %q with %v; want line 3, column %q, code %s", bad.line, bad.fault.column, bad.fault, tt.column, tt.code)
			}
			if len(bad.fault.message) > 300 {
				t.Errorf("the message has %d bytes: it repeats the cell", len(bad.fault.message))
			}
		})
	}
}

func TestMarksOfSpreadsheetsAreAccepted(t *testing.T) {
	t.Parallel()
	files := export("A1,\"Moses Frase\",GTX Pro,\"Acme, \"\"the\"\" company\",Engaging,2017-03-01,,\n\nA2,Moses Frase, GTX Pro ,Acme,Prospecting,,,")
	for _, f := range files {
		text := strings.ReplaceAll(string(f.Data), "\n", "\r\n")
		f.Data = []byte("\ufeff" + text)
	}
	d, err := readExport(files, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.rows) != 2 || d.rows[0].fault != nil || d.rows[1].fault != nil {
		t.Fatalf("rows = %+v, want two without fault", d.rows)
	}
	if got, want := d.rows[0].lead.account, `Acme, "the" company`; got != want {
		t.Errorf("company = %q, want %q", got, want)
	}
	if got := d.rows[1].line; got != 4 {
		t.Errorf("line of the last row = %d, want 4: blank lines count as lines", got)
	}
}

func TestColumnsMayComeInAnyOrder(t *testing.T) {
	t.Parallel()
	files := export("")
	files["products.csv"].Data = []byte("sales_price,product,series\n55,MG Special,MG\n")
	d, err := readExport(files, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := d.products[0]; got.name != "MG Special" || !got.prices[exportCurrency].Equal(decimal.NewFromInt(55)) {
		t.Errorf("product = %+v, want MG Special at 55", got)
	}
}

func TestUnreadableInputIsOneSentence(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file string
		data string
		want string
	}{
		"missing file":     {"accounts.csv", "", "accounts.csv is missing"},
		"empty file":       {"products.csv", " \n", "products.csv is empty"},
		"misspelt column":  {"products.csv", "product,serie,sales_price\n", `products.csv has a wrong header: unexpected column "serie", want product,series,sales_price`},
		"missing column":   {"products.csv", "product,series\n", `products.csv has a wrong header: column "sales_price" is missing`},
		"column twice":     {"products.csv", "product,series,series\n", `products.csv has a wrong header: column "series" occurs twice`},
		"binary file":      {"products.csv", "\x7fELF\x02\x01\x01\x00\x00\n\x00\x00", "products.csv is not a CSV file in UTF-8"},
		"UTF-16":           {"products.csv", "\xff\xfep\x00r\x00o\x00", "products.csv is not a CSV file in UTF-8"},
		"unclosed quote":   {"products.csv", "\"product,series\n", "products.csv is not a CSV file in UTF-8"},
		"only line feeds":  {"sales_teams.csv", "\n\n\n", "sales_teams.csv is empty"},
		"ambiguous dates":  {"sales_pipeline.csv", pipelineHeader + "A,M,P,Acme,Engaging,01-02-2017,,\n", "sales_pipeline.csv has dates in column engage_date that can be read in more than one way; name their form with -dates (iso, dmy or mdy)"},
		"another CSV file": {"sales_pipeline.csv", "id;name\n", `sales_pipeline.csv has a wrong header: unexpected column "id;name", want ` + strings.TrimSpace(pipelineHeader)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := export("")
			files[tt.file].Data = []byte(tt.data)
			if tt.data == "" {
				delete(files, tt.file)
			}
			_, err := readExport(files, "")
			var input *inputError
			if !errors.As(err, &input) || err.Error() != tt.want {
				t.Errorf("error = %v, want %s", err, tt.want)
			}
		})
	}
}

func TestDirectoryInPlaceOfAFile(t *testing.T) {
	t.Parallel()
	files := export("")
	delete(files, "accounts.csv")
	files["accounts.csv/x"] = &fstest.MapFile{}
	if _, err := readExport(files, ""); err == nil || err.Error() != "accounts.csv is not a file" {
		t.Errorf("error = %v, want: accounts.csv is not a file", err)
	}
}

func TestBadRowsOfSideFilesAreCounted(t *testing.T) {
	t.Parallel()
	files := export("")
	files["accounts.csv"].Data = []byte(strings.Join(exportAccounts, ",") + `
Son,,,,,,Father
Father,,,,,,Grandfather
Grandfather,,,,,,
A,,,,,,B
B,,,,,,A
Child of A,,,,,,A
Self,,,,,,Self
Son,,,,,,
Acme,retail,19x6,,,,
Elsewhere,,,,,,Unlisted
`)
	d, err := readExport(files, "")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range d.accounts {
		names = append(names, a.name)
	}
	if want := []string{"Grandfather", "Father", "Son", "Child of A", "Elsewhere"}; !slices.Equal(names, want) {
		t.Errorf("accounts = %v, want %v: a parent comes first", names, want)
	}
	got := map[string]string{}
	for _, r := range d.rejects {
		got[r.file+":"+strconv.Itoa(r.line)] = r.code
	}
	want := map[string]string{
		"accounts.csv:5": codeParentCycle, "accounts.csv:6": codeParentCycle, "accounts.csv:8": codeParentCycle,
		"accounts.csv:9": codeDuplicate, "accounts.csv:10": codeInvalidNumber,
	}
	if len(got) != len(want) {
		t.Errorf("rejects = %v, want %v", got, want)
	}
	for at, code := range want {
		if got[at] != code {
			t.Errorf("%s: code %q, want %q", at, got[at], code)
		}
	}
	i := slices.IndexFunc(d.side, func(f fileCount) bool { return f.File == "accounts.csv" })
	if f := d.side[i]; f.Rows != 10 || f.Rejected != len(want) || f.Rows != len(d.accounts)+f.Rejected {
		t.Errorf("count of accounts.csv = %+v, want 10 rows, %d rejected", f, len(want))
	}
}

// realExportDir has a public CRM export, if it lies beside the project at all.
const realExportDir = "../../../shared/data/maven-crm"

func realExport(t *testing.T) fs.FS {
	t.Helper()
	if _, err := os.Stat(realExportDir); err != nil {
		t.Skip("the CRM export maven-crm is not beside the project")
	}
	return os.DirFS(realExportDir)
}

func TestRealExport(t *testing.T) {
	t.Parallel()
	d, err := readExport(realExport(t), "")
	if err != nil {
		t.Fatal(err)
	}
	type counts struct{ rows, rejected, fresh, contacted, open, lost, won int }
	var got counts
	total := decimal.Zero
	byQuarter := map[string]decimal.Decimal{}
	g := newRegister()
	for _, r := range d.rows {
		got.rows++
		if f := g.admit(r); f != nil {
			got.rejected++
			continue
		}
		g.accept(r)
		switch len(r.steps) {
		case 0:
			got.fresh++
		case 1:
			got.contacted++
		case 2:
			got.open++
		case 3:
			got.lost++
		default:
			got.won++
			value := r.steps[2].amount.Decimal
			q := r.steps[7].on.Quarter()
			byQuarter[q] = byQuarter[q].Add(value)
			total = total.Add(value)
		}
	}
	if want := (counts{8800, 0, 500, 1088, 501, 2473, 4238}); got != want {
		t.Errorf("counts = %+v, want %+v", got, want)
	}
	if total.StringFixed(2) != "10005534.00" {
		t.Errorf("won value = %s, want 10005534.00", total.StringFixed(2))
	}
	for q, want := range map[string]string{"2017Q1": "1134672.00", "2017Q2": "3086111.00", "2017Q3": "2982255.00", "2017Q4": "2802496.00"} {
		if got := byQuarter[q].StringFixed(2); got != want {
			t.Errorf("won value of %s = %s, want %s", q, got, want)
		}
	}
	if len(byQuarter) != 4 || len(d.accounts) != 85 || len(d.products) != 7 || len(d.agents) != 35 || len(d.rejects) != 0 {
		t.Errorf("%d quarters, %d accounts, %d products, %d agents, %d rejects; want 4, 85, 7, 35, 0",
			len(byQuarter), len(d.accounts), len(d.products), len(d.agents), len(d.rejects))
	}
}

func FuzzExport(f *testing.F) {
	f.Add("A5,Moses Frase,GTX Pro,Acme,Won,2017-03-01,2017-04-01,4514.50\n")
	f.Add("A1,Moses Frase,GTX Pro,,Prospecting,,,\r\n\r\nA2,M,\"P\n\",Acme,Lost,01/02/2017,13/02/2017,0")
	f.Add("\"\n\"x\n,,,,,,,\n\x00,\xff,\"\"\"\n1e400,NaN")
	f.Fuzz(func(t *testing.T, pipeline string) {
		d, err := readExport(export(pipeline), "")
		if err != nil {
			var input *inputError
			if !errors.As(err, &input) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error = %q, want one sentence about the input", err)
			}
			return
		}
		if lines := strings.Count(pipeline, "\n") + 1; len(d.rows) > lines {
			t.Fatalf("%d rows in %d lines", len(d.rows), lines)
		}
		last := 1
		for _, r := range d.rows {
			if r.line <= last {
				t.Fatalf("line %d follows line %d", r.line, last)
			}
			last = r.line
			if r.fault != nil {
				if r.fault.code == "" || r.fault.message == "" {
					t.Fatalf("refused without code or message: %+v", r.fault)
				}
				continue
			}
			if r.deal == "" || !isText([]string{r.deal, r.lead.account, r.lead.agent, r.lead.topic}) {
				t.Fatalf("accepted a hostile row: %+v", r)
			}
			if len(r.steps) > 3 && (r.steps[2].amount.Decimal.IsNegative() || !r.steps[2].amount.Valid) {
				t.Fatalf("accepted a won deal of %v", r.steps[2].amount)
			}
			for i := 1; i < len(r.steps); i++ {
				if r.steps[i].on.Before(r.steps[i-1].on) {
					t.Fatalf("step %d is before its predecessor: %+v", i, r.steps)
				}
			}
		}
	})
}
