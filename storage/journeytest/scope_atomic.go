package journeytest

import (
	"context"
	"errors"
	"slices"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

var atomicPromises = []promise{
	{"a transaction of several calls sees what it wrote and happens entirely", atomicAll},
	{"a transaction that fails leaves nothing, not even numbers", atomicNothing},
	{"a transaction that panics leaves nothing", atomicPanic},
	{"a call that fails after it wrote refuses the transaction", atomicPoisoned},
	{"a call that is refused before it wrote does not", atomicRefusal},
	{"a call that is refused for what others have does not either", atomicTaken},
	{"after a failure every call is aborted", atomicAborted},
	{"a transaction within a transaction is part of it", atomicNested},
	{"a transaction stays in its tenant and has neither feed nor preview", atomicLimits},
}

var errHost = errors.New("the host says no")

func carry(ctx context.Context, c *client, steps ...step) error {
	for _, s := range steps {
		if _, err := s.do(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func atomicAll(s *stage) {
	s.ok(s.client.Atomic(s.ctx, func(ctx context.Context, c *client) error {
		if err := carry(ctx, c, activeQuote()...); err != nil {
			return err
		}
		won, err := c.Quotes().WinToOrder(ctx, id[record.QuoteID](1), leadtocash.WinQuoteToOrder{})
		if err != nil {
			return err
		}
		n, err := c.Orders().Count(ctx, engine.OrderQuery{Quote: id[record.QuoteID](1)})
		if err != nil {
			return err // a store may want the transaction again
		}
		if n != 1 {
			s.Errorf("within the transaction %d orders are counted, want 1", n)
		}
		if n, err := s.client.Orders().Count(ctx, engine.OrderQuery{}); n != 0 || err != nil {
			s.Errorf("outside of it %d orders are counted (%v), want 0", n, err)
		}
		_, err = c.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{})
		return err
	}))
	orders := list(s, s.client.Orders().All(s.ctx, engine.OrderQuery{}))
	if len(orders) != 1 || orders[0].Status != leadtocash.OrderStatusComplete || orders[0].Version != 2 {
		s.Errorf("there are the orders %+v", orders)
	}
	if got := s.happenings(); !slices.Contains(got, "order.fulfilled") || got[0] != "account.created" {
		s.Errorf("there happened %v", got)
	}
}

func atomicNothing(s *stage) {
	s.play(newAccount(1), newInvoice(1, desks), newInvoice(2, chairs))
	s.unchanged(func() {
		err := s.client.Atomic(s.ctx, func(ctx context.Context, c *client) error {
			if err := carry(ctx, c, issueInvoice(1), newOpportunity(1, desks)); err != nil {
				return err
			}
			return errHost
		})
		if !errors.Is(err, errHost) {
			s.Errorf("got %v, want the host's error", err)
		}
	})
	s.play(issueInvoice(2))
	if got, want := get[leadtocash.Invoice, record.InvoiceID](s, 2).InvoiceNumber, engine.DefaultNumbering(kinds.Invoice, 1); got != want {
		s.Errorf("the first invoice issued has the number %s, want %s", got, want)
	}
}

func atomicPanic(s *stage) {
	s.unchanged(func() {
		defer func() {
			if recover() == nil {
				s.Error("the panic was swallowed")
			}
		}()
		_ = s.client.Atomic(s.ctx, func(ctx context.Context, c *client) error {
			s.ok(carry(ctx, c, newAccount(1)))
			panic(errHost)
		})
	})
	s.play(newAccount(1)) // the store goes on
}

// vetoing refuses one action after everything is written.
func (s *stage) vetoing(do actions.Action) *client {
	return s.open(s, engine.WithBeforeCommit(func(_ context.Context, _ storage.Tx, o engine.Outcome) error {
		if slices.ContainsFunc(o.Events, func(e record.Event) bool { return e.Action == do }) {
			return errHost
		}
		return nil
	}))
}

func atomicPoisoned(s *stage) {
	s.play(newLead(1))
	s.unchanged(func() {
		err := s.vetoing(actions.LeadScore).Atomic(s.ctx, func(ctx context.Context, c *client) error {
			if err := carry(ctx, c, newAccount(1)); err != nil {
				return err
			}
			if _, err := c.Leads().Score(ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 10}); !errors.Is(err, errHost) {
				s.Errorf("the inner call returned %v", err)
			}
			return nil // as if nothing were wrong
		})
		if !errors.Is(err, errHost) {
			s.Errorf("got %v, want the error of the inner call", err)
		}
	})
}

func atomicRefusal(s *stage) {
	s.ok(s.client.Atomic(s.ctx, func(ctx context.Context, c *client) error {
		if err := carry(ctx, c, newLead(1)); err != nil {
			return err
		}
		_, err := c.Leads().Reactivate(ctx, id[record.LeadID](1), leadtocash.ReactivateLead{})
		if errors.Is(err, storage.ErrRetry) {
			return err
		}
		s.refused(err, codes.ErrLeadAlreadyOpen)
		_, err = c.Leads().Get(ctx, id[record.LeadID](2))
		if errors.Is(err, storage.ErrRetry) {
			return err
		}
		s.refused(err, codes.ErrNotFound)
		return carry(ctx, c, newAccount(1))
	}))
	if got := s.happenings(); !slices.Equal(got, []string{"lead.created", "account.created"}) {
		s.Errorf("there happened %v", got)
	}
}

func atomicTaken(s *stage) {
	lead := leadtocash.CreateLead{Origin: inEUR, Fields: leadtocash.LeadFields{Topic: "Chairs", LastName: "Ek"}, SourceKey: "fair/7"}
	s.play(newAccount(1), newInvoice(1, desks), newInvoice(2, chairs))
	s.ok(s.client.Atomic(s.ctx, func(ctx context.Context, c *client) error {
		refused := func(err error, code codes.Code, field string) error {
			var e *record.Error
			if errors.Is(err, storage.ErrRetry) {
				return err
			}
			s.refused(err, code)
			if errors.As(err, &e) && e.Reasons[0].Field != field {
				s.Errorf("%v is about the field %q, want %q", err, e.Reasons[0].Field, field)
			}
			return nil
		}
		if err := carry(ctx, c, issueInvoice(1)); err != nil {
			return err
		}
		if _, err := c.Leads().Create(ctx, lead); err != nil {
			return err
		}
		_, err := c.Leads().Create(ctx, lead)
		if err := refused(err, codes.ErrTaken, "source_key"); err != nil {
			return err
		}
		_, err = c.Accounts().Create(ctx, party.CreateAccount{ID: id[record.AccountID](1), Origin: inEUR, Fields: party.AccountFields{Name: "Northwind"}})
		if err := refused(err, codes.ErrConflict, "id"); err != nil {
			return err
		}
		unknown := leadtocash.CreateOrder{Origin: inEUR, Fields: leadtocash.OrderFields{Name: "Desks", CustomerID: record.AccountCustomer(id[record.AccountID](9))}}
		_, err = c.Orders().Create(ctx, unknown)
		if err := refused(err, codes.ErrNotFound, "fields.customer_id"); err != nil {
			return err
		}
		return carry(ctx, c, issueInvoice(2), newAccount(2))
	}))
	if got, want := get[leadtocash.Invoice, record.InvoiceID](s, 2).InvoiceNumber, engine.DefaultNumbering(kinds.Invoice, 2); got != want {
		s.Errorf("the second invoice issued has the number %s, want %s", got, want)
	}
	get[party.Account, record.AccountID](s, 2)
}

func atomicAborted(s *stage) {
	s.play(newLead(1))
	s.unchanged(func() {
		err := s.vetoing(actions.LeadScore).Atomic(s.ctx, func(ctx context.Context, c *client) error {
			if _, err := c.Leads().Score(ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 10}); !errors.Is(err, errHost) {
				return err
			}
			err := carry(ctx, c, newAccount(1))
			s.refused(err, codes.ErrAborted)
			if !errors.Is(err, errHost) {
				s.Errorf("%v does not tell of the first failure", err)
			}
			_, err = c.Leads().Get(ctx, id[record.LeadID](1))
			s.refused(err, codes.ErrAborted)
			return err
		})
		if !errors.Is(err, errHost) || errors.Is(err, codes.ErrAborted) {
			s.Errorf("got %v, want the first failure", err)
		}
	})
}

func atomicNested(s *stage) {
	s.ok(s.client.Atomic(s.ctx, func(ctx context.Context, c *client) error {
		return c.Atomic(ctx, func(ctx context.Context, c *client) error { return carry(ctx, c, newAccount(1)) })
	}))
	get[party.Account, record.AccountID](s, 1)
	s.unchanged(func() {
		err := s.client.Atomic(s.ctx, func(ctx context.Context, c *client) error {
			err := c.Atomic(ctx, func(ctx context.Context, c *client) error {
				if err := carry(ctx, c, newAccount(2)); err != nil {
					return err
				}
				return errHost
			})
			if !errors.Is(err, errHost) {
				s.Errorf("the inner transaction returned %v", err)
			}
			return nil
		})
		if !errors.Is(err, errHost) {
			s.Errorf("got %v, want the error of the inner transaction", err)
		}
	})
}

func atomicLimits(s *stage) {
	s.ok(s.client.Atomic(s.ctx, func(ctx context.Context, c *client) error {
		elsewhere := c.In(nextTenant())
		_, err := elsewhere.Accounts().Create(ctx, party.CreateAccount{Origin: inEUR, Fields: party.AccountFields{Name: "Northwind"}})
		s.refused(err, codes.ErrUnsupported)
		_, err = elsewhere.Accounts().Count(ctx, engine.AccountQuery{})
		s.refused(err, codes.ErrUnsupported)
		_, err = c.Preview().Accounts().Create(ctx, party.CreateAccount{Origin: inEUR, Fields: party.AccountFields{Name: "Northwind"}})
		s.refused(err, codes.ErrUnsupported)
		for _, err := range c.Feed(ctx, 0) {
			s.refused(err, codes.ErrUnsupported)
		}
		_, err = s.client.Accounts().Create(ctx, party.CreateAccount{Origin: inEUR, Fields: party.AccountFields{Name: "Northwind"}})
		s.refused(err, codes.ErrUnsupported) // the outer client would wait for itself
		return carry(ctx, c, newAccount(1))
	}))
	if got := s.happenings(); !slices.Equal(got, []string{"account.created"}) {
		s.Errorf("there happened %v", got)
	}
}
