package leadtocash

import (
	"cmp"
	"slices"
)

// Payment is money received from a customer: pending until it is posted, then
// allocated to invoices, in parts or at once. What is not allocated is the
// customer's credit.
type Payment struct {
	ID PaymentID `json:"id"`
	Head
	PaymentFields
	Status          PaymentStatus `json:"status"`
	PaymentNumber   string        `json:"payment_number" max:"100"`
	AllocatedAmount Amount        `json:"allocated_amount"` // by active allocations
}

// PaymentFields are what people say of a payment. They never change.
type PaymentFields struct {
	CustomerID    CustomerID    `json:"customer_id" need:"true"`
	Amount        Amount        `json:"amount"`               // more than 0
	ReceivedOn    Date          `json:"received_on,omitzero"` // default: today
	Method        PaymentMethod `json:"method,omitzero"`
	BankReference string        `json:"bank_reference,omitzero" max:"100"` // the bank's for this receipt; unique among posted payments
	Remittance    string        `json:"remittance,omitzero" text:"2000"`   // what the payer wrote
}

// PaymentMethod is how money arrived.
type PaymentMethod = Choice[paymentMethodSet]

// The values of [PaymentMethod].
const (
	PaymentMethodCash PaymentMethod = iota + 1
	PaymentMethodCheck
	PaymentMethodCard
	PaymentMethodTransfer
	PaymentMethodDirectDebit
	PaymentMethodOther
)

type paymentMethodSet struct{}

func (paymentMethodSet) name() string   { return "payment_method" }
func (paymentMethodSet) rows() []Option { return paymentMethodTable }

var paymentMethodTable = options(
	Option{Key: "cash", Label: "Cash", Code: 1},
	Option{Key: "check", Label: "Check", Code: 2},
	Option{Key: "card", Label: "Card", Code: 3},
	Option{Key: "transfer", Label: "Transfer", Code: 4},
	Option{Key: "direct_debit", Label: "Direct Debit", Code: 5},
	Option{Key: "other", Label: "Other", Code: 6},
)

// PaymentStatus is the status of a payment; each is a State of its own.
type PaymentStatus = Choice[paymentStatusSet]

// The statuses of a payment.
const (
	PaymentStatusPending PaymentStatus = iota + 1
	PaymentStatusPosted
	PaymentStatusVoided
	PaymentStatusBounced
)

// The states of a payment.
var (
	PaymentPending = State{"pending", 0}
	PaymentPosted  = State{"posted", 1}
	PaymentVoided  = State{"voided", 2}
	PaymentBounced = State{"bounced", 3}
)

type paymentStatusSet struct{}

func (paymentStatusSet) name() string   { return "payment_status" }
func (paymentStatusSet) rows() []Option { return paymentStatusTable }

var paymentStatusTable = statuses(
	PaymentPending.in(Option{Key: "pending", Label: "Pending", Code: 1}),
	PaymentPosted.in(Option{Key: "posted", Label: "Posted", Code: 2}),
	PaymentVoided.in(Option{Key: "voided", Label: "Voided", Code: 3}),
	PaymentBounced.in(Option{Key: "bounced", Label: "Bounced", Code: 4}),
)

// PaymentFacts are what decisions about a payment depend on besides payment and
// command. Nothing in the zero value stands in the way.
type PaymentFacts struct {
	Stamp
	Settings    Settings
	Twin        *Payment     // another posted payment with the same bank reference
	Allocations []Allocation // of the payment, active or reversed
	Invoices    []Invoice    // those that the command allocates to, or that allocations refer to
	Refunded    Amount       // what was refunded or is about to be
	Inactive    []Ref        // chosen customers that are inactive
}

// invoice returns the invoice with the id, nil if it is not known.
func (f *PaymentFacts) invoice(id InvoiceID) *Invoice {
	if n := slices.IndexFunc(f.Invoices, func(i Invoice) bool { return i.ID == id }); n >= 0 {
		return &f.Invoices[n]
	}
	return nil
}

type (
	paymentRule  = rule[Payment, PaymentFacts, paymentStatusSet]
	paymentGuard = guard[Payment, PaymentFacts]
)

var paymentFlow = newFlow(
	KindPayment,
	func(p *Payment) Ref { return p.ref() },
	func(p *Payment) PaymentStatus { return p.Status },
	[]paymentRule{
		{do: ActionPaymentPost, from: in(PaymentStatusPending), to: in(PaymentStatusPosted), needs: needs(bankReferenceFree)},
		{do: ActionPaymentAllocate, from: in(PaymentStatusPosted), to: in(PaymentStatusPosted)},
		{do: ActionPaymentDeallocate, from: in(PaymentStatusPosted), to: in(PaymentStatusPosted)},
		{do: ActionPaymentRefund, from: in(PaymentStatusPosted), to: in(PaymentStatusPosted), needs: needs(paymentRefundable)},
		{do: ActionPaymentVoid, from: in(PaymentStatusPending), to: in(PaymentStatusVoided)},
		{do: ActionPaymentVoid, from: in(PaymentStatusPosted), to: in(PaymentStatusVoided), needs: needs(paymentNotRefunded)},
		{do: ActionPaymentBounce, from: in(PaymentStatusPosted), to: in(PaymentStatusBounced), needs: needs(paymentNotRefunded)},
	},
	nil,
)

// PaymentFlow is the table behind Payment.
func PaymentFlow() *Flow[Payment, PaymentFacts, paymentStatusSet] { return paymentFlow }

var (
	bankReferenceFree = paymentGuard{
		code: ErrBankReferenceUsed, text: "no posted payment of another amount has the bank reference",
		holds: func(p *Payment, f *PaymentFacts) bool { return f.Twin == nil || p.repeats(f.Twin) },
	}
	paymentRefundable = paymentGuard{
		code: ErrOverRefunded, text: "something of the payment is neither allocated nor refunded",
		holds: func(p *Payment, f *PaymentFacts) bool { return p.Unallocated().Sub(f.Refunded).Sign() > 0 },
	}
	paymentNotRefunded = paymentGuard{
		code: ErrHasRefunds, text: "nothing of the payment is refunded",
		holds: func(_ *Payment, f *PaymentFacts) bool { return f.Refunded.IsZero() },
	}
)

func (p *Payment) ref() Ref          { return Ref{KindPayment, p.ID.UUID} }
func (p *Payment) head() *Head       { return &p.Head }
func (p *Payment) statusKey() string { return p.Status.String() }

// Unallocated is what is left of a posted payment for further invoices; 0 in
// every other status. Refunds come off it.
func (p *Payment) Unallocated() Amount {
	if p.Status != PaymentStatusPosted {
		return p.Currency.Zero()
	}
	return p.Amount.Sub(p.AllocatedAmount)
}

// repeats reports whether another payment with the same bank reference is the
// same receipt.
func (p *Payment) repeats(twin *Payment) bool {
	return p.Amount.Equal(twin.Amount) && p.Currency == twin.Currency
}

// Clone returns a deep copy.
func (p Payment) Clone() Payment {
	p.Head.clone()
	return p
}

// MarshalJSON writes the published JSON form.
func (p Payment) MarshalJSON() ([]byte, error) {
	type plain Payment
	return encode((*plain)(&p), p.unknown)
}

// UnmarshalJSON reads the published JSON form and keeps members it does not
// know.
func (p *Payment) UnmarshalJSON(body []byte) (err error) {
	type plain Payment
	p.unknown, err = decode(body, (*plain)(p))
	return err
}

func (p Payment) step(to PaymentStatus, s Stamp) Payment {
	p.Status = to
	p.touch(s)
	return p
}

func (p Payment) changed(do Action, from PaymentStatus, s Stamp, data Data) Change[Payment] {
	return Change[Payment]{p, []Event{stepEvent(&p, do, from.String(), s, data)}}
}

// CreatePayment is the command behind NewPayment.
type CreatePayment struct {
	ID PaymentID `json:"id,omitzero"`
	Birth
	PaymentNumber string        `json:"payment_number,omitzero" max:"100"` // default: numbered by the client
	Fields        PaymentFields `json:"fields"`
}

// NewPayment notes money that is expected or received; it is pending until it
// is posted. Codes: ErrMissingField (customer, currency), ErrOutOfRange for an
// amount that is not more than 0, ErrCustomerInactive.
func NewPayment(cmd CreatePayment, f PaymentFacts) (Change[Payment], error) {
	p := Payment{
		ID: cmd.ID, Head: cmd.head(f.Stamp, f.Settings), PaymentFields: cmd.Fields, Status: PaymentStatusPending,
		PaymentNumber: numberOr(cmd.PaymentNumber, "PAY-", cmd.ID.UUID),
	}
	p.ReceivedOn, p.AllocatedAmount = cmp.Or(p.ReceivedOn, f.today()), p.Currency.Zero()
	reasons := customerFaults("fields.", p.CustomerID, CustomerID{}, f.Inactive)
	if p.Currency.IsZero() {
		reasons = append(reasons, Reason{Code: ErrMissingField, Field: "currency", Message: "a payment needs a currency"})
	}
	if p.Amount.Sign() <= 0 {
		reasons = append(reasons, Reason{Code: ErrOutOfRange, Field: "fields.amount", Message: "must be more than 0"})
	}
	if err := refuseBirth(ActionPaymentCreate, cmd.ID, &cmd, p.Currency, reasons...); err != nil {
		return Change[Payment]{}, err
	}
	return Change[Payment]{p, []Event{bornEvent(&p, ActionPaymentCreate, f.Stamp, nil)}}, nil
}

// PostPayment confirms that the money is there.
type PostPayment struct{}

var postPayment = decide[PostPayment](paymentFlow, ActionPaymentPost)

// Post confirms a pending payment. When another posted payment has its bank
// reference and its amount, it is the same receipt: that payment is returned
// and nothing changes. Codes: ErrInvalidTransition, ErrBankReferenceUsed.
func (p Payment) Post(cmd PostPayment, f PaymentFacts) (Change[Payment], error) {
	if err := postPayment.why(&p, &cmd, &f, p.Currency); err != nil {
		return Change[Payment]{}, err
	}
	if f.Twin != nil {
		return Change[Payment]{Record: *f.Twin}, nil
	}
	return p.step(PaymentStatusPosted, f.Stamp).changed(ActionPaymentPost, p.Status, f.Stamp, nil), nil
}

// AllocatePayment settles an invoice out of a payment.
type AllocatePayment struct {
	InvoiceID    InvoiceID    `json:"invoice_id" need:"true"`
	Amount       Opt[Amount]  `json:"amount,omitzero"`        // default: as much as there is and is open
	AllocationID AllocationID `json:"allocation_id,omitzero"` // derived unless given
}

// AllocatedPayment is what allocating a payment, or taking that back, yields.
type AllocatedPayment struct {
	Payment    Payment    `json:"payment"`
	Invoice    Invoice    `json:"invoice"`
	Allocation Allocation `json:"allocation"`
	Events     []Event    `json:"events,omitzero"`
}

type allocatePaymentCheck = check[Payment, AllocatePayment, PaymentFacts]

var allocatePayment = decide(
	paymentFlow, ActionPaymentAllocate,
	allocatePaymentCheck{
		code: ErrInvalid, text: "the invoice is known",
		holds:  func(_ *Payment, c *AllocatePayment, f *PaymentFacts) bool { return f.invoice(c.InvoiceID) != nil },
		detail: func(*Payment, *AllocatePayment, *PaymentFacts) []Reason { return notFound("invoice_id") },
	},
	allocatePaymentCheck{
		code: ErrNotIssued, text: "the invoice is issued, and neither settled nor canceled",
		holds: func(_ *Payment, c *AllocatePayment, f *PaymentFacts) bool { return f.takesMoney(c.InvoiceID) == nil },
		detail: func(_ *Payment, c *AllocatePayment, f *PaymentFacts) []Reason {
			return reasonsOf(at("invoice_id", f.takesMoney(c.InvoiceID)))
		},
	},
	allocatePaymentCheck{
		code: ErrCustomerMismatch, text: "invoice and payment have one customer", field: "invoice_id",
		holds: func(p *Payment, c *AllocatePayment, f *PaymentFacts) bool {
			i := f.invoice(c.InvoiceID)
			return i == nil || i.CustomerID == p.CustomerID
		},
	},
	allocatePaymentCheck{
		code: ErrCurrencyMismatch, text: "invoice and payment have one currency", field: "invoice_id",
		holds: func(p *Payment, c *AllocatePayment, f *PaymentFacts) bool {
			i := f.invoice(c.InvoiceID)
			return i == nil || i.Currency == p.Currency
		},
	},
	allocatePaymentCheck{
		code: ErrOverAllocated, text: "the amount is more than 0 and at most what the payment has left and the invoice has open", field: "amount",
		holds: func(p *Payment, c *AllocatePayment, f *PaymentFacts) bool {
			i := f.invoice(c.InvoiceID)
			if i == nil || f.takesMoney(c.InvoiceID) != nil {
				return true
			}
			most := p.allocatable(i, f)
			a := c.Amount.Or(most)
			return a.Sign() > 0 && a.Cmp(most) <= 0
		},
	},
)

// takesMoney returns nil if money can be allocated to the invoice, as far as
// the invoice itself is concerned.
func (f *PaymentFacts) takesMoney(id InvoiceID) error {
	i := f.invoice(id)
	if i == nil {
		return nil
	}
	return invoiceFlow.Why(i, ActionInvoiceAllocate, &InvoiceFacts{Stamp: f.Stamp, Settings: f.Settings})
}

// allocatable is the most that the invoice can be given of the payment.
func (p *Payment) allocatable(i *Invoice, f *PaymentFacts) Amount {
	left, open := p.Unallocated().Sub(f.Refunded), i.OpenBalance()
	if left.Cmp(open) < 0 {
		return left
	}
	return open
}

// Allocate settles an issued invoice of the same customer and currency, fully
// or partly, out of what is left of a posted payment. Codes:
// ErrInvalidTransition, ErrNotFound, ErrNotIssued, ErrInvoiceSettled,
// ErrOverAllocated, ErrCustomerMismatch, ErrCurrencyMismatch.
func (p Payment) Allocate(cmd AllocatePayment, f PaymentFacts) (AllocatedPayment, error) {
	if err := allocatePayment.why(&p, &cmd, &f, p.Currency); err != nil {
		return AllocatedPayment{}, err
	}
	i := f.invoice(cmd.InvoiceID)
	amount := cmd.Amount.Or(p.allocatable(i, &f))
	id := AllocationID{derivedID(f.Stamp, p.ID.UUID, p.Version, "allocation", 0)}
	if !cmd.AllocationID.IsZero() {
		id = cmd.AllocationID
	}
	p.AllocatedAmount = p.AllocatedAmount.Add(amount)
	p = p.step(p.Status, f.Stamp)
	a, born := p.allocation(id, i.ID, amount, f.Stamp)
	settled, event := i.settle(amount, f.Stamp)
	return AllocatedPayment{Payment: p, Invoice: settled, Allocation: a, Events: []Event{
		stepEvent(&p, ActionPaymentAllocate, p.Status.String(), f.Stamp, data("invoice", i.ID.String(), "amount", amount.String())),
		event, born,
	}}, nil
}

// allocation makes an allocation of the payment.
func (p *Payment) allocation(id AllocationID, invoice InvoiceID, amount Amount, s Stamp) (Allocation, Event) {
	a := Allocation{ID: id, Head: p.heir(s), PaymentID: p.ID, InvoiceID: invoice, Amount: amount, Kind: AllocationPayment}
	a.At = a.CreatedAt
	return a, bornEvent(&a, ActionAllocationCreate, s, data("amount", amount.String()))
}

// DeallocatePayment takes an allocation back.
type DeallocatePayment struct {
	AllocationID AllocationID `json:"allocation_id" need:"true"`
}

// active returns the active allocation with the id, nil if there is none.
func (f *PaymentFacts) active(id AllocationID) *Allocation {
	if n := slices.IndexFunc(f.Allocations, func(a Allocation) bool { return a.ID == id && a.IsActive() }); n >= 0 {
		return &f.Allocations[n]
	}
	return nil
}

var deallocatePayment = decide(paymentFlow, ActionPaymentDeallocate, check[Payment, DeallocatePayment, PaymentFacts]{
	code: ErrInvalid, text: "the payment has this allocation, and it is not reversed",
	holds: func(_ *Payment, c *DeallocatePayment, f *PaymentFacts) bool {
		a := f.active(c.AllocationID)
		return a != nil && f.invoice(a.InvoiceID) != nil
	},
	detail: func(*Payment, *DeallocatePayment, *PaymentFacts) []Reason { return notFound("allocation_id") },
})

func notFound(field string) []Reason {
	return []Reason{{Code: ErrNotFound, Field: field, Message: ErrNotFound.Info().Text}}
}

// Deallocate takes an allocation back: payment and invoice have what they had
// before it. Codes: ErrInvalidTransition, ErrNotFound.
func (p Payment) Deallocate(cmd DeallocatePayment, f PaymentFacts) (AllocatedPayment, error) {
	if err := deallocatePayment.why(&p, &cmd, &f, p.Currency); err != nil {
		return AllocatedPayment{}, err
	}
	a := f.active(cmd.AllocationID)
	i := f.invoice(a.InvoiceID)
	p.AllocatedAmount = p.AllocatedAmount.Sub(a.Amount)
	p = p.step(p.Status, f.Stamp)
	reversed, back := a.reverse(f.Stamp)
	settled, event := i.settle(a.Amount.Neg(), f.Stamp)
	return AllocatedPayment{Payment: p, Invoice: settled, Allocation: reversed, Events: []Event{
		stepEvent(&p, ActionPaymentDeallocate, p.Status.String(), f.Stamp, data("invoice", i.ID.String(), "amount", a.Amount.String())),
		event, back,
	}}, nil
}

// VoidPayment takes a payment back that was entered by mistake.
type VoidPayment struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

// BouncePayment says that the bank took the money back.
type BouncePayment struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

// ReversedPayment is what voiding or bouncing a payment yields.
type ReversedPayment struct {
	Payment     Payment      `json:"payment"`
	Invoices    []Invoice    `json:"invoices,omitzero"`    // open again
	Allocations []Allocation `json:"allocations,omitzero"` // reversed
	Events      []Event      `json:"events,omitzero"`
}

var (
	voidPayment   = decide[VoidPayment](paymentFlow, ActionPaymentVoid)
	bouncePayment = decide[BouncePayment](paymentFlow, ActionPaymentBounce)
)

// Void takes back a payment that was entered by mistake; its allocations are
// reversed, so that invoices are open again. Codes: ErrInvalidTransition,
// ErrHasRefunds.
func (p Payment) Void(cmd VoidPayment, f PaymentFacts) (ReversedPayment, error) {
	if err := voidPayment.why(&p, &cmd, &f, p.Currency); err != nil {
		return ReversedPayment{}, err
	}
	return p.reverse(ActionPaymentVoid, PaymentStatusVoided, cmd.Note, &f), nil
}

// Bounce notes that a posted payment was taken back by the bank; its
// allocations are reversed, so that invoices are open again. Codes:
// ErrInvalidTransition, ErrHasRefunds.
func (p Payment) Bounce(cmd BouncePayment, f PaymentFacts) (ReversedPayment, error) {
	if err := bouncePayment.why(&p, &cmd, &f, p.Currency); err != nil {
		return ReversedPayment{}, err
	}
	return p.reverse(ActionPaymentBounce, PaymentStatusBounced, cmd.Note, &f), nil
}

// reverse ends the payment and takes all its allocations back. An invoice that
// it was allocated to several times changes once.
func (p Payment) reverse(do Action, to PaymentStatus, note string, f *PaymentFacts) ReversedPayment {
	from := p.Status
	p.AllocatedAmount = p.Currency.Zero()
	p = p.step(to, f.Stamp)
	out := ReversedPayment{Payment: p, Events: []Event{stepEvent(&p, do, from.String(), f.Stamp, data("note", note))}}
	back := map[InvoiceID]Amount{}
	for _, a := range f.Allocations {
		if a.IsActive() {
			reversed, event := a.reverse(f.Stamp)
			out.Allocations, out.Events = append(out.Allocations, reversed), append(out.Events, event)
			back[a.InvoiceID] = back[a.InvoiceID].Sub(a.Amount)
		}
	}
	for _, i := range f.Invoices {
		if by, ok := back[i.ID]; ok {
			open, event := i.settle(by, f.Stamp)
			out.Invoices, out.Events = append(out.Invoices, open), append(out.Events, event)
		}
	}
	return out
}
