package catalog

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
)

// UnitGroupFacts are what decisions about a unit group depend on besides group
// and command. Nothing in the zero value stands in the way.
type UnitGroupFacts struct {
	record.Stamp
	BaseCurrency money.Currency  // the organisation's
	InUse        []record.Ref    // records that refer to the group, apart from those that go with it
	UsedUnits    []record.UnitID // units that products or price list items refer to
}

// CreateUnitGroup is the command behind NewUnitGroup.
type CreateUnitGroup struct {
	ID record.UnitGroupID `json:"id,omitzero"`
	record.Origin
	Fields UnitGroupFields `json:"fields"`
}

// NewUnitGroup creates a unit group; units without id get one. Codes:
// ErrMissingField (name, quantity of a unit), ErrPrimaryUnit unless exactly one
// unit has no base unit, ErrNotFound for a base unit of another group,
// ErrUnitCycle, ErrOutOfRange for a quantity that is not more than 0,
// ErrInvalid for an id or a name that stands twice.
func NewUnitGroup(cmd CreateUnitGroup, f UnitGroupFacts) (record.Change[UnitGroup], error) {
	g := UnitGroup{ID: cmd.ID, Head: cmd.NewHead(f.Stamp, f.BaseCurrency), UnitGroupFields: cmd.Fields.numbered(cmd.ID, f.Stamp, 1)}
	if err := flow.RefuseBirth(actions.UnitGroupCreate, cmd.ID, &cmd, g.Currency, g.faults("fields.")...); err != nil {
		return record.Change[UnitGroup]{}, err
	}
	return record.Change[UnitGroup]{Record: g, Events: []record.Event{record.BornEvent(&g, actions.UnitGroupCreate, f.Stamp, nil)}}, nil
}

// numbered gives an id to every unit that has none.
func (f UnitGroupFields) numbered(group record.UnitGroupID, s record.Stamp, version int64) UnitGroupFields {
	f.Units = slices.Clone(f.Units)
	for i := range f.Units {
		if f.Units[i].ID.IsZero() {
			f.Units[i].ID.UUID = record.DerivedID(s, group.UUID, version, "unit", i)
		}
	}
	return f
}

// faults lists what no single field shows.
func (g *UnitGroup) faults(path string) (reasons []record.Reason) {
	add := func(code codes.Code, field string) {
		reasons = append(reasons, record.Reason{Code: code, Field: path + field, Message: code.Info().Text})
	}
	byID := g.byID()
	primary, circular, ids, names := 0, circularUnits(byID), map[record.UnitID]bool{}, map[string]bool{}
	for i := range g.Units {
		u, field := &g.Units[i], fmt.Sprintf("units[%d].", i)
		quantity, given := u.Quantity.Get()
		switch {
		case u.BaseUnitID.IsZero():
			primary++
			if given && !quantity.Equal(decimal.NewFromInt(1)) {
				add(codes.ErrOutOfRange, field+"quantity")
			}
		case !given:
			add(codes.ErrMissingField, field+"quantity")
		case quantity.Sign() <= 0:
			add(codes.ErrOutOfRange, field+"quantity")
		}
		if !u.BaseUnitID.IsZero() && byID[u.BaseUnitID] == nil {
			add(codes.ErrNotFound, field+"base_unit_id")
		} else if circular[u.ID] {
			add(codes.ErrUnitCycle, field+"base_unit_id")
		}
		if ids[u.ID] || names[u.Name] {
			add(codes.ErrInvalid, field+"name")
		}
		ids[u.ID], names[u.Name] = true, true
	}
	if primary != 1 {
		add(codes.ErrPrimaryUnit, "units")
	}
	return reasons
}

// EditUnitGroup replaces the editable fields; custom values given are set, a
// JSON null removes one.
type EditUnitGroup struct {
	Fields UnitGroupFields `json:"fields"`
	Custom record.Custom   `json:"custom,omitzero"`
}

// Edit changes fields; equal values change nothing. Codes: those of
// NewUnitGroup, ErrPrimaryUnit where another unit would become the primary one,
// ErrInUse for a unit that goes although products or prices are in it.
func (g UnitGroup) Edit(cmd EditUnitGroup, f UnitGroupFacts) (record.Change[UnitGroup], error) {
	next := g
	next.UnitGroupFields = cmd.Fields.numbered(g.ID, f.Stamp, g.Version+1)
	reasons := append(schema.Validate(&cmd, g.Currency), next.faults("fields.")...)
	kepts, used := next.byID(), map[record.UnitID]bool{}
	for _, id := range f.UsedUnits {
		used[id] = true
	}
	for _, u := range g.Units {
		kept := kepts[u.ID]
		if u.BaseUnitID.IsZero() && (kept == nil || !kept.BaseUnitID.IsZero()) {
			reasons = append(reasons, record.Reason{Code: codes.ErrPrimaryUnit, Field: "fields.units", Message: codes.ErrPrimaryUnit.Info().Text})
		}
		if kept == nil && used[u.ID] {
			reasons = append(reasons, record.Reason{Code: codes.ErrInUse, Field: "fields.units", Message: "products or prices are in the unit " + u.Name})
		}
	}
	if err := party.RefuseStatusless(&g, actions.UnitGroupEdit, reasons); err != nil {
		return record.Change[UnitGroup]{}, err
	}
	if !party.Edits(g.UnitGroupFields, next.UnitGroupFields, g.Custom, cmd.Custom) {
		return record.Change[UnitGroup]{Record: g}, nil
	}
	next.Custom = g.Custom.Edited(cmd.Custom)
	next.Touch(f.Stamp)
	return record.Change[UnitGroup]{Record: next, Events: []record.Event{record.StepEvent(&next, actions.UnitGroupEdit, "", f.Stamp, nil)}}, nil
}

// Delete removes the group with its units. Code: ErrInUse.
func (g UnitGroup) Delete(_ record.DeleteRecord, f UnitGroupFacts) (record.Change[UnitGroup], error) {
	if err := party.RefuseStatusless(&g, actions.UnitGroupDelete, flow.InUse(f.InUse)); err != nil {
		return record.Change[UnitGroup]{}, err
	}
	return record.Change[UnitGroup]{Record: g, Events: []record.Event{record.DeletedEvent(&g, actions.UnitGroupDelete, f.Stamp, nil)}}, nil
}
