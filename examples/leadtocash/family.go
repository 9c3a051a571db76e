package main

import "slices"

// readAccounts reads accounts, parents first. An account that is its own
// ancestor is refused, for what the given column says.
func readAccounts(d *dataset, t *table, column string, read func(*cells) account) []account {
	ordered, circular := parentsFirst(readSide(d, t, unique("account", read)))
	d.side[len(d.side)-1].Rejected += len(circular)
	for _, a := range circular {
		d.rejects = append(d.rejects, reject{a.place, fault{column, codeParentCycle, "the account is its own ancestor"}})
	}
	return ordered
}

// parentsFirst orders accounts so that each follows its parent, and sets apart
// those that are their own ancestors. Parents that are not listed are ignored.
func parentsFirst(accounts []account) (ordered, circular []account) {
	waiting := map[string]account{}
	for _, a := range accounts {
		waiting[a.name] = a
	}
	for _, a := range accounts {
		name := a.name
		var line []account // from a up to its oldest waiting ancestor
		for next, ok := waiting[name]; ok; next, ok = waiting[name] {
			delete(waiting, name)
			line = append(line, next)
			name = next.parent
		}
		if start := slices.IndexFunc(line, func(b account) bool { return b.name == name }); start >= 0 {
			circular = append(circular, line[start:]...)
			line = line[:start]
		}
		slices.Reverse(line)
		ordered = append(ordered, line...)
	}
	return ordered, circular
}
