package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"pgregory.net/rapid"
)

var historyPromises = []promise{
	{category: "history", sentence: "every version is kept with its events and its image", check: versionsKept},
	{category: "history", sentence: "the last image equals the stored record", check: lastImage},
	{category: "history", sentence: "history outlives the record", check: historyOutlives},
	{category: "history", sentence: "ids are never used again", check: idsNotReused},
	{category: "history", sentence: "what never existed has no history", check: noHistory},
}

var erasurePromises = []promise{
	{category: "erasure", sentence: "erased images are gone, events stay", check: erasedImages},
	{category: "erasure", sentence: "a living record is not touched", check: erasureSparesLiving},
	{category: "erasure", sentence: "what is deleted and erased at once is gone", check: deletedAndErased},
	{category: "erasure", sentence: "a snapshot from before keeps the images", check: erasureAfterSnapshot},
	{category: "erasure", sentence: "what never existed cannot be erased", check: erasureNotFound},
	{category: "erasure", sentence: "erasure rolls back with its transaction", check: erasureRollsBack},
}

// wantEvent fails unless got is what was put with a version.
func wantEvent(t rapid.TB, got, want storage.Event) {
	t.Helper()
	if !got.At.Equal(want.At) || got.At.Location() != time.UTC {
		t.Errorf("got event at %v, want %v", got.At, want.At)
	}
	wantImage(t, got.Data, want.Data)
	wantImage(t, got.Image, want.Image)
	got.At = want.At
	got.Data, want.Data, got.Image, want.Image = storage.Image{}, storage.Image{}, storage.Image{}, storage.Image{}
	if got != want {
		t.Errorf("got event %+v, want %+v", got, want)
	}
}

func versionsKept(t *testing.T, s subject) {
	db := s.open(t)
	first := record("first")
	second := next(first, nil)
	var want []storage.Event
	happens := func(r *storage.Record, names ...string) (events []storage.Event) {
		for i, name := range names {
			e := event(r, r.Version, name)
			e.Data = storage.NewImage(map[string]any{"name": name, "ordinal": i})
			events = append(events, e)
			e.Ordinal, e.Image = int32(i), r.Image
			want = append(want, e)
		}
		return events
	}
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		want = nil
		return tx.Put(ctx, first, happens(first, "created", "assigned", "scored")...)
	})
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		want = want[:3]
		events := happens(second, "edited", "closed")
		events[1].Actor, events[1].Request, events[1].At = "somebody else", "", events[1].At.Add(time.Second)
		want[4].Actor, want[4].Request, want[4].At = events[1].Actor, "", events[1].At
		return tx.Put(ctx, second, events...)
	})
	got := history(t, db, first.Ref)
	if len(got) != len(want) {
		t.Fatalf("got %d events, want %d", len(got), len(want))
	}
	for i := range want {
		wantEvent(t, got[i], want[i])
	}
}

func lastImage(t *testing.T, s subject) {
	db := s.open(t)
	r := record("first")
	for range 5 {
		store(t, db, r)
		h := history(t, db, r.Ref)
		if int64(len(h)) != r.Version {
			t.Fatalf("got %d events, want %d", len(h), r.Version)
		}
		wantImage(t, h[len(h)-1].Image, get(t, db, r.Ref).Image)
		r = next(r, nil)
	}
}

func historyOutlives(t *testing.T, s subject) {
	db := s.open(t)
	r := record("first")
	store(t, db, r)
	update(t, db, func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, r) })
	h := history(t, db, r.Ref)
	if len(h) != 2 {
		t.Fatalf("got %d events, want those of creation and deletion", len(h))
	}
	created := event(r, 1, "thing.created")
	created.Image = r.Image
	wantEvent(t, h[0], created)
	deleted := event(r, 2, "thing.deleted")
	deleted.Deleted = true
	wantEvent(t, h[1], deleted)
}

func idsNotReused(t *testing.T, s subject) {
	db := s.open(t)
	r := record("first")
	store(t, db, r)
	update(t, db, func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, r) })
	for version := range int64(4) {
		again := recordAs(r.ID, "again")
		again.Version = version + 1
		wantErr(t, tryPut(t, db, again), storage.ErrConflict, "put of a deleted id")
	}
	wantErr(t, db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		return remove(ctx, tx, next(r, nil))
	}), storage.ErrNotFound, "delete of a deleted id")
	if n := len(history(t, db, r.Ref)); n != 2 {
		t.Errorf("got %d events, want 2", n)
	}
	otherKind := recordAs(r.ID, "another kind")
	otherKind.Kind = "other"
	store(t, db, otherKind)
}

func noHistory(t *testing.T, s subject) {
	db := s.open(t)
	absent := storage.Ref{Kind: kind, ID: uuid.New()}
	if h := history(t, db, absent); len(h) != 0 {
		t.Errorf("got %d events of an empty store", len(h))
	}
	store(t, db, record("another"))
	for _, ref := range append(strange(absent.ID), absent) {
		if h := history(t, db, ref); len(h) != 0 {
			t.Errorf("got %d events of %q, which never existed", len(h), ref)
		}
	}
}

// wantErased fails unless exactly the events of versions up to through report that
// their images are erased.
func wantErased(t *testing.T, h []storage.Event, events int, through int64) {
	t.Helper()
	if len(h) != events {
		t.Errorf("got %d events, want all %d", len(h), events)
	}
	for _, e := range h {
		if erased := e.Version <= through; e.Image.Erased() != (erased || e.Deleted) {
			t.Errorf("image of version %d: erased is %t, want %t", e.Version, e.Image.Erased(), erased)
		}
		if e.Data.Erased() {
			t.Errorf("event of version %d has lost its data", e.Version)
		}
	}
}

func erase(t *testing.T, db storage.Store, ref storage.Ref) {
	t.Helper()
	update(t, db, func(ctx context.Context, tx storage.Tx) error { return tx.Erase(ctx, ref) })
}

func erasedImages(t *testing.T, s subject) {
	db := s.open(t)
	r := record("secret")
	store(t, db, r)
	second := next(r, nil)
	store(t, db, second)
	update(t, db, func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, second) })
	erase(t, db, r.Ref)
	wantErased(t, history(t, db, r.Ref), 3, 2)
	erase(t, db, r.Ref)
	wantErased(t, history(t, db, r.Ref), 3, 2)
	if _, err := history(t, db, r.Ref)[0].Image.Body(); err == nil {
		t.Error("an erased image still has a body")
	}
	if events := feed(t, db, tenant, 0); len(events) != 3 {
		t.Errorf("got %d events in the feed, want 3", len(events))
	}
}

func erasureSparesLiving(t *testing.T, s subject) {
	db := s.open(t)
	r := record("secret")
	store(t, db, r)
	second := next(r, nil)
	store(t, db, second)
	erase(t, db, r.Ref)
	wantRecord(t, get(t, db, r.Ref), second)
	wantErased(t, history(t, db, r.Ref), 2, 1)
	third := next(second, nil)
	store(t, db, third)
	wantRecord(t, get(t, db, r.Ref), third)
	wantErased(t, history(t, db, r.Ref), 3, 1)
}

func deletedAndErased(t *testing.T, s subject) {
	db := s.open(t)
	r := record("secret")
	store(t, db, r)
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		second := next(r, nil)
		if err := put(ctx, tx, second); err != nil {
			return err
		}
		if err := remove(ctx, tx, second); err != nil {
			return err
		}
		if err := tx.Erase(ctx, r.Ref); err != nil {
			return err
		}
		var h []storage.Event
		for e, err := range tx.History(ctx, r.Ref) {
			if err != nil {
				return err
			}
			h = append(h, e)
		}
		wantErased(t, h, 3, 2)
		return nil
	})
	wantErased(t, history(t, db, r.Ref), 3, 2)
}

func erasureNotFound(t *testing.T, s subject) {
	db := s.open(t)
	store(t, db, record("another"))
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		return tx.Erase(ctx, storage.Ref{Kind: kind, ID: uuid.New()})
	})
	wantErr(t, err, storage.ErrNotFound, "erase of what never existed")
}

func erasureRollsBack(t *testing.T, s subject) {
	db := s.open(t)
	r := record("secret")
	store(t, db, r)
	store(t, db, next(r, nil))
	err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
		if err := tx.Erase(ctx, r.Ref); err != nil {
			return err
		}
		return errRefused
	})
	wantErr(t, err, errRefused, "update")
	wantErased(t, history(t, db, r.Ref), 2, 0)
	store(t, db, record("another commit"))
	wantErased(t, history(t, db, r.Ref), 2, 0)
}

func erasureAfterSnapshot(t *testing.T, s subject) {
	db := s.open(t)
	r := record("secret")
	store(t, db, r)
	store(t, db, next(r, nil))
	view(t, db, func(ctx context.Context, reader storage.Reader) error {
		// Some stores take their snapshot with the first call.
		if _, err := reader.Get(ctx, r.Ref); err != nil {
			return err
		}
		elsewhere(t, func() { erase(t, db, r.Ref) })
		for e, err := range reader.History(ctx, r.Ref) {
			if err != nil {
				return err
			}
			if e.Image.Erased() {
				t.Errorf("the image of version %d has gone from the snapshot", e.Version)
			}
		}
		return nil
	})
	wantErased(t, history(t, db, r.Ref), 2, 1)
}
