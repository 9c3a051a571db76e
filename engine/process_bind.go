package engine

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// binding is what the processes make of one outcome: decided before anything
// is written, so that a strict one refuses in time.
type binding struct {
	ctx     context.Context //nolint:containedctx // lives for one outcome
	s       *session
	book    *processBook
	docs    []record.Record
	events  []record.Event
	changed []process.Process // as they will be
	log     []record.Event
	results []bpf.BindingResult
	host    bool // the event is one of the host's, which is an action of nobody else
}

// bind moves the processes that the events of an outcome concern, and starts
// those of new records.
func (s *session) bind(ctx context.Context, docs []record.Record, events []record.Event) (*binding, error) {
	book, err := s.processBook(ctx)
	if err != nil {
		return nil, err
	}
	b := &binding{ctx: ctx, s: s, book: book, docs: docs, events: events}
	for n := range events {
		e := &events[n]
		if e.Deleted || e.Ref.Kind == kinds.Process {
			continue
		}
		if names := book.bound[e.Type]; len(names) > 0 {
			event := bpf.Event{Name: e.Type, Record: process.Entity(e.Ref), Payload: b.payload(e), Process: e.Data.Get("process_instance")}
			if err := b.handle(event, names); err != nil {
				return nil, err
			}
		}
	}
	for n := range events {
		e := &events[n]
		if e.Version == 1 && !e.Deleted && book.starts[process.Entity(e.Ref).Entity] && e.Action != actions.ImportOf(e.Ref.Kind) {
			if err := b.begin(process.Entity(e.Ref)); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

// payload names the records of the outcome by the words of the actions: of the
// event's own kind the new one, for a birth that is itself.
func (b *binding) payload(e *record.Event) map[string]bpf.Ref {
	payload := map[string]bpf.Ref{string(e.Ref.Kind): process.Entity(e.Ref)}
	for _, d := range b.docs {
		ref := d.Ref()
		_, known := payload[string(ref.Kind)]
		renewed := ref.Kind == e.Ref.Kind && ref != e.Ref && e.Version > 1 && d.Header().Version == 1
		if !known || renewed {
			payload[string(ref.Kind)] = process.Entity(ref)
		}
	}
	return payload
}

// concerned finds the instances that use the record, or could: its look-ups
// lead to a record that they use.
func (b *binding) concerned(names []string, record bpf.Ref) (list []process.Process, err error) {
	keys := []string{process.RecordKey(record)}
	v := &processValues{ctx: b.ctx, s: b.s, fresh: b.docs}
	for _, name := range names {
		d, _ := b.book.named(name)
		for _, r := range b.s.c.enteredBy(d, record.Entity) {
			if id, ok := v.of(record, r.Lookup); ok {
				if text, is := id.(string); is {
					keys = append(keys, process.RecordKey(bpf.Ref{Entity: r.From, ID: text}))
				}
			}
		}
	}
	if v.err != nil {
		return nil, v.err
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		found, err := b.s.processesOf(b.ctx, "record", key)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			known := slices.ContainsFunc(list, func(q process.Process) bool { return q.ID == p.ID })
			if !known && slices.Contains(names, p.Instance.Process) && !b.left(p, key) {
				list = append(list, b.latest(p))
			}
		}
	}
	return list, nil
}

// left reports whether the outcome has put another record in place of the one
// with the key.
func (b *binding) left(p process.Process, key string) bool {
	return slices.ContainsFunc(b.docs, func(d record.Record) bool {
		q, ok := d.(*process.Process)
		return ok && q.ID == p.ID && !q.Uses(key)
	})
}

// latest is a process as this outcome has left it so far.
func (b *binding) latest(p process.Process) process.Process {
	for _, q := range b.changed {
		if q.ID == p.ID {
			return q
		}
	}
	for _, d := range b.docs {
		if q, ok := d.(*process.Process); ok && q.ID == p.ID {
			return *q
		}
	}
	return p
}

// handle moves every instance that an event concerns. A strict binding is for
// the one that the actor sees, or that the event names.
func (b *binding) handle(e bpf.Event, names []string) error {
	if len(names) == 0 {
		return nil
	}
	list, err := b.concerned(names, e.Record)
	if err != nil {
		return err
	}
	var seen []process.Process
	for _, p := range list {
		if ok, err := b.seen(p); err != nil {
			return err
		} else if ok {
			seen = append(seen, p)
		}
	}
	shown, _ := bpf.Shown(process.InstancesOf(seen), process.Chosen(seen, b.s.actor), nil)
	for _, p := range list {
		d, ok := b.book.of(p.Instance)
		if !ok {
			continue
		}
		named := slices.ContainsFunc(seen, func(q process.Process) bool { return q.Instance.ID == e.Process && q.ID == p.ID })
		if !named && p.Instance.ID != shown.ID {
			d.Bindings = slices.DeleteFunc(slices.Clone(d.Bindings), bpf.Binding.Strict)
		}
		if err := b.move(p, d, e); err != nil {
			return err
		}
	}
	return nil
}

// seen reports whether the actor may see a process.
func (b *binding) seen(p process.Process) (bool, error) {
	if rec := b.s.before(p.Ref()); rec != nil {
		return b.s.visible(b.ctx, rec)
	}
	return true, nil // it is made by this very outcome
}

func (b *binding) move(p process.Process, d bpf.Definition, e bpf.Event) error {
	f, v, err := b.s.processFacts(b.ctx, d, p.Instance, b.docs)
	if err != nil {
		return err
	}
	if f.Target, err = b.s.targetFacts(b.ctx, d, p.Instance, b.target(d, e), v); err != nil {
		return err
	}
	m, results, err := bpf.OnEvent(d, p.Instance, e, f)
	switch {
	case v.err != nil:
		return v.err
	case err != nil:
		return refusedByProcess(0, &p, err)
	}
	if err := b.mayMove(&p, m); err != nil {
		return err
	}
	if ok, err := b.seen(p); err != nil {
		return err
	} else if ok {
		b.results = append(b.results, results...)
	}
	for _, r := range results {
		if r.Blocked != nil {
			b.s.c.log.LogAttrs(b.ctx, slog.LevelDebug, "process not moved", slog.String("id", r.Instance),
				slog.String("event", e.Name), slog.String("reason", r.Blocked.Error()))
		}
	}
	b.keep(p.Moved(m, b.s.stamp))
	return nil
}

// mayMove asks the authorizer about moves that an event of the host makes.
func (b *binding) mayMove(p *process.Process, m bpf.Move) error {
	if !b.host {
		return nil
	}
	for _, t := range m.Log {
		if err := b.s.authorize(b.ctx, process.ProcessActions[t.Kind], p.Ref(), p); err != nil {
			return err
		}
	}
	return nil
}

// target is the record that the definition's bindings take from the event.
func (b *binding) target(d bpf.Definition, e bpf.Event) bpf.Ref {
	for _, rule := range d.Bindings {
		if rule.Event == e.Name && rule.Bind != "" && !e.Payload[rule.Bind].IsZero() {
			return e.Payload[rule.Bind]
		}
	}
	return e.Record
}

// keep notes a change. Several moves of one process in one outcome become one
// version.
func (b *binding) keep(c record.Change[process.Process]) {
	if len(c.Events) == 0 {
		return
	}
	for n := range b.changed {
		if b.changed[n].ID == c.Record.ID {
			c.Record.Version = b.changed[n].Version
			for k := range c.Events {
				c.Events[k].Version = c.Record.Version
			}
			b.changed[n] = c.Record
			b.log = append(b.log, c.Events...)
			return
		}
	}
	b.changed, b.log = append(b.changed, c.Record), append(b.log, c.Events...)
}

// startFault refuses a process that Starting names where there are none.
func (c *Client) startFault() error {
	if c.starts == "" || c.starts == NoProcess || c.process != nil {
		return nil
	}
	return refusedByProcess(actions.ProcessStart, nil, bpf.NewError(bpf.ErrDefinitionNotFound, c.starts))
}

// begin starts the default process of a new record, unless it was born into a
// process that already has stages for it, or the client names another choice.
func (b *binding) begin(rec bpf.Ref) error {
	if b.s.c.starts == NoProcess {
		return nil
	}
	for _, d := range b.book.active {
		if d.PrimaryEntity == rec.Entity || !slices.Contains(d.Entities(), rec.Entity) {
			continue
		}
		if list, err := b.concerned([]string{d.Name}, rec); err != nil || len(list) > 0 {
			return err
		}
	}
	var scope []string
	if name := b.s.c.starts; name != "" {
		if _, err := b.s.toStart(b.ctx, name); err != nil {
			return err
		}
		scope = []string{name}
	}
	d, ok := bpf.Default(b.book.active, rec.Entity, b.s.creatable(b.ctx, b.book), scope)
	if !ok {
		return nil
	}
	ref, _ := process.RecordOf(rec)
	id := record.ProcessID{UUID: record.DerivedID(b.s.stamp, ref.ID, 1, "process "+d.Name, 0)}
	c, err := b.s.start(b.ctx, d, rec, bpf.StartOptions{ID: id.String()}, b.docs)
	if err != nil {
		return err
	}
	b.keep(c)
	return nil
}

// creatable reports which processes the actor may start.
func (s *session) creatable(ctx context.Context, book *processBook) func(process string) bool {
	return func(process string) bool {
		d, ok := book.named(process)
		held := s.held(ctx, &d)
		return ok && (held == nil || slices.Contains(held, bpf.CreatePrivilege))
	}
}

// start decides about a new process; whoever starts one chooses to see it.
func (s *session) start(ctx context.Context, d bpf.Definition, rec bpf.Ref, o bpf.StartOptions, fresh []record.Record) (record.Change[process.Process], error) {
	id, err := uuid.Parse(o.ID)
	if err != nil {
		return record.Change[process.Process]{}, err
	}
	p := process.Process{ID: record.ProcessID{UUID: id}}
	slots := map[string]bpf.Ref{rec.Entity: rec}
	for entity, r := range o.Slots {
		slots[entity] = r
	}
	f, v, err := s.processFacts(ctx, d, bpf.Instance{Slots: slots}, fresh)
	if err != nil {
		return record.Change[process.Process]{}, err
	}
	if fresh == nil {
		list, err := s.processesOf(ctx, "primary", process.RecordKey(rec))
		if err != nil {
			return record.Change[process.Process]{}, err
		}
		f.Others = process.InstancesOf(list)
		for _, r := range slots {
			if r.ID == "" {
				continue
			}
			seen, err := s.seesRecord(ctx, r)
			if err != nil {
				return record.Change[process.Process]{}, err
			}
			if v.record(r) == nil || !seen {
				return record.Change[process.Process]{}, refusedByProcess(actions.ProcessStart, nil, bpf.NewError(bpf.ErrTargetNotFound, r))
			}
		}
	}
	m, err := bpf.Start(d, rec, o, f)
	if v.err != nil {
		return record.Change[process.Process]{}, v.err
	}
	if err != nil {
		return record.Change[process.Process]{}, refusedByProcess(actions.ProcessStart, nil, err)
	}
	out := p.Moved(m, s.stamp)
	out.Record.ChosenBy = map[string]time.Time{s.actor: s.stamp.At}
	return out, nil
}

// write stores what was decided, and mirrors how far the processes are.
func (b *binding) write() error {
	docs := make([]record.Record, len(b.changed))
	for n := range b.changed {
		docs[n] = &b.changed[n]
	}
	if err := b.s.write(b.ctx, docs, b.log); err != nil {
		return err
	}
	for n := range b.changed {
		if err := b.mirror(&b.changed[n], b.log); err != nil {
			return err
		}
	}
	for _, d := range b.docs {
		if p, is := d.(*process.Process); is {
			if err := b.mirror(p, b.events); err != nil {
				return err
			}
		}
	}
	return nil
}

// reflect writes how far the processes are into the documents of the outcome,
// before they are written themselves.
func (b *binding) reflect() {
	for n := range b.changed {
		p := &b.changed[n]
		for _, m := range b.mirrors(p, b.log) {
			for _, d := range b.docs {
				if process.Entity(d.Ref()) == m.record && slices.ContainsFunc(b.events, func(e record.Event) bool { return e.Ref == d.Ref() }) {
					setText(d, m.field, m.text)
				}
			}
		}
	}
}

// mirrored is a text that a process writes into a record.
type mirrored struct {
	record      bpf.Ref
	field, text string
}

// mirrors lists what a process writes: on every change of its stage or status.
func (b *binding) mirrors(p *process.Process, log []record.Event) (list []mirrored) {
	d, ok := b.book.of(p.Instance)
	stage := d.Stage(p.Instance.ActiveStage)
	moved := slices.ContainsFunc(log, func(e record.Event) bool {
		return e.Ref == p.Ref() && (e.From != e.To || e.Data.Get("to") != "")
	})
	if !ok || stage == nil || !moved {
		return nil
	}
	for _, m := range d.Mirror {
		record := p.Instance.Slots[m.Entity]
		if record.IsZero() {
			continue
		}
		text := map[string]string{
			"phase": d.Phase(stage.Key), "stage": stage.Label, "category": stage.Category, "status": p.StatusKey(),
		}[m.Value]
		list = append(list, mirrored{record, m.Field, text})
	}
	return list
}

// mirror writes how far a process is into stored records that do not say so
// yet.
func (b *binding) mirror(p *process.Process, log []record.Event) error {
	ctx, s := b.ctx, b.s
	for _, m := range b.mirrors(p, log) {
		ref, ok := process.RecordOf(m.record)
		if !ok {
			continue
		}
		rec, err := s.get(ctx, ref)
		if errors.Is(err, storage.ErrNotFound) || errors.Is(err, codes.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		stored, err := recordKinds[ref.Kind].decode(rec.Image)
		if err != nil {
			return err
		}
		d := recordKinds[ref.Kind].clone(stored)
		if was, _ := fieldValue(d, m.field, nil); was == m.text || !setText(d, m.field, m.text) {
			continue
		}
		d.Header().Touch(s.stamp)
		e := record.StepEvent(d, actions.EditOf(ref.Kind), d.StatusKey(), s.stamp, record.DataOf("process", p.ID.String(), m.field, m.text))
		if err := s.write(ctx, []record.Record{d}, []record.Event{e}); err != nil {
			return err
		}
	}
	return nil
}

// withoutRecord takes a deleted record out of its processes: those that it was
// the primary record of go with it.
func (s *session) withoutRecord(ctx context.Context, ref record.Ref) error {
	rec := process.Entity(ref)
	list, err := s.processesOf(ctx, "record", process.RecordKey(rec))
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.Instance.Primary() == rec {
			if err := s.remove(ctx, record.DeletedEvent(&p, actions.ProcessDelete, s.stamp, record.DataOf("with", ref.String()))); err != nil {
				return err
			}
			continue
		}
		d, err := s.definitionOf(ctx, p.Instance)
		if err != nil {
			return err
		}
		f, v, err := s.processFacts(ctx, d.Definition, p.Instance, nil)
		if err != nil {
			return err
		}
		c := p.Moved(bpf.RecordDeleted(d.Definition, p.Instance, rec, f), s.stamp)
		if v.err != nil {
			return v.err
		}
		if err := s.write(ctx, leadtocash.RecordsIn(&c), c.Events); err != nil {
			return err
		}
	}
	return nil
}
