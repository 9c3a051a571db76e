package storagetest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/memory"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

var (
	errBoom = errors.New("boom")
	noon    = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
)

func order(n byte, version int64) (*storage.Record, storage.Event) {
	r := &storage.Record{
		Header: storage.Header{Ref: storage.Ref{Kind: "order", ID: uuid.UUID{15: n}}, Version: version, CreatedAt: noon, UpdatedAt: noon},
		Image:  storage.NewImage(map[string]any{"n": n}),
	}
	return r, storage.Event{Ref: r.Ref, Version: version, Type: "order.stored", At: noon}
}

// scenario makes every kind of call: two transactions, of which the second undoes a
// part of the first, a view and the feed.
func scenario(ctx context.Context, s storage.Store) error {
	first, e := order(1, 1)
	err := s.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Next(ctx, "order"); err != nil {
			return err
		}
		if err := tx.Put(ctx, first, e); err != nil {
			return err
		}
		second, e := order(2, 1)
		return tx.Put(ctx, second, e)
	})
	if err != nil {
		return err
	}
	err = s.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Get(ctx, first.Ref); err != nil {
			return err
		}
		gone := e
		gone.Version = 2
		if err := tx.Delete(ctx, first.Ref, 1, gone); err != nil {
			return err
		}
		return tx.Erase(ctx, first.Ref)
	})
	if err != nil {
		return err
	}
	err = s.View(ctx, storage.Default, func(ctx context.Context, r storage.Reader) error {
		for _, err := range r.Find(ctx, storage.Query{Kind: "order"}) {
			if err != nil {
				return err
			}
		}
		for _, err := range r.History(ctx, first.Ref) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, err := range s.Feed(ctx, storage.Default, 0) {
		if err != nil {
			return err
		}
	}
	return nil
}

func events(t *testing.T, s storage.Store) (n int) {
	t.Helper()
	for _, err := range s.Feed(t.Context(), storage.Default, 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestFailNthFailsEveryCallOnce(t *testing.T) {
	t.Parallel()
	whole := storagetest.Faulty(memory.New())
	if err := scenario(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	for n := int64(1); ; n++ {
		s := storagetest.Faulty(memory.New(), storagetest.FailNth(n, errBoom))
		err := scenario(t.Context(), s)
		if err == nil {
			if n != whole.Calls()+1 {
				t.Errorf("%d calls could fail, but there are %d", n-1, whole.Calls())
			}
			break
		}
		if !errors.Is(err, errBoom) || s.Calls() != n {
			t.Errorf("call %d: got %v after %d calls, want the planned error at once", n, err, s.Calls())
		}
		switch left := events(t, s.Unwrap()); left {
		case 0, 2, 3:
		default:
			t.Errorf("call %d: %d events are left, half a transaction", n, left)
		}
	}
}

func TestFailOpFailsOneKind(t *testing.T) {
	t.Parallel()
	ops := []storagetest.Op{
		storagetest.OpView, storagetest.OpUpdate, storagetest.OpFeed, storagetest.OpGet, storagetest.OpFind, storagetest.OpHistory,
		storagetest.OpPut, storagetest.OpDelete, storagetest.OpNext, storagetest.OpErase, storagetest.OpCommit,
	}
	for _, op := range ops {
		for _, n := range []int64{0, 1} {
			s := storagetest.Faulty(memory.New(), storagetest.FailOp(op, n, errBoom))
			if err := scenario(t.Context(), s); !errors.Is(err, errBoom) {
				t.Errorf("%s %d: got %v, want %v", op, n, err, errBoom)
			}
			if got := s.CallsOf(op); got != 1 {
				t.Errorf("%s %d: %d calls, want the one that failed", op, n, got)
			}
		}
		s := storagetest.Faulty(memory.New(), storagetest.FailOp(op, 100, errBoom))
		if err := scenario(t.Context(), s); err != nil {
			t.Errorf("%s 100: got %v, but there are not so many", op, err)
		}
	}
}

func TestFailedWriteIsNotCommitted(t *testing.T) {
	t.Parallel()
	s := storagetest.Faulty(memory.New(), storagetest.FailOp(storagetest.OpPut, 2, errBoom))
	err := s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
		for n := range byte(2) {
			r, e := order(n+1, 1)
			_ = tx.Put(ctx, r, e)
		}
		for _, err := range tx.Find(ctx, storage.Query{Kind: "order"}) {
			if !errors.Is(err, errBoom) {
				t.Errorf("a search after it: got %v, want %v", err, errBoom)
			}
		}
		return nil
	})
	if !errors.Is(err, errBoom) {
		t.Errorf("got %v, want %v", err, errBoom)
	}
	if n := events(t, s.Unwrap()); n != 0 {
		t.Errorf("%d events are left, want none", n)
	}
}

func TestLoseAckCommits(t *testing.T) {
	t.Parallel()
	s := storagetest.Faulty(memory.New(), storagetest.LoseAck(1, errBoom))
	r, e := order(1, 1)
	put := func() error {
		return s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error { return tx.Put(ctx, r, e) })
	}
	if err := put(); !errors.Is(err, storage.ErrCommitUnknown) || !errors.Is(err, errBoom) {
		t.Errorf("got %v, want %v and %v", err, storage.ErrCommitUnknown, errBoom)
	}
	if err := put(); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("the same again: got %v, want %v, for it was stored", err, storage.ErrConflict)
	}
	s = storagetest.Faulty(memory.New(), storagetest.LoseAck(0, nil))
	for n := range byte(2) {
		r, e = order(n+1, 1)
		if err := put(); !errors.Is(err, storage.ErrCommitUnknown) {
			t.Errorf("commit %d: got %v, want %v", n+1, err, storage.ErrCommitUnknown)
		}
	}
	if n := events(t, s.Unwrap()); n != 2 {
		t.Errorf("%d events are stored, want 2", n)
	}
}

func TestRerunRunsTwiceAndCommitsOnce(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64][]int{0: {2, 2, 2}, 2: {1, 2, 1}} {
		s := storagetest.Faulty(memory.New(), storagetest.Rerun(n))
		for i, times := range want {
			runs := 0
			err := s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error {
				runs++
				r, e := order(byte(i+1), 1)
				return tx.Put(ctx, r, e)
			})
			if err != nil || runs != times {
				t.Errorf("rerun %d, update %d: ran %d times, %v; want %d", n, i+1, runs, err, times)
			}
		}
		if n := events(t, s.Unwrap()); n != len(want) {
			t.Errorf("%d events are stored, want %d", n, len(want))
		}
	}
}

func TestFaultyTransactionsCanBeJoined(t *testing.T) {
	t.Parallel()
	s := storagetest.Faulty(memory.New())
	err := s.Update(t.Context(), "tenant", func(ctx context.Context, tx storage.Tx) error {
		_ = storage.Joined(tx).Update(ctx, "tenant", func(ctx context.Context, tx storage.Tx) error {
			r, e := order(1, 1)
			return errors.Join(tx.Put(ctx, r, e), errBoom)
		})
		return nil
	})
	if !errors.Is(err, errBoom) {
		t.Errorf("got %v, want the error of the inner update", err)
	}
}

// secretive encodes itself into less than it is.
type secretive struct {
	Shown  string `json:"shown"`
	Hidden string `json:"-"`
}

func TestReencodeKeepsNothingButBytes(t *testing.T) {
	t.Parallel()
	inner := memory.New()
	s := storagetest.Reencode(inner)
	r, e := order(1, 1)
	doc := &secretive{"seen", "lost"}
	r.Image, e.Data = storage.NewImage(doc), storage.NewImage(doc)
	store := func() error {
		return s.Update(t.Context(), storage.Default, func(ctx context.Context, tx storage.Tx) error { return tx.Put(ctx, r, e) })
	}
	if err := store(); err != nil {
		t.Fatal(err)
	}
	err := s.View(t.Context(), storage.Default, func(ctx context.Context, reader storage.Reader) error {
		for e, err := range reader.History(ctx, r.Ref) {
			if err != nil {
				return err
			}
			for _, image := range []storage.Image{e.Image, e.Data} {
				body, err := image.Body()
				if err != nil {
					return err
				}
				var back secretive
				if err := json.Unmarshal(body, &back); err != nil {
					return err
				}
				if image.Value != nil || back != (secretive{Shown: "seen"}) {
					t.Errorf("got %v and value %v, want only what JSON can say", back, image.Value)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if r.Value != doc {
		t.Error("the caller's record has been changed")
	}
	r, e = order(2, 1)
	r.Image = storage.NewImage(func() {})
	if err := store(); err == nil {
		t.Error("a document that cannot be encoded was stored")
	}
	if got, ok := storage.As[*memory.Store](s); !ok || got != inner {
		t.Error("the store within cannot be found")
	}
}

// Fail everywhere, once: afterwards there is everything or nothing.
func ExampleFaulty() {
	ctx := context.Background()
	for n := int64(1); ; n++ {
		store := storagetest.Faulty(memory.New(), storagetest.FailNth(n, errors.New("disk on fire")))
		err := store.Update(ctx, storage.Default, func(ctx context.Context, tx storage.Tx) error {
			for n := range byte(2) {
				r, e := order(n+1, 1)
				if err := tx.Put(ctx, r, e); err != nil {
					return err
				}
			}
			return nil
		})
		stored := 0
		for range store.Unwrap().Feed(ctx, storage.Default, 0) {
			stored++
		}
		fmt.Println("call", n, "fails:", err, "and", stored, "events are stored")
		if err == nil {
			break
		}
	}
	// Output:
	// call 1 fails: disk on fire and 0 events are stored
	// call 2 fails: disk on fire and 0 events are stored
	// call 3 fails: disk on fire and 0 events are stored
	// call 4 fails: disk on fire and 0 events are stored
	// call 5 fails: <nil> and 2 events are stored
}
