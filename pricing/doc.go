// Package pricing calculates what a document costs.
//
// Owns: the [Line] that opportunities, quotes, orders and invoices share, with
// the commands that change lines; what they charge beside, [Charges]; [Price],
// the calculation from lines to [Totals], with discounts, tax and rounding, and
// its explanation step by step; which price list a new document takes.
//
// Does not own: when a document may be changed or calculated, which its table
// says, nor the records of the catalogue.
//
// Promises: the same input gives the same amounts. Numbers are exact and rounded
// only where docs/pricing.md says so; shares of an amount add up to it. A line
// that cannot be priced costs nothing and says why, and holds its document up.
package pricing
