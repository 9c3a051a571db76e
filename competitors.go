package leadtocash

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/storage"
)

// Competitors is what a Client does with competitors.
type Competitors struct {
	Records[Competitor, CompetitorID, CompetitorQuery]
}

// Competitors returns the service for competitors.
func (c *Client) Competitors() Competitors {
	return Competitors{Records[Competitor, CompetitorID, CompetitorQuery]{c}}
}

// CompetitorQuery asks for competitors.
type CompetitorQuery struct{ List }

func (q CompetitorQuery) conds() []storage.Cond { return nil }

func (s *session) competitorFacts() CompetitorFacts {
	return CompetitorFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

// Create creates a competitor. See NewCompetitor.
func (s Competitors) Create(ctx context.Context, cmd CreateCompetitor) (Competitor, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	out, err := create(ctx, s.c, actions.CompetitorCreate, cmd.ID.UUID, given, cmd,
		func(_ context.Context, s *session, _ *CreateCompetitor) (CompetitorFacts, error) {
			return s.competitorFacts(), nil
		}, NewCompetitor)
	return out.Record, err
}

// Edit changes fields of a competitor. See Competitor.Edit.
func (s Competitors) Edit(ctx context.Context, id CompetitorID, cmd EditCompetitor, opts ...CallOption) (Competitor, error) {
	out, err := apply(ctx, s.c, actions.CompetitorEdit, id, cmd,
		func(_ context.Context, s *session, _ *Competitor, _ *EditCompetitor) (CompetitorFacts, error) {
			return s.competitorFacts(), nil
		}, Competitor.Edit, opts)
	return out.Record, err
}

// Delete removes a competitor with its notes, activities and connections. See
// Competitor.Delete.
func (s Competitors) Delete(ctx context.Context, id CompetitorID, cmd DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.CompetitorDelete, id, cmd,
		func(ctx context.Context, s *session, c *Competitor, _ *DeleteRecord) (f CompetitorFacts, err error) {
			f = s.competitorFacts()
			f.InUse, err = s.inUse(ctx, c.ref())
			return f, err
		}, Competitor.Delete, opts)
	return err
}
