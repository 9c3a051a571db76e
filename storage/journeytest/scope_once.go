package journeytest

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

var oncePromises = []promise{
	{"a repeated key replays the first outcome though records moved on", onceReplays},
	{"a key is one call of one tenant", onceIsOneCall},
	{"a refusal is not remembered", onceForgetsRefusals},
	{"a purged key is free again", oncePurged},
	{"a key is a line of text", onceText},
	{"a transaction with a key runs once", onceAtomic},
	{"a key within a transaction goes with it", onceWithin},
}

func onceReplays(s *stage) {
	s.play(activeQuote()...)
	win := func() (leadtocash.WonQuote, error) {
		return s.client.Once("checkout").Quotes().WinToOrder(s.ctx, id[record.QuoteID](1), leadtocash.WinQuoteToOrder{})
	}
	first, err := win()
	s.ok(err)
	s.pass(time.Hour)
	_, err = s.client.Orders().Fulfill(s.ctx, first.Order.ID, leadtocash.FulfillOrder{})
	s.ok(err)
	_, err = s.client.Orders().Invoice(s.ctx, first.Order.ID, leadtocash.InvoiceOrder{})
	s.ok(err)
	s.unchanged(func() {
		again, err := win()
		s.ok(err)
		if got, want := s.form(again), s.form(first); got != want {
			s.Errorf("the repeated call yields\n%s\nthe first\n%s", got, want)
		}
	})
	if now, _ := s.client.Orders().Get(s.ctx, first.Order.ID); now.Status == first.Order.Status {
		s.Errorf("the order is still %s, so that the repetition proves nothing", now.Status)
	}
}

func onceIsOneCall(s *stage) {
	s.play(newLead(1), newLead(2))
	once := s.client.Once("form-17")
	_, err := once.Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 80})
	s.ok(err)
	s.unchanged(func() {
		_, err = once.Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 81})
		s.refused(err, codes.ErrKeyReused) // another command
		_, err = once.Leads().Score(s.ctx, id[record.LeadID](2), leadtocash.SetScore{Score: 80})
		s.refused(err, codes.ErrKeyReused) // another record
		_, err = once.Leads().Qualify(s.ctx, id[record.LeadID](1), leadtocash.QualifyLead{})
		s.refused(err, codes.ErrKeyReused) // another action
		_, err = once.Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 80})
		s.ok(err)
	})
	elsewhere := once.In(nextTenant())
	_, err = elsewhere.Leads().Create(s.ctx, leadtocash.CreateLead{Origin: inEUR, Fields: leadtocash.LeadFields{Topic: "ten desks", LastName: "Roe"}})
	s.ok(err)
}

func onceForgetsRefusals(s *stage) {
	s.play(newAccount(1), newQuote(1, 0, desks))
	once := s.client.Once("checkout").Quotes()
	s.unchanged(func() {
		_, err := once.WinToOrder(s.ctx, id[record.QuoteID](1), leadtocash.WinQuoteToOrder{})
		s.refused(err, codes.ErrInvalidTransition)
	})
	s.play(activateQuote(1))
	won, err := once.WinToOrder(s.ctx, id[record.QuoteID](1), leadtocash.WinQuoteToOrder{})
	s.ok(err)
	if won.Record.Status != leadtocash.QuoteStatusWon || won.Order == nil {
		s.Errorf("the quote is %s with order %v", won.Record.Status, won.Order)
	}
}

func oncePurged(s *stage) {
	s.play(newLead(1))
	score := func(key string, score int32) error {
		_, err := s.client.Once(key).Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: score})
		return err
	}
	s.ok(score("old", 10))
	s.pass(time.Hour)
	s.ok(score("new", 20))
	s.unchanged(func() {
		if n, err := s.client.Preview().PurgeRequests(s.ctx, dawn.Add(time.Minute)); n != 1 || err != nil {
			s.Errorf("a preview would purge %d (%v), want 1", n, err)
		}
	})
	if n, err := s.client.PurgeRequests(s.ctx, dawn.Add(time.Minute)); n != 1 || err != nil {
		s.Errorf("%d purged (%v), want 1", n, err)
	}
	if n, err := s.client.PurgeRequests(s.ctx, dawn); n != 0 || err != nil {
		s.Errorf("%d purged again (%v), want 0", n, err)
	}
	s.refused(score("new", 30), codes.ErrKeyReused)
	err := score("old", 30)
	switch got := get[leadtocash.Lead, record.LeadID](s, 1).Score; {
	case err != nil:
		s.Errorf("the purged key is not free: %v", err)
	case got != value.Some[int32](30):
		s.Errorf("with the purged key nothing happened: the score is %v", got)
	}
	s.ok(score("old", 30)) // is remembered anew
}

func onceText(s *stage) {
	s.play(newLead(1))
	for key, code := range map[string]codes.Code{
		strings.Repeat("k", 301): codes.ErrTooLong, "a\x00b": codes.ErrInvalid, "two\nlines": codes.ErrInvalid, "\xff": codes.ErrInvalid,
	} {
		s.unchanged(func() {
			_, err := s.client.Once(key).Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 10})
			s.refused(err, code)
		})
	}
	for _, key := range []string{strings.Repeat("é", 300), "…"} {
		_, err := s.client.Once(key).Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 10})
		s.ok(err)
	}
}

func onceAtomic(s *stage) {
	runs := 0
	both := func(ctx context.Context, c *client) error {
		runs++
		for _, step := range []step{newAccount(1), newOpportunity(1, desks)} {
			if _, err := step.do(ctx, c); err != nil {
				return err
			}
		}
		return nil
	}
	s.ok(s.client.Once("both").Atomic(s.ctx, both))
	first := runs // a store may run it several times
	s.unchanged(func() { s.ok(s.client.Once("both").Atomic(s.ctx, both)) })
	if runs != first {
		s.Errorf("the repetition ran %d times", runs-first)
	}
}

func onceWithin(s *stage) {
	s.play(newLead(1))
	score := func(ctx context.Context, c *client, score int32) error {
		_, err := c.Once("within").Leads().Score(ctx, id[record.LeadID](1), leadtocash.SetScore{Score: score})
		return err
	}
	errChanged := errors.New("the host changed its mind")
	err := s.client.Atomic(s.ctx, func(ctx context.Context, c *client) error {
		if err := score(ctx, c, 10); err != nil {
			return err
		}
		return errChanged
	})
	if !errors.Is(err, errChanged) {
		s.Errorf("got %v, want the host's error", err)
	}
	s.ok(score(s.ctx, s.client, 20)) // was not remembered
	s.refused(score(s.ctx, s.client, 10), codes.ErrKeyReused)
}
