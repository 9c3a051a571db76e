package bench_test

import (
	"runtime"
	"testing"

	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/storage/memory"
)

// BenchmarkGrowth measures what a journey costs on a memory store that holds
// many already, and what one journey keeps in memory for good, with its whole
// history. Run it with -benchtime=5000x: the journeys that the benchmark adds
// count as well.
func BenchmarkGrowth(b *testing.B) {
	r := ratios{unit: "journeys/s"}
	for _, size := range []struct {
		name    string
		n       int
		options []memory.Option
	}{
		{"after=1000", 1_000, nil},
		{"after=100000", 100_000, nil},
		{"after=1000/history=0", 1_000, []memory.Option{memory.KeepHistory(0)}},
		{"after=77000/history=0", 77_000, []memory.Option{memory.KeepHistory(0)}}, // 1,000,000 records
	} {
		r.run(b, size.name, func(b *testing.B) {
			client, err := engine.New(memory.New(size.options...), engine.WithSettings(settings))
			if err != nil {
				b.Fatal(err)
			}
			before := heap()
			for range size.n {
				if err := travel(b.Context(), client); err != nil {
					b.Fatal(err)
				}
			}
			kept := float64(heap()-before) / float64(size.n)
			for b.Loop() {
				if err := travel(b.Context(), client); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(kept, "B-kept/journey")
		})
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
