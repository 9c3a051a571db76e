package pdf

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash/print"
)

// opening places what stands before the table.
func (l *sheet) opening() {
	d := l.doc
	for _, line := range l.fonts.bold.wrap(clean(d.Heading()), sizeTitle, l.inner()) {
		l.put(l.line(l.left, line, sizeTitle, l.fonts.bold, l.accent))
	}
	l.gap(3)
	for _, fact := range l.facts {
		l.put(l.fact(fact.Label, fact.Text, l.inner()))
	}
	if d.ShipTo.Name != "" {
		l.heading(d.Text("delivery_address"))
		l.paragraph(strings.Join(append([]string{d.ShipTo.Name}, d.ShipTo.Lines...), "\n"), sizeBody, ink)
	}
	l.paragraph(d.Intro, sizeBody, ink)
	if d.Intro != "" || d.ShipTo.Name != "" || len(l.facts) > 0 {
		l.gap(2)
	}
}

// line is a piece of one line.
func (l *sheet) line(x float64, text string, size float64, f *face, c Color) piece {
	return piece{lineHeight(size), func(y float64) { l.write(x, y, text, size, f, c, toLeft) }}
}

// paragraph places a text line by line.
func (l *sheet) paragraph(text string, size float64, c Color) {
	if text == "" {
		return
	}
	lines := l.fonts.regular.wrap(clean(text), size, l.inner())
	for _, line := range lines {
		l.put(l.line(l.left, line, size, l.fonts.regular, c))
	}
	l.gap(1.5)
}

// heading places a small heading, with room for a line below it.
func (l *sheet) heading(text string) {
	l.gap(3)
	if l.y+2.5*lineHeight(sizeBody) > l.bottom() {
		l.newPage()
	}
	for _, p := range l.headings(text) {
		l.put(p)
	}
}

func (l *sheet) headings(text string) (pieces []piece) {
	for _, line := range l.fonts.bold.wrap(clean(text), sizeBody, l.inner()) {
		pieces = append(pieces, l.line(l.left, line, sizeBody, l.fonts.bold, l.accent))
	}
	return append(pieces, piece{0.8, func(float64) {}})
}

// fact is something that is told by its name, within a width.
func (l *sheet) fact(label, text string, width float64) piece {
	wide := min(38, width*0.4)
	names := l.fonts.regular.wrap(clean(label), sizeBody, wide-2)
	texts := l.fonts.regular.wrap(clean(text), sizeBody, width-wide)
	return piece{float64(max(len(names), len(texts))) * lineHeight(sizeBody), func(y float64) {
		for n, name := range names {
			l.write(l.left, y+float64(n)*lineHeight(sizeBody), name, sizeBody, l.fonts.regular, soft, toLeft)
		}
		for n, text := range texts {
			l.write(l.left+wide, y+float64(n)*lineHeight(sizeBody), text, sizeBody, l.fonts.regular, ink, toLeft)
		}
	}}
}

// A grid is a table with the widths of its columns.
type grid struct {
	print.PrintedTable
	size float64   // of its letters
	x    []float64 // where columns begin, and where the last one ends
	main int       // the main column
}

const cellGap = 3.0 // between columns

// grid finds the largest letters with which every number stands in one line and the main
// column has room.
func (l *sheet) grid(t print.PrintedTable) *grid {
	g := &grid{PrintedTable: t}
	g.main = max(slices.IndexFunc(t.Columns, func(c print.PrintedColumn) bool { return c.Main }), 0)
	longest := make([]map[int]string, len(t.Columns)) // by length, so that few are measured
	labels := 0.0                                     // what heads of one line need
	for n, column := range t.Columns {
		longest[n] = map[int]string{}
		if n != g.main {
			labels += l.fonts.bold.width(clean(column.Label), 9)
		}
	}
	add := func(n int, text string) {
		for word := range strings.FieldsFuncSeq(clean(text), func(r rune) bool { return r == ' ' || r == '\n' }) {
			longest[n][utf8.RuneCountInString(word)] = word
		}
	}
	for n, column := range t.Columns {
		add(n, column.Label)
	}
	for r := range t.Rows {
		for n, cell := range t.Rows[r].Cells {
			if n != g.main {
				add(n, cell)
			}
		}
		add(len(t.Columns)-1, t.Rows[r].Carried)
	}
	widths := make([]float64, len(t.Columns))
	oneLine := labels+cellGap*float64(len(widths)-1) <= l.inner()-70
	for _, g.size = range []float64{9, 8.5, 8, 7.5, 7, 6.5, 6} {
		rest := l.inner() + cellGap
		for n := range t.Columns {
			widths[n] = 0
			for _, word := range longest[n] {
				widths[n] = max(widths[n], l.fonts.bold.width(word, g.size)+0.3)
			}
			if oneLine {
				widths[n] = max(widths[n], l.fonts.bold.width(clean(t.Columns[n].Label), g.size)+0.3)
			}
			if n != g.main {
				rest -= widths[n] + cellGap
			}
		}
		if rest -= cellGap; rest >= 48 {
			widths[g.main] = rest
			break
		}
		if g.size == 6 { // nothing fits: the main column has its share, and others break
			others := 0.0
			for n, w := range widths {
				if n != g.main {
					others += w
				}
			}
			share := l.inner() - 40 - cellGap*float64(len(widths)-1)
			for n := range widths {
				widths[n] *= share / others
			}
			widths[g.main] = 40
		}
	}
	x := l.left
	for _, w := range widths {
		g.x = append(g.x, x)
		x += w + cellGap
	}
	g.x = append(g.x, x)
	return g
}

// width is the width of a column.
func (g *grid) width(n int) float64 { return g.x[n+1] - g.x[n] - cellGap }

// cell writes a line of a cell.
func (l *sheet) cell(g *grid, n int, y float64, text string, size float64, f *face, c Color) {
	if g.Columns[n].Number {
		l.write(g.x[n]+g.width(n), y, text, size, f, c, toRight)
		return
	}
	l.write(g.x[n], y, text, size, f, c, toLeft)
}

// head is the head of the table.
func (l *sheet) tableHead(g *grid) piece {
	rows, lines := 1, make([][]string, len(g.Columns))
	for n, column := range g.Columns {
		lines[n] = l.fonts.bold.wrap(clean(column.Label), g.size, g.width(n))
		rows = max(rows, len(lines[n]))
	}
	h := lineHeight(g.size)
	return piece{float64(rows)*h + 1.8, func(y float64) {
		for n := range lines {
			for k, line := range lines[n] {
				l.cell(g, n, y+float64(rows-len(lines[n])+k)*h, line, g.size, l.fonts.bold, l.accent)
			}
		}
		l.rule(l.left, y+float64(rows)*h+1, l.width-l.right, 0.4, l.accent)
	}}
}

// A part of a cell is a line of it.
type part struct {
	text string
	size float64
	c    Color
}

// row are the lines of a row: one piece, which is written column by column, unless it is
// so high that it may break.
func (l *sheet) row(g *grid, r *print.PrintedRow) (pieces []piece) {
	columns, rows := make([][]part, len(r.Cells)), 0
	for n, cell := range r.Cells {
		for _, line := range l.fonts.regular.wrap(clean(cell), g.size, g.width(n)) {
			columns[n] = append(columns[n], part{line, g.size, ink})
		}
		rows = max(rows, len(columns[n]))
	}
	main := &columns[g.main]
	for _, text := range r.Below {
		for _, line := range l.fonts.regular.wrap(clean(text), min(g.size, sizeBelow), g.width(g.main)) {
			*main = append(*main, part{line, min(g.size, sizeBelow), soft})
		}
	}
	heights := make([]float64, max(rows, len(*main)))
	for k := range heights {
		if heights[k] = lineHeight(g.size); k >= rows {
			heights[k] = lineHeight((*main)[k].size)
		}
	}
	write := func(y float64, from, to int) {
		for n := range columns {
			at := y
			for k := from; k < min(to, len(columns[n])); k++ {
				p := columns[n][k]
				l.cell(g, n, at, p.text, p.size, l.fonts.regular, p.c)
				at += heights[k]
			}
		}
	}
	above, below := piece{1, func(float64) {}}, piece{1.2, func(y float64) { l.rule(l.left, y+1, l.width-l.right, 0.1, hair) }}
	lines := 0.0
	for _, h := range heights {
		lines += h
	}
	if lines <= l.room()/3 {
		return []piece{{above.height + lines + below.height, func(y float64) {
			write(y+above.height, 0, len(heights))
			below.draw(y + above.height + lines)
		}}}
	}
	pieces = append(pieces, above)
	for k, h := range heights {
		pieces = append(pieces, piece{h, func(y float64) { write(y, k, k+1) }})
	}
	return append(pieces, below)
}

// carried is the line that says what the rows before come to.
func (l *sheet) carried(g *grid, sum string) piece {
	label := visual(clean(l.doc.Text("carried_over")))
	return piece{lineHeight(g.size) + 2, func(y float64) {
		l.write(g.x[g.main], y+0.8, label, g.size, l.fonts.bold, soft, toLeft)
		l.cell(g, len(g.Columns)-1, y+0.8, sum, g.size, l.fonts.bold, soft)
		l.rule(l.left, y+lineHeight(g.size)+1.8, l.width-l.right, 0.1, hair)
	}}
}

// table places the table. Where it goes on on another page, its head is repeated and
// the sum of what came before is said at the end of the one page and at the beginning
// of the other. The last row stands on the page of the totals.
func (l *sheet) table() {
	t := l.doc.Table()
	if len(t.Rows) == 0 {
		return
	}
	g := l.grid(t)
	head := l.tableHead(g)
	totals := l.totals()
	if l.y+head.height+3*lineHeight(g.size) > l.bottom() {
		l.newPage()
	}
	l.put(head)
	sum, begun := "", false // of the rows before; a row stands on the page
	next := func() {
		if t.Carries && sum != "" {
			l.put(l.carried(g, sum))
		}
		l.newPage()
		l.put(head)
		if t.Carries && sum != "" {
			l.put(l.carried(g, sum))
		}
		begun = false
	}
	reserve := 0.0
	if t.Carries {
		reserve = l.carried(g, "").height
	}
	for n := range t.Rows {
		if l.fault != nil {
			return
		}
		pieces := l.row(g, &t.Rows[n])
		last := n == len(t.Rows)-1
		after := reserve
		if h := heightOf(totals); last && h <= l.room()/2 {
			after = h
		}
		if len(pieces) == 1 {
			if l.y+pieces[0].height+after > l.bottom() && begun {
				next()
			}
			l.put(pieces[0])
			sum, begun = t.Rows[n].Carried, true
			continue
		}
		for k, p := range pieces {
			keep := reserve
			if last && k == len(pieces)-2 {
				keep = after + pieces[k+1].height
			}
			if l.y+p.height+keep > l.bottom() && (begun || k > 1) {
				next()
			}
			l.put(p)
			if k > 0 {
				sum, begun = t.Rows[n].Carried, true
			}
		}
	}
	l.group(totals)
}

// totals are the rows from the lines to what is to be paid, at the right.
func (l *sheet) totals() (pieces []piece) {
	if len(l.doc.Totals) == 0 {
		return nil
	}
	pieces = append(pieces, piece{2, func(float64) {}})
	pieces = append(pieces, l.sums(l.doc.Totals)...)
	return append(pieces, l.sums(l.doc.Aside)...)
}

func (l *sheet) sums(rows []print.PrintedTotal) (pieces []piece) {
	left, right := l.left+l.inner()*0.42, l.width-l.right
	for _, row := range rows {
		f, size, c, pad := l.fonts.regular, float64(sizeBody), ink, 0.5
		amount := l.doc.Amount(row.Amount)
		if row.Main {
			f, size, pad, amount = l.fonts.bold, 10.5, 1.8, l.doc.Money(row.Amount)
			c = l.accent
		}
		labels := f.wrap(clean(row.Label), size, right-left-f.width(amount, size)-8)
		h := float64(len(labels))*lineHeight(size) + 2*pad
		gap := 0.0
		if row.Main {
			gap = 1
		}
		pieces = append(pieces, piece{h + gap, func(y float64) {
			y += gap
			if row.Main {
				l.fill(left-2, y, right-left+2, h, tint)
				l.rule(left-2, y, right, 0.4, l.accent)
			}
			for n, label := range labels {
				l.write(left, y+pad+float64(n)*lineHeight(size), label, size, f, c, toLeft)
			}
			x := right
			if row.Main {
				x -= 1.5
			}
			l.write(x, y+pad, amount, size, f, c, toRight)
		}})
	}
	return pieces
}

// closing places what follows the totals.
func (l *sheet) closing() {
	d := l.doc
	if len(d.Totals) > 0 && len(d.Table().Rows) == 0 {
		l.group(l.totals())
	}
	if len(d.Taxes) > 0 {
		l.gap(3)
		l.group(l.taxes())
	}
	if len(d.Ageing) > 0 {
		l.gap(3)
		l.group(l.ageing())
	}
	if len(d.Instalments) > 0 {
		l.gap(3)
		l.group(l.instalments())
	}
	if d.Terms != "" {
		l.gap(3)
		l.put(l.fact(d.Text("terms"), d.Terms, l.inner()))
	}
	if pieces := l.payment(); len(pieces) > 0 {
		l.gap(3)
		l.group(pieces)
	}
	l.gap(3)
	for _, note := range slices.Concat([]string{d.Note}, d.Notes, []string{d.Closing}) {
		l.paragraph(note, sizeBody, ink)
	}
	if d.Signature != "" {
		lines := l.fonts.regular.wrap(clean(d.Signature), sizeBelow, 85)
		l.put(piece{20 + float64(len(lines))*lineHeight(sizeBelow), func(y float64) {
			l.rule(l.left, y+18, l.left+85, 0.2, ink)
			for n, line := range lines {
				l.write(l.left, y+19+float64(n)*lineHeight(sizeBelow), line, sizeBelow, l.fonts.regular, soft, toLeft)
			}
		}})
	}
}

// taxes is the breakdown of taxes.
func (l *sheet) taxes() (pieces []piece) {
	wide := min(110, l.inner())
	right, base := l.left+wide, l.left+wide-32
	size := float64(sizeBelow)
	columns := func(y float64, taxed, tax string, f *face, c Color) {
		l.write(base, y, taxed, size, f, c, toRight)
		l.write(right, y, tax, size, f, c, toRight)
	}
	taxed, tax, rate := visual(clean(l.doc.Text("taxed"))), visual(clean(l.doc.Text("tax"))), visual(clean(l.doc.Text("tax_rate")))
	pieces = append(pieces, piece{lineHeight(size) + 1.6, func(y float64) {
		l.write(l.left, y, rate, size, l.fonts.bold, l.accent, toLeft)
		columns(y, taxed, tax, l.fonts.bold, l.accent)
		l.rule(l.left, y+lineHeight(size)+0.6, right, 0.2, l.accent)
	}})
	row := func(label, taxed, tax string, indent float64, c Color) {
		lines := l.fonts.regular.wrap(clean(label), size, wide-66-indent)
		pieces = append(pieces, piece{float64(len(lines)) * lineHeight(size), func(y float64) {
			for n, line := range lines {
				l.write(l.left+indent, y+float64(n)*lineHeight(size), line, size, l.fonts.regular, c, toLeft)
			}
			columns(y, taxed, tax, l.fonts.regular, c)
		}})
	}
	for _, t := range l.doc.Taxes {
		row(t.Label, l.doc.Amount(t.Base), l.doc.Amount(t.Tax), 0, ink)
		for _, part := range t.Components {
			row(part.Name+" "+l.doc.Percent(part.Rate), "", l.doc.Amount(part.Tax), 3, soft)
		}
		if t.Reason != "" {
			for _, line := range l.fonts.regular.wrap(clean(t.Reason), size, l.inner()) {
				pieces = append(pieces, l.line(l.left, line, size, l.fonts.regular, soft))
			}
		}
	}
	return pieces
}

// ageing is how long what is open is overdue, column by column.
func (l *sheet) ageing() []piece {
	rows, n := l.doc.Ageing, float64(len(l.doc.Ageing))
	wide, size := l.inner()/n, float64(sizeBelow)
	lines, most := make([][]string, len(rows)), 1
	for k, row := range rows {
		lines[k] = l.fonts.bold.wrap(clean(row.Label), size, wide-2)
		most = max(most, len(lines[k]))
	}
	h := lineHeight(size)
	return append(l.headings(l.doc.Text("ageing")), piece{float64(most+1)*h + 3, func(y float64) {
		for k, row := range rows {
			x := l.left + wide*float64(k+1)
			for i, line := range lines[k] {
				l.write(x, y+float64(most-len(lines[k])+i)*h, line, size, l.fonts.bold, l.accent, toRight)
			}
			l.write(x, y+float64(most)*h+1.6, l.doc.Amount(row.Amount), size, l.fonts.regular, ink, toRight)
		}
		l.rule(l.left, y+float64(most)*h+0.8, l.width-l.right, 0.2, l.accent)
	}})
}

// instalments are the parts of what is due.
func (l *sheet) instalments() []piece {
	pieces := l.headings(l.doc.Text("instalments"))
	for _, part := range l.doc.Instalments {
		amount, lines := l.doc.Money(part.Amount), l.fonts.regular.wrap(clean(part.Text), sizeBelow, l.inner()-80)
		pieces = append(pieces, piece{max(lineHeight(sizeBody), float64(len(lines))*lineHeight(sizeBelow)), func(y float64) {
			l.write(l.left, y, l.doc.Day(part.DueDate), sizeBody, l.fonts.regular, ink, toLeft)
			l.write(l.left+70, y, amount, sizeBody, l.fonts.regular, ink, toRight)
			for n, line := range lines {
				l.write(l.left+76, y+float64(n)*lineHeight(sizeBelow), line, sizeBelow, l.fonts.regular, soft, toLeft)
			}
		}})
	}
	return pieces
}

// payment says how the invoice is paid, with the code beside it.
func (l *sheet) payment() (pieces []piece) {
	p := &l.doc.Payment
	if p.Text == "" && len(p.Facts) == 0 && len(l.doc.Bank) == 0 {
		return nil
	}
	code := codeOf(p.EPC)
	width := l.inner()
	if code != nil {
		width -= code.side() + 6
	}
	pieces = l.headings(l.doc.Text("payment"))
	text := p.Text
	if len(p.Facts) == 0 {
		text = strings.TrimLeft(text+"\n"+strings.Join(l.doc.Bank, "\n"), "\n")
	}
	if text != "" {
		for _, line := range l.fonts.regular.wrap(clean(text), sizeBody, width) {
			pieces = append(pieces, l.line(l.left, line, sizeBody, l.fonts.regular, ink))
		}
	}
	for _, fact := range p.Facts {
		pieces = append(pieces, l.fact(fact.Label, fact.Text, width))
	}
	if code == nil {
		return pieces
	}
	caption := visual(clean(l.doc.Text("scan_to_pay")))
	all := slices.Clone(pieces)
	side := code.side()
	if heightOf(all) > l.room()/2 {
		return append(all, piece{side + lineHeight(sizeFoot), func(y float64) { code.draw(l, l.left, y) }})
	}
	return []piece{{max(heightOf(all), side+lineHeight(sizeFoot)), func(y float64) {
		x, top := l.width-l.right-side, y
		for _, p := range all {
			p.draw(y)
			y += p.height
		}
		code.draw(l, x, top)
		l.write(x+side/2, top+side-1, caption, sizeFoot, l.fonts.regular, soft, toCenter)
	}}}
}
