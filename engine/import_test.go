package engine_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
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

// soldDesks is a document as another system wrote it: lines, no amounts.
func soldDesks() pricing.PricedLines {
	return pricing.PricedLines{Lines: []pricing.Line{
		{WriteInText: "Desk", Quantity: value.Some(decimal.NewFromInt(10)), PricePerUnit: value.Some(decimal.NewFromInt(450))},
		{WriteInText: "Lamp", Quantity: value.Some(decimal.NewFromInt(1)), PricePerUnit: value.Some(decimal.RequireFromString("79.90"))},
	}}
}

// An import keeps what the record says and begins its history.
func TestImport_kept(t *testing.T) {
	onStores(t, func(p *people) {
		long := time.Date(2019, 5, 6, 7, 8, 9, 123456789, time.FixedZone("", 3600))
		in := party.Account{
			Head: record.Head{
				CreatedAt: long, UpdatedAt: long.AddDate(1, 0, 0), Owner: testkit.Bob, CreatedBy: testkit.Ann, Version: 17, ImportSequence: 4,
			},
			AccountFields: party.AccountFields{Name: "Meyer", CreditLimit: value.Some(money.EUR.MustAmount("5"))},
			Status:        party.AccountStatusInactive,
		}
		out := testkit.Must(engine.Import(p.ctx, p.Client, in))
		want := time.Date(2019, 5, 6, 6, 8, 9, 123456000, time.UTC)
		if out.ID.IsZero() || out.Version != 1 || out.CreatedAt != want || out.UpdatedAt != want.AddDate(1, 0, 0) ||
			out.Owner != testkit.Bob || out.CreatedBy != testkit.Ann || out.Status != party.AccountStatusInactive || out.Currency != money.EUR || out.ImportSequence != 4 {
			p.Errorf("imported %+v", out)
		}
		if in.ID != (record.AccountID{}) || in.Version != 17 {
			p.Errorf("the record given became %+v", in.Head)
		}
		if stored := testkit.Must(p.Accounts().Get(p.ctx, out.ID)); testkit.Canonical(p.T, stored) != testkit.Canonical(p.T, out) {
			p.Errorf("stored %+v, returned %+v", stored, out)
		}
		var last engine.Entry
		for e, err := range p.Accounts().History(p.ctx, out.ID) {
			if err != nil {
				p.Fatal(err)
			}
			last = e
		}
		if last.Type != "account.imported" || last.To != "inactive" || last.From != "" || last.At != out.UpdatedAt || last.Version != 1 {
			p.Errorf("its event is %+v", last)
		}

		_, err := engine.Import(p.ctx, p.Client, out)
		p.refused(err, codes.ErrConflict)
		testkit.Must(p.Accounts().Activate(p.ctx, out.ID, party.Activate{}))
		testkit.Must(0, p.Accounts().Delete(p.ctx, out.ID, remove))
		_, err = engine.Import(p.ctx, p.Client, out) // ids are never used again
		p.refused(err, codes.ErrConflict)

		recent := testkit.Must(engine.Import(p.ctx, p.Client, party.Contact{
			ContactFields: party.ContactFields{LastName: "Meyer"}, Status: party.ContactStatusActive,
		}))
		if recent.CreatedAt.IsZero() || recent.CreatedAt != recent.UpdatedAt {
			p.Errorf("imported %+v", recent.Head)
		}
		past := testkit.Must(engine.Import(p.ctx, p.At(want), party.Contact{
			ContactFields: party.ContactFields{LastName: "Huber"}, Status: party.ContactStatusActive,
		}))
		if past.CreatedAt != want {
			p.Errorf("imported %+v", past.Head)
		}
		testkit.Must(0, p.Contacts().Delete(p.ctx, recent.ID, remove))
	})
}

// Documents are calculated, in whatever status; import-only ones are possible.
func TestImport_documents(t *testing.T) {
	onStores(t, func(p *people) {
		customer := record.AccountCustomer(p.account("Meyer").ID)
		total := money.EUR.MustAmount("4579.90")

		won := testkit.Must(engine.Import(p.ctx, p.Client, p.oldQuote("Q-7", 0, leadtocash.QuoteStatusWon, customer)))
		if !won.TotalAmount.Equal(total) || won.Lines[0].LineNumber != 1 || won.Lines[1].LineNumber != 2 || won.LastLine != 2 {
			p.Errorf("the quote is %+v", won)
		}
		_, err := p.Quotes().Edit(p.ctx, won.ID, leadtocash.EditQuote{Fields: won.QuoteFields})
		p.refused(err, codes.ErrReadOnly)

		order := leadtocash.Order{
			Status: leadtocash.OrderStatusComplete, OrderNumber: "O-7", QuoteID: won.ID,
			OrderFields: leadtocash.OrderFields{Name: "Desks", CustomerID: customer}, PricedLines: soldDesks(),
		}
		for i := range order.Lines {
			order.Lines[i].QuantityShipped = order.Lines[i].Quantity
		}
		o := testkit.Must(engine.Import(p.ctx, p.Client, order))
		if o.Fulfilment != leadtocash.FulfilmentComplete || o.Invoicing != pricing.InvoicingNone || !o.TotalAmount.Equal(total) {
			p.Errorf("the order is %+v", o)
		}
		order.QuoteID, order.OrderNumber, order.Status = record.QuoteID{}, "O-9", leadtocash.OrderStatusInvoiced
		order.FreightAmount = value.Some(money.EUR.MustAmount("9.90"))
		for i := range order.Lines {
			order.Lines[i].QuantityInvoiced = order.Lines[i].Quantity
		}
		if o := testkit.Must(engine.Import(p.ctx, p.Client, order)); o.Invoicing != pricing.InvoicingFull || !o.FreightInvoiced {
			p.Errorf("the invoiced order is %+v", o)
		}

		order.QuoteID, order.OrderNumber = won.ID, "O-8"
		_, err = engine.Import(p.ctx, p.Client, order)
		p.refused(err, codes.ErrQuoteAlreadyOrdered)

		invoice := leadtocash.Invoice{
			Status: leadtocash.InvoiceStatusClosedPaid, InvoiceNumber: "I-7",
			InvoiceFields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: customer}, PricedLines: soldDesks(),
		}
		i := testkit.Must(engine.Import(p.ctx, p.Client, invoice))
		if i.Status != leadtocash.InvoiceStatusClosedPaid || !i.TotalAmount.Equal(total) {
			p.Errorf("the invoice is %+v", i)
		}
		_, err = engine.Import(p.ctx, p.Client, invoice)
		p.refused(err, codes.ErrTaken)
		invoice.InvoiceNumber, invoice.Status = "I-8", leadtocash.InvoiceStatusPaid
		if paid := testkit.Must(engine.Import(p.ctx, p.Client, invoice)); !paid.OpenBalance().IsZero() {
			p.Errorf("of a paid invoice %s is open", paid.OpenBalance())
		}

		lost := testkit.Must(engine.Import(p.ctx, p.Client, leadtocash.Opportunity{
			Status:            leadtocash.OpportunityStatusOutSold,
			OpportunityFields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: customer},
		}))
		if lost.ForecastCategory != leadtocash.ForecastCategoryLost || lost.ActualCloseDate.IsZero() || !lost.ActualValue.IsZero() {
			p.Errorf("the lost deal is %+v", lost)
		}
		deal := testkit.Must(engine.Import(p.ctx, p.Client, leadtocash.Opportunity{
			Status:            leadtocash.OpportunityStatusWon,
			OpportunityFields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: customer, IsRevenueSystemCalculated: true},
			PricedLines:       soldDesks(),
		}))
		if v, _ := deal.ActualValue.Get(); deal.ForecastCategory != leadtocash.ForecastCategoryWon || !v.Equal(total) {
			p.Errorf("the won deal is %+v", deal)
		}

		// The totals given may be those that the lines make, and no others.
		again := won
		again.ID, again.QuoteNumber = record.QuoteID{}, "Q-8"
		testkit.Must(engine.Import(p.ctx, p.Client, again))
		again.QuoteNumber, again.TotalAmount = "Q-9", money.EUR.MustAmount("4579.91")
		_, err = engine.Import(p.ctx, p.Client, again)
		p.refused(err, codes.ErrInvalid)
		again = won
		again.ID, again.QuoteNumber, again.Lines = record.QuoteID{}, "Q-9", slices.Clone(won.Lines)
		again.Lines[0].BaseAmount = money.EUR.MustAmount("1.00")
		_, err = engine.Import(p.ctx, p.Client, again)
		p.refused(err, codes.ErrInvalid)
	})
}

// Revisions go on behind the highest one imported, in whatever order they
// came, and without gaps.
func TestImport_revisions(t *testing.T) {
	onStores(t, func(p *people) {
		customer := record.AccountCustomer(p.account("Meyer").ID)
		for _, order := range [][]int32{{0, 1, 2}, {2, 0, 1}, {2, 1, 0}} {
			number := strings.Trim(strings.ReplaceAll(testkit.Canonical(p.T, order), ",", "-"), "[]")
			var newest leadtocash.Quote
			for _, revision := range order {
				status := leadtocash.QuoteStatusRevised
				if revision == 2 {
					status = leadtocash.QuoteStatusActive
				}
				q := testkit.Must(engine.Import(p.ctx, p.Client, p.oldQuote(number, revision, status, customer)))
				if revision == 2 {
					newest = q
				}
			}
			revised := testkit.Must(p.Quotes().ReviseQuote(p.ctx, newest.ID, leadtocash.ReviseQuote{}))
			if got := revised.Revision.RevisionNumber; got != 3 {
				p.Errorf("imported as %v, the next revision is %d", order, got)
			}
			// No two of a number live at once.
			_, err := engine.Import(p.ctx, p.Client, p.oldQuote(number, 7, leadtocash.QuoteStatusDraft, customer))
			p.refused(err, codes.ErrTaken)
			_, err = engine.Import(p.ctx, p.Client, p.oldQuote(number, 1, leadtocash.QuoteStatusLost, customer))
			p.refused(err, codes.ErrTaken)
			_, err = engine.Import(p.ctx, p.Client, p.oldQuote(number, 1001, leadtocash.QuoteStatusLost, customer))
			p.refused(err, codes.ErrOutOfRange)
			testkit.Must(engine.Import(p.ctx, p.Client, p.oldQuote(number, 9, leadtocash.QuoteStatusWon, customer)))
			_, err = engine.Import(p.ctx, p.Client, p.oldQuote(number, 8, leadtocash.QuoteStatusWon, customer))
			p.refused(err, codes.ErrQuoteAlreadyWon)
		}
	})
}

// Every kind can be imported as it is stored, which is what a migration from
// one store to another does.
func TestImport_everyKind(t *testing.T) {
	t.Parallel()
	from, to := newPeople(t, memory.New()), newPeople(t, memory.New(), engine.WithClock(func() time.Time { return testkit.Morning.At.AddDate(0, 0, 3) }))
	to.Client = to.At(testkit.Morning.At.AddDate(0, 0, 1))
	account, person, rival, seller := from.account("Meyer"), from.contact("Meyer"), from.competitor("Rival"), from.seller("Ann")
	about := ref(kinds.Account, account.ID)
	n := testkit.Must(from.Notes().CreateWithFile(from.ctx, planned(about), plan("plan")))
	task := testkit.Must(from.Tasks().Complete(from.ctx, from.task(about).ID, activity.CompleteTask{}))
	call := testkit.Must(from.PhoneCalls().Create(from.ctx, activity.CreatePhoneCall{Fields: activity.ActivityFields{RegardingID: about}}))
	mail := testkit.Must(from.Emails().Create(from.ctx, activity.CreateEmail{Fields: activity.ActivityFields{RegardingID: about}}))
	demo := testkit.Must(from.Appointments().Create(from.ctx, activity.CreateAppointment{Fields: activity.ActivityFields{RegardingID: about}}))
	lead := testkit.Must(from.Leads().Create(from.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
	deal := from.deal(record.AccountCustomer(account.ID))
	team := from.connect(ref(kinds.Opportunity, deal.ID), ref(kinds.Seller, seller.ID), party.ConnectionRoleAccountManager)
	lost := testkit.Must(from.Opportunities().Lose(from.ctx, deal.ID, leadtocash.LoseOpportunity{CompetitorID: rival.ID}))

	moved(to, seller)
	moved(to, account)
	moved(to, person)
	moved(to, rival)
	moved(to, testkit.Must(from.Notes().Content(from.ctx, n.ID)))
	moved(to, n)
	moved(to, task)
	moved(to, call)
	moved(to, mail)
	moved(to, demo)
	moved(to, lead)
	moved(to, lost.Record)
	moved(to, *lost.Close)
	moved(to, team)
	if file := testkit.Must(to.Notes().Content(to.ctx, n.ID)); string(file.Content) != "plan" {
		t.Errorf("the file is %+v", file)
	}

	again := team
	again.ID = record.ConnectionID{}
	_, err := engine.Import(to.ctx, to.Client, again)
	to.refused(err, codes.ErrDuplicateSalesTeamMember)
	again.Status = party.ConnectionStatusInactive
	testkit.Must(engine.Import(to.ctx, to.Client, again))
}

// A whole journey moves, billed in odd parts and paid.
func TestImport_journey(t *testing.T) {
	t.Parallel()
	from := newPeople(t, memory.New())
	to := newPeople(t, memory.New(), engine.WithNumbering(func(kind kinds.Kind, n int64) string {
		return engine.DefaultNumbering(kind, 1000+n) // begins above what is imported
	}), engine.WithClock(func() time.Time { return testkit.Morning.At.AddDate(0, 0, 3) }))
	to.Client = to.At(testkit.Morning.At.AddDate(0, 0, 1))
	account := from.account("Meyer")
	lines := []pricing.LineFields{pricing.WriteIn("Desk", decimal.NewFromInt(3), decimal.RequireFromString("33.33"))}
	deal := testkit.Must(from.Opportunities().Create(from.ctx, leadtocash.CreateOpportunity{
		Fields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: record.AccountCustomer(account.ID), IsRevenueSystemCalculated: true},
		Lines:  lines,
	}))
	quote := testkit.Must(from.Opportunities().GenerateQuote(from.ctx, deal.ID, leadtocash.GenerateQuote{}))
	fields := quote.QuoteFields
	fields.DiscountPercentage = value.Some(decimal.NewFromInt(7))
	testkit.Must(from.Quotes().Edit(from.ctx, quote.ID, leadtocash.EditQuote{Fields: fields}))
	testkit.Must(from.Quotes().Activate(from.ctx, quote.ID, leadtocash.ActivateQuote{}))
	won := testkit.Must(from.Quotes().WinToOrder(from.ctx, quote.ID, leadtocash.WinQuoteToOrder{}))
	first := testkit.Must(from.Orders().Invoice(from.ctx, won.Order.ID, leadtocash.InvoiceOrder{
		Lines: []pricing.LineQuantity{{LineNumber: 1, Quantity: value.Some(decimal.NewFromInt(2))}},
	})).Invoice
	paid := testkit.Must(from.Invoices().MarkPaid(from.ctx, first.ID, leadtocash.PayInvoice{}))
	second := testkit.Must(from.Orders().Invoice(from.ctx, won.Order.ID, leadtocash.InvoiceOrder{})).Invoice
	done := testkit.Must(from.Orders().Fulfill(from.ctx, won.Order.ID, leadtocash.FulfillOrder{}))

	moved(to, account)
	moved(to, *won.Opportunity)
	moved(to, *won.OpportunityClose)
	moved(to, won.Record)
	moved(to, *won.Close)
	moved(to, done.Record)
	moved(to, testkit.Must(from.Orders().CloseActivities(from.ctx, won.Order.ID))[0])
	moved(to, paid.Record)
	moved(to, second)
	moved(to, *paid.Payment)
	moved(to, *paid.Allocation)

	// Life goes on there.
	end := testkit.Must(to.At(testkit.Morning.At.AddDate(0, 0, 2)).Invoices().MarkPaid(to.ctx, second.ID, leadtocash.PayInvoice{}))
	if end.Record.InvoiceNumber != "INV-01001" || end.Record.Status != leadtocash.InvoiceStatusPaid {
		t.Errorf("the second invoice became %+v", end.Record)
	}
}

// moved imports a record, which differs in nothing but its version.
func moved[R testkit.Cloner[R]](to *people, r R) {
	to.Helper()
	out := testkit.Must(engine.Import(to.ctx, to.Client, r))
	before, after := members(to.T, r), members(to.T, out)
	delete(before, "version")
	delete(after, "version")
	if b, a := testkit.Canonical(to.T, before), testkit.Canonical(to.T, after); a != b {
		to.Errorf("imported as\n%s, was\n%s", a, b)
	}
}

func members(t *testing.T, record any) (m map[string]json.RawMessage) {
	t.Helper()
	body := testkit.Must(json.Marshal(record))
	testkit.Must(0, json.Unmarshal(body, &m))
	return m
}

// What is not sound by itself is refused, and nothing is stored.
func TestImport_refusals(t *testing.T) {
	onStores(t, func(p *people) {
		customer := record.AccountCustomer(p.account("Meyer").ID)
		account := func(change func(*party.Account)) error {
			a := party.Account{AccountFields: party.AccountFields{Name: "Huber"}, Status: party.AccountStatusActive}
			change(&a)
			_, err := engine.Import(p.ctx, p.Client, a)
			return err
		}
		order := func(change func(*leadtocash.Order)) error {
			o := leadtocash.Order{
				Status: leadtocash.OrderStatusNew, OrderNumber: "O-1",
				OrderFields: leadtocash.OrderFields{Name: "Desks", CustomerID: customer}, PricedLines: soldDesks(),
			}
			change(&o)
			_, err := engine.Import(p.ctx, p.Client, o)
			return err
		}
		deal := func(change func(*leadtocash.Opportunity)) error {
			o := leadtocash.Opportunity{Status: leadtocash.OpportunityStatusWon, OpportunityFields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: customer}}
			change(&o)
			_, err := engine.Import(p.ctx, p.Client, o)
			return err
		}
		ten := value.Some(decimal.NewFromInt(10))
		self := engine.NewID[record.AccountID]()
		dollars := testkit.Must(p.Opportunities().Create(p.ctx, leadtocash.CreateOpportunity{
			Origin: record.Origin{Currency: money.USD}, Fields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: customer},
		}))
		for name, x := range map[string]struct {
			err  error
			code codes.Code
		}{
			"no name":        {account(func(a *party.Account) { a.Name = "" }), codes.ErrMissingField},
			"no status":      {account(func(a *party.Account) { a.Status = 0 }), codes.ErrMissingField},
			"default status": {account(func(a *party.Account) { a.Status = value.DefaultStatus }), codes.ErrInvalid},
			"no such status": {account(func(a *party.Account) { a.Status = 9 }), codes.ErrInvalid},
			"long name":      {account(func(a *party.Account) { a.Name = strings.Repeat("x", 161) }), codes.ErrTooLong},
			"decimals":       {account(func(a *party.Account) { a.CreditLimit = value.Some(money.KWD.MustAmount("1.005")) }), codes.ErrOutOfRange},
			"rate":           {account(func(a *party.Account) { a.ExchangeRate = value.Some(decimal.NewFromInt(-1)) }), codes.ErrOutOfRange},
			"future":         {account(func(a *party.Account) { a.UpdatedAt = testkit.Morning.At.AddDate(1, 0, 0) }), codes.ErrTimeOrder},
			"born after": {account(func(a *party.Account) {
				a.CreatedAt, a.UpdatedAt = testkit.Morning.At, testkit.Morning.At.AddDate(-1, 0, 0)
			}), codes.ErrTimeOrder},
			"own parent":      {account(func(a *party.Account) { a.ID, a.ParentAccountID = self, self }), codes.ErrInvalid},
			"dangling":        {account(func(a *party.Account) { a.ParentAccountID = self }), codes.ErrNotFound},
			"merged alive":    {account(func(a *party.Account) { a.Merged, a.MasterID = true, customer.Account() }), codes.ErrInvalid},
			"master unmerged": {account(func(a *party.Account) { a.MasterID = customer.Account() }), codes.ErrInvalid},
			"no number":       {order(func(o *leadtocash.Order) { o.OrderNumber = "" }), codes.ErrMissingField},
			"no quantity":     {order(func(o *leadtocash.Order) { o.Lines[0].Quantity = value.None[decimal.Decimal]() }), codes.ErrMissingQuantity},
			"same line twice": {order(func(o *leadtocash.Order) { o.Lines[0].LineNumber, o.Lines[1].LineNumber = 1, 1 }), codes.ErrInvalid},
			"not shipped":     {order(func(o *leadtocash.Order) { o.Status = leadtocash.OrderStatusComplete }), codes.ErrInvalid},
			"not invoiced":    {order(func(o *leadtocash.Order) { o.Status = leadtocash.OrderStatusInvoiced }), codes.ErrInvalid},
			"over-shipped":    {order(func(o *leadtocash.Order) { o.Lines[1].QuantityShipped = ten }), codes.ErrOutOfRange},
			"shipped, new":    {order(func(o *leadtocash.Order) { o.Fulfilment = leadtocash.FulfilmentPartial }), codes.ErrInvalid},
			"currency":        {order(func(o *leadtocash.Order) { o.OpportunityID = dollars.ID }), codes.ErrCurrencyMismatch},
			"forecast":        {deal(func(o *leadtocash.Opportunity) { o.ForecastCategory = leadtocash.ForecastCategoryPipeline }), codes.ErrInvalid},
			"open, with value": {deal(func(o *leadtocash.Opportunity) {
				o.Status, o.ActualValue = leadtocash.OpportunityStatusInProgress, value.Some(money.EUR.MustAmount("1"))
			}), codes.ErrInvalid},
			"open, closed": {deal(func(o *leadtocash.Opportunity) {
				o.Status, o.ActualCloseDate = leadtocash.OpportunityStatusInProgress, 2026_03_02
			}), codes.ErrInvalid},
			"no customer": {deal(func(o *leadtocash.Opportunity) { o.CustomerID = record.CustomerID{} }), codes.ErrOpportunityParentMissing},
		} {
			if !errors.Is(x.err, x.code) {
				p.Errorf("%s: got error %v, want %s", name, x.err, x.code)
			}
		}
		p.counted(kinds.Account, 1)
		p.counted(kinds.Order, 0)
		p.counted(kinds.Opportunity, 1)

		about := ref(kinds.Account, customer.Account())
		_, err := engine.Import(p.ctx, p.Client, activity.Attachment{Content: []byte("x"), SHA256: strings.Repeat("0", 64)})
		p.refused(err, codes.ErrInvalid)
		_, err = engine.Import(p.ctx, p.Client, activity.Attachment{Content: make([]byte, 65)})
		p.refused(err, codes.ErrTooLarge)
		_, err = engine.Import(p.ctx, p.Client, activity.Note{RegardingID: about, NoteFields: activity.NoteFields{Subject: "Plan", FileName: "plan.txt"}})
		p.refused(err, codes.ErrMissingField)
		_, err = engine.Import(p.ctx, p.Client, leadtocash.Payment{Status: leadtocash.PaymentStatusPosted, PaymentNumber: "P-1", PaymentFields: leadtocash.PaymentFields{CustomerID: customer}})
		p.refused(err, codes.ErrOutOfRange)
		_, err = engine.Import(p.ctx, p.Client, leadtocash.Invoice{
			Status: leadtocash.InvoiceStatusPaid, InvoiceNumber: "I-1", SettledAmount: money.EUR.MustAmount("4579.91"),
			InvoiceFields: leadtocash.InvoiceFields{Name: "Desks", CustomerID: customer}, PricedLines: soldDesks(),
		})
		p.refused(err, codes.ErrOutOfRange)
		_, err = engine.Import(p.ctx, p.Client, "a text")
		p.refused(err, codes.ErrInvalid)
	}, engine.WithAttachmentLimit(64))
}

func TestImport_denied(t *testing.T) {
	t.Parallel()
	p := newPeople(t, memory.New(), engine.WithAuthorizer(denying{actions.ContactImport}))
	_, err := engine.Import(p.ctx, p.Client, party.Contact{ContactFields: party.ContactFields{LastName: "Meyer"}, Status: party.ContactStatusActive})
	p.refused(err, codes.ErrDenied)
	testkit.Must(engine.Import(p.ctx, p.Client, party.Account{AccountFields: party.AccountFields{Name: "Meyer"}, Status: party.AccountStatusActive}))
}

// Imports obey Once, Preview and guards like every call.
func TestImport_scopes(t *testing.T) {
	onStores(t, func(p *people) {
		in := party.Contact{ContactFields: party.ContactFields{LastName: "Meyer"}, Status: party.ContactStatusActive}
		testkit.Must(engine.Import(p.ctx, p.Preview(), in))
		p.counted(kinds.Contact, 0)
		first := testkit.Must(engine.Import(p.ctx, p.Once("row-1"), in))
		if again := testkit.Must(engine.Import(p.ctx, p.Once("row-1"), in)); again.ID != first.ID {
			p.Errorf("repeated, it made %s", again.ID)
		}
		in.LastName = "Spam"
		_, err := engine.Import(p.ctx, p.Client, in)
		p.refused(err, "spam")
		p.counted(kinds.Contact, 1)
	}, engine.WithGuard(engine.Guard{
		Action: actions.ContactImport, Code: "spam", Text: "no spam",
		Holds: func(g engine.GuardRequest) bool { return g.Record.(*party.Contact).LastName != "Spam" },
	}))
}
