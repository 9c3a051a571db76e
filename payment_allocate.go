package leadtocash

import (
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// AllocatePayment settles an invoice out of a payment.
type AllocatePayment struct {
	InvoiceID    record.InvoiceID        `json:"invoice_id" need:"true"`
	Amount       value.Opt[money.Amount] `json:"amount,omitzero"`        // default: as much as there is and is open, less an early discount where less than all is there
	TakeDiscount bool                    `json:"take_discount,omitzero"` // takes the early discount, which has to be earned
	NoDiscount   bool                    `json:"no_discount,omitzero"`   // leaves an early discount that is earned
	AllocationID record.AllocationID     `json:"allocation_id,omitzero"` // derived unless given
}

// wish is what the command says of an early discount.
func (c *AllocatePayment) wish() discountWish { return discountWish{c.TakeDiscount, c.NoDiscount} }

// AllocatedPayment is what allocating a payment, or taking that back, yields.
type AllocatedPayment struct {
	Record     Payment      `json:"payment"`
	Invoice    Invoice      `json:"invoice"`
	Allocation Allocation   `json:"allocation"`
	Discount   *Allocation  `json:"discount,omitzero"` // the early discount that was taken, or taken back, with it
	Adjusted   []Allocation `json:"adjusted,omitzero"` // parts of it that had come back by themselves, and were taken back too
	HeldCustomer
	Notices []record.Reason `json:"notices,omitzero"` // NoticeDiscountWaived
	Events  []record.Event  `json:"events,omitzero"`
}

func (p *Payment) funds() funds { return funds{p.CustomerID, p.Currency, p.Unallocated()} }

// ledger is the money of the invoices.
func (f *PaymentFacts) ledger() ledger {
	return ledgerOf(joined(f.Settled, f.Allocations), f.CreditNotes, &f.Settings)
}

// cash is the money of one of the invoices.
func (f *PaymentFacts) cash(i *Invoice) cash {
	l := f.ledger()
	return l.cash(i)
}

var allocatePayment = flow.Decide(paymentFlow, actions.PaymentAllocate, append(settles("payment",
	func(p *Payment, c *AllocatePayment, f *PaymentFacts) application {
		return application{p.funds(), f.InvoiceOf(c.InvoiceID), c.Amount, f.Stamp}
	}), flow.Check[*Payment, *AllocatePayment, *PaymentFacts]{
	Code: codes.ErrInvalid, Text: "the early discount is earned, and the money closes the invoice with it", Field: "take_discount",
	Holds: func(p *Payment, c *AllocatePayment, f *PaymentFacts) bool {
		i := f.InvoiceOf(c.InvoiceID)
		if !c.TakeDiscount || i == nil {
			return true
		}
		cash := f.cash(i)
		return !c.NoDiscount && cash.share(p.Unallocated(), p.ReceivedOn, c.Amount, c.wish()).discount.Sign() > 0
	},
})...)

// Allocate settles an issued invoice of the same customer and currency, fully
// or partly, out of what is left of a posted payment. Money that covers what is
// open settles it in full, and a discount that it earned is waived, which is a
// notice. Less money closes the invoice where it was received in time for the
// early discount and covers what is open without it; all other money of the
// invoice must be there in time as well. An amount that is given is kept to, so
// that the discount is taken only if the amount is what is open less the
// discount. Codes: ErrInvalidTransition, ErrNotFound, ErrNotIssued,
// ErrInvoiceSettled, ErrOverAllocated, ErrCustomerMismatch,
// ErrCurrencyMismatch, ErrInvalid for a discount that is wanted and not earned.
func (p Payment) Allocate(cmd AllocatePayment, f PaymentFacts) (AllocatedPayment, error) {
	if err := allocatePayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return AllocatedPayment{}, err
	}
	i := f.InvoiceOf(cmd.InvoiceID)
	cash := f.cash(i)
	s := cash.share(p.Unallocated(), p.ReceivedOn, cmd.Amount, cmd.wish())
	b := bookOf(cash, f.Stamp)
	b.id = record.IDOr(cmd.AllocationID, f.Stamp, p.ID.UUID, p.Version, "allocation")
	p.Touch(f.Stamp)
	next, event := b.allocates(&p, s, actions.InvoiceSettle)
	held, events := f.Debtor.follow(f.Stamp, settlement{i, &next})
	return AllocatedPayment{
		Record: p, Invoice: next, Allocation: b.changed[0], Discount: b.second(), HeldCustomer: held, Notices: s.notices(cmd.NoDiscount),
		Events: slices.Concat([]record.Event{
			record.StepEvent(&p, actions.PaymentAllocate, p.Status.String(), f.Stamp, record.DataOf("invoice", i.ID.String(), "amount", s.amount.String())), event,
		}, b.events, events),
	}, nil
}

// allocates lets the invoice have its share of a payment.
func (b *cashbook) allocates(p *Payment, s share, do actions.Action) (Invoice, record.Event) {
	b.payment = p
	b.from(p.ReceivedOn, p.FreedOn)
	b.amount, b.discount = s.amount, s.discount
	return b.happens(paymentAllocated, do)
}

// second is the other allocation that was made or reversed, nil if there is none.
func (b *cashbook) second() *Allocation {
	if len(b.changed) < 2 {
		return nil
	}
	return &b.changed[1]
}

// further are the allocations after the second one, nil if there is none.
func (b *cashbook) further() []Allocation {
	if len(b.changed) < 3 {
		return nil
	}
	return b.changed[2:]
}

// notices tells of a discount that nobody asked for and nobody got.
func (s *share) notices(left bool) []record.Reason {
	if left || s.waived.IsZero() {
		return nil
	}
	return []record.Reason{record.ReasonFor(codes.NoticeDiscountWaived, "").With("amount", s.waived.String())}
}

// DeallocatePayment takes an allocation back.
type DeallocatePayment struct {
	AllocationID record.AllocationID `json:"allocation_id" need:"true"`
}

// activeAllocation returns the active allocation with the id, nil if there is
// none.
func activeAllocation(list []Allocation, id record.AllocationID) *Allocation {
	if n := slices.IndexFunc(list, func(a Allocation) bool { return a.ID == id && a.IsActive() }); n >= 0 {
		return &list[n]
	}
	return nil
}

type deallocateCheck = flow.Check[*Payment, *DeallocatePayment, *PaymentFacts]

var deallocatePayment = flow.Decide(
	paymentFlow, actions.PaymentDeallocate,
	deallocateCheck{
		Code: codes.ErrInvalid, Text: "the payment has this allocation, and it is not reversed",
		Holds: func(_ *Payment, c *DeallocatePayment, f *PaymentFacts) bool {
			a := activeAllocation(f.Allocations, c.AllocationID)
			return a != nil && f.InvoiceOf(a.InvoiceID) != nil
		},
		Detail: func(*Payment, *DeallocatePayment, *PaymentFacts) []record.Reason { return notFound("allocation_id") },
	},
	deallocateCheck{
		Code: codes.ErrHasRefunds, Text: "the invoice does not need the money for what was refunded of its credit notes",
		Holds: func(_ *Payment, c *DeallocatePayment, f *PaymentFacts) bool {
			a := activeAllocation(f.Allocations, c.AllocationID)
			if a == nil || f.InvoiceOf(a.InvoiceID) == nil || a.Kind != AllocationPayment {
				return true
			}
			cash := f.cash(f.InvoiceOf(a.InvoiceID))
			return !cash.holdsRefunds(a.Amount)
		},
	},
)

// Deallocate takes an allocation back: payment and invoice have what they had
// before it. An early discount that the payment earned there goes with it; the
// discount alone can be taken back as well. Codes: ErrInvalidTransition,
// ErrNotFound, ErrHasRefunds where as much was refunded out of credit notes of the
// invoice.
func (p Payment) Deallocate(cmd DeallocatePayment, f PaymentFacts) (AllocatedPayment, error) {
	if err := deallocatePayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return AllocatedPayment{}, err
	}
	a := activeAllocation(f.Allocations, cmd.AllocationID)
	i := f.InvoiceOf(a.InvoiceID)
	b := bookOf(f.cash(i), f.Stamp)
	b.chosen = a
	p.Touch(f.Stamp)
	b.payment = &p
	open, event := b.happens(paymentDeallocated, actions.InvoiceSettle)
	held, events := f.Debtor.follow(f.Stamp, settlement{i, &open})
	return AllocatedPayment{
		Record: p, Invoice: open, Allocation: b.changed[0], Discount: b.second(), Adjusted: b.further(), HeldCustomer: held,
		Events: slices.Concat([]record.Event{
			record.StepEvent(&p, actions.PaymentDeallocate, p.Status.String(), f.Stamp, record.DataOf("invoice", i.ID.String(), "amount", a.Amount.String())), event,
		}, b.events, events),
	}, nil
}
