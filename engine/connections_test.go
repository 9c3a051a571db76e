package engine_test

import (
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// A seller is at most once on the sales team of an opportunity (I-60),
// whichever way round it is connected.
func TestConnections_salesTeam(t *testing.T) {
	onStores(t, func(p *people) {
		s := p.Connections()
		deal := p.deal(record.AccountCustomer(p.account("Meyer").ID))
		opportunity, ann := ref(kinds.Opportunity, deal.ID), ref(kinds.Seller, p.seller("Ann").ID)
		join := func(fields party.ConnectionFields) error {
			_, err := s.Create(p.ctx, party.CreateConnection{Fields: fields})
			return err
		}
		first := p.connect(opportunity, ann, party.ConnectionRoleAccountManager)
		p.refused(join(party.ConnectionFields{Record1: opportunity, Record2: ann, Role2: party.ConnectionRoleIndustryExpert}),
			codes.ErrDuplicateSalesTeamMember)
		p.refused(join(party.ConnectionFields{Record1: ann, Record2: opportunity, Role1: party.ConnectionRoleIndustryExpert}),
			codes.ErrDuplicateSalesTeamMember)

		// Being connected without a role is no membership, until a role is given.
		plain := p.connect(ann, opportunity, 0)
		fields := plain.ConnectionFields
		fields.Role1 = party.ConnectionRoleTerritoryManager
		_, err := s.Edit(p.ctx, plain.ID, party.EditConnection{Fields: fields})
		p.refused(err, codes.ErrDuplicateSalesTeamMember)

		testkit.Must(s.Deactivate(p.ctx, first.ID, party.Deactivate{}))
		testkit.Must(s.Edit(p.ctx, plain.ID, party.EditConnection{Fields: fields}))
		_, err = s.Activate(p.ctx, first.ID, party.Activate{})
		p.refused(err, codes.ErrDuplicateSalesTeamMember)
		testkit.Must(0, s.Delete(p.ctx, plain.ID, remove))
		testkit.Must(s.Activate(p.ctx, first.ID, party.Activate{}))

		team := testkit.Must(s.SalesTeam(p.ctx, deal.ID))
		if len(team) != 1 || team[0].Record2 != ann || team[0].Role2 != party.ConnectionRoleAccountManager {
			p.Errorf("the sales team is %+v", team)
		}

		other := p.deal(record.AccountCustomer(p.account("Huber").ID))
		p.connect(ref(kinds.Opportunity, other.ID), ann, party.ConnectionRoleAccountManager)
		testkit.Must(p.Sellers().Deactivate(p.ctx, record.SellerID{UUID: ann.ID}, party.Deactivate{}))
		p.refused(join(party.ConnectionFields{Record1: ref(kinds.Opportunity, p.deal(other.CustomerID).ID), Record2: ann, Role2: party.ConnectionRoleAccountManager}),
			codes.ErrInactive)
	})
}

// Connections are found from both ends and come turned the right way.
func TestConnections_ends(t *testing.T) {
	onStores(t, func(p *people) {
		s := p.Connections()
		person, rival := p.contact("Meyer"), p.competitor("Rival")
		deal := testkit.Must(p.Opportunities().Create(p.ctx, leadtocash.CreateOpportunity{
			Fields: leadtocash.OpportunityFields{Name: "Desks", ParentContactID: person.ID},
		}))
		opportunity := ref(kinds.Opportunity, deal.ID)
		boss := p.contact("Boss")
		turned := testkit.Must(s.Create(p.ctx, party.CreateConnection{Fields: party.ConnectionFields{
			Record1: ref(kinds.Contact, boss.ID), Record2: opportunity, Role1: party.ConnectionRoleEconomicBuyer,
		}}))
		p.connect(opportunity, ref(kinds.Competitor, rival.ID), party.ConnectionRoleCompetitor)
		p.connect(opportunity, ref(kinds.Account, p.account("Partner").ID), party.ConnectionRoleInfluencer)
		left := p.connect(opportunity, ref(kinds.Contact, p.contact("Left").ID), party.ConnectionRoleChampion)
		testkit.Must(s.Deactivate(p.ctx, left.ID, party.Deactivate{}))

		stakeholders := testkit.Must(s.Stakeholders(p.ctx, opportunity))
		roles := make([]party.ConnectionRole, len(stakeholders))
		for i, c := range stakeholders {
			if roles[i] = c.Role2; c.Record1 != opportunity {
				p.Errorf("connection %+v is turned round", c)
			}
		}
		want := []party.ConnectionRole{party.ConnectionRoleStakeholder, party.ConnectionRoleEconomicBuyer, party.ConnectionRoleInfluencer}
		if !slices.Equal(roles, want) {
			p.Errorf("stakeholders are %v, want %v", roles, want)
		}
		if rivals := testkit.Must(s.Competitors(p.ctx, opportunity)); len(rivals) != 1 || rivals[0].Record2.ID != rival.ID.UUID {
			p.Errorf("competitors are %+v", rivals)
		}

		of := func(q engine.ConnectionQuery) int64 { return testkit.Must(s.Count(p.ctx, q)) }
		for _, x := range []struct {
			query engine.ConnectionQuery
			count int64
		}{
			{engine.ConnectionQuery{Of: opportunity}, 5},
			{engine.ConnectionQuery{Of: opportunity, Status: party.ConnectionStatusInactive}, 1},
			{engine.ConnectionQuery{Of: ref(kinds.Contact, boss.ID)}, 1},
			{engine.ConnectionQuery{Role: party.ConnectionRoleEconomicBuyer}, 1},
			{engine.ConnectionQuery{Of: opportunity, Role: party.ConnectionRoleChampion, List: engine.List{State: party.StateActive}}, 0},
		} {
			if n := of(x.query); n != x.count {
				p.Errorf("%+v finds %d, want %d", x.query, n, x.count)
			}
		}

		// An edit moves the ends that a connection is found from.
		fields := turned.ConnectionFields
		fields.Record1 = ref(kinds.Contact, p.contact("Heir").ID)
		testkit.Must(s.Edit(p.ctx, turned.ID, party.EditConnection{Fields: fields}))
		if n := of(engine.ConnectionQuery{Of: ref(kinds.Contact, boss.ID)}); n != 0 {
			p.Errorf("the old end still finds %d", n)
		}
		testkit.Must(0, p.Contacts().Delete(p.ctx, boss.ID, remove))
		testkit.Must(s.Get(p.ctx, turned.ID))
	})
}
