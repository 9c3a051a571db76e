package main

import (
	"context"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// What a seller has besides the library's own fields.
var (
	manager = engine.TextField("manager")
	office  = engine.TextField("office")
)

var (
	agentColumns   = columns{}
	accountColumns = columns{"name": "account", "annual_revenue": "revenue", "number_of_employees": "employees"}
)

// A book knows by their names the records that deals have in common.
type book struct {
	rates    map[money.Currency]decimal.Decimal
	agents   map[string]record.SellerID
	accounts map[string]record.AccountID
	contacts map[string]record.ContactID // by e-mail address
	products map[string]item
	lists    map[money.Currency]record.PriceListID
}

// An item is a product in the catalogue, and the currencies that it has a price
// in.
type item struct {
	id     record.ProductID
	listed map[money.Currency]bool
}

func newBook(rates map[money.Currency]decimal.Decimal) *book {
	return &book{
		rates:    rates,
		agents:   map[string]record.SellerID{},
		accounts: map[string]record.AccountID{},
		contacts: map[string]record.ContactID{},
		products: map[string]item{},
		lists:    map[money.Currency]record.PriceListID{},
	}
}

// hire makes an agent a seller.
func (b *book) hire(ctx context.Context, c *engine.Client, a agent) error {
	cmd := party.CreateSeller{Fields: party.SellerFields{Name: a.name}}
	if a.manager != "" {
		manager.Set(&cmd.Custom, a.manager)
	}
	if a.office != "" {
		office.Set(&cmd.Custom, a.office)
	}
	s, err := c.Sellers().Create(ctx, cmd)
	if err == nil {
		b.agents[a.name] = s.ID
	}
	return err
}

// enter makes an account of its file a record. The line it stands in is its
// import sequence, which tells it from accounts that were created on the way,
// such as a parent that the file lacks.
func (b *book) enter(ctx context.Context, c *engine.Client, a account) error {
	parent, known := b.accounts[a.parent]
	cmd := party.CreateAccount{
		Origin: record.Origin{Currency: a.currency, ExchangeRate: b.rate(a.currency), ImportSequence: int32(a.line)},
		Fields: party.AccountFields{Name: a.name, Description: a.description},
	}
	if a.country != "" {
		cmd.Fields.Address1 = &party.Address{Country: a.country}
	}
	if a.revenue.Valid {
		cmd.Fields.AnnualRevenue = value.Some(a.currency.Round(a.revenue.Decimal))
	}
	if a.employees.Valid {
		cmd.Fields.NumberOfEmployees = value.Some(int32(a.employees.Decimal.IntPart()))
	}
	var made party.Account
	err := c.Atomic(ctx, func(ctx context.Context, c *engine.Client) (err error) {
		if a.parent != "" && !known {
			if parent, err = b.open(ctx, c, a.parent, a.currency); err != nil {
				return err
			}
		}
		cmd.Fields.ParentAccountID = parent
		made, err = c.Accounts().Create(ctx, cmd)
		return err
	})
	if err != nil {
		return err
	}
	b.accounts[a.name] = made.ID
	if a.parent != "" {
		b.accounts[a.parent] = parent
	}
	return nil
}

// open creates an account of which only the name is known.
func (b *book) open(ctx context.Context, c *engine.Client, name string, currency money.Currency) (record.AccountID, error) {
	made, err := c.Accounts().Create(ctx, party.CreateAccount{
		Origin: record.Origin{Currency: currency, ExchangeRate: b.rate(currency)},
		Fields: party.AccountFields{Name: name},
	})
	return made.ID, err
}

// learn remembers whom a deal is between.
func (b *book) learn(t trail) {
	b.agents[t.agentName] = t.agent
	if t.company != "" && !t.account.IsZero() {
		b.accounts[t.company] = t.account
	}
	if t.email != "" && !t.contact.IsZero() {
		b.contacts[t.email] = t.contact
	}
}

// rate is the exchange rate of a currency, unset for that of sums.
func (b *book) rate(c money.Currency) value.Opt[decimal.Decimal] {
	rate, ok := b.rates[c]
	if !ok || rate.Equal(decimal.NewFromInt(1)) {
		return value.None[decimal.Decimal]()
	}
	return value.Some(rate)
}
