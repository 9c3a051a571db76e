package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

func TestKilledWriters(t *testing.T) {
	t.Parallel()
	conn, schema := postgrestest.Conn(t), postgrestest.Schema(t)
	store := openAt(t, conn, postgres.Schema(schema))
	for round := range journeytest.Rounds(t, 5) {
		name := fmt.Sprintf("round%d", round)
		journeytest.CheckPlayed(t, store, name, journeytest.KillWriter(t, name, conn+"|"+schema))
		wantTablesAgree(t, schema)
	}
}

// start starts a server for a test alone.
func start(t testing.TB, settings ...string) *postgrestest.Server {
	t.Helper()
	server, err := postgrestest.Start(t.Context(), settings...)
	postgrestest.Require(t, err)
	closeAtEnd(t, server)
	return server
}

func closeAtEnd(t testing.TB, server *postgrestest.Server) {
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

// soon waits for a moment within a command or between two.
func soon() { time.Sleep(rand.N(100 * time.Millisecond)) }

func TestKilledServer(t *testing.T) {
	t.Parallel()
	server := start(t)
	store := openAt(t, server.Conn())
	for round := range journeytest.Rounds(t, 3) {
		name := fmt.Sprintf("round%d", round)
		acknowledged := journeytest.Interrupt(t, name, server.Conn()+"|", func(*os.Process) {
			soon()
			if err := server.Kill(); err != nil {
				t.Error(err)
			}
		})
		if err := server.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		journeytest.CheckPlayed(t, store, name, acknowledged)
	}
}

// A commit that a quorum of standbys has is not lost with the primary.
func TestFailover(t *testing.T) {
	t.Parallel()
	primary := start(t, "wal_level=replica", "max_wal_senders=8", "hot_standby=on", "synchronous_standby_names=ANY 1 (one, two)",
		"synchronous_commit=local")
	openAt(t, primary.Conn())
	var standbys []*postgrestest.Server
	for _, name := range []string{"one", "two"} {
		standby, err := primary.StartStandby(t.Context(), name, "hot_standby=on")
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, standby)
		standbys = append(standbys, standby)
	}
	acknowledged := journeytest.Interrupt(t, "failover", primary.Conn()+" options='-c synchronous_commit=on'|", func(*os.Process) {
		soon()
		soon()
		if err := primary.Kill(); err != nil {
			t.Error(err)
		}
	})
	heir := standbys[0]
	if received(t, standbys[1]) > received(t, standbys[0]) {
		heir = standbys[1]
	}
	if err := heir.Promote(t.Context()); err != nil {
		t.Fatal(err)
	}
	store := openAt(t, heir.Conn())
	journeytest.CheckPlayed(t, store, "failover", acknowledged)
}

// received returns how much of the log a standby has.
func received(t testing.TB, standby *postgrestest.Server) (bytes int64) {
	t.Helper()
	pool := postgrestest.PoolOf(t, standby.Conn())
	if err := pool.QueryRow(t.Context(), "SELECT (pg_last_wal_receive_lsn() - '0/0')::bigint").Scan(&bytes); err != nil {
		t.Fatal(err)
	}
	return bytes
}

// Connections are cut, statements cancelled and the server restarted while commands
// are repeated with their keys until they succeed.
func TestUnrest(t *testing.T) {
	t.Parallel()
	for name, calamity := range map[string]func(context.Context, *postgrestest.Server) error{
		"connections are cut":      signal("pg_terminate_backend"),
		"statements are cancelled": signal("pg_cancel_backend"),
		"the server restarts": func(ctx context.Context, server *postgrestest.Server) error {
			time.Sleep(200 * time.Millisecond)
			return errors.Join(server.Stop(), server.Restart(ctx))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			c := client(t, openAt(t, server.Conn()))
			ctx, cancel := context.WithCancel(t.Context())
			calm := make(chan error, 1)
			go func() {
				for ctx.Err() == nil {
					soon()
					if err := calamity(t.Context(), server); err != nil {
						calm <- err
						return
					}
				}
				calm <- nil
			}()
			acknowledged := insist(t, c, 6)
			cancel()
			if err := <-calm; err != nil {
				t.Fatal(err)
			}
			journeytest.CheckPlayed(t, openAt(t, server.Conn()), "unrest", acknowledged)
		})
	}
}

// insist plays so many scripts and repeats each until it has succeeded. A call must
// never be refused as if it had been wrong.
func insist(t *testing.T, c *engine.Client, scripts int) []string {
	t.Helper()
	var acknowledged []string
	for n := range scripts {
		for attempt := 0; ; attempt++ {
			err := journeytest.Play(t.Context(), c, fmt.Sprintf("unrest-%d", n), nil)
			if err == nil {
				break
			}
			var refusal *record.Error
			if errors.As(err, &refusal) && !errors.Is(err, codes.ErrRetry) && !errors.Is(err, codes.ErrCommitUnknown) {
				t.Fatalf("script %d: %v", n, err)
			}
			if attempt == 200 {
				t.Fatalf("script %d does not succeed: %v", n, err)
			}
		}
		for i := range journeytest.Commands {
			acknowledged = append(acknowledged, journeytest.KeyOf(fmt.Sprintf("unrest-%d", n), i))
		}
	}
	return acknowledged
}

// signal does something to every other connection of the store.
func signal(function string) func(context.Context, *postgrestest.Server) error {
	return func(ctx context.Context, server *postgrestest.Server) error {
		conn, err := pgx.Connect(ctx, server.Conn())
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, "SELECT "+function+"(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
		return errors.Join(err, conn.Close(ctx))
	}
}

// The context ends at every point of a command: it has happened entirely or not at
// all, and repeated it succeeds.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	store := open(t)
	c := client(t, store)
	rounds := journeytest.Rounds(t, 25)
	for round := range rounds {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(round)*time.Millisecond)
		err := journeytest.Play(ctx, c, "unrest-0", nil)
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, codes.ErrCommitUnknown) && !errors.Is(err, codes.ErrRetry) {
			t.Fatalf("after %d ms: %v", round, err)
		}
	}
	journeytest.CheckPlayed(t, store, "unrest", insist(t, c, 1))
}

// A server that takes no writes, as a standby does, is told apart from one that asks
// to try again.
func TestReadOnlyServer(t *testing.T) {
	t.Parallel()
	schema := postgrestest.Schema(t)
	openAt(t, postgrestest.Conn(t), postgres.Schema(schema))
	store, err := postgres.Open(t.Context(), postgrestest.Conn(t)+" default_transaction_read_only=on", postgres.Schema(schema))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := journeytest.Play(t.Context(), client(t, store), "", nil); !errors.Is(err, storage.ErrReadOnly) || !errors.Is(err, codes.ErrStoreReadOnly) {
		t.Errorf("a server that takes no writes answers %v", err)
	}
}
