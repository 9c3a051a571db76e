package engine

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

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

// WithIgnoreReadOnly lets the patch of an edit, see [MergePatch], have members that the
// edit does not set, as a form has that sends back the whole record. They must say what is
// stored; one that says something else is ErrConflict, with its path. Members that the
// record does not have are refused as ever.
func WithIgnoreReadOnly() CallOption { return func(x *call) { x.ignoresReadOnly = true } }

func ignoresReadOnly(opt CallOption) bool {
	var x call
	opt(&x)
	return x.ignoresReadOnly
}

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
	var readOnly map[string]json.RawMessage
	if slices.ContainsFunc(opts, ignoresReadOnly) {
		input, readOnly = d.withoutReadOnly(input)
	}
	p, err := patchOf(input, reflect.New(d.command).Interface())
	if err != nil {
		return nil, d.editedElsewhere(err)
	}
	given := map[string]any{"patch": p.fields, "custom": p.custom}
	return append(opts[:len(opts):len(opts)], repeatedAs(given), func(x *call) {
		x.rewrite = func(r record.Record) error {
			if err := d.changedMembers(readOnly, r); err != nil {
				return err
			}
			return p.rewrite(x.cmd, r)
		}
	}), nil
}

// withoutReadOnly takes the members that an edit does not set, though the record has
// them, out of a patch. One that is there twice is left for the patch to refuse.
func (d *door) withoutReadOnly(input json.RawMessage) (rest json.RawMessage, readOnly map[string]json.RawMessage) {
	var members map[string]json.RawMessage
	if json.Unmarshal(input, &members) != nil || len(members) == 0 || record.UnmarshalStrict(input, &map[string]json.RawMessage{}) != nil {
		return input, nil
	}
	readOnly = map[string]json.RawMessage{}
	for name := range members {
		if _, has := memberOf(recordKinds[d.kind()].record, name); has && name != "custom" && !hasField(d.command, name) {
			readOnly[name] = members[name]
			delete(members, name)
		}
	}
	rest, err := json.Marshal(members)
	if err != nil {
		return input, nil
	}
	return rest, readOnly
}

// changedMembers refuses members that a record has otherwise.
func (d *door) changedMembers(readOnly map[string]json.RawMessage, r record.Record) error {
	if len(readOnly) == 0 {
		return nil
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	var stored map[string]json.RawMessage
	if err := json.Unmarshal(body, &stored); err != nil {
		return err
	}
	var reasons []record.Reason
	for _, name := range slices.Sorted(maps.Keys(readOnly)) {
		if !sameJSON(readOnly[name], stored[name]) {
			reason := record.Reason{Code: codes.ErrConflict, Field: name, Message: "is not set by an edit, and has another value"}
			reasons = append(reasons, reason.With("edited_by", setBy(d.kind(), name)))
		}
	}
	if len(reasons) == 0 {
		return nil
	}
	return &record.Error{Code: codes.ErrConflict, Kind: r.Ref().Kind, ID: r.Ref().ID, Status: r.StatusKey(), Action: d.action, Reasons: reasons}
}

// sameJSON compares values; none is null.
func sameJSON(a, b json.RawMessage) bool {
	read := func(raw json.RawMessage) (v any) {
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		_ = decoder.Decode(&v) // nothing is nil
		return v
	}
	return reflect.DeepEqual(read(a), read(b))
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
