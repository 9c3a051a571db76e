package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
)

// importOrder are the kinds whose import looks at others of them: those come first
// that are looked at. All other kinds come before them.
var importOrder = []kinds.Kind{
	kinds.Opportunity, kinds.Lead, kinds.Quote, kinds.Order, kinds.Invoice, kinds.Payment, kinds.CreditNote, kinds.Allocation, kinds.Refund,
}

// anImport is Import of a kind. It is known to the table of kinds as an interface:
// what Import needs of that table would be a cycle.
type anImport[R any, P record.Pointer[R]] struct{}

func (anImport[R, P]) into(ctx context.Context, c *Client, d record.Record) error {
	_, err := Import(ctx, c, R(*d.(P)))
	return err
}

// ImportAll imports records as Import does, all of them or none, given as pointers
// and in whatever order. They may refer to each other, in circles too, and to those of
// them that are merged into another one: this is how what a tenant holds moves to
// another one.
//
// Every record that is refused is told, by an *Error for each, joined by errors.Join;
// a record that is given twice is ErrInvalid.
func ImportAll(ctx context.Context, c *Client, records ...record.Record) error {
	return importAll(ctx, c, false, records)
}

// ImportStored is ImportAll of records as another tenant stored them, all of these or a
// part: what a tenant holds moves in as many calls as its size asks for, those first
// that others refer to. Besides what ImportAll takes, references may lead to records
// that were merged since, and a lead may name the opportunity of another one that it
// joined, wherever these are by now; records without owner or author stay without,
// rates are fixed only where they were, and a closing day may lie before the day of the
// creation, as an action can give it. What they refer to must be there or among them,
// else ErrNotFound.
func ImportStored(ctx context.Context, c *Client, records ...record.Record) error {
	return importAll(ctx, c, true, records)
}

func importAll(ctx context.Context, c *Client, moved bool, records []record.Record) error {
	coming := make(map[record.Ref]bool, len(records))
	for n, d := range records {
		switch {
		case d == nil || recordKinds[d.Ref().Kind] == nil:
			return record.Refusal(codes.ErrInvalid, fmt.Sprintf("records[%d]", n), fmt.Sprintf("%T is no record", d))
		case d.Ref().ID == uuid.Nil:
			continue
		case coming[d.Ref()]:
			return record.Refusal(codes.ErrInvalid, fmt.Sprintf("records[%d]", n), d.Ref().String()+" is given twice")
		}
		coming[d.Ref()] = true
	}
	ordered := slices.Clone(records)
	slices.SortStableFunc(ordered, func(a, b record.Record) int {
		return cmp.Compare(slices.Index(importOrder, a.Ref().Kind), slices.Index(importOrder, b.Ref().Kind))
	})
	return c.Atomic(ctx, func(ctx context.Context, c *Client) error {
		c.coming, c.moved = coming, moved
		var refused []error
		for _, d := range ordered {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := recordKinds[d.Ref().Kind].imports.into(ctx, c, d); err != nil {
				refused = append(refused, err)
			}
			if c.fate.first != nil {
				break
			}
		}
		return errors.Join(refused...)
	})
}

// DecodeRecord reads the JSON form of a record of a kind, for ImportAll. Members that
// the kind has no field for are kept, everything else is as [Decode] has it.
//
// Codes: those of Decode, and ErrInvalid (field kind) for a kind that there is not.
func DecodeRecord(kind kinds.Kind, body json.RawMessage) (record.Record, error) {
	info := recordKinds[kind]
	if info == nil {
		return nil, record.Refusal(codes.ErrInvalid, "kind", "no such kind of record")
	}
	d := info.blank()
	if err := keptInto(body, d); err != nil {
		reasons := record.ReasonsOf(err)
		return nil, &record.Error{Code: reasons[0].Code, Kind: kind, Reasons: reasons, Err: err}
	}
	return d, nil
}

// ReferencesOf yields the records of the library's that a record, given as a pointer,
// refers to, with the fields that do, as reasons name them: lines.product_id, whatever
// the line. Owners, users and what else is the host's are not among them.
func ReferencesOf(d record.Record) iter.Seq2[string, record.Ref] {
	return func(yield func(string, record.Ref) bool) {
		info := recordKinds[d.Ref().Kind]
		if info == nil {
			return
		}
		for _, r := range info.schema.References(reflect.ValueOf(d).Elem(), nil) {
			if r.Ref != d.Ref() && recordKinds[r.Ref.Kind] != nil && !yield(r.Field, r.Ref) {
				return
			}
		}
	}
}
