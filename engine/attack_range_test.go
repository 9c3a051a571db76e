package engine_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Every sum is beyond the range of amounts: each call says so with a code, and answers
// with nothing that cannot be written.
func TestSumsBeyondTheRange(t *testing.T) {
	t.Parallel()
	w := newAccessWorld(t)
	ctx, c := t.Context(), w.client(t, w.store)
	account := record.AccountID{UUID: w.refs[kinds.Account][0]}
	customer := record.AccountCustomer(account)
	huge := []pricing.LineFields{pricing.WriteIn("planet", decimal.NewFromInt(6_000), decimal.NewFromInt(100_000_000_000))} // 600 million millions
	deal := testkit.Must(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "planets", CustomerID: customer, IsRevenueSystemCalculated: true}, Lines: huge}))
	testkit.Must(c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "planets", CustomerID: customer, IsRevenueSystemCalculated: true}, Lines: huge}))
	var quotes []leadtocash.Quote
	for range 2 {
		q := testkit.Must(c.Quotes().Create(ctx, leadtocash.CreateQuote{OpportunityID: deal.ID, Fields: leadtocash.QuoteFields{Name: "planets", CustomerID: customer}, Lines: huge}))
		quotes = append(quotes, testkit.Must(c.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{})))
		i := testkit.Must(c.Invoices().Create(ctx, leadtocash.CreateInvoice{Fields: leadtocash.InvoiceFields{Name: "planets", CustomerID: customer}, Lines: huge}))
		testkit.Must(c.Invoices().Issue(ctx, i.ID, leadtocash.IssueInvoice{}))
		testkit.Must(c.Orders().Create(ctx, leadtocash.CreateOrder{Fields: leadtocash.OrderFields{Name: "planets", CustomerID: customer}, Lines: huge}))
		p := testkit.Must(c.Payments().Create(ctx, leadtocash.CreatePayment{Fields: leadtocash.PaymentFields{CustomerID: customer, Amount: money.EUR.MustAmount("600000000000000.00"), Method: leadtocash.PaymentMethodTransfer}}))
		testkit.Must(c.Payments().Post(ctx, p.ID, leadtocash.PostPayment{}))
	}
	for _, q := range quotes {
		testkit.Must(c.Quotes().WinToOrder(ctx, q.ID, leadtocash.WinQuoteToOrder{Opportunity: leadtocash.KeepOpen}))
	}
	w.take(t)

	refused := map[string]bool{}
	for _, d := range deeds() {
		actor := c
		if !d.looks() {
			actor = c.Preview()
		}
		for _, args := range w.arguments(d, nil) {
			a := d.do(ctx, actor, args)
			for _, v := range a.values {
				if _, err := json.Marshal(v.Interface()); err != nil && strings.Contains(err.Error(), "beyond") {
					t.Errorf("%s(%s) answers with what cannot be written: %v", d.name, passed(args), err)
				}
			}
			var e *record.Error
			if errors.Is(a.err, codes.ErrOutOfRange) && errors.As(a.err, &e) {
				refused[d.name] = refused[d.name] || e.Reasons[0].Field != ""
			}
		}
	}
	for _, name := range strings.Fields("Accounts.Rollup Receivables.Ageing Receivables.Totals Receivables.Statement Receivables.Position Receivables.PositionOf Receivables.Credit Opportunities.CalculateActualValue") {
		if !refused[name] {
			t.Errorf("%s does not say that a sum is out of range, with a path", name)
		}
	}

	if _, err := c.Receivables().Credit(ctx, customer, money.EUR); !errors.Is(err, codes.ErrOutOfRange) {
		t.Errorf("the exposure: %v", err)
	}
	over := longQuote(testkit.CreateMeyer(c), 0)
	over.Lines = append(huge, huge...)
	draft := testkit.Must(c.Quotes().Create(ctx, over))
	if _, err := c.Quotes().Activate(ctx, draft.ID, leadtocash.ActivateQuote{}); !errors.Is(err, codes.ErrPricing) || draft.PricingError == 0 {
		t.Errorf("a total beyond the range: %v, %s", err, draft.PricingError)
	}
	sums := testkit.Must(c.Invoices().Sums(ctx, engine.InvoiceQuery{Customer: customer}, engine.SumsBy{Of: []storage.Field{storage.FieldAmount}}))
	if n := len(sums.Groups); n != 1 || !sums.Groups[0].Of[0].Sum.GreaterThan(decimal.NewFromInt(1_200_000_000_000_000)) {
		t.Errorf("sums of stores are exact beyond it: %+v", sums.Groups)
	}
}
