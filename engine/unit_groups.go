package engine

import (
	"context"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// UnitGroups is what a Client does with unit groups.
type UnitGroups struct {
	Records[leadtocash.UnitGroup, record.UnitGroupID, UnitGroupQuery]
}

// UnitGroups returns the service for unit groups.
func (c *Client) UnitGroups() UnitGroups {
	return UnitGroups{Records[leadtocash.UnitGroup, record.UnitGroupID, UnitGroupQuery]{c}}
}

// UnitGroupQuery asks for unit groups.
type UnitGroupQuery struct{ List }

func (q UnitGroupQuery) conds() []storage.Cond { return nil }

func (s *session) unitGroupFacts() leadtocash.UnitGroupFacts {
	return leadtocash.UnitGroupFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency}
}

// Create creates a unit group. See NewUnitGroup.
func (s UnitGroups) Create(ctx context.Context, cmd leadtocash.CreateUnitGroup) (leadtocash.UnitGroup, error) {
	given := cmd
	cmd.ID.UUID = s.c.newID(cmd.ID.UUID)
	out, err := create(ctx, s.c, actions.UnitGroupCreate, cmd.ID.UUID, given, cmd,
		func(_ context.Context, s *session, _ *leadtocash.CreateUnitGroup) (leadtocash.UnitGroupFacts, error) {
			return s.unitGroupFacts(), nil
		}, leadtocash.NewUnitGroup)
	return out.Record, err
}

// Edit changes fields of a unit group. See UnitGroup.Edit.
func (s UnitGroups) Edit(ctx context.Context, id record.UnitGroupID, cmd leadtocash.EditUnitGroup, opts ...CallOption) (leadtocash.UnitGroup, error) {
	out, err := apply(ctx, s.c, actions.UnitGroupEdit, id, cmd,
		func(ctx context.Context, s *session, g *leadtocash.UnitGroup, _ *leadtocash.EditUnitGroup) (leadtocash.UnitGroupFacts, error) {
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
		}, leadtocash.UnitGroup.Edit, opts)
	return out.Record, err
}

func unitGroupUse(ctx context.Context, s *session, r *leadtocash.UnitGroup) (f leadtocash.UnitGroupFacts, err error) {
	f = s.unitGroupFacts()
	f.InUse, err = s.inUse(ctx, r.Ref())
	return f, err
}

// Delete removes a unit group with its notes, activities and connections. See
// UnitGroup.Delete.
func (s UnitGroups) Delete(ctx context.Context, id record.UnitGroupID, cmd record.DeleteRecord, opts ...CallOption) error {
	_, err := apply(ctx, s.c, actions.UnitGroupDelete, id, cmd, using[record.DeleteRecord](unitGroupUse), leadtocash.UnitGroup.Delete, opts)
	return err
}
