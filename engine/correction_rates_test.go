package engine_test

import (
	"cmp"
	"context"
	"encoding/json"
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
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

func init() { correctionKinds["rates"] = runRatesVector }

type rateStep struct {
	Do       string
	Kind     string
	To       string
	Currency string
	Amount   string
	Rate     string
	Closes   bool
	Reopens  bool
}

// bureau is a client that knows exchange rates, and one record that is followed.
type bureau struct {
	*testing.T
	*engine.Client
	ctx      context.Context
	base     money.Currency
	customer record.CustomerID
	ref      record.Ref
	issued   bool // a later step issues a document
	names    int
}

func newBureau(t *testing.T, base money.Currency, rates map[string]string, settings leadtocash.Settings) *bureau {
	settings.BaseCurrency = base
	client, err := engine.New(memory.New(), engine.WithSettings(settings))
	if err != nil {
		t.Fatal(err)
	}
	b := &bureau{T: t, Client: client, ctx: t.Context(), base: base}
	for code, rate := range rates {
		if err := b.setRate(code, rate); err != nil {
			t.Fatal(err)
		}
	}
	b.customer = record.AccountCustomer(testkit.Must(client.Accounts().Create(b.ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Rowan"}})).ID)
	return b
}

func (b *bureau) currency(code string) money.Currency {
	c, err := money.ParseCurrency(code)
	if err != nil {
		c, err = money.NewCurrency(code, 2)
	}
	if err != nil {
		b.Fatal(err)
	}
	return c
}

func (b *bureau) known(code string) *catalog.TransactionCurrency {
	for t, err := range b.TransactionCurrencies().All(b.ctx, engine.TransactionCurrencyQuery{}) {
		if err != nil {
			b.Fatal(err)
		}
		if t.Code.Code() == code {
			return &t
		}
	}
	return nil
}

func (b *bureau) setRate(code, rate string) error {
	fields := catalog.TransactionCurrencyFields{Name: code, Rate: b.rate(rate)}
	if t := b.known(code); t != nil {
		_, err := b.TransactionCurrencies().Edit(b.ctx, t.ID, catalog.EditTransactionCurrency{Fields: fields})
		return err
	}
	_, err := b.TransactionCurrencies().Create(b.ctx, catalog.CreateTransactionCurrency{Code: b.currency(code), Fields: fields})
	return err
}

func (b *bureau) rate(text string) value.Opt[decimal.Decimal] {
	if text == "" {
		return value.None[decimal.Decimal]()
	}
	return value.Some(decimal.RequireFromString(text))
}

func (b *bureau) amount(text string) value.Opt[money.Amount] {
	if text == "" {
		return value.None[money.Amount]()
	}
	return value.Some(testkit.Amount(b, text))
}

func (b *bureau) lines() []pricing.LineFields {
	if !b.issued {
		return nil
	}
	return []pricing.LineFields{pricing.WriteIn("nothing", decimal.NewFromInt(1), decimal.Decimal{})}
}

func (b *bureau) create(s rateStep) error {
	currency := b.currency(s.Currency)
	origin := record.Origin{Currency: currency, ExchangeRate: b.rate(s.Rate)}
	amount := b.amount(s.Amount)
	charges := pricing.Charges{FreightAmount: amount}
	var ref record.Ref
	var err error
	switch kinds.Kind(s.Kind) {
	case kinds.Lead:
		r, e := b.Leads().Create(b.ctx, leadtocash.CreateLead{Origin: origin, Fields: leadtocash.LeadFields{Topic: "roof", LastName: "Ek", CompanyName: "Hazel", EstimatedAmount: amount}})
		ref, err = r.Ref(), e
	case kinds.Account:
		r, e := b.Accounts().Create(b.ctx, party.CreateAccount{Origin: origin, Fields: party.AccountFields{Name: "Larch", CreditLimit: amount}})
		ref, err = r.Ref(), e
	case kinds.Contact:
		r, e := b.Contacts().Create(b.ctx, party.CreateContact{Origin: origin, Fields: party.ContactFields{LastName: "Ek", CreditLimit: amount}})
		ref, err = r.Ref(), e
	case kinds.Opportunity:
		r, e := b.Opportunities().Create(b.ctx, leadtocash.CreateOpportunity{Origin: origin, Fields: leadtocash.OpportunityFields{Name: "roof", CustomerID: b.customer, Charges: charges}, Lines: b.lines()})
		ref, err = r.Ref(), e
	case kinds.Quote:
		r, e := b.Quotes().Create(b.ctx, leadtocash.CreateQuote{Origin: origin, Fields: leadtocash.QuoteFields{Name: "roof", CustomerID: b.customer, Charges: charges}, Lines: b.lines()})
		ref, err = r.Ref(), e
	case kinds.Order:
		r, e := b.Orders().Create(b.ctx, leadtocash.CreateOrder{Origin: origin, Fields: leadtocash.OrderFields{Name: "roof", CustomerID: b.customer, Charges: charges}, Lines: b.lines()})
		ref, err = r.Ref(), e
	case kinds.Invoice:
		r, e := b.Invoices().Create(b.ctx, leadtocash.CreateInvoice{Origin: origin, Fields: leadtocash.InvoiceFields{Name: "roof", CustomerID: b.customer, Charges: charges}, Lines: b.lines()})
		ref, err = r.Ref(), e
	case kinds.CreditNote:
		r, e := b.CreditNotes().Create(b.ctx, leadtocash.CreateCreditNote{Origin: origin, Fields: leadtocash.CreditNoteFields{Name: "roof", CustomerID: b.customer, Charges: charges}, Lines: b.lines()})
		ref, err = r.Ref(), e
	default:
		b.Fatalf("cannot create a %s", s.Kind)
	}
	if err == nil {
		b.ref = ref
	}
	return err
}

// edit gives the record another amount, or another name.
func (b *bureau) edit(amount string) error {
	given := func(was value.Opt[money.Amount]) value.Opt[money.Amount] {
		if amount == "" {
			return was
		}
		return b.amount(amount)
	}
	b.names++
	name := "roof " + string(rune('a'+b.names%26))
	id := b.ref.ID
	var err error
	switch b.ref.Kind {
	case kinds.Lead:
		r := testkit.Must(b.Leads().Get(b.ctx, record.LeadID{UUID: id}))
		r.Topic, r.EstimatedAmount = name, given(r.EstimatedAmount)
		_, err = b.Leads().Edit(b.ctx, r.ID, leadtocash.EditLead{Fields: r.LeadFields})
	case kinds.Account:
		r := testkit.Must(b.Accounts().Get(b.ctx, record.AccountID{UUID: id}))
		r.Name, r.CreditLimit = name, given(r.CreditLimit)
		_, err = b.Accounts().Edit(b.ctx, r.ID, party.EditAccount{Fields: r.AccountFields})
	case kinds.Contact:
		r := testkit.Must(b.Contacts().Get(b.ctx, record.ContactID{UUID: id}))
		r.LastName, r.CreditLimit = name, given(r.CreditLimit)
		_, err = b.Contacts().Edit(b.ctx, r.ID, party.EditContact{Fields: r.ContactFields})
	case kinds.Opportunity:
		r := testkit.Must(b.Opportunities().Get(b.ctx, record.OpportunityID{UUID: id}))
		r.Name, r.FreightAmount = name, given(r.FreightAmount)
		_, err = b.Opportunities().Edit(b.ctx, r.ID, leadtocash.EditOpportunity{Fields: r.OpportunityFields})
	case kinds.Quote:
		r := testkit.Must(b.Quotes().Get(b.ctx, record.QuoteID{UUID: id}))
		r.Name, r.FreightAmount = name, given(r.FreightAmount)
		_, err = b.Quotes().Edit(b.ctx, r.ID, leadtocash.EditQuote{Fields: r.QuoteFields})
	case kinds.Order:
		r := testkit.Must(b.Orders().Get(b.ctx, record.OrderID{UUID: id}))
		r.Name, r.FreightAmount = name, given(r.FreightAmount)
		_, err = b.Orders().Edit(b.ctx, r.ID, leadtocash.EditOrder{Fields: r.OrderFields})
	case kinds.Invoice:
		r := testkit.Must(b.Invoices().Get(b.ctx, record.InvoiceID{UUID: id}))
		r.Name, r.FreightAmount = name, given(r.FreightAmount)
		_, err = b.Invoices().Edit(b.ctx, r.ID, leadtocash.EditInvoice{Fields: r.InvoiceFields})
	case kinds.CreditNote:
		r := testkit.Must(b.CreditNotes().Get(b.ctx, record.CreditNoteID{UUID: id}))
		r.Name, r.FreightAmount = name, given(r.FreightAmount)
		_, err = b.CreditNotes().Edit(b.ctx, r.ID, leadtocash.EditCreditNote{Fields: r.CreditNoteFields})
	}
	return err
}

// other changes something that is no money. What is fixed gets another owner.
func (b *bureau) other() error {
	err := b.edit("")
	if err == nil {
		return nil
	}
	return b.derive()
}

// derive computes something of the record again.
func (b *bureau) derive() (err error) {
	id := b.ref.ID
	switch b.ref.Kind {
	case kinds.Lead:
		_, err = b.Leads().Score(b.ctx, record.LeadID{UUID: id}, leadtocash.SetScore{Score: int32(50 + b.names)})
	case kinds.Opportunity:
		_, err = b.Opportunities().Recalculate(b.ctx, record.OpportunityID{UUID: id}, pricing.Recalculate{})
	case kinds.Quote:
		_, err = b.Quotes().Recalculate(b.ctx, record.QuoteID{UUID: id}, pricing.Recalculate{})
	case kinds.Order:
		_, err = b.Orders().Recalculate(b.ctx, record.OrderID{UUID: id}, pricing.Recalculate{})
	case kinds.Invoice:
		_, err = b.Invoices().Recalculate(b.ctx, record.InvoiceID{UUID: id}, pricing.Recalculate{})
	}
	if errors.Is(err, codes.ErrReadOnly) {
		err = nil // nothing of it is derived any more
	}
	return err
}

func (b *bureau) state(s rateStep) (err error) {
	id := b.ref.ID
	switch b.ref.Kind {
	case kinds.Lead:
		if s.Reopens {
			_, err = b.Leads().Reactivate(b.ctx, record.LeadID{UUID: id}, leadtocash.ReactivateLead{})
		} else {
			_, err = b.Leads().Disqualify(b.ctx, record.LeadID{UUID: id}, leadtocash.DisqualifyLead{})
		}
	case kinds.Account:
		if s.Reopens {
			_, err = b.Accounts().Activate(b.ctx, record.AccountID{UUID: id}, party.Activate{})
		} else {
			_, err = b.Accounts().Deactivate(b.ctx, record.AccountID{UUID: id}, party.Deactivate{})
		}
	case kinds.Contact:
		if s.Reopens {
			_, err = b.Contacts().Activate(b.ctx, record.ContactID{UUID: id}, party.Activate{})
		} else {
			_, err = b.Contacts().Deactivate(b.ctx, record.ContactID{UUID: id}, party.Deactivate{})
		}
	case kinds.Opportunity:
		if s.Reopens {
			_, err = b.Opportunities().Reopen(b.ctx, record.OpportunityID{UUID: id}, leadtocash.ReopenOpportunity{})
		} else {
			_, err = b.Opportunities().Lose(b.ctx, record.OpportunityID{UUID: id}, leadtocash.LoseOpportunity{})
		}
	case kinds.Quote:
		quote := record.QuoteID{UUID: id}
		if testkit.Must(b.Quotes().Get(b.ctx, quote)).Status == leadtocash.QuoteStatusDraft {
			_, err = b.Quotes().Activate(b.ctx, quote, leadtocash.ActivateQuote{})
		} else {
			_, err = b.Quotes().Close(b.ctx, quote, leadtocash.CloseQuote{Status: leadtocash.QuoteStatusLost})
		}
	case kinds.Order:
		_, err = b.Orders().Cancel(b.ctx, record.OrderID{UUID: id}, leadtocash.CancelOrder{})
	case kinds.Invoice:
		_, err = b.Invoices().Cancel(b.ctx, record.InvoiceID{UUID: id}, leadtocash.CancelInvoice{})
	case kinds.CreditNote:
		_, err = b.CreditNotes().Void(b.ctx, record.CreditNoteID{UUID: id}, leadtocash.VoidCreditNote{})
	}
	return err
}

func (b *bureau) convert(to kinds.Kind) error {
	id := b.ref.ID
	var ref record.Ref
	var err error
	switch b.ref.Kind {
	case kinds.Lead:
		r, e := b.Leads().Qualify(b.ctx, record.LeadID{UUID: id}, leadtocash.QualifyLead{})
		if err = e; err == nil {
			ref = r.Opportunities[0].Ref()
		}
	case kinds.Opportunity:
		opportunity := record.OpportunityID{UUID: id}
		switch to {
		case kinds.Quote:
			r, e := b.Opportunities().GenerateQuote(b.ctx, opportunity, leadtocash.GenerateQuote{})
			ref, err = r.Ref(), e
		case kinds.Order:
			r, e := b.Opportunities().GenerateOrder(b.ctx, opportunity, leadtocash.GenerateOrder{})
			ref, err = r.Ref(), e
		case kinds.Invoice:
			r, e := b.Opportunities().GenerateInvoice(b.ctx, opportunity, leadtocash.GenerateInvoice{})
			ref, err = r.Ref(), e
		}
	case kinds.Quote:
		quote := testkit.Must(b.Quotes().Get(b.ctx, record.QuoteID{UUID: id}))
		switch to {
		case kinds.Quote:
			r, e := b.Quotes().ReviseQuote(b.ctx, quote.ID, leadtocash.ReviseQuote{})
			if err = e; err == nil {
				ref = r.Revision.Ref()
			}
		case kinds.Order:
			b.atItsRate(quote)
			r, e := b.Quotes().WinToOrder(b.ctx, quote.ID, leadtocash.WinQuoteToOrder{})
			if err = e; err == nil {
				ref = r.Order.Ref()
			}
		}
	case kinds.Order:
		r, e := b.Orders().Invoice(b.ctx, record.OrderID{UUID: id}, leadtocash.InvoiceOrder{})
		ref, err = r.Invoice.Ref(), e
	case kinds.Invoice:
		r, e := b.Invoices().Credit(b.ctx, record.InvoiceID{UUID: id}, leadtocash.CreditInvoice{})
		ref, err = r.CreditNote.Ref(), e
	}
	if err == nil {
		b.ref = ref
	}
	return err
}

// atItsRate activates a draft that is to be won. Vectors do not tell when that
// happened; it copies the rate that the quote has.
func (b *bureau) atItsRate(q leadtocash.Quote) {
	if q.Status != leadtocash.QuoteStatusDraft {
		return
	}
	now := b.known(q.Currency.Code())
	if now != nil {
		if err := b.setRate(now.Code.Code(), q.ExchangeRate.String()); err != nil {
			b.Fatal(err)
		}
	}
	testkit.Must(b.Quotes().Activate(b.ctx, q.ID, leadtocash.ActivateQuote{}))
	if now != nil {
		if err := b.setRate(now.Code.Code(), now.Rate.String()); err != nil {
			b.Fatal(err)
		}
	}
}

func (b *bureau) issue() (err error) {
	if b.ref.Kind == kinds.CreditNote {
		_, err = b.CreditNotes().Issue(b.ctx, record.CreditNoteID{UUID: b.ref.ID}, leadtocash.IssueCreditNote{})
		return err
	}
	_, err = b.Invoices().Issue(b.ctx, record.InvoiceID{UUID: b.ref.ID}, leadtocash.IssueInvoice{})
	return err
}

func (b *bureau) changeCurrency(s rateStep) (err error) {
	cmd := record.ChangeCurrency{Currency: b.currency(s.Currency), ExchangeRate: b.rate(s.Rate)}
	id := b.ref.ID
	switch b.ref.Kind {
	case kinds.Lead:
		_, err = b.Leads().ChangeCurrency(b.ctx, record.LeadID{UUID: id}, cmd)
	case kinds.Account:
		_, err = b.Accounts().ChangeCurrency(b.ctx, record.AccountID{UUID: id}, cmd)
	case kinds.Contact:
		_, err = b.Contacts().ChangeCurrency(b.ctx, record.ContactID{UUID: id}, cmd)
	case kinds.Opportunity:
		_, err = b.Opportunities().ChangeCurrency(b.ctx, record.OpportunityID{UUID: id}, cmd)
	case kinds.Quote:
		_, err = b.Quotes().ChangeCurrency(b.ctx, record.QuoteID{UUID: id}, cmd)
	case kinds.Order:
		_, err = b.Orders().ChangeCurrency(b.ctx, record.OrderID{UUID: id}, cmd)
	case kinds.Invoice:
		_, err = b.Invoices().ChangeCurrency(b.ctx, record.InvoiceID{UUID: id}, cmd)
	}
	return err
}

// followed is the head of the record, and its amount in base currency.
func (b *bureau) followed() (h record.Head, base value.Opt[money.Amount]) {
	id, settings := b.ref.ID, b.Settings()
	totals := func(t pricing.Totals) value.Opt[money.Amount] {
		if t.TotalAmount == (money.Amount{}) {
			return value.None[money.Amount]()
		}
		return value.Some(t.TotalAmount)
	}
	inBase := func(h record.Head, a value.Opt[money.Amount]) value.Opt[money.Amount] {
		amount, given := a.Get()
		if !given {
			return a
		}
		return h.AmountInBase(amount, settings.BaseCurrency, money.HalfAway)
	}
	switch b.ref.Kind {
	case kinds.Lead:
		r := testkit.Must(b.Leads().Get(b.ctx, record.LeadID{UUID: id}))
		return r.Head, inBase(r.Head, r.EstimatedAmount)
	case kinds.Account:
		r := testkit.Must(b.Accounts().Get(b.ctx, record.AccountID{UUID: id}))
		return r.Head, inBase(r.Head, r.CreditLimit)
	case kinds.Contact:
		r := testkit.Must(b.Contacts().Get(b.ctx, record.ContactID{UUID: id}))
		return r.Head, inBase(r.Head, r.CreditLimit)
	case kinds.Opportunity:
		r := testkit.Must(b.Opportunities().Get(b.ctx, record.OpportunityID{UUID: id}))
		return r.Head, totals(r.BaseTotals(settings))
	case kinds.Quote:
		r := testkit.Must(b.Quotes().Get(b.ctx, record.QuoteID{UUID: id}))
		return r.Head, totals(r.BaseTotals(settings))
	case kinds.Order:
		r := testkit.Must(b.Orders().Get(b.ctx, record.OrderID{UUID: id}))
		return r.Head, totals(r.BaseTotals(settings))
	case kinds.Invoice:
		r := testkit.Must(b.Invoices().Get(b.ctx, record.InvoiceID{UUID: id}))
		return r.Head, totals(r.BaseTotals(settings))
	default:
		r := testkit.Must(b.CreditNotes().Get(b.ctx, record.CreditNoteID{UUID: id}))
		return r.Head, totals(r.BaseTotals(settings))
	}
}

func (b *bureau) step(s rateStep) error {
	switch s.Do {
	case "set_rate":
		return b.setRate(s.Currency, s.Rate)
	case "drop_rate":
		return b.setRate(s.Currency, "")
	case "create":
		return b.create(s)
	case "amount":
		return b.edit(s.Amount)
	case "other":
		return b.other()
	case "derive":
		return b.derive()
	case "state":
		return b.state(s)
	case "convert":
		return b.convert(kinds.Kind(s.To))
	case "issue":
		return b.issue()
	case "change_currency":
		return b.changeCurrency(s)
	}
	b.Fatalf("unknown step %q", s.Do)
	return nil
}

func runRatesVector(t *testing.T, v correctionVector) {
	var in struct {
		Base  vectorCurrency
		Rates map[string]string
		Steps []rateStep
	}
	if err := json.Unmarshal(v.Input, &in); err != nil {
		t.Fatal(err)
	}
	b := newBureau(t, in.Base.currency(t), in.Rates, leadtocash.Settings{})
	for _, s := range in.Steps {
		b.issued = b.issued || s.Do == "issue"
	}
	steps := []map[string]any{}
	for _, s := range in.Steps {
		err := b.step(s)
		got := map[string]any{"error": codeOf(err)}
		if b.ref.ID != (record.Ref{}).ID {
			h, base := b.followed()
			got["rate"], got["base"] = nil, nil
			if rate, ok := h.ExchangeRate.Get(); ok {
				got["rate"] = rate.String()
			}
			if amount, ok := base.Get(); ok {
				got["base"] = amount.String()
			}
		}
		steps = append(steps, got)
	}
	v.matchesExpected(t, map[string]any{"steps": steps})
}

// codeOf is the code of a refusal, nil for none.
func codeOf(err error) any {
	var e *record.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return cmp.Or(e.Code, "?")
	}
	return err.Error()
}
