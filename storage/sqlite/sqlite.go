// Package sqlite keeps records in an SQLite file. It is written in Go alone: no C
// compiler, nothing to install.
//
//	store, err := sqlite.Open("sales.db")
//	err = store.Migrate(ctx) // once per release
//	client, err := engine.New(store)
//
// # Transactions
//
// One writer at a time, whatever the tenant, in this process and in others that
// have the file open: BEGIN IMMEDIATE, so an Update is serializable. Others wait,
// at most as long as their context and [BusyTimeout] allow. Readers never wait and
// hold nobody up: the file is in WAL mode, which Migrate turns on and a network
// file system does not support.
//
// A new file is its owner's alone to read and write, and so is what SQLite puts beside
// it. A store notices at its next write that its file was deleted or replaced:
// storage.ErrReadOnly until the store is opened again.
//
// A commit is on disk when Update returns. With [Relaxed] a power failure, though
// no crash of the process, may take the last commits back, in order.
//
// # A transaction of the host's
//
// [InTx] makes a store of a transaction that the host commits:
//
//	db, err := sql.Open("sqlite", "file:sales.db?_txlock=immediate")
//	tx, err := db.BeginTx(ctx, nil)
//	won, err := client.On(sqlite.InTx(tx)).Quotes().WinToOrder(ctx, id, cmd)
//	err = tx.Commit()
//
// # A pool of the host's
//
// [New] makes a store over a pool that the host has for tables of its own, and says
// what its connections must be like:
//
//	db, err := sql.Open("sqlite", "file:sales.db?_pragma=busy_timeout(100)&_pragma=synchronous(full)")
//	store, err := sqlite.New(ctx, db)
//
// # Schema
//
// Opening a store changes nothing; migrations own the schema, see [Migrate]. Tables
// have tenants in every key, and views such as l2c_quote and l2c_quote_line show
// documents in columns, for people and their reports.
package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
)

// DefaultPrefix begins the names of tables and views.
const DefaultPrefix = "l2c_"

// Store keeps records in a file. It is safe for concurrent use.
type Store struct {
	settings
	*tables
	file    string
	name    string     // of the data source
	db      *sql.DB    // the host's pool, or one for migrations
	pooled  bool       // transactions use connections of that pool
	writer  chan *conn // holds the writing connection, or nil before it is open
	readers chan *conn // idle
	closed  chan struct{}
	inUse   sync.WaitGroup
	checked atomic.Bool // the schema is the one expected

	watchers sqlkit.Watchers

	mu       sync.Mutex
	isClosed bool
	opened   os.FileInfo // of the file, when it was first connected to
}

type settings struct {
	names   sqlkit.Names
	busy    time.Duration
	retry   sqlkit.Retry
	relaxed bool
	readers int
	poll    time.Duration
	pages   int
	locked  bool
}

// Option changes how Open opens a store.
type Option func(*settings)

// Prefix begins the names of tables and views instead of [DefaultPrefix]. It
// matches [a-z_][a-z0-9_]{0,31}.
func Prefix(prefix string) Option { return func(s *settings) { s.names.Prefix = prefix } }

// BusyTimeout is how long an Update waits for a writer that is none of the store's
// before it is ErrRetry; 5 seconds without the option. The error says if that is a
// transaction of this process that a store of [InTx] has written in. It waits for those
// of its own as long as its context allows.
func BusyTimeout(d time.Duration) Option { return func(s *settings) { s.busy = d } }

// Attempts is how often an Update is run in all before it is ErrRetry; 10 without
// the option.
func Attempts(n int) Option { return func(s *settings) { s.retry.Attempts = n } }

// Relaxed does not wait for the disk at each commit.
func Relaxed() Option { return func(s *settings) { s.relaxed = true } }

// PollEvery is how often a waiting feed reader looks whether another process has
// written; 200 milliseconds without the option. Writers of its own process wake it
// at once.
func PollEvery(d time.Duration) Option { return func(s *settings) { s.poll = d } }

// MaxPages limits the size of the file, in pages of 4096 bytes. What does not fit is
// refused and leaves nothing behind.
func MaxPages(n int) Option { return func(s *settings) { s.pages = n } }

// ReadOnly opens a file that exists and never writes it; an Update fails.
func ReadOnly() Option { return func(s *settings) { s.locked = true } }

// Open returns the store of a file, which is made empty if it does not exist. A
// prefix that is none is ErrInvalid, and so is what is no path of a file: the empty
// name, ":memory:" and URIs. For a store in memory see package memory.
func Open(file string, opts ...Option) (*Store, error) {
	if file == "" || file == ":memory:" || strings.HasPrefix(file, "file:") {
		return nil, fmt.Errorf("%w: %q is no path of a file", storage.ErrInvalid, file)
	}
	set, err := chosen(opts)
	if err != nil {
		return nil, err
	}
	name := set.dsn(file)
	db, err := sql.Open(driverName, name)
	if err != nil {
		return nil, err
	}
	s := newStore(set, file, db)
	s.name = name
	return s, nil
}

// chosen returns the settings that options make.
func chosen(opts []Option) (settings, error) {
	set := settings{names: sqlkit.Names{Prefix: DefaultPrefix}, busy: 5 * time.Second, readers: 8, poll: 200 * time.Millisecond}
	for _, opt := range opts {
		opt(&set)
	}
	return set, set.names.Validate()
}

func newStore(set settings, file string, db *sql.DB) *Store {
	s := &Store{
		settings: set, tables: newTables(set.names), file: file, db: db,
		writer: make(chan *conn, 1), readers: make(chan *conn, set.readers), closed: make(chan struct{}),
	}
	s.writer <- nil
	return s
}

func (s *settings) dsn(file string) string {
	synchronous := "synchronous(full)"
	if s.relaxed {
		synchronous = "synchronous(normal)"
	}
	params := url.Values{"_pragma": {"busy_timeout(20)", synchronous, "temp_store(memory)"}}
	if s.pages > 0 {
		params.Add("_pragma", fmt.Sprintf("max_page_count(%d)", s.pages))
	}
	if s.locked {
		params.Set("mode", "ro")
	}
	name := url.URL{Scheme: "file", Opaque: url.PathEscape(file), RawQuery: params.Encode()}
	return name.String()
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
	if c := <-s.writer; c != nil {
		c.close()
	}
	for len(s.readers) > 0 {
		(<-s.readers).close()
	}
	if s.pooled {
		return nil // the pool is the host's
	}
	return s.db.Close()
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
		if err = s.checkSchema(ctx); err == nil {
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
	_ storage.Advancer = (*tx)(nil)

	_ storage.CounterLister = (*tx)(nil)
	_ storage.Redactor      = (*tx)(nil)
	_ storage.TenantLister  = (*Store)(nil)
	_ storage.Imaged        = (*Store)(nil)
	_ storage.Reindexer     = (*tx)(nil)
)
