package postgres

import (
	"context"
	"fmt"
	"iter"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// Feed numbers what is unnumbered, in a short transaction that keeps no writer
// waiting, and yields events by position.
func (s *Store) Feed(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return s.told(ctx, tenant, after, s.feedPage)
}

// FeedImages implements storage.Imaged.
func (s *Store) FeedImages(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return s.told(ctx, tenant, after, s.feedImages)
}

// told yields the events that a query reads page by page.
func (s *Store) told(ctx context.Context, tenant storage.Tenant, after int64, text string) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		if err := s.follow(ctx, tenant, after, text, func(e storage.Event) bool { return yield(e, nil) }); err != nil {
			yield(storage.Event{}, spent(err))
		}
	}
}

func (s *Store) follow(ctx context.Context, tenant storage.Tenant, after int64, text string, yield func(storage.Event) bool) error {
	end, err := s.number(ctx, tenant)
	if err != nil {
		return err
	}
	for after = max(after, 0); after < end; {
		events, err := s.positions(ctx, tenant, after, end, text)
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !yield(e) {
				return nil
			}
			after = e.Position
		}
	}
	return ctx.Err()
}

// read runs one query in a transaction of its own; begin is called before each
// attempt.
func (s *Store) read(ctx context.Context, tenant storage.Tenant, begin func(), scan func(pgx.Rows) error, text string, args ...any) error {
	if err := s.enter(ctx, tenant); err != nil {
		return err
	}
	defer s.leave()
	return s.retry.Do(ctx, isRetryable, func() error {
		begin()
		return s.transact(ctx, tenant, []string{beginView}, func(wire *session) error {
			return interrupted(ctx, wire.query(ctx, scan, text, args...))
		})
	})
}

// positions reads a page of the feed.
func (s *Store) positions(ctx context.Context, tenant storage.Tenant, after, end int64, text string) (events []storage.Event, err error) {
	err = s.read(ctx, tenant, func() { events = nil }, func(rows pgx.Rows) error {
		var e storage.Event
		var data, body []byte
		err := rows.Scan(&e.Position, &e.Kind, (*[16]byte)(&e.ID), &e.Version, &e.Ordinal, &e.Type, &e.At, &e.Actor, &e.Request, &e.Deleted, &data, &body)
		e.At, e.Data, e.Image = e.At.UTC(), image(data), image(body)
		events = append(events, e)
		return err
	}, text, string(tenant), after, end, pageSize)
	return events, err
}

// state returns the end of the feed and whether there is more to be numbered.
func (s *Store) state(ctx context.Context, tenant storage.Tenant) (end int64, more bool, err error) {
	err = s.read(ctx, tenant, func() {}, func(rows pgx.Rows) error { return rows.Scan(&end, &more) }, s.feedState, string(tenant))
	return end, more, err
}

// batchSize is how many transactions are numbered at a time, unless an order needs
// more of them.
const batchSize = 1000

// number gives positions to events that have none and returns the end of the feed.
func (s *Store) number(ctx context.Context, tenant storage.Tenant) (end int64, err error) {
	size := batchSize
	for {
		more := false
		if end, more, err = s.state(ctx, tenant); err != nil || !more {
			return end, err
		}
		err := s.retry.Do(ctx, isRetryable, func() error {
			return s.transact(ctx, tenant, []string{beginFeed}, func(wire *session) (err error) {
				size, err = s.deal(ctx, tenant, wire, size)
				return interrupted(ctx, err)
			})
		})
		if err != nil {
			return 0, err
		}
	}
}

// deal numbers up to size transactions. It returns how many to look at next time:
// more, if these follow one that is not among them.
func (s *Store) deal(ctx context.Context, tenant storage.Tenant, wire *session, size int) (int, error) {
	var end int64
	wire.add(s.lockFeed, string(tenant))
	if err := wire.query(ctx, func(rows pgx.Rows) error { return rows.Scan(&end) }, s.readFeed, string(tenant)); err != nil {
		return size, err
	}
	var written []sqlkit.Written
	events := make(map[uuid.UUID]int64)
	err := wire.query(ctx, func(rows pgx.Rows) error {
		var w sqlkit.Written
		err := rows.Scan((*[16]byte)(&w.Tx), &w.Ref.Kind, (*[16]byte)(&w.Ref.ID), &w.Version)
		written = append(written, w)
		events[w.Tx]++
		return err
	}, s.unnumbered, string(tenant), size)
	if err != nil || len(written) == 0 {
		return size, err
	}
	if len(events) == size {
		early := false
		last := written[len(written)-1].Tx
		if err := wire.query(ctx, func(rows pgx.Rows) error { return rows.Scan(&early) }, s.unready, string(tenant), [16]byte(last)); err != nil {
			return size, err
		}
		if early {
			return 2 * size, nil
		}
	}
	for _, tx := range sqlkit.Sequence(written) {
		end += events[tx]
		wire.add(s.insertFeed, string(tenant), end, int32(events[tx]), [16]byte(tx))
		wire.add(s.deletePending, string(tenant), [16]byte(tx))
	}
	wire.add(s.endFeed, string(tenant), end)
	wire.add("COMMIT")
	_, err = wire.flush(ctx)
	return batchSize, err
}

// Notify tells when to read the feed again.
func (s *Store) Notify(ctx context.Context, tenant storage.Tenant) (<-chan struct{}, error) {
	last, _, err := s.state(ctx, tenant)
	if err != nil {
		return nil, spent(err)
	}
	return s.watchers.Watch(ctx, s.closed, tenant, s.poll, func() bool { // of another process
		end, more, err := s.state(ctx, tenant)
		if err != nil || !more && end <= last {
			return false
		}
		last = end
		return true
	}), nil
}

// wake lets those who watch a tenant know of a commit.
func (s *Store) wake(tenant storage.Tenant) { s.watchers.Wake(tenant) }

// Count returns how many records Match q.
func (s *Store) Count(ctx context.Context, tenant storage.Tenant, q storage.Query) (n int64, err error) {
	text, args, err := sqlkit.Count(s.dialect, s.at, tenant, q)
	if err != nil {
		return 0, err
	}
	err = s.read(ctx, tenant, func() {}, func(rows pgx.Rows) error { return rows.Scan(&n) }, text, args...)
	return n, spent(err)
}

// FeedEnd implements storage.FeedEnder: it numbers what is unnumbered.
func (s *Store) FeedEnd(ctx context.Context, tenant storage.Tenant) (int64, error) {
	end, err := s.number(ctx, tenant)
	return end, spent(err)
}

// Tenants implements storage.TenantLister. A store that is [Secured] sees one tenant at a
// time: ErrUnsupported.
func (s *Store) Tenants(ctx context.Context, after storage.Tenant) iter.Seq2[storage.Tenant, error] {
	return sqlkit.Tenants(ctx, after, func(after storage.Tenant) (next storage.Tenant, err error) {
		if s.secure {
			return "", fmt.Errorf("%w: row-level security shows one tenant at a time", storage.ErrUnsupported)
		}
		err = s.read(ctx, storage.Default, func() {}, func(rows pgx.Rows) error { return rows.Scan((*string)(&next)) }, s.nextTenant, string(after))
		return next, spent(err)
	})
}
