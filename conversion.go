package leadtocash

import (
	"slices"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

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
