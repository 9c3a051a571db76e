package engine_test

import (
	"testing"

	"github.com/leadtocash/leadtocash/storage"
)

// eventsIn counts what is in the feed of a store.
func eventsIn(b *testing.B, store storage.Store) (n int) {
	b.Helper()
	for _, err := range store.Feed(b.Context(), storage.Default, 0) {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	return n
}

func BenchmarkVerify(b *testing.B) {
	store, c := played(b, 100)
	n := eventsIn(b, store)
	for b.Loop() {
		for found, err := range c.Verify(b.Context()) {
			b.Fatal(found, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/event")
}

func BenchmarkSeal(b *testing.B) {
	n := 1
	for b.Loop() {
		b.StopTimer()
		store, c := played(b, 20)
		n = eventsIn(b, store)
		b.StartTimer()
		if _, err := c.Seal(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/event")
}
