package main

import (
	"fmt"
	"path"
	"strings"
)

// A name is what a package exports. Methods and fields have the name of their
// type and a member.
type name struct{ path, name, member string }

func (n name) String() string {
	s := path.Base(n.path) + "." + n.name
	if n.member != "" {
		s += "." + n.member
	}
	return s
}

// names knows where each name went. A name that went nowhere is gone.
type names struct {
	lines []line
	moved map[name]name   // of packages and of types
	from  map[name]name   // the old name of a moved type or the like, by its new one
	back  map[name]name   // the new member, by the new type and the old member
	paths map[string]bool // where names came from
	ours  map[string]bool // and where they went
	both  map[name]bool   // old names that mean something else today
}

type line struct{ from, to name }

var gone name

// parseNames reads lines of four columns: the old import path and name, the
// new import path and name. A name that has no successor has "-" twice.
func parseNames(text []byte) (*names, error) {
	n := &names{
		moved: map[name]name{}, from: map[name]name{}, back: map[name]name{},
		paths: map[string]bool{}, ours: map[string]bool{}, both: map[name]bool{},
	}
	targets := map[name]bool{}
	for i, row := range strings.Split(string(text), "\n") {
		row = strings.TrimRight(row, "\r")
		if strings.TrimSpace(row) == "" || strings.HasPrefix(row, "#") {
			continue
		}
		cells := strings.Split(row, "\t")
		if len(cells) != 4 {
			return nil, fmt.Errorf("names, line %d: %d columns, want 4", i+1, len(cells))
		}
		from, to := newName(cells[0], cells[1]), newName(cells[2], cells[3])
		if cells[2] == "-" && cells[3] == "-" {
			to = gone
		} else if (from.member == "") != (to.member == "") {
			return nil, fmt.Errorf("names, line %d: a member stays a member of a type", i+1)
		}
		if from == to {
			continue
		}
		if _, twice := n.moved[from]; twice {
			return nil, fmt.Errorf("names, line %d: %s moves twice", i+1, from)
		}
		n.lines = append(n.lines, line{from, to})
		n.moved[from] = to
		n.paths[from.path] = true
		n.ours[from.path] = true
		n.ours[to.path] = true
		targets[to] = true
		if from.member == "" {
			n.from[to] = from
		}
	}
	for _, l := range n.lines {
		if l.from.member == "" {
			n.both[l.from] = targets[l.from]
			continue
		}
		owner := n.now(name{path: l.from.path, name: l.from.name})
		if l.to != gone {
			owner = name{path: l.to.path, name: l.to.name}
		}
		today := name{owner.path, owner.name, l.from.member}
		n.both[l.from] = targets[today]
		if l.to.member != l.from.member {
			n.back[today] = l.to
		}
	}
	return n, nil
}

func newName(path, text string) name {
	owner, member, _ := strings.Cut(text, ".")
	return name{path, owner, member}
}

// now returns where something is today.
func (n *names) now(old name) name {
	if to, ok := n.moved[old]; ok {
		return to
	}
	return old
}
