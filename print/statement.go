package print

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// PrintedEntry is an entry of a statement.
type PrintedEntry struct {
	On      value.Date
	Text    string // what it is: an invoice, a payment
	Number  string
	Amount  money.Amount // more than 0: the customer owes more
	Balance money.Amount // after it
}

// Statement is the statement of account as it is printed, for the customer at the address:
// the balance before, each entry with the balance after it, the balance in the end and how
// long what is open is overdue.
func (l Letterhead) Statement(s leadtocash.Statement, to *party.BillTo) *PrintedDocument {
	d := l.sheet("statement", s.Currency, nil, nil, to)
	d.IssueDate, d.Opening = s.To, s.Opening
	d.fact("date", d.Day(s.To))
	if !s.From.IsZero() {
		d.fact("period", d.period(s.From, s.To))
	}
	d.references(to, nil, "")
	for _, e := range s.Entries {
		d.Entries = append(d.Entries, PrintedEntry{On: e.On, Text: d.say("entry_" + e.Kind.String()), Number: e.Number, Amount: e.Amount, Balance: e.Balance})
	}
	d.total(d.say("closing_balance"), s.Closing, true)
	d.isMain()
	a := &s.Ageing
	for _, row := range []struct {
		key    string
		amount money.Amount
	}{
		{"current", a.Current}, {"days_1_to_30", a.Days1To30}, {"days_31_to_60", a.Days31To60}, {"days_61_to_90", a.Days61To90}, {"over_90", a.Over90}, {"credits", a.Credits},
	} {
		d.Ageing = append(d.Ageing, PrintedTotal{Label: d.say(row.key), Amount: row.amount})
	}
	return d
}

// Reminder is a letter about invoices of one customer in one currency that have come to
// one level of dunning.
type Reminder struct {
	Level    leadtocash.DunningLevel
	On       value.Date           // of the letter; to it days overdue are counted
	Invoices []leadtocash.Invoice // with an open balance; others are left out
	Fee      money.Amount         // shown apart: it is noted, not owed
	BillTo   *party.BillTo        // default: that of the first invoice
}

// PrintedOpen is an invoice that a reminder asks for.
type PrintedOpen struct {
	Number      string
	IssueDate   value.Date
	DueDate     value.Date
	DaysOverdue int
	Invoiced    money.Amount
	Open        money.Amount
}

// Reminder is the letter as it is printed, with a text of its level unless the letterhead
// has an Intro. Codes: ErrMissingField without level or day, or where no invoice is open;
// ErrCustomerMismatch and ErrCurrencyMismatch where the invoices are not of one customer
// in one currency.
func (l Letterhead) Reminder(r Reminder) (*PrintedDocument, error) {
	var reasons []record.Reason
	refuse := func(code codes.Code, field, message string) {
		reasons = append(reasons, record.Reason{Code: code, Field: field, Message: message})
	}
	if r.Level == 0 || !r.Level.Valid() {
		refuse(codes.ErrMissingField, "level", "a letter has a level of dunning")
	}
	if r.On.IsZero() {
		refuse(codes.ErrMissingField, "on", "a letter has a day")
	}
	var first *leadtocash.Invoice
	for n := range r.Invoices {
		i := &r.Invoices[n]
		switch {
		case i.OpenBalance().Sign() <= 0:
		case first == nil:
			first = i
		case i.CustomerID != first.CustomerID:
			refuse(codes.ErrCustomerMismatch, fmt.Sprintf("invoices[%d].customer_id", n), "is of another customer than the first one")
		case i.Currency != first.Currency:
			refuse(codes.ErrCurrencyMismatch, fmt.Sprintf("invoices[%d].currency", n), "is in another currency than the first one")
		}
	}
	if first == nil {
		refuse(codes.ErrMissingField, "invoices", "no invoice is open")
	}
	if err := record.RefusedFor(reasons); err != nil {
		return nil, err
	}
	to := r.BillTo
	if to == nil {
		to = first.BillTo
	}
	d := l.sheet(r.Level.String(), first.Currency, first.Details, first.Seller, to)
	d.IssueDate, d.Intro = r.On, cmp.Or(l.Intro, d.say("dun_"+r.Level.String()))
	d.fact("date", d.Day(r.On))
	d.references(to, nil, "")
	sum := first.Currency.Zero()
	var numbers []string
	for n := range r.Invoices {
		i := &r.Invoices[n]
		open := i.OpenBalance()
		if open.Sign() <= 0 {
			continue
		}
		d.Open = append(d.Open, PrintedOpen{
			Number: i.InvoiceNumber, IssueDate: i.IssueDate, DueDate: i.DueDate, DaysOverdue: i.DaysOverdue(r.On), Invoiced: i.AmountDue, Open: open,
		})
		sum, numbers = sum.Add(open), append(numbers, i.InvoiceNumber)
	}
	d.total(d.say("total_open"), sum, true)
	d.isMain()
	if !r.Fee.IsZero() {
		d.Aside = append(d.Aside, PrintedTotal{Label: d.say("dunning_fee"), Amount: r.Fee})
	}
	var means []leadtocash.PaymentMeans
	if first.Details != nil {
		means = first.Details.PaymentMeans
	}
	d.pays(means, strings.Join(numbers, ", "), sum)
	return d, nil
}
