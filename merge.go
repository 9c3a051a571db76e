package leadtocash

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

// Merge joins two records of one kind that are the same: the one it is called
// on becomes the master, the other one the subordinate. The subordinate is put
// out of use, and everything that refers to it refers to the master from then
// on. Unmerge takes it back.
type Merge[I AnyID] struct {
	Subordinate I `json:"subordinate" need:"true"`
	// Take names the editable fields whose values come from the subordinate, by
	// wire name: main_phone, address1, custom.region.
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
	ActiveQuotes     []Ref // of the subordinate as a customer
	Above            []Ref // parents of the master, nearest first
	AboveSubordinate []Ref // parents of the subordinate, nearest first
	Denied           bool  // the actor may not merge the subordinate
	// References are the records that refer to the subordinate, as pointers: *Quote,
	// *Note, *Process and so on.
	References []any
	// Processes are the definitions of those that were started on the master. One of
	// the subordinate that has such a definition stays with it.
	Processes []string
	// Changed are the records that the merge to be taken back has changed, master
	// and subordinate included.
	Changed []MergeChange
	// Joined are reasons why a restored record would not go with one that came up
	// since.
	Joined []Reason
}

// MergeChange is a record that a merge changed, as pointers: before it, right
// after it, and now.
type MergeChange struct{ Before, After, Now any }

// Merged is the outcome of a merge, or of taking one back.
type Merged[R any] struct {
	Master      R        `json:"master"`
	Subordinate R        `json:"subordinate"`
	Repointed   []Ref    `json:"repointed,omitzero"` // the other records that changed
	Notices     []Reason `json:"notices,omitzero"`
	Events      []Event  `json:"events,omitzero"`
	// Others are the records of Repointed, as pointers: *Quote, *Note, *Process and
	// so on.
	Others []any `json:"-"`
}

// mergeable is what merging needs to know of a kind.
type mergeable[R any, I AnyID, F any, S value.AnyChoice] struct {
	kind     kinds.Kind
	flow     *Flow[*R, *F, S]
	facts    func(*F) *MergeFacts[R]
	stamp    func(*F) Stamp
	fields   func(*R) reflect.Value // those that people edit
	parent   string                 // wire name of the parent, empty if the kind has none
	retire   func(*R, I, Stamp) S   // marks the subordinate and returns its status before
	inherits func(master, sub *R)   // what else the master takes over

	merge, mergeInto *decision[*R, *Merge[I], *F, S]
	unmerge          *decision[*R, *Unmerge, *F, S]
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
// duplicates. Each kind enters itself, by mergingOf.
var mergeables = map[kinds.Kind]reflect.Type{}

// mergingOf completes the description with the decisions about it.
func mergingOf[R any, I AnyID, F any, S value.AnyChoice](m mergeable[R, I, F, S]) *mergeable[R, I, F, S] {
	mergeables[m.kind] = reflect.TypeFor[R]()
	type pairCheck = Check[*R, *Merge[I], *F]
	self := pairCheck{
		Code: codes.ErrMergeSelf, Text: "the subordinate is another record", Field: "subordinate",
		Holds: func(r *R, c *Merge[I], _ *F) bool { return any(r).(Record).Ref().ID != c.Subordinate.Ref().ID },
	}
	denied := pairCheck{
		Code: codes.ErrMergeDenied, Text: "the actor may merge both records", Field: "subordinate",
		Holds: func(_ *R, _ *Merge[I], f *F) bool { return !m.facts(f).Denied },
	}
	takes := Faultless(codes.ErrInvalid, "fields to take are fields that people edit",
		func(r *R, c *Merge[I], f *F) []Reason { return m.takeFaults(r, c, m.facts(f).Subordinate) })
	onMaster, onSubordinate := []pairCheck{self, denied, takes}, []pairCheck(nil)
	if m.parent != "" {
		onMaster = append(onMaster, pairCheck{
			Code: codes.ErrMergeCycle, Text: "the chain of parents stays open", Field: "subordinate",
			Holds: func(r *R, c *Merge[I], f *F) bool { return !m.closesCycle(r, c, m.facts(f)) },
		})
		onSubordinate = append(onSubordinate, pairCheck{
			Code: codes.ErrMergeActiveQuote, Text: "the subordinate has no active quote", Field: "subordinate",
			Holds: func(_ *R, _ *Merge[I], f *F) bool { return len(m.facts(f).ActiveQuotes) == 0 },
		})
	}
	m.merge = Decide(m.flow, actionOf(m.kind, "merge"), onMaster...)
	m.mergeInto = Decide(m.flow, actionOf(m.kind, "merge_into"), onSubordinate...)
	for _, pair := range onMaster { // what is wrong with the pair is found on the master and holds for both
		if pair.Code != codes.ErrInvalid {
			m.flow.require(m.mergeInto.do, Requirement{pair.Code, pair.Text})
		}
	}
	m.unmerge = Decide(
		m.flow, actionOf(m.kind, "unmerge"),
		Faultless(codes.ErrConflict, "nothing that the merge changed was changed again",
			func(_ *R, _ *Unmerge, f *F) []Reason { return m.facts(f).conflicts() }),
	)
	return &m
}

// closesCycle reports whether the master would become a parent of its own.
func (m *mergeable[R, I, F, S]) closesCycle(master *R, c *Merge[I], f *MergeFacts[R]) bool {
	if slices.Contains(f.Above, c.Subordinate.Ref()) {
		return true
	}
	return slices.Contains(c.Take, m.parent) && slices.Contains(f.AboveSubordinate, any(master).(Record).Ref())
}

// takeFaults lists what cannot be taken.
func (m *mergeable[R, I, F, S]) takeFaults(master *R, c *Merge[I], sub *R) (reasons []Reason) {
	fields := m.fields(master)
	for i, name := range c.Take {
		if strings.HasPrefix(name, "custom.") {
			continue
		}
		index, _ := Of(fields.Type()).indexOf(fields.Type(), name)
		switch {
		case index == nil:
			reasons = append(reasons, Reason{Code: codes.ErrInvalid, Field: fmt.Sprintf("take[%d]", i), Message: "there is no such field to take"})
		case sub != nil && isMoney(fields.FieldByIndex(index)) && otherCurrency(master, sub) && !m.fields(sub).FieldByIndex(index).IsZero():
			reasons = append(reasons, Reason{Code: codes.ErrCurrencyMismatch, Field: fmt.Sprintf("take[%d]", i), Message: codes.ErrCurrencyMismatch.Info().Text})
		}
	}
	return reasons
}

func isMoney(v reflect.Value) bool {
	return v.Type() == reflect.TypeFor[money.Amount]() || v.Type() == reflect.TypeFor[value.Opt[money.Amount]]()
}

func otherCurrency[R any](a, b *R) bool {
	return any(a).(Record).Header().Currency != any(b).(Record).Header().Currency
}

// take gives the master the chosen values and returns their names.
func (m *mergeable[R, I, F, S]) take(master, sub *R, c *Merge[I], f *MergeFacts[R]) (taken []string) {
	into, from := m.fields(master), m.fields(sub)
	var each func(into, from reflect.Value)
	each = func(into, from reflect.Value) {
		for _, field := range Of(into.Type()).fields {
			to, value := into.Field(field.index), from.Field(field.index)
			if field.name == "" {
				each(to, value)
				continue
			}
			chosen := slices.Contains(c.Take, field.name)
			fills := c.FillEmpty && to.IsZero() && !value.IsZero() && !(field.money && otherCurrency(master, sub)) &&
				!(field.name == m.parent && slices.Contains(f.AboveSubordinate, any(master).(Record).Ref()))
			if (chosen || fills) && !reflect.DeepEqual(to.Interface(), value.Interface()) {
				to.Set(value)
				taken = append(taken, field.name)
			}
		}
	}
	each(into, from)
	return append(taken, takeCustom(any(master).(Record).Header(), any(sub).(Record).Header(), c.Take, c.FillEmpty)...)
}

func takeCustom(into, from *Head, take []string, fill bool) (taken []string) {
	change := Custom{}
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

// join carries a merge out.
func (m *mergeable[R, I, F, S]) join(master R, cmd Merge[I], f F) (Merged[R], error) {
	facts, stamp := m.facts(&f), m.stamp(&f)
	d := any(&master).(Record)
	reasons := ReasonsOf(m.merge.Why(&master, &cmd, &f, d.Header().Currency))
	switch {
	case facts.Subordinate == nil && len(reasons) == 0:
		reasons = append(reasons, Reason{Code: codes.ErrNotFound, Field: "subordinate", Message: codes.ErrNotFound.Info().Text})
	case facts.Subordinate != nil && d.Ref().ID != cmd.Subordinate.Ref().ID:
		reasons = append(reasons, ReasonsOf(m.mergeInto.Why(facts.Subordinate, &cmd, &f, 0))...)
	}
	if len(reasons) > 0 {
		return Merged[R]{}, m.flow.Refused(&master, m.merge.do, distinct(reasons))
	}
	out := Merged[R]{Subordinate: *facts.Subordinate}
	from, to := cmd.Subordinate.Ref(), d.Ref()

	taken := m.take(&master, facts.Subordinate, &cmd, facts)
	if m.inherits != nil {
		m.inherits(&master, facts.Subordinate)
	}
	d.Header().Touch(stamp)
	out.Master = master
	out.Events = append(out.Events, StepEvent(d, m.merge.do, d.StatusKey(), stamp, DataOf("subordinate", from.ID.String(), "taken", strings.Join(taken, " "))))

	var versions []string
	for _, r := range facts.References {
		child, ok := r.(Record)
		if p, is := r.(*Process); !ok || is && p.staysWith(from, facts.Processes) {
			continue
		}
		changed, events := repointed(child, from, to, stamp, m.merge.do)
		out.Others, out.Repointed, out.Events = append(out.Others, changed), append(out.Repointed, changed.Ref()), append(out.Events, events...)
		versions = append(versions, AtVersion(changed.Ref(), changed.Header().Version))
	}
	was := m.retire(&out.Subordinate, I{to.ID}, stamp)
	out.Events = append(out.Events, StepEvent(any(&out.Subordinate).(Record), m.mergeInto.do, was.String(), stamp,
		DataOf("master", AtVersion(to, d.Header().Version), "repointed", strings.Join(versions, " "))))
	return out, nil
}

// distinct leaves out reasons that are given already.
func distinct(reasons []Reason) (list []Reason) {
	for _, r := range reasons {
		if !slices.ContainsFunc(list, func(s Reason) bool { return s.Code == r.Code && s.Field == r.Field }) {
			list = append(list, r)
		}
	}
	return list
}

// AtVersion names a version of a record: "quote/0197…@3".
func AtVersion(ref Ref, version int64) string { return fmt.Sprintf("%s@%d", ref, version) }

// repointed is the next version of a record, whatever its status, in which one
// reference stands in place of another. A connection of the two ends with it.
func repointed(d Record, from, to Ref, s Stamp, by actions.Action) (Record, []Event) {
	if p, ok := d.(*Process); ok {
		c := p.repointed(from, to, s)
		return &c.Record, c.Events
	}
	c := copyOf(d)
	fields := reflect.ValueOf(c).Elem()
	Of(fields.Type()).replace(fields, from, to)
	was := c.StatusKey()
	do := cmp.Or(actions.EditOf(d.Ref().Kind), by) // some kinds are never edited: then it is the merge that changed them
	if r, ok := c.(interface{ endLoop() bool }); ok && r.endLoop() {
		do = actions.ConnectionDeactivate
	}
	c.Header().Touch(s)
	return c, []Event{StepEvent(c, do, was, s, DataOf("merged", from.String(), "into", to.String()))}
}

// copyOf is a deep copy of a record.
func copyOf(d Record) Record {
	c := reflect.New(reflect.TypeOf(d).Elem())
	c.Elem().Set(reflect.ValueOf(d).Elem())
	Own(c.Interface())
	return c.Interface().(Record)
}

// replace puts one reference in place of another, within groups of fields and
// lists as well; v shares nothing with other records. The master of a record
// stays.
func (s *Schema) replace(v reflect.Value, from, to Ref) {
	for i := range s.fields {
		f := &s.fields[i]
		fv := v.Field(f.index)
		switch {
		case f.name == "id" || f.name == "master_id":
		case f.refers != nil && f.many:
			for j := range fv.Len() {
				f.replace(fv.Index(j), from, to)
			}
		case f.refers != nil:
			f.replace(fv, from, to)
		case f.nested != nil && f.nested.refers():
			f.replaceNested(fv, from, to)
		}
	}
}

func (f *schemaField) replaceNested(v reflect.Value, from, to Ref) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			f.replaceNested(v.Elem(), from, to)
		}
	case reflect.Slice:
		for j := range v.Len() {
			f.replaceNested(v.Index(j), from, to)
		}
	default:
		f.nested.replace(v, from, to)
	}
}

func (f *schemaField) replace(v reflect.Value, from, to Ref) {
	if f.refers(v) != from {
		return
	}
	switch r := v.Addr().Interface().(type) {
	case *Ref:
		*r = to
	case *CustomerID:
		r.Ref = to
	default: // an ID of the kind
		*v.Field(0).Addr().Interface().(*uuid.UUID) = to.ID
	}
}
