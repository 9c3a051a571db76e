package pdf

import (
	_ "embed"
	"errors"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

var (
	//go:embed fonts/DejaVuSansCondensed.ttf
	regularFont []byte
	//go:embed fonts/DejaVuSansCondensed-Bold.ttf
	boldFont []byte
)

// A face is a font that measures text.
type face struct {
	data     []byte
	font     *sfnt.Font
	buffer   sfnt.Buffer
	advances map[rune]float64 // of an em
}

// faces are the two fonts of a document.
type faces struct{ regular, bold *face }

func newFace(data []byte) (*face, error) {
	f, err := sfnt.Parse(data)
	if err != nil {
		return nil, err
	}
	if len(data) < 4 || string(data[:4]) != "\x00\x01\x00\x00" && string(data[:4]) != "true" {
		return nil, errors.New("not a TrueType font")
	}
	return &face{data: data, font: f, advances: map[rune]float64{}}, nil
}

// advance is the width of a letter in ems, less than 0 where the font has none for it.
func (f *face) advance(r rune) float64 {
	if width, ok := f.advances[r]; ok {
		return width
	}
	width := -1.0
	if r <= 0xffff {
		glyph, err := f.font.GlyphIndex(&f.buffer, r)
		if err == nil && glyph != 0 {
			em := f.font.UnitsPerEm()
			if units, err := f.font.GlyphAdvance(&f.buffer, glyph, fixed.I(int(em)), font.HintingNone); err == nil {
				width = float64(units) / 64 / float64(em)
			}
		}
	}
	f.advances[r] = width
	return width
}

// width is the width of a text in millimetres.
func (f *face) width(text string, size float64) (mm float64) {
	for _, r := range text {
		if w := f.advance(r); w > 0 {
			mm += w
		}
	}
	return mm * size * mmPerPoint
}

const mmPerPoint = 25.4 / 72

// clean brings a text into the form in which it is printed: composed letters, line
// feeds as the only breaks, blanks for tabs, and nothing of what cannot be seen.
func clean(text string) string {
	if plain(text) {
		return text
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ", "\u202f", "\u00a0", "\u2007", "\u00a0").Replace(text)
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)) {
			return -1
		}
		return r
	}, norm.NFC.String(text))
}

// plain reports whether a text is of printable ASCII only.
func plain(text string) bool {
	for n := 0; n < len(text); n++ {
		if text[n] < ' ' || text[n] > '~' {
			return false
		}
	}
	return true
}

// visual is a line in the order in which it is seen: what is written from right to left
// is turned around.
func visual(line string) string {
	if !strings.ContainsFunc(line, fromRight) {
		return line
	}
	line = joinArabic(line)
	var p bidi.Paragraph
	if _, err := p.SetString(line); err != nil {
		return line
	}
	order, err := p.Order()
	if err != nil {
		return line
	}
	runs := make([]string, order.NumRuns())
	for n := range runs {
		run := order.Run(n)
		runs[n] = run.String()
		if run.Direction() == bidi.RightToLeft {
			runs[n] = bidi.ReverseString(runs[n])
		}
	}
	first := strings.IndexFunc(line, strong)
	if r := []rune(line[max(first, 0):])[0]; fromRight(r) { // the line as a whole goes from right to left
		for a, b := 0, len(runs)-1; a < b; a, b = a+1, b-1 {
			runs[a], runs[b] = runs[b], runs[a]
		}
	}
	return strings.Join(runs, "")
}

func fromRight(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

func strong(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.L || p.Class() == bidi.R || p.Class() == bidi.AL
}

// wrap breaks a text into lines of at most the width in millimetres, between words
// where it can, else between letters. There is one line at least.
func (f *face) wrap(text string, size, width float64) (lines []string) {
	for paragraph := range strings.SplitSeq(text, "\n") {
		line, long := "", 0.0
		for word := range strings.SplitSeq(paragraph, " ") {
			w, blank := f.width(word, size), f.width(" ", size)
			switch {
			case line == "" && w <= width:
				line, long = word, w
				continue
			case line != "" && long+blank+w <= width:
				line, long = line+" "+word, long+blank+w
				continue
			}
			if line != "" {
				lines = append(lines, visual(line))
			}
			line, long = "", 0
			for _, r := range word {
				letter := f.width(string(r), size)
				if long+letter > width && line != "" {
					lines = append(lines, visual(line))
					line, long = "", 0
				}
				line, long = line+string(r), long+letter
			}
		}
		lines = append(lines, visual(line))
	}
	return lines
}
