// Package postgres keeps records in PostgreSQL, 15 or newer, on one server or
// distributed with Citus.
//
//	store, err := postgres.Open(ctx, "postgres://sales@db.example.com/sales")
//	err = store.Migrate(ctx) // once per release
//	client, err := leadtocash.New(store)
//
// # Transactions
//
// An Update reads on a snapshot and is certified: its last batch takes locks on what
// it has read and is going to write, looks whether all it has read is still so, writes
// and commits. Those that read and write different things never disturb each other; one
// that was overtaken runs again, with the locks of its first run taken before. A View is
// REPEATABLE READ, READ ONLY. Nothing is sent before it has to be: a transaction
// begins with its first read, its writes wait and travel together with COMMIT, the
// rows of each table in one statement. Of records that the store has committed itself
// it remembers some, and asks whether they are still so with whatever it sends next, see
// [Remember]: a command that reads and writes nothing else takes one round trip.
//
// A database says itself whether Updates are certified. Before the migration
// 0004_certified, and where tables are distributed, see [Distribute], they are
// SERIALIZABLE, and run again when the database asks for it. So all processes can be of
// this release before one of them migrates; what an earlier release writes afterwards is
// refused by the database.
//
// A connection that breaks before COMMIT has been sent costs nothing but another
// run. When it breaks after that, the store looks for what it has written; where
// that does not settle the matter, the answer is ErrCommitUnknown, and a call made
// with an idempotency key may be repeated.
//
// # A transaction of the host's
//
// [InTx] makes a store of a transaction that the host commits:
//
//	tx, err := pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted})
//	won, err := client.On(postgres.InTx(tx)).Quotes().WinToOrder(ctx, id, cmd)
//	err = tx.Commit(ctx)
//
// # Poolers
//
// No session state is used. Behind a pooler in transaction mode that knows no
// prepared statements, open with default_query_exec_mode=cache_describe in the
// connection string.
//
// # Schema
//
// Opening a store changes nothing; migrations own the schema, see [Migrate]. The
// tenant is first in every key, [Distribute] spreads the tables over a Citus
// cluster by it, and [SecureRows] has the server keep tenants apart. Views such as
// l2c_quote and l2c_quote_line show documents in columns, for people and their
// reports.
package postgres

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// DefaultPrefix begins the names of tables and views.
const DefaultPrefix = "l2c_"

// Store keeps records in a database. It is safe for concurrent use.
type Store struct {
	settings
	*tables
	pool      *pgxpool.Pool
	owned     bool // the pool is closed with the store
	closed    chan struct{}
	inUse     sync.WaitGroup
	known     known
	checked   atomic.Bool // the schema is the one expected
	certified atomic.Bool // Updates are, as the schema says

	watchers sqlkit.Watchers

	mu       sync.Mutex
	isClosed bool
}

type settings struct {
	names  sqlkit.Names
	retry  sqlkit.Retry
	secure bool
	poll   time.Duration
	known  int
}

// Option changes how Open and New make a store.
type Option func(*settings)

// Schema is where the tables are; without it, where the connection finds them. It
// matches [a-z_][a-z0-9_]{0,31}.
func Schema(schema string) Option { return func(s *settings) { s.names.Schema = schema } }

// Prefix begins the names of tables and views instead of [DefaultPrefix]. It
// matches [a-z_][a-z0-9_]{0,31}.
func Prefix(prefix string) Option { return func(s *settings) { s.names.Prefix = prefix } }

// Attempts is how often an Update is run in all before it is ErrRetry; 30 without
// the option.
func Attempts(n int) Option { return func(s *settings) { s.retry.Attempts = n } }

// Secured names the tenant of each transaction to the server, for [SecureRows]. A
// role that bypasses row-level security is refused with ErrUnsupported.
func Secured() Option { return func(s *settings) { s.secure = true } }

// PollEvery is how often a waiting feed reader looks whether another process has
// written; 200 milliseconds without the option. Writers of its own process wake it
// at once.
func PollEvery(d time.Duration) Option { return func(s *settings) { s.poll = d } }

// Remember is how many of the records that it has committed the store keeps in
// memory; 1000 without the option, with 0 none. An Update that reads one of them goes on
// with it, and asks the server with whatever it sends next whether it is still the one:
// if another process has changed it, the function runs again.
func Remember(n int) Option { return func(s *settings) { s.known = n } }

// Open returns a store with a pool of its own, made of a connection string as pgx
// understands it. Close closes the pool.
func Open(ctx context.Context, conn string, opts ...Option) (*Store, error) {
	pool, err := pgxpool.New(ctx, conn)
	if err != nil {
		return nil, err
	}
	s, err := New(pool, opts...)
	if err != nil {
		pool.Close()
		return nil, err
	}
	s.owned = true
	return s, nil
}

// New returns a store over a pool of the host's, which Close leaves open. A schema
// or prefix that is none is ErrInvalid.
func New(pool *pgxpool.Pool, opts ...Option) (*Store, error) {
	set := settings{names: sqlkit.Names{Prefix: DefaultPrefix}, retry: sqlkit.Retry{Attempts: 30}, poll: 200 * time.Millisecond, known: 1000}
	for _, opt := range opts {
		opt(&set)
	}
	if err := set.names.Validate(); err != nil {
		return nil, err
	}
	return &Store{
		settings: set, tables: tablesOf(set.names), pool: pool, known: known{size: max(set.known+1, 0) / 2}, closed: make(chan struct{}),
	}, nil
}

// Close ends the store: it waits for what is running, everything after is
// ErrClosed. Closing again does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.isClosed {
		s.mu.Unlock()
		return nil
	}
	s.isClosed = true
	s.mu.Unlock()
	close(s.closed)
	s.inUse.Wait()
	if s.owned {
		s.pool.Close()
	}
	return nil
}

// enter begins a call, which ends with leave.
func (s *Store) enter(ctx context.Context, tenant storage.Tenant) error {
	if err := tenant.Validate(); err != nil {
		return err
	}
	s.mu.Lock()
	if s.isClosed {
		s.mu.Unlock()
		return storage.ErrClosed
	}
	s.inUse.Add(1)
	s.mu.Unlock()
	err := ctx.Err()
	if err == nil && !s.checked.Load() {
		if err = s.retry.Do(ctx, isRetryable, func() error { return s.Ping(ctx) }); err == nil {
			s.checked.Store(true)
		}
	}
	if err != nil {
		s.leave()
	}
	return err
}

func (s *Store) leave() { s.inUse.Done() }

var (
	_ storage.Store    = (*Store)(nil)
	_ storage.Migrator = (*Store)(nil)
	_ storage.Pinger   = (*Store)(nil)
	_ storage.Notifier = (*Store)(nil)
	_ storage.Counter  = (*Store)(nil)
	_ storage.Closer   = (*Store)(nil)
	_ storage.Joinable = (*tx)(nil)

	_ storage.TenantLister = (*Store)(nil)
	_ storage.Imaged       = (*Store)(nil)
	_ storage.Reindexer    = (*tx)(nil)
)
