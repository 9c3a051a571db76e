package engine

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/value"
)

// WithRouting gives new leads, or new opportunities, that name no owner to
// sellers by rules; opportunities that a qualification makes are new ones, too.
// Route does the same later. Whom the rules choose is the owner then, in place of
// who creates the record.
func WithRouting[R leadtocash.Prospect](rules leadtocash.RouteRules[R]) ClientOption {
	return func(e *engine) error { e.routing[record.KindOf[R]()] = rules.Rules; return nil }
}

// Availability tells when a seller is next available; the zero time means now.
type Availability func(ctx context.Context, seller record.SellerID, now time.Time) (time.Time, error)

// WithAvailability is asked by rules that look at availability, inside the
// transaction. Without it everybody is available.
func WithAvailability(a Availability) ClientOption {
	return func(e *engine) error { e.availability = a; return nil }
}

// Route gives a lead to a seller by the rules of WithRouting. See Lead.Route.
func (s Leads) Route(ctx context.Context, id record.LeadID, cmd leadtocash.Route, opts ...CallOption) (leadtocash.Routed[leadtocash.Lead], error) {
	return apply(ctx, s.c, actions.LeadAssign, id, cmd, func(ctx context.Context, s *session, l *leadtocash.Lead, _ *leadtocash.Route) (f leadtocash.LeadFacts, err error) {
		f = s.leadFacts()
		f.Routing, err = s.route(ctx, l)
		return f, err
	}, leadtocash.Lead.Route, opts)
}

// Route gives an opportunity to a seller by the rules of WithRouting. See
// Opportunity.Route.
func (s Opportunities) Route(ctx context.Context, id record.OpportunityID, cmd leadtocash.Route, opts ...CallOption) (leadtocash.Routed[leadtocash.Opportunity], error) {
	return apply(ctx, s.c, actions.OpportunityAssign, id, cmd, func(ctx context.Context, s *session, o *leadtocash.Opportunity, _ *leadtocash.Route) (f leadtocash.OpportunityFacts, err error) {
		f = s.opportunityFacts()
		f.Routing, err = s.route(ctx, o)
		return f, err
	}, leadtocash.Opportunity.Route, opts)
}

// ExplainRouting tells who would get the lead now, and why, and changes
// nothing.
func (s Leads) ExplainRouting(ctx context.Context, id record.LeadID) (leadtocash.Routing, error) {
	out, err := s.c.asking().Leads().Route(ctx, id, leadtocash.Route{})
	return out.Routing, err
}

// ExplainRouting tells who would get the opportunity now, and why, and changes
// nothing.
func (s Opportunities) ExplainRouting(ctx context.Context, id record.OpportunityID) (leadtocash.Routing, error) {
	out, err := s.c.asking().Opportunities().Route(ctx, id, leadtocash.Route{})
	return out.Routing, err
}

// asking is a client that only wants to know.
func (c *Client) asking() *Client {
	d := c.Preview()
	d.key = ""
	return d
}

// toSellers is the option of calls that make leads or opportunities: those go to
// sellers by the rules, unless the command names an owner.
func toSellers(named uuid.UUID) CallOption {
	return func(x *call) { x.routes = named == uuid.Nil }
}

// routeNew gives the new leads and opportunities of an outcome to sellers, along
// with the connections that are made with them.
func (s *session) routeNew(ctx context.Context, docs []record.Record, events []record.Event) error {
	var routings []leadtocash.Routing
	for _, d := range docs {
		ref := d.Ref()
		if len(s.c.routing[ref.Kind]) == 0 || s.before(ref) != nil {
			continue
		}
		r, err := s.route(ctx, d, routings...)
		if err != nil {
			return err
		}
		routings = append(routings, *r)
		told := r.Owns(d.Header(), uuid.Nil)
		if told == nil {
			continue
		}
		for i := range events {
			if events[i].Ref == ref {
				events[i].Data = append(events[i].Data, told...)
			}
		}
		for _, other := range docs {
			if c, is := other.(*party.Connection); is && c.Record1 == ref {
				c.Owner = d.Header().Owner
			}
		}
	}
	return nil
}

// route asks the rules about a record; nil without rules. What the same call
// has given to sellers already counts as theirs.
func (s *session) route(ctx context.Context, d record.Record, already ...leadtocash.Routing) (*leadtocash.Routing, error) {
	kind := d.Ref().Kind
	rules := s.c.routing[kind]
	if len(rules) == 0 {
		return nil, nil
	}
	return s.routeBy(ctx, rules, d, already)
}

func (s *session) routeBy(ctx context.Context, rules leadtocash.CompiledRoutes, d record.Record, already []leadtocash.Routing) (*leadtocash.Routing, error) {
	rule := rules.Rule(d)
	if rule == nil {
		r := rule.Choose(nil, 0, s.stamp.At)
		return &r, nil
	}
	var sellers []leadtocash.RouteCandidate
	var hidden []record.SellerID // from the actor
	for rec, err := range s.Find(ctx, storage.Query{Kind: string(kinds.Seller)}) {
		if err != nil {
			return nil, err
		}
		seller, err := shared[party.Seller](rec.Image)
		if err != nil {
			return nil, err
		}
		if ok, err := s.visible(ctx, rec); err != nil {
			return nil, err
		} else if !ok {
			hidden = append(hidden, seller.ID)
		}
		c := leadtocash.RouteCandidate{Seller: *seller}
		for _, r := range already {
			if r.Seller == seller.ID {
				c.Load++
			}
		}
		if rule.Skips(&c, s.stamp.At) == "" {
			if err := s.routeCandidate(ctx, &c, rule); err != nil {
				return nil, err
			}
		}
		sellers = append(sellers, c)
	}
	turn := int64(1)
	if rule.Team.IsZero() && rule.By == leadtocash.RoundRobin {
		var err error
		if turn, err = s.tx.Next(ctx, "route:"+string(d.Ref().Kind)+":"+rule.Name); err != nil {
			return nil, err
		}
	}
	r := rule.Choose(sellers, turn-1, s.stamp.At)
	if r.Considered = slices.DeleteFunc(r.Considered, func(c leadtocash.Considered) bool { return slices.Contains(hidden, c.Seller) }); len(r.Considered) == 0 {
		r.Considered = nil
	}
	return &r, nil
}

// routeCandidate adds load and availability, as far as the rule asks.
func (s *session) routeCandidate(ctx context.Context, c *leadtocash.RouteCandidate, rule *leadtocash.CompiledRoute) error {
	if rule.Capacity || rule.By == leadtocash.LoadBalancing {
		load, err := s.loadOf(ctx, c.Seller.ID.UUID)
		if err != nil {
			return err
		}
		c.Load += load
	}
	if rule.Availability && s.c.availability != nil {
		at, err := s.c.availability(ctx, c.Seller.ID, s.stamp.At)
		if err != nil {
			return err
		}
		c.AvailableAt = at
	}
	return nil
}

// loadOf counts the open leads and opportunities of an owner.
func (s *session) loadOf(ctx context.Context, owner uuid.UUID) (load int32, err error) {
	for kind, open := range map[kinds.Kind]value.State{kinds.Lead: leadtocash.LeadOpen, kinds.Opportunity: leadtocash.OpportunityOpen} {
		q := storage.Query{Kind: string(kind), Where: []storage.Cond{
			{Field: storage.FieldOwner, Op: storage.OpEq, Values: []any{owner}},
			{Field: storage.FieldState, Op: storage.OpEq, Values: []any{open.Key}},
		}}
		for _, err := range s.Find(ctx, q) {
			if err != nil {
				return 0, err
			}
			load++
		}
	}
	return load, nil
}
