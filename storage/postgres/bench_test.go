package postgres_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

// A contestant takes leads to paid invoices: prepare makes n journeys of a tenant,
// each to be taken once.
type contestant struct {
	name    string
	prepare func(b *testing.B, pool *pgxpool.Pool, schema string) func(tenant storage.Tenant, n int) []func() error
}

// BenchmarkJourney measures the way from a new lead to a paid invoice on one and on
// eight connections, each with a tenant of its own, and compares it with programs
// written by hand that write the same rows in the same transactions. Besides wall
// time it reports the processor time of this process and, where the server is on
// this machine, of the server, which the budgets are compared by where the machine
// has other work. The private server does not wait for the disk.
func BenchmarkJourney(b *testing.B) {
	for _, connections := range []int{1, 8} {
		var library journeyCost
		for _, c := range []contestant{
			{"library", prepareLibrary()},
			{"forgetful", prepareLibrary(postgres.Remember(0))},
			{"each", prepareEach},
			{"batch", prepareBatch},
		} {
			b.Run(fmt.Sprintf("%d/%s", connections, c.name), func(b *testing.B) {
				cost := race(b, c, connections)
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(1e6/cost.wall, "journeys/s")
				b.ReportMetric(cost.client, "client-µs")
				b.ReportMetric(cost.server, "server-µs")
				b.ReportMetric(cost.rollbacks, "rollbacks/journey")
				if c.name == "library" {
					library = cost
				} else if library.wall > 0 {
					b.ReportMetric(cost.wall/library.wall, "library-x")
					b.ReportMetric((cost.client+cost.server)/(library.client+library.server), "library-cpu-x")
				}
			})
		}
	}
}

// journeyCost is what a journey takes, in microseconds.
type journeyCost struct{ wall, client, server, rollbacks float64 }

// race has the connections of a contestant take b.N journeys.
func race(b *testing.B, c contestant, connections int) journeyCost {
	conn, schema := postgrestest.Conn(b), postgrestest.Schema(b)
	openAt(b, conn, postgres.Schema(schema))
	pool, err := pgxpool.New(b.Context(), fmt.Sprintf("%s pool_max_conns=%d", conn, connections))
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	prepare := c.prepare(b, pool, schema)
	lanes := make([][]func() error, connections)
	for i := range lanes {
		lanes[i] = prepare(storage.Tenant(fmt.Sprint("tenant", i)), (b.N+i)/connections)
	}
	watch := postgrestest.Pool(b)
	rolledBack := rollbacks(b, watch)
	client, server := postgrestest.Times(b.Context(), watch)
	b.ResetTimer()
	var wg sync.WaitGroup
	for _, lane := range lanes {
		wg.Go(func() {
			for _, journey := range lane {
				if err := journey(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(b.N) }
	clientEnd, serverEnd := postgrestest.Times(b.Context(), watch)
	return journeyCost{
		wall: each(b.Elapsed()), client: each(clientEnd - client), server: each(serverEnd - server),
		rollbacks: float64(rollbacks(b, watch)-rolledBack) / float64(b.N),
	}
}

// prepareLibrary uses the library, as one process or, if it remembers no documents,
// as one of many would.
func prepareLibrary(opts ...postgres.Option) func(*testing.B, *pgxpool.Pool, string) func(storage.Tenant, int) []func() error {
	return func(b *testing.B, pool *pgxpool.Pool, schema string) func(storage.Tenant, int) []func() error {
		store, err := postgres.New(pool, append(opts, postgres.Schema(schema))...)
		if err != nil {
			b.Fatal(err)
		}
		c := client(b, store)
		return func(tenant storage.Tenant, n int) []func() error {
			mine := c.In(tenant)
			journeys := make([]func() error, n)
			for i := range journeys {
				journeys[i] = func() error { return journeytest.Play(b.Context(), mine, "", nil) }
			}
			return journeys
		}
	}
}

// rollbacks returns how many transactions the server has rolled back.
func rollbacks(b *testing.B, pool *pgxpool.Pool) (n int64) {
	b.Helper()
	row := pool.QueryRow(b.Context(), `SELECT pg_stat_get_db_xact_rollback(oid) FROM pg_database WHERE datname = current_database()`)
	if err := row.Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkList reads a page of 50 from few and from many records.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{10_000, journeytest.Many(50_000)} {
		store := open(b)
		journeytest.Fill(b, store, n)
		for _, order := range []storage.Field{storage.FieldCreatedAt, storage.FieldUpdatedAt, storage.FieldNumber, storage.FieldDueOn, storage.FieldAmount} {
			b.Run(fmt.Sprintf("%d/%s", n, order), func(b *testing.B) {
				for b.Loop() {
					journeytest.Page(b, store, storage.Query{Kind: "thing", Order: order, Desc: true, Limit: 50})
				}
			})
		}
	}
}
