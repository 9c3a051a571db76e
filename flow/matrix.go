package flow

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/value"
)

// matrix is what a Flow tells whatever its record: a cell for each action in
// each status.
type matrix struct {
	kind     kinds.Kind
	first    actions.Action
	statuses []value.Option // of the set; [0] is "not set"
	cells    []*step        // [action-first][status]; nil answers ErrInvalidTransition
	checks   map[actions.Action][]Requirement
}

// step is what a rule or a refusal says.
type step struct {
	to      []string
	noOp    bool
	deletes bool
	refusal codes.Code
	guards  []Requirement
}

// Requirement is a condition of an action as documents show it.
type Requirement struct {
	Code codes.Code `json:"code"`
	Text string     `json:"text"`
}

// Cell is one field of the matrix: an action in a status.
type Cell struct {
	Action  actions.Action `json:"action"`
	Status  string         `json:"status"`
	To      []string       `json:"to,omitzero"` // declared results
	NoOp    bool           `json:"no_op,omitzero"`
	Deletes bool           `json:"deletes,omitzero"`
	Refusal codes.Code     `json:"refusal,omitzero"` // set: always refused
	Guards  []Requirement  `json:"guards,omitzero"`  // of record and facts
	Checks  []Requirement  `json:"checks,omitzero"`  // of record, command and facts
}

// Table is what every Flow can tell, whatever its record.
type Table interface {
	Kind() kinds.Kind
	Statuses() []value.Option
	Matrix() iter.Seq[Cell]
	Declares(do actions.Action, from, to string) bool
	Mermaid() string
	Markdown() string
}

func newMatrix(kind kinds.Kind, statuses []value.Option) matrix {
	m := matrix{kind: kind, statuses: statuses, checks: map[actions.Action][]Requirement{}}
	for _, a := range actions.Actions() {
		if a.Kind() != kind {
			continue
		}
		if m.first == 0 {
			m.first = a
		}
		m.cells = append(m.cells, make([]*step, len(statuses))...)
	}
	return m
}

// set fills a cell and returns its index.
func (m *matrix) set(do actions.Action, status uint8, s *step) int {
	if do.Kind() != m.kind || status == 0 || int(status) >= len(m.statuses) {
		panic(fmt.Sprintf("flow %s: no cell %s in %s", m.kind, do, value.KeyIn(m.statuses, status)))
	}
	i := m.index(do, status)
	if m.cells[i] != nil {
		panic(fmt.Sprintf("flow %s: two rules for %s in %s", m.kind, do, value.KeyIn(m.statuses, status)))
	}
	for _, g := range s.guards {
		g.Code.MustKnow("flow " + do.String())
	}
	m.cells[i] = s
	return i
}

// index is the place of a cell, -1 if there is none.
func (m *matrix) index(do actions.Action, status uint8) int {
	if i := (int(do)-int(m.first))*len(m.statuses) + int(status); int(status) < len(m.statuses) && i >= 0 && i < len(m.cells) {
		return i
	}
	return -1
}

func (s *step) allows() bool { return s != nil && s.refusal == "" }

// refusal is the code of a cell that allows nothing.
func (m *matrix) refusal(do actions.Action, status uint8) codes.Code {
	if i := m.index(do, status); i >= 0 && m.cells[i] != nil {
		return m.cells[i].refusal
	}
	return codes.ErrInvalidTransition
}

// Statuses lists the statuses of the kind.
func (m *matrix) Statuses() []value.Option { return value.OptionsIn(m.statuses) }

// Require adds a requirement of an action that another decision makes sure of.
func (m *matrix) Require(do actions.Action, q Requirement) { m.checks[do] = append(m.checks[do], q) }

// Kind returns the kind of record the table is about.
func (m *matrix) Kind() kinds.Kind { return m.kind }

// row are the cells of one action.
func (m *matrix) row(do actions.Action) []*step {
	if i := m.index(do, 0); i >= 0 {
		return m.cells[i : i+len(m.statuses)]
	}
	return nil
}

// inTable reports whether the table says anything about the action; births are
// not transitions.
func (m *matrix) inTable(do actions.Action) bool {
	return slices.ContainsFunc(m.row(do), func(s *step) bool { return s != nil })
}

// actions lists the actions that the table says something about.
func (m *matrix) actions() (list []actions.Action) {
	for do := m.first; m.index(do, 0) >= 0; do++ {
		if m.inTable(do) {
			list = append(list, do)
		}
	}
	return list
}

// callables lists those that are a command of their own.
func (m *matrix) callables() []actions.Action {
	return slices.DeleteFunc(m.actions(), func(do actions.Action) bool { return !do.Callable() })
}

func (m *matrix) byStatus(status uint8) (possible []actions.Action) {
	for _, do := range m.callables() {
		if i := m.index(do, status); i >= 0 && m.cells[i].allows() {
			possible = append(possible, do)
		}
	}
	return possible
}

// Matrix yields every cell, action by action.
func (m *matrix) Matrix() iter.Seq[Cell] { return func(yield func(Cell) bool) { m.each(yield) } }

func (m *matrix) each(yield func(Cell) bool) {
	for _, do := range m.actions() {
		for status := 1; status < len(m.statuses); status++ {
			if !yield(m.describe(do, uint8(status))) {
				return
			}
		}
	}
}

func (m *matrix) describe(do actions.Action, status uint8) Cell {
	out := Cell{Action: do, Status: value.KeyIn(m.statuses, status)}
	s := m.cells[m.index(do, status)]
	if !s.allows() {
		out.Refusal = m.refusal(do, status)
		return out
	}
	out.To, out.NoOp, out.Deletes = slices.Clone(s.to), s.noOp, s.deletes
	out.Guards, out.Checks = slices.Clone(s.guards), m.checks[do]
	return out
}

// Declares reports whether the table knows this step: the engine asks before it
// stores what was decided.
func (m *matrix) Declares(do actions.Action, from, to string) bool {
	if from == "" {
		return true // a birth
	}
	status := slices.IndexFunc(m.statuses, func(o value.Option) bool { return o.Key == from })
	if status < 0 {
		return false
	}
	i := m.index(do, uint8(status))
	return i >= 0 && m.cells[i].allows() && (m.cells[i].deletes || slices.Contains(m.cells[i].to, to))
}

// Mermaid draws the table as a state diagram: the steps that change status.
func (m *matrix) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, o := range m.statuses[1:] {
		fmt.Fprintf(&b, "    %s: %s\n", o.Key, o.Label)
	}
	for _, o := range m.statuses[1:] {
		if o.Default && !o.ImportOnly { // the status that records are born in
			fmt.Fprintf(&b, "    [*] --> %s\n", o.Key)
			break
		}
	}
	type edge struct{ from, to string }
	var order []edge
	verbs := map[edge][]string{}
	for c := range m.Matrix() {
		to := c.To
		if c.Deletes {
			to = []string{"[*]"}
		}
		for _, t := range to {
			if t == c.Status {
				continue
			}
			e := edge{c.Status, t}
			if verbs[e] == nil {
				order = append(order, e)
			}
			verbs[e] = append(verbs[e], c.Action.Verb())
		}
	}
	for _, e := range order {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", e.from, e.to, strings.Join(verbs[e], ", "))
	}
	return b.String()
}

// Markdown writes the table as a document: the matrix, then what each action
// needs.
func (m *matrix) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n| Action |", m.kind)
	for _, o := range m.statuses[1:] {
		fmt.Fprintf(&b, " %s |", o.Key)
	}
	fmt.Fprintf(&b, "\n|---%s|\n", strings.Repeat("|---", len(m.statuses)-1))
	var conditions []string
	for _, do := range m.actions() {
		fmt.Fprintf(&b, "| %s |", do.Verb())
		for status := 1; status < len(m.statuses); status++ {
			fmt.Fprintf(&b, " %s |", m.describe(do, uint8(status)).markdown())
		}
		b.WriteByte('\n')
		conditions = append(conditions, m.conditions(do)...)
	}
	if len(conditions) > 0 {
		b.WriteString("\nWhat an action needs besides the status:\n\n| Action | Needs | Otherwise |\n|---|---|---|\n")
		b.WriteString(strings.Join(conditions, ""))
	}
	b.WriteString("\n```mermaid\n" + m.Mermaid() + "```\n")
	return b.String()
}

func (c Cell) markdown() string {
	switch {
	case c.Refusal != "":
		return "✖ " + string(c.Refusal)
	case c.NoOp:
		return "✔ no-op"
	case c.Deletes:
		return "✔ deleted"
	}
	return "✔ → " + strings.Join(c.To, ", ")
}

// conditions lists the guards of any of the action's cells and its checks.
func (m *matrix) conditions(do actions.Action) (rows []string) {
	var needs []Requirement
	for _, s := range m.row(do) {
		if s != nil {
			needs = append(needs, s.guards...)
		}
	}
	for _, q := range append(needs, m.checks[do]...) {
		row := fmt.Sprintf("| %s | %s | %s |\n", do.Verb(), q.Text, q.Code)
		if !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
	}
	return rows
}
