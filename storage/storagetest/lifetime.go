package storagetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/storage"
)

var cancellationPromises = []promise{
	{category: "cancellation", sentence: "no call begins when its context has ended", check: cancelledCalls},
	{category: "cancellation", sentence: "no commit happens when its context has ended", check: cancelledCommit},
	{category: "cancellation", sentence: "waiting for another transaction ends with the context", check: cancelledWait},
	{category: "cancellation", sentence: "a loop ends with its context", check: cancelledLoop},
}

var tenantPromises = []promise{
	{category: "tenants", sentence: "tenants know nothing of each other", check: tenantsApart},
	{category: "tenants", sentence: "a tenant's name is checked", check: tenantNames},
}

var closingPromises = []promise{
	{category: "closing", sentence: "a closed store answers that it is closed", check: useAfterClose},
	{category: "closing", sentence: "readers and transactions end with their function", check: useAfterEnd},
	{category: "closing", sentence: "nothing keeps running", check: noLeaks, alone: true},
}

func cancelledCalls(t *testing.T, s subject) {
	db := s.open(t)
	r := record("stored")
	store(t, db, r)
	ended, cancel := context.WithCancel(t.Context())
	cancel()

	err := db.View(ended, tenant, func(context.Context, storage.Reader) error { t.Error("the view runs"); return nil })
	wantErr(t, err, context.Canceled, "view")
	err = db.Update(ended, tenant, func(context.Context, storage.Tx) error { t.Error("the update runs"); return nil })
	wantErr(t, err, context.Canceled, "update")
	for _, err := range db.Feed(ended, tenant, 0) {
		wantErr(t, err, context.Canceled, "feed")
	}

	for name := range everyCall(ended, nil, r) {
		err := db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
			if err := put(ctx, tx, record("before")); err != nil {
				return err
			}
			err := everyCall(ended, tx, r)[name]()
			wantErr(t, err, context.Canceled, name)
			return err
		})
		wantErr(t, err, context.Canceled, "update with a cancelled "+name)
	}
	wantFound(t, found(t, db), r)
}

func cancelledCommit(t *testing.T, s subject) {
	db := s.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := db.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
		err := put(ctx, tx, record("late"))
		cancel()
		return err
	})
	wantErr(t, err, context.Canceled, "update")
	wantFound(t, found(t, db))
}

func cancelledWait(t *testing.T, s subject) {
	db := s.open(t)
	r := record("contended")
	store(t, db, r)
	holding, waited := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
			if err := settled(ctx, tx, r.Ref, put(ctx, tx, next(r, nil))); err != nil {
				return err
			}
			close(holding)
			<-waited
			return nil
		})
	}()
	<-holding
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	elsewhere(t, func() {
		err := db.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, next(r, nil)) })
		if err == nil {
			t.Error("two transactions have written the same version")
		}
	})
	close(waited)
	if err := <-done; err != nil {
		t.Errorf("the transaction that was waited for: %v", err)
	}
}

func cancelledLoop(t *testing.T, s subject) {
	db := s.open(t)
	const many, versions = 300, 200 // more than stores read at a time
	var records []*storage.Record
	for range many {
		records = append(records, record("many"))
	}
	r := records[0]
	for range versions - 1 {
		store(t, db, r)
		r = next(r, nil)
	}
	store(t, db, append(records[1:], r)...)
	// The context ends within the body for so many; the last is no exception.
	for _, n := range []int{1, 64, versions, many} {
		view(t, db, func(ctx context.Context, reader storage.Reader) error {
			for _, q := range []storage.Query{{Kind: kind}, {Kind: kind, Order: storage.FieldNumber}, {Kind: kind, Limit: n}} {
				records, err := run(ctx, loop{cancel: n}, func(ctx context.Context) iter.Seq2[*storage.Record, error] { return reader.Find(ctx, q) })
				wantEnded(t, len(records), n, err, describe(q))
			}
			if n <= versions {
				events, err := run(ctx, loop{cancel: n}, func(ctx context.Context) iter.Seq2[storage.Event, error] { return reader.History(ctx, r.Ref) })
				wantEnded(t, len(events), n, err, "history")
			}
			return nil
		})
	}
	for _, n := range []int{1, many, many + versions - 1} {
		events, err := run(t.Context(), loop{cancel: n}, func(ctx context.Context) iter.Seq2[storage.Event, error] { return db.Feed(ctx, tenant, 0) })
		wantEnded(t, len(events), n, err, "feed")
	}
}

// wantEnded fails unless a loop has ended with its context.
func wantEnded(t *testing.T, got, want int, err error, what string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: the body ran %d times, want %d", what, got, want)
	}
	wantErr(t, err, context.Canceled, what)
}

func tenantsApart(t *testing.T, s subject) {
	db := s.open(t)
	r := disturbable()
	r.Claims = []string{"claim"}
	for i, name := range []storage.Tenant{"one", "two", "ONE"} {
		mine := recordAs(r.ID, string(name))
		mine.Keys, mine.Claims = r.Keys, r.Claims
		err := db.Update(t.Context(), name, func(ctx context.Context, tx storage.Tx) error {
			n, err := tx.Next(ctx, "count")
			if n != 1 {
				t.Errorf("tenant %s counts %d, want 1", name, n)
			}
			return errors.Join(err, put(ctx, tx, mine))
		})
		if err != nil {
			t.Fatalf("tenant %d: %v", i, err)
		}
	}
	for _, name := range []storage.Tenant{"one", "two", "ONE", "none"} {
		err := db.View(t.Context(), name, func(ctx context.Context, reader storage.Reader) error {
			got, err := reader.Get(ctx, r.Ref)
			if name == "none" {
				wantErr(t, err, storage.ErrNotFound, "get of a tenant without records")
				return nil
			}
			if err != nil {
				return err
			}
			wantImage(t, got.Image, recordAs(r.ID, string(name)).Image)
			ids, err := find(ctx, reader, storage.Query{Kind: kind, Where: []storage.Cond{byKey("colour", "red")}})
			wantFound(t, ids, r)
			return err
		})
		if err != nil {
			t.Errorf("tenant %s: %v", name, err)
		}
		want := 1
		if name == "none" {
			want = 0
		}
		if events := feed(t, db, name, 0); len(events) != want {
			t.Errorf("tenant %s has %d events, want %d", name, len(events), want)
		}
	}
}

func tenantNames(t *testing.T, s subject) {
	db := s.open(t)
	for _, name := range []storage.Tenant{"", "a b", "a.b", "ä", "a/b", "a\x00", storage.Tenant(strings.Repeat("x", 65))} {
		what := fmt.Sprintf("tenant %q", name)
		wantErr(t, db.View(t.Context(), name, func(context.Context, storage.Reader) error { return nil }), storage.ErrInvalid, "view of "+what)
		wantErr(t, db.Update(t.Context(), name, func(context.Context, storage.Tx) error { return nil }), storage.ErrInvalid, "update of "+what)
		err := errors.New("no error")
		for _, err = range db.Feed(t.Context(), name, 0) {
			break
		}
		wantErr(t, err, storage.ErrInvalid, "feed of "+what)
	}
	longest := storage.Tenant(strings.Repeat("Az09_-xx", 8))
	if err := db.Update(t.Context(), longest, func(ctx context.Context, tx storage.Tx) error { return put(ctx, tx, record("mine")) }); err != nil {
		t.Errorf("tenant %s: %v", longest, err)
	}
}

func useAfterClose(t *testing.T, s subject) {
	db := s.open(t)
	if _, ok := storage.As[storage.Closer](db); !ok {
		t.Skip("the store holds nothing to close")
	}
	store(t, db, record("stored"))
	if err := storage.Close(db); err != nil {
		t.Fatalf("close: %v", err)
	}
	wantErr(t, db.View(t.Context(), tenant, func(context.Context, storage.Reader) error { return nil }), storage.ErrClosed, "view")
	wantErr(t, db.Update(t.Context(), tenant, func(context.Context, storage.Tx) error { return nil }), storage.ErrClosed, "update")
	err := errors.New("no error")
	for _, err = range db.Feed(t.Context(), tenant, 0) {
		break
	}
	wantErr(t, err, storage.ErrClosed, "feed")
	if err := storage.Close(db); err != nil {
		t.Errorf("closing again: %v", err)
	}
}

func useAfterEnd(t *testing.T, s subject) {
	db := s.open(t)
	r := record("stored")
	store(t, db, r)
	var reader storage.Reader
	view(t, db, func(_ context.Context, r storage.Reader) error { reader = r; return nil })
	if _, err := reader.Get(t.Context(), r.Ref); err == nil {
		t.Error("a reader reads on after its view")
	}
	var tx storage.Tx
	update(t, db, func(_ context.Context, inner storage.Tx) error { tx = inner; return nil })
	if err := put(t.Context(), tx, record("late")); err == nil {
		t.Error("a transaction writes on after its update")
	}
	wantFound(t, found(t, db), r)
}

func noLeaks(t *testing.T, s subject) {
	before := runtime.NumGoroutine()
	t.Run("use", func(t *testing.T) {
		db := s.open(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if n, ok := storage.As[storage.Notifier](db); ok {
			if _, err := n.Notify(ctx, tenant); err != nil {
				t.Fatal(err)
			}
		}
		r := record("first")
		for range 50 {
			store(t, db, r)
			r = next(r, nil)
			_ = db.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
				for range tx.Find(ctx, storage.Query{Kind: kind}) {
					break
				}
				return errRefused
			})
			view(t, db, func(ctx context.Context, reader storage.Reader) error {
				for range reader.History(ctx, r.Ref) {
					break
				}
				return nil
			})
			for range db.Feed(ctx, tenant, 0) {
				break
			}
		}
		cancel()
		if err := storage.Close(db); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines run, %d did before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}
