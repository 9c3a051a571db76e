package insight

import (
	"bytes"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// Number is an exact result rounded to the decimals with which it is shown. Its
// text form, which is its JSON form, has all of them: "0.50".
type Number struct {
	units  big.Int // of the last decimal
	places int
}

// maxNumber is how long a text may be.
const maxNumber = 100

// Decimals of what is not money.
const (
	ratePlaces    = 4
	percentPlaces = 2
	dayPlaces     = 2
	decimalPlaces = 2 // of numbers that goals add up
)

// rounded rounds an exact number once, half away from zero.
func rounded(exact *big.Rat, places int) Number {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	twice := new(big.Int).Mul(new(big.Int).Abs(exact.Num()), scale)
	twice.Lsh(twice, 1).Add(twice, exact.Denom())
	n := Number{places: places}
	n.units.Quo(twice, new(big.Int).Lsh(exact.Denom(), 1))
	if exact.Sign() < 0 {
		n.units.Neg(&n.units)
	}
	return n
}

// Decimal returns the number, which is exact.
func (n Number) Decimal() decimal.Decimal {
	return decimal.NewFromBigInt(&n.units, -int32(n.places))
}

// Equal reports whether the numbers are equal; decimals do not matter.
func (n Number) Equal(m Number) bool { return n.Decimal().Equal(m.Decimal()) }

// String returns the number with all its decimals.
func (n Number) String() string {
	digits := new(big.Int).Abs(&n.units).String()
	for len(digits) <= n.places {
		digits = "0" + digits
	}
	if n.places > 0 {
		at := len(digits) - n.places
		digits = digits[:at] + "." + digits[at:]
	}
	if n.units.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

// MarshalText returns what String returns.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText accepts what MarshalText returns, in at most 100 bytes; something else is
// ErrInvalid.
func (n *Number) UnmarshalText(text []byte) error {
	d, err := decimal.NewFromString(string(text))
	if err != nil || d.Exponent() > 0 || bytes.ContainsAny(text, "eE") || len(text) > maxNumber {
		return codes.ErrInvalid.Fault("a number reads -12.50")
	}
	*n = Number{places: int(-d.Exponent())}
	n.units.Set(d.Coefficient())
	return nil
}

// inCurrency rounds to the decimals of a currency.
func inCurrency(exact *big.Rat, c money.Currency) Number { return rounded(exact, c.Digits()) }

// quotient is absent if there is nothing to divide by.
func quotient(x, y *big.Rat, places int) value.Opt[Number] {
	if y.Sign() == 0 {
		return value.None[Number]()
	}
	return value.Some(rounded(new(big.Rat).Quo(x, y), places))
}

// countQuotient is the quotient of two counts.
func countQuotient(x, y int64, places int) value.Opt[Number] {
	return quotient(new(big.Rat).SetInt64(x), new(big.Rat).SetInt64(y), places)
}

// percentile is that of the nearest rank of sorted values; absent without values.
func percentile[T any](sorted []T, p int) value.Opt[T] {
	if len(sorted) == 0 {
		return value.None[T]()
	}
	return value.Some(sorted[max(1, (len(sorted)*p+99)/100)-1])
}
