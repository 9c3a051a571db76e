package storagetest

import (
	"context"

	"github.com/leadtocash/leadtocash/storage"
)

// Reencode returns a store that takes nothing but bytes: whatever comes as a value,
// document or event, is encoded before it is handed on. So a store that keeps
// values hides no fault of their JSON form.
func Reencode(store storage.Store) storage.Store { return reencoder{store} }

type reencoder struct{ storage.Store }

// Unwrap returns the store whose records come as bytes.
func (s reencoder) Unwrap() storage.Store { return s.Store }

// Update implements storage.Store.
func (s reencoder) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	return s.Store.Update(ctx, tenant, func(ctx context.Context, inner storage.Tx) error {
		tx := &reencodingTx{wrappedTx{Tx: inner, tenant: tenant}}
		return tx.fate(fn(ctx, tx))
	})
}

type reencodingTx struct{ wrappedTx }

// Put implements storage.Tx.
func (tx *reencodingTx) Put(ctx context.Context, rec *storage.Record, events ...storage.Event) error {
	encoded := *rec
	return tx.write(ctx, func() (err error) {
		if encoded.Image, err = encode(rec.Image); err == nil {
			events, err = encodeData(events)
		}
		return err
	}, func() error { return tx.Tx.Put(ctx, &encoded, events...) })
}

// Delete implements storage.Tx.
func (tx *reencodingTx) Delete(ctx context.Context, ref storage.Ref, version int64, events ...storage.Event) error {
	return tx.write(ctx, func() (err error) {
		events, err = encodeData(events)
		return err
	}, func() error { return tx.Tx.Delete(ctx, ref, version, events...) })
}

// Next implements storage.Tx.
func (tx *reencodingTx) Next(ctx context.Context, counter string) (n int64, err error) {
	err = tx.write(ctx, nothing, func() (err error) { n, err = tx.Tx.Next(ctx, counter); return err })
	return n, err
}

// Erase implements storage.Tx.
func (tx *reencodingTx) Erase(ctx context.Context, ref storage.Ref) error {
	return tx.write(ctx, nothing, func() error { return tx.Tx.Erase(ctx, ref) })
}

func nothing() error { return nil }

func encodeData(events []storage.Event) ([]storage.Event, error) {
	encoded := make([]storage.Event, len(events))
	for i, e := range events {
		var err error
		if e.Data, err = encode(e.Data); err != nil {
			return nil, err
		}
		encoded[i] = e
	}
	return encoded, nil
}

func encode(image storage.Image) (storage.Image, error) {
	if image.Erased() {
		return image, nil
	}
	body, err := image.Body()
	if err != nil {
		return storage.Image{}, err
	}
	return storage.RawImage(body), nil
}
