package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/match"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

func routee(n byte, kind party.SellerKind, capacity int32) party.CreateSeller {
	cmd := party.CreateSeller{ID: record.SellerID{UUID: uuid.UUID{15: n}}, Fields: party.SellerFields{Kind: kind, Name: string('A' + rune(n))}}
	if capacity > 0 {
		cmd.Fields.Capacity = value.Some(capacity)
	}
	return cmd
}

func routing(rules ...leadtocash.RouteRule) engine.ClientOption {
	return engine.WithRouting(testkit.Must(leadtocash.NewRouteRules[leadtocash.Lead](rules...)))
}

// New leads go round; the event tells why.
func routesRoundRobin(t *testing.T) {
	onStores(t, func(p *people) {
		for n := range byte(3) {
			testkit.Must(p.Sellers().Create(p.ctx, routee(n+1, party.SellerKindUser, 0)))
		}
		testkit.Must(p.Sellers().Create(p.ctx, routee(9, party.SellerKindTeam, 0)))
		testkit.Must(p.Sellers().Deactivate(p.ctx, record.SellerID{UUID: uuid.UUID{15: 2}}, party.Deactivate{}))
		var owners []byte
		for n := range 4 {
			l := testkit.Must(p.Leads().Create(p.ctx, desks(n)))
			owners = append(owners, l.Owner[15])
			for e, err := range p.Leads().History(p.ctx, l.ID) {
				if err != nil || e.Data.Get("rule") != "all" || e.Data.Get("why") == "" {
					p.Errorf("the event tells %v (%v), want rule and reason", e.Data, err)
				}
			}
		}
		if !slices.Equal(owners, []byte{1, 3, 1, 3}) {
			p.Errorf("got %v, want the active persons in turn", owners)
		}
		given := desks(5)
		given.Owner = uuid.UUID{15: 3}
		if l := testkit.Must(p.Leads().Create(p.ctx, given)); l.Owner != given.Owner {
			p.Error("an owner that is given was replaced")
		}
		given.Owner = uuid.UUID{15: 2}
		_, err := p.Leads().Create(p.ctx, given)
		p.refused(err, codes.ErrInactive)

		l := testkit.Must(p.Leads().Create(p.ctx, desks(6)))
		why := testkit.Must(p.Leads().ExplainRouting(p.ctx, l.ID))
		out := testkit.Must(p.Leads().Route(p.ctx, l.ID, leadtocash.Route{}))
		if out.Routing.Seller != why.Seller || out.Record.Owner != why.Seller.UUID || len(why.Considered) != 4 {
			p.Errorf("explained as %+v, routed as %+v", why, out.Routing)
		}
	}, routing(leadtocash.RouteRule{Name: "all"}))
}

func routesByLoadAndCapacity(t *testing.T) {
	onStores(t, func(p *people) {
		for n := range byte(2) {
			testkit.Must(p.Sellers().Create(p.ctx, routee(n+1, party.SellerKindUser, 2)))
		}
		var owners []byte
		for n := range 5 {
			owners = append(owners, testkit.Must(p.As(record.User(uuid.UUID{1})).Leads().Create(p.ctx, desks(n))).Owner[15])
		}
		if !slices.Equal(owners, []byte{1, 2, 1, 2, 0}) {
			p.Errorf("got %v, want the least loaded until both are full, then who creates the lead", owners)
		}
	}, routing(leadtocash.RouteRule{Name: "all", By: leadtocash.LoadBalancing, Capacity: true}))
}

func routesByAvailability(t *testing.T) {
	hours := map[byte]int{1: 130, 2: 50, 3: 47}
	available := engine.WithAvailability(func(_ context.Context, id record.SellerID, now time.Time) (time.Time, error) {
		return now.Add(time.Duration(hours[id.UUID[15]]) * time.Hour), nil
	})
	onStores(t, func(p *people) {
		for n := range byte(3) {
			testkit.Must(p.Sellers().Create(p.ctx, routee(n+1, party.SellerKindUser, 0)))
		}
		l := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
		why := testkit.Must(p.Leads().ExplainRouting(p.ctx, l.ID))
		if l.Owner[15] != 3 || why.Considered[0].Skipped != "not available" || why.Why != "in turn 1 of 1, available within 48 hours" {
			p.Errorf("got %v by %+v, want the one who is there within 48 hours", l.Owner, why)
		}
	}, available, routing(leadtocash.RouteRule{Name: "all", Availability: true}))
}

// The first rule that holds decides; a team gets what its rule says.
func routesInOrder(t *testing.T) {
	onStores(t, func(p *people) {
		testkit.Must(p.Sellers().Create(p.ctx, routee(1, party.SellerKindUser, 0)))
		testkit.Must(p.Sellers().Create(p.ctx, routee(9, party.SellerKindTeam, 0)))
		hot, cold, none := desks(1), desks(2), desks(3)
		hot.Fields.Rating, cold.Fields.Rating, none.Fields.Topic = leadtocash.RatingHot, leadtocash.RatingCold, "Nothing"
		for _, c := range []struct {
			cmd  leadtocash.CreateLead
			want byte
		}{{hot, 9}, {cold, 1}, {none, 0}} {
			if l := testkit.Must(p.Leads().Create(p.ctx, c.cmd)); l.Owner[15] != c.want {
				p.Errorf("%s, %s went to %d, want %d", l.Topic, l.Rating, l.Owner[15], c.want)
			}
		}
	}, routing(
		leadtocash.RouteRule{Name: "hot", When: []match.Condition{{Field: "rating", Values: []string{"hot"}}}, Team: record.SellerID{UUID: uuid.UUID{15: 9}}},
		leadtocash.RouteRule{Name: "desks", When: []match.Condition{{Field: "topic", Is: match.IsContaining, Values: []string{"DESKS"}}}},
	))
}

// routesToWhomTheRuleMeans asks rules about four sellers, of whom the second is
// inactive and the last a team.
func routesToWhomTheRuleMeans(t *testing.T) {
	t.Parallel()
	var sellers []leadtocash.RouteCandidate
	for n := range byte(4) {
		sellers = append(sellers, leadtocash.RouteCandidate{Seller: party.Seller{
			ID: testkit.IDOf[record.SellerID](n), Status: party.SellerStatusActive,
			SellerFields: party.SellerFields{Name: string('A' + rune(n)), Kind: party.SellerKindUser},
		}})
	}
	sellers[1].Seller.Status, sellers[3].Seller.Kind = party.SellerStatusInactive, party.SellerKindTeam
	for name, c := range map[string]struct {
		rule leadtocash.RouteRule
		want []string
	}{
		"any person":      {leadtocash.RouteRule{}, []string{"", "inactive", "", "a team"}},
		"named ones":      {leadtocash.RouteRule{Sellers: []record.SellerID{testkit.IDOf[record.SellerID](1), testkit.IDOf[record.SellerID](2)}}, []string{"not named", "inactive", "", "not named"}},
		"with attributes": {leadtocash.RouteRule{Where: []match.Condition{{Field: "name", Values: []string{"c"}}}}, []string{"does not meet the conditions", "inactive", "", "a team"}},
		"a team":          {leadtocash.RouteRule{Team: testkit.IDOf[record.SellerID](3)}, []string{"not the team", "inactive", "not the team", ""}},
	} {
		c.rule.Name = name
		out := testkit.Must(leadtocash.NewRouteRules[leadtocash.Lead](c.rule)).Route(leadtocash.Lead{}, sellers, 0, testkit.Noon.At)
		var skipped []string
		for _, considered := range out.Considered {
			skipped = append(skipped, considered.Skipped)
		}
		if !slices.Equal(skipped, c.want) || out.Seller != testkit.IDOf[record.SellerID](byte(slices.Index(c.want, ""))) {
			t.Errorf("%s: skipped %q and chose %s, want %q", name, skipped, out.Seller, c.want)
		}
	}
}

// Whoever is chosen was not skipped, and equal input leads to the same seller.
func TestRouteIsDeterministic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rules := testkit.Must(leadtocash.NewRouteRules[leadtocash.Lead](leadtocash.RouteRule{
			Name: "all", Availability: rapid.Bool().Draw(t, "availability"), Capacity: rapid.Bool().Draw(t, "capacity"),
			By: rapid.SampledFrom([]leadtocash.Distribution{leadtocash.RoundRobin, leadtocash.LoadBalancing}).Draw(t, "by"),
		}))
		var sellers []leadtocash.RouteCandidate
		for n := range rapid.IntRange(0, 6).Draw(t, "sellers") {
			sellers = append(sellers, leadtocash.RouteCandidate{
				Seller: party.Seller{
					ID: record.SellerID{UUID: uuid.UUID{15: byte(n)}}, Status: rapid.SampledFrom(value.Values[party.SellerStatus]()).Draw(t, "status"),
					SellerFields: party.SellerFields{Capacity: value.Some(rapid.Int32Range(0, 3).Draw(t, "capacity"))},
				},
				Load: rapid.Int32Range(0, 4).Draw(t, "load"), AvailableAt: testkit.Noon.At.Add(time.Duration(rapid.IntRange(-5, 130).Draw(t, "hours")) * time.Hour),
			})
		}
		turn := rapid.Int64Range(0, 100).Draw(t, "turn")
		out := rules.Route(leadtocash.Lead{}, sellers, turn, testkit.Noon.At)
		slices.Reverse(sellers)
		again := rules.Route(leadtocash.Lead{}, sellers, turn, testkit.Noon.At)
		if out.Seller != again.Seller || out.Why != again.Why {
			t.Fatalf("got %+v, then %+v", out, again)
		}
		free := 0
		for _, c := range out.Considered {
			if c.Skipped == "" {
				free++
			}
			if c.Seller == out.Seller && c.Skipped != "" && out.Why != "nobody can take it" {
				t.Fatalf("%s was chosen and skipped: %s", c.Seller, c.Skipped)
			}
		}
		if (free == 0) != (out.Why == "nobody can take it") {
			t.Fatalf("%d are free: %s", free, out.Why)
		}
	})
}

func TestRulesRefuseNonsense(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]match.Condition{
		"unknown field": {Field: "shoe_size", Is: match.IsSet},
		"no values":     {Field: "topic"},
		"not a number":  {Field: "number_of_employees", Is: match.IsAtLeast, Values: []string{"many"}},
		"two bounds":    {Field: "number_of_employees", Is: match.IsAtMost, Values: []string{"1", "2"}},
		"set to what":   {Field: "topic", Is: match.IsSet, Values: []string{"x"}},
	} {
		if _, err := leadtocash.NewRouteRules[leadtocash.Lead](leadtocash.RouteRule{Name: "a", When: []match.Condition{c}}); !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("%s in a route: %v", name, err)
		}
		if _, err := leadtocash.NewScoreRules[leadtocash.Lead](leadtocash.ScoreRule{Name: "a", When: []match.Condition{c}}); !errors.Is(err, codes.ErrInvalid) {
			t.Errorf("%s in a score: %v", name, err)
		}
	}
	if _, err := leadtocash.NewRouteRules[leadtocash.Lead](leadtocash.RouteRule{Name: "a"}, leadtocash.RouteRule{Name: "a"}); !errors.Is(err, codes.ErrInvalid) {
		t.Errorf("two rules of one name: %v", err)
	}
	if _, err := leadtocash.NewScoreRules[leadtocash.Lead](leadtocash.ScoreRule{Name: "a", Points: 101}); !errors.Is(err, codes.ErrOutOfRange) {
		t.Errorf("101 points: %v", err)
	}
}

// New opportunities are routed by rules of their own: those that somebody
// creates, and those that a qualification makes.
func opportunitiesAreRouted(t *testing.T) {
	onStores(t, func(p *people) {
		one, two := record.SellerID{UUID: uuid.UUID{15: 1}}, record.SellerID{UUID: uuid.UUID{15: 2}}
		for n := range byte(2) {
			testkit.Must(p.Sellers().Create(p.ctx, routee(n+1, party.SellerKindUser, 0)))
		}
		customer := record.AccountCustomer(p.account("Meyer").ID)
		small := p.deal(customer)
		if small.Owner != uuid.Nil {
			p.Errorf("an opportunity that no rule is about went to %s", small.Owner)
		}
		large := leadtocash.CreateOpportunity{Fields: leadtocash.OpportunityFields{Name: "All floors", CustomerID: customer, EstimatedValue: testkit.Euro("90000.00")}}
		o := testkit.Must(p.Opportunities().Create(p.ctx, large))
		for e, err := range p.Opportunities().History(p.ctx, o.ID) {
			if err != nil || o.Owner != one.UUID || e.Data.Get("rule") != "large" || e.Data.Get("why") != "the least of 2 loads: 0" {
				p.Errorf("went to %s, the event tells %v (%v)", o.Owner, e.Data, err)
			}
		}
		large.Owner = one.UUID
		if o := testkit.Must(p.Opportunities().Create(p.ctx, large)); o.Owner != one.UUID {
			p.Error("an owner that is given was replaced")
		}

		// The first one has two, so the second one gets the next two, and the one after
		// those is anybody's: the first by id.
		lead := testkit.Must(p.Leads().Create(p.ctx, desks(1)))
		plans := make([]leadtocash.OpportunityPlan, 4)
		for i := range plans[:3] {
			plans[i].EstimatedValue = testkit.Euro("90000.00")
		}
		plan := testkit.Must(p.Leads().PlanQualify(p.ctx, lead.ID, leadtocash.QualifyLead{Opportunities: plans}))
		out := testkit.Must(p.Leads().Qualify(p.ctx, lead.ID, plan.Command))
		var owners []uuid.UUID
		for _, o := range out.Opportunities {
			owners = append(owners, o.Owner)
		}
		if want := []uuid.UUID{two.UUID, two.UUID, one.UUID, uuid.Nil}; !slices.Equal(owners, want) {
			p.Errorf("the opportunities of the qualification went to %v, want %v", owners, want)
		}
		if out.Connections[2].Owner != one.UUID {
			p.Errorf("the stakeholder of the third one belongs to %s, want whom the opportunity belongs to", out.Connections[2].Owner)
		}

		why := testkit.Must(p.Opportunities().ExplainRouting(p.ctx, out.Opportunities[0].ID))
		routed := testkit.Must(p.Opportunities().Route(p.ctx, out.Opportunities[0].ID, leadtocash.Route{}))
		if routed.Record.Owner != why.Seller.UUID || len(why.Considered) != 2 {
			p.Errorf("explained as %+v, routed as %+v", why, routed.Routing)
		}
		if unrouted := testkit.Must(p.Opportunities().Route(p.ctx, small.ID, leadtocash.Route{})); unrouted.Record.Version != 1 || unrouted.Routing.Why != "no rule holds" {
			p.Errorf("got %+v, want it left where it is", unrouted)
		}
	}, engine.WithRouting(testkit.Must(leadtocash.NewRouteRules[leadtocash.Opportunity](leadtocash.RouteRule{
		Name: "large", By: leadtocash.LoadBalancing, When: []match.Condition{{Field: "estimated_value", Is: match.IsAtLeast, Values: []string{"50000"}}},
	}))))
}
