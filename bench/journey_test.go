package bench_test

import "testing"

// journeys are the contestants; open prepares one and returns what runs one
// journey. The first does nothing but change states: the budget of the library
// is stated in multiples of it.
var journeys = []struct {
	name string
	open func(testing.TB) func() error
}{
	{"stateless", statelessJourney},
	{"fsm", fsmJourney},
	{"pure", pureJourney},
	{"memory", memoryJourney},
}

// BenchmarkJourney measures the way from a new lead to a paid invoice.
func BenchmarkJourney(b *testing.B) {
	r := ratios{unit: "journeys/s"}
	for _, c := range journeys {
		r.run(b, c.name, func(b *testing.B) {
			journey := c.open(b)
			for b.Loop() {
				if err := journey(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestEveryJourneyArrives(t *testing.T) {
	t.Parallel()
	for _, c := range journeys {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			journey := c.open(t)
			for n := range 2 {
				if err := journey(); err != nil {
					t.Fatalf("journey %d: %v; a benchmark of it would measure a failure", n+1, err)
				}
			}
		})
	}
}
