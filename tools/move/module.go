package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"
)

// A module is the module that is rewritten. Its own packages are checked here
// and not by the go command, so that files count whatever their build tags
// say, and errors do not matter.
type module struct {
	dir, path string
	files     []*file
	broken    []string

	fset    *token.FileSet
	outside map[string]*types.Package // packages of other modules
	inside  map[string]*types.Package // packages as they are imported
	groups  map[group][]*file
	wrong   []token.Pos // where the checker is not content
}

// A group of files has one scope.
type group struct{ path, name string }

type file struct {
	name    string
	path    string // the import path of its folder
	old     []byte
	src     []byte
	tidy    bool // as gofmt wants it
	changes int

	tree *ast.File
	info *types.Info
	pkg  *types.Package
}

func (f *file) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

func load(dir string) (*module, error) {
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil, err
	}
	m := &module{dir: dir, path: modfile.ModulePath(mod)}
	if m.path == "" {
		return nil, fmt.Errorf("%s names no module", filepath.Join(dir, "go.mod"))
	}
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return m.enter(name)
		}
		if filepath.Ext(name) != ".go" || strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(entry.Name(), "_") || !entry.Type().IsRegular() {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, filepath.Dir(name))
		if err != nil {
			return err
		}
		if _, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution); err != nil {
			m.broken = append(m.broken, err.Error())
			return nil
		}
		formatted, err := format.Source(src)
		m.files = append(m.files, &file{
			name: name, path: path.Join(m.path, filepath.ToSlash(rel)), old: src, src: src,
			tidy: err == nil && bytes.Equal(formatted, src),
		})
		return nil
	})
	return m, err
}

// enter skips the folders that the go command skips.
func (m *module) enter(dir string) error {
	if dir == m.dir {
		return nil
	}
	base := filepath.Base(dir)
	if base == "vendor" || base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return filepath.SkipDir
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// check parses and checks every package anew.
func (m *module) check(names *names) error {
	m.fset = token.NewFileSet()
	m.inside = map[string]*types.Package{}
	m.groups = map[group][]*file{}
	m.wrong = nil
	for _, f := range m.files {
		tree, err := parser.ParseFile(m.fset, f.name, f.src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("after the change: %w", err)
		}
		f.tree = tree
		g := group{f.path, tree.Name.Name}
		m.groups[g] = append(m.groups[g], f)
	}
	if err := m.loadOutside(names); err != nil {
		return err
	}
	for g, files := range m.groups {
		info := &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{}, Implicits: map[ast.Node]types.Object{},
		}
		pkg := m.checkFiles(g.path, files, info, false)
		for _, f := range files {
			f.info, f.pkg = info, pkg
		}
	}
	return nil
}

func (m *module) checkFiles(path string, files []*file, info *types.Info, brief bool) *types.Package {
	config := types.Config{Importer: m, Error: m.isWrong, FakeImportC: true, IgnoreFuncBodies: brief}
	var trees []*ast.File
	for _, f := range files {
		trees = append(trees, f.tree)
	}
	pkg, _ := config.Check(path, m.fset, trees, info) // what is wrong is seen at each name
	return pkg
}

func (m *module) isWrong(err error) {
	var at types.Error
	if errors.As(err, &at) {
		m.wrong = append(m.wrong, at.Pos)
	}
}

// Import makes m an importer.
func (m *module) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg, ok := m.inside[path]; ok {
		if pkg == nil {
			return nil, fmt.Errorf("%s is not there, or imports itself", path)
		}
		return pkg, nil
	}
	if pkg := m.outside[path]; pkg != nil {
		return pkg, nil
	}
	m.inside[path] = nil
	if files := m.importable(path); files != nil {
		m.inside[path] = m.checkFiles(path, files, nil, true)
		return m.inside[path], nil
	}
	return nil, fmt.Errorf("there is no package %s", path)
}

// importable returns the files of a package of this module without its tests.
// A folder may have more packages than one by way of build tags: the largest
// that is no program is meant.
func (m *module) importable(path string) []*file {
	var best []*file
	for g, files := range m.groups {
		if g.path != path || g.name == "main" {
			continue
		}
		files = slices.DeleteFunc(slices.Clone(files), (*file).isTest)
		if len(files) > len(best) {
			best = files
		}
	}
	return best
}

// loadOutside loads what the files import from elsewhere, and the packages
// that names moved to. A package that does not compile, or is not there, is
// no error.
func (m *module) loadOutside(names *names) error {
	wanted := map[string]bool{}
	for _, f := range m.files {
		for _, spec := range f.tree.Imports {
			wanted[importPath(spec)] = true
		}
	}
	for _, l := range names.lines {
		wanted[l.from.path] = true
		for _, n := range []name{l.to, l.toArg} {
			if n != gone {
				wanted[n.path] = true
			}
		}
	}
	local := map[string]bool{"C": true, "unsafe": true}
	for _, f := range m.files {
		local[f.path] = true
	}
	var paths []string
	for _, p := range slices.Sorted(maps.Keys(wanted)) {
		if _, loaded := m.outside[p]; !loaded && !local[p] && !strings.HasPrefix(p, ".") {
			paths = append(paths, p)
		}
	}
	if m.outside == nil {
		m.outside = map[string]*types.Package{}
	}
	if len(paths) == 0 {
		return nil
	}
	for _, p := range paths {
		m.outside[p] = nil
	}
	loaded, err := packages.Load(&packages.Config{Mode: packages.LoadTypes, Dir: m.dir}, paths...)
	if err != nil {
		return err
	}
	for _, pkg := range loaded {
		if pkg.Types != nil && len(pkg.Types.Scope().Names()) > 0 {
			m.outside[pkg.PkgPath] = pkg.Types
		}
	}
	return nil
}

// lookup returns what a package or a type has by a name, or nil.
func (m *module) lookup(n name) types.Object {
	pkg, err := m.Import(n.path)
	if err != nil {
		return nil
	}
	obj := pkg.Scope().Lookup(n.name)
	if obj == nil || n.member == "" {
		return obj
	}
	member, _, _ := types.LookupFieldOrMethod(obj.Type(), true, pkg, n.member)
	return member
}

func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return p
}
