package journeytest

import (
	"context"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
)

// processScenario is the name of the scenario that runs with processes.
const processScenario = "a business process goes forth and back"

// withCourting activates a process from an account to one of its
// opportunities.
func withCourting() []engine.ClientOption {
	stage := func(key, entity string) bpf.Stage {
		return bpf.Stage{Key: key, Label: key, Entity: entity, Steps: []bpf.Step{{Key: "name", Field: "name", Required: true}}}
	}
	first, second, last := stage("meet", "account"), stage("court", "account"), stage("deal", "opportunity")
	last.Enter = &bpf.Enter{Relationship: "opportunity_parent_account", Modes: []bpf.Mode{bpf.ModeSelect}}
	d := bpf.Definition{
		Schema: bpf.Schema, Name: "courting", Label: "Courting", Version: 1, PrimaryEntity: "account",
		Stages:   []bpf.Stage{first, second, last},
		Bindings: []bpf.Binding{{Event: "opportunity.created", Do: bpf.DoOffer, Bind: "opportunity"}},
		Mirror:   []bpf.Mirror{{Entity: "opportunity", Field: "stepname", Value: "stage"}},
	}
	next := d
	next.Version = 2
	return []engine.ClientOption{engine.WithProcesses(d, next), engine.WithStoredProcesses()}
}

// onProcess is a step that does something to the n-th process.
func onProcess(action actions.Action, n int, do func(engine.Processes, context.Context, record.ProcessID) (process.Process, error)) step {
	return step{action: action, on: n, do: func(ctx context.Context, c *client) (any, error) {
		return do(c.Processes(), ctx, id[record.ProcessID](n))
	}}
}

// dealOf is an opportunity of the account.
func dealOf(n int) step {
	return birth(actions.OpportunityCreate, (*client).Opportunities, engine.Opportunities.Create, leadtocash.CreateOpportunity{
		ID: id[record.OpportunityID](n), Origin: inEUR,
		Fields: leadtocash.OpportunityFields{Name: "ten desks", CustomerID: customer, ParentAccountID: id[record.AccountID](1)},
	})
}

// importedProcess is an instance that ran elsewhere.
func importedProcess(n int) process.Process {
	p := process.Process{ID: id[record.ProcessID](n)}
	account := process.Entity(id[record.AccountID](2))
	at := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	p.Instance = bpf.Instance{
		ID: p.ID.String(), Process: "courting", Version: 1, Name: "Courting", Status: bpf.Finished, PrimaryEntity: "account",
		Slots: map[string]bpf.Ref{"account": account}, ActiveStage: "meet", TraversedPath: []string{"meet"},
		CreatedOn: at, ModifiedOn: at, ActiveStageStartedOn: at, CompletedOn: at, Revision: 1,
	}
	return p
}

// courting has all actions but process.run_step, which is two transactions
// around code of the host's, and all of a process that the tenant keeps.
var courting = []step{
	{action: actions.AccountCreate, do: func(ctx context.Context, c *client) (any, error) {
		return c.Starting(engine.NoProcess).Accounts().Create(ctx, party.CreateAccount{
			ID: id[record.AccountID](1), Origin: inEUR, Fields: party.AccountFields{Name: "Adventure Works"},
		})
	}},
	birth(actions.ProcessStart, (*client).Processes, engine.Processes.Start, engine.StartProcess{
		ID: id[record.ProcessID](1), Definition: "courting", Record: process.Entity(id[record.AccountID](1)),
	}),
	onProcess(actions.ProcessNext, 1, next),
	onProcess(actions.ProcessPrevious, 1, func(s engine.Processes, ctx context.Context, id record.ProcessID) (process.Process, error) {
		return s.Previous(ctx, id)
	}),
	onProcess(actions.ProcessSetActive, 1, func(s engine.Processes, ctx context.Context, id record.ProcessID) (process.Process, error) {
		return s.SetActive(ctx, id, engine.SetActiveStage{Stage: "court"})
	}),
	dealOf(1), dealOf(2),
	onProcess(actions.ProcessNext, 1, next),
	onProcess(actions.ProcessRebind, 1, func(s engine.Processes, ctx context.Context, p record.ProcessID) (process.Process, error) {
		return s.Rebind(ctx, p, process.Entity(id[record.OpportunityID](1)))
	}),
	onProcess(actions.ProcessMigrate, 1, func(s engine.Processes, ctx context.Context, id record.ProcessID) (process.Process, error) {
		return s.Migrate(ctx, id, engine.MigrateProcess{Version: 1})
	}),
	onProcess(actions.ProcessFinish, 1, func(s engine.Processes, ctx context.Context, id record.ProcessID) (process.Process, error) {
		return s.Finish(ctx, id, bpf.NextOptions{})
	}),
	onProcess(actions.ProcessReactivate, 1, func(s engine.Processes, ctx context.Context, id record.ProcessID) (process.Process, error) {
		return s.Reactivate(ctx, id)
	}),
	{action: actions.ProcessSwitch, do: func(ctx context.Context, c *client) (any, error) {
		return c.Processes().Switch(ctx, process.Entity(id[record.AccountID](1)), "courting")
	}},
	removal(actions.OpportunityDelete, (*client).Opportunities, engine.Opportunities.Delete, 1),
	onProcess(actions.ProcessAbort, 1, func(s engine.Processes, ctx context.Context, id record.ProcessID) (process.Process, error) {
		return s.Abort(ctx, id, "no answer")
	}),
	removal(actions.ProcessDelete, (*client).Processes, engine.Processes.Delete, 1),
	newAccount(2),
	{action: actions.AccountDelete, do: func(ctx context.Context, c *client) (any, error) {
		return nil, c.Accounts().Delete(ctx, id[record.AccountID](2), record.DeleteRecord{})
	}},
	{action: actions.ProcessImport, do: func(ctx context.Context, c *client) (any, error) {
		return engine.Import(ctx, c, importedProcess(2))
	}},
	birth(actions.ProcessDefinitionCreate, (*client).ProcessDefinitions, engine.ProcessDefinitions.Create, engine.CreateProcessDefinition{
		ID: id[record.ProcessDefinitionID](1), Definition: greeting(0, "ask"),
	}),
	call(actions.ProcessDefinitionActivate, (*client).ProcessDefinitions, engine.ProcessDefinitions.Activate, 1, engine.ActivateProcessDefinition{}),
	newLead(1),
	call(actions.ProcessDefinitionSave, (*client).ProcessDefinitions, engine.ProcessDefinitions.Save, 1, engine.SaveProcessDefinition{Definition: greeting(0, "greet")}),
	call(actions.ProcessDefinitionActivate, (*client).ProcessDefinitions, engine.ProcessDefinitions.Activate, 1, engine.ActivateProcessDefinition{AllowDrift: true}),
	call(actions.ProcessDefinitionDeactivate, (*client).ProcessDefinitions, engine.ProcessDefinitions.Deactivate, 1, engine.DeactivateProcessDefinition{}),
	{action: actions.ProcessDefinitionDelete, do: func(ctx context.Context, c *client) (any, error) {
		return nil, c.ProcessDefinitions().Delete(ctx, id[record.ProcessDefinitionID](1), engine.DeleteProcessDefinition{Cascade: true})
	}},
	{action: actions.ProcessDefinitionImport, do: func(ctx context.Context, c *client) (any, error) {
		return engine.Import(ctx, c, engine.ProcessDefinition{
			ID: id[record.ProcessDefinitionID](2), Name: "greeting", Status: engine.ProcessDefinitionStatusActive,
			Versions: []bpf.Definition{greeting(1, "ask")},
		})
	}},
	newLead(2),
}

// greeting is a process of one stage that a tenant keeps.
func greeting(version int, stage string) bpf.Definition {
	return bpf.Definition{
		Schema: bpf.Schema, Name: "greeting", Label: "Greeting", Version: version, PrimaryEntity: "lead",
		Stages: []bpf.Stage{{Key: stage, Label: stage, Entity: "lead", Steps: []bpf.Step{{Key: "topic", Field: "subject"}}}},
	}
}

func next(s engine.Processes, ctx context.Context, id record.ProcessID) (process.Process, error) {
	return s.Next(ctx, id, bpf.NextOptions{})
}
