package engine_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

// keeper is a client whose tenant keeps processes.
type keeper struct {
	testing.TB
	ctx   context.Context
	store storage.Store
	c     *engine.Client
}

func newKeeper(t testing.TB, store storage.Store, opts ...engine.ClientOption) *keeper {
	t.Helper()
	c, err := engine.New(store, append([]engine.ClientOption{engine.WithStoredProcesses()}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return &keeper{t, t.Context(), store, c}
}

// release saves a definition as the next version and activates it.
func (k *keeper) release(d bpf.Definition, cmd engine.ActivateProcessDefinition) engine.ProcessDefinition {
	k.Helper()
	s := k.c.ProcessDefinitions()
	kept, known, err := s.Named(k.ctx, d.Name)
	if err == nil && !known {
		kept, err = s.Create(k.ctx, engine.CreateProcessDefinition{Definition: asDraft(d)})
	} else if err == nil {
		kept, err = s.Save(k.ctx, kept.ID, engine.SaveProcessDefinition{Definition: asDraft(d)})
	}
	if err == nil {
		kept, err = s.Activate(k.ctx, kept.ID, cmd)
	}
	if err != nil {
		k.Fatal(err)
	}
	return kept
}

func (k *keeper) lead() leadtocash.Lead {
	k.Helper()
	return yields[leadtocash.Lead](k)(k.c.Leads().Create(k.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
}

// shown is the process on the lead, nil if there is none.
func (k *keeper) shown(l leadtocash.Lead) *process.Process {
	k.Helper()
	p, ok, err := k.c.Processes().Shown(k.ctx, process.Entity(l.ID))
	if err != nil {
		k.Fatal(err)
	}
	if !ok {
		return nil
	}
	return &p
}

// A tenant drafts, activates, changes and retires a process of its own.
func TestStoredProcess(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]storage.Store{"values": memory.New(), "bytes": storagetest.Reencode(memory.New())} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKeeper(t, store)
			ctx, s, run := k.ctx, k.c.ProcessDefinitions(), k.c.Processes()
			draft := yields[engine.ProcessDefinition](t)(s.Create(ctx, engine.CreateProcessDefinition{Definition: asDraft(testkit.SmallProcess("small", "ask", "offer"))}))
			if p := k.shown(k.lead()); p != nil {
				t.Fatalf("a draft was started: %v", p.Instance)
			}
			start := engine.StartProcess{Definition: "small", Record: process.Entity(k.lead().ID)}
			if _, err := run.Start(ctx, start); !errors.Is(err, bpf.ErrDefinitionNotActive) || !errors.Is(err, codes.ErrProcessRefused) {
				t.Errorf("got %v", err)
			}
			if _, err := s.Create(ctx, engine.CreateProcessDefinition{Definition: testkit.SmallProcess("small")}); !errors.Is(err, codes.ErrTaken) {
				t.Errorf("two processes of one name: %v", err)
			}
			if _, err := k.c.Preview().ProcessDefinitions().Activate(ctx, draft.ID, engine.ActivateProcessDefinition{}); err != nil {
				t.Error(err)
			}
			if p := k.shown(k.lead()); p != nil {
				t.Error("a preview put a process in force")
			}
			kept := k.release(testkit.SmallProcess("small", "ask", "offer"), engine.ActivateProcessDefinition{})
			lead := k.lead()
			p := k.shown(lead)
			if p == nil || p.Instance.Process != "small" {
				t.Fatalf("got %v", p)
			}
			active := yields[[]bpf.Definition](t)(run.Definitions(ctx, "lead"))
			if len(active) != 1 || !active[0].Equal(*kept.InForce()) {
				t.Errorf("in force is %v", active)
			}

			// A version that takes the ground from under an instance says so.
			draft = yields[engine.ProcessDefinition](t)(s.Save(ctx, kept.ID, engine.SaveProcessDefinition{Definition: asDraft(testkit.SmallProcess("small", "question"))}))
			if _, err := s.Activate(ctx, kept.ID, engine.ActivateProcessDefinition{}); !errors.Is(err, bpf.FaultStranded) || !errors.Is(err, codes.ErrInvalid) {
				t.Errorf("got %v", err)
			}
			if v := yields[bpf.View](t)(run.View(ctx, p.ID)); v.Drifted {
				t.Error("a refused activation reached an instance")
			}
			yields[engine.ProcessDefinition](t)(s.Activate(ctx, kept.ID, engine.ActivateProcessDefinition{AllowDrift: true}, engine.IfVersion(draft.Version)))
			if v := yields[bpf.View](t)(run.View(ctx, p.ID)); !v.Drifted {
				t.Error("the instance follows, and its stage is gone")
			}
			if _, err := run.Finish(ctx, p.ID, bpf.NextOptions{}); !errors.Is(err, bpf.ErrDefinitionDrift) {
				t.Errorf("got %v", err)
			}
			moved := yields[process.Process](t)(run.Migrate(ctx, p.ID, engine.MigrateProcess{Version: 2, Stages: map[string]string{"ask": "question"}}))
			if moved.Instance.ActiveStage != "question" {
				t.Errorf("migrated to %s", moved.Instance.ActiveStage)
			}

			// Out of force, instances are read, aborted and deleted only.
			yields[engine.ProcessDefinition](t)(s.Deactivate(ctx, kept.ID, engine.DeactivateProcessDefinition{}))
			if k.shown(k.lead()) != nil {
				t.Error("a process that is out of force was started")
			}
			v := yields[bpf.View](t)(run.View(ctx, p.ID))
			if v.Process != "Small" || v.Stages[0].Label != "question" || !slices.Equal(v.Operations, []bpf.Operation{bpf.OpAbort, bpf.OpDelete}) {
				t.Errorf("a frozen instance shows %+v", v)
			}
			for _, err := range []error{
				errOf(run.Finish(ctx, p.ID, bpf.NextOptions{})),
				errOf(run.Migrate(ctx, p.ID, engine.MigrateProcess{Version: 2})),
				errOf(run.Start(ctx, start)),
			} {
				if !errors.Is(err, bpf.ErrDefinitionNotActive) {
					t.Errorf("got %v", err)
				}
			}
			if r := yields[bpf.Report](t)(run.Report(ctx, "small")); r.Active != 1 {
				t.Errorf("reported are %+v", r)
			}
			yields[process.Process](t)(run.Abort(ctx, p.ID, "out of force"))

			if err := s.Delete(ctx, kept.ID, engine.DeleteProcessDefinition{}); !errors.Is(err, codes.ErrInUse) {
				t.Errorf("got %v", err)
			}
			if err := s.Delete(ctx, kept.ID, engine.DeleteProcessDefinition{Cascade: true}); err != nil {
				t.Error(err)
			}
			if k.shown(lead) != nil {
				t.Error("an instance outlived its process")
			}
			if _, err := run.Start(ctx, start); !errors.Is(err, bpf.ErrDefinitionNotFound) {
				t.Errorf("got %v", err)
			}
			k.release(testkit.SmallProcess("small"), engine.ActivateProcessDefinition{}) // the name is free again
		})
	}
}

// Processes of code stand beside those of the tenant, which cannot change them;
// other tenants have none of it.
func TestStoredProcessesBesideThoseOfCode(t *testing.T) {
	t.Parallel()
	first := 1
	ours := testkit.SmallProcess("ours")
	ours.Order = &first
	k := newKeeper(t, memory.New(), engine.WithProcesses(bpf.LeadToCash()))
	ctx, s := k.ctx, k.c.ProcessDefinitions()
	if _, err := s.Create(ctx, engine.CreateProcessDefinition{Definition: testkit.SmallProcess("lead_to_cash")}); !errors.Is(err, codes.ErrTaken) {
		t.Errorf("got %v", err)
	}
	k.release(ours, engine.ActivateProcessDefinition{})
	if p := k.shown(k.lead()); p.Instance.Process != "ours" {
		t.Errorf("the default is %s, want the one in front", p.Instance.Process)
	}
	var names []string
	for _, d := range yields[[]bpf.Definition](t)(k.c.Processes().Definitions(ctx, "")) {
		names = append(names, d.Name)
	}
	if !slices.Equal(names, []string{"ours", "lead_to_cash"}) {
		t.Errorf("offered are %v", names)
	}
	other := &keeper{t, ctx, k.store, k.c.In("elsewhere")}
	if p := other.shown(other.lead()); p.Instance.Process != "lead_to_cash" {
		t.Errorf("another tenant started %s", p.Instance.Process)
	}

	// A process of code that comes later has the name.
	taken := newKeeper(t, memory.New())
	kept := taken.release(testkit.SmallProcess("lead_to_cash"), engine.ActivateProcessDefinition{})
	if kept.InForce() == nil {
		t.Fatal("not in force")
	}
	later := newKeeper(t, taken.store, engine.WithProcesses(bpf.LeadToCash()))
	if p := later.shown(later.lead()); p.Instance.ActiveStage != "qualify" {
		t.Errorf("the lead stands on %s", p.Instance.ActiveStage)
	}
	yields[engine.ProcessDefinition](t)(later.c.ProcessDefinitions().Deactivate(ctx, kept.ID, engine.DeactivateProcessDefinition{}))
	if _, err := later.c.ProcessDefinitions().Activate(ctx, kept.ID, engine.ActivateProcessDefinition{}); !errors.Is(err, codes.ErrTaken) {
		t.Errorf("got %v", err)
	}
	if err := later.c.ProcessDefinitions().Delete(ctx, kept.ID, engine.DeleteProcessDefinition{Cascade: true}); err != nil {
		t.Error(err)
	}
	if n := yields[int64](t)(later.c.Processes().Count(ctx, engine.ProcessQuery{})); n != 1 {
		t.Errorf("%d instances are left, want that of code", n)
	}
}

// The limit of active processes on one entity counts both kinds.
func TestStoredProcessesHaveALimit(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, memory.New(), engine.WithProcesses(testkit.SmallProcess("code")), engine.WithProcessHost(engine.ProcessHost{Limits: bpf.Limits{ActivePerEntity: 2}}))
	k.release(testkit.SmallProcess("one"), engine.ActivateProcessDefinition{})
	two := yields[engine.ProcessDefinition](t)(k.c.ProcessDefinitions().Create(k.ctx, engine.CreateProcessDefinition{Definition: testkit.SmallProcess("two")}))
	if _, err := k.c.ProcessDefinitions().Activate(k.ctx, two.ID, engine.ActivateProcessDefinition{}); !errors.Is(err, bpf.FaultActiveLimit) {
		t.Errorf("got %v", err)
	}
}

// Without the option nothing can be kept, and nothing is read.
func TestStoredProcessesAreAskedFor(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, memory.New())
	kept := k.release(testkit.SmallProcess("small"), engine.ActivateProcessDefinition{})
	plain := &keeper{t, k.ctx, k.store, testkit.Must(engine.New(k.store))}
	if plain.shown(plain.lead()) != nil {
		t.Error("a client without stored processes started one")
	}
	s := plain.c.ProcessDefinitions()
	for _, err := range []error{
		errOf(s.Create(k.ctx, engine.CreateProcessDefinition{Definition: testkit.SmallProcess("other")})),
		errOf(s.Save(k.ctx, kept.ID, engine.SaveProcessDefinition{Definition: testkit.SmallProcess("small")})),
		errOf(s.Activate(k.ctx, kept.ID, engine.ActivateProcessDefinition{})),
		errOf(s.Deactivate(k.ctx, kept.ID, engine.DeactivateProcessDefinition{})),
		s.Delete(k.ctx, kept.ID, engine.DeleteProcessDefinition{}),
	} {
		if !errors.Is(err, codes.ErrUnsupported) {
			t.Errorf("got %v", err)
		}
	}
	if got := yields[engine.ProcessDefinition](t)(s.Get(k.ctx, kept.ID)); got.Name != "small" {
		t.Errorf("got %v", got)
	}
}

// What a transaction that is given up has activated is not remembered.
func TestGivenUpActivationIsForgotten(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, memory.New())
	kept := yields[engine.ProcessDefinition](t)(k.c.ProcessDefinitions().Create(k.ctx, engine.CreateProcessDefinition{Definition: testkit.SmallProcess("small", "ask")}))
	err := k.c.Atomic(k.ctx, func(ctx context.Context, c *engine.Client) error {
		if _, err := c.ProcessDefinitions().Activate(ctx, kept.ID, engine.ActivateProcessDefinition{}); err != nil {
			return err
		}
		inner := &keeper{t, ctx, k.store, c}
		if p := inner.shown(inner.lead()); p == nil || p.Instance.ActiveStage != "ask" {
			t.Errorf("within the transaction the lead stands on %v", p)
		}
		return errDown
	})
	if !errors.Is(err, errDown) {
		t.Fatal(err)
	}
	if k.shown(k.lead()) != nil {
		t.Error("a process is in force that was never activated")
	}
	// The same version of the record, with another content.
	yields[engine.ProcessDefinition](t)(k.c.ProcessDefinitions().Save(k.ctx, kept.ID, engine.SaveProcessDefinition{Definition: testkit.SmallProcess("small", "question")}))
	yields[engine.ProcessDefinition](t)(k.c.ProcessDefinitions().Activate(k.ctx, kept.ID, engine.ActivateProcessDefinition{}))
	if p := k.shown(k.lead()); p == nil || p.Instance.ActiveStage != "question" {
		t.Errorf("the lead stands on %v", p)
	}
}

// TestActivationLeavesPinnedInstances: whatever versions follow, an instance
// that is pinned sees the stages it started with, and one that follows drifts
// exactly when its stage is gone.
func TestActivationLeavesPinnedInstances(t *testing.T) {
	t.Parallel()
	t.Run("I-45", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(r *rapid.T) {
			k := newKeeper(t, memory.New())
			pin := rapid.Bool().Draw(r, "pin")
			draw := func(label string) bpf.Definition {
				d := testkit.SmallProcess("small", rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 1, 4, rapid.ID[string]).Draw(r, label)...)
				if pin {
					d.Options.Upgrade = "pin"
				}
				return d
			}
			first := draw("first version")
			k.release(first, engine.ActivateProcessDefinition{})
			p := k.shown(k.lead())
			for n := range rapid.IntRange(1, 3).Draw(r, "versions") {
				next := draw(fmt.Sprint("version ", n+2))
				next.Label = fmt.Sprint("label ", n+2)
				k.release(next, engine.ActivateProcessDefinition{AllowDrift: true})
				v := yields[bpf.View](t)(k.c.Processes().View(k.ctx, p.ID))
				gone := !slices.ContainsFunc(next.Stages, func(s bpf.Stage) bool { return s.Key == first.Stages[0].Key })
				switch {
				case pin && (v.Drifted || len(v.Stages) != len(first.Stages) || v.Process != first.Label):
					r.Fatalf("a pinned instance shows %+v", v)
				case !pin && v.Drifted != gone:
					r.Fatalf("drifted: %t, its stage is gone: %t", v.Drifted, gone)
				}
			}
		})
	})
}

// Whoever stands on a version that went before does not hide those who stand on one
// that is kept.
func TestActivationKeepsVersionsInUse(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, memory.New())
	define := func(label, upgrade string) bpf.Definition {
		d := testkit.SmallProcess("small", "a", "b")
		d.Label, d.Options.Upgrade = label, upgrade
		return d
	}
	k.release(define("one", ""), engine.ActivateProcessDefinition{})
	k.shown(k.lead())
	k.release(define("two", ""), engine.ActivateProcessDefinition{})
	var second []process.Process
	for range 3 {
		second = append(second, *k.shown(k.lead()))
	}
	k.release(define("three", "pin"), engine.ActivateProcessDefinition{})
	for _, p := range second {
		if v, err := k.c.Processes().View(k.ctx, p.ID); err != nil || v.Process != "two" {
			t.Errorf("an instance of the second version shows %q, %v", v.Process, err)
		}
	}
}

// noReleases lets everybody draft and nobody put in force.
type noReleases struct{ engine.AllowAll }

func (noReleases) Authorize(_ context.Context, r engine.Request) error {
	if r.Action == actions.ProcessDefinitionActivate {
		return errors.New("ask the administrator")
	}
	return nil
}

// Drafting is one privilege, putting in force another.
func TestActivationIsAPrivilege(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, memory.New(), engine.WithAuthorizer(noReleases{}))
	s := k.c.ProcessDefinitions()
	draft := yields[engine.ProcessDefinition](t)(s.Create(k.ctx, engine.CreateProcessDefinition{Definition: testkit.SmallProcess("small")}))
	if _, err := s.Activate(k.ctx, draft.ID, engine.ActivateProcessDefinition{}); !errors.Is(err, codes.ErrDenied) {
		t.Errorf("got %v", err)
	}
	if got := yields[engine.ProcessDefinition](t)(s.Get(k.ctx, draft.ID)); got.Version != draft.Version {
		t.Errorf("the denied call changed it: %+v", got)
	}
}

// Roles hold for instances whose process is out of force as well.
func TestFrozenInstancesKeepTheirRoles(t *testing.T) {
	t.Parallel()
	clerk := record.User(testkit.Bob)
	k := newKeeper(t, memory.New(), engine.WithProcessHost(engine.ProcessHost{
		Roles: func(context.Context, record.Actor) []string { return []string{"clerk"} },
	}))
	secret := testkit.SmallProcess("secret")
	secret.Security.Roles = map[string][]bpf.Privilege{"boss": {bpf.CreatePrivilege, bpf.ReadPrivilege}}
	kept := k.release(secret, engine.ActivateProcessDefinition{})
	lead := k.lead()
	sees := func() int {
		return len(yields[[]process.Process](t)(k.c.As(clerk).Processes().Instances(k.ctx, process.Entity(lead.ID))))
	}
	before := sees()
	yields[engine.ProcessDefinition](t)(k.c.ProcessDefinitions().Deactivate(k.ctx, kept.ID, engine.DeactivateProcessDefinition{}))
	if after := sees(); before != 0 || after != 0 {
		t.Errorf("a clerk sees %d instances, and %d out of force", before, after)
	}
	if k.shown(lead) == nil {
		t.Error("the system does not see it")
	}
}

// Every version there ever was stands in the history, and a repeated call is one
// call.
func TestStoredProcessHistory(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, storagetest.Reencode(memory.New()))
	kept := k.release(testkit.SmallProcess("small", "one"), engine.ActivateProcessDefinition{})
	kept = k.release(testkit.SmallProcess("small", "two"), engine.ActivateProcessDefinition{})
	again := testkit.SmallProcess("small", "three")
	save := engine.SaveProcessDefinition{Definition: asDraft(again)}
	first := yields[engine.ProcessDefinition](t)(k.c.Once("save").ProcessDefinitions().Save(k.ctx, kept.ID, save))
	repeat := yields[engine.ProcessDefinition](t)(k.c.Once("save").ProcessDefinitions().Save(k.ctx, kept.ID, save))
	if repeat.Version != first.Version || repeat.Draft.Version != 3 {
		t.Errorf("the repeat yields %+v", repeat)
	}
	var events []string
	for e, err := range k.c.ProcessDefinitions().History(k.ctx, kept.ID) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e.Type+" "+e.Data.Get("version"))
	}
	want := []string{
		"process_definition.created ", "process_definition.activated 1", "process_definition.saved 2",
		"process_definition.activated 2", "process_definition.saved 3",
	}
	if !slices.Equal(events, want) {
		t.Errorf("got %q", events)
	}
	old := yields[engine.ProcessDefinition](t)(k.c.ProcessDefinitions().AsOfVersion(k.ctx, kept.ID, 2))
	if old.InForce().Stages[0].Key != "one" {
		t.Errorf("in force was %+v", old.InForce())
	}
	page := yields[engine.Page[engine.ProcessDefinition]](t)(k.c.ProcessDefinitions().Page(k.ctx, engine.ProcessDefinitionQuery{
		PrimaryEntity: "lead", Status: engine.ProcessDefinitionStatusActive,
	}))
	if len(page.Items) != 1 || page.Items[0].ID != kept.ID {
		t.Errorf("listed are %+v", page.Items)
	}
	for _, v := range yields[[]flow.Verdict](t)(k.c.ProcessDefinitions().Explain(k.ctx, kept.ID)) {
		refused := v.Action == actions.ProcessDefinitionDelete
		if (v.Err != nil) != refused {
			t.Errorf("%s: %v", v.Action, v.Err)
		}
	}
}

func TestImportProcessDefinition(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, memory.New())
	released := func(versions ...bpf.Definition) engine.ProcessDefinition {
		return engine.ProcessDefinition{Name: "small", Status: engine.ProcessDefinitionStatusActive, Versions: versions}
	}
	other, later := testkit.SmallProcess("other"), testkit.SmallProcess("small")
	faulty := testkit.SmallProcess("small")
	faulty.Stages = nil
	later.Version, other.Version, faulty.Version = 2, 2, 2
	draft := released()
	draft.Draft = &later
	misnamed := released(testkit.SmallProcess("Small"))
	misnamed.Name = "Small"
	for name, c := range map[string]struct {
		d     engine.ProcessDefinition
		field string // of the first reason
	}{
		"nothing": {released(), "draft"}, "only a draft": {draft, "versions"}, "no name": {misnamed, "name"},
		"another name": {released(testkit.SmallProcess("small"), other), "versions[1].name"},
		"descending":   {released(later, testkit.SmallProcess("small")), "versions[1].version"},
		"faulty":       {released(testkit.SmallProcess("small"), faulty), "versions[1]/stages"},
	} {
		var e *record.Error
		if _, err := engine.Import(k.ctx, k.c, c.d); !errors.As(err, &e) || e.Code != codes.ErrInvalid || e.Reasons[0].Field != c.field {
			t.Errorf("%s: got %v, want a fault of %s", name, err, c.field)
		}
	}
	kept := yields[engine.ProcessDefinition](t)(engine.Import(k.ctx, k.c, released(testkit.SmallProcess("small"), later)))
	if p := k.shown(k.lead()); p == nil || kept.InForce().Version != 2 {
		t.Errorf("in force is %+v", kept.InForce())
	}
}

// Leads come in while versions change: each starts on the version that was in
// force, and nothing is in the way of anything else.
func TestActivationMeetsCalls(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, memory.New())
	k.release(testkit.SmallProcess("small", "stage_0"), engine.ActivateProcessDefinition{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				l, err := k.c.Leads().Create(k.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}})
				if err != nil {
					t.Error(err)
					return
				}
				if _, ok, err := k.c.Processes().Shown(k.ctx, process.Entity(l.ID)); !ok || err != nil {
					t.Errorf("no process: %v", err)
				}
			}
		})
	}
	for n := 1; n <= 10; n++ {
		k.release(testkit.SmallProcess("small", fmt.Sprint("stage_", n)), engine.ActivateProcessDefinition{AllowDrift: true})
	}
	wg.Wait()
	for p, err := range k.c.Processes().All(k.ctx, engine.ProcessQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		if i := p.Instance; i.ActiveStage != fmt.Sprint("stage_", i.Version-1) {
			t.Errorf("version %d was started on %s", i.Version, i.ActiveStage)
		}
	}
}

// lookups counts the look-ups of process definitions.
type lookups struct {
	storage.Store
	n *int
}

type lookupsTx struct {
	storage.Tx
	n *int
}

func (l lookups) Update(ctx context.Context, t storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	return l.Store.Update(ctx, t, func(ctx context.Context, tx storage.Tx) error { return fn(ctx, lookupsTx{tx, l.n}) })
}

func (l lookupsTx) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	if q.Kind == string(kinds.ProcessDefinition) {
		*l.n++
	}
	return l.Tx.Find(ctx, q)
}

// What a tenant keeps is looked up once in a call, and not at all without the
// option.
func TestStoredProcessesAreReadOnce(t *testing.T) {
	t.Parallel()
	count := func(opts ...engine.ClientOption) (n int) {
		c := testkit.Must(engine.New(lookups{memory.New(), &n}, append(opts, engine.WithProcesses(bpf.LeadToOpportunity()))...))
		lead := testkit.Must(c.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
		testkit.Must(c.Leads().Qualify(t.Context(), lead.ID, leadtocash.QualifyLead{}))
		return n
	}
	if without, with := count(), count(engine.WithStoredProcesses()); without != 0 || with != 2 {
		t.Errorf("%d look-ups without the option, %d in two calls with it", without, with)
	}
}
