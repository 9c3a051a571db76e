package leadtocash

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/storage"
)

// Payments is what a Client does with payments.
type Payments struct {
	Records[Payment, PaymentID, PaymentQuery]
}

// Payments returns the service for payments.
func (c *Client) Payments() Payments { return Payments{Records[Payment, PaymentID, PaymentQuery]{c}} }

// PaymentQuery asks for payments. Their due day is ReceivedOn.
type PaymentQuery struct {
	List
	Status        PaymentStatus
	Number        string
	Customer      CustomerID
	BankReference string
	Open          bool // posted, and something of it is neither allocated nor refunded
}

func (q PaymentQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).number(q.Number).ref("customer_id", q.Customer.ID).
		text("bank_reference", q.BankReference).flag("credit", q.Open)
}

func (s *session) paymentFacts() PaymentFacts {
	return PaymentFacts{Stamp: s.stamp, Settings: s.c.settings}
}

// posted returns another payment with the bank reference that is posted, or
// bounced since; nil if there is none.
func (s *session) posted(ctx context.Context, reference string, but PaymentID) (*Payment, error) {
	if reference == "" {
		return nil, nil
	}
	recs, err := s.having(ctx, kinds.Payment, "bank_reference", lookup(reference))
	if err != nil {
		return nil, err
	}
	for _, rec := range recs {
		if rec.ID == but.UUID {
			continue
		}
		if p, err := shared[Payment](rec.Image); err != nil || p.received() {
			return p, err
		}
	}
	return nil, nil
}

// withAllocations gathers for everything that moves a payment's money.
func withAllocations[C any](ctx context.Context, s *session, p *Payment, _ *C) (f PaymentFacts, err error) {
	f = s.paymentFacts()
	if f.Allocations, err = related[Allocation](ctx, s, "payment_id", p.ID.UUID); err != nil {
		return f, err
	}
	for _, a := range f.Allocations {
		if !a.IsActive() || f.InvoiceOf(a.InvoiceID) != nil {
			continue
		}
		i, err := load[Invoice](ctx, s, a.InvoiceID)
		if err != nil {
			return f, err
		}
		f.Invoices = append(f.Invoices, *i)
	}
	f.Debtor, err = s.debtor(ctx, p.CustomerID, DunningFinalNotice, f.Invoices...)
	return f, err
}

// Create notes a payment, pending until it is posted. See NewPayment.
func (s Payments) Create(ctx context.Context, cmd CreatePayment) (Payment, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	out, err := create(ctx, s.c, actions.PaymentCreate, cmd.ID.UUID, given, cmd,
		func(ctx context.Context, s *session, cmd *CreatePayment) (f PaymentFacts, err error) {
			f = s.paymentFacts()
			f.Inactive, err = s.inactiveOf(ctx, cmd.Fields.CustomerID.Ref)
			return f, err
		}, NewPayment, numbers(kinds.Payment, cmd.PaymentNumber))
	return out.Record, err
}

// Post confirms a payment; with the bank reference and amount of a posted one,
// that one is returned and nothing changes. See Payment.Post.
func (s Payments) Post(ctx context.Context, id PaymentID, cmd PostPayment, opts ...CallOption) (Payment, error) {
	out, err := apply(ctx, s.c, actions.PaymentPost, id, cmd,
		func(ctx context.Context, s *session, p *Payment, _ *PostPayment) (f PaymentFacts, err error) {
			f = s.paymentFacts()
			f.Twin, err = s.posted(ctx, p.BankReference, p.ID)
			return f, err
		}, Payment.Post, opts)
	return out.Record, err
}

// Allocate settles an invoice out of a payment. See Payment.Allocate.
func (s Payments) Allocate(ctx context.Context, id PaymentID, cmd AllocatePayment, opts ...CallOption) (AllocatedPayment, error) {
	return apply(ctx, s.c, actions.PaymentAllocate, id, cmd,
		func(ctx context.Context, s *session, p *Payment, cmd *AllocatePayment) (PaymentFacts, error) {
			f := s.paymentFacts()
			if cmd.InvoiceID.UUID == uuid.Nil {
				return f, nil
			}
			i, err := load[Invoice](ctx, s, cmd.InvoiceID)
			if err != nil {
				if errors.Is(err, codes.ErrNotFound) {
					err = nil
				}
				return f, err
			}
			f.Invoices = append(f.Invoices, *i)
			f.Debtor, err = s.debtor(ctx, p.CustomerID, DunningFinalNotice, f.Invoices...)
			return f, err
		}, Payment.Allocate, opts)
}

// AutoAllocate settles open invoices of the payment's customer that the actor may
// see, as far as the payment goes. See Payment.AutoAllocate.
func (s Payments) AutoAllocate(ctx context.Context, id PaymentID, cmd AutoAllocatePayment, opts ...CallOption) (AutoAllocatedPayment, error) {
	return apply(ctx, s.c, actions.PaymentAutoAllocate, id, cmd,
		func(ctx context.Context, s *session, p *Payment, _ *AutoAllocatePayment) (f PaymentFacts, err error) {
			f = s.paymentFacts()
			if p.Unallocated().Sign() <= 0 {
				return f, nil
			}
			for _, status := range invoiceOwing {
				q := storedQuery(kinds.Invoice, InvoiceQuery{Customer: p.CustomerID, Status: status})
				for rec, err := range s.Find(ctx, q) {
					if err != nil {
						return f, err
					}
					if ok, err := s.visible(ctx, rec); err != nil {
						return f, err
					} else if !ok {
						continue
					}
					i, err := shared[Invoice](rec.Image)
					if err != nil {
						return f, err
					}
					s.loaded = append(s.loaded, rec)
					f.Invoices = append(f.Invoices, *i)
				}
			}
			f.Debtor, err = s.debtor(ctx, p.CustomerID, DunningFinalNotice, f.Invoices...)
			return f, err
		}, Payment.AutoAllocate, opts)
}

// Refund requests that what is left of a payment be returned. See
// Payment.Refund.
func (s Payments) Refund(ctx context.Context, id PaymentID, cmd RequestRefund, opts ...CallOption) (MovedRefund, error) {
	return apply(ctx, s.c, actions.PaymentRefund, id, cmd,
		func(_ context.Context, s *session, _ *Payment, _ *RequestRefund) (PaymentFacts, error) {
			return s.paymentFacts(), nil
		}, Payment.Refund, opts, numbers(kinds.Refund, cmd.RefundNumber))
}

// Deallocate takes an allocation back. See Payment.Deallocate.
func (s Payments) Deallocate(ctx context.Context, id PaymentID, cmd DeallocatePayment, opts ...CallOption) (AllocatedPayment, error) {
	return apply(ctx, s.c, actions.PaymentDeallocate, id, cmd, withAllocations, Payment.Deallocate, opts)
}

// Void takes back a payment that was entered by mistake. See Payment.Void.
func (s Payments) Void(ctx context.Context, id PaymentID, cmd VoidPayment, opts ...CallOption) (ReversedPayment, error) {
	return apply(ctx, s.c, actions.PaymentVoid, id, cmd, withAllocations, Payment.Void, opts)
}

// Bounce notes that the bank took a payment back. See Payment.Bounce.
func (s Payments) Bounce(ctx context.Context, id PaymentID, cmd BouncePayment, opts ...CallOption) (ReversedPayment, error) {
	return apply(ctx, s.c, actions.PaymentBounce, id, cmd, withAllocations, Payment.Bounce, opts)
}

// Explain answers for every action whether it is possible now, with every
// reason against it. Checks of a verdict depend on the command as well.
func (s Payments) Explain(ctx context.Context, id PaymentID) ([]Verdict, error) {
	return explain(ctx, s.c, id, PaymentFlow(), func(ctx context.Context, s *session, p *Payment) (PaymentFacts, error) {
		f, err := withAllocations(ctx, s, p, &struct{}{})
		if err != nil {
			return f, err
		}
		f.Twin, err = s.posted(ctx, p.BankReference, p.ID)
		return f, err
	})
}

// Allocations lists what a payment settles, reversed allocations included,
// oldest first.
func (s Payments) Allocations(ctx context.Context, id PaymentID) (list []Allocation, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) (err error) {
		list, err = closesOf[Allocation](ctx, ss, Ref{kinds.Payment, id.UUID}, "payment_id")
		return err
	})
	return list, err
}
