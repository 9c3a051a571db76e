package flow

import (
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Flow is the table behind a kind of record: what each action does in each
// status. Transition methods obey it, and everything that talks about them –
// what is allowed now, why not, diagrams, documents – reads it. It cannot be
// changed, and asking it changes nothing.
//
// R and F are pointers to the record and to the facts about it, S is the type
// of its status: QuoteFlow is a Flow[*Quote, *QuoteFacts, QuoteStatus].
type Flow[R, F any, S value.AnyChoice] struct {
	matrix
	ref   func(R) record.Ref
	at    func(R) S
	needs [][]Guard[R, F] // cell by cell of the matrix
}

// Rule allows an action in some statuses.
type Rule[R, F any, S value.AnyChoice] struct {
	Do      actions.Action
	From    []S
	To      []S           // the declared results; the status itself where it stays
	Needs   []Guard[R, F] // all of them hold, or the action is refused
	NoOp    bool          // succeeds and changes nothing
	Deletes bool          // the record is gone afterwards
}

// Guard is one condition of record and facts. It only reads them.
type Guard[R, F any] struct {
	Code  codes.Code
	Text  string
	Holds func(R, F) bool
	// Detail names fields and lines, once it is known that the guard fails.
	Detail func(R, F) []record.Reason
}

// Refuse answers an action in some statuses with a code of its own; cells
// without rule and refusal answer ErrInvalidTransition.
type Refuse[S value.AnyChoice] struct {
	Do   []actions.Action
	From []S
	Code codes.Code
}

// Verdict is the answer for one action: possible, or every reason why not.
// Checks name what the command will decide as well.
type Verdict struct {
	Action actions.Action `json:"action"`
	To     []string       `json:"to,omitzero"`
	Err    error          `json:"-"`
	Checks []Requirement  `json:"checks,omitzero"`
}

// Reasons lists why the action is refused; empty when it is possible.
func (v Verdict) Reasons() []record.Reason { return record.ReasonsOf(v.Err) }

// New builds a table and panics when it contradicts itself: that is a
// programmer's error which every test meets.
func New[R, F any, S value.AnyChoice](kind kinds.Kind, ref func(R) record.Ref, at func(R) S, rules []Rule[R, F, S], refusals []Refuse[S]) *Flow[R, F, S] {
	var s S
	f := &Flow[R, F, S]{matrix: newMatrix(kind, value.Options(s.Options()...)), ref: ref, at: at}
	f.needs = make([][]Guard[R, F], len(f.cells))
	for _, r := range rules {
		s := &step{to: keys(r.To), noOp: r.NoOp, deletes: r.Deletes}
		for _, g := range r.Needs {
			s.guards = append(s.guards, Requirement{g.Code, g.Text})
		}
		for _, from := range r.From {
			f.needs[f.set(r.Do, uint8(from), s)] = r.Needs
		}
	}
	for _, r := range refusals {
		s := &step{refusal: r.Code}
		for _, do := range r.Do {
			for _, from := range r.From {
				f.set(do, uint8(from), s)
			}
		}
	}
	return f
}

// In lists statuses.
func In[S value.AnyChoice](s ...S) []S { return s }

// Do lists actions.
func Do(a ...actions.Action) []actions.Action { return a }

// Needs lists guards.
func Needs[R, F any](g ...Guard[R, F]) []Guard[R, F] { return g }

// keys are the keys of statuses.
func keys[S value.AnyChoice](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.String()
	}
	return out
}

// Why returns nil if the action is possible for some command, else an *Error
// with every reason. The allowed case allocates nothing.
func (f *Flow[R, F, S]) Why(r R, do actions.Action, facts F) error {
	guards, ok := f.guards(r, do)
	if !ok {
		return f.forbidden(r, do)
	}
	for i := range guards {
		if !guards[i].Holds(r, facts) {
			return f.Refused(r, do, unmet(guards, r, facts))
		}
	}
	return nil
}

// guards returns those of an action for a record, and whether its status allows
// the action at all.
func (f *Flow[R, F, S]) guards(r R, do actions.Action) ([]Guard[R, F], bool) {
	i := f.index(do, uint8(f.at(r)))
	if i < 0 || !f.cells[i].allows() {
		return nil, false
	}
	return f.needs[i], true
}

// unmet are the reasons of the guards that do not hold.
func unmet[R, F any](needs []Guard[R, F], r R, facts F) (reasons []record.Reason) {
	for _, g := range needs {
		if g.Holds(r, facts) {
			continue
		}
		var details []record.Reason
		if g.Detail != nil {
			details = g.Detail(r, facts)
		}
		if len(details) == 0 {
			details = []record.Reason{{Code: g.Code, Message: g.Code.Because(g.Text)}}
		}
		reasons = append(reasons, details...)
	}
	return reasons
}

// forbidden makes the error of an action that the status refuses.
func (f *Flow[R, F, S]) forbidden(r R, do actions.Action) error {
	code := f.refusal(do, uint8(f.at(r)))
	return f.Refused(r, do, []record.Reason{{Code: code, Message: code.Info().Text}})
}

// Refused makes the error of this table's record.
func (f *Flow[R, F, S]) Refused(r R, do actions.Action, reasons []record.Reason) error {
	return &record.Error{
		Code: reasons[0].Code, Kind: f.kind, ID: f.ref(r).ID,
		Status: value.KeyIn(f.statuses, uint8(f.at(r))), Action: do, Reasons: reasons,
	}
}

// Allowed lists the actions that are possible for some command.
func (f *Flow[R, F, S]) Allowed(r R, facts F) (allowed []actions.Action) {
	for _, do := range f.callables() {
		if f.Why(r, do, facts) == nil {
			allowed = append(allowed, do)
		}
	}
	return allowed
}

// Explain answers for every action of the table: its results, or all reasons
// against it at once.
func (f *Flow[R, F, S]) Explain(r R, facts F) (verdicts []Verdict) {
	for _, do := range f.callables() {
		v := Verdict{Action: do, Err: f.Why(r, do, facts), Checks: f.checks[do]}
		if v.Err == nil {
			v.To = slices.Clone(f.cells[f.index(do, uint8(f.at(r)))].to)
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

// ByStatus lists the actions that a record in the status may do, facts
// permitting: for list pages, where facts are too dear.
func (f *Flow[R, F, S]) ByStatus(s S) []actions.Action { return f.byStatus(uint8(s)) }
