package pricing_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
)

// TestMoneyDoesNotAllocate must not run beside other tests.
func TestMoneyDoesNotAllocate(t *testing.T) {
	a, b := money.EUR.Units(990), money.BHD.Units(12345)
	rate, price := decimal.RequireFromString("1.0842"), decimal.RequireFromString("19.995")
	for name, call := range map[string]func(){
		"add":     func() { a.Add(b) },
		"compare": func() { a.Cmp(b) },
		"round":   func() { money.EUR.Round(price) },
		"convert": func() { money.ToBase(a, rate, money.USD, money.HalfAway) },
	} {
		if n := testing.AllocsPerRun(100, call); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
	count := func(lines int) float64 {
		header, given := benchmarkDocument(lines)
		return testing.AllocsPerRun(10, func() { pricing.Price(header, given) })
	}
	if few, many := count(2), count(200); few != many {
		t.Errorf("2 lines cost %v allocations, 200 lines %v", few, many)
	}
}

// TestDecimalSwitches turns every switch of the decimal package. It must not
// run beside other tests.
func TestDecimalSwitches(t *testing.T) {
	division, power, quotes, iterations, zero := decimal.DivisionPrecision, decimal.PowPrecisionNegativeExponent,
		decimal.MarshalJSONWithoutQuotes, decimal.ExpMaxIterations, decimal.Zero
	t.Cleanup(func() {
		decimal.DivisionPrecision, decimal.PowPrecisionNegativeExponent = division, power
		decimal.MarshalJSONWithoutQuotes, decimal.ExpMaxIterations, decimal.Zero = quotes, iterations, zero
	})
	decimal.DivisionPrecision, decimal.PowPrecisionNegativeExponent = 0, 1
	decimal.MarshalJSONWithoutQuotes, decimal.ExpMaxIterations, decimal.Zero = true, 1, decimal.NewFromInt(7)

	for _, v := range readVectors(t, vectorFiles()[0]) {
		v.check(t)
	}
	line := pricing.Line{Quantity: testkit.Some("1.50"), PricePerUnit: testkit.Some("0.10"), ManualDiscount: testkit.Euro("0.10")}
	text := testkit.Canonical(t, line)
	for _, want := range []string{`"quantity":"1.50"`, `"price_per_unit":"0.10"`, `"manual_discount":"0.10"`} {
		if !strings.Contains(text, want) {
			t.Errorf("a line is %s, want %s in it", text, want)
		}
	}
	var back pricing.Line
	if err := json.Unmarshal([]byte(text), &back); err != nil || !back.Quantity.Equal(line.Quantity) {
		t.Errorf("reads back with the quantity %v, %v", back.Quantity, err)
	}
}
