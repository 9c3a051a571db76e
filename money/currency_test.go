package money_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleCurrency_Round() {
	price := decimal.RequireFromString("3.333")
	fmt.Println(money.EUR.Round(price), money.JPY.Round(price), money.BHD.Round(price))

	half := decimal.RequireFromString("-0.125")
	fmt.Println(money.EUR.Round(half), money.EUR.RoundMode(half, money.HalfEven))
	// Output:
	// 3.33 3 3.333
	// -0.13 -0.12
}

func ExampleCurrency_Split() {
	total := money.EUR.MustAmount("100.00")
	third := decimal.NewFromInt(1)
	fmt.Println(money.EUR.Split(total, third, third, third))

	deposit, rest := decimal.NewFromInt(30), decimal.NewFromInt(70)
	fmt.Println(money.EUR.Split(money.EUR.MustAmount("0.05"), deposit, rest))
	// Output:
	// [33.34 33.33 33.33]
	// [0.01 0.04]
}

func ExampleParseCurrency() {
	euro, _ := money.ParseCurrency("EUR")
	precise, _ := money.ParseCurrency("EUR/4")
	fmt.Println(euro, euro.Digits(), euro.Zero())
	fmt.Println(precise, precise.Digits(), precise.Zero())
	// Output:
	// EUR 2 0.00
	// EUR/4 4 0.0000
}

func TestCurrencyText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]money.Currency{
		"EUR": money.EUR, "EUR/2": money.EUR, "JPY": money.JPY, "BHD": money.BHD, "CLF": money.CLF,
	} {
		c, err := money.ParseCurrency(text)
		if err != nil || c != want {
			t.Errorf("%s is read as %s, %v", text, c, err)
		}
	}
	for text, want := range map[string]codes.Code{
		"": codes.ErrInvalid, "eur": codes.ErrInvalid, "EU": codes.ErrInvalid, "EURO": codes.ErrInvalid,
		"XXX": codes.ErrInvalid, "DEM": codes.ErrInvalid, "EUR/": codes.ErrInvalid, "EUR/x": codes.ErrInvalid,
		"EUR/02": codes.ErrInvalid, "/2": codes.ErrInvalid, "E\x00R/2": codes.ErrInvalid, "EUR/5": codes.ErrOutOfRange,
	} {
		if c, err := money.ParseCurrency(text); !errors.Is(err, want) || c != 0 {
			t.Errorf("%q is read as %s, %v, want %s", text, c, err, want)
		}
	}
	for code, want := range map[string]codes.Code{"EUR": codes.ErrOutOfRange, "eur": codes.ErrInvalid, "É2": codes.ErrInvalid} {
		if c, err := money.NewCurrency(code, -1); !errors.Is(err, want) || c != 0 {
			t.Errorf("%q with -1 decimals is %s, %v, want %s", code, c, err, want)
		}
	}
}

func TestCurrencyJSON(t *testing.T) {
	t.Parallel()
	own, err := money.NewCurrency("XBT", 4)
	if err != nil {
		t.Fatal(err)
	}
	type record struct {
		Currency money.Currency `json:"currency,omitzero"`
	}
	for _, test := range []struct {
		currency money.Currency
		text     string
	}{
		{money.USD, `{"currency":"USD"}`},
		{own, `{"currency":"XBT/4"}`},
		{0, `{}`},
	} {
		text, err := json.Marshal(record{test.currency})
		if err != nil || string(text) != test.text {
			t.Errorf("%s is written as %s, %v", test.currency, text, err)
		}
		back := record{money.SEK}
		if test.currency == 0 {
			back.Currency = 0
		}
		if err := json.Unmarshal(text, &back); err != nil || back.Currency != test.currency {
			t.Errorf("%s is read as %s, %v", text, back.Currency, err)
		}
	}
	for _, c := range []money.Currency{1, 42 << 24, money.EUR + 7, 0xffffffff} {
		if text, err := json.Marshal(c); !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("the integer %d is written as %s, %v", uint32(c), text, err)
		}
		if d := c.Digits(); d < 0 || d > 4 {
			t.Errorf("the integer %d has %d decimals", uint32(c), d)
		}
		_ = c.Round(decimal.NewFromInt(1)) // does not panic
	}
	if money.Currency(0).String() != "" || money.Currency(0).Code() != "" {
		t.Error("a currency that is not set has a text")
	}
}

func TestCurrencies(t *testing.T) {
	t.Parallel()
	all := money.Currencies()
	digits := map[int]int{}
	for i, c := range all {
		digits[c.Digits()]++
		if i > 0 && all[i-1].Code() >= c.Code() {
			t.Errorf("%s follows %s", c, all[i-1])
		}
		if back, err := money.ParseCurrency(c.String()); err != nil || back != c || len(c.String()) != 3 {
			t.Errorf("%s is read back as %s, %v", c, back, err)
		}
	}
	if want := (map[int]int{0: 17, 2: 139, 3: 7, 4: 2}); fmt.Sprint(digits) != fmt.Sprint(want) {
		t.Errorf("currencies by decimals: %v, want %v", digits, want)
	}
	all[0] = 0
	if money.Currencies()[0] == 0 {
		t.Error("the list can be changed from outside")
	}
	for _, c := range []money.Currency{
		money.EUR, money.USD, money.GBP, money.JPY, money.CHF, money.CNY, money.INR, money.CAD,
		money.AUD, money.NZD, money.SEK, money.NOK, money.DKK, money.PLN, money.CZK, money.HUF,
		money.RON, money.TRY, money.ILS, money.AED, money.SAR, money.SGD, money.HKD, money.TWD,
		money.KRW, money.THB, money.IDR, money.MYR, money.PHP, money.VND, money.BRL, money.MXN,
		money.ARS, money.CLP, money.COP, money.CLF, money.ZAR, money.NGN, money.EGP, money.BHD,
		money.KWD, money.TND, money.JOD, money.OMR, money.ISK,
	} {
		if !slices.Contains(money.Currencies(), c) {
			t.Errorf("%s is not in the table as a constant has it", c)
		}
	}
}

// TestCurrenciesAgainstISO compares the table with the published list, where
// that lies beside the project.
func TestCurrenciesAgainstISO(t *testing.T) {
	t.Parallel()
	file, err := os.Open(testkit.Path("..", "shared", "data", "iso4217", "codes-all.csv"))
	if err != nil {
		t.Skip("the published list is not here")
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, row := range rows[1:] {
		if code, minor, withdrawn := row[2], row[4], row[5]; code != "" && withdrawn == "" && minor != "" && minor != "-" {
			want[code+"/"+minor] = true
		}
	}
	got := map[string]bool{}
	for _, c := range money.Currencies() {
		got[fmt.Sprintf("%s/%d", c, c.Digits())] = true
	}
	for c := range want {
		if !got[c] {
			t.Errorf("%s is missing", c)
		}
	}
	for c := range got {
		if !want[c] {
			t.Errorf("%s is not in the list", c)
		}
	}
}

func TestCurrencyAmount(t *testing.T) {
	t.Parallel()
	if a := money.EUR.MustAmount("9.9"); a.String() != "9.90" {
		t.Errorf("9.9 euro is %s", a)
	}
	if a := money.EUR.Units(-5); a.String() != "-0.05" {
		t.Errorf("-5 cents are %s", a)
	}
	for text, want := range map[string]codes.Code{"9.900": codes.ErrOutOfRange, "9,90": codes.ErrInvalid, "1000000000000000": codes.ErrOutOfRange} {
		if a, err := money.EUR.Amount(text); !errors.Is(err, want) {
			t.Errorf("%s euro is %s, %v, want %s", text, a, err, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("half a yen was accepted")
		}
	}()
	money.JPY.MustAmount("0.5")
}

func TestCurrencyFits(t *testing.T) {
	t.Parallel()
	for text, fits := range map[string]bool{"1": true, "1.0": true, "1.0000": true, "0.0000": true, "1.5": false, "0.0001": false, "-2.00": true} {
		if got := money.JPY.Fits(testkit.Amount(t, text)); got != fits {
			t.Errorf("%s fits yen: %t", text, got)
		}
		if !money.CLF.Fits(testkit.Amount(t, text)) {
			t.Errorf("%s does not fit 4 decimals", text)
		}
	}
}

func TestRoundHugeNumbers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		number decimal.Decimal
		want   string
	}{
		{decimal.New(1, 400000000), "out of range"},
		{decimal.New(-1, 400000000), "out of range"},
		{decimal.New(1, -400000000), "0.00"},
		{decimal.New(0, 400000000), "0.00"},
		{decimal.New(1, 14), "100000000000000.00"},
		{decimal.New(5, -3), "0.01"},
		{decimal.RequireFromString("0.00499999999999999999999999999999999999999999"), "0.00"},
		{decimal.RequireFromString("0.00500000000000000000000000000000000000000001"), "0.01"},
		{decimal.RequireFromString("123456789012345.12500000000000000000000000000000000000000000000001"), "123456789012345.13"},
		{decimal.RequireFromString("922337203685477.00499999"), "922337203685477.00"},
		{decimal.RequireFromString("-184467440737095516.17"), "out of range"}, // its low 64 bits are small
		{decimal.RequireFromString("184467440737095516.17"), "out of range"},
		{decimal.RequireFromString("922337203685477.005"), "out of range"},
		{decimal.Decimal{}, "0.00"},
	} {
		if got := money.EUR.Round(test.number).String(); got != test.want {
			t.Errorf("%d bits with exponent %d are rounded to %s, want %s", test.number.Coefficient().BitLen(), test.number.Exponent(), got, test.want)
		}
	}
}

func TestRoundHalfEven(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"0.125": "0.12", "0.135": "0.14", "-0.125": "-0.12", "-0.135": "-0.14", "0.1250001": "0.13",
		"0.12500000000000000000000000000000000": "0.12", "0.13500000000000000000000000000000000": "0.14",
		"0.12500000000000000000000000000000001": "0.13",
	} {
		if got := money.EUR.RoundMode(decimal.RequireFromString(number), money.HalfEven).String(); got != want {
			t.Errorf("%s is rounded to %s, want %s", number, got, want)
		}
	}
}

func TestSplitAddsUp(t *testing.T) {
	t.Parallel()
	weightLists := rapid.SliceOfN(testkit.Decimals(1e15, 9), 1, 12)
	rapid.Check(t, func(t *rapid.T) {
		c := testkit.Currencies.Draw(t, "currency")
		total := c.Units(rapid.Int64Range(-1e9, 1e9).Draw(t, "total"))
		weights := weightLists.Draw(t, "weights")
		parts := c.Split(total, weights...)
		sum := c.Zero()
		for _, part := range parts {
			if part.Valid() != nil {
				return // weights that nearly cancel each other make parts of any size
			}
			sum = sum.Add(part)
		}
		if len(parts) != len(weights) || !sum.Equal(total) {
			t.Fatalf("parts of %s add up to %s", total, sum)
		}
		mirrored := c.Split(total.Neg(), weights...)
		for i := range parts {
			if !mirrored[i].Equal(parts[i].Neg()) {
				t.Fatalf("part %d of %s is %s, of its negative %s", i, total, parts[i], mirrored[i])
			}
		}
	})
}

// TestSplitIsFair checks the parts against their exact shares: each is one of
// the two nearest, and no part got a unit before one with a larger claim.
func TestSplitIsFair(t *testing.T) {
	t.Parallel()
	weightLists := rapid.SliceOfN(rapid.Int64Range(1, 20), 1, 8)
	rapid.Check(t, func(t *rapid.T) {
		c := testkit.Currencies.Draw(t, "currency")
		units := rapid.Int64Range(0, 1000).Draw(t, "total")
		var weights []decimal.Decimal
		var sum int64
		drawn := weightLists.Draw(t, "weights")
		for _, w := range drawn {
			weights, sum = append(weights, decimal.New(w, -1)), sum+w
		}
		type claim struct {
			rest, weight int64
			given        bool
		}
		var claims []claim
		for i, part := range c.Split(c.Units(units), weights...) {
			low := units * drawn[i] / sum
			extra := part.Sub(c.Units(low))
			if !extra.IsZero() && !extra.Equal(c.Units(1)) {
				t.Fatalf("part %d of %d is %s, its share rounded down %d", i, units, part, low)
			}
			claims = append(claims, claim{units * drawn[i] % sum, drawn[i], !extra.IsZero()})
		}
		for i, a := range claims {
			for j, b := range claims {
				before := a.rest > b.rest || a.rest == b.rest && (a.weight > b.weight || a.weight == b.weight && i < j)
				if before && b.given && !a.given {
					t.Fatalf("part %d got a unit before part %d: %+v", j, i, claims)
				}
			}
		}
	})
}

func TestSplitEdges(t *testing.T) {
	t.Parallel()
	n := decimal.NewFromInt
	huge := decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(30), nil), 0)
	for _, test := range []struct {
		name    string
		total   money.Amount
		weights []decimal.Decimal
		want    string
	}{
		{"no weights", money.EUR.Units(5), nil, "[]"},
		{"no weight at all", money.EUR.Units(5), []decimal.Decimal{{}, {}}, "[0.03 0.02]"},
		{"weights that cancel", money.EUR.Units(5), []decimal.Decimal{n(1), n(-1)}, "[0.03 0.02]"},
		{"negative sum", money.EUR.Units(5), []decimal.Decimal{n(-1), n(-3)}, "[0.01 0.04]"},
		{"huge weights", money.EUR.Units(5), []decimal.Decimal{huge, huge.Mul(n(4))}, "[0.01 0.04]"},
		{"microscopic weights", money.EUR.Units(5), []decimal.Decimal{decimal.New(1, -39), decimal.New(4, -39)}, "[0.01 0.04]"},
		{"weights beyond reason", money.EUR.Units(5), []decimal.Decimal{decimal.New(1, 400000000), n(1)}, "[out of range out of range]"},
		{"parts beyond the range", money.EUR.Units(5), []decimal.Decimal{huge, huge.Neg().Add(n(1))}, "[out of range out of range]"},
		{"total beyond the range", money.CLF.Units(9e18).Add(money.CLF.Units(9e18)), []decimal.Decimal{n(1), n(1)}, "[out of range out of range]"},
		{"finer total", money.BHD.Units(5), []decimal.Decimal{n(1), n(1)}, "[0.003 0.002]"},
		{"coarser total", money.JPY.Units(1), []decimal.Decimal{n(1), n(2)}, "[0.33 0.67]"},
		{"nothing", money.EUR.Zero(), []decimal.Decimal{n(1), n(2)}, "[0.00 0.00]"},
	} {
		if got := fmt.Sprint(money.EUR.Split(test.total, test.weights...)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// TestAllocationsAgree compares the allocation of documents with that of
// Split.
func TestAllocationsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := testkit.Currencies.Draw(t, "currency")
		limit := rapid.SampledFrom([]int64{3, 1e11}).Draw(t, "limit") // small ones tie
		var nets []money.Amount
		var weights []decimal.Decimal
		total := c.Zero()
		for range rapid.IntRange(1, 10).Draw(t, "lines") {
			net := c.Units(rapid.Int64Range(-limit, limit).Draw(t, "net"))
			nets, weights, total = append(nets, net), append(weights, net.Decimal()), total.Add(net)
		}
		if total.IsZero() {
			return
		}
		discount := testkit.Between(t, c, total, "discount")
		lines := make([]pricing.Line, len(nets))
		for i, net := range nets {
			lines[i] = pricing.Line{WriteInText: "item", Quantity: testkit.Some("1"), PricePerUnit: value.Some(net.Decimal())}
		}
		p := pricing.PriceInput{Currency: c, Charges: pricing.Charges{DiscountAmount: value.Some(discount)}}
		p.Pricing.PricingPrecision = value.Some[int8](4)
		lines, _ = pricing.Price(p, lines)
		got, want := make([]money.Amount, len(lines)), c.Split(discount, weights...)
		for i := range lines {
			got[i] = lines[i].AllocatedDiscount
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s over %s is %s, want %s", discount, nets, got, want)
		}
	})
}

func FuzzCurrency(f *testing.F) {
	for _, seed := range []string{"EUR", "EUR/4", "XBT/0", "", "eur", "EUR/9", "EUR//"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var c money.Currency
		if err := c.UnmarshalText([]byte(text)); err != nil {
			return
		}
		written, err := c.MarshalText()
		if err != nil {
			t.Fatalf("%q is read as %s, which is not written: %v", text, c, err)
		}
		var back money.Currency
		if err := back.UnmarshalText(written); err != nil || back != c {
			t.Fatalf("%q is written as %s and read back as %s, %v", text, written, back, err)
		}
	})
}
