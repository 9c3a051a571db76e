package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// leaving shows an actor everything, until some kinds are hidden or he may do nothing.
type leaving struct {
	mu     sync.Mutex
	hidden []kinds.Kind
	denies bool
}

func (l *leaving) now(denies bool, hidden ...kinds.Kind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.denies, l.hidden = denies, hidden
}

// Authorize implements engine.Authorizer.
func (l *leaving) Authorize(context.Context, engine.Request) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.denies {
		return errors.New("has left")
	}
	return nil
}

// Scope implements engine.Authorizer.
func (l *leaving) Scope(_ context.Context, _ record.Actor, kind kinds.Kind) ([]storage.Cond, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.hidden {
		if k == kind {
			return []storage.Cond{{Field: storage.FieldCurrency, Op: storage.OpEq, Values: []any{"XXX"}}}, nil
		}
	}
	return nil, nil
}

// Lines name no product, and documents no price list, that the actor may not see: he
// would be told their names and prices.
func TestHiddenCatalogIsNotCopied(t *testing.T) {
	t.Parallel()
	rules, store := &leaving{}, memory.New()
	shop := testkit.NewDeskCatalogIn(store)
	c := testkit.Must(engine.New(store, engine.WithClock(func() time.Time { return testkit.DeskDay.At }), engine.WithAuthorizer(rules),
		engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})))
	quote := longQuote(testkit.CreateMeyer(c), 1)
	sold, listed := quote, quote
	sold.Lines = []pricing.LineFields{pricing.FromCatalog(shop.Desk.ID, decimal.NewFromInt(1))}
	sold.Fields.PriceListID, listed.Fields.PriceListID = shop.Retail.ID, shop.Retail.ID
	testkit.Must(c.Quotes().Create(t.Context(), sold))
	testkit.Must(c.Quotes().Create(t.Context(), listed))
	plain := testkit.Must(c.Quotes().Create(t.Context(), quote))
	for _, kind := range []kinds.Kind{kinds.Product, kinds.PriceList} {
		rules.now(false, kind)
		if q, err := c.Quotes().Create(t.Context(), sold); !errors.Is(err, codes.ErrNotFound) {
			t.Errorf("%s hidden: a quote of it: %+v, %v", kind, q.Lines, err)
		}
		if kind == kinds.Product {
			if q, err := c.Quotes().EditLines(t.Context(), plain.ID, pricing.EditLines{Add: sold.Lines}); !errors.Is(err, codes.ErrNotFound) {
				t.Errorf("%s hidden: a line of it: %+v, %v", kind, q.Lines, err)
			}
		} else if q, err := c.Quotes().Create(t.Context(), listed); !errors.Is(err, codes.ErrNotFound) {
			t.Errorf("%s hidden: a quote by it: %+v, %v", kind, q.Charges, err)
		}
	}
}

// A repeat with the key of a call is told no more than the actor may be told now, and
// nothing if he may not do it any more.
func TestReplaysAreNotTold(t *testing.T) {
	t.Parallel()
	rules := &leaving{}
	c := testkit.NewDesksClient(engine.WithAuthorizer(rules)).As(record.User(testkit.Ann))
	create := leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}
	lead := testkit.Must(c.Once("create").Leads().Create(t.Context(), create))
	qualified := testkit.Must(c.Once("qualify").Leads().Qualify(t.Context(), lead.ID, leadtocash.QualifyLead{}))
	create2 := func() error {
		_, err := c.Once("create").Leads().Create(t.Context(), create)
		return err
	}
	qualify := func() (leadtocash.QualifiedLead, error) {
		return c.Once("qualify").Leads().Qualify(t.Context(), lead.ID, leadtocash.QualifyLead{})
	}

	again, err := qualify()
	if err != nil || again.Contact == nil || again.Contact.ID != qualified.Contact.ID || create2() != nil {
		t.Errorf("he may see and do it: %+v, %v", again.Contact, err)
	}
	rules.now(false, kinds.Contact)
	if again, err := qualify(); err != nil || again.Contact != nil {
		t.Errorf("contacts are hidden: %+v, %v", again.Contact, err)
	}
	rules.now(false, kinds.Lead)
	if _, err := qualify(); !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("leads are hidden: %v", err)
	}
	if err := create2(); !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("leads are hidden from who made one: %v", err)
	}
	rules.now(true)
	if _, err := qualify(); !errors.Is(err, codes.ErrDenied) {
		t.Errorf("he may not qualify any more: %v", err)
	}
	if err := create2(); !errors.Is(err, codes.ErrDenied) {
		t.Errorf("he may not create any more: %v", err)
	}
	rules.now(false, kinds.Account)
	made := testkit.Must(c.Once("unseen").Leads().Qualify(t.Context(), testkit.Must(c.Leads().Create(t.Context(), leadtocash.CreateLead{
		Fields: leadtocash.LeadFields{Topic: "Lamps", LastName: "Schmidt", CompanyName: "Lamps"},
	})).ID, leadtocash.QualifyLead{}))
	same := testkit.Must(c.Once("unseen").Leads().Qualify(t.Context(), made.Record.ID, leadtocash.QualifyLead{}))
	if (made.Account == nil) != (same.Account == nil) {
		t.Errorf("what the call made is told once, %+v, and not again, %+v", made.Account, same.Account)
	}
}

// What the engine keeps for itself is no record that a note could be about.
func TestNotesAreAboutRecords(t *testing.T) {
	t.Parallel()
	store := memory.New()
	c := engineOver(t, store)
	testkit.Must(c.Once("key").Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
	var kept record.Ref
	for e, err := range store.Feed(t.Context(), storage.Default, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Ref.Kind == "request" {
			kept = record.Ref{Kind: kinds.Kind(e.Ref.Kind), ID: e.Ref.ID}
			break
		}
	}
	_, err := c.Notes().Create(t.Context(), activity.CreateNote{RegardingID: kept, Fields: activity.NoteFields{Subject: "Key"}})
	if kept.Kind == "" || !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("a note about %v: %v", kept, err)
	}
}

// A new document takes no default price list from a customer whom the actor may not see, and
// none that he may not see.
func TestHiddenDefaultPriceList(t *testing.T) {
	t.Parallel()
	rules, store := &leaving{}, memory.New()
	shop := testkit.NewDeskCatalogIn(store)
	c := testkit.Must(engine.New(store, engine.WithClock(func() time.Time { return testkit.DeskDay.At }), engine.WithAuthorizer(rules),
		engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})))
	account := testkit.Must(c.Accounts().Create(t.Context(), party.CreateAccount{Fields: party.AccountFields{Name: "Meyer & Co", DefaultPriceListID: shop.Retail.ID}}))
	lead := func() record.LeadID {
		return testkit.Must(c.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer", ParentAccountID: account.ID}})).ID
	}
	for _, hidden := range []kinds.Kind{"", kinds.Account, kinds.PriceList} {
		rules.now(false)
		prospect := lead()
		rules.now(false, hidden)
		var want record.PriceListID
		if hidden == "" {
			want = shop.Retail.ID
		}
		if q, err := c.Quotes().Create(t.Context(), longQuote(account, 1)); err != nil || q.PriceListID != want {
			t.Errorf("%q hidden: a quote has the price list %s, %v; want %s", hidden, q.PriceListID, err, want)
		}
		o, err := c.Opportunities().Create(t.Context(), leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "Desks", CustomerID: record.AccountCustomer(account.ID)}})
		if err != nil || o.PriceListID != want {
			t.Errorf("%q hidden: an opportunity has the price list %s, %v; want %s", hidden, o.PriceListID, err, want)
		}
		out, err := c.Leads().Qualify(t.Context(), prospect, leadtocash.QualifyLead{})
		if err != nil || out.Opportunity().PriceListID != want {
			t.Errorf("%q hidden: a qualified lead's opportunity: %+v, %v; want %s", hidden, out.Opportunity(), err, want)
		}
	}
}

// Deleting a lead takes along what is about it, whoever may see that, and tells of none of it.
func TestDeletingTakesHiddenNotesAlong(t *testing.T) {
	t.Parallel()
	rules := &leaving{}
	c := testkit.NewDesksClient(engine.WithAuthorizer(rules)).As(record.User(testkit.Ann))
	lead := testkit.Must(c.Leads().Create(t.Context(), leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}}))
	note := testkit.Must(c.Notes().CreateWithFile(t.Context(), activity.CreateNote{RegardingID: lead.ID.Ref(), Fields: activity.NoteFields{Subject: "confidential", NoteText: "confidential"}},
		engine.AttachFile{FileName: "confidential.txt", Content: []byte("confidential")}))
	task := testkit.Must(c.Tasks().Create(t.Context(), activity.CreateTask{Fields: activity.TaskFields{ActivityFields: activity.ActivityFields{Subject: "confidential", RegardingID: lead.ID.Ref()}}}))
	rules.now(false, kinds.Note, kinds.Attachment, kinds.Task)
	var notices []record.Reason
	ctx := engine.WithNotices(t.Context(), &notices)
	preview, err := c.Preview().DoAny(ctx, "lead.delete", lead.ID.UUID, nil)
	if err != nil || len(notices) > 0 {
		t.Errorf("a preview: %+v, %v, notices %v", preview, err, notices)
	}
	if err := c.Leads().Delete(ctx, lead.ID, record.DeleteRecord{}); err != nil || len(notices) > 0 {
		t.Errorf("deleting: %v, notices %v", err, notices)
	}
	for e, err := range c.Leads().History(t.Context(), lead.ID) {
		if text := fmt.Sprintf("%+v", e); err != nil || strings.Contains(text, "confidential") || strings.Contains(text, note.ID.String()) {
			t.Errorf("the history of the lead says %s, %v", text, err)
		}
	}
	rules.now(false)
	if _, err := c.Notes().Get(t.Context(), note.ID); !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("the note about it: %v", err)
	}
	if _, err := c.Tasks().Get(t.Context(), task.ID); !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("the task about it: %v", err)
	}
	rest := testkit.Must(c.Kind(kinds.Attachment).Count(t.Context(), engine.AnyQuery{}))
	if rest != 0 {
		t.Errorf("%d files are left", rest)
	}
}
