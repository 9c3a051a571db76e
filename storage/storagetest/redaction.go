package storagetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
)

var redactionPromises = []promise{
	{category: "redaction", sentence: "texts are taken out of one event, and nothing else changes", check: redacted},
	{category: "redaction", sentence: "events of a record that is gone can be redacted", check: redactedAfterDeletion},
	{category: "redaction", sentence: "redaction rolls back with its transaction", check: redactionRollsBack},
	{category: "redaction", sentence: "an event that is not there is not redacted", check: redactionNotFound},
	{category: "redaction", sentence: "within a joined transaction too", check: redactedJoined},
}

var verificationPromises = []promise{
	{category: "verification", sentence: "nothing is found in what was written, while others write", check: verified},
}

// redact takes the texts out of the event that has version and ordinal.
func redact(ctx context.Context, tx storage.Tx, e storage.Event) error {
	e.Data, e.Request = blank(), ""
	return storage.Redact(ctx, tx, e)
}

func blank() storage.Image { return storage.NewImage(map[string]any{"name": "erased"}) }

// told stores a record of two versions, the first with two events, and returns the events
// as a history tells them. Where transactions are no Redactors it skips the test.
func told(t *testing.T, db storage.Store) []storage.Event {
	t.Helper()
	none := storage.Event{Ref: storage.Ref{Kind: kind, ID: uuid.New()}, Version: 1}
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error { return redact(ctx, tx, none) })
	if errors.Is(err, storage.ErrUnsupported) {
		t.Skip("transactions of this store are no storage.Redactor")
	}
	r := record("kept")
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		return tx.Put(ctx, r, event(r, 1, "created"), event(r, 1, "assigned"))
	})
	store(t, db, next(r, nil))
	return history(t, db, r.Ref)
}

// wantRedacted checks that of some events the n-th alone has lost its texts.
func wantRedacted(t *testing.T, got, was []storage.Event, n int) {
	t.Helper()
	if len(got) != len(was) {
		t.Fatalf("%d events became %d", len(was), len(got))
	}
	for i, e := range was {
		if i == n {
			e.Data, e.Request = blank(), ""
		}
		got[i].Position = e.Position
		wantEvent(t, got[i], e)
	}
}

func redacted(t *testing.T, s subject) {
	db := s.open(t)
	was, others := told(t, db), told(t, db)
	fed := feed(t, db, tenant, 0)
	update(t, db, func(ctx context.Context, tx storage.Tx) error { return redact(ctx, tx, was[1]) })
	wantRedacted(t, history(t, db, was[0].Ref), was, 1)
	wantRedacted(t, history(t, db, others[0].Ref), others, -1)
	now := feed(t, db, tenant, 0)
	for i := range now {
		if now[i].Position != fed[i].Position {
			t.Errorf("position %d became %d", fed[i].Position, now[i].Position)
		}
	}
	wantRedacted(t, now, fed, 1)
	wantVerified(t, db)
}

func redactedAfterDeletion(t *testing.T, s subject) {
	db := s.open(t)
	was := told(t, db)
	gone := &storage.Record{Header: storage.Header{Ref: was[0].Ref, Version: 2, UpdatedAt: was[2].At}}
	update(t, db, func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, gone) })
	erase(t, db, was[0].Ref)
	was = history(t, db, was[0].Ref)
	for n := range was {
		update(t, db, func(ctx context.Context, tx storage.Tx) error { return redact(ctx, tx, was[n]) })
		now := history(t, db, was[0].Ref)
		wantRedacted(t, now, was, n)
		was = now
	}
	wantVerified(t, db)
}

func redactionRollsBack(t *testing.T, s subject) {
	db := s.open(t)
	was := told(t, db)
	refused := errors.New("refused")
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		if err := redact(ctx, tx, was[0]); err != nil {
			return err
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Fatalf("got %v, want %v", err, refused)
	}
	wantRedacted(t, history(t, db, was[0].Ref), was, -1)
}

func redactionNotFound(t *testing.T, s subject) {
	db := s.open(t)
	was := told(t, db)
	for name, e := range map[string]storage.Event{
		"another ordinal": {Ref: was[0].Ref, Version: 1, Ordinal: 2},
		"another version": {Ref: was[0].Ref, Version: 3},
		"another record":  {Ref: storage.Ref{Kind: kind, ID: uuid.New()}, Version: 1},
		"another kind":    {Ref: storage.Ref{Kind: "other", ID: was[0].ID}, Version: 1},
	} {
		err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
			return settled(ctx, tx, was[0].Ref, redact(ctx, tx, e))
		})
		if !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", name, err)
		}
	}
	err := db.Update(t.Context(), "another", func(ctx context.Context, tx storage.Tx) error {
		return settled(ctx, tx, was[0].Ref, redact(ctx, tx, was[0]))
	})
	if !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("another tenant: got %v, want ErrNotFound", err)
	}
	wantRedacted(t, history(t, db, was[0].Ref), was, -1)
}

func redactedJoined(t *testing.T, s subject) {
	db := s.open(t)
	was := told(t, db)
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		joinable, able := tx.(storage.Joinable)
		if !able {
			return redact(ctx, tx, was[2])
		}
		return storage.Joined(joinable).Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error { return redact(ctx, tx, was[2]) })
	})
	wantRedacted(t, history(t, db, was[0].Ref), was, 2)
}

// wantVerified fails if a verification finds anything.
func wantVerified(t *testing.T, db storage.Store) {
	t.Helper()
	found, err := storage.Verify(t.Context(), db, tenant)
	if err != nil || len(found) > 0 {
		t.Errorf("a verification finds %v, %v", found, err)
	}
}

func verified(t *testing.T, s subject) {
	db := s.open(t)
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for n := range 25 {
				r := record("kept")
				r.Keys, r.Claims = []storage.Key{{Name: "of", Value: "all"}, {Name: "by", Value: r.ID.String()}}, []string{"one:" + r.ID.String()}
				err := errors.Join(
					db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, r) }),
					db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
						if n%3 == 0 {
							return remove(ctx, tx, r)
						}
						return put(ctx, tx, next(r, func(r *storage.Record) { r.Keys = r.Keys[:1] }))
					}),
				)
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 3 {
		wantVerified(t, db)
	}
	writers.Wait()
	wantVerified(t, db)
}
