package engine_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// A work list holds the active processes with any record of the owner's, says
// whose turn it is, and nothing that the actor may not see.
func TestListForOwner(t *testing.T) {
	t.Parallel()
	d := newDesk(t, engine.WithProcesses(bpf.LeadToCash()))
	ctx := t.Context()
	d.capture(ready())
	d.qualify()
	yields[leadtocash.Lead](t)(d.c.Leads().Assign(ctx, d.lead.ID, record.Assign{Owner: testkit.Ann}))
	yields[leadtocash.Opportunity](t)(d.c.Opportunities().Assign(ctx, d.opp.ID, record.Assign{Owner: testkit.Bob}))
	for _, owner := range []uuid.UUID{testkit.Ann, testkit.Bob} {
		list := yields[[]engine.OwnedProcess](t)(d.c.Processes().ListForOwner(ctx, owner))
		if len(list) != 1 || list[0].StageLabel != "Develop" || list[0].Record != process.Entity(d.opp.ID) || list[0].Owner != testkit.Bob || list[0].Age <= 0 || list[0].Stale {
			t.Errorf("got %+v", list)
		}
	}
	if list := yields[[]engine.OwnedProcess](t)(d.c.Processes().ListForOwner(ctx, uuid.UUID{0: 0xc})); len(list) != 0 {
		t.Errorf("somebody else sees %+v", list)
	}
	later := record.StampOf(d.now.AddDate(0, 1, 0), record.User(testkit.Bob))
	old := yields[[]engine.OwnedProcess](t)(d.c.At(later.At).Processes().ListForOwner(ctx, testkit.Bob))
	if len(old) != 1 || !old[0].Stale {
		t.Errorf("a month later: %+v", old)
	}
	yields[process.Process](t)(d.c.Processes().Abort(ctx, d.shown().ID, "enough"))
	if list := yields[[]engine.OwnedProcess](t)(d.c.Processes().ListForOwner(ctx, testkit.Bob)); len(list) != 0 {
		t.Errorf("an aborted process is on the list: %+v", list)
	}
}

// What cannot go on with the definitions of a client is listed and counted.
func TestStrandedProcesses(t *testing.T) {
	t.Parallel()
	store, ctx := memory.New(), t.Context()
	first := newKeeper(t, store, engine.WithProcesses(testkit.SmallProcess("gone"), testkit.SmallProcess("drifts", "old")))
	kept := first.release(testkit.SmallProcess("frozen"), engine.ActivateProcessDefinition{})
	for _, name := range []string{"gone", "drifts", "frozen", "drifts"} {
		yields[leadtocash.Lead](t)(first.c.Starting(name).Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: name, LastName: "Meyer"}}))
	}
	if counts := yields[[]engine.StrandedCount](t)(first.c.Processes().CountStranded(ctx)); len(counts) != 0 {
		t.Errorf("nothing is stranded yet: %v", counts)
	}
	yields[engine.ProcessDefinition](t)(first.c.ProcessDefinitions().Deactivate(ctx, kept.ID, engine.DeactivateProcessDefinition{}))
	then := newKeeper(t, store, engine.WithProcesses(testkit.SmallProcess("drifts", "new")))
	counts := yields[[]engine.StrandedCount](t)(then.c.Processes().CountStranded(ctx))
	want := []engine.StrandedCount{
		{Definition: "drifts", Stage: "old", Why: bpf.ErrDefinitionDrift, Count: 2},
		{Definition: "frozen", Stage: "ask", Why: bpf.ErrDefinitionNotActive, Count: 1},
		{Definition: "gone", Stage: "ask", Why: bpf.ErrDefinitionNotFound, Count: 1},
	}
	if len(counts) != len(want) {
		t.Fatalf("got %v, want %v", counts, want)
	}
	for n := range want {
		if counts[n] != want[n] {
			t.Errorf("got %v, want %v", counts[n], want[n])
		}
	}
	for s, err := range then.c.Processes().Stranded(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := then.c.Processes().Previous(ctx, s.Process.ID); !errors.Is(err, s.Why) {
			t.Errorf("%s: got %v, want %s", s.Process.Instance.Process, err, s.Why)
		}
		yields[process.Process](t)(then.c.Processes().Abort(ctx, s.Process.ID, "stranded"))
	}
	if counts := yields[[]engine.StrandedCount](t)(then.c.Processes().CountStranded(ctx)); len(counts) != 0 {
		t.Errorf("still stranded: %v", counts)
	}
}
