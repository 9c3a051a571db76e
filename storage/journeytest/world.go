package journeytest

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

var (
	ann = record.User(uuid.UUID{0: 0xa, 15: 1})
	bob = record.User(uuid.UUID{0: 0xb, 15: 1})
	// robot is the integration of external order processing.
	robot = record.Actor{Kind: record.ActorIntegration, ID: uuid.UUID{0: 0xc, 15: 1}}
)

var dawn = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

var tenants atomic.Int64

// nextTenant names a tenant that nobody has used yet.
func nextTenant() storage.Tenant { return storage.Tenant(fmt.Sprintf("t%06d", tenants.Add(1))) }

// world is a tenant of its own and a client of it, whose clock stands still
// until it is set and whose ids are counted: the same calls make the same
// records, whatever the store.
type world struct {
	store  storage.Store
	tenant storage.Tenant
	client *engine.Client

	mu     sync.Mutex
	now    time.Time
	serial uint64
}

// newWorld makes an empty tenant of the store.
func newWorld(t rapid.TB, store storage.Store, opts ...engine.ClientOption) *world {
	t.Helper()
	w := &world{store: store, tenant: nextTenant(), now: dawn}
	w.client = w.open(t, opts...)
	return w
}

// open returns another client of the tenant, with options of its own.
func (w *world) open(t rapid.TB, opts ...engine.ClientOption) *engine.Client {
	t.Helper()
	c, err := engine.New(w.store, append([]engine.ClientOption{
		engine.WithClock(w.clock), engine.WithIDs(w.nextID),
	}, opts...)...)
	if err != nil {
		t.Fatalf("no client: %v", err)
	}
	return c.In(w.tenant).As(ann)
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) nextID() uuid.UUID {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serial++
	id := uuid.UUID{0: 0xe}
	binary.BigEndian.PutUint64(id[8:], w.serial)
	return id
}

// set begins a call: its time, and the first of the ids that it will take.
func (w *world) set(now time.Time, serial uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now, w.serial = now, serial
}

// pass lets time go by.
func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// id is the n-th id of any kind. Records of different kinds share them on
// purpose: an id means nothing without its kind.
func id[I record.AnyID](n int) I {
	id := uuid.UUID{0: 0xf}
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	return I{UUID: id}
}

// watched is a store that knows how far the counters of its tenants have come.
type watched struct {
	storage.Store
	mu       sync.Mutex
	counters map[storage.Tenant]map[string]int64
}

func watch(store storage.Store) *watched {
	return &watched{Store: store, counters: map[storage.Tenant]map[string]int64{}}
}

// Unwrap returns the store that is watched.
func (s *watched) Unwrap() storage.Store { return s.Store }

// Update notes how far the counters come, once that is committed.
func (s *watched) Update(ctx context.Context, tenant storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	var advanced map[string]int64
	err := s.Store.Update(ctx, tenant, func(ctx context.Context, tx storage.Tx) error {
		advanced = map[string]int64{}
		if joinable, ok := tx.(storage.Joinable); ok {
			tx = watchedTx{joinable, advanced}
		}
		return fn(ctx, tx)
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counters[tenant] == nil {
		s.counters[tenant] = map[string]int64{}
	}
	for name, n := range advanced {
		s.counters[tenant][name] = n
	}
	return nil
}

// committed tells how far the counters have come.
func (s *watched) committed(tenant storage.Tenant) map[string]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	counters := map[string]int64{}
	for name, n := range s.counters[tenant] {
		counters[name] = n
	}
	return counters
}

type watchedTx struct {
	storage.Joinable
	advanced map[string]int64
}

// Next notes how far the counter went.
func (tx watchedTx) Next(ctx context.Context, counter string) (int64, error) {
	n, err := tx.Joinable.Next(ctx, counter)
	if err == nil {
		tx.advanced[counter] = n
	}
	return n, err
}
