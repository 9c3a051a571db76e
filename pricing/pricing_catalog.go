package pricing

import (
	"cmp"
	"fmt"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
)

// reads reports whether the calculation reads the catalogue for a line. It does
// not for write-ins, for what is invoiced already, for copies that keep a retired
// product, and while prices are locked for lines that have price and discount.
func (c *calculation) reads(l *Line) bool {
	switch {
	case c.Catalog == nil, l.IsWriteIn(), l.Piece, !l.QuantityInvoiced.IsZero(), l.keepsRetired(c.Catalog):
		return false
	case c.PricesLocked:
		return l.PricePerUnit.IsZero() || l.VolumeDiscount.IsZero()
	}
	return true
}

// keepsRetired reports whether the line came by copy, with a price, and its product
// is retired by now: product, price and volume discount stay.
func (l *Line) keepsRetired(c *catalog.Catalog) bool {
	if !l.IsCopied || l.PricePerUnit.IsZero() || c == nil {
		return false
	}
	p := c.Product(l.ProductID)
	return p != nil && p.Status == catalog.ProductStatusRetired
}

// RetiredNotices names the lines that came by copy and keep a product that is
// retired by now.
func (s *PricedLines) RetiredNotices(c *catalog.Catalog) (notices []record.Reason) {
	for i := range s.Lines {
		if l := &s.Lines[i]; l.keepsRetired(c) {
			notices = append(notices, record.ReasonFor(codes.ErrInactiveProduct, fmt.Sprintf("lines[%d].product_id", i)).
				With("line_number", l.LineNumber))
		}
	}
	return notices
}

// reprices reports whether the price of a line comes from the catalogue now.
func (c *calculation) reprices(l *Line) bool {
	return c.reads(l) && !l.IsPriceOverridden && (!c.PricesLocked || l.PricePerUnit.IsZero())
}

func (c *calculation) findProduct(l *Line) catalog.PricingError {
	if !c.reads(l) {
		return 0
	}
	c.product = c.Catalog.Product(l.ProductID)
	if c.product == nil || !c.product.IsSellable() {
		return catalog.PricingErrorInvalidProduct
	}
	if code := c.Catalog.UnitFault(c.product, l.UnitID); code != 0 {
		return code
	}
	fields := c.product.InForce()
	l.UnitID = catalog.FirstID(l.UnitID, fields.DefaultUnitID)
	l.ProductName = cmp.Or(l.ProductName, fields.Name)
	c.takeDetails(l, fields)
	return 0
}

// findItem chooses the price list item: that of the document's price list, else
// that of the product's default price list.
func (c *calculation) findItem(l *Line) catalog.PricingError {
	if c.product == nil {
		return 0
	}
	fault := c.listFault()
	if fault != 0 && !c.PriceListOptional {
		return fault
	}
	if fault == 0 {
		c.item = c.Catalog.Item(c.PriceListID, l.ProductID, l.UnitID)
	}
	fault = catalog.PricingErrorProductNotInPriceLevel
	if c.item == nil {
		list := c.Catalog.PriceList(c.product.DefaultPriceListID)
		if list != nil && list.ID != c.PriceListID && list.IsValid(c.PricingDate) {
			if item := c.Catalog.Item(list.ID, l.ProductID, l.UnitID); item != nil && list.Currency == c.Currency {
				c.item = item
			} else if item != nil {
				fault = catalog.PricingErrorInvalidPriceLevelCurrency
			}
		}
	}
	switch {
	case c.item == nil && c.PriceListOptional:
		return 0
	case c.item == nil:
		return fault
	case c.item.PricingMethod > catalog.PricingAmount && !catalog.SameCurrency(c.product.Currency, c.Currency):
		return catalog.PricingErrorInvalidPriceLevelCurrency
	}
	return 0
}

// listFault says why the document's price list cannot be used.
func (c *calculation) listFault() catalog.PricingError {
	if c.PriceListID.IsZero() {
		return catalog.PricingErrorMissingPriceLevel
	}
	switch list := c.Catalog.PriceList(c.PriceListID); {
	case list == nil || !list.IsValid(c.PricingDate):
		return catalog.PricingErrorInactivePriceLevel
	case list.Currency != c.Currency:
		return catalog.PricingErrorInvalidPriceLevelCurrency
	}
	return 0
}

// takePrice prices the line by its item; without one, where price lists are
// optional, it costs nothing.
func (c *calculation) takePrice(l *Line) catalog.PricingError {
	switch {
	case c.product == nil || !c.reprices(l):
		return c.checkPrice(l)
	case c.item == nil:
		l.PricePerUnit = stored(l.PricePerUnit, money.ZeroAt(c.Pricing.Precision(c.Currency)))
		return 0
	}
	digits := c.Pricing.Precision(c.Currency)
	exact, code := c.item.Exact(c.product.InForce(), digits, c.Pricing.RoundingMode)
	if code != 0 {
		return code
	}
	unit, _ := c.item.OnGrid(exact, digits, c.Pricing.RoundingMode)
	l.PricePerUnit = stored(l.PricePerUnit, unit)
	return 0
}

// findDiscount takes the volume discount of the quantity from the item's
// discount list.
func (c *calculation) findDiscount(l *Line) catalog.PricingError {
	if c.product == nil || c.PricesLocked && !l.VolumeDiscount.IsZero() {
		return 0
	}
	volume := money.ZeroAt(c.unit.Digits())
	if c.item != nil && !c.item.DiscountListID.IsZero() {
		list := c.Catalog.Discounts[c.item.DiscountListID]
		if list == nil {
			return catalog.PricingErrorInvalidDiscountType
		}
		if code := c.discountFault(list); code != 0 {
			return code
		}
		quantity, _ := l.Quantity.Get()
		volume = list.VolumeDiscount(c.unit, quantity, c.Pricing.RoundingMode)
	}
	l.VolumeDiscount = stored(l.VolumeDiscount, volume)
	return 0
}

// discountFault looks at each discount list once.
func (c *calculation) discountFault(list *catalog.DiscountList) catalog.PricingError {
	code, known := c.discountFaults[list.ID]
	if !known {
		code = list.Fault(c.Currency)
		if c.discountFaults == nil {
			c.discountFaults = map[record.DiscountListID]catalog.PricingError{}
		}
		c.discountFaults[list.ID] = code
	}
	return code
}
