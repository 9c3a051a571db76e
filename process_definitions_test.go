package leadtocash_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

// keeper is a client whose tenant keeps processes.
type keeper struct {
	testing.TB
	ctx   context.Context
	store storage.Store
	c     *leadtocash.Client
}

func newKeeper(t testing.TB, store storage.Store, opts ...leadtocash.ClientOption) *keeper {
	t.Helper()
	c, err := leadtocash.New(store, append([]leadtocash.ClientOption{leadtocash.WithStoredProcesses()}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return &keeper{t, context.Background(), store, c}
}

// release saves a definition as the next version and activates it.
func (k *keeper) release(d bpf.Definition, cmd leadtocash.ActivateProcessDefinition) leadtocash.ProcessDefinition {
	k.Helper()
	s := k.c.ProcessDefinitions()
	kept, known, err := s.Named(k.ctx, d.Name)
	if err == nil && !known {
		kept, err = s.Create(k.ctx, leadtocash.CreateProcessDefinition{Definition: asDraft(d)})
	} else if err == nil {
		kept, err = s.Save(k.ctx, kept.ID, leadtocash.SaveProcessDefinition{Definition: asDraft(d)})
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
func (k *keeper) shown(l leadtocash.Lead) *leadtocash.Process {
	k.Helper()
	p, ok, err := k.c.Processes().Shown(k.ctx, l.ID.Entity())
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
			draft := yields[leadtocash.ProcessDefinition](t)(s.Create(ctx, leadtocash.CreateProcessDefinition{Definition: asDraft(smallProcess("small", "ask", "offer"))}))
			if p := k.shown(k.lead()); p != nil {
				t.Fatalf("a draft was started: %v", p.Instance)
			}
			start := leadtocash.StartProcess{Definition: "small", Record: k.lead().ID.Entity()}
			if _, err := run.Start(ctx, start); !errors.Is(err, bpf.ErrDefinitionNotActive) || !errors.Is(err, leadtocash.ErrProcessRefused) {
				t.Errorf("got %v", err)
			}
			if _, err := s.Create(ctx, leadtocash.CreateProcessDefinition{Definition: smallProcess("small")}); !errors.Is(err, leadtocash.ErrTaken) {
				t.Errorf("two processes of one name: %v", err)
			}
			if _, err := k.c.Preview().ProcessDefinitions().Activate(ctx, draft.ID, leadtocash.ActivateProcessDefinition{}); err != nil {
				t.Error(err)
			}
			if p := k.shown(k.lead()); p != nil {
				t.Error("a preview put a process in force")
			}
			kept := k.release(smallProcess("small", "ask", "offer"), leadtocash.ActivateProcessDefinition{})
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
			draft = yields[leadtocash.ProcessDefinition](t)(s.Save(ctx, kept.ID, leadtocash.SaveProcessDefinition{Definition: asDraft(smallProcess("small", "question"))}))
			if _, err := s.Activate(ctx, kept.ID, leadtocash.ActivateProcessDefinition{}); !errors.Is(err, bpf.FaultStranded) || !errors.Is(err, leadtocash.ErrInvalid) {
				t.Errorf("got %v", err)
			}
			if v := yields[bpf.View](t)(run.View(ctx, p.ID)); v.Drifted {
				t.Error("a refused activation reached an instance")
			}
			yields[leadtocash.ProcessDefinition](t)(s.Activate(ctx, kept.ID, leadtocash.ActivateProcessDefinition{AllowDrift: true}, leadtocash.IfVersion(draft.Version)))
			if v := yields[bpf.View](t)(run.View(ctx, p.ID)); !v.Drifted {
				t.Error("the instance follows, and its stage is gone")
			}
			if _, err := run.Finish(ctx, p.ID, bpf.NextOptions{}); !errors.Is(err, bpf.ErrDefinitionDrift) {
				t.Errorf("got %v", err)
			}
			moved := yields[leadtocash.Process](t)(run.Migrate(ctx, p.ID, leadtocash.MigrateProcess{Version: 2, Stages: map[string]string{"ask": "question"}}))
			if moved.Instance.ActiveStage != "question" {
				t.Errorf("migrated to %s", moved.Instance.ActiveStage)
			}

			// Out of force, instances are read, aborted and deleted only.
			yields[leadtocash.ProcessDefinition](t)(s.Deactivate(ctx, kept.ID, leadtocash.DeactivateProcessDefinition{}))
			if k.shown(k.lead()) != nil {
				t.Error("a process that is out of force was started")
			}
			v := yields[bpf.View](t)(run.View(ctx, p.ID))
			if v.Process != "Small" || v.Stages[0].Label != "question" || !slices.Equal(v.Operations, []bpf.Operation{bpf.OpAbort, bpf.OpDelete}) {
				t.Errorf("a frozen instance shows %+v", v)
			}
			for _, err := range []error{
				errOf(run.Finish(ctx, p.ID, bpf.NextOptions{})),
				errOf(run.Migrate(ctx, p.ID, leadtocash.MigrateProcess{Version: 2})),
				errOf(run.Start(ctx, start)),
			} {
				if !errors.Is(err, bpf.ErrDefinitionNotActive) {
					t.Errorf("got %v", err)
				}
			}
			if r := yields[bpf.Report](t)(run.Report(ctx, "small")); r.Active != 1 {
				t.Errorf("reported are %+v", r)
			}
			yields[leadtocash.Process](t)(run.Abort(ctx, p.ID, "out of force"))

			if err := s.Delete(ctx, kept.ID, leadtocash.DeleteProcessDefinition{}); !errors.Is(err, leadtocash.ErrInUse) {
				t.Errorf("got %v", err)
			}
			if err := s.Delete(ctx, kept.ID, leadtocash.DeleteProcessDefinition{Cascade: true}); err != nil {
				t.Error(err)
			}
			if k.shown(lead) != nil {
				t.Error("an instance outlived its process")
			}
			if _, err := run.Start(ctx, start); !errors.Is(err, bpf.ErrDefinitionNotFound) {
				t.Errorf("got %v", err)
			}
			k.release(smallProcess("small"), leadtocash.ActivateProcessDefinition{}) // the name is free again
		})
	}
}

// Processes of code stand beside those of the tenant, which cannot change them;
// other tenants have none of it.
func TestStoredProcessesBesideThoseOfCode(t *testing.T) {
	t.Parallel()
	first := 1
	ours := smallProcess("ours")
	ours.Order = &first
	k := newKeeper(t, memory.New(), leadtocash.WithProcesses(bpf.LeadToCash()))
	ctx, s := k.ctx, k.c.ProcessDefinitions()
	if _, err := s.Create(ctx, leadtocash.CreateProcessDefinition{Definition: smallProcess("lead_to_cash")}); !errors.Is(err, leadtocash.ErrTaken) {
		t.Errorf("got %v", err)
	}
	k.release(ours, leadtocash.ActivateProcessDefinition{})
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
	kept := taken.release(smallProcess("lead_to_cash"), leadtocash.ActivateProcessDefinition{})
	if kept.InForce() == nil {
		t.Fatal("not in force")
	}
	later := newKeeper(t, taken.store, leadtocash.WithProcesses(bpf.LeadToCash()))
	if p := later.shown(later.lead()); p.Instance.ActiveStage != "qualify" {
		t.Errorf("the lead stands on %s", p.Instance.ActiveStage)
	}
	yields[leadtocash.ProcessDefinition](t)(later.c.ProcessDefinitions().Deactivate(ctx, kept.ID, leadtocash.DeactivateProcessDefinition{}))
	if _, err := later.c.ProcessDefinitions().Activate(ctx, kept.ID, leadtocash.ActivateProcessDefinition{}); !errors.Is(err, leadtocash.ErrTaken) {
		t.Errorf("got %v", err)
	}
	if err := later.c.ProcessDefinitions().Delete(ctx, kept.ID, leadtocash.DeleteProcessDefinition{Cascade: true}); err != nil {
		t.Error(err)
	}
	if n := yields[int64](t)(later.c.Processes().Count(ctx, leadtocash.ProcessQuery{})); n != 1 {
		t.Errorf("%d instances are left, want that of code", n)
	}
}

// The limit of active processes on one entity counts both kinds.
func TestStoredProcessesHaveALimit(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, memory.New(), leadtocash.WithProcesses(smallProcess("code")), leadtocash.WithProcessHost(leadtocash.ProcessHost{Limits: bpf.Limits{ActivePerEntity: 2}}))
	k.release(smallProcess("one"), leadtocash.ActivateProcessDefinition{})
	two := yields[leadtocash.ProcessDefinition](t)(k.c.ProcessDefinitions().Create(k.ctx, leadtocash.CreateProcessDefinition{Definition: smallProcess("two")}))
	if _, err := k.c.ProcessDefinitions().Activate(k.ctx, two.ID, leadtocash.ActivateProcessDefinition{}); !errors.Is(err, bpf.FaultActiveLimit) {
		t.Errorf("got %v", err)
	}
}

// Without the option nothing can be kept, and nothing is read.
func TestStoredProcessesAreAskedFor(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, memory.New())
	kept := k.release(smallProcess("small"), leadtocash.ActivateProcessDefinition{})
	plain := &keeper{t, k.ctx, k.store, must(leadtocash.New(k.store))}
	if plain.shown(plain.lead()) != nil {
		t.Error("a client without stored processes started one")
	}
	s := plain.c.ProcessDefinitions()
	for _, err := range []error{
		errOf(s.Create(k.ctx, leadtocash.CreateProcessDefinition{Definition: smallProcess("other")})),
		errOf(s.Save(k.ctx, kept.ID, leadtocash.SaveProcessDefinition{Definition: smallProcess("small")})),
		errOf(s.Activate(k.ctx, kept.ID, leadtocash.ActivateProcessDefinition{})),
		errOf(s.Deactivate(k.ctx, kept.ID, leadtocash.DeactivateProcessDefinition{})),
		s.Delete(k.ctx, kept.ID, leadtocash.DeleteProcessDefinition{}),
	} {
		if !errors.Is(err, leadtocash.ErrUnsupported) {
			t.Errorf("got %v", err)
		}
	}
	if got := yields[leadtocash.ProcessDefinition](t)(s.Get(k.ctx, kept.ID)); got.Name != "small" {
		t.Errorf("got %v", got)
	}
}

// What a transaction that is given up has activated is not remembered.
func TestGivenUpActivationIsForgotten(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, memory.New())
	kept := yields[leadtocash.ProcessDefinition](t)(k.c.ProcessDefinitions().Create(k.ctx, leadtocash.CreateProcessDefinition{Definition: smallProcess("small", "ask")}))
	err := k.c.Atomic(k.ctx, func(ctx context.Context, c *leadtocash.Client) error {
		if _, err := c.ProcessDefinitions().Activate(ctx, kept.ID, leadtocash.ActivateProcessDefinition{}); err != nil {
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
	yields[leadtocash.ProcessDefinition](t)(k.c.ProcessDefinitions().Save(k.ctx, kept.ID, leadtocash.SaveProcessDefinition{Definition: smallProcess("small", "question")}))
	yields[leadtocash.ProcessDefinition](t)(k.c.ProcessDefinitions().Activate(k.ctx, kept.ID, leadtocash.ActivateProcessDefinition{}))
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
				d := smallProcess("small", rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 1, 4, rapid.ID[string]).Draw(r, label)...)
				if pin {
					d.Options.Upgrade = "pin"
				}
				return d
			}
			first := draw("first version")
			k.release(first, leadtocash.ActivateProcessDefinition{})
			p := k.shown(k.lead())
			for n := range rapid.IntRange(1, 3).Draw(r, "versions") {
				next := draw(fmt.Sprint("version ", n+2))
				next.Label = fmt.Sprint("label ", n+2)
				k.release(next, leadtocash.ActivateProcessDefinition{AllowDrift: true})
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
