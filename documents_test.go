package leadtocash_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestNamedThingsExist looks up every exported name that a document has in
// backticks or in a piece of Go: room.Name, room.Type.Member and Type.Member.
func TestNamedThingsExist(t *testing.T) {
	t.Parallel()
	needProject(t)
	rooms := exportedNames(t)
	qualified := regexp.MustCompile(`(^|[^\w./"])([a-z]\w*)\.([A-Z]\w*)(?:\.([A-Z]\w*))?`)
	member := regexp.MustCompile(`^([A-Z]\w*)\.([A-Z]\w*)`)
	found := 0
	for _, name := range writtenDocuments(t) {
		text := readText(t, name)
		for _, code := range append(spans(text), fences(text, "go")...) {
			for _, m := range qualified.FindAllStringSubmatch(code, -1) {
				room := rooms[m[2]]
				if room == nil {
					continue
				}
				found++
				if !room.names[m[3]] {
					t.Errorf("%s names %s.%s, which does not exist", name, m[2], m[3])
				} else if m[4] != "" && room.types[m[3]] != nil && !rooms.hasMember(m[3], m[4], nil) {
					t.Errorf("%s names %s.%s.%s, which does not exist", name, m[2], m[3], m[4])
				}
			}
		}
		for _, code := range spans(text) {
			m := member.FindStringSubmatch(code)
			if m == nil || !rooms.hasType(m[1]) {
				continue
			}
			found++
			if !rooms.hasMember(m[1], m[2], nil) {
				t.Errorf("%s names %s.%s, which does not exist", name, m[1], m[2])
			}
		}
	}
	if found == 0 {
		t.Error("no document names anything")
	}
}

// TestNamedPathsExist looks up everything in backticks that looks like a Go
// file or like something in a folder of the project.
func TestNamedPathsExist(t *testing.T) {
	t.Parallel()
	needProject(t)
	looks := regexp.MustCompile(`^(?:\./)?[\w-]+(?:/[\w.-]+)*(?:\.go|/[\w.-]*)$`)
	found := 0
	for _, name := range writtenDocuments(t) {
		for _, code := range spans(readText(t, name)) {
			first, _, _ := strings.Cut(strings.TrimPrefix(code, "./"), "/")
			if !looks.MatchString(code) || !strings.HasSuffix(code, ".go") && !exists(first) {
				continue
			}
			found++
			if !exists(code) && !exists(filepath.Join(filepath.Dir(name), code)) {
				t.Errorf("%s names %s, which does not exist", name, code)
			}
		}
	}
	if found == 0 {
		t.Error("no document names a path")
	}
}

// A room is what a package exports: all names of the package level, and its
// types with their members.
type room struct {
	names map[string]bool
	types map[string]*members
}

// members are those that a type declares, and the types whose members it has
// as well: embedded ones, and what it is an alias of.
type members struct {
	names map[string]bool
	from  []string
}

type rooms map[string]*room

func (r rooms) hasType(name string) bool {
	for _, room := range r {
		if room.types[name] != nil {
			return true
		}
	}
	return false
}

// hasMember reports whether a type of this name has the member, in whatever
// room.
func (r rooms) hasMember(typ, member string, seen []string) bool {
	if slices.Contains(seen, typ) {
		return false
	}
	seen = append(seen, typ)
	for _, room := range r {
		m := room.types[typ]
		if m != nil && (m.names[member] || slices.ContainsFunc(m.from, func(from string) bool { return r.hasMember(from, member, seen) })) {
			return true
		}
	}
	return false
}

// exportedNames reads the packages of the library, by name.
func exportedNames(t *testing.T) rooms {
	t.Helper()
	all := rooms{}
	for _, name := range filesOf(t, ".go") {
		top, _, _ := strings.Cut(filepath.ToSlash(name), "/")
		if strings.HasSuffix(name, "_test.go") || slices.Contains([]string{"bench", "examples", "internal", "tools"}, top) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if all[file.Name.Name] == nil {
			all[file.Name.Name] = &room{map[string]bool{}, map[string]*members{}}
		}
		for _, decl := range file.Decls {
			all[file.Name.Name].declare(decl)
		}
	}
	return all
}

func (r *room) declare(decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv == nil {
			r.names[decl.Name.Name] = true
			return
		}
		r.typeOf(baseName(decl.Recv.List[0].Type)).names[decl.Name.Name] = true
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					r.names[id.Name] = true
				}
			case *ast.TypeSpec:
				r.names[spec.Name.Name] = true
				r.typeOf(spec.Name.Name).declare(spec)
			}
		}
	}
}

func (r *room) typeOf(name string) *members {
	if r.types[name] == nil {
		r.types[name] = &members{names: map[string]bool{}}
	}
	return r.types[name]
}

func (m *members) declare(spec *ast.TypeSpec) {
	var fields *ast.FieldList
	switch typ := spec.Type.(type) {
	case *ast.StructType:
		fields = typ.Fields
	case *ast.InterfaceType:
		fields = typ.Methods
	default:
		m.from = append(m.from, baseName(typ))
		return
	}
	for _, field := range fields.List {
		for _, id := range field.Names {
			m.names[id.Name] = true
		}
		if len(field.Names) == 0 {
			base := baseName(field.Type)
			m.names[base] = true
			m.from = append(m.from, base)
		}
	}
}

// baseName is the name of a type without package, star and type arguments.
func baseName(expr ast.Expr) string {
	switch expr := expr.(type) {
	case *ast.Ident:
		return expr.Name
	case *ast.SelectorExpr:
		return expr.Sel.Name
	case *ast.StarExpr:
		return baseName(expr.X)
	case *ast.IndexExpr:
		return baseName(expr.X)
	case *ast.IndexListExpr:
		return baseName(expr.X)
	}
	return ""
}

// writtenDocuments lists the documents about the project as it is: decisions
// and changes tell of what was.
func writtenDocuments(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(filesOf(t, ".md"), func(name string) bool {
		return name == "CHANGELOG.md" || strings.HasPrefix(filepath.ToSlash(name), path.Join("docs", "adr")+"/")
	})
}

// spans lists what stands in backticks within a line.
func spans(text string) (list []string) {
	text = regexp.MustCompile("(?s)```.*?```").ReplaceAllString(text, "")
	for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	return list
}

// fences lists the blocks of a language.
func fences(text, language string) (list []string) {
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	return list
}

func exists(name string) bool {
	_, err := os.Stat(filepath.FromSlash(name))
	return err == nil
}
