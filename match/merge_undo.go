package match

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
)

// Part takes a merge back.
func (m *Mergeable[R, I, F, S]) Part(sub R, cmd Unmerge, f F) (Merged[R], error) {
	facts, stamp := m.Facts(&f), m.Stamp(&f)
	d := any(&sub).(record.Record)
	if err := m.unmerge.Why(&sub, &cmd, &f, d.Header().Currency); err != nil {
		return Merged[R]{}, err
	}
	out := Merged[R]{Subordinate: sub}
	for _, c := range facts.Changed {
		now, ok := c.Now.(record.Record)
		if !ok {
			continue // deleted since
		}
		if p, ok := c.Now.(*process.Process); ok {
			if back := p.HandedBack(c, record.Ref{Kind: m.RecordKind, ID: MasterOf(d)}, d.Ref(), stamp); back.Events != nil {
				out.Others, out.Repointed, out.Events = append(out.Others, &back.Record), append(out.Repointed, p.Ref()), append(out.Events, back.Events...)
			}
			continue
		}
		was := now.StatusKey()
		restored := copyOf(now)
		restore(reflect.ValueOf(c.Before).Elem(), reflect.ValueOf(c.After).Elem(), reflect.ValueOf(restored).Elem())
		restored.Header().Touch(stamp)

		do, told := cmp.Or(actions.EditOf(now.Ref().Kind), m.unmerge.Do), record.DataOf("unmerged", d.Ref().String())
		switch r, same := any(restored).(*R); {
		case same && now.Ref() == d.Ref():
			out.Subordinate, do = *r, m.unmerge.Do
		case same && now.Ref().ID == MasterOf(d):
			out.Master = *r
		default:
			out.Others, out.Repointed = append(out.Others, restored), append(out.Repointed, restored.Ref())
			if now.Ref().Kind == kinds.Connection && restored.StatusKey() != was {
				do = actions.ConnectionActivate
			}
		}
		out.Events = append(out.Events, record.StepEvent(restored, do, was, stamp, told))
	}
	return out, nil
}

// MasterOf is the master of a merged record.
func MasterOf(d record.Record) uuid.UUID {
	master, _ := MergeOf(d)
	return master.ID
}

// MergeOf tells whether a record is merged, and its master.
func MergeOf(d record.Record) (master record.Ref, merged bool) {
	if r, ok := d.(interface{ MergedInto() (record.Ref, bool) }); ok {
		master, merged = r.MergedInto()
	}
	return master, merged
}

// conflicts lists what was changed again since the merge.
func (f *MergeFacts[R]) conflicts() (reasons []record.Reason) {
	for _, c := range f.Changed {
		now, ok := c.Now.(record.Record)
		if !ok {
			continue
		}
		var fields []string
		if p, ok := c.Now.(*process.Process); ok {
			fields = p.SlotsChangedAgain(c)
		} else {
			fields = changedAgain(reflect.ValueOf(c.Before).Elem(), reflect.ValueOf(c.After).Elem(), reflect.ValueOf(c.Now).Elem())
		}
		for _, field := range fields {
			reasons = append(reasons, record.Reason{
				Code: codes.ErrConflict, Field: field, Message: fmt.Sprintf("the %s was changed since the merge", now.Ref().Kind),
				Params: map[string]any{"ref": now.Ref().String()}, About: []record.Ref{now.Ref()},
			})
		}
	}
	return append(slices.Clip(reasons), f.Joined...)
}

// stamps are the fields that differ from version to version.
var stamps = []string{"version", "updated_at", "updated_by"}

// changedAgain lists the fields that a merge changed and somebody else since.
func changedAgain(before, after, now reflect.Value) (fields []string) {
	for _, f := range schema.Of(before.Type()).Fields {
		b, a, n := before.Field(f.Index), after.Field(f.Index), now.Field(f.Index)
		switch {
		case slices.Contains(stamps, f.Name):
		case f.Name == "" && f.Nested != nil:
			fields = append(fields, changedAgain(b, a, n)...)
		case !sameValue(b, a) && !sameValue(a, n):
			fields = append(fields, f.Name)
		}
	}
	return fields
}

// restore puts back what a merge changed.
func restore(before, after, into reflect.Value) {
	for _, f := range schema.Of(into.Type()).Fields {
		b, a, n := before.Field(f.Index), after.Field(f.Index), into.Field(f.Index)
		switch {
		case slices.Contains(stamps, f.Name):
		case f.Name == "" && f.Nested != nil:
			restore(b, a, n)
		case !sameValue(b, a):
			n.Set(b)
		}
	}
}

// sameValue compares fields by what they stand for: a missing map or list is an
// empty one.
func sameValue(a, b reflect.Value) bool {
	if k := a.Kind(); (k == reflect.Slice || k == reflect.Map) && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	if eq := a.MethodByName("Equal"); eq.IsValid() && eq.Type().NumIn() == 1 && eq.Type().In(0) == a.Type() {
		return eq.Call([]reflect.Value{b})[0].Bool()
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}
