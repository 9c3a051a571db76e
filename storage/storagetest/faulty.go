package storagetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/leadtocash/leadtocash/storage"
)

// Op is a kind of call to a store.
type Op string

// The calls that can fail. A commit is counted apart from its update, after it.
const (
	OpView    Op = "view"
	OpUpdate  Op = "update"
	OpFeed    Op = "feed"
	OpGet     Op = "get"
	OpFind    Op = "find"
	OpHistory Op = "history"
	OpPut     Op = "put"
	OpDelete  Op = "delete"
	OpNext    Op = "next"
	OpErase   Op = "erase"
	OpCommit  Op = "commit"
)

// Plan says which calls go wrong, and how.
type Plan func(*fault, Op, int64, int64)

// fault is what happens to a call.
type fault struct {
	before, after error
	rerun         bool
}

// FailNth fails the n-th call, counted from 1, before it has an effect. A test that
// fails call 1, 2, 3 … until its scenario succeeds has failed every one of them.
func FailNth(n int64, err error) Plan {
	return func(f *fault, _ Op, call, _ int64) {
		if call == n {
			f.before = err
		}
	}
}

// FailOp fails the n-th call of one kind, or all of them if n is 0, before it has
// an effect.
func FailOp(op Op, n int64, err error) Plan {
	return func(f *fault, o Op, _, nth int64) {
		if o == op && (n == 0 || n == nth) {
			f.before = err
		}
	}
}

// LoseAck lets the n-th commit succeed, or all of them if n is 0, but its caller
// is told that the outcome is unknown: ErrCommitUnknown, and err if it is not nil.
func LoseAck(n int64, err error) Plan {
	lost := storage.ErrCommitUnknown
	if err != nil {
		lost = fmt.Errorf("%w: %w", storage.ErrCommitUnknown, err)
	}
	return func(f *fault, o Op, _, nth int64) {
		if o == OpCommit && (n == 0 || n == nth) {
			f.after = lost
		}
	}
}

// Rerun rolls back the n-th commit, or every one if n is 0, and runs the function of
// its update again.
func Rerun(n int64) Plan {
	return func(f *fault, o Op, _, nth int64) {
		if o == OpCommit && (n == 0 || n == nth) {
			f.rerun = true
		}
	}
}

// FaultyStore is a store some of whose calls go wrong.
type FaultyStore struct {
	store storage.Store
	plans []Plan

	mu    sync.Mutex
	calls int64
	nth   map[Op]int64
}

// Faulty returns a store that hands calls on to store unless a plan is against it.
// A later plan overrules an earlier one.
func Faulty(store storage.Store, plans ...Plan) *FaultyStore {
	return &FaultyStore{store: store, plans: plans, nth: make(map[Op]int64)}
}

// Unwrap returns the store that does not fail.
func (s *FaultyStore) Unwrap() storage.Store { return s.store }

// Calls returns how many calls there have been, commits included.
func (s *FaultyStore) Calls() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// CallsOf returns how many calls of one kind there have been.
func (s *FaultyStore) CallsOf(op Op) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nth[op]
}

// Reset counts calls anew, so that the plans begin again.
func (s *FaultyStore) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls, s.nth = 0, make(map[Op]int64)
}

func (s *FaultyStore) next(op Op) fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	s.nth[op]++
	var f fault
	for _, plan := range s.plans {
		plan(&f, op, s.calls, s.nth[op])
	}
	return f
}

// View reads, unless planned otherwise.
func (s *FaultyStore) View(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	if f := s.next(OpView); f.before != nil {
		return f.before
	}
	return s.store.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error {
		return fn(ctx, faultyReader{r, s})
	})
}

var errRerun = errors.New("storagetest: run again")

// Update writes, unless planned otherwise.
func (s *FaultyStore) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	if f := s.next(OpUpdate); f.before != nil {
		return f.before
	}
	var f fault
	attempt := func(ctx context.Context, inner storage.Tx) error {
		wrapped := &wrappedTx{Tx: inner, tenant: tenant}
		tx := &faultyTx{wrapped, faultyReader{wrapped, s}}
		if err := tx.fate(fn(ctx, tx)); err != nil {
			return err
		}
		f = s.next(OpCommit)
		if f.rerun {
			return errRerun
		}
		return f.before
	}
	err := s.store.Update(ctx, tenant, attempt)
	if errors.Is(err, errRerun) {
		err = s.store.Update(ctx, tenant, func(ctx context.Context, inner storage.Tx) error {
			err := attempt(ctx, inner)
			if errors.Is(err, errRerun) {
				return f.before // once is enough
			}
			return err
		})
	}
	if err == nil {
		err = f.after
	}
	return err
}

// Feed reads, unless planned otherwise.
func (s *FaultyStore) Feed(ctx context.Context, tenant storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return orFail(s, OpFeed, s.store.Feed(ctx, tenant, after))
}

// orFail yields seq, or nothing but an error.
func orFail[T any](s *FaultyStore, op Op, seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if f := s.next(op); f.before != nil {
			var none T
			yield(none, f.before)
			return
		}
		seq(yield)
	}
}

type faultyReader struct {
	reader storage.Reader
	store  *FaultyStore
}

// Get implements storage.Reader.
func (r faultyReader) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	if f := r.store.next(OpGet); f.before != nil {
		return nil, f.before
	}
	return r.reader.Get(ctx, ref)
}

// Find implements storage.Reader.
func (r faultyReader) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return orFail(r.store, OpFind, r.reader.Find(ctx, q))
}

// History implements storage.Reader.
func (r faultyReader) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	return orFail(r.store, OpHistory, r.reader.History(ctx, ref))
}

type faultyTx struct {
	*wrappedTx
	faulty faultyReader
}

// Get implements storage.Reader.
func (tx *faultyTx) Get(ctx context.Context, ref storage.Ref) (*storage.Record, error) {
	return tx.faulty.Get(ctx, ref)
}

// Find implements storage.Reader.
func (tx *faultyTx) Find(ctx context.Context, q storage.Query) iter.Seq2[*storage.Record, error] {
	return tx.faulty.Find(ctx, q)
}

// History implements storage.Reader.
func (tx *faultyTx) History(ctx context.Context, ref storage.Ref) iter.Seq2[storage.Event, error] {
	return tx.faulty.History(ctx, ref)
}

// planned hands a write on unless a plan is against it; either way a failure is the
// end of the transaction.
func (tx *faultyTx) planned(ctx context.Context, op Op, call func() error) error {
	return tx.write(ctx, func() error { return tx.faulty.store.next(op).before }, call)
}

// Put implements storage.Tx.
func (tx *faultyTx) Put(ctx context.Context, rec *storage.Record, events ...storage.Event) error {
	return tx.planned(ctx, OpPut, func() error { return tx.Tx.Put(ctx, rec, events...) })
}

// Delete implements storage.Tx.
func (tx *faultyTx) Delete(ctx context.Context, ref storage.Ref, version int64, events ...storage.Event) error {
	return tx.planned(ctx, OpDelete, func() error { return tx.Tx.Delete(ctx, ref, version, events...) })
}

// Next implements storage.Tx.
func (tx *faultyTx) Next(ctx context.Context, counter string) (n int64, err error) {
	err = tx.planned(ctx, OpNext, func() (err error) { n, err = tx.Tx.Next(ctx, counter); return err })
	return n, err
}

// Erase implements storage.Tx.
func (tx *faultyTx) Erase(ctx context.Context, ref storage.Ref) error {
	return tx.planned(ctx, OpErase, func() error { return tx.Tx.Erase(ctx, ref) })
}
