package postgres_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

func TestMain(m *testing.M) {
	journeytest.Writer(writeFor)
	journeytest.Checks(25)
	os.Exit(postgrestest.Main(m))
}

func TestContract(t *testing.T) {
	postgrestest.Conn(t) // what starting a server leaves running is no leak of a store
	storagetest.Run(t, storagetest.Harness{
		Open:      func(t testing.TB) storage.Store { return open(t) },
		Retryable: func() error { return &pgconn.PgError{Code: "40001"} },
	})
}

func TestJourneys(t *testing.T) {
	journeytest.Run(t, func(t testing.TB) storage.Store { return open(t) })
}

// TestContractOnCitus keeps the contract where tables are distributed.
func TestContractOnCitus(t *testing.T) {
	conn := os.Getenv(postgrestest.EnvCitus)
	if conn == "" {
		t.Skip("no cluster: name its coordinator with " + postgrestest.EnvCitus)
	}
	storagetest.Run(t, storagetest.Harness{
		Open: func(t testing.TB) storage.Store {
			names := names(postgrestest.SchemaOf(t, conn))
			s := openAt(t, conn, postgres.Schema(names.Schema))
			if err := postgres.Distribute(t.Context(), postgrestest.PoolOf(t, conn), names); err != nil {
				t.Fatal(err)
			}
			return s
		},
		Retryable: func() error { return &pgconn.PgError{Code: "40001"} },
	})
}

// open opens an empty store in a schema of its own.
func open(t testing.TB, opts ...postgres.Option) *postgres.Store {
	t.Helper()
	return openAt(t, postgrestest.Conn(t), append([]postgres.Option{postgres.Schema(postgrestest.Schema(t))}, opts...)...)
}

func openAt(t testing.TB, conn string, opts ...postgres.Option) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), conn+" pool_max_conns=6", opts...)
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
	return s
}

// writeFor opens the store of a process that will be killed: connection string and
// schema, with a bar between them.
func writeFor(store string) (storage.Store, error) {
	conn, schema, _ := strings.Cut(store, "|")
	return postgres.Open(context.Background(), conn, postgres.Schema(schema))
}

func client(t testing.TB, store storage.Store) *engine.Client {
	t.Helper()
	c, err := engine.New(store)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
