package main

import (
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// newAnalyzer checks the packages that are keys of core.
func newAnalyzer(core map[string]exceptions) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: "corelint",
		Doc:  "reports files of the core that read clocks, make ids or calculate inexactly",
		Run: func(pass *analysis.Pass) (any, error) {
			if except, ok := core[pass.Pkg.Path()]; ok {
				check(pass, except)
			}
			return nil, nil
		},
	}
}

func check(pass *analysis.Pass, except exceptions) {
	var names []string
	for _, file := range pass.Files {
		name := filepath.Base(pass.Fset.Position(file.FileStart).Filename)
		names = append(names, name)
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		checkPurity(pass, file)
		checkFloats(pass, file)
		checkDecimals(pass, file, slices.Contains(except.arithmetic, name))
	}
	for _, name := range except.arithmetic {
		if !slices.Contains(names, name) {
			pass.Reportf(pass.Files[0].Name.Pos(), "there is no %s: take it off the exceptions of corelint", name)
		}
	}
}

func checkPurity(pass *analysis.Pass, file *ast.File) {
	forEachUse(pass, file, func(id *ast.Ident, obj types.Object) {
		if isPackageLevel(obj) && slices.Contains(impure[obj.Pkg().Path()], obj.Name()) {
			pass.Reportf(id.Pos(), "a core file does not use %s.%s: times and ids are handed in", obj.Pkg().Name(), obj.Name())
		}
	})
}

func checkFloats(pass *analysis.Pass, file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		expr, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		if id, ok := expr.(*ast.Ident); ok && pass.TypesInfo.Defs[id] != nil {
			return true // reported where its type or value is written
		}
		if isFloat(pass.TypesInfo.TypeOf(expr)) {
			pass.Reportf(expr.Pos(), "a core file has no floating-point numbers: use a decimal")
			return false
		}
		return true
	})
}

func isFloat(t types.Type) bool {
	if t == nil {
		return false
	}
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsFloat != 0 && basic.Info()&types.IsUntyped == 0
}

func checkDecimals(pass *analysis.Pass, file *ast.File, arithmetic bool) {
	forEachUse(pass, file, func(id *ast.Ident, obj types.Object) {
		if obj.Pkg() == nil || obj.Pkg().Path() != decimal {
			return
		}
		switch obj := obj.(type) {
		case *types.Var:
			if isPackageLevel(obj) && obj.Name() != "Zero" {
				pass.Reportf(id.Pos(), "decimal.%s is a switch of the whole process: it belongs to the host", obj.Name())
			}
		case *types.Func:
			if !arithmetic && !isPackageLevel(obj) && slices.Contains(rounding, obj.Name()) {
				pass.Reportf(id.Pos(), "%s loses digits: use the arithmetic of Currency and Amount", obj.Name())
			}
		}
	})
}

// forEachUse calls f with every identifier that refers to something declared
// elsewhere.
func forEachUse(pass *analysis.Pass, file *ast.File, f func(*ast.Ident, types.Object)) {
	ast.Inspect(file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if obj := pass.TypesInfo.Uses[id]; obj != nil {
				f(id, obj)
			}
		}
		return true
	})
}

func isPackageLevel(obj types.Object) bool {
	return obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope()
}
