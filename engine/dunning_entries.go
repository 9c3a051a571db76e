package engine

import (
	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// DunningEntries is what a Client knows of letters that were sent. They are
// made by Invoices.Dun and by Receivables.RunDunning.
type DunningEntries struct {
	Records[leadtocash.DunningEntry, record.DunningEntryID, DunningEntryQuery]
}

// DunningEntries returns the service for dunning entries.
func (c *Client) DunningEntries() (s DunningEntries) { s.c = c; return s }

// DunningEntryQuery asks for dunning entries. Their due day is SentOn.
type DunningEntryQuery struct {
	List
	Invoice  record.InvoiceID
	Customer record.CustomerID
}

func (q DunningEntryQuery) conds() []storage.Cond {
	return asked{}.ref("invoice_id", q.Invoice.UUID).ref("customer_id", q.Customer.ID)
}
