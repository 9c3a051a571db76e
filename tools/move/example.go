package main

import (
	"go/ast"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// examples returns the new names of examples in tests, by where they are
// declared. An example is called after what it shows, and go vet asks for that.
func (m *module) examples(names *names) map[token.Pos]string {
	found := map[token.Pos]string{}
	for _, files := range m.groups {
		given := map[string]bool{}
		for _, f := range files {
			if !f.isTest() {
				continue
			}
			for _, decl := range f.tree.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok || fn.Recv != nil {
					continue
				}
				new := m.example(names, f, fn.Name.Name)
				if new == "" || given[new] || f.pkg.Scope().Lookup(new) != nil {
					continue
				}
				given[new] = true
				found[fn.Name.Pos()] = new
			}
		}
	}
	return found
}

// example returns the new name of an example of something that moved, or
// nothing if it may be of something else.
func (m *module) example(names *names, f *file, called string) string {
	shown, ok := strings.CutPrefix(called, "Example")
	if !ok {
		return ""
	}
	base, rest, _ := strings.Cut(shown, "_")
	member, suffix, _ := strings.Cut(rest, "_")
	if first, _ := utf8.DecodeRuneInString(member); !unicode.IsUpper(first) {
		member, suffix = "", rest
	}
	if f.pkg.Scope().Lookup(base) != nil {
		return ""
	}
	var to name
	for _, spec := range f.tree.Imports {
		p := importPath(spec)
		switch old := (name{p, base, member}); {
		case !names.ours[p]:
			if m.lookup(name{path: p, name: base}) != nil {
				return ""
			}
		case names.comes[name{path: p, name: base}] || names.both[old]:
			return ""
		case names.moved[old] != gone:
			to = names.moved[old]
		case names.moved[name{path: p, name: base}] != gone:
			to = names.moved[name{path: p, name: base}]
			to.member = member
		}
	}
	if to == gone {
		return ""
	}
	new := "Example" + to.name
	for _, part := range []string{to.member, suffix} {
		if part != "" {
			new += "_" + part
		}
	}
	return new
}
