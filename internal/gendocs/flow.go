package gendocs

import (
	"strings"

	"github.com/leadtocash/leadtocash/flow"
)

// flow puts a legend between the heading and the matrix of a table.
func flowPage(t flow.Table) string {
	heading, rest, _ := strings.Cut(t.Markdown(), "\n\n")
	return heading + "\n\n" +
		"What each action does in each status: ✔ leads to a status, or changes nothing; ✖ is refused with a\n" +
		"[code](../codes.md). Where several statuses are named, the outcome picks one of them.\n\n" + rest
}
