package engine

import (
	"context"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Refunds is what a Client does with refunds. They are requested of a payment
// or a credit note.
type Refunds struct {
	Explained[leadtocash.Refund, record.RefundID, RefundQuery]
}

// Refunds returns the service for refunds.
func (c *Client) Refunds() (s Refunds) { s.c = c; return s }

// RefundQuery asks for refunds. Their due day is PaidOn.
type RefundQuery struct {
	List
	Status     leadtocash.RefundStatus
	Number     string
	Customer   record.CustomerID
	Payment    record.PaymentID
	CreditNote record.CreditNoteID
}

func (q RefundQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).number(q.Number).ref("customer_id", q.Customer.ID).
		ref("payment_id", q.Payment.UUID).ref("credit_note_id", q.CreditNote.UUID)
}

// withSource gathers what a refund is out of.
func withSource[C any](ctx context.Context, s *session, r *leadtocash.Refund, _ *C) (f leadtocash.RefundFacts, err error) {
	f = leadtocash.RefundFacts{Stamp: s.stamp, Settings: s.c.settings}
	if f.Payment, err = maybe[leadtocash.Payment](ctx, s, r.PaymentID); err != nil {
		return f, err
	}
	if f.CreditNote, err = maybe[leadtocash.CreditNote](ctx, s, r.CreditNoteID); err != nil {
		return f, err
	}
	if n := f.CreditNote; n != nil && !n.InvoiceID.IsZero() {
		if f.Invoice, err = known(maybe[leadtocash.Invoice](ctx, s, n.InvoiceID)); err != nil {
			return f, err
		}
		if f.Invoice != nil {
			if f.Settled, _, err = s.settlingOf(ctx, f.Invoice); err != nil {
				return f, err
			}
		}
	}
	if p := f.Payment; p != nil && !p.WrittenOffAmount.IsZero() {
		all, err := related[leadtocash.Allocation](ctx, s, "payment_id", p.ID.UUID)
		if err != nil {
			return f, err
		}
		for _, a := range all {
			if a.Kind == leadtocash.AllocationWriteOff && a.InvoiceID.IsZero() {
				f.Reclaims = append(f.Reclaims, a)
			}
		}
	}
	f.CreditBalance, err = s.creditBalance(ctx, r.CustomerID, r.Currency)
	return f, err
}

// Confirm notes that the money went out. See Refund.Confirm.
func (s Refunds) Confirm(ctx context.Context, id record.RefundID, cmd leadtocash.ConfirmRefund, opts ...CallOption) (leadtocash.MovedRefund, error) {
	return apply(ctx, s.c, actions.RefundConfirm, id, cmd, withSource, leadtocash.Refund.Confirm, opts)
}

// Fail notes that the money did not go out, or came back. See Refund.Fail.
func (s Refunds) Fail(ctx context.Context, id record.RefundID, cmd leadtocash.FailRefund, opts ...CallOption) (leadtocash.MovedRefund, error) {
	return apply(ctx, s.c, actions.RefundFail, id, cmd, withSource, leadtocash.Refund.Fail, opts)
}

// Cancel takes a request back. See Refund.Cancel.
func (s Refunds) Cancel(ctx context.Context, id record.RefundID, cmd leadtocash.CancelRefund, opts ...CallOption) (leadtocash.MovedRefund, error) {
	return apply(ctx, s.c, actions.RefundCancel, id, cmd, withSource, leadtocash.Refund.Cancel, opts)
}

// Retry requests a failed refund again. See Refund.Retry.
func (s Refunds) Retry(ctx context.Context, id record.RefundID, cmd leadtocash.RetryRefund, opts ...CallOption) (leadtocash.MovedRefund, error) {
	return apply(ctx, s.c, actions.RefundRetry, id, cmd, withSource, leadtocash.Refund.Retry, opts)
}

func refundExplained(ctx context.Context, s *session, r *leadtocash.Refund) (leadtocash.RefundFacts, error) {
	return withSource(ctx, s, r, &struct{}{})
}
