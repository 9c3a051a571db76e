package engine

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// WithScanLimit bounds how many records a page of a list may look at, for lists that
// anybody may ask for. What [List] promises to cost a page is always answered. Any other
// list is followed without the conditions that no index helps with, and where more than so
// many records have been looked at before the page is full it is ErrTooLarge, with the
// name of what to leave out: the first such condition, or the order (order_by). Without
// the option, or with 0, there is no limit; a negative one is ErrOutOfRange.
func WithScanLimit(records int) ClientOption {
	return func(e *engine) error {
		if e.scanLimit = records; records < 0 {
			return record.Refusal(codes.ErrOutOfRange, "scan_limit", "a limit is not negative")
		}
		return nil
	}
}

// mergedValues is of how many values the pages are put together at the price of them all.
const mergedValues = 16

// lookup is a query that stores may have to look at many records for.
type lookup struct {
	storage.Query // as far as indexes help
	sorted        bool
	rest          []storage.Cond // for which each record has to be looked at
}

// scanOf takes a query apart.
func scanOf(q storage.Query) lookup {
	s := lookup{Query: q}
	s.Where = nil
	switch q.Order {
	case "", storage.FieldCreatedAt, storage.FieldUpdatedAt, storage.FieldNumber, storage.FieldDueOn, storage.FieldAmount, storage.FieldName, storage.FieldDay1:
		s.sorted = true
	}
	states, keys := 0, 0
	for _, c := range q.Where {
		if helps(&c, q.Order, &states, &keys) {
			s.Where = append(s.Where, c)
		} else {
			s.rest = append(s.rest, c)
		}
	}
	return s
}

// helps reports whether an index helps with a condition, besides those before: one on
// state or status, one on a look-up, owners, ids, words, and a range of the order.
func helps(c *storage.Cond, order storage.Field, states, keys *int) bool {
	few := !c.Not && (c.Op == storage.OpEq || c.Op == storage.OpIn) && len(c.Values) <= mergedValues
	switch {
	case c.Any != nil:
		return !c.Not && !slices.ContainsFunc(c.Any, func(c storage.Cond) bool {
			states, keys := 0, 0
			return c.Op != storage.OpMissing && !helps(&c, order, &states, &keys)
		})
	case c.Among(storage.FieldID), c.Among(storage.FieldOwner):
		return true
	case c.Op == storage.OpPrefix && !c.Not:
		return c.Field == storage.FieldNumber || c.Field == storage.FieldKey && slices.Contains([]string{wordKey, phoneKey, purchaseOrderKey}, c.Key)
	case few && (c.Field == storage.FieldState || c.Field == storage.FieldStatus):
		*states++
		return *states == 1
	case few && (c.Field == storage.FieldKey || strings.HasPrefix(string(c.Field), "ref")):
		*keys++
		return *keys == 1
	default:
		return !c.Not && c.Field == order && order != ""
	}
}

// findWithin is Find with the limit of the client.
func (s *session) findWithin(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	limit := s.c.scanLimit
	x := scanOf(q)
	if limit == 0 || x.sorted && x.rest == nil {
		return s.Find(ctx, q)
	}
	if !x.sorted {
		return s.findSorted(ctx, q, x, limit)
	}
	x.Limit = 0
	return func(yield func(*storage.Record, error) bool) {
		looked, found := 0, 0
		for rec, err := range s.Find(ctx, x.Query) {
			if err == nil {
				if looked++; looked > limit {
					err = tooLarge(kinds.Kind(q.Kind), nameOfCond(kinds.Kind(q.Kind), &x.rest[0]), limit)
				} else if !storage.Match(storage.Query{Kind: q.Kind, Where: x.rest}, rec) {
					continue
				}
			}
			if found++; !yield(rec, err) || err != nil || found == q.Limit {
				return
			}
		}
	}
}

// findSorted finds in an order that no index has, if few enough are to be sorted.
func (s *session) findSorted(ctx context.Context, q storage.Query, x lookup, limit int) iter.Seq2[*storage.Record, error] {
	return func(yield func(*storage.Record, error) bool) {
		all := storage.Query{Kind: q.Kind, Where: x.Where, Limit: limit + 1}
		n := 0
		for _, err := range s.Find(ctx, all) {
			if err != nil {
				yield(nil, err)
				return
			}
			if n++; n > limit {
				yield(nil, tooLarge(kinds.Kind(q.Kind), "order_by", limit))
				return
			}
		}
		s.Find(ctx, q)(yield)
	}
}

func tooLarge(kind kinds.Kind, field string, limit int) error {
	return &record.Error{Code: codes.ErrTooLarge, Kind: kind, Reasons: []record.Reason{{
		Code: codes.ErrTooLarge, Field: field, Message: fmt.Sprintf("more than %d records would have to be looked at", limit),
		Params: map[string]any{"limit": limit},
	}}}
}

// nameOfCond is the wire name of what a condition is about.
func nameOfCond(kind kinds.Kind, c *storage.Cond) string {
	switch {
	case c.Any != nil:
		return nameOfCond(kind, &c.Any[0])
	case c.Field == storage.FieldKey:
		return c.Key
	}
	for _, s := range slotsOf[kind] {
		if s.at == c.Field {
			return s.name
		}
	}
	return string(c.Field)
}
