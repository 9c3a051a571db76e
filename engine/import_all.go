package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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
// A closing day before that of the creation, which Import refuses, is kept: an action
// may have given it.
//
// Every record that is refused is told, by an *Error for each, joined by errors.Join;
// a record that is given twice is ErrInvalid.
func ImportAll(ctx context.Context, c *Client, records ...record.Record) error {
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
		c.coming = coming
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
