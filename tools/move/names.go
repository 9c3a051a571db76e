package main

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
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

// An instance is a generic name with a type argument. One that became a plain
// name has no argument.
type instance struct{ name, arg name }

func (i instance) String() string {
	if i.arg == (name{}) {
		return i.name.String()
	}
	return i.name.String() + "[" + i.arg.String() + "]"
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
	comes map[name]bool   // new names
	stays map[name]bool   // names that are said to stay

	instances map[instance]instance
	generic   map[name]bool     // old names that have instances
	done      map[instance]bool // new instances
	asks      map[name]int      // the number of the argument that says the type argument
}

type line struct{ from, to, fromArg, toArg name }

var gone name

// form is what a name in a line looks like: Name, Type.Member, Name[Arg] or
// Name().
var form = regexp.MustCompile(`^(\w+)(?:\.(\w+)|\[((?:\w+\.)?\w+)\]|(\(\)))?$`)

// parseNames reads lines of four columns: the old import path and name, the
// new import path and name. A name that has no successor has "-" twice.
func parseNames(table []byte) (*names, error) {
	n := &names{
		moved: map[name]name{}, from: map[name]name{}, back: map[name]name{},
		paths: map[string]bool{}, ours: map[string]bool{}, both: map[name]bool{}, comes: map[name]bool{}, stays: map[name]bool{},
		instances: map[instance]instance{}, generic: map[name]bool{}, done: map[instance]bool{}, asks: map[name]int{},
	}
	rows := strings.Split(string(table), "\n")
	packages := map[string]map[string]bool{} // paths by what they end in
	for i, row := range rows {
		rows[i] = strings.TrimRight(row, "\r")
		if cells := cellsOf(rows[i]); len(cells) == 4 {
			for _, p := range []string{cells[0], cells[2]} {
				base := path.Base(p)
				if packages[base] == nil {
					packages[base] = map[string]bool{}
				}
				packages[base][p] = true
			}
		}
	}
	for i, row := range rows {
		cells := cellsOf(row)
		if cells == nil {
			continue
		}
		if len(cells) != 4 {
			return nil, fmt.Errorf("names, line %d: %d columns, want 4", i+1, len(cells))
		}
		if err := n.add(cells, packages); err != nil {
			return nil, fmt.Errorf("names, line %d: %w", i+1, err)
		}
	}
	for _, l := range n.lines {
		if l.fromArg != (name{}) {
			continue
		}
		if l.from.member == "" {
			n.both[l.from] = n.comes[l.from]
			continue
		}
		owner := n.now(name{path: l.from.path, name: l.from.name})
		if l.to.member != "" {
			owner = name{path: l.to.path, name: l.to.name}
		}
		today := name{owner.path, owner.name, l.from.member}
		n.both[l.from] = n.comes[today]
		if l.to.member != l.from.member {
			n.back[today] = l.to
		}
	}
	return n, nil
}

// cellsOf returns the columns of a row, none if it is empty or a comment.
func cellsOf(row string) []string {
	if strings.TrimSpace(row) == "" || strings.HasPrefix(row, "#") {
		return nil
	}
	return strings.Split(row, "\t")
}

func (n *names) add(cells []string, packages map[string]map[string]bool) error {
	old, new := form.FindStringSubmatch(cells[1]), form.FindStringSubmatch(cells[3])
	vanishes := cells[2] == "-" && cells[3] == "-"
	if old == nil || new == nil && !vanishes {
		return fmt.Errorf("%q and %q are not both names", cells[1], cells[3])
	}
	l := line{from: name{cells[0], old[1], old[2]}}
	if !vanishes {
		l.to = name{cells[2], new[1], new[2]}
	}
	n.paths[l.from.path] = true
	n.ours[l.from.path] = true
	if !vanishes {
		n.ours[l.to.path] = true
	}
	switch {
	case old[3] != "":
		if l.to.member != "" || strings.Contains(old[3], ".") {
			return fmt.Errorf("%s cannot become %s", cells[1], cells[3])
		}
		l.fromArg = name{path: l.from.path, name: old[3]}
		if !vanishes && new[3] != "" {
			arg, err := argument(new[3], l.to.path, packages)
			if err != nil {
				return err
			}
			l.toArg = arg
			n.ours[arg.path] = true
			n.comes[arg] = true
		}
		return n.addInstance(l)
	case old[4] != "":
		if vanishes {
			break
		}
		number, err := strconv.Atoi(new[3])
		if err != nil || number < 1 {
			return fmt.Errorf("%s needs the number of an argument, like %s[1]", cells[1], l.to.name)
		}
		n.asks[l.from] = number
		if l.from == l.to {
			n.lines = append(n.lines, l)
			return nil
		}
	case !vanishes && (new[3] != "" || new[4] != "" || l.from.member == "" && l.to.member != ""):
		return fmt.Errorf("%s cannot become %s", cells[1], cells[3])
	}
	if l.from == l.to {
		n.stays[l.from] = true
		return nil
	}
	if _, twice := n.moved[l.from]; twice {
		return fmt.Errorf("%s moves twice", l.from)
	}
	n.lines = append(n.lines, l)
	n.moved[l.from] = l.to
	n.comes[l.to] = true
	if l.from.member == "" {
		n.from[l.to] = l.from
	}
	return nil
}

func (n *names) addInstance(l line) error {
	from, to := instance{l.from, l.fromArg}, instance{l.to, l.toArg}
	if _, twice := n.instances[from]; twice {
		return fmt.Errorf("%s moves twice", from)
	}
	n.lines = append(n.lines, l)
	n.generic[l.from] = true
	n.done[to] = true
	n.comes[l.to] = true
	if from != to {
		n.instances[from] = to
	}
	return nil
}

// argument reads a type argument that is qualified with what the path of its
// package ends in. Without that it is of the given package.
func argument(text, here string, packages map[string]map[string]bool) (name, error) {
	base, arg, qualified := strings.Cut(text, ".")
	if !qualified {
		return name{path: here, name: text}, nil
	}
	for p := range packages[base] {
		if len(packages[base]) == 1 {
			return name{path: p, name: arg}, nil
		}
	}
	return name{}, fmt.Errorf("%d packages of the table are called %s, want one", len(packages[base]), base)
}

// now returns where something is today.
func (n *names) now(old name) name {
	if to, ok := n.moved[old]; ok {
		return to
	}
	return old
}

// instance returns what became of an instance. The argument may have moved
// already.
func (n *names) instance(old, arg name) (instance, bool) {
	for _, arg := range []name{arg, n.from[arg]} {
		if to, ok := n.instances[instance{old, arg}]; ok {
			return to, true
		}
	}
	return instance{}, false
}
