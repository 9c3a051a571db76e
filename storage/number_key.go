package storage

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// NumberKey returns a text that sorts bytewise as numbers within [MaxDigits] do by
// value; equal numbers have the same. It is 0, 1 or 2 for the sign, three digits for the
// place of the first digit, then the digits without trailing zeros. Those of a negative
// number are turned round, with a stop behind that is greater than any digit.
func NumberKey(d decimal.Decimal) string {
	digits := d.Coefficient().String()
	negative := strings.HasPrefix(digits, "-")
	digits = strings.TrimPrefix(digits, "-")
	place := len(digits) + int(d.Exponent())
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		return "1"
	}
	key := fmt.Sprintf("%03d%s", middlePlace+place, digits)
	if !negative {
		return "2" + key
	}
	return "0" + turned(key) + "~"
}

// ParseNumberKey returns the number of which NumberKey made a key; ErrInvalid if there
// is none.
func ParseNumberKey(key string) (decimal.Decimal, error) {
	fault := fmt.Errorf("%w: no key of a number", ErrInvalid)
	if key == "1" {
		return decimal.Decimal{}, nil
	}
	if len(key) < 5 {
		return decimal.Decimal{}, fault
	}
	sign, text := "", key[1:]
	switch {
	case key[0] == '0' && strings.HasSuffix(text, "~"):
		sign, text = "-", turned(strings.TrimSuffix(text, "~"))
	case key[0] != '2':
		return decimal.Decimal{}, fault
	}
	place, err := strconv.ParseUint(text[:3], 10, 16)
	if err != nil {
		return decimal.Decimal{}, fault
	}
	digits := text[3:]
	d, err := decimal.NewFromString(sign + digits + "e" + strconv.Itoa(int(place)-middlePlace-len(digits)))
	if err != nil || !validAmount(d) || NumberKey(d) != key {
		return decimal.Decimal{}, fault
	}
	return d, nil
}

// middlePlace is what the places of first digits are counted from.
const middlePlace = 500

func turned(digits string) string {
	b := []byte(digits)
	for i, c := range b {
		b[i] = '0' + '9' - c
	}
	return string(b)
}
