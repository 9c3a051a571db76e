package leadtocash_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func rateOf(text string) value.Opt[decimal.Decimal] {
	if text == "" {
		return value.None[decimal.Decimal]()
	}
	return value.Some(decimal.RequireFromString(text))
}

// rateFacts are of an action at a time when CHF has a rate.
func rateFacts(rate string, do ...actions.Action) leadtocash.RateFacts {
	return leadtocash.RateFacts{
		BaseCurrency: money.EUR, Do: do,
		Rate:   func(money.Currency) value.Opt[decimal.Decimal] { return rateOf(rate) },
		Parent: func(record.Ref) record.Record { return nil },
	}
}

// francs is a head in CHF that copied 0.94.
func francs() record.Head {
	return record.Head{Currency: money.CHF, ExchangeRate: rateOf("0.94"), Version: 2}
}

// rateMoment is what an action makes of a record, and whether it copies the rate.
type rateMoment struct {
	was, is record.Record
	do      actions.Action
	copies  bool
}

func some(c money.Amount) value.Opt[money.Amount] { return value.Some(c) }

// rateMoments are the published moments, and others, of every kind of record with
// money.
func rateMoments() map[string]rateMoment {
	id := record.OpportunityID{UUID: testkit.IDOf[record.OpportunityID](1).UUID}
	amount := some(money.CHF.MustAmount("7.00"))
	opportunity := func(s leadtocash.OpportunityStatus, name string, freight value.Opt[money.Amount]) *leadtocash.Opportunity {
		o := &leadtocash.Opportunity{Head: francs(), Status: s}
		o.Name, o.FreightAmount = name, freight
		return o
	}
	quote := func(s leadtocash.QuoteStatus, freight value.Opt[money.Amount]) *leadtocash.Quote {
		q := &leadtocash.Quote{Head: francs(), Status: s, OpportunityID: id}
		q.FreightAmount = freight
		return q
	}
	order := func(s leadtocash.OrderStatus, lines ...pricing.Line) *leadtocash.Order {
		o := &leadtocash.Order{Head: francs(), Status: s, OpportunityID: id}
		o.Lines = lines
		return o
	}
	invoice := func(issued value.Date, freight value.Opt[money.Amount]) *leadtocash.Invoice {
		i := &leadtocash.Invoice{Head: francs(), IssueDate: issued, OpportunityID: id, Status: leadtocash.InvoiceStatusNew}
		i.FreightAmount = freight
		return i
	}
	note := func(s leadtocash.CreditNoteStatus, of record.InvoiceID, freight value.Opt[money.Amount]) *leadtocash.CreditNote {
		n := &leadtocash.CreditNote{Head: francs(), Status: s, InvoiceID: of}
		n.FreightAmount = freight
		return n
	}
	payment := func(s leadtocash.PaymentStatus) *leadtocash.Payment {
		return &leadtocash.Payment{Head: francs(), Status: s}
	}
	lead := func(s leadtocash.LeadStatus, topic string, amount value.Opt[money.Amount]) *leadtocash.Lead {
		return &leadtocash.Lead{Head: francs(), Status: s, LeadFields: leadtocash.LeadFields{Topic: topic, EstimatedAmount: amount}}
	}
	account := func(s party.AccountStatus, limit value.Opt[money.Amount]) *party.Account {
		a := &party.Account{Head: francs(), Status: s}
		a.CreditLimit = limit
		return a
	}
	contact := func(s party.ContactStatus, limit value.Opt[money.Amount]) *party.Contact {
		c := &party.Contact{Head: francs(), Status: s}
		c.CreditLimit = limit
		return c
	}
	competitor := func(name string, revenue value.Opt[money.Amount]) *party.Competitor {
		return &party.Competitor{Head: francs(), CompetitorFields: party.CompetitorFields{Name: name, ReportedRevenue: revenue}}
	}
	line := func(price string) pricing.Line { return pricing.Line{LineNumber: 1, PricePerUnit: rateOf(price)} }
	none := value.None[money.Amount]()
	of := testkit.IDOf[record.InvoiceID](1)
	const (
		progress, onHold, won = leadtocash.OpportunityStatusInProgress, leadtocash.OpportunityStatusOnHold, leadtocash.OpportunityStatusWon
		draft, active         = leadtocash.QuoteStatusDraft, leadtocash.QuoteStatusActive
	)
	return map[string]rateMoment{
		"lead: money":                       {lead(leadtocash.LeadStatusNew, "", none), lead(leadtocash.LeadStatusNew, "", amount), actions.LeadEdit, true},
		"lead: name":                        {lead(leadtocash.LeadStatusNew, "", amount), lead(leadtocash.LeadStatusNew, "roof", amount), actions.LeadEdit, false},
		"lead: state":                       {lead(leadtocash.LeadStatusNew, "", none), lead(leadtocash.LeadStatusLost, "", none), actions.LeadDisqualify, true},
		"lead: status":                      {lead(leadtocash.LeadStatusNew, "", none), lead(leadtocash.LeadStatusContacted, "", none), actions.LeadSetStatus, false},
		"lead: closed, money":               {lead(leadtocash.LeadStatusLost, "", none), lead(leadtocash.LeadStatusLost, "", amount), actions.LeadEdit, true},
		"account: money":                    {account(party.AccountStatusActive, none), account(party.AccountStatusActive, amount), actions.AccountEdit, true},
		"account: merged in":                {account(party.AccountStatusActive, none), account(party.AccountStatusActive, amount), actions.AccountMerge, true},
		"account: merged":                   {account(party.AccountStatusActive, amount), account(party.AccountStatusActive, amount), actions.AccountMerge, false},
		"account: state":                    {account(party.AccountStatusActive, none), account(party.AccountStatusInactive, none), actions.AccountDeactivate, true},
		"contact: merged in":                {contact(party.ContactStatusActive, none), contact(party.ContactStatusActive, amount), actions.ContactMerge, true},
		"contact: state":                    {contact(party.ContactStatusInactive, none), contact(party.ContactStatusActive, none), actions.ContactActivate, true},
		"competitor: money":                 {competitor("", none), competitor("", amount), actions.CompetitorEdit, true},
		"competitor: name":                  {competitor("", amount), competitor("x", amount), actions.CompetitorEdit, false},
		"opportunity: money":                {opportunity(progress, "", none), opportunity(progress, "", amount), actions.OpportunityEdit, true},
		"opportunity: name":                 {opportunity(progress, "", amount), opportunity(progress, "x", amount), actions.OpportunityEdit, false},
		"opportunity: held":                 {opportunity(progress, "", none), opportunity(onHold, "", none), actions.OpportunityHold, false},
		"opportunity: win":                  {opportunity(progress, "", none), opportunity(won, "", none), actions.OpportunityWin, true},
		"opportunity: won":                  {opportunity(won, "", none), opportunity(won, "", amount), actions.OpportunityEdit, false},
		"opportunity: reopen":               {opportunity(won, "", none), opportunity(progress, "", none), actions.OpportunityReopen, true},
		"quote: money":                      {quote(draft, none), quote(draft, amount), actions.QuoteEdit, true},
		"quote: money goes":                 {quote(draft, amount), quote(draft, none), actions.QuoteEdit, true},
		"quote: activate":                   {quote(draft, none), quote(active, none), actions.QuoteActivate, true},
		"quote: active":                     {quote(active, none), quote(active, amount), actions.QuoteEdit, false},
		"quote: win":                        {quote(active, none), quote(leadtocash.QuoteStatusWon, none), actions.QuoteWin, false},
		"order: price":                      {order(leadtocash.OrderStatusNew, line("7")), order(leadtocash.OrderStatusNew, line("8")), actions.OrderEditLines, true},
		"order: line":                       {order(leadtocash.OrderStatusNew), order(leadtocash.OrderStatusNew, line("8")), actions.OrderEditLines, true},
		"order: rederive":                   {order(leadtocash.OrderStatusNew, line("7")), order(leadtocash.OrderStatusNew, line("8")), actions.OrderRederive, false},
		"order: submit":                     {order(leadtocash.OrderStatusNew), order(leadtocash.OrderStatusSubmitted), actions.OrderSubmit, true},
		"order: fulfill":                    {order(leadtocash.OrderStatusNew), order(leadtocash.OrderStatusComplete), actions.OrderFulfill, true},
		"order: fulfill part":               {order(leadtocash.OrderStatusNew), order(leadtocash.OrderStatusPartial), actions.OrderFulfillPartial, true},
		"order: cancel":                     {order(leadtocash.OrderStatusNew), order(leadtocash.OrderStatusNoMoney), actions.OrderCancel, true},
		"order: done":                       {order(leadtocash.OrderStatusComplete, line("7")), order(leadtocash.OrderStatusComplete, line("8")), actions.OrderEditLines, false},
		"invoice: money":                    {invoice(0, none), invoice(0, amount), actions.InvoiceEdit, true},
		"invoice: issue":                    {invoice(0, none), invoice(2031_05_04, none), actions.InvoiceIssue, true},
		"invoice: issued":                   {invoice(2031_05_04, none), invoice(2031_05_04, amount), actions.InvoiceEdit, false},
		"credit note: money":                {note(leadtocash.CreditNoteStatusDraft, record.InvoiceID{}, none), note(leadtocash.CreditNoteStatusDraft, record.InvoiceID{}, amount), actions.CreditNoteEdit, true},
		"credit note: issue":                {note(leadtocash.CreditNoteStatusDraft, record.InvoiceID{}, none), note(leadtocash.CreditNoteStatusIssued, record.InvoiceID{}, none), actions.CreditNoteIssue, true},
		"credit note: of an invoice, money": {note(leadtocash.CreditNoteStatusDraft, of, none), note(leadtocash.CreditNoteStatusDraft, of, amount), actions.CreditNoteEdit, false},
		"credit note: of an invoice, issue": {note(leadtocash.CreditNoteStatusDraft, of, none), note(leadtocash.CreditNoteStatusIssued, of, none), actions.CreditNoteIssue, false},
		"payment: post":                     {payment(leadtocash.PaymentStatusPending), payment(leadtocash.PaymentStatusPosted), actions.PaymentPost, true},
		"payment: bounce":                   {payment(leadtocash.PaymentStatusPosted), payment(leadtocash.PaymentStatusBounced), actions.PaymentBounce, false},
	}
}

// I-96: the rate is copied at the published moments and at no other.
func TestRateIsCopiedAtItsMoments(t *testing.T) {
	t.Parallel()
	for name, m := range rateMoments() {
		t.Run(name, func(t *testing.T) {
			want := "0.94"
			if m.copies {
				want = "0.97"
			}
			if noRate := leadtocash.SetRate(m.was, m.is, rateFacts("0.97", m.do)); noRate {
				t.Error("the rate is not known")
			}
			if h := m.is.Header(); h.ExchangeRate.Or(decimal.Decimal{}).String() != want || h.RateFixed {
				t.Errorf("the rate is %v, want %s", h.ExchangeRate, want)
			}
		})
	}
}

// Nothing replaces a rate that was given.
func TestRateThatWasGivenStays(t *testing.T) {
	t.Parallel()
	for name, m := range rateMoments() {
		m.was.Header().RateFixed, m.is.Header().RateFixed = true, true
		leadtocash.SetRate(m.was, m.is, rateFacts("0.97", m.do))
		if h := m.is.Header(); h.ExchangeRate.Or(decimal.Decimal{}).String() != "0.94" || !h.RateFixed {
			t.Errorf("%s: the rate is %v, fixed %t", name, h.ExchangeRate, h.RateFixed)
		}
	}
}

// Where no rate is known at a moment of copying, the record keeps what it has.
func TestRateStaysWhereNoneIsKnown(t *testing.T) {
	t.Parallel()
	for name, m := range rateMoments() {
		leadtocash.SetRate(m.was, m.is, rateFacts("", m.do))
		if h := m.is.Header(); h.ExchangeRate.Or(decimal.Decimal{}).String() != "0.94" {
			t.Errorf("%s: the rate is %v", name, h.ExchangeRate)
		}
	}
}

// The rate of the base currency is 1, given or not; without a base currency there
// are no rates.
func TestRateOfTheBaseCurrency(t *testing.T) {
	t.Parallel()
	for name, m := range rateMoments() {
		h := m.is.Header()
		h.Currency, h.RateFixed = money.EUR, true
		if leadtocash.SetRate(m.was, m.is, rateFacts("0.97", m.do)); h.ExchangeRate.Or(decimal.Decimal{}).String() != "1" || h.RateFixed {
			t.Errorf("%s: the rate of the base currency is %v, fixed %t", name, h.ExchangeRate, h.RateFixed)
		}
		h.Currency, h.ExchangeRate = money.CHF, rateOf("")
		f := rateFacts("0.97", m.do)
		f.BaseCurrency = money.Currency(0)
		if noRate := leadtocash.SetRate(m.was, m.is, f); noRate || !h.ExchangeRate.IsZero() {
			t.Errorf("%s: without a base currency the rate is %v", name, h.ExchangeRate)
		}
	}
}

// I-97: what an action makes of a record in the same currency has its rate and mark.
func TestRateIsInheritedByEveryConversion(t *testing.T) {
	t.Parallel()
	lead, opportunity := &leadtocash.Lead{ID: testkit.IDOf[record.LeadID](1)}, &leadtocash.Opportunity{ID: testkit.IDOf[record.OpportunityID](2)}
	quote, order := &leadtocash.Quote{ID: testkit.IDOf[record.QuoteID](3)}, &leadtocash.Order{ID: testkit.IDOf[record.OrderID](4)}
	invoice, note := &leadtocash.Invoice{ID: testkit.IDOf[record.InvoiceID](5)}, &leadtocash.CreditNote{ID: testkit.IDOf[record.CreditNoteID](6)}
	payment := &leadtocash.Payment{ID: testkit.IDOf[record.PaymentID](7)}
	for name, c := range map[string]struct {
		parent record.Record
		child  func() record.Record
	}{
		"account of a lead":         {lead, func() record.Record { return &party.Account{OriginatingLeadID: lead.ID} }},
		"contact of a lead":         {lead, func() record.Record { return &party.Contact{OriginatingLeadID: lead.ID} }},
		"opportunity of a lead":     {lead, func() record.Record { return &leadtocash.Opportunity{OriginatingLeadID: lead.ID} }},
		"quote of an opportunity":   {opportunity, func() record.Record { return &leadtocash.Quote{OpportunityID: opportunity.ID} }},
		"order of an opportunity":   {opportunity, func() record.Record { return &leadtocash.Order{OpportunityID: opportunity.ID} }},
		"order of a quote":          {quote, func() record.Record { return &leadtocash.Order{QuoteID: quote.ID, OpportunityID: opportunity.ID} }},
		"invoice of an opportunity": {opportunity, func() record.Record { return &leadtocash.Invoice{OpportunityID: opportunity.ID} }},
		"invoice of an order": {order, func() record.Record {
			return &leadtocash.Invoice{SalesOrderID: order.ID, OpportunityID: opportunity.ID}
		}},
		"allocation of a payment":      {payment, func() record.Record { return &leadtocash.Allocation{PaymentID: payment.ID, InvoiceID: invoice.ID} }},
		"allocation of a credit note":  {note, func() record.Record { return &leadtocash.Allocation{CreditNoteID: note.ID, InvoiceID: invoice.ID} }},
		"write-off of an invoice":      {invoice, func() record.Record { return &leadtocash.Allocation{InvoiceID: invoice.ID} }},
		"refund of a payment":          {payment, func() record.Record { return &leadtocash.Refund{PaymentID: payment.ID} }},
		"refund of a credit note":      {note, func() record.Record { return &leadtocash.Refund{CreditNoteID: note.ID} }},
		"dunning letter of an invoice": {invoice, func() record.Record { return &leadtocash.DunningEntry{InvoiceID: invoice.ID} }},
		"close of an opportunity":      {opportunity, func() record.Record { return &leadtocash.OpportunityClose{OpportunityID: opportunity.ID} }},
		"close of a quote":             {quote, func() record.Record { return &leadtocash.QuoteClose{QuoteID: quote.ID} }},
		"close of an order":            {order, func() record.Record { return &leadtocash.OrderClose{OrderID: order.ID} }},
	} {
		for _, fixed := range []bool{false, true} {
			*c.parent.Header() = francs()
			c.parent.Header().RateFixed = fixed
			f := rateFacts("0.99")
			f.Parent = func(ref record.Ref) record.Record {
				if ref == c.parent.Ref() {
					return c.parent
				}
				return nil
			}
			child := c.child()
			h := child.Header()
			h.Currency = money.CHF
			if noRate := leadtocash.SetRate(nil, child, f); noRate || h.ExchangeRate.Or(decimal.Decimal{}).String() != "0.94" || h.RateFixed != fixed {
				t.Errorf("%s: the rate is %v, fixed %t; want 0.94, %t", name, h.ExchangeRate, h.RateFixed, fixed)
			}
			h.Currency, h.ExchangeRate, h.RateFixed = money.NOK, rateOf(""), false
			if leadtocash.SetRate(nil, child, f); h.ExchangeRate.Or(decimal.Decimal{}).String() != "0.99" || h.RateFixed {
				t.Errorf("%s in another currency: the rate is %v, want 0.99", name, h.ExchangeRate)
			}
		}
	}
}

// A credit note of an invoice has the invoice's rate for good, drafted from lines or
// freely.
func TestCreditNoteHasTheRateOfItsInvoice(t *testing.T) {
	t.Parallel()
	i := testkit.InvoiceIn(t, leadtocash.InvoiceStatusBilled)
	i.Currency, i.ExchangeRate, i.RateFixed = money.CHF, rateOf("0.94"), true
	credited, err := i.Credit(leadtocash.CreditInvoice{}, leadtocash.InvoiceFacts{Stamp: testkit.Noon})
	if err != nil {
		t.Fatal(err)
	}
	free, err := leadtocash.NewCreditNote(leadtocash.CreateCreditNote{
		ID: testkit.IDOf[record.CreditNoteID](1), InvoiceID: i.ID, Fields: leadtocash.CreditNoteFields{Name: "sorry", CustomerID: i.CustomerID},
	}, leadtocash.CreditNoteFacts{Stamp: testkit.Noon, Invoice: &i})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []leadtocash.CreditNote{credited.CreditNote, free.Record} {
		for _, do := range []actions.Action{actions.CreditNoteCreate, actions.CreditNoteIssue} {
			leadtocash.SetRate(nil, &n, rateFacts("0.99", do))
			if n.ExchangeRate.Or(decimal.Decimal{}).String() != "0.94" || !n.RateFixed || n.Currency != money.CHF {
				t.Errorf("%s: %s at %v, fixed %t", do, n.Currency, n.ExchangeRate, n.RateFixed)
			}
		}
	}
}

// No rate is no parity: making, editing and issuing tell of it, other actions do not.
func TestNoRateIsTold(t *testing.T) {
	t.Parallel()
	bare := func(freight value.Opt[money.Amount]) *leadtocash.Invoice {
		i := &leadtocash.Invoice{Head: record.Head{Currency: money.CHF, Version: 2}, Status: leadtocash.InvoiceStatusNew}
		i.FreightAmount = freight
		return i
	}
	for do, tells := range map[actions.Action]bool{
		actions.InvoiceCreate: true, actions.InvoiceEdit: true, actions.InvoiceEditLines: true, actions.InvoiceIssue: true, actions.InvoiceChangeCurrency: true,
		actions.InvoiceAssign: false, actions.InvoiceSetStatus: false, actions.InvoiceCancel: false,
	} {
		was := record.Record(bare(value.None[money.Amount]()))
		if do == actions.InvoiceCreate {
			was = nil
		}
		is := bare(value.None[money.Amount]())
		if told := leadtocash.SetRate(was, is, rateFacts("", do)); told != tells || is.HasBase() {
			t.Errorf("%s: told %t, want %t; the rate is %v", do, told, tells, is.ExchangeRate)
		}
	}
}
