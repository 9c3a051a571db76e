package record

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// parity is the rate of the base currency. Heads share it; nothing changes it.
var parity = value.Some(decimal.NewFromInt(1))

// Rate is an exchange rate as records keep it: 0 means that there is none.
func Rate(rate value.Opt[decimal.Decimal]) value.Opt[decimal.Decimal] {
	if r, _ := rate.Get(); r.IsZero() {
		return value.None[decimal.Decimal]()
	}
	return rate
}

// HasBase reports whether the amounts of the record can be told in the
// organisation's base currency: whether its exchange rate is known.
func (h *Head) HasBase() bool { return !Rate(h.ExchangeRate).IsZero() }

// AmountInBase converts an amount of the record to the base currency, rounded once.
// It is unset where the record has no exchange rate, or the organisation no base
// currency.
func (h *Head) AmountInBase(a money.Amount, base money.Currency, mode money.RoundingMode) value.Opt[money.Amount] {
	rate, known := h.RateTo(base).Get()
	if !known {
		return value.None[money.Amount]()
	}
	return value.Some(money.ToBase(a, rate, base, mode))
}

// RateTo is the exchange rate of the record to the base currency: 1 for a record
// in it, unset where none is known or there is no base currency.
func (h *Head) RateTo(base money.Currency) value.Opt[decimal.Decimal] {
	switch {
	case base.IsZero() || h.Currency.IsZero():
		return value.None[decimal.Decimal]()
	case h.Currency == base:
		return parity
	}
	return Rate(h.ExchangeRate)
}

// TakeRate copies the rate of the record's currency. A rate that was given stays,
// and so does the one that the record has where none is known. That of the base
// currency is 1, always. It reports whether the head changed.
func (h *Head) TakeRate(rate value.Opt[decimal.Decimal], base money.Currency) bool {
	fixed := h.RateFixed
	if h.Currency == base {
		rate, fixed = parity, false
	}
	if rate = Rate(rate); fixed || rate.IsZero() {
		return false
	}
	now, known := rate.Get()
	if was, had := h.ExchangeRate.Get(); known == had && now.Equal(was) && fixed == h.RateFixed {
		return false
	}
	h.ExchangeRate, h.RateFixed = rate, fixed
	return true
}

// InheritRate gives a record that is made from another one in the same currency
// its rate, and whether that was given. A rate of its own that was given stays.
func (h *Head) InheritRate(from *Head) {
	if h.Currency == from.Currency && !h.RateFixed {
		h.ExchangeRate, h.RateFixed = from.ExchangeRate, from.RateFixed
	}
}

// GiveRate sets the currency of a record with the rate that was given for it.
// Without one the rate is unset until that of the currency is copied.
func (h *Head) GiveRate(c money.Currency, rate value.Opt[decimal.Decimal]) {
	h.Currency, h.ExchangeRate = c, Rate(rate)
	h.RateFixed = !h.ExchangeRate.IsZero()
}

// ChangeCurrency gives a record another currency. Amounts keep their figures.
type ChangeCurrency struct {
	Currency     money.Currency             `json:"currency" need:"true"`
	ExchangeRate value.Opt[decimal.Decimal] `json:"exchange_rate,omitzero" range:"0..1e11" decimals:"12"` // default: that of the currency; given: nothing replaces it
}

// Keeps reports whether the command changes nothing of the record.
func (c *ChangeCurrency) Keeps(h *Head) bool {
	rate := Rate(c.ExchangeRate)
	return c.Currency == h.Currency && (rate.IsZero() && !h.RateFixed || h.RateFixed && rate.Equal(h.ExchangeRate))
}

// NoExchangeRate tells that the base amounts of a record in the currency are not
// known.
func NoExchangeRate(c money.Currency) Reason {
	return ReasonFor(codes.ErrNoExchangeRate, "exchange_rate").With("currency", c.Code())
}
