package engine

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// processValues answers the fields of the records in the slots of an instance.
// It reads them when they are asked for, each once; an error of the store
// stands in err.
type processValues struct {
	ctx   context.Context //nolint:containedctx // lives for one decision, behind an interface without context
	s     *session
	slots map[string]bpf.Ref
	fresh []record.Record // of the outcome at hand, which stand before what is stored
	read  map[bpf.Ref]any
	err   error
}

// Lookup implements bpf.Values.
func (v *processValues) Lookup(entity, field string) (any, bool) {
	ref, filled := v.slots[entity]
	if !filled {
		return nil, false
	}
	return v.of(ref, field)
}

func (v *processValues) of(ref bpf.Ref, field string) (any, bool) {
	switch rec := v.record(ref).(type) {
	case record.Record:
		return fieldValue(rec, field, v.s.c.fields[rec.Ref().Kind])
	case map[string]any:
		value, ok := rec[field]
		return value, ok
	}
	return nil, false
}

// record returns a document, the values of a record of the host's, or nil.
func (v *processValues) record(ref bpf.Ref) any {
	if rec, known := v.read[ref]; known {
		return rec
	}
	rec, err := v.load(ref)
	if err != nil && v.err == nil {
		v.err = err
	}
	if v.read == nil {
		v.read = map[bpf.Ref]any{}
	}
	v.read[ref] = rec
	return rec
}

func (v *processValues) load(ref bpf.Ref) (any, error) {
	if p := v.s.c.process; p != nil {
		if e, own := p.host.Entities[ref.Entity]; own {
			values, ok, err := e.Values(v.ctx, ref.ID)
			if err != nil || !ok {
				return nil, err
			}
			return values, nil
		}
	}
	stored, ok := process.RecordOf(ref)
	if !ok {
		return nil, nil
	}
	for _, d := range v.fresh {
		if d.Ref() == stored {
			return d, nil
		}
	}
	rec, err := v.s.Get(v.ctx, storeRef(stored))
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d, err := recordKinds[stored.Kind].decode(rec.Image)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// facts gathers what any decision about an instance depends on.
func (s *session) processFacts(ctx context.Context, d bpf.Definition, i bpf.Instance, fresh []record.Record) (bpf.Facts, *processValues, error) {
	v := &processValues{ctx: ctx, s: s, slots: i.Slots, fresh: fresh}
	privileges, err := s.processPrivileges(ctx, d.Name)
	if err != nil {
		return bpf.Facts{}, v, err
	}
	f := bpf.Facts{Values: v, At: s.stamp.At, Actor: s.actor, Privileges: privileges}
	if i.ModifiedOn.After(f.At) { // time never stands still within a record
		f.At = i.ModifiedOn
	}
	if p := s.c.process; p != nil {
		f.Limits = p.host.Limits
		if p.host.Language != nil {
			f.Language = p.host.Language(ctx, s.c.actor)
		}
		if state := p.host.FieldState; state != nil {
			f.FieldState = func(entity, field string) (bool, bool) { return state(ctx, s.c.actor, entity, field) }
		}
	}
	if _, everybody := s.c.authorizer.(AllowAll); everybody {
		return f, v, nil
	}
	f.Readable = map[string]bool{}
	for _, entity := range d.Entities() { // an empty slot hides nothing
		f.Readable[entity] = true
	}
	for entity, ref := range i.Slots {
		readable, err := s.seesRecord(ctx, ref)
		if err != nil {
			return f, v, err
		}
		f.Readable[entity] = readable
	}
	return f, v, nil
}

// seesRecord reports whether the actor may read a record; those of the host's
// are the host's to hide.
func (s *session) seesRecord(ctx context.Context, r bpf.Ref) (bool, error) {
	ref, ok := process.RecordOf(r)
	if !ok {
		return true, nil
	}
	rec, err := s.seen(ctx, ref)
	return rec != nil, err
}

// seen reads a record; nil if there is none that the actor may see.
func (s *session) seen(ctx context.Context, ref record.Ref) (*storage.Record, error) {
	rec, err := s.Get(ctx, storeRef(ref))
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if ok, err := s.visible(ctx, rec); err != nil || !ok {
		return nil, err
	}
	return rec, nil
}

// targetFacts are about a record that may become the target of a stage.
func (s *session) targetFacts(ctx context.Context, d bpf.Definition, i bpf.Instance, to bpf.Ref, v *processValues) (f bpf.TargetFacts, err error) {
	f.Exists = v.record(to) != nil
	f.Linkable = f.Exists
	if f.Exists && v.fresh == nil {
		if f.Linkable, err = s.seesRecord(ctx, to); err != nil {
			return f, err
		}
	}
	for _, r := range s.c.enteredBy(d, to.Entity) {
		value, _ := v.of(to, r.Lookup)
		if from := i.Slots[r.From]; !from.IsZero() && value == from.ID {
			f.Related = true
		}
	}
	return f, v.err
}

// enteredBy lists the relationships by which stages of an entity are entered.
func (c *Client) enteredBy(d bpf.Definition, entity string) (list []bpf.Relationship) {
	for _, stage := range d.Stages {
		if stage.Entity != entity || stage.Enter == nil {
			continue
		}
		if r, known := c.process.catalog.Relationships[stage.Enter.Relationship]; known {
			list = append(list, r)
		}
	}
	return list
}

// stageCandidates are the records that the relationship of a stage offers, oldest
// first; those of the host's cannot be listed.
func (s *session) stageCandidates(ctx context.Context, d bpf.Definition, i bpf.Instance, stage string) (list []bpf.Ref, err error) {
	next := d.Stage(stage)
	if next == nil || next.Enter == nil || !i.Slots[next.Entity].IsZero() || s.c.process == nil {
		return nil, nil
	}
	r, known := s.c.process.catalog.Relationships[next.Enter.Relationship]
	from, here := process.RecordOf(i.Slots[r.From])
	kind, stored := process.KindsByEntity[r.To]
	if !known || !here || !stored {
		return nil, nil
	}
	for rec, err := range s.find(ctx, kind, wireName(kind, r.Lookup), from.ID) {
		if err != nil {
			return nil, err
		}
		if ok, err := s.visible(ctx, rec); err != nil || !ok {
			if err != nil {
				return nil, err
			}
			continue
		}
		list = append(list, process.Entity(refOf(rec.Ref)))
	}
	return list, nil
}

// wireName is the wire name of a field that is known by its logical one.
func wireName(kind kinds.Kind, logical string) string {
	for _, f := range FieldsOf(kind) {
		if f.D365Name == logical {
			return f.Name
		}
	}
	return logical
}

// processesOf reads the processes that a key finds, oldest first.
func (s *session) processesOf(ctx context.Context, key, value string) (list []process.Process, err error) {
	return s.processesWhere(ctx, keyIs(key, value))
}

// processesWhere reads the processes that meet all conditions, oldest first.
func (s *session) processesWhere(ctx context.Context, where ...storage.Cond) (list []process.Process, err error) {
	q := storage.Query{Kind: string(kinds.Process), Where: where}
	for rec, err := range s.Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		p, err := shared[process.Process](rec.Image)
		if err != nil {
			return nil, err
		}
		s.loaded = append(s.loaded, rec)
		list = append(list, *p)
	}
	return list, nil
}

// mergedSlots lists the records that a process takes up although they are merged
// into others.
func (s *session) mergedSlots(ctx context.Context, p *process.Process, old *storage.Record) (reasons []record.Reason, err error) {
	for _, entity := range slices.Sorted(maps.Keys(p.Instance.Slots)) {
		slot := p.Instance.Slots[entity]
		ref, known := process.RecordOf(slot)
		if !known || old != nil && slices.Contains(old.Keys, storage.Key{Name: "record", Value: process.RecordKey(slot)}) {
			continue
		}
		rec := s.before(ref)
		if rec == nil {
			if rec, err = s.Get(ctx, storeRef(ref)); errors.Is(err, storage.ErrNotFound) {
				continue // a process that is imported may tell of it
			} else if err != nil {
				return nil, err
			}
		}
		if s.isMerged(rec) {
			reasons = append(reasons, record.Reason{Code: codes.ErrMerged, Field: "instance.slots." + entity, Message: "the " + string(ref.Kind) + " is merged into another one"})
		}
	}
	return reasons, nil
}
