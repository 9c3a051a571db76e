package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/leadtocash/leadtocash/storage"
)

var concurrencyPromises = []promise{
	{category: "concurrency", sentence: "of twenty who write one version, one wins", check: oneWriterWins},
	{category: "concurrency", sentence: "of twenty who create one record, one wins", check: oneCreatorWins},
	{category: "concurrency", sentence: "of twenty who want one claim, one gets it", check: oneClaimantWins},
	{category: "concurrency", sentence: "decisions on what was only read hold", check: noWriteSkew},
	{category: "concurrency", sentence: "decisions on what was not found hold", check: noPhantoms},
	{category: "concurrency", sentence: "records behave as if calls came one after the other", check: linearizable},
}

// contend runs fn twenty times at once and returns what became of the calls.
func contend(t *testing.T, fn func(i int) error) (won int, lost []error) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range 20 {
		wg.Go(func() {
			<-start
			err := insist(t.Context(), func() error { return fn(i) })
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else {
				lost = append(lost, err)
			}
		})
	}
	close(start)
	wg.Wait()
	return won, lost
}

func wantOneWinner(t *testing.T, won int, lost []error, want error) {
	t.Helper()
	if won != 1 {
		t.Errorf("%d of 20 won, want 1", won)
	}
	for _, err := range lost {
		wantErr(t, err, want, "loser")
	}
}

func oneWriterWins(t *testing.T, s subject) {
	db := s.open(t)
	r := record("contended")
	store(t, db, r)
	won, lost := contend(t, func(i int) error {
		return tryPut(t, db, next(r, func(r *storage.Record) { r.Number = fmt.Sprint(i) }))
	})
	wantOneWinner(t, won, lost, storage.ErrConflict)
	if n := len(history(t, db, r.Ref)); n != 2 {
		t.Errorf("history has %d events, want 2", n)
	}
}

func oneCreatorWins(t *testing.T, s subject) {
	db := s.open(t)
	r := record("contended")
	won, lost := contend(t, func(i int) error { return tryPut(t, db, recordAs(r.ID, fmt.Sprint(i))) })
	wantOneWinner(t, won, lost, storage.ErrConflict)
	if n := len(history(t, db, r.Ref)); n != 1 {
		t.Errorf("history has %d events, want 1", n)
	}
}

func oneClaimantWins(t *testing.T, s subject) {
	db := s.open(t)
	won, lost := contend(t, func(i int) error { return tryPut(t, db, claiming(fmt.Sprint(i), "contended")) })
	wantOneWinner(t, won, lost, storage.ErrTaken)
	if n := len(found(t, db)); n != 1 {
		t.Errorf("%d records are stored, want 1", n)
	}
}

// meet lets two transactions wait for each other for a moment, so that both have
// read before one writes, if the store lets them.
type meet struct {
	arrived  [2]chan struct{}
	once     [2]sync.Once
	patience time.Duration
}

func newMeet() *meet {
	return &meet{arrived: [2]chan struct{}{make(chan struct{}), make(chan struct{})}, patience: 5 * time.Millisecond}
}

func (m *meet) wait(i int) {
	m.once[i].Do(func() { close(m.arrived[i]) })
	select {
	case <-m.arrived[1-i]:
	case <-time.After(m.patience):
	}
}

func noWriteSkew(t *testing.T, s subject) {
	db := s.open(t)
	for range 20 {
		on := [2]*storage.Record{record("on call"), record("on call")}
		store(t, db, on[:]...)
		m := newMeet()
		var wg sync.WaitGroup
		for i := range on {
			wg.Go(func() {
				err := insist(t.Context(), func() error {
					return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
						other, err := tx.Get(ctx, on[1-i].Ref)
						if err != nil {
							return err
						}
						m.wait(i)
						if other.State != "open" {
							return errRefused // somebody has to stay
						}
						return put(ctx, tx, next(on[i], func(r *storage.Record) { r.State = "off" }))
					})
				})
				if err != nil && !errors.Is(err, errRefused) {
					t.Errorf("update: %v", err)
				}
			})
		}
		wg.Wait()
		staying := 0
		for _, r := range on {
			if get(t, db, r.Ref).State == "open" {
				staying++
			}
		}
		if staying != 1 {
			t.Fatalf("%d of 2 stayed, want 1", staying)
		}
	}
}

func noPhantoms(t *testing.T, s subject) {
	db := s.open(t)
	for round := range 20 {
		value := fmt.Sprint(round)
		m := newMeet()
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() {
				r := record("the only one")
				r.Keys = []storage.Key{{Name: "round", Value: value}}
				err := insist(t.Context(), func() error {
					return db.Update(t.Context(), tenant, func(ctx context.Context, tx storage.Tx) error {
						ids, err := find(ctx, tx, storage.Query{Kind: kind, Where: []storage.Cond{byKey("round", value)}})
						if err != nil {
							return err
						}
						m.wait(i)
						if len(ids) > 0 {
							return errRefused
						}
						return put(ctx, tx, r)
					})
				})
				if err != nil && !errors.Is(err, errRefused) {
					t.Errorf("update: %v", err)
				}
			})
		}
		wg.Wait()
		if n := len(found(t, db, byKey("round", value))); n != 1 {
			t.Fatalf("%d records are stored, want 1", n)
		}
	}
}

// access is a call in a history for porcupine: a read, or the addition of a number.
type access struct {
	record int
	add    int
}

// outcome is what it returned: the text of the record after it.
type outcome struct {
	count   int
	unknown bool
}

// register is a number per record that can be read and added to.
var register = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := make(map[int][]porcupine.Operation)
		for _, op := range history {
			n := op.Input.(access).record
			parts[n] = append(parts[n], op)
		}
		var out [][]porcupine.Operation
		for _, part := range parts {
			out = append(out, part)
		}
		return out
	},
	Init: func() any { return 0 },
	Step: func(state, input, output any) (bool, any) {
		count, out := state.(int)+input.(access).add, output.(outcome)
		return out.unknown || out.count == count, count
	},
}

func linearizable(t *testing.T, s subject) {
	db := s.open(t)
	const clients, calls, registers = 6, 40, 3
	var records [registers]*storage.Record
	for i := range records {
		records[i] = record("register")
		records[i].DueOn = 0
		records[i].Format = 0
	}
	store(t, db, records[:]...)

	var clock atomic.Int64
	var mu sync.Mutex
	var calledAll []porcupine.Operation
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(client), 7))
			for range calls {
				in := access{record: rng.IntN(registers)}
				if rng.IntN(2) == 0 {
					in.add = 1 + rng.IntN(9)
				}
				op := porcupine.Operation{ClientId: client, Input: in, Call: clock.Add(1)}
				count, err := perform(t.Context(), db, records[in.record].Ref, in.add)
				op.Return = clock.Add(1)
				op.Output = outcome{count: count}
				switch {
				case errors.Is(err, storage.ErrCommitUnknown):
					op.Output, op.Return = outcome{unknown: true}, math.MaxInt64
				case err != nil:
					t.Errorf("client %d: %v", client, err)
					return
				}
				mu.Lock()
				calledAll = append(calledAll, op)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if result := porcupine.CheckOperationsTimeout(register, calledAll, 20*time.Second); result != porcupine.Ok {
		t.Errorf("%d concurrent calls are %s as a sequence", len(calledAll), result)
	}
}

// perform reads the register of a record, or adds to it, and returns its number
// afterwards, which is kept in the format of the body.
func perform(ctx context.Context, db storage.Store, ref storage.Ref, add int) (count int, err error) {
	if add == 0 {
		err = db.View(ctx, tenant, func(ctx context.Context, r storage.Reader) error {
			rec, err := r.Get(ctx, ref)
			if err == nil {
				count = int(rec.Format)
			}
			return err
		})
		return count, err
	}
	err = insist(ctx, func() error {
		return db.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
			rec, err := tx.Get(ctx, ref)
			if err != nil {
				return err
			}
			count = int(rec.Format) + add
			return put(ctx, tx, next(rec, func(r *storage.Record) { r.Format = int32(count) }))
		})
	})
	return count, err
}
