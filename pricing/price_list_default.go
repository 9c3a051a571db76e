package pricing

import (
	"cmp"
	"slices"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// DefaultPriceLists are the price lists that a new document may take when none
// is chosen: that of its opportunity, else the customer's own, else the one
// that is connected with the territory of whoever creates the document. One
// that is inactive, outside its dates or in another currency is passed over.
type DefaultPriceLists struct {
	Opportunity *catalog.PriceList  // of the opportunity that the document is for
	Customer    *catalog.PriceList  // the customer's own
	Territory   []catalog.PriceList // default price lists of the territory; none is taken where several fit
}

// Of returns the price list that a document in the currency takes, valid on
// the day; the zero id for none.
func (d *DefaultPriceLists) Of(currency money.Currency, on value.Date) record.PriceListID {
	fits := func(l catalog.PriceList) bool { return l.Currency == currency && l.IsValid(on) }
	for _, l := range []*catalog.PriceList{d.Opportunity, d.Customer} {
		if l != nil && fits(*l) {
			return l.ID
		}
	}
	at := slices.IndexFunc(d.Territory, fits)
	if at < 0 || slices.ContainsFunc(d.Territory[at+1:], func(l catalog.PriceList) bool { return fits(l) && l.ID != d.Territory[at].ID }) {
		return record.PriceListID{}
	}
	return d.Territory[at].ID
}

// AddTo makes the price lists known to a catalogue.
func (d *DefaultPriceLists) AddTo(c *catalog.Catalog) {
	for _, l := range []*catalog.PriceList{d.Opportunity, d.Customer} {
		if l != nil {
			c.Add(l)
		}
	}
	for i := range d.Territory {
		c.Add(&d.Territory[i])
	}
}

// TakeDefault gives a new document a price list where none is chosen.
func (c *Charges) TakeDefault(d *DefaultPriceLists, currency money.Currency, today value.Date) {
	if c.PriceListID.IsZero() {
		c.PriceListID = d.Of(currency, cmp.Or(c.PricingDate, today))
	}
}
