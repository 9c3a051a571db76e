package pricing

import "github.com/leadtocash/leadtocash/value"

// InvoicingAxis says how far an order is billed.
type InvoicingAxis = value.Choice[invoicingSet]

// The values of [InvoicingAxis].
const (
	InvoicingNone InvoicingAxis = iota + 1
	InvoicingPartial
	InvoicingFull
)

type invoicingSet struct{}

var invoicingTable = value.Options(
	value.Option{Key: "none", Label: "None", Code: 1},
	value.Option{Key: "partial", Label: "Partial", Code: 2},
	value.Option{Key: "full", Label: "Full", Code: 3},
)
