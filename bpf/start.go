package bpf

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// StartOptions are the choices of Start.
type StartOptions struct {
	ID    string         // of the new instance
	At    string         // stage; empty: the first
	Path  []string       // to that stage; empty: as the values yield it
	Slots map[string]Ref // records of other entities on that path
}

// Start starts a process on a record. Refusals: ErrAccessDenied,
// ErrDefinitionNotActive, ErrRecordNotSaved, ErrPrimaryEntityMismatch,
// ErrInstanceExists, ErrTooManyInstances, ErrInvalidPath, ErrStageUnreachable,
// ErrVetoed.
func Start(d Definition, rec Ref, o StartOptions, f Facts) (Move, error) {
	if err := d.startable(rec, &f); err != nil {
		return Move{}, err
	}
	i := &Instance{
		ID: o.ID, Process: d.Name, Name: d.Label, PrimaryEntity: d.PrimaryEntity,
		Slots: maps.Clone(o.Slots), CreatedOn: f.At, CreatedBy: f.Actor, ActiveStageStartedOn: f.At,
	}
	if i.Slots == nil {
		i.Slots = map[string]Ref{}
	}
	i.Slots[rec.Entity] = rec
	path, err := d.startPath(i, o, &f)
	if err != nil {
		return Move{}, err
	}
	if f.Veto != nil {
		return Move{}, vetoed(OpStart, f.Veto)
	}
	w := edit(&d, i, &f)
	w.TraversedPath, w.ActiveStage = path, path[len(path)-1]
	w.Status = Active
	w.open(OpStart)
	w.record(Transition{Kind: OpStart, To: w.ActiveStage, Entity: rec.Entity, ToRecord: rec, StatusTo: Active})
	for _, entity := range slices.Sorted(maps.Keys(o.Slots)) {
		if entity != rec.Entity {
			w.record(Transition{Kind: OpStart, Entity: entity, ToRecord: o.Slots[entity]})
		}
	}
	w.fireProcess("applied", OpStart)
	return w.move(), nil
}

func (d *Definition) startable(rec Ref, f *Facts) error {
	if err := f.needs(CreatePrivilege, d.Name); err != nil {
		return err
	}
	switch {
	case f.Inactive:
		return refuse(ErrDefinitionNotActive, d.Name)
	case rec.ID == "":
		return refuse(ErrRecordNotSaved, rec.Entity, d.Name)
	case rec.Entity != d.PrimaryEntity:
		return refuse(ErrPrimaryEntityMismatch, d.Name, d.PrimaryEntity, rec.Entity)
	}
	for _, other := range f.Others {
		if other.Process == d.Name && other.Primary() == rec {
			err := refuse(ErrInstanceExists, rec, other.ID, d.Name)
			err.Instance = other.ID
			return err
		}
	}
	if n := len(f.Others); n >= f.Limits.bounded().Instances {
		return refuse(ErrTooManyInstances, rec, n)
	}
	return nil
}

// startPath is the path to the stage that an instance starts on.
func (d *Definition) startPath(i *Instance, o StartOptions, f *Facts) ([]string, error) {
	for entity, r := range o.Slots {
		if entity != r.Entity || !slices.Contains(d.Entities(), entity) {
			return nil, refuse(ErrInvalidPath, fmt.Sprintf("the process has no slot for %s", r))
		}
	}
	path := slices.Clone(o.Path)
	if len(path) == 0 {
		path = d.predicted(i, f)
		at := slices.Index(path, cmp.Or(o.At, path[0]))
		if at < 0 {
			return nil, refuse(ErrStageUnreachable, o.At)
		}
		path = path[:at+1]
	}
	if path[0] != d.Stages[0].Key {
		return nil, refuse(ErrInvalidPath, fmt.Sprintf("it begins with %q instead of %q", path[0], d.Stages[0].Key))
	}
	if last := path[len(path)-1]; o.At != "" && o.At != last {
		return nil, refuse(ErrInvalidPath, fmt.Sprintf("it ends with %q instead of %q", last, o.At))
	}
	for n, key := range path {
		s := d.Stage(key)
		switch {
		case s == nil:
			return nil, refuse(ErrInvalidPath, fmt.Sprintf("there is no stage %q", key))
		case n > 0 && !d.edge(path[n-1], key):
			return nil, refuse(ErrInvalidPath, fmt.Sprintf("%q does not follow %q", key, path[n-1]))
		case i.Slots[s.Entity].IsZero():
			return nil, refuse(ErrInvalidPath, fmt.Sprintf("stage %q has no %s", key, s.Entity))
		}
	}
	return path, nil
}

// Default returns the process that starts by itself on a new record: the first,
// by order and then by name, among those that start on its entity, may be
// created by the actor and are in scope. An empty scope does not filter.
func Default(active []Definition, entity string, may func(process string) bool, scope []string) (Definition, bool) {
	var best *Definition
	for k := range active {
		d := &active[k]
		in := len(scope) == 0 || slices.Contains(scope, d.Name)
		if d.PrimaryEntity == entity && in && (may == nil || may(d.Name)) && (best == nil || d.Precedes(best)) {
			best = d
		}
	}
	if best == nil {
		return Definition{}, false
	}
	return *best, true
}
