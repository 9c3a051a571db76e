package leadtocash_test

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
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// connect creates a connection of two records.
func connect(t *testing.T, record1, record2 record.Ref, role2 leadtocash.ConnectionRole) leadtocash.Connection {
	t.Helper()
	return testkit.Born(t, leadtocash.NewConnection, testkit.Connecting(record1, record2, role2), leadtocash.ConnectionFacts{Stamp: testkit.Morning}, "connection.created", "active")
}

func TestConnectionFlow(t *testing.T) {
	t.Parallel()
	testkit.CompareWithSpec(t, kinds.Connection, leadtocash.ConnectionFlow().Matrix())
}

func TestCategoryOf(t *testing.T) {
	t.Parallel()
	want := map[leadtocash.RoleCategory][]leadtocash.ConnectionRole{
		0: {0, 200, value.DefaultStatus},
		leadtocash.RoleCategoryStakeholder: {
			leadtocash.ConnectionRoleStakeholder, leadtocash.ConnectionRoleChampion, leadtocash.ConnectionRoleDecisionMaker,
			leadtocash.ConnectionRoleEndUser, leadtocash.ConnectionRoleEconomicBuyer, leadtocash.ConnectionRoleInfluencer,
			leadtocash.ConnectionRoleTechnicalBuyer,
		},
		leadtocash.RoleCategorySalesTeam: {
			leadtocash.ConnectionRoleAccountManager, leadtocash.ConnectionRoleDeliveryProfessional, leadtocash.ConnectionRoleIndustryExpert,
			leadtocash.ConnectionRoleServiceProfessional, leadtocash.ConnectionRoleTechnicalSalesProfessional, leadtocash.ConnectionRoleTerritoryManager,
		},
		leadtocash.RoleCategorySales: {leadtocash.ConnectionRoleCompetitor},
	}
	for category, roles := range want {
		for _, role := range roles {
			if got := leadtocash.CategoryOf(role); got != category {
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
	fitting := map[leadtocash.ConnectionRole][]pair{
		leadtocash.ConnectionRoleChampion: {
			{kinds.Contact, kinds.Lead},
			{kinds.Contact, kinds.Opportunity},
			{kinds.Account, kinds.Lead},
			{kinds.Account, kinds.Opportunity},
		},
		leadtocash.ConnectionRoleAccountManager: {{kinds.Seller, kinds.Opportunity}},
		leadtocash.ConnectionRoleCompetitor: {
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
				_, err := leadtocash.NewConnection(cmd, leadtocash.ConnectionFacts{})
				swapped := cmd
				swapped.Fields.Record1, swapped.Fields.Role1, swapped.Fields.Record2, swapped.Fields.Role2 = testkit.RefTo(holder, 2), role, testkit.RefTo(other, 1), 0
				_, errSwapped := leadtocash.NewConnection(swapped, leadtocash.ConnectionFacts{})
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
	if c.Role1 != 0 || c.Role2 != leadtocash.ConnectionRoleStakeholder {
		t.Errorf("roles %q and %q, want a stakeholder", c.Role1, c.Role2)
	}
	c = connect(t, testkit.RefTo(kinds.Account, 2), testkit.RefTo(kinds.Lead, 1), 0)
	if c.Role1 != leadtocash.ConnectionRoleStakeholder || c.Role2 != 0 {
		t.Errorf("roles %q and %q, want a stakeholder", c.Role1, c.Role2)
	}
	// Any other pair has no role unless it is given one.
	c = connect(t, testkit.RefTo(kinds.Invoice, 1), contact, 0)
	if c.Role1 != 0 || c.Role2 != 0 {
		t.Errorf("roles %q and %q, want none", c.Role1, c.Role2)
	}

	testkit.RefusesBirth(t, leadtocash.NewConnection, leadtocash.CreateConnection{ID: c.ID}, leadtocash.ConnectionFacts{}, codes.ErrMissingField)
	testkit.RefusesBirth(t, leadtocash.NewConnection, testkit.Connecting(opportunity, opportunity, 0), leadtocash.ConnectionFacts{}, codes.ErrInvalid)
	testkit.RefusesBirth(t, leadtocash.NewConnection, testkit.Connecting(opportunity, record.Ref{Kind: kinds.Contact}, 0), leadtocash.ConnectionFacts{}, codes.ErrInvalid)
	testkit.RefusesBirth(t, leadtocash.NewConnection, testkit.Connecting(record.Ref{ID: testkit.Ann}, contact, 0), leadtocash.ConnectionFacts{}, codes.ErrInvalid)
	testkit.RefusesBirth(t, leadtocash.NewConnection, testkit.Connecting(opportunity, contact, 99), leadtocash.ConnectionFacts{}, codes.ErrInvalid)

	period := testkit.Connecting(opportunity, contact, 0)
	period.Fields.EffectiveStart, period.Fields.EffectiveEnd = 2026_03_02, 2026_03_01
	testkit.RefusesBirth(t, leadtocash.NewConnection, period, leadtocash.ConnectionFacts{}, codes.ErrInvalid)
	period.Fields.EffectiveEnd = period.Fields.EffectiveStart
	testkit.Born(t, leadtocash.NewConnection, period, leadtocash.ConnectionFacts{}, "connection.created", "active")
	period.Fields.EffectiveEnd = 0
	testkit.Born(t, leadtocash.NewConnection, period, leadtocash.ConnectionFacts{}, "connection.created", "active")
}

func TestConnectionLimits(t *testing.T) {
	t.Parallel()
	testkit.CheckLimits(t, leadtocash.NewConnection, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{
		"record1":{"kind":"quote","id":"0f000000-0000-0000-0000-000000000002"},
		"record2":{"kind":"lead","id":"0f000000-0000-0000-0000-000000000003"}}}`,
		map[string]int{"description": 2000}, nil)
}

func TestSalesTeam(t *testing.T) {
	t.Parallel()
	opportunity, seller := testkit.RefTo(kinds.Opportunity, 1), testkit.RefTo(kinds.Seller, 2)
	onTeam := leadtocash.ConnectionFacts{Stamp: testkit.Noon, OnTeam: true}
	gone := leadtocash.ConnectionFacts{Stamp: testkit.Noon, Inactive: []record.Ref{seller}}
	joining := testkit.Connecting(opportunity, seller, leadtocash.ConnectionRoleIndustryExpert)

	testkit.RefusesBirth(t, leadtocash.NewConnection, joining, onTeam, codes.ErrDuplicateSalesTeamMember)
	testkit.RefusesBirth(t, leadtocash.NewConnection, joining, gone, codes.ErrInactive)
	// What is no membership may be connected twice, and with an inactive seller.
	joining.Fields.Role2 = 0
	testkit.Born(t, leadtocash.NewConnection, joining, onTeam, "connection.created", "active")
	testkit.Born(t, leadtocash.NewConnection, joining, gone, "connection.created", "active")

	for _, member := range []leadtocash.Connection{
		connect(t, opportunity, seller, leadtocash.ConnectionRoleAccountManager),
		connect(t, opportunity, seller, leadtocash.ConnectionRoleAccountManager).Reciprocal(),
	} {
		// Another role on the same team is no second membership.
		edit := leadtocash.EditConnection{Fields: member.ConnectionFields}
		if edit.Fields.Role1 != 0 {
			edit.Fields.Role1 = leadtocash.ConnectionRoleTerritoryManager
		} else {
			edit.Fields.Role2 = leadtocash.ConnectionRoleTerritoryManager
		}
		testkit.Does(t, member, leadtocash.Connection.Edit, edit, onTeam, "connection.edited", "active", "active")
		testkit.Does(t, member, leadtocash.Connection.Edit, edit, gone, "connection.edited", "active", "active")

		former := testkit.Does(t, member, leadtocash.Connection.Deactivate, leadtocash.Deactivate{}, onTeam, "connection.deactivated", "active", "inactive")
		testkit.Refuses(t, former, leadtocash.Connection.Activate, leadtocash.Activate{}, onTeam, codes.ErrDuplicateSalesTeamMember)
		testkit.Refuses(t, former, leadtocash.Connection.Activate, leadtocash.Activate{}, gone, codes.ErrInactive)
		both := gone
		both.OnTeam = true
		testkit.Refuses(t, former, leadtocash.Connection.Activate, leadtocash.Activate{}, both, codes.ErrDuplicateSalesTeamMember, codes.ErrInactive)
	}

	// Giving a role is joining.
	plain := connect(t, opportunity, seller, 0)
	edit := leadtocash.EditConnection{Fields: plain.ConnectionFields}
	edit.Fields.Role2 = leadtocash.ConnectionRoleAccountManager
	testkit.Refuses(t, plain, leadtocash.Connection.Edit, edit, onTeam, codes.ErrDuplicateSalesTeamMember)
	testkit.Refuses(t, plain, leadtocash.Connection.Edit, edit, gone, codes.ErrInactive)
	testkit.Does(t, plain, leadtocash.Connection.Edit, edit, leadtocash.ConnectionFacts{Stamp: testkit.Noon}, "connection.edited", "active", "active")
}

func TestConnectionTransitions(t *testing.T) {
	t.Parallel()
	f := leadtocash.ConnectionFacts{Stamp: testkit.Noon}
	c := connect(t, testkit.RefTo(kinds.Opportunity, 1), testkit.RefTo(kinds.Contact, 2), 0)
	edit := leadtocash.EditConnection{Fields: c.ConnectionFields}
	testkit.Idles(t, c, leadtocash.Connection.Edit, edit, f)
	edit.Fields.Role2 = 0 // becomes the default again
	testkit.Idles(t, c, leadtocash.Connection.Edit, edit, f)

	edit.Fields.Role2 = leadtocash.ConnectionRoleAccountManager
	testkit.Refuses(t, c, leadtocash.Connection.Edit, edit, f, codes.ErrInvalid)
	edit.Fields.Role2 = leadtocash.ConnectionRoleEndUser
	c = testkit.Does(t, c, leadtocash.Connection.Edit, edit, f, "connection.edited", "active", "active")
	if c.ConnectionFields != edit.Fields {
		t.Errorf("edited to %+v", c.ConnectionFields)
	}
	testkit.Refuses(t, c, leadtocash.Connection.Activate, leadtocash.Activate{}, f, codes.ErrInvalidTransition)
	used := f
	used.InUse = []record.Ref{testkit.RefTo(kinds.Note, 1)}
	testkit.Refuses(t, c, leadtocash.Connection.Delete, record.DeleteRecord{}, used, codes.ErrInUse)
	testkit.Deletes(t, c, leadtocash.Connection.Delete, f, "connection.deleted", "active")

	c = testkit.Does(t, c, leadtocash.Connection.Deactivate, leadtocash.Deactivate{}, f, "connection.deactivated", "active", "inactive")
	testkit.Refuses(t, c, leadtocash.Connection.Edit, edit, f, codes.ErrReadOnly)
	testkit.Refuses(t, c, leadtocash.Connection.Deactivate, leadtocash.Deactivate{}, f, codes.ErrInvalidTransition)
	testkit.Deletes(t, c, leadtocash.Connection.Delete, f, "connection.deleted", "inactive")
	// A stakeholder is on no team, whatever the facts say.
	testkit.Does(t, c, leadtocash.Connection.Activate, leadtocash.Activate{}, leadtocash.ConnectionFacts{OnTeam: true}, "connection.activated", "inactive", "active")
}

func TestReciprocal(t *testing.T) {
	t.Parallel()
	c := connect(t, testkit.RefTo(kinds.Opportunity, 1), testkit.RefTo(kinds.Contact, 2), leadtocash.ConnectionRoleChampion)
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
	made, err := leadtocash.NewConnection(cmd, leadtocash.ConnectionFacts{Stamp: testkit.Noon})
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
	testkit.Survives[leadtocash.Connection](t)
}
