package postgres

import (
	"context"
	"fmt"
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
	doom  error
	id    uuid.UUID // of the transaction; not set before the first event
	place int32     // of the last event in it
	heads map[storage.Ref]*head
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
	err = tx.query(ctx, func(rows pgx.Rows) error {
		h = &head{}
		var keys []string
		err := rows.Scan(&h.version, &keys, &h.claims)
		h.keys = pairs(keys)
		return err
	}, tx.tables.head, string(tx.tenant), ref.Kind, [16]byte(ref.ID))
	if err == nil {
		tx.note(ref, h)
	}
	return h, err
}

// write runs a write; if it fails, the transaction is doomed.
func (tx *tx) write(ctx context.Context, fn func() error) error {
	err := tx.check(ctx)
	if err == nil {
		err = fn()
	}
	if err != nil {
		tx.Doom(err)
	}
	return err
}

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
	exists := &storage.WriteError{Ref: rec.Ref, Err: fmt.Errorf("%w: version %d of %s exists or existed", storage.ErrConflict, rec.Version, rec.Ref)}
	if old == nil {
		tx.wire.addUnlessExists(exists, tx.insertRecord, values(tx.tenant, rec)...)
	} else {
		tx.wire.add(tx.updateRecord, values(tx.tenant, rec)...)
	}
	tx.wire.addUnlessExists(exists, tx.insertVersion, string(tx.tenant), rec.Kind, [16]byte(rec.ID), rec.Version, body)
	tx.index(rec.Ref, old, &head{rec.Version, rec.Keys, rec.Claims})
	return tx.append(rec.Ref, rec.Version, events, false)
}

// index brings keys and claims from one version to the next; nil is none.
func (tx *tx) index(ref storage.Ref, old, now *head) {
	tx.note(ref, now)
	if old == nil {
		old = &head{}
	}
	if now == nil {
		now = &head{}
	}
	for _, c := range difference(old.claims, now.claims) {
		tx.wire.add(tx.deleteClaim, string(tx.tenant), ref.Kind, c)
	}
	for claims := range slices.Chunk(difference(now.claims, old.claims), maxRows) {
		args := []any{string(tx.tenant), ref.Kind, [16]byte(ref.ID)}
		for _, c := range claims {
			args = append(args, c)
		}
		taken := &storage.WriteError{Ref: ref, Err: fmt.Errorf("%w: by another record than %s", storage.ErrTaken, ref)}
		tx.wire.addUnlessExists(taken, tx.insertClaims(len(claims)), args...)
	}
	for _, k := range difference(old.keys, now.keys) {
		tx.wire.add(tx.deleteKey, string(tx.tenant), ref.Kind, k.Name, k.Value, [16]byte(ref.ID))
	}
	for keys := range slices.Chunk(difference(now.keys, old.keys), maxRows) {
		args := []any{string(tx.tenant), ref.Kind, [16]byte(ref.ID)}
		for _, k := range keys {
			args = append(args, k.Name, k.Value)
		}
		tx.wire.add(tx.insertKeys(len(keys)), args...)
	}
}

// append adds events to the history and the transaction to what the feed will
// number.
func (tx *tx) append(ref storage.Ref, version int64, events []storage.Event, deleted bool) error {
	if tx.id == uuid.Nil {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		tx.id = id
		tx.wire.add(tx.insertPending, string(tx.tenant), [16]byte(id))
	}
	for i := range events {
		e := &events[i]
		data, err := document(e.Data)
		if err != nil {
			return err
		}
		tx.place++
		tx.wire.add(tx.insertEvent, string(tx.tenant), ref.Kind, [16]byte(ref.ID), version, int32(i), [16]byte(tx.id), tx.place,
			e.Type, e.At, e.Actor, e.Request, deleted, data)
	}
	return nil
}

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
		tx.wire.add(tx.deleteRecord, string(tx.tenant), ref.Kind, [16]byte(ref.ID))
		tx.index(ref, old, nil)
		return tx.append(ref, version+1, events, true)
	})
}

func (tx *tx) Next(ctx context.Context, counter string) (n int64, err error) {
	err = tx.write(ctx, func() error {
		if err := storage.ValidateCounter(counter); err != nil {
			return err
		}
		return tx.query(ctx, func(rows pgx.Rows) error { return rows.Scan(&n) }, tx.count, string(tx.tenant), counter)
	})
	return n, err
}

func (tx *tx) Erase(ctx context.Context, ref storage.Ref) error {
	return tx.write(ctx, func() error {
		if err := ref.Validate(); err != nil {
			return err
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
