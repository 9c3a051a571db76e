package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// A notice stands in the outcome, in the event, and in the list of the context,
// which a refused call leaves alone.
func TestNoticesAreTold(t *testing.T) {
	t.Parallel()
	c := testkit.NewDesksClient()
	meyer := testkit.CreateMeyer(c)
	deal := testkit.Must(c.Opportunities().Create(t.Context(), leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "lost deal", CustomerID: record.AccountCustomer(meyer.ID)}}))
	var notices []record.Reason
	ctx := engine.WithNotices(t.Context(), &notices)
	lose := leadtocash.LoseOpportunity{Status: leadtocash.OpportunityStatusOutSold}
	out := testkit.Must(c.Opportunities().Lose(ctx, deal.ID, lose))
	if _, err := c.Opportunities().Lose(ctx, deal.ID, lose); err == nil {
		t.Fatal("lost twice")
	}
	var written []record.Reason
	if err := json.Unmarshal([]byte(out.Events[0].Data.Get("notices")), &written); err != nil {
		t.Fatal(err)
	}
	for where, list := range map[string][]record.Reason{"outcome": out.Notices, "context": notices, "event": written} {
		if len(list) != 1 || list[0].Code != codes.ErrMissingField || list[0].Field != "competitor_id" {
			t.Errorf("%s: %+v", where, list)
		}
	}
}

// What rounding takes away from a price or an amount is told, where it is a hundredth
// or more of it: 640 × 0.0004 is 0.256, and stored as nothing.
func TestLossByRoundingIsNoticed(t *testing.T) {
	t.Parallel()
	client := testkit.Must(engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})))
	customer := record.AccountCustomer(testkit.Must(client.Accounts().Create(t.Context(), party.CreateAccount{Fields: party.AccountFields{Name: "Ink & Co"}})).ID)
	for _, c := range []struct{ quantity, price, field, exact, stored string }{
		{"640", "0.0004", "lines[0].base_amount", "0.256", "0.00"},
		{"-640", "0.0004", "lines[0].base_amount", "-0.256", "0.00"},
		{"0", "0.0004", "lines[0].price_per_unit", "0.0004", "0"},
		{"0.3", "0.48", "lines[0].base_amount", "0.144", "0.14"},
		{"1", "0.4949", "", "", ""}, // 0.49 is 0.99 % less
		{"1", "0.9999", "", "", ""}, // 1.00 is more
		{"3", "9.99", "", "", ""},
	} {
		var notices []record.Reason
		ctx := engine.WithNotices(t.Context(), &notices)
		lines := []pricing.LineFields{testkit.WriteIn(c.quantity, c.price)}
		quote := testkit.Must(client.Quotes().Create(ctx, leadtocash.CreateQuote{Fields: leadtocash.QuoteFields{Name: "Screws", CustomerID: customer}, Lines: lines}))
		check := func(what string) {
			t.Helper()
			switch {
			case c.field == "" && len(notices) > 0:
				t.Errorf("%s, %s × %s: %v", what, c.quantity, c.price, notices)
			case c.field == "":
			case len(notices) != 1 || notices[0].Code != codes.NoticeRoundedAway || notices[0].Field != c.field ||
				notices[0].Params["exact"] != c.exact || notices[0].Params["stored"] != c.stored || notices[0].Params["precision"] != 2:
				t.Errorf("%s, %s × %s: %+v", what, c.quantity, c.price, notices)
			}
			notices = nil
		}
		check("created")
		testkit.Must(client.Quotes().EditLines(ctx, quote.ID, pricing.EditLines{Change: []pricing.ChangeLine{{LineNumber: 1, Fields: lines[0]}}}))
		check("edited")
		testkit.Must(client.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "Screws", CustomerID: customer}, Lines: lines}))
		check("opportunity")
		testkit.Must(client.Orders().Create(ctx, leadtocash.CreateOrder{Fields: leadtocash.OrderFields{Name: "Screws", CustomerID: customer}, Lines: lines}))
		check("order")
		testkit.Must(client.Invoices().Create(ctx, leadtocash.CreateInvoice{Fields: leadtocash.InvoiceFields{Name: "Screws", CustomerID: customer}, Lines: lines}))
		check("invoice")
		testkit.Must(client.CreditNotes().Create(ctx, leadtocash.CreateCreditNote{Fields: leadtocash.CreditNoteFields{Name: "Screws", CustomerID: customer}, Lines: lines}))
		check("credit note")
	}
}
