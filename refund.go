package leadtocash

import (
	"slices"

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
	RequestedOn  value.Date          `json:"requested_on,omitzero"`   // the day from which its amount is taken from the source
	Released     []Release           `json:"released,omitzero"`       // when it was not, oldest first
}

// Release is a time in which the amount of a refund was back with its source: the
// transfer failed, or the request was taken back.
type Release struct {
	From  value.Date `json:"from"`
	Until value.Date `json:"until,omitzero"` // the first day on which it was requested again; not set while it is released
}

// release notes that the amount is back with its source from the day on.
func (r *Refund) release(on value.Date) {
	r.Released = append(slices.Clip(r.Released), Release{From: on})
}

// take notes that the amount is requested again from the day on.
func (r *Refund) take(on value.Date) {
	r.Released = slices.Clone(r.Released)
	if n := len(r.Released) - 1; n >= 0 && r.Released[n].Until.IsZero() {
		r.Released[n].Until = on
	}
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

	Invoice       *Invoice                // that the credit note corrects, if it does
	Settled       []Allocation            // to that invoice, out of whatever
	Reclaims      []Allocation            // write-offs of what the payment, which bounced, was refunded of
	CreditBalance value.Opt[money.Amount] // what the customer has left in the currency, of all payments and credit notes
}

// refundable is what can be refunded of the source of the refund; the zero Amount
// and false if that is not known.
func (f *RefundFacts) refundable() (money.Amount, bool) {
	switch {
	case f.Payment != nil:
		return f.Payment.refundable(&PaymentFacts{CreditBalance: f.CreditBalance}), true
	case f.CreditNote != nil:
		return f.CreditNote.refundable(&CreditNoteFacts{Settings: f.Settings, Invoice: f.Invoice, Settled: f.Settled, CreditBalance: f.CreditBalance}), true
	}
	return money.Amount{}, false
}

// within is what of an amount the customer's credit in the currency covers.
func within(balance value.Opt[money.Amount], amount money.Amount) money.Amount {
	return lesser(amount, balance.Or(amount))
}

// refundable is what can be returned of the payment.
func (p *Payment) refundable(f *PaymentFacts) money.Amount {
	return within(f.CreditBalance, p.Unallocated())
}

// refundable is what can be returned of the credit note: what its invoice still
// has open, or gave up, is not money that came in.
func (n *CreditNote) refundable(f *CreditNoteFacts) money.Amount {
	left := n.Unapplied()
	if i := f.Invoice; i != nil && i.ID == n.InvoiceID {
		cash := cashOf(i, f.Settled, nil, &f.Settings)
		left = left.Sub(i.OpenBalance()).Sub(cash.of(AllocationWriteOff))
	}
	return within(f.CreditBalance, left)
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
	Code: codes.ErrOverRefunded, Text: "what it is out of still has the amount, and the customer as much credit",
	Holds: func(r *Refund, f *RefundFacts) bool {
		left, known := f.refundable()
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
	r.Released = slices.Clone(r.Released)
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
	Reclaims   []Allocation   `json:"reclaims,omitzero"` // write-offs of a bounced payment that came back with a returned refund
	Events     []record.Event `json:"events,omitzero"`
}

// refundable is the check of a request: a part of what is left.
func refundable[R, F any](most func(R, F) money.Amount) flow.Check[R, *RequestRefund, F] {
	return flow.Check[R, *RequestRefund, F]{
		Code: codes.ErrOverRefunded, Text: "the amount is more than 0 and at most what can be refunded", Field: "amount",
		Holds: func(r R, c *RequestRefund, f F) bool {
			most := most(r, f)
			a := c.Amount.Or(most)
			return a.Sign() > 0 && a.Cmp(most) <= 0
		},
	}
}

// newRefund makes the refund that a command requests of a source.
func newRefund(cmd RequestRefund, source record.Record, customer record.CustomerID, left money.Amount, s record.Stamp) (Refund, record.Event) {
	h := source.Header()
	r := Refund{
		ID: record.IDOr(cmd.RefundID, s, source.Ref().ID, h.Version, "refund"), Head: h.Child(s), Status: RefundStatusRequested,
		RequestedOn:  s.Day(),
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

var refundPayment = flow.Decide(paymentFlow, actions.PaymentRefund, refundable((*Payment).refundable))

// Refund requests that money be returned out of what is left of a posted
// payment; the amount is reserved by that. Codes: ErrInvalidTransition,
// ErrOverRefunded.
func (p Payment) Refund(cmd RequestRefund, f PaymentFacts) (MovedRefund, error) {
	if err := refundPayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return MovedRefund{}, err
	}
	r, born := newRefund(cmd, &p, p.CustomerID, p.refundable(&f), f.Stamp)
	next, event := p.reserve(actions.PaymentRefund, r.Amount, f.Stamp)
	return MovedRefund{Record: r, Payment: &next, Events: []record.Event{event, born}}, nil
}

// reserve is the next version of the payment after more of it, or less, is
// refunded.
func (p Payment) reserve(do actions.Action, by money.Amount, s record.Stamp) (Payment, record.Event) {
	p.RefundedAmount = p.RefundedAmount.Add(by)
	if by.Sign() < 0 {
		p.FreedOn = later(p.FreedOn, s.Day())
	}
	p.Touch(s)
	return p, record.StepEvent(&p, do, p.Status.String(), s, record.DataOf("amount", by.Abs().String()))
}

// ConfirmRefund says that the money went out.
type ConfirmRefund struct {
	PaidOn value.Date `json:"paid_on,omitzero" day:"done"` // default: today
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
	switch {
	case to == RefundStatusFailed, to == RefundStatusCanceled:
		r.release(f.Day())
	case from == RefundStatusFailed:
		r.take(f.Day())
	}
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
		out.Events = append(out.Events, event)
		if beyond := p.Unallocated(); p.Status == PaymentStatusBounced && beyond.Sign() > 0 {
			p.WrittenOffAmount = p.WrittenOffAmount.Sub(beyond)
			out.takeReclaimsBack(beyond, f)
		}
		out.Payment = &p
	case f.CreditNote != nil:
		n, event := f.CreditNote.reserve(onCreditNote, by, f.Stamp)
		out.CreditNote, out.Events = &n, append(out.Events, event)
	}
	return out
}

// takeReclaimsBack reverses write-offs of a bounced payment for what was returned
// of its refunds, the latest first.
func (m *MovedRefund) takeReclaimsBack(by money.Amount, f *RefundFacts) {
	for n := len(f.Reclaims) - 1; n >= 0 && by.Sign() > 0; n-- {
		a := f.Reclaims[n]
		if !a.IsActive() {
			continue
		}
		reversed, event := a.reverse(f.Stamp, f.Day())
		m.Reclaims, m.Events = append(m.Reclaims, reversed), append(m.Events, event)
		if rest := a.Amount.Sub(by); rest.Sign() > 0 {
			less, born := Allocation{
				ID:   record.AllocationID{UUID: record.DerivedID(f.Stamp, a.ID.UUID, a.Version, "rest", 0)},
				Head: a.Child(f.Stamp), PaymentID: a.PaymentID, Amount: rest, Kind: a.Kind, Reason: a.Reason, On: f.Day(),
			}.born(f.Stamp)
			m.Reclaims, m.Events = append(m.Reclaims, less), append(m.Events, born)
		}
		by = by.Sub(lesser(by, a.Amount))
	}
}
