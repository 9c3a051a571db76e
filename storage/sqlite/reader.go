package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"iter"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// pageSize is how many events are read at a time.
const pageSize = 128

// reader reads within a transaction.
type reader struct {
	*tables
	tenant storage.Tenant
	db     session
	view   bool  // only reads
	broken error // the database may have given the transaction up by itself
	failed error // of the write after which nothing else is answered
	ended  atomic.Bool
}

// check reports why nothing more can be read.
func (r *reader) check(ctx context.Context) error {
	switch {
	case r.ended.Load():
		return storage.ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return cmp.Or(r.broken, r.failed)
	}
}

// query runs a query. What comes after an error that ends the transaction would be
// outside of it.
func (r *reader) query(ctx context.Context, scan func([]driver.Value) error, text string, args ...any) error {
	err := r.db.query(ctx, scan, text, args...)
	if endsTransaction(err) {
		r.broken = err
	}
	return err
}

// Get implements storage.Reader.
func (r *reader) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	if err := r.check(ctx); err != nil {
		return nil, err
	}
	records, err := r.page(context.WithoutCancel(ctx), ref.Kind, r.get, string(r.tenant), ref.Kind, ref.ID.String())
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
	err = r.query(ctx, func(row []driver.Value) error {
		rec, err := scanRecord(row, kind)
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
			number, err := r.number(ctx, text, args...)
			return number.Int64, err
		}
	}
	return sqlkit.Find(r.dialect, r.names, r.tenant, q, reading)
}

// History implements storage.Reader.
func (r *reader) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	return sqlkit.History(pageSize, func() error { return r.check(ctx) }, func(after storage.Event) ([]storage.Event, error) {
		return r.past(ctx, ref, after)
	})
}

// past reads a page of a history.
func (r *reader) past(ctx context.Context, ref storage.Ref, after storage.Event) (events []storage.Event, err error) {
	err = r.query(ctx, func(row []driver.Value) error {
		at, err := asInstant(row[3])
		if err != nil {
			return err
		}
		events = append(events, storage.Event{
			Ref: ref, Version: asNumber(row[0]), Ordinal: int32(asNumber(row[1])), Type: asText(row[2]), At: at, Actor: asText(row[4]),
			Request: asText(row[5]), Deleted: asNumber(row[6]) != 0, Data: image(row[7]), Image: image(row[8]),
		})
		return nil
	}, r.history, string(r.tenant), ref.Kind, ref.ID.String(), after.Version, int64(after.Ordinal), int64(pageSize))
	return events, err
}

// number reads a single number; none is null or no row.
func (r *reader) number(ctx context.Context, text string, args ...any) (n sql.NullInt64, err error) {
	err = r.query(ctx, func(row []driver.Value) error {
		n.Int64, n.Valid = row[0].(int64)
		return nil
	}, text, args...)
	return n, err
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
			err = r.query(ctx, func(row []driver.Value) error {
				id, err := uuid.Parse(asText(row[0]))
				refs = append(refs, storage.Ref{Kind: kind, ID: id})
				return err
			}, r.deleted, string(r.tenant), kind, bound(storage.FieldUpdatedAt, since))
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
