package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

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
	"github.com/leadtocash/leadtocash/storage/memory"
)

// survey is a process of a host: custom fields, an entity of its own, an action
// step, triggers, roles.
const survey = `{
  "schema": "bpf/v1", "name": "survey", "label": "Survey", "labels": { "de": "Begehung" }, "version": 1, "primaryEntity": "lead",
  "security": { "roles": { "surveyor": ["create", "read", "write"], "clerk": ["read"] } },
  "stages": [
    { "key": "ask", "label": "Ask", "entity": "lead",
      "steps": [ { "key": "region", "field": "region", "required": true }, { "key": "ring", "kind": "action", "action": "lead.ring" } ],
      "triggers": [ { "on": "exit", "run": "lead.log" } ] },
    { "key": "visit", "label": "Visit", "entity": "site",
      "enter": { "relationship": "lead_sites", "modes": ["select", "create"] },
      "steps": [ { "key": "area", "field": "area", "required": true } ],
      "exit": [ { "field": "area", "op": "gt", "value": "10", "message": "the site is too small" } ] },
    { "key": "report", "label": "Report", "entity": "lead", "enter": { "loop": true },
      "steps": [ { "key": "text", "field": "description", "required": true } ] }
  ],
  "triggers": [ { "on": "finished", "run": "lead.log" } ],
  "bindings": [ { "event": "site.closed", "do": "abort" } ],
  "mirror": [ { "entity": "lead", "field": "qualificationcomments", "value": "stage" } ]
}`

// sites are the records of the host.
type sites map[string]map[string]any

func (s sites) values(_ context.Context, id string) (map[string]any, bool, error) {
	v, ok := s[id]
	return v, ok, nil
}

func TestHostProcess(t *testing.T) {
	t.Parallel()
	region := engine.TextField("region")
	land, logged := sites{"s1": {"area": 12}}, []string{}
	roles := map[uuid.UUID]string{uuid.MustParse("00000000-0000-4000-8000-000000000001"): "surveyor", uuid.MustParse("00000000-0000-4000-8000-000000000002"): "clerk"}
	definition, err := bpf.Parse([]byte(survey))
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t,
		engine.WithFields(kinds.Lead, region),
		engine.WithProcesses(*definition),
		engine.WithProcessHost(engine.ProcessHost{
			Entities: map[string]engine.ProcessEntity{"site": {
				Fields: map[string]bpf.Field{"area": {Type: bpf.TypeDecimal}}, Values: land.values,
				Create: func(_ context.Context, from bpf.Instance) (string, error) {
					land["new"] = map[string]any{"area": 3, "lead_id": from.Primary().ID}
					return "new", nil
				},
			}},
			Relationships: map[string]bpf.Relationship{"lead_sites": {From: "lead", To: "site", Lookup: "lead_id"}},
			Events:        map[string]map[string]string{"site.closed": {"site": "site"}},
			Actions: map[string]engine.ProcessAction{"lead.ring": {Entity: "lead", Run: func(_ context.Context, _ *engine.Client, p process.Process, record bpf.Ref) (bpf.Progress, error) {
				logged = append(logged, "ring "+record.Entity+" "+string(p.Instance.Progress["ask/ring"]))
				return bpf.Completed, nil
			}}},
			Workflows: map[string]engine.ProcessWorkflow{"lead.log": {Run: func(_ context.Context, _ *engine.Client, due engine.ProcessTrigger) error {
				logged = append(logged, fmt.Sprint(due.On, " ", due.Stage, " ", due.Record.Entity))
				return nil
			}}},
			Language: func(context.Context, record.Actor) string { return "de" },
			Roles:    func(_ context.Context, a record.Actor) []string { return []string{roles[a.ID]} },
		}))
	ctx := t.Context()
	as := func(role string) *engine.Client {
		for id, r := range roles {
			if r == role {
				return d.c.As(record.Actor{Kind: record.ActorUser, ID: id})
			}
		}
		return nil
	}
	cmd := leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Roof", LastName: "Roe"}}
	if l := yields[leadtocash.Lead](t)(as("clerk").Leads().Create(ctx, cmd)); true {
		if _, ok, err := d.c.Processes().Shown(ctx, process.Entity(l.ID)); ok || err != nil {
			t.Errorf("a clerk started a process: %v", err)
		}
	}
	region.Set(&cmd.Custom, "north")
	lead := yields[leadtocash.Lead](t)(as("surveyor").Leads().Create(ctx, cmd))
	d.lead = lead
	p := d.shown()
	if _, err := as("clerk").Processes().Next(ctx, p.ID, bpf.NextOptions{}); !errors.Is(err, codes.ErrDenied) || !errors.Is(err, bpf.ErrAccessDenied) {
		t.Errorf("got %v", err)
	}
	s := as("surveyor").Processes()
	if v := yields[bpf.View](t)(s.View(ctx, p.ID)); v.Process != "Begehung" || v.Instance.Name != "Survey" {
		t.Errorf("got %s of %s", v.Process, v.Instance.Name)
	}
	if p = yields[process.Process](t)(s.RunStep(ctx, p.ID, "ask", "ring")); p.Instance.Progress["ask/ring"] != bpf.Completed {
		t.Errorf("got %v", p.Instance.Progress)
	}
	if _, err := s.RunStep(ctx, p.ID, "ask", "region"); !errors.Is(err, bpf.ErrStepNotRunnable) {
		t.Errorf("got %v", err)
	}
	site := bpf.Ref{Entity: "site", ID: "s1"}
	if _, err := s.Next(ctx, p.ID, bpf.NextOptions{Target: site}); !errors.Is(err, bpf.ErrTargetUnrelated) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Next(ctx, p.ID, bpf.NextOptions{Target: bpf.Ref{Entity: "site", ID: "s9"}}); !errors.Is(err, bpf.ErrTargetNotFound) {
		t.Errorf("got %v", err)
	}
	p = yields[process.Process](t)(s.Next(ctx, p.ID, bpf.NextOptions{Create: true}))
	if p.Instance.Slots["site"].ID != "new" || yields[leadtocash.Lead](t)(d.c.Leads().Get(ctx, lead.ID)).QualificationComments != "Visit" {
		t.Errorf("got %v", p.Instance.Slots)
	}
	if _, err := s.Next(ctx, p.ID, bpf.NextOptions{}); !errors.Is(err, codes.ErrStageIncomplete) {
		t.Errorf("got %v", err)
	}
	closed := bpf.Event{Name: "site.closed", Record: p.Instance.Slots["site"]}
	if err := s.CheckEvent(ctx, closed); err != nil {
		t.Error(err)
	}
	if got := yields[process.Process](t)(d.c.Processes().Get(ctx, p.ID)); got.Version != p.Version {
		t.Error("checking an event changed the process")
	}
	results, err := s.HandleEvent(ctx, closed)
	if err != nil || len(results) != 1 || !results[0].Moved {
		t.Errorf("got %v, %v", results, err)
	}
	p = yields[process.Process](t)(s.Reactivate(ctx, p.ID))
	land["new"]["area"] = 11
	p = yields[process.Process](t)(s.Next(ctx, p.ID, bpf.NextOptions{}))
	if _, err := s.Finish(ctx, p.ID, bpf.NextOptions{Override: "in a hurry"}); !errors.Is(err, codes.ErrDenied) {
		t.Errorf("got %v", err)
	}
	yields[process.Process](t)(d.c.Processes().Finish(ctx, p.ID, bpf.NextOptions{Override: "the boss says so"}))
	position := yields[int64](t)(d.c.Processes().RunTriggers(ctx, 0))
	if again := yields[int64](t)(d.c.Processes().RunTriggers(ctx, position)); again != position {
		t.Errorf("from %d on the feed goes to %d", position, again)
	}
	want := []string{"ring lead processing", "exit ask lead", "finished  lead"}
	if !slices.Equal(logged, want) {
		t.Errorf("got %q, want %q", logged, want)
	}
}

// TestGuardsVetoMoves: the guards of the host narrow moves as they narrow any
// action.
func TestGuardsVetoMoves(t *testing.T) {
	t.Parallel()
	d := newDesk(t, engine.WithProcesses(bpf.OpportunitySales()), engine.WithGuard(engine.Guard{
		Action: actions.ProcessNext, Code: "not_on_sundays", Text: "nobody sells on sundays",
		Holds: func(g engine.GuardRequest) bool {
			return g.Record.(*process.Process).Instance.ActiveStage != "develop"
		},
	}))
	ctx := t.Context()
	account := yields[party.Account](t)(d.c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Meyer"}}))
	o := yields[leadtocash.Opportunity](t)(d.c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{
		Fields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: record.AccountCustomer(account.ID)},
	}))
	p, _, err := d.c.Processes().Shown(ctx, process.Entity(o.ID))
	if err != nil {
		t.Fatal(err)
	}
	p = yields[process.Process](t)(d.c.Processes().Next(ctx, p.ID, bpf.NextOptions{}))
	if _, err := d.c.Processes().Next(ctx, p.ID, bpf.NextOptions{}); !errors.Is(err, codes.Code("not_on_sundays")) {
		t.Errorf("got %v", err)
	}
	if _, err := d.c.Processes().Previous(ctx, p.ID, engine.IfVersion(p.Version-1)); !errors.Is(err, codes.ErrConflict) {
		t.Errorf("got %v", err)
	}
}

// TestPinnedProcess stays on the version it started with until it is migrated.
func TestPinnedProcess(t *testing.T) {
	t.Parallel()
	v1 := bpf.LeadToOpportunity()
	v1.Options.Upgrade = "pin"
	v2 := v1
	v2.Version, v2.Stages = 2, slices.Clone(v1.Stages)
	v2.Stages[0].Key = "screen"
	store, ctx := memory.New(), t.Context()
	settings := engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})
	old := yields[*engine.Client](t)(engine.New(store, settings, engine.WithProcesses(v1)))
	lead := yields[leadtocash.Lead](t)(old.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
	c := yields[*engine.Client](t)(engine.New(store, settings, engine.WithProcesses(v1, v2)))
	p, _, err := c.Processes().Shown(ctx, process.Entity(lead.ID))
	if err != nil {
		t.Fatal(err)
	}
	if v := yields[bpf.View](t)(c.Processes().View(ctx, p.ID)); v.Drifted || v.Stages[0].Key != "qualify" {
		t.Errorf("the pinned process moved on: %+v", v.Stages[0])
	}
	if _, err := c.Processes().Migrate(ctx, p.ID, engine.MigrateProcess{Version: 2}); !errors.Is(err, bpf.ErrInvalidPath) {
		t.Errorf("got %v", err)
	}
	p = yields[process.Process](t)(c.Processes().Migrate(ctx, p.ID, engine.MigrateProcess{Version: 2, Stages: map[string]string{"qualify": "screen"}}))
	if v := yields[bpf.View](t)(c.Processes().View(ctx, p.ID)); v.Drifted || v.Stages[0].Key != "screen" || v.Instance.Version != 2 {
		t.Errorf("got %+v", v.Stages[0])
	}

	// A process that follows drifts when its stage vanishes.
	v1.Options.Upgrade, v2.Options.Upgrade = "", ""
	follow := yields[*engine.Client](t)(engine.New(store, settings, engine.WithProcesses(v1)))
	if _, err := follow.Processes().Previous(ctx, p.ID); !errors.Is(err, bpf.ErrDefinitionDrift) {
		t.Errorf("got %v", err)
	}
}
