package engine_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/gendocs"
	"github.com/leadtocash/leadtocash/internal/testkit"
)

// TestGeneratedDocuments keeps the generated documents in step with the tables.
func TestGeneratedDocuments(t *testing.T) {
	t.Parallel()
	docs := gendocs.Documents()
	for path, want := range docs {
		got, err := os.ReadFile(testkit.Path("docs", filepath.FromSlash(path)))
		if err != nil {
			t.Errorf("%v: run go generate ./...", err)
		} else if string(got) != want {
			t.Errorf("docs/%s is out of date: run go generate ./... and review the difference", path)
		}
	}
	flows, err := filepath.Glob(testkit.Path("docs", "flows", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range flows {
		if _, ok := docs["flows/"+filepath.Base(name)]; !ok {
			t.Errorf("%s is about no kind any more: run go generate ./...", name)
		}
	}
}

// TestOptionSetsAreComplete finds every set in the source and looks it up among
// those that the package lists.
func TestOptionSetsAreComplete(t *testing.T) {
	t.Parallel()
	var listed []string
	for _, s := range engine.OptionSets() {
		if len(s.Options) == 0 {
			t.Errorf("the set %s has no options", s.Name)
		}
		listed = append(listed, s.Name)
	}
	if !slices.IsSorted(listed) {
		t.Errorf("the sets are not sorted by name: %v", listed)
	}
	defined := setNames(t)
	slices.Sort(defined)
	if !slices.Equal(listed, defined) {
		t.Errorf("listed are the sets\n%v, defined are\n%v", listed, defined)
	}
	if got := leadtocash.LeadSourceWeb.Set().Name; got != "lead_source" {
		t.Errorf("a lead source is of the set %q, want lead_source", got)
	}
}

// setNames reads the names that the methods Table of the sets return.
func setNames(t *testing.T) (names []string) {
	t.Helper()
	for _, name := range testkit.Sources(t) {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "Table" || f.Body == nil {
				continue
			}
			if r, ok := f.Body.List[0].(*ast.ReturnStmt); ok {
				if lit, ok := r.Results[0].(*ast.BasicLit); ok {
					text, err := strconv.Unquote(lit.Value)
					if err != nil {
						t.Fatal(err)
					}
					names = append(names, text)
				}
			}
		}
	}
	return names
}
