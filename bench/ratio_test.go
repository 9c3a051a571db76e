package bench_test

import "testing"

// ratios compares the contestants of a benchmark with the first of them, all
// in one run: machines differ, ratios hardly do.
type ratios struct {
	unit  string  // what is reported per second
	first string  // the first contestant's name
	ns    float64 // its fastest time per operation; 0 before it has run
}

// run measures one contestant, whose loop is a b.Loop. All but the first
// report how many times the first one's time they take, unless the first was
// left out of the run.
func (r *ratios) run(b *testing.B, name string, loop func(*testing.B)) {
	if r.first == "" {
		r.first = name
	}
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		loop(b)
		ns := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
		switch {
		case name != r.first && r.ns > 0:
			b.ReportMetric(ns/r.ns, "x-"+r.first)
		case name == r.first && (r.ns == 0 || ns < r.ns):
			r.ns = ns
		}
		b.ReportMetric(1e9/ns, r.unit)
	})
}
