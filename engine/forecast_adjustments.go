package engine

import (
	"context"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/insight"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// ForecastAdjustments is what a Client does with adjustments of forecasts. They are
// never edited or deleted: a later one stands in the place of the one before.
type ForecastAdjustments struct {
	Records[insight.ForecastAdjustment, record.ForecastAdjustmentID, ForecastAdjustmentQuery]
}

// ForecastAdjustments returns the service for adjustments of forecasts.
func (c *Client) ForecastAdjustments() (s ForecastAdjustments) { s.c = c; return s }

// ForecastAdjustmentQuery asks for adjustments. Their due day is the first one of the
// period.
type ForecastAdjustmentQuery struct {
	List
	RowOwner uuid.UUID
}

func (q ForecastAdjustmentQuery) conds() []storage.Cond { return asked{}.ref("row_owner", q.RowOwner) }

// Create adjusts a cell of a forecast; a Value that is not set takes back what was
// adjusted before. Who may do so follows from the managers of sellers. See
// [insight.NewForecastAdjustment].
func (s ForecastAdjustments) Create(ctx context.Context, cmd insight.CreateForecastAdjustment) (insight.ForecastAdjustment, error) {
	return recordOf(create(ctx, s.c, actions.ForecastAdjustmentCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *insight.CreateForecastAdjustment) (f insight.ForecastAdjustmentFacts, err error) {
			f = insight.ForecastAdjustmentFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
			above, err := ancestors(ctx, s, record.SellerID{UUID: cmd.Fields.RowOwner}, managerOf)
			for _, manager := range above {
				f.Managers = append(f.Managers, manager.UUID)
			}
			return f, err
		}, insight.NewForecastAdjustment))
}
