package bpf_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/bpf"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// values are the fields of one record per entity.
type values map[string]map[string]any

func (v values) Lookup(entity, field string) (any, bool) {
	value, ok := v[entity][field]
	return value, ok
}

// lines reads a table of testdata: cells of the lines that are no comment.
func lines(t *testing.T, name string) (rows [][]string) {
	t.Helper()
	body, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, " | ")
		for i := range cells {
			cells[i] = strings.TrimSpace(strings.TrimSuffix(cells[i], " |"))
		}
		rows = append(rows, cells)
	}
	return rows
}

// tester is a test or a property.
type tester interface {
	Helper()
	Fatal(args ...any)
}

// sample is a process over three entities with a branch and a loop.
const sample = `{
  "schema": "bpf/v1", "name": "sample", "label": "Sample", "version": 1, "primaryEntity": "a",
  "stages": [
    { "key": "one", "label": "One", "entity": "a", "staleAfter": "P1D", "probability": 10,
      "steps": [ { "key": "size", "field": "size", "required": true }, { "key": "ready", "field": "ready", "required": true } ],
      "exit": [ { "field": "state", "op": "ne", "value": 9, "message": "state is nine" } ],
      "branches": [ { "next": "big", "all": [ { "field": "size", "op": "ge", "value": "100" } ] } ],
      "next": "two", "triggers": [ { "on": "exit", "run": "left" } ] },
    { "key": "big", "label": "Big", "entity": "a", "steps": [ { "key": "ok", "field": "ok", "required": true } ] },
    { "key": "two", "label": "Two", "entity": "b",
      "enter": { "relationship": "a_b", "modes": ["select", "create", "operation"], "operation": "a.make_b" },
      "steps": [ { "key": "note", "field": "note" }, { "key": "call", "kind": "action", "action": "b.call" } ],
      "triggers": [ { "on": "enter", "run": "entered" } ] },
    { "key": "back", "label": "Back", "entity": "a", "enter": { "loop": true }, "steps": [ { "key": "x", "field": "x" } ] },
    { "key": "last", "label": "Last", "entity": "c", "enter": { "relationship": "b_c", "modes": ["operation"], "operation": "b.make_c" },
      "steps": [ { "key": "paid", "field": "paid", "required": true } ] }
  ],
  "triggers": [ { "on": "applied", "run": "started" }, { "on": "finished", "run": "finished" } ],
  "bindings": [
    { "event": "a.made_b", "do": "advance", "to": "two", "bind": "b", "mode": "strict" },
    { "event": "b.created", "do": "offer", "bind": "b" },
    { "event": "b.revised", "do": "rebind", "bind": "b" },
    { "event": "a.closed", "do": "abort" },
    { "event": "a.opened", "do": "reactivate" },
    { "event": "c.created", "do": "advance", "to": "last", "bind": "c" },
    { "event": "c.paid", "do": "finish" }
  ]
}`

func parse(t tester, body string) bpf.Definition {
	t.Helper()
	d, err := bpf.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return *d
}

var (
	recA = bpf.Ref{Entity: "a", ID: "1"}
	recB = bpf.Ref{Entity: "b", ID: "2"}
	recC = bpf.Ref{Entity: "c", ID: "3"}
)

// filled satisfies every gate of the sample.
func filled() values {
	return values{
		"a": {"size": 5, "ready": true, "state": 0, "ok": true},
		"b": {"note": "hello"},
		"c": {"paid": true},
	}
}

func facts(v values) bpf.Facts {
	return bpf.Facts{Values: v, At: noon, Actor: "ann", Target: bpf.TargetFacts{Exists: true, Related: true, Linkable: true}}
}

func start(t tester, d bpf.Definition, f bpf.Facts) bpf.Instance {
	t.Helper()
	m, err := bpf.Start(d, bpf.Ref{Entity: d.PrimaryEntity, ID: "1"}, bpf.StartOptions{ID: "i"}, f)
	if err != nil {
		t.Fatal(err)
	}
	return m.Instance
}

// does fails the test unless the operation succeeds.
func does(t tester, m bpf.Move, err error) bpf.Instance {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return m.Instance
}

func refused(t *testing.T, err error, code bpf.Code) {
	t.Helper()
	if !errors.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}
