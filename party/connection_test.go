package party_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// connect creates a connection of two records.
func connect(t *testing.T, record1, record2 record.Ref, role2 party.ConnectionRole) party.Connection {
	t.Helper()
	return testkit.Born(t, party.NewConnection, testkit.Connecting(record1, record2, role2), party.ConnectionFacts{Stamp: testkit.Morning}, "connection.created", "active")
}

func TestConnectionFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Connection, party.ConnectionFlow().Matrix())
}

func TestCategoryOf(t *testing.T) {
	t.Parallel()
	want := map[party.RoleCategory][]party.ConnectionRole{
		0: {0, 200, value.DefaultStatus},
		party.RoleCategoryStakeholder: {
			party.ConnectionRoleStakeholder, party.ConnectionRoleChampion, party.ConnectionRoleDecisionMaker,
			party.ConnectionRoleEndUser, party.ConnectionRoleEconomicBuyer, party.ConnectionRoleInfluencer,
			party.ConnectionRoleTechnicalBuyer,
		},
		party.RoleCategorySalesTeam: {
			party.ConnectionRoleAccountManager, party.ConnectionRoleDeliveryProfessional, party.ConnectionRoleIndustryExpert,
			party.ConnectionRoleServiceProfessional, party.ConnectionRoleTechnicalSalesProfessional, party.ConnectionRoleTerritoryManager,
		},
		party.RoleCategorySales: {party.ConnectionRoleCompetitor},
	}
	for category, roles := range want {
		for _, role := range roles {
			if got := party.CategoryOf(role); got != category {
				t.Errorf("%s is of the category %s, want %s", role, got, category)
			}
		}
	}
}

// TestConnectionRoles tries one role of each category on both ends of every
// pair of kinds.
func TestConnectionRoles(t *testing.T) {
	t.Parallel()
	type pair [2]kinds.Kind // who has the role, towards whom
	fitting := map[party.ConnectionRole][]pair{
		party.ConnectionRoleChampion: {
			{kinds.Contact, kinds.Lead},
			{kinds.Contact, kinds.Opportunity},
			{kinds.Account, kinds.Lead},
			{kinds.Account, kinds.Opportunity},
		},
		party.ConnectionRoleAccountManager: {{kinds.Seller, kinds.Opportunity}},
		party.ConnectionRoleCompetitor: {
			{kinds.Competitor, kinds.Lead}, {kinds.Competitor, kinds.Opportunity},
		},
	}
	kinds := []kinds.Kind{
		kinds.Lead, kinds.Opportunity, kinds.Account, kinds.Contact,
		kinds.Seller, kinds.Competitor, kinds.Quote,
	}
	for role, pairs := range fitting {
		fits := map[pair]bool{}
		for _, p := range pairs {
			fits[p] = true
		}
		for _, holder := range kinds {
			for _, other := range kinds {
				cmd := testkit.Connecting(testkit.RefTo(other, 1), testkit.RefTo(holder, 2), role)
				_, err := party.NewConnection(cmd, party.ConnectionFacts{})
				swapped := cmd
				swapped.Fields.Record1, swapped.Fields.Role1, swapped.Fields.Record2, swapped.Fields.Role2 = testkit.RefTo(holder, 2), role, testkit.RefTo(other, 1), 0
				_, errSwapped := party.NewConnection(swapped, party.ConnectionFacts{})
				if fits[pair{holder, other}] {
					if err != nil || errSwapped != nil {
						t.Errorf("%s as %s of %s: %v, %v", holder, role, other, err, errSwapped)
					}
				} else if !errors.Is(err, codes.ErrInvalid) || !errors.Is(errSwapped, codes.ErrInvalid) {
					t.Errorf("%s as %s of %s: %v, %v; want a refusal", holder, role, other, err, errSwapped)
				}
			}
		}
	}
}

func TestNewConnection(t *testing.T) {
	t.Parallel()
	opportunity, contact := testkit.RefTo(kinds.Opportunity, 1), testkit.RefTo(kinds.Contact, 2)

	// Of a lead or an opportunity a customer without role is a stakeholder.
	c := connect(t, opportunity, contact, 0)
	if c.Role1 != 0 || c.Role2 != party.ConnectionRoleStakeholder {
		t.Errorf("roles %q and %q, want a stakeholder", c.Role1, c.Role2)
	}
	c = connect(t, testkit.RefTo(kinds.Account, 2), testkit.RefTo(kinds.Lead, 1), 0)
	if c.Role1 != party.ConnectionRoleStakeholder || c.Role2 != 0 {
		t.Errorf("roles %q and %q, want a stakeholder", c.Role1, c.Role2)
	}
	// Any other pair has no role unless it is given one.
	c = connect(t, testkit.RefTo(kinds.Invoice, 1), contact, 0)
	if c.Role1 != 0 || c.Role2 != 0 {
		t.Errorf("roles %q and %q, want none", c.Role1, c.Role2)
	}

	testkit.RefusesBirth(t, party.NewConnection, party.CreateConnection{ID: c.ID}, party.ConnectionFacts{}, codes.ErrMissingField)
	testkit.RefusesBirth(t, party.NewConnection, testkit.Connecting(opportunity, opportunity, 0), party.ConnectionFacts{}, codes.ErrInvalid)
	testkit.RefusesBirth(t, party.NewConnection, testkit.Connecting(opportunity, record.Ref{Kind: kinds.Contact}, 0), party.ConnectionFacts{}, codes.ErrInvalid)
	testkit.RefusesBirth(t, party.NewConnection, testkit.Connecting(record.Ref{ID: testkit.Ann}, contact, 0), party.ConnectionFacts{}, codes.ErrInvalid)
	testkit.RefusesBirth(t, party.NewConnection, testkit.Connecting(opportunity, contact, 99), party.ConnectionFacts{}, codes.ErrInvalid)

	period := testkit.Connecting(opportunity, contact, 0)
	period.Fields.EffectiveStart, period.Fields.EffectiveEnd = 2026_03_02, 2026_03_01
	testkit.RefusesBirth(t, party.NewConnection, period, party.ConnectionFacts{}, codes.ErrInvalid)
	period.Fields.EffectiveEnd = period.Fields.EffectiveStart
	testkit.Born(t, party.NewConnection, period, party.ConnectionFacts{}, "connection.created", "active")
	period.Fields.EffectiveEnd = 0
	testkit.Born(t, party.NewConnection, period, party.ConnectionFacts{}, "connection.created", "active")
}

func TestConnectionLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, party.NewConnection, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{
		"record1":{"kind":"quote","id":"0f000000-0000-0000-0000-000000000002"},
		"record2":{"kind":"lead","id":"0f000000-0000-0000-0000-000000000003"}}}`,
		map[string]int{"description": 2000}, nil)
}

func TestSalesTeam(t *testing.T) {
	t.Parallel()
	opportunity, seller := testkit.RefTo(kinds.Opportunity, 1), testkit.RefTo(kinds.Seller, 2)
	onTeam := party.ConnectionFacts{Stamp: testkit.Noon, OnTeam: true}
	gone := party.ConnectionFacts{Stamp: testkit.Noon, Inactive: []record.Ref{seller}}
	joining := testkit.Connecting(opportunity, seller, party.ConnectionRoleIndustryExpert)

	testkit.RefusesBirth(t, party.NewConnection, joining, onTeam, codes.ErrDuplicateSalesTeamMember)
	testkit.RefusesBirth(t, party.NewConnection, joining, gone, codes.ErrInactive)
	// What is no membership may be connected twice, and with an inactive seller.
	joining.Fields.Role2 = 0
	testkit.Born(t, party.NewConnection, joining, onTeam, "connection.created", "active")
	testkit.Born(t, party.NewConnection, joining, gone, "connection.created", "active")

	for _, member := range []party.Connection{
		connect(t, opportunity, seller, party.ConnectionRoleAccountManager),
		connect(t, opportunity, seller, party.ConnectionRoleAccountManager).Reciprocal(),
	} {
		// Another role on the same team is no second membership.
		edit := party.EditConnection{Fields: member.ConnectionFields}
		if edit.Fields.Role1 != 0 {
			edit.Fields.Role1 = party.ConnectionRoleTerritoryManager
		} else {
			edit.Fields.Role2 = party.ConnectionRoleTerritoryManager
		}
		testkit.Does(t, member, party.Connection.Edit, edit, onTeam, "connection.edited", "active", "active")
		testkit.Does(t, member, party.Connection.Edit, edit, gone, "connection.edited", "active", "active")

		former := testkit.Does(t, member, party.Connection.Deactivate, party.Deactivate{}, onTeam, "connection.deactivated", "active", "inactive")
		testkit.Refuses(t, former, party.Connection.Activate, party.Activate{}, onTeam, codes.ErrDuplicateSalesTeamMember)
		testkit.Refuses(t, former, party.Connection.Activate, party.Activate{}, gone, codes.ErrInactive)
		both := gone
		both.OnTeam = true
		testkit.Refuses(t, former, party.Connection.Activate, party.Activate{}, both, codes.ErrDuplicateSalesTeamMember, codes.ErrInactive)
	}

	// Giving a role is joining.
	plain := connect(t, opportunity, seller, 0)
	edit := party.EditConnection{Fields: plain.ConnectionFields}
	edit.Fields.Role2 = party.ConnectionRoleAccountManager
	testkit.Refuses(t, plain, party.Connection.Edit, edit, onTeam, codes.ErrDuplicateSalesTeamMember)
	testkit.Refuses(t, plain, party.Connection.Edit, edit, gone, codes.ErrInactive)
	testkit.Does(t, plain, party.Connection.Edit, edit, party.ConnectionFacts{Stamp: testkit.Noon}, "connection.edited", "active", "active")
}

func TestConnectionTransitions(t *testing.T) {
	t.Parallel()
	f := party.ConnectionFacts{Stamp: testkit.Noon}
	c := connect(t, testkit.RefTo(kinds.Opportunity, 1), testkit.RefTo(kinds.Contact, 2), 0)
	edit := party.EditConnection{Fields: c.ConnectionFields}
	testkit.Idles(t, c, party.Connection.Edit, edit, f)
	edit.Fields.Role2 = 0 // becomes the default again
	testkit.Idles(t, c, party.Connection.Edit, edit, f)

	edit.Fields.Role2 = party.ConnectionRoleAccountManager
	testkit.Refuses(t, c, party.Connection.Edit, edit, f, codes.ErrInvalid)
	edit.Fields.Role2 = party.ConnectionRoleEndUser
	c = testkit.Does(t, c, party.Connection.Edit, edit, f, "connection.edited", "active", "active")
	if c.ConnectionFields != edit.Fields {
		t.Errorf("edited to %+v", c.ConnectionFields)
	}
	testkit.Refuses(t, c, party.Connection.Activate, party.Activate{}, f, codes.ErrInvalidTransition)
	used := f
	used.InUse = []record.Ref{testkit.RefTo(kinds.Note, 1)}
	testkit.Refuses(t, c, party.Connection.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
	testkit.Deletes(t, c, party.Connection.Delete, f, "connection.deleted", "active")

	c = testkit.Does(t, c, party.Connection.Deactivate, party.Deactivate{}, f, "connection.deactivated", "active", "inactive")
	testkit.Refuses(t, c, party.Connection.Edit, edit, f, codes.ErrReadOnly)
	testkit.Refuses(t, c, party.Connection.Deactivate, party.Deactivate{}, f, codes.ErrInvalidTransition)
	testkit.Deletes(t, c, party.Connection.Delete, f, "connection.deleted", "inactive")
	// A stakeholder is on no team, whatever the facts say.
	testkit.Does(t, c, party.Connection.Activate, party.Activate{}, party.ConnectionFacts{OnTeam: true}, "connection.activated", "inactive", "active")
}

func TestReciprocal(t *testing.T) {
	t.Parallel()
	c := connect(t, testkit.RefTo(kinds.Opportunity, 1), testkit.RefTo(kinds.Contact, 2), party.ConnectionRoleChampion)
	r := c.Reciprocal()
	if r.Record1 != c.Record2 || r.Role1 != c.Role2 || r.Record2 != c.Record1 || r.Role2 != c.Role1 || r.ID != c.ID {
		t.Errorf("the other end of %+v is %+v", c.ConnectionFields, r.ConnectionFields)
	}
	if again := r.Reciprocal(); again.ConnectionFields != c.ConnectionFields {
		t.Errorf("there and back: %+v, was %+v", again.ConnectionFields, c.ConnectionFields)
	}
}

func TestStakeholderByTheWay(t *testing.T) {
	t.Parallel()
	l, err := leadtocash.NewLead(leadtocash.CreateLead{
		ID: testkit.IDOf[record.LeadID](1), Origin: record.Origin{Owner: testkit.Bob, Currency: money.EUR},
		Fields: leadtocash.LeadFields{Topic: "Grinders", LastName: "Byron", CompanyName: "Analytical Coffee"},
	}, leadtocash.LeadFacts{Stamp: testkit.Noon})
	if err != nil {
		t.Fatal(err)
	}
	out, err := l.Record.Qualify(leadtocash.QualifyLead{}, leadtocash.LeadFacts{Stamp: testkit.Noon})
	if err != nil || len(out.Connections) != 1 {
		t.Fatalf("%d connections: %v", len(out.Connections), err)
	}
	c := out.Connections[0]

	// It is what a person would have made.
	cmd := testkit.Connecting(
		record.Ref{Kind: kinds.Opportunity, ID: out.Opportunity().ID.UUID},
		record.Ref{Kind: kinds.Contact, ID: out.Contact.ID.UUID}, 0,
	)
	cmd.ID, cmd.Owner, cmd.Currency = c.ID, testkit.Bob, money.EUR
	made, err := party.NewConnection(cmd, party.ConnectionFacts{Stamp: testkit.Noon})
	if err != nil {
		t.Fatal(err)
	}
	isSame := func(e record.Event) bool { return reflect.DeepEqual(e, made.Events[0]) }
	if !reflect.DeepEqual(c, made.Record) || !slices.ContainsFunc(out.Events, isSame) {
		t.Errorf("made %+v with %+v, by hand %+v with %+v", c, out.Events, made.Record, made.Events[0])
	}
}

func TestConnectionJSON(t *testing.T) {
	t.Parallel()
	testkit.Survives[party.Connection](t)
}
