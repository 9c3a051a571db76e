package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// The people of these tests, and what the host says about them.
var (
	chief = record.User(uuid.UUID{0: 0xa, 15: 1})
	clerk = record.User(uuid.UUID{0: 0xa, 15: 2})
)

func withRoles() engine.ClientOption {
	return engine.WithProcessHost(engine.ProcessHost{Roles: func(_ context.Context, a record.Actor) []string {
		return map[uuid.UUID][]string{chief.ID: {"boss"}, clerk.ID: {"clerk"}}[a.ID]
	}})
}

// secretProcess is a process that the boss alone may see and run.
func secretProcess(stages ...string) bpf.Definition {
	d := testkit.SmallProcess("secret", stages...)
	d.Security.Roles = map[string][]bpf.Privilege{
		"boss": {bpf.CreatePrivilege, bpf.ReadPrivilege, bpf.WritePrivilege, bpf.DeletePrivilege},
	}
	return d
}

// processSights is how much of the instances of a process every reading call
// shows.
func processSights(t *testing.T, c *engine.Client, id record.ProcessID, owner uuid.UUID) map[string]int {
	t.Helper()
	ctx, s, seen := t.Context(), c.Processes(), map[string]int{}
	note := func(call string, n int, err error) {
		t.Helper()
		if err != nil && !errors.Is(err, codes.ErrNotFound) && !errors.Is(err, codes.ErrDenied) && !errors.Is(err, bpf.ErrDefinitionNotFound) {
			t.Errorf("%s: %v", call, err)
		}
		if err == nil {
			seen[call] = n
		}
	}
	q := engine.ProcessQuery{Definition: "secret"}
	_, err := s.Get(ctx, id)
	note("Get", 1, err)
	_, err = s.AsOfVersion(ctx, id, 1)
	note("AsOfVersion", 1, err)
	_, err = s.View(ctx, id)
	note("View", 1, err)
	page, err := s.Page(ctx, q)
	note("Page", len(page.Items), err)
	counted, err := s.Count(ctx, q)
	note("Count", int(counted), err)
	stages, err := s.CountStranded(ctx)
	note("CountStranded", len(stages), err)
	owned, err := s.ListForOwner(ctx, owner)
	note("ListForOwner", len(owned), err)
	report, err := s.Report(ctx, "secret")
	note("Report", report.Active, err)
	offered, err := s.Definitions(ctx, "lead")
	note("Definitions", len(offered), err)
	for _, err := range s.All(ctx, q) {
		note("All", seen["All"]+1, err)
	}
	for _, err := range s.Stranded(ctx) {
		note("Stranded", seen["Stranded"]+1, err)
	}
	for _, err := range s.History(ctx, id) {
		note("History", 1, err)
	}
	for _, err := range c.Timeline(ctx, ref(kinds.Process, id)) {
		note("Timeline", 1, err)
	}
	for call, n := range seen {
		if n == 0 {
			delete(seen, call)
		}
	}
	return seen
}

// TestProcessRoles: whom the roles of a definition do not let read instances sees
// nothing of them, wherever they stand; whom they do sees them all.
func TestProcessRoles(t *testing.T) {
	t.Parallel()
	store, ctx := memory.New(), t.Context()
	c := newKeeper(t, store, engine.WithProcesses(secretProcess("ask")), withRoles()).c
	lead := yields[leadtocash.Lead](t)(c.As(chief).Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
	p, ok, err := c.As(chief).Processes().Shown(ctx, process.Entity(lead.ID))
	if !ok || err != nil {
		t.Fatalf("the boss runs no process: %v", err)
	}
	drifted := newKeeper(t, store, engine.WithProcesses(secretProcess("tell")), withRoles()).c
	pinned := secretProcess("tell")
	pinned.Version, pinned.Options.Upgrade = 2, "pin"
	for name, c := range map[string]*engine.Client{
		"running": c, "drifted": drifted, "pinned to a version that is gone": newKeeper(t, store, engine.WithProcesses(pinned), withRoles()).c,
	} {
		t.Run(name, func(t *testing.T) {
			if seen := processSights(t, c.As(clerk), p.ID, chief.ID); len(seen) != 0 {
				t.Errorf("a clerk sees %v", seen)
			}
			want := 12 - map[bool]int{true: 2}[name == "running"] // where nothing is stranded
			if seen := processSights(t, c.As(chief), p.ID, chief.ID); len(seen) < want {
				t.Errorf("the boss sees %v only", seen)
			}
			for call, err := range map[string]error{
				"view":   errOf(c.As(clerk).Processes().View(ctx, p.ID)),
				"report": errOf(c.As(clerk).Processes().Report(ctx, "secret")),
				"abort":  errOf(c.As(clerk).Processes().Abort(ctx, p.ID, "nosy")),
				"delete": c.As(clerk).Processes().Delete(ctx, p.ID, record.DeleteRecord{}),
				"switch": errOf(c.As(clerk).Processes().Switch(ctx, process.Entity(lead.ID), "secret")),
				"start":  errOf(c.As(clerk).Processes().Start(ctx, engine.StartProcess{Definition: "secret", Record: process.Entity(lead.ID)})),
			} {
				if !errors.Is(err, codes.ErrDenied) || !errors.Is(err, bpf.ErrAccessDenied) {
					t.Errorf("%s: %v", call, err)
				}
			}
		})
	}
	gone := newKeeper(t, store, withRoles()).c // nobody is left who could grant anything
	for _, actor := range []record.Actor{chief, clerk} {
		if seen := processSights(t, gone.As(actor), p.ID, chief.ID); len(seen) != 0 {
			t.Errorf("of a process whose definition is gone %v sees %v", actor, seen)
		}
	}
	counts := yields[[]engine.StrandedCount](t)(gone.Processes().CountStranded(ctx))
	if len(counts) != 1 || counts[0].Why != bpf.ErrDefinitionNotFound {
		t.Errorf("the system counts %v", counts)
	}
	yields[process.Process](t)(gone.Processes().Abort(ctx, p.ID, "its definition is gone"))
}

// TestProcessKeptSecret: a process of the tenant's that the authorizer hides is not
// offered, reported or named, and one of two actors sees the instances of a
// process that is out of force.
func TestProcessKeptSecret(t *testing.T) {
	t.Parallel()
	store, ctx := memory.New(), t.Context()
	root := newKeeper(t, store, withRoles(), engine.WithAuthorizer(sees{kinds.ProcessDefinition: chief.ID}))
	kept := (&keeper{t, ctx, store, root.c.As(chief)}).release(secretProcess("ask"), engine.ActivateProcessDefinition{})
	lead := yields[leadtocash.Lead](t)(root.c.As(chief).Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
	if list := yields[[]bpf.Definition](t)(root.c.As(clerk).Processes().Definitions(ctx, "")); len(list) != 0 {
		t.Errorf("a clerk is offered %v", list)
	}
	if _, err := root.c.As(clerk).Processes().Report(ctx, "secret"); !errors.Is(err, bpf.ErrDefinitionNotFound) {
		t.Errorf("got %v", err)
	}
	if list := yields[[]bpf.Definition](t)(root.c.As(chief).Processes().Definitions(ctx, "")); len(list) != 1 {
		t.Errorf("the boss is offered %v", list)
	}
	yields[engine.ProcessDefinition](t)(root.c.As(chief).ProcessDefinitions().Deactivate(ctx, kept.ID, engine.DeactivateProcessDefinition{}))
	open := asDraft(testkit.SmallProcess("secret", "ask")) // which is not in force, and grants nothing
	yields[engine.ProcessDefinition](t)(root.c.As(chief).ProcessDefinitions().Save(ctx, kept.ID, engine.SaveProcessDefinition{Definition: open}))
	for actor, want := range map[record.Actor]int{chief: 1, clerk: 0} {
		c := root.c.As(actor).Processes()
		list := yields[[]process.Process](t)(c.Instances(ctx, process.Entity(lead.ID)))
		n := yields[int64](t)(c.Count(ctx, engine.ProcessQuery{}))
		if len(list) != want || int(n) != want {
			t.Errorf("%v sees %d and counts %d, want %d", actor, len(list), n, want)
		}
	}
}

// sees shows the records of a kind to somebody alone, and allows everything.
type sees map[kinds.Kind]uuid.UUID

// Authorize allows everything.
func (sees) Authorize(context.Context, engine.Request) error { return nil }

// Scope hides a kind from everybody but one.
func (s sees) Scope(_ context.Context, a record.Actor, kind kinds.Kind) ([]storage.Cond, error) {
	if alone, limited := s[kind]; !limited || alone == a.ID {
		return nil, nil
	}
	return []storage.Cond{{Field: storage.FieldID, Op: storage.OpIn}}, nil
}

// TestHandleEventAsks: an event of the host moves what the authorizer lets the
// caller move, and tells him of what he may see.
func TestHandleEventAsks(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d := testkit.SmallProcess("bound", "ask", "tell")
	d.Bindings = []bpf.Binding{{Event: "letter.sent", Do: bpf.DoAdvance, To: "tell"}}
	host := engine.WithProcessHost(engine.ProcessHost{Events: map[string]map[string]string{"letter.sent": {"lead": "lead"}}})
	for name, auth := range map[string]engine.Authorizer{
		"denied": denying{actions.ProcessNext, actions.ProcessSetActive}, "hidden": sees{kinds.Process: chief.ID}, "allowed": engine.AllowAll{},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKeeper(t, memory.New(), engine.WithProcesses(d), host, engine.WithAuthorizer(auth))
			lead := k.lead()
			results, err := k.c.As(clerk).Processes().HandleEvent(ctx, bpf.Event{Name: "letter.sent", Record: process.Entity(lead.ID)})
			p, _, shown := k.c.As(chief).Processes().Shown(ctx, process.Entity(lead.ID))
			if shown != nil {
				t.Fatal(shown)
			}
			moved := p.Instance.ActiveStage == "tell"
			if denied := name == "denied"; errors.Is(err, codes.ErrDenied) != denied || moved == denied || (len(results) == 1) != (name == "allowed") {
				t.Errorf("got %v, %v; the process stands on %s", results, err, p.Instance.ActiveStage)
			}
		})
	}
}
