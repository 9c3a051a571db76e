package bpf

import "slices"

// Operation is something that can be done to an instance.
type Operation string

// The operations. The last three only happen by themselves: a record of the
// path was deleted, a binding offered a target, a step reported its progress.
const (
	OpStart      Operation = "start"
	OpNext       Operation = "next"
	OpPrevious   Operation = "previous"
	OpSetActive  Operation = "set_active"
	OpForce      Operation = "force"
	OpFinish     Operation = "finish"
	OpAbort      Operation = "abort"
	OpReactivate Operation = "reactivate"
	OpSwitch     Operation = "switch"
	OpRunStep    Operation = "run_step"
	OpRebind     Operation = "rebind"
	OpMigrate    Operation = "migrate"
	OpDelete     Operation = "delete"
	OpView       Operation = "view"
	OpCut        Operation = "record_deleted"
	OpOffer      Operation = "offer"
)

// Operations lists the operations that people ask for, in the order of the
// table.
func Operations() (list []Operation) {
	for _, row := range operations {
		list = append(list, row.op)
	}
	return list
}

// operations is the table of what is possible in which status: the code of the
// refusal, empty if possible. Drift and an inactive definition stop those that
// say so.
var operations = []operationRow{
	{OpStart, CreatePrivilege, "", ErrInstanceExists, ErrInstanceExists, ErrInstanceExists, true, Active},
	{OpNext, WritePrivilege, ErrNotFound, "", ErrInstanceInactive, ErrInstanceInactive, true, Active},
	{OpPrevious, WritePrivilege, ErrNotFound, "", ErrInstanceInactive, ErrInstanceInactive, true, Active},
	{OpSetActive, WritePrivilege, ErrNotFound, "", ErrInstanceInactive, ErrInstanceInactive, true, Active},
	{OpFinish, WritePrivilege, ErrNotFound, "", ErrInvalidStatusChange, ErrInvalidStatusChange, true, Finished},
	{OpAbort, WritePrivilege, ErrNotFound, "", ErrInvalidStatusChange, ErrInvalidStatusChange, false, Aborted},
	{OpReactivate, WritePrivilege, ErrNotFound, ErrInvalidStatusChange, "", "", true, Active},
	{OpSwitch, ReadPrivilege, "", "", "", "", false, Active},
	{OpRunStep, WritePrivilege, ErrNotFound, "", ErrInstanceInactive, ErrInstanceInactive, true, Active},
	{OpRebind, WritePrivilege, ErrNotFound, "", ErrInstanceInactive, ErrInstanceInactive, true, Active},
	{OpMigrate, WritePrivilege, ErrNotFound, "", "", "", false, Active},
	{OpDelete, DeletePrivilege, ErrNotFound, "", "", "", false, 0},
	{OpView, ReadPrivilege, ErrNotFound, "", "", "", false, Active},
}

// operationRow is a row of the table.
type operationRow struct {
	op              Operation
	needs           Privilege
	none            Code
	active          Code
	finished        Code
	aborted         Code
	needsDefinition bool
	to              Status // what it leads to, for the message of a refused change
}

func rowOf(op Operation) operationRow {
	return operations[slices.IndexFunc(operations, func(row operationRow) bool { return row.op == op })]
}

// Allowed answers the table alone: whether an operation is possible in a
// status, else the code of its refusal.
func Allowed(op Operation, s Status) (Code, bool) {
	i := slices.IndexFunc(operations, func(row operationRow) bool { return row.op == op })
	if i < 0 || s < 0 || s > Aborted {
		return ErrInvalidStatusChange, false
	}
	row := operations[i]
	code := []Code{row.none, row.active, row.finished, row.aborted}[s]
	return code, code == ""
}

// admit makes the checks that come before all others: privilege, revision,
// definition and status.
func (d *Definition) admit(op Operation, i *Instance, revision int64, f *Facts) error {
	row := rowOf(op)
	if i.Status == 0 {
		return refuse(ErrNotFound, i.ID)
	}
	if err := f.needs(row.needs, i.Process); err != nil {
		return err
	}
	if revision != 0 && revision != i.Revision {
		return refuse(ErrConflict, i.ID)
	}
	if row.needsDefinition {
		if err := d.serves(i, f); err != nil {
			return err
		}
	}
	code, ok := Allowed(op, i.Status)
	switch {
	case ok:
		return nil
	case code == ErrInstanceInactive:
		return refuse(code, i.ID, i.Status)
	}
	return refuse(code, i.ID, i.Status, row.to)
}

// serves reports whether an instance can move along the definition.
func (d *Definition) serves(i *Instance, f *Facts) error {
	switch {
	case d.Name != i.Process:
		return refuse(ErrProcessImmutable, i.ID)
	case f.Inactive:
		return refuse(ErrDefinitionNotActive, d.Name)
	case d.Stage(i.ActiveStage) == nil:
		return refuse(ErrDefinitionDrift, i.ActiveStage, i.ID, d.Name, d.Version)
	}
	return nil
}
