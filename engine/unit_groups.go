package engine

import (
	"context"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// UnitGroups is what a Client does with unit groups.
type UnitGroups struct {
	Removable[catalog.UnitGroup, record.UnitGroupID, UnitGroupQuery]
}

// UnitGroups returns the service for unit groups.
func (c *Client) UnitGroups() (s UnitGroups) { s.c = c; return s }

// UnitGroupQuery asks for unit groups.
type UnitGroupQuery struct{ List }

func (q UnitGroupQuery) conds() []storage.Cond { return nil }

func (s *session) unitGroupFacts() catalog.UnitGroupFacts {
	return catalog.UnitGroupFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

// Create creates a unit group. See NewUnitGroup.
func (s UnitGroups) Create(ctx context.Context, cmd catalog.CreateUnitGroup) (catalog.UnitGroup, error) {
	return recordOf(create(ctx, s.c, actions.UnitGroupCreate, &cmd.ID.UUID, &cmd,
		func(_ context.Context, s *session, _ *catalog.CreateUnitGroup) (catalog.UnitGroupFacts, error) {
			return s.unitGroupFacts(), nil
		}, catalog.NewUnitGroup))
}

// Edit changes fields of a unit group. See UnitGroup.Edit.
func (s UnitGroups) Edit(ctx context.Context, id record.UnitGroupID, cmd catalog.EditUnitGroup, opts ...CallOption) (catalog.UnitGroup, error) {
	return recordOf(apply(ctx, s.c, actions.UnitGroupEdit, id, cmd,
		func(ctx context.Context, s *session, g *catalog.UnitGroup, _ *catalog.EditUnitGroup) (catalog.UnitGroupFacts, error) {
			f := s.unitGroupFacts()
			for _, u := range g.Units {
				for _, kind := range []kinds.Kind{kinds.Product, kinds.PriceListItem} {
					used, err := s.exists(ctx, kind, "unit_id", u.ID.UUID)
					if err != nil {
						return f, err
					}
					if used {
						f.UsedUnits = append(f.UsedUnits, u.ID)
					}
				}
			}
			return f, nil
		}, catalog.UnitGroup.Edit, opts))
}

func unitGroupUse(ctx context.Context, s *session, r *catalog.UnitGroup) (f catalog.UnitGroupFacts, err error) {
	f = s.unitGroupFacts()
	f.InUse, err = s.inUse(ctx, r.Ref())
	return f, err
}
