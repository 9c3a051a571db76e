package leadtocash_test

import (
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

func TestRefundFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Refund, leadtocash.RefundFlow().Matrix())
}

// Money is reserved when a refund is requested, and free again when it fails or
// is canceled, out of a payment and out of a credit note alike.
func TestRefund(t *testing.T) {
	t.Parallel()
	p, n := testkit.Posted(t, "50.00"), testkit.IssuedCredit(t, "50.00")
	f, cf := leadtocash.PaymentFacts{Stamp: testkit.Noon}, leadtocash.CreditNoteFacts{Stamp: testkit.Noon}
	testkit.Refuses(t, p, alonePtr(leadtocash.Payment.Refund), leadtocash.RequestRefund{Amount: testkit.Euro("50.01")}, f, codes.ErrOverRefunded)
	testkit.Refuses(t, p, alonePtr(leadtocash.Payment.Refund), leadtocash.RequestRefund{Amount: testkit.Euro("0.00")}, f, codes.ErrOverRefunded)
	testkit.Refuses(t, n, alonePtr(leadtocash.CreditNote.Refund), leadtocash.RequestRefund{Amount: testkit.Euro("50.01")}, cf, codes.ErrOverRefunded)

	fromPayment, err := p.Refund(leadtocash.RequestRefund{Amount: testkit.Euro("20.00")}, f)
	if err != nil {
		t.Fatal(err)
	}
	fromNote, err := n.Refund(leadtocash.RequestRefund{Amount: testkit.Euro("20.00")}, cf)
	if err != nil {
		t.Fatal(err)
	}
	for source, requested := range map[string]leadtocash.MovedRefund{"payment": fromPayment, "credit note": fromNote} {
		if left(requested) != "30.00" || requested.Record.CustomerID != testkit.Buyer || requested.Record.RefundNumber == "" {
			t.Errorf("%s: %s is left after %+v", source, left(requested), requested.Record)
		}
		facts := sourceOf(requested)
		paid := moves(t, requested.Record, leadtocash.Refund.Confirm, leadtocash.ConfirmRefund{}, facts, "refund.confirmed", "paid")
		if paid.Payment != nil || paid.CreditNote != nil || paid.Record.PaidOn != 2026_03_02 {
			t.Errorf("%s: confirmed %+v", source, paid)
		}
		failed := moves(t, paid.Record, leadtocash.Refund.Fail, leadtocash.FailRefund{Note: "account closed"}, facts, "refund.failed", "failed")
		if left(failed) != "50.00" || !failed.Record.PaidOn.IsZero() {
			t.Errorf("%s: %s is left after a failure, paid on %s", source, left(failed), failed.Record.PaidOn)
		}
		again := moves(t, failed.Record, leadtocash.Refund.Retry, leadtocash.RetryRefund{}, sourceOf(failed), "refund.retried", "requested")
		canceled := moves(t, again.Record, leadtocash.Refund.Cancel, leadtocash.CancelRefund{}, sourceOf(again), "refund.canceled", "canceled")
		if left(again) != "30.00" || left(canceled) != "50.00" {
			t.Errorf("%s: %s is left after another request, %s after it is canceled", source, left(again), left(canceled))
		}
	}
	spent := p
	spent.AllocatedAmount = testkit.Amount(t, "40.00")
	failed := moves(t, fromPayment.Record, leadtocash.Refund.Fail, leadtocash.FailRefund{}, sourceOf(fromPayment), "refund.failed", "failed")
	testkit.Refuses(t, failed.Record, testkit.Alone(leadtocash.Refund.Retry), leadtocash.RetryRefund{}, leadtocash.RefundFacts{Stamp: testkit.Noon, Payment: &spent}, codes.ErrOverRefunded)
	testkit.Refuses(t, *fromPayment.Payment, testkit.Alone(leadtocash.Payment.Void), leadtocash.VoidPayment{}, f, codes.ErrHasRefunds)
	testkit.Refuses(t, *fromNote.CreditNote, testkit.Alone(leadtocash.CreditNote.Void), leadtocash.VoidCreditNote{}, cf, codes.ErrHasRefunds)
}

// alonePtr is alone for outcomes that hold the record by reference.
func alonePtr[R, C, F any](do func(R, C, F) (leadtocash.MovedRefund, error)) testkit.Method[R, C, F] {
	return func(r R, cmd C, f F) (record.Change[R], error) {
		out, err := do(r, cmd, f)
		return record.Change[R]{Events: out.Events}, err
	}
}

func left(m leadtocash.MovedRefund) string {
	if m.Payment != nil {
		return m.Payment.Unallocated().String()
	}
	return m.CreditNote.Unapplied().String()
}

func sourceOf(m leadtocash.MovedRefund) leadtocash.RefundFacts {
	return leadtocash.RefundFacts{Stamp: testkit.Noon, Payment: m.Payment, CreditNote: m.CreditNote}
}

// moves takes a refund on and checks its event.
func moves[C any](t *testing.T, r leadtocash.Refund, do func(leadtocash.Refund, C, leadtocash.RefundFacts) (leadtocash.MovedRefund, error),
	cmd C, f leadtocash.RefundFacts, event, to string,
) leadtocash.MovedRefund {
	t.Helper()
	out, err := do(r, cmd, f)
	if err != nil {
		t.Fatal(err)
	}
	if e := out.Events[0]; e.Type != event || e.From != r.Status.String() || e.To != to || out.Record.Version != r.Version+1 {
		t.Errorf("event %+v, want %s to %s", e, event, to)
	}
	return out
}
