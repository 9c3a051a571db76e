package migrate

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// hostile are pieces of texts that make trouble.
var hostile = []string{"=", "+", "-", "@", "'", "''", "\t", "\r", "\n", "\r\n", ",", ";", "|", " ", "\u00a0", `"`, `""`, "＝", "a", "1", "é", "=cmd|' /C calc'!A0", "\ufeff"}

func drawText(t *rapid.T) string {
	return strings.Join(rapid.SliceOf(rapid.SampledFrom(hostile)).Draw(t, "text"), "")
}

// Whatever a text is: no program finds a formula in it however it takes cells apart, and
// it comes back as it was.
func TestEscaping(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := drawText(t)
		safe := escaped(text)
		if back := unescaped(safe); back != text {
			t.Fatalf("%q became %q and comes back as %q", text, safe, back)
		}
		if again := unescaped(guarded(safe)); again != text {
			t.Fatalf("%q is %q behind a second guard", text, again)
		}
		for _, cell := range strings.FieldsFunc(safe, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
			if first := strings.TrimLeft(cell, " \u00a0"); first != "" && strings.ContainsAny(first[:1], "=+-@") {
				t.Fatalf("%q has the formula %q", safe, cell)
			}
		}
	})
}

func TestEscapedValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                    "",
		"plain":               "plain",
		"=1+1":                "'=1+1",
		"'=1+1":               "''=1+1",
		"  @SUM(A1)":          "'  @SUM(A1)",
		"a;=1+1":              "a;'=1+1",
		"don't":               "don't",
		"'quoted'":            "'quoted'",
		"+43 1 234":           "'+43 1 234",
		"two\n-lines":         "two\n'-lines",
		"x, =HYPERLINK(\"\")": "x,' =HYPERLINK(\"\")",
	} {
		if got := escaped(text); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}

func TestRowsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		comma := rapid.SampledFrom([]rune{',', ';', '\t', '|'}).Draw(t, "comma")
		width := rapid.IntRange(2, 4).Draw(t, "width")
		var b bytes.Buffer
		w := newCSVWriter(&b, comma, rapid.Bool().Draw(t, "mark"))
		var rows [][]string
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			row := make([]string, width)
			for i := range row {
				row[i] = drawText(t)
			}
			rows = append(rows, row)
			if err := w.row(row); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.flush(); err != nil {
			t.Fatal(err)
		}
		r, err := newCSVReader(&b, "", comma)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range rows {
			got, err := r.read()
			if err != nil || strings.Join(got, "\x00") != strings.Join(want, "\x00") {
				t.Fatalf("%q comes back as %q, %v", want, got, err)
			}
		}
		if _, err := r.read(); !errors.Is(err, io.EOF) {
			t.Fatalf("something is left: %v", err)
		}
	})
}

func TestReadsWhatOthersWrite(t *testing.T) {
	t.Parallel()
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("a;b\r\né;2\r\n")
	if err != nil {
		t.Fatal(err)
	}
	latin, err := charmap.Windows1252.NewEncoder().String("a,b\né,€\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text, charset, want string
		line                int // of the last row
	}{
		"mark":                  {"\ufeffa,b\r\n1,2\r\n", "", "a|b 1|2", 2},
		"no end":                {"a,b\n1,2", "", "a|b 1|2", 2},
		"semicolons":            {"a;b\n1,5;2\n", "", "a|b 1,5|2", 2},
		"said":                  {"sep=;\na;b\n", "", "a|b", 2},
		"old line ends":         {"a,b\r1,2\r", "", "a|b 1|2", 2},
		"empty lines":           {"a,b\n\n\n1,2\n\n", "", "a|b 1|2", 4},
		"lines in a cell":       {"a,b\n\"x\r\ny\n\nz\",2\n3,4\n", "", "a|b x\r\ny\n\nz|2 3|4", 6},
		"quotes":                {"a,b\n\"x\"\"y\",2\"3\n", "", "a|b x\"y|2\"3", 2},
		"utf-16":                {utf16, "", "a|b é|2", 2},
		"windows-1252":          {latin, "windows-1252", "a|b é|€", 2},
		"tabs":                  {"a\tb\n1\t2\n", "", "a|b 1|2", 2},
		"a comma in the header": {"\"a,a,a\";b\n1;2\n", "", "a,a,a|b 1|2", 2},
	} {
		r, err := newCSVReader(strings.NewReader(c.text), c.charset, 0)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var rows []string
		line := 0
		for {
			row, err := r.read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			rows, line = append(rows, strings.Join(row, "|")), r.begin
		}
		if got := strings.Join(rows, " "); got != c.want || line != c.line {
			t.Errorf("%s: got %q, the last in line %d; want %q, line %d", name, got, line, c.want, c.line)
		}
	}
	if _, err := newCSVReader(strings.NewReader("a"), "klingon", 0); err == nil {
		t.Error("an encoding that there is not is taken")
	}
}

func TestBrokenRows(t *testing.T) {
	t.Parallel()
	r, err := newCSVReader(strings.NewReader("a,b\nb\xe9d,1\ngood,2\n\"open,3\nx,y\n"), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for {
		row, err := r.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var f *Fault
			if !errors.As(err, &f) {
				t.Fatal(err)
			}
			got = append(got, f.Error())
			continue
		}
		got = append(got, strings.Join(row, "|"))
	}
	want := "a|b; :2: not UTF-8: name its encoding (invalid); good|2; :4: a quote is not closed (invalid)"
	if s := strings.Join(got, "; "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	huge := io.MultiReader(strings.NewReader("a,b\n1,\""), io.LimitReader(endless{}, maxRow+1), strings.NewReader("\n3,4\n"))
	if r, err = newCSVReader(huge, "", 0); err != nil {
		t.Fatal(err)
	}
	_, _ = r.read()
	if _, err := r.read(); !errors.Is(err, codes.ErrTooLarge) {
		t.Errorf("of a row beyond the limit: %v", err)
	}
	if row, err := r.read(); err != nil || row[1] != "4" {
		t.Errorf("behind a row beyond the limit: %q, %v", row, err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		comma bool
		want  string
	}{
		{"1234.5", false, "1234.5"},
		{"1,234.50", false, "1234.5"},
		{"$1,234.50", false, "1234.5"},
		{"1 234,5 €", true, "1234.5"},
		{"1.234", true, "1234"},
		{"1'234.5", false, "1234.5"},
		{"(12.00)", false, "-12"},
		{"1,5", false, ""},
		{"1.2.3", false, ""},
		{"1e99999999", false, ""},
		{"twelve", false, ""},
		{"", false, ""},
		{"12 %", false, "12"},
	} {
		got := ""
		if n, err := number(c.text, c.comma); err == nil {
			got = n.String()
		}
		if got != c.want {
			t.Errorf("%q is read as %q, want %q", c.text, got, c.want)
		}
	}
}

// What names the record of an element, and its place, is no field of any element; and
// every column of a kind has a name of its own in every form.
func TestColumnsAreTold(t *testing.T) {
	t.Parallel()
	c, err := engine.New(memory.New())
	if err != nil {
		t.Fatal(err)
	}
	if len(allKinds) != len(kinds.Kinds()) {
		t.Errorf("%d kinds are in an order, there are %d", len(allKinds), len(kinds.Kinds()))
	}
	for _, kind := range kinds.Kinds() {
		s, err := shapeFor(c, kind)
		if err != nil {
			t.Fatal(err)
		}
		tables := [][]column{s.columns}
		for _, l := range s.lists {
			tables = append(tables, l.columns)
			for _, col := range l.columns {
				if col.name == parentColumn || col.name == placeColumn {
					t.Errorf("elements of %s.%s have a field %s", kind, l.field, col.name)
				}
			}
		}
		for _, columns := range tables {
			for _, names := range []Names{FieldNames, LabelNames, DataverseNames} {
				seen := map[string]bool{}
				for _, head := range headsOf(columns, CSVOptions{Names: names, ReferenceNames: true}) {
					if lower := strings.ToLower(head); seen[lower] {
						t.Errorf("%s has %q twice, by %q", kind, head, names)
					} else {
						seen[lower] = true
					}
				}
			}
		}
	}
}
