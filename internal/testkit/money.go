package testkit

import (
	"encoding/json"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/value"
)

// Amount reads an amount with the decimals it is written with.
func Amount(t testing.TB, text string) money.Amount {
	t.Helper()
	var a money.Amount
	if err := a.UnmarshalText([]byte(text)); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return a
}

var (
	Currencies = rapid.Custom(func(t *rapid.T) money.Currency {
		c, err := money.NewCurrency("XTS", rapid.IntRange(0, 4).Draw(t, "digits"))
		if err != nil {
			t.Fatal(err)
		}
		return c
	})
	Pricings = rapid.Custom(func(t *rapid.T) pricing.Pricing {
		p := pricing.Pricing{
			RoundingMode:   rapid.SampledFrom([]money.RoundingMode{money.HalfAway, money.HalfEven}).Draw(t, "mode"),
			DiscountMethod: rapid.SampledFrom([]pricing.DiscountMethod{pricing.DiscountLineItem, pricing.DiscountPerUnit}).Draw(t, "method"),
		}
		if rapid.Bool().Draw(t, "own precision") {
			p.PricingPrecision = value.Some(rapid.Int8Range(0, 4).Draw(t, "precision"))
		}
		return p
	})
)

// Decimals draws m × 10^-places; halves and zeros are frequent.
func Decimals(limit int64, places int32) *rapid.Generator[decimal.Decimal] {
	return rapid.Custom(func(t *rapid.T) decimal.Decimal {
		m := rapid.Int64Range(-limit, limit).Draw(t, "m")
		if rapid.IntRange(0, 3).Draw(t, "tie") == 0 {
			m = m/10*10 + 5
		}
		return decimal.New(m, -rapid.Int32Range(0, places).Draw(t, "places"))
	})
}

// Between draws an amount between 0 and a bound of either sign.
func Between(t *rapid.T, c money.Currency, bound money.Amount, label string) money.Amount {
	units := bound.Decimal().Shift(int32(c.Digits())).IntPart()
	return c.Units(rapid.Int64Range(min(units, 0), max(units, 0)).Draw(t, label))
}

// Inside reports whether a lies between 0 and a bound of either sign.
func Inside(a, bound money.Amount) bool {
	return a.IsZero() || a.Sign() == bound.Sign() && a.Abs().Cmp(bound.Abs()) <= 0
}

type (
	Number = value.Opt[decimal.Decimal]
	Money  = value.Opt[money.Amount]
)

func Some(text string) Number { return value.Some(decimal.RequireFromString(text)) }

func Euro(text string) Money { return value.Some(money.EUR.MustAmount(text)) }

// Canonical is JSON with sorted keys.
func Canonical(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
