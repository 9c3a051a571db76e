package main

import (
	"os"
	"testing"
	"time"

	"github.com/leadtocash/leadtocash/storage/postgres/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// TestLoad bounds how often conflicts make a transaction run again, and lets nobody
// fail. Blocks of numbers are drawn in transactions of their own: for three kinds in
// each tenant, and anew from time to time. It judges no time; LEADTOCASH_TEST_LOAD says
// how long each load lasts.
func TestLoad(t *testing.T) {
	duration := time.Second
	if testing.Short() {
		duration /= 4
	}
	if d, err := time.ParseDuration(os.Getenv("LEADTOCASH_TEST_LOAD")); err == nil {
		duration = d
	}
	for _, c := range []struct {
		mode             string
		workers, tenants int
		runs             float64
	}{
		{"journeys", 1, 1, 1.05},
		{"journeys", 8, 8, 1.05},
		{"journeys", 8, 1, 1.05},
		{"journeys", 32, 1, 1.05},
		{"record", 8, 1, 2.2}, // the first run finds out that the record is wanted
		{"counter", 8, 1, 1.05},
		{"customer", 8, 1, 1.05},
	} {
		l := load{mode: c.mode, workers: c.workers, tenants: c.tenants, duration: duration}
		r, err := apart(t.Context(), postgrestest.Conn(t), l)
		if err != nil {
			t.Fatal(err)
		}
		if r.failed > 0 || r.commands() == 0 {
			t.Errorf("%s, %d in %d: %d of %d turns failed: %v", c.mode, c.workers, c.tenants, r.failed, r.turns, r.firstOfFailures)
		}
		blocks := int64(3 * (c.tenants + r.turns/20))
		if runs := r.perCommand(r.runs); runs < 1 || r.perCommand(r.runs-blocks) > c.runs {
			t.Errorf("%s, %d in %d: transactions ran %.2f times on average, want at most %.2f", c.mode, c.workers, c.tenants, runs, c.runs)
		}
		if sent := r.perCommand(r.trips); sent < 1 {
			t.Errorf("%s: %.2f round trips a command, which cannot be", c.mode, sent)
		}
		r.print(t.Output())
	}
}
