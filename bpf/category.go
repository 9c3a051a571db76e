package bpf

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// builtinCategories are those of Dynamics 365.
var builtinCategories = map[string]int{
	"Qualify": 0, "Develop": 1, "Propose": 2, "Close": 3, "Identify": 4, "Research": 5, "Resolve": 6, "Approval": 7,
}

// CategoryCode returns the numeric code of a category, -1 for none.
func (d *Definition) CategoryCode(category string) int {
	if code, ok := builtinCategories[category]; ok {
		return code
	}
	if code, ok := d.Categories[category]; ok {
		return code
	}
	return -1
}

// Phase returns the text of Pipeline Phase for a stage, "2-Develop": the place
// of the category in the list of categories, custom ones last, and its label.
// It is the stage's label for a stage without category.
func (d *Definition) Phase(stage string) string {
	s := d.Stage(stage)
	if s == nil {
		return ""
	}
	code := d.CategoryCode(s.Category)
	if code < 0 {
		return s.Label
	}
	if code >= len(builtinCategories) {
		names := slices.SortedFunc(maps.Keys(d.Categories), func(a, b string) int {
			return cmp.Or(cmp.Compare(d.Categories[a], d.Categories[b]), cmp.Compare(a, b))
		})
		code = len(builtinCategories) + slices.Index(names, s.Category)
	}
	return fmt.Sprintf("%d-%s", code+1, s.Category)
}
