package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
)

var feedPromises = []promise{
	{category: "feed", sentence: "every committed event appears once, by position", check: feedComplete},
	{category: "feed", sentence: "reading goes on behind any position", check: feedResumes},
	{category: "feed", sentence: "what was rolled back never appears", check: feedSkipsRolledBack},
	{category: "feed", sentence: "the loop may be left early and may write", check: feedLoop},
	{category: "feed", sentence: "readers that race with writers miss nothing", check: feedRace},
	{category: "capabilities", sentence: "waiting readers are woken", check: notifies},
	{category: "capabilities", sentence: "counting agrees with finding", check: countAgrees},
	{category: "capabilities", sentence: "a feed with images tells what histories tell", check: feedImages},
	{category: "capabilities", sentence: "tenants that have an event are listed", check: tenantsListed},
	{category: "capabilities", sentence: "what was deleted behind an instant is known, and where the feed ends", check: deletionsKnown},
}

func feedComplete(t *testing.T, s subject) {
	db := s.open(t)
	if events := feed(t, db, tenant, 0); len(events) != 0 {
		t.Errorf("got %d events of an empty store", len(events))
	}
	r := record("first")
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		return tx.Put(ctx, r, event(r, 1, "created"), event(r, 1, "assigned"))
	})
	update(t, db, func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, r) })
	got := feed(t, db, tenant, 0)
	if len(got) != 3 {
		t.Fatalf("got %d events, want 3", len(got))
	}
	for i, e := range got {
		if e.Position != int64(i+1) {
			t.Errorf("event %d has position %d", i+1, e.Position)
		}
	}
	assigned := event(r, 1, "assigned")
	assigned.Ordinal, assigned.Position, assigned.Image = 1, 2, got[1].Image
	wantEvent(t, got[1], assigned)
	deleted := event(r, 2, "thing.deleted")
	deleted.Position, deleted.Deleted = 3, true
	wantEvent(t, got[2], deleted)
	if again := feed(t, db, tenant, 0); len(again) != 3 || again[2].Position != 3 {
		t.Error("reading again deals other positions")
	}
}

func feedResumes(t *testing.T, s subject) {
	db := s.open(t)
	const total = 150
	r := record("first")
	for range total {
		store(t, db, r)
		r = next(r, nil)
	}
	for _, after := range []int64{-1, 0, 1, 63, 64, 65, total - 1, total, total + 1, 1 << 40} {
		events := feed(t, db, tenant, after)
		if want := max(total-max(after, 0), 0); int64(len(events)) != want {
			t.Errorf("got %d events behind %d, want %d", len(events), after, want)
			continue
		}
		for i, e := range events {
			if want := max(after, 0) + int64(i) + 1; e.Position != want || e.Version != want {
				t.Fatalf("got position %d of version %d behind %d, want %d", e.Position, e.Version, after, want)
			}
		}
	}
}

func feedSkipsRolledBack(t *testing.T, s subject) {
	db := s.open(t)
	for i := range 6 {
		r := record(fmt.Sprint(i))
		_ = db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
			if err := put(ctx, tx, r); err != nil || i%2 == 0 {
				return err
			}
			return errRefused
		})
		feed(t, db, tenant, 0)
	}
	events := feed(t, db, tenant, 0)
	if len(events) != 3 || events[2].Position != 3 {
		t.Errorf("got %d events, want 3 at positions 1 to 3", len(events))
	}
}

func feedLoop(t *testing.T, s subject) {
	db := s.open(t)
	for range 5 {
		store(t, db, record("some"))
	}
	seen := 0
	for e, err := range db.Feed(t.Context(), tenant, 0) {
		if err != nil {
			t.Fatal(err)
		}
		seen++
		store(t, db, record("within the loop"))
		if e.Position == 3 {
			break
		}
	}
	if seen != 3 {
		t.Errorf("left the loop after %d events, want 3", seen)
	}
	seen = 0
	for _, err := range db.Feed(t.Context(), tenant, 0) {
		if err != nil {
			t.Fatal(err)
		}
		seen++
		store(t, db, record("within the loop"))
		if seen > 100 {
			t.Fatal("the loop follows its own writes instead of stopping at the end")
		}
	}
	if seen < 8 {
		t.Errorf("the loop met %d events, want the 8 there were", seen)
	}
}

// feedRace has writers store more than ten thousand events, some of them slowly,
// while readers follow.
func feedRace(t *testing.T, s subject) {
	db := s.open(t)
	const (
		writers, readers = 4, 3
		commits, puts    = 50, 26 // per writer, per commit; two events each
		total            = writers * commits * puts * 2
	)
	var done atomic.Bool
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() { raceWriter(t, db, w, commits, puts) })
	}
	followed := make([][]storage.Event, readers)
	var followers sync.WaitGroup
	for i := range readers {
		followers.Go(func() {
			after := int64(0)
			for last := false; ; {
				for e, err := range db.Feed(t.Context(), tenant, after) {
					if err != nil {
						t.Errorf("reader %d: %v", i, err)
						return
					}
					after = e.Position
					followed[i] = append(followed[i], e)
				}
				if last {
					return
				}
				last = done.Load() // one more time after the writers have finished
			}
		})
	}
	wg.Wait()
	done.Store(true)
	followers.Wait()

	for i, events := range followed {
		if len(events) != total {
			t.Errorf("reader %d met %d events, want %d", i, len(events), total)
		}
		checkSequence(t, events)
		same := slices.EqualFunc(events, followed[0], func(a, b storage.Event) bool {
			return a.Ref == b.Ref && a.Version == b.Version && a.Ordinal == b.Ordinal
		})
		if !same {
			t.Errorf("reader %d met other events than reader 0", i)
		}
	}
}

func raceWriter(t *testing.T, db storage.Store, w, commits, puts int) {
	records := make([]*storage.Record, puts)
	for i := range records {
		records[i] = record("raced")
	}
	for c := range commits {
		err := insist(t.Context(), func() error {
			return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
				for _, r := range records {
					e := event(r, r.Version, "happened")
					e.At = dawn.Add(time.Duration(c) * time.Second)
					e.Request = fmt.Sprint(w, "-", c)
					if err := tx.Put(ctx, r, e, e); err != nil {
						return err
					}
				}
				if c%10 == w {
					<-time.After(time.Millisecond) // between write and commit
				}
				return nil
			})
		})
		if err != nil {
			t.Errorf("writer %d: %v", w, err)
			return
		}
		for i, r := range records {
			records[i] = next(r, nil)
		}
	}
}

// checkSequence fails unless positions are dense, versions of each record in order
// and events of each transaction together.
func checkSequence(t *testing.T, events []storage.Event) {
	t.Helper()
	type place struct {
		version int64
		ordinal int32
	}
	last := make(map[uuid.UUID]place)
	finished := make(map[string]bool)
	for i, e := range events {
		if e.Position != int64(i+1) {
			t.Fatalf("event %d has position %d", i+1, e.Position)
		}
		p := last[e.ID]
		follows := e.Version == p.version && e.Ordinal == p.ordinal+1 || e.Version == p.version+1 && e.Ordinal == 0
		if !follows {
			t.Fatalf("position %d: version %d ordinal %d follows version %d ordinal %d", e.Position, e.Version, e.Ordinal, p.version, p.ordinal)
		}
		last[e.ID] = place{e.Version, e.Ordinal}
		if i > 0 && events[i-1].Request != e.Request {
			finished[events[i-1].Request] = true
		}
		if finished[e.Request] {
			t.Fatalf("position %d: the events of transaction %s are torn apart", e.Position, e.Request)
		}
	}
}

func notifies(t *testing.T, s subject) {
	db := s.open(t)
	n, ok := storage.As[storage.Notifier](db)
	if !ok {
		t.Skip("the store does not notify")
	}
	ctx, cancel := context.WithCancel(t.Context())
	wake, err := n.Notify(ctx, tenant)
	if err != nil {
		t.Fatal(err)
	}
	const total = 20
	go func() {
		for range total {
			store(t, db, record("news"))
		}
	}()
	after := int64(0)
	for after < total {
		select {
		case <-wake:
		case <-time.After(30 * time.Second):
			t.Fatalf("nobody woke the reader at position %d", after)
		}
		for _, e := range feed(t, db, tenant, after) {
			after = e.Position
		}
	}
	cancel()
	for {
		select {
		case _, open := <-wake:
			if !open {
				return
			}
		case <-time.After(30 * time.Second):
			t.Fatal("the channel stays open when the context has ended")
		}
	}
}

func countAgrees(t *testing.T, s subject) {
	db := s.open(t)
	for i := range 30 {
		r := record("counted")
		r.State = []string{"open", "closed", "lost"}[i%3]
		r.Keys = []storage.Key{{Name: "third", Value: fmt.Sprint(i % 3)}, {Name: "half", Value: fmt.Sprint(i % 2)}}
		store(t, db, r)
	}
	for _, conds := range [][]storage.Cond{
		nil,
		{where(storage.FieldState, storage.OpEq, "open")},
		{byKey("third", "1"), byKey("half", "0")},
		{byKey("third", "9")},
		{{Field: storage.FieldKey, Key: "half", Op: storage.OpIn, Values: []any{"0", "1"}}},
	} {
		n, err := storage.Count(t.Context(), db, tenant, storage.Query{Kind: kind, Where: conds, Limit: 3})
		if want := int64(len(found(t, db, conds...))); n != want || err != nil {
			t.Errorf("counted %d, %v; found %d", n, err, want)
		}
	}
	_, err := storage.Count(t.Context(), db, tenant, storage.Query{Kind: kind, Where: []storage.Cond{{Field: "none"}}})
	wantErr(t, err, storage.ErrInvalid, "count by an unknown field")
}

func deletionsKnown(t *testing.T, s subject) {
	db := s.open(t)
	ends := func(want int64) {
		t.Helper()
		end, err := storage.FeedEnd(t.Context(), db, tenant)
		if end != want || err != nil {
			t.Errorf("the feed ends at %d, %v; want %d", end, err, want)
		}
	}
	ends(0)
	early, late, alive, other := record("early"), record("late"), record("alive"), record("other")
	late.UpdatedAt = late.UpdatedAt.Add(time.Second)
	other.Kind = "other"
	for n, r := range []*storage.Record{early, late, alive, other} {
		store(t, db, r)
		ends(int64(n + 1))
	}
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		for _, r := range []*storage.Record{early, late, other} {
			if err := remove(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	ends(7)
	view(t, db, func(ctx context.Context, r storage.Reader) error {
		for since, want := range map[time.Time][]storage.Ref{
			early.UpdatedAt.Add(-time.Microsecond): {early.Ref, late.Ref},
			early.UpdatedAt:                        {late.Ref},
			late.UpdatedAt:                         nil,
		} {
			var got []storage.Ref
			for ref, err := range storage.Deleted(ctx, r, kind, since) {
				if errors.Is(err, storage.ErrUnsupported) {
					return nil // a transaction, or a wrapper that forwards nothing
				}
				if err != nil {
					return err
				}
				got = append(got, ref)
			}
			slices.SortFunc(got, func(a, b storage.Ref) int { return slices.Compare(a.ID[:], b.ID[:]) })
			slices.SortFunc(want, func(a, b storage.Ref) int { return slices.Compare(a.ID[:], b.ID[:]) })
			if !slices.Equal(got, want) {
				t.Errorf("deleted behind %s: %v, want %v", since, got, want)
			}
		}
		return nil
	})
}

func tenantsListed(t *testing.T, s subject) {
	db := s.open(t)
	in := func(tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
		return db.Update(t.Context(), tenant, fn)
	}
	put := func(ctx context.Context, tx storage.Tx) error {
		r := record("tenant")
		return tx.Put(ctx, r, event(r, 1, "created"))
	}
	for _, tenant := range []storage.Tenant{"b", "a-1", "c", "B", "a1"} {
		if err := in(tenant, put); err != nil {
			t.Fatal(err)
		}
	}
	r := record("gone")
	for _, fn := range []func(context.Context, storage.Tx) error{
		func(ctx context.Context, tx storage.Tx) error { return tx.Put(ctx, r, event(r, 1, "created")) },
		func(ctx context.Context, tx storage.Tx) error { return remove(ctx, tx, r) },
	} {
		if err := in("gone", fn); err != nil {
			t.Fatal(err)
		}
	}
	if err := in("counts", func(ctx context.Context, tx storage.Tx) error { _, err := tx.Next(ctx, "n"); return err }); err != nil {
		t.Fatal(err)
	}
	err := in("rolls-back", func(ctx context.Context, tx storage.Tx) error { return errors.Join(put(ctx, tx), errRefused) })
	wantErr(t, err, errRefused, "an update that is rolled back")
	if err := db.View(t.Context(), "looks", func(context.Context, storage.Reader) error { return nil }); err != nil {
		t.Fatal(err)
	}
	listed := func(after storage.Tenant) (list []storage.Tenant) {
		t.Helper()
		for tenant, err := range storage.Tenants(t.Context(), db, after) {
			if errors.Is(err, storage.ErrUnsupported) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, tenant)
		}
		return list
	}
	all := []storage.Tenant{"B", "a-1", "a1", "b", "c", "gone"}
	if got := listed(""); !slices.Equal(got, all) {
		t.Errorf("tenants %q, want %q: those that have an event", got, all)
	}
	if got := listed("a1"); !slices.Equal(got, all[3:]) {
		t.Errorf("tenants behind a1: %q, want %q", got, all[3:])
	}
	if got := listed("x"); len(got) > 0 {
		t.Errorf("tenants behind x: %q", got)
	}
	for tenant, err := range storage.Tenants(t.Context(), db, "a") {
		if tenant != "a-1" || err != nil {
			t.Errorf("the first behind a is %q, %v", tenant, err)
		}
		break
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for _, err := range storage.Tenants(ended, db, "") {
		wantErr(t, err, context.Canceled, "tenants in a context that has ended")
	}
	for _, err := range storage.Tenants(t.Context(), db, "no tenant") {
		wantErr(t, err, storage.ErrInvalid, "tenants behind what is none")
	}
}

func feedImages(t *testing.T, s subject) {
	db := s.open(t)
	images := func(after int64) (events []storage.Event) {
		t.Helper()
		for e, err := range storage.FeedImages(t.Context(), db, tenant, after) {
			if err != nil {
				t.Fatal(err)
			}
			events = append(events, e)
		}
		return events
	}
	if got := images(0); len(got) > 0 {
		t.Errorf("%d events of an empty store", len(got))
	}
	a, b := record("a"), record("b")
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(tx.Put(ctx, a, event(a, 1, "created"), event(a, 1, "assigned")), put(ctx, tx, b))
	})
	store(t, db, next(a, nil))
	store(t, db, next(b, nil), next(next(b, nil), nil))
	update(t, db, func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(remove(ctx, tx, next(a, nil)), tx.Erase(ctx, b.Ref))
	})
	told := map[storage.Ref][]storage.Event{a.Ref: history(t, db, a.Ref), b.Ref: history(t, db, b.Ref)}
	plain, got := feed(t, db, tenant, 0), images(0)
	if len(got) != len(plain) || len(got) != 7 {
		t.Fatalf("%d events with images, %d without, want 7", len(got), len(plain))
	}
	for i, e := range got {
		want := told[e.Ref][0]
		told[e.Ref] = told[e.Ref][1:]
		if e.Position != plain[i].Position || e.Ref != plain[i].Ref {
			t.Errorf("event %d is %v at %d, in the feed %v at %d", i, e.Ref, e.Position, plain[i].Ref, plain[i].Position)
		}
		want.Position = e.Position
		wantEvent(t, e, want)
		wantImage(t, e.Image, want.Image)
	}
	if got := images(plain[4].Position); len(got) != 2 || got[0].Position != plain[5].Position {
		t.Errorf("behind the fifth there are %d", len(got))
	}
	for e, err := range storage.FeedImages(t.Context(), db, tenant, 0) {
		if e.Position != 1 || err != nil {
			t.Errorf("the first is at %d, %v", e.Position, err)
		}
		break
	}
	ended, end := context.WithCancel(t.Context())
	end()
	last := error(nil)
	for _, err := range storage.FeedImages(ended, db, tenant, 0) {
		last = err
	}
	wantErr(t, last, context.Canceled, "a feed in a context that has ended")
	wrapped := struct{ storage.Store }{db} // of which nothing is known
	n := 0
	for e, err := range storage.FeedImages(t.Context(), wrapped, tenant, 0) {
		if err != nil {
			t.Fatal(err)
		}
		wantImage(t, e.Image, got[n].Image)
		n++
	}
	if n != len(got) {
		t.Errorf("%d events of a store that is wrapped, want %d", n, len(got))
	}
}
