package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// doorsOf are the names of what deeds are called that are not named as the action
// that they count as.
var doorsOf = map[string]string{
	"Notes.Attach": "note.attach", "Leads.Route": "lead.route", "Opportunities.Route": "opportunity.route",
	"Leads.Rescore": "lead.rescore", "Opportunities.Rescore": "opportunity.rescore",
	"Processes.Switch": "process.switch", "Receivables.RunDunning": "receivables.run_dunning",
}

// notByName are the deeds that nothing is called by name for: questions, what has no
// command, and what is done for many records at once.
var notByName = []string{
	"Leads.PlanQualify", "Leads.QualifyAll", "Leads.RescoreAll", "Opportunities.RescoreAll", "Leads.Advise", "Leads.Approve", "Leads.Reject",
	"Leads.ExplainRouting", "Opportunities.ExplainRouting", "Notes.CreateWithFile", "Notes.SweepBlobs", "Processes.StartDefault", "Processes.CheckEvent", "Processes.HandleEvent", "Processes.RunTriggers",
}

// sameIDs makes the same ids again after each reset.
type sameIDs struct{ n byte }

func (s *sameIDs) next() uuid.UUID {
	s.n++
	return uuid.UUID{0: 0xd, 15: s.n}
}

// TestDoIsTheTypedCall calls every method that carries out an action, on every record
// there is, and does the same by name: outcomes and refusals are equal, and so is what
// hooks see of them.
func TestDoIsTheTypedCall(t *testing.T) {
	t.Parallel()
	w, ids := newAccessWorld(t), &sameIDs{}
	var told []string // the actions, as interceptors are told
	var seen []record.Event
	c := w.client(t, w.store, engine.WithIDs(ids.next),
		engine.WithInterceptor(func(ctx context.Context, call *engine.Call, next func(context.Context) error) error {
			told = append(told, call.Action.String())
			return next(ctx)
		}),
		engine.WithBeforeCommit(func(_ context.Context, _ storage.Tx, o engine.Outcome) error {
			seen = append(seen, o.Events...)
			return nil
		})).Preview()
	answered := func(do func() (any, error)) (outcome string, action string, err error) {
		ids.n, told, seen = 0, nil, nil
		out, err := do()
		if len(told) > 0 {
			action = told[0]
		}
		return testkit.Canonical(t, out) + testkit.Canonical(t, seen), action, err
	}
	done, tried := map[string]bool{}, map[string]bool{}
	for _, d := range deeds() {
		if slices.Contains(notByName, d.name) || strings.HasPrefix(d.name, "Client.") || strings.HasSuffix(d.name, ".Upsert") || d.looks() {
			continue
		}
		for _, args := range w.arguments(d, nil) {
			wantOut, action, wantErr := answered(func() (any, error) {
				a := d.do(t.Context(), c, args)
				switch {
				case d.verb() == "RunDunning":
					var dunned []any
					for _, v := range a.values {
						dunned = append(dunned, v.Interface())
					}
					return dunned, a.err
				case len(a.values) == 0 || a.err != nil:
					return engine.Deleted{}, a.err
				}
				return a.values[0].Interface(), nil
			})
			if action == "" {
				continue // nothing was done: a question
			}
			name := action
			if other := doorsOf[d.name]; other != "" {
				name = other
			}
			id, input := inputOf(t, name, args)
			tried[name] = true
			gotOut, _, gotErr := answered(func() (any, error) { return c.Do(t.Context(), name, id, input) })
			if testkit.Canonical(t, record.RefusedBy(gotErr)) != testkit.Canonical(t, record.RefusedBy(wantErr)) {
				t.Errorf("%s of %s: got %v, want %v", name, input, gotErr, wantErr)
				continue
			}
			if wantErr == nil {
				if done[name] = true; gotOut != wantOut {
					t.Errorf("%s of %s: got %s\nwant %s", name, input, gotOut, wantOut)
				}
			}
		}
	}
	for name, do := range map[string]struct {
		typed func(id uuid.UUID) (any, error)
		kind  kinds.Kind
		input string
	}{
		"lead.capture": {func(uuid.UUID) (any, error) {
			return c.Leads().Capture(t.Context(), leadtocash.CreateLead{SourceKey: "web-1", Fields: leadtocash.LeadFields{Topic: "x", LastName: "y"}})
		}, "", `{"source_key":"web-1","fields":{"topic":"x","last_name":"y"}}`},
		"opportunity.calculate_actual_value": {func(id uuid.UUID) (any, error) {
			return c.Opportunities().CalculateActualValue(t.Context(), record.OpportunityID{UUID: id})
		}, kinds.Opportunity, ``},
		"process.run_step": {func(id uuid.UUID) (any, error) {
			return c.Processes().RunStep(t.Context(), record.ProcessID{UUID: id}, "ask", "none")
		}, kinds.Process, `{"stage":"ask","step":"none"}`},
	} {
		var id uuid.UUID
		if do.kind != "" {
			id = w.refs[do.kind][0]
		}
		want, _, wantErr := answered(func() (any, error) { return do.typed(id) })
		got, _, gotErr := answered(func() (any, error) { return c.Do(t.Context(), name, id, json.RawMessage(do.input)) })
		if tried[name] = true; wantErr == nil && got != want || testkit.Canonical(t, record.RefusedBy(gotErr)) != testkit.Canonical(t, record.RefusedBy(wantErr)) {
			t.Errorf("%s: got %s, %v, want %s, %v", name, got, gotErr, want, wantErr)
		}
	}
	var untried []string
	for _, info := range engine.Actions() {
		if info.Callable && !tried[info.Name] && info.Action != actions.ImportOf(info.Kind) && !strings.HasSuffix(info.Name, ".upsert") {
			untried = append(untried, info.Name)
		}
	}
	if len(untried) > 0 {
		t.Errorf("no method was tried for %v", untried)
	}
	if len(done) < 100 {
		t.Errorf("only %d actions of %d could be carried out", len(done), len(tried))
	}
	t.Logf("%d actions tried, %d carried out", len(tried), len(done))
}

// inputOf are the arguments of a deed as Do takes them.
func inputOf(t *testing.T, name string, args []reflect.Value) (id uuid.UUID, input json.RawMessage) {
	t.Helper()
	if len(args) > 0 && strings.HasPrefix(args[0].Type().Name(), "ID[") {
		id, args = args[0].Field(0).Interface().(uuid.UUID), args[1:]
	}
	switch name {
	case "process.abort":
		return id, testkit.Must(json.Marshal(engine.AbortProcess{Reason: args[0].String()}))
	case "process.switch":
		return id, testkit.Must(json.Marshal(engine.SwitchProcess{Record: args[0].Interface().(bpf.Ref), Definition: args[1].String()}))
	case "process.run_step":
		return id, testkit.Must(json.Marshal(engine.RunProcessStep{Stage: args[0].String(), Step: args[1].String()}))
	}
	if len(args) > 0 {
		input = testkit.Must(json.Marshal(args[0].Interface()))
	}
	return id, input
}

// What cannot be done by name is refused with what is wrong.
func TestWhatCannotBeDoneByName(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	account := p.account("Meyer")
	for name, c := range map[string]struct {
		action string
		id     uuid.UUID
		input  string
		opts   []engine.CallOption
		code   codes.Code
		field  string
	}{
		"no action":                  {action: "account.fly", code: codes.ErrInvalid, field: "action"},
		"nothing":                    {code: codes.ErrInvalid, field: "action"},
		"one that happens by itself": {action: "invoice.settle", code: codes.ErrInvalid, field: "action"},
		"a misspelt member":          {action: "account.edit", id: account.ID.UUID, input: `{"fields":{"nmae":"x"}}`, code: codes.ErrInvalid, field: "fields.nmae"},
		"no JSON":                    {action: "account.edit", id: account.ID.UUID, input: `{"fields":`, code: codes.ErrInvalid, field: "$"},
		"two ids":                    {action: "account.create", id: uuid.New(), input: `{"id":"` + uuid.NewString() + `"}`, code: codes.ErrInvalid, field: "id"},
		"a version of a birth":       {action: "account.create", input: `{"fields":{"name":"x"}}`, opts: []engine.CallOption{engine.IfVersion(1)}, code: codes.ErrInvalid, field: "options"},
		"a patch of no edit":         {action: "account.assign", id: account.ID.UUID, input: `{}`, opts: []engine.CallOption{engine.MergePatch()}, code: codes.ErrInvalid, field: "options"},
		"an id too many":             {action: "receivables.run_dunning", id: account.ID.UUID, code: codes.ErrInvalid, field: "id"},
		"another version":            {action: "account.edit", id: account.ID.UUID, input: `{"fields":{"name":"x"}}`, opts: []engine.CallOption{engine.IfVersion(7)}, code: codes.ErrConflict, field: "version"},
	} {
		_, err := p.Do(p.ctx, c.action, c.id, json.RawMessage(c.input), c.opts...)
		if reasonAt(err, c.field) != c.code {
			t.Errorf("%s: got %v, want %s of %q", name, err, c.code, c.field)
		}
	}
	if _, err := p.DoAny(p.ctx, "account.edit", account.ID.UUID, leadtocash.EditLead{}); reasonAt(err, "command") != codes.ErrInvalid {
		t.Errorf("the command of another action: %v", err)
	}
	if out, err := p.DoAny(p.ctx, "account.deactivate", account.ID.UUID, nil); err != nil || reflect.TypeOf(out).String() != "party.Account" {
		t.Errorf("got %T, %v", out, err)
	}
	nobody := testkit.Must(engine.New(memory.New(), engine.WithRequiredActor()))
	if _, err := nobody.Do(p.ctx, "account.fly", uuid.Nil, nil); !errors.Is(err, codes.ErrDenied) {
		t.Errorf("nobody: %v", err)
	}
}

// What is imported by name keeps its id and what is not known of it.
func TestImportByName(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New())
	const account = `{"id":"00000000-0000-0000-0000-000000000007","version":9,"created_at":"2020-01-02T03:04:05Z","updated_at":"2020-01-02T03:04:05Z","name":"Meyer","status":"active","shoe_size":44}`
	out, err := p.Do(p.ctx, "account.import", uuid.Nil, json.RawMessage(account))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"id":"00000000-0000-0000-0000-000000000007"`, `"created_at":"2020-01-02T03:04:05Z"`, `"shoe_size":44`, `"version":1`} {
		if !strings.Contains(string(out), part) {
			t.Errorf("%s is not in %s", part, out)
		}
	}
	ref := record.Ref{Kind: kinds.Account, ID: uuid.UUID{15: 7}}
	if got := testkit.Must(p.Accounts().Get(p.ctx, record.AccountID{UUID: ref.ID})); got.Name != "Meyer" {
		t.Errorf("got %+v", got)
	}
}
