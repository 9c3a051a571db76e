package engine_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// desk is a client with processes, and the records of one deal.
type desk struct {
	*testing.T
	c     *engine.Client
	now   time.Time
	lead  leadtocash.Lead
	opp   leadtocash.Opportunity
	quote leadtocash.Quote
	order leadtocash.Order
}

func newDesk(t *testing.T, opts ...engine.ClientOption) *desk {
	t.Helper()
	d := &desk{T: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	c, err := engine.New(memory.New(), append([]engine.ClientOption{
		engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}),
		engine.WithClock(func() time.Time { d.now = d.now.Add(time.Hour); return d.now }),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	d.c = c
	return d
}

func yields[V any](t testing.TB) func(V, error) V {
	return func(v V, err error) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (d *desk) capture(fields leadtocash.LeadFields) {
	d.Helper()
	fields.Topic, fields.LastName, fields.CompanyName = "Ten desks", "Meyer", "Meyer & Sons"
	d.lead = yields[leadtocash.Lead](d)(d.c.Leads().Create(d.Context(), leadtocash.CreateLead{Fields: fields}))
}

// ready answers the questions of qualification.
func ready() leadtocash.LeadFields {
	return leadtocash.LeadFields{
		Need: leadtocash.NeedMustHave, PurchaseTimeframe: leadtocash.PurchaseTimeframeImmediate,
		BudgetAmount: value.Some(money.EUR.MustAmount("5000.00")), DecisionMaker: true,
	}
}

func (d *desk) qualify() {
	d.Helper()
	d.opp = *yields[leadtocash.QualifiedLead](d)(d.c.Leads().Qualify(d.Context(), d.lead.ID, leadtocash.QualifyLead{})).Opportunity()
}

// shown is the process that the client sees on the lead.
func (d *desk) shown() process.Process {
	d.Helper()
	p, ok, err := d.c.Processes().Shown(d.Context(), process.Entity(d.lead.ID))
	if err != nil || !ok {
		d.Fatalf("no process: %v", err)
	}
	return p
}

func (d *desk) stands(stage string, status bpf.Status) process.Process {
	d.Helper()
	p := d.shown()
	if p.Instance.ActiveStage != stage || p.Instance.Status != status {
		d.Fatalf("the process is %v on %s, want %v on %s", p.Instance.Status, p.Instance.ActiveStage, status, stage)
	}
	return p
}

func (d *desk) develop(val string) {
	d.Helper()
	f := d.opp.OpportunityFields
	f.CustomerNeed, f.ProposedSolution = "sit", "desks"
	f.EstimatedValue, f.EstimatedCloseDate = value.Some(money.EUR.MustAmount(val)), value.Date(20260601)
	d.opp = yields[leadtocash.Opportunity](d)(d.c.Opportunities().Edit(d.Context(), d.opp.ID, leadtocash.EditOpportunity{Fields: f}))
}

func (d *desk) propose() {
	d.Helper()
	d.quote = yields[leadtocash.Quote](d)(d.c.Quotes().Create(d.Context(), leadtocash.CreateQuote{
		OpportunityID: d.opp.ID,
		Fields: leadtocash.QuoteFields{
			Name: "Desks", CustomerID: d.opp.CustomerID, EffectiveTo: value.Date(20261231), RequestDeliveryBy: value.Date(20260701),
		},
		Lines: []pricing.LineFields{pricing.WriteIn("Desk", decimal.NewFromInt(10), decimal.NewFromInt(450))},
	}))
}

func (d *desk) activate() {
	d.Helper()
	d.quote = yields[leadtocash.Quote](d)(d.c.Quotes().Activate(d.Context(), d.quote.ID, leadtocash.ActivateQuote{}))
}

func (d *desk) next() process.Process {
	d.Helper()
	return yields[process.Process](d)(d.c.Processes().Next(d.Context(), d.shown().ID, bpf.NextOptions{}))
}

// TestLeadToCashProcess: from the first interest to the paid invoice, the
// process goes along.
func TestLeadToCashProcess(t *testing.T) {
	t.Parallel()
	d := newDesk(t, engine.WithProcesses(bpf.LeadToCash()))
	ctx := t.Context()
	d.capture(leadtocash.LeadFields{})
	d.stands("qualify", bpf.Active)

	_, err := d.c.Leads().Qualify(ctx, d.lead.ID, leadtocash.QualifyLead{})
	var e *record.Error
	if !errors.Is(err, codes.ErrStageIncomplete) || !errors.Is(err, bpf.ErrStageGate) || !errors.As(err, &e) || len(e.Reasons) != 4 {
		t.Fatalf("got %v, want four incomplete steps", err)
	}
	if l := yields[leadtocash.Lead](t)(d.c.Leads().Get(ctx, d.lead.ID)); l.Version != d.lead.Version {
		t.Fatal("the refused qualification changed the lead")
	}

	fields := ready()
	fields.Topic, fields.LastName, fields.CompanyName = d.lead.Topic, d.lead.LastName, d.lead.CompanyName
	yields[leadtocash.Lead](t)(d.c.Leads().Edit(ctx, d.lead.ID, leadtocash.EditLead{Fields: fields}))
	d.qualify()
	p := d.stands("develop", bpf.Active)
	stored := yields[leadtocash.Opportunity](t)(d.c.Opportunities().Get(ctx, d.opp.ID))
	if p.Instance.Slots["opportunity"] != process.Entity(d.opp.ID) || d.opp.PipelinePhase != "2-Develop" || stored.PipelinePhase != "2-Develop" || stored.Version != d.opp.Version {
		t.Fatalf("got slots %v and phase %q (stored %q)", p.Instance.Slots, d.opp.PipelinePhase, stored.PipelinePhase)
	}

	d.develop("100000.00")
	if p := d.next(); p.Instance.ActiveStage != "approve" {
		t.Fatalf("a large deal goes to %s", p.Instance.ActiveStage)
	}
	yields[process.Process](t)(d.c.Processes().Previous(ctx, p.ID))
	d.opp = yields[leadtocash.Opportunity](t)(d.c.Opportunities().Get(ctx, d.opp.ID))
	d.develop("4500.00")
	_, err = d.c.Processes().Next(ctx, p.ID, bpf.NextOptions{})
	if !errors.Is(err, bpf.ErrTargetRequired) || !errors.Is(err, codes.ErrProcessRefused) {
		t.Fatalf("got %v", err)
	}
	d.propose()
	if p := d.next(); p.Instance.ActiveStage != "propose" || p.Instance.Slots["quote"] != process.Entity(d.quote.ID) {
		t.Fatalf("got %s with %v", p.Instance.ActiveStage, p.Instance.Slots)
	}
	if _, err := d.c.Processes().Next(ctx, p.ID, bpf.NextOptions{}); !errors.Is(err, codes.ErrStageIncomplete) {
		t.Fatalf("a draft quote passes: %v", err)
	}
	d.activate()
	revised := yields[leadtocash.ClosedQuote](t)(d.c.Quotes().ReviseQuote(ctx, d.quote.ID, leadtocash.ReviseQuote{}))
	d.quote = *revised.Revision
	if p := d.shown(); p.Instance.Slots["quote"] != process.Entity(d.quote.ID) {
		t.Fatalf("the process stays on the old revision: %v", p.Instance.Slots)
	}
	d.activate()
	if p := d.next(); p.Instance.ActiveStage != "close" {
		t.Fatalf("got %s", p.Instance.ActiveStage)
	}

	won := yields[leadtocash.WonQuote](t)(d.c.Quotes().WinToOrder(ctx, d.quote.ID, leadtocash.WinQuoteToOrder{}))
	d.order = *won.Order
	d.stands("fulfill", bpf.Active)
	yields[leadtocash.ClosedOrder](t)(d.c.Orders().Fulfill(ctx, d.order.ID, leadtocash.FulfillOrder{}))
	billed := yields[leadtocash.InvoicedOrder](t)(d.c.Orders().Invoice(ctx, d.order.ID, leadtocash.InvoiceOrder{}))
	d.stands("bill", bpf.Active)
	yields[leadtocash.PaidInvoice](t)(d.c.Invoices().MarkPaid(ctx, billed.Invoice.ID, leadtocash.PayInvoice{}))
	p = d.stands("bill", bpf.Finished)
	want := []string{"qualify", "develop", "propose", "close", "fulfill", "bill"}
	if !slices.Equal(p.Instance.TraversedPath, want) || len(p.Instance.Slots) != 5 {
		t.Errorf("got %v over %v", p.Instance.TraversedPath, p.Instance.Slots)
	}
	if stored, _ := d.c.Opportunities().Get(ctx, d.opp.ID); stored.PipelinePhase != "9-Fulfill" {
		t.Errorf("the phase is %q", stored.PipelinePhase)
	}
	report := yields[bpf.Report](t)(d.c.Processes().Report(ctx, "lead_to_cash"))
	if report.Finished != 1 || report.Stages[0].Advanced != 1 || report.Stages[0].Median <= 0 || !report.WinRate.Equal(decimal.NewFromInt(1)) {
		t.Errorf("got %+v", report)
	}
}

// TestClosedRecordsLeaveTheirProcess: what a definition does not bind does not
// touch the instance.
func TestClosedRecordsLeaveTheirProcess(t *testing.T) {
	t.Parallel()
	d := newDesk(t, engine.WithProcesses(bpf.LeadToOpportunity()))
	ctx := t.Context()
	d.capture(leadtocash.LeadFields{})
	before := d.shown()
	yields[leadtocash.Lead](t)(d.c.Leads().Disqualify(ctx, d.lead.ID, leadtocash.DisqualifyLead{}))
	yields[leadtocash.Lead](t)(d.c.Leads().Reactivate(ctx, d.lead.ID, leadtocash.ReactivateLead{}))
	if d.shown().Version != before.Version {
		t.Fatal("closing and reopening the lead moved its process")
	}
	if _, err := d.c.Processes().Next(ctx, before.ID, bpf.NextOptions{}); !errors.Is(err, bpf.ErrOperationRequired) {
		t.Fatalf("got %v", err)
	}
	out := yields[leadtocash.QualifiedLead](t)(d.c.Leads().Qualify(ctx, d.lead.ID, leadtocash.QualifyLead{
		Opportunities: []leadtocash.OpportunityPlan{{Plan: leadtocash.PlanSkip[record.OpportunityID]()}},
	}))
	if out.Record.Status != leadtocash.LeadStatusQualified {
		t.Fatal("the lead is not qualified")
	}
	d.stands("qualify", bpf.Active)
	yields[leadtocash.Lead](t)(d.c.Leads().Reactivate(ctx, d.lead.ID, leadtocash.ReactivateLead{}))
	d.qualify()
	d.stands("develop", bpf.Active)
	yields[leadtocash.ClosedOpportunity](t)(d.c.Opportunities().Lose(ctx, d.opp.ID, leadtocash.LoseOpportunity{}))
	p := d.stands("develop", bpf.Active)
	if p := d.next(); p.Instance.ActiveStage != "propose" {
		t.Errorf("the process of a lost deal does not move: %s", p.Instance.ActiveStage)
	}

	// Qualified again while the process stands on the opportunity.
	yields[leadtocash.Lead](t)(d.c.Leads().Reactivate(ctx, d.lead.ID, leadtocash.ReactivateLead{}))
	if _, err := d.c.Leads().Qualify(ctx, d.lead.ID, leadtocash.QualifyLead{}); !errors.Is(err, bpf.ErrActiveStageNotOnEntity) {
		t.Fatalf("got %v", err)
	}
	yields[process.Process](t)(d.c.Processes().SetActive(ctx, p.ID, engine.SetActiveStage{Stage: "qualify"}))
	first := d.opp
	d.qualify()
	if p := d.stands("develop", bpf.Active); p.Instance.Slots["opportunity"] != process.Entity(first.ID) {
		t.Fatal("the slot was swapped silently")
	}
	p = yields[process.Process](t)(d.c.Processes().Rebind(ctx, p.ID, process.Entity(d.opp.ID)))
	if p.Instance.Slots["opportunity"] != process.Entity(d.opp.ID) {
		t.Fatal("the slot was not replaced")
	}
}

func TestProcessesAreAbortedAndBroughtBackByBindings(t *testing.T) {
	t.Parallel()
	d := newDesk(t, engine.WithProcesses(bpf.LeadToCash()))
	ctx := t.Context()
	d.capture(ready())
	yields[leadtocash.Lead](t)(d.c.Leads().Disqualify(ctx, d.lead.ID, leadtocash.DisqualifyLead{}))
	d.stands("qualify", bpf.Aborted)
	yields[leadtocash.Lead](t)(d.c.Leads().Reactivate(ctx, d.lead.ID, leadtocash.ReactivateLead{}))
	p := d.stands("qualify", bpf.Active)
	yields[process.Process](t)(d.c.Processes().Abort(ctx, p.ID, "no time"))
	yields[leadtocash.Lead](t)(d.c.Leads().Disqualify(ctx, d.lead.ID, leadtocash.DisqualifyLead{}))
	yields[leadtocash.Lead](t)(d.c.Leads().Reactivate(ctx, d.lead.ID, leadtocash.ReactivateLead{}))
	d.stands("qualify", bpf.Aborted) // a person aborted it
}

func TestProcessesOfOneRecord(t *testing.T) {
	t.Parallel()
	d := newDesk(t, engine.WithProcesses(bpf.LeadToCash(), bpf.LeadToOpportunity(), bpf.OpportunitySales()))
	ctx := t.Context()
	d.capture(ready())
	if p := d.shown(); p.Instance.Process != "lead_to_opportunity_sales_process" {
		t.Fatalf("%s started by itself", p.Instance.Process)
	}
	bob := d.c.As(record.Actor{Kind: record.ActorUser, ID: uuid.MustParse("00000000-0000-4000-8000-000000000007")})
	record := process.Entity(d.lead.ID)
	yields[process.Process](t)(bob.Processes().Switch(ctx, record, "lead_to_cash"))
	if p, _, err := bob.Processes().Shown(ctx, record); err != nil || p.Instance.Process != "lead_to_cash" {
		t.Errorf("bob sees %s, %v", p.Instance.Process, err)
	}
	if p := d.shown(); p.Instance.Process != "lead_to_opportunity_sales_process" {
		t.Errorf("the choice of bob changed what others see: %s", p.Instance.Process)
	}
	yields[process.Process](t)(bob.Processes().Switch(ctx, record, "lead_to_opportunity_sales_process"))
	if p, _, err := bob.Processes().Shown(ctx, record); err != nil || p.Instance.Process != "lead_to_opportunity_sales_process" {
		t.Errorf("bob sees %s, %v", p.Instance.Process, err)
	}
	if list := yields[[]process.Process](t)(d.c.Processes().Instances(ctx, record)); len(list) != 2 {
		t.Errorf("got %d processes", len(list))
	}
	if _, err := d.c.Processes().Start(ctx, engine.StartProcess{Definition: "lead_to_cash", Record: record}); !errors.Is(err, bpf.ErrInstanceExists) {
		t.Errorf("got %v", err)
	}
	if _, started, err := d.c.Processes().StartDefault(ctx, record); started || err != nil {
		t.Errorf("started again: %v", err)
	}
	if _, err := d.c.Processes().Start(ctx, engine.StartProcess{Definition: "nothing", Record: record}); !errors.Is(err, bpf.ErrDefinitionNotFound) {
		t.Errorf("got %v", err)
	}

	// The process that the command names goes along, not the one that is seen.
	named := yields[process.Process](t)(bob.Processes().Switch(ctx, record, "lead_to_cash"))
	out := yields[leadtocash.QualifiedLead](t)(d.c.Leads().Qualify(ctx, d.lead.ID, leadtocash.QualifyLead{ProcessInstance: named.ID}))
	d.opp = *out.Opportunity()
	if p := yields[process.Process](t)(d.c.Processes().Get(ctx, named.ID)); p.Instance.ActiveStage != "develop" {
		t.Errorf("the named process stands on %s", p.Instance.ActiveStage)
	}
	d.stands("qualify", bpf.Active)

	// The opportunity belongs to the process of the lead and gets none of its own.
	list := yields[[]process.Process](t)(d.c.Processes().Instances(ctx, process.Entity(d.opp.ID)))
	for _, p := range list {
		if p.Instance.PrimaryEntity != "lead" {
			t.Errorf("the opportunity got %s", p.Instance.Process)
		}
	}
	// Nobody's opportunity gets the process for it; Starting says otherwise.
	create := leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "Chairs", CustomerID: d.opp.CustomerID}}
	for name, want := range map[string]int{"": 1, engine.NoProcess: 0, "opportunity_sales_process": 1, "lead_to_cash": 0} {
		o := yields[leadtocash.Opportunity](t)(d.c.Starting(name).Opportunities().Create(ctx, create))
		if list := yields[[]process.Process](t)(d.c.Processes().Instances(ctx, process.Entity(o.ID))); len(list) != want {
			t.Errorf("starting %q: %d processes", name, len(list))
		}
	}
	if _, err := d.c.Starting("unheard_of").Opportunities().Create(ctx, create); !errors.Is(err, bpf.ErrDefinitionNotFound) {
		t.Errorf("got %v", err)
	}
}

// TestDeletedRecordsLeaveTheirProcesses: with the primary record they go, other
// records leave a shorter path.
func TestDeletedRecordsLeaveTheirProcesses(t *testing.T) {
	t.Parallel()
	d := newDesk(t, engine.WithProcesses(bpf.LeadToOpportunity()))
	ctx := t.Context()
	d.capture(leadtocash.LeadFields{})
	d.qualify()
	p := d.stands("develop", bpf.Active)
	if err := d.c.Opportunities().Delete(ctx, d.opp.ID, record.DeleteRecord{}); err != nil {
		t.Fatal(err)
	}
	if p := d.stands("qualify", bpf.Active); len(p.Instance.Slots) != 1 {
		t.Errorf("got %v", p.Instance.Slots)
	}
	if err := d.c.Leads().Delete(ctx, d.lead.ID, record.DeleteRecord{}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.c.Processes().Get(ctx, p.ID); !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// TestRibbon shows what is done, what is missing and what is possible.
func TestRibbon(t *testing.T) {
	t.Parallel()
	d := newDesk(t, engine.WithProcesses(bpf.LeadToCash()))
	ctx := t.Context()
	fields := ready()
	fields.DecisionMaker = false
	d.capture(fields)
	v, ok, err := d.c.Processes().Ribbon(ctx, process.Entity(d.lead.ID))
	if err != nil || !ok {
		t.Fatal(err)
	}
	if len(v.Missing) != 1 || v.Missing[0].Message != "Identify Decision Maker" || !errors.Is(v.Blocked, bpf.ErrStageGate) {
		t.Errorf("got %v, %v", v.Missing, v.Blocked)
	}
	if !slices.Equal(v.Operations, []bpf.Operation{bpf.OpAbort, bpf.OpDelete}) {
		t.Errorf("possible: %v", v.Operations)
	}
	first := v.Stages[0]
	if first.State != bpf.StageActive || first.Time <= 0 || !v.Stages[1].Locked || len(v.Stages) != 6 || !v.Stages[3].Loop {
		t.Errorf("got %+v", v.Stages)
	}
	want := map[string]bpf.Completion{
		"need": bpf.CompletionComplete, "timeframe": bpf.CompletionComplete, "budget": bpf.CompletionComplete,
		"decision_maker": bpf.CompletionIncomplete, "summary": bpf.CompletionIncomplete,
	}
	for _, s := range first.Steps {
		if c, named := want[s.Key]; named && s.Completion != c {
			t.Errorf("%s is %s", s.Key, s.Completion)
		}
	}
}

// TestProcessWithoutDefinition stays readable and can be aborted.
func TestProcessWithoutDefinition(t *testing.T) {
	t.Parallel()
	store, ctx := memory.New(), t.Context()
	settings := engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})
	before := yields[*engine.Client](t)(engine.New(store, settings, engine.WithProcesses(bpf.LeadToCash())))
	lead := yields[leadtocash.Lead](t)(before.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
	after := yields[*engine.Client](t)(engine.New(store, settings))
	p, ok, err := after.Processes().Shown(ctx, process.Entity(lead.ID))
	if err != nil || !ok {
		t.Fatal(err)
	}
	v := yields[bpf.View](t)(after.Processes().View(ctx, p.ID))
	if !v.Drifted || v.Process != "Lead to Cash" || v.Stages[0].State != bpf.StageRetired {
		t.Errorf("got %+v", v)
	}
	if _, err := after.Processes().Previous(ctx, p.ID); !errors.Is(err, bpf.ErrDefinitionNotFound) {
		t.Errorf("got %v", err)
	}
	if p = yields[process.Process](t)(after.Processes().Abort(ctx, p.ID, "gone")); p.Instance.Status != bpf.Aborted {
		t.Errorf("got %v", p.Instance.Status)
	}
}

// TestProcessesWithFaultsAreNotActivated lists every fault.
func TestProcessesWithFaultsAreNotActivated(t *testing.T) {
	t.Parallel()
	d := bpf.LeadToCash()
	d.Stages[0].Steps[0].Field = "mood"
	d.Bindings[0].Event = "lead.flew"
	_, err := engine.New(memory.New(), engine.WithProcesses(d))
	var e *record.Error
	if !errors.Is(err, codes.ErrInvalid) || !errors.Is(err, bpf.FaultStepFieldUnknown) || !errors.As(err, &e) || len(e.Reasons) != 2 {
		t.Errorf("got %v", err)
	}
}

func TestIncompleteProcessHost(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]engine.ProcessHost{
		"entity":   {Entities: map[string]engine.ProcessEntity{"site": {}}},
		"action":   {Actions: map[string]engine.ProcessAction{"lead.ring": {}}},
		"workflow": {Workflows: map[string]engine.ProcessWorkflow{"lead.log": {}}},
	} {
		if _, err := engine.New(memory.New(), engine.WithProcessHost(h)); !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// reads counts the look-ups of processes in a store.
type reads struct {
	storage.Store
	n *int
}

type countingTx struct {
	storage.Tx
	n *int
}

func (r reads) Update(ctx context.Context, t storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	return r.Store.Update(ctx, t, func(ctx context.Context, tx storage.Tx) error { return fn(ctx, countingTx{tx, r.n}) })
}

func (c countingTx) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	if q.Kind == string(kinds.Process) {
		*c.n++
	}
	return c.Tx.Find(ctx, q)
}

// TestWithoutProcessesNothingIsRead: the hook costs only who uses it.
func TestWithoutProcessesNothingIsRead(t *testing.T) {
	t.Parallel()
	count := func(opts ...engine.ClientOption) int {
		n := 0
		c := yields[*engine.Client](t)(engine.New(reads{memory.New(), &n}, append(opts, engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}))...))
		lead := yields[leadtocash.Lead](t)(c.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
		yields[leadtocash.QualifiedLead](t)(c.Leads().Qualify(t.Context(), lead.ID, leadtocash.QualifyLead{}))
		return n
	}
	if plain, with := count(), count(engine.WithProcesses(bpf.LeadToOpportunity())); plain != 0 || with == 0 {
		t.Errorf("%d look-ups without processes, %d with one", plain, with)
	}
}
