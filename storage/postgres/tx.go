package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/leadtocash/leadtocash/storage"
)

// tx lets its writes wait. What they depend on it knows from what it has read, or
// the primary keys refuse it when they are sent.
type tx struct {
	reader
	writes *writes
	doom   error
	wrote  bool                  // or has tried to
	heads  map[storage.Ref]*head // nil for what is not stored
	known  *known                // nil if it is the host that commits
}

// begin returns a transaction on a wire, which may have a guard; apart says how it
// writes.
func begin(t *tables, tenant storage.Tenant, wire *session, apart bool) *tx {
	wire.writes = &writes{tables: t, tenant: tenant, apart: apart}
	return &tx{reader: reader{tables: t, tenant: tenant, wire: wire}, writes: wire.writes}
}

// head is what a write must know of the version before.
type head struct {
	version int64
	keys    []storage.Key
	claims  []string
	put     *storage.Record // if it is this transaction that has written it
}

// number is the version, 0 of what is not stored.
func (h *head) number() int64 {
	if h == nil {
		return 0
	}
	return h.version
}

// without returns the claims that are let go from one version to the next.
func (h *head) without(now *head) []string {
	switch {
	case h == nil:
		return nil
	case now == nil:
		return h.claims
	default:
		return difference(h.claims, now.claims)
	}
}

// Tenant returns whose transaction it is.
func (tx *tx) Tenant() storage.Tenant { return tx.tenant }

// Doom makes Update refuse to commit.
func (tx *tx) Doom(err error) {
	if tx.doom == nil {
		tx.doom = cmp.Or(tx.broken, err) // a write may have failed that came before
	}
}

// verdict reports why the transaction may not be committed.
func (tx *tx) verdict(ctx context.Context) error {
	switch {
	case tx.doom != nil:
		return tx.doom
	case tx.broken != nil:
		return tx.broken
	default:
		return ctx.Err()
	}
}

// Get implements storage.Reader.
func (tx *tx) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	if ref.Validate() != nil {
		return nil, cmp.Or(tx.check(ctx), storage.ErrNotFound)
	}
	tx.wire.guard.wantRecord(ref)
	if g := tx.wire.guard; g != nil && g.optimistic && tx.known != nil && tx.known.isHot(knownRecord{tx.tenant, ref}) {
		g.write(ofRecord, ref.Kind, string(ref.ID[:]))
		g.secure(tx.wire)
	}
	rec, err := tx.read(ctx, ref)
	switch {
	case err == nil:
		tx.note(ref, &head{version: rec.Version, keys: rec.Keys, claims: rec.Claims})
		tx.wire.guard.sawRecord(ref, seen{rec.Version, &rec.UpdatedAt})
	case errors.Is(err, storage.ErrNotFound):
		tx.wire.guard.sawRecord(ref, seen{})
	}
	return rec, err
}

// read is Get that has the server leave out a document that is known, and does not
// wait for the server where it can ask later.
func (tx *tx) read(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	if tx.known == nil {
		return tx.reader.Get(ctx, ref)
	}
	have := tx.known.find(knownRecord{tx.tenant, ref})
	if have == nil {
		return tx.reader.Get(ctx, ref)
	}
	if err := tx.check(ctx); err != nil {
		return nil, err
	}
	if g := tx.wire.guard; g != nil && g.optimistic && tx.writes.none() {
		if !tx.wire.supposes(ref) {
			tx.suppose(have)
		}
		rec := *have
		return &rec, nil
	}
	records, err := tx.page(ctx, ref.Kind, tx.getOther, string(tx.tenant), ref.Kind, [16]byte(ref.ID), have.Version, have.UpdatedAt)
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, storage.ErrNotFound
	}
	rec := records[0]
	if isStill(have, rec) {
		rec.Image = have.Image
	}
	return rec, nil
}

// isStill reports whether a record that is stored is the one that was.
func isStill(was, now *storage.Record) bool {
	return now != nil && now.Version == was.Version && now.UpdatedAt.Equal(was.UpdatedAt)
}

// sameLookups reports whether a version is still found by the same.
func sameLookups(was, now *storage.Record) bool {
	return was.Name == now.Name && was.Slots.Equal(&now.Slots) && slices.Equal(was.Keys, now.Keys)
}

// suppose takes a record for the one that is stored, and has what is sent next ask. If
// it is not, the store remembers the answer for the next run.
func (tx *tx) suppose(have *storage.Record) {
	var now *storage.Record
	tx.wire.waiting = append(tx.wire.waiting, statement{
		text: tx.getOther, args: []any{string(tx.tenant), have.Kind, [16]byte(have.ID), have.Version, have.UpdatedAt}, supposed: have.Ref,
		scan: func(rows pgx.Rows) (err error) {
			now, err = scanRecord(rows, have.Kind)
			return err
		},
		then: func() error {
			if isStill(have, now) {
				if sameLookups(have, now) {
					return nil
				}
				now.Image = have.Image // which the server has left out
			}
			tx.known.replace(knownRecord{tx.tenant, have.Ref}, now)
			return errOutdated
		},
	})
}

// Find implements storage.Reader.
func (tx *tx) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return func(yield func(*storage.Record, error) bool) {
		for rec, err := range tx.search(ctx, q) {
			if err == nil {
				if _, noted := tx.heads[rec.Ref]; !noted { // what the loop has written or deleted meanwhile is newer
					tx.note(rec.Ref, &head{version: rec.Version, keys: rec.Keys, claims: rec.Claims})
				}
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

// note remembers what is stored of a record, nil if it is not.
func (tx *tx) note(ref storage.Ref, h *head) {
	if tx.heads == nil {
		tx.heads = make(map[storage.Ref]*head)
	}
	tx.heads[ref] = h
}

// head returns what is stored of a record, nil if it is not.
func (tx *tx) head(ctx context.Context, ref storage.Ref) (h *head, err error) {
	if h, ok := tx.heads[ref]; ok {
		return h, nil
	}
	tx.wire.guard.wantRecord(ref)
	err = tx.query(ctx, func(rows pgx.Rows) error {
		h = &head{}
		var keys []string
		err := rows.Scan(&h.version, &keys, &h.claims)
		h.keys = pairs(keys)
		return err
	}, tx.tables.head, string(tx.tenant), ref.Kind, [16]byte(ref.ID))
	if err == nil {
		tx.note(ref, h)
		tx.wire.guard.sawRecord(ref, seen{version: h.number()})
	}
	return h, err
}

// write runs a write; if it fails, the transaction is doomed and answers nothing else
// any more.
func (tx *tx) write(ctx context.Context, fn func() error) error {
	tx.wrote = true
	err := tx.check(ctx)
	if err == nil {
		if err = fn(); err == nil && tx.writes.apart {
			tx.wire.settle()
		}
		if before := tx.tried(ctx, err); before != nil {
			err = before
		}
	}
	if err != nil {
		tx.Doom(err)
		tx.broken = cmp.Or(tx.broken, err)
	}
	return err
}

// tried sends the writes that wait before one that is refused, and returns the error
// of the first that the server refuses.
func (tx *tx) tried(ctx context.Context, refused error) error {
	if refused == nil || tx.broken != nil || tx.writes.tx == uuid.Nil && tx.writes.none() {
		return nil
	}
	tx.wire.settle()
	_, err := tx.wire.flush(ctx)
	return interrupted(ctx, err)
}

// Put implements storage.Tx.
func (tx *tx) Put(ctx context.Context, rec *storage.Record, events ...storage.Event) error {
	return tx.write(ctx, func() error {
		if err := rec.Validate(); err != nil {
			return err
		}
		if err := storage.ValidateEvents(rec.Ref, rec.Version, events); err != nil {
			return err
		}
		return tx.put(ctx, rec, events)
	})
}

func (tx *tx) put(ctx context.Context, rec *storage.Record, events []storage.Event) error {
	old := tx.heads[rec.Ref]
	if rec.Version > 1 {
		h, err := tx.head(ctx, rec.Ref)
		if err != nil {
			return err
		}
		if h == nil {
			return fmt.Errorf("%w: version %d of %s, which is not stored", storage.ErrConflict, rec.Version, rec.Ref)
		}
		old = h
	}
	if old != nil && old.version != rec.Version-1 {
		return fmt.Errorf("%w: version %d of %s upon version %d", storage.ErrConflict, rec.Version, rec.Ref, old.version)
	}
	body, err := document(rec.Image)
	if err != nil {
		return err
	}
	tx.index(rec.Ref, old, &head{rec.Version, rec.Keys, rec.Claims, rec})
	tx.writes.record(rec, old)
	tx.writes.version(rec.Ref, rec.Version, body)
	return tx.append(rec.Ref, rec.Version, events, false)
}

// index brings keys and claims from one version to the next; nil is none.
func (tx *tx) index(ref storage.Ref, old, now *head) {
	if tx.writes.takes(ref.Kind, old.without(now)) {
		tx.wire.settle() // what was taken before it is let go is for the server to judge
	}
	tx.writes.index(ref, old, now)
	tx.note(ref, now)
}

// append adds events to the history.
func (tx *tx) append(ref storage.Ref, version int64, events []storage.Event, deleted bool) error {
	for i := range events {
		if err := tx.writes.event(&events[i], ref, version, i, deleted); err != nil {
			return err
		}
	}
	return nil
}

// Reindex implements storage.Reindexer.
func (tx *tx) Reindex(ctx context.Context, rec *storage.Record) error {
	return tx.write(ctx, func() error {
		if err := rec.Validate(); err != nil {
			return err
		}
		stored, err := tx.Get(ctx, rec.Ref)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		if err := storage.ValidateReindex(stored, rec); err != nil {
			return err
		}
		again := *rec
		again.Image = stored.Image
		old := tx.heads[rec.Ref]
		tx.index(rec.Ref, old, &head{rec.Version, rec.Keys, stored.Claims, &again})
		tx.writes.record(&again, old)
		return nil
	})
}

// Delete implements storage.Tx.
func (tx *tx) Delete(ctx context.Context, ref storage.Ref, version int64, events ...storage.Event) error {
	return tx.write(ctx, func() error {
		if err := ref.Validate(); err != nil {
			return err
		}
		if err := storage.ValidateEvents(ref, version+1, events); err != nil {
			return err
		}
		old, err := tx.head(ctx, ref)
		switch {
		case err != nil:
			return err
		case old == nil:
			return fmt.Errorf("%w: %s", storage.ErrNotFound, ref)
		case old.version != version:
			return fmt.Errorf("%w: deletion of version %d of %s, but it is %d", storage.ErrConflict, version, ref, old.version)
		}
		tx.index(ref, old, nil)
		tx.writes.remove(ref, old)
		return tx.append(ref, version+1, events, true)
	})
}

// Next implements storage.Tx.
func (tx *tx) Next(ctx context.Context, counter string) (int64, error) {
	return tx.Advance(ctx, counter, 1)
}

// Advance implements storage.Advancer.
func (tx *tx) Advance(ctx context.Context, counter string, by int64) (n int64, err error) {
	err = tx.write(ctx, func() error {
		if err := storage.ValidateCounter(counter); err != nil {
			return err
		}
		if g := tx.wire.guard; g != nil {
			g.draw(counter)
			g.secure(tx.wire)
		}
		return tx.query(ctx, func(rows pgx.Rows) error { return rows.Scan(&n) }, tx.count, string(tx.tenant), counter, by)
	})
	return n, err
}

// Counters implements storage.CounterLister.
func (tx *tx) Counters(ctx context.Context) (map[string]int64, error) {
	if err := tx.check(ctx); err != nil {
		return nil, err
	}
	if g := tx.wire.guard; g != nil {
		g.drawAny()
		g.secure(tx.wire)
	}
	counters := make(map[string]int64)
	err := tx.query(ctx, func(rows pgx.Rows) error {
		var name string
		var n int64
		err := rows.Scan(&name, &n)
		counters[name] = n
		return err
	}, tx.counters, string(tx.tenant))
	return counters, err
}

// Erase implements storage.Tx.
func (tx *tx) Erase(ctx context.Context, ref storage.Ref) error {
	return tx.write(ctx, func() error {
		if err := ref.Validate(); err != nil {
			return err
		}
		if g := tx.wire.guard; g != nil {
			g.write(ofRecord, ref.Kind, string(ref.ID[:]))
			g.secure(tx.wire)
		}
		var last pgtype.Int8
		err := tx.query(ctx, func(rows pgx.Rows) error { return rows.Scan(&last) }, tx.lastVersion, string(tx.tenant), ref.Kind, [16]byte(ref.ID))
		if err != nil {
			return err
		}
		if !last.Valid {
			return fmt.Errorf("%w: %s", storage.ErrNotFound, ref)
		}
		living, err := tx.head(ctx, ref)
		if err != nil {
			return err
		}
		through := last.Int64
		if living != nil {
			through-- // the present version is the record
		}
		tx.wire.add(tx.blankVersions, string(tx.tenant), ref.Kind, [16]byte(ref.ID), through)
		return nil
	})
}
