package leadtocash

import (
	"slices"
	"time"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// cash is the money of one issued invoice: the invoice, what settles it and what
// is credited of it. Whatever moves money asks it what there is, and changes it by
// the table of [CashRules].
type cash struct {
	invoice     *Invoice
	allocations []Allocation          // to the invoice, active or reversed, oldest first
	own         []record.CreditNoteID // its credit notes; every other one is from elsewhere
	refunded    money.Amount          // of its credit notes
	settings    *Settings
}

// day is the day of an instant in the organisation's location.
func (c *cash) day(at time.Time) value.Date { return c.settings.Today(at) }

// cashOf picks what is about the invoice.
func cashOf(i *Invoice, allocations []Allocation, notes []CreditNote, s *Settings) cash {
	c := cash{invoice: i, settings: s}
	for _, a := range allocations {
		if a.InvoiceID == i.ID {
			c.allocations = append(c.allocations, a)
		}
	}
	slices.SortStableFunc(c.allocations, func(a, b Allocation) int { return a.At.Compare(b.At) })
	for n := range notes {
		if notes[n].InvoiceID == i.ID {
			c.own, c.refunded = append(c.own, notes[n].ID), c.refunded.Add(notes[n].RefundedAmount)
		}
	}
	return c
}

// joined are the allocations of both lists, each once.
func joined(a, b []Allocation) []Allocation {
	if len(a) == 0 || len(b) == 0 {
		return append(a[:len(a):len(a)], b...)
	}
	known := make(map[record.AllocationID]bool, len(a))
	for n := range a {
		known[a[n].ID] = true
	}
	all := slices.Clone(a)
	for n := range b {
		if !known[b[n].ID] {
			all = append(all, b[n])
		}
	}
	return all
}

// ledger is the money of several invoices, looked through once.
type ledger struct {
	allocations map[record.InvoiceID][]Allocation
	notes       map[record.InvoiceID][]CreditNote
	settings    *Settings
}

func ledgerOf(allocations []Allocation, notes []CreditNote, s *Settings) ledger {
	l := ledger{map[record.InvoiceID][]Allocation{}, byInvoice(notes), s}
	for n := range allocations {
		a := &allocations[n]
		l.allocations[a.InvoiceID] = append(l.allocations[a.InvoiceID], *a)
	}
	return l
}

// cash is the money of one of the invoices.
func (l *ledger) cash(i *Invoice) cash {
	return cashOf(i, l.allocations[i.ID], l.notes[i.ID], l.settings)
}

// isOwn reports whether an allocation is out of a credit note of the invoice.
func (c *cash) isOwn(a *Allocation) bool { return slices.Contains(c.own, a.CreditNoteID) }

// sum adds up the active allocations that count.
func (c *cash) sum(counts func(*Allocation) bool) money.Amount {
	sum := c.invoice.Currency.Zero()
	for n := range c.allocations {
		if a := &c.allocations[n]; a.IsActive() && counts(a) {
			sum = sum.Add(a.Amount)
		}
	}
	return sum
}

func (c *cash) of(kind AllocationKind) money.Amount {
	return c.sum(func(a *Allocation) bool { return a.Kind == kind })
}

// received is the money that the invoice has: payments, credits from elsewhere,
// and what was prepaid.
func (c *cash) received() money.Amount {
	return c.sum(func(a *Allocation) bool {
		return a.Kind == AllocationPayment || a.Kind == AllocationCredit && !c.isOwn(a)
	}).Add(c.invoice.PrepaidAmount.Or(money.Amount{}))
}

// holdsRefunds reports whether the invoice needs its money, or all but a part of
// it: as much was refunded out of its credit notes.
func (c *cash) holdsRefunds(without money.Amount) bool {
	return c.refunded.Cmp(c.received().Sub(without)) > 0
}

// earned is the early discount that money received on the day earns if it closes
// the invoice together with it: all of the money is there in time, and neither a
// discount nor a write-off is taken.
func (c *cash) earned(received value.Date) money.Amount {
	zero := c.invoice.Currency.Zero()
	offer, until := c.invoice.EarlyDiscount()
	if until.IsZero() || received.After(until) || offer.Cmp(c.invoice.OpenBalance()) >= 0 {
		return zero
	}
	for n := range c.allocations {
		a := &c.allocations[n]
		switch {
		case !a.IsActive():
		case a.Kind == AllocationEarlyDiscount, a.Kind == AllocationWriteOff,
			a.Kind == AllocationPayment && a.countsFrom(c.day).After(until),
			a.Kind == AllocationCredit && !c.isOwn(a) && c.day(a.At).After(until):
			return zero
		}
	}
	return offer
}

// A share is what an invoice gets of some money.
type share struct {
	amount   money.Amount
	discount money.Amount // that it brings with it
	waived   money.Amount // that it would have brought
}

// discountWish says what to do with an early discount: without one, whoever pays
// everything waives it.
type discountWish struct{ take, leave bool }

// share is how much of the money that is left an invoice is given. An amount that
// is given is kept to.
func (c *cash) share(left money.Amount, received value.Date, asked value.Opt[money.Amount], wish discountWish) share {
	zero, open := c.invoice.Currency.Zero(), c.invoice.OpenBalance()
	s := share{amount: asked.Or(lesser(left, open)), discount: zero, waived: zero}
	offer := zero
	if !wish.leave {
		offer = c.earned(received)
	}
	if offer.IsZero() {
		return s
	}
	closing := open.Sub(offer)
	switch {
	case !asked.IsZero() && s.amount.Equal(closing),
		asked.IsZero() && left.Cmp(closing) >= 0 && (wish.take || left.Cmp(open) < 0):
		s.amount, s.discount = closing, offer
	case s.amount.Equal(open):
		s.waived = offer
	}
	return s
}

// cashbook is the money of an invoice while something happens to it.
type cashbook struct {
	cash
	stamp    record.Stamp
	on       value.Date   // the day from which it counts
	payment  *Payment     // the next version, where a payment is behind it
	note     *CreditNote  // the next version, where a credit note is
	chosen   *Allocation  // that is taken back; nil: all of the source
	amount   money.Amount // that is moved
	discount money.Amount // that is taken with it
	reason   string       // of a write-off
	id       record.AllocationID
	original *Invoice
	next     Invoice      // the next version, so far
	changed  []Allocation // made or reversed, in order
	events   []record.Event
}

// bookOf begins a change of an invoice's money.
func bookOf(c cash, s record.Stamp) *cashbook {
	b := &cashbook{cash: c, stamp: s, on: s.Day(), original: c.invoice, next: *c.invoice}
	b.allocations = slices.Clone(c.allocations)
	b.invoice = &b.next
	return b
}

// from lets what happens count from a day on, but not before the source has the
// money and the invoice asks for it: two allocations never count at once for the
// same.
func (b *cashbook) from(day, freed value.Date) {
	b.on = later(later(day, freed), later(b.next.IssueDate, b.next.ReopenedOn))
}

// happens applies the rules of an event and ends with the next version of the
// invoice, by the action.
func (b *cashbook) happens(event cashEvent, do actions.Action) (Invoice, record.Event) {
	for _, r := range cashRules {
		if r.event == event && r.apply != nil {
			r.apply(b)
		}
	}
	next, from := b.next, b.next.Status.String()
	record.Enter(&next.Head, &next.Status, next.settledStatus())
	next.SettledOn = next.settledOn(b.allocations)
	next.Touch(b.stamp)
	return next, next.reached(do, from, b.stamp)
}

// move settles more, or less; what is open follows at once.
func (b *cashbook) move(by money.Amount) { b.next.SettledAmount = b.next.SettledAmount.Add(by) }

// settle makes an allocation of an amount that is more than 0.
func (b *cashbook) settle(kind AllocationKind, amount money.Amount, like Allocation) {
	if amount.Sign() <= 0 {
		return
	}
	a := Allocation{
		ID: b.id, PaymentID: like.PaymentID, CreditNoteID: like.CreditNoteID, InvoiceID: b.next.ID,
		Amount: amount, Kind: kind, Reason: like.Reason, On: b.on,
	}
	switch {
	case b.payment != nil:
		a.Head = b.payment.Child(b.stamp)
	case b.note != nil:
		a.Head = b.note.Child(b.stamp)
	default:
		a.Head = b.next.Child(b.stamp)
	}
	if a.ID.IsZero() {
		a.ID.UUID = record.DerivedID(b.stamp, b.invoice.ID.UUID, b.next.Version, kind.String(), len(b.changed))
	}
	b.id = record.AllocationID{}
	a, born := a.born(b.stamp)
	touched := b.next.Head
	touched.Touch(b.stamp)
	a.At = touched.UpdatedAt // grows with the invoice, also while the clock stands still
	b.allocations, b.changed, b.events = append(b.allocations, a), append(b.changed, a), append(b.events, born)
	b.move(amount)
	b.writes(kind, amount)
}

// writes keeps what is given up.
func (b *cashbook) writes(kind AllocationKind, by money.Amount) {
	if kind == AllocationWriteOff {
		b.next.WrittenOffAmount = b.next.WrittenOffAmount.Add(by)
	}
}

// unsettle reverses the active allocations that are meant.
func (b *cashbook) unsettle(meant func(*Allocation) bool) (back money.Amount) {
	back = b.next.Currency.Zero()
	for n := range b.allocations {
		if a := &b.allocations[n]; a.IsActive() && meant(a) {
			back = back.Add(a.Amount)
			b.reverse(n)
		}
	}
	return back
}

func (b *cashbook) reverse(n int) {
	reversed, event := b.allocations[n].reverse(b.stamp, b.on)
	b.next.ReopenedOn = later(b.next.ReopenedOn, b.on)
	b.allocations[n] = reversed
	b.changed, b.events = append(b.changed, reversed), append(b.events, event)
	b.move(reversed.Amount.Neg())
	b.writes(reversed.Kind, reversed.Amount.Neg())
}

// lower takes an amount off the allocations of a kind, the latest first. What is
// left of one that is not taken off altogether is a new allocation like it.
func (b *cashbook) lower(kind AllocationKind, by money.Amount) {
	for n := len(b.allocations) - 1; n >= 0 && by.Sign() > 0; n-- {
		a := b.allocations[n]
		if a.Kind != kind || !a.IsActive() {
			continue
		}
		b.reverse(n)
		b.settle(kind, a.Amount.Sub(by), a)
		by = by.Sub(lesser(by, a.Amount))
	}
}

// latest returns the allocation of the kind that was made last, active ones
// before reversed ones.
func (b *cashbook) latest(kind AllocationKind) (Allocation, bool) {
	for _, active := range []bool{true, false} {
		for _, a := range slices.Backward(b.allocations) {
			if a.Kind == kind && a.IsActive() == active {
				return a, true
			}
		}
	}
	return Allocation{}, false
}

// later is the later one of two days.
func later(a, b value.Date) value.Date {
	if a.Before(b) {
		return b
	}
	return a
}

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
