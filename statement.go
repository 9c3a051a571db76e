package leadtocash

import (
	"cmp"
	"slices"
	"time"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Statement is what happened between a customer and the organisation in one
// currency over some time. What was entered by mistake – canceled invoices,
// voided payments and credit notes, refunds that did not go through – is left
// out.
type Statement struct {
	CustomerID record.CustomerID `json:"customer_id"`
	Currency   money.Currency    `json:"currency"`
	From       value.Date        `json:"from,omitzero"` // not set: from the beginning
	To         value.Date        `json:"to"`
	Opening    money.Amount      `json:"opening"` // what the customer owed before From, less what it had left
	Entries    []StatementEntry  `json:"entries,omitzero"`
	Closing    money.Amount      `json:"closing"` // after the last entry
	Ageing     Ageing            `json:"ageing"`  // of what is open now, as of To
}

// StatementEntry is one line of a statement.
type StatementEntry struct {
	On      value.Date    `json:"on"`
	Kind    StatementKind `json:"kind"`
	Ref     record.Ref    `json:"ref"`
	Number  string        `json:"number,omitzero"`
	Amount  money.Amount  `json:"amount"`  // more than 0: the customer owes more
	Balance money.Amount  `json:"balance"` // what the customer owes after it
}

// StatementKind is what an entry of a statement is about.
type StatementKind = value.Choice[statementKindSet]

// The values of [StatementKind], in the order in which those of one day are
// listed.
const (
	StatementInvoice StatementKind = iota + 1
	StatementCreditNote
	StatementPayment
	StatementEarlyDiscount
	StatementWriteOff
	StatementBounce
	StatementReversal // of an early discount or a write-off
	StatementRefund
)

type statementKindSet struct{}

func (statementKindSet) Table() (string, []value.Option) { return "statement_kind", statementKindTable }

var statementKindTable = value.Options(
	value.Option{Key: "invoice", Label: "Invoice", Code: 1},
	value.Option{Key: "credit_note", Label: "Credit Note", Code: 2},
	value.Option{Key: "payment", Label: "Payment", Code: 3},
	value.Option{Key: "early_discount", Label: "Early Discount", Code: 4},
	value.Option{Key: "write_off", Label: "Write-off", Code: 5},
	value.Option{Key: "bounce", Label: "Bounced Payment", Code: 6},
	value.Option{Key: "reversal", Label: "Reversal", Code: 7},
	value.Option{Key: "refund", Label: "Refund", Code: 8},
)

// Dealings are all that money is about between a customer and the
// organisation, of every currency.
type Dealings struct {
	Invoices    []Invoice
	Payments    []Payment
	CreditNotes []CreditNote
	Refunds     []Refund
	Allocations []Allocation
	Day         func(time.Time) value.Date
}

// Statement makes the statement of one currency.
func (d *Dealings) Statement(id record.CustomerID, c money.Currency, from, to value.Date) Statement {
	s := Statement{CustomerID: id, Currency: c, From: from, To: to, Opening: c.Zero(), Ageing: d.ageing(id, c, to)}
	balance := c.Zero()
	for _, e := range d.entries(c) {
		switch {
		case e.On.After(to):
			continue
		case e.On.Before(from):
			s.Opening = s.Opening.Add(e.Amount)
			balance = balance.Add(e.Amount)
			continue
		}
		balance = balance.Add(e.Amount)
		e.Balance = balance
		s.Entries = append(s.Entries, e)
	}
	s.Closing = balance
	return s
}

// ageing is the ageing of the customer in one currency.
func (d *Dealings) ageing(id record.CustomerID, c money.Currency, asOf value.Date) Ageing {
	a := NewAgeing(id, c, asOf)
	for n := range d.Invoices {
		if i := &d.Invoices[n]; i.Currency == c && i.OpenBalance().Sign() > 0 {
			a.Add(i)
		}
	}
	for n := range d.Payments {
		if p := &d.Payments[n]; p.Currency == c {
			a.Credits = a.Credits.Add(p.Unallocated())
		}
	}
	for n := range d.CreditNotes {
		if cn := &d.CreditNotes[n]; cn.Currency == c {
			a.Credits = a.Credits.Add(cn.Unapplied())
		}
	}
	return *a
}

// entries lists what happened in one currency, by day.
func (d *Dealings) entries(c money.Currency) (list []StatementEntry) {
	add := func(on value.Date, kind StatementKind, ref record.Ref, number string, currency money.Currency, amount money.Amount) {
		if currency == c && !amount.IsZero() {
			list = append(list, StatementEntry{On: on, Kind: kind, Ref: ref, Number: number, Amount: amount})
		}
	}
	numbers := map[record.InvoiceID]string{}
	for n := range d.Invoices {
		i := &d.Invoices[n]
		numbers[i.ID] = i.InvoiceNumber
		if i.owed() {
			add(i.IssueDate, StatementInvoice, i.Ref(), i.InvoiceNumber, i.Currency, i.AmountDue)
		}
	}
	for n := range d.CreditNotes {
		if cn := &d.CreditNotes[n]; cn.Status == CreditNoteStatusIssued {
			add(cn.IssueDate, StatementCreditNote, cn.Ref(), cn.CreditNoteNumber, cn.Currency, cn.TotalAmount.Neg())
		}
	}
	for n := range d.Payments {
		p := &d.Payments[n]
		if !p.Received() {
			continue
		}
		add(p.ReceivedOn, StatementPayment, p.Ref(), p.PaymentNumber, p.Currency, p.Amount.Neg())
		if p.Status == PaymentStatusBounced {
			add(p.ReversedOn, StatementBounce, p.Ref(), p.PaymentNumber, p.Currency, p.Amount)
		}
	}
	for n := range d.Refunds {
		r := &d.Refunds[n]
		switch r.Status {
		case RefundStatusPaid:
			add(r.PaidOn, StatementRefund, r.Ref(), r.RefundNumber, r.Currency, r.Amount)
		case RefundStatusRequested:
			add(d.Day(r.CreatedAt), StatementRefund, r.Ref(), r.RefundNumber, r.Currency, r.Amount)
		}
	}
	kinds := map[AllocationKind]StatementKind{AllocationEarlyDiscount: StatementEarlyDiscount, AllocationWriteOff: StatementWriteOff}
	for n := range d.Allocations {
		a := &d.Allocations[n]
		kind := kinds[a.Kind]
		if kind == 0 {
			continue
		}
		add(d.Day(a.At), kind, a.Ref(), numbers[a.InvoiceID], a.Currency, a.Amount.Neg())
		if !a.IsActive() {
			add(d.Day(a.ReversedAt), StatementReversal, a.Ref(), numbers[a.InvoiceID], a.Currency, a.Amount)
		}
	}
	slices.SortStableFunc(list, func(a, b StatementEntry) int {
		return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Number, b.Number))
	})
	return list
}
