package bpf

import "time"

// Reactivate makes a finished or aborted instance active again, on the stage
// and path it had. Refusals: those that come before all others, see Next, then
// ErrInvalidStatusChange, ErrVetoed.
func Reactivate(d Definition, i Instance, f Facts) (Move, error) {
	w, err := d.reactivate(&i, &f, "")
	if err != nil {
		return Move{}, err
	}
	return w.move(), nil
}

func (d *Definition) reactivate(i *Instance, f *Facts, event string) (*draft, error) {
	if err := d.admit(OpReactivate, i, 0, f); err != nil {
		return nil, err
	}
	if f.Veto != nil {
		return nil, vetoed(OpReactivate, f.Veto)
	}
	w := edit(d, i, f)
	w.event = event
	was := w.Status
	w.Status, w.CompletedOn = Active, time.Time{}
	w.open(OpReactivate)
	w.record(Transition{Kind: OpReactivate, StatusFrom: was, StatusTo: Active})
	w.fireProcess("reactivated", OpReactivate)
	return w, nil
}
