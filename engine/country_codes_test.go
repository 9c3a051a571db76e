package engine_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

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

func TestFillCountryCodes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := testkit.Must(engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})))
	at := func(country, code string) *party.Address {
		return &party.Address{City: "Somewhere", Country: country, CountryCode: code}
	}
	account := testkit.Must(c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Wood", Address1: at("Deutschland", ""), Address2: at("Germany", "")}}))
	contact := testkit.Must(c.Contacts().Create(ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Roe", Address1: at("the Netherlands", "")}}))
	lead := testkit.Must(c.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "desks", LastName: "Doe", Address1: at("Narnia", "")}}))
	odd := testkit.Must(c.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Odd", Address1: at("France", "BE")}}))
	bill := func(name string) leadtocash.Invoice {
		return testkit.Must(c.Invoices().Create(ctx, leadtocash.CreateInvoice{
			Fields: leadtocash.InvoiceFields{Name: name, CustomerID: record.AccountCustomer(account.ID), BillTo: &party.BillTo{Name: "Wood", Country: "Austria"}},
			Lines:  []pricing.LineFields{pricing.WriteIn("desk", decimal.NewFromInt(1), decimal.NewFromInt(450))},
		}))
	}
	draft, issued := bill("draft"), bill("issued")
	issued = testkit.Must(c.Invoices().Issue(ctx, issued.ID, leadtocash.IssueInvoice{}))

	own := map[string]string{"Deutschland": "DE"}
	done := testkit.Must(c.FillCountryCodes(ctx, own))
	if done.Filled != 4 || len(done.Unresolved) != 1 || done.Unresolved["Narnia"] != 1 {
		t.Errorf("got %+v, want 4 codes and Narnia left", done)
	}
	want := engine.ContradictingCountry{Ref: odd.Ref(), Field: "address1.country_code", Country: "France", CountryCode: "BE"}
	if len(done.Contradicting) != 1 || done.Contradicting[0] != want {
		t.Errorf("contradicting are %+v, want %+v", done.Contradicting, want)
	}
	for name, code := range map[string][2]string{
		"account":  {testkit.Must(c.Accounts().Get(ctx, account.ID)).Address1.CountryCode, "DE"},
		"second":   {testkit.Must(c.Accounts().Get(ctx, account.ID)).Address2.CountryCode, "DE"},
		"contact":  {testkit.Must(c.Contacts().Get(ctx, contact.ID)).Address1.CountryCode, "NL"},
		"lead":     {testkit.Must(c.Leads().Get(ctx, lead.ID)).Address1.CountryCode, ""},
		"odd":      {testkit.Must(c.Accounts().Get(ctx, odd.ID)).Address1.CountryCode, "BE"},
		"draft":    {testkit.Must(c.Invoices().Get(ctx, draft.ID)).BillTo.CountryCode, "AT"},
		"issued":   {testkit.Must(c.Invoices().Get(ctx, issued.ID)).BillTo.CountryCode, ""},
		"untyped.": {testkit.Must(c.Accounts().Get(ctx, account.ID)).Address1.Country, "Deutschland"},
	} {
		if code[0] != code[1] {
			t.Errorf("%s: got %q, want %q", name, code[0], code[1])
		}
	}
	before := testkit.Must(c.Accounts().Get(ctx, account.ID)).Version
	if again := testkit.Must(c.FillCountryCodes(ctx, own)); again.Filled != 0 || testkit.Must(c.Accounts().Get(ctx, account.ID)).Version != before {
		t.Errorf("again it did %+v", again)
	}
	if _, err := c.Preview().FillCountryCodes(ctx, nil); !errors.Is(err, codes.ErrUnsupported) {
		t.Errorf("a preview: %v", err)
	}
}

func ExampleClient_FillCountryCodes() {
	ctx := context.Background()
	client, err := engine.New(memory.New())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, country := range []string{"Germany", "Bavaria"} {
		fields := party.AccountFields{Name: "Wood", Address1: &party.Address{Country: country}}
		if _, err := client.Accounts().Create(ctx, party.CreateAccount{Fields: fields}); err != nil {
			fmt.Println(err)
			return
		}
	}
	done, err := client.FillCountryCodes(ctx, nil)
	fmt.Println(done.Filled, done.Unresolved, err)
	// Output: 1 map[Bavaria:1] <nil>
}
