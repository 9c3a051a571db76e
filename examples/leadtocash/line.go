package main

import (
	"context"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

// quoteLine sets, changes or removes a line of the draft. The first one makes
// the draft.
func (p *player) quoteLine(ctx context.Context, c *engine.Client, s step) error {
	var draft leadtocash.Quote
	var err error
	if p.quote.IsZero() {
		draft, err = p.draft(ctx, c)
	} else {
		draft, err = c.Quotes().Get(ctx, p.quote)
	}
	if err != nil {
		return err
	}
	line := lineOf(draft.Lines, s.product)
	var edit pricing.EditLines
	switch {
	case s.quantity.Decimal.IsPositive():
		fields, err := p.lineFields(s)
		if err != nil {
			return err
		}
		if line == nil {
			edit.Add = []pricing.LineFields{fields}
		} else {
			edit.Change = []pricing.ChangeLine{{LineNumber: line.LineNumber, Fields: fields}}
		}
	case line == nil:
		return &fault{"product", codeUnknownProduct, "the quote has no such line"}
	default:
		edit.Remove = []int32{line.LineNumber}
	}
	_, err = c.Quotes().EditLines(ctx, draft.ID, edit)
	return err
}

// draft makes the quote, on the price list of its currency.
func (p *player) draft(ctx context.Context, c *engine.Client) (leadtocash.Quote, error) {
	q, err := c.Opportunities().GenerateQuote(ctx, p.opportunity, leadtocash.GenerateQuote{})
	if err != nil {
		return q, err
	}
	p.quote = q.ID
	q.PriceListID = p.book.lists[q.Currency]
	if q.PriceListID.IsZero() {
		return q, nil
	}
	return c.Quotes().Edit(ctx, q.ID, leadtocash.EditQuote{Fields: q.QuoteFields, Custom: q.Custom})
}

// lineFields is a catalogue line, or a write-in where the catalogue has no such
// product. A price in the row stands before that of the catalogue.
func (p *player) lineFields(s step) (pricing.LineFields, error) {
	item, known := p.book.products[s.product]
	switch {
	case !s.amount.Valid && !item.listed[p.currency]:
		return pricing.LineFields{}, &fault{"amount", codeMissingField, "is empty, and there is no list price in " + p.currency.Code()}
	case !known:
		return pricing.WriteIn(s.product, s.quantity.Decimal, s.amount.Decimal), nil
	}
	line := pricing.FromCatalog(item.id, s.quantity.Decimal)
	if s.amount.Valid {
		line.PricePerUnit = value.Some(s.amount.Decimal)
	}
	return line, nil
}

// orderLines is the quantity of a product, or nothing for all there is.
func (p *player) orderLines(ctx context.Context, s step) ([]pricing.LineQuantity, error) {
	if s.product == "" {
		return nil, nil
	}
	o, err := p.client.Orders().Get(ctx, p.order)
	if err != nil {
		return nil, err
	}
	line := lineOf(o.Lines, s.product)
	if line == nil {
		return nil, &fault{"product", codeUnknownProduct, "the order has no such line"}
	}
	return []pricing.LineQuantity{{LineNumber: line.LineNumber, Quantity: value.Some(s.quantity.Decimal)}}, nil
}

func lineOf(lines []pricing.Line, product string) *pricing.Line {
	for i := range lines {
		if l := &lines[i]; l.ProductName == product || l.WriteInText == product {
			return l
		}
	}
	return nil
}
