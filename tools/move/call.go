package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// function calls a function where a method was called.
func (r *rewriter) function(id *ast.Ident, sel *ast.SelectorExpr, x operand, to name) {
	call := r.calls[ast.Expr(sel)]
	if sel == nil || call == nil || r.file.info.Types[sel.X].IsType() {
		r.report(id, "%s is the function %s now, and is not called here: to be done by hand", id.Name, to)
		return
	}
	prefix, ok := r.adapt(sel, x, to)
	end := call.Lparen + 1
	if len(call.Args) == 0 {
		end = call.End()
	}
	tuple := len(call.Args) == 1 && isTuple(r.file.info.TypeOf(call.Args[0]))
	if !ok || tuple || r.commented(sel.X.End(), end) {
		r.report(id, "%s is the function %s now, which cannot be called just so: to be done by hand", id.Name, to)
		return
	}
	if paren, ok := sel.X.(*ast.ParenExpr); ok && x.path == "" {
		inner := paren.X
		star, isStar := inner.(*ast.StarExpr)
		address, isAddress := inner.(*ast.UnaryExpr)
		switch {
		case prefix == "&" && isStar:
			prefix, inner = "", star.X
		case prefix == "*" && isAddress && address.Op == token.AND:
			prefix, inner = "", address.X
		}
		if prefix == "" {
			r.edit(paren.Pos(), inner.Pos(), "", false)
			r.edit(inner.End(), paren.End(), "", false)
		}
	}
	r.refer(call.Pos(), nil, to, func(local string) {
		r.edit(call.Pos(), call.Pos(), dotted(local, to.name)+"("+prefix, true)
	})
	switch {
	case len(call.Args) == 0:
		r.edit(sel.X.End(), end, x.path+")", false)
	case r.fset.Position(call.Lparen).Line != r.fset.Position(call.Args[0].Pos()).Line:
		r.edit(sel.X.End(), end, x.path+",", false)
	default:
		r.edit(sel.X.End(), end, x.path+", ", false)
	}
}

// adapt returns what is written before an operand, as a function asks for a
// pointer or a value.
func (r *rewriter) adapt(sel *ast.SelectorExpr, x operand, to name) (prefix string, ok bool) {
	has := isPointer(x.t)
	wants := has
	switch {
	case !r.today:
		method, ok := r.file.info.Selections[sel].Obj().(*types.Func)
		if !ok {
			return "", false
		}
		wants = isPointer(method.Signature().Recv().Type())
	default:
		f, ok := r.lookup(to).(*types.Func)
		if !ok || f.Signature().Params().Len() == 0 {
			break
		}
		param := f.Signature().Params().At(0).Type()
		switch {
		case fits(x.t, param):
		case fits(other(x.t), param):
			wants = !has
		default:
			wants = isPointer(param)
		}
	}
	switch {
	case has == wants:
		return "", true
	case has:
		return "*", true
	}
	return "&", x.addressable
}

// other returns the pointer to a type, or what a pointer points to.
func other(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return types.NewPointer(t)
}

func fits(t, param types.Type) bool {
	if p, ok := types.Unalias(param).(*types.TypeParam); ok {
		return types.Satisfies(t, p.Constraint().Underlying().(*types.Interface))
	}
	return types.AssignableTo(t, param)
}

func isTuple(t types.Type) bool {
	_, ok := t.(*types.Tuple)
	return ok
}

// commented says whether there is a comment in a part of the file.
func (r *rewriter) commented(from, to token.Pos) bool {
	for _, c := range r.file.tree.Comments {
		if from <= c.Pos() && c.Pos() < to {
			return true
		}
	}
	return false
}
