package engine_test

import (
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

// Whatever call to the store fails, and however often a transaction runs, an
// action that writes several records happens entirely or not at all (I-55).
func TestPeople_faults(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, x := range map[string]struct {
		do    func(p *people, about record.Ref) error
		notes int64 // afterwards
	}{
		"create with file": {func(p *people, about record.Ref) error {
			_, err := p.Notes().CreateWithFile(p.ctx, planned(about), plan("second"))
			return err
		}, 2},
		"delete with all": {func(p *people, about record.Ref) error {
			return p.Accounts().Delete(p.ctx, record.AccountID{UUID: about.ID}, remove)
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			try := func(faults storagetest.Plan) error {
				store := memory.New()
				p := newPeople(t, store)
				about := ref(kinds.Account, p.account("Meyer").ID)
				n := testkit.Must(p.Notes().CreateWithFile(p.ctx, planned(about), plan("first")))
				p.task(about)
				before := p.feed()
				err := x.do(newPeople(t, storagetest.Faulty(store, faults)), about)
				if err == nil {
					p.counted(kinds.Note, x.notes)
					p.counted(kinds.Attachment, x.notes)
					return nil
				}
				if p.feed() != before {
					t.Errorf("after %v there are events", err)
				}
				p.counted(kinds.Note, 1)
				p.counted(kinds.Task, 1)
				if file, err := p.Notes().Content(p.ctx, n.ID); err != nil || string(file.Content) != "first" {
					t.Errorf("the file became %+v, %v", file, err)
				}
				return err
			}
			calls := int64(1)
			for ; ; calls++ {
				err := try(storagetest.FailNth(calls, broken))
				if err == nil {
					break
				}
				if !errors.Is(err, broken) {
					t.Fatalf("call %d: got error %v", calls, err)
				}
			}
			if calls < 5 {
				t.Errorf("only %d calls could fail", calls-1)
			}
			if err := try(storagetest.Rerun(1)); err != nil {
				t.Errorf("run again: %v", err)
			}
		})
	}
}
