package sqlite

import (
	"context"
	"database/sql/driver"
	"iter"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// Feed yields committed events by position, which is the order of commits.
func (s *Store) Feed(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return s.told(ctx, tenant, after, s.tables.feed)
}

// FeedImages implements storage.Imaged.
func (s *Store) FeedImages(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return s.told(ctx, tenant, after, s.feedImages)
}

// told yields the events that a query reads page by page.
func (s *Store) told(ctx context.Context, tenant storage.Tenant, after int64, text string) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		if err := s.feed(ctx, tenant, after, text, func(e storage.Event) bool { return yield(e, nil) }); err != nil {
			yield(storage.Event{}, err)
		}
	}
}

func (s *Store) feed(ctx context.Context, tenant storage.Tenant, after int64, text string, yield func(storage.Event) bool) error {
	end, err := s.position(ctx, tenant)
	if err != nil {
		return err
	}
	for after = max(after, 0); after < end; {
		events, err := s.feedPage(ctx, tenant, after, end, text)
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

// position returns the end of a tenant's feed.
func (s *Store) position(ctx context.Context, tenant storage.Tenant) (end int64, err error) {
	err = s.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error {
		n, err := r.(*reader).number(ctx, s.end, string(tenant))
		end = n.Int64
		return err
	})
	return end, err
}

// feedPage reads a page of the feed, with images if the query selects them.
func (s *Store) feedPage(ctx context.Context, tenant storage.Tenant, after, end int64, text string) (events []storage.Event, err error) {
	err = s.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error {
		return r.(*reader).db.query(ctx, func(row []driver.Value) error {
			at, err := asInstant(row[6])
			if err != nil {
				return err
			}
			id, err := uuid.Parse(asText(row[2]))
			e := storage.Event{
				Position: asNumber(row[0]), Ref: storage.Ref{Kind: asText(row[1]), ID: id}, Version: asNumber(row[3]), Ordinal: int32(asNumber(row[4])),
				Type: asText(row[5]), At: at, Actor: asText(row[7]), Request: asText(row[8]), Deleted: asNumber(row[9]) != 0, Data: image(row[10]),
			}
			if len(row) > 11 {
				e.Image = image(row[11])
			}
			events = append(events, e)
			return err
		}, text, string(tenant), after, end, int64(pageSize))
	})
	return events, err
}

// Notify tells when to read the feed again.
func (s *Store) Notify(ctx context.Context, tenant storage.Tenant) (<-chan struct{}, error) {
	last, err := s.position(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return s.watchers.Watch(ctx, s.closed, tenant, s.poll, func() bool { // of another process
		end, err := s.position(ctx, tenant)
		if err != nil || end <= last {
			return false
		}
		last = end
		return true
	}), nil
}

// Count returns how many records Match q.
func (s *Store) Count(ctx context.Context, tenant storage.Tenant, q storage.Query) (n int64, err error) {
	text, args, err := sqlkit.Count(s.dialect, s.tables.names, tenant, q)
	if err != nil {
		return 0, err
	}
	err = s.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error {
		count, err := r.(*reader).number(ctx, text, args...)
		n = count.Int64
		return err
	})
	return n, err
}

// FeedEnd implements storage.FeedEnder.
func (s *Store) FeedEnd(ctx context.Context, tenant storage.Tenant) (int64, error) {
	return s.position(ctx, tenant)
}

// Tenants implements storage.TenantLister.
func (s *Store) Tenants(ctx context.Context, after storage.Tenant) iter.Seq2[storage.Tenant, error] {
	return sqlkit.Tenants(ctx, after, func(after storage.Tenant) (next storage.Tenant, err error) {
		err = s.View(ctx, storage.Default, func(ctx context.Context, r storage.Reader) error {
			return r.(*reader).query(ctx, func(row []driver.Value) error {
				next = storage.Tenant(asText(row[0]))
				return nil
			}, s.nextTenant, string(after))
		})
		return next, err
	})
}
