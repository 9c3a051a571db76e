package insight

import (
	"cmp"
	"fmt"
	"iter"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// MetricKind is what a goal counts.
type MetricKind = value.Setting[metricKinds]

// The values of [MetricKind].
const (
	MetricAmount  MetricKind = iota // money, in the base currency
	MetricCount                     // records
	MetricDecimal                   // numbers that are no money
	MetricInteger                   // whole numbers
)

type metricKinds struct{}

func (metricKinds) Keys() []string { return []string{"amount", "count", "decimal", "integer"} }

// Metric is what a goal is about.
type Metric struct {
	Kind   MetricKind `json:"kind"`
	Source string     `json:"source"` // names the records: "opportunity_won"
}

// Objective is what measures know of a [Goal]: what somebody is to reach in a period. All
// goals of a tree have one metric, and the period of its root.
type Objective struct {
	ID                 string
	Owner              string // whose goal it is
	Parent             string // a goal of the same list
	Metric             Metric
	From, To           value.Date // both inclusive; of a root
	Target             decimal.Decimal
	Stretch            value.Opt[decimal.Decimal]
	OnlyFromChildren   bool                       // has no records of its own
	AllRecords         bool                       // those of every owner, not of the goal's alone
	OverrideActual     value.Opt[decimal.Decimal] // instead of what the records come to
	OverrideInProgress value.Opt[decimal.Decimal]
}

// Achievement is a record that counts for a metric.
type Achievement struct {
	Kind  kinds.Kind // of record
	ID    string
	Owner string
	On    value.Date
	Valued
	Amount money.Amount    // of an amount
	Number decimal.Decimal // of numbers that are no money
	Counts GoalAttribute   // for what; default: the actual
}

// GoalFigure has a row for each goal, by id.
type GoalFigure struct {
	Currency money.Currency `json:"currency"`
	Rows     []GoalRow      `json:"rows"`
}

// GoalRow says how far a goal is.
type GoalRow struct {
	Goal               string            `json:"goal"`
	Actual             Number            `json:"actual"`
	InProgress         Number            `json:"in_progress"`
	Custom             Number            `json:"custom"`
	Percentage         value.Opt[Number] `json:"percentage"` // of the target
	StretchPercentage  value.Opt[Number] `json:"stretch_percentage"`
	ExpectedToday      Number            `json:"expected_today"` // of the target, by the days that are over
	ExpectedPercentage value.Opt[Number] `json:"expected_percentage"`
	Ahead              bool              `json:"ahead"`            // actual ≥ expected, both not rounded
	WithInProgress     value.Opt[Number] `json:"with_in_progress"` // percentage of actual and in progress
	Depth              int               `json:"depth"`
	Tree               string            `json:"tree"` // its root
	Notices            []string          `json:"notices,omitempty"`
}

// Notices of a goal.
const (
	NoticeDoubleCount   = "double_count"   // it counts all records, and its children count them again
	NoticePeriodIgnored = "period_ignored" // that of the root counts
)

// What records count for, by the number of the attribute.
const goalParts = int(GoalAttributeCustom) + 1

// goalState is a goal on its way.
type goalState struct {
	*Objective
	root   *Objective
	depth  int
	own    [goalParts]sum      // of its own records
	rolled [goalParts]*big.Rat // with those of its children
}

// Goals rolls goals up. Amounts are in the base currency: those of other currencies
// at each record's own rate, unless the report has rates. Achievements answers with
// the records of a metric, once for each that a goal has. Params have no period.
//
// ErrInvalid: a child of another metric, a period turned round. ErrNotFound: a parent
// that is not in the list. ErrParentCycle: a circle. ErrOutOfRange: a target below 0.
func Goals(goals []Objective, achievements func(Metric) iter.Seq[Achievement], p Params) (*Report[GoalFigure], error) {
	p.From, p.Before = 0, 0
	if p.Convert == ConvertNone {
		p.Convert = ConvertOwn
	}
	if err := record.RefusedFor(p.reasons(nil)); err != nil {
		return nil, err
	}
	states, h, err := goalTree(goals)
	if err != nil {
		return nil, err
	}
	r := newRun(&p)
	asked := map[Metric]bool{}
	for _, id := range sortedKeys(states) {
		if m := states[id].Metric; !asked[m] {
			asked[m] = true
			gather(r, m, states, achievements(m))
		}
	}
	if err := r.refusal(); err != nil {
		return nil, err
	}
	h.upwards(func(id string) { states[id].rollUp(r, states, h.below[id]) })
	f := GoalFigure{Currency: p.Base, Rows: []GoalRow{}}
	for _, id := range sortedKeys(states) {
		f.Rows = append(f.Rows, states[id].row(&p, len(h.below[id]) > 0))
	}
	return report(goalDefinition, &p, []GoalFigure{f}), nil
}

// goalTree checks goals and finds their roots.
func goalTree(goals []Objective) (map[string]*goalState, *hierarchy, error) {
	states, parents, position := map[string]*goalState{}, map[string]string{}, map[string]int{}
	var reasons []record.Reason
	refuse := func(n int, code codes.Code, field, message string) {
		reason := record.Reason{Code: code, Field: fmt.Sprintf("goals[%d].%s", n, field), Message: message}
		reasons = append(reasons, reason.With("ids", []string{goals[n].ID}))
	}
	for n := range goals {
		g := &goals[n]
		if states[g.ID] != nil {
			refuse(n, codes.ErrInvalid, "id", "the goal stands there already")
		}
		states[g.ID], parents[g.ID], position[g.ID] = &goalState{Objective: g}, g.Parent, n
		if g.Target.IsNegative() {
			refuse(n, codes.ErrOutOfRange, "target", "0 or more")
		}
		if s, ok := g.Stretch.Get(); ok && s.IsNegative() {
			refuse(n, codes.ErrOutOfRange, "stretch", "0 or more")
		}
		switch {
		case g.Parent != "":
		case g.From.IsZero() || g.To.IsZero():
			refuse(n, codes.ErrMissingField, "from", "a goal without parent needs a period")
		case g.To.Before(g.From):
			refuse(n, codes.ErrInvalid, "to", "the period ends before it begins")
		}
	}
	for n := range goals {
		if g := &goals[n]; g.Parent != "" {
			if parent := states[g.Parent]; parent == nil {
				refuse(n, codes.ErrNotFound, "parent", "the parent is not among the goals")
			} else if parent.Metric != g.Metric {
				refuse(n, codes.ErrInvalid, "metric", "a child has the metric of its parent")
			}
		}
	}
	if len(reasons) > 0 {
		return nil, nil, record.RefusedFor(reasons)
	}
	h, err := newHierarchy(sortedKeys(states), parents, "goals")
	if err != nil {
		return nil, nil, err
	}
	for _, s := range states {
		s.root = s.Objective
		for s.root.Parent != "" {
			s.root = states[s.root.Parent].Objective
			s.depth++
		}
	}
	return states, h, nil
}

// gather gives the records of a metric to the goals that they count for.
func gather(r *run, m Metric, states map[string]*goalState, achievements iter.Seq[Achievement]) {
	byOwner, all := map[string][]*goalState{}, []*goalState(nil)
	for _, id := range sortedKeys(states) {
		switch s := states[id]; {
		case s.Metric != m || s.OnlyFromChildren:
		case s.AllRecords:
			all = append(all, s)
		default:
			byOwner[s.Owner] = append(byOwner[s.Owner], s)
		}
	}
	for a := range achievements {
		for _, list := range [][]*goalState{byOwner[a.Owner], all} {
			for _, s := range list {
				s.take(r, &a)
			}
		}
	}
}

func (s *goalState) take(r *run, a *Achievement) {
	if a.On.IsZero() || a.On.Before(s.root.From) || a.On.After(s.root.To) {
		return
	}
	add := addend{amount: decimal.NewFromInt(1)}
	switch s.Metric.Kind {
	case MetricAmount:
		r.figure(a.ID, a.Valued)
		add = r.amount(a.Valued, a.Amount)
	case MetricDecimal, MetricInteger:
		add.amount = a.Number
	}
	counts := cmp.Or(a.Counts, GoalAttributeActual)
	s.own[counts].add(add)
	r.tell(r.Base, []string{s.ID}, counts.String(), a.Kind, a.ID, add, a.On)
}

func (s *goalState) rollUp(r *run, states map[string]*goalState, children []string) {
	for part := range s.own {
		s.rolled[part] = r.exact(&s.own[part])
		for _, id := range children {
			s.rolled[part].Add(s.rolled[part], states[id].rolled[part])
		}
	}
	if given, ok := s.OverrideActual.Get(); ok {
		s.rolled[GoalAttributeActual].Set(given.Rat())
	}
	if given, ok := s.OverrideInProgress.Get(); ok {
		s.rolled[GoalAttributeInProgress].Set(given.Rat())
	}
}

func (s *goalState) row(p *Params, parent bool) GoalRow {
	places, expectedPlaces := placesOf(s.Metric.Kind, p.Base)
	actual, inProgress := s.rolled[GoalAttributeActual], s.rolled[GoalAttributeInProgress]
	target := s.Target.Rat()
	expected := new(big.Rat).Mul(target, s.elapsed(p.today()))
	percentOf := func(x, of *big.Rat) value.Opt[Number] {
		return quotient(new(big.Rat).Mul(x, big.NewRat(100, 1)), of, percentPlaces)
	}
	row := GoalRow{
		Goal: s.ID, Actual: rounded(actual, places), InProgress: rounded(inProgress, places), Custom: rounded(s.rolled[GoalAttributeCustom], places),
		Percentage: percentOf(actual, target), ExpectedToday: rounded(expected, expectedPlaces),
		ExpectedPercentage: percentOf(expected, target), Ahead: actual.Cmp(expected) >= 0,
		WithInProgress: percentOf(new(big.Rat).Add(actual, inProgress), target),
		Depth:          s.depth, Tree: s.root.ID,
	}
	if stretch, ok := s.Stretch.Get(); ok {
		row.StretchPercentage = percentOf(actual, stretch.Rat())
	}
	if parent && s.AllRecords && !s.OnlyFromChildren {
		row.Notices = append(row.Notices, NoticeDoubleCount)
	}
	if own := s.Objective; !own.From.IsZero() && own.From != s.root.From || !own.To.IsZero() && own.To != s.root.To {
		row.Notices = append(row.Notices, NoticePeriodIgnored)
	}
	return row
}

// elapsed is the share of the period that is over on a day, 0 to 1.
func (s *goalState) elapsed(today value.Date) *big.Rat {
	from, to := s.root.From, s.root.To
	switch {
	case !today.Before(to):
		return big.NewRat(1, 1)
	case !today.After(from):
		return new(big.Rat)
	}
	return big.NewRat(int64(from.DaysUntil(today)), int64(from.DaysUntil(to)))
}

// placesOf are the decimals of what a goal reaches, and of what is expected of it.
func placesOf(k MetricKind, base money.Currency) (reached, expected int) {
	switch k {
	case MetricAmount:
		return base.Digits(), base.Digits()
	case MetricDecimal:
		return decimalPlaces, decimalPlaces
	default:
		return 0, dayPlaces
	}
}
