package catalog

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// UnitGroup is a set of units that convert into each other, all derived from
// one primary unit.
type UnitGroup struct {
	ID record.UnitGroupID `json:"id" d365:"uomscheduleid"`
	record.Head
	UnitGroupFields
}

// UnitGroupFields are the fields of a unit group that people edit.
type UnitGroupFields struct {
	Name        string `json:"name" d365:"name" max:"200" need:"true"`
	Description string `json:"description,omitzero" d365:"description" text:"2000"`
	Units       []Unit `json:"units" most:"1000"` // exactly one without base unit, the primary one
}

// Unit is a unit in which products are sold: so many of its base unit.
type Unit struct {
	ID         record.UnitID              `json:"id" d365:"uomid"` // made by the client unless given
	Name       string                     `json:"name" d365:"name" max:"100" need:"true"`
	BaseUnitID record.UnitID              `json:"base_unit_id,omitzero" d365:"baseuom"`                           // of the same group; unset for the primary unit
	Quantity   value.Opt[decimal.Decimal] `json:"quantity,omitzero" d365:"quantity" range:"0..1e10" decimals:"5"` // of the base unit, more than 0; unset for the primary unit
	Code       string                     `json:"code,omitzero" max:"3" form:"unit"`                              // of UN/ECE Recommendation 20 or 21: C62 for one, HUR for an hour; lines in the unit take it; only the pattern is checked
}

// Unit returns the unit with the id, nil if the group has none.
func (g *UnitGroup) Unit(id record.UnitID) *Unit {
	if i := slices.IndexFunc(g.Units, func(u Unit) bool { return u.ID == id }); i >= 0 {
		return &g.Units[i]
	}
	return nil
}

// byID are the units by their ids; of two with one id the first counts.
func (g *UnitGroup) byID() map[record.UnitID]*Unit {
	by := make(map[record.UnitID]*Unit, len(g.Units))
	for i := range g.Units {
		if u := &g.Units[i]; by[u.ID] == nil {
			by[u.ID] = u
		}
	}
	return by
}

// circularUnits are those whose base units lead into a circle.
func circularUnits(byID map[record.UnitID]*Unit) map[record.UnitID]bool {
	circular, settled := map[record.UnitID]bool{}, map[record.UnitID]bool{}
	for id := range byID {
		var path []record.UnitID
		onPath := map[record.UnitID]bool{}
		for u := byID[id]; u != nil && !settled[u.ID] && !onPath[u.ID]; u = byID[u.BaseUnitID] {
			path, onPath[u.ID], id = append(path, u.ID), true, u.BaseUnitID
		}
		for _, on := range path {
			settled[on] = true
			if onPath[id] || circular[id] {
				circular[on] = true
			}
		}
	}
	return circular
}

// RecordKind tells the kind of record.
func (*UnitGroup) RecordKind() kinds.Kind { return kinds.UnitGroup }

// Ref names the record with its kind.
func (g *UnitGroup) Ref() record.Ref { return g.ID.Ref() }

// Clone returns a deep copy.
func (g UnitGroup) Clone() UnitGroup {
	g.Head.Detach()
	g.Units = slices.Clone(g.Units)
	return g
}

// MarshalJSON writes the published JSON form.
func (g UnitGroup) MarshalJSON() ([]byte, error) {
	type plain UnitGroup
	return record.Encode((*plain)(&g))
}

// UnmarshalJSON reads the published JSON form and keeps members it does not know.
func (g *UnitGroup) UnmarshalJSON(body []byte) error {
	type plain UnitGroup
	return record.Decode(body, (*plain)(g))
}
