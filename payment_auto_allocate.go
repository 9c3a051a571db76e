package leadtocash

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// AutoAllocatePayment settles what a payment can.
type AutoAllocatePayment struct {
	NoDiscount bool `json:"no_discount,omitzero"` // leaves early discounts that are earned
}

// AutoAllocatedPayment is what the automatic allocation of a payment yields.
type AutoAllocatedPayment struct {
	Record      Payment      `json:"payment"`
	Invoices    []Invoice    `json:"invoices,omitzero"`    // in the order in which they were settled
	Allocations []Allocation `json:"allocations,omitzero"` // early discounts included
	HeldCustomer
	Events []record.Event `json:"events,omitzero"`
}

var autoAllocatePayment = flow.Decide[*AutoAllocatePayment](paymentFlow, actions.PaymentAutoAllocate)

// AutoAllocate settles open invoices of the payment's customer, in its
// currency, out of what is left of a posted payment: first those that its
// remittance names, then by due date, issue date and number, each as far as
// possible before the next. Early discounts are taken as Allocate does. The
// same facts lead to the same outcome, and with nothing left or nothing open
// nothing changes. Code: ErrInvalidTransition.
func (p Payment) AutoAllocate(cmd AutoAllocatePayment, f PaymentFacts) (AutoAllocatedPayment, error) {
	if err := autoAllocatePayment.Why(&p, &cmd, &f, p.Currency); err != nil {
		return AutoAllocatedPayment{}, err
	}
	version, total := p.Version, p.Currency.Zero()
	var out AutoAllocatedPayment
	var events []record.Event
	var settlements []settlement
	next := p
	next.Touch(f.Stamp)
	allocate := func(i *Invoice, amount money.Amount, kind AllocationKind) {
		id := record.AllocationID{UUID: record.DerivedID(f.Stamp, p.ID.UUID, version, "allocation", len(out.Allocations))}
		a, born := next.allocation(id, i.ID, amount, kind, f.Stamp)
		out.Allocations, events = append(out.Allocations, a), append(events, born)
	}
	for _, i := range p.candidates(f.Invoices) {
		amount, discount := next.share(i, value.None[money.Amount](), cmd.NoDiscount)
		if amount.Sign() <= 0 {
			break
		}
		settled, event := i.settle(amount.Add(discount), f.Stamp)
		out.Invoices, events = append(out.Invoices, settled), append(events, event)
		settlements = append(settlements, settlement{i, &settled})
		allocate(i, amount, AllocationPayment)
		if !discount.IsZero() {
			allocate(i, discount, AllocationEarlyDiscount)
		}
		next.AllocatedAmount, total = next.AllocatedAmount.Add(amount), total.Add(amount)
	}
	if total.IsZero() {
		return AutoAllocatedPayment{Record: p}, nil
	}
	held, holds := f.Debtor.follow(f.Stamp, settlements...)
	out.Record, out.HeldCustomer, events = next, held, append(events, holds...)
	out.Events = append([]record.Event{record.StepEvent(&next, actions.PaymentAutoAllocate, p.Status.String(), f.Stamp, record.DataOf("amount", total.String()))}, events...)
	return out, nil
}

// candidates are the invoices that the payment can settle, in the order in
// which it does.
func (p *Payment) candidates(invoices []Invoice) []*Invoice {
	type candidate struct {
		*Invoice
		unnamed int
	}
	var list []candidate
	for n := range invoices {
		i := &invoices[n]
		if i.CustomerID != p.CustomerID || i.Currency != p.Currency || i.OpenBalance().Sign() <= 0 {
			continue
		}
		c := candidate{i, 1}
		if names(p.Remittance, i.InvoiceNumber) {
			c.unnamed = 0
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(
			cmp.Compare(a.unnamed, b.unnamed), a.DueDate.Compare(b.DueDate), a.IssueDate.Compare(b.IssueDate),
			strings.Compare(a.InvoiceNumber, b.InvoiceNumber),
		)
	})
	sorted := make([]*Invoice, len(list))
	for n, c := range list {
		sorted[n] = c.Invoice
	}
	return sorted
}

// names reports whether a text names a number: as a whole, whatever its case,
// and not as a part of a longer one.
func names(text, number string) bool {
	if number == "" {
		return false
	}
	text, number = strings.ToLower(text), strings.ToLower(number)
	for from := 0; ; {
		at := strings.Index(text[from:], number)
		if at < 0 {
			return false
		}
		start, end := from+at, from+at+len(number)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !isWord(before) && !isWord(after) {
			return true
		}
		from = start + 1
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
