package storage_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/storage"
)

// Keys of numbers sort as the numbers do, whatever their scale, and lead back to them.
func TestNumberKey(t *testing.T) {
	t.Parallel()
	number := rapid.Custom(func(t *rapid.T) decimal.Decimal {
		digits := rapid.StringMatching(`-?[0-9]{1,38}`).Draw(t, "digits")
		d := decimal.RequireFromString(digits)
		return d.Shift(int32(rapid.IntRange(-storage.MaxDigits, storage.MaxDigits-d.NumDigits()).Draw(t, "places")))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		if rapid.Bool().Draw(t, "near") {
			b = a.Add(decimal.New(1, a.Exponent()))
		}
		if got, want := strings.Compare(storage.NumberKey(a), storage.NumberKey(b)), a.Cmp(b); got != want {
			t.Errorf("%s and %s: the keys compare as %d, the numbers as %d", a, b, got, want)
		}
		if back, err := storage.ParseNumberKey(storage.NumberKey(a)); err != nil || !back.Equal(a) {
			t.Errorf("%s comes back as %s: %v", a, back, err)
		}
	})
	for _, text := range []string{"", "0", "2", "2500", "3501100", "0498", "0498~", "2501a", "25011 ", "2501\x00", "29991"} {
		if d, err := storage.ParseNumberKey(text); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%q is the key of %s, %v; want ErrInvalid", text, d, err)
		}
	}
}
