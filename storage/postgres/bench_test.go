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

// contestants take leads to paid invoices; the first is what the others are
// compared with. A contestant prepares n journeys of a tenant, each to be taken
// once.
var contestants = []struct {
	name    string
	prepare func(b *testing.B, pool *pgxpool.Pool, schema string) func(tenant storage.Tenant, n int) []func() error
}{
	{"library", prepareLibrary()},
	{"forgetful", prepareLibrary(postgres.Remember(0))}, // as where other processes have written
	{"each", prepareEach},
	{"batch", prepareBatch},
}

// BenchmarkJourney measures the way from a new lead to a paid invoice on one and on
// eight connections, each with a tenant of its own, beside programs written by hand
// that write the same rows in the same transactions. The contestants take turns, so
// that what else the machine does is the same for all; besides wall time it counts
// the processor time of this process and of a server on the same machine. The
// private server does not wait for the disk.
func BenchmarkJourney(b *testing.B) {
	for _, connections := range []int{1, 8} {
		b.Run(fmt.Sprint(connections), func(b *testing.B) {
			racers := make([]*racer, len(contestants))
			for i, c := range contestants {
				racers[i] = newRacer(b, c.prepare, connections)
			}
			const turns = 10
			b.ResetTimer()
			for turn := range turns {
				for _, r := range racers {
					r.race(b, turn, turns)
				}
			}
			b.StopTimer()
			b.ReportMetric(0, "ns/op")
			first := racers[0]
			b.ReportMetric(float64(b.N)/first.wall.Seconds(), "journeys/s")
			for i, r := range racers {
				name := contestants[i].name
				b.ReportMetric(float64(r.client.Microseconds())/float64(b.N), name+"-client-µs")
				b.ReportMetric(float64(r.server.Microseconds())/float64(b.N), name+"-server-µs")
				b.ReportMetric(float64(r.rollbacks)/float64(b.N), name+"-rollbacks")
				if i > 0 {
					b.ReportMetric(float64(r.wall)/float64(first.wall), name+"/library")
					b.ReportMetric(float64(r.client+r.server)/float64(first.client+first.server), name+"/library-cpu")
				}
			}
		})
	}
}

// racer is a contestant under way.
type racer struct {
	lanes     [][]func() error // of each connection
	watch     *pgxpool.Pool
	wall      time.Duration
	client    time.Duration
	server    time.Duration
	rollbacks int64
}

func newRacer(b *testing.B, prepare func(*testing.B, *pgxpool.Pool, string) func(storage.Tenant, int) []func() error, connections int) *racer {
	conn, schema := postgrestest.Conn(b), postgrestest.Schema(b)
	openAt(b, conn, postgres.Schema(schema))
	pool := postgrestest.PoolOf(b, fmt.Sprintf("%s pool_max_conns=%d", conn, connections))
	r := &racer{lanes: make([][]func() error, connections), watch: postgrestest.Pool(b)}
	journeys := prepare(b, pool, schema)
	for i := range r.lanes {
		r.lanes[i] = journeys(storage.Tenant(fmt.Sprint("tenant", i)), (b.N+i)/connections)
	}
	return r
}

// race takes the journeys of a turn, of which there are so many.
func (r *racer) race(b *testing.B, turn, turns int) {
	rollbacksBefore := rollbacks(b, r.watch)
	client, server := postgrestest.Times(b.Context(), r.watch)
	began := time.Now()
	var wg sync.WaitGroup
	for _, lane := range r.lanes {
		wg.Go(func() {
			for _, journey := range lane[len(lane)*turn/turns : len(lane)*(turn+1)/turns] {
				if err := journey(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	r.wall += time.Since(began)
	clientAfter, serverAfter := postgrestest.Times(b.Context(), r.watch)
	r.client += clientAfter - client
	r.server += serverAfter - server
	r.rollbacks += rollbacks(b, r.watch) - rollbacksBefore
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

// BenchmarkList reads pages from few and from many records, after the server has
// looked at them, as it does by itself within minutes.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{10_000, journeytest.Many(50_000)} {
		store := open(b)
		journeytest.Fill(b, store, n)
		if _, err := postgrestest.Pool(b).Exec(b.Context(), "ANALYZE"); err != nil {
			b.Fatal(err)
		}
		journeytest.Pages(b, store, n)
	}
}

// BenchmarkReading compares lists of many records with those of few, and what reads all
// with reading.
func BenchmarkReading(b *testing.B) {
	journeytest.Reading(b, func(t testing.TB) storage.Store { return open(t) })
}

// BenchmarkAgeing sorts open invoices by age and writes their letters.
func BenchmarkAgeing(b *testing.B) { journeytest.Receivables(b, open(b)) }
