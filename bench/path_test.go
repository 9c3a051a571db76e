package bench_test

// The states and triggers that the generic state machines go through. They
// carry no data, no prices and no events: they are the least that any
// implementation of the journey has to do.
const (
	leadNew       = "new"
	leadQualified = "qualified"

	opportunityOpen = "open"
	opportunityWon  = "won"

	quoteDraft  = "draft"
	quoteActive = "active"
	quoteWon    = "won"

	orderActive    = "active"
	orderFulfilled = "fulfilled"
	orderInvoiced  = "invoiced"

	invoiceActive = "active"
	invoiceBilled = "billed"
	invoicePaid   = "paid"
)

const (
	qualify  = "qualify"
	activate = "activate"
	win      = "win"
	fulfill  = "fulfill"
	bill     = "bill"
	issue    = "issue"
	pay      = "pay"
)
