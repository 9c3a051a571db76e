package leadtocash

import (
	"cmp"
	"slices"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
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
	Status           PaymentStatus `json:"status"`
	PaymentNumber    string        `json:"payment_number" max:"100"`
	AllocatedAmount  money.Amount  `json:"allocated_amount"`            // by active allocations, early discounts apart
	RefundedAmount   money.Amount  `json:"refunded_amount,omitzero"`    // by refunds that are requested or paid
	WrittenOffAmount money.Amount  `json:"written_off_amount,omitzero"` // of what a bounced payment was refunded
	PostedFor        string        `json:"posted_for,omitzero"`         // the customer that the bank reference was used for; merges leave it
	FreedOn          value.Date    `json:"freed_on,omitzero"`           // the last day on which something of it came back: an allocation was reversed, a refund did not go through
	ReversedOn       value.Date    `json:"reversed_on,omitzero"`        // when it was voided, or bounced
}

// PaymentFields are what people say of a payment. They never change.
type PaymentFields struct {
	CustomerID    record.CustomerID `json:"customer_id" need:"true"`
	Amount        money.Amount      `json:"amount"`                          // more than 0
	ReceivedOn    value.Date        `json:"received_on,omitzero" day:"done"` // default: today
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
	PaymentMethodWithholding // a tax that the customer kept back and paid to the state
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
	value.Option{Key: "withholding", Label: "Withholding", Code: 7},
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
	Settings      Settings
	Twins         []Payment               // other payments with the same bank reference, posted or bounced, of whatever customer, oldest first
	Allocations   []Allocation            // of the payment, active or reversed
	Refunds       []Refund                // of the payment
	Invoices      []Invoice               // those that the command allocates to, or that allocations refer to
	Settled       []Allocation            // to those invoices, out of whatever, oldest first
	CreditNotes   []CreditNote            // of those invoices, issued
	CreditBalance value.Opt[money.Amount] // what the customer has left in the currency, of all payments and credit notes
	Inactive      []record.Ref            // chosen customers that are inactive
	Debtor        *Debtor                 // the payment's customer, where its credit hold depends on one of the invoices
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
		{Do: actions.PaymentChangeCurrency, From: flow.In(PaymentStatusPending), To: flow.In(PaymentStatusPending)},
		{Do: actions.PaymentPost, From: flow.In(PaymentStatusPending), To: flow.In(PaymentStatusPosted), Needs: flow.Needs(bankReferenceFree)},
		{Do: actions.PaymentAllocate, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusPosted)},
		{Do: actions.PaymentAutoAllocate, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusPosted)},
		{Do: actions.PaymentDeallocate, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusPosted)},
		{Do: actions.PaymentRefund, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusPosted), Needs: flow.Needs(paymentRefundable)},
		{Do: actions.PaymentReleaseRefund, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusPosted)},
		{Do: actions.PaymentVoid, From: flow.In(PaymentStatusPending), To: flow.In(PaymentStatusVoided)},
		{Do: actions.PaymentVoid, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusVoided), Needs: flow.Needs(paymentNotRefunded)},
		{Do: actions.PaymentBounce, From: flow.In(PaymentStatusPosted), To: flow.In(PaymentStatusBounced)},
		{Do: actions.PaymentReleaseRefund, From: flow.In(PaymentStatusBounced), To: flow.In(PaymentStatusBounced)},
		{Do: actions.PaymentWriteOffReclaim, From: flow.In(PaymentStatusBounced), To: flow.In(PaymentStatusBounced), Needs: flow.Needs(paymentReclaims)},
	},
	[]flow.Refuse[PaymentStatus]{
		{Do: flow.Do(actions.PaymentChangeCurrency), From: flow.In(PaymentStatusPosted, PaymentStatusVoided, PaymentStatusBounced), Code: codes.ErrReadOnly},
	},
)

// PaymentFlow is the table behind Payment.
func PaymentFlow() *flow.Flow[*Payment, *PaymentFacts, PaymentStatus] { return paymentFlow }

var (
	bankReferenceFree = paymentGuard{
		Code: codes.ErrBankReferenceUsed, Text: "the customer paid no other amount with the bank reference, and where it is unique no other customer used it",
		Holds: func(p *Payment, f *PaymentFacts) bool {
			mine, others := twinsOf(f.Twins, p.CustomerID)
			return p.Twin(f.Twins) != nil || !mine && !(others && f.Settings.UniqueBankReference)
		},
	}
	paymentRefundable = paymentGuard{
		Code: codes.ErrOverRefunded, Text: "something is left of the payment, and of the customer's credit",
		Holds: func(p *Payment, f *PaymentFacts) bool { return p.refundable(f).Sign() > 0 },
	}
	paymentReclaims = paymentGuard{
		Code: codes.ErrOverAllocated, Text: "the customer owes what was refunded of the payment",
		Holds: func(p *Payment, _ *PaymentFacts) bool { return p.Unallocated().Sign() < 0 },
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
// refunds: the customer's credit. Of a bounced payment it is less than 0 where
// something was refunded: that is what the customer owes. It is 0 in every other
// status.
func (p *Payment) Unallocated() money.Amount {
	switch p.Status {
	case PaymentStatusPosted:
		return p.Amount.Sub(p.AllocatedAmount).Sub(p.RefundedAmount)
	case PaymentStatusBounced:
		return p.Currency.Zero().Add(p.WrittenOffAmount).Sub(p.RefundedAmount)
	}
	return p.Currency.Zero()
}

// Received reports whether the money was there at some time: bouncing does not
// undo that a bank told of it.
func (p *Payment) Received() bool {
	return p.Status == PaymentStatusPosted || p.Status == PaymentStatusBounced
}

// Twin is the same receipt among payments with the same bank reference, nil if
// there is none: the first one of the same customer with the same amount.
func (p *Payment) Twin(others []Payment) *Payment {
	n := slices.IndexFunc(others, func(q Payment) bool {
		return p.CustomerID == q.CustomerID && p.Amount.Equal(q.Amount) && p.Currency == q.Currency
	})
	if n < 0 {
		return nil
	}
	return &others[n]
}

// twinsOf reports whether the customer has one of the payments, and whether
// somebody else has.
func twinsOf(payments []Payment, id record.CustomerID) (mine, others bool) {
	for n := range payments {
		mine, others = mine || payments[n].CustomerID == id, others || payments[n].CustomerID != id
	}
	return mine, others
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
	reasons := append(CustomerFaults("fields.", p.CustomerID, record.CustomerID{}, f.Inactive), schema.DayFaults(&cmd, f.Day())...)
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

var changePaymentCurrency = flow.Decide[*record.ChangeCurrency](paymentFlow, actions.PaymentChangeCurrency)

// ChangeCurrency gives a pending payment another currency; the amount keeps its
// figure. Codes: ErrReadOnly once it is posted, ErrOutOfRange where the amount does
// not fit.
func (p Payment) ChangeCurrency(cmd record.ChangeCurrency, f PaymentFacts) (record.Change[Payment], error) {
	if err := changePaymentCurrency.Why(&p, &cmd, &f, p.Currency); err != nil {
		return record.Change[Payment]{}, err
	}
	if cmd.Keeps(&p.Head) {
		return record.Change[Payment]{Record: p}, nil
	}
	if reasons := schema.Validate(&p.PaymentFields, cmd.Currency); len(reasons) > 0 {
		return record.Change[Payment]{}, paymentFlow.Refused(&p, actions.PaymentChangeCurrency, reasons)
	}
	from := p.Currency
	p.GiveRate(cmd.Currency, cmd.ExchangeRate)
	schema.Round(&p.PaymentFields, p.Currency)
	p.AllocatedAmount = p.Currency.Zero()
	return record.Changed(&p, actions.PaymentChangeCurrency, f.Stamp, record.DataOf("from", from.String(), "to", p.Currency.String())), nil
}

// PostPayment confirms that the money is there.
type PostPayment struct{}

var postPayment = flow.Decide[*PostPayment](paymentFlow, actions.PaymentPost)

// Post confirms a pending payment. When a payment of the customer that is posted,
// or bounced since, has its bank reference and its amount, it is the same receipt:
// that payment is returned and nothing changes. The reference of another customer's
// payment is a notice, as payment services pay out for many payers at once, unless
// Settings.UniqueBankReference refuses it. Codes: ErrInvalidTransition,
// ErrBankReferenceUsed.
func (p Payment) Post(cmd PostPayment, f PaymentFacts) (record.Change[Payment], error) {
	if err := postPayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return record.Change[Payment]{}, err
	}
	if twin := p.Twin(f.Twins); twin != nil {
		return record.Change[Payment]{Record: *twin}, nil
	}
	notices := p.posted(f.Twins)
	return record.Moved(&p, &p.Status, PaymentStatusPosted, actions.PaymentPost, f.Stamp, nil).Noticed(notices...), nil
}

// posted notes whom the bank reference is used for, and warns where others have
// used it.
func (p *Payment) posted(twins []Payment) (notices []record.Reason) {
	if p.BankReference != "" {
		p.PostedFor = p.CustomerID.String()
	}
	if _, others := twinsOf(twins, p.CustomerID); others {
		notices = append(notices, record.Reason{Code: codes.ErrBankReferenceUsed, Field: "bank_reference", Message: "another customer's payment has this bank reference"})
	}
	return notices
}
