package catalog

import (
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// Catalog is what the calculation of a document needs of the product
// catalogue: the products of its lines, and whatever these refer to. What is
// not in it does not exist for the calculation. It is only read, and may be
// shared.
type Catalog struct {
	Products   map[record.ProductID]*Product
	Groups     map[record.UnitGroupID]*UnitGroup
	PriceLists map[record.PriceListID]*PriceList
	items      map[ItemKey]*PriceListItem
	Discounts  map[record.DiscountListID]*DiscountList
}

// ItemKey is what identifies a price list item.
type ItemKey struct {
	List    record.PriceListID
	Product record.ProductID
	Unit    record.UnitID
}

// NewCatalog makes a catalogue of products, unit groups, price lists, price
// list items, discount lists and transaction currencies, values or pointers;
// anything else is ignored.
// Of two items for the same price list, product and unit the last one counts.
func NewCatalog(records ...any) *Catalog {
	c := &Catalog{
		Products: map[record.ProductID]*Product{}, Groups: map[record.UnitGroupID]*UnitGroup{}, PriceLists: map[record.PriceListID]*PriceList{},
		items: map[ItemKey]*PriceListItem{}, Discounts: map[record.DiscountListID]*DiscountList{},
	}
	for _, r := range records {
		c.Add(r)
	}
	return c
}

// Add makes a product known to the catalogue.
func (c *Catalog) Add(record any) {
	switch r := record.(type) {
	case Product:
		c.Products[r.ID] = &r
	case *Product:
		c.Products[r.ID] = r
	case UnitGroup:
		c.Groups[r.ID] = &r
	case *UnitGroup:
		c.Groups[r.ID] = r
	case PriceList:
		c.PriceLists[r.ID] = &r
	case *PriceList:
		c.PriceLists[r.ID] = r
	case PriceListItem:
		c.items[r.Key()] = &r
	case *PriceListItem:
		c.items[r.Key()] = r
	case DiscountList:
		c.Discounts[r.ID] = &r
	case *DiscountList:
		c.Discounts[r.ID] = r
	}
}

// Product returns a product, nil if the catalogue has none.
func (c *Catalog) Product(id record.ProductID) *Product {
	if c == nil {
		return nil
	}
	return c.Products[id]
}

// Properties returns the properties in force of a product, those of its
// families included and each as it is overridden; nil for an unknown product.
func (c *Catalog) Properties(id record.ProductID) []Property {
	list := slices.Clone(c.PropertiesOf(id))
	for i := range list {
		list[i].Options = slices.Clone(list[i].Options)
	}
	return list
}

// PropertiesOf are those of Properties, only to be read.
func (c *Catalog) PropertiesOf(id record.ProductID) []Property {
	p := c.Product(id)
	if p == nil {
		return nil
	}
	var families []Product
	for up := c.Product(p.ParentInForce()); up != nil && len(families) < len(c.Products); up = c.Product(up.ParentInForce()) {
		families = append(families, *up)
	}
	return p.properties(families, (*Product).InForce)
}

// PriceList returns a price list, nil if the catalogue has none.
func (c *Catalog) PriceList(id record.PriceListID) *PriceList {
	if c == nil {
		return nil
	}
	return c.PriceLists[id]
}

// Item returns the price list item of a product and a unit, nil if the
// catalogue has none.
func (c *Catalog) Item(list record.PriceListID, product record.ProductID, unit record.UnitID) *PriceListItem {
	if c == nil {
		return nil
	}
	return c.items[ItemKey{list, product, unit}]
}

// Fits reports whether a price list, as far as it is known, is in a currency.
func (c *Catalog) Fits(id record.PriceListID, currency money.Currency) bool {
	list := c.PriceList(id)
	return list == nil || list.Currency == currency
}

// IsBundle reports whether a product is known to be a bundle.
func (c *Catalog) IsBundle(id record.ProductID) bool {
	p := c.Product(id)
	return p != nil && p.Structure == StructureBundle
}

// Offers reports whether a product is an optional one of a bundle, as far as the
// bundle is known.
func (c *Catalog) Offers(bundle, product record.ProductID) bool {
	p := c.Product(bundle)
	return p == nil || slices.ContainsFunc(p.InForce().Members, func(m BundleMember) bool { return !m.Required && m.ProductID == product })
}

// UnitFault says why a product is not sold in a unit; unset stands for its
// default unit.
func (c *Catalog) UnitFault(p *Product, unit record.UnitID) PricingError {
	fields := p.InForce()
	switch group := c.Groups[fields.UnitGroupID]; {
	case fields.UnitGroupID.IsZero():
		return PricingErrorMissingProductUOMSchedule
	case unit.IsZero() && fields.DefaultUnitID.IsZero():
		return PricingErrorMissingProductDefaultUOM
	case group == nil || group.Unit(FirstID(unit, fields.DefaultUnitID)) == nil:
		return PricingErrorMissingUOM
	}
	return 0
}

// FirstID returns the first id that is set.
func FirstID[K record.Kinded](ids ...record.ID[K]) record.ID[K] {
	if i := slices.IndexFunc(ids, func(id record.ID[K]) bool { return id.UUID != uuid.UUID{} }); i >= 0 {
		return ids[i]
	}
	return record.ID[K]{}
}
