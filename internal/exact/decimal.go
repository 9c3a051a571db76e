package exact

import (
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
)

// SplitNumber returns the digits before and behind the point of a plain
// decimal number.
func SplitNumber(text string) (whole, decimals string, err error) {
	digits := func(from int) int {
		for from < len(text) && '0' <= text[from] && text[from] <= '9' {
			from++
		}
		return from
	}
	start := 0
	if len(text) > 0 && text[0] == '-' {
		start = 1
	}
	point := digits(start)
	end := point
	if point < len(text) && text[point] == '.' {
		end = digits(point + 1)
		decimals = text[point+1 : end]
	}
	if point == start || end == point+1 || end < len(text) {
		return "", "", codes.ErrInvalid.Fault("not a number")
	}
	return text[start:point], decimals, nil
}

// MaxPlaces is how many digits a decimal number in text may have before and
// behind the point: more than any quantity, price, percentage or rate.
const MaxPlaces = 20

// ParseDecimal reads a plain decimal number.
func ParseDecimal(text string) (decimal.Decimal, error) {
	whole, decimals, err := SplitNumber(text)
	if err != nil {
		return decimal.Decimal{}, err
	}
	if len(whole) > MaxPlaces || len(decimals) > MaxPlaces {
		return decimal.Decimal{}, codes.ErrOutOfRange.Fault("the number has too many digits")
	}
	if m, err := strconv.ParseInt(whole+decimals, 10, 64); err == nil {
		if text[0] == '-' {
			m = -m
		}
		return decimal.New(m, -int32(len(decimals))), nil
	}
	return decimal.NewFromString(text)
}

// FormatDecimal writes a decimal with all its decimals, whatever the switches
// of the decimal package say.
func FormatDecimal(d decimal.Decimal) (string, error) {
	if !CheckDecimal(d, MaxPlaces, MaxPlaces) {
		return "", codes.ErrOutOfRange.Fault("the number has too many digits")
	}
	places := min(max(0, -d.Exponent()), MaxPlaces)
	if d.IsZero() {
		d = decimal.New(0, -places) // whatever its exponent was
	}
	return d.StringFixed(places), nil
}
