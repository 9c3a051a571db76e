package catalog

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/value"
)

// The limits of values: decimals of numbers, their size either way, and the
// length of texts.
const (
	maxPropertyDecimals = 10
	maxFloatDecimals    = 5
	maxWholeNumber      = 1<<31 - 1
	maxPropertyNumber   = 100_000_000_000
	maxPropertyText     = 4000
)

// span writes the bounds of a number, one of which at least is given.
func span(least, highest value.Opt[decimal.Decimal]) string {
	switch {
	case highest.IsZero():
		return "at least " + Shown(least)
	case least.IsZero():
		return "at most " + Shown(highest)
	}
	return "between " + Shown(least) + " and " + Shown(highest)
}
