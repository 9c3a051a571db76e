package leadtocash

import (
	"time"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Allocation settles a part of an invoice: out of a payment or a credit note,
// by the early discount that a payment earned, or by writing it off. Taking it
// back dates the reversal and keeps the allocation. A write-off of a payment, that
// has no invoice, gives up what a bounced payment was refunded of.
type Allocation struct {
	ID record.AllocationID `json:"id"`
	record.Head
	PaymentID    record.PaymentID    `json:"payment_id,omitzero"`     // of a payment, and of the early discount that it earned
	CreditNoteID record.CreditNoteID `json:"credit_note_id,omitzero"` // of a credit
	InvoiceID    record.InvoiceID    `json:"invoice_id,omitzero"`
	Amount       money.Amount        `json:"amount"` // more than 0
	Kind         AllocationKind      `json:"kind" need:"true"`
	Reason       string              `json:"reason,omitzero" text:"2000"` // of a write-off
	At           time.Time           `json:"at"`
	ReversedAt   time.Time           `json:"reversed_at,omitzero"` // not set while active
	On           value.Date          `json:"on,omitzero"`          // the day from which it counts: that of its source, not before the issue of the invoice, nor before either came free last
	ReversedOn   value.Date          `json:"reversed_on,omitzero"` // the first day on which it does not count any more; On: it never did
}

// AllocationKind says what an allocation settles an invoice with.
type AllocationKind = value.Choice[allocationKindSet]

// The values of [AllocationKind].
const (
	AllocationPayment AllocationKind = iota + 1
	AllocationCredit
	AllocationEarlyDiscount
	AllocationWriteOff
)

type allocationKindSet struct{}

func (allocationKindSet) Table() (string, []value.Option) {
	return "allocation_kind", allocationKindTable
}

var allocationKindTable = value.Options(
	value.Option{Key: "payment", Label: "Payment", Code: 1},
	value.Option{Key: "credit", Label: "Credit", Code: 2},
	value.Option{Key: "early_discount", Label: "Early Discount", Code: 3},
	value.Option{Key: "write_off", Label: "Write-off", Code: 4},
)

// RecordKind tells the kind of record.
func (*Allocation) RecordKind() kinds.Kind { return kinds.Allocation }

// Ref names the record with its kind.
func (a *Allocation) Ref() record.Ref { return a.ID.Ref() }

// IsActive reports whether the allocation counts: it is not reversed.
func (a *Allocation) IsActive() bool { return a.ReversedAt.IsZero() }

// Clone returns a deep copy.
func (a Allocation) Clone() Allocation {
	a.Head.Detach()
	return a
}

// MarshalJSON writes the published JSON form.
func (a Allocation) MarshalJSON() ([]byte, error) {
	type plain Allocation
	return record.Encode((*plain)(&a))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (a *Allocation) UnmarshalJSON(body []byte) error {
	type plain Allocation
	return record.Decode(body, (*plain)(a))
}

// born dates a new allocation and makes its event.
func (a Allocation) born(s record.Stamp) (Allocation, record.Event) {
	a.At = a.CreatedAt
	return a, record.BornEvent(&a, actions.AllocationCreate, s, record.DataOf("kind", a.Kind.String(), "amount", a.Amount.String()))
}

// Faults: an allocation settles out of what its kind says.
func (a *Allocation) Faults() []record.Reason {
	paid, credited := !a.PaymentID.IsZero(), !a.CreditNoteID.IsZero()
	wantPaid := a.Kind == AllocationPayment || a.Kind == AllocationEarlyDiscount || a.isReclaim()
	switch {
	case a.InvoiceID.IsZero() && !a.isReclaim():
		return []record.Reason{{Code: codes.ErrMissingField, Field: "invoice_id", Message: codes.ErrMissingField.Info().Text}}
	case paid == wantPaid && credited == (a.Kind == AllocationCredit):
		return nil
	}
	return []record.Reason{{Code: codes.ErrInvalid, Field: "kind", Message: "a payment and an early discount have a payment, a credit has a credit note, a write-off of an invoice has neither"}}
}

// isReclaim reports whether it gives up what a bounced payment was refunded of.
func (a *Allocation) isReclaim() bool { return a.Kind == AllocationWriteOff && a.InvoiceID.IsZero() }

// countsFrom is the day from which the allocation counts.
func (a *Allocation) countsFrom(day func(time.Time) value.Date) value.Date {
	if a.On.IsZero() {
		return day(a.At)
	}
	return a.On
}

// annul makes a reversed allocation one that never counted: its source was
// entered by mistake.
func (a Allocation) annul(s record.Stamp) (Allocation, record.Event) {
	a.Touch(s)
	a.ReversedOn = a.On
	return a, record.StepEvent(&a, actions.AllocationReverse, "", s, nil)
}

// reverse is the next version of an active allocation: it no longer counts from
// the day on.
func (a Allocation) reverse(s record.Stamp, on value.Date) (Allocation, record.Event) {
	a.Touch(s)
	a.ReversedAt, a.ReversedOn = a.UpdatedAt, on
	return a, record.StepEvent(&a, actions.AllocationReverse, "", s, nil)
}

// funds are what is left of a payment or of a credit note, and whose it is.
type funds struct {
	customer record.CustomerID
	currency money.Currency
	left     money.Amount
}

// application is the wish to settle an invoice out of funds.
type application struct {
	funds
	invoice *Invoice // nil if it is not known
	amount  value.Opt[money.Amount]
	stamp   record.Stamp
}

// most is the most that the invoice can be given of the funds.
func (a *application) most() money.Amount { return lesser(a.left, a.invoice.OpenBalance()) }

// lesser is the smaller one of two amounts.
func lesser(a, b money.Amount) money.Amount {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

// refused returns nil if money can be allocated to the invoice, as far as the
// invoice itself is concerned.
func (a *application) refused() error {
	return invoiceFlow.Why(a.invoice, actions.InvoiceAllocate, &InvoiceFacts{Stamp: a.stamp})
}

// settles are the checks of every action that settles an invoice out of
// something; source is what that is called.
func settles[R, C, F any](source string, wish func(R, C, F) application) []flow.Check[R, C, F] {
	known := func(holds func(*application) bool) func(R, C, F) bool {
		return func(r R, c C, f F) bool {
			a := wish(r, c, f)
			return a.invoice == nil || holds(&a)
		}
	}
	return []flow.Check[R, C, F]{
		{
			Code: codes.ErrInvalid, Text: "the invoice is known",
			Holds:  func(r R, c C, f F) bool { return wish(r, c, f).invoice != nil },
			Detail: func(R, C, F) []record.Reason { return notFound("invoice_id") },
		},
		{
			Code: codes.ErrNotIssued, Text: "the invoice is issued, and neither settled nor canceled",
			Holds: known(func(a *application) bool { return a.refused() == nil }),
			Detail: func(r R, c C, f F) []record.Reason {
				a := wish(r, c, f)
				return record.ReasonsOf(record.AtField("invoice_id", a.refused()))
			},
		},
		{
			Code: codes.ErrCustomerMismatch, Text: "invoice and " + source + " have one customer", Field: "invoice_id",
			Holds: known(func(a *application) bool { return a.invoice.CustomerID == a.customer }),
		},
		{
			Code: codes.ErrCurrencyMismatch, Text: "invoice and " + source + " have one currency", Field: "invoice_id",
			Holds: known(func(a *application) bool { return a.invoice.Currency == a.currency }),
		},
		{
			Code: codes.ErrOverAllocated, Text: "the amount is more than 0 and at most what the " + source + " has left and the invoice has open", Field: "amount",
			Holds: known(func(a *application) bool {
				if a.refused() != nil {
					return true
				}
				most := a.most()
				amount := a.amount.Or(most)
				return amount.Sign() > 0 && amount.Cmp(most) <= 0
			}),
			Detail: func(r R, c C, f F) []record.Reason {
				reason := record.Reason{Code: codes.ErrOverAllocated, Field: "amount", Message: codes.ErrOverAllocated.Info().Text}
				if a := wish(r, c, f); a.amount.Or(a.most()).Sign() <= 0 {
					reason.Message = "must be more than 0"
				}
				return []record.Reason{reason}
			},
		},
	}
}

func notFound(field string) []record.Reason {
	return []record.Reason{{Code: codes.ErrNotFound, Field: field, Message: codes.ErrNotFound.Info().Text}}
}
