package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
)

// move rewrites the sources in memory and returns what is left to do.
//
// With the old library everything is known at once. With the new one a name
// that is found gives a type to what comes after it, so it takes some rounds.
func (m *module) move(names *names) ([]string, error) {
	if err := m.check(names); err != nil {
		return nil, err
	}
	today, err := m.seesToday(names)
	if err != nil {
		return nil, err
	}
	for {
		var left []string
		changed := false
		structs := m.structs(names, today)
		called := m.methods(names, today)
		maps.Copy(called, m.examples(names))
		for _, f := range m.files {
			r := newRewriter(m, names, f, today)
			r.structs, r.called = structs, called
			edits := r.rewrite()
			src := apply(f.src, edits)
			for _, problem := range r.left {
				before := apply(f.src[:problem.at], edits)
				text := fmt.Sprintf("%s:%d: %s", f.name, 1+bytes.Count(before, []byte("\n")), problem.text)
				if !slices.Contains(left, text) {
					left = append(left, text)
				}
			}
			if len(edits) == 0 {
				continue
			}
			changed = true
			f.src = src
			for _, e := range edits {
				if e.counts {
					f.changes++
				}
			}
			if !f.tidy {
				continue
			}
			if f.src, err = format.Source(f.src); err != nil {
				return nil, fmt.Errorf("%s after the change: %w", f.name, err)
			}
		}
		if !changed || !today {
			return slices.Concat(m.broken, left), nil
		}
		if err := m.check(names); err != nil {
			return nil, err
		}
	}
}

// seesToday says whether the module is checked with the new library.
func (m *module) seesToday(names *names) (bool, error) {
	seen := false
	for _, l := range names.lines {
		before := m.lookup(l.from) != nil
		if !before && l.to != gone && m.lookup(l.to) != nil {
			return true, nil
		}
		seen = seen || before
	}
	if !seen && len(names.lines) > 0 {
		return false, fmt.Errorf("%s sees neither the old library nor the new one: does go list work there?", m.dir)
	}
	return false, nil
}

// structs finds out what type of the library a struct belongs to, for the
// types that others define with it.
func (m *module) structs(names *names, today bool) map[types.Type]name {
	owners := map[types.Type]name{}
	for _, l := range names.lines {
		if l.fromArg != (name{}) {
			continue
		}
		owner := name{path: l.from.path, name: l.from.name}
		if today {
			owner = name{path: l.to.path, name: l.to.name}
		}
		if obj, ok := m.lookup(owner).(*types.TypeName); ok {
			if s, ok := obj.Type().Underlying().(*types.Struct); ok {
				owners[s] = owner
			}
		}
	}
	return owners
}

// A rewriter works on one file.
type rewriter struct {
	*module
	names   *names
	file    *file
	today   bool
	structs map[types.Type]name
	called  map[token.Pos]string // new names of methods and examples, by the place of the old one

	scope   *types.Scope                       // of the file
	specs   map[*types.PkgName]*ast.ImportSpec // the imports of the file
	inward  map[*ast.Ident]bool                // what stands behind a dot
	keys    map[*ast.Ident]*ast.CompositeLit   // keys of literals
	calls   map[ast.Expr]*ast.CallExpr         // by what is called
	applied map[ast.Expr]bool                  // what has type arguments
	byHand  map[ast.Expr]bool                  // names that stay as they are
	uses    []use                              // what moves to another package
	kept    map[*types.PkgName]bool            // imports that are needed still
	asked   map[*types.PkgName]bool            // imports that were needed
	locals  map[string]string                  // what packages are called here, by path
	renamed map[token.Pos]string               // new names of local objects, by the place of the old one
	edits   []edit
	left    []problem
}

// A use of a new name.
type use struct {
	at    token.Pos
	pkg   *types.PkgName // by which the old name was imported, if that is known
	to    name
	dot   bool // the new name needs no package before it
	write func(local string)
}

// A problem is something to do by hand.
type problem struct {
	at   int
	text string
}

type edit struct {
	start, end int
	text       string
	counts     bool
}

func (r *rewriter) use(e ast.Expr, pkg *types.PkgName, to name) {
	r.refer(e.Pos(), pkg, to, func(local string) { r.qualify(e, local, to.name) })
}

// refer notes that a new name is needed. What is written waits until it is
// known what the package is called.
func (r *rewriter) refer(at token.Pos, pkg *types.PkgName, to name, write func(local string)) {
	u := use{at: at, pkg: pkg, to: to, write: write}
	for pkg, spec := range r.specs {
		if pkg.Name() == "." && importPath(spec) == to.path {
			u.dot, r.kept[pkg] = true, true
		}
	}
	r.uses = append(r.uses, u)
}

func (r *rewriter) qualify(e ast.Expr, local, name string) {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok || local == "" {
		r.edit(e.Pos(), e.End(), dotted(local, name), true)
		return
	}
	if r.text(sel.X.Pos(), sel.X.End()) != local {
		r.edit(sel.X.Pos(), sel.X.End(), local, false)
	}
	r.edit(sel.Sel.Pos(), sel.Sel.End(), name, true)
}

func dotted(local, name string) string {
	if local == "" {
		return name
	}
	return local + "." + name
}

func newRewriter(m *module, names *names, f *file, today bool) *rewriter {
	r := &rewriter{
		module: m, names: names, file: f, today: today,
		scope: f.info.Scopes[f.tree], specs: map[*types.PkgName]*ast.ImportSpec{},
		inward: map[*ast.Ident]bool{}, keys: map[*ast.Ident]*ast.CompositeLit{},
		calls: map[ast.Expr]*ast.CallExpr{}, applied: map[ast.Expr]bool{}, byHand: map[ast.Expr]bool{},
		kept: map[*types.PkgName]bool{}, asked: map[*types.PkgName]bool{},
		locals: map[string]string{}, renamed: map[token.Pos]string{},
	}
	for _, spec := range f.tree.Imports {
		obj := f.info.Implicits[spec]
		if spec.Name != nil {
			obj = f.info.Defs[spec.Name]
		}
		if pkg, ok := obj.(*types.PkgName); ok {
			r.specs[pkg] = spec
		}
	}
	return r
}

func (r *rewriter) rewrite() []edit {
	ast.Inspect(r.file.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			r.inward[n.Sel] = true
			if id, ok := n.X.(*ast.Ident); ok {
				if pkg, ok := r.object(id).(*types.PkgName); ok {
					r.qualified(n, pkg)
					break
				}
			}
			r.selected(n)
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					if id, ok := kv.Key.(*ast.Ident); ok {
						r.keys[id] = n
						r.keyed(id, n)
					}
				}
			}
		case *ast.CallExpr:
			r.calls[n.Fun] = n
		case *ast.IndexExpr:
			r.applied[n.X] = true
			return !r.instance(n, n.X, n.Index)
		case *ast.IndexListExpr:
			r.applied[n.X] = true
			r.instance(n, n.X, nil)
		case *ast.Ident:
			r.bare(n)
		}
		return true
	})
	r.nameImports()
	for _, u := range r.uses {
		if u.dot {
			u.write("")
		} else {
			u.write(r.locals[u.to.path])
		}
	}
	r.renameLocals()
	r.comments()
	r.imports()
	return r.edits
}

// qualified looks at a name behind the name of a package.
func (r *rewriter) qualified(sel *ast.SelectorExpr, pkg *types.PkgName) {
	r.asked[pkg] = true
	old := name{path: pkg.Imported().Path(), name: sel.Sel.Name}
	if r.byHand[sel] {
		r.kept[pkg] = true
		return
	}
	to, ok := r.resolve(sel.Sel, old)
	if ok {
		ok = r.typeArgument(sel, old)
	} else {
		r.mustExist(sel, sel.Sel, old)
	}
	switch {
	case !ok || to == old:
		r.kept[pkg] = true
	case to.path == old.path:
		r.kept[pkg] = true
		r.replace(sel.Sel, to.name)
	default:
		r.use(sel, pkg, to)
	}
}

// bare looks at a name that stands alone, for the sake of dot imports.
func (r *rewriter) bare(id *ast.Ident) {
	if !id.IsExported() || r.inward[id] {
		return
	}
	obj := r.file.info.Uses[id]
	if obj == nil && !r.isUndefined(id) {
		return
	}
	for pkg, spec := range r.specs {
		old := name{path: importPath(spec), name: id.Name}
		if spec.Name == nil || spec.Name.Name != "." || obj != nil && (obj.Pkg() == nil || obj.Pkg().Path() != old.path || obj.Parent() != obj.Pkg().Scope()) {
			continue
		}
		if r.byHand[id] {
			r.kept[pkg] = true
			continue
		}
		to, ok := r.resolve(id, old)
		missing := ok && !r.typeArgument(id, old)
		switch {
		case !ok:
			r.kept[pkg] = r.kept[pkg] || obj != nil || r.names.both[old]
		case missing || to == old:
			r.kept[pkg] = true
		case to.path == old.path:
			r.kept[pkg] = true
			r.replace(id, to.name)
		default:
			r.asked[pkg] = true
			r.use(id, pkg, to)
		}
	}
}

// isUndefined says whether a name means nothing at all. The key of a literal
// may be a field as long as the type of the literal is not known.
func (r *rewriter) isUndefined(id *ast.Ident) bool {
	if lit := r.keys[id]; lit != nil && isStructOrUnknown(r.file.info.TypeOf(lit)) {
		return false
	}
	if obj, ok := r.file.info.Defs[id]; ok {
		field, ok := obj.(*types.Var)
		return ok && field.Embedded()
	}
	return r.object(id) == nil
}

func isStructOrUnknown(t types.Type) bool {
	if t == nil {
		return true
	}
	switch u := deref(t).Underlying().(type) {
	case *types.Struct:
		return true
	case *types.Basic:
		return u.Kind() == types.Invalid
	}
	return false
}

// resolve returns where a name of a package went, if it moved.
func (r *rewriter) resolve(at *ast.Ident, old name) (name, bool) {
	to, ok := r.names.moved[old]
	if !ok {
		if _, asks := r.names.asks[old]; asks {
			return old, true
		}
		return name{}, false
	}
	return to, r.canMove(at, old, to)
}

func (r *rewriter) canMove(at *ast.Ident, old, to name) bool {
	if r.names.both[old] {
		r.report(at, "%s is an old name and a new one: which is meant?", old)
		return false
	}
	if to == gone {
		r.report(at, "%s is gone", old)
		return false
	}
	return true
}

// mustExist reports a name of the library that the library does not have.
func (r *rewriter) mustExist(e ast.Expr, at *ast.Ident, n name) {
	if _, known := r.names.moved[n]; known || !r.names.ours[n.path] {
		return
	}
	if r.names.generic[n] && !r.applied[e] && !r.names.stays[n] && (!r.today || r.lookup(n) == nil) {
		r.report(at, "%s has no type argument here, and no word of where it went without one", n)
		return
	}
	if pkg, err := r.Import(n.path); err != nil || pkg.Scope().Lookup(n.name) != nil {
		return
	}
	if r.names.comes[n] && !r.today {
		return
	}
	r.report(at, "there is no %s, and no word of where it went", n)
}

// object returns what a name means, even where the type checker did not look
// because of an error nearby.
func (r *rewriter) object(id *ast.Ident) types.Object {
	if obj := r.file.info.Uses[id]; obj != nil {
		return obj
	}
	if obj, ok := r.file.info.Defs[id]; ok {
		return obj
	}
	return r.visible(id.Name, id.Pos())
}

func (r *rewriter) visible(name string, pos token.Pos) types.Object {
	inner := r.scope.Innermost(pos)
	if inner == nil {
		inner = r.scope
	}
	_, obj := inner.LookupParent(name, pos)
	return obj
}

// nameImports decides what the packages are called that this file needs, and
// gives other names to the local objects that stand in the way.
func (r *rewriter) nameImports() {
	uses := map[string][]use{}
	for _, u := range r.uses {
		if !u.dot {
			uses[u.to.path] = append(uses[u.to.path], u)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(uses)) {
		local := path.Base(p)
		imported := false
		for pkg, spec := range r.specs {
			if importPath(spec) == p && pkg.Name() != "_" && pkg.Name() != "." {
				local, imported = pkg.Name(), true
				r.kept[pkg] = true
			}
		}
		if !imported && r.isTaken(local, p) || r.isHidden(local, uses[p]) {
			local = r.unused("l2c"+path.Base(p), r.file.tree)
		}
		r.locals[p] = local
	}
	for p, uses := range uses {
		for _, u := range uses {
			obj := r.visible(r.locals[p], u.at)
			if r.isLocal(obj) && r.renamed[obj.Pos()] == "" {
				r.renamed[obj.Pos()] = r.unused(alternative(obj.Name()), r.declaration(obj.Pos()))
			}
		}
	}
}

// isTaken says whether a file cannot import a package by a name.
func (r *rewriter) isTaken(local, path string) bool {
	for pkg, spec := range r.specs {
		leaves := r.names.ours[importPath(spec)] && r.asked[pkg] && !r.kept[pkg]
		if pkg.Name() == local && importPath(spec) != path && !leaves {
			return true
		}
	}
	if r.file.pkg.Scope().Lookup(local) != nil {
		return true
	}
	for p, other := range r.locals {
		if other == local && p != path {
			return true
		}
	}
	builtin := types.Universe.Lookup(local)
	if builtin == nil {
		return false
	}
	found := false
	ast.Inspect(r.file.tree, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && r.file.info.Uses[id] == builtin
		return true
	})
	return found
}

// isHidden says whether something local that is no variable stands in the way
// of the name of a package.
func (r *rewriter) isHidden(local string, uses []use) bool {
	return slices.ContainsFunc(uses, func(u use) bool {
		obj := r.visible(local, u.at)
		if !r.isLocal(obj) {
			return false
		}
		switch obj.(type) {
		case *types.Var, *types.Const:
			return false
		}
		return true
	})
}

func (r *rewriter) isLocal(obj types.Object) bool {
	return obj != nil && obj.Parent() != nil && obj.Parent() != types.Universe && obj.Parent() != r.file.pkg.Scope() && obj.Parent() != r.scope
}

func (r *rewriter) declaration(pos token.Pos) ast.Node {
	for _, decl := range r.file.tree.Decls {
		if decl.Pos() <= pos && pos < decl.End() {
			return decl
		}
	}
	return r.file.tree
}

// alternative returns another name for a local object.
func alternative(old string) string {
	switch old {
	case "engine":
		return "eng"
	case "process":
		return "proc"
	case "record":
		return "rec"
	case "value":
		return "val"
	}
	return old + "Value"
}

// unused adds to a name until nothing in a part of the file is called so.
func (r *rewriter) unused(want string, in ast.Node) string {
	taken := map[string]bool{}
	ast.Inspect(in, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !r.inward[id] {
			taken[id.Name] = true
		}
		return true
	})
	for _, local := range r.locals {
		taken[local] = true
	}
	for pkg := range r.specs {
		taken[pkg.Name()] = true
	}
	name := want
	for i := 2; taken[name] || r.file.pkg.Scope().Lookup(name) != nil; i++ {
		name = fmt.Sprint(want, i)
	}
	return name
}

func (r *rewriter) renameLocals() {
	if len(r.renamed) == 0 && len(r.called) == 0 {
		return
	}
	ast.Inspect(r.file.tree, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		pos := id.Pos() // of a declaration; the variable of a type switch has no object
		if obj := r.meant(id); obj != nil {
			pos = obj.Pos()
		}
		if new := cmp.Or(r.renamed[pos], r.called[pos]); new != "" && new != id.Name {
			r.edit(id.Pos(), id.End(), new, r.called[pos] != "")
		}
		return true
	})
}

func (r *rewriter) meant(id *ast.Ident) types.Object {
	if obj := r.file.info.Uses[id]; obj != nil {
		return obj
	}
	if lit := r.keys[id]; r.inward[id] || lit != nil && !isUnknown(r.file.info.TypeOf(lit)) && isStructOrUnknown(r.file.info.TypeOf(lit)) {
		return nil
	}
	return r.object(id)
}

func isUnknown(t types.Type) bool { return t == nil || t == types.Typ[types.Invalid] }

func (r *rewriter) replace(id *ast.Ident, text string) { r.edit(id.Pos(), id.End(), text, true) }

func (r *rewriter) edit(from, to token.Pos, text string, counts bool) {
	r.edits = append(r.edits, edit{r.offset(from), r.offset(to), text, counts})
}

func (r *rewriter) report(at ast.Node, format string, args ...any) {
	r.left = append(r.left, problem{r.offset(at.Pos()), fmt.Sprintf(format, args...)})
}

// apply makes edits that do not overlap, in what there is of the source.
func apply(src []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	var out strings.Builder
	at := 0
	for _, e := range edits {
		if e.start < at || e.end > len(src) {
			continue
		}
		out.Write(src[at:e.start])
		out.WriteString(e.text)
		at = e.end
	}
	out.Write(src[at:])
	return []byte(out.String())
}
