package pdf_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pdf"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/record"
)

// A telephone reads the code from the rendered page.
func TestCodeIsReadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := issued()
	file := filepath.Join(dir, "invoice.pdf")
	if err := os.WriteFile(file, render(t, d, pdf.Style{}), 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "pdftoppm", "-r", "200", "-png", "-singlefile", file, filepath.Join(dir, "page"))
	got := strings.TrimSpace(string(tool(t, "zbarimg", "--quiet", "--raw", filepath.Join(dir, "page.png"))))
	if got != d.Payment.EPC || got == "" {
		t.Errorf("the code says %q, want %q", got, d.Payment.EPC)
	}
}

// What is written from right to left is turned around for the eye, words of the Latin
// alphabet and numbers in it are not, and Arabic letters are joined.
func TestRightToLeft(t *testing.T) {
	t.Parallel()
	d := issued()
	d.Lines[0].Text, d.Lines[1].Text, d.Lines[2].Text = "מכונת קפה", "דגם EX-20 חדש", "سلام"
	d.Lines[3].Text, d.Lines[4].Text = "Kaffee מכונת Maschine", "a\u200fb\u202ec\u00add"
	all := read(t, render(t, d, pdf.Style{})).texts()
	for _, want := range []string{"הפק תנוכמ", "שדח EX-20 םגד", "\ufee1\ufefc\ufeb3", "Kaffee תנוכמ Maschine", "abcd"} {
		found := false
		for _, line := range all {
			found = found || line == want
		}
		if !found {
			t.Errorf("no line is %q: %q", want, all)
		}
	}
}

// Letters are composed, tabs are blanks, and line feeds break lines.
func TestCleanTexts(t *testing.T) {
	t.Parallel()
	d := issued()
	d.Lines[0].Text, d.Note = "Zu\u0308rich\tBasel\r\nBern", "1\u202f000"
	all := strings.Join(read(t, render(t, d, pdf.Style{})).texts(), "|")
	for _, want := range []string{"|Zürich Basel|", "|Bern|", "|1\u00a0000|"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing: %s", want, all)
		}
	}
}

// Fonts of the host's are used instead of ours.
func TestOwnFonts(t *testing.T) {
	t.Parallel()
	own := render(t, issued(), pdf.Style{Fonts: &pdf.Fonts{Regular: goodFont(t), Bold: goodFont(t)}})
	if bytes.Equal(own, render(t, issued(), pdf.Style{})) {
		t.Error("the fonts change nothing")
	}
	read(t, own)
}

// Fonts that are broken are refused or used; none of them takes the program down.
func TestBrokenFonts(t *testing.T) {
	t.Parallel()
	good, d, refusals := goodFont(t), issued(), 0
	for n := range 60 {
		bad := bytes.Clone(good)
		switch n % 3 {
		case 0:
			bad = bad[:len(bad)*(n+1)/61]
		case 1:
			bad[12+n*5] ^= 0xff // in the table of tables
		case 2:
			for k := n * 64; k < len(bad); k += 4001 + n {
				bad[k] ^= 0x55
			}
		}
		var out bytes.Buffer
		if err := pdf.Render(&out, d, pdf.Style{Fonts: &pdf.Fonts{Regular: bad, Bold: good}}); err != nil {
			if refusals++; record.CodeOf(err) != codes.ErrInvalid || out.Len() > 0 {
				t.Errorf("font %d: %d bytes, %v", n, out.Len(), err)
			}
		}
	}
	if refusals < 20 {
		t.Errorf("only %d fonts are refused", refusals)
	}
}

// A printed document can be of anything: it is refused with reasons, or it is a file.
func FuzzRender(f *testing.F) {
	f.Add("Kaffee", "Łódź\n\nלחם", int64(1), true)
	f.Add("سلام عليكم 12,50 EUR", "\t\x00", int64(-922337203685477580), false)
	f.Add(strings.Repeat("W", 300), strings.Repeat("a b\n", 99), int64(12345), true)
	f.Fuzz(func(t *testing.T, a, b string, n int64, letter bool) {
		l := print.Letterhead{Seller: print.PrintedParty{Name: a}, Footer: []string{a, b}, Intro: b, Closing: a}
		i := invoice(3)
		i.BillTo = &party.BillTo{Name: b, Line1: a}
		i.Lines[0].WriteInText, i.Lines[1].Details.Text, i.Description = a, b, a+b
		i.Lines[2].NetAmount = i.Currency.Units(n)
		d, s := l.Invoice(i), pdf.Style{}
		if letter {
			s.Page = pdf.Letter
		}
		var out bytes.Buffer
		err := pdf.Render(&out, d, s)
		if err == nil {
			read(t, out.Bytes())
			return
		}
		if record.CodeOf(err) == codes.Code("") || out.Len() > 0 {
			t.Errorf("refused without a code, or with %d bytes: %v", out.Len(), err)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	for name, lines := range map[string]int{"OnePage": 5, "FivePages": 100, "TenThousandLines": pdf.MaxRows} {
		d := letterhead("de").Invoice(invoice(lines))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				render(b, d, pdf.Style{})
			}
		})
	}
}
