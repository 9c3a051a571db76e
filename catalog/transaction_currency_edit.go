package catalog

import (
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// TransactionCurrencyFacts are what decisions about a currency depend on besides currency and
// command. Nothing in the zero value stands in the way.
type TransactionCurrencyFacts struct {
	record.Stamp
	BaseCurrency money.Currency // the organisation's
	InUse        []record.Ref   // records that refer to the currency, apart from those that go with it
}

type (
	transactionCurrencyRule  = flow.Rule[*TransactionCurrency, *TransactionCurrencyFacts, TransactionCurrencyStatus]
	transactionCurrencyGuard = flow.Guard[*TransactionCurrency, *TransactionCurrencyFacts]
)

var transactionCurrencyFlow = flow.New(
	kinds.TransactionCurrency,
	func(t *TransactionCurrency) record.Ref { return t.Ref() },
	func(t *TransactionCurrency) TransactionCurrencyStatus { return t.Status },
	[]transactionCurrencyRule{
		{Do: actions.TransactionCurrencyEdit, From: flow.In(TransactionCurrencyStatusActive), To: flow.In(TransactionCurrencyStatusActive)},
		{Do: actions.TransactionCurrencyDeactivate, From: flow.In(TransactionCurrencyStatusActive), To: flow.In(TransactionCurrencyStatusInactive), Needs: flow.Needs(notBaseCurrency)},
		{Do: actions.TransactionCurrencyActivate, From: flow.In(TransactionCurrencyStatusInactive), To: flow.In(TransactionCurrencyStatusActive)},
		{Do: actions.TransactionCurrencyDelete, From: value.Values[TransactionCurrencyStatus](), Deletes: true, Needs: flow.Needs(transactionCurrencyNotInUse)},
	},
	[]flow.Refuse[TransactionCurrencyStatus]{
		{Do: flow.Do(actions.TransactionCurrencyEdit), From: flow.In(TransactionCurrencyStatusInactive), Code: codes.ErrInactive},
	},
)

// TransactionCurrencyFlow is the table behind TransactionCurrency.
func TransactionCurrencyFlow() *flow.Flow[*TransactionCurrency, *TransactionCurrencyFacts, TransactionCurrencyStatus] {
	return transactionCurrencyFlow
}

var transactionCurrencyNotInUse = transactionCurrencyGuard{
	Code: codes.ErrInUse, Text: "no record refers to the currency",
	Holds:  func(_ *TransactionCurrency, f *TransactionCurrencyFacts) bool { return len(f.InUse) == 0 },
	Detail: func(_ *TransactionCurrency, f *TransactionCurrencyFacts) []record.Reason { return flow.InUse(f.InUse) },
}

var notBaseCurrency = transactionCurrencyGuard{
	Code: codes.ErrCurrencyInUse, Text: "the base currency stays in use",
	Holds: func(t *TransactionCurrency, f *TransactionCurrencyFacts) bool {
		return t.Code != f.BaseCurrency
	},
}

// CreateTransactionCurrency is the command behind NewTransactionCurrency.
type CreateTransactionCurrency struct {
	ID record.TransactionCurrencyID `json:"id,omitzero"`
	record.Origin
	Code   money.Currency            `json:"code" need:"true"`
	Fields TransactionCurrencyFields `json:"fields"`
}

// NewTransactionCurrency creates an active currency. Codes: ErrMissingField
// (name, code, and the rate of the base currency), ErrOutOfRange for a rate with more
// than 12 decimals or above 1e11, or that of the base currency that is not 1; through a Client also ErrTaken for a
// currency that is there.
func NewTransactionCurrency(cmd CreateTransactionCurrency, f TransactionCurrencyFacts) (record.Change[TransactionCurrency], error) {
	cmd.Fields.Rate = record.Rate(cmd.Fields.Rate)
	t := TransactionCurrency{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), TransactionCurrencyFields: cmd.Fields, Status: TransactionCurrencyStatusActive,
		Code: cmd.Code,
	}
	if err := flow.RefuseBirth(actions.TransactionCurrencyCreate, cmd.ID, &cmd, t.Currency, t.faults("fields.", f.BaseCurrency)...); err != nil {
		return record.Change[TransactionCurrency]{}, err
	}
	return record.Change[TransactionCurrency]{Record: t, Events: []record.Event{record.BornEvent(&t, actions.TransactionCurrencyCreate, f.Stamp, nil)}}, nil
}

// faults lists what no single field shows.
func (t *TransactionCurrency) faults(path string, base money.Currency) (reasons []record.Reason) {
	rate, given := t.Rate.Get()
	switch {
	case t.Code != base:
	case !given:
		reasons = append(reasons, record.ReasonFor(codes.ErrMissingField, path+"rate"))
	case !rate.Equal(decimal.NewFromInt(1)):
		reasons = append(reasons, record.Reason{Code: codes.ErrOutOfRange, Field: path + "rate", Message: "that of the base currency is 1"})
	}
	return reasons
}

// EditTransactionCurrency replaces the editable fields; custom values given are set, a JSON
// null removes one.
type EditTransactionCurrency struct {
	Fields TransactionCurrencyFields `json:"fields"`
	Custom record.Custom             `json:"custom,omitzero"`
}

var editTransactionCurrency = flow.Decide(
	transactionCurrencyFlow, actions.TransactionCurrencyEdit,
	flow.Faultless(codes.ErrOutOfRange, "the rate of the base currency is 1", (*TransactionCurrency).editFaults),
)

func (t TransactionCurrency) editFaults(cmd *EditTransactionCurrency, f *TransactionCurrencyFacts) []record.Reason {
	t.TransactionCurrencyFields = cmd.Fields
	return t.faults("fields.", f.BaseCurrency)
}

// Edit changes fields of an active currency; equal values change nothing. Codes:
// ErrInactive and those of NewTransactionCurrency.
func (t TransactionCurrency) Edit(cmd EditTransactionCurrency, f TransactionCurrencyFacts) (record.Change[TransactionCurrency], error) {
	cmd.Fields.Rate = record.Rate(cmd.Fields.Rate)
	if err := editTransactionCurrency.Why(&t, &cmd, &f, t.Currency); err != nil {
		return record.Change[TransactionCurrency]{}, err
	}
	if !party.Edits(t.TransactionCurrencyFields, cmd.Fields, t.Custom, cmd.Custom) {
		return record.Change[TransactionCurrency]{Record: t}, nil
	}
	t.TransactionCurrencyFields = cmd.Fields
	t.Custom = t.Custom.Edited(cmd.Custom)
	return record.Changed(&t, actions.TransactionCurrencyEdit, f.Stamp, nil), nil
}

var deactivateTransactionCurrency = flow.Decide[*party.Deactivate](transactionCurrencyFlow, actions.TransactionCurrencyDeactivate)

// Deactivate puts the currency out of use: its rate is not
// copied any more. Codes: ErrInvalidTransition, ErrCurrencyInUse for the base
// currency.
func (t TransactionCurrency) Deactivate(cmd party.Deactivate, f TransactionCurrencyFacts) (record.Change[TransactionCurrency], error) {
	if err := deactivateTransactionCurrency.Why(&t, &cmd, &f, t.Currency); err != nil {
		return record.Change[TransactionCurrency]{}, err
	}
	return record.Moved(&t, &t.Status, TransactionCurrencyStatusInactive, actions.TransactionCurrencyDeactivate, f.Stamp, nil), nil
}

var activateTransactionCurrency = flow.Decide[*party.Activate](transactionCurrencyFlow, actions.TransactionCurrencyActivate)

// Activate brings the currency back into use. Code: ErrInvalidTransition.
func (t TransactionCurrency) Activate(cmd party.Activate, f TransactionCurrencyFacts) (record.Change[TransactionCurrency], error) {
	if err := activateTransactionCurrency.Why(&t, &cmd, &f, t.Currency); err != nil {
		return record.Change[TransactionCurrency]{}, err
	}
	return record.Moved(&t, &t.Status, TransactionCurrencyStatusActive, actions.TransactionCurrencyActivate, f.Stamp, nil), nil
}

var deleteTransactionCurrency = flow.Decide[*record.DeleteRecord](transactionCurrencyFlow, actions.TransactionCurrencyDelete)

// Delete removes the currency. Code: ErrInUse.
func (t TransactionCurrency) Delete(cmd record.DeleteRecord, f TransactionCurrencyFacts) (record.Change[TransactionCurrency], error) {
	if err := deleteTransactionCurrency.Why(&t, &cmd, &f, t.Currency); err != nil {
		return record.Change[TransactionCurrency]{}, err
	}
	return record.Change[TransactionCurrency]{Record: t, Events: []record.Event{record.DeletedEvent(&t, actions.TransactionCurrencyDelete, f.Stamp, nil)}}, nil
}
