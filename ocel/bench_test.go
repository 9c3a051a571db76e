package ocel_test

import (
	"io"
	"testing"

	"github.com/leadtocash/leadtocash/ocel"
)

func BenchmarkWrite(b *testing.B) {
	c := history(b, 500)
	events := 0
	for range c.Feed(b.Context(), 0) {
		events++
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := ocel.Write(b.Context(), io.Discard, c, ocel.Options{Key: key}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*events)/b.Elapsed().Seconds(), "events/s")
}
