// Package journeytest checks the whole engine over a given store: random
// journeys from lead to cash with every invariant after every step.
//
// A driver's test is one call:
//
//	func TestJourneys(t *testing.T) {
//		journeytest.CheckInvariants(t, func(t testing.TB) storage.Store { return open(t) })
//	}
//
// The store is asked for a new tenant for each journey; open is called once for
// a group of tests.
package journeytest

import (
	"testing"

	"github.com/leadtocash/leadtocash/storage"
)

// opener opens an empty store, which a cleanup of t gives back.
type opener func(testing.TB) storage.Store

// Run checks all that the engine promises over a store. Subtests are named
// after what they check; those of invariants after their numbers.
func Run(t *testing.T, open func(testing.TB) storage.Store) {
	t.Run("invariants", func(t *testing.T) {
		t.Parallel()
		CheckInvariants(t, open)
	})
	t.Run("scenarios", func(t *testing.T) { t.Parallel(); testScenarios(t, open) })
	t.Run("faults", func(t *testing.T) { t.Parallel(); testFaults(t, open) })
}
