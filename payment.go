package leadtocash

import (
	"cmp"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Payment is money received from a customer: pending until it is posted, then
// allocated to invoices, in parts or at once. What is neither allocated nor
// refunded is the customer's credit.
type Payment struct {
	ID record.PaymentID `json:"id"`
	record.Head
	PaymentFields
	Status          PaymentStatus `json:"status"`
	PaymentNumber   string        `json:"payment_number" max:"100"`
	AllocatedAmount money.Amount  `json:"allocated_amount"`         // by active allocations, early discounts apart
	RefundedAmount  money.Amount  `json:"refunded_amount,omitzero"` // by refunds that are requested or paid
	ReversedOn      value.Date    `json:"reversed_on,omitzero"`     // when it was voided, or bounced
}

// PaymentFields are what people say of a payment. They never change.
type PaymentFields struct {
	CustomerID    record.CustomerID `json:"customer_id" need:"true"`
	Amount        money.Amount      `json:"amount"`               // more than 0
	ReceivedOn    value.Date        `json:"received_on,omitzero"` // default: today
	Method        PaymentMethod     `json:"method,omitzero"`
	BankReference string            `json:"bank_reference,omitzero" max:"100"` // the bank's for this receipt; unique among payments that are posted or bounced
	Remittance    string            `json:"remittance,omitzero" text:"2000"`   // what the payer wrote
}

// PaymentMethod is how money arrived.
type PaymentMethod = value.Choice[paymentMethodSet]

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

func (paymentMethodSet) Table() (string, []value.Option) { return "payment_method", paymentMethodTable }

var paymentMethodTable = value.Options(
	value.Option{Key: "cash", Label: "Cash", Code: 1},
	value.Option{Key: "check", Label: "Check", Code: 2},
	value.Option{Key: "card", Label: "Card", Code: 3},
	value.Option{Key: "transfer", Label: "Transfer", Code: 4},
	value.Option{Key: "direct_debit", Label: "Direct Debit", Code: 5},
	value.Option{Key: "other", Label: "Other", Code: 6},
)

// PaymentStatus is the status of a payment; each is a State of its own.
type PaymentStatus = value.Choice[paymentStatusSet]

// The statuses of a payment.
const (
	PaymentStatusPending PaymentStatus = iota + 1
	PaymentStatusPosted
	PaymentStatusVoided
	PaymentStatusBounced
)

// The states of a payment.
var (
	PaymentPending = value.State{Key: "pending", Code: 0}
	PaymentPosted  = value.State{Key: "posted", Code: 1}
	PaymentVoided  = value.State{Key: "voided", Code: 2}
	PaymentBounced = value.State{Key: "bounced", Code: 3}
)

type paymentStatusSet struct{}

func (paymentStatusSet) Table() (string, []value.Option) { return "payment_status", paymentStatusTable }

var paymentStatusTable = value.Statuses(
	PaymentPending.In(value.Option{Key: "pending", Label: "Pending", Code: 1}),
	PaymentPosted.In(value.Option{Key: "posted", Label: "Posted", Code: 2}),
	PaymentVoided.In(value.Option{Key: "voided", Label: "Voided", Code: 3}),
	PaymentBounced.In(value.Option{Key: "bounced", Label: "Bounced", Code: 4}),
)

// PaymentFacts are what decisions about a payment depend on besides payment and
// command. Nothing in the zero value stands in the way.
type PaymentFacts struct {
	record.Stamp
	Settings    Settings
	Twin        *Payment     // another payment with the same bank reference, posted or bounced
	Allocations []Allocation // of the payment, active or reversed
	Invoices    []Invoice    // those that the command allocates to, or that allocations refer to
	Inactive    []record.Ref // chosen customers that are inactive
	Debtor      *Debtor      // the payment's customer, where its credit hold depends on one of the invoices
}

// InvoiceOf returns the invoice with the id, nil if it is not known.
func (f *PaymentFacts) InvoiceOf(id record.InvoiceID) *Invoice {
	if n := slices.IndexFunc(f.Invoices, func(i Invoice) bool { return i.ID == id }); n >= 0 {
		return &f.Invoices[n]
	}
	return nil
}

type (
	paymentRule  = flow.Rule[*Payment, *PaymentFacts, PaymentStatus]
	paymentGuard = flow.Guard[*Payment, *PaymentFacts]
)

var paymentFlow = flow.New(
	kinds.Payment,
	func(p *Payment) record.Ref { return p.Ref() },
	func(p *Payment) PaymentStatus { return p.Status },
	[]paymentRule{
		{Do: actions.PaymentPost, From: flow.In(PaymentStatusPending), To: flow.In(PaymentStatusPosted), Needs: flow.Needs(bankReferenceFree)},
		{Do: actions.PaymentAllocate, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusPosted)},
		{Do: actions.PaymentAutoAllocate, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusPosted)},
		{Do: actions.PaymentDeallocate, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusPosted)},
		{Do: actions.PaymentRefund, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusPosted), Needs: flow.Needs(paymentRefundable)},
		{Do: actions.PaymentReleaseRefund, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusPosted)},
		{Do: actions.PaymentVoid, From: flow.In(PaymentStatusPending), To: flow.In(PaymentStatusVoided)},
		{Do: actions.PaymentVoid, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusVoided), Needs: flow.Needs(paymentNotRefunded)},
		{Do: actions.PaymentBounce, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusBounced), Needs: flow.Needs(paymentNotRefunded)},
	},
	nil,
)

// PaymentFlow is the table behind Payment.
func PaymentFlow() *flow.Flow[*Payment, *PaymentFacts, PaymentStatus] { return paymentFlow }

var (
	bankReferenceFree = paymentGuard{
		Code: codes.ErrBankReferenceUsed, Text: "no other amount was received with the bank reference",
		Holds: func(p *Payment, f *PaymentFacts) bool { return f.Twin == nil || p.repeats(f.Twin) },
	}
	paymentRefundable = paymentGuard{
		Code: codes.ErrOverRefunded, Text: "something of the payment is neither allocated nor refunded",
		Holds: func(p *Payment, _ *PaymentFacts) bool { return p.Unallocated().Sign() > 0 },
	}
	paymentNotRefunded = paymentGuard{
		Code: codes.ErrHasRefunds, Text: "nothing of the payment is refunded",
		Holds: func(p *Payment, _ *PaymentFacts) bool { return p.RefundedAmount.IsZero() },
	}
)

// RecordKind tells the kind of record.
func (*Payment) RecordKind() kinds.Kind { return kinds.Payment }

// Ref names the record with its kind.
func (p *Payment) Ref() record.Ref { return p.ID.Ref() }

// StatusKey is the key of the status.
func (p *Payment) StatusKey() string { return p.Status.String() }

// Unallocated is what is left of a posted payment for further invoices and
// refunds: the customer's credit. It is 0 in every other status.
func (p *Payment) Unallocated() money.Amount {
	if p.Status != PaymentStatusPosted {
		return p.Currency.Zero()
	}
	return p.Amount.Sub(p.AllocatedAmount).Sub(p.RefundedAmount)
}

// Received reports whether the money was there at some time: bouncing does not
// undo that a bank told of it.
func (p *Payment) Received() bool {
	return p.Status == PaymentStatusPosted || p.Status == PaymentStatusBounced
}

// repeats reports whether another payment with the same bank reference is the
// same receipt.
func (p *Payment) repeats(twin *Payment) bool {
	return p.Amount.Equal(twin.Amount) && p.Currency == twin.Currency
}

// Clone returns a deep copy.
func (p Payment) Clone() Payment {
	p.Head.Detach()
	return p
}

// MarshalJSON writes the published JSON form.
func (p Payment) MarshalJSON() ([]byte, error) {
	type plain Payment
	return record.Encode((*plain)(&p))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (p *Payment) UnmarshalJSON(body []byte) error {
	type plain Payment
	return record.Decode(body, (*plain)(p))
}

// CreatePayment is the command behind NewPayment.
type CreatePayment struct {
	ID record.PaymentID `json:"id,omitzero"`
	record.Origin
	PaymentNumber string        `json:"payment_number,omitzero" max:"100"` // default: numbered by the client
	Fields        PaymentFields `json:"fields"`
}

// NewPayment notes money that is expected or received; it is pending until it
// is posted. Codes: ErrMissingField (customer, currency), ErrOutOfRange for an
// amount that is not more than 0, ErrCustomerInactive.
func NewPayment(cmd CreatePayment, f PaymentFacts) (record.Change[Payment], error) {
	p := Payment{
		ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.Settings.BaseCurrency), PaymentFields: cmd.Fields, Status: PaymentStatusPending,
		PaymentNumber: record.NumberOr(cmd.PaymentNumber, "PAY-", cmd.ID.UUID),
	}
	p.ReceivedOn, p.AllocatedAmount = cmp.Or(p.ReceivedOn, f.Day()), p.Currency.Zero()
	reasons := CustomerFaults("fields.", p.CustomerID, record.CustomerID{}, f.Inactive)
	if p.Currency.IsZero() {
		reasons = append(reasons, record.Reason{Code: codes.ErrMissingField, Field: "currency", Message: "a payment needs a currency"})
	}
	if p.Amount.Sign() <= 0 {
		reasons = append(reasons, record.Reason{Code: codes.ErrOutOfRange, Field: "fields.amount", Message: "must be more than 0"})
	}
	if err := flow.RefuseBirth(actions.PaymentCreate, cmd.ID, &cmd, p.Currency, reasons...); err != nil {
		return record.Change[Payment]{}, err
	}
	return record.Change[Payment]{Record: p, Events: []record.Event{record.BornEvent(&p, actions.PaymentCreate, f.Stamp, nil)}}, nil
}

// PostPayment confirms that the money is there.
type PostPayment struct{}

var postPayment = flow.Decide[*PostPayment](paymentFlow, actions.PaymentPost)

// Post confirms a pending payment. When a payment that is posted, or bounced
// since, has its bank reference and its amount, it is the same receipt: that
// payment is returned and nothing changes. Codes: ErrInvalidTransition,
// ErrBankReferenceUsed.
func (p Payment) Post(cmd PostPayment, f PaymentFacts) (record.Change[Payment], error) {
	if err := postPayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return record.Change[Payment]{}, err
	}
	if f.Twin != nil {
		return record.Change[Payment]{Record: *f.Twin}, nil
	}
	return record.Moved(&p, &p.Status, PaymentStatusPosted, actions.PaymentPost, f.Stamp, nil), nil
}
