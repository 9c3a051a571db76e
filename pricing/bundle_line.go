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

// withMembersOf is how many lines the fields make, required members of bundles
// included.
func withMembersOf(fields []LineFields, c *catalog.Catalog) int {
	n := len(fields)
	for i := range fields {
		if !c.IsBundle(fields[i].ProductID) {
			continue
		}
		for _, m := range c.Product(fields[i].ProductID).InForce().Members {
			if m.Required {
				n++
			}
		}
	}
	return n
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

// follow brings the quantities of required members in line with their bundles, which
// are known by their number.
func (s *PricedLines) follow(bundles map[int32]*Line, c *catalog.Catalog) {
	if len(bundles) == 0 {
		return
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		bundle := bundles[l.ParentBundle]
		if bundle == nil || l.ProductType != ProductTypeRequiredBundleProduct || c.Product(bundle.ProductID) == nil {
			continue
		}
		members := c.Product(bundle.ProductID).InForce().Members
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
