package bpf_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/bpf"
)

// A merged record is replaced wherever the instance names it, and nothing else
// changes but the history.
func TestRecordReplaced(t *testing.T) {
	t.Parallel()
	a, b, other := bpf.Ref{Entity: "b", ID: "1"}, bpf.Ref{Entity: "b", ID: "2"}, bpf.Ref{Entity: "c", ID: "1"}
	for _, c := range []struct {
		name                      string
		slot, pending             bpf.Ref
		to, wantSlot, wantPending bpf.Ref
		entries                   int
	}{
		{"in its slot", a, bpf.Ref{}, b, b, bpf.Ref{}, 1},
		{"where it is offered", other, a, b, other, b, 1},
		{"an offer of what is there goes", b, a, b, b, bpf.Ref{}, 1},
		{"elsewhere nothing changes", b, bpf.Ref{}, b, b, bpf.Ref{}, 0},
		{"not by a record of another entity", a, bpf.Ref{}, other, a, bpf.Ref{}, 0},
		{"not by itself", a, bpf.Ref{}, a, a, bpf.Ref{}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			i := bpf.Instance{
				ID: "i", Process: "p", Version: 3, Status: bpf.Finished, PrimaryEntity: "a", Slots: map[string]bpf.Ref{"a": recA},
				Pending: map[string]bpf.Ref{}, ActiveStage: "s", TraversedPath: []string{"s"}, Revision: 7,
			}
			i.Slots["b"] = c.slot
			if !c.pending.IsZero() {
				i.Pending["b"] = c.pending
			}
			before := text(i)
			m := bpf.RecordReplaced(i, a, c.to, bpf.Facts{At: noon, Actor: "ann"})
			got := m.Instance
			if got.Slots["b"] != c.wantSlot || got.Pending["b"] != c.wantPending || got.Primary() != recA || place(got) != place(i) || got.Version != 3 {
				t.Errorf("got %+v", got)
			}
			if len(m.Log) != c.entries || len(got.History) != c.entries || got.Revision != 7+int64(c.entries) || m.Changed() != (c.entries == 1) {
				t.Errorf("logged %+v in revision %d, want %d entries", m.Log, got.Revision, c.entries)
			}
			if c.entries == 1 && (m.Log[0].Kind != bpf.OpRebind || m.Log[0].FromRecord != a || m.Log[0].ToRecord != b || m.Log[0].Actor != "ann" || !m.Log[0].At.Equal(noon)) {
				t.Errorf("logged %+v", m.Log[0])
			}
			if text(i) != before {
				t.Error("the instance that came in was changed")
			}
		})
	}
}
