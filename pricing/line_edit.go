package pricing

import (
	"fmt"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/record"
)

// EditLines adds, changes and removes lines of a document in one go. A list that is
// given and empty, and a command without any, is ErrInvalid.
type EditLines struct {
	Add    []LineFields `json:"add,omitzero"`
	Change []ChangeLine `json:"change,omitzero"`
	Remove []int32      `json:"remove,omitzero"` // line numbers
}

// ChangeLine replaces the editable fields of one line.
type ChangeLine struct {
	LineNumber int32      `json:"line_number"`
	Fields     LineFields `json:"fields"`
}

// IsZero reports whether the command changes nothing.
func (e EditLines) IsZero() bool { return len(e.Add)+len(e.Change)+len(e.Remove) == 0 }

// nothing are the lists that are given and name nothing.
func (e *EditLines) nothing() (reasons []record.Reason) {
	if e.Add != nil && len(e.Add) == 0 {
		reasons = append(reasons, namesNothing("add"))
	}
	if e.Change != nil && len(e.Change) == 0 {
		reasons = append(reasons, namesNothing("change"))
	}
	if e.Remove != nil && len(e.Remove) == 0 {
		reasons = append(reasons, namesNothing("remove"))
	}
	if len(reasons) == 0 && e.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: "add", Message: "neither adds, changes nor removes a line"})
	}
	return reasons
}

// MaxLines is how many lines a document has at most.
const MaxLines = 10_000

// maxLineNumber is the highest number that a line has.
const maxLineNumber = 1_000_000_000

// Room lists, for the field, why so many lines more are too many, ErrOutOfRange: for a
// document, or for the numbers of its lines, none of which is used again.
func (s *PricedLines) Room(field string, more int) []record.Reason {
	tooMany := func(what string, most int) []record.Reason {
		return []record.Reason{{Code: codes.ErrOutOfRange, Field: field, Message: fmt.Sprintf("a document has at most %d %s", most, what), Params: map[string]any{"max": most}}}
	}
	switch {
	case more <= 0:
	case len(s.Lines)+more > MaxLines:
		return tooMany("lines", MaxLines)
	case int64(s.LastLine)+int64(more) > maxLineNumber:
		return tooMany("line numbers", maxLineNumber)
	}
	return nil
}

// lineEdit is an edit of the lines of a document, which looks up each line once.
type lineEdit struct {
	lines   *PricedLines
	edit    *EditLines
	input   *PriceInput
	byLine  Finder
	removed map[int32]bool
	added   []Line // with members, once they are asked for
}

func (s *PricedLines) editing(e *EditLines, p *PriceInput) *lineEdit {
	x := &lineEdit{lines: s, edit: e, input: p, byLine: Finder{Lines: s.Lines}}
	if len(e.Remove) > 0 {
		x.removed = make(map[int32]bool, len(e.Remove))
		for _, n := range e.Remove {
			x.removed[n] = true
		}
	}
	return x
}

// removes reports whether the edit removes a line, by itself or with its bundle.
func (x *lineEdit) removes(l *Line) bool {
	return x.removed[l.LineNumber] || l.ParentBundle != 0 && x.removed[l.ParentBundle]
}

// bundleAfter returns the line with the number as it is after the edit, which
// may add it; nil if there is none then.
func (x *lineEdit) bundleAfter(number int32) *Line {
	if number <= x.lines.LastLine {
		l := x.byLine.Line(number)
		if l == nil || x.removes(l) {
			return nil
		}
		return l
	}
	if x.added == nil {
		x.added, _ = NewLines(x.edit.Add, *x.input, record.PriceListID{})
	}
	if at := int(number-x.lines.LastLine) - 1; at < len(x.added) {
		return &x.added[at]
	}
	return nil
}

// LineFaults lists what is wrong with an edit of the lines. While prices are
// locked nothing may be added whose price counts as overridden.
func (s *PricedLines) LineFaults(e EditLines, p PriceInput, priceList record.PriceListID) (reasons []record.Reason) {
	x := s.editing(&e, &p)
	reasons = append(reasons, e.nothing()...)
	if full := s.Room("add", withMembersOf(e.Add, p.Catalog)); full != nil {
		return append(reasons, full...)
	}
	check := func(path string, f LineFields, was *Line) {
		var bundle *Line
		if f.ParentBundle != 0 {
			bundle = x.bundleAfter(f.ParentBundle)
		}
		bad := append(f.faults(&p, priceList, was), f.bundleFaults(bundle, was, p.Catalog)...)
		if p.PricesLocked && was == nil && (f.ProductID.IsZero() || !f.PricePerUnit.IsZero()) {
			bad = append(bad, record.Reason{Code: codes.ErrPricesLocked, Field: "price_per_unit", Message: codes.ErrPricesLocked.Info().Text})
		}
		if bad != nil {
			reasons = append(reasons, schema.Below(path, bad)...)
		}
	}
	known := func(path string, n int32) *Line {
		l := x.byLine.Line(n)
		if l == nil {
			reasons = append(reasons, record.Reason{Code: codes.ErrNotFound, Field: path, Message: "the document has no line of this number"})
		}
		return l
	}
	for i, f := range e.Add {
		check(fmt.Sprintf("add[%d]", i), f, nil)
	}
	changed := make(map[int32]bool, len(e.Change))
	for i, c := range e.Change {
		path := fmt.Sprintf("change[%d]", i)
		l := known(path+".line_number", c.LineNumber)
		if l != nil {
			check(path+".fields", c.Fields, l)
			if l.rebundles(&c.Fields, p.Catalog) {
				reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + ".fields.product_id", Message: "a bundle is added and removed, not changed"})
			}
			if l.ProductType == ProductTypeRequiredBundleProduct && !l.paidFor(c.Fields) {
				reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + ".line_number", Message: "the line belongs to its bundle"})
			}
		}
		if changed[c.LineNumber] || l != nil && x.removes(l) {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + ".line_number", Message: "the line is changed or removed twice"})
		}
		changed[c.LineNumber] = true
	}
	for i, n := range e.Remove {
		path := fmt.Sprintf("remove[%d]", i)
		if l := known(path, n); l != nil && l.ProductType == ProductTypeRequiredBundleProduct && !x.removed[l.ParentBundle] {
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path, Message: "the line belongs to its bundle"})
		}
	}
	return reasons
}

// Edited returns the sale after the edit; calculate it next.
func (s PricedLines) Edited(e EditLines, p PriceInput) PricedLines {
	x := s.editing(&e, &p)
	kept := make([]Line, 0, len(s.Lines))
	for i := range s.Lines {
		if !x.removes(&s.Lines[i]) {
			kept = append(kept, s.Lines[i])
		}
	}
	s.Lines = kept
	byLine, bundles := Finder{Lines: s.Lines}, map[int32]*Line{}
	for _, c := range e.Change {
		l := byLine.Line(c.LineNumber)
		if !s.KeepsWorth(l, c.Fields) {
			l.Piece = false
		}
		was, retired := *l, l.keepsRetired(p.Catalog)
		c.Fields.apply(l)
		if retired && l.PricePerUnit.IsZero() && l.ProductID == was.ProductID && l.UnitID == was.UnitID {
			l.PricePerUnit, l.IsPriceOverridden = was.PricePerUnit, was.IsPriceOverridden // the catalogue has no other any more
		}
		if retired && l.keepsRetired(p.Catalog) {
			l.VolumeDiscount = was.VolumeDiscount
		}
		l.withDefaults(p.Catalog)
		if l.ProductType == ProductTypeBundle {
			bundles[l.LineNumber] = l
		}
	}
	s.follow(bundles, p.Catalog)
	added, _ := NewLines(e.Add, p, record.PriceListID{})
	s.Add(added)
	return s
}
