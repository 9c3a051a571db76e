package bench_test

import (
	"context"
	"testing"

	"github.com/looplab/fsm"
)

func fsmJourney(tb testing.TB) func() error {
	ctx := tb.Context()
	return func() error { return fireFSM(ctx) }
}

// fireFSM builds the machines of fireStateless and fires the same path.
func fireFSM(ctx context.Context) error {
	lead := fsm.NewFSM(leadNew, fsm.Events{
		{Name: qualify, Src: []string{leadNew}, Dst: leadQualified},
	}, nil)
	opportunity := fsm.NewFSM(opportunityOpen, fsm.Events{
		{Name: win, Src: []string{opportunityOpen}, Dst: opportunityWon},
	}, nil)
	quote := fsm.NewFSM(quoteDraft, fsm.Events{
		{Name: activate, Src: []string{quoteDraft}, Dst: quoteActive},
		{Name: win, Src: []string{quoteActive}, Dst: quoteWon},
	}, nil)
	order := fsm.NewFSM(orderActive, fsm.Events{
		{Name: fulfill, Src: []string{orderActive}, Dst: orderFulfilled},
		{Name: bill, Src: []string{orderFulfilled}, Dst: orderInvoiced},
	}, nil)
	invoice := fsm.NewFSM(invoiceActive, fsm.Events{
		{Name: issue, Src: []string{invoiceActive}, Dst: invoiceBilled},
		{Name: pay, Src: []string{invoiceBilled}, Dst: invoicePaid},
	}, nil)

	for _, step := range []struct {
		machine *fsm.FSM
		event   string
	}{
		{lead, qualify},
		{quote, activate},
		{quote, win},
		{opportunity, win},
		{order, fulfill},
		{order, bill},
		{invoice, issue},
		{invoice, pay},
	} {
		if err := step.machine.Event(ctx, step.event); err != nil {
			return err
		}
	}
	return nil
}
