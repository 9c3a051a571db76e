package main

import (
	"go/ast"
	"go/types"
)

// instance looks at a generic name with a type argument, nil if there are more
// of them, and says whether nothing is left to look at.
func (r *rewriter) instance(whole, generic, arg ast.Expr) bool {
	old, pkg, ok := r.named(generic)
	if !ok || !r.names.generic[old] {
		return false
	}
	of, argPkg, ok := r.named(arg)
	if ok {
		here := instance{old, of}
		_, again := r.names.instances[here]
		to, moves := r.names.instance(old, of)
		switch {
		case r.names.done[here] && again:
			r.leave(generic, "%s is an old name and a new one: which is meant?", here)
			return false
		case moves && to.name == gone:
			r.leave(generic, "%s is gone", here)
			return false
		case moves && !r.names.done[here]:
			r.asked[pkg], r.asked[argPkg] = true, true
			r.moveInstance(whole, generic, arg, pkg, to)
			return true
		case r.names.done[here], r.names.done[instance{r.names.now(old), r.names.now(of)}]:
			return false
		}
	}
	if r.compiles(whole, old) {
		r.byHand[generic] = true
	} else {
		r.leave(generic, "%s has a type argument that is not in the table: to be done by hand", old)
	}
	return false
}

func (r *rewriter) leave(e ast.Expr, format string, args ...any) {
	r.report(e, format, args...)
	r.byHand[e] = true
}

func (r *rewriter) moveInstance(whole, generic, arg ast.Expr, pkg *types.PkgName, to instance) {
	r.use(generic, pkg, to.name)
	if to.arg == (name{}) {
		r.edit(generic.End(), whole.End(), "", false)
		return
	}
	r.refer(arg.Pos(), pkg, to.arg, func(local string) { r.edit(arg.Pos(), arg.End(), dotted(local, to.arg.name), false) })
}

// compiles says whether a name with a type argument that is not in the table
// has been done by hand, as the new library has it and asks something of the
// argument.
func (r *rewriter) compiles(e ast.Expr, old name) bool {
	if !r.today {
		return false
	}
	var params *types.TypeParamList
	switch obj := r.lookup(old).(type) {
	case *types.TypeName:
		if named, ok := types.Unalias(obj.Type()).(*types.Named); ok {
			params = named.TypeParams()
		}
	case *types.Func:
		params = obj.Signature().TypeParams()
	}
	if params.Len() == 0 || params.At(0).Constraint().Underlying().(*types.Interface).Empty() {
		return false
	}
	for _, at := range r.wrong {
		if e.Pos() <= at && at < e.End() {
			return false
		}
	}
	return true
}

// named returns the name of a package that an expression is, and the import
// that makes it known.
func (r *rewriter) named(e ast.Expr) (name, *types.PkgName, bool) {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		if id, ok := e.X.(*ast.Ident); ok {
			if pkg, ok := r.object(id).(*types.PkgName); ok {
				return name{path: pkg.Imported().Path(), name: e.Sel.Name}, pkg, true
			}
		}
	case *ast.Ident:
		obj := r.object(e)
		if !e.IsExported() {
			break
		}
		for pkg, spec := range r.specs {
			p := importPath(spec)
			if pkg.Name() == "." && (obj == nil && r.names.paths[p] || obj != nil && obj.Parent() == pkg.Imported().Scope()) {
				return name{path: p, name: e.Name}, pkg, true
			}
		}
	}
	return name{}, nil, false
}

// typeArgument adds the type argument that a function of the old library found
// out from its arguments, and says whether nothing stands in the way.
func (r *rewriter) typeArgument(e ast.Expr, old name) bool {
	number, asks := r.names.asks[old]
	if !asks || r.applied[e] {
		return true
	}
	call := r.calls[e]
	if call == nil || len(call.Args) < number {
		r.report(e, "%s needs a type argument: to be done by hand", old)
		return false
	}
	arg := call.Args[number-1]
	record, ok := r.recordOf(r.file.info.TypeOf(arg))
	if !ok {
		r.report(e, "%s needs a type argument, and no word of which record %s is of: to be done by hand", old, r.text(arg.Pos(), arg.End()))
		return false
	}
	r.refer(e.Pos(), nil, record, func(local string) { r.edit(e.End(), e.End(), "["+dotted(local, record.name)+"]", false) })
	return true
}

// recordOf returns the record that an id is of, by its type.
func (r *rewriter) recordOf(id types.Type) (name, bool) {
	if isUnknown(id) {
		return name{}, false
	}
	for _, l := range r.names.lines {
		if l.fromArg != (name{}) && r.isInstance(l, id) {
			return r.names.now(l.fromArg), true
		}
	}
	return name{}, false
}

// isInstance says whether a type is what a line of the table is about.
func (r *rewriter) isInstance(l line, t types.Type) bool {
	if !r.today {
		owner, _ := r.owner(t)
		arg, ok := argumentOf(t)
		return ok && owner == l.from && arg == l.fromArg
	}
	obj, ok := r.lookup(l.to).(*types.TypeName)
	if !ok {
		return false
	}
	if l.toArg == (name{}) {
		return types.Identical(obj.Type(), t)
	}
	arg, ok := r.lookup(l.toArg).(*types.TypeName)
	if !ok {
		return false
	}
	generic, ok := types.Unalias(obj.Type()).(*types.Named)
	if !ok || generic.TypeParams().Len() != 1 {
		return false
	}
	made, err := types.Instantiate(nil, generic, []types.Type{arg.Type()}, false)
	return err == nil && types.Identical(made, t)
}

// argumentOf returns the name of the only type argument of a type.
func argumentOf(t types.Type) (name, bool) {
	named, ok := deref(t).(*types.Named)
	if !ok || named.TypeArgs().Len() != 1 {
		return name{}, false
	}
	arg, ok := types.Unalias(named.TypeArgs().At(0)).(*types.Named)
	if !ok || arg.Obj().Pkg() == nil {
		return name{}, false
	}
	return name{path: arg.Obj().Pkg().Path(), name: arg.Obj().Name()}, true
}
