package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// rateless are records in SEK of the time before the rate was required.
type rateless struct {
	opportunity leadtocash.Opportunity
	quote       leadtocash.Quote
	active      leadtocash.Quote
	order       leadtocash.Order
	draft       leadtocash.Invoice
	issued      leadtocash.Invoice
	pending     leadtocash.Payment
	free, bound leadtocash.CreditNote
}

func newRateless(t *testing.T, b *bureau) (r rateless) {
	t.Helper()
	sek, lines := record.Origin{Currency: money.SEK}, []pricing.LineFields{testkit.WriteIn("1", "100.00")}
	quote := leadtocash.CreateQuote{Origin: sek, Fields: leadtocash.QuoteFields{Name: "roof", CustomerID: b.customer}, Lines: lines}
	invoice := leadtocash.CreateInvoice{Origin: sek, Fields: leadtocash.InvoiceFields{Name: "roof", CustomerID: b.customer}, Lines: lines}
	note := leadtocash.CreateCreditNote{Origin: sek, Fields: leadtocash.CreditNoteFields{Name: "roof", CustomerID: b.customer}, Lines: lines}
	r.opportunity = testkit.Must(b.Opportunities().Create(b.ctx, leadtocash.CreateOpportunity{
		Origin: sek, Fields: leadtocash.OpportunityFields{Name: "roof", CustomerID: b.customer}, Lines: lines,
	}))
	r.quote = testkit.Must(b.Quotes().Create(b.ctx, quote))
	r.active = testkit.Must(b.Quotes().Create(b.ctx, quote))
	r.active = testkit.Must(b.Quotes().Activate(b.ctx, r.active.ID, leadtocash.ActivateQuote{}))
	r.order = testkit.Must(b.Orders().Create(b.ctx, leadtocash.CreateOrder{Origin: sek, Fields: leadtocash.OrderFields{Name: "roof", CustomerID: b.customer}, Lines: lines}))
	r.draft = testkit.Must(b.Invoices().Create(b.ctx, invoice))
	r.issued = testkit.Must(b.Invoices().Create(b.ctx, invoice))
	r.issued = testkit.Must(b.Invoices().Issue(b.ctx, r.issued.ID, leadtocash.IssueInvoice{}))
	r.pending = testkit.Must(b.Payments().Create(b.ctx, leadtocash.CreatePayment{
		Origin: sek, Fields: leadtocash.PaymentFields{CustomerID: b.customer, Amount: testkit.Amount(t, "10.00")},
	}))
	r.free = testkit.Must(b.CreditNotes().Create(b.ctx, note))
	note.InvoiceID = r.issued.ID
	r.bound = testkit.Must(b.CreditNotes().Create(b.ctx, note))
	return r
}

// What RequireExchangeRate refuses whatever the command says is foreseen, for every
// action that makes, edits or issues, and nothing else is.
func TestRequireExchangeRateIsForeseen(t *testing.T) {
	for _, rated := range []bool{false, true} {
		store := memory.New()
		free, err := engine.New(store, engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}))
		if err != nil {
			t.Fatal(err)
		}
		b := &bureau{T: t, Client: free, ctx: t.Context(), base: money.EUR}
		b.customer = record.AccountCustomer(testkit.Must(free.Accounts().Create(t.Context(), party.CreateAccount{Fields: party.AccountFields{Name: "Rowan"}})).ID)
		r := newRateless(t, b)
		if rated {
			if err := b.setRate("SEK", "11.07"); err != nil {
				t.Fatal(err)
			}
		}
		c, err := engine.New(store, engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR, RequireExchangeRate: true}))
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		opportunity, quote, active := explained(t, c.Opportunities().Explain, r.opportunity.ID), explained(t, c.Quotes().Explain, r.quote.ID), explained(t, c.Quotes().Explain, r.active.ID)
		order, draft, issued := explained(t, c.Orders().Explain, r.order.ID), explained(t, c.Invoices().Explain, r.draft.ID), explained(t, c.Invoices().Explain, r.issued.ID)
		pending, note, bound := explained(t, c.Payments().Explain, r.pending.ID), explained(t, c.CreditNotes().Explain, r.free.ID), explained(t, c.CreditNotes().Explain, r.bound.ID)
		more := pricing.EditLines{Add: []pricing.LineFields{testkit.WriteIn("1", "7.00")}}
		for _, step := range []struct {
			do   actions.Action
			says map[actions.Action]error
			call func(*engine.Client, context.Context) error
		}{
			{actions.OpportunityEditLines, opportunity, func(c *engine.Client, ctx context.Context) error {
				return second(c.Opportunities().EditLines(ctx, r.opportunity.ID, more))
			}},
			{actions.OpportunityGenerateQuote, opportunity, func(c *engine.Client, ctx context.Context) error {
				return second(c.Opportunities().GenerateQuote(ctx, r.opportunity.ID, leadtocash.GenerateQuote{}))
			}},
			{actions.OpportunityGenerateOrder, opportunity, func(c *engine.Client, ctx context.Context) error {
				return second(c.Opportunities().GenerateOrder(ctx, r.opportunity.ID, leadtocash.GenerateOrder{}))
			}},
			{actions.OpportunityGenerateInvoice, opportunity, func(c *engine.Client, ctx context.Context) error {
				return second(c.Opportunities().GenerateInvoice(ctx, r.opportunity.ID, leadtocash.GenerateInvoice{}))
			}},
			{actions.OpportunityHold, opportunity, func(c *engine.Client, ctx context.Context) error {
				return second(c.Opportunities().Hold(ctx, r.opportunity.ID, leadtocash.HoldOpportunity{}))
			}},
			{actions.QuoteEditLines, quote, func(c *engine.Client, ctx context.Context) error {
				return second(c.Quotes().EditLines(ctx, r.quote.ID, more))
			}},
			{actions.QuoteActivate, quote, func(c *engine.Client, ctx context.Context) error {
				return second(c.Quotes().Activate(ctx, r.quote.ID, leadtocash.ActivateQuote{}))
			}},
			{actions.QuoteReviseQuote, active, func(c *engine.Client, ctx context.Context) error {
				return second(c.Quotes().ReviseQuote(ctx, r.active.ID, leadtocash.ReviseQuote{}))
			}},
			{actions.QuoteWinToOrder, active, func(c *engine.Client, ctx context.Context) error {
				return second(c.Quotes().WinToOrder(ctx, r.active.ID, leadtocash.WinQuoteToOrder{}))
			}},
			{actions.OrderEditLines, order, func(c *engine.Client, ctx context.Context) error {
				return second(c.Orders().EditLines(ctx, r.order.ID, more))
			}},
			{actions.OrderInvoice, order, func(c *engine.Client, ctx context.Context) error {
				return second(c.Orders().Invoice(ctx, r.order.ID, leadtocash.InvoiceOrder{}))
			}},
			{actions.InvoiceEditLines, draft, func(c *engine.Client, ctx context.Context) error {
				return second(c.Invoices().EditLines(ctx, r.draft.ID, more))
			}},
			{actions.InvoiceIssue, draft, func(c *engine.Client, ctx context.Context) error {
				return second(c.Invoices().Issue(ctx, r.draft.ID, leadtocash.IssueInvoice{}))
			}},
			{actions.InvoiceEdit, issued, func(c *engine.Client, ctx context.Context) error {
				fields := r.issued.InvoiceFields
				fields.Name = "another"
				return second(c.Invoices().Edit(ctx, r.issued.ID, leadtocash.EditInvoice{Fields: fields}))
			}},
			{actions.InvoiceMarkPaid, issued, func(c *engine.Client, ctx context.Context) error {
				return second(c.Invoices().MarkPaid(ctx, r.issued.ID, leadtocash.PayInvoice{}))
			}},
			{actions.InvoiceCredit, issued, func(c *engine.Client, ctx context.Context) error {
				return second(c.Invoices().Credit(ctx, r.issued.ID, leadtocash.CreditInvoice{}))
			}},
			{actions.PaymentPost, pending, func(c *engine.Client, ctx context.Context) error {
				return second(c.Payments().Post(ctx, r.pending.ID, leadtocash.PostPayment{}))
			}},
			{actions.CreditNoteEditLines, note, func(c *engine.Client, ctx context.Context) error {
				return second(c.CreditNotes().EditLines(ctx, r.free.ID, more))
			}},
			{actions.CreditNoteIssue, note, func(c *engine.Client, ctx context.Context) error {
				return second(c.CreditNotes().Issue(ctx, r.free.ID, leadtocash.IssueCreditNote{}))
			}},
			{actions.CreditNoteIssue, bound, func(c *engine.Client, ctx context.Context) error {
				return second(c.CreditNotes().Issue(ctx, r.bound.ID, leadtocash.IssueCreditNote{}))
			}},
		} {
			called := step.call(c.Preview(), ctx)
			foreseen := step.says[step.do]
			if errors.Is(called, codes.ErrNoExchangeRate) != errors.Is(foreseen, codes.ErrNoExchangeRate) || (called == nil) != (foreseen == nil) {
				t.Errorf("rate known %t: %s ends with %v, foreseen was %v", rated, step.do, called, foreseen)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

// explained is what Explain says, by action.
func explained[I any](t *testing.T, explain func(context.Context, I) ([]flow.Verdict, error), id I) map[actions.Action]error {
	t.Helper()
	verdicts, err := explain(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	says := map[actions.Action]error{}
	for _, v := range verdicts {
		says[v.Action] = v.Err
	}
	return says
}
