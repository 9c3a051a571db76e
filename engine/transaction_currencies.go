package engine

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// TransactionCurrencies is what a Client does with currencies and their exchange rates.
type TransactionCurrencies struct {
	Managed[catalog.TransactionCurrency, record.TransactionCurrencyID, TransactionCurrencyQuery]
}

// TransactionCurrencies returns the service for currencies and their exchange rates.
func (c *Client) TransactionCurrencies() (s TransactionCurrencies) { s.c = c; return s }

// TransactionCurrencyQuery asks for currencies and their exchange rates.
type TransactionCurrencyQuery struct {
	List
	Status catalog.TransactionCurrencyStatus
}

func (q TransactionCurrencyQuery) conds() []storage.Cond { return asked{}.status(q.Status.String()) }

func (s *session) transactionCurrencyFacts() catalog.TransactionCurrencyFacts {
	return catalog.TransactionCurrencyFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

func plainTransactionCurrency[C any](_ context.Context, s *session, _ *catalog.TransactionCurrency, _ *C) (catalog.TransactionCurrencyFacts, error) {
	return s.transactionCurrencyFacts(), nil
}

// Create creates a currency. See NewTransactionCurrency.
func (s TransactionCurrencies) Create(ctx context.Context, cmd catalog.CreateTransactionCurrency) (catalog.TransactionCurrency, error) {
	return recordOf(create(ctx, s.c, actions.TransactionCurrencyCreate, &cmd.ID.UUID, &cmd,
		func(_ context.Context, s *session, _ *catalog.CreateTransactionCurrency) (catalog.TransactionCurrencyFacts, error) {
			return s.transactionCurrencyFacts(), nil
		}, catalog.NewTransactionCurrency))
}

// Edit changes fields of a currency. See TransactionCurrency.Edit.
func (s TransactionCurrencies) Edit(ctx context.Context, id record.TransactionCurrencyID, cmd catalog.EditTransactionCurrency, opts ...CallOption) (catalog.TransactionCurrency, error) {
	return recordOf(apply(ctx, s.c, actions.TransactionCurrencyEdit, id, cmd, plainTransactionCurrency, catalog.TransactionCurrency.Edit, opts))
}

// Deactivate puts a currency out of use. See TransactionCurrency.Deactivate.
func (s TransactionCurrencies) Deactivate(ctx context.Context, id record.TransactionCurrencyID, cmd party.Deactivate, opts ...CallOption) (catalog.TransactionCurrency, error) {
	return recordOf(apply(ctx, s.c, actions.TransactionCurrencyDeactivate, id, cmd, plainTransactionCurrency, catalog.TransactionCurrency.Deactivate, opts))
}

// Activate brings a currency back into use. See TransactionCurrency.Activate.
func (s TransactionCurrencies) Activate(ctx context.Context, id record.TransactionCurrencyID, cmd party.Activate, opts ...CallOption) (catalog.TransactionCurrency, error) {
	return recordOf(apply(ctx, s.c, actions.TransactionCurrencyActivate, id, cmd, plainTransactionCurrency, catalog.TransactionCurrency.Activate, opts))
}

func transactionCurrencyUse(ctx context.Context, s *session, r *catalog.TransactionCurrency) (f catalog.TransactionCurrencyFacts, err error) {
	f = s.transactionCurrencyFacts()
	f.InUse, err = s.inUse(ctx, r.Ref())
	return f, err
}
