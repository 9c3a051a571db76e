package engine

import (
	"context"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Credit is how far a customer may still buy on credit, in one currency.
type Credit struct {
	OnHold   bool                    `json:"on_hold,omitzero"`
	Limit    value.Opt[money.Amount] `json:"limit,omitzero"`
	Exposure money.Amount            `json:"exposure"` // what is owed, and ordered without being billed, in all currencies
	Complete bool                    `json:"complete"` // every amount could be converted; the others are left out
}

// IsOver reports whether the exposure is above the limit; one that equals it is not.
func (c Credit) IsOver() bool {
	limit, limited := c.Limit.Get()
	return limited && c.Exposure.Cmp(limit) > 0
}

// IsUnknown reports whether nobody knows if the exposure is above the limit, as
// an amount has no exchange rate.
func (c Credit) IsUnknown() bool { return !c.Limit.IsZero() && !c.Complete && !c.IsOver() }

// Credit tells how far a customer may still buy on credit: exposure and limit, both
// in the currency asked for. What is owed and ordered in other currencies counts, at
// the rates of today; Complete tells whether all of it could be converted. The limit
// is unset where it cannot be converted itself. What enforces the limit goes by all
// that the customer owes and has ordered, this by what the actor may see of it.
// ErrNotFound for a customer that there is not, or that the actor may not see;
// ErrOutOfRange for an exposure beyond the range of amounts.
func (r Receivables) Credit(ctx context.Context, customer record.CustomerID, currency money.Currency) (out Credit, err error) {
	err = r.c.look(ctx, func(ctx context.Context, s *session) error {
		d, err := s.creditor(ctx, customer)
		if err != nil {
			return err
		}
		exposures, err := s.exposures(ctx, customer)
		if err != nil {
			return err
		}
		base, rates := s.c.settings.BaseCurrency, s.rateBook(ctx)
		in := party.Exposed{Currency: currency}
		if d.currency == currency {
			in.Rate = d.rate
		}
		out.OnHold = d.onHold
		out.Exposure, out.Complete = exposures.In(in, base, rates.of)
		if limit, limited := d.limit.Get(); limited {
			most, known := party.Exposures{{Currency: d.currency, Amount: limit, Rate: d.rate}}.In(in, base, rates.of)
			out.Complete = out.Complete && known
			if known {
				out.Limit = value.Some(most)
			}
		}
		return rates.err
	})
	return inRange(out, err)
}

// creditTerms are what a customer is granted.
type creditTerms struct {
	onHold   bool
	limit    value.Opt[money.Amount]
	currency money.Currency
	rate     value.Opt[decimal.Decimal]
}

// creditor reads the credit terms of a customer.
func (s *session) creditor(ctx context.Context, id record.CustomerID) (t creditTerms, err error) {
	account, err := maybe[party.Account](ctx, s, id.Account())
	if err != nil {
		return t, err
	}
	contact, err := maybe[party.Contact](ctx, s, id.Contact())
	if err != nil {
		return t, err
	}
	switch {
	case account != nil:
		t = creditTerms{account.CreditOnHold, account.CreditLimit, account.Currency, account.ExchangeRate}
	case contact != nil:
		t = creditTerms{contact.CreditOnHold, contact.CreditLimit, contact.Currency, contact.ExchangeRate}
	}
	if !t.onHold {
		t.onHold, err = s.heldAbove(ctx, account, contact)
	}
	return t, err
}

// heldAbove reports whether a hold follows from a parent of the customer.
func (s *session) heldAbove(ctx context.Context, account *party.Account, contact *party.Contact) (bool, error) {
	follows := s.c.settings.HoldFollows
	var parent record.AccountID
	switch {
	case follows == leadtocash.HoldFollowsNone:
		return false, nil
	case contact != nil:
		parent = contact.ParentCustomerID.Account()
	case account != nil && follows == leadtocash.HoldFollowsAccounts:
		parent = account.ParentAccountID
	}
	for seen := map[record.AccountID]bool{}; !parent.IsZero() && !seen[parent]; {
		above, err := known(maybe[party.Account](ctx, s, parent))
		if err != nil || above == nil || above.CreditOnHold {
			return above != nil && above.CreditOnHold, err
		}
		if seen[parent] = true; follows != leadtocash.HoldFollowsAccounts {
			return false, nil
		}
		parent = above.ParentAccountID
	}
	return false, nil
}

// credit is how far the customer of a document may still buy on credit, in the
// currency of the limit, once it has ordered for more in that of the document.
// Without a limit nothing is added up.
func (s *session) credit(ctx context.Context, id record.CustomerID, document *record.Head, more money.Amount) (out Credit, err error) {
	terms, err := s.creditor(ctx, id)
	if _, err = known(&terms, err); err != nil {
		return out, err
	}
	out = Credit{OnHold: terms.onHold, Limit: terms.limit, Complete: true}
	if terms.limit.IsZero() {
		return out, nil
	}
	exposures, err := s.exposures(ctx, id)
	if err != nil {
		return out, err
	}
	exposures.Add(document, more)
	rates := s.rateBook(ctx)
	out.Exposure, out.Complete = exposures.In(party.Exposed{Currency: terms.currency, Rate: terms.rate}, s.c.settings.BaseCurrency, rates.of)
	return out, rates.err
}

// exposures are what a customer owes and has ordered without being billed yet.
func (s *session) exposures(ctx context.Context, id record.CustomerID) (list party.Exposures, err error) {
	found, err := related[leadtocash.Invoice](ctx, s, "customer_id", id.ID)
	if err != nil {
		return nil, err
	}
	invoices := map[record.OrderID][]leadtocash.Invoice{}
	for i := range found {
		if found[i].CustomerID == id {
			invoices[found[i].SalesOrderID] = append(invoices[found[i].SalesOrderID], found[i])
			list.Add(&found[i].Head, found[i].OpenBalance())
		}
	}
	orders, err := related[leadtocash.Order](ctx, s, "customer_id", id.ID)
	if err != nil {
		return nil, err
	}
	for i := range orders {
		o := &orders[i]
		if state := o.Status.State(); o.CustomerID != id || state == leadtocash.OrderCanceled || state == leadtocash.OrderInvoiced {
			continue
		}
		var notes []leadtocash.CreditNote
		for _, of := range invoices[o.ID] {
			if of.CreditedAmount.IsZero() {
				continue
			}
			issued, err := s.creditNotesOf(ctx, of.ID, record.CreditNoteID{})
			if err != nil {
				return nil, err
			}
			notes = append(notes, issued...)
		}
		list.Add(&o.Head, o.Unbilled(invoices[o.ID], notes))
	}
	return list, nil
}

// rateBook remembers the rates of today that one question needs.
type rateBook struct {
	s     *session
	ctx   context.Context
	rates map[money.Currency]value.Opt[decimal.Decimal]
	err   error
}

func (s *session) rateBook(ctx context.Context) *rateBook {
	return &rateBook{s: s, ctx: ctx, rates: map[money.Currency]value.Opt[decimal.Decimal]{}}
}

func (b *rateBook) of(c money.Currency) value.Opt[decimal.Decimal] {
	rate, known := b.rates[c]
	if !known && b.err == nil {
		rate, b.err = b.s.rateOf(b.ctx, c)
		b.rates[c] = rate
	}
	return rate
}
