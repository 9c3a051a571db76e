package leadtocash

var editActions, importActions, deleteActions = actionsCalled("edit"), actionsCalled("import"), actionsCalled("delete")

// actionsCalled are the actions with a verb by kind.
func actionsCalled(verb string) map[Kind]Action {
	m := map[Kind]Action{}
	for _, a := range Actions() {
		if a.verb() == verb {
			m[a.Kind()] = a
		}
	}
	return m
}

// editOf returns the action that edits records of the kind, zero if they are
// never edited.
func editOf(kind Kind) Action { return editActions[kind] }

// importOf returns the action that imports records of the kind.
func importOf(kind Kind) Action { return importActions[kind] }

// deleteOf returns the action that deletes records of the kind, zero if they are
// never deleted by themselves.
func deleteOf(kind Kind) Action { return deleteActions[kind] }
