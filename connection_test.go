package leadtocash_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
)

// connect creates a connection of two records.
func connect(t *testing.T, record1, record2 leadtocash.Ref, role2 leadtocash.ConnectionRole) leadtocash.Connection {
	t.Helper()
	return born(t, leadtocash.NewConnection, connecting(record1, record2, role2), leadtocash.ConnectionFacts{Stamp: morning}, "connection.created", "active")
}

func connecting(record1, record2 leadtocash.Ref, role2 leadtocash.ConnectionRole) leadtocash.CreateConnection {
	return leadtocash.CreateConnection{
		ID:     idOf[leadtocash.ConnectionID](1),
		Fields: leadtocash.ConnectionFields{Record1: record1, Record2: record2, Role2: role2},
	}
}

func TestConnectionFlow(t *testing.T) {
	t.Parallel()
	compareWithSpec(t, leadtocash.KindConnection, leadtocash.ConnectionFlow().Matrix())
}

func TestCategoryOf(t *testing.T) {
	t.Parallel()
	want := map[leadtocash.RoleCategory][]leadtocash.ConnectionRole{
		0: {0, 200, leadtocash.DefaultStatus},
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
	type pair [2]leadtocash.Kind // who has the role, towards whom
	fitting := map[leadtocash.ConnectionRole][]pair{
		leadtocash.ConnectionRoleChampion: {
			{leadtocash.KindContact, leadtocash.KindLead},
			{leadtocash.KindContact, leadtocash.KindOpportunity},
			{leadtocash.KindAccount, leadtocash.KindLead},
			{leadtocash.KindAccount, leadtocash.KindOpportunity},
		},
		leadtocash.ConnectionRoleAccountManager: {{leadtocash.KindSeller, leadtocash.KindOpportunity}},
		leadtocash.ConnectionRoleCompetitor: {
			{leadtocash.KindCompetitor, leadtocash.KindLead}, {leadtocash.KindCompetitor, leadtocash.KindOpportunity},
		},
	}
	kinds := []leadtocash.Kind{
		leadtocash.KindLead, leadtocash.KindOpportunity, leadtocash.KindAccount, leadtocash.KindContact,
		leadtocash.KindSeller, leadtocash.KindCompetitor, leadtocash.KindQuote,
	}
	for role, pairs := range fitting {
		fits := map[pair]bool{}
		for _, p := range pairs {
			fits[p] = true
		}
		for _, holder := range kinds {
			for _, other := range kinds {
				cmd := connecting(refTo(other, 1), refTo(holder, 2), role)
				_, err := leadtocash.NewConnection(cmd, leadtocash.ConnectionFacts{})
				swapped := cmd
				swapped.Fields.Record1, swapped.Fields.Role1, swapped.Fields.Record2, swapped.Fields.Role2 = refTo(holder, 2), role, refTo(other, 1), 0
				_, errSwapped := leadtocash.NewConnection(swapped, leadtocash.ConnectionFacts{})
				if fits[pair{holder, other}] {
					if err != nil || errSwapped != nil {
						t.Errorf("%s as %s of %s: %v, %v", holder, role, other, err, errSwapped)
					}
				} else if !errors.Is(err, leadtocash.ErrInvalid) || !errors.Is(errSwapped, leadtocash.ErrInvalid) {
					t.Errorf("%s as %s of %s: %v, %v; want a refusal", holder, role, other, err, errSwapped)
				}
			}
		}
	}
}

func TestNewConnection(t *testing.T) {
	t.Parallel()
	opportunity, contact := refTo(leadtocash.KindOpportunity, 1), refTo(leadtocash.KindContact, 2)

	// Of a lead or an opportunity a customer without role is a stakeholder.
	c := connect(t, opportunity, contact, 0)
	if c.Role1 != 0 || c.Role2 != leadtocash.ConnectionRoleStakeholder {
		t.Errorf("roles %q and %q, want a stakeholder", c.Role1, c.Role2)
	}
	c = connect(t, refTo(leadtocash.KindAccount, 2), refTo(leadtocash.KindLead, 1), 0)
	if c.Role1 != leadtocash.ConnectionRoleStakeholder || c.Role2 != 0 {
		t.Errorf("roles %q and %q, want a stakeholder", c.Role1, c.Role2)
	}
	// Any other pair has no role unless it is given one.
	c = connect(t, refTo(leadtocash.KindInvoice, 1), contact, 0)
	if c.Role1 != 0 || c.Role2 != 0 {
		t.Errorf("roles %q and %q, want none", c.Role1, c.Role2)
	}

	refusesBirth(t, leadtocash.NewConnection, leadtocash.CreateConnection{ID: c.ID}, leadtocash.ConnectionFacts{}, leadtocash.ErrMissingField)
	refusesBirth(t, leadtocash.NewConnection, connecting(opportunity, opportunity, 0), leadtocash.ConnectionFacts{}, leadtocash.ErrInvalid)
	refusesBirth(t, leadtocash.NewConnection, connecting(opportunity, leadtocash.Ref{Kind: leadtocash.KindContact}, 0), leadtocash.ConnectionFacts{}, leadtocash.ErrInvalid)
	refusesBirth(t, leadtocash.NewConnection, connecting(leadtocash.Ref{ID: ann}, contact, 0), leadtocash.ConnectionFacts{}, leadtocash.ErrInvalid)
	refusesBirth(t, leadtocash.NewConnection, connecting(opportunity, contact, 99), leadtocash.ConnectionFacts{}, leadtocash.ErrInvalid)

	period := connecting(opportunity, contact, 0)
	period.Fields.EffectiveStart, period.Fields.EffectiveEnd = 2026_03_02, 2026_03_01
	refusesBirth(t, leadtocash.NewConnection, period, leadtocash.ConnectionFacts{}, leadtocash.ErrInvalid)
	period.Fields.EffectiveEnd = period.Fields.EffectiveStart
	born(t, leadtocash.NewConnection, period, leadtocash.ConnectionFacts{}, "connection.created", "active")
	period.Fields.EffectiveEnd = 0
	born(t, leadtocash.NewConnection, period, leadtocash.ConnectionFacts{}, "connection.created", "active")
}

func TestConnectionLimits(t *testing.T) {
	t.Parallel()
	checkLimits(t, leadtocash.NewConnection, `{"id":"0f000000-0000-0000-0000-000000000001","fields":{
		"record1":{"kind":"quote","id":"0f000000-0000-0000-0000-000000000002"},
		"record2":{"kind":"lead","id":"0f000000-0000-0000-0000-000000000003"}}}`,
		map[string]int{"description": 2000}, nil)
}

func TestSalesTeam(t *testing.T) {
	t.Parallel()
	opportunity, seller := refTo(leadtocash.KindOpportunity, 1), refTo(leadtocash.KindSeller, 2)
	onTeam := leadtocash.ConnectionFacts{Stamp: noon, OnTeam: true}
	gone := leadtocash.ConnectionFacts{Stamp: noon, Inactive: []leadtocash.Ref{seller}}
	joining := connecting(opportunity, seller, leadtocash.ConnectionRoleIndustryExpert)

	refusesBirth(t, leadtocash.NewConnection, joining, onTeam, leadtocash.ErrDuplicateSalesTeamMember)
	refusesBirth(t, leadtocash.NewConnection, joining, gone, leadtocash.ErrInactive)
	// What is no membership may be connected twice, and with an inactive seller.
	joining.Fields.Role2 = 0
	born(t, leadtocash.NewConnection, joining, onTeam, "connection.created", "active")
	born(t, leadtocash.NewConnection, joining, gone, "connection.created", "active")

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
		does(t, member, leadtocash.Connection.Edit, edit, onTeam, "connection.edited", "active", "active")
		does(t, member, leadtocash.Connection.Edit, edit, gone, "connection.edited", "active", "active")

		former := does(t, member, leadtocash.Connection.Deactivate, leadtocash.Deactivate{}, onTeam, "connection.deactivated", "active", "inactive")
		refuses(t, former, leadtocash.Connection.Activate, leadtocash.Activate{}, onTeam, leadtocash.ErrDuplicateSalesTeamMember)
		refuses(t, former, leadtocash.Connection.Activate, leadtocash.Activate{}, gone, leadtocash.ErrInactive)
		both := gone
		both.OnTeam = true
		refuses(t, former, leadtocash.Connection.Activate, leadtocash.Activate{}, both, leadtocash.ErrDuplicateSalesTeamMember, leadtocash.ErrInactive)
	}

	// Giving a role is joining.
	plain := connect(t, opportunity, seller, 0)
	edit := leadtocash.EditConnection{Fields: plain.ConnectionFields}
	edit.Fields.Role2 = leadtocash.ConnectionRoleAccountManager
	refuses(t, plain, leadtocash.Connection.Edit, edit, onTeam, leadtocash.ErrDuplicateSalesTeamMember)
	refuses(t, plain, leadtocash.Connection.Edit, edit, gone, leadtocash.ErrInactive)
	does(t, plain, leadtocash.Connection.Edit, edit, leadtocash.ConnectionFacts{Stamp: noon}, "connection.edited", "active", "active")
}

func TestConnectionTransitions(t *testing.T) {
	t.Parallel()
	f := leadtocash.ConnectionFacts{Stamp: noon}
	c := connect(t, refTo(leadtocash.KindOpportunity, 1), refTo(leadtocash.KindContact, 2), 0)
	edit := leadtocash.EditConnection{Fields: c.ConnectionFields}
	idles(t, c, leadtocash.Connection.Edit, edit, f)
	edit.Fields.Role2 = 0 // becomes the default again
	idles(t, c, leadtocash.Connection.Edit, edit, f)

	edit.Fields.Role2 = leadtocash.ConnectionRoleAccountManager
	refuses(t, c, leadtocash.Connection.Edit, edit, f, leadtocash.ErrInvalid)
	edit.Fields.Role2 = leadtocash.ConnectionRoleEndUser
	c = does(t, c, leadtocash.Connection.Edit, edit, f, "connection.edited", "active", "active")
	if c.ConnectionFields != edit.Fields {
		t.Errorf("edited to %+v", c.ConnectionFields)
	}
	refuses(t, c, leadtocash.Connection.Activate, leadtocash.Activate{}, f, leadtocash.ErrInvalidTransition)
	used := f
	used.InUse = []leadtocash.Ref{refTo(leadtocash.KindNote, 1)}
	refuses(t, c, leadtocash.Connection.Delete, leadtocash.DeleteRecord{}, used, leadtocash.ErrInUse)
	deletes(t, c, leadtocash.Connection.Delete, f, "connection.deleted", "active")

	c = does(t, c, leadtocash.Connection.Deactivate, leadtocash.Deactivate{}, f, "connection.deactivated", "active", "inactive")
	refuses(t, c, leadtocash.Connection.Edit, edit, f, leadtocash.ErrReadOnly)
	refuses(t, c, leadtocash.Connection.Deactivate, leadtocash.Deactivate{}, f, leadtocash.ErrInvalidTransition)
	deletes(t, c, leadtocash.Connection.Delete, f, "connection.deleted", "inactive")
	// A stakeholder is on no team, whatever the facts say.
	does(t, c, leadtocash.Connection.Activate, leadtocash.Activate{}, leadtocash.ConnectionFacts{OnTeam: true}, "connection.activated", "inactive", "active")
}

func TestReciprocal(t *testing.T) {
	t.Parallel()
	c := connect(t, refTo(leadtocash.KindOpportunity, 1), refTo(leadtocash.KindContact, 2), leadtocash.ConnectionRoleChampion)
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
		ID: idOf[leadtocash.LeadID](1), Birth: leadtocash.Birth{Owner: bob, Currency: leadtocash.EUR},
		Fields: leadtocash.LeadFields{Topic: "Grinders", LastName: "Byron", CompanyName: "Analytical Coffee"},
	}, leadtocash.LeadFacts{Stamp: noon})
	if err != nil {
		t.Fatal(err)
	}
	out, err := l.Record.Qualify(leadtocash.QualifyLead{}, leadtocash.LeadFacts{Stamp: noon})
	if err != nil || len(out.Connections) != 1 {
		t.Fatalf("%d connections: %v", len(out.Connections), err)
	}
	c := out.Connections[0]

	// It is what a person would have made.
	cmd := connecting(
		leadtocash.Ref{Kind: leadtocash.KindOpportunity, ID: out.Opportunity().ID.UUID},
		leadtocash.Ref{Kind: leadtocash.KindContact, ID: out.Contact.ID.UUID}, 0,
	)
	cmd.ID, cmd.Owner, cmd.Currency = c.ID, bob, leadtocash.EUR
	made, err := leadtocash.NewConnection(cmd, leadtocash.ConnectionFacts{Stamp: noon})
	if err != nil {
		t.Fatal(err)
	}
	isSame := func(e leadtocash.Event) bool { return reflect.DeepEqual(e, made.Events[0]) }
	if !reflect.DeepEqual(c, made.Record) || !slices.ContainsFunc(out.Events, isSame) {
		t.Errorf("made %+v with %+v, by hand %+v with %+v", c, out.Events, made.Record, made.Events[0])
	}
}

func TestConnectionJSON(t *testing.T) {
	t.Parallel()
	survives[leadtocash.Connection](t)
}
