package catalog

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// TransactionCurrency is the exchange rate that the organisation works with in
// a currency. It is copied to records with money: see [leadtocash.SetRate]. A later
// change leaves them alone until they copy it again.
type TransactionCurrency struct {
	ID record.TransactionCurrencyID `json:"id" d365:"transactioncurrencyid"`
	record.Head
	Code money.Currency `json:"code" d365:"isocurrencycode"` // with its decimals; unique, never changes
	TransactionCurrencyFields
	Status TransactionCurrencyStatus `json:"status" d365:"statuscode"`
}

// TransactionCurrencyFields are the fields of a transaction currency that
// people edit.
type TransactionCurrencyFields struct {
	Name   string                     `json:"name" d365:"currencyname" max:"100" need:"true"`
	Symbol string                     `json:"symbol,omitzero" d365:"currencysymbol" max:"13"`
	Rate   value.Opt[decimal.Decimal] `json:"rate,omitzero" d365:"exchangerate" range:"0..1e11" decimals:"12"` // units per unit of the base currency, 1 for the base currency itself; unset or 0: not known
}

// TransactionCurrencyStatus is the status of a transaction currency; its State
// is active or inactive.
type TransactionCurrencyStatus = value.Choice[transactionCurrencyStatusSet]

// The statuses of a transaction currency.
const (
	TransactionCurrencyStatusActive TransactionCurrencyStatus = iota + 1
	TransactionCurrencyStatusInactive
)

type transactionCurrencyStatusSet struct{}

func (transactionCurrencyStatusSet) Table() (string, []value.Option) {
	return "transaction_currency_status", party.ActiveTable
}

// RecordKind tells the kind of record.
func (*TransactionCurrency) RecordKind() kinds.Kind { return kinds.TransactionCurrency }

// Ref names the record with its kind.
func (t *TransactionCurrency) Ref() record.Ref { return t.ID.Ref() }

// StatusKey is the key of the status.
func (t *TransactionCurrency) StatusKey() string { return t.Status.String() }

// Clone returns a deep copy.
func (t TransactionCurrency) Clone() TransactionCurrency {
	t.Head.Detach()
	return t
}

// MarshalJSON writes the published JSON form.
func (t TransactionCurrency) MarshalJSON() ([]byte, error) {
	type plain TransactionCurrency
	return record.Encode((*plain)(&t))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (t *TransactionCurrency) UnmarshalJSON(body []byte) error {
	type plain TransactionCurrency
	return record.Decode(body, (*plain)(t))
}
