package journeytest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

var accessPromises = []promise{
	{"a call with another version is a conflict", ifVersion},
	{"dating a call takes the privilege to import", atTime},
	{"importing takes the privilege to import", importing},
	{"what the authorizer denies does not happen", denied},
	{"what the authorizer hides is nowhere to be seen, even after its deletion", hidden},
	{"processes are shown to those whose roles may read them", rolesHide},
	{"tenants share nothing", tenantsApart},
}

func ifVersion(s *stage) {
	s.play(newLead(1))
	score := func(version int64, score int32) error {
		_, err := s.client.Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: score}, engine.IfVersion(version))
		return err
	}
	s.ok(score(1, 10))
	s.unchanged(func() {
		for _, version := range []int64{1, 3, 0, -1} {
			err := score(version, 20)
			s.refused(err, codes.ErrConflict)
			var e *record.Error
			if errors.As(err, &e) && (e.Reasons[0].Params["expected"] != version || e.Reasons[0].Params["stored"] != int64(2)) {
				s.Errorf("the conflict says %v", e.Reasons[0].Params)
			}
		}
	})
	s.ok(score(2, 20))
}

// rules is an authorizer that denies actions, or whole actors.
type rules func(engine.Request) error

// Authorize asks the rule.
func (r rules) Authorize(_ context.Context, q engine.Request) error { return r(q) }

// Scope lets everybody see everything.
func (rules) Scope(context.Context, record.Actor, kinds.Kind) ([]storage.Cond, error) {
	return nil, nil
}

// withoutImport lets everybody do everything but import.
var withoutImport = rules(func(q engine.Request) error {
	if strings.HasSuffix(q.Action.String(), ".import") {
		return errHost
	}
	return nil
})

func atTime(s *stage) {
	s.play(newLead(1))
	past := dawn.AddDate(-1, 0, 0)
	plain := s.open(s, engine.WithAuthorizer(withoutImport))
	s.unchanged(func() {
		_, err := plain.At(past).Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 10})
		s.refused(err, codes.ErrDenied)
		_, err = newAccount(1).do(s.ctx, plain.At(past))
		s.refused(err, codes.ErrDenied)
	})
	_, err := plain.Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 10})
	s.ok(err)

	_, err = newAccount(1).do(s.ctx, s.client.At(past.Add(1234567*time.Nanosecond)))
	s.ok(err)
	if got, want := get[party.Account, record.AccountID](s, 1).CreatedAt, past.Add(1234*time.Microsecond); !got.Equal(want) {
		s.Errorf("the account was created at %v, want %v", got, want)
	}
	was := get[leadtocash.Lead, record.LeadID](s, 1).UpdatedAt
	_, err = s.client.At(past).Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 20})
	s.refused(err, codes.ErrTimeOrder)
	lead, err := s.client.At(was.Add(-time.Minute)).Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 20})
	s.ok(err)
	if want := was.Add(time.Microsecond); !lead.UpdatedAt.Equal(want) {
		s.Errorf("a change dated before the last one happened at %v, want %v", lead.UpdatedAt, want)
	}
}

func importing(s *stage) {
	old := party.Account{
		ID: id[record.AccountID](1), Head: record.Head{CreatedAt: dawn.AddDate(-3, 0, 0), Currency: money.EUR},
		AccountFields: party.AccountFields{Name: "Northwind"}, Status: party.AccountStatusInactive,
	}
	s.unchanged(func() {
		_, err := engine.Import(s.ctx, s.open(s, engine.WithAuthorizer(withoutImport)), old)
		s.refused(err, codes.ErrDenied)
	})
	_, err := engine.Import(s.ctx, s.client, old)
	s.ok(err)
	if a := get[party.Account, record.AccountID](s, 1); a.Status != party.AccountStatusInactive || a.Version != 1 || !a.CreatedAt.Equal(old.CreatedAt) {
		s.Errorf("imported was %+v", a)
	}
	if got := s.happenings(); len(got) != 1 || got[0] != "account.imported" {
		s.Errorf("there happened %v", got)
	}
	_, err = s.client.Accounts().Activate(s.ctx, id[record.AccountID](1), party.Activate{})
	s.ok(err)
}

func denied(s *stage) {
	s.play(newLead(1), newAccount(1))
	var asked []engine.Request
	c := s.open(s, engine.WithAuthorizer(rules(func(q engine.Request) error {
		asked = append(asked, q)
		if q.Actor == bob {
			return errHost
		}
		return nil
	}))).As(bob)
	s.unchanged(func() {
		_, err := c.Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 10})
		s.refused(err, codes.ErrDenied)
		if !errors.Is(err, errHost) {
			s.Errorf("%v does not lead to the authorizer's error", err)
		}
		q := asked[len(asked)-1]
		rec, _ := q.Record.(*leadtocash.Lead)
		if q.Action != actions.LeadScore || q.Tenant != s.tenant || q.Ref != refTo[record.LeadID](1) || rec == nil || rec.Version != 1 || q.Preview {
			s.Errorf("the authorizer was asked %+v", q)
		}
		_, err = newLead(2).do(s.ctx, c)
		s.refused(err, codes.ErrDenied)
		if q := asked[len(asked)-1]; q.Action != actions.LeadCreate || q.Ref.Kind != kinds.Lead || q.Record != nil {
			s.Errorf("the authorizer was asked %+v", q)
		}
		s.refused(c.Leads().Delete(s.ctx, id[record.LeadID](1), record.DeleteRecord{}), codes.ErrDenied)
		s.refused(c.Erase(s.ctx, refTo[record.LeadID](1)), codes.ErrDenied)
		_, err = c.Reindex(s.ctx, kinds.Lead)
		s.refused(err, codes.ErrDenied)
		for _, err := range c.Feed(s.ctx, 0) {
			s.refused(err, codes.ErrDenied)
		}
		verdicts, err := c.Leads().Explain(s.ctx, id[record.LeadID](1))
		s.ok(err)
		for _, v := range verdicts {
			if !errors.Is(v.Err, codes.ErrDenied) {
				s.Errorf("%s is explained as %v", v.Action, v.Err)
			}
		}
	})
	_, err := c.As(ann).Leads().Score(s.ctx, id[record.LeadID](1), leadtocash.SetScore{Score: 10})
	s.ok(err)
}

// mine shows everybody what they own.
type mine struct{}

// Authorize allows everything.
func (mine) Authorize(context.Context, engine.Request) error { return nil }

// Scope is what the actor owns.
func (mine) Scope(_ context.Context, a record.Actor, _ kinds.Kind) ([]storage.Cond, error) {
	return []storage.Cond{{Field: storage.FieldOwner, Op: storage.OpEq, Values: []any{a.ID}}}, nil
}

func hidden(s *stage) {
	s.play(newLead(1), newLead(2), newLead(3),
		call(actions.LeadAssign, (*client).Leads, engine.Leads.Assign, 2, record.Assign{Owner: bob.ID}),
		call(actions.LeadAssign, (*client).Leads, engine.Leads.Assign, 3, record.Assign{Owner: bob.ID}),
		removal(actions.LeadDelete, (*client).Leads, engine.Leads.Delete, 3))
	root := s.open(s, engine.WithAuthorizer(mine{}))
	leads := func(c *client) (ids []uuid.UUID) {
		for _, l := range list(s, c.Leads().All(s.ctx, engine.LeadQuery{})) {
			ids = append(ids, l.ID.UUID)
		}
		page, err := c.Leads().Page(s.ctx, engine.LeadQuery{})
		s.ok(err)
		n, err := c.Leads().Count(s.ctx, engine.LeadQuery{})
		s.ok(err)
		if len(page.Items) != len(ids) || n != int64(len(ids)) {
			s.Errorf("%d leads are listed, %d on the page, %d counted", len(ids), len(page.Items), n)
		}
		return ids
	}
	for _, who := range []struct {
		actor  record.Actor
		sees   []int // living or not
		living int
	}{{ann, []int{1}, 1}, {bob, []int{2, 3}, 2}} {
		c := root.As(who.actor)
		if ids := leads(c); len(ids) != 1 || ids[0] != id[record.LeadID](who.living).UUID {
			s.Errorf("%s sees the leads %v, want %d", who.actor.ID, ids, who.living)
		}
		for n := 1; n <= 3; n++ {
			id := id[record.LeadID](n)
			visible := who.sees[0] == n || len(who.sees) > 1 && who.sees[1] == n
			check := func(what string, err error, expected bool) {
				if expected != (err == nil) || err != nil && !errors.Is(err, codes.ErrNotFound) {
					s.Errorf("%s: %s of lead %d: %v", who.actor.ID, what, n, err)
				}
			}
			_, err := c.Leads().Get(s.ctx, id)
			check("get", err, n == who.living)
			_, err = c.Leads().Explain(s.ctx, id)
			check("explain", err, n == who.living)
			_, err = c.Leads().AsOfVersion(s.ctx, id, 1) // it was Ann's then, which plays no part
			check("version 1", err, visible)
			_, err = c.Leads().AsOf(s.ctx, id, dawn)
			check("as of", err, visible)
			err = nil
			for _, e := range c.Leads().History(s.ctx, id) {
				err = errors.Join(err, e)
			}
			check("history", err, visible)
		}
	}
}

// rolesHide asks every list of processes, also where one cannot go on.
func rolesHide(s *stage) {
	stage := bpf.Stage{Key: "meet", Label: "Meet", Entity: "account", Steps: []bpf.Step{{Key: "name", Field: "name"}}}
	d := bpf.Definition{Schema: bpf.Schema, Name: "secret", Label: "Secret", Version: 1, PrimaryEntity: "account", Stages: []bpf.Stage{stage}}
	d.Security.Roles = map[string][]bpf.Privilege{"boss": {bpf.CreatePrivilege, bpf.ReadPrivilege}}
	stage.Key = "greet"
	drifted := d
	drifted.Stages = []bpf.Stage{stage}
	open := func(d bpf.Definition) *client {
		return s.open(s, engine.WithProcesses(d), engine.WithStoredProcesses(), engine.WithProcessHost(engine.ProcessHost{
			Roles: func(_ context.Context, a record.Actor) []string {
				return map[uuid.UUID][]string{ann.ID: {"boss"}, bob.ID: {"clerk"}}[a.ID]
			},
		}))
	}
	running, stuck := open(d), open(drifted)
	_, err := newAccount(1).do(s.ctx, running.As(ann))
	s.ok(err)
	for who, want := range map[record.Actor]int{ann: 1, bob: 0} {
		p, q := running.As(who).Processes(), engine.ProcessQuery{Definition: "secret"}
		n, err := p.Count(s.ctx, q)
		s.ok(err)
		page, err := p.Page(s.ctx, q)
		s.ok(err)
		instances, err := p.Instances(s.ctx, process.Entity(id[record.AccountID](1)))
		s.ok(err)
		owned, err := p.ListForOwner(s.ctx, ann.ID)
		s.ok(err)
		counts, err := stuck.As(who).Processes().CountStranded(s.ctx)
		s.ok(err)
		found := []int{int(n), len(page.Items), len(list(s, p.All(s.ctx, q))), len(instances), len(owned), len(counts)}
		if slices.ContainsFunc(found, func(n int) bool { return n != want }) {
			s.Errorf("%s finds %v processes, want %d everywhere", who.ID, found, want)
		}
	}
	_, err = running.As(bob).Processes().Report(s.ctx, "secret")
	s.refused(err, codes.ErrDenied)
}

func tenantsApart(s *stage) {
	other := &stage{s.T, newWorld(s, s.store), s.ctx}
	for _, t := range []*stage{s, other} {
		t.play(newAccount(1), newInvoice(1, desks), issueInvoice(1)) // ids and numbers are those of the tenant
		if n := get[leadtocash.Invoice, record.InvoiceID](t, 1).InvoiceNumber; n != engine.DefaultNumbering(kinds.Invoice, 1) {
			s.Errorf("the first invoice of a tenant has the number %s", n)
		}
	}
	other.unchanged(func() {
		s.play(newAccount(2))
		_, err := s.client.Invoices().Cancel(s.ctx, id[record.InvoiceID](1), leadtocash.CancelInvoice{})
		s.ok(err)
	})
	_, err := other.client.Accounts().Get(s.ctx, id[record.AccountID](2))
	s.refused(err, codes.ErrNotFound)
	_, err = newOpportunity(1).do(s.ctx, other.client)
	s.ok(err)
	for _, e := range other.client.Accounts().History(s.ctx, id[record.AccountID](2)) {
		s.refused(e, codes.ErrNotFound)
	}
	_, err = s.client.In("no tenant").Accounts().Count(s.ctx, engine.AccountQuery{})
	s.refused(err, codes.ErrInvalid)
	_, err = newAccount(3).do(s.ctx, s.client.In(""))
	s.refused(err, codes.ErrInvalid)
}
