package actions

import "github.com/leadtocash/leadtocash/kinds"

var editActions, importActions, deleteActions = actionsCalled("edit"), actionsCalled("import"), actionsCalled("delete")

// actionsCalled are the actions with a verb by kind.
func actionsCalled(verb string) map[kinds.Kind]Action {
	m := map[kinds.Kind]Action{}
	for _, a := range Actions() {
		if a.Verb() == verb {
			m[a.Kind()] = a
		}
	}
	return m
}

// EditOf returns the action that edits records of the kind, zero if they are
// never edited.
func EditOf(kind kinds.Kind) Action { return editActions[kind] }

// ImportOf returns the action that imports records of the kind.
func ImportOf(kind kinds.Kind) Action { return importActions[kind] }

// DeleteOf returns the action that deletes records of the kind, zero if they are
// never deleted by themselves.
func DeleteOf(kind kinds.Kind) Action { return deleteActions[kind] }
