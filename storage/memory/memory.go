// Package memory keeps records in the memory of the process: the reference store,
// for tests, examples and hosts that need no more. What it holds is gone with the
// process.
//
// # Transactions
//
// Each tenant has one writer at a time; others wait for their turn or the end of
// their context. So an Update is serializable by construction and never runs
// twice. A View sees the last commit when it begins. It waits for no transaction
// and holds none up: they only ever wait for a few instructions of each other.
// Whoever waits, within an Update, for another goroutine's Update waits forever;
// an Update under the context given is answered with ErrNested instead.
//
// # Values
//
// A record that was put as a value is handed out as that value: nothing is encoded
// or decoded. It is shared and must not be changed, as the contract says.
//
// # Cost
//
// Get, Put and a look-up by key cost the same at a thousand and at a million
// records. Lists read indexes that the first large query of a kind, order,
// direction, state or status and key brings into being, at the price of one sort,
// and that writes keep up to date from then on; a store that never lists has none.
package memory

import (
	"context"
	"iter"
	"sync"

	"github.com/leadtocash/leadtocash/storage"
)

// Store keeps records in memory. It is safe for concurrent use.
type Store struct {
	settings
	closed  chan struct{}
	mu      sync.RWMutex
	tenants map[storage.Tenant]*tenant
}

type settings struct {
	keep int // superseded versions kept per record; negative means all
	few  int // records that are sorted rather than indexed
}

// Option changes how New makes a store.
type Option func(*Store)

// KeepHistory limits what is kept of the past: of each record at least the last n
// superseded versions, and not many more, and of the feed at least the last 8,192
// events of each tenant. Older images and events are forgotten; History and Feed
// yield what is left. 0 keeps nothing but living versions and the ids of the
// dead; without the option, or with a negative n, everything is kept.
func KeepHistory(n int) Option { return func(s *Store) { s.keep = n } }

// New returns an empty store.
func New(opts ...Option) *Store {
	s := &Store{
		settings: settings{keep: -1, few: few},
		closed:   make(chan struct{}),
		tenants:  make(map[storage.Tenant]*tenant),
	}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

// Close forgets everything. Transactions that are running end as they would have;
// everything after is ErrClosed. Closing again does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tenants != nil {
		s.tenants = nil
		close(s.closed)
	}
	return nil
}

// tenant returns a tenant, nil if nothing was ever written and create is false.
func (s *Store) tenant(ctx context.Context, name storage.Tenant, create bool) (*tenant, error) {
	s.mu.RLock()
	t, open := s.tenants[name], s.tenants != nil
	s.mu.RUnlock()
	switch {
	case !open:
		return nil, storage.ErrClosed
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case t != nil:
		return t, nil
	}
	if err := name.Validate(); err != nil || !create {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tenants == nil {
		return nil, storage.ErrClosed
	}
	if t = s.tenants[name]; t == nil {
		t = newTenant(name, s.settings)
		s.tenants[name] = t
	}
	return t, nil
}

// View runs fn on the last commit of a tenant.
func (s *Store) View(ctx context.Context, name storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	t, err := s.tenant(ctx, name, false)
	if err != nil {
		return err
	}
	if t == nil {
		t = newTenant(name, s.settings)
	}
	v := t.open()
	defer t.close(v)
	return fn(ctx, v)
}

// Update runs fn when it is its turn.
func (s *Store) Update(ctx context.Context, name storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	if ctx.Value(within{s}) != nil {
		return storage.ErrNested
	}
	t, err := s.tenant(ctx, name, true)
	if err != nil {
		return err
	}
	if err := t.acquire(ctx, s.closed); err != nil {
		return err
	}
	return t.begin(ctx, s).run(fn)
}

// Feed yields committed events by position, which is the order of commits.
func (s *Store) Feed(ctx context.Context, name storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return s.told(ctx, name, after, false)
}

// FeedImages implements storage.Imaged.
func (s *Store) FeedImages(ctx context.Context, name storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return s.told(ctx, name, after, true)
}

func (s *Store) told(ctx context.Context, name storage.Tenant, after int64, images bool) iter.Seq2[storage.Event, error] {
	return func(yield func(storage.Event, error) bool) {
		if err := s.feed(ctx, name, after, images, func(e storage.Event) bool { return yield(e, nil) }); err != nil {
			yield(storage.Event{}, err)
		}
	}
}

func (s *Store) feed(ctx context.Context, name storage.Tenant, after int64, images bool, yield func(storage.Event) bool) error {
	t, err := s.tenant(ctx, name, false)
	if err != nil || t == nil {
		return err
	}
	end := t.end()
	for page := make([]storage.Event, 0, 64); ; {
		page, after = t.page(page[:0], after, end, images)
		if len(page) == 0 {
			return ctx.Err()
		}
		for _, e := range page {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !yield(e) {
				return nil
			}
		}
	}
}

// Notify tells when to read the feed again.
func (s *Store) Notify(ctx context.Context, name storage.Tenant) (<-chan struct{}, error) {
	t, err := s.tenant(ctx, name, true)
	if err != nil {
		return nil, err
	}
	w := make(chan struct{}, 1)
	t.watch(w)
	go func() {
		select {
		case <-ctx.Done():
		case <-s.closed:
		}
		t.unwatch(w)
	}()
	return w, nil
}

// Count returns how many records Match q.
func (s *Store) Count(ctx context.Context, name storage.Tenant, q storage.Query) (n int64, err error) {
	err = s.View(ctx, name, func(ctx context.Context, r storage.Reader) error {
		n, err = r.(*view).count(ctx, q)
		return err
	})
	return n, err
}

var (
	_ storage.Store    = (*Store)(nil)
	_ storage.Notifier = (*Store)(nil)
	_ storage.Counter  = (*Store)(nil)
	_ storage.Closer   = (*Store)(nil)
	_ storage.Joinable = (*tx)(nil)

	_ storage.TenantLister = (*Store)(nil)
	_ storage.Imaged       = (*Store)(nil)
	_ storage.Reindexer    = (*tx)(nil)
)
