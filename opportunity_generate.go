package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// GenerateQuote makes a quote from an opportunity.
type GenerateQuote struct {
	QuoteID     record.QuoteID     `json:"quote_id,omitzero"`               // derived unless given
	QuoteNumber string             `json:"quote_number,omitzero" max:"100"` // default: numbered by the client
	PriceListID record.PriceListID `json:"price_list_id,omitzero"`          // default: the opportunity's, else that of [pricing.DefaultPriceLists]
	Custom      record.Custom      `json:"custom,omitzero" of:"quote"`      // own values, before those that it takes over
}

var generateQuote = flow.Decide(opportunityFlow, actions.OpportunityGenerateQuote, priceListChecks[GenerateQuote]()...)

// GenerateQuote makes a draft from an open or won opportunity, any number of
// times: customer, currency, price list, discounts and lines are copied,
// addresses and terms come from the customer. With another price list the lines
// are priced by that. The opportunity does not change. Codes:
// ErrInvalidTransition, ErrMissingPriceList, ErrCurrencyMismatch.
func (o Opportunity) GenerateQuote(cmd GenerateQuote, f OpportunityFacts) (record.Change[Quote], error) {
	if err := generateQuote.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Quote]{}, err
	}
	o = o.listed(cmd.PriceListID, &f)
	q := Quote{
		ID: record.IDOr(cmd.QuoteID, f.Stamp, o.ID.UUID, o.Version, "quote"), Head: o.Child(f.Stamp),
		Status: QuoteStatusDraft, OpportunityID: o.ID, PricedLines: o.PricedLines.CopyOf(false),
	}
	q.QuoteNumber = record.NumberOr(cmd.QuoteNumber, "QUO-", q.ID.UUID)
	q.QuoteFields = QuoteFields{
		Name: o.Name, CustomerID: o.CustomerID, Description: o.Description, CampaignID: o.CampaignID, Charges: o.Charges.Inherited(),
	}
	terms := termsOf(o.CustomerID, f.Account, f.Contact)
	q.PaymentTerms, q.BillTo, q.ShipTo = terms.payment, terms.billTo, terms.shipTo
	q.OrganizationID, q.Details = f.Settings.soldBy(o.OrganizationID, record.OrganizationID{}), terms.details
	f.Convert(&o, &q, cmd.Custom)
	q.PricedLines.Calculate(&q.Head, &q.Charges, f.price())
	return record.Change[Quote]{Record: q, Events: []record.Event{record.BornEvent(&q, actions.QuoteCreate, f.Stamp, record.DataOf("opportunity", o.ID.String()))}}.Noticed(q.RetiredNotices(f.Catalog)...), nil
}

// GenerateOrder makes an order from an opportunity, without a quote.
type GenerateOrder struct {
	OrderID     record.OrderID     `json:"order_id,omitzero"`               // derived unless given
	OrderNumber string             `json:"order_number,omitzero" max:"100"` // default: numbered by the client
	PriceListID record.PriceListID `json:"price_list_id,omitzero"`          // as for a quote
	Custom      record.Custom      `json:"custom,omitzero" of:"order"`      // own values, before those that it takes over
}

var generateOrder = flow.Decide(opportunityFlow, actions.OpportunityGenerateOrder, priceListChecks[GenerateOrder]()...)

// GenerateOrder makes an order with unlocked prices from an open or won
// opportunity, as GenerateQuote makes a quote. The opportunity does not change.
// Codes: ErrInvalidTransition, ErrMissingPriceList, ErrCurrencyMismatch.
func (o Opportunity) GenerateOrder(cmd GenerateOrder, f OpportunityFacts) (record.Change[Order], error) {
	if err := generateOrder.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Order]{}, err
	}
	o = o.listed(cmd.PriceListID, &f)
	id := record.IDOr(cmd.OrderID, f.Stamp, o.ID.UUID, o.Version, "order")
	order := orderFromOpportunity(o, id, record.NumberOr(cmd.OrderNumber, "ORD-", id.UUID), f)
	f.Convert(&o, &order, cmd.Custom)
	return record.Change[Order]{Record: order, Events: []record.Event{record.BornEvent(&order, actions.OrderCreate, f.Stamp, record.DataOf("opportunity", o.ID.String()))}}.Noticed(order.RetiredNotices(f.Catalog)...), nil
}

// GenerateInvoice makes an invoice from an opportunity, without an order.
type GenerateInvoice struct {
	InvoiceID   record.InvoiceID   `json:"invoice_id,omitzero"`          // derived unless given
	PriceListID record.PriceListID `json:"price_list_id,omitzero"`       // as for a quote
	Custom      record.Custom      `json:"custom,omitzero" of:"invoice"` // own values, before those that it takes over
}

var generateInvoice = flow.Decide(opportunityFlow, actions.OpportunityGenerateInvoice, priceListChecks[GenerateInvoice]()...)

// GenerateInvoice makes an invoice with unlocked prices from an open or won
// opportunity, as GenerateQuote makes a quote. The opportunity does not change.
// Codes: ErrInvalidTransition, ErrMissingPriceList, ErrCurrencyMismatch.
func (o Opportunity) GenerateInvoice(cmd GenerateInvoice, f OpportunityFacts) (record.Change[Invoice], error) {
	if err := generateInvoice.Why(&o, &cmd, &f, o.Currency); err != nil {
		return record.Change[Invoice]{}, err
	}
	o = o.listed(cmd.PriceListID, &f)
	inv := invoiceFromOpportunity(o, record.IDOr(cmd.InvoiceID, f.Stamp, o.ID.UUID, o.Version, "invoice"), f)
	f.Convert(&o, &inv, cmd.Custom)
	return record.Change[Invoice]{Record: inv, Events: []record.Event{record.BornEvent(&inv, actions.InvoiceCreate, f.Stamp, record.DataOf("opportunity", o.ID.String()))}}.Noticed(inv.RetiredNotices(f.Catalog)...), nil
}

// customerTerms are what a new document takes from its customer.
type customerTerms struct {
	payment party.PaymentTerms
	billTo  *party.BillTo
	shipTo  *party.ShipTo
	details *DocumentDetails
}

func termsOf(id record.CustomerID, a *party.Account, c *party.Contact) (t customerTerms) {
	switch {
	case a != nil && id.Account() == a.ID:
		b := &Buyer{Account: a}
		t = customerTerms{a.PaymentTerms, b.billTo(id, nil), a.Address1.ShipTo(a.Name), (*DocumentDetails)(nil).ofCustomer(b, id)}
	case c != nil && id.Contact() == c.ID:
		b := &Buyer{Contact: c}
		t = customerTerms{c.PaymentTerms, b.billTo(id, nil), c.Address1.ShipTo(c.FullName()), (*DocumentDetails)(nil).ofCustomer(b, id)}
	}
	return t
}

// NamesPriceList is a command that may name the price list of the document
// that it makes of an opportunity.
type NamesPriceList[C any] interface {
	*C
	NamedPriceList() record.PriceListID
}

// NamedPriceList is the price list that the command names, zero if it names none.
func (c *GenerateQuote) NamedPriceList() record.PriceListID { return c.PriceListID }

// NamedPriceList is the price list that the command names, zero if it names none.
func (c *GenerateOrder) NamedPriceList() record.PriceListID { return c.PriceListID }

// NamedPriceList is the price list that the command names, zero if it names none.
func (c *GenerateInvoice) NamedPriceList() record.PriceListID { return c.PriceListID }

// priceListChecks are those of a document that is made of an opportunity.
func priceListChecks[C any, P NamesPriceList[C]]() []flow.Check[*Opportunity, P, *OpportunityFacts] {
	return []flow.Check[*Opportunity, P, *OpportunityFacts]{
		{
			Code: codes.ErrMissingPriceList, Text: "there is a price list, where settings require one", Field: "price_list_id",
			Holds: func(o *Opportunity, c P, f *OpportunityFacts) bool {
				return !f.Settings.requirePriceList() || !o.listed(c.NamedPriceList(), f).PriceListID.IsZero()
			},
		},
		{
			Code: codes.ErrCurrencyMismatch, Text: "the price list is in the currency of the opportunity", Field: "price_list_id",
			Holds: func(o *Opportunity, c P, f *OpportunityFacts) bool {
				return f.Catalog.Fits(c.NamedPriceList(), o.Currency)
			},
		},
	}
}

// listed returns the opportunity with the price list that a document made of
// it has: the one named, else its own, else the default.
func (o *Opportunity) listed(named record.PriceListID, f *OpportunityFacts) Opportunity {
	next := *o
	next.PriceListID = catalog.FirstID(named, o.PriceListID)
	next.Charges.TakeDefault(&f.PriceLists, o.Currency, f.Today)
	return next
}
