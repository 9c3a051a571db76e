package leadtocash

import (
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Refund returns money to a customer: what is left of a payment or of a credit
// note. From the request on the amount is reserved; a refund that failed or was
// canceled gives it back to where it came from.
type Refund struct {
	ID record.RefundID `json:"id"`
	record.Head
	RefundFields
	Status       RefundStatus        `json:"status"`
	RefundNumber string              `json:"refund_number" max:"100"`
	PaymentID    record.PaymentID    `json:"payment_id,omitzero"`     // that it is out of, or
	CreditNoteID record.CreditNoteID `json:"credit_note_id,omitzero"` // this
	PaidOn       value.Date          `json:"paid_on,omitzero"`        // while it is paid
}

// RefundFields are what people say of a refund. They never change.
type RefundFields struct {
	CustomerID  record.CustomerID `json:"customer_id" need:"true"`
	Amount      money.Amount      `json:"amount"` // more than 0
	Method      PaymentMethod     `json:"method,omitzero"`
	Description string            `json:"description,omitzero" text:"2000"`
}

// RefundStatus is the status of a refund; each is a State of its own.
type RefundStatus = value.Choice[refundStatusSet]

// The statuses of a refund.
const (
	RefundStatusRequested RefundStatus = iota + 1
	RefundStatusPaid
	RefundStatusFailed
	RefundStatusCanceled
)

// The states of a refund.
var (
	RefundRequested = value.State{Key: "requested", Code: 0}
	RefundPaid      = value.State{Key: "paid", Code: 1}
	RefundFailed    = value.State{Key: "failed", Code: 2}
	RefundCanceled  = value.State{Key: "canceled", Code: 3}
)

type refundStatusSet struct{}

func (refundStatusSet) Table() (string, []value.Option) { return "refund_status", refundStatusTable }

var refundStatusTable = value.Statuses(
	RefundRequested.In(value.Option{Key: "requested", Label: "Requested", Code: 1}),
	RefundPaid.In(value.Option{Key: "paid", Label: "Paid", Code: 2}),
	RefundFailed.In(value.Option{Key: "failed", Label: "Failed", Code: 3}),
	RefundCanceled.In(value.Option{Key: "canceled", Label: "Canceled", Code: 4}),
)

// RefundFacts are what decisions about a refund depend on besides refund and
// command: what it is out of. Nothing in the zero value stands in the way.
type RefundFacts struct {
	record.Stamp
	Settings   Settings
	Payment    *Payment
	CreditNote *CreditNote
}

// left is what the source of the refund still has; the zero Amount and false if
// it is not known.
func (f *RefundFacts) left() (money.Amount, bool) {
	switch {
	case f.Payment != nil:
		return f.Payment.Unallocated(), true
	case f.CreditNote != nil:
		return f.CreditNote.Unapplied(), true
	}
	return money.Amount{}, false
}

type (
	refundRule  = flow.Rule[*Refund, *RefundFacts, RefundStatus]
	refundGuard = flow.Guard[*Refund, *RefundFacts]
)

var refundFlow = flow.New(
	kinds.Refund,
	func(r *Refund) record.Ref { return r.Ref() },
	func(r *Refund) RefundStatus { return r.Status },
	[]refundRule{
		{Do: actions.RefundConfirm, From: flow.In(RefundStatusRequested), To: flow.In(RefundStatusPaid)},
		{Do: actions.RefundFail, From: flow.In(RefundStatusRequested, RefundStatusPaid), To: flow.In(RefundStatusFailed)},
		{Do: actions.RefundCancel, From: flow.In(RefundStatusRequested), To: flow.In(RefundStatusCanceled)},
		{Do: actions.RefundRetry, From: flow.In(RefundStatusFailed), To: flow.In(RefundStatusRequested), Needs: flow.Needs(refundAvailable)},
	},
	nil,
)

// RefundFlow is the table behind Refund.
func RefundFlow() *flow.Flow[*Refund, *RefundFacts, RefundStatus] { return refundFlow }

var refundAvailable = refundGuard{
	Code: codes.ErrOverRefunded, Text: "what it is out of still has the amount",
	Holds: func(r *Refund, f *RefundFacts) bool {
		left, known := f.left()
		return !known || r.Amount.Cmp(left) <= 0
	},
}

// RecordKind tells the kind of record.
func (*Refund) RecordKind() kinds.Kind { return kinds.Refund }

// Ref names the record with its kind.
func (r *Refund) Ref() record.Ref { return r.ID.Ref() }

// StatusKey is the key of the status.
func (r *Refund) StatusKey() string { return r.Status.String() }

// Faults: a refund is out of one thing.
func (r *Refund) Faults() []record.Reason {
	if r.PaymentID.IsZero() != r.CreditNoteID.IsZero() {
		return nil
	}
	return []record.Reason{{Code: codes.ErrInvalid, Field: "payment_id", Message: "a refund is out of a payment or a credit note"}}
}

// Clone returns a deep copy.
func (r Refund) Clone() Refund {
	r.Head.Detach()
	return r
}

// MarshalJSON writes the published JSON form.
func (r Refund) MarshalJSON() ([]byte, error) {
	type plain Refund
	return record.Encode((*plain)(&r))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (r *Refund) UnmarshalJSON(body []byte) error {
	type plain Refund
	return record.Decode(body, (*plain)(r))
}

// RequestRefund asks for money to be returned out of a payment or a credit
// note.
type RequestRefund struct {
	Amount       value.Opt[money.Amount] `json:"amount,omitzero"` // default: all that is left
	Method       PaymentMethod           `json:"method,omitzero"`
	Description  string                  `json:"description,omitzero" text:"2000"`
	RefundID     record.RefundID         `json:"refund_id,omitzero"`               // derived unless given
	RefundNumber string                  `json:"refund_number,omitzero" max:"100"` // default: numbered by the client
}

// MovedRefund is a refund that was requested or moved on, with what it is out
// of, where that changed.
type MovedRefund struct {
	Record     Refund         `json:"refund"`
	Payment    *Payment       `json:"payment,omitzero"`
	CreditNote *CreditNote    `json:"credit_note,omitzero"`
	Events     []record.Event `json:"events,omitzero"`
}

// refundable is the check of a request: a part of what is left.
func refundable[R, F any](left func(R) money.Amount) flow.Check[R, *RequestRefund, F] {
	return flow.Check[R, *RequestRefund, F]{
		Code: codes.ErrOverRefunded, Text: "the amount is more than 0 and at most what is left", Field: "amount",
		Holds: func(r R, c *RequestRefund, _ F) bool {
			a := c.Amount.Or(left(r))
			return a.Sign() > 0 && a.Cmp(left(r)) <= 0
		},
	}
}

// newRefund makes the refund that a command requests of a source.
func newRefund(cmd RequestRefund, source record.Record, customer record.CustomerID, left money.Amount, s record.Stamp) (Refund, record.Event) {
	h := source.Header()
	r := Refund{
		ID: record.IDOr(cmd.RefundID, s, source.Ref().ID, h.Version, "refund"), Head: h.Child(s), Status: RefundStatusRequested,
		RefundFields: RefundFields{CustomerID: customer, Amount: cmd.Amount.Or(left), Method: cmd.Method, Description: cmd.Description},
	}
	r.RefundNumber = record.NumberOr(cmd.RefundNumber, "REF-", r.ID.UUID)
	switch source.Ref().Kind {
	case kinds.Payment:
		r.PaymentID.UUID = source.Ref().ID
	case kinds.CreditNote:
		r.CreditNoteID.UUID = source.Ref().ID
	}
	return r, record.BornEvent(&r, actions.RefundCreate, s, record.DataOf("amount", r.Amount.String()))
}

var refundPayment = flow.Decide(paymentFlow, actions.PaymentRefund, refundable[*Payment, *PaymentFacts]((*Payment).Unallocated))

// Refund requests that money be returned out of what is left of a posted
// payment; the amount is reserved by that. Codes: ErrInvalidTransition,
// ErrOverRefunded.
func (p Payment) Refund(cmd RequestRefund, f PaymentFacts) (MovedRefund, error) {
	if err := refundPayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return MovedRefund{}, err
	}
	r, born := newRefund(cmd, &p, p.CustomerID, p.Unallocated(), f.Stamp)
	next, event := p.reserve(actions.PaymentRefund, r.Amount, f.Stamp)
	return MovedRefund{Record: r, Payment: &next, Events: []record.Event{event, born}}, nil
}

// reserve is the next version of the payment after more of it, or less, is
// refunded.
func (p Payment) reserve(do actions.Action, by money.Amount, s record.Stamp) (Payment, record.Event) {
	p.RefundedAmount = p.RefundedAmount.Add(by)
	p.Touch(s)
	return p, record.StepEvent(&p, do, p.Status.String(), s, record.DataOf("amount", by.Abs().String()))
}

// ConfirmRefund says that the money went out.
type ConfirmRefund struct {
	PaidOn value.Date `json:"paid_on,omitzero"` // default: today
}

var confirmRefund = flow.Decide[*ConfirmRefund](refundFlow, actions.RefundConfirm)

// Confirm notes that the money of a requested refund went out. Code:
// ErrInvalidTransition.
func (r Refund) Confirm(cmd ConfirmRefund, f RefundFacts) (MovedRefund, error) {
	if err := confirmRefund.Why(&r, &cmd, &f, r.Currency); err != nil {
		return MovedRefund{}, err
	}
	if r.PaidOn = cmd.PaidOn; r.PaidOn.IsZero() {
		r.PaidOn = f.Day()
	}
	return r.moved(actions.RefundConfirm, RefundStatusPaid, money.Amount{}, "", &f), nil
}

// FailRefund says that the money did not go out, or came back.
type FailRefund struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

var failRefund = flow.Decide[*FailRefund](refundFlow, actions.RefundFail)

// Fail notes that the transfer of a refund failed, or was returned after it was
// paid: its amount is free again. Code: ErrInvalidTransition.
func (r Refund) Fail(cmd FailRefund, f RefundFacts) (MovedRefund, error) {
	if err := failRefund.Why(&r, &cmd, &f, r.Currency); err != nil {
		return MovedRefund{}, err
	}
	r.PaidOn = 0
	return r.moved(actions.RefundFail, RefundStatusFailed, r.Amount.Neg(), cmd.Note, &f), nil
}

// CancelRefund takes a request back.
type CancelRefund struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

var cancelRefund = flow.Decide[*CancelRefund](refundFlow, actions.RefundCancel)

// Cancel takes a requested refund back for good: its amount is free again.
// Code: ErrInvalidTransition.
func (r Refund) Cancel(cmd CancelRefund, f RefundFacts) (MovedRefund, error) {
	if err := cancelRefund.Why(&r, &cmd, &f, r.Currency); err != nil {
		return MovedRefund{}, err
	}
	return r.moved(actions.RefundCancel, RefundStatusCanceled, r.Amount.Neg(), cmd.Note, &f), nil
}

// RetryRefund requests a refund again.
type RetryRefund struct{}

var retryRefund = flow.Decide[*RetryRefund](refundFlow, actions.RefundRetry)

// Retry requests a failed refund again, as far as its amount is still there.
// Codes: ErrInvalidTransition, ErrOverRefunded.
func (r Refund) Retry(cmd RetryRefund, f RefundFacts) (MovedRefund, error) {
	if err := retryRefund.Why(&r, &cmd, &f, r.Currency); err != nil {
		return MovedRefund{}, err
	}
	return r.moved(actions.RefundRetry, RefundStatusRequested, r.Amount, "", &f), nil
}

// moved is the next version of the refund, and of its source after more of that
// is reserved, or less.
func (r Refund) moved(do actions.Action, to RefundStatus, by money.Amount, note string, f *RefundFacts) MovedRefund {
	from := r.Status
	record.Enter(&r.Head, &r.Status, to)
	r.Touch(f.Stamp)
	out := MovedRefund{Record: r, Events: []record.Event{record.StepEvent(&r, do, from.String(), f.Stamp, record.DataOf("note", note))}}
	if by.IsZero() {
		return out
	}
	onPayment, onCreditNote := actions.PaymentRefund, actions.CreditNoteRefund
	if by.Sign() < 0 {
		onPayment, onCreditNote = actions.PaymentReleaseRefund, actions.CreditNoteReleaseRefund
	}
	switch {
	case f.Payment != nil:
		p, event := f.Payment.reserve(onPayment, by, f.Stamp)
		out.Payment, out.Events = &p, append(out.Events, event)
	case f.CreditNote != nil:
		n, event := f.CreditNote.reserve(onCreditNote, by, f.Stamp)
		out.CreditNote, out.Events = &n, append(out.Events, event)
	}
	return out
}
