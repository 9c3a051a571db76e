package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

func TestSecuredRows(t *testing.T) {
	t.Parallel()
	server := start(t)
	admin := postgrestest.PoolOf(t, server.Conn())
	openAt(t, server.Conn())
	exec := func(text string) {
		t.Helper()
		if _, err := admin.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE ROLE clerk LOGIN")
	exec("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk")
	for range 2 {
		if err := postgres.SecureRows(t.Context(), admin, names("")); err != nil {
			t.Fatal(err)
		}
	}
	clerk := "host=" + server.Dir() + " user=clerk dbname=postgres"
	secured, err := postgres.Open(t.Context(), clerk, postgres.Secured())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = secured.Close() }) // closing again does nothing
	c := client(t, secured)
	for _, tenant := range []storage.Tenant{"one", "two"} {
		if err := journeytest.Play(t.Context(), c.In(tenant), "", nil); err != nil {
			t.Fatal(err)
		}
		if violations, err := storage.Verify(t.Context(), secured, tenant); err != nil || len(violations) > 0 {
			t.Errorf("verify %s: %v, %v", tenant, violations, err)
		}
	}
	rows := func(conn, tenant string) (n int) {
		t.Helper()
		err := postgrestest.PoolOf(t, conn+" options='-c leadtocash.tenant="+tenant+"'").
			QueryRow(t.Context(), "SELECT (SELECT count(*) FROM l2c_record) + (SELECT count(*) FROM l2c_quote)").Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	one, none := rows(clerk, "one"), rows(clerk, "none")
	if all := rows(server.Conn(), "one"); none != 0 || one == 0 || all != 2*one {
		t.Errorf("the role sees %d rows of nobody, %d of one tenant of two; all are %d", none, one, all)
	}
	above, err := postgres.Open(t.Context(), server.Conn(), postgres.Secured())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = above.Close() }) // closing again does nothing
	if err := above.View(t.Context(), "one", func(context.Context, storage.Reader) error { return nil }); !errors.Is(err, storage.ErrUnsupported) {
		t.Errorf("a role above row-level security: got %v, want ErrUnsupported", err)
	}
}

// A transaction of the host's is looked at as a store is.
func TestInTxAboveRowLevelSecurity(t *testing.T) {
	t.Parallel()
	begin, _, schema := host(t)
	within := postgres.InTx(begin(pgx.ReadCommitted), schema, postgres.Secured())
	if err := within.View(t.Context(), "one", func(context.Context, storage.Reader) error { return nil }); !errors.Is(err, storage.ErrUnsupported) {
		t.Errorf("a role above row-level security: got %v, want ErrUnsupported", err)
	}
}

func TestDistributeNeedsCitus(t *testing.T) {
	t.Parallel()
	pool, schema := postgrestest.Pool(t), postgrestest.Schema(t)
	migrate(t, pool, schema, 0)
	if err := postgres.Distribute(t.Context(), pool, names(schema)); !errors.Is(err, storage.ErrUnsupported) {
		t.Errorf("on one server: got %v, want ErrUnsupported", err)
	}
}

// A pooler hands each transaction another connection.
func TestBehindPooler(t *testing.T) {
	t.Parallel()
	server := start(t)
	openAt(t, server.Conn())
	bouncer, err := server.StartBouncer(t.Context())
	postgrestest.Require(t, err)
	t.Cleanup(func() {
		if err := bouncer.Close(); err != nil {
			t.Error(err)
		}
	})
	store, err := postgres.Open(t.Context(), bouncer.Conn()+" default_query_exec_mode=cache_describe")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() }) // closing again does nothing
	done := make(chan error, 4)
	for i := range cap(done) {
		c := client(t, store).In(storage.Tenant(fmt.Sprint("tenant", i)))
		go func() { done <- journeytest.Play(t.Context(), c, "", nil) }()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for i := range cap(done) {
		violations, err := storage.Verify(t.Context(), store, storage.Tenant(fmt.Sprint("tenant", i)))
		if err != nil || len(violations) > 0 {
			t.Errorf("verify: %v, %v", violations, err)
		}
	}
}
