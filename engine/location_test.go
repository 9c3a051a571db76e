package engine_test

import (
	"errors"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// 23:30 UTC on 30 June is 1 July in Helsinki: every day that is not given, and every
// day that an instant falls on, is that of the organisation's location.
func TestDaysAreThoseOfTheLocation(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, 6, 30, 23, 30, 0, 0, time.UTC)
	helsinki := time.FixedZone("Helsinki", 3*60*60)
	c := testkit.Must(engine.New(memory.New(), engine.WithClock(func() time.Time { return now }),
		engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR, Location: helsinki})))
	ctx, july := t.Context(), value.Date(2031_07_01)
	customer := record.AccountCustomer(testkit.Must(c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Ink & Co"}})).ID)
	is := func(what string, got value.Date) {
		t.Helper()
		if got != july {
			t.Errorf("%s on %s, want %s", what, got, july)
		}
	}
	lines := []pricing.LineFields{testkit.WriteIn("1", "100.00")}
	deal := testkit.Must(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "Ink", CustomerID: customer}, Lines: lines}))
	is("won", testkit.Must(c.Opportunities().Win(ctx, deal.ID, leadtocash.WinOpportunity{})).Record.ActualCloseDate)
	order := testkit.Must(c.Orders().Create(ctx, leadtocash.CreateOrder{Fields: leadtocash.OrderFields{Name: "Ink", CustomerID: customer}, Lines: lines}))
	is("fulfilled", testkit.Must(c.Orders().Fulfill(ctx, order.ID, leadtocash.FulfillOrder{})).Record.DateFulfilled)
	billed := testkit.Must(c.Orders().Invoice(ctx, order.ID, leadtocash.InvoiceOrder{}))
	is("issued", testkit.Must(c.Invoices().Issue(ctx, billed.Invoice.ID, leadtocash.IssueInvoice{})).IssueDate)
	payment := testkit.Must(c.Payments().Create(ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{CustomerID: customer, Amount: money.EUR.MustAmount("150.00")}}))
	payment = testkit.Must(c.Payments().Post(ctx, payment.ID, leadtocash.PostPayment{}))
	is("received", payment.ReceivedOn)
	is("allocated", testkit.Must(c.Payments().Allocate(ctx, payment.ID, leadtocash.AllocatePayment{InvoiceID: billed.Invoice.ID})).Allocation.On)
	refund := testkit.Must(c.Payments().Refund(ctx, payment.ID, leadtocash.RequestRefund{})).Record
	is("requested", refund.RequestedOn)
	full := testkit.Must(c.Receivables().Statement(ctx, customer, engine.StatementQuery{Currency: money.EUR, From: 2031_07_01, To: 2031_07_31}))
	requested := false
	for _, e := range full.Entries {
		requested = requested || e.Kind == leadtocash.StatementRefund
	}
	if !requested {
		t.Errorf("in July there stand %+v", full.Entries)
	}
	testkit.Must(c.Payments().Bounce(ctx, payment.ID, leadtocash.BouncePayment{}))
	is("bounced", testkit.Must(c.Payments().Get(ctx, payment.ID)).ReversedOn)
	is("written off", testkit.Must(c.Invoices().WriteOff(ctx, billed.Invoice.ID, leadtocash.WriteOffInvoice{Reason: "bankrupt"})).Allocation.On)
	note := testkit.Must(c.CreditNotes().Create(ctx, leadtocash.CreateCreditNote{Fields: leadtocash.CreditNoteFields{Name: "Ink", CustomerID: customer}, Lines: lines}))
	is("credited", testkit.Must(c.CreditNotes().Issue(ctx, note.ID, leadtocash.IssueCreditNote{})).Record.IssueDate)

	june := testkit.Must(c.Receivables().Statement(ctx, customer, engine.StatementQuery{Currency: money.EUR, From: 2031_06_01, To: 2031_06_30}))
	if len(june.Entries) != 0 {
		t.Errorf("in June there stand %+v", june.Entries)
	}
}

// An action on a day before that of the record's creation is refused, by the days of
// the location, not of UTC.
func TestTimeOrderGoesByTheDaysOfTheLocation(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, 7, 1, 0, 30, 0, 0, time.UTC) // 03:30 in Helsinki
	c := testkit.Must(engine.New(memory.New(), engine.WithClock(func() time.Time { return now }),
		engine.WithSettings(leadtocash.Settings{Location: time.FixedZone("Helsinki", 3*60*60)})))
	lead := testkit.Must(c.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Ink", LastName: "Meyer"}}))
	now = now.Add(-time.Hour) // 02:30 of the same day there, 23:30 of the day before in UTC
	if _, err := c.Leads().Disqualify(t.Context(), lead.ID, leadtocash.DisqualifyLead{}); err != nil {
		t.Errorf("on the same day: %v", err)
	}
	now = now.Add(-3 * time.Hour) // 23:30 of the day before there
	if _, err := c.Leads().Reactivate(t.Context(), lead.ID, leadtocash.ReactivateLead{}); !errors.Is(err, codes.ErrTimeOrder) {
		t.Errorf("on the day before: %v", err)
	}
}
