package postgres

import (
	"context"
	"iter"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// pageSize is how many events are read at a time.
const pageSize = 128

// reader reads within a transaction.
type reader struct {
	*tables
	tenant storage.Tenant
	wire   *session
	view   bool  // only reads: what it looks at locks nothing
	broken error // why nothing more can be read
	ended  atomic.Bool
}

func (r *reader) check(ctx context.Context) error {
	switch {
	case r.ended.Load():
		return storage.ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return r.broken
	}
}

// query sends a query, with the writes that wait before it. After an error the
// transaction is good for nothing.
func (r *reader) query(ctx context.Context, scan func(pgx.Rows) error, text string, args ...any) error {
	err := interrupted(ctx, r.wire.query(ctx, scan, text, args...))
	if err != nil {
		r.broken = err
	}
	return err
}

// Get implements storage.Reader.
func (r *reader) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	if err := r.check(ctx); err != nil {
		return nil, err
	}
	if ref.Validate() != nil {
		return nil, storage.ErrNotFound // the server would refuse the text of some
	}
	records, err := r.page(ctx, ref.Kind, r.get, string(r.tenant), ref.Kind, [16]byte(ref.ID))
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, storage.ErrNotFound
	}
	return records[0], nil
}

// page reads the records that a query selects.
func (r *reader) page(ctx context.Context, kind, text string, args ...any) (records []*storage.Record, err error) {
	err = r.query(ctx, func(rows pgx.Rows) error {
		rec, err := scanRecord(rows, kind)
		if err == nil {
			records = append(records, rec)
		}
		return err
	}, text, args...)
	return records, err
}

// Find implements storage.Reader.
func (r *reader) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	reading := sqlkit.Reading{
		Check: func() error { return r.check(ctx) },
		Page: func(text string, args []any) ([]*storage.Record, error) {
			return r.page(ctx, q.Kind, text, args...)
		},
	}
	if r.view {
		reading.Count = func(text string, args []any) (n int64, err error) {
			err = r.query(ctx, func(rows pgx.Rows) error { return rows.Scan(&n) }, text, args...)
			return n, err
		}
	}
	return sqlkit.Find(r.dialect, r.at, r.tenant, q, reading)
}

// History implements storage.Reader.
func (r *reader) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	return sqlkit.History(pageSize, func() error { return r.check(ctx) }, func(after storage.Event) ([]storage.Event, error) {
		if ref.Validate() != nil {
			return nil, nil
		}
		return r.past(ctx, ref, after)
	})
}

// past reads a page of a history.
func (r *reader) past(ctx context.Context, ref storage.Ref, after storage.Event) (events []storage.Event, err error) {
	err = r.query(ctx, func(rows pgx.Rows) error {
		e := storage.Event{Ref: ref}
		var data, body []byte
		err := rows.Scan(&e.Version, &e.Ordinal, &e.Type, &e.At, &e.Actor, &e.Request, &e.Deleted, &data, &body)
		e.At, e.Data, e.Image = e.At.UTC(), image(data), image(body)
		events = append(events, e)
		return err
	}, r.history, string(r.tenant), ref.Kind, [16]byte(ref.ID), after.Version, after.Ordinal, pageSize)
	return events, err
}

// Deleted implements storage.Deletions.
func (r *reader) Deleted(ctx context.Context, kind string, since time.Time) iter.Seq2[storage.Ref, error] {
	return func(yield func(storage.Ref, error) bool) {
		var refs []storage.Ref
		err := r.check(ctx)
		if err == nil && !r.view {
			err = storage.ErrUnsupported
		}
		if err == nil {
			err = r.query(ctx, func(rows pgx.Rows) error {
				ref := storage.Ref{Kind: kind}
				err := rows.Scan((*[16]byte)(&ref.ID))
				refs = append(refs, ref)
				return err
			}, r.deleted, string(r.tenant), kind, since)
		}
		if err != nil {
			yield(storage.Ref{}, err)
			return
		}
		for _, ref := range refs {
			if !yield(ref, nil) {
				return
			}
		}
	}
}
