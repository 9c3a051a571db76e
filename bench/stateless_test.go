package bench_test

import (
	"testing"

	"github.com/qmuntal/stateless"
)

func statelessJourney(testing.TB) func() error { return fireStateless }

// fireStateless builds one machine per record, which permits nothing but the
// path of the journey, and fires the path.
func fireStateless() error {
	lead := stateless.NewStateMachine(leadNew)
	lead.Configure(leadNew).Permit(qualify, leadQualified)

	opportunity := stateless.NewStateMachine(opportunityOpen)
	opportunity.Configure(opportunityOpen).Permit(win, opportunityWon)

	quote := stateless.NewStateMachine(quoteDraft)
	quote.Configure(quoteDraft).Permit(activate, quoteActive)
	quote.Configure(quoteActive).Permit(win, quoteWon)

	order := stateless.NewStateMachine(orderActive)
	order.Configure(orderActive).Permit(fulfill, orderFulfilled)
	order.Configure(orderFulfilled).Permit(bill, orderInvoiced)

	invoice := stateless.NewStateMachine(invoiceActive)
	invoice.Configure(invoiceActive).Permit(issue, invoiceBilled)
	invoice.Configure(invoiceBilled).Permit(pay, invoicePaid)

	for _, step := range []struct {
		machine *stateless.StateMachine
		trigger stateless.Trigger
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
		if err := step.machine.Fire(step.trigger); err != nil {
			return err
		}
	}
	return nil
}
