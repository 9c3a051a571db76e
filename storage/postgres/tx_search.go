package postgres

import (
	"context"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// manyHolders is how many records with a key are watched one by one. Where there are
// more, a search depends on the whole kind.
const manyHolders = 500

// search is Find, guarded.
func (tx *tx) search(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	if tx.wire.guard == nil {
		return tx.reader.Find(ctx, q)
	}
	named := slices.IndexFunc(q.Where, func(c storage.Cond) bool { return c.Among(storage.FieldKey) && len(c.Values) > 0 })
	watched := false // it is known what the search depends on
	return sqlkit.Find(tx.dialect, tx.at, tx.tenant, q, sqlkit.Reading{
		Check: func() error { return tx.check(ctx) },
		Page: func(text string, args []any) (page []*storage.Record, err error) {
			if named >= 0 && !watched {
				watched = true
				page, ok, err := tx.pageByKey(ctx, q, &q.Where[named], text, args)
				if ok || err != nil {
					return page, err
				}
				named = -1
			}
			if named >= 0 {
				return tx.page(ctx, q.Kind, text, args...)
			}
			g := tx.wire.guard
			g.search(q.Kind)
			if page, err = tx.page(ctx, q.Kind, text, args...); err == nil && g.noting {
				g.noted.searches = append(g.noted.searches, noted{text, args, found(page)})
			}
			return page, err
		},
	})
}

// pageByKey reads the first page of a search for records with a key and, with it,
// which records have the key, whatever else the search asks of them. ok is false if they
// are too many to be watched.
func (tx *tx) pageByKey(ctx context.Context, q storage.Query, c *storage.Cond, text string, args []any) (page []*storage.Record, ok bool, err error) {
	g := tx.wire.guard
	g.wantKeys(q.Kind, c)
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		values[i] = v.(string)
	}
	for {
		var holders []holder
		tx.wire.ready()
		tx.wire.ask(func(rows pgx.Rows) error {
			h, err := scanHolder(rows)
			holders = append(holders, h)
			return err
		}, g.holders, string(tx.tenant), q.Kind, c.Key, values, manyHolders+1)
		if page, err = tx.page(ctx, q.Kind, text, args...); err != nil {
			return nil, false, err
		}
		if len(holders) > manyHolders {
			return nil, false, nil
		}
		g.sawKeys(q.Kind, c, holders)
		if !g.locking() || len(g.locks.beyond(g.held)) == 0 {
			return page, true, nil
		}
		// What was found is locked, and read again: it may have changed before.
	}
}

// History implements storage.Reader.
func (tx *tx) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	past := tx.reader.History(ctx, ref)
	g := tx.wire.guard
	if g == nil || ref.Validate() != nil {
		return past
	}
	return func(yield func(storage.Event, error) bool) {
		g.wantRecord(ref)
		if g.noting {
			if err := tx.check(ctx); err != nil {
				yield(storage.Event{}, err)
				return
			}
			var now [2]int64
			err := tx.query(ctx, func(rows pgx.Rows) error { return rows.Scan(&now[0], &now[1]) }, g.pastOf, string(tx.tenant), ref.Kind, [16]byte(ref.ID))
			if err != nil {
				yield(storage.Event{}, err)
				return
			}
			if g.noting { // the query may have had to send writes
				g.noted.histories[ref] = now
			}
		}
		past(yield)
	}
}
