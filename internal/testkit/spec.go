package testkit

import (
	"bufio"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// CommandFaults are the refusals that a command shows by itself. They hold for
// every cell, so the transcribed matrices list them only where a stored record
// matters as well.
var CommandFaults = []codes.Code{
	codes.ErrMissingField, codes.ErrTooLong, codes.ErrOutOfRange,
	codes.ErrInvalid, codes.ErrStatusNotInState,
}

// A verdict is one transcribed cell.
type verdict struct {
	to            []string
	guards        []codes.Code
	refusal       codes.Code
	noOp, deletes bool
}

// CompareWithSpec compares the table of a kind, cell by cell, with
// testdata/flows. elsewhere names refusals that no table declares because they
// are found outside it, by the authorizer for example; a name that is not
// needed fails the test.
func CompareWithSpec(t *testing.T, kind kinds.Kind, matrix iter.Seq[flow.Cell], elsewhere ...codes.Code) {
	t.Helper()
	spec := readFlow(t, kind)
	unneeded := slices.Clone(elsewhere)
	var statuses []string
	for c := range matrix {
		if !slices.Contains(statuses, c.Status) {
			statuses = append(statuses, c.Status)
		}
		v, ok := spec[c.Action.String()][c.Status]
		if !ok {
			t.Errorf("%s in %s: in the table, but not transcribed", c.Action, c.Status)
			continue
		}
		delete(spec[c.Action.String()], c.Status)
		if c.Refusal != v.refusal {
			t.Errorf("%s in %s: refused with %q, transcribed as %q", c.Action, c.Status, c.Refusal, v.refusal)
			continue
		}
		if c.NoOp != v.noOp || c.Deletes != v.deletes {
			t.Errorf("%s in %s: no-op %t, deletes %t; transcribed as %t, %t", c.Action, c.Status, c.NoOp, c.Deletes, v.noOp, v.deletes)
		}
		if got, want := asSet(c.To), asSet(v.to); !slices.Equal(got, want) {
			t.Errorf("%s in %s: leads to %v, transcribed as %v", c.Action, c.Status, got, want)
		}
		got, want := asSet(CodesOf(c)), asSet(v.guards)
		for _, code := range got {
			if !slices.Contains(want, code) && !slices.Contains(CommandFaults, code) {
				t.Errorf("%s in %s: also refused with %s, which is not transcribed", c.Action, c.Status, code)
			}
		}
		for _, code := range want {
			switch {
			case slices.Contains(got, code):
			case slices.Contains(elsewhere, code):
				unneeded = slices.DeleteFunc(unneeded, func(u codes.Code) bool { return u == code })
			default:
				t.Errorf("%s in %s: never refused with %s", c.Action, c.Status, code)
			}
		}
	}
	for action, cells := range spec {
		for status, v := range cells {
			if !slices.Contains(statuses, status) || v.refusal != codes.ErrInvalidTransition {
				t.Errorf("%s in %s: transcribed, but not in the table", action, status)
			}
		}
	}
	if len(unneeded) > 0 {
		t.Errorf("%s: no cell needs %v to be found elsewhere", kind, unneeded)
	}
}

func asSet[T ~string](list []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

// readFlow reads the transcribed cells of a kind by action and status.
func readFlow(t *testing.T, kind kinds.Kind) map[string]map[string]verdict {
	t.Helper()
	cells := map[string]map[string]verdict{}
	for row := range SpecRows(t, filepath.Join("flows", string(kind)+".txt")) {
		if len(row) != 3 {
			t.Fatalf("%s: %q has %d columns, want 3", kind, row, len(row))
		}
		action, status := row[0], row[1]
		if cells[action] == nil {
			cells[action] = map[string]verdict{}
		}
		if _, twice := cells[action][status]; twice {
			t.Fatalf("%s in %s is transcribed twice", action, status)
		}
		cells[action][status] = parseVerdict(t, row[2])
	}
	if len(cells) == 0 {
		t.Fatalf("%s: no cells are transcribed", kind)
	}
	return cells
}

// parseVerdict reads "-> a b ; guards: c d ; noop" or "refuse c".
func parseVerdict(t *testing.T, text string) (v verdict) {
	t.Helper()
	if code, ok := strings.CutPrefix(text, "refuse "); ok {
		v.refusal = codes.Code(code)
		return v
	}
	result, ok := strings.CutPrefix(text, "-> ")
	if !ok {
		t.Fatalf("%q is no verdict", text)
	}
	parts := strings.Split(result, ";")
	if v.to = strings.Fields(parts[0]); slices.Equal(v.to, []string{"deleted"}) {
		v.to, v.deletes = nil, true
	}
	for _, part := range parts[1:] {
		switch part = strings.TrimSpace(part); {
		case part == "noop":
			v.noOp = true
		case part == "compat": // says when a guard that is listed does not apply
		case strings.HasPrefix(part, "guards:"):
			for _, code := range strings.Fields(strings.TrimPrefix(part, "guards:")) {
				v.guards = append(v.guards, codes.Code(code))
			}
		default:
			t.Fatalf("%q is no part of a verdict", part)
		}
	}
	return v
}

// SpecRows yields the rows of a file of testdata as columns.
func SpecRows(t *testing.T, name string) iter.Seq[[]string] {
	t.Helper()
	file, err := os.Open(Path("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return func(yield func([]string) bool) {
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			line := strings.TrimSpace(lines.Text())
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			columns := strings.Split(line, "|")
			for i := range columns {
				columns[i] = strings.TrimSpace(columns[i])
			}
			if !yield(columns) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			t.Error(err)
		}
	}
}

func Option[C ~uint8](key string) C {
	for n := range C(50) {
		if s, ok := any(n).(interface{ String() string }); ok && s.String() == key {
			return n
		}
	}
	panic("no status " + key)
}

// VerdictOf are the codes of a refusal, each once.
func VerdictOf(err error) (codes []codes.Code) {
	var e *record.Error
	if errors.As(err, &e) {
		for _, r := range e.Reasons {
			codes = append(codes, r.Code)
		}
	}
	return asSet(codes)
}
