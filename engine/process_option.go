package engine

import (
	"context"
	"maps"
	"sync"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
)

// WithProcesses registers and activates business processes: those that come
// with the package bpf, or the host's own. Several versions of a process may be
// given: the highest is active, older ones serve the instances that are pinned
// to them. Without this option there are no processes, and calls cost nothing
// for them. A definition with faults makes New refuse with ErrInvalid, wrapping
// bpf.Faults.
func WithProcesses(definitions ...bpf.Definition) ClientOption {
	return func(e *engine) error {
		e.processes().given = append(e.processes().given, definitions...)
		return nil
	}
}

// WithStoredProcesses lets tenants keep business processes of their own: see
// Client.ProcessDefinitions. Those of WithProcesses stand beside them, and no
// tenant can change them. Every call that changes something then reads what is
// active in the tenant, once; without this option nothing is read.
func WithStoredProcesses() ClientOption {
	return func(e *engine) error {
		e.processes().stored = true
		return nil
	}
}

// WithProcessHost adds what processes of the host are built of. It does not
// activate anything. An entity without Values, or an action or workflow without
// Run, is ErrInvalid.
func WithProcessHost(h ProcessHost) ClientOption {
	return func(e *engine) error {
		e.processes().host = h
		return given(h.complete(), "process_host")
	}
}

func (h ProcessHost) complete() bool {
	for _, entity := range h.Entities {
		if entity.Values == nil {
			return false
		}
	}
	for _, a := range h.Actions {
		if a.Run == nil {
			return false
		}
	}
	for _, w := range h.Workflows {
		if w.Run == nil {
			return false
		}
	}
	return true
}

// ProcessHost is what a host brings to its processes. All of it is optional.
type ProcessHost struct {
	Entities      map[string]ProcessEntity // records of the host, by the name of the entity
	Relationships map[string]bpf.Relationship
	Operations    []string                     // of the host, that make records
	Events        map[string]map[string]string // of the host: the entity of each record in the payload; see HandleEvent
	Actions       map[string]ProcessAction     // of action and flow steps
	Workflows     map[string]ProcessWorkflow   // of triggers; see RunTriggers
	// Roles are those that definitions grant privileges to; nil: everybody may do
	// everything. The version in force grants, for all instances; instances whose
	// definition is gone are for the system alone. The system is never asked about.
	Roles func(ctx context.Context, a record.Actor) []string
	// FieldState tells whether a field is shown and may be edited; nil: both,
	// everywhere. A hidden field does not gate.
	FieldState func(ctx context.Context, a record.Actor, entity, field string) (visible, editable bool)
	// Language is that of the labels in ribbons, a BCP 47 tag; nil: the labels
	// without language.
	Language func(ctx context.Context, a record.Actor) string
	Limits   bpf.Limits
}

// ProcessEntity is an entity of the host's. Its records are read inside the
// transaction of the call, but are not part of it.
type ProcessEntity struct {
	Fields map[string]bpf.Field
	// Values returns the fields of a record; ok is false if there is none.
	Values func(ctx context.Context, id string) (values map[string]any, ok bool, err error)
	// Create makes the record of a stage that is entered by creating one; nil:
	// stages of this entity are not. It may run several times for one call.
	Create func(ctx context.Context, from bpf.Instance) (id string, err error)
}

// ProcessAction runs an action or flow step on a record. It is called outside
// every transaction; its error is the progress Failure.
type ProcessAction struct {
	Entity string // that it runs on; empty: any
	Run    func(ctx context.Context, c *Client, p process.Process, record bpf.Ref) (bpf.Progress, error)
}

// ProcessWorkflow is the code behind a trigger.
type ProcessWorkflow struct {
	Entity string // that it runs on; empty: any
	Run    func(ctx context.Context, c *Client, t ProcessTrigger) error
}

// ProcessTrigger is a trigger that is due.
type ProcessTrigger struct {
	Event   record.Event // of the process
	On      string
	Stage   string // empty for triggers of the process
	Record  bpf.Ref
	Process record.ProcessID
}

// processEngine is what New makes of the options.
type processEngine struct {
	given   []bpf.Definition
	host    ProcessHost
	catalog bpf.Catalog
	book    *processBook // of what was given
	stored  bool         // tenants keep processes of their own
	books   sync.Map     // storage.Tenant → *tenantBook
}

// processes returns the engine of processes, made at first use.
func (e *engine) processes() *processEngine {
	if e.process == nil {
		e.process = &processEngine{}
	}
	return e.process
}

// prepare validates what the options gave and orders it.
func (p *processEngine) prepare(e *engine) error {
	p.catalog = processCatalog(e.fields)
	for name, entity := range p.host.Entities {
		p.catalog.Entities[name] = bpf.Entity{Enabled: true, Fields: entity.Fields}
	}
	maps.Copy(p.catalog.Relationships, p.host.Relationships)
	maps.Copy(p.catalog.Events, p.host.Events)
	for _, name := range p.host.Operations {
		p.catalog.Operations[name] = true
	}
	for name, a := range p.host.Actions {
		p.catalog.Actions[name], p.catalog.Flows[name] = a.Entity, true
	}
	for name, w := range p.host.Workflows {
		p.catalog.Workflows[name] = w.Entity
	}
	p.book = newProcessBook()
	var known []bpf.Registered
	for _, d := range p.given {
		faults := withoutWarnings(bpf.Validate(d, bpf.Context{Catalog: &p.catalog, Limits: p.host.Limits, Registered: known, AllowDrift: true}))
		if len(faults) > 0 {
			return &record.Error{Code: codes.ErrInvalid, Kind: kinds.Process, Err: bpf.Faults{Name: d.Name, Version: d.Version, List: faults}, Reasons: faultReasons(d.Name, faults)}
		}
		for k := range known {
			known[k].Active = known[k].Active && known[k].Name != d.Name
		}
		known = append(known, bpf.Registered{Definition: d, Active: true})
		p.book.enter(d)
	}
	for _, r := range known {
		if r.Active {
			p.book.activate(r.Definition)
		}
	}
	p.book.order()
	return nil
}

// faultReasons are the faults of a definition as reasons below a path.
func faultReasons(path string, faults []bpf.Fault) (reasons []record.Reason) {
	for _, f := range faults {
		reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: path + f.Pointer, Message: f.Message, Params: map[string]any{"fault": string(f.Code)}})
	}
	return reasons
}
