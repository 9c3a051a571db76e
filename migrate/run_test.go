package migrate_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/migrate"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// sink puts files into buffers.
type sink func(name string) *bytes.Buffer

func (s sink) Create(name string) (io.WriteCloser, error) { return closer{s(name)}, nil }

type closer struct{ io.Writer }

func (closer) Close() error { return nil }

func count(t testing.TB, c *engine.Client, kind kinds.Kind) int64 {
	t.Helper()
	n, err := c.Kind(kind).Count(t.Context(), engine.AnyQuery{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Rows that are refused are told with line, field and code; what refers to them is too,
// and the others stand. Mended, the rest comes in by another run.
func TestRefusedRows(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"accounts.csv": "id,name,number_of_employees,industry,website\n" +
			"1,Huber,12,insurance,\n" +
			"2,,1,,\n" +
			"3,Gruber,many,,\n" +
			"4,Mayr,,alchemy,\n" +
			"5,Bauer\n" +
			"1,Huber again,,,\n" +
			"6,Wolf,,,=evil()\n",
		"contacts.csv": "id,last_name,parent_customer_id\n1,Eder,account/2\n2,Fuchs,account/6\n3,Lang,planet/1\n",
	}
	want := []string{
		`accounts.csv:3: name: a required field is missing (missing_field)`,
		`accounts.csv:4: number_of_employees: not a whole number (invalid)`,
		`accounts.csv:5: industry: not a value of industry (invalid)`,
		`accounts.csv:6: has 2 cells, the header 5 (invalid)`,
		`accounts.csv:7: id: the row in line 2 of accounts.csv is the same record (taken)`,
		`contacts.csv:2: parent_customer_id: there is no such account (not_found)`,
	}
	c, f := newClient(t), faults{}
	rejected := map[string]*bytes.Buffer{}
	rejects := migrate.NewRejects(sink(func(name string) *bytes.Buffer { rejected[name] = &bytes.Buffer{}; return rejected[name] }))
	o := migrate.RunOptions{Faults: func(fault migrate.Fault) error { return errors.Join(f.take(fault), rejects.Fault(fault)) }}
	report, err := migrate.Run(t.Context(), c, dir(files), migrate.Profile{Space: "test"}, o)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(f.list)
	for _, w := range want {
		message, _, _ := strings.Cut(w[strings.LastIndex(w, ": ")+2:], " (")
		if !slices.ContainsFunc(f.list, func(got string) bool {
			return got == w || strings.HasPrefix(got, strings.TrimSuffix(w, message+w[strings.LastIndex(w, " ("):])) && strings.HasSuffix(got, w[strings.LastIndex(w, " ("):])
		}) {
			t.Errorf("%s is not told; told is\n%s", w, strings.Join(f.list, "\n"))
		}
	}
	if len(f.list) != len(want)+1 || report.Refused() != 7 || report.Imported() != 3 {
		t.Errorf("%d refused, %d imported, want 7 and 3:\n%s", report.Refused(), report.Imported(), strings.Join(f.list, "\n"))
	}
	if err := rejects.Close(); err != nil {
		t.Fatal(err)
	}
	table := rejected["accounts.csv"].String()
	if !strings.HasPrefix(table, "rejected_row,rejected_field,rejected_code,rejected_message,id,name,number_of_employees,industry,website\r\n") || strings.Count(table, "\r\n") != 6 {
		t.Errorf("the rejects are\n%s", table)
	}
	mended := strings.NewReplacer(",2,,1,", ",2,Berger,1,").Replace(table)
	again := migrate.RunOptions{}
	report, err = migrate.Run(t.Context(), c, dir(map[string]string{"accounts.csv": mended, "contacts.csv": rejected["contacts.csv"].String()}), migrate.Profile{Space: "test"}, again)
	if err != nil || report.Imported() != 2 {
		t.Errorf("mended: %+v, %v", report, err)
	}
}

// A plan tells what a run would do, and stores nothing.
func TestPlan(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"accounts.csv": "id,name,industry,colour,parent_account_id\n1,Huber,alchemy,red,2\n2,Mayr,,blue,\n3,,,,\n",
		"contacts.csv": "id,last_name,parent_customer_id\n1,Eder,account/1\n2,Fuchs,account/9\n",
		"orders.csv":   "id,name\n",
		"planets.csv":  "id\n1\n",
	}
	c, f := newClient(t), faults{}
	report, err := migrate.Plan(t.Context(), c, dir(files), migrate.Profile{}, migrate.RunOptions{Faults: f.take, LeaveUnmatched: true})
	if err != nil {
		t.Fatal(err)
	}
	accounts, contacts := report.Tables[0], report.Tables[1]
	if !slices.Equal(accounts.Unknown, []string{"colour"}) || len(accounts.Unmatched) != 1 || accounts.Unmatched[0] != (migrate.Unmatched{Column: "industry", Value: "alchemy", Rows: 1}) {
		t.Errorf("of accounts it is told: %+v", accounts)
	}
	if accounts.Imported != 2 || accounts.Refused != 1 || contacts.Imported != 1 || contacts.Refused != 1 || !report.Planned {
		t.Errorf("%+v\n%s", report, strings.Join(f.list, "\n"))
	}
	if !slices.Equal(report.Ignored, []string{"planets.csv"}) || len(report.Tables[2].Missing) == 0 {
		t.Errorf("ignored is %q, missing %q", report.Ignored, report.Tables[2].Missing)
	}
	if n := count(t, c, kinds.Account); n != 0 {
		t.Errorf("a plan stored %d accounts", n)
	}
	done, err := migrate.Run(t.Context(), c, dir(files), migrate.Profile{}, migrate.RunOptions{LeaveUnmatched: true})
	if err != nil || done.Imported() != report.Imported() || done.Refused() != report.Refused() {
		t.Errorf("planned were %d and %d, done %d and %d, %v", report.Imported(), report.Refused(), done.Imported(), done.Refused(), err)
	}
}

// What is wrong with a file as a whole ends a run before anything is stored.
func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	table := migrate.Profile{Tables: []migrate.Table{{Files: []string{"x*.csv"}, Kind: kinds.Account, Key: []string{"Key"}, Columns: []migrate.Column{column("Name", "name")}}}}
	for name, x := range map[string]struct {
		profile migrate.Profile
		file    string
		content string
		code    codes.Code
	}{
		"a key is missing":          {table, "x.csv", "Name\nHuber\n", codes.ErrMissingField},
		"a header twice":            {table, "x.csv", "Key,Name,name\n1,a,b\n", codes.ErrInvalid},
		"lines without their quote": {migrate.Profile{}, "quote_lines.csv", "quantity\n1\n", codes.ErrMissingField},
	} {
		_, err := migrate.Run(t.Context(), newClient(t), dir(map[string]string{x.file: x.content}), x.profile, migrate.RunOptions{})
		var f *migrate.Fault
		if !errors.As(err, &f) || f.Code != x.code || f.Table != x.file || f.Row != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, content := range map[string]string{"empty": "", "a mark alone": "\ufeff", "a header alone": "id,name\n", "blank lines": "\n\n\n"} {
		report, err := migrate.Run(t.Context(), newClient(t), dir(map[string]string{"accounts.csv": content}), migrate.Profile{}, migrate.RunOptions{})
		if err != nil || report.Imported()+report.Refused() != 0 {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
	}
	bad := errors.New("no room")
	_, err := migrate.Run(t.Context(), newClient(t), dir(map[string]string{"accounts.csv": "id,name\n1,\n"}), migrate.Profile{}, migrate.RunOptions{Faults: func(migrate.Fault) error { return bad }})
	if !errors.Is(err, bad) {
		t.Errorf("an error of Faults: %v", err)
	}
}

// An import of many records that is interrupted after any transaction goes on when it is
// repeated, and nothing that is there meanwhile refers to what is not.
func TestInterruptedImport(t *testing.T) {
	t.Parallel()
	from := newClient(t)
	if err := journeytest.Play(t.Context(), from, "one", nil); err != nil {
		t.Fatal(err)
	}
	var export bytes.Buffer
	m, err := migrate.Export(t.Context(), from, &export, migrate.ExportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	all := int64(0)
	for _, n := range m.Counts {
		all += n
	}
	to := newClient(t)
	steps := 0
	for {
		ctx, cancel := context.WithCancel(t.Context())
		report, err := migrate.Import(ctx, to, bytes.NewReader(export.Bytes()), migrate.RunOptions{Size: 1, Progress: func(done, _ int64) {
			if report := done; report > int64(steps) {
				cancel()
			}
		}})
		cancel()
		if err == nil {
			if report.Known() == 0 {
				t.Error("the last run knew nothing of those before")
			}
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if steps++; steps > int(all)+1 {
			t.Fatal("it does not get on")
		}
		for _, d := range dangling(t, to) {
			t.Fatalf("after %d transactions: %s", steps, d)
		}
	}
	for found, err := range to.Verify(t.Context()) {
		t.Errorf("in the end: %v, %v", found, err)
	}
	if err := same(t.Context(), from, to); err != nil {
		t.Error(err)
	}
}

// dangling are the references to records that are not there.
func dangling(t testing.TB, c *engine.Client) (list []string) {
	t.Helper()
	for _, kind := range kinds.Kinds() {
		for body, err := range c.Kind(kind).All(t.Context(), engine.AnyQuery{}) {
			if err != nil {
				t.Fatal(err)
			}
			d, err := engine.DecodeRecord(kind, body)
			if err != nil {
				t.Fatal(err)
			}
			for field, ref := range engine.ReferencesOf(d) {
				if _, err := c.Kind(ref.Kind).Get(t.Context(), ref.ID); err != nil {
					list = append(list, fmt.Sprintf("%s of %s refers to %s: %v", field, d.Ref(), ref, err))
				}
			}
		}
	}
	return list
}

// An export that was cut off or changed is refused as a whole, and so is what is none.
func TestBrokenLines(t *testing.T) {
	t.Parallel()
	from := newClient(t)
	if err := journeytest.Play(t.Context(), from, "one", nil); err != nil {
		t.Fatal(err)
	}
	var export bytes.Buffer
	if _, err := migrate.Export(t.Context(), from, &export, migrate.ExportOptions{History: true}); err != nil {
		t.Fatal(err)
	}
	text := export.String()
	lines := strings.SplitAfter(text, "\n")
	for name, broken := range map[string]string{
		"cut off":             strings.Join(lines[:len(lines)-2], ""),
		"cut within a line":   text[:len(text)/2],
		"a line is missing":   strings.Join(slices.Delete(slices.Clone(lines), 2, 3), ""),
		"a letter is changed": strings.Replace(text, "Coffee", "Koffee", 1),
		"a line is twice":     strings.Join(slices.Insert(slices.Clone(lines), 2, lines[2]), ""),
		"something follows":   text + lines[1],
		"no beginning":        strings.Join(lines[1:], ""),
		"another format":      strings.Replace(text, migrate.Format, "leadtocash-jsonl/9", 1),
		"no JSON":             "id,name\n1,Huber\n",
		"another kind":        `{"kind":"planet","record":{}}`,
		"a very long line":    `{"kind":"` + strings.Repeat("x", 33<<20),
	} {
		to := newClient(t)
		_, err := migrate.Import(t.Context(), to, strings.NewReader(broken), migrate.RunOptions{})
		var f *migrate.Fault
		if !errors.As(err, &f) || f.Row == 0 {
			t.Errorf("%s: %v", name, err)
		}
		if n := count(t, to, kinds.Account); n != 0 {
			t.Errorf("%s: %d accounts are stored", name, n)
		}
	}
	report, err := migrate.PlanImport(t.Context(), newClient(t), strings.NewReader(text), migrate.RunOptions{})
	if err != nil || report.Imported() == 0 || report.Refused() > 0 {
		t.Errorf("a plan: %+v, %v", report, err)
	}
}

func TestEmptyTenant(t *testing.T) {
	t.Parallel()
	var export bytes.Buffer
	m, err := migrate.Export(t.Context(), newClient(t), &export, migrate.ExportOptions{})
	if err != nil || len(m.Counts) != 0 || strings.Count(export.String(), "\n") != 2 {
		t.Errorf("%+v, %v:\n%s", m, err, &export)
	}
	to := newClient(t)
	if report, err := migrate.Import(t.Context(), to, bytes.NewReader(export.Bytes()), migrate.RunOptions{}); err != nil || report.Imported() != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	place := t.TempDir()
	if _, err := migrate.ExportCSV(t.Context(), to, migrate.Dir(place), migrate.CSVOptions{}); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(place); err != nil || len(entries) != 1 || entries[0].Name() != "manifest.json" {
		t.Errorf("%v, %v", entries, err)
	}
	if report, err := migrate.Run(t.Context(), to, os.DirFS(place), migrate.Profile{}, migrate.RunOptions{}); err != nil || len(report.Tables) != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	var table bytes.Buffer
	if n, err := migrate.WriteCSV(t.Context(), to, &table, kinds.Lead, engine.AnyQuery{}, migrate.CSVOptions{}); err != nil || n != 0 || !strings.HasPrefix(table.String(), "id,version,") {
		t.Errorf("%d, %v: %s", n, err, &table)
	}
}

// An export that ends early leaves nothing that looks whole.
func TestInterruptedExport(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	if err := journeytest.Play(t.Context(), c, "one", nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var export bytes.Buffer
	if _, err := migrate.Export(ctx, c, &export, migrate.ExportOptions{Progress: func(kinds.Kind, int64) { cancel() }}); !errors.Is(err, context.Canceled) {
		t.Errorf("of lines: %v", err)
	}
	if strings.Contains(export.String(), `"end":true`) {
		t.Error("it has an end")
	}
	again, stop := context.WithCancel(t.Context())
	defer stop()
	place := t.TempDir()
	if _, err := migrate.ExportCSV(again, c, migrate.Dir(place), migrate.CSVOptions{Progress: func(kinds.Kind, int64) { stop() }}); !errors.Is(err, context.Canceled) {
		t.Errorf("of tables: %v", err)
	}
	entries, err := os.ReadDir(place)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() == "manifest.json" || strings.HasSuffix(e.Name(), ".part") {
			t.Errorf("it left %s", e.Name())
		}
	}
	full := errors.New("no room")
	if _, err := migrate.Export(t.Context(), c, failing{full}, migrate.ExportOptions{}); !errors.Is(err, full) {
		t.Errorf("of a writer that fails: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// An archive is written and read like a directory.
func TestArchive(t *testing.T) {
	t.Parallel()
	from, to := newClient(t), newClient(t)
	if err := journeytest.Play(t.Context(), from, "one", nil); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	_, err := migrate.ExportCSV(t.Context(), from, migrate.Zip(w), migrate.CSVOptions{})
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := migrate.Run(t.Context(), to, r, migrate.Profile{}, migrate.RunOptions{Stored: true}); err != nil {
		t.Fatal(err)
	}
	if err := same(t.Context(), from, to); err != nil {
		t.Error(err)
	}
}

// A list goes out as a table whose lines are a column, and comes back.
func TestWriteList(t *testing.T) {
	t.Parallel()
	from, to := newClient(t), newClient(t)
	if err := journeytest.Play(t.Context(), from, "one", nil); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, kind := range kinds.Kinds() {
		var b bytes.Buffer
		if _, err := migrate.WriteCSV(t.Context(), from, &b, kind, engine.AnyQuery{}, migrate.CSVOptions{Names: migrate.LabelNames}); err != nil {
			t.Fatal(err)
		}
		files[string(kind)+".csv"] = b.String()
	}
	f := faults{}
	if report, err := migrate.Run(t.Context(), to, dir(files), migrate.Profile{}, migrate.RunOptions{Stored: true, Faults: f.take}); err != nil || report.Refused() > 0 {
		t.Fatalf("%v\n%s", err, strings.Join(f.list, "\n"))
	}
	if err := same(t.Context(), from, to); err != nil {
		t.Error(err)
	}
	var lines bytes.Buffer
	n, err := migrate.WriteJSONLines(t.Context(), from, &lines, kinds.Account, engine.AnyQuery{})
	if err != nil || n == 0 {
		t.Fatal(n, err)
	}
	bare := newClient(t)
	if report, err := migrate.Import(t.Context(), bare, bytes.NewReader(lines.Bytes()), migrate.RunOptions{}); err != nil || report.Imported()+report.Refused() != n {
		t.Errorf("%+v, %v", report, err)
	}
}

// What became other than it was given is an error that names it; what was there is left
// alone.
func TestDifferences(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	files := map[string]string{"opportunities.csv": "id,name,customer_id,estimated_value,currency\n1,Desks,account/1,10.005,EUR\n", "accounts.csv": "id,name\n1,Huber\n"}
	report, err := migrate.Run(t.Context(), c, dir(files), migrate.Profile{}, migrate.RunOptions{})
	var d *migrate.DifferenceError
	if errors.As(err, &d) {
		if d.Differences[0].Row != 2 || d.Differences[0].Field != "estimated_value" {
			t.Errorf("%+v", d)
		}
	} else if report.Refused() != 1 {
		t.Errorf("%+v, %v: want a difference, or a refusal", report, err)
	}
	account, err := c.Accounts().Get(t.Context(), record.AccountID{UUID: (&migrate.Profile{}).ID(kinds.Account, "1")})
	if err != nil {
		t.Fatal(err)
	}
	fields := account.AccountFields
	fields.Name = "Huber and Sons"
	if _, err := c.Accounts().Edit(t.Context(), account.ID, party.EditAccount{Fields: fields}); err != nil {
		t.Fatal(err)
	}
	if report, err := migrate.Run(t.Context(), c, dir(map[string]string{"accounts.csv": "id,name\n1,Huber\n"}), migrate.Profile{}, migrate.RunOptions{}); err != nil || report.Known() != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

// Many records come in through a small window.
func BenchmarkMoving(b *testing.B) {
	n := journeytest.Many(10_000)
	var table strings.Builder
	table.WriteString("id,name,main_phone,address1.city,parent_account_id\n")
	for i := range n {
		parent := ""
		if i > 0 && i%10 > 0 {
			parent = uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, i-1)).String()
		}
		fmt.Fprintf(&table, "%s,Company %d,+43 1 %d,Wien,%s\n", uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, i)), i, i, parent)
	}
	source := dir(map[string]string{"accounts.csv": table.String()})
	for b.Loop() {
		c, err := engine.New(memory.New(memory.KeepHistory(0)))
		if err != nil {
			b.Fatal(err)
		}
		if report, err := migrate.Run(b.Context(), c, source, migrate.Profile{}, migrate.RunOptions{}); err != nil || report.Imported() != int64(n) {
			b.Fatal(report.Imported(), err)
		}
		var lines bytes.Buffer
		if _, err := migrate.Export(b.Context(), c, &lines, migrate.ExportOptions{}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(lines.Len())/float64(n), "bytes/record")
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
