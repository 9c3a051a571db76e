package postgres_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

// cluster is the Citus cluster that the environment names, if any, and the schemas
// that tests have had there. To distribute tables takes longer than most tests; so
// schemas are emptied and used again.
var cluster = clustered{conn: os.Getenv(postgrestest.EnvCitus)}

type clustered struct {
	conn  string
	mu    sync.Mutex
	spare []string // schemas that nobody uses
	all   []string
}

// open opens an empty store on the cluster. Without one it skips the test.
func (c *clustered) open(t testing.TB) *postgres.Store {
	t.Helper()
	if c.conn == "" {
		t.Skip("no cluster: name its coordinator with " + postgrestest.EnvCitus)
	}
	pool := postgrestest.PoolOf(t, postgrestest.With(c.conn, "pool_max_conns", "2"))
	schema, used := c.take()
	if used {
		if err := empty(t.Context(), pool, schema); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { c.put(schema) }) // when the store is closed
	store := openAt(t, c.conn, postgres.Schema(schema))
	if !used {
		if err := postgres.Distribute(t.Context(), pool, names(schema)); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func (c *clustered) take() (schema string, used bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.spare); n > 0 {
		schema, c.spare = c.spare[n-1], c.spare[:n-1]
		return schema, true
	}
	schema = fmt.Sprintf("cluster_%d_%d", os.Getpid(), len(c.all))
	c.all = append(c.all, schema)
	return schema, false
}

func (c *clustered) put(schema string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spare = append(c.spare, schema)
}

// drop drops all schemas.
func (c *clustered) drop() error {
	if len(c.all) == 0 {
		return nil
	}
	pool, err := pgxpool.New(context.Background(), c.conn)
	if err != nil {
		return err
	}
	defer pool.Close()
	var failed error
	for _, schema := range c.all {
		_, err := pool.Exec(context.Background(), `DROP SCHEMA IF EXISTS "`+schema+`" CASCADE`)
		failed = errors.Join(failed, err)
	}
	return failed
}

// empty empties the distributed tables of a schema.
func empty(ctx context.Context, pool *pgxpool.Pool, schema string) error {
	rows, err := pool.Query(ctx, "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid "+
		"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 ORDER BY 1", schema)
	if err != nil {
		return err
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return err
		}
		tables = append(tables, table)
	}
	if err := rows.Err(); err != nil || len(tables) == 0 {
		return cmp.Or(err, fmt.Errorf("no table of %s is distributed", schema))
	}
	_, err = pool.Exec(ctx, "TRUNCATE "+strings.Join(slices.Compact(tables), ", "))
	return err
}

// TestContractOnCitus keeps the contract where tables are distributed.
func TestContractOnCitus(t *testing.T) {
	cluster.open(t) // what is opened first is distributed
	storagetest.Run(t, storagetest.Harness{
		Open:      func(t testing.TB) storage.Store { return cluster.open(t) },
		Retryable: func() error { return &pgconn.PgError{Code: "40001"} },
	})
}

// TestJourneysOnCitus keeps the invariants of the life cycle there.
func TestJourneysOnCitus(t *testing.T) {
	journeytest.Run(t, func(t testing.TB) storage.Store { return cluster.open(t) })
}

// Commands for the shell that stop a worker of the cluster, and start it again.
const (
	envStopWorker  = "LEADTOCASH_TEST_CITUS_STOP"
	envStartWorker = "LEADTOCASH_TEST_CITUS_START"
)

// TestAWorkerOfTheClusterGoesAway stops a worker under load. Tenants that live there
// are told to try again, the others go on, and nothing that was acknowledged is lost.
func TestAWorkerOfTheClusterGoesAway(t *testing.T) {
	store := cluster.open(t)
	stop, start := os.Getenv(envStopWorker), os.Getenv(envStartWorker)
	if stop == "" || start == "" {
		t.Skip("name the commands that stop and start a worker with " + envStopWorker + " and " + envStartWorker)
	}
	shell := func(command string) {
		t.Helper()
		if out, err := exec.CommandContext(t.Context(), "sh", "-c", command).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	const tenants = 8
	c := client(t, store)
	var started sync.WaitGroup
	var working sync.WaitGroup
	acknowledged, afterwards := make([][]string, tenants), make([]bool, tenants)
	refused, played := make([]atomic.Int64, tenants), make([]atomic.Int64, tenants)
	away := make(chan struct{}) // closed when the worker is back
	for i := range tenants {
		started.Add(1)
		working.Go(func() {
			c := c.In(tenantOf(i))
			for n := 0; ; n++ {
				back := false
				select {
				case <-away:
					back = true
				default:
				}
				key := fmt.Sprintf("unrest-%d", n)
				for {
					err := journeytest.Play(t.Context(), c, key, nil)
					if err == nil {
						break
					}
					if !errors.Is(err, codes.ErrRetry) && !errors.Is(err, codes.ErrCommitUnknown) {
						t.Errorf("tenant %d: %v", i, err)
						if n == 0 {
							started.Done()
						}
						return
					}
					refused[i].Add(1)
				}
				for of := range journeytest.Commands {
					acknowledged[i] = append(acknowledged[i], journeytest.KeyOf(key, of))
				}
				if n == 0 {
					started.Done()
				}
				if back {
					afterwards[i] = true
					return
				}
				played[i].Add(1)
			}
		})
	}
	started.Wait()
	shell(stop)
	before := make([]int64, tenants)
	for i := range before {
		before[i] = played[i].Load()
	}
	time.Sleep(10 * time.Second)
	waiting, going := 0, 0
	for i := range tenants {
		switch {
		case refused[i].Load() > 0:
			waiting++
		case played[i].Load() > before[i]:
			going++
		}
	}
	shell(start)
	close(away)
	working.Wait()
	if waiting == 0 || going == 0 {
		t.Errorf("without a worker %d of %d tenants were told to try again, and %d went on", waiting, tenants, going)
	}
	t.Logf("without a worker %d of %d tenants were told to try again, and %d went on", waiting, tenants, going)
	for i := range tenants {
		if afterwards[i] {
			journeytest.CheckPlayed(t, onlyTenant{store, tenantOf(i)}, "unrest", acknowledged[i])
		}
	}
}

func tenantOf(i int) storage.Tenant { return storage.Tenant(fmt.Sprint("tenant", i)) }

// onlyTenant is the store of one tenant, whatever tenant it is asked for.
type onlyTenant struct {
	storage.Store
	tenant storage.Tenant
}

func (s onlyTenant) View(ctx context.Context, _ storage.Tenant, fn func(context.Context, storage.Reader) error) error {
	return s.Store.View(ctx, s.tenant, fn)
}

func (s onlyTenant) Update(ctx context.Context, _ storage.Tenant, fn func(context.Context, storage.Tx) error) error {
	return s.Store.Update(ctx, s.tenant, fn)
}

func (s onlyTenant) Feed(ctx context.Context, _ storage.Tenant, after int64) iter.Seq2[storage.Event, error] {
	return s.Store.Feed(ctx, s.tenant, after)
}
