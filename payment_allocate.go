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
	Amount       value.Opt[money.Amount] `json:"amount,omitzero"`        // default: as much as there is and is open, less an early discount
	NoDiscount   bool                    `json:"no_discount,omitzero"`   // leaves an early discount that is earned
	AllocationID record.AllocationID     `json:"allocation_id,omitzero"` // derived unless given
}

// AllocatedPayment is what allocating a payment, or taking that back, yields.
type AllocatedPayment struct {
	Record     Payment     `json:"payment"`
	Invoice    Invoice     `json:"invoice"`
	Allocation Allocation  `json:"allocation"`
	Discount   *Allocation `json:"discount,omitzero"` // the early discount that was taken, or taken back, with it
	HeldCustomer
	Events []record.Event `json:"events,omitzero"`
}

func (p *Payment) funds() funds { return funds{p.CustomerID, p.Currency, p.Unallocated()} }

var allocatePayment = flow.Decide(paymentFlow, actions.PaymentAllocate, settles("payment",
	func(p *Payment, c *AllocatePayment, f *PaymentFacts) application {
		return application{p.funds(), f.InvoiceOf(c.InvoiceID), c.Amount, f.Stamp}
	})...)

// Allocate settles an issued invoice of the same customer and currency, fully
// or partly, out of what is left of a posted payment. Where the payment was
// received in time for the early discount of the invoice and settles all that
// is open together with it, the discount is taken; an amount that is given is
// kept to, so that it is taken only if the amount is what is open less the
// discount. Codes: ErrInvalidTransition, ErrNotFound, ErrNotIssued,
// ErrInvoiceSettled, ErrOverAllocated, ErrCustomerMismatch,
// ErrCurrencyMismatch.
func (p Payment) Allocate(cmd AllocatePayment, f PaymentFacts) (AllocatedPayment, error) {
	if err := allocatePayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return AllocatedPayment{}, err
	}
	i := f.InvoiceOf(cmd.InvoiceID)
	amount, discount := p.share(i, cmd.Amount, cmd.NoDiscount)
	id := record.IDOr(cmd.AllocationID, f.Stamp, p.ID.UUID, p.Version, "allocation")
	discountID := record.AllocationID{UUID: record.DerivedID(f.Stamp, p.ID.UUID, p.Version, "discount", 0)}
	p.AllocatedAmount = p.AllocatedAmount.Add(amount)
	p.Touch(f.Stamp)
	settled, event := i.settle(amount.Add(discount), f.Stamp)
	a, born := p.allocation(id, i.ID, amount, AllocationPayment, f.Stamp)
	out := AllocatedPayment{Record: p, Invoice: settled, Allocation: a, Events: []record.Event{
		record.StepEvent(&p, actions.PaymentAllocate, p.Status.String(), f.Stamp, record.DataOf("invoice", i.ID.String(), "amount", amount.String())),
		event, born,
	}}
	if !discount.IsZero() {
		d, born := p.allocation(discountID, i.ID, discount, AllocationEarlyDiscount, f.Stamp)
		out.Discount, out.Events = &d, append(out.Events, born)
	}
	held, events := f.Debtor.follow(f.Stamp, settlement{i, &settled})
	out.HeldCustomer, out.Events = held, append(out.Events, events...)
	return out, nil
}

// share is how much of the payment an invoice is given, and the early discount
// that it gets with that.
func (p *Payment) share(i *Invoice, asked value.Opt[money.Amount], noDiscount bool) (amount, discount money.Amount) {
	left, open := p.Unallocated(), i.OpenBalance()
	if discount = i.earns(p.ReceivedOn); !discount.IsZero() && !noDiscount {
		rest := open.Sub(discount)
		if rest.Sign() > 0 && rest.Cmp(left) <= 0 && asked.Or(rest).Equal(rest) {
			return rest, discount
		}
	}
	return asked.Or(lesser(left, open)), p.Currency.Zero()
}

// allocation makes an allocation of the payment.
func (p *Payment) allocation(id record.AllocationID, invoice record.InvoiceID, amount money.Amount, kind AllocationKind, s record.Stamp) (Allocation, record.Event) {
	return Allocation{ID: id, Head: p.Child(s), PaymentID: p.ID, InvoiceID: invoice, Amount: amount, Kind: kind}.born(s)
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

// discountOf returns the active early discount that went with an allocation,
// nil if there is none.
func (f *PaymentFacts) discountOf(a *Allocation) *Allocation {
	n := slices.IndexFunc(f.Allocations, func(d Allocation) bool {
		return d.Kind == AllocationEarlyDiscount && d.InvoiceID == a.InvoiceID && d.IsActive() && d.ID != a.ID
	})
	if n < 0 {
		return nil
	}
	return &f.Allocations[n]
}

var deallocatePayment = flow.Decide(paymentFlow, actions.PaymentDeallocate, flow.Check[*Payment, *DeallocatePayment, *PaymentFacts]{
	Code: codes.ErrInvalid, Text: "the payment has this allocation, and it is not reversed",
	Holds: func(_ *Payment, c *DeallocatePayment, f *PaymentFacts) bool {
		a := activeAllocation(f.Allocations, c.AllocationID)
		return a != nil && f.InvoiceOf(a.InvoiceID) != nil
	},
	Detail: func(*Payment, *DeallocatePayment, *PaymentFacts) []record.Reason { return notFound("allocation_id") },
})

// Deallocate takes an allocation back: payment and invoice have what they had
// before it. An early discount that the payment earned there goes with it; the
// discount alone can be taken back as well. Codes: ErrInvalidTransition,
// ErrNotFound.
func (p Payment) Deallocate(cmd DeallocatePayment, f PaymentFacts) (AllocatedPayment, error) {
	if err := deallocatePayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return AllocatedPayment{}, err
	}
	a := activeAllocation(f.Allocations, cmd.AllocationID)
	i, back := f.InvoiceOf(a.InvoiceID), a.Amount
	var discount *Allocation
	if a.Kind == AllocationPayment {
		p.AllocatedAmount = p.AllocatedAmount.Sub(a.Amount)
		discount = f.discountOf(a)
	}
	p.Touch(f.Stamp)
	reversed, reversal := a.reverse(f.Stamp)
	out := AllocatedPayment{Record: p, Allocation: reversed, Events: []record.Event{
		record.StepEvent(&p, actions.PaymentDeallocate, p.Status.String(), f.Stamp, record.DataOf("invoice", i.ID.String(), "amount", a.Amount.String())), reversal,
	}}
	if discount != nil {
		back = back.Add(discount.Amount)
		lapsed, lapse := discount.reverse(f.Stamp)
		out.Discount, out.Events = &lapsed, append(out.Events, lapse)
	}
	open, event := i.settle(back.Neg(), f.Stamp)
	out.Invoice, out.Events = open, slices.Insert(out.Events, 1, event)
	held, events := f.Debtor.follow(f.Stamp, settlement{i, &open})
	out.HeldCustomer, out.Events = held, append(out.Events, events...)
	return out, nil
}
