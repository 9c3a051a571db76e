package leadtocash

import "github.com/leadtocash/leadtocash/money"

// CashRule is what one event does to one quantity of the money of an issued
// invoice. All of them together are how money moves; see [CashRules].
type CashRule struct {
	Event    string // "a payment is allocated"
	Quantity string // one of CashQuantities
	Effect   string
}

// CashQuantities are the quantities of an issued invoice that events change: what
// settles it, and what the source of that has left.
func CashQuantities() []string {
	return []string{cashPayments, cashElsewhere, cashCreditNotes, cashDiscount, cashWriteOff, cashLeft}
}

const (
	cashPayments    = "payments"
	cashElsewhere   = "credits from elsewhere"
	cashCreditNotes = "its credit notes"
	cashDiscount    = "early discount"
	cashWriteOff    = "write-off"
	cashLeft        = "left over"
)

// CashRules lists the rules, event by event, in the order in which the decisions
// apply them: they are made from the same table.
func CashRules() []CashRule {
	list := make([]CashRule, len(cashRules))
	for n, r := range cashRules {
		list[n] = CashRule{Event: string(r.event), Quantity: r.quantity, Effect: r.effect}
	}
	return list
}

// cashEvent is something that happens to the money of an invoice.
type cashEvent string

const (
	paymentAllocated   cashEvent = "a payment is allocated"
	paymentDeallocated cashEvent = "a payment is deallocated"
	paymentVoided      cashEvent = "a payment is voided"
	paymentBounced     cashEvent = "a payment bounces"
	creditIssued       cashEvent = "a credit note of the invoice is issued"
	creditUnapplied    cashEvent = "a credit note of the invoice is unapplied"
	creditApplied      cashEvent = "a credit note of the invoice is applied again"
	creditVoided       cashEvent = "a credit note of the invoice is voided"
	foreignApplied     cashEvent = "a credit from elsewhere is applied"
	foreignUnapplied   cashEvent = "a credit from elsewhere is unapplied"
	writtenOff         cashEvent = "something is written off"
	writeOffReversed   cashEvent = "a write-off is reversed"
	paymentRefunded    cashEvent = "a payment is refunded"
	creditRefunded     cashEvent = "a credit note of the invoice is refunded"
	dueDateMoved       cashEvent = "the due date is moved"
)

var cashRules = []struct {
	event            cashEvent
	quantity, effect string
	apply            func(*cashbook) // nil: the invoice is not touched
}{
	{paymentAllocated, cashPayments, "+ amount", givePayment},
	{paymentAllocated, cashDiscount, "+ offer, if the money is in time and closes the invoice with it", takeDiscount},
	{paymentAllocated, cashLeft, "− amount", nil},

	{paymentDeallocated, cashPayments, "− amount", takePaymentBack},
	{paymentDeallocated, cashDiscount, "− what the payment earned", loseDiscount},
	{paymentDeallocated, cashLeft, "back on the payment; refused where refunds of credit notes need the money", nil},

	{paymentVoided, cashPayments, "− amount", takePaymentBack},
	{paymentVoided, cashDiscount, "− what the payment earned", loseDiscount},
	{paymentVoided, cashLeft, "nothing; refused where something is refunded", nil},

	{paymentBounced, cashPayments, "− amount", takePaymentBack},
	{paymentBounced, cashDiscount, "− what the payment earned", loseDiscount},
	{paymentBounced, cashLeft, "− refunds that were paid: the customer owes them; those requested are canceled", nil},

	{creditIssued, cashDiscount, "first: shrinks to the new offer", shrinkDiscount},
	{creditIssued, cashWriteOff, "then: gives way to what the value has beyond that, the latest first", giveWay},
	{creditIssued, cashCreditNotes, "+ value, at most what is open then", giveCredit},
	{creditIssued, cashLeft, "the rest is the customer's credit", nil},

	{creditUnapplied, cashCreditNotes, "− amount", takeCreditBack},
	{creditUnapplied, cashLeft, "back on the credit note, to be refunded only beyond what is open or written off", nil},

	{creditApplied, cashCreditNotes, "+ amount", giveCredit},
	{creditApplied, cashLeft, "− amount", nil},

	{creditVoided, cashWriteOff, "first: comes back as far as it gave way and something is open", restoreWriteOff},
	{creditVoided, cashDiscount, "then: comes back as far as it shrank, something is open and the offer allows, while its payment is allocated", restoreDiscount},
	{creditVoided, cashLeft, "nothing; refused while something is applied or refunded", nil},

	{foreignApplied, cashElsewhere, "+ amount: money of the day on which it is applied", giveCredit},
	{foreignApplied, cashLeft, "− amount", nil},

	{foreignUnapplied, cashElsewhere, "− amount", takeCreditBack},
	{foreignUnapplied, cashLeft, "back on the credit note; refused where refunds of credit notes need it", nil},

	{writtenOff, cashWriteOff, "+ amount, at most what is open; no discount is earned from then on", giveUp},

	{writeOffReversed, cashWriteOff, "− amount", takeWriteOffBack},

	{paymentRefunded, cashLeft, "− amount, at most what is left and the customer's credit balance", nil},
	{creditRefunded, cashLeft, "− amount, at most what is left beyond what is open or written off, and the customer's credit balance", nil},

	{dueDateMoved, cashDiscount, "nothing: last day and percentage stay", nil},
}

func givePayment(b *cashbook) {
	b.payment.AllocatedAmount = b.payment.AllocatedAmount.Add(b.amount)
	b.settle(AllocationPayment, b.amount, Allocation{PaymentID: b.payment.ID})
}

func takeDiscount(b *cashbook) {
	b.settle(AllocationEarlyDiscount, b.discount, Allocation{PaymentID: b.payment.ID})
}

// ofSource reports whether an allocation is what is taken back.
func (b *cashbook) ofSource(a *Allocation) bool {
	switch {
	case b.chosen != nil:
		return a.ID == b.chosen.ID
	case b.payment != nil:
		return a.PaymentID == b.payment.ID
	}
	return a.CreditNoteID == b.note.ID
}

func takePaymentBack(b *cashbook) {
	back := b.unsettle(func(a *Allocation) bool { return a.Kind == AllocationPayment && b.ofSource(a) })
	b.payment.AllocatedAmount = b.payment.AllocatedAmount.Sub(back)
	b.payment.FreedOn = later(b.payment.FreedOn, b.on)
}

func loseDiscount(b *cashbook) {
	b.unsettle(func(a *Allocation) bool {
		return a.Kind == AllocationEarlyDiscount && a.PaymentID == b.payment.ID
	})
}

func shrinkDiscount(b *cashbook) {
	offer, _ := b.invoice.EarlyDiscount()
	b.note.ReleasedDiscount = b.yield(AllocationEarlyDiscount, b.of(AllocationEarlyDiscount).Sub(offer))
}

func giveWay(b *cashbook) {
	beyond := b.note.Unapplied().Sub(b.invoice.OpenBalance())
	b.note.ReleasedWriteOff = b.yield(AllocationWriteOff, lesser(beyond, b.of(AllocationWriteOff)))
}

// yield lowers allocations of a kind by an amount, if that is more than 0, and
// returns it.
func (b *cashbook) yield(kind AllocationKind, by money.Amount) money.Amount {
	if by.Sign() <= 0 {
		return money.Amount{}
	}
	b.lower(kind, by)
	return by
}

func giveCredit(b *cashbook) {
	amount := b.amount
	if amount.IsZero() {
		amount = lesser(b.note.Unapplied(), b.invoice.OpenBalance())
	}
	if amount.Sign() <= 0 {
		return
	}
	b.note.AllocatedAmount = b.note.AllocatedAmount.Add(amount)
	b.settle(AllocationCredit, amount, Allocation{CreditNoteID: b.note.ID})
}

func takeCreditBack(b *cashbook) {
	back := b.unsettle(b.ofSource)
	b.note.AllocatedAmount = b.note.AllocatedAmount.Sub(back)
	b.note.FreedOn = later(b.note.FreedOn, b.on)
}

func restoreWriteOff(b *cashbook) {
	if like, ok := b.latest(AllocationWriteOff); ok {
		b.settleLike(like, lesser(b.note.ReleasedWriteOff, b.invoice.OpenBalance()))
	}
}

func restoreDiscount(b *cashbook) {
	like, ok := b.latest(AllocationEarlyDiscount)
	if !ok || b.sum(func(a *Allocation) bool { return a.Kind == AllocationPayment && a.PaymentID == like.PaymentID }).IsZero() {
		return
	}
	offer, _ := b.invoice.EarlyDiscount()
	most := lesser(b.invoice.OpenBalance(), offer.Sub(b.of(AllocationEarlyDiscount)))
	b.settleLike(like, lesser(b.note.ReleasedDiscount, most))
}

// settleLike settles by an allocation of the kind of another one.
func (b *cashbook) settleLike(like Allocation, amount money.Amount) {
	b.settle(like.Kind, amount, like)
}

func giveUp(b *cashbook) {
	b.settle(AllocationWriteOff, b.amount, Allocation{Reason: b.reason})
}

func takeWriteOffBack(b *cashbook) { b.unsettle(b.ofSource) }
