package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func init() { correctionKinds["exposure"] = runExposureVector }

// ordered makes an order of one line for the customer, and bills it if asked.
func (b *bureau) ordered(currency money.Currency, amount, rate string, billed bool) record.OrderID {
	origin := record.Origin{Currency: currency, ExchangeRate: b.rate(rate)}
	price := decimal.RequireFromString(amount)
	lines := []pricing.LineFields{pricing.WriteIn("slates", decimal.NewFromInt(1), price)}
	o := testkit.Must(b.Orders().Create(b.ctx, leadtocash.CreateOrder{Origin: origin, Fields: leadtocash.OrderFields{Name: "roof", CustomerID: b.customer}, Lines: lines}))
	if billed {
		out := testkit.Must(b.Orders().Invoice(b.ctx, o.ID, leadtocash.InvoiceOrder{}))
		testkit.Must(b.Invoices().Issue(b.ctx, out.Invoice.ID, leadtocash.IssueInvoice{}))
	}
	return o.ID
}

func runExposureVector(t *testing.T, v correctionVector) {
	var in struct {
		Base    string
		Rates   map[string]string
		Account struct {
			Currency  string
			Precision *int
			Limit     string
		}
		Documents []struct{ Currency, Amount, Rate string }
	}
	if err := json.Unmarshal(v.Input, &in); err != nil {
		t.Fatal(err)
	}
	base := vectorCurrency{Code: in.Base}.currency(t)
	own := vectorCurrency{Code: in.Account.Currency, Precision: in.Account.Precision}.currency(t)
	for _, billed := range []bool{false, true} {
		b := newBureau(t, base, in.Rates, leadtocash.Settings{EnforceCreditHold: true})
		b.customer = record.AccountCustomer(testkit.Must(b.Accounts().Create(b.ctx, party.CreateAccount{
			Origin: record.Origin{Currency: own}, Fields: party.AccountFields{Name: "Larch", CreditLimit: b.amount(in.Account.Limit)},
		})).ID)
		for i, d := range in.Documents {
			b.ordered(vectorCurrency{Code: d.Currency}.currency(t), d.Amount, d.Rate, billed && i%2 == 0)
		}
		credit := testkit.Must(b.Receivables().Credit(b.ctx, b.customer, own))
		one := b.ordered(own, "0", "", false)
		_, err := b.Orders().Fulfill(b.ctx, one, leadtocash.FulfillOrder{})
		v.matchesExpected(t, map[string]any{
			"exposure": credit.Exposure.String(), "complete": credit.Complete, "over": credit.IsOver(), "error": codeOf(err),
		})
	}
}

func TestExposureIsOneSumInTheCurrencyAskedFor(t *testing.T) {
	b := newBureau(t, money.EUR, map[string]string{"CHF": "0.94", "NOK": "11.62"}, leadtocash.Settings{})
	b.customer = record.AccountCustomer(testkit.Must(b.Accounts().Create(b.ctx, party.CreateAccount{
		Origin: record.Origin{Currency: money.CHF}, Fields: party.AccountFields{Name: "Larch", CreditLimit: value.Some(money.CHF.MustAmount("940.00"))},
	})).ID)
	b.ordered(money.CHF, "470.00", "", true)
	b.ordered(b.currency("NOK"), "1162.00", "", false)
	credit := testkit.Must(b.Receivables().Credit(b.ctx, b.customer, money.EUR))
	if limit, _ := credit.Limit.Get(); credit.Exposure.String() != "600.00" || limit.String() != "1000.00" || !credit.Complete {
		t.Errorf("the credit in euro is %+v, want 600.00 of 1000.00", credit)
	}
}

func TestExposureWithoutRateIsANoticeUnlessEnforced(t *testing.T) {
	b := newBureau(t, money.EUR, nil, leadtocash.Settings{})
	b.customer = record.AccountCustomer(testkit.Must(b.Accounts().Create(b.ctx, party.CreateAccount{
		Origin: record.Origin{Currency: money.EUR}, Fields: party.AccountFields{Name: "Larch", CreditLimit: value.Some(money.EUR.MustAmount("940.00"))},
	})).ID)
	o := b.ordered(b.currency("SEK"), "10.00", "", false)
	out := testkit.Must(b.Orders().Fulfill(b.ctx, o, leadtocash.FulfillOrder{}))
	if len(out.Notices) != 1 || out.Notices[0].Code != codes.ErrNoExchangeRate {
		t.Errorf("the notices are %v, want no_exchange_rate", out.Notices)
	}
}

func TestOrdersOfAnotherCustomerOfTheSameIDAreNoExposure(t *testing.T) {
	b := newBureau(t, money.EUR, nil, leadtocash.Settings{})
	person := testkit.Must(b.Contacts().Create(b.ctx, party.CreateContact{ID: record.ContactID{UUID: b.customer.ID}, Fields: party.ContactFields{LastName: "Ek"}}))
	b.ordered(money.EUR, "10.00", "", false)
	if credit := testkit.Must(b.Receivables().Credit(b.ctx, record.ContactCustomer(person.ID), money.EUR)); !credit.Exposure.IsZero() {
		t.Errorf("the exposure is %s, want none", credit.Exposure)
	}
}
