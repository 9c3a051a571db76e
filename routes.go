package leadtocash

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
)

// Scorer rates a lead from 0 to 100, with reasons. It may ask a model; it is
// called outside of any transaction.
type Scorer interface {
	Score(ctx context.Context, l Lead) (Scoring, error)
}

// WithScorer replaces the default, which are the DefaultScoreRules.
func WithScorer(s Scorer) ClientOption {
	return func(e *engine) error { e.scorer = s; return nil }
}

// rulesScorer scores by rules alone.
type rulesScorer struct{ ScoreRules }

// Score implements Scorer.
func (s rulesScorer) Score(_ context.Context, l Lead) (Scoring, error) {
	return s.ScoreRules.Score(l), nil
}

// ScorerOf makes a Scorer of rules.
func ScorerOf(rules ScoreRules) Scorer { return rulesScorer{rules} }

// Rescore asks the scorer about an open lead and stores what it says, with the
// trend since the last time. A score outside 0 to 100 is ErrOutOfRange; an
// error of the scorer is returned as it is, and nothing changes. See
// Lead.SetScore.
func (s Leads) Rescore(ctx context.Context, id LeadID, opts ...CallOption) (Lead, error) {
	l, err := s.Get(ctx, id)
	if err != nil {
		return Lead{}, err
	}
	if l.Status.State() != LeadOpen { // refused before anybody is asked
		return s.Score(ctx, id, ScoreLead{}, opts...)
	}
	scoring, err := s.c.scorer.Score(ctx, l)
	if err != nil {
		return Lead{}, err
	}
	return s.Score(ctx, id, ScoreLead{Score: scoring.Score, Trend: TrendOf(l.Score, scoring.Score), Reasons: scoring.String()}, opts...)
}

// RescoreAll rescores the open leads that the query finds, and returns how many
// were. It stops at the first error.
func (s Leads) RescoreAll(ctx context.Context, q LeadQuery) (scored int, err error) {
	q.State = LeadOpen
	var ids []LeadID // scored afterwards: scoring moves leads in lists by update
	for l, err := range s.All(ctx, q) {
		if err != nil {
			return 0, err
		}
		ids = append(ids, l.ID)
	}
	for _, id := range ids {
		if _, err := s.Rescore(ctx, id); err != nil {
			return scored, err
		}
		scored++
	}
	return scored, nil
}

// WithRouting gives new leads that name no owner to sellers by rules; Route does
// the same later. What the rules say is the owner then, in place of who creates
// the lead.
func WithRouting(rules RouteRules) ClientOption {
	return func(e *engine) error { e.routing = rules; return nil }
}

// Availability tells when a seller is next available; the zero time means now.
type Availability func(ctx context.Context, seller SellerID, now time.Time) (time.Time, error)

// WithAvailability is asked by rules that look at availability, inside the
// transaction. Without it everybody is available.
func WithAvailability(a Availability) ClientOption {
	return func(e *engine) error { e.availability = a; return nil }
}

// Route gives a lead to a seller by the rules of WithRouting. See Lead.Route.
func (s Leads) Route(ctx context.Context, id LeadID, cmd RouteLead, opts ...CallOption) (RoutedLead, error) {
	return apply(ctx, s.c, ActionLeadAssign, id, cmd, func(ctx context.Context, s *session, l *Lead, _ *RouteLead) (f LeadFacts, err error) {
		f = s.leadFacts()
		f.Routing, err = s.route(ctx, *l)
		return f, err
	}, Lead.Route, opts)
}

// ExplainRouting tells who would get the lead now, and why, and changes
// nothing.
func (s Leads) ExplainRouting(ctx context.Context, id LeadID) (Routing, error) {
	c := *s.c
	c.key = ""
	out, err := c.Preview().Leads().Route(ctx, id, RouteLead{})
	return out.Routing, err
}

// route asks the rules about a lead; nil without rules.
func (s *session) route(ctx context.Context, l Lead) (*Routing, error) {
	if len(s.c.routing.rules) == 0 {
		return nil, nil
	}
	return s.routeByRules(ctx, l)
}

func (s *session) routeByRules(ctx context.Context, l Lead) (*Routing, error) {
	rule := s.c.routing.rule(&l)
	if rule == nil {
		r := s.c.routing.Route(l, nil, 0, s.stamp.At)
		return &r, nil
	}
	var sellers []RouteCandidate
	for rec, err := range s.Find(ctx, storage.Query{Kind: string(KindSeller)}) {
		if err != nil {
			return nil, err
		}
		seller, err := shared[Seller](rec.Image)
		if err != nil {
			return nil, err
		}
		c := RouteCandidate{Seller: *seller}
		if rule.skips(&c, s.stamp.At) == "" {
			if err := s.routeCandidate(ctx, &c, rule); err != nil {
				return nil, err
			}
		}
		sellers = append(sellers, c)
	}
	turn := int64(1)
	if rule.Team.IsZero() && rule.By == RoundRobin {
		var err error
		if turn, err = s.tx.Next(ctx, "route:"+rule.Name); err != nil {
			return nil, err
		}
	}
	r := s.c.routing.Route(l, sellers, turn-1, s.stamp.At)
	return &r, nil
}

// routeCandidate adds load and availability, as far as the rule asks.
func (s *session) routeCandidate(ctx context.Context, c *RouteCandidate, rule *compiledRouteRule) (err error) {
	if rule.Capacity || rule.By == LoadBalancing {
		if c.Load, err = s.loadOf(ctx, c.Seller.ID.UUID); err != nil {
			return err
		}
	}
	if rule.Availability && s.c.availability != nil {
		c.AvailableAt, err = s.c.availability(ctx, c.Seller.ID, s.stamp.At)
	}
	return err
}

// loadOf counts the open leads and opportunities of an owner.
func (s *session) loadOf(ctx context.Context, owner uuid.UUID) (load int32, err error) {
	for kind, open := range map[Kind]State{KindLead: LeadOpen, KindOpportunity: OpportunityOpen} {
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
