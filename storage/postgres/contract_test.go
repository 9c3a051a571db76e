package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
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
	code := postgrestest.Main(m)
	if err := cluster.drop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func TestContract(t *testing.T) {
	postgrestest.Conn(t) // what starting a server leaves running is no leak of a store
	storagetest.Run(t, storagetest.Harness{
		Open: func(t testing.TB) storage.Store {
			schema := postgres.Schema(postgrestest.Schema(t))
			return housed{openAt(t, postgrestest.Conn(t), schema), schema}
		},
		Retryable: func() error { return &pgconn.PgError{Code: "40001"} },
		Host:      inTx,
		Runs:      3,
	})
}

// housed is a store that knows where it lives.
type housed struct {
	*postgres.Store
	schema postgres.Option
}

// inTx runs functions in transactions of a host's that shares the database.
func inTx(t testing.TB, s storage.Store) func(context.Context, func(storage.Store) error) error {
	pool := postgrestest.Pool(t)
	return func(ctx context.Context, fn func(storage.Store) error) error {
		err := pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
			return fn(postgres.InTx(tx, s.(housed).schema))
		})
		var refusal *pgconn.PgError
		if errors.As(err, &refusal) && (refusal.Code == "40001" || refusal.Code == "40P01") {
			return fmt.Errorf("%w: %w", storage.ErrRetry, err)
		}
		return err
	}
}

func TestJourneys(t *testing.T) {
	journeytest.Run(t, func(t testing.TB) storage.Store { return open(t) })
}

// open opens an empty store in a schema of its own.
func open(t testing.TB, opts ...postgres.Option) *postgres.Store {
	t.Helper()
	return openAt(t, postgrestest.Conn(t), append([]postgres.Option{postgres.Schema(postgrestest.Schema(t))}, opts...)...)
}

func openAt(t testing.TB, conn string, opts ...postgres.Option) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), postgrestest.With(conn, "pool_max_conns", "6"), opts...)
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
