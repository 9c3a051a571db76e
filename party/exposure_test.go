package party_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func rateTable(rates map[money.Currency]string) func(money.Currency) value.Opt[decimal.Decimal] {
	return func(c money.Currency) value.Opt[decimal.Decimal] {
		if text, known := rates[c]; known {
			return value.Some(decimal.RequireFromString(text))
		}
		return value.None[decimal.Decimal]()
	}
}

func exposed(c money.Currency, amount string) party.Exposed {
	return party.Exposed{Currency: c, Amount: c.MustAmount(amount)}
}

// A customer who buys in three currencies is one debtor; the order of what he owes
// and a factor of all rates change nothing.
func TestExposureIsOneSum(t *testing.T) {
	t.Parallel()
	list := party.Exposures{exposed(money.CHF, "2180.40"), exposed(money.NOK, "31507.75"), exposed(money.EUR, "2715.09")}
	limit := party.Exposed{Currency: money.CHF}
	rates := rateTable(map[money.Currency]string{money.CHF: "0.94", money.NOK: "11.62"})
	for range 3 {
		if sum, complete := list.In(limit, money.EUR, rates); sum.String() != "7281.40" || !complete {
			t.Errorf("%v come to %s, complete %t, want 7281.40", list, sum, complete)
		}
		list = append(list[1:], list[0])
	}
	// EUR is not the base: all rates are known, seven times what they were.
	scaled := rateTable(map[money.Currency]string{money.CHF: "6.58", money.NOK: "81.34", money.EUR: "7"})
	if sum, complete := list.In(limit, money.USD, scaled); sum.String() != "7281.40" || !complete {
		t.Errorf("with other rates they come to %s, complete %t", sum, complete)
	}
}

// Amounts are added up exactly and rounded once, half away from zero.
func TestExposureIsRoundedOnce(t *testing.T) {
	t.Parallel()
	rates := rateTable(map[money.Currency]string{money.CHF: "3"})
	thirds := party.Exposures{exposed(money.CHF, "0.01"), exposed(money.CHF, "0.01"), exposed(money.CHF, "0.01")}
	if sum, _ := thirds.In(party.Exposed{Currency: money.EUR}, money.EUR, rates); sum.String() != "0.01" {
		t.Errorf("three thirds of a cent are %s, want 0.01", sum)
	}
	rates = rateTable(map[money.Currency]string{money.CHF: "2"})
	if sum, _ := thirds[:1].In(party.Exposed{Currency: money.EUR}, money.EUR, rates); sum.String() != "0.01" {
		t.Errorf("half a cent is %s, want 0.01", sum)
	}
}

// The rate of today goes before that of the document; without either the amount is
// left out and the sum is not complete.
func TestExposureWithoutRateIsIncomplete(t *testing.T) {
	t.Parallel()
	none := rateTable(nil)
	own := exposed(money.SEK, "110.00")
	own.Rate = value.Some(decimal.RequireFromString("11"))
	euros := exposed(money.EUR, "5.00")
	for name, c := range map[string]struct {
		list     party.Exposures
		to       party.Exposed
		base     money.Currency
		rates    func(money.Currency) value.Opt[decimal.Decimal]
		sum      string
		complete bool
	}{
		"rate of the document":        {party.Exposures{own, euros}, party.Exposed{Currency: money.EUR}, money.EUR, none, "15.00", true},
		"rate of today":               {party.Exposures{own, euros}, party.Exposed{Currency: money.EUR}, money.EUR, rateTable(map[money.Currency]string{money.SEK: "22"}), "10.00", true},
		"a rate of 0 is none":         {party.Exposures{own, euros}, party.Exposed{Currency: money.EUR}, money.EUR, rateTable(map[money.Currency]string{money.SEK: "0"}), "15.00", true},
		"no rate":                     {party.Exposures{exposed(money.SEK, "110.00"), euros}, party.Exposed{Currency: money.EUR}, money.EUR, none, "5.00", false},
		"no rate of the limit":        {party.Exposures{own, euros}, party.Exposed{Currency: money.CHF}, money.EUR, none, "0.00", false},
		"rate of the limited":         {party.Exposures{own, euros}, party.Exposed{Currency: money.CHF, Rate: value.Some(decimal.RequireFromString("0.5"))}, money.EUR, none, "7.50", true},
		"its own currency needs none": {party.Exposures{exposed(money.CHF, "3.10")}, party.Exposed{Currency: money.CHF}, money.EUR, none, "3.10", true},
		"no base currency":            {party.Exposures{own, euros}, party.Exposed{Currency: money.EUR}, money.Currency(0), rateTable(map[money.Currency]string{money.SEK: "22"}), "5.00", false},
		"nothing":                     {nil, party.Exposed{Currency: money.EUR}, money.EUR, none, "0.00", true},
	} {
		if sum, complete := c.list.In(c.to, c.base, c.rates); sum.String() != c.sum || complete != c.complete {
			t.Errorf("%s: %s, complete %t; want %s, %t", name, sum, complete, c.sum, c.complete)
		}
	}
}

// What is not owed lowers no exposure.
func TestExposureIsNeverLowered(t *testing.T) {
	t.Parallel()
	var list party.Exposures
	head := record.Head{Currency: money.EUR}
	for _, amount := range []string{"-3.00", "0.00", "4.00"} {
		list.Add(&head, testkit.Amount(t, amount))
	}
	if !slices.EqualFunc(list, party.Exposures{exposed(money.EUR, "4.00")}, func(a, b party.Exposed) bool { return a.Amount.Equal(b.Amount) }) {
		t.Errorf("the exposures are %v, want 4.00", list)
	}
}
