package engine

import (
	"context"
	"errors"
	"iter"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Scorer rates a lead or an opportunity from 0 to 100, with reasons. It may ask
// a model; it is called outside of transactions, unless Rescore is part of one
// itself.
type Scorer[R leadtocash.Prospect] interface {
	Score(ctx context.Context, r R) (leadtocash.Scoring, error)
}

// WithScorer replaces what rates leads, or what rates opportunities; the default
// are the DefaultScoreRules. ErrInvalid without one.
func WithScorer[R leadtocash.Prospect](s Scorer[R]) ClientOption {
	return func(e *engine) error {
		switch s := any(s).(type) {
		case Scorer[leadtocash.Lead]:
			e.leadScorer = s
		case Scorer[leadtocash.Opportunity]:
			e.opportunityScorer = s
		}
		return given(s != nil, "scorer")
	}
}

// rulesScorer scores by rules alone.
type rulesScorer[R leadtocash.Prospect] struct{ leadtocash.ScoreRules[R] }

// Score implements Scorer.
func (s rulesScorer[R]) Score(_ context.Context, r R) (leadtocash.Scoring, error) {
	return s.ScoreRules.Score(r), nil
}

// ScorerOf makes a Scorer of rules.
func ScorerOf[R leadtocash.Prospect](rules leadtocash.ScoreRules[R]) Scorer[R] {
	return rulesScorer[R]{rules}
}

// The scorers of clients that have no other.
var (
	defaultLeadScorer        = defaultScorer[leadtocash.Lead]()
	defaultOpportunityScorer = defaultScorer[leadtocash.Opportunity]()
)

func defaultScorer[R leadtocash.Prospect]() Scorer[R] {
	s, err := leadtocash.NewScoreRules[R](leadtocash.DefaultScoreRules[R]()...)
	if err != nil {
		panic(err)
	}
	return ScorerOf(s)
}

// Score stores the score of an open lead. See Lead.SetScore.
func (s Leads) Score(ctx context.Context, id record.LeadID, cmd leadtocash.SetScore, opts ...CallOption) (leadtocash.Lead, error) {
	return s.score(ctx, id, nil, cmd, opts)
}

func (s Leads) score(ctx context.Context, id record.LeadID, as any, cmd leadtocash.SetScore, opts []CallOption) (leadtocash.Lead, error) {
	return recordOf(apply(ctx, s.c, actions.LeadScore, id, cmd, plainLead, leadtocash.Lead.SetScore, opts, repeatedAs(as)))
}

// Score stores the score of an open opportunity. See Opportunity.SetScore.
func (s Opportunities) Score(ctx context.Context, id record.OpportunityID, cmd leadtocash.SetScore, opts ...CallOption) (leadtocash.Opportunity, error) {
	return s.score(ctx, id, nil, cmd, opts)
}

func (s Opportunities) score(ctx context.Context, id record.OpportunityID, as any, cmd leadtocash.SetScore, opts []CallOption) (leadtocash.Opportunity, error) {
	return recordOf(apply(ctx, s.c, actions.OpportunityScore, id, cmd, plainOpportunity, leadtocash.Opportunity.SetScore, opts, repeatedAs(as)))
}

// Rescore asks the scorer about an open lead and stores what it says, with the
// trend since the last time. A score outside 0 to 100 is ErrOutOfRange; an
// error of the scorer is returned as it is, and nothing changes. See
// Lead.SetScore.
func (s Leads) Rescore(ctx context.Context, id record.LeadID, opts ...CallOption) (leadtocash.Lead, error) {
	l, err := s.Get(ctx, id)
	if err != nil {
		return leadtocash.Lead{}, err
	}
	if l.Status.State() != leadtocash.LeadOpen { // refused before anybody is asked
		return s.score(ctx, id, rescore{true}, leadtocash.SetScore{}, opts)
	}
	cmd, err := askScorer(ctx, s.c.leadScorer, l, l.Score)
	if err != nil {
		return leadtocash.Lead{}, err
	}
	return s.score(ctx, id, rescore{true}, cmd, opts)
}

// Rescore asks the scorer about an open opportunity and stores what it says,
// with the trend since the last time. A score outside 0 to 100 is ErrOutOfRange;
// an error of the scorer is returned as it is, and nothing changes. See
// Opportunity.SetScore.
func (s Opportunities) Rescore(ctx context.Context, id record.OpportunityID, opts ...CallOption) (leadtocash.Opportunity, error) {
	o, err := s.Get(ctx, id)
	if err != nil {
		return leadtocash.Opportunity{}, err
	}
	if o.Status.State() != leadtocash.OpportunityOpen { // refused before anybody is asked
		return s.score(ctx, id, rescore{true}, leadtocash.SetScore{}, opts)
	}
	cmd, err := askScorer(ctx, s.c.opportunityScorer, o, o.Score)
	if err != nil {
		return leadtocash.Opportunity{}, err
	}
	return s.score(ctx, id, rescore{true}, cmd, opts)
}

// rescore is what a Rescore is to Once: what the scorer says is no part of it, and
// may be something else when the call is repeated.
type rescore struct {
	Rescore bool `json:"rescore"`
}

// askScorer is the command that stores what the scorer says.
func askScorer[R leadtocash.Prospect](ctx context.Context, scorer Scorer[R], r R, before value.Opt[int32]) (leadtocash.SetScore, error) {
	scoring, err := scorer.Score(ctx, r)
	if err != nil {
		return leadtocash.SetScore{}, err
	}
	return leadtocash.SetScore{Score: scoring.Score, Trend: leadtocash.TrendOf(before, scoring.Score), Reasons: scoring.String()}, nil
}

// RescoreAll rescores the open leads that the query finds, each in a transaction
// of its own, and returns how many were. Those that are closed or deleted
// meanwhile are passed over; it stops at any other error.
func (s Leads) RescoreAll(ctx context.Context, q LeadQuery) (int, error) {
	c := *s.c
	c.key = "" // a key is one call, and this is many
	q.State = leadtocash.LeadOpen
	return rescoreAll(s.All(ctx, q), func(id record.LeadID) error { _, err := c.Leads().Rescore(ctx, id); return err })
}

// RescoreAll rescores the open opportunities that the query finds, each in a
// transaction of its own, and returns how many were. Those that are closed or
// deleted meanwhile are passed over; it stops at any other error.
func (s Opportunities) RescoreAll(ctx context.Context, q OpportunityQuery) (int, error) {
	c := *s.c
	c.key = "" // a key is one call, and this is many
	q.State = leadtocash.OpportunityOpen
	return rescoreAll(s.All(ctx, q), func(id record.OpportunityID) error { _, err := c.Opportunities().Rescore(ctx, id); return err })
}

func rescoreAll[R leadtocash.Prospect, I record.AnyID](found iter.Seq2[R, error], rescore func(I) error) (scored int, err error) {
	var ids []I // scored afterwards: scoring moves records in lists by update
	for r, err := range found {
		if err != nil {
			return 0, err
		}
		ids = append(ids, I{any(&r).(record.Record).Ref().ID})
	}
	for _, id := range ids {
		switch err := rescore(id); {
		case errors.Is(err, codes.ErrReadOnly), errors.Is(err, codes.ErrNotFound):
		case err != nil:
			return scored, err
		default:
			scored++
		}
	}
	return scored, nil
}
