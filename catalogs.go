package leadtocash

import (
	"context"
	"fmt"
	"slices"

	"github.com/leadtocash/leadtocash/kinds"
)

// catalogOf reads what pricing lines needs of the product catalogue: each
// product once with its items, and whatever these refer to once. Lines that are
// all write-ins, under a header without price list, need nothing.
func (s *session) catalogOf(ctx context.Context, header PriceListID, lines []Line, fields ...LineFields) (*Catalog, error) {
	writeIns := !slices.ContainsFunc(lines, func(l Line) bool { return !l.IsWriteIn() }) &&
		!slices.ContainsFunc(fields, func(f LineFields) bool { return !f.ProductID.IsZero() })
	if header.IsZero() && writeIns {
		return nil, nil
	}
	c := NewCatalog()
	if err := s.addPriceList(ctx, c, header); err != nil {
		return nil, err
	}
	for i := range lines {
		if err := s.addProduct(ctx, c, lines[i].ProductID, true); err != nil {
			return nil, err
		}
	}
	for i := range fields {
		if err := s.addProduct(ctx, c, fields[i].ProductID, true); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// withRate adds the exchange rate of a currency in which a document is created
// without one.
func (s *session) withRate(ctx context.Context, c *Catalog, b *Birth) (*Catalog, error) {
	currency, base := b.Currency, s.c.settings.BaseCurrency
	if base.IsZero() || currency.IsZero() || currency == base || !b.ExchangeRate.IsZero() {
		return c, nil
	}
	recs, err := s.having(ctx, kinds.TransactionCurrency, "number", currency.Code())
	if err != nil {
		return nil, err
	}
	for _, rec := range recs {
		t, err := shared[TransactionCurrency](rec.Image)
		if err != nil {
			return nil, err
		}
		if c == nil {
			c = NewCatalog()
		}
		c.add(t)
	}
	return c, nil
}

// addProduct reads a product with its items, and, with members, those of a
// bundle. An unknown product is left to be found missing.
func (s *session) addProduct(ctx context.Context, c *Catalog, id ProductID, members bool) error {
	if id.IsZero() || c.products[id] != nil {
		return nil
	}
	p, err := known(maybe[Product](ctx, s, id))
	if p == nil || err != nil {
		return err
	}
	c.add(p)
	fields := p.InForce()
	if c.groups[fields.UnitGroupID] == nil {
		g, err := known(maybe[UnitGroup](ctx, s, fields.UnitGroupID))
		if err != nil {
			return err
		}
		if g != nil {
			c.add(g)
		}
	}
	if err := s.addFamilies(ctx, c, p.ParentID); err != nil {
		return err
	}
	if err := s.addPriceList(ctx, c, p.DefaultPriceListID); err != nil {
		return err
	}
	items, err := related[PriceListItem](ctx, s, "product_id", id.UUID)
	if err != nil {
		return err
	}
	for i := range items {
		c.add(&items[i])
		if err := s.addDiscountList(ctx, c, items[i].DiscountListID); err != nil {
			return err
		}
	}
	if !members {
		return nil
	}
	for _, m := range fields.Members {
		if err := s.addProduct(ctx, c, m.ProductID, false); err != nil {
			return err
		}
	}
	return nil
}

// addFamilies reads a family, its family and so on: products inherit from them.
func (s *session) addFamilies(ctx context.Context, c *Catalog, id ProductID) error {
	for !id.IsZero() && c.products[id] == nil {
		p, err := known(maybe[Product](ctx, s, id))
		if p == nil || err != nil {
			return err
		}
		c.add(p)
		id = p.ParentID
	}
	return nil
}

func (s *session) addPriceList(ctx context.Context, c *Catalog, id PriceListID) error {
	if id.IsZero() || c.priceLists[id] != nil {
		return nil
	}
	l, err := known(maybe[PriceList](ctx, s, id))
	if l != nil {
		c.add(l)
	}
	return err
}

func (s *session) addDiscountList(ctx context.Context, c *Catalog, id DiscountListID) error {
	if id.IsZero() || c.discounts[id] != nil {
		return nil
	}
	d, err := known(maybe[DiscountList](ctx, s, id))
	if d != nil {
		c.add(d)
	}
	return err
}

// fieldsIn are the lines that an edit adds or changes.
func fieldsIn(e *EditLines) []LineFields {
	fields := append([]LineFields(nil), e.Add...)
	for _, c := range e.Change {
		fields = append(fields, c.Fields)
	}
	return fields
}

// linesOf are the lines of an opportunity, if there is one.
func linesOf(o *Opportunity) []Line {
	if o == nil {
		return nil
	}
	return o.Lines
}

// pricedRecord is a document that has lines.
type pricedRecord[R any] interface {
	*R
	sale() (*Charges, *Sale)
}

// catalogIn is where facts of a document keep what they know of the catalogue, and
// the opportunity whose lines are copied.
func catalogIn(facts any) (c **Catalog, defaults *DefaultPriceLists, copied *Opportunity) {
	switch f := facts.(type) {
	case *OpportunityFacts:
		return &f.Catalog, &f.PriceLists, nil
	case *QuoteFacts:
		return &f.Catalog, &f.PriceLists, f.Products
	case *OrderFacts:
		return &f.Catalog, &f.PriceLists, f.Products
	case *InvoiceFacts:
		return &f.Catalog, &f.PriceLists, f.Products
	case *CreditNoteFacts:
		return &f.Catalog, &DefaultPriceLists{}, nil
	}
	panic(fmt.Sprintf("%T take no catalogue", facts))
}

// priceListIn is the price list that a document has after a command.
func priceListIn(cmd any, list PriceListID) PriceListID {
	switch c := cmd.(type) {
	case *EditOpportunity:
		return c.Fields.PriceListID
	case *EditQuote:
		return c.Fields.PriceListID
	case *EditOrder:
		return c.Fields.PriceListID
	case *EditInvoice:
		return c.Fields.PriceListID
	case *EditCreditNote:
		return c.Fields.PriceListID
	case *GenerateQuote:
		return firstID(c.PriceListID, list)
	case *GenerateOrder:
		return firstID(c.PriceListID, list)
	case *GenerateInvoice:
		return firstID(c.PriceListID, list)
	}
	return list
}

// withCatalog adds to the facts that are gathered what calculating the document
// needs of the catalogue.
func withCatalog[C, R, F any, PR pricedRecord[R]](gather func(context.Context, *session, *R, *C) (F, error)) func(context.Context, *session, *R, *C) (F, error) {
	return func(ctx context.Context, s *session, r *R, cmd *C) (F, error) {
		f, err := gather(ctx, s, r, cmd)
		if err != nil {
			return f, err
		}
		into, defaults, copied := catalogIn(&f)
		charges, sale := PR(r).sale()
		lines, fields := slices.Concat(sale.Lines, linesOf(copied)), []LineFields(nil)
		if c, edits := any(cmd).(*EditLines); edits {
			fields = fieldsIn(c)
		}
		*into, err = s.catalogOf(ctx, priceListIn(cmd, charges.PriceListID), lines, fields...)
		if *into != nil {
			defaults.addTo(*into)
		}
		return f, err
	}
}

// catalogOfNew reads the catalogue for a document that is created, and the price
// lists that it may take where none is chosen.
func (s *session) catalogOfNew(ctx context.Context, charges *Charges, customer Ref, o *Opportunity, lines []LineFields, b *Birth) (c *Catalog, d DefaultPriceLists, err error) {
	if charges.PriceListID.IsZero() {
		if d, err = s.defaultPriceLists(ctx, customer, o); err != nil {
			return nil, d, err
		}
	}
	if c, err = s.catalogOf(ctx, charges.PriceListID, nil, lines...); err != nil {
		return nil, d, err
	}
	if c != nil {
		d.addTo(c)
	}
	c, err = s.withRate(ctx, c, b)
	return c, d, err
}

// explainPrices explains the lines of a document by the catalogue as it is now and
// as the actor sees it.
func explainPrices[R any, K Kinded, PR pricedDocument[R]](ctx context.Context, rs *Client, id ID[K]) (list []PriceExplanation, err error) {
	err = rs.look(ctx, func(ctx context.Context, s *session) error {
		r, err := load[R](ctx, s, id)
		if err != nil {
			return err
		}
		charges, sale := PR(r).sale()
		catalog, err := s.catalogOf(ctx, charges.PriceListID, sale.Lines)
		if err != nil {
			return err
		}
		p := PR(r).price(rs.settings.priced(catalog, s.stamp.Today, nil))
		list = make([]PriceExplanation, len(sale.Lines))
		for i := range sale.Lines {
			list[i] = ExplainPrice(p, sale.Lines[i])
		}
		return nil
	})
	return list, err
}

// pricedDocument is a document whose calculation can be looked at.
type pricedDocument[R any] interface {
	pricedRecord[R]
	price(Priced) Priced
}

// ExplainPrices says for every line of an opportunity how its amount came
// about.
func (s Opportunities) ExplainPrices(ctx context.Context, id OpportunityID) ([]PriceExplanation, error) {
	return explainPrices[Opportunity](ctx, s.c, id)
}

// ExplainPrices says for every line of a quote how its amount came about.
func (s Quotes) ExplainPrices(ctx context.Context, id QuoteID) ([]PriceExplanation, error) {
	return explainPrices[Quote](ctx, s.c, id)
}

// ExplainPrices says for every line of an order how its amount came about.
func (s Orders) ExplainPrices(ctx context.Context, id OrderID) ([]PriceExplanation, error) {
	return explainPrices[Order](ctx, s.c, id)
}

// ExplainPrices says for every line of an invoice how its amount came about.
func (s Invoices) ExplainPrices(ctx context.Context, id InvoiceID) ([]PriceExplanation, error) {
	return explainPrices[Invoice](ctx, s.c, id)
}
