// Package journeytest checks the whole engine over a given store: random
// journeys from lead to cash with every invariant after every step, scenarios of
// every action with every fault, what the copies of a client promise, history,
// concurrency and the feed.
//
// A driver's test is one call:
//
//	func TestJourneys(t *testing.T) {
//		journeytest.Run(t, func(t testing.TB) storage.Store { return open(t) })
//	}
//
// The store is asked for a new tenant for each journey; open is called once for
// a group of tests. With -short everything is checked less often.
package journeytest

import (
	"flag"
	"strconv"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
)

// opener opens an empty store, which a cleanup of t gives back.
type opener func(testing.TB) storage.Store

// Run checks all that the engine promises over a store. Subtests are named
// after what they check; those of invariants after their numbers.
func Run(t *testing.T, open func(testing.TB) storage.Store) {
	for _, part := range []struct {
		name  string
		check func(*testing.T, opener)
	}{
		{"invariants", func(t *testing.T, open opener) { CheckInvariants(t, open) }},
		{"insight", testInsight},
		{"lists", testLists},
		{"scenarios", testScenarios},
		{"faults", testFaults},
		{"reencode", testReencode},
		{"scopes", testScopes},
		{"history", testHistory},
		{"concurrency", testConcurrency},
		{"feed", testFeed},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.check(t, open)
		})
	}
}

// Checks makes each property be checked n times instead of 100, unless the flag
// -rapid.checks says how often. A driver whose store is slow calls it in TestMain.
func Checks(n int) {
	if err := flag.Set("rapid.checks", strconv.Itoa(n)); err != nil {
		panic(err) // rapid has defined it
	}
}

// less is how much to do: many, or a third of it with -short.
func less(many int) int {
	if testing.Short() {
		return max(1, many/3)
	}
	return many
}
