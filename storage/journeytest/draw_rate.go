package journeytest

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func (j *journey) createTransactionCurrency() catalog.CreateTransactionCurrency {
	return catalog.CreateTransactionCurrency{
		ID: newID[record.TransactionCurrencyID](j), Code: pick(j, "code", money.JPY, money.BHD),
		Fields: catalog.TransactionCurrencyFields{Name: "money", Rate: j.rate()},
	}
}

func (j *journey) editTransactionCurrency(t *catalog.TransactionCurrency) catalog.EditTransactionCurrency {
	fields := t.TransactionCurrencyFields
	fields.Rate = j.rate()
	return catalog.EditTransactionCurrency{Fields: fields}
}

// origin is that of a record in a currency, at times with a rate of its own.
func (j *journey) origin(c money.Currency) record.Origin {
	o := record.Origin{Currency: c}
	if j.chance(10, "a rate is given") {
		o.ExchangeRate = j.rate()
	}
	return o
}

// rate is that of a currency, at times none.
func (j *journey) rate() value.Opt[decimal.Decimal] {
	return pick(j, "rate", value.None[decimal.Decimal](), value.Some(decimal.RequireFromString("0.41")), value.Some(decimal.RequireFromString("162.300000000001")), value.Some(decimal.NewFromInt(7)))
}
