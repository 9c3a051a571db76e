package main

import (
	"context"

	"github.com/leadtocash/leadtocash"
)

// quoteLine sets, changes or removes a line of the draft. The first one makes
// the draft.
func (p *player) quoteLine(ctx context.Context, c *leadtocash.Client, s step) error {
	var draft leadtocash.Quote
	var err error
	if p.quote.IsZero() {
		draft, err = c.Opportunities().GenerateQuote(ctx, p.opportunity, leadtocash.GenerateQuote{})
		p.quote = draft.ID
	} else {
		draft, err = c.Quotes().Get(ctx, p.quote)
	}
	if err != nil {
		return err
	}
	line := lineOf(draft.Lines, s.product)
	var edit leadtocash.EditLines
	switch {
	case s.quantity.Decimal.IsPositive():
		fields, err := p.lineFields(s)
		if err != nil {
			return err
		}
		if line == nil {
			edit.Add = []leadtocash.LineFields{fields}
		} else {
			edit.Change = []leadtocash.ChangeLine{{LineNumber: line.LineNumber, Fields: fields}}
		}
	case line == nil:
		return &fault{"product", codeUnknownProduct, "the quote has no such line"}
	default:
		edit.Remove = []int32{line.LineNumber}
	}
	_, err = c.Quotes().EditLines(ctx, draft.ID, edit)
	return err
}

// lineFields is a catalogue line, or a write-in where the catalogue has no such
// product. Without a price in the row the list price counts.
func (p *player) lineFields(s step) (leadtocash.LineFields, error) {
	item, known := p.book.products[s.product]
	price, listed := item.prices[p.currency]
	switch {
	case s.amount.Valid:
		price = s.amount.Decimal
	case !listed:
		return leadtocash.LineFields{}, &fault{"amount", codeMissingField, "is empty, and there is no list price in " + p.currency.Code()}
	}
	line := leadtocash.WriteIn(s.product, s.quantity.Decimal, price)
	if known {
		line.WriteInText, line.ProductName = "", s.product
		line.ProductID, line.UnitID = item.id, p.book.piece
	}
	return line, nil
}

// orderLines is the quantity of a product, or nothing for all there is.
func (p *player) orderLines(ctx context.Context, s step) ([]leadtocash.LineQuantity, error) {
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
	return []leadtocash.LineQuantity{{LineNumber: line.LineNumber, Quantity: leadtocash.Some(s.quantity.Decimal)}}, nil
}

func lineOf(lines []leadtocash.Line, product string) *leadtocash.Line {
	for i := range lines {
		if l := &lines[i]; l.ProductName == product || l.WriteInText == product {
			return l
		}
	}
	return nil
}
