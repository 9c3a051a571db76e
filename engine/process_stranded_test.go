package engine_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// strandedDesk is a client with an instance that followed the versions of its
// process until one pinned instances to theirs, and its own was gone.
type strandedDesk struct {
	*keeper
	lead leadtocash.Lead
	p    process.Process
}

// strandedByCode meets a program that was shipped with the next version alone.
func strandedByCode(t *testing.T) strandedDesk {
	t.Helper()
	store := memory.New()
	first := newKeeper(t, store, engine.WithProcesses(testkit.SmallProcess("small", "ask", "offer"), testkit.SmallProcess("other")))
	lead := yields[leadtocash.Lead](t)(first.c.Starting("small").Leads().Create(first.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
	next := testkit.SmallProcess("small", "ask", "close")
	next.Version, next.Options.Upgrade = 2, "pin"
	return strandedDesk{newKeeper(t, store, engine.WithProcesses(next, testkit.SmallProcess("other"))), lead, *first.shown(lead)}
}

// strandedByTenant meets a version that the tenant put in force over one that was
// in force after the instance had last moved.
func strandedByTenant(t *testing.T) strandedDesk {
	t.Helper()
	k := newKeeper(t, memory.New(), engine.WithProcesses(testkit.SmallProcess("other")))
	define := func(label, upgrade string, stages ...string) {
		d := testkit.SmallProcess("small", stages...)
		d.Label, d.Options.Upgrade = label, upgrade
		k.release(d, engine.ActivateProcessDefinition{AllowDrift: true})
	}
	define("one", "", "ask", "offer")
	lead := yields[leadtocash.Lead](t)(k.c.Starting("small").Leads().Create(k.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
	define("two", "", "ask", "offer", "thank")
	define("three", "pin", "ask", "close")
	return strandedDesk{k, lead, *k.shown(lead)}
}

// stranded is why the instance cannot go on, empty if it can.
func (d strandedDesk) stranded() (why bpf.Code) {
	d.Helper()
	for s, err := range d.c.Processes().Stranded(d.ctx) {
		if err != nil {
			d.Fatal(err)
		}
		if s.Process.ID == d.p.ID {
			why = s.Why
		}
	}
	return why
}

// latest is the version in force.
func (d strandedDesk) latest() int {
	d.Helper()
	for _, def := range yields[[]bpf.Definition](d)(d.c.Processes().Definitions(d.ctx, "lead")) {
		if def.Name == "small" {
			return def.Version
		}
	}
	d.Fatal("the process is not in force")
	return 0
}

// TestWaysOutOfAStrandedProcess: from where its version is gone, an instance can be
// seen, migrated and moved on, aborted, left for another process, and deleted and
// started anew.
func TestWaysOutOfAStrandedProcess(t *testing.T) {
	t.Parallel()
	for name, strand := range map[string]func(*testing.T) strandedDesk{"by code": strandedByCode, "by the tenant": strandedByTenant} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("stuck", func(t *testing.T) {
				t.Parallel()
				d := strand(t)
				if why := d.stranded(); why != bpf.ErrDefinitionNotFound {
					t.Errorf("stranded because of %q", why)
				}
				if _, err := d.c.Processes().Next(d.ctx, d.p.ID, bpf.NextOptions{}); !errors.Is(err, bpf.ErrDefinitionNotFound) {
					t.Errorf("got %v", err)
				}
				v := yields[bpf.View](t)(d.c.Processes().View(d.ctx, d.p.ID))
				if v.Instance.ActiveStage != "ask" || !v.Drifted {
					t.Errorf("it is shown as %+v", v)
				}
				if want := []bpf.Operation{bpf.OpAbort, bpf.OpDelete}; !slices.Equal(v.Operations, want) {
					t.Errorf("possible are %v", v.Operations)
				}
			})
			t.Run("migrate", func(t *testing.T) {
				t.Parallel()
				d := strand(t)
				p := yields[process.Process](t)(d.c.Processes().Migrate(d.ctx, d.p.ID, engine.MigrateProcess{Version: d.latest()}))
				if why := d.stranded(); why != "" || p.Instance.Version != d.latest() {
					t.Errorf("still stranded because of %q, on version %d", why, p.Instance.Version)
				}
				p = yields[process.Process](t)(d.c.Processes().Next(d.ctx, p.ID, bpf.NextOptions{}))
				if p.Instance.ActiveStage != "close" {
					t.Errorf("it moved on to %s", p.Instance.ActiveStage)
				}
				yields[process.Process](t)(d.c.Processes().Finish(d.ctx, p.ID, bpf.NextOptions{}))
			})
			t.Run("migrate elsewhere", func(t *testing.T) {
				t.Parallel()
				d := strand(t)
				p := yields[process.Process](t)(d.c.Processes().Migrate(d.ctx, d.p.ID, engine.MigrateProcess{Version: d.latest(), Stages: map[string]string{"ask": "close"}}))
				if p.Instance.ActiveStage != "close" || d.stranded() != "" {
					t.Errorf("it stands on %s", p.Instance.ActiveStage)
				}
			})
			t.Run("abort", func(t *testing.T) {
				t.Parallel()
				d := strand(t)
				p := yields[process.Process](t)(d.c.Processes().Abort(d.ctx, d.p.ID, "its version is gone"))
				if p.Instance.Status != bpf.Aborted || d.stranded() != "" {
					t.Errorf("it is %s", p.Instance.Status)
				}
				// What was aborted by mistake comes back once it is migrated.
				if _, err := d.c.Processes().Reactivate(d.ctx, p.ID); !errors.Is(err, bpf.ErrDefinitionNotFound) {
					t.Errorf("got %v", err)
				}
				yields[process.Process](t)(d.c.Processes().Migrate(d.ctx, p.ID, engine.MigrateProcess{Version: d.latest()}))
				p = yields[process.Process](t)(d.c.Processes().Reactivate(d.ctx, p.ID))
				if p.Instance.Status != bpf.Active || d.stranded() != "" {
					t.Errorf("it is %s again", p.Instance.Status)
				}
			})
			t.Run("switch", func(t *testing.T) {
				t.Parallel()
				d := strand(t)
				other := yields[process.Process](t)(d.c.Processes().Switch(d.ctx, process.Entity(d.lead.ID), "other"))
				if now := d.shown(d.lead); now == nil || now.ID != other.ID {
					t.Errorf("the lead shows %v", now)
				}
				yields[process.Process](t)(d.c.Processes().Finish(d.ctx, other.ID, bpf.NextOptions{}))
				if back := yields[process.Process](t)(d.c.Processes().Switch(d.ctx, process.Entity(d.lead.ID), "small")); back.ID != d.p.ID {
					t.Errorf("switched back to %s", back.ID)
				}
			})
			t.Run("start anew", func(t *testing.T) {
				t.Parallel()
				d := strand(t)
				if err := d.c.Processes().Delete(d.ctx, d.p.ID, record.DeleteRecord{}); err != nil {
					t.Fatal(err)
				}
				p := yields[process.Process](t)(d.c.Processes().Start(d.ctx, engine.StartProcess{Definition: "small", Record: process.Entity(d.lead.ID)}))
				if p.Instance.Version != d.latest() || d.stranded() != "" {
					t.Errorf("it stands on version %d", p.Instance.Version)
				}
			})
		})
	}
}
