package leadtocash

import (
	"cmp"
	"slices"
)

// DefaultPriceLists are the price lists that a new document may take when none
// is chosen: that of its opportunity, else the customer's own, else the one
// that is connected with the territory of whoever creates the document. One
// that is inactive, outside its dates or in another currency is passed over.
type DefaultPriceLists struct {
	Opportunity *PriceList  // of the opportunity that the document is for
	Customer    *PriceList  // the customer's own
	Territory   []PriceList // default price lists of the territory; none is taken where several fit
}

// Of returns the price list that a document in the currency takes, valid on
// the day; the zero id for none.
func (d *DefaultPriceLists) Of(currency Currency, on Date) PriceListID {
	fits := func(l PriceList) bool { return l.Currency == currency && l.IsValid(on) }
	for _, l := range []*PriceList{d.Opportunity, d.Customer} {
		if l != nil && fits(*l) {
			return l.ID
		}
	}
	at := slices.IndexFunc(d.Territory, fits)
	if at < 0 || slices.ContainsFunc(d.Territory[at+1:], func(l PriceList) bool { return fits(l) && l.ID != d.Territory[at].ID }) {
		return PriceListID{}
	}
	return d.Territory[at].ID
}

// addTo makes the price lists known to a catalogue.
func (d *DefaultPriceLists) addTo(c *Catalog) {
	for _, l := range []*PriceList{d.Opportunity, d.Customer} {
		if l != nil {
			c.add(l)
		}
	}
	for i := range d.Territory {
		c.add(&d.Territory[i])
	}
}

// takeDefault gives a new document a price list where none is chosen.
func (c *Charges) takeDefault(d *DefaultPriceLists, currency Currency, today Date) {
	if c.PriceListID.IsZero() {
		c.PriceListID = d.Of(currency, cmp.Or(c.PricingDate, today))
	}
}

// namesPriceList is a command that may name the price list of the document
// that it makes of an opportunity.
type namesPriceList[C any] interface {
	*C
	named() PriceListID
}

func (c *GenerateQuote) named() PriceListID   { return c.PriceListID }
func (c *GenerateOrder) named() PriceListID   { return c.PriceListID }
func (c *GenerateInvoice) named() PriceListID { return c.PriceListID }

// priceListChecks are those of a document that is made of an opportunity.
func priceListChecks[C any, P namesPriceList[C]]() []check[*Opportunity, P, *OpportunityFacts] {
	return []check[*Opportunity, P, *OpportunityFacts]{
		{
			code: ErrMissingPriceList, text: "there is a price list, where settings require one", field: "price_list_id",
			holds: func(o *Opportunity, c P, f *OpportunityFacts) bool {
				return !f.Settings.requirePriceList() || !o.listed(c.named(), f).PriceListID.IsZero()
			},
		},
		{
			code: ErrCurrencyMismatch, text: "the price list is in the currency of the opportunity", field: "price_list_id",
			holds: func(o *Opportunity, c P, f *OpportunityFacts) bool { return f.Catalog.fits(c.named(), o.Currency) },
		},
	}
}

// listed returns the opportunity with the price list that a document made of
// it has: the one named, else its own, else the default.
func (o *Opportunity) listed(named PriceListID, f *OpportunityFacts) Opportunity {
	next := *o
	next.PriceListID = firstID(named, o.PriceListID)
	next.Charges.takeDefault(&f.PriceLists, o.Currency, f.Today)
	return next
}
