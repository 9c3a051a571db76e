package money

import (
	"cmp"
	"math"
	"math/bits"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
	"github.com/leadtocash/leadtocash/value"
)

// Amount is money: a whole number of minor units and the number of decimals
// they have, without a currency. It is exact. It is made by a [Currency], by
// arithmetic on other amounts or by decoding; multiplying needs a detour
// through [Amount.Decimal] and back through [Currency.Round], so that rounding
// is always visible.
//
// An amount holds at most 922,337,203,685,477 of either sign, with 0 to 4
// decimals. A result beyond that range is poisoned: it never wraps, every
// further result is poisoned with it, it compares as larger than any amount of
// its sign, and it is never stored, because it does not marshal. Ask
// [Amount.Valid].
//
// The zero Amount is 0 and can be combined with every other. Compare with
// Equal or Cmp: 9.9 and 9.90 are equal but not ==.
type Amount struct {
	units  int64
	digits int8
	over   bool // beyond the range; units keeps the sign
}

const (
	MaxDigits = 4               // decimals of an amount or a price
	maxMoney  = 922337203685477 // the largest amount
)

// Of makes an amount, poisoned if it is beyond the range.
func Of(units int64, digits int) Amount {
	limit := maxMoney * int64(exact.Pow10[digits])
	return Amount{units: units, digits: int8(digits), over: units > limit || units < -limit}
}

// ZeroAt is 0 with so many decimals.
func ZeroAt(digits int) Amount { return Amount{digits: int8(digits)} }

// Beyond is the poisoned amount of a sign.
func Beyond(sign, digits int) Amount {
	if sign < 0 {
		return Amount{units: math.MinInt64, digits: int8(digits), over: true}
	}
	return Amount{units: math.MaxInt64, digits: int8(digits), over: true}
}

// Scaled writes the amount with more decimals; its value stays.
func (a Amount) Scaled(digits int) Amount {
	if digits <= a.Digits() {
		return a
	}
	if !a.over {
		a.units *= int64(exact.Pow10[digits-a.Digits()])
	}
	a.digits = int8(digits)
	return a
}

// Units returns the amount in units of its last decimal: 990 for 9.90.
func (a Amount) Units() int64 { return a.units }

// Poisoned reports whether the amount is beyond the range, or came from one that
// is.
func (a Amount) Poisoned() bool { return a.over }

// Add returns a + b, exactly, with the decimals of the more precise one.
func (a Amount) Add(b Amount) Amount {
	a, b = a.Scaled(b.Digits()), b.Scaled(a.Digits())
	switch {
	case a.over:
		return a
	case b.over:
		return b
	}
	units := a.units + b.units
	if (units < a.units) != (b.units < 0) {
		return Beyond(b.Sign(), a.Digits())
	}
	return Of(units, a.Digits())
}

// Sub returns a - b, exactly, with the decimals of the more precise one.
func (a Amount) Sub(b Amount) Amount { return a.Add(b.Neg()) }

// Neg returns -a.
func (a Amount) Neg() Amount {
	if a.over {
		return Beyond(-a.Sign(), a.Digits())
	}
	a.units = -a.units
	return a
}

// Abs returns the size of a.
func (a Amount) Abs() Amount {
	if a.units < 0 {
		return a.Neg()
	}
	return a
}

// Sign returns -1, 0 or 1.
func (a Amount) Sign() int { return cmp.Compare(a.units, 0) }

// IsZero reports whether the amount is 0, with whatever decimals.
func (a Amount) IsZero() bool { return a.units == 0 }

// Equal reports whether a and b are the same value: 9.9 and 9.90 are.
func (a Amount) Equal(b Amount) bool { return a.Cmp(b) == 0 }

// Cmp compares the values and returns -1, 0 or 1.
func (a Amount) Cmp(b Amount) int {
	if a.over || b.over {
		return cmp.Compare(a.reach(), b.reach())
	}
	return cmp.Compare(a.Scaled(b.Digits()).units, b.Scaled(a.Digits()).units)
}

// reach is 0 within the range, else the sign.
func (a Amount) reach() int {
	if a.over {
		return a.Sign()
	}
	return 0
}

// Digits returns the number of decimals.
func (a Amount) Digits() int { return int(a.digits) }

// Valid returns ErrOutOfRange if the amount is beyond the range, else nil.
func (a Amount) Valid() error {
	if a.over {
		return codes.ErrOutOfRange.Fault("the amount is beyond 922337203685477")
	}
	return nil
}

// Decimal returns the value for arithmetic that is not money. A poisoned
// amount yields 10^40 of its sign, which rounds to a poisoned amount again.
func (a Amount) Decimal() decimal.Decimal {
	if a.over {
		return decimal.New(int64(a.Sign()), exact.Farthest)
	}
	return decimal.New(a.units, -int32(a.Digits()))
}

// String returns the value with all its decimals: "9.90". A poisoned amount is
// "out of range".
func (a Amount) String() string {
	if a.over {
		return "out of range"
	}
	return string(a.append(nil))
}

func (a Amount) append(b []byte) []byte {
	size := uint64(a.units)
	if a.units < 0 {
		b = append(b, '-')
		size = -size
	}
	unit := exact.Pow10[a.Digits()]
	b = strconv.AppendUint(b, size/unit, 10)
	if a.Digits() > 0 {
		// The leading 1 keeps the zeros behind the point.
		point := len(b)
		b = strconv.AppendUint(b, unit+size%unit, 10)
		b[point] = '.'
	}
	return b
}

// AppendText appends what String returns; a poisoned amount is ErrOutOfRange.
func (a Amount) AppendText(b []byte) ([]byte, error) {
	if err := a.Valid(); err != nil {
		return nil, err
	}
	return a.append(b), nil
}

// MarshalText returns what String returns; a poisoned amount is ErrOutOfRange.
func (a Amount) MarshalText() ([]byte, error) { return a.AppendText(nil) }

// UnmarshalText accepts a plain decimal number, such as "-9.90", and keeps its
// decimals. More than 4 of them, or a value beyond the range, is
// ErrOutOfRange; anything else, an exponent for example, is ErrInvalid.
func (a *Amount) UnmarshalText(text []byte) error {
	v, err := parseAmount(string(text))
	if err != nil {
		return err
	}
	*a = v
	return nil
}

func parseAmount(text string) (Amount, error) {
	whole, decimals, err := exact.SplitNumber(text)
	if err != nil {
		return Amount{}, err
	}
	if len(whole) > 15 || len(decimals) > MaxDigits {
		return Amount{}, codes.ErrOutOfRange.Fault("the amount has too many digits")
	}
	units, err := strconv.ParseInt(whole+decimals, 10, 64)
	if err != nil {
		return Amount{}, codes.ErrOutOfRange.Fault("the amount has too many digits")
	}
	if text[0] == '-' {
		units = -units
	}
	a := Of(units, len(decimals))
	return a, a.Valid()
}

// Num is the amount on its way through a calculation.
func (a Amount) Num() exact.Num {
	if a.over {
		return exact.Num{M: int64(a.Sign()), Exp: exact.Farthest}
	}
	return exact.Num{M: a.units, Exp: -int32(a.Digits())}
}

// Within reports whether a lies between 0 and a bound of either sign, both
// included.
func Within(a, bound Amount) bool {
	if bound.Sign() < 0 {
		return a.Sign() <= 0 && a.Cmp(bound) >= 0
	}
	return a.Sign() >= 0 && a.Cmp(bound) <= 0
}

// Clamp brings a between 0 and a bound of either sign.
func Clamp(a, bound Amount) Amount {
	switch {
	case Within(a, bound):
		return a
	case a.Sign() == bound.Sign():
		return bound
	}
	return Amount{digits: a.digits}
}

// Sum adds up amounts of the same decimals exactly, wherever the way there
// leads: the order does not matter.
type Sum struct {
	hi     int64
	lo     uint64
	poison Amount
}

// Add adds an amount.
func (s *Sum) Add(a Amount) {
	if a.over {
		s.poison = a
	}
	lo, carry := bits.Add64(s.lo, uint64(a.units), 0)
	s.lo = lo
	s.hi += a.units>>63 + int64(carry)
}

// Sub takes an amount off.
func (s *Sum) Sub(a Amount) { s.Add(a.Neg()) }

// Amount is the sum with so many decimals, poisoned if it is beyond the range.
func (s *Sum) Amount(digits int) Amount {
	switch {
	case s.poison.over:
		return Beyond(s.poison.Sign(), digits)
	case s.hi != int64(s.lo)>>63:
		return Beyond(cmp.Compare(s.hi, 0)|1, digits)
	}
	return Of(int64(s.lo), digits)
}

// RoundingMode says where an exact half goes.
type RoundingMode = value.Setting[roundingModes]

// The rounding modes.
const (
	HalfAway RoundingMode = iota // away from zero: 0.125 becomes 0.13; the default
	HalfEven                     // to the even neighbour: 0.125 becomes 0.12
)

type roundingModes struct{}

func (roundingModes) Keys() []string { return roundingModeKeys }

var roundingModeKeys = []string{"half_away", "half_even"}
