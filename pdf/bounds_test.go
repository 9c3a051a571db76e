package pdf_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/pdf"
	"github.com/leadtocash/leadtocash/print"
)

// The largest document that is printed is bounded, and one row more is refused.
func TestBounds(t *testing.T) {
	t.Parallel()
	d := letterhead("de").Invoice(invoice(pdf.MaxRows))
	body := render(t, d, pdf.Style{})
	if pages := len(read(t, body).pages); pages < 200 || pages > 500 {
		t.Errorf("%d rows stand on %d pages", pdf.MaxRows, pages)
	}
	if len(body) > 8<<20 {
		t.Errorf("%d rows take %d bytes", pdf.MaxRows, len(body))
	}
	d.Lines = append(d.Lines, d.Lines[0])
	refused(t, d, pdf.Style{}, codes.ErrTooLarge, "lines")
	if testing.Short() {
		return
	}
	d = letterhead("de").Invoice(invoice(5000))
	for n := range d.Lines {
		d.Lines[n].Description = strings.Repeat("Wort ", 1900)
	}
	refused(t, d, pdf.Style{}, codes.ErrTooLarge, "pages")
}

// Long texts break, between words or within them, and nothing of them is lost.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"words": strings.TrimSpace(strings.Repeat("Siebträger ", 900)), "one word": strings.Repeat("Ż", 9999), "paragraphs": strings.TrimSpace(strings.Repeat("Zeile\n", 1500)),
	} {
		i := invoice(3)
		d := letterhead("de").Invoice(i)
		d.Lines[1].Description, d.Notes, d.Intro = text, []string{text, text}, text
		for _, s := range []pdf.Style{{}, {Page: pdf.Letter}} {
			f := read(t, render(t, d, s))
			all := strings.Join(f.texts(), "")
			want := 4 * strings.Count(strings.ReplaceAll(text, "\n", ""), text[:1])
			if got := strings.Count(all, text[:1]); got < want {
				t.Errorf("%s: %d of %d letters are there", name, got, want)
			}
			if len(f.pages) < 4 {
				t.Errorf("%s: only %d pages", name, len(f.pages))
			}
		}
	}
	// Addresses, facts and the foot grow with what they say.
	d := letterhead("de").Invoice(invoice(2))
	d.Buyer.Lines = make([]string, 15)
	for n := range d.Buyer.Lines {
		d.Buyer.Lines[n] = strings.Repeat("Lange Straße ", 9)
	}
	for range 60 {
		d.Facts = append(d.Facts, print.PrintedFact{Label: "Lieferschein mit langem Namen", Text: "LS-2027-000001 vom 01.03.2027"})
	}
	d.Footer = []string{strings.Repeat("Fuß ", 200), strings.Repeat("Donaudampfschifffahrt", 20), "kurz"}
	f := read(t, render(t, d, pdf.Style{}))
	all := strings.Join(f.texts(), "")
	if got := strings.Count(all, "LS-2027-000001"); got != 60 {
		t.Errorf("%d of 60 facts are there", got)
	}
	if got := strings.Count(all, "Straße"); got < 15*9 {
		t.Errorf("%d of %d words of the address are there", got, 15*9)
	}
	d.Footer[0] = strings.Repeat("x\n", 40)
	refused(t, d, pdf.Style{}, codes.ErrTooLong, "footer")
	d.Footer[0] = strings.Repeat("x\n", 41)
	refused(t, d, pdf.Style{}, codes.ErrTooLong, "footer[0]")
	d.Footer[0], d.Buyer.Lines = "", make([]string, 60)
	for n := range d.Buyer.Lines {
		d.Buyer.Lines[n] = "Straße 1"
	}
	refused(t, d, pdf.Style{}, codes.ErrTooLong, "buyer.lines")
}

func render(t testing.TB, d *print.PrintedDocument, s pdf.Style) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pdf.Render(&b, d, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
