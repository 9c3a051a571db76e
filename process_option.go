package leadtocash

import (
	"context"
	"maps"
	"slices"

	"github.com/leadtocash/leadtocash/bpf"
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
	Operations    []string                                    // of the host, that make records
	Events        map[string]map[string]string                // of the host: the entity of each record in the payload; see HandleEvent
	Actions       map[string]ProcessAction                    // of action and flow steps
	Workflows     map[string]ProcessWorkflow                  // of triggers; see RunTriggers
	Roles         func(ctx context.Context, a Actor) []string // the roles that definitions grant privileges to; nil: everybody may do everything
	// FieldState tells whether a field is shown and may be edited; nil: both,
	// everywhere. A hidden field does not gate.
	FieldState func(ctx context.Context, a Actor, entity, field string) (visible, editable bool)
	// Language is that of the labels in ribbons, a BCP 47 tag; nil: the labels
	// without language.
	Language func(ctx context.Context, a Actor) string
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
	Run    func(ctx context.Context, c *Client, p Process, record bpf.Ref) (bpf.Progress, error)
}

// ProcessWorkflow is the code behind a trigger.
type ProcessWorkflow struct {
	Entity string // that it runs on; empty: any
	Run    func(ctx context.Context, c *Client, t ProcessTrigger) error
}

// ProcessTrigger is a trigger that is due.
type ProcessTrigger struct {
	Event   Event // of the process
	On      string
	Stage   string // empty for triggers of the process
	Record  bpf.Ref
	Process ProcessID
}

// processEngine is what New makes of the options.
type processEngine struct {
	given    []bpf.Definition
	host     ProcessHost
	catalog  bpf.Catalog
	active   []bpf.Definition       // in the order in which they are offered
	versions map[string]map[int]int // by name and version: index into given
	bound    map[string][]string    // event → names of the definitions that bind it
	starts   map[string]bool        // entities that processes start on
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
	p.versions, p.bound, p.starts = map[string]map[int]int{}, map[string][]string{}, map[string]bool{}
	var known []bpf.Registered
	for n, d := range p.given {
		faults := bpf.Validate(d, bpf.Context{Catalog: &p.catalog, Limits: p.host.Limits, Registered: known, AllowDrift: true})
		faults = slices.DeleteFunc(faults, func(f bpf.Fault) bool { return f.Warning })
		if len(faults) > 0 {
			return &Error{Code: ErrInvalid, Kind: KindProcess, Err: bpf.Faults{Name: d.Name, Version: d.Version, List: faults}, Reasons: faultReasons(d, faults)}
		}
		for k := range known {
			known[k].Active = known[k].Active && known[k].Name != d.Name
		}
		known = append(known, bpf.Registered{Definition: d, Active: true})
		if p.versions[d.Name] == nil {
			p.versions[d.Name] = map[int]int{}
		}
		p.versions[d.Name][d.Version] = n
	}
	for _, r := range known {
		if r.Active {
			p.activate(r.Definition)
		}
	}
	slices.SortFunc(p.active, func(a, b bpf.Definition) int {
		if a.Precedes(&b) {
			return -1
		}
		return 1
	})
	return nil
}

func (p *processEngine) activate(d bpf.Definition) {
	p.active = append(p.active, d)
	p.starts[d.PrimaryEntity] = true
	for _, b := range d.Bindings {
		if !slices.Contains(p.bound[b.Event], d.Name) {
			p.bound[b.Event] = append(p.bound[b.Event], d.Name)
		}
	}
}

func faultReasons(d bpf.Definition, faults []bpf.Fault) (reasons []Reason) {
	for _, f := range faults {
		reasons = append(reasons, Reason{Code: ErrInvalid, Field: d.Name + f.Pointer, Message: f.Message, Params: map[string]any{"fault": string(f.Code)}})
	}
	return reasons
}

// named returns the active version of a process.
func (p *processEngine) named(name string) (bpf.Definition, bool) {
	if p == nil {
		return bpf.Definition{}, false
	}
	i := slices.IndexFunc(p.active, func(d bpf.Definition) bool { return d.Name == name })
	if i < 0 {
		return bpf.Definition{}, false
	}
	return p.active[i], true
}

// of returns the definition that an instance moves along: the active version,
// or its own if instances are pinned. Without one, ok is false and the
// definition has but the name, which is enough to read and to abort.
func (p *processEngine) of(i bpf.Instance) (d bpf.Definition, ok bool) {
	d, ok = p.named(i.Process)
	switch {
	case !ok:
		return bpf.Definition{Name: i.Process, Version: i.Version, Label: i.Name}, false
	case !d.Options.Pinned():
		return d, true
	}
	if n, has := p.versions[i.Process][i.Version]; has {
		return p.given[n], true
	}
	return bpf.Definition{Name: i.Process, Version: i.Version, Label: i.Name}, false
}
