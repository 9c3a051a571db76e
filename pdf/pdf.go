package pdf

import (
	"bytes"
	"io"
	"time"

	"github.com/leadtocash/leadtocash/print"
)

// Style is how a document looks, whatever it says. The zero Style is A4 in dark blue.
type Style struct {
	Page    PageFormat
	Fonts   *Fonts    // default: DejaVu Sans Condensed, for Latin, Greek, Cyrillic, Hebrew and other letters
	Accent  Color     // of title, rules and heads
	Plain   bool      // without marks for folding and punching, which only A4 has
	Created time.Time // told in the file; default: the beginning of the document's date, UTC
}

// Fonts are TrueType fonts of the host's. They are embedded, which their licence must
// allow, and hold every letter that is printed, of the first 65,536 of Unicode.
type Fonts struct {
	Regular, Bold []byte
}

// Color is red, green and blue from 0 to 255. The zero Color is the default, a dark
// blue.
type Color struct{ R, G, B uint8 }

// PageFormat is the size of the paper, with the places that go with it.
type PageFormat uint8

// The page formats.
const (
	A4     PageFormat = iota // with address and marks of DIN 5008, form B
	Letter                   // 8.5 by 11 inches, with the address for the window of an envelope #10
)

// Limits of what is printed.
const (
	MaxRows  = 10_000 // of the table
	MaxPages = 2_000
	MaxLogo  = 1 << 20 // bytes; and 4,096 pixels each way
	maxText  = 10_000  // characters of a text in the body
	maxFoot  = 2_000   // of a column of the foot
	maxEdge  = 500     // of other texts: names, numbers, labels
	maxWord  = 100     // of the heads of columns and the like
	maxBreak = 40      // line feeds in what does not stand in the body
	maxList  = 200     // entries of what is not the table
	maxAges  = 12      // columns of an ageing
)

// Render writes the document as a PDF file. Codes, with paths like lines[3].text:
// ErrMissingField for what a letter cannot do without, the names of seller and buyer;
// ErrInvalid for control characters, for letters that the font does not have, for
// pictures and fonts that are none; ErrTooLong and ErrTooLarge beyond the limits;
// ErrOutOfRange for amounts that are. Nothing is written then.
func Render(w io.Writer, d *print.PrintedDocument, s Style) error {
	body, err := file(d, s, nil)
	if err != nil {
		return err
	}
	_, err = w.Write(body)
	return err
}

// file is the finished file, with the attachment if there is one.
func file(d *print.PrintedDocument, s Style, a *attachment) ([]byte, error) {
	fonts, logo, err := check(d, &s, a)
	if err != nil {
		return nil, err
	}
	l := newSheet(d, &s, fonts, logo)
	if err := l.layout(); err != nil {
		return nil, err
	}
	var raw bytes.Buffer
	if err := l.draw(&raw); err != nil {
		return nil, err
	}
	return finish(raw.Bytes(), d, &s, a)
}

// created is the time that the file tells; none where nothing says it.
func (s *Style) created(d *print.PrintedDocument) time.Time {
	if !s.Created.IsZero() || d.IssueDate.IsZero() {
		return s.Created.UTC()
	}
	return d.IssueDate.Time(time.UTC)
}
