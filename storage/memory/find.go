package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
)

const (
	// few is how many records are rather looked at one by one and sorted than
	// found through an index, see tenant.
	few = 512
	// maxSpans is how many parts of an index a query may need, maxIndexes how many
	// indexes a kind may have.
	maxSpans   = 64
	maxIndexes = 32
)

// Find implements storage.Reader.
func (r *reader) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return func(yield func(*storage.Record, error) bool) {
		if err := r.find(ctx, q, func(rec *storage.Record) bool { return yield(rec, nil) }); err != nil {
			yield(nil, err)
		}
	}
}

func (r *reader) find(ctx context.Context, q storage.Query, yield func(*storage.Record) bool) error {
	if err := r.check(ctx); err != nil {
		return err
	}
	if err := q.Validate(); err != nil {
		return err
	}
	tb := r.tenant.table(q.Kind)
	if tb == nil {
		return nil
	}
	var from *storage.Record
	if p, ok, _ := q.Position(); ok {
		from = p.Record(q)
	}
	var buf [16]*storage.Record // most results are small
	records := buf[:0]
	var entries [16]*entry
	if found, enough := r.candidates(entries[:0], tb, &q); enough {
		for _, e := range found {
			if rec := e.match(&q, r.seq, from); rec != nil {
				records = append(records, rec)
			}
		}
	} else if scan := r.scan(ctx, tb, &q, from); scan != nil {
		return scan.yield(ctx, r, yield)
	} else {
		for e := r.newest(tb); e != nil; e = e.older {
			if rec := e.match(&q, r.seq, from); rec != nil {
				records = append(records, rec)
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	records = sorted(&q, records)
	if q.Limit > 0 && len(records) > q.Limit {
		records = records[:q.Limit]
	}
	for _, rec := range records {
		if err := r.check(ctx); err != nil {
			return err
		}
		if !yield(rec) {
			return nil
		}
	}
	return r.check(ctx)
}

// match returns the record of an entry if it satisfies q and is behind from.
func (e *entry) match(q *storage.Query, seq int64, from *storage.Record) *storage.Record {
	v := e.at(seq)
	if v == nil || v.deleted || !storage.Match(*q, v.record) {
		return nil
	}
	if from != nil && storage.Compare(*q, v.record, from) <= 0 {
		return nil
	}
	return v.record
}

// sorted sorts records in place and takes out those found twice, which happens
// under several keys.
func sorted(q *storage.Query, records []*storage.Record) []*storage.Record {
	if len(records) < 2 {
		return records
	}
	slices.SortFunc(records, func(a, b *storage.Record) int { return storage.Compare(*q, a, b) })
	return slices.Compact(records)
}

func (r *reader) newest(tb *table) *entry {
	r.tenant.mu.RLock()
	defer r.tenant.mu.RUnlock()
	return tb.newest
}

// candidates appends entries among which all records of the result are; enough is
// false if they would be too many.
func (r *reader) candidates(to []*entry, tb *table, q *storage.Query) (_ []*entry, enough bool) {
	r.tenant.mu.RLock()
	defer r.tenant.mu.RUnlock()
	for i := range q.Where {
		if c := &q.Where[i]; c.Among(storage.FieldID) {
			for _, id := range c.Values {
				if e := tb.entries[id.(uuid.UUID)]; e != nil {
					to = append(to, e)
				}
			}
			return to, true
		}
	}
	if c, n := tb.rarest(q); c != nil && n <= r.tenant.few {
		for _, value := range c.Values {
			to = tb.keys[hash(storage.Key{Name: c.Key, Value: value.(string)})].appendTo(to)
		}
		return to, true
	}
	if tb.count > r.tenant.few {
		return nil, false
	}
	for e := tb.newest; e != nil; e = e.older {
		to = append(to, e)
	}
	return to, true
}

// rarest returns the condition on a key that the fewest entries can satisfy, and
// how many these are.
func (tb *table) rarest(q *storage.Query) (rarest *storage.Cond, count int) {
	for i := range q.Where {
		c := &q.Where[i]
		if !c.Among(storage.FieldKey) {
			continue
		}
		n := 0
		for _, value := range c.Values {
			n += tb.keys[hash(storage.Key{Name: c.Key, Value: value.(string)})].len()
		}
		if rarest == nil || n < count {
			rarest, count = c, n
		}
	}
	return rarest, count
}

// count counts the records that match, in no order.
func (r *reader) count(ctx context.Context, q storage.Query) (n int64, err error) {
	q.After, q.Limit = "", 0
	if err := q.Validate(); err != nil {
		return 0, err
	}
	tb := r.tenant.table(q.Kind)
	if tb == nil {
		return 0, nil
	}
	if found, enough := r.candidates(nil, tb, &q); enough {
		var records []*storage.Record
		for _, e := range found {
			if rec := e.match(&q, r.seq, nil); rec != nil {
				records = append(records, rec)
			}
		}
		return int64(len(sorted(&q, records))), nil
	}
	for e := r.newest(tb); e != nil; e = e.older {
		if e.match(&q, r.seq, nil) != nil {
			n++
		}
		if err := r.check(ctx); err != nil {
			return 0, err
		}
	}
	return n, nil
}
