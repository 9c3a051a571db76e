package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// An operand is what has a member: an expression, or what is embedded in it.
type operand struct {
	t           types.Type
	path        string // from the expression to what is embedded
	addressable bool
}

// selected looks at a field or method.
func (r *rewriter) selected(sel *ast.SelectorExpr) {
	x := operand{t: r.file.info.TypeOf(sel.X), addressable: r.file.info.Types[sel.X].Addressable()}
	if isUnknown(x.t) {
		return
	}
	selection := r.file.info.Selections[sel]
	if selection == nil {
		r.missing(sel.Sel, sel, x)
		return
	}
	if f, ok := selection.Obj().(*types.Func); ok && f.Pkg() != nil && !r.names.ours[f.Pkg().Path()] {
		return
	}
	for i, at := range selection.Index() {
		if r.present(sel.Sel, sel, x) {
			return
		}
		if i < len(selection.Index())-1 {
			x = r.within(x, deref(x.t).Underlying().(*types.Struct).Field(at))
		}
	}
	if new, ok := r.embedded(selection.Obj()); ok {
		r.replace(sel.Sel, new)
	}
}

// within returns a field of an operand.
func (r *rewriter) within(x operand, field *types.Var) operand {
	called := field.Name()
	if new, ok := r.embedded(field); ok {
		called = new
	}
	return operand{field.Type(), x.path + "." + called, x.addressable || isPointer(x.t)}
}

// keyed looks at a field in a literal.
func (r *rewriter) keyed(key *ast.Ident, lit *ast.CompositeLit) {
	t := r.file.info.TypeOf(lit)
	if isUnknown(t) || !isStructOrUnknown(t) {
		return
	}
	field := r.file.info.Uses[key]
	if field == nil {
		r.missing(key, nil, operand{t: t})
		return
	}
	if r.present(key, nil, operand{t: t}) {
		return
	}
	if new, ok := r.embedded(field); ok {
		r.replace(key, new)
	}
}

// present renames a member that the checker knows. With the new library that
// is no old name, unless the name is used again.
func (r *rewriter) present(id *ast.Ident, sel *ast.SelectorExpr, x operand) bool {
	owner, ok := r.owner(x.t)
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
		r.moveMember(id, sel, x, to)
	}
	return true
}

// moveMember renames a member, or has a function called instead.
func (r *rewriter) moveMember(id *ast.Ident, sel *ast.SelectorExpr, x operand, to name) {
	if to.member == "" {
		r.function(id, sel, x, to)
		return
	}
	r.replace(id, to.member)
}

// embedded returns the new name of a field that has the name of its type.
func (r *rewriter) embedded(obj types.Object) (string, bool) {
	field, ok := obj.(*types.Var)
	if !ok || !field.Embedded() || r.today {
		return "", false
	}
	owner, ok := r.owner(field.Type())
	if !ok || owner.name != field.Name() {
		return "", false
	}
	to := r.names.moved[owner]
	if r.names.generic[owner] {
		arg, _ := argumentOf(field.Type())
		of, _ := r.names.instance(owner, arg)
		to = of.name
	}
	return to.name, to != gone && to.name != owner.name && !r.names.both[owner]
}

// missing renames a member that the checker does not know, in a type or in
// those it embeds.
func (r *rewriter) missing(id *ast.Ident, sel *ast.SelectorExpr, x operand) {
	if r.file.info.Uses[id] != nil {
		return
	}
	level, seen := []operand{x}, map[types.Type]bool{}
	for len(level) > 0 && r.today {
		var next []operand
		for _, x := range level {
			t := deref(x.t)
			if seen[t] {
				continue
			}
			seen[t] = true
			if r.search(id, sel, x) {
				return
			}
			switch u := t.Underlying().(type) {
			case *types.Struct:
				for field := range u.Fields() {
					if field.Embedded() {
						next = append(next, r.within(x, field))
					}
				}
			case *types.Interface:
				for t := range u.EmbeddedTypes() {
					next = append(next, operand{t, x.path, x.addressable})
				}
			}
		}
		if level = next; sel == nil {
			break
		}
	}
	owner, ok := r.owner(x.t)
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
func (r *rewriter) search(id *ast.Ident, sel *ast.SelectorExpr, x operand) bool {
	if owner, ok := r.owner(x.t); ok {
		old := name{owner.path, owner.name, id.Name}
		if to, ok := r.hadMember(old, x.t); ok {
			if r.canMove(id, old, to) {
				r.moveMember(id, sel, x, to)
			}
			return true
		}
	}
	u, ok := deref(x.t).Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for field := range u.Fields() {
		if field.Embedded() && r.wasEmbedded(field, id.Name) {
			r.replace(id, field.Name())
			return true
		}
	}
	return false
}

// hadMember returns where an old member of a type went.
func (r *rewriter) hadMember(old name, t types.Type) (name, bool) {
	if to, ok := r.names.back[old]; ok {
		return to, true
	}
	for _, l := range r.names.lines {
		if l.fromArg == (name{}) {
			continue
		}
		to, ok := r.names.moved[name{l.from.path, l.from.name, old.member}]
		if ok && to.member != old.member && r.isInstance(l, deref(t)) {
			return to, true
		}
	}
	return name{}, false
}

// wasEmbedded says whether an embedded field had another name, by that of its
// type.
func (r *rewriter) wasEmbedded(field *types.Var, before string) bool {
	if owner, ok := r.owner(field.Type()); ok && field.Name() == owner.name && r.names.from[owner].name == before {
		return true
	}
	for _, l := range r.names.lines {
		if l.fromArg != (name{}) && l.from.name == before && l.to.name == field.Name() && r.isInstance(l, field.Type()) {
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

func isPointer(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
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
		if l.from.member == "" || l.to.member == "" || l.from.member == l.to.member || names.both[l.from] {
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
