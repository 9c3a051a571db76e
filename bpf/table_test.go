package bpf_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/bpf"
)

func TestMessagesAreThoseOfTheTables(t *testing.T) {
	t.Parallel()
	var faults, codes []string
	for _, c := range bpf.FaultCodes() {
		faults = append(faults, string(c)+" | "+c.Text())
	}
	for _, c := range bpf.Codes() {
		codes = append(codes, string(c)+" | "+c.Text())
	}
	for name, got := range map[string][]string{"faults.txt": faults, "errors.txt": codes} {
		var want []string
		for _, cells := range lines(t, name) {
			want = append(want, strings.Join(cells, " | "))
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestOperations asks every operation in every status and compares with the
// transcription of the table, cell by cell.
func TestOperations(t *testing.T) {
	t.Parallel()
	d, f := parse(t, sample), facts(filled())
	active := start(t, d, f)
	m, err := bpf.Next(d, active, bpf.NextOptions{Target: recB}, f)
	onTwo := does(t, m, err)
	end := onTwo
	for range 2 {
		m, err := bpf.Next(d, end, bpf.NextOptions{}, withOffer(&end, f))
		end = does(t, m, err)
	}
	m, err = bpf.Finish(d, end, bpf.NextOptions{}, f)
	finished := does(t, m, err)
	m, err = bpf.Abort(d, onTwo, "", f)
	aborted := does(t, m, err)
	statuses := []bpf.Instance{{ID: "gone", Process: d.Name}, onTwo, finished, aborted}

	rows := lines(t, "operations.txt")
	if len(rows) != len(bpf.Operations()) {
		t.Fatalf("%d operations, %d rows", len(bpf.Operations()), len(rows))
	}
	for _, cells := range rows {
		op := bpf.Operation(cells[0])
		for s, i := range statuses {
			want := cells[1+s]
			if code, ok := bpf.Allowed(op, bpf.Status(s)); ok != (want == "ok") || !ok && string(code) != want {
				t.Errorf("the table says %s of %s while %v, want %s", code, op, bpf.Status(s), want)
			}
			i := i
			if op == bpf.OpFinish && s == int(bpf.Active) {
				i = end
			}
			err := attempt(d, i, op, f)
			var e *bpf.Error
			switch {
			case want == "ok" && err != nil:
				t.Errorf("%s while %v: %v", op, bpf.Status(s), err)
			case want != "ok" && (!errors.As(err, &e) || string(e.Code) != want):
				t.Errorf("%s while %v: got %v, want %s", op, bpf.Status(s), err, want)
			}
		}
	}
}

// withOffer makes the record of the last stage the target of the next move.
func withOffer(i *bpf.Instance, f bpf.Facts) bpf.Facts {
	c := i.Clone()
	c.Pending = map[string]bpf.Ref{"c": recC}
	*i = c
	return f
}

func attempt(d bpf.Definition, i bpf.Instance, op bpf.Operation, f bpf.Facts) (err error) {
	switch op {
	case bpf.OpStart:
		if i.Status != 0 {
			f.Others = []bpf.Instance{i}
		}
		_, err = bpf.Start(d, recA, bpf.StartOptions{}, f)
	case bpf.OpNext:
		_, err = bpf.Next(d, i, bpf.NextOptions{Target: bpf.Ref{}}, f)
	case bpf.OpPrevious:
		_, err = bpf.Previous(d, i, 0, f)
	case bpf.OpSetActive:
		_, err = bpf.SetActive(d, i, "one", bpf.NextOptions{}, f)
	case bpf.OpFinish:
		_, err = bpf.Finish(d, i, bpf.NextOptions{}, f)
	case bpf.OpAbort:
		_, err = bpf.Abort(d, i, "", f)
	case bpf.OpReactivate:
		_, err = bpf.Reactivate(d, i, f)
	case bpf.OpSwitch: // nothing but a choice of the actor's
	case bpf.OpRunStep:
		_, err = bpf.SetProgress(d, i, "two", "call", bpf.Processing, f)
	case bpf.OpRebind:
		_, err = bpf.Rebind(d, i, bpf.Ref{Entity: "b", ID: "22"}, f)
	case bpf.OpMigrate:
		_, err = bpf.Migrate(d, d, i, nil, f)
	case bpf.OpDelete:
		err = bpf.Delete(d, i, f)
	case bpf.OpView:
		_, err = bpf.See(d, i, f)
	default:
		err = errors.New("unknown operation " + string(op))
	}
	return err
}

// TestCrossing walks the rows of the table of how a stage gets its record.
func TestCrossing(t *testing.T) {
	t.Parallel()
	d := parse(t, sample)
	other := bpf.Ref{Entity: "b", ID: "99"}
	unfilled := func() values { v := filled(); v["a"]["ready"] = false; return v }
	for _, row := range []struct {
		name    string
		modes   []bpf.Mode // of the second stage; nil: all
		slot    bpf.Ref    // of b, filled before
		offer   bpf.Ref
		options bpf.NextOptions
		values  values
		edit    func(*bpf.Facts)
		want    bpf.Code // empty: it moves
		bound   bpf.Ref
		creates bool
	}{
		{name: "2 gate", values: unfilled(), options: bpf.NextOptions{Target: recB}, want: bpf.ErrStageGate},
		{name: "3 override", values: unfilled(), options: bpf.NextOptions{Target: recB, Override: "known customer"}, bound: recB},
		{
			name: "3 override without privilege", values: unfilled(), options: bpf.NextOptions{Target: recB, Override: "please"},
			edit: func(f *bpf.Facts) { f.Privileges = []bpf.Privilege{bpf.WritePrivilege} }, want: bpf.ErrAccessDenied,
		},
		{name: "4 veto", options: bpf.NextOptions{Target: recB}, edit: func(f *bpf.Facts) { f.Veto = errors.New("no") }, want: bpf.ErrVetoed},
		{name: "5 filled, no target", slot: recB, bound: recB},
		{name: "6 filled, same target", slot: recB, options: bpf.NextOptions{Target: recB}, bound: recB},
		{name: "7 filled, rebind", slot: recB, options: bpf.NextOptions{Target: other, Rebind: true}, bound: other},
		{name: "7 filled, rebind to another entity", slot: recB, options: bpf.NextOptions{Target: recC, Rebind: true}, want: bpf.ErrTargetMismatch},
		{name: "8 filled, other target", slot: recB, options: bpf.NextOptions{Target: other}, want: bpf.ErrTargetBound},
		{name: "9 offer", offer: recB, bound: recB},
		{name: "9 offer without mode select", offer: recB, modes: []bpf.Mode{bpf.ModeOperation}, bound: recB},
		{name: "10 create", options: bpf.NextOptions{Create: true}, creates: true},
		{name: "10 created", options: bpf.NextOptions{Create: true, Target: recB}, bound: recB},
		{name: "11 create not allowed", modes: []bpf.Mode{bpf.ModeSelect}, options: bpf.NextOptions{Create: true}, want: bpf.ErrOperationRequired},
		{
			name: "12 only candidate", options: bpf.NextOptions{AutoSelect: true}, bound: recB,
			edit: func(f *bpf.Facts) { f.Candidates = []bpf.Ref{recB} },
		},
		{
			name: "12 two candidates", options: bpf.NextOptions{AutoSelect: true}, want: bpf.ErrTargetRequired,
			edit: func(f *bpf.Facts) { f.Candidates = []bpf.Ref{recB, other} },
		},
		{name: "13 only by operation", modes: []bpf.Mode{bpf.ModeOperation}, want: bpf.ErrOperationRequired},
		{name: "13 no target", want: bpf.ErrTargetRequired},
		{name: "14 select not allowed", modes: []bpf.Mode{bpf.ModeCreate}, options: bpf.NextOptions{Target: recB}, want: bpf.ErrOperationRequired},
		{name: "15 other entity", options: bpf.NextOptions{Target: recC}, want: bpf.ErrTargetMismatch},
		{name: "16 not found", options: bpf.NextOptions{Target: recB}, edit: func(f *bpf.Facts) { f.Target.Exists = false }, want: bpf.ErrTargetNotFound},
		{name: "17 unrelated", options: bpf.NextOptions{Target: recB}, edit: func(f *bpf.Facts) { f.Target.Related = false }, want: bpf.ErrTargetUnrelated},
		{name: "denied", options: bpf.NextOptions{Target: recB}, edit: func(f *bpf.Facts) { f.Target.Linkable = false }, want: bpf.ErrAccessDenied},
		{name: "18 target", options: bpf.NextOptions{Target: recB}, bound: recB},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			d := d
			if row.modes != nil {
				d = parse(t, sample)
				d.Stage("two").Enter.Modes = row.modes
			}
			v := row.values
			if v == nil {
				v = filled()
			}
			f := facts(v)
			i := start(t, d, f)
			if !row.slot.IsZero() {
				i.Slots["b"] = row.slot
			}
			if !row.offer.IsZero() {
				i.Pending = map[string]bpf.Ref{"b": row.offer}
			}
			if row.edit != nil {
				row.edit(&f)
			}
			before := i.Clone()
			m, err := bpf.Next(d, i, row.options, f)
			if row.want != "" {
				refused(t, err, row.want)
				return
			}
			got := does(t, m, err)
			switch {
			case row.creates && (!m.Create || m.Changed()):
				t.Errorf("got %+v, want a record to be created first", m)
			case !row.creates && (got.ActiveStage != "two" || got.Slots["b"] != row.bound || len(got.Pending) > 0):
				t.Errorf("got stage %s with %v, pending %v", got.ActiveStage, got.Slots["b"], got.Pending)
			}
			if len(i.TraversedPath) != len(before.TraversedPath) || i.Slots["b"] != before.Slots["b"] {
				t.Error("the instance that came in was changed")
			}
		})
	}
}
