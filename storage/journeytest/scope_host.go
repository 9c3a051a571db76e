package journeytest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

var hostPromises = []promise{
	{"a host's guard stands in the list of reasons", guarded},
	{"a host's hook writes along, or refuses everything", hooked},
	{"interceptors surround every call, the first one outermost", intercepted},
	{"custom values are checked, kept and found", customized},
	{"a field that becomes searchable is found after reindexing", reindexed},
}

func guarded(s *stage) {
	const tooEarly codes.Code = "too_early"
	open := false
	c := s.open(s, engine.WithGuard(engine.Guard{
		Action: actions.QuoteActivate, Code: tooEarly, Text: "the shop is closed",
		Holds: func(g engine.GuardRequest) bool {
			if q, ok := g.Record.(*leadtocash.Quote); !ok || q.ID != id[record.QuoteID](1) || g.Actor != ann {
				s.Errorf("the guard was asked %+v", g)
			}
			return open
		},
	}))
	s.play(newAccount(1), newQuote(1, 0), call(actions.AccountDeactivate, (*client).Accounts, engine.Accounts.Deactivate, 1, party.Deactivate{}))
	s.unchanged(func() {
		_, err := c.Quotes().Activate(s.ctx, id[record.QuoteID](1), leadtocash.ActivateQuote{})
		s.refused(err, tooEarly)
		s.refused(err, codes.ErrCustomerInactive) // and the library's own
		verdicts, err := c.Quotes().Explain(s.ctx, id[record.QuoteID](1))
		s.ok(err)
		for _, v := range verdicts {
			if v.Action == actions.QuoteActivate && (!errors.Is(v.Err, tooEarly) || !errors.Is(v.Err, codes.ErrCustomerInactive)) {
				s.Errorf("activating is explained as %v", v.Err)
			}
		}
	})
	s.play(call(actions.AccountActivate, (*client).Accounts, engine.Accounts.Activate, 1, party.Activate{}))
	_, err := c.Quotes().Activate(s.ctx, id[record.QuoteID](1), leadtocash.ActivateQuote{})
	s.refused(err, tooEarly)
	open = true
	_, err = c.Quotes().Activate(s.ctx, id[record.QuoteID](1), leadtocash.ActivateQuote{})
	s.ok(err)
}

func hooked(s *stage) {
	var veto error
	c := s.open(s, engine.WithBeforeCommit(func(ctx context.Context, tx storage.Tx, o engine.Outcome) error {
		if _, err := tx.Next(ctx, "of the host"); err != nil {
			return err
		}
		if len(o.Events) == 0 || o.Actor != ann {
			s.Errorf("the hook saw %+v", o)
		}
		if change, ok := o.Result.(*record.Change[leadtocash.Invoice]); ok {
			ref := storage.Ref{Kind: string(kinds.Invoice), ID: change.Record.ID.UUID}
			if rec, err := tx.Get(ctx, ref); err != nil || rec.Version != change.Record.Version {
				s.Errorf("the hook came before the record was written: %v, %v", rec, err)
			}
		}
		return veto
	}))
	s.play(newAccount(1), newInvoice(1, desks), newInvoice(2, desks))
	veto = errHost
	s.unchanged(func() {
		for range 3 {
			_, err := c.Invoices().Issue(s.ctx, id[record.InvoiceID](1), leadtocash.IssueInvoice{})
			if !errors.Is(err, errHost) {
				s.Errorf("got %v, want the hook's error", err)
			}
		}
	})
	veto = nil
	_, err := c.Invoices().Issue(s.ctx, id[record.InvoiceID](2), leadtocash.IssueInvoice{})
	s.ok(err)
	if got, want := get[leadtocash.Invoice, record.InvoiceID](s, 2).InvoiceNumber, engine.DefaultNumbering(kinds.Invoice, 1); got != want {
		s.Errorf("vetoed calls used up numbers: the first is %s, want %s", got, want)
	}
	s.ok(s.store.Update(s.ctx, s.tenant, func(ctx context.Context, tx storage.Tx) error {
		n, err := tx.Next(ctx, "of the host")
		if n != 2 {
			s.Errorf("the hook's own counter stands at %d, want 1 from the one call that was not vetoed", n-1)
		}
		return err
	}))
}

func intercepted(s *stage) {
	var log []string
	around := func(name string) engine.Interceptor {
		return func(ctx context.Context, call *engine.Call, next func(context.Context) error) error {
			log = append(log, name+" before "+call.Action.String())
			err := next(ctx)
			if call.Attempts == 0 || call.Tenant != s.tenant || call.Actor != ann || call.Ref.Kind != kinds.Lead {
				s.Errorf("the call is %+v", call)
			}
			log = append(log, fmt.Sprintf("%s after, failed %t", name, err != nil))
			return err
		}
	}
	c := s.open(s, engine.WithInterceptor(around("outer"), around("inner")))
	_, err := newLead(1).do(s.ctx, c)
	s.ok(err)
	_, err = c.Leads().Reactivate(s.ctx, id[record.LeadID](1), leadtocash.ReactivateLead{})
	s.refused(err, codes.ErrLeadAlreadyOpen)
	want := []string{
		"outer before lead.create", "inner before lead.create", "inner after, failed false", "outer after, failed false",
		"outer before lead.reactivate", "inner before lead.reactivate", "inner after, failed true", "outer after, failed true",
	}
	if !slices.Equal(log, want) {
		s.Errorf("intercepted was\n%q, want\n%q", log, want)
	}
	shut := s.open(s, engine.WithInterceptor(func(context.Context, *engine.Call, func(context.Context) error) error { return errHost }))
	s.unchanged(func() {
		lead, err := shut.Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 10})
		if !errors.Is(err, errHost) || lead.Version != 0 {
			s.Errorf("got version %d and %v, want the interceptor's error alone", lead.Version, err)
		}
	})
}

// region is a custom field of leads, searchable or not.
func region(opts ...engine.FieldOption) engine.Field[string] {
	return engine.TextField("region", opts...)
}

func fromRegion(n int, value string) leadtocash.CreateLead {
	cmd := leadtocash.CreateLead{
		ID: id[record.LeadID](n), Origin: inEUR, Fields: leadtocash.LeadFields{Topic: "ten desks", LastName: "Roe"},
	}
	cmd.Custom = record.Custom{"tier": []byte(`{"of":[1,2]}`)}
	region().Set(&cmd.Custom, value)
	return cmd
}

// found counts the leads of a region.
func (s *stage) found(c *client, value string) int {
	s.Helper()
	return len(list(s, c.Leads().All(s.ctx, engine.LeadQuery{List: engine.List{Custom: map[string]string{"region": value}}})))
}

func customized(s *stage) {
	c := s.open(s, engine.WithFields(kinds.Lead, region(engine.Searchable)), engine.WithLooseFields(kinds.Lead))
	s.unchanged(func() {
		cmd := fromRegion(1, "EMEA")
		cmd.Custom["region"] = []byte(`7`)
		_, err := c.Leads().Create(s.ctx, cmd)
		s.refused(err, codes.ErrInvalid)
	})
	lead, err := c.Leads().Create(s.ctx, fromRegion(1, "EMEA"))
	s.ok(err)
	if n := s.found(c, "EMEA"); n != 1 {
		s.Errorf("%d leads are found by the custom value, want 1", n)
	}
	edit := leadtocash.EditLead{Fields: lead.LeadFields}
	region().Set(&edit.Custom, "APAC")
	lead, err = c.Leads().Edit(s.ctx, lead.ID, edit)
	s.ok(err)
	if s.found(c, "EMEA") != 0 || s.found(c, "APAC") != 1 {
		s.Error("the lead is found by what its custom value was, not by what it is")
	}
	var tier bytes.Buffer // without the spaces that some stores put in
	if err := json.Compact(&tier, lead.Custom["tier"]); err != nil || tier.String() != `{"of":[1,2]}` {
		s.Errorf("the undeclared custom value became %s", lead.Custom["tier"])
	}
}

func reindexed(s *stage) {
	for n, value := range []string{"EMEA", "APAC", "EMEA"} {
		_, err := s.client.Leads().Create(s.ctx, fromRegion(n+1, value))
		s.ok(err)
	}
	s.play(newLead(4))
	c := s.open(s, engine.WithFields(kinds.Lead, region(engine.Searchable)), engine.WithLooseFields(kinds.Lead))
	if n := s.found(c, "EMEA"); n != 0 {
		s.Errorf("%d leads are found before reindexing", n)
	}
	if n, err := c.Reindex(s.ctx, kinds.Lead); n != 3 || err != nil {
		s.Errorf("%d leads reindexed (%v), want 3", n, err)
	}
	if a, b := s.found(c, "EMEA"), s.found(c, "APAC"); a != 2 || b != 1 {
		s.Errorf("%d and %d leads are found after reindexing, want 2 and 1", a, b)
	}
	s.unchanged(func() {
		if n, err := c.Reindex(s.ctx, kinds.Lead); n != 0 || err != nil {
			s.Errorf("%d leads reindexed again (%v), want 0", n, err)
		}
	})
	if l := get[leadtocash.Lead, record.LeadID](s, 4); l.Version != 1 {
		s.Errorf("a lead without the value was changed to version %d", l.Version)
	}
	switch e := list(s, c.Leads().History(s.ctx, id[record.LeadID](1))); {
	case len(e) == 1: // the store has replaced its look-ups
	case len(e) != 2 || e[1].Type != "lead.edited" || e[1].Data.Get("reindexed") != "true" || len(e[1].Changes) != 0:
		s.Errorf("the history is %+v", e)
	}
	_, err := c.Reindex(s.ctx, "no kind")
	s.refused(err, codes.ErrUnsupported)
}
