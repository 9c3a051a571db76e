package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Payments is what a Client does with payments.
type Payments struct {
	Explained[leadtocash.Payment, record.PaymentID, PaymentQuery]
}

// Payments returns the service for payments.
func (c *Client) Payments() (s Payments) { s.c = c; return s }

// PaymentQuery asks for payments. Their due day is ReceivedOn.
type PaymentQuery struct {
	List
	Status        leadtocash.PaymentStatus
	Number        string
	Customer      record.CustomerID
	BankReference string
	Open          bool // posted, and something of it is neither allocated nor refunded
}

func (q PaymentQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).number(q.Number).ref("customer_id", q.Customer.ID).
		text("bank_reference", q.BankReference).flag("credit", q.Open)
}

func (s *session) paymentFacts() leadtocash.PaymentFacts {
	return leadtocash.PaymentFacts{Stamp: s.stamp, Settings: s.c.settings}
}

// twins are the other payments with a bank reference that are posted, or bounced
// since, oldest first.
func (s *session) twins(ctx context.Context, reference string, but record.PaymentID) (list []leadtocash.Payment, err error) {
	if reference == "" {
		return nil, nil
	}
	recs, err := s.having(ctx, kinds.Payment, "bank_reference", schema.Lookup(reference))
	if err != nil {
		return nil, err
	}
	for _, rec := range recs {
		if rec.ID == but.UUID {
			continue
		}
		p, err := shared[leadtocash.Payment](rec.Image)
		if err != nil {
			return nil, err
		}
		if p.Received() {
			s.loaded, list = append(s.loaded, rec), append(list, *p)
		}
	}
	slices.SortStableFunc(list, func(a, b leadtocash.Payment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return list, nil
}

// withAllocations gathers for everything that moves a payment's money.
func withAllocations[C any](ctx context.Context, s *session, p *leadtocash.Payment, _ *C) (f leadtocash.PaymentFacts, err error) {
	f = s.paymentFacts()
	if f.Allocations, err = related[leadtocash.Allocation](ctx, s, "payment_id", p.ID.UUID); err != nil {
		return f, err
	}
	if f.Invoices, err = s.allocatedTo(ctx, f.Allocations); err != nil {
		return f, err
	}
	if f.Settled, f.CreditNotes, err = s.settling(ctx, f.Invoices); err != nil {
		return f, err
	}
	f.Debtor, err = s.debtor(ctx, p.CustomerID, leadtocash.DunningFinalNotice, f.Invoices...)
	return f, err
}

// allocatedTo reads the invoices that active allocations settle, each once.
func (s *session) allocatedTo(ctx context.Context, allocations []leadtocash.Allocation) (list []leadtocash.Invoice, err error) {
	had := map[record.InvoiceID]bool{{}: true}
	for n := range allocations {
		a := &allocations[n]
		if !a.IsActive() || had[a.InvoiceID] {
			continue
		}
		had[a.InvoiceID] = true
		i, err := load[leadtocash.Invoice](ctx, s, a.InvoiceID)
		if err != nil {
			return nil, err
		}
		list = append(list, *i)
	}
	return list, nil
}

// withRefunds is withAllocations for what ends a payment.
func withRefunds[C any](ctx context.Context, s *session, p *leadtocash.Payment, cmd *C) (leadtocash.PaymentFacts, error) {
	f, err := withAllocations(ctx, s, p, cmd)
	if err == nil && !p.RefundedAmount.IsZero() {
		f.Refunds, err = related[leadtocash.Refund](ctx, s, "payment_id", p.ID.UUID)
	}
	return f, err
}

// Create notes a payment, pending until it is posted. See NewPayment.
func (s Payments) Create(ctx context.Context, cmd leadtocash.CreatePayment) (leadtocash.Payment, error) {
	return recordOf(create(ctx, s.c, actions.PaymentCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *leadtocash.CreatePayment) (f leadtocash.PaymentFacts, err error) {
			f = s.paymentFacts()
			f.Inactive, err = s.inactiveOf(ctx, cmd.Fields.CustomerID.Ref)
			return f, err
		}, leadtocash.NewPayment, numbers(kinds.Payment, cmd.PaymentNumber)))
}

// ChangeCurrency gives a pending payment another currency. See
// Payment.ChangeCurrency.
func (s Payments) ChangeCurrency(ctx context.Context, id record.PaymentID, cmd record.ChangeCurrency, opts ...CallOption) (leadtocash.Payment, error) {
	return recordOf(apply(ctx, s.c, actions.PaymentChangeCurrency, id, cmd,
		func(_ context.Context, s *session, _ *leadtocash.Payment, _ *record.ChangeCurrency) (leadtocash.PaymentFacts, error) {
			return s.paymentFacts(), nil
		}, leadtocash.Payment.ChangeCurrency, opts))
}

// Post confirms a payment; with the bank reference and amount of a posted one,
// that one is returned and nothing changes; ErrBankReferenceUsed if the actor may not
// see it. See Payment.Post.
func (s Payments) Post(ctx context.Context, id record.PaymentID, cmd leadtocash.PostPayment, opts ...CallOption) (leadtocash.Payment, error) {
	return recordOf(apply(ctx, s.c, actions.PaymentPost, id, cmd,
		func(ctx context.Context, s *session, p *leadtocash.Payment, _ *leadtocash.PostPayment) (f leadtocash.PaymentFacts, err error) {
			f = s.paymentFacts()
			if f.Twins, err = s.twins(ctx, p.BankReference, p.ID); err != nil {
				return f, err
			}
			if twin := p.Twin(f.Twins); twin != nil { // it would be the answer
				if open, err := s.seesEach(ctx, []record.Ref{twin.Ref()}); err != nil || !open {
					return f, cmp.Or(err, error(record.Refusal(codes.ErrBankReferenceUsed, "bank_reference", codes.ErrBankReferenceUsed.Info().Text)))
				}
			}
			return f, nil
		}, leadtocash.Payment.Post, opts))
}

// Allocate settles an invoice out of a payment. See Payment.Allocate.
func (s Payments) Allocate(ctx context.Context, id record.PaymentID, cmd leadtocash.AllocatePayment, opts ...CallOption) (leadtocash.AllocatedPayment, error) {
	return apply(ctx, s.c, actions.PaymentAllocate, id, cmd,
		func(ctx context.Context, s *session, p *leadtocash.Payment, cmd *leadtocash.AllocatePayment) (leadtocash.PaymentFacts, error) {
			f := s.paymentFacts()
			if cmd.InvoiceID.UUID == uuid.Nil {
				return f, nil
			}
			i, err := load[leadtocash.Invoice](ctx, s, cmd.InvoiceID)
			if err != nil {
				if errors.Is(err, codes.ErrNotFound) {
					err = nil
				}
				return f, err
			}
			f.Invoices = append(f.Invoices, *i)
			if f.Settled, f.CreditNotes, err = s.settlingOf(ctx, i); err != nil {
				return f, err
			}
			f.Debtor, err = s.debtor(ctx, p.CustomerID, leadtocash.DunningFinalNotice, f.Invoices...)
			return f, err
		}, leadtocash.Payment.Allocate, opts)
}

// AutoAllocate settles open invoices of the payment's customer that the actor may
// see, as far as the payment goes. See Payment.AutoAllocate.
func (s Payments) AutoAllocate(ctx context.Context, id record.PaymentID, cmd leadtocash.AutoAllocatePayment, opts ...CallOption) (leadtocash.AutoAllocatedPayment, error) {
	return apply(ctx, s.c, actions.PaymentAutoAllocate, id, cmd,
		func(ctx context.Context, s *session, p *leadtocash.Payment, _ *leadtocash.AutoAllocatePayment) (f leadtocash.PaymentFacts, err error) {
			f = s.paymentFacts()
			if p.Unallocated().Sign() <= 0 {
				return f, nil
			}
			if err := s.reachable(ctx, p, &f); err != nil {
				return f, err
			}
			f.Debtor, err = s.debtor(ctx, p.CustomerID, leadtocash.DunningFinalNotice, f.Invoices...)
			return f, err
		}, leadtocash.Payment.AutoAllocate, opts)
}

// Refund requests that what is left of a payment be returned. See
// Payment.Refund.
func (s Payments) Refund(ctx context.Context, id record.PaymentID, cmd leadtocash.RequestRefund, opts ...CallOption) (leadtocash.MovedRefund, error) {
	return apply(ctx, s.c, actions.PaymentRefund, id, cmd,
		func(ctx context.Context, s *session, p *leadtocash.Payment, _ *leadtocash.RequestRefund) (f leadtocash.PaymentFacts, err error) {
			f = s.paymentFacts()
			f.CreditBalance, err = s.creditBalance(ctx, p.CustomerID, p.Currency)
			return f, err
		}, leadtocash.Payment.Refund, opts, numbers(kinds.Refund, cmd.RefundNumber))
}

// Deallocate takes an allocation back. See Payment.Deallocate.
func (s Payments) Deallocate(ctx context.Context, id record.PaymentID, cmd leadtocash.DeallocatePayment, opts ...CallOption) (leadtocash.AllocatedPayment, error) {
	return apply(ctx, s.c, actions.PaymentDeallocate, id, cmd, withAllocations, leadtocash.Payment.Deallocate, opts)
}

// Void takes back a payment that was entered by mistake. See Payment.Void.
func (s Payments) Void(ctx context.Context, id record.PaymentID, cmd leadtocash.VoidPayment, opts ...CallOption) (leadtocash.ReversedPayment, error) {
	return apply(ctx, s.c, actions.PaymentVoid, id, cmd, withAllocations, leadtocash.Payment.Void, opts)
}

// WriteOffReclaim gives up what the customer owes of a bounced payment. See
// Payment.WriteOffReclaim.
func (s Payments) WriteOffReclaim(ctx context.Context, id record.PaymentID, cmd leadtocash.WriteOffReclaim, opts ...CallOption) (leadtocash.WrittenOffReclaim, error) {
	return apply(ctx, s.c, actions.PaymentWriteOffReclaim, id, cmd,
		func(_ context.Context, s *session, _ *leadtocash.Payment, _ *leadtocash.WriteOffReclaim) (leadtocash.PaymentFacts, error) {
			return s.paymentFacts(), nil
		}, leadtocash.Payment.WriteOffReclaim, opts)
}

// Bounce notes that the bank took a payment back. See Payment.Bounce.
func (s Payments) Bounce(ctx context.Context, id record.PaymentID, cmd leadtocash.BouncePayment, opts ...CallOption) (leadtocash.ReversedPayment, error) {
	return apply(ctx, s.c, actions.PaymentBounce, id, cmd, withRefunds, leadtocash.Payment.Bounce, opts)
}

func paymentExplained(ctx context.Context, s *session, p *leadtocash.Payment) (leadtocash.PaymentFacts, error) {
	f, err := withRefunds(ctx, s, p, &struct{}{})
	if err != nil {
		return f, err
	}
	if f.Twins, err = s.twins(ctx, p.BankReference, p.ID); err != nil {
		return f, err
	}
	f.CreditBalance, err = s.creditBalance(ctx, p.CustomerID, p.Currency)
	return f, err
}

// Allocations lists what a payment settles, reversed allocations included,
// oldest first.
func (s Payments) Allocations(ctx context.Context, id record.PaymentID) (list []leadtocash.Allocation, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) (err error) {
		list, err = closesOf[leadtocash.Allocation](ctx, ss, record.Ref{Kind: kinds.Payment, ID: id.UUID}, "payment_id")
		return err
	})
	return list, err
}
