package bpf

import (
	"slices"
	"time"
)

// Values answers the field values of the records in the slots, as stored: by
// logical name, option sets as numeric codes. Known are nil, string, bool,
// integers, decimal.Decimal, json.Number, time.Time and slices. ok is false for
// a field that the entity does not have.
type Values interface {
	Lookup(entity, field string) (value any, ok bool)
}

// Facts is everything that a decision depends on besides definition, instance
// and command. The host gathers it first. The zero Facts stand in nobody's way
// and know no values.
type Facts struct {
	Values
	At         time.Time
	Actor      string
	Privileges []Privilege     // the actor's, on instances of this process; nil: all
	Readable   map[string]bool // by entity: may the actor read the record in the slot? nil: all
	Candidates []Ref           // records that the next stage's relationship offers to the actor
	Target     TargetFacts     // about the record that TargetOf names
	Others     []Instance      // the other instances on the primary record
	Pin        string          // id of the instance that this actor chose to see
	Veto       error           // the first veto of a guard
	Inactive   bool            // the definition is not active
	Language   string          // of labels, a BCP 47 tag
	Limits     Limits

	// FieldState tells whether a field is shown and may be edited; nil: both,
	// everywhere. A hidden field does not gate.
	FieldState func(entity, field string) (visible, editable bool)
}

// TargetFacts are what is known about a target.
type TargetFacts struct {
	Exists   bool // there is such a record
	Related  bool // its look-up of the stage's relationship points at the slot of the relationship's source
	Linkable bool // the actor may read it and link to it
}

// Privilege on the instances of a process.
type Privilege string

// The privileges. Override passes an unmet gate and forces a stage.
const (
	CreatePrivilege   Privilege = "create"
	ReadPrivilege     Privilege = "read"
	WritePrivilege    Privilege = "write"
	DeletePrivilege   Privilege = "delete"
	OverridePrivilege Privilege = "override"
)

func (f *Facts) may(p Privilege) bool { return f.Privileges == nil || slices.Contains(f.Privileges, p) }

func (f *Facts) needs(p Privilege, process string) error {
	if f.may(p) {
		return nil
	}
	return refuse(ErrAccessDenied, f.Actor, p, "process "+process)
}

func (f *Facts) readable(entity string) bool {
	readable, known := f.Readable[entity]
	return f.Readable == nil || known && readable
}

func (f *Facts) state(entity, field string) (visible, editable bool) {
	if f.FieldState == nil {
		return true, true
	}
	return f.FieldState(entity, field)
}

// of returns the fields of the record in the slot of an entity; without a
// record all are empty.
func (f *Facts) of(i *Instance, entity string) func(string) any {
	return func(field string) any {
		if i.Slots[entity].IsZero() || f.Values == nil {
			return nil
		}
		v, ok := f.Lookup(entity, field)
		if !ok {
			return nil
		}
		return normal(v)
	}
}
