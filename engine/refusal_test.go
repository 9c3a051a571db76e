package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/pricing"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/value"
)

// Nothing is rounded without a currency, so nothing is priced without one.
func TestRefusedWithoutCurrency(t *testing.T) {
	onStores(t, func(p *people) {
		fields := leadtocash.OpportunityFields{Name: "Desks", CustomerID: record.AccountCustomer(p.account("Meyer").ID)}
		o := testkit.Must(p.Opportunities().Create(p.ctx, leadtocash.CreateOpportunity{Fields: fields}))
		lines := []pricing.LineFields{testkit.WriteIn("1", "2.55")}
		_, err := p.Opportunities().EditLines(p.ctx, o.ID, pricing.EditLines{Add: lines})
		p.told(err, codes.ErrMissingField, "currency")
		_, err = p.Opportunities().Create(p.ctx, leadtocash.CreateOpportunity{Fields: fields, Lines: lines})
		p.told(err, codes.ErrMissingField, "currency")
		_, err = p.Opportunities().GenerateQuote(p.ctx, o.ID, leadtocash.GenerateQuote{})
		p.told(err, codes.ErrMissingField, "currency")
		_, err = p.Opportunities().GenerateOrder(p.ctx, o.ID, leadtocash.GenerateOrder{})
		p.told(err, codes.ErrMissingField, "currency")
		_, err = p.Opportunities().GenerateInvoice(p.ctx, o.ID, leadtocash.GenerateInvoice{})
		p.told(err, codes.ErrMissingField, "currency")

		testkit.Must(p.Opportunities().ChangeCurrency(p.ctx, o.ID, pricing.ChangeCurrency{Currency: money.EUR}))
		if priced := testkit.Must(p.Opportunities().EditLines(p.ctx, o.ID, pricing.EditLines{Add: lines})); priced.TotalAmount.String() != "2.55" {
			p.Errorf("the deal comes to %s, want 2.55", priced.TotalAmount)
		}
	}, engine.WithSettings(leadtocash.Settings{}))
}

func TestRefusedOptions(t *testing.T) {
	t.Parallel()
	always := func(engine.GuardRequest) bool { return true }
	for name, c := range map[string]struct {
		option engine.ClientOption
		code   codes.Code
		field  string
	}{
		"nothing":             {nil, codes.ErrInvalid, "options"},
		"no currency":         {engine.WithSettings(leadtocash.Settings{BaseCurrency: 7}), codes.ErrInvalid, "base_currency"},
		"precision":           {engine.WithSettings(leadtocash.Settings{Pricing: pricing.Pricing{PricingPrecision: value.Some[int8](9)}}), codes.ErrOutOfRange, "pricing.pricing_precision"},
		"due before issue":    {engine.WithSettings(leadtocash.Settings{DueDays: -3}), codes.ErrOutOfRange, "due_days"},
		"due in no lifetime":  {engine.WithSettings(leadtocash.Settings{DueDays: 1 << 40}), codes.ErrOutOfRange, "due_days"},
		"guard of no action":  {engine.WithGuard(engine.Guard{Action: 9999, Code: "too_big", Holds: always}), codes.ErrInvalid, "guard"},
		"guard's code":        {engine.WithGuard(engine.Guard{Action: actions.LeadEdit, Code: "too big", Holds: always}), codes.ErrInvalid, "guard"},
		"field of the record": {engine.WithFields(kinds.Lead, engine.TextField("topic")), codes.ErrInvalid, "fields.topic"},
		"field of Dataverse":  {engine.WithFields(kinds.Lead, engine.TextField("subject")), codes.ErrInvalid, "fields.subject"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := engine.New(memory.New(), c.option)
			var e *record.Error
			if !errors.As(err, &e) || e.Code != c.code || e.Reasons[0].Field != c.field {
				t.Errorf("refused by %v, want %s at %q", err, c.code, c.field)
			}
		})
	}
}

func TestRefusedQueries(t *testing.T) {
	onStores(t, func(p *people) {
		for list, field := range map[*engine.List]string{
			{Custom: map[string]string{"region": "EMEA"}}: "",
			{Custom: map[string]string{"mood": "good"}}:   "custom.mood", // not searchable
			{Custom: map[string]string{"nope": "x"}}:      "custom.nope",
			{Limit: -1}:                                   "limit",
		} {
			q := engine.LeadQuery{List: *list}
			_, page := p.Leads().Page(p.ctx, q)
			_, count := p.Leads().Count(p.ctx, q)
			var all error
			for _, err := range p.Leads().All(p.ctx, q) {
				all = err
			}
			for _, err := range []error{page, count, all} {
				switch {
				case field == "" && err != nil:
					p.Errorf("%+v: %v", q.List, err)
				case field == "limit":
					p.told(err, codes.ErrOutOfRange, field)
				case field != "":
					p.told(err, codes.ErrInvalid, field)
				}
			}
		}
	}, engine.WithFields(kinds.Lead, engine.TextField("region", engine.Searchable), engine.TextField("mood")))
}

// A reference that leads nowhere is named where the command has it, as one that is
// missing.
func TestRefusedReferences(t *testing.T) {
	onStores(t, func(p *people) {
		nobody := record.AccountCustomer(testkit.IDOf[record.AccountID](9))
		birth := record.Origin{Currency: money.EUR}
		_, err := p.Quotes().Create(p.ctx, leadtocash.CreateQuote{Origin: birth, Fields: leadtocash.QuoteFields{Name: "Desks", CustomerID: nobody}})
		p.told(err, codes.ErrNotFound, "fields.customer_id")
		o := p.deal(record.AccountCustomer(p.account("Meyer").ID))
		fields := o.OpportunityFields
		fields.CustomerID = nobody
		_, err = p.Opportunities().Edit(p.ctx, o.ID, leadtocash.EditOpportunity{Fields: fields})
		p.told(err, codes.ErrNotFound, "fields.customer_id")
		_, err = p.Notes().Create(p.ctx, activity.CreateNote{RegardingID: testkit.IDOf[record.LeadID](9).Ref(), Fields: activity.NoteFields{Subject: "Called"}})
		p.told(err, codes.ErrNotFound, "regarding_id")
		_, err = p.Starting("nope").Leads().Create(p.ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}})
		p.refused(err, codes.ErrProcessRefused)
	})
}

// What is taken already is named.
func TestRefusedAsTaken(t *testing.T) {
	onStores(t, func(p *people) {
		lead := leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "Desks", LastName: "Meyer"}, SourceKey: "web-1"}
		first := testkit.Must(p.Leads().Create(p.ctx, lead))
		_, err := p.Leads().Create(p.ctx, lead)
		p.told(err, codes.ErrTaken, "source_key")
		lead.ID, lead.SourceKey = first.ID, ""
		_, err = p.Leads().Create(p.ctx, lead)
		p.told(err, codes.ErrConflict, "id")

		product := catalog.CreateProduct{ProductNumber: "D-1", Fields: catalog.ProductFields{Name: "Desk"}}
		testkit.Must(p.Products().Create(p.ctx, product))
		_, err = p.Products().Create(p.ctx, product)
		p.told(err, codes.ErrTaken, "product_number")
	})
}

func TestRefusedActivation(t *testing.T) {
	t.Parallel()
	_, err := leadtocash.Quote{Status: leadtocash.QuoteStatusDraft}.Activate(leadtocash.ActivateQuote{}, leadtocash.QuoteFacts{})
	var e *record.Error
	if !errors.As(err, &e) || len(e.Reasons) < 3 || e.Reasons[0].Field != "name" || e.Reasons[1].Field != "customer_id" || e.Reasons[2].Field != "currency" {
		t.Errorf("a quote without anything: %v", err)
	}
}

func TestRefusedIDs(t *testing.T) {
	t.Parallel()
	id := testkit.IDOf[record.LeadID](7)
	if back, err := record.ParseID[record.LeadID](id.String()); err != nil || back != id || id.Ref() != (record.Ref{Kind: kinds.Lead, ID: id.UUID}) {
		t.Errorf("%s is read back as %s (%v)", id, back, err)
	}
	var cmd leadtocash.CreateLead
	for _, err := range []error{
		json.Unmarshal([]byte(`{"id":"zz"}`), &cmd),
		func() error { _, err := record.ParseID[record.LeadID]("zz"); return err }(),
	} {
		if !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("an id of two letters: %v", err)
		}
	}
	if _, err := money.Currency(0).Amount("1.00"); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("an amount in no currency: %v", err)
	}
	if got := fmt.Sprint(testkit.Euro("9.90"), value.None[money.Amount](), testkit.Some("2.50")); got != "9.90  2.5" {
		t.Errorf("optional values are written as %q", got)
	}
}

func TestAtomicOfNothing(t *testing.T) {
	t.Parallel()
	client := testkit.Must(engine.New(memory.New()))
	var none func(context.Context, *engine.Client) error
	if err := client.Atomic(t.Context(), none); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("nothing is run atomically: %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a client over no store")
		}
	}()
	client.On(nil)
}
