package leadtocash

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Flow is the table behind a kind of record: what each action does in each
// status. Transition methods obey it, and everything that talks about them –
// what is allowed now, why not, diagrams, documents – reads it. It cannot be
// changed, and asking it changes nothing.
type Flow[R, F any, S set] struct {
	kind   Kind
	ref    func(*R) Ref
	at     func(*R) Choice[S]
	first  Action
	cells  [][]cell[R, F, S] // [action-first][status]
	checks map[Action][]Requirement
}

type cell[R, F any, S set] struct {
	rule    *rule[R, F, S]
	refusal Code
}

// rule allows an action in some statuses.
type rule[R, F any, S set] struct {
	do      Action
	from    []Choice[S]
	to      []Choice[S]   // the declared results; the status itself where it stays
	needs   []guard[R, F] // all of them hold, or the action is refused
	noOp    bool          // succeeds and changes nothing
	deletes bool          // the record is gone afterwards
}

// guard is one condition of record and facts. It only reads them.
type guard[R, F any] struct {
	code  Code
	text  string
	holds func(*R, *F) bool
	// detail names fields and lines, once it is known that the guard fails.
	detail func(*R, *F) []Reason
}

// refuse answers an action in some statuses with a code of its own; cells
// without rule and refusal answer ErrInvalidTransition.
type refuse[S set] struct {
	do   []Action
	from []Choice[S]
	code Code
}

// Requirement is a condition of an action as documents show it.
type Requirement struct {
	Code Code   `json:"code"`
	Text string `json:"text"`
}

// Cell is one field of the matrix: an action in a status.
type Cell struct {
	Action  Action        `json:"action"`
	Status  string        `json:"status"`
	To      []string      `json:"to,omitzero"` // declared results
	NoOp    bool          `json:"no_op,omitzero"`
	Deletes bool          `json:"deletes,omitzero"`
	Refusal Code          `json:"refusal,omitzero"` // set: always refused
	Guards  []Requirement `json:"guards,omitzero"`  // of record and facts
	Checks  []Requirement `json:"checks,omitzero"`  // of record, command and facts
}

// Verdict is the answer for one action: possible, or every reason why not.
// Checks name what the command will decide as well.
type Verdict struct {
	Action Action        `json:"action"`
	To     []string      `json:"to,omitzero"`
	Err    error         `json:"-"`
	Checks []Requirement `json:"checks,omitzero"`
}

// Reasons lists why the action is refused; empty when it is possible.
func (v Verdict) Reasons() []Reason { return reasonsOf(v.Err) }

// newFlow builds a table and panics when it contradicts itself: that is a
// programmer's error which every test meets.
func newFlow[R, F any, S set](kind Kind, ref func(*R) Ref, at func(*R) Choice[S], rules []rule[R, F, S], refusals []refuse[S]) *Flow[R, F, S] {
	f := &Flow[R, F, S]{kind: kind, ref: ref, at: at, checks: map[Action][]Requirement{}}
	all := Actions()
	f.first = all[slices.IndexFunc(all, func(a Action) bool { return a.Kind() == kind })]
	statuses := len(table[S]())
	for _, a := range all {
		if a.Kind() == kind {
			f.cells = append(f.cells, make([]cell[R, F, S], statuses))
		}
	}
	fill := func(do Action, s Choice[S], c cell[R, F, S]) {
		if do.Kind() != kind || !s.Valid() || s == 0 {
			panic(fmt.Sprintf("flow %s: no cell %s in %s", kind, do, s))
		}
		old := &f.cells[do-f.first][s]
		if old.rule != nil || old.refusal != "" {
			panic(fmt.Sprintf("flow %s: two rules for %s in %s", kind, do, s))
		}
		*old = c
	}
	for i := range rules {
		r := &rules[i]
		for _, g := range r.needs {
			if g.code.Info().Code == "" {
				panic(fmt.Sprintf("flow %s: %s: unknown code %q", kind, r.do, g.code))
			}
		}
		for _, s := range r.from {
			fill(r.do, s, cell[R, F, S]{rule: r})
		}
	}
	for _, r := range refusals {
		for _, do := range r.do {
			for _, s := range r.from {
				fill(do, s, cell[R, F, S]{refusal: r.code})
			}
		}
	}
	return f
}

// in lists statuses.
func in[S set](s ...Choice[S]) []Choice[S] { return s }

// every lists all statuses of a set.
func every[S set]() []Choice[S] { return Values[Choice[S]]() }

// do lists actions.
func do(a ...Action) []Action { return a }

// needs lists guards.
func needs[R, F any](g ...guard[R, F]) []guard[R, F] { return g }

// Kind returns the kind of record the table is about.
func (f *Flow[R, F, S]) Kind() Kind { return f.kind }

func (f *Flow[R, F, S]) cell(do Action, s Choice[S]) *cell[R, F, S] {
	i := int(do) - int(f.first)
	if i < 0 || i >= len(f.cells) || int(s) >= len(f.cells[i]) {
		return nil
	}
	return &f.cells[i][s]
}

// Why returns nil if the action is possible for some command, else an *Error
// with every reason. The allowed case allocates nothing.
func (f *Flow[R, F, S]) Why(r *R, do Action, facts *F) error {
	c := f.cell(do, f.at(r))
	if c == nil || c.rule == nil {
		return f.refused(r, do, []Reason{c.reason()})
	}
	for i := range c.rule.needs {
		if !c.rule.needs[i].holds(r, facts) {
			return f.refused(r, do, f.unmet(c.rule, r, facts))
		}
	}
	return nil
}

func (c *cell[R, F, S]) reason() Reason {
	code := ErrInvalidTransition
	if c != nil && c.refusal != "" {
		code = c.refusal
	}
	return Reason{Code: code, Message: code.Info().Text}
}

func (f *Flow[R, F, S]) unmet(ru *rule[R, F, S], r *R, facts *F) (reasons []Reason) {
	for _, g := range ru.needs {
		if g.holds(r, facts) {
			continue
		}
		var details []Reason
		if g.detail != nil {
			details = g.detail(r, facts)
		}
		if len(details) == 0 {
			details = []Reason{{Code: g.code, Message: g.code.because(g.text)}}
		}
		reasons = append(reasons, details...)
	}
	return reasons
}

// refused makes the error of this table's record.
func (f *Flow[R, F, S]) refused(r *R, do Action, reasons []Reason) error {
	ref := f.ref(r)
	return &Error{
		Code: reasons[0].Code, Kind: f.kind, ID: ref.ID,
		Status: f.at(r).String(), Action: do, Reasons: reasons,
	}
}

// Allowed lists the actions that are possible for some command.
func (f *Flow[R, F, S]) Allowed(r *R, facts *F) (allowed []Action) {
	for i := range f.cells {
		if do := f.first + Action(i); f.callable(do) && f.Why(r, do, facts) == nil {
			allowed = append(allowed, do)
		}
	}
	return allowed
}

// Explain answers for every action of the table: its results, or all reasons
// against it at once.
func (f *Flow[R, F, S]) Explain(r *R, facts *F) (verdicts []Verdict) {
	for i := range f.cells {
		do := f.first + Action(i)
		if !f.callable(do) {
			continue
		}
		v := Verdict{Action: do, Err: f.Why(r, do, facts), Checks: f.checks[do]}
		if v.Err == nil {
			v.To = keys(f.cell(do, f.at(r)).rule.to)
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

// ByStatus lists the actions that a record in the status may do, facts
// permitting: for list pages, where facts are too dear.
func (f *Flow[R, F, S]) ByStatus(s Choice[S]) (possible []Action) {
	for i := range f.cells {
		do := f.first + Action(i)
		if c := f.cell(do, s); f.callable(do) && c != nil && c.rule != nil {
			possible = append(possible, do)
		}
	}
	return possible
}

// inTable reports whether the table says anything about the action; births are
// not transitions.
func (f *Flow[R, F, S]) inTable(do Action) bool {
	i := int(do) - int(f.first)
	return i >= 0 && i < len(f.cells) && slices.ContainsFunc(f.cells[i], func(c cell[R, F, S]) bool {
		return c.rule != nil || c.refusal != ""
	})
}

func (f *Flow[R, F, S]) callable(do Action) bool {
	return f.inTable(do) && do.Callable()
}

// Matrix yields every cell, action by action.
func (f *Flow[R, F, S]) Matrix() iter.Seq[Cell] {
	return func(yield func(Cell) bool) {
		for i := range f.cells {
			do := f.first + Action(i)
			if !f.inTable(do) {
				continue
			}
			for _, s := range every[S]() {
				if !yield(f.describe(do, s)) {
					return
				}
			}
		}
	}
}

func (f *Flow[R, F, S]) describe(do Action, s Choice[S]) Cell {
	c := f.cell(do, s)
	out := Cell{Action: do, Status: s.String()}
	if c.rule == nil {
		out.Refusal = c.reason().Code
		return out
	}
	out.To, out.NoOp, out.Deletes = keys(c.rule.to), c.rule.noOp, c.rule.deletes
	for _, g := range c.rule.needs {
		out.Guards = append(out.Guards, Requirement{g.code, g.text})
	}
	out.Checks = f.checks[do]
	return out
}

// declares reports whether the table knows this step; the shell asks before it
// stores what the core decided.
func (f *Flow[R, F, S]) declares(do Action, from, to string) bool {
	was, err := ParseOption[Choice[S]](from)
	if err != nil || was == 0 {
		return err == nil // a birth
	}
	c := f.cell(do, was)
	if c == nil || c.rule == nil {
		return false
	}
	return c.rule.deletes || slices.ContainsFunc(c.rule.to, func(s Choice[S]) bool { return s.String() == to })
}

func keys[S set](list []Choice[S]) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.String()
	}
	return out
}

// Mermaid draws the table as a state diagram: the steps that change status.
func (f *Flow[R, F, S]) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, o := range table[S]()[1:] {
		fmt.Fprintf(&b, "    %s: %s\n", o.Key, o.Label)
	}
	for _, s := range table[S]()[1:] {
		if s.Default && !s.ImportOnly { // the status that records are born in
			fmt.Fprintf(&b, "    [*] --> %s\n", s.Key)
			break
		}
	}
	type edge struct{ from, to string }
	var order []edge
	verbs := map[edge][]string{}
	for c := range f.Matrix() {
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
			verbs[e] = append(verbs[e], c.Action.verb())
		}
	}
	for _, e := range order {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", e.from, e.to, strings.Join(verbs[e], ", "))
	}
	return b.String()
}

// Markdown writes the table as a document: the matrix, then what each action
// needs.
func (f *Flow[R, F, S]) Markdown() string {
	var b strings.Builder
	all := table[S]()[1:]
	fmt.Fprintf(&b, "# %s\n\n| Action | %s |\n|---%s|\n", f.kind,
		strings.Join(keys(every[S]()), " | "), strings.Repeat("|---", len(all)))
	var conditions []string
	var row []string
	for c := range f.Matrix() {
		row = append(row, c.markdown())
		if len(row) < len(all) {
			continue
		}
		fmt.Fprintf(&b, "| %s | %s |\n", c.Action.verb(), strings.Join(row, " | "))
		row = nil
		conditions = append(conditions, f.conditions(c.Action)...)
	}
	if len(conditions) > 0 {
		b.WriteString("\nWhat an action needs besides the status:\n\n| Action | Needs | Otherwise |\n|---|---|---|\n")
		b.WriteString(strings.Join(conditions, ""))
	}
	b.WriteString("\n```mermaid\n" + f.Mermaid() + "```\n")
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
func (f *Flow[R, F, S]) conditions(do Action) (rows []string) {
	add := func(q Requirement) {
		row := fmt.Sprintf("| %s | %s | %s |\n", do.verb(), q.Text, q.Code)
		if !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
	}
	for _, s := range every[S]() {
		c := f.describe(do, s)
		for _, g := range c.Guards {
			add(g)
		}
	}
	for _, q := range f.checks[do] {
		add(q)
	}
	return rows
}
