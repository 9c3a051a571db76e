package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"modernc.org/sqlite"

	"github.com/leadtocash/leadtocash/storage"
)

// driverName is the name under which modernc.org/sqlite registers its driver.
const driverName = "sqlite"

// New returns a store over a pool of the host's, which Close leaves open. Each
// transaction takes a connection of the pool and gives it back; statements are prepared
// anew in each, so a store of [Open] is faster.
//
// The pool must be one of the driver "sqlite" of modernc.org/sqlite, of a file, and
// allow two connections or more: a View inside an Update needs a second one. Give what
// its connections have to agree on in the data source name, as _pragma=…, so that all of
// them do:
//
//	busy_timeout    more than 0, in milliseconds; a transaction that waits notices
//	                the end of its context no sooner
//	synchronous     full or extra; normal as well with [Relaxed]
//	journal_mode    wal, which [Migrate] turns on; none in the data source name
//	locking_mode    normal, which is the default; and so for the others
//	query_only      off
//	read_uncommitted off
//	encoding        UTF-8
//
// What is not so is ErrInvalid, with a sentence that names the pragma and what it
// should be; a journal that is not wal after the migration shows at the first use. The
// options MaxPages and ReadOnly are the pool's to have, hence ErrInvalid.
func New(ctx context.Context, db *sql.DB, opts ...Option) (*Store, error) {
	if db == nil {
		panic("sqlite: New without a pool")
	}
	set, err := chosen(opts)
	if err != nil {
		return nil, err
	}
	if _, ours := db.Driver().(*sqlite.Driver); !ours {
		return nil, fmt.Errorf("%w: a pool of the driver %T: open it as %q of modernc.org/sqlite", storage.ErrInvalid, db.Driver(), driverName)
	}
	if db.Stats().MaxOpenConnections == 1 {
		return nil, fmt.Errorf("%w: a pool of one connection: a View inside an Update needs a second one, see SetMaxOpenConns", storage.ErrInvalid)
	}
	if set.pages > 0 || set.locked {
		return nil, fmt.Errorf("%w: MaxPages and ReadOnly go into the data source name of the pool, as _pragma=max_page_count(…) and mode=ro", storage.ErrInvalid)
	}
	s := newStore(set, "", db)
	s.pooled = true
	err = db.QueryRowContext(ctx, mainFile).Scan(&s.file)
	if err != nil {
		return nil, err
	}
	if s.file == "" {
		return nil, fmt.Errorf("%w: a database in memory: each connection has one of its own; name a file, or use package memory", storage.ErrInvalid)
	}
	if err := s.checkPragmas(ctx, opened); err != nil {
		return nil, err
	}
	return s, nil
}

// When pragmas are checked.
const (
	opened   = false
	migrated = true
)

// checkPragmas reports ErrInvalid unless a connection of the pool is as New wants it.
func (s *Store) checkPragmas(ctx context.Context, hasSchema bool) error {
	synchronous, journal := []string{"2", "3"}, []string{"wal", "delete"} // which is what a new file has
	if s.relaxed {
		synchronous = append(synchronous, "1")
	}
	if hasSchema {
		journal = journal[:1]
	}
	for _, p := range []struct {
		pragma string
		holds  func(string) bool
		want   string
	}{
		{"busy_timeout", func(v string) bool { return v != "0" }, "more than 0, such as busy_timeout(100)"},
		{"synchronous", among(synchronous...), "full, or normal with sqlite.Relaxed"},
		{"journal_mode", among(journal...), "wal: leave it out of the data source name, and migrate"},
		{"locking_mode", among("normal"), "normal"},
		{"query_only", among("0"), "off"},
		{"read_uncommitted", among("0"), "off"},
		{"encoding", among("UTF-8"), "UTF-8, chosen before the first table is made"},
	} {
		var is string
		if err := s.db.QueryRowContext(ctx, "PRAGMA "+p.pragma).Scan(&is); err != nil {
			return fmt.Errorf("pragma %s: %w", p.pragma, err)
		}
		if !p.holds(is) {
			return fmt.Errorf("%w: pragma %s is %s: it must be %s", storage.ErrInvalid, p.pragma, is, p.want)
		}
	}
	return nil
}

func among(values ...string) func(string) bool {
	return func(v string) bool {
		return slices.ContainsFunc(values, func(w string) bool { return strings.EqualFold(v, w) })
	}
}

// borrow runs fn on a connection of the pool, in which it may leave a transaction open.
func (s *Store) borrow(ctx context.Context, fn func(*conn) error) error {
	pooled, err := s.db.Conn(ctx)
	if err != nil {
		return s.named(err)
	}
	defer pooled.Close() // gives it back, and fails only where Raw has failed
	return pooled.Raw(func(dc any) (err error) {
		c := &conn{Conn: dc.(driver.Conn), prepared: make(map[string]statement)}
		defer func() {
			if c.rollback() != nil {
				err = errors.Join(err, driver.ErrBadConn) // the pool drops it
			}
			c.forget()
		}()
		return fn(c)
	})
}
