package sqlite

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/leadtocash/leadtocash/storage"
)

// tx writes at once: a refusal by the database does not end its transaction.
type tx struct {
	reader
	doom     error
	position int64 // of the last event in the feed; 0 before it is known
	witness  storage.Event
	heads    map[storage.Ref]*head // of what it has looked at; nil for what is not stored
}

// head is what a write must know of the version before.
type head struct {
	version int64
	keys    []storage.Key
	claims  []string
}

// Tenant returns whose transaction it is.
func (tx *tx) Tenant() storage.Tenant { return tx.tenant }

// Doom makes Update refuse to commit.
func (tx *tx) Doom(err error) {
	if tx.doom == nil {
		tx.doom = err
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

// stored reports whether what the transaction wrote is there.
func (tx *tx) stored() (bool, error) {
	if tx.witness.Version == 0 {
		return false, nil
	}
	ref := tx.witness.Ref
	n, err := tx.number(context.Background(), tx.hasEvent, string(tx.tenant), ref.Kind, ref.ID.String(), tx.witness.Version)
	return n.Int64 > 0, err
}

// Get implements storage.Reader.
func (tx *tx) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	rec, err := tx.reader.Get(ctx, ref)
	if err == nil {
		tx.note(ref, &head{rec.Version, rec.Keys, rec.Claims})
	}
	return rec, err
}

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
	err = tx.query(ctx, func(row []driver.Value) (err error) {
		h = &head{version: asNumber(row[0])}
		h.keys, h.claims, err = lookups(asText(row[1]), asText(row[2]))
		return err
	}, tx.tables.head, string(tx.tenant), ref.Kind, ref.ID.String())
	if err != nil {
		return nil, err
	}
	tx.note(ref, h)
	return h, nil
}

// write runs a write; if it fails, the transaction is doomed and answers nothing else
// any more. Statements are short: an end of the context shows before and after them,
// not within.
func (tx *tx) write(ctx context.Context, fn func(context.Context) error) error {
	err := tx.check(ctx)
	if err == nil {
		err = fn(context.WithoutCancel(ctx))
	}
	if err != nil {
		tx.Doom(err)
		tx.failed = cmp.Or(tx.failed, err)
	}
	if endsTransaction(err) {
		tx.broken = err
	}
	return err
}

// Put implements storage.Tx.
func (tx *tx) Put(ctx context.Context, rec *storage.Record, events ...storage.Event) error {
	return tx.write(ctx, func(ctx context.Context) error {
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
	var old *head
	if rec.Version > 1 {
		h, err := tx.head(ctx, rec.Ref)
		switch {
		case err != nil:
			return err
		case h == nil:
			return fmt.Errorf("%w: version %d of %s, which is not stored", storage.ErrConflict, rec.Version, rec.Ref)
		case h.version != rec.Version-1:
			return fmt.Errorf("%w: version %d of %s upon version %d", storage.ErrConflict, rec.Version, rec.Ref, h.version)
		}
		old = h
	}
	body, err := document(rec.Image)
	if err != nil {
		return err
	}
	id := rec.ID.String()
	if err := tx.db.exec(ctx, tx.insertVersion, string(tx.tenant), rec.Kind, id, rec.Version, body); err != nil {
		if isTaken(err) {
			return fmt.Errorf("%w: %s exists or existed", storage.ErrConflict, rec.Ref)
		}
		return err
	}
	if err := tx.index(ctx, rec.Ref, old, &head{rec.Version, rec.Keys, rec.Claims}); err != nil {
		return err
	}
	args, err := values(tx.tenant, rec)
	if err != nil {
		return err
	}
	text := tx.insertRecord
	if old != nil {
		text, args = tx.updateRecord, append(args[3:], args[:3]...) // the primary key comes last
	}
	if err := tx.db.exec(ctx, text, args...); err != nil {
		return err
	}
	return tx.append(ctx, rec.Ref, rec.Version, events, false)
}

// index brings keys and claims from one version to the next; nil is none.
func (tx *tx) index(ctx context.Context, ref storage.Ref, old, now *head) error {
	tx.note(ref, now)
	if old == nil {
		old = &head{}
	}
	if now == nil {
		now = &head{}
	}
	tenant, id := string(tx.tenant), ref.ID.String()
	for _, c := range difference(old.claims, now.claims) {
		if err := tx.db.exec(ctx, tx.deleteClaim, tenant, ref.Kind, c); err != nil {
			return err
		}
	}
	for _, c := range difference(now.claims, old.claims) {
		if err := tx.db.exec(ctx, tx.insertClaim, tenant, ref.Kind, c, id); err != nil {
			if isTaken(err) {
				return fmt.Errorf("%w: by another record than %s", storage.ErrTaken, ref)
			}
			return err
		}
	}
	for _, k := range difference(old.keys, now.keys) {
		if err := tx.db.exec(ctx, tx.deleteKey, tenant, ref.Kind, k.Name, k.Value, id); err != nil {
			return err
		}
	}
	for _, k := range difference(now.keys, old.keys) {
		if err := tx.db.exec(ctx, tx.insertKey, tenant, ref.Kind, k.Name, k.Value, id); err != nil {
			return err
		}
	}
	return nil
}

// append adds events to the history and the feed. There is one writer: events are
// numbered in the order of commits.
func (tx *tx) append(ctx context.Context, ref storage.Ref, version int64, events []storage.Event, deleted bool) error {
	if tx.position == 0 {
		end, err := tx.number(ctx, tx.end, string(tx.tenant))
		if err != nil {
			return err
		}
		tx.position = end.Int64
	}
	for i := range events {
		e := &events[i]
		data, err := document(e.Data)
		if err != nil {
			return err
		}
		tx.position++
		err = tx.db.exec(ctx, tx.insertEvent, string(tx.tenant), ref.Kind, ref.ID.String(), version, int64(i), tx.position,
			e.Type, timeText(e.At), e.Actor, e.Request, deleted, data)
		if err != nil {
			return err
		}
	}
	tx.witness.Ref, tx.witness.Version = ref, version
	return nil
}

// Reindex implements storage.Reindexer.
func (tx *tx) Reindex(ctx context.Context, rec *storage.Record) error {
	return tx.write(ctx, func(ctx context.Context) error {
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
		if err := tx.index(ctx, rec.Ref, tx.heads[rec.Ref], &head{rec.Version, rec.Keys, stored.Claims}); err != nil {
			return err
		}
		args, err := values(tx.tenant, rec)
		if err != nil {
			return err
		}
		keys, name := args[15], args[17:]
		return tx.db.exec(ctx, tx.reindexRecord, append(append([]any{keys}, name...), args[:3]...)...)
	})
}

// Delete implements storage.Tx.
func (tx *tx) Delete(ctx context.Context, ref storage.Ref, version int64, events ...storage.Event) error {
	return tx.write(ctx, func(ctx context.Context) error {
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
		if err := tx.index(ctx, ref, old, nil); err != nil {
			return err
		}
		if err := tx.db.exec(ctx, tx.deleteRecord, string(tx.tenant), ref.Kind, ref.ID.String()); err != nil {
			return err
		}
		return tx.append(ctx, ref, version+1, events, true)
	})
}

// Next implements storage.Tx.
func (tx *tx) Next(ctx context.Context, counter string) (n int64, err error) {
	return tx.Advance(ctx, counter, 1)
}

// Advance implements storage.Advancer.
func (tx *tx) Advance(ctx context.Context, counter string, by int64) (n int64, err error) {
	err = tx.write(ctx, func(ctx context.Context) error {
		if err := storage.ValidateCounter(counter); err != nil {
			return err
		}
		value, err := tx.number(ctx, tx.count, string(tx.tenant), counter, by)
		n = value.Int64
		return err
	})
	return n, err
}

// Counters implements storage.CounterLister.
func (tx *tx) Counters(ctx context.Context) (map[string]int64, error) {
	if err := tx.check(ctx); err != nil {
		return nil, err
	}
	counters := make(map[string]int64)
	err := tx.query(context.WithoutCancel(ctx), func(row []driver.Value) error {
		counters[asText(row[0])] = asNumber(row[1])
		return nil
	}, tx.counters, string(tx.tenant))
	return counters, err
}

// Erase implements storage.Tx.
func (tx *tx) Erase(ctx context.Context, ref storage.Ref) error {
	return tx.write(ctx, func(ctx context.Context) error {
		if err := ref.Validate(); err != nil {
			return err
		}
		id := ref.ID.String()
		last, err := tx.number(ctx, tx.lastVersion, string(tx.tenant), ref.Kind, id)
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
		err = tx.db.exec(ctx, tx.blankVersions, string(tx.tenant), ref.Kind, id, through)
		return err
	})
}
