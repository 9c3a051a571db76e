package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
)

// GenerateQuote makes a quote from an opportunity.
type GenerateQuote struct {
	QuoteID     QuoteID     `json:"quote_id,omitzero"`               // derived unless given
	QuoteNumber string      `json:"quote_number,omitzero" max:"100"` // default: numbered by the client
	PriceListID PriceListID `json:"price_list_id,omitzero"`          // default: the opportunity's, else that of [DefaultPriceLists]
}

var generateQuote = Decide(opportunityFlow, actions.OpportunityGenerateQuote, priceListChecks[GenerateQuote]()...)

// GenerateQuote makes a draft from an open or won opportunity, any number of
// times: customer, currency, price list, discounts and lines are copied,
// addresses and terms come from the customer. With another price list the lines
// are priced by that. The opportunity does not change. Codes:
// ErrInvalidTransition, ErrMissingPriceList, ErrCurrencyMismatch.
func (o Opportunity) GenerateQuote(cmd GenerateQuote, f OpportunityFacts) (Change[Quote], error) {
	if err := generateQuote.Why(&o, &cmd, &f, o.Currency); err != nil {
		return Change[Quote]{}, err
	}
	o = o.listed(cmd.PriceListID, &f)
	q := Quote{
		ID: idOr(cmd.QuoteID, f.Stamp, o.ID.UUID, o.Version, "quote"), Head: o.heir(f.Stamp),
		Status: QuoteStatusDraft, OpportunityID: o.ID, Sale: o.Sale.copyOf(false),
	}
	q.QuoteNumber = numberOr(cmd.QuoteNumber, "QUO-", q.ID.UUID)
	q.QuoteFields = QuoteFields{
		Name: o.Name, CustomerID: o.CustomerID, Description: o.Description, CampaignID: o.CampaignID, Charges: o.Charges.inherited(),
	}
	terms := termsOf(o.CustomerID, f.Account, f.Contact)
	q.PaymentTerms, q.BillTo, q.ShipTo = terms.payment, terms.billTo, terms.shipTo
	q.Sale.calculate(&q.Head, &q.Charges, f.price())
	return Change[Quote]{q, []Event{BornEvent(&q, actions.QuoteCreate, f.Stamp, DataOf("opportunity", o.ID.String()))}}, nil
}

// GenerateOrder makes an order from an opportunity, without a quote.
type GenerateOrder struct {
	OrderID     OrderID     `json:"order_id,omitzero"`               // derived unless given
	OrderNumber string      `json:"order_number,omitzero" max:"100"` // default: numbered by the client
	PriceListID PriceListID `json:"price_list_id,omitzero"`          // as for a quote
}

var generateOrder = Decide(opportunityFlow, actions.OpportunityGenerateOrder, priceListChecks[GenerateOrder]()...)

// GenerateOrder makes an order with unlocked prices from an open or won
// opportunity, as GenerateQuote makes a quote. The opportunity does not change.
// Codes: ErrInvalidTransition, ErrMissingPriceList, ErrCurrencyMismatch.
func (o Opportunity) GenerateOrder(cmd GenerateOrder, f OpportunityFacts) (Change[Order], error) {
	if err := generateOrder.Why(&o, &cmd, &f, o.Currency); err != nil {
		return Change[Order]{}, err
	}
	o = o.listed(cmd.PriceListID, &f)
	id := idOr(cmd.OrderID, f.Stamp, o.ID.UUID, o.Version, "order")
	order := orderFromOpportunity(o, id, numberOr(cmd.OrderNumber, "ORD-", id.UUID), f)
	return Change[Order]{order, []Event{BornEvent(&order, actions.OrderCreate, f.Stamp, DataOf("opportunity", o.ID.String()))}}, nil
}

// GenerateInvoice makes an invoice from an opportunity, without an order.
type GenerateInvoice struct {
	InvoiceID   InvoiceID   `json:"invoice_id,omitzero"`    // derived unless given
	PriceListID PriceListID `json:"price_list_id,omitzero"` // as for a quote
}

var generateInvoice = Decide(opportunityFlow, actions.OpportunityGenerateInvoice, priceListChecks[GenerateInvoice]()...)

// GenerateInvoice makes an invoice with unlocked prices from an open or won
// opportunity, as GenerateQuote makes a quote. The opportunity does not change.
// Codes: ErrInvalidTransition, ErrMissingPriceList, ErrCurrencyMismatch.
func (o Opportunity) GenerateInvoice(cmd GenerateInvoice, f OpportunityFacts) (Change[Invoice], error) {
	if err := generateInvoice.Why(&o, &cmd, &f, o.Currency); err != nil {
		return Change[Invoice]{}, err
	}
	o = o.listed(cmd.PriceListID, &f)
	inv := invoiceFromOpportunity(o, idOr(cmd.InvoiceID, f.Stamp, o.ID.UUID, o.Version, "invoice"), f)
	return Change[Invoice]{inv, []Event{BornEvent(&inv, actions.InvoiceCreate, f.Stamp, DataOf("opportunity", o.ID.String()))}}, nil
}

// customerTerms are what a new document takes from its customer.
type customerTerms struct {
	payment PaymentTerms
	billTo  *BillTo
	shipTo  *ShipTo
}

func termsOf(id CustomerID, a *Account, c *Contact) (t customerTerms) {
	switch {
	case a != nil && id.Account() == a.ID:
		t = customerTerms{a.PaymentTerms, a.Address1.billTo(a.Name), a.Address1.shipTo(a.Name)}
	case c != nil && id.Contact() == c.ID:
		t = customerTerms{c.PaymentTerms, c.Address1.billTo(c.FullName()), c.Address1.shipTo(c.FullName())}
	}
	return t
}

// NamesPriceList is a command that may name the price list of the document
// that it makes of an opportunity.
type NamesPriceList[C any] interface {
	*C
	Named() PriceListID
}

func (c *GenerateQuote) Named() PriceListID { return c.PriceListID }

func (c *GenerateOrder) Named() PriceListID { return c.PriceListID }

func (c *GenerateInvoice) Named() PriceListID { return c.PriceListID }

// priceListChecks are those of a document that is made of an opportunity.
func priceListChecks[C any, P NamesPriceList[C]]() []Check[*Opportunity, P, *OpportunityFacts] {
	return []Check[*Opportunity, P, *OpportunityFacts]{
		{
			Code: codes.ErrMissingPriceList, Text: "there is a price list, where settings require one", Field: "price_list_id",
			Holds: func(o *Opportunity, c P, f *OpportunityFacts) bool {
				return !f.Settings.requirePriceList() || !o.listed(c.Named(), f).PriceListID.IsZero()
			},
		},
		{
			Code: codes.ErrCurrencyMismatch, Text: "the price list is in the currency of the opportunity", Field: "price_list_id",
			Holds: func(o *Opportunity, c P, f *OpportunityFacts) bool { return f.Catalog.fits(c.Named(), o.Currency) },
		},
	}
}

// listed returns the opportunity with the price list that a document made of
// it has: the one named, else its own, else the default.
func (o *Opportunity) listed(named PriceListID, f *OpportunityFacts) Opportunity {
	next := *o
	next.PriceListID = FirstID(named, o.PriceListID)
	next.Charges.takeDefault(&f.PriceLists, o.Currency, f.Today)
	return next
}
