package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// selected looks at a field or method.
func (r *rewriter) selected(sel *ast.SelectorExpr) {
	t := r.file.info.TypeOf(sel.X)
	if isUnknown(t) {
		return
	}
	selection := r.file.info.Selections[sel]
	if selection == nil {
		r.missing(sel.Sel, t, true)
		return
	}
	t = selection.Recv()
	for i, at := range selection.Index() {
		if r.present(sel.Sel, t) {
			return
		}
		if i < len(selection.Index())-1 {
			t = deref(t).Underlying().(*types.Struct).Field(at).Type()
		}
	}
	r.embedded(sel.Sel, selection.Obj())
}

// keyed looks at a field in a literal.
func (r *rewriter) keyed(key *ast.Ident, lit *ast.CompositeLit) {
	t := r.file.info.TypeOf(lit)
	if isUnknown(t) || !isStructOrUnknown(t) {
		return
	}
	field := r.file.info.Uses[key]
	if field == nil {
		r.missing(key, t, false)
		return
	}
	if !r.present(key, t) {
		r.embedded(key, field)
	}
}

// present renames a member that the checker knows. With the new library that
// is no old name, unless the name is used again.
func (r *rewriter) present(id *ast.Ident, t types.Type) bool {
	owner, ok := r.owner(t)
	if !ok {
		return false
	}
	member := name{owner.path, owner.name, id.Name}
	if r.today {
		if _, again := r.names.back[member]; again {
			r.report(id, "%s is an old name and a new one: which is meant?", member)
		}
		return false
	}
	to, ok := r.names.moved[member]
	if !ok {
		return false
	}
	if r.canMove(id, member, to) && to.member != id.Name {
		r.replace(id, to.member)
	}
	return true
}

// embedded renames a field that has the name of its type.
func (r *rewriter) embedded(id *ast.Ident, obj types.Object) {
	field, ok := obj.(*types.Var)
	if !ok || !field.Embedded() || r.today {
		return
	}
	owner, ok := r.owner(field.Type())
	if !ok || owner.name != field.Name() {
		return
	}
	if to := r.names.moved[owner]; to != gone && to.name != owner.name && !r.names.both[owner] {
		r.replace(id, to.name)
	}
}

// missing renames a member that the checker does not know, in a type or in
// those it embeds.
func (r *rewriter) missing(id *ast.Ident, t types.Type, promoted bool) {
	if r.file.info.Uses[id] != nil {
		return
	}
	level, seen := []types.Type{t}, map[types.Type]bool{}
	for len(level) > 0 && r.today {
		var next []types.Type
		for _, t := range level {
			t = deref(t)
			if seen[t] {
				continue
			}
			seen[t] = true
			if r.search(id, t) {
				return
			}
			switch u := t.Underlying().(type) {
			case *types.Struct:
				for field := range u.Fields() {
					if field.Embedded() {
						next = append(next, field.Type())
					}
				}
			case *types.Interface:
				for t := range u.EmbeddedTypes() {
					next = append(next, t)
				}
			}
		}
		if level = next; !promoted {
			break
		}
	}
	owner, ok := r.owner(t)
	if !ok || !r.names.ours[owner.path] {
		return
	}
	if !r.today && r.comes(owner, id.Name) {
		return
	}
	r.report(id, "there is no %s, and no word of where it went", name{owner.path, owner.name, id.Name})
}

// comes says whether a type will have a member.
func (r *rewriter) comes(owner name, member string) bool {
	for _, l := range r.names.lines {
		if l.from.path == owner.path && l.from.name == owner.name && l.to.member == member {
			return true
		}
	}
	return false
}

// search renames a member that a type of the new library has by another name.
func (r *rewriter) search(id *ast.Ident, t types.Type) bool {
	if owner, ok := r.owner(t); ok {
		old := name{owner.path, owner.name, id.Name}
		if to, ok := r.names.back[old]; ok {
			if r.canMove(id, old, to) {
				r.replace(id, to.member)
			}
			return true
		}
	}
	u, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for field := range u.Fields() {
		owner, ok := r.owner(field.Type())
		if ok && field.Embedded() && field.Name() == owner.name && r.names.from[owner].name == id.Name {
			r.replace(id, field.Name())
			return true
		}
	}
	return false
}

// owner returns the name of a type, or that of the library if it is the type
// of another's fields.
func (r *rewriter) owner(t types.Type) (name, bool) {
	named, ok := deref(t).(*types.Named)
	if !ok {
		n, ok := r.structs[deref(t)]
		return n, ok
	}
	obj := named.Origin().Obj()
	if obj.Pkg() == nil {
		return name{}, false
	}
	if !r.names.ours[obj.Pkg().Path()] {
		if n, ok := r.structs[named.Origin().Underlying()]; ok {
			return n, true
		}
	}
	return name{path: obj.Pkg().Path(), name: obj.Name()}, true
}

func deref(t types.Type) types.Type {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	return t
}

// methods returns the new names of methods of this module that implement an
// interface of the library, by where they are declared.
func (m *module) methods(names *names, today bool) map[token.Pos]string {
	found := map[token.Pos]string{}
	wanted := map[*types.Interface]map[string]string{} // old names of methods by what they are called in the interface
	renamed := map[string]string{}
	for _, l := range names.lines {
		if l.from.member == "" || l.to == gone || l.from.member == l.to.member || names.both[l.from] {
			continue
		}
		side := l.from
		if today {
			side = l.to
		}
		obj, ok := m.lookup(name{path: side.path, name: side.name}).(*types.TypeName)
		if !ok {
			continue
		}
		if i, ok := obj.Type().Underlying().(*types.Interface); ok {
			if wanted[i] == nil {
				wanted[i] = map[string]string{}
			}
			wanted[i][side.member] = l.from.member
			renamed[l.from.member] = l.to.member
		}
	}
	if len(wanted) == 0 {
		return found
	}
	for _, files := range m.groups {
		for _, obj := range files[0].info.Defs {
			t, ok := obj.(*types.TypeName)
			if !ok || t.IsAlias() || types.IsInterface(t.Type()) {
				continue
			}
			for i, old := range wanted {
				for called := range old {
					if method := implementation(t, i, old, called); method != nil && method.Name() == old[called] {
						found[method.Pos()] = renamed[old[called]]
					}
				}
			}
		}
	}
	return found
}

// implementation returns the method of a type that is meant to be a method of
// an interface, if the type has all the others as well.
func implementation(t *types.TypeName, i *types.Interface, old map[string]string, called string) types.Object {
	var found types.Object
	for method := range i.Methods() {
		own := method.Name()
		if before, ok := old[own]; ok {
			own = before
		}
		obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t.Type()), true, t.Pkg(), own)
		f, ok := obj.(*types.Func)
		if !ok || !sameShape(f.Signature(), method.Signature()) {
			return nil
		}
		if method.Name() == called {
			found = f
		}
	}
	return found
}

// sameShape compares what can be compared while types are unknown.
func sameShape(a, b *types.Signature) bool {
	return a.Params().Len() == b.Params().Len() && a.Results().Len() == b.Results().Len() && a.Variadic() == b.Variadic()
}
