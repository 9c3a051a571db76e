package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Processes is what a Client does with business processes: the ribbon above a
// record. The refusals are those of the package bpf, wrapped: errors.Is finds
// the codes of both packages. ErrStageIncomplete lists every step that is
// missing, ErrDenied and ErrConflict are what they are everywhere, all others
// are ErrProcessRefused.
type Processes struct {
	Records[process.Process, record.ProcessID, ProcessQuery]
}

// Processes returns the service for business processes.
func (c *Client) Processes() (s Processes) { s.c = c; return s }

// ProcessQuery asks for processes.
type ProcessQuery struct {
	List
	Definition string     // name
	Status     bpf.Status // active, finished or aborted
	Stage      string     // active stage; takes a Definition
	Record     bpf.Ref    // that is used in any slot
	Primary    bpf.Ref    // that the process was started on
}

func (q ProcessQuery) conds() []storage.Cond {
	a := asked{}
	if q.Status != 0 {
		a = a.status(q.Status.String())
	}
	if q.Stage != "" {
		a = a.text("stage", q.Definition+"/"+q.Stage)
	} else {
		a = a.text("definition", q.Definition)
	}
	if !q.Record.IsZero() {
		a = append(a, keyIs("record", process.RecordKey(q.Record)))
	}
	if !q.Primary.IsZero() {
		a = append(a, keyIs("primary", process.RecordKey(q.Primary)))
	}
	return a
}

// processFacts are what a move depends on besides process and command.
type processFacts struct {
	record.Stamp
	definition bpf.Definition
	facts      bpf.Facts
	values     *processValues
	older      bpf.Definition // of Migrate: the version the instance stands on
}

// processMove is a move of the package bpf in this package's words.
type processMove[C any] func(d bpf.Definition, i bpf.Instance, cmd C, f bpf.Facts) (bpf.Move, error)

// moveProcess is every move: load, authorize, gather facts, decide, save.
func moveProcess[C any](ctx context.Context, c *Client, do actions.Action, id record.ProcessID, cmd C, target func(C) bpf.NextOptions, move processMove[C], opts []CallOption) (process.Process, error) {
	return recordOf(apply(ctx, c, do, id, cmd,
		func(ctx context.Context, s *session, p *process.Process, cmd *C) (processFacts, error) {
			return s.gatherMove(ctx, do, p, target(*cmd))
		},
		func(p process.Process, cmd C, f processFacts) (record.Change[process.Process], error) {
			m, err := move(f.definition, p.Instance, cmd, f.facts)
			switch {
			case f.values.err != nil:
				return record.Change[process.Process]{}, f.values.err
			case err != nil:
				return record.Change[process.Process]{}, refusedByProcess(do, &p, err)
			}
			return p.Moved(m, f.Stamp), nil
		}, opts))
}

func plainMove[C any](C) bpf.NextOptions { return bpf.NextOptions{} }

// withoutDefinition are the actions that need no definition.
var withoutDefinition = []actions.Action{actions.ProcessAbort, actions.ProcessDelete, actions.ProcessSwitch}

func (s *session) gatherMove(ctx context.Context, do actions.Action, p *process.Process, o bpf.NextOptions) (f processFacts, err error) {
	found, err := s.definitionOf(ctx, p.Instance)
	if err != nil {
		return f, err
	}
	if !found.known && !slices.Contains(withoutDefinition, do) {
		return f, refusedByProcess(do, p, bpf.NewError(bpf.ErrDefinitionNotFound, p.Instance.Process))
	}
	d := found.Definition
	f = processFacts{Stamp: s.stamp, definition: d, older: d}
	if f.facts, f.values, err = s.processFacts(ctx, d, p.Instance, nil); err != nil {
		return f, err
	}
	f.facts.Inactive = found.inactive
	next := bpf.Follows(d, p.Instance, p.Instance.ActiveStage, f.facts)
	if f.facts.Candidates, err = s.stageCandidates(ctx, d, p.Instance, next); err != nil {
		return f, err
	}
	if to := bpf.TargetOf(d, p.Instance, o, f.facts); !to.IsZero() {
		f.facts.Target, err = s.targetFacts(ctx, d, p.Instance, to, f.values)
	}
	return f, err
}

// StartProcess is the command behind Processes.Start.
type StartProcess struct {
	ID         record.ProcessID   `json:"id,omitzero"`
	Definition string             `json:"definition"` // name
	Record     bpf.Ref            `json:"record"`
	At         string             `json:"at,omitzero"`     // stage; default: the first
	Path       []string           `json:"path,omitzero"`   // to that stage; default: as the values yield it
	Slots      map[string]bpf.Ref `json:"slots,omitempty"` // records of other entities on that path
}

// Start starts a process on a stored record, and chooses it to be seen by the
// actor. See bpf.Start.
func (s Processes) Start(ctx context.Context, cmd StartProcess) (process.Process, error) {
	return recordOf(create(ctx, s.c, actions.ProcessStart, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, ss *session, cmd *StartProcess) (record.Change[process.Process], error) {
			d, err := ss.toStart(ctx, cmd.Definition)
			if err != nil {
				return record.Change[process.Process]{}, err
			}
			return ss.start(ctx, d, cmd.Record, bpf.StartOptions{ID: cmd.ID.String(), At: cmd.At, Path: cmd.Path, Slots: cmd.Slots}, nil)
		},
		func(_ StartProcess, c record.Change[process.Process]) (record.Change[process.Process], error) {
			return c, nil
		}))
}

// StartDefault starts what would start by itself if the record were new: the
// first process by order that starts on its entity, may be started by the actor
// and is in scope; no scope means any. started is false if there is none, or
// the record has it already.
func (s Processes) StartDefault(ctx context.Context, record bpf.Ref, scope ...string) (p process.Process, started bool, err error) {
	var d bpf.Definition
	found := false
	err = s.c.view(ctx, func(ctx context.Context, ss *session) error {
		book, err := ss.processBook(ctx)
		if err == nil {
			d, found = bpf.Default(book.active, record.Entity, ss.creatable(ctx, book), scope)
		}
		return err
	})
	if err != nil || !found {
		return process.Process{}, false, err
	}
	p, err = s.Start(ctx, StartProcess{Definition: d.Name, Record: record})
	if errors.Is(err, bpf.ErrInstanceExists) {
		return process.Process{}, false, nil
	}
	return p, err == nil, err
}

// Next moves to the following stage. A stage on another entity needs a record:
// the target given, one that an event offered, the only candidate, or a new one
// that the host creates. See bpf.Next.
func (s Processes) Next(ctx context.Context, id record.ProcessID, o bpf.NextOptions, opts ...CallOption) (process.Process, error) {
	if o.Create && o.Target.IsZero() {
		return s.nextCreating(ctx, id, o, opts)
	}
	return moveProcess(ctx, s.c, actions.ProcessNext, id, o, func(o bpf.NextOptions) bpf.NextOptions { return o }, bpf.Next, opts)
}

// nextCreating moves to a stage whose record the host creates first.
func (s Processes) nextCreating(ctx context.Context, id record.ProcessID, o bpf.NextOptions, opts []CallOption) (process.Process, error) {
	return recordOf(apply(ctx, s.c, actions.ProcessNext, id, o,
		func(ctx context.Context, ss *session, p *process.Process, o *bpf.NextOptions) (processFacts, error) {
			f, err := ss.gatherMove(ctx, actions.ProcessNext, p, *o)
			if err != nil {
				return f, err
			}
			m, err := bpf.Next(f.definition, p.Instance, *o, f.facts)
			if err != nil || !m.Create {
				return f, refusedByProcess(actions.ProcessNext, p, err)
			}
			entity := f.definition.Stage(bpf.Follows(f.definition, p.Instance, p.Instance.ActiveStage, f.facts)).Entity
			make := s.c.process.host.Entities[entity].Create
			if make == nil {
				return f, record.Refusal(codes.ErrUnsupported, "create", "records of "+entity+" are not created by processes")
			}
			made, err := make(ctx, p.Instance)
			if err != nil {
				return f, err
			}
			o.Target = bpf.Ref{Entity: entity, ID: made}
			f.facts.Target, err = ss.targetFacts(ctx, f.definition, p.Instance, o.Target, f.values)
			return f, err
		},
		func(p process.Process, o bpf.NextOptions, f processFacts) (record.Change[process.Process], error) {
			m, err := bpf.Next(f.definition, p.Instance, o, f.facts)
			if err != nil {
				return record.Change[process.Process]{}, refusedByProcess(actions.ProcessNext, &p, err)
			}
			return p.Moved(m, f.Stamp), nil
		}, opts))
}

// Previous moves back by one stage. See bpf.Previous.
func (s Processes) Previous(ctx context.Context, id record.ProcessID, opts ...CallOption) (process.Process, error) {
	return moveProcess(ctx, s.c, actions.ProcessPrevious, id, struct{}{}, plainMove,
		func(d bpf.Definition, i bpf.Instance, _ struct{}, f bpf.Facts) (bpf.Move, error) {
			return bpf.Previous(d, i, 0, f)
		}, opts)
}

// SetActiveStage is the command behind Processes.SetActive.
type SetActiveStage struct {
	Stage string `json:"stage"`
	bpf.NextOptions
}

// SetActive makes a stage the active one: a walked one, or the following one.
// See bpf.SetActive.
func (s Processes) SetActive(ctx context.Context, id record.ProcessID, cmd SetActiveStage, opts ...CallOption) (process.Process, error) {
	return moveProcess(ctx, s.c, actions.ProcessSetActive, id, cmd,
		func(cmd SetActiveStage) bpf.NextOptions { return cmd.NextOptions },
		func(d bpf.Definition, i bpf.Instance, cmd SetActiveStage, f bpf.Facts) (bpf.Move, error) {
			return bpf.SetActive(d, i, cmd.Stage, cmd.NextOptions, f)
		}, opts)
}

// Finish ends a process on its last stage. See bpf.Finish.
func (s Processes) Finish(ctx context.Context, id record.ProcessID, o bpf.NextOptions, opts ...CallOption) (process.Process, error) {
	return moveProcess(ctx, s.c, actions.ProcessFinish, id, o, plainMove, bpf.Finish, opts)
}

// Abort ends a process on whatever stage it stands, for a reason if there is
// one; it is possible even if the definition is gone. See bpf.Abort.
func (s Processes) Abort(ctx context.Context, id record.ProcessID, reason string, opts ...CallOption) (process.Process, error) {
	return moveProcess(ctx, s.c, actions.ProcessAbort, id, reason, plainMove, bpf.Abort, opts)
}

// Reactivate makes a finished or aborted process active again, where it stood.
// See bpf.Reactivate.
func (s Processes) Reactivate(ctx context.Context, id record.ProcessID, opts ...CallOption) (process.Process, error) {
	return moveProcess(ctx, s.c, actions.ProcessReactivate, id, struct{}{}, plainMove,
		func(d bpf.Definition, i bpf.Instance, _ struct{}, f bpf.Facts) (bpf.Move, error) {
			return bpf.Reactivate(d, i, f)
		}, opts)
}

// Rebind replaces the record of a slot. See bpf.Rebind.
func (s Processes) Rebind(ctx context.Context, id record.ProcessID, to bpf.Ref, opts ...CallOption) (process.Process, error) {
	return recordOf(apply(ctx, s.c, actions.ProcessRebind, id, to,
		func(ctx context.Context, ss *session, p *process.Process, to *bpf.Ref) (processFacts, error) {
			f, err := ss.gatherMove(ctx, actions.ProcessRebind, p, bpf.NextOptions{})
			if err != nil {
				return f, err
			}
			f.facts.Target, err = ss.targetFacts(ctx, f.definition, p.Instance, *to, f.values)
			return f, err
		},
		func(p process.Process, to bpf.Ref, f processFacts) (record.Change[process.Process], error) {
			m, err := bpf.Rebind(f.definition, p.Instance, to, f.facts)
			if err != nil {
				return record.Change[process.Process]{}, refusedByProcess(actions.ProcessRebind, &p, err)
			}
			return p.Moved(m, f.Stamp), nil
		}, opts))
}

// MigrateProcess is the command behind Processes.Migrate.
type MigrateProcess struct {
	Version int               `json:"version"`          // of the definition
	Stages  map[string]string `json:"stages,omitempty"` // where walked stages go; "" drops one
}

// Migrate moves a process to another registered version of its definition. See
// bpf.Migrate.
func (s Processes) Migrate(ctx context.Context, id record.ProcessID, cmd MigrateProcess, opts ...CallOption) (process.Process, error) {
	return recordOf(apply(ctx, s.c, actions.ProcessMigrate, id, cmd,
		func(ctx context.Context, ss *session, p *process.Process, cmd *MigrateProcess) (f processFacts, err error) {
			book, err := ss.processBook(ctx)
			if err != nil {
				return f, err
			}
			if found, err := ss.definitionOf(ctx, p.Instance); err != nil {
				return f, err
			} else if found.inactive {
				return f, refusedByProcess(actions.ProcessMigrate, p, bpf.NewError(bpf.ErrDefinitionNotActive, p.Instance.Process))
			}
			to, ok := book.versions[p.Instance.Process][cmd.Version]
			if !ok {
				return f, refusedByProcess(actions.ProcessMigrate, p, bpf.NewError(bpf.ErrDefinitionNotFound, p.Instance.Process))
			}
			from, ok := book.versions[p.Instance.Process][p.Instance.Version]
			if !ok {
				from = bpf.Definition{Name: p.Instance.Process, Version: p.Instance.Version}
			}
			f = processFacts{Stamp: ss.stamp, definition: to, older: from}
			f.facts, f.values, err = ss.processFacts(ctx, to, p.Instance, nil)
			return f, err
		},
		func(p process.Process, cmd MigrateProcess, f processFacts) (record.Change[process.Process], error) {
			m, err := bpf.Migrate(f.older, f.definition, p.Instance, cmd.Stages, f.facts)
			if err != nil {
				return record.Change[process.Process]{}, refusedByProcess(actions.ProcessMigrate, &p, err)
			}
			return p.Moved(m, f.Stamp), nil
		}, opts))
}

// Delete removes a process, in whatever status; records are not touched. See
// bpf.Delete.
func (s Processes) Delete(ctx context.Context, id record.ProcessID, cmd record.DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.ProcessDelete, id, cmd,
		func(ctx context.Context, ss *session, p *process.Process, _ *record.DeleteRecord) (processFacts, error) {
			return ss.gatherMove(ctx, actions.ProcessDelete, p, bpf.NextOptions{})
		},
		func(p process.Process, _ record.DeleteRecord, f processFacts) (record.Change[process.Process], error) {
			if err := bpf.Delete(f.definition, p.Instance, f.facts); err != nil {
				return record.Change[process.Process]{}, refusedByProcess(actions.ProcessDelete, &p, err)
			}
			return record.Change[process.Process]{Record: p, Events: []record.Event{record.DeletedEvent(&p, actions.ProcessDelete, f.Stamp, nil)}}, nil
		}, opts)
	return err
}

// Switch chooses the process of a record that the actor sees, and starts it
// there if it does not run yet. What others see stays.
func (s Processes) Switch(ctx context.Context, rec bpf.Ref, definition string) (process.Process, error) {
	var id record.ProcessID
	err := s.c.view(ctx, func(ctx context.Context, ss *session) error {
		list, err := ss.processesOf(ctx, "primary", process.RecordKey(rec))
		id = record.ProcessID{}
		for _, p := range list {
			if p.Instance.Process == definition {
				id = p.ID
			}
		}
		return err
	})
	if err != nil {
		return process.Process{}, err
	}
	if id.IsZero() {
		return s.Start(ctx, StartProcess{Definition: definition, Record: rec})
	}
	return recordOf(apply(ctx, s.c, actions.ProcessSwitch, id, definition,
		func(_ context.Context, ss *session, _ *process.Process, _ *string) (record.Stamp, error) {
			return ss.stamp, nil
		},
		func(p process.Process, _ string, st record.Stamp) (record.Change[process.Process], error) {
			return p.Choose(st.By.Text(), st), nil
		}, nil))
}

// Instances lists the processes of a record that the actor may read, the one
// that changed last first.
func (s Processes) Instances(ctx context.Context, record bpf.Ref) (list []process.Process, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) error {
		list, err = ss.visibleProcesses(ctx, record)
		return err
	})
	return list, err
}

// visibleProcesses are the caller's own copies.
func (s *session) visibleProcesses(ctx context.Context, record bpf.Ref) ([]process.Process, error) {
	found, err := s.processesOf(ctx, "record", process.RecordKey(record))
	if err != nil {
		return nil, err
	}
	var list []process.Process
	for _, p := range found {
		ok, err := s.visible(ctx, s.before(p.Ref()))
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, p.Clone())
		}
	}
	slices.SortFunc(list, func(a, b process.Process) int {
		return b.Instance.ModifiedOn.Compare(a.Instance.ModifiedOn)
	})
	return list, nil
}

// Shown returns the process of a record that the actor sees: the one chosen
// last by starting it or switching to it, else the one that changed last,
// active ones first. ok is false if there is none.
func (s Processes) Shown(ctx context.Context, record bpf.Ref) (p process.Process, ok bool, err error) {
	list, err := s.Instances(ctx, record)
	if err != nil {
		return process.Process{}, false, err
	}
	shown, ok := bpf.Shown(process.InstancesOf(list), process.Chosen(list, s.c.actor.Text()), nil)
	for _, p := range list {
		if ok && p.Instance.ID == shown.ID {
			return p, true, nil
		}
	}
	return process.Process{}, false, nil
}

// Ribbon returns, in one call, what the actor sees above a record: the stages
// of the process shown, which are done, the steps with their values, the time
// in each stage, and what blocks the next move. ok is false without a process.
func (s Processes) Ribbon(ctx context.Context, record bpf.Ref) (v bpf.View, ok bool, err error) {
	p, ok, err := s.Shown(ctx, record)
	if err != nil || !ok {
		return bpf.View{}, false, err
	}
	v, err = s.View(ctx, p.ID)
	return v, err == nil, err
}

// View returns the ribbon of a process. See bpf.See.
func (s Processes) View(ctx context.Context, id record.ProcessID) (v bpf.View, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) error {
		p, err := load[process.Process](ctx, ss, id)
		if err != nil {
			return err
		}
		if err := ss.touchable(ctx, 0, p); err != nil {
			return err
		}
		f, err := ss.gatherMove(ctx, actions.ProcessSwitch, p, bpf.NextOptions{})
		if err != nil {
			return err
		}
		if v, err = bpf.See(f.definition, p.Instance, f.facts); err != nil {
			return refusedByProcess(0, p, err)
		}
		return f.values.err
	})
	return v, err
}

// RunStep runs an action or flow step with the host's code, outside every
// transaction, and records what came of it: the progress it returns, or Failure
// with its error. Repeated with Once, the code runs again. See bpf.Runnable for
// the refusals.
func (s Processes) RunStep(ctx context.Context, id record.ProcessID, stage, step string) (process.Process, error) {
	var action ProcessAction
	var record bpf.Ref
	set := func(c *Client, p bpf.Progress) (process.Process, error) {
		return moveProcess(ctx, c, actions.ProcessRunStep, id, p, plainMove,
			func(d bpf.Definition, i bpf.Instance, p bpf.Progress, f bpf.Facts) (bpf.Move, error) {
				return bpf.SetProgress(d, i, stage, step, p, f)
			}, nil)
	}
	err := s.c.view(ctx, func(ctx context.Context, ss *session) error {
		p, err := load[process.Process](ctx, ss, id)
		if err != nil {
			return err
		}
		if err := ss.ask(ctx, actions.ProcessRunStep, p.Ref(), p); err != nil {
			return err
		}
		if err := ss.touchable(ctx, actions.ProcessRunStep, p); err != nil {
			return err
		}
		f, err := ss.gatherMove(ctx, actions.ProcessRunStep, p, bpf.NextOptions{})
		if err != nil {
			return err
		}
		t, r, err := bpf.Runnable(f.definition, p.Instance, stage, step, f.facts)
		if err != nil {
			return refusedByProcess(actions.ProcessRunStep, p, err)
		}
		action, record = s.c.process.host.Actions[t.Action+t.Flow], r
		return nil
	})
	if err != nil {
		return process.Process{}, err
	}
	p, err := set(s.c, bpf.Processing)
	if err != nil {
		return p, err
	}
	c := *s.c // a key is one call, and this is two
	if c.key != "" {
		c.key += "/progress"
	}
	bare := c
	bare.key = ""
	progress, failure := action.Run(ctx, &bare, p, record)
	if failure != nil {
		progress = bpf.Failure
	}
	if p, err = set(&c, progress); err != nil {
		return p, err
	}
	return p, failure
}

// CheckEvent reports whether a strict binding would refuse what the host is
// about to do to a record of its own. Actions of this library ask by
// themselves.
func (s Processes) CheckEvent(ctx context.Context, e bpf.Event) error {
	_, err := s.c.Preview().Processes().HandleEvent(ctx, e)
	return err
}

// HandleEvent moves the processes that an event of the host concerns, as their
// definitions bind it. Actions of this library do so by themselves. The
// authorizer is asked about every move, and the results are those of the
// processes that the actor may see.
func (s Processes) HandleEvent(ctx context.Context, e bpf.Event) ([]bpf.BindingResult, error) {
	if s.c.process == nil {
		return nil, s.c.reachable(ctx)
	}
	var results []bpf.BindingResult
	err := s.c.transact(ctx, 0, record.Ref{}, nil, func(ctx context.Context, ss *session) error {
		book, err := ss.processBook(ctx)
		if err != nil {
			return err
		}
		b := &binding{ctx: ctx, s: ss, book: book, host: true}
		if err := b.handle(e, book.bound[e.Name]); err != nil {
			return err
		}
		results = b.results
		return b.write()
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// reachable reports what stands in the way of any call: a context that has
// ended, or a store that is closed.
func (c *Client) reachable(ctx context.Context) error {
	return c.view(ctx, func(context.Context, *session) error { return nil })
}

// Definitions lists the active processes in the order in which they are
// offered, those of code and those that the tenant keeps and the actor may see;
// of a record's entity alone unless entity is empty. Where the actor's roles
// count, those are left out that he may neither start nor read the instances of.
// They must not be changed.
func (s Processes) Definitions(ctx context.Context, entity string) (list []bpf.Definition, err error) {
	err = s.c.look(ctx, func(ctx context.Context, ss *session) error {
		list = nil
		book, err := ss.processBook(ctx)
		if err != nil {
			return err
		}
		for _, d := range book.active {
			if entity != "" && d.PrimaryEntity != entity {
				continue
			}
			if known, err := ss.seesDefinition(ctx, d.Name); err != nil {
				return err
			} else if known && ss.knowsProcess(ctx, &d) {
				list = append(list, d)
			}
		}
		return nil
	})
	return list, err
}

// knowsProcess reports whether the actor's roles let him start a process, or read
// its instances.
func (s *session) knowsProcess(ctx context.Context, d *bpf.Definition) bool {
	held := s.held(ctx, d)
	return held == nil || slices.Contains(held, bpf.CreatePrivilege) || slices.Contains(held, bpf.ReadPrivilege)
}

// Report measures all processes of a definition that the actor may see: time
// in stage, conversion, what is stale. It reads them all. ErrDenied for an actor
// whose roles do not let him read them, bpf.ErrDefinitionNotFound for a
// definition that there is not, or that the actor may not see,
// bpf.ErrDefinitionNotActive for one that was never in force.
func (s Processes) Report(ctx context.Context, definition string) (bpf.Report, error) {
	var d bpf.Definition
	err := s.c.look(ctx, func(ctx context.Context, ss *session) error {
		known, err := ss.seesDefinition(ctx, definition)
		if err != nil {
			return err
		}
		if !known {
			return refusedByProcess(0, nil, bpf.NewError(bpf.ErrDefinitionNotFound, definition))
		}
		if d, err = ss.toReport(ctx, definition); err != nil {
			return err
		}
		if ok, err := ss.readsProcess(ctx, definition); err != nil || ok {
			return err
		}
		return ss.unreadable(0, nil, definition)
	})
	if err != nil {
		return bpf.Report{}, err
	}
	var list []bpf.Instance
	for p, err := range s.All(ctx, ProcessQuery{Definition: definition}) {
		if err != nil {
			return bpf.Report{}, err
		}
		list = append(list, p.Instance)
	}
	return bpf.Measure(d, list, s.now()), nil
}

func (s Processes) now() time.Time { return s.c.stamp().At }
