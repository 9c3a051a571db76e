package leadtocash

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// DunningLevel is how far the dunning of an invoice has come.
type DunningLevel = value.Choice[dunningLevelSet]

// The values of [DunningLevel], in the order in which an invoice goes through
// them.
const (
	DunningReminder     DunningLevel = iota + 1 // a letter
	DunningSecondNotice                         // a letter
	DunningFinalNotice                          // a letter, and the customer is put on credit hold
	DunningCollections                          // handed over; no letter follows
)

type dunningLevelSet struct{}

func (dunningLevelSet) Table() (string, []value.Option) { return "dunning_level", dunningLevelTable }

var dunningLevelTable = value.Options(
	value.Option{Key: "reminder", Label: "Reminder", Code: 1},
	value.Option{Key: "second_notice", Label: "Second Notice", Code: 2},
	value.Option{Key: "final_notice", Label: "Final Notice", Code: 3},
	value.Option{Key: "collections", Label: "Collections", Code: 4},
)

// DunningStep is when a level is reached, and what it costs.
type DunningStep struct {
	Level       DunningLevel `json:"level" need:"true"`
	DaysOverdue int32        `json:"days_overdue" range:"1..3650"` // calendar days since the due date
	Fees        []DunningFee `json:"fees,omitzero"`                // noted with the letter, not owed; at most one of each currency
}

// DunningFee is a fee in one currency.
type DunningFee struct {
	Currency money.Currency  `json:"currency" need:"true"`
	Amount   decimal.Decimal `json:"amount" range:"0..1e12" decimals:"4"`
}

// defaultDunning are the steps of an organisation that says nothing.
var defaultDunning = []DunningStep{
	{Level: DunningReminder, DaysOverdue: 7},
	{Level: DunningSecondNotice, DaysOverdue: 21},
	{Level: DunningFinalNotice, DaysOverdue: 35},
	{Level: DunningCollections, DaysOverdue: 60},
}

// dunningGap is how many days lie between two letters at least.
const dunningGap = 7

// DunningSteps are the organisation's steps.
func (s *Settings) DunningSteps() []DunningStep {
	if len(s.Dunning) == 0 {
		return defaultDunning
	}
	return s.Dunning
}

// DunningFaults: steps go through the levels from the first, each later than
// the one before.
func (s *Settings) DunningFaults() (reasons []record.Reason) {
	for n, step := range s.Dunning {
		if int(step.Level) != n+1 || n > 0 && step.DaysOverdue <= s.Dunning[n-1].DaysOverdue {
			reasons = append(reasons, record.Reason{
				Code: codes.ErrInvalid, Field: fmt.Sprintf("dunning[%d]", n), Message: "steps go through the levels from the first, each after more days",
			})
		}
	}
	return reasons
}

// fee is what the step costs in a currency.
func (s DunningStep) fee(c money.Currency) money.Amount {
	for _, f := range s.Fees {
		if f.Currency == c {
			return c.Round(f.Amount)
		}
	}
	return c.Zero()
}

// DaysOverdue is by how many calendar days an open invoice is overdue on a day;
// 0 while it is not due, or not open.
func (i *Invoice) DaysOverdue(on value.Date) int {
	if i.OpenBalance().Sign() <= 0 || !on.After(i.DueDate) {
		return 0
	}
	return i.DueDate.DaysUntil(on)
}

// IsPaused reports whether dunning leaves the invoice alone on a day: it is
// disputed, or promised to be paid by then or later.
func (i *Invoice) IsPaused(on value.Date) bool {
	return i.OpenDispute != nil || i.Promise != nil && !on.After(i.Promise.PayOn)
}

// NextStep is the step of dunning that the invoice is due for on a day.
func (i *Invoice) NextStep(on value.Date, s *Settings) (DunningStep, bool) {
	steps, next := s.DunningSteps(), int(i.DunningLevel)
	switch {
	case next >= len(steps), i.IsPaused(on), i.DaysOverdue(on) < int(steps[next].DaysOverdue):
		return DunningStep{}, false
	case !i.DunnedOn.IsZero() && on.Before(i.DunnedOn.AddDays(dunningGap)):
		return DunningStep{}, false
	}
	return steps[next], true
}

// DunningEntry is a letter that was sent about an invoice, or its hand-over to
// collections. There is one of each level of an invoice.
type DunningEntry struct {
	ID record.DunningEntryID `json:"id"`
	record.Head
	InvoiceID  record.InvoiceID  `json:"invoice_id" need:"true"`
	CustomerID record.CustomerID `json:"customer_id" need:"true"`
	Level      DunningLevel      `json:"level" need:"true"`
	SentOn     value.Date        `json:"sent_on" need:"true"`
	FeeAmount  money.Amount      `json:"fee_amount,omitzero" range:"0..1e12"` // noted, not owed
	OpenAmount money.Amount      `json:"open_amount"`                         // of the invoice when it was sent
}

// RecordKind tells the kind of record.
func (*DunningEntry) RecordKind() kinds.Kind { return kinds.DunningEntry }

// Ref names the record with its kind.
func (e *DunningEntry) Ref() record.Ref { return e.ID.Ref() }

// Clone returns a deep copy.
func (e DunningEntry) Clone() DunningEntry {
	e.Head.Detach()
	return e
}

// MarshalJSON writes the published JSON form.
func (e DunningEntry) MarshalJSON() ([]byte, error) {
	type plain DunningEntry
	return record.Encode((*plain)(&e))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (e *DunningEntry) UnmarshalJSON(body []byte) error {
	type plain DunningEntry
	return record.Decode(body, (*plain)(e))
}

// DunInvoice asks for the next letter about an invoice, if it is due for one.
type DunInvoice struct {
	On      value.Date            `json:"on,omitzero" day:"done"` // default: today
	EntryID record.DunningEntryID `json:"entry_id,omitzero"`      // derived unless given
}

// DunnedInvoice is what dunning an invoice yields.
type DunnedInvoice struct {
	Record Invoice       `json:"invoice"`
	Entry  *DunningEntry `json:"entry,omitzero"` // nil if it was not due for a letter
	HeldCustomer
	Events []record.Event `json:"events,omitzero"`
}

var dunInvoice = flow.Decide[*DunInvoice](invoiceFlow, actions.InvoiceDun)

// Dun takes an open invoice to the next level of dunning, one at most: if it is
// overdue by the days of that level, not paused, and seven days have passed
// since the last letter; otherwise nothing changes. The final notice puts the
// customer on credit hold. Codes: ErrNotIssued, ErrInvoiceSettled,
// ErrInvalidTransition.
func (i Invoice) Dun(cmd DunInvoice, f InvoiceFacts) (DunnedInvoice, error) {
	if err := dunInvoice.Why(&i, &cmd, &f, i.Currency); err != nil {
		return DunnedInvoice{}, err
	}
	on := cmd.On
	if on.IsZero() {
		on = f.Day()
	}
	step, due := i.NextStep(on, &f.Settings)
	if !due {
		return DunnedInvoice{Record: i}, nil
	}
	e := DunningEntry{
		ID: record.IDOr(cmd.EntryID, f.Stamp, i.ID.UUID, i.Version, "dunning_entry"), Head: i.Child(f.Stamp),
		InvoiceID: i.ID, CustomerID: i.CustomerID, Level: step.Level, SentOn: on, FeeAmount: step.fee(i.Currency), OpenAmount: i.OpenBalance(),
	}
	i.DunningLevel, i.DunnedOn = step.Level, on
	i.Touch(f.Stamp)
	out := DunnedInvoice{Record: i, Entry: &e, Events: []record.Event{
		record.StepEvent(&i, actions.InvoiceDun, i.Status.String(), f.Stamp, record.DataOf("level", step.Level.String(), "sent_on", on.String())),
		record.BornEvent(&e, actions.DunningEntryCreate, f.Stamp, record.DataOf("level", step.Level.String())),
	}}
	if step.Level == DunningFinalNotice {
		held, events := f.Debtor.hold(f.Stamp)
		out.HeldCustomer, out.Events = held, append(out.Events, events...)
	}
	return out, nil
}
