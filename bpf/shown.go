package bpf

import (
	"cmp"
	"slices"
)

// Shown returns the instance of a record that the actor sees: the chosen one if
// readable; else the active one that changed last; else the one that changed
// last. readable tells which processes the actor may read; nil: all.
func Shown(instances []Instance, pin string, readable func(process string) bool) (Instance, bool) {
	list := slices.DeleteFunc(slices.Clone(instances), func(i Instance) bool {
		return readable != nil && !readable(i.Process)
	})
	if len(list) == 0 {
		return Instance{}, false
	}
	rank := func(i Instance) int {
		switch {
		case i.ID == pin && pin != "":
			return 0
		case i.Status == Active:
			return 1
		}
		return 2
	}
	return slices.MinFunc(list, func(a, b Instance) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.ModifiedOn.Compare(a.ModifiedOn), cmp.Compare(a.ID, b.ID))
	}), true
}
