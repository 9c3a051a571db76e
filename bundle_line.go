package leadtocash

import "slices"

// withMembers returns lines that were added, each bundle followed by its
// required members: they are paid for with the bundle.
func withMembers(lines []Line, c *Catalog) []Line {
	if !slices.ContainsFunc(lines, func(l Line) bool { return c.isBundle(l.ProductID) }) {
		return lines
	}
	var all []Line
	for i := range lines {
		l := lines[i]
		if !c.isBundle(l.ProductID) {
			all = append(all, l)
			continue
		}
		l.ProductType = ProductTypeBundle
		all = append(all, l)
		for _, m := range c.Product(l.ProductID).InForce().Members {
			if m.Required {
				all = append(all, m.line(&l, c))
			}
		}
	}
	return all
}

// isBundle reports whether a product is known to be a bundle.
func (c *Catalog) isBundle(id ProductID) bool {
	p := c.Product(id)
	return p != nil && p.Structure == StructureBundle
}

// line is the line of a required member; its bundle is numbered later.
func (m BundleMember) line(bundle *Line, c *Catalog) Line {
	l := Line{
		ProductType: ProductTypeRequiredBundleProduct, ProductID: m.ProductID, UnitID: m.UnitID,
		Quantity: Some(m.Quantity.Or(dec{}).Mul(bundle.Quantity.Or(dec{}))), ParentBundle: ownBundle,
	}
	if p := c.Product(m.ProductID); p != nil {
		l.ProductName, l.UnitID = p.InForce().Name, firstID(l.UnitID, p.InForce().DefaultUnitID)
	}
	return l
}

// ownBundle stands for the bundle line before it has a number.
const ownBundle = -1

// follow brings the quantities of required members in line with their bundle.
func (s *Sale) follow(bundle *Line, c *Catalog) {
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
			return slices.IndexFunc(members, func(m BundleMember) bool {
				return m.Required && m.ProductID == l.ProductID && (anyUnit || m.line(bundle, c).UnitID == l.UnitID)
			})
		}
		at := find(false)
		if at < 0 {
			at = find(true) // the default unit is another one by now
		}
		if at >= 0 {
			l.Quantity = members[at].line(bundle, c).Quantity
		}
	}
}

// goesWith reports whether a line goes when the lines of the numbers are
// removed: it is one of them, or belongs to a bundle that is.
func (l *Line) goesWith(removed []int32) bool {
	return slices.Contains(removed, l.LineNumber) || l.ParentBundle != 0 && slices.Contains(removed, l.ParentBundle)
}

// bundleFaults lists why a line is no optional product of the bundle that it
// names; bundle is the line of that number, nil if there is none.
func (f *LineFields) bundleFaults(bundle *Line, c *Catalog) (reasons []Reason) {
	if f.ParentBundle == 0 {
		return nil
	}
	if bundle == nil || bundle.ProductType != ProductTypeBundle {
		reasons = append(reasons, Reason{Code: ErrNotFound, Field: "parent_bundle", Message: "the document has no bundle of this number"})
	}
	if p := c.Product(f.ProductID); p != nil && p.Structure == StructureBundle {
		reasons = append(reasons, Reason{Code: ErrBundleMember, Field: "parent_bundle", Message: ErrBundleMember.Info().Text})
	}
	return reasons
}
