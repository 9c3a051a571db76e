package leadtocash

import "time"

// Allocation settles a part of an invoice out of a payment. Taking it back
// dates the reversal and keeps the allocation.
type Allocation struct {
	ID AllocationID `json:"id"`
	Head
	PaymentID  PaymentID      `json:"payment_id" need:"true"`
	InvoiceID  InvoiceID      `json:"invoice_id" need:"true"`
	Amount     Amount         `json:"amount"` // more than 0
	Kind       AllocationKind `json:"kind"`
	At         time.Time      `json:"at"`
	ReversedAt time.Time      `json:"reversed_at,omitzero"` // not set while active
}

// AllocationKind says what an allocation settles an invoice with.
type AllocationKind = Choice[allocationKindSet]

// The values of [AllocationKind].
const (
	AllocationPayment AllocationKind = iota + 1
	AllocationCredit
	AllocationEarlyDiscount
	AllocationWriteOff
)

type allocationKindSet struct{}

func (allocationKindSet) name() string   { return "allocation_kind" }
func (allocationKindSet) rows() []Option { return allocationKindTable }

var allocationKindTable = options(
	Option{Key: "payment", Label: "Payment", Code: 1},
	Option{Key: "credit", Label: "Credit", Code: 2},
	Option{Key: "early_discount", Label: "Early Discount", Code: 3},
	Option{Key: "write_off", Label: "Write-off", Code: 4},
)

func (a *Allocation) ref() Ref          { return Ref{KindAllocation, a.ID.UUID} }
func (a *Allocation) head() *Head       { return &a.Head }
func (a *Allocation) statusKey() string { return "" }

// IsActive reports whether the allocation counts: it is not reversed.
func (a *Allocation) IsActive() bool { return a.ReversedAt.IsZero() }

// Clone returns a deep copy.
func (a Allocation) Clone() Allocation {
	a.Head.clone()
	return a
}

// MarshalJSON writes the published JSON form.
func (a Allocation) MarshalJSON() ([]byte, error) {
	type plain Allocation
	return encode((*plain)(&a), a.unknown)
}

// UnmarshalJSON reads the published JSON form and keeps members it does not
// know.
func (a *Allocation) UnmarshalJSON(body []byte) (err error) {
	type plain Allocation
	a.unknown, err = decode(body, (*plain)(a))
	return err
}

// reverse is the next version of an active allocation: it no longer counts.
func (a Allocation) reverse(s Stamp) (Allocation, Event) {
	a.touch(s)
	a.ReversedAt = a.UpdatedAt
	return a, stepEvent(&a, ActionAllocationReverse, "", s, nil)
}
