package engine

import (
	"context"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// ProcessDefinitions is what a Client does with the business processes that a
// tenant keeps in its store. Calls that change one, and Explain, are
// ErrUnsupported unless the client was made WithStoredProcesses; an Import needs
// no such option.
type ProcessDefinitions struct {
	Explained[ProcessDefinition, record.ProcessDefinitionID, ProcessDefinitionQuery]
}

// ProcessDefinitions returns the service for processes of the tenant's own.
func (c *Client) ProcessDefinitions() (s ProcessDefinitions) { s.c = c; return s }

// ProcessDefinitionQuery asks for process definitions.
type ProcessDefinitionQuery struct {
	List
	Status        ProcessDefinitionStatus
	Name          string // of the process
	PrimaryEntity string // that the process starts on
}

func (q ProcessDefinitionQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).number(q.Name).text("primary_entity", q.PrimaryEntity)
}

// processDefinitionFacts are those that every decision depends on.
func (s *session) processDefinitionFacts(ctx context.Context, name string) (f ProcessDefinitionFacts, err error) {
	f = ProcessDefinitionFacts{Stamp: s.stamp, Settings: s.c.settings}
	p := s.c.process
	if p == nil || !p.stored {
		return f, &record.Error{Code: codes.ErrUnsupported, Kind: kinds.ProcessDefinition, Reasons: []record.Reason{{Code: codes.ErrUnsupported, Message: "the client was made without stored processes"}}}
	}
	book, err := s.processBook(ctx)
	if err != nil {
		return f, err
	}
	f.Catalog, f.Limits = &p.catalog, p.host.Limits
	_, f.InCode = p.book.versions[name]
	for _, d := range book.active {
		if d.Name != name {
			f.Registered = append(f.Registered, bpf.Registered{Definition: d, Active: true})
		}
	}
	return f, nil
}

func plainProcessDefinition[C any](ctx context.Context, s *session, d *ProcessDefinition, _ *C) (ProcessDefinitionFacts, error) {
	return s.processDefinitionFacts(ctx, d.Name)
}

// processInstances visits the instances of a process until visit returns
// false; where asks for more than its name.
func (s *session) processInstances(ctx context.Context, name string, visit func(*process.Process) bool, where ...storage.Cond) error {
	q := storage.Query{Kind: string(kinds.Process), Where: append(asked{}.text("definition", name), where...)}
	for rec, err := range s.Find(ctx, q) {
		if err != nil {
			return err
		}
		p, err := shared[process.Process](rec.Image)
		if err != nil {
			return err
		}
		if !visit(p) {
			return nil
		}
	}
	return nil
}

// activationFacts add where instances stand on stages that would vanish, and
// what they are pinned to.
func activationFacts(ctx context.Context, s *session, d *ProcessDefinition) (f ProcessDefinitionFacts, err error) {
	if f, err = s.processDefinitionFacts(ctx, d.Name); err != nil {
		return f, err
	}
	next := d.candidate()
	switch {
	case next == nil || f.InCode:
		return f, nil
	case next.Options.Pinned():
		f.Pinned, err = s.pinnedVersions(ctx, d)
	default:
		f.Standing, err = s.standing(ctx, d, next)
	}
	return f, err
}

// pinnedVersions lists the released versions that instances stand on.
func (s *session) pinnedVersions(ctx context.Context, d *ProcessDefinition) (pinned []int, err error) {
	if len(d.Versions) == 0 {
		return nil, nil
	}
	err = s.processInstances(ctx, d.Name, func(p *process.Process) bool {
		v := p.Instance.Version
		kept := slices.ContainsFunc(d.Versions, func(of bpf.Definition) bool { return of.Version == v })
		if kept && !slices.Contains(pinned, v) {
			pinned = append(pinned, v)
		}
		return len(pinned) < len(d.Versions)
	})
	slices.Sort(pinned)
	return pinned, err
}

// standing counts the active instances on stages that the next version lacks.
func (s *session) standing(ctx context.Context, d *ProcessDefinition, next *bpf.Definition) (map[string]int, error) {
	standing := map[string]int{}
	for _, v := range d.Versions {
		for _, stage := range v.Stages {
			if _, counted := standing[stage.Key]; counted || next.Stage(stage.Key) != nil {
				continue
			}
			standing[stage.Key] = 0
			where := asked{}.status(bpf.Active.String()).text("stage", d.Name+"/"+stage.Key)
			if err := s.processInstances(ctx, d.Name, func(*process.Process) bool { standing[stage.Key]++; return true }, where...); err != nil {
				return nil, err
			}
		}
	}
	return standing, nil
}

// processDefinitionUse adds the instances of the process.
func processDefinitionUse(ctx context.Context, s *session, d *ProcessDefinition) (f ProcessDefinitionFacts, err error) {
	if f, err = s.processDefinitionFacts(ctx, d.Name); err != nil || f.InCode {
		return f, err // instances of a process in code are none of this one
	}
	err = s.processInstances(ctx, d.Name, func(p *process.Process) bool {
		f.InUse = append(f.InUse, p.Ref())
		return true
	})
	return f, err
}

// Create makes the first draft of a process. See NewProcessDefinition.
func (s ProcessDefinitions) Create(ctx context.Context, cmd CreateProcessDefinition) (ProcessDefinition, error) {
	return recordOf(create(ctx, s.c, actions.ProcessDefinitionCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *CreateProcessDefinition) (ProcessDefinitionFacts, error) {
			return s.processDefinitionFacts(ctx, cmd.Definition.Name)
		}, NewProcessDefinition))
}

// Save replaces the draft of a process, or begins the next one. See
// ProcessDefinition.Save.
func (s ProcessDefinitions) Save(ctx context.Context, id record.ProcessDefinitionID, cmd SaveProcessDefinition, opts ...CallOption) (ProcessDefinition, error) {
	return recordOf(apply(ctx, s.c, actions.ProcessDefinitionSave, id, cmd, plainProcessDefinition, ProcessDefinition.Save, opts))
}

// Activate puts a process in force. See ProcessDefinition.Activate.
func (s ProcessDefinitions) Activate(ctx context.Context, id record.ProcessDefinitionID, cmd ActivateProcessDefinition, opts ...CallOption) (ProcessDefinition, error) {
	return recordOf(apply(ctx, s.c, actions.ProcessDefinitionActivate, id, cmd, using[ActivateProcessDefinition](activationFacts), ProcessDefinition.Activate, opts))
}

// Deactivate takes a process out of force. See ProcessDefinition.Deactivate.
func (s ProcessDefinitions) Deactivate(ctx context.Context, id record.ProcessDefinitionID, cmd DeactivateProcessDefinition, opts ...CallOption) (ProcessDefinition, error) {
	return recordOf(apply(ctx, s.c, actions.ProcessDefinitionDeactivate, id, cmd, plainProcessDefinition, ProcessDefinition.Deactivate, opts))
}

// Delete removes an inactive process, with its instances if the command says
// so. See ProcessDefinition.Delete.
func (s ProcessDefinitions) Delete(ctx context.Context, id record.ProcessDefinitionID, cmd DeleteProcessDefinition, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.ProcessDefinitionDelete, id, cmd, using[DeleteProcessDefinition](processDefinitionUse), ProcessDefinition.Delete, opts)
	return err
}

// Named returns the process that the tenant keeps under a name; ok is false if
// there is none that the actor may see.
func (s ProcessDefinitions) Named(ctx context.Context, name string) (d ProcessDefinition, ok bool, err error) {
	page, err := s.Page(ctx, ProcessDefinitionQuery{Name: name, List: List{Limit: 1}})
	if err != nil || len(page.Items) == 0 {
		return ProcessDefinition{}, false, err
	}
	return page.Items[0], true, nil
}

func processDefinitionExplained(ctx context.Context, s *session, d *ProcessDefinition) (ProcessDefinitionFacts, error) {
	return s.processDefinitionFacts(ctx, d.Name)
}

// withoutProcess takes the instances of a deleted process along.
func (s *session) withoutProcess(ctx context.Context, ref record.Ref) error {
	d, err := s.load(ctx, ref)
	if err != nil {
		return err
	}
	use, err := processDefinitionUse(ctx, s, d.(*ProcessDefinition))
	if err != nil {
		return err
	}
	for _, instance := range use.InUse {
		p, err := s.load(ctx, instance)
		if err != nil {
			return err
		}
		if err := s.remove(ctx, record.DeletedEvent(p, actions.ProcessDelete, s.stamp, record.DataOf("with", ref.String()))); err != nil {
			return err
		}
	}
	return nil
}
