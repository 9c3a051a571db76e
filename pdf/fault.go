package pdf

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/record"
)

// most is how many reasons are listed at most.
const most = 100

// A checker gathers why a document cannot be printed.
type checker struct {
	fonts   *faces
	reasons []record.Reason
}

func (c *checker) refuse(code codes.Code, field, message string) {
	if len(c.reasons) < most {
		c.reasons = append(c.reasons, record.Reason{Code: code, Field: field, Message: message})
	}
}

// text checks a text: its length, its characters.
func (c *checker) text(field, text string, longest int) {
	if plain(text) && len(text) <= longest {
		return
	}
	if !utf8.ValidString(text) {
		c.refuse(codes.ErrInvalid, field, "is not UTF-8")
		return
	}
	if n := utf8.RuneCountInString(text); n > longest {
		c.refuse(codes.ErrTooLong, field, fmt.Sprintf("has %d characters, more than %d", n, longest))
		return
	}
	text = clean(text)
	if n := strings.Count(text, "\n"); longest < maxText && n > maxBreak {
		c.refuse(codes.ErrTooLong, field, fmt.Sprintf("has %d line feeds, more than %d", n, maxBreak))
		return
	}
	for _, r := range text + joinArabic(text) {
		switch {
		case r == '\n':
		case unicode.IsControl(r):
			c.refuse(codes.ErrInvalid, field, fmt.Sprintf("has the control character %U", r))
			return
		case c.fonts != nil && (c.fonts.regular.advance(r) < 0 || c.fonts.bold.advance(r) < 0):
			c.refuse(codes.ErrInvalid, field, fmt.Sprintf("has the character %U, which the font does not have", r))
			return
		}
	}
}

func (c *checker) party(field string, p *print.PrintedParty) {
	c.text(field+".name", p.Name, maxEdge)
	if p.Name == "" {
		c.refuse(codes.ErrMissingField, field+".name", "a document says from whom to whom it is")
	}
	c.texts(field+".lines", p.Lines, maxEdge)
	c.texts(field+".contact", p.Contact, maxEdge)
}

func (c *checker) texts(field string, list []string, longest int) {
	if len(list) > maxList {
		c.refuse(codes.ErrTooLarge, field, fmt.Sprintf("are %d, more than %d", len(list), maxList))
		return
	}
	for n, text := range list {
		c.text(fmt.Sprintf("%s[%d]", field, n), text, longest)
	}
}

func (c *checker) facts(field string, list []print.PrintedFact) {
	if len(list) > maxList {
		c.refuse(codes.ErrTooLarge, field, fmt.Sprintf("are %d, more than %d", len(list), maxList))
		return
	}
	for n, fact := range list {
		c.text(fmt.Sprintf("%s[%d].label", field, n), fact.Label, maxEdge)
		c.text(fmt.Sprintf("%s[%d].text", field, n), fact.Text, maxEdge)
	}
}

func (c *checker) amount(field string, a money.Amount) {
	if a.Poisoned() {
		c.refuse(codes.ErrOutOfRange, field, "is out of range")
	}
}

func (c *checker) totals(field string, list []print.PrintedTotal) {
	if len(list) > maxList {
		c.refuse(codes.ErrTooLarge, field, fmt.Sprintf("are %d, more than %d", len(list), maxList))
		return
	}
	for n := range list {
		c.text(fmt.Sprintf("%s[%d].label", field, n), list[n].Label, maxEdge)
		c.amount(fmt.Sprintf("%s[%d].amount", field, n), list[n].Amount)
	}
}

// check returns fonts and logo of a document that can be printed, or all reasons why it
// cannot.
func check(d *print.PrintedDocument, s *Style, a *attachment) (*faces, *picture, error) {
	c := &checker{}
	if d == nil || d.Formats == nil {
		c.refuse(codes.ErrMissingField, "formats", "a document is made by a letterhead")
		return nil, nil, record.RefusedFor(c.reasons)
	}
	if s.Page > Letter {
		c.refuse(codes.ErrInvalid, "style.page", "is no page format")
	}
	c.openFonts(s)
	logo := c.openLogo(d.Logo)
	if a != nil {
		c.attachment(d, s, a)
	}
	c.text("title", d.Title, maxEdge)
	c.text("number", d.Number, maxEdge)
	c.text("terms", d.Terms, maxEdge)
	c.text("mark", d.Mark, 40)
	c.text("tax_id", d.TaxID, maxEdge)
	c.text("intro", d.Intro, maxText)
	c.text("closing", d.Closing, maxText)
	c.text("note", d.Note, maxText)
	c.text("signature", d.Signature, maxEdge)
	c.party("seller", &d.Seller)
	c.party("buyer", &d.Buyer)
	if d.ShipTo.Name != "" {
		c.party("ship_to", &d.ShipTo)
	}
	c.facts("facts", d.Facts)
	c.texts("bank", d.Bank, maxEdge)
	if len(d.Footer) > 6 {
		c.refuse(codes.ErrTooLarge, "footer", "has more than 6 columns")
	}
	c.texts("footer", d.Footer, maxFoot)
	c.texts("notes", d.Notes, maxText)
	c.rows(d)
	c.totals("totals", d.Totals)
	c.totals("aside", d.Aside)
	c.totals("ageing", d.Ageing)
	if len(d.Ageing) > maxAges {
		c.refuse(codes.ErrTooLarge, "ageing", fmt.Sprintf("has more than %d columns", maxAges))
	}
	c.taxes(d.Taxes)
	if len(d.Instalments) > maxList {
		c.refuse(codes.ErrTooLarge, "instalments", fmt.Sprintf("are %d, more than %d", len(d.Instalments), maxList))
	}
	for n := range d.Instalments[:min(len(d.Instalments), maxList)] {
		c.text(fmt.Sprintf("instalments[%d].text", n), d.Instalments[n].Text, maxEdge)
		c.amount(fmt.Sprintf("instalments[%d].amount", n), d.Instalments[n].Amount)
	}
	c.text("payment.text", d.Payment.Text, maxText)
	c.facts("payment.facts", d.Payment.Facts)
	for _, key := range words {
		c.text("texts."+key, d.Text(key), maxWord)
	}
	return c.fonts, logo, record.RefusedFor(c.reasons)
}

// words are the texts that the page takes itself.
var words = []string{"delivery_address", "terms", "tax_rate", "taxed", "tax", "payment", "instalments", "ageing", "scan_to_pay", "carried_over", "page_of", "vat_id", "tax_id"}

func (c *checker) taxes(list []print.PrintedTax) {
	if len(list) > maxList {
		c.refuse(codes.ErrTooLarge, "taxes", fmt.Sprintf("are %d, more than %d", len(list), maxList))
		return
	}
	for n := range list {
		field := fmt.Sprintf("taxes[%d]", n)
		c.text(field+".label", list[n].Label, maxEdge)
		c.text(field+".reason", list[n].Reason, maxText)
		c.amount(field+".base", list[n].Base)
		c.amount(field+".tax", list[n].Tax)
		for k := range list[n].Components {
			c.text(fmt.Sprintf("%s.components[%d].name", field, k), list[n].Components[k].Name, maxEdge)
		}
	}
}

// rows checks what is in the table.
func (c *checker) rows(d *print.PrintedDocument) {
	for _, list := range []struct {
		field string
		rows  int
	}{{"lines", len(d.Lines)}, {"open", len(d.Open)}, {"entries", len(d.Entries)}} {
		if list.rows > MaxRows {
			c.refuse(codes.ErrTooLarge, list.field, fmt.Sprintf("are %d, more than %d", list.rows, MaxRows))
			return
		}
	}
	for n := range d.Lines {
		l, field := &d.Lines[n], fmt.Sprintf("lines[%d]", n)
		c.text(field+".text", l.Text, maxText)
		c.text(field+".description", l.Description, maxText)
		c.text(field+".note", l.Note, maxText)
		c.text(field+".unit", l.Unit, maxEdge)
		c.text(field+".tax", l.Tax, maxEdge)
		c.text(field+".tracking", l.Tracking, maxEdge)
		c.totals(field+".adjustments", l.Adjustments)
		c.amount(field+".net", l.Net)
		c.amount(field+".discount", l.Discount)
	}
	for n := range d.Open {
		c.text(fmt.Sprintf("open[%d].number", n), d.Open[n].Number, maxEdge)
	}
	for n := range d.Entries {
		c.text(fmt.Sprintf("entries[%d].text", n), d.Entries[n].Text, maxEdge)
		c.text(fmt.Sprintf("entries[%d].number", n), d.Entries[n].Number, maxEdge)
	}
	for n, column := range d.Table().Columns {
		c.text(fmt.Sprintf("columns[%d]", n), column.Label, maxWord)
	}
}

func (c *checker) openFonts(s *Style) {
	regular, bold := regularFont, boldFont
	if s.Fonts != nil {
		regular, bold = s.Fonts.Regular, s.Fonts.Bold
	}
	f := &faces{}
	var err error
	if f.regular, err = newFace(regular); err != nil {
		c.refuse(codes.ErrInvalid, "style.fonts.regular", "is no TrueType font")
	}
	if f.bold, err = newFace(bold); err != nil {
		c.refuse(codes.ErrInvalid, "style.fonts.bold", "is no TrueType font")
	}
	if f.regular != nil && f.bold != nil {
		c.fonts = f
	}
}

// A picture is a logo as it is put into the file.
type picture struct {
	kind          string // of fpdf: PNG, JPG
	data          []byte
	width, height int
}

// openLogo reads the logo. What shines through is laid on white, and what is not
// in the colours of a screen is brought into them: the file has one colour space and
// nothing transparent.
func (c *checker) openLogo(data []byte) *picture {
	if len(data) == 0 {
		return nil
	}
	if len(data) > MaxLogo {
		c.refuse(codes.ErrTooLarge, "logo", fmt.Sprintf("has %d bytes, more than %d", len(data), MaxLogo))
		return nil
	}
	config, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || kind != "png" && kind != "jpeg" || config.Width < 1 || config.Height < 1 {
		c.refuse(codes.ErrInvalid, "logo", "is neither PNG nor JPEG")
		return nil
	}
	if config.Width > 4096 || config.Height > 4096 {
		c.refuse(codes.ErrTooLarge, "logo", "has more than 4096 pixels in a row or a column")
		return nil
	}
	decode := png.Decode
	if kind == "jpeg" {
		decode = jpeg.Decode
	}
	decoded, err := decode(bytes.NewReader(data))
	if err != nil {
		c.refuse(codes.ErrInvalid, "logo", "cannot be read to its end")
		return nil
	}
	if config.ColorModel == color.YCbCrModel {
		return &picture{"JPG", data, config.Width, config.Height}
	}
	flat := image.NewRGBA(image.Rect(0, 0, config.Width, config.Height))
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), decoded, decoded.Bounds().Min, draw.Over)
	var out bytes.Buffer
	if err := png.Encode(&out, flat); err != nil {
		c.refuse(codes.ErrInvalid, "logo", "cannot be written")
		return nil
	}
	return &picture{"PNG", out.Bytes(), config.Width, config.Height}
}
