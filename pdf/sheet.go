package pdf

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/print"
	"github.com/leadtocash/leadtocash/record"
)

// A geometry has the places of a page, in millimetres from its upper left corner.
type geometry struct {
	width, height float64
	left, right   float64 // margins
	foot          float64 // what is kept free below
	head          float64 // where the second page begins
	body          float64 // where the first page begins, at the earliest
	senderY       float64 // of the line above the address
	addressX      float64
	addressY      float64
	addressWidth  float64
	addressLines  int // that the window shows
	infoX, infoY  float64
	infoWidth     float64
	folds         []float64
	punch         float64
}

var geometries = map[PageFormat]geometry{
	A4: {
		width: 210, height: 297, left: 25, right: 20, foot: 30, head: 25, body: 98.5,
		senderY: 59, addressX: 25, addressY: 62.7, addressWidth: 80, addressLines: 6, infoX: 125, infoY: 50, infoWidth: 65,
		folds: []float64{105, 210}, punch: 148.5,
	},
	Letter: {
		width: 215.9, height: 279.4, left: 22.9, right: 19, foot: 25.4, head: 25.4, body: 94,
		senderY: 58, addressX: 22.9, addressY: 63.5, addressWidth: 85, addressLines: 5, infoX: 125, infoY: 42, infoWidth: 71.9,
	},
}

// What is written in which size, in points.
const (
	sizeTitle  = 17
	sizeName   = 13
	sizeBody   = 9
	sizeBelow  = 8
	sizeInfo   = 8.5
	sizeFoot   = 7
	sizeSender = 6
)

var (
	ink     = Color{20, 24, 31}
	soft    = Color{90, 98, 110} // at least 4.5 to 1 on white
	hair    = Color{208, 213, 221}
	tint    = Color{238, 242, 247}
	shadow  = Color{232, 235, 240} // of the mark across the page
	accents = Color{24, 62, 107}
)

// A sheet lays a document out on pages and draws it.
type sheet struct {
	geometry
	doc    *print.PrintedDocument
	style  *Style
	fonts  *faces
	logo   *picture
	accent Color
	pdf    *fpdf.Fpdf

	facts []print.PrintedFact // for which there is no room beside the address
	pages [][]func()          // what is drawn on each page
	y     float64             // where the next piece goes on the last page
	fault error
}

func newSheet(d *print.PrintedDocument, s *Style, fonts *faces, logo *picture) *sheet {
	l := &sheet{geometry: geometries[s.Page], doc: d, facts: d.Facts, style: s, fonts: fonts, logo: logo, accent: s.Accent}
	if l.accent == (Color{}) {
		l.accent = accents
	}
	return l
}

// inner is the width between the margins.
func (l *sheet) inner() float64 { return l.width - l.left - l.right }

// bottom is where the body of a page ends.
func (l *sheet) bottom() float64 { return l.height - l.foot }

// room is the height of the body of a page that follows.
func (l *sheet) room() float64 { return l.bottom() - l.head }

// on draws something on the last page.
func (l *sheet) on(draw func()) { l.pages[len(l.pages)-1] = append(l.pages[len(l.pages)-1], draw) }

func (l *sheet) newPage() {
	if len(l.pages) == MaxPages && l.fault == nil {
		l.fault = record.RefusedFor([]record.Reason{{Code: codes.ErrTooLarge, Field: "pages", Message: fmt.Sprintf("the document needs more than %d pages", MaxPages)}})
	}
	if l.fault == nil {
		l.pages = append(l.pages, nil)
	}
	l.y = l.head
}

// A piece is something that stands on one page, of a height.
type piece struct {
	height float64
	draw   func(y float64)
}

// put places a piece where the last one ended, on a new page if it does not fit.
func (l *sheet) put(p piece) {
	if l.y+p.height > l.bottom() && l.y > l.head {
		l.newPage()
	}
	y := l.y
	l.on(func() { p.draw(y) })
	l.y += p.height
}

// heightOf is the height of all pieces.
func heightOf(pieces []piece) (mm float64) {
	for _, p := range pieces {
		mm += p.height
	}
	return mm
}

// group places pieces on one page together, if a page has room for them.
func (l *sheet) group(pieces []piece) {
	if h := heightOf(pieces); l.y+h > l.bottom() && h <= l.room() && l.y > l.head {
		l.newPage()
	}
	for _, p := range pieces {
		l.put(p)
	}
}

// gap leaves room, none at the top of a page.
func (l *sheet) gap(mm float64) {
	if l.y > l.head {
		l.y += mm
	}
}

// lineHeight is the distance of lines of a size.
func lineHeight(size float64) float64 { return size * mmPerPoint * 1.32 }

type align uint8

const (
	toLeft align = iota
	toRight
	toCenter
)

// write writes a line whose upper edge is y: from x on, up to x, or around it.
func (l *sheet) write(x, y float64, text string, size float64, f *face, c Color, a align) {
	if text == "" {
		return
	}
	switch a {
	case toRight:
		x -= f.width(text, size)
	case toCenter:
		x -= f.width(text, size) / 2
	}
	style := ""
	if f == l.fonts.bold {
		style = "B"
	}
	l.pdf.SetFont(family, style, size)
	l.pdf.SetTextColor(int(c.R), int(c.G), int(c.B))
	l.pdf.Text(x, y+size*mmPerPoint*1.02, text)
}

// family is the name of the fonts in the file.
const family = "document"

func (l *sheet) rule(x1, y, x2, width float64, c Color) {
	l.pdf.SetLineWidth(width)
	l.pdf.SetDrawColor(int(c.R), int(c.G), int(c.B))
	l.pdf.Line(x1, y, x2, y)
}

func (l *sheet) fill(x, y, w, h float64, c Color) {
	l.pdf.SetFillColor(int(c.R), int(c.G), int(c.B))
	l.pdf.Rect(x, y, w, h, "F")
}

// layout places everything.
func (l *sheet) layout() error {
	l.foot = max(l.foot, l.footHeight()+13)
	l.pages = [][]func(){nil}
	l.roomAfter("footer", l.foot*2)
	l.y = l.letterhead()
	l.opening()
	l.table()
	l.closing()
	l.furniture()
	return l.fault
}

// letterhead places who writes to whom, and returns where the body begins.
func (l *sheet) letterhead() float64 {
	d := l.doc
	name := l.fonts.bold.wrap(clean(d.Seller.Name), sizeName, l.infoX-l.left-8)
	if l.logo != nil {
		w, h := fit(float64(l.logo.width), float64(l.logo.height), l.infoX-l.left-10, 22)
		l.on(func() {
			l.pdf.ImageOptions("logo", l.left, 13, w, h, false, fpdf.ImageOptions{ImageType: l.logo.kind}, 0, "")
		})
	} else {
		for n, line := range name[:min(len(name), 4)] {
			l.on(func() {
				l.write(l.left, 15+float64(n)*lineHeight(sizeName), line, sizeName, l.fonts.bold, l.accent, toLeft)
			})
		}
	}
	own := []string{d.Seller.Name}
	if l.logo == nil {
		own = nil // it is said in large letters
	}
	own = slices.Concat(own, d.Seller.Lines, d.Seller.Contact)
	if d.TaxID != "" {
		own = append(own, d.TaxLabel()+" "+d.TaxID)
	}
	senderEnd := 14.0
	for _, text := range own {
		for _, line := range l.fonts.regular.wrap(clean(text), 8, l.infoWidth) {
			at := senderEnd
			l.on(func() { l.write(l.infoX, at, line, 8, l.fonts.regular, soft, toLeft) })
			senderEnd += lineHeight(8)
		}
	}

	sender := clean(strings.Join(append([]string{d.Seller.Name}, d.Seller.Lines...), " · "))
	if lines := l.fonts.regular.wrap(sender, sizeSender, l.addressWidth); len(lines) > 0 {
		for n, line := range lines[:min(len(lines), 2)] {
			at := l.senderY + float64(n-min(len(lines), 2)+1)*lineHeight(sizeSender)
			l.on(func() { l.write(l.addressX, at, line, sizeSender, l.fonts.regular, soft, toLeft) })
		}
	}
	address, size := l.fitted(append([]string{d.Buyer.Name}, d.Buyer.Lines...))
	y := l.addressY
	for _, line := range address {
		at := y
		l.on(func() { l.write(l.addressX, at, line, size, l.fonts.regular, ink, toLeft) })
		y += lineHeight(size)
	}
	l.roomAfter("seller.lines", senderEnd)
	l.roomAfter("buyer.lines", y)
	return max(l.body, y+6, l.info(max(l.infoY, senderEnd+5))+6)
}

// roomAfter refuses what takes more of the page than the body can do without.
func (l *sheet) roomAfter(field string, end float64) {
	if l.fault == nil && end > l.height*0.7 {
		l.fault = record.RefusedFor([]record.Reason{{Code: codes.ErrTooLong, Field: field, Message: "leave no room on the page"}})
	}
}

// fitted are the lines of the address in the largest size in which the window shows
// them all, in the smallest if none does.
func (l *sheet) fitted(texts []string) (lines []string, size float64) {
	for _, size = range []float64{10, 9.5, 9, 8.5, 8, 7.5, 7} {
		lines = nil
		for _, text := range texts {
			lines = append(lines, l.fonts.regular.wrap(clean(text), size, l.addressWidth)...)
		}
		if float64(len(lines))*lineHeight(size) <= float64(l.addressLines)*lineHeight(10) {
			break
		}
	}
	return lines, size
}

// info places the facts beside the address and returns where they end; those for which
// there is no room go on in the body.
func (l *sheet) info(y float64) float64 {
	label := l.infoWidth * 0.44
	for _, fact := range l.doc.Facts {
		names := l.fonts.regular.wrap(clean(fact.Label), sizeInfo, label-2)
		texts := l.fonts.regular.wrap(clean(fact.Text), sizeInfo, l.infoWidth-label)
		rows := max(len(names), len(texts))
		if y+float64(rows)*lineHeight(sizeInfo) > l.height*0.55 {
			break
		}
		l.facts = l.facts[min(1, len(l.facts)):]
		at := y
		l.on(func() {
			for n, name := range names {
				l.write(l.infoX, at+float64(n)*lineHeight(sizeInfo), name, sizeInfo, l.fonts.regular, soft, toLeft)
			}
			for n, text := range texts {
				l.write(l.infoX+label, at+float64(n)*lineHeight(sizeInfo), text, sizeInfo, l.fonts.regular, ink, toLeft)
			}
		})
		y += float64(rows) * lineHeight(sizeInfo)
	}
	return y
}

// fit is the largest size within a frame, never larger than 4 pixels a millimetre.
func fit(w, h, frameW, frameH float64) (float64, float64) {
	scale := min(frameW/w, frameH/h, 0.25)
	return w * scale, h * scale
}

// footHeight is the height of the columns at the foot.
func (l *sheet) footHeight() (mm float64) {
	for _, column := range l.footer() {
		mm = max(mm, float64(len(column.lines))*lineHeight(sizeFoot))
	}
	return mm
}

// A column of the foot: where it begins, and its lines.
type column struct {
	x     float64
	lines []string
}

// footer are the columns of the foot, each as wide as what it says needs.
func (l *sheet) footer() (columns []column) {
	f, n := l.fonts.regular, len(l.doc.Footer)
	if n == 0 {
		return nil
	}
	gap, sum, slack := 4.0, 0.0, 0.0
	widths, least := make([]float64, n), make([]float64, n) // in one line each, and with a word a line
	for k, text := range l.doc.Footer {
		for line := range strings.SplitSeq(clean(text), "\n") {
			widths[k] = max(widths[k], min(f.width(line, sizeFoot)+0.2, l.inner()/2))
			for word := range strings.SplitSeq(line, " ") {
				least[k] = max(least[k], min(f.width(word, sizeFoot)+0.2, l.inner()/2))
			}
		}
		sum, slack = sum+widths[k], slack+widths[k]-least[k]
	}
	room := l.inner() - gap*float64(n-1)
	spare := max(room-sum, 0) / float64(max(n-1, 1))
	x := l.left
	for k, text := range l.doc.Footer {
		switch missing := sum - room; {
		case missing > slack:
			widths[k] = least[k] * room / (sum - slack)
		case missing > 0:
			widths[k] -= (widths[k] - least[k]) * missing / slack
		}
		columns = append(columns, column{x, f.wrap(clean(text), sizeFoot, widths[k])})
		x += widths[k] + gap + spare
	}
	return columns
}

// furniture adds to every page what all have, or all but the first.
func (l *sheet) furniture() {
	footer, top := l.footer(), l.height-l.footHeight()-9
	heading := l.fonts.regular.wrap(clean(l.doc.Heading()), sizeBelow, l.inner()*0.55)[0]
	seller := l.fonts.regular.wrap(clean(l.doc.Seller.Name), sizeBelow, l.inner()*0.4)[0]
	for n := range l.pages {
		before := func() {
			if l.doc.Mark != "" {
				l.across(visual(clean(l.doc.Mark)))
			}
			if n == 0 {
				for _, y := range l.folds {
					if !l.style.Plain {
						l.rule(4, y, 8, 0.1, soft)
					}
				}
				if l.punch > 0 && !l.style.Plain {
					l.rule(4, l.punch, 10, 0.1, soft)
				}
				return
			}
			l.write(l.left, 12, heading, sizeBelow, l.fonts.regular, soft, toLeft)
			l.write(l.width-l.right, 12, seller, sizeBelow, l.fonts.regular, soft, toRight)
			l.rule(l.left, 17, l.width-l.right, 0.2, hair)
		}
		after := func() {
			if len(l.pages) > 1 {
				l.write(l.width-l.right, top-4, visual(clean(l.doc.PageOf(n+1, len(l.pages)))), sizeFoot, l.fonts.regular, soft, toRight)
			}
			if len(footer) == 0 {
				return
			}
			l.rule(l.left, top, l.width-l.right, 0.2, hair)
			for _, column := range footer {
				for k, line := range column.lines {
					l.write(column.x, top+1.5+float64(k)*lineHeight(sizeFoot), line, sizeFoot, l.fonts.regular, soft, toLeft)
				}
			}
		}
		l.pages[n] = slices.Concat([]func(){before}, l.pages[n], []func(){after})
	}
}

// across writes the mark over the page, so light that everything can be read upon it.
func (l *sheet) across(mark string) {
	size := 110.0
	if w := l.fonts.bold.width(mark, size); w > l.width*0.95 {
		size *= l.width * 0.95 / w
	}
	x, y := l.width/2, l.height/2
	l.pdf.TransformBegin()
	l.pdf.TransformRotate(45, x, y)
	l.write(x, y-size*mmPerPoint/2, mark, size, l.fonts.bold, shadow, toCenter)
	l.pdf.TransformEnd()
}

// draw writes the pages. Fonts of the host's may be broken in ways that only those who embed them
// see, and not all of them without a panic.
func (l *sheet) draw(w io.Writer) (err error) {
	if l.style.Fonts != nil {
		defer func() {
			if broken := recover(); broken != nil || err != nil {
				err = record.RefusedFor([]record.Reason{{Code: codes.ErrInvalid, Field: "style.fonts", Message: "cannot be embedded"}})
			}
		}()
	}
	l.pdf = fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: l.width, Ht: l.height}})
	l.pdf.SetCatalogSort(true)
	l.pdf.SetAutoPageBreak(false, 0)
	l.pdf.SetMargins(0, 0, 0)
	l.pdf.SetCreationDate(epoch)
	l.pdf.SetModificationDate(epoch)
	l.pdf.AddUTF8FontFromBytes(family, "", slices.Clone(l.fonts.regular.data))
	l.pdf.AddUTF8FontFromBytes(family, "B", slices.Clone(l.fonts.bold.data))
	if l.logo != nil {
		l.pdf.RegisterImageOptionsReader("logo", fpdf.ImageOptions{ImageType: l.logo.kind}, bytes.NewReader(l.logo.data))
	}
	for _, page := range l.pages {
		l.pdf.AddPage()
		for _, draw := range page {
			draw()
		}
	}
	if err := l.pdf.Output(w); err != nil {
		return fmt.Errorf("pdf: the pages cannot be written: %w", err)
	}
	return nil
}
