package engine

import (
	"context"
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/flow"
	"github.com/leadtocash/leadtocash/internal/schema"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// AnyKind reads the records of a kind that is known at run time only, as JSON: what
// [Records] does for a type. Every method refuses a kind that there is not with
// ErrInvalid, field kind.
type AnyKind struct {
	c    *Client
	kind kinds.Kind
}

// Kind returns the reading calls for a kind by its name.
func (c *Client) Kind(kind kinds.Kind) AnyKind { return AnyKind{c, kind} }

// AnyQuery asks for records of any kind.
type AnyQuery struct {
	List
	Status string               // by key
	Refs   map[string]uuid.UUID // what fields refer to, by their names as look-ups: customer_id, lines.product_id
}

func (q AnyQuery) conds() []storage.Cond {
	a := asked{}.status(q.Status)
	for _, field := range slices.Sorted(maps.Keys(q.Refs)) {
		a = a.ref(field, q.Refs[field])
	}
	return a
}

func (k AnyKind) fault(q AnyQuery) error {
	if recordKinds[k.kind] == nil {
		return record.Refusal(codes.ErrInvalid, "kind", "no such kind of record")
	}
	for field := range q.Refs {
		if !slices.ContainsFunc(recordKinds[k.kind].schema.RefFields(nil), func(f schema.Referring) bool { return f.Name == field }) {
			return record.Refusal(codes.ErrInvalid, field, "no field that refers to records")
		}
	}
	return nil
}

// Get returns the JSON of a record, see Records.Get.
func (k AnyKind) Get(ctx context.Context, id uuid.UUID) (json.RawMessage, error) {
	if err := k.fault(AnyQuery{}); err != nil {
		return nil, err
	}
	return written(k.c.get(ctx, record.Ref{Kind: k.kind, ID: id}))
}

// Page returns the JSON of one page, see Records.Page.
func (k AnyKind) Page(ctx context.Context, q AnyQuery) (page Page[json.RawMessage], err error) {
	if err := k.fault(q); err != nil {
		return page, err
	}
	found, err := k.c.page(ctx, k.kind, q)
	page.Items = make([]json.RawMessage, 0, len(found.Items))
	for _, d := range found.Items {
		body, err := written(d, nil)
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, body)
	}
	page.Next, page.Total = found.Next, found.Total
	return page, err
}

// All yields the JSON of every record that the query asks for, see Records.All.
func (k AnyKind) All(ctx context.Context, q AnyQuery) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		if err := k.fault(q); err != nil {
			yield(nil, err)
			return
		}
		k.c.all(ctx, k.kind, q, func(d record.Record, err error) bool { return yield(written(d, err)) })
	}
}

// Count counts, see Records.Count.
func (k AnyKind) Count(ctx context.Context, q AnyQuery) (int64, error) {
	if err := k.fault(q); err != nil {
		return 0, err
	}
	return k.c.count(ctx, k.kind, q)
}

// AsOf returns the JSON of a record as it was at a time, see Records.AsOf.
func (k AnyKind) AsOf(ctx context.Context, id uuid.UUID, at time.Time) (json.RawMessage, error) {
	if err := k.fault(AnyQuery{}); err != nil {
		return nil, err
	}
	return written(k.c.asOf(ctx, record.Ref{Kind: k.kind, ID: id}, func(e *storage.Event) bool { return !e.At.After(at) }))
}

// Explain answers for every action whether it is possible now, see Explained.Explain.
// Kinds whose records nothing is done to, those without status and close activities, are
// ErrUnsupported.
func (k AnyKind) Explain(ctx context.Context, id uuid.UUID) ([]flow.Verdict, error) {
	if err := k.fault(AnyQuery{}); err != nil {
		return nil, err
	}
	if recordKinds[k.kind].explain == nil {
		return nil, record.Refusal(codes.ErrUnsupported, "kind", "nothing is explained of records of the kind")
	}
	return k.c.explain(ctx, record.Ref{Kind: k.kind, ID: id})
}

// written is the JSON of a stored document.
func written(d record.Record, err error) (json.RawMessage, error) {
	if err != nil {
		return nil, err
	}
	return json.Marshal(d)
}
