package postgres_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/journeytest"
)

// BenchmarkJourney measures the way from a new lead to a paid invoice, on one and on
// eight connections, each with a tenant of its own. The private server does not wait
// for the disk.
func BenchmarkJourney(b *testing.B) {
	for _, connections := range []int{1, 8} {
		b.Run(fmt.Sprint(connections), func(b *testing.B) {
			c := client(b, open(b))
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
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "journeys/s")
		})
	}
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
