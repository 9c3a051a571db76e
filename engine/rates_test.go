package engine_test

import (
	"errors"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func TestNoRateIsNoParity(t *testing.T) {
	b := newBureau(t, money.EUR, nil, leadtocash.Settings{})
	var notices []record.Reason
	b.ctx = engine.WithNotices(t.Context(), &notices)
	if err := b.create(rateStep{Kind: "invoice", Currency: "SEK", Amount: "8250.00"}); err != nil {
		t.Fatal(err)
	}
	i := testkit.Must(b.Invoices().Get(b.ctx, record.InvoiceID{UUID: b.ref.ID}))
	if totals := i.BaseTotals(b.Settings()); i.HasBase() || totals != (pricing.Totals{}) {
		t.Errorf("without a rate the base amounts are %+v, want none", totals)
	}
	if len(notices) != 1 || notices[0].Code != codes.ErrNoExchangeRate {
		t.Errorf("the notices are %v, want no_exchange_rate", notices)
	}
}

func TestRequireExchangeRateRefuses(t *testing.T) {
	b := newBureau(t, money.EUR, nil, leadtocash.Settings{RequireExchangeRate: true})
	err := b.create(rateStep{Kind: "quote", Currency: "SEK", Amount: "8250.00"})
	var e *record.Error
	if !errors.As(err, &e) || e.Code != codes.ErrNoExchangeRate || len(e.Reasons) != 1 || e.Reasons[0].Field != "exchange_rate" {
		t.Errorf("got %v, want no_exchange_rate", err)
	}
	for q := range b.Quotes().All(b.ctx, engine.QuoteQuery{}) {
		t.Errorf("%s was made", q.FullNumber())
	}
	if err := b.create(rateStep{Kind: "quote", Currency: "SEK", Amount: "8250.00", Rate: "11.07"}); err != nil {
		t.Errorf("with a rate: %v", err)
	}
}

func TestDefaultCurrencyOrder(t *testing.T) {
	b := newBureau(t, money.USD, map[string]string{"EUR": "0.9", "CHF": "0.94"}, leadtocash.Settings{})
	seller := testkit.Must(b.Sellers().Create(b.ctx, party.CreateSeller{Fields: party.SellerFields{Name: "Ann", Currency: money.CHF}}))
	account := testkit.Must(b.Accounts().Create(b.ctx, party.CreateAccount{Origin: record.Origin{Currency: money.EUR}, Fields: party.AccountFields{Name: "Larch"}}))
	contact := testkit.Must(b.Contacts().Create(b.ctx, party.CreateContact{
		Origin: record.Origin{Currency: money.JPY}, Fields: party.ContactFields{LastName: "Ek", ParentCustomerID: record.AccountCustomer(account.ID)},
	}))
	list := testkit.Must(b.PriceLists().Create(b.ctx, catalog.CreatePriceList{Origin: record.Origin{Currency: money.JPY}, Fields: catalog.PriceListFields{Name: "yen"}}))
	sold := b.As(record.Actor{ID: seller.ID.UUID})
	quote := func(customer record.CustomerID, list record.PriceListID, given money.Currency) leadtocash.Quote {
		return testkit.Must(sold.Quotes().Create(b.ctx, leadtocash.CreateQuote{
			Origin: record.Origin{Currency: given},
			Fields: leadtocash.QuoteFields{Name: "roof", CustomerID: customer, Charges: pricing.Charges{PriceListID: list}},
		}))
	}
	of := record.AccountCustomer(account.ID)
	for name, c := range map[string]struct {
		got  leadtocash.Quote
		want money.Currency
	}{
		"given":                {quote(of, record.PriceListID{}, money.CHF), money.CHF},
		"price list":           {quote(of, list.ID, money.Currency(0)), money.JPY},
		"account":              {quote(of, record.PriceListID{}, money.Currency(0)), money.EUR},
		"account of a contact": {quote(record.ContactCustomer(contact.ID), record.PriceListID{}, money.Currency(0)), money.EUR},
	} {
		if c.got.Currency != c.want {
			t.Errorf("%s: the quote is in %s, want %s", name, c.got.Currency, c.want)
		}
		if rate, _ := c.got.ExchangeRate.Get(); c.want == money.EUR && rate.String() != "0.9" {
			t.Errorf("%s: the rate is %s, want that of the euro", name, rate)
		}
	}
	if l := testkit.Must(sold.Leads().Create(b.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "roof", LastName: "Ek"}})); l.Currency != money.CHF {
		t.Errorf("a lead is in %s, want the seller's CHF", l.Currency)
	}
	if l := testkit.Must(b.Leads().Create(b.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "roof", LastName: "Ek"}})); l.Currency != money.USD {
		t.Errorf("a lead of nobody's is in %s, want the base currency", l.Currency)
	}
}

func TestQualificationCopiesTheRate(t *testing.T) {
	b := newBureau(t, money.EUR, map[string]string{"CHF": "0.94", "NOK": "11.62"}, leadtocash.Settings{})
	for _, c := range []struct{ currency, want string }{{"", "0.97"}, {"NOK", "11.62"}} {
		if err := errors.Join(b.setRate("CHF", "0.94"), b.create(rateStep{Kind: "lead", Currency: "CHF", Amount: "640.20"}), b.setRate("CHF", "0.97")); err != nil {
			t.Fatal(err)
		}
		cmd := leadtocash.QualifyLead{}
		if c.currency != "" {
			cmd.Currency = b.currency(c.currency)
		}
		out := testkit.Must(b.Leads().Qualify(b.ctx, record.LeadID{UUID: b.ref.ID}, cmd))
		for who, got := range map[string]value.Opt[decimal.Decimal]{"lead": out.Record.ExchangeRate, "account": out.Account.ExchangeRate, "contact": out.Contact.ExchangeRate} {
			if got.String() != "0.97" {
				t.Errorf("the rate of the %s is %v, want 0.97", who, got)
			}
		}
		if got := out.Opportunities[0].ExchangeRate; got.String() != c.want {
			t.Errorf("the rate of the opportunity is %v, want %s", got, c.want)
		}
	}
}

func TestPaymentCopiesTheRateWhenPosted(t *testing.T) {
	b := newBureau(t, money.EUR, map[string]string{"CHF": "0.94"}, leadtocash.Settings{})
	o := b.ordered(money.CHF, "100.00", "", false)
	invoice := testkit.Must(b.Orders().Invoice(b.ctx, o, leadtocash.InvoiceOrder{})).Invoice
	testkit.Must(b.Invoices().Issue(b.ctx, invoice.ID, leadtocash.IssueInvoice{}))
	pending := testkit.Must(b.Payments().Create(b.ctx, leadtocash.CreatePayment{
		Origin: record.Origin{Currency: money.CHF}, Fields: leadtocash.PaymentFields{CustomerID: b.customer, Amount: money.CHF.MustAmount("40.00"), Method: leadtocash.PaymentMethodTransfer},
	}))
	if err := b.setRate("CHF", "0.97"); err != nil {
		t.Fatal(err)
	}
	posted := testkit.Must(b.Payments().Post(b.ctx, pending.ID, leadtocash.PostPayment{}))
	if pending.HasBase() || posted.ExchangeRate.String() != "0.97" {
		t.Errorf("the rate is %v when made and %v when posted, want none and 0.97", pending.ExchangeRate, posted.ExchangeRate)
	}
	paid := testkit.Must(b.Invoices().MarkPaid(b.ctx, invoice.ID, leadtocash.PayInvoice{}))
	if got := paid.Payment.ExchangeRate.String(); got != "0.97" || paid.Record.ExchangeRate.String() != "0.94" {
		t.Errorf("the invoice has %v and its payment %s, want 0.94 and 0.97", paid.Record.ExchangeRate, got)
	}
	if got := paid.Allocation.ExchangeRate.String(); got != "0.97" {
		t.Errorf("the allocation has %s, want 0.97 of its payment", got)
	}
}

func TestAccountKeepsItsCurrencyWhileItTrades(t *testing.T) {
	b := newBureau(t, money.EUR, map[string]string{"CHF": "0.94"}, leadtocash.Settings{})
	account := b.customer.Account()
	changed := testkit.Must(b.Accounts().ChangeCurrency(b.ctx, account, record.ChangeCurrency{Currency: money.CHF}))
	if changed.Currency != money.CHF || changed.ExchangeRate.String() != "0.94" {
		t.Errorf("the account is in %s at %v, want CHF at 0.94", changed.Currency, changed.ExchangeRate)
	}
	b.ordered(money.CHF, "10.00", "", false)
	if _, err := b.Accounts().ChangeCurrency(b.ctx, account, record.ChangeCurrency{Currency: money.EUR}); !errors.Is(err, codes.ErrCurrencyInUse) {
		t.Errorf("got %v, want currency_in_use", err)
	}
	limit := party.AccountFields{Name: "Larch", CreditLimit: value.Some(money.EUR.MustAmount("10.50"))}
	other := testkit.Must(b.Accounts().Create(b.ctx, party.CreateAccount{Fields: limit}))
	if _, err := b.Accounts().ChangeCurrency(b.ctx, other.ID, record.ChangeCurrency{Currency: money.JPY}); !errors.Is(err, codes.ErrOutOfRange) {
		t.Errorf("got %v, want out_of_range for half a yen", err)
	}
}

func TestRollupsAddUpInBase(t *testing.T) {
	b := newBureau(t, money.EUR, map[string]string{"CHF": "0.94"}, leadtocash.Settings{})
	deal := func(c money.Currency, amount string) {
		testkit.Must(b.Opportunities().Create(b.ctx, leadtocash.CreateOpportunity{
			Origin: record.Origin{Currency: c}, Fields: leadtocash.OpportunityFields{Name: "roof", CustomerID: b.customer, EstimatedValue: b.amount(amount)},
		}))
	}
	deal(money.CHF, "94.00")
	deal(money.EUR, "50.00")
	sum := testkit.Must(b.Accounts().Rollup(b.ctx, b.customer.Account())).InBase
	if sum.Amount.String() != "150.00" || !sum.Complete {
		t.Errorf("the open deals add up to %+v, want 150.00", sum)
	}
	deal(b.currency("SEK"), "5.00")
	if sum := testkit.Must(b.Accounts().Rollup(b.ctx, b.customer.Account())).InBase; sum.Amount.String() != "150.00" || sum.Complete {
		t.Errorf("with a deal without rate they add up to %+v, want 150.00 and incomplete", sum)
	}
	b.ordered(money.CHF, "9.40", "", true)
	b.ordered(money.EUR, "1.00", "", true)
	for _, a := range testkit.Must(b.Receivables().Ageing(b.ctx, engine.AgeingQuery{})) {
		want := map[money.Currency]string{money.CHF: "10.00", money.EUR: "1.00"}[a.Currency]
		if a.InBase == nil || a.InBase.Current.String() != want || !a.InBase.Complete {
			t.Errorf("the ageing in %s comes to %+v, want %s", a.Currency, a.InBase, want)
		}
	}
}

func TestCreditNoteKeepsTheRateOfItsInvoice(t *testing.T) {
	b := newBureau(t, money.EUR, map[string]string{"CHF": "0.94"}, leadtocash.Settings{})
	o := b.ordered(money.CHF, "100.00", "", false)
	b.ref = testkit.Must(b.Orders().Invoice(b.ctx, o, leadtocash.InvoiceOrder{})).Invoice.ID.Ref()
	for _, err := range []error{b.issue(), b.setRate("CHF", "0.97"), b.convert(kinds.CreditNote), b.issue()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if h, _ := b.followed(); h.ExchangeRate.String() != "0.94" {
		t.Errorf("the rate is %v, want 0.94 of the invoice", h.ExchangeRate)
	}
}

// A rate lies between 1e-12 and 1e11 and has twelve decimals at most; 0 is none.
func TestRatesHaveARange(t *testing.T) {
	t.Parallel()
	b := newBureau(t, money.EUR, map[string]string{"CHF": "0.94"}, leadtocash.Settings{})
	for rate, fits := range map[string]bool{
		"0.000000000001": true, "100000000000": true, "0.940000000001": true,
		"0.0000000000001": false, "0.9400000000001": false, "100000000000.1": false, "100000000001": false, "-0.94": false, "1e40": false,
	} {
		for way, err := range map[string]error{
			"a record's": errOf(b.Preview().Accounts().Create(b.ctx, party.CreateAccount{
				Origin: record.Origin{Currency: money.CHF, ExchangeRate: b.rate(rate)}, Fields: party.AccountFields{Name: "Larch"},
			})),
			"a currency's": errOf(b.Preview().TransactionCurrencies().Create(b.ctx, catalog.CreateTransactionCurrency{
				Code: b.currency("NOK"), Fields: catalog.TransactionCurrencyFields{Name: "NOK", Rate: b.rate(rate)},
			})),
			"a changed": errOf(b.Preview().Accounts().ChangeCurrency(b.ctx, b.customer.Account(), record.ChangeCurrency{Currency: money.CHF, ExchangeRate: b.rate(rate)})),
			"an imported": errOf(engine.Import(b.ctx, b.Preview(), party.Account{
				Head: record.Head{Currency: money.CHF, ExchangeRate: b.rate(rate)}, Status: party.AccountStatusActive, AccountFields: party.AccountFields{Name: "Larch"},
			})),
		} {
			if fits != (err == nil) || !fits && !errors.Is(err, codes.ErrOutOfRange) {
				t.Errorf("%s rate of %s: %v", way, rate, err)
			}
		}
	}
	none := testkit.Must(b.Accounts().Create(b.ctx, party.CreateAccount{
		Origin: record.Origin{Currency: b.currency("SEK"), ExchangeRate: b.rate("0")}, Fields: party.AccountFields{Name: "Larch"},
	}))
	if !none.ExchangeRate.IsZero() || none.HasBase() {
		t.Errorf("a rate of 0 is kept as %v", none.ExchangeRate)
	}
}
