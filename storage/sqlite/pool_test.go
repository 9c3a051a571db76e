package sqlite_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/sqlite"
	"github.com/leadtocash/leadtocash/storage/sqlkit"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

const relaxedPool = "?_pragma=busy_timeout(20)&_pragma=synchronous(normal)"

// openPool opens a pool of a host's.
func openPool(t testing.TB, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

func openPooled(t testing.TB) (storage.Store, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pooled.db")
	s, err := sqlite.New(t.Context(), openPool(t, "file:"+file+relaxedPool), sqlite.Relaxed())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, file
}

// A store over a pool of the host's keeps all promises, and gives back what it took.
func TestNewContract(t *testing.T) {
	storagetest.Run(t, storagetest.Harness{
		Except: []string{"queries", "paging", "sums", "texts", "numbers"}, // are the same statements, see TestContract
		Open: func(t testing.TB) storage.Store {
			s, file := openPooled(t)
			return housed{s.(*sqlite.Store), file}
		},
		Retryable: func() error { return busy },
		Host:      inTx,
		Runs:      1,
	})
}

func TestNewGivesBack(t *testing.T) {
	t.Parallel()
	db := openPool(t, "file:"+filepath.Join(t.TempDir(), "back.db")+relaxedPool)
	db.SetMaxOpenConns(2)
	s, err := sqlite.New(t.Context(), db, sqlite.Relaxed())
	if err != nil {
		t.Fatal(err)
	}
	migrate(t, db, sqlkit.Newest)
	if err := journeytest.Play(t.Context(), client(t, s), "", nil); err != nil {
		t.Fatal(err)
	}
	if used := db.Stats().InUse; used != 0 {
		t.Errorf("%d connections of the pool are in use", used)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.PingContext(t.Context()); err != nil {
		t.Errorf("the pool of the host's was closed: %v", err)
	}
}

// What a pool must be like is said by name.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		name string
		opts []sqlite.Option
		says string
	}{
		"no waiting":        {"?_pragma=synchronous(full)&_pragma=busy_timeout(0)", nil, "pragma busy_timeout is 0"},
		"no disk":           {"?_pragma=busy_timeout(9)&_pragma=synchronous(off)", []sqlite.Option{sqlite.Relaxed()}, "pragma synchronous is 0"},
		"not every commit":  {"?_pragma=busy_timeout(9)&_pragma=synchronous(normal)", nil, "pragma synchronous is 1"},
		"no log":            {"?_pragma=busy_timeout(9)&_pragma=journal_mode(memory)", nil, "pragma journal_mode is memory"},
		"a file for itself": {"?_pragma=busy_timeout(9)&_pragma=locking_mode(exclusive)", nil, "pragma locking_mode is exclusive"},
		"no writing":        {"?_pragma=busy_timeout(9)&_pragma=query_only(on)", nil, "pragma query_only is 1"},
		"dirty reads":       {"?_pragma=busy_timeout(9)&_pragma=read_uncommitted(on)", nil, "pragma read_uncommitted is 1"},
		"two bytes":         {"?_pragma=busy_timeout(9)&_pragma=encoding('UTF-16')", nil, "pragma encoding is UTF-16"},
		"memory":            {"", nil, "in memory"},
		"an option":         {"?_pragma=busy_timeout(9)", []sqlite.Option{sqlite.MaxPages(9)}, "max_page_count"},
		"a prefix":          {"?_pragma=busy_timeout(9)", []sqlite.Option{sqlite.Prefix("No ")}, "prefix"},
	} {
		name := ":memory:"
		if c.name != "" {
			name = "file:" + filepath.Join(t.TempDir(), "refused.db") + c.name
		}
		_, err := sqlite.New(t.Context(), openPool(t, name), c.opts...)
		if !errors.Is(err, storage.ErrInvalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want ErrInvalid saying %q", what, err, c.says)
		}
	}
	one := openPool(t, "file:"+filepath.Join(t.TempDir(), "one.db")+relaxedPool)
	one.SetMaxOpenConns(1)
	if _, err := sqlite.New(t.Context(), one, sqlite.Relaxed()); !errors.Is(err, storage.ErrInvalid) || !strings.Contains(err.Error(), "SetMaxOpenConns") {
		t.Errorf("a pool of one connection: %v", err)
	}
	other := sql.OpenDB(foreign{})
	defer other.Close()
	if _, err := sqlite.New(t.Context(), other); !errors.Is(err, storage.ErrInvalid) || !strings.Contains(err.Error(), "modernc.org/sqlite") {
		t.Errorf("another driver: %v", err)
	}

	// A data source that turns the journal back shows at the first use.
	file := filepath.Join(t.TempDir(), "back.db")
	openFile(t, file)
	db := openPool(t, "file:"+file+"?_pragma=busy_timeout(9)&_pragma=journal_mode(delete)")
	s, err := sqlite.New(t.Context(), db)
	if err == nil {
		err = s.Ping(t.Context())
	}
	if err == nil || !strings.Contains(err.Error(), "journal_mode") && !strings.Contains(err.Error(), "locked") {
		t.Errorf("a journal that is turned back: %v", err)
	}
}

// foreign is a driver of somebody else's.
type foreign struct{}

func (foreign) Connect(context.Context) (driver.Conn, error) { return nil, errors.New("nowhere") }
func (foreign) Driver() driver.Driver                        { return foreign{} }
func (foreign) Open(string) (driver.Conn, error)             { return nil, errors.New("nowhere") }

// Whoever waits in vain for a transaction of his own process is told that it is one.
func TestBusyTellsOwnTransaction(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "busy.db")
	store := openFile(t, file, sqlite.BusyTimeout(30*time.Millisecond), sqlite.Attempts(1))
	db := openDB(t, file)
	create := leadtocash.CreateLead{Fields: leadtocash.LeadFields{Topic: "desks", LastName: "Roe"}}
	for _, c := range []struct {
		within bool
		want   string
	}{{true, "a transaction of this process"}, {false, "another transaction, of this process or another"}} {
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.within {
			if _, err := client(t, store).On(sqlite.InTx(tx)).Leads().Create(t.Context(), create); err != nil {
				t.Fatal(err)
			}
		}
		_, err = client(t, store).Leads().Create(t.Context(), create)
		if !errors.Is(err, storage.ErrRetry) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want ErrRetry saying %q", err, c.want)
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		if _, err := client(t, store).Leads().Create(t.Context(), create); err != nil {
			t.Errorf("after the end of the transaction: %v", err)
		}
	}
}
