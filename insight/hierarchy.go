package insight

import (
	"maps"
	"slices"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// A hierarchy is who stands below whom, by rows.
type hierarchy struct {
	above map[string]string
	below map[string][]string // sorted
	roots []string            // sorted
}

// newHierarchy refuses circles with ErrParentCycle, at a field.
func newHierarchy(rows []string, above map[string]string, field string) (*hierarchy, error) {
	h := &hierarchy{above: map[string]string{}, below: map[string][]string{}}
	for _, row := range rows {
		if above[row] == "" {
			h.roots = append(h.roots, row)
			continue
		}
		h.above[row] = above[row]
		h.below[above[row]] = append(h.below[above[row]], row)
	}
	if circle := h.circle(rows); circle != nil {
		reason := record.ReasonFor(codes.ErrParentCycle, field).With("ids", circle[:min(maxIDs, len(circle))], "count", len(circle))
		return nil, record.RefusedFor([]record.Reason{reason})
	}
	return h, nil
}

// circle returns the rows from which no root is reached.
func (h *hierarchy) circle(rows []string) (circle []string) {
	reached := map[string]bool{}
	next := slices.Clone(h.roots)
	for len(next) > 0 {
		row := next[len(next)-1]
		next = next[:len(next)-1]
		reached[row] = true
		next = append(next, h.below[row]...)
	}
	for _, row := range rows {
		if !reached[row] {
			circle = append(circle, row)
		}
	}
	return circle
}

// over reports whether one row is another, or stands above it.
func (h *hierarchy) over(one, other string) bool {
	for {
		if one == other {
			return true
		}
		above, ok := h.above[other]
		if !ok {
			return false
		}
		other = above
	}
}

// upwards calls f with every row, those below before those above.
func (h *hierarchy) upwards(f func(row string)) {
	var visit func(rows []string)
	visit = func(rows []string) {
		for _, row := range rows {
			visit(h.below[row])
			f(row)
		}
	}
	visit(h.roots)
}
