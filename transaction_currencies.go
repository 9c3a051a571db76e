package leadtocash

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/storage"
)

// TransactionCurrencies is what a Client does with currencies and their exchange rates.
type TransactionCurrencies struct {
	Records[TransactionCurrency, TransactionCurrencyID, TransactionCurrencyQuery]
}

// TransactionCurrencies returns the service for currencies and their exchange rates.
func (c *Client) TransactionCurrencies() TransactionCurrencies {
	return TransactionCurrencies{Records[TransactionCurrency, TransactionCurrencyID, TransactionCurrencyQuery]{c}}
}

// TransactionCurrencyQuery asks for currencies and their exchange rates.
type TransactionCurrencyQuery struct {
	List
	Status TransactionCurrencyStatus
}

func (q TransactionCurrencyQuery) conds() []storage.Cond { return asked{}.status(q.Status.String()) }

func (s *session) transactionCurrencyFacts() TransactionCurrencyFacts {
	return TransactionCurrencyFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

func plainTransactionCurrency[C any](_ context.Context, s *session, _ *TransactionCurrency, _ *C) (TransactionCurrencyFacts, error) {
	return s.transactionCurrencyFacts(), nil
}

// Create creates a currency. See NewTransactionCurrency.
func (s TransactionCurrencies) Create(ctx context.Context, cmd CreateTransactionCurrency) (TransactionCurrency, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	out, err := create(ctx, s.c, actions.TransactionCurrencyCreate, cmd.ID.UUID, given, cmd,
		func(_ context.Context, s *session, _ *CreateTransactionCurrency) (TransactionCurrencyFacts, error) {
			return s.transactionCurrencyFacts(), nil
		}, NewTransactionCurrency)
	return out.Record, err
}

// Edit changes fields of a currency. See TransactionCurrency.Edit.
func (s TransactionCurrencies) Edit(ctx context.Context, id TransactionCurrencyID, cmd EditTransactionCurrency, opts ...CallOption) (TransactionCurrency, error) {
	out, err := apply(ctx, s.c, actions.TransactionCurrencyEdit, id, cmd, plainTransactionCurrency, TransactionCurrency.Edit, opts)
	return out.Record, err
}

// Deactivate puts a currency out of use. See TransactionCurrency.Deactivate.
func (s TransactionCurrencies) Deactivate(ctx context.Context, id TransactionCurrencyID, cmd Deactivate, opts ...CallOption) (TransactionCurrency, error) {
	out, err := apply(ctx, s.c, actions.TransactionCurrencyDeactivate, id, cmd, plainTransactionCurrency, TransactionCurrency.Deactivate, opts)
	return out.Record, err
}

// Activate brings a currency back into use. See TransactionCurrency.Activate.
func (s TransactionCurrencies) Activate(ctx context.Context, id TransactionCurrencyID, cmd Activate, opts ...CallOption) (TransactionCurrency, error) {
	out, err := apply(ctx, s.c, actions.TransactionCurrencyActivate, id, cmd, plainTransactionCurrency, TransactionCurrency.Activate, opts)
	return out.Record, err
}

func transactionCurrencyUse(ctx context.Context, s *session, r *TransactionCurrency) (f TransactionCurrencyFacts, err error) {
	f = s.transactionCurrencyFacts()
	f.InUse, err = s.inUse(ctx, r.ref())
	return f, err
}

// Delete removes a currency with its notes, activities and connections. See
// TransactionCurrency.Delete.
func (s TransactionCurrencies) Delete(ctx context.Context, id TransactionCurrencyID, cmd DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.TransactionCurrencyDelete, id, cmd, using[DeleteRecord](transactionCurrencyUse), TransactionCurrency.Delete, opts)
	return err
}

// Explain answers for every action whether it is possible now, with every
// reason against it. Checks of a verdict depend on the command as well.
func (s TransactionCurrencies) Explain(ctx context.Context, id TransactionCurrencyID) ([]Verdict, error) {
	return explain(ctx, s.c, id, TransactionCurrencyFlow(), transactionCurrencyUse)
}
