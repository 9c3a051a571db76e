package engine

import (
	"encoding/json"
	"reflect"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/record"
)

// MergePatch makes the input of an edit by name, Do(ctx, "quote.edit", …), a JSON
// merge patch (RFC 7396) of the fields that people edit, as [Key] describes it: absent
// members stay as they are, null clears, groups of fields are patched member by member,
// lists replaced; custom gives custom values. It is read and applied in the transaction
// of the edit. One that changes nothing makes no version and no event. Members that
// another action sets are refused with their path, and those actions in
// params.edited_by. Other actions than edit do not take it: ErrInvalid, field options.
func MergePatch() CallOption { return func(x *call) { x.patches = true } }

func isMergePatch(opt CallOption) bool {
	var x call
	opt(&x)
	return x.patches
}

// patched are the options of an edit that takes its command from a patch.
func (d *door) patched(input json.RawMessage, opts []CallOption) ([]CallOption, error) {
	if d.action != actions.EditOf(d.kind()) || d.name != d.action.String() {
		return nil, record.Refusal(codes.ErrInvalid, "options", "only an edit takes a merge patch")
	}
	if len(input) == 0 {
		input = json.RawMessage("{}")
	}
	if err := decodeInto(input, new(any)); err != nil {
		return nil, err
	}
	p, err := patchOf(input, reflect.New(d.command).Interface())
	if err != nil {
		return nil, d.editedElsewhere(err)
	}
	given := map[string]any{"patch": p.fields, "custom": p.custom}
	return append(opts[:len(opts):len(opts)], repeatedAs(given), func(x *call) {
		x.rewrite = func(d record.Record) error { return p.rewrite(x.cmd, d) }
	}), nil
}

// rewrite makes the command of an edit what the patch makes of the record.
func (p *patch) rewrite(cmd any, d record.Record) error {
	to := reflect.ValueOf(cmd).Elem()
	to.SetZero() // of an attempt before
	of := to.FieldByName("Fields").Type()
	fields, err := json.Marshal(groupIn(reflect.ValueOf(d).Elem(), of).Interface())
	if err != nil {
		return err
	}
	return commandInto(cmd, fields, p, changed(d.Header().Custom, p.custom))
}

// groupIn is the group of a record that its edit gives anew.
func groupIn(r reflect.Value, group reflect.Type) reflect.Value {
	for i := range r.NumField() {
		if r.Field(i).Type() == group {
			return r.Field(i)
		}
	}
	panic("engine: " + r.Type().String() + " has no " + group.String())
}

// editedElsewhere adds to faults of members which actions set them.
func (d *door) editedElsewhere(err error) error {
	reasons := record.ReasonsOf(err)
	for i, r := range reasons {
		name, own := trimFields(r.Field)
		if by := setBy(d.kind(), name); own && len(by) > 0 && r.Message != "" && r.Code == codes.ErrInvalid && !hasField(d.command, name) {
			reasons[i] = r.With("edited_by", by)
			reasons[i].Message = "is not set by an edit"
		}
	}
	return record.RefusedFor(reasons)
}
