package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/bpf"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/process"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// accessDesk is a deal of the chief's, and a client that shows the kinds given to
// the chief alone.
func accessDesk(t *testing.T, kinds ...kinds.Kind) (p *people, deal leadtocash.Opportunity) {
	t.Helper()
	auth := sees{}
	for _, kind := range kinds {
		auth[kind] = chief.ID
	}
	root := newPeople(t, memory.New(), engine.WithAuthorizer(auth))
	p = &people{t, root.As(chief), root.ctx, root.store}
	account := p.account("Meyer")
	return p, testkit.Must(p.Opportunities().Create(p.ctx, leadtocash.CreateOpportunity{
		Origin: record.Origin{Currency: money.EUR},
		Fields: leadtocash.OpportunityFields{Name: "desks", CustomerID: record.AccountCustomer(account.ID)},
		Lines:  []pricing.LineFields{pricing.WriteIn("Desk", decimal.NewFromInt(3), decimal.NewFromInt(10))},
	}))
}

// TestActionsStayInScope: what an actor may not see he can neither act on nor take
// over into a record of his own.
func TestActionsStayInScope(t *testing.T) {
	t.Parallel()
	p, deal := accessDesk(t, kinds.Opportunity, kinds.Attachment, kinds.Invoice)
	ctx, nosy := p.ctx, p.As(clerk)
	mine := testkit.Must(nosy.Quotes().Create(ctx, leadtocash.CreateQuote{Origin: record.Origin{Currency: money.EUR}, Fields: leadtocash.QuoteFields{Name: "mine", CustomerID: deal.CustomerID}}))
	file := testkit.Must(p.Notes().CreateWithFile(ctx, planned(deal.CustomerID.Ref), plan("secret")))
	invoice := testkit.Must(p.Invoices().Create(ctx, leadtocash.CreateInvoice{Origin: record.Origin{Currency: money.EUR}, Fields: leadtocash.InvoiceFields{Name: "desks", CustomerID: deal.CustomerID}, Lines: []pricing.LineFields{
		pricing.WriteIn("Desk", decimal.NewFromInt(3), decimal.NewFromInt(10)),
	}}))
	testkit.Must(p.Invoices().Issue(ctx, invoice.ID, leadtocash.IssueInvoice{}))
	paid := testkit.Must(nosy.Payments().Create(ctx, leadtocash.CreatePayment{Origin: record.Origin{Currency: money.EUR}, Fields: leadtocash.PaymentFields{CustomerID: deal.CustomerID, Amount: money.EUR.MustAmount("30.00")}}))
	testkit.Must(nosy.Payments().Post(ctx, paid.ID, leadtocash.PostPayment{}))
	before := dumped(t, p.store)
	taken := planned(deal.CustomerID.Ref)
	taken.Fields.FileName, taken.Fields.AttachmentID = "mine.txt", file.AttachmentID
	for call, err := range map[string]error{
		"acting on it":             errOf(nosy.Opportunities().Hold(ctx, deal.ID, leadtocash.HoldOpportunity{})),
		"acting on some version":   errOf(nosy.Opportunities().Hold(ctx, deal.ID, leadtocash.HoldOpportunity{}, engine.IfVersion(99))),
		"making a quote of it":     errOf(nosy.Opportunities().GenerateQuote(ctx, deal.ID, leadtocash.GenerateQuote{})),
		"copying its lines":        errOf(nosy.Quotes().GetProducts(ctx, mine.ID, pricing.GetProducts{OpportunityID: deal.ID})),
		"making it the source":     errOf(nosy.Quotes().Create(ctx, leadtocash.CreateQuote{OpportunityID: deal.ID, Fields: leadtocash.QuoteFields{Name: "his", CustomerID: deal.CustomerID}})),
		"attaching a file of his":  errOf(nosy.Notes().Create(ctx, taken)),
		"paying an invoice of his": errOf(nosy.Payments().Allocate(ctx, paid.ID, leadtocash.AllocatePayment{InvoiceID: invoice.ID})),
		"crediting it":             errOf(nosy.CreditNotes().Create(ctx, leadtocash.CreateCreditNote{InvoiceID: invoice.ID, Fields: leadtocash.CreditNoteFields{Name: "x", CustomerID: deal.CustomerID}})),
	} {
		if !errors.Is(err, codes.ErrNotFound) {
			t.Errorf("%s: got %v", call, err)
		}
	}
	if dumped(t, p.store) != before {
		t.Error("a refused call changed something")
	}
	if out := testkit.Must(nosy.Payments().AutoAllocate(ctx, paid.ID, leadtocash.AutoAllocatePayment{})); len(out.Invoices)+len(out.Allocations) != 0 {
		t.Errorf("allocated to %+v", out.Invoices)
	}
	if out := testkit.Must(p.Payments().AutoAllocate(ctx, paid.ID, leadtocash.AutoAllocatePayment{})); len(out.Invoices) != 1 {
		t.Errorf("the chief allocates to %+v", out.Invoices)
	}
}

// TestOwnRecordsKeepTheirReferences: a record that refers to a hidden one already
// can be worked on.
func TestOwnRecordsKeepTheirReferences(t *testing.T) {
	t.Parallel()
	p, deal := accessDesk(t, kinds.Opportunity, kinds.Account)
	q := testkit.Must(p.Quotes().Create(p.ctx, leadtocash.CreateQuote{OpportunityID: deal.ID, Fields: leadtocash.QuoteFields{Name: "desks", CustomerID: deal.CustomerID}, Lines: []pricing.LineFields{
		pricing.WriteIn("Desk", decimal.NewFromInt(3), decimal.NewFromInt(10)),
	}}))
	fields := q.QuoteFields
	fields.Name = "ten desks"
	if out := testkit.Must(p.As(clerk).Quotes().Edit(p.ctx, q.ID, leadtocash.EditQuote{Fields: fields})); out.Name != "ten desks" {
		t.Errorf("the quote is %q", out.Name)
	}
}

// TestOutcomesWithhold: an outcome leaves out the records that were there before
// and that the actor may not see; they have changed nevertheless.
func TestOutcomesWithhold(t *testing.T) {
	t.Parallel()
	p, deal := accessDesk(t, kinds.Opportunity)
	q := testkit.Must(p.Quotes().Create(p.ctx, leadtocash.CreateQuote{OpportunityID: deal.ID, Fields: leadtocash.QuoteFields{Name: "desks", CustomerID: deal.CustomerID}, Lines: []pricing.LineFields{
		pricing.WriteIn("Desk", decimal.NewFromInt(3), decimal.NewFromInt(10)),
	}}))
	testkit.Must(p.Quotes().Activate(p.ctx, q.ID, leadtocash.ActivateQuote{}))
	for range 2 { // the second time, it is what is remembered
		won := testkit.Must(p.As(clerk).Once("win").Quotes().WinToOrder(p.ctx, q.ID, leadtocash.WinQuoteToOrder{}))
		if won.Opportunity != nil || won.Order == nil || won.OpportunityClose == nil {
			t.Errorf("the outcome is %+v", won)
		}
		for _, e := range won.Events {
			if e.Ref == ref(kinds.Opportunity, deal.ID) {
				t.Errorf("the outcome tells of %s", e.Type)
			}
		}
	}
	if o := testkit.Must(p.Opportunities().Get(p.ctx, deal.ID)); o.Status.State() != leadtocash.OpportunityWon {
		t.Errorf("the opportunity is %s", o.Status)
	}
}

// TestRefusalsAreDiscreet: what stands in the way is counted and named for those
// who may see it.
func TestRefusalsAreDiscreet(t *testing.T) {
	t.Parallel()
	p, deal := accessDesk(t, kinds.Opportunity)
	account := deal.CustomerID.Account()
	counts := func(err error) bool {
		var e *record.Error
		return errors.As(err, &e) && slices.ContainsFunc(e.Reasons, func(r record.Reason) bool { return r.Params["kind"] != nil })
	}
	for who, told := range map[record.Actor]bool{chief: true, clerk: false} {
		err := p.As(who).Accounts().Delete(p.ctx, account, record.DeleteRecord{})
		p.refused(err, codes.ErrInUse)
		if counts(err) != told {
			t.Errorf("%v is told %v", who, err)
		}
		for _, v := range testkit.Must(p.As(who).Accounts().Explain(p.ctx, account)) {
			if errors.Is(v.Err, codes.ErrInUse) && counts(v.Err) != told {
				t.Errorf("%v is explained %v", who, v.Err)
			}
		}
	}
}

// TestDenialComesFirst: who may not act learns no version.
func TestDenialComesFirst(t *testing.T) {
	t.Parallel()
	store := memory.New()
	account := newPeople(t, store).account("Meyer")
	p := newPeople(t, store, engine.WithAuthorizer(denying{actions.AccountDeactivate}))
	_, err := p.Accounts().Deactivate(p.ctx, account.ID, party.Deactivate{}, engine.IfVersion(99))
	p.refused(err, codes.ErrDenied)
	if errors.Is(err, codes.ErrConflict) {
		t.Errorf("got %v", err)
	}
}

// TestKeysAreOnesOwn: a key of Once does not open the outcome of somebody else's
// call.
func TestKeysAreOnesOwn(t *testing.T) {
	t.Parallel()
	p, deal := accessDesk(t, kinds.Opportunity)
	hold := func(actor record.Actor) error {
		return errOf(p.As(actor).Once("hold").Opportunities().Hold(p.ctx, deal.ID, leadtocash.HoldOpportunity{}))
	}
	if err := errors.Join(hold(chief), hold(chief)); err != nil {
		t.Error(err)
	}
	p.refused(hold(clerk), codes.ErrKeyReused)
	onBehalf := chief
	onBehalf.OnBehalfOf = clerk.ID
	p.refused(hold(onBehalf), codes.ErrKeyReused)
}

// customersOf shows the opportunities of one customer.
type customersOf struct {
	engine.AllowAll
	customer record.CustomerID
}

// Scope asks for a reference.
func (c customersOf) Scope(_ context.Context, _ record.Actor, kind kinds.Kind) ([]storage.Cond, error) {
	if kind != kinds.Opportunity {
		return nil, nil
	}
	return []storage.Cond{{Field: storage.FieldKey, Key: "customer_id", Op: storage.OpEq, Values: []any{c.customer.ID.String()}}}, nil
}

// TestScopeByReference holds for the past as for the present.
func TestScopeByReference(t *testing.T) {
	t.Parallel()
	store := memory.New()
	p := newPeople(t, store)
	customer, other := record.AccountCustomer(p.account("Meyer").ID), record.AccountCustomer(p.account("Huber").ID)
	shown, hidden := p.deal(customer), p.deal(other)
	limited := newPeople(t, store, engine.WithAuthorizer(customersOf{customer: customer}))
	for _, deal := range []leadtocash.Opportunity{shown, hidden} {
		_, now := limited.Opportunities().Get(p.ctx, deal.ID)
		_, then := limited.Opportunities().AsOfVersion(p.ctx, deal.ID, 1)
		var past error
		for _, err := range limited.Opportunities().History(p.ctx, deal.ID) {
			past = errors.Join(past, err)
		}
		for _, err := range []error{now, then, past} {
			if want := deal.ID == hidden.ID; errors.Is(err, codes.ErrNotFound) != want || !want && err != nil {
				t.Errorf("%s: got %v", deal.Name, err)
			}
		}
	}
	_, err := limited.Reindex(p.ctx, kinds.Opportunity)
	p.refused(err, codes.ErrDenied)
	if _, err := limited.Reindex(p.ctx, kinds.Account); err != nil {
		t.Error(err)
	}
}

// TestNoProcessOnHiddenRecords: a process does not start on a record that the
// actor may not see.
func TestNoProcessOnHiddenRecords(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, memory.New(), engine.WithProcesses(testkit.SmallProcess("small")), engine.WithAuthorizer(sees{kinds.Lead: chief.ID}))
	l := yields[leadtocash.Lead](t)(k.c.As(chief).Starting(engine.NoProcess).Leads().Create(k.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
	start := engine.StartProcess{Definition: "small", Record: process.Entity(l.ID)}
	if _, err := k.c.As(clerk).Processes().Start(k.ctx, start); !errors.Is(err, bpf.ErrTargetNotFound) {
		t.Errorf("got %v", err)
	}
	yields[process.Process](t)(k.c.As(chief).Processes().Start(k.ctx, start))
}
