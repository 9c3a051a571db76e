package money

import (
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/exact"
)

// Currency is a three-letter code and the decimals of its amounts, 0 to 4. The
// zero Currency is "not set". Its text is the code, "EUR", with the decimals
// only where they differ from ISO 4217 or the code is not in it: "EUR/4".
//
// The integer holds the letters in its upper three bytes and the decimals in
// the lowest. Make a Currency with [ParseCurrency] or [NewCurrency].
type Currency uint32

// Widely used currencies; [Currencies] lists all of ISO 4217.
const (
	EUR Currency = 'E'<<24 + 'U'<<16 + 'R'<<8 + 2
	USD Currency = 'U'<<24 + 'S'<<16 + 'D'<<8 + 2
	GBP Currency = 'G'<<24 + 'B'<<16 + 'P'<<8 + 2
	JPY Currency = 'J'<<24 + 'P'<<16 + 'Y'<<8 + 0
	CHF Currency = 'C'<<24 + 'H'<<16 + 'F'<<8 + 2
	CNY Currency = 'C'<<24 + 'N'<<16 + 'Y'<<8 + 2
	INR Currency = 'I'<<24 + 'N'<<16 + 'R'<<8 + 2
	CAD Currency = 'C'<<24 + 'A'<<16 + 'D'<<8 + 2
	AUD Currency = 'A'<<24 + 'U'<<16 + 'D'<<8 + 2
	NZD Currency = 'N'<<24 + 'Z'<<16 + 'D'<<8 + 2
	SEK Currency = 'S'<<24 + 'E'<<16 + 'K'<<8 + 2
	NOK Currency = 'N'<<24 + 'O'<<16 + 'K'<<8 + 2
	DKK Currency = 'D'<<24 + 'K'<<16 + 'K'<<8 + 2
	PLN Currency = 'P'<<24 + 'L'<<16 + 'N'<<8 + 2
	CZK Currency = 'C'<<24 + 'Z'<<16 + 'K'<<8 + 2
	HUF Currency = 'H'<<24 + 'U'<<16 + 'F'<<8 + 2
	RON Currency = 'R'<<24 + 'O'<<16 + 'N'<<8 + 2
	TRY Currency = 'T'<<24 + 'R'<<16 + 'Y'<<8 + 2
	ILS Currency = 'I'<<24 + 'L'<<16 + 'S'<<8 + 2
	AED Currency = 'A'<<24 + 'E'<<16 + 'D'<<8 + 2
	SAR Currency = 'S'<<24 + 'A'<<16 + 'R'<<8 + 2
	SGD Currency = 'S'<<24 + 'G'<<16 + 'D'<<8 + 2
	HKD Currency = 'H'<<24 + 'K'<<16 + 'D'<<8 + 2
	TWD Currency = 'T'<<24 + 'W'<<16 + 'D'<<8 + 2
	KRW Currency = 'K'<<24 + 'R'<<16 + 'W'<<8 + 0
	THB Currency = 'T'<<24 + 'H'<<16 + 'B'<<8 + 2
	IDR Currency = 'I'<<24 + 'D'<<16 + 'R'<<8 + 2
	MYR Currency = 'M'<<24 + 'Y'<<16 + 'R'<<8 + 2
	PHP Currency = 'P'<<24 + 'H'<<16 + 'P'<<8 + 2
	VND Currency = 'V'<<24 + 'N'<<16 + 'D'<<8 + 0
	BRL Currency = 'B'<<24 + 'R'<<16 + 'L'<<8 + 2
	MXN Currency = 'M'<<24 + 'X'<<16 + 'N'<<8 + 2
	ARS Currency = 'A'<<24 + 'R'<<16 + 'S'<<8 + 2
	CLP Currency = 'C'<<24 + 'L'<<16 + 'P'<<8 + 0
	COP Currency = 'C'<<24 + 'O'<<16 + 'P'<<8 + 2
	CLF Currency = 'C'<<24 + 'L'<<16 + 'F'<<8 + 4
	ZAR Currency = 'Z'<<24 + 'A'<<16 + 'R'<<8 + 2
	NGN Currency = 'N'<<24 + 'G'<<16 + 'N'<<8 + 2
	EGP Currency = 'E'<<24 + 'G'<<16 + 'P'<<8 + 2
	BHD Currency = 'B'<<24 + 'H'<<16 + 'D'<<8 + 3
	KWD Currency = 'K'<<24 + 'W'<<16 + 'D'<<8 + 3
	TND Currency = 'T'<<24 + 'N'<<16 + 'D'<<8 + 3
	JOD Currency = 'J'<<24 + 'O'<<16 + 'D'<<8 + 3
	OMR Currency = 'O'<<24 + 'M'<<16 + 'R'<<8 + 3
	ISK Currency = 'I'<<24 + 'S'<<16 + 'K'<<8 + 0
)

// NewCurrency returns the currency with a code of three capital letters, which
// need not be in ISO 4217, and its own decimals. Another code is ErrInvalid,
// other decimals than 0 to 4 are ErrOutOfRange.
func NewCurrency(code string, digits int) (Currency, error) {
	if len(code) != 3 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return 0, codes.ErrInvalid.Fault("a currency code is three capital letters")
	}
	if digits < 0 || digits > MaxDigits {
		return 0, codes.ErrOutOfRange.Fault("a currency has 0 to 4 decimals")
	}
	return Currency(code[0])<<24 | Currency(code[1])<<16 | Currency(code[2])<<8 | Currency(digits), nil
}

// ParseCurrency reads a code of ISO 4217, "EUR", or any code with its decimals,
// "EUR/4". Anything else is ErrInvalid, other decimals than 0 to 4 are
// ErrOutOfRange.
func ParseCurrency(text string) (Currency, error) {
	code, digits, own := strings.Cut(text, "/")
	switch {
	case !own:
		if i, ok := findISO(code); ok {
			return isoAt(i), nil
		}
		return 0, codes.ErrInvalid.Fault("not a currency of ISO 4217")
	case len(digits) != 1 || digits[0] < '0' || digits[0] > '9':
		return 0, codes.ErrInvalid.Fault("a currency reads EUR or EUR/4")
	}
	return NewCurrency(code, int(digits[0]-'0'))
}

// Currencies lists the active currencies of ISO 4217 that have a number of
// decimals, in the order of their codes.
func Currencies() []Currency {
	all := make([]Currency, len(iso4217)/isoRow)
	for i := range all {
		all[i] = isoAt(i)
	}
	return all
}

// iso4217 is the table of active currencies: codes in order, each followed by
// its decimals. Metals, units of account and test codes have none and are left
// out.
const (
	isoRow  = len("EUR2")
	iso4217 = "" +
		"AED2AFN2ALL2AMD2AOA2ARS2AUD2AWG2AZN2" +
		"BAM2BBD2BDT2BHD3BIF0BMD2BND2BOB2BOV2BRL2BSD2BTN2BWP2BYN2BZD2" +
		"CAD2CDF2CHE2CHF2CHW2CLF4CLP0CNY2COP2COU2CRC2CUP2CVE2CZK2" +
		"DJF0DKK2DOP2DZD2" +
		"EGP2ERN2ETB2EUR2" +
		"FJD2FKP2" +
		"GBP2GEL2GHS2GIP2GMD2GNF0GTQ2GYD2" +
		"HKD2HNL2HTG2HUF2" +
		"IDR2ILS2INR2IQD3IRR2ISK0" +
		"JMD2JOD3JPY0" +
		"KES2KGS2KHR2KMF0KPW2KRW0KWD3KYD2KZT2" +
		"LAK2LBP2LKR2LRD2LSL2LYD3" +
		"MAD2MDL2MGA2MKD2MMK2MNT2MOP2MRU2MUR2MVR2MWK2MXN2MXV2MYR2MZN2" +
		"NAD2NGN2NIO2NOK2NPR2NZD2" +
		"OMR3" +
		"PAB2PEN2PGK2PHP2PKR2PLN2PYG0" +
		"QAR2" +
		"RON2RSD2RUB2RWF0" +
		"SAR2SBD2SCR2SDG2SEK2SGD2SHP2SLE2SOS2SRD2SSP2STN2SVC2SYP2SZL2" +
		"THB2TJS2TMT2TND3TOP2TRY2TTD2TWD2TZS2" +
		"UAH2UGX0USD2USN2UYI0UYU2UYW4UZS2" +
		"VED2VES2VND0VUV0" +
		"WST2" +
		"XAD2XAF0XCD2XCG2XOF0XPF0" +
		"YER2" +
		"ZAR2ZMW2ZWG2"
)

func isoAt(i int) Currency {
	row := iso4217[i*isoRow:]
	return Currency(row[0])<<24 | Currency(row[1])<<16 | Currency(row[2])<<8 | Currency(row[3]-'0')
}

// findISO returns the row of a code.
func findISO[T string | []byte](code T) (int, bool) {
	low, high := 0, len(iso4217)/isoRow
	for low < high {
		i := (low + high) / 2
		switch row := iso4217[i*isoRow : i*isoRow+3]; {
		case row == string(code):
			return i, true
		case row < string(code):
			low = i + 1
		default:
			high = i
		}
	}
	return 0, false
}

// Code returns the three letters, "" if the currency is not set.
func (c Currency) Code() string {
	if c.IsZero() {
		return ""
	}
	code := [3]byte{byte(c >> 24), byte(c >> 16), byte(c >> 8)}
	if i, ok := findISO(code[:]); ok {
		return iso4217[i*isoRow : i*isoRow+3] // shared, not copied
	}
	return string(code[:])
}

// Digits returns the decimals of the currency's amounts.
func (c Currency) Digits() int { return int(min(c&0xff, MaxDigits)) }

// PriceDigits returns the decimals of unit prices, unless others are chosen.
func (c Currency) PriceDigits() int { return max(2, c.Digits()) }

// IsZero reports whether the currency is not set.
func (c Currency) IsZero() bool { return c == 0 }

// String returns the text form, "" if the currency is not set.
func (c Currency) String() string {
	if c.IsZero() {
		return ""
	}
	code := c.Code()
	if i, ok := findISO(code); ok && isoAt(i) == c {
		return code
	}
	return code + "/" + string('0'+rune(c.Digits()))
}

// IsValid reports whether the integer is a currency, or none.
func (c Currency) IsValid() bool {
	if c.IsZero() {
		return true
	}
	valid, err := NewCurrency(c.Code(), c.Digits())
	return err == nil && valid == c
}

// MarshalText returns the text form; an integer that is no currency is
// ErrInvalid.
func (c Currency) MarshalText() ([]byte, error) {
	if !c.IsValid() {
		return nil, codes.ErrInvalid.Fault("not a currency")
	}
	return []byte(c.String()), nil
}

// UnmarshalText accepts what [ParseCurrency] does; the empty text is "not set".
func (c *Currency) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = 0
		return nil
	}
	v, err := ParseCurrency(string(text))
	if err != nil {
		return err
	}
	*c = v
	return nil
}

// Round returns d as an amount; an exact half goes away from zero. A value
// beyond the range of [Amount] is poisoned.
func (c Currency) Round(d decimal.Decimal) Amount { return c.RoundMode(d, HalfAway) }

// RoundMode returns d as an amount, with a rounding mode. A value beyond the
// range of [Amount] is poisoned.
func (c Currency) RoundMode(d decimal.Decimal, mode RoundingMode) Amount {
	return MulDiv(exact.NumOf(d), exact.One, exact.One, c.Digits(), mode)
}

// Amount reads a plain decimal number, "9.90", exactly. More decimals than the
// currency has, or a value beyond the range, are ErrOutOfRange; anything else
// is ErrInvalid.
func (c Currency) Amount(text string) (Amount, error) {
	if c.IsZero() {
		return Amount{}, codes.ErrInvalid.Fault("no currency is set")
	}
	a, err := parseAmount(text)
	if err != nil {
		return Amount{}, err
	}
	if a.Digits() > c.Digits() {
		return Amount{}, codes.ErrOutOfRange.Fault("the amount has more decimals than its currency")
	}
	return a.Scaled(c.Digits()), nil
}

// MustAmount is [Currency.Amount] for constants and tests: it panics if the
// text is not an amount of the currency.
func (c Currency) MustAmount(text string) Amount {
	a, err := c.Amount(text)
	if err != nil {
		panic("leadtocash: amount " + text + ": " + err.Error())
	}
	return a
}

// Zero returns 0 with the currency's decimals.
func (c Currency) Zero() Amount { return Amount{digits: int8(c.Digits())} }

// Units returns so many minor units: EUR.Units(990) is 9.90. A value beyond the
// range of [Amount] is poisoned.
func (c Currency) Units(minor int64) Amount { return Of(minor, c.Digits()) }

// Fits reports whether the currency can hold the value of a: it is within the
// range and needs no more decimals than the currency has.
func (c Currency) Fits(a Amount) bool {
	if a.over {
		return false
	}
	return a.Digits() <= c.Digits() || a.units%int64(exact.Pow10[a.Digits()-c.Digits()]) == 0
}

// RoundAmount brings an amount to the currency's decimals.
func (c Currency) RoundAmount(a Amount, mode RoundingMode) Amount {
	if a.Digits() <= c.Digits() {
		return a.Scaled(c.Digits())
	}
	return MulDiv(a.Num(), exact.One, exact.One, c.Digits(), mode)
}

// ToBase converts an amount to the base currency, rounded once: it is divided
// by the rate, which is in units of the amount's currency per unit of the base
// currency. A rate of 0 gives a poisoned amount.
func ToBase(a Amount, rate decimal.Decimal, base Currency, mode RoundingMode) Amount {
	return MulDiv(a.Num(), exact.One, exact.NumOf(rate), base.Digits(), mode)
}

// FromBase converts an amount in base currency to another one, rounded once:
// it is multiplied by that currency's rate.
func FromBase(a Amount, rate decimal.Decimal, to Currency, mode RoundingMode) Amount {
	return MulDiv(a.Num(), exact.NumOf(rate), exact.One, to.Digits(), mode)
}

// Cross converts an amount from one currency to another by their rates to the
// base currency, rounded once. A rate of 0 to convert from gives a poisoned
// amount.
func Cross(a Amount, from, rate decimal.Decimal, to Currency, mode RoundingMode) Amount {
	return MulDiv(a.Num(), exact.NumOf(rate), exact.NumOf(from), to.Digits(), mode)
}

// Split divides an amount in proportion to the weights, in whole minor units of
// the currency. There is one part for each weight, and the parts add up to the
// total exactly. Every part is its exact share rounded down or up; the minor
// units left over by rounding down go to the largest remainders, among equal
// ones to the largest weights, then to the first. A negative total mirrors the
// positive one. Weights may be negative, as long as their sum is not 0; if it
// is, all count the same.
//
// Parts are poisoned if they are beyond the range of [Amount], or if a weight
// has more than 40 digits before or behind the point.
func (c Currency) Split(total Amount, weights ...decimal.Decimal) []Amount {
	total = total.Scaled(c.Digits())
	parts := make([]Amount, len(weights))
	shares := split(total, weights)
	for i := range parts {
		switch {
		case shares == nil:
			parts[i] = Beyond(total.Sign(), total.Digits())
		case !shares[i].IsInt64():
			parts[i] = Beyond(shares[i].Sign(), total.Digits())
		default:
			parts[i] = Of(shares[i].Int64(), total.Digits())
		}
	}
	return parts
}

// split returns the parts in minor units, or nil if there are none.
func split(total Amount, weights []decimal.Decimal) []*big.Int {
	if total.over {
		return nil
	}
	exp := int32(0)
	for _, w := range weights {
		if !exact.CheckDecimal(w, exact.Farthest, exact.Farthest) {
			return nil
		}
		exp = min(exp, w.Exponent())
	}
	scaled, sum := make([]*big.Int, len(weights)), new(big.Int)
	for i, w := range weights {
		scaled[i] = w.Coefficient()
		scaled[i].Mul(scaled[i], exact.BigPow10(w.Exponent()-exp))
		sum.Add(sum, scaled[i])
	}
	if sum.Sign() == 0 {
		for i := range scaled {
			scaled[i] = big.NewInt(1)
		}
		sum.SetInt64(int64(len(scaled)))
	}
	return allocateBig(total.units, scaled, sum)
}
