package shard

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/storage"
)

// directoryTenant is the tenant of the directory's store that keeps it.
const directoryTenant storage.Tenant = "shard-directory"

// entryKind is the kind of the directory's records.
const entryKind = "shard_entry"

// directory says which shard keeps a tenant.
type directory struct{ store storage.Store }

// entry is what the directory says of a tenant.
type entry struct {
	Tenant storage.Tenant `json:"tenant"`
	Shard  string         `json:"shard"`
	To     string         `json:"to,omitzero"` // the shard that it is being moved to
}

// entryRef is where the entry of a tenant is.
func entryRef(tenant storage.Tenant) storage.Ref {
	return storage.Ref{Kind: entryKind, ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte(tenant))}
}

// get returns the entry of a tenant, nil if there is none.
func (d directory) get(ctx context.Context, tenant storage.Tenant) (e *entry, err error) {
	err = d.store.View(ctx, directoryTenant, func(ctx context.Context, r storage.Reader) error {
		e, _, err = entryOf(ctx, r, tenant)
		return err
	})
	return e, err
}

func entryOf(ctx context.Context, r storage.Reader, tenant storage.Tenant) (*entry, *storage.Record, error) {
	rec, err := r.Get(ctx, entryRef(tenant))
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	body, err := rec.Body()
	if err != nil {
		return nil, nil, err
	}
	e := &entry{}
	return e, rec, json.Unmarshal(body, e)
}

// change replaces the entry of a tenant by what fn makes of it, and returns that. It is
// nil where there is none.
func (d directory) change(ctx context.Context, tenant storage.Tenant, fn func(*entry) (*entry, error)) (next *entry, err error) {
	err = d.store.Update(ctx, directoryTenant, func(ctx context.Context, tx storage.Tx) error {
		old, rec, err := entryOf(ctx, tx, tenant)
		if err != nil {
			return err
		}
		var was entry
		if old != nil {
			was = *old
		}
		if next, err = fn(old); err != nil || *next == was {
			return err
		}
		return put(ctx, tx, entryRef(tenant), rec, "shard_entry.changed", next, storage.Key{Name: "shard", Value: next.Shard})
	})
	return next, err
}

// put stores the next version of one of the package's own records; old is the one
// before, nil for none.
func put(ctx context.Context, tx storage.Tx, ref storage.Ref, old *storage.Record, event string, value any, keys ...storage.Key) error {
	now := time.Now().UTC().Truncate(time.Microsecond)
	h := storage.Header{Ref: ref, Version: 1, CreatedAt: now, UpdatedAt: now, Format: 1}
	if old != nil {
		h.Version, h.CreatedAt = old.Version+1, old.CreatedAt
	}
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	data := storage.RawImage(body)
	return tx.Put(ctx, &storage.Record{Header: h, Keys: keys, Image: data}, storage.Event{Ref: ref, Version: h.Version, Type: event, At: now, Data: data})
}
