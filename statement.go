package leadtocash

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Statement is what happened between a customer and the organisation in one
// currency over some time. What was entered by mistake – voided payments and credit
// notes – is left out; an invoice that was canceled, a payment that bounced and a
// refund that did not go through have an entry for either day.
type Statement struct {
	CustomerID record.CustomerID `json:"customer_id"`
	Currency   money.Currency    `json:"currency"`
	From       value.Date        `json:"from,omitzero"` // not set: from the beginning
	To         value.Date        `json:"to"`
	Opening    money.Amount      `json:"opening"` // what the customer owed before From, less what it had left
	Entries    []StatementEntry  `json:"entries,omitzero"`
	Closing    money.Amount      `json:"closing"` // after the last entry
	Ageing     Ageing            `json:"ageing"`  // as of To; of the present, where no end is asked for
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
	StatementReversal // of an early discount or a write-off, or of a refund
	StatementRefund
	StatementCancellation // of an invoice
	StatementImport       // what an invoice was settled with elsewhere
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
	value.Option{Key: "cancellation", Label: "Cancellation", Code: 9},
	value.Option{Key: "import", Label: "Settled before Import", Code: 10},
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

// Statement makes the statement of one currency, up to a day; without one of
// everything that is recorded, up to the last entry or today, whichever is later.
func (d *Dealings) Statement(id record.CustomerID, c money.Currency, from, to, today value.Date) Statement {
	entries := d.entries(c)
	s := Statement{CustomerID: id, Currency: c, From: from, To: to, Opening: c.Zero()}
	asOf := to
	if to.IsZero() {
		s.To, asOf = today, today
		if n := len(entries); n > 0 {
			s.To = later(today, entries[n-1].On)
		}
	}
	s.Ageing = d.Ageing(id, c, to, asOf)
	balance := c.Zero()
	for _, e := range entries {
		switch {
		case e.On.After(s.To):
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

// bySource are allocations and refunds by what they are of.
type bySource struct {
	allocations map[record.Ref][]Allocation
	refunds     map[record.Ref][]Refund
}

func (d *Dealings) bySource() bySource {
	by := bySource{map[record.Ref][]Allocation{}, map[record.Ref][]Refund{}}
	for _, a := range d.Allocations {
		for _, ref := range []record.Ref{a.InvoiceID.Ref(), a.PaymentID.Ref(), a.CreditNoteID.Ref()} {
			if ref.ID != uuid.Nil {
				by.allocations[ref] = append(by.allocations[ref], a)
			}
		}
	}
	for _, r := range d.Refunds {
		ref := r.PaymentID.Ref()
		if r.PaymentID.IsZero() {
			ref = r.CreditNoteID.Ref()
		}
		by.refunds[ref] = append(by.refunds[ref], r)
	}
	return by
}

// Ageing is the ageing in one currency of what counts on a day, or at present
// where it is not set; asOf is the day to which things are overdue.
func (d *Dealings) Ageing(id record.CustomerID, c money.Currency, on, asOf value.Date) Ageing {
	a, by := NewAgeing(id, c, asOf), d.bySource()
	for n := range d.Invoices {
		if i := &d.Invoices[n]; i.Currency == c {
			a.Add(i, i.OpenOn(on, by.allocations[i.Ref()], d.Day))
		}
	}
	for n := range d.Payments {
		if p := &d.Payments[n]; p.Currency == c {
			a.Credits = a.Credits.Add(p.UnallocatedOn(on, by.allocations[p.Ref()], by.refunds[p.Ref()], d.Day))
		}
	}
	for n := range d.CreditNotes {
		if cn := &d.CreditNotes[n]; cn.Currency == c {
			a.Credits = a.Credits.Add(cn.UnappliedOn(on, by.allocations[cn.Ref()], by.refunds[cn.Ref()], d.Day))
		}
	}
	return *a
}

// Currencies are those in which there were dealings, in the order of the records.
func (d *Dealings) Currencies() (list []money.Currency) {
	add := func(c money.Currency) {
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	for n := range d.Invoices {
		add(d.Invoices[n].Currency)
	}
	for n := range d.Payments {
		add(d.Payments[n].Currency)
	}
	for n := range d.CreditNotes {
		add(d.CreditNotes[n].Currency)
	}
	return list
}

// entries lists what happened in one currency, by day.
func (d *Dealings) entries(c money.Currency) (list []StatementEntry) {
	var of StatementEntry
	add := func(on value.Date, kind StatementKind, amount money.Amount) {
		if !amount.IsZero() {
			list = append(list, StatementEntry{On: on, Kind: kind, Ref: of.Ref, Number: of.Number, Amount: amount})
		}
	}
	// during adds what something comes to, and what its end does.
	during := func(s span, kind, end StatementKind, amount money.Amount) {
		if s == never || s.from == s.until {
			return
		}
		add(s.from, kind, amount)
		if !s.until.IsZero() {
			add(s.until, end, amount.Neg())
		}
	}
	numbers, by := map[record.Ref]string{}, d.bySource()
	for n := range d.Invoices {
		i := &d.Invoices[n]
		numbers[i.Ref()] = i.InvoiceNumber
		if of = (StatementEntry{Ref: i.Ref(), Number: i.InvoiceNumber}); i.Currency == c {
			during(i.span(d.Day), StatementInvoice, StatementCancellation, i.AmountDue)
			if i.owed() {
				add(i.IssueDate, StatementImport, i.settledElsewhere(by.allocations[i.Ref()]).Neg())
			}
		}
	}
	for n := range d.CreditNotes {
		cn := &d.CreditNotes[n]
		if of = (StatementEntry{Ref: cn.Ref(), Number: cn.CreditNoteNumber}); cn.Currency == c {
			during(cn.span(), StatementCreditNote, StatementReversal, cn.Value.Neg())
		}
	}
	for n := range d.Payments {
		p := &d.Payments[n]
		numbers[p.Ref()] = p.PaymentNumber
		if of = (StatementEntry{Ref: p.Ref(), Number: p.PaymentNumber}); p.Currency == c {
			during(p.span(), StatementPayment, StatementBounce, p.Amount.Neg())
		}
	}
	mistakes := map[record.Ref]bool{}
	for n := range d.Payments {
		mistakes[d.Payments[n].Ref()] = d.Payments[n].span() == never
	}
	for n := range d.CreditNotes {
		mistakes[d.CreditNotes[n].Ref()] = d.CreditNotes[n].span() == never
	}
	for n := range d.Refunds {
		r := &d.Refunds[n]
		if mistakes[r.PaymentID.Ref()] || mistakes[r.CreditNoteID.Ref()] {
			continue
		}
		if of = (StatementEntry{Ref: r.Ref(), Number: r.RefundNumber}); r.Currency == c {
			for _, s := range r.spans(d.Day) {
				during(s, StatementRefund, StatementReversal, r.Amount)
			}
		}
	}
	kinds := map[AllocationKind]StatementKind{AllocationEarlyDiscount: StatementEarlyDiscount, AllocationWriteOff: StatementWriteOff}
	for n := range d.Allocations {
		a := &d.Allocations[n]
		kind := kinds[a.Kind]
		if kind == 0 || a.Currency != c {
			continue
		}
		of = StatementEntry{Ref: a.Ref(), Number: cmp.Or(numbers[a.InvoiceID.Ref()], numbers[a.PaymentID.Ref()])}
		during(a.span(d.Day), kind, StatementReversal, a.Amount.Neg())
	}
	slices.SortStableFunc(list, func(a, b StatementEntry) int {
		return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Number, b.Number))
	})
	return list
}
