package main

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

const hostModule = `module example.com/host

go 1.25.0

require example.com/leadtocash v0.0.0

replace example.com/leadtocash => ../library
`

// newHost writes a module with the given files beside the library.
func newHost(t *testing.T, library string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	useLibrary(t, dir, library)
	host := filepath.Join(dir, "host")
	writeFile(t, filepath.Join(host, "go.mod"), hostModule)
	for name, text := range files {
		writeFile(t, filepath.Join(host, name), text)
	}
	return host
}

// useLibrary puts the old or the new library beside the host.
func useLibrary(t *testing.T, dir, which string) {
	t.Helper()
	library := filepath.Join(dir, "library")
	if err := os.RemoveAll(library); err != nil {
		t.Fatal(err)
	}
	for name, text := range archive(t, "library.txtar", which) {
		writeFile(t, filepath.Join(library, name), text)
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// archive returns the files of one folder of an archive.
func archive(t *testing.T, name, folder string) map[string]string {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range a.Files {
		if rest, ok := strings.CutPrefix(f.Name, folder+"/"); ok {
			files[rest] = string(f.Data)
		}
	}
	return files
}

func runMove(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(append([]string{"-names", filepath.Join("testdata", "names.tsv")}, args...), &out, &err)
	return status, out.String(), err.String()
}

func inEachSituation(t *testing.T, test func(t *testing.T, library string)) {
	t.Setenv("GOWORK", "off")
	t.Setenv("GOFLAGS", "")
	for _, library := range []string{"old", "new"} {
		t.Run("with the "+library+" library", func(t *testing.T) { test(t, library) })
	}
}

func TestAModuleCompilesWithTheNewLibrary(t *testing.T) {
	inEachSituation(t, func(t *testing.T, library string) {
		host := newHost(t, library, archive(t, "host.txtar", "before"))
		if status, stdout, stderr := runMove(t, "-w", host); status != 0 || stdout != "" || stderr != "" {
			t.Errorf("got status %d and %q, %q, want success and silence", status, stdout, stderr)
		}
		want := archive(t, "host.txtar", "after")
		for _, name := range slices.Sorted(maps.Keys(want)) {
			if got := readFile(t, filepath.Join(host, name)); got != want[name] {
				t.Errorf("%s: got\n%s\nwant\n%s", name, got, want[name])
			}
		}
		if status, stdout, stderr := runMove(t, "-l", host); status != 0 || stdout != "" || stderr != "" {
			t.Errorf("the second run changes something: %d, %q, %q", status, stdout, stderr)
		}
		useLibrary(t, filepath.Dir(host), "new")
		for _, args := range [][]string{{"vet", "-unusedresult=false", "./..."}, {"vet", "tagged/generate.go"}, {"build", "./..."}} {
			cmd := exec.CommandContext(t.Context(), "go", args...)
			cmd.Dir = host
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("go %v: %v\n%s", args, err, out)
			}
		}
		if status, stdout, stderr := runMove(t, "-l", host); status != 0 || stdout != "" || stderr != "" {
			t.Errorf("a run with the new library changes something: %d, %q, %q", status, stdout, stderr)
		}
	})
}

func TestWhatCannotBeMovedIsReported(t *testing.T) {
	inEachSituation(t, func(t *testing.T, library string) {
		broken := "package host\n\nimport \"example.com/leadtocash\"\n\nvar x = leadtocash.KindQuote +\n"
		host := newHost(t, library, map[string]string{
			"broken.go": broken,
			"host.go": `package host

import "example.com/leadtocash"

var (
	_ = leadtocash.KindQuote
	_ = leadtocash.Nobody
	_ = leadtocash.WonQuote{}.Nothing
)

func init() { leadtocash.Obsolete() }
`,
		})
		status, _, stderr := runMove(t, "-w", host)
		if status != 1 {
			t.Errorf("got status %d, want 1", status)
		}
		for _, want := range []string{
			"broken.go:5:32: ",
			"host.go:10: there is no leadtocash.Nobody",
			"host.go:11: there is no leadtocash.WonQuote.Nothing",
			"host.go:14: leadtocash.Obsolete is gone",
		} {
			if !strings.Contains(stderr, want) {
				t.Errorf("got %q, want it to say %q", stderr, want)
			}
		}
		if got := readFile(t, filepath.Join(host, "broken.go")); got != broken {
			t.Errorf("a file that cannot be read was changed to %q", got)
		}
		if got := readFile(t, filepath.Join(host, "host.go")); !strings.Contains(got, "_ = kinds.Quote\n\t_ = leadtocash.Nobody") {
			t.Errorf("got %s, want what can be moved to be moved", got)
		}
	})
}

func TestWhatHasToBeDoneByHandIsLeftAlone(t *testing.T) {
	inEachSituation(t, func(t *testing.T, library string) {
		const text = `package host

import (
	"example.com/leadtocash"
	"example.com/leadtocash/engine"
	"example.com/leadtocash/kinds"
)

func size() (int, int) { return 1, 2 }

func three() (string, *engine.Client, leadtocash.AccountID) { panic("none") }

func use[R any](c *engine.Client, kind leadtocash.Kind, id leadtocash.ID[R], m leadtocash.Merge[leadtocash.Quote]) {
	_, _ = leadtocash.Get("", c, id)
	_, _ = leadtocash.Get(three())
	_ = []any{leadtocash.Get[leadtocash.Account], leadtocash.Get, leadtocash.NewID}
	_ = kind.Fields
	_ = leadtocash.Kind.Fields(kind)
	_ = kind.Table(size())
	_ = kind.Fields( /* of the kind */ )
	_ = leadtocash.Plan[R]{}
	_ = leadtocash.Plan[struct{ kinds.Kind }]{}
	_ = leadtocash.Merge[leadtocash.Account]{}
}
`
		host := newHost(t, library, map[string]string{"host.go": text})
		names := filepath.Join(t.TempDir(), "names.tsv")
		writeFile(t, names, readFile(t, filepath.Join("testdata", "names.tsv"))+"example.com/leadtocash\tMerge[Account]\t-\t-\n")
		const want = `13: leadtocash.ID has a type argument that is not in the table: to be done by hand
13: leadtocash.Merge has a type argument that is not in the table: to be done by hand
14: leadtocash.Get needs a type argument, and no word of which record id is of: to be done by hand
15: leadtocash.Get needs a type argument: to be done by hand
16: leadtocash.Get needs a type argument: to be done by hand
16: leadtocash.NewID has no type argument here, and no word of where it went without one
17: Fields is the function engine.FieldsOf now, and is not called here: to be done by hand
18: Fields is the function engine.FieldsOf now, and is not called here: to be done by hand
19: Table is the function engine.TableOf now, which cannot be called just so: to be done by hand
20: Fields is the function engine.FieldsOf now, which cannot be called just so: to be done by hand
21: leadtocash.Plan has a type argument that is not in the table: to be done by hand
22: leadtocash.Plan has a type argument that is not in the table: to be done by hand
23: leadtocash.Merge[leadtocash.Account] is gone
`
		name := filepath.Join(host, "host.go")
		after := strings.NewReplacer("leadtocash.Kind", "kinds.Kind", "leadtocash.Get[leadtocash.Account]", "engine.Get[leadtocash.Account]").Replace(text)
		for round := range 2 {
			status, _, stderr := runMove(t, "-names", names, "-w", host)
			got := strings.ReplaceAll(stderr, name+":", "")
			if library == "old" && round == 1 { // which does not know kinds.Kind
				got = want
			}
			if status != 1 || got != want {
				t.Errorf("got status %d and\n%s\nwant 1 and\n%s", status, got, want)
			}
			if got := readFile(t, name); got != after {
				t.Errorf("got\n%s\nwant\n%s", got, after)
			}
		}
	})
}

func TestInstancesThatStayGeneric(t *testing.T) {
	inEachSituation(t, func(t *testing.T, library string) {
		host := newHost(t, library, map[string]string{
			"host.go": `package host

import "example.com/leadtocash"

func use[R any](c *leadtocash.Client, id leadtocash.ID[leadtocash.Account]) {
	account, _ := leadtocash.Get("", c, id)
	_, _ = leadtocash.Get("", c, account.ID)
	_ = leadtocash.Merge[leadtocash.Quote]{}
	_ = leadtocash.Plan[leadtocash.Lead]{}
}
`,
			"dot.go": `package host

import . "example.com/leadtocash"

type birth = Birth

func dot[R any](c *Client, id ID[R]) {
	_, _ = Get("", c, NewID[Account]())
	_, _ = Get("", c, id)
}
`,
		})
		if library == "new" {
			writeFile(t, filepath.Join(host, "..", "library", "get.go"), "package leadtocash\n\nfunc Get[R, I any](ctx string, c any, id I) (r R, err error) { return r, nil }\n")
		}
		var lines string
		for _, line := range []string{
			"Client\tengine\tClient", "Birth\trecord\tOrigin", "Lead\tlead\tLead", "ID\trecord\tID",
			"ID[Account]\trecord\tID[AccountKind]", "NewID[Account]\trecord\tNewID[leadtocash.AccountID]", "Get()\t\tGet[3]",
			"Merge[Quote]\t\tMerge[Account]", "Merge[Account]\t\tMerge[Quote]", "Plan[Lead]\t\tPlan[lead.Lead]",
		} {
			cells := strings.Split(line, "\t")
			lines += "example.com/leadtocash\t" + cells[0] + "\t" + path.Join("example.com/leadtocash", cells[1]) + "\t" + cells[2] + "\n"
		}
		names := filepath.Join(t.TempDir(), "names.tsv")
		writeFile(t, names, lines)
		status, _, stderr := runMove(t, "-names", names, "-w", host)
		for _, want := range []string{
			"host.go:13: leadtocash.Merge[leadtocash.Quote] is an old name and a new one",
			"dot.go:11: leadtocash.ID has a type argument that is not in the table",
			"dot.go:13: leadtocash.Get needs a type argument, and no word of which record id is of",
		} {
			if !strings.Contains(stderr, want) || status != 1 {
				t.Errorf("got status %d and %s, want 1 and %q", status, stderr, want)
			}
		}
		want := map[string]string{
			"host.go": `func use[R any](c *engine.Client, id record.ID[record.AccountKind]) {
	account, _ := leadtocash.Get[leadtocash.Account]("", c, id)
	_, _ = leadtocash.Get[leadtocash.Account]("", c, account.ID)
	_ = leadtocash.Merge[leadtocash.Quote]{}
	_ = leadtocash.Plan[lead.Lead]{}
}
`,
			"dot.go": `type birth = record.Origin

func dot[R any](c *engine.Client, id ID[R]) {
	_, _ = Get[Account]("", c, record.NewID[AccountID]())
	_, _ = Get("", c, id)
}
`,
		}
		for name, want := range want {
			if got := readFile(t, filepath.Join(host, name)); !strings.Contains(got, want) {
				t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
			}
		}
	})
}

func TestWhatWasDoneByHandIsNotReported(t *testing.T) {
	t.Setenv("GOWORK", "off")
	host := newHost(t, "new", map[string]string{"host.go": `package host

import (
	"example.com/leadtocash"
	"example.com/leadtocash/record"
)

func plan[I record.Identifier](id I) leadtocash.Plan[I] { return leadtocash.Plan[I]{Use: id} }
`})
	if status, stdout, stderr := runMove(t, "-l", host); status != 0 || stdout != "" || stderr != "" {
		t.Errorf("got status %d and %q, %q, want success and silence", status, stdout, stderr)
	}
}

func TestAFunctionGetsThePointerOrValueItAsksFor(t *testing.T) {
	t.Setenv("GOWORK", "off")
	host := newHost(t, "new", map[string]string{"host.go": `package host

import "example.com/leadtocash"

func use(q leadtocash.Quote, list []leadtocash.Quote, p *leadtocash.Quote, lead *leadtocash.LeadID, made func() leadtocash.Quote) {
	q.Value()
	p.Value()
	(&q).Value()
	(*p).Pointer(1)
	q.Pointer(1)
	list[0].Pointer(1)
	p.Pointer(1)
	made().Pointer(1)
	lead.Entity()
}
`})
	writeFile(t, filepath.Join(host, "..", "library", "print", "more.go"), `package print

import "example.com/leadtocash"

func Value(q leadtocash.Quote) {}

func Pointer(q *leadtocash.Quote, n int) {}
`)
	names := filepath.Join(t.TempDir(), "names.tsv")
	writeFile(t, names, readFile(t, filepath.Join("testdata", "names.tsv"))+
		"example.com/leadtocash\tQuote.Value\texample.com/leadtocash/print\tValue\nexample.com/leadtocash\tQuote.Pointer\texample.com/leadtocash/print\tPointer\n")
	status, _, stderr := runMove(t, "-names", names, "-w", host)
	if want := "host.go:18: Pointer is the function print.Pointer now, which cannot be called just so"; status != 1 || !strings.Contains(stderr, want) {
		t.Errorf("got status %d and %q, want 1 and %q", status, stderr, want)
	}
	const want = `	print.Value(q)
	print.Value(*p)
	print.Value(q)
	print.Pointer(p, 1)
	print.Pointer(&q, 1)
	print.Pointer(&list[0], 1)
	print.Pointer(p, 1)
	made().Pointer(1)
	process.Entity(lead)
`
	if got := readFile(t, filepath.Join(host, "host.go")); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestANameThatIsOldAndNewIsReported(t *testing.T) {
	inEachSituation(t, func(t *testing.T, library string) {
		const text = "package host\n\nimport \"example.com/leadtocash\"\n\nvar _ = leadtocash.WonQuote{}.Order + leadtocash.WonQuote{}.Quote\n\nvar _ leadtocash.Quote\n"
		host := newHost(t, library, map[string]string{"host.go": text})
		names := filepath.Join(t.TempDir(), "names.tsv")
		var lines string
		for _, line := range []string{"New\tengine\tNew", "Quote\t\tSale", "Sale\t\tQuote", "WonQuote.Order\t\tWonQuote.Quote", "WonQuote.Quote\t\tWonQuote.Order"} {
			cells := strings.Split(line, "\t")
			lines += "example.com/leadtocash\t" + cells[0] + "\t" + path.Join("example.com/leadtocash", cells[1]) + "\t" + cells[2] + "\n"
		}
		writeFile(t, names, lines)
		status, stdout, stderr := runMove(t, "-names", names, host)
		if status != 1 || stdout != "" {
			t.Errorf("got status %d and %q, want 1 and no changes", status, stdout)
		}
		for _, want := range []string{"5: leadtocash.WonQuote.Order is an old name and a new one", "7: leadtocash.Quote is an old name and a new one"} {
			if !strings.Contains(stderr, want) {
				t.Errorf("got %q, want it to say %q", stderr, want)
			}
		}
	})
}

func TestWithoutWritingNothingIsWritten(t *testing.T) {
	t.Setenv("GOWORK", "off")
	const text = "package host\n\nimport \"example.com/leadtocash\"\n\nvar kind, other = leadtocash.KindQuote, leadtocash.KindQuote\n"
	host := newHost(t, "new", map[string]string{"host.go": text, "lib/go.mod": "module example.com/lib\n", "lib/lib.go": text})
	name := filepath.Join(host, "host.go")
	listed := name + ": 2\n"
	for _, test := range []struct {
		flags []string
		want  []string
	}{
		{nil, []string{listed}},
		{[]string{"-l"}, []string{listed}},
		{[]string{"-d"}, []string{"--- " + name, "-var kind, other = leadtocash.KindQuote, leadtocash.KindQuote\n+var kind, other = kinds.Quote, kinds.Quote\n"}},
		{[]string{"-d", "-l"}, []string{listed, "--- " + name}},
	} {
		status, stdout, stderr := runMove(t, append(test.flags, host)...)
		if status != 0 || stderr != "" {
			t.Errorf("%v: got status %d and %q, want success", test.flags, status, stderr)
		}
		for _, want := range test.want {
			if !strings.Contains(stdout, want) {
				t.Errorf("%v: got %q, want it to say %q", test.flags, stdout, want)
			}
		}
		if got := readFile(t, name); got != text {
			t.Errorf("%v: the file was changed to %q", test.flags, got)
		}
	}
	if status, stdout, _ := runMove(t, "-w", "-l", host); status != 0 || stdout != listed {
		t.Errorf("-w -l: got status %d and %q, want %q", status, stdout, listed)
	}
	if got := readFile(t, filepath.Join(host, "lib", "lib.go")); got != text {
		t.Errorf("another module was changed: %q", got)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"a", "b"}, {"-x", "."}, {"-names", "nowhere.tsv", "."}, {"-names", "go.mod", "."}} {
		var out bytes.Buffer
		if got := run(args, &out, &out); got != 2 {
			t.Errorf("%q: got status %d, want 2", args, got)
		}
		if out.Len() == 0 {
			t.Errorf("%q: got no word of what is wrong", args)
		}
	}
	var out bytes.Buffer
	if got := run([]string{t.TempDir()}, &out, &out); got != 1 {
		t.Errorf("no module: got status %d, want 1", got)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"a\tA\tb", "line 1: 3 columns"},
		{"# a\n\na\tA\tb\tB\na\tA\tb\tC\n", "line 4: a.A moves twice"},
		{"a\tA\tb\tB.X\n", "line 1: A cannot become B.X"},
		{"a\tA\tb\tB[C]\n", "line 1: A cannot become B[C]"},
		{"a\tA[C]\tb\tB.X\n", "line 1: A[C] cannot become B.X"},
		{"a\tA[c.C]\tb\tB\n", "line 1: A[c.C] cannot become B"},
		{"a\tA()\tb\tB\n", "line 1: A() needs the number of an argument, like B[1]"},
		{"a\tA()\tb\tB[0]\n", "line 1: A() needs the number"},
		{"a\tA B\tb\tB\n", `line 1: "A B" and "B" are not both names`},
		{"a\tA[C]\tb\tB\na\tA[C]\tb\tD\n", "line 2: a.A[a.C] moves twice"},
		{"a\tA[C]\tb\tB[d.D]\n", "line 1: 0 packages of the table are called d, want one"},
		{"a\tA[C]\tb\tB[d.D]\na\tX\tb/d\tX\na\tY\tc/d\tY\n", "line 1: 2 packages of the table are called d"},
	} {
		if _, err := parseNames([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got %v, want %q", test.text, err, test.want)
		}
	}
	if _, err := parseNames(embedded); err != nil {
		t.Errorf("names.tsv: %v", err)
	}
}
