package bpf

import "slices"

// Migrate moves an instance to another version of its process. Every walked
// stage goes to the one that stages names, or to the one of the same key, or is
// dropped if stages maps it to ""; the active stage must go somewhere. Entities
// stay. Refusals: ErrNotFound, ErrAccessDenied, ErrProcessImmutable for another
// process, ErrStageUnknown, ErrInvalidPath, ErrVetoed.
func Migrate(from, to Definition, i Instance, stages map[string]string, f Facts) (Move, error) {
	if err := from.admit(OpMigrate, &i, 0, &f); err != nil {
		return Move{}, err
	}
	if to.Name != i.Process {
		return Move{}, refuse(ErrProcessImmutable, i.ID)
	}
	for _, key := range stages {
		if key != "" && to.Stage(key) == nil {
			return Move{}, refuse(ErrStageUnknown, to.Name, key)
		}
	}
	path, err := migrated(&from, &to, &i, stages)
	if err != nil {
		return Move{}, err
	}
	if f.Veto != nil {
		return Move{}, vetoed(OpMigrate, f.Veto)
	}
	w := edit(&to, &i, &f)
	t := Transition{Kind: OpMigrate, From: i.ActiveStage, To: path[len(path)-1]}
	w.TraversedPath, w.ActiveStage = path, t.To
	if t.From != t.To && i.Status == Active { // the same stay, under another key
		last := &w.Visits[len(w.Visits)-1]
		last.Stage = t.To
	}
	w.record(t)
	return w.move(), nil
}

func migrated(from, to *Definition, i *Instance, stages map[string]string) (path []string, err error) {
	for _, key := range i.TraversedPath {
		next, mapped := stages[key]
		if !mapped && to.Stage(key) != nil {
			next = key
		}
		old, s := from.Stage(key), to.Stage(next)
		switch {
		case s == nil && key == i.ActiveStage:
			return nil, refuse(ErrInvalidPath, "the active stage "+key+" goes nowhere")
		case s == nil:
			continue
		case old != nil && old.Entity != s.Entity, i.Slots[s.Entity].IsZero():
			return nil, refuse(ErrInvalidPath, "stage "+next+" is on "+s.Entity)
		case slices.Contains(path, next):
			return nil, refuse(ErrInvalidPath, "stage "+next+" occurs twice")
		}
		path = append(path, next)
	}
	return path, nil
}
