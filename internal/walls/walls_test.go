// Package walls_test keeps the walls between the packages: who may import
// whom, and who may talk to the world. What counts is what a package imports
// itself, without its tests.
package walls_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/leadtocash/leadtocash"

// A plan has a row for each package of the module, named by its folder, with
// the packages it stands on. It may import those and what they may import.
type plan map[string][]string

const root = "."

var house = plan{
	"engine":    {"internal/words", "insight", "print", "activity", root, "bpf", "storage"},
	"insight":   {root},
	"print":     {root},
	root:        {"agreement", "pricing", "party", "match", "flow"},
	"agreement": {"pricing"},
	"pricing":   {"catalog", "party"},
	"activity":  {"party"},
	"catalog":   {"party"},
	"party":     {"match", "flow", "internal/form"},
	"match":     {"process", "flow"},
	"process":   {"flow", "bpf"},
	"flow":      {"internal/schema"},

	"internal/schema": {"record", "internal/form"},
	"record":          {"money", "value", "actions"},
	"money":           {"value"},
	"value":           {"codes", "internal/exact"},
	"actions":         {"kinds", "codes"},
	"kinds":           {},
	"codes":           {},
	"internal/exact":  {"codes"},
	"internal/form":   {},
	"internal/words":  {},

	"bpf": {},

	"storage":             {},
	"storage/memory":      {"storage"},
	"storage/shard":       {"storage"},
	"storage/sqlkit":      {"storage"},
	"storage/storagetest": {"storage"},
	"storage/journeytest": {"engine", "storage/memory", "storage/storagetest"},

	"internal/genactions":    {"actions"},
	"internal/gentexts":      {"actions"},
	"internal/gendocs":       {"engine"},
	"internal/gendocs/write": {"internal/gendocs"},
	"internal/golden":        {},
	"internal/testkit":       {"engine", "storage/memory"},
	"internal/walls":         {},
}

// world is what the rules of the library know nothing of, with all packages
// below.
var world = []string{"context", "crypto/rand", "database/sql", "log/slog", "math/rand", "net", "os", module + "/storage"}

// A room that outgrows these figures wants a wall inside. The root holds the
// five documents and their money, which are one room however many lines they
// have; bpf is a house of its own.
const (
	maxLines     = 4500
	maxRootFiles = 50
)

// wide are rooms with a figure of their own: measures are one room with the records
// that they stand on, goals and adjustments.
var wide = map[string]int{"insight": 4500}

func linesOf(folder string) int { return cmp.Or(wide[folder], maxLines) }

// A room is a package as it stands in the tree, without its tests.
type room struct {
	folder  string
	imports []string
	files   int
	lines   int
}

func TestWalls(t *testing.T) {
	t.Parallel()
	for _, fault := range faults(house, roomsOf(t, filepath.Join("..", ".."))) {
		t.Error(fault)
	}
}

// The packages in testdata do wrong, and next to it something that is right.
func TestEveryWallHolds(t *testing.T) {
	t.Parallel()
	small := plan{
		"engine":         {root, "bpf", "storage"},
		root:             {"catalog"},
		"catalog":        {"money"},
		"money":          {},
		"bpf":            {},
		"storage":        {},
		"storage/memory": {"storage"},
		"party":          {"money"},
	}
	rooms := roomsOf(t, filepath.Join("testdata", "house"))
	for i := range rooms {
		switch rooms[i].folder {
		case root:
			rooms[i].files = maxRootFiles + 1
			rooms[i].lines = maxLines + 1
		case "catalog", "bpf", "engine":
			rooms[i].lines = maxLines + 1
		}
	}
	want := []string{
		"attic is not in the plan: give it a row that says what it stands on",
		"bpf imports log/slog: rules do not talk to the world; hand in what they need, or move the code to engine",
		"catalog has 4501 lines, more than 4500: it wants a wall inside",
		"money imports catalog: the plan has no arrow from money to catalog; move the code, or draw it",
		"money imports net/url: rules do not talk to the world; hand in what they need, or move the code to engine",
		"money imports unsafe: only drivers below storage may",
		"party is in the plan, but there is no such package",
		"storage/memory imports catalog: the plan has no arrow from storage/memory to catalog; move the code, or draw it",
		"the root has 51 files, more than 50: it wants a wall inside",
		"the root imports context: rules do not talk to the world; hand in what they need, or move the code to engine",
		"the root imports storage: the plan has no arrow from the root to storage; move the code, or draw it",
	}
	got := faults(small, rooms)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestThePlanHasNoCircle(t *testing.T) {
	t.Parallel()
	for folder, stands := range house {
		for _, below := range stands {
			if house[below] == nil {
				t.Errorf("%s stands on %s, which is not in the plan", folder, below)
			}
		}
		if house.below(folder)[folder] {
			t.Errorf("%s stands on itself", folder)
		}
	}
}

// below returns all packages that a package may import.
func (p plan) below(folder string) map[string]bool {
	found := map[string]bool{}
	todo := slices.Clone(p[folder])
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		if !found[next] {
			found[next] = true
			todo = append(todo, p[next]...)
		}
	}
	return found
}

// isPure says whether a package only has rules: what engine stands on, but the
// stores.
func (p plan) isPure(folder string) bool {
	return p.below("engine")[folder] && folder != "storage"
}

// faults says in sorted sentences what is wrong with the rooms.
func faults(p plan, rooms []room) []string {
	var found []string
	fault := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	missing := maps.Clone(p)
	for _, r := range rooms {
		delete(missing, r.folder)
		if _, ok := p[r.folder]; !ok {
			fault("%s is not in the plan: give it a row that says what it stands on", called(r.folder))
			continue
		}
		below := p.below(r.folder)
		for _, imported := range r.imports {
			folder, own := folderOf(imported)
			switch {
			case own && !below[folder]:
				fault("%[1]s imports %[2]s: the plan has no arrow from %[1]s to %[2]s; move the code, or draw it", called(r.folder), called(folder))
			case p.isPure(r.folder) && isWorldly(imported):
				fault("%s imports %s: rules do not talk to the world; hand in what they need, or move the code to engine", called(r.folder), imported)
			case imported == "unsafe" && !strings.HasPrefix(r.folder, "storage/"):
				fault("%s imports unsafe: only drivers below storage may", called(r.folder))
			}
		}
		switch {
		case r.folder == root:
			if r.files > maxRootFiles {
				fault("the root has %d files, more than %d: it wants a wall inside", r.files, maxRootFiles)
			}
		case p.isPure(r.folder) && r.folder != "bpf" && r.lines > linesOf(r.folder):
			fault("%s has %d lines, more than %d: it wants a wall inside", called(r.folder), r.lines, linesOf(r.folder))
		}
	}
	for folder := range missing {
		fault("%s is in the plan, but there is no such package", called(folder))
	}
	slices.Sort(found)
	return found
}

func isWorldly(imported string) bool {
	return slices.ContainsFunc(world, func(w string) bool { return imported == w || strings.HasPrefix(imported, w+"/") })
}

func folderOf(imported string) (folder string, own bool) {
	if imported == module {
		return root, true
	}
	return strings.CutPrefix(imported, module+"/")
}

func called(folder string) string {
	if folder == root {
		return "the root"
	}
	return folder
}

// roomsOf asks the go command for the packages of the module in a folder.
func roomsOf(t *testing.T, dir string) []room {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,Imports,GoFiles", "./...")
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var rooms []room
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg struct {
			ImportPath, Dir  string
			Imports, GoFiles []string
		}
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		folder, own := folderOf(pkg.ImportPath)
		if !own {
			t.Fatalf("%s is of another module", pkg.ImportPath)
		}
		r := room{folder: folder, imports: pkg.Imports, files: len(pkg.GoFiles)}
		for _, name := range pkg.GoFiles {
			text, err := os.ReadFile(filepath.Join(pkg.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			r.lines += bytes.Count(text, []byte("\n"))
		}
		rooms = append(rooms, r)
	}
	return rooms
}
