package postgres_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
	"github.com/leadtocash/leadtocash/storage/postgres"
	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

// BenchmarkJourney measures the way from a new lead to a paid invoice, on one and on
// eight connections, each with a tenant of its own, and how many transactions had to
// be run again. The private server does not wait for the disk.
func BenchmarkJourney(b *testing.B) {
	for _, connections := range []int{1, 8} {
		b.Run(fmt.Sprint(connections), func(b *testing.B) {
			store, err := postgres.Open(b.Context(), fmt.Sprintf("%s pool_max_conns=%d", postgrestest.Conn(b), connections), postgres.Schema(postgrestest.Schema(b)))
			if err != nil {
				b.Fatal(err)
			}
			defer store.Close()
			if err := store.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			c := client(b, store)
			before := rollbacks(b)
			var left atomic.Int64
			left.Store(int64(b.N))
			b.ResetTimer()
			var wg sync.WaitGroup
			for n := range connections {
				mine := c.In(storage.Tenant(fmt.Sprint("tenant", n)))
				wg.Go(func() {
					for left.Add(-1) >= 0 {
						if err := journeytest.Play(b.Context(), mine, "", nil); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "journeys/s")
			b.ReportMetric(float64(rollbacks(b)-before)/float64(b.N), "rollbacks/journey")
		})
	}
}

// rollbacks returns how many transactions the server has rolled back.
func rollbacks(b *testing.B) (n int64) {
	b.Helper()
	row := postgrestest.Pool(b).QueryRow(b.Context(), `SELECT pg_stat_get_db_xact_rollback(oid) FROM pg_database WHERE datname = current_database()`)
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

// BenchmarkAgeing sorts open invoices by age and writes their letters.
func BenchmarkAgeing(b *testing.B) { journeytest.Receivables(b, open(b)) }
