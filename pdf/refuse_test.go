package pdf_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/pdf"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/record"
)

// refused checks that a document is refused for one reason, and that nothing is written.
func refused(t testing.TB, d *print.PrintedDocument, s pdf.Style, code codes.Code, field string) {
	t.Helper()
	var b bytes.Buffer
	err := pdf.Render(&b, d, s)
	reasons := record.ReasonsOf(err)
	if len(reasons) != 1 || reasons[0].Code != code || reasons[0].Field != field {
		t.Errorf("refused with %v, want %s at %s", err, code, field)
	}
	if b.Len() > 0 {
		t.Errorf("%s: %d bytes are written of what is refused", field, b.Len())
	}
}

// What cannot be printed is refused at its place, all of it at once, and nothing is
// written.
func TestRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*print.PrintedDocument, *pdf.Style)
		code  codes.Code
		field string
	}{
		"no seller":         {func(d *print.PrintedDocument, _ *pdf.Style) { d.Seller.Name = "" }, codes.ErrMissingField, "seller.name"},
		"no buyer":          {func(d *print.PrintedDocument, _ *pdf.Style) { d.Buyer.Name = "" }, codes.ErrMissingField, "buyer.name"},
		"a control":         {func(d *print.PrintedDocument, _ *pdf.Style) { d.Lines[1].Text = "a\x07b" }, codes.ErrInvalid, "lines[1].text"},
		"a zero":            {func(d *print.PrintedDocument, _ *pdf.Style) { d.Note = "a\x00b" }, codes.ErrInvalid, "note"},
		"no UTF-8":          {func(d *print.PrintedDocument, _ *pdf.Style) { d.Buyer.Lines[0] = "a\xff" }, codes.ErrInvalid, "buyer.lines[0]"},
		"Chinese":           {func(d *print.PrintedDocument, _ *pdf.Style) { d.Lines[0].Description = "咖啡机" }, codes.ErrInvalid, "lines[0].description"},
		"a face":            {func(d *print.PrintedDocument, _ *pdf.Style) { d.Facts[2].Text = "🙂" }, codes.ErrInvalid, "facts[2].text"},
		"a long text":       {func(d *print.PrintedDocument, _ *pdf.Style) { d.Lines[0].Note = strings.Repeat("x", 10_001) }, codes.ErrTooLong, "lines[0].note"},
		"a long name":       {func(d *print.PrintedDocument, _ *pdf.Style) { d.Buyer.Name = strings.Repeat("ż", 501) }, codes.ErrTooLong, "buyer.name"},
		"many columns":      {func(d *print.PrintedDocument, _ *pdf.Style) { d.Footer = make([]string, 7) }, codes.ErrTooLarge, "footer"},
		"many notes":        {func(d *print.PrintedDocument, _ *pdf.Style) { d.Notes = make([]string, 201) }, codes.ErrTooLarge, "notes"},
		"a logo of text":    {func(d *print.PrintedDocument, _ *pdf.Style) { d.Logo = []byte("GIF89a") }, codes.ErrInvalid, "logo"},
		"half a logo":       {func(d *print.PrintedDocument, _ *pdf.Style) { d.Logo = logo(t)[:200] }, codes.ErrInvalid, "logo"},
		"a large logo":      {func(d *print.PrintedDocument, _ *pdf.Style) { d.Logo = make([]byte, pdf.MaxLogo+1) }, codes.ErrTooLarge, "logo"},
		"no such page":      {func(_ *print.PrintedDocument, s *pdf.Style) { s.Page = 9 }, codes.ErrInvalid, "style.page"},
		"a font of nothing": {func(_ *print.PrintedDocument, s *pdf.Style) { s.Fonts = &pdf.Fonts{Regular: goodFont(t)} }, codes.ErrInvalid, "style.fonts.bold"},
		"a label":           {func(d *print.PrintedDocument, _ *pdf.Style) { d.Totals[0].Label = "\x1b[31m" }, codes.ErrInvalid, "totals[0].label"},
		"no letterhead":     {func(d *print.PrintedDocument, _ *pdf.Style) { d.Formats = nil }, codes.ErrMissingField, "formats"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, s := letterhead("de").Invoice(invoice(3)), pdf.Style{}
			c.spoil(d, &s)
			refused(t, d, s, c.code, c.field)
		})
	}

	d := letterhead("de").Invoice(invoice(3))
	d.Seller.Name, d.Note, d.Lines[2].Text = "", "\x01", "漢"
	var fields []string
	for _, reason := range record.ReasonsOf(pdf.Render(&bytes.Buffer{}, d, pdf.Style{})) {
		fields = append(fields, reason.Field)
	}
	if got := strings.Join(fields, " "); got != "note seller.name lines[2].text" {
		t.Errorf("the reasons are at %s", got)
	}
	refused(t, nil, pdf.Style{}, codes.ErrMissingField, "formats")
}
