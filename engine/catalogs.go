package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
)

// catalogOf reads what pricing lines needs of the product catalogue: each
// product once with its items, and whatever these refer to once. Lines that are
// all write-ins, under a header without price list, need nothing.
func (s *session) catalogOf(ctx context.Context, header record.PriceListID, lines []pricing.Line, fields ...pricing.LineFields) (*catalog.Catalog, error) {
	writeIns := !slices.ContainsFunc(lines, func(l pricing.Line) bool { return !l.IsWriteIn() }) &&
		!slices.ContainsFunc(fields, func(f pricing.LineFields) bool { return !f.ProductID.IsZero() })
	if header.IsZero() && writeIns {
		return nil, nil
	}
	c := catalog.NewCatalog()
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

// addProduct reads a product with its items, and, with members, those of a
// bundle. An unknown product is left to be found missing.
func (s *session) addProduct(ctx context.Context, c *catalog.Catalog, id record.ProductID, members bool) error {
	if id.IsZero() || c.Products[id] != nil {
		return nil
	}
	p, err := known(maybe[catalog.Product](ctx, s, id))
	if p == nil || err != nil {
		return err
	}
	c.Add(p)
	fields := p.InForce()
	if c.Groups[fields.UnitGroupID] == nil {
		g, err := known(maybe[catalog.UnitGroup](ctx, s, fields.UnitGroupID))
		if err != nil {
			return err
		}
		if g != nil {
			c.Add(g)
		}
	}
	if err := s.addFamilies(ctx, c, p.ParentID); err != nil {
		return err
	}
	if err := s.addPriceList(ctx, c, p.DefaultPriceListID); err != nil {
		return err
	}
	items, err := related[catalog.PriceListItem](ctx, s, "product_id", id.UUID)
	if err != nil {
		return err
	}
	for i := range items {
		c.Add(&items[i])
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
func (s *session) addFamilies(ctx context.Context, c *catalog.Catalog, id record.ProductID) error {
	for !id.IsZero() && c.Products[id] == nil {
		p, err := known(maybe[catalog.Product](ctx, s, id))
		if p == nil || err != nil {
			return err
		}
		c.Add(p)
		id = p.ParentInForce()
	}
	return nil
}

func (s *session) addPriceList(ctx context.Context, c *catalog.Catalog, id record.PriceListID) error {
	if id.IsZero() || c.PriceLists[id] != nil {
		return nil
	}
	l, err := known(maybe[catalog.PriceList](ctx, s, id))
	if l != nil {
		c.Add(l)
	}
	return err
}

func (s *session) addDiscountList(ctx context.Context, c *catalog.Catalog, id record.DiscountListID) error {
	if id.IsZero() || c.Discounts[id] != nil {
		return nil
	}
	d, err := known(maybe[catalog.DiscountList](ctx, s, id))
	if d != nil {
		c.Add(d)
	}
	return err
}

// fieldsIn are the lines that an edit adds or changes.
func fieldsIn(e *pricing.EditLines) []pricing.LineFields {
	fields := append([]pricing.LineFields(nil), e.Add...)
	for _, c := range e.Change {
		fields = append(fields, c.Fields)
	}
	return fields
}

// linesOf are the lines of an opportunity, if there is one.
func linesOf(o *leadtocash.Opportunity) []pricing.Line {
	if o == nil {
		return nil
	}
	return o.Lines
}

// pricedRecord is a document that has lines.
type pricedRecord[R any] interface {
	*R
	PriceParts() (*pricing.Charges, *pricing.PricedLines)
}

// catalogIn is where facts of a document keep what they know of the catalogue, and
// the opportunity whose lines are copied.
func catalogIn(facts any) (c **catalog.Catalog, defaults *pricing.DefaultPriceLists, copied *leadtocash.Opportunity) {
	switch f := facts.(type) {
	case *leadtocash.OpportunityFacts:
		return &f.Catalog, &f.PriceLists, nil
	case *leadtocash.QuoteFacts:
		return &f.Catalog, &f.PriceLists, f.Products
	case *leadtocash.OrderFacts:
		return &f.Catalog, &f.PriceLists, f.Products
	case *leadtocash.InvoiceFacts:
		return &f.Catalog, &f.PriceLists, f.Products
	case *leadtocash.CreditNoteFacts:
		return &f.Catalog, &pricing.DefaultPriceLists{}, nil
	}
	panic(fmt.Sprintf("%T take no catalogue", facts))
}

// priceListIn is the price list that a document has after a command.
func priceListIn(cmd any, list record.PriceListID) record.PriceListID {
	switch c := cmd.(type) {
	case *leadtocash.EditOpportunity:
		return c.Fields.PriceListID
	case *leadtocash.EditQuote:
		return c.Fields.PriceListID
	case *leadtocash.EditOrder:
		return c.Fields.PriceListID
	case *leadtocash.EditInvoice:
		return c.Fields.PriceListID
	case *leadtocash.EditCreditNote:
		return c.Fields.PriceListID
	case *leadtocash.GenerateQuote:
		return catalog.FirstID(c.PriceListID, list)
	case *leadtocash.GenerateOrder:
		return catalog.FirstID(c.PriceListID, list)
	case *leadtocash.GenerateInvoice:
		return catalog.FirstID(c.PriceListID, list)
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
		charges, sale := PR(r).PriceParts()
		lines, fields := slices.Concat(sale.Lines, linesOf(copied)), []pricing.LineFields(nil)
		if c, edits := any(cmd).(*pricing.EditLines); edits {
			fields = fieldsIn(c)
		}
		*into, err = s.catalogOf(ctx, priceListIn(cmd, charges.PriceListID), lines, fields...)
		if *into != nil {
			defaults.AddTo(*into)
		}
		return f, err
	}
}

// catalogOfNew reads the catalogue for a document that is created, and the price
// lists that it may take where none is chosen.
func (s *session) catalogOfNew(ctx context.Context, charges *pricing.Charges, customer record.Ref, o *leadtocash.Opportunity, lines []pricing.LineFields) (c *catalog.Catalog, d pricing.DefaultPriceLists, err error) {
	if charges.PriceListID.IsZero() {
		if d, err = s.defaultPriceLists(ctx, customer, o); err != nil {
			return nil, d, err
		}
	}
	if c, err = s.catalogOf(ctx, charges.PriceListID, nil, lines...); err != nil {
		return nil, d, err
	}
	if c != nil {
		d.AddTo(c)
	}
	return c, d, nil
}

// explainPrices explains the lines of a document by the catalogue as it is now and
// as the actor sees it.
func explainPrices[R any, K record.Kinded, PR pricedDocument[R]](ctx context.Context, rs *Client, id record.ID[K]) (list []pricing.PriceExplanation, err error) {
	err = rs.look(ctx, func(ctx context.Context, s *session) error {
		r, err := load[R](ctx, s, id)
		if err != nil {
			return err
		}
		charges, sale := PR(r).PriceParts()
		catalog, err := s.catalogOf(ctx, charges.PriceListID, sale.Lines)
		if err != nil {
			return err
		}
		p := PR(r).PriceInput(rs.settings.Priced(catalog, s.stamp.Today, nil))
		list = make([]pricing.PriceExplanation, len(sale.Lines))
		for i := range sale.Lines {
			list[i] = pricing.ExplainPrice(p, sale.Lines[i])
		}
		return nil
	})
	return list, err
}

// pricedDocument is a document whose calculation can be looked at.
type pricedDocument[R any] interface {
	pricedRecord[R]
	PriceInput(pricing.PriceInput) pricing.PriceInput
}

// ExplainPrices says for every line of an opportunity how its amount came
// about.
func (s Opportunities) ExplainPrices(ctx context.Context, id record.OpportunityID) ([]pricing.PriceExplanation, error) {
	return explainPrices[leadtocash.Opportunity](ctx, s.c, id)
}

// ExplainPrices says for every line of a quote how its amount came about.
func (s Quotes) ExplainPrices(ctx context.Context, id record.QuoteID) ([]pricing.PriceExplanation, error) {
	return explainPrices[leadtocash.Quote](ctx, s.c, id)
}

// ExplainPrices says for every line of an order how its amount came about.
func (s Orders) ExplainPrices(ctx context.Context, id record.OrderID) ([]pricing.PriceExplanation, error) {
	return explainPrices[leadtocash.Order](ctx, s.c, id)
}

// ExplainPrices says for every line of an invoice how its amount came about.
func (s Invoices) ExplainPrices(ctx context.Context, id record.InvoiceID) ([]pricing.PriceExplanation, error) {
	return explainPrices[leadtocash.Invoice](ctx, s.c, id)
}
