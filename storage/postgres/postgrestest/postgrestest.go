// Package postgrestest gives tests a PostgreSQL server: the one that
// LEADTOCASH_TEST_POSTGRES names by its connection string, or a private one, made
// of the server programs installed on the machine, which listens on a socket in a
// temporary directory and is gone when the test program ends, however it ends.
//
//	func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }
//
//	func TestSomething(t *testing.T) {
//		pool := postgrestest.Pool(t)
//		schema := postgrestest.Schema(t)
//		…
//
// Where there is neither, tests are skipped; with LEADTOCASH_REQUIRE_POSTGRES=1
// they fail.
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
)

// The environment of tests.
const (
	EnvServer  = "LEADTOCASH_TEST_POSTGRES"    // connection string of a server to use
	EnvRequire = "LEADTOCASH_REQUIRE_POSTGRES" // 1: a missing server is a failure
	EnvCitus   = "LEADTOCASH_TEST_CITUS"       // connection string of the coordinator of a Citus cluster
)

// ErrNone is what Start answers where no server is installed.
var ErrNone = errors.New("postgrestest: there is no PostgreSQL here: install it, or name a server with " + EnvServer)

var shared struct {
	once   sync.Once
	conn   string
	server *Server
	err    error
}

// Main runs tests and then stops the server that they have shared.
func Main(m *testing.M) int {
	code := m.Run()
	if shared.server != nil {
		if err := shared.server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	return code
}

// Conn returns the connection string of the server that tests share, which it
// starts if need be. Without one it skips the test, or fails it.
func Conn(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() {
		if shared.conn = os.Getenv(EnvServer); shared.conn != "" {
			return
		}
		if shared.server, shared.err = Start(context.Background()); shared.err == nil {
			shared.conn = shared.server.Conn()
		}
	})
	Require(t, shared.err)
	return shared.conn
}

// Require fails a test that has no server because of err, or skips it where none
// is installed and none required.
func Require(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, ErrNone) && os.Getenv(EnvRequire) != "1":
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}

// With returns a connection string with a setting more, whether it is a URL or a list of
// keys and values.
func With(conn, key, value string) string {
	if !strings.Contains(conn, "://") {
		return conn + " " + key + "=" + value
	}
	sign := "?"
	if strings.Contains(conn, "?") {
		sign = "&"
	}
	return conn + sign + key + "=" + url.QueryEscape(value)
}

// Pool returns a pool of connections to the shared server, closed with the test.
func Pool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return PoolOf(t, Conn(t))
}

// PoolOf returns a pool of connections, closed with the test.
func PoolOf(t testing.TB, conn string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(context.Background(), conn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

var schemas atomic.Int64

// Schema returns the name of a schema for the test alone, dropped with the test.
// It does not make it: migrations do.
func Schema(t testing.TB) string {
	t.Helper()
	return SchemaOf(t, Conn(t))
}

// SchemaOf is Schema for another server than the shared one.
func SchemaOf(t testing.TB, conn string) string {
	t.Helper()
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), schemas.Add(1))
	t.Cleanup(func() {
		pool, err := pgxpool.New(context.Background(), conn)
		if err != nil {
			t.Error(err)
			return
		}
		defer pool.Close()
		if _, err := pool.Exec(context.Background(), `SET client_min_messages = warning; DROP SCHEMA IF EXISTS "`+name+`" CASCADE`); err != nil {
			t.Errorf("dropping schema %s: %v", name, err)
		}
	})
	return name
}
