package pricing

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// withMembers returns lines that were added, each bundle followed by its
// required members: they are paid for with the bundle.
func withMembers(lines []Line, c *catalog.Catalog) []Line {
	if !slices.ContainsFunc(lines, func(l Line) bool { return c.IsBundle(l.ProductID) }) {
		return lines
	}
	var all []Line
	for i := range lines {
		l := lines[i]
		if !c.IsBundle(l.ProductID) {
			all = append(all, l)
			continue
		}
		l.ProductType = ProductTypeBundle
		all = append(all, l)
		for _, m := range c.Product(l.ProductID).InForce().Members {
			if m.Required {
				all = append(all, memberLine(m, &l, c))
			}
		}
	}
	return all
}

// memberLine is the line of a required member; its bundle is numbered later.
func memberLine(m catalog.BundleMember, bundle *Line, c *catalog.Catalog) Line {
	l := Line{
		ProductType: ProductTypeRequiredBundleProduct, ProductID: m.ProductID, UnitID: m.UnitID,
		Quantity: value.Some(m.Quantity.Or(decimal.Decimal{}).Mul(bundle.Quantity.Or(decimal.Decimal{}))), ParentBundle: ownBundle,
	}
	if p := c.Product(m.ProductID); p != nil {
		l.ProductName, l.UnitID = p.InForce().Name, catalog.FirstID(l.UnitID, p.InForce().DefaultUnitID)
		l.withDefaults(c)
	}
	return l
}

// paidFor reports whether an edit of a required member leaves it to its bundle
// what is sold, how much of it, and for what.
func (l *Line) paidFor(f LineFields) bool {
	return f.ProductID == l.ProductID && catalog.FirstID(f.UnitID, l.UnitID) == l.UnitID && f.ParentBundle == 0 &&
		SameWorth(FieldsOf(*l), f) && f.TaxCode.Equal(l.TaxCode)
}

// ownBundle stands for the bundle line before it has a number.
const ownBundle = -1

// follow brings the quantities of required members in line with their bundle.
func (s *PricedLines) follow(bundle *Line, c *catalog.Catalog) {
	p := c.Product(bundle.ProductID)
	if p == nil {
		return
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.ParentBundle != bundle.LineNumber || l.ProductType != ProductTypeRequiredBundleProduct {
			continue
		}
		members := p.InForce().Members
		find := func(anyUnit bool) int {
			return slices.IndexFunc(members, func(m catalog.BundleMember) bool {
				return m.Required && m.ProductID == l.ProductID && (anyUnit || memberLine(m, bundle, c).UnitID == l.UnitID)
			})
		}
		at := find(false)
		if at < 0 {
			at = find(true) // the default unit is another one by now
		}
		if at >= 0 {
			l.Quantity = memberLine(members[at], bundle, c).Quantity
		}
	}
}

// goesWith reports whether a line goes when the lines of the numbers are
// removed: it is one of them, or belongs to a bundle that is.
func (l *Line) goesWith(removed []int32) bool {
	return slices.Contains(removed, l.LineNumber) || l.ParentBundle != 0 && slices.Contains(removed, l.ParentBundle)
}

// removes reports whether an edit removes a line, by itself or with its bundle.
func (s *PricedLines) removes(e EditLines, number int32) bool {
	l := s.Line(number)
	return l != nil && l.goesWith(e.Remove)
}

// bundleAfter returns the line with the number as it is after an edit, which
// may add it; nil if there is none then.
func (s *PricedLines) bundleAfter(e EditLines, number int32, p PriceInput) *Line {
	if number <= s.LastLine {
		if s.removes(e, number) {
			return nil
		}
		return s.Line(number)
	}
	added, _ := NewLines(e.Add, p, record.PriceListID{})
	if at := int(number-s.LastLine) - 1; at < len(added) {
		return &added[at]
	}
	return nil
}

// bundleFaults lists why a line is no optional product of the bundle that it
// names; bundle is the line of that number, nil if there is none. A choice that
// was made before stands.
func (f *LineFields) bundleFaults(bundle, was *Line, c *catalog.Catalog) (reasons []record.Reason) {
	if f.ParentBundle == 0 || was != nil && was.ParentBundle == f.ParentBundle && was.ProductID == f.ProductID {
		return nil
	}
	add := func(code codes.Code, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: "parent_bundle", Message: message})
	}
	none := bundle == nil || bundle.ProductType != ProductTypeBundle
	if none {
		add(codes.ErrNotFound, "the document has no bundle of this number")
	}
	switch p := c.Product(f.ProductID); {
	case f.ProductID.IsZero():
		add(codes.ErrInvalid, "a write-in belongs to no bundle")
	case p != nil && p.Structure == catalog.StructureBundle:
		add(codes.ErrBundleMember, codes.ErrBundleMember.Info().Text)
	case p != nil && !none && !c.Offers(bundle.ProductID, f.ProductID):
		add(codes.ErrInvalid, "the product is no optional one of the bundle")
	}
	return reasons
}

// rebundles reports whether an edit would turn a line that is no bundle into
// one, or the other way round, or put another bundle in its place.
func (l *Line) rebundles(f *LineFields, c *catalog.Catalog) bool {
	p := c.Product(f.ProductID)
	return f.ProductID != l.ProductID && (l.ProductType == ProductTypeBundle || p != nil && p.Structure == catalog.StructureBundle)
}
