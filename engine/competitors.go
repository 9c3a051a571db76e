package engine

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Competitors is what a Client does with competitors.
type Competitors struct {
	Removable[party.Competitor, record.CompetitorID, CompetitorQuery]
}

// Competitors returns the service for competitors.
func (c *Client) Competitors() (s Competitors) { s.c = c; return s }

// CompetitorQuery asks for competitors.
type CompetitorQuery struct{ List }

func (q CompetitorQuery) conds() []storage.Cond { return nil }

func (s *session) competitorFacts() party.CompetitorFacts {
	return party.CompetitorFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

// Create creates a competitor. See NewCompetitor.
func (s Competitors) Create(ctx context.Context, cmd party.CreateCompetitor) (party.Competitor, error) {
	return recordOf(create(ctx, s.c, actions.CompetitorCreate, &cmd.ID.UUID, &cmd,
		func(_ context.Context, s *session, _ *party.CreateCompetitor) (party.CompetitorFacts, error) {
			return s.competitorFacts(), nil
		}, party.NewCompetitor))
}

// Edit changes fields of a competitor. See Competitor.Edit.
func (s Competitors) Edit(ctx context.Context, id record.CompetitorID, cmd party.EditCompetitor, opts ...CallOption) (party.Competitor, error) {
	return recordOf(apply(ctx, s.c, actions.CompetitorEdit, id, cmd,
		func(_ context.Context, s *session, _ *party.Competitor, _ *party.EditCompetitor) (party.CompetitorFacts, error) {
			return s.competitorFacts(), nil
		}, party.Competitor.Edit, opts))
}

// ChangeCurrency gives a competitor another currency. See
// Competitor.ChangeCurrency.
func (s Competitors) ChangeCurrency(ctx context.Context, id record.CompetitorID, cmd record.ChangeCurrency, opts ...CallOption) (party.Competitor, error) {
	return recordOf(apply(ctx, s.c, actions.CompetitorChangeCurrency, id, cmd,
		func(_ context.Context, s *session, _ *party.Competitor, _ *record.ChangeCurrency) (party.CompetitorFacts, error) {
			return s.competitorFacts(), nil
		}, party.Competitor.ChangeCurrency, opts))
}

func competitorUse(ctx context.Context, s *session, c *party.Competitor) (f party.CompetitorFacts, err error) {
	f = s.competitorFacts()
	f.InUse, err = s.inUse(ctx, c.Ref())
	return f, err
}
