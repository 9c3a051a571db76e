package money_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

const (
	largest       = "922337203685477"
	almostLargest = "922337203685476.9999"
)

func TestAmountArithmetic(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ a, b, sum, difference string }{
		{"9.90", "0.10", "10.00", "9.80"},
		{"9.9", "0.10", "10.00", "9.80"},
		{"10", "0.0001", "10.0001", "9.9999"},
		{"0", "0.00", "0.00", "0.00"},
		{"-0.01", "0.02", "0.01", "-0.03"},
		{"-5", "-7", "-12", "2"},
		{almostLargest, "0.0001", "922337203685477.0000", "922337203685476.9998"},
		{"-" + largest, largest, "0", "out of range"},
		{largest, "0.0001", "out of range", almostLargest},
		{largest, largest, "out of range", "0"},
		{"-" + largest, "-" + almostLargest, "out of range", "-0.0001"},
	} {
		a, b := testkit.Amount(t, test.a), testkit.Amount(t, test.b)
		if got := a.Add(b).String(); got != test.sum {
			t.Errorf("%s + %s = %s, want %s", a, b, got, test.sum)
		}
		if got := b.Add(a).String(); got != test.sum {
			t.Errorf("%s + %s = %s, want %s", b, a, got, test.sum)
		}
		if got := a.Sub(b).String(); got != test.difference {
			t.Errorf("%s - %s = %s, want %s", a, b, got, test.difference)
		}
	}
}

func TestAmountSigns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text, negative, size string
		sign                 int
	}{
		{"9.90", "-9.90", "9.90", 1},
		{"-9.90", "9.90", "9.90", -1},
		{"-0.00", "0.00", "0.00", 0},
		{"-0.07", "0.07", "0.07", -1},
	} {
		a := testkit.Amount(t, test.text)
		if a.Neg().String() != test.negative || a.Abs().String() != test.size || a.Sign() != test.sign || a.IsZero() != (test.sign == 0) {
			t.Errorf("%s: negative %s, size %s, sign %d, zero %t", test.text, a.Neg(), a.Abs(), a.Sign(), a.IsZero())
		}
	}
}

func TestAmountCompare(t *testing.T) {
	t.Parallel()
	beyond := testkit.Amount(t, largest).Add(testkit.Amount(t, "0.01"))
	ascending := []money.Amount{
		beyond.Neg(), testkit.Amount(t, "-"+largest), testkit.Amount(t, "-0.0001"),
		{},
		testkit.Amount(t, "0.0001"), testkit.Amount(t, "9.9"), testkit.Amount(t, "9.91"),
		testkit.Amount(t, almostLargest), testkit.Amount(t, largest), beyond,
	}
	for i, a := range ascending {
		for j, b := range ascending {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := a.Cmp(b); got != want {
				t.Errorf("%s compared with %s is %d, want %d", a, b, got, want)
			}
			if a.Equal(b) != (want == 0) {
				t.Errorf("%s equals %s: %t", a, b, a.Equal(b))
			}
		}
	}
	if a, b := testkit.Amount(t, "9.9"), testkit.Amount(t, "9.9000"); !a.Equal(b) || a == b {
		t.Error("9.9 and 9.9000 are one value in two forms")
	}
}

func TestAmountBeyondRange(t *testing.T) {
	t.Parallel()
	beyond := testkit.Amount(t, largest).Add(testkit.Amount(t, "1"))
	for name, a := range map[string]money.Amount{
		"itself":          beyond,
		"less itself":     beyond.Sub(beyond),
		"less the excess": beyond.Sub(testkit.Amount(t, "1")),
		"negative":        beyond.Neg(),
		"size":            beyond.Neg().Abs(),
		"added":           testkit.Amount(t, "1.0001").Add(beyond),
		"through decimal": money.EUR.Round(beyond.Decimal()),
		"negated decimal": money.EUR.Round(beyond.Neg().Decimal()),
		"minor units":     money.EUR.Units(92233720368547701),
		"converted":       money.FromBase(beyond, decimal.NewFromInt(2), money.EUR, money.HalfAway),
		"converted down":  money.ToBase(beyond, decimal.New(1, 11), money.EUR, money.HalfAway),
		"64 bits":         money.FromBase(money.JPY.Units(1<<32), decimal.NewFromInt(1<<32), money.JPY, money.HalfAway),
		"128 bits":        money.FromBase(money.JPY.Units(1<<49), decimal.New(1<<60, 19), money.JPY, money.HalfAway),
		"division by 0":   money.ToBase(money.EUR.Units(0), decimal.Decimal{}, money.EUR, money.HalfAway),
	} {
		if err := a.Valid(); !errors.Is(err, codes.ErrOutOfRange) {
			t.Errorf("%s: %s is valid: %v", name, a, err)
		}
		if a.String() != "out of range" {
			t.Errorf("%s prints %s", name, a)
		}
		if text, err := json.Marshal(a); !errors.Is(err, codes.ErrOutOfRange) {
			t.Errorf("%s marshals as %s, %v", name, text, err)
		}
		if money.EUR.Fits(a) {
			t.Errorf("%s fits a currency", name)
		}
	}
	if beyond.Sign() != 1 || beyond.Neg().Sign() != -1 || beyond.IsZero() {
		t.Error("an amount beyond the range keeps its sign")
	}
}

func TestAmountText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"9.90": "9.90", "0": "0", "-0.0": "0.0", "007.5": "7.5", "-1234567.0001": "-1234567.0001", "0.05": "0.05",
		largest + ".0000": largest + ".0000", "-" + largest: "-" + largest,
	} {
		if got := testkit.Amount(t, text).String(); got != want {
			t.Errorf("%s reads back as %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]codes.Code{
		"": codes.ErrInvalid, "-": codes.ErrInvalid, ".5": codes.ErrInvalid, "5.": codes.ErrInvalid,
		"+5": codes.ErrInvalid, "1e3": codes.ErrInvalid, "1e400": codes.ErrInvalid, "NaN": codes.ErrInvalid,
		"Inf": codes.ErrInvalid, "0x10": codes.ErrInvalid, "1,000.00": codes.ErrInvalid, "1_000": codes.ErrInvalid,
		" 1": codes.ErrInvalid, "1 ": codes.ErrInvalid, "--1": codes.ErrInvalid, "1.2.3": codes.ErrInvalid, "١": codes.ErrInvalid,
		"0.00000":                         codes.ErrOutOfRange,
		"0." + strings.Repeat("1", 40):    codes.ErrOutOfRange,
		"922337203685477.0001":            codes.ErrOutOfRange,
		"-922337203685478":                codes.ErrOutOfRange,
		"9999999999999999999":             codes.ErrOutOfRange,
		strings.Repeat("9", 1<<20):        codes.ErrOutOfRange,
		"-" + strings.Repeat("0", 16):     codes.ErrOutOfRange,
		"1." + strings.Repeat("0", 1<<20): codes.ErrOutOfRange,
	} {
		a := testkit.Amount(t, "7.77")
		if err := a.UnmarshalText([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%.30q: %v, want %s", text, err, want)
		}
		if !a.Equal(testkit.Amount(t, "7.77")) {
			t.Errorf("%.30q: the refused text left %s", text, a)
		}
	}
}

func TestAmountRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := testkit.Currencies.Draw(t, "currency")
		a := c.Units(rapid.Int64().Draw(t, "units"))
		text, err := a.MarshalText()
		if (err == nil) != (a.Valid() == nil) {
			t.Fatalf("%s: marshals with %v, valid: %v", a, err, a.Valid())
		}
		if err != nil {
			return
		}
		var back money.Amount
		if err := back.UnmarshalText(text); err != nil || back != a {
			t.Fatalf("%s reads back as %s, %v", text, back, err)
		}
		if again := c.Round(a.Decimal()); again != a {
			t.Fatalf("%s is %s after a detour through decimal", a, again)
		}
	})
}

// TestRoundingIsExact compares conversions with rational arithmetic, for
// numbers that fit in 64 bits on the way and for those that do not.
func TestRoundingIsExact(t *testing.T) {
	t.Parallel()
	numbers := rapid.Custom(func(t *rapid.T) decimal.Decimal {
		digits := rapid.OneOf(
			rapid.StringMatching(`[1-9][0-9]{0,9}`), rapid.StringMatching(`[1-9][0-9]{10,17}`), rapid.StringMatching(`[1-9][0-9]{18,29}`),
		).Draw(t, "digits")
		m, _ := new(big.Int).SetString(digits, 10)
		return decimal.NewFromBigInt(m, -rapid.Int32Range(0, 25).Draw(t, "places"))
	})
	rapid.Check(t, func(t *rapid.T) {
		c, mode := testkit.Currencies.Draw(t, "currency"), testkit.Pricings.Draw(t, "pricing").RoundingMode
		a := c.Units(rapid.Int64Range(-9e10, 9e10).Draw(t, "amount"))
		from, to := numbers.Draw(t, "from"), numbers.Draw(t, "to")
		exact := new(big.Rat).Mul(a.Decimal().Rat(), to.Rat())
		exact.Quo(exact, from.Rat())
		want := roundRat(exact, c.Digits(), mode)
		got := money.Cross(a, from, to, c, mode)
		if limit := decimal.RequireFromString(largest); want.Abs().GreaterThan(limit) {
			if got.Valid() == nil || got.Sign() != want.Sign() {
				t.Fatalf("%s × %s ÷ %s is %s, want %s", a, to, from, got, want)
			}
			return
		}
		if got.Valid() != nil || !got.Decimal().Equal(want) {
			t.Fatalf("%s × %s ÷ %s is %s, want %s", a, to, from, got, want)
		}
	})
}

// roundRat rounds a rational number by the definition.
func roundRat(exact *big.Rat, digits int, mode money.RoundingMode) decimal.Decimal {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	scaled := new(big.Rat).Mul(exact, new(big.Rat).SetInt(scale))
	low := new(big.Int).Div(scaled.Num(), scaled.Denom())
	rest := new(big.Rat).Sub(scaled, new(big.Rat).SetInt(low))
	switch half := rest.Cmp(big.NewRat(1, 2)); {
	case half > 0,
		half == 0 && mode == money.HalfAway && exact.Sign() > 0,
		half == 0 && mode == money.HalfEven && low.Bit(0) == 1:
		low.Add(low, big.NewInt(1))
	}
	return decimal.NewFromBigInt(low, int32(-digits))
}

func TestDigitsOfQuantities(t *testing.T) {
	t.Parallel()
	wide, _ := new(big.Int).SetString("1"+strings.Repeat("0", 29), 10)
	for _, test := range []struct {
		number decimal.Decimal
		fits   bool
	}{
		{decimal.Decimal{}, true},
		{decimal.RequireFromString("99999999999.99999"), true},
		{decimal.RequireFromString("-99999999999.99999"), true},
		{decimal.RequireFromString("100000000000.00001"), false},
		{decimal.RequireFromString("0.000001"), false},
		{decimal.RequireFromString("1.5000000000"), true},
		{decimal.RequireFromString("-0.00001"), true},
		{decimal.New(1, 11), true},
		{decimal.New(1, 12), false},
		{decimal.New(1, 400000000), false},
		{decimal.New(1, -400000000), false},
		{decimal.New(0, 400000000), true},
		{decimal.NewFromBigInt(wide, -29), true},
		{decimal.NewFromBigInt(wide, -35), false},
		{decimal.NewFromBigInt(wide, -17), false},
		{decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 1<<20), -5), false},
		{decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(400), nil), -395), false}, // 100000, at great length
	} {
		if got := fits(test.number); got != test.fits {
			t.Errorf("%d significant bits, exponent %d: fits %t, want %t",
				test.number.Coefficient().BitLen(), test.number.Exponent(), got, test.fits)
		}
	}
}

func TestDigitsOfQuantitiesByText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.StringMatching(`0|[1-9][0-9]{0,24}`).Draw(t, "whole")
		behind := rapid.StringMatching(`[0-9]{0,24}`).Draw(t, "behind")
		d := decimal.RequireFromString(whole + "." + behind + "0")
		want := len(strings.TrimLeft(whole, "0")) <= 11 && len(strings.TrimRight(behind, "0")) <= 5
		if got := fits(d); got != want {
			t.Fatalf("%s is a quantity: %t", d, got)
		}
	})
}

// fits reports whether a number is taken as a quantity: at most 10^11, with at
// most five decimals.
func fits(quantity decimal.Decimal) bool {
	lines, _ := pricing.Price(pricing.PriceInput{Currency: money.EUR}, []pricing.Line{
		{WriteInText: "item", Quantity: value.Some(quantity), PricePerUnit: testkit.Some("0")},
	})
	return lines[0].PricingError == 0
}

func FuzzAmount(f *testing.F) {
	for _, seed := range []string{"9.90", "-0.0001", largest, "1e400", "NaN", "", "-", "0.00000", "922337203685477.5808"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var a money.Amount
		if err := a.UnmarshalText([]byte(text)); err != nil {
			return
		}
		d, err := decimal.NewFromString(text)
		if err != nil || !d.Equal(a.Decimal()) {
			t.Fatalf("%q is read as %s", text, a)
		}
		if a.Valid() != nil || d.Abs().GreaterThan(decimal.RequireFromString(largest)) {
			t.Fatalf("%q is beyond the range and accepted", text)
		}
		var back money.Amount
		if err := back.UnmarshalText([]byte(a.String())); err != nil || back != a {
			t.Fatalf("%q is written as %s and read back as %s, %v", text, a, back, err)
		}
	})
}
