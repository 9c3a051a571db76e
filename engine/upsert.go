package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Key names the record that an Upsert is about by one thing: every kind has an id,
// leads have a source key too, products a number. A key that says nothing, more than
// that or what the kind has not is ErrInvalid, field key.
//
// Upsert creates the record that the key names, which then has that id, source key
// or number, or edits the one that is there, in one transaction. It is Create,
// Capture or Edit in everything else: rights, guards, hooks, events, refusals – a
// closed lead is ErrReadOnly –, and of several at once one creates. Interceptors are
// told of an Edit once the record is found, of a birth until then. Of what IfVersion
// names there must be a record, else ErrNotFound. What the actor may not see is not
// found, and then ErrTaken or ErrConflict; so is the id of a deleted record.
//
// The fields are a JSON merge patch (RFC 7396) of the kind's own Fields, LeadFields
// for leads: a json.RawMessage, or what encoding/json makes an object of, such as a
// map. Absent members stay as they are, null clears, groups of fields such as address1
// are patched member by member, lists replaced. The member custom gives custom values:
// those given are set, null removes one. What a patch does not say of a new record is
// its default: owner, currency and status among them. Everything that does not decode,
// and every member that there is no field for, is ErrInvalid with its path, such as
// fields.topic.
type Key struct {
	ID        uuid.UUID `json:"id,omitzero"`
	SourceKey string    `json:"source_key,omitzero"`
	Number    string    `json:"number,omitzero"`
}

// Upserted is the outcome of an Upsert.
type Upserted[R any] struct {
	Record  R    `json:"record"`
	Created bool `json:"created"` // else it was there
}

// upserting is what Upsert knows of a kind, whose edits are E.
type upserting[R, E any] struct {
	do                actions.Action // that creates
	sourceKey, number string         // the fields that are keys, empty for none
	fields            func(*R) any
	create, edit      func(uuid.UUID, E) prepared[record.Change[R]]
}

// upsertion is an Upserted with all that happened.
type upsertion[R any] struct {
	record.Change[R]
	Created bool `json:"created"`
}

// upsert makes a call that finds the record in its transaction, and is Create or Edit
// from there.
func upsert[R, E any](ctx context.Context, c *Client, key Key, fields any, of upserting[R, E]) (none Upserted[R], err error) {
	if err := c.identified(); err != nil {
		return none, err
	}
	where, reasons := key.lookup(of.sourceKey, of.number)
	if reasons != nil {
		return none, &record.Error{Code: reasons[0].Code, Kind: of.do.Kind(), Action: of.do, Reasons: reasons}
	}
	var fresh E
	patch, err := patchOf(fields, new(E))
	if err == nil {
		fresh, err = commandOf[E](nil, patch, record.Custom{}.Edited(patch.custom))
	}
	if err != nil {
		reasons := record.ReasonsOf(err)
		return none, &record.Error{Code: reasons[0].Code, Kind: of.do.Kind(), Action: of.do, Reasons: reasons, Err: err}
	}
	id := c.newID(key.ID)
	birth, versions := of.create(id, fresh), of.edit(id, fresh).versions
	var out upsertion[R]
	x := &call{c: c, do: birth.do, about: birth.about, births: true, out: &out, numbers: birth.numbers}
	if c.once() {
		x.given = map[string]any{"upsert": key, "fields": patch.fields, "custom": patch.custom}
	}
	x.work = func(ctx context.Context, s *session) error {
		rec, err := s.keyed(ctx, of.do.Kind(), key, where)
		if err != nil {
			return err
		}
		var do prepared[record.Change[R]]
		switch {
		case rec != nil:
			do, err = editOf(rec, patch, of)
		case len(versions) > 0:
			err = notVisible(record.Ref{Kind: of.do.Kind(), ID: key.ID}, nil)
		default:
			do = of.create(id, fresh)
		}
		if err != nil {
			return err
		}
		x.told.Action, x.told.Ref = do.do, do.ref()
		do.reserved = x.reserved
		err = do.change(ctx, s)
		x.reserved, x.numbered, x.notices = do.reserved, do.numbered, do.notices
		out = upsertion[R]{*do.outcome, do.births}
		s.saved = leadtocash.RecordsIn(&out)
		return err
	}
	if err := x.run(ctx); err != nil {
		return none, err
	}
	return Upserted[R]{out.Record, out.Created}, nil
}

// lookup is the look-up of a key that is no id, and what is wrong with the key of a
// kind that has these.
func (k Key) lookup(sourceKey, number string) (where storage.Key, reasons []record.Reason) {
	field, text, given := "", "", 0
	if k.ID != uuid.Nil {
		given++
	}
	if k.SourceKey != "" {
		given++
		field, text, where.Name = sourceKey, k.SourceKey, "source_key"
		reasons = textReasons(sourceKey, text, 300)
	}
	if k.Number != "" {
		given++
		field, text, where.Name = number, k.Number, "number"
		reasons = textReasons(number, text, 100)
	}
	if given != 1 || k.ID == uuid.Nil && field == "" {
		message := "a record is named by its id"
		switch {
		case sourceKey != "":
			message += ", or by its source key"
		case number != "":
			message += ", or by its number"
		}
		return where, []record.Reason{{Code: codes.ErrInvalid, Field: "key", Message: message}}
	}
	where.Value = schema.Lookup(text)
	return where, reasons
}

// keyed finds the record of a key, nil if there is none that the actor may see.
func (s *session) keyed(ctx context.Context, kind kinds.Kind, key Key, where storage.Key) (found *storage.Record, err error) {
	if key.ID != uuid.Nil {
		found, err = s.Get(ctx, storage.Ref{Kind: string(kind), ID: key.ID})
		if errors.Is(err, storage.ErrNotFound) {
			return nil, nil
		}
	} else {
		for rec, err := range s.Find(ctx, storage.Query{Kind: string(kind), Where: []storage.Cond{keyIs(where.Name, where.Value)}, Limit: 1}) {
			if err != nil {
				return nil, err
			}
			found = rec
		}
	}
	if found == nil || err != nil {
		return nil, err
	}
	if ok, err := s.visible(ctx, found); err != nil || !ok {
		return nil, err
	}
	return found, nil
}

// editOf is the edit that a patch makes of a stored record.
func editOf[R, E any](rec *storage.Record, p *patch, of upserting[R, E]) (none prepared[record.Change[R]], err error) {
	r, err := shared[R](rec.Image)
	if err != nil {
		return none, err
	}
	fields, err := json.Marshal(of.fields(r))
	if err != nil {
		return none, err
	}
	cmd, err := commandOf[E](fields, p, changed(any(r).(record.Record).Header().Custom, p.custom))
	if err != nil {
		return none, err
	}
	return of.edit(rec.ID, cmd), nil
}

// changed is what an edit says of custom values: of all if the patch clears them.
func changed(values, patch record.Custom) record.Custom {
	if patch != nil {
		return patch
	}
	removed := record.Custom{}
	for name := range values {
		removed[name] = json.RawMessage("null")
	}
	return removed
}

// commandOf is the command, an edit, that a patch makes of fields and that gives
// these custom values.
func commandOf[E any](fields json.RawMessage, p *patch, custom record.Custom) (cmd E, err error) {
	return cmd, commandInto(&cmd, fields, p, custom)
}

// commandInto is commandOf for a command of whatever type.
func commandInto(cmd any, fields json.RawMessage, p *patch, custom record.Custom) (err error) {
	if fields, err = merged(fields, p.fields); err != nil {
		return err
	}
	if len(custom) == 0 {
		custom = nil
	}
	body, err := json.Marshal(map[string]any{"fields": fields, "custom": custom})
	if err != nil {
		return err
	}
	return record.Unmarshal(body, cmd)
}

// patch is a JSON merge patch of fields and custom values.
type patch struct {
	fields json.RawMessage
	custom record.Custom // nil: all are removed
}

// patchOf takes apart a patch of what a command, an edit, says of fields and custom
// values. It reads the patch into the command, to see what does not decode.
func patchOf(fields, cmd any) (*patch, error) {
	if body, is := fields.([]byte); is {
		fields = json.RawMessage(body)
	}
	body, err := json.Marshal(fields)
	if err != nil {
		return nil, record.Refusal(codes.ErrInvalid, "fields", "not JSON")
	}
	if body[0] != '{' {
		return nil, record.Refusal(codes.ErrInvalid, "fields", "not an object")
	}
	p := &patch{custom: record.Custom{}}
	var own, custom bytes.Buffer // a member that is there twice stays so
	for d := json.NewDecoder(bytes.NewReader(body)); ; {
		token, err := d.Token()
		if err != nil { // the end
			break
		}
		name, is := token.(string)
		if !is {
			continue // what the object begins and ends with
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		if name == "custom" {
			custom.WriteString(`,"custom":`)
			custom.Write(value)
			if p.custom = nil; !isNull(value) {
				_ = json.Unmarshal(value, &p.custom) // read again, strictly, below
			}
			continue
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		if own.Len() > 0 {
			own.WriteByte(',')
		}
		own.Write(quoted)
		own.WriteByte(':')
		own.Write(value)
	}
	p.fields = json.RawMessage("{" + own.String() + "}")
	return p, record.UnmarshalStrict([]byte(`{"fields":`+string(p.fields)+custom.String()+"}"), cmd)
}

// merged is the target with a JSON merge patch, RFC 7396.
func merged(target, patch json.RawMessage) (json.RawMessage, error) {
	var changes map[string]json.RawMessage
	if patch[0] != '{' {
		return patch, nil
	}
	if err := json.Unmarshal(patch, &changes); err != nil {
		return nil, err
	}
	members := map[string]json.RawMessage{}
	if len(target) > 0 && target[0] == '{' {
		if err := json.Unmarshal(target, &members); err != nil {
			return nil, err
		}
	}
	for name, change := range changes {
		if isNull(change) {
			delete(members, name)
			continue
		}
		next, err := merged(members[name], change)
		if err != nil {
			return nil, err
		}
		members[name] = next
	}
	return json.Marshal(members)
}

func isNull(value json.RawMessage) bool { return string(value) == "null" }
