package match

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Merge joins two records of one kind that are the same: the one it is called
// on becomes the master, the other one the subordinate. The subordinate is put
// out of use, and everything that refers to it refers to the master from then
// on. Unmerge takes it back.
type Merge[I record.AnyID] struct {
	Subordinate I `json:"subordinate" need:"true"`
	// Take names the editable fields whose values come from the subordinate, by
	// wire name: main_phone, address1, custom.region. What protects stays set if it is
	// set on either: a credit hold, and the flags do_not_email and the like; each that
	// the master gets by that is a notice, protective_kept.
	Take []string `json:"take,omitzero"`
	// FillEmpty takes every other value that the master lacks, too, as far as it
	// can.
	FillEmpty bool `json:"fill_empty,omitzero"`
}

// Unmerge takes the merge of a subordinate back.
type Unmerge struct{}

// MergeFacts are what merging depends on besides the master and the command, or
// besides the subordinate whose merge is taken back.
type MergeFacts[R any] struct {
	Subordinate      *R
	ActiveQuotes     []record.Ref // of the subordinate as a customer
	Above            []record.Ref // parents of the master, nearest first
	AboveSubordinate []record.Ref // parents of the subordinate, nearest first
	Denied           bool         // the actor may not merge the subordinate
	// References are the records that refer to the subordinate, as pointers: *Quote,
	// *Note, *Process and so on.
	References []any
	// Processes are the definitions of those that were started on the master. One of
	// the subordinate that has such a definition stays with it.
	Processes []string
	// Changed are the records that the merge to be taken back has changed, master
	// and subordinate included.
	Changed []record.MergeChange
	// Joined are reasons why a restored record would not go with one that came up
	// since.
	Joined []record.Reason
}

// Merged is the outcome of a merge, or of taking one back.
type Merged[R any] struct {
	Master      R               `json:"master"`
	Subordinate R               `json:"subordinate"`
	Repointed   []record.Ref    `json:"repointed,omitzero"` // the other records that changed
	Notices     []record.Reason `json:"notices,omitzero"`
	Events      []record.Event  `json:"events,omitzero"`
	// Others are the records of Repointed, as pointers: *Quote, *Note, *Process and
	// so on.
	Others []any `json:"-"`
}

// Mergeable is what merging needs to know of a kind.
type Mergeable[R any, I record.AnyID, F any, S value.AnyChoice] struct {
	RecordKind kinds.Kind
	Flow       *flow.Flow[*R, *F, S]
	Facts      func(*F) *MergeFacts[R]
	Stamp      func(*F) record.Stamp
	Fields     func(*R) reflect.Value      // those that people edit
	Parent     string                      // wire name of the parent, empty if the kind has none
	Retire     func(*R, I, record.Stamp) S // marks the subordinate and returns its status before
	Joins      func(master, sub *R)        // what the master has of both, before it takes anything
	Inherits   func(master, sub *R)        // what else the master takes over

	merge, mergeInto *flow.Decision[*R, *Merge[I], *F, S]
	unmerge          *flow.Decision[*R, *Unmerge, *F, S]
}

// actionOf finds an action of the kind.
func actionOf(kind kinds.Kind, verb string) actions.Action {
	do, err := actions.ParseAction(string(kind) + "." + verb)
	if err != nil {
		panic(err)
	}
	return do
}

// mergeables are the types of the records that can be merged, and so be
// duplicates. Each kind enters itself, by MergingOf.
var mergeables = map[kinds.Kind]reflect.Type{}

// MergingOf completes the description with the decisions about it.
func MergingOf[R any, I record.AnyID, F any, S value.AnyChoice](m Mergeable[R, I, F, S]) *Mergeable[R, I, F, S] {
	mergeables[m.RecordKind] = reflect.TypeFor[R]()
	type pairCheck = flow.Check[*R, *Merge[I], *F]
	self := pairCheck{
		Code: codes.ErrMergeSelf, Text: "the subordinate is another record", Field: "subordinate",
		Holds: func(r *R, c *Merge[I], _ *F) bool { return any(r).(record.Record).Ref().ID != c.Subordinate.Ref().ID },
	}
	denied := pairCheck{
		Code: codes.ErrMergeDenied, Text: "the actor may merge both records", Field: "subordinate",
		Holds: func(_ *R, _ *Merge[I], f *F) bool { return !m.Facts(f).Denied },
	}
	takes := flow.Faultless(codes.ErrInvalid, "fields to take are fields that people edit",
		func(r *R, c *Merge[I], f *F) []record.Reason { return m.takeFaults(r, c, m.Facts(f).Subordinate) })
	onMaster, onSubordinate := []pairCheck{self, denied, takes}, []pairCheck(nil)
	if m.Parent != "" {
		onMaster = append(onMaster, pairCheck{
			Code: codes.ErrMergeCycle, Text: "the chain of parents stays open", Field: "subordinate",
			Holds: func(r *R, c *Merge[I], f *F) bool { return !m.closesCycle(r, c, m.Facts(f)) },
		})
		onSubordinate = append(onSubordinate, pairCheck{
			Code: codes.ErrMergeActiveQuote, Text: "the subordinate has no active quote", Field: "subordinate",
			Holds: func(_ *R, _ *Merge[I], f *F) bool { return len(m.Facts(f).ActiveQuotes) == 0 },
		})
	}
	m.merge = flow.Decide(m.Flow, actionOf(m.RecordKind, "merge"), onMaster...)
	m.mergeInto = flow.Decide(m.Flow, actionOf(m.RecordKind, "merge_into"), onSubordinate...)
	for _, pair := range onMaster { // what is wrong with the pair is found on the master and holds for both
		if pair.Code != codes.ErrInvalid {
			m.Flow.Require(m.mergeInto.Do, flow.Requirement{Code: pair.Code, Text: pair.Text})
		}
	}
	m.unmerge = flow.Decide(
		m.Flow, actionOf(m.RecordKind, "unmerge"),
		flow.Faultless(codes.ErrConflict, "nothing that the merge changed was changed again",
			func(_ *R, _ *Unmerge, f *F) []record.Reason { return m.Facts(f).conflicts() }),
	)
	return &m
}

// closesCycle reports whether the master would become a parent of its own.
func (m *Mergeable[R, I, F, S]) closesCycle(master *R, c *Merge[I], f *MergeFacts[R]) bool {
	if slices.Contains(f.Above, c.Subordinate.Ref()) {
		return true
	}
	return slices.Contains(c.Take, m.Parent) && slices.Contains(f.AboveSubordinate, any(master).(record.Record).Ref())
}

// takeFaults lists what cannot be taken.
func (m *Mergeable[R, I, F, S]) takeFaults(master *R, c *Merge[I], sub *R) (reasons []record.Reason) {
	fields := m.Fields(master)
	for i, name := range c.Take {
		if strings.HasPrefix(name, "custom.") {
			continue
		}
		index, _ := schema.Of(fields.Type()).IndexOf(fields.Type(), name)
		switch {
		case index == nil:
			reasons = append(reasons, record.Reason{Code: codes.ErrInvalid, Field: fmt.Sprintf("take[%d]", i), Message: "there is no such field to take"})
		case sub != nil && isMoney(fields.FieldByIndex(index)) && otherCurrency(master, sub) && !m.Fields(sub).FieldByIndex(index).IsZero():
			reasons = append(reasons, record.Reason{Code: codes.ErrCurrencyMismatch, Field: fmt.Sprintf("take[%d]", i), Message: codes.ErrCurrencyMismatch.Info().Text})
		}
	}
	return reasons
}

func isMoney(v reflect.Value) bool {
	return v.Type() == reflect.TypeFor[money.Amount]() || v.Type() == reflect.TypeFor[value.Opt[money.Amount]]()
}

func otherCurrency[R any](a, b *R) bool {
	return any(a).(record.Record).Header().Currency != any(b).(record.Record).Header().Currency
}

// take gives the master the chosen values and returns their names.
func (m *Mergeable[R, I, F, S]) take(master, sub *R, c *Merge[I], f *MergeFacts[R]) (taken []string, kept []record.Reason) {
	into, from := m.Fields(master), m.Fields(sub)
	var each func(into, from reflect.Value)
	each = func(into, from reflect.Value) {
		for _, field := range schema.Of(into.Type()).Fields {
			to, value := into.Field(field.Index), from.Field(field.Index)
			if field.Name == "" {
				each(to, value)
				continue
			}
			if protects(field.Name) {
				if value.Bool() && !to.Bool() {
					to.SetBool(true)
					taken = append(taken, field.Name)
					kept = append(kept, record.ReasonFor(codes.NoticeProtectiveKept, field.Name))
				}
				continue
			}
			chosen := slices.Contains(c.Take, field.Name)
			fills := c.FillEmpty && to.IsZero() && !value.IsZero() && !(field.Money && otherCurrency(master, sub)) &&
				!(field.Name == m.Parent && slices.Contains(f.AboveSubordinate, any(master).(record.Record).Ref()))
			if (chosen || fills) && !reflect.DeepEqual(to.Interface(), value.Interface()) {
				to.Set(value)
				taken = append(taken, field.Name)
			}
		}
	}
	each(into, from)
	return append(taken, takeCustom(any(master).(record.Record).Header(), any(sub).(record.Record).Header(), c.Take, c.FillEmpty)...), kept
}

// protects reports whether a field protects the person or the company: it is set on
// the master if it is set on one of the two, whatever a merge takes.
func protects(name string) bool {
	return name == "credit_on_hold" || strings.HasPrefix(name, "do_not_")
}

func takeCustom(into, from *record.Head, take []string, fill bool) (taken []string) {
	change := record.Custom{}
	for name, value := range from.Custom {
		_, has := into.Custom[name]
		if slices.Contains(take, "custom."+name) || fill && !has {
			change[name] = value
			taken = append(taken, "custom."+name)
		}
	}
	for _, name := range take {
		custom, ok := strings.CutPrefix(name, "custom.")
		if _, has := from.Custom[custom]; ok && !has && into.Custom[custom] != nil {
			change[custom] = nil // the subordinate has none: taken as it is
			taken = append(taken, name)
		}
	}
	into.Custom = into.Custom.Edited(change)
	slices.Sort(taken)
	return taken
}

// Join carries a merge out.
func (m *Mergeable[R, I, F, S]) Join(master R, cmd Merge[I], f F) (Merged[R], error) {
	facts, stamp := m.Facts(&f), m.Stamp(&f)
	d := any(&master).(record.Record)
	reasons := record.ReasonsOf(m.merge.Why(&master, &cmd, &f, d.Header().Currency))
	switch {
	case facts.Subordinate == nil && len(reasons) == 0:
		reasons = append(reasons, record.Reason{Code: codes.ErrNotFound, Field: "subordinate", Message: codes.ErrNotFound.Info().Text})
	case facts.Subordinate != nil && d.Ref().ID != cmd.Subordinate.Ref().ID:
		reasons = append(reasons, record.ReasonsOf(m.mergeInto.Why(facts.Subordinate, &cmd, &f, 0))...)
	}
	if len(reasons) > 0 {
		return Merged[R]{}, m.Flow.Refused(&master, m.merge.Do, distinct(reasons))
	}
	out := Merged[R]{Subordinate: *facts.Subordinate}
	from, to := cmd.Subordinate.Ref(), d.Ref()

	if m.Joins != nil {
		m.Joins(&master, facts.Subordinate)
	}
	taken, kept := m.take(&master, facts.Subordinate, &cmd, facts)
	out.Notices = kept
	if m.Inherits != nil {
		m.Inherits(&master, facts.Subordinate)
	}
	d.Header().Touch(stamp)
	out.Master = master
	out.Events = append(out.Events, record.StepEvent(d, m.merge.Do, d.StatusKey(), stamp, record.DataOf("subordinate", from.ID.String(), "taken", strings.Join(taken, " "))))

	var versions []string
	for _, r := range facts.References {
		child, ok := r.(record.Record)
		if p, is := r.(*process.Process); !ok || is && p.StaysWith(from, facts.Processes) {
			continue
		}
		changed, events := repointed(child, from, to, stamp, m.merge.Do)
		out.Others, out.Repointed, out.Events = append(out.Others, changed), append(out.Repointed, changed.Ref()), append(out.Events, events...)
		versions = append(versions, AtVersion(changed.Ref(), changed.Header().Version))
	}
	was := m.Retire(&out.Subordinate, I{to.ID}, stamp)
	out.Events = append(out.Events, record.StepEvent(any(&out.Subordinate).(record.Record), m.mergeInto.Do, was.String(), stamp,
		record.DataOf("master", AtVersion(to, d.Header().Version), "repointed", strings.Join(versions, " "))))
	return out, nil
}

// distinct leaves out reasons that are given already.
func distinct(reasons []record.Reason) (list []record.Reason) {
	for _, r := range reasons {
		if !slices.ContainsFunc(list, func(s record.Reason) bool { return s.Code == r.Code && s.Field == r.Field }) {
			list = append(list, r)
		}
	}
	return list
}

// AtVersion names a version of a record: "quote/0197…@3".
func AtVersion(ref record.Ref, version int64) string { return fmt.Sprintf("%s@%d", ref, version) }

// repointed is the next version of a record, whatever its status, in which one
// reference stands in place of another. A connection of the two ends with it.
func repointed(d record.Record, from, to record.Ref, s record.Stamp, by actions.Action) (record.Record, []record.Event) {
	if p, ok := d.(*process.Process); ok {
		c := p.Repointed(from, to, s)
		return &c.Record, c.Events
	}
	c := copyOf(d)
	fields := reflect.ValueOf(c).Elem()
	schema.Of(fields.Type()).Replace(fields, from, to)
	was := c.StatusKey()
	do := cmp.Or(actions.EditOf(d.Ref().Kind), by) // some kinds are never edited: then it is the merge that changed them
	if r, ok := c.(interface{ EndLoop() bool }); ok && r.EndLoop() {
		do = actions.ConnectionDeactivate
	}
	c.Header().Touch(s)
	return c, []record.Event{record.StepEvent(c, do, was, s, record.DataOf("merged", from.String(), "into", to.String()))}
}

// copyOf is a deep copy of a record.
func copyOf(d record.Record) record.Record {
	c := reflect.New(reflect.TypeOf(d).Elem())
	c.Elem().Set(reflect.ValueOf(d).Elem())
	schema.Own(c.Interface())
	return c.Interface().(record.Record)
}
