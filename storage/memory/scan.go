package memory

import (
	"cmp"
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
)

// scan reads a result out of an index.
type scan struct {
	order
	q     storage.Query
	to    *storage.Record // where the result ends, nil at the end of the span
	spans []span
}

// span is the part of an index with one group and one key value.
type span struct {
	walk       walk[item]
	group, key string
}

// scan returns how to answer q by an index, or nil if there is none to do so.
func (r *reader) scan(ctx context.Context, tb *table, q *storage.Query, from *storage.Record) *scan {
	o, groups, keys := r.plan(tb, q)
	if len(groups)*len(keys) > maxSpans {
		return nil
	}
	root, ok := r.tree(ctx, want{tb, o})
	if !ok {
		return nil
	}
	from, to := bounds(q, from)
	s := &scan{order: o, q: *q, to: to}
	for _, group := range groups {
		for _, key := range keys {
			s.spans = append(s.spans, span{o.span(root, group, key, from), group, key})
		}
	}
	return s
}

// span returns the part of an index with one group and one key value, from behind
// a place on.
func (o order) span(root *node[item], group, key string, from *storage.Record) walk[item] {
	q := o.query()
	return seek(root, func(x item) bool {
		c := strings.Compare(o.groupOf(x.record), group)
		if c == 0 {
			c = strings.Compare(x.key, key)
		}
		if c == 0 && from != nil {
			return storage.Compare(q, x.record, from) <= 0
		}
		return c < 0
	})
}

// plan returns the order of the index that would serve q, and which of its groups
// and key values.
func (r *reader) plan(tb *table, q *storage.Query) (o order, groups, keys []string) {
	o = order{by: cmp.Or(q.Order, storage.FieldCreatedAt), desc: q.Desc}
	groups, keys = []string{""}, []string{""}
	for i := range q.Where {
		c := &q.Where[i]
		if !c.Among(storage.FieldState) && !c.Among(storage.FieldStatus) {
			continue
		}
		if c.Op == storage.OpEq || o.group == "" {
			o.group, groups = c.Field, distinct(c.Values)
		}
	}
	r.tenant.mu.RLock()
	defer r.tenant.mu.RUnlock()
	if c, _ := tb.rarest(q); c != nil {
		o.key, keys = c.Key, distinct(c.Values)
	}
	return o, groups, keys
}

// tree returns an index as of the reader's commit; ok is false if there is none.
func (r *reader) tree(ctx context.Context, w want) (root *node[item], ok bool) {
	t := r.tenant
	switch {
	case r.tx != nil:
		r.tx.reindex()
		t.build(ctx, w, r.seq)
	case t.index(w) == nil:
		t.buildOrWish(ctx, w)
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	if ix := w.table.index(w.order); ix != nil {
		return ix.at(r.seq)
	}
	return nil, false
}

// yield merges the spans.
func (s *scan) yield(ctx context.Context, r *reader, yield func(*storage.Record) bool) error {
	var last *storage.Record
	for n := 0; s.q.Limit == 0 || n < s.q.Limit; {
		rec := s.next()
		if rec == nil {
			break
		}
		if err := r.check(ctx); err != nil {
			return err
		}
		// A record may be in several spans.
		if rec == last || !storage.Match(s.q, rec) {
			continue
		}
		last = rec
		if n++; !yield(rec) {
			return nil
		}
	}
	return r.check(ctx)
}

// next takes the first record of all spans, nil at the end.
func (s *scan) next() *storage.Record {
	var first *storage.Record
	var from int
	for i := 0; i < len(s.spans); {
		sp := &s.spans[i]
		x, ok := sp.walk.item()
		switch {
		case !ok, x.key != sp.key, s.groupOf(x.record) != sp.group,
			s.to != nil && storage.Compare(s.q, x.record, s.to) > 0:
			s.spans = append(s.spans[:i], s.spans[i+1:]...)
			continue
		case first == nil || storage.Compare(s.q, x.record, first) < 0:
			first, from = x.record, i
		}
		i++
	}
	if first != nil {
		s.spans[from].walk.next()
	}
	return first
}

// bounds returns the places between which the records are whose order field
// satisfies the conditions on it, and that are behind from.
func bounds(q *storage.Query, from *storage.Record) (_, to *storage.Record) {
	missing := storage.Position{}.Record(*q)
	place := func(value any, id uuid.UUID) (r *storage.Record, ok bool) {
		r = storage.Position{Value: value, ID: id}.Record(*q)
		return r, value == nil || storage.Compare(*q, r, missing) < 0
	}
	begin := func(value any, id uuid.UUID) {
		if r, ok := place(value, id); ok && (from == nil || storage.Compare(*q, r, from) > 0) {
			from = r
		}
	}
	end := func(value any, id uuid.UUID) {
		if r, ok := place(value, id); ok && (to == nil || storage.Compare(*q, r, to) < 0) {
			to = r
		}
	}
	for i := range q.Where {
		c := &q.Where[i]
		// An id is its own tie-breaker: no place is beside its value.
		if c.Field != cmp.Or(q.Order, storage.FieldCreatedAt) || c.Field == storage.FieldID || c.Not {
			continue
		}
		op := c.Op
		if q.Desc {
			op = mirrored(op)
		}
		switch op {
		case storage.OpEq:
			begin(c.Values[0], uuid.Nil)
			end(c.Values[0], uuid.Max)
		case storage.OpGe:
			begin(c.Values[0], uuid.Nil)
		case storage.OpGt:
			begin(c.Values[0], uuid.Max)
		case storage.OpLe:
			end(c.Values[0], uuid.Max)
		case storage.OpLt:
			end(c.Values[0], uuid.Nil)
		case storage.OpBetween:
			first, last := c.Values[0], c.Values[1]
			if q.Desc {
				first, last = last, first
			}
			begin(first, uuid.Nil)
			end(last, uuid.Max)
		case storage.OpMissing:
			begin(nil, uuid.Nil)
		case storage.OpPrefix:
			first, last := c.Values[0].(string), c.Values[0].(string)+"\xff" // beyond all UTF-8
			if q.Desc {
				first, last = last, first
			}
			begin(first, uuid.Nil)
			end(last, uuid.Max)
		}
	}
	return from, to
}

// mirrored turns a comparison round, for descending order.
func mirrored(op storage.Op) storage.Op {
	switch op {
	case storage.OpGe:
		return storage.OpLe
	case storage.OpGt:
		return storage.OpLt
	case storage.OpLe:
		return storage.OpGe
	case storage.OpLt:
		return storage.OpGt
	default:
		return op
	}
}

// distinct returns texts without repetitions.
func distinct(values []any) []string {
	var out []string
	seen := make(map[string]bool, len(values))
	for _, v := range values {
		if text := v.(string); !seen[text] {
			seen[text] = true
			out = append(out, text)
		}
	}
	return out
}
