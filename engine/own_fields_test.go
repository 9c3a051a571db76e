package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
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

// TestOwnValuesTravelAlongTheDeclaredWay qualifies a lead of the north and sells
// to it.
func TestOwnValuesTravelAlongTheDeclaredWay(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	region, area := engine.TextField("region"), engine.TextField("area", engine.MaxLength(5))
	client := testkit.Must(engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}),
		engine.WithFields(kinds.Lead, region, engine.TextField("note")), engine.WithFields(kinds.Account, area),
		engine.WithFields(kinds.Opportunity, region, engine.NumberField("note")), engine.WithFields(kinds.Quote, region),
		engine.WithMapping(region.On(kinds.Lead), area.On(kinds.Account))))
	lead := func(value string) record.LeadID {
		cmd := leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "desks", LastName: "Ek", CompanyName: value + " AB"}}
		region.Set(&cmd.Custom, value)
		engine.TextField("note").Set(&cmd.Custom, "7")
		return testkit.Must(client.Leads().Create(ctx, cmd)).ID
	}
	out := testkit.Must(client.Leads().Qualify(ctx, lead("North"), leadtocash.QualifyLead{}))
	if got, _ := area.Get(out.Account.Custom); got != "North" || len(out.Account.Custom) != 1 {
		t.Errorf("the account has %s", out.Account.Custom)
	}
	if got, _ := region.Get(out.Opportunity().Custom); got != "North" || len(out.Opportunity().Custom) != 1 || len(out.Contact.Custom) != 0 {
		t.Errorf("the opportunity has %s, the contact %s", out.Opportunity().Custom, out.Contact.Custom)
	}
	quote := testkit.Must(client.Opportunities().GenerateQuote(ctx, out.Opportunity().ID, leadtocash.GenerateQuote{Custom: record.Custom{"region": []byte(`"East"`)}}))
	if got, _ := region.Get(quote.Custom); got != "East" {
		t.Errorf("what the command says counts: %s", quote.Custom)
	}

	// What does not fit is refused where it would go.
	far := lead("Far North")
	_, err := client.Leads().Qualify(ctx, far, leadtocash.QualifyLead{})
	if got := testkit.FaultsOf(err); !slices.Equal(got, []string{"invalid custom.area"}) {
		t.Errorf("too long for the account: %v", err)
	}
	_, err = client.Leads().Qualify(ctx, far, leadtocash.QualifyLead{AccountCustom: record.Custom{"area": []byte(`"much too far"`)}})
	if got := testkit.FaultsOf(err); !slices.Equal(got, []string{"invalid account_custom.area"}) {
		t.Errorf("the command's own: %v", err)
	}
}

// TestMappingsAreChecked declares mappings that lead nowhere.
func TestMappingsAreChecked(t *testing.T) {
	t.Parallel()
	region, size := engine.TextField("region"), engine.NumberField("size")
	for name, opts := range map[string][]engine.ClientOption{
		"unlike types":      {engine.WithMapping(region.On(kinds.Lead), size.On(kinds.Account))},
		"undeclared target": {engine.WithMapping(region.On(kinds.Lead), region.On(kinds.Contact))},
		"undeclared source": {engine.WithMapping(size.On(kinds.Lead), size.On(kinds.Account))},
		"no such way":       {engine.WithMapping(region.On(kinds.Account), region.On(kinds.Lead))},
		"twice": {
			engine.WithFields(kinds.Lead, engine.TextField("zone")), engine.WithMapping(region.On(kinds.Lead), region.On(kinds.Account)),
			engine.WithMapping(engine.TextField("zone").On(kinds.Lead), region.On(kinds.Account)),
		},
		"limits of another type": {engine.WithFields(kinds.Quote, engine.DateField("day", engine.MaxLength(3)))},
	} {
		_, err := engine.New(memory.New(), append(opts, engine.WithFields(kinds.Lead, region), engine.WithFields(kinds.Account, region, size))...)
		if !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestUndeclaredOwnValuesAreRefused tells declared kinds from others.
func TestUndeclaredOwnValuesAreRefused(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	loose := record.Custom{"colour": []byte(`"red"`)}
	account := func(c *engine.Client) (party.Account, error) {
		return c.Accounts().Create(ctx, party.CreateAccount{Origin: record.Origin{Custom: loose}, Fields: party.AccountFields{Name: "Tarn"}})
	}
	store := memory.New()
	before := testkit.Must(engine.New(store))
	old := testkit.Must(account(before))
	tier := engine.WithFields(kinds.Account, engine.TextField("tier", engine.OneOf("gold", "silver")), engine.NumberField("size", engine.Between(decimal.Zero, decimal.NewFromInt(9))))
	strict := testkit.Must(engine.New(store, tier))
	if _, err := account(strict); !slices.Equal(testkit.FaultsOf(err), []string{"invalid custom.colour"}) {
		t.Errorf("undeclared: %v", err)
	}
	if _, err := account(testkit.Must(engine.New(store, tier, engine.WithLooseFields(kinds.Account)))); err != nil {
		t.Errorf("allowed: %v", err)
	}
	edited, err := strict.Accounts().Edit(ctx, old.ID, party.EditAccount{
		Fields: party.AccountFields{Name: "Tarn AB"}, Custom: record.Custom{"tier": []byte(`"gold"`), "size": []byte(`"9"`)},
	})
	if err != nil || string(edited.Custom["colour"]) != `"red"` {
		t.Errorf("what was there before stays: %v, %s", err, edited.Custom)
	}
	_, err = strict.Accounts().Edit(ctx, old.ID, party.EditAccount{
		Fields: party.AccountFields{Name: "Tarn AB"}, Custom: record.Custom{"tier": []byte(`"tin"`), "size": []byte(`"10"`)},
	})
	if !slices.Equal(testkit.FaultsOf(err), []string{"invalid custom.size", "invalid custom.tier"}) {
		t.Errorf("outside the limits: %v", err)
	}
}

// TestCloseFieldsAreRequired closes deals whose close activities need a reason.
func TestCloseFieldsAreRequired(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	why := engine.TextField("why", engine.Required)
	client := testkit.NewDesksClient(engine.WithFields(kinds.OpportunityClose, why), engine.WithFields(kinds.QuoteClose, why), engine.WithFields(kinds.OrderClose, why))
	because := record.Custom{"why": []byte(`"price"`)}
	missing := func(name string, err error, paths ...string) {
		t.Helper()
		for i := range paths {
			paths[i] = "missing_field " + paths[i]
		}
		if !slices.Equal(testkit.FaultsOf(err), paths) {
			t.Errorf("%s: %v", name, err)
		}
	}
	has := func(name string, c record.Custom, err error) {
		t.Helper()
		if got, _ := why.Get(c); err != nil || got != "price" {
			t.Errorf("%s: %v, %s", name, err, c)
		}
	}
	buyer := record.AccountCustomer(testkit.CreateMeyer(client).ID)
	o := testkit.Must(client.Opportunities().Create(ctx, leadtocash.CreateOpportunity{
		Fields: leadtocash.OpportunityFields{Name: "desks", CustomerID: buyer}, Lines: []pricing.LineFields{testkit.TenDesks()},
	}))
	_, err := client.Opportunities().Lose(ctx, o.ID, leadtocash.LoseOpportunity{})
	missing("lose", err, "close_custom.why")
	lost, err := client.Opportunities().Lose(ctx, o.ID, leadtocash.LoseOpportunity{CloseCustom: because})
	has("lose", lost.Close.Custom, err)
	testkit.Must(client.Opportunities().Reopen(ctx, o.ID, leadtocash.ReopenOpportunity{}))

	q := testkit.Must(client.Opportunities().GenerateQuote(ctx, o.ID, leadtocash.GenerateQuote{}))
	testkit.Must(client.Quotes().Activate(ctx, q.ID, leadtocash.ActivateQuote{}))
	_, err = client.Quotes().Close(ctx, q.ID, leadtocash.CloseQuote{Status: leadtocash.QuoteStatusLost})
	missing("close", err, "close_custom.why")
	_, err = client.Quotes().WinToOrder(ctx, q.ID, leadtocash.WinQuoteToOrder{WinQuote: leadtocash.WinQuote{CloseCustom: because}})
	missing("win to order", err, "opportunity_close_custom.why")
	won, err := client.Quotes().WinToOrder(ctx, q.ID, leadtocash.WinQuoteToOrder{WinQuote: leadtocash.WinQuote{CloseCustom: because}, OpportunityCloseCustom: because})
	if err != nil {
		t.Fatal(err)
	}
	has("win to order", won.Close.Custom, nil)
	has("win to order", won.OpportunityClose.Custom, nil)
	_, err = client.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{})
	missing("fulfill", err, "close_custom.why")
	shipped, err := client.Orders().Fulfill(ctx, won.Order.ID, leadtocash.FulfillOrder{CloseCustom: because})
	has("fulfill", shipped.Close.Custom, err)
}

// cautious shows everybody what they own, and denies some actions.
type cautious struct {
	ownedOnly
	denied []actions.Action
}

// ownedOnly shows everybody what they own.
type ownedOnly struct{}

func (ownedOnly) Scope(_ context.Context, a record.Actor, _ kinds.Kind) ([]storage.Cond, error) {
	return []storage.Cond{{Field: storage.FieldOwner, Op: storage.OpEq, Values: []any{a.ID}}}, nil
}

func (c cautious) Authorize(_ context.Context, r engine.Request) error {
	if slices.Contains(c.denied, r.Action) {
		return errors.New("no")
	}
	return nil
}

// TestOverlookingHiddenDuplicatesTakesARight qualifies what somebody else owns
// already, one by one and in bulk.
func TestOverlookingHiddenDuplicatesTakesARight(t *testing.T) {
	t.Parallel()
	ctx, store := t.Context(), memory.New()
	open := func(denied ...actions.Action) *engine.Client {
		return testkit.Must(engine.New(store, engine.WithAuthorizer(cautious{denied: denied}), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR})))
	}
	cai, bea := open().As(record.User(testkit.Ann)), record.User(testkit.Bob)
	tarn := testkit.Must(cai.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Tarn AB"}}))
	lead := testkit.Must(open().As(bea).Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "desks", LastName: "Ek", CompanyName: "Tarn AB"}}))

	plain := open(actions.LeadIgnoreDuplicates).As(bea)
	for name, cmd := range map[string]leadtocash.QualifyLead{
		"nothing said":   {},
		"ignoring":       {Duplicates: leadtocash.DuplicatesIgnore},
		"creating":       {Account: leadtocash.PlanCreate[record.AccountID]()},
		"asking for all": {Duplicates: leadtocash.DuplicatesAsk},
	} {
		_, err := plain.Leads().Qualify(ctx, lead.ID, cmd)
		reasons := record.ReasonsOf(err)
		if !errors.Is(err, codes.ErrDuplicatesFound) || len(reasons) != 1 || reasons[0].Params["hidden"] != true || len(reasons[0].Params["candidates"].([]string)) != 0 {
			t.Errorf("%s: %v, %v", name, err, reasons)
		}
	}
	if out := plain.Leads().QualifyAll(ctx, []record.LeadID{lead.ID}, leadtocash.QualifyLead{}); !errors.Is(out[0].Err, codes.ErrDuplicatesFound) {
		t.Errorf("in bulk: %v", out[0].Err)
	}
	out, err := open().As(bea).Leads().Qualify(ctx, lead.ID, leadtocash.QualifyLead{Duplicates: leadtocash.DuplicatesIgnore})
	if err != nil || out.Account.ID == tarn.ID {
		t.Errorf("who may: %v", err)
	}
}

// TestAssignCascade gives an account away with what the actor may see and assign.
func TestAssignCascade(t *testing.T) {
	t.Parallel()
	ctx, store := t.Context(), memory.New()
	root := testkit.Must(engine.New(store, engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR}))).As(record.User(testkit.Ann))
	account := testkit.CreateMeyer(root)
	below := testkit.Must(root.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Branch", ParentAccountID: account.ID}}))
	contact := testkit.Must(root.Contacts().Create(ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Ek", ParentCustomerID: record.AccountCustomer(below.ID)}}))
	deal := func(of record.AccountID, owner uuid.UUID) record.OpportunityID {
		return testkit.Must(root.Opportunities().Create(ctx, leadtocash.CreateOpportunity{
			Origin: record.Origin{Owner: owner}, Fields: leadtocash.OpportunityFields{Name: "desks", CustomerID: record.AccountCustomer(of)},
		})).ID
	}
	his, others := deal(below.ID, testkit.Ann), deal(account.ID, uuid.New())
	order := testkit.Must(root.Orders().Create(ctx, leadtocash.CreateOrder{Fields: leadtocash.OrderFields{Name: "desks", CustomerID: record.AccountCustomer(account.ID)}}))
	owners := func() (list [5]uuid.UUID) {
		list[0] = testkit.Must(root.Accounts().Get(ctx, below.ID)).Owner
		list[1] = testkit.Must(root.Contacts().Get(ctx, contact.ID)).Owner
		list[2] = testkit.Must(root.Opportunities().Get(ctx, his)).Owner
		list[3] = testkit.Must(root.Opportunities().Get(ctx, others)).Owner
		list[4] = testkit.Must(root.Orders().Get(ctx, order.ID)).Owner
		return list
	}
	was := owners()

	limited := testkit.Must(engine.New(store, engine.WithAuthorizer(cautious{denied: []actions.Action{actions.ContactAssign}}))).As(record.User(testkit.Ann))
	if _, err := limited.Accounts().Assign(ctx, account.ID, record.Assign{Owner: testkit.Bob, Cascade: record.CascadeAll}); !errors.Is(err, codes.ErrDenied) || owners() != was {
		t.Errorf("one of them may not be assigned: %v", err)
	}
	testkit.Must(root.Accounts().Assign(ctx, account.ID, record.Assign{Owner: testkit.Ann})) // as it is
	if _, err := root.Accounts().Assign(ctx, account.ID, record.Assign{Owner: testkit.Bob, Cascade: record.CascadeSameOwner}); err != nil {
		t.Fatal(err)
	}
	if got := owners(); got != [5]uuid.UUID{testkit.Bob, testkit.Bob, testkit.Bob, was[3], testkit.Ann} {
		t.Errorf("of the same owner: %v", got)
	}
	mine := testkit.Must(engine.New(store, engine.WithAuthorizer(cautious{}))).As(record.User(testkit.Bob))
	if _, err := mine.Accounts().Assign(ctx, account.ID, record.Assign{Owner: testkit.Ann, Cascade: record.CascadeAll}); err != nil {
		t.Fatal(err)
	}
	if got := owners(); got != [5]uuid.UUID{testkit.Ann, testkit.Ann, testkit.Ann, was[3], testkit.Ann} {
		t.Errorf("as far as the actor sees: %v", got)
	}
	if _, err := root.Accounts().Assign(ctx, account.ID, record.Assign{Owner: testkit.Bob, Cascade: record.CascadeAll}); err != nil {
		t.Fatal(err)
	}
	if got := owners(); got != [5]uuid.UUID{testkit.Bob, testkit.Bob, testkit.Bob, testkit.Bob, testkit.Bob} {
		t.Errorf("all: %v", got)
	}
}
