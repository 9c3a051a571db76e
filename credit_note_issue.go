package leadtocash

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// reprice takes the pieces of the invoice's lines anew, after those of credit
// notes that are issued, and calculates.
func (n *CreditNote) reprice(f *CreditNoteFacts) []record.Reason {
	isPiece := func(l pricing.Line) bool { return l.Piece }
	if i := f.Invoice; i != nil && slices.ContainsFunc(n.Lines, isPiece) {
		credited, source := i.credited(f.Issued), pricing.Finder{Lines: i.Lines}
		n.Lines = pricing.ChangeLines(n.Lines, func(l *pricing.Line) {
			if from := source.Line(l.SourceLine); l.Piece && from != nil {
				p := i.creditPiece(from, l.Quantity.Or(decimal.Decimal{}), credited[l.SourceLine])
				p.SequenceNumber, p.Shipping = l.SequenceNumber, l.Shipping
				*l = p
			}
		})
		shares := i.shares(f.Issued, n.Lines, false)
		n.Charges = n.Charges.Discounted(shares.Discount)
		n.Adjustments = append(shares.Adjustments, pricing.CarriedOf(n.Adjustments, i.Adjustments)...)
		slices.SortStableFunc(n.Adjustments, func(a, b pricing.Adjustment) int { return cmp.Compare(uint32(a.Source)-1, uint32(b.Source)-1) })
	}
	return n.PricedLines.CalculateNoticed(&n.Head, &n.Charges, f.price())
}

// overCredited lists what would be credited beyond what the invoice has,
// together with the credit notes issued before.
func (n *CreditNote) overCredited(f *CreditNoteFacts) (reasons []record.Reason) {
	i := f.Invoice
	if i == nil {
		return nil
	}
	priced := n.Clone()
	priced.reprice(f)
	all := append(slices.Clone(f.Issued), priced)
	source := pricing.Finder{Lines: i.Lines}
	for at := range priced.Lines {
		from := source.Line(priced.Lines[at].SourceLine)
		if from != nil && !creditFits(from, all, n.Pricing.TaxMode) {
			reasons = append(reasons, record.Reason{
				Code: codes.ErrOverCredited, Field: fmt.Sprintf("lines[%d]", at), Message: codes.ErrOverCredited.Info().Text,
				Params: map[string]any{"line_number": from.LineNumber},
			})
		}
	}
	zero := n.Currency.Zero()
	over := func(field string) record.Reason { return record.ReasonFor(codes.ErrOverCredited, field) }
	beyond := func(field string, whole money.Amount, part func(*CreditNote) money.Amount) {
		sum := zero
		for at := range all {
			sum = sum.Add(part(&all[at]))
		}
		if !money.Within(sum, whole) {
			reasons = append(reasons, over(field))
		}
	}
	beyond("freight_amount", i.FreightAmount.Or(zero), func(n *CreditNote) money.Amount { return n.FreightAmount.Or(zero) })
	beyond("charge_total", i.ChargeTotal, func(n *CreditNote) money.Amount { return n.ChargeTotal })
	var taken []pricing.Adjustment
	for at := range all {
		taken = append(taken, all[at].Adjustments...)
	}
	for _, entry := range pricing.Overtaken(i.Adjustments, taken) {
		for at := range priced.Adjustments {
			if int(priced.Adjustments[at].Source) == entry+1 {
				reasons = append(reasons, over(fmt.Sprintf("adjustments[%d].amount", at)))
			}
		}
	}
	beyond("total_amount_less_freight", i.TotalAmountLessFreight, func(n *CreditNote) money.Amount { return n.TotalAmountLessFreight })
	if i.Pricing.TaxMode == pricing.TaxManual {
		beyond("freight_tax", i.FreightTax.Or(zero), func(n *CreditNote) money.Amount { return n.FreightTax.Or(zero) })
		beyond("total_tax", i.TotalTax, func(n *CreditNote) money.Amount { return n.TotalTax })
	} else {
		reasons = append(reasons, i.groupsOverCredited(all)...)
	}
	beyond("total_amount", i.TotalAmount, func(n *CreditNote) money.Amount { return n.TotalAmount }) // parts may be of both signs
	return reasons
}

// groupsOverCredited lists the groups of tax that the last of the notes credits
// beyond what the invoice has of them, together with the others.
func (i *Invoice) groupsOverCredited(notes []CreditNote) (reasons []record.Reason) {
	groups := i.TaxGroups()
	same := func(g *pricing.TaxGroup) func(pricing.TaxGroup) bool {
		return func(h pricing.TaxGroup) bool { return h.Category == g.Category && h.Rate.Equal(g.Rate) }
	}
	for _, g := range notes[len(notes)-1].TaxGroups() {
		sum, whole := i.Currency.Zero(), i.Currency.Zero()
		for n := range notes {
			of := notes[n].TaxGroups()
			if at := slices.IndexFunc(of, same(&g)); at >= 0 {
				sum = sum.Add(of[at].Tax)
			}
		}
		at := slices.IndexFunc(groups, same(&g))
		if at >= 0 {
			whole = groups[at].Tax
		}
		if at < 0 || !money.Within(sum, whole) {
			reasons = append(reasons, record.ReasonFor(codes.ErrOverCredited, "total_tax").With("category", g.Category.String(), "rate", g.Rate.String()))
		}
	}
	return reasons
}

// creditFits reports whether what credit notes take of a line of the invoice is
// within it: quantity, amount before tax and typed tax.
func creditFits(source *pricing.Line, notes []CreditNote, mode pricing.TaxMode) bool {
	var quantity decimal.Decimal
	var amount, tax money.Amount
	for n := range notes {
		for at := range notes[n].Lines {
			if l := &notes[n].Lines[at]; l.SourceLine == source.LineNumber {
				quantity, amount, tax = pricing.More(quantity, l.Quantity.Or(decimal.Decimal{})), amount.Add(l.AfterDiscount()), tax.Add(l.Tax.Or(money.Amount{}))
			}
		}
	}
	return pricing.Between(quantity, source.Quantity.Or(decimal.Decimal{})) && money.Within(amount, source.AfterDiscount()) &&
		(mode != pricing.TaxManual || money.Within(tax, source.Tax.Or(money.Amount{})))
}

// IssueCreditNote makes a credit note a legal document.
type IssueCreditNote struct {
	IssueDate    value.Date          `json:"issue_date,omitzero" day:"done"` // default: today
	AllocationID record.AllocationID `json:"allocation_id,omitzero"`         // of what settles its invoice; derived unless given
}

// AppliedCreditNote is what issuing or applying a credit note, or taking that
// back, yields.
type AppliedCreditNote struct {
	Record     CreditNote   `json:"credit_note"`
	Invoice    *Invoice     `json:"invoice,omitzero"` // nil if none changes
	Allocation *Allocation  `json:"allocation,omitzero"`
	Adjusted   []Allocation `json:"adjusted,omitzero"` // early discounts and write-offs that gave way, or came back
	Order      *Order       `json:"order,omitzero"`    // of the invoice, if that bills it differently now
	HeldCustomer
	Notices []record.Reason `json:"notices,omitzero"` // NoticeNumberOrder
	Events  []record.Event  `json:"events,omitzero"`
}

var issueCreditNote = flow.Decide(
	creditNoteFlow, actions.CreditNoteIssue,
	flow.Faultless(codes.ErrTimeOrder, inOrderText, func(_ *CreditNote, c *IssueCreditNote, f *CreditNoteFacts) []record.Reason {
		return f.Latest.refuses(&f.Settings, cmp.Or(c.IssueDate, f.Day()), "issue_date")
	}),
	flow.Faultless(codes.ErrMissingField, handedOutText, func(n *CreditNote, _ *IssueCreditNote, f *CreditNoteFacts) []record.Reason {
		return f.Settings.handedOutFaults(n.Details, &n.Charges, &n.PricedLines)
	}),
)

// Issue hands the credit note to the customer: it gets its number, for good,
// and its amounts are frozen, those of pieces of invoice lines taken anew. It
// settles the invoice that it corrects as far as that is open; the rest stays
// the customer's credit. What is to be billed again can be billed of its order.
// NoticeNumberOrder tells of a number that is given already for a later day. Codes:
// ErrAlreadyIssued, ErrInvalidTransition, ErrTimeOrder under StrictIssueOrder,
// codes.ErrPricing, ErrNoLines, ErrNegativeTotal, ErrOverCredited, and
// ErrNotIssued, ErrCustomerMismatch or ErrCurrencyMismatch where the invoice
// changed since.
func (n CreditNote) Issue(cmd IssueCreditNote, f CreditNoteFacts) (AppliedCreditNote, error) {
	if err := issueCreditNote.Why(&n, &cmd, &f, n.Currency); err != nil {
		return AppliedCreditNote{}, err
	}
	from, version := n.Status, n.Version
	n.reprice(&f)
	n.CreditNoteNumber = record.NumberOr(f.NextNumber, "CRN-", n.ID.UUID)
	n.IssueDate = cmp.Or(cmd.IssueDate, f.Day())
	n.BillTo = f.Buyer.billTo(n.CustomerID, n.BillTo)
	n.Seller = sellerOf(f.Organization, n.OrganizationID)
	n.Details = n.Details.handedOut(sellersOwn(f.Organization, n.OrganizationID), nil, n.Currency)
	record.Enter(&n.Head, &n.Status, CreditNoteStatusIssued)
	n.Touch(f.Stamp)
	notices := f.Latest.notices(&f.Settings, n.IssueDate, "issue_date")
	if f.Invoice == nil {
		n.Value = n.TotalAmount
		return AppliedCreditNote{Record: n, Notices: notices, Events: []record.Event{n.issued(from, &f)}}, nil
	}
	b := f.book(f.Invoice, &n)
	n.Value = b.next.credit(n.TotalAmount)
	b.id = record.IDOr(cmd.AllocationID, f.Stamp, n.ID.UUID, version, "allocation")
	b.from(n.IssueDate, 0)
	out := b.applies(creditIssued, n.issued(from, &f), f.Debtor)
	out.Notices = notices
	out.rebills(&f, f.Issued, append(f.Issued[:len(f.Issued):len(f.Issued)], n))
	return out, nil
}

// rebills changes what the invoice's order counts as billed, as the invoice was
// credited by others than before.
func (out *AppliedCreditNote) rebills(f *CreditNoteFacts, before, after []CreditNote) {
	if f.Order == nil || f.Order.ID != f.Invoice.SalesOrderID {
		return
	}
	was, now := f.Invoice.billing(before), out.Invoice.billing(after)
	order, events := f.Order.rederive(&was, &now, f.Stamp)
	out.Order, out.Events = order, append(out.Events, events...)
}

// rebilled lists what of an issued credit note cannot be taken back: the order was
// given it back to be billed again, and has billed, changed or canceled it since.
func (n *CreditNote) rebilled(f *CreditNoteFacts) (reasons []record.Reason) {
	i, o := f.Invoice, f.Order
	if n.Status != CreditNoteStatusIssued || i == nil || o == nil || o.ID != i.SalesOrderID {
		return nil
	}
	was, now := i.billing(append(f.Issued[:len(f.Issued):len(f.Issued)], *n)), i.billing(f.Issued)
	over := func(field string) record.Reason { return record.ReasonFor(codes.ErrOverInvoiced, field) }
	if was.released && !now.released && (o.Status.State() == OrderCanceled || o.Currency != i.Currency) {
		return []record.Reason{over("")}
	}
	billed := o.billed(&was, &now)
	taken := o.taken(append(f.Siblings[:len(f.Siblings):len(f.Siblings)], *i), append(f.SiblingNotes[:len(f.SiblingNotes):len(f.SiblingNotes)], f.Issued...))
	own := pricing.Finder{Lines: billed.Lines}
	for at := range i.Lines {
		l := &i.Lines[at]
		more := pricing.Less(now.quantity(l), was.quantity(l))
		if l.SourceLine == 0 || more.IsZero() {
			continue
		}
		if source := own.Line(l.SourceLine); source == nil || !source.Holds(taken[l.SourceLine]) {
			reasons = append(reasons, over("lines").With("line_number", l.SourceLine, "quantity", more.String()))
		}
	}
	if now.freight && !was.freight && o.FreightInvoiced && i.HasFreight() {
		reasons = append(reasons, over("freight_amount"))
	}
	return reasons
}

func (n *CreditNote) issued(from CreditNoteStatus, f *CreditNoteFacts) record.Event {
	return record.StepEvent(n, actions.CreditNoteIssue, from.String(), f.Stamp, record.DataOf("number", n.CreditNoteNumber))
}

// book begins a change of an invoice's money by the credit note, which is the next
// version.
func (f *CreditNoteFacts) book(i *Invoice, n *CreditNote) *cashbook {
	c := cashOf(i, joined(f.Settled, f.Allocations), f.Issued, &f.Settings)
	if n.InvoiceID == i.ID {
		c.own, c.refunded = append(c.own, n.ID), c.refunded.Add(n.RefundedAmount)
	}
	b := bookOf(c, f.Stamp)
	b.note = n
	return b
}

// applies is what an event on the credit note, told by first, makes of it and of
// the invoice.
func (b *cashbook) applies(event cashEvent, first record.Event, d *Debtor) AppliedCreditNote {
	was := b.original
	next, reached := b.happens(event, actions.InvoiceSettle)
	out := AppliedCreditNote{Record: *b.note, Invoice: &next}
	for n := range b.changed {
		if a := &b.changed[n]; a.Kind == AllocationCredit {
			out.Allocation = a
		} else {
			out.Adjusted = append(out.Adjusted, *a)
		}
	}
	held, events := d.follow(b.stamp, settlement{was, &next})
	out.HeldCustomer = held
	out.Events = slices.Concat([]record.Event{first, reached}, b.events, events)
	return out
}

// ApplyCreditNote settles an invoice out of a credit note.
type ApplyCreditNote struct {
	InvoiceID    record.InvoiceID        `json:"invoice_id" need:"true"`
	Amount       value.Opt[money.Amount] `json:"amount,omitzero"`        // default: as much as there is and is open
	AllocationID record.AllocationID     `json:"allocation_id,omitzero"` // derived unless given
}

var applyCreditNote = flow.Decide(creditNoteFlow, actions.CreditNoteApply, settles("credit note",
	func(n *CreditNote, c *ApplyCreditNote, f *CreditNoteFacts) application {
		return application{n.funds(), f.InvoiceOf(c.InvoiceID), c.Amount, f.Stamp}
	})...)

// Apply settles an issued invoice of the same customer and currency, fully or
// partly, out of what is left of an issued credit note. Codes: ErrNotIssued of
// either, ErrInvalidTransition, ErrNotFound, ErrInvoiceSettled,
// ErrOverAllocated, ErrCustomerMismatch, ErrCurrencyMismatch.
func (n CreditNote) Apply(cmd ApplyCreditNote, f CreditNoteFacts) (AppliedCreditNote, error) {
	if err := applyCreditNote.Why(&n, &cmd, &f, n.Currency); err != nil {
		return AppliedCreditNote{}, err
	}
	i, version := f.InvoiceOf(cmd.InvoiceID), n.Version
	amount := cmd.Amount.Or(lesser(n.Unapplied(), i.OpenBalance()))
	n.Touch(f.Stamp)
	b := f.book(i, &n)
	b.id = record.IDOr(cmd.AllocationID, f.Stamp, n.ID.UUID, version, "allocation")
	b.amount = amount
	b.from(n.IssueDate, n.FreedOn)
	event := foreignApplied
	if n.InvoiceID == i.ID {
		event = creditApplied
	}
	return b.applies(event, n.moved(actions.CreditNoteApply, i, amount, &f), f.Debtor), nil
}

// moved is the event of a credit note of which more is applied, or less.
func (n *CreditNote) moved(do actions.Action, i *Invoice, amount money.Amount, f *CreditNoteFacts) record.Event {
	return record.StepEvent(n, do, n.Status.String(), f.Stamp, record.DataOf("invoice", i.ID.String(), "amount", amount.String()))
}

// UnapplyCreditNote takes an allocation back.
type UnapplyCreditNote struct {
	AllocationID record.AllocationID `json:"allocation_id" need:"true"`
}

type unapplyCheck = flow.Check[*CreditNote, *UnapplyCreditNote, *CreditNoteFacts]

var unapplyCreditNote = flow.Decide(
	creditNoteFlow, actions.CreditNoteUnapply,
	unapplyCheck{
		Code: codes.ErrInvalid, Text: "the credit note has this allocation, and it is not reversed",
		Holds: func(_ *CreditNote, c *UnapplyCreditNote, f *CreditNoteFacts) bool {
			a := activeAllocation(f.Allocations, c.AllocationID)
			return a != nil && f.InvoiceOf(a.InvoiceID) != nil
		},
		Detail: func(*CreditNote, *UnapplyCreditNote, *CreditNoteFacts) []record.Reason {
			return notFound("allocation_id")
		},
	},
	unapplyCheck{
		Code: codes.ErrHasRefunds, Text: "the invoice does not need the credit from elsewhere for what was refunded of its own credit notes",
		Holds: func(n *CreditNote, c *UnapplyCreditNote, f *CreditNoteFacts) bool {
			a := activeAllocation(f.Allocations, c.AllocationID)
			if a == nil || f.InvoiceOf(a.InvoiceID) == nil || a.InvoiceID == n.InvoiceID {
				return true
			}
			cash := cashOf(f.InvoiceOf(a.InvoiceID), joined(f.Settled, f.Allocations), f.Issued, &f.Settings)
			return !cash.holdsRefunds(a.Amount)
		},
	},
)

// Unapply takes an allocation back: credit note and invoice have what they had
// before it. Codes: ErrInvalidTransition, ErrNotFound, ErrHasRefunds where as much
// was refunded out of credit notes of the invoice.
func (n CreditNote) Unapply(cmd UnapplyCreditNote, f CreditNoteFacts) (AppliedCreditNote, error) {
	if err := unapplyCreditNote.Why(&n, &cmd, &f, n.Currency); err != nil {
		return AppliedCreditNote{}, err
	}
	a := activeAllocation(f.Allocations, cmd.AllocationID)
	i := f.InvoiceOf(a.InvoiceID)
	n.Touch(f.Stamp)
	b := f.book(i, &n)
	b.chosen = a
	event := foreignUnapplied
	if n.InvoiceID == i.ID {
		event = creditUnapplied
	}
	return b.applies(event, n.moved(actions.CreditNoteUnapply, i, a.Amount, &f), f.Debtor), nil
}

var refundCreditNote = flow.Decide(creditNoteFlow, actions.CreditNoteRefund, refundable((*CreditNote).refundable))

// Refund requests that money be returned out of what is left of an issued
// credit note; the amount is reserved by that. Of one that corrects an invoice it
// is at most what is left beyond what that has open and gave up, and never more
// than the customer has left in the currency altogether. Codes: ErrNotIssued,
// ErrInvalidTransition, ErrOverRefunded.
func (n CreditNote) Refund(cmd RequestRefund, f CreditNoteFacts) (MovedRefund, error) {
	if err := refundCreditNote.Why(&n, &cmd, &f, n.Currency); err != nil {
		return MovedRefund{}, err
	}
	r, born := newRefund(cmd, &n, n.CustomerID, n.refundable(&f), f.Stamp)
	next, event := n.reserve(actions.CreditNoteRefund, r.Amount, f.Stamp)
	return MovedRefund{Record: r, CreditNote: &next, Events: []record.Event{event, born}}, nil
}

// reserve is the next version of the credit note after more of it, or less, is
// refunded.
func (n CreditNote) reserve(do actions.Action, by money.Amount, s record.Stamp) (CreditNote, record.Event) {
	n.RefundedAmount = n.RefundedAmount.Add(by)
	if by.Sign() < 0 {
		n.FreedOn = later(n.FreedOn, s.Day())
	}
	n.Touch(s)
	return n, record.StepEvent(&n, do, n.Status.String(), s, record.DataOf("amount", by.Abs().String()))
}

// VoidCreditNote takes a credit note back.
type VoidCreditNote struct {
	Note string `json:"note,omitzero" text:"2000"` // kept by the event
}

var voidCreditNote = flow.Decide[*VoidCreditNote](creditNoteFlow, actions.CreditNoteVoid)

// Void deletes a draft, and takes an issued credit note back that is neither
// applied nor refunded: it keeps its number, what it credited of its invoice can be
// credited again, and write-offs and an early discount that gave way to it come
// back as far as they can. Codes: ErrInvalidTransition, ErrHasAllocations,
// ErrHasRefunds, ErrOverInvoiced where its order has billed again what it gave back.
func (n CreditNote) Void(cmd VoidCreditNote, f CreditNoteFacts) (AppliedCreditNote, error) {
	if err := voidCreditNote.Why(&n, &cmd, &f, n.Currency); err != nil {
		return AppliedCreditNote{}, err
	}
	note := record.DataOf("note", cmd.Note)
	if n.Status == CreditNoteStatusDraft {
		return AppliedCreditNote{Record: n, Events: []record.Event{record.DeletedEvent(&n, actions.CreditNoteVoid, f.Stamp, note)}}, nil
	}
	from, issued := n.Status.String(), n
	record.Enter(&n.Head, &n.Status, CreditNoteStatusVoided)
	n.Touch(f.Stamp)
	out := AppliedCreditNote{Record: n, Events: []record.Event{record.StepEvent(&n, actions.CreditNoteVoid, from, f.Stamp, note)}}
	if f.Invoice != nil {
		b := f.book(f.Invoice, &n)
		b.from(f.Day(), 0)
		b.next.CreditedAmount, b.next.CreditedValue = b.next.CreditedAmount.Sub(n.TotalAmount), b.next.CreditedValue.Sub(n.Value)
		out = b.applies(creditVoided, out.Events[0], f.Debtor)
		out.rebills(&f, append(f.Issued[:len(f.Issued):len(f.Issued)], issued), f.Issued)
	}
	out.Events = append(out.Events, annulled(&out.Adjusted, creditsOf(f.Allocations), f.Stamp)...)
	return out, nil
}

// creditsOf are those that credit notes settle.
func creditsOf(all []Allocation) []Allocation {
	return slices.DeleteFunc(slices.Clone(all), func(a Allocation) bool { return a.Kind != AllocationCredit })
}
