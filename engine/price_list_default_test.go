package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/activity"
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
)

// TestDefaultPriceListOf goes through what a new document chooses from: the
// opportunity's list comes before the customer's, that before the territory's,
// and what could not price the document is passed over.
func TestDefaultPriceListOf(t *testing.T) {
	t.Parallel()
	list := func(n int, change ...func(*catalog.PriceList)) *catalog.PriceList {
		l := catalog.PriceList{ID: testkit.Numbered[record.PriceListID](n), Status: catalog.PriceListStatusActive}
		l.Currency = money.EUR
		for _, c := range change {
			c(&l)
		}
		return &l
	}
	inactive := func(l *catalog.PriceList) { l.Status = catalog.PriceListStatusInactive }
	dollars := func(l *catalog.PriceList) { l.Currency = money.USD }
	over := func(l *catalog.PriceList) { l.EndDate = 2026_03_01 }
	early := func(l *catalog.PriceList) { l.BeginDate = 2026_03_03 }
	today := func(l *catalog.PriceList) { l.BeginDate, l.EndDate = 2026_03_02, 2026_03_02 }
	for name, c := range map[string]struct {
		lists pricing.DefaultPriceLists
		want  int // 0: none
	}{
		"nothing":                         {pricing.DefaultPriceLists{}, 0},
		"the opportunity's":               {pricing.DefaultPriceLists{Opportunity: list(1), Customer: list(2), Territory: []catalog.PriceList{*list(3)}}, 1},
		"the customer's":                  {pricing.DefaultPriceLists{Customer: list(2), Territory: []catalog.PriceList{*list(3)}}, 2},
		"the territory's":                 {pricing.DefaultPriceLists{Territory: []catalog.PriceList{*list(3)}}, 3},
		"valid on the day alone":          {pricing.DefaultPriceLists{Customer: list(2, today)}, 2},
		"several of the territory":        {pricing.DefaultPriceLists{Territory: []catalog.PriceList{*list(3), *list(4)}}, 0},
		"one of the territory, twice":     {pricing.DefaultPriceLists{Territory: []catalog.PriceList{*list(3), *list(3)}}, 3},
		"one of the territory that fits":  {pricing.DefaultPriceLists{Territory: []catalog.PriceList{*list(3, inactive), *list(4), *list(5, dollars)}}, 4},
		"the customer's is inactive":      {pricing.DefaultPriceLists{Customer: list(2, inactive), Territory: []catalog.PriceList{*list(3)}}, 3},
		"the opportunity's is in dollars": {pricing.DefaultPriceLists{Opportunity: list(1, dollars), Customer: list(2)}, 2},
		"the customer's is over":          {pricing.DefaultPriceLists{Customer: list(2, over)}, 0},
		"the customer's is yet to come":   {pricing.DefaultPriceLists{Customer: list(2, early)}, 0},
	} {
		want := record.PriceListID{}
		if c.want != 0 {
			want = testkit.Numbered[record.PriceListID](c.want)
		}
		if got := c.lists.Of(money.EUR, 2026_03_02); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// territories is a host that knows one territory.
type territories struct{ known uuid.UUID }

func (h territories) Resolve(_ context.Context, r engine.Reference) error {
	if r.Kind == kinds.Territory && (r.ID != h.known || r.D365Name == "") {
		return errors.New("there is no such territory")
	}
	return nil
}

// TestDefaultPriceLists creates documents for customers with and without a
// price list, in a territory with one, several or none.
func TestDefaultPriceLists(t *testing.T) {
	t.Parallel()
	ctx, north := t.Context(), uuid.New()
	client, err := engine.New(memory.New(), engine.WithSettings(leadtocash.Settings{BaseCurrency: money.EUR, DefaultPriceListByTerritory: true}))
	if err != nil {
		t.Fatal(err)
	}
	made := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	list := func(name string) record.PriceListID {
		l, err := client.PriceLists().Create(ctx, catalog.CreatePriceList{Fields: catalog.PriceListFields{Name: name}})
		made(err)
		return l.ID
	}
	own, regional := list("own"), list("regional")
	account, err := client.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Adventure Works", DefaultPriceListID: own}})
	made(err)
	contact, err := client.Contacts().Create(ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Meyer"}})
	made(err)
	seller, err := client.Sellers().Create(ctx, party.CreateSeller{ID: record.SellerID{UUID: testkit.Ann}, Fields: party.SellerFields{Name: "Ann", Territory: north}})
	made(err)
	connect := func(list record.PriceListID, change func(*party.ConnectionFields)) party.Connection {
		f := party.ConnectionFields{
			Record1: record.Ref{Kind: kinds.PriceList, ID: list.UUID}, Role1: party.ConnectionRoleTerritoryDefaultPriceList,
			Record2: record.Ref{Kind: kinds.Territory, ID: north},
		}
		change(&f)
		c, err := client.Connections().Create(ctx, party.CreateConnection{Fields: f})
		made(err)
		return c
	}
	documents := func(c *engine.Client, customer record.CustomerID) (lists []record.PriceListID) {
		o, err := c.Opportunities().Create(ctx, leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "deal", CustomerID: customer}})
		made(err)
		q, err := c.Quotes().Create(ctx, leadtocash.CreateQuote{Fields: leadtocash.QuoteFields{Name: "deal", CustomerID: customer}})
		made(err)
		d, err := c.Orders().Create(ctx, leadtocash.CreateOrder{Fields: leadtocash.OrderFields{Name: "deal", CustomerID: customer}})
		made(err)
		i, err := c.Invoices().Create(ctx, leadtocash.CreateInvoice{Fields: leadtocash.InvoiceFields{Name: "deal", CustomerID: customer}})
		made(err)
		return []record.PriceListID{o.PriceListID, q.PriceListID, d.PriceListID, i.PriceListID}
	}
	all := func(id record.PriceListID) []record.PriceListID {
		return slices.Repeat([]record.PriceListID{id}, 4)
	}
	has := func(what string, got []record.PriceListID, want record.PriceListID) {
		t.Helper()
		if !slices.Equal(got, all(want)) {
			t.Errorf("%s: opportunity, quote, order and invoice have %v, want %s", what, got, want)
		}
	}
	var none record.PriceListID
	as := client.As(record.User(seller.ID.UUID))
	meyer := record.ContactCustomer(contact.ID)
	has("a customer with a list", documents(as, record.AccountCustomer(account.ID)), own)
	has("a territory without", documents(as, meyer), none)
	first := connect(regional, func(*party.ConnectionFields) {})
	has("a territory with one", documents(as, meyer), regional)
	has("on behalf of the seller", documents(client.As(record.Actor{Kind: record.ActorIntegration, OnBehalfOf: testkit.Ann}), meyer), regional)
	has("somebody without territory", documents(client, meyer), none)
	second := connect(own, func(f *party.ConnectionFields) {
		f.Record1, f.Record2, f.Role1, f.Role2 = f.Record2, f.Record1, f.Role2, f.Role1
	})
	has("a territory with two", documents(as, meyer), none)
	has("a customer with a list, where there are two", documents(as, record.AccountCustomer(account.ID)), own)
	_, err = client.Connections().Deactivate(ctx, first.ID, party.Deactivate{})
	made(err)
	has("one of two is inactive", documents(as, meyer), own)
	made(client.Connections().Delete(ctx, second.ID, record.DeleteRecord{}))
	connect(regional, func(f *party.ConnectionFields) { f.EffectiveEnd = 2020_01_01 })
	connect(regional, func(f *party.ConnectionFields) { f.EffectiveStart = 2999_01_01 })
	connect(regional, func(f *party.ConnectionFields) { f.Role1 = 0 })
	has("none is in effect", documents(as, meyer), none)
	meyers := contact.ContactFields
	meyers.DefaultPriceListID = regional
	_, err = client.Contacts().Edit(ctx, contact.ID, party.EditContact{Fields: meyers})
	made(err)
	has("the contact's own", documents(client, meyer), regional)
}

// TestQualifiedPriceList qualifies leads: an opportunity with a customer that was
// there before has that customer's price list, if it is in its currency.
func TestQualifiedPriceList(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), testkit.OpenShop(t, leadtocash.Settings{})
	account, err := s.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Adventure Works", DefaultPriceListID: s.List}})
	if err != nil {
		t.Fatal(err)
	}
	contact, err := s.Contacts().Create(ctx, party.CreateContact{Fields: party.ContactFields{LastName: "Doe", DefaultPriceListID: s.List}})
	if err != nil {
		t.Fatal(err)
	}
	works, nobody := leadtocash.PlanUse(account.ID), leadtocash.PlanSkip[record.AccountID]()
	for name, c := range map[string]struct {
		cmd  leadtocash.QualifyLead
		want record.PriceListID
	}{
		"a new account":          {leadtocash.QualifyLead{Currency: money.EUR, Contact: leadtocash.PlanUse(contact.ID)}, record.PriceListID{}},
		"an account with a list": {leadtocash.QualifyLead{Currency: money.EUR, Account: works}, s.List},
		"another currency":       {leadtocash.QualifyLead{Currency: money.USD, Account: works}, record.PriceListID{}},
		"a contact with a list":  {leadtocash.QualifyLead{Currency: money.EUR, Account: nobody, Contact: leadtocash.PlanUse(contact.ID)}, s.List},
		"another customer":       {leadtocash.QualifyLead{Currency: money.EUR, Customer: record.AccountCustomer(account.ID)}, s.List},
	} {
		lead, err := s.Leads().Create(ctx, leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "chairs", LastName: name, CompanyName: name}})
		if err != nil {
			t.Fatal(err)
		}
		out, err := s.Leads().Qualify(ctx, lead.ID, c.cmd)
		if err != nil || out.Opportunity().PriceListID != c.want {
			t.Errorf("%s: the price list is %s, %v; want %s", name, out.Opportunity().PriceListID, err, c.want)
		}
	}
}

// TestTerritoriesAreTheHosts asks the host about territories, and nothing
// stored here: only a price list is the default of one.
func TestTerritoriesAreTheHosts(t *testing.T) {
	t.Parallel()
	ctx, north := t.Context(), uuid.New()
	client, err := engine.New(memory.New(), engine.WithResolver(territories{north}))
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.PriceLists().Create(ctx, catalog.CreatePriceList{
		Origin: record.Origin{Currency: money.EUR}, Fields: catalog.PriceListFields{Name: "regional"},
	})
	if err != nil {
		t.Fatal(err)
	}
	priceList, seller := record.Ref{Kind: kinds.PriceList, ID: list.ID.UUID}, record.Ref{Kind: kinds.Seller, ID: uuid.New()}
	territory := func(id uuid.UUID) record.Ref { return record.Ref{Kind: kinds.Territory, ID: id} }
	const role = party.ConnectionRoleTerritoryDefaultPriceList
	for name, c := range map[string]struct {
		fields party.ConnectionFields
		want   []string
	}{
		"a known territory":        {party.ConnectionFields{Record1: territory(north), Record2: priceList, Role2: role}, nil},
		"an unknown territory":     {party.ConnectionFields{Record1: territory(uuid.New()), Record2: priceList, Role2: role}, []string{"not_found fields.record1"}},
		"the role of a territory":  {party.ConnectionFields{Record1: territory(north), Record2: priceList, Role1: role}, []string{"invalid fields.role1"}},
		"the role of a seller":     {party.ConnectionFields{Record1: territory(north), Record2: seller, Role2: role}, []string{"invalid fields.role2"}},
		"the role towards a list":  {party.ConnectionFields{Record1: priceList, Record2: priceList, Role2: role}, []string{"invalid fields.record2", "invalid fields.role2"}},
		"another role of the list": {party.ConnectionFields{Record1: territory(north), Record2: priceList, Role2: party.ConnectionRoleCompetitor}, []string{"invalid fields.role2"}},
	} {
		_, err := client.Preview().Connections().Create(ctx, party.CreateConnection{Fields: c.fields})
		if got := testkit.FaultsOf(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q (%v), want %q", name, got, err, c.want)
		}
	}
	_, err = client.Notes().Create(ctx, activity.CreateNote{RegardingID: territory(north), Fields: activity.NoteFields{Subject: "north"}})
	if !errors.Is(err, codes.ErrNotFound) {
		t.Errorf("a note about a territory: %v", err)
	}
}

// TestGeneratedPriceList makes documents of an opportunity: they have its price
// list, or the one that is named, which prices their lines.
func TestGeneratedPriceList(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), testkit.OpenShop(t, leadtocash.Settings{})
	create := func(currency money.Currency, price string) record.PriceListID {
		l, err := s.PriceLists().Create(ctx, catalog.CreatePriceList{
			Origin: record.Origin{Currency: currency}, Fields: catalog.PriceListFields{Name: price},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.PriceListItems().Create(ctx, catalog.CreatePriceListItem{
			PriceListID: l.ID, ProductID: s.Chair, Fields: catalog.PriceListItemFields{Amount: testkit.Some(price)},
		}); err != nil {
			t.Fatal(err)
		}
		return l.ID
	}
	cheap, dollars := create(money.EUR, "60.00"), create(money.USD, "90.00")
	account, err := s.Accounts().Create(ctx, party.CreateAccount{Fields: party.AccountFields{Name: "Adventure Works", DefaultPriceListID: cheap}})
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.Opportunities().Create(ctx, leadtocash.CreateOpportunity{
		Origin: record.Origin{Currency: money.EUR}, Lines: []pricing.LineFields{pricing.FromCatalog(s.Chair, decimal.NewFromInt(2))},
		Fields: leadtocash.OpportunityFields{Name: "chairs", CustomerID: record.AccountCustomer(account.ID), Charges: pricing.Charges{PriceListID: s.List}},
	})
	if err != nil {
		t.Fatal(err)
	}
	generate := func(named record.PriceListID) map[string]string {
		got := map[string]string{}
		say := func(kind string, list record.PriceListID, total money.Amount, err error) {
			if got[kind] = fmt.Sprint(list, " ", total); err != nil {
				got[kind] = fmt.Sprint(testkit.FaultsOf(err))
			}
		}
		q, err := s.Opportunities().GenerateQuote(ctx, o.ID, leadtocash.GenerateQuote{PriceListID: named})
		say("quote", q.PriceListID, q.TotalAmount, err)
		d, err := s.Opportunities().GenerateOrder(ctx, o.ID, leadtocash.GenerateOrder{PriceListID: named})
		say("order", d.PriceListID, d.TotalAmount, err)
		i, err := s.Opportunities().GenerateInvoice(ctx, o.ID, leadtocash.GenerateInvoice{PriceListID: named})
		say("invoice", i.PriceListID, i.TotalAmount, err)
		return got
	}
	for name, c := range map[string]struct {
		named record.PriceListID
		want  string
	}{
		"none":            {record.PriceListID{}, fmt.Sprint(s.List, " 150.00")},
		"another":         {cheap, fmt.Sprint(cheap, " 120.00")},
		"one in dollars":  {dollars, "[currency_mismatch price_list_id]"},
		"one there isn't": {engine.NewID[record.PriceListID](), "[not_found price_list_id]"},
	} {
		for kind, got := range generate(c.named) {
			if got != c.want {
				t.Errorf("%s named: the %s has %s, want %s", name, kind, got, c.want)
			}
		}
	}
	under := leadtocash.CreateQuote{OpportunityID: o.ID, Fields: leadtocash.QuoteFields{Name: "chairs", CustomerID: o.CustomerID}}
	if q, err := s.Quotes().Create(ctx, under); err != nil || q.PriceListID != s.List {
		t.Errorf("a quote for the opportunity has the list %s (%v), want the opportunity's", q.PriceListID, err)
	}
	o.PriceListID, o.Lines = record.PriceListID{}, nil
	bare := leadtocash.OpportunityFacts{Stamp: record.StampOf(o.UpdatedAt, testkit.Morning.By), Settings: leadtocash.Settings{RequirePriceList: true}}
	if _, err := o.GenerateQuote(leadtocash.GenerateQuote{}, bare); !testkit.HasCode(err, codes.ErrMissingPriceList) {
		t.Errorf("a quote without the list that settings require: %v", err)
	}
	bare.PriceLists.Customer = &catalog.PriceList{ID: cheap, Status: catalog.PriceListStatusActive}
	bare.PriceLists.Customer.Currency = money.EUR
	if out, err := o.GenerateQuote(leadtocash.GenerateQuote{}, bare); err != nil || out.Record.PriceListID != cheap {
		t.Errorf("with the customer's list the quote has %s (%v), want %s", out.Record.PriceListID, err, cheap)
	}
}

// TestFirstPriceListIsDefault puts a product on two lists: the first one becomes
// its default by itself, and only a list with an item can be chosen.
func TestFirstPriceListIsDefault(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), testkit.OpenShop(t, leadtocash.Settings{})
	p, err := s.Products().Get(ctx, s.Chair)
	if err != nil || p.DefaultPriceListID != s.List {
		t.Fatalf("the default list is %s (%v), want the first one, %s", p.DefaultPriceListID, err, s.List)
	}
	second, err := s.PriceLists().Create(ctx, catalog.CreatePriceList{
		Origin: record.Origin{Currency: money.EUR}, Fields: catalog.PriceListFields{Name: "second"},
	})
	if err != nil {
		t.Fatal(err)
	}
	choose := catalog.SetDefaultPriceList{PriceListID: second.ID}
	if _, err := s.Products().SetDefaultPriceList(ctx, s.Chair, choose); !testkit.HasCode(err, codes.ErrNotInPriceList) {
		t.Errorf("a list without item was chosen: %v", err)
	}
	saved, err := s.PriceListItems().Create(ctx, catalog.CreatePriceListItem{
		PriceListID: second.ID, ProductID: s.Chair, Fields: catalog.PriceListItemFields{Amount: testkit.Some("70")},
	})
	if err != nil || saved.Product != nil {
		t.Errorf("the second list changed the product to %+v (%v)", saved.Product, err)
	}
	if p, err = s.Products().SetDefaultPriceList(ctx, s.Chair, choose); err != nil || p.DefaultPriceListID != second.ID {
		t.Errorf("the default list is %s (%v), want the chosen one", p.DefaultPriceListID, err)
	}
}
