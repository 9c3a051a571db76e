package engine_test

import (
	"context"
	"errors"
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
