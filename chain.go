package leadtocash

import (
	"slices"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Chain is how a deal went from lead to cash, as far as it touches one record:
// what that came from, back to the leads, and what became of it, on to the
// payments.
type Chain struct {
	Nodes []ChainNode `json:"nodes"`          // the record asked for first, then what it came from, then what became of it
	Links []ChainLink `json:"links,omitzero"` // from what was first to what came of it
}

// ChainNode is one record of a chain.
type ChainNode struct {
	Ref      record.Ref              `json:"ref"`
	Number   string                  `json:"number,omitzero"`
	Status   string                  `json:"status"`
	Currency money.Currency          `json:"currency,omitzero"`
	Amount   value.Opt[money.Amount] `json:"amount,omitzero"` // estimated or actual value, total or amount paid
}

// ChainLink says that one record came of another.
type ChainLink struct {
	From  record.Ref `json:"from"`
	To    record.Ref `json:"to"`
	Lines []LineLink `json:"lines,omitzero"` // which line came of which
}

// LineLink joins a line to the one it was made from, by line number.
type LineLink struct {
	From int32 `json:"from"`
	To   int32 `json:"to"`
}

// Has reports whether a record is in the chain.
func (c *Chain) Has(ref record.Ref) bool {
	return slices.ContainsFunc(c.Nodes, func(n ChainNode) bool { return n.Ref == ref })
}

// Link adds a link once.
func (c *Chain) Link(from, to record.Record) {
	l := ChainLink{From: from.Ref(), To: to.Ref(), Lines: linesFrom(from, to)}
	if !slices.ContainsFunc(c.Links, func(k ChainLink) bool { return k.From == l.From && k.To == l.To }) {
		c.Links = append(c.Links, l)
	}
}

// linesFrom joins the lines of a document to those of the one it was made from.
func linesFrom(from, to record.Record) (links []LineLink) {
	source, made := saleOf(from), saleOf(to)
	if source == nil || made == nil {
		return nil
	}
	sources := pricing.Finder{Lines: source.Lines}
	for _, l := range made.Lines {
		if l.SourceLine != 0 && sources.Line(l.SourceLine) != nil {
			links = append(links, LineLink{l.SourceLine, l.LineNumber})
		}
	}
	return links
}

func saleOf(d record.Record) *pricing.PricedLines {
	switch r := d.(type) {
	case *Opportunity:
		return &r.PricedLines
	case *Quote:
		return &r.PricedLines
	case *Order:
		return &r.PricedLines
	case *Invoice:
		return &r.PricedLines
	}
	return nil
}

// NodeOf describes a record of a chain.
func NodeOf(d record.Record) ChainNode {
	n := ChainNode{Ref: d.Ref(), Status: d.StatusKey(), Currency: d.Header().Currency}
	switch r := d.(type) {
	case *Lead:
		n.Amount = r.EstimatedAmount
	case *Opportunity:
		if n.Amount = r.ActualValue; n.Amount.IsZero() {
			n.Amount = r.EstimatedValue
		}
	case *Quote:
		n.Number, n.Amount = r.QuoteNumber, value.Some(r.TotalAmount)
	case *Order:
		n.Number, n.Amount = r.OrderNumber, value.Some(r.TotalAmount)
	case *Invoice:
		n.Number, n.Amount = r.InvoiceNumber, value.Some(r.TotalAmount)
	case *Payment:
		n.Number, n.Amount = r.PaymentNumber, value.Some(r.Amount)
	}
	return n
}

// conversions are those in which records take over own values: all places that
// call record.Stamp.Convert.
var conversions = []record.Conversion{
	{From: kinds.Lead, To: kinds.Account},
	{From: kinds.Lead, To: kinds.Contact},
	{From: kinds.Lead, To: kinds.Opportunity},
	{From: kinds.Opportunity, To: kinds.Quote},
	{From: kinds.Opportunity, To: kinds.Order},
	{From: kinds.Opportunity, To: kinds.Invoice},
	{From: kinds.Quote, To: kinds.Order},
	{From: kinds.Order, To: kinds.Invoice},
	{From: kinds.Invoice, To: kinds.CreditNote},
	{From: kinds.Opportunity, To: kinds.OpportunityClose},
	{From: kinds.Quote, To: kinds.QuoteClose},
	{From: kinds.Order, To: kinds.OrderClose},
}

// Conversions lists the ways on which a record that is made of another one takes
// over values of the host's own fields: from the lead to the credit note, and
// from a record to its close activity.
func Conversions() []record.Conversion { return slices.Clone(conversions) }
