package bpf

import "slices"

// Follows returns the stage that follows one with the present values, empty at
// the end or for a stage that the definition does not have.
func Follows(d Definition, i Instance, stage string, f Facts) string {
	return d.follows(&i, stage, &f)
}

func (d *Definition) follows(i *Instance, stage string, f *Facts) string {
	at := slices.IndexFunc(d.Stages, func(s Stage) bool { return s.Key == stage })
	if at < 0 {
		return ""
	}
	s := &d.Stages[at]
	if !i.Slots[s.Entity].IsZero() {
		field := f.of(i, s.Entity)
		for _, b := range s.Branches {
			if b.holds(field) {
				return target(b.Next)
			}
		}
	}
	return d.otherwise(at)
}

// ActivePath returns the stages that were walked and those that would follow
// with the present values. Nothing of the prediction is stored.
func ActivePath(d Definition, i Instance, f Facts) []string { return d.activePath(&i, &f) }

func (d *Definition) activePath(i *Instance, f *Facts) []string {
	path := slices.Clone(i.TraversedPath)
	if len(path) == 0 {
		return nil
	}
	for next := d.follows(i, path[len(path)-1], f); next != "" && !slices.Contains(path, next); next = d.follows(i, next, f) {
		path = append(path, next)
	}
	return path
}

// edge reports whether a stage can follow another one at all.
func (d *Definition) edge(from, to string) bool {
	at := slices.IndexFunc(d.Stages, func(s Stage) bool { return s.Key == from })
	return at >= 0 && to != "" && slices.Contains(d.outcomes(at), to)
}
